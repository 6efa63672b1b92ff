/* SPDX-License-Identifier: MIT */
/* take: exactly one call of a queue that the agent is not in, on a floor that the test holds: every race of it. That the PBX itself gives no
 * second one is proved in tests/pbx. */
#include "tests/unit/support_ami.h"
#include "tests/unit/support_orders.h"
#include "tests/unit/support_temp.h"

#include <dirent.h>
#include <stdlib.h>

#define ADD "QueueAdd Queue=billing Interface=PJSIP/401 Penalty=0 Paused=true Wrapuptime=86400 Reason=acdtop take MemberName=Ann Li\n"
#define FUSE "QueueMemberRingInUse Queue=billing Interface=PJSIP/401 RingInUse=no\n"
#define ARM "QueuePause Interface=PJSIP/401 Paused=false Queue=billing\n"
#define REMOVE "QueueRemove Queue=billing Interface=PJSIP/401\n"

static char folder[TEMP_PATH_MAX];

static void phone(struct stage *s, int64_t device)
{
    stage_put(s, FACT_AGENT, (union fact_any){ .agent = { .id = ANN, .pbx = PBX, .interface = mem_strdup("PJSIP/401"), .name = mem_strdup("Ann Li"),
                                                          .device = device } });
}

static int set_up(void **state)
{
    temp_template(folder);
    assert_non_null(mkdtemp(folder));
    (void)stage_set_up(state);
    struct stage *s = *state;
    s->wall = 1000000;
    stage_put(s, FACT_QUEUE, (union fact_any){ .queue = { .id = SALES, .pbx = PBX, .name = mem_strdup("sales"), .state = QUEUE_CLEAN } });
    stage_put(s, FACT_QUEUE, (union fact_any){ .queue = { .id = BILLING, .pbx = PBX, .name = mem_strdup("billing"), .state = QUEUE_CLEAN } });
    phone(s, DEVICE_NOT_INUSE);
    stage_lends(s, folder);
    return 0;
}

static size_t files(void)
{
    DIR *d = opendir(folder);
    const struct dirent *e;
    size_t n = 0;
    while ((e = readdir(d)) != NULL)
        n += e->d_name[0] != '.';
    (void)closedir(d);
    return n;
}

static void tick(struct stage *s, int64_t ms)
{
    buf_reset(&s->sent);
    s->now += ms;
    orders_tick(s->orders, s->now);
}

/* The member of the take as the PBX has it now. */
static void put(struct stage *s, bool is_paused, bool is_fused, int64_t device)
{
    stage_put(s, FACT_MEMBER, (union fact_any){ .member = { .id = ANN_BILLING, .queue = BILLING, .agent = ANN, .interface = mem_strdup("PJSIP/401"),
                                                            .membership = MEMBERSHIP_DYNAMIC, .paused = is_paused, .ringinuse = !is_fused,
                                                            .wrapup_s = 86400, .device = device } });
}

static void event(struct stage *s, enum event_kind kind, const char *const *pair)
{
    struct event e = { .kind = kind };
    for (; pair[0] != NULL; pair += 2) {
        for (unsigned f = 0; f < FIELD_COUNT; f++) {
            if (strcmp(event_field_name((enum field)f), pair[0]) == 0) {
                e.have[f / 64] |= UINT64_C(1) << (f % 64);
                e.value[f] = slice_of(pair[1]);
            }
        }
    }
    orders_event(s->orders, PBX, &e, s->now);
}
#define EVENT(s, kind, ...) event(s, kind, (const char *const[]){ __VA_ARGS__, NULL })
#define HIS "Queue", "billing", "Interface", "PJSIP/401"

static void called(struct stage *s)
{
    EVENT(s, EVENT_AGENT_CALLED, HIS, "Uniqueid", "c.1", "DestUniqueid", "d.1", "CallerIDNum", "0612");
}

static const struct fact_order *give(struct stage *s, const char *line)
{
    return orders_get(s->orders, stage_give(s, line)->id);
}

static void out(struct stage *s)
{
    stage_drop(s, FACT_MEMBER, ANN_BILLING);
    stage_yes(s);
}

static void fused(struct stage *s)
{
    put(s, true, false, DEVICE_NOT_INUSE);
    buf_reset(&s->sent);
    stage_yes(s);
    stage_sent(s, FUSE);
    put(s, true, true, DEVICE_NOT_INUSE);
    buf_reset(&s->sent);
    stage_yes(s);
    stage_sent(s, "");
}

