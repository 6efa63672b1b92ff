/* SPDX-License-Identifier: MIT */
/* What is written down of orders: nothing leaves before its record where one is required, and a listening has an end, seen or not. */
#include "support_orders.h"

enum { CALL = 60, SPY = 70 };

static char leg[128];

static void is_written(struct stage *s, const char *wanted)
{
    assert_string_equal(buf_slice(&s->written).p, wanted);
    buf_reset(&s->written);
}

static void nothing_leaves_before_its_record(void **state)
{
    struct stage *s = *state;
    s->is_slow_audit = true;
    const struct fact_order *o = stage_give(s, "pause 401 sales lunch");
    stage_is(o, ORDER_PENDING, NULL);
    stage_sent(s, "");
    is_written(s, "pending pause 401 sales lunch [geneva]\n");
    orders_answered(s->orders, 99, true, SLICE("of another"), s->now); /* lets those go that wait for room */
    orders_tick(s->orders, s->now);
    stage_sent(s, "");
    orders_written(s->orders, s->tickets - 1, NULL, s->now); /* another's */
    stage_sent(s, "");
    orders_written(s->orders, s->tickets, NULL, s->now);
    stage_sent(s, "QueuePause Interface=PJSIP/401 Paused=true Queue=sales Reason=lunch\n");
    orders_written(s->orders, s->tickets, NULL, s->now); /* once only */
    stage_sent(s, "QueuePause Interface=PJSIP/401 Paused=true Queue=sales Reason=lunch\n");
}

static void a_record_that_cannot_be_written_is_an_order_that_is_not_given(void **state)
{
    struct stage *s = *state;
    s->is_slow_audit = true;
    const struct fact_order *o = stage_give(s, "pause 401 sales");
    buf_reset(&s->written);
    orders_written(s->orders, s->tickets, "not sent: the disk is full", s->now);
    stage_is(o, ORDER_REFUSED, "not sent: the disk is full");
    is_written(s, "refused pause 401 sales [geneva]\n");
    orders_written(s->orders, s->tickets, NULL, s->now); /* too late */
    stage_sent(s, "");
    s->is_audit_gone = true;
    stage_refuses(s, "pause 401 sales", ORDER_REFUSED, "not sent: no audit log");
    assert_int_equal(stage_give(s, "pause 499 sales")->state, ORDER_NO_SUCH);
}

static void a_disk_that_hangs_is_not_waited_for_for_ever(void **state)
{
    struct stage *s = *state;
    s->is_slow_audit = true;
    const struct fact_order *o = stage_give(s, "pause 401 sales");
    assert_int_equal(orders_deadline(s->orders), s->now + 8000);
    s->now += 8000;
    orders_tick(s->orders, s->now);
    stage_is(o, ORDER_REFUSED, "the disk has not taken its record in time");
    orders_written(s->orders, s->tickets, NULL, s->now);
    stage_sent(s, "");
}

static void the_link_may_go_meanwhile(void **state)
{
    struct stage *s = *state;
    s->is_slow_audit = true;
    const struct fact_order *o = stage_give(s, "pause 401 sales");
    orders_link_down(s->orders, PBX, s->now);
    stage_is(o, ORDER_NO_LINK, "not sent");
    orders_written(s->orders, s->tickets, NULL, s->now);
    stage_sent(s, "");
}

/* Two lines: the second is planned, written down and sent after the first is done. */
static void each_line_has_its_record(void **state)
{
    struct stage *s = *state;
    s->is_slow_audit = true;
    const struct fact_order *o = stage_give(s, "pause 401 sales\nringinuse 401 sales on");
    orders_written(s->orders, 1, NULL, s->now);
    stage_sent(s, "QueuePause Interface=PJSIP/401 Paused=true Queue=sales\n");
    struct stage_seat paused = stage_ann_sales;
    paused.reason = "";
    stage_put_member(s, paused);
    buf_reset(&s->sent);
    stage_yes(s);
    assert_int_equal(s->tickets, 2);
    stage_is(o, ORDER_PENDING, NULL);
    stage_sent(s, "");
    orders_written(s->orders, 2, NULL, s->now);
    stage_sent(s, "QueueMemberRingInUse Queue=sales Interface=PJSIP/401 RingInUse=yes\n");
}

