/* SPDX-License-Identifier: MIT */
/* export: facts as JSON (jansson), for `status --json`, `-b --json` and `watch --json`. What stands in the documents is
 * decided by fact_table and, where the document calls or computes something otherwise, by export_rule (export_table.c);
 * acdtop(1) is generated from both. Strings are the PBX's own, made valid UTF-8 and escaped so that no terminal obeys them. */
#ifndef CORE_OUTSIDE_EXPORT_H
#define CORE_OUTSIDE_EXPORT_H

#include "core/base/buf.h"
#include "core/base/err.h"
#include "core/floor/joint.h"
#include "core/floor/kpi.h"
#include "core/floor/store.h"

#define EXPORT_SCHEMA 1

struct export_view {
    const struct store *store;
    int64_t floor_ms, wall_ms;     /* now on the floor's time line, and its wall clock */
    const struct joint *joint;     /* what the store was made by; NULL: it is all there is */
    const char *const *queue_name; /* only these, NAME or NAME@PBX; NULL: all */
    size_t queue_count;
    const char *(*role_name)(const void *context, int64_t penalty); /* NULL: no role names */
    const void *role_context;
};

/* Is it one of queue_name? */
bool export_wants(const struct export_view *v, const struct fact_queue *q);
/* Is `word`, NAME or NAME@PBX, this queue of the PBX with this name? */
bool export_is_called(struct slice word, const char *name, const char *pbx);

/* One complete document on one line, with its newline. False: *out would pass its maximum. */
MUST_USE bool export_status(const struct export_view *v, struct buf *out, struct err *err);
/* One changed fact on one line: {"schema":1,"at":...,"kind":"member","pbx":...,"queue":...,"gone":false,...fields of fact_table}.
 * Instants stand there as wall clock times, since a line is read later than it is written. */
MUST_USE bool export_fact(const struct export_view *v, enum fact_kind kind, const struct fact *f, bool is_gone, struct buf *out, struct err *err);

/* What `doctor --json` prints: findings, one document on one line. */
struct export_check {
    const char *pbx;   /* NULL: this machine and the program */
    const char *check; /* one word, "clock" */
    const char *level; /* "ok", "warn", "bad" */
    const char *found;
    const char *todo;  /* NULL: nothing */
};
MUST_USE bool export_checks(const struct export_check *check, size_t count, const char *verdict, int64_t wall_ms, struct buf *out, struct err *err);

/* One value of a list: of a field as the status document has it, of a figure, or a number or a text of the caller's own. */
enum export_cell_kind { EXPORT_CELL_FIELD, EXPORT_CELL_KPI, EXPORT_CELL_NUMBER, EXPORT_CELL_TEXT, EXPORT_CELL_UNKNOWN };
struct export_cell {
    char key[64];
    enum export_cell_kind is;
    const struct fact_field *field;
    enum kpi kpi;
    int64_t number;
    const char *text;
};
enum export_form { EXPORT_JSON, EXPORT_CSV, EXPORT_FORM_COUNT };
/* One row of a list: an object on one line; or a line of CSV (RFC 4180) with its CR LF. Unknown is null, or
 * empty. A text that a spreadsheet would take for a formula gets an apostrophe in front: names come from the wire. */
MUST_USE bool export_row(const struct export_view *v, enum fact_kind kind, const struct fact *f, const struct export_cell *cell, size_t count, enum export_form form,
                         struct buf *out, struct err *err);
/* The line of CSV with the keys. */
MUST_USE bool export_keys(const struct export_cell *cell, size_t count, struct buf *out, struct err *err);

const char *export_library(void); /* the version of jansson */

/* What becomes of a field of fact_table in a status document. */
enum export_how {
    EXPORT_PLAIN,       /* by its type; a negative number is unknown: null */
    EXPORT_SIGNED,      /* a number that may be negative */
    EXPORT_HIDDEN,      /* numbers of this process, or told otherwise */
    EXPORT_AGE,         /* an instant: seconds since then */
    EXPORT_AGE_OR_ZERO, /* as above, and none is 0: nobody waits */
    EXPORT_LEFT,        /* an instant to come: seconds until then */
    EXPORT_QUEUE,       /* a queue's number: its name */
    EXPORT_AGENT,       /* an agent's number: its interface */
};

struct export_rule {
    enum fact_kind kind;
    const char *field;
    const char *key;    /* in the status document; NULL: the field's id */
    const char *object; /* "today", "asterisk": the object inside that of the fact; NULL: that of the fact */
    enum export_how how;
};

/* The rule of a field; fields without a row have {.how = EXPORT_PLAIN}, or EXPORT_AGE for an instant, EXPORT_HIDDEN for an id. */
struct export_rule export_rule_of(enum fact_kind kind, const struct fact_field *field);

/* The key of a figure in the object "kpi", with its unit: "asa_ms". False: it is not there. */
bool export_kpi(enum kpi k, char *key, size_t size);

/* One key of the status document, for the man page. */
struct export_key {
    char path[64];     /* "pbx[].queues[].today.offered" */
    const char *type;  /* "string", "number", "boolean", "array", "object" */
    const char *help;
};
/* Start with *at = 0; false after the last. */
bool export_key_next(size_t *at, struct export_key *out);

#endif
