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

static void put_phone(struct stage *s, uint64_t id, const char *name, const char *team)
{
    char interface[40];
    (void)snprintf(interface, sizeof interface, "PJSIP/%s", name);
    stage_put(s, FACT_ENDPOINT, (union fact_any){ .endpoint = { .id = id, .pbx = PBX, .name = mem_strdup(name), .interface = mem_strdup(interface),
                                                                .extension = mem_strdup(name), .team = mem_strdup(team), .reachable = 1 } });
}

/* The telephones of others do not exist for a narrow role: not to be added, not as what was meant perhaps, not in what it is told. */
static void a_role_knows_the_telephones_of_its_own(void **state)
{
    struct stage *s = *state;
    struct rights r;
    rights_all(&r);
    struct guest *g = guest_with(s, &r);
    put_phone(s, 80, "40377", "sales");
    put_phone(s, 81, "40477", "board");
    assert_int_equal(plan(s, g, "add 40477 billing", "add PJSIP/40477"), ORDER_PLANNED);
    assert_int_equal(plan(s, g, "add 40476 billing", "did you mean '40477'"), ORDER_NO_SUCH);
    guest_free(g);
    r.sight[1].queues = "bill*\n"; /* of queues alone: of nobody who is in none of them */
    g = guest_with(s, &r);
    assert_int_equal(plan(s, g, "add 40377 billing", "there is no agent '40377' in a queue"), ORDER_NO_SUCH);
    assert_null(guest_view(g, FACT_ENDPOINT, 80));
    guest_free(g);
    r.sight[1] = (struct rights_sight){ .teams = "sales\n" };
    g = guest_with(s, &r);
    assert_non_null(guest_view(g, FACT_ENDPOINT, 80));
    assert_null(guest_view(g, FACT_ENDPOINT, 81));
    enum order_state there = plan(s, g, "add 40477 billing", "'40477' is not among the agents whom your role may see");
    assert_int_equal(plan(s, g, "add 40478 billing", "'40478' is not among the agents whom your role may see"), there); /* and nobody has that one */
    guest_free(g);
}

/* What may stand for an argument of this kind: himself and others, in every way that somebody may be written, and what is no name. */
static size_t shapes(enum command_arg kind, const char *const **out)
{
    static const char *const agents[] = { "401", "PJSIP/401", "pjsip/401", "\"Ann Li\"", "ann", "401@geneva", "PJSIP/401@geneva", "402", "PJSIP/402", "Local/402@agents/n", "local/402@AGENTS/N",
                                          "Bob", "bob", "B", "402@geneva", "Bob@geneva", "Local/402@agents/n@geneva", "@geneva", "state:ready", "*", "tag", "17.3", "PJSIP/401,PJSIP/402", "\" 402\"" };
    static const char *const queues[] = { "sales", "billing", "sales@geneva", "SALES", "*", "nowhere" };
    static const char *const words[] = { "0", "5", "lunch", "front", "402", "on", "Bob" };
    static const char *const devices[] = { "PJSIP/402", "402" };
    *out = kind == COMMAND_ARG_AGENT ? agents : kind == COMMAND_ARG_QUEUE ? queues : kind == COMMAND_ARG_PHONE ? devices : words;
    return kind == COMMAND_ARG_AGENT ? sizeof agents / sizeof agents[0] : kind == COMMAND_ARG_QUEUE ? sizeof queues / sizeof queues[0] :
           kind == COMMAND_ARG_PHONE ? sizeof devices / sizeof devices[0] : sizeof words / sizeof words[0];
}

struct tried {
    struct stage *stage;
    struct guest *guest;
    size_t planned, refused;
};

static void is_his_own(const char *line, const struct plan *p)
{
    for (size_t i = 0; i < p->count; i++) {
        for (size_t k = 0; k < p->act[i].header_count; k++) {
            const char *name = p->act[i].header[k].name, *value = p->act[i].header[k].value;
            bool names_somebody = strcmp(name, "Interface") == 0 || strcmp(name, "Channel") == 0 || strcmp(name, "StateInterface") == 0;
            if (names_somebody && strcmp(value, "PJSIP/401") != 0)
                fail_msg("%s: %s is %s", line, name, value);
        }
    }
    if (p->interface != NULL && strcmp(p->interface, "PJSIP/401") != 0)
        fail_msg("%s: is for %s", line, p->interface);
}

static void try_line(struct tried *t, const char *line)
{
    struct command c;
    struct command_fault wrong;
    struct plan p;
    struct target_fault fault;
    if (command_parse(slice_of(line), COMMAND_ORDER, &c, &wrong)) {
        bool ok = plan_make(guest_world(t->guest, &t->stage->world), &c, "eva", &p, &fault);
        if (ok)
            is_his_own(line, &p);
        if (!ok && (strstr(fault.err.text, "Bob") != NULL && strstr(line, "Bob") == NULL))
            fail_msg("%s: %s", line, fault.err.text);
        t->planned += ok;
        t->refused += !ok;
        plan_clear(&p);
    }
    command_clear(&c);
}

