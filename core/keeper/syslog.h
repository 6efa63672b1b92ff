/* SPDX-License-Identifier: MIT */
/* syslog: one audit record as a message of the journal, with a field for each of its values, or of syslog. Waits for nobody. Used by pen.c only. */
#ifndef CORE_KEEPER_SYSLOG_H
#define CORE_KEEPER_SYSLOG_H

#include "core/control/audit.h"

struct syslog {
    const char *path;    /* of syslog's socket; borrowed, as the next one */
    const char *journal; /* of systemd-journald's own; NULL, or nobody there: only syslog */
    int fd;              /* -1: not connected */
    bool is_journal;     /* to which */
};

#define SYSLOG_INIT(path_, journal_) ((struct syslog){ .path = (path_), .journal = (journal_), .fd = -1 })

int syslog_connect(struct syslog *s); /* errno; 0: somebody is there */
int syslog_tell(struct syslog *s, struct slice record); /* errno; 0: it was taken */
void syslog_close(struct syslog *s);

#endif
