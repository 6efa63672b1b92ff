/* SPDX-License-Identifier: MIT */
/* sim, the world that lives by itself: repeats from its seed, speaks events that decode, and agrees with its own lists. */
#include "tests/unit/support_sim.h"

#include "core/base/map.h"
#include "core/base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define MINUTE_MS INT64_C(60000)

static const struct sim_setup busy = {
    .seed = 7, .queues = 8, .agents = 40, .memberships = 3, .calls_per_hour = 500, .start_wall_ms = INT64_C(1795303252000),
};

static void run_day(struct buf *out, uint64_t seed)
{
    struct sim_setup setup = busy;
    setup.seed = seed;
    struct sim *s = sim_new(&setup);
    struct support_client c;
    support_client_open(&c, s);
    support_client_login(&c, "on");
    for (int minute = 1; minute <= 20; minute++) {
        sim_run_until(s, setup.start_wall_ms + minute * MINUTE_MS);
        buf_add(out, buf_slice(sim_output(c.peer)));
        buf_reset(sim_output(c.peer));
    }
    support_client_close(&c);
    sim_free(s);
}

static void the_same_seed_gives_the_same_bytes(void **state)
{
    (void)state;
    struct buf a = BUF_INIT(64 << 20), b = BUF_INIT(64 << 20), other = BUF_INIT(64 << 20);
    run_day(&a, 7);
    run_day(&b, 7);
    run_day(&other, 8);
    assert_true(a.len > 500000);
    assert_true(slice_eq(buf_slice(&a), buf_slice(&b)));
    assert_false(slice_eq(buf_slice(&a), buf_slice(&other)));
    buf_clear(&a);
    buf_clear(&b);
    buf_clear(&other);
}

/* What a reader of events knows of one queue. */
struct tally {
    char *name;
    int64_t waiting;
    struct map *entries; /* by uniqueid, the value is its own key */
};

static struct tally *tally_of(struct map *tallies, struct slice queue)
{
    struct tally *t = map_get(tallies, queue);
    if (t != NULL)
        return t;
    t = mem_alloc(sizeof(*t));
    t->name = mem_text(queue);
    t->entries = map_new(false);
    map_put(tallies, slice_of(t->name), t);
    return t;
}

static void add_entry(struct tally *t, struct slice uniqueid)
{
    char *key = mem_text(uniqueid);
    assert_null(map_put(t->entries, slice_of(key), key));
}

static void note(struct map *tallies, const struct event *e)
{
    struct tally *t = event_has(e, F_QUEUE) ? tally_of(tallies, event_get(e, F_QUEUE)) : NULL;
    if (e->kind == EVENT_QUEUE_ENTRY) {
        t->waiting++;
        add_entry(t, event_get(e, F_UNIQUEID));
        assert_int_equal(event_int(e, F_POSITION, 1, 1 << 20, 0), t->waiting);
    } else if (e->kind == EVENT_QUEUE_CALLER_JOIN) {
        t->waiting++;
        add_entry(t, event_get(e, F_UNIQUEID));
        assert_int_equal(event_int(e, F_COUNT, 0, 1 << 20, -1), t->waiting);
        assert_in_range(event_int(e, F_POSITION, 1, 1 << 20, 0), 1, t->waiting);
    } else if (e->kind == EVENT_QUEUE_CALLER_LEAVE) {
        t->waiting--;
        char *key = map_remove(t->entries, event_get(e, F_UNIQUEID));
        assert_non_null(key);
        mem_free(key);
        assert_int_equal(event_int(e, F_COUNT, 0, 1 << 20, -1), t->waiting);
    }
}

static void read_status(struct support_client *c, struct map *tallies)
{
    size_t items = 0;
    support_client_expect(c, "QueueStatus|ActionID: s1", "Success", "Queue status will follow");
    while (support_client_next(c) && c->event.kind != EVENT_QUEUE_STATUS_COMPLETE) {
        assert_true(event_table[c->event.kind].is_list_item);
        assert_true(support_is(&c->event, F_ACTION_ID, "s1"));
        note(tallies, &c->event);
        items++;
    }
    assert_int_equal(c->event.kind, EVENT_QUEUE_STATUS_COMPLETE);
    assert_int_equal(event_int(&c->event, F_LIST_ITEMS, 0, 1 << 20, -1), items);
}

static void free_tallies(struct map *tallies)
{
    struct tally *t;
    for (size_t at = 0; (t = map_each(tallies, &at)) != NULL;) {
        char *key;
        for (size_t k = 0; (key = map_each(t->entries, &k)) != NULL;)
            mem_free(key);
        map_free(t->entries);
        mem_free(t->name);
        mem_free(t);
    }
    map_free(tallies);
}

