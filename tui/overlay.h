/* SPDX-License-Identifier: MIT */
/* overlay: what lies over the screen, or beside it, until it is closed: the help, the explanation of a row, the chooser of columns. */
#ifndef TUI_OVERLAY_H
#define TUI_OVERLAY_H

#include "tui/help.h"
#include "tui/keys/keymap.h"
#include "tui/page.h"
#include "tui/pane.h"

struct overlay;

enum overlay_news {
    OVERLAY_NOTHING, /* not an action of it */
    OVERLAY_CHANGED,
    OVERLAY_CLOSE,
    OVERLAY_RUN,     /* close it, then do the action that was chosen */
    OVERLAY_ORDER,   /* close it, then give the order that was chosen: overlay_chosen */
    OVERLAY_PROFILE, /* open the profile that was chosen */
    OVERLAY_YES      /* close it, then give what was asked about */
};

struct overlay *overlay_help(const struct keymap *keys, const struct pane *pane, const struct help_may *may, bool is_ascii);
/* Of the selected row, else of whom the screen is about, else of the totals (borrowed); NULL: whom it is about went. */
struct overlay *overlay_explain(const struct view *v, struct pane *pane, const struct fact_queue *totals);
struct overlay *overlay_columns(struct pane *pane); /* NULL: the pane has no columns */
/* What can be ordered, and whether what is listed shall be: filled by who opens it. */
struct overlay *overlay_orders(const char *title);
struct overlay *overlay_confirm(const char *title);
void overlay_set_title(struct overlay *o, const char *title);
struct overlay *overlay_profiles(const char *title); /* beside it, or below, what is chosen can be seen */
/* One line; key 0: it cannot be chosen. */
void overlay_add(struct overlay *o, struct slice term, enum role role, struct page_value value, const char *text, uint64_t key);
uint64_t overlay_chosen(const struct overlay *o); /* 0: none */
void overlay_set_chosen(struct overlay *o, uint64_t key);
bool overlay_is_orders(const struct overlay *o);
bool overlay_is_profiles(const struct overlay *o);
void overlay_free(struct overlay *o);

/* The help: only what has this text in it (empty: all), as it is asked for with '/'. */
bool overlay_can_find(const struct overlay *o); /* NULL: no */
void overlay_find(struct overlay *o, const struct keymap *keys, bool is_ascii, struct slice text);
struct slice overlay_found(const struct overlay *o);

bool overlay_can_run(const struct overlay *o); /* what is chosen is an action */
enum section overlay_section(const struct overlay *o); /* whose keys hold first */
enum overlay_news overlay_act(struct overlay *o, enum action a, enum action *run);
/* A place that was hit (canvas.h); false: it is none of the overlay's. */
bool overlay_choose(struct overlay *o, const struct hit *hit);
/* Its part of *a is cut off: all of it, or a side of it so that what it is about can be seen. */
struct area overlay_area(const struct overlay *o, struct area *a);
void overlay_draw(struct overlay *o, const struct view *v, struct canvas *c, struct area a);

#endif
