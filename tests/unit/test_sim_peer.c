/* SPDX-License-Identifier: MIT */
/* sim, the conversation: login, rights, masks, every action with its words, and the order of events of single calls. */
#include "tests/unit/support_sim.h"

#include "core/sim/script.h"

#include <md5.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define START_MS INT64_C(1795303252000)

static struct sim *s;
static struct support_client c;

static int open_floor(void **state)
{
    (void)state;
    static const struct sim_setup empty = { .seed = 1, .start_wall_ms = START_MS, .is_empty = true };
    static const struct script_queue queues[] = { { .name = "q1", .timeout_s = 6, .retry_s = 1 }, { .name = "Ring", .strategy = SIM_RINGALL, .timeout_s = 6, .retry_s = 1 } };
    s = sim_new(&empty);
    for (size_t i = 0; i < 2; i++)
        script_add_queue(s, &queues[i]);
    script_add_agent(s, "PJSIP/a1", "101", "Agent 1");
    script_add_agent(s, "PJSIP/a2", "102", "Agent 2");
    support_client_open(&c, s);
    return 0;
}

static int close_floor(void **state)
{
    (void)state;
    support_client_close(&c);
    sim_free(s);
    return 0;
}

static void run(int64_t ms)
{
    static int64_t now;
    if (ms < 0)
        now = START_MS;
    else
        sim_run_until(s, now += ms);
}

static void expect(const char *request, const char *response, const char *message)
{
    support_client_expect(&c, request, response, message);
}

static void expect_event(enum event_kind kind)
{
    if (!support_client_next(&c))
        fail_msg("no %s", event_table[kind].name);
    if (c.event.kind != kind)
        fail_msg("no %s but %.*s", event_table[kind].name, SLICE_FMT(c.frame.raw));
}

static void skip_all(void)
{
    while (support_client_next(&c))
        ;
}

static void what_is_not_allowed_is_refused(void **state)
{
    (void)state;
    expect("Ping", "Error", "Permission denied");
    sim_receive(c.peer, SLICE("Foo: bar\n\n"));
    assert_true(support_client_next(&c));
    assert_true(support_is(&c.event, F_MESSAGE, "Missing action in request"));
    expect("Login|Username: wall|Secret: wall|ActionID: 7", "Success", "Authentication accepted");
    assert_true(support_is(&c.event, F_ACTION_ID, "7"));
    expect_event(EVENT_FULLY_BOOTED);
    expect("Login|Username: wall|Secret: wall", "Success", "Already authenticated");
    expect("QueueAdd|Queue: q1|Interface: PJSIP/a1", "Error", "Permission denied");
    expect("Setvar|Variable: x|Value: y", "Error", "Permission denied");
    expect("Ping", "Success", NULL);
    assert_true(support_is(&c.event, F_PING, "Pong"));
    assert_true(event_has(&c.event, F_TIMESTAMP));
    expect("Foo", "Error", "Invalid/unknown command: Foo. Use Action: ListCommands to show available commands.");
    expect("ListCommands", "Success", NULL);
    assert_null(frame_get(&c.frame, SLICE("QueueAdd")).p);
    assert_true(slice_eq(frame_get(&c.frame, SLICE("QueueStatus")), SLICE("Show queue status.  (Priv: <none>)")));
    expect("CoreSettings", "Success", NULL);
    assert_true(slice_starts(event_get(&c.event, F_ASTERISK_VERSION), SLICE("22.")));
    expect("Logoff", "Goodbye", "Thanks for all the fish.");
    assert_true(sim_is_closed(c.peer));
}

static void a_wrong_secret_closes(void **state)
{
    (void)state;
    expect("Login|Username: demo|Secret: wrong", "Error", "Authentication failed");
    assert_true(sim_is_closed(c.peer));
}

