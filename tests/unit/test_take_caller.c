/* SPDX-License-Identifier: MIT */
/* take of one caller who is meant, and take by the dialplan's own lines, on a floor that the test holds: every race of them. */
#include "tests/unit/support_take.h"

/* --- this very caller --------------------------------------------------------------------------------------- */

static void caller(struct stage *s, uint64_t id, const char *uniqueid, const char *number, int64_t rank, int64_t priority)
{
    char channel[40];
    (void)snprintf(channel, sizeof channel, "PJSIP/trunk-%s", uniqueid);
    stage_put(s, FACT_CALLER, (union fact_any){ .caller = { .id = id, .queue = BILLING, .uniqueid = mem_strdup(uniqueid), .number = mem_strdup(number), .rank = rank,
                                                            .channel = mem_strdup(channel), .priority = priority } });
}

static void version(struct stage *s, const char *text)
{
    stage_put(s, FACT_PBX, (union fact_any){ .pbx = { .id = PBX, .name = mem_strdup("geneva"), .link = LINK_LIVE, .asterisk = mem_strdup(text) } });
}

#define HEAD "Getvar Variable=QUEUE_GET_CHANNEL(billing,1)\n"

/* From the QueueAdd on, until he is armed. */
static void armed_for(struct stage *s, const char *channel)
{
    take_fused(s, HEAD);
    stage_says(s, channel);
    take_tick(s, 300);
    stage_sent(s, TAKE_ARM);
    take_put(s, false, true, DEVICE_NOT_INUSE);
    stage_yes(s);
}

static void the_next_one_by_name(void **state)
{
    struct stage *s = *state;
    caller(s, 50, "c.0", "0611", 1, 0);
    caller(s, 51, "c.1", "0612", 2, 0);
    stage_is(take_give(s, "take billing 0699 --to 401"), ORDER_NO_SUCH, "0699");
    stage_sent(s, "");
    const struct fact_order *o = take_give(s, "take billing 0611 --to 401");
    stage_sent(s, TAKE_ADD);
    armed_for(s, "PJSIP/trunk-c.0");
    take_called(s); /* c.1: c.0 has gone in the very moment */
    take_tick(s, 0);
    take_out(s);
    TELL(s, EVENT_AGENT_CONNECT, TAKE_HIS, "Uniqueid", "c.1", "DestUniqueid", "d.1", "CallerIDNum", "0612");
    take_tick(s, 0);
    take_ends(s, o, ORDER_DONE, "the one that was meant was not");
}

static void who_is_not_the_next_one_is_put_in_front(void **state)
{
    struct stage *s = *state;
    caller(s, 50, "c.0", "0611", 1, 4);
    caller(s, 51, "c.1", "0612", 2, 0);
    version(s, "16.28.0~dfsg");
    stage_is(take_give(s, "take billing 0612 --to 401"), ORDER_REFUSED, "0612 is number 2 in billing");
    stage_sent(s, "");
    version(s, "22.10.1");
    const struct fact_order *o = take_give(s, "take billing 0612 --to 401");
    stage_sent(s, "QueueChangePriorityCaller Queue=billing Caller=PJSIP/trunk-c.1 Priority=5 Immediate=yes\n");
    stage_yes(s);
    assert_int_equal(s->reread, BILLING); /* no event tells */
    buf_reset(&s->sent);
    caller(s, 51, "c.1", "0612", 0, 5);
    orders_tick(s->orders, s->now);
    stage_sent(s, TAKE_ADD);
    armed_for(s, "PJSIP/trunk-c.1");
    take_called(s);
    take_tick(s, 0);
    stage_drop(s, FACT_CALLER, 51);
    take_out(s);
    TELL(s, EVENT_AGENT_CONNECT, TAKE_HIS, "Uniqueid", "c.1", "DestUniqueid", "d.1", "CallerIDNum", "0612");
    take_tick(s, 0);
    take_ends(s, o, ORDER_DONE, "taken: the call of 0612");
}

