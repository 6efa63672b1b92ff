/* SPDX-License-Identifier: MIT */
/* route: which phones ring for which caller, and what becomes of the ringing, as app_queue does it: callers in their order, as
 * many at a time as members are free; ringall rings all of the lowest penalty, rrmemory one after the other, the one after the last
 * first; a ring time for the attempt, then a pause before the next. */
#include "core/sim/world.h"

#include "core/base/mem.h"

#include <inttypes.h>
#include <stdio.h>

static void ring_time_is_over(struct timer *t, int64_t now_ms, void *context)
{
    (void)now_ms;
    (void)context;
    sim_give_up_ringing(LIST_ENTITY(t, struct sim_call, turn), false);
}

static void next_attempt(struct timer *t, int64_t now_ms, void *context)
{
    (void)now_ms;
    (void)context;
    struct sim_call *c = LIST_ENTITY(t, struct sim_call, turn);
    struct sim_queue *q = c->queue;
    sim_withdraw_asked(c);
    sim_dispatch(q);
}

/* The pause before the next attempt begins; only then may phones become free, or he would be offered to them at once. */
static void rest(struct sim_call *c)
{
    c->is_ringing = false;
    sim_timer(c->sim, &c->turn, c->queue->retry_s * 1000, next_attempt);
}

/* ---- legs ---- */

void sim_free_leg(struct sim_leg *l)
{
    if (l->channel != NULL) {
        l->channel->leg = NULL;
        l->channel->owed = NULL;
    }
    list_remove(&l->of_call);
    list_remove(&l->of_agent);
    if (l->call->talk == l)
        l->call->talk = NULL;
    mem_free(l->member_name);
    mem_free(l);
}

static struct sim_leg *new_leg(struct sim_call *c, struct sim_member *m)
{
    struct sim_leg *l = mem_alloc(sizeof(*l));
    l->call = c;
    l->agent = m->agent;
    l->member = m;
    l->member_name = mem_strdup(m->name);
    l->started_ms = c->sim->now_ms;
    l->is_local = slice_starts(slice_of(m->agent->interface), SLICE("Local/"));
    l->channel = l->is_local ? sim_new_local(c->sim, m->agent->interface, c->channel) : sim_new_channel(c->sim, m->agent, m->agent->interface);
    l->channel->leg = l;
    snprintf(l->channel->linkedid, sizeof(l->channel->linkedid), "%s", c->channel->linkedid);
    sim_run_app(l->channel, SIM_APP_RUNG, "(Outgoing Line)");
    list_append(&c->legs, &l->of_call);
    list_append(&m->agent->legs, &l->of_agent);
    return l;
}

static void ring(struct sim_call *c, struct sim_member *m)
{
    struct sim *s = c->sim;
    struct sim_leg *l = new_leg(c, m);
    m->tried = c->attempt;
    if (!l->is_local)
        say_channel_event(s, "Newchannel", l->channel);
    struct sim_channel early = *l->channel; /* the dial event's picture is older, in Asterisk too */
    sim_set_connected(l->channel, c->channel->number, c->channel->person);
    snprintf(l->channel->exten, sizeof(l->channel->exten), "%s", c->channel->exten);
    say_agent(s, "AgentCalled", l);
    say_end(s);
    say_dial(s, "DialBegin", c->channel, &early, "DialString", l->agent->interface);
    if (l->is_local) {
        sim_begin_local(l->channel);
        return;
    }
    bool is_news = c->channel->conn_number == NULL || strcmp(c->channel->conn_number, l->agent->number) != 0;
    sim_set_connected(c->channel, l->agent->number, l->agent->person);
    if (is_news)
        say_channel_event(s, "NewConnectedLine", c->channel);
    sim_ring_phone(l->channel);
}

void sim_hang_up_leg(struct sim_leg *l, int cause)
{
    struct sim_channel *ch = l->channel;
    sim_free_leg(l);
    sim_vanish(ch, cause);
}

