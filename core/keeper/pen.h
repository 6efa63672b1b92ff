/* SPDX-License-Identifier: MIT */
/* pen: the process that puts audit records onto the disk and to syslog, so that a disk that hangs stops nobody else. Each packet of its socket
 * is a record; it answers how far they are on the disk. Used by auditor.c only. */
#ifndef CORE_KEEPER_PEN_H
#define CORE_KEEPER_PEN_H

#include "core/control/audit.h"

struct pen_setup {
    const char *path;   /* the file; NULL: none */
    const char *syslog; /* the socket of syslog; NULL: none */
};

/* One packet: the first `upto` records are on the disk, or, with a fault, those of them that were not before are not. */
struct pen_answer {
    uint64_t upto;
    int fault;      /* errno; 0: none */
    bool is_syslog; /* it is about syslog: upto means nothing */
};

/* Until the socket ends, and what came through it is written or cannot be. */
void pen_run(int socket, const struct pen_setup *setup);

#endif
