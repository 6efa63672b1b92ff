/* SPDX-License-Identifier: MIT */
/* test_tui_table: a table that was told every change one by one shows what a fresh one shows; the cursor stays with its row. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "core/base/mem.h"
#include "core/base/random.h"
#include "tui/table/table.h"

enum { AGENTS = 60, ROUNDS = 3000 };

static const struct table_setup setup = { .kind = FACT_AGENT, .layout = "name state calls_taken since", .sort = "name" };

struct world {
    struct store *store;
    struct table *table;
    struct view view;
    struct canvas canvas;
};

static void world_init(struct world *w, int rows)
{
    *w = (struct world){ .store = store_new(), .table = table_new(&setup) };
    w->view = (struct view){ .store = w->store, .beat_ms = 1000000 };
    canvas_init(&w->canvas, 60, rows, true);
}

static void world_clear(struct world *w)
{
    table_free(w->table);
    store_free(w->store);
    canvas_clear(&w->canvas);
}

static void put(struct world *w, uint64_t id, int64_t calls, int64_t state)
{
    char name[32];
    (void)snprintf(name, sizeof name, "agent %d", (int)(id % 7));
    struct fact_agent a = { .id = id, .name = mem_strdup(name), .calls_taken = calls, .state = state, .since = 1000 * calls };
    if (store_put(w->store, FACT_AGENT, (void *)&a))
        table_changed(w->table, id, store_get(w->store, FACT_AGENT, id));
}

static void drop(struct world *w, uint64_t id)
{
    if (store_get(w->store, FACT_AGENT, id) != NULL) {
        table_changed(w->table, id, NULL);
        (void)store_drop(w->store, FACT_AGENT, id);
    }
}

/* The ids as a walk with the cursor finds them. */
static size_t walk(struct world *w, struct table *t, uint64_t out[AGENTS])
{
    size_t count = table_count(t);
    table_draw(t, &w->view, &w->canvas, canvas_area(&w->canvas), true);
    assert_true(count <= AGENTS);
    for (size_t i = 0; i < count; i++) {
        (void)table_act(t, i == 0 ? ACTION_CURSOR_FIRST : ACTION_CURSOR_DOWN);
        out[i] = table_selected(t);
        assert_int_not_equal(out[i], 0);
    }
    return count;
}

/* What a person did to the order, all of it: the second key is the one before. */
struct history {
    enum action at[ROUNDS];
    size_t count;
};

static void sort_as(struct table *t, struct history *h, enum action a)
{
    (void)table_act(t, a);
    h->at[h->count++] = a;
}

static void check_against_fresh(struct world *w, const struct history *h, const char *filter)
{
    uint64_t have[AGENTS], want[AGENTS];
    struct table *fresh = table_new(&setup);
    const struct fact *f;
    for (size_t at = 0; (f = store_each(w->store, FACT_AGENT, &at)) != NULL;)
        table_changed(fresh, f->id, f);
    (void)table_filter(fresh, slice_of(filter));
    (void)table_settle(fresh, &w->view);
    table_draw(fresh, &w->view, &w->canvas, canvas_area(&w->canvas), true); /* columns that are seen can be sorted by */
    for (size_t i = 0; i < h->count; i++)
        (void)table_act(fresh, h->at[i]);
    (void)table_settle(fresh, &w->view);
    (void)table_settle(w->table, &w->view);
    size_t count = walk(w, w->table, have);
    assert_int_equal(walk(w, fresh, want), count);
    assert_memory_equal(have, want, count * sizeof have[0]);
    table_free(fresh);
}

static void test_incremental_equals_fresh(void **state)
{
    (void)state;
    struct world w;
    struct random r = { 42 };
    static struct history h;
    h.count = 0;
    const char *filter = "";
    world_init(&w, 20);
    (void)table_settle(w.table, &w.view);
    table_draw(w.table, &w.view, &w.canvas, canvas_area(&w.canvas), true);
    for (int round = 0; round < ROUNDS; round++) {
        uint64_t id = 1 + random_below(&r, AGENTS);
        uint32_t what = random_below(&r, 40);
        if (what < 28) {
            put(&w, id, random_below(&r, 10), random_below(&r, AGENT_STATE_COUNT));
        } else if (what < 36) {
            drop(&w, id);
        } else if (what == 36) {
            sort_as(w.table, &h, ACTION_SORT_NEXT);
        } else if (what == 37) {
            sort_as(w.table, &h, ACTION_SORT_INVERT);
        } else if (what == 38) {
            filter = *filter == '\0' ? "AGENT 3" : "";
            (void)table_filter(w.table, slice_of(filter));
        } else {
            check_against_fresh(&w, &h, filter);
        }
    }
    check_against_fresh(&w, &h, filter);
    world_clear(&w);
}

static int line_of_cursor(const struct world *w)
{
    for (int y = 0; y < w->canvas.rows; y++) {
        if (w->canvas.cell[y * w->canvas.cols].ground == ROLE_CURSOR)
            return y;
    }
    return -1;
}

static void draw(struct world *w)
{
    (void)table_settle(w->table, &w->view);
    canvas_blank(&w->canvas, canvas_area(&w->canvas), (struct style){ ROLE_TEXT, ROLE_TEXT });
    table_draw(w->table, &w->view, &w->canvas, canvas_area(&w->canvas), true);
}

