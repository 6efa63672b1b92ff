/* SPDX-License-Identifier: MIT */
/* table_act: what keys do to a table. Every move goes by the lines of the last picture, whatever came since: a key means what
 * was seen when it was pressed. The cursor passes over the headings of open groups and rests on those of folded ones, which
 * nobody can give orders to. */
#include "core/base/map.h"
#include "core/base/mem.h"
#include "tui/table/table.h"
#include "tui/table/table_parts.h"

/* By which columns the rows of a kind can be put together, in the order of the key. */
static const struct {
    enum fact_kind kind;
    const char *column;
} groups[] = {
    { FACT_AGENT, "state" }, { FACT_AGENT, "queue" }, { FACT_AGENT, "team" }, { FACT_AGENT, "pbx" },
    { FACT_MEMBER, "state" }, { FACT_MEMBER, "queue" }, { FACT_MEMBER, "team" }, { FACT_MEMBER, "pbx" },
    { FACT_CALLER, "queue" }, { FACT_CALLER, "pbx" },
    { FACT_CALL, "queue" }, { FACT_CALL, "pbx" },
    { FACT_QUEUE, "pbx" },
};
enum { GROUP_ROWS = sizeof groups / sizeof groups[0] };

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

void table_sort_by(struct table *t, size_t column)
{
    if (column != t->sort) {
        t->second = t->sort;
        t->second_direction = t->direction;
    }
    t->sort = column;
    t->direction = first_direction(t->column[column]);
    go_to_top(t);
}

/* ---- moves ---- */

static bool is_stop(const struct table *t, size_t line)
{
    return t->line[line].row != NULL || t->group[t->line[line].group].is_folded;
}

/* The first line from `line` on in a direction on which the cursor can be, else one in the other; every group has one. */
static size_t stop_near(const struct table *t, size_t line, bool down)
{
    size_t at = line;
    while (at < t->line_count && !is_stop(t, at))
        at = down ? at + 1 : at - 1; /* below 0 is far above the count */
    if (at < t->line_count)
        return at;
    for (at = line; at < t->line_count && !is_stop(t, at);)
        at = down ? at - 1 : at + 1;
    return at;
}

static void rest_on(struct table *t, size_t line)
{
    const struct line *l = &t->line[line];
    t->is_away = t->is_longest = false;
    t->cursor = line;
    t->selected = l->row != NULL ? l->row->id : t->selected;
    t->selected_group = l->row != NULL ? 0 : t->group[l->group].key;
}

static void move_to(struct table *t, size_t line, bool down)
{
    if (t->line_count == 0)
        return;
    line = stop_near(t, line < t->line_count ? line : t->line_count - 1, down);
    if (line < t->line_count)
        rest_on(t, line);
}

static bool is_cursor_seen(const struct table *t)
{
    size_t line = table_cursor_line(t);
    return line != TABLE_NOWHERE && !(t->is_away && (line < t->top || line >= t->top + t->page));
}

static void step(struct table *t, bool down, size_t by)
{
    if (!is_cursor_seen(t)) { /* the first key only shows the cursor: at the top of what is seen, or where it was lost */
        size_t last = t->top + (t->page > 0 ? t->page - 1 : 0);
        move_to(t, t->cursor < t->top ? t->top : t->cursor > last ? last : t->cursor, true);
        return;
    }
    move_to(t, down ? t->cursor + by : t->cursor > by ? t->cursor - by : 0, down);
}

/* ---- searching ---- */

bool table_find(struct table *t, size_t from, bool down, bool is_here)
{
    const struct column *room[TABLE_COLUMNS_MAX];
    struct filter_sight s = table_filter_sight(t, room);
    for (size_t i = is_here ? 0 : 1; i <= t->line_count && t->line_count > 0; i++) {
        size_t line = (from % t->line_count + (down ? i : t->line_count - i % t->line_count)) % t->line_count;
        const struct row *r = t->line[line].row;
        if (r == NULL || r->fact == NULL || !filter_matches(t->search.filter, &s, r->fact))
            continue;
        if (!is_here && line == from)
            (void)buf_addf(&t->note, "No other row has it.");
        else if (!is_here && (down ? line < from : line > from))
            (void)buf_addf(&t->note, "%s", down ? "From the top again." : "From the bottom again.");
        rest_on(t, line);
        return true;
    }
    return false;
}

