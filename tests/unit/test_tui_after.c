/* SPDX-License-Identifier: MIT */
/* What follows an order: how many of many are done, what was refused and how its line comes back, whose phone it is, tags that come back. The
 * keeper is a list of lines here; what became of an order is put into the store by hand. */
#include "tests/unit/support_app.h"

#include "core/control/plan.h"

enum { COLS = 80, ROWS = 24, SALES = 11, ANA = 21, AGENTS = 4 };

static const char *const names[AGENTS] = { "Ana Roy", "Ben Day", "Cem Oz", "Dan Fox" };

static void fill(struct scene *w)
{
    struct fact_pbx p = { .id = fact_pbx_id(0), .name = TEXT("geneva"), .link = LINK_LIVE };
    struct fact_queue sales = { .id = SALES, .pbx = p.id, .name = TEXT("sales"), .state = QUEUE_CLEAN };
    scene_put(w, FACT_PBX, &p);
    scene_put(w, FACT_QUEUE, &sales);
    for (uint64_t i = 0; i < AGENTS; i++) {
        char interface[16];
        (void)snprintf(interface, sizeof interface, "PJSIP/40%d", (int)i + 1);
        struct fact_agent a = { .id = ANA + i, .pbx = p.id, .interface = interface, .name = TEXT(names[i]), .memberships = 1, .state = AGENT_TALKING, .queue = SALES };
        struct fact_member m = { .id = 31 + i, .queue = SALES, .agent = a.id, .interface = interface, .name = TEXT(names[i]), .membership = MEMBERSHIP_DYNAMIC, .state = AGENT_TALKING };
        struct fact_call c = { .id = 51 + i, .pbx = p.id, .queue = SALES, .agent = a.id, .uniqueid = TEXT("1.1"), .number = TEXT("079"),
                               .phone_uniqueid = TEXT("2.2"), .phone_channel = TEXT("PJSIP/401-1"), .agent_channel = TEXT("PJSIP/401-1") };
        scene_put(w, FACT_AGENT, &a);
        scene_put(w, FACT_MEMBER, &m);
        scene_put(w, FACT_CALL, &c);
    }
}

static void begin(struct scene *w)
{
    scene_begin(w, &(struct scene_setup){ .cols = COLS, .rows = ROWS, .fill = fill });
}

/* What the keeper would say of the index-th order. */
static void answer(struct scene *w, size_t index, int64_t state, const char *what, const char *said)
{
    struct fact_order o = { .id = 100 + index, .pbx = fact_pbx_id(0), .ref = w->ref[index], .state = state, .line = w->given[index], .what = TEXT(what), .answer = TEXT(said) };
    scene_put(w, FACT_ORDER, &o);
    scene_draw(w);
}

static void of_many_one_sentence_says_how_all_stand(void **state)
{
    struct scene w;
    (void)state;
    begin(&w);
    scene_press(&w, "3 * p 'lunch Enter y");
    assert_int_equal(w.count, AGENTS);
    EXPECT(&w, 0, "pause PJSIP/401 lunch"); /* in the order of the rows */
    EXPECT(&w, 3, "pause PJSIP/404 lunch");
    answer(&w, 0, ORDER_PENDING, "pause Ana Roy", NULL);
    answer(&w, 0, ORDER_DONE, "pause Ana Roy", "confirmed");
    assert_true(scene_shows(&w, "pause: 1 of 4 done ..."));
    answer(&w, 1, ORDER_REFUSED, "pause Ben Day", "Asterisk refused QueuePause: Interface not found");
    answer(&w, 3, ORDER_REFUSED, "pause Dan Fox", "another reason");
    assert_true(scene_shows(&w, "pause: 1 of 4 done, 2 not: pause Ben Day: Asterisk refused QueuePause:"));
    assert_true(scene_shows(&w, "and 1 more, in the list of orders ..."));
    answer(&w, 2, ORDER_DONE, "pause Cem Oz", "confirmed");
    assert_true(scene_shows(&w, "pause: 2 of 4 done, 2 not: pause Ben Day"));
    assert_false(scene_shows(&w, "..."));
    answer(&w, 2, ORDER_DONE, "pause Cem Oz", "news of this one alone");
    assert_true(scene_shows(&w, "done: pause Cem Oz (news of this one alone)"));
    scene_end(&w);
}

