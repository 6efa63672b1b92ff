/* SPDX-License-Identifier: MIT */
/* door: the UNIX socket at which the consoles of a host find their shared keeper, and who it is that comes in: the kernel says it, not he. */
#ifndef CORE_KEEPER_DOOR_H
#define CORE_KEEPER_DOOR_H

#include "core/base/err.h"
#include "core/base/slice.h"

#include <sys/types.h>

#define DOOR_PATH "/run/acdtop/keeper.sock" /* where it is unless the configuration says otherwise */

/* Listens there, mode 0666: who may come is a matter of policy.h. A socket that a dead keeper left is replaced, one that a
 * living keeper has is an error. */
MUST_USE bool door_open(const char *path, int *fd, struct err *err);
void door_close(const char *path, int fd); /* and the name goes */
int door_accept(int fd);                   /* -1: nobody; non-blocking */
/* Connects to a keeper's door; `fd` is non-blocking. */
MUST_USE bool door_enter(const char *path, int *fd, struct err *err);

struct door_user { /* zeroed: nobody */
    uid_t uid;
    bool has_login;
    uid_t login; /* who logged in, whatever su and sudo made of him; not has_login: nobody did, or the kernel keeps it not */
    gid_t *group; /* the first is his own; all of them, however many */
    size_t group_count;
};
MUST_USE bool door_user(int fd, struct door_user *out); /* false: the kernel does not say; nobody then. door_user_clear it in any case */
void door_user_clear(struct door_user *user);

#endif