/* Given, raised, and armed. */
static const struct fact_order *raised(struct stage *s)
{
    caller(s, 50, "c.0", "0611", 1, 0);
    caller(s, 51, "c.1", "0612", 2, 0);
    const struct fact_order *o = take_give(s, "take billing 0612 --to 401");
    buf_reset(&s->sent);
    caller(s, 51, "c.1", "0612", 0, 1);
    stage_yes(s);
    stage_sent(s, TAKE_ADD);
    return o;
}

#define BACK(n) "QueueChangePriorityCaller Queue=billing Caller=PJSIP/trunk-c.1 Priority=" n "\n"

static void the_priority_is_put_back_when_nobody_took_the_call(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = raised(s);
    armed_for(s, "PJSIP/trunk-c.1");
    take_called(s);
    take_tick(s, 0);
    take_out(s);
    TELL(s, EVENT_AGENT_RING_NO_ANSWER, TAKE_HIS, "DestUniqueid", "d.1");
    take_tick(s, 1000);
    stage_sent(s, BACK("0")); /* without Immediate: that would put the caller behind all others */
    take_is_settled(s);
    stage_is(o, ORDER_REFUSED, "nobody answered");
}

static void the_priority_is_put_back_where_he_could_not_be_added(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = raised(s);
    caller(s, 52, "c.2", "0613", 3, 1);
    buf_reset(&s->sent);
    orders_answered(s->orders, s->tag, false, SLICE("Unable to add interface: Already there"), s->now);
    stage_sent(s, ""); /* nobody of ours to be removed; and of the same priority as who stands behind already */
    stage_is(o, ORDER_REFUSED, "Already there");
    take_is_settled(s);
}

static void the_last_look_finds_another(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = raised(s);
    take_put(s, true, false, DEVICE_NOT_INUSE);
    stage_yes(s);
    take_put(s, true, true, DEVICE_NOT_INUSE);
    buf_reset(&s->sent);
    stage_yes(s);
    stage_sent(s, HEAD);
    buf_reset(&s->sent);
    stage_says(s, "PJSIP/trunk-c.9");
    stage_is(o, ORDER_REFUSED, "somebody else is the next one");
    stage_sent(s, TAKE_REMOVE);
    buf_reset(&s->sent);
    take_out(s);
    take_tick(s, 1000);
    stage_sent(s, BACK("0"));
    take_is_settled(s);
}

static void the_caller_who_is_meant_goes_while_he_is_armed(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = raised(s);
    armed_for(s, "PJSIP/trunk-c.1");
    stage_drop(s, FACT_CALLER, 51); /* hung up, or another agent was faster: the one behind is not meant */
    take_tick(s, 0);
    stage_sent(s, TAKE_REMOVE);
    take_out(s);
    take_tick(s, 1000);
    take_ends(s, o, ORDER_REFUSED, "waits no more");
}

static void somebody_is_put_in_front_of_him(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = raised(s);
    for (int64_t n = 2; n < 4; n++) {
        armed_for(s, "PJSIP/trunk-c.1");
        caller(s, 52, "c.2", "0613", -2 * n, 10 * n);
        take_tick(s, 0);
        stage_sent(s, TAKE_REMOVE);
        take_out(s);
        take_tick(s, 1000);
        stage_sent(s, n == 2 ? "QueueChangePriorityCaller Queue=billing Caller=PJSIP/trunk-c.1 Priority=21 Immediate=yes\n"
                             : "QueueChangePriorityCaller Queue=billing Caller=PJSIP/trunk-c.1 Priority=31 Immediate=yes\n");
        caller(s, 51, "c.1", "0612", -2 * n - 1, 10 * n + 1);
        buf_reset(&s->sent);
        stage_yes(s);
        stage_sent(s, TAKE_ADD);
    }
    armed_for(s, "PJSIP/trunk-c.1");
    caller(s, 52, "c.2", "0613", -20, 40);
    take_tick(s, 0);
    take_out(s);
    take_tick(s, 1000);
    stage_is(o, ORDER_REFUSED, "in front of the caller again and again");
    take_is_settled(s);
}

