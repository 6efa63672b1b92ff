/* SPDX-License-Identifier: MIT */
/* lease_adopt: leases of keepers that died. Each is taken over once its PBX is there to be asked; then it is found out whether the membership is
 * this lease's, for what the dead one asked for may have been refused, or be on its way, or have been undone. */
#include "core/control/lease_parts.h"

#include <stdio.h>

enum {
    LOGIN_SLACK_MS = 500, /* two keepers do not measure the PBX's clock alike */
    RESTART_MS = 2000,    /* so long it takes to read all members */
    DOUBT_MS = 10000,
    LEND_MAX_MS = 86400 * 1000 /* target_duration knows no longer one */
};

static const struct fact_queue *queue_of(const struct world *w, const struct lease_entry *e)
{
    struct world_at at = { 0, 0 };
    const struct fact_queue *q;
    char host[sizeof e->host];
    lease_name_host(w, e->pbx, host, sizeof host);
    while (strcmp(host, e->host) == 0 && (q = world_next_queue(w, &at)) != NULL) {
        const struct fact_pbx *p = world_pbx(w, q->pbx);
        if (p != NULL && strcmp(p->name, e->pbx) == 0 && strcmp(q->name, e->queue) == 0)
            return p->link == LINK_LIVE && q->state != QUEUE_SYNCING ? q : NULL;
    }
    return NULL;
}

struct lent {
    const struct world *world;
    uint64_t queue;
    const char *interface;
};

static bool is_lent(void *context, const struct lease_entry *e)
{
    const struct lent *x = context;
    const struct fact_queue *q = slice_eq_nocase(slice_of(e->interface), slice_of(x->interface)) ? queue_of(x->world, e) : NULL;
    return q != NULL && q->id == x->queue;
}

/* Another keeper's lease is read in the journal: who takes the agent out there settles it as well. */
bool leases_holds(const struct leases *l, uint64_t queue, const char *interface)
{
    struct lent x = { l->world, queue, interface };
    return lease_lends(l, queue, interface) || (l->journal != NULL && journal_has(l->journal, is_lent, &x));
}

static bool wants(void *context, const struct lease_entry *e)
{
    const struct leases *l = context;
    return queue_of(l->world, e) != NULL;
}

/* On a PBX that has restarted since, nobody is a member for longer than he is. */
static bool has_restarted(const struct leases *l, const struct lease *x, const struct fact_member *m)
{
    struct world_at at = { 0, 0 };
    const struct fact_member *other;
    while ((other = world_next_member(l->world, &at)) != NULL) {
        const struct fact_queue *q = world_queue(l->world, other->queue);
        if (q != NULL && q->pbx == x->pbx && other->login != 0 && other->login < m->login - RESTART_MS)
            return false;
    }
    return m->login > x->login_at;
}

/* The one who died may have been told "Already there", or may have put him back, and somebody else has added him since. A take shows by its long
 * wrap-up, or by the Local channel that only its own lines of the dialplan have; one who is lent by his penalty at first, and in the end by the
 * time since which he is a member, which a PBX that restarts tells anew. */
static bool is_ours(const struct leases *l, const struct lease *x, const struct fact_member *m)
{
    const struct lease_entry *e = &x->entry;
    int64_t apart_ms = m->login - x->login_at;
    if (e->is_take)
        return m->wrapup_s == TAKE_WRAPUP_S || strchr(e->interface, '*') != NULL;
    if (e->stage == LEASE_ASKED)
        return m->penalty == e->mark;
    return e->stage != LEASE_GOING || m->login == 0 || e->login_wall_ms == 0 || (apart_ms < LOGIN_SLACK_MS && apart_ms > -LOGIN_SLACK_MS) ||
           has_restarted(l, x, m);
}

/* Of one that was adopted. What the dead one sent may reach the PBX after us: so long is looked whether the membership comes after all.
 * False: it is settled, and gone. */
bool lease_sort_out(struct leases *l, struct lease *x, int64_t now_ms)
{
    const struct fact_member *m = lease_member(l, x);
    bool is_missing = m == NULL && x->entry.stage == LEASE_ASKED;
    x->is_due = false;
    if (is_missing && x->doubt_until == 0)
        x->doubt_until = now_ms + DOUBT_MS;
    if (is_missing && (now_ms < x->doubt_until || !lease_is_live(l, x)))
        return true;
    x->doubt_until = 0;
    x->is_due = true;
    if (is_missing || (m != NULL && !is_ours(l, x, m))) {
        (void)snprintf(x->text, sizeof x->text, "nothing to put back: %s", is_missing ? "it never came about" : "the membership is somebody else's");
        lease_settle(l, x, now_ms);
        return false;
    }
    if (x->entry.is_take)
        lease_leave(x, false, now_ms, "put back: the acdtop that watched the call has died");
    else if (x->entry.stage == LEASE_GOING)
        lease_leave(x, true, now_ms, "put back");
    else if (x->entry.stage < LEASE_BEGUN)
        lease_leave(x, false, now_ms, "put back: the acdtop that lent him died on the way");
    return true;
}

void leases_adopt(struct leases *l, int64_t now_ms)
{
    struct lease x = { .state = LEASE_RUNNING, .is_due = true };
    while (journal_adopt(l->journal, wants, l, &x.journal, &x.entry)) {
        const struct fact_queue *q = queue_of(l->world, &x.entry);
        int64_t left_ms = x.entry.until_wall_ms - l->hooks.wall_ms(l->hooks.clock);
        x.pbx = q->pbx;
        x.queue = q->id;
        left_ms = left_ms > LEND_MAX_MS ? LEND_MAX_MS : left_ms; /* the wall clock was set back */
        x.until = x.entry.until_wall_ms != 0 ? now_ms + (left_ms > 0 ? left_ms : 0) : 0;
        x.order = l->hooks.adopt(l->hooks.context, &x.entry, q, now_ms);
        x.login_at = now_ms - (l->hooks.wall_ms(l->hooks.clock) - x.entry.login_wall_ms);
        struct lease *new = lease_add(l);
        *new = x;
        lease_show(l, new, NULL);
        (void)lease_sort_out(l, new, now_ms);
    }
}
