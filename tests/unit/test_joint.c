/* SPDX-License-Identifier: MIT */
/* joint: what is shown is always what would be made of the whole anew, whatever came in whatever order; the queue that stands
 * for several is the same one whenever it comes; a PBX that is down is left out as long as another one is live. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

#include "core/base/mem.h"
#include "core/base/random.h"
#include "core/floor/joint.h"
#include "core/floor/kpi.h"

struct world {
    struct store *whole;
    struct joint *joint;
    struct store *told; /* what was told of what is shown */
};

static void on_shown(void *context, enum fact_kind kind, uint64_t id, const struct fact *f)
{
    struct world *w = context;
    if (f == NULL) {
        assert_non_null(store_get(joint_store(w->joint), kind, id)); /* still there while it is told */
        (void)store_drop(w->told, kind, id);
        return;
    }
    union fact_any copy = { .head = { 0 } };
    assert_int_equal(f->id, id);
    assert_ptr_equal(f, store_get(joint_store(w->joint), kind, id));
    fact_copy(kind, &copy.head, f);
    (void)store_put(w->told, kind, &copy.head);
}

static void put(struct world *w, enum fact_kind kind, union fact_any f)
{
    uint64_t id = f.head.id;
    if (store_put(w->whole, kind, &f.head))
        joint_changed(w->joint, kind, id, store_get(w->whole, kind, id), on_shown, w);
}

static void drop(struct world *w, enum fact_kind kind, uint64_t id)
{
    if (store_get(w->whole, kind, id) == NULL)
        return;
    joint_changed(w->joint, kind, id, NULL, on_shown, w);
    (void)store_drop(w->whole, kind, id);
}

static void begin(struct world *w)
{
    *w = (struct world){ .whole = store_new(), .told = store_new() };
    w->joint = joint_new(w->whole);
}

static void end(struct world *w)
{
    joint_free(w->joint);
    store_free(w->told);
    store_free(w->whole);
}

static void put_pbx(struct world *w, uint64_t id, const char *name, enum link_state link)
{
    put(w, FACT_PBX, (union fact_any){ .pbx = { .id = id, .name = mem_strdup(name), .link = link, .heard_at = 5000 } });
}

static void put_queue(struct world *w, uint64_t id, uint64_t pbx, const char *name, int64_t waiting)
{
    put(w, FACT_QUEUE, (union fact_any){ .queue = { .id = id, .pbx = pbx, .name = mem_strdup(name), .strategy = mem_strdup(id % 2 != 0 ? "ringall" : "random"),
                                                    .waiting = waiting, .state = QUEUE_CLEAN, .oldest = waiting > 0 ? 9000 - waiting : 0, .answered = waiting * 10,
                                                    .answered_in_sl = id % 10 == 1 ? 0 : waiting * 10, .since = 1 } });
}

static const struct fact_queue *shown(const struct world *w, const char *name)
{
    const struct fact *f;
    for (size_t at = 0; (f = store_each(joint_store(w->joint), FACT_QUEUE, &at)) != NULL;) {
        if (strcmp(((const struct fact_queue *)(const void *)f)->name, name) == 0)
            return (const void *)f;
    }
    return NULL;
}

static const struct fact_agent *shown_agent(const struct world *w, uint64_t part)
{
    uint64_t id = joint_now(w->joint, FACT_AGENT, part);
    return (const void *)store_get(joint_store(w->joint), FACT_AGENT, id);
}

static void expect_same(const struct store *a, const struct store *b)
{
    for (int kind = 0; kind < FACT_COUNT; kind++) {
        const struct fact *f;
        assert_int_equal(store_count(a, (enum fact_kind)kind), store_count(b, (enum fact_kind)kind));
        for (size_t at = 0; (f = store_each(a, (enum fact_kind)kind, &at)) != NULL;) {
            const struct fact *other = store_get(b, (enum fact_kind)kind, f->id);
            assert_non_null(other);
            assert_true(fact_equal((enum fact_kind)kind, f, other));
        }
    }
}