static void say_no_answer(struct sim_leg *l, int64_t ring_ms)
{
    struct sim *s = l->call->sim;
    say_agent(s, "AgentRingNoAnswer", l);
    say_number(s, "RingTime", ring_ms);
    say_end(s);
}

/* Who lets a call ring is paused, where the queue says so. */
static void pause_by_itself(struct sim_leg *l)
{
    enum sim_autopause autopause = l->call->queue->autopause;
    LIST_EACH(at, &l->agent->memberships)
    {
        struct sim_member *m = LIST_ENTITY(at, struct sim_member, of_agent);
        if (autopause == SIM_AUTOPAUSE_ALL || (autopause == SIM_AUTOPAUSE && m == l->member))
            sim_pause(m, true, "Auto-Pause");
    }
}

void sim_give_up_ringing(struct sim_call *c, bool is_cancelled)
{
    struct sim *s = c->sim;
    timer_cancel(&s->timers, &c->turn);
    LIST_EACH(at, &c->legs)
    {
        struct sim_leg *l = LIST_ENTITY(at, struct sim_leg, of_call);
        if (!is_cancelled) {
            say_no_answer(l, s->now_ms - l->started_ms);
            pause_by_itself(l);
        }
        say_dial(s, "DialEnd", c->channel, l->channel, "DialStatus", is_cancelled ? "CANCEL" : "NOANSWER");
    }
    LIST_EACH(at, &c->legs)
        say_dial(s, "DialEnd", c->channel, LIST_ENTITY(at, struct sim_leg, of_call)->channel, "DialStatus", "CANCEL");
    if (is_cancelled)
        return; /* the phones go silent after the caller has left the queue */
    rest(c);
    LIST_EACH_SAFE(at, &c->legs)
        sim_hang_up_leg(LIST_ENTITY(at, struct sim_leg, of_call), 0);
    sim_dispatch(c->queue);
}

/* ---- strategies ---- */

static size_t count_free(const struct sim_queue *q)
{
    size_t n = 0;
    LIST_EACH(at, &q->members)
        n += sim_is_available(LIST_ENTITY(at, struct sim_member, in_queue), q->sim->now_ms);
    return n;
}

/* A heavier queue of his has callers enough for all who are free there. */
static bool is_wanted_elsewhere(const struct sim_member *m)
{
    LIST_EACH(at, &m->agent->memberships)
    {
        const struct sim_queue *other = LIST_ENTITY(at, struct sim_member, of_agent)->queue;
        if (other->weight > m->queue->weight && other->waiting > 0 && count_free(other) <= other->waiting)
            return true;
    }
    return false;
}

static bool is_candidate(const struct sim_member *m, const struct sim_call *c)
{
    if (m->tried == c->attempt || !sim_is_available(m, c->sim->now_ms))
        return false;
    LIST_EACH(at, &m->agent->legs)
    {
        const struct sim_channel *ch = LIST_ENTITY(at, struct sim_leg, of_agent)->channel;
        if (!m->ring_in_use && ch != NULL && ch->state != SIM_UP)
            return false; /* somebody's attempt is under way */
    }
    return !is_wanted_elsewhere(m);
}

/* The smaller the earlier, among those of the same penalty. */
static int64_t turn_of(const struct sim_member *m, const struct sim_call *c, size_t place)
{
    const struct sim_queue *q = c->queue;
    size_t next = q->strategy == SIM_LINEAR ? c->next_member : q->next_member;
    switch (q->strategy) {
    case SIM_RRMEMORY:
    case SIM_LINEAR: return (int64_t)((place + q->member_count - next % q->member_count) % q->member_count);
    case SIM_LEASTRECENT: return m->last_call_s;
    case SIM_FEWEST_CALLS: return m->calls_taken;
    case SIM_RANDOM: return random_below(&c->sim->random, 1000);
    case SIM_RINGALL:
    case SIM_STRATEGY_COUNT: break;
    }
    return (int64_t)place;
}

