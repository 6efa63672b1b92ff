/* SPDX-License-Identifier: MIT */
/* take: exactly one call of a queue that the agent is not in, on a floor that the test holds: every race of it. That the PBX itself gives no
 * second one is proved in tests/pbx. */
#include "tests/unit/support_take.h"

static const struct fact_order *take(struct stage *s)
{
    const struct fact_order *o = take_give(s, "take billing --to 401");
    stage_sent(s, TAKE_ADD);
    assert_int_equal(take_files(), 1);
    take_armed(s);
    stage_is(o, ORDER_ACTIVE, "armed");
    return o;
}

static void one_call_is_taken(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = take(s);
    take_called(s);
    take_tick(s, 0);
    stage_sent(s, TAKE_REMOVE); /* at once, while the phone rings */
    take_out(s);
    stage_is(o, ORDER_ACTIVE, NULL);
    take_tick(s, 5000);
    stage_sent(s, "");
    TELL(s, EVENT_AGENT_CONNECT, TAKE_HIS, "Uniqueid", "c.1", "DestUniqueid", "d.1", "CallerIDNum", "0612");
    take_tick(s, 0);
    take_ends(s, o, ORDER_DONE, "taken: the call of 0612");
}

static void answered_before_he_is_out(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = take(s);
    take_called(s);
    TELL(s, EVENT_AGENT_CONNECT, TAKE_HIS, "Uniqueid", "c.1", "DestUniqueid", "d.1", "CallerIDNum", "0612");
    take_tick(s, 0);
    stage_sent(s, TAKE_REMOVE);
    stage_is(o, ORDER_ACTIVE, NULL);
    take_out(s);
    take_ends(s, o, ORDER_DONE, "taken");
}

static void nobody_answers(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = take(s);
    take_called(s);
    take_tick(s, 0);
    take_out(s);
    TELL(s, EVENT_DIAL_END, "DestUniqueid", "d.1", "DialStatus", "NOANSWER");
    TELL(s, EVENT_AGENT_RING_NO_ANSWER, TAKE_HIS, "DestUniqueid", "d.1");
    take_tick(s, 1000);
    take_ends(s, o, ORDER_REFUSED, "nobody answered");
}

/* Asterisk has offered two in the same instant: the ringing of the second is ended, which is not the end of the first. */
static void a_second_offer_is_hung_up(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = take(s);
    take_called(s);
    buf_reset(&s->sent);
    TELL(s, EVENT_AGENT_CALLED, TAKE_HIS, "Uniqueid", "c.2", "DestUniqueid", "d.2", "DestChannel", "PJSIP/401-00000002");
    stage_sent(s, "Hangup Channel=PJSIP/401-00000002\n");
    TELL(s, EVENT_AGENT_RING_NO_ANSWER, TAKE_HIS, "DestUniqueid", "d.2");
    take_tick(s, 0);
    stage_sent(s, TAKE_REMOVE);
    take_out(s);
    TELL(s, EVENT_AGENT_CONNECT, TAKE_HIS, "Uniqueid", "c.1", "DestUniqueid", "d.1", "CallerIDNum", "079");
    buf_reset(&s->sent);
    TELL(s, EVENT_AGENT_CALLED, TAKE_HIS, "Uniqueid", "c.3", "DestUniqueid", "d.3", "DestChannel", "PJSIP/401-00000003");
    stage_sent(s, "Hangup Channel=PJSIP/401-00000003\n");
    take_tick(s, 0);
    stage_put_member(s, (struct stage_seat){ ANN_BILLING, BILLING, ANN, "PJSIP/401", "Ann Li", NULL, 0, MEMBERSHIP_DYNAMIC }); /* by somebody else */
    buf_reset(&s->sent);
    TELL(s, EVENT_AGENT_CALLED, TAKE_HIS, "Uniqueid", "c.4", "DestUniqueid", "d.4", "DestChannel", "PJSIP/401-00000004");
    stage_sent(s, "");
    take_ends(s, o, ORDER_DONE, "taken: the call of 079");
}

