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
    sim_withdraw_asked(c);
    sim_dispatch(c->queue);
}

/* The pause before the next attempt begins; only then may phones become free, or he would be offered to them at once. */
static void rest(struct sim_call *c)
{
    c->is_ringing = false;
    sim_timer(c->sim, &c->turn, c->queue->retry_s * 1000, next_attempt);
}

/* ---- legs ---- */

static void phone_answers(struct timer *t, int64_t now_ms, void *context)
{
    (void)now_ms;
    (void)context;
    sim_answer(LIST_ENTITY(t, struct sim_leg, answer));
}

static void is_busy(struct sim_leg *l);

static void phone_is_busy(struct timer *t, int64_t now_ms, void *context)
{
    (void)now_ms;
    (void)context;
    is_busy(LIST_ENTITY(t, struct sim_leg, answer));
}

void sim_free_leg(struct sim_leg *l)
{
    timer_cancel(&l->call->sim->timers, &l->answer);
    list_remove(&l->of_call);
    list_remove(&l->of_agent);
    mem_free(l->member_name);
    mem_free(l->channel.name);
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
    sim_name_channel(c->sim, &l->channel, m->agent->interface);
    snprintf(l->channel.linkedid, sizeof(l->channel.linkedid), "%s", c->channel.linkedid);
    l->channel.state = SIM_DOWN;
    l->channel.number = m->agent->number;
    l->channel.person = m->agent->person;
    l->channel.context = "from-internal";
    l->channel.exten = "s";
    l->channel.priority = 1;
    list_append(&c->legs, &l->of_call);
    list_append(&m->agent->legs, &l->of_agent);
    return l;
}

/* When and how this phone reacts. */
static void decide(struct sim_leg *l)
{
    struct sim *s = l->call->sim;
    struct sim_agent *a = l->agent;
    if (a->mode == SIM_IS_BUSY)
        sim_timer(s, &l->answer, 1, phone_is_busy);
    else if (a->mode == SIM_NEVER_ANSWERS)
        return;
    else if (a->answer_ms > 0)
        sim_timer(s, &l->answer, a->answer_ms, phone_answers);
    else if (random_below(&s->random, 1000) >= a->unreliable)
        sim_timer(s, &l->answer, sim_log_normal(s, 4.5, 0.5), phone_answers);
}

static void ring(struct sim_call *c, struct sim_member *m)
{
    struct sim *s = c->sim;
    struct sim_leg *l = new_leg(c, m);
    m->tried = c->attempt;
    say_channel_event(s, "Newchannel", &l->channel);
    struct sim_channel early = l->channel;
    l->channel.conn_number = c->channel.number;
    l->channel.conn_person = c->channel.person;
    l->channel.exten = c->channel.exten;
    say_agent(s, "AgentCalled", l);
    say_end(s);
    struct sim_channel known = l->channel;
    l->channel = early; /* the dial event's picture is older, in Asterisk too */
    say_dial(s, "DialBegin", l, "DialString", l->agent->interface);
    l->channel = known;
    bool is_news = c->channel.conn_number != l->agent->number;
    c->channel.conn_number = l->agent->number;
    c->channel.conn_person = l->agent->person;
    if (is_news)
        say_channel_event(s, "NewConnectedLine", &c->channel);
    decide(l);
    if (l->agent->mode == SIM_IS_BUSY)
        return;
    l->channel.state = SIM_CHANNEL_RINGING;
    say_channel_event(s, "Newstate", &l->channel);
    say_channel_event(s, "NewConnectedLine", &l->channel);
    sim_settle(l->agent);
    say_dial(s, "DialState", l, "DialStatus", "RINGING");
}

void sim_hang_up_leg(struct sim_leg *l, int cause, const char *text)
{
    struct sim_agent *a = l->agent;
    say_hangup(l->call->sim, &l->channel, cause, text, cause == 17 ? 486 : 0);
    sim_free_leg(l);
    sim_settle(a);
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
        say_dial(s, "DialEnd", l, "DialStatus", is_cancelled ? "CANCEL" : "NOANSWER");
    }
    LIST_EACH(at, &c->legs)
        say_dial(s, "DialEnd", LIST_ENTITY(at, struct sim_leg, of_call), "DialStatus", "CANCEL");
    if (is_cancelled)
        return; /* the phones go silent after the caller has left the queue */
    rest(c);
    LIST_EACH_SAFE(at, &c->legs)
        sim_hang_up_leg(LIST_ENTITY(at, struct sim_leg, of_call), 0, "Unknown");
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
        if (!m->ring_in_use && LIST_ENTITY(at, struct sim_leg, of_agent)->channel.state != SIM_UP)
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

static void is_busy(struct sim_leg *l)
{
    struct sim_call *c = l->call;
    struct sim *s = c->sim;
    struct sim_channel known = l->channel;
    l->channel.conn_number = l->channel.conn_person = NULL;
    l->channel.exten = "s";
    say_begin(s, "HangupRequest", CLASS_CALL, "call,all");
    say_channel(s, "", &l->channel);
    say_number(s, "Cause", 17);
    say_number(s, "TechCause", 486);
    say_end(s);
    l->channel = known;
    say_dial(s, "DialEnd", l, "DialStatus", "NOANSWER");
    say_no_answer(l, 0);
    sim_hang_up_leg(l, 17, "User busy");
    if (!list_is_empty(&c->legs) || ring_next(c))
        return;
    rest(c);
    sim_dispatch(c->queue);
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
