/* SPDX-License-Identifier: MIT */
/* pen: the process that puts audit records onto the disk and to syslog, so that a disk that hangs stops nobody else. Each packet of its socket
 * is a record; it answers how far they are on the disk. Orders that its keeper left open when it died it closes, and also those of a keeper that
 * died with its pen before (a power cut). Used by auditor.c only. */
#ifndef CORE_KEEPER_PEN_H
#define CORE_KEEPER_PEN_H

#include "core/control/audit.h"

struct pen_setup {
    const char *path;   /* the file; NULL: none */
    const char *syslog; /* the socket of syslog; NULL: none */
    const char *journal; /* the one of systemd-journald, which is preferred; NULL: none */
    const char *run;    /* the keeper, as the numbers of its orders begin; NULL: orders that it leaves open stay so */
    bool is_lazy;       /* what is written goes onto the disk a moment later, and is answered at once (PEN_TAKEN) */
};

enum pen_news {
    PEN_DISK,   /* the first `upto` records are on the disk, or, with a fault, those of them that were not before are not */
    PEN_TAKEN,  /* they are in the file, whichever process dies now; a machine that dies may lose them. Lazy ones only */
    PEN_LOCK,   /* fault EWOULDBLOCK: somebody keeps the file locked, and it is written to without; 0: no more. upto means nothing */
    PEN_SYSLOG, /* how the last record came to syslog; upto means nothing */
    PEN_NEWS_COUNT
};

enum { PEN_NO_FILE = -1 /* under the name is a pipe, a socket, a folder or a disk */, PEN_NO_DISK = -2 /* it takes bytes, and cannot say where they are */ };

struct pen_answer { /* one packet */
    uint64_t upto;
    int fault; /* errno, or one of the above; 0: none */
    enum pen_news news;
};

/* Until the socket ends, and what came through it is written or cannot be, with what closes the orders of a keeper that has died. */
void pen_run(int socket, const struct pen_setup *setup);

#endif
