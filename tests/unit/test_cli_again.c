/* SPDX-License-Identifier: MIT */
/* test_cli_again: another profile, chosen while the console runs: only the words that named the profile before are left out, and
 * what would be wrong with it is found as the program that starts with it would find it: over the user's files. */
#include "tui/cli/cli.h"
#include "tests/unit/support_temp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { WORDS_MAX = 12 };

static char home[TEMP_PATH_MAX];

static int setup(void **state)
{
    char path[256];
    (void)state;
    temp_template(home);
    if (mkdtemp(home) == NULL || setenv("XDG_CONFIG_HOME", home, 1) != 0)
        return -1;
    (void)snprintf(path, sizeof path, "%s/acdtop", home);
    (void)mkdir(path, 0700);
    (void)snprintf(path, sizeof path, "%s/acdtop/profiles", home);
    (void)mkdir(path, 0700);
    temp_write(home, "acdtop/acdtop.conf", "pbx = ( { name = \"a\"; url = \"ami://u@192.0.2.1\"; } );\n");
    temp_write(home, "acdtop/profiles/good.conf", "theme = \"light\";\n");
    temp_write(home, "acdtop/profiles/twice.conf", "pbx = ( { name = \"a\"; url = \"ami://u@192.0.2.1\"; }, { name = \"a\"; url = \"ami://u@192.0.2.2\"; } );\n");
    temp_write(home, "acdtop/profiles/syntax.conf", "theme = = \"light\"\n");
    temp_write(home, "acdtop/profiles/theme.conf", "theme = \"no-such-theme\";\n");
    temp_write(home, "acdtop/profiles/column.conf", "panes = ( { pane = \"queues\"; columns = [ \"nmae\" ]; } );\n");
    temp_write(home, "acdtop/profiles/nothing.conf", "pbx = ();\n");
    return 0;
}

static int teardown(void **state)
{
    static const char *const names[] = { "acdtop.conf", "profiles/good.conf", "profiles/twice.conf", "profiles/syntax.conf", "profiles/theme.conf",
                                         "profiles/column.conf", "profiles/nothing.conf", "profiles", "" };
    char path[256];
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        (void)snprintf(path, sizeof path, "%s/acdtop/%s", home, names[i]);
        if (remove(path) != 0)
            return -1;
    }
    return rmdir(home);
}

/* As main() is given them. */
static char **argv_of(const char *const *words)
{
    return (char **)(uintptr_t)words;
}

static int count(const char *const *words)
{
    int n = 0;
    while (words[n] != NULL)
        n++;
    return n;
}

static void only_the_profile_is_left_out(void **state)
{
    (void)state;
    static const struct {
        const char *words[WORDS_MAX], *want[WORDS_MAX];
    } cases[] = {
        { { "acdtop" }, { "acdtop", "NEW" } },
        { { "acdtop", "--demo" }, { "acdtop", "NEW", "--demo" } },
        { { "acdtop", "--profile", "old", "--ascii" }, { "acdtop", "NEW", "--ascii" } },
        { { "acdtop", "--ascii", "--profile=old", "--profile", "older", "--demo" }, { "acdtop", "NEW", "--ascii", "--demo" } },
        /* another option's value, whatever it looks like */
        { { "acdtop", "--log-file", "--profile", "--demo" }, { "acdtop", "NEW", "--log-file", "--profile", "--demo" } },
        { { "acdtop", "--log-file", "--profile=x", "--demo" }, { "acdtop", "NEW", "--log-file", "--profile=x", "--demo" } },
        { { "acdtop", "-bn", "5", "--profile", "x", "-bn5" }, { "acdtop", "NEW", "-bn", "5", "-bn5" } },
        { { "acdtop", "-b", "-n", "5" }, { "acdtop", "NEW", "-b", "-n", "5" } },
        /* no option at all */
        { { "acdtop", "replay", "--", "--profile" }, { "acdtop", "NEW", "replay", "--", "--profile" } },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct cli cli;
        cli_init(&cli);
        bool is_right = cli_parse(&cli, count(cases[i].words), argv_of(cases[i].words), NULL);
        assert_true(is_right || strcmp(cases[i].words[1], "--demo") != 0); /* an old profile may be gone */
        char flag[] = "NEW", **again = cli_again(&cli, flag);
        for (int k = 0; k < WORDS_MAX && (again[k] != NULL || cases[i].want[k] != NULL); k++) {
            if (again[k] == NULL || cases[i].want[k] == NULL || strcmp(again[k], cases[i].want[k]) != 0)
                fail_msg("case %zu, word %d: %s, not %s", i, k, again[k], cases[i].want[k]);
        }
        cli_clear(&cli);
    }
}

static void what_would_be_refused_is_refused_before(void **state)
{
    (void)state;
    static const struct {
        const char *name, *says, *theme; /* NULL: it is right, and this is its theme */
    } cases[] = {
        { "good", NULL, "light" }, { "", NULL, "auto" } /* none */, { "good", NULL, "light" }, /* nothing of the first try stays */
        { "goood", "did you mean 'good'?", NULL }, { "syntax", "syntax.conf:", NULL }, { "theme", "no-such-theme", NULL },
        { "column", "column.conf:1: there is no column 'nmae'; did you mean 'name'?", NULL },
        { "twice", "'a'", NULL }, { "nothing", "PBX", NULL },
    };
    const char *words[] = { "acdtop", NULL };
    struct cli cli;
    cli_init(&cli);
    assert_true(cli_parse(&cli, 1, argv_of(words), NULL));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct err err = ERR_INIT;
        struct settings got;
        bool ok = cli_read_profile(&cli, cases[i].name, &got, &err);
        if (ok && strcmp(got.theme, cases[i].theme) != 0)
            fail_msg("%s: the theme is %s", cases[i].name, got.theme);
        if (ok)
            settings_clear(&got);
        if (ok != (cases[i].says == NULL) || (!ok && strstr(err.text, cases[i].says) == NULL))
            fail_msg("%s: %s", cases[i].name, err.text);
    }
    cli_clear(&cli);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(only_the_profile_is_left_out), cmocka_unit_test(what_would_be_refused_is_refused_before) };
    return cmocka_run_group_tests(tests, setup, teardown);
}