/* Every line that the row allows with these shapes, with each of its options and without. */
static void try_all(struct tried *t, const struct command_row *row, size_t arg, const char *so_far)
{
    const char *const *shape;
    char line[512];
    bool is_option = arg < COMMAND_ARGS_MAX && row->arg[arg].option != NULL;
    if (!is_option)
        try_line(t, so_far);
    if (arg == COMMAND_ARGS_MAX || row->arg[arg].kind == COMMAND_ARG_NONE)
        return;
    for (size_t i = 0, n = shapes(row->arg[arg].kind, &shape); i < n; i++) {
        (void)snprintf(line, sizeof line, "%s %s %s", so_far, is_option ? row->arg[arg].option : "", row->arg[arg].kind == COMMAND_ARG_FLAG ? "" : shape[i]);
        if (is_option)
            try_line(t, line);
        else
            try_all(t, row, arg + 1, line);
    }
    if (is_option) {
        try_line(t, so_far);
        try_all(t, row, arg + 1, so_far);
    }
}

static void however_it_is_written_an_agent_moves_himself_alone(void **state)
{
    struct stage *s = *state;
    static const enum command_id may[] = { COMMAND_ADD, COMMAND_REMOVE, COMMAND_MOVE, COMMAND_TAKE, COMMAND_CANCEL, COMMAND_LOGIN, COMMAND_LOGOUT, COMMAND_PAUSE, COMMAND_UNPAUSE };
    static const char *const selves[] = { "PJSIP/401", "pjsip/401" };
    struct rights r = { .role = "agent", .join = "*\n" };
    for (size_t i = 0; i < sizeof may / sizeof may[0]; i++)
        r.may[may[i]] = true;
    for (size_t k = 0; k < sizeof selves / sizeof selves[0]; k++) {
        (void)snprintf(r.self, sizeof r.self, "%s", selves[k]);
        struct tried t = { .stage = s, .guest = guest_with(s, &r) };
        for (size_t i = 0; i < COMMAND_COUNT; i++) {
            size_t before = t.planned;
            if ((command_table[i].where & COMMAND_ORDER) != 0)
                try_all(&t, &command_table[i], 0, command_table[i].name);
            if ((command_table[i].where & COMMAND_ORDER) != 0 && !r.may[i])
                assert_int_equal(t.planned, before); /* what the role may not is planned with no words at all */
        }
        assert_true(t.planned > 100 && t.refused > 1000); /* he may something, and it was tried */
        guest_free(t.guest);
    }
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

static const struct fact_order *next_order(const void *of, size_t *at)
{
    return (*at)++ == 0 ? of : NULL;
}

static void unmasks(const struct guest *g, const struct fact_order *o, const char *given, const char *line)
{
    struct buf out = BUF_INIT(1024);
    guest_unmask(g, slice_of(given), next_order, o, &out);
    assert_string_equal(out.data, line);
    buf_clear(&out);
}

static void a_masked_device_is_told_and_meant(void **state)
{
    struct stage *s = *state;
    struct rights r;
    stage_put_agent(s, 22, "Local/08912345678@out", "Local/08912345678@out");
    stage_put_member(s, (struct stage_seat){ 35, SALES, 22, "Local/08912345678@out", "Local/08912345678@out", NULL, 0, MEMBERSHIP_DYNAMIC });
    rights_all(&r);
    r.is_masked = true;
    struct guest *g = guest_with(s, &r);
    const struct fact_agent *a = (const void *)guest_view(g, FACT_AGENT, 22);
    assert_string_equal(a->interface, "Local/089******78@out");
    assert_string_equal(a->name, "Local/089******78@out");
    assert_string_equal(((const struct fact_member *)(const void *)guest_view(g, FACT_MEMBER, 35))->interface, "Local/089******78@out");
    assert_int_equal(plan(s, g, "remove Local/089******78@out sales", "take Local/08912345678@out out of sales"), ORDER_PLANNED);
    stage_put_agent(s, 23, "Local/08912399978@out", "Jim");
    assert_int_equal(plan(s, g, "remove Local/089******78@out sales", "stands for several agents"), ORDER_WRONG);
    guest_free(g);
    r.is_masked = false;
    g = guest_with(s, &r);
    assert_int_equal(plan(s, g, "pause Local/089******78@out lunch", "Local/089******78@out"), ORDER_NO_SUCH);
    guest_free(g);
}

static void an_undo_that_was_told_masked_is_meant(void **state)
{
    struct stage *s = *state;
    struct rights r;
    char undo[] = "add Local/08912345678@out sales\npause Local/08912345678@out --reason \"call 0791234534\"";
    struct fact_order o = { .id = 99, .undo = undo }, *masked;
    rights_all(&r);
    r.is_masked = true;
    stage_put(s, FACT_ORDER, (union fact_any){ .order = { .id = 99, .undo = mem_strdup(undo) } });
    struct guest *g = guest_with(s, &r);
    masked = (void *)(uintptr_t)guest_view(g, FACT_ORDER, 99);
    assert_string_equal(masked->undo, "add Local/089******78@out sales\npause Local/089******78@out --reason \"call 079*****34\"");
    unmasks(g, &o, masked->undo, undo);
    unmasks(g, &o, "add Local/089******78@out sales", "add Local/08912345678@out sales");
    unmasks(g, &o, "add Local/089******78@out billing", "add Local/089******78@out billing"); /* no line of it */
    char two[] = "add Local/08912345678@out sales\nadd Local/08912399978@out sales";
    o.undo = two;
    unmasks(g, &o, "add Local/089******78@out sales", "add Local/089******78@out sales"); /* which of the two? */
    guest_free(g);
    r.is_masked = false;
    g = guest_with(s, &r);
    o.undo = undo;
    unmasks(g, &o, "add Local/089******78@out sales", "add Local/089******78@out sales");
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

static void a_refused_order_is_told_to_its_giver_alone(void **state)
{
    struct stage *s = *state;
    struct rights r;
    rights_all(&r);
    stage_put(s, FACT_ORDER, (union fact_any){ .order = { .id = 90, .state = ORDER_FORBIDDEN, .who = mem_strdup("bob"), .line = mem_strdup("pause 401") } });
    stage_put(s, FACT_ORDER, (union fact_any){ .order = { .id = 91, .state = ORDER_FORBIDDEN, .who = mem_strdup("eva"), .line = mem_strdup("pause 401") } });
    stage_put(s, FACT_ORDER, (union fact_any){ .order = { .id = 92, .state = ORDER_FORBIDDEN, .who = mem_strdup("bob"), .line = mem_strdup("pause 401"), .requests = mem_strdup("QueuePause: no") } });
    struct guest *g = guest_with(s, &r);
    assert_null(guest_view(g, FACT_ORDER, 90));
    assert_non_null(guest_view(g, FACT_ORDER, 91));
    assert_non_null(guest_view(g, FACT_ORDER, 92)); /* the PBX refused it */
    guest_free(g);
}

static void of_a_hidden_agent_not_even_the_name_is_told(void **state)
{
    struct stage *s = *state;
    struct rights r;
    struct agent_settings list[] = { { .extension = (char *)(uintptr_t)"402", .interface = (char *)(uintptr_t)"Local/402@agents/n", .name = (char *)(uintptr_t)"Robert Meyer" } };
    s->settings.agent = list;
    s->settings.agent_count = 1;
    directory_free(s->directory);
    struct err err = ERR_INIT;
    s->directory = directory_new(&s->settings, &err);
    assert_non_null(s->directory);
    s->world.directory = s->directory;
    rights_all(&r);
    struct guest *g = guest_with(s, &r);
    assert_int_equal(plan(s, g, "pause 402 sales", "pause Robert Meyer"), ORDER_PLANNED);
    guest_free(g);
    r.sight[0].agents = "PJSIP/401\n";
    g = guest_with(s, &r);
    static const char *const lines[] = { "pause 402 sales", "pause \"Robert Meyr\" sales", "pause nobody-at-all sales", "remove Robert sales", "listen 402 --on PJSIP/900", "pause Local/402@agents/n" };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        assert_int_equal(plan(s, g, lines[i], "' is not among the agents whom your role may see"), ORDER_FORBIDDEN); /* there or not: the same sentence */
    guest_free(g);
    directory_free(s->directory); /* it reads the settings to the last */
    s->settings.agent = NULL;
    s->settings.agent_count = 0;
    s->directory = directory_new(&s->settings, &err);
    assert_non_null(s->directory);
    s->world.directory = s->directory;
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
        cmocka_unit_test_setup_teardown(an_agent_moves_himself_alone, stage_set_up, stage_tear_down), cmocka_unit_test_setup_teardown(a_role_knows_the_telephones_of_its_own, stage_set_up, stage_tear_down),
        cmocka_unit_test_setup_teardown(however_it_is_written_an_agent_moves_himself_alone, stage_set_up, stage_tear_down),
        cmocka_unit_test_setup_teardown(who_may_not_is_told_so_by_the_planner_as_well, stage_set_up, stage_tear_down),
        cmocka_unit_test_setup_teardown(a_masked_caller_is_found_by_identity_and_not_by_number, stage_set_up, stage_tear_down),
        cmocka_unit_test_setup_teardown(a_masked_device_is_told_and_meant, stage_set_up, stage_tear_down),
        cmocka_unit_test_setup_teardown(an_undo_that_was_told_masked_is_meant, stage_set_up, stage_tear_down),
        cmocka_unit_test_setup_teardown(what_is_out_of_sight_does_not_exist, stage_set_up, stage_tear_down),
        cmocka_unit_test_setup_teardown(a_refused_order_is_told_to_its_giver_alone, stage_set_up, stage_tear_down),
        cmocka_unit_test_setup_teardown(of_a_hidden_agent_not_even_the_name_is_told, stage_set_up, stage_tear_down),
        cmocka_unit_test_setup_teardown(whoever_has_every_right_is_told_everything, stage_set_up, stage_tear_down),
    };
    return cmocka_run_group_tests_name("guest", tests, NULL, NULL);
}
