/* SPDX-License-Identifier: MIT */
/* support_script: reads scripts. Facts are given field by field with the names of fact_table, so that a new field can be
 * used in a script without a line here. Time is what the script says it is. */
#include "tests/screens/support_script.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/config/profile.h"
#include "tui/choice.h"

enum { START_MS = 100000000, OUT_MAX = 8 * 1024 * 1024 };
#define START_WALL_MS INT64_C(1795343527000) /* Sun 22 Nov 2026 10:32:07 UTC */

void script_init(struct script *s, bool is_ascii)
{
    struct err err = ERR_INIT;
    *s = (struct script){ .store = store_new(), .keys = keymap_load(NULL, &err), .floor_ms = START_MS, .wall_ms = START_WALL_MS, .is_ascii = is_ascii };
    if (s->keys == NULL)
        abort();
    struct app_setup setup = { .store = s->store, .keys = s->keys, .is_ascii = is_ascii };
    s->app = app_new(&setup);
    settings_init(&s->settings);
    settings_init(&s->own);
    s->wishes = BUF_INIT(OUT_MAX);
    s->out = BUF_INIT(OUT_MAX);
    canvas_init(&s->canvas, 80, 24, is_ascii);
    (void)app_beat(s->app, s->floor_ms, s->wall_ms);
}

void script_clear(struct script *s)
{
    app_free(s->app);
    wall_free(s->wall);
    wall_layout_free(s->layout);
    settings_clear(&s->settings);
    settings_clear(&s->own);
    buf_clear(&s->wishes);
    keymap_free(s->keys);
    store_free(s->store);
    canvas_clear(&s->canvas);
    buf_clear(&s->out);
}

void script_beat(struct script *s, int64_t ms)
{
    s->floor_ms += ms;
    s->wall_ms += ms;
    if (s->wall != NULL)
        (void)wall_beat(s->wall, s->floor_ms, s->wall_ms);
    else
        (void)app_beat(s->app, s->floor_ms, s->wall_ms);
}

void script_draw(struct script *s)
{
    if (s->wall != NULL)
        wall_draw(s->wall, &s->canvas);
    else
        app_draw(s->app, &s->canvas);
}

static void changed(struct script *s, enum fact_kind kind, uint64_t id, const struct fact *f)
{
    if (s->wall != NULL)
        (void)wall_changed(s->wall, kind, id, f);
    (void)app_changed(s->app, kind, id, f);
}

static void add_grounds(const struct canvas *c, struct buf *out)
{
    for (int y = 0; y < c->rows; y++) {
        const struct cell *row = &c->cell[y * c->cols];
        for (int x = 0; x < c->cols;) {
            int from = x;
            while (x < c->cols && row[x].ground == row[from].ground)
                x++;
            if (row[from].ground != ROLE_TEXT)
                (void)buf_addf(out, "ground %d: %d to %d %s\n", y, from, x - 1, role_table[row[from].ground].name);
        }
    }
}

static void add_line(struct buf *out, struct buf *line)
{
    while (line->len > 0 && line->data[line->len - 1] == ' ')
        line->len--;
    (void)buf_add(out, buf_slice(line));
    (void)buf_add_char(out, '\n');
    buf_reset(line);
}

void script_picture(const struct canvas *c, struct buf *out)
{
    struct buf line = BUF_INIT(65536);
    for (int y = 0; y < c->rows; y++) {
        for (int x = 0; x < c->cols; x++) {
            const struct cell *cell = &c->cell[y * c->cols + x];
            (void)buf_add(&line, (struct slice){ cell->text, strnlen(cell->text, CELL_TEXT_MAX) });
        }
        add_line(out, &line);
    }
    (void)buf_add(out, SLICE("--- roles\n"));
    for (int y = 0; y < c->rows; y++) {
        for (int x = 0; x < c->cols; x++) {
            const struct cell *cell = &c->cell[y * c->cols + x];
            (void)buf_add_char(&line, cell->text[0] == ' ' ? ' ' : role_table[cell->role].letter);
        }
        add_line(out, &line);
    }
    add_grounds(c, out);
    buf_clear(&line);
}

