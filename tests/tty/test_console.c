/* SPDX-License-Identifier: MIT */
/* test_console: the program as people use it, on the demo PBX: it starts, follows resizes and keys, stops and goes on, and
 * whatever ends it, the terminal is as it was found. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "tests/tty/support_tty.h"
#include "tui/term/answer.h"
#include "tests/unit/support_temp.h"


static void start(struct tty *t, const char *const *env, int cols, int rows)
{
    const char *argv[] = { tty_program(), "--demo", NULL };
    tty_open(t, &(struct tty_setup){ .argv = argv, .env = env, .cols = cols, .rows = rows });
}

static void start_live(struct tty *t)
{
    start(t, tty_utf8_env, 80, 24);
    CHECK(t, tty_until(t, " live", true));
    CHECK(t, t->is_alternate && !t->is_cursor_visible);
}

/* Does any SGR sequence set a colour? Its parameters: 30 to 49, 90 to 107. */
static bool has_colour(struct slice raw)
{
    for (size_t i = 0; i + 2 < raw.n; i++) {
        if (raw.p[i] != 0x1b || raw.p[i + 1] != '[')
            continue;
        bool is_colour = false;
        size_t at = i + 2;
        for (int number = 0; at < raw.n && (raw.p[at] == ';' || (raw.p[at] >= '0' && raw.p[at] <= '9')); at++) {
            number = raw.p[at] == ';' ? 0 : number * 10 + raw.p[at] - '0';
            is_colour = is_colour || (number >= 30 && number <= 49 && number != 39) || (number >= 90 && number <= 107);
        }
        if (at < raw.n && raw.p[at] == 'm' && is_colour)
            return true;
    }
    return false;
}

/* Nothing but text, the sequences that curses makes, and the question for the colour of the ground: no bell, no title, no C1, no other
 * control byte. */
static bool is_clean(struct slice raw)
{
    for (size_t i = 0; i < raw.n; i++) {
        if (slice_starts((struct slice){ raw.p + i, raw.n - i }, SLICE(ANSWER_QUESTION)))
            i += strlen(ANSWER_QUESTION);
        if (i == raw.n)
            break;
        unsigned char c = (unsigned char)raw.p[i], next = i + 1 < raw.n ? (unsigned char)raw.p[i + 1] : '[';
        if (c == 0x1b ? strchr("[()=>78M", next) == NULL || next == '\0' : c < 0x20 ? strchr("\r\n\b\t\x0e\x0f", c) == NULL || c == '\0' : c == 0x7f)
            return false;
        if (c == 0xc2 && next < 0xa0)
            return false;
    }
    return true;
}

static void test_keys_and_quit(void **state)
{
    (void)state;
    struct tty t;
    start_live(&t);
    CHECK(&t, tty_until(&t, "Queues", true) && tty_until(&t, "Agents", true) && tty_until(&t, "help", true));
    CHECK(&t, has_colour(buf_slice(&t.raw)));
    tty_type(&t, "?");
    CHECK(&t, tty_until(&t, "In a list", true));
    tty_type(&t, "\x1b");
    CHECK(&t, tty_until(&t, "In a list", false));
    tty_type(&t, "/zzzz");
    CHECK(&t, tty_until(&t, "Nothing matches", true));
    tty_type(&t, "\x15\r");
    CHECK(&t, tty_until(&t, "Nothing matches", false));
    tty_type(&t, "\x1b[B\x1bOB\t"); /* both forms of Down, then the next pane */
    tty_type(&t, "%");
    CHECK(&t, tty_until(&t, "% does nothing here", true));
    tty_type(&t, "q");
    CHECK(&t, tty_until_over(&t));
    CHECK(&t, WIFEXITED(t.status) && WEXITSTATUS(t.status) == 0);
    CHECK(&t, tty_is_restored(&t) && is_clean(buf_slice(&t.raw)));
    tty_close(&t);
}

static void test_resizes(void **state)
{
    (void)state;
    static const int sizes[][2] = { { 40, 12 }, { 1, 1 }, { 300, 80 }, { 2, 50 }, { 132, 43 }, { 200, 60 }, { 7, 3 }, { 80, 24 }, { 1, 1 }, { 100, 30 } };
    struct tty t;
    start_live(&t);
    for (int turn = 0; turn < 5; turn++) {
        for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
            tty_resize(&t, sizes[i][0], sizes[i][1]);
    }
    CHECK(&t, tty_until(&t, "mean wait", true));
    tty_resize(&t, 40, 12);
    CHECK(&t, tty_until(&t, "mean wait", false) && tty_until_row(&t, 11, "? help")); /* the last line is the last line */
    tty_type(&t, "q");
    CHECK(&t, tty_until_over(&t) && tty_is_restored(&t));
    tty_close(&t);
}

