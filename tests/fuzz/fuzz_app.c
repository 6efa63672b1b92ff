/* SPDX-License-Identifier: MIT */
/* Console and wall from any bytes: facts that come, change and go, keys, mouse, pastes, beats and sizes in any order, as a driver
 * without sense would do it. Whatever stood under a cursor may be gone with the next byte. A picture holds only whole,
 * printable clusters; nothing is left allocated. */
#include "core/base/utf8.h"
#include "core/floor/store.h"
#include "tests/fuzz/fuzz.h"
#include "tui/app.h"
#include "tui/wall/wall.h"

enum { IDS = 20, STEPS_MAX = 3000, START_MS = 100000000 };
#define START_WALL_MS INT64_C(1795343527000)

struct desk {
    struct store *store;
    struct app *app;
    struct wall *wall;
    struct canvas screen, board;
    int64_t now_ms;
    const uint8_t *at, *end;
};

static struct keymap *keys;
static struct wall_layout *layout;

static unsigned byte(struct desk *d)
{
    return d->at < d->end ? *d->at++ : 0;
}

static const char *text(struct desk *d)
{
    static const char *const texts[] = { NULL, "", "a", "support", "sales", "401", "PJSIP/401", "+41227670011", "lunch", "\x1b[2J\x07", "\xff\xfe", "\xe2\x80\xae" "abc",
                                         "\xe7\x8e\x8b\xe5\xb0\x8f\xe6\x98\x8e", "e\xcc\x81\xcc\x82\xcc\x83", "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7", "x\r\ny" };
    return texts[byte(d) % (sizeof texts / sizeof texts[0])];
}

static int64_t number(struct desk *d, const struct fact_field *field)
{
    unsigned b = byte(d);
    bool is_time = field->type == TYPE_INSTANT || field->type == TYPE_WALL;
    if (field->type == TYPE_ID)
        return b % (IDS + 1);
    if (b == 255 || b == 254)
        return b == 255 ? INT64_MAX : INT64_MIN;
    return is_time ? (b < 8 ? 0 : d->now_ms - (int64_t)(b - 16) * 997) : (int64_t)(b % 16) - 1;
}

static void put(struct desk *d)
{
    enum fact_kind kind = (enum fact_kind)(byte(d) % FACT_COUNT);
    const struct fact_row *row = &fact_table[kind];
    union fact_any any;
    memset(&any, 0, sizeof any);
    uint64_t id = 1 + byte(d) % IDS;
    const struct fact *old = store_get(d->store, kind, id);
    if (old != NULL)
        fact_copy(kind, &any.head, old);
    any.head.id = id;
    for (unsigned n = byte(d) % 8; n > 0; n--) {
        const struct fact_field *field = &row->field[byte(d) % row->field_count];
        char *at = (char *)&any + field->offset;
        if (field->offset == offsetof(struct fact, id))
            continue;
        if (field->type == TYPE_TEXT) {
            char *had, *now = mem_strdup(text(d));
            memcpy(&had, at, sizeof had);
            mem_free(had);
            memcpy(at, &now, sizeof now);
        } else {
            int64_t v = number(d, field);
            memcpy(at, &v, sizeof v);
        }
    }
    if (store_put(d->store, kind, &any.head)) {
        (void)app_changed(d->app, kind, id, store_get(d->store, kind, id));
        (void)wall_changed(d->wall, kind, id, store_get(d->store, kind, id));
    }
}

static void drop(struct desk *d)
{
    enum fact_kind kind = (enum fact_kind)(byte(d) % FACT_COUNT);
    uint64_t id = 1 + byte(d) % IDS;
    if (store_get(d->store, kind, id) == NULL)
        return;
    (void)app_changed(d->app, kind, id, NULL);
    (void)wall_changed(d->wall, kind, id, NULL);
    (void)store_drop(d->store, kind, id);
}

static void press(struct desk *d, struct key k)
{
    (void)app_key(d->app, k);
    (void)wall_key(d->wall, k);
}

static void type(struct desk *d)
{
    static const char *const lines[] = { ":sort wait", "/wait>60", "/!state:paused", "fa", "#4", ":filter a", ":columns name state", ":group queue", ":layout", ":theme light",
                                         ":queue support", ":agent 401", ":zzz \"", ":tag a", ":status", ":help", ":wide", ":save x" };
    const char *line = lines[byte(d) % (sizeof lines / sizeof lines[0])];
    for (; *line != '\0'; line++)
        press(d, (struct key){ (unsigned char)*line, 0 });
    if (byte(d) % 4 != 0)
        press(d, (struct key){ KEYCODE_ENTER, 0 });
}

