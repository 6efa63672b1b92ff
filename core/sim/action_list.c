/* SPDX-License-Identifier: MIT */
/* action_list: the lists: queues, summaries, channels. Items carry the ActionID and no Privilege; what callers call themselves is
 * written raw in QueueEntry, as Asterisk does. */
#include "core/sim/world.h"

#include <inttypes.h>
#include <stdio.h>

static double percent(uint32_t part, uint32_t whole)
{
    return whole > 0 ? 100.0 * part / whole : 0.0;
}

static const char *const strategy_name[] = {
    [SIM_RRMEMORY] = "rrmemory",
    [SIM_RINGALL] = "ringall",
    [SIM_LEASTRECENT] = "leastrecent",
    [SIM_LINEAR] = "linear",
    [SIM_FEWEST_CALLS] = "fewestcalls",
    [SIM_RANDOM] = "random",
};
_Static_assert(sizeof(strategy_name) / sizeof(strategy_name[0]) == SIM_STRATEGY_COUNT, "one name a strategy");

static void add_params(struct sim_ask *a, const struct sim_queue *q)
{
    struct buf *out = &a->peer->out;
    buf_addf(out, "Event: QueueParams\r\nQueue: %s\r\nMax: %d\r\nStrategy: %s\r\nCalls: %zu\r\nHoldtime: %" PRIu32 "\r\nTalkTime: %" PRIu32
                  "\r\nCompleted: %" PRIu32 "\r\nAbandoned: %" PRIu32 "\r\nServiceLevel: %d\r\nServicelevelPerf: %2.1f\r\n"
                  "ServicelevelPerf2: %2.1f\r\nWeight: %d\r\n",
             q->name, q->max, strategy_name[q->strategy], q->waiting, q->hold_s, q->talk_s, q->completed, q->abandoned,
             q->service_level_s, percent(q->completed_in_sl, q->completed),
             percent(q->completed_in_sl + q->abandoned_in_sl, q->completed + q->abandoned), q->weight);
    sim_item_end(a);
}

static void add_member(struct sim_ask *a, const struct sim_member *m)
{
    buf_addf(&a->peer->out, "Event: QueueMember\r\nQueue: %s\r\nName: %s\r\nLocation: %s\r\nStateInterface: %s\r\nMembership: %s\r\n"
                            "Penalty: %d\r\nCallsTaken: %" PRIu32 "\r\nLastCall: %" PRId64 "\r\nLastPause: %" PRId64 "\r\nLoginTime: %" PRId64
                            "\r\nInCall: %d\r\nStatus: %d\r\nPaused: %d\r\nPausedReason: %s\r\nWrapuptime: %d\r\n",
             m->queue->name, m->name, m->agent->interface, m->state_interface, m->is_dynamic ? "dynamic" : "static", m->penalty,
             m->calls_taken, m->last_call_s, m->last_pause_s, m->login_s, sim_in_call(m), (int)m->watched->device, m->is_paused, m->reason,
             m->wrapup_s);
    sim_item_end(a);
}

static const char *known(const char *text)
{
    return text != NULL ? text : "unknown";
}

static void add_entry(struct sim_ask *a, const struct sim_call *c, int position)
{
    const struct sim_channel *ch = c->channel;
    buf_addf(&a->peer->out, "Event: QueueEntry\r\nQueue: %s\r\nPosition: %d\r\nChannel: %s\r\nUniqueid: %s\r\nCallerIDNum: %s\r\n"
                            "CallerIDName: %s\r\nConnectedLineNum: %s\r\nConnectedLineName: %s\r\nWait: %" PRId64 "\r\nPriority: %" PRId32 "\r\n",
             c->queue->name, position, ch->name, ch->uniqueid, known(ch->number), known(ch->person), known(ch->conn_number),
             known(ch->conn_person), sim_now_s(c->sim) - c->joined_ms / 1000, c->priority);
    sim_item_end(a);
}

static size_t add_queue(struct sim_ask *a, const struct sim_queue *q, struct slice member)
{
    size_t items = 1;
    int position = 0;
    add_params(a, q);
    LIST_EACH(at, &q->members)
    {
        const struct sim_member *m = LIST_ENTITY(at, struct sim_member, in_queue);
        if (member.n > 0 && !slice_eq(member, slice_of(m->agent->interface)) && !slice_eq(member, slice_of(m->name)))
            continue;
        add_member(a, m);
        items++;
    }
    LIST_EACH(at, &q->callers)
    {
        add_entry(a, LIST_ENTITY(at, struct sim_call, in_queue), ++position);
        items++;
    }
    return items;
}

void sim_do_queue_status(struct sim_ask *a)
{
    struct slice wanted = sim_param(a, "Queue"), member = sim_param(a, "Member");
    size_t items = 0;
    sim_list_begin(a, "Queue status will follow");
    for (size_t i = 0; i < a->sim->queue_count; i++) {
        if (wanted.n == 0 || slice_eq_nocase(wanted, slice_of(a->sim->queue[i]->name)))
            items += add_queue(a, a->sim->queue[i], member);
    }
    sim_list_end(a, "QueueStatusComplete", items, "");
}

