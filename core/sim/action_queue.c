/* SPDX-License-Identifier: MIT */
/* action_queue: what a supervisor may change: members, pauses, penalties, callers' places, and variables; each with the words of
 * ami.md 7 for success and for every refusal. */
#include "core/sim/world.h"

#include "core/base/mem.h"

#include <inttypes.h>

static bool lacks(struct sim_ask *a, const char *name)
{
    if (sim_param(a, name).n > 0)
        return false;
    sim_error(a, "'%s' not specified.", name);
    return true;
}

static int number_or_zero(struct slice s)
{
    int64_t n = 0;
    return slice_int(s, 0, INT32_MAX, &n) ? (int)n : 0;
}

void sim_do_queue_add(struct sim_ask *a)
{
    if (lacks(a, "Queue") || lacks(a, "Interface"))
        return;
    struct sim_queue *q = map_get(a->sim->queues, sim_param(a, "Queue"));
    struct slice interface = sim_param(a, "Interface"), name = sim_param(a, "MemberName");
    interface.n = interface.n < 79 ? interface.n : 79;
    if (q == NULL) {
        sim_error(a, "Unable to add interface to queue: No such queue");
        return;
    }
    if (sim_find_member(q, interface) != NULL) {
        sim_error(a, "Unable to add interface: Already there");
        return;
    }
    struct sim_agent *agent = sim_find_agent(a->sim, interface);
    char *member_name = sim_text79(name.n > 0 ? name : interface);
    struct sim_member *m = sim_join_staff(q, agent, member_name, true, number_or_zero(sim_param(a, "Penalty")));
    mem_free(member_name);
    m->is_paused = sim_true(sim_param(a, "Paused"));
    m->wrapup_s = number_or_zero(sim_param(a, "Wrapuptime"));
    mem_free(m->reason);
    m->reason = sim_text79(sim_is_16(a->sim) ? SLICE("") : sim_param(a, "Reason"));
    struct slice state_interface = sim_param(a, "StateInterface");
    if (state_interface.n > 0)
        sim_watch(m, (struct slice){ state_interface.p, state_interface.n < 79 ? state_interface.n : 79 });
    m->last_pause_s = m->is_paused ? sim_now_s(a->sim) : 0;
    sim_ok(a, "Added interface to queue");
    sim_say_pause(m);
    sim_say_member(m, "QueueMemberAdded");
    sim_check_available(q);
    sim_dispatch(q);
}

void sim_do_queue_remove(struct sim_ask *a)
{
    struct slice queue = sim_param(a, "Queue"), interface = sim_param(a, "Interface");
    if (queue.n == 0 || interface.n == 0) {
        sim_error(a, "Need 'Queue' and 'Interface' parameters.");
        return;
    }
    struct sim_queue *q = map_get(a->sim->queues, queue);
    struct sim_member *m = q != NULL ? sim_find_member(q, interface) : NULL;
    if (q == NULL) {
        sim_error(a, "Unable to remove interface from queue: No such queue");
    } else if (m == NULL) {
        sim_error(a, "Unable to remove interface: Not there");
    } else if (!m->is_dynamic) {
        sim_error(a, "Member not dynamic");
    } else {
        sim_ok(a, "Removed interface from queue");
        sim_leave_staff(m);
    }
}

/* Runs `change` on his membership of the queue, or of all when none is named. False: there is none. */
static bool for_memberships(struct sim_ask *a, void (*change)(struct sim_member *m, const struct sim_ask *a))
{
    struct slice queue = sim_param(a, "Queue");
    struct sim_agent *agent = map_get(a->sim->agents, sim_param(a, "Interface"));
    bool is_any = false;
    if (agent == NULL)
        return false;
    LIST_EACH_SAFE(at, &agent->memberships)
    {
        struct sim_member *m = LIST_ENTITY(at, struct sim_member, of_agent);
        if (queue.n > 0 && !slice_eq_nocase(queue, slice_of(m->queue->name)))
            continue;
        is_any = true;
        if (change != NULL)
            change(m, a);
    }
    return is_any;
}

static void pause_as_asked(struct sim_member *m, const struct sim_ask *a)
{
    char *reason = mem_text(sim_param(a, "Reason"));
    sim_pause(m, sim_true(sim_param(a, "Paused")), reason);
    mem_free(reason);
}

void sim_do_queue_pause(struct sim_ask *a)
{
    bool is_paused = sim_true(sim_param(a, "Paused"));
    if (sim_param(a, "Interface").n == 0 || sim_param(a, "Paused").n == 0) {
        sim_error(a, "Need 'Interface' and 'Paused' parameters.");
    } else if (!for_memberships(a, NULL)) {
        sim_error(a, "Interface not found");
    } else {
        sim_ok(a, is_paused ? "Interface paused successfully" : "Interface unpaused successfully");
        for_memberships(a, pause_as_asked);
    }
}

static void set_penalty(struct sim_member *m, const struct sim_ask *a)
{
    m->penalty = number_or_zero(sim_param(a, "Penalty"));
    sim_say_member(m, "QueueMemberPenalty");
}

