/* SPDX-License-Identifier: MIT */
/* view: what whoever draws a fact may look at: the store, one instant for all counters, and how things are written.
 * All durations on the screen are measured to `beat_ms`, which moves once a second: so they tick together. */
#ifndef TUI_VIEW_H
#define TUI_VIEW_H

#include "core/config/settings.h"
#include "core/floor/alert.h"
#include "core/floor/joint.h"
#include "core/floor/store.h"
#include "tui/look/role.h"
#include "tui/look/spark.h"

struct mask;
struct rates;
struct trend;

struct alarms;
struct past;

struct view {
    const struct store *store;
    const struct joint *joint;       /* what the store was made by; NULL: it is all there is */
    const struct settings *settings; /* NULL in tests: no role names */
    const struct alert_rules *alerts; /* NULL: no thresholds of the user's */
    const struct past *past;          /* asked with past_is_on; NULL: it happens now */
    const struct alarms *alarms;      /* NULL: nobody looks for them */
    int64_t beat_ms;                 /* instant of the last beat on the floor's time line */
    int64_t wall_ms;                 /* the floor's wall clock then */
    const struct trend *trend;       /* how many waited; NULL: nobody keeps it */
    enum spark_glyphs glyphs;        /* for lines of the past and bars */
    const struct rates *rates;       /* how fast the links run; NULL: nobody counts */
    struct mask *mask;               /* numbers are hidden with it; NULL: shown */
    bool is_ascii;
    bool has_many_pbx; /* names of PBXs are worth a column */
    bool has_teams;    /* and so are teams */
};

/* Says the configuration who is in which team? Without one the facts are asked. */
bool view_has_teams(const struct view *v);
/* The PBX that a fact belongs to; NULL when its parents are not here yet, or when it stands for those of several PBXs. */
const struct fact_pbx *view_pbx(const struct view *v, enum fact_kind kind, const struct fact *f);
/* The queue that a member or caller is in, as it is on its own PBX; NULL: not here. */
const struct fact_queue *view_queue(const struct view *v, enum fact_kind kind, const struct fact *f);
/* All PBXs, whichever are shown. */
static inline const struct store *view_whole(const struct view *v) { return v->joint != NULL ? joint_whole(v->joint) : v->store; }
/* The fact is not proven by a live link: it is shown dimmed. */
bool view_is_stale(const struct view *v, enum fact_kind kind, const struct fact *f);
/* The instant to which durations of this fact are measured: the beat, or when its PBX was last heard. */
int64_t view_now(const struct view *v, enum fact_kind kind, const struct fact *f);

/* "0:42", "12:05", "1:02:33", "3d 04h". Below 0 counts as 0. */
void view_add_duration(struct buf *out, int64_t ms);
void view_add_percent(struct buf *out, int64_t milli); /* 81234 -> "81.2%" */
void view_add_clock(struct buf *out, int64_t wall_ms, const char *fmt); /* strftime(3); nothing when 0 */

/* How a state looks beside its colour. */
struct look_row {
    const char *utf8, *ascii; /* one column each */
    const char *word;         /* for people */
    const char *meaning;
    enum role role;
};
/* A wait beyond the service level, and one far beyond it. */
enum { WAIT_BEYOND, WAIT_FAR_BEYOND, WAIT_COUNT };
extern const struct look_row view_wait_looks[WAIT_COUNT];
extern const struct look_row view_agent_looks[AGENT_STATE_COUNT], view_link_looks[LINK_STATE_COUNT], view_queue_looks[QUEUE_STATE_COUNT];

/* The word of a state of enum agent_state; of an agent or a member who is busy, and paused already, the sign of the pause behind it. */
void view_add_state(const struct view *v, enum fact_kind kind, const struct fact *f, int64_t state, struct buf *out);
static inline const char *view_shape(const struct view *v, const struct look_row *look) { return v->is_ascii ? look->ascii : look->utf8; }

uint32_t view_lower(uint32_t c); /* the small letter of a capital */
/* Is `needle` somewhere in `text`, whatever the case? An empty needle is everywhere. */
bool view_contains(struct slice text, struct slice needle);
/* By letters whatever their case, and by value where both have digits: "9" before "10". */
int view_compare(struct slice a, struct slice b);

#endif