static struct sim_member *best(struct sim_call *c, size_t *place)
{
    struct sim_member *found = NULL;
    int64_t found_turn = 0;
    size_t i = 0;
    LIST_EACH(at, &c->queue->members)
    {
        struct sim_member *m = LIST_ENTITY(at, struct sim_member, in_queue);
        int64_t turn = turn_of(m, c, i);
        if (is_candidate(m, c) && (found == NULL || m->penalty < found->penalty || (m->penalty == found->penalty && turn < found_turn))) {
            found = m;
            found_turn = turn;
            *place = i;
        }
        i++;
    }
    return found;
}

static void ring_one(struct sim_call *c, struct sim_member *m, size_t place)
{
    c->queue->next_member = c->next_member = place + 1;
    ring(c, m);
}

static bool ring_somebody(struct sim_call *c)
{
    struct sim_queue *q = c->queue;
    size_t place = 0;
    c->attempt = ++c->sim->next_attempt;
    struct sim_member *first = best(c, &place);
    if (first == NULL)
        return false;
    c->is_ringing = true;
    sim_timer(c->sim, &c->turn, q->timeout_s * 1000, ring_time_is_over);
    if (q->strategy != SIM_RINGALL) {
        ring_one(c, first, place);
        return true;
    }
    int penalty = first->penalty;
    LIST_EACH(at, &q->members)
    {
        struct sim_member *m = LIST_ENTITY(at, struct sim_member, in_queue);
        if (m->penalty == penalty && is_candidate(m, c))
            ring(c, m);
    }
    return true;
}

/* One phone has refused: the same attempt goes on to the next, but where all have been asked. */
static bool ring_next(struct sim_call *c)
{
    size_t place = 0;
    struct sim_member *next = c->queue->strategy == SIM_RINGALL ? NULL : best(c, &place);
    if (next != NULL)
        ring_one(c, next, place);
    return next != NULL;
}

/* One phone less: the others still ring, or the next one is rung, or this attempt is over. */
static void go_on_without(struct sim_call *c)
{
    if (!list_is_empty(&c->legs) || ring_next(c))
        return;
    rest(c);
    sim_dispatch(c->queue);
}

void sim_leg_lost(struct sim_leg *l)
{
    struct sim_call *c = l->call;
    struct sim *s = c->sim;
    say_dial(s, "DialEnd", c->channel, l->channel, "DialStatus", "NOANSWER");
    say_no_answer(l, 0);
    sim_free_leg(l);
    go_on_without(c);
}

/* Of a phone that refused at once; its picture is an old one. */
static void say_refusal(struct sim_channel *ch, int cause)
{
    struct sim_channel known = *ch;
    if (ch->state == SIM_DOWN) {
        ch->conn_number = ch->conn_person = NULL;
        snprintf(ch->exten, sizeof(ch->exten), "s");
    }
    sim_say_hangup_request(ch, cause);
    ch->conn_number = known.conn_number;
    ch->conn_person = known.conn_person;
    memcpy(ch->exten, known.exten, sizeof(ch->exten));
}

void sim_leg_refused(struct sim_leg *l, int cause, bool is_by_phone)
{
    struct sim_call *c = l->call;
    struct sim *s = c->sim;
    if (is_by_phone)
        say_refusal(l->channel, cause);
    say_dial(s, "DialEnd", c->channel, l->channel, "DialStatus", is_by_phone || !l->is_local ? "NOANSWER" : cause == 17 ? "BUSY" : "NOANSWER");
    say_no_answer(l, 0);
    sim_hang_up_leg(l, l->is_local ? 0 : cause);
    go_on_without(c);
}

void sim_dispatch(struct sim_queue *q)
{
    size_t ahead = 0;
    LIST_EACH(at, &q->callers)
    {
        struct sim_call *c = LIST_ENTITY(at, struct sim_call, in_queue);
        if (c->is_ringing)
            continue;
        if (ahead >= (q->has_no_autofill ? 1 : count_free(q)))
            return; /* not his turn, nor that of those behind him */
        if (c->turn.slot != 0 || !ring_somebody(c)) /* resting, or nobody for him */
            ahead++;
    }
}
