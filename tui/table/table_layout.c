/* SPDX-License-Identifier: MIT */
/* table_layout: which columns a table has and what it is sorted by, as texts that can be kept in a file, and wide mode: every
 * column there is at its usual width, the first one always in sight, the others moved sideways. Rows: table.c.
 */
#include "tui/table/table.h"

#include "tui/table/table_parts.h"

static bool has(const struct table *t, const struct column *c)
{
    for (size_t i = 0; i < t->column_count; i++) {
        if (t->column[i] == c)
            return true;
    }
    return false;
}

static void add(struct table *t, const struct column *c)
{
    if (c != NULL && t->column_count < TABLE_COLUMNS_MAX && !has(t, c))
        t->column[t->column_count++] = c;
}

static size_t index_of(const struct table *t, const struct column *c, size_t otherwise)
{
    for (size_t i = 0; i < t->column_count; i++) {
        if (t->column[i] == c)
            return i;
    }
    return otherwise;
}

/* The columns that rows are sorted by stay what they are; when one is not there any more the first one is it. */
static void set_columns(struct table *t, struct slice layout, bool and_all)
{
    const struct column *sort = t->column_count > 0 ? t->column[t->sort] : NULL, *second = t->column_count > 0 ? t->column[t->second] : NULL;
    t->column_count = 0;
    for (struct slice rest = layout; rest.p != NULL;)
        add(t, column_named(t->kind, slice_cut(rest, ' ', &rest)));
    struct column_set set = column_set(t->kind);
    for (size_t i = 0; and_all && i < set.count; i++)
        add(t, &set.at[i]);
    if (t->column_count == 0) /* none of these ids is a column */
        add(t, &set.at[0]);
    t->sort = index_of(t, sort, 0);
    t->second = index_of(t, second, t->sort);
    t->place_count = 0;
    t->left = 0;
    t->is_unsorted = t->is_unfiltered = true;
}

void table_set_layout(struct table *t, struct slice layout)
{
    t->is_wide = false;
    set_columns(t, layout, false);
}

void table_layout(const struct table *t, struct buf *out)
{
    size_t count = t->is_wide ? t->narrow_count : t->column_count;
    for (size_t i = 0; i < count; i++)
        (void)buf_addf(out, "%s%s", i > 0 ? " " : "", t->column[i]->id);
}

bool table_set_sort(struct table *t, struct slice id, int direction)
{
    for (size_t i = 0; i < t->column_count; i++) {
        const struct column *c = t->column[i];
        if (!slice_eq(id, slice_of(c->id)) || (c->number == NULL && c->string == NULL))
            continue;
        table_sort_by(t, i);
        t->direction = direction != 0 ? direction : t->direction;
        return true;
    }
    return false;
}

const char *table_sort_id(const struct table *t, int *direction)
{
    *direction = t->direction;
    return t->column_count > 0 ? t->column[t->sort]->id : "";
}

void table_set_wide(struct table *t, bool is_wide)
{
    if (t->is_wide == is_wide)
        return;
    struct buf layout = BUF_INIT(4096);
    table_layout(t, &layout);
    size_t count = t->column_count;
    t->is_wide = is_wide;
    set_columns(t, buf_slice(&layout), is_wide);
    t->narrow_count = count;
    buf_clear(&layout);
}

bool table_is_wide(const struct table *t)
{
    return t->is_wide;
}

bool table_sideways(struct table *t, bool right)
{
    if (!t->is_wide)
        return false;
    if (right && !t->is_end)
        t->left++;
    else if (!right && t->left > 0)
        t->left--;
    t->place_count = 0;
    return true;
}
