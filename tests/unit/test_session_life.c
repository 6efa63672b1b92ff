/* SPDX-License-Identifier: MIT */
/* session: its life: losing the link and coming back, the dead peer, the clock, the floor's questions, replay. */
#include "tests/unit/fake_pbx.h"

static void lose(const char *text)
{
    struct err why = ERR_INIT;
    err_set(&why, ERR_NETWORK, "%s", text);
    session_lost(pbx.s, &why, pbx.now);
}

/* --- back-off -------------------------------------------------------------------------------------------- */

static void it_tries_for_ever_and_ever_slower(void **state)
{
    (void)state;
    static const int64_t want_ms[] = { 500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000 };
    begin();
    for (size_t i = 0; i < sizeof want_ms / sizeof want_ms[0]; i++) {
        lose("geneva:5038 refuses the connection");
        assert_int_equal(report()->link, LINK_LOST);
        assert_reason("refuses the connection");
        int64_t wait_ms = report()->retry_at - pbx.now;
        assert_in_range(wait_ms, want_ms[i] * 8 / 10, want_ms[i] * 12 / 10);
        pass_time(wait_ms - 1, false);
        assert_int_equal(pbx.connects, (int)i + 1);
        pass_time(1, false);
        assert_int_equal(pbx.connects, (int)i + 2);
        assert_int_equal(report()->link, LINK_CONNECTING);
        assert_reason("refuses the connection"); /* until it is live, it says why it is not */
    }
    assert_int_equal(report()->reconnects, 0); /* attempts are none: it was never live */
}

static void jitter_differs(void **state)
{
    (void)state;
    bool differs = false;
    begin();
    for (int i = 0; i < 12; i++)
        lose("x"), pass_time(40000, false);
    lose("x");
    int64_t first = report()->retry_at - pbx.now;
    for (int i = 0; i < 8; i++) {
        pass_time(40000, false);
        lose("x");
        differs = differs || report()->retry_at - pbx.now != first;
    }
    assert_true(differs);
}

static void a_minute_live_forgives(void **state)
{
    (void)state;
    begin();
    for (int i = 0; i < 6; i++)
        lose("x"), pass_time(40000, false);
    greet();
    answer();
    assert_int_equal(report()->link, LINK_LIVE);
    pass_time(5000, true);
    lose("geneva:5038 closed the connection");
    assert_in_range(report()->retry_at - pbx.now, 24000, 36000); /* too short a life to forget */
    pass_time(40000, false);
    greet();
    answer();
    pass_time(31000, true);
    lose("geneva:5038 closed the connection");
    assert_in_range(report()->retry_at - pbx.now, 400, 600);
}

static void a_lost_link_keeps_nothing_open(void **state)
{
    (void)state;
    go_live();
    fake_floor.next_read = "support";
    pbx.silent_on = "QueueStatus";
    pass_time(1500, true);
    lose("geneva:5038 closed the connection");
    assert_int_equal(told_times("down\n"), 1);
    assert_reason("closed the connection");
    pbx.silent_on = NULL;
    pass_time(1000, false);
    greet();
    answer();
    assert_int_equal(report()->link, LINK_LIVE);
    assert_int_equal(told_times("up\n"), 2);
    assert_int_equal(told_times("begin all"), 2);
    assert_int_equal(report()->reconnects, 1);
    hear("Event: FullyBooted\r\nPrivilege: system,all\r\n\r\n"); /* reads all anew, on the same link */
    pass_time(2000, true);
    assert_int_equal(report()->link, LINK_LIVE);
    assert_int_equal(report()->reconnects, 1);
}

static void a_shutdown_is_called_one(void **state)
{
    (void)state;
    go_live();
    hear("Event: Shutdown\r\nPrivilege: system,all\r\nShutdown: Cleanly\r\nRestart: True\r\n\r\n");
    assert_int_equal(told_times("suspect all"), 1);
    lose("geneva:5038 closed the connection");
    assert_reason("was shut down");
    pass_time(1000, false);
    greet();
    answer();
    assert_int_equal(report()->link, LINK_LIVE);
    lose("geneva:5038 closed the connection");
    assert_reason("closed the connection");
}

