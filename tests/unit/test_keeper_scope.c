/* SPDX-License-Identifier: MIT */
/* What a console may know where its queues are named: a floor of two queues, of which one is ours. */
#include "core/keeper/scope.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "core/base/mem.h"
#include "core/floor/store.h"
#include "core/keeper/dirty.h"

enum { PBX = 1, OURS, THEIRS, ANN, BOB, ANN_OURS, ANN_THEIRS, BOB_THEIRS, CALLER_OURS, CALLER_THEIRS, CALL_OURS, CALL_THEIRS, CALL_BOB, SPY_BOB, SPY_ANN, PHONE_ANN, PHONE_BOB };

struct floor {
    struct store *store;
    struct scope *scope;
    bool known[32]; /* what a console would know */
};

static const struct fact *get(void *context, enum fact_kind kind, uint64_t id)
{
    const struct floor *f = context;
    return store_get(f->store, kind, id);
}

static void tell(void *context, enum fact_kind kind, uint64_t id, bool is_gone)
{
    struct floor *f = context;
    (void)kind;
    f->known[id] = !is_gone;
}

static void put(struct floor *f, enum fact_kind kind, union fact_any any)
{
    uint64_t id = any.head.id;
    (void)store_put(f->store, kind, &any.head);
    scope_changed(f->scope, kind, id, false);
}

static void drop(struct floor *f, enum fact_kind kind, uint64_t id)
{
    (void)store_drop(f->store, kind, id);
    scope_changed(f->scope, kind, id, true);
}

static void put_member(struct floor *f, uint64_t id, uint64_t queue, uint64_t agent)
{
    put(f, FACT_MEMBER, (union fact_any){ .member = { .id = id, .queue = queue, .agent = agent } });
}

static void put_ann(struct floor *f, uint64_t queue)
{
    put(f, FACT_AGENT, (union fact_any){ .agent = { .id = ANN, .pbx = PBX, .state = AGENT_TALKING, .queue = queue, .call = queue == OURS ? CALL_OURS : CALL_THEIRS,
                                                    .peer_number = mem_strdup("+49"), .peer_name = mem_strdup("Caller"), .interface = mem_strdup("PJSIP/401"),
                                                    .extension = mem_strdup("401"), .team = mem_strdup("sales") } });
}

static void open_teams(struct floor *f, const char *queues, const char *agents, const char *teams)
{
    *f = (struct floor){ .store = store_new() };
    f->scope = scope_new(&(struct scope_rules){ .sight = { { .queues = queues, .agents = agents, .teams = teams } } }, &(struct scope_hooks){ get, tell, f });
    put(f, FACT_PBX, (union fact_any){ .pbx = { .id = PBX, .drift_last = mem_strdup("theirs: member x: penalty") } });
    put(f, FACT_QUEUE, (union fact_any){ .queue = { .id = OURS, .pbx = PBX, .name = mem_strdup("sales north") } });
    put(f, FACT_QUEUE, (union fact_any){ .queue = { .id = THEIRS, .pbx = PBX, .name = mem_strdup("board") } });
    put_ann(f, THEIRS);
    put(f, FACT_AGENT, (union fact_any){ .agent = { .id = BOB, .pbx = PBX, .interface = mem_strdup("PJSIP/402"), .extension = mem_strdup("402"),
                                                    .team = mem_strdup("back office") } });
    put_member(f, ANN_OURS, OURS, ANN);
    put_member(f, ANN_THEIRS, THEIRS, ANN);
    put_member(f, BOB_THEIRS, THEIRS, BOB);
    put(f, FACT_CALLER, (union fact_any){ .caller = { .id = CALLER_OURS, .queue = OURS } });
    put(f, FACT_CALLER, (union fact_any){ .caller = { .id = CALLER_THEIRS, .queue = THEIRS } });
    put(f, FACT_CALL, (union fact_any){ .call = { .id = CALL_OURS, .queue = OURS, .agent = ANN } });
    put(f, FACT_CALL, (union fact_any){ .call = { .id = CALL_THEIRS, .queue = THEIRS, .agent = ANN } });
    put(f, FACT_CALL, (union fact_any){ .call = { .id = CALL_BOB, .agent = BOB } });
    put(f, FACT_SPY, (union fact_any){ .spy = { .id = SPY_BOB, .agent = BOB } });
    put(f, FACT_SPY, (union fact_any){ .spy = { .id = SPY_ANN, .agent = ANN } });
    put(f, FACT_ENDPOINT, (union fact_any){ .endpoint = { .id = PHONE_ANN, .pbx = PBX, .name = mem_strdup("401"), .interface = mem_strdup("PJSIP/401"),
                                                          .extension = mem_strdup("401"), .team = mem_strdup("sales") } });
    put(f, FACT_ENDPOINT, (union fact_any){ .endpoint = { .id = PHONE_BOB, .pbx = PBX, .name = mem_strdup("402"), .interface = mem_strdup("PJSIP/402") } });
}

