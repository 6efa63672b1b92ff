/* SPDX-License-Identifier: MIT */
/* Profiles: found by name, nearest one named, and what the administrator has locked stays as it is. */
#include "core/config/profile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <cmocka.h>

#include "core/base/mem.h"
#include "tests/unit/support_temp.h"

static char home[TEMP_PATH_MAX];

static int make_home(void **state)
{
    (void)state;
    char path[256];
    temp_template(home);
    assert_non_null(mkdtemp(home));
    (void)snprintf(path, sizeof path, "%s/acdtop", home);
    assert_int_equal(mkdir(path, 0700), 0);
    (void)snprintf(path, sizeof path, "%s/acdtop/profiles", home);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_equal(setenv("XDG_CONFIG_HOME", home, 1), 0);
    temp_write(home, "acdtop/profiles/north.conf", "queues = [ \"sales\", \"vip\" ];\ntheme = \"light\";\n");
    temp_write(home, "acdtop/profiles/other.conf", "profile = \"north\";\n");
    temp_write(home, "acdtop/profiles/.hidden.conf", "");
    temp_write(home, "acdtop/profiles/notes.txt", "");
    return 0;
}

static int remove_home(void **state)
{
    (void)state;
    char command[256];
    (void)snprintf(command, sizeof command, "rm -r '%s'", home);
    return system(command);
}

static void a_profile_is_read_over_what_is_there(void **state)
{
    (void)state;
    struct settings s;
    struct err err = ERR_INIT;
    settings_init(&s);
    assert_true(settings_flag(&s, SLICE("profile"), "north", &err));
    assert_true(profile_load(&s, "north", &err));
    assert_string_equal(s.queues, "sales\nvip\n");
    assert_string_equal(s.theme, "light");
    assert_string_equal(s.profile, "north");
    assert_true(settings_fits(s.queues, "vip"));
    assert_false(settings_fits(s.queues, "vip2"));
    assert_true(settings_fits(NULL, "any"));
    settings_clear(&s);
}

static void what_is_wrong_is_said(void **state)
{
    (void)state;
    static const struct {
        const char *name, *says;
    } cases[] = {
        { "nort", "there is no profile 'nort'; did you mean 'north'?" },
        { "zzzzzzzz", "no file zzzzzzzz.conf in ~/.config/acdtop/profiles" },
        { "other", "profiles/other.conf:1: a profile cannot name another one" },
        { "../profiles/north", "cannot read" },
        { "", "there is no profile ''" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct settings s;
        struct err err = ERR_INIT;
        settings_init(&s);
        assert_false(profile_load(&s, cases[i].name, &err));
        if (strstr(err.text, cases[i].says) == NULL)
            fail_msg("'%s' does not say '%s'", err.text, cases[i].says);
        settings_clear(&s);
    }
}

static void add(void *context, const char *name, const char *path)
{
    (void)buf_addf(context, "%s %s;", name, strrchr(path, '/'));
}

static void profiles_are_listed_by_name(void **state)
{
    (void)state;
    struct settings s;
    struct buf out = BUF_INIT(4096);
    struct err err = ERR_INIT;
    settings_init(&s);
    profile_each(&s, add, &out);
    assert_true(slice_starts(buf_slice(&out), SLICE("north /north.conf;other /other.conf;")));
    assert_null(profile_path("a/b", &err));
    assert_null(profile_path(".x", NULL));
    char *path = profile_path("mine", NULL);
    assert_non_null(strstr(path, "/acdtop/profiles/mine.conf"));
    mem_free(path);
    buf_clear(&out);
    settings_clear(&s);
}

/* Other files and flags can change colours, but not what is seen. */
static void what_is_locked_stays(void **state)
{
    (void)state;
    struct settings s;
    struct err err = ERR_INIT;
    char admin[256], user[256];
    (void)snprintf(admin, sizeof admin, "%s/acdtop/admin.conf", home);
    (void)snprintf(user, sizeof user, "%s/acdtop/user.conf", home);
    temp_write(home, "acdtop/admin.conf", "locked = true;\nqueues = [ \"sales\" ];\npbx = ( { url = \"ami://u@h\"; } );\n");
    settings_init(&s);
    assert_true(settings_load(&s, admin, &err));
    settings_lock(&s);
    static const struct {
        const char *text, *says;
    } cases[] = {
        { "theme = \"light\";\nthresholds = ( { number = \"waiting\"; warn = 1; } );\n", NULL },
        { "theme = \"light\";\nqueues = [ \"vip\" ];\n", "user.conf:2: queues cannot be changed: it is locked by" },
        { "locked = false;\n", "user.conf:1: locked cannot be changed" },
        { "readonly = false;\n", "user.conf:1: readonly cannot be changed" },
        { "pbx = ( { url = \"ami://a@b\"; } );\n", "user.conf:1: the list pbx cannot be changed" },
        { "only_teams = [ \"sales\" ];\n", "user.conf:1: only_teams cannot be changed" },
        { "agent_interface = \"SIP/{ext}\";\n", "user.conf:1: agent_interface cannot be changed" },
        { "profile = \"north\";\n", "user.conf:1: profile cannot be changed" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        err.kind = ERR_NONE;
        temp_write(home, "acdtop/user.conf", cases[i].text);
        assert_int_equal(settings_load(&s, user, &err), cases[i].says == NULL);
        if (cases[i].says != NULL && strstr(err.text, cases[i].says) == NULL)
            fail_msg("'%s' does not say '%s'", err.text, cases[i].says);
    }
    assert_false(settings_flag(&s, SLICE("queues"), "vip", NULL));
    assert_false(settings_flag(&s, SLICE("url"), "ami://a@b", NULL));
    assert_false(settings_flag(&s, SLICE("ca"), "/x", NULL));
    assert_true(settings_flag(&s, SLICE("mono"), NULL, NULL));
    assert_string_equal(s.queues, "sales\n");
    assert_int_equal(s.pbx_count, 1);
    assert_false(profile_load(&s, "north", NULL)); /* the user's are none any more */
    settings_clear(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_profile_is_read_over_what_is_there), cmocka_unit_test(what_is_wrong_is_said), cmocka_unit_test(profiles_are_listed_by_name),
        cmocka_unit_test(what_is_locked_stays),
    };
    return cmocka_run_group_tests(tests, make_home, remove_home);
}
