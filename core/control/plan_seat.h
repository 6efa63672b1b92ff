/* SPDX-License-Identifier: MIT */
/* plan_seat: an agent's place in a queue, as the orders about memberships plan with it. For plan_*.c only. */
#ifndef CORE_CONTROL_PLAN_SEAT_H
#define CORE_CONTROL_PLAN_SEAT_H

#include "core/control/plan.h"

/* Who and where: the queue first, since it names the PBX. */
struct plan_seat {
    const struct fact_queue *queue;
    struct target_agent agent;
    const struct fact_member *member; /* NULL: not there */
};

struct plan_joining {
    int64_t penalty;
    struct slice reason; /* absent: not paused */
};

/* The agent and the queue of these words; the plan is about them. */
MUST_USE bool plan_seat_find(const struct world *w, struct slice agent, struct slice queue, struct plan_seat *s, struct plan *p, struct target_fault *fault);
/* Neither queues.conf nor a database puts him back. */
MUST_USE bool plan_seat_is_dynamic(const struct plan_seat *s, struct target_fault *fault);

/* Is he paused in every queue that he is in, `but` one (0: none)? *reason: of the first. One who is in no queue is not. */
MUST_USE bool plan_seat_is_away(const struct world *w, uint64_t agent, uint64_t but, struct slice *reason);

void plan_seat_join(const struct world *w, const struct plan_seat *s, const struct plan_joining *j, struct plan *p);
void plan_seat_leave(const struct world *w, const struct plan_seat *s, struct plan *p); /* member is not NULL */

/* An act with this queue and this interface, in its headers and in its proof. */
struct act *plan_seat_act(const struct plan_seat *s, struct plan *p, enum request_kind kind, enum proof_kind proof);
/* "VERB agent queue": the beginning of every line that undoes something here. */
void plan_seat_undo(const struct world *w, const struct plan_seat *s, const char *verb, struct buf *out);
void plan_end_undo(struct act *a, struct buf *line); /* clears it */
void plan_add_role(const struct world *w, int64_t penalty, struct buf *out); /* its name, else the number */

#endif
