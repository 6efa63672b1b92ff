/* SPDX-License-Identifier: MIT */
/* wall_sum: turns a page's list of queues into what it shows: those queues, their agents and callers in order, their sum,
 * and whether something in it needs a person. Looks everything up in the store whenever it is asked; keeps only the order of
 * the agents, which is dear. */
#include "tui/wall/wall_parts.h"

#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/sum.h"
#include "core/floor/kpi.h"

static const struct fact_pbx *pbx_of(const struct wall *w, uint64_t id)
{
    return (const void *)store_get(w->view.store, FACT_PBX, id);
}

static bool is_ours(const struct wall *w, const struct fact_queue *q)
{
    const struct wall_page *p = wall_page(w);
    const struct fact_pbx *pbx = p->queue_count > 0 ? pbx_of(w, q->pbx) : NULL;
    return p->queue_count == 0 || wall_page_has(p, slice_of(q->name), slice_of(pbx != NULL ? pbx->name : NULL));
}

/* The queues of the page, in the order of the store: start with 0. */
static const struct fact_queue *queue_each(const struct wall *w, size_t *at)
{
    const struct fact_queue *q;
    while ((q = (const void *)store_each(w->view.store, FACT_QUEUE, at)) != NULL) {
        if (is_ours(w, q))
            break;
    }
    return q;
}

static enum role worse(enum role a, enum role b)
{
    return a == ROLE_ALARM || b == ROLE_ALARM ? ROLE_ALARM : a == ROLE_WARN || b == ROLE_WARN ? ROLE_WARN : ROLE_VALUE;
}

enum role wall_wait_role(const struct wall *w, const struct fact_queue *q)
{
    return alarms_role(&w->view, FACT_QUEUE, (const void *)q, 1u << ALERT_UNREACHABLE | 1u << ALERT_WAITING | 1u << ALERT_OLDEST, ROLE_VALUE);
}

enum role wall_queue_role(const struct wall *w, const struct fact_queue *q)
{
    uint32_t all = 0;
    for (enum alert a = 0; a < ALERT_COUNT; a++)
        all |= alert_table[a].kind == FACT_QUEUE ? 1u << a : 0;
    return alarms_role(&w->view, FACT_QUEUE, (const void *)q, all, ROLE_VALUE);
}

enum role wall_worst(const struct wall *w, uint32_t alerts)
{
    enum role worst = ROLE_VALUE;
    const struct fact_queue *q;
    for (size_t at = 0; alerts != 0 && (q = queue_each(w, &at)) != NULL;) {
        if (view_is_stale(&w->view, FACT_QUEUE, (const void *)q))
            continue;
        worst = worse(worst, alarms_role(&w->view, FACT_QUEUE, (const void *)q, alerts, ROLE_VALUE));
    }
    return worst;
}

static void count_agent(struct fact_queue *sum, int64_t state)
{
    int64_t *const place[] = {
        [AGENT_READY] = &sum->ready, [AGENT_RINGING] = &sum->ringing, [AGENT_TALKING] = &sum->talking, [AGENT_OTHER_CALL] = &sum->other_call,
        [AGENT_HOLD] = &sum->hold, [AGENT_WRAPUP] = &sum->wrapup, [AGENT_PAUSED] = &sum->paused, [AGENT_UNAVAILABLE] = &sum->unavailable,
        [AGENT_INVALID] = &sum->invalid, [AGENT_UNKNOWN] = &sum->unknown,
    };
    _Static_assert(sizeof place / sizeof place[0] == AGENT_STATE_COUNT, "an agent state without a count");
    (*place[state >= 0 && state < AGENT_STATE_COUNT ? state : AGENT_UNKNOWN])++;
    sum->members++;
}

/* Calls `each` once for every agent who serves a queue of the page. */
static void each_agent(const struct wall *w, void (*each)(void *context, const struct fact_agent *a), void *context)
{
    const struct fact *f;
    if (wall_page(w)->queue_count == 0) {
        for (size_t at = 0; (f = store_each(w->view.store, FACT_AGENT, &at)) != NULL;)
            each(context, (const void *)f);
        return;
    }
    struct idmap *seen = idmap_new();
    const struct fact_queue *q;
    for (size_t at = 0; (q = queue_each(w, &at)) != NULL;) {
        for (f = NULL; (f = store_child(w->view.store, FACT_MEMBER, q->id, f)) != NULL;) {
            const struct fact_member *m = (const void *)f;
            const struct fact *agent = store_get(w->view.store, FACT_AGENT, m->agent);
            if (agent != NULL && idmap_put(seen, m->agent, seen) == NULL)
                each(context, (const void *)agent);
        }
    }
    idmap_free(seen);
}

