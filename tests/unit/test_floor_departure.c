/* SPDX-License-Identifier: MIT */
/* How callers leave: today's counters at the moment of the event, each caller once, in exactly one way. */
#include "tests/unit/support_floor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdio.h>

#define PARAMS "QueueParams Queue=q1 ServiceLevel=20\n" \
               "QueueMember Queue=q1 Name=Ann Location=PJSIP/1 StateInterface=PJSIP/1 Membership=dynamic Status=1 Paused=0 LoginTime=1699999000\n"
#define NEW(uid) "Newchannel Channel=PJSIP/c-" uid " Uniqueid=" uid " ChannelState=6\n"
#define JOIN(uid, pos, count) NEW(uid) "QueueCallerJoin Queue=q1 Channel=PJSIP/c-" uid " Uniqueid=" uid " Position=" pos " Count=" count "\n"
#define LEAVE(uid, pos, count) "QueueCallerLeave Queue=q1 Channel=PJSIP/c-" uid " Uniqueid=" uid " Position=" pos " Count=" count "\n"
#define ABANDON(uid, pos, hold) "QueueCallerAbandon Queue=q1 Channel=PJSIP/c-" uid " Uniqueid=" uid " Position=" pos " HoldTime=" hold "\n"
#define CONNECT(uid, hold) "AgentConnect Queue=q1 Channel=PJSIP/c-" uid " Uniqueid=" uid " Interface=PJSIP/1 MemberName=Ann " \
                           "DestChannel=PJSIP/1-d" uid " DestUniqueid=d" uid " HoldTime=" hold " RingTime=1\n"
#define HANGUP_REQUEST(uid) "HangupRequest Channel=PJSIP/c-" uid " Uniqueid=" uid "\n"
#define SOFT_REQUEST(uid) "SoftHangupRequest Channel=PJSIP/c-" uid " Uniqueid=" uid " Cause=16\n"
#define HANGUP(uid) "Hangup Channel=PJSIP/c-" uid " Uniqueid=" uid " Cause=16\n"

static void begin(struct stage *s)
{
    stage_open(s);
    stage_read(s, NULL, PARAMS);
}

/* Ends the test: the identity holds, and no counter is anything but what is given. */
static void end(struct stage *s, struct fact_queue want)
{
    const struct fact_queue *q = stage_queue(s, "q1");
    assert_int_equal(q->answered, want.answered);
    assert_int_equal(q->answered_in_sl, want.answered_in_sl);
    assert_int_equal(q->abandoned, want.abandoned);
    assert_int_equal(q->abandoned_short, want.abandoned_short);
    assert_int_equal(q->timeout, want.timeout);
    assert_int_equal(q->empty, want.empty);
    assert_int_equal(q->key, want.key);
    assert_int_equal(q->withdrawn, want.withdrawn);
    assert_int_equal(q->redirected, want.redirected);
    assert_int_equal(q->guessed, want.guessed);
    assert_int_equal(q->offered, stage_ended(q) + q->waiting);
    stage_close(s);
}

static void answered_in_and_out_of_service_level(void **state)
{
    (void)state;
    struct stage s;
    begin(&s);
    stage_say(&s, JOIN("u1", "1", "1"));
    stage_wait(&s, 20999);
    stage_say(&s, LEAVE("u1", "1", "0") CONNECT("u1", "20")); /* whole seconds, <= */
    stage_say(&s, JOIN("u2", "1", "1"));
    stage_wait(&s, 21000);
    stage_say(&s, LEAVE("u2", "1", "0"));
    stage_wait(&s, 300);
    stage_say(&s, CONNECT("u2", "21"));
    const struct fact_queue *q = stage_queue(&s, "q1");
    assert_int_equal(q->answered_wait_ms, 20999 + 21000);
    assert_int_equal(q->longest_wait_ms, 21000);
    assert_int_equal(stage_agent(&s, "PJSIP/1")->calls_taken, 2);
    end(&s, (struct fact_queue){ .answered = 2, .answered_in_sl = 1 });
}