static void next_line(struct slice *rest, struct slice *line)
{
    *line = rest->p != NULL ? slice_cut(*rest, '\n', rest) : SLICE("");
}

/* Text and roles are as many lines in both; grounds may be more or fewer, and are shown whole where they are not the same. */
static struct slice take_grounds(struct slice *rest)
{
    struct slice all = { rest->p, 0 }, before = *rest, line;
    for (; before.p != NULL && slice_starts(before, SLICE("ground ")); before = *rest) {
        next_line(rest, &line);
        all.n = (size_t)(line.p + line.n - all.p);
    }
    return all;
}

void script_twin(struct slice full, struct slice ascii, struct buf *out)
{
    struct slice was, now;
    for (int row = 0; ascii.p != NULL && ascii.n > 0; row++) {
        struct slice old_grounds = take_grounds(&full), grounds = take_grounds(&ascii);
        if (!slice_eq(old_grounds, grounds))
            (void)buf_addf(out, "%.*s\n", SLICE_FMT(grounds.n > 0 ? grounds : SLICE("no grounds")));
        next_line(&full, &was);
        next_line(&ascii, &now);
        bool is_head = slice_starts(now, SLICE("=== ")) || slice_starts(now, SLICE("--- "));
        if (is_head)
            (void)buf_addf(out, "%.*s\n", SLICE_FMT(now));
        else if (!slice_eq(was, now))
            (void)buf_addf(out, "%3d %.*s\n", row, SLICE_FMT(now));
        row = is_head ? -1 : row;
    }
}

/* The next word of *rest; "..." may hold blanks, \xNN, \" and \\ anywhere. `number` replaces %. */
static bool next_word(struct slice *rest, struct buf *word, long number)
{
    bool is_quoted = false;
    size_t i = 0;
    buf_reset(word);
    while (i < rest->n && rest->p[i] == ' ')
        i++;
    if (i == rest->n)
        return false;
    for (; i < rest->n && (is_quoted || rest->p[i] != ' '); i++) {
        char c = rest->p[i];
        if (c == '"') {
            is_quoted = !is_quoted;
        } else if (c == '%' && number >= 0) {
            (void)buf_addf(word, "%ld", number);
        } else if (c == '\\' && i + 3 < rest->n && rest->p[i + 1] == 'x') {
            char hex[3] = { rest->p[i + 2], rest->p[i + 3], '\0' };
            (void)buf_add_char(word, (char)strtol(hex, NULL, 16));
            i += 3;
        } else if (c == '\\' && i + 1 < rest->n) {
            (void)buf_add_char(word, rest->p[++i]);
        } else {
            (void)buf_add_char(word, c);
        }
    }
    *rest = (struct slice){ rest->p + i, rest->n - i };
    return true;
}

static bool enum_value(const struct fact_field *field, struct slice text, int64_t *out)
{
    for (uint16_t i = 0; field->type == TYPE_ENUM && i < field->name_count; i++) {
        if (slice_eq(text, slice_of(field->names[i]))) {
            *out = i;
            return true;
        }
    }
    return false;
}

/* "-42s" is 42 seconds ago, "+5s" in 5 seconds; "90s" is a duration in ms; else a plain number. */
static bool number_value(const struct script *s, const struct fact_field *field, struct slice text, int64_t *out)
{
    if (enum_value(field, text, out))
        return true;
    bool is_seconds = text.n > 1 && text.p[text.n - 1] == 's';
    struct slice digits = { text.p, text.n - (is_seconds ? 1 : 0) };
    int64_t room = is_seconds ? 2000 : 1;
    if (!slice_int(digits, INT64_MIN / room, INT64_MAX / room, out))
        return false;
    if (is_seconds)
        *out *= 1000;
    if (is_seconds && (field->type == TYPE_INSTANT || field->type == TYPE_WALL))
        *out += field->type == TYPE_WALL ? s->wall_ms : s->floor_ms;
    return true;
}