static void three(struct world *w)
{
    put_pbx(w, 1, "geneva", LINK_LIVE);
    put_pbx(w, 2, "lyon", LINK_LIVE);
    put_pbx(w, 3, "zurich", LINK_LIVE);
    put_queue(w, 11, 1, "support", 2);
    put_queue(w, 21, 2, "support", 3);
    put_queue(w, 32, 3, "support", 5);
    put_queue(w, 12, 1, "sales", 7);
    put(w, FACT_MEMBER, (union fact_any){ .member = { .id = 41, .queue = 11 } });
    put(w, FACT_CALLER, (union fact_any){ .caller = { .id = 51, .queue = 21 } });
    put(w, FACT_AGENT, (union fact_any){ .agent = { .id = 61, .pbx = 3, .queue = 32 } });
}

static void all_is_the_whole_itself(void **state)
{
    (void)state;
    struct world w;
    struct joint_parts parts;
    begin(&w);
    three(&w);
    assert_ptr_equal(joint_store(w.joint), w.whole);
    expect_same(w.whole, w.told);
    assert_false(joint_parts(w.joint, FACT_QUEUE, 11, &parts));
    assert_int_equal(joint_now(w.joint, FACT_QUEUE, 11), 11);
    assert_int_equal(joint_now(w.joint, FACT_QUEUE, 99), 0);
    end(&w);
}

static void queues_of_one_name_are_one(void **state)
{
    (void)state;
    struct world w;
    struct joint_parts parts;
    int64_t sl;
    begin(&w);
    joint_show(w.joint, (struct slice){ NULL, 0 }, true);
    three(&w);
    assert_int_equal(store_count(joint_store(w.joint), FACT_QUEUE), 2);
    const struct fact_queue *q = shown(&w, "support");
    assert_int_equal(q->waiting, 10);
    assert_int_equal(q->oldest, 8995);
    assert_null(q->strategy); /* they do not agree */
    assert_true(kpi_value(KPI_SERVICE_LEVEL, q, &sl));
    assert_int_equal(sl, 50000); /* 0 of 20, 0 of 30 and 50 of 50: by calls */
    assert_true(joint_parts(w.joint, FACT_QUEUE, q->id, &parts));
    assert_int_equal(parts.count, 3);
    assert_string_equal(parts.mark, "3 PBXs");
    assert_true(joint_parts(w.joint, FACT_QUEUE, shown(&w, "sales")->id, &parts));
    assert_string_equal(parts.mark, "geneva");
    assert_int_equal(((const struct fact_member *)(const void *)store_get(joint_store(w.joint), FACT_MEMBER, 41))->queue, q->id);
    assert_int_equal(((const struct fact_caller *)(const void *)store_get(joint_store(w.joint), FACT_CALLER, 51))->queue, q->id);
    assert_int_equal(shown_agent(&w, 61)->queue, q->id);
    expect_same(joint_store(w.joint), w.told);
    /* the same number whatever comes and goes, and there and back */
    uint64_t id = q->id;
    drop(&w, FACT_QUEUE, 11);
    drop(&w, FACT_QUEUE, 21);
    drop(&w, FACT_QUEUE, 32);
    assert_null(shown(&w, "support"));
    put_queue(&w, 21, 2, "support", 3);
    put_queue(&w, 11, 1, "support", 3);
    assert_int_equal(shown(&w, "support")->id, id);
    assert_int_equal(joint_now(w.joint, FACT_QUEUE, 21), id); /* one came from lyon */
    joint_show(w.joint, (struct slice){ NULL, 0 }, false);
    assert_int_equal(joint_now(w.joint, FACT_QUEUE, id), 21);
    drop(&w, FACT_QUEUE, 21);
    assert_int_equal(joint_now(w.joint, FACT_QUEUE, id), 11);
    end(&w);
}