static void hung_up(void **state)
{
    (void)state;
    struct stage s;
    begin(&s);
    stage_say(&s, JOIN("u1", "1", "1"));
    stage_wait(&s, 4000);
    stage_say(&s, HANGUP_REQUEST("u1") ABANDON("u1", "1", "4") LEAVE("u1", "1", "0") SOFT_REQUEST("u1") HANGUP("u1"));
    assert_int_equal(stage_queue(&s, "q1")->abandoned, 1); /* at once */
    stage_say(&s, JOIN("u2", "1", "1"));
    stage_wait(&s, 6000);
    stage_say(&s, SOFT_REQUEST("u2") ABANDON("u2", "1", "6") LEAVE("u2", "1", "0") HANGUP("u2")); /* AMI Hangup */
    stage_say(&s, JOIN("u3", "1", "1"));
    stage_wait(&s, 6000);
    stage_say(&s, ABANDON("u3", "1", "6") LEAVE("u3", "1", "0") HANGUP_REQUEST("u3") HANGUP("u3")); /* told the other way round */
    assert_int_equal(stage_queue(&s, "q1")->abandoned_wait_ms, 16000);
    end(&s, (struct fact_queue){ .abandoned = 3, .abandoned_short = 1 });
}

static void hung_up_where_nothing_requests_it(void **state)
{
    (void)state;
    struct stage s;
    begin(&s);
    stage_say(&s, "Newchannel Channel=DAHDI/1-1 Uniqueid=u1 ChannelState=6\n"
                  "QueueCallerJoin Queue=q1 Channel=DAHDI/1-1 Uniqueid=u1 Position=1 Count=1\n");
    stage_wait(&s, 9000);
    stage_say(&s, "QueueCallerAbandon Queue=q1 Uniqueid=u1\n"
                  "QueueCallerLeave Queue=q1 Channel=DAHDI/1-1 Uniqueid=u1 Position=1 Count=0\nHangup Channel=DAHDI/1-1 Uniqueid=u1\n");
    end(&s, (struct fact_queue){ .abandoned = 1 });
}

/* Withdrawn, sent into the queue again and hung up there, all within the moment in which a hang-up may follow its Abandon. */
static void back_at_once_and_then_hung_up(void **state)
{
    (void)state;
    struct stage s;
    begin(&s);
    stage_say(&s, JOIN("u1", "1", "1"));
    stage_wait(&s, 6000);
    stage_say(&s, ABANDON("u1", "1", "6") LEAVE("u1", "1", "0"));
    stage_say(&s, "QueueCallerJoin Queue=q1 Channel=PJSIP/c-u1 Uniqueid=u1 Position=1 Count=1\n");
    struct slice uniqueid, channel;
    assert_true(floor_ask(s.f, &uniqueid, &channel));
    stage_say(&s, HANGUP_REQUEST("u1"));
    floor_answer(s.f, uniqueid, SLICE("WITHDRAW"), true, s.now_ms);
    stage_say(&s, ABANDON("u1", "1", "0") LEAVE("u1", "1", "0") HANGUP("u1"));
    end(&s, (struct fact_queue){ .withdrawn = 1, .abandoned = 1, .abandoned_short = 1 });
}

static void without_class_call_a_hangup_is_the_guess(void **state)
{
    (void)state;
    struct stage s;
    stage_open(&s);
    stage_read(&s, NULL, PARAMS);
    stage_say(&s, "QueueCallerJoin Queue=q1 Channel=PJSIP/c-1 Uniqueid=u1 Position=1 Count=1\n");
    stage_wait(&s, 9000);
    stage_say(&s, ABANDON("u1", "1", "9") LEAVE("u1", "1", "0"));
    stage_wait(&s, 60);
    struct slice uniqueid, channel;
    assert_true(floor_ask(s.f, &uniqueid, &channel));
    floor_answer(s.f, uniqueid, (struct slice){ NULL, 0 }, false, s.now_ms);
    end(&s, (struct fact_queue){ .abandoned = 1, .guessed = 1 });
}

