/* SPDX-License-Identifier: MIT */
/* Every number against a worked example, and totals weighted by calls. */
#include "core/base/sum.h"
#include "core/floor/kpi.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static int64_t value(enum kpi k, const struct fact_queue *q)
{
    int64_t v = -1;
    assert_true(kpi_value(k, q, &v));
    return v;
}

static void nothing_is_unknown_not_zero(void **state)
{
    (void)state;
    struct fact_queue q = { .ast_sl = -1, .ast_sl2 = -1, .ast_holdtime_s = -1, .ast_talktime_s = -1 };
    for (size_t k = 0; k < KPI_COUNT; k++) {
        int64_t v = 77;
        assert_false(kpi_value((enum kpi)k, &q, &v));
        assert_int_equal(v, 77);
        assert_non_null(kpi_table[k].id);
        assert_non_null(kpi_table[k].title);
        assert_non_null(kpi_table[k].formula);
        assert_non_null(kpi_table[k].source);
    }
}

/* 100 offered, 60 answered in 20 s, 20 later, 20 hung up of whom 5 early: features.md d.1. */
static void the_worked_example(void **state)
{
    (void)state;
    struct fact_queue q = { .since = 1, .offered = 100, .answered = 80, .answered_in_sl = 60, .abandoned = 20, .abandoned_short = 5,
                            .answered_wait_ms = 80 * 15000, .abandoned_wait_ms = 20 * 30500, .handled = 79, .talk_ms = 79 * 120000,
                            .wrap_ms = 79 * 10000, .ast_sl = 75000, .ast_sl2 = 65000, .ast_holdtime_s = 14, .ast_talktime_s = 119 };
    assert_int_equal(value(KPI_SERVICE_LEVEL, &q), 63158); /* 60 / 95 */
    assert_int_equal(value(KPI_SERVICE_LEVEL_ANSWERED, &q), 75000);
    assert_int_equal(value(KPI_ASA, &q), 15000);
    assert_int_equal(value(KPI_ATA, &q), 30500);
    assert_int_equal(value(KPI_ATT, &q), 120000);
    assert_int_equal(value(KPI_AHT, &q), 130000);
    assert_int_equal(value(KPI_ABANDONMENT, &q), 20000);
    assert_int_equal(value(KPI_AST_SL, &q), 75000);
    assert_int_equal(value(KPI_AST_SL2, &q), 65000);
    assert_int_equal(value(KPI_AST_HOLDTIME, &q), 14000);
    assert_int_equal(value(KPI_AST_TALKTIME, &q), 119000);
    q.timeout = 2;
    q.empty = 1;
    q.key = 1;
    q.withdrawn = 1;
    q.redirected = 0;
    assert_int_equal(value(KPI_SERVICE_LEVEL, &q), 60000); /* 60 / 100: every other way out counts as offered */
    assert_int_equal(value(KPI_ABANDONMENT, &q), 19048);   /* 20 / 105 */
}

static void totals_are_weighted_by_calls(void **state)
{
    (void)state;
    struct fact_queue a = { .since = 5, .oldest = 900, .waiting = 1, .answered = 90, .answered_in_sl = 90, .answered_wait_ms = 90 * 1000, .ast_sl = 100000,
                            .ast_sl2 = 100000, .ast_holdtime_s = 1, .longest_wait_ms = 10, .reread_at = 70 };
    struct fact_queue b = { .since = 9, .oldest = 800, .waiting = 2, .answered = 10, .answered_in_sl = 0, .answered_wait_ms = 10 * 101000, .ast_sl = 0,
                            .ast_holdtime_s = 101, .longest_wait_ms = 20, .reread_at = 60 };
    struct fact_queue t = { 0 };
    kpi_add(&t, 0, &a);
    assert_int_equal(value(KPI_AST_SL, &t), 100000);
    kpi_add(&t, 1, &b);
    assert_int_equal(value(KPI_SERVICE_LEVEL, &t), 90000); /* not the mean of 100 and 0 */
    assert_int_equal(value(KPI_ASA, &t), 11000);
    int64_t v;
    assert_false(kpi_value(KPI_AST_SL, &t, &v)); /* of two queues nobody knows */
    assert_false(kpi_value(KPI_AST_HOLDTIME, &t, &v));
    assert_int_equal(t.waiting, 3);
    assert_int_equal(t.oldest, 800);
    assert_int_equal(t.since, 9);
    assert_int_equal(t.longest_wait_ms, 20);
    assert_int_equal(t.reread_at, 60);
    a.oldest = 0;
    kpi_add(&t, 2, &a); /* nobody waits there: no older one */
    assert_int_equal(t.oldest, 800);
}