static bool set_field(const struct script *s, enum fact_kind kind, struct fact *f, struct slice word, struct err *err)
{
    struct slice value, name = slice_cut(word, '=', &value);
    const struct fact_field *field = fact_field_named(kind, name);
    if (field == NULL || value.p == NULL)
        return err_set(err, ERR_USAGE, "'%.*s' is no field of a %s", SLICE_FMT(name), fact_table[kind].name);
    if (field->type == TYPE_TEXT) {
        char *text = value.n > 0 ? mem_text(value) : NULL, *old;
        memcpy(&old, (char *)f + field->offset, sizeof old);
        mem_free(old);
        memcpy((char *)f + field->offset, &text, sizeof text);
        return true;
    }
    int64_t number;
    if (!number_value(s, field, value, &number))
        return err_set(err, ERR_USAGE, "'%.*s' is no value of %s", SLICE_FMT(value), field->id);
    memcpy((char *)f + field->offset, &number, sizeof number);
    return true;
}

/* KIND ID FIELD=VALUE... : what is not said stays as it was. */
static bool put_fact(struct script *s, enum fact_kind kind, struct slice rest, long number, struct err *err)
{
    struct buf word = BUF_INIT(65536);
    union fact_any any;
    int64_t id;
    memset(&any, 0, sizeof any);
    bool ok = next_word(&rest, &word, number) && slice_int(buf_slice(&word), 1, INT64_MAX, &id);
    if (!ok)
        (void)err_set(err, ERR_USAGE, "a %s needs a number", fact_table[kind].name);
    if (ok) {
        const struct fact *old = store_get(s->store, kind, (uint64_t)id);
        if (old != NULL)
            fact_copy(kind, &any.head, old);
        any.head.id = (uint64_t)id;
    }
    while (ok && next_word(&rest, &word, number))
        ok = set_field(s, kind, &any.head, buf_slice(&word), err);
    if (ok && store_put(s->store, kind, &any.head))
        changed(s, kind, (uint64_t)id, store_get(s->store, kind, (uint64_t)id));
    if (!ok)
        fact_clear(kind, &any.head);
    buf_clear(&word);
    return ok;
}

static bool kind_named(struct slice name, enum fact_kind *out)
{
    for (int i = 0; i < FACT_COUNT; i++) {
        if (slice_eq(name, slice_of(fact_table[i].name))) {
            *out = (enum fact_kind)i;
            return true;
        }
    }
    return false;
}

static bool drop_fact(struct script *s, enum fact_kind kind, struct slice rest)
{
    int64_t id;
    if (!slice_int(slice_trim(rest), 1, INT64_MAX, &id))
        return false;
    changed(s, kind, (uint64_t)id, NULL);
    return store_drop(s->store, kind, (uint64_t)id);
}

static bool press(struct script *s, struct slice rest, struct err *err)
{
    struct buf word = BUF_INIT(256);
    bool ok = true;
    while (ok && next_word(&rest, &word, -1)) {
        struct key k;
        ok = key_parse(buf_slice(&word), &k) || err_set(err, ERR_USAGE, "no key is called '%s'", word.data);
        if (ok) {
            (void)(s->wall != NULL ? wall_key(s->wall, k) : app_key(s->app, k));
            script_draw(s); /* as the loop does: a page is what was drawn */
        }
    }
    buf_clear(&word);
    return ok;
}

/* WHAT X Y: click, double, up or down, at a cell counted from 0. */
static bool use_mouse(struct script *s, struct slice rest, struct err *err)
{
    static const char *const names[] = { [MOUSE_CLICK] = "click", [MOUSE_DOUBLE] = "double", [MOUSE_WHEEL_UP] = "up", [MOUSE_WHEEL_DOWN] = "down", [MOUSE_RIGHT] = "right" };
    struct slice name = slice_cut(rest, ' ', &rest), y, x = slice_cut(rest.p != NULL ? rest : SLICE(""), ' ', &y);
    int64_t at_x, at_y;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (slice_eq(name, slice_of(names[i])) && slice_int(x, 0, 999, &at_x) && slice_int(y.p != NULL ? y : SLICE(""), 0, 499, &at_y)) {
            app_draw(s->app, &s->canvas);
            (void)app_mouse(s->app, &s->canvas, (struct mouse){ .what = (enum mouse_what)i, .x = (int)at_x, .y = (int)at_y });
            app_draw(s->app, &s->canvas);
            return true;
        }
    }
    return err_set(err, ERR_USAGE, "mouse click|double|up|down X Y");
}

