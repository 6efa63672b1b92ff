/* SPDX-License-Identifier: MIT */
/* action_system: what the PBX says of its phones and extensions, and
 * what may be left with it: notes in its log, events, database. */
#include "core/sim/world.h"

#include "core/base/mem.h"

#include <stdio.h>

static const char *const words[SIM_DEVICE_COUNT] = {
    [SIM_UNKNOWN] = "Unknown", [SIM_NOT_INUSE] = "Not in use",     [SIM_INUSE] = "In use",    [SIM_BUSY] = "Busy",          [SIM_INVALID] = "Invalid",
    [SIM_UNAVAILABLE] = "Unavailable", [SIM_RINGING] = "Ringing", [SIM_RINGINUSE] = "Ring+Inuse", [SIM_ONHOLD] = "On Hold",
};

static bool is_endpoint(const struct sim_agent *g)
{
    return slice_starts(slice_of(g->interface), SLICE("PJSIP/")) && g->device != SIM_INVALID;
}

static void say_endpoint(struct sim_ask *a, const struct sim_agent *g)
{
    const char *name = strchr(g->interface, '/') + 1;
    struct buf *out = &a->peer->out;
    size_t channels = 0;
    LIST_EACH(at, &g->channels)
        channels++;
    buf_addf(out, "Event: EndpointList\r\n");
    if (a->action_id.n > 0)
        buf_addf(out, "ActionID: %.*s\r\n", SLICE_FMT(a->action_id));
    buf_addf(out, "ObjectType: endpoint\r\nObjectName: %s\r\nTransport: udp\r\nAor: %s\r\nAuths: \r\nOutboundAuths: \r\nContacts: ", name, name);
    if (g->device != SIM_UNAVAILABLE) /* it is not registered */
        buf_addf(out, "%s/sip:%s@127.0.0.1:5061,", name, name);
    buf_addf(out, "\r\nDeviceState: %s\r\nActiveChannels: ", words[g->device]);
    if (!sim_is_16(a->sim)) /* it has the header, and never a number in it */
        buf_addf(out, "%zu", channels);
    buf_addf(out, "\r\n\r\n");
}

void sim_do_endpoints(struct sim_ask *a)
{
    size_t items = 0;
    for (size_t i = 0; i < a->sim->agent_count; i++)
        items += is_endpoint(a->sim->agent[i]);
    if (items == 0) {
        sim_error(a, "No endpoints found\n"); /* with a line end of its own */
        return;
    }
    sim_list_begin(a, "A listing of Endpoints follows, presented as EndpointList events");
    for (size_t i = 0; i < a->sim->agent_count; i++) {
        if (is_endpoint(a->sim->agent[i]))
            say_endpoint(a, a->sim->agent[i]);
    }
    sim_list_end(a, "EndpointListComplete", items, "");
}

void sim_do_extension_state(struct sim_ask *a)
{
    static const struct {
        int status;
        const char *text;
    } states[SIM_DEVICE_COUNT] = {
        [SIM_UNKNOWN] = { 0, "Idle" }, [SIM_NOT_INUSE] = { 0, "Idle" }, [SIM_INUSE] = { 1, "InUse" }, [SIM_BUSY] = { 2, "Busy" },
        [SIM_INVALID] = { 4, "Unavailable" }, [SIM_UNAVAILABLE] = { 4, "Unavailable" }, [SIM_RINGING] = { 8, "Ringing" },
        [SIM_RINGINUSE] = { 9, "InUse&Ringing" }, [SIM_ONHOLD] = { 16, "Hold" },
    };
    struct slice exten = sim_param(a, "Exten"), context = sim_param(a, "Context").n > 0 ? sim_param(a, "Context") : SLICE("default");
    const struct sim_agent *g = slice_eq(context, SLICE(SIM_AGENTS)) ? sim_find_phone(a->sim, exten) : NULL;
    if (exten.n == 0) {
        sim_error(a, "Extension not specified");
        return;
    }
    sim_answer_begin(a, "Success");
    buf_addf(&a->peer->out, "Message: Extension Status\r\nExten: %.*s\r\nContext: %.*s\r\nHint: %s\r\nStatus: %d\r\nStatusText: %s\r\n", SLICE_FMT(exten),
             SLICE_FMT(context), g != NULL ? g->interface : "", g != NULL ? states[g->device].status : -1, g != NULL ? states[g->device].text : "Unknown");
    sim_answer_end(a);
}

void sim_do_queue_log(struct sim_ask *a)
{
    if (sim_param(a, "Queue").n == 0 || sim_param(a, "Event").n == 0)
        sim_error(a, "Need 'Queue' and 'Event' parameters.");
    else
        sim_ok(a, "Event added successfully");
}

void sim_do_user_event(struct sim_ask *a)
{
    struct sim *s = a->sim;
    struct slice name = sim_param(a, "UserEvent");
    sim_ok(a, "Event Sent");
    say_begin(s, "UserEvent", CLASS_USER, "user,all");
    if (s->say_class == 0)
        return;
    buf_addf(&s->say, "UserEvent: %.*s\r\n", SLICE_FMT(name));
    for (size_t i = 0; i < a->frame->count; i++) {
        struct slice key = a->frame->field[i].name;
        if (!slice_eq_nocase(key, SLICE("Action")) && !slice_eq_nocase(key, SLICE("UserEvent")))
            buf_addf(&s->say, "%.*s: %.*s\r\n", SLICE_FMT(key), (int)a->frame->field[i].value_n, a->frame->field[i].value);
    }
    say_end(s);
}

void sim_do_core_status(struct sim_ask *a)
{
    size_t calls = 0;
    LIST_EACH(at, &a->sim->channels)
        calls++;
    sim_answer_begin(a, "Success");
    buf_addf(&a->peer->out, "CoreStartupDate: 2026-11-22\r\nCoreStartupTime: 08:00:00\r\nCoreReloadDate: 2026-11-22\r\nCoreReloadTime: 08:00:00\r\n"
                            "CoreCurrentCalls: %zu\r\n", calls);
    if (!sim_is_16(a->sim))
        buf_addf(&a->peer->out, "CoreProcessedCalls: %u\r\n", a->sim->next_call);
    sim_answer_end(a);
}
