/* SPDX-License-Identifier: MIT */
/* Times as people type them: which instant is meant, and what is said where there is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "core/config/when.h"

#define NOON INT64_C(1795348800000) /* Sun 22 Nov 2026 12:00:00 UTC */
enum { MINUTE_MS = 60000, HOUR_MS = 3600000 };

static enum when_news read_at(const struct when_span *span, const char *text, int64_t *out, struct err *err)
{
    *err = ERR_INIT;
    return when_read(slice_of(text), span, out, err);
}

static void every_form_is_read(void **state)
{
    (void)state;
    struct when_span span = { .from_ms = NOON - HOUR_MS, .to_ms = NOON + HOUR_MS, .near_ms = NOON, .plus_ms = NOON, .minus_ms = NOON, .what = "the recording" };
    static const struct {
        const char *text;
        int64_t want;
    } cases[] = {
        { "12:00", NOON }, { " 12:00:30 ", NOON + 30000 }, { "11:30", NOON - HOUR_MS / 2 }, { "+90s", NOON + 90000 }, { "-5m", NOON - 5 * MINUTE_MS }, { "+1h", NOON + HOUR_MS },
        { "-30", NOON - 30000 }, { "2026-11-22 12:01", NOON + MINUTE_MS }, { "2026-11-22T12:01:05", NOON + MINUTE_MS + 5000 }, { "start", NOON - HOUR_MS }, { "end", NOON + HOUR_MS },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct err err;
        int64_t out;
        assert_int_equal(read_at(&span, cases[i].text, &out, &err), WHEN_OK);
        assert_true(out == cases[i].want);
    }
    static const char *const bad[] = { "", "noon", "25:00", "12:60", "12", "12:00:00:00", "+", "+-5s", "2026-13-01 10:00", "2026-02-31 10:00", "2026-11-22", "12:00 x", "-5m5", "+99999999999999999999h" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct err err;
        int64_t out;
        assert_int_equal(read_at(&span, bad[i], &out, &err), WHEN_BAD);
        assert_non_null(strstr(err.text, "is no time"));
    }
}

static void what_is_outside_is_said(void **state)
{
    (void)state;
    struct when_span span = { .from_ms = NOON + 20000, .to_ms = NOON + HOUR_MS, .near_ms = NOON + HOUR_MS, .plus_ms = NOON, .minus_ms = NOON, .is_today = true, .what = "what is kept" };
    struct err err;
    int64_t out;
    assert_int_equal(read_at(&span, "12:00", &out, &err), WHEN_OK); /* the rest of that minute */
    assert_true(out == span.from_ms);
    assert_int_equal(read_at(&span, "12:00:00", &out, &err), WHEN_OUTSIDE);
    assert_string_equal(err.text, "there is nothing of 12:00:00: what is kept is from 12:00:20 to 13:00:00");
    assert_int_equal(read_at(&span, "13:01", &out, &err), WHEN_OUTSIDE);
    assert_int_equal(read_at(&span, "+9000000h", &out, &err), WHEN_OUTSIDE);
    span.is_today = false;
    span.to_ms += 24 * (int64_t)HOUR_MS;
    assert_int_equal(read_at(&span, "-9000h", &out, &err), WHEN_OUTSIDE);
    assert_string_equal(err.text, "there is nothing of -9000h: what is kept is from 2026-11-22 12:00:20 to 2026-11-23 13:00:00");
}

/* Over midnight, and over several days: the day that has it, the one that is nearest to where one is. */
static void the_day_is_the_one_that_has_it(void **state)
{
    (void)state;
    struct when_span span = { .from_ms = NOON, .to_ms = NOON + 72 * (int64_t)HOUR_MS, .near_ms = NOON, .what = "the recording" };
    struct err err;
    int64_t out;
    assert_int_equal(read_at(&span, "11:00", &out, &err), WHEN_OK);
    assert_true(out == NOON + 23 * (int64_t)HOUR_MS);
    assert_int_equal(read_at(&span, "13:00", &out, &err), WHEN_OK);
    assert_true(out == NOON + HOUR_MS);
    span.near_ms = NOON + 46 * (int64_t)HOUR_MS;
    assert_int_equal(read_at(&span, "13:00", &out, &err), WHEN_OK);
    assert_true(out == NOON + 49 * (int64_t)HOUR_MS);
}

static int in_utc(void **state)
{
    (void)state;
    int failed = setenv("TZ", "UTC", 1);
    tzset();
    return failed;
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(every_form_is_read), cmocka_unit_test(what_is_outside_is_said), cmocka_unit_test(the_day_is_the_one_that_has_it) };
    return cmocka_run_group_tests(tests, in_utc, NULL);
}
