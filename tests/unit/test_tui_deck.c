/* SPDX-License-Identifier: MIT */
/* test_tui_deck: the tables of screens and panes agree with each other and with the columns; the way back and forward; a
 * subject that goes leaves its screen standing; whatever is pressed, the selection is who it was, or nobody. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "core/base/mem.h"
#include "core/base/random.h"
#include "tui/deck.h"
#include "tui/layout.h"

struct names {
    struct slice at[16];
    struct area area[16];
    size_t count;
    const char *hidden;
};

static bool is_shown(void *context, struct slice name)
{
    const struct names *n = context;
    return !slice_eq(name, slice_of(n->hidden));
}

static int need(void *context, struct slice name, int width)
{
    (void)context, (void)name, (void)width;
    return 5;
}

static void place(void *context, struct slice name, struct area a)
{
    struct names *n = context;
    assert_true(n->count < 16);
    n->area[n->count] = a;
    n->at[n->count++] = name;
}

static void lay(const char *text, struct names *n, int w, int h)
{
    struct layout l;
    struct err err = ERR_INIT;
    n->count = 0;
    assert_true(layout_read(&l, slice_of(text), &err));
    layout_place(&l, &(struct layout_panes){ .context = n, .is_shown = is_shown, .need = need, .place = place }, (struct area){ 0, 0, w, h });
}

static void test_layouts(void **state)
{
    (void)state;
    struct names n = { .hidden = "" };
    lay("a<50 / (b=40 | c)", &n, 100, 40);
    assert_int_equal(n.count, 3);
    assert_int_equal(n.area[0].h, 6); /* what it needs, and a line of air */
    assert_int_equal(n.area[1].w, 40);
    assert_int_equal(n.area[2].x, 42);
    assert_int_equal(n.area[2].w, 58);
    assert_int_equal(n.area[1].h, 34);
    n.hidden = "c";
    lay("a<50 / (b=40 | c)", &n, 100, 40);
    assert_int_equal(n.count, 2);
    assert_int_equal(n.area[1].w, 100);
    static const char *const bad[] = { "", "a /", "a / b | c", "(a / b", "a)", "a=0", "a=100", "a<", "A", "a//b", "((((((((((a))))))))))" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct layout l;
        struct err err = ERR_INIT;
        assert_false(layout_read(&l, slice_of(bad[i]), &err));
        assert_true(strlen(err.text) > 10);
    }
}

static void test_screens_and_panes_agree(void **state)
{
    (void)state;
    for (size_t s = 0; s < SCREEN_COUNT; s++) {
        const struct screen_row *row = &screen_table[s];
        enum screen_id id;
        assert_true(screen_named(slice_of(row->name), &id) && id == s);
        assert_true(row->action == ACTION_NONE || (screen_of_action(row->action, &id) && id == s));
        assert_true((row->subject == FACT_COUNT) == (row->action != ACTION_NONE));
        struct names first = { .hidden = "" }, other = { .hidden = "" };
        lay(row->layout[0].text, &first, 200, 60);
        for (size_t l = 0; l < SCREEN_LAYOUTS && row->layout[l].text != NULL; l++) {
            lay(row->layout[l].text, &other, 200, 60);
            assert_true(row->layout[l].least_w <= row->layout[0].least_w && slice_eq(other.at[0], first.at[0]));
            for (size_t i = 0; i < other.count; i++) {
                enum pane_id pane;
                size_t same = 0;
                assert_true(pane_named(other.at[i], &pane));
                for (size_t k = 0; k < first.count; k++)
                    same += slice_eq(other.at[i], first.at[k]);
                assert_int_equal(same, 1);
            }
        }
    }
}

static void check_field(enum fact_kind kind, const char *id)
{
    const struct fact_field *f = fact_field_named(kind, slice_of(id));
    assert_true(id == NULL || (f != NULL && f->type == TYPE_ID));
}

