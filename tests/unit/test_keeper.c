/* SPDX-License-Identifier: MIT */
/* Keeper and client as two processes around a small PBX: facts arrive and follow, a console that sleeps harms nobody,
 * secrets come from where they are said to lie, and a recording replays to the same facts. */
#include "core/base/clock.h"
#include "core/base/mem.h"
#include "tests/unit/support_console.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { PATIENCE_MS = 30000 };

static int wanted; /* callers, for the claims below */

static bool has_wanted_callers(const struct console *c)
{
    return console_is_live(c) && (int)store_count(client_store(c->client), FACT_CALLER) == wanted && console_queue(c)->waiting == wanted;
}

static int wanted_abandons; /* told later than the leave: what a Leave means is known when the channel's end is */

static bool has_wanted_abandons(const struct console *c)
{
    return has_wanted_callers(c) && console_queue(c)->abandoned == wanted_abandons;
}

static const struct fact_member *the_member(const struct console *c)
{
    size_t at = 0;
    return (const void *)store_each(client_store(c->client), FACT_MEMBER, &at);
}

static bool has_wanted_calls_taken(const struct console *c)
{
    return the_member(c) != NULL && the_member(c)->calls_taken == wanted;
}

static bool is_refused(const struct console *c)
{
    return console_pbx(c) != NULL && console_pbx(c)->link == LINK_REFUSED;
}

static void facts_arrive_and_follow(void **state)
{
    (void)state;
    struct amid a;
    struct console c;
    amid_start(&a);
    amid_tell(&a, "join", 3);
    console_open(&c, WORDS(&a, "short-abandon", "5"));
    wanted = 3;
    console_expect(&c, has_wanted_callers);
    assert_string_equal(console_pbx(&c)->name, "geneva");
    assert_string_equal(console_pbx(&c)->asterisk, "22.0.0");
    assert_string_equal(console_queue(&c)->name, "support");
    assert_int_equal(c.asked, 1);
    amid_tell(&a, "join", 2);
    wanted = 5;
    console_expect(&c, has_wanted_callers);
    amid_tell(&a, "leave", 4);
    wanted = 1;
    wanted_abandons = 4;
    console_expect(&c, has_wanted_abandons);
    assert_int_equal(console_pbx(&c)->drift, 0);
    const struct fact_caller *caller = (const void *)store_child(client_store(c.client), FACT_CALLER, console_queue(&c)->id, NULL);
    assert_string_equal(caller->uniqueid, "1700000000.4");
    assert_string_equal(caller->name, "Caller 4");
    console_close(&c);
    amid_stop(&a);
}

/* 60,000 events while nobody reads the wire: the PBX can write them all, because the keeper reads. Then the console
 * wakes and is told how it stands now. */
static void a_console_that_sleeps_does_not_hold_up_the_pbx(void **state)
{
    (void)state;
    struct amid a;
    struct console c;
    amid_start(&a);
    console_open(&c, WORDS(&a, "short-abandon", "5"));
    console_expect(&c, console_is_live);
    wanted = 0;
    for (int i = 0; i < 6; i++) {
        wanted = amid_tell(&a, "storm", 10000); /* about 4 MB each */
        amid_tell(&a, "join", 20);
        amid_tell(&a, "leave", 20);
    }
    assert_int_equal(wanted, 60000);
    size_t before = c.changes;
    console_expect(&c, has_wanted_calls_taken);
    assert_true(c.changes - before < 20000);
    wanted = 0;
    wanted_abandons = 120;
    console_expect(&c, has_wanted_abandons);
    assert_int_equal(amid_tell(&a, "connections", 0), 1);
    console_close(&c);
    amid_stop(&a);
}

static bool has_reconnected(const struct console *c)
{
    return console_is_live(c) && console_pbx(c)->reconnects == 1;
}

static void a_link_that_ends_comes_again(void **state)
{
    (void)state;
    struct amid a;
    struct console c;
    amid_start(&a);
    console_open(&c, WORDS(&a, "short-abandon", "5"));
    console_expect(&c, console_is_live);
    amid_tell(&a, "hang-up", 0);
    console_expect(&c, console_is_lost);
    assert_non_null(console_pbx(&c)->reason);
    console_expect(&c, has_reconnected);
    assert_null(console_pbx(&c)->reason);
    console_close(&c);
    amid_stop(&a);
}

static void a_secret_that_is_not_typed_is_a_refusal(void **state)
{
    (void)state;
    struct amid a;
    struct console c;
    amid_start(&a);
    console_open(&c, WORDS(&a, "short-abandon", "5"));
    c.secret = NULL;
    console_expect(&c, is_refused);
    assert_non_null(strstr(console_pbx(&c)->reason, "--secret-file"));
    assert_int_equal(amid_tell(&a, "connections", 0), 0); /* not even tried */
    console_close(&c);
    amid_stop(&a);
}

static void write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
}

static void a_secret_comes_from_a_file_and_is_read_again_after_a_refusal(void **state)
{
    (void)state;
    struct amid a;
    struct console c;
    char path[TEMP_PATH_MAX + 32];
    amid_start(&a);
    snprintf(path, sizeof path, "%s/secret", a.dir);
    console_open(&c, WORDS(&a, "secret-file", path));
    console_expect(&c, is_refused); /* there is no such file */
    assert_non_null(strstr(console_pbx(&c)->reason, path));
    write_file(path, "demo\n");
    console_expect(&c, console_is_live); /* found at the next look */
    assert_int_equal(c.asked, 0);
    console_close(&c);
    unlink(path);
    amid_stop(&a);
}

