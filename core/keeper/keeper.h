/* SPDX-License-Identifier: MIT */
/* keeper: the process that owns what must survive or be protected: the connections, the secrets, the model, the gate, transcripts.
 * It drains every socket always and never draws. Own session, no terminal. A private keeper ends when its console has gone. */
#ifndef CORE_KEEPER_KEEPER_H
#define CORE_KEEPER_KEEPER_H

#include "core/config/settings.h"

struct keeper_setup {
    const struct settings *settings;
    int listen_fd;            /* a shared keeper: where consoles come in (door.h); 0: a private one */
    int console_fd;           /* a connected UNIX stream socket; its end is the keeper's end; -1 with listen_fd */
    const char *record_path;  /* NULL: no transcript */
    const char *replay_path;  /* NULL: live. Otherwise the transcript is the PBX and nothing is ever sent */
    int64_t replay_at_ms;     /* goes so far into the transcript, shows nothing of the way and stands still there; below 0: plays it */
    int64_t replay_permille;  /* speed: 1000 as recorded; 0: as fast as possible */
};

/* Runs until it is over; the exit code of the process. The process leaves its session and terminal, and its standard streams. */
int keeper_run(const struct keeper_setup *setup);
/* For a keeper that cannot even begin (its words are wrong): tells the console why. Returns the exit code. */
int keeper_refuse(int console_fd, const struct err *why);

#endif