static void search_on(struct table *t, bool down)
{
    struct slice text = buf_slice(&t->search.text);
    if (t->search.filter == NULL)
        (void)buf_addf(&t->note, "Nothing is searched for yet.");
    else if (!table_find(t, is_cursor_seen(t) ? t->cursor : down ? t->top + t->line_count - 1 : t->top, down, false))
        (void)buf_addf(&t->note, "No row has '%.*s'.", SLICE_FMT(text));
}

/* Does a number in the text begin with these digits? */
static bool has_number(struct slice text, struct slice digits)
{
    for (size_t i = 0; i + digits.n <= text.n; i++) {
        bool is_start = i == 0 || text.p[i - 1] < '0' || text.p[i - 1] > '9';
        if (is_start && memcmp(text.p + i, digits.p, digits.n) == 0)
            return true;
    }
    return false;
}

static bool row_has_number(const struct table *t, const struct row *r, struct slice digits)
{
    bool has = false;
    for (size_t i = 0; i < t->column_count && !has && r->fact != NULL; i++) {
        const struct column *c = t->column[i];
        has = c->string != NULL && !c->is_pbx && has_number(c->string(&t->view, c, r->fact), digits);
    }
    return has;
}

bool table_jump(struct table *t, struct slice digits)
{
    int64_t number = 0, at = 0;
    bool is_number = slice_int(digits, 1, INT64_MAX, &number);
    size_t nth = TABLE_NOWHERE;
    for (size_t i = 0; i < t->line_count; i++) {
        const struct row *r = t->line[i].row;
        if (r != NULL && row_has_number(t, r, digits)) {
            rest_on(t, i);
            return true;
        }
        at += r != NULL ? 1 : 0;
        if (r != NULL && is_number && at == number)
            nth = i;
    }
    if (nth != TABLE_NOWHERE)
        rest_on(t, nth);
    return nth != TABLE_NOWHERE;
}

/* ---- tags ---- */

static void set_tag(struct table *t, struct row *r, bool is_tagged)
{
    if (r->is_tagged == is_tagged || (is_tagged && r->live == NULL))
        return;
    r->is_tagged = is_tagged;
    t->tag_count = is_tagged ? t->tag_count + 1 : t->tag_count - 1;
}

/* The row that is selected, and on to the next. */
static void tag(struct table *t)
{
    struct row *r = table_selected(t) != 0 ? idmap_get(t->row, t->selected) : NULL;
    if (r != NULL)
        set_tag(t, r, !r->is_tagged);
    step(t, true, 1);
}

size_t table_untag(struct table *t)
{
    struct row *r;
    size_t count = t->tag_count;
    for (size_t at = 0; count > 0 && (r = idmap_each(t->row, &at)) != NULL;) {
        r->was_tagged = r->is_tagged;
        set_tag(t, r, false);
    }
    return count;
}

size_t table_retag(struct table *t)
{
    struct row *r;
    bool may = t->tag_count == 0;
    for (size_t at = 0; may && (r = idmap_each(t->row, &at)) != NULL;)
        set_tag(t, r, r->was_tagged);
    return may ? t->tag_count : 0;
}

enum tagging { TAG_SHOWN, TAG_INVERT, TAG_NONE };

/* All that are shown, by the last picture. None: those that are not shown as well. */
static void tag_many(struct table *t, enum tagging how)
{
    struct row *r;
    for (size_t i = 0; how != TAG_NONE && i < t->line_count; i++) {
        if (t->line[i].row != NULL)
            set_tag(t, t->line[i].row, how == TAG_SHOWN || !t->line[i].row->is_tagged);
    }
    for (size_t at = 0; how == TAG_NONE && (r = idmap_each(t->row, &at)) != NULL;)
        set_tag(t, r, false);
}

void table_renamed(struct table *t, uint64_t (*now)(void *context, enum fact_kind kind, uint64_t id), void *context)
{
    struct row *r;
    uint64_t selected = t->selected != 0 ? now(context, t->kind, t->selected) : 0;
    if (selected != 0 && selected != t->selected) {
        t->selected = selected;
        t->is_unlined = true;
    }
    for (size_t at = 0; t->tag_count > 0 && (r = idmap_each(t->row, &at)) != NULL;) {
        uint64_t id = r->is_tagged ? now(context, t->kind, r->id) : 0;
        struct row *other = id != 0 && id != r->id ? idmap_get(t->row, id) : NULL;
        if (other != NULL)
            set_tag(t, other, true);
    }
}

