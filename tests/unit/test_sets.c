/* SPDX-License-Identifier: MIT */
/* Orders about all memberships of an agent: sets of queues to log in to, and another device for all of them. */
#include "tests/unit/support_orders.h"

static const char sets[] = "roles = ( { name = \"expert\"; penalty = 3; } );\n"
                           "agents = ( { extension = \"401\"; interface = \"PJSIP/401\"; team = \"Back\"; } );\n"
                           "queue_sets = ( { name = \"front\"; queues = [ \"sales\", \"billing\" ]; role = \"expert\"; },\n"
                           "               { name = \"back\"; queues = [ \"billing\" ]; }, { name = \"lost\"; queues = [ \"billing\", \"nowhere\" ]; } );\n";

static void configure(struct stage *s, const char *text)
{
    struct err err = ERR_INIT;
    assert_true(settings_load_text(&s->settings, "sets.conf", slice_of(text), &err));
    directory_free(s->directory);
    s->directory = directory_new(&s->settings, &err);
    assert_non_null(s->directory);
    s->world.directory = s->directory;
}

static void put_billing(struct stage *s, int64_t penalty)
{
    struct stage_seat seat = stage_ann_billing;
    seat.penalty = penalty;
    stage_put_member(s, seat);
}

static void login_adds_where_the_agent_is_not(void **state)
{
    struct stage *s = *state;
    configure(s, sets);
    const struct fact_order *o = stage_give(s, "login 401 Front");
    assert_string_equal(o->what, "log Ann Li in to front: billing");
    stage_sent(s, "QueueAdd Queue=billing Interface=PJSIP/401 Penalty=3 Paused=false MemberName=Ann Li\n");
    put_billing(s, 3);
    stage_yes(s);
    stage_is(o, ORDER_DONE, "confirmed");
    assert_string_equal(o->undo, "remove PJSIP/401 billing");
    stage_refuses(s, "login 401 front", ORDER_DONE, "Ann Li is logged in to front already");
}

static void the_set_of_the_team_needs_no_name(void **state)
{
    struct stage *s = *state;
    configure(s, sets);
    stage_refuses(s, "login bob", ORDER_WRONG, "which set of queues? None is called as the team of Bob: say its name, as 'front'");
    (void)stage_give(s, "login 401");
    stage_sent(s, "QueueAdd Queue=billing Interface=PJSIP/401 Penalty=0 Paused=false MemberName=Ann Li\n");
}

static void a_set_that_cannot_be_is_said_before_anything_is_sent(void **state)
{
    struct stage *s = *state;
    stage_refuses(s, "login 401 front", ORDER_NO_SUCH, "queue_sets in acdtop.conf");
    configure(s, sets);
    stage_refuses(s, "login 401 frunt", ORDER_NO_SUCH, "no set 'frunt' in queue_sets: did you mean 'front'?");
    stage_refuses(s, "login 401 lost", ORDER_NO_SUCH, "there is no queue 'nowhere'");
    stage_refuses(s, "login 401 front wizard", ORDER_WRONG, "wizard");
    stage_refuses(s, "login 999 front", ORDER_NO_SUCH, "999");
    stage_refuses(s, "logout 401 frunt", ORDER_NO_SUCH, "did you mean 'front'?");
    stage_refuses(s, "logout 401 back", ORDER_DONE, "Ann Li is in no queue of back");
}

static void logout_leaves_all_of_them(void **state)
{
    struct stage *s = *state;
    configure(s, sets);
    put_billing(s, 5);
    const struct fact_order *o = stage_give(s, "logout 401");
    stage_drop(s, FACT_MEMBER, ANN_SALES);
    stage_drop(s, FACT_MEMBER, ANN_BILLING);
    stage_yes(s);
    stage_yes(s);
    stage_sent(s, "QueueRemove Queue=sales Interface=PJSIP/401\nQueueRemove Queue=billing Interface=PJSIP/401\n");
    stage_is(o, ORDER_DONE, NULL);
    assert_string_equal(o->undo, "add PJSIP/401 billing 5 --name \"Ann Li\"\nadd PJSIP/401 sales 2 --name \"Ann Li\"");
}

static void logout_of_a_set_leaves_the_others(void **state)
{
    struct stage *s = *state;
    configure(s, sets);
    put_billing(s, 5);
    (void)stage_give(s, "logout 401 back");
    stage_sent(s, "QueueRemove Queue=billing Interface=PJSIP/401\n");
}

/* He would be back at the next reload: he is paused, and login ends that pause and no other. */
static void a_static_member_is_paused_and_comes_back(void **state)
{
    struct stage *s = *state;
    struct stage_seat seat = stage_bob_sales;
    configure(s, "queue_sets = ( { name = \"only\"; queues = [ \"sales\" ]; } );\n");
    const struct fact_order *o = stage_give(s, "logout bob");
    assert_string_equal(o->what, "log Bob out of sales (paused: he belongs there)");
    stage_sent(s, "QueuePause Queue=sales Interface=Local/402@agents/n Paused=true Reason=logged out\n");
    seat.reason = "logged out";
    stage_put_member(s, seat);
    stage_yes(s);
    stage_is(o, ORDER_DONE, NULL);
    stage_refuses(s, "logout bob", ORDER_DONE, "Bob is logged out already");
    o = stage_give(s, "login bob");
    stage_sent(s, "QueuePause Queue=sales Interface=Local/402@agents/n Paused=false\n");
    stage_put_member(s, stage_bob_sales);
    stage_yes(s);
    stage_is(o, ORDER_DONE, NULL);
    assert_string_equal(o->undo, "pause Local/402@agents/n sales \"logged out\"");
    seat.reason = "lunch";
    stage_put_member(s, seat);
    stage_refuses(s, "login bob", ORDER_DONE, "Bob is logged in to only already");
}

