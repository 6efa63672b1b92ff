/* SPDX-License-Identifier: MIT */
/* A new day: every counter of today begins anew, nobody who waits or talks is lost or counted twice. */
#include "core/outside/export.h"
#include "tests/unit/support_floor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define PARAMS "QueueParams Queue=q1 ServiceLevel=20\n" \
               "QueueMember Queue=q1 Name=Ann Location=PJSIP/1 StateInterface=PJSIP/1 Membership=dynamic Status=1 Paused=0 " \
               "Wrapuptime=30 LoginTime=1699999000\n"
#define JOIN(uid, pos, count) "QueueCallerJoin Queue=q1 Channel=PJSIP/c-" uid " Uniqueid=" uid " Position=" pos " Count=" count "\n"
#define LEAVE(uid, pos, count) "QueueCallerLeave Queue=q1 Channel=PJSIP/c-" uid " Uniqueid=" uid " Position=" pos " Count=" count "\n"
#define ABANDON(uid) "HangupRequest Channel=PJSIP/c-" uid " Uniqueid=" uid "\n" \
                     "QueueCallerAbandon Queue=q1 Channel=PJSIP/c-" uid " Uniqueid=" uid " Position=1 HoldTime=1\n"
#define LEG(uid) "Channel=PJSIP/c-" uid " Uniqueid=" uid " Interface=PJSIP/1 MemberName=Ann DestChannel=PJSIP/1-d" uid " DestUniqueid=d" uid
#define CONNECT(uid) "AgentConnect Queue=q1 " LEG(uid) " HoldTime=1 RingTime=1\n"
#define COMPLETE(uid) "AgentComplete Queue=q1 " LEG(uid) " HoldTime=1 TalkTime=1 Reason=caller\n"
#define MISSED "AgentRingNoAnswer Queue=q1 " LEG("u0") " RingTime=15000\n"

enum { MIDNIGHT = 1700000000 };
#define MIDNIGHT_MS (INT64_C(1000) * MIDNIGHT)

/* One of everything that is counted, a talk under way (u2) and one who waits (u3). */
static void busy_day(struct stage *s)
{
    stage_open(s);
    stage_read(s, NULL, PARAMS);
    stage_say(s, JOIN("u0", "1", "1"));
    stage_wait(s, 1000);
    stage_say(s, MISSED ABANDON("u0") LEAVE("u0", "1", "0"));
    stage_say(s, JOIN("u1", "1", "1"));
    stage_wait(s, 1000);
    stage_say(s, LEAVE("u1", "1", "0") CONNECT("u1"));
    stage_wait(s, 1000);
    stage_say(s, COMPLETE("u1"));
    stage_wait(s, 5000);
    stage_say(s, JOIN("u2", "1", "1") LEAVE("u2", "1", "0") CONNECT("u2") JOIN("u3", "1", "1"));
    assert_int_equal(stage_queue(s, "q1")->offered, 4);
    assert_int_equal(stage_queue(s, "q1")->missed, 1);
}

static void turn(struct stage *s)
{
    floor_new_day(s->f, s->now_ms, MIDNIGHT_MS);
    stage_check(s);
}

/* Whatever JSON shows under "today", so that a new counter cannot be forgotten. */
static void everything_counted_today_begins_anew(void **state)
{
    (void)state;
    struct stage s;
    busy_day(&s);
    turn(&s);
    const struct fact *q = (const void *)stage_queue(&s, "q1");
    int counters = 0;
    for (size_t i = 0; i < fact_table[FACT_QUEUE].field_count; i++) {
        const struct fact_field *field = &fact_table[FACT_QUEUE].field[i];
        const char *object = export_rule_of(FACT_QUEUE, field).object;
        if (object == NULL || strcmp(object, "today") != 0)
            continue;
        if (strcmp(field->id, "since") == 0)
            assert_int_equal(fact_int(q, field), MIDNIGHT_MS);
        else if (fact_int(q, field) != 0)
            fail_msg("%s is still %lld", field->id, (long long)fact_int(q, field));
        counters++;
    }
    assert_true(counters > 10);
    const struct fact_agent *a = stage_agent(&s, "PJSIP/1");
    assert_int_equal(a->calls_taken + a->missed + a->talk_ms, 0);
    assert_int_equal(stage_member(&s, "q1", "PJSIP/1")->missed, 0);
    stage_close(&s);
}

static void who_waits_and_talks_goes_on(void **state)
{
    (void)state;
    struct stage s;
    busy_day(&s);
    int64_t joined = stage_caller(&s, "u3")->joined;
    turn(&s);
    assert_int_equal(stage_queue(&s, "q1")->waiting, 1);
    assert_int_equal(stage_caller(&s, "u3")->joined, joined);
    assert_int_equal(stage_member(&s, "q1", "PJSIP/1")->state, AGENT_TALKING);
    stage_wait(&s, 2000);
    stage_say(&s, COMPLETE("u2") LEAVE("u3", "1", "0") CONNECT("u3") JOIN("u4", "1", "1"));
    const struct fact_queue *q = stage_queue(&s, "q1");
    assert_int_equal(q->handled, 1);
    assert_int_equal(q->talk_ms, 2000);
    assert_int_equal(q->answered, 1);
    assert_int_equal(q->offered, 1);
    assert_int_equal(stage_agent(&s, "PJSIP/1")->calls_taken, 1);
    stage_close(&s);
}