static void goodbye_is_an_end(void **state)
{
    (void)state;
    go_live();
    hear("Response: Goodbye\r\nMessage: Thanks for all the fish.\r\n\r\n");
    assert_reason("goodbye");
    assert_int_equal(pbx.disconnects, 1);
}

static void garbage_ends_the_connection(void **state)
{
    (void)state;
    go_live();
    for (int i = 0; i < 40 && report()->link == LINK_LIVE; i++) {
        char bytes[8192];
        memset(bytes, 'x', sizeof bytes);
        hear_bytes(bytes, sizeof bytes);
        pbx.now++;
    }
    assert_int_equal(report()->link, LINK_LOST);
    assert_reason("does not keep to the protocol");
    assert_int_equal(pbx.disconnects, 1);
    size_t before = pbx.sent.len;
    hear("Event: Nothing\r\n\r\n"); /* bytes on their way when it was closed */
    assert_int_equal(pbx.sent.len, before);
}

/* --- the peer falls silent ---------------------------------------------------------------------------------- */

static void a_dead_peer_is_noticed_within_six_seconds(void **state)
{
    (void)state;
    go_live();
    pass_time(10000, true);
    int64_t last = report()->heard_at;
    while (report()->link == LINK_LIVE && pbx.now < last + 20000)
        pass_time(10, false);
    assert_int_equal(report()->link, LINK_LOST);
    assert_in_range(pbx.now - last, 4500, 6000);
    assert_reason("has fallen silent");
    assert_int_equal(pbx.disconnects, 1);
}

/* What is shown grows old from the last byte of a live link: that somebody still takes connections, greets or refuses proves nothing. */
static void only_a_live_link_makes_figures_younger(void **state)
{
    (void)state;
    begin();
    greet();
    assert_int_equal(report()->heard_at, 0);
    answer();
    assert_int_equal(report()->link, LINK_LIVE);
    pass_time(5000, true);
    int64_t last = report()->heard_at;
    assert_in_range(pbx.now - last, 0, 1000);
    lose("geneva:5038 closed the connection");
    pass_time(1000, false);
    greet();
    pbx.login_error = "Authentication failed";
    answer();
    assert_int_equal(report()->link, LINK_REFUSED);
    assert_int_equal(report()->heard_at, last);
    pbx.login_error = NULL;
    pbx.no_app_queue = true;
    pass_time(80000, false);
    greet();
    answer();
    pass_time(20000, true);
    assert_int_equal(report()->link, LINK_BOOTING);
    assert_int_equal(report()->heard_at, last);
}

static void one_ping_at_a_time(void **state)
{
    (void)state;
    go_live();
    size_t from = pbx.sent.len;
    pass_time(4000, false);
    assert_int_equal(said_since(from, "Action: Ping"), 1);
}

static void a_ping_a_second(void **state)
{
    (void)state;
    go_live();
    size_t from = pbx.sent.len;
    pass_time(30000, true);
    assert_in_range(said_since(from, "Action: Ping"), 29, 31);
}

static void a_list_may_take_longer(void **state)
{
    (void)state;
    go_live();
    fake_floor.next_read = "support";
    pbx.silent_on = "QueueStatus";
    pass_time(2000, true);
    hearf("Response: Success\r\nActionID: %s\r\nEventList: start\r\n\r\n", id_of("QueueStatus"));
    pass_time(25000, true);
    assert_int_equal(report()->link, LINK_LIVE);
    pass_time(6000, true);
    assert_int_equal(pbx.disconnects, 1);
    assert_reason("30 s");
}

static void a_list_that_never_begins_is_no_excuse(void **state)
{
    (void)state;
    go_live();
    fake_floor.next_read = "support"; /* re-reads go on: when the peer dies one is soon on its way */
    pass_time(10000, true);
    int64_t last = report()->heard_at;
    while (report()->link == LINK_LIVE && pbx.now < last + 20000)
        pass_time(10, false);
    assert_in_range(pbx.now - last, 4500, 6000);
}

