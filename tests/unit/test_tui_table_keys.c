/* SPDX-License-Identifier: MIT */
/* test_tui_table_keys: whatever happens in whichever order (rows come, change and go; keys, filters, groups, ice), what a key
 * acts on is what the last picture showed under the cursor, and tags stay with whom they were given to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "core/base/mem.h"
#include "core/base/random.h"
#include "tui/table/table.h"

enum { AGENTS = 40, ROUNDS = 20000, ROWS = 12, COLS = 60, IDS_MAX = 5 * ROUNDS };

struct world {
    struct store *store;
    struct table *table;
    struct view view;
    struct canvas canvas;
    uint64_t shown[ROWS];  /* of the last picture, by line; 0: a heading, a gone one, nothing */
    int cursor;            /* line of the cursor in it; -1: none */
    uint64_t under;        /* the identity under it; 0: none */
    uint64_t id[AGENTS];   /* of each place in the floor; 0: nobody. Who comes has a new one, as the keeper gives them */
    uint64_t last_id;
    bool is_tagged[IDS_MAX];
};

static void put(struct world *w, size_t place, int64_t calls, int64_t state)
{
    char name[32];
    uint64_t id = w->id[place] = w->id[place] != 0 ? w->id[place] : ++w->last_id;
    (void)snprintf(name, sizeof name, "agent %d", (int)id);
    struct fact_agent a = { .id = id, .name = mem_strdup(name), .calls_taken = calls, .state = state, .since = 1000 * calls };
    if (store_put(w->store, FACT_AGENT, (void *)&a))
        table_changed(w->table, id, store_get(w->store, FACT_AGENT, id));
}

static void drop(struct world *w, size_t place)
{
    uint64_t id = w->id[place];
    if (id == 0)
        return;
    w->id[place] = 0;
    table_changed(w->table, id, NULL);
    (void)store_drop(w->store, FACT_AGENT, id);
    w->is_tagged[id] = false;
}

static uint64_t id_at(const struct world *w, int y)
{
    char text[COLS + 1];
    int n = 0, id = 0;
    for (int x = 2; x < COLS; x++)
        text[n++] = w->canvas.cell[y * COLS + x].text[0];
    text[n] = '\0';
    return sscanf(text, "agent %d", &id) == 1 ? (uint64_t)id : 0;
}

/* Paints, and reads from the picture alone what is where. */
static void draw(struct world *w)
{
    canvas_blank(&w->canvas, canvas_area(&w->canvas), (struct style){ ROLE_TEXT, ROLE_TEXT });
    table_draw(w->table, &w->view, &w->canvas, canvas_area(&w->canvas), true);
    w->cursor = -1;
    for (int y = 0; y < ROWS; y++) {
        w->shown[y] = y > 0 ? id_at(w, y) : 0;
        if (w->shown[y] != 0 && store_get(w->store, FACT_AGENT, w->shown[y]) == NULL)
            w->shown[y] = 0;
        if (w->canvas.cell[y * COLS].ground == ROLE_CURSOR) {
            assert_int_equal(w->cursor, -1);
            w->cursor = y;
        }
    }
    w->under = w->cursor >= 0 ? w->shown[w->cursor] : 0;
    assert_int_equal(table_selected(w->table), w->under);
}

/* An order now would hit whom the picture shows, or nobody when that one went. */
static void check_under(const struct world *w)
{
    bool is_there = w->under != 0 && store_get(w->store, FACT_AGENT, w->under) != NULL;
    assert_int_equal(table_selected(w->table), is_there ? w->under : 0);
}

static void check_tags(const struct world *w)
{
    uint64_t tagged[AGENTS + 1];
    size_t want = 0, count = table_tagged(w->table, tagged, AGENTS + 1);
    for (uint64_t id = 1; id <= w->last_id; id++)
        want += w->is_tagged[id] ? 1 : 0;
    assert_int_equal(count, want);
    for (size_t i = 0; i < count; i++)
        assert_true(w->is_tagged[tagged[i]]);
}

static void learn_tags(struct world *w)
{
    uint64_t tagged[AGENTS + 1];
    size_t count = table_tagged(w->table, tagged, AGENTS + 1);
    memset(w->is_tagged, 0, sizeof w->is_tagged);
    for (size_t i = 0; i < count; i++)
        w->is_tagged[tagged[i]] = true;
}

static void one_event(struct world *w, struct random *r)
{
    size_t place = random_below(r, AGENTS);
    uint32_t what = random_below(r, 20);
    if (what < 15)
        put(w, place, random_below(r, 10), random_below(r, AGENT_STATE_COUNT));
    else if (what < 18)
        drop(w, place);
    else if (what == 18)
        table_resort(w->table);
    else
        w->view.beat_ms += 1000;
}