void sim_do_queue_penalty(struct sim_ask *a)
{
    if (sim_param(a, "Interface").n == 0 || sim_param(a, "Penalty").n == 0) {
        sim_error(a, "Need 'Interface' and 'Penalty' parameters.");
    } else if (slice_starts(sim_param(a, "Penalty"), SLICE("-")) || !for_memberships(a, NULL)) {
        sim_error(a, "Invalid interface, queuename or penalty");
    } else {
        sim_ok(a, "Interface penalty set successfully");
        for_memberships(a, set_penalty);
    }
}

static void set_ring_in_use(struct sim_member *m, const struct sim_ask *a)
{
    m->ring_in_use = sim_true(sim_param(a, "RingInUse"));
    sim_say_member(m, "QueueMemberRinginuse");
    sim_check_available(m->queue);
}

static bool is_false(struct slice s)
{
    return slice_eq_nocase(s, SLICE("no")) || slice_eq_nocase(s, SLICE("false")) || slice_eq_nocase(s, SLICE("n")) ||
           slice_eq_nocase(s, SLICE("f")) || slice_eq_nocase(s, SLICE("0")) || slice_eq_nocase(s, SLICE("off"));
}

void sim_do_queue_ring_in_use(struct sim_ask *a)
{
    struct slice wanted = sim_param(a, "RingInUse");
    if (sim_param(a, "Interface").n == 0 || wanted.n == 0) {
        sim_error(a, "Need 'Interface' and 'RingInUse' parameters.");
    } else if (!sim_true(wanted) && !is_false(wanted)) {
        sim_error(a, "'RingInUse' parameter must be a truth value (yes/no, on/off, 0/1, etc)");
    } else if (!for_memberships(a, NULL)) {
        sim_error(a, "Invalid interface, queuename, or ringinuse value\n"); /* with the bare LF that Asterisk leaks */
    } else {
        sim_ok(a, "Interface ringinuse set successfully");
        for_memberships(a, set_ring_in_use);
    }
}

/* ---- callers ---- */

static struct sim_call *find_caller(struct sim_queue *q, struct slice channel)
{
    LIST_EACH(at, &q->callers)
    {
        struct sim_call *c = LIST_ENTITY(at, struct sim_call, in_queue);
        if (slice_eq_nocase(channel, slice_of(c->channel->name)))
            return c;
    }
    return NULL;
}

static struct sim_call *asked_caller(struct sim_ask *a, const char *refusal)
{
    struct sim_queue *q = map_get(a->sim->queues, sim_param(a, "Queue"));
    struct sim_call *c = q != NULL ? find_caller(q, sim_param(a, "Caller")) : NULL;
    if (c == NULL)
        sim_error(a, "%s: No such %s", refusal, q == NULL ? "queue" : "caller");
    return c;
}

static void move_by_priority(struct sim_call *c)
{
    struct list *before = &c->queue->callers;
    list_remove(&c->in_queue);
    c->original_position = 1;
    LIST_EACH(at, &c->queue->callers)
    {
        if (LIST_ENTITY(at, struct sim_call, in_queue)->priority < c->priority)
            break;
        before = at;
        c->original_position++;
    }
    list_insert_after(before, &c->in_queue);
}

void sim_do_queue_priority(struct sim_ask *a)
{
    int64_t priority;
    if (lacks(a, "Queue") || lacks(a, "Caller") || lacks(a, "Priority"))
        return;
    if (!slice_int(sim_param(a, "Priority"), INT32_MIN, INT32_MAX, &priority)) {
        sim_error(a, "'Priority' need integer.");
        return;
    }
    struct sim_call *c = asked_caller(a, "Unable to change priority caller on queue");
    if (c == NULL)
        return;
    c->priority = (int32_t)priority;
    if (sim_true(sim_param(a, "Immediate")) && !sim_is_16(a->sim))
        move_by_priority(c);
    sim_ok(a, "Priority change for caller on queue");
}

void sim_do_queue_withdraw(struct sim_ask *a)
{
    if (lacks(a, "Queue") || lacks(a, "Caller"))
        return;
    struct sim_call *c = asked_caller(a, "Unable to request withdraw from queue");
    if (c == NULL)
        return;
    if (c->is_withdrawn) {
        sim_error(a, "Unable to request withdraw from queue: Already requested");
        return;
    }
    sim_ok(a, "Withdraw requested successfully");
    sim_withdraw(c);
}

void sim_do_queue_reset(struct sim_ask *a)
{
    struct slice wanted = sim_param(a, "Queue");
    for (size_t i = 0; i < a->sim->queue_count; i++) {
        struct sim_queue *q = a->sim->queue[i];
        if (wanted.n == 0 || slice_eq_nocase(wanted, slice_of(q->name)))
            q->hold_s = q->talk_s = q->completed = q->abandoned = q->completed_in_sl = q->abandoned_in_sl = 0;
    }
    sim_ok(a, "Queue stats reset successfully");
}

void sim_do_queue_reload(struct sim_ask *a)
{
    sim_ok(a, "Queue reloaded successfully");
}
