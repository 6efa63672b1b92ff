/* SPDX-License-Identifier: MIT */
/* plan: what an order asks of the PBX, made from its words and the floor as it stands. Sends nothing and remembers nothing, so that a dry
 * run, a test and the order itself see the same. One row of plan_table a command: who plans it, and what it needs of the AMI user. */
#ifndef CORE_CONTROL_PLAN_H
#define CORE_CONTROL_PLAN_H

#include "core/control/act.h"
#include "core/control/command.h"
#include "core/control/target.h"

/* How the sentence begins that refuses an ear to who has not said which phone is his: the console asks for it then. */
#define PLAN_NO_PHONE "your own phone is not known"

enum { PLAN_LEND_PENALTY = 1000000 }; /* and above: with which one who is lent comes in; lease.c makes it one that nobody else has */

enum { PLAN_TAKE_MS = 60000 }; /* so long an agent is armed for one call, where nobody says how long */

struct plan {
    struct act *act;      /* one after the other: the next is sent when the one before is proven */
    size_t count;
    const char *who;      /* gives the order; borrowed; NULL: a console that asks what would be, and does not know */
    uint64_t pbx, queue, agent, caller, call; /* what it is about; 0: none, or several */
    char *interface;      /* of the agent; NULL: none */
    char *what;           /* in words, without subject and full stop: "add Ana Roy to sales as expert" */
    char *nothing;        /* not NULL: it is so already; the sentence */
    int64_t lease_ms, lease_calls; /* taken back by itself after so long, after so many calls; 0, -1: not */
    bool is_take;         /* a lease for exactly one call */
    char *take_caller;    /* Uniqueid of the one that is meant; NULL: any */
    int64_t take_priority;  /* that one's, before the plan raises it; -1: it does not */
    char *take_interface;   /* the member is this one, and the dialplan takes him out again by itself; NULL: the agent's own, and nobody does */
};

/* False: *fault. plan_clear it in any case. */
MUST_USE bool plan_make(const struct world *w, const struct command *c, const char *who, struct plan *out, struct target_fault *fault);
void plan_clear(struct plan *p);

/* What plan_*.c build with. */
struct act *plan_act(struct plan *p, enum request_kind kind, enum proof_kind proof);
void plan_say(struct plan *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));    /* the order in words */
bool plan_nothing(struct plan *p, const char *fmt, ...) __attribute__((format(printf, 2, 3))); /* true */
void plan_undo(struct act *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));     /* a line of the language */
void plan_target(struct act *a, enum fact_kind kind, uint64_t id); /* not sent when that has gone meanwhile */
/* About one who waits: not sent when he does no more. */
struct act *plan_caller_act(struct plan *p, enum request_kind kind, enum proof_kind proof, const struct fact_caller *caller);
/* Asks the PBX whether the extension is there: Asterisk would hang up whom it sends to one that is not. Directly before the act that goes there. */
struct act *plan_ask_way(struct plan *p, const struct directory_way *way);
/* Where a number, or an agent's extension, is dialled on the PBX of the plan. */
MUST_USE bool plan_dial_way(const struct world *w, const struct plan *p, struct slice word, struct directory_way *out, struct target_fault *fault);
/* What came with some versions of Asterisk only; a version that is not known is taken for a new one. */
enum plan_skill { PLAN_MOVES_WHO_WAITS, PLAN_TELLS_TAPES, PLAN_WITHDRAWS, PLAN_SKILL_COUNT };
bool plan_can(const char *version, enum plan_skill skill);
void plan_refusal(struct act *a, const char *fmt, ...) __attribute__((format(printf, 2, 3))); /* instead of the one that it has */
/* Who is at the other end, for a person: "Jo Li (0791234567)". */
void plan_add_caller(struct buf *out, const char *name, const char *number, const char *uniqueid);

/* The rows of plan_table: plan_member.c, ... */
bool plan_add(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault);
bool plan_remove(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault);
bool plan_role(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault);
bool plan_move(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault);
bool plan_login(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault);
bool plan_logout(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault);
bool plan_device(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault);
bool plan_pause(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault);
bool plan_unpause(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault);
bool plan_ringinuse(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault);
bool plan_send(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault);
bool plan_moveto(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault);
bool plan_priority(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault);
bool plan_withdraw(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault);
bool plan_hangup(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault);
bool plan_transfer(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault);
bool plan_handover(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault);
bool plan_park(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault);
bool plan_hold(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault);
bool plan_conference(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault);
bool plan_tape(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault);
bool plan_dial(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault);
bool plan_message(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault);
bool plan_listen(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault); /* whisper and barge too */
bool plan_unlisten(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault);

bool plan_take(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault);
bool plan_cancel(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault);
static inline bool plan_is_lease(const struct plan *p)
{
    return p->count > 0 && (p->lease_ms > 0 || p->lease_calls > 0);
}

/* What a row asks before it is given: it harms somebody's call. */
bool plan_is_harmful(enum command_id id);
/* Can it be done on that PBX at all, whomever it were for? False: *fault says what Asterisk or the configuration lacks. */
MUST_USE bool plan_is_possible(const struct world *w, uint64_t pbx, enum command_id id, struct target_fault *fault);
/* What becomes of the queue's figures by it, which a person is told before the first time; NULL: nothing that would surprise. */
const char *plan_notice(enum command_id id);
/* Which request it stands and falls with: dim where the AMI user may not. REQUEST_COUNT: none. */
enum request_kind plan_needs(enum command_id id);

/* The giver as part of the Uniqueid of a listener's leg, and so in fact_spy.who. */
enum { PLAN_USER_MAX = 40 };
void plan_user_word(const char *who, char out[PLAN_USER_MAX + 1]);

#endif