static void armed(struct stage *s)
{
    fused(s);
    tick(s, 299);
    stage_sent(s, ""); /* an AgentCalled of the time before has come by then */
    tick(s, 1);
    stage_sent(s, ARM);
    put(s, false, true, DEVICE_NOT_INUSE);
    stage_yes(s);
}

static const struct fact_order *take(struct stage *s)
{
    const struct fact_order *o = give(s, "take billing --to 401");
    stage_sent(s, ADD);
    assert_int_equal(files(), 1);
    armed(s);
    stage_is(o, ORDER_ACTIVE, "armed");
    return o;
}

static void is_over(struct stage *s, const struct fact_order *o, enum order_state state, const char *answer)
{
    stage_is(o, state, answer);
    assert_int_equal(files(), 0);
    assert_false(orders_hold(s->orders));
    tick(s, 3600 * 1000);
    stage_sent(s, "");
}

static void one_call_is_taken(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = take(s);
    called(s);
    tick(s, 0);
    stage_sent(s, REMOVE); /* at once, while the phone rings */
    out(s);
    stage_is(o, ORDER_ACTIVE, NULL);
    tick(s, 5000);
    stage_sent(s, "");
    EVENT(s, EVENT_AGENT_CONNECT, HIS, "Uniqueid", "c.1", "DestUniqueid", "d.1", "CallerIDNum", "0612");
    tick(s, 0);
    is_over(s, o, ORDER_DONE, "taken: the call of 0612");
}

static void answered_before_he_is_out(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = take(s);
    called(s);
    EVENT(s, EVENT_AGENT_CONNECT, HIS, "Uniqueid", "c.1", "DestUniqueid", "d.1", "CallerIDNum", "0612");
    tick(s, 0);
    stage_sent(s, REMOVE);
    stage_is(o, ORDER_ACTIVE, NULL);
    out(s);
    is_over(s, o, ORDER_DONE, "taken");
}

static void nobody_answers(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = take(s);
    called(s);
    tick(s, 0);
    out(s);
    EVENT(s, EVENT_DIAL_END, "DestUniqueid", "d.1", "DialStatus", "NOANSWER");
    EVENT(s, EVENT_AGENT_RING_NO_ANSWER, HIS, "DestUniqueid", "d.1");
    tick(s, 1000);
    is_over(s, o, ORDER_REFUSED, "nobody answered");
}

/* The ringing ends without an answer of his and without his fault. */
static const struct fact_order *cancelled(struct stage *s)
{
    const struct fact_order *o = take(s);
    called(s);
    tick(s, 0);
    out(s);
    tick(s, 2000);
    stage_sent(s, ""); /* never added again while the phone may ring */
    EVENT(s, EVENT_DIAL_END, "DestUniqueid", "d.1", "DialStatus", "CANCEL");
    tick(s, 999);
    stage_sent(s, "");
    return o;
}

static void another_is_faster_and_he_is_armed_again(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = cancelled(s);
    tick(s, 1);
    stage_sent(s, ADD);
    assert_int_equal(files(), 1); /* the same lease */
    armed(s);
    called(s);
    tick(s, 0);
    out(s);
    EVENT(s, EVENT_AGENT_CONNECT, HIS, "Uniqueid", "c.2", "DestUniqueid", "d.2", "CallerIDNum", "0613");
    tick(s, 0);
    is_over(s, o, ORDER_DONE, "0613");
}

static void armed_again_only_while_there_is_time(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = cancelled(s);
    phone(s, DEVICE_INUSE); /* he has begun to telephone */
    tick(s, 1);
    stage_sent(s, "");
    assert_in_range(orders_deadline(s->orders), s->now + 1, o->until);
    tick(s, 60000);
    is_over(s, o, ORDER_REFUSED, "not taken");
}

static void the_callee_hangs_up_in_the_ringing(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = take(s);
    called(s);
    tick(s, 0);
    out(s);
    EVENT(s, EVENT_HANGUP, "Uniqueid", "other");
    tick(s, 2000);
    stage_sent(s, "");
    EVENT(s, EVENT_HANGUP, "Uniqueid", "d.1");
    tick(s, 1000);
    stage_sent(s, ADD);
    orders_answered(s->orders, s->tag, false, SLICE("Unable to add interface: Already there"), s->now);
    is_over(s, o, ORDER_REFUSED, "Already there"); /* of somebody else now: nothing more is sent */
}

