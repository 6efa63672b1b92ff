/* SPDX-License-Identifier: MIT */
/* test_tui_offer: whom and what the line of commands and the menu of orders offer, in which order, and what is dim with its reason. */
#include "tests/unit/support_app.h"

enum { COLS = 100, ROWS = 40, SALES = 11, HELP = 12, ANA = 21, BEN = 22, ANA_SALES = 31, BEN_SALES = 32, ANA_HELP = 33, CALLER = 41 };

static void put_member(struct scene *w, uint64_t id, uint64_t queue, uint64_t agent, const char *interface, const char *name, bool is_paused)
{
    struct fact_member m = { .id = id, .queue = queue, .agent = agent, .interface = TEXT(interface), .name = TEXT(name),
                             .membership = MEMBERSHIP_DYNAMIC, .paused = is_paused, .state = is_paused ? AGENT_PAUSED : AGENT_READY };
    scene_put(w, FACT_MEMBER, &m);
}

static void put_agent(struct scene *w, uint64_t id, const char *interface, const char *name, int64_t memberships, int64_t paused_in)
{
    struct fact_agent a = { .id = id, .pbx = fact_pbx_id(0), .interface = TEXT(interface), .name = TEXT(name), .memberships = memberships,
                            .paused_in = paused_in, .state = AGENT_READY };
    scene_put(w, FACT_AGENT, &a);
}

static void put_pbx(struct scene *w, const char *classes)
{
    struct fact_pbx p = { .id = fact_pbx_id(0), .name = TEXT("geneva"), .link = LINK_LIVE, .write_classes = TEXT(classes) };
    scene_put(w, FACT_PBX, &p);
}

static void fill(struct scene *w)
{
    struct fact_queue sales = { .id = SALES, .pbx = fact_pbx_id(0), .name = TEXT("sales"), .state = QUEUE_CLEAN };
    struct fact_queue help = { .id = HELP, .pbx = fact_pbx_id(0), .name = TEXT("help"), .state = QUEUE_CLEAN };
    struct fact_caller caller = { .id = CALLER, .queue = SALES, .uniqueid = TEXT("17.4"), .channel = TEXT("PJSIP/trunk-1"), .number = TEXT("079"), .rank = 1 };
    put_pbx(w, "agent,call");
    scene_put(w, FACT_QUEUE, &sales);
    scene_put(w, FACT_QUEUE, &help);
    put_agent(w, ANA, "PJSIP/401", "Ana Roy", 2, 0);
    put_agent(w, BEN, "PJSIP/402", "Ben Day", 1, 0);
    put_member(w, ANA_SALES, SALES, ANA, "PJSIP/401", "Ana Roy", false);
    put_member(w, BEN_SALES, SALES, BEN, "PJSIP/402", "Ben Day", false);
    put_member(w, ANA_HELP, HELP, ANA, "PJSIP/401", "Ana Roy", false);
    scene_put(w, FACT_CALLER, &caller);
}

static void begin(struct scene *w)
{
    scene_begin(w, &(struct scene_setup){ .cols = COLS, .rows = ROWS, .fill = fill,
                                        .conf = "queue_names = ( { name = \"help\"; extension = \"600@queues\"; } );" });
}

static void put_phone(struct scene *w, uint64_t id, const char *name, int64_t reachable)
{
    char interface[40];
    (void)snprintf(interface, sizeof interface, "PJSIP/%s", name);
    struct fact_endpoint e = { .id = id, .pbx = fact_pbx_id(0), .name = TEXT(name), .interface = interface, .extension = TEXT(name), .reachable = reachable };
    scene_put(w, FACT_ENDPOINT, &e);
}

