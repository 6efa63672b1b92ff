/* SPDX-License-Identifier: MIT */
/* table_order: puts in order what changed. A row that changed and still stands rightly between its neighbours stays, and costs
 * nothing more; others are taken out, sorted among themselves and merged back. Rows that are filtered away keep their place in
 * the order, so that a filter only chooses. Then the lines are made of the order: rows, and headings of groups. The cursor is
 * an identity: when its row moves, the window moves with it and the row stays on its line of the screen; when its row goes,
 * nobody else takes its place. */
#include <stdlib.h>

#include "core/base/map.h"
#include "core/base/mem.h"
#include "tui/table/table.h"
#include "tui/table/table_parts.h"

/* Texts that differ at all are two; what is empty or unknown comes last. */
static int compare_texts(const struct table *t, const struct column *c, const struct row *x, const struct row *y)
{
    struct slice a = c->string(&t->view, c, x->fact), b = c->string(&t->view, c, y->fact);
    if (a.n == 0 || b.n == 0)
        return (a.n == 0) - (b.n == 0);
    int order = view_compare(a, b);
    if (order == 0)
        order = memcmp(a.p, b.p, a.n < b.n ? a.n : b.n);
    return order != 0 ? order : (a.n > b.n) - (a.n < b.n);
}

static int compare_groups(const struct table *t, const struct row *x, const struct row *y)
{
    const struct column *c = t->group_by;
    int order = c->string != NULL ? compare_texts(t, c, x, y) : column_compare(&t->view, t->kind, c, 1, x->fact, y->fact);
    return order == 0 && t->group_pbx != NULL ? compare_texts(t, t->group_pbx, x, y) : order;
}

/* By group, by the chosen column, by the one chosen before, by the first column that is a text, then by age: a total order,
 * so that rows never swap by chance. */
static int compare_rows(const void *a, const void *b, void *context)
{
    const struct table *t = context;
    const struct row *x = *(struct row *const *)a, *y = *(struct row *const *)b;
    int order = t->group_by != NULL ? compare_groups(t, x, y) : 0;
    if (order == 0 && t->sort < t->column_count)
        order = column_compare(&t->view, t->kind, t->column[t->sort], t->direction, x->fact, y->fact);
    if (order == 0 && t->second != t->sort)
        order = column_compare(&t->view, t->kind, t->column[t->second], t->second_direction, x->fact, y->fact);
    for (size_t i = 0; order == 0 && i < t->column_count; i++) {
        if (t->column[i]->string != NULL) {
            order = i != t->sort && i != t->second ? column_compare(&t->view, t->kind, t->column[i], 1, x->fact, y->fact) : 0;
            break;
        }
    }
    return order != 0 ? order : (x->id > y->id) - (x->id < y->id);
}

static bool precedes(struct table *t, struct row *a, struct row *b)
{
    return compare_rows(&a, &b, t) < 0;
}

/* ---- the order ---- */

/* Every changed row stands rightly where it is. Pairs of rows that did not change are in order anyway. */
static bool all_stay(struct table *t)
{
    for (size_t i = 0; i < t->changed_count; i++) {
        struct row *r = t->changed[i];
        if (r->fact == NULL || r->at == TABLE_NOWHERE)
            return false;
    }
    for (size_t i = 0; i < t->changed_count; i++) {
        struct row *r = t->changed[i];
        if (r->at > 0 && !precedes(t, t->sorted[r->at - 1], r))
            return false;
        if (r->at + 1 < t->sorted_count && !precedes(t, r, t->sorted[r->at + 1]))
            return false;
    }
    return true;
}

static void drop_row(struct table *t, struct row *r)
{
    if (idmap_get(t->row, r->id) == r) /* forgotten, and not told of since */
        (void)idmap_remove(t->row, r->id);
    t->tag_count -= r->is_tagged ? 1 : 0;
    t->news[r->news]--;
    mem_free(r);
}

