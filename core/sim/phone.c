/* SPDX-License-Identifier: MIT */
/* phone: what the phone at the other end of a channel does when it is called: it rings, answers after a while, or refuses. Who
 * called it (a queue, a Dial, an Originate) is told through that room's doors. */
#include "core/sim/world.h"

/* It was sent elsewhere while it rang, and nobody waits for it. */
static void goes_up(struct sim_channel *ch)
{
    ch->state = SIM_UP;
    say_channel_event(ch->sim, "Newstate", ch);
    sim_settle(ch->agent);
}

static void answers(struct timer *t, int64_t now_ms, void *context)
{
    (void)now_ms;
    (void)context;
    struct sim_channel *ch = LIST_ENTITY(t, struct sim_channel, phone);
    if (ch->leg != NULL)
        sim_answer(ch->leg);
    else if (ch->origin != NULL)
        sim_origin_answered(ch);
    else if (ch->dialler != NULL)
        sim_dial_answered(ch);
    else
        goes_up(ch);
}

static void refuses(struct timer *t, int64_t now_ms, void *context)
{
    (void)now_ms;
    (void)context;
    struct sim_channel *ch = LIST_ENTITY(t, struct sim_channel, phone);
    int cause = ch->agent->mode == SIM_DECLINES ? 21 : ch->agent->mode == SIM_IS_AWAY ? 19 : 17;
    if (ch->leg != NULL)
        sim_leg_refused(ch->leg, cause, true);
    else if (ch->origin != NULL || ch->dialler != NULL)
        sim_dial_refused(ch, cause);
    else
        sim_end_channel(ch, SIM_END_PHONE, cause);
}

static void decide(struct sim_channel *ch)
{
    struct sim *s = ch->sim;
    struct sim_agent *a = ch->agent;
    if (a->mode == SIM_NEVER_ANSWERS)
        return;
    if (a->answer_ms > 0)
        sim_timer(s, &ch->phone, a->answer_ms, answers);
    else if (ch->leg == NULL || random_below(&s->random, 1000) >= a->unreliable)
        sim_timer(s, &ch->phone, sim_log_normal(s, 4.5, 0.5), answers);
}

void sim_ring_phone(struct sim_channel *ch)
{
    struct sim *s = ch->sim;
    if (ch->agent->mode == SIM_IS_BUSY || ch->agent->mode == SIM_DECLINES || ch->agent->mode == SIM_IS_AWAY) {
        sim_timer(s, &ch->phone, 1, refuses);
        return;
    }
    decide(ch);
    ch->state = SIM_CHANNEL_RINGING;
    say_channel_event(s, "Newstate", ch);
    if (ch->leg != NULL)
        say_channel_event(s, "NewConnectedLine", ch);
    sim_settle(ch->agent);
    if (ch->dialler != NULL)
        sim_half_rings(ch->dialler, ch);
    say_dial(s, "DialState", ch->leg != NULL ? ch->leg->call->channel : ch->dialler, ch, "DialStatus", "RINGING");
}
