/* SPDX-License-Identifier: MIT */
/* session: lists and their proof: barrier, settling, re-reads, forged and broken lists, app_queue coming and going. */
#include "tests/unit/fake_pbx.h"

#define PARAMS "Event: QueueParams\r\nQueue: support\r\nMax: 0\r\nStrategy: ringall\r\nCalls: 1\r\nHoldtime: 0\r\nTalkTime: 0\r\nCompleted: 0\r\n" \
               "Abandoned: 0\r\nServiceLevel: 0\r\nServicelevelPerf: 0.0\r\nServicelevelPerf2: 0.0\r\nWeight: 0\r\n"
#define ENTRY "Event: QueueEntry\r\nQueue: support\r\nPosition: 1\r\nChannel: PJSIP/x-1\r\nUniqueid: 1.1\r\nCallerIDNum: 1\r\nCallerIDName: Eve\r\n" \
              "ConnectedLineNum: unknown\r\nConnectedLineName: unknown\r\nWait: 1\r\nPriority: 0\r\n"
#define JOIN "Event: QueueCallerJoin\r\nPrivilege: agent,all\r\nChannel: PJSIP/x-1\r\nChannelState: 6\r\nChannelStateDesc: Up\r\nCallerIDNum: 1\r\n" \
             "CallerIDName: Eve\r\nConnectedLineNum: <unknown>\r\nConnectedLineName: <unknown>\r\nLanguage: en\r\nAccountCode: \r\nContext: c\r\nExten: e\r\n" \
             "Priority: 1\r\nUniqueid: 1.1\r\nLinkedid: 1.1\r\nQueue: support\r\nPosition: 1\r\nCount: 1\r\n\r\n"

static void lists_reach_the_floor_between_begin_and_barrier(void **state)
{
    (void)state;
    pbx.items = PARAMS "|" ENTRY;
    go_live();
    assert_int_equal(told_times("begin all\nitem QueueParams\nitem QueueEntry\nend\nbarrier\n"), 1);
}

static void the_mask_is_wide_only_around_the_barrier(void **state)
{
    (void)state;
    go_live();
    const char *wide = strstr(pbx.sent.data, "EventMask: system,call,agent,dialplan\r\n"), *list = strstr(pbx.sent.data, "Action: QueueStatus\r\n"),
               *fence = strstr(pbx.sent.data, "Action: Setvar\r\n"), *narrow = strstr(pbx.sent.data, "EventMask: system,call,agent\r\n");
    assert_true(wide != NULL && list != NULL && fence != NULL && narrow != NULL);
    assert_true(wide < list && list < fence && fence < narrow);
    assert_int_equal(said("Variable: ACDTOP_SYNC\r\n"), 1);
    assert_int_equal(said("Action: Setvar\r\n"), 1);
    assert_null(strstr(fence, "Channel:")); /* a global variable */
}

static void no_answer_to_events_stops_nothing(void **state)
{
    (void)state;
    pbx.no_events_answer = true; /* brokeneventsaction=yes */
    go_live();
    pass_time(60000, true);
    assert_int_equal(report()->link, LINK_LIVE);
    assert_int_equal(report()->reconnects, 0);
}

static void re_reads_one_a_second(void **state)
{
    (void)state;
    go_live();
    fake_floor.next_read = "support";
    size_t from = pbx.sent.len;
    pass_time(10000, true);
    int reads = said_since(from, "Queue: support\r\n");
    assert_in_range(reads, 9, 11);
    assert_int_equal(told_times("begin support\nend\nbarrier\n"), reads);
}

static void one_re_read_at_a_time(void **state)
{
    (void)state;
    go_live();
    fake_floor.next_read = "support";
    pbx.silent_on = "QueueStatus";
    size_t from = pbx.sent.len;
    pass_time(4000, true);
    assert_int_equal(said_since(from, "Queue: support\r\n"), 1);
    pbx.silent_on = NULL;
    answer();
    pass_time(3000, true);
    assert_true(said_since(from, "Queue: support\r\n") > 1);
}

