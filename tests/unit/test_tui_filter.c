/* SPDX-License-Identifier: MIT */
/* test_tui_filter: what each filter lets through of a small floor, what it says of a text that is none, and where. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "core/base/mem.h"
#include "tui/table/filter.h"

enum { NOW = 1000000000, COLUMNS_MAX = 32 };

struct floor {
    struct store *store;
    struct view view;
};

static void put(struct floor *w, enum fact_kind kind, void *fact)
{
    (void)store_put(w->store, kind, fact);
}

static void floor_init(struct floor *w)
{
    *w = (struct floor){ .store = store_new() };
    w->view = (struct view){ .store = w->store, .beat_ms = NOW };
    put(w, FACT_PBX, &(struct fact_pbx){ .id = 1, .name = mem_strdup("geneva"), .link = LINK_LIVE });
    put(w, FACT_QUEUE, &(struct fact_queue){ .id = 11, .pbx = 1, .name = mem_strdup("support"), .waiting = 3, .offered = 100, .answered = 80, .answered_in_sl = 60, .abandoned = 20 });
    put(w, FACT_QUEUE, &(struct fact_queue){ .id = 12, .pbx = 1, .name = mem_strdup("sales"), .waiting = 0, .offered = 10, .answered = 10, .answered_in_sl = 10, .oldest = NOW - 61000 });
    put(w, FACT_QUEUE, &(struct fact_queue){ .id = 13, .pbx = 1, .name = mem_strdup("empty") });
    put(w, FACT_AGENT, &(struct fact_agent){ .id = 1, .pbx = 1, .name = mem_strdup("Anna M\xc3\xbcller"), .interface = mem_strdup("PJSIP/401"), .state = AGENT_PAUSED, .since = NOW - 1260000,
                                             .paused_reason = mem_strdup("lunch"), .calls_taken = 12 });
    put(w, FACT_AGENT, &(struct fact_agent){ .id = 2, .pbx = 1, .name = mem_strdup("Bruno"), .interface = mem_strdup("PJSIP/402"), .state = AGENT_TALKING, .since = NOW - 90000,
                                             .queue = 11, .peer_name = mem_strdup("Anna K"), .calls_taken = 0, .talk_ms = 5400000 });
    put(w, FACT_AGENT, &(struct fact_agent){ .id = 3, .pbx = 1, .name = mem_strdup("Cy or Di"), .interface = mem_strdup("SIP/12:05"), .state = AGENT_OTHER_CALL, .since = 0, .calls_taken = 7 });
    put(w, FACT_AGENT, &(struct fact_agent){ .id = 4, .pbx = 1, .name = mem_strdup("a|b \"x\""), .interface = mem_strdup("PJSIP/404"), .state = AGENT_WRAPUP, .since = NOW - 8000,
                                             .wrapup_until = NOW + 8000, .calls_taken = 9 });
    put(w, FACT_CALLER, &(struct fact_caller){ .id = 5, .queue = 11, .number = mem_strdup("+41227670011"), .name = mem_strdup("Ann"), .joined = NOW - 90999, .priority = -1 });
    put(w, FACT_CALLER, &(struct fact_caller){ .id = 6, .queue = 12, .number = NULL, .name = mem_strdup("Joanna"), .joined = NOW - 60000, .priority = 0 });
}

static size_t sight(enum fact_kind kind, const char *layout, const struct column **out)
{
    size_t count = 0;
    for (struct slice rest = slice_of(layout); rest.p != NULL;) {
        const struct column *c = column_named(kind, slice_cut(rest, ' ', &rest));
        assert_non_null(c);
        out[count++] = c;
    }
    return count;
}

static const char *layout_of(enum fact_kind kind)
{
    return kind == FACT_AGENT ? "name state since detail queue calls_taken interface" : kind == FACT_CALLER ? "queue wait number name priority" : "name waiting service_level oldest";
}

/* The ids that match, in order, as digits: "14"; queues are 1, 2 and 3. */
static void ids_of(const struct floor *w, enum fact_kind kind, const struct filter *f, bool *is_ticking, char out[16])
{
    const struct column *column[COLUMNS_MAX];
    struct buf scratch = BUF_INIT(2048);
    struct filter_sight s = { .view = &w->view, .column = column, .count = sight(kind, layout_of(kind), column), .scratch = &scratch };
    size_t n = 0;
    for (uint64_t id = 1; id <= 13; id++) {
        const struct fact *fact = store_get(w->store, kind, id);
        if (fact != NULL && filter_matches(f, &s, fact))
            out[n++] = (char)('0' + id % 10);
    }
    out[n] = '\0';
    *is_ticking = filter_is_ticking(f, &s);
    buf_clear(&scratch);
}