static void of_a_dry_run_nothing_is_written(void **state)
{
    struct stage *s = *state;
    s->is_audit_gone = true;
    (void)orders_give(s->orders, &(struct order_given){ .line = SLICE("pause 401 sales"), .who = "eva", .is_dry = true }, s->now);
    (void)orders_give(s->orders, &(struct order_given){ .line = SLICE("pause 499 sales"), .who = "eva", .is_dry = true }, s->now);
    is_written(s, "");
}

/* --- listening --------------------------------------------------------------------------------------------------- */

static void put_spy(struct stage *s)
{
    stage_put(s, FACT_SPY, (union fact_any){ .spy = { .id = SPY, .pbx = PBX, .agent = ANN, .spyer_channel = mem_strdup("PJSIP/900-0000000b"),
                                                      .spyer_uniqueid = mem_strdup(leg), .spyee_channel = mem_strdup("PJSIP/401-0000000a") } });
}

static void tell(struct stage *s, enum event_kind kind)
{
    struct event e = { .kind = kind };
    e.value[F_SPYER_UNIQUEID] = slice_of(leg);
    e.have[F_SPYER_UNIQUEID / 64] |= UINT64_C(1) << (F_SPYER_UNIQUEID % 64);
    orders_event(s->orders, PBX, &e, s->now);
}

static void put_talk(struct stage *s)
{
    stage_put(s, FACT_CALL, (union fact_any){ .call = { .id = CALL, .pbx = PBX, .queue = SALES, .agent = ANN, .uniqueid = mem_strdup("1.1"), .number = mem_strdup("079"),
                                                        .agent_uniqueid = mem_strdup("a1"), .phone_uniqueid = mem_strdup("1.7"),
                                                        .phone_channel = mem_strdup("PJSIP/401-0000000a"), .since = 500 } });
}

static const struct fact_order *listens(struct stage *s)
{
    put_talk(s);
    const struct fact_order *o = stage_give(s, "listen 401 --on PJSIP/900");
    assert_int_equal(sscanf(strstr(buf_slice(&s->sent).p, "ChannelId="), "ChannelId=%127s", leg), 1);
    assert_true(orders_hold(s->orders)); /* it is on its way */
    put_spy(s);
    stage_yes(s);
    stage_is(o, ORDER_DONE, "confirmed");
    assert_true(orders_hold(s->orders));
    buf_reset(&s->written);
    return o;
}

static void the_end_of_a_listening_is_written_down(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = listens(s);
    s->now += 35999;
    stage_drop(s, FACT_SPY, SPY); /* the floor has it first */
    tell(s, EVENT_CHAN_SPY_STOP);
    orders_tick(s->orders, s->now);
    stage_is(o, ORDER_DONE, "it ended after 35 s");
    is_written(s, "end of done listen 401 --on PJSIP/900 [geneva]\n");
    assert_int_equal(s->lasted_ms, 35999);
    assert_false(orders_hold(s->orders));
}

static void a_phone_that_hangs_up_ends_it_too(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = listens(s);
    s->now += 2000;
    stage_drop(s, FACT_SPY, SPY);
    assert_int_equal(orders_deadline(s->orders), 0);
    orders_tick(s->orders, s->now);
    stage_is(o, ORDER_DONE, "it ended after 2 s");
    tell(s, EVENT_CHAN_SPY_STOP);
    is_written(s, "end of done listen 401 --on PJSIP/900 [geneva]\n");
}

/* He answers when the call ends: both events come in one piece, before anybody looks. */
static void a_listening_that_ends_as_it_begins_has_an_end(void **state)
{
    struct stage *s = *state;
    put_talk(s);
    const struct fact_order *o = stage_give(s, "listen 401 --on PJSIP/900");
    assert_int_equal(sscanf(strstr(buf_slice(&s->sent).p, "ChannelId="), "ChannelId=%127s", leg), 1);
    orders_answered(s->orders, s->tag, true, SLICE("Originate successfully queued"), s->now);
    buf_reset(&s->written);
    put_spy(s);
    tell(s, EVENT_CHAN_SPY_START);
    stage_drop(s, FACT_SPY, SPY);
    tell(s, EVENT_CHAN_SPY_STOP);
    orders_tick(s->orders, s->now);
    stage_is(o, ORDER_DONE, "it ended after 0 s");
    is_written(s, "done listen 401 --on PJSIP/900 [geneva]\nend of done listen 401 --on PJSIP/900 [geneva]\n");
    assert_false(orders_hold(s->orders));
    assert_null(o->undo);
}

