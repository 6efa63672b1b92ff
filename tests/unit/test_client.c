/* SPDX-License-Identifier: MIT */
/* What a person orders is on the wire when client_order returns: a console that sleeps until its next beat would send it up to a
 * second late. The test is the keeper of the host. */
#include "core/keeper/client.h"
#include "core/keeper/door.h"
#include "core/keeper/wire.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static void greet(int fd)
{
    struct buf out = BUF_INIT(4096);
    assert_true(wire_add_hello(&out, SLICE("test")) && wire_add_time(&out, &(struct wire_time){ .rate_permille = 1000 }) && wire_add_flush(&out));
    assert_int_equal(send(fd, out.data, out.len, 0), out.len);
    buf_clear(&out);
}

/* Of what has come from the console by now. */
static bool has_order(int fd, const char *line)
{
    char bytes[4096];
    struct wire_record r;
    struct err err = ERR_INIT;
    bool is_there = false;
    ssize_t n = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);
    for (size_t at = 0; n > 0 && wire_next((struct slice){ bytes, (size_t)n }, &at, &r, &err) == WIRE_READY;) {
        is_there = is_there || (r.type == WIRE_ORDER && slice_eq(r.text, slice_of(line)));
        wire_record_clear(&r);
    }
    return is_there;
}

static void an_order_goes_at_once(void **state)
{
    (void)state;
    char folder[] = "/tmp/acdtop-client-XXXXXX", path[64];
    int listener, fd;
    struct err err = ERR_INIT;
    const char *const words[] = { NULL };
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/door", folder);
    assert_true(door_open(path, &listener, &err));
    struct client *c = client_new(words, &(struct client_hooks){ .socket_path = path }, &err);
    assert_non_null(c);
    assert_true((fd = door_accept(listener)) >= 0);
    assert_false(client_order(c, SLICE("pause 401"), 1, false)); /* nobody has greeted */
    greet(fd);
    assert_true(client_turn(c, 0, &err) && client_is_live(c));
    (void)has_order(fd, "");
    assert_int_equal(client_events(c), POLLIN);
    assert_true(client_order(c, SLICE("pause 401"), 1, false));
    assert_true(has_order(fd, "pause 401"));
    client_free(c);
    (void)close(fd);
    door_close(path, listener);
    (void)rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(an_order_goes_at_once) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