static void test_panes_and_columns_agree(void **state)
{
    (void)state;
    for (size_t i = 0; i < PANE_COUNT; i++) {
        const struct pane_row *row = &pane_table[i];
        check_field(row->table.kind, row->of);
        check_field(row->table.kind, row->opens);
        if (row->form != NULL)
            continue;
        assert_non_null(row->nobody);
        assert_non_null(column_named(row->table.kind, slice_of(row->table.sort)));
        for (struct slice rest = slice_of(row->table.layout); rest.p != NULL;) {
            struct slice id = slice_cut(rest, ' ', &rest);
            if (column_named(row->table.kind, id) == NULL)
                fail_msg("pane %s: no column is called '%.*s'", row->name, SLICE_FMT(id));
        }
    }
}

struct world {
    struct store *store;
    struct view view;
    struct deck *deck;
    struct canvas canvas;
};

static void tell(struct world *w, enum fact_kind kind, struct fact *f)
{
    uint64_t id = f->id;
    if (store_put(w->store, kind, f))
        (void)deck_changed(w->deck, kind, id, store_get(w->store, kind, id));
}

static void drop(struct world *w, enum fact_kind kind, uint64_t id)
{
    if (store_get(w->store, kind, id) == NULL)
        return;
    (void)deck_changed(w->deck, kind, id, NULL);
    (void)store_drop(w->store, kind, id);
}

static void put_caller(struct world *w, uint64_t id, uint64_t queue)
{
    char name[32];
    (void)snprintf(name, sizeof name, "caller %d", (int)id);
    struct fact_caller c = { .id = id, .queue = queue, .name = mem_strdup(name), .number = mem_strdup("100"), .joined = (int64_t)id, .rank = (int64_t)id };
    tell(w, FACT_CALLER, (void *)&c);
}

static void put_member(struct world *w, uint64_t id, uint64_t queue, uint64_t agent)
{
    struct fact_member m = { .id = id, .queue = queue, .agent = agent, .name = mem_strdup("somebody"), .interface = mem_strdup("PJSIP/1") };
    tell(w, FACT_MEMBER, (void *)&m);
}

enum { QUEUES = 4, AGENTS = 6, PBX = 1, QUEUE = 10, AGENT = 20, MEMBER = 40, CALLER = 100, CALL = 200 };

static void world_init(struct world *w)
{
    *w = (struct world){ .store = store_new() };
    w->view = (struct view){ .store = w->store, .beat_ms = 1000000, .wall_ms = 1795343527000, .is_ascii = true };
    w->deck = deck_new(&w->view);
    canvas_init(&w->canvas, 132, 43, true);
    struct fact_pbx pbx = { .id = PBX, .name = mem_strdup("geneva"), .link = LINK_LIVE };
    tell(w, FACT_PBX, (void *)&pbx);
    for (uint64_t i = 0; i < QUEUES; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "queue %d", (int)i);
        struct fact_queue q = { .id = QUEUE + i, .pbx = PBX, .name = mem_strdup(name), .state = QUEUE_CLEAN };
        tell(w, FACT_QUEUE, (void *)&q);
    }
    for (uint64_t i = 0; i < AGENTS; i++) {
        struct fact_agent a = { .id = AGENT + i, .pbx = PBX, .name = mem_strdup("agent"), .interface = mem_strdup("PJSIP/1") };
        tell(w, FACT_AGENT, (void *)&a);
        put_member(w, MEMBER + i, QUEUE + i % QUEUES, AGENT + i);
    }
    for (uint64_t i = 0; i < 8; i++)
        put_caller(w, CALLER + i, QUEUE + i % QUEUES);
    deck_draw(w->deck, &w->canvas, canvas_area(&w->canvas));
}

static void world_clear(struct world *w)
{
    deck_free(w->deck);
    store_free(w->store);
    canvas_clear(&w->canvas);
}

