/* SPDX-License-Identifier: MIT */
/* test_input: mouse, pastes and keys as a terminal sends them, to the real program; and that they are given back. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <cmocka.h>

#include "tests/tty/support_tty.h"
#include "tests/unit/support_temp.h"

static const char *const env[] = { "TERM=xterm-256color", "LANG=C.UTF-8", "LC_ALL=C.UTF-8", "NO_COLOR=", "LINES=", "COLUMNS=", "XDG_STATE_HOME=/proc/self/none", NULL };

static void start_in(struct tty *t, const char *option, const char *const *with)
{
    const char *argv[] = { tty_program(), "--demo", option, NULL };
    tty_open(t, &(struct tty_setup){ .argv = argv, .env = with, .cols = 80, .rows = 24 });
    CHECK(t, tty_until(t, " live", true) && tty_until_mode(t, TTY_PASTE, true));
}

static void start(struct tty *t, const char *option)
{
    start_in(t, option, env);
}

/* Pressed and released, counted from 0. */
static void click(struct tty *t, int button, int x, int y)
{
    char bytes[64];
    (void)snprintf(bytes, sizeof bytes, "\x1b[<%d;%d;%dM\x1b[<%d;%d;%dm", button, x + 1, y + 1, button, x + 1, y + 1);
    tty_type(t, bytes);
}

static void test_mouse(void **state)
{
    (void)state;
    struct tty t;
    start(&t, NULL);
    CHECK(&t, tty_until_mode(&t, TTY_MOUSE, true));
    click(&t, 0, 2, 23); /* the hint */
    CHECK(&t, tty_until(&t, " Help", true) && tty_until(&t, "In a list", true));
    for (int i = 0; i < 10; i++)
        click(&t, 65, 5, 5);
    CHECK(&t, tty_until(&t, "In a list", false)); /* the wheel */
    for (int i = 0; i < 10; i++)
        click(&t, 64, 5, 5);
    CHECK(&t, tty_until(&t, "In a list", true));
    click(&t, 0, 2, 23);
    CHECK(&t, tty_until(&t, " Help", false));
    click(&t, 0, 5, 6);
    click(&t, 0, 5, 6); /* twice at once, on a row: it is opened */
    CHECK(&t, tty_until_row(&t, 0, "\u203a"));
    tty_type(&t, "q");
    CHECK(&t, tty_until_over(&t) && WIFEXITED(t.status) && WEXITSTATUS(t.status) == 0 && tty_is_restored(&t));
    tty_close(&t);
}

static void test_mouse_is_given_back(void **state)
{
    (void)state;
    struct tty t;
    start(&t, NULL);
    tty_type(&t, "m");
    CHECK(&t, tty_until(&t, "text can be selected", true) && !tty_has_mode(&t, TTY_MOUSE));
    tty_type(&t, "m");
    CHECK(&t, tty_until(&t, "double click", true) && tty_has_mode(&t, TTY_MOUSE));
    tty_type(&t, "\x1a");
    CHECK(&t, tty_until_stopped(&t) && tty_is_restored(&t));
    (void)kill(t.pid, SIGCONT);
    CHECK(&t, tty_until(&t, " live", true) && tty_until_mode(&t, TTY_MOUSE, true) && tty_until_mode(&t, TTY_PASTE, true));
    (void)kill(t.pid, SIGSEGV);
    CHECK(&t, tty_until_over(&t) && WIFSIGNALED(t.status) && tty_is_restored(&t));
    tty_close(&t);
    start(&t, "--mouse=false");
    CHECK(&t, !tty_has_mode(&t, TTY_MOUSE));
    tty_type(&t, "q");
    CHECK(&t, tty_until_over(&t) && tty_is_restored(&t));
    tty_close(&t);
}

/* Every byte of it would be a key that does something. */
static void paste(struct tty *t, const char *piece, size_t least)
{
    struct buf much = BUF_INIT(1 << 20);
    (void)buf_addf(&much, "\x1b[200~");
    while (much.len < least)
        (void)buf_addf(&much, "%s", piece);
    (void)buf_addf(&much, "\x1b[201~");
    for (size_t at = 0; at < much.len;) { /* a pty takes a few kilobytes at a time */
        char part[513];
        (void)snprintf(part, sizeof part, "%s", much.data + at);
        at += strlen(part);
        tty_type(t, part);
        (void)tty_shows(t, part);
    }
    buf_clear(&much);
}