/* Down and up go to the neighbours in the last picture, whatever came since. */
static void one_move(struct world *w, bool down)
{
    int to = w->cursor + (down ? 1 : -1);
    uint64_t want = w->cursor > 0 && to > 0 && to < ROWS ? w->shown[to] : 0;
    check_under(w);
    bool was_there = w->cursor >= 0;
    (void)table_act(w->table, down ? ACTION_CURSOR_DOWN : ACTION_CURSOR_UP);
    if (was_there && want != 0 && w->under != 0 && store_get(w->store, FACT_AGENT, w->under) != NULL)
        assert_int_equal(table_selected(w->table), store_get(w->store, FACT_AGENT, want) != NULL ? want : 0);
}

static void tag_one(struct world *w)
{
    check_under(w);
    uint64_t id = table_selected(w->table);
    (void)table_act(w->table, ACTION_TAG);
    if (id != 0)
        w->is_tagged[id] = !w->is_tagged[id];
    check_tags(w);
}

static const char *const texts[] = { "", "agent 1", "state:paused", "calls>5", "!state:free | agent 7", "for<990s", "sta", "state:", "nothing of the kind" };
static const enum action others[] = { ACTION_PAGE_DOWN, ACTION_PAGE_UP, ACTION_CURSOR_FIRST, ACTION_CURSOR_LAST, ACTION_SORT_NEXT, ACTION_SORT_PREVIOUS, ACTION_SORT_INVERT,
                                      ACTION_SEARCH_NEXT, ACTION_SEARCH_PREVIOUS, ACTION_GROUP_NEXT, ACTION_UNGROUP, ACTION_GROUP_FOLD, ACTION_GROUP_FOLD_ALL, ACTION_FREEZE };

static void one_key(struct world *w, struct random *r)
{
    static const enum action tags[] = { ACTION_TAG_ALL, ACTION_TAG_INVERT, ACTION_TAG_NONE };
    uint32_t what = random_below(r, 40);
    struct slice text = slice_of(texts[random_below(r, sizeof texts / sizeof texts[0])]);
    if (what < 16) {
        one_move(w, what < 10);
    } else if (what < 22) {
        tag_one(w);
    } else if (what == 22) {
        (void)table_act(w->table, tags[random_below(r, 3)]);
        learn_tags(w);
    } else if (what < 26) {
        (void)(what < 24 ? table_filter(w->table, text) : table_filter_typed(w->table, text));
    } else if (what < 28) {
        (void)(what < 27 ? table_search_typed(w->table, text) : table_search(w->table, text));
    } else if (what == 28) {
        table_search_cancel(w->table);
    } else {
        (void)table_act(w->table, others[random_below(r, sizeof others / sizeof others[0])]);
    }
    check_tags(w);
}

static void run(uint64_t seed)
{
    static const struct table_setup setup = { .kind = FACT_AGENT, .layout = "name state calls_taken since", .sort = "name" };
    static struct world w;
    w = (struct world){ .store = store_new(), .table = table_new(&setup) };
    struct random r = { seed };
    w.view = (struct view){ .store = w.store, .beat_ms = 1000000 };
    canvas_init(&w.canvas, COLS, ROWS, true);
    draw(&w);
    for (int round = 0; round < ROUNDS; round++) {
        for (uint32_t events = random_below(&r, 4); events > 0; events--)
            one_event(&w, &r);
        check_under(&w);
        check_tags(&w);
        one_key(&w, &r);
        draw(&w);
        check_tags(&w);
    }
    table_free(w.table);
    store_free(w.store);
    canvas_clear(&w.canvas);
}

static void test_a_key_acts_on_what_was_seen(void **state)
{
    (void)state;
    unsigned long live = mem_live();
    for (uint64_t seed = 1; seed <= 4; seed++)
        run(seed * 1117);
    assert_int_equal(mem_live(), live);
}

static size_t lines(struct world *w)
{
    draw(w);
    return table_lines(w->table);
}

