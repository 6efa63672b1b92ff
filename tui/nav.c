/* SPDX-License-Identifier: MIT */
/* nav: keeps the line of open screens in an array of fixed size. Nobody ever takes the place of a subject that went: its
 * entry stays, with a copy of what was last known, until it falls off the end of the line.
 */
#include "tui/nav.h"

static enum fact_kind kind_of(const struct nav_entry *e)
{
    return screen_table[e->screen].subject;
}

static void entry_clear(struct nav_entry *e)
{
    if (e->is_gone)
        fact_clear(kind_of(e), &e->last.head);
    *e = (struct nav_entry){ 0 };
}

void nav_init(struct nav *n, enum screen_id home)
{
    *n = (struct nav){ .count = 1 };
    n->at[0].screen = home;
}

void nav_clear(struct nav *n)
{
    for (size_t i = 0; i < n->count; i++)
        entry_clear(&n->at[i]);
    n->count = n->now = 0;
}

bool nav_open(struct nav *n, enum screen_id screen, uint64_t subject)
{
    struct nav_entry *now = nav_now(n);
    if (now->screen == screen && now->subject == subject)
        return false;
    for (size_t i = n->now + 1; i < n->count; i++)
        entry_clear(&n->at[i]);
    n->count = n->now + 1;
    if (n->count == NAV_MOST) {
        entry_clear(&n->at[1]);
        memmove(&n->at[1], &n->at[2], (NAV_MOST - 2) * sizeof n->at[0]);
        n->count--;
    }
    n->now = n->count++;
    n->at[n->now] = (struct nav_entry){ .screen = screen, .subject = subject };
    return true;
}

bool nav_back(struct nav *n)
{
    if (n->now == 0)
        return false;
    n->now--;
    return true;
}

bool nav_forward(struct nav *n)
{
    if (n->now + 1 >= n->count)
        return false;
    n->now++;
    return true;
}

void nav_renamed(struct nav *n, uint64_t (*now)(void *context, enum fact_kind kind, uint64_t id), void *context)
{
    size_t kept = 0, here = 0;
    for (size_t i = 0; i < n->count; i++) {
        struct nav_entry *e = &n->at[i];
        uint64_t selected = e->selected != 0 ? now(context, FACT_QUEUE, e->selected) : 0; /* of another kind: its number stays */
        uint64_t subject = e->subject != 0 && !e->is_gone ? now(context, kind_of(e), e->subject) : e->subject;
        bool is_kept = e->subject == 0 || e->is_gone || subject != 0;
        e->selected = selected != 0 ? selected : e->selected;
        e->subject = subject;
        if (i <= n->now && is_kept)
            here = kept;
        if (is_kept)
            n->at[kept++] = *e;
    }
    n->count = kept; /* the first is about nobody, and stays */
    n->now = here;
}

bool nav_gone(struct nav *n, enum fact_kind kind, uint64_t id, const struct fact *last, int64_t floor_ms, int64_t wall_ms)
{
    bool is_found = false;
    for (size_t i = 0; i < n->count; i++) {
        struct nav_entry *e = &n->at[i];
        if (e->subject != id || id == 0 || kind_of(e) != kind || e->is_gone)
            continue;
        is_found = e->is_gone = true;
        e->gone_ms = floor_ms;
        e->gone_wall_ms = wall_ms;
        memset(&e->last, 0, sizeof e->last);
        if (last != NULL)
            fact_copy(kind, &e->last.head, last);
    }
    return is_found;
}

bool nav_came(struct nav *n, enum fact_kind kind, uint64_t id)
{
    bool is_found = false;
    for (size_t i = 0; i < n->count; i++) {
        struct nav_entry *e = &n->at[i];
        if (e->subject != id || id == 0 || kind_of(e) != kind)
            continue;
        is_found = true;
        if (e->is_gone)
            fact_clear(kind, &e->last.head);
        e->is_gone = false;
    }
    return is_found;
}