static const struct {
    enum fact_kind kind;
    const char *text, *ids;
    bool is_ticking;
} matches[] = {
    { FACT_AGENT, "", "1234", false },
    { FACT_AGENT, "   ", "1234", false },
    { FACT_AGENT, "anna", "12", false },        /* in a name, and in whom one talks with */
    { FACT_AGENT, "ANNA", "12", false },
    { FACT_AGENT, "M\xc3\x9cLLER", "1", false },
    { FACT_AGENT, "anna m\xc3\xbc", "1", false }, /* both words */
    { FACT_AGENT, "\"anna m\"", "1", false },
    { FACT_AGENT, "\"anna m", "1", false },     /* still being typed */
    { FACT_AGENT, "\"", NULL, false },
    { FACT_AGENT, "!anna", "34", false },
    { FACT_AGENT, "!!anna", "12", false },
    { FACT_AGENT, "!\"anna m\"", "234", false },
    { FACT_AGENT, "lunch", "1", false },
    { FACT_AGENT, "paused", "1", false },
    { FACT_AGENT, "401", "1", true },           /* a digit may be one of those that tick */
    { FACT_AGENT, "12:05", "3", true },         /* no column is called 12 */
    { FACT_AGENT, "pjsip/402", "2", true },
    { FACT_AGENT, "/^pjsip.40[12]$/", "12", true },
    { FACT_AGENT, "/an+a|bru", "12", true },    /* a bar and a blank inside are of the expression */
    { FACT_AGENT, "/a b/ | bruno", "2", true },
    { FACT_AGENT, "!/4/", "3", true },
    { FACT_AGENT, "/[^]+*{]nna (m.+)+$/", "1", true }, /* signs in brackets repeat nothing */
    { FACT_AGENT, "/^bruno$|b{1,2}runo/", "2", true },
    { FACT_AGENT, "\"a|b\"", "4", false },
    { FACT_AGENT, "/\\|/", "4", true },
    { FACT_AGENT, "state:paused", "1", false },
    { FACT_AGENT, "State:PAU", "1", false },
    { FACT_AGENT, "state:p", "1", false },      /* the head of a word before its middle: not wrap-up */
    { FACT_AGENT, "state:up", "4", false },
    { FACT_AGENT, "state:other_call", "3", false },
    { FACT_AGENT, "state:\"other call\"", "3", false },
    { FACT_AGENT, "state=wrap-up", "4", false },
    { FACT_AGENT, "state!=wrap-up", "123", false },
    { FACT_AGENT, "!state:wrap-up", "123", false },
    { FACT_AGENT, "state:/^(wrap|paus)/", "14", false },
    { FACT_AGENT, "state:paused|state:wrapup", "14", false },
    { FACT_AGENT, "state:paused or state:wrapup", "14", false },
    { FACT_AGENT, "state:paused OR bruno", "12", false },
    { FACT_AGENT, "or", "23", false },          /* nothing on its left: a text; support has it too */
    { FACT_AGENT, "cy \"or\" di", "3", false },
    { FACT_AGENT, "name:anna", "1", false },
    { FACT_AGENT, "agent:anna", "1", false },   /* what stands over the column */
    { FACT_AGENT, "\"With / why\":anna", "2", true },
    { FACT_AGENT, "detail:lunch", "1", true },
    { FACT_AGENT, "name=bruno", "2", false },
    { FACT_AGENT, "name=brun", "", false },
    { FACT_AGENT, "name!=bruno", "134", false },
    { FACT_AGENT, "name=\"ANNA m\xc3\xbcller\"", "1", false },
    { FACT_AGENT, "name>b", "23", false },
    { FACT_AGENT, "name<=Bruno", "124", false },
    { FACT_AGENT, "queue:", NULL, false },
    { FACT_AGENT, "queue=support", "2", false },
    { FACT_AGENT, "queue=\"\"", "134", false },
    { FACT_AGENT, "calls>8", "14", false },
    { FACT_AGENT, "calls >= 9", "14", false },
    { FACT_AGENT, "calls_taken=0", "2", false },
    { FACT_AGENT, "calls:12", "1", false },
    { FACT_AGENT, "calls!=12", "234", false },
    { FACT_AGENT, "calls:/^1/", "1", false },
    { FACT_AGENT, "for>60", "12", true },
    { FACT_AGENT, "for>=1:30", "12", true },
    { FACT_AGENT, "for>1:30", "1", true },
    { FACT_AGENT, "for>5m", "1", true },
    { FACT_AGENT, "for<1m30s", "4", true },     /* who is not known to be so since any time is not below either */
    { FACT_AGENT, "!for<1m30s", "123", true },
    { FACT_AGENT, "for:-", "3", false },
    { FACT_AGENT, "for!=-", "124", false },
    { FACT_AGENT, "talk_ms>=1h30m", "2", false },
    { FACT_AGENT, "talk_ms>1:29:59", "2", false },
    { FACT_AGENT, "state:paused for>15m", "1", true },
    { FACT_AGENT, "state:paused for>25m | state:talking", "2", true },
    { FACT_CALLER, "wait>60", "5", true },
    { FACT_CALLER, "wait>=60", "56", true },
    { FACT_CALLER, "wait=1:30", "5", true },    /* as shown: whole seconds */
    { FACT_CALLER, "wait>0.5", NULL, false },
    { FACT_CALLER, "name=Ann", "5", false },
    { FACT_CALLER, "number:-", "6", false },
    { FACT_CALLER, "number:+41", "5", false },
    { FACT_CALLER, "prio:-", "5", false },
    { FACT_CALLER, "prio<1", "6", false },
    { FACT_CALLER, "queue:s wait>1m", "5", true },
    { FACT_QUEUE, "sl<80", "1", false },
    { FACT_QUEUE, "sl<80%", "1", false },
    { FACT_QUEUE, "sl:60.0", "1", false },
    { FACT_QUEUE, "sl>99.9", "2", false },
    { FACT_QUEUE, "sl:-", "3", false },
    { FACT_QUEUE, "wait>2", "1", false },       /* callers that wait: the heading says so */
    { FACT_QUEUE, "longest>=1m", "2", true },
    { FACT_QUEUE, "proof:reading", "123", false },
};

