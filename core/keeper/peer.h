/* SPDX-License-Identifier: MIT */
/* peer: one console as its keeper sees it: a socket, what it has not been told yet, and bounded buffers. A console
 * that does not read costs nothing but its marks: nothing is written for it before what was written last has gone. */
#ifndef CORE_KEEPER_PEER_H
#define CORE_KEEPER_PEER_H

#include "core/keeper/dirty.h"
#include "core/keeper/wire.h"

struct peer;

struct peer_hooks {
    const struct fact *(*get)(void *context, enum fact_kind kind, uint64_t id); /* NULL: it is gone */
    void (*time)(void *context, struct wire_time *out);
    void (*greeted)(void *context, struct peer *p); /* it speaks our format: mark everything, ask for secrets */
    /* text absent: the person gave up. Valid during the call, wiped afterwards. */
    void (*secret)(void *context, struct slice pbx, struct slice text);
    void (*role)(void *context, struct slice name); /* before it is greeted */
    void (*play)(void *context, struct slice verb, struct slice text, int64_t number);
    void (*order)(void *context, struct peer *p, struct slice line, int64_t ref, bool is_dry);
    void *context;
};

struct peer *peer_new(int fd, const struct peer_hooks *hooks); /* takes fd */
void peer_free(struct peer *p);

int peer_fd(const struct peer *p);
short peer_events(const struct peer *p); /* for poll(2) */
struct dirty *peer_dirty(struct peer *p);
/* What it says of its user, "" before it did: the login name, and the address he came from. Its word: the kernel's is door.h's. */
void peer_said(const struct peer *p, struct slice *login, struct slice *from);
/* Adds a record of its own (notice, ask, end); goes before the facts that are still waiting. */
void peer_say_time(struct peer *p); /* the time line runs otherwise from now on */
void peer_say(struct peer *p, enum wire_type type, struct slice name, struct slice text, int64_t number);

/* Reads and writes what the socket gives and takes, and sends facts: at most one batch each PEER_FLUSH_MS, begun
 * only when `may_begin`. False: the console has gone or talks nonsense; free it. */
#define PEER_FLUSH_MS 40
MUST_USE bool peer_turn(struct peer *p, bool may_begin, int64_t mono_ms);
void peer_hurry(struct peer *p); /* what has just become whole is not kept waiting: the next batch may begin at once */
int64_t peer_deadline(const struct peer *p, bool may_begin); /* when facts may be sent next; TIMER_NEVER */

#endif
