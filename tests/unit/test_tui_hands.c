/* SPDX-License-Identifier: MIT */
/* test_tui_hands: what the keys of orders give, about whom, and what is asked before. The keeper is a list of lines here; what became of an
 * order is put into the store by hand. */
#include "tests/unit/support_app.h"
#include "tui/hands/ears.h"
#include "tui/hands/hands_keys.h"

enum { COLS = 100, ROWS = 40, PBX = 1, SALES = 11, HELP = 12, ANA = 21, BEN = 22, ANA_SALES = 31, BEN_SALES = 32, ANA_HELP = 33, CALLER = 41 };

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

static void begin(struct scene *w, bool is_readonly)
{
    scene_begin(w, &(struct scene_setup){ .cols = COLS, .rows = ROWS, .is_readonly = is_readonly, .fill = fill,
                                        .conf = "queue_names = ( { name = \"help\"; extension = \"600@queues\"; } );" });
}

/* What the keeper would say of the index-th order. */
static void answer(struct scene *w, size_t index, int64_t state, const char *what, const char *undo, const char *said)
{
    struct fact_order o = { .id = 100 + index, .pbx = fact_pbx_id(0), .ref = w->ref[index], .state = state, .line = w->given[index], .what = TEXT(what),
                            .undo = TEXT(undo), .answer = TEXT(said) };
    scene_put(w, FACT_ORDER, &o);
    scene_draw(w);
}

static void test_pause_asks_for_the_reason(void **state)
{
    struct scene w;
    (void)state;
    begin(&w, false);
    scene_press(&w, "3 Home p");
    assert_true(scene_shows(&w, ":pause PJSIP/401 "));
    scene_press(&w, "'lunch Enter");
    EXPECT(&w, 0, "pause PJSIP/401 lunch");
    answer(&w, 0, ORDER_PENDING, "pause Ana Roy in all queues: lunch", NULL, NULL);
    assert_true(scene_shows(&w, "pause Ana Roy in all queues: lunch ..."));
    answer(&w, 0, ORDER_DONE, "pause Ana Roy in all queues: lunch", "unpause PJSIP/401", "confirmed");
    assert_true(scene_shows(&w, "done: pause Ana Roy in all queues: lunch"));
    scene_end(&w);
}

static void test_who_is_paused_works_again_at_once(void **state)
{
    struct scene w;
    (void)state;
    begin(&w, false);
    put_agent(&w, ANA, "PJSIP/401", "Ana Roy", 2, 2);
    scene_press(&w, "3 Home p");
    EXPECT(&w, 0, "unpause PJSIP/401");
    scene_end(&w);
}

/* The row says who and where; nothing is left to be asked, so it is asked whether. */
static void test_a_membership_is_removed_when_confirmed(void **state)
{
    struct scene w;
    (void)state;
    begin(&w, false);
    scene_press(&w, "2 End Enter Tab Home d");
    assert_true(scene_shows(&w, "Shall this be done?"));
    assert_true(scene_shows(&w, "take Ana Roy out of sales"));
    scene_press(&w, "Enter"); /* no */
    assert_int_equal(w.count, 0);
    assert_true(!scene_shows(&w, "Shall this be done?") && scene_shows(&w, "Nothing was done. Only y is a yes."));
    scene_press(&w, "d n d Esc d q");
    assert_int_equal(w.count, 0);
    scene_press(&w, "d y");
    EXPECT(&w, 0, "remove PJSIP/401 sales");
    assert_int_equal(w.count, 1);
    scene_end(&w);
}

/* What is said meanwhile is no reason that Esc leaves open what lies over the list: the y of "copy" would answer a question. */
static void test_esc_closes_whatever_is_said(void **state)
{
    struct scene w;
    (void)state;
    begin(&w, false);
    scene_press(&w, "2 End Enter Tab Home p 'lunch Enter d");
    EXPECT(&w, 0, "pause PJSIP/401 sales lunch");
    answer(&w, 0, ORDER_DONE, "pause Ana Roy in sales: lunch", "unpause PJSIP/401 sales", "confirmed");
    assert_true(scene_shows(&w, "Shall this be done?") && scene_shows(&w, "done: pause Ana Roy"));
    scene_press(&w, "Esc");
    assert_false(scene_shows(&w, "Shall this be done?"));
    scene_press(&w, "y");
    assert_int_equal(w.count, 1);
    scene_press(&w, "? p");
    assert_true(scene_shows(&w, "Esc closes it") && scene_shows(&w, "- Help: "));
    scene_press(&w, "Esc");
    assert_false(scene_shows(&w, "- Help: "));
    scene_end(&w);
}

