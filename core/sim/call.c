/* SPDX-License-Identifier: MIT */
/* call: a caller's way through the queue: arrival, joining, being answered, the conversation with its holds and transfers, and
 * every way out, with the events of each in the order that was recorded from Asterisk 22. */
#include "core/sim/world.h"

#include "core/base/mem.h"

#include <inttypes.h>
#include <stdio.h>

void sim_name_channel(struct sim *s, struct sim_channel *ch, const char *device)
{
    struct buf name = BUF_INIT(256);
    buf_addf(&name, "%s-%08" PRIx32, device, s->next_channel);
    ch->name = mem_text(buf_slice(&name));
    buf_clear(&name);
    ch->created_ms = s->now_ms;
    snprintf(ch->uniqueid, sizeof(ch->uniqueid), "%" PRId64 ".%" PRIu32, sim_now_s(s), s->next_channel++);
    snprintf(ch->linkedid, sizeof(ch->linkedid), "%s", ch->uniqueid);
}

static void change_trunk(struct sim *s, int by)
{
    bool was = s->trunk_channels > 0;
    s->trunk_channels = by > 0 ? s->trunk_channels + 1 : s->trunk_channels - 1;
    bool is = s->trunk_channels > 0;
    if (was != is)
        say_device(s, is ? SIM_INUSE : SIM_NOT_INUSE, "PJSIP/trunk");
}

/* ---- arrival ---- */

static void join_queue(struct sim_call *c, struct sim_queue *q);

static void joins(struct timer *t, int64_t now_ms, void *context)
{
    (void)now_ms;
    (void)context;
    struct sim_call *c = LIST_ENTITY(t, struct sim_call, turn);
    join_queue(c, c->queue);
}

struct sim_call *sim_arrive(struct sim *s, struct sim_queue *q, const char *number, const char *person)
{
    struct sim_call *c = mem_alloc(sizeof(*c));
    c->sim = s;
    c->queue = q;
    c->id = ++s->next_call;
    c->number = mem_strdup(number);
    c->person = mem_strdup(person);
    c->status = "";
    list_init(&c->in_queue);
    list_init(&c->legs);
    list_append(&s->calls, &c->of_world);
    sim_name_channel(s, &c->channel, "PJSIP/trunk");
    c->channel.state = SIM_RING;
    c->channel.number = c->number;
    c->channel.person = c->person;
    c->channel.context = "from-callers";
    c->channel.exten = q->name;
    c->channel.priority = 1;
    say_channel_event(s, "Newchannel", &c->channel);
    c->channel.state = SIM_UP;
    c->channel.priority = 2;
    say_channel_event(s, "Newstate", &c->channel);
    change_trunk(s, 1);
    sim_timer(s, &c->turn, 500, joins);
    return c;
}

static void loses_patience(struct timer *t, int64_t now_ms, void *context)
{
    (void)now_ms;
    (void)context;
    sim_hang_up(LIST_ENTITY(t, struct sim_call, patience));
}

/* Behind everybody of the same or a higher priority. */
static uint32_t insert(struct sim_queue *q, struct sim_call *c)
{
    uint32_t position = 1;
    struct list *before = &q->callers;
    LIST_EACH(at, &q->callers)
    {
        if (LIST_ENTITY(at, struct sim_call, in_queue)->priority < c->priority)
            break;
        before = at;
        position++;
    }
    list_insert_after(before, &c->in_queue);
    return position;
}

static void join_queue(struct sim_call *c, struct sim_queue *q)
{
    struct sim *s = c->sim;
    c->queue = q;
    c->joined_ms = s->now_ms;
    c->channel.exten = q->name;
    c->channel.priority = 3;
    c->original_position = insert(q, c);
    if (q->waiting++ == 0)
        say_device(s, SIM_RINGING, "Queue:%s", q->name);
    say_begin(s, "QueueCallerJoin", CLASS_AGENT, "agent,all");
    say_channel(s, "", &c->channel);
    say(s, "Queue", q->name);
    say_number(s, "Position", c->original_position);
    say_number(s, "Count", (int64_t)q->waiting);
    say_end(s);
    if (!s->setup.is_empty)
        sim_timer(s, &c->patience, 5000 + sim_exponential(s, 200), loses_patience);
    timer_cancel(&s->timers, &c->turn);
    sim_dispatch(q);
}