static void test_counters_of_a_link_wait_for_the_beat(void **state)
{
    (void)state;
    struct world w;
    world_init(&w);
    struct fact_pbx pbx = { .id = PBX, .name = mem_strdup("geneva"), .link = LINK_LIVE, .bytes_in = 4711 };
    assert_true(store_put(w.store, FACT_PBX, (void *)&pbx));
    assert_false(deck_changed(w.deck, FACT_PBX, PBX, store_get(w.store, FACT_PBX, PBX)));
    pbx = (struct fact_pbx){ .id = PBX, .name = mem_strdup("geneva"), .link = LINK_LOST };
    assert_true(store_put(w.store, FACT_PBX, (void *)&pbx));
    assert_true(deck_changed(w.deck, FACT_PBX, PBX, store_get(w.store, FACT_PBX, PBX)));
    world_clear(&w);
}

static void press(struct world *w, enum action a)
{
    (void)deck_act(w->deck, a);
    canvas_blank(&w->canvas, canvas_area(&w->canvas), (struct style){ ROLE_TEXT, ROLE_TEXT });
    deck_draw(w->deck, &w->canvas, canvas_area(&w->canvas));
}

static bool is_on_screen(const struct world *w, const char *text)
{
    for (int y = 0; y < w->canvas.rows; y++) {
        for (int x = 0; x + (int)strlen(text) <= w->canvas.cols; x++) {
            size_t n = 0;
            while (text[n] != '\0' && w->canvas.cell[y * w->canvas.cols + x + (int)n].text[0] == text[n])
                n++;
            if (text[n] == '\0')
                return true;
        }
    }
    return false;
}

static void resize(struct world *w, int cols, int rows)
{
    canvas_clear(&w->canvas);
    canvas_init(&w->canvas, cols, rows, true);
    deck_draw(w->deck, &w->canvas, canvas_area(&w->canvas));
}

/* More panes where there is room for them, fed from then on; the keys stay where they were, else they are with the first. */
static void test_more_panes_where_there_is_room(void **state)
{
    (void)state;
    struct world w;
    world_init(&w);
    press(&w, ACTION_SCREEN_QUEUES);
    assert_int_equal(deck_panes(w.deck), 1);
    press(&w, ACTION_CURSOR_DOWN);
    press(&w, ACTION_CURSOR_DOWN);
    uint64_t selected = table_selected(deck_table(w.deck));
    assert_true(selected != 0);
    resize(&w, 200, 60);
    assert_int_equal(deck_panes(w.deck), 4);
    assert_true(is_on_screen(&w, "Waiting  8") && is_on_screen(&w, "Queue queue 1"));
    assert_int_equal(table_selected(deck_table(w.deck)), selected);
    press(&w, ACTION_CURSOR_DOWN);
    assert_true(is_on_screen(&w, "Queue queue 2") && !is_on_screen(&w, "Queue queue 1"));
    drop(&w, FACT_QUEUE, QUEUE + 2); /* who was selected went: the first of the list */
    press(&w, ACTION_NONE);
    assert_true(is_on_screen(&w, "Queue queue 0"));
    press(&w, ACTION_PANE_NEXT);
    press(&w, ACTION_PANE_NEXT);
    assert_true(deck_focus(w.deck) == deck_pane(w.deck, PANE_CALLERS));
    resize(&w, 80, 24);
    assert_int_equal(deck_panes(w.deck), 1);
    assert_true(deck_focus(w.deck) == deck_pane(w.deck, PANE_QUEUES));
    assert_false(deck_pane(w.deck, PANE_CALLERS)->is_shown);
    world_clear(&w);
}

