/* SPDX-License-Identifier: MIT */
/* call: what agents talk in. A queue's call begins at AgentConnect and ends with whatever comes first of: AgentComplete,
 * the agent's channel hung up or out of its bridge for good, his device not in use; AgentComplete alone would come
 * minutes late after a redirect (ami.md 5.10). Any other channel of his that is up is another call. With whom he talks
 * follows the bridge, so transfers show. */
#include "core/floor/model.h"

struct remembered {
    char *uniqueid;
    int64_t since;
};

static void left_for_good(struct timer *t, int64_t now_ms, void *context)
{
    (void)now_ms;
    struct call *c = LIST_ENTITY(t, struct call, left);
    call_end(context, c, c->left_at);
}

static bool set_phone(struct call *c)
{
    const struct channel *phone = c->channel != NULL ? leg_phone(c->channel) : NULL;
    bool differs = model_set_text(&c->fact.phone_uniqueid, slice_of(phone != NULL ? phone->uniqueid : NULL));
    return model_set_text(&c->fact.phone_channel, slice_of(phone != NULL ? phone->name : NULL)) || differs;
}

void call_leg_changed(struct floor *f, struct call *c)
{
    if (set_phone(c))
        model_report(f, FACT_CALL, &c->fact);
}

struct call *call_begin(struct floor *f, struct agent *a, struct queue *q, struct channel *ch, int64_t since)
{
    struct call *c = mem_alloc(sizeof *c);
    model_add(f, FACT_CALL, &c->fact);
    c->fact.pbx = f->pbx;
    c->fact.queue = q != NULL ? q->fact.id : 0;
    c->fact.agent = a->fact.id;
    c->fact.since = since;
    c->queue = q;
    c->agent = a;
    c->channel = ch;
    c->left.fire = left_for_good;
    list_init(&c->in_queue);
    if (q != NULL)
        list_append(&q->calls, &c->in_queue);
    list_append(&a->calls, &c->in_agent);
    if (ch != NULL) {
        ch->call = c;
        c->linked = ch->linked;
        model_set_text(&c->fact.agent_uniqueid, slice_of(ch->uniqueid));
        model_set_text(&c->fact.agent_channel, slice_of(ch->name));
        (void)set_phone(c);
        channel_recheck(f, ch);
    }
    model_report(f, FACT_CALL, &c->fact);
    agent_refresh(f, a);
    return c;
}

static void unlink_call(struct floor *f, struct call *c)
{
    struct agent *a = c->agent;
    struct channel *ch = c->channel;
    timer_cancel(&f->timers, &c->left);
    list_remove(&c->in_queue);
    list_remove(&c->in_agent);
    model_drop(f, FACT_CALL, &c->fact);
    mem_free(c->origin);
    mem_free(c);
    if (ch != NULL) {
        ch->call = NULL;
        channel_let_go(f, ch);
    }
    agent_refresh(f, a);
}

void call_forget(struct floor *f, struct call *c)
{
    unlink_call(f, c);
}

/* The call gives way to another one of `next`. Whose it was may have been here for it alone. */
static void take_over(struct floor *f, struct call *c, const struct agent *next)
{
    struct agent *a = c->agent;
    unlink_call(f, c);
    if (a != next)
        agent_let_go(f, a);
}

static void count_talk(struct floor *f, struct call *c, int64_t at_ms)
{
    struct queue *q = c->queue;
    struct agent *a = c->agent;
    struct member *m = member_find(q, slice_of(a->fact.interface));
    if (c->fact.since != 0) {
        int64_t talk_ms = at_ms > c->fact.since ? at_ms - c->fact.since : 0;
        q->fact.handled++;
        q->fact.talk_ms += talk_ms;
        a->fact.talk_ms += talk_ms;
    }
    a->fact.last_call = at_ms;
    if (m != NULL) {
        m->fact.in_call = 0;
        m->fact.last_call = at_ms;
        member_start_wrapup(f, m, at_ms, c->fact.since != 0);
        agent_resum(f, a);
        model_report(f, FACT_MEMBER, &m->fact);
    }
    model_report(f, FACT_QUEUE, &q->fact);
}

void call_end(struct floor *f, struct call *c, int64_t at_ms)
{
    struct agent *a = c->agent;
    if (c->queue != NULL) {
        count_talk(f, c, at_ms);
        feed_say(f, &(struct feed_line){ .what = LINE_COMPLETED, .queue = c->queue, .agent = a, .number = slice_of(c->fact.number),
                                         .name = slice_of(c->fact.name), .ms = c->fact.since != 0 ? at_ms - c->fact.since : -1 });
    }
    if (c->channel != NULL)
        c->channel->is_spent = true;
    agent_device_is_stale(f, a);
    unlink_call(f, c);
    agent_let_go(f, a);
}

