/* SPDX-License-Identifier: MIT */
/* list: a column -> a key and a value for machines. A column that shows a field has the key and the value of the status document; one
 * that shows a figure its name with the unit; one that is made of several has its own id. Owns nothing but what it writes. */
#include "tui/list.h"

#include <stdio.h>

#include "core/base/near.h"

enum { CELLS_MAX = 128, LONG_DROP = 250 };

static const struct {
    const char *name, *sort;
    enum fact_kind kind;
} lists[] = {
    { "queues", "name", FACT_QUEUE }, { "callers", "wait", FACT_CALLER }, { "agents", "name", FACT_AGENT },
    { "members", "queue", FACT_MEMBER }, { "calls", "since", FACT_CALL }, { "pbxs", "name", FACT_PBX },
};
enum { LIST_COUNT = sizeof lists / sizeof lists[0] };

static const char *name_at(size_t i, const void *context)
{
    (void)context;
    return i < LIST_COUNT ? lists[i].name : NULL;
}

bool list_named(struct slice name, enum fact_kind *kind, struct err *err)
{
    for (size_t i = 0; i < LIST_COUNT; i++) {
        if (slice_eq(name, slice_of(lists[i].name))) {
            *kind = lists[i].kind;
            return true;
        }
    }
    const char *near = near_name(name, name_at, NULL);
    return err_set(err, ERR_USAGE, "there is no list '%.*s'%s%s%s: queues, callers, agents, members, calls, pbxs", SLICE_FMT(name), near != NULL ? "; did you mean '" : "",
                   near != NULL ? near : "", near != NULL ? "'?" : "");
}

static bool is_kpi(enum fact_kind kind, const struct column *c, struct export_cell *out)
{
    for (enum kpi k = 0; kind == FACT_QUEUE && k < KPI_COUNT; k++) {
        if (strcmp(kpi_table[k].id, c->id) == 0) {
            (void)export_kpi(k, out->key, sizeof out->key);
            out->is = EXPORT_CELL_KPI;
            out->kpi = k;
            return true;
        }
    }
    return false;
}

static bool is_field(enum fact_kind kind, const struct column *c, struct export_cell *out)
{
    struct export_rule rule = { .how = EXPORT_HIDDEN };
    if (c->field != NULL)
        rule = export_rule_of(kind, c->field);
    if (rule.how == EXPORT_HIDDEN)
        return false;
    bool is_asterisk = rule.object != NULL && strcmp(rule.object, "asterisk") == 0; /* it counts some of what we count */
    (void)snprintf(out->key, sizeof out->key, "%s%s", is_asterisk ? "asterisk_" : "", rule.key);
    out->is = EXPORT_CELL_FIELD;
    out->field = c->field;
    return true;
}

void list_cell(const struct view *v, enum fact_kind kind, const struct column *c, const struct fact *f, struct buf *scratch, struct export_cell *out)
{
    enum role role;
    *out = (struct export_cell){ .is = EXPORT_CELL_UNKNOWN };
    if (is_kpi(kind, c, out) || is_field(kind, c, out))
        return;
    bool is_ms = c->form == FORM_TIME && strstr(c->id, "_ms") == NULL;
    (void)snprintf(out->key, sizeof out->key, "%s%s", c->id, is_ms ? "_ms" : "");
    if (f == NULL)
        return;
    if (c->number != NULL && c->form != FORM_TEXT) {
        out->is = c->number(v, c, f, &out->number) ? EXPORT_CELL_NUMBER : EXPORT_CELL_UNKNOWN;
        return;
    }
    buf_reset(scratch);
    struct buf room = BUF_INIT(COLUMN_TEXT_MAX);
    struct slice text = column_text(v, kind, c, f, &room, &role);
    out->is = role == ROLE_UNKNOWN || slice_eq(text, SLICE("-")) || !buf_add(scratch, text) ? EXPORT_CELL_UNKNOWN : EXPORT_CELL_TEXT;
    buf_clear(&room);
    out->text = scratch->len > 0 ? scratch->data : "";
}

struct cells {
    struct export_cell at[CELLS_MAX];
    const struct column *column[CELLS_MAX];
    struct buf text[CELLS_MAX];
    size_t count;
};

/* A key that is there already says the same: the state in a word and as a shape. */
static void add_column(struct cells *all, const struct view *v, enum fact_kind kind, const struct column *c)
{
    struct export_cell cell;
    struct buf none = BUF_INIT(1);
    list_cell(v, kind, c, NULL, &none, &cell);
    for (size_t i = 0; i < all->count; i++) {
        if (strcmp(all->at[i].key, cell.key) == 0)
            return;
    }
    if (all->count < CELLS_MAX) {
        all->at[all->count] = cell;
        all->text[all->count] = BUF_INIT(COLUMN_TEXT_MAX + 1);
        all->column[all->count++] = c;
    }
}

static void choose(struct cells *all, const struct view *v, enum fact_kind kind, struct slice ids)
{
    struct column_set set = column_set(kind);
    all->count = 0;
    for (struct slice rest = ids; rest.n > 0;) {
        const struct column *c = column_named(kind, slice_cut(rest, ' ', &rest));
        if (c != NULL)
            add_column(all, v, kind, c);
    }
    for (size_t i = 0; ids.n == 0 && i < set.count; i++)
        if (set.at[i].drop < LONG_DROP)
            add_column(all, v, kind, &set.at[i]);
}

bool list_write(const struct view *v, const struct table *t, struct slice ids, enum export_form form, struct buf *out, struct err *err)
{
    struct cells all;
    enum fact_kind kind = table_kind(t);
    struct export_view e = { .store = v->store, .floor_ms = v->beat_ms, .wall_ms = v->wall_ms };
    choose(&all, v, kind, ids);
    bool ok = form == EXPORT_CSV ? export_keys(all.at, all.count, out, err) : buf_add(out, SLICE("[\n"));
    const char *before = "";
    for (size_t line = 0; ok && line < table_lines(t); line++) {
        const struct fact *f = table_fact(t, line);
        for (size_t i = 0; f != NULL && i < all.count; i++)
            list_cell(v, kind, all.column[i], f, &all.text[i], &all.at[i]);
        if (f != NULL)
            ok = (form == EXPORT_CSV || buf_add(out, slice_of(before))) && export_row(&e, kind, f, all.at, all.count, form, out, err);
        before = f != NULL ? "," : before;
    }
    for (size_t i = 0; i < all.count; i++)
        buf_clear(&all.text[i]);
    return ok && (form == EXPORT_CSV || buf_add(out, SLICE("]\n")));
}

bool list_write_all(const struct view *v, enum fact_kind kind, bool (*wants)(void *context, enum fact_kind kind, const struct fact *f), void *context,
                    enum export_form form, struct buf *out, struct err *err)
{
    const char *sort = "name";
    for (size_t i = 0; i < LIST_COUNT; i++)
        sort = lists[i].kind == kind ? lists[i].sort : sort;
    struct table *t = table_new(&(struct table_setup){ .kind = kind, .layout = sort, .sort = sort });
    const struct fact *f;
    for (size_t at = 0; (f = store_each(v->store, kind, &at)) != NULL;) {
        if (wants == NULL || wants(context, kind, f))
            table_changed(t, f->id, f);
    }
    (void)table_settle(t, v);
    bool ok = list_write(v, t, SLICE(""), form, out, err);
    table_free(t);
    return ok;
}