struct count {
    const struct wall *wall;
    struct wall_sum *sum;
};

static void count_one(void *context, const struct fact_agent *a)
{
    struct count *c = context;
    if (c->sum->pbx_live == 0 || !view_is_stale(&c->wall->view, FACT_AGENT, (const void *)a))
        count_agent(&c->sum->queue, a->state);
}

static void count_agents(const struct wall *w, struct wall_sum *s)
{
    struct fact_queue *q = &s->queue;
    if (s->queues == 1 && wall_page(w)->queue_count > 0)
        return; /* one queue: as this queue sees its members */
    q->members = q->ready = q->ringing = q->talking = q->other_call = q->hold = q->wrapup = q->paused = q->unavailable = q->invalid = q->unknown = 0;
    each_agent(w, count_one, &(struct count){ w, s });
}

static bool is_of_page(const struct wall *w, const struct fact_pbx *pbx)
{
    bool is_here = wall_page(w)->queue_count == 0;
    for (const struct fact *q = NULL; !is_here && (q = store_child(view_whole(&w->view), FACT_QUEUE, pbx->id, q)) != NULL;)
        is_here = is_ours(w, (const void *)q);
    return is_here;
}

size_t wall_links(const struct wall *w, size_t *live)
{
    const struct fact *f;
    size_t count = 0;
    *live = 0;
    for (size_t at = 0; (f = store_each(w->view.store, FACT_PBX, &at)) != NULL;) {
        const struct fact_pbx *pbx = (const void *)f;
        bool is_here = is_of_page(w, pbx);
        count += is_here;
        *live += is_here && pbx->link == LINK_LIVE;
    }
    return count;
}

/* A PBX without a live link is left out as long as another one of the page has one. */
void wall_sum_make(const struct wall *w, struct wall_sum *s)
{
    *s = (struct wall_sum){ .worst = ROLE_VALUE };
    const struct fact_queue *q;
    size_t added = 0;
    s->pbx_count = wall_links(w, &s->pbx_live);
    s->is_stale = s->pbx_count > 0 && s->pbx_live == 0;
    for (size_t at = 0; (q = queue_each(w, &at)) != NULL; s->queues++) {
        if (s->pbx_live > 0 && view_is_stale(&w->view, FACT_QUEUE, (const void *)q))
            continue;
        kpi_add(&s->queue, added, q);
        s->service_level_s = added++ == 0 || s->service_level_s == q->service_level_s ? q->service_level_s : 0;
        int64_t waited_ms = q->oldest != 0 ? sum_sub(view_now(&w->view, FACT_QUEUE, (const void *)q), q->oldest) : 0;
        s->longest_ms = waited_ms > s->longest_ms ? waited_ms : s->longest_ms;
        s->worst = worse(s->worst, wall_wait_role(w, q));
    }
    count_agents(w, s);
    s->is_known = s->queues > 0;
    const struct fact *f;
    for (size_t at = 0; wall_page(w)->queue_count == 0 && (f = store_each(w->view.store, FACT_PBX, &at)) != NULL;)
        s->is_known = s->is_known || ((const struct fact_pbx *)(const void *)f)->link == LINK_LIVE; /* it has no queues, and that is known */
}

void wall_sum_clear(struct wall_sum *s)
{
    fact_clear(FACT_QUEUE, (void *)&s->queue);
}

/* --- in order --------------------------------------------------------------------------------------------------- */

static const char *name_of(const struct fact_agent *a)
{
    return a->name != NULL ? a->name : a->interface;
}

static int by_name(const void *a, const void *b)
{
    const struct fact_agent *const *x = a, *const *y = b;
    int order = view_compare(slice_of(name_of(*x)), slice_of(name_of(*y)));
    return order != 0 ? order : ((*x)->id > (*y)->id) - ((*x)->id < (*y)->id);
}

struct sorting {
    const struct fact_agent **at;
    size_t count, cap;
};

static void add_one(void *context, const struct fact_agent *a)
{
    struct sorting *s = context;
    if (s->count < s->cap)
        s->at[s->count++] = a;
}