static void open_floor(struct floor *f, const char *queues)
{
    open_teams(f, queues, NULL, NULL);
}

static void close_floor(struct floor *f)
{
    scope_free(f->scope);
    store_free(f->store);
}

static void only_ours_is_told(void **state)
{
    (void)state;
    struct floor f;
    open_floor(&f, "x\nsales*\n");
    static const bool ours[32] = { [PBX] = true, [OURS] = true, [ANN] = true, [ANN_OURS] = true, [CALLER_OURS] = true, [CALL_OURS] = true, [SPY_ANN] = true };
    for (int i = 0; i < 32; i++)
        assert_int_equal(f.known[i], ours[i]);
    close_floor(&f);
}

static void without_names_everything_is_told(void **state)
{
    (void)state;
    struct floor f;
    open_floor(&f, NULL);
    for (int i = PBX; i <= PHONE_BOB; i++)
        assert_true(f.known[i]);
    assert_ptr_equal(scope_view(f.scope, FACT_AGENT, store_get(f.store, FACT_AGENT, ANN)), store_get(f.store, FACT_AGENT, ANN));
    close_floor(&f);
}

/* Ann is ours; with whom she talks in another queue is not. */
static void a_stranger_s_caller_is_blanked(void **state)
{
    (void)state;
    struct floor f;
    open_floor(&f, "sales*\n");
    const struct fact_agent *a = (const void *)scope_view(f.scope, FACT_AGENT, store_get(f.store, FACT_AGENT, ANN));
    assert_int_equal(a->state, AGENT_TALKING);
    assert_null(a->peer_number);
    assert_null(a->peer_name);
    assert_int_equal(a->queue, 0);
    assert_int_equal(a->call, 0);
    const struct fact_pbx *pbx = (const void *)scope_view(f.scope, FACT_PBX, store_get(f.store, FACT_PBX, PBX));
    assert_null(pbx->drift_last);
    put_ann(&f, OURS);
    a = (const void *)scope_view(f.scope, FACT_AGENT, store_get(f.store, FACT_AGENT, ANN));
    assert_string_equal(a->peer_number, "+49");
    assert_null(scope_view(f.scope, FACT_QUEUE, store_get(f.store, FACT_QUEUE, THEIRS)));
    close_floor(&f);
}

/* Who joins one of our queues comes into sight with what he does, and goes out of it with the last seat. */
static void an_agent_comes_and_goes_with_the_seats(void **state)
{
    (void)state;
    struct floor f;
    open_floor(&f, "sales*\n");
    put(&f, FACT_AGENT, (union fact_any){ .agent = { .id = BOB, .pbx = PBX, .call = CALL_BOB } });
    assert_false(f.known[BOB]);
    put_member(&f, 20, OURS, BOB);
    put_member(&f, 20, OURS, BOB); /* told twice, counted once */
    assert_true(f.known[BOB] && f.known[CALL_BOB] && f.known[20] && f.known[SPY_BOB]);
    drop(&f, FACT_MEMBER, 20);
    assert_false(f.known[BOB] || f.known[CALL_BOB] || f.known[20] || f.known[SPY_BOB]); /* who listens to him is nobody's business either */
    drop(&f, FACT_SPY, SPY_BOB);
    put_member(&f, 20, OURS, BOB);
    assert_false(f.known[SPY_BOB]);
    drop(&f, FACT_MEMBER, 20);
    drop(&f, FACT_MEMBER, ANN_THEIRS);
    assert_true(f.known[ANN]);
    drop(&f, FACT_QUEUE, OURS); /* before its members */
    drop(&f, FACT_MEMBER, ANN_OURS);
    assert_false(f.known[ANN] || f.known[OURS]);
    close_floor(&f);
}

