/* SPDX-License-Identifier: MIT */
/* refusals: each order that was refused becomes a record or one more of a count. A list of the users who were refused something in the last
 * minute; whose minute is over, and was told, leaves it. */
#include "core/keeper/refusals.h"

#include "core/base/mem.h"
#include "core/base/timer.h"

#include <stdio.h>

struct minute { /* of one user */
    int64_t uid, from_ms;
    size_t whole;
    uint64_t counted, order;
    char who[64];
};

struct refusals {
    struct minute *minute;
    size_t count;
    char who[64];
};

struct refusals *refusals_new(void)
{
    return mem_alloc(sizeof(struct refusals));
}

void refusals_free(struct refusals *r)
{
    if (r == NULL)
        return;
    mem_free(r->minute);
    mem_free(r);
}

static void drop(struct refusals *r, size_t i)
{
    r->count--;
    memmove(&r->minute[i], &r->minute[i + 1], (r->count - i) * sizeof *r->minute);
}

static bool is_over(const struct minute *m, int64_t now_ms)
{
    return now_ms - m->from_ms >= REFUSALS_MS;
}

static struct minute *minute_of(struct refusals *r, int64_t uid, const char *who, int64_t now_ms)
{
    for (size_t i = 0; i < r->count;) {
        struct minute *m = &r->minute[i];
        bool is_his = m->uid == uid && strcmp(m->who, who) == 0;
        if (is_over(m, now_ms) && m->counted == 0)
            drop(r, i);
        else if (is_his)
            return m;
        else
            i++;
    }
    r->minute = mem_resize(r->minute, r->count + 1, sizeof *r->minute);
    struct minute *m = &r->minute[r->count++];
    *m = (struct minute){ .uid = uid, .from_ms = now_ms };
    (void)snprintf(m->who, sizeof m->who, "%s", who);
    return m;
}

bool refusals_take(struct refusals *r, int64_t uid, const char *who, uint64_t order, int64_t now_ms)
{
    char name[sizeof r->who];
    (void)snprintf(name, sizeof name, "%s", who != NULL ? who : "");
    struct minute *m = minute_of(r, uid, name, now_ms);
    if (m->whole < REFUSALS_WHOLE) {
        m->whole++;
        return true;
    }
    m->counted++;
    m->order = order;
    return false;
}

bool refusals_next(struct refusals *r, bool is_end, int64_t now_ms, struct refusals_count *out)
{
    for (size_t i = 0; i < r->count; i++) {
        struct minute *m = &r->minute[i];
        if (m->counted == 0 || (!is_end && !is_over(m, now_ms)))
            continue;
        memcpy(r->who, m->who, sizeof r->who);
        *out = (struct refusals_count){ .uid = m->uid, .order = m->order, .count = m->counted, .who = r->who };
        drop(r, i);
        return true;
    }
    return false;
}

int64_t refusals_deadline(const struct refusals *r)
{
    int64_t due = TIMER_NEVER;
    for (size_t i = 0; i < r->count; i++) {
        const struct minute *m = &r->minute[i];
        if (m->counted > 0 && m->from_ms + REFUSALS_MS < due)
            due = m->from_ms + REFUSALS_MS;
    }
    return due;
}