static void md5_is_understood(void **state)
{
    (void)state;
    expect("Challenge", "Error", "Must specify AuthType");
    expect("Challenge|AuthType: MD5", "Success", NULL);
    char text[64], key[MD5_DIGEST_STRING_LENGTH], request[128];
    int n = snprintf(text, sizeof(text), "%.*sdemo", SLICE_FMT(event_get(&c.event, F_CHALLENGE)));
    MD5Data((const uint8_t *)text, (size_t)n, key);
    snprintf(request, sizeof(request), "Login|Username: demo|AuthType: MD5|Key: %s|Events: agent", key);
    expect(request, "Success", "Authentication accepted");
    assert_false(support_client_next(&c)); /* no class system: no FullyBooted */
}

static void a_key_for_nothing_is_no_login(void **state)
{
    (void)state;
    expect("Login|Username: demo|AuthType: MD5|Key: 00000000000000000000000000000000", "Error", "Authentication failed");
}

static void masks_are_obeyed(void **state)
{
    (void)state;
    support_client_login(&c, "agent");
    expect("QueueAdd|Queue: Q1|Interface: PJSIP/a1", "Success", "Added interface to queue");
    expect_event(EVENT_QUEUE_MEMBER_ADDED);
    assert_true(support_is(&c.event, F_QUEUE, "q1"));
    expect("Setvar|Variable: S|Value: 1", "Success", "Variable Set");
    assert_false(support_client_next(&c));
    expect("Events|EventMask: agent,dialplan", "Success", NULL);
    assert_true(support_is(&c.event, F_EVENTS, "On"));
    expect("Setvar|Variable: S|Value: it's", "Success", "Variable Set");
    expect_event(EVENT_VAR_SET);
    assert_true(support_is(&c.event, F_CHANNEL, "none"));
    assert_true(support_is(&c.event, F_VALUE, "it's"));
    expect("Events|EventMask: agent,nonsense", "Success", NULL);
    assert_true(support_is(&c.event, F_EVENTS, "Off"));
    expect("Events|EventMask: ", "Error", "Invalid event mask");
}

