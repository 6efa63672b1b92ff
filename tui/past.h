/* SPDX-License-Identifier: MIT */
/* past: keys that stop, slow down and move what is a replay, and the words that say so. Knows no wire: a verb comes out. */
#ifndef TUI_PAST_H
#define TUI_PAST_H

#include "core/base/buf.h"
#include "core/keeper/replay.h"
#include "tui/action.h"

struct past {
    bool is_past;         /* a replay: nothing of it happens now */
    int64_t rate_permille; /* as it runs; 0: it stands still, or is over */
    int64_t speed_permille; /* the last at which it ran */
};

/* How the floor's time runs now. */
void past_rate(struct past *p, int64_t rate_permille);
/* False: not an action of a replay. Otherwise what the keeper is to be told. */
bool past_act(const struct past *p, enum action a, int64_t beat_ms, enum replay_verb *verb, int64_t *number);
/* "replay", "replay 4x", "replay, standing still" */
void past_write(const struct past *p, struct buf *out);

#endif
