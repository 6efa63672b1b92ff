/* SPDX-License-Identifier: MIT */
/* What the rights of a console do to its orders, and to what it is told: each planned as its giver sees the floor. */
#include "core/control/plan.h"
#include "core/keeper/guest.h"
#include "tests/unit/support_orders.h"

static const struct fact *raw(void *context, enum fact_kind kind, uint64_t id)
{
    const struct stage *s = context;
    return store_get(s->store, kind, id);
}

static void each(void *context, void (*tell)(void *to, enum fact_kind kind, uint64_t id), void *to)
{
    const struct stage *s = context;
    const struct fact *f;
    for (int kind = 0; kind < FACT_COUNT; kind++) {
        for (size_t at = 0; (f = store_each(s->store, (enum fact_kind)kind, &at)) != NULL;)
            tell(to, (enum fact_kind)kind, f->id);
    }
}

static size_t told;

static void tells(void *context, struct guest *g, enum fact_kind kind, uint64_t id, bool is_gone)
{
    (void)context, (void)g, (void)kind, (void)id;
    told += !is_gone;
}

static struct guest *guest_with(struct stage *s, const struct rights *rights)
{
    struct guest *g = guest_new(1, "eva", rights, &(struct guest_hooks){ raw, raw, each, tells, s });
    told = 0;
    guest_greet(g);
    return g;
}

/* What becomes of the line, as this guest gives it; `said`: what it does, or why not. */
static enum order_state plan(struct stage *s, struct guest *g, const char *line, const char *said)
{
    struct command c;
    struct command_fault wrong;
    struct plan p;
    struct target_fault fault;
    assert_true(command_parse(slice_of(line), COMMAND_ORDER, &c, &wrong));
    bool ok = plan_make(guest_world(g, &s->world), &c, "eva", &p, &fault);
    const char *text = !ok ? fault.err.text : p.nothing != NULL ? p.nothing : p.what;
    if (text == NULL || strstr(text, said) == NULL)
        fail_msg("%s: '%s' is not in '%s'", line, said, text != NULL ? text : "");
    plan_clear(&p);
    command_clear(&c);
    return ok ? ORDER_PLANNED : fault.state;
}

static void put_callers(struct stage *s)
{
    stage_put(s, FACT_CALLER, (union fact_any){ .caller = { .id = 60, .queue = SALES, .uniqueid = mem_strdup("17.4"), .channel = mem_strdup("SIP/0791234534-1"),
                                                            .number = mem_strdup("0791234534"), .name = mem_strdup("Jo"), .rank = 1 } });
    stage_put(s, FACT_CALL, (union fact_any){ .call = { .id = 61, .pbx = PBX, .queue = SALES, .agent = BOB, .uniqueid = mem_strdup("17.2"), .channel = mem_strdup("SIP/t-2"),
                                                        .number = mem_strdup("0792222222"), .agent_uniqueid = mem_strdup("17.3"), .agent_channel = mem_strdup("Local/402-3") } });
}

static void an_agent_moves_himself_alone(void **state)
{
    struct stage *s = *state;
    struct rights r;
    rights_all(&r);
    (void)snprintf(r.self, sizeof r.self, "PJSIP/401");
    struct guest *g = guest_with(s, &r);
    assert_int_equal(plan(s, g, "pause PJSIP/401 lunch", "pause Ann Li"), ORDER_PLANNED);
    assert_int_equal(plan(s, g, "remove PJSIP/401 sales", "sales"), ORDER_PLANNED);
    assert_int_equal(plan(s, g, "pause Local/402@agents/n lunch", "for himself alone: you are"), ORDER_FORBIDDEN);
    assert_int_equal(plan(s, g, "take billing --to PJSIP/777", "for himself alone"), ORDER_FORBIDDEN);
    assert_int_equal(plan(s, g, "pause nobody-at-all", "for himself alone"), ORDER_FORBIDDEN); /* who else there is he is not told */
    assert_int_equal(plan(s, g, "dial PJSIP/401 0791234567", "not configured"), ORDER_REFUSED); /* a number is nobody */
    assert_int_equal(plan(s, g, "add PJSIP/401 sales --state Custom:x", "not for an agent"), ORDER_FORBIDDEN);
    assert_int_equal(plan(s, g, "add PJSIP/401 billing", "there is no queue 'billing'"), ORDER_NO_SUCH);
    guest_free(g);
    r.join = "bill*\n";
    g = guest_with(s, &r);
    assert_int_equal(plan(s, g, "add PJSIP/401 billing", "add"), ORDER_PLANNED);
    assert_int_equal(plan(s, g, "take billing", "take one call from billing for"), ORDER_PLANNED); /* for himself */
    guest_free(g);
}