static void members_come_pause_and_go(void **state)
{
    (void)state;
    support_client_login(&c, "agent");
    expect("QueueAdd|Interface: PJSIP/a1", "Error", "'Queue' not specified.");
    expect("QueueAdd|Queue: q1", "Error", "'Interface' not specified.");
    expect("QueueAdd|Queue: no|Interface: PJSIP/a1", "Error", "Unable to add interface to queue: No such queue");
    expect("QueueAdd|Queue: q1|Interface: PJSIP/a1|Penalty: 3|MemberName: One|Paused: yes|Reason: new", "Success", "Added interface to queue");
    expect_event(EVENT_QUEUE_MEMBER_ADDED);
    assert_true(support_is(&c.event, F_PENALTY, "3") && support_is(&c.event, F_MEMBER_NAME, "One") && support_is(&c.event, F_PAUSED, "1") &&
                support_is(&c.event, F_PAUSED_REASON, "new") && support_is(&c.event, F_MEMBERSHIP, "dynamic"));
    expect("QueueAdd|Queue: q1|Interface: pjsip/A1", "Error", "Unable to add interface: Already there");
    expect("QueuePause|Interface: PJSIP/a1|Paused: banana|Queue: q1", "Success", "Interface unpaused successfully");
    expect_event(EVENT_QUEUE_MEMBER_PAUSE);
    assert_true(support_is(&c.event, F_PAUSED, "0"));
    expect("QueuePause|Interface: PJSIP/a1|Paused: 1|Reason: Lunch", "Success", "Interface paused successfully");
    expect_event(EVENT_QUEUE_MEMBER_PAUSE);
    assert_true(support_is(&c.event, F_PAUSED_REASON, "Lunch"));
    expect("QueuePause|Interface: PJSIP/a1", "Error", "Need 'Interface' and 'Paused' parameters.");
    expect("QueuePause|Interface: PJSIP/a1|Paused: 1|Queue: no", "Error", "Interface not found");
    expect("QueuePenalty|Interface: PJSIP/a1|Penalty: 5", "Success", "Interface penalty set successfully");
    expect_event(EVENT_QUEUE_MEMBER_PENALTY);
    expect("QueuePenalty|Interface: PJSIP/x|Penalty: 5", "Error", "Invalid interface, queuename or penalty");
    expect("QueuePenalty|Interface: PJSIP/x", "Error", "Need 'Interface' and 'Penalty' parameters.");
    expect("QueueMemberRingInUse|Interface: PJSIP/a1|RingInUse: maybe", "Error",
           "'RingInUse' parameter must be a truth value (yes/no, on/off, 0/1, etc)");
    expect("QueueMemberRingInUse|Interface: PJSIP/x|RingInUse: no", "Error", "Invalid interface, queuename, or ringinuse value");
    expect("QueueMemberRingInUse|Interface: PJSIP/a1|RingInUse: no", "Success", "Interface ringinuse set successfully");
    expect_event(EVENT_QUEUE_MEMBER_RINGINUSE);
    expect("QueueRemove|Queue: q1", "Error", "Need 'Queue' and 'Interface' parameters.");
    expect("QueueRemove|Queue: no|Interface: PJSIP/a1", "Error", "Unable to remove interface from queue: No such queue");
    expect("QueueRemove|Queue: q1|Interface: PJSIP/a1", "Success", "Removed interface from queue");
    expect_event(EVENT_QUEUE_MEMBER_REMOVED);
    expect("QueueRemove|Queue: q1|Interface: PJSIP/a1", "Error", "Unable to remove interface: Not there");
    assert_true(script_add_member(s, "q1", "PJSIP/a2", "Two", 0));
    expect("QueueRemove|Queue: q1|Interface: PJSIP/a2", "Error", "Member not dynamic");
    expect("QueueAdd|Queue: q1|Interface: Foo/bar", "Success", "Added interface to queue");
    expect_event(EVENT_QUEUE_MEMBER_ADDED);
    assert_true(support_is(&c.event, F_STATUS, "4"));
}

/* ami.md 1.6: what is no UTF-8 is in the list and in no event. */
static void the_utf8_cliff(void **state)
{
    (void)state;
    support_client_login(&c, "agent");
    expect("QueueAdd|Queue: q1|Interface: PJSIP/a1|MemberName: M\xfcller", "Success", "Added interface to queue");
    assert_false(support_client_next(&c));
    expect("QueueStatus|Queue: q1|Member: PJSIP/a1", "Success", "Queue status will follow");
    expect_event(EVENT_QUEUE_PARAMS);
    expect_event(EVENT_QUEUE_MEMBER);
    assert_true(support_is(&c.event, F_NAME, "M\xfcller"));
    expect_event(EVENT_QUEUE_STATUS_COMPLETE);
}

