/* SPDX-License-Identifier: MIT */
/* call: a caller's way into a queue and out of it again unanswered: arrival, joining, giving up, being withdrawn, being taken
 * elsewhere, with the events of each in the order that was recorded from Asterisk. What happens after an answer is in talk.c. */
#include "core/sim/world.h"

#include "core/base/mem.h"

#include <stdio.h>

static void change_trunk(struct sim *s, int by)
{
    bool was = s->trunk_channels > 0;
    s->trunk_channels = by > 0 ? s->trunk_channels + 1 : s->trunk_channels - 1;
    bool is = s->trunk_channels > 0;
    if (was != is)
        say_device(s, is ? SIM_INUSE : SIM_NOT_INUSE, "PJSIP/trunk");
}

/* ---- arrival ---- */

static void join_queue(struct sim_call *c);

static void joins(struct timer *t, int64_t now_ms, void *context)
{
    (void)now_ms;
    (void)context;
    join_queue(LIST_ENTITY(t, struct sim_call, turn));
}

static struct sim_call *new_call(struct sim_channel *ch, struct sim_queue *q)
{
    struct sim_call *c = mem_alloc(sizeof(*c));
    struct slice priority = slice_of(sim_var(&ch->vars, SLICE("QUEUE_PRIO")));
    int64_t n = 0;
    c->sim = ch->sim;
    c->queue = q;
    c->channel = ch;
    c->priority = slice_int(priority, INT32_MIN, INT32_MAX, &n) ? (int32_t)n : 0;
    ch->call = c;
    ch->has_plan = true;
    sim_run_app(ch, SIM_APP_QUEUE, q->name);
    list_init(&c->in_queue);
    list_init(&c->of_channel);
    list_init(&c->legs);
    list_append(&c->sim->calls, &c->of_world);
    return c;
}

struct sim_call *sim_arrive(struct sim *s, struct sim_queue *q, const char *number, const char *person)
{
    struct sim_channel *ch = sim_new_channel(s, NULL, "PJSIP/trunk");
    ch->id = ++s->next_call;
    ch->state = SIM_RING;
    sim_set_caller(ch, number, person);
    sim_go(ch, SIM_CALLERS, q->name, 1);
    say_channel_event(s, "Newchannel", ch);
    ch->state = SIM_UP;
    ch->priority = 2;
    say_channel_event(s, "Newstate", ch);
    change_trunk(s, 1);
    struct sim_call *c = new_call(ch, q);
    sim_timer(s, &c->turn, 500, joins);
    return c;
}

void sim_enter_queue(struct sim_channel *ch, struct sim_queue *q)
{
    join_queue(new_call(ch, q));
}

