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

static struct rights rights; /* of whoever was asked about last; "": of nobody */

static const char *role_asked(const struct policy *p, const struct door_user *user, const char *asked)
{
    struct err err = ERR_INIT;
    if (!policy_of(p, user, slice_of(asked), &rights, &err))
        rights = (struct rights){ .role = "" };
    return rights.role;
}

static const char *role_of(const struct policy *p, const struct door_user *user)
{
    return role_asked(p, user, NULL);
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
    gid_t groups[2] = { daemon->gr_gid };
    struct door_user user = { .uid = nobody->pw_uid, .group = groups, .group_count = 1 };
    assert_string_equal(role_of(p, &user), "viewer");
    user.uid = 54321;
    assert_string_equal(role_of(p, &user), "supervisor");
    user.group[0] = 54321;
    assert_string_equal(role_of(p, &user), "");
    user.group[1] = daemon->gr_gid;
    user.group_count = 2;
    assert_string_equal(role_of(p, &user), "supervisor");
    user.uid = getuid();
    assert_string_equal(role_of(p, &user), "admin");
    user.uid = 54321;
    assert_string_equal(role_of(NULL, &user), "admin"); /* a private keeper */
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
    wrong("access_roles = ( { name = \"x\"; } );", "test.conf:1: the role 'x' says no like");
    wrong("access_roles = ( { name = \"viewer\"; allow = [ \"hangupp\" ]; } );", "did you mean 'hangup'");
    wrong("access_roles = ( { name = \"viewer\"; deny = [ \"status\" ]; } );", "test.conf:1: deny: there is no order");
    wrong("access_roles = ( { name = \"viewer\"; }, { name = \"viewer\"; } );", "twice");
    wrong("agents = ( { extension = \"401\"; interface = \"PJSIP/401\"; user = \"no-such\"; } );", "there is no user 'no-such'");
}

static bool allows(const char *lines)
{
    struct err err = ERR_INIT;
    return rights_allow_lines(&rights, slice_of(lines), &err);
}

static void an_order_has_not_any_number_of_lines(void **state)
{
    (void)state;
    char lines[2 * RIGHTS_LINES_MAX + 3];
    rights_all(&rights);
    for (size_t i = 0; i < sizeof lines - 1; i++)
        lines[i] = i % 2 == 0 ? 'x' : '\n';
    lines[sizeof lines - 1] = '\0';
    assert_false(allows(lines));
    lines[2 * RIGHTS_LINES_MAX] = '\0';
    assert_true(allows(lines));
}

/* A policy in which the user nobody has the role, among access_roles. */
static struct policy *policy_with(const char *roles, const char *role)
{
    static char text[2000];
    struct err err = ERR_INIT;
    (void)snprintf(text, sizeof text, "access_roles = ( %s );\naccess = ( { user = \"nobody\"; role = \"%s\"; agent = \"401\"; queues = [ \"sales*\" ]; } );", roles, role);
    struct policy *p = policy_of_text(text, &err);
    if (p == NULL)
        fail_msg("%s", err.text);
    return p;
}

static struct door_user nobody(void)
{
    static gid_t group[] = { 54321 };
    return (struct door_user){ .uid = getpwnam("nobody")->pw_uid, .group = group, .group_count = 1 };
}

static void each_role_has_its_orders(void **state)
{
    (void)state;
    static const struct {
        const char *role, *may, *may_not;
    } rows[] = {
        { "viewer", NULL, "pause 401" },
        { "agent", "pause 401", "hangup 401" },
        { "agent", "add 401 sales", "role 401 sales expert" },
        { "agent", "take sales", "listen 402" },
        { "supervisor", "hangup 401", "listen 401" },
        { "supervisor", "tape 401 start", "barge 401" },
        { "admin", "listen 401", NULL },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct policy *p = policy_with("", rows[i].role);
        struct door_user user = nobody();
        assert_string_equal(role_of(p, &user), rows[i].role);
        if (rows[i].may != NULL && !allows(rows[i].may))
            fail_msg("%s may not %s", rows[i].role, rows[i].may);
        if (rows[i].may_not != NULL && allows(rows[i].may_not))
            fail_msg("%s may %s", rows[i].role, rows[i].may_not);
        policy_free(p);
    }
}

static void every_order_has_one_class(void **state)
{
    (void)state;
    for (size_t id = 0; id < COMMAND_COUNT; id++) {
        size_t n = 0;
        for (size_t i = 0; i < command_class_count; i++)
            n += (command_table[id].where & command_class_table[i].where) != 0;
        if (n != ((command_table[id].where & COMMAND_ORDER) != 0 ? 1u : 0u))
            fail_msg("%s is in %zu classes", command_table[id].name, n);
    }
}

static void a_role_is_changed_by_its_entry(void **state)
{
    (void)state;
    struct policy *p = policy_with("{ name = \"lead\"; like = \"supervisor\"; allow = [ \"monitoring\" ]; deny = [ \"calls\", \"barge\" ]; numbers = \"masked\"; teams = [ \"x\" ]; }", "lead");
    struct door_user user = nobody();
    assert_string_equal(role_of(p, &user), "lead");
    assert_true(allows("listen 401\npause 402"));
    assert_false(allows("pause 402\nhangup 401")); /* every line counts */
    assert_false(allows("\"hangup\" 401"));
    assert_false(allows("barge 401"));
    assert_true(rights.is_masked);
    assert_string_equal(rights.sight[0].teams, "x\n");
    assert_string_equal(rights.sight[0].queues, "sales*\n"); /* the entry's own */
    policy_free(p);
    p = policy_with("{ name = \"viewer\"; allow = [ \"pause\" ]; }", "viewer");
    (void)role_of(p, &user);
    assert_true(allows("pause 401") && allows("unpause 401"));
    policy_free(p);
}

