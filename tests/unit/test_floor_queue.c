/* SPDX-License-Identifier: MIT */
/* Queues, members and callers: what the events of ami.md 4.3 do to them, and how far a queue is proven. */
#include "tests/unit/support_floor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdio.h>

#define PARAMS "QueueParams Queue=q1 Max=0 Strategy=ringall Calls=0 Holdtime=4 TalkTime=9 Completed=7 Abandoned=2 " \
               "ServiceLevel=20 ServicelevelPerf=81.2 ServicelevelPerf2=70.0 Weight=10\n"
#define MEMBER(iface, rest) "QueueMember Queue=q1 Name='Agent " iface "' Location=PJSIP/" iface " StateInterface=PJSIP/" iface \
               " Membership=dynamic Penalty=1 CallsTaken=3 LastCall=0 LastPause=0 LoginTime=1699999000 InCall=0 " rest " Wrapuptime=0\n"
#define ENTRY(pos, uid, wait, prio) "QueueEntry Queue=q1 Position=" pos " Channel=PJSIP/c-" uid " Uniqueid=" uid \
               " CallerIDNum=" uid " CallerIDName=unknown Wait=" wait " Priority=" prio "\n"
#define JOIN(uid, pos, count) "QueueCallerJoin Queue=q1 Channel=PJSIP/c-" uid " Uniqueid=" uid " CallerIDNum=" uid \
               " CallerIDName=<unknown> Position=" pos " Count=" count "\n"
#define LEAVE(uid, pos, count) "QueueCallerLeave Queue=q1 Channel=PJSIP/c-" uid " Uniqueid=" uid " Position=" pos " Count=" count "\n"

static void first_list_is_taken(void **state)
{
    (void)state;
    struct stage s;
    stage_open(&s);
    stage_list(&s, NULL, PARAMS MEMBER("1", "Status=1 Paused=0") MEMBER("2", "Status=1 Paused=1 PausedReason=lunch")
                         ENTRY("1", "u1", "30", "0") ENTRY("2", "u2", "5", "0"));
    assert_null(stage_queue(&s, "q1")); /* held aside */
    stage_barrier(&s);
    const struct fact_queue *q = stage_queue(&s, "Q1");
    assert_int_equal(q->state, QUEUE_CLEAN);
    assert_string_equal(q->strategy, "ringall");
    assert_int_equal(q->weight, 10);
    assert_int_equal(q->ast_sl, 81200);
    assert_int_equal(q->ast_completed, 7);
    assert_int_equal(q->waiting, 2);
    assert_int_equal(q->oldest, s.now_ms - 30000);
    assert_int_equal(q->offered, 0); /* they waited before counting began */
    assert_int_equal(q->since, STAGE_EPOCH_S * INT64_C(1000));
    assert_string_equal(stage_order(&s, "q1"), "u1 u2");
    assert_null(stage_caller(&s, "u1")->name); /* unknown */
    assert_int_equal(stage_caller(&s, "u1")->priority, 0);
    assert_int_equal(stage_member(&s, "q1", "PJSIP/1")->state, AGENT_READY);
    const struct fact_member *paused = stage_member(&s, "q1", "PJSIP/2");
    assert_int_equal(paused->state, AGENT_PAUSED);
    assert_string_equal(paused->paused_reason, "lunch");
    assert_string_equal(stage_agent(&s, "PJSIP/2")->paused_reason, "lunch");
    assert_int_equal(stage_agent(&s, "PJSIP/1")->login, STAGE_START_MS - 1000000);
    assert_int_equal(stage_drift(&s), 0);
    stage_close(&s);
}

static void callers_stand_where_join_says(void **state)
{
    (void)state;
    struct stage s;
    stage_open(&s);
    stage_read(&s, NULL, PARAMS);
    stage_say(&s, JOIN("a", "1", "1") JOIN("b", "2", "2") JOIN("c", "3", "3") JOIN("vip", "1", "4") JOIN("d", "4", "5"));
    assert_string_equal(stage_order(&s, "q1"), "vip a b d c");
    stage_say(&s, LEAVE("b", "3", "4") JOIN("e", "2", "5"));
    assert_string_equal(stage_order(&s, "q1"), "vip e a d c");
    assert_int_equal(stage_queue(&s, "q1")->state, QUEUE_CLEAN);
    assert_int_equal(stage_queue(&s, "q1")->offered, 6);
    stage_say(&s, JOIN("e", "2", "5")); /* told twice */
    assert_int_equal(stage_queue(&s, "q1")->waiting, 5);
    stage_close(&s);
}

static void ranks_run_out_and_are_renumbered(void **state)
{
    (void)state;
    struct stage s;
    stage_open(&s);
    stage_read(&s, NULL, PARAMS);
    stage_say(&s, JOIN("first", "1", "1") JOIN("last", "2", "2"));
    char want[2048] = "first";
    for (int i = 60; i >= 1; i--) {
        char line[256];
        snprintf(line, sizeof line, "QueueCallerJoin Queue=q1 Channel=c Uniqueid=m%d Position=2 Count=%d\n", i, 63 - i);
        stage_say(&s, line);
    }
    for (int i = 1; i <= 60; i++)
        snprintf(want + strlen(want), sizeof want - strlen(want), " m%d%s", i, i == 60 ? " last" : "");
    assert_string_equal(stage_order(&s, "q1"), want);
    stage_close(&s);
}