static void other_bytes_do_not_make_up_for_an_answer(void **state)
{
    (void)state;
    go_live();
    pbx.silent_on = "Ping";
    for (int i = 0; i < 40 && report()->link == LINK_LIVE; i++) {
        pass_time(1000, true);
        hear("Event: PeerStatus\r\nPrivilege: system,all\r\n\r\n");
    }
    assert_int_equal(report()->link, LINK_LOST);
    assert_reason("no answer for 30 s");
}

static void unanswered_events_hide_nobody(void **state)
{
    (void)state;
    pbx.no_events_answer = true;
    go_live();
    fake_floor.next_read = "support";
    pbx.silent_on = "QueueStatus"; /* an Events stands before it */
    for (int i = 0; i < 40 && report()->link == LINK_LIVE; i++) {
        pass_time(1000, true);
        hear("Event: PeerStatus\r\nPrivilege: system,all\r\n\r\n");
    }
    assert_reason("no answer for 30 s");
}

static void rights_may_change_between_logins(void **state)
{
    (void)state;
    pbx.no_setvar = pbx.no_channels = pbx.no_status = true;
    go_live();
    assert_notice("add call to write");
    assert_int_equal(report()->peers, 0);
    lose("geneva:5038 closed the connection");
    pass_time(1000, false);
    pbx.no_setvar = pbx.no_channels = false;
    greet();
    answer();
    assert_int_equal(report()->link, LINK_LIVE);
    assert_notice(NULL);
    assert_int_equal(report()->barrier, 1);
    assert_int_equal(report()->peers, 1);
}

static void being_stopped_ourselves_is_not_their_silence(void **state)
{
    (void)state;
    go_live();
    pass_time(1100, false); /* a Ping is out */
    pbx.now += 60000;       /* SIGSTOP, or a lid closed */
    session_tick(pbx.s, pbx.now);
    assert_int_equal(report()->link, LINK_LIVE);
    answer();
    pass_time(3000, true);
    assert_int_equal(report()->link, LINK_LIVE);
}

/* --- the clock ------------------------------------------------------------------------------------------------ */

static void hear_pong(int64_t ahead_ms, int64_t after_ms)
{
    char id[64];
    pass_time(1000, false);
    snprintf(id, sizeof id, "%s", id_of("Ping"));
    int64_t wall = WALL_AT_ZERO + pbx.now + ahead_ms;
    pbx.now += after_ms;
    pbx.worked = pbx.sent.len;
    hearf("Response: Success\r\nActionID: %s\r\nPing: Pong\r\nTimestamp: %lld.%06lld\r\n\r\n", id, (long long)(wall / 1000), (long long)(wall % 1000 * 1000));
}

static void the_quickest_ping_knows_best(void **state)
{
    (void)state;
    go_live();
    assert_int_equal(report()->clock_offset_ms, 0);
    assert_int_equal(told_times("clock\n"), 1);
    hear_pong(0, 900); /* a slow one seems to be off by 450 ms */
    assert_int_equal(report()->clock_offset_ms, 0);
    assert_int_equal(report()->round_trip_us, 900000);
    assert_int_equal(told_times("clock\n"), 1);
}

static void a_clock_that_is_set_is_followed(void **state)
{
    (void)state;
    go_live();
    pass_time(5000, true);
    pbx.clock_ahead_ms = 3600000;
    pass_time(3000, true);
    assert_int_equal(report()->clock_offset_ms, 3600000);
    assert_int_equal(told_times("clock\n"), 2);
    pbx.clock_ahead_ms = -500000;
    pass_time(3000, true);
    assert_int_equal(report()->clock_offset_ms, -500000);
}

static void nonsense_is_no_time(void **state)
{
    (void)state;
    go_live();
    pass_time(1000, false);
    hearf("Response: Success\r\nActionID: %s\r\nPing: Pong\r\nTimestamp: 99999999999999999999\r\n\r\n", id_of("Ping"));
    pass_time(1000, false);
    hearf("Response: Success\r\nActionID: %s\r\nPing: Pong\r\n\r\n", id_of("Ping"));
    assert_int_equal(report()->clock_offset_ms, 0);
    assert_int_equal(report()->link, LINK_LIVE);
}

