/* SPDX-License-Identifier: MIT */
/* past: what is shown is not now: a replay, or the live floor as it was. Keys that stop it and move in it, and the words that say so.
 * Knows no wire: a verb comes out. */
#ifndef TUI_PAST_H
#define TUI_PAST_H

#include "core/base/buf.h"
#include "core/keeper/review.h"
#include "tui/keys/action.h"

struct past {
    bool is_past;           /* a replay: nothing of it happens now */
    bool is_behind;         /* the live floor as it was */
    int64_t rate_permille;  /* as it runs; 0: it stands still, or is over */
    int64_t speed_permille; /* the last at which it ran */
    int64_t from_ms, to_ms; /* the instants that can be shown, on the floor's time line; equal: there are none */
};

/* Is what is shown not now? Then no order may be given: who asks for one is told so. NULL: it is now. */
static inline bool past_is_on(const struct past *p) { return p != NULL && (p->is_past || p->is_behind); }

/* How the floor's time runs now. */
void past_rate(struct past *p, int64_t rate_permille);
/* False: not an action of the past. Otherwise what is to be done with it. */
bool past_act(const struct past *p, enum action a, int64_t beat_ms, enum replay_verb *verb, int64_t *number);
/* "replay 4x", "past, 2:31 ago of 30:00, standing still"; is_short: without what there is no room for */
void past_write(const struct past *p, int64_t beat_ms, bool is_short, struct buf *out);
/* The sentence for what came of a verb. from_wall_ms: when what is kept begins, reach_ms ago. */
void past_news(enum review_news news, struct slice words, int64_t from_wall_ms, int64_t reach_ms, struct buf *out);

#endif