/* As the program would read it: what is wrong is said with the file's name alone, wherever the tree lies. */
static bool on_profile(void *context, const char *name, struct settings *out, struct err *err)
{
    (void)context;
    settings_init(out);
    bool ok = (name[0] == '\0' || profile_load(out, name, err)) && choice_check(out, err);
    const char *file = ok ? NULL : strstr(err->text, "/profiles/wrong");
    struct err shorter = ERR_INIT;
    if (file != NULL && err_set(&shorter, err->kind, "%s", file + 1) == false)
        *err = shorter;
    if (!ok)
        settings_clear(out);
    return ok;
}

static bool on_wish(void *context, enum app_wish wish, struct slice value, struct err *err)
{
    struct script *s = context;
    if (wish != APP_WISH_THEME && wish != APP_WISH_PROFILE)
        return err_set(err, ERR_USAGE, "that cannot be had here");
    struct settings tried;
    char *name = mem_text(value);
    bool ok = wish == APP_WISH_THEME || on_profile(context, name, &tried, err);
    if (ok && wish == APP_WISH_PROFILE)
        settings_clear(&tried);
    mem_free(name);
    return ok && buf_addf(&s->wishes, "%s %.*s\n", wish == APP_WISH_THEME ? "theme" : "profile", SLICE_FMT(value));
}

/* FOLDER [PROFILE]: the console begins again over the profiles of this folder; what is known already is told to it. */
static bool open_again(struct script *s, struct slice rest, struct err *err)
{
    char here[2048], path[4096];
    struct slice profile, folder = slice_cut(rest, ' ', &profile);
    if (getcwd(here, sizeof here) == NULL)
        return err_errno(err, ERR_SYSTEM, "no folder");
    (void)snprintf(path, sizeof path, "%s/tests/screens/%.*s", here, SLICE_FMT(folder));
    (void)setenv("XDG_CONFIG_HOME", path, 1);
    char *name = profile.p != NULL ? mem_text(profile) : NULL;
    bool ok = name == NULL || (settings_flag(&s->own, SLICE("profile"), name, err) && profile_load(&s->own, name, err));
    mem_free(name);
    if (!ok)
        return false;
    app_free(s->app);
    struct app_setup setup = { .store = s->store, .settings = &s->own, .keys = s->keys, .is_ascii = s->is_ascii, .host = { on_wish, s, on_profile } };
    s->app = app_new(&setup);
    (void)app_beat(s->app, s->floor_ms, s->wall_ms);
    return true;
}

/* The wall from here on; what is known already is told to it as to one that was there from the beginning. */
static bool hang_wall(struct script *s, struct slice layout, struct err *err)
{
    char *name = mem_text(layout.n > 0 ? layout : SLICE("default"));
    s->layout = s->layout == NULL ? wall_layout_load(name, err) : s->layout;
    mem_free(name);
    if (s->layout == NULL || s->wall != NULL)
        return false;
    struct wall_setup setup = { .store = s->store, .settings = &s->settings, .keys = s->keys, .layout = s->layout, .period_ms = 15000, .is_ascii = s->is_ascii };
    s->wall = wall_new(&setup);
    (void)wall_beat(s->wall, s->floor_ms, s->wall_ms);
    return true;
}

/* AGO REACH PERMILLE: the floor is shown as it was so many seconds ago; 0 0 1000 is live again. */
static bool look_back(struct script *s, struct slice rest, struct err *err)
{
    int64_t ago, reach, permille;
    struct slice second, third, first = slice_cut(rest, ' ', &second);
    second = slice_cut(second.p != NULL ? second : SLICE(""), ' ', &third);
    if (!slice_int(first, 0, 86400, &ago) || !slice_int(second, 0, 86400, &reach) || !slice_int(third.p != NULL ? third : SLICE(""), 0, 1000000, &permille))
        return err_set(err, ERR_USAGE, "past AGO REACH PERMILLE");
    struct app_time t = { .rate_permille = permille, .live = ago > 0 ? s->store : NULL, .from_ms = s->floor_ms - (reach - ago) * 1000, .to_ms = s->floor_ms + ago * 1000 };
    (void)app_time(s->app, &t);
    return true;
}