static void ends_by(int number, bool is_crash)
{
    struct tty t;
    start_live(&t);
    (void)kill(t.pid, number);
    CHECK(&t, tty_until_over(&t));
    if (is_crash)
        CHECK(&t, WIFSIGNALED(t.status) && WTERMSIG(t.status) == number);
    else
        CHECK(&t, WIFEXITED(t.status) && WEXITSTATUS(t.status) == 128 + number);
    CHECK(&t, tty_is_restored(&t));
    tty_close(&t);
}

static void test_term(void **state)
{
    (void)state;
    ends_by(SIGTERM, false);
}

static void test_hup(void **state)
{
    (void)state;
    ends_by(SIGHUP, false);
}

static void test_int(void **state)
{
    (void)state;
    ends_by(SIGINT, false);
}

static void test_segv(void **state)
{
    (void)state;
    ends_by(SIGSEGV, true);
}

static void test_abort(void **state)
{
    (void)state;
    ends_by(SIGABRT, true);
}

/* No more memory while the screen is up: a picture of a larger screen cannot be had. */
static void test_memory_gone(void **state)
{
    (void)state;
    struct tty t;
    struct rlimit none = { 1, 1 };
    start_live(&t);
    assert_int_equal(prlimit(t.pid, RLIMIT_AS, &none, NULL), 0);
    tty_resize(&t, 500, 400);
    CHECK(&t, tty_until_over(&t));
    CHECK(&t, WIFEXITED(t.status) && WEXITSTATUS(t.status) == 70);
    CHECK(&t, tty_is_restored(&t) && memmem(t.raw.data, t.raw.len, "out of memory", 13) != NULL);
    tty_close(&t);
}

static void test_suspend_and_resume(void **state)
{
    (void)state;
    struct tty t;
    start_live(&t);
    tty_type(&t, "\x1a");
    CHECK(&t, tty_until_stopped(&t));
    CHECK(&t, tty_is_restored(&t));
    (void)kill(t.pid, SIGCONT);
    CHECK(&t, tty_until(&t, " live", true) && t.is_alternate);
    (void)kill(t.pid, SIGSTOP); /* one that nobody sees coming */
    CHECK(&t, tty_until_stopped(&t));
    (void)tcsetattr(t.slave, TCSANOW, &t.found);
    (void)kill(t.pid, SIGCONT);
    tty_type(&t, "?");
    CHECK(&t, tty_until(&t, "In a list", true));
    tty_type(&t, "qq");
    CHECK(&t, tty_until_over(&t) && tty_is_restored(&t));
    tty_close(&t);
}

/* A terminal that takes no more output holds the program inside a write: a signal still ends it. */
static void test_ends_though_nobody_reads(void **state)
{
    (void)state;
    struct tty t;
    start_live(&t);
    (void)tcflow(t.slave, TCOOFF);
    for (int i = 0; i < 400; i++)
        tty_type(&t, "\x0c");
    (void)kill(t.pid, SIGTERM);
    int64_t pid = t.pid;
    CHECK(&t, tty_until_over(&t));
    assert_true(pid > 0 && WIFEXITED(t.status) && WEXITSTATUS(t.status) == 128 + SIGTERM);
    tty_close(&t);
}

/* Whoever had the terminal before may have left it so that a write does not wait: nothing of a picture is lost by it. */
static void test_writes_that_do_not_wait(void **state)
{
    (void)state;
    struct tty t;
    start_live(&t);
    int flags = fcntl(t.slave, F_GETFL);
    assert_int_equal(fcntl(t.slave, F_SETFL, flags | O_NONBLOCK), 0);
    tty_resize(&t, 400, 150); /* more than a pty holds */
    CHECK(&t, tty_until_row(&t, 149, "? help"));
    tty_type(&t, "?\x0c");
    CHECK(&t, tty_until(&t, "In a list", true) && tty_until_row(&t, 149, "close"));
    (void)kill(t.pid, SIGTERM);
    CHECK(&t, tty_until_over(&t) && tty_is_restored(&t));
    tty_close(&t);
}

/* A signal in the middle of a large picture: what is sent to put the terminal right comes behind half a sequence. */
static void test_killed_while_drawing(void **state)
{
    (void)state;
    static const int signals[] = { SIGTERM, SIGHUP, SIGSEGV };
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        struct tty t;
        start(&t, tty_utf8_env, 300, 100);
        CHECK(&t, tty_until(&t, " live", true));
        for (int n = 0; n < 60; n++) {
            tty_type(&t, "\x0c");
            tty_resize(&t, 300 + n % 2, 100);
        }
        (void)kill(t.pid, signals[i]);
        CHECK(&t, tty_until_over(&t) && tty_is_restored(&t));
        tty_close(&t);
    }
}