/* Takes the changed rows out of the order; frees those that went. */
static void take_out(struct table *t)
{
    size_t kept = 0;
    for (size_t i = 0; i < t->sorted_count; i++) {
        if (!t->sorted[i]->is_changed)
            t->sorted[kept++] = t->sorted[i];
    }
    t->sorted_count = kept;
    kept = 0;
    for (size_t i = 0; i < t->changed_count; i++) {
        struct row *r = t->changed[i];
        if (r->fact != NULL) {
            t->changed[kept++] = r;
        } else if (r->live == NULL) {
            drop_row(t, r);
        } else { /* told of again while frozen: it is shown when that ends */
            r->is_changed = false;
            r->at = r->line = (uint32_t)TABLE_NOWHERE;
        }
    }
    t->changed_count = kept;
}

/* How many of the first `count` rows in order come before `r`. */
static size_t place_of(struct table *t, size_t count, struct row *r)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (precedes(t, t->sorted[middle], r))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void make_room(struct table *t, size_t total)
{
    if (total > t->sorted_cap) {
        t->sorted_cap = total * 2;
        t->sorted = mem_resize(t->sorted, t->sorted_cap, sizeof(struct row *));
    }
}

/* Puts `changed` (sorted) into `sorted`, from the end: each row in order moves at most once. */
static void merge(struct table *t)
{
    size_t total = t->sorted_count + t->changed_count, left = t->sorted_count;
    for (size_t i = t->changed_count; i > 0; i--) {
        size_t place = place_of(t, left, t->changed[i - 1]);
        if (left > place)
            memmove(&t->sorted[place + i], &t->sorted[place], (left - place) * sizeof(struct row *));
        t->sorted[place + i - 1] = t->changed[i - 1];
        left = place;
    }
    t->sorted_count = total;
}

static void sort_rows(struct table *t, struct row **at, size_t count)
{
    bool is_sorted = true;
    for (size_t i = 1; i < count && is_sorted; i++)
        is_sorted = precedes(t, at[i - 1], at[i]);
    if (!is_sorted)
        qsort_r(at, count, sizeof(struct row *), compare_rows, t);
}

static void order(struct table *t)
{
    take_out(t);
    make_room(t, t->sorted_count + t->changed_count);
    if (t->is_unsorted) {
        if (t->changed_count > 0) /* an empty table has no array */
            memcpy(&t->sorted[t->sorted_count], t->changed, t->changed_count * sizeof(struct row *));
        t->sorted_count += t->changed_count;
        sort_rows(t, t->sorted, t->sorted_count);
    } else {
        sort_rows(t, t->changed, t->changed_count);
        merge(t);
    }
    for (size_t i = 0; i < t->sorted_count; i++)
        t->sorted[i]->at = (uint32_t)i;
}

/* ---- the lines ---- */

/* FNV-1a: keys must only differ, and not be 0. */
static uint64_t add_to_key(uint64_t key, struct table *t, const struct column *c, const struct row *r)
{
    enum role role;
    struct slice name = column_text(&t->view, t->kind, c, r->fact, &t->scratch, &role);
    for (size_t i = 0; i < name.n; i++)
        key = (key ^ (unsigned char)name.p[i]) * UINT64_C(1099511628211);
    return key != 0 ? key : 1;
}

static uint64_t key_of(struct table *t, const struct row *r)
{
    uint64_t key = add_to_key(UINT64_C(14695981039346656037), t, t->group_by, r);
    return t->group_pbx != NULL ? add_to_key(key, t, t->group_pbx, r) : key;
}

static bool is_folded(const struct table *t, uint64_t key)
{
    bool is_one = false;
    for (size_t i = 0; i < t->folded_count && !is_one; i++)
        is_one = t->folded[i] == key;
    return is_one;
}

