/* SPDX-License-Identifier: MIT */
/* amid: a small PBX in a process of its own, at a UNIX socket: one queue, "support", whose callers the test lets come
 * and go. It writes as Asterisk does: it waits until its reader takes what is written. */
#ifndef TESTS_UNIT_SUPPORT_AMID_H
#define TESTS_UNIT_SUPPORT_AMID_H

#include <stdbool.h>
#include <sys/types.h>

#include "tests/unit/support_temp.h"

struct amid {
    pid_t pid;
    int control;
    char dir[TEMP_PATH_MAX];
    char path[108];
};

void amid_start(struct amid *a);
void amid_stop(struct amid *a);
/* One command, and the number it answers when it is done:
 *   join N     N more callers join, each with its event
 *   leave N    the N first leave
 *   storm N    N QueueMemberStatus events, changing each time: written whole before it answers
 *   callers    how many wait; connections: how many were ever accepted; open: how many are now
 *   logins     how many logged in with the secret "demo"
 *   hang-up    closes all connections */
int amid_tell(struct amid *a, const char *command, int n);

#endif
