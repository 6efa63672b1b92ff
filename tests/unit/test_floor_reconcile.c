/* SPDX-License-Identifier: MIT */
/* Lists against the model: what is adopted, what is drift, what is silent (ami.md 6). */
#include "tests/unit/support_floor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdio.h>

#define PARAMS "QueueParams Queue=q1 ServiceLevel=20\n"
#define ROW(more) "QueueMember Queue=q1 Name=Ann Location=PJSIP/1 StateInterface=PJSIP/1 Wrapuptime=0 " more "\n"
#define USUAL "Penalty=1 CallsTaken=3 LastCall=0 LastPause=0 LoginTime=1699999000 InCall=0"
#define DYNAMIC "Membership=dynamic Status=1 Paused=0 " USUAL
#define ENTRY(pos, uid, prio) "QueueEntry Queue=q1 Position=" pos " Channel=PJSIP/c-" uid " Uniqueid=" uid \
               " CallerIDNum=5 CallerIDName=Bob Wait=0 Priority=" prio "\n"
#define JOIN(uid, pos, count) "QueueCallerJoin Queue=q1 Channel=PJSIP/c-" uid " Uniqueid=" uid \
               " CallerIDNum=5 CallerIDName=Bob Position=" pos " Count=" count "\n"
#define LEAVE(uid, pos, count) "QueueCallerLeave Queue=q1 Channel=PJSIP/c-" uid " Uniqueid=" uid " Position=" pos " Count=" count "\n"

static void differences_in_members(void **state)
{
    (void)state;
    static const struct {
        const char *before, *event, *after; /* first list, an event, second list */
        int drift;
    } row[] = {
        { ROW(DYNAMIC), "", ROW(DYNAMIC), 0 },
        /* what an event should have told */
        { ROW(DYNAMIC), "", ROW("Membership=dynamic Status=1 Paused=1 PausedReason=x " USUAL), 2 },
        { ROW(DYNAMIC), "", ROW("Membership=dynamic Status=2 Paused=0 " USUAL), 1 },
        { ROW(DYNAMIC), "", ROW("Membership=dynamic Status=1 Paused=0 Penalty=2 LoginTime=1699999000"), 1 },
        { ROW(DYNAMIC), "", "", 1 },
        { "", "", ROW(DYNAMIC), 1 },
        { ROW(DYNAMIC), "", ROW("Membership=dynamic Status=1 Paused=0 Penalty=1 LoginTime=1699999500"), 1 },
        /* what none tells */
        { ROW(DYNAMIC), "", ROW("Membership=dynamic Status=1 Paused=0 Penalty=1 CallsTaken=9 LastCall=1699999999 LoginTime=1699999000 InCall=1"), 0 },
        { ROW("Membership=static Status=1 Paused=0 " USUAL), "", "", 0 },
        { "", "", ROW("Membership=static Status=1 Paused=0 " USUAL), 0 },
        { ROW("Membership=static Status=1 Paused=1 PausedReason=lunch " USUAL), "",
          ROW("Membership=static Status=1 Paused=1 PausedReason= Penalty=1 LoginTime=1700000000 LastPause=1700000000"), 0 }, /* members reload */
        { ROW("Membership=static Status=1 Paused=0 " USUAL), "", ROW("Membership=static Status=1 Paused=1 Penalty=9 LoginTime=1699999000"), 0 }, /* may be realtime */
        { ROW("Membership=static Status=1 Paused=0 " USUAL), "QueueMemberStatus Queue=q1 MemberName=Ann Interface=PJSIP/1 StateInterface=PJSIP/1 "
          "Membership=realtime Penalty=1 LoginTime=1699999000 Status=1 Paused=0\n", ROW("Membership=static Status=2 Paused=1 Penalty=9 LoginTime=1699999000"), 0 },
        /* a static one for sure */
        { ROW("Membership=static Status=1 Paused=0 " USUAL), "QueueMemberStatus Queue=q1 MemberName=Ann Interface=PJSIP/1 StateInterface=PJSIP/1 "
          "Membership=static Penalty=1 LoginTime=1699999000 Status=1 Paused=0\n", ROW("Membership=static Status=1 Paused=0 Penalty=9 LoginTime=1699999000"), 1 },
        /* the UTF-8 cliff: its events do not come */
        { ROW(DYNAMIC), "", ROW("Membership=dynamic Status=1 Paused=1 PausedReason=M\xfcller " USUAL), 0 },
    };
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct stage s;
        char list[2048];
        stage_open(&s);
        snprintf(list, sizeof list, PARAMS "%s", row[i].before);
        stage_read(&s, NULL, list);
        stage_say(&s, row[i].event);
        stage_wait(&s, 6000);
        snprintf(list, sizeof list, PARAMS "%s", row[i].after);
        stage_read(&s, "q1", list);
        struct floor_health h;
        floor_health(s.f, &h);
        if (h.drift != row[i].drift)
            fail_msg("row %zu: drift %d, not %d: %s", i, (int)h.drift, row[i].drift, h.drift_last);
        stage_read(&s, "q1", list); /* adopted: a second time nothing differs, and nothing is told */
        uint64_t reports = s.reports;
        stage_read(&s, "q1", list);
        assert_true(s.reports - reports < 8);
        floor_health(s.f, &h);
        assert_int_equal(h.drift, row[i].drift);
        assert_int_equal(stage_queue(&s, "q1")->state, QUEUE_CLEAN);
        stage_close(&s);
    }
}

