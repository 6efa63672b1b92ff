/* SPDX-License-Identifier: MIT */
/* table: keeps the rows: told of each change, asked for identities. Holds the filter and the search, and freezes: then each
 * row shows a copy of its fact, and what becomes of the true one is only noted. Order: table_order.c; keys: table_act.c;
 * drawing: table_draw.c. */
#include "tui/table/table.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/base/map.h"
#include "core/base/mem.h"
#include "tui/table/table_parts.h"

static void layout_read(struct table *t, const char *layout)
{
    for (struct slice rest = slice_of(layout); rest.p != NULL && t->column_count < TABLE_COLUMNS_MAX;) {
        struct slice id = slice_cut(rest, ' ', &rest);
        const struct column *c = id.n > 0 ? column_named(t->kind, id) : NULL;
        if (c != NULL)
            t->column[t->column_count++] = c;
    }
}

struct table *table_new(const struct table_setup *setup)
{
    struct table *t = mem_alloc(sizeof *t);
    t->kind = setup->kind;
    t->row = idmap_new();
    t->filter.text = t->search.text = t->search_before = BUF_INIT(FILTER_TEXT_MAX);
    t->note = BUF_INIT(512);
    t->scratch = BUF_INIT(2048);
    t->direction = t->second_direction = 1;
    layout_read(t, setup->layout);
    for (size_t i = 0; i < t->column_count; i++) {
        if (strcmp(t->column[i]->id, setup->sort) == 0)
            table_sort_by(t, i);
    }
    t->second = t->sort;
    const struct column *state = column_named(t->kind, SLICE("state"));
    t->state = state != NULL && state->looks != NULL ? state : NULL;
    return t;
}

static void drop_copy(const struct table *t, struct row *r)
{
    if (r->fact == NULL)
        return;
    struct fact *copy = (struct fact *)(uintptr_t)r->fact; /* ours while frozen */
    fact_clear(t->kind, copy);
    mem_free(copy);
    r->fact = NULL;
}

void table_free(struct table *t)
{
    if (t == NULL)
        return;
    struct row *r;
    for (size_t i = 0; i < t->changed_count; i++) {
        if (idmap_get(t->row, t->changed[i]->id) != t->changed[i])
            mem_free(t->changed[i]); /* gone ones are in no map any more */
    }
    for (size_t at = 0; (r = idmap_each(t->row, &at)) != NULL;) {
        if (t->is_frozen)
            drop_copy(t, r);
        mem_free(r);
    }
    idmap_free(t->row);
    mem_free(t->sorted);
    mem_free(t->changed);
    mem_free(t->line);
    mem_free(t->group);
    mem_free(t->folded);
    filter_free(t->filter.filter);
    filter_free(t->search.filter);
    buf_clear(&t->filter.text);
    buf_clear(&t->search.text);
    buf_clear(&t->search_before);
    buf_clear(&t->note);
    buf_clear(&t->scratch);
    mem_free(t);
}