static void put_agent(struct world *w, uint64_t id, uint64_t pbx, const char *name, enum agent_state state, int64_t since)
{
    put(w, FACT_AGENT, (union fact_any){ .agent = { .id = id, .pbx = pbx, .name = mem_strdup(name), .extension = mem_strdup("401"), .interface = mem_strdup(pbx == 1 ? "PJSIP/401" : "SIP/401"),
                                                    .state = state, .since = since, .memberships = 2, .paused_in = state == AGENT_PAUSED ? 2 : 0, .calls_taken = (int64_t)pbx * 10, .talk_ms = 1000,
                                                    .last_call = (int64_t)pbx * 100, .login = (int64_t)pbx * 7, .paused_reason = state == AGENT_PAUSED ? mem_strdup("lunch") : NULL } });
}

/* What he does on one PBX is what he does; counts are those of all. Of two names at the same device none is the other. */
static void one_agent_on_several_pbxs_is_one(void **state)
{
    (void)state;
    struct world w;
    struct joint_parts parts;
    uint64_t part[4];
    begin(&w);
    joint_show(w.joint, (struct slice){ NULL, 0 }, true);
    three(&w);
    put(&w, FACT_MEMBER, (union fact_any){ .member = { .id = 45, .queue = 21, .agent = 72 } }); /* before its agent */
    put_agent(&w, 71, 1, "Ana", AGENT_PAUSED, 50);
    put_agent(&w, 72, 2, "Ana", AGENT_READY, 40);
    put_agent(&w, 73, 3, "Bruno", AGENT_READY, 40);
    const struct fact_agent *ana = shown_agent(&w, 71);
    assert_ptr_equal(ana, shown_agent(&w, 72));
    assert_ptr_not_equal(ana, shown_agent(&w, 73));
    assert_int_equal(ana->state, AGENT_READY); /* lyon can give her a call */
    assert_int_equal(ana->pbx, 2);
    assert_string_equal(ana->interface, "SIP/401");
    assert_int_equal(ana->memberships, 4);
    assert_int_equal(ana->paused_in, 2);
    assert_int_equal(ana->calls_taken, 30);
    assert_int_equal(ana->last_call, 200);
    assert_int_equal(ana->login, 7);
    assert_true(joint_parts(w.joint, FACT_AGENT, ana->id, &parts));
    assert_string_equal(parts.mark, "2 PBXs");
    assert_int_equal(joint_each_part(w.joint, FACT_AGENT, ana->id, part, 4), 2);
    assert_int_equal(part[0] + part[1], 71 + 72);
    assert_int_equal(((const struct fact_member *)(const void *)store_get(joint_store(w.joint), FACT_MEMBER, 45))->agent, ana->id);
    put_agent(&w, 71, 1, "Ana", AGENT_TALKING, 60);
    assert_int_equal(ana->state, AGENT_TALKING);
    assert_int_equal(ana->pbx, 1);
    put_pbx(&w, 1, "geneva", LINK_LOST); /* nobody knows what she does there */
    assert_int_equal(ana->state, AGENT_READY);
    assert_int_equal(ana->calls_taken, 20);
    assert_true(joint_parts(w.joint, FACT_AGENT, ana->id, &parts));
    assert_string_equal(parts.mark, "1/2");
    put_pbx(&w, 2, "lyon", LINK_LOST);
    assert_int_equal(ana->state, AGENT_TALKING); /* all as they were last known */
    put_agent(&w, 72, 2, "Anna", AGENT_READY, 40); /* called otherwise now */
    assert_int_equal(((const struct fact_member *)(const void *)store_get(joint_store(w.joint), FACT_MEMBER, 45))->agent, shown_agent(&w, 72)->id);
    assert_int_equal(joint_each_part(w.joint, FACT_AGENT, joint_now(w.joint, FACT_AGENT, 71), part, 4), 1);
    expect_same(joint_store(w.joint), w.told);
    drop(&w, FACT_AGENT, 72);
    assert_int_equal(((const struct fact_member *)(const void *)store_get(joint_store(w.joint), FACT_MEMBER, 45))->agent, 0);
    uint64_t id = joint_now(w.joint, FACT_AGENT, 71);
    joint_show(w.joint, (struct slice){ NULL, 0 }, false);
    assert_int_equal(joint_now(w.joint, FACT_AGENT, id), 71); /* and back */
    assert_int_equal(joint_each_part(w.joint, FACT_AGENT, 71, part, 4), 1);
    end(&w);
}

