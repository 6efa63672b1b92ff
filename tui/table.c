/* SPDX-License-Identifier: MIT */
/* table: keeps the rows in order. Rows that changed are taken out, sorted among themselves and merged back, so that work
 * grows with what changed and not with the floor. The cursor is an identity: when its row moves, the window moves with it
 * and the row stays on its line of the screen; when its row goes, nobody else takes its place. Drawing: table_draw.c. */
#include "tui/table.h"

#include <stdlib.h>

#include "core/base/map.h"
#include "core/base/mem.h"
#include "tui/table_parts.h"

static void layout_read(struct table *t, const char *layout)
{
    for (struct slice rest = slice_of(layout); rest.p != NULL && t->column_count < TABLE_COLUMNS_MAX;) {
        struct slice id = slice_cut(rest, ' ', &rest);
        const struct column *c = id.n > 0 ? column_named(t->kind, id) : NULL;
        if (c != NULL)
            t->column[t->column_count++] = c;
    }
}

static int first_direction(const struct column *c)
{
    return c->order != 0 ? c->order : column_is_text(c) || c->form == FORM_WORD ? 1 : -1;
}

/* Who sorts wants to see what comes first; the selection is kept. */
static void go_to_top(struct table *t)
{
    t->is_unsorted = t->is_away = true;
    t->top = 0;
}

static void sort_by(struct table *t, size_t column)
{
    t->sort = column;
    t->direction = first_direction(t->column[column]);
    go_to_top(t);
}

struct table *table_new(const struct table_setup *setup)
{
    struct table *t = mem_alloc(sizeof *t);
    t->kind = setup->kind;
    t->row = idmap_new();
    t->filter = BUF_INIT(TABLE_FILTER_MAX);
    t->scratch = BUF_INIT(2048);
    layout_read(t, setup->layout);
    for (size_t i = 0; i < t->column_count; i++) {
        if (strcmp(t->column[i]->id, setup->sort) == 0)
            sort_by(t, i);
    }
    return t;
}

void table_free(struct table *t)
{
    if (t == NULL)
        return;
    struct row *r;
    for (size_t i = 0; i < t->changed_count; i++) {
        if (t->changed[i]->fact == NULL && idmap_get(t->row, t->changed[i]->id) != t->changed[i])
            mem_free(t->changed[i]); /* gone ones are in no map any more */
    }
    for (size_t at = 0; (r = idmap_each(t->row, &at)) != NULL;)
        mem_free(r);
    idmap_free(t->row);
    mem_free(t->order);
    mem_free(t->changed);
    buf_clear(&t->filter);
    buf_clear(&t->scratch);
    mem_free(t);
}

static void mark(struct table *t, struct row *r)
{
    if (r->is_changed)
        return;
    r->is_changed = true;
    if (t->changed_count == t->changed_cap) {
        t->changed_cap = t->changed_cap > 0 ? t->changed_cap * 2 : 64;
        t->changed = mem_resize(t->changed, t->changed_cap, sizeof(struct row *));
    }
    t->changed[t->changed_count++] = r;
}

void table_changed(struct table *t, uint64_t id, const struct fact *f)
{
    struct row *r = idmap_get(t->row, id);
    if (f == NULL) {
        if (r != NULL) {
            (void)idmap_remove(t->row, id);
            r->fact = NULL;
            mark(t, r);
        }
        return;
    }
    if (r == NULL) {
        r = mem_alloc(sizeof *r);
        r->id = id;
        (void)idmap_put(t->row, id, r);
    }
    r->fact = f;
    mark(t, r);
}

void table_forget(struct table *t)
{
    struct row *r;
    for (size_t at = 0; (r = idmap_each(t->row, &at)) != NULL;) {
        r->fact = NULL;
        mark(t, r);
    }
}

void table_resort(struct table *t)
{
    t->is_unsorted = true;
}