static void check(const struct canvas *c)
{
    for (int i = 0; i < c->rows * c->cols; i++) {
        const struct cell *cell = &c->cell[i];
        struct slice s = { cell->text, strnlen(cell->text, CELL_TEXT_MAX) };
        FUZZ_CHECK(cell->role < ROLE_COUNT && cell->ground < ROLE_COUNT && s.n < CELL_TEXT_MAX && utf8_is_valid(s));
        FUZZ_CHECK(utf8_text_width(s) == cell->width);
        for (size_t at = 0; at < s.n;)
            FUZZ_CHECK(utf8_is_printable(utf8_next(s, &at)));
    }
}

static void draw(struct desk *d)
{
    app_draw(d->app, &d->screen);
    wall_draw(d->wall, &d->board);
}

static void beat(struct desk *d, int64_t ms)
{
    d->now_ms += ms;
    (void)app_beat(d->app, d->now_ms, START_WALL_MS + d->now_ms - START_MS);
    (void)wall_beat(d->wall, d->now_ms, START_WALL_MS + d->now_ms - START_MS);
}

static void step(struct desk *d)
{
    static const uint32_t named[] = { KEYCODE_UP, KEYCODE_DOWN, KEYCODE_LEFT, KEYCODE_RIGHT, KEYCODE_HOME, KEYCODE_END, KEYCODE_PAGE_UP, KEYCODE_PAGE_DOWN,
                                      KEYCODE_TAB, KEYCODE_ENTER, KEYCODE_ESCAPE, KEYCODE_BACKSPACE, KEYCODE_DELETE };
    const char *words;
    switch (byte(d) % 12) {
    case 0:
    case 1:
    case 2: put(d); break;
    case 3: drop(d); break;
    case 4: press(d, (struct key){ ' ' + byte(d) % 95, byte(d) % 16 == 0 ? KEYMOD_CTRL : 0 }); break;
    case 5: press(d, (struct key){ named[byte(d) % (sizeof named / sizeof named[0])], 0 }); break;
    case 6: type(d); break;
    case 7: beat(d, byte(d) % 32 == 0 ? -5000 : (int64_t)(byte(d) % 64) * 1000); break;
    case 8:
        canvas_resize(&d->screen, 1 + (int)byte(d) % 140, 1 + (int)byte(d) % 50);
        canvas_resize(&d->board, d->screen.cols, d->screen.rows);
        break;
    case 9: (void)app_mouse(d->app, &d->screen, (struct mouse){ (enum mouse_what)(byte(d) % 4), (int)byte(d) % d->screen.cols, (int)byte(d) % d->screen.rows }); break;
    case 10:
        words = text(d);
        (void)app_paste(d->app, slice_of(words != NULL ? words : ""));
        (void)app_notice(d->app, slice_of(words != NULL ? words : ""), false);
        break;
    default: draw(d); break;
    }
}

static void run(const uint8_t *data, size_t size)
{
    struct desk d = { .store = store_new(), .now_ms = START_MS, .at = data, .end = data + size };
    bool is_ascii = byte(&d) % 4 == 0;
    d.app = app_new(&(struct app_setup){ .store = d.store, .keys = keys, .is_ascii = is_ascii, .has_mouse = true });
    d.wall = wall_new(&(struct wall_setup){ .store = d.store, .keys = keys, .layout = layout, .period_ms = 15000, .is_ascii = is_ascii });
    canvas_init(&d.screen, 80, 24, is_ascii);
    canvas_init(&d.board, 80, 24, is_ascii);
    beat(&d, 0);
    for (int i = 0; i < STEPS_MAX && d.at < d.end; i++)
        step(&d);
    draw(&d);
    check(&d.screen);
    check(&d.board);
    app_free(d.app);
    wall_free(d.wall);
    store_free(d.store);
    canvas_clear(&d.screen);
    canvas_clear(&d.board);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t nothing[] = { 1, 11 };
    if (keys == NULL) {
        struct err err = ERR_INIT;
        keys = keymap_load(NULL, &err);
        layout = wall_layout_load(NULL, &err);
        FUZZ_CHECK(keys != NULL && layout != NULL);
        run(nothing, sizeof nothing); /* what is made once */
    }
    unsigned long live = mem_live();
    run(data, size);
    fuzz_check_live(live);
    return 0;
}
