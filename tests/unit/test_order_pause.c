/* SPDX-License-Identifier: MIT */
/* Pauses that an order takes along or names: who comes into a queue paused because he is so everywhere, and in which queues somebody is paused
 * by who sees some of them only. */
#include "tests/unit/support_orders.h"

#include <string.h>

static void who_sees_some_queues_is_told_which(void **state)
{
    struct stage *s = *state;
    s->world.is_part = true;
    stage_put_member(s, stage_ann_billing);
    const struct fact_order *o = stage_give(s, "pause 401 --reason lunch");
    assert_non_null(strstr(o->what, "pause Ann Li in "));
    assert_non_null(strstr(o->what, "sales"));
    assert_non_null(strstr(o->what, "billing"));
    assert_null(strstr(o->what, "all queues"));
    stage_is(stage_give(s, "unpause 401"), ORDER_DONE, "Ann Li is not paused in ");
}

static void who_is_paused_everywhere_comes_in_paused(void **state)
{
    struct stage *s = *state;
    stage_put_member(s, (struct stage_seat){ ANN_SALES, SALES, ANN, "PJSIP/401", "Ann Li", "lunch", 2, MEMBERSHIP_DYNAMIC });
    const struct fact_order *o = stage_give(s, "add 401 billing");
    stage_sent(s, "QueueAdd Queue=billing Interface=PJSIP/401 Penalty=0 Paused=true MemberName=Ann Li\n");
    assert_non_null(strstr(o->what, ", paused as in all his queues: lunch"));
    o = stage_give(s, "add 401 billing --paused tea");
    assert_non_null(strstr(o->what, ", paused: tea"));
    o = stage_give(s, "add 401 billing --unpaused");
    assert_null(strstr(o->what, "paused"));
    stage_is(stage_give(s, "add 401 billing --unpaused --paused tea"), ORDER_WRONG, "two different things");
    stage_put_member(s, stage_ann_billing); /* there he serves */
    o = stage_give(s, "remove 401 billing");
    stage_drop(s, FACT_MEMBER, ANN_BILLING);
    stage_yes(s);
    assert_string_equal(o->undo, "add PJSIP/401 billing 5 --unpaused --name \"Ann Li\"");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, stage_set_up, stage_tear_down)
    const struct CMUnitTest tests[] = { TEST(who_is_paused_everywhere_comes_in_paused), TEST(who_sees_some_queues_is_told_which) };
    return cmocka_run_group_tests_name("order_pause", tests, NULL, NULL);
}
