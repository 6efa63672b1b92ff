/* SPDX-License-Identifier: MIT */
/* support_link: a client of the link and peers for it, in one process and one thread: every turn of the wait moves both. */
#ifndef TESTS_UNIT_SUPPORT_LINK_H
#define TESTS_UNIT_SUPPORT_LINK_H

#include "core/base/buf.h"
#include "core/config/settings.h"
#include "core/link/link.h"

struct client {
    struct link *link;
    struct buf heard;
    char room[65536];
    int ups, downs;
    struct err why;
    void (*on_fed)(struct client *c);
    void (*on_down)(struct client *c);
};

extern struct link_set *support_set;

int support_link_set_up(void **state);    /* makes the set, and an alarm that ends a test which waits for what never comes */
int support_link_tear_down(void **state);

struct client *support_client_new(const struct pbx_settings *pbx);
void support_client_free(struct client *c);
void support_turn(void);

#define UNTIL(what)            \
    do {                       \
        while (!(what))        \
            support_turn();    \
    } while (0)

int support_listener(int64_t *port);
int support_accept(int listener);
void support_say(int fd, const char *text);
struct client *support_pair(int *peer); /* a client that is up, and its peer's end */

void support_has(const char *text, const char *part);

#endif