static void asked_for_queuestatus(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        struct fact_queue want;
    } row[] = {
        { "TIMEOUT", { .timeout = 1 } },     { "LEAVEEMPTY", { .empty = 1 } },   { "JOINEMPTY", { .empty = 1 } },
        { "LEAVEUNAVAIL", { .empty = 1 } },  { "JOINUNAVAIL", { .empty = 1 } },  { "WITHDRAW", { .withdrawn = 1 } },
        { "", { .redirected = 1 } },         { "(null)", { .redirected = 1 } },  { "BANANA", { .timeout = 1, .guessed = 1 } },
        { NULL, { .timeout = 1, .guessed = 1 } },
    };
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct stage s;
        struct slice uniqueid, channel;
        begin(&s);
        stage_say(&s, JOIN("u1", "1", "1"));
        stage_wait(&s, 7000);
        stage_say(&s, ABANDON("u1", "1", "7") LEAVE("u1", "1", "0"));
        assert_false(floor_ask(s.f, &uniqueid, &channel)); /* the variable is set a moment later */
        stage_wait(&s, 100);
        assert_true(floor_ask(s.f, &uniqueid, &channel));
        assert_true(slice_eq(uniqueid, SLICE("u1")));
        assert_true(slice_eq(channel, SLICE("PJSIP/c-u1")));
        struct slice kept = SLICE("u1"), again, more;
        assert_false(floor_ask(s.f, &again, &more)); /* once */
        stage_say(&s, HANGUP("u1")); /* the answer was made before it, and is on its way */
        floor_answer(s.f, kept, slice_of(row[i].value), true, s.now_ms);
        floor_answer(s.f, kept, slice_of("TIMEOUT"), true, s.now_ms); /* nobody asked */
        stage_wait(&s, 1000);
        end(&s, row[i].want);
    }
}

static void nobody_answers_the_question(void **state)
{
    (void)state;
    struct stage s;
    begin(&s);
    stage_say(&s, JOIN("u1", "1", "1") JOIN("u2", "2", "2") ABANDON("u1", "1", "0") LEAVE("u1", "1", "1"));
    stage_wait(&s, 100);
    struct slice uniqueid, channel;
    assert_true(floor_ask(s.f, &uniqueid, &channel));
    stage_wait(&s, 20000);
    stage_say(&s, ABANDON("u2", "1", "20") LEAVE("u2", "1", "0"));
    floor_link_down(s.f, s.now_ms, s.now_ms);
    end(&s, (struct fact_queue){ .timeout = 2, .guessed = 2 });
}

static void timeout_and_the_dialplan_hangs_up_at_once(void **state)
{
    (void)state;
    struct stage s;
    begin(&s);
    stage_say(&s, JOIN("u1", "1", "1"));
    stage_wait(&s, 60000);
    stage_say(&s, ABANDON("u1", "1", "60") LEAVE("u1", "1", "0") SOFT_REQUEST("u1") HANGUP("u1"));
    stage_wait(&s, 1000);
    end(&s, (struct fact_queue){ .timeout = 1, .guessed = 1 });
}

static void left_empty_and_the_dialplan_hangs_up_at_once(void **state)
{
    (void)state;
    struct stage s;
    begin(&s);
    stage_say(&s, JOIN("u1", "1", "1") "QueueMemberStatus Queue=q1 Interface=PJSIP/1 Status=5 Paused=0 LoginTime=1699999000\n"
                  ABANDON("u1", "1", "0") LEAVE("u1", "1", "0") SOFT_REQUEST("u1") HANGUP("u1"));
    stage_wait(&s, 1000);
    end(&s, (struct fact_queue){ .empty = 1, .guessed = 1 });
}

/* On a busy PBX the thread that announces the hang-up may be late: behind the Hangup itself, or while the channel is asked. */
static void hung_up_and_announced_late(void **state)
{
    (void)state;
    struct stage s;
    struct slice uniqueid, channel;
    begin(&s);
    stage_say(&s, JOIN("u1", "1", "1") ABANDON("u1", "1", "0") LEAVE("u1", "1", "0") HANGUP("u1"));
    stage_wait(&s, 900);
    stage_say(&s, HANGUP_REQUEST("u1"));
    assert_int_equal(stage_queue(&s, "q1")->abandoned, 1);
    stage_say(&s, JOIN("u2", "1", "1") ABANDON("u2", "1", "0") LEAVE("u2", "1", "0"));
    stage_wait(&s, 60);
    assert_true(floor_ask(s.f, &uniqueid, &channel));
    stage_say(&s, HANGUP_REQUEST("u2"));
    floor_answer(s.f, uniqueid, SLICE(""), true, s.now_ms);
    stage_say(&s, JOIN("u4", "1", "1") ABANDON("u4", "1", "0") LEAVE("u4", "1", "0"));
    stage_wait(&s, 60);
    assert_true(floor_ask(s.f, &uniqueid, &channel));
    floor_answer(s.f, uniqueid, (struct slice){ NULL, 0 }, true, s.now_ms); /* no such channel: it overtook the events */
    stage_say(&s, HANGUP_REQUEST("u4") HANGUP("u4"));
    stage_say(&s, JOIN("u3", "1", "1") ABANDON("u3", "1", "0") LEAVE("u3", "1", "0"));
    stage_wait(&s, 60);
    assert_true(floor_ask(s.f, &uniqueid, &channel));
    stage_say(&s, HANGUP_REQUEST("u3")); /* in the dialplan behind the queue */
    floor_answer(s.f, uniqueid, SLICE("TIMEOUT"), true, s.now_ms);
    end(&s, (struct fact_queue){ .abandoned = 3, .abandoned_short = 3, .timeout = 1 });
}