/* A queue that is taken out of queues.conf leaves its calls without one: they become no more ours by that. */
static void a_stranger_s_call_stays_one_when_its_queue_goes(void **state)
{
    (void)state;
    struct floor f;
    open_floor(&f, "sales*\n");
    put(&f, FACT_MEMBER, (union fact_any){ .member = { .id = ANN_OURS, .queue = OURS, .agent = ANN, .peer_number = mem_strdup("+49") } });
    put(&f, FACT_CALL, (union fact_any){ .call = { .id = CALL_THEIRS, .agent = ANN } });
    put(&f, FACT_AGENT, (union fact_any){ .agent = { .id = ANN, .pbx = PBX, .call = CALL_THEIRS, .peer_number = mem_strdup("+49") } });
    drop(&f, FACT_QUEUE, THEIRS);
    assert_false(f.known[CALL_THEIRS]);
    assert_null(((const struct fact_agent *)(const void *)scope_view(f.scope, FACT_AGENT, store_get(f.store, FACT_AGENT, ANN)))->peer_number);
    assert_null(((const struct fact_member *)(const void *)scope_view(f.scope, FACT_MEMBER, store_get(f.store, FACT_MEMBER, ANN_OURS)))->peer_number);
    drop(&f, FACT_CALL, CALL_THEIRS);
    put(&f, FACT_CALL, (union fact_any){ .call = { .id = CALL_BOB, .agent = ANN } }); /* of no queue from the beginning */
    assert_true(f.known[CALL_BOB]);
    close_floor(&f);
}

static void expect(const struct floor *f, const bool known[32])
{
    for (int i = 0; i < 32; i++)
        if (f->known[i] != known[i])
            fail_msg("%d is %s", i, f->known[i] ? "told" : "not told");
}

/* A row of somebody else never leaves; that of a queue does, and who waits there. */
static void a_team_is_all_that_is_told_of_agents(void **state)
{
    (void)state;
    struct floor f;
    static const bool all_queues[32] = { [PBX] = true, [OURS] = true, [THEIRS] = true, [ANN] = true, [ANN_OURS] = true, [ANN_THEIRS] = true, [CALLER_OURS] = true,
                                         [CALLER_THEIRS] = true, [CALL_OURS] = true, [CALL_THEIRS] = true, [SPY_ANN] = true, [PHONE_ANN] = true };
    open_teams(&f, NULL, NULL, "x\nsal*\n");
    expect(&f, all_queues);
    assert_null(scope_view(f.scope, FACT_AGENT, store_get(f.store, FACT_AGENT, BOB)));
    assert_null(scope_view(f.scope, FACT_MEMBER, store_get(f.store, FACT_MEMBER, BOB_THEIRS)));
    put(&f, FACT_CALL, (union fact_any){ .call = { .id = CALL_THEIRS, .queue = THEIRS, .agent = BOB } }); /* Bob has it now */
    assert_false(f.known[CALL_THEIRS]);
    close_floor(&f);
    open_teams(&f, NULL, "401\n", NULL);
    expect(&f, all_queues);
    close_floor(&f);
    open_teams(&f, NULL, "pjsip/4*\n", "nobody\n"); /* the case of a name counts, as it does for queues */
    assert_false(f.known[ANN] || f.known[BOB]);
    close_floor(&f);
    open_teams(&f, NULL, "PJSIP/402\n", "sales\n"); /* in one of the two is in sight */
    assert_true(f.known[ANN] && f.known[BOB]);
    close_floor(&f);
}

static void queues_and_teams_hold_together(void **state)
{
    (void)state;
    struct floor f;
    open_teams(&f, "sales*\n", NULL, "back office\n");
    static const bool ours[32] = { [PBX] = true, [OURS] = true, [CALLER_OURS] = true };
    expect(&f, ours); /* Ann is of another team, Bob serves no queue of ours */
    put_member(&f, 20, OURS, BOB);
    put(&f, FACT_CALL, (union fact_any){ .call = { .id = CALL_BOB, .agent = BOB } });
    assert_true(f.known[BOB] && f.known[20] && f.known[CALL_BOB]);
    close_floor(&f);
}

static const struct fact_agent *ann(struct floor *f)
{
    return (const void *)scope_view(f->scope, FACT_AGENT, store_get(f->store, FACT_AGENT, ANN));
}