/* The ringing ends without an answer of his and without his fault. */
static const struct fact_order *cancelled(struct stage *s)
{
    const struct fact_order *o = take(s);
    take_called(s);
    take_tick(s, 0);
    take_out(s);
    take_tick(s, 2000);
    stage_sent(s, ""); /* never added again while the phone may ring */
    TELL(s, EVENT_DIAL_END, "DestUniqueid", "d.1", "DialStatus", "CANCEL");
    take_tick(s, 999);
    stage_sent(s, "");
    return o;
}

static void another_is_faster_and_he_is_armed_again(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = cancelled(s);
    take_tick(s, 1);
    stage_sent(s, TAKE_ADD);
    assert_int_equal(take_files(), 1); /* the same lease */
    take_armed(s);
    take_called(s);
    take_tick(s, 0);
    take_out(s);
    TELL(s, EVENT_AGENT_CONNECT, TAKE_HIS, "Uniqueid", "c.2", "DestUniqueid", "d.2", "CallerIDNum", "0613");
    take_tick(s, 0);
    take_ends(s, o, ORDER_DONE, "0613");
}

static void armed_again_only_while_there_is_time(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = cancelled(s);
    take_phone(s, DEVICE_INUSE); /* he has begun to telephone */
    take_tick(s, 1);
    stage_sent(s, "");
    assert_in_range(orders_deadline(s->orders), s->now + 1, o->until);
    take_tick(s, 60000);
    take_ends(s, o, ORDER_REFUSED, "not taken");
}

static void the_callee_hangs_up_in_the_ringing(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = take(s);
    take_called(s);
    take_tick(s, 0);
    take_out(s);
    TELL(s, EVENT_HANGUP, "Uniqueid", "other");
    take_tick(s, 2000);
    stage_sent(s, "");
    TELL(s, EVENT_HANGUP, "Uniqueid", "d.1");
    take_tick(s, 1000);
    stage_sent(s, TAKE_ADD);
    orders_answered(s->orders, s->tag, false, SLICE("Unable to add interface: Already there"), s->now);
    take_ends(s, o, ORDER_REFUSED, "Already there"); /* of somebody else now: nothing more is sent */
}

static void nobody_calls_in_time(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = take_give(s, "take billing --to 401 --for 10s");
    take_armed(s);
    assert_int_equal(o->until, 11000);
    take_tick(s, 10000);
    stage_sent(s, TAKE_REMOVE);
    take_out(s);
    stage_is(o, ORDER_ACTIVE, NULL);
    take_tick(s, 1000);
    take_ends(s, o, ORDER_REFUSED, "no caller came");
}

static void a_call_that_comes_while_he_is_taken_out(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = take_give(s, "take billing --to 401 --for 10s");
    take_armed(s);
    take_tick(s, 10000);
    stage_sent(s, TAKE_REMOVE);
    take_called(s);
    take_out(s);
    take_tick(s, 5000);
    stage_is(o, ORDER_ACTIVE, NULL); /* it rings */
    TELL(s, EVENT_AGENT_CONNECT, TAKE_HIS, "Uniqueid", "c.1", "DestUniqueid", "d.1", "CallerIDNum", "0612");
    take_tick(s, 0);
    take_ends(s, o, ORDER_DONE, "taken");
}

static void a_ringing_whose_end_nobody_told_ends(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = take_give(s, "take billing --to 401 --for 10s");
    take_armed(s);
    take_called(s);
    take_tick(s, 0);
    stage_sent(s, TAKE_REMOVE);
    take_out(s);
    take_phone(s, DEVICE_RINGING);
    take_tick(s, 120000);
    stage_is(o, ORDER_ACTIVE, NULL); /* it rings, for however long */
    take_phone(s, DEVICE_NOT_INUSE);
    take_tick(s, 0);
    take_tick(s, 50000);
    stage_is(o, ORDER_ACTIVE, NULL);
    take_tick(s, 10000);
    take_tick(s, 1000);
    take_ends(s, o, ORDER_REFUSED, "did not say how that ended");
}

