/* SPDX-License-Identifier: MIT */
/* choice: between the list `panes` of the settings and the panes themselves. A pane is written when it differs from its row, so
 * that a profile says what was chosen and nothing else. */
#include "tui/choice.h"

#include "core/base/mem.h"
#include "core/base/near.h"
#include "core/config/entries.h"
#include "core/config/options.h"
#include "tui/table/filter.h"

static const char *pane_at(size_t i, const void *context)
{
    (void)context;
    return i < PANE_COUNT ? pane_table[i].name : NULL;
}

static const char *screen_at(size_t i, const void *context)
{
    (void)context;
    return i < SCREEN_COUNT && screen_table[i].subject == FACT_COUNT ? screen_table[i].name : NULL;
}

static const char *column_at(size_t i, const void *context)
{
    struct column_set set = column_set(*(const enum fact_kind *)context);
    return i < set.count ? set.at[i].id : NULL;
}

static bool unknown(struct err *err, const char *what, struct slice name, const char *near)
{
    return near != NULL ? err_set(err, ERR_CONFIG, "there is no %s '%.*s'; did you mean '%s'?", what, SLICE_FMT(name), near)
                        : err_set(err, ERR_CONFIG, "there is no %s '%.*s'", what, SLICE_FMT(name));
}

static bool check_column(enum fact_kind kind, struct slice id, struct err *err)
{
    return column_named(kind, id) != NULL || unknown(err, "column", id, near_name(id, column_at, &kind));
}

static bool check_group(const struct pane_settings *p, struct err *err)
{
    static const char *const groups[] = { "state", "queue", "team", "pbx" };
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++)
        if (p->group == NULL || strcmp(p->group, groups[i]) == 0)
            return true;
    return err_set(err, ERR_CONFIG, "there is no group '%s': state, queue, team or pbx", p->group);
}

static bool check_pane(const struct pane_settings *p, struct err *err)
{
    enum pane_id id;
    if (!pane_named(slice_of(p->pane), &id))
        return unknown(err, "pane", slice_of(p->pane), near_name(slice_of(p->pane), pane_at, NULL));
    enum fact_kind kind = pane_table[id].table.kind;
    for (struct slice rest = slice_of(p->columns); rest.n > 0;) {
        struct slice column = slice_cut(rest, '\n', &rest);
        if (!check_column(kind, column, err))
            return false;
    }
    if (p->sort != NULL && !check_column(kind, slice_of(p->sort), err))
        return false;
    struct filter_fault fault;
    struct filter *f = p->filter != NULL ? filter_new(kind, slice_of(p->filter), &fault) : NULL;
    filter_free(f);
    if (p->filter != NULL && f == NULL)
        return err_set(err, ERR_CONFIG, "filter '%s': %s", p->filter, fault.text);
    return check_group(p, err);
}

static const char *any_screen_at(size_t i, const void *context)
{
    (void)context;
    return i < SCREEN_COUNT ? screen_table[i].name : NULL;
}

static bool check_layout(const struct layout_settings *l, struct err *err)
{
    enum screen_id screen;
    const char *where = entries_origin(l->origin, option_find(OPTION_LAYOUT, SLICE("panes")));
    bool ok = screen_named(slice_of(l->screen), &screen) || unknown(err, "screen", slice_of(l->screen), near_name(slice_of(l->screen), any_screen_at, NULL));
    ok = ok && deck_check_layout(screen, slice_of(l->panes), err);
    return ok || (where != NULL ? err_prefix(err, "%s", where) : false);
}

bool choice_check(const struct settings *s, struct err *err)
{
    enum screen_id screen;
    if (s->screen != NULL && (!screen_named(slice_of(s->screen), &screen) || screen_table[screen].subject != FACT_COUNT)) {
        const char *where = entries_origin(s->origin, option_find(OPTION_GLOBAL, SLICE("screen")));
        (void)unknown(err, "screen", slice_of(s->screen), near_name(slice_of(s->screen), screen_at, NULL));
        return where != NULL ? err_prefix(err, "%s", where) : false;
    }
    for (size_t i = 0; i < s->pane_count; i++) {
        const char *where = entries_origin(s->pane[i].origin, option_find(OPTION_PANE, SLICE("pane")));
        if (!check_pane(&s->pane[i], err))
            return where != NULL ? err_prefix(err, "%s", where) : false;
    }
    for (size_t i = 0; i < s->layout_count; i++)
        if (!check_layout(&s->layout[i], err))
            return false;
    return true;
}

static void apply(struct pane *p, const struct pane_settings *s)
{
    struct pane_choice c;
    pane_choice(p, &c);
    if (s->columns != NULL) {
        buf_reset(&c.layout);
        for (struct slice rest = slice_of(s->columns); rest.n > 0;) {
            (void)buf_add(&c.layout, slice_cut(rest, '\n', &rest));
            (void)buf_add_char(&c.layout, ' ');
        }
    }
    c.sort = s->sort != NULL ? s->sort : c.sort;
    c.direction = s->sort != NULL ? 0 : c.direction;
    c.group = s->group != NULL ? s->group : c.group;
    c.is_tiles = s->is_tiles;
    c.is_wide = s->is_wide;
    pane_choose(p, &c);
    buf_clear(&c.layout);
    if (s->is_inverted && p->table != NULL)
        (void)table_act(p->table, ACTION_SORT_INVERT);
    if (s->filter != NULL && p->table != NULL)
        (void)table_filter(p->table, slice_of(s->filter));
}

