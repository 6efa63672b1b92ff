/* SPDX-License-Identifier: MIT */
/* request: what we may say to a PBX. One table row an action: its wire name, the write class it
 * needs, whether it changes anything, which event ends its list. Writing refuses CR, LF and NUL in
 * names and values, lines over 1024 bytes and more than 128 headers (ami.md 1.5), so that no value can become a second request. */
#ifndef CORE_AMI_REQUEST_H
#define CORE_AMI_REQUEST_H

#include "core/ami/event.h"
#include "core/base/buf.h"

enum request_kind {
    REQUEST_CHALLENGE,
    REQUEST_LOGIN,
    REQUEST_LOGOFF,
    REQUEST_PING,
    REQUEST_EVENTS,
    REQUEST_LIST_COMMANDS,
    REQUEST_CORE_SETTINGS,
    REQUEST_CORE_SHOW_CHANNELS,
    REQUEST_STATUS,
    REQUEST_QUEUE_STATUS,
    REQUEST_ENDPOINTS,
    REQUEST_GETVAR,
    REQUEST_SETVAR,
    /* what an order asks for (core/control) */
    REQUEST_QUEUE_ADD,
    REQUEST_QUEUE_REMOVE,
    REQUEST_QUEUE_PAUSE,
    REQUEST_QUEUE_PENALTY,
    REQUEST_QUEUE_MEMBER_RINGINUSE,
    REQUEST_QUEUE_PRIORITY,
    REQUEST_QUEUE_WITHDRAW,
    REQUEST_ORIGINATE,
    REQUEST_REDIRECT,
    REQUEST_HANGUP,
    REQUEST_BLIND_TRANSFER,
    REQUEST_ATTENDED_TRANSFER,
    REQUEST_PARK,
    REQUEST_PLAY_DTMF,
    REQUEST_RECORD_START,
    REQUEST_RECORD_STOP,
    REQUEST_RECORD_MUTE,
    REQUEST_MESSAGE,
    REQUEST_QUEUE_LOG, /* a line of our own in queue_log (core/keeper/ledger.h) */
    REQUEST_COUNT
};

struct request_row {
    const char *action;
    unsigned write_class;      /* enum event_class bits, any one suffices; 0: every user may */
    bool changes;              /* alters the PBX: never with --readonly, but the barrier's own variable */
    enum event_kind list_end;  /* EVENT_COUNT: a single response */
};

extern const struct request_row request_table[REQUEST_COUNT];

/* One header of a request. */
struct request_header {
    const char *name;
    struct slice value;
};

/* A request being written into `out`. begin -> add... -> end; end is false when anything was refused or
 * did not fit, and then nothing of it is left in out. */
struct request {
    enum request_kind kind;
    struct buf *out;
    size_t start; /* where it begins in out */
    unsigned headers;
    bool is_bad, was_full; /* was_full: `out` had overflowed before us */
    struct err err;
};

void request_begin(struct request *r, struct buf *out, enum request_kind kind, struct slice action_id); /* absent: no ActionID */
void request_add(struct request *r, const char *name, struct slice value);
void request_addf(struct request *r, const char *name, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
MUST_USE bool request_end(struct request *r, struct err *err);

/* What was said: for the transcript's other direction and the gate's tests. False when it is not one of ours. */
bool request_kind_of(struct slice action, enum request_kind *out);

#endif
