/* SPDX-License-Identifier: MIT */
/* idle: a console that nobody touches: its numbers are hidden after a while, and after another it ends. Has no clock and no terminal. */
#ifndef TUI_IDLE_H
#define TUI_IDLE_H

#include "core/base/slice.h"

struct idle {
    int64_t mask_ms, exit_ms; /* without a key; 0: never */
    int64_t touched_ms;       /* the last one */
    bool is_masked;
};

enum idle_news { IDLE_SAME, IDLE_MASK, IDLE_EXIT };

void idle_start(struct idle *i, int64_t mask_ms, int64_t exit_ms, int64_t mono_ms);
/* Somebody is there. True: numbers were hidden; this key shows them again and is not to do anything else. */
bool idle_touch(struct idle *i, int64_t mono_ms);
enum idle_news idle_turn(struct idle *i, int64_t mono_ms);
int64_t idle_deadline(const struct idle *i); /* TIMER_NEVER */

#endif