/* However long the name is, and however narrow the screen. */
static void test_who_listens_sees_the_key_that_ends_it(void **state)
{
    static const int cols[] = { 40, 80, 140 };
    struct buf user = BUF_INIT(256);
    (void)state;
    ears_user(&user);
    for (size_t i = 0; i < sizeof cols / sizeof cols[0]; i++) {
        struct scene w;
        struct fact_spy spy = { .id = 61, .pbx = fact_pbx_id(0), .agent = ANA, .spyer_channel = TEXT("PJSIP/104-0000002a"), .who = user.data, .mode = SPY_WHISPER };
        scene_begin(&w, &(struct scene_setup){ .cols = cols[i], .rows = ROWS, .fill = fill });
        put_agent(&w, ANA, "PJSIP/401", "Maria de los Angeles Fernandez-Castillo y Gutierrez", 2, 0);
        scene_put(&w, FACT_SPY, &spy);
        scene_draw(&w);
        assert_true(scene_shows(&w, "You whisper to Mar") && scene_shows(&w, " X stop"));
        scene_end(&w);
    }
    buf_clear(&user);
}

/* Whoever stands under the cursor by now, the line is about the row at the key. */
static void test_the_row_at_the_key_counts(void **state)
{
    struct scene w;
    (void)state;
    begin(&w, false);
    scene_press(&w, "2 End Enter Tab Home d");
    (void)app_changed(w.app, FACT_MEMBER, ANA_SALES, NULL);
    assert_true(store_drop(w.store, FACT_MEMBER, ANA_SALES));
    scene_draw(&w);
    scene_press(&w, "y");
    EXPECT(&w, 0, "remove PJSIP/401 sales");
    scene_end(&w);
}

static void test_tagged_rows_are_listed_first(void **state)
{
    struct scene w;
    (void)state;
    begin(&w, false);
    scene_press(&w, "3 * p");
    assert_true(scene_shows(&w, ":pause * "));
    scene_press(&w, "'lunch Enter");
    assert_int_equal(w.count, 0);
    assert_true(scene_shows(&w, "Shall all of this be done?"));
    assert_true(scene_shows(&w, "pause Ana Roy in all queues: lunch"));
    assert_true(scene_shows(&w, "pause Ben Day in all queues: lunch"));
    scene_press(&w, "y");
    assert_int_equal(w.count, 2); /* one that fails leaves the other alone */
    size_t ana = strcmp(w.given[0], "pause PJSIP/401 lunch") == 0 ? 0 : 1;
    EXPECT(&w, ana, "pause PJSIP/401 lunch");
    EXPECT(&w, 1 - ana, "pause PJSIP/402 lunch");
    put_member(&w, ANA_SALES, SALES, ANA, "PJSIP/401", "Ana Roy", true);
    put_member(&w, BEN_SALES, SALES, BEN, "PJSIP/402", "Ben Day", true);
    answer(&w, 0, ORDER_DONE, "pause one", "unpause PJSIP/401 sales", "confirmed");
    answer(&w, 1, ORDER_DONE, "pause other", "unpause PJSIP/402 sales", "confirmed");
    scene_press(&w, "u"); /* what was given together goes back together, the last first */
    assert_true(scene_shows(&w, "Take back: pause other and 1 more"));
    scene_press(&w, "y");
    EXPECT(&w, 2, "unpause PJSIP/402 sales\nunpause PJSIP/401 sales");
    scene_end(&w);
}

static void test_what_a_row_does_not_say(void **state)
{
    struct scene w;
    (void)state;
    begin(&w, false);
    scene_press(&w, ": 'pause Space * Enter");
    assert_int_equal(w.count, 0);
    assert_true(scene_shows(&w, "none is tagged"));
    scene_press(&w, "Esc 4 Home p"); /* a caller is no agent */
    assert_int_equal(w.count, 0);
    assert_true(scene_shows(&w, "Nothing here is an agent"));
    scene_press(&w, "3 * : 'remove Space * Space * Enter");
    assert_true(scene_shows(&w, "says no QUEUE"));
    assert_int_equal(w.count, 0);
    scene_end(&w);
}