static void test_pastes_are_no_keys(void **state)
{
    (void)state;
    struct tty t;
    start(&t, NULL);
    paste(&t, "q?/\x0c\r\tqm\x03", 10240);
    CHECK(&t, tty_until(&t, "What was pasted is left out", true));
    tty_type(&t, "/");
    paste(&t, "no such\r\nthing\x03q", 10);
    CHECK(&t, tty_until(&t, "no such thingq", true) && tty_until(&t, "Nothing matches", true));
    tty_type(&t, "\x15");
    CHECK(&t, tty_until(&t, "Nothing matches", false));
    paste(&t, "x", 10240);
    CHECK(&t, tty_until(&t, "at most", true)); /* as much of it as the line takes, and that is no filter */
    tty_type(&t, "\x03q");
    CHECK(&t, tty_until_over(&t) && WIFEXITED(t.status) && WEXITSTATUS(t.status) == 0 && tty_is_restored(&t));
    tty_close(&t);
}

/* Where pastes come as keys: too many at once are none, to the last of them. */
static void test_pastes_without_marks(void **state)
{
    (void)state;
    static const char *const plain[] = { "TERM=linux", "LC_ALL=C.UTF-8", "LINES=", "COLUMNS=", "XDG_STATE_HOME=/proc/self/none", NULL };
    const char *argv[] = { tty_program(), "--demo", NULL };
    struct tty t;
    struct buf much = BUF_INIT(1 << 20);
    tty_open(&t, &(struct tty_setup){ .argv = argv, .env = plain, .cols = 80, .rows = 24 });
    CHECK(&t, tty_until(&t, " live", true) && tty_until(&t, "Agents", true));
    for (int i = 0; i < 400; i++)
        (void)buf_addf(&much, "zq?-");
    tty_type(&t, much.data);
    CHECK(&t, tty_until(&t, "What was pasted is left out", true) && !tty_shows(&t, "Help"));
    buf_clear(&much);
    (void)kill(t.pid, SIGTERM);
    CHECK(&t, tty_until_over(&t) && tty_is_restored(&t));
    tty_close(&t);
}

/* The terminal is told in base64; nothing of the text itself goes out. */
static void test_clipboard(void **state)
{
    (void)state;
    static const char expected[] = "\x1b]52;c;YmlsbGluZw==\a"; /* billing */
    struct tty t;
    start(&t, NULL);
    tty_type(&t, "y");
    CHECK(&t, tty_until(&t, "Nothing is selected", true));
    tty_type(&t, "gg");
    tty_type(&t, "y");
    CHECK(&t, tty_until(&t, "Sent to the clipboard of your terminal: billing", true));
    CHECK(&t, memmem(t.raw.data, t.raw.len, expected, sizeof expected - 1) != NULL);
    tty_type(&t, "Y");
    CHECK(&t, tty_until(&t, "terminal: billing  ", true));
    tty_type(&t, "q");
    CHECK(&t, tty_until_over(&t) && tty_is_restored(&t));
    tty_close(&t);
}

static bool is_file_with(const char *path, const char *text)
{
    char bytes[65536];
    FILE *f = fopen(path, "r");
    size_t n = f != NULL ? fread(bytes, 1, sizeof bytes, f) : 0;
    if (f != NULL)
        (void)fclose(f);
    return n > 0 && memmem(bytes, n, text, strlen(text)) != NULL;
}