static void drift_is_told_in_words(void **state)
{
    (void)state;
    struct stage s;
    stage_open(&s);
    stage_read(&s, NULL, PARAMS ROW(DYNAMIC));
    stage_say(&s, "QueueMemberPenalty Queue=q1 MemberName=Ann Interface=PJSIP/1 StateInterface=PJSIP/1 Membership=dynamic Penalty=4 "
                  "LoginTime=1699999000 Status=1 Paused=0\n");
    stage_read(&s, "q1", PARAMS ROW(DYNAMIC));
    struct floor_health h;
    floor_health(s.f, &h);
    assert_int_equal(h.drift, 1);
    assert_string_equal(h.drift_last, "queue q1, member PJSIP/1: penalty is 1 in Asterisk, 4 here; last told by QueueMemberPenalty");
    assert_int_equal(stage_member(&s, "q1", "PJSIP/1")->penalty, 1);
    stage_close(&s);
}

static void differences_in_callers(void **state)
{
    (void)state;
    static const struct {
        const char *list;
        int drift;
        const char *order;
    } row[] = {
        { ENTRY("1", "a", "0") ENTRY("2", "b", "0"), 0, "a b" },
        { ENTRY("1", "b", "5") ENTRY("2", "a", "0"), 0, "b a" }, /* priority changed: silent */
        { ENTRY("1", "b", "0") ENTRY("2", "a", "0"), 1, "b a" },
        { ENTRY("1", "b", "0"), 0, "b" }, /* yanked: silent */
        { "QueueEntry Queue=q1 Position=1 Channel=PJSIP/c-a Uniqueid=a CallerIDNum=5 CallerIDName=Rob Wait=6 Priority=0\n" ENTRY("2", "b", "0"), 1, "a b" },
        { "QueueEntry Queue=q1 Position=1 Channel=PJSIP/other Uniqueid=a CallerIDNum=5 CallerIDName=Bob Wait=6 Priority=0\n" ENTRY("2", "b", "0"), 1, "a b" },
        { ENTRY("1", "a", "0") ENTRY("2", "b", "0") ENTRY("3", "c", "0"), 1, "a b c" },
    };
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct stage s;
        char list[2048];
        stage_open(&s);
        stage_read(&s, NULL, PARAMS);
        stage_say(&s, JOIN("a", "1", "1") JOIN("b", "2", "2"));
        stage_read(&s, "q1", PARAMS ENTRY("1", "a", "0") ENTRY("2", "b", "0"));
        assert_int_equal(stage_drift(&s), 0);
        stage_wait(&s, 6000);
        snprintf(list, sizeof list, PARAMS "%s", row[i].list);
        stage_read(&s, "q1", list);
        struct floor_health h;
        floor_health(s.f, &h);
        if (h.drift != row[i].drift)
            fail_msg("row %zu: drift %d, not %d: %s", i, (int)h.drift, row[i].drift, h.drift_last);
        assert_string_equal(stage_order(&s, "q1"), row[i].order);
        stage_close(&s);
    }
}