static void test_open_back_forward(void **state)
{
    (void)state;
    struct world w;
    world_init(&w);
    press(&w, ACTION_OPEN); /* shows the cursor only */
    assert_int_equal(deck_screen(w.deck), SCREEN_FLOOR);
    press(&w, ACTION_CURSOR_DOWN);
    assert_int_equal(table_selected(deck_table(w.deck)), QUEUE + 1);
    press(&w, ACTION_OPEN);
    assert_int_equal(deck_screen(w.deck), SCREEN_QUEUE);
    assert_int_equal(deck_subject(w.deck), QUEUE + 1);
    press(&w, ACTION_PANE_NEXT); /* its members */
    assert_int_equal(table_total(deck_table(w.deck)), 2);
    put_member(&w, MEMBER + 7, QUEUE + 1, AGENT);
    put_member(&w, MEMBER + 8, QUEUE + 2, AGENT); /* another queue's */
    press(&w, ACTION_CURSOR_LAST);
    assert_int_equal(table_total(deck_table(w.deck)), 3);
    put_member(&w, MEMBER + 7, QUEUE + 3, AGENT); /* moves away */
    press(&w, ACTION_CURSOR_FIRST);
    assert_int_equal(table_total(deck_table(w.deck)), 2);
    uint64_t selected = table_selected(deck_table(w.deck));
    press(&w, ACTION_OPEN);
    assert_int_equal(deck_screen(w.deck), SCREEN_AGENT);
    press(&w, ACTION_BACK);
    assert_int_equal(deck_screen(w.deck), SCREEN_QUEUE);
    assert_int_equal(table_selected(deck_table(w.deck)), selected);
    press(&w, ACTION_BACK);
    assert_int_equal(deck_screen(w.deck), SCREEN_FLOOR);
    assert_int_equal(table_selected(deck_table(w.deck)), QUEUE + 1);
    assert_false(deck_back(w.deck));
    assert_true(deck_forward(w.deck) && deck_forward(w.deck));
    assert_int_equal(deck_screen(w.deck), SCREEN_AGENT);
    assert_false(deck_forward(w.deck));
    press(&w, ACTION_SCREEN_CALLERS);
    assert_false(deck_open(w.deck, SCREEN_CALLERS, 0)); /* is there already */
    assert_false(deck_forward(w.deck));
    for (int i = 0; i < 2 * NAV_MOST; i++)
        press(&w, i % 2 == 0 ? ACTION_SCREEN_QUEUES : ACTION_SCREEN_CALLERS);
    int steps = 0;
    while (deck_back(w.deck))
        steps++;
    assert_int_equal(steps, NAV_MOST - 1);
    assert_int_equal(deck_screen(w.deck), SCREEN_FLOOR); /* the first never goes */
    world_clear(&w);
}

/* What was done to one queue's list is not done to another's. */
static void test_lists_of_another(void **state)
{
    (void)state;
    struct world w;
    world_init(&w);
    assert_true(deck_open_subject(w.deck, FACT_QUEUE, QUEUE));
    press(&w, ACTION_PANE_NEXT);
    press(&w, ACTION_CURSOR_DOWN);
    press(&w, ACTION_TAG);
    press(&w, ACTION_FREEZE);
    assert_true(is_on_screen(&w, "frozen") && table_tagged(deck_table(w.deck), NULL, 0) == 1);
    assert_true(deck_open_subject(w.deck, FACT_QUEUE, QUEUE + 3));
    press(&w, ACTION_PANE_NEXT);
    assert_false(is_on_screen(&w, "frozen"));
    assert_int_equal(table_tagged(deck_table(w.deck), NULL, 0), 0);
    assert_int_equal(table_total(deck_table(w.deck)), 1);
    world_clear(&w);
}