/* Two names for what people call alike: one row, by that name. */
static void an_alias_is_what_it_is_called(void **state)
{
    (void)state;
    struct world w;
    begin(&w);
    joint_show(w.joint, (struct slice){ NULL, 0 }, true);
    three(&w);
    put(&w, FACT_QUEUE, (union fact_any){ .queue = { .id = 33, .pbx = 3, .name = mem_strdup("q7"), .waiting = 4 } });
    put(&w, FACT_CALLER, (union fact_any){ .caller = { .id = 53, .queue = 33 } });
    assert_int_equal(shown(&w, "q7")->waiting, 4);
    put(&w, FACT_QUEUE, (union fact_any){ .queue = { .id = 33, .pbx = 3, .name = mem_strdup("q7"), .alias = mem_strdup("sales"), .waiting = 4 } });
    assert_null(shown(&w, "q7"));
    assert_int_equal(shown(&w, "sales")->waiting, 11);
    assert_int_equal(((const struct fact_caller *)(const void *)store_get(joint_store(w.joint), FACT_CALLER, 53))->queue, shown(&w, "sales")->id);
    expect_same(joint_store(w.joint), w.told);
    end(&w);
}

static void one_that_is_down_does_not_count(void **state)
{
    (void)state;
    struct world w;
    struct joint_parts parts;
    begin(&w);
    joint_show(w.joint, (struct slice){ NULL, 0 }, true);
    three(&w);
    put_pbx(&w, 2, "lyon", LINK_LOST);
    assert_int_equal(shown(&w, "support")->waiting, 7);
    assert_true(joint_parts(w.joint, FACT_QUEUE, shown(&w, "support")->id, &parts));
    assert_string_equal(parts.mark, "2/3");
    assert_int_equal(parts.heard_at, 0);
    put_pbx(&w, 1, "geneva", LINK_REFUSED);
    put_pbx(&w, 3, "zurich", LINK_CONNECTING);
    assert_int_equal(shown(&w, "support")->waiting, 10); /* all as they were last known */
    assert_true(joint_parts(w.joint, FACT_QUEUE, shown(&w, "support")->id, &parts));
    assert_string_equal(parts.mark, "0/3");
    assert_int_equal(parts.heard_at, 5000);
    put_pbx(&w, 2, "lyon", LINK_LIVE);
    assert_int_equal(shown(&w, "support")->waiting, 3);
    end(&w);
}

static void one_pbx_alone(void **state)
{
    (void)state;
    struct world w;
    begin(&w);
    joint_show(w.joint, SLICE("Zurich"), false); /* not there yet, and written otherwise */
    three(&w);
    assert_int_equal(store_count(joint_store(w.joint), FACT_PBX), 1);
    assert_int_equal(store_count(joint_store(w.joint), FACT_QUEUE), 1);
    assert_int_equal(store_count(joint_store(w.joint), FACT_MEMBER), 0);
    assert_int_equal(store_count(joint_store(w.joint), FACT_AGENT), 1);
    assert_int_equal(joint_now(w.joint, FACT_QUEUE, 11), 0);
    expect_same(joint_store(w.joint), w.told);
    joint_show(w.joint, SLICE("lyon"), true);
    assert_int_equal(store_count(joint_store(w.joint), FACT_CALLER), 1);
    joint_show(w.joint, SLICE("nowhere"), false);
    assert_int_equal(store_count(joint_store(w.joint), FACT_PBX), 0);
    joint_show(w.joint, (struct slice){ NULL, 0 }, false);
    expect_same(joint_store(w.joint), w.whole);
    end(&w);
}

