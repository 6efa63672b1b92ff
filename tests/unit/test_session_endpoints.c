/* SPDX-License-Identifier: MIT */
/* session: which telephones there are: when that is asked, and that it stands behind everything else. */
#include "tests/unit/fake_pbx.h"

#define ASKS "Action: PJSIPShowEndpoints\r\n"
#define DEVICE "Event: DeviceStateChange\r\nPrivilege: call,all\r\nDevice: PJSIP/9\r\nState: INUSE\r\n\r\n"

static void asked_once_when_all_is_read(void **state)
{
    (void)state;
    pbx.endpoints = "401 alice ";
    go_live();
    assert_int_equal(said(ASKS), 0); /* not on the way to live */
    assert_int_equal(report()->endpoints, -1);
    pass_time(5000, true);
    assert_int_equal(said(ASKS), 1);
    assert_int_equal(told_times("endpoints\nendpoint 401\nendpoint alice\nendpoints end\n"), 1);
    assert_int_equal(report()->endpoints, 2);
    assert_true(report()->endpoints_at > 0);
    pass_time(600000, true);
    assert_int_equal(said(ASKS), 1);
}

static void never_where_listcommands_does_not_have_it(void **state)
{
    (void)state;
    go_live();
    pass_time(60000, true);
    assert_false(session_ask_endpoints(pbx.s, pbx.now));
    assert_int_equal(said(ASKS), 0);
    assert_int_equal(report()->endpoints, -1);
    assert_notice(NULL);
}

static void never_where_rights_are_not_known(void **state)
{
    (void)state;
    pbx.no_list_commands = true;
    pbx.silent_on = "ListCommands";
    pbx.endpoints = "401 ";
    begin();
    greet();
    answer();
    pass_time(20000, false);
    assert_int_equal(said(ASKS), 0);
}

static void a_refusal_is_the_last_word(void **state)
{
    (void)state;
    pbx.endpoints = "401 ";
    go_live();
    pbx.endpoints = NULL; /* manager.conf was changed: ListCommands told otherwise */
    pass_time(5000, true);
    assert_int_equal(said(ASKS), 1);
    assert_int_equal(report()->endpoints, -1);
    assert_true(report()->endpoints_at > 0); /* who waits for it waits no more */
    hear("Event: Reload\r\nPrivilege: system,all\r\nModule: res_pjsip.so\r\nStatus: 0\r\n\r\n");
    pass_time(120000, true);
    assert_false(session_ask_endpoints(pbx.s, pbx.now));
    assert_int_equal(said(ASKS), 1);
}

static void no_telephones_is_an_answer(void **state)
{
    (void)state;
    pbx.endpoints = "";
    go_live();
    pass_time(5000, true);
    assert_int_equal(report()->endpoints, 0);
    assert_int_equal(told_times("endpoints\nendpoints end\n"), 1);
}

static void it_waits_while_something_is_on_its_way(void **state)
{
    (void)state;
    pbx.endpoints = "401 ";
    go_live();
    pbx.silent_on = "Ping";
    pass_time(4000, true);
    assert_int_equal(said(ASKS), 0);
    pbx.silent_on = NULL;
    answer();
    pass_time(1000, true);
    assert_int_equal(said(ASKS), 1);
}

static void it_waits_while_events_come_but_not_for_ever(void **state)
{
    (void)state;
    pbx.endpoints = "401 ";
    go_live();
    for (int i = 0; i < 200; i++) {
        hear(DEVICE);
        pass_time(100, true);
    }
    assert_int_equal(said(ASKS), 0);
    for (int i = 0; i < 200; i++) {
        hear(DEVICE);
        pass_time(100, true);
    }
    assert_int_equal(said(ASKS), 1);
}

static void an_order_has_it_asked_at_once(void **state)
{
    (void)state;
    pbx.endpoints = "401 ";
    go_live();
    assert_true(session_ask_endpoints(pbx.s, pbx.now));
    assert_true(session_ask_endpoints(pbx.s, pbx.now)); /* it is on its way */
    assert_int_equal(said(ASKS), 1);
    answer();
    assert_int_equal(report()->endpoints, 1);
    assert_false(session_ask_endpoints(pbx.s, pbx.now)); /* just told */
    pass_time(60000, true);
    assert_int_equal(said(ASKS), 1); /* and the link does not ask once more by itself */
    assert_true(session_ask_endpoints(pbx.s, pbx.now));
    assert_int_equal(said(ASKS), 2);
}

static void a_reload_of_pjsip_has_it_asked_again(void **state)
{
    (void)state;
    pbx.endpoints = "401 ";
    go_live();
    pass_time(5000, true);
    for (int i = 0; i < 100; i++) {
        hear("Event: Reload\r\nPrivilege: system,all\r\nTimestamp: 1\r\nModule: res_pjsip.so\r\nStatus: 0\r\n\r\n");
        pass_time(100, true);
    }
    assert_int_equal(said(ASKS), 1); /* a minute at least lies between */
    pbx.endpoints = "401 402 ";
    pass_time(60000, true);
    assert_int_equal(said(ASKS), 2);
    assert_int_equal(report()->endpoints, 2);
    hear("Event: Reload\r\nPrivilege: system,all\r\nModule: app_queue.so\r\nStatus: 0\r\n\r\n");
    pass_time(120000, true);
    assert_int_equal(said(ASKS), 2);
}

static void the_next_link_asks_anew(void **state)
{
    (void)state;
    struct err why = ERR_INIT;
    pbx.endpoints = "401 ";
    go_live();
    assert_true(session_ask_endpoints(pbx.s, pbx.now));
    (void)err_set(&why, ERR_NETWORK, "cut");
    session_lost(pbx.s, &why, pbx.now); /* with the question on its way */
    assert_reason("cut");
    pass_time(2000, true);
    greet();
    answer();
    pass_time(10000, true);
    assert_int_equal(said(ASKS), 2);
    assert_int_equal(report()->endpoints, 1);
}

static void a_list_that_is_no_list_ends_the_connection(void **state)
{
    (void)state;
    pbx.endpoints = "401 ";
    pbx.silent_on = "PJSIPShowEndpoints";
    go_live();
    pass_time(5000, true);
    hearf("Response: Success\r\nActionID: %s\r\nEventList: start\r\n\r\n", id_of("PJSIPShowEndpoints"));
    hearf("Event: EndpointListComplete\r\nActionID: %s\r\nEventList: Complete\r\nListItems: 3\r\n\r\n", id_of("PJSIPShowEndpoints"));
    assert_int_equal(report()->link, LINK_LOST);
    assert_int_equal(told_times("endpoints end\n"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SESSION_TEST(asked_once_when_all_is_read),
        SESSION_TEST(never_where_listcommands_does_not_have_it),
        SESSION_TEST(never_where_rights_are_not_known),
        SESSION_TEST(a_refusal_is_the_last_word),
        SESSION_TEST(no_telephones_is_an_answer),
        SESSION_TEST(it_waits_while_something_is_on_its_way),
        SESSION_TEST(it_waits_while_events_come_but_not_for_ever),
        SESSION_TEST(an_order_has_it_asked_at_once),
        SESSION_TEST(a_reload_of_pjsip_has_it_asked_again),
        SESSION_TEST(the_next_link_asks_anew),
        SESSION_TEST(a_list_that_is_no_list_ends_the_connection),
    };
    return cmocka_run_group_tests_name("session endpoints", tests, NULL, NULL);
}
