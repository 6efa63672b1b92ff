/* SPDX-License-Identifier: MIT */
/* app: the state of the console and the handlers of what happens. A handler changes the state and returns effects; nothing
 * is drawn until app_draw. Owns the screen, the page of help and the line being typed. */
#include "tui/app.h"

#include "core/base/mem.h"
#include "core/base/utf8.h"
#include "tui/help.h"
#include "tui/screen_floor.h"
#include "tui/status.h"

enum { TYPED_MAX = 120, SENTENCE_MAX = 600 };

struct app {
    struct view view;
    const struct keymap *keys;
    struct screen_floor *floor;
    struct help *help;   /* NULL: not shown */
    bool is_typing;      /* the filter of the pane that has the keys */
    struct buf typed, before; /* before: the filter to go back to */
    struct buf sentence;
    bool is_error;
    struct chord pressed;
};

struct app *app_new(const struct app_setup *setup)
{
    struct app *a = mem_alloc(sizeof *a);
    a->view = (struct view){ .store = setup->store, .settings = setup->settings, .is_ascii = setup->is_ascii };
    a->keys = setup->keys;
    a->floor = screen_floor_new();
    a->typed = BUF_INIT(TYPED_MAX);
    a->before = BUF_INIT(TYPED_MAX);
    a->sentence = BUF_INIT(SENTENCE_MAX);
    return a;
}

void app_free(struct app *a)
{
    if (a == NULL)
        return;
    screen_floor_free(a->floor);
    help_free(a->help);
    buf_clear(&a->typed);
    buf_clear(&a->before);
    buf_clear(&a->sentence);
    mem_free(a);
}

static struct table *table_of(struct app *a)
{
    return screen_floor_pane(a->floor)->table;
}

static void set_filter(struct app *a)
{
    table_filter(table_of(a), buf_slice(&a->typed));
}

static void prompt_open(struct app *a)
{
    a->is_typing = true;
    buf_reset(&a->typed);
    buf_reset(&a->before);
    (void)buf_add(&a->before, table_filter_text(table_of(a)));
    (void)buf_add(&a->typed, table_filter_text(table_of(a)));
}

static void type(struct app *a, uint32_t c)
{
    char bytes[4];
    size_t n = utf8_put(c, bytes);
    if (a->typed.len + n <= TYPED_MAX - 4)
        (void)buf_add(&a->typed, (struct slice){ bytes, n });
}

static void delete_last(struct app *a)
{
    size_t end = 0;
    struct slice text = buf_slice(&a->typed);
    for (size_t at = 0; at < text.n;) {
        end = at;
        (void)utf8_next(text, &at);
    }
    a->typed.len = end;
}

static unsigned prompt_key(struct app *a, struct key k)
{
    uint32_t c = key_character(k);
    enum action action = c == 0 ? keymap_press(a->keys, SECTION_PROMPT, &a->pressed, k) : ACTION_NONE;
    switch (action) {
    case ACTION_PROMPT_ACCEPT: a->is_typing = false; break;
    case ACTION_PROMPT_CANCEL:
        a->is_typing = false;
        buf_reset(&a->typed);
        (void)buf_add(&a->typed, buf_slice(&a->before));
        break;
    case ACTION_PROMPT_DELETE: delete_last(a); break;
    case ACTION_PROMPT_CLEAR: buf_reset(&a->typed); break;
    default:
        if (c != 0)
            type(a, c);
    }
    set_filter(a);
    return APP_PAINT;
}

static void help_open(struct app *a)
{
    const struct pane_row *row = screen_floor_pane(a->floor)->row;
    a->help = help_new(a->keys, row->table.kind, row->title, a->view.is_ascii);
}

static void help_close(struct app *a)
{
    help_free(a->help);
    a->help = NULL;
}

/* Takes back one thing, the most recent kind first. */
static void cancel(struct app *a)
{
    struct table *t = table_of(a);
    if (table_selected(t) != 0)
        table_select_none(t);
    else
        table_filter(t, SLICE(""));
}

