/* SPDX-License-Identifier: MIT */
/* timer: deadlines in a heap. A timer lies inside what waits for it. Who owns the heap asks
 * for the next deadline, waits at most that long, and runs what is due. */
#ifndef CORE_BASE_TIMER_H
#define CORE_BASE_TIMER_H

#include "core/base/list.h"

#include <stddef.h>
#include <stdint.h>

struct timer {
    int64_t due_ms;
    size_t slot;      /* 1 + place in the heap; 0: not in the heap */
    struct list turn; /* place among those that are about to fire; next is NULL when in no such row */
    void (*fire)(struct timer *t, int64_t now_ms, void *context);
};

struct timer_heap {
    struct timer **at;
    size_t count, cap;
};

#define TIMER_NEVER INT64_MAX

void timer_heap_clear(struct timer_heap *h);                       /* frees the heap, not the timers */
void timer_set(struct timer_heap *h, struct timer *t, int64_t due_ms); /* moves it when already set */
void timer_cancel(struct timer_heap *h, struct timer *t);          /* harmless when not set */
int64_t timer_next(const struct timer_heap *h);                    /* TIMER_NEVER when none */
void timer_run(struct timer_heap *h, int64_t now_ms, void *context); /* those set while running wait for the next call */

#endif
