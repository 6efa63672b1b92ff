/* SPDX-License-Identifier: MIT */
/* ring: an agent's phone rings for a waiting caller, from AgentCalled until the attempt is over: no answer, busy, the
 * caller gone, another phone quicker, or AgentConnect. A DialEnd that says ANSWER is not the end: announcements come
 * between it and AgentConnect, and the caller still stands in the list. */
#include "core/floor/model.h"

/* A channel of that name that already rings or talks: what it did is over. The channel and its agent may go with it. */
static void end_earlier(struct floor *f, struct slice uniqueid)
{
    struct channel *ch = channel_find(f, uniqueid);
    if (ch != NULL && ch->ring != NULL)
        ring_end(f, ch->ring);
    ch = channel_find(f, uniqueid);
    if (ch != NULL && ch->call != NULL && ch->call->queue == NULL)
        call_forget(f, ch->call);
}

static struct ring *begin(struct floor *f, struct queue *q, struct agent *a, struct channel *ch, struct caller *c)
{
    struct ring *r = mem_alloc(sizeof *r);
    r->queue = q;
    r->agent = a;
    r->caller = c;
    r->channel = ch;
    list_append(&q->rings, &r->in_queue);
    list_append(&a->rings, &r->in_agent);
    list_init(&r->in_caller);
    if (c != NULL) {
        list_append(&c->rings, &r->in_caller);
        c->fact.ringing++;
        model_report(f, FACT_CALLER, &c->fact);
    }
    ch->ring = r;
    return r;
}

void ring_on_called(struct floor *f, const struct event *e)
{
    struct slice uniqueid = event_get(e, F_DEST_UNIQUEID);
    struct queue *q = queue_find(f, event_get(e, F_QUEUE));
    if (q == NULL || agent_find(f, event_get(e, F_INTERFACE)) == NULL)
        return;
    end_earlier(f, uniqueid);
    struct agent *a = agent_find(f, event_get(e, F_INTERFACE));
    struct channel *ch = a != NULL ? channel_need(f, uniqueid, event_get(e, F_DEST_CHANNEL)) : NULL;
    if (ch == NULL)
        return;
    struct caller *c = caller_find(f, event_get(e, F_UNIQUEID));
    struct ring *r = begin(f, q, a, ch, c != NULL && c->queue == q && !c->has_abandoned ? c : NULL);
    r->linked = channel_linked(event_get(e, F_LINKEDID));
    r->since = f->now_ms;
    model_set_text(&r->number, compare_text(event_get(e, F_CALLER_ID_NUM)));
    model_set_text(&r->name, compare_text(event_get(e, F_CALLER_ID_NAME)));
    channel_recheck(f, ch);
    agent_refresh(f, a);
}

/* The waiting caller of whose call this channel is a part. */
static struct caller *caller_of(const struct floor *f, const struct channel *ch)
{
    struct caller *c;
    for (size_t at = 0; ch->linked != 0 && (c = map_each(f->callers, &at)) != NULL;) {
        const struct channel *his = channel_find(f, slice_of(c->fact.uniqueid));
        if (his != NULL && his->linked == ch->linked && !c->has_abandoned)
            return c;
    }
    return NULL;
}

void ring_adopt(struct floor *f, struct channel *ch, struct agent *a)
{
    struct caller *c = caller_of(f, ch);
    if (c == NULL || member_find(c->queue, slice_of(a->fact.interface)) == NULL)
        return;
    struct ring *r = begin(f, c->queue, a, ch, c);
    r->linked = ch->linked;
    r->since = ch->since;
    model_set_text(&r->number, slice_of(c->fact.number));
    model_set_text(&r->name, slice_of(c->fact.name));
    channel_recheck(f, ch);
    agent_refresh(f, a);
}

void ring_end(struct floor *f, struct ring *r)
{
    struct agent *a = r->agent;
    struct channel *ch = r->channel;
    if (r->caller != NULL) {
        r->caller->fact.ringing--;
        model_report(f, FACT_CALLER, &r->caller->fact);
    }
    list_remove(&r->in_queue);
    list_remove(&r->in_agent);
    list_remove(&r->in_caller);
    ch->ring = NULL;
    ch->is_spent = true; /* what is left of it is on its way out */
    mem_free(r->number);
    mem_free(r->name);
    mem_free(r);
    channel_let_go(f, ch);
    agent_device_is_stale(f, a);
    agent_refresh(f, a);
    agent_let_go(f, a);
}

void ring_end_of(struct floor *f, const struct event *e)
{
    struct channel *ch = channel_find(f, event_get(e, F_DEST_UNIQUEID));
    if (ch != NULL && ch->ring != NULL)
        ring_end(f, ch->ring);
}

void ring_on_dial_end(struct floor *f, const struct event *e)
{
    if (!slice_eq(event_get(e, F_DIAL_STATUS), SLICE("ANSWER")))
        ring_end_of(f, e);
}

void ring_on_dump(struct floor *f, const struct event *e)
{
    ring_end_of(f, e);
}
