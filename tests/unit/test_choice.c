/* SPDX-License-Identifier: MIT */
/* What was chosen of screens and panes: into the panes, back into a file, and the same again. What is wrong is said with its line. */
#include "tui/choice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <cmocka.h>

#include "core/base/mem.h"
#include "core/config/profile.h"
#include "tests/unit/support_settings.h"
#include "tests/unit/support_temp.h"

/* The profile that a console with these settings would save. */
static void saved(const char *text, struct buf *out)
{
    struct settings s;
    struct err err = ERR_INIT;
    struct store *store = store_new();
    support_settings(&s, text);
    if (!choice_check(&s, &err))
        fail_msg("%s", err.text);
    struct joint *j = joint_new(store);
    joint_show(j, slice_of(s.only_pbx), s.is_merged);
    struct view v = { .store = joint_store(j), .joint = j, .settings = &s };
    struct deck *d = deck_new(&v);
    choice_apply(d, &s);
    buf_reset(out);
    assert_true(choice_write(d, j, &s, NULL, NULL, out));
    deck_free(d);
    joint_free(j);
    store_free(store);
    settings_clear(&s);
}

static void what_is_saved_is_what_was_chosen(void **state)
{
    (void)state;
    struct buf once = BUF_INIT(65536), twice = BUF_INIT(65536);
    saved("theme = \"fjord\"; queues = [ \"a\", \"b \\\"c\" ]; screen = \"agents\"; thresholds = ( { number = \"waiting\"; warn = 3; } );\n"
          "panes = ( { pane = \"agents\"; columns = [ \"name\", \"state\", \"since\" ]; sort = \"since\"; inverted = true; filter = \"state:paused for>5m\"; },\n"
          "          { pane = \"queues\"; sort = \"waiting\"; }, { pane = \"callers\"; group = \"queue\"; } );\n"
          "layouts = ( { screen = \"floor\"; panes = \"(queues<40 | events) / agents=30\"; }, { screen = \"queue\"; panes = \"queue_callers\"; } );\n"
          "only_pbx = \"gene\\\"va\"; merge = true;\n", &once);
    static const char *const says[] = {
        "theme = \"fjord\";\n", "queues = [ \"a\", \"b \\\"c\" ];\n", "screen = \"agents\";\n", "number = \"waiting\";", "columns = [ \"name\", \"state\", \"since\" ];\n",
        "sort = \"since\";\n        inverted = true;\n", "filter = \"state:paused for>5m\";\n", "pane = \"queues\";", "sort = \"waiting\";\n        inverted = false;\n",
        "group = \"queue\";\n", "    { screen = \"floor\"; panes = \"(queues<40 | events) / agents=30\"; },\n    { screen = \"queue\"; panes = \"queue_callers\"; }\n);\n", "only_pbx = \"gene\\\"va\";\n", "merge = true;\n",
    };
    for (size_t i = 0; i < sizeof says / sizeof says[0]; i++)
        if (strstr(once.data, says[i]) == NULL)
            fail_msg("'%s' does not say '%s'", once.data, says[i]);
    assert_null(strstr(once.data, "pane = \"calls\"")); /* nothing was chosen of it */
    saved(once.data, &twice);
    assert_non_null(strstr(twice.data, strstr(once.data, "screen = ")));
    buf_clear(&once);
    buf_clear(&twice);
}

static void nothing_chosen_is_nothing_said(void **state)
{
    (void)state;
    struct buf out = BUF_INIT(65536);
    saved("", &out);
    assert_string_equal(out.data, "theme = \"default\";\nkeymap = \"default\";\nscreen = \"floor\";\npanes = (\n);\n");
    buf_clear(&out);
}

static void what_is_wrong_is_said_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } cases[] = {
        { "\nscreen = \"flor\";\n", ":2: there is no screen 'flor'; did you mean 'floor'?" },
        { "screen = \"queue\";\n", "there is no screen 'queue'" }, /* of one: it needs a queue */
        { "panes = ( { pane = \"ques\"; } );\n", ":1: there is no pane 'ques'; did you mean 'queues'?" },
        { "panes = (\n { pane = \"queues\"; sort = \"wating\"; } );\n", ":2: there is no column 'wating'; did you mean 'waiting'?" },
        { "panes = ( { pane = \"queues\"; columns = [ \"name\", \"nmae\" ]; } );\n", "there is no column 'nmae'; did you mean 'name'?" },
        { "panes = ( { pane = \"agents\"; filter = \"state:pausd\"; } );\n", "filter 'state:pausd': " },
        { "panes = ( { pane = \"agents\"; group = \"colour\"; } );\n", "there is no group 'colour'" },
        { "layouts = (\n { screen = \"flor\"; panes = \"queues\"; } );\n", ":2: there is no screen 'flor'; did you mean 'floor'?" },
        { "layouts = (\n { screen = \"floor\";\n panes = \"queues / (agents | \"; } );\n", ":3: the layout 'queues / (agents | ' needs a pane at character 20" },
        { "layouts = (\n { screen = \"floor\"; panes = \"queues / agents | callers\"; } );\n", ":2: the layout 'queues / agents | callers' mixes" },
        { "layouts = ( { screen = \"floor\"; panes = \"queues / queue_members\"; } );\n", ":1: 'queue_members' is no pane of 'floor': queues, callers, agents, calls, events, links" },
        { "layouts = ( { screen = \"floor\"; panes = \"queues / queues\"; } );\n", "names the pane 'queues' twice" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct settings s;
        struct err err = ERR_INIT;
        support_settings(&s, cases[i].text);
        assert_false(choice_check(&s, &err));
        if (strstr(err.text, cases[i].says) == NULL)
            fail_msg("'%s' does not say '%s'", err.text, cases[i].says);
        settings_clear(&s);
    }
}

static void a_profile_is_written_once_and_whole(void **state)
{
    (void)state;
    char home[TEMP_PATH_MAX], path[192], command[256];
    temp_template(home);
    struct err err = ERR_INIT;
    struct stat st;
    assert_non_null(mkdtemp(home));
    (void)snprintf(path, sizeof path, "%s/acdtop/profiles/mine.conf", home);
    assert_true(profile_write(path, SLICE("theme = \"light\";\n"), &err));
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(st.st_size, 17);
    assert_int_equal(st.st_nlink, 1); /* nothing is left beside it */
    assert_false(profile_write(path, SLICE("x"), &err));
    assert_non_null(strstr(err.text, "is there already"));
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_size, 17);
    (void)snprintf(command, sizeof command, "rm -r %s", home);
    assert_int_equal(system(command), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_saved_is_what_was_chosen), cmocka_unit_test(nothing_chosen_is_nothing_said), cmocka_unit_test(what_is_wrong_is_said_with_its_line),
        cmocka_unit_test(a_profile_is_written_once_and_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
