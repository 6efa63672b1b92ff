/* SPDX-License-Identifier: MIT */
/* Keeper and client as two processes around a small PBX: facts arrive, a console that sleeps or dies harms nobody, a
 * keeper that dies is replaced without a blink, and what a keeper must be as a process it is. This program is its own
 * keeper: the client starts /proc/self/exe, and main() below does what the first word says. */
#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/config/secret.h"
#include "core/keeper/client.h"
#include "core/keeper/keeper.h"
#include "core/keeper/wire.h"
#include "tests/unit/support_amid.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { PATIENCE_MS = 30000 };

/* ---- the keepers ---- */

static int run_real(char **word)
{
    struct settings settings;
    struct err err = ERR_INIT;
    settings_init(&settings);
    struct keeper_setup setup = { .settings = &settings, .console_fd = 3, .replay_permille = 1000 };
    for (; word[0] != NULL && word[1] != NULL; word += 2) {
        if (strcmp(word[0], "record") == 0) {
            setup.record_path = word[1];
        } else if (strcmp(word[0], "replay") == 0) {
            setup.replay_path = word[1];
        } else if (strcmp(word[0], "permille") == 0) {
            setup.replay_permille = atol(word[1]);
        } else if (!settings_flag(&settings, slice_of(word[0]), word[1], &err)) {
            return keeper_refuse(3, &err);
        }
    }
    if (setup.replay_path == NULL && !settings_finish(&settings, &err)) {
        return keeper_refuse(3, &err);
    }
    int code = keeper_run(&setup);
    settings_clear(&settings);
    return code;
}

static int say_and_sleep(const char *bytes, size_t n)
{
    char end;
    if (send(3, bytes, n, MSG_NOSIGNAL) < 0) {
        return 1;
    }
    struct pollfd at = { .fd = 3, .events = POLLIN };
    do {
        poll(&at, 1, -1);
    } while (recv(3, &end, 1, 0) > 0);
    return 0;
}

static int be_keeper(char **word)
{
    struct err err = ERR_INIT;
    (void)fcntl(3, F_SETFL, 0);
    if (strcmp(word[0], "stillborn") == 0) {
        return 7;
    }
    if (strcmp(word[0], "garbage") == 0) {
        return say_and_sleep("HTTP/1.1 400 Bad Request\r\n\r\n", 28);
    }
    if (strcmp(word[0], "other") == 0) {
        struct buf b = BUF_INIT(1024);
        (void)wire_add_hello(&b, SLICE("9.9.9"));
        b.data[6] = (char)(b.data[6] ^ 1);
        return say_and_sleep(b.data, b.len);
    }
    if (strcmp(word[0], "refuse") == 0) {
        err_set(&err, ERR_CONFIG, "the file is wrong");
        return keeper_refuse(3, &err);
    }
    (void)fcntl(3, F_SETFL, O_NONBLOCK);
    return run_real(word + 1);
}

/* ---- a console ---- */

struct console {
    struct client *client;
    size_t flushes, changes, gones, asked;
    size_t changes_of[FACT_COUNT];
    char notice[512];
    const char *secret;
};

static void on_changed(void *context, enum fact_kind kind, uint64_t id, const struct fact *fact)
{
    struct console *c = context;
    assert_true(fact == NULL || fact->id == id);
    assert_ptr_equal(fact != NULL ? fact : store_get(client_store(c->client), kind, id), store_get(client_store(c->client), kind, id));
    c->changes++;
    c->changes_of[kind]++;
    c->gones += fact == NULL;
}

static void on_flushed(void *context)
{
    struct console *c = context;
    c->flushes++;
}

static void on_notice(void *context, struct slice sentence)
{
    struct console *c = context;
    snprintf(c->notice, sizeof c->notice, "%.*s", SLICE_FMT(sentence));
}

static bool on_ask(void *context, struct slice pbx, struct buf *out)
{
    struct console *c = context;
    c->asked++;
    assert_true(slice_eq(pbx, SLICE("geneva")));
    return c->secret != NULL && buf_add(out, slice_of(c->secret));
}

