/* SPDX-License-Identifier: MIT */
/* process: what makes a process a keeper: no terminal that could stop it, no core that could hold a secret. */
#ifndef CORE_KEEPER_PROCESS_H
#define CORE_KEEPER_PROCESS_H

#include "core/base/err.h"
#include "core/base/slice.h"

/* Own session, standard streams to /dev/null, umask 077, no core, not traceable by others, signals of a terminal ignored.
 * *signal_fd becomes readable when the process is told to end. */
MUST_USE bool process_detach(int *signal_fd, struct err *err);
bool process_is_told_to_end(int signal_fd);
void process_close(int signal_fd); /* -1: nothing */

#endif
