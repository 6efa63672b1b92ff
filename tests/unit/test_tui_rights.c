/* SPDX-License-Identifier: MIT */
/* What a console says of what it may not do: by the keeper's policy, by --role; and numbers that are hidden while nobody is there. */
#include "tests/unit/support_app.h"

enum { COLS = 140, ROWS = 40, SALES = 11, ANA = 21, BEN = 22, ANA_SALES = 31, CALLER = 41 };

static void fill(struct scene *w)
{
    struct fact_pbx p = { .id = fact_pbx_id(0), .name = TEXT("geneva"), .link = LINK_LIVE, .write_classes = TEXT("agent,call,originate") };
    struct fact_queue sales = { .id = SALES, .pbx = fact_pbx_id(0), .name = TEXT("sales"), .state = QUEUE_CLEAN };
    struct fact_agent ana = { .id = ANA, .pbx = fact_pbx_id(0), .interface = TEXT("PJSIP/401"), .extension = TEXT("401"), .name = TEXT("Ana Roy"), .memberships = 1, .state = AGENT_READY };
    struct fact_agent ben = { .id = BEN, .pbx = fact_pbx_id(0), .interface = TEXT("PJSIP/402"), .extension = TEXT("402"), .name = TEXT("Ben Day"), .memberships = 1, .state = AGENT_READY };
    struct fact_member m = { .id = ANA_SALES, .queue = SALES, .agent = ANA, .interface = TEXT("PJSIP/401"), .name = TEXT("Ana Roy"), .membership = MEMBERSHIP_DYNAMIC, .state = AGENT_READY };
    struct fact_caller caller = { .id = CALLER, .queue = SALES, .uniqueid = TEXT("17.4"), .channel = TEXT("PJSIP/trunk-1"), .number = TEXT("0791234534"), .name = TEXT("Jo Li"), .rank = 1 };
    scene_put(w, FACT_PBX, &p);
    scene_put(w, FACT_QUEUE, &sales);
    scene_put(w, FACT_AGENT, &ana);
    scene_put(w, FACT_AGENT, &ben);
    scene_put(w, FACT_MEMBER, &m);
    scene_put(w, FACT_CALLER, &caller);
}

static void begin(struct scene *w, bool is_closed)
{
    scene_begin(w, &(struct scene_setup){ .cols = COLS, .rows = ROWS, .is_closed = is_closed, .fill = fill });
}

/* ":LINE", and Enter. */
static void say(struct scene *w, const char *line)
{
    scene_key(w, ":");
    (void)app_paste(w->app, slice_of(line));
    scene_key(w, "Enter");
    scene_draw(w);
}

/* A role with these orders alone. */
static struct rights role(const char *self, enum command_id may)
{
    struct rights r = { .role = "agent" };
    r.may[may] = true;
    memcpy(r.self, self, strlen(self) + 1);
    return r;
}

static void what_may_not_be_ordered_says_so(void **state)
{
    (void)state;
    struct scene w;
    struct rights r = role("", COMMAND_PAUSE);
    begin(&w, false);
    (void)app_rights(w.app, &r);
    say(&w, "remove PJSIP/401 sales");
    assert_true(scene_shows(&w, "'remove' (class membership) is not among what the role agent may do"));
    assert_int_equal(w.wishes, 0);
    scene_key(&w, "Esc");
    say(&w, "pause PJSIP/401 lunch");
    assert_int_equal(w.wishes, 1);
    scene_end(&w);
}

static void it_is_dim_where_it_is_offered(void **state)
{
    (void)state;
    struct scene w;
    struct rights r = role("", COMMAND_PAUSE);
    begin(&w, false);
    (void)app_rights(w.app, &r);
    scene_key(&w, ":");
    (void)app_paste(w.app, SLICE("re"));
    scene_draw(&w);
    assert_true(scene_shows(&w, "remove") && scene_shows(&w, "is not among what the role agent may do"));
    scene_key(&w, "Esc");
    scene_key(&w, "3");
    scene_key(&w, "Down");
    scene_key(&w, "x");
    scene_draw(&w);
    assert_true(scene_shows(&w, "Orders:") && scene_shows(&w, "'remove' (class membership) is not among"));
    scene_end(&w);
}

static void an_agent_begins_with_himself(void **state)
{
    (void)state;
    struct scene w;
    struct rights r = role("401", COMMAND_PAUSE);
    begin(&w, false);
    assert_false(scene_shows(&w, "Telephone"));
    (void)app_rights(w.app, &r);
    (void)app_beat(w.app, 1001000, INT64_C(1795343528000));
    scene_draw(&w);
    assert_true(scene_shows(&w, "Telephone") && scene_shows(&w, "Ana Roy"));
    scene_key(&w, "1");
    (void)app_beat(w.app, 1002000, INT64_C(1795343529000));
    (void)app_rights(w.app, &r); /* the keeper began anew */
    (void)app_beat(w.app, 1003000, INT64_C(1795343530000));
    scene_draw(&w);
    assert_false(scene_shows(&w, "Telephone")); /* where he went he stays */
    scene_end(&w);
}

