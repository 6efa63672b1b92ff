/* SPDX-License-Identifier: MIT */
/* sim, orders to channels: what no event tells (how a listener listens), extensions that a script adds, and races staged to the
 * millisecond in virtual time. What the events are is held against the real Asterisk in tests/pbx/test_sim_*.py. */
#include "tests/unit/support_sim.h"

#include "core/sim/script.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define START_MS INT64_C(1795303252000)

static struct sim *s;
static struct support_client c;
static int64_t now_ms;

static int open_floor(void **state)
{
    (void)state;
    static const struct sim_setup empty = { .seed = 1, .start_wall_ms = START_MS, .is_empty = true };
    static const struct script_queue queues[] = { { .name = "q1", .timeout_s = 6, .retry_s = 1 }, { .name = "open", .timeout_s = 6, .retry_s = 1, .ring_in_use = true } };
    s = sim_new(&empty);
    now_ms = START_MS;
    for (size_t i = 0; i < 2; i++)
        script_add_queue(s, &queues[i]);
    script_add_agent(s, "PJSIP/101", "101", "Agent 1");
    script_add_agent(s, "PJSIP/200", "200", "Supervisor");
    support_client_open(&c, s);
    support_client_login(&c, "agent,call");
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
    sim_run_until(s, now_ms += ms);
}

static void expect(const char *request, const char *response, const char *message)
{
    support_client_expect(&c, request, response, message);
}

/* The next event of that kind, wherever it is among what was said; its `field` goes to out, where there is one. */
static bool find_event(enum event_kind kind, enum field f, char *out, size_t size)
{
    while (support_client_next(&c)) {
        if (c.event.kind != kind)
            continue;
        if (out != NULL)
            snprintf(out, size, "%.*s", SLICE_FMT(event_get(&c.event, f)));
        return true;
    }
    return false;
}

static size_t count_events(enum event_kind kind)
{
    size_t n = 0;
    while (support_client_next(&c))
        n += c.event.kind == kind;
    return n;
}

/* A caller who talks to 101; the channels of both. */
static uint32_t talk(char caller[128], char agent[128])
{
    assert_true(script_phone(s, "PJSIP/101", 1000) && script_phone(s, "PJSIP/200", 1000));
    expect("QueueAdd|Queue: q1|Interface: PJSIP/101", "Success", "Added interface to queue");
    uint32_t call = script_call(s, "q1", "1", "A");
    run(2000);
    assert_true(find_event(EVENT_AGENT_CONNECT, F_CHANNEL, caller, 128));
    snprintf(agent, 128, "%.*s", SLICE_FMT(event_get(&c.event, F_DEST_CHANNEL)));
    return call;
}

static void a_listener_is_switched_by_keys(void **state)
{
    (void)state;
    char caller[128], agent[128], spy[128], request[512];
    uint32_t call = talk(caller, agent);
    snprintf(request, sizeof(request), "Originate|Channel: PJSIP/200|Application: ChanSpy|Data: %s,qduES|Async: true|ChannelId: mine", agent);
    expect(request, "Success", "Originate successfully queued");
    run(1200);
    assert_true(find_event(EVENT_CHAN_SPY_START, F_SPYER_CHANNEL, spy, sizeof(spy)));
    assert_true(support_is(&c.event, F_SPYEE_CHANNEL, agent));
    assert_int_equal(script_spy_mode(s, spy), 'l');
    static const char keys[] = "5645", modes[] = "wblw";
    for (size_t i = 0; i < sizeof(keys) - 1; i++) {
        snprintf(request, sizeof(request), "PlayDTMF|Channel: %s|Digit: %c|Receive: true", spy, keys[i]);
        expect(request, "Success", "DTMF successfully queued");
        assert_int_equal(script_spy_mode(s, spy), modes[i]);
    }
    snprintf(request, sizeof(request), "PlayDTMF|Channel: %s|Digit: 4", spy); /* played to the listener, not pressed by him */
    expect(request, "Success", "DTMF successfully queued");
    assert_int_equal(script_spy_mode(s, spy), 'w');
    assert_int_equal(script_spy_mode(s, agent), 0);
    assert_true(script_hang_up(s, call));
    run(10);
    assert_true(find_event(EVENT_CHAN_SPY_STOP, F_SPYER_CHANNEL, NULL, 0));
    assert_int_equal(script_spy_mode(s, spy), 0);
    expect("Hangup|Channel: mine", "Error", "No such channel");
}

static void without_the_option_keys_do_nothing(void **state)
{
    (void)state;
    char caller[128], agent[128], spy[128], request[512];
    talk(caller, agent);
    snprintf(request, sizeof(request), "Originate|Channel: PJSIP/200|Application: ChanSpy|Data: %s,quESg(dd)B|Async: true", agent);
    expect(request, "Success", "Originate successfully queued");
    run(1200);
    assert_true(find_event(EVENT_CHAN_SPY_START, F_SPYER_CHANNEL, spy, sizeof(spy)));
    snprintf(request, sizeof(request), "PlayDTMF|Channel: %s|Digit: 4|Receive: true", spy);
    expect(request, "Success", "DTMF successfully queued");
    assert_int_equal(script_spy_mode(s, spy), 'b');
}

