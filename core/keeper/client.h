/* SPDX-License-Identifier: MIT */
/* client: the console's end of the wire. Starts a private keeper (this program again, with a socket instead of a terminal),
 * keeps a store equal to the keeper's facts, starts another keeper when that one dies. No curses, no PBX socket. */
#ifndef CORE_KEEPER_CLIENT_H
#define CORE_KEEPER_CLIENT_H

#include "core/base/buf.h"
#include "core/base/err.h"
#include "core/floor/store.h"
#include "core/keeper/review.h"
#include "core/keeper/rights.h"

struct client;

struct client_hooks {
    /* A fact changed in the store (new state given) or went (fact NULL: the store still has it during the call). */
    void (*changed)(void *context, enum fact_kind kind, uint64_t id, const struct fact *fact);
    void (*flushed)(void *context);                         /* the store equals the keeper's facts as of now */
    void (*notice)(void *context, struct slice sentence);
    /* A secret must be typed. Into `out`; false: given up. Called before curses starts, or with the terminal lent back. */
    bool (*ask)(void *context, struct slice pbx, struct buf *out);
    void *context;
    void (*rights)(void *context, const struct rights *rights); /* what the keeper lets this console do; NULL: nobody wants to know */
    const char *role;        /* to be lowered to it; NULL: no; copied */
    const char *socket_path; /* of the shared keeper of this host (door.h), instead of one of our own; NULL: none; copied */
    bool is_readonly;        /* no order is given, whatever that keeper would allow */
};

/* argv: the words after the program's name with which the keeper is started ("--url", ... , never a secret), NULL-terminated; copied. */
struct client *client_new(const char *const *argv, const struct client_hooks *hooks, struct err *err);
void client_free(struct client *c); /* closes the wire: the keeper ends */

const struct store *client_store(const struct client *c);
int client_fd(const struct client *c); /* for poll(2); -1 while no keeper runs */
short client_events(const struct client *c); /* and what it waits for there */
/* Reads what is there. False: the keeper ended for good (*err, exit code in client_exit_code); a keeper that died is started again
 * with back-off (see client_deadline) and the store is kept, its PBXs marked lost. */
MUST_USE bool client_turn(struct client *c, int64_t mono_ms, struct err *err);
int64_t client_deadline(const struct client *c);
bool client_is_live(const struct client *c);    /* a keeper runs and has flushed once */
int client_exit_code(const struct client *c);   /* 0, or that of the fault which ended the keeper, or which a notice told (a damaged transcript) */

/* From now on the live floor can be looked back at, so far. Not of a replay: its keeper moves in it. */
void client_keep_past(struct client *c, size_t bytes_max, int64_t keep_ms);
struct client_past {
    const struct store *live; /* what is true now, whatever is shown */
    int64_t live_ms;          /* the floor's time of it */
    int64_t from_ms, to_ms;   /* what can be shown: of a replay all of it, else what is kept until now */
    bool is_back;             /* what the store of the client holds is not true now */
};
bool client_past(const struct client *c, int64_t mono_ms, struct client_past *out); /* false: there is nothing but now */
/* A replay, or the look back, is to go on otherwise: replay.h has the verbs. What a replay does with it its keeper says. */
enum review_news client_play(struct client *c, struct slice verb, struct slice text, int64_t number, int64_t mono_ms);
/* Gives an order: lines of the language (core/control/command.h). Its fact_order will have this ref. False: no keeper runs, or they are longer than
 * 6,000 bytes: nothing was said. */
MUST_USE bool client_order(struct client *c, struct slice lines, int64_t ref, bool is_dry);
int64_t client_rate_permille(const struct client *c); /* how the floor's time runs: 1000 live, 0 it stands still */
unsigned client_turns(const struct client *c); /* another number whenever the time line was bent: the clock is to be looked at */
/* The floor's time: instants of facts lie on it. */
int64_t client_floor_ms(const struct client *c, int64_t mono_ms);
int64_t client_floor_wall_ms(const struct client *c, int64_t mono_ms);

#endif