static void no_varset_settles_and_says_so(void **state)
{
    (void)state;
    pbx.no_varset = true;
    go_live();
    assert_int_equal(told_times("barrier"), 0);
    assert_int_equal(told_times("settle"), 1);
    assert_int_equal(report()->barrier, 0);
    assert_notice("add dialplan to read of [acdtop]");
    fake_floor.next_read = "support";
    size_t from = pbx.sent.len;
    pass_time(20000, true);
    assert_int_equal(said_since(from, "Setvar"), 0); /* not asked for in vain each time */
    pbx.no_varset = false;                           /* manager.conf was mended: found out within some minutes */
    pass_time(120000, true);
    assert_int_equal(report()->barrier, 1);
    assert_notice(NULL);
}

static void a_late_varset_is_still_a_proof(void **state)
{
    (void)state;
    char token[128];
    pbx.no_varset = true;
    begin();
    greet();
    answer();
    value_of(strstr(pbx.sent.data, "Variable: ACDTOP_SYNC"), "Value: ", token);
    pass_time(6000, true);
    assert_int_equal(report()->barrier, 0);
    hearf("Event: VarSet\r\nPrivilege: dialplan,all\r\nChannel: none\r\nUniqueid: none\r\nVariable: ACDTOP_SYNC\r\nValue: %s\r\n\r\n", token);
    assert_int_equal(report()->barrier, 1);
    assert_notice(NULL);
}

static void only_our_own_global_varset_is_a_barrier(void **state)
{
    (void)state;
    char token[128];
    pbx.no_varset = true;
    begin();
    greet();
    answer();
    value_of(strstr(pbx.sent.data, "Variable: ACDTOP_SYNC"), "Value: ", token);
    hear("Event: VarSet\r\nPrivilege: dialplan,all\r\nChannel: none\r\nUniqueid: none\r\nVariable: ACDTOP_SYNC\r\nValue: 1234\r\n\r\n");
    hearf("Event: VarSet\r\nPrivilege: dialplan,all\r\nChannel: PJSIP/x-1\r\nUniqueid: 1.1\r\nVariable: ACDTOP_SYNC\r\nValue: %s\r\n\r\n", token);
    hearf("Event: VarSet\r\nPrivilege: dialplan,all\r\nChannel: none\r\nUniqueid: none\r\nVariable: OTHER\r\nValue: %s\r\n\r\n", token);
    assert_int_equal(told_times("barrier"), 0);
    hearf("Event: VarSet\r\nPrivilege: dialplan,all\r\nChannel: none\r\nUniqueid: none\r\nVariable: ACDTOP_SYNC\r\nValue: %s\r\n\r\n", token);
    assert_int_equal(told_times("barrier"), 1);
}

static void setvar_refused_settles(void **state)
{
    (void)state;
    pbx.refuses_setvar = true;
    go_live();
    assert_int_equal(told_times("settle"), 1);
    assert_int_equal(report()->barrier, 0);
    assert_notice("add call to write");
}

static void settling_waits_for_quiet(void **state)
{
    (void)state;
    pbx.no_setvar = true;
    pbx.items = PARAMS;
    begin();
    greet();
    answer();
    for (int i = 0; i < 4; i++) {
        pass_time(400, true);
        hear(JOIN);
    }
    assert_int_equal(told_times("settle"), 0);
    pass_time(501, true);
    assert_int_equal(told_times("settle"), 1);
}

static void settling_waits_for_a_ping(void **state)
{
    (void)state;
    pbx.no_setvar = true;
    pbx.silent_on = "QueueStatus";
    begin();
    greet();
    answer();
    pbx.silent_on = "Ping"; /* the list comes, then nothing */
    answer();
    pass_time(2000, true);
    assert_int_equal(told_times("settle"), 0);
    pbx.silent_on = NULL;
    answer();
    assert_int_equal(told_times("settle"), 1);
}

static void settling_ends_in_a_storm(void **state)
{
    (void)state;
    pbx.no_setvar = true;
    begin();
    greet();
    answer();
    for (int i = 0; i < 60; i++) {
        pass_time(100, true);
        hear(JOIN);
    }
    assert_int_equal(told_times("settle"), 1);
}