/* Of an agent who serves other queues too, nothing is added up that happens there. */
static void sums_are_of_the_queues_in_sight(void **state)
{
    (void)state;
    struct floor f;
    open_floor(&f, "sales*\n");
    put(&f, FACT_MEMBER, (union fact_any){ .member = { .id = ANN_OURS, .queue = OURS, .agent = ANN, .login = 50 } });
    put(&f, FACT_MEMBER, (union fact_any){ .member = { .id = ANN_THEIRS, .queue = THEIRS, .agent = ANN, .paused = 1, .paused_since = 70, .login = 40,
                                                       .paused_reason = mem_strdup("board meeting") } });
    union fact_any busy = { .agent = { .id = ANN, .pbx = PBX, .memberships = 2, .paused_in = 1, .paused_since = 70, .login = 40, .calls_taken = 9, .missed = 4,
                                       .talk_ms = 90000, .paused_reason = mem_strdup("board meeting") } };
    put(&f, FACT_AGENT, busy);
    put(&f, FACT_LINE, (union fact_any){ .line = { .id = 21, .what = LINE_ANSWERED, .queue = OURS, .agent = ANN } });
    put(&f, FACT_LINE, (union fact_any){ .line = { .id = 22, .what = LINE_COMPLETED, .queue = OURS, .agent = ANN, .ms = 3000 } });
    put(&f, FACT_LINE, (union fact_any){ .line = { .id = 23, .what = LINE_ANSWERED, .queue = THEIRS, .agent = ANN } });
    put(&f, FACT_LINE, (union fact_any){ .line = { .id = 24, .what = LINE_MISSED, .queue = OURS, .agent = ANN, .ms = 5000 } });
    put(&f, FACT_LINE, (union fact_any){ .line = { .id = 24, .what = LINE_MISSED, .queue = OURS, .agent = ANN, .ms = 5000 } }); /* told twice */
    const struct fact_agent *a = ann(&f);
    assert_int_equal(a->memberships, 1);
    assert_int_equal(a->paused_in, 0);
    assert_null(a->paused_reason);
    assert_int_equal(a->paused_since, 0);
    assert_int_equal(a->login, 50);
    assert_int_equal(a->calls_taken, 1);
    assert_int_equal(a->missed, 1);
    assert_int_equal(a->talk_ms, 3000);
    assert_true(f.known[22] && !f.known[23]);
    put(&f, FACT_AGENT, (union fact_any){ .agent = { .id = ANN, .pbx = PBX } }); /* a new day */
    assert_int_equal(ann(&f)->calls_taken + ann(&f)->missed + ann(&f)->talk_ms, 0);
    drop(&f, FACT_MEMBER, ANN_OURS);
    put(&f, FACT_AGENT, (union fact_any){ .agent = { .id = ANN, .pbx = PBX } });
    assert_null(ann(&f));
    close_floor(&f);
}

/* What a membership may say of the other side depends on the agent, who changes without it. */
static void a_membership_is_told_again_when_its_agent_goes_elsewhere(void **state)
{
    (void)state;
    struct floor f;
    open_floor(&f, "sales*\n");
    put_ann(&f, OURS);
    f.known[ANN_OURS] = false;
    put_ann(&f, OURS);
    assert_false(f.known[ANN_OURS]); /* nothing that matters to it */
    put_ann(&f, THEIRS);
    assert_true(f.known[ANN_OURS]);
    f.known[ANN_OURS] = false;
    put_ann(&f, OURS);
    assert_true(f.known[ANN_OURS]);
    close_floor(&f);
}

/* The feed keeps what was said of somebody who has gone since. */
static void a_line_outlives_its_agent(void **state)
{
    (void)state;
    struct floor f;
    open_teams(&f, NULL, NULL, "sales\n");
    put(&f, FACT_LINE, (union fact_any){ .line = { .id = 21, .what = LINE_REMOVED, .queue = OURS, .agent = ANN } });
    put(&f, FACT_LINE, (union fact_any){ .line = { .id = 22, .what = LINE_REMOVED, .queue = THEIRS, .agent = BOB } });
    put(&f, FACT_LINE, (union fact_any){ .line = { .id = 23, .what = LINE_JOINED, .queue = THEIRS } });
    assert_true(f.known[21] && !f.known[22] && f.known[23]);
    drop(&f, FACT_MEMBER, ANN_OURS);
    drop(&f, FACT_MEMBER, ANN_THEIRS);
    drop(&f, FACT_AGENT, ANN);
    assert_non_null(scope_view(f.scope, FACT_LINE, store_get(f.store, FACT_LINE, 21)));
    assert_null(scope_view(f.scope, FACT_LINE, store_get(f.store, FACT_LINE, 22)));
    drop(&f, FACT_LINE, 21);
    assert_false(f.known[21]);
    close_floor(&f);
}