static void callers_can_be_moved_and_withdrawn(void **state)
{
    (void)state;
    char request[256], channel[2][128];
    support_client_login(&c, "agent");
    run(-1);
    assert_int_not_equal(script_call(s, "q1", "1", "First"), 0);
    assert_int_not_equal(script_call(s, "q1", "2", "Second"), 0);
    run(600);
    for (int i = 0; i < 2; i++) {
        expect_event(EVENT_QUEUE_CALLER_JOIN);
        snprintf(channel[i], sizeof(channel[i]), "%.*s", SLICE_FMT(event_get(&c.event, F_CHANNEL)));
    }
    expect("QueueChangePriorityCaller|Queue: q1|Caller: x|Priority: 3", "Error", "Unable to change priority caller on queue: No such caller");
    expect("QueueChangePriorityCaller|Queue: x|Caller: x|Priority: 3", "Error", "Unable to change priority caller on queue: No such queue");
    expect("QueueChangePriorityCaller|Queue: q1|Caller: x|Priority: b", "Error", "'Priority' need integer.");
    snprintf(request, sizeof(request), "QueueChangePriorityCaller|Queue: q1|Caller: %s|Priority: 3|Immediate: yes", channel[1]);
    expect(request, "Success", "Priority change for caller on queue");
    expect("QueueStatus|Queue: q1", "Success", "Queue status will follow");
    expect_event(EVENT_QUEUE_PARAMS);
    expect_event(EVENT_QUEUE_ENTRY);
    assert_true(support_is(&c.event, F_CALLER_ID_NAME, "Second") && support_is(&c.event, F_PRIORITY, "3"));
    expect_event(EVENT_QUEUE_ENTRY);
    expect_event(EVENT_QUEUE_STATUS_COMPLETE);
    assert_true(support_is(&c.event, F_LIST_ITEMS, "3"));
    snprintf(request, sizeof(request), "QueueWithdrawCaller|Queue: q1|Caller: %s", channel[0]);
    expect(request, "Success", "Withdraw requested successfully");
    expect(request, "Error", "Unable to request withdraw from queue: Already requested");
    run(1000);
    expect_event(EVENT_QUEUE_CALLER_ABANDON);
    expect_event(EVENT_QUEUE_CALLER_LEAVE);
    snprintf(request, sizeof(request), "Getvar|Channel: %s|Variable: QUEUESTATUS", channel[0]);
    expect(request, "Success", NULL);
    assert_true(support_is(&c.event, F_VALUE, "WITHDRAW"));
    expect("Getvar|Channel: x|Variable: QUEUESTATUS", "Error", "No such channel");
    expect("Getvar", "Error", "No variable specified");
    snprintf(request, sizeof(request), "Hangup|Channel: %s", channel[1]);
    expect(request, "Success", "Channel Hungup");
    expect_event(EVENT_QUEUE_CALLER_ABANDON);
    expect_event(EVENT_QUEUE_CALLER_LEAVE);
    expect("Hangup|Channel: x", "Error", "No such channel");
    expect("Hangup", "Error", "No channel specified");
    expect("QueueSummary|Queue: q1", "Success", "Queue summary will follow");
}

static void an_answered_call(void **state)
{
    (void)state;
    support_client_login(&c, "agent");
    run(-1);
    assert_true(script_add_member(s, "q1", "PJSIP/a1", "One", 0));
    assert_true(script_phone(s, "PJSIP/a1", 2000));
    uint32_t call = script_call(s, "q1", "1", "Bob O'Neil");
    run(500);
    expect_event(EVENT_QUEUE_CALLER_JOIN);
    assert_true(support_is(&c.event, F_CALLER_ID_NAME, "Bob O'Neil")); /* escaped on the wire, and undone */
    expect_event(EVENT_AGENT_CALLED);
    expect_event(EVENT_QUEUE_MEMBER_STATUS);
    assert_true(support_is(&c.event, F_STATUS, "6"));
    run(2000);
    expect_event(EVENT_QUEUE_CALLER_LEAVE);
    expect_event(EVENT_AGENT_CONNECT);
    assert_true(support_is(&c.event, F_HOLDTIME, "2") && support_is(&c.event, F_RING_TIME, "2"));
    expect_event(EVENT_QUEUE_MEMBER_STATUS);
    assert_true(support_is(&c.event, F_STATUS, "2"));
    assert_true(script_hold(s, call, true)); /* seen on Asterisk 22: the agent's own device stays in use */
    assert_true(script_hold(s, call, false));
    assert_false(support_client_next(&c));
    run(10000);
    assert_true(script_hang_up(s, call));
    expect_event(EVENT_AGENT_COMPLETE);
    assert_true(support_is(&c.event, F_TALKTIME, "10") && support_is(&c.event, F_REASON, "caller"));
    expect_event(EVENT_QUEUE_MEMBER_STATUS);
    assert_true(support_is(&c.event, F_STATUS, "1") && support_is(&c.event, F_CALLS_TAKEN, "1"));
    assert_false(support_client_next(&c));
    assert_false(script_hang_up(s, call));
    expect("QueueStatus|Queue: q1", "Success", "Queue status will follow");
    expect_event(EVENT_QUEUE_PARAMS);
    assert_true(support_is(&c.event, F_COMPLETED, "1") && support_is(&c.event, F_SERVICE_LEVEL_PERF, "100.0"));
    skip_all();
}