void choice_apply(struct deck *d, const struct settings *s)
{
    enum screen_id screen;
    enum pane_id id;
    for (size_t i = 0; i < s->pane_count; i++)
        if (pane_named(slice_of(s->pane[i].pane), &id))
            apply(deck_pane(d, id), &s->pane[i]);
    for (size_t i = 0; i < s->layout_count; i++)
        if (screen_named(slice_of(s->layout[i].screen), &screen) && !deck_set_layout(d, screen, slice_of(s->layout[i].panes), NULL))
            continue; /* choice_check would have said so */
    if (s->screen != NULL && screen_named(slice_of(s->screen), &screen))
        (void)deck_open(d, screen, 0);
}

/* --- back into a file ------------------------------------------------------------------------------------------------------ */

static bool add_text(struct buf *out, const char *name, struct slice text)
{
    bool ok = buf_addf(out, "        %s = \"", name);
    for (size_t i = 0; i < text.n && ok; i++)
        ok = ((text.p[i] != '"' && text.p[i] != '\\') || buf_add_char(out, '\\')) && buf_add_char(out, text.p[i]);
    return ok && buf_add(out, SLICE("\";\n"));
}

static bool add_columns(struct buf *out, struct slice ids)
{
    bool ok = buf_add(out, SLICE("        columns = [ "));
    for (size_t i = 0; ok && ids.n > 0; ) {
        struct slice id = slice_cut(ids, ' ', &ids);
        if (id.n > 0)
            ok = buf_addf(out, "%s\"%.*s\"", i++ > 0 ? ", " : "", SLICE_FMT(id));
    }
    return ok && buf_add(out, SLICE(" ];\n"));
}

/* Is it as its row says? The columns of their own: who only sorts has chosen none. */
static bool is_untouched(const struct pane *p, const struct pane_choice *c, bool *has_columns)
{
    struct pane plain;
    struct pane_choice usual;
    pane_init(&plain, p->row);
    pane_choice(&plain, &usual);
    *has_columns = !slice_eq(buf_slice(&usual.layout), buf_slice(&c->layout));
    bool same = !*has_columns && strcmp(usual.sort, c->sort) == 0 && usual.direction == c->direction && strcmp(usual.group, c->group) == 0 &&
                usual.is_tiles == c->is_tiles && usual.is_wide == c->is_wide && table_filter_text(p->table).n == 0;
    buf_clear(&usual.layout);
    pane_clear(&plain);
    return same;
}

static bool is_inverted(const struct pane *p, const struct pane_choice *c)
{
    struct pane plain;
    int usual = 0;
    pane_init(&plain, p->row);
    (void)table_set_sort(plain.table, slice_of(c->sort), 0);
    (void)table_sort_id(plain.table, &usual);
    pane_clear(&plain);
    return usual != c->direction;
}

static bool write_pane(const struct pane *p, bool *is_first, struct buf *out)
{
    struct pane_choice c;
    bool ok = true, has_columns;
    if (p->table == NULL)
        return true;
    pane_choice(p, &c);
    if (!is_untouched(p, &c, &has_columns)) {
        ok = buf_addf(out, "%s    {\n        pane = \"%s\";\n", *is_first ? "" : ",\n", p->row->name) && (!has_columns || add_columns(out, buf_slice(&c.layout))) &&
             (!c.is_wide || buf_add(out, SLICE("        wide = true;\n"))) && add_text(out, "sort", slice_of(c.sort)) && buf_addf(out, "        inverted = %s;\n", is_inverted(p, &c) ? "true" : "false") &&
             (*c.group == '\0' || add_text(out, "group", slice_of(c.group))) && buf_addf(out, "        tiles = %s;\n", c.is_tiles ? "true" : "false") &&
             (table_filter_text(p->table).n == 0 || add_text(out, "filter", table_filter_text(p->table))) && buf_add(out, SLICE("    }"));
        *is_first = false;
    }
    buf_clear(&c.layout);
    return ok;
}

/* One option of the top, with its text quoted. */
static bool add_top(struct buf *out, const char *name, const char *text)
{
    bool ok = buf_addf(out, "%s = \"", name);
    for (; *text != '\0' && ok; text++)
        ok = ((*text != '"' && *text != '\\') || buf_add_char(out, '\\')) && buf_add_char(out, *text);
    return ok && buf_add(out, SLICE("\";\n"));
}

static bool write_layouts(const struct deck *d, struct buf *out)
{
    bool is_first = true, ok = true;
    for (enum screen_id id = 0; ok && id < SCREEN_COUNT; id++) {
        if (deck_layout(d, id) == NULL)
            continue;
        ok = buf_add(out, is_first ? SLICE("layouts = (\n") : SLICE(",\n")) && buf_addf(out, "    { screen = \"%s\"; panes = \"%s\"; }", screen_table[id].name, deck_layout(d, id));
        is_first = false;
    }
    return ok && (is_first || buf_add(out, SLICE("\n);\n")));
}

bool choice_write(struct deck *d, const struct joint *j, const struct settings *s, const char *theme, const char *keymap, struct buf *out)
{
    bool is_first = true;
    const struct screen_row *row = &screen_table[deck_screen(d)];
    bool ok = settings_save(s, theme, keymap, out);
    if (row->subject == FACT_COUNT)
        ok = ok && buf_addf(out, "screen = \"%s\";\n", row->name);
    ok = ok && (joint_pbx(j) == NULL || add_top(out, "only_pbx", joint_pbx(j))) && (!joint_is_merged(j) || buf_add(out, SLICE("merge = true;\n")));
    ok = ok && buf_add(out, SLICE("panes = (\n"));
    for (enum pane_id id = 0; ok && id < PANE_COUNT; id++)
        ok = write_pane(deck_pane(d, id), &is_first, out);
    return ok && buf_add(out, is_first ? SLICE(");\n") : SLICE("\n);\n")) && write_layouts(d, out);
}