/* Ann, as role agent: she was told of nobody before, and sees herself, her queues and what is in them. */
static void open_ann(struct floor *f, const char *join)
{
    open_floor(f, NULL);
    scope_free(f->scope);
    memset(f->known, 0, sizeof f->known);
    f->scope = scope_new(&(struct scope_rules){ .self = "401", .join = join, .who = "ann" }, &(struct scope_hooks){ get, tell, f });
    (void)store_drop(f->store, FACT_MEMBER, ANN_THEIRS);
    (void)store_put(f->store, FACT_MEMBER, &(union fact_any){ .member = { .id = ANN_OURS, .queue = OURS, .agent = ANN, .interface = mem_strdup("PJSIP/401"), .extension = mem_strdup("401") } }.head);
    do {
        for (int kind = 0; kind < FACT_COUNT; kind++) {
            const struct fact *fact;
            for (size_t at = 0; (fact = store_each(f->store, (enum fact_kind)kind, &at)) != NULL;)
                scope_changed(f->scope, (enum fact_kind)kind, fact->id, false);
        }
    } while (scope_has_grown(f->scope));
}

static void an_agent_sees_his_queues_and_himself(void **state)
{
    (void)state;
    struct floor f;
    open_ann(&f, NULL);
    static const bool hers[32] = { [PBX] = true, [OURS] = true, [ANN] = true, [ANN_OURS] = true, [CALLER_OURS] = true, [CALL_OURS] = true, [PHONE_ANN] = true };
    for (int i = 0; i < 32; i++) {
        if (f.known[i] != hers[i])
            fail_msg("fact %d", i);
    }
    const struct fact_agent *a = (const void *)scope_view(f.scope, FACT_AGENT, store_get(f.store, FACT_AGENT, ANN));
    assert_string_equal(a->peer_number, "+49"); /* whom she talks with herself, wherever */
    drop(&f, FACT_MEMBER, ANN_OURS);
    assert_false(f.known[ANN_OURS]);
    assert_non_null(scope_view(f.scope, FACT_QUEUE, store_get(f.store, FACT_QUEUE, OURS))); /* she may come back */
    close_floor(&f);
}

static void an_agent_sees_what_he_may_join(void **state)
{
    (void)state;
    struct floor f;
    open_ann(&f, "bo*\n");
    assert_true(f.known[THEIRS] && f.known[CALLER_THEIRS] && f.known[OURS]);
    assert_false(f.known[BOB] || f.known[BOB_THEIRS] || f.known[CALL_BOB]);
    close_floor(&f);
}

static bool sees_order(struct floor *f, const char *who, uint64_t queue, uint64_t agent)
{
    struct fact_order o = { .id = 30, .pbx = PBX, .queue = queue, .agent = agent, .who = (char *)(uintptr_t)who };
    return scope_sees(f->scope, FACT_ORDER, (const struct fact *)&o);
}

/* The queue of one line, and the text of both. */
static bool sees_undo(struct floor *f, const char *who)
{
    char line[] = "unpause PJSIP/302 theirs\nunpause PJSIP/301 ours";
    struct fact_order o = { .id = 31, .pbx = PBX, .queue = OURS, .agent = ANN, .who = (char *)(uintptr_t)who, .line = line };
    return scope_sees(f->scope, FACT_ORDER, (const void *)&o);
}

static void orders_are_told_to_those_whom_they_concern(void **state)
{
    (void)state;
    struct floor f;
    open_ann(&f, NULL);
    assert_true(sees_order(&f, "ann", THEIRS, BOB) && sees_order(&f, "ann", 0, 0));
    assert_false(sees_order(&f, "boss", OURS, ANN) || sees_order(&f, "boss", 0, 0)); /* who listens to her, for instance */
    scope_free(f.scope);
    f.scope = scope_new(&(struct scope_rules){ .sight = { { .queues = "sales*\n" } }, .who = "cleo" }, &(struct scope_hooks){ get, tell, &f });
    assert_true(sees_order(&f, "boss", OURS, BOB) && sees_order(&f, "cleo", THEIRS, BOB));
    assert_true(sees_undo(&f, "cleo") && !sees_undo(&f, "boss"));
    assert_false(sees_order(&f, "boss", THEIRS, ANN) || sees_order(&f, "boss", 0, ANN) || sees_order(&f, "boss", 0, 0));
    close_floor(&f);
}