bool table_tag_matching(struct table *t, struct slice text)
{
    const struct column *room[TABLE_COLUMNS_MAX];
    struct filter *f = filter_new(t->kind, text, &t->fault);
    size_t count = 0;
    if (f == NULL)
        return false;
    struct filter_sight s = table_filter_sight(t, room);
    for (size_t i = 0; i < t->line_count; i++) {
        struct row *r = t->line[i].row;
        if (r != NULL && r->fact != NULL && r->live != NULL && filter_matches(f, &s, r->fact)) {
            set_tag(t, r, true);
            count++;
        }
    }
    filter_free(f);
    buf_reset(&t->note);
    (void)buf_addf(&t->note, "%zu tagged.", count);
    return true;
}

/* ---- groups ---- */

static void group_by(struct table *t, const struct column *c)
{
    t->group_by = c;
    t->folded_count = 0;
    t->selected_group = 0;
    go_to_top(t);
}

/* A column that they can be grouped by, from 0 on; NULL after the last. */
static const char *group_at(const struct table *t, size_t i)
{
    for (size_t k = 0; k < GROUP_ROWS; k++) {
        const struct column *c = groups[k].kind == t->kind ? column_named(t->kind, slice_of(groups[k].column)) : NULL;
        if (c != NULL && column_is_of_use(c, &t->view) && i-- == 0)
            return c->id;
    }
    return NULL;
}

const char *table_group_id(const struct table *t)
{
    return t->group_by != NULL ? t->group_by->id : "";
}

bool table_set_group(struct table *t, struct slice id)
{
    const char *known = id.n == 0 ? "" : NULL;
    for (size_t k = 0; k < GROUP_ROWS && known == NULL; k++) {
        if (groups[k].kind == t->kind && slice_eq(id, slice_of(groups[k].column)))
            known = groups[k].column;
    }
    if (known == NULL || (id.n > 0 && column_named(t->kind, id) == NULL))
        return false;
    group_by(t, id.n > 0 ? column_named(t->kind, id) : NULL);
    return true;
}

/* The next column of the kind to group by, then none. */
static void group_next(struct table *t)
{
    const char *id;
    size_t next = 0;
    for (size_t i = 0; t->group_by != NULL && (id = group_at(t, i)) != NULL; i++)
        next = strcmp(id, t->group_by->id) == 0 ? i + 1 : next;
    id = group_at(t, next);
    if (id == NULL && t->group_by == NULL)
        (void)buf_addf(&t->note, "These rows cannot be grouped.");
    group_by(t, id != NULL ? column_named(t->kind, slice_of(id)) : NULL);
}

static void fold_one(struct table *t, const struct group *g, bool is_folded)
{
    size_t kept = 0;
    for (size_t i = 0; i < t->folded_count; i++) {
        if (t->folded[i] != g->key)
            t->folded[kept++] = t->folded[i];
    }
    t->folded_count = kept;
    if (!is_folded)
        return;
    if (t->folded_count == t->folded_cap) {
        t->folded_cap = t->folded_cap > 0 ? t->folded_cap * 2 : 16;
        t->folded = mem_resize(t->folded, t->folded_cap, sizeof *t->folded);
    }
    t->folded[t->folded_count++] = g->key;
}

/* The cursor goes to the heading of a group that is folded, and to a row of one that is opened: its own, or the first. */
static void fold_group(struct table *t, size_t index)
{
    struct group *g = &t->group[index];
    bool was_folded = g->is_folded;
    fold_one(t, g, !was_folded);
    const struct row *r = t->selected != 0 ? idmap_get(t->row, t->selected) : NULL;
    if (was_folded && (r == NULL || !r->is_matching || r->group != index))
        t->selected = g->first->id;
    t->selected_group = was_folded ? 0 : g->key;
    t->cursor = g->line;
    t->is_away = false;
    t->is_unlined = true;
}

void table_fold(struct table *t, uint64_t group)
{
    for (size_t i = 0; i < t->group_count; i++) {
        if (t->group[i].key == group) {
            fold_group(t, i);
            return;
        }
    }
}