static void test_undo_and_redo_are_shown_first(void **state)
{
    struct scene w;
    (void)state;
    begin(&w, false);
    scene_press(&w, "u");
    assert_true(scene_shows(&w, "There is no order of yours to be taken back."));
    scene_press(&w, ": 'pause Space '401 Space 'sales Enter");
    EXPECT(&w, 0, "pause 401 sales");
    answer(&w, 0, ORDER_PENDING, "pause Ana Roy in sales", NULL, NULL);
    scene_press(&w, "u"); /* it is not done yet */
    assert_true(scene_shows(&w, "There is no order of yours to be taken back."));
    put_member(&w, ANA_SALES, SALES, ANA, "PJSIP/401", "Ana Roy", true);
    answer(&w, 0, ORDER_DONE, "pause Ana Roy in sales", "unpause PJSIP/401 sales", "confirmed");
    scene_press(&w, "u");
    assert_true(scene_shows(&w, "Take back: pause Ana Roy in sales"));
    assert_true(scene_shows(&w, "unpause Ana Roy in sales"));
    scene_press(&w, "y");
    EXPECT(&w, 1, "unpause PJSIP/401 sales");
    put_member(&w, ANA_SALES, SALES, ANA, "PJSIP/401", "Ana Roy", false);
    answer(&w, 1, ORDER_DONE, "unpause Ana Roy in sales", "pause PJSIP/401 sales", "confirmed");
    scene_press(&w, "u"); /* it is taken back */
    assert_true(scene_shows(&w, "There is no order of yours to be taken back."));
    scene_press(&w, "C-r");
    assert_true(scene_shows(&w, "pause Ana Roy in sales"));
    scene_press(&w, "y");
    EXPECT(&w, 2, "pause PJSIP/401 sales");
    scene_end(&w);
}

/* An undo that is refused leaves what it was about as it was: it can be tried again. */
static void test_an_undo_that_fails_can_be_tried_again(void **state)
{
    struct scene w;
    (void)state;
    begin(&w, false);
    scene_press(&w, ": 'unpause Space '401 Enter");
    answer(&w, 0, ORDER_DONE, "unpause Ana Roy", "pause PJSIP/401 sales", "confirmed");
    scene_press(&w, "u y");
    EXPECT(&w, 1, "pause PJSIP/401 sales");
    answer(&w, 1, ORDER_REFUSED, "pause Ana Roy in sales", NULL, "the PBX said no");
    scene_press(&w, "u y");
    EXPECT(&w, 2, "pause PJSIP/401 sales");
    scene_end(&w);
}

static void test_an_order_of_somebody_else_is_not_ours(void **state)
{
    struct scene w;
    (void)state;
    begin(&w, false);
    w.ref[0] = 4711;
    answer(&w, 0, ORDER_DONE, "pause Ana Roy", "unpause PJSIP/401", "confirmed");
    assert_false(scene_shows(&w, "done:"));
    scene_press(&w, "u");
    assert_true(scene_shows(&w, "There is no order of yours to be taken back."));
    scene_end(&w);
}

static void test_the_menu_says_what_can_be_done(void **state)
{
    struct scene w;
    (void)state;
    begin(&w, false);
    scene_press(&w, "3 Home x");
    assert_true(scene_shows(&w, "Orders: Ana Roy"));
    assert_true(scene_shows(&w, "unpause       P"));
    assert_true(scene_shows(&w, "Ana Roy is not paused")); /* dim, with the reason */
    (void)app_changed(w.app, FACT_AGENT, ANA, NULL);
    assert_true(store_drop(w.store, FACT_AGENT, ANA));
    scene_press(&w, "a"); /* whom it was opened for */
    assert_true(scene_shows(&w, ":add PJSIP/401 "));
    scene_press(&w, "Esc");
    assert_int_equal(w.count, 0);
    scene_end(&w);
}

static void test_the_menu_without_the_right(void **state)
{
    struct scene w;
    (void)state;
    begin(&w, false);
    put_pbx(&w, "call");
    scene_press(&w, "3 Home x");
    assert_true(scene_shows(&w, "in manager.conf add agent to its write ="));
    scene_press(&w, "Enter");
    assert_true(scene_shows(&w, "the AMI user may not do QueuePause on geneva"));
    assert_int_equal(w.count, 0);
    scene_end(&w);
}

static void test_nothing_is_given_in_the_past_or_readonly(void **state)
{
    static const char *const keys[] = { "p", "P", "a", "d", "r", "e", "R", "x", "u", "C-r", ": 'pause Space '401 Enter" };
    struct scene w;
    (void)state;
    for (int is_readonly = 0; is_readonly < 2; is_readonly++) {
        begin(&w, is_readonly == 1);
        if (is_readonly == 0)
            (void)app_time(w.app, &(struct app_time){ .rate_permille = 0, .live = w.store, .to_ms = 1000 });
        for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
            scene_press(&w, "3 Home");
            scene_press(&w, keys[i]);
            assert_true(scene_shows(&w, is_readonly == 1 ? "read-only: it changes nothing" : "This is the past: nothing can be ordered in it"));
            scene_press(&w, "Esc");
        }
        assert_int_equal(w.count, 0);
        scene_end(&w);
    }
}

