/* SPDX-License-Identifier: MIT */
/* test_tui_pages: formulas with the values in them say what kpi computes; the chooser of columns keeps the table whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "core/base/random.h"
#include "core/floor/kpi.h"
#include "tui/chooser.h"
#include "tui/explain.h"

static void check_formula(enum kpi k, const struct fact_queue *q, const char *want)
{
    struct buf text = BUF_INIT(1024);
    explain_formula(kpi_table[k].formula, q, &text);
    assert_string_equal(text.data, want);
    buf_clear(&text);
}

static void test_formulas(void **state)
{
    (void)state;
    struct fact_queue q = { .answered = 70, .answered_in_sl = 65, .abandoned = 24, .abandoned_short = 6, .timeout = 1, .answered_wait_ms = 1400000,
                            .handled = 60, .talk_ms = 7200000, .wrap_ms = 600000 };
    check_formula(KPI_SERVICE_LEVEL, &q, "65 answered in time / (70 answered + 24 hung up - 6 hung up at once + 1 timed out)");
    check_formula(KPI_ASA, &q, "23:20 waited by the answered / 70 answered");
    check_formula(KPI_AHT, &q, "(2:00:00 talked + 10:00 wrapped up) / 60 talks ended");
    check_formula(KPI_AST_SL, &q, "Asterisk's ServicelevelPerf");
    check_formula(KPI_AHT, NULL, "(talked + wrapped up) / talks ended");
    struct fact_queue none = { 0 };
    check_formula(KPI_SERVICE_LEVEL, &none, "0 answered in time / 0");
}

static const struct table_setup setup = { .kind = FACT_AGENT, .layout = "name state calls_taken since", .sort = "name" };

static void layout_is(const struct table *t, const char *want)
{
    struct buf layout = BUF_INIT(8192);
    table_layout(t, &layout);
    assert_string_equal(layout.data, want);
    buf_clear(&layout);
}

static void test_chooser(void **state)
{
    (void)state;
    struct table *t = table_new(&setup);
    struct page *p = page_new("Columns");
    chooser_fill(p, &setup, t, true);
    assert_true(chooser_act(p, &setup, t, ACTION_COLUMN_RIGHT)); /* the first: name */
    layout_is(t, "state name calls_taken since");
    assert_true(chooser_act(p, &setup, t, ACTION_COLUMN_LEFT));
    assert_true(chooser_act(p, &setup, t, ACTION_COLUMN_LEFT)); /* is at the end */
    layout_is(t, "name state calls_taken since");
    assert_true(chooser_act(p, &setup, t, ACTION_COLUMN_TOGGLE));
    layout_is(t, "state calls_taken since");
    int direction;
    assert_string_equal(table_sort_id(t, &direction), "state"); /* what it was sorted by is not there any more */
    assert_true(chooser_act(p, &setup, t, ACTION_COLUMN_SORT)); /* shows it again */
    layout_is(t, "state calls_taken since name");
    assert_string_equal(table_sort_id(t, &direction), "name");
    assert_int_equal(direction, 1);
    assert_true(chooser_act(p, &setup, t, ACTION_COLUMN_SORT));
    (void)table_sort_id(t, &direction);
    assert_int_equal(direction, -1);
    assert_true(chooser_act(p, &setup, t, ACTION_COLUMN_DEFAULT));
    layout_is(t, setup.layout);
    table_set_wide(t, true);
    layout_is(t, setup.layout); /* wide is a way of looking, not a choice of columns */
    assert_true(table_sideways(t, true));
    table_set_wide(t, false);
    assert_false(table_sideways(t, true));
    table_set_layout(t, SLICE("no such columns"));
    assert_false(table_set_sort(t, SLICE("no"), 0));
    page_free(p);
    table_free(t);
}

/* Whatever is pressed in the chooser, there is a column, each at most once, and the table is sorted by one of them. */
static void test_chooser_keeps_the_table_whole(void **state)
{
    (void)state;
    static const enum action keys[] = { ACTION_COLUMN_TOGGLE, ACTION_COLUMN_LEFT, ACTION_COLUMN_RIGHT, ACTION_COLUMN_SORT, ACTION_COLUMN_DEFAULT,
                                        ACTION_CURSOR_DOWN, ACTION_CURSOR_DOWN, ACTION_CURSOR_UP, ACTION_CURSOR_LAST, ACTION_CURSOR_FIRST, ACTION_PAGE_DOWN };
    struct table *t = table_new(&setup);
    struct page *p = page_new("Columns");
    struct canvas c = { 0 };
    struct random r = { 5 };
    canvas_init(&c, 60, 20, true);
    for (int round = 0; round < 3000; round++) {
        page_clear(p);
        chooser_fill(p, &setup, t, true);
        if (round % 10 == 0)
            page_draw(p, &c, canvas_area(&c));
        enum action a = keys[random_below(&r, sizeof keys / sizeof keys[0])];
        if (!chooser_act(p, &setup, t, a))
            (void)page_act(p, a);
        if (round % 50 == 0)
            table_set_wide(t, !table_is_wide(t));
        struct buf layout = BUF_INIT(8192);
        table_layout(t, &layout);
        int direction;
        const char *sort = table_sort_id(t, &direction);
        size_t count = 0, sorted = 0;
        for (struct slice rest = buf_slice(&layout); rest.p != NULL; count++) {
            struct slice id = slice_cut(rest, ' ', &rest);
            assert_non_null(column_named(setup.kind, id));
            sorted += slice_eq(id, slice_of(sort));
        }
        assert_true(count > 0 && (sorted == 1 || table_is_wide(t)));
        buf_clear(&layout);
    }
    canvas_clear(&c);
    page_free(p);
    table_free(t);
}