static void add_line(struct table *t, struct row *r, size_t group)
{
    if (t->line_count == t->line_cap) {
        t->line_cap = t->line_cap > 0 ? t->line_cap * 2 : 64;
        t->line = mem_resize(t->line, t->line_cap, sizeof *t->line);
    }
    if (r != NULL)
        r->line = (uint32_t)t->line_count;
    t->line[t->line_count++] = (struct line){ r, group };
}

static void begin_group(struct table *t, struct row *r)
{
    if (t->group_count == t->group_cap) {
        t->group_cap = t->group_cap > 0 ? t->group_cap * 2 : 16;
        t->group = mem_resize(t->group, t->group_cap, sizeof *t->group);
    }
    struct group *g = &t->group[t->group_count++];
    *g = (struct group){ .first = r, .key = key_of(t, r), .line = t->line_count };
    g->is_folded = is_folded(t, g->key);
    add_line(t, NULL, t->group_count - 1);
}

static int8_t state_of(const struct table *t, const struct row *r)
{
    int64_t state;
    bool is_known = t->state != NULL && t->state->number(&t->view, t->state, r->fact, &state) && state >= 0 && state < TABLE_STATES_MAX;
    return is_known ? (int8_t)state : -1;
}

static void count_in_group(struct table *t, struct row *r)
{
    if (t->group_count == 0 || compare_groups(t, t->group[t->group_count - 1].first, r) != 0)
        begin_group(t, r);
    struct group *g = &t->group[t->group_count - 1];
    r->group = (uint32_t)t->group_count - 1;
    g->count++;
    r->state = state_of(t, r);
    if (r->state >= 0)
        g->state[r->state]++;
}

/* The changed rows stay in their groups, which count them anew; false: somebody may be in another. */
static bool recount(struct table *t)
{
    for (size_t i = 0; t->group_by != NULL && i < t->changed_count; i++) {
        struct row *r = t->changed[i];
        if (!r->is_matching)
            continue;
        struct group *g = &t->group[r->group];
        int8_t state = state_of(t, r);
        if (g->first == r || compare_groups(t, g->first, r) != 0)
            return false;
        if (r->state >= 0)
            g->state[r->state]--;
        if (state >= 0)
            g->state[state]++;
        r->state = state;
    }
    return true;
}

static void make_lines(struct table *t)
{
    t->line_count = t->match_count = t->group_count = 0;
    for (size_t i = 0; i < t->sorted_count; i++) {
        struct row *r = t->sorted[i];
        r->line = (uint32_t)TABLE_NOWHERE;
        r->group = 0;
        if (!r->is_matching)
            continue;
        t->match_count++;
        if (t->group_by != NULL)
            count_in_group(t, r);
        if (t->group_by == NULL || !t->group[r->group].is_folded)
            add_line(t, r, r->group);
    }
}

/* ---- the filter ---- */

/* Asks the rows again; true: an answer is another than before. */
static bool match_rows(struct table *t, struct row *const *at, size_t count)
{
    const struct column *room[TABLE_COLUMNS_MAX];
    struct filter_sight s = table_filter_sight(t, room);
    bool is_other = false;
    for (size_t i = 0; i < count; i++) {
        bool is_matching = t->filter.filter == NULL || filter_matches(t->filter.filter, &s, at[i]->fact);
        is_other = is_other || is_matching != at[i]->is_matching;
        at[i]->is_matching = is_matching;
    }
    return is_other;
}

static bool has_match(const struct table *t)
{
    bool has = false;
    for (size_t i = 0; i < t->sorted_count && !has; i++)
        has = t->sorted[i]->is_matching;
    return has;
}

static void match_all(struct table *t)
{
    (void)match_rows(t, t->sorted, t->sorted_count);
    if (t->is_filter_typed && t->filter.filter != NULL && !has_match(t) && filter_relax(t->filter.filter))
        (void)match_rows(t, t->sorted, t->sorted_count);
}

/* ---- the cursor ---- */