static void a_call_at_home_is_cured(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = take(s);
    TELL(s, EVENT_AGENT_COMPLETE, "Queue", "sales", "Interface", "PJSIP/402");
    take_tick(s, 0);
    stage_sent(s, "");
    TELL(s, EVENT_AGENT_COMPLETE, "Queue", "sales", "Interface", "PJSIP/401");
    take_tick(s, 0);
    stage_sent(s, TAKE_REMOVE);
    take_out(s);
    take_tick(s, 1000);
    stage_sent(s, TAKE_ADD);
    take_armed(s);
    stage_is(o, ORDER_ACTIVE, NULL);
}

static void he_is_armed_when_he_is_free(void **state)
{
    struct stage *s = *state;
    take_phone(s, DEVICE_INUSE);
    stage_is(take_give(s, "take billing --to 401"), ORDER_REFUSED, "not free: the phone is in use");
    stage_sent(s, "");
    take_phone(s, DEVICE_NOT_INUSE);
    const struct fact_order *o = take_give(s, "take billing --to 401");
    take_fused(s, "");
    take_put(s, true, true, DEVICE_RINGING);
    take_tick(s, 5000);
    stage_sent(s, "");
    take_put(s, true, true, DEVICE_NOT_INUSE);
    take_tick(s, 0);
    stage_sent(s, TAKE_ARM);
    stage_is(o, ORDER_ACTIVE, NULL);
}

static void who_is_there_already_is_left_alone(void **state)
{
    struct stage *s = *state;
    stage_is(take_give(s, "take sales --to 401"), ORDER_REFUSED, "is in sales already");
    stage_sent(s, "");
    const struct fact_order *o = take_give(s, "take billing --to 401"); /* two supervisors at once: the second request is refused */
    buf_reset(&s->sent);
    orders_answered(s->orders, s->tag, false, SLICE("Unable to add interface: Already there"), s->now);
    stage_sent(s, "");
    take_ends(s, o, ORDER_REFUSED, "Already there");
}

static void without_the_fuse_he_is_put_back(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = take_give(s, "take billing --to 401");
    take_put(s, true, false, DEVICE_NOT_INUSE);
    stage_yes(s);
    buf_reset(&s->sent);
    orders_answered(s->orders, s->tag, false, SLICE("Invalid interface, queuename, or ringinuse value"), s->now);
    stage_is(o, ORDER_REFUSED, "1 of 2");
    take_tick(s, 0);
    stage_sent(s, TAKE_REMOVE);
    take_out(s);
    take_tick(s, 1000);
    take_is_settled(s);
}

static void the_link_goes_while_it_rings(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = take(s);
    take_called(s);
    take_tick(s, 0);
    stage_put_pbx(s, PBX, "geneva", LINK_LOST);
    orders_link_down(s->orders, PBX, s->now);
    take_tick(s, 30000);
    stage_is(o, ORDER_ACTIVE, NULL);
    stage_put(s, FACT_CALL, (union fact_any){ .call = { .id = 91, .pbx = PBX, .queue = BILLING, .agent = ANN, .since = s->now, .number = mem_strdup("0612") } });
    stage_drop(s, FACT_MEMBER, ANN_BILLING);
    stage_put_pbx(s, PBX, "geneva", LINK_LIVE);
    orders_link_live(s->orders, PBX, s->now);
    take_tick(s, 0);
    take_tick(s, 0);
    take_ends(s, o, ORDER_DONE, "taken: the call of 0612");
}

