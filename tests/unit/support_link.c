/* SPDX-License-Identifier: MIT */
/* support_link: see the header. */
#include "tests/unit/support_link.h"

#include "core/base/mem.h"

#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

enum { GUARD_S = 60 };

/* --- a client ------------------------------------------------------------------------------------------- */

struct link_set *support_set;

static void up(void *context)
{
    ((struct client *)context)->ups++;
}

static char *room(void *context, size_t *n)
{
    struct client *c = context;
    *n = sizeof c->room;
    return c->room;
}

static void fed(void *context, size_t n)
{
    struct client *c = context;
    buf_add(&c->heard, (struct slice){ c->room, n });
    if (c->on_fed != NULL)
        c->on_fed(c);
}

static void down(void *context, const struct err *why)
{
    struct client *c = context;
    c->downs++;
    c->why = *why;
    if (c->on_down != NULL)
        c->on_down(c);
}

struct client *support_client_new(const struct pbx_settings *pbx)
{
    struct client *c = mem_alloc(sizeof *c);
    c->heard = BUF_INIT(1 << 26);
    c->link = link_new(support_set, pbx, &(struct link_hooks){ up, room, fed, down, c });
    return c;
}

void support_client_free(struct client *c)
{
    link_free(c->link);
    buf_clear(&c->heard);
    mem_free(c);
}

void support_turn(void)
{
    link_set_wait(support_set, NULL, 0, 20);
}

void support_has(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("\"%s\" is not in: %s", part, text);
}

/* --- a peer ----------------------------------------------------------------------------------------------- */

int support_listener(int64_t *port)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t n = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(fd, 8), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &n), 0);
    *port = ntohs(at.sin_port);
    return fd;
}

int support_accept(int fd)
{
    int peer;
    UNTIL((peer = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0);
    return peer;
}

void support_say(int fd, const char *text)
{
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
}

/* A client and its accepted peer. */
struct client *support_pair(int *peer)
{
    int64_t port;
    int fd = support_listener(&port);
    struct client *c = support_client_new(&(struct pbx_settings){ .host = (char[]){ "127.0.0.1" }, .port = port });
    link_open(c->link);
    *peer = support_accept(fd);
    UNTIL(c->ups == 1);
    close(fd);
    return c;
}

int support_link_set_up(void **state)
{
    struct err err = ERR_INIT;
    (void)state;
    (void)signal(SIGPIPE, SIG_IGN);
    (void)alarm(GUARD_S);
    support_set = link_set_new(&err);
    return support_set != NULL ? 0 : -1;
}

int support_link_tear_down(void **state)
{
    (void)state;
    link_set_free(support_set);
    (void)alarm(0);
    return 0;
}
