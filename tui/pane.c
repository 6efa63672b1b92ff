/* SPDX-License-Identifier: MIT */
/* pane: turns a row of the table of panes into a picture: a title line (name, count, filter, what is in sight), and what it
 * shows under it, or a sentence where there is nothing. Owns its table; chooses which facts belong to it, by one field. What
 * the table shows and in which order is none of its business. */
#include "tui/pane.h"

#include <stdio.h>

#include "core/base/utf8.h"

void pane_init(struct pane *p, const struct pane_row *row)
{
    *p = (struct pane){ .row = row };
    if (row->form == NULL)
        p->table = table_new(&row->table);
    else if (row->form->start != NULL)
        row->form->start(p);
}

void pane_clear(struct pane *p)
{
    if (p->row->form != NULL && p->row->form->stop != NULL)
        p->row->form->stop(p);
    table_free(p->table);
    p->table = NULL;
}

void pane_choice(const struct pane *p, struct pane_choice *out)
{
    *out = (struct pane_choice){ .layout = BUF_INIT(8192), .sort = "", .group = "" };
    if (p->table == NULL)
        return;
    table_layout(p->table, &out->layout);
    out->sort = table_sort_id(p->table, &out->direction);
    out->group = table_group_id(p->table);
    out->is_tiles = table_is_tiles(p->table);
    out->is_wide = table_is_wide(p->table);
}

void pane_choose(struct pane *p, const struct pane_choice *choice)
{
    if (p->table == NULL)
        return;
    table_set_layout(p->table, buf_slice(&choice->layout));
    table_set_wide(p->table, choice->is_wide);
    (void)table_set_sort(p->table, slice_of(choice->sort), choice->direction);
    if (choice->group != NULL)
        (void)table_set_group(p->table, slice_of(choice->group));
    table_set_tiles(p->table, choice->is_tiles);
}

static uint64_t id_field(enum fact_kind kind, const struct fact *f, const char *name)
{
    const struct fact_field *field = fact_field_named(kind, slice_of(name));
    return field != NULL && field->type == TYPE_ID ? (uint64_t)fact_int(f, field) : 0;
}

static bool belongs(const struct pane *p, const struct fact *f)
{
    enum fact_kind kind = p->row->table.kind;
    if (p->row->of == NULL)
        return true;
    if (p->of == 0 || id_field(kind, f, p->row->of) != p->of)
        return false;
    const struct fact_pbx *pbx = p->home != 0 ? view_pbx(p->view, kind, f) : NULL;
    return p->home == 0 || (pbx != NULL && pbx->id == p->home);
}

/* The rows of one parent lie together; others are looked for among all. */
static void fill(struct pane *p, const struct view *v, enum fact_kind kind)
{
    const struct fact *f;
    if (p->row->of != NULL && fact_field_named(kind, slice_of(p->row->of))->offset == fact_table[kind].parent) {
        for (f = NULL; (f = store_child(v->store, kind, p->of, f)) != NULL;) {
            if (belongs(p, f))
                table_changed(p->table, f->id, f);
        }
        return;
    }
    for (size_t at = 0; (f = store_each(v->store, kind, &at)) != NULL;) {
        if (belongs(p, f))
            table_changed(p->table, f->id, f);
    }
}

void pane_show(struct pane *p, const struct view *v, enum fact_kind subject_kind, uint64_t subject, const struct fact *about)
{
    enum fact_kind kind = p->row->table.kind;
    bool is_another = p->subject != subject;
    p->is_shown = true;
    p->subject = p->of = subject;
    p->home = 0;
    p->view = v;
    if (p->row->through != NULL) {
        const struct fact_pbx *pbx = about != NULL ? view_pbx(v, subject_kind, about) : NULL;
        p->of = about != NULL ? id_field(subject_kind, about, p->row->through) : 0;
        p->home = v->joint != NULL && joint_is_merged(v->joint) && pbx != NULL ? pbx->id : 0; /* who answers a caller is on his PBX */
    }
    if (is_another)
        p->top = 0;
    if (p->table == NULL)
        return;
    table_forget(p->table);
    if (is_another && p->row->of != NULL) /* what was looked for among the others' rows is of no use here */
        table_restart(p->table);
    fill(p, v, kind);
}

