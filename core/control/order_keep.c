/* SPDX-License-Identifier: MIT */
/* order_keep: which of the orders that have ended are kept, and for how long. Those of which something was sent are kept for their own sake; those
 * of which nothing was, since they were wrong or forbidden, are free for who gives them, so that each user has a few of them, and they push none
 * of the others out. */
#include "core/base/mem.h"
#include "core/control/order_parts.h"

enum {
    ENDED_MAX = 600,   /* so many ended ones are kept: what was given for 500 tagged rows can be taken back, all of it */
    EMPTY_MAX = 600,   /* of which nothing was sent: so many beside them */
    EMPTY_OF_ONE = 200 /* of one user: a console that gives orders for all that is tagged hears of each before it is forgotten */
};

void order_free(struct order *r)
{
    plan_clear(&r->plan);
    fact_clear(FACT_ORDER, (struct fact *)&r->fact);
    buf_clear(&r->undo);
    mem_free(r->ear.uniqueid);
    mem_free(r->origin);
    buf_clear(&r->failures);
    mem_free(r->line);
    mem_free(r);
}

static bool is_kept(const struct order *r)
{
    return order_is_open(r) || r->fact.state == ORDER_ACTIVE || r->ear.uniqueid != NULL;
}

static bool is_empty(const struct order *r)
{
    return !r->was_sent && r->of == 0 && r->fact.state != ORDER_DONE;
}

static void drop(struct orders *o, size_t i)
{
    struct order *old = o->order[i];
    o->count--;
    memmove(&o->order[i], &o->order[i + 1], (o->count - i) * sizeof *o->order);
    o->hooks.changed(o->hooks.context, old->fact.id, true);
    order_free(old);
}

/* The oldest that has ended makes room for one of this user. */
bool order_keep_few(struct orders *o, const char *who)
{
    size_t full = 0, empty = 0, his = 0, first_full = 0, first_empty = 0, first_his = 0;
    for (size_t i = o->count; i > 0; i--) {
        const struct order *r = o->order[i - 1];
        if (is_kept(r))
            continue;
        if (!is_empty(r)) {
            full++;
            first_full = i - 1;
            continue;
        }
        empty++;
        first_empty = i - 1;
        if (strcmp(r->fact.who, who) == 0) {
            his++;
            first_his = i - 1;
        }
    }
    if (his >= EMPTY_OF_ONE)
        drop(o, first_his);
    else if (empty >= EMPTY_MAX)
        drop(o, first_empty);
    else if (full >= ENDED_MAX)
        drop(o, first_full);
    else
        return false;
    return true;
}
