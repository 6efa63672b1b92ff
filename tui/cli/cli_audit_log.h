/* SPDX-License-Identifier: MIT */
/* cli_audit_log: the files of an audit log, rotated ones too, as orders: what was written down of each in several records, and perhaps in several
 * files, is one row. */
#ifndef TUI_CLI_AUDIT_LOG_H
#define TUI_CLI_AUDIT_LOG_H

#include "core/base/err.h"
#include "core/control/audit.h"

struct audit_row {
    int64_t at_ms, last_ms;        /* of its first record, and of the last one that said how it stands */
    char *value[AUDIT_FIELD_COUNT]; /* as the records say, the last one of each; NULL: none does */
    bool has_end;                  /* of a listening: a record of it; whether anybody saw it AUDIT_LASTED_S tells */
};

struct audit_log {
    struct audit_row **row; /* by time, once it was read */
    size_t count;
    struct map *orders;
};

void audit_log_init(struct audit_log *l);
void audit_log_clear(struct audit_log *l);
/* "-" is standard input. False: it cannot be read. Lines that are no records are told on standard error. */
MUST_USE bool audit_log_read(struct audit_log *l, const char *path, struct err *err);
/* The file and those beside it that were it once (logrotate): .1, -20261122. False: none is there. */
MUST_USE bool audit_log_read_all(struct audit_log *l, const char *path, struct err *err);
void audit_log_sort(struct audit_log *l);

#endif
