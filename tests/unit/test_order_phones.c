/* SPDX-License-Identifier: MIT */
/* Orders for somebody who is in no queue, and of whom only a telephone is known, or not even that yet. */
#include "tests/unit/support_orders.h"

#define PHONES 60

static size_t asked;
static bool may_be_asked;

static bool ask(void *context, uint64_t pbx)
{
    (void)context, (void)pbx;
    asked += may_be_asked;
    return may_be_asked;
}

static int set_up(void **state)
{
    int failed = stage_set_up(state);
    struct stage *s = *state;
    s->world.ask_phones = ask;
    asked = 0;
    may_be_asked = true;
    return failed;
}

static void put_phone(struct stage *s, uint64_t id, uint64_t pbx, const char *name, const char *interface, int64_t reachable)
{
    stage_put(s, FACT_ENDPOINT, (union fact_any){ .endpoint = { .id = id, .pbx = pbx, .name = mem_strdup(name), .interface = mem_strdup(interface), .reachable = reachable } });
}

/* The PBX has told that it has so many. */
static void tell(struct stage *s, int64_t count)
{
    stage_put(s, FACT_PBX, (union fact_any){ .pbx = { .id = PBX, .name = mem_strdup("geneva"), .link = LINK_LIVE, .endpoints = count, .endpoints_at = s->now } });
    orders_tick(s->orders, s->now);
}

static void a_telephone_is_enough(void **state)
{
    struct stage *s = *state;
    put_phone(s, PHONES, PBX, "403", "PJSIP/403", 1);
    put_phone(s, PHONES + 1, PBX, "404", "PJSIP/404", 0);
    const struct fact_order *o = stage_give(s, "add 403 sales");
    stage_sent(s, "QueueAdd Queue=sales Interface=PJSIP/403 Penalty=0 Paused=false\n");
    assert_string_equal(o->what, "add PJSIP/403 to sales with penalty 0");
    o = stage_give(s, "add 404 sales");
    assert_string_equal(o->what, "add PJSIP/404 to sales with penalty 0 (the telephone is not registered)");
    assert_int_equal(asked, 0);
}

static void who_serves_goes_before_a_telephone(void **state)
{
    struct stage *s = *state;
    put_phone(s, PHONES, PBX, "402", "PJSIP/402", 1);
    (void)stage_give(s, "add 402 billing");
    stage_sent(s, "QueueAdd Queue=billing Interface=Local/402@agents/n Penalty=0 Paused=false MemberName=Bob\n");
    buf_reset(&s->sent);
    (void)stage_give(s, "add PJSIP/402 billing"); /* but a device that is spelled out is meant */
    stage_sent(s, "QueueAdd Queue=billing Interface=PJSIP/402 Penalty=0 Paused=false\n");
}

static void a_stranger_waits_for_the_telephones(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = stage_give(s, "add 403 sales 5");
    stage_is(o, ORDER_PENDING, NULL);
    assert_int_equal(asked, 1);
    stage_sent(s, "");
    assert_true(orders_deadline(s->orders) > s->now);
    stage_put_pbx(s, PBX, "geneva", LINK_LIVE); /* something else of it */
    orders_tick(s->orders, s->now);
    stage_is(o, ORDER_PENDING, NULL);
    put_phone(s, PHONES, PBX, "403", "PJSIP/403", 1);
    tell(s, 1);
    stage_sent(s, "QueueAdd Queue=sales Interface=PJSIP/403 Penalty=5 Paused=false\n");
    stage_is(o, ORDER_PENDING, NULL);
}

static void who_is_no_telephone_either_is_refused_with_who_is_near(void **state)
{
    struct stage *s = *state;
    put_phone(s, PHONES, PBX, "40377", "PJSIP/40377", 1);
    const struct fact_order *o = stage_give(s, "add 40376 sales");
    stage_is(o, ORDER_PENDING, NULL);
    tell(s, 1);
    stage_is(o, ORDER_NO_SUCH, "there is no agent '40376'; did you mean '40377'?");
    assert_int_equal(asked, 1);
    stage_sent(s, "");
}

static void a_pbx_that_does_not_tell_is_not_waited_for_long(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = stage_give(s, "add 777 sales");
    stage_tick(s, 4000);
    stage_is(o, ORDER_PENDING, NULL);
    stage_tick(s, 1500);
    stage_is(o, ORDER_NO_SUCH, "there is no agent '777'");
    assert_int_equal(asked, 1);
}

static void where_nobody_may_ask_it_is_refused_at_once(void **state)
{
    struct stage *s = *state;
    may_be_asked = false;
    stage_refuses(s, "add 777 sales", ORDER_NO_SUCH, "there is no agent '777'");
    s->world.ask_phones = NULL;
    stage_refuses(s, "add 777 sales", ORDER_NO_SUCH, "there is no agent '777'");
    may_be_asked = true;
    stage_refuses(s, "add 401 nowhere", ORDER_NO_SUCH, "there is no queue 'nowhere'");
    assert_int_equal(asked, 0);
}