/* At once, on the row itself; and of who is lent how long still. */
static void test_rows_are_marked(void **state)
{
    struct scene w;
    struct fact_order o = { .id = 200, .pbx = fact_pbx_id(0), .queue = SALES, .agent = BEN, .state = ORDER_ACTIVE, .until = 1000000 + 540000, .calls_left = -1, .line = TEXT("add") };
    (void)state;
    begin(&w, false);
    scene_press(&w, "2 End Enter Tab Home");
    scene_press(&w, "p 'lunch Enter");
    EXPECT(&w, 0, "pause PJSIP/401 sales lunch");
    struct fact_order pending = { .id = 100, .pbx = fact_pbx_id(0), .queue = SALES, .agent = ANA, .ref = w.ref[0], .state = ORDER_PENDING, .line = w.given[0] };
    scene_put(&w, FACT_ORDER, &pending);
    scene_draw(&w);
    assert_true(scene_shows(&w, ">:Ana Roy"));
    pending.state = ORDER_DONE;
    pending.answer = TEXT("confirmed");
    scene_put(&w, FACT_ORDER, &pending);
    scene_put(&w, FACT_ORDER, &o);
    scene_draw(&w);
    assert_true(scene_shows(&w, "> Ana Roy"));
    assert_true(scene_shows(&w, " @Ben Day"));
    assert_true(scene_shows(&w, "@ 9:00")); /* in place of "dynamic" */
    scene_end(&w);
}

static void test_a_pause_beyond_its_limit(void **state)
{
    static const char text[] = "pause_reasons = ( { name = \"Lunch\"; limit = \"30m\"; }, { name = \"training\"; kind = \"work\"; } );\n";
    struct scene w;
    struct err err = ERR_INIT;
    struct fact_agent ana = { .id = ANA, .pbx = fact_pbx_id(0), .interface = TEXT("PJSIP/401"), .name = TEXT("Ana Roy"), .memberships = 1, .paused_in = 1,
                              .state = AGENT_PAUSED, .paused_reason = TEXT("lunch"), .paused_since = 5000000, .since = 5000000 };
    (void)state;
    begin(&w, false);
    assert_true(settings_load_text(&w.settings, "here", slice_of(text), &err));
    scene_put(&w, FACT_AGENT, &ana);
    (void)app_beat(w.app, 5000000 + 30 * 60000, INT64_C(1795343527000));
    scene_press(&w, "3 End");
    assert_true(scene_shows(&w, "  Ana Roy"));
    (void)app_beat(w.app, 5000000 + 30 * 60000 + 1000, INT64_C(1795343527000));
    scene_draw(&w);
    assert_true(scene_shows(&w, " !Ana Roy"));
    scene_press(&w, "End p"); /* the reasons are offered where one is asked for */
    assert_true(scene_shows(&w, ":pause PJSIP/402"));
    assert_true(scene_shows(&w, "Lunch") && scene_shows(&w, "training"));
    scene_end(&w);
}

static void put_call(struct scene *w, uint64_t id, const char *uniqueid, const char *channel)
{
    struct fact_call c = { .id = id, .pbx = fact_pbx_id(0), .queue = SALES, .agent = ANA, .since = 1, .uniqueid = TEXT(uniqueid), .number = TEXT("079"),
                           .channel = TEXT(channel), .agent_uniqueid = TEXT("7.2"), .agent_channel = TEXT("PJSIP/401-2") };
    scene_put(w, FACT_CALL, &c);
}

/* What is in quotes, or comes from a row, is a name also when it looks like an option. */
static void test_a_queue_called_like_an_option(void **state)
{
    struct scene w;
    struct fact_queue odd = { .id = 13, .pbx = fact_pbx_id(0), .name = TEXT("--for"), .state = QUEUE_CLEAN };
    (void)state;
    begin(&w, false);
    scene_put(&w, FACT_QUEUE, &odd);
    scene_press(&w, ": 'add Space '401 Space '\"--for\" Enter");
    EXPECT(&w, 0, "add 401 \"--for\"");
    scene_end(&w);
}

/* Who says yes has seen one call; the next one of the same agent, even of the same number, is another. */
static void test_a_yes_is_for_the_call_that_was_shown(void **state)
{
    struct scene w;
    (void)state;
    begin(&w, false);
    put_call(&w, 61, "7.1", "PJSIP/trunk-1");
    scene_press(&w, ": 'hangup Space '401 Enter");
    assert_true(scene_shows(&w, "end the call of Ana Roy with 079"));
    (void)app_changed(w.app, FACT_CALL, 61, NULL);
    (void)store_drop(w.store, FACT_CALL, 61);
    put_call(&w, 62, "8.1", "PJSIP/trunk-2");
    scene_press(&w, "y");
    assert_int_equal(w.count, 0);
    assert_true(scene_shows(&w, "changed meanwhile"));
    scene_press(&w, ": 'hangup Space '401 Enter y");
    EXPECT(&w, 0, "hangup 401");
    scene_end(&w);
}

