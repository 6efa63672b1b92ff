/* SPDX-License-Identifier: MIT */
/* dial: one channel calls a phone (the application Dial, or a phone by itself), and how that ends: answered, refused, not
 * answered in time, or given up by the caller (plan.c). */
#include "core/sim/world.h"

#include <stdio.h>

void sim_untie(struct sim_channel *ch)
{
    if (ch->dialled != NULL)
        ch->dialled->dialler = NULL;
    if (ch->dialler != NULL)
        ch->dialler->dialled = NULL;
    ch->dialled = ch->dialler = NULL;
}

static void ring_time_is_over(struct timer *t, int64_t now_ms, void *context)
{
    (void)now_ms;
    (void)context;
    struct sim_channel *ch = LIST_ENTITY(t, struct sim_channel, step), *d = ch->dialled;
    say_dial(ch->sim, "DialEnd", ch, d, "DialStatus", "NOANSWER");
    sim_untie(d);
    sim_vanish(d, 0);
    sim_end_channel(ch, SIM_END_PLAN, 0);
}

static void tone_is_over(struct timer *t, int64_t now_ms, void *context)
{
    (void)now_ms;
    (void)context;
    sim_end_channel(LIST_ENTITY(t, struct sim_channel, step), SIM_END_PLAN, 0);
}

/* Nobody can be reached there: the caller hears it for a while. */
static void play_tone(struct sim_channel *ch, int cause)
{
    ch->cause = cause;
    ch->priority++;
    sim_timer(ch->sim, &ch->step, 10000, tone_is_over);
}

static const char *after_slash(const char *device)
{
    const char *at = strchr(device, '/');
    return at != NULL ? at + 1 : device;
}

void sim_dial(struct sim_channel *ch, const char *device, int64_t timeout_ms)
{
    struct sim *s = ch->sim;
    struct sim_agent *a = map_get(s->agents, slice_of(device));
    if (a == NULL || a->device == SIM_INVALID || a->device == SIM_UNAVAILABLE) {
        play_tone(ch, 3);
        return;
    }
    sim_untie(ch);
    struct sim_channel *d = sim_new_channel(s, a, device);
    snprintf(d->linkedid, sizeof(d->linkedid), "%s", ch->linkedid);
    sim_run_app(d, SIM_APP_DIALLED, "(Outgoing Line)");
    d->dialler = ch;
    ch->dialled = d;
    say_channel_event(s, "Newchannel", d);
    sim_set_connected(d, ch->number, ch->person);
    sim_go(d, SIM_AGENTS, ch->exten, 1);
    say_channel_event(s, "NewConnectedLine", d);
    say_dial(s, "DialBegin", ch, d, "DialString", after_slash(device));
    sim_set_connected(ch, d->number, d->person);
    say_channel_event(s, "NewConnectedLine", ch);
    sim_timer(s, &ch->step, timeout_ms, ring_time_is_over);
    sim_ring_phone(d);
}

void sim_dial_answered(struct sim_channel *d)
{
    struct sim *s = d->sim;
    struct sim_channel *ch = d->dialler;
    timer_cancel(&s->timers, &ch->step);
    d->state = SIM_UP;
    say_channel_event(s, "Newstate", d);
    d->exten[0] = '\0';
    say_dial(s, "DialEnd", ch, d, "DialStatus", "ANSWER");
    sim_settle(d->agent);
    if (ch->state != SIM_UP) {
        ch->state = SIM_UP;
        say_channel_event(s, "Newstate", ch);
        sim_half_answers(ch);
    }
    ch->cause = d->cause = 16;
    sim_bridge_two(d, ch);
}

void sim_dial_refused(struct sim_channel *d, int cause)
{
    struct sim *s = d->sim;
    struct sim_channel *ch = d->dialler;
    if (cause != 0)
        sim_say_hangup_request(d, cause);
    say_dial(s, "DialEnd", ch, d, "DialStatus", cause == 17 ? "BUSY" : "NOANSWER");
    if (ch == NULL) {
        sim_origin_failed(d, 0, cause);
        return;
    }
    sim_untie(d);
    timer_cancel(&s->timers, &ch->step);
    sim_vanish(d, cause);
    if (cause == 17) {
        play_tone(ch, 17);
        sim_half_is_busy(ch);
    } else {
        sim_end_channel(ch, SIM_END_PLAN, cause);
    }
}

void sim_place_call(struct sim *s, struct sim_agent *a, const char *exten)
{
    struct sim_channel *ch = sim_new_channel(s, a, a->interface);
    ch->state = SIM_RING;
    sim_go(ch, SIM_AGENTS, exten, 1);
    say_channel_event(s, "Newchannel", ch);
    sim_settle(a);
    sim_run_plan(ch);
}