static void test_subject_that_goes(void **state)
{
    (void)state;
    struct world w;
    world_init(&w);
    assert_true(deck_open_subject(w.deck, FACT_CALLER, CALLER + 2));
    press(&w, ACTION_PANE_NEXT);
    press(&w, ACTION_PANE_NEXT);
    assert_true(is_on_screen(&w, "caller 102"));
    assert_false(is_on_screen(&w, "gone"));
    drop(&w, FACT_CALLER, CALLER + 2);
    w.view.beat_ms += 5000;
    press(&w, ACTION_CURSOR_UP);
    assert_int_equal(deck_subject(w.deck), CALLER + 2);
    assert_true(is_on_screen(&w, "caller 102") && is_on_screen(&w, "gone since") && is_on_screen(&w, "0:05 ago"));
    assert_false(is_on_screen(&w, "caller 103"));
    press(&w, ACTION_SCREEN_AGENTS);
    press(&w, ACTION_BACK); /* what was known then is kept */
    assert_true(is_on_screen(&w, "caller 102") && is_on_screen(&w, "gone since"));
    put_caller(&w, CALLER + 2, QUEUE + 2); /* a re-read that was wrong for a moment */
    press(&w, ACTION_CURSOR_UP);
    assert_false(is_on_screen(&w, "gone since"));
    assert_false(deck_open_subject(w.deck, FACT_CALLER, 99999));
    world_clear(&w);
}

static void test_panes_zoomed_and_hidden(void **state)
{
    (void)state;
    struct world w;
    world_init(&w);
    assert_true(is_on_screen(&w, "Queues") && is_on_screen(&w, "Waiting"));
    press(&w, ACTION_PANE_ZOOM);
    assert_true(is_on_screen(&w, "Queues") && !is_on_screen(&w, "Waiting"));
    press(&w, ACTION_PANE_ZOOM);
    press(&w, ACTION_PANE_HIDE);
    assert_true(!is_on_screen(&w, "Queues ") && is_on_screen(&w, "Waiting"));
    press(&w, ACTION_PANE_HIDE);
    press(&w, ACTION_PANE_HIDE); /* the last one stays */
    assert_true(is_on_screen(&w, "Agents  6"));
    press(&w, ACTION_SCREEN_QUEUES); /* hidden on the floor, not here */
    assert_true(is_on_screen(&w, "Queues  4"));
    press(&w, ACTION_BACK);
    assert_false(is_on_screen(&w, "Queues  4"));
    press(&w, ACTION_PANE_SHOW);
    assert_true(is_on_screen(&w, "Queues") && is_on_screen(&w, "Waiting"));
    world_clear(&w);
}

static void test_what_is_chosen_can_be_kept(void **state)
{
    (void)state;
    struct world w;
    struct pane_choice c;
    struct err err = ERR_INIT;
    world_init(&w);
    struct pane *p = deck_pane(w.deck, PANE_AGENTS);
    pane_choice(p, &c);
    assert_string_equal(c.layout.data, pane_table[PANE_AGENTS].table.layout);
    assert_string_equal(c.sort, "name");
    assert_true(c.direction == 1 && !c.is_tiles);
    buf_reset(&c.layout);
    (void)buf_add(&c.layout, SLICE("state name nonsense calls_taken"));
    pane_choose(p, &(struct pane_choice){ .layout = c.layout, .sort = "calls_taken", .direction = -1, .is_tiles = true });
    buf_clear(&c.layout);
    pane_choice(p, &c);
    assert_string_equal(c.layout.data, "state name calls_taken");
    assert_string_equal(c.sort, "calls_taken");
    assert_true(c.direction == -1 && c.is_tiles);
    buf_clear(&c.layout);
    assert_null(deck_layout(w.deck, SCREEN_FLOOR));
    assert_true(deck_set_layout(w.deck, SCREEN_FLOOR, SLICE("callers=30 | agents"), &err));
    press(&w, ACTION_PANE_NEXT);
    assert_true(deck_focus(w.deck) == p);
    assert_true(is_on_screen(&w, "Waiting") && !is_on_screen(&w, "Queues "));
    assert_false(deck_set_layout(w.deck, SCREEN_FLOOR, SLICE("callers | link"), &err));
    assert_non_null(strstr(err.text, "link"));
    assert_string_equal(deck_layout(w.deck, SCREEN_FLOOR), "callers=30 | agents");
    assert_true(deck_set_layout(w.deck, SCREEN_FLOOR, SLICE(""), &err));
    press(&w, ACTION_PANE_NEXT);
    assert_true(is_on_screen(&w, "Queues "));
    world_clear(&w);
}