/* --- forgery and breakage ------------------------------------------------------------------------------ */

static const char *open_list(void)
{
    static char id[64];
    pbx.silent_on = "QueueStatus";
    begin();
    greet();
    answer();
    snprintf(id, sizeof id, "%s", id_of("QueueStatus"));
    hearf("Response: Success\r\nActionID: %s\r\nEventList: start\r\n\r\n", id);
    return id;
}

#define CUT_HEAD "Event: QueueEntry\r\nQueue: support\r\nPosition: 1\r\nChannel: PJSIP/x-1\r\nUniqueid: 1.1\r\nCallerIDNum: 12\r\nCallerIDName: Evil"
#define CUT_TAIL "\r\nConnectedLineNum: unknown\r\nConnectedLineName: unknown\r\nWait: 18\r\nPriority: 0\r\nActionID: %s\r\n\r\n"

/* What a caller may put between his name's first word and its end. */
static const char *const names[] = {
    "\r\nInjected: yes\r\n\r\nEvent: QueueStatusComplete\r\nActionID: fake\r\nred",
    "\r\n\r\nEvent: QueueStatusComplete\r\nEventList: Complete\r\nListItems: 1", /* Asterisk itself adds our ActionID to this */
    "\r\n\r\nEvent: QueueEntry\r\nQueue: support\r\nPosition: 9\r\nChannel: PJSIP/fake\r\nUniqueid: 6.6\r\nWait: 99999\r\nPriority: 7\r\nx: y",
    "\r\n\r\nEvent: NobodyKnowsThis\r\nx: y",
    "\r\n\r\nEvent: NobodyKnowsThis\r\n\r\nEvent: QueueCallerLeave\r\nQueue: support\r\n\r\nResponse: Error\r\n\r\n\r\n\r\nfoo",
    "\r\n\r\n",
    "\r\nUniqueid: 6.6\r\nActionID: fake\r\nChannel: PJSIP/fake",
    "\r\n",
};

static void a_name_with_line_ends_forges_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *id = open_list();
        hearf(PARAMS "ActionID: %s\r\n\r\n", id);
        hear(CUT_HEAD);
        hear(names[i]);
        hearf(CUT_TAIL, id);
        hearf(PARAMS "ActionID: %s\r\n\r\n", id);
        assert_string_equal(fake_floor.entry, "1.1 PJSIP/x-1 12 18");
        hearf("Event: QueueStatusComplete\r\nActionID: %s\r\nEventList: Complete\r\nListItems: 3\r\n\r\n", id);
        assert_int_equal(told_times("begin all\nitem QueueParams\nitem QueueEntry\nitem QueueParams\nend\n"), (int)i + 1);
        assert_int_equal(pbx.disconnects, 0);
        memset(fake_floor.entry, 0, sizeof fake_floor.entry);
        session_free(pbx.s);
        pbx.s = NULL;
        pbx.connects = 0;
        pbx.sent.len = pbx.worked = 0;
    }
    begin();
}

static void a_name_that_cuts_a_channels_item(void **state)
{
    (void)state;
    char id[64];
    pbx.silent_on = "CoreShowChannels";
    begin();
    greet();
    answer();
    snprintf(id, sizeof id, "%s", id_of("CoreShowChannels"));
    hearf("Response: Success\r\nActionID: %s\r\nEventList: start\r\n\r\n", id);
    hearf("Event: CoreShowChannel\r\nActionID: %s\r\nChannel: PJSIP/x-1\r\nCallerIDNum: 12\r\n\r\n", id); /* the rest of it, forged as one of ours */
    hear("Event: CoreShowChannelsComplete\r\nActionID: fake\r\nEventList: Complete\r\nListItems: 1\r\nUniqueid: 1.1\r\nLinkedid: 1.1\r\n\r\n");
    hearf("Event: CoreShowChannelsComplete\r\nActionID: %s\r\nEventList: Complete\r\nListItems: 1\r\n\r\n", id);
    assert_int_equal(told_times("channels\nchannels end\n"), 1);
    assert_int_equal(pbx.disconnects, 0);
}