static void nobody_calls_in_time(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = give(s, "take billing --to 401 --for 10s");
    armed(s);
    assert_int_equal(o->until, 11000);
    tick(s, 10000);
    stage_sent(s, REMOVE);
    out(s);
    stage_is(o, ORDER_ACTIVE, NULL);
    tick(s, 1000);
    is_over(s, o, ORDER_REFUSED, "no caller came");
}

static void a_call_that_comes_while_he_is_taken_out(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = give(s, "take billing --to 401 --for 10s");
    armed(s);
    tick(s, 10000);
    stage_sent(s, REMOVE);
    called(s);
    out(s);
    tick(s, 5000);
    stage_is(o, ORDER_ACTIVE, NULL); /* it rings */
    EVENT(s, EVENT_AGENT_CONNECT, HIS, "Uniqueid", "c.1", "DestUniqueid", "d.1", "CallerIDNum", "0612");
    tick(s, 0);
    is_over(s, o, ORDER_DONE, "taken");
}

static void a_call_at_home_is_cured(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = take(s);
    EVENT(s, EVENT_AGENT_COMPLETE, "Queue", "sales", "Interface", "PJSIP/402");
    tick(s, 0);
    stage_sent(s, "");
    EVENT(s, EVENT_AGENT_COMPLETE, "Queue", "sales", "Interface", "PJSIP/401");
    tick(s, 0);
    stage_sent(s, REMOVE);
    out(s);
    tick(s, 1000);
    stage_sent(s, ADD);
    armed(s);
    stage_is(o, ORDER_ACTIVE, NULL);
}

static void he_is_armed_when_he_is_free(void **state)
{
    struct stage *s = *state;
    phone(s, DEVICE_INUSE);
    stage_is(give(s, "take billing --to 401"), ORDER_REFUSED, "not free");
    stage_sent(s, "");
    phone(s, DEVICE_NOT_INUSE);
    const struct fact_order *o = give(s, "take billing --to 401");
    fused(s);
    put(s, true, true, DEVICE_RINGING);
    tick(s, 5000);
    stage_sent(s, "");
    assert_int_equal(orders_deadline(s->orders), s->now < 6000 ? s->now : orders_deadline(s->orders));
    put(s, true, true, DEVICE_NOT_INUSE);
    tick(s, 0);
    stage_sent(s, ARM);
    stage_is(o, ORDER_ACTIVE, NULL);
}

static void who_is_there_already_is_left_alone(void **state)
{
    struct stage *s = *state;
    stage_is(give(s, "take sales --to 401"), ORDER_REFUSED, "is in sales already");
    stage_sent(s, "");
    const struct fact_order *o = give(s, "take billing --to 401"); /* two supervisors at once: the second request is refused */
    buf_reset(&s->sent);
    orders_answered(s->orders, s->tag, false, SLICE("Unable to add interface: Already there"), s->now);
    stage_sent(s, "");
    is_over(s, o, ORDER_REFUSED, "Already there");
}

static void without_the_fuse_he_is_put_back(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = give(s, "take billing --to 401");
    put(s, true, false, DEVICE_NOT_INUSE);
    stage_yes(s);
    buf_reset(&s->sent);
    orders_answered(s->orders, s->tag, false, SLICE("Invalid interface, queuename, or ringinuse value"), s->now);
    stage_is(o, ORDER_REFUSED, "1 of 2");
    tick(s, 0);
    stage_sent(s, REMOVE);
    out(s);
    tick(s, 1000);
    assert_int_equal(files(), 0);
}

static void the_link_goes_while_it_rings(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = take(s);
    called(s);
    tick(s, 0);
    stage_put_pbx(s, PBX, "geneva", LINK_LOST);
    orders_link_down(s->orders, PBX, s->now);
    tick(s, 30000);
    stage_is(o, ORDER_ACTIVE, NULL);
    stage_put(s, FACT_CALL, (union fact_any){ .call = { .id = 91, .pbx = PBX, .queue = BILLING, .agent = ANN, .since = s->now, .number = mem_strdup("0612") } });
    stage_drop(s, FACT_MEMBER, ANN_BILLING);
    stage_put_pbx(s, PBX, "geneva", LINK_LIVE);
    orders_link_live(s->orders, PBX, s->now);
    tick(s, 0);
    tick(s, 0);
    is_over(s, o, ORDER_DONE, "taken: the call of 0612");
}