static void everybody_rings_and_one_wins(void **state)
{
    (void)state;
    support_client_login(&c, "agent,call");
    run(-1);
    assert_true(script_add_member(s, "Ring", "PJSIP/a1", "One", 0) && script_add_member(s, "Ring", "PJSIP/a2", "Two", 0));
    assert_true(script_phone(s, "PJSIP/a1", 0) && script_phone(s, "PJSIP/a2", 3000));
    assert_int_not_equal(script_call(s, "Ring", "1", "A"), 0);
    run(500);
    size_t called = 0, cancelled = 0, connected = 0, missed = 0;
    for (int i = 0; i < 2; i++, run(4000)) {
        while (support_client_next(&c)) {
            called += c.event.kind == EVENT_AGENT_CALLED;
            cancelled += c.event.kind == EVENT_DIAL_END && support_is(&c.event, F_DIAL_STATUS, "CANCEL");
            connected += c.event.kind == EVENT_AGENT_CONNECT && support_is(&c.event, F_INTERFACE, "PJSIP/a2");
            missed += c.event.kind == EVENT_AGENT_RING_NO_ANSWER;
        }
    }
    assert_int_equal(called, 2);
    assert_in_range(cancelled, 1, 2);
    assert_int_equal(connected, 1);
    assert_int_equal(missed, 0);
}

/* Nobody answers; after the ring time and the pause the next one is tried; a busy phone is no miss of six seconds. */
static void unanswered_and_busy_phones(void **state)
{
    (void)state;
    support_client_login(&c, "agent");
    run(-1);
    assert_true(script_add_member(s, "q1", "PJSIP/a1", "One", 0) && script_add_member(s, "q1", "PJSIP/a2", "Two", 0));
    assert_true(script_phone(s, "PJSIP/a1", 0) && script_phone(s, "PJSIP/a2", -1));
    uint32_t call = script_call(s, "q1", "1", "A");
    run(500);
    expect_event(EVENT_QUEUE_CALLER_JOIN);
    expect_event(EVENT_AGENT_CALLED);
    expect_event(EVENT_QUEUE_MEMBER_STATUS);
    run(6000);
    expect_event(EVENT_AGENT_RING_NO_ANSWER);
    assert_true(support_is(&c.event, F_RING_TIME, "6000") && support_is(&c.event, F_INTERFACE, "PJSIP/a1"));
    expect_event(EVENT_QUEUE_MEMBER_STATUS);
    assert_false(support_client_next(&c));
    run(1001);
    expect_event(EVENT_AGENT_CALLED);
    expect_event(EVENT_AGENT_RING_NO_ANSWER);
    assert_true(support_is(&c.event, F_RING_TIME, "0") && support_is(&c.event, F_INTERFACE, "PJSIP/a2"));
    expect("QueueRemove|Queue: q1|Interface: PJSIP/a1", "Error", "Member not dynamic");
    assert_true(script_hang_up(s, call));
    expect_event(EVENT_QUEUE_CALLER_ABANDON);
    assert_true(support_is(&c.event, F_HOLDTIME, "7"));
    expect_event(EVENT_QUEUE_CALLER_LEAVE);
}

