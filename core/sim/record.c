/* SPDX-License-Identifier: MIT */
/* record: recordings of a channel (MixMonitor), counted, not made; and
 * its audio being muted. */
#include "core/sim/world.h"

#include <stdio.h>

/* The variable in i(NAME), where the options have it. */
static struct slice id_variable(struct slice options)
{
    struct slice none = { NULL, 0 };
    for (size_t i = 0; i + 1 < options.n; i++) {
        if (options.p[i] == 'i' && options.p[i + 1] == '(') {
            struct slice rest = { options.p + i + 2, options.n - i - 2 };
            return slice_cut(rest, ')', &none);
        }
    }
    return none;
}

void sim_do_mix_monitor(struct sim_ask *a)
{
    char id[32];
    struct sim_channel *ch = sim_asked_channel(a);
    if (ch == NULL)
        return;
    struct slice variable = id_variable(sim_param(a, "Options"));
    snprintf(id, sizeof(id), "0x7f%010x", ++a->sim->next_recording);
    ch->recorders++;
    sim_answer_begin(a, "Success");
    if (variable.n > 0) {
        sim_set_var(&ch->vars, variable, slice_of(id));
        buf_addf(&a->peer->out, "MixMonitorID: %s\r\n", id);
    }
    sim_answer_end(a);
    say_channel_event(a->sim, "MixMonitorStart", ch);
}

void sim_do_stop_mix_monitor(struct sim_ask *a)
{
    struct sim_channel *ch = sim_asked_channel(a);
    struct slice id = sim_param(a, "MixMonitorID");
    bool is_known = id.n == 0;
    if (ch == NULL)
        return;
    LIST_EACH(at, &ch->vars)
        is_known = is_known || slice_eq(id, slice_of(LIST_ENTITY(at, struct sim_var, of_owner)->value));
    if (ch->recorders == 0 || !is_known) {
        sim_error(a, "Could not stop monitoring channel");
        return;
    }
    ch->recorders--;
    sim_ok(a, NULL);
    say_channel_event(a->sim, "MixMonitorStop", ch);
}

void sim_do_mix_monitor_mute(struct sim_ask *a)
{
    struct slice direction = sim_param(a, "Direction"), state = sim_param(a, "State");
    bool is_direction = slice_eq_nocase(direction, SLICE("read")) || slice_eq_nocase(direction, SLICE("write")) || slice_eq_nocase(direction, SLICE("both"));
    struct sim *s = a->sim;
    int64_t on = 0;
    if (sim_param(a, "Channel").n > 0 || direction.n > 0) {
        if (direction.n > 0 && !is_direction) {
            sim_error(a, "Invalid direction specified. Must be read, write or both");
            return;
        }
    }
    if (direction.n == 0) {
        sim_error(a, "No direction specified. Must be read, write or both");
        return;
    }
    if (state.n == 0) {
        sim_error(a, "No state specified");
        return;
    }
    struct sim_channel *ch = sim_asked_channel(a);
    if (ch == NULL)
        return;
    if (ch->recorders == 0) {
        sim_error(a, "Cannot set mute flag");
        return;
    }
    sim_ok(a, NULL);
    say_begin(s, "MixMonitorMute", CLASS_CALL, "call,all");
    say_channel(s, "", ch);
    if (s->say_class != 0)
        buf_addf(&s->say, "Direction: %.*s\r\n", SLICE_FMT(direction));
    say_number(s, "State", slice_int(state, INT32_MIN, INT32_MAX, &on) ? on != 0 : 0);
    say_end(s);
}

void sim_do_pause_monitor(struct sim_ask *a)
{
    if (sim_asked_channel(a) != NULL)
        sim_error(a, "Cannot pause monitoring channel");
}

void sim_do_mute_audio(struct sim_ask *a)
{
    struct slice direction = sim_param(a, "Direction");
    struct sim_channel *ch = sim_find_channel(a->sim, sim_param(a, "Channel"));
    bool is_direction = slice_eq(direction, SLICE("in")) || slice_eq(direction, SLICE("out")) || slice_eq(direction, SLICE("all"));
    if (sim_param(a, "Channel").n == 0)
        sim_error(a, "Channel not specified");
    else if (sim_param(a, "State").n == 0)
        sim_error(a, "State not specified");
    else if (ch == NULL)
        sim_error(a, "No such channel");
    else if (!is_direction)
        sim_error(a, "Failed to mute/unmute stream");
    else
        sim_ok(a, NULL);
}