static unsigned act(struct app *a, enum action action)
{
    if (a->help != NULL) {
        if (action == ACTION_HELP || action == ACTION_CANCEL || action == ACTION_QUIT)
            help_close(a);
        else
            (void)help_act(a->help, action);
        return action == ACTION_REDRAW ? APP_REDRAW | APP_PAINT : action == ACTION_SUSPEND ? APP_SUSPEND : APP_PAINT;
    }
    switch (action) {
    case ACTION_QUIT: return APP_QUIT;
    case ACTION_SUSPEND: return APP_SUSPEND;
    case ACTION_REDRAW: return APP_REDRAW | APP_PAINT;
    case ACTION_HELP: help_open(a); return APP_PAINT;
    case ACTION_CANCEL: cancel(a); return APP_PAINT;
    case ACTION_FILTER: prompt_open(a); return APP_PAINT;
    default: return screen_floor_act(a->floor, action) ? APP_PAINT : 0;
    }
}

/* A key that does nothing says so quietly, and what would help. */
static unsigned unknown_key(struct app *a, struct key k)
{
    struct buf help = BUF_INIT(64);
    buf_reset(&a->sentence);
    key_print(k, &a->sentence);
    (void)buf_add(&a->sentence, SLICE(" does nothing here"));
    if (keymap_keys(a->keys, ACTION_HELP, false, &help))
        (void)buf_addf(&a->sentence, "; %s shows the keys", help.data);
    a->is_error = false;
    buf_clear(&help);
    return APP_PAINT;
}

unsigned app_key(struct app *a, struct key k)
{
    if (k.code == KEYCODE_NONE)
        return 0;
    unsigned effects = a->sentence.len > 0 ? APP_PAINT : 0;
    buf_reset(&a->sentence);
    if (a->is_typing)
        return prompt_key(a, k);
    bool was_chord = a->pressed.count > 0;
    enum action action = keymap_press(a->keys, SECTION_TABLE, &a->pressed, k);
    if (action != ACTION_NONE)
        return effects | act(a, action);
    if (a->pressed.count > 0)
        return APP_PAINT;
    return was_chord && k.code == KEYCODE_ESCAPE ? APP_PAINT : unknown_key(a, k);
}

unsigned app_changed(struct app *a, enum fact_kind kind, uint64_t id, const struct fact *f)
{
    screen_floor_changed(a->floor, kind, id, f);
    return APP_PAINT;
}

unsigned app_beat(struct app *a, int64_t floor_ms, int64_t wall_ms)
{
    a->view.beat_ms = floor_ms;
    a->view.wall_ms = wall_ms;
    return APP_PAINT;
}

unsigned app_notice(struct app *a, struct slice sentence, bool is_error)
{
    buf_reset(&a->sentence);
    (void)buf_add(&a->sentence, utf8_head(sentence, SENTENCE_MAX - 1));
    a->is_error = is_error;
    return APP_PAINT;
}

void app_draw(struct app *a, struct canvas *c)
{
    struct area all = canvas_area(c);
    a->view.has_many_pbx = store_count(a->view.store, FACT_PBX) > 1;
    canvas_blank(c, all, (struct style){ ROLE_TEXT, ROLE_TEXT });
    struct area last = area_bottom(&all, all.h >= 4 ? 1 : 0);
    if (a->help != NULL)
        help_draw(a->help, c, all);
    else
        screen_floor_draw(a->floor, &a->view, c, all);
    struct status s = { .keys = a->keys, .is_help = a->help != NULL, .prompt = a->is_typing ? "filter" : NULL, .typed = buf_slice(&a->typed),
                        .is_error = a->is_error, .pressed = &a->pressed };
    s.is_filtered = table_filter_text(table_of(a)).n > 0;
    if (a->sentence.len > 0)
        s.sentence = buf_slice(&a->sentence);
    status_draw(&s, c, last);
}
