/* SPDX-License-Identifier: MIT */
/* cli_follow: a keeper and its facts, for the commands that print. One wait for the wire, a signal that ends us, and a
 * reader of our output that goes away. */
#ifndef TUI_CLI_FOLLOW_H
#define TUI_CLI_FOLLOW_H

#include "core/keeper/client.h"
#include "core/outside/export.h"
#include "tui/cli/cli.h"

#define FOLLOW_NEVER INT64_MAX
#define FOLLOW_DOCUMENT_MAX (256u << 20) /* bytes of one printed document */

enum follow_news {
    FOLLOW_FLUSHED, /* the store equals the keeper's facts */
    FOLLOW_DUE,     /* the instant that was given has come */
    FOLLOW_STOP,    /* a signal, --for is over, or nobody reads our output any more */
    FOLLOW_ENDED    /* the keeper ended for good: *err when it was an error, follow_exit_code */
};

struct follow {
    struct cli *cli;
    struct client *client;
    struct joint *joint;                         /* of one PBX, when only that was asked for */
    int64_t end_ms;                              /* monotonic: when --for is over */
    bool is_flushed;                             /* since the last FOLLOW_FLUSHED */
    bool was_told;                               /* a notice came */
    /* The command's own view of changes; may be NULL. As in client_hooks. */
    void (*changed)(void *context, enum fact_kind kind, uint64_t id, const struct fact *fact);
    void *context;
};

/* changed and context are set by the caller first. */
MUST_USE bool follow_open(struct follow *f, struct cli *cli, struct err *err);
void follow_close(struct follow *f);
/* Waits for the next news, at most until the monotonic instant due_ms. */
enum follow_news follow_wait(struct follow *f, int64_t due_ms, struct err *err);
/* Waits until every PBX is live or cannot be, at most --timeout. FOLLOW_DUE: as far as it came. */
enum follow_news follow_settle(struct follow *f, struct err *err);
/* A replay has shown all it has: its time stands still. */
bool follow_is_over(const struct follow *f);
const struct store *follow_store(const struct follow *f);
/* How it stands, for the exit code: CLI_OK, CLI_PARTLY, or why none is live. Says one line for each PBX that is not. */
int follow_verdict(const struct follow *f);
/* What exporting and printing need: now, the wanted queues and the names of penalties. */
struct export_view follow_view(const struct follow *f);
/* False: there is no PBX of the name that was asked for; the sentence says which there are. */
MUST_USE bool follow_has_pbx(const struct follow *f, struct err *err);
/* False: a queue that was named is on no PBX; the sentence names the nearest. Only to be asked when every PBX is live. */
MUST_USE bool follow_has_queues(const struct follow *f, struct err *err);
bool follow_has_some_queue(const struct follow *f); /* one of those that were named, or none was */
/* Writes all of it to standard output. False: nobody reads it any more (*err untouched), or it cannot be written. */
MUST_USE bool follow_print(struct slice text, struct err *err);

#endif
