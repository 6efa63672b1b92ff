/* SPDX-License-Identifier: MIT */
/* target: words of an order -> whom it is for. A name is tried whole first, then as NAME@PBX; who is on several PBXs must be told apart so.
 * What is found is named by the PBX's own spelling (queue_log keeps the spelling that it was sent: ami.md 7). */
#ifndef CORE_CONTROL_TARGET_H
#define CORE_CONTROL_TARGET_H

#include "core/base/err.h"
#include "core/control/world.h"

/* Why something is not to be had: the state that the order ends in, and a sentence. */
struct target_fault {
    enum order_state state;
    struct err err;
    bool is_stranger; /* an agent's name that nobody has: a telephone may have it of which the PBX has not told yet */
    uint64_t pbx;     /* on which; 0: on any */
};
bool target_fail(struct target_fault *fault, enum order_state state, const char *fmt, ...) __attribute__((format(printf, 3, 4))); /* false */

struct target_agent {
    uint64_t pbx, agent; /* agent 0: in no queue of it now */
    bool is_unreachable; /* his telephone is not registered, as far as the PBX told */
    struct directory_entry who;
};

/* pbx 0: any. All false with *fault set when there is none, or more than one. */
MUST_USE bool target_queue(const struct world *w, struct slice word, uint64_t pbx, const struct fact_queue **out, struct target_fault *fault);
/* The name or alias of a queue that is nearly so called. "": it names a PBX (salse@geneva), and no queue is near; NULL: nothing is. */
const char *target_near_queue(const struct world *w, struct slice word);
/* As directory_find: by extension, name or interface, of the directory and of the floor. */
MUST_USE bool target_agent(const struct world *w, struct slice word, uint64_t pbx, struct target_agent *out, struct target_fault *fault);
/* Who waits: by Uniqueid, channel or number; queue 0: any. */
MUST_USE bool target_caller(const struct world *w, struct slice word, uint64_t queue, const struct fact_caller **out, struct target_fault *fault);
/* A call in progress: by Uniqueid or channel of either side, by its agent, by the caller's number. */
MUST_USE bool target_call(const struct world *w, struct slice word, const struct fact_call **out, struct target_fault *fault);
/* Who is offered next; NULL: nobody waits. */
const struct fact_caller *target_head(const struct world *w, uint64_t queue);
/* Who waits there with this Uniqueid; NULL: nobody any more. */
const struct fact_caller *target_waiting(const struct world *w, uint64_t queue, const char *uniqueid);
/* Who serves with this phone: a device, or whoever target_agent knows by the word. */
MUST_USE bool target_phone(const struct world *w, struct slice phone, uint64_t pbx, struct target_agent *out, struct target_fault *fault);
/* The membership; NULL: none. */
const struct fact_member *target_member(const struct world *w, uint64_t queue, const char *interface);
/* A name of `roles`, or a number. */
MUST_USE bool target_role(const struct world *w, struct slice word, int64_t *penalty, struct target_fault *fault);
/* 20, 90s, 5m, 1h. */
MUST_USE bool target_duration(struct slice word, int64_t *ms, struct target_fault *fault);

/* "1795.7@geneva" -> "1795.7": a word that names something of which each PBX has its own. */
struct slice target_cut_pbx(const struct world *w, struct slice word);

/* How the agent is named to a person: "Ana Roy", else the interface. */
const char *target_label(const struct target_agent *a);
/* A word that names this queue, or this interface, and no other: with @PBX where there are several. */
void target_add_queue(const struct world *w, const struct fact_queue *q, struct buf *out);
void target_add_name(const struct world *w, uint64_t pbx, struct slice name, struct buf *out); /* of anything: a Uniqueid */
void target_add_agent(const struct world *w, uint64_t pbx, const char *interface, struct buf *out);

#endif