static size_t heading_line(const struct table *t)
{
    for (size_t i = 0; t->selected_group != 0 && i < t->group_count; i++) {
        if (t->group[i].key == t->selected_group && t->group[i].is_folded)
            return t->group[i].line;
    }
    return TABLE_NOWHERE;
}

size_t table_cursor_line(const struct table *t)
{
    const struct row *r = t->selected != 0 ? idmap_get(t->row, t->selected) : NULL;
    size_t heading = heading_line(t);
    return heading != TABLE_NOWHERE ? heading : r != NULL ? r->line : TABLE_NOWHERE;
}

size_t table_cursor_home(struct table *t)
{
    if (heading_line(t) == TABLE_NOWHERE)
        t->selected_group = 0; /* open again, or filtered away */
    return table_cursor_line(t);
}

/* The row under the cursor keeps its line on the screen, as far as the table's ends allow. */
static void follow(struct table *t)
{
    size_t now = table_cursor_home(t);
    if (now != TABLE_NOWHERE) {
        size_t line = t->cursor >= t->top ? t->cursor - t->top : 0;
        if (!t->is_away)
            t->top = now >= line ? now - line : 0;
        t->cursor = now;
    } else if (t->selected != 0 && idmap_get(t->row, t->selected) == NULL) {
        t->selected = 0; /* it went: an order must not hit its neighbour */
    }
    if (t->cursor >= t->line_count)
        t->cursor = t->line_count > 0 ? t->line_count - 1 : 0;
}

/* The cursor goes to whom it follows; the window moves only as far as it must. */
static void follow_longest(struct table *t)
{
    const struct row *best = NULL;
    int64_t since = 0;
    for (size_t i = 0; i < t->line_count; i++) {
        const struct row *r = t->line[i].row;
        const struct fact_caller *c = r != NULL ? (const void *)r->fact : NULL;
        if (c != NULL && c->joined != 0 && (best == NULL || c->joined < since)) {
            best = r;
            since = c->joined;
        }
    }
    if (best == NULL)
        return;
    t->cursor = best->id != t->selected ? best->line : t->cursor;
    t->selected = best->id;
    t->selected_group = 0;
    t->is_away = false;
}

/* ---- one step ---- */

static void look(struct table *t, const struct view *v)
{
    struct view before = t->view;
    t->view = *v;
    if (t->group_by != NULL && before.has_many_pbx != v->has_many_pbx)
        t->is_unsorted = true;
    bool is_of_queue = t->group_by != NULL && strcmp(t->group_by->id, "queue") == 0;
    t->group_pbx = is_of_queue && v->has_many_pbx ? column_named(t->kind, SLICE("pbx")) : NULL;
    if (t->is_frozen) {
        t->view.beat_ms = before.beat_ms;
        t->view.wall_ms = before.wall_ms;
    } else if (before.beat_ms != v->beat_ms && t->filter.filter != NULL) {
        const struct column *room[TABLE_COLUMNS_MAX];
        struct filter_sight s = table_filter_sight(t, room);
        t->is_unfiltered = t->is_unfiltered || filter_is_ticking(t->filter.filter, &s);
    }
}

bool table_settle(struct table *t, const struct view *v)
{
    look(t, v);
    if (t->changed_count == 0 && !t->is_unsorted && !t->is_unfiltered && !t->is_unlined)
        return false;
    bool is_moved = t->is_unsorted || !all_stay(t), is_other = false;
    if (is_moved)
        order(t);
    if (!t->is_unfiltered && !t->is_unsorted)
        is_other = match_rows(t, t->changed, t->changed_count);
    else
        match_all(t);
    if (is_moved || is_other || t->is_unfiltered || t->is_unlined || !recount(t))
        make_lines(t);
    for (size_t i = 0; i < t->changed_count; i++)
        t->changed[i]->is_changed = false;
    t->changed_count = 0;
    t->is_unsorted = t->is_unfiltered = t->is_unlined = false;
    if (t->is_longest && !t->is_frozen)
        follow_longest(t);
    follow(t);
    return true;
}
