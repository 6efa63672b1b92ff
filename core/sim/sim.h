/* SPDX-License-Identifier: MIT */
/* sim: a simulated call centre that speaks AMI: for the demo, for tests and for benchmarks. A discrete-event world (arrivals,
 * patience, talk, wrap-up, breaks) in virtual time from one seed, and a server that shows it to AMI clients as Asterisk would:
 * login, lists, events with Asterisk's fields and order, errors in Asterisk's words. Sees base and ami only. */
#ifndef CORE_SIM_SIM_H
#define CORE_SIM_SIM_H

#include "core/base/buf.h"
#include "core/base/err.h"

struct sim;

enum sim_strategy { SIM_RRMEMORY, SIM_RINGALL, SIM_LEASTRECENT, SIM_LINEAR, SIM_FEWEST_CALLS, SIM_RANDOM, SIM_STRATEGY_COUNT };
enum sim_autopause { SIM_NO_AUTOPAUSE, SIM_AUTOPAUSE, SIM_AUTOPAUSE_ALL }; /* after a call that was not answered */

struct sim_setup {
    uint64_t seed;
    uint32_t queues, agents;
    uint32_t memberships;     /* per agent, at most `queues` */
    double calls_per_hour;    /* over all queues, before the hour's shape */
    int64_t start_wall_ms;    /* wall clock of the world at its beginning */
    bool is_empty;            /* no world of its own: a script drives it (tests) */
    int asterisk;             /* speaks as this version does: 16 or 22 (also 0) */
};

struct sim *sim_new(const struct sim_setup *setup);
void sim_free(struct sim *s);
void sim_run_until(struct sim *s, int64_t world_ms); /* virtual; events go to every attached conversation */
int64_t sim_deadline(const struct sim *s);           /* world ms of the next thing that happens */

/* One AMI client's conversation, without a socket. */
struct sim_peer;
struct sim_peer *sim_attach(struct sim *s);  /* the greeting is in its output already */
void sim_detach(struct sim_peer *p);
void sim_receive(struct sim_peer *p, struct slice bytes);
struct buf *sim_output(struct sim_peer *p);  /* what to send; the caller drops what it sent */
bool sim_is_closed(const struct sim_peer *p); /* after its output is sent, hang up */

/* Serves at a UNIX socket in a 0700 folder of its own, in real time times speed, until the parent process goes. Forks; *path (mem_free'd
 * by the caller) is where to connect, with user "demo" and secret "demo". */
MUST_USE bool sim_serve(const struct sim_setup *setup, double speed, char **path, int *pid, struct err *err);

#endif
