/* SPDX-License-Identifier: MIT */
/* table_draw: the picture of a table: which columns have room, how wide each is, headings, and the lines in sight: rows with
 * their marks (tagged, found, changed since the list was frozen) and headings of groups. Only those are looked at, however
 * long the table is. Widths depend on the width of the pane alone, never on what is in the cells: nothing moves sideways while
 * numbers change. */
#include "tui/table/table.h"

#include <stdio.h>

#include "core/floor/mask.h"
#include "tui/table/table_parts.h"

enum { GUTTER = 2, GAP_MOST = 3 };

bool table_is_placed(const struct table *t, size_t index)
{
    bool is_placed = t->place_count == 0;
    for (size_t i = 0; i < t->place_count && !is_placed; i++)
        is_placed = t->place[i].index == index;
    return is_placed;
}

size_t table_next_sort(const struct table *t, size_t at, size_t step)
{
    for (size_t tried = 0; tried < t->column_count; tried++) {
        const struct column *c = t->column[at];
        if (table_is_placed(t, at) && (c->number != NULL || c->string != NULL) && c->form != FORM_SHAPE)
            return at;
        at = (at + step) % t->column_count;
    }
    return t->sort;
}

static int least_width(const struct place *at, size_t count, int gap)
{
    int width = 0;
    for (size_t i = 0; i < count; i++)
        width += at[i].column->least + (i > 0 ? gap : 0);
    return width;
}

static int usual_width(const struct place *at, size_t count)
{
    int width = 0;
    for (size_t i = 0; i < count; i++)
        width += at[i].column->width + (i > 0 ? 1 : 0);
    return width;
}

static size_t find_worst(const struct place *at, size_t count)
{
    size_t worst = count - 1; /* where all must stay, the last one goes */
    for (size_t i = 0; i < count; i++) {
        if (at[i].column->drop > at[worst].column->drop)
            worst = i;
    }
    return worst;
}

static void drop_worst(struct place *at, size_t *count)
{
    size_t worst = find_worst(at, *count);
    for (size_t i = worst; i + 1 < *count; i++)
        at[i] = at[i + 1];
    --*count;
}

/* Every column gets in at its least; an extra one gets in only where the others have their usual width. */
static size_t choose(struct place *at, size_t count, int room)
{
    while (count > 1 && least_width(at, count, 1) > room)
        drop_worst(at, &count);
    while (count > 1 && at[find_worst(at, count)].column->is_extra && usual_width(at, count) > room)
        drop_worst(at, &count);
    return count;
}

/* Gives each column in turn some of what is left, until all have what they want or nothing is left. */
static int widen(struct place *at, size_t count, int spare, bool to_most)
{
    for (bool is_given = true; is_given && spare > 0;) {
        is_given = false;
        for (size_t i = 0; i < count && spare > 0; i++) {
            int want = to_most ? at[i].column->most : at[i].column->width;
            if (at[i].width < want) {
                at[i].width++;
                spare--;
                is_given = true;
            }
        }
    }
    return spare;
}

/* The first column, then those from `left` on at their usual width, as far as there is room. */
static void arrange_wide(struct table *t, int width)
{
    int x = GUTTER;
    size_t next = 0;
    t->place_count = 0;
    while (next < t->column_count) {
        const struct column *c = t->column[next];
        int title = (int)strlen(c->title) + 1, wide = c->width > title ? c->width : title;
        if (x + wide > width && t->place_count > 1)
            break;
        t->place[t->place_count++] = (struct place){ .column = c, .index = next, .x = x, .width = wide };
        x += wide + GAP_MOST - 1;
        next += next == 0 ? 1 + t->left : 1;
    }
    t->is_end = next >= t->column_count;
}