static void add_summary(struct sim_ask *a, const struct sim_queue *q)
{
    size_t logged_in = 0, available = 0;
    int64_t longest_s = 0;
    LIST_EACH(at, &q->members)
    {
        const struct sim_member *m = LIST_ENTITY(at, struct sim_member, in_queue);
        enum sim_device d = m->watched->device;
        logged_in += d != SIM_INVALID && d != SIM_UNAVAILABLE;
        available += (d == SIM_UNKNOWN || d == SIM_NOT_INUSE) && !m->is_paused;
    }
    LIST_EACH(at, &q->callers)
    {
        int64_t wait_s = sim_now_s(q->sim) - LIST_ENTITY(at, struct sim_call, in_queue)->joined_ms / 1000;
        longest_s = wait_s > longest_s ? wait_s : longest_s;
    }
    buf_addf(&a->peer->out, "Event: QueueSummary\r\nQueue: %s\r\nLoggedIn: %zu\r\nAvailable: %zu\r\nCallers: %zu\r\nHoldTime: %" PRIu32
                            "\r\nTalkTime: %" PRIu32 "\r\nLongestHoldTime: %" PRId64 "\r\n", q->name, logged_in, available, q->waiting, q->hold_s,
             q->talk_s, longest_s);
    sim_item_end(a);
}

void sim_do_queue_summary(struct sim_ask *a)
{
    struct slice wanted = sim_param(a, "Queue");
    size_t items = 0;
    sim_list_begin(a, "Queue summary will follow");
    for (size_t i = 0; i < a->sim->queue_count; i++) {
        if (wanted.n > 0 && !slice_eq_nocase(wanted, slice_of(a->sim->queue[i]->name)))
            continue;
        add_summary(a, a->sim->queue[i]);
        items++;
    }
    sim_list_end(a, "QueueSummaryComplete", items, "");
}

/* ---- channels ---- */

static void each_channel(struct sim_ask *a, void (*add)(struct sim_ask *a, const struct sim_channel *ch), size_t *items)
{
    struct slice wanted = sim_param(a, "Channel");
    LIST_EACH(at, &a->sim->channels)
    {
        const struct sim_channel *ch = LIST_ENTITY(at, struct sim_channel, of_world);
        if (wanted.n > 0 && !slice_eq_nocase(wanted, slice_of(ch->name)))
            continue;
        add(a, ch);
        *items += 1;
    }
}

static const char *bridge_id(const struct sim_channel *ch)
{
    return ch->bridge != NULL ? ch->bridge->id : "";
}

static void add_core_channel(struct sim_ask *a, const struct sim_channel *ch)
{
    struct buf *out = &a->peer->out;
    int64_t age_s = (a->sim->now_ms - ch->created_ms) / 1000;
    buf_add(out, SLICE("Event: CoreShowChannel\r\n"));
    if (a->action_id.n > 0)
        buf_addf(out, "ActionID: %.*s\r\n", SLICE_FMT(a->action_id));
    sim_add_channel(out, "", ch);
    buf_addf(out, "Application: %s\r\nApplicationData: %s\r\nDuration: %02d:%02d:%02d\r\nBridgeId: %s\r\n\r\n", sim_app_name[ch->app], ch->data,
             (int)(age_s / 3600), (int)(age_s / 60 % 60), (int)(age_s % 60), bridge_id(ch));
}

void sim_do_core_show_channels(struct sim_ask *a)
{
    size_t items = 0;
    sim_list_begin(a, "Channels will follow");
    each_channel(a, add_core_channel, &items);
    sim_list_end(a, "CoreShowChannelsComplete", items, "");
}

static void add_variables(struct sim_ask *a, const struct sim_channel *ch)
{
    struct slice rest = sim_param(a, "Variables");
    while (rest.n > 0) {
        struct slice name = slice_trim(slice_cut(rest, ',', &rest));
        const char *value = sim_var(&ch->vars, name);
        buf_addf(&a->peer->out, "Variable: %.*s=%s\r\n", SLICE_FMT(name), value != NULL ? value : "");
    }
}

static void add_status(struct sim_ask *a, const struct sim_channel *ch)
{
    struct buf *out = &a->peer->out;
    buf_add(out, SLICE("Event: Status\r\nPrivilege: Call\r\n"));
    sim_add_channel(out, "", ch);
    buf_addf(out, "Type: PJSIP\r\nDNID: %s\r\nEffectiveConnectedLineNum: %s\r\nEffectiveConnectedLineName: %s\r\nTimeToHangup: 0\r\n"
                  "BridgeID: %s\r\nApplication: %s\r\nData: %s\r\nNativeformats: (ulaw)\r\nReadformat: ulaw\r\nReadtrans: \r\n"
                  "Writeformat: ulaw\r\nWritetrans: \r\nCallgroup: 0\r\nPickupgroup: 0\r\nSeconds: %" PRId64 "\r\n",
             ch->exten, ch->conn_number != NULL ? ch->conn_number : "<unknown>", ch->conn_person != NULL ? ch->conn_person : "<unknown>", bridge_id(ch),
             sim_app_name[ch->app], ch->data, (a->sim->now_ms - ch->created_ms) / 1000);
    add_variables(a, ch);
    sim_item_end(a);
}

void sim_do_status(struct sim_ask *a)
{
    size_t items = 0;
    char extra[64];
    if (sim_param(a, "Channel").n > 0 && sim_find_channel(a->sim, sim_param(a, "Channel")) == NULL) {
        sim_error(a, "No such channel");
        return;
    }
    sim_list_begin(a, "Channel status will follow");
    each_channel(a, add_status, &items);
    snprintf(extra, sizeof(extra), "Items: %zu\r\n", items);
    sim_list_end(a, "StatusComplete", items, extra);
}