static bool row_matches(struct table *t, const struct view *v, const struct row *r)
{
    struct slice needle = buf_slice(&t->filter);
    if (needle.n == 0)
        return true;
    for (size_t i = 0; i < t->column_count; i++) {
        const struct column *c = t->column[i];
        enum role role;
        if (table_is_placed(t, i) && (c->form == FORM_TEXT || c->form == FORM_LOOK || c->form == FORM_WORD) &&
            view_contains(column_text(v, t->kind, c, r->fact, &t->scratch, &role), needle))
            return true;
    }
    return false;
}

struct sorting {
    const struct table *table;
    const struct view *view;
};

/* By the chosen column, then by the first column that is a text, then by age: a total order, so that rows never swap by chance. */
static int compare_rows(const void *a, const void *b, void *context)
{
    const struct sorting *s = context;
    const struct table *t = s->table;
    const struct row *x = *(struct row *const *)a, *y = *(struct row *const *)b;
    int order = column_compare(s->view, t->kind, t->column[t->sort], t->direction, x->fact, y->fact);
    for (size_t i = 0; order == 0 && i < t->column_count; i++) {
        if (t->column[i]->string != NULL) {
            order = i != t->sort ? column_compare(s->view, t->kind, t->column[i], 1, x->fact, y->fact) : 0;
            break;
        }
    }
    return order != 0 ? order : (x->id > y->id) - (x->id < y->id);
}

static void drop_row(struct table *t, struct row *r)
{
    if (idmap_get(t->row, r->id) == r) /* forgotten, and not told of since */
        (void)idmap_remove(t->row, r->id);
    mem_free(r);
}

/* Takes the changed rows out of the order; frees those that went. Those that stay and match are left in `changed`. */
static void take_out(struct table *t, const struct view *v)
{
    size_t kept = 0;
    for (size_t i = 0; i < t->order_count; i++) {
        if (!t->order[i]->is_changed)
            t->order[kept++] = t->order[i];
    }
    t->order_count = kept;
    kept = 0;
    for (size_t i = 0; i < t->changed_count; i++) {
        struct row *r = t->changed[i];
        r->is_changed = false;
        if (r->fact == NULL)
            drop_row(t, r);
        else if (row_matches(t, v, r))
            t->changed[kept++] = r;
    }
    t->changed_count = kept;
}

/* How many of the first `count` rows in order come before `r`. */
static size_t place_of(const struct table *t, size_t count, struct row *r, struct sorting *s)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_rows(&t->order[middle], &r, s) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Puts `changed` (sorted) into `order` (sorted), from the end: each row in order moves at most once. */
static void merge(struct table *t, struct sorting *s)
{
    size_t total = t->order_count + t->changed_count;
    if (total > t->order_cap) {
        t->order_cap = total * 2;
        t->order = mem_resize(t->order, t->order_cap, sizeof(struct row *));
    }
    size_t left = t->order_count;
    for (size_t i = t->changed_count; i > 0; i--) {
        size_t place = place_of(t, left, t->changed[i - 1], s);
        if (left > place)
            memmove(&t->order[place + i], &t->order[place], (left - place) * sizeof(struct row *));
        t->order[place + i - 1] = t->changed[i - 1];
        left = place;
    }
    t->order_count = total;
    t->changed_count = 0;
}

static void mark_all(struct table *t)
{
    struct row *r;
    for (size_t at = 0; (r = idmap_each(t->row, &at)) != NULL;)
        mark(t, r);
}

static void sort_rows(struct row **at, size_t count, struct sorting *s)
{
    if (count > 1) /* an empty table has no array */
        qsort_r(at, count, sizeof(struct row *), compare_rows, s);
}

/* Where the selected row is now; order_count: nowhere. */
static size_t find_selected(const struct table *t)
{
    if (t->selected == 0)
        return t->order_count;
    for (size_t i = 0; i < t->order_count; i++) {
        if (t->order[i]->id == t->selected)
            return i;
    }
    return t->order_count;
}

