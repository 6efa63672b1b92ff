/* SPDX-License-Identifier: MIT */
/* test_history: lines kept in a file, by several at once, whatever the file holds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "core/base/buf.h"
#include "tui/keys/history.h"
#include "tests/unit/support_temp.h"

struct place {
    char folder[TEMP_PATH_MAX], path[192], lock[224];
};

static int setup(void **state)
{
    static struct place p;
    temp_template(p.folder);
    if (mkdtemp(p.folder) == NULL)
        return -1;
    (void)snprintf(p.path, sizeof p.path, "%s/state/acdtop/history", p.folder);
    (void)snprintf(p.lock, sizeof p.lock, "%s.lock", p.path);
    *state = &p;
    return 0;
}

static int teardown(void **state)
{
    struct place *p = *state;
    char folder[192];
    (void)unlink(p->path);
    (void)unlink(p->lock);
    (void)snprintf(folder, sizeof folder, "%s/state/acdtop", p->folder);
    (void)rmdir(folder);
    (void)snprintf(folder, sizeof folder, "%s/state", p->folder);
    (void)rmdir(folder);
    return rmdir(p->folder); /* nothing else was left there */
}

static void add(struct history *h, const char *line)
{
    struct err err = ERR_INIT;
    if (!history_add(h, slice_of(line), &err))
        fail_msg("%s", err.text);
}

static void at(const struct history *h, size_t i, const char *line)
{
    struct slice s = history_at(h, i);
    if (line == NULL)
        assert_null(s.p);
    else if (!slice_eq(s, slice_of(line)))
        fail_msg("'%.*s' is not '%s'", SLICE_FMT(s), line);
}

static void test_is_there_the_next_time(void **state)
{
    struct place *p = *state;
    struct stat file;
    struct history *h = history_new(p->path);
    at(h, 0, NULL);
    add(h, "sort wait");
    add(h, "filter x");
    add(h, "filter x");
    at(h, 0, "filter x");
    at(h, 1, "sort wait");
    at(h, 2, NULL);
    history_free(h);
    assert_int_equal(stat(p->path, &file), 0);
    assert_int_equal(file.st_mode & 0777, 0600);
    h = history_new(p->path);
    at(h, 0, "filter x");
    at(h, 1, "sort wait");
    at(h, 2, NULL);
    history_free(h);
}

static void test_two_lose_nothing(void **state)
{
    struct place *p = *state;
    struct history *a = history_new(p->path), *b = history_new(p->path);
    add(a, "one");
    add(b, "two");
    add(a, "three");
    add(b, "four");
    history_free(a);
    at(b, 0, "four");
    at(b, 1, "three");
    at(b, 2, "two");
    at(b, 3, "one");
    history_free(b);
}

static void test_is_bounded(void **state)
{
    struct place *p = *state;
    char line[32];
    struct history *h = history_new(p->path);
    for (int i = 0; i < HISTORY_LINES_MAX + 20; i++) {
        (void)snprintf(line, sizeof line, "line %d", i);
        add(h, line);
    }
    history_free(h);
    h = history_new(p->path);
    at(h, 0, line);
    at(h, HISTORY_LINES_MAX - 1, "line 20");
    at(h, HISTORY_LINES_MAX, NULL);
    history_free(h);
}

/* Whoever wrote it: only printable lines are taken from it. */
static void test_a_file_of_any_kind(void **state)
{
    struct place *p = *state;
    struct history *h = history_new(p->path);
    add(h, "first");
    history_free(h);
    FILE *f = fopen(p->path, "a");
    assert_non_null(f);
    (void)fputs("\x1b[2Jhostile\n\n\xff\xfe\ngood\n", f);
    for (int i = 0; i < 5000; i++)
        (void)fputc('x', f);
    (void)fputs("\nno newline", f);
    assert_int_equal(fclose(f), 0);
    h = history_new(p->path);
    at(h, 0, "no newline");
    at(h, 1, "good");
    at(h, 2, "first");
    at(h, 3, NULL);
    history_free(h);
}

static void test_no_place_for_it(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    struct history *h = history_new("/proc/no/such/history");
    assert_false(history_add(h, SLICE("kept here"), &err));
    assert_non_null(strstr(err.text, "/proc/no/such/history"));
    at(h, 0, "kept here");
    history_free(h);
    h = history_new(NULL);
    assert_true(history_add(h, SLICE("in memory"), &err));
    at(h, 0, "in memory");
    history_free(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_is_there_the_next_time, setup, teardown),
        cmocka_unit_test_setup_teardown(test_two_lose_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_is_bounded, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_file_of_any_kind, setup, teardown),
        cmocka_unit_test(test_no_place_for_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