/* An attended transfer by AMI: the entry is a Local channel from beginning to end, the customer comes to stand behind it. */
static void who_is_behind_a_local_channel_changes_silently(void **state)
{
    (void)state;
    struct stage s;
    stage_open(&s);
    stage_read(&s, NULL, PARAMS);
    stage_say(&s, "QueueCallerJoin Queue=q1 Channel=Local/8005@agents-1;2 Uniqueid=a CallerIDNum=101 CallerIDName=Ann Position=1 Count=1\n");
    stage_wait(&s, 6000);
    stage_read(&s, "q1", PARAMS "QueueEntry Queue=q1 Position=1 Channel=Local/8005@agents-1;2 Uniqueid=a CallerIDNum=5 CallerIDName=unknown "
                                "Wait=6 Priority=0\n");
    assert_string_equal(stage_caller(&s, "a")->number, "5");
    assert_null(stage_caller(&s, "a")->name);
    assert_int_equal(stage_drift(&s), 0);
    stage_read(&s, "q1", PARAMS "QueueEntry Queue=q1 Position=1 Channel=PJSIP/c-1 Uniqueid=a CallerIDNum=5 CallerIDName=unknown Wait=6 Priority=0\n");
    assert_int_equal(stage_drift(&s), 1);
    stage_close(&s);
}

static void unknown_and_escaped_names_are_the_same(void **state)
{
    (void)state;
    struct stage s;
    stage_open(&s);
    stage_read(&s, NULL, PARAMS);
    stage_say(&s, "QueueCallerJoin Queue=q1 Channel=c1 Uniqueid=a CallerIDNum=<unknown> CallerIDName=<unknown> Position=1 Count=1\n"
                  "QueueCallerJoin Queue=q1 Channel=c2 Uniqueid=b CallerIDNum=7 CallerIDName=`Bob O\\'Neil \\\\ \\\"x\\\"` Position=2 Count=2\n"
                  "QueueCallerJoin Queue=q1 Channel=c3 Uniqueid=c CallerIDNum=7 CallerIDName=Evil\\r\\nInjected Position=3 Count=3\n");
    assert_string_equal(stage_caller(&s, "b")->name, "Bob O'Neil \\ \"x\"");
    stage_read(&s, "q1", PARAMS "QueueEntry Queue=q1 Position=1 Channel=c1 Uniqueid=a CallerIDNum=unknown CallerIDName=unknown Wait=0 Priority=0\n"
               "QueueEntry Queue=q1 Position=2 Channel=c2 Uniqueid=b CallerIDNum=7 CallerIDName=`Bob O'Neil \\ \"x\"` Wait=0 Priority=0\n"
               "QueueEntry Queue=q1 Position=3 Channel=c3 Uniqueid=c CallerIDNum=7 CallerIDName=Evil Wait=0 Priority=0\n");
    assert_int_equal(stage_drift(&s), 0);
    stage_close(&s);
}

static void events_win_over_an_older_list(void **state)
{
    (void)state;
    struct stage s;
    stage_open(&s);
    /* First list: b's Leave was published before it and comes late; c joined after it. */
    stage_say(&s, JOIN("b", "2", "2"));
    stage_list(&s, NULL, PARAMS ROW(DYNAMIC) ENTRY("1", "a", "0") ENTRY("2", "gone", "0"));
    stage_say(&s, LEAVE("gone", "2", "1") LEAVE("b", "1", "1") JOIN("c", "2", "2")
                  "QueueMemberPause Queue=q1 MemberName=Ann Interface=PJSIP/1 Membership=dynamic LoginTime=1699999000 Status=1 Paused=1 PausedReason=x\n"
                  "QueueMemberAdded Queue=q1 MemberName=Eve Interface=PJSIP/2 Membership=dynamic LoginTime=1699999000 Status=1 Paused=0\n"
                  "QueueMemberRemoved Queue=q1 Interface=PJSIP/3\n");
    stage_barrier(&s);
    assert_string_equal(stage_order(&s, "q1"), "a c");
    assert_int_equal(stage_member(&s, "q1", "PJSIP/1")->paused, 1);
    assert_non_null(stage_member(&s, "q1", "PJSIP/2"));
    assert_int_equal(stage_queue(&s, "q1")->state, QUEUE_SUSPECT); /* touched: to be read again */
    stage_wait(&s, 300);
    stage_read(&s, "q1", PARAMS ROW("Membership=dynamic Status=1 Paused=1 PausedReason=x " USUAL)
               "QueueMember Queue=q1 Name=Eve Location=PJSIP/2 Membership=dynamic Status=1 Paused=0 LoginTime=1699999000\n"
               ENTRY("1", "a", "0") ENTRY("2", "c", "0"));
    assert_string_equal(stage_order(&s, "q1"), "a c");
    assert_int_equal(stage_queue(&s, "q1")->state, QUEUE_CLEAN);
    assert_int_equal(stage_drift(&s), 0);
    stage_close(&s);
}