static void whoever_takes_over_puts_the_priority_back(void **state)
{
    struct stage *s = *state;
    (void)raised(s);
    armed_for(s, "PJSIP/trunk-c.1");
    stage_lends(s, take_folder);
    take_tick(s, 0);
    stage_sent(s, TAKE_REMOVE);
    buf_reset(&s->sent);
    take_out(s);
    take_tick(s, 1000);
    stage_sent(s, BACK("0"));
    take_is_settled(s);
}

/* --- by a withdrawal --------------------------------------------------------------------------------------------- */

#define DIAL(dest, status) TELL(s, EVENT_DIAL_END, "Uniqueid", "c.1", "DestUniqueid", "d.7", "DestChannel", dest, "DialStatus", status)

static const struct fact_order *withdrawn(struct stage *s)
{
    caller(s, 50, "c.0", "0611", 1, 0);
    caller(s, 51, "c.1", "0612", 2, 0);
    version(s, "16.28.0~dfsg");
    mem_free(s->settings.withdraw_context);
    s->settings.withdraw_context = mem_strdup("back");
    const struct fact_order *o = take_give(s, "take billing 0612 --to 401");
    stage_sent(s, "Getvar Variable=DIALPLAN_EXISTS(back,401*billing,1)\n");
    buf_reset(&s->sent);
    stage_says(s, "1");
    stage_sent(s, "QueueWithdrawCaller Queue=billing Caller=PJSIP/trunk-c.1 WithdrawInfo=401*billing\n");
    stage_yes(s);
    take_is_settled(s); /* nobody is lent to anybody */
    stage_drop(s, FACT_CALLER, 51);
    take_tick(s, 5000);
    stage_is(o, ORDER_PENDING, NULL);
    return o;
}

static void a_withdrawal_is_done_when_the_phone_has_answered(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = withdrawn(s);
    DIAL("PJSIP/402-0001", "NOANSWER"); /* who was rung before */
    DIAL("PJSIP/401-0002", "ANSWER");
    take_tick(s, 0);
    stage_is(o, ORDER_DONE, NULL);
    assert_non_null(strstr(o->what, "counts it as withdrawn"));
}

static void a_withdrawal_that_comes_to_nothing(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = withdrawn(s);
    DIAL("PJSIP/401-0002", "BUSY");
    stage_is(o, ORDER_REFUSED, "PJSIP/401 did not answer (BUSY); the dialplan has the caller again");
    o = withdrawn(s);
    DIAL("PJSIP/40-0002", "ANSWER");
    stage_is(o, ORDER_REFUSED, "another agent was faster");
    o = withdrawn(s);
    TELL(s, EVENT_HANGUP, "Uniqueid", "c.1");
    stage_is(o, ORDER_REFUSED, "hung up");
    o = withdrawn(s);
    take_tick(s, 60000);
    stage_is(o, ORDER_UNKNOWN, NULL);
}

/* --- by the dialplan's own lines -------------------------------------------------------------------------------- */

#define LINE "Local/401*billing@once/n"
#define LINE_HIS "Queue", "billing", "Interface", LINE
#define LINE_ADD "QueueAdd Queue=billing Interface=" LINE " Penalty=0 Paused=false Wrapuptime=86400 Reason=acdtop take MemberName=Ann Li StateInterface=PJSIP/401\n"
#define LINE_REMOVE "QueueRemove Queue=billing Interface=" LINE "\n"

static void line_in(struct stage *s)
{
    stage_put(s, FACT_MEMBER, (union fact_any){ .member = { .id = ANN_BILLING, .queue = BILLING, .agent = ANN + 5, .interface = mem_strdup(LINE),
                                                            .membership = MEMBERSHIP_DYNAMIC, .wrapup_s = 86400, .device = DEVICE_NOT_INUSE } });
}

