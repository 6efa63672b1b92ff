/* SPDX-License-Identifier: MIT */
/* test_tui_joined: an agent who is one row on two PBXs: an order is listed for each of them, with its name, and asked about; what only one of
 * them can be about, his call or one of his memberships, is about that one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

#include "core/base/mem.h"
#include "tui/app.h"

enum { GIVEN_MAX = 8, COLS = 100, ROWS = 40 };
#define GENEVA fact_pbx_id(0)
#define LYON fact_pbx_id(1)
#define TEXT(text) ((char *)(uintptr_t)(text))

struct world {
    struct store *store;
    struct settings settings;
    struct keymap *keys;
    struct app *app;
    struct canvas canvas;
    char given[GIVEN_MAX][512];
    size_t count;
    char *text; /* of the picture */
};

static bool on_wish(void *context, enum app_wish wish, struct slice value, struct err *err)
{
    struct world *w = context;
    struct slice lines;
    (void)err;
    assert_int_equal(wish, APP_WISH_ORDER);
    assert_true(w->count < GIVEN_MAX);
    (void)slice_cut(value, ' ', &lines);
    (void)snprintf(w->given[w->count++], sizeof w->given[0], "%.*s", SLICE_FMT(lines));
    return true;
}

static void put(struct world *w, enum fact_kind kind, const void *f)
{
    union fact_any copy;
    memset(&copy, 0, sizeof copy);
    fact_copy(kind, &copy.head, f);
    uint64_t id = copy.head.id;
    if (store_put(w->store, kind, &copy.head))
        (void)app_changed(w->app, kind, id, store_get(w->store, kind, id));
}

/* Ana, in one queue of this PBX. */
static void fill(struct world *w, uint64_t pbx, const char *name, enum agent_state state)
{
    struct fact_pbx p = { .id = pbx, .name = TEXT(name), .link = LINK_LIVE, .write_classes = TEXT("agent,call") };
    struct fact_queue sales = { .id = pbx + 1, .pbx = pbx, .name = TEXT("sales"), .state = QUEUE_CLEAN };
    struct fact_agent ana = { .id = pbx + 2, .pbx = pbx, .interface = TEXT("PJSIP/401"), .name = TEXT("Ana Roy"), .memberships = 1, .state = state, .call = state == AGENT_TALKING ? pbx + 4 : 0 };
    struct fact_member m = { .id = pbx + 3, .queue = pbx + 1, .agent = pbx + 2, .interface = TEXT("PJSIP/401"), .name = TEXT("Ana Roy"), .membership = MEMBERSHIP_DYNAMIC, .state = AGENT_READY };
    struct fact_call call = { .id = pbx + 4, .pbx = pbx, .queue = pbx + 1, .agent = pbx + 2, .uniqueid = TEXT("18.1"), .channel = TEXT("PJSIP/trunk-9"),
                              .agent_channel = TEXT("PJSIP/401-3"), .agent_uniqueid = TEXT("18.2"), .number = TEXT("078") };
    put(w, FACT_PBX, &p);
    put(w, FACT_QUEUE, &sales);
    put(w, FACT_AGENT, &ana);
    put(w, FACT_MEMBER, &m);
    if (state == AGENT_TALKING)
        put(w, FACT_CALL, &call);
}

static void draw(struct world *w)
{
    struct buf text = BUF_INIT(1u << 20);
    app_draw(w->app, &w->canvas);
    for (int i = 0; i < ROWS * COLS; i++) {
        (void)buf_add(&text, (struct slice){ w->canvas.cell[i].text, strnlen(w->canvas.cell[i].text, CELL_TEXT_MAX) });
        if (i % COLS == COLS - 1)
            (void)buf_add_char(&text, '\n');
    }
    mem_free(w->text);
    w->text = mem_text(buf_slice(&text));
    buf_clear(&text);
}

/* Names of keys with blanks between; "'text" types it. */
static void press(struct world *w, const char *keys)
{
    for (struct slice rest = slice_of(keys); rest.p != NULL;) {
        struct slice word = slice_cut(rest, ' ', &rest);
        bool is_text = word.n > 1 && word.p[0] == '\'';
        for (size_t i = is_text ? 1 : 0; i < (is_text ? word.n : 1); i++) {
            struct key k;
            assert_true(key_parse(is_text ? (struct slice){ word.p + i, 1 } : word, &k));
            (void)app_key(w->app, k);
        }
        draw(w);
    }
}

