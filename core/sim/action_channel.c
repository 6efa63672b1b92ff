/* SPDX-License-Identifier: MIT */
/* action_channel: what may be done to a channel by its name: hung up, pressed, written to; and
 * messages to phones. */
#include "core/sim/world.h"

#include <regex.h>
#include <stdio.h>

#include "core/base/mem.h"

struct sim_channel *sim_asked_channel(struct sim_ask *a)
{
    struct sim_channel *ch = sim_find_channel(a->sim, sim_param(a, "Channel"));
    if (sim_param(a, "Channel").n == 0)
        sim_error(a, "No channel specified");
    else if (ch == NULL)
        sim_error(a, "No such channel");
    return ch;
}

/* ---- Hangup ---- */

static void end_all(struct sim_ask *a, const regex_t *regex, int cause)
{
    size_t items = 0;
    sim_list_begin(a, "Channels hung up will follow");
    LIST_EACH(at, &a->sim->channels)
    {
        struct sim_channel *ch = LIST_ENTITY(at, struct sim_channel, of_world);
        if (regexec(regex, ch->name, 0, NULL, 0) != 0)
            continue;
        buf_addf(&a->peer->out, "Event: ChannelHungup\r\nChannel: %s\r\n", ch->name);
        sim_item_end(a);
        items++;
    }
    sim_list_end(a, "ChannelsHungupListComplete", items, "");
    for (bool is_any = true; is_any;) { /* one that ends may take others along */
        is_any = false;
        LIST_EACH(at, &a->sim->channels)
        {
            struct sim_channel *ch = LIST_ENTITY(at, struct sim_channel, of_world);
            if (regexec(regex, ch->name, 0, NULL, 0) != 0)
                continue;
            sim_end_channel(ch, SIM_END_ORDER, cause);
            is_any = true;
            break;
        }
    }
}

static void hang_up_by_regex(struct sim_ask *a, struct slice name, int cause)
{
    regex_t regex;
    bool is_closed = name.n > 1 && name.p[name.n - 1] == '/';
    char *text = mem_text((struct slice){ name.p + 1, is_closed ? name.n - 2 : 0 });
    if (!is_closed || regcomp(&regex, text, REG_EXTENDED | REG_NOSUB) != 0) {
        sim_error(a, "Regex format invalid, Channel param should be /regex/");
    } else {
        end_all(a, &regex, cause);
        regfree(&regex);
    }
    mem_free(text);
}

void sim_do_hangup(struct sim_ask *a)
{
    int64_t cause = 0;
    struct slice name = sim_param(a, "Channel");
    if (!slice_int(sim_param(a, "Cause"), 0, 127, &cause))
        cause = 0;
    if (name.n > 0 && name.p[0] == '/') {
        hang_up_by_regex(a, name, (int)cause);
        return;
    }
    struct sim_channel *ch = sim_asked_channel(a);
    if (ch == NULL)
        return;
    sim_ok(a, "Channel Hungup");
    sim_end_channel(ch, SIM_END_ORDER, (int)cause);
}

/* ---- keys and words ---- */

void sim_do_play_dtmf(struct sim_ask *a)
{
    struct slice digit = sim_param(a, "Digit"), duration = sim_param(a, "Duration");
    struct sim_channel *ch = sim_find_channel(a->sim, sim_param(a, "Channel"));
    int64_t ms = 0;
    if (ch == NULL)
        sim_error(a, "Channel not found");
    else if (digit.n == 0)
        sim_error(a, "No digit specified");
    else if (duration.n > 0 && !slice_int(duration, 0, INT32_MAX, &ms))
        sim_error(a, "Could not convert Duration parameter");
    else {
        sim_ok(a, "DTMF successfully queued");
        if (sim_true(sim_param(a, "Receive")))
            sim_press(ch, digit.p[0], ms);
    }
}

void sim_do_send_text(struct sim_ask *a)
{
    if (sim_param(a, "Channel").n > 0 && sim_param(a, "Message").n == 0)
        sim_error(a, "No Message specified");
    else if (sim_asked_channel(a) != NULL)
        sim_ok(a, "Success");
}

void sim_do_message_send(struct sim_ask *a)
{
    struct slice to = sim_param(a, "To").n > 0 ? sim_param(a, "To") : sim_param(a, "Destination"), rest;
    struct slice tech = slice_cut(to, ':', &rest);
    char device[128];
    snprintf(device, sizeof(device), "PJSIP/%.*s", SLICE_FMT(rest));
    if (to.n == 0)
        sim_error(a, "No 'To' address specified.");
    else if (!slice_eq(tech, SLICE("pjsip")))
        sim_error(a, "Message technology not found.");
    else if (map_get(a->sim->agents, slice_of(device)) == NULL)
        sim_error(a, "Message failed to send.");
    else
        sim_ok(a, "Message successfully sent");
}