/* The table forgets and is told again, as when one looks at another screen meanwhile: tags, cursor and ice stay. */
static void test_forgotten_and_told_again(void **state)
{
    (void)state;
    static const struct table_setup setup = { .kind = FACT_AGENT, .layout = "name state calls_taken", .sort = "name" };
    static struct world w;
    w = (struct world){ .store = store_new(), .table = table_new(&setup) };
    w.view = (struct view){ .store = w.store, .beat_ms = 1000000 };
    canvas_init(&w.canvas, COLS, ROWS, true);
    for (size_t place = 0; place < 5; place++)
        put(&w, place, 1, AGENT_READY);
    for (int frozen = 0; frozen < 2; frozen++) {
        draw(&w);
        (void)table_act(w.table, ACTION_CURSOR_FIRST);
        (void)table_act(w.table, ACTION_TAG);
        uint64_t chosen = table_selected(w.table);
        if (frozen == 1)
            (void)table_act(w.table, ACTION_FREEZE);
        assert_int_equal(lines(&w), 5);
        table_forget(w.table);
        assert_int_equal(table_selected(w.table), 0);
        assert_int_equal(table_tagged(w.table, NULL, 0), 0);
        const struct fact *f;
        for (size_t at = 0; (f = store_each(w.store, FACT_AGENT, &at)) != NULL;)
            table_changed(w.table, f->id, f);
        assert_int_equal(lines(&w), 5);
        assert_int_equal(table_selected(w.table), chosen);
        assert_int_equal(table_tagged(w.table, NULL, 0), 1);
        (void)table_act(w.table, ACTION_TAG_NONE);
    }
    put(&w, 9, 1, AGENT_READY);
    assert_int_equal(lines(&w), 5); /* frozen */
    table_restart(w.table);
    assert_int_equal(lines(&w), 6);
    table_free(w.table);
    store_free(w.store);
    canvas_clear(&w.canvas);
}

/* Equals keep the order in which they were. */
static void test_second_key(void **state)
{
    (void)state;
    static const struct table_setup setup = { .kind = FACT_AGENT, .layout = "name calls_taken state", .sort = "name" };
    static struct world w;
    w = (struct world){ .store = store_new(), .table = table_new(&setup) };
    w.view = (struct view){ .store = w.store, .beat_ms = 1000000 };
    canvas_init(&w.canvas, COLS, ROWS, true);
    put(&w, 0, 5, AGENT_PAUSED);
    put(&w, 1, 7, AGENT_READY);
    put(&w, 2, 9, AGENT_PAUSED);
    put(&w, 3, 8, AGENT_READY);
    draw(&w);
    (void)table_act(w.table, ACTION_SORT_NEXT); /* by calls, most first */
    (void)table_act(w.table, ACTION_SORT_NEXT); /* by state: and there most calls first */
    draw(&w);
    static const uint64_t want[] = { 4, 2, 3, 1 };
    for (int i = 0; i < 4; i++)
        assert_int_equal(w.shown[i + 1], want[i]);
    table_free(w.table);
    store_free(w.store);
    canvas_clear(&w.canvas);
}

/* The figure before a word in the heading of a group; 0: the word is not there. */
static int counted(const struct world *w, const char *word)
{
    char text[COLS + 1];
    int n = 0;
    for (int x = 0; x < COLS; x++)
        text[n++] = w->canvas.cell[1 * COLS + x].text[0];
    text[n] = '\0';
    const char *at = strstr(text, word);
    if (at == NULL)
        return 0;
    at -= at > text ? 1 : 0; /* the blank */
    while (at > text && at[-1] >= '0' && at[-1] <= '9')
        at--;
    return (int)strtol(at, NULL, 10);
}

/* States come and go, rows come and go: the heading counts them as they are. */
static void test_headings_count(void **state)
{
    (void)state;
    static const struct table_setup setup = { .kind = FACT_AGENT, .layout = "name state calls_taken queue", .sort = "name" };
    static struct world w;
    struct random r = { 5 };
    int want[AGENT_STATE_COUNT] = { 0 }, of[AGENTS];
    w = (struct world){ .store = store_new(), .table = table_new(&setup) };
    w.view = (struct view){ .store = w.store, .beat_ms = 1000000 };
    canvas_init(&w.canvas, COLS, ROWS, true);
    for (int i = 0; i < AGENTS; i++)
        of[i] = -1;
    assert_true(table_set_group(w.table, SLICE("queue")));
    assert_false(table_set_group(w.table, SLICE("name")));
    for (int round = 0; round < 3000; round++) {
        size_t place = random_below(&r, AGENTS);
        int next = (int)random_below(&r, 3);
        if (of[place] >= 0)
            want[of[place]]--;
        of[place] = random_below(&r, 10) == 0 ? -1 : next;
        if (of[place] < 0) {
            drop(&w, place);
        } else {
            put(&w, place, 1, next);
            want[next]++;
        }
        (void)table_settle(w.table, &w.view);
        if (round % 3 != 0)
            continue;
        canvas_blank(&w.canvas, canvas_area(&w.canvas), (struct style){ ROLE_TEXT, ROLE_TEXT });
        table_draw(w.table, &w.view, &w.canvas, canvas_area(&w.canvas), true);
        for (int i = 0; i < 3; i++)
            assert_int_equal(counted(&w, view_agent_looks[i].word), want[i]);
    }
    table_free(w.table);
    store_free(w.store);
    canvas_clear(&w.canvas);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_key_acts_on_what_was_seen),
        cmocka_unit_test(test_forgotten_and_told_again),
        cmocka_unit_test(test_second_key),
        cmocka_unit_test(test_headings_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
