/* SPDX-License-Identifier: MIT */
/* plan_seat: what puts an agent into one queue, what takes him out, and the lines that undo it. What a member carries (name, state
 * interface, role, pause) goes with him. */
#include "core/control/plan_seat.h"

#include "core/base/mem.h"

bool plan_seat_find(const struct world *w, struct slice agent, struct slice queue, struct plan_seat *s, struct plan *p, struct target_fault *fault)
{
    struct target_fault first = { .state = ORDER_WRONG, .err = ERR_INIT };
    struct target_agent named;
    uint64_t pbx = target_agent(w, agent, 0, &named, &first) ? named.pbx : 0; /* the agent's PBX decides between queues of one name */
    bool ok = target_queue(w, queue, pbx, &s->queue, fault) || (pbx != 0 && target_queue(w, queue, 0, &s->queue, fault));
    if (!ok || !target_agent(w, agent, s->queue->pbx, &s->agent, fault))
        return false;
    s->member = target_member(w, s->queue->id, s->agent.who.interface);
    p->pbx = s->queue->pbx;
    p->queue = s->queue->id;
    p->agent = s->agent.agent;
    (void)mem_assign(&p->interface, slice_of(s->agent.who.interface));
    return true;
}

struct act *plan_seat_act(const struct plan_seat *s, struct plan *p, enum request_kind kind, enum proof_kind proof)
{
    struct act *a = plan_act(p, kind, proof);
    act_header(a, "Queue", slice_of(s->queue->name));
    act_header(a, "Interface", slice_of(s->agent.who.interface));
    a->proof.queue = s->queue->id;
    a->proof.interface = mem_strdup(s->agent.who.interface);
    return a;
}

void plan_seat_undo(const struct world *w, const struct plan_seat *s, const char *verb, struct buf *out)
{
    buf_addf(out, "%s ", verb);
    target_add_agent(w, s->queue->pbx, s->agent.who.interface, out);
    buf_add_char(out, ' ');
    target_add_queue(w, s->queue, out);
}

/* A line that was cut would be another order. */
void plan_end_undo(struct act *a, struct buf *line)
{
    if (!line->overflow)
        plan_undo(a, "%s", buf_slice(line).p);
    buf_clear(line);
}

/* By a name only where it means that again: two roles may be called alike, or one as a number. */
void plan_add_role(const struct world *w, int64_t penalty, struct buf *out)
{
    const char *role = settings_role(w->settings, penalty);
    struct target_fault ignored;
    int64_t meant;
    if (role != NULL && target_role(w, slice_of(role), &meant, &ignored) && meant == penalty)
        command_add_name(out, slice_of(role));
    else
        buf_addf(out, "%lld", (long long)penalty);
}

/* --- paused ------------------------------------------------------------------------------------------------ */

static size_t count_paused(const struct world *w, uint64_t agent, uint64_t but, size_t *all, const struct fact_member **first)
{
    struct world_at at = { 0, 0 };
    const struct fact_member *m;
    size_t paused = 0;
    *all = 0;
    *first = NULL;
    while ((m = world_next_member(w, &at)) != NULL) {
        if (agent == 0 || m->agent != agent || m->queue == but)
            continue;
        *all += 1;
        paused += m->paused != 0;
        *first = *first == NULL && m->paused != 0 ? m : *first;
    }
    return paused;
}

bool plan_seat_is_away(const struct world *w, uint64_t agent, uint64_t but, struct slice *reason)
{
    const struct fact_member *first;
    size_t all, paused = count_paused(w, agent, but, &all, &first);
    if (first == NULL || paused < all)
        return false;
    *reason = slice_of(first->paused_reason != NULL ? first->paused_reason : "");
    return true;
}

/* By then he may be paused in all the others, and would come in paused. */
static bool is_paused_elsewhere(const struct world *w, const struct fact_member *m)
{
    const struct fact_member *first;
    size_t all;
    return count_paused(w, m->agent, m->queue, &all, &first) > 0;
}

