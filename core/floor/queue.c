/* SPDX-License-Identifier: MIT */
/* queue: the queues of one PBX, how far each is proven, and which one is to be read next. Two lists make that a
 * matter of looking at their heads: queues that want to be read soon (something unexplained, or a list that could not
 * be proven), and all queues, the longest unread first. Counters of callers and members are kept by their rooms. */
#include "core/base/log.h"
#include "core/floor/model.h"

struct queue *queue_find(const struct floor *f, struct slice name)
{
    return name.n > 0 ? map_get(f->queues, name) : NULL;
}

static void introduce(const struct floor *f, struct fact_queue *q)
{
    const char *alias = NULL;
    size_t place = 0;
    if (f->setup.directory != NULL)
        (void)directory_queue(f->setup.directory, f->setup.pbx_name, slice_of(q->name), &alias, &place);
    (void)model_set_text(&q->alias, slice_of(alias));
    q->place = place > 0 ? (int64_t)place : -1;
}

struct queue *queue_need(struct floor *f, struct slice name)
{
    struct queue *q = queue_find(f, name);
    if (q != NULL)
        return q;
    if (!model_is_key(name) || !model_has_room(f, map_count(f->queues), QUEUES_MAX, 0, "queues"))
        return NULL;
    q = mem_alloc(sizeof *q);
    model_add(f, FACT_QUEUE, &q->fact);
    q->fact.pbx = f->pbx;
    q->fact.name = mem_text(name);
    introduce(f, &q->fact);
    q->fact.since = f->since_wall_ms;
    q->fact.state = QUEUE_SYNCING;
    q->fact.ast_holdtime_s = q->fact.ast_talktime_s = q->fact.ast_completed = q->fact.ast_abandoned = -1;
    q->fact.ast_sl = q->fact.ast_sl2 = -1;
    q->by_interface = map_new(true);
    list_init(&q->members);
    list_init(&q->callers);
    list_init(&q->rings);
    list_init(&q->calls);
    list_init(&q->in_wanted);
    list_append(&f->by_read, &q->in_read);
    map_put(f->queues, slice_of(q->fact.name), q);
    if (f->reread_at != 0) { /* not in the first list: a reload made it, or it never was one */
        queue_set_state(f, q, QUEUE_SUSPECT);
        queue_want(f, q);
    }
    model_report(f, FACT_QUEUE, &q->fact);
    return q;
}

static void forget_calls(struct floor *f, struct queue *q)
{
    LIST_EACH_SAFE (at, &q->rings)
        ring_end(f, LIST_ENTITY(at, struct ring, in_queue));
    LIST_EACH_SAFE (at, &q->calls) {
        struct call *c = LIST_ENTITY(at, struct call, in_queue);
        list_remove(&c->in_queue);
        c->queue = NULL;
        c->fact.queue = 0;
        model_report(f, FACT_CALL, &c->fact);
        agent_refresh(f, c->agent);
        agent_let_go(f, c->agent);
    }
}

void queue_drop(struct floor *f, struct queue *q)
{
    departure_forget_queue(f, q);
    forget_calls(f, q);
    LIST_EACH_SAFE (at, &q->callers)
        caller_remove(f, LIST_ENTITY(at, struct caller, in_queue));
    LIST_EACH_SAFE (at, &q->members)
        member_drop(f, LIST_ENTITY(at, struct member, in_queue));
    if (q->fact.state == QUEUE_SUSPECT)
        f->suspects--;
    list_remove(&q->in_read);
    list_remove(&q->in_wanted);
    map_remove(f->queues, slice_of(q->fact.name));
    model_drop(f, FACT_QUEUE, &q->fact);
    timer_heap_clear(&q->by_age);
    map_free(q->by_interface);
    mem_free(q);
}

void queue_touch(struct floor *f, struct queue *q)
{
    q->touched = f->seq;
}

