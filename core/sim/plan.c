/* SPDX-License-Identifier: MIT */
/* plan: the dialplan: which application an extension runs, and a channel's way through it until it is hung up. There are the
 * contexts of a small PBX (agents call each other by number, queues by name, music, an echo, a conference, the parking lot), and
 * what a script adds to them. Channels that serve a queue end in talk.c. */
#include "core/sim/world.h"

#include "core/base/mem.h"

#include <stdio.h>

enum { BUSY_TONE_MS = 10000 };

struct step {
    char *key; /* EXTEN@CONTEXT */
    struct sim_step what;
};

void sim_add_step(struct sim *s, const char *context, const char *exten, enum sim_app app, const char *data)
{
    struct step *step = mem_alloc(sizeof(*step));
    struct buf key = BUF_INIT(512);
    buf_addf(&key, "%s@%s", exten, context);
    step->key = mem_text(buf_slice(&key));
    step->what.app = app;
    step->what.priority = 2;
    snprintf(step->what.data, sizeof(step->what.data), "%s", data);
    buf_clear(&key);
    struct step *old = map_put(s->steps, slice_of(step->key), step);
    if (old != NULL) {
        mem_free(old->key);
        mem_free(old);
    }
}

void sim_free_steps(struct sim *s)
{
    struct step *step;
    for (size_t at = 0; (step = map_each(s->steps, &at)) != NULL;) {
        mem_free(step->key);
        mem_free(step);
    }
    map_free(s->steps);
}

static bool set_step(struct sim_step *out, enum sim_app app, int priority, struct slice data)
{
    out->app = app;
    out->priority = priority;
    snprintf(out->data, sizeof(out->data), "%.*s", SLICE_FMT(data));
    return true;
}

static bool find_added(struct sim *s, struct slice context, struct slice exten, struct sim_step *out)
{
    struct buf key = BUF_INIT(512);
    buf_addf(&key, "%.*s@%.*s", SLICE_FMT(exten), SLICE_FMT(context));
    const struct step *step = key.overflow ? NULL : map_get(s->steps, buf_slice(&key));
    buf_clear(&key);
    if (step != NULL)
        *out = step->what;
    return step != NULL;
}

static bool find_other(struct slice exten, struct sim_step *out)
{
    static const struct {
        const char *exten, *data;
        enum sim_app app;
    } others[] = {
        { "moh", "default", SIM_APP_MUSIC }, { "echo", "", SIM_APP_ECHO },       { "conf-bridge", "floor", SIM_APP_CONFERENCE },
        { "park", "", SIM_APP_PARK },        { "pulled", "default", SIM_APP_MUSIC }, { "busy", "5", SIM_APP_BUSY },
    };
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        if (slice_eq(exten, slice_of(others[i].exten)))
            return set_step(out, others[i].app, 3, slice_of(others[i].data));
    }
    return false;
}

/* As a pattern that takes every name in small letters: whether there is such a queue is seen when it runs. */
static bool find_queue(struct sim *s, struct slice exten, struct sim_step *out)
{
    bool fits = exten.n > 1 && exten.p[0] >= 'a' && exten.p[0] <= 'z';
    return (fits || map_get(s->queues, exten) != NULL) && set_step(out, SIM_APP_QUEUE, 3, exten);
}

static bool find_phone(struct sim *s, struct slice exten, struct sim_step *out)
{
    int64_t n = 0;
    char device[96];
    bool is_number = exten.n == 3 && slice_int(exten, 100, 999, &n);
    if (!is_number && sim_find_phone(s, exten) == NULL)
        return false;
    snprintf(device, sizeof(device), "PJSIP/%.*s", SLICE_FMT(exten));
    return set_step(out, SIM_APP_DIAL, 1, slice_of(device));
}

static bool find_parked(struct sim *s, struct slice exten, struct sim_step *out)
{
    int64_t space = 0;
    if (slice_eq(exten, SLICE("700")))
        return set_step(out, SIM_APP_PARK, 1, SLICE(""));
    if (!slice_int(exten, 701, 720, &space))
        return false;
    LIST_EACH(at, &s->parked)
    {
        if (LIST_ENTITY(at, struct sim_parked, of_world)->space == space)
            return set_step(out, SIM_APP_PARKED, 1, exten);
    }
    return false;
}

bool sim_find_step(struct sim *s, struct slice context, struct slice exten, struct sim_step *out)
{
    if (exten.n == 0 || exten.n >= 80)
        return false;
    if (find_added(s, context, exten, out))
        return true;
    if (slice_eq(context, SLICE("parkedcalls")))
        return find_parked(s, exten, out);
    if (slice_eq(context, SLICE("others")))
        return find_other(exten, out);
    if (slice_eq(context, SLICE("queues")))
        return find_queue(s, exten, out);
    if (slice_eq(context, SLICE(SIM_CALLERS)))
        return find_other(exten, out) || find_queue(s, exten, out);
    if (slice_eq(context, SLICE(SIM_AGENTS)))
        return find_parked(s, exten, out) || find_phone(s, exten, out) || find_other(exten, out) || find_queue(s, exten, out);
    return false;
}

/* ---- a channel's way ---- */

static void tone_is_over(struct timer *t, int64_t now_ms, void *context)
{
    (void)now_ms;
    (void)context;
    sim_end_channel(LIST_ENTITY(t, struct sim_channel, step), SIM_END_PLAN, 17);
}

static void answer_it(struct sim_channel *ch)
{
    if (ch->state == SIM_UP)
        return;
    ch->state = SIM_UP;
    say_channel_event(ch->sim, "Newstate", ch);
    sim_half_answers(ch);
}

