/* SPDX-License-Identifier: MIT */
/* Orders about calls whose link goes before they are proven: the floor lets all calls go when the next link reads them anew, under other ids,
 * and that proves nothing. What the PBX shows then does; what it does not tell stays unknown. */
#include "tests/unit/support_orders.h"

enum { TALK = 60, TALK_ANEW, SPY, SPY_ANEW, LATE = 3000 };

static void put_call(struct stage *s, uint64_t id)
{
    stage_put(s, FACT_CALL, (union fact_any){ .call = { .id = id, .pbx = PBX, .queue = SALES, .agent = ANN, .uniqueid = mem_strdup("7.1"), .channel = mem_strdup("PJSIP/trunk-1"),
                                                        .agent_uniqueid = mem_strdup("7.2"), .agent_channel = mem_strdup("PJSIP/401-9"), .since = 5 } });
}

static void put_spy(struct stage *s, uint64_t id)
{
    stage_put(s, FACT_SPY, (union fact_any){ .spy = { .id = id, .pbx = PBX, .agent = ANN, .spyer_channel = mem_strdup("PJSIP/900-1"), .spyer_uniqueid = mem_strdup("acdtop-0-eva"),
                                                      .who = mem_strdup("eva") } });
}

static void put_link(struct stage *s, int64_t link, int64_t peers)
{
    stage_put(s, FACT_PBX, (union fact_any){ .pbx = { .id = PBX, .name = mem_strdup("geneva"), .link = link, .peers = peers } });
}

static void goes(struct stage *s)
{
    put_link(s, LINK_LOST, 1);
    orders_link_down(s->orders, PBX, s->now);
}

static void comes(struct stage *s, int64_t peers)
{
    put_link(s, LINK_LIVE, peers);
    orders_link_live(s->orders, PBX, s->now);
}

static const char *const about_calls[] = { "hangup 7.1", "park 401" };

static void a_call_that_is_read_anew_is_not_over(void **state)
{
    struct stage *s = *state;
    for (size_t i = 0; i < sizeof about_calls / sizeof about_calls[0]; i++) {
        put_call(s, TALK);
        const struct fact_order *o = stage_give(s, about_calls[i]);
        assert_true(s->sent.len > 0);
        goes(s);
        stage_drop(s, FACT_CALL, TALK); /* the next link begins to read */
        stage_tick(s, 10);
        stage_is(o, ORDER_UNKNOWN, NULL);
        put_call(s, TALK_ANEW);
        comes(s, 1);
        stage_tick(s, 10);
        stage_is(o, ORDER_UNKNOWN, NULL);
        stage_tick(s, LATE);
        stage_is(o, ORDER_REFUSED, "it did not happen");
        stage_drop(s, FACT_CALL, TALK_ANEW);
    }
}

static void a_call_that_is_gone_after_all_is_over(void **state)
{
    struct stage *s = *state;
    for (size_t i = 0; i < sizeof about_calls / sizeof about_calls[0]; i++) {
        put_call(s, TALK);
        const struct fact_order *o = stage_give(s, about_calls[i]);
        goes(s);
        stage_drop(s, FACT_CALL, TALK);
        comes(s, 1);
        stage_tick(s, 0);
        stage_is(o, ORDER_DONE, "confirmed by a re-read");
    }
}

/* The AMI user may not ask for the channels: that none is seen is no news. */
static void who_may_not_see_calls_does_not_know(void **state)
{
    struct stage *s = *state;
    put_call(s, TALK);
    const struct fact_order *o = stage_give(s, "hangup 7.1");
    goes(s);
    stage_drop(s, FACT_CALL, TALK);
    comes(s, 0);
    stage_tick(s, LATE + 1);
    stage_is(o, ORDER_UNKNOWN, NULL);
    for (int i = 0; i < 10 && orders_deadline(s->orders) != TIMER_NEVER; i++) {
        assert_true(orders_deadline(s->orders) > s->now); /* nor does it keep anybody awake */
        stage_tick(s, orders_deadline(s->orders) - s->now);
    }
    stage_is(o, ORDER_UNKNOWN, "never known");
}

static void a_listening_that_is_read_anew_is_not_over(void **state)
{
    struct stage *s = *state;
    put_spy(s, SPY);
    const struct fact_order *o = stage_give(s, "unlisten");
    stage_sent(s, "Hangup Channel=PJSIP/900-1\n");
    goes(s);
    stage_drop(s, FACT_SPY, SPY);
    stage_tick(s, 10);
    stage_is(o, ORDER_UNKNOWN, NULL);
    put_spy(s, SPY_ANEW);
    comes(s, 1);
    stage_tick(s, LATE);
    stage_is(o, ORDER_REFUSED, "it did not happen");
}

/* Who is on hold is in no list. */
static void a_hold_that_nobody_tells_of_stays_unknown(void **state)
{
    struct stage *s = *state;
    struct err err = ERR_INIT;
    directory_free(s->directory);
    assert_true(settings_load_text(&s->settings, "conf", SLICE("dial_context = \"phones\";"), &err));
    s->directory = directory_new(&s->settings, &err);
    s->world.directory = s->directory;
    put_call(s, TALK);
    const struct fact_order *o = stage_give(s, "transfer 401 0791 --attended");
    stage_says(s, "1");
    goes(s);
    stage_drop(s, FACT_CALL, TALK);
    put_call(s, TALK_ANEW);
    comes(s, 1);
    stage_tick(s, LATE + 1);
    stage_is(o, ORDER_UNKNOWN, NULL);
}

/* What befalls the link of one PBX says nothing of an order on another. */
static void another_pbx_that_comes_back_proves_nothing(void **state)
{
    struct stage *s = *state;
    stage_put_pbx(s, FAR, "bern", LINK_LIVE);
    put_call(s, TALK);
    const struct fact_order *o = stage_give(s, "hangup 7.1@geneva"), *other = stage_give(s, "role PJSIP/401@geneva sales@geneva 9");
    orders_link_down(s->orders, FAR, s->now);
    stage_is(o, ORDER_PENDING, NULL);
    orders_link_live(s->orders, FAR, s->now);
    goes(s);
    stage_is(o, ORDER_UNKNOWN, NULL);
    stage_drop(s, FACT_CALL, TALK);
    orders_link_live(s->orders, FAR, s->now);
    stage_tick(s, LATE);
    stage_is(o, ORDER_UNKNOWN, NULL);
    stage_is(other, ORDER_UNKNOWN, NULL);
    comes(s, 1);
    stage_tick(s, LATE);
    stage_is(o, ORDER_DONE, "confirmed by a re-read");
    stage_is(other, ORDER_REFUSED, "it did not happen");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, stage_set_up, stage_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_call_that_is_read_anew_is_not_over), TEST(a_call_that_is_gone_after_all_is_over), TEST(who_may_not_see_calls_does_not_know),
        TEST(a_listening_that_is_read_anew_is_not_over), TEST(a_hold_that_nobody_tells_of_stays_unknown),
        TEST(another_pbx_that_comes_back_proves_nothing),
    };
    return cmocka_run_group_tests_name("order_relink", tests, NULL, NULL);
}