static void a_closed_console_has_no_way_out(void **state)
{
    (void)state;
    static const char *const lines[] = { "write /tmp/x", "write x.csv", "save mine", "profile", "profile other" };
    struct scene w;
    struct key z;
    begin(&w, true);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        say(&w, lines[i]);
        if (!scene_shows(&w, "it reads and writes no files"))
            fail_msg("%s", lines[i]);
        scene_key(&w, "Esc");
    }
    assert_int_equal(w.wishes, 0);
    assert_true(key_parse(SLICE("C-z"), &z));
    assert_int_equal(app_key(w.app, z) & APP_SUSPEND, 0);
    scene_key(&w, "?");
    assert_int_equal(app_key(w.app, z) & APP_SUSPEND, 0);
    scene_key(&w, "Esc");
    scene_key(&w, ":");
    (void)app_paste(w.app, SLICE("theme /etc/"));
    scene_draw(&w);
    assert_false(scene_shows(&w, "/etc/p")); /* nothing of the disk is offered */
    scene_end(&w);
}

static void numbers_are_hidden_wherever_they_stand(void **state)
{
    (void)state;
    struct scene w;
    begin(&w, false);
    scene_key(&w, "4");
    scene_draw(&w);
    assert_true(scene_shows(&w, "0791234534") && scene_shows(&w, "Jo Li"));
    scene_key(&w, ":");
    (void)app_paste(w.app, SLICE("dial 401 0791234534"));
    (void)app_hide(w.app, true);
    scene_draw(&w);
    assert_false(scene_shows(&w, "1234"));
    assert_true(scene_shows(&w, "079*****34") && scene_shows(&w, "any key shows them"));
    (void)app_hide(w.app, false);
    scene_draw(&w);
    assert_true(scene_shows(&w, "0791234534"));
    scene_end(&w);
}

/* What is known of a caller only through somebody else, and what was typed to find him. */
static void nor_is_a_number_seen_elsewhere(void **state)
{
    (void)state;
    struct scene w;
    struct fact_call call = { .id = 51, .pbx = fact_pbx_id(0), .queue = SALES, .agent = ANA, .uniqueid = TEXT("17.9"), .channel = TEXT("PJSIP/trunk-2"),
                              .number = TEXT("0795554534"), .name = TEXT("Al Ox"), .phone_channel = TEXT("Local/5554444401@in-00000002;1") };
    struct fact_spy spy = { .id = 61, .pbx = fact_pbx_id(0), .agent = ANA, .spyer_channel = TEXT("PJSIP/104-0000002a"), .spyee_channel = TEXT("Local/5554444401@in-00000002;1"),
                            .who = TEXT("eva"), .mode = SPY_LISTEN };
    struct fact_order o = { .id = 71, .pbx = fact_pbx_id(0), .state = ORDER_DONE, .line = TEXT("hangup 17.4"), .what = TEXT("hang up 0791234534 in sales"), .answer = TEXT("confirmed") };
    begin(&w, false);
    scene_put(&w, FACT_CALL, &call);
    scene_put(&w, FACT_SPY, &spy);
    scene_press(&w, "5");
    assert_true(scene_shows(&w, "eva") && scene_shows(&w, "0795554534"));
    (void)app_hide(w.app, true);
    scene_draw(&w);
    assert_true(scene_shows(&w, "eva") && scene_shows(&w, "079*****34"));
    assert_false(scene_shows(&w, "5554534"));
    (void)app_hide(w.app, false);
    say(&w, "pause PJSIP/401 lunch");
    assert_int_equal(w.count, 1);
    (void)app_hide(w.app, true);
    o.ref = w.ref[0];
    scene_put(&w, FACT_ORDER, &o);
    scene_draw(&w);
    assert_true(scene_shows(&w, "done: hang up 079*****34 in sales"));
    (void)app_hide(w.app, false);
    scene_press(&w, "4 / '0791234 Enter / '534");
    assert_true(scene_shows(&w, "with 0791234534"));
    (void)app_hide(w.app, true);
    scene_draw(&w);
    assert_true(scene_shows(&w, "with 07***34") && !scene_shows(&w, "1234"));
    (void)app_hide(w.app, false);
    scene_draw(&w);
    assert_true(scene_shows(&w, "with 0791234 ")); /* what was being typed was dropped */
    scene_end(&w);
}

static void a_readonly_console_says_so(void **state)
{
    struct scene w;
    (void)state;
    scene_begin(&w, &(struct scene_setup){ .cols = COLS, .rows = ROWS, .is_readonly = true, .fill = fill });
    scene_press(&w, "8");
    assert_true(scene_shows(&w, "acdtop read-only"));
    assert_true(scene_shows(&w, "none can be given here") && !scene_shows(&w, "lists what can be ordered"));
    scene_end(&w);
    begin(&w, false);
    scene_press(&w, "8");
    assert_false(scene_shows(&w, "read-only"));
    assert_true(scene_shows(&w, "lists what can be ordered"));
    scene_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_may_not_be_ordered_says_so), cmocka_unit_test(it_is_dim_where_it_is_offered), cmocka_unit_test(an_agent_begins_with_himself),
        cmocka_unit_test(a_closed_console_has_no_way_out), cmocka_unit_test(numbers_are_hidden_wherever_they_stand),
        cmocka_unit_test(nor_is_a_number_seen_elsewhere), cmocka_unit_test(a_readonly_console_says_so),
    };
    return cmocka_run_group_tests_name("rights", tests, NULL, NULL);
}
