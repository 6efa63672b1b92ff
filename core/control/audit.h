/* SPDX-License-Identifier: MIT */
/* audit: one record of the audit log, as text on one line and back: the instant, then NAME=VALUE, texts in quotes. No name on the PBX and no word
 * of a user can end a value or begin another record; secrets are masked in what people have typed. */
#ifndef CORE_CONTROL_AUDIT_H
#define CORE_CONTROL_AUDIT_H

#include "core/base/buf.h"

#include <stdint.h>

#define AUDIT_RECORD_MAX (64u * 1024u)

enum audit_field {
    AUDIT_EVENT,      /* enum audit_event */
    AUDIT_ORDER,      /* "5f3a9c21-7": the keeper that took it, and its number there; the same in all records of an order */
    AUDIT_WHO,
    AUDIT_UID,
    AUDIT_LOGIN,
    AUDIT_SAYS_LOGIN,
    AUDIT_SAYS_FROM,
    AUDIT_PBX,
    AUDIT_QUEUE,
    AUDIT_AGENT,
    AUDIT_NAME,
    AUDIT_LINE,
    AUDIT_WHAT,
    AUDIT_STATE,
    AUDIT_ANSWER,
    AUDIT_MS,
    AUDIT_LEG,
    AUDIT_LASTED_S,
    AUDIT_OF,
    AUDIT_FIELD_COUNT
};

enum audit_event {
    AUDIT_ISSUE,   /* the order as it is about to be sent */
    AUDIT_OUTCOME, /* what became of it; again when more is known */
    AUDIT_END,     /* the listening that it began is over */
    AUDIT_LOST,    /* records are missing here */
    AUDIT_EVENT_COUNT
};
extern const char *const audit_event_names[AUDIT_EVENT_COUNT];

struct audit_field_row {
    const char *name, *help;
    bool is_number; /* stands there without quotes */
    bool is_free;   /* what somebody may have typed: secrets are masked in it */
    bool is_known;  /* the name of something on the floor: never masked, and not in the free texts of the same record either */
};
extern const struct audit_field_row audit_field_table[AUDIT_FIELD_COUNT];

struct audit_record {
    int64_t at_ms; /* wall clock */
    struct slice value[AUDIT_FIELD_COUNT]; /* absent: not said */
};

/* Adds the record without an end of line. False: it is longer than `out` takes. */
bool audit_write(const struct audit_record *r, struct buf *out);
/* A value as it stands in the record: with secrets masked, where it is free text. */
void audit_add_value(const struct audit_record *r, enum audit_field field, struct buf *out);
/* False: this is no record. The values lie in `store`, which must not change while they are needed. */
MUST_USE bool audit_read(struct slice line, struct audit_record *out, struct buf *store);

#endif