static void arrange(struct table *t, const struct view *v, int width)
{
    if (t->place_width == width && t->place_many_pbx == v->has_many_pbx && t->place_teams == v->has_teams && t->place_count > 0)
        return;
    if (t->is_wide) {
        arrange_wide(t, width);
        t->place_width = width;
        t->place_many_pbx = v->has_many_pbx;
        t->place_teams = v->has_teams;
        t->is_unfiltered = t->is_unfiltered || t->filter.filter != NULL;
        return;
    }
    size_t count = 0;
    for (size_t i = 0; i < t->column_count; i++) {
        if (column_is_of_use(t->column[i], v))
            t->place[count++] = (struct place){ .column = t->column[i], .index = i };
    }
    int room = width - GUTTER - 1; /* the arrow of the last heading */
    count = choose(t->place, count, room);
    for (size_t i = 0; i < count; i++)
        t->place[i].width = t->place[i].column->least;
    int gap = 1, spare = room - least_width(t->place, count, 1), gaps = (int)count - 1;
    spare = widen(t->place, count, spare, false);
    while (gap < GAP_MOST - 1 && gaps > 0 && spare >= gaps) {
        gap++;
        spare -= gaps;
    }
    spare = widen(t->place, count, spare, true);
    if (gap < GAP_MOST && gaps > 0 && spare >= gaps)
        gap++;
    for (size_t i = 0, x = GUTTER; i < count; i++) {
        t->place[i].x = (int)x;
        x += (size_t)(t->place[i].width + gap);
    }
    t->place_count = count;
    t->place_width = width;
    t->place_many_pbx = v->has_many_pbx;
    t->place_teams = v->has_teams;
    t->is_unfiltered = t->is_unfiltered || t->filter.filter != NULL; /* a filter looks at what one sees */
}

static void draw_headings(const struct table *t, struct canvas *c, struct area a)
{
    for (size_t i = 0; i < t->place_count; i++) {
        const struct place *p = &t->place[i];
        bool is_sort = p->index == t->sort;
        struct style style = { is_sort ? ROLE_COLUMN_SORT : ROLE_COLUMN, ROLE_TEXT };
        struct slice title = slice_of(p->column->title);
        struct area cell = area_clip((struct area){ a.x + p->x, a.y, p->width, 1 }, a);
        enum align align = column_align(p->column);
        canvas_fit(c, cell, title, align, style);
        canvas_hit(c, (struct hit){ .kind = HIT_HEADING, .area = { cell.x, cell.y, p->width + 1, 1 }, .owner = t, .id = p->index });
        if (is_sort) { /* in the gap: the title does not move */
            int title_width = canvas_text_width(c, title);
            int after = title_width > p->width ? p->width : align == ALIGN_RIGHT ? p->width - title_width - 1 : title_width;
            struct slice arrow = c->ascii ? (t->direction > 0 ? SLICE("^") : SLICE("v")) : t->direction > 0 ? SLICE("\u2191") : SLICE("\u2193");
            (void)canvas_put(c, a, a.x + p->x + after, a.y, arrow, style);
        }
    }
}

/* Where there is more to be seen sideways. */
static void draw_edges(const struct table *t, struct canvas *c, struct area a)
{
    struct style style = { ROLE_KEY, ROLE_TEXT };
    if (t->left > 0)
        (void)canvas_put(c, a, a.x + 1, a.y, c->ascii ? SLICE("<") : SLICE("\u2039"), style);
    if (!t->is_end)
        (void)canvas_put(c, a, a.x + a.w - 1, a.y, c->ascii ? SLICE(">") : SLICE("\u203a"), style);
}

/* The sign of a wait, left of its text. */
static void draw_sign(const struct view *v, struct canvas *c, struct area cell, int text_width, struct style style)
{
    int x = cell.w - text_width - (text_width + 2 <= cell.w ? 2 : 1);
    if ((style.role == ROLE_WARN || style.role == ROLE_ALARM) && text_width > 0 && x >= 0) {
        const struct look_row *look = &view_wait_looks[style.role == ROLE_WARN ? WAIT_BEYOND : WAIT_FAR_BEYOND];
        (void)canvas_put(c, cell, cell.x + x, cell.y, slice_of(view_shape(v, look)), style);
    }
}

/* The value of a cell is another than when the table was frozen. What only ticks is not. */
static bool has_changed(const struct table *t, const struct column *c, const struct row *r)
{
    if (c->string != NULL) {
        struct slice a = c->string(&t->view, c, r->fact), b = c->string(&t->view, c, r->live);
        return (a.p == NULL) != (b.p == NULL) || !slice_eq(a, b);
    }
    if (c->number != NULL) {
        int64_t x = 0, y = 0;
        bool has_x = c->number(&t->view, c, r->fact, &x), has_y = c->number(&t->view, c, r->live, &y);
        return has_x != has_y || x != y;
    }
    struct buf a = BUF_INIT(COLUMN_TEXT_MAX), b = BUF_INIT(COLUMN_TEXT_MAX);
    enum role role;
    bool is_other = !slice_eq(column_text(&t->view, t->kind, c, r->fact, &a, &role), column_text(&t->view, t->kind, c, r->live, &b, &role));
    buf_clear(&a);
    buf_clear(&b);
    return is_other;
}

