/* SPDX-License-Identifier: MIT */
/* totals: turns changes of agents into counts by state, one by one; adds up the queues when one of them changed; looks for the
 * worst wait whenever it is asked. Owns the memory of what each agent was counted as, and on which PBX. Draws nothing.
 */
#include "tui/totals.h"

#include "core/base/mem.h"
#include "core/base/sum.h"
#include "core/floor/kpi.h"
#include "tui/table/column.h"

enum { STATES_ROOM = 16 }; /* of a tally, in the number that is kept for each agent */
_Static_assert((int)AGENT_STATE_COUNT <= (int)STATES_ROOM, "more agent states than room");

struct tally { /* the agents of one PBX */
    uint64_t pbx;
    int64_t agents[AGENT_STATE_COUNT];
};

void totals_init(struct totals *t)
{
    *t = (struct totals){ .state = idmap_new(), .generation = UINT64_MAX };
}

void totals_clear(struct totals *t)
{
    idmap_free(t->state);
    mem_free(t->tally);
    t->state = NULL;
    t->tally = NULL;
    t->tally_count = 0;
    fact_clear(FACT_QUEUE, (void *)&t->queue);
}

void totals_forget(struct totals *t)
{
    totals_clear(t);
    totals_init(t);
}

static size_t tally_of(struct totals *t, uint64_t pbx)
{
    for (size_t i = 0; i < t->tally_count; i++) {
        if (t->tally[i].pbx == pbx)
            return i;
    }
    t->tally = mem_resize(t->tally, t->tally_count + 1, sizeof *t->tally);
    t->tally[t->tally_count] = (struct tally){ .pbx = pbx };
    return t->tally_count++;
}

void totals_agent(struct totals *t, uint64_t id, const struct fact_agent *a)
{
    uintptr_t was = (uintptr_t)idmap_get(t->state, id);
    if (was > 0)
        t->tally[(was - 1) / STATES_ROOM].agents[(was - 1) % STATES_ROOM]--;
    if (a == NULL) {
        (void)idmap_remove(t->state, id);
        return;
    }
    uintptr_t state = a->state >= 0 && a->state < AGENT_STATE_COUNT ? (uintptr_t)a->state : AGENT_UNKNOWN;
    size_t tally = tally_of(t, a->pbx);
    t->tally[tally].agents[state]++;
    (void)idmap_put(t->state, id, (void *)(tally * STATES_ROOM + state + 1));
}

static bool is_live(const struct view *v, uint64_t pbx)
{
    const struct fact_pbx *p = (const void *)store_get(v->store, FACT_PBX, pbx);
    return p != NULL && p->link == LINK_LIVE;
}

size_t totals_links(const struct view *v, size_t *live)
{
    const struct fact *f;
    *live = 0;
    for (size_t at = 0; (f = store_each(v->store, FACT_PBX, &at)) != NULL;)
        *live += ((const struct fact_pbx *)(const void *)f)->link == LINK_LIVE;
    return store_count(v->store, FACT_PBX);
}

static bool counts(const struct view *v, const struct fact_queue *q, size_t pbx_live)
{
    return pbx_live == 0 || !view_is_stale(v, FACT_QUEUE, (const void *)q);
}

static void add_agents(struct totals *t, const struct view *v, bool is_all)
{
    memset(t->agents, 0, sizeof t->agents);
    t->pbx_count = totals_links(v, &t->pbx_live);
    for (size_t i = 0; i < t->tally_count; i++) {
        for (size_t state = 0; state < AGENT_STATE_COUNT && (is_all || t->pbx_live == 0 || is_live(v, t->tally[i].pbx)); state++)
            t->agents[state] = sum_add(t->agents[state], t->tally[i].agents[state]);
    }
}

void totals_put_agents(struct totals *t, const struct view *v, bool is_all, struct fact_queue *q)
{
    int64_t *const place[] = {
        [AGENT_READY] = &q->ready, [AGENT_RINGING] = &q->ringing, [AGENT_TALKING] = &q->talking, [AGENT_OTHER_CALL] = &q->other_call,
        [AGENT_HOLD] = &q->hold, [AGENT_WRAPUP] = &q->wrapup, [AGENT_PAUSED] = &q->paused, [AGENT_UNAVAILABLE] = &q->unavailable,
        [AGENT_INVALID] = &q->invalid, [AGENT_UNKNOWN] = &q->unknown,
    };
    _Static_assert(sizeof place / sizeof place[0] == AGENT_STATE_COUNT, "an agent state without a count");
    add_agents(t, v, is_all);
    q->members = 0;
    for (size_t i = 0; i < AGENT_STATE_COUNT; i++) {
        *place[i] = t->agents[i];
        q->members = sum_add(q->members, t->agents[i]);
    }
}

/* Another number whenever other PBXs count. */
static uint64_t links_of(const struct view *v)
{
    const struct fact *f;
    uint64_t links = 1;
    for (size_t at = 0; (f = store_each(v->store, FACT_PBX, &at)) != NULL;)
        links = links * 31 + (f->id << 1 | (((const struct fact_pbx *)(const void *)f)->link == LINK_LIVE));
    return links;
}

static void add_up(struct totals *t, const struct view *v)
{
    uint64_t generation = store_generation(v->store, FACT_QUEUE), links = links_of(v);
    if (generation == t->generation && links == t->links)
        return;
    t->generation = generation;
    t->links = links;
    fact_clear(FACT_QUEUE, (void *)&t->queue);
    t->service_level_s = 0;
    const struct fact *f;
    size_t added = 0;
    for (size_t at = 0; (f = store_each(v->store, FACT_QUEUE, &at)) != NULL;) {
        const struct fact_queue *q = (const void *)f;
        if (!counts(v, q, t->pbx_live))
            continue;
        kpi_add(&t->queue, added, q);
        if (added++ == 0)
            t->service_level_s = q->service_level_s;
        else if (t->service_level_s != q->service_level_s)
            t->service_level_s = 0;
    }
}

static void look_for_worst(struct totals *t, const struct view *v)
{
    const struct column *waiting = column_named(FACT_QUEUE, SLICE("waiting"));
    t->worst_wait = ROLE_VALUE;
    t->longest_ms = 0;
    const struct fact *f;
    for (size_t at = 0; waiting != NULL && (f = store_each(v->store, FACT_QUEUE, &at)) != NULL;) {
        const struct fact_queue *q = (const void *)f;
        if (!counts(v, q, t->pbx_live))
            continue;
        int64_t n = q->waiting, waited_ms = q->oldest != 0 ? sum_sub(view_now(v, FACT_QUEUE, f), q->oldest) : 0;
        t->longest_ms = waited_ms > t->longest_ms ? waited_ms : t->longest_ms;
        enum role role = n > 0 ? waiting->role(v, waiting, f, n) : ROLE_VALUE;
        if (role == ROLE_ALARM || (role == ROLE_WARN && t->worst_wait != ROLE_ALARM))
            t->worst_wait = role;
    }
}

void totals_settle(struct totals *t, const struct view *v)
{
    add_agents(t, v, false);
    add_up(t, v);
    look_for_worst(t, v);
    t->is_known = store_count(v->store, FACT_QUEUE) > 0 || t->pbx_live > 0;
    t->is_stale = t->pbx_count > 0 && t->pbx_live == 0;
}