static void a_record_made_anew_wins_over_an_older_event(void **state)
{
    (void)state;
    struct stage s;
    stage_open(&s);
    stage_read(&s, NULL, PARAMS ROW("Membership=static Status=1 Paused=0 Penalty=1 LoginTime=1699999000"));
    stage_say(&s, JOIN("a", "1", "9")); /* a wrong count: suspect */
    stage_list(&s, "q1", PARAMS ROW("Membership=static Status=1 Paused=0 Penalty=5 LoginTime=1700000000") ENTRY("1", "a", "0"));
    stage_say(&s, "QueueMemberPause Queue=q1 MemberName=Ann Interface=PJSIP/1 Membership=static LoginTime=1699999000 Penalty=1 Status=1 Paused=1\n");
    stage_barrier(&s);
    assert_int_equal(stage_member(&s, "q1", "PJSIP/1")->penalty, 5);
    assert_int_equal(stage_member(&s, "q1", "PJSIP/1")->paused, 0);
    stage_close(&s);
}

/* A list in which Ann has been made by a reload at `epoch`. */
static void read_reloaded(struct stage *s, long epoch, int penalty)
{
    char list[500];
    (void)snprintf(list, sizeof list, PARAMS ROW("Membership=static Status=1 Paused=1 Penalty=%d LoginTime=%ld"), penalty, epoch);
    stage_read(s, "q1", list);
    assert_int_equal(stage_member(s, "q1", "PJSIP/1")->penalty, penalty);
}

/* LoginTime is in whole seconds: a record that was told of in its own second may have been made anew since, and say the same. */
static void two_reloads_in_a_second_are_no_drift(void **state)
{
    (void)state;
    struct stage s;
    char event[400];
    stage_open(&s);
    long epoch = STAGE_EPOCH_S + (long)(s.now_ms - STAGE_START_MS) / 1000;
    stage_read(&s, NULL, PARAMS ROW("Membership=static Status=1 Paused=0 Penalty=1 LoginTime=1699999000"));
    (void)snprintf(event, sizeof event, "QueueMemberPause Queue=q1 MemberName=Ann Interface=PJSIP/1 Membership=static LoginTime=%ld Penalty=1 Status=1 Paused=1\n", epoch);
    stage_say(&s, event);
    read_reloaded(&s, epoch, 5);
    assert_int_equal(stage_drift(&s), 0);
    stage_wait(&s, 5000);
    read_reloaded(&s, epoch, 5);
    read_reloaded(&s, epoch, 7); /* the same record, long since: nobody can have made it anew */
    assert_int_equal(stage_drift(&s), 1);
    stage_close(&s);
}

static void what_left_does_not_come_back_with_the_list(void **state)
{
    (void)state;
    struct stage s;
    stage_open(&s);
    stage_read(&s, NULL, PARAMS ROW(DYNAMIC));
    stage_say(&s, JOIN("a", "1", "1") JOIN("b", "2", "9")); /* a wrong count: suspect */
    stage_list(&s, "q1", PARAMS ROW(DYNAMIC) ENTRY("1", "a", "0") ENTRY("2", "b", "0"));
    stage_say(&s, LEAVE("a", "1", "1") "QueueMemberRemoved Queue=q1 Interface=pjsip/1\n");
    stage_barrier(&s);
    assert_string_equal(stage_order(&s, "q1"), "b");
    assert_null(stage_member(&s, "q1", "PJSIP/1"));
    stage_close(&s);
}

