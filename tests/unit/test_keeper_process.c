/* SPDX-License-Identifier: MIT */
/* What keeper and console must be as processes: either may be killed at any instant, a terminal cannot reach the keeper,
 * and one that cannot be had is an end with a sentence. */
#include "core/base/clock.h"
#include "tests/unit/support_console.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { PATIENCE_MS = 30000 };

static int wanted; /* callers, for the claims below */

static bool has_wanted_callers(const struct console *c)
{
    return console_is_live(c) && (int)store_count(client_store(c->client), FACT_CALLER) == wanted && console_queue(c)->waiting == wanted;
}

static bool is_killed(const struct console *c)
{
    return console_is_lost(c) && console_pbx(c)->reason != NULL && strstr(console_pbx(c)->reason, "the keeper ended (signal 9); starting another") != NULL;
}

static void a_killed_keeper_is_replaced_without_a_blink(void **state)
{
    (void)state;
    struct amid a;
    struct console c;
    amid_start(&a);
    amid_tell(&a, "join", 3);
    console_open(&c, WORDS(&a, "short-abandon", "5"));
    wanted = 3;
    console_expect(&c, has_wanted_callers);
    pid_t first = console_keeper(&a);
    assert_true(first > 0);
    kill(first, SIGKILL);
    console_expect(&c, is_killed);
    assert_int_equal(store_count(client_store(c.client), FACT_CALLER), 3); /* what is known stays */
    assert_false(client_is_live(c.client));
    memset(c.changes_of, 0, sizeof c.changes_of);
    c.gones = 0;
    console_expect(&c, has_wanted_callers);
    assert_true(console_keeper(&a) != first);
    assert_int_equal(amid_tell(&a, "logins", 0), 2);
    assert_int_equal(c.asked, 2);
    console_close(&c);
    amid_stop(&a);
}

static void wait_closed(struct amid *a)
{
    int64_t until_ms = clock_mono_ms() + PATIENCE_MS;
    while (amid_tell(a, "open", 0) > 0 && clock_mono_ms() < until_ms) {
        struct pollfd at = { .fd = -1 };
        poll(&at, 1, 10);
    }
    assert_int_equal(amid_tell(a, "open", 0), 0);
}

/* The console is a process of its own that is killed: its keeper sees the end of the wire, and goes. */
static void a_killed_console_takes_its_keeper_along(void **state)
{
    (void)state;
    struct amid a;
    int ready[2];
    char byte;
    amid_start(&a);
    assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
    pid_t pid = fork();
    if (pid == 0) {
        struct console c;
        struct err err = ERR_INIT;
        console_open(&c, WORDS(&a, "short-abandon", "5"));
        if (console_wait(&c, console_is_live, &err) && write(ready[1], "", 1) == 1 && console_wait(&c, console_never, &err)) {
            _exit(2);
        }
        _exit(1);
    }
    close(ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_int_equal(amid_tell(&a, "open", 0), 1);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    wait_closed(&a);
    close(ready[0]);
    amid_stop(&a);
}

static void read_line_of(pid_t pid, const char *file, const char *begin, char *out, size_t size)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, file);
    FILE *f = fopen(path, "re");
    assert_non_null(f);
    while (fgets(out, (int)size, f) != NULL && strncmp(out, begin, strlen(begin)) != 0) {
    }
    fclose(f);
}

static void a_keeper_is_out_of_reach_of_a_terminal(void **state)
{
    (void)state;
    static const int harmless[] = { SIGHUP, SIGTSTP, SIGTTIN, SIGTTOU, SIGQUIT, SIGPIPE, SIGUSR1 };
    struct amid a;
    struct console c;
    char text[512], path[64];
    amid_start(&a);
    console_open(&c, WORDS(&a, "short-abandon", "5"));
    console_expect(&c, console_is_live);
    pid_t pid = console_keeper(&a);
    assert_int_equal(getsid(pid), pid);
    for (size_t i = 0; i < sizeof harmless / sizeof harmless[0]; i++) {
        kill(pid, harmless[i]);
    }
    amid_tell(&a, "join", 1);
    wanted = 1;
    console_expect(&c, has_wanted_callers);
    assert_int_equal(console_keeper(&a), pid);
    for (int fd = 0; fd < 3; fd++) {
        snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)pid, fd);
        ssize_t n = readlink(path, text, sizeof text - 1);
        text[n > 0 ? n : 0] = '\0';
        assert_string_equal(text, "/dev/null");
    }
    read_line_of(pid, "limits", "Max core file size", text, sizeof text);
    assert_int_equal(strtol(text + strlen("Max core file size"), NULL, 10), 0);
    read_line_of(pid, "status", "Umask:", text, sizeof text);
    assert_int_equal(strtol(text + strlen("Umask:"), NULL, 8), 077);
    console_close(&c);
    assert_int_equal(console_keeper(&a), 0);
    amid_stop(&a);
}

static bool has_no_keeper(const struct console *c)
{
    return console_is_lost(c) && strstr(console_pbx(c)->reason, "exit code 0") != NULL;
}

static void a_keeper_ends_in_order_on_term(void **state)
{
    (void)state;
    struct amid a;
    struct console c;
    amid_start(&a);
    console_open(&c, WORDS(&a, "short-abandon", "5"));
    console_expect(&c, console_is_live);
    kill(console_keeper(&a), SIGTERM);
    console_expect(&c, has_no_keeper);
    console_expect(&c, console_is_live);
    console_close(&c);
    amid_stop(&a);
}

static void expect_end(const char *mode, int code, const char *sentence)
{
    struct console c;
    struct err err = ERR_INIT;
    console_open(&c, (const char *const[]){ mode, NULL });
    assert_false(console_wait(&c, console_never, &err));
    if (strstr(err.text, sentence) == NULL) {
        fail_msg("%s: %s", mode, err.text);
    }
    assert_int_equal(client_exit_code(c.client), code);
    assert_int_equal(client_fd(c.client), -1);
    console_close(&c);
}

static void a_keeper_that_cannot_be_had_is_an_end_with_a_sentence(void **state)
{
    (void)state;
    expect_end("stillborn", 71, "it ended before it said anything (exit code 7)");
    expect_end("garbage", 71, "starting the keeper");
    expect_end("other", 70, "its keeper is acdtop 9.9.9");
    expect_end("refuse", 78, "the file is wrong");
}

int main(int argc, char **argv)
{
    if (argc > 3 && strcmp(argv[1], "--keeper") == 0) {
        return console_be_keeper(argv + 3);
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_killed_keeper_is_replaced_without_a_blink),
        cmocka_unit_test(a_killed_console_takes_its_keeper_along),
        cmocka_unit_test(a_keeper_is_out_of_reach_of_a_terminal),
        cmocka_unit_test(a_keeper_ends_in_order_on_term),
        cmocka_unit_test(a_keeper_that_cannot_be_had_is_an_end_with_a_sentence),
    };
    return cmocka_run_group_tests_name("keeper_process", tests, NULL, NULL);
}