void table_draw_found(const struct table *t, struct canvas *c, struct area cell, const struct column *column, struct slice text, enum role ground)
{
    size_t from, to;
    if (!filter_spot(t->search.filter, column, text, &from, &to))
        return;
    int width = canvas_text_width(c, text), before = canvas_text_width(c, (struct slice){ text.p, from });
    bool is_cut = width > cell.w;
    int x = cell.x + before + (column_align(column) == ALIGN_RIGHT && !is_cut ? cell.w - width : 0);
    struct area clip = { cell.x, cell.y, cell.w - (is_cut ? 1 : 0), 1 }; /* the ellipsis stays */
    (void)canvas_put(c, clip, x, cell.y, (struct slice){ text.p + from, to - from }, (struct style){ ROLE_FOUND, ground });
}

void table_draw_mark(const struct table *t, struct canvas *c, struct area a, const struct row *r, enum role ground)
{
    bool is_gone = t->is_frozen && r->news == NEWS_GONE, is_changed = t->is_frozen && r->news == NEWS_CHANGED;
    bool is_marked = !is_gone && (r->mark == MARK_PENDING || (r->mark != MARK_NONE && !r->is_tagged && !is_changed));
    if (is_marked) {
        (void)canvas_put(c, a, a.x + 1, a.y, slice_of(c->ascii ? marks_looks[r->mark].ascii : marks_looks[r->mark].utf8), (struct style){ marks_looks[r->mark].role, ground });
        return;
    }
    struct slice mark = is_gone ? (c->ascii ? SLICE("x") : SLICE("\u00d7")) : r->is_tagged ? (c->ascii ? SLICE("*") : SLICE("\u2022")) : SLICE("~");
    if (is_gone || r->is_tagged || is_changed)
        (void)canvas_put(c, a, a.x + 1, a.y, mark, (struct style){ is_gone || !r->is_tagged ? ROLE_CHANGED : ROLE_TAGGED, ground });
}

static void draw_cursor(struct canvas *c, struct area a)
{
    canvas_ground(c, a, ROLE_CURSOR);
    (void)canvas_put(c, a, a.x, a.y, c->ascii ? SLICE(">") : SLICE("\u258c"), (struct style){ ROLE_CURSOR_MARK, ROLE_CURSOR });
}

enum role table_cell_role(const struct table *t, const struct column *c, const struct row *r, enum role role, bool is_stale)
{
    if (t->is_frozen && r->news == NEWS_GONE)
        return ROLE_STALE;
    if (t->is_frozen && r->news == NEWS_CHANGED && has_changed(t, c, r))
        return ROLE_CHANGED;
    if (role == ROLE_NAME && r->mark == MARK_PENDING && !is_stale)
        return marks_looks[r->mark].role;
    return is_stale ? ROLE_STALE : role == ROLE_NAME && r->is_tagged ? ROLE_TAGGED : role;
}

static void draw_row(struct table *t, struct canvas *c, struct area a, const struct row *r, bool is_cursor, bool is_found)
{
    const struct view *v = &t->view;
    enum role ground = is_cursor ? ROLE_CURSOR : ROLE_TEXT;
    bool is_stale = view_is_stale(v, t->kind, r->fact);
    if (is_cursor)
        draw_cursor(c, a);
    table_draw_mark(t, c, a, r, ground);
    for (size_t i = 0; i < t->place_count; i++) {
        const struct place *p = &t->place[i];
        enum role role;
        struct slice text = column_text(v, t->kind, p->column, r->fact, &t->scratch, &role);
        struct area cell = area_clip((struct area){ a.x + p->x, a.y, p->width, 1 }, a);
        struct style style = { table_cell_role(t, p->column, r, role, is_stale), ground };
        canvas_fit(c, cell, text, column_align(p->column), style);
        if (p->column->alerts != 0 && !is_stale)
            draw_sign(v, c, cell, canvas_text_width(c, text), style);
        if (is_found)
            table_draw_found(t, c, cell, p->column, text, ground);
    }
}

