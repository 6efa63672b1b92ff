/* SPDX-License-Identifier: MIT */
/* order_audit: what is written down of an order: its issue, for which it may have to wait, its outcomes, and the end of a listening that it
 * began; and what is still open when the keeper ends. That end comes with ChanSpyStop, or with the listener's channel, or nobody saw it; it is written down in each case. */
#include "core/base/mem.h"
#include "core/base/timer.h"
#include "core/control/order_parts.h"

enum { EAR_LOST_MAX_MS = 60000 /* so long is a PBX waited for that has gone, for an end that only it can tell */ };

static bool write_down(struct orders *o, const struct order *r, struct order_entry e, uint64_t *ticket, struct err *err)
{
    const struct fact_pbx *pbx = world_pbx(o->world, r->fact.pbx);
    const struct order *whose = r->of != 0 ? order_with(o, r->of) : r;
    e.fact = &r->fact;
    e.pbx = pbx != NULL && pbx->name != NULL ? pbx->name : "";
    e.is_own = r->of != 0;
    e.of = r->of;
    e.origin = whose != NULL ? whose->origin : NULL;
    e.was_sent = r->was_sent;
    e.leg = r->ear.uniqueid;
    return o->hooks.audit(o->hooks.context, &e, ticket, err);
}

bool order_issue(struct orders *o, struct order *r, int64_t now_ms)
{
    struct err err = ERR_INIT;
    r->ticket = 0;
    if (write_down(o, r, (struct order_entry){ .event = AUDIT_ISSUE, .now_ms = now_ms }, &r->ticket, &err))
        return true;
    order_fail(o, r, ORDER_REFUSED, err.text, now_ms);
    return false;
}

void order_outcome(struct orders *o, const struct order *r, int64_t now_ms)
{
    uint64_t ignored;
    struct err err = ERR_INIT;
    if (r->fact.state != ORDER_PLANNED && !r->is_dry)
        (void)write_down(o, r, (struct order_entry){ .event = AUDIT_OUTCOME, .now_ms = now_ms }, &ignored, &err);
}

void orders_written(struct orders *o, uint64_t upto, const char *why, int64_t now_ms)
{
    for (size_t i = 0; i < o->count && o->open > 0; i++) {
        struct order *r = o->order[i];
        if (r->ticket == 0 || r->ticket > upto || r->fact.state != ORDER_PENDING)
            continue;
        r->ticket = 0;
        if (why != NULL)
            order_fail(o, r, ORDER_REFUSED, why, now_ms);
        else
            order_go(o, r, now_ms);
    }
}

/* --- listening --------------------------------------------------------------------------------------------------- */

void order_ear_begins(struct orders *o, struct order *r, const struct act *a, int64_t now_ms)
{
    if (a->leg.target == NULL || a->leg.uniqueid == NULL || r->ear.uniqueid != NULL)
        return;
    r->ear = (struct order_ear){ .uniqueid = mem_strdup(a->leg.uniqueid), .since = now_ms, .is_over = r->outcall.is_over };
    o->ears++;
    o->is_ear_due = true;
}

static void end(struct orders *o, struct order *r, int64_t lasted_ms, const char *unseen, int64_t now_ms)
{
    struct buf answer = BUF_INIT(512);
    struct err err = ERR_INIT;
    uint64_t ignored;
    if (lasted_ms >= 0)
        (void)buf_addf(&answer, "confirmed; it ended after %lld s", (long long)(lasted_ms / 1000));
    else
        (void)buf_addf(&answer, "confirmed; end unknown: %s", unseen);
    (void)mem_assign(&r->fact.answer, buf_slice(&answer));
    (void)mem_assign(&r->fact.undo, (struct slice){ NULL, 0 });
    (void)write_down(o, r, (struct order_entry){ .event = AUDIT_END, .now_ms = now_ms, .lasted_ms = lasted_ms }, &ignored, &err);
    mem_free(r->ear.uniqueid);
    r->ear = (struct order_ear){ .uniqueid = NULL };
    o->ears--;
    order_tell(o, r);
    buf_clear(&answer);
}