static void the_pbx_starts_again_while_he_is_armed(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = take(s);
    stage_put_pbx(s, PBX, "geneva", LINK_LOST);
    orders_link_down(s->orders, PBX, s->now);
    tick(s, 5000);
    stage_sent(s, "");
    stage_put_pbx(s, PBX, "geneva", LINK_LIVE); /* the member is there again */
    orders_link_live(s->orders, PBX, s->now);
    tick(s, 0);
    stage_sent(s, REMOVE);
    out(s);
    tick(s, 1000);
    is_over(s, o, ORDER_REFUSED, "the link to the PBX went");
}

static void whoever_takes_over_ends_it_at_once(void **state)
{
    struct stage *s = *state;
    (void)take(s);
    stage_lends(s, folder);
    tick(s, 0);
    stage_sent(s, REMOVE);
    out(s);
    tick(s, 1000);
    assert_int_equal(files(), 0);
}

static void what_is_not_its_own_is_not_removed_by_the_next(void **state)
{
    struct stage *s = *state;
    (void)give(s, "take billing --to 401"); /* died before the answer, which was "Already there" */
    stage_put_member(s, stage_ann_billing);
    stage_lends(s, folder);
    tick(s, 0);
    stage_sent(s, "");
    assert_int_equal(files(), 0);
}

static void cancel_takes_him_out(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = take(s);
    stage_give(s, "cancel 401 billing");
    stage_sent(s, REMOVE);
    out(s);
    tick(s, 1000);
    is_over(s, o, ORDER_REFUSED, "somebody took him out");
}

static void caller(struct stage *s, uint64_t id, const char *uniqueid, const char *number, int64_t rank)
{
    stage_put(s, FACT_CALLER, (union fact_any){ .caller = { .id = id, .queue = BILLING, .uniqueid = mem_strdup(uniqueid), .number = mem_strdup(number), .rank = rank } });
}

static void this_very_caller_is_the_next_one_or_nobody(void **state)
{
    struct stage *s = *state;
    caller(s, 50, "c.0", "0611", 1);
    caller(s, 51, "c.1", "0612", 2);
    stage_is(give(s, "take billing 0699 --to 401"), ORDER_NO_SUCH, "0699");
    stage_is(give(s, "take billing 0612 --to 401"), ORDER_REFUSED, "not the next one");
    stage_sent(s, "");
    const struct fact_order *o = give(s, "take billing 0611 --to 401");
    stage_sent(s, ADD);
    armed(s);
    called(s); /* c.1: c.0 has gone meanwhile */
    tick(s, 0);
    out(s);
    EVENT(s, EVENT_AGENT_CONNECT, HIS, "Uniqueid", "c.1", "DestUniqueid", "d.1", "CallerIDNum", "0612");
    tick(s, 0);
    is_over(s, o, ORDER_DONE, "the one that was meant was not");
}

static void who_takes_must_be_said(void **state)
{
    struct stage *s = *state;
    stage_is(give(s, "take billing"), ORDER_WRONG, "--to AGENT");
    stage_is(give(s, "take nowhere --to 401"), ORDER_NO_SUCH, "nowhere");
    stage_is(give(s, "take billing --to 401 --for soon"), ORDER_WRONG, "no duration");
    stage_sent(s, "");
    assert_int_equal(files(), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, stage_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(one_call_is_taken), TEST(answered_before_he_is_out), TEST(nobody_answers), TEST(another_is_faster_and_he_is_armed_again),
        TEST(armed_again_only_while_there_is_time), TEST(the_callee_hangs_up_in_the_ringing), TEST(nobody_calls_in_time),
        TEST(a_call_that_comes_while_he_is_taken_out), TEST(a_call_at_home_is_cured), TEST(he_is_armed_when_he_is_free),
        TEST(who_is_there_already_is_left_alone), TEST(without_the_fuse_he_is_put_back), TEST(the_link_goes_while_it_rings),
        TEST(the_pbx_starts_again_while_he_is_armed), TEST(whoever_takes_over_ends_it_at_once), TEST(what_is_not_its_own_is_not_removed_by_the_next),
        TEST(cancel_takes_him_out), TEST(this_very_caller_is_the_next_one_or_nobody), TEST(who_takes_must_be_said),
    };
    return cmocka_run_group_tests_name("take", tests, NULL, NULL);
}
