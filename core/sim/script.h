/* SPDX-License-Identifier: MIT */
/* script: an empty world (sim_setup.is_empty) driven by hand: every queue, agent, caller and hang-up is asked for, so that a test can
 * do the same here and on a real PBX. Numbers of calls are those that script_call gives. */
#ifndef CORE_SIM_SCRIPT_H
#define CORE_SIM_SCRIPT_H

#include "core/sim/sim.h"

struct script_queue {
    const char *name;
    enum sim_strategy strategy;
    int timeout_s, retry_s, wrapup_s;
    int weight;
    bool ring_in_use, has_no_autofill; /* as new members begin; only the first caller is tried */
    enum sim_autopause autopause;
};
void script_add_queue(struct sim *s, const struct script_queue *q);
void script_share_last_call(struct sim *s, bool is_shared); /* shared_lastcall of queues.conf: the end of a call counts in all queues */
void script_add_agent(struct sim *s, const char *interface, const char *number, const char *person);
MUST_USE bool script_add_member(struct sim *s, const char *queue, const char *interface, const char *name, int penalty); /* static; false: no such queue */

/* How a phone reacts to the next calls: it answers after that long; 0: it rings for ever; -1: it is busy, -2: it
 * declines, -3: it is away. */
MUST_USE bool script_phone(struct sim *s, const char *interface, int64_t answer_ms);

uint32_t script_call(struct sim *s, const char *queue, const char *number, const char *person); /* 0: no such queue */
/* False: there is no such call, or it is not in the state for that. */
MUST_USE bool script_hang_up(struct sim *s, uint32_t call);
MUST_USE bool script_agent_hangs_up(struct sim *s, uint32_t call);
MUST_USE bool script_hold(struct sim *s, uint32_t call, bool is_held);
/* The phone hangs up its oldest call, or calls an extension of its context. False: it has none, or there is no such phone. */
MUST_USE bool script_phone_hangs_up(struct sim *s, const char *interface);
MUST_USE bool script_phone_calls(struct sim *s, const char *interface, const char *exten);
/* An extension of a context runs "Queue", "Dial" (data: PJSIP/101), "MusicOnHold", "ConfBridge" or "Hangup"... False: no such application. */
MUST_USE bool script_add_extension(struct sim *s, const char *context, const char *exten, const char *application, const char *data);
/* How that channel listens now: l(istens), w(hispers), b(arges); 0: it does not. What Asterisk tells nobody. */
char script_spy_mode(struct sim *s, const char *channel);
MUST_USE bool script_transfer(struct sim *s, uint32_t call, const char *queue);

#endif
