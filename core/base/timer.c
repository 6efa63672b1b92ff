/* SPDX-License-Identifier: MIT */
/* timer: a binary heap of borrowed timers, the earliest on top. timer_run first takes all
 * that are due out of the heap into a row, then fires them one by one: what a handler sets
 * anew goes to the heap and waits for the next call, what it cancels leaves the row. A timer
 * of zero bytes is a timer that is not set. Reads no clock. */
#include "core/base/timer.h"

#include "core/base/mem.h"

static void place(struct timer_heap *h, size_t i, struct timer *t)
{
    h->at[i] = t;
    t->slot = i + 1;
}

static void sift_up(struct timer_heap *h, size_t i, struct timer *t)
{
    while (i > 0) {
        size_t parent = (i - 1) / 2;
        if (h->at[parent]->due_ms <= t->due_ms)
            break;
        place(h, i, h->at[parent]);
        i = parent;
    }
    place(h, i, t);
}

static void sift_down(struct timer_heap *h, size_t i, struct timer *t)
{
    for (;;) {
        size_t child = 2 * i + 1;
        if (child >= h->count)
            break;
        if (child + 1 < h->count && h->at[child + 1]->due_ms < h->at[child]->due_ms)
            child++;
        if (t->due_ms <= h->at[child]->due_ms)
            break;
        place(h, i, h->at[child]);
        i = child;
    }
    place(h, i, t);
}

static void take_out(struct timer_heap *h, struct timer *t)
{
    size_t i = t->slot - 1;
    t->slot = 0;
    struct timer *last = h->at[--h->count];
    if (last == t)
        return;
    if (i > 0 && h->at[(i - 1) / 2]->due_ms > last->due_ms)
        sift_up(h, i, last);
    else
        sift_down(h, i, last);
}

void timer_cancel(struct timer_heap *h, struct timer *t)
{
    if (t->slot != 0)
        take_out(h, t);
    if (t->turn.next != NULL) {
        list_remove(&t->turn);
        t->turn.next = NULL;
    }
}

void timer_set(struct timer_heap *h, struct timer *t, int64_t due_ms)
{
    timer_cancel(h, t);
    if (h->count == h->cap) {
        h->cap = h->cap > 0 ? h->cap * 2 : 16;
        h->at = mem_resize(h->at, h->cap, sizeof *h->at);
    }
    t->due_ms = due_ms;
    sift_up(h, h->count++, t);
}

int64_t timer_next(const struct timer_heap *h)
{
    return h->count > 0 ? h->at[0]->due_ms : TIMER_NEVER;
}

void timer_run(struct timer_heap *h, int64_t now_ms, void *context)
{
    struct list row;
    list_init(&row);
    while (h->count > 0 && h->at[0]->due_ms <= now_ms) {
        struct timer *t = h->at[0];
        take_out(h, t);
        list_append(&row, &t->turn);
    }
    while (!list_is_empty(&row)) {
        struct timer *t = LIST_ENTITY(row.next, struct timer, turn);
        list_remove(&t->turn);
        t->turn.next = NULL;
        t->fire(t, now_ms, context);
    }
}

void timer_heap_clear(struct timer_heap *h)
{
    for (size_t i = 0; i < h->count; i++)
        h->at[i]->slot = 0;
    mem_free(h->at);
    *h = (struct timer_heap){ 0 };
}