static void an_end_that_nobody_saw_is_called_unknown(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = listens(s);
    orders_link_down(s->orders, PBX, s->now);
    stage_drop(s, FACT_SPY, SPY);
    s->now += 5000;
    orders_tick(s->orders, s->now);
    is_written(s, "");
    orders_link_live(s->orders, PBX, s->now);
    orders_tick(s->orders, s->now);
    stage_is(o, ORDER_DONE, "end unknown: the link was gone for a while");
    is_written(s, "end of done listen 401 --on PJSIP/900 [geneva]\n");
    assert_int_equal(s->lasted_ms, -1);
    assert_false(orders_hold(s->orders));
}

/* It went on all the time, and its end is seen. */
static void a_listening_outlives_the_link(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = listens(s);
    orders_link_down(s->orders, PBX, s->now);
    stage_drop(s, FACT_SPY, SPY);
    put_spy(s);
    s->now += 5000;
    orders_link_live(s->orders, PBX, s->now);
    orders_tick(s->orders, s->now);
    is_written(s, "");
    s->now += 1000;
    stage_drop(s, FACT_SPY, SPY);
    orders_tick(s->orders, s->now);
    stage_is(o, ORDER_DONE, "it ended after 6 s");
}

static void a_pbx_that_stays_away_is_not_waited_for_for_ever(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = listens(s);
    orders_tick(s->orders, s->now);
    orders_link_down(s->orders, PBX, s->now);
    orders_tick(s->orders, s->now);
    assert_int_equal(orders_deadline(s->orders), s->now + 60000);
    s->now += 60000;
    orders_tick(s->orders, s->now);
    stage_is(o, ORDER_DONE, "end unknown: the link was gone");
    assert_false(orders_hold(s->orders));
}

static void who_ends_says_that_the_end_is_unknown(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = listens(s);
    orders_close(s->orders, s->now);
    stage_is(o, ORDER_DONE, "end unknown: this acdtop ended before it");
    is_written(s, "end of done listen 401 --on PJSIP/900 [geneva]\n");
    assert_int_equal(s->lasted_ms, -1);
}

/* The keeper ends, told to or because nobody looks any more: what it does not know any more is written down as that. */
static void who_ends_says_what_is_open(void **state)
{
    struct stage *s = *state;
    assert_false(orders_hold(s->orders));
    const struct fact_order *sent = stage_give(s, "pause 401 sales lunch");
    assert_true(orders_hold(s->orders)); /* who gave it may go: its outcome is awaited */
    s->is_slow_audit = true;
    const struct fact_order *waiting = stage_give(s, "remove 401 sales");
    const struct fact_order *wrong = stage_give(s, "pause 499 sales");
    buf_reset(&s->written);
    orders_close(s->orders, s->now);
    stage_is(sent, ORDER_UNKNOWN, "this acdtop ended before it knew");
    stage_is(waiting, ORDER_NO_LINK, "not sent: this acdtop ended");
    stage_is(wrong, ORDER_NO_SUCH, NULL);
    is_written(s, "unknown pause 401 sales lunch [geneva]\nno link remove 401 sales [geneva]\n");
    assert_false(orders_hold(s->orders));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, stage_set_up, stage_tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nothing_leaves_before_its_record), TEST(a_record_that_cannot_be_written_is_an_order_that_is_not_given), TEST(a_disk_that_hangs_is_not_waited_for_for_ever),
        TEST(the_link_may_go_meanwhile), TEST(each_line_has_its_record), TEST(of_a_dry_run_nothing_is_written), TEST(the_end_of_a_listening_is_written_down),
        TEST(a_phone_that_hangs_up_ends_it_too), TEST(a_listening_that_ends_as_it_begins_has_an_end), TEST(an_end_that_nobody_saw_is_called_unknown), TEST(a_listening_outlives_the_link),
        TEST(a_pbx_that_stays_away_is_not_waited_for_for_ever), TEST(who_ends_says_that_the_end_is_unknown),
        TEST(who_ends_says_what_is_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