static void who_may_not_is_told_so_by_the_planner_as_well(void **state)
{
    struct stage *s = *state;
    struct rights r;
    rights_all(&r);
    r.may[COMMAND_PAUSE] = false;
    struct guest *g = guest_with(s, &r);
    assert_int_equal(plan(s, g, "pause PJSIP/401 lunch", "is not among what the role"), ORDER_FORBIDDEN);
    assert_int_equal(plan(s, g, "remove PJSIP/401 sales", "sales"), ORDER_PLANNED);
    guest_free(g);
}

static void a_masked_caller_is_found_by_identity_and_not_by_number(void **state)
{
    struct stage *s = *state;
    struct rights r;
    put_callers(s);
    rights_all(&r);
    r.is_masked = true;
    struct guest *g = guest_with(s, &r);
    const struct fact_caller *c = (const void *)guest_view(g, FACT_CALLER, 60);
    assert_string_equal(c->number, "079*****34");
    assert_int_equal(plan(s, g, "priority 17.4 5", "priority 5"), ORDER_PLANNED);
    assert_int_equal(plan(s, g, "priority 0791234534 5", "no caller"), ORDER_NO_SUCH); /* nor can anybody try which number waits */
    assert_int_equal(plan(s, g, "hangup 17.2", "end the call of Bob"), ORDER_PLANNED);
    assert_int_equal(plan(s, g, "park 0792222222", "there is no call"), ORDER_NO_SUCH);
    guest_free(g);
    r.is_masked = false;
    g = guest_with(s, &r);
    assert_int_equal(plan(s, g, "priority 0791234534 5", "priority 5"), ORDER_PLANNED);
    assert_ptr_equal(guest_view(g, FACT_CALLER, 60), store_get(s->store, FACT_CALLER, 60));
    guest_free(g);
}

static void what_is_out_of_sight_does_not_exist(void **state)
{
    struct stage *s = *state;
    struct rights r;
    put_callers(s);
    rights_all(&r);
    r.sight[0].queues = "bill*\n";
    struct guest *g = guest_with(s, &r);
    assert_int_equal(plan(s, g, "remove PJSIP/401 sales", "there is no queue 'sales'"), ORDER_NO_SUCH);
    assert_int_equal(plan(s, g, "hangup 17.2", "no"), ORDER_NO_SUCH);
    assert_null(guest_view(g, FACT_QUEUE, SALES));
    guest_free(g);
    r.sight[0] = (struct rights_sight){ .agents = "PJSIP/401\n" };
    g = guest_with(s, &r);
    assert_int_equal(plan(s, g, "pause PJSIP/401 lunch", "pause Ann Li"), ORDER_PLANNED);
    assert_int_equal(plan(s, g, "add PJSIP/777 billing", "not among the agents"), ORDER_FORBIDDEN); /* spelled out, he is somebody */
    assert_int_equal(plan(s, g, "remove Local/402@agents/n sales", "not among the agents"), ORDER_FORBIDDEN);
    guest_free(g);
}

static void whoever_has_every_right_is_told_everything(void **state)
{
    struct stage *s = *state;
    struct rights r;
    put_callers(s);
    rights_all(&r);
    struct guest *g = guest_with(s, &r);
    size_t all = 0;
    for (int kind = 0; kind < FACT_COUNT; kind++)
        all += store_count(s->store, (enum fact_kind)kind);
    assert_int_equal(told, all);
    assert_string_equal(guest_who(g), "eva");
    guest_free(g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_agent_moves_himself_alone, stage_set_up, stage_tear_down),
        cmocka_unit_test_setup_teardown(who_may_not_is_told_so_by_the_planner_as_well, stage_set_up, stage_tear_down),
        cmocka_unit_test_setup_teardown(a_masked_caller_is_found_by_identity_and_not_by_number, stage_set_up, stage_tear_down),
        cmocka_unit_test_setup_teardown(what_is_out_of_sight_does_not_exist, stage_set_up, stage_tear_down),
        cmocka_unit_test_setup_teardown(whoever_has_every_right_is_told_everything, stage_set_up, stage_tear_down),
    };
    return cmocka_run_group_tests_name("guest", tests, NULL, NULL);
}