/* The row under the cursor keeps its line on the screen, as far as the table's ends allow. */
static void follow(struct table *t)
{
    size_t now = find_selected(t);
    if (now < t->order_count) {
        size_t line = t->cursor >= t->top ? t->cursor - t->top : 0;
        if (!t->is_away)
            t->top = now >= line ? now - line : 0;
        t->cursor = now;
    } else if (t->selected != 0 && idmap_get(t->row, t->selected) == NULL) {
        t->selected = 0; /* it went: an order must not hit its neighbour */
    }
    if (t->cursor >= t->order_count)
        t->cursor = t->order_count > 0 ? t->order_count - 1 : 0;
}

bool table_settle(struct table *t, const struct view *v)
{
    if (t->changed_count == 0 && !t->is_unsorted && !t->is_unfiltered)
        return false;
    struct sorting s = { .table = t, .view = v };
    if (t->is_unfiltered || t->is_unsorted)
        mark_all(t);
    take_out(t, v);
    sort_rows(t->changed, t->changed_count, &s);
    merge(t, &s);
    t->is_unsorted = t->is_unfiltered = false;
    follow(t);
    return true;
}

static void move_to(struct table *t, size_t index)
{
    if (t->order_count == 0)
        return;
    t->is_away = false;
    t->cursor = index < t->order_count ? index : t->order_count - 1;
    t->selected = t->order[t->cursor]->id;
}

static void step(struct table *t, bool down, size_t by)
{
    if (table_selected(t) == 0) { /* the first key only shows the cursor: at the top of what is seen, or where it was lost */
        size_t last = t->top + (t->page > 0 ? t->page - 1 : 0);
        move_to(t, t->cursor < t->top ? t->top : t->cursor > last ? last : t->cursor);
        return;
    }
    move_to(t, down ? t->cursor + by : t->cursor > by ? t->cursor - by : 0);
}

bool table_act(struct table *t, enum action a)
{
    size_t page = t->page > 1 ? t->page - 1 : 1;
    size_t columns = t->column_count > 0 ? t->column_count : 1;
    switch (a) {
    case ACTION_CURSOR_DOWN: step(t, true, 1); break;
    case ACTION_CURSOR_UP: step(t, false, 1); break;
    case ACTION_PAGE_DOWN: step(t, true, page); break;
    case ACTION_PAGE_UP: step(t, false, page); break;
    case ACTION_CURSOR_FIRST: move_to(t, 0); break;
    case ACTION_CURSOR_LAST: move_to(t, t->order_count > 0 ? t->order_count - 1 : 0); break;
    case ACTION_SORT_NEXT: sort_by(t, table_next_sort(t, (t->sort + 1) % columns, 1)); break;
    case ACTION_SORT_PREVIOUS: sort_by(t, table_next_sort(t, (t->sort + columns - 1) % columns, columns - 1)); break;
    case ACTION_SORT_INVERT:
        t->direction = -t->direction;
        go_to_top(t);
        break;
    default: return false;
    }
    return true;
}

void table_filter(struct table *t, struct slice text)
{
    if (slice_eq(text, buf_slice(&t->filter)))
        return;
    buf_reset(&t->filter);
    (void)buf_add(&t->filter, text);
    t->is_unfiltered = true;
}

struct slice table_filter_text(const struct table *t)
{
    return buf_slice(&t->filter);
}

size_t table_count(const struct table *t)
{
    return t->order_count;
}

size_t table_total(const struct table *t)
{
    return idmap_count(t->row);
}

uint64_t table_selected(const struct table *t)
{
    bool is_hidden = t->is_away && (t->cursor < t->top || t->cursor >= t->top + t->page);
    return !is_hidden && t->cursor < t->order_count && t->selected == t->order[t->cursor]->id ? t->selected : 0;
}

void table_select_none(struct table *t)
{
    t->selected = 0;
}

void table_select(struct table *t, uint64_t id)
{
    t->selected = id;
    t->is_away = false;
    t->is_unsorted = true; /* the cursor goes where the row is */
}

void table_sight(const struct table *t, size_t *first, size_t *count)
{
    *first = t->top;
    *count = t->order_count > t->top ? t->order_count - t->top : 0;
    if (*count > t->page)
        *count = t->page;
}