/* The agent's call ends after the order was given and before the supervisor has answered. */
static void the_target_is_gone_when_the_listener_answers(void **state)
{
    (void)state;
    char caller[128], agent[128], request[512];
    uint32_t call = talk(caller, agent);
    snprintf(request, sizeof(request), "Originate|Channel: PJSIP/200|Application: ChanSpy|Data: %s,qduES|Async: true|ChannelId: mine", agent);
    expect(request, "Success", "Originate successfully queued");
    run(999);
    assert_true(script_hang_up(s, call));
    run(2);
    assert_int_equal(count_events(EVENT_CHAN_SPY_START), 0);
    run(200);
    assert_int_equal(count_events(EVENT_CHAN_SPY_START), 0);
    expect("Hangup|Channel: mine", "Error", "No such channel");
}

static void extensions_of_a_script(void **state)
{
    (void)state;
    assert_true(script_add_extension(s, "acdtop", "to-q1", "Queue", "q1"));
    assert_true(script_add_extension(s, "acdtop", "room", "ConfBridge", "room"));
    assert_false(script_add_extension(s, "acdtop", "x", "NoSuchThing", ""));
    static const struct {
        const char *what, *answer;
    } known[] = {
        { "acdtop,to-q1,1", "1" }, { "acdtop,x,1", "0" }, { "nowhere,101,1", "0" }, { "agents,101,1", "1" }, { "agents,0,1", "0" }, { "agents", "1" },
    };
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        char request[128];
        snprintf(request, sizeof(request), "Getvar|Variable: DIALPLAN_EXISTS(%s)", known[i].what);
        expect(request, "Success", NULL);
        assert_true(support_is(&c.event, F_VALUE, known[i].answer));
    }
    char channel[128], request[256];
    script_call(s, "open", "1", "A");
    run(600);
    assert_true(find_event(EVENT_QUEUE_CALLER_JOIN, F_CHANNEL, channel, sizeof(channel)));
    snprintf(request, sizeof(request), "Redirect|Channel: %s|Context: acdtop|Exten: to-q1|Priority: 1", channel);
    expect(request, "Success", "Redirect successful");
    assert_true(find_event(EVENT_QUEUE_CALLER_LEAVE, F_QUEUE, NULL, 0));
    assert_true(find_event(EVENT_QUEUE_CALLER_JOIN, F_QUEUE, channel, sizeof(channel)));
    assert_string_equal(channel, "q1");
}

/* ami.md 10: ringinuse=yes lets two callers ring one phone; no keeps the second away. */
static void a_second_caller_rings_only_where_the_queue_lets_him(void **state)
{
    (void)state;
    assert_true(script_phone(s, "PJSIP/101", 0));
    for (int is_closed = 0; is_closed <= 1; is_closed++) {
        expect("QueueAdd|Queue: open|Interface: PJSIP/101|Paused: yes", "Success", "Added interface to queue");
        if (is_closed)
            expect("QueueMemberRingInUse|Queue: open|Interface: PJSIP/101|RingInUse: no", "Success", "Interface ringinuse set successfully");
        uint32_t first = script_call(s, "open", "1", "A"), second = script_call(s, "open", "2", "B");
        run(600);
        expect("QueuePause|Queue: open|Interface: PJSIP/101|Paused: no", "Success", "Interface unpaused successfully");
        run(300);
        assert_int_equal(count_events(EVENT_AGENT_CALLED), is_closed ? 1 : 2);
        assert_true(script_hang_up(s, first) && script_hang_up(s, second));
        expect("QueueRemove|Queue: open|Interface: PJSIP/101", "Success", "Removed interface from queue");
        run(2000);
    }
}

/* The lease of ami.md 10.2 at every moment of the phone's ringing: whenever it is taken back, one call is answered at most. */
static void a_lease_taken_back_at_any_moment(void **state)
{
    (void)state;
    assert_true(script_phone(s, "PJSIP/101", 500));
    for (int64_t at_ms = 0; at_ms <= 1000; at_ms += 100) {
        uint32_t first = script_call(s, "open", "1", "A"), second = script_call(s, "open", "2", "B");
        run(600);
        expect("QueueAdd|Queue: open|Interface: PJSIP/101|Paused: yes|Wrapuptime: 86400", "Success", "Added interface to queue");
        expect("QueueMemberRingInUse|Queue: open|Interface: PJSIP/101|RingInUse: no", "Success", "Interface ringinuse set successfully");
        expect("QueuePause|Queue: open|Interface: PJSIP/101|Paused: no", "Success", "Interface unpaused successfully");
        run(at_ms);
        support_client_ask(&c, "QueueRemove|Queue: open|Interface: PJSIP/101");
        run(5000);
        assert_int_equal(count_events(EVENT_AGENT_CONNECT), 1);
        assert_true(script_hang_up(s, first));
        run(5000);
        assert_int_equal(count_events(EVENT_AGENT_CONNECT), 0);
        assert_true(script_hang_up(s, second));
        run(100);
    }
}