static void in_the_list_of_orders_the_selected_one_goes_back(void **state)
{
    struct scene w;
    (void)state;
    begin(&w);
    struct fact_order lent = { .id = 900, .pbx = fact_pbx_id(0), .ref = 77, .state = ORDER_ACTIVE, .line = TEXT("add 401 vip --for 5m"), .what = TEXT("add Ana Roy to vip for 5 min"),
                               .undo = TEXT("remove PJSIP/401 sales"), .answer = TEXT("confirmed; it ends by itself") };
    scene_put(&w, FACT_ORDER, &lent);
    scene_press(&w, "8 Home u");
    assert_true(scene_shows(&w, "Take back: add Ana Roy to vip for 5 min"));
    scene_press(&w, "Esc x");
    assert_true(scene_shows(&w, "Take back: add Ana Roy to vip for 5 min"));
    scene_press(&w, "Esc");
    struct fact_order over = { .id = 900, .pbx = fact_pbx_id(0), .ref = 77, .state = ORDER_DONE, .line = TEXT("hangup 401"), .what = TEXT("hang up Ana Roy"), .answer = TEXT("confirmed") };
    scene_put(&w, FACT_ORDER, &over);
    scene_press(&w, "u");
    assert_true(scene_shows(&w, "nothing takes this back: hang up Ana Roy"));
    scene_end(&w);
}

static void what_was_typed_comes_back_after_a_refusal(void **state)
{
    struct scene w;
    (void)state;
    begin(&w);
    scene_press(&w, ";");
    assert_true(scene_shows(&w, "No order was given yet"));
    scene_press(&w, "3 : 'pause Space '401 Space 'sales Space 'later Enter");
    EXPECT(&w, 0, "pause 401 sales later");
    answer(&w, 0, ORDER_REFUSED, "pause Ana Roy in sales", "a sentence that is much longer than the screen is wide, so that its end, which says what to do, would not be seen");
    assert_true(scene_shows(&w, "a sentence that is much longer"));
    assert_true(scene_shows(&w, "would not be seen. ';' brings the line back."));
    scene_press(&w, ";");
    assert_true(scene_shows(&w, ":pause 401 sales later"));
    scene_press(&w, "Esc");
    scene_end(&w);
}

/* Where the order was given; not over something that was begun meanwhile. */
static void who_listens_for_the_first_time_is_asked_for_the_phone(void **state)
{
    static const char no_phone[] = PLAN_NO_PHONE ": give --on PJSIP/900 once";
    struct scene w;
    (void)state;
    begin(&w);
    scene_press(&w, "3 Home l");
    EXPECT(&w, 0, "listen PJSIP/401");
    answer(&w, 0, ORDER_WRONG, "listen to Ana Roy", no_phone);
    assert_true(scene_shows(&w, ":listen PJSIP/401 --on "));
    assert_true(scene_shows(&w, "on which phone? Yours rings, and is remembered"));
    scene_press(&w, "'PJSIP/40");
    assert_true(scene_shows(&w, " PJSIP/402") && !scene_shows(&w, " PJSIP/401  ")); /* not the phone of the call itself */
    scene_press(&w, "C-w");
    scene_press(&w, "'PJSIP/900 Enter");
    EXPECT(&w, 1, "listen PJSIP/401 --on PJSIP/900");
    answer(&w, 1, ORDER_REFUSED, "listen to Ana Roy", "PJSIP/900 does not answer");
    assert_true(scene_shows(&w, "PJSIP/900 does not answer. ';' brings the line back."));
    scene_press(&w, "l : 'theme");
    answer(&w, 2, ORDER_WRONG, "listen to Ana Roy", no_phone);
    assert_true(scene_shows(&w, ":theme"));
    scene_end(&w);
}

static void esc_takes_tags_last_and_u_gives_them_back(void **state)
{
    struct scene w;
    (void)state;
    begin(&w);
    scene_press(&w, "3 Home Space Space / 'roy Enter");
    assert_true(scene_shows(&w, "2 tagged, 1 of them hidden"));
    scene_press(&w, "Esc Esc");
    assert_true(scene_shows(&w, "  2 tagged"));
    assert_false(scene_shows(&w, "with roy"));
    scene_press(&w, "Esc");
    assert_true(scene_shows(&w, "2 rows have no tag any more. u tags them again."));
    scene_press(&w, "j u");
    assert_true(scene_shows(&w, "2 tagged again."));
    scene_press(&w, "j Esc Esc");
    assert_false(scene_shows(&w, "  2 tagged"));
    scene_press(&w, "j P"); /* an order: it is what u is about from now on */
    scene_press(&w, "u");
    assert_false(scene_shows(&w, "tagged again"));
    scene_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_many_one_sentence_says_how_all_stand),
        cmocka_unit_test(what_was_typed_comes_back_after_a_refusal), cmocka_unit_test(in_the_list_of_orders_the_selected_one_goes_back),
        cmocka_unit_test(who_listens_for_the_first_time_is_asked_for_the_phone),
        cmocka_unit_test(esc_takes_tags_last_and_u_gives_them_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