void pane_leave(struct pane *p)
{
    p->is_shown = false;
    p->fact = NULL;
    if (p->table != NULL)
        table_forget(p->table);
}

void pane_changed(struct pane *p, enum fact_kind kind, uint64_t id, const struct fact *f)
{
    if (p->table != NULL && p->row->table.kind == kind)
        table_changed(p->table, id, f != NULL && belongs(p, f) ? f : NULL);
}

/* On the screen of a queue or an agent all rows are on its PBX, unless it stands for several. */
static struct view view_for(const struct pane *p, const struct view *v)
{
    struct view own = *v;
    struct joint_parts parts;
    static const enum fact_kind subjects[] = { FACT_QUEUE, FACT_AGENT };
    for (size_t i = 0; p->row->of != NULL && i < sizeof subjects / sizeof subjects[0]; i++) {
        if (strcmp(p->row->of, fact_table[subjects[i]].name) == 0)
            own.has_many_pbx = p->home == 0 && joint_parts(v->joint, subjects[i], p->of, &parts) && parts.count > 1;
    }
    return own;
}

bool pane_settle(struct pane *p, const struct view *v)
{
    struct view own = view_for(p, v);
    return p->table != NULL && table_settle(p->table, &own);
}

static bool act_on_table(struct table *t, enum action a)
{
    switch (a) {
    case ACTION_WIDE: table_set_wide(t, !table_is_wide(t)); return true;
    case ACTION_TILES: table_set_tiles(t, !table_is_tiles(t)); return table_has_tiles(t);
    case ACTION_CURSOR_LEFT:
    case ACTION_CURSOR_RIGHT: return table_act(t, a) || table_sideways(t, a == ACTION_CURSOR_RIGHT);
    default: return table_act(t, a);
    }
}

bool pane_act(struct pane *p, enum action a)
{
    if (p->table != NULL)
        return act_on_table(p->table, a);
    return p->row->form->act != NULL && p->row->form->act(p, a);
}

int pane_need(const struct pane *p, const struct view *v, int width)
{
    if (p->table == NULL)
        return p->row->form->need != NULL ? p->row->form->need(p, v, width) : 1000;
    size_t rows = table_total(p->table);
    return (int)(rows < 200 ? (rows > 0 ? rows : 4) : 200) + 2;
}

bool pane_opens(const struct pane *p, const struct view *v, enum fact_kind *kind, uint64_t *id)
{
    *kind = p->row->table.kind;
    *id = p->table != NULL ? table_selected(p->table) : 0;
    const struct fact *f = *id != 0 ? store_get(v->store, *kind, *id) : NULL;
    if (f == NULL)
        return false;
    if (p->row->opens == NULL)
        return true;
    *id = id_field(*kind, f, p->row->opens);
    for (int i = 0; i < FACT_COUNT; i++) { /* a field that holds an id has the name of its kind */
        if (strcmp(fact_table[i].name, p->row->opens) == 0)
            *kind = (enum fact_kind)i;
    }
    return *id != 0 && store_get(v->store, *kind, *id) != NULL;
}

static int put(struct canvas *c, struct area a, int x, struct slice text, enum role role)
{
    return canvas_put(c, a, x, a.y, text, (struct style){ role, ROLE_TEXT });
}

