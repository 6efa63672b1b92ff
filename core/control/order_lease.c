/* SPDX-License-Identifier: MIT */
/* order_lease: what leases do with orders: give one of their own, show how they stand in the order that began them, end it, begin it again,
 * and make one for a lease that was adopted. */
#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/control/order_parts.h"

/* Written down before anything is asked; and that the membership is ours, before it loses the penalty by which it is known. */
bool order_lease_begins(struct orders *o, struct order *r, int64_t now_ms)
{
    struct err err = ERR_INIT;
    if (!plan_is_lease(&r->plan))
        return true;
    if (r->act == 0 && !leases_prepare(o->leases, &r->fact, &r->plan, now_ms, &err)) {
        order_fail(o, r, ORDER_REFUSED, err.text, now_ms);
        return false;
    }
    r->ticket = leases_written(o->leases, r->fact.id, &err) == JOURNAL_ON_ITS_WAY ? ORDER_TICKET_LEASE : 0;
    r->sent_at = now_ms;
    return r->ticket == 0;
}

void orders_leases_written(struct orders *o, int64_t now_ms)
{
    for (size_t i = 0; i < o->count && o->open > 0; i++) {
        struct order *r = o->order[i];
        struct err err = ERR_INIT;
        if (r->ticket != ORDER_TICKET_LEASE || r->fact.state != ORDER_PENDING)
            continue;
        enum journal_state state = leases_written(o->leases, r->fact.id, &err);
        r->ticket = state == JOURNAL_ON_ITS_WAY ? ORDER_TICKET_LEASE : 0;
        if (state == JOURNAL_FAILED)
            order_fail(o, r, ORDER_REFUSED, err.text, now_ms);
        else if (state == JOURNAL_SAFE)
            order_send(o, r, now_ms);
    }
}

static uint64_t lease_gives(void *context, struct slice line, const char *who, uint64_t of, int64_t now_ms)
{
    return orders_give(context, &(struct order_given){ .line = line, .who = who, .of = of }, now_ms);
}

static void lease_signs(void *context, uint64_t order, struct lease_entry *e)
{
    const struct orders *o = context;
    struct order_origin origin = { .uid = -1 };
    if (o->hooks.sign != NULL)
        o->hooks.sign(o->hooks.context, order, &origin);
    memcpy(e->order, origin.order, sizeof e->order);
    e->uid = origin.uid;
    e->given_wall_ms = o->hooks.wall_ms(o->hooks.context);
}

/* Of one that was adopted: by which order of the dead one. */
static void add_origin(const struct order *r, struct buf *out)
{
    char at[32];
    if (r->origin == NULL || *r->origin->order == '\0')
        return;
    clock_rfc3339(at, r->origin->wall_ms);
    (void)buf_addf(out, "; order %s of %s lent him, and its acdtop has died", r->origin->order, at);
}

static void lease_drops(void *context, uint64_t pbx, struct slice channel)
{
    order_drop(context, pbx, channel);
}

static const struct fact_order *lease_asks(void *context, uint64_t id)
{
    return orders_get(context, id);
}

static void lease_shows(void *context, uint64_t order, int64_t until, int64_t calls_left, const char *text)
{
    const struct orders *o = context;
    struct order *r = order_with(o, order);
    if (r == NULL)
        return;
    r->fact.until = until;
    r->fact.calls_left = calls_left;
    if (text != NULL)
        (void)mem_assign(&r->fact.answer, slice_of(text));
    o->hooks.changed(o->hooks.context, order, false);
}

static void lease_ends(void *context, uint64_t order, bool is_well, const char *text, int64_t now_ms)
{
    struct order *r = order_with(context, order);
    if (r == NULL || r->fact.state != ORDER_ACTIVE)
        return;
    r->undo.len = 0;
    struct buf answer = BUF_INIT(1024);
    (void)buf_addf(&answer, "%s", text);
    add_origin(r, &answer);
    order_settle(context, r, is_well ? ORDER_DONE : ORDER_REFUSED, buf_slice(&answer), now_ms);
    buf_clear(&answer);
}

static void lease_begins_again(void *context, uint64_t order, int64_t now_ms)
{
    struct orders *o = context;
    struct order *r = order_with(o, order);
    if (r == NULL)
        return;
    r->fact.state = ORDER_PENDING;
    o->open++;
    plan_clear(&r->plan);
    r->at = r->act = r->undo.len = 0;
    (void)mem_assign(&r->fact.what, (struct slice){ NULL, 0 });
    order_advance(o, r, now_ms);
}

static uint64_t lease_adopted(void *context, const struct lease_entry *e, const struct fact_queue *queue, int64_t now_ms)
{
    struct order *r = order_new(context, e->who, SLICE(""), now_ms);
    r->fact.pbx = queue->pbx;
    r->fact.queue = queue->id;
    r->fact.what = mem_strdup(e->what);
    r->fact.interface = mem_strdup(e->interface);
    r->origin = mem_alloc(sizeof *r->origin);
    *r->origin = (struct order_origin){ .uid = e->uid, .wall_ms = e->given_wall_ms };
    memcpy(r->origin->order, e->order, sizeof r->origin->order);
    order_settle(context, r, ORDER_ACTIVE, SLICE("taken over from an acdtop that has died"), now_ms);
    return r->fact.id;
}

void order_leases(struct orders *o)
{
    o->leases = leases_new(o->world, o->hooks.journal, &(struct leases_hooks){ .give = lease_gives, .sign = lease_signs, .order = lease_asks, .show = lease_shows, .end = lease_ends,
                                                                              .again = lease_begins_again, .drop = lease_drops, .adopt = lease_adopted,
                                                                              .wall_ms = o->hooks.wall_ms, .clock = o->hooks.context, .context = o });
}

/* Each of these is over within seconds. */
static bool has_pending(const struct orders *o)
{
    for (size_t i = 0; i < o->count && o->open > 0; i++) {
        if (o->order[i]->fact.state == ORDER_PENDING)
            return true;
    }
    return false;
}

bool orders_hold(const struct orders *o)
{
    return !o->world->settings->is_demo && (leases_count(o->leases) > 0 || o->ears > 0 || has_pending(o));
}

bool orders_lent(const struct orders *o, uint64_t queue, const char *interface)
{
    return leases_holds(o->leases, queue, interface);
}

/* What a take needs it may need again, for as long as it is not over. */
static bool is_to_be_planned(const struct order *r)
{
    return (r->fact.state == ORDER_PENDING && (r->line[r->at] != '\0' || r->plan.is_take)) || (r->fact.state == ORDER_ACTIVE && r->plan.is_take);
}

bool orders_has_giver(const struct orders *o, uint64_t giver)
{
    for (size_t i = 0; i < o->count; i++) {
        if (o->order[i]->giver == giver && is_to_be_planned(o->order[i]))
            return true;
    }
    return false;
}