/* --- in and out ------------------------------------------------------------------------------------------ */

/* Lent he comes in with a penalty that nobody else has, and gets his own when the PBX has said that the membership was made for it: if we die in
 * between, the next keeper sees by it that it is not one of somebody else's, made at the same moment. */
void plan_seat_join(const struct world *w, const struct plan_seat *s, const struct plan_joining *j, struct plan *p)
{
    bool is_lease = p->lease_ms > 0 || p->lease_calls > 0;
    struct act *a = plan_seat_act(s, p, REQUEST_QUEUE_ADD, PROOF_MEMBER);
    act_headerf(a, "Penalty", "%lld", is_lease ? (long long)PLAN_LEND_PENALTY : (long long)j->penalty);
    act_header(a, "Paused", j->reason.p != NULL ? SLICE("true") : SLICE("false"));
    const struct directory_entry *who = &s->agent.who;
    if (who->name[0] != '\0')
        act_header(a, "MemberName", slice_of(who->name));
    if (who->state_interface[0] != '\0' && strcmp(who->state_interface, who->interface) != 0)
        act_header(a, "StateInterface", slice_of(who->state_interface));
    struct buf undo = BUF_INIT(COMMAND_LINE_MAX);
    plan_seat_undo(w, s, "remove", &undo);
    plan_end_undo(a, &undo);
    if (is_lease) {
        a = plan_seat_act(s, p, REQUEST_QUEUE_PENALTY, PROOF_PENALTY);
        act_headerf(a, "Penalty", "%lld", (long long)j->penalty);
        a->proof.number = j->penalty;
    }
    if (j->reason.n == 0)
        return;
    a = plan_seat_act(s, p, REQUEST_QUEUE_PAUSE, PROOF_PAUSED); /* QueueAdd takes a reason only in the newest versions */
    act_header(a, "Paused", SLICE("true"));
    act_header(a, "Reason", j->reason);
    a->proof.number = 1;
    a->proof.text = mem_text(j->reason);
}

void plan_seat_leave(const struct world *w, const struct plan_seat *s, struct plan *p)
{
    const struct fact_member *m = s->member;
    struct act *a = plan_seat_act(s, p, REQUEST_QUEUE_REMOVE, PROOF_NO_MEMBER);
    struct buf undo = BUF_INIT(COMMAND_LINE_MAX);
    plan_seat_undo(w, s, "add", &undo);
    buf_add_char(&undo, ' ');
    plan_add_role(w, m->penalty, &undo);
    if (m->paused != 0) {
        buf_addf(&undo, " --paused ");
        command_add_name(&undo, slice_of(m->paused_reason != NULL ? m->paused_reason : ""));
    } else if (is_paused_elsewhere(w, m)) {
        buf_addf(&undo, " --unpaused");
    }
    if (m->name != NULL && strcmp(m->name, m->interface) != 0) {
        buf_addf(&undo, " --name ");
        command_add_name(&undo, slice_of(m->name));
    }
    if (m->state_interface != NULL && strcmp(m->state_interface, m->interface) != 0) {
        buf_addf(&undo, " --state ");
        command_add_name(&undo, slice_of(m->state_interface));
    }
    plan_end_undo(a, &undo);
}

bool plan_seat_is_dynamic(const struct plan_seat *s, struct target_fault *fault)
{
    const char *label = target_label(&s->agent);
    if (s->member->membership == MEMBERSHIP_STATIC)
        return target_fail(fault, ORDER_REFUSED, "%s is a static member of %s (queues.conf) and would be back at the next reload: pause him there instead",
                           label, s->queue->name);
    if (s->member->membership == MEMBERSHIP_REALTIME)
        return target_fail(fault, ORDER_REFUSED, "%s is a realtime member of %s: the database decides; pause him there instead", label, s->queue->name);
    return true;
}