static void a_set_over_two_pbxs_is_refused(void **state)
{
    struct stage *s = *state;
    stage_put_pbx(s, FAR, "lyon", LINK_LIVE);
    stage_put_queue(s, 12, FAR, "support");
    configure(s, "agent_interface = \"PJSIP/{ext}\";\nqueue_sets = ( { name = \"both\"; queues = [ \"billing\", \"support\" ]; } );\n");
    stage_refuses(s, "login PJSIP/777@geneva both", ORDER_WRONG, "names another PBX than the queue is on");
    stage_refuses(s, "login 401 both", ORDER_WRONG, "the queues of this set are on two PBXs: make a set for each");
}

static void another_device_takes_everything_along(void **state)
{
    struct stage *s = *state;
    struct stage_seat billing = stage_ann_billing;
    billing.reason = "lunch";
    stage_put_member(s, billing);
    const struct fact_order *o = stage_give(s, "device 401 PJSIP/499");
    assert_string_equal(o->what, "give Ann Li the device PJSIP/499");
    stage_sent(s, "QueueAdd Queue=sales Interface=PJSIP/499 Penalty=2 Paused=false MemberName=Ann Li\n");
    stage_put_member(s, (struct stage_seat){ 40, SALES, 25, "PJSIP/499", "Ann Li", NULL, 2, MEMBERSHIP_DYNAMIC });
    stage_yes(s);
    stage_drop(s, FACT_MEMBER, ANN_SALES);
    stage_yes(s);
    buf_reset(&s->sent);
    struct stage_seat there = { 41, BILLING, 25, "PJSIP/499", "Ann Li", "lunch", 5, MEMBERSHIP_DYNAMIC };
    stage_put_member(s, there);
    stage_yes(s);
    stage_yes(s);
    stage_drop(s, FACT_MEMBER, ANN_BILLING);
    stage_yes(s);
    stage_sent(s, "QueuePause Queue=billing Interface=PJSIP/499 Paused=true Reason=lunch\nQueueRemove Queue=billing Interface=PJSIP/401\n");
    stage_is(o, ORDER_DONE, NULL);
    assert_string_equal(o->undo, "add PJSIP/401 billing 5 --paused lunch --name \"Ann Li\"\nremove PJSIP/499 billing\n"
                                 "add PJSIP/401 sales 2 --unpaused --name \"Ann Li\"\nremove PJSIP/499 sales");
}

static void agent_set_is_another_way_to_say_it(void **state)
{
    struct stage *s = *state;
    stage_refuses(s, "agent set 401 colour red", ORDER_WRONG, "unknown command 'agent'");
    stage_refuses(s, "agent 401", ORDER_WRONG, "unknown command 'agent'");
    stage_is(stage_give(s, "agent set \"ann li\" number PJSIP/499"), ORDER_PENDING, NULL);
    stage_sent(s, "QueueAdd Queue=sales Interface=PJSIP/499 Penalty=2 Paused=false MemberName=Ann Li\n");
}

static void what_another_device_cannot_take(void **state)
{
    struct stage *s = *state;
    stage_refuses(s, "device bob PJSIP/499", ORDER_REFUSED, "static member of sales");
    stage_refuses(s, "device 401 PJSIP/401", ORDER_DONE, "Ann Li has the device PJSIP/401 already");
    stage_refuses(s, "device PJSIP/777 PJSIP/499", ORDER_NO_SUCH, "in no queue");
    stage_put_member(s, (struct stage_seat){ 40, SALES, 25, "PJSIP/499", "Cid", NULL, 2, MEMBERSHIP_DYNAMIC });
    stage_refuses(s, "device 401 PJSIP/499", ORDER_REFUSED, "PJSIP/499 serves sales already, as Cid");
    struct fact_agent talks = { .id = ANN, .pbx = PBX, .interface = mem_strdup("PJSIP/401"), .name = mem_strdup("Ann Li"), .device = DEVICE_INUSE, .memberships = 1 };
    stage_put(s, FACT_AGENT, (union fact_any){ .agent = talks });
    stage_refuses(s, "device 401 PJSIP/498", ORDER_REFUSED, "Pause first: 'pause 401'");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, stage_set_up, stage_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(login_adds_where_the_agent_is_not), TEST(the_set_of_the_team_needs_no_name), TEST(a_set_that_cannot_be_is_said_before_anything_is_sent),
        TEST(logout_leaves_all_of_them), TEST(logout_of_a_set_leaves_the_others), TEST(a_static_member_is_paused_and_comes_back),
        TEST(a_set_over_two_pbxs_is_refused), TEST(another_device_takes_everything_along), TEST(agent_set_is_another_way_to_say_it),
        TEST(what_another_device_cannot_take),
    };
    return cmocka_run_group_tests_name("sets", tests, NULL, NULL);
}