static uint64_t below(struct random *r, uint64_t n)
{
    return random_below(r, (uint32_t)n);
}

static void step(struct world *w, struct random *r)
{
    static const char *const names[] = { "support", "sales", "vip", "" };
    uint64_t pbx = 1 + below(r, 3), n = below(r, 6);
    switch (below(r, 10)) {
    case 0: put_pbx(w, pbx, pbx == 1 ? "geneva" : pbx == 2 ? "lyon" : "zurich", (enum link_state)below(r, LINK_STATE_COUNT)); break;
    case 1:
    case 2: put_queue(w, pbx * 10 + n, pbx, names[n % 4], (int64_t)below(r, 5)); break;
    case 3: put(w, FACT_MEMBER, (union fact_any){ .member = { .id = 1000 + pbx * 10 + n, .queue = pbx * 10 + n, .agent = 3000 + pbx * 10 + below(r, 6), .paused = (int64_t)below(r, 2) } }); break;
    case 4: put(w, FACT_CALLER, (union fact_any){ .caller = { .id = 2000 + pbx * 10 + n, .queue = pbx * 10 + n, .rank = (int64_t)below(r, 9) } }); break;
    case 5: put(w, FACT_AGENT, (union fact_any){ .agent = { .id = 3000 + pbx * 10 + n, .pbx = pbx, .queue = pbx * 10 + below(r, 6), .state = (int64_t)below(r, AGENT_STATE_COUNT), .memberships = 1,
                                                            .name = below(r, 4) > 0 ? mem_strdup(names[n % 4]) : NULL, .extension = n < 3 ? mem_strdup("401") : NULL, .interface = n > 1 ? mem_strdup("PJSIP/1") : NULL } });
        break;
    case 6: drop(w, FACT_MEMBER, 1000 + pbx * 10 + n); break;
    case 7: drop(w, FACT_CALLER, 2000 + pbx * 10 + n); break;
    case 8: drop(w, FACT_AGENT, 3000 + pbx * 10 + n); break;
    default:
        put(w, FACT_CALL, (union fact_any){ .call = { .id = 4000 + pbx * 10 + n, .pbx = pbx, .queue = pbx * 10 + below(r, 6), .agent = 3000 + pbx * 10 + below(r, 6) } });
        if (below(r, 4) != 0)
            break;
        for (uint64_t i = 0; i < 6; i++) { /* who belongs to it goes first, as from a keeper */
            drop(w, FACT_MEMBER, 1000 + pbx * 10 + n);
            drop(w, FACT_CALLER, 2000 + pbx * 10 + n);
        }
        drop(w, FACT_QUEUE, pbx * 10 + n);
        break;
    }
}

/* Step by step it becomes what it would be made anew. */
static void whatever_comes(void **state)
{
    (void)state;
    static const struct {
        const char *pbx;
        bool is_merged;
    } ways[] = { { NULL, true }, { "lyon", false }, { "lyon", true }, { NULL, false } };
    for (uint64_t seed = 0; seed < 60; seed++) {
        struct random r = { seed + 1 };
        struct world w;
        begin(&w);
        joint_show(w.joint, slice_of(ways[seed % 4].pbx), ways[seed % 4].is_merged);
        for (int i = 0; i < 300; i++) {
            step(&w, &r);
            if (i % 20 != 0)
                continue;
            struct joint *anew = joint_new(w.whole);
            joint_show(anew, slice_of(ways[seed % 4].pbx), ways[seed % 4].is_merged);
            expect_same(joint_store(w.joint), joint_store(anew));
            expect_same(joint_store(w.joint), w.told);
            joint_free(anew);
        }
        end(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_is_the_whole_itself), cmocka_unit_test(queues_of_one_name_are_one), cmocka_unit_test(one_agent_on_several_pbxs_is_one), cmocka_unit_test(an_alias_is_what_it_is_called), cmocka_unit_test(one_that_is_down_does_not_count),
        cmocka_unit_test(one_pbx_alone), cmocka_unit_test(whatever_comes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
