/* SPDX-License-Identifier: MIT */
/* The store: what is put is found again, by number, among its kind and under its parent; callers by rank;
 * a change is told from a repetition; and size does not matter. */
#include "core/base/mem.h"
#include "core/floor/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static bool put_queue(struct store *s, uint64_t id, const char *name, int64_t waiting)
{
    struct fact_queue q = { .id = id, .pbx = 1, .name = mem_strdup(name), .waiting = waiting };
    bool changed = store_put(s, FACT_QUEUE, (struct fact *)&q);
    assert_null(q.name); /* taken or freed, never ours any more */
    return changed;
}

static bool put_caller(struct store *s, uint64_t id, uint64_t queue, int64_t rank)
{
    struct fact_caller c = { .id = id, .queue = queue, .rank = rank, .uniqueid = mem_strdup("1.1") };
    return store_put(s, FACT_CALLER, (struct fact *)&c);
}

static void expect_callers(const struct store *s, uint64_t queue, const char *ids)
{
    char got[128] = "";
    for (const struct fact *f = NULL; (f = store_child(s, FACT_CALLER, queue, f)) != NULL;) {
        size_t n = strlen(got);
        snprintf(got + n, sizeof got - n, "%s%d", n > 0 ? " " : "", (int)f->id);
    }
    assert_string_equal(got, ids);
}

static void a_change_is_told_from_a_repetition(void **state)
{
    (void)state;
    struct store *s = store_new();
    assert_int_equal(store_generation(s, FACT_QUEUE), 0);
    assert_true(put_queue(s, 5, "support", 1));
    const struct fact_queue *q = (const void *)store_get(s, FACT_QUEUE, 5);
    assert_string_equal(q->name, "support");
    assert_false(put_queue(s, 5, "support", 1));
    assert_int_equal(store_generation(s, FACT_QUEUE), 1);
    assert_true(put_queue(s, 5, "support", 2));
    assert_ptr_equal(store_get(s, FACT_QUEUE, 5), q); /* readers may keep the pointer */
    assert_int_equal(q->waiting, 2);
    assert_int_equal(store_generation(s, FACT_QUEUE), 2);
    assert_false(store_drop(s, FACT_QUEUE, 6));
    assert_true(store_drop(s, FACT_QUEUE, 5));
    assert_null(store_get(s, FACT_QUEUE, 5));
    assert_int_equal(store_generation(s, FACT_QUEUE), 3);
    assert_int_equal(store_generation(s, FACT_CALLER), 0);
    store_free(s);
}

static void put_agent(struct store *s, const char *interface, const char *name, const char *team)
{
    struct fact_agent a = { .id = 7, .pbx = 1, .interface = mem_strdup(interface), .name = mem_strdup(name), .team = mem_strdup(team) };
    assert_true(store_put(s, FACT_AGENT, (struct fact *)&a));
    const struct fact_agent *got = (const void *)store_get(s, FACT_AGENT, 7);
    const char *want[] = { interface, name, team }, *have[] = { got->interface, got->name, got->team };
    for (size_t i = 0; i < sizeof want / sizeof want[0]; i++) {
        assert_true((want[i] == NULL) == (have[i] == NULL));
        assert_string_equal(want[i] != NULL ? want[i] : "", have[i] != NULL ? have[i] : "");
    }
    assert_null(got->peer_name);
}

static void texts_grow_shrink_come_and_go(void **state)
{
    (void)state;
    unsigned long blocks = mem_live();
    struct store *s = store_new();
    put_agent(s, "PJSIP/101", "Ana", NULL);
    put_agent(s, "PJSIP/101", "Ana Roy of the second floor, on the left", "sales");
    put_agent(s, NULL, NULL, "s");
    put_agent(s, NULL, NULL, NULL);
    put_agent(s, "", "Ana", "");
    store_free(s);
    assert_int_equal(mem_live(), blocks);
}

static void callers_stand_by_rank(void **state)
{
    (void)state;
    struct store *s = store_new();
    put_caller(s, 1, 9, 10);
    put_caller(s, 2, 9, 30);
    put_caller(s, 3, 9, 20); /* jumps the queue */
    put_caller(s, 4, 8, 5);
    expect_callers(s, 9, "1 3 2");
    expect_callers(s, 8, "4");
    expect_callers(s, 7, "");
    put_caller(s, 1, 9, 40); /* falls back */
    expect_callers(s, 9, "3 2 1");
    put_caller(s, 5, 9, 30); /* equal ranks: in order of arrival */
    expect_callers(s, 9, "3 2 5 1");
    put_caller(s, 3, 8, 1); /* into another queue */
    expect_callers(s, 9, "2 5 1");
    expect_callers(s, 8, "3 4");
    store_drop(s, FACT_CALLER, 2);
    store_drop(s, FACT_CALLER, 1);
    expect_callers(s, 9, "5");
    store_drop(s, FACT_CALLER, 5);
    expect_callers(s, 9, "");
    store_free(s);
}

static void children_outlive_their_parent_and_come_before_it(void **state)
{
    (void)state;
    struct store *s = store_new();
    put_caller(s, 1, 5, 1);
    put_queue(s, 5, "support", 1);
    store_drop(s, FACT_QUEUE, 5);
    expect_callers(s, 5, "1");
    store_free(s);
}

static void pbxs_are_the_children_of_nobody(void **state)
{
    (void)state;
    struct store *s = store_new();
    for (uint32_t i = 0; i < 3; i++) {
        struct fact_pbx p = { .id = fact_pbx_id(i), .name = mem_strdup("pbx") };
        store_put(s, FACT_PBX, (struct fact *)&p);
    }
    uint32_t i = 0;
    for (const struct fact *f = NULL; (f = store_child(s, FACT_PBX, 0, f)) != NULL; i++) {
        assert_int_equal(f->id, fact_pbx_id(i));
    }
    assert_int_equal(i, 3);
    store_free(s);
}

/* 1,000 queues with 50,000 memberships of 10,000 agents: all found, all counted, all freed. */
static void a_large_floor_is_held_whole(void **state)
{
    (void)state;
    unsigned long before = mem_live();
    struct store *s = store_new();
    for (uint64_t i = 0; i < 50000; i++) {
        struct fact_member m = { .id = 100000 + i, .queue = 1 + i % 1000, .agent = 1 + i % 10000, .name = mem_strdup("n") };
        assert_true(store_put(s, FACT_MEMBER, (struct fact *)&m));
    }
    assert_int_equal(store_count(s, FACT_MEMBER), 50000);
    size_t seen = 0, at = 0;
    while (store_each(s, FACT_MEMBER, &at) != NULL) {
        seen++;
    }
    assert_int_equal(seen, 50000);
    size_t children = 0;
    uint64_t last = 0;
    for (const struct fact *f = NULL; (f = store_child(s, FACT_MEMBER, 17, f)) != NULL; children++) {
        assert_true(f->id > last); /* order of arrival */
        last = f->id;
    }
    assert_int_equal(children, 50);
    store_drop_all(s);
    assert_int_equal(store_count(s, FACT_MEMBER), 0);
    store_free(s);
    assert_int_equal(mem_live(), before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_change_is_told_from_a_repetition),
        cmocka_unit_test(texts_grow_shrink_come_and_go),
        cmocka_unit_test(callers_stand_by_rank),
        cmocka_unit_test(children_outlive_their_parent_and_come_before_it),
        cmocka_unit_test(pbxs_are_the_children_of_nobody),
        cmocka_unit_test(a_large_floor_is_held_whole),
    };
    return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