static void test_options_and_roles_are_offered(void **state)
{
    static const char text[] = "roles = ( { name = \"expert\"; penalty = 0; } );\n";
    struct scene w;
    struct err err = ERR_INIT;
    (void)state;
    begin(&w);
    assert_true(settings_load_text(&w.settings, "here", slice_of(text), &err));
    scene_press(&w, ": 'add Space '401 Space 'sales Space 'ex Tab");
    assert_true(scene_shows(&w, ":add 401 sales expert"));
    scene_press(&w, "'--f Tab");
    assert_true(scene_shows(&w, ":add 401 sales expert --for"));
    scene_press(&w, "'10 Tab");
    assert_true(scene_shows(&w, "--for 10m"));
    scene_end(&w);
}

/* Whom a queue lacks is asked for in front of its name; who serves there comes last and says so. */
static void test_who_can_come_into_a_queue_is_offered(void **state)
{
    struct scene w;
    (void)state;
    begin(&w);
    put_phone(&w, 71, "401", 1);
    put_phone(&w, 72, "7403", 1);
    put_phone(&w, 73, "7404", 0);
    scene_press(&w, "1 Home a"); /* on the queue help */
    assert_true(scene_shows(&w, ":add  help"));
    assert_true(scene_shows(&w, "Ben Day\"") && scene_shows(&w, "PJSIP/402"));
    assert_true(scene_shows(&w, "7403") && scene_shows(&w, "7404"));
    assert_true(scene_shows(&w, "not registered"));
    assert_true(scene_shows(&w, "serves there already")); /* Ana */
    assert_false(scene_shows(&w, "401")); /* with that somebody serves: it is she */
    scene_press(&w, "'74 Tab");
    assert_true(scene_shows(&w, ":add 740"));
    scene_press(&w, "'3 Enter");
    EXPECT(&w, 0, "add 7403 help");
    scene_press(&w, ": 'add Space 'PJSIP/402 Space");
    assert_true(scene_shows(&w, "help"));
    assert_true(scene_shows(&w, "is in it already")); /* sales */
    scene_press(&w, "Esc : 'pause Space");
    assert_false(scene_shows(&w, "7403")); /* who serves nowhere has no pause */
    scene_press(&w, "Esc : 'login Space");
    assert_true(scene_shows(&w, "7403"));
    scene_end(&w);
}

/* Out of a queue, or into another: the others are dim and say why. */
static void test_his_queues_are_offered_first(void **state)
{
    static const char *const his[] = { "remove", "move", "role", "pause", "cancel" };
    struct scene w;
    (void)state;
    begin(&w);
    struct fact_member fixed = { .id = BEN_SALES, .queue = SALES, .agent = BEN, .interface = TEXT("PJSIP/402"), .name = TEXT("Ben Day"), .membership = MEMBERSHIP_STATIC };
    for (size_t i = 0; i < sizeof his / sizeof his[0]; i++) {
        scene_press(&w, ":");
        (void)app_paste(w.app, slice_of(his[i]));
        scene_press(&w, "Space 'PJSIP/402 Space");
        if (!scene_shows(&w, "is not in it")) /* help */
            fail_msg("%s", his[i]);
        assert_true(scene_shows(&w, "sales"));
        scene_press(&w, "Tab");
        if (!scene_shows(&w, "PJSIP/402 sales")) /* the first */
            fail_msg("%s", his[i]);
        scene_press(&w, "Esc Esc");
    }
    scene_put(&w, FACT_MEMBER, &fixed);
    scene_press(&w, ": 'remove Space 'PJSIP/402 Space");
    assert_true(scene_shows(&w, "is in it by queues.conf"));
    scene_press(&w, "Esc : 'role Space 'PJSIP/402 Space");
    assert_false(scene_shows(&w, "is in it by queues.conf")); /* his role can be another all the same */
    scene_press(&w, "Esc : 'move Space 'PJSIP/402 Space 'sales Space");
    assert_true(scene_shows(&w, "is in it already"));
    scene_press(&w, "Esc : 'take Space Space '--to Space 'PJSIP/402 Home Right Right Right Right Right");
    assert_true(scene_shows(&w, "is in it already") && scene_shows(&w, "help"));
    scene_end(&w);
}