/* Who waits is named by Uniqueid; where to is asked for, whatever queue the row is in. */
static void test_callers_by_uniqueid(void **state)
{
    struct scene w;
    (void)state;
    begin(&w, false);
    scene_press(&w, "4 Home E");
    assert_true(scene_shows(&w, ":moveto 17.4 "));
    assert_false(scene_shows(&w, ":moveto 17.4 sales"));
    scene_press(&w, "Esc = '5 Enter");
    EXPECT(&w, 0, "priority 17.4 5");
    scene_put(&w, FACT_ORDER, &(struct fact_order){ .id = 100, .pbx = fact_pbx_id(0), .caller = CALLER, .state = ORDER_PENDING, .line = w.given[0] });
    scene_press(&w, "D"); /* where to is not configured: no line is opened for nothing */
    assert_true(scene_shows(&w, "dial_context = \"from-internal\"") && scene_shows(&w, ">:sales"));
    scene_press(&w, "a");
    assert_true(scene_shows(&w, "Nothing here is an agent"));
    scene_press(&w, "2 End Enter Tab Home a"); /* into another queue than this one */
    assert_true(scene_shows(&w, ":add PJSIP/401 "));
    assert_false(scene_shows(&w, ":add PJSIP/401 sales"));
    scene_press(&w, "Esc e");
    assert_true(scene_shows(&w, ":move PJSIP/401 sales "));
    scene_press(&w, "Esc");
    assert_int_equal(w.count, 1);
    scene_end(&w);
}

/* Harmful: asked, with whom it is about in words, by key and by line. */
static void test_harm_is_asked_about(void **state)
{
    struct scene w;
    (void)state;
    begin(&w, false);
    scene_press(&w, "4 Home H");
    assert_true(scene_shows(&w, "Shall this be done?"));
    assert_true(scene_shows(&w, "079"));
    scene_press(&w, "n : 'hangup Space '17.4 Enter");
    assert_true(scene_shows(&w, "Shall this be done?"));
    assert_int_equal(w.count, 0);
    scene_press(&w, "y");
    EXPECT(&w, 0, "hangup 17.4");
    scene_end(&w);
}

static void test_the_right_button_opens_the_menu(void **state)
{
    struct scene w;
    (void)state;
    begin(&w, false);
    scene_press(&w, "3");
    int y = 0;
    while (y < ROWS && strncmp(w.text + y * (COLS + 1), "  Ben Day", 9) != 0)
        y++;
    assert_true(y < ROWS);
    (void)app_mouse(w.app, &w.canvas, (struct mouse){ .what = MOUSE_RIGHT, .x = 4, .y = y });
    scene_draw(&w);
    assert_true(scene_shows(&w, "Orders: Ben Day"));
    scene_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pause_asks_for_the_reason),
        cmocka_unit_test(test_who_is_paused_works_again_at_once),
        cmocka_unit_test(test_a_membership_is_removed_when_confirmed),
        cmocka_unit_test(test_esc_closes_whatever_is_said), cmocka_unit_test(test_who_listens_sees_the_key_that_ends_it), cmocka_unit_test(test_the_row_at_the_key_counts),
        cmocka_unit_test(test_tagged_rows_are_listed_first),
        cmocka_unit_test(test_what_a_row_does_not_say),
        cmocka_unit_test(test_undo_and_redo_are_shown_first),
        cmocka_unit_test(test_an_undo_that_fails_can_be_tried_again),
        cmocka_unit_test(test_an_order_of_somebody_else_is_not_ours),
        cmocka_unit_test(test_the_menu_says_what_can_be_done),
        cmocka_unit_test(test_the_menu_without_the_right),
        cmocka_unit_test(test_nothing_is_given_in_the_past_or_readonly),
        cmocka_unit_test(test_callers_by_uniqueid),
        cmocka_unit_test(test_harm_is_asked_about),
        cmocka_unit_test(test_the_right_button_opens_the_menu),
        cmocka_unit_test(test_rows_are_marked),
        cmocka_unit_test(test_a_pause_beyond_its_limit),
        cmocka_unit_test(test_a_queue_called_like_an_option),
        cmocka_unit_test(test_a_yes_is_for_the_call_that_was_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