/* Rows come and go above and below: the selected one keeps its identity, and its line of the screen. */
static void test_cursor_stays(void **state)
{
    (void)state;
    struct world w;
    struct random r = { 7 };
    world_init(&w, 9);
    for (uint64_t id = 1; id <= AGENTS; id++)
        put(&w, id, 1, AGENT_READY);
    draw(&w);
    for (int i = 0; i < 31; i++) {
        (void)table_act(w.table, ACTION_CURSOR_DOWN);
        draw(&w);
    }
    uint64_t chosen = table_selected(w.table);
    for (int i = 0; i < 4; i++) {
        (void)table_act(w.table, ACTION_CURSOR_UP);
        draw(&w);
    }
    chosen = table_selected(w.table);
    int line = line_of_cursor(&w);
    assert_true(chosen != 0 && line > 1 && line < 8);
    for (int round = 0; round < 200; round++) {
        uint64_t id = 1 + random_below(&r, AGENTS);
        if (id == chosen)
            continue;
        if (round % 3 == 0)
            drop(&w, id);
        else
            put(&w, id, random_below(&r, 3), AGENT_TALKING);
        draw(&w);
        assert_int_equal(table_selected(w.table), chosen);
        assert_int_equal(line_of_cursor(&w), line);
    }
    drop(&w, chosen);
    draw(&w);
    assert_int_equal(table_selected(w.table), 0); /* nobody takes its place */
    assert_int_equal(line_of_cursor(&w), -1);
    (void)table_act(w.table, ACTION_CURSOR_DOWN);
    assert_int_not_equal(table_selected(w.table), 0);
    world_clear(&w);
}

/* A row that a filter hides is not acted upon, and is back when the filter goes. */
static void test_filter_hides_the_selected(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, 9);
    for (uint64_t id = 1; id <= 7; id++)
        put(&w, id, 1, AGENT_READY);
    draw(&w);
    (void)table_act(w.table, ACTION_CURSOR_FIRST);
    uint64_t chosen = table_selected(w.table);
    (void)table_filter(w.table, SLICE("agent 3"));
    draw(&w);
    assert_int_equal(table_selected(w.table), 0);
    assert_int_equal(table_count(w.table), 1);
    (void)table_filter(w.table, SLICE(""));
    draw(&w);
    assert_int_equal(table_selected(w.table), chosen);
    world_clear(&w);
}

/* Sorted by a column for the first time, what needs a person first stands on top. */
static void test_first_direction(void **state)
{
    (void)state;
    static const struct {
        enum fact_kind kind;
        const char *id;
        int direction;
    } cases[] = {
        { FACT_QUEUE, "name", 1 }, { FACT_QUEUE, "waiting", -1 }, { FACT_QUEUE, "abandonment", -1 }, { FACT_QUEUE, "asa", -1 },
        { FACT_QUEUE, "service_level", 1 }, { FACT_QUEUE, "service_level_answered", 1 }, { FACT_QUEUE, "ast_sl", 1 }, { FACT_QUEUE, "ready", 1 },
        { FACT_QUEUE, "members", 1 }, { FACT_QUEUE, "state", -1 },
        { FACT_AGENT, "since", -1 }, { FACT_AGENT, "name", 1 }, { FACT_AGENT, "missed", -1 }, { FACT_CALLER, "joined", -1 }, { FACT_CALLER, "position", 1 },
        { FACT_PBX, "link", -1 }, { FACT_PBX, "certificate_until", 1 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct table *t = table_new(&(struct table_setup){ .kind = cases[i].kind, .layout = cases[i].id, .sort = cases[i].id });
        int direction;
        assert_true(table_set_sort(t, slice_of(cases[i].id), 0));
        (void)table_sort_id(t, &direction);
        if (direction != cases[i].direction)
            fail_msg("%s goes %d first", cases[i].id, direction);
        table_free(t);
    }
    struct store *store = store_new();
    struct view v = { .store = store, .beat_ms = 1000 };
    struct table *t = table_new(&(struct table_setup){ .kind = FACT_QUEUE, .layout = "name service_level", .sort = "name" });
    static const int64_t in_time[] = { 9, 2, 0 }, answered[] = { 10, 10, 0 };
    for (uint64_t i = 0; i < 3; i++) {
        struct fact_queue q = { .id = i + 1, .answered = answered[i], .answered_in_sl = in_time[i] };
        assert_true(store_put(store, FACT_QUEUE, (void *)&q));
        table_changed(t, i + 1, store_get(store, FACT_QUEUE, i + 1));
    }
    static const uint64_t want[] = { 2, 1, 3 }; /* 20 %, 90 %, nobody knows */
    assert_true(table_set_sort(t, SLICE("service_level"), 0));
    (void)table_settle(t, &v);
    for (size_t i = 0; i < 3; i++) {
        (void)table_act(t, i == 0 ? ACTION_CURSOR_FIRST : ACTION_CURSOR_DOWN);
        (void)table_settle(t, &v);
        uint64_t under = table_selected(t);
        if (under != want[i])
            fail_msg("line %zu has %d", i, (int)under);
    }
    table_free(t);
    store_free(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_direction),
        cmocka_unit_test(test_incremental_equals_fresh),
        cmocka_unit_test(test_cursor_stays),
        cmocka_unit_test(test_filter_hides_the_selected),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