/* ---- leaving the queue ---- */

static int64_t position_of(const struct sim_call *c)
{
    int64_t position = 1;
    LIST_EACH(at, &c->queue->callers)
    {
        if (at == &c->in_queue)
            break;
        position++;
    }
    return position;
}

static void leave_queue(struct sim_call *c)
{
    struct sim *s = c->sim;
    struct sim_queue *q = c->queue;
    int64_t position = position_of(c);
    list_remove(&c->in_queue);
    timer_cancel(&s->timers, &c->patience);
    timer_cancel(&s->timers, &c->turn);
    timer_cancel(&s->timers, &c->end);
    c->is_withdrawn = false; /* void: he has been answered, or left by himself */
    if (--q->waiting == 0)
        say_device(s, SIM_NOT_INUSE, "Queue:%s", q->name);
    say_begin(s, "QueueCallerLeave", CLASS_AGENT, "agent,all");
    say_channel(s, "", &c->channel);
    say(s, "Queue", q->name);
    say_number(s, "Position", position);
    say_number(s, "Count", (int64_t)q->waiting);
    say_end(s);
}

/* The call lives on. */
static void abandon(struct sim_call *c)
{
    struct sim *s = c->sim;
    struct sim_queue *q = c->queue;
    int64_t wait_s = sim_now_s(s) - c->joined_ms / 1000;
    if (!list_is_empty(&c->legs))
        sim_give_up_ringing(c, true);
    say_begin(s, "QueueCallerAbandon", CLASS_AGENT, "agent,all");
    say_channel(s, "", &c->channel);
    say(s, "Queue", q->name);
    say_number(s, "Position", position_of(c));
    say_number(s, "OriginalPosition", c->original_position);
    say_number(s, "HoldTime", wait_s);
    say_end(s);
    q->abandoned++;
    q->abandoned_in_sl += wait_s <= q->service_level_s;
    leave_queue(c);
}

/* Phones that still ring for somebody who is gone. */
static void silence(struct sim_call *c)
{
    LIST_EACH_SAFE(at, &c->legs)
        sim_hang_up_leg(LIST_ENTITY(at, struct sim_leg, of_call), 0, "Unknown");
}

static void hang_up_caller(struct sim_call *c, int cause, const char *text)
{
    struct sim *s = c->sim;
    say_hangup(s, &c->channel, cause, text, 0);
    change_trunk(s, -1);
}

static void say_soft_hangup(struct sim_call *c)
{
    struct sim *s = c->sim;
    say_begin(s, "SoftHangupRequest", CLASS_CALL, "call,all");
    say_channel(s, "", &c->channel);
    say_number(s, "Cause", 16);
    say_end(s);
}

static void goes_on(struct timer *t, int64_t now_ms, void *context)
{
    (void)now_ms;
    (void)context;
    struct sim_call *c = LIST_ENTITY(t, struct sim_call, end);
    say_soft_hangup(c);
    hang_up_caller(c, 16, "Normal Clearing");
    sim_free_call(c);
}

bool sim_withdraw_asked(struct sim_call *c)
{
    if (!c->is_withdrawn)
        return false;
    c->is_withdrawn = false;
    abandon(c);
    c->status = "WITHDRAW";
    sim_timer(c->sim, &c->end, 2000, goes_on); /* the dialplan says good-bye */
    return true;
}

static void queue_looks(struct timer *t, int64_t now_ms, void *context)
{
    (void)now_ms;
    (void)context;
    struct sim_call *c = LIST_ENTITY(t, struct sim_call, end);
    if (!c->is_ringing && c->turn.slot == 0)
        sim_withdraw_asked(c);
}

/* Who is being rung is looked at when that and the rest after it are over. */
void sim_withdraw(struct sim_call *c)
{
    c->is_withdrawn = true;
    if (!c->is_ringing && c->turn.slot == 0)
        sim_timer(c->sim, &c->end, 400, queue_looks);
}

/* ---- answered ---- */

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
        sim_hang_up(c);
    else
        sim_agent_hangs_up(c);
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

static void name_bridge(struct sim *s, char out[40])
{
    uint32_t n = s->next_bridge++;
    snprintf(out, 40, "%08" PRIx32 "-5acd-4b70-8a11-%012" PRIx32, n * UINT32_C(2654435761), n);
}