void pane_add_name(const struct view *v, enum fact_kind kind, const struct fact *f, struct buf *out)
{
    static const char *const ids[] = { "name", "number", "what" };
    struct buf scratch = BUF_INIT(1024);
    size_t before = out->len;
    for (size_t i = 0; f != NULL && i < sizeof ids / sizeof ids[0] && out->len == before; i++) {
        const struct column *c = column_named(kind, slice_of(ids[i]));
        enum role role = ROLE_UNKNOWN;
        struct slice text = c != NULL ? column_text(v, kind, c, f, &scratch, &role) : SLICE("");
        if (role != ROLE_UNKNOWN)
            (void)buf_add(out, utf8_head(text, 60));
    }
    if (out->len == before)
        (void)buf_add_char(out, '?');
    buf_clear(&scratch);
}

int pane_title(const struct pane *p, const struct view *v, struct canvas *c, struct area a, int x, bool has_focus)
{
    int from = x;
    x = put(c, a, x, SLICE(" "), ROLE_TEXT);
    x = put(c, a, x, slice_of(p->row->title), has_focus ? ROLE_TITLE_FOCUS : ROLE_TITLE);
    if (p->table != NULL) {
        x = table_draw_summary(p->table, v, c, a, x);
    } else if (p->subject == 0 && p->fact != NULL) { /* the screen does not say whom it is about */
        struct buf name = BUF_INIT(256);
        (void)buf_add_char(&name, ' ');
        pane_add_name(v, p->row->table.kind, p->fact, &name);
        x = put(c, a, x, buf_slice(&name), ROLE_DIM);
        buf_clear(&name);
    }
    x = put(c, a, x, SLICE(" "), ROLE_TEXT);
    canvas_hit(c, (struct hit){ .kind = HIT_PANE, .area = { from, a.y, x - from, 1 }, .owner = p });
    return x;
}

void pane_draw_sight(const struct pane *p, struct canvas *c, struct area a, int x)
{
    size_t first = (size_t)p->top, seen = p->rows > 0 ? (size_t)p->rows : 0, count = p->all > 0 ? (size_t)p->all : 0;
    if (p->table != NULL) {
        table_sight(p->table, &first, &seen);
        count = table_lines(p->table);
    }
    if (seen > 0 && seen < count) {
        char text[64];
        (void)snprintf(text, sizeof text, " %zu to %zu ", first + 1, first + seen);
        int left = a.x + a.w - 2 - canvas_text_width(c, slice_of(text));
        if (left > x)
            (void)put(c, a, left, slice_of(text), ROLE_DIM);
    }
}

static void draw_title(const struct pane *p, const struct view *v, struct canvas *c, struct area a, bool has_focus)
{
    canvas_rule(c, a, (struct style){ ROLE_RULE, ROLE_TEXT });
    pane_draw_sight(p, c, a, pane_title(p, v, c, a, a.x + 1, has_focus));
}

void pane_draw(struct pane *p, const struct view *v, struct canvas *c, struct area a, bool has_focus, const char *empty)
{
    canvas_blank(c, a, (struct style){ ROLE_TEXT, ROLE_TEXT });
    canvas_hit(c, (struct hit){ .kind = HIT_PANE, .area = a, .owner = p });
    struct area title = area_top(&a, 1), whole = a;
    struct view own = view_for(p, v);
    if (p->table != NULL)
        table_draw(p->table, &own, c, a, has_focus);
    else if (p->row->form->draw != NULL)
        p->row->form->draw(p, v, c, a, has_focus);
    draw_title(p, v, c, title, has_focus);
    if (p->table != NULL && table_count(p->table) == 0) {
        bool is_readonly = p->row->table.kind == FACT_ORDER && v->settings != NULL && v->settings->is_readonly;
        const char *nobody = is_readonly ? "No order was given yet, and none can be given here: this acdtop is read-only." : p->row->nobody;
        const char *sentence = table_total(p->table) > 0 ? "Nothing matches the filter." : p->is_gone ? "It has gone." : empty != NULL ? empty : nobody;
        (void)area_top(&whole, 1);
        (void)canvas_wrap(c, (struct area){ whole.x + 2, whole.y, whole.w - 3, whole.h }, slice_of(sentence), (struct style){ ROLE_DIM, ROLE_TEXT });
    }
}