/* What Asterisk holds back comes with the next Ping (ami.md 3.3): the answer is not a key and an answer. */
static void the_connect_comes_late(void **state)
{
    (void)state;
    struct stage s;
    begin(&s);
    stage_say(&s, JOIN("u1", "1", "1"));
    stage_wait(&s, 1000);
    stage_say(&s, LEAVE("u1", "1", "0"));
    stage_wait(&s, 1500);
    stage_say(&s, CONNECT("u1", "1"));
    stage_wait(&s, 10000);
    end(&s, (struct fact_queue){ .answered = 1, .answered_in_sl = 1 });
}

static void pressed_a_key(void **state)
{
    (void)state;
    struct stage s;
    begin(&s);
    stage_say(&s, JOIN("u1", "1", "1") LEAVE("u1", "1", "0"));
    assert_int_equal(stage_queue(&s, "q1")->key, 0); /* an AgentConnect may follow */
    stage_wait(&s, 3000);
    assert_int_equal(stage_queue(&s, "q1")->key, 1);
    stage_say(&s, JOIN("u2", "1", "1") LEAVE("u2", "1", "0") HANGUP("u2"));
    end(&s, (struct fact_queue){ .key = 2 });
}

static void yanked_away(void **state)
{
    (void)state;
    struct stage s;
    begin(&s);
    stage_say(&s, JOIN("u1", "1", "1") JOIN("u2", "2", "2") JOIN("u3", "3", "3"));
    stage_wait(&s, 2000);
    stage_say(&s, "BridgeEnter BridgeUniqueid=b1 Channel=PJSIP/c-u1 Uniqueid=u1 BridgeNumChannels=2\n"
                  "ParkedCall ParkeeChannel=PJSIP/c-u2 ParkeeUniqueid=u2\n");
    assert_int_equal(stage_queue(&s, "q1")->state, QUEUE_CLEAN);
    stage_wait(&s, 60);
    assert_int_equal(stage_queue(&s, "q1")->state, QUEUE_SUSPECT);
    assert_int_equal(stage_queue(&s, "q1")->waiting, 3);
    stage_read(&s, "q1", PARAMS "QueueEntry Queue=q1 Position=1 Channel=PJSIP/c-u3 Uniqueid=u3 Wait=2 Priority=0\n");
    assert_string_equal(stage_order(&s, "q1"), "u3");
    assert_int_equal(stage_queue(&s, "q1")->redirected, 2);
    assert_int_equal(stage_drift(&s), 0);
    end(&s, (struct fact_queue){ .redirected = 2 });
}

static void yanked_and_seen_by_chance_in_a_re_read(void **state)
{
    (void)state;
    struct stage s;
    begin(&s);
    stage_say(&s, JOIN("u1", "1", "1"));
    stage_wait(&s, 6000);
    stage_read(&s, "q1", PARAMS); /* CLEAN, and he is gone: silent by ami.md 6.5 */
    assert_int_equal(stage_queue(&s, "q1")->state, QUEUE_CLEAN);
    assert_int_equal(stage_drift(&s), 0);
    end(&s, (struct fact_queue){ .redirected = 1 });
}

