/* SPDX-License-Identifier: MIT */
/* plan_lease: the orders about memberships that end by themselves: take (one call) and cancel. What happens after the requests were proven is
 * in lease.c and take.c. */
#include "core/base/mem.h"
#include "core/control/plan.h"

#include <stdio.h>

enum { TAKE_MS = 60000, TAKE_WRAPUP_S = 86400 };

struct taking {
    const struct fact_queue *queue;
    struct target_agent agent;
    const struct fact_caller *caller; /* NULL: any */
};

/* The head of the queue is who is offered next. */
static const struct fact_caller *head_of(const struct world *w, const struct fact_queue *queue)
{
    struct world_at at = { 0, 0 };
    const struct fact_caller *c, *first = NULL;
    while ((c = world_next_caller(w, &at)) != NULL) {
        if (c->queue == queue->id && (first == NULL || c->rank < first->rank))
            first = c;
    }
    return first;
}

static bool read_taking(const struct world *w, const struct command *c, struct taking *t, struct plan *p, struct target_fault *fault)
{
    struct slice queue = SLICE(""), caller, to = { NULL, 0 }, value;
    struct target_fault first;
    struct target_agent named;
    (void)command_positional(c, 0, &queue);
    if (!command_option(c, "--to", &to) && w->self != NULL)
        to = slice_of(w->self);
    else if (to.p == NULL)
        return target_fail(fault, ORDER_WRONG, "who shall take the call? Say --to AGENT");
    uint64_t pbx = target_agent(w, to, 0, &named, &first) ? named.pbx : 0;
    if ((!target_queue(w, queue, pbx, &t->queue, fault) && (pbx == 0 || !target_queue(w, queue, 0, &t->queue, fault))) ||
        !target_agent(w, to, t->queue->pbx, &t->agent, fault))
        return false;
    if (command_positional(c, 1, &caller) && !target_caller(w, caller, t->queue->id, &t->caller, fault))
        return false;
    p->lease_ms = TAKE_MS;
    if (command_option(c, "--for", &value) && !target_duration(value, &p->lease_ms, fault))
        return false;
    p->pbx = t->queue->pbx;
    p->queue = t->queue->id;
    p->agent = t->agent.agent;
    p->is_take = true;
    (void)mem_assign(&p->interface, slice_of(t->agent.who.interface));
    return true;
}

static bool may_take(const struct world *w, const struct taking *t, struct target_fault *fault)
{
    const char *label = target_label(&t->agent);
    const struct fact_agent *a = t->agent.agent != 0 ? world_agent(w, t->agent.agent) : NULL;
    if (target_member(w, t->queue->id, t->agent.who.interface) != NULL)
        return target_fail(fault, ORDER_REFUSED, "%s is in %s already: unpause or wait for the next call there", label, t->queue->name);
    if (a != NULL && a->device != DEVICE_NOT_INUSE && a->device != DEVICE_UNKNOWN)
        return target_fail(fault, ORDER_REFUSED, "%s is not free: the phone is %s", label,
                           a->device > 0 && a->device < DEVICE_STATE_COUNT ? device_state_names[a->device] : "unknown");
    const struct fact_caller *head = head_of(w, t->queue);
    if (t->caller != NULL && head != t->caller)
        return target_fail(fault, ORDER_REFUSED, "%s is not the next one in %s, and would not be the one who is taken: raise the priority first",
                           t->caller->number != NULL ? t->caller->number : t->caller->uniqueid, t->queue->name);
    return true;
}

static struct act *taking_act(const struct taking *t, struct plan *p, enum request_kind kind, enum proof_kind proof)
{
    struct act *a = plan_act(p, kind, proof);
    act_header(a, "Queue", slice_of(t->queue->name));
    act_header(a, "Interface", slice_of(t->agent.who.interface));
    a->proof.queue = t->queue->id;
    a->proof.interface = mem_strdup(t->agent.who.interface);
    return a;
}

/* Added paused, and with both fuses before he is armed (take.c): then the PBX itself gives him one call and no second one. */
bool plan_take(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault)
{
    struct taking t = { 0 };
    if (!read_taking(w, c, &t, p, fault))
        return false;
    const struct directory_entry *who = &t.agent.who;
    const char *label = target_label(&t.agent);
    const char *caller = t.caller == NULL ? "one call" : t.caller->number != NULL ? t.caller->number : t.caller->uniqueid;
    plan_say(p, "take %s from %s for %s", caller, t.queue->name, label);
    if (!may_take(w, &t, fault))
        return false;
    if (t.caller != NULL)
        p->take_caller = mem_strdup(t.caller->uniqueid);
    struct act *a = taking_act(&t, p, REQUEST_QUEUE_ADD, PROOF_MEMBER);
    act_header(a, "Penalty", SLICE("0"));
    act_header(a, "Paused", SLICE("true"));
    act_headerf(a, "Wrapuptime", "%d", TAKE_WRAPUP_S);
    act_header(a, "Reason", SLICE("acdtop take"));
    if (who->name[0] != '\0')
        act_header(a, "MemberName", slice_of(who->name));
    if (who->state_interface[0] != '\0' && strcmp(who->state_interface, who->interface) != 0)
        act_header(a, "StateInterface", slice_of(who->state_interface));
    a = taking_act(&t, p, REQUEST_QUEUE_MEMBER_RINGINUSE, PROOF_RINGINUSE);
    act_header(a, "RingInUse", SLICE("no"));
    a->proof.number = 0;
    return true;
}

bool plan_cancel(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault)
{
    struct slice agent = SLICE(""), queue = SLICE("");
    (void)command_positional(c, 0, &agent);
    (void)command_positional(c, 1, &queue);
    if (!plan_remove(w, c, p, fault))
        return false;
    if (p->interface == NULL || w->is_lent == NULL || !w->is_lent(w->context, p->queue, p->interface))
        return target_fail(fault, ORDER_REFUSED, "%.*s is not lent to %.*s: nothing is to be ended", SLICE_FMT(agent), SLICE_FMT(queue));
    return true;
}
