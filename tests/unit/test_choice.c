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

/* Who sorted has chosen no columns; who looks at all of them gets all of them again. */
static void the_columns_that_were_seen_are_kept(void **state)
{
    (void)state;
    struct buf out = BUF_INIT(65536), again = BUF_INIT(65536);
    saved("panes = ( { pane = \"queues\"; sort = \"waiting\"; }, { pane = \"agents\"; wide = true; sort = \"login\"; } );\n", &out);
    assert_null(strstr(out.data, "columns"));
    assert_non_null(strstr(out.data, "pane = \"agents\";\n        wide = true;\n        sort = \"login\";\n"));
    saved(out.data, &again);
    assert_string_equal(out.data, again.data);
    buf_clear(&out);
    buf_clear(&again);
}

/* The usual files are read under every profile, and the demo's agents are nobody's. Aliases and their order are a profile's. */
static void what_is_said_elsewhere_is_not_said_again(void **state)
{
    (void)state;
    char home[TEMP_PATH_MAX], path[TEMP_PATH_MAX + 32], command[256];
    struct buf out = BUF_INIT(65536);
    struct settings s;
    struct err err = ERR_INIT;
    temp_template(home);
    assert_non_null(mkdtemp(home));
    assert_int_equal(setenv("XDG_CONFIG_HOME", home, 1), 0);
    (void)snprintf(path, sizeof path, "%s/acdtop/acdtop.conf", home);
    settings_init(&s);
    assert_true(settings_load_text(&s, path, SLICE("dial_context = \"internal\"; thresholds = ( { number = \"waiting\"; warn = \"3\"; } ); roles = ( { name = \"expert\"; penalty = 1; } );\n"), &err));
    assert_true(settings_load_text(&s, "the demo", SLICE("agent_interface = \"PJSIP/{ext}\"; agents = ( { extension = \"300\"; team = \"service\"; } );\n"), &err));
    assert_true(settings_save(&s, NULL, NULL, &out));
    assert_string_equal(out.data, "theme = \"auto\";\nkeymap = \"default\";\n");
    buf_reset(&out);
    assert_true(settings_load_text(&s, "north.conf", SLICE("queue_names = ( { name = \"700\"; alias = \"sales\"; } ); graphs = \"ascii\";\n"), &err));
    assert_true(settings_save(&s, NULL, NULL, &out));
    assert_non_null(strstr(out.data, "graphs = \"ascii\";\n"));
    assert_non_null(strstr(out.data, "queue_names = (\n    {\n        name = \"700\";\n        alias = \"sales\";\n    }\n);\n"));
    buf_reset(&out);
    assert_true(settings_load_text(&s, "north.conf:1", SLICE("pbx = ( { name = \"north\"; url = \"ami://wall@north.example.org\"; secret_command = \"pass show north\"; dial_context = \"inside\"; } );\n"), &err));
    assert_true(settings_save(&s, NULL, NULL, &out));
    assert_non_null(strstr(out.data, "name = \"north\";\n"));
    assert_non_null(strstr(out.data, "url = \"ami://wall@north.example.org\";\n"));
    assert_non_null(strstr(out.data, "secret_command = \"pass show north\";\n"));
    assert_non_null(strstr(out.data, "dial_context = \"inside\";\n"));
    assert_null(strchr(out.data, '#')); /* where it came from is of no use elsewhere */
    assert_null(strstr(out.data, "PJSIP"));
    assert_null(strstr(out.data, "waiting"));
    settings_clear(&s);
    buf_clear(&out);
    (void)snprintf(command, sizeof command, "rm -r %s", home);
    assert_int_equal(system(command), 0);
}

static void nothing_chosen_is_nothing_said(void **state)
{
    (void)state;
    struct buf out = BUF_INIT(65536);
    saved("", &out);
    assert_string_equal(out.data, "theme = \"auto\";\nkeymap = \"default\";\nscreen = \"floor\";\npanes = (\n);\n");
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

/* Over one that is there only when it is said so; the refusal is short enough for a line, and says how. */
static void a_profile_is_written_once_and_whole(void **state)
{
    (void)state;
    char home[TEMP_PATH_MAX], path[192], command[256];
    temp_template(home);
    struct err err = ERR_INIT;
    struct stat st;
    assert_non_null(mkdtemp(home));
    assert_int_equal(setenv("XDG_CONFIG_HOME", home, 1), 0);
    (void)snprintf(path, sizeof path, "%s/acdtop/profiles/mine.conf", home);
    assert_true(profile_write("mine", SLICE("theme = \"light\";\n"), false, &err));
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(st.st_size, 17);
    assert_int_equal(st.st_nlink, 1); /* nothing is left beside it */
    assert_false(profile_write("mine", SLICE("x"), false, &err));
    assert_string_equal(err.text, "'mine' is there already: ':save! mine' writes over it");
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_size, 17);
    err = ERR_INIT;
    assert_true(profile_write("mine", SLICE("x"), true, &err));
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_size, 1);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_true(profile_write("other", SLICE("x"), true, &err)); /* where there is none it is as without */
    assert_false(profile_write("../mine", SLICE("x"), true, &err));
    (void)snprintf(command, sizeof command, "rm -r %s", home);
    assert_int_equal(system(command), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_saved_is_what_was_chosen), cmocka_unit_test(the_columns_that_were_seen_are_kept),
        cmocka_unit_test(what_is_said_elsewhere_is_not_said_again), cmocka_unit_test(nothing_chosen_is_nothing_said), cmocka_unit_test(what_is_wrong_is_said_with_its_line),
        cmocka_unit_test(a_profile_is_written_once_and_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