bool call_is_leg(const struct agent *a, const struct channel *ch)
{
    if (ch->linked == 0)
        return false;
    LIST_EACH (at, &a->rings) {
        const struct ring *r = LIST_ENTITY(at, struct ring, in_agent);
        if (r->channel != ch && r->linked == ch->linked)
            return true;
    }
    LIST_EACH (at, &a->calls) {
        const struct call *c = LIST_ENTITY(at, struct call, in_agent);
        if (c->queue != NULL && c->channel != ch && c->linked == ch->linked)
            return true;
    }
    return false;
}

/* Local members: the phone's own channel came up before AgentConnect said whose call it is. */
static void forget_legs(struct floor *f, struct agent *a)
{
    LIST_EACH_SAFE (at, &a->calls) {
        struct call *c = LIST_ENTITY(at, struct call, in_agent);
        if (c->queue == NULL && c->channel != NULL && call_is_leg(a, c->channel))
            unlink_call(f, c);
    }
    LIST_EACH (at, &a->claims) {
        struct device *d = LIST_ENTITY(at, struct claim, in_agent)->device;
        for (struct list *in = d->channels.next; d->alerting > 0 && in != &d->channels; in = in->next)
            channel_recheck(f, LIST_ENTITY(in, struct channel, in_device));
    }
}

static void cut_wrapup(struct floor *f, struct agent *a)
{
    if (a->fact.wrapup_until == 0)
        return;
    LIST_EACH (at, &a->members)
        member_end_wrapup(f, LIST_ENTITY(at, struct member, in_agent));
    agent_resum(f, a);
}

void call_on_connect(struct floor *f, const struct event *e)
{
    struct queue *q = queue_need(f, event_get(e, F_QUEUE));
    if (q == NULL)
        return;
    departure_answered(f, q, e);
    struct agent *a = agent_find(f, event_get(e, F_INTERFACE));
    if (a == NULL)
        return;
    struct channel *ch = channel_find(f, event_get(e, F_DEST_UNIQUEID));
    if (ch != NULL && ch->call != NULL)
        take_over(f, ch->call, a); /* the channel may go with it */
    ch = channel_need(f, event_get(e, F_DEST_UNIQUEID), event_get(e, F_DEST_CHANNEL));
    cut_wrapup(f, a);
    a->fact.calls_taken++;
    struct call *c = call_begin(f, a, q, ch, f->now_ms);
    if (ch != NULL && ch->ring != NULL)
        ring_end(f, ch->ring);
    c->linked = channel_linked(event_get(e, F_LINKEDID));
    c->origin = mem_text(event_get(e, F_UNIQUEID));
    model_set_text(&c->fact.uniqueid, event_get(e, F_UNIQUEID));
    model_set_text(&c->fact.channel, event_get(e, F_CHANNEL));
    model_set_text(&c->fact.number, compare_text(event_get(e, F_CALLER_ID_NUM)));
    model_set_text(&c->fact.name, compare_text(event_get(e, F_CALLER_ID_NAME)));
    model_report(f, FACT_CALL, &c->fact);
    feed_say(f, &(struct feed_line){ .what = LINE_ANSWERED, .queue = q, .agent = a, .number = slice_of(c->fact.number), .name = slice_of(c->fact.name),
                                     .ms = event_int(e, F_HOLDTIME, 0, INT32_MAX, 0) * 1000 });
    forget_legs(f, a);
    agent_refresh(f, a);
}

void call_on_complete(struct floor *f, const struct event *e)
{
    struct queue *q = queue_find(f, event_get(e, F_QUEUE));
    struct channel *ch = channel_find(f, event_get(e, F_DEST_UNIQUEID));
    if (q == NULL)
        return;
    if (ch != NULL && ch->call != NULL && ch->call->queue == q) {
        call_end(f, ch->call, f->now_ms);
        return;
    }
    struct agent *a = agent_find(f, event_get(e, F_INTERFACE));
    if (a == NULL)
        return;
    LIST_EACH_SAFE (at, &a->calls) {
        struct call *c = LIST_ENTITY(at, struct call, in_agent);
        /* Only that very caller's: the event may come long after the talk, when he is in the next one. */
        if (c->queue == q && slice_eq(slice_of(c->origin), event_get(e, F_UNIQUEID))) {
            call_end(f, c, f->now_ms);
            return;
        }
    }
}