static void bridge_both(struct sim_call *c, struct sim_leg *l)
{
    struct sim *s = c->sim;
    char bridge[40];
    name_bridge(s, bridge);
    say_bridge(s, "BridgeCreate", bridge, 0, NULL);
    snprintf(l->channel.bridge, sizeof(l->channel.bridge), "%s", bridge);
    say_bridge(s, "BridgeEnter", bridge, 1, &l->channel);
    snprintf(c->channel.bridge, sizeof(c->channel.bridge), "%s", bridge);
    say_bridge(s, "BridgeEnter", bridge, 2, &c->channel);
}

/* The phones that rang as well, and lost. */
static void release_losers(struct sim_call *c, const struct sim_leg *winner)
{
    LIST_EACH_SAFE(at, &c->legs)
    {
        struct sim_leg *l = LIST_ENTITY(at, struct sim_leg, of_call);
        if (l == winner)
            continue;
        say_dial(c->sim, "DialEnd", l, "DialStatus", "CANCEL");
        say_dial(c->sim, "DialEnd", l, "DialStatus", "CANCEL"); /* twice, as Asterisk does */
        sim_hang_up_leg(l, 26, "Answered elsewhere");
    }
}

void sim_answer(struct sim_leg *l)
{
    struct sim_call *c = l->call;
    struct sim *s = c->sim;
    struct sim_queue *q = c->queue;
    int64_t ring_s = (s->now_ms - l->started_ms) / 1000;
    l->channel.state = SIM_UP;
    say_channel_event(s, "Newstate", &l->channel);
    c->channel.conn_number = l->agent->number;
    c->channel.conn_person = l->agent->person;
    say_dial(s, "DialEnd", l, "DialStatus", "ANSWER");
    c->hold_s = (uint32_t)(sim_now_s(s) - c->joined_ms / 1000);
    q->hold_s = (3 * q->hold_s + c->hold_s) / 4;
    c->talk = l;
    c->connected_ms = s->now_ms;
    timer_cancel(&s->timers, &c->turn);
    release_losers(c, l); /* he counts as ringing until he is out, or he would be offered to them again */
    leave_queue(c);
    c->is_ringing = false;
    say_agent(s, "AgentConnect", l);
    say_number(s, "HoldTime", c->hold_s);
    say_number(s, "RingTime", ring_s);
    say_end(s);
    sim_settle(l->agent);
    bridge_both(c, l);
    begin_talk(c);
}

void sim_hold(struct sim_call *c, bool is_held)
{
    if (c->talk == NULL || c->is_on_hold == is_held)
        return;
    struct sim *s = c->sim;
    c->is_on_hold = is_held;
    say_begin(s, is_held ? "Hold" : "Unhold", CLASS_CALL, "call,all");
    say_channel(s, "", &c->talk->channel);
    if (is_held)
        say(s, "MusicClass", "default");
    say_end(s); /* the agent's device stays in use: Asterisk shows the one that is being held as on hold */
}

/* ---- the end of a conversation ---- */

static void say_complete(struct sim_call *c, const char *reason)
{
    struct sim *s = c->sim;
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
    if (c->talk->member != NULL)
        sim_count_call(c->talk->member);
}

static void leave_bridge(struct sim *s, struct sim_channel *ch, int left)
{
    char bridge[40];
    memcpy(bridge, ch->bridge, sizeof(bridge));
    ch->bridge[0] = '\0';
    say_bridge(s, "BridgeLeave", bridge, left, ch);
    if (left == 0)
        say_bridge(s, "BridgeDestroy", bridge, 0, NULL);
}

static void stop_talk_timers(struct sim_call *c)
{
    timer_cancel(&c->sim->timers, &c->end);
    timer_cancel(&c->sim->timers, &c->hold);
    c->is_on_hold = false;
}

void sim_free_call(struct sim_call *c)
{
    struct timer_heap *h = &c->sim->timers;
    LIST_EACH_SAFE(at, &c->legs)
        sim_free_leg(LIST_ENTITY(at, struct sim_leg, of_call));
    timer_cancel(h, &c->patience);
    timer_cancel(h, &c->turn);
    timer_cancel(h, &c->end);
    timer_cancel(h, &c->hold);
    list_remove(&c->in_queue);
    list_remove(&c->of_world);
    mem_free(c->channel.name);
    mem_free(c->number);
    mem_free(c->person);
    mem_free(c);
}