static const struct fact_order *by_line(struct stage *s)
{
    mem_free(s->settings.take_context);
    s->settings.take_context = mem_strdup("once");
    const struct fact_order *o = take_give(s, "take billing --to 401");
    stage_sent(s, "Getvar Variable=DIALPLAN_EXISTS(once,401*billing,1)\n");
    buf_reset(&s->sent);
    stage_says(s, "1");
    stage_sent(s, LINE_ADD);
    buf_reset(&s->sent);
    line_in(s);
    stage_yes(s);
    stage_sent(s, "");
    return o;
}

static void by_the_dialplan_one_request_does_it(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = by_line(s);
    stage_is(o, ORDER_ACTIVE, "armed");
    take_tick(s, 5000);
    stage_sent(s, "");
    stage_drop(s, FACT_MEMBER, ANN_BILLING); /* by the dialplan, before anybody says that a call is offered */
    take_tick(s, 0);
    stage_sent(s, "");
    TELL(s, EVENT_AGENT_CALLED, LINE_HIS, "Uniqueid", "c.1", "DestUniqueid", "d.1", "CallerIDNum", "0612");
    take_tick(s, 9000);
    stage_is(o, ORDER_ACTIVE, NULL); /* it rings */
    TELL(s, EVENT_AGENT_CONNECT, LINE_HIS, "Uniqueid", "c.1", "DestUniqueid", "d.1", "CallerIDNum", "0612");
    take_tick(s, 0);
    take_ends(s, o, ORDER_DONE, "taken: the call of 0612");
}

/* The call is offered, and the dialplan has not come so far: a removal now would keep it from ringing the phone. */
static void by_the_dialplan_it_is_the_dialplan_that_takes_him_out(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = by_line(s);
    TELL(s, EVENT_AGENT_CALLED, LINE_HIS, "Uniqueid", "c.1", "DestUniqueid", "d.1");
    take_tick(s, 0);
    take_tick(s, 4999);
    stage_sent(s, "");
    take_tick(s, 1);
    stage_sent(s, LINE_REMOVE); /* it never does: somebody has changed it */
    take_out(s);
    TELL(s, EVENT_AGENT_CONNECT, LINE_HIS, "Uniqueid", "c.1", "DestUniqueid", "d.1", "CallerIDNum", "0612");
    take_tick(s, 0);
    take_ends(s, o, ORDER_DONE, "taken");
}

static void by_the_dialplan_again_when_the_caller_hangs_up(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = by_line(s);
    stage_drop(s, FACT_MEMBER, ANN_BILLING);
    take_tick(s, 0);
    TELL(s, EVENT_AGENT_CALLED, LINE_HIS, "Uniqueid", "c.1", "DestUniqueid", "d.1");
    TELL(s, EVENT_DIAL_END, "DestUniqueid", "d.1", "DialStatus", "CANCEL");
    take_tick(s, 1000);
    stage_sent(s, "Getvar Variable=DIALPLAN_EXISTS(once,401*billing,1)\n");
    stage_is(o, ORDER_PENDING, NULL);
}

/* The answer comes first, then the event; only when that stays away somebody has taken him out. */
static void by_the_dialplan_and_the_answer_comes_before_the_event(void **state)
{
    struct stage *s = *state;
    s->settings.take_context = mem_strdup("once");
    const struct fact_order *o = take_give(s, "take billing --to 401");
    stage_says(s, "1");
    stage_yes(s);
    take_tick(s, 500);
    stage_sent(s, "");
    stage_is(o, ORDER_ACTIVE, "armed");
    line_in(s);
    take_tick(s, 5000);
    stage_sent(s, "");
    stage_is(o, ORDER_ACTIVE, "armed");
    stage_drop(s, FACT_MEMBER, ANN_BILLING);
    take_tick(s, 0);
    take_tick(s, 1000);
    take_ends(s, o, ORDER_REFUSED, "somebody took him out");
    o = take_give(s, "take billing --to 401");
    stage_says(s, "1");
    stage_yes(s);
    assert_in_range(orders_deadline(s->orders), s->now + 1, s->now + 1000);
    take_tick(s, 1000);
    take_tick(s, 1000);
    take_ends(s, o, ORDER_REFUSED, "somebody took him out");
}

