/* SPDX-License-Identifier: MIT */
/* test_tui_joined: an agent who is one row on two PBXs: an order is listed for each of them, with its name, and asked about; what only one of
 * them can be about, his call or one of his memberships, is about that one. */
#include "tests/unit/support_app.h"

enum { COLS = 100, ROWS = 40 };
#define GENEVA fact_pbx_id(0)
#define LYON fact_pbx_id(1)

/* Ana, in one queue of this PBX. */
static void fill(struct scene *w, uint64_t pbx, const char *name, enum agent_state state)
{
    struct fact_pbx p = { .id = pbx, .name = TEXT(name), .link = LINK_LIVE, .write_classes = TEXT("agent,call") };
    struct fact_queue sales = { .id = pbx + 1, .pbx = pbx, .name = TEXT("sales"), .state = QUEUE_CLEAN };
    struct fact_agent ana = { .id = pbx + 2, .pbx = pbx, .interface = TEXT("PJSIP/401"), .name = TEXT("Ana Roy"), .memberships = 1, .state = state, .call = state == AGENT_TALKING ? pbx + 4 : 0 };
    struct fact_member m = { .id = pbx + 3, .queue = pbx + 1, .agent = pbx + 2, .interface = TEXT("PJSIP/401"), .name = TEXT("Ana Roy"), .membership = MEMBERSHIP_DYNAMIC, .state = AGENT_READY };
    struct fact_call call = { .id = pbx + 4, .pbx = pbx, .queue = pbx + 1, .agent = pbx + 2, .uniqueid = TEXT("18.1"), .channel = TEXT("PJSIP/trunk-9"),
                              .agent_channel = TEXT("PJSIP/401-3"), .agent_uniqueid = TEXT("18.2"), .number = TEXT("078") };
    scene_put(w, FACT_PBX, &p);
    scene_put(w, FACT_QUEUE, &sales);
    scene_put(w, FACT_AGENT, &ana);
    scene_put(w, FACT_MEMBER, &m);
    if (state == AGENT_TALKING)
        scene_put(w, FACT_CALL, &call);
}

static void fill_both(struct scene *w)
{
    fill(w, GENEVA, "geneva", AGENT_READY);
    fill(w, LYON, "lyon", AGENT_TALKING);
}

static void begin(struct scene *w)
{
    scene_begin(w, &(struct scene_setup){ .cols = COLS, .rows = ROWS, .fill = fill_both });
}

/* One row for an agent on two PBXs: what would be done on which is listed, and asked. His screen has each membership for itself. */
static void test_an_agent_on_several_pbxs_is_asked_about(void **state)
{
    struct scene w;
    (void)state;
    begin(&w);
    scene_press(&w, "M 3 Home p");
    assert_true(scene_shows(&w, "2 PBXs"));
    assert_true(scene_shows(&w, ":pause * "));
    scene_press(&w, "'lunch Enter");
    assert_int_equal(w.count, 0);
    assert_true(scene_shows(&w, "Shall all of this be done?"));
    assert_true(scene_shows(&w, "geneva  pause Ana Roy in all queues: lunch"));
    assert_true(scene_shows(&w, "lyon  pause Ana Roy in all queues: lunch"));
    scene_press(&w, "n");
    assert_int_equal(w.count, 0);
    scene_press(&w, "p 'lunch Enter y");
    assert_int_equal(w.count, 2);
    size_t geneva = strcmp(w.given[0], "pause PJSIP/401@geneva lunch") == 0 ? 0 : 1;
    EXPECT(&w, geneva, "pause PJSIP/401@geneva lunch");
    EXPECT(&w, 1 - geneva, "pause PJSIP/401@lyon lunch");
    scene_press(&w, "x"); /* the menu says so as well */
    assert_true(scene_shows(&w, "Orders: Ana Roy on 2 PBXs"));
    scene_press(&w, "Esc H"); /* a call is on one of them alone */
    assert_true(scene_shows(&w, "Shall this be done?"));
    scene_press(&w, "n Enter Tab Home d"); /* the screen of Ana: her queues, on each PBX */
    assert_true(scene_shows(&w, "Shall this be done?"));
    scene_press(&w, "y");
    assert_int_equal(w.count, 3);
    assert_true(strncmp(w.given[2], "remove PJSIP/401@geneva ", 24) == 0 || strncmp(w.given[2], "remove PJSIP/401@lyon ", 22) == 0);
    scene_end(&w);
}

/* Typed, a name alone is not enough, and each PBX's is offered. */
static void test_a_name_alone_is_not_enough(void **state)
{
    struct scene w;
    (void)state;
    begin(&w);
    scene_press(&w, "M 3 Home : 'pause Space 'Ana");
    assert_true(scene_shows(&w, "\"Ana Roy@geneva\""));
    assert_true(scene_shows(&w, "\"Ana Roy@lyon\""));
    scene_press(&w, "Esc : 'agent Space '401@lyon Enter"); /* one screen for both */
    assert_true(scene_shows(&w, "Agents > Ana Roy"));
    assert_int_equal(w.count, 0);
    scene_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_an_agent_on_several_pbxs_is_asked_about), cmocka_unit_test(test_a_name_alone_is_not_enough) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