static void a_transferred_caller_keeps_his_uniqueid(void **state)
{
    (void)state;
    char uniqueid[64];
    support_client_login(&c, "agent,call");
    run(-1);
    assert_true(script_add_member(s, "q1", "PJSIP/a1", "One", 0) && script_phone(s, "PJSIP/a1", 100));
    uint32_t call = script_call(s, "q1", "1", "A");
    run(2000);
    while (support_client_next(&c) && c.event.kind != EVENT_QUEUE_CALLER_JOIN)
        ;
    snprintf(uniqueid, sizeof(uniqueid), "%.*s", SLICE_FMT(event_get(&c.event, F_UNIQUEID)));
    skip_all();
    assert_true(script_transfer(s, call, "Ring"));
    expect_event(EVENT_UNHOLD);
    expect_event(EVENT_BLIND_TRANSFER);
    assert_true(support_is(&c.event, F_TRANSFEREE_UNIQUEID, uniqueid));
    expect_event(EVENT_AGENT_COMPLETE);
    assert_true(support_is(&c.event, F_REASON, "transfer"));
    while (support_client_next(&c) && c.event.kind != EVENT_QUEUE_CALLER_JOIN)
        ;
    assert_true(support_is(&c.event, F_UNIQUEID, uniqueid) && support_is(&c.event, F_QUEUE, "Ring"));
}

static void channels_are_listed(void **state)
{
    (void)state;
    support_client_login(&c, "off");
    run(-1);
    assert_true(script_add_member(s, "q1", "PJSIP/a1", "One", 0) && script_phone(s, "PJSIP/a1", 100));
    assert_int_not_equal(script_call(s, "q1", "1", "A \"quoted\""), 0);
    run(2000);
    expect("CoreShowChannels|ActionID: x", "Success", "Channels will follow");
    char bridge[64];
    expect_event(EVENT_CORE_SHOW_CHANNEL);
    assert_true(support_is(&c.event, F_CALLER_ID_NAME, "A \"quoted\"") && support_is(&c.event, F_DURATION, "00:00:02"));
    snprintf(bridge, sizeof(bridge), "%.*s", SLICE_FMT(event_get(&c.event, F_BRIDGE_ID)));
    assert_int_not_equal(bridge[0], '\0');
    expect_event(EVENT_CORE_SHOW_CHANNEL);
    assert_true(support_is(&c.event, F_BRIDGE_ID, bridge));
    expect_event(EVENT_CORE_SHOW_CHANNELS_COMPLETE);
    assert_true(support_is(&c.event, F_LIST_ITEMS, "2") && support_is(&c.event, F_ACTION_ID, "x"));
    expect("Status", "Success", "Channel status will follow");
    expect_event(EVENT_STATUS);
    expect_event(EVENT_STATUS);
    expect_event(EVENT_STATUS_COMPLETE);
}

static void a_request_without_end_closes(void **state)
{
    (void)state;
    char piece[1024];
    memset(piece, 'x', sizeof(piece));
    for (int i = 0; i < 400 && !sim_is_closed(c.peer); i++)
        sim_receive(c.peer, (struct slice){ piece, sizeof(piece) });
    assert_true(sim_is_closed(c.peer));
}

#define FLOOR_TEST(f) cmocka_unit_test_setup_teardown(f, open_floor, close_floor)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FLOOR_TEST(what_is_not_allowed_is_refused),
        FLOOR_TEST(a_wrong_secret_closes),
        FLOOR_TEST(md5_is_understood),
        FLOOR_TEST(a_key_for_nothing_is_no_login),
        FLOOR_TEST(masks_are_obeyed),
        FLOOR_TEST(members_come_pause_and_go),
        FLOOR_TEST(the_utf8_cliff),
        FLOOR_TEST(callers_can_be_moved_and_withdrawn),
        FLOOR_TEST(an_answered_call),
        FLOOR_TEST(everybody_rings_and_one_wins),
        FLOOR_TEST(unanswered_and_busy_phones),
        FLOOR_TEST(a_transferred_caller_keeps_his_uniqueid),
        FLOOR_TEST(channels_are_listed),
        FLOOR_TEST(a_request_without_end_closes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