static void a_missed_call_may_pause_everywhere(void **state)
{
    (void)state;
    static const struct script_queue strict = { .name = "strict", .timeout_s = 2, .retry_s = 1, .autopause = SIM_AUTOPAUSE_ALL };
    script_add_queue(s, &strict);
    assert_true(script_phone(s, "PJSIP/101", 0));
    assert_true(script_add_member(s, "strict", "PJSIP/101", "One", 0) && script_add_member(s, "q1", "PJSIP/101", "One", 0));
    assert_int_not_equal(script_call(s, "strict", "1", "A"), 0);
    run(3000);
    assert_int_equal(count_events(EVENT_QUEUE_MEMBER_PAUSE), 2);
    expect("Getvar|Variable: QUEUE_MEMBER(q1,paused,PJSIP/101)", "Success", NULL);
    assert_true(support_is(&c.event, F_VALUE, "1"));
}

static void a_heavier_queue_comes_first(void **state)
{
    (void)state;
    static const struct script_queue heavy = { .name = "heavy", .timeout_s = 6, .retry_s = 1, .weight = 10 };
    script_add_queue(s, &heavy);
    assert_true(script_phone(s, "PJSIP/101", 0));
    script_call(s, "q1", "1", "A");
    script_call(s, "heavy", "2", "B");
    run(600);
    assert_true(script_add_member(s, "heavy", "PJSIP/101", "One", 0));
    expect("QueueAdd|Queue: q1|Interface: PJSIP/101", "Success", "Added interface to queue");
    run(2000);
    assert_int_equal(count_events(EVENT_AGENT_CALLED), 0); /* nobody has told the heavy queue that somebody is there */
    expect("QueuePause|Queue: heavy|Interface: PJSIP/101|Paused: no", "Success", "Interface unpaused successfully");
    char queue[32];
    run(100);
    assert_true(find_event(EVENT_AGENT_CALLED, F_QUEUE, queue, sizeof(queue)));
    assert_string_equal(queue, "heavy");
}

static void a_withdrawal_is_void_when_somebody_answers(void **state)
{
    (void)state;
    char channel[128], request[256];
    assert_true(script_phone(s, "PJSIP/101", 1500));
    script_call(s, "q1", "1", "A");
    run(600);
    assert_true(find_event(EVENT_QUEUE_CALLER_JOIN, F_CHANNEL, channel, sizeof(channel)));
    expect("QueueAdd|Queue: q1|Interface: PJSIP/101", "Success", "Added interface to queue");
    run(1000);
    snprintf(request, sizeof(request), "QueueWithdrawCaller|Queue: q1|Caller: %s", channel);
    expect(request, "Success", "Withdraw requested successfully");
    run(5000);
    assert_int_equal(count_events(EVENT_AGENT_CONNECT), 1);
}

static void parked_and_fetched(void **state)
{
    (void)state;
    char caller[128], agent[128], request[256];
    talk(caller, agent);
    snprintf(request, sizeof(request), "Park|Channel: %s", caller);
    expect(request, "Success", "Park successful");
    assert_true(find_event(EVENT_PARKED_CALL, F_ACTION_ID, NULL, 0));
    while (support_client_next(&c))
        ;
    assert_true(script_phone_calls(s, "PJSIP/200", "701"));
    assert_int_equal(count_events(EVENT_BRIDGE_ENTER), 2);
    expect("ParkedCalls", "Success", "Parked calls will follow");
    assert_true(script_phone_hangs_up(s, "PJSIP/200"));
    assert_int_equal(count_events(EVENT_HANGUP), 2);
}

static void everything_at_once_leaves_nothing_behind(void **state)
{
    (void)state;
    char caller[128], agent[128], request[512];
    talk(caller, agent);
    snprintf(request, sizeof(request), "Originate|Channel: PJSIP/200|Application: ChanSpy|Data: %s,qduES|Async: true", agent);
    expect(request, "Success", "Originate successfully queued");
    run(1200);
    snprintf(request, sizeof(request), "Redirect|Channel: %s|Context: others|Exten: conf-bridge|Priority: 1|ExtraChannel: %s", caller, agent);
    expect(request, "Success", "Dual Redirect successful");
    script_call(s, "open", "9", "Z");
    run(600);
    support_client_ask(&c, "Originate|Channel: PJSIP/101|Context: agents|Exten: 200|Priority: 1|Async: true");
    run(100);
} /* close_floor frees all of it; the sanitizers look */

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, open_floor, close_floor)
    const struct CMUnitTest tests[] = {
        TEST(a_listener_is_switched_by_keys), TEST(without_the_option_keys_do_nothing), TEST(the_target_is_gone_when_the_listener_answers),
        TEST(extensions_of_a_script), TEST(a_second_caller_rings_only_where_the_queue_lets_him), TEST(a_lease_taken_back_at_any_moment),
        TEST(a_missed_call_may_pause_everywhere), TEST(a_heavier_queue_comes_first), TEST(a_withdrawal_is_void_when_somebody_answers),
        TEST(parked_and_fetched), TEST(everything_at_once_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