/* "▼ support  12   3 free  8 talking" */
void table_draw_group(struct table *t, struct canvas *c, struct area a, const struct group *g, bool is_cursor)
{
    enum role ground = is_cursor ? ROLE_CURSOR : ROLE_TEXT, role;
    char text[64];
    canvas_hit(c, (struct hit){ .kind = HIT_GROUP, .area = a, .owner = t, .id = g->key });
    if (is_cursor)
        draw_cursor(c, a);
    struct slice sign = g->is_folded ? (c->ascii ? SLICE("+") : SLICE("\u25ba")) : c->ascii ? SLICE("-") : SLICE("\u25bc");
    struct slice name = column_text(&t->view, t->kind, t->group_by, g->first->fact, &t->scratch, &role);
    int x = canvas_put(c, a, a.x + GUTTER, a.y, sign, (struct style){ ROLE_GROUP, ground });
    if (name.n == 0)
        name = SLICE("none");
    canvas_fit(c, area_clip((struct area){ x + 1, a.y, a.w * 2 / 3, 1 }, a), name, ALIGN_LEFT, (struct style){ ROLE_GROUP, ground });
    int width = canvas_text_width(c, name);
    x += 1 + (width < a.w * 2 / 3 ? width : a.w * 2 / 3);
    if (t->group_pbx != NULL) {
        struct slice pbx = t->group_pbx->string(&t->view, t->group_pbx, g->first->fact);
        x = canvas_put(c, a, x, a.y, SLICE(" @"), (struct style){ ROLE_DIM, ground });
        x = canvas_put(c, a, x, a.y, pbx, (struct style){ ROLE_DIM, ground });
    }
    (void)snprintf(text, sizeof text, "  %zu", g->count);
    x = canvas_put(c, a, x, a.y, slice_of(text), (struct style){ ROLE_DIM, ground }) + 1;
    for (size_t i = 0; t->state != NULL && t->state != t->group_by && i < t->state->field->name_count && i < TABLE_STATES_MAX; i++) {
        const struct look_row *look = &t->state->looks[i];
        if (g->state[i] == 0)
            continue;
        (void)snprintf(text, sizeof text, "  %zu %s", g->state[i], look->word);
        if (x + canvas_text_width(c, slice_of(text)) <= a.x + a.w) /* whole, or not at all */
            x = canvas_put(c, a, x, a.y, slice_of(text), (struct style){ look->role, ground });
    }
}

/* The heading above the first row of a group is worth a line. */
static size_t first_of_interest(const struct table *t)
{
    return t->cursor > 0 && t->cursor < t->line_count && t->line[t->cursor - 1].row == NULL && t->page > 1 ? t->cursor - 1 : t->cursor;
}

static void scroll(struct table *t)
{
    size_t most = t->line_count > t->page ? t->line_count - t->page : 0;
    if (!t->is_away && table_cursor_line(t) != TABLE_NOWHERE) {
        if (first_of_interest(t) < t->top)
            t->top = first_of_interest(t);
        if (t->page > 0 && t->cursor >= t->top + t->page)
            t->top = t->cursor + 1 - t->page;
    }
    if (t->top > most)
        t->top = most;
}

void table_draw(struct table *t, const struct view *v, struct canvas *c, struct area a, bool has_focus)
{
    const struct column *room[TABLE_COLUMNS_MAX];
    arrange(t, v, a.w);
    (void)table_settle(t, v);
    if (t->is_tiles) {
        table_draw_tiles(t, c, a, has_focus);
        return;
    }
    struct area head = area_top(&a, 1);
    draw_headings(t, c, head);
    if (t->is_wide)
        draw_edges(t, c, head);
    t->page = a.h > 0 ? (size_t)a.h : 0;
    scroll(t);
    size_t cursor = has_focus ? table_cursor_line(t) : TABLE_NOWHERE;
    struct filter_sight s = table_filter_sight(t, room);
    for (size_t i = 0; i < t->page && t->top + i < t->line_count; i++) {
        const struct line *line = &t->line[t->top + i];
        struct area at = { a.x, a.y + (int)i, a.w, 1 };
        if (line->row == NULL) {
            table_draw_group(t, c, at, &t->group[line->group], t->top + i == cursor);
            continue;
        }
        canvas_hit(c, (struct hit){ .kind = HIT_ROW, .area = at, .owner = t, .id = line->row->id });
        line->row->mark = marks_of(&t->view, t->kind, line->row->fact);
        bool is_found = t->search.filter != NULL && filter_matches(t->search.filter, &s, line->row->fact);
        draw_row(t, c, at, line->row, t->top + i == cursor, is_found);
    }
}

