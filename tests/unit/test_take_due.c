/* SPDX-License-Identifier: MIT */
/* take, in a keeper that sleeps until orders_deadline: everything comes at its instant, nothing is slept through, and nobody is kept awake by
 * what is only waited for. The other tests of take look whenever they like. */
#include "tests/unit/support_take.h"

static const struct fact_order *armed(struct stage *s)
{
    const struct fact_order *o = take_give(s, "take billing --to 401 --for 30s");
    take_fused(s, "");
    assert_int_equal(stage_until_sent(s, 2000), 300);
    stage_sent(s, TAKE_ARM);
    take_put(s, false, true, DEVICE_NOT_INUSE);
    stage_yes(s);
    return o;
}

static void nobody_calls(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = armed(s);
    assert_int_equal(stage_until_sent(s, 60000), 29700);
    stage_sent(s, TAKE_REMOVE);
    take_out(s);
    assert_int_equal(stage_until_sent(s, 999), -1);
    stage_is(o, ORDER_ACTIVE, NULL); /* a call may have been offered in that moment */
    assert_int_equal(stage_until_sent(s, 1), -1);
    stage_is(o, ORDER_REFUSED, "no caller came");
    assert_true(orders_hold(s->orders)); /* a PBX that dies now would have him again */
    assert_int_equal(stage_until_sent(s, 2000), -1);
    assert_false(orders_hold(s->orders));
}

static void the_phone_rings_for_long(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = armed(s);
    take_called(s);
    assert_int_equal(stage_until_sent(s, 1000), 0);
    stage_sent(s, TAKE_REMOVE);
    take_out(s);
    assert_int_equal(stage_until_sent(s, 60000), -1);
    stage_is(o, ORDER_ACTIVE, NULL);
    TELL(s, EVENT_AGENT_RING_NO_ANSWER, TAKE_HIS, "DestUniqueid", "d.1");
    assert_int_equal(stage_until_sent(s, 999), -1);
    stage_is(o, ORDER_ACTIVE, NULL);
    assert_int_equal(stage_until_sent(s, 1), -1);
    stage_is(o, ORDER_REFUSED, "nobody answered");
}

static void another_was_faster(void **state)
{
    struct stage *s = *state;
    (void)armed(s);
    take_called(s);
    assert_int_equal(stage_until_sent(s, 1000), 0);
    take_out(s);
    TELL(s, EVENT_DIAL_END, "DestUniqueid", "d.1", "DialStatus", "CANCEL");
    assert_int_equal(stage_until_sent(s, 5000), 1000);
    stage_sent(s, TAKE_ADD);
    take_fused(s, "");
    assert_int_equal(stage_until_sent(s, 2000), 300); /* the barrier anew */
    stage_sent(s, TAKE_ARM);
}

static void he_telephones_until_it_is_too_late(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = take_give(s, "take billing --to 401 --for 30s");
    take_fused(s, "");
    take_put(s, true, true, DEVICE_INUSE);
    assert_int_equal(stage_until_sent(s, 29999), -1);
    assert_int_equal(stage_until_sent(s, 1), 1);
    stage_sent(s, TAKE_REMOVE);
    take_out(s);
    assert_int_equal(stage_until_sent(s, 1000), -1);
    stage_is(o, ORDER_REFUSED, "no caller came");
}

static void he_telephones_for_a_while(void **state)
{
    struct stage *s = *state;
    (void)take_give(s, "take billing --to 401 --for 30s");
    take_fused(s, "");
    take_put(s, true, true, DEVICE_INUSE);
    assert_int_equal(stage_until_sent(s, 7000), -1);
    take_put(s, true, true, DEVICE_NOT_INUSE);
    assert_int_equal(stage_until_sent(s, 1000), 0);
    stage_sent(s, TAKE_ARM);
}

#define LINE "Local/401*billing@once/n"

/* The answer to QueueAdd comes first, and its event never: after a moment he counts as taken out. */
static void by_the_dialplan_he_is_never_seen(void **state)
{
    struct stage *s = *state;
    s->settings.take_context = mem_strdup("once");
    const struct fact_order *o = take_give(s, "take billing --to 401 --for 30s");
    stage_says(s, "1");
    stage_yes(s);
    stage_is(o, ORDER_ACTIVE, "armed");
    assert_int_equal(stage_until_sent(s, 999), -1);
    stage_is(o, ORDER_ACTIVE, "armed");
    assert_int_equal(stage_until_sent(s, 1001), -1);
    stage_is(o, ORDER_REFUSED, "took him out");
}

static void by_the_dialplan_nobody_calls(void **state)
{
    struct stage *s = *state;
    s->settings.take_context = mem_strdup("once");
    (void)take_give(s, "take billing --to 401 --for 30s");
    stage_says(s, "1");
    stage_put(s, FACT_MEMBER, (union fact_any){ .member = { .id = ANN_BILLING, .queue = BILLING, .agent = ANN, .interface = mem_strdup(LINE),
                                                            .membership = MEMBERSHIP_DYNAMIC, .wrapup_s = 86400 } });
    stage_yes(s);
    assert_int_equal(stage_until_sent(s, 60000), 30000);
    stage_sent(s, "QueueRemove Queue=billing Interface=" LINE "\n");
}

/* Of a PBX that is away nothing is due, however late it becomes. */
static void the_link_is_away(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = armed(s);
    stage_put_pbx(s, PBX, "geneva", LINK_LOST);
    orders_link_down(s->orders, PBX, s->now);
    assert_int_equal(stage_until_sent(s, 90000), -1);
    stage_is(o, ORDER_ACTIVE, NULL);
    stage_put_pbx(s, PBX, "geneva", LINK_LIVE);
    orders_link_live(s->orders, PBX, s->now);
    assert_int_equal(stage_until_sent(s, 1000), 0);
    stage_sent(s, TAKE_REMOVE);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, take_set_up, stage_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(nobody_calls), TEST(the_phone_rings_for_long), TEST(another_was_faster), TEST(he_telephones_until_it_is_too_late), TEST(he_telephones_for_a_while),
        TEST(by_the_dialplan_he_is_never_seen), TEST(by_the_dialplan_nobody_calls), TEST(the_link_is_away),
    };
    return cmocka_run_group_tests_name("take_due", tests, NULL, NULL);
}