static void snap(struct script *s, struct slice name)
{
    script_draw(s);
    (void)buf_addf(&s->out, "=== %.*s %dx%d\n", SLICE_FMT(name), s->canvas.cols, s->canvas.rows);
    script_picture(&s->canvas, &s->out);
    (void)buf_add(&s->out, buf_slice(&s->wishes));
    buf_reset(&s->wishes);
}

static bool drop_named(struct script *s, struct slice rest, struct err *err)
{
    enum fact_kind kind;
    struct slice id, name = slice_cut(rest, ' ', &id);
    return (kind_named(name, &kind) && drop_fact(s, kind, id)) || err_set(err, ERR_USAGE, "nothing to drop");
}

static bool set_option(struct script *s, struct slice rest, struct err *err)
{
    struct slice value, name = slice_cut(rest, ' ', &value);
    char *text = mem_text(value.p != NULL ? value : SLICE(""));
    bool ok = settings_flag(&s->settings, name, text, err);
    mem_free(text);
    return ok;
}

static bool resize(struct script *s, struct slice rest, struct err *err)
{
    int64_t w, h;
    struct slice rows, cols = slice_cut(rest, 'x', &rows);
    if (!slice_int(cols, 1, 1000, &w) || !slice_int(rows, 1, 500, &h))
        return err_set(err, ERR_USAGE, "size COLSxROWS");
    canvas_resize(&s->canvas, (int)w, (int)h);
    return true;
}

static bool run_line(struct script *s, struct slice line, long number, struct err *err)
{
    struct slice rest, verb = slice_cut(line, ' ', &rest);
    enum fact_kind kind;
    int64_t a;
    if (rest.p == NULL)
        rest = SLICE("");
    if (verb.n == 0 || verb.p[0] == '#')
        return true;
    if (kind_named(verb, &kind))
        return put_fact(s, kind, rest, number, err);
    if (slice_eq(verb, SLICE("gone")))
        return drop_named(s, rest, err);
    if (slice_eq(verb, SLICE("set")))
        return set_option(s, rest, err);
    if (slice_eq(verb, SLICE("times"))) { /* times N LINE: % in the line counts from 1 */
        struct slice what, count = slice_cut(rest, ' ', &what);
        bool ok = slice_int(count, 1, 100000, &a);
        for (long i = 1; ok && i <= a; i++)
            ok = run_line(s, what, i, err);
        return ok;
    }
    if (slice_eq(verb, SLICE("size")))
        return resize(s, rest, err);
    if (slice_eq(verb, SLICE("wait")) && slice_int(rest, 0, 86400, &a)) {
        for (; a > 0; a--)
            script_beat(s, 1000);
        return true;
    }
    if (slice_eq(verb, SLICE("key")))
        return press(s, rest, err);
    if (slice_eq(verb, SLICE("mouse")))
        return use_mouse(s, rest, err);
    if (slice_eq(verb, SLICE("paste"))) {
        (void)app_paste(s->app, rest);
        return true;
    }
    if (slice_eq(verb, SLICE("wall")))
        return hang_wall(s, rest, err);
    if (slice_eq(verb, SLICE("config")))
        return open_again(s, rest, err);
    if (slice_eq(verb, SLICE("past")))
        return look_back(s, rest, err);
    if (slice_eq(verb, SLICE("notice"))) {
        (void)(s->wall != NULL ? wall_notice(s->wall, rest, false) : app_notice(s->app, rest, false));
        return true;
    }
    if (slice_eq(verb, SLICE("twin"))) {
        s->has_twin = true;
        return true;
    }
    if (slice_eq(verb, SLICE("snap"))) {
        snap(s, rest);
        return true;
    }
    return err_set(err, ERR_USAGE, "'%.*s' is no word of a script", SLICE_FMT(verb));
}

bool script_run(struct script *s, struct slice text, struct err *err)
{
    int number = 0;
    for (struct slice rest = text; rest.p != NULL;) {
        struct slice line = slice_trim(slice_cut(rest, '\n', &rest));
        number++;
        if (!run_line(s, line, -1, err))
            return err_prefix(err, "line %d", number);
    }
    return true;
}