/* Lost with the link over midnight: he was of yesterday's offered and must not be taken from today's. */
static void offered_yesterday_and_gone_unseen(void **state)
{
    (void)state;
    struct stage s;
    busy_day(&s);
    turn(&s);
    floor_link_down(s.f, s.now_ms, s.now_ms);
    stage_wait(&s, 1000);
    floor_link_up(s.f, s.now_ms);
    stage_read(&s, NULL, PARAMS);
    assert_int_equal(stage_queue(&s, "q1")->waiting, 0);
    assert_int_equal(stage_queue(&s, "q1")->offered, 0);
    stage_close(&s);
}

/* What happened while the link was away is in no counter, and that is said: from the last word of the PBX to the list that is adopted. */
static void a_gap_is_told(void **state)
{
    (void)state;
    struct stage s;
    busy_day(&s);
    assert_int_equal(stage_queue(&s, "q1")->gaps, 0);
    int64_t heard_ms = s.now_ms;
    stage_wait(&s, 6000);
    floor_link_down(s.f, heard_ms, s.now_ms);
    stage_wait(&s, 30000);
    floor_link_up(s.f, s.now_ms);
    stage_wait(&s, 1000);
    assert_int_equal(stage_queue(&s, "q1")->gaps, 0);
    floor_link_down(s.f, s.now_ms, s.now_ms); /* again before the list: it is the same gap */
    floor_link_up(s.f, s.now_ms);
    stage_wait(&s, 3000);
    stage_read(&s, NULL, PARAMS "QueueParams Queue=q2 ServiceLevel=20\n");
    assert_int_equal(stage_queue(&s, "q1")->gaps, 1);
    assert_int_equal(stage_queue(&s, "q1")->gap_ms, 40000);
    assert_int_equal(stage_queue(&s, "q2")->gap_ms, 40000); /* it may have been there */
    stage_read(&s, NULL, PARAMS);
    assert_int_equal(stage_queue(&s, "q1")->gaps, 1);
    stage_close(&s);
}

/* A gap over midnight: yesterday's part is yesterday's. */
static void a_gap_at_midnight(void **state)
{
    (void)state;
    struct stage s;
    busy_day(&s);
    floor_link_down(s.f, s.now_ms, s.now_ms);
    stage_wait(&s, 30000);
    turn(&s);
    stage_wait(&s, 5000);
    floor_link_up(s.f, s.now_ms);
    stage_read(&s, NULL, PARAMS);
    assert_int_equal(stage_queue(&s, "q1")->gaps, 1);
    assert_int_equal(stage_queue(&s, "q1")->gap_ms, 5000);
    turn(&s);
    assert_int_equal(stage_queue(&s, "q1")->gaps, 0);
    assert_int_equal(stage_queue(&s, "q1")->gap_ms, 0);
    stage_close(&s);
}

/* The keeper looked for the PBX for a while: nothing was counted in that time. */
static void counting_begins_with_the_first_link(void **state)
{
    (void)state;
    struct stage s;
    stage_open(&s);
    int64_t began = s.now_ms;
    stage_read(&s, NULL, PARAMS);
    int64_t since = stage_queue(&s, "q1")->since;
    stage_close(&s);
    stage_open(&s);
    assert_int_equal(s.now_ms, began);
    floor_tick(s.f, s.now_ms + 4000);
    s.now_ms += 9000;
    floor_link_up(s.f, s.now_ms);
    stage_read(&s, NULL, PARAMS);
    assert_int_equal(stage_queue(&s, "q1")->since, since + 9000);
    assert_int_equal(stage_queue(&s, "q1")->gaps, 0);
    stage_close(&s);
}

static void a_queue_of_the_new_day(void **state)
{
    (void)state;
    struct stage s;
    busy_day(&s);
    turn(&s);
    stage_read(&s, "q2", "QueueParams Queue=q2\n");
    assert_true(stage_queue(&s, "q2")->since == MIDNIGHT_MS);
    stage_close(&s);
}

/* Whether a call answered before the first list was in time is known with that list; the day may turn in between. */
static void answered_before_the_first_list(void **state)
{
    (void)state;
    struct stage s;
    stage_open(&s);
    stage_say(&s, LEAVE("u1", "1", "0") CONNECT("u1"));
    assert_int_equal(stage_queue(&s, "q1")->answered, 1);
    turn(&s);
    stage_read(&s, NULL, PARAMS);
    assert_int_equal(stage_queue(&s, "q1")->answered, 0);
    assert_int_equal(stage_queue(&s, "q1")->answered_in_sl, 0);
    stage_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_counted_today_begins_anew),
        cmocka_unit_test(who_waits_and_talks_goes_on),
        cmocka_unit_test(offered_yesterday_and_gone_unseen),
        cmocka_unit_test(a_gap_is_told),
        cmocka_unit_test(a_gap_at_midnight),
        cmocka_unit_test(counting_begins_with_the_first_link),
        cmocka_unit_test(a_queue_of_the_new_day),
        cmocka_unit_test(answered_before_the_first_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
