/* SPDX-License-Identifier: MIT */
/* floor: the telephones that PJSIP lists: whose they are, which are registered, and that a list takes the place of the one before. */
#include "tests/unit/support_floor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"

static const struct fact_endpoint *phone(const struct stage *s, const char *name)
{
    const struct fact *f;
    for (size_t at = 0; (f = floor_each(s->f, FACT_ENDPOINT, &at)) != NULL;) {
        const struct fact_endpoint *e = (const void *)f;
        if (strcmp(e->name, name) == 0)
            return e;
    }
    fail_msg("there is no telephone %s", name);
    abort();
}

/* "401 Not in use|..." */
static void list(struct stage *s, const char *rows, bool is_whole)
{
    floor_endpoints_begin(s->f, s->now_ms);
    for (struct slice rest = slice_of(rows); rest.n > 0;) {
        struct slice state, name = slice_cut(slice_cut(rest, '|', &rest), ' ', &state);
        struct event e = { .kind = EVENT_ENDPOINT_LIST };
        e.have[F_OBJECT_NAME / 64] |= UINT64_C(1) << F_OBJECT_NAME % 64;
        e.have[F_DEVICE_STATE / 64] |= UINT64_C(1) << F_DEVICE_STATE % 64;
        e.value[F_OBJECT_NAME] = name;
        e.value[F_DEVICE_STATE] = state.p != NULL ? state : SLICE("");
        floor_endpoints_item(s->f, &e, s->now_ms);
    }
    if (is_whole)
        (void)floor_endpoints_end(s->f, s->now_ms);
    stage_check(s);
}

static void a_list_is_what_there_is(void **state)
{
    (void)state;
    struct stage s;
    stage_open(&s);
    list(&s, "401 Not in use|402 Unavailable|trunk Unknown|403 In use", true);
    assert_int_equal(stage_count(&s, FACT_ENDPOINT), 4);
    assert_string_equal(phone(&s, "401")->interface, "PJSIP/401");
    assert_int_equal(phone(&s, "401")->reachable, 1);
    assert_int_equal(phone(&s, "402")->reachable, 0);
    assert_int_equal(phone(&s, "403")->reachable, 1);
    assert_int_equal(phone(&s, "trunk")->reachable, -1);
    uint64_t id = phone(&s, "401")->id, reports = s.reports;
    list(&s, "401 Not in use|402 Unavailable|trunk Unknown|403 Not in use", true);
    assert_int_equal(s.reports, reports); /* nothing that anybody wants to know has changed */
    list(&s, "401 Not in use", false);
    assert_int_equal(stage_count(&s, FACT_ENDPOINT), 4); /* it was cut off */
    list(&s, "401 Not in use|404 Not in use", true);
    assert_int_equal(stage_count(&s, FACT_ENDPOINT), 2);
    assert_int_equal(phone(&s, "401")->id, id);
    stage_close(&s);
}

static void who_registers_is_told(void **state)
{
    (void)state;
    struct stage s;
    stage_open(&s);
    stage_say(&s, "DeviceStateChange Device=PJSIP/402 State=NOT_INUSE");
    list(&s, "402 Unavailable", true);
    stage_say(&s, "DeviceStateChange Device=PJSIP/402 State=NOT_INUSE");
    assert_int_equal(phone(&s, "402")->reachable, 1);
    uint64_t reports = s.reports;
    stage_say(&s, "DeviceStateChange Device=PJSIP/402 State=RINGING");
    stage_say(&s, "DeviceStateChange Device=PJSIP/402 State=INUSE");
    stage_say(&s, "DeviceStateChange Device=Queue:sales State=INUSE");
    assert_int_equal(s.reports, reports); /* each call of each telephone would be told to each console */
    stage_say(&s, "DeviceStateChange Device=PJSIP/402 State=UNAVAILABLE");
    assert_int_equal(phone(&s, "402")->reachable, 0);
    stage_close(&s);
}

static void names_that_no_order_could_say_are_passed_over(void **state)
{
    (void)state;
    struct stage s;
    stage_open(&s);
    char rows[400];
    (void)snprintf(rows, sizeof rows, "|a,b In use|a/b In use|\xff In use|a\x1b[2J In use|%074d In use|%073d In use", 1, 2);
    list(&s, rows, true);
    assert_int_equal(stage_count(&s, FACT_ENDPOINT), 1);
    stage_close(&s);
}

static void no_more_than_so_many(void **state)
{
    (void)state;
    struct stage s;
    struct buf rows = BUF_INIT(1 << 20);
    stage_open(&s);
    for (int i = 0; i < 10100; i++)
        (void)buf_addf(&rows, "%d In use|", 10000 + i);
    list(&s, buf_slice(&rows).p, true);
    assert_int_equal(stage_count(&s, FACT_ENDPOINT), 10000);
    buf_clear(&rows);
    stage_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_is_what_there_is),
        cmocka_unit_test(who_registers_is_told),
        cmocka_unit_test(names_that_no_order_could_say_are_passed_over),
        cmocka_unit_test(no_more_than_so_many),
    };
    return cmocka_run_group_tests_name("floor endpoints", tests, NULL, NULL);
}