static void loses_patience(struct timer *t, int64_t now_ms, void *context)
{
    (void)now_ms;
    (void)context;
    sim_end_call(LIST_ENTITY(t, struct sim_call, patience), SIM_END_PHONE, 0);
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

static void join_queue(struct sim_call *c)
{
    struct sim *s = c->sim;
    struct sim_queue *q = c->queue;
    c->joined_ms = s->now_ms;
    snprintf(c->channel->exten, sizeof(c->channel->exten), "%s", q->name);
    c->channel->priority = 3;
    c->original_position = insert(q, c);
    if (q->waiting++ == 0)
        say_device(s, SIM_RINGING, "Queue:%s", q->name);
    say_begin(s, "QueueCallerJoin", CLASS_AGENT, "agent,all");
    say_channel(s, "", c->channel);
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

void sim_leave_queue(struct sim_call *c)
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
    say_channel(s, "", c->channel);
    say(s, "Queue", q->name);
    say_number(s, "Position", position);
    say_number(s, "Count", (int64_t)q->waiting);
    say_end(s);
}

/* The channel lives on. */
static void abandon(struct sim_call *c)
{
    struct sim *s = c->sim;
    struct sim_queue *q = c->queue;
    int64_t wait_s = sim_now_s(s) - c->joined_ms / 1000;
    if (!list_is_empty(&c->legs))
        sim_give_up_ringing(c, true);
    say_begin(s, "QueueCallerAbandon", CLASS_AGENT, "agent,all");
    say_channel(s, "", c->channel);
    say(s, "Queue", q->name);
    say_number(s, "Position", position_of(c));
    say_number(s, "OriginalPosition", c->original_position);
    say_number(s, "HoldTime", wait_s);
    say_end(s);
    q->abandoned++;
    q->abandoned_in_sl += wait_s <= q->service_level_s;
    sim_leave_queue(c);
}

/* Phones that still ring for somebody who is gone. */
static void silence(struct sim_call *c)
{
    LIST_EACH_SAFE(at, &c->legs)
        sim_hang_up_leg(LIST_ENTITY(at, struct sim_leg, of_call), 0);
}

void sim_leave_waiting(struct sim_channel *ch)
{
    struct sim_call *c = ch->call;
    struct sim_queue *q = c->queue;
    if (list_is_empty(&c->in_queue)) { /* on his way there */
        sim_free_call(c);
        return;
    }
    abandon(c);
    silence(c);
    sim_free_call(c);
    sim_dispatch(q);
}

void sim_vanish_from_queue(struct sim_channel *ch)
{
    struct sim_call *c = ch->call;
    if (c == NULL)
        return;
    struct sim_queue *q = c->queue;
    bool has_waited = !list_is_empty(&c->in_queue);
    list_remove(&c->in_queue);
    q->waiting -= has_waited;
    if (has_waited && q->waiting == 0)
        say_device(q->sim, SIM_NOT_INUSE, "Queue:%s", q->name);
    silence(c);
    sim_free_call(c);
}

/* ---- withdrawn ---- */

static void goes_on(struct timer *t, int64_t now_ms, void *context)
{
    (void)now_ms;
    (void)context;
    sim_end_channel(LIST_ENTITY(t, struct sim_channel, step), SIM_END_PLAN, 16);
}

bool sim_withdraw_asked(struct sim_call *c)
{
    if (!c->is_withdrawn)
        return false;
    struct sim_channel *ch = c->channel;
    abandon(c);
    sim_free_call(c);
    sim_set_var(&ch->vars, SLICE("QUEUESTATUS"), SLICE("WITHDRAW"));
    sim_timer(ch->sim, &ch->step, 2000, goes_on); /* the dialplan says good-bye */
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

/* ---- the end ---- */

void sim_say_hangup_request(struct sim_channel *ch, int cause)
{
    struct sim *s = ch->sim;
    say_begin(s, "HangupRequest", CLASS_CALL, "call,all");
    say_channel(s, "", ch);
    if (cause != 0)
        say_number(s, "Cause", cause);
    else if (sim_is_16(s) ? ch->cause == 0 : ch->cause != 0) /* 22 says a cause that it knew before, 16 one that it learns now */
        say_number(s, "Cause", ch->cause != 0 ? ch->cause : 16);
    if (cause == 17 && !sim_is_16(s))
        say_number(s, "TechCause", 486);
    say_end(s);
    if (sim_is_16(s) && ch->cause == 0)
        ch->cause = 16;
}

void sim_say_soft_hangup(struct sim_channel *ch)
{
    struct sim *s = ch->sim;
    say_begin(s, "SoftHangupRequest", CLASS_CALL, "call,all");
    say_channel(s, "", ch);
    say_number(s, "Cause", 16);
    say_end(s);
}

/* Whatever of that its end has not done yet. */
static void cut_loose(struct sim_channel *ch)
{
    sim_end_consult(ch);
    sim_stop_app(ch);
    sim_leave_bridge(ch);
    struct sim_channel *d = ch->dialled;
    sim_untie(ch);
    if (d != NULL)
        sim_end_channel(d, SIM_END_PLAN, 0);
}

void sim_vanish(struct sim_channel *ch, int cause)
{
    struct sim *s = ch->sim;
    if (ch->is_gone)
        return;
    ch->is_gone = true;
    struct sim_agent *a = ch->agent;
    struct sim_channel *half = ch->half;
    bool is_trunk = a == NULL && ch->id != 0;
    cut_loose(ch);
    sim_lose_spies(ch);
    sim_complete_visits(ch, "caller");
    if (ch->owed != NULL)
        ch->owed->channel = NULL;
    if (ch->consulter != NULL)
        sim_consult_failed(ch);
    int last = cause != 0 ? cause : ch->cause;
    say_hangup(ch, last);
    sim_drop_channel(ch);
    if (half != NULL)
        sim_end_half(half, last);
    if (is_trunk)
        change_trunk(s, -1);
    if (a != NULL)
        sim_settle(a);
}

void sim_free_call(struct sim_call *c)
{
    struct timer_heap *h = &c->sim->timers;
    if (c->channel != NULL && c->channel->call == c)
        c->channel->call = NULL;
    LIST_EACH_SAFE(at, &c->legs)
        sim_free_leg(LIST_ENTITY(at, struct sim_leg, of_call));
    timer_cancel(h, &c->patience);
    timer_cancel(h, &c->turn);
    timer_cancel(h, &c->end);
    timer_cancel(h, &c->hold);
    list_remove(&c->in_queue);
    list_remove(&c->of_world);
    list_remove(&c->of_channel);
    mem_free(c);
}

static void end_while_waiting(struct sim_call *c, enum sim_end how, int cause)
{
    struct sim_channel *ch = c->channel;
    struct sim_queue *q = c->queue;
    if (how == SIM_END_PHONE)
        sim_say_hangup_request(ch, 0);
    if (list_is_empty(&c->in_queue)) { /* not there yet */
        sim_free_call(c);
        sim_vanish(ch, cause);
        return;
    }
    abandon(c);
    sim_say_soft_hangup(ch);
    silence(c);
    sim_free_call(c);
    sim_vanish(ch, cause);
    sim_dispatch(q);
}

void sim_end_call(struct sim_call *c, enum sim_end how, int cause)
{
    if (c->talk == NULL)
        end_while_waiting(c, how, cause);
    else
        sim_end_talk(c, how, cause);
}