static void a_swap_counts_once(void **state)
{
    (void)state;
    struct stage s;
    begin(&s);
    stage_say(&s, JOIN("u2", "1", "1"));
    stage_wait(&s, 3000);
    stage_say(&s, "AttendedTransfer Result=Success OrigTransfererUniqueid=x SecondTransfererUniqueid=u2 TransfereeChannel=PJSIP/cust-1 "
                  "TransfereeUniqueid=u1 TransfereeCallerIDNum=555 TransfereeCallerIDName=Customer DestType=App DestApp=Queue\n" HANGUP("u2"));
    assert_int_equal(stage_queue(&s, "q1")->state, QUEUE_SUSPECT);
    const struct fact_caller *c = stage_caller(&s, "u1");
    assert_string_equal(c->number, "555");
    assert_string_equal(c->channel, "PJSIP/cust-1");
    assert_int_equal(c->joined, s.now_ms - 3000);
    stage_say(&s, LEAVE("u1", "1", "0") CONNECT("u1", "3"));
    end(&s, (struct fact_queue){ .answered = 1, .answered_in_sl = 1 });
}

static void a_swap_that_no_event_told_counts_once(void **state)
{
    (void)state;
    struct stage s;
    begin(&s);
    stage_say(&s, JOIN("u0", "1", "1") JOIN("u2", "2", "2"));
    stage_wait(&s, 3000);
    stage_say(&s, LEAVE("u1", "2", "1") CONNECT("u1", "3")); /* was u2 */
    assert_string_equal(stage_order(&s, "q1"), "u0");
    assert_int_equal(stage_queue(&s, "q1")->state, QUEUE_SUSPECT);
    stage_wait(&s, 3000);
    /* And one that a re-read finds. */
    stage_read(&s, "q1", PARAMS "QueueEntry Queue=q1 Position=1 Channel=PJSIP/c-u9 Uniqueid=u9 Wait=6 Priority=0\n");
    assert_string_equal(stage_order(&s, "q1"), "u9");
    stage_say(&s, HANGUP_REQUEST("u9") ABANDON("u9", "1", "6") LEAVE("u9", "1", "0"));
    assert_int_equal(stage_drift(&s), 0);
    end(&s, (struct fact_queue){ .answered = 1, .answered_in_sl = 1, .abandoned = 1 });
}

static void back_in_the_queue(void **state)
{
    (void)state;
    struct stage s;
    begin(&s);
    /* A blind transfer into the same queue: the same Uniqueid joins again (ami.md 5.8). */
    stage_say(&s, JOIN("u1", "1", "1") LEAVE("u1", "1", "0") CONNECT("u1", "0"));
    stage_wait(&s, 5000);
    stage_say(&s, "AgentComplete Queue=q1 Interface=PJSIP/1 Uniqueid=u1 DestChannel=PJSIP/1-du1 DestUniqueid=du1 TalkTime=5 Reason=transfer\n"
                  JOIN("u1", "1", "1"));
    /* Out by timeout, in again before anybody could be asked. */
    stage_say(&s, ABANDON("u1", "1", "0") LEAVE("u1", "1", "0") JOIN("u1", "1", "1") LEAVE("u1", "1", "0") CONNECT("u1", "0"));
    end(&s, (struct fact_queue){ .answered = 2, .answered_in_sl = 2, .timeout = 1, .guessed = 1 });
}

static void joined_another_queue_without_leaving(void **state)
{
    (void)state;
    struct stage s;
    begin(&s);
    stage_say(&s, JOIN("u1", "1", "1") "QueueCallerJoin Queue=q2 Channel=PJSIP/c-u1 Uniqueid=u1 Position=1 Count=1\n");
    assert_int_equal(stage_queue(&s, "q1")->waiting, 0);
    assert_int_equal(stage_queue(&s, "q1")->state, QUEUE_SUSPECT);
    assert_int_equal(stage_queue(&s, "q2")->waiting, 1);
    assert_int_equal(stage_queue(&s, "q2")->state, QUEUE_SUSPECT); /* no list has it */
    end(&s, (struct fact_queue){ .redirected = 1 });
}

static void waited_before_counting_began(void **state)
{
    (void)state;
    struct stage s;
    stage_open(&s);
    stage_read(&s, NULL, PARAMS "QueueEntry Queue=q1 Position=1 Channel=PJSIP/c-u1 Uniqueid=u1 Wait=30 Priority=0\n");
    assert_int_equal(stage_queue(&s, "q1")->offered, 0);
    stage_say(&s, LEAVE("u1", "1", "0") CONNECT("u1", "30"));
    assert_int_equal(stage_queue(&s, "q1")->answered, 1); /* as queue_log has it */
    assert_int_equal(stage_queue(&s, "q1")->answered_wait_ms, 30000);
    assert_int_equal(stage_queue(&s, "q1")->offered, 0);
    stage_close(&s);
}