void queue_set_state(struct floor *f, struct queue *q, enum queue_state state)
{
    if (q->fact.state == state)
        return;
    f->suspects += (size_t)(state == QUEUE_SUSPECT);
    f->suspects -= (size_t)(q->fact.state == QUEUE_SUSPECT);
    q->fact.state = state;
    model_report(f, FACT_QUEUE, &q->fact);
}

bool queue_is_told(const struct queue *q)
{
    return q->fact.state == QUEUE_CLEAN || q->fact.state == QUEUE_UNPROVEN;
}

void queue_want(struct floor *f, struct queue *q)
{
    unsigned step = q->attempt < BACKOFF_STEPS ? q->attempt : BACKOFF_STEPS;
    q->attempt++;
    q->wanted_at = f->now_ms + ((int64_t)BACKOFF_MS << step);
    if (!q->is_wanted)
        list_append(&f->wanted, &q->in_wanted);
    q->is_wanted = true;
}

void queue_suspect(struct floor *f, struct queue *q, const char *why)
{
    if (!queue_is_told(q))
        return;
    log_line(LOG_INFO, "queue %s is suspect: %s", q->fact.name, why);
    queue_set_state(f, q, QUEUE_SUSPECT);
    q->attempt = 0;
    queue_want(f, q);
}

void queue_was_read(struct floor *f, struct queue *q)
{
    list_remove(&q->in_read);
    list_append(&f->by_read, &q->in_read);
    list_remove(&q->in_wanted);
    q->is_wanted = false;
    q->fact.reread_at = f->now_ms;
}

void queue_check_count(struct floor *f, struct queue *q, const struct event *e)
{
    int64_t count = event_int(e, F_COUNT, 0, CALLERS_MAX, -1);
    if (count >= 0 && count != q->fact.waiting && queue_is_told(q))
        queue_suspect(f, q, "its count of callers differs from ours");
}

static int64_t *state_count(struct fact_queue *q, int64_t state)
{
    switch ((enum agent_state)state) {
    case AGENT_READY: return &q->ready;
    case AGENT_RINGING: return &q->ringing;
    case AGENT_TALKING: return &q->talking;
    case AGENT_OTHER_CALL: return &q->other_call;
    case AGENT_HOLD: return &q->hold;
    case AGENT_WRAPUP: return &q->wrapup;
    case AGENT_PAUSED: return &q->paused;
    case AGENT_UNAVAILABLE: return &q->unavailable;
    case AGENT_INVALID: return &q->invalid;
    case AGENT_UNKNOWN:
    case AGENT_STATE_COUNT: break;
    }
    return &q->unknown;
}

void queue_count_state(struct queue *q, int64_t state, int by)
{
    *state_count(&q->fact, state) += by;
}

bool floor_next_read(struct floor *f, int64_t now_ms, struct slice *queue, bool *is_suspect)
{
    LIST_EACH (at, &f->wanted) {
        struct queue *q = LIST_ENTITY(at, struct queue, in_wanted);
        if (q->wanted_at > now_ms)
            continue;
        *queue = slice_of(q->fact.name);
        *is_suspect = !queue_is_told(q);
        return true;
    }
    LIST_EACH (at, &f->by_read) {
        struct queue *q = LIST_ENTITY(at, struct queue, in_read);
        if (q->is_wanted)
            continue;
        *queue = slice_of(q->fact.name);
        *is_suspect = false;
        return q->fact.reread_at <= now_ms - REREAD_MS;
    }
    return false;
}

void floor_suspect_all(struct floor *f, const char *why)
{
    struct queue *q;
    for (size_t at = 0; (q = map_each(f->queues, &at)) != NULL;)
        queue_suspect(f, q, why);
}

void floor_suspect(struct floor *f, uint64_t queue, const char *why)
{
    struct queue *q;
    for (size_t at = 0; (q = map_each(f->queues, &at)) != NULL;) {
        if (q->fact.id == queue)
            queue_suspect(f, q, why);
    }
}
