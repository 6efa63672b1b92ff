/* SPDX-License-Identifier: MIT */
/* order_event: what single events say of orders, and no state of the floor keeps: a phone that was rung for one (outcall.c), what sight.c
 * sees, an end of a listening. */
#include "core/control/order_parts.h"

/* Its answer is nobody's. */
void order_drop(struct orders *o, uint64_t pbx, struct slice channel)
{
    struct err err = ERR_INIT;
    const struct request_header header[] = { { "Channel", channel } };
    (void)o->hooks.send(o->hooks.context, pbx, REQUEST_HANGUP, header, 1, ++o->last_tag, &err); /* else it ends when it is answered */
}

static void outcall_comes(struct orders *o, struct order *r, const struct event *e, int64_t now_ms)
{
    struct buf why = BUF_INIT(1024);
    enum outcall_news news = outcall_event(&r->outcall, order_act(r), e, &why);
    if (news == OUTCALL_DONE)
        r->is_due = true;
    if (news == OUTCALL_POINTLESS)
        order_drop(o, r->plan.pbx, slice_of(r->outcall.channel)); /* it would be answered for a call that is over */
    if (news == OUTCALL_FAILED || news == OUTCALL_POINTLESS)
        order_fail(o, r, ORDER_REFUSED, buf_slice(&why).p, now_ms);
    buf_clear(&why);
}

static void sight_comes(struct orders *o, struct order *r, const struct event *e, int64_t now_ms)
{
    struct buf why = BUF_INIT(1024);
    enum sight_news news = sight_event(&r->sight, order_act(r), e, &why);
    r->is_due = r->is_due || news == SIGHT_SEEN;
    if (news == SIGHT_NOT)
        order_fail(o, r, ORDER_REFUSED, buf_slice(&why).p, now_ms);
    buf_clear(&why);
}

void orders_event(struct orders *o, uint64_t pbx, const struct event *e, int64_t now_ms)
{
    leases_event(o->leases, pbx, e, now_ms);
    if (o->open == 0 && o->ears == 0)
        return;
    for (size_t i = 0; i < o->count; i++) {
        struct order *r = o->order[i];
        if (r->plan.pbx != pbx)
            continue;
        if (order_is_open(r) && r->is_sent && order_act(r)->leg.uniqueid != NULL)
            outcall_comes(o, r, e, now_ms);
        else if (order_is_open(r) && r->is_sent && act_is_event(&order_act(r)->proof))
            sight_comes(o, r, e, now_ms);
        else if (r->ear.uniqueid != NULL && e->kind == EVENT_CHAN_SPY_STOP)
            order_ear_event(o, r, event_get(e, F_SPYER_UNIQUEID), now_ms);
    }
}