static void answered_before_the_first_list(void **state)
{
    (void)state;
    struct stage s;
    stage_open(&s);
    stage_say(&s, LEAVE("u1", "1", "1") CONNECT("u1", "20") LEAVE("u2", "1", "0") CONNECT("u2", "21"));
    stage_wait(&s, 100);
    stage_read(&s, NULL, PARAMS);
    assert_int_equal(stage_queue(&s, "q1")->answered, 2);
    assert_int_equal(stage_queue(&s, "q1")->answered_in_sl, 1); /* once the level is known */
    stage_read(&s, "q1", PARAMS);
    assert_int_equal(stage_queue(&s, "q1")->answered_in_sl, 1);
    stage_close(&s);
}

static void the_link_was_down(void **state)
{
    (void)state;
    struct stage s;
    begin(&s);
    stage_say(&s, JOIN("stays", "1", "1") JOIN("goes", "2", "2"));
    stage_wait(&s, 1000);
    floor_link_down(s.f, s.now_ms, s.now_ms);
    assert_int_equal(stage_queue(&s, "q1")->waiting, 2); /* facts stay as they were */
    stage_wait(&s, 10000);
    floor_link_up(s.f, s.now_ms);
    assert_int_equal(stage_queue(&s, "q1")->state, QUEUE_SYNCING);
    stage_read(&s, NULL, PARAMS "QueueEntry Queue=q1 Position=1 Channel=PJSIP/c-stays Uniqueid=stays Wait=11 Priority=0\n"
                         "QueueEntry Queue=q1 Position=2 Channel=PJSIP/c-new Uniqueid=new Wait=4 Priority=0\n");
    const struct fact_queue *q = stage_queue(&s, "q1");
    assert_string_equal(stage_order(&s, "q1"), "stays new");
    assert_int_equal(q->offered, 2); /* who went meanwhile, nobody knows how, is taken out; who came is in */
    assert_int_equal(stage_caller(&s, "stays")->joined, STAGE_START_MS);
    assert_int_equal(stage_drift(&s), 0);
    end(&s, (struct fact_queue){ .answered = 0 });
}

static void connected_without_a_leave(void **state)
{
    (void)state;
    struct stage s;
    begin(&s);
    stage_say(&s, JOIN("u1", "1", "1") CONNECT("u1", "0"));
    assert_int_equal(stage_queue(&s, "q1")->answered, 1);
    assert_int_equal(stage_queue(&s, "q1")->state, QUEUE_SUSPECT);
    stage_say(&s, LEAVE("u1", "1", "0"));
    stage_wait(&s, 2000);
    end(&s, (struct fact_queue){ .answered = 1, .answered_in_sl = 1 });
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answered_in_and_out_of_service_level),
        cmocka_unit_test(hung_up),
        cmocka_unit_test(back_at_once_and_then_hung_up),
        cmocka_unit_test(hung_up_where_nothing_requests_it),
        cmocka_unit_test(without_class_call_a_hangup_is_the_guess),
        cmocka_unit_test(asked_for_queuestatus),
        cmocka_unit_test(nobody_answers_the_question),
        cmocka_unit_test(timeout_and_the_dialplan_hangs_up_at_once),
        cmocka_unit_test(left_empty_and_the_dialplan_hangs_up_at_once),
        cmocka_unit_test(hung_up_and_announced_late),
        cmocka_unit_test(the_connect_comes_late),
        cmocka_unit_test(pressed_a_key),
        cmocka_unit_test(yanked_away),
        cmocka_unit_test(yanked_and_seen_by_chance_in_a_re_read),
        cmocka_unit_test(a_swap_counts_once),
        cmocka_unit_test(a_swap_that_no_event_told_counts_once),
        cmocka_unit_test(back_in_the_queue),
        cmocka_unit_test(joined_another_queue_without_leaving),
        cmocka_unit_test(waited_before_counting_began),
        cmocka_unit_test(answered_before_the_first_list),
        cmocka_unit_test(the_link_was_down),
        cmocka_unit_test(connected_without_a_leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