static void the_pbx_starts_again_while_he_is_armed(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = take(s);
    stage_put_pbx(s, PBX, "geneva", LINK_LOST);
    orders_link_down(s->orders, PBX, s->now);
    take_tick(s, 5000);
    stage_sent(s, "");
    stage_put_pbx(s, PBX, "geneva", LINK_LIVE); /* the member is there again */
    orders_link_live(s->orders, PBX, s->now);
    take_tick(s, 0);
    stage_sent(s, TAKE_REMOVE);
    take_out(s);
    take_tick(s, 1000);
    take_ends(s, o, ORDER_REFUSED, "the link to the PBX went");
}

static void whoever_takes_over_ends_it_at_once(void **state)
{
    struct stage *s = *state;
    (void)take(s);
    stage_lends(s, take_folder);
    take_tick(s, 0);
    stage_sent(s, TAKE_REMOVE);
    take_out(s);
    take_tick(s, 1000);
    take_is_settled(s);
}

static void what_is_not_its_own_is_not_removed_by_the_next(void **state)
{
    struct stage *s = *state;
    (void)take_give(s, "take billing --to 401"); /* died before the answer, which was "Already there" */
    stage_put_member(s, stage_ann_billing);
    stage_lends(s, take_folder);
    take_tick(s, 0);
    stage_sent(s, "");
    take_is_settled(s);
}

static void cancel_takes_him_out(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = take(s);
    stage_give(s, "cancel 401 billing");
    stage_sent(s, TAKE_REMOVE);
    take_out(s);
    take_tick(s, 1000);
    take_ends(s, o, ORDER_REFUSED, "somebody took him out");
}

/* Without it the queue would not know whether his phone is free. */
static void what_shows_whether_he_is_free_goes_along(void **state)
{
    struct stage *s = *state;
    struct err err = ERR_INIT;
    directory_free(s->directory);
    assert_true(settings_load_text(&s->settings, "conf", SLICE("agent_interface = \"Local/{ext}@agents/n\"; agent_state = \"hint:{ext}@phones\";"), &err));
    s->directory = directory_new(&s->settings, &err);
    assert_non_null(s->directory);
    s->world.directory = s->directory;
    (void)take_give(s, "take billing --to 409");
    stage_sent(s, "QueueAdd Queue=billing Interface=Local/409@agents/n Penalty=0 Paused=true Wrapuptime=86400 Reason=acdtop take StateInterface=hint:409@phones\n");
}

static void who_takes_must_be_said(void **state)
{
    struct stage *s = *state;
    stage_is(take_give(s, "take billing"), ORDER_WRONG, "--to AGENT");
    stage_is(take_give(s, "take nowhere --to 401"), ORDER_NO_SUCH, "nowhere");
    stage_is(take_give(s, "take billing --to 401 --for soon"), ORDER_WRONG, "no duration");
    stage_sent(s, "");
    take_is_settled(s);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, take_set_up, stage_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(one_call_is_taken), TEST(answered_before_he_is_out), TEST(nobody_answers), TEST(a_second_offer_is_hung_up), TEST(another_is_faster_and_he_is_armed_again),
        TEST(armed_again_only_while_there_is_time), TEST(the_callee_hangs_up_in_the_ringing), TEST(nobody_calls_in_time),
        TEST(a_call_that_comes_while_he_is_taken_out), TEST(a_ringing_whose_end_nobody_told_ends), TEST(a_call_at_home_is_cured), TEST(he_is_armed_when_he_is_free),
        TEST(who_is_there_already_is_left_alone), TEST(without_the_fuse_he_is_put_back), TEST(the_link_goes_while_it_rings),
        TEST(the_pbx_starts_again_while_he_is_armed), TEST(whoever_takes_over_ends_it_at_once), TEST(what_is_not_its_own_is_not_removed_by_the_next),
        TEST(cancel_takes_him_out), TEST(who_takes_must_be_said),
        TEST(what_shows_whether_he_is_free_goes_along),
    };
    return cmocka_run_group_tests_name("take", tests, NULL, NULL);
}