void wall_sort_agents(struct wall *w)
{
    uint64_t generation = store_generation(w->view.store, FACT_AGENT) + store_generation(w->view.store, FACT_MEMBER);
    if (w->agents_page == w->page && (w->agents_of == generation || w->agents_at == w->view.beat_ms))
        return;
    struct sorting s = { .cap = store_count(w->view.store, FACT_AGENT) };
    s.at = mem_array(s.cap + 1, sizeof *s.at);
    each_agent(w, add_one, &s);
    qsort(s.at, s.count, sizeof *s.at, by_name);
    if (w->agent_cap < s.count) {
        w->agent = mem_resize(w->agent, s.count, sizeof *w->agent);
        w->agent_cap = s.count;
    }
    for (size_t i = 0; i < s.count; i++)
        w->agent[i] = s.at[i]->id;
    w->agent_count = s.count;
    w->agents_of = generation;
    w->agents_page = w->page;
    w->agents_at = w->view.beat_ms;
    mem_free(s.at);
}

static int by_queue_name(const void *a, const void *b)
{
    const struct fact_queue *const *x = a, *const *y = b;
    int order = view_compare(slice_of(fact_queue_called(*x)), slice_of(fact_queue_called(*y)));
    return order != 0 ? order : ((*x)->id > (*y)->id) - ((*x)->id < (*y)->id);
}

const struct fact_queue **wall_queues(const struct wall *w, size_t *count)
{
    const struct fact_queue **out = mem_array(store_count(w->view.store, FACT_QUEUE) + 1, sizeof *out), *q;
    *count = 0;
    for (size_t at = 0; (q = queue_each(w, &at)) != NULL;)
        out[(*count)++] = q;
    qsort(out, *count, sizeof *out, by_queue_name);
    return out;
}

/* Who waits longest stands first; 0, unknown, last. */
static int by_wait(const void *a, const void *b)
{
    const struct fact_caller *const *x = a, *const *y = b;
    int64_t p = (*x)->joined != 0 ? (*x)->joined : INT64_MAX, q = (*y)->joined != 0 ? (*y)->joined : INT64_MAX;
    return p != q ? (p > q) - (p < q) : ((*x)->id > (*y)->id) - ((*x)->id < (*y)->id);
}

const struct fact_caller **wall_callers(const struct wall *w, size_t *count)
{
    const struct fact_caller **out = mem_array(store_count(w->view.store, FACT_CALLER) + 1, sizeof *out);
    const struct fact_queue *q;
    *count = 0;
    for (size_t at = 0; (q = queue_each(w, &at)) != NULL;) {
        for (const struct fact *f = NULL; (f = store_child(w->view.store, FACT_CALLER, q->id, f)) != NULL;)
            out[(*count)++] = (const void *)f;
    }
    qsort(out, *count, sizeof *out, by_wait);
    return out;
}

/* --- alarms ------------------------------------------------------------------------------------------------------ */

bool wall_is_lost(const struct wall *w, const struct fact_pbx *pbx, int64_t *age_ms)
{
    const struct wall_lost *lost = idmap_get(w->lost, pbx->id);
    bool is_shown = store_child(view_whole(&w->view), FACT_QUEUE, pbx->id, NULL) != NULL;
    int64_t since = lost != NULL ? lost->since : is_shown ? pbx->heard_at : 0;
    *age_ms = since != 0 ? w->view.beat_ms - since : -1;
    if (*age_ms < 0 && since != 0)
        *age_ms = 0;
    if (pbx->link == LINK_LIVE || pbx->link == LINK_SYNCING)
        return false;
    return pbx->link == LINK_LOST || pbx->link == LINK_REFUSED || pbx->reason != NULL || is_shown;
}

static bool is_pbx_alarmed(const struct wall *w)
{
    const struct fact *f;
    int64_t age_ms;
    for (size_t at = 0; (f = store_each(w->view.store, FACT_PBX, &at)) != NULL;) {
        const struct fact_pbx *pbx = (const void *)f;
        if (is_of_page(w, pbx) && wall_is_lost(w, pbx, &age_ms))
            return true;
    }
    return false;
}

/* Whole pages are alarmed by their queues; of tiles of queues only the screenful that shows one. */
bool wall_page_is_alarmed(struct wall *w, size_t sheet)
{
    size_t count;
    bool is_alarmed = is_pbx_alarmed(w);
    const struct fact_queue **q = wall_queues(w, &count);
    bool is_tiled = wall_page(w)->kind == WALL_QUEUES && w->per_sheet > 0;
    for (size_t i = 0; !is_alarmed && i < count; i++)
        is_alarmed = wall_queue_role(w, q[i]) == ROLE_ALARM && (!is_tiled || i / w->per_sheet == sheet);
    mem_free(q);
    return is_alarmed;
}