static void a_command_for_the_secret_holds_up_nothing(void **state)
{
    (void)state;
    struct amid a;
    struct console c;
    char command[256];
    amid_start(&a);
    snprintf(command, sizeof command, "%s/fifo", a.dir);
    assert_int_equal(mkfifo(command, 0600), 0);
    char *fifo = mem_strdup(command);
    snprintf(command, sizeof command, "cat %s", fifo); /* waits until somebody writes */
    console_open(&c, WORDS(&a, "secret-command", command));
    struct err err = ERR_INIT;
    int64_t until_ms = clock_mono_ms() + PATIENCE_MS;
    while (!client_is_live(c.client) && clock_mono_ms() < until_ms) { /* the keeper speaks meanwhile */
        assert_true(client_turn(c.client, clock_mono_ms(), &err));
    }
    assert_true(client_is_live(c.client));
    assert_int_equal(console_pbx(&c)->link, LINK_IDLE);
    int fd = open(fifo, O_WRONLY | O_CLOEXEC);
    assert_int_equal(write(fd, "demo\n", 5), 5);
    close(fd);
    console_expect(&c, console_is_live);
    console_close(&c);
    unlink(fifo);
    mem_free(fifo);
    amid_stop(&a);
}

static bool has_ended(const struct console *c)
{
    return c->notice[0] != '\0';
}

static void read_file(const char *path, char *out, size_t size)
{
    FILE *f = fopen(path, "re");
    assert_non_null(f);
    out[fread(out, 1, size - 1, f)] = '\0';
    fclose(f);
}

static void a_recording_replays_to_the_same_facts(void **state)
{
    (void)state;
    struct amid a;
    struct console live, again;
    char path[TEMP_PATH_MAX + 32];
    static char text[1 << 20];
    amid_start(&a);
    snprintf(path, sizeof path, "%s/transcript", a.dir);
    amid_tell(&a, "join", 2);
    console_open(&live, WORDS(&a, "record", path));
    wanted = 2;
    console_expect(&live, has_wanted_callers);
    amid_tell(&a, "join", 3);
    amid_tell(&a, "leave", 1);
    wanted = 4;
    wanted_abandons = 1;
    console_expect(&live, has_wanted_abandons);
    console_open(&again, (const char *const[]){ "real", "replay", path, "permille", "0", NULL });
    console_expect(&again, has_ended);
    console_expect(&again, has_wanted_callers);
    assert_string_equal(console_pbx(&again)->name, "geneva");
    assert_int_equal(console_queue(&again)->abandoned, 1);
    assert_int_equal(console_queue(&again)->offered, console_queue(&live)->offered);
    const struct fact_caller *was = (const void *)store_child(client_store(live.client), FACT_CALLER, console_queue(&live)->id, NULL);
    const struct fact_caller *is = (const void *)store_child(client_store(again.client), FACT_CALLER, console_queue(&again)->id, NULL);
    assert_string_equal(is->uniqueid, was->uniqueid);
    int64_t now_ms = clock_mono_ms();
    assert_true(client_floor_ms(again.client, now_ms) == client_floor_ms(again.client, now_ms + 5000)); /* time stands still at its end */
    console_close(&again);
    console_close(&live);
    read_file(path, text, sizeof text);
    assert_non_null(strstr(text, "Secret: ****"));
    assert_null(strstr(text, "Secret: demo"));
    unlink(path);
    amid_stop(&a);
}

static void what_cannot_be_recorded_or_replayed_is_said(void **state)
{
    (void)state;
    struct amid a;
    struct console c;
    struct err err = ERR_INIT;
    amid_start(&a);
    console_open(&c, WORDS(&a, "record", "/nowhere/transcript"));
    assert_false(console_wait(&c, console_never, &err));
    assert_non_null(strstr(err.text, "/nowhere/transcript"));
    console_close(&c);
    err = ERR_INIT;
    console_open(&c, (const char *const[]){ "real", "replay", "/nowhere/transcript", NULL });
    assert_false(console_wait(&c, console_never, &err));
    assert_non_null(strstr(err.text, "/nowhere/transcript"));
    console_close(&c);
    err = ERR_INIT;
    console_open(&c, (const char *const[]){ "real", NULL });
    assert_false(console_wait(&c, console_never, &err));
    assert_int_equal(client_exit_code(c.client), 78);
    console_close(&c);
    amid_stop(&a);
}

int main(int argc, char **argv)
{
    if (argc > 3 && strcmp(argv[1], "--keeper") == 0) {
        return console_be_keeper(argv + 3);
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(facts_arrive_and_follow),
        cmocka_unit_test(a_console_that_sleeps_does_not_hold_up_the_pbx),
        cmocka_unit_test(a_link_that_ends_comes_again),
        cmocka_unit_test(a_secret_that_is_not_typed_is_a_refusal),
        cmocka_unit_test(a_secret_comes_from_a_file_and_is_read_again_after_a_refusal),
        cmocka_unit_test(a_command_for_the_secret_holds_up_nothing),
        cmocka_unit_test(a_recording_replays_to_the_same_facts),
        cmocka_unit_test(what_cannot_be_recorded_or_replayed_is_said),
    };
    return cmocka_run_group_tests_name("keeper", tests, NULL, NULL);
}
