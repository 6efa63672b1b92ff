/* SPDX-License-Identifier: MIT */
/* talk: the conversation of a queue's caller with an agent: answer, holds, and its end, whoever ends it and however: a phone, an
 * order, a transfer, a redirection. A queue tells of the end when it hears of a hang-up; until then a conversation that was taken
 * apart otherwise is kept among its caller's visits. */
#include "core/sim/world.h"

static void end_of_talk(struct timer *t, int64_t now_ms, void *context)
{
    (void)now_ms;
    struct sim *s = context;
    struct sim_call *c = LIST_ENTITY(t, struct sim_call, end);
    if (c->is_on_hold)
        sim_hold(c, false);
    if (c->will_transfer)
        sim_transfer(c, s->queue[random_below(&s->random, (uint32_t)s->queue_count)]);
    else if (random_below(&s->random, 10) < 6)
        sim_end_call(c, SIM_END_PHONE, 0);
    else
        sim_end_leg(c->talk, SIM_END_PHONE, 0);
}

static void toggle_hold(struct timer *t, int64_t now_ms, void *context)
{
    (void)now_ms;
    struct sim *s = context;
    struct sim_call *c = LIST_ENTITY(t, struct sim_call, hold);
    sim_hold(c, !c->is_on_hold);
    if (c->is_on_hold)
        sim_timer(s, &c->hold, sim_log_normal(s, 25, 0.5), toggle_hold);
}

static void begin_talk(struct sim_call *c)
{
    struct sim *s = c->sim;
    if (s->setup.is_empty)
        return;
    int64_t talk_ms = sim_log_normal(s, 165, 0.65);
    sim_timer(s, &c->end, talk_ms, end_of_talk);
    c->will_transfer = random_below(&s->random, 100) < 4;
    if (random_below(&s->random, 100) < 12)
        sim_timer(s, &c->hold, talk_ms / 3, toggle_hold);
}

/* The phones that rang as well, and lost. */
static void release_losers(struct sim_call *c, const struct sim_leg *winner)
{
    LIST_EACH_SAFE(at, &c->legs)
    {
        struct sim_leg *l = LIST_ENTITY(at, struct sim_leg, of_call);
        if (l == winner)
            continue;
        say_dial(c->sim, "DialEnd", c->channel, l->channel, "DialStatus", "CANCEL");
        say_dial(c->sim, "DialEnd", c->channel, l->channel, "DialStatus", "CANCEL"); /* twice, as Asterisk does */
        sim_hang_up_leg(l, 26);
    }
}

void sim_answer(struct sim_leg *l)
{
    struct sim_call *c = l->call;
    struct sim *s = c->sim;
    struct sim_queue *q = c->queue;
    int64_t ring_s = (s->now_ms - l->started_ms) / 1000;
    l->channel->state = SIM_UP;
    say_channel_event(s, "Newstate", l->channel);
    sim_set_connected(c->channel, l->channel->number, l->channel->person);
    say_dial(s, "DialEnd", c->channel, l->channel, "DialStatus", "ANSWER");
    c->hold_s = (uint32_t)(sim_now_s(s) - c->joined_ms / 1000);
    q->hold_s = (3 * q->hold_s + c->hold_s) / 4;
    c->talk = l;
    c->connected_ms = s->now_ms;
    timer_cancel(&s->timers, &c->turn);
    release_losers(c, l); /* he counts as ringing until he is out, or he would be offered to them again */
    sim_leave_queue(c);
    c->is_ringing = false;
    say_agent(s, "AgentConnect", l);
    say_number(s, "HoldTime", c->hold_s);
    say_number(s, "RingTime", ring_s);
    say_end(s);
    sim_settle(l->agent);
    sim_bridge_two(l->channel, c->channel);
    begin_talk(c);
}

void sim_hold(struct sim_call *c, bool is_held)
{
    if (c->talk == NULL || c->is_on_hold == is_held)
        return;
    struct sim *s = c->sim;
    c->is_on_hold = is_held;
    say_begin(s, is_held ? "Hold" : "Unhold", CLASS_CALL, "call,all");
    say_channel(s, "", c->talk->channel);
    if (is_held)
        say(s, "MusicClass", "default");
    say_end(s); /* the agent's device stays in use: Asterisk shows the one that is being held as on hold */
}

/* ---- the end of a conversation ---- */

static void say_complete(struct sim_call *c, const char *reason)
{
    struct sim *s = c->sim;
    if (c->is_complete)
        return;
    c->is_complete = true;
    struct sim_queue *q = c->queue;
    uint32_t talk_s = (uint32_t)(sim_now_s(s) - c->connected_ms / 1000);
    say_agent(s, "AgentComplete", c->talk);
    say_number(s, "HoldTime", c->hold_s);
    say_number(s, "TalkTime", talk_s);
    say(s, "Reason", reason);
    say_end(s);
    q->completed++;
    q->completed_in_sl += c->hold_s <= (uint32_t)q->service_level_s;
    q->talk_s = (3 * q->talk_s + talk_s) / 4;
    if (c->talk->member != NULL && !c->is_counted)
        sim_count_call(c->talk->member);
    c->is_counted = true;
}

void sim_complete_early(struct sim_call *c, const char *reason)
{
    say_complete(c, reason);
}

void sim_complete_visit(struct sim_call *c, const char *reason)
{
    say_complete(c, reason);
    sim_free_call(c);
}