static void test_matches(void **state)
{
    (void)state;
    struct floor w;
    floor_init(&w);
    for (size_t i = 0; i < sizeof matches / sizeof matches[0]; i++) {
        struct filter_fault fault;
        char ids[16] = "";
        bool is_ticking = false;
        struct filter *f = filter_new(matches[i].kind, slice_of(matches[i].text), &fault);
        if ((f != NULL) != (matches[i].ids != NULL))
            fail_msg("'%s': %s", matches[i].text, f != NULL ? "is a filter" : fault.text);
        if (f != NULL)
            ids_of(&w, matches[i].kind, f, &is_ticking, ids);
        if (f != NULL && (strcmp(ids, matches[i].ids) != 0 || is_ticking != matches[i].is_ticking))
            fail_msg("'%s' matches '%s', not '%s'; ticking %d", matches[i].text, ids, matches[i].ids, is_ticking);
        filter_free(f);
    }
    store_free(w.store);
}

static const struct {
    enum fact_kind kind;
    const char *text;
    size_t at, length;
    bool is_unfinished;
    const char *says;
} faults[] = {
    { FACT_AGENT, "!", 1, 0, true, "missing after '!'" },
    { FACT_AGENT, "anna ! bruno", 6, 0, true, "missing after '!'" },
    { FACT_AGENT, "state:", 6, 0, true, "a value of 'state' is missing" },
    { FACT_AGENT, "calls >", 7, 0, true, "a value of 'calls' is missing" },
    { FACT_AGENT, "anna |", 6, 0, true, "missing after '|'" },
    { FACT_AGENT, "anna or ", 8, 0, true, "missing after 'or'" },
    { FACT_AGENT, "| anna", 0, 1, false, "nothing on the left" },
    { FACT_AGENT, "anna | | bruno", 7, 1, false, "nothing on the left" },
    { FACT_AGENT, "anna >60", 0, 4, false, "no column is called 'anna'" },
    { FACT_AGENT, "x >60", 0, 1, false, "no column is called 'x'" },
    { FACT_AGENT, "a stat:paused", 2, 4, false, "did you mean 'state'?" },
    { FACT_AGENT, ":paused", 0, 1, false, "a column is missing before ':'" },
    { FACT_AGENT, "state:nonsense", 6, 8, true, "'state' is never 'nonsense'; it is free, ringing" },
    { FACT_AGENT, "state:pausde", 6, 6, true, "did you mean 'paused'?" },
    { FACT_AGENT, "state>paused", 6, 6, false, "is a word" },
    { FACT_AGENT, "calls>many", 6, 4, true, "'calls' is compared with a number" },
    { FACT_AGENT, "for>abc", 4, 3, true, "'for' is compared with a time" },
    { FACT_AGENT, "since>abc", 6, 3, true, "'since' is compared with a time" },
    { FACT_AGENT, "wait>1:30", 0, 4, false, "agents have no column 'wait'; these have: queues, members, waiting callers" },
    { FACT_LINE, "state:paused", 0, 5, false, "events have no column 'state'; these have: queues, agents, members" },
    { FACT_AGENT, "for>1:99", 4, 4, true, "is compared with a time: 90, 1:30 or 5m" },
    { FACT_AGENT, "for>5x", 4, 2, true, "is compared with a time" },
    { FACT_QUEUE, "sl<high", 3, 4, true, "a percentage" },
    { FACT_QUEUE, "waiting>1:30", 8, 4, true, "'waiting' is compared with a number; a time is in 'Longest'" },
    { FACT_QUEUE, "waiting>many", 8, 4, true, "'waiting' is compared with a number" },
    { FACT_AGENT, "/a(/", 0, 4, true, "not complete or not valid" },
    { FACT_AGENT, "b //", 2, 2, true, "is empty" },
    { FACT_AGENT, "/(a)\\1/", 0, 7, false, "refer back" },
    { FACT_AGENT, "/(a{50}){50}/", 0, 13, false, "repeats too often" },
    { FACT_AGENT, "/a{999999999}/", 0, 14, false, "repeats too often" },
    { FACT_AGENT, "/a++/", 0, 5, false, "repeated already" },
    { FACT_AGENT, "/((((((((a+)+)+)+)+)+)+)+)+/", 0, 28, false, "repeats too often" },
    { FACT_AGENT, "name:/[/", 5, 3, true, "not complete or not valid" },
};

