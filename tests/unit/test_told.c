/* SPDX-License-Identifier: MIT */
/* What a user has been told is told once, and again where it could not be kept. */
#include "core/config/told.h"
#include "tests/unit/support_temp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char home[TEMP_PATH_MAX];

static int set_up(void **state)
{
    (void)state;
    temp_template(home);
    return mkdtemp(home) == NULL || setenv("HOME", home, 1) != 0 || setenv("XDG_STATE_HOME", home, 1) != 0;
}

static void once(void **state)
{
    (void)state;
    assert_false(told_is("take"));
    told_keep("take");
    told_keep("take");
    assert_true(told_is("take"));
    assert_false(told_is("tak"));
    told_keep("move");
    assert_true(told_is("take"));
    assert_true(told_is("move"));
}

static void a_link_in_its_place_is_not_followed(void **state)
{
    (void)state;
    char path[TEMP_PATH_MAX + 32], other[TEMP_PATH_MAX + 32];
    (void)snprintf(path, sizeof path, "%s/acdtop/told", home);
    (void)snprintf(other, sizeof other, "%s/other", home);
    FILE *f = fopen(other, "w");
    assert_non_null(f);
    (void)fputs("take\n", f);
    (void)fclose(f);
    (void)unlink(path);
    assert_int_equal(symlink(other, path), 0);
    assert_false(told_is("take"));
    (void)unlink(path);
    assert_int_equal(mkfifo(path, 0600), 0); /* nor waited for */
    assert_false(told_is("take"));
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(once), cmocka_unit_test(a_link_in_its_place_is_not_followed) };
    return cmocka_run_group_tests_name("told", tests, set_up, NULL);
}