static void a_clean_queue_that_was_touched_proves_nothing(void **state)
{
    (void)state;
    struct stage s;
    struct slice name;
    bool is_suspect;
    stage_open(&s);
    stage_read(&s, NULL, PARAMS);
    int64_t asked_at = 0;
    for (int i = 0; i < 8; i++) {
        stage_list(&s, "q1", PARAMS);
        stage_say(&s, i % 2 == 0 ? JOIN("a", "1", "1") : LEAVE("a", "1", "0"));
        stage_barrier(&s);
        assert_int_equal(stage_queue(&s, "q1")->state, QUEUE_CLEAN);
        assert_int_equal(stage_queue(&s, "q1")->waiting, i % 2 == 0);
        int64_t expected = INT64_C(250) << (i < 5 ? i : 5);
        asked_at = s.now_ms;
        assert_false(floor_next_read(s.f, asked_at + expected - 1, &name, &is_suspect));
        assert_true(floor_next_read(s.f, asked_at + expected, &name, &is_suspect));
        assert_false(is_suspect);
    }
    stage_read(&s, "q1", PARAMS);
    assert_int_equal(stage_drift(&s), 0);
    stage_close(&s);
}

static void queues_that_the_list_lacks_are_gone(void **state)
{
    (void)state;
    struct stage s;
    stage_open(&s);
    stage_read(&s, NULL, PARAMS ROW(DYNAMIC) ENTRY("1", "a", "0") "QueueParams Queue=q2\nQueueParams Queue=q3\n");
    stage_read(&s, "Q2", "");
    assert_null(stage_queue(&s, "q2"));
    assert_non_null(stage_queue(&s, "q3"));
    stage_list(&s, NULL, "QueueParams Queue=q3\n");
    stage_say(&s, "QueueCallerJoin Queue=q4 Channel=c Uniqueid=z Position=1 Count=1\n"); /* made meanwhile */
    stage_barrier(&s);
    assert_null(stage_queue(&s, "q1"));
    assert_non_null(stage_queue(&s, "q4"));
    assert_int_equal(stage_count(&s, FACT_CALLER), 1);
    assert_int_equal(stage_count(&s, FACT_AGENT), 0);
    stage_close(&s);
}

static void a_scoped_list_cannot_speak_of_other_queues(void **state)
{
    (void)state;
    struct stage s;
    stage_open(&s);
    stage_read(&s, NULL, PARAMS "QueueParams Queue=q2\n");
    stage_read(&s, "q1", PARAMS "QueueParams Queue=q2\nQueueEntry Queue=q2 Position=1 Channel=c Uniqueid=forged Wait=1\n");
    assert_int_equal(stage_count(&s, FACT_CALLER), 0);
    assert_int_equal(stage_count(&s, FACT_QUEUE), 2);
    stage_close(&s);
}

static void a_list_that_was_cut_off_changes_nothing(void **state)
{
    (void)state;
    struct stage s;
    stage_open(&s);
    stage_read(&s, NULL, PARAMS ROW(DYNAMIC));
    floor_snapshot_begin(s.f, (struct slice){ NULL, 0 }, s.now_ms);
    floor_barrier(s.f, s.now_ms); /* not complete */
    assert_non_null(stage_member(&s, "q1", "PJSIP/1"));
    stage_list(&s, NULL, "QueueParams Queue=q9\n");
    floor_snapshot_cancel(s.f);
    floor_barrier(s.f, s.now_ms);
    assert_null(stage_queue(&s, "q9"));
    assert_non_null(stage_queue(&s, "q1"));
    stage_close(&s);
}

static void without_a_barrier_nothing_is_claimed(void **state)
{
    (void)state;
    struct stage s;
    stage_open(&s);
    stage_list(&s, NULL, PARAMS ROW(DYNAMIC));
    floor_settle(s.f, s.now_ms);
    stage_check(&s);
    assert_int_equal(stage_queue(&s, "q1")->state, QUEUE_UNPROVEN);
    stage_list(&s, "q1", PARAMS ROW("Membership=dynamic Status=1 Paused=1 PausedReason=x " USUAL));
    floor_settle(s.f, s.now_ms);
    assert_int_equal(stage_member(&s, "q1", "PJSIP/1")->paused, 1);
    assert_int_equal(stage_drift(&s), 0);
    stage_say(&s, JOIN("a", "1", "2"));
    assert_int_equal(stage_queue(&s, "q1")->state, QUEUE_SUSPECT); /* Count is checked */
    stage_list(&s, "q1", PARAMS ENTRY("1", "x", "0") ENTRY("2", "a", "0"));
    floor_settle(s.f, s.now_ms);
    assert_int_equal(stage_queue(&s, "q1")->state, QUEUE_UNPROVEN);
    assert_string_equal(stage_order(&s, "q1"), "x a");
    stage_close(&s);
}