static void test_faults(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        struct filter_fault fault;
        struct filter *f = filter_new(faults[i].kind, slice_of(faults[i].text), &fault);
        if (f != NULL)
            fail_msg("'%s' is a filter", faults[i].text);
        if (strstr(fault.text, faults[i].says) == NULL || fault.at != faults[i].at || fault.length != faults[i].length || fault.is_unfinished != faults[i].is_unfinished)
            fail_msg("'%s': \"%s\" at %zu, %zu long, unfinished %d", faults[i].text, fault.text, fault.at, fault.length, fault.is_unfinished);
    }
}

/* Whatever is typed on the way to a filter, each step either is one or says where it is not. */
static void test_too_much(void **state)
{
    (void)state;
    struct filter_fault fault;
    char text[FILTER_TEXT_MAX + 2];
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_null(filter_new(FACT_AGENT, slice_of(text), &fault));
    assert_int_equal(fault.at, FILTER_TEXT_MAX);
    text[FILTER_TEXT_MAX] = '\0';
    struct filter *f = filter_new(FACT_AGENT, slice_of(text), &fault);
    assert_non_null(f);
    filter_free(f);
    text[0] = '/';
    assert_null(filter_new(FACT_AGENT, slice_of(text), &fault));
    assert_non_null(strstr(fault.text, "too long"));
    for (size_t i = 0; i < FILTER_TEXT_MAX; i += 2)
        text[i] = ' ';
    assert_null(filter_new(FACT_AGENT, slice_of(text), &fault));
    assert_non_null(strstr(fault.text, "at most 32 terms"));
    assert_null(filter_new(FACT_AGENT, (struct slice){ "a\0b", 3 }, &fault));
}