/* Nothing can be shown at first, or the terminal does not say how large it is. */
static void test_begins_small(void **state)
{
    (void)state;
    static const int sizes[][2] = { { 1, 1 }, { 3, 2 } };
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct tty t;
        start(&t, tty_utf8_env, sizes[i][0], sizes[i][1]);
        CHECK(&t, tty_until_mode(&t, TTY_PASTE, true));
        tty_type(&t, "?\x1b/a\r7");
        tty_resize(&t, 80, 24);
        CHECK(&t, tty_until(&t, "Links", true));
        tty_type(&t, "q");
        CHECK(&t, tty_until_over(&t) && tty_is_restored(&t));
        tty_close(&t);
    }
}

static void refuses(const char *const *env, const char *says)
{
    struct tty t;
    start(&t, env, 80, 24);
    assert_true(tty_until_over(&t));
    CHECK(&t, WIFEXITED(t.status) && WEXITSTATUS(t.status) != 0);
    CHECK(&t, memmem(t.raw.data, t.raw.len, says, strlen(says)) != NULL);
    CHECK(&t, memchr(t.raw.data, 0x1b, t.raw.len) == NULL && tty_is_restored(&t));
    tty_close(&t);
}

static void test_terminals_that_cannot(void **state)
{
    (void)state;
    static const char *const dumb[] = { "TERM=dumb", NULL }, *const unknown[] = { "TERM=no-such-thing", NULL }, *const none[] = { "TERM=", NULL };
    refuses(dumb, "TERM='dumb'");
    refuses(unknown, "TERM='no-such-thing'");
    refuses(none, "TERM is not set");
}

static void test_no_colour(void **state)
{
    (void)state;
    static const char *const env[] = { "TERM=xterm-256color", "LC_ALL=C.UTF-8", "NO_COLOR=1", "LINES=", "COLUMNS=", NULL };
    struct tty t;
    start(&t, env, 80, 24);
    CHECK(&t, tty_until(&t, " live", true));
    CHECK(&t, !has_colour(buf_slice(&t.raw)));
    tty_type(&t, "q");
    CHECK(&t, tty_until_over(&t));
    tty_close(&t);
}

static void test_locale_c_is_ascii(void **state)
{
    (void)state;
    static const char *const env[] = { "TERM=vt100", "LC_ALL=C", "LANG=C", "LINES=", "COLUMNS=", NULL };
    struct tty t;
    start(&t, env, 80, 24);
    CHECK(&t, tty_until(&t, " live", true));
    for (size_t i = 0; i < t.raw.len; i++)
        assert_true((unsigned char)t.raw.data[i] < 0x80);
    tty_type(&t, "q");
    CHECK(&t, tty_until_over(&t));
    tty_close(&t);
}

/* Records the demo, and makes its people's names hostile without changing their length. */
static void record_hostile(const char *path)
{
    /* Which people there are is the demo's own affair: enough of them that somebody has each hostile name. */
    static const char *const clears[] = { "Carla", "David", "Elena", "Farid", "Greta", "Jonas", "Katja", "Samir", "Tilda", "Xenia", "Brown", "Silva", "Meier", NULL };
    static const char *const paints[] = { "Walter", "Bj\xc3\xb6rn", "Ren\xc3\xa9" "e", "Chlo\xc3\xa9", "M\xc3\xa1rta", "S\xc3\xb8ren", "Larsen", "Keller", "Dubois", "Garcia", "Jansen", NULL };
    static const char *const titles[] = { "Novak", "Rossi", NULL }, *const others[] = { "Weber", NULL };
    static const struct {
        const char *const *name;
        const char *hostile;
        bool is_awaited; /* the test looks for it on the screen */
    } groups[] = { { clears, "\x1b[2J\x07", true }, { paints, "\xc2\x9b" "1mXY", true }, { titles, "\x1b]0;x", false }, { others, "\r\x08\x7f\x0ez", false } };
    char command[512];
    (void)snprintf(command, sizeof command, "'%s' record --demo --for 1s '%s' 2>/dev/null", tty_program(), path);
    assert_int_equal(system(command), 0);
    struct buf text = BUF_INIT(16 * 1024 * 1024);
    FILE *f = fopen(path, "r+");
    char chunk[4096];
    assert_non_null(f);
    for (size_t n; (n = fread(chunk, 1, sizeof chunk, f)) > 0;)
        assert_true(buf_add(&text, (struct slice){ chunk, n }));
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
        size_t size = strlen(groups[i].hostile), found = 0;
        for (const char *const *name = groups[i].name; *name != NULL; name++) {
            assert_int_equal(size, strlen(*name));
            for (char *at = text.data; (at = memmem(at, text.len - (size_t)(at - text.data), *name, size)) != NULL; found++)
                memcpy(at, groups[i].hostile, size);
        }
        assert_true(found > 0 || !groups[i].is_awaited);
    }
    rewind(f);
    assert_int_equal(fwrite(text.data, 1, text.len, f), text.len);
    assert_int_equal(fclose(f), 0);
    buf_clear(&text);
}