static void drop_leg(struct sim_call *c)
{
    struct sim_leg *l = c->talk;
    struct sim_agent *a = l->agent;
    c->talk = NULL;
    sim_hang_up_leg(l, 16, "Normal Clearing");
    sim_rest(a);
}

static void say_hangup_request(struct sim *s, const struct sim_channel *ch, bool has_cause)
{
    say_begin(s, "HangupRequest", CLASS_CALL, "call,all");
    say_channel(s, "", ch);
    if (has_cause)
        say_number(s, "Cause", 16);
    say_end(s);
}

/* In 22 who was in a bridge before carries the cause of leaving it, in 16 who was not. */
static void say_caller_hangs_up(struct sim_call *c)
{
    say_hangup_request(c->sim, &c->channel, c->is_transferred != sim_is_16(c->sim));
}

static void hang_up_while_waiting(struct sim_call *c)
{
    bool has_cause = c->is_transferred || sim_is_16(c->sim);
    int cause = has_cause ? 16 : 0;
    const char *text = has_cause ? "Normal Clearing" : "Unknown";
    say_caller_hangs_up(c);
    if (list_is_empty(&c->in_queue)) { /* not in the queue yet, or not any more */
        hang_up_caller(c, cause, text);
        return;
    }
    abandon(c);
    say_soft_hangup(c);
    silence(c);
    hang_up_caller(c, cause, text);
}

void sim_hang_up(struct sim_call *c)
{
    struct sim *s = c->sim;
    if (c->talk == NULL) {
        hang_up_while_waiting(c);
        sim_free_call(c);
        return;
    }
    stop_talk_timers(c);
    say_caller_hangs_up(c);
    say_complete(c, "caller");
    leave_bridge(s, &c->channel, 1);
    say_soft_hangup(c);
    leave_bridge(s, &c->talk->channel, 0);
    hang_up_caller(c, 16, "Normal Clearing");
    drop_leg(c);
    sim_free_call(c);
}

void sim_agent_hangs_up(struct sim_call *c)
{
    struct sim *s = c->sim;
    stop_talk_timers(c);
    say_hangup_request(s, &c->talk->channel, sim_is_16(s));
    say_complete(c, "agent");
    leave_bridge(s, &c->talk->channel, 1);
    struct sim_leg *l = c->talk;
    say_hangup(s, &l->channel, 16, "Normal Clearing", 0);
    leave_bridge(s, &c->channel, 0);
    say_soft_hangup(c);
    struct sim_agent *a = l->agent;
    c->talk = NULL;
    sim_free_leg(l);
    sim_settle(a);
    hang_up_caller(c, 16, "Normal Clearing");
    sim_free_call(c);
    sim_rest(a);
}

/* The agent sends the caller, blindly, to another queue (or his own). */
void sim_transfer(struct sim_call *c, struct sim_queue *to)
{
    struct sim *s = c->sim;
    stop_talk_timers(c);
    say_channel_event(s, "Unhold", &c->talk->channel); /* a phone that transfers is taken out of hold, whether it held or not */
    say_begin(s, "BlindTransfer", CLASS_CALL, "call,all");
    say(s, "Result", "Success");
    say_channel(s, "Transferer", &c->talk->channel);
    say_channel(s, "Transferee", &c->channel);
    if (s->say_class != 0)
        buf_addf(&s->say, "BridgeUniqueid: %s\r\nBridgeType: basic\r\nBridgeTechnology: simple_bridge\r\nBridgeCreator: <unknown>\r\n"
                          "BridgeName: <unknown>\r\nBridgeNumChannels: 2\r\nBridgeVideoSourceMode: none\r\n", c->channel.bridge);
    say(s, "IsExternal", "Yes");
    say(s, "Context", "from-callers");
    say(s, "Extension", to->name);
    say_end(s);
    say_complete(c, "transfer");
    leave_bridge(s, &c->channel, 1);
    leave_bridge(s, &c->talk->channel, 0);
    drop_leg(c);
    c->will_transfer = false;
    c->is_transferred = true;
    join_queue(c, to);
}
