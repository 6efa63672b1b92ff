/* SPDX-License-Identifier: MIT */
/* screen: the table of screens. Places depend on the size of the terminal and on how many queues and agents there are, never
 * on callers or calls: nothing moves because somebody rings. Where there is much room, lists have beside them what is known of the
 * selected row, and what happens.
 */
#include "tui/screen.h"

#define NOBODY FACT_COUNT

const struct screen_row screen_table[] = {
    [SCREEN_FLOOR] = { "floor", "Floor", ACTION_SCREEN_FLOOR, NOBODY, 3,
                       { { 170, 44, "(queues<40 / callers=35 / calls)=50 | (agents<70 / events)" },
                         { 170, 12, "(queues<60 / callers)=50 | agents" },
                         { 110, 12, "queues<50 / (callers=45 | agents)" },
                         { 50, 12, "queues<45 / callers=30 / agents" } } },
    [SCREEN_QUEUES] = { "queues", "Queues", ACTION_SCREEN_QUEUES, NOBODY, 1, { { 170, 40, "queues<50 / queue<35 / (callers | events)" }, { 0, 0, "queues" } } },
    [SCREEN_AGENTS] = { "agents", "Agents", ACTION_SCREEN_AGENTS, NOBODY, 1, { { 240, 40, "agents=66 | (agent<60 / events)" }, { 0, 0, "agents" } } },
    [SCREEN_CALLERS] = { "callers", "Callers", ACTION_SCREEN_CALLERS, NOBODY, 1, { { 170, 30, "callers=55 | (caller<50 / events)" }, { 0, 0, "callers" } } },
    [SCREEN_CALLS] = { "calls", "Calls", ACTION_SCREEN_CALLS, NOBODY, 1, { { 170, 30, "(calls / listeners<25)=58 | (call<50 / events)" }, { 60, 20, "calls / listeners<30" }, { 0, 0, "calls" } } },
    [SCREEN_EVENTS] = { "events", "Events", ACTION_SCREEN_EVENTS, NOBODY, 1, { { 0, 0, "events" } } },
    [SCREEN_LINKS] = { "links", "Links", ACTION_SCREEN_LINKS, NOBODY, 0, { { 110, 34, "links<40 / link<60 / events" }, { 50, 14, "links<50 / link" }, { 0, 0, "links" } } },
    [SCREEN_ORDERS] = { "orders", "Orders", ACTION_SCREEN_ORDERS, NOBODY, 1, { { 170, 30, "orders=60 | order" }, { 0, 0, "orders" } } },
    [SCREEN_QUEUE] = { "queue", "Queue", ACTION_NONE, FACT_QUEUE, 0,
                       { { 110, 24, "queue<50 / (queue_members=58 | (queue_callers / queue_calls))" },
                         { 50, 18, "queue<30 / queue_members / queue_callers<25 / queue_calls<20" } } },
    [SCREEN_AGENT] = { "agent", "Agent", ACTION_NONE, FACT_AGENT, 0,
                       { { 110, 30, "agent<45 / (memberships=58 | (agent_calls / agent_listeners<30))" }, { 110, 20, "agent<45 / (memberships=58 | agent_calls)" }, { 50, 14, "agent<55 / memberships / agent_calls=25" } } },
    [SCREEN_CALLER] = { "caller", "Caller", ACTION_NONE, FACT_CALLER, 0, { { 110, 14, "caller=40 | caller_members" }, { 50, 12, "caller<60 / caller_members" } } },
    [SCREEN_CALL] = { "call", "Call", ACTION_NONE, FACT_CALL, 0, { { 0, 0, "call" } } },
    [SCREEN_LINK] = { "link", "PBX", ACTION_NONE, FACT_PBX, 0, { { 50, 14, "link<60 / link_queues" } } },
    [SCREEN_ORDER] = { "order", "Order", ACTION_NONE, FACT_ORDER, 0, { { 0, 0, "order" } } },
};
_Static_assert(sizeof screen_table / sizeof screen_table[0] == SCREEN_COUNT, "a screen without a row");

bool screen_named(struct slice name, enum screen_id *out)
{
    for (size_t i = 0; i < SCREEN_COUNT; i++) {
        if (slice_eq(name, slice_of(screen_table[i].name))) {
            *out = (enum screen_id)i;
            return true;
        }
    }
    return false;
}

bool screen_of_action(enum action a, enum screen_id *out)
{
    for (size_t i = 0; i < SCREEN_COUNT; i++) {
        if (a != ACTION_NONE && screen_table[i].action == a) {
            *out = (enum screen_id)i;
            return true;
        }
    }
    return false;
}

bool screen_about(enum fact_kind subject, enum screen_id *out)
{
    for (size_t i = 0; i < SCREEN_COUNT; i++) {
        if (subject != NOBODY && screen_table[i].subject == subject) {
            *out = (enum screen_id)i;
            return true;
        }
    }
    return false;
}