static void a_wrong_count_makes_the_queue_suspect(void **state)
{
    (void)state;
    struct stage s;
    stage_open(&s);
    stage_read(&s, NULL, PARAMS);
    stage_say(&s, JOIN("a", "1", "1") JOIN("b", "3", "3"));
    assert_int_equal(stage_queue(&s, "q1")->state, QUEUE_SUSPECT);
    struct floor_health h;
    floor_health(s.f, &h);
    assert_int_equal(h.suspects, 1);
    struct slice name;
    bool is_suspect;
    assert_false(floor_next_read(s.f, s.now_ms, &name, &is_suspect)); /* backs off a moment */
    assert_true(floor_next_read(s.f, s.now_ms + 250, &name, &is_suspect));
    assert_true(is_suspect);
    stage_read(&s, "q1", PARAMS ENTRY("1", "a", "0", "0") ENTRY("2", "x", "0", "0") ENTRY("3", "b", "0", "0"));
    assert_int_equal(stage_queue(&s, "q1")->state, QUEUE_CLEAN);
    assert_string_equal(stage_order(&s, "q1"), "a x b");
    assert_int_equal(stage_queue(&s, "q1")->offered, 3); /* x joined while we counted, unseen */
    assert_int_equal(stage_drift(&s), 0);
    stage_close(&s);
}

static void members_come_pause_and_go(void **state)
{
    (void)state;
    struct stage s;
    stage_open(&s);
    stage_read(&s, NULL, PARAMS);
    stage_say(&s, "QueueMemberAdded Queue=q1 MemberName=Ann Interface=PJSIP/1 StateInterface=PJSIP/1 Membership=dynamic Penalty=0 CallsTaken=0 "
                  "LastCall=0 LastPause=0 LoginTime=1700000000 InCall=0 Status=1 Paused=0 PausedReason= Ringinuse=0 Wrapuptime=0\n");
    assert_string_equal(stage_agent(&s, "PJSIP/1")->name, "Ann");
    assert_int_equal(stage_member(&s, "q1", "PJSIP/1")->ringinuse, 0);
    stage_wait(&s, 5400);
    stage_say(&s, "QueueMemberPause Queue=q1 MemberName=Ann Interface=PJSIP/1 StateInterface=PJSIP/1 Membership=dynamic Penalty=0 CallsTaken=0 "
                  "LastCall=0 LastPause=1700000005 LoginTime=1700000000 InCall=0 Status=1 Paused=1 PausedReason=lunch Ringinuse=0 Wrapuptime=0\n");
    const struct fact_agent *a = stage_agent(&s, "PJSIP/1");
    assert_int_equal(a->state, AGENT_PAUSED);
    assert_int_equal(a->paused_since, s.now_ms); /* within that second */
    assert_int_equal(a->since, s.now_ms);
    /* Newer versions hand the reason over on resuming; Asterisk itself has cleared it. */
    stage_say(&s, "QueueMemberPause Queue=q1 MemberName=Ann Interface=PJSIP/1 StateInterface=PJSIP/1 Membership=dynamic Penalty=0 CallsTaken=0 "
                  "LastCall=0 LastPause=1700000005 LoginTime=1700000000 InCall=0 Status=1 Paused=0 PausedReason=back Ringinuse=0 Wrapuptime=0\n");
    assert_int_equal(stage_agent(&s, "PJSIP/1")->state, AGENT_READY);
    assert_null(stage_member(&s, "q1", "PJSIP/1")->paused_reason);
    stage_say(&s, "QueueMemberPenalty Queue=q1 MemberName=Ann Interface=PJSIP/1 Penalty=7 LoginTime=1700000000 Status=1 Paused=0\n");
    assert_int_equal(stage_member(&s, "q1", "PJSIP/1")->penalty, 7);
    assert_int_equal(stage_queue(&s, "q1")->state, QUEUE_CLEAN);
    stage_say(&s, "QueueMemberRemoved Queue=q1 MemberName=Ann Interface=pjsip/1\n");
    assert_int_equal(stage_count(&s, FACT_MEMBER), 0);
    assert_int_equal(stage_count(&s, FACT_AGENT), 0);
    stage_close(&s);
}

static void an_older_record_does_not_overwrite(void **state)
{
    (void)state;
    struct stage s;
    stage_open(&s);
    stage_read(&s, NULL, PARAMS MEMBER("1", "Status=1 Paused=0"));
    stage_say(&s, "QueueMemberPause Queue=q1 Interface=PJSIP/1 LoginTime=1699998000 Status=1 Paused=1 PausedReason=old\n");
    assert_int_equal(stage_member(&s, "q1", "PJSIP/1")->paused, 0);
    stage_say(&s, "QueueMemberStatus Queue=q1 Interface=PJSIP/1 LoginTime=1699999000 Status=2 Paused=0 CallsTaken=1 LastCall=0\n");
    assert_int_equal(stage_member(&s, "q1", "PJSIP/1")->calls_taken, 3); /* never back */
    stage_close(&s);
}