/* On the way to "state:paused" stands "sta": it may be left out, so that the list is not empty meanwhile. */
static void test_last_word_may_become_a_field(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_open;
    } rows[] = { { "sta", true }, { "anna sta", true }, { "sta ", false }, { "\"sta", false }, { "!sta", false }, { "xyz", false }, { "sta anna", false }, { "", false } };
    struct floor w;
    floor_init(&w);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct filter_fault fault;
        bool is_ticking;
        char ids[16];
        struct filter *f = filter_new(FACT_AGENT, slice_of(rows[i].text), &fault);
        assert_non_null(f);
        assert_int_equal(filter_relax(f), rows[i].is_open);
        assert_false(filter_relax(f));
        ids_of(&w, FACT_AGENT, f, &is_ticking, ids);
        if (rows[i].is_open)
            assert_string_equal(ids, i == 0 ? "1234" : "12");
        filter_free(f);
    }
    store_free(w.store);
}

static void test_spot(void **state)
{
    (void)state;
    static const struct {
        const char *text, *column, *cell;
        int from, to; /* -1: nowhere */
    } rows[] = {
        { "nna", "name", "Anna M", 1, 4 },
        { "nna", "calls_taken", "12", -1, -1 },
        { "x m", "name", "Anna M", 5, 6 },
        { "!anna", "name", "Anna M", -1, -1 },
        { "/n+/", "name", "Anna M", 1, 3 },
        { "name:m", "name", "Anna M", 5, 6 },
        { "name:m", "interface", "Anna M", -1, -1 },
        { "muller", "name", "Jo M\xc3\xbcller", 3, 10 },
        { "muller", "name", "Jo Mu\xcc\x88ller", 3, 11 },
        { "m\xc3\xbcller", "name", "Jo M\xc3\x9cLLER", 3, 10 },
        { "m\xc3\xbcller", "name", "Jo Muller", -1, -1 },
        { "ayse", "name", "Ay\xc5\x9f" "e", 0, 5 },
        { "mullr", "name", "Jo M\xc3\xbcller", -1, -1 },
        { "calls>3", "calls_taken", "12", 0, 2 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct filter_fault fault;
        size_t from = 0, to = 0;
        struct filter *f = filter_new(FACT_AGENT, slice_of(rows[i].text), &fault);
        assert_non_null(f);
        bool is_found = filter_spot(f, column_named(FACT_AGENT, slice_of(rows[i].column)), slice_of(rows[i].cell), &from, &to);
        assert_int_equal(is_found, rows[i].from >= 0);
        assert_true(!is_found || ((int)from == rows[i].from && (int)to == rows[i].to));
        filter_free(f);
    }
}

/* The manual is made of these. */
static void test_every_example_compiles(void **state)
{
    (void)state;
    assert_true(filter_table_count >= 10);
    for (size_t i = 0; i < filter_table_count; i++) {
        struct filter_fault fault;
        struct filter *f = filter_new(filter_table[i].kind, slice_of(filter_table[i].example), &fault);
        if (f == NULL)
            fail_msg("%s: %s", filter_table[i].example, fault.text);
        filter_free(f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_matches),
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_too_much),
        cmocka_unit_test(test_last_word_may_become_a_field),
        cmocka_unit_test(test_spot),
        cmocka_unit_test(test_every_example_compiles),
    };
    (void)setlocale(LC_CTYPE, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