static void open_console(struct console *c, const char *const *words)
{
    struct err err = ERR_INIT;
    *c = (struct console){ .secret = "demo" };
    c->client = client_new(words, &(struct client_hooks){ on_changed, on_flushed, on_notice, on_ask, c }, &err);
    if (c->client == NULL) {
        fail_msg("%s", err.text);
    }
}

static void close_console(struct console *c)
{
    client_free(c->client);
}

/* Turns until claim() holds. */
static bool wait_for(struct console *c, bool (*claim)(const struct console *c), struct err *err)
{
    int64_t until_ms = clock_mono_ms() + PATIENCE_MS;
    while (clock_mono_ms() < until_ms) {
        int64_t now_ms = clock_mono_ms();
        if (!client_turn(c->client, now_ms, err)) {
            return false;
        }
        if (claim(c)) {
            return true;
        }
        int64_t due = client_deadline(c->client);
        int64_t wait_ms = due < now_ms + 200 ? due - now_ms : 200;
        struct pollfd at = { .fd = client_fd(c->client), .events = POLLIN };
        poll(&at, 1, wait_ms > 0 ? (int)wait_ms : 0);
    }
    fail_msg("waited in vain");
    return false;
}

static void expect(struct console *c, bool (*claim)(const struct console *c))
{
    struct err err = ERR_INIT;
    if (!wait_for(c, claim, &err)) {
        fail_msg("the keeper ended: %s", err.text);
    }
}

static const struct fact_pbx *the_pbx(const struct console *c)
{
    return (const void *)store_child(client_store(c->client), FACT_PBX, 0, NULL);
}

static const struct fact_queue *the_queue(const struct console *c)
{
    size_t at = 0;
    return (const void *)store_each(client_store(c->client), FACT_QUEUE, &at);
}

static bool is_live(const struct console *c)
{
    return client_is_live(c->client) && the_pbx(c) != NULL && the_pbx(c)->link == LINK_LIVE && the_queue(c) != NULL;
}

static bool is_lost(const struct console *c)
{
    return the_pbx(c) != NULL && the_pbx(c)->link == LINK_LOST;
}

static bool is_refused(const struct console *c)
{
    return the_pbx(c) != NULL && the_pbx(c)->link == LINK_REFUSED;
}

static bool never(const struct console *c)
{
    (void)c;
    return false;
}

static int wanted; /* callers, for the claims below */

static bool has_wanted_callers(const struct console *c)
{
    return is_live(c) && (int)store_count(client_store(c->client), FACT_CALLER) == wanted && the_queue(c)->waiting == wanted;
}

static int wanted_abandons; /* told later than the leave: what a Leave means is known when the channel's end is */