/* However long its entries are and wherever it is scrolled to, a page draws nothing beside its area. */
static void test_page_stays_in_its_area(void **state)
{
    (void)state;
    struct page *p = page_new("Long");
    struct canvas c = { 0 };
    struct random r = { 9 };
    char text[400];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    for (size_t i = 10; i < sizeof text; i += 11)
        text[i - 1] = ' ';
    for (uint64_t i = 1; i <= 12; i++) {
        page_heading(p, "A heading");
        page_add(p, SLICE("term"), ROLE_DIM, (struct page_value){ "value", ROLE_TEXT }, text + 30 * (i % 12), i);
    }
    canvas_init(&c, 60, 24, false);
    for (int round = 0; round < 400; round++) {
        struct area a = { (int)random_below(&r, 10), (int)random_below(&r, 10), 20 + (int)random_below(&r, 25), 2 + (int)random_below(&r, 10) };
        for (int i = 0; i < c.cols * c.rows; i++)
            c.cell[i].text[0] = '#';
        (void)page_act(p, random_below(&r, 3) == 0 ? ACTION_CURSOR_UP : random_below(&r, 5) == 0 ? ACTION_PAGE_DOWN : ACTION_CURSOR_DOWN);
        page_draw(p, &c, a);
        for (int y = 0; y < c.rows; y++)
            for (int x = 0; x < c.cols; x++)
                if (x < a.x || x >= a.x + a.w || y < a.y || y >= a.y + a.h)
                    assert_int_equal(c.cell[y * c.cols + x].text[0], '#');
    }
    canvas_clear(&c);
    page_free(p);
}

/* What stands beside a value on the screen is in people's words: no unit that is not shown, no name of a field. */
static void test_meanings_are_for_people(void **state)
{
    (void)state;
    for (enum fact_kind kind = 0; kind < FACT_COUNT; kind++) {
        struct column_set set = column_set(kind);
        for (size_t i = 0; i < set.count; i++) {
            struct buf text = BUF_INIT(4096);
            explain_meaning(kind, &set.at[i], &text);
            const char *raw = strstr(buf_slice(&text).p, "_ms");
            if (set.at[i].drop < 250 && (text.len == 0 || raw != NULL || ((set.at[i].form == FORM_TIME || set.at[i].form == FORM_SINCE) && strstr(text.data, "millisec") != NULL)))
                fail_msg("%s of a %s: %s", set.at[i].id, fact_table[kind].name, buf_slice(&text).p);
            buf_clear(&text);
        }
    }
    /* two counts that differ have two names, and each says where the other is */
    const struct column *ours = column_named(FACT_AGENT, SLICE("calls_taken")), *theirs = column_named(FACT_MEMBER, SLICE("calls_taken"));
    assert_string_not_equal(ours->title, theirs->title);
    assert_non_null(strstr(ours->help, theirs->title));
    assert_non_null(strstr(theirs->help, ours->title));
}

/* Keys that come at once, before the page was drawn for the first time. */
static void test_next_before_it_is_drawn(void **state)
{
    (void)state;
    struct page *p = page_new("Page");
    for (uint64_t key = 1; key <= 4; key++)
        page_add(p, SLICE("entry"), ROLE_NAME, (struct page_value){ NULL, ROLE_TEXT }, "text", key);
    assert_true(page_act(p, ACTION_CURSOR_DOWN));
    assert_int_equal(page_chosen(p), 2);
    assert_true(page_act(p, ACTION_CURSOR_DOWN));
    assert_true(page_act(p, ACTION_CURSOR_UP));
    assert_int_equal(page_chosen(p), 2);
    page_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_next_before_it_is_drawn),
        cmocka_unit_test(test_meanings_are_for_people), cmocka_unit_test(test_page_stays_in_its_area), cmocka_unit_test(test_formulas), cmocka_unit_test(test_chooser), cmocka_unit_test(test_chooser_keeps_the_table_whole) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