static bool shows(const struct world *w, const char *text)
{
    return strstr(w->text, text) != NULL;
}

static void begin(struct world *w)
{
    struct err err = ERR_INIT;
    memset(w, 0, sizeof *w);
    w->store = store_new();
    settings_init(&w->settings);
    assert_true(settings_finish(&w->settings, &err));
    w->keys = keymap_load(NULL, &err);
    assert_non_null(w->keys);
    w->app = app_new(&(struct app_setup){ .store = w->store, .settings = &w->settings, .keys = w->keys, .is_ascii = true, .host = { .wish = on_wish, .context = w } });
    canvas_init(&w->canvas, COLS, ROWS, true);
    (void)app_beat(w->app, 1000000, INT64_C(1795343527000));
    fill(w, GENEVA, "geneva", AGENT_READY);
    fill(w, LYON, "lyon", AGENT_TALKING);
    draw(w);
}

static void end(struct world *w)
{
    app_free(w->app);
    keymap_free(w->keys);
    settings_clear(&w->settings);
    store_free(w->store);
    canvas_clear(&w->canvas);
    mem_free(w->text);
}

#define EXPECT(w, i, line) do { assert_true((w)->count > (i)); assert_string_equal((w)->given[i], line); } while (0)

/* One row for an agent on two PBXs: what would be done on which is listed, and asked. His screen has each membership for itself. */
static void test_an_agent_on_several_pbxs_is_asked_about(void **state)
{
    struct world w;
    (void)state;
    begin(&w);
    press(&w, "M 3 Home p");
    assert_true(shows(&w, "2 PBXs"));
    assert_true(shows(&w, ":pause * "));
    press(&w, "'lunch Enter");
    assert_int_equal(w.count, 0);
    assert_true(shows(&w, "Shall all of this be done?"));
    assert_true(shows(&w, "geneva  pause Ana Roy in all queues: lunch"));
    assert_true(shows(&w, "lyon  pause Ana Roy in all queues: lunch"));
    press(&w, "n");
    assert_int_equal(w.count, 0);
    press(&w, "p 'lunch Enter y");
    assert_int_equal(w.count, 2);
    size_t geneva = strcmp(w.given[0], "pause PJSIP/401@geneva lunch") == 0 ? 0 : 1;
    EXPECT(&w, geneva, "pause PJSIP/401@geneva lunch");
    EXPECT(&w, 1 - geneva, "pause PJSIP/401@lyon lunch");
    press(&w, "x"); /* the menu says so as well */
    assert_true(shows(&w, "Orders: Ana Roy on 2 PBXs"));
    press(&w, "Esc H"); /* a call is on one of them alone */
    assert_true(shows(&w, "Shall this be done?"));
    press(&w, "n Enter Tab Home d"); /* the screen of Ana: her queues, on each PBX */
    assert_true(shows(&w, "Shall this be done?"));
    press(&w, "y");
    assert_int_equal(w.count, 3);
    assert_true(strncmp(w.given[2], "remove PJSIP/401@geneva ", 24) == 0 || strncmp(w.given[2], "remove PJSIP/401@lyon ", 22) == 0);
    end(&w);
}

/* Typed, a name alone is not enough, and each PBX's is offered. */
static void test_a_name_alone_is_not_enough(void **state)
{
    struct world w;
    (void)state;
    begin(&w);
    press(&w, "M 3 Home : 'pause Space 'Ana");
    assert_true(shows(&w, "\"Ana Roy@geneva\""));
    assert_true(shows(&w, "\"Ana Roy@lyon\""));
    press(&w, "Esc : 'agent Space '401@lyon Enter"); /* one screen for both */
    assert_true(shows(&w, "Agents > Ana Roy"));
    assert_int_equal(w.count, 0);
    end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_an_agent_on_several_pbxs_is_asked_about), cmocka_unit_test(test_a_name_alone_is_not_enough) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