static void foreign_things_in_a_list_end_the_connection(void **state)
{
    (void)state;
    static const char *const foreign[] = {
        "Event: QueueStatusComplete\r\nActionID: guess\r\nEventList: Complete\r\nListItems: 0\r\n\r\n",
        JOIN,
        "Response: Success\r\nActionID: guess\r\n\r\n",
        "Event: Status\r\nChannel: c\r\nUniqueid: 1\r\n\r\n",
    };
    for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++) {
        (void)open_list();
        hear(foreign[i]);
        assert_int_equal(pbx.disconnects, 1);
        assert_reason("does not keep to the protocol");
        session_free(pbx.s);
        pbx.s = NULL;
        pbx.connects = pbx.disconnects = 0;
        pbx.sent.len = pbx.worked = 0;
    }
    begin();
}

static void a_wrong_count_ends_the_connection(void **state)
{
    (void)state;
    const char *id = open_list();
    hearf(PARAMS "ActionID: %s\r\n\r\n", id);
    hearf("Event: QueueStatusComplete\r\nActionID: %s\r\nEventList: Complete\r\nListItems: 2\r\n\r\n", id);
    assert_reason("a list of 1 items that ends with a count of 2");
}

static void a_cancelled_list_ends_the_connection(void **state)
{
    (void)state;
    const char *id = open_list();
    hearf("Event: QueueStatusComplete\r\nActionID: %s\r\nEventList: cancelled\r\nListItems: 0\r\n\r\n", id);
    assert_reason("broke off a list");
}

static void items_outside_of_a_list_are_nothing(void **state)
{
    (void)state;
    go_live();
    hear(PARAMS "ActionID: guess\r\n\r\n");
    hear("Event: QueueStatusComplete\r\nActionID: guess\r\nEventList: Complete\r\nListItems: 1\r\n\r\n");
    hear("Response: Success\r\nActionID: guess\r\nEventList: start\r\n\r\n");
    assert_int_equal(told_times("item"), 0);
    assert_int_equal(report()->link, LINK_LIVE);
}

static void an_error_without_id_is_the_oldest_ones(void **state)
{
    (void)state;
    go_live();
    pbx.silent_on = "QueueStatus";
    fake_floor.next_read = "support";
    pass_time(1000, true);
    pbx.worked = pbx.sent.len;
    hear("Response: Error\r\nMessage: Missing action in request\r\n\r\n");
    assert_int_equal(report()->link, LINK_LIVE);
    pbx.silent_on = NULL;
    size_t from = pbx.sent.len;
    pass_time(2500, true);
    assert_true(said_since(from, "Queue: support\r\n") >= 1); /* read again */
}

/* --- app_queue ---------------------------------------------------------------------------------------- */

static void still_booting_is_waited_for(void **state)
{
    (void)state;
    pbx.no_booted = pbx.no_app_queue = true;
    begin();
    greet();
    answer();
    assert_int_equal(report()->link, LINK_BOOTING);
    assert_reason("still starting");
    size_t from = pbx.sent.len;
    pass_time(3500, true);
    assert_in_range(said_since(from, "Action: QueueStatus"), 3, 4);
    pbx.no_app_queue = false;
    hear("Event: FullyBooted\r\nPrivilege: system,all\r\nStatus: Fully Booted\r\nUptime: 1\r\nLastReload: 1\r\n\r\n");
    answer();
    pass_time(100, true);
    assert_int_equal(report()->link, LINK_LIVE);
    assert_null(report()->reason);
    assert_int_equal(said_since(from, "Action: ListCommands"), 1); /* the queues' own actions were not in the first list */
}

static void booting_without_class_system_ends_by_trying(void **state)
{
    (void)state;
    pbx.no_booted = pbx.no_app_queue = true;
    begin();
    greet();
    answer();
    pass_time(5000, true);
    pbx.no_app_queue = false;
    pass_time(1500, true);
    assert_int_equal(report()->link, LINK_LIVE);
    size_t from = pbx.sent.len;
    pass_time(15000, true);
    assert_int_equal(said_since(from, "Action: ListCommands"), 1); /* what was loaded since is offered without a reconnect */
    pass_time(600000, true);
    assert_int_equal(said_since(from, "Action: ListCommands"), 3); /* and then never again */
}