/* --- questions of the floor ------------------------------------------------------------------------------------- */

static void a_question_is_asked_and_answered(void **state)
{
    (void)state;
    go_live();
    fake_floor.ask_uniqueid = "1.1";
    fake_floor.ask_channel = "PJSIP/x-1";
    pass_time(1000, true);
    assert_int_equal(said("Channel: PJSIP/x-1\r\nVariable: QUEUESTATUS\r\n"), 1);
    assert_int_equal(told_times("answer 1.1 TIMEOUT may\n"), 1);
}

static void a_channel_that_is_gone(void **state)
{
    (void)state;
    go_live();
    fake_floor.ask_uniqueid = "1.1";
    fake_floor.ask_channel = "PJSIP/x-1";
    pbx.silent_on = "Getvar";
    pass_time(1000, true);
    hear_error(id_of("Getvar"), "No such channel");
    assert_int_equal(told_times("answer 1.1 - may\n"), 1);
}

static void no_right_to_ask(void **state)
{
    (void)state;
    pbx.refuses_getvar = true;
    go_live();
    for (int i = 0; i < 2; i++) {
        fake_floor.ask_uniqueid = "1.1";
        fake_floor.ask_channel = "PJSIP/x-1";
        pass_time(1100, true);
    }
    assert_int_equal(said("Action: Getvar"), 1); /* once refused, never again */
    assert_int_equal(told_times("answer 1.1 - may not\n"), 2);
    assert_notice("reporting or call to write");
}

static void a_channel_name_cannot_smuggle_a_request(void **state)
{
    (void)state;
    go_live();
    fake_floor.ask_uniqueid = "1.1";
    fake_floor.ask_channel = "x\r\nAction: Logoff";
    pass_time(1000, true);
    assert_int_equal(said("Logoff"), 0);
    assert_int_equal(told_times("answer 1.1 - may not\n"), 1);
    assert_int_equal(report()->link, LINK_LIVE);
}

/* --- replay --------------------------------------------------------------------------------------------------------- */

static void ask_later(const char *uniqueid)
{
    fake_floor.ask_uniqueid = uniqueid;
    fake_floor.ask_channel = "PJSIP/x-1";
}

/* Shows the session both directions at their instants, time passing between. */
static void replay(struct slice text)
{
    const size_t head = 21;
    while (text.n > head) {
        char direction = text.p[0];
        char number[13] = "";
        memcpy(number, text.p + 1, 12);
        int64_t at_ms = strtoll(number, NULL, 10);
        size_t n = (size_t)strtoul(text.p + 13, NULL, 10);
        if (at_ms > pbx.now)
            pass_time(at_ms - pbx.now, false);
        text = (struct slice){ text.p + head, text.n - head };
        if (direction == '>')
            session_observe(pbx.s, (struct slice){ text.p, n }, pbx.now);
        else
            hear_bytes(text.p, n);
        text = (struct slice){ text.p + n, text.n - n };
    }
}

