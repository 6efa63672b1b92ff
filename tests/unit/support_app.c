/* SPDX-License-Identifier: MIT */
/* The host of a console under test: it keeps what is wished, and reads the picture. Asserts; knows no screen and no order. */
#include "tests/unit/support_app.h"

static bool on_wish(void *context, enum app_wish wish, struct slice value, struct err *err)
{
    struct scene *w = context;
    struct slice lines, ref = slice_cut(value, ' ', &lines);
    (void)err;
    w->wishes++;
    if (wish == APP_WISH_ORDER) {
        assert_true(w->count < SCENE_GIVEN_MAX);
        assert_true(slice_int(ref, 1, INT64_MAX, &w->ref[w->count]));
        (void)snprintf(w->given[w->count++], sizeof w->given[0], "%.*s", SLICE_FMT(lines));
    }
    return true;
}

void scene_begin(struct scene *w, const struct scene_setup *setup)
{
    struct err err = ERR_INIT;
    memset(w, 0, sizeof *w);
    w->store = store_new();
    settings_init(&w->settings);
    w->settings.is_readonly = setup->is_readonly;
    assert_true(setup->conf == NULL || settings_load_text(&w->settings, "conf", slice_of(setup->conf), &err));
    assert_true(settings_finish(&w->settings, &err));
    w->keys = keymap_load(NULL, &err);
    assert_non_null(w->keys);
    w->app = app_new(&(struct app_setup){ .store = w->store, .settings = &w->settings, .keys = w->keys, .is_ascii = true, .is_closed = setup->is_closed,
                                          .host = { .wish = on_wish, .context = w } });
    canvas_init(&w->canvas, setup->cols, setup->rows, true);
    (void)app_beat(w->app, 1000000, INT64_C(1795343527000));
    setup->fill(w);
    scene_draw(w);
}

void scene_end(struct scene *w)
{
    app_free(w->app);
    keymap_free(w->keys);
    settings_clear(&w->settings);
    store_free(w->store);
    canvas_clear(&w->canvas);
    mem_free(w->text);
}

void scene_put(struct scene *w, enum fact_kind kind, const void *f)
{
    union fact_any copy;
    memset(&copy, 0, sizeof copy);
    fact_copy(kind, &copy.head, f);
    uint64_t id = copy.head.id;
    if (store_put(w->store, kind, &copy.head))
        (void)app_changed(w->app, kind, id, store_get(w->store, kind, id));
}

void scene_draw(struct scene *w)
{
    struct buf text = BUF_INIT(1u << 20);
    app_draw(w->app, &w->canvas);
    for (int i = 0; i < w->canvas.rows * w->canvas.cols; i++) {
        const struct cell *cell = &w->canvas.cell[i];
        (void)buf_add(&text, (struct slice){ cell->text, strnlen(cell->text, CELL_TEXT_MAX) });
        if (i % w->canvas.cols == w->canvas.cols - 1)
            (void)buf_add_char(&text, '\n');
    }
    mem_free(w->text);
    w->text = mem_text(buf_slice(&text));
    buf_clear(&text);
}

static void type(struct scene *w, struct slice name)
{
    struct key k;
    assert_true(key_parse(name, &k));
    (void)app_key(w->app, k);
}

void scene_key(struct scene *w, const char *name)
{
    type(w, slice_of(name));
}

void scene_press(struct scene *w, const char *keys)
{
    for (struct slice rest = slice_of(keys); rest.p != NULL;) {
        struct slice word = slice_cut(rest, ' ', &rest);
        bool is_text = word.n > 1 && word.p[0] == '\'';
        for (size_t i = is_text ? 1 : 0; i < (is_text ? word.n : 1); i++)
            type(w, is_text ? (struct slice){ word.p + i, 1 } : word);
        scene_draw(w);
    }
}

bool scene_shows(const struct scene *w, const char *text)
{
    return strstr(w->text, text) != NULL;
}
