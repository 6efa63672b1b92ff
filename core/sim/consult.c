/* SPDX-License-Identifier: MIT */
/* consult: the attended transfer that Atxfer and CancelAtxfer make by pressing the features' keys on a channel in conversation: the
 * other one is put on hold, the consulted one called through a Local channel; whoever asked for it completes it by hanging up. */
#include "core/sim/world.h"

#include <stdio.h>

enum { KEYS_MS = 450, CANCEL_MS = 300 };

/* What one is in while he consults. */
static void begin(struct sim_channel *ch, const char *exten, const char *context)
{
    struct sim *s = ch->sim;
    char device[200];
    snprintf(device, sizeof(device), "Local/%s@%s", exten, context);
    struct sim_channel *one = sim_new_local(s, device, ch);
    struct sim_bridge *b = sim_new_bridge(s, "basic", "simple_bridge", "<unknown>", "<unknown>");
    sim_set_connected(one, ch->number, ch->person);
    sim_join_bridge(b, one);
    int cause = ch->cause;
    snprintf(ch->waiting, sizeof(ch->waiting), "%s", ch->bridge->id);
    sim_leave_bridge(ch);
    ch->cause = cause;
    sim_join_bridge(b, ch);
    ch->consulted = one;
    one->consulter = ch;
    sim_begin_local(one);
}

static void keys_are_pressed(struct timer *t, int64_t now_ms, void *context)
{
    (void)now_ms;
    (void)context;
    struct sim_channel *ch = LIST_ENTITY(t, struct sim_channel, keys);
    struct sim *s = ch->sim;
    struct slice rest, exten = slice_cut(slice_of(ch->keyed), '@', &rest);
    char number[80], place[80];
    snprintf(number, sizeof(number), "%.*s", SLICE_FMT(exten));
    snprintf(place, sizeof(place), "%.*s", SLICE_FMT(rest));
    sim_press(ch, '*', 0);
    sim_press(ch, '2', 0);
    if (sim_bridge_peer(ch) == NULL)
        return;
    say_begin(s, "Hold", CLASS_CALL, "call,all");
    say_channel(s, "", ch);
    say_end(s);
    for (const char *digit = number; *digit != '\0'; digit++)
        sim_press(ch, *digit, 0);
    struct sim_step step;
    if (sim_find_step(s, slice_of(place), slice_of(number), &step))
        begin(ch, number, place);
}

static struct sim_channel *who_waits(const struct sim_channel *ch)
{
    return ch->waiting[0] != '\0' ? sim_find_bridged(ch->sim, slice_of(ch->waiting)) : NULL;
}

/* Out of the consultation, whose other half then ends; true: there was one. */
static bool leave(struct sim_channel *ch)
{
    struct sim_channel *one = ch->consulted;
    if (one == NULL)
        return false;
    ch->consulted = one->consulter = NULL;
    sim_leave_bridge(ch);
    return true;
}

static void is_cancelled(struct timer *t, int64_t now_ms, void *context)
{
    (void)now_ms;
    (void)context;
    struct sim_channel *ch = LIST_ENTITY(t, struct sim_channel, keys), *one = ch->consulted;
    sim_press(ch, '*', 0);
    sim_press(ch, '1', 0);
    if (one == NULL)
        return;
    struct sim_channel *back = who_waits(ch);
    ch->waiting[0] = '\0';
    leave(ch);
    if (back != NULL)
        sim_join_bridge(back->bridge, ch);
    say_channel_event(ch->sim, "Unhold", ch);
    one->cause = 16;
    sim_end_channel(one, SIM_END_PLAN, 0);
}

/* ---- how it ends ---- */