/* The line of commands reaches what lies outside of the picture, and is there again the next time. */
static void test_commands(void **state)
{
    (void)state;
    char folder[TEMP_PATH_MAX], home[160], path[160], line[224];
    temp_template(folder);
    assert_non_null(mkdtemp(folder));
    (void)snprintf(home, sizeof home, "XDG_STATE_HOME=%s", folder);
    (void)snprintf(path, sizeof path, "%s/screen", folder);
    const char *own[] = { "TERM=xterm-256color", "LC_ALL=C.UTF-8", "NO_COLOR=", "LINES=", "COLUMNS=", home, NULL };
    struct tty t;
    start_in(&t, NULL, own);
    tty_type(&t, ":theme light\r");
    CHECK(&t, tty_until(&t, "The theme is light", true));
    tty_type(&t, ":theme ligth\r");
    CHECK(&t, tty_until(&t, "did you mean 'light'", true));
    (void)snprintf(line, sizeof line, "\x15write %s\r", path);
    tty_type(&t, line);
    CHECK(&t, tty_until(&t, "was written to", true) && is_file_with(path, "Queues") && !is_file_with(path, ":write"));
    (void)snprintf(line, sizeof line, ":write %s\r", path);
    tty_type(&t, line); /* what is there is left alone */
    CHECK(&t, tty_until(&t, "cannot write", true));
    tty_type(&t, "\x15mouse off\r");
    CHECK(&t, tty_until_mode(&t, TTY_MOUSE, false));
    tty_type(&t, ":quit\r");
    CHECK(&t, tty_until_over(&t) && WIFEXITED(t.status) && WEXITSTATUS(t.status) == 0 && tty_is_restored(&t));
    tty_close(&t);
    start_in(&t, NULL, own);
    tty_type(&t, ":the\x1bOA");
    CHECK(&t, tty_until(&t, ":theme light", true));
    tty_type(&t, "\x03q");
    CHECK(&t, tty_until_over(&t));
    tty_close(&t);
    (void)snprintf(line, sizeof line, "rm -r '%s'", folder);
    assert_int_equal(system(line), 0);
}

/* Keys of a line with Ctrl and Alt, as xterm sends them. */
static void test_keys_with_ctrl_and_alt(void **state)
{
    (void)state;
    struct tty t;
    start(&t, NULL);
    tty_type(&t, "/one two");
    CHECK(&t, tty_until(&t, "filter Queues one two_", true));
    tty_type(&t, "\x1b[1;5D\x1b[1;5Dnot-"); /* Ctrl-Left twice */
    CHECK(&t, tty_until(&t, "filter Queues not-one two", true));
    tty_type(&t, "\x1b" "f\x17"); /* Alt-f, Ctrl-w */
    CHECK(&t, tty_until(&t, "filter Queues  two", true));
    tty_type(&t, "\x1b[3~"); /* Del */
    CHECK(&t, tty_until(&t, "filter Queues two", true));
    tty_type(&t, "\x03q");
    CHECK(&t, tty_until_over(&t) && tty_is_restored(&t));
    tty_close(&t);
}

/* PuTTY and rxvt say that they are xterm and send other bytes; what nobody knows is no keys ("1" and "2" are screens). */
static void test_keys_of_other_terminals(void **state)
{
    (void)state;
    struct tty t;
    start(&t, "--keymap=fkeys");
    tty_type(&t, "3");
    CHECK(&t, tty_until_row(&t, 0, "Agents"));
    tty_type(&t, "\x1b[12;9~\x1b[44~\x1b[2;2y\x1b[[H\x1bOy:");
    CHECK(&t, tty_until(&t, ":_", true) && tty_until_row(&t, 0, "Agents"));
    tty_type(&t, "abc\x1b[1~x\x1b[4~y\x1b[7~z\x1b[8~w");
    CHECK(&t, tty_until(&t, ":zxabcyw", true));
    tty_type(&t, "\x03");
    CHECK(&t, tty_until(&t, ":zxabcyw", false));
    tty_type(&t, "\x1b[11~"); /* F1 */
    CHECK(&t, tty_until(&t, "Help: Agents", true));
    tty_type(&t, "\x03q");
    CHECK(&t, tty_until_over(&t) && tty_is_restored(&t));
    tty_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mouse),
        cmocka_unit_test(test_mouse_is_given_back),
        cmocka_unit_test(test_pastes_are_no_keys),
        cmocka_unit_test(test_pastes_without_marks),
        cmocka_unit_test(test_clipboard),
        cmocka_unit_test(test_keys_of_other_terminals),
        cmocka_unit_test(test_commands),
        cmocka_unit_test(test_keys_with_ctrl_and_alt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