void order_ear_event(struct orders *o, struct order *r, struct slice uniqueid, int64_t now_ms)
{
    if (r->ear.uniqueid != NULL && slice_eq(slice_of(r->ear.uniqueid), uniqueid))
        end(o, r, now_ms - r->ear.since, NULL, now_ms);
}

static bool is_listening(const struct orders *o, const struct order *r)
{
    struct world_at at = { 0, 0 };
    const struct fact_spy *s;
    while ((s = world_next_spy(o->world, &at)) != NULL) {
        if (s->spyer_uniqueid != NULL && strcmp(s->spyer_uniqueid, r->ear.uniqueid) == 0)
            return true;
    }
    return false;
}

void order_ears_link(struct orders *o, uint64_t pbx, bool is_live, int64_t now_ms)
{
    for (size_t i = 0; i < o->count && o->ears > 0; i++) {
        struct order *r = o->order[i];
        if (r->ear.uniqueid == NULL || r->fact.pbx != pbx)
            continue;
        r->ear.lost_at = is_live ? 0 : now_ms;
        r->ear.was_lost = true;
    }
    o->is_ear_due = o->ears > 0;
}

void order_ears_tick(struct orders *o, int64_t now_ms)
{
    bool is_due = o->is_ear_due;
    o->is_ear_due = false;
    for (size_t i = 0; i < o->count && o->ears > 0; i++) {
        struct order *r = o->order[i];
        if (r->ear.uniqueid == NULL || r->fact.state == ORDER_PENDING)
            continue;
        bool is_seen = is_due && r->ear.lost_at == 0 && is_listening(o, r);
        r->ear.was_seen = r->ear.was_seen || is_seen;
        if (r->ear.lost_at != 0 && now_ms - r->ear.lost_at >= EAR_LOST_MAX_MS)
            end(o, r, -1, "the link was gone", now_ms);
        else if (r->ear.is_over)
            end(o, r, now_ms - r->ear.since, NULL, now_ms);
        else if (is_due && r->ear.lost_at == 0 && r->ear.was_seen && !is_seen)
            end(o, r, r->ear.was_lost ? -1 : now_ms - r->ear.since, "the link was gone for a while", now_ms);
        else if (is_seen)
            r->ear.was_lost = false;
    }
}

int64_t order_ears_deadline(const struct orders *o)
{
    int64_t due = o->is_ear_due && o->ears > 0 ? 0 : TIMER_NEVER;
    for (size_t i = 0; i < o->count && o->ears > 0; i++) {
        const struct order_ear *ear = &o->order[i]->ear;
        int64_t one = ear->uniqueid != NULL && ear->lost_at != 0 ? ear->lost_at + EAR_LOST_MAX_MS : TIMER_NEVER;
        due = one < due ? one : due;
    }
    return due;
}

/* What was on its way may be done or not; leases stay in the journal. */
static void leave_open(struct orders *o, struct order *r, int64_t now_ms)
{
    if (r->is_sent && !act_is_question(&order_act(r)->proof))
        order_fail(o, r, ORDER_UNKNOWN, "this acdtop ended before it knew", now_ms);
    else
        order_fail(o, r, ORDER_NO_LINK, "not sent: this acdtop ended before its turn came", now_ms);
}

void orders_close(struct orders *o, int64_t now_ms)
{
    for (size_t i = 0; i < o->count && o->open > 0; i++) {
        if (o->order[i]->fact.state == ORDER_PENDING)
            leave_open(o, o->order[i], now_ms);
    }
    for (size_t i = 0; i < o->count && o->ears > 0; i++) {
        if (o->order[i]->ear.uniqueid != NULL)
            end(o, o->order[i], -1, "this acdtop ended before it", now_ms);
    }
}
