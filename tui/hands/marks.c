/* SPDX-License-Identifier: MIT */
/* marks: goes through the orders that are kept for the one that is about a row. There are few, and only rows in sight are asked for.
 * Owns nothing. */
#include "tui/hands/marks.h"

#include "core/base/sum.h"

const struct look_row marks_looks[] = {
    [MARK_NONE] = { " ", " ", "", "", ROLE_TEXT },
    [MARK_LENT] = { "\u21ba", "@", "lent", "in the queue for a while: goes by itself", ROLE_VALUE },
    [MARK_OVERDUE] = { "!", "!", "too long", "paused longer than the reason allows", ROLE_ALARM },
    [MARK_PENDING] = { "\u2026", ":", "pending", "an order is on its way", ROLE_VALUE },
};
_Static_assert(sizeof marks_looks / sizeof marks_looks[0] == MARK_COUNT, "a mark without a look");

enum { PARTS_MAX = 16 }; /* of an agent on so many PBXs */

struct about {
    uint64_t agent, queue; /* queue 0: any */
};

static bool about_of(enum fact_kind kind, const struct fact *f, struct about *out)
{
    const struct fact_member *m = (const void *)f;
    *out = (struct about){ kind == FACT_AGENT ? f->id : kind == FACT_MEMBER ? m->agent : 0, kind == FACT_MEMBER ? m->queue : 0 };
    return out->agent != 0;
}

/* A queue that stands for several has a number of its own: its member's is then asked for as it is on its own PBX. */
static uint64_t own_queue(const struct view *v, enum fact_kind kind, const struct fact *f)
{
    const struct fact_queue *q = kind == FACT_MEMBER ? view_queue(v, kind, f) : NULL;
    return q != NULL ? q->id : 0;
}

static bool is_one_of(uint64_t id, const uint64_t part[], size_t parts)
{
    for (size_t i = 0; i < parts && i < PARTS_MAX; i++) {
        if (part[i] == id)
            return true;
    }
    return false;
}

static bool is_about(const struct fact_order *o, enum fact_kind kind, const struct fact *f)
{
    return (kind == FACT_CALLER && o->caller == f->id) || (kind == FACT_CALL && o->call == f->id);
}

static const struct fact_order *order_about(const struct view *v, enum fact_kind kind, const struct fact *f, int64_t state)
{
    struct about about;
    const struct store *s = view_whole(v);
    const struct fact *next;
    if (store_count(s, FACT_ORDER) == 0 || (!about_of(kind, f, &about) && kind != FACT_CALLER && kind != FACT_CALL))
        return NULL;
    uint64_t own = own_queue(v, kind, f), part[PARTS_MAX];
    size_t parts = about.agent != 0 ? joint_each_part(v->joint, FACT_AGENT, about.agent, part, PARTS_MAX) : 0;
    for (size_t at = 0; (next = store_each(s, FACT_ORDER, &at)) != NULL;) {
        const struct fact_order *o = (const void *)next;
        bool is_there = about.queue == 0 || o->queue == 0 || o->queue == about.queue || o->queue == own;
        if (o->state == state && (is_about(o, kind, f) || (is_there && is_one_of(o->agent, part, parts))))
            return o;
    }
    return NULL;
}

static bool is_overdue(const struct view *v, enum fact_kind kind, const struct fact *f)
{
    const struct fact_agent *a = (const void *)f;
    const struct fact_member *m = (const void *)f;
    bool is_paused = kind == FACT_AGENT ? a->paused_in > 0 : kind == FACT_MEMBER && m->paused != 0;
    int64_t since = !is_paused ? 0 : kind == FACT_AGENT ? a->paused_since : m->paused_since;
    const struct reason_settings *reason = v->settings == NULL || since == 0 ? NULL : settings_reason(v->settings, kind == FACT_AGENT ? a->paused_reason : m->paused_reason);
    return reason != NULL && reason->limit_ms > 0 && sum_sub(view_now(v, kind, f), since) > reason->limit_ms;
}

enum mark marks_of(const struct view *v, enum fact_kind kind, const struct fact *f)
{
    if (f == NULL || (kind != FACT_AGENT && kind != FACT_MEMBER && kind != FACT_CALLER && kind != FACT_CALL))
        return MARK_NONE;
    bool is_person = kind == FACT_AGENT || kind == FACT_MEMBER;
    return order_about(v, kind, f, ORDER_PENDING) != NULL ? MARK_PENDING : is_person && is_overdue(v, kind, f) ? MARK_OVERDUE
         : is_person && order_about(v, kind, f, ORDER_ACTIVE) != NULL ? MARK_LENT : MARK_NONE;
}

const struct fact_order *marks_lease(const struct view *v, enum fact_kind kind, const struct fact *f)
{
    return order_about(v, kind, f, ORDER_ACTIVE);
}

void marks_write_lease(const struct view *v, const struct fact_order *o, struct buf *out)
{
    (void)buf_addf(out, "%s ", view_shape(v, &marks_looks[MARK_LENT]));
    if (o->until != 0)
        view_add_duration(out, sum_sub(o->until, v->beat_ms));
    else if (o->calls_left >= 0)
        (void)buf_addf(out, "%lld call%s", (long long)o->calls_left, o->calls_left == 1 ? "" : "s");
    else
        (void)buf_add(out, slice_of(marks_looks[MARK_LENT].word));
}