static void every_field_of_a_queue_says_how_it_is_joined(void **state)
{
    (void)state;
    const struct fact_row *row = &fact_table[FACT_QUEUE];
    for (size_t i = 0; i < row->field_count; i++) {
        assert_true(row->field[i].join < JOIN_COUNT);
        assert_int_equal(row->field[i].join == JOIN_NONE, row->field[i].type == TYPE_ID); /* a new one must say it */
    }
}

static void of_several_the_state_proves_as_little_as_the_worst(void **state)
{
    (void)state;
    struct fact_queue a = { .state = QUEUE_SUSPECT, .service_level_s = 30, .max_waiting = 5, .weight = 1 },
                      b = { .state = QUEUE_CLEAN, .service_level_s = 20, .max_waiting = 9, .weight = 1 }, c = { .state = QUEUE_UNPROVEN, .service_level_s = 40, .weight = 1 };
    struct fact_queue t = { .waiting = 7 };
    kpi_add(&t, 0, &a); /* what was in it does not count */
    assert_int_equal(t.waiting, 0);
    kpi_add(&t, 1, &b);
    assert_int_equal(t.state, QUEUE_SUSPECT);
    kpi_add(&t, 2, &c);
    assert_int_equal(t.state, QUEUE_UNPROVEN);
    assert_int_equal(t.service_level_s, 20);
    assert_int_equal(t.max_waiting, -1);
    assert_int_equal(t.weight, 1);
}

static void fill(struct fact_queue *q, int64_t value)
{
    const struct fact_row *row = &fact_table[FACT_QUEUE];
    for (size_t i = 0; i < row->field_count; i++) {
        if (row->field[i].type != TYPE_TEXT && row->field[i].type != TYPE_ID)
            memcpy((char *)q + row->field[i].offset, &value, sizeof value);
    }
}

/* Meant for the sanitizer: no sum and no share of absurd numbers is undefined. */
static void absurd_numbers_stay_numbers(void **state)
{
    (void)state;
    static const int64_t extremes[] = { INT64_MIN, INT64_MIN + 1, -1, 0, 1, INT64_MAX / 100000, INT64_MAX - 1, INT64_MAX };
    enum { COUNT = sizeof extremes / sizeof extremes[0] };
    for (size_t i = 0; i < COUNT * COUNT; i++) {
        struct fact_queue a = { 0 }, b = { 0 }, t = { 0 };
        fill(&a, extremes[i / COUNT]);
        fill(&b, extremes[i % COUNT]);
        kpi_add(&t, 0, &a);
        kpi_add(&t, 1, &b);
        b.answered = b.handled = extremes[i / COUNT];
        kpi_add(&t, 2, &b);
        int64_t v;
        for (enum kpi k = 0; k < KPI_COUNT; k++)
            (void)(kpi_value(k, &a, &v) + kpi_value(k, &b, &v) + kpi_value(k, &t, &v));
    }
    struct fact_queue most = { 0 }, t = { 0 };
    fill(&most, INT64_MAX);
    kpi_add(&t, 0, &most);
    kpi_add(&t, 1, &most);
    assert_true(t.waiting == INT64_MAX && t.talk_ms == INT64_MAX);
    struct fact_queue half = { .answered = INT64_MAX, .answered_in_sl = INT64_MAX / 2, .handled = 1, .talk_ms = INT64_MAX, .wrap_ms = INT64_MAX };
    assert_in_range(value(KPI_SERVICE_LEVEL_ANSWERED, &half), 49999, 50000);
    assert_true(value(KPI_AHT, &half) == INT64_MAX);
}

static void sums_stop_at_the_end(void **state)
{
    (void)state;
    assert_true(sum_add(INT64_MAX, 1) == INT64_MAX && sum_add(INT64_MIN, -1) == INT64_MIN && sum_add(2, 3) == 5);
    assert_true(sum_sub(INT64_MIN, 1) == INT64_MIN && sum_sub(INT64_MAX, -1) == INT64_MAX && sum_sub(0, INT64_MIN) == INT64_MAX && sum_sub(2, 3) == -1);
    assert_true(sum_mul(INT64_MAX, 2) == INT64_MAX && sum_mul(INT64_MIN, 2) == INT64_MIN && sum_mul(INT64_MIN, -1) == INT64_MAX && sum_mul(-2, 3) == -6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_unknown_not_zero),
        cmocka_unit_test(the_worked_example),
        cmocka_unit_test(totals_are_weighted_by_calls),
        cmocka_unit_test(every_field_of_a_queue_says_how_it_is_joined),
        cmocka_unit_test(of_several_the_state_proves_as_little_as_the_worst),
        cmocka_unit_test(absurd_numbers_stay_numbers),
        cmocka_unit_test(sums_stop_at_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