static bool has_wanted_abandons(const struct console *c)
{
    return has_wanted_callers(c) && the_queue(c)->abandoned == wanted_abandons;
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

/* The only child of ours but the PBX: the keeper. Read from /proc, since a client does not tell. */
static pid_t keeper_of(const struct amid *a)
{
    char path[64], text[512];
    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    FILE *f = fopen(path, "re");
    assert_non_null(f);
    pid_t found = 0;
    for (int pid; fscanf(f, "%d", &pid) == 1;) {
        snprintf(path, sizeof path, "/proc/%d/stat", pid);
        FILE *stat = fopen(path, "re");
        bool is_dead = stat == NULL || fgets(text, sizeof text, stat) == NULL || strstr(text, ") Z ") != NULL;
        if (stat != NULL) {
            fclose(stat);
        }
        found = !is_dead && pid != a->pid ? pid : found;
    }
    fclose(f);
    return found;
}

#define WORDS(a, ...) ((const char *const[]){ "real", "url", url_of(a), "name", "geneva", __VA_ARGS__, NULL })

static const char *url_of(const struct amid *a)
{
    static char url[128];
    snprintf(url, sizeof url, "unix://%s?user=demo", a->path);
    return url;
}

/* ---- the tests ---- */

static void facts_arrive_and_follow(void **state)
{
    (void)state;
    struct amid a;
    struct console c;
    amid_start(&a);
    amid_tell(&a, "join", 3);
    open_console(&c, WORDS(&a, "short-abandon", "5"));
    wanted = 3;
    expect(&c, has_wanted_callers);
    assert_string_equal(the_pbx(&c)->name, "geneva");
    assert_string_equal(the_pbx(&c)->asterisk, "22.0.0");
    assert_string_equal(the_queue(&c)->name, "support");
    assert_int_equal(c.asked, 1);
    amid_tell(&a, "join", 2);
    wanted = 5;
    expect(&c, has_wanted_callers);
    amid_tell(&a, "leave", 4);
    wanted = 1;
    wanted_abandons = 4;
    expect(&c, has_wanted_abandons);
    assert_int_equal(the_pbx(&c)->drift, 0);
    const struct fact_caller *caller = (const void *)store_child(client_store(c.client), FACT_CALLER, the_queue(&c)->id, NULL);
    assert_string_equal(caller->uniqueid, "1700000000.4");
    assert_string_equal(caller->name, "Caller 4");
    close_console(&c);
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
    open_console(&c, WORDS(&a, "short-abandon", "5"));
    expect(&c, is_live);
    wanted = 0;
    for (int i = 0; i < 6; i++) {
        wanted = amid_tell(&a, "storm", 10000); /* about 4 MB each */
        amid_tell(&a, "join", 20);
        amid_tell(&a, "leave", 20);
    }
    assert_int_equal(wanted, 60000);
    size_t before = c.changes;
    expect(&c, has_wanted_calls_taken);
    assert_true(c.changes - before < 20000);
    wanted = 0;
    wanted_abandons = 120;
    expect(&c, has_wanted_abandons);
    assert_int_equal(amid_tell(&a, "connections", 0), 1);
    close_console(&c);
    amid_stop(&a);
}

static bool has_reconnected(const struct console *c)
{
    return is_live(c) && the_pbx(c)->reconnects == 1;
}

static void a_link_that_ends_comes_again(void **state)
{
    (void)state;
    struct amid a;
    struct console c;
    amid_start(&a);
    open_console(&c, WORDS(&a, "short-abandon", "5"));
    expect(&c, is_live);
    amid_tell(&a, "hang-up", 0);
    expect(&c, is_lost);
    assert_non_null(the_pbx(&c)->reason);
    expect(&c, has_reconnected);
    assert_null(the_pbx(&c)->reason);
    close_console(&c);
    amid_stop(&a);
}

static bool is_killed(const struct console *c)
{
    return is_lost(c) && the_pbx(c)->reason != NULL && strstr(the_pbx(c)->reason, "the keeper ended (signal 9); starting another") != NULL;
}

static void a_killed_keeper_is_replaced_without_a_blink(void **state)
{
    (void)state;
    struct amid a;
    struct console c;
    amid_start(&a);
    amid_tell(&a, "join", 3);
    open_console(&c, WORDS(&a, "short-abandon", "5"));
    wanted = 3;
    expect(&c, has_wanted_callers);
    pid_t first = keeper_of(&a);
    assert_true(first > 0);
    kill(first, SIGKILL);
    expect(&c, is_killed);
    assert_int_equal(store_count(client_store(c.client), FACT_CALLER), 3); /* what is known stays */
    assert_false(client_is_live(c.client));
    memset(c.changes_of, 0, sizeof c.changes_of);
    c.gones = 0;
    expect(&c, has_wanted_callers);
    assert_true(keeper_of(&a) != first);
    assert_int_equal(amid_tell(&a, "logins", 0), 2);
    assert_int_equal(c.asked, 2);
    close_console(&c);
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
        open_console(&c, WORDS(&a, "short-abandon", "5"));
        if (wait_for(&c, is_live, &err) && write(ready[1], "", 1) == 1) {
            (void)wait_for(&c, never, &err);
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
    open_console(&c, WORDS(&a, "short-abandon", "5"));
    expect(&c, is_live);
    pid_t pid = keeper_of(&a);
    assert_int_equal(getsid(pid), pid);
    for (size_t i = 0; i < sizeof harmless / sizeof harmless[0]; i++) {
        kill(pid, harmless[i]);
    }
    amid_tell(&a, "join", 1);
    wanted = 1;
    expect(&c, has_wanted_callers);
    assert_int_equal(keeper_of(&a), pid);
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
    close_console(&c);
    assert_int_equal(keeper_of(&a), 0);
    amid_stop(&a);
}

static bool has_no_keeper(const struct console *c)
{
    return is_lost(c) && strstr(the_pbx(c)->reason, "exit code 0") != NULL;
}

static void a_keeper_ends_in_order_on_term(void **state)
{
    (void)state;
    struct amid a;
    struct console c;
    amid_start(&a);
    open_console(&c, WORDS(&a, "short-abandon", "5"));
    expect(&c, is_live);
    kill(keeper_of(&a), SIGTERM);
    expect(&c, has_no_keeper);
    expect(&c, is_live);
    close_console(&c);
    amid_stop(&a);
}

static void expect_end(const char *mode, int code, const char *sentence)
{
    struct console c;
    struct err err = ERR_INIT;
    open_console(&c, (const char *const[]){ mode, NULL });
    assert_false(wait_for(&c, never, &err));
    if (strstr(err.text, sentence) == NULL) {
        fail_msg("%s: %s", mode, err.text);
    }
    assert_int_equal(client_exit_code(c.client), code);
    assert_int_equal(client_fd(c.client), -1);
    close_console(&c);
}

static void a_keeper_that_cannot_be_had_is_an_end_with_a_sentence(void **state)
{
    (void)state;
    expect_end("stillborn", 71, "it ended before it said anything (exit code 7)");
    expect_end("garbage", 71, "starting the keeper");
    expect_end("other", 70, "its keeper is acdtop 9.9.9");
    expect_end("refuse", 78, "the file is wrong");
}

static void a_secret_that_is_not_typed_is_a_refusal(void **state)
{
    (void)state;
    struct amid a;
    struct console c;
    amid_start(&a);
    open_console(&c, WORDS(&a, "short-abandon", "5"));
    c.secret = NULL;
    expect(&c, is_refused);
    assert_non_null(strstr(the_pbx(&c)->reason, "--secret-file"));
    assert_int_equal(amid_tell(&a, "connections", 0), 0); /* not even tried */
    close_console(&c);
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
    char path[96];
    amid_start(&a);
    snprintf(path, sizeof path, "%s/secret", a.dir);
    open_console(&c, WORDS(&a, "secret-file", path));
    expect(&c, is_refused); /* there is no such file */
    assert_non_null(strstr(the_pbx(&c)->reason, path));
    write_file(path, "demo\n");
    expect(&c, is_live); /* found at the next look */
    assert_int_equal(c.asked, 0);
    close_console(&c);
    unlink(path);
    amid_stop(&a);
}

static void a_command_for_the_secret_holds_up_nothing(void **state)
{
    (void)state;
    struct amid a;
    struct console c;
    char command[128];
    amid_start(&a);
    snprintf(command, sizeof command, "%s/fifo", a.dir);
    assert_int_equal(mkfifo(command, 0600), 0);
    char *fifo = mem_strdup(command);
    snprintf(command, sizeof command, "cat %s", fifo); /* waits until somebody writes */
    open_console(&c, WORDS(&a, "secret-command", command));
    struct err err = ERR_INIT;
    int64_t until_ms = clock_mono_ms() + PATIENCE_MS;
    while (!client_is_live(c.client) && clock_mono_ms() < until_ms) { /* the keeper speaks meanwhile */
        assert_true(client_turn(c.client, clock_mono_ms(), &err));
    }
    assert_true(client_is_live(c.client));
    assert_int_equal(the_pbx(&c)->link, LINK_IDLE);
    int fd = open(fifo, O_WRONLY | O_CLOEXEC);
    assert_int_equal(write(fd, "demo\n", 5), 5);
    close(fd);
    expect(&c, is_live);
    close_console(&c);
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
    char path[96];
    static char text[1 << 20];
    amid_start(&a);
    snprintf(path, sizeof path, "%s/transcript", a.dir);
    amid_tell(&a, "join", 2);
    open_console(&live, WORDS(&a, "record", path));
    wanted = 2;
    expect(&live, has_wanted_callers);
    amid_tell(&a, "join", 3);
    amid_tell(&a, "leave", 1);
    wanted = 4;
    wanted_abandons = 1;
    expect(&live, has_wanted_abandons);
    open_console(&again, (const char *const[]){ "real", "replay", path, "permille", "0", NULL });
    expect(&again, has_ended);
    expect(&again, has_wanted_callers);
    assert_string_equal(the_pbx(&again)->name, "geneva");
    assert_int_equal(the_queue(&again)->abandoned, 1);
    assert_int_equal(the_queue(&again)->offered, the_queue(&live)->offered);
    const struct fact_caller *was = (const void *)store_child(client_store(live.client), FACT_CALLER, the_queue(&live)->id, NULL);
    const struct fact_caller *is = (const void *)store_child(client_store(again.client), FACT_CALLER, the_queue(&again)->id, NULL);
    assert_string_equal(is->uniqueid, was->uniqueid);
    int64_t now_ms = clock_mono_ms();
    assert_true(client_floor_ms(again.client, now_ms) == client_floor_ms(again.client, now_ms + 5000)); /* time stands still at its end */
    close_console(&again);
    close_console(&live);
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
    open_console(&c, WORDS(&a, "record", "/nowhere/transcript"));
    assert_false(wait_for(&c, never, &err));
    assert_non_null(strstr(err.text, "/nowhere/transcript"));
    close_console(&c);
    err = ERR_INIT;
    open_console(&c, (const char *const[]){ "real", "replay", "/nowhere/transcript", NULL });
    assert_false(wait_for(&c, never, &err));
    assert_non_null(strstr(err.text, "/nowhere/transcript"));
    close_console(&c);
    err = ERR_INIT;
    open_console(&c, (const char *const[]){ "real", NULL });
    assert_false(wait_for(&c, never, &err));
    assert_int_equal(client_exit_code(c.client), 78);
    close_console(&c);
    amid_stop(&a);
}

int main(int argc, char **argv)
{
    if (argc > 3 && strcmp(argv[1], "--keeper") == 0) {
        return be_keeper(argv + 3);
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(facts_arrive_and_follow),
        cmocka_unit_test(a_console_that_sleeps_does_not_hold_up_the_pbx),
        cmocka_unit_test(a_link_that_ends_comes_again),
        cmocka_unit_test(a_killed_keeper_is_replaced_without_a_blink),
        cmocka_unit_test(a_killed_console_takes_its_keeper_along),
        cmocka_unit_test(a_keeper_is_out_of_reach_of_a_terminal),
        cmocka_unit_test(a_keeper_ends_in_order_on_term),
        cmocka_unit_test(a_keeper_that_cannot_be_had_is_an_end_with_a_sentence),
        cmocka_unit_test(a_secret_that_is_not_typed_is_a_refusal),
        cmocka_unit_test(a_secret_comes_from_a_file_and_is_read_again_after_a_refusal),
        cmocka_unit_test(a_command_for_the_secret_holds_up_nothing),
        cmocka_unit_test(a_recording_replays_to_the_same_facts),
        cmocka_unit_test(what_cannot_be_recorded_or_replayed_is_said),
    };
    return cmocka_run_group_tests_name("keeper", tests, NULL, NULL);
}
