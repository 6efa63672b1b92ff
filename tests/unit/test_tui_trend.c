/* SPDX-License-Identifier: MIT */
/* test_tui_trend: who waits, of all PBXs or of one that is asked about, while it is live. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "core/base/mem.h"
#include "tui/look/spark.h"
#include "tui/trend.h"

enum { GENEVA = 1, OSLO = 2, QUEUE = 10 };

static void put_pbx(struct store *s, uint64_t id, const char *name, enum link_state link)
{
    struct fact_pbx pbx = { .id = id, .name = mem_strdup(name), .link = link };
    assert_true(store_put(s, FACT_PBX, (void *)&pbx));
}

static void put_queue(struct store *s, uint64_t id, uint64_t pbx, int64_t waiting)
{
    struct fact_queue q = { .id = id, .pbx = pbx, .name = mem_strdup("q"), .waiting = waiting };
    assert_true(store_put(s, FACT_QUEUE, (void *)&q));
}

static int64_t last(const struct trend *t)
{
    return trend_waiting(t) != NULL ? trend_waiting(t)[TREND_SLOTS - 1] : SPARK_UNKNOWN;
}

static void test_one_of_several(void **state)
{
    (void)state;
    struct store *s = store_new();
    struct trend *t = trend_new();
    int64_t now_ms = 100 * TREND_SLOT_MS;
    put_pbx(s, GENEVA, "geneva", LINK_LIVE);
    put_pbx(s, OSLO, "oslo", LINK_LIVE);
    put_queue(s, QUEUE, GENEVA, 3);
    put_queue(s, QUEUE + 1, OSLO, 40);
    trend_beat(t, s, NULL, now_ms);
    assert_int_equal(last(t), 43);
    trend_beat(t, s, "geneva", now_ms += TREND_SLOT_MS);
    assert_int_equal(last(t), 3);
    trend_beat(t, s, "nobody", now_ms += TREND_SLOT_MS);
    assert_int_equal(last(t), SPARK_UNKNOWN);
    put_pbx(s, GENEVA, "geneva", LINK_LOST);
    trend_beat(t, s, "geneva", now_ms += TREND_SLOT_MS);
    assert_int_equal(last(t), SPARK_UNKNOWN);
    trend_beat(t, s, NULL, now_ms += TREND_SLOT_MS);
    assert_int_equal(last(t), 40);
    trend_free(t);
    store_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_one_of_several) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
