/* SPDX-License-Identifier: MIT */
/* test_wall: the wall as it hangs there, on the demo PBX: it turns its pages, says that the PBX is lost and that it is back, all
 * by itself; whoever has a keyboard can page and leave. */
#include <ctype.h>
#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "tests/tty/support_tty.h"

static const char *const linux_env[] = { "TERM=linux", "LANG=C.UTF-8", "LC_ALL=C.UTF-8", "NO_COLOR=", "LINES=", "COLUMNS=", NULL };
static const char *const ascii_env[] = { "TERM=vt220", "LANG=C", "LC_ALL=C", "NO_COLOR=", "LINES=", "COLUMNS=", NULL };

static void start(struct tty *t, const char *const *env, const char *layout, const char *period, int cols, int rows)
{
    const char *argv[] = { tty_program(), "--demo", "--wall", layout, "--wall-period", period, NULL };
    tty_open(t, &(struct tty_setup){ .argv = argv, .env = env, .cols = cols, .rows = rows });
}

static void leave(struct tty *t, const char *key)
{
    tty_type(t, key);
    CHECK(t, tty_until_over(t));
    CHECK(t, WIFEXITED(t->status) && WEXITSTATUS(t->status) == 0);
    CHECK(t, tty_is_restored(t));
    tty_close(t);
}

static void test_turns_by_itself(void **state)
{
    (void)state;
    struct tty t;
    start(&t, tty_utf8_env, "tiles", "1s", 80, 24);
    CHECK(&t, tty_until(&t, "billing", true) && tty_until(&t, "support", true));
    for (int turn = 0; turn < 2; turn++) {
        CHECK(&t, tty_until_row(&t, 0, "Agents") || tty_until_row(&t, 1, "Agents"));
        CHECK(&t, tty_until(&t, "Queues", true));
    }
    leave(&t, "q");
}

static void test_keys_and_sizes(void **state)
{
    (void)state;
    static const int sizes[][2] = { { 40, 12 }, { 1, 1 }, { 480, 135 }, { 2, 50 }, { 132, 43 }, { 7, 3 }, { 80, 24 } };
    struct tty t;
    start(&t, linux_env, "default", "1h", 80, 24);
    CHECK(&t, tty_until(&t, "All queues", true) && tty_until(&t, "\u2588", true));
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        tty_resize(&t, sizes[i][0], sizes[i][1]);
        tty_type(&t, "\t\x1b[B\x1b[Ax?/");
    }
    tty_type(&t, "\x1b[1~"); /* Home: the first page */
    CHECK(&t, tty_until(&t, "All queues", true) && tty_until(&t, "longest wait", true));
    leave(&t, "\x03");
}

/* How many cells satisfy `is_meant`. */
static size_t count_cells(struct tty *t, bool (*is_meant)(const VTermScreenCell *cell))
{
    size_t count = 0;
    int rows, cols;
    vterm_get_size(t->vterm, &rows, &cols);
    for (int y = 0; y < rows; y++) {
        for (int x = 0; x < cols; x++) {
            VTermScreenCell cell;
            (void)vterm_screen_get_cell(t->screen, (VTermPos){ y, x }, &cell);
            count += is_meant(&cell);
        }
    }
    return count;
}

static bool is_reversed(const VTermScreenCell *cell)
{
    return cell->attrs.reverse != 0;
}

static bool is_foreign(const VTermScreenCell *cell)
{
    return cell->chars[0] >= 0x80 && cell->chars[0] != (uint32_t)-1;
}

static bool is_block(const VTermScreenCell *cell)
{
    return cell->chars[0] == 0x2588;
}

static bool is_blank_block(const VTermScreenCell *cell)
{
    return is_block(cell) && is_reversed(cell);
}

static bool is_filled(struct tty *t)
{
    return count_cells(t, is_reversed) > 20;
}

static bool has_blocks(struct tty *t)
{
    return count_cells(t, is_block) > 20;
}

static void test_ascii_is_filled_cells(void **state)
{
    (void)state;
    struct tty t;
    start(&t, ascii_env, "tiles", "1h", 80, 24);
    CHECK(&t, tty_until(&t, "billing", true) && tty_until(&t, "vip", true));
    CHECK(&t, tty_until_holds(&t, is_filled));
    CHECK(&t, count_cells(&t, is_foreign) == 0);
    leave(&t, "q");
}

/* A look that is reversed, as an alarm's without colours, over blocks: they would be nothing but ground. */
static void test_digits_are_never_blank(void **state)
{
    (void)state;
    char path[] = "/tmp/acdtop-wall-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_true(dprintf(fd, "roles : { value = \"bold reverse\"; zero = \"underline reverse\"; }\n") > 0);
    (void)close(fd);
    struct tty t;
    const char *argv[] = { tty_program(), "--demo", "--wall", "--wall-period", "1h", "--theme", path, NULL };
    tty_open(&t, &(struct tty_setup){ .argv = argv, .env = tty_utf8_env, .cols = 132, .rows = 43 });
    CHECK(&t, tty_until(&t, "All queues", true) && tty_until_holds(&t, has_blocks));
    (void)unlink(path);
    CHECK(&t, count_cells(&t, is_blank_block) == 0);
    leave(&t, "q");
}

/* A child of the program that is not its keeper: the demo's PBX. 0: not found. */
static pid_t find_pbx(pid_t program)
{
    pid_t found = 0;
    DIR *d = opendir("/proc");
    for (struct dirent *e; d != NULL && (e = readdir(d)) != NULL;) {
        char path[300], stat[512] = "", words[4096] = "";
        int parent = 0;
        if (!isdigit((unsigned char)e->d_name[0]))
            continue;
        (void)snprintf(path, sizeof path, "/proc/%s/stat", e->d_name);
        FILE *f = fopen(path, "re");
        if (f == NULL)
            continue;
        const char *end = fgets(stat, sizeof stat, f) != NULL ? strrchr(stat, ')') : NULL;
        (void)fclose(f);
        if (end == NULL || sscanf(end, ") %*c %d", &parent) != 1 || parent != program)
            continue;
        (void)snprintf(path, sizeof path, "/proc/%s/cmdline", e->d_name);
        f = fopen(path, "re");
        size_t n = f != NULL ? fread(words, 1, sizeof words - 1, f) : 0;
        if (f != NULL)
            (void)fclose(f);
        if (memmem(words, n, "--keeper", strlen("--keeper")) == NULL)
            found = (pid_t)strtol(e->d_name, NULL, 10);
    }
    if (d != NULL)
        (void)closedir(d);
    return found;
}

static void test_lost_and_back_alone(void **state)
{
    (void)state;
    struct tty t;
    start(&t, tty_utf8_env, "tiles", "1h", 60, 11); /* so low that even the large letters are plain */
    CHECK(&t, tty_until(&t, "billing", true));
    pid_t pbx = find_pbx(t.pid);
    CHECK(&t, pbx > 0);
    CHECK(&t, kill(pbx, SIGSTOP) == 0);
    CHECK(&t, tty_until(&t, "demo lost 0:", true));
    CHECK(&t, kill(pbx, SIGCONT) == 0);
    CHECK(&t, tty_until(&t, "demo lost", false));
    leave(&t, "q");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_turns_by_itself),
        cmocka_unit_test(test_keys_and_sizes),
        cmocka_unit_test(test_ascii_is_filled_cells), cmocka_unit_test(test_digits_are_never_blank),
        cmocka_unit_test(test_lost_and_back_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
