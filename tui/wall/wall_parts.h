/* SPDX-License-Identifier: MIT */
/* wall_parts: what the files of the wall share. Nobody else includes it. */
#ifndef TUI_WALL_PARTS_H
#define TUI_WALL_PARTS_H

#include "core/base/map.h"
#include "tui/alarms.h"
#include "tui/wall/bigtext.h"
#include "tui/wall/wall.h"

struct wall {
    struct view view;
    struct joint *apart, *merged; /* each queue for itself; those of one name as one, NULL: not asked for. The view is of one of them */
    const struct keymap *keys;
    const struct wall_layout *layout;
    int64_t period_ms;
    size_t page;                  /* of the layout */
    size_t sheet, sheet_count;    /* the screenful of it, and how many there were when it was drawn last */
    size_t per_sheet;
    size_t held;                  /* how many periods it was held because something in it needs a person */
    int64_t turned_at;            /* beat */
    struct idmap *lost;           /* PBX -> struct wall_lost */
    uint64_t *agent;              /* ids in the order of names, as of agents_of */
    size_t agent_count, agent_cap;
    uint64_t agents_of;           /* generation */
    size_t agents_page;
    int64_t agents_at;            /* beat */
    struct chord pressed;
    struct buf sentence;
    int64_t said_at;
    bool is_error;
};

struct wall_lost { /* a PBX whose link was live and is not: since when its numbers are old */
    uint64_t pbx;
    int64_t since;
};

static inline const struct wall_page *wall_page(const struct wall *w) { return &w->layout->page[w->page]; }

/* --- wall_sum.c: what a page is about --------------------------------------------------------------------------- */

struct wall_sum {
    struct fact_queue queue; /* the page's queues added up; agents count once */
    int64_t longest_ms;
    int64_t service_level_s; /* 0: the queues do not agree on one */
    enum role worst;         /* VALUE, WARN, ALARM: of those who wait */
    size_t queues;
    size_t pbx_count, pbx_live; /* PBXs of these queues; of how many the numbers are: all as last known when none is live */
    bool is_known, is_stale;
};

/* VALUE, WARN or ALARM: of those who wait; of anything that is watched in a queue. */
enum role wall_wait_role(const struct wall *w, const struct fact_queue *q);
enum role wall_queue_role(const struct wall *w, const struct fact_queue *q);
/* The worst of these alerts (bits) in the queues of the page. */
enum role wall_worst(const struct wall *w, uint32_t alerts);
/* How many PBXs the queues of the page are on, and how many of these have a live link. */
size_t wall_links(const struct wall *w, size_t *live);
void wall_sum_make(const struct wall *w, struct wall_sum *s);
void wall_sum_clear(struct wall_sum *s);
/* The agents of the page in the order of their names, made anew at most once a beat. Ids may have gone since. */
void wall_sort_agents(struct wall *w);
/* Is the PBX lost, not merely on its way? *age_ms: of what is shown of it; below 0 when nothing is. */
bool wall_is_lost(const struct wall *w, const struct fact_pbx *pbx, int64_t *age_ms);
bool wall_page_is_alarmed(struct wall *w, size_t sheet);

/* --- wall_frame.c: what every page has -------------------------------------------------------------------------- */

/* Title above, alarms below; *body is what is left. */
void wall_draw_frame(struct wall *w, struct canvas *c, struct area *body);
/* A ground with room around what stands on it; returns the inner area. */
struct area wall_tile(struct canvas *c, struct area a, enum role ground);
/* Columns and rows of room between tiles on a screen of this size. */
void wall_gaps(struct area body, int *across, int *down);
/* One line of text in an area of any height, as large as `size`; too long a text loses its end. */
void wall_line(struct canvas *c, struct area a, struct bigtext_size size, struct slice text, enum align align, struct style s);
/* The size at which these names fit, all the same; a long one counts by its beginning. Start with a size of the area's own. */
void wall_shrink_to_name(const struct canvas *c, struct bigtext_size *size, struct slice name, int w, int h);
#define WALL_NAME_MAX ((struct bigtext_size){ -1, 0, 0 }) /* before the first name */
/* Instead of rows there is one sentence, large, in the middle. */
void wall_draw_sentence(struct canvas *c, struct area a, const char *sentence, enum role role);
/* Why there are no facts, as far as the links say; NULL: there really are none. */
const char *wall_why_empty(const struct wall *w);

/* --- the kinds of page: each says how many things it shows and how many a screen has room for ------------------- */

void wall_draw_numbers(struct wall *w, struct canvas *c, struct area a);
void wall_draw_queues(struct wall *w, struct canvas *c, struct area a);
void wall_draw_agents(struct wall *w, struct canvas *c, struct area a);
void wall_draw_callers(struct wall *w, struct canvas *c, struct area a);
/* Notes how many screenfuls there are; returns the index of the first thing on this one. */
size_t wall_set_sheets(struct wall *w, size_t things, size_t per_sheet);

/* The queues, respectively callers, of the page in order; mem_free'd by the caller. */
const struct fact_queue **wall_queues(const struct wall *w, size_t *count);
const struct fact_caller **wall_callers(const struct wall *w, size_t *count);

#endif
