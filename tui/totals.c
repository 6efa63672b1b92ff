/* SPDX-License-Identifier: MIT */
/* totals: turns changes of agents into counts by state, one by one; adds up the queues when one of them changed; looks for the
 * worst wait whenever it is asked. Owns the memory of what each agent was counted as. Draws nothing.
 */
#include "tui/totals.h"

#include "core/base/sum.h"
#include "core/floor/kpi.h"
#include "tui/column.h"

void totals_init(struct totals *t)
{
    *t = (struct totals){ .state = idmap_new(), .generation = UINT64_MAX };
}

void totals_clear(struct totals *t)
{
    idmap_free(t->state);
    t->state = NULL;
    fact_clear(FACT_QUEUE, (void *)&t->queue);
}

void totals_agent(struct totals *t, uint64_t id, const struct fact_agent *a)
{
    uintptr_t was = (uintptr_t)idmap_get(t->state, id);
    if (was > 0)
        t->agents[was - 1]--;
    if (a == NULL) {
        (void)idmap_remove(t->state, id);
        return;
    }
    uintptr_t state = a->state >= 0 && a->state < AGENT_STATE_COUNT ? (uintptr_t)a->state : AGENT_UNKNOWN;
    t->agents[state]++;
    (void)idmap_put(t->state, id, (void *)(state + 1));
}

void totals_put_agents(const struct totals *t, struct fact_queue *q)
{
    int64_t *const place[] = {
        [AGENT_READY] = &q->ready, [AGENT_RINGING] = &q->ringing, [AGENT_TALKING] = &q->talking, [AGENT_OTHER_CALL] = &q->other_call,
        [AGENT_HOLD] = &q->hold, [AGENT_WRAPUP] = &q->wrapup, [AGENT_PAUSED] = &q->paused, [AGENT_UNAVAILABLE] = &q->unavailable,
        [AGENT_INVALID] = &q->invalid, [AGENT_UNKNOWN] = &q->unknown,
    };
    _Static_assert(sizeof place / sizeof place[0] == AGENT_STATE_COUNT, "an agent state without a count");
    q->members = 0;
    for (size_t i = 0; i < AGENT_STATE_COUNT; i++) {
        *place[i] = t->agents[i];
        q->members += t->agents[i];
    }
}

static void add_up(struct totals *t, const struct view *v)
{
    uint64_t generation = store_generation(v->store, FACT_QUEUE);
    if (generation == t->generation)
        return;
    t->generation = generation;
    fact_clear(FACT_QUEUE, (void *)&t->queue);
    t->service_level_s = 0;
    const struct fact *f;
    size_t added = 0;
    for (size_t at = 0; (f = store_each(v->store, FACT_QUEUE, &at)) != NULL; added++) {
        const struct fact_queue *q = (const void *)f;
        kpi_add(&t->queue, added, q);
        if (added == 0)
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
        int64_t n = q->waiting, waited_ms = q->oldest != 0 ? sum_sub(view_now(v, FACT_QUEUE, f), q->oldest) : 0;
        t->longest_ms = waited_ms > t->longest_ms ? waited_ms : t->longest_ms;
        enum role role = n > 0 ? waiting->role(v, waiting, f, n) : ROLE_VALUE;
        if (role == ROLE_ALARM || (role == ROLE_WARN && t->worst_wait != ROLE_ALARM))
            t->worst_wait = role;
    }
}

void totals_settle(struct totals *t, const struct view *v)
{
    add_up(t, v);
    look_for_worst(t, v);
    t->is_known = store_count(v->store, FACT_QUEUE) > 0;
    t->is_stale = false;
    const struct fact *f;
    for (size_t at = 0; (f = store_each(v->store, FACT_PBX, &at)) != NULL;) {
        const struct fact_pbx *pbx = (const void *)f;
        t->is_known = t->is_known || pbx->link == LINK_LIVE;
        t->is_stale = t->is_stale || pbx->link != LINK_LIVE;
    }
}