static const struct fact_order *told(struct floor *f, uint64_t id, const char *who, uint64_t agent, const char *line)
{
    static struct fact_order o;
    o = (struct fact_order){ .id = id, .pbx = PBX, .queue = OURS, .agent = agent, .who = (char *)(uintptr_t)who, .line = (char *)(uintptr_t)line, .what = (char *)(uintptr_t)"to theirs",
                             .answer = (char *)(uintptr_t)"Bob has it", .undo = (char *)(uintptr_t)"add 302 theirs", .requests = (char *)(uintptr_t)"Redirect: theirs",
                             .interface = agent != 0 ? (char *)(uintptr_t)"PJSIP/301" : NULL };
    return (const void *)scope_view(f->scope, FACT_ORDER, (const void *)&o);
}

static void words_of_others_name_nothing_that_is_out_of_sight(void **state)
{
    (void)state;
    struct floor f;
    open_floor(&f, NULL);
    scope_free(f.scope);
    f.scope = scope_new(&(struct scope_rules){ .sight = { { .queues = "sales*\n" } }, .who = "cleo" }, &(struct scope_hooks){ get, tell, &f });
    for (int kind = 0; kind < FACT_COUNT; kind++) {
        const struct fact *fact;
        for (size_t at = 0; (fact = store_each(f.store, (enum fact_kind)kind, &at)) != NULL;)
            scope_changed(f.scope, (enum fact_kind)kind, fact->id, false);
    }
    const struct fact_order *o = told(&f, 30, "boss", 0, "moveto 17.4 theirs");
    assert_string_equal(o->line, "moveto");
    assert_string_equal(o->what, "moveto");
    assert_true(o->answer == NULL && o->undo == NULL && o->requests == NULL && o->interface == NULL);
    assert_string_equal(told(&f, 31, "cleo", 0, "moveto 17.4 theirs")->what, "to theirs"); /* her own */
    assert_string_equal(told(&f, 32, "boss", ANN, "pause 301 sales.north")->line, "pause 301 sales.north");
    o = told(&f, 33, "boss", BOB, "pause 302 sales.north");
    assert_string_equal(o->line, "pause");
    assert_int_equal(o->agent, 0);
    assert_string_equal(told(&f, 34, "boss", ANN, "nonsense theirs")->line, "an order");
    drop(&f, FACT_MEMBER, ANN_OURS); /* told, and then out of sight: as when she was taken out of the queue */
    assert_string_equal(told(&f, 32, "boss", ANN, "pause 301 sales.north")->line, "pause 301 sales.north");
    assert_string_equal(told(&f, 35, "boss", ANN, "pause 301 sales.north")->line, "pause");
    close_floor(&f);
}

static void two_sights_are_both_kept(void **state)
{
    (void)state;
    struct floor f;
    open_floor(&f, NULL);
    scope_free(f.scope);
    f.scope = scope_new(&(struct scope_rules){ .sight = { { .queues = "*north\nboard\n" }, { .queues = "sales*\n", .pbxs = "geneva\n" } }, .who = "cleo" },
                        &(struct scope_hooks){ get, tell, &f });
    assert_false(scope_sees(f.scope, FACT_QUEUE, store_get(f.store, FACT_QUEUE, OURS))); /* its PBX has no name */
    put(&f, FACT_PBX, (union fact_any){ .pbx = { .id = PBX, .name = mem_strdup("geneva") } });
    assert_true(scope_sees(f.scope, FACT_QUEUE, store_get(f.store, FACT_QUEUE, OURS)));
    assert_false(scope_sees(f.scope, FACT_QUEUE, store_get(f.store, FACT_QUEUE, THEIRS)));
    close_floor(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_ours_is_told), cmocka_unit_test(without_names_everything_is_told), cmocka_unit_test(a_stranger_s_caller_is_blanked),
        cmocka_unit_test(an_agent_comes_and_goes_with_the_seats),
        cmocka_unit_test(a_stranger_s_call_stays_one_when_its_queue_goes),
        cmocka_unit_test(a_team_is_all_that_is_told_of_agents), cmocka_unit_test(queues_and_teams_hold_together),
        cmocka_unit_test(sums_are_of_the_queues_in_sight), cmocka_unit_test(a_membership_is_told_again_when_its_agent_goes_elsewhere),
        cmocka_unit_test(a_line_outlives_its_agent),
        cmocka_unit_test(an_agent_sees_his_queues_and_himself), cmocka_unit_test(an_agent_sees_what_he_may_join),
        cmocka_unit_test(orders_are_told_to_those_whom_they_concern), cmocka_unit_test(words_of_others_name_nothing_that_is_out_of_sight), cmocka_unit_test(two_sights_are_both_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