/* Of a supervisor they are all that is in sight, of an agent those that he may join beside his own. */
static void the_queues_of_a_role_are_sight_or_a_way_in(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    const struct passwd *nobody = getpwnam("nobody");
    struct door_user user = { .uid = nobody->pw_uid };
    struct policy *p = policy_of_text("access_roles = ( { name = \"front\"; like = \"supervisor\"; queues = [ \"sales\" ]; }, { name = \"temp\"; like = \"agent\"; queues = [ \"sales\" ]; } );\n"
                                      "access = ( { user = \"nobody\"; role = \"front\"; agent = \"401\"; } );", &err);
    assert_non_null(p);
    assert_string_equal(role_of(p, &user), "front");
    assert_string_equal(rights.sight[0].queues, "sales\n");
    assert_null(rights.join);
    assert_true(rights_is_narrow(&rights));
    policy_free(p);
    p = policy_of_text("access_roles = ( { name = \"temp\"; like = \"agent\"; queues = [ \"sales\" ]; } );\naccess = ( { user = \"nobody\"; role = \"temp\"; agent = \"401\"; } );", &err);
    assert_non_null(p);
    assert_string_equal(role_of(p, &user), "temp");
    assert_null(rights.sight[0].queues);
    assert_string_equal(rights.join, "sales\n");
    assert_string_equal(rights.self, "401");
    policy_free(p);
}

static void asking_for_a_role_lowers_and_never_raises(void **state)
{
    (void)state;
    struct policy *p = policy_with("{ name = \"blind\"; like = \"admin\"; numbers = \"masked\"; pbxs = [ \"geneva\" ]; }", "supervisor");
    struct door_user user = nobody();
    assert_string_equal(role_asked(p, &user, "viewer"), "viewer");
    assert_false(allows("pause 401"));
    assert_string_equal(role_asked(p, &user, "admin"), "supervisor"); /* as before */
    assert_false(allows("listen 401"));
    assert_string_equal(rights.sight[0].queues, "sales*\n"); /* still */
    assert_string_equal(role_asked(p, &user, "blind"), "blind");
    assert_true(rights.is_masked && allows("pause 401"));
    assert_string_equal(rights.sight[1].pbxs, "geneva\n");
    assert_string_equal(role_asked(p, &user, "agent"), "agent");
    assert_string_equal(rights.self, "401");
    assert_string_equal(role_asked(p, &user, "king"), "");
    user.uid = getuid(); /* above all, and all the same lowered */
    assert_string_equal(role_asked(p, &user, "viewer"), "viewer");
    assert_false(allows("pause 401"));
    policy_free(p);
    p = policy_with("", "agent");
    user = nobody();
    assert_string_equal(role_asked(p, &user, "admin"), "agent");
    assert_string_equal(rights.self, "401"); /* and still himself alone */
    assert_false(allows("hangup 401"));
    policy_free(p);
}

static void an_agent_is_somebody(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    struct policy *p = policy_of_text("access = ( { user = \"nobody\"; role = \"agent\"; } );", &err);
    struct door_user user = nobody();
    assert_false(policy_of(p, &user, (struct slice){ NULL, 0 }, &rights, &err));
    assert_non_null(strstr(err.text, "which agent you are"));
    policy_free(p);
    err = ERR_INIT;
    p = policy_of_text("agents = ( { extension = \"402\"; interface = \"PJSIP/402\"; user = \"nobody\"; } );\naccess = ( { user = \"nobody\"; role = \"agent\"; } );", &err);
    assert_string_equal(role_of(p, &user), "agent");
    assert_string_equal(rights.self, "402");
    policy_free(p);
}

static void what_goes_to_the_console_comes_back(void **state)
{
    (void)state;
    struct policy *p = policy_with("{ name = \"agent\"; numbers = \"masked\"; }", "agent");
    struct door_user user = nobody();
    struct buf text = BUF_INIT(8192);
    struct rights read;
    (void)role_of(p, &user);
    rights_write(&rights, &text);
    rights_read(buf_slice(&text), &read);
    assert_string_equal(read.role, "agent");
    assert_string_equal(read.self, "401");
    assert_true(read.is_masked);
    assert_memory_equal(read.may, rights.may, sizeof read.may);
    rights_read(SLICE("nonsense\nmay fly\nmay status"), &read);
    rights = read;
    assert_false(allows("pause 401"));
    buf_clear(&text);
    policy_free(p);
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
    door_user_clear(&user);
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
        cmocka_unit_test(an_order_has_not_any_number_of_lines),
        cmocka_unit_test(the_first_entry_that_fits_counts), cmocka_unit_test(what_is_wrong_is_said_with_its_place), cmocka_unit_test(each_role_has_its_orders),
        cmocka_unit_test(every_order_has_one_class), cmocka_unit_test(a_role_is_changed_by_its_entry), cmocka_unit_test(the_queues_of_a_role_are_sight_or_a_way_in), cmocka_unit_test(asking_for_a_role_lowers_and_never_raises),
        cmocka_unit_test(an_agent_is_somebody), cmocka_unit_test(what_goes_to_the_console_comes_back),
        cmocka_unit_test(a_door_is_opened_once), cmocka_unit_test(a_path_that_is_too_long_is_refused),
    };
    return cmocka_run_group_tests_name("policy", tests, NULL, clear_settings);
}
