/* SPDX-License-Identifier: MIT */
/* What a console says of what it may not do: by the keeper's policy, by --role; and numbers that are hidden while nobody is there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "core/base/mem.h"
#include "tui/app.h"

enum { COLS = 140, ROWS = 40, SALES = 11, ANA = 21, BEN = 22, ANA_SALES = 31, CALLER = 41 };

struct world {
    struct store *store;
    struct settings settings;
    struct keymap *keys;
    struct app *app;
    struct canvas canvas;
    size_t wishes;
    char *text; /* of the picture */
};

static bool on_wish(void *context, enum app_wish wish, struct slice value, struct err *err)
{
    struct world *w = context;
    (void)wish, (void)value, (void)err;
    w->wishes++;
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

#define TEXT(literal) ((char *)(uintptr_t)(literal))

static void fill(struct world *w)
{
    struct fact_pbx p = { .id = fact_pbx_id(0), .name = TEXT("geneva"), .link = LINK_LIVE, .write_classes = TEXT("agent,call,originate") };
    struct fact_queue sales = { .id = SALES, .pbx = fact_pbx_id(0), .name = TEXT("sales"), .state = QUEUE_CLEAN };
    struct fact_agent ana = { .id = ANA, .pbx = fact_pbx_id(0), .interface = TEXT("PJSIP/401"), .extension = TEXT("401"), .name = TEXT("Ana Roy"), .memberships = 1, .state = AGENT_READY };
    struct fact_agent ben = { .id = BEN, .pbx = fact_pbx_id(0), .interface = TEXT("PJSIP/402"), .extension = TEXT("402"), .name = TEXT("Ben Day"), .memberships = 1, .state = AGENT_READY };
    struct fact_member m = { .id = ANA_SALES, .queue = SALES, .agent = ANA, .interface = TEXT("PJSIP/401"), .name = TEXT("Ana Roy"), .membership = MEMBERSHIP_DYNAMIC, .state = AGENT_READY };
    struct fact_caller caller = { .id = CALLER, .queue = SALES, .uniqueid = TEXT("17.4"), .channel = TEXT("PJSIP/trunk-1"), .number = TEXT("0791234534"), .name = TEXT("Jo Li"), .rank = 1 };
    put(w, FACT_PBX, &p);
    put(w, FACT_QUEUE, &sales);
    put(w, FACT_AGENT, &ana);
    put(w, FACT_AGENT, &ben);
    put(w, FACT_MEMBER, &m);
    put(w, FACT_CALLER, &caller);
}

static void draw(struct world *w)
{
    struct buf text = BUF_INIT(1u << 20);
    app_draw(w->app, &w->canvas);
    for (int i = 0; i < ROWS * COLS; i++) {
        const struct cell *cell = &w->canvas.cell[i];
        (void)buf_add(&text, (struct slice){ cell->text, strnlen(cell->text, CELL_TEXT_MAX) });
        if (i % COLS == COLS - 1)
            (void)buf_add_char(&text, '\n');
    }
    mem_free(w->text);
    w->text = mem_text(buf_slice(&text));
    buf_clear(&text);
}

static void begin(struct world *w, bool is_closed)
{
    struct err err = ERR_INIT;
    memset(w, 0, sizeof *w);
    w->store = store_new();
    settings_init(&w->settings);
    assert_true(settings_finish(&w->settings, &err));
    w->keys = keymap_load(NULL, &err);
    assert_non_null(w->keys);
    w->app = app_new(&(struct app_setup){ .store = w->store, .settings = &w->settings, .keys = w->keys, .is_ascii = true, .is_closed = is_closed, .host = { on_wish, w } });
    canvas_init(&w->canvas, COLS, ROWS, true);
    (void)app_beat(w->app, 1000000, INT64_C(1795343527000));
    fill(w);
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

static void key(struct world *w, const char *name)
{
    struct key k;
    assert_true(key_parse(slice_of(name), &k));
    (void)app_key(w->app, k);
}

/* ":LINE", and Enter. */
static void say(struct world *w, const char *line)
{
    key(w, ":");
    (void)app_paste(w->app, slice_of(line));
    key(w, "Enter");
    draw(w);
}

static bool shows(const struct world *w, const char *text)
{
    return strstr(w->text, text) != NULL;
}

/* A role with these orders alone. */
static struct rights role(const char *self, enum command_id may)
{
    struct rights r = { .role = "agent" };
    r.may[may] = true;
    memcpy(r.self, self, strlen(self) + 1);
    return r;
}

static void what_may_not_be_ordered_says_so(void **state)
{
    (void)state;
    struct world w;
    struct rights r = role("", COMMAND_PAUSE);
    begin(&w, false);
    (void)app_rights(w.app, &r);
    say(&w, "remove PJSIP/401 sales");
    assert_true(shows(&w, "'remove' (class membership) is not among what the role agent may do"));
    assert_int_equal(w.wishes, 0);
    key(&w, "Esc");
    say(&w, "pause PJSIP/401 lunch");
    assert_int_equal(w.wishes, 1);
    end(&w);
}

static void it_is_dim_where_it_is_offered(void **state)
{
    (void)state;
    struct world w;
    struct rights r = role("", COMMAND_PAUSE);
    begin(&w, false);
    (void)app_rights(w.app, &r);
    key(&w, ":");
    (void)app_paste(w.app, SLICE("re"));
    draw(&w);
    assert_true(shows(&w, "remove") && shows(&w, "is not among what the role agent may do"));
    key(&w, "Esc");
    key(&w, "3");
    key(&w, "Down");
    key(&w, "x");
    draw(&w);
    assert_true(shows(&w, "Orders:") && shows(&w, "'remove' (class membership) is not among"));
    end(&w);
}

static void an_agent_begins_with_himself(void **state)
{
    (void)state;
    struct world w;
    struct rights r = role("401", COMMAND_PAUSE);
    begin(&w, false);
    assert_false(shows(&w, "Telephone"));
    (void)app_rights(w.app, &r);
    (void)app_beat(w.app, 1001000, INT64_C(1795343528000));
    draw(&w);
    assert_true(shows(&w, "Telephone") && shows(&w, "Ana Roy"));
    key(&w, "1");
    (void)app_beat(w.app, 1002000, INT64_C(1795343529000));
    (void)app_rights(w.app, &r); /* the keeper began anew */
    (void)app_beat(w.app, 1003000, INT64_C(1795343530000));
    draw(&w);
    assert_false(shows(&w, "Telephone")); /* where he went he stays */
    end(&w);
}

static void a_closed_console_has_no_way_out(void **state)
{
    (void)state;
    static const char *const lines[] = { "write /tmp/x", "write x.csv", "save mine", "profile", "profile other" };
    struct world w;
    struct key z;
    begin(&w, true);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        say(&w, lines[i]);
        if (!shows(&w, "it reads and writes no files"))
            fail_msg("%s", lines[i]);
        key(&w, "Esc");
    }
    assert_int_equal(w.wishes, 0);
    assert_true(key_parse(SLICE("C-z"), &z));
    assert_int_equal(app_key(w.app, z) & APP_SUSPEND, 0);
    key(&w, "?");
    assert_int_equal(app_key(w.app, z) & APP_SUSPEND, 0);
    key(&w, "Esc");
    key(&w, ":");
    (void)app_paste(w.app, SLICE("theme /etc/"));
    draw(&w);
    assert_false(shows(&w, "/etc/p")); /* nothing of the disk is offered */
    end(&w);
}

static void numbers_are_hidden_wherever_they_stand(void **state)
{
    (void)state;
    struct world w;
    begin(&w, false);
    key(&w, "4");
    draw(&w);
    assert_true(shows(&w, "0791234534") && shows(&w, "Jo Li"));
    key(&w, ":");
    (void)app_paste(w.app, SLICE("dial 401 0791234534"));
    (void)app_hide(w.app, true);
    draw(&w);
    assert_false(shows(&w, "1234"));
    assert_true(shows(&w, "079*****34") && shows(&w, "any key shows them"));
    (void)app_hide(w.app, false);
    draw(&w);
    assert_true(shows(&w, "0791234534"));
    end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_may_not_be_ordered_says_so), cmocka_unit_test(it_is_dim_where_it_is_offered), cmocka_unit_test(an_agent_begins_with_himself),
        cmocka_unit_test(a_closed_console_has_no_way_out), cmocka_unit_test(numbers_are_hidden_wherever_they_stand),
    };
    return cmocka_run_group_tests_name("rights", tests, NULL, NULL);
}
