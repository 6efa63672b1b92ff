/* SPDX-License-Identifier: MIT */
/* client_parts: what client.c (the wire, the keeper's life, the facts) and client_time.c (the time line) share. Nobody else includes it. */
#ifndef CORE_KEEPER_CLIENT_PARTS_H
#define CORE_KEEPER_CLIENT_PARTS_H

#include "core/keeper/client.h"
#include "core/keeper/wire.h"

#include <sys/types.h>

struct client {
    struct client_hooks hooks;
    char **word;
    char *socket_path;        /* NULL: a keeper of our own */
    char *role;
    struct store *store;
    struct review *review;    /* NULL: the past is not kept */
    struct store *fresh;      /* a new keeper's facts until they are whole; NULL: they go into store */
    pid_t pid;                /* 0: none */
    int fd;                   /* -1: the keeper has hung up, or there is none */
    struct buf in, out;
    struct wire_time time;
    unsigned turns;           /* of the keeper's time line */
    bool has_time;
    bool is_greeted;
    bool is_live;
    bool was_live;            /* some keeper was */
    int64_t live_since, hung_up_at, reap_at, restart_at;
    unsigned attempt;         /* restarts since one was settled */
    struct err why;           /* of the hang-up, when we know better than the exit code */
    bool is_ended;
    struct err end;
    int exit_code;
};

int64_t client_live_ms(const struct client *c, int64_t mono_ms); /* the floor's time now, whatever is shown */
bool client_is_back(const struct client *c);                     /* somebody looks at the past */
void client_take_time(struct client *c, const struct wire_time *t, int64_t mono_ms);

#endif