static void test_a_surname_without_its_marks_is_enough(void **state)
{
    struct scene w;
    (void)state;
    begin(&w);
    put_agent(&w, 29, "PJSIP/409", "Jo M\xc3\xbcller", 1, 0);
    scene_press(&w, ": 'pause Space 'mull Tab");
    assert_true(scene_shows(&w, ":pause \"Jo M?ller\" "));
    scene_press(&w, "Esc Esc : 'pause Space 'uller");
    assert_false(scene_shows(&w, "PJSIP/409")); /* inside of a word it is nobody's */
    scene_end(&w);
}

/* Who can take a call, and who has waited longest, is seen where it is asked. */
static void test_who_is_free_and_who_waits_longest(void **state)
{
    struct scene w;
    (void)state;
    begin(&w);
    struct fact_agent busy = { .id = ANA, .pbx = fact_pbx_id(0), .interface = TEXT("PJSIP/401"), .name = TEXT("Ana Roy"), .memberships = 2, .state = AGENT_TALKING };
    struct fact_caller late = { .id = 42, .queue = SALES, .uniqueid = TEXT("11.1"), .number = TEXT("111"), .joined = 900000, .rank = 2 };
    struct fact_caller other = { .id = 43, .queue = HELP, .uniqueid = TEXT("12.1"), .number = TEXT("222"), .joined = 800000, .rank = 1 };
    struct fact_caller first = { .id = CALLER, .queue = SALES, .uniqueid = TEXT("17.4"), .number = TEXT("079"), .joined = 700000, .rank = 1 };
    scene_put(&w, FACT_AGENT, &busy);
    scene_put(&w, FACT_CALLER, &late);
    scene_put(&w, FACT_CALLER, &other);
    scene_put(&w, FACT_CALLER, &first);
    scene_press(&w, ": 'take Space 'sales Space");
    assert_true(scene_shows(&w, "waits 5:00 in sales  079") && scene_shows(&w, "waits 1:40 in sales  111") && !scene_shows(&w, "12.1"));
    scene_press(&w, "Tab Tab");
    assert_true(scene_shows(&w, ":take sales 17.4"));
    scene_press(&w, "Esc Esc : 'send Space '17.4 Space");
    assert_true(scene_shows(&w, "talking      PJSIP/401") && scene_shows(&w, "free         PJSIP/402"));
    scene_press(&w, "Tab");
    assert_true(scene_shows(&w, ":send 17.4 \"Ben Day\"")); /* the free one, though Ana comes before */
    scene_end(&w);
}

static void test_the_menu_begins_with_what_is_wanted_most(void **state)
{
    static const char *const words[] = { " pause ", " listen ", " barge ", " add ", " move ", " remove ", " role " };
    struct scene w;
    (void)state;
    begin(&w);
    scene_press(&w, "3 Home x");
    const char *from = strstr(w.text, "Orders: Ana Roy");
    for (size_t i = 0; from != NULL && i < sizeof words / sizeof words[0]; i++) {
        from = strstr(from, words[i]);
        if (from == NULL)
            fail_msg("'%s'", words[i]);
    }
    assert_non_null(from);
    assert_false(scene_shows(&w, "also typed"));
    scene_end(&w);
}

static void test_what_is_to_be_selected_is_said(void **state)
{
    struct scene w;
    (void)state;
    begin(&w);
    scene_press(&w, "8 A");
    assert_true(scene_shows(&w, "Nothing here is a waiting caller, a queue or an agent: select one"));
    scene_press(&w, "H");
    assert_true(scene_shows(&w, "Nothing here is a call"));
    scene_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_options_and_roles_are_offered),
        cmocka_unit_test(test_who_can_come_into_a_queue_is_offered),
        cmocka_unit_test(test_his_queues_are_offered_first),
        cmocka_unit_test(test_a_surname_without_its_marks_is_enough),
        cmocka_unit_test(test_who_is_free_and_who_waits_longest),
        cmocka_unit_test(test_the_menu_begins_with_what_is_wanted_most),
        cmocka_unit_test(test_what_is_to_be_selected_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