static struct call *call_of_phone(const struct channel *ch)
{
    struct agent *a = channel_agent(ch);
    if (ch->call != NULL || a == NULL)
        return ch->call;
    LIST_EACH (at, &a->calls) {
        struct call *c = LIST_ENTITY(at, struct call, in_agent);
        if (c->linked == ch->linked)
            return c; /* a Local member's own leg */
    }
    return NULL;
}

void call_on_hold(struct floor *f, const struct event *e)
{
    struct channel *ch = channel_find(f, event_get(e, F_UNIQUEID));
    struct call *c = ch != NULL ? call_of_phone(ch) : NULL;
    bool is_held = e->kind == EVENT_HOLD;
    if (c == NULL || (c->fact.is_held != 0) == is_held)
        return;
    c->fact.is_held = is_held;
    c->fact.held_since = is_held ? f->now_ms : 0;
    if (!is_held)
        agent_device_is_stale(f, c->agent); /* it says "on hold" until its own event comes */
    model_report(f, FACT_CALL, &c->fact);
    agent_refresh(f, c->agent);
}

void call_set_peer(struct floor *f, struct call *c, const struct channel *peer)
{
    bool differs = model_set_text(&c->fact.uniqueid, slice_of(peer->uniqueid));
    differs |= model_set_text(&c->fact.channel, slice_of(peer->name));
    differs |= model_set_text(&c->fact.number, slice_of(peer->number));
    differs |= model_set_text(&c->fact.name, slice_of(peer->caller_name));
    if (!differs)
        return;
    model_report(f, FACT_CALL, &c->fact);
    agent_refresh(f, c->agent);
}

void call_bridge_changed(struct floor *f, struct channel *ch)
{
    struct call *c = ch->call, *through = leg_call(ch);
    if (through != NULL)
        call_leg_changed(f, through);
    if (c == NULL)
        return;
    if (ch->bridge == NULL) {
        if (c->queue != NULL && c->left.slot == 0) {
            c->left_at = f->now_ms;
            timer_set(&f->timers, &c->left, f->now_ms + REBRIDGE_MS);
        }
        return;
    }
    timer_cancel(&f->timers, &c->left);
    const struct channel *peer = channel_peer(ch);
    if (peer != NULL)
        call_set_peer(f, c, peer);
}

void call_move(struct floor *f, struct channel *from, struct channel *to)
{
    struct call *c = from->call;
    struct agent *owner = channel_agent(to);
    if (c == NULL || c->queue == NULL || to->ring != NULL || (owner != NULL && owner != c->agent))
        return;
    if (to->call != NULL)
        take_over(f, to->call, c->agent);
    from->call = NULL;
    from->is_spent = true;
    to->call = c;
    c->channel = to;
    timer_cancel(&f->timers, &c->left);
    model_set_text(&c->fact.agent_uniqueid, slice_of(to->uniqueid));
    model_set_text(&c->fact.agent_channel, slice_of(to->name));
    (void)set_phone(c);
    model_report(f, FACT_CALL, &c->fact);
}

void call_device_idle(struct floor *f, struct agent *a)
{
    LIST_EACH_SAFE (at, &a->rings) {
        struct ring *r = LIST_ENTITY(at, struct ring, in_agent);
        if (!r->channel->is_seen)
            ring_end(f, r);
    }
    LIST_EACH_SAFE (at, &a->calls) {
        struct call *c = LIST_ENTITY(at, struct call, in_agent);
        if (c->queue != NULL || c->channel == NULL || !c->channel->is_seen)
            call_end(f, c, f->now_ms);
    }
}

void call_remember_all(struct floor *f)
{
    call_forget_remembered(f);
    const struct call *c;
    for (size_t at = 0; (c = idmap_each(f->fact[FACT_CALL], &at)) != NULL;) {
        if (c->fact.agent_uniqueid == NULL || c->fact.since == 0 || map_get(f->remembered, slice_of(c->fact.agent_uniqueid)) != NULL)
            continue;
        struct remembered *r = mem_alloc(sizeof *r);
        r->uniqueid = mem_strdup(c->fact.agent_uniqueid);
        r->since = c->fact.since;
        map_put(f->remembered, slice_of(r->uniqueid), r);
    }
}

void call_forget_remembered(struct floor *f)
{
    struct remembered *r;
    for (size_t at = 0; (r = map_each(f->remembered, &at)) != NULL;) {
        map_remove(f->remembered, slice_of(r->uniqueid));
        mem_free(r->uniqueid);
        mem_free(r);
    }
}

int64_t call_remembered_since(const struct floor *f, struct slice uniqueid)
{
    const struct remembered *r = map_get(f->remembered, uniqueid);
    return r != NULL ? r->since : 0;
}
