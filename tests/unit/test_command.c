/* SPDX-License-Identifier: MIT */
/* test_command: the language of shell and console: words and quotes, what is wrong and where, what could be typed next. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#include "core/base/mem.h"
#include "core/control/command.h"
#include "tui/app_parts.h"
#include "tui/cli/cli.h"

/* "status|a b|c" */
static void understood(const char *line, const char *expected)
{
    struct command c;
    struct command_fault fault;
    struct buf out = BUF_INIT(4096);
    if (!command_parse(slice_of(line), COMMAND_SHELL, &c, &fault))
        fail_msg("%s: %s", line, fault.err.text);
    (void)buf_addf(&out, "%s", command_table[c.id].name);
    for (size_t i = 0; i < c.count; i++)
        (void)buf_addf(&out, "|%.*s", SLICE_FMT(c.word[i].text));
    assert_string_equal(out.data, expected);
    buf_clear(&out);
    command_clear(&c);
}

static void test_words(void **state)
{
    (void)state;
    understood("status", "status");
    understood("  status   a  b ", "status|a|b");
    understood("status 'a b' \"c 'd'\" e\\ f g\"h i\"j \"\" \"k\\\"l\" 'm\\n'", "status|a b|c 'd'|e f|gh ij||k\"l|m\\n");
    understood("'status' x", "status|x");
    understood("record some.ami", "record|some.ami");
    understood("pause -- 401 --reason", "pause|401|--reason"); /* behind "--" nothing is an option, and it is no word itself */
    understood("pause 401 --reason -- -- sales", "pause|401|--reason|--|sales");
    understood("pause 401 \"--\" x", "pause|401|--|x");
    understood("status \xc3\xa9t\xc3\xa9", "status|\xc3\xa9t\xc3\xa9");
}

static void refused(const char *line, size_t at, size_t n, const char *says)
{
    struct command c;
    struct command_fault fault;
    assert_false(command_parse(slice_of(line), COMMAND_SHELL, &c, &fault));
    if (strstr(fault.err.text, says) == NULL)
        fail_msg("%s: '%s' does not say '%s'", line, fault.err.text, says);
    assert_int_equal(fault.err.kind, ERR_USAGE);
    assert_int_equal(fault.at, at);
    assert_int_equal(fault.n, n);
    command_clear(&c);
}

static void test_what_is_wrong_and_where(void **state)
{
    (void)state;
    refused(" statsu sales", 1, 6, "did you mean 'status'?");
    refused("theme fjord", 0, 5, "'theme' is a command of the line that ':' opens in the console: ':theme' there");
    refused("pause", 5, 0, "'pause' wants AGENT: usage is 'acdtop pause AGENT [QUEUE] [REASON]");
    refused("zzzzzzzzz", 0, 9, "unknown command 'zzzzzzzzz'");
    refused("  ", 2, 0, "no command");
    refused("\"\" x", 0, 2, "no command");
    refused("record", 6, 0, "'record' wants FILE: usage is 'acdtop record FILE'");
    refused("record a 'b c'", 9, 5, "'b c' is one word too many");
    refused("config chekc", 7, 5, "'config' wants check, show or profiles, not 'chekc'");
    refused("status 'a b", 7, 1, "this quote is never closed");
    refused("\"status a b", 0, 11, "this quote is never closed");
    struct buf longer = BUF_INIT(4096);
    for (int i = 0; i < 200; i++)
        (void)buf_addf(&longer, "status ");
    refused(longer.data, COMMAND_LINE_MAX, longer.len - COMMAND_LINE_MAX, "at most");
    longer.len = 0;
    for (int i = 0; i < COMMAND_WORDS_MAX + 2; i++)
        (void)buf_addf(&longer, i == 0 ? "status" : " x");
    refused(longer.data, longer.len - 1, 1, "more than");
    buf_clear(&longer);
}

/* A word that is written for a line is read back as it was. */
static void test_words_both_ways(void **state)
{
    (void)state;
    static const char *const words[] = { "a", "a b", "", "a\"b", "a'b", "\\", "a\\ b\"c'", " ", "\xe7\x8e\x8b x" };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        struct buf line = BUF_INIT(256), expected = BUF_INIT(256);
        (void)buf_addf(&line, "status ");
        command_add_word(&line, slice_of(words[i]));
        (void)buf_addf(&expected, "status|%s", words[i]);
        understood(line.data, expected.data);
        buf_clear(&line);
        buf_clear(&expected);
    }
}

static void placed(const char *text, enum command_arg kind, size_t from, const char *typed)
{
    struct command_place p = command_place(slice_of(text), strlen(text), COMMAND_SHELL);
    assert_int_equal(p.kind, kind);
    if (kind != COMMAND_ARG_NONE) {
        assert_int_equal(p.from, from);
        assert_true(slice_eq(p.typed, slice_of(typed)));
    }
}

static void test_what_could_be_typed(void **state)
{
    (void)state;
    placed("", COMMAND_ARG_COMMAND, 0, "");
    placed(" st", COMMAND_ARG_COMMAND, 1, "st");
    placed("status", COMMAND_ARG_COMMAND, 0, "status");
    placed("status ", COMMAND_ARG_QUEUE, 7, "");
    placed("status a b", COMMAND_ARG_QUEUE, 9, "b");
    placed("status a \"b c", COMMAND_ARG_QUEUE, 9, "b c");
    placed("record a b", COMMAND_ARG_NONE, 0, "");
    placed("config ch", COMMAND_ARG_CHOICE, 7, "ch");
    placed("pause a --", COMMAND_ARG_QUEUE, 8, "--");
    placed("pause a -- --re", COMMAND_ARG_QUEUE, 11, "--re");
    placed("pause a --reason l", COMMAND_ARG_REASON, 17, "l");
    placed("nonsense x", COMMAND_ARG_NONE, 0, "");
    struct command_place p = command_place(SLICE("status abc def"), 9, COMMAND_SHELL); /* up to the cursor only */
    assert_true(p.kind == COMMAND_ARG_QUEUE && slice_eq(p.typed, SLICE("ab")));
}

static void test_every_command_is_done_somewhere(void **state)
{
    (void)state;
    for (int id = 0; id < COMMAND_COUNT; id++) {
        assert_int_not_equal(command_table[id].where, 0);
        assert_int_equal((command_table[id].where & COMMAND_SHELL) != 0, cli_command_table[id].run != NULL);
        assert_int_equal((command_table[id].where & COMMAND_CONSOLE) != 0, app_command_is_known((enum command_id)id));
        assert_true(strlen(command_table[id].help) > 5);
        for (int other = 0; other < id; other++)
            assert_string_not_equal(command_table[other].name, command_table[id].name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_what_is_wrong_and_where),
        cmocka_unit_test(test_words_both_ways),
        cmocka_unit_test(test_what_could_be_typed),
        cmocka_unit_test(test_every_command_is_done_somewhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