static void events_and_lists_agree(void **state)
{
    (void)state;
    struct sim *s = sim_new(&busy);
    struct support_client c;
    size_t kinds[EVENT_COUNT] = { 0 };
    struct map *tallies = map_new(true), *fresh = map_new(true);
    support_client_open(&c, s);
    support_client_login(&c, "on");
    read_status(&c, tallies);
    for (int step = 1; step <= 240; step++) {
        sim_run_until(s, busy.start_wall_ms + step * MINUTE_MS / 2);
        while (support_client_next(&c)) {
            note(tallies, &c.event);
            kinds[c.event.kind]++;
        }
    }
    read_status(&c, fresh);
    struct tally *t;
    for (size_t at = 0; (t = map_each(fresh, &at)) != NULL;) {
        struct tally *told = map_get(tallies, slice_of(t->name));
        assert_non_null(told);
        assert_int_equal(told->waiting, t->waiting);
        char *key;
        for (size_t k = 0; (key = map_each(t->entries, &k)) != NULL;)
            assert_non_null(map_get(told->entries, slice_of(key)));
    }
    static const enum event_kind seen[] = {
        EVENT_QUEUE_CALLER_ABANDON, EVENT_AGENT_CALLED, EVENT_AGENT_CONNECT, EVENT_AGENT_COMPLETE, EVENT_AGENT_RING_NO_ANSWER,
        EVENT_QUEUE_MEMBER_PAUSE, EVENT_QUEUE_MEMBER_ADDED, EVENT_QUEUE_MEMBER_REMOVED, EVENT_HOLD, EVENT_UNHOLD, EVENT_BLIND_TRANSFER,
        EVENT_BRIDGE_CREATE, EVENT_BRIDGE_DESTROY, EVENT_DEVICE_STATE_CHANGE, EVENT_HANGUP,
    };
    for (size_t i = 0; i < sizeof(seen) / sizeof(seen[0]); i++) {
        if (kinds[seen[i]] == 0)
            fail_msg("two hours without a %s", event_table[seen[i]].name);
    }
    assert_in_range(kinds[EVENT_AGENT_CONNECT], 600, 1400);
    assert_int_equal(kinds[EVENT_BRIDGE_ENTER], 2 * kinds[EVENT_BRIDGE_CREATE]);
    free_tallies(tallies);
    free_tallies(fresh);
    support_client_close(&c);
    sim_free(s);
}

/* The first picture of a demonstration is not an empty one. */
static void a_new_world_is_in_the_middle_of_its_day(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 5; seed++) {
        struct sim_setup setup = busy;
        setup.seed = seed;
        struct sim *s = sim_new(&setup);
        struct support_client c;
        size_t waiting = 0, talking = 0, paused = 0, members = 0;
        support_client_open(&c, s);
        support_client_login(&c, "off");
        support_client_ask(&c, "QueueStatus");
        while (support_client_next(&c)) {
            waiting += c.event.kind == EVENT_QUEUE_ENTRY;
            members += c.event.kind == EVENT_QUEUE_MEMBER;
            talking += c.event.kind == EVENT_QUEUE_MEMBER && support_is(&c.event, F_IN_CALL, "1");
            paused += c.event.kind == EVENT_QUEUE_MEMBER && support_is(&c.event, F_PAUSED, "1");
        }
        assert_true(waiting > 0);
        assert_in_range(talking, 8, 40);
        assert_in_range(paused, 1, 60);
        assert_in_range(members, 80, 120);
        support_client_close(&c);
        sim_free(s);
    }
}

static void nothing_is_left_behind(void **state)
{
    (void)state;
    unsigned long before = mem_live();
    struct sim *s = sim_new(&busy);
    sim_run_until(s, busy.start_wall_ms + 10 * MINUTE_MS);
    sim_attach(s);
    sim_free(s);
    sim_free(NULL);
    assert_int_equal(mem_live(), before);
}

static void a_thousand_queues_are_no_trouble(void **state)
{
    (void)state;
    struct sim_setup setup = { .seed = 3, .queues = 1000, .agents = 10000, .memberships = 3, .calls_per_hour = 100000,
                               .start_wall_ms = INT64_C(1795303252000) };
    struct sim *s = sim_new(&setup);
    struct support_client c;
    size_t members = 0;
    support_client_open(&c, s);
    support_client_login(&c, "on");
    support_client_ask(&c, "QueueStatus");
    while (support_client_next(&c))
        members += c.event.kind == EVENT_QUEUE_MEMBER;
    assert_in_range(members, 20000, 30000);
    sim_run_until(s, setup.start_wall_ms + 5000);
    size_t events = 0;
    while (support_client_next(&c))
        events++;
    assert_true(events > 500);
    support_client_close(&c);
    sim_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_seed_gives_the_same_bytes),
        cmocka_unit_test(events_and_lists_agree),
        cmocka_unit_test(a_new_world_is_in_the_middle_of_its_day),
        cmocka_unit_test(nothing_is_left_behind),
        cmocka_unit_test(a_thousand_queues_are_no_trouble),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
