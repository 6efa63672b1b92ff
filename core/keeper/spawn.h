/* SPDX-License-Identifier: MIT */
/* spawn: this program once more, as a keeper at the other end of a socket. */
#ifndef CORE_KEEPER_SPAWN_H
#define CORE_KEEPER_SPAWN_H

#include "core/base/err.h"
#include "core/base/slice.h"

#include <sys/types.h>

/* Runs "acdtop --keeper FD WORDS...". *fd is our end, non-blocking. */
MUST_USE bool spawn_keeper(const char *const *words, pid_t *pid, int *fd, struct err *err);
/* Waits at most wait_ms for it to end; how it did, "signal 9" or "exit code 71", into `how`. False: it lives. */
bool spawn_ended(pid_t pid, int wait_ms, char *how, size_t size, int *exit_code);

#define SPAWN_CANNOT_RUN 127 /* exit code of a keeper that never was one */

#endif
