/* SPDX-License-Identifier: MIT */
/* test_file: a text becomes a file whole or not at all: with a disk that is full at any byte, a name that is taken, a folder
 * that is not there, nothing is left behind and the sentence says why. */
#include "core/base/file.h"

#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tui/term/canvas_save.h"
#include "tests/unit/support_temp.h"

static char folder[TEMP_PATH_MAX], path[TEMP_PATH_MAX + 32];

static int setup(void **state)
{
    (void)state;
    temp_template(folder);
    if (mkdtemp(folder) == NULL)
        return -1;
    (void)snprintf(path, sizeof path, "%s/text", folder);
    (void)signal(SIGXFSZ, SIG_IGN); /* write(2) says it instead */
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    (void)unlink(path);
    return rmdir(folder);
}

static size_t files(void)
{
    size_t count = 0;
    DIR *dir = opendir(folder);
    const struct dirent *e;
    assert_non_null(dir);
    while ((e = readdir(dir)) != NULL)
        count += e->d_name[0] != '.';
    (void)closedir(dir);
    return count;
}

/* No file grows beyond this from now on: the disk is full in the middle of a write. */
static void disk_ends_at(rlim_t bytes)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes < limit.rlim_max ? bytes : limit.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void reads(const char *want)
{
    char text[256];
    struct stat st;
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    size_t n = fread(text, 1, sizeof text - 1, f);
    text[n] = '\0';
    (void)fclose(f);
    assert_string_equal(text, want);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
}

static void whole_or_not_at_all(void **state)
{
    (void)state;
    static const char text[] = "twenty bytes of text";
    for (rlim_t at = 0; at < sizeof text - 1; at++) {
        struct err err = ERR_INIT;
        disk_ends_at(at);
        bool ok = file_create(path, SLICE("twenty bytes of text"), &err);
        disk_ends_at(RLIM_INFINITY);
        assert_false(ok);
        assert_int_equal(files(), 0);
        assert_non_null(strstr(err.text, "cannot write '/"));
    }
    assert_true(file_create(path, SLICE("twenty bytes of text"), NULL));
    reads(text);
    assert_int_equal(files(), 1);
}

static void what_is_there_stays(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    assert_false(file_create(path, SLICE("another"), &err));
    assert_non_null(strstr(err.text, "is there already"));
    reads("twenty bytes of text");
    assert_int_equal(files(), 1);
    assert_int_equal(unlink(path), 0);
}

static void a_picture_too(void **state)
{
    (void)state;
    struct canvas c = { 0 };
    struct err err = ERR_INIT;
    canvas_init(&c, 30, 3, false);
    canvas_blank(&c, canvas_area(&c), (struct style){ ROLE_TEXT, ROLE_TEXT });
    (void)canvas_put(&c, canvas_area(&c), 2, 1, SLICE("Zoë waits"), (struct style){ ROLE_TEXT, ROLE_TEXT });
    disk_ends_at(5);
    assert_false(canvas_save(&c, path, &err));
    disk_ends_at(RLIM_INFINITY);
    assert_int_equal(files(), 0);
    assert_non_null(strstr(err.text, "cannot write"));
    assert_true(canvas_save(&c, path, NULL));
    reads("\n  Zoë waits\n\n");
    assert_int_equal(unlink(path), 0);
    canvas_clear(&c);
}

static void places_that_are_none(void **state)
{
    (void)state;
    static const char *const names[] = { "/nowhere/at/all", "", "/tmp/", "/dev/full/x" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct err err = ERR_INIT;
        assert_false(file_create(names[i], SLICE("x"), &err));
        assert_non_null(strstr(err.text, "cannot write"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(whole_or_not_at_all), cmocka_unit_test(what_is_there_stays), cmocka_unit_test(a_picture_too), cmocka_unit_test(places_that_are_none) };
    return cmocka_run_group_tests(tests, setup, teardown);
}