static void each_line_of_several_may_wait(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = stage_give(s, "add 403 sales\nadd 404 sales\nadd 401 billing");
    put_phone(s, PHONES, PBX, "404", "PJSIP/404", 1);
    s->now++;
    tell(s, 1);
    stage_sent(s, "QueueAdd Queue=sales Interface=PJSIP/404 Penalty=0 Paused=false\n");
    assert_int_equal(asked, 1);
    stage_is(o, ORDER_PENDING, NULL);
}

static void a_pattern_makes_no_telephone_that_the_pbx_lacks(void **state)
{
    struct stage *s = *state;
    s->settings.agent_interface = mem_strdup("PJSIP/{ext}");
    s->missing = REQUEST_ENDPOINTS;
    (void)stage_give(s, "add 40376 sales"); /* nobody may ask, and nobody knows better */
    stage_sent(s, "QueueAdd Queue=sales Interface=PJSIP/40376 Penalty=0 Paused=false\n");
    buf_reset(&s->sent);
    s->missing = REQUEST_COUNT;
    stage_is(stage_give(s, "add 40376 billing"), ORDER_PENDING, NULL); /* that is asked first */
    assert_int_equal(asked, 1);
    stage_sent(s, "");
    put_phone(s, PHONES, PBX, "40377", "PJSIP/40377", 1);
    tell(s, 1);
    const struct fact_order *o = stage_give(s, "add 40376 sales");
    stage_is(o, ORDER_PENDING, NULL); /* perhaps it is new */
    s->now++;
    tell(s, 1);
    stage_is(o, ORDER_NO_SUCH, "did you mean '40377'?");
    may_be_asked = false;
    stage_is(stage_give(s, "add 9 sales"), ORDER_NO_SUCH, "there is no agent '9', and no telephone PJSIP/9 at the PBX");
    s->world.is_part = true; /* who does not see all knows of none that it is lacking */
    (void)stage_give(s, "add 40376 billing");
    stage_sent(s, "QueueAdd Queue=billing Interface=PJSIP/40376 Penalty=0 Paused=false\n");
}

static void a_telephone_says_on_which_pbx_it_is(void **state)
{
    struct stage *s = *state;
    stage_put_pbx(s, FAR, "bern", LINK_LIVE);
    put_phone(s, PHONES, FAR, "403", "PJSIP/403", 1);
    may_be_asked = false;
    stage_refuses(s, "add 403 sales@geneva", ORDER_NO_SUCH, "there is no agent '403'");
    stage_put_queue(s, 50, FAR, "support");
    (void)stage_give(s, "add 403 support");
    stage_sent(s, "far QueueAdd Queue=support Interface=PJSIP/403 Penalty=0 Paused=false\n");
}

static void freepbx_has_its_way_to_a_telephone(void **state)
{
    struct stage *s = *state;
    s->settings.agent_interface = mem_strdup("Local/{ext}@from-queue/n");
    s->settings.agent_state = mem_strdup("hint:{ext}@ext-local");
    put_phone(s, PHONES, PBX, "403", "Local/403@from-queue/n", 1);
    tell(s, 1);
    (void)stage_give(s, "add 403 sales");
    stage_sent(s, "QueueAdd Queue=sales Interface=Local/403@from-queue/n Penalty=0 Paused=false StateInterface=hint:403@ext-local\n");
    buf_reset(&s->sent);
    (void)stage_give(s, "add 404 sales"); /* another technology than PJSIP, perhaps */
    stage_sent(s, "QueueAdd Queue=sales Interface=Local/404@from-queue/n Penalty=0 Paused=false StateInterface=hint:404@ext-local\n");
}

#define PHONE_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, stage_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PHONE_TEST(a_telephone_is_enough),
        PHONE_TEST(who_serves_goes_before_a_telephone),
        PHONE_TEST(a_stranger_waits_for_the_telephones),
        PHONE_TEST(who_is_no_telephone_either_is_refused_with_who_is_near),
        PHONE_TEST(a_pbx_that_does_not_tell_is_not_waited_for_long),
        PHONE_TEST(where_nobody_may_ask_it_is_refused_at_once),
        PHONE_TEST(each_line_of_several_may_wait),
        PHONE_TEST(a_pattern_makes_no_telephone_that_the_pbx_lacks),
        PHONE_TEST(a_telephone_says_on_which_pbx_it_is),
        PHONE_TEST(freepbx_has_its_way_to_a_telephone),
    };
    return cmocka_run_group_tests_name("orders for telephones", tests, NULL, NULL);
}