enum fact_kind table_kind(const struct table *t)
{
    return t->kind;
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

static void weigh(struct table *t, struct row *r)
{
    enum row_news news = r->live == NULL ? NEWS_GONE : r->fact == NULL ? NEWS_NEW : fact_equal(t->kind, r->fact, r->live) ? NEWS_NONE : NEWS_CHANGED;
    t->news[r->news]--;
    t->news[news]++;
    r->news = news;
}

static void changed_while_frozen(struct table *t, struct row *r, const struct fact *f)
{
    r->live = f;
    weigh(t, r);
    if (f == NULL && r->is_tagged) { /* who comes again is somebody else */
        r->is_tagged = false;
        t->tag_count--;
    }
    if (r->fact == NULL && f == NULL && !r->is_changed) { /* came and went unseen */
        t->news[r->news]--;
        (void)idmap_remove(t->row, r->id);
        mem_free(r);
    }
}

void table_changed(struct table *t, uint64_t id, const struct fact *f)
{
    struct row *r = idmap_get(t->row, id);
    if (r == NULL && f == NULL)
        return;
    if (r == NULL) {
        r = mem_alloc(sizeof *r);
        r->id = id;
        r->at = r->line = (uint32_t)TABLE_NOWHERE;
        t->news[r->news]++;
        (void)idmap_put(t->row, id, r);
    }
    if (t->is_frozen) {
        changed_while_frozen(t, r, f);
        return;
    }
    if (f == NULL)
        (void)idmap_remove(t->row, id);
    r->fact = r->live = f;
    mark(t, r);
}

void table_forget(struct table *t)
{
    struct row *r;
    for (size_t at = 0; (r = idmap_each(t->row, &at)) != NULL;) {
        r->live = NULL;
        if (t->is_frozen) {
            weigh(t, r);
        } else {
            r->fact = NULL;
            mark(t, r);
        }
    }
}

void table_resort(struct table *t)
{
    if (t->is_frozen)
        t->is_unsorted_live = true;
    else
        t->is_unsorted = true;
}

/* ---- freezing ---- */

void table_freeze(struct table *t, bool is_frozen)
{
    struct row *r;
    if (t->is_frozen == is_frozen)
        return;
    for (size_t at = 0; (r = idmap_each(t->row, &at)) != NULL;) {
        if (is_frozen && r->fact != NULL) {
            struct fact *copy = mem_alloc(fact_table[t->kind].size);
            fact_copy(t->kind, copy, r->fact);
            r->fact = copy;
        } else if (!is_frozen) {
            drop_copy(t, r);
            r->fact = r->live;
            if (r->fact == NULL)
                (void)idmap_remove(t->row, r->id);
            if (r->news != NEWS_NONE)
                mark(t, r);
            r->news = NEWS_NONE;
        }
    }
    memset(t->news, 0, sizeof t->news);
    t->news[NEWS_NONE] = idmap_count(t->row);
    t->is_frozen = is_frozen;
    t->is_unfiltered = true;
    t->is_unsorted = t->is_unsorted || (!is_frozen && t->is_unsorted_live);
    t->is_unsorted_live = false;
}

void table_restart(struct table *t)
{
    table_freeze(t, false);
    table_select_none(t);
    (void)table_filter(t, SLICE(""));
    (void)table_search(t, SLICE(""));
    (void)table_act(t, ACTION_TAG_NONE);
}

/* ---- finding ---- */

struct filter_sight table_filter_sight(struct table *t, const struct column **room)
{
    struct filter_sight s = { .view = &t->view, .column = room, .scratch = &t->scratch };
    for (size_t i = 0; i < t->column_count; i++) {
        if (table_is_placed(t, i))
            room[s.count++] = t->column[i];
    }
    const struct column *c;
    for (size_t i = 0; t->is_tiles && (c = table_tile_column(t, i)) != NULL; i++) {
        bool is_there = s.count == TABLE_COLUMNS_MAX;
        for (size_t k = 0; k < s.count && !is_there; k++)
            is_there = room[k] == c;
        if (!is_there)
            room[s.count++] = c;
    }
    return s;
}

static bool finder_set(struct table *t, struct finder *f, struct slice text)
{
    struct filter *filter = filter_new(t->kind, text, &t->fault);
    t->is_unmatched = false;
    if (filter == NULL)
        return false;
    bool is_same = slice_eq(text, buf_slice(&f->text));
    filter_free(f->filter);
    f->filter = text.n > 0 ? filter : NULL;
    if (text.n == 0)
        filter_free(filter);
    if (!is_same) {
        buf_reset(&f->text);
        (void)buf_add(&f->text, text);
    }
    return true;
}

static bool set_filter(struct table *t, struct slice text, bool is_typing)
{
    if (!finder_set(t, &t->filter, text))
        return false;
    t->is_filter_typed = is_typing;
    t->is_unfiltered = true;
    return true;
}

bool table_filter(struct table *t, struct slice text)
{
    return set_filter(t, text, false);
}

bool table_filter_typed(struct table *t, struct slice text)
{
    return set_filter(t, text, true);
}

struct slice table_filter_text(const struct table *t)
{
    return buf_slice(&t->filter.text);
}

bool table_search(struct table *t, struct slice text)
{
    t->is_searching = false;
    return finder_set(t, &t->search, text);
}

static void spot_restore(struct table *t)
{
    t->selected = t->before.selected;
    t->selected_group = t->before.selected_group;
    t->is_away = t->before.is_away;
    t->top = t->before.top;
    size_t now = table_cursor_home(t); /* rows may have moved while one typed */
    t->cursor = now != TABLE_NOWHERE ? now : t->before.cursor;
}

/* The first time it remembers where one was, then it goes back there. */
static void search_begin(struct table *t)
{
    if (!t->is_searching) {
        t->is_searching = true;
        t->before = (struct spot){ t->selected, t->selected_group, t->cursor, t->top, t->is_away };
        buf_reset(&t->search_before);
        (void)buf_add(&t->search_before, buf_slice(&t->search.text));
    }
}

void table_search_keep(struct table *t)
{
    t->is_searching = false;
}

static bool no_match(struct table *t, struct slice text, const char *sentence)
{
    t->fault = (struct filter_fault){ .length = text.n };
    (void)snprintf(t->fault.text, sizeof t->fault.text, "%s", sentence);
    t->is_unmatched = true;
    return false;
}

bool table_jump_typed(struct table *t, struct slice digits)
{
    search_begin(t);
    spot_restore(t);
    t->fault = (struct filter_fault){ .text = "" };
    if (digits.n == 0 || table_jump(t, digits))
        return true;
    return no_match(t, digits, "no row has a number that begins so");
}

bool table_search_typed(struct table *t, struct slice text)
{
    search_begin(t);
    if (!finder_set(t, &t->search, text))
        return false;
    spot_restore(t);
    if (t->search.filter == NULL || table_find(t, t->selected != 0 || t->selected_group != 0 ? t->cursor : t->top, true, true))
        return true;
    return no_match(t, text, "no row has it");
}

bool table_has_no_match(const struct table *t)
{
    return t->is_unmatched && t->fault.text[0] != '\0';
}

bool table_has_row(struct table *t, struct slice text)
{
    const struct column *room[TABLE_COLUMNS_MAX];
    struct filter_fault fault;
    struct filter *f = filter_new(t->kind, text, &fault);
    struct filter_sight s = table_filter_sight(t, room);
    bool has = false;
    for (size_t i = 0; f != NULL && i < t->line_count && !has; i++) {
        const struct row *r = t->line[i].row;
        has = r != NULL && r->fact != NULL && filter_matches(f, &s, r->fact);
    }
    filter_free(f);
    return has;
}

void table_search_cancel(struct table *t)
{
    if (!t->is_searching)
        return;
    spot_restore(t);
    (void)finder_set(t, &t->search, buf_slice(&t->search_before));
    t->is_searching = false;
}

struct slice table_search_text(const struct table *t)
{
    return buf_slice(&t->search.text);
}

const struct filter_fault *table_fault(const struct table *t)
{
    return &t->fault;
}

const char *table_note(const struct table *t)
{
    return t->note.len > 0 ? t->note.data : NULL;
}

/* ---- what others ask ---- */

size_t table_count(const struct table *t)
{
    return t->match_count;
}

size_t table_total(const struct table *t)
{
    return t->sorted_count;
}

const struct fact *table_fact(const struct table *t, size_t line)
{
    return line < t->line_count && t->line[line].row != NULL ? t->line[line].row->fact : NULL;
}

size_t table_lines(const struct table *t)
{
    return t->line_count;
}

uint64_t table_selected(const struct table *t)
{
    const struct row *r = t->selected != 0 && t->selected_group == 0 ? idmap_get(t->row, t->selected) : NULL;
    if (r == NULL || r->line == TABLE_NOWHERE || r->fact == NULL || r->live == NULL)
        return 0;
    return t->is_away && (r->line < t->top || r->line >= t->top + t->page) ? 0 : r->id;
}

void table_select_none(struct table *t)
{
    t->selected = t->selected_group = 0;
    t->is_longest = false;
}

void table_select(struct table *t, uint64_t id)
{
    t->selected = id;
    t->selected_group = 0;
    t->is_away = false;
    t->is_unlined = true; /* the cursor goes where the row is */
}

static size_t put_tagged(const struct row *r, uint64_t *out, size_t max, size_t count)
{
    if (!r->is_tagged || r->live == NULL)
        return count;
    if (count < max)
        out[count] = r->id;
    return count + 1;
}

size_t table_tagged(const struct table *t, uint64_t *out, size_t max)
{
    size_t count = 0;
    const struct row *r;
    for (size_t i = 0; t->tag_count > 0 && i < t->line_count; i++)
        count = t->line[i].row != NULL ? put_tagged(t->line[i].row, out, max, count) : count;
    for (size_t at = 0; t->tag_count > 0 && (r = idmap_each(t->row, &at)) != NULL;) {
        bool is_shown = r->line < t->line_count && t->line[r->line].row == r;
        count = !is_shown ? put_tagged(r, out, max, count) : count;
    }
    return count;
}

void table_sight(const struct table *t, size_t *first, size_t *count)
{
    *first = t->top;
    *count = t->line_count > t->top ? t->line_count - t->top : 0;
    if (*count > t->page)
        *count = t->page;
}