static void the_cliff_marks_a_member_poll_only(void **state)
{
    (void)state;
    struct stage s;
    stage_open(&s);
    stage_read(&s, NULL, PARAMS "QueueMember Queue=q1 Name=M\xfcller Location=PJSIP/1 Membership=dynamic Status=1 Paused=0\n");
    assert_int_equal(stage_member(&s, "q1", "PJSIP/1")->is_poll_only, 1);
    stage_read(&s, "q1", PARAMS "QueueMember Queue=q1 Name=M\xfcller Location=PJSIP/1 Membership=dynamic Status=2 Paused=1\n");
    assert_int_equal(stage_member(&s, "q1", "PJSIP/1")->paused, 1);
    stage_read(&s, "q1", PARAMS); /* nor did its removal come */
    assert_int_equal(stage_count(&s, FACT_MEMBER), 0);
    assert_int_equal(stage_drift(&s), 0);
    stage_close(&s);
}

static void waiting_times_do_not_jump(void **state)
{
    (void)state;
    struct stage s;
    stage_open(&s);
    stage_read(&s, NULL, PARAMS);
    stage_say(&s, JOIN("a", "1", "1"));
    int64_t joined = s.now_ms;
    stage_wait(&s, 10700);
    stage_read(&s, "q1", PARAMS "QueueEntry Queue=q1 Position=1 Channel=PJSIP/c-a Uniqueid=a CallerIDNum=5 CallerIDName=Bob Wait=10 Priority=0\n");
    assert_int_equal(stage_caller(&s, "a")->joined, joined);
    stage_read(&s, "q1", PARAMS "QueueEntry Queue=q1 Position=1 Channel=PJSIP/c-a Uniqueid=a CallerIDNum=5 CallerIDName=Bob Wait=15 Priority=0\n");
    assert_int_equal(stage_caller(&s, "a")->joined, s.now_ms - 15000); /* his Join came late */
    assert_int_equal(stage_queue(&s, "q1")->oldest, s.now_ms - 15000);
    assert_int_equal(stage_drift(&s), 0);
    stage_close(&s);
}

static void the_clock_becomes_known(void **state)
{
    (void)state;
    struct stage s;
    stage_open(&s);
    stage_read(&s, NULL, PARAMS ROW("Membership=dynamic Status=1 Paused=1 PausedReason=x LastPause=1699999900 LastCall=1699999800 LoginTime=1699999000"));
    assert_int_equal(stage_member(&s, "q1", "PJSIP/1")->paused_since, STAGE_START_MS - 100000);
    floor_set_clock(s.f, 400, s.now_ms, STAGE_EPOCH_S * INT64_C(1000));
    assert_int_equal(stage_member(&s, "q1", "PJSIP/1")->paused_since, STAGE_START_MS - 100000);
    floor_set_clock(s.f, 50000, s.now_ms, STAGE_EPOCH_S * INT64_C(1000)); /* the PBX is 50 s ahead */
    assert_int_equal(stage_member(&s, "q1", "PJSIP/1")->paused_since, STAGE_START_MS - 150000);
    assert_int_equal(stage_member(&s, "q1", "PJSIP/1")->login, STAGE_START_MS - 1050000);
    assert_int_equal(stage_agent(&s, "PJSIP/1")->paused_since, STAGE_START_MS - 150000);
    stage_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(differences_in_members),
        cmocka_unit_test(drift_is_told_in_words),
        cmocka_unit_test(differences_in_callers),
        cmocka_unit_test(who_is_behind_a_local_channel_changes_silently),
        cmocka_unit_test(unknown_and_escaped_names_are_the_same),
        cmocka_unit_test(events_win_over_an_older_list),
        cmocka_unit_test(a_record_made_anew_wins_over_an_older_event),
        cmocka_unit_test(two_reloads_in_a_second_are_no_drift),
        cmocka_unit_test(what_left_does_not_come_back_with_the_list),
        cmocka_unit_test(a_clean_queue_that_was_touched_proves_nothing),
        cmocka_unit_test(queues_that_the_list_lacks_are_gone),
        cmocka_unit_test(a_scoped_list_cannot_speak_of_other_queues),
        cmocka_unit_test(a_list_that_was_cut_off_changes_nothing),
        cmocka_unit_test(without_a_barrier_nothing_is_claimed),
        cmocka_unit_test(the_cliff_marks_a_member_poll_only),
        cmocka_unit_test(waiting_times_do_not_jump),
        cmocka_unit_test(the_clock_becomes_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