static void fold(struct table *t)
{
    if (t->group_by == NULL)
        (void)buf_addf(&t->note, "The rows are not grouped.");
    else if (is_cursor_seen(t) && t->cursor < t->line_count)
        fold_group(t, t->line[t->cursor].group);
}

/* A folded group is opened; false: the cursor is on none. */
static bool open_group(struct table *t)
{
    if (t->selected_group == 0 || !is_cursor_seen(t))
        return false;
    fold(t);
    return true;
}

static void fold_all(struct table *t)
{
    bool has_open = false;
    for (size_t i = 0; i < t->group_count; i++)
        has_open = has_open || !t->group[i].is_folded;
    for (size_t i = 0; i < t->group_count; i++)
        fold_one(t, &t->group[i], has_open);
    const struct row *r = t->selected != 0 ? idmap_get(t->row, t->selected) : NULL;
    t->selected_group = has_open && r != NULL && r->is_matching && t->group_count > 0 ? t->group[r->group].key : 0;
    t->is_unlined = true;
}

static void follow_longest(struct table *t)
{
    if (t->kind != FACT_CALLER) {
        (void)buf_addf(&t->note, "Only in a list of who waits can the longest be followed.");
        return;
    }
    t->is_longest = !t->is_longest;
    t->is_unlined = true; /* at once */
}

static bool act_on_rows(struct table *t, enum action a)
{
    switch (a) {
    case ACTION_SEARCH_NEXT: search_on(t, true); break;
    case ACTION_SEARCH_PREVIOUS: search_on(t, false); break;
    case ACTION_TAG: tag(t); break;
    case ACTION_TAG_ALL: tag_many(t, TAG_SHOWN); break;
    case ACTION_TAG_INVERT: tag_many(t, TAG_INVERT); break;
    case ACTION_TAG_NONE: tag_many(t, TAG_NONE); break;
    case ACTION_GROUP_NEXT: group_next(t); break;
    case ACTION_UNGROUP: group_by(t, NULL); break;
    case ACTION_GROUP_FOLD: fold(t); break;
    case ACTION_GROUP_FOLD_ALL: fold_all(t); break;
    case ACTION_FREEZE: table_freeze(t, !t->is_frozen); break;
    case ACTION_FOLLOW_LONGEST: follow_longest(t); break;
    default: return false;
    }
    return true;
}

bool table_act(struct table *t, enum action a)
{
    size_t page = t->page > 1 ? t->page - 1 : 1;
    size_t columns = t->column_count > 0 ? t->column_count : 1, row = t->is_tiles ? t->across : 1;
    buf_reset(&t->note);
    switch (a) {
    case ACTION_CURSOR_DOWN: step(t, true, row); break;
    case ACTION_CURSOR_UP: step(t, false, row <= t->cursor || row == 1 ? row : 0); break;
    case ACTION_CURSOR_LEFT:
    case ACTION_CURSOR_RIGHT:
        if (!t->is_tiles)
            return false;
        step(t, a == ACTION_CURSOR_RIGHT, 1);
        break;
    case ACTION_PAGE_DOWN: step(t, true, page); break;
    case ACTION_PAGE_UP: step(t, false, page); break;
    case ACTION_CURSOR_FIRST: move_to(t, 0, true); break;
    case ACTION_CURSOR_LAST: move_to(t, t->line_count > 0 ? t->line_count - 1 : 0, false); break;
    case ACTION_SORT_NEXT: table_sort_by(t, table_next_sort(t, (t->sort + 1) % columns, 1)); break;
    case ACTION_SORT_PREVIOUS: table_sort_by(t, table_next_sort(t, (t->sort + columns - 1) % columns, columns - 1)); break;
    case ACTION_SORT_INVERT:
        t->direction = -t->direction;
        go_to_top(t);
        break;
    case ACTION_OPEN: return open_group(t);
    default: return act_on_rows(t, a);
    }
    return true;
}

void table_sort(struct table *t, size_t column)
{
    if (column >= t->column_count || table_next_sort(t, column, 1) != column)
        return; /* not one that can be sorted by */
    if (column != t->sort)
        table_sort_by(t, column);
    else
        (void)table_act(t, ACTION_SORT_INVERT);
}

void table_scroll(struct table *t, int rows)
{
    size_t by = (size_t)(rows < 0 ? -rows : rows);
    t->top = rows >= 0 ? t->top + by : t->top > by ? t->top - by : 0;
    t->is_away = true;
}