static void test_hostile_names(void **state)
{
    (void)state;
    char folder[TEMP_PATH_MAX], path[160];
    temp_template(folder);
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/hostile", folder);
    record_hostile(path);
    const char *argv[] = { tty_program(), "replay", path, NULL };
    struct tty t;
    tty_open(&t, &(struct tty_setup){ .argv = argv, .env = tty_utf8_env, .cols = 200, .rows = 60 });
    CHECK(&t, tty_until(&t, "demo recorded", true) && tty_until(&t, "replay, standing still", true) && tty_until(&t, "\xef\xbf\xbd[2J\xef\xbf\xbd", true) && tty_until(&t, "\xef\xbf\xbd" "1mXY", true));
    tty_type(&t, "q");
    CHECK(&t, tty_until_over(&t) && tty_is_restored(&t) && is_clean(buf_slice(&t.raw)));
    tty_close(&t);
    (void)unlink(path);
    (void)rmdir(folder);
}

/* Settings with a name, taken while it runs: other queues, other colours, the same terminal. */
static void test_a_profile_is_chosen(void **state)
{
    (void)state;
    char home[TEMP_PATH_MAX], folder[160], path[160], xdg[160];
    temp_template(home);
    assert_non_null(mkdtemp(home));
    (void)snprintf(folder, sizeof folder, "mkdir -p %s/acdtop/profiles", home);
    assert_int_equal(system(folder), 0);
    (void)snprintf(path, sizeof path, "%s/acdtop/profiles/north.conf", home);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_true(fputs("queues = [ \"support\" ];\n", f) >= 0);
    assert_int_equal(fclose(f), 0);
    (void)snprintf(xdg, sizeof xdg, "XDG_CONFIG_HOME=%s", home);
    const char *env[] = { "TERM=xterm-256color", "LC_ALL=C.UTF-8", "LINES=", "COLUMNS=", xdg, NULL };
    struct tty t;
    start(&t, env, 100, 30);
    CHECK(&t, tty_until(&t, " live", true) && tty_until(&t, "billing", true));
    tty_type(&t, ":profile nort\r");
    CHECK(&t, tty_until(&t, "did you mean 'north'?", true));
    tty_type(&t, "h\r");
    CHECK(&t, tty_until(&t, "acdtop north", true) && tty_until(&t, " live", true) && tty_until(&t, "billing", false) && tty_until(&t, "support", true));
    tty_type(&t, "q");
    CHECK(&t, tty_until_over(&t) && tty_is_restored(&t));
    tty_close(&t);
    (void)snprintf(folder, sizeof folder, "rm -r %s", home);
    assert_int_equal(system(folder), 0);
}

static void test_other_terminals(void **state)
{
    (void)state;
    static const char *const kinds[] = { "TERM=linux", "TERM=screen", "TERM=xterm", "TERM=vt220" };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        const char *env[] = { kinds[i], "LC_ALL=C.UTF-8", "LINES=", "COLUMNS=", NULL };
        struct tty t;
        start(&t, env, 80, 24);
        CHECK(&t, tty_until(&t, " live", true) && tty_until(&t, "Agents", true));
        tty_type(&t, "q");
        CHECK(&t, tty_until_over(&t));
        tty_close(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keys_and_quit),
        cmocka_unit_test(test_resizes),
        cmocka_unit_test(test_term),
        cmocka_unit_test(test_hup),
        cmocka_unit_test(test_int),
        cmocka_unit_test(test_segv),
        cmocka_unit_test(test_abort),
        cmocka_unit_test(test_memory_gone),
        cmocka_unit_test(test_suspend_and_resume),
        cmocka_unit_test(test_ends_though_nobody_reads),
        cmocka_unit_test(test_writes_that_do_not_wait),
        cmocka_unit_test(test_killed_while_drawing),
        cmocka_unit_test(test_begins_small),
        cmocka_unit_test(test_terminals_that_cannot),
        cmocka_unit_test(test_no_colour),
        cmocka_unit_test(test_locale_c_is_ascii),
        cmocka_unit_test(test_hostile_names),
        cmocka_unit_test(test_a_profile_is_chosen),
        cmocka_unit_test(test_other_terminals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