static void rights_are_asked_once_of_a_pbx_that_runs(void **state)
{
    (void)state;
    go_live();
    pass_time(600000, true);
    assert_int_equal(said("Action: ListCommands"), 1);
}

static void app_queue_goes_and_comes(void **state)
{
    (void)state;
    go_live();
    pbx.no_app_queue = true;
    hear("Event: Unload\r\nPrivilege: system,all\r\nModule: app_queue.so\r\nStatus: Success\r\n\r\n");
    pass_time(1100, true);
    assert_int_equal(report()->link, LINK_BOOTING);
    assert_reason("app_queue is not loaded");
    assert_true(told_times("suspect all") >= 1);
    pass_time(10000, true);
    assert_int_equal(report()->link, LINK_BOOTING);
    pbx.no_app_queue = false;
    hear("Event: Load\r\nPrivilege: system,all\r\nModule: app_queue.so\r\nStatus: Success\r\n\r\n");
    pass_time(100, true);
    assert_int_equal(report()->link, LINK_LIVE);
    assert_int_equal(told_times("begin all\nend\nbarrier\n"), 2);
    assert_int_equal(report()->reconnects, 0);
}

static void app_queue_goes_unheard(void **state)
{
    (void)state;
    pbx.no_booted = true; /* class system is not read: neither FullyBooted nor Unload nor Load are heard */
    go_live();
    fake_floor.next_read = "support";
    pbx.no_app_queue = true;
    pass_time(2000, true);
    assert_reason("app_queue is not loaded");
    pbx.no_app_queue = false;
    pass_time(3500, true);
    assert_int_equal(report()->link, LINK_LIVE);
}

static void app_queue_comes_without_a_load_event(void **state)
{
    (void)state;
    pbx.no_app_queue = true;
    begin();
    greet();
    answer();
    assert_reason("app_queue is not loaded");
    pbx.no_app_queue = false;
    pass_time(3500, true);
    assert_int_equal(report()->link, LINK_LIVE);
}

static void a_reload_makes_everything_suspect(void **state)
{
    (void)state;
    go_live();
    hear("Event: Reload\r\nPrivilege: system,all\r\nModule: chan_pjsip.so\r\nStatus: 0\r\n\r\n");
    assert_int_equal(told_times("suspect all"), 0);
    hear("Event: Reload\r\nPrivilege: system,all\r\nModule: app_queue.so\r\nStatus: 0\r\n\r\n");
    assert_int_equal(told_times("suspect all: app_queue was reloaded"), 1);
    hear("Event: Reload\r\nPrivilege: system,all\r\nModule: All\r\nStatus: 0\r\n\r\n");
    assert_int_equal(told_times("suspect all: app_queue was reloaded"), 2);
}

static void new_queues_are_found(void **state)
{
    (void)state;
    struct fact_queue known[1] = { { .name = (char[]){ "Old" } } };
    go_live();
    fake_floor.queue = known;
    fake_floor.queue_count = 1;
    fake_floor.next_read = "old"; /* there is always something to be read again */
    pbx.items = "Event: QueueParams\r\nQueue: old\r\nMax: 0\r\nCalls: 0\r\n|Event: QueueParams\r\nQueue: fresh\r\nMax: 0\r\nCalls: 0\r\n";
    pass_time(70000, true);
    assert_int_equal(said("Member: acdtop-nobody\r\n"), 1);
    assert_int_equal(told_times("begin fresh\n"), 1);
    assert_true(told_times("begin old\n") > 60);
}

static void lose_at_mask(void *context, struct slice bytes)
{
    struct err why = ERR_INIT;
    take_sent(context, bytes);
    if (pbx.silent_on == NULL || !slice_starts(bytes, SLICE("Action: Events\r\n")))
        return;
    err_set(&why, ERR_NETWORK, "it does not read");
    session_lost(pbx.s, &why, pbx.now);
}

