/* SPDX-License-Identifier: MIT */
/* idle: two durations since the last key. What hiding and ending are is the console's business. */
#include "tui/idle.h"

#include "core/base/timer.h"

void idle_start(struct idle *i, int64_t mask_ms, int64_t exit_ms, int64_t mono_ms)
{
    *i = (struct idle){ .mask_ms = mask_ms, .exit_ms = exit_ms, .touched_ms = mono_ms };
}

bool idle_touch(struct idle *i, int64_t mono_ms)
{
    bool was_masked = i->is_masked;
    i->touched_ms = mono_ms;
    i->is_masked = false;
    return was_masked;
}

enum idle_news idle_turn(struct idle *i, int64_t mono_ms)
{
    int64_t idle_ms = mono_ms - i->touched_ms;
    if (i->exit_ms > 0 && idle_ms >= i->exit_ms)
        return IDLE_EXIT;
    if (i->mask_ms == 0 || i->is_masked || idle_ms < i->mask_ms)
        return IDLE_SAME;
    i->is_masked = true;
    return IDLE_MASK;
}

int64_t idle_deadline(const struct idle *i)
{
    int64_t mask_at = i->mask_ms > 0 && !i->is_masked ? i->touched_ms + i->mask_ms : TIMER_NEVER;
    int64_t exit_at = i->exit_ms > 0 ? i->touched_ms + i->exit_ms : TIMER_NEVER;
    return mask_at < exit_at ? mask_at : exit_at;
}