static void a_replay_tells_the_floor_the_same(void **state)
{
    (void)state;
    pbx.recorded = BUF_INIT(1 << 22);
    pbx.items = "Event: QueueParams\r\nQueue: support\r\nMax: 0\r\nCalls: 0\r\n";
    go_live();
    fake_floor.next_read = "support";
    pass_time(3000, true);
    ask_later("1.1");
    hear("Event: QueueMemberPause\r\nPrivilege: agent,all\r\nQueue: support\r\nMemberName: A\r\nInterface: PJSIP/a\r\nPaused: 1\r\n\r\n");
    pass_time(70000, true);
    struct buf recording = pbx.recorded, live = fake_floor.told;
    pbx.recorded = BUF_INIT(0);
    fake_floor.told = BUF_INIT(1 << 20);
    assert_true(told_times("begin support") == 0);
    session_free(pbx.s);

    pbx.now = 1000;
    pbx.setup.is_passive = true;
    pbx.s = session_new(&pbx.setup, pbx.now);
    session_start(pbx.s, pbx.now);
    session_up(pbx.s, pbx.now);
    size_t sent = pbx.sent.len;
    ask_later("1.1");
    replay(buf_slice(&recording));
    assert_int_equal(report()->link, LINK_LIVE);
    assert_int_equal(report()->barrier, 1);
    assert_string_equal(report()->asterisk, "22.10.1");
    assert_int_equal(pbx.sent.len, sent);
    assert_int_equal(pbx.connects, 1); /* the live one's */
    assert_string_equal(fake_floor.told.data, live.data);
    assert_true(told_times("begin support") > 60);
    assert_int_equal(told_times("answer 1.1 TIMEOUT may"), 1);
    pass_time(120000, false);
    assert_int_equal(report()->link, LINK_LIVE); /* silence in a recording is not death */
    lose("the recording says so");
    assert_int_equal(report()->retry_at, 0);
    assert_true(session_deadline(pbx.s) == TIMER_NEVER);
    assert_int_equal(pbx.disconnects, 0);
    buf_clear(&recording);
    buf_clear(&live);
}

static void a_replay_of_a_bare_conversation(void **state)
{
    (void)state;
    pbx.setup.is_passive = true;
    pbx.s = session_new(&pbx.setup, pbx.now);
    session_up(pbx.s, pbx.now);
    hear(GREETING);
    session_observe(pbx.s, SLICE("Action: Login\r\nActionID: r-1\r\nUsername: x\r\nSecret: ****\r\n\r\nAction: Que"), pbx.now);
    hear("Response: Success\r\nActionID: r-1\r\nMessage: Authentication accepted\r\n\r\n");
    session_observe(pbx.s, SLICE("ueStatus\r\nActionID: r-2\r\n\r\nAction: QueuePause\r\nActionID: r-3\r\nQueue: q\r\n\r\n"), pbx.now);
    hear("Response: Success\r\nActionID: r-2\r\nEventList: start\r\n\r\n"
         "Event: QueueStatusComplete\r\nActionID: r-2\r\nEventList: Complete\r\nListItems: 0\r\n\r\n");
    pass_time(600, false); /* no barrier in it: it settles */
    assert_int_equal(told_times("up\nbegin all\nend\nsettle\n"), 1);
    assert_int_equal(report()->link, LINK_LIVE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SESSION_TEST(it_tries_for_ever_and_ever_slower),
        SESSION_TEST(jitter_differs),
        SESSION_TEST(a_minute_live_forgives),
        SESSION_TEST(a_lost_link_keeps_nothing_open),
        SESSION_TEST(a_shutdown_is_called_one),
        SESSION_TEST(goodbye_is_an_end),
        SESSION_TEST(garbage_ends_the_connection),
        SESSION_TEST(a_dead_peer_is_noticed_within_six_seconds),
        SESSION_TEST(only_a_live_link_makes_figures_younger),
        SESSION_TEST(one_ping_at_a_time),
        SESSION_TEST(a_ping_a_second),
        SESSION_TEST(a_list_may_take_longer),
        SESSION_TEST(a_list_that_never_begins_is_no_excuse),
        SESSION_TEST(other_bytes_do_not_make_up_for_an_answer),
        SESSION_TEST(unanswered_events_hide_nobody),
        SESSION_TEST(rights_may_change_between_logins),
        SESSION_TEST(being_stopped_ourselves_is_not_their_silence),
        SESSION_TEST(the_quickest_ping_knows_best),
        SESSION_TEST(a_clock_that_is_set_is_followed),
        SESSION_TEST(nonsense_is_no_time),
        SESSION_TEST(a_question_is_asked_and_answered),
        SESSION_TEST(a_channel_that_is_gone),
        SESSION_TEST(no_right_to_ask),
        SESSION_TEST(a_channel_name_cannot_smuggle_a_request),
        SESSION_TEST(a_replay_tells_the_floor_the_same),
        SESSION_TEST(a_replay_of_a_bare_conversation),
    };
    return cmocka_run_group_tests_name("session life", tests, NULL, NULL);
}