static void an_unknown_member_makes_the_queue_suspect(void **state)
{
    (void)state;
    struct stage s;
    stage_open(&s);
    stage_read(&s, NULL, PARAMS);
    stage_say(&s, "QueueMemberStatus Queue=q1 Interface=PJSIP/9 MemberName=Nine Status=1 Paused=0\n");
    assert_int_equal(stage_queue(&s, "q1")->state, QUEUE_SUSPECT);
    assert_non_null(stage_member(&s, "q1", "PJSIP/9"));
    stage_close(&s);
}

static void an_agent_is_one_person_in_many_queues(void **state)
{
    (void)state;
    struct stage s;
    stage_open(&s);
    stage_read(&s, NULL, PARAMS MEMBER("1", "Status=1 Paused=0")
               "QueueParams Queue=q2\nQueueMember Queue=q2 Name=One Location=PJSIP/1 StateInterface=PJSIP/1 Status=1 Paused=1 PausedReason=x\n");
    const struct fact_agent *a = stage_agent(&s, "PJSIP/1");
    assert_int_equal(a->memberships, 2);
    assert_int_equal(a->paused_in, 1);
    assert_int_equal(a->state, AGENT_READY);
    assert_int_equal(stage_member(&s, "q2", "PJSIP/1")->state, AGENT_PAUSED);
    assert_int_equal(stage_member(&s, "q2", "PJSIP/1")->agent, a->id);
    assert_int_equal(stage_count(&s, FACT_AGENT), 1);
    stage_close(&s);
}

static void queues_are_read_in_turn(void **state)
{
    (void)state;
    struct stage s;
    struct slice name;
    bool is_suspect;
    stage_open(&s);
    assert_false(floor_next_read(s.f, s.now_ms, &name, &is_suspect));
    stage_read(&s, NULL, "QueueParams Queue=a\nQueueParams Queue=b\n");
    assert_false(floor_next_read(s.f, s.now_ms + 1000, &name, &is_suspect));
    stage_wait(&s, 6000);
    for (int i = 0; i < 4; i++) {
        assert_true(floor_next_read(s.f, s.now_ms, &name, &is_suspect));
        assert_false(is_suspect);
        assert_true(slice_eq(name, i % 2 == 0 ? SLICE("a") : SLICE("b")));
        stage_read(&s, i % 2 == 0 ? "a" : "b", i % 2 == 0 ? "QueueParams Queue=a\n" : "QueueParams Queue=b\n");
        stage_wait(&s, 5000);
    }
    floor_suspect_all(s.f, "app_queue was reloaded");
    assert_int_equal(stage_queue(&s, "b")->state, QUEUE_SUSPECT);
    assert_true(floor_next_read(s.f, s.now_ms + 250, &name, &is_suspect));
    assert_true(is_suspect);
    stage_close(&s);
}

static void long_and_broken_names_are_passed_over(void **state)
{
    (void)state;
    struct stage s;
    stage_open(&s);
    stage_read(&s, NULL, PARAMS);
    char line[2048];
    char name[1024];
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    snprintf(line, sizeof line, "QueueCallerJoin Queue=%s Channel=c Uniqueid=u Position=1 Count=1\n", name);
    stage_say(&s, line);
    snprintf(line, sizeof line, "QueueCallerJoin Queue=q1 Channel=c Uniqueid=%s Position=1 Count=1\n", name);
    stage_say(&s, line);
    snprintf(line, sizeof line, "QueueMemberAdded Queue=q1 Interface=%s Status=1 Paused=0\n", name);
    stage_say(&s, line);
    snprintf(line, sizeof line, "Newchannel Channel=c Uniqueid=%s ChannelState=6\n", name);
    stage_say(&s, line);
    stage_say(&s, "QueueCallerJoin Queue=q1 Channel= Uniqueid= Position=-5 Count=99999999999999999999\n"
                  "AgentCalled Queue=q1 Interface=nobody Uniqueid=u DestChannel= DestUniqueid=\n");
    assert_int_equal(stage_count(&s, FACT_QUEUE), 1);
    assert_int_equal(stage_count(&s, FACT_CALLER), 0);
    assert_int_equal(stage_count(&s, FACT_MEMBER), 0);
    stage_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_list_is_taken),
        cmocka_unit_test(callers_stand_where_join_says),
        cmocka_unit_test(ranks_run_out_and_are_renumbered),
        cmocka_unit_test(a_wrong_count_makes_the_queue_suspect),
        cmocka_unit_test(members_come_pause_and_go),
        cmocka_unit_test(an_older_record_does_not_overwrite),
        cmocka_unit_test(an_unknown_member_makes_the_queue_suspect),
        cmocka_unit_test(an_agent_is_one_person_in_many_queues),
        cmocka_unit_test(queues_are_read_in_turn),
        cmocka_unit_test(long_and_broken_names_are_passed_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
