/* SPDX-License-Identifier: MIT */
/* table_draw: the picture of a table: which columns have room, how wide each is, headings, and the rows in sight.
 * Only those rows are looked at, however long the table is. Widths depend on the width of the pane alone, never on what
 * is in the cells: nothing moves sideways while numbers change. */
#include "tui/table.h"

#include "tui/table_parts.h"

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

static void arrange(struct table *t, const struct view *v, int width)
{
    if (t->place_width == width && t->place_many_pbx == v->has_many_pbx && t->place_count > 0)
        return;
    size_t count = 0;
    for (size_t i = 0; i < t->column_count; i++) {
        if (v->has_many_pbx || !t->column[i]->is_pbx)
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
    t->is_unfiltered = t->is_unfiltered || t->filter.len > 0; /* a filter looks at what one sees */
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
        if (is_sort) { /* in the gap: the title does not move */
            int title_width = canvas_text_width(c, title);
            int after = title_width > p->width ? p->width : align == ALIGN_RIGHT ? p->width - title_width - 1 : title_width;
            struct slice arrow = c->ascii ? (t->direction > 0 ? SLICE("^") : SLICE("v")) : t->direction > 0 ? SLICE("\u2191") : SLICE("\u2193");
            (void)canvas_put(c, a, a.x + p->x + after, a.y, arrow, style);
        }
    }
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

static void draw_row(struct table *t, const struct view *v, struct canvas *c, struct area a, const struct row *r, bool is_cursor)
{
    enum role ground = is_cursor ? ROLE_CURSOR : ROLE_TEXT;
    bool is_stale = view_is_stale(v, t->kind, r->fact);
    if (is_cursor) {
        canvas_ground(c, a, ROLE_CURSOR);
        (void)canvas_put(c, a, a.x, a.y, c->ascii ? SLICE(">") : SLICE("\u258c"), (struct style){ ROLE_CURSOR_MARK, ground });
    }
    for (size_t i = 0; i < t->place_count; i++) {
        const struct place *p = &t->place[i];
        enum role role;
        struct slice text = column_text(v, t->kind, p->column, r->fact, &t->scratch, &role);
        struct area cell = area_clip((struct area){ a.x + p->x, a.y, p->width, 1 }, a);
        struct style style = { is_stale ? ROLE_STALE : role, ground };
        canvas_fit(c, cell, text, column_align(p->column), style);
        if (p->column->alerts != 0 && !is_stale)
            draw_sign(v, c, cell, canvas_text_width(c, text), style);
    }
}

static void scroll(struct table *t)
{
    size_t most = t->order_count > t->page ? t->order_count - t->page : 0;
    if (table_selected(t) != 0 && !t->is_away) {
        if (t->cursor < t->top)
            t->top = t->cursor;
        if (t->page > 0 && t->cursor >= t->top + t->page)
            t->top = t->cursor + 1 - t->page;
    }
    if (t->top > most)
        t->top = most;
}

void table_draw(struct table *t, const struct view *v, struct canvas *c, struct area a, bool has_focus)
{
    arrange(t, v, a.w);
    if (t->is_unfiltered)
        (void)table_settle(t, v);
    struct area head = area_top(&a, 1);
    draw_headings(t, c, head);
    t->page = a.h > 0 ? (size_t)a.h : 0;
    scroll(t);
    uint64_t selected = table_selected(t);
    for (size_t i = 0; i < t->page && t->top + i < t->order_count; i++) {
        const struct row *r = t->order[t->top + i];
        draw_row(t, v, c, (struct area){ a.x, a.y + (int)i, a.w, 1 }, r, has_focus && r->id == selected);
    }
}
