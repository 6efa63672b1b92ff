/* SPDX-License-Identifier: MIT */
/* pane_rows: the table of panes: which facts, whose, with which columns and sorted how. Columns stand in the order of
 * reading; which go first where it is narrow is said by column_rows.c.
 */
#include "tui/pane.h"

static const char no_queues[] = "This PBX has no queues. Add one to queues.conf and reload app_queue: it appears here by itself. "
                                "If there are some, the AMI user may lack the class 'agent' in manager.conf (read = agent).";
#define QUEUE_COLUMNS "name pbx proof waiting oldest ready ringing talking hold other_call wrapup paused away service_level offered answered " \
                      "abandoned abandonment asa att aht missed members strategy service_level_s"
#define CALL_COLUMNS "since held number name queue pbx agent agent_number"
#define LINE_COLUMNS "at what queue_name pbx number name agent_name ms note"
#define MEMBER_COLUMNS "state since detail penalty calls_taken missed last_call paused_reason membership ringinuse interface"

const struct pane_row pane_table[] = {
    [PANE_QUEUES] = { .name = "queues", .title = "Queues", .nobody = no_queues, .table = { .kind = FACT_QUEUE, .sort = "name", .layout = QUEUE_COLUMNS } },
    [PANE_CALLERS] = { .name = "callers", .title = "Waiting", .nobody = "Nobody is waiting.",
                       .table = { .kind = FACT_CALLER, .sort = "wait", .layout = "queue pbx position wait number name ringing priority" } },
    [PANE_AGENTS] = { .name = "agents", .title = "Agents", .nobody = "No queue has members.",
                      .table = { .kind = FACT_AGENT, .sort = "name",
                                 .layout = "name pbx team state since detail queue calls_taken missed talk_ms last_call memberships paused_in login interface" } },
    [PANE_CALLS] = { .name = "calls", .title = "Calls", .nobody = "Nobody talks.", .table = { .kind = FACT_CALL, .sort = "since", .layout = CALL_COLUMNS } },
    [PANE_EVENTS] = { .name = "events", .title = "Events", .nobody = "Nothing has happened yet.",
                      .table = { .kind = FACT_LINE, .sort = "at", .layout = LINE_COLUMNS } },
    [PANE_LINKS] = { .name = "links", .title = "Links", .nobody = "There is no PBX.",
                     .table = { .kind = FACT_PBX, .sort = "name",
                                .layout = "name link link_since events_rate bytes_rate round_trip_us clock_offset_ms queues_state reread_at drift reconnects asterisk reason" } },
    [PANE_ORDERS] = { .name = "orders", .title = "Orders", .nobody = "No order was given yet. On an agent, x lists what can be ordered.",
                      .table = { .kind = FACT_ORDER, .sort = "at", .layout = "at who pbx what state left answer undo" } },
    [PANE_LISTENERS] = { .name = "listeners", .title = "Listening", .nobody = "Nobody listens to a call.", .opens = "agent",
                         .table = { .kind = FACT_SPY, .sort = "since", .layout = "who mode agent since number name pbx phone" } },
    [PANE_QUEUE] = { .name = "queue", .title = "Queue", .form = &pane_detail, .table = { .kind = FACT_QUEUE } },
    [PANE_QUEUE_MEMBERS] = { .name = "queue_members", .title = "Members", .nobody = "Nobody serves this queue.", .of = "queue", .opens = "agent",
                             .table = { .kind = FACT_MEMBER, .sort = "name", .layout = "name pbx " MEMBER_COLUMNS } },
    [PANE_QUEUE_CALLERS] = { .name = "queue_callers", .title = "Waiting", .nobody = "Nobody is waiting.", .of = "queue",
                             .table = { .kind = FACT_CALLER, .sort = "position", .layout = "position wait number name pbx ringing priority" } },
    [PANE_QUEUE_CALLS] = { .name = "queue_calls", .title = "Calls", .nobody = "Nobody talks with a caller of this queue.", .of = "queue",
                           .table = { .kind = FACT_CALL, .sort = "since", .layout = "since held number name pbx agent agent_number" } },
    [PANE_AGENT] = { .name = "agent", .title = "Agent", .form = &pane_detail, .table = { .kind = FACT_AGENT } },
    [PANE_MEMBERSHIPS] = { .name = "memberships", .title = "Queues", .nobody = "In no queue.", .of = "agent", .opens = "queue",
                           .table = { .kind = FACT_MEMBER, .sort = "queue", .layout = "queue pbx queue_waiting " MEMBER_COLUMNS } },
    [PANE_AGENT_CALLS] = { .name = "agent_calls", .title = "Calls", .nobody = "In no call.", .of = "agent",
                           .table = { .kind = FACT_CALL, .sort = "since", .layout = "since held number name queue pbx channel" } },
    [PANE_AGENT_LISTENERS] = { .name = "agent_listeners", .title = "Listening", .nobody = "Nobody listens to these calls.", .of = "agent",
                               .table = { .kind = FACT_SPY, .sort = "since", .layout = "who mode since number name pbx phone" } },
    [PANE_CALLER] = { .name = "caller", .title = "Caller", .form = &pane_detail, .table = { .kind = FACT_CALLER } },
    [PANE_CALLER_MEMBERS] = { .name = "caller_members", .title = "Who can answer", .nobody = "Nobody serves this queue.", .of = "queue", .through = "queue", .opens = "agent",
                              .table = { .kind = FACT_MEMBER, .sort = "state", .layout = "name " MEMBER_COLUMNS } },
    [PANE_CALL] = { .name = "call", .title = "Call", .form = &pane_detail, .table = { .kind = FACT_CALL } },
    [PANE_ORDER] = { .name = "order", .title = "Order", .form = &pane_detail, .table = { .kind = FACT_ORDER } },
    [PANE_LINK] = { .name = "link", .title = "Link", .form = &pane_detail, .table = { .kind = FACT_PBX } },
    [PANE_LINK_QUEUES] = { .name = "link_queues", .title = "Queues", .nobody = no_queues, .of = "pbx",
                           .table = { .kind = FACT_QUEUE, .sort = "reread_at", .layout = "name state reread_at waiting oldest members ready ast_completed ast_abandoned ast_sl strategy" } },
};
_Static_assert(sizeof pane_table / sizeof pane_table[0] == PANE_COUNT, "a pane without a row");

bool pane_named(struct slice name, enum pane_id *out)
{
    for (size_t i = 0; i < PANE_COUNT; i++) {
        if (slice_eq(name, slice_of(pane_table[i].name))) {
            *out = (enum pane_id)i;
            return true;
        }
    }
    return false;
}