/* ---- the summary ---- */

struct pen {
    struct canvas *canvas;
    struct area area;
    int x;
};

static void write(struct pen *p, enum role role, struct slice text)
{
    p->x = canvas_put(p->canvas, p->area, p->x, p->area.y, text, (struct style){ role, ROLE_TEXT });
}

static void write_tags(const struct table *t, struct pen *p)
{
    char text[96];
    size_t count = table_tagged(t, NULL, 0), hidden = count;
    for (size_t i = 0; count > 0 && i < t->line_count; i++) {
        const struct row *r = t->line[i].row;
        hidden -= r != NULL && r->is_tagged && r->live != NULL ? 1 : 0;
    }
    if (hidden > 0 && hidden < count)
        (void)snprintf(text, sizeof text, "  %zu tagged, %zu of them hidden", count, hidden);
    else if (hidden > 0)
        (void)snprintf(text, sizeof text, "  %zu tagged, hidden", count);
    else
        (void)snprintf(text, sizeof text, "  %zu tagged", count);
    if (count > 0)
        write(p, ROLE_TAGGED, slice_of(text));
}

static void write_frozen(const struct table *t, const struct view *v, struct pen *p)
{
    static const char *const words[NEWS_COUNT] = { [NEWS_CHANGED] = "changed", [NEWS_GONE] = "gone", [NEWS_NEW] = "new" };
    _Static_assert(sizeof words / sizeof words[0] == NEWS_COUNT, "news without a word");
    struct buf text = BUF_INIT(128);
    (void)buf_add(&text, SLICE("  frozen "));
    view_add_duration(&text, v->beat_ms - t->view.beat_ms);
    for (size_t i = NEWS_CHANGED; i < NEWS_COUNT; i++) {
        if (t->news[i] > 0)
            (void)buf_addf(&text, ", %zu %s", t->news[i], words[i]);
    }
    write(p, ROLE_CHANGED, buf_slice(&text));
    buf_clear(&text);
}

/* What is looked for may well be a number. */
static void write_wanted(struct pen *p, const struct view *v, enum role role, struct slice text)
{
    struct buf masked = BUF_INIT(8192);
    if (v->mask != NULL)
        mask_text(v->mask, text, &masked);
    write(p, role, v->mask != NULL ? buf_slice(&masked) : text);
    buf_clear(&masked);
}

int table_draw_summary(const struct table *t, const struct view *v, struct canvas *c, struct area a, int x)
{
    struct pen p = { c, a, x };
    char text[64];
    bool is_filtered = t->filter.filter != NULL;
    (void)snprintf(text, sizeof text, is_filtered ? "  %zu of %zu with " : "  %zu", is_filtered ? t->match_count : t->sorted_count, t->sorted_count);
    write(&p, ROLE_DIM, slice_of(text));
    if (is_filtered)
        write_wanted(&p, v, ROLE_MATCH, buf_slice(&t->filter.text));
    if (t->is_frozen) /* what matters most first: where there is no room the end is cut */
        write_frozen(t, v, &p);
    write_tags(t, &p);
    if (t->search.filter != NULL) {
        write(&p, ROLE_DIM, SLICE("  finding "));
        write_wanted(&p, v, ROLE_FOUND, buf_slice(&t->search.text));
    }
    if (t->is_longest)
        write(&p, ROLE_VALUE, SLICE("  on the longest"));
    if (t->group_by != NULL) {
        write(&p, ROLE_DIM, SLICE("  by "));
        write(&p, ROLE_DIM, slice_of(t->group_by->id));
    }
    return p.x;
}
