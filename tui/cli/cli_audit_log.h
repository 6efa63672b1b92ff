/* SPDX-License-Identifier: MIT */
/* cli_audit_log: the files of an audit log, rotated and packed ones too, as orders: what was written down of each in several records, and perhaps
 * in several files, is one row. */
#ifndef TUI_CLI_AUDIT_LOG_H
#define TUI_CLI_AUDIT_LOG_H

#include "core/base/err.h"
#include "core/control/audit.h"

struct audit_row {
    int64_t at_ms, last_ms;        /* of its first record, and of the last one that said how it stands */
    const char *value[AUDIT_FIELD_COUNT]; /* as the records say, the last one of each; NULL: none does */
    bool has_end;                  /* of a listening: a record of it; whether anybody saw it AUDIT_LASTED_S tells */
    bool has_issue, is_touched;
};

struct audit_lines; /* of one file */

struct audit_log {
    struct audit_row **row; /* by time, once it was sorted */
    size_t count;
    struct audit_row **touched; /* since audit_log_turn was asked last */
    size_t touched_count;
    struct map *orders, *texts;
    bool (*wants)(void *context, const struct audit_record *r); /* the others leave no row; NULL: all */
    void *context;
    char *followed; /* its path; NULL: none */
    int fd;         /* of that one; -1: it is not there */
    struct audit_lines *lines;
};

void audit_log_init(struct audit_log *l);
void audit_log_clear(struct audit_log *l);
/* "-" is standard input. False: it cannot be read, or has no record at all. Lines that are none are told on standard error. */
MUST_USE bool audit_log_read(struct audit_log *l, const char *path, struct err *err);
/* The file and those beside it that were it once (logrotate): .1, -20261122, .2.gz. False: none is there, or can be read. What is packed and cannot
 * be unpacked is told on standard error. */
MUST_USE bool audit_log_read_all(struct audit_log *l, const char *path, struct err *err);
void audit_log_sort(struct audit_log *l);

/* cli_audit_tail.c: reads it from now on; it need not be there yet. */
void audit_log_follow(struct audit_log *l, const char *path);
/* What was written since, under whatever file has its name now: `touched`. */
MUST_USE bool audit_log_turn(struct audit_log *l, struct err *err);

/* For it: lines of a file as its bytes come. */
struct audit_lines *audit_lines_new(struct audit_log *l);
void audit_lines_add(struct audit_lines *s, struct slice bytes);
/* Half a line at the end counts as one; false: there were lines, and no record among them. */
bool audit_lines_end(struct audit_lines *s, const char *path);

#endif