/* Sending may find the link gone, and with it goes the list of found queues, of which one was just to be read. */
static void the_link_goes_while_a_found_queue_is_asked_for(void **state)
{
    (void)state;
    pbx.setup.send = lose_at_mask;
    go_live();
    pass_time(59000, true);
    pbx.items = "Event: QueueParams\r\nQueue: a-name-that-only-the-search-found\r\nMax: 0\r\nCalls: 0\r\n";
    pbx.silent_on = "Nothing";
    pass_time(3000, true);
    assert_int_equal(said("Member: acdtop-nobody\r\n"), 1);
    assert_int_equal(report()->link, LINK_LOST);
    assert_int_equal(said("Queue: a-name-that"), 0);
    pbx.silent_on = NULL;
    session_tick(pbx.s, session_deadline(pbx.s));
    greet();
    answer();
    assert_int_equal(report()->link, LINK_LIVE);
}

static void a_stuck_search_for_queues_waits_quietly(void **state)
{
    (void)state;
    go_live();
    pass_time(59000, true);
    fake_floor.next_read = "support";
    pbx.silent_on = "QueueStatus";
    pass_time(4000, true); /* no re-read beside it, and no spinning: pass_time sees to that */
    assert_int_equal(said("Queue: support\r\n"), 1);
}

static void calls_without_events_are_noticed(void **state)
{
    (void)state;
    struct fact_queue known[1] = { { .name = (char[]){ "support" }, .waiting = 1, .reread_at = 5000 } };
    pbx.items = PARAMS;
    go_live();
    fake_floor.queue = known;
    fake_floor.queue_count = 1;
    fake_floor.next_read = "support";
    pass_time(3000, true);
    assert_notice(NULL); /* Calls: 1, and one is known */
    known[0].waiting = 0;
    pass_time(3000, true);
    assert_notice("read must have agent");
    hear(JOIN);
    assert_notice(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SESSION_TEST(lists_reach_the_floor_between_begin_and_barrier),
        SESSION_TEST(the_mask_is_wide_only_around_the_barrier),
        SESSION_TEST(no_answer_to_events_stops_nothing),
        SESSION_TEST(re_reads_one_a_second),
        SESSION_TEST(one_re_read_at_a_time),
        SESSION_TEST(no_varset_settles_and_says_so),
        SESSION_TEST(a_late_varset_is_still_a_proof),
        SESSION_TEST(only_our_own_global_varset_is_a_barrier),
        SESSION_TEST(setvar_refused_settles),
        SESSION_TEST(settling_waits_for_quiet),
        SESSION_TEST(settling_waits_for_a_ping),
        SESSION_TEST(settling_ends_in_a_storm),
        SESSION_TEST(a_name_with_line_ends_forges_nothing),
        SESSION_TEST(a_name_that_cuts_a_channels_item),
        SESSION_TEST(foreign_things_in_a_list_end_the_connection),
        SESSION_TEST(a_wrong_count_ends_the_connection),
        SESSION_TEST(a_cancelled_list_ends_the_connection),
        SESSION_TEST(items_outside_of_a_list_are_nothing),
        SESSION_TEST(an_error_without_id_is_the_oldest_ones),
        SESSION_TEST(still_booting_is_waited_for),
        SESSION_TEST(booting_without_class_system_ends_by_trying), SESSION_TEST(rights_are_asked_once_of_a_pbx_that_runs),
        SESSION_TEST(app_queue_goes_and_comes),
        SESSION_TEST(app_queue_goes_unheard),
        SESSION_TEST(app_queue_comes_without_a_load_event),
        SESSION_TEST(a_reload_makes_everything_suspect),
        SESSION_TEST(new_queues_are_found),
        SESSION_TEST(the_link_goes_while_a_found_queue_is_asked_for),
        SESSION_TEST(a_stuck_search_for_queues_waits_quietly),
        SESSION_TEST(calls_without_events_are_noticed),
    };
    return cmocka_run_group_tests_name("session sync", tests, NULL, NULL);
}
