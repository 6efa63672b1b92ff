/* SPDX-License-Identifier: MIT */
/* local: Local channels: two halves that are made together and end together. The first is what a queue or an Originate has called,
 * the second runs the dialplan; when that rings or answers, so does the first. Never optimized away: there is no sound here. */
#include "core/sim/world.h"

#include "core/base/mem.h"

#include <inttypes.h>
#include <stdio.h>

static struct sim_channel *new_half(struct sim *s, const char *device, int which, const struct sim_channel *like)
{
    struct sim_channel *ch = sim_new_channel(s, NULL, device);
    struct buf name = BUF_INIT(256);
    buf_addf(&name, "%s-%08" PRIx32 ";%d", device, s->next_local, which);
    mem_free(ch->name);
    ch->name = mem_text(buf_slice(&name));
    buf_clear(&name);
    ch->state = which == 1 ? SIM_DOWN : SIM_RING;
    snprintf(ch->linkedid, sizeof(ch->linkedid), "%s", like != NULL ? like->linkedid : ch->uniqueid);
    return ch;
}

struct sim_channel *sim_new_local(struct sim *s, const char *device, const struct sim_channel *caller)
{
    struct slice rest, place = slice_of(device), no_slash = slice_cut(place, '/', &place);
    struct slice exten = slice_cut(place, '@', &rest), context = slice_cut(rest, '/', &rest);
    char bare[200];
    snprintf(bare, sizeof(bare), "%.*s/%.*s@%.*s", SLICE_FMT(no_slash), SLICE_FMT(exten), SLICE_FMT(context));
    struct sim_channel *one = new_half(s, bare, 1, caller), *two = new_half(s, bare, 2, one);
    s->next_local++;
    one->half = two;
    two->half = one;
    for (int i = 0; i < 2; i++) {
        struct sim_channel *ch = i == 0 ? one : two;
        snprintf(ch->context, sizeof(ch->context), "%.*s", SLICE_FMT(context));
        snprintf(ch->exten, sizeof(ch->exten), "%.*s", SLICE_FMT(exten));
        ch->priority = 1;
        say_channel_event(s, "Newchannel", ch);
    }
    if (caller != NULL)
        sim_set_caller(two, caller->number, caller->person);
    say_begin(s, "LocalBridge", CLASS_CALL, "call,all");
    say_channel(s, "LocalOne", one);
    say_channel(s, "LocalTwo", two);
    say(s, "Context", one->context);
    say(s, "Exten", one->exten);
    say(s, "LocalOptimization", rest.n > 0 ? "No" : "Yes");
    say_end(s);
    return one;
}

static void begins(struct timer *t, int64_t now_ms, void *context)
{
    (void)now_ms;
    (void)context;
    sim_run_plan(LIST_ENTITY(t, struct sim_channel, step));
}

void sim_begin_local(struct sim_channel *one)
{
    sim_timer(one->sim, &one->half->step, 0, begins);
}

void sim_half_rings(struct sim_channel *two, const struct sim_channel *phone)
{
    struct sim_channel *one = two->half;
    if (one == NULL || one->state != SIM_DOWN)
        return;
    sim_set_caller(one, phone->number, phone->person);
    one->state = SIM_CHANNEL_RINGING;
    say_channel_event(one->sim, "Newstate", one);
    say_dial(one->sim, "DialState", one->leg != NULL ? one->leg->call->channel : NULL, one, "DialStatus", "RINGING");
}

void sim_half_answers(struct sim_channel *two)
{
    struct sim_channel *one = two->half;
    if (one == NULL || one->state == SIM_UP)
        return;
    if (one->leg != NULL) {
        sim_answer(one->leg);
    } else if (one->origin != NULL) {
        sim_origin_answered(one);
    } else {
        one->state = SIM_UP;
        say_channel_event(one->sim, "Newstate", one);
        say_dial(one->sim, "DialEnd", NULL, one, "DialStatus", "ANSWER");
    }
}

void sim_half_is_busy(struct sim_channel *two)
{
    struct sim_channel *one = two->half;
    if (one == NULL || one->leg == NULL || one->state == SIM_UP)
        return;
    two->state = SIM_CHANNEL_BUSY;
    say_channel_event(two->sim, "Newstate", two);
    sim_leg_refused(one->leg, 17, false);
}

void sim_end_half(struct sim_channel *ch, int cause)
{
    struct sim *s = ch->sim;
    ch->half = NULL;
    say_begin(s, "HangupRequest", CLASS_CALL, "call,all");
    say_channel(s, "", ch);
    say_number(s, "Cause", cause);
    say_end(s);
    if (ch->cause == 0)
        ch->cause = cause;
    if (ch->leg != NULL && ch->leg->call->talk == ch->leg)
        sim_complete_early(ch->leg->call, "agent");
    sim_end_channel(ch, SIM_END_PLAN, 0);
}