/* Nothing there: it is hung up. */
static void falls_off(struct sim_channel *ch)
{
    sim_say_soft_hangup(ch);
    sim_vanish(ch, 0);
}

static void run_step(struct sim_channel *ch, const struct sim_step *step)
{
    struct sim *s = ch->sim;
    struct sim_queue *q;
    switch (step->app) {
    case SIM_APP_QUEUE:
        answer_it(ch);
        q = map_get(s->queues, slice_of(step->data));
        if (q != NULL)
            sim_enter_queue(ch, q);
        else
            falls_off(ch);
        return;
    case SIM_APP_DIAL: sim_dial(ch, step->data, 30000); return;
    case SIM_APP_PARK:
        answer_it(ch);
        if (!sim_park(ch, 0, ch->name, 300000))
            falls_off(ch);
        return;
    case SIM_APP_PARKED:
        answer_it(ch);
        sim_retrieve(ch, step->data);
        return;
    case SIM_APP_CONFERENCE:
        answer_it(ch);
        sim_join_conference(ch, step->data);
        return;
    case SIM_APP_BUSY: sim_timer(s, &ch->step, BUSY_TONE_MS, tone_is_over); return;
    case SIM_APP_HANGUP: sim_end_channel(ch, SIM_END_PLAN, 16); return;
    case SIM_APP_SPY: sim_spy(ch, step->data); return;
    case SIM_APP_MUSIC:
    case SIM_APP_ECHO: answer_it(ch); return;
    case SIM_APP_NONE:
    case SIM_APP_RUNG:
    case SIM_APP_DIALLED:
    case SIM_APP_COUNT: break;
    }
    falls_off(ch);
}

void sim_run_plan(struct sim_channel *ch)
{
    struct sim_step step;
    if (ch->is_gone)
        return;
    ch->has_plan = true;
    if (!sim_find_step(ch->sim, slice_of(ch->context), slice_of(ch->exten), &step)) {
        falls_off(ch);
        return;
    }
    ch->priority = step.priority;
    sim_run_app(ch, step.app, step.data);
    run_step(ch, &step);
}

/* ---- out of it ---- */

/* Ends a Dial between two: both are out of the bridge, or the phone rings no more. The other one, if there is one. */
static struct sim_channel *part(struct sim_channel *ch)
{
    struct sim_channel *peer = ch->dialled != NULL ? ch->dialled : ch->dialler;
    if (peer == NULL)
        peer = sim_bridge_peer(ch);
    if (peer != NULL && (peer->call != NULL || peer->leg != NULL || peer->bridge != ch->bridge))
        peer = NULL; /* it has gone on to something else */
    timer_cancel(&ch->sim->timers, &ch->step);
    if (ch->dialled != NULL && ch->dialled->state != SIM_UP) {
        say_dial(ch->sim, "DialEnd", ch, ch->dialled, "DialStatus", "CANCEL");
        ch->dialled->cause = 16;
    }
    if (ch->bridge != NULL && ch->parked == NULL && !sim_is_in_conference(ch))
        sim_leave_bridge(ch);
    sim_untie(ch);
    if (peer == NULL)
        return NULL;
    sim_untie(peer);
    timer_cancel(&ch->sim->timers, &peer->step);
    sim_leave_bridge(peer);
    return peer;
}

void sim_stop_app(struct sim_channel *ch)
{
    timer_cancel(&ch->sim->timers, &ch->step);
    timer_cancel(&ch->sim->timers, &ch->phone);
    if (ch->spy != NULL)
        sim_stop_spying(ch);
    if (ch->parked != NULL)
        sim_unpark(ch, "ParkedCallGiveUp", NULL);
    if (sim_is_in_conference(ch))
        sim_leave_conference(ch);
}

/* Alone after a Dial: the one who dialled has nothing more to do, and who was dialled neither. */
static void release(struct sim_channel *peer, int cause)
{
    if (peer == NULL || peer->is_gone)
        return;
    if (peer->has_plan)
        sim_say_soft_hangup(peer);
    sim_vanish(peer, cause);
}

void sim_leave_app(struct sim_channel *ch)
{
    sim_stop_app(ch);
    release(part(ch), 0);
}

static void end_alone(struct sim_channel *ch, enum sim_end how, int cause)
{
    sim_end_consult(ch);
    if (how == SIM_END_PHONE) {
        sim_say_hangup_request(ch, 0);
        sim_complete_visits(ch, "caller");
        if (ch->owed != NULL)
            sim_complete_visit(ch->owed->call, "agent");
    }
    sim_stop_app(ch);
    struct sim_channel *peer = part(ch);
    if (ch->has_plan)
        sim_say_soft_hangup(ch);
    sim_vanish(ch, cause);
    release(peer, cause);
}

void sim_end_channel(struct sim_channel *ch, enum sim_end how, int cause)
{
    if (ch->is_gone)
        return;
    if (ch->leg != NULL)
        sim_end_leg(ch->leg, how, cause);
    else if (ch->call != NULL)
        sim_end_call(ch->call, how, cause);
    else if (ch->state != SIM_UP && (ch->origin != NULL || ch->dialler != NULL))
        sim_dial_refused(ch, how == SIM_END_PHONE ? 17 : 0);
    else
        end_alone(ch, how, cause);
}

void sim_redirect(struct sim_channel *ch, const char *context, const char *exten, int priority)
{
    if (ch->is_gone)
        return;
    sim_go(ch, context, exten, priority);
    if (ch->leg != NULL)
        sim_leave_leg(ch);
    else if (ch->call != NULL)
        sim_leave_call(ch);
    else
        sim_leave_app(ch);
    sim_run_plan(ch);
}
