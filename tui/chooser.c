/* SPDX-License-Identifier: MIT */
/* chooser: reads the layout of a table, changes it by one step, and gives it back. The key of an entry is 1 + the place of its
 * column in the set of all. Owns nothing.
 */
#include "tui/chooser.h"

#include "tui/explain.h"

enum { COLUMNS_MAX = 160 };

struct chosen {
    const struct column *at[COLUMNS_MAX];
    size_t count;
};

static void read_layout(const struct table *t, enum fact_kind kind, struct chosen *out)
{
    struct buf layout = BUF_INIT(8192);
    table_layout(t, &layout);
    out->count = 0;
    for (struct slice rest = buf_slice(&layout); rest.p != NULL;) {
        const struct column *c = column_named(kind, slice_cut(rest, ' ', &rest));
        if (c != NULL && out->count < COLUMNS_MAX)
            out->at[out->count++] = c;
    }
    buf_clear(&layout);
}

static void write_layout(struct table *t, const struct chosen *chosen)
{
    struct buf layout = BUF_INIT(8192);
    for (size_t i = 0; i < chosen->count; i++)
        (void)buf_addf(&layout, "%s%s", i > 0 ? " " : "", chosen->at[i]->id);
    table_set_layout(t, buf_slice(&layout));
    buf_clear(&layout);
}

static size_t find(const struct chosen *chosen, const struct column *c)
{
    size_t i = 0;
    while (i < chosen->count && chosen->at[i] != c)
        i++;
    return i;
}

static void add_entry(struct page *p, enum fact_kind kind, const struct table *t, const struct column *c, bool is_shown, bool is_ascii)
{
    struct buf term = BUF_INIT(256), value = BUF_INIT(256), meaning = BUF_INIT(2048);
    explain_meaning(kind, c, &meaning);
    int direction;
    bool is_sort = strcmp(table_sort_id(t, &direction), c->id) == 0;
    (void)buf_add(&term, !is_shown ? SLICE("  ") : is_ascii ? SLICE("x ") : SLICE("\u2713 "));
    column_label(c, &term);
    (void)buf_add(&value, slice_of(c->title));
    if (is_sort)
        (void)buf_add(&value, is_ascii ? (direction > 0 ? SLICE(" ^") : SLICE(" v")) : direction > 0 ? SLICE(" \u2191") : SLICE(" \u2193"));
    page_add(p, buf_slice(&term), is_shown ? ROLE_NAME : ROLE_DIM, (struct page_value){ value.len > 0 ? value.data : "", is_sort ? ROLE_COLUMN_SORT : ROLE_COLUMN },
             meaning.len > 0 ? meaning.data : "",
             1 + (uint64_t)(c - column_set(kind).at));
    buf_clear(&term);
    buf_clear(&value);
    buf_clear(&meaning);
}

void chooser_fill(struct page *p, const struct table_setup *setup, const struct table *t, bool is_ascii)
{
    struct column_set set = column_set(setup->kind);
    struct chosen chosen;
    read_layout(t, setup->kind, &chosen);
    page_heading(p, "Shown, from left to right");
    for (size_t i = 0; i < chosen.count; i++)
        add_entry(p, setup->kind, t, chosen.at[i], true, is_ascii);
    page_heading(p, "Not shown");
    for (size_t i = 0; i < set.count; i++) {
        if (find(&chosen, &set.at[i]) == chosen.count)
            add_entry(p, setup->kind, t, &set.at[i], false, is_ascii);
    }
}

/* The last one cannot be hidden: a table of nothing is of no use. */
static void toggle(struct chosen *chosen, const struct column *c)
{
    size_t at = find(chosen, c);
    if (at == chosen->count && at < COLUMNS_MAX) {
        chosen->at[chosen->count++] = c;
        return;
    }
    if (chosen->count < 2)
        return;
    memmove(&chosen->at[at], &chosen->at[at + 1], (chosen->count - at - 1) * sizeof chosen->at[0]);
    chosen->count--;
}

static void move(struct chosen *chosen, const struct column *c, bool right)
{
    size_t at = find(chosen, c), to = right ? at + 1 : at - 1;
    if (at == chosen->count || to >= chosen->count) /* to: also beyond the left end */
        return;
    chosen->at[at] = chosen->at[to];
    chosen->at[to] = c;
}

/* Sorted by a column that is not shown would be an order that nobody understands: it is shown then. */
static void sort(struct table *t, struct chosen *chosen, const struct column *c)
{
    int direction;
    if (strcmp(table_sort_id(t, &direction), c->id) == 0) {
        (void)table_set_sort(t, slice_of(c->id), -direction);
        return;
    }
    if (find(chosen, c) == chosen->count) {
        toggle(chosen, c);
        write_layout(t, chosen);
    }
    (void)table_set_sort(t, slice_of(c->id), 0);
}

bool chooser_act(struct page *p, const struct table_setup *setup, struct table *t, enum action a)
{
    uint64_t key = page_chosen(p);
    struct column_set set = column_set(setup->kind);
    struct chosen chosen;
    if (a == ACTION_COLUMN_DEFAULT) {
        table_set_layout(t, slice_of(setup->layout));
        (void)table_set_sort(t, slice_of(setup->sort), 0);
        return true;
    }
    if (key == 0 || key > set.count)
        return false;
    const struct column *c = &set.at[key - 1];
    read_layout(t, setup->kind, &chosen);
    switch (a) {
    case ACTION_COLUMN_TOGGLE:
    case ACTION_OPEN: toggle(&chosen, c); break;
    case ACTION_COLUMN_LEFT: move(&chosen, c, false); break;
    case ACTION_COLUMN_RIGHT: move(&chosen, c, true); break;
    case ACTION_COLUMN_SORT: sort(t, &chosen, c); return true;
    default: return false;
    }
    write_layout(t, &chosen);
    page_choose(p, key);
    return true;
}