static void say_attended(struct sim_channel *ch, const struct sim_channel *other, const struct sim_channel *one, const struct sim_bridge *second)
{
    struct sim *s = ch->sim;
    say_begin(s, "AttendedTransfer", CLASS_CALL, "call,all");
    if (s->say_class == 0)
        return;
    say(s, "Result", "Success");
    say_channel(s, "OrigTransferer", ch);
    sim_add_bridge(&s->say, "Orig", other->bridge);
    say_channel(s, "SecondTransferer", ch);
    sim_add_bridge(&s->say, "Second", second);
    say_channel(s, "Transferee", other);
    say_channel(s, "TransferTarget", one);
    say(s, "IsExternal", "No");
    say(s, "DestType", "Bridge");
    say(s, "DestBridgeUniqueid", other->bridge->id);
    say_end(s);
}

static void say_merge(struct sim *s, const struct sim_bridge *to, const struct sim_bridge *from)
{
    say_begin(s, "BridgeMerge", CLASS_CALL, "call,all");
    if (s->say_class == 0)
        return;
    sim_add_bridge(&s->say, "To", to);
    sim_add_bridge(&s->say, "From", from);
    say_end(s);
}

/* The one who consulted hangs up: the two others are left to each other. */
bool sim_complete_consult(struct sim_channel *ch)
{
    struct sim *s = ch->sim;
    struct sim_channel *one = ch->consulted;
    struct sim_channel *other = who_waits(ch);
    if (one == NULL || one->state != SIM_UP || one->bridge == NULL || other == NULL)
        return false;
    struct sim_bridge *b = other->bridge, second = *one->bridge;
    leave(ch);
    say_merge(s, b, one->bridge);
    sim_leave_bridge(one);
    sim_join_bridge(b, one);
    say_attended(ch, other, one, &second);
    ch->waiting[0] = '\0';
    return true;
}

void sim_consult_failed(struct sim_channel *one)
{
    struct sim_channel *ch = one->consulter;
    struct sim_channel *back = who_waits(ch);
    ch->waiting[0] = '\0';
    leave(ch);
    if (back == NULL)
        return;
    sim_join_bridge(back->bridge, ch);
    say_channel_event(ch->sim, "Unhold", ch);
}

void sim_end_consult(struct sim_channel *ch)
{
    struct sim_channel *one = ch->consulted;
    if (!leave(ch))
        return;
    ch->waiting[0] = '\0';
    one->cause = 16;
    sim_end_channel(one, SIM_END_PLAN, 0);
}

/* ---- actions ---- */

static struct sim_channel *asked(struct sim_ask *a, bool wants_exten)
{
    struct sim_channel *ch = sim_find_channel(a->sim, sim_param(a, "Channel"));
    if (sim_param(a, "Channel").n == 0)
        sim_error(a, "No channel specified");
    else if (wants_exten && sim_param(a, "Exten").n == 0)
        sim_error(a, "No extension specified");
    else if (ch == NULL)
        sim_error(a, "Channel specified does not exist");
    else
        return ch;
    return NULL;
}

void sim_do_atxfer(struct sim_ask *a)
{
    struct sim_channel *ch = asked(a, true);
    struct slice context = sim_param(a, "Context");
    if (ch == NULL)
        return;
    sim_ok(a, "Atxfer successfully queued");
    if (sim_bridge_peer(ch) == NULL || ch->consulted != NULL)
        return; /* the keys are pressed, and nobody listens to them */
    snprintf(ch->keyed, sizeof(ch->keyed), "%.*s@%.*s", SLICE_FMT(sim_param(a, "Exten")), SLICE_FMT(context.n > 0 ? context : slice_of(ch->context)));
    sim_timer(a->sim, &ch->keys, KEYS_MS, keys_are_pressed);
}

void sim_do_cancel_atxfer(struct sim_ask *a)
{
    struct sim_channel *ch = asked(a, false);
    if (ch == NULL)
        return;
    sim_ok(a, "CancelAtxfer successfully queued");
    if (ch->consulted != NULL)
        sim_timer(a->sim, &ch->keys, CANCEL_MS, is_cancelled);
}