void sim_complete_visits(struct sim_channel *ch, const char *reason)
{
    LIST_EACH_SAFE(at, &ch->visits)
        sim_complete_visit(LIST_ENTITY(at, struct sim_call, of_channel), reason);
}

static void stop_talk_timers(struct sim_call *c)
{
    timer_cancel(&c->sim->timers, &c->end);
    timer_cancel(&c->sim->timers, &c->hold);
    c->is_on_hold = false;
}

void sim_end_talk(struct sim_call *c, enum sim_end how, int cause)
{
    struct sim_channel *ch = c->channel;
    struct sim_leg *l = c->talk;
    stop_talk_timers(c);
    if (how == SIM_END_PHONE) {
        sim_say_hangup_request(ch, 0);
        sim_complete_visits(ch, "caller");
        say_complete(c, "caller");
    }
    sim_end_consult(l->channel);
    sim_leave_bridge(ch);
    sim_say_soft_hangup(ch);
    sim_leave_bridge(l->channel);
    if (how != SIM_END_PHONE)
        say_complete(c, "caller");
    struct sim_channel *agents = l->channel;
    struct sim_agent *a = l->agent;
    sim_free_call(c);
    sim_vanish(ch, cause);
    sim_vanish(agents, cause);
    sim_rest(a);
}

/* The agent consulted somebody, who has the caller now. */
static void end_talk_by_transfer(struct sim_leg *l, int cause)
{
    struct sim_call *c = l->call;
    struct sim_channel *agents = l->channel;
    struct sim_agent *a = l->agent;
    stop_talk_timers(c);
    say_complete(c, "transfer");
    sim_free_call(c);
    sim_vanish(agents, cause);
    sim_rest(a);
}

static void end_talk_by_agent(struct sim_leg *l, enum sim_end how, int cause)
{
    struct sim_call *c = l->call;
    struct sim_channel *ch = c->channel;
    struct sim_agent *a = l->agent;
    stop_talk_timers(c);
    if (how == SIM_END_PHONE)
        sim_say_hangup_request(l->channel, 0);
    if (sim_complete_consult(l->channel)) {
        end_talk_by_transfer(l, cause);
        return;
    }
    sim_end_consult(l->channel);
    if (how == SIM_END_PHONE) {
        say_complete(c, "agent");
    }
    sim_leave_bridge(l->channel);
    sim_leave_bridge(ch);
    sim_say_soft_hangup(ch);
    if (how != SIM_END_PHONE)
        say_complete(c, "caller"); /* of the agent's leg too Asterisk says that the caller hung up (ami.md 5.3) */
    struct sim_channel *agents = l->channel;
    sim_free_call(c);
    sim_vanish(agents, cause);
    sim_vanish(ch, cause);
    sim_rest(a);
}

void sim_end_leg(struct sim_leg *l, enum sim_end how, int cause)
{
    if (l->call->talk == l)
        end_talk_by_agent(l, how, cause);
    else
        sim_leg_refused(l, cause, how == SIM_END_PHONE);
}

/* ---- taken apart: somebody goes elsewhere ---- */

static void keep_visit(struct sim_call *c)
{
    struct sim_channel *ch = c->channel;
    stop_talk_timers(c);
    ch->call = NULL;
    list_append(&ch->visits, &c->of_channel);
    if (c->talk->member != NULL && !c->is_counted)
        sim_count_call(c->talk->member);
    c->is_counted = true;
}

void sim_leave_call(struct sim_channel *ch)
{
    struct sim_call *c = ch->call;
    if (c->talk == NULL) {
        sim_leave_waiting(ch);
        return;
    }
    struct sim_leg *l = c->talk;
    struct sim_channel *agents = l->channel;
    struct sim_agent *a = l->agent;
    keep_visit(c);
    sim_leave_bridge(ch);
    sim_leave_bridge(agents);
    agents->leg = NULL;
    l->channel = NULL;
    sim_vanish(agents, 0);
    sim_rest(a);
}

void sim_leave_leg(struct sim_channel *ch)
{
    struct sim_call *c = ch->leg->call;
    struct sim_channel *callers = c->channel;
    if (c->talk != ch->leg) {
        sim_leg_refused(ch->leg, 0, false);
        return;
    }
    stop_talk_timers(c);
    sim_leave_bridge(ch);
    sim_leave_bridge(callers);
    sim_say_soft_hangup(callers);
    say_complete(c, "caller");
    sim_free_call(c);
    sim_vanish(callers, 0);
}

void sim_leave_both(struct sim_call *c)
{
    struct sim_leg *l = c->talk;
    keep_visit(c);
    sim_leave_bridge(c->channel);
    sim_leave_bridge(l->channel);
    l->channel->leg = NULL;
    l->channel->owed = l;
}

void sim_leave_alone(struct sim_call *c)
{
    struct sim_leg *l = c->talk;
    keep_visit(c);
    sim_leave_bridge(c->channel);
    l->channel->leg = NULL;
    l->channel->owed = l;
}

void sim_leave_transferred(struct sim_call *c)
{
    stop_talk_timers(c);
    say_complete(c, "transfer");
    sim_leave_bridge(c->channel);
    sim_leave_bridge(c->talk->channel);
    sim_free_call(c);
}

/* The agent's phone sends the caller, blindly, to another queue (or the same). */
void sim_transfer(struct sim_call *c, struct sim_queue *to)
{
    sim_blind_transfer(c->talk->channel, SIM_CALLERS, to->name);
}