static void by_the_dialplan_it_is_cancelled_too(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = by_line(s);
    (void)stage_give(s, "cancel 401 billing");
    stage_sent(s, LINE_REMOVE);
    take_out(s);
    take_tick(s, 1000);
    take_ends(s, o, ORDER_REFUSED, "somebody took him out");
}

static void the_dialplan_has_no_such_line(void **state)
{
    struct stage *s = *state;
    s->settings.take_context = mem_strdup("once");
    const struct fact_order *o = take_give(s, "take billing --to 401");
    stage_says(s, "0");
    take_ends(s, o, ORDER_REFUSED, "no 401*billing in the context once");
}

static void by_the_dialplan_and_the_link_goes_before_the_answer(void **state)
{
    struct stage *s = *state;
    s->settings.take_context = mem_strdup("once");
    const struct fact_order *o = take_give(s, "take billing --to 401");
    stage_says(s, "1");
    stage_put_pbx(s, PBX, "geneva", LINK_LOST);
    orders_link_down(s->orders, PBX, s->now);
    stage_is(o, ORDER_UNKNOWN, NULL);
    line_in(s);
    stage_put_pbx(s, PBX, "geneva", LINK_LIVE);
    orders_link_live(s->orders, PBX, s->now);
    take_tick(s, 0);
    stage_sent(s, LINE_REMOVE);
    take_out(s);
    take_tick(s, 1000);
    take_ends(s, o, ORDER_REFUSED, "the link");
}

/* --- who ------------------------------------------------------------------------------------------------------ */

static bool own_phone(void *context, const char *who, struct buf *out)
{
    (void)context;
    return who != NULL && buf_addf(out, "PJSIP/401");
}

static void without_to_it_is_ones_own_phone(void **state)
{
    struct stage *s = *state;
    s->settings.phone = mem_strdup("PJSIP/777");
    (void)take_give(s, "take billing");
    assert_non_null(strstr(buf_slice(&s->sent).p, "Interface=PJSIP/777"));
    s->world.phone = own_phone;
    (void)take_give(s, "take billing");
    stage_sent(s, TAKE_ADD);
    (void)take_give(s, "take sales");
    stage_sent(s, "");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, take_set_up, stage_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(the_next_one_by_name),
        TEST(who_is_not_the_next_one_is_put_in_front),
        TEST(the_priority_is_put_back_when_nobody_took_the_call),
        TEST(the_priority_is_put_back_where_he_could_not_be_added),
        TEST(the_last_look_finds_another),
        TEST(the_caller_who_is_meant_goes_while_he_is_armed),
        TEST(somebody_is_put_in_front_of_him),
        TEST(whoever_takes_over_puts_the_priority_back),
        TEST(a_withdrawal_is_done_when_the_phone_has_answered),
        TEST(a_withdrawal_that_comes_to_nothing),
        TEST(by_the_dialplan_one_request_does_it),
        TEST(by_the_dialplan_again_when_the_caller_hangs_up),
        TEST(by_the_dialplan_it_is_cancelled_too),
        TEST(by_the_dialplan_it_is_the_dialplan_that_takes_him_out),
        TEST(by_the_dialplan_and_the_answer_comes_before_the_event),
        TEST(the_dialplan_has_no_such_line),
        TEST(by_the_dialplan_and_the_link_goes_before_the_answer),
        TEST(without_to_it_is_ones_own_phone),
    };
    return cmocka_run_group_tests_name("take of a caller", tests, NULL, NULL);
}
