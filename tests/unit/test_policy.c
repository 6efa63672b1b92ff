/* SPDX-License-Identifier: MIT */
/* Who may what at a shared keeper, and the socket at which the kernel says who it is. */
#include "core/keeper/door.h"
#include "core/keeper/policy.h"
#include "tests/unit/support_temp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

#include "core/base/mem.h"

#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static struct settings settings; /* the policy borrows names */

static int clear_settings(void **state)
{
    (void)state;
    settings_clear(&settings);
    return 0;
}

static struct policy *policy_of_text(const char *text, struct err *err)
{
    struct policy *p = NULL;
    settings_clear(&settings);
    settings_init(&settings);
    if (settings_load_text(&settings, "test.conf", slice_of(text), err))
        (void)!policy_new(&settings, &p, err);
    return p;
}

static void wrong(const char *text, const char *why)
{
    struct err err = ERR_INIT;
    assert_null(policy_of_text(text, &err));
    if (strstr(err.text, why) == NULL)
        fail_msg("'%s' is not in '%s'", why, err.text);
}

static void the_first_entry_that_fits_counts(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    const struct passwd *nobody = getpwnam("nobody");
    const struct group *daemon = getgrnam("daemon");
    assert_non_null(nobody);
    assert_non_null(daemon);
    struct policy *p = policy_of_text("access = ( { user = \"nobody\"; role = \"viewer\"; }, { group = \"daemon\"; role = \"supervisor\"; } );", &err);
    assert_non_null(p);
    struct door_user user = { .uid = nobody->pw_uid, .group = { daemon->gr_gid }, .group_count = 1 };
    assert_int_equal(policy_of(p, &user), POLICY_VIEWER);
    user.uid = 54321;
    assert_int_equal(policy_of(p, &user), POLICY_SUPERVISOR);
    user.group[0] = 54321;
    assert_int_equal(policy_of(p, &user), POLICY_NOBODY);
    user.group[1] = daemon->gr_gid;
    user.group_count = 2;
    assert_int_equal(policy_of(p, &user), POLICY_SUPERVISOR);
    user.uid = getuid();
    assert_int_equal(policy_of(p, &user), POLICY_ADMIN);
    user.uid = 54321;
    assert_int_equal(policy_of(NULL, &user), POLICY_ADMIN); /* a private keeper */
    char name[64];
    policy_name(p, &(struct door_user){ .uid = nobody->pw_uid }, name, sizeof name);
    assert_string_equal(name, "nobody");
    policy_name(p, &user, name, sizeof name);
    assert_string_equal(name, "uid 54321");
    policy_free(p);
}

static void what_is_wrong_is_said_with_its_place(void **state)
{
    (void)state;
    wrong("access = ( { user = \"no-such\"; role = \"viewer\"; } );", "test.conf:1: there is no user 'no-such'");
    wrong("access = ( { group = \"no-such\"; role = \"viewer\"; } );", "there is no group 'no-such'");
    wrong("access = ( { role = \"viewer\"; } );", "names a user or a group");
    wrong("access = ( { user = \"root\"; group = \"root\"; role = \"viewer\"; } );", "one of them");
    wrong("access = ( { user = \"root\"; role = \"king\"; } );", "king");
    wrong("access = ( { user = \"root\"; } );", "role");
}

static void orders_take_a_supervisor(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    assert_true(policy_allows(POLICY_SUPERVISOR, SLICE("pause 401\nunpause 402"), &err));
    assert_true(policy_allows(POLICY_ADMIN, SLICE("pause 401"), &err));
    assert_false(policy_allows(POLICY_VIEWER, SLICE("pause 401"), &err));
    assert_non_null(strstr(err.text, "'pause' takes a supervisor"));
    err = ERR_INIT;
    assert_false(policy_allows(POLICY_NOBODY, SLICE("pause 401"), &err));
}

static void a_door_is_opened_once(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    char path[TEMP_PATH_MAX];
    int fd, second, console;
    struct stat s;
    temp_template(path);
    assert_non_null(mkdtemp(path));
    char socket_path[200];
    (void)snprintf(socket_path, sizeof socket_path, "%s/run/keeper.sock", path);
    assert_true(door_open(socket_path, &fd, &err));
    assert_int_equal(stat(socket_path, &s), 0);
    assert_int_equal(s.st_mode & 0777, 0666);
    assert_int_equal(door_accept(fd), -1);
    assert_true(door_enter(socket_path, &console, &err));
    int inside = door_accept(fd);
    struct door_user user;
    assert_true(inside >= 0 && door_user(inside, &user));
    assert_int_equal(user.uid, getuid());
    assert_int_equal(user.group[0], getgid());
    assert_false(door_open(socket_path, &second, &err));
    assert_non_null(strstr(err.text, "runs at"));
    (void)close(fd); /* it died: its name stays, and is taken over */
    err = ERR_INIT;
    assert_false(door_enter(socket_path, &second, &err));
    assert_true(door_open(socket_path, &fd, &err));
    door_close(socket_path, fd);
    assert_int_equal(stat(socket_path, &s), -1);
    (void)close(inside);
    (void)close(console);
}

static void a_path_that_is_too_long_is_refused(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    char path[300];
    int fd;
    memset(path, 'x', sizeof path - 1);
    path[0] = '/';
    path[sizeof path - 1] = '\0';
    assert_false(door_open(path, &fd, &err));
    assert_non_null(strstr(err.text, "longer than"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_entry_that_fits_counts), cmocka_unit_test(what_is_wrong_is_said_with_its_place), cmocka_unit_test(orders_take_a_supervisor),
        cmocka_unit_test(a_door_is_opened_once), cmocka_unit_test(a_path_that_is_too_long_is_refused),
    };
    return cmocka_run_group_tests_name("policy", tests, NULL, clear_settings);
}