/* Whatever is pressed and whatever happens: the selected row is the one that was selected, until a key moves the cursor. */
static void test_selection_is_an_identity(void **state)
{
    (void)state;
    static const enum action moves[] = { ACTION_CURSOR_DOWN, ACTION_CURSOR_UP, ACTION_PAGE_DOWN, ACTION_PAGE_UP, ACTION_CURSOR_FIRST, ACTION_CURSOR_LAST,
                                         ACTION_OPEN, ACTION_BACK, ACTION_FORWARD, ACTION_PANE_NEXT, ACTION_PANE_PREVIOUS, ACTION_PANE_ZOOM, ACTION_PANE_HIDE,
                                         ACTION_PANE_SHOW, ACTION_TILES, ACTION_WIDE, ACTION_FREEZE, ACTION_TAG, ACTION_GROUP_NEXT, ACTION_GROUP_FOLD, ACTION_CURSOR_LEFT, ACTION_CURSOR_RIGHT, ACTION_SORT_NEXT, ACTION_SORT_INVERT, ACTION_SCREEN_FLOOR, ACTION_SCREEN_QUEUES, ACTION_SCREEN_AGENTS,
                                         ACTION_SCREEN_CALLERS, ACTION_SCREEN_CALLS, ACTION_SCREEN_LINKS };
    struct world w;
    struct random r = { 11 };
    world_init(&w);
    for (int round = 0; round < 4000; round++) {
        if (random_below(&r, 3) == 0) {
            press(&w, moves[random_below(&r, sizeof moves / sizeof moves[0])]);
            continue;
        }
        enum screen_id screen = deck_screen(w.deck);
        uint64_t subject = deck_subject(w.deck), selected = deck_table(w.deck) != NULL ? table_selected(deck_table(w.deck)) : 0;
        uint64_t id = CALLER + random_below(&r, 40);
        if (random_below(&r, 2) == 0)
            put_caller(&w, id, QUEUE + random_below(&r, QUEUES));
        else
            drop(&w, FACT_CALLER, id);
        put_member(&w, MEMBER + random_below(&r, 30), QUEUE + random_below(&r, QUEUES), AGENT + random_below(&r, AGENTS));
        struct fact_call call = { .id = CALL + random_below(&r, 9), .pbx = PBX, .queue = QUEUE, .agent = AGENT + random_below(&r, AGENTS) };
        tell(&w, FACT_CALL, (void *)&call);
        w.view.beat_ms += 1000;
        deck_draw(w.deck, &w.canvas, canvas_area(&w.canvas));
        assert_int_equal(deck_screen(w.deck), screen);
        assert_int_equal(deck_subject(w.deck), subject);
        uint64_t now = deck_table(w.deck) != NULL ? table_selected(deck_table(w.deck)) : 0;
        assert_true(selected == 0 || now == selected || now == 0); /* from out of sight, in a folded group, it may come back */
    }
    world_clear(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layouts), cmocka_unit_test(test_screens_and_panes_agree), cmocka_unit_test(test_more_panes_where_there_is_room), cmocka_unit_test(test_panes_and_columns_agree),
        cmocka_unit_test(test_open_back_forward), cmocka_unit_test(test_lists_of_another), cmocka_unit_test(test_subject_that_goes), cmocka_unit_test(test_panes_zoomed_and_hidden),
        cmocka_unit_test(test_what_is_chosen_can_be_kept),
        cmocka_unit_test(test_counters_of_a_link_wait_for_the_beat),
        cmocka_unit_test(test_selection_is_an_identity),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
