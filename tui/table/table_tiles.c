/* SPDX-License-Identifier: MIT */
/* table_tiles: the rows of a table as tiles beside each other: state, name, for how long, with whom. As large as they can be
 * while all of them fit; where they do not even as single lines, they scroll. Order, cursor and groups are the table's. */
#include "tui/table/table.h"

#include "tui/table/table_parts.h"

enum { GUTTER = 2, TILE_LEAST = 23, TILE_MOST = 36, TEXT_AT = 4, TIME_COLS = 9 };

struct grid {
    size_t across; /* tiles beside each other */
    int width;     /* of one */
    int lines;     /* of one */
    int pitch;     /* from one to the next below it */
};

const struct column *table_tile_column(const struct table *t, size_t i)
{
    static const char *const ids[] = { "state", "name", "since", "detail" };
    const struct column *c = NULL;
    for (size_t k = 0; k < sizeof ids / sizeof ids[0]; k++) {
        c = column_named(t->kind, slice_of(ids[k]));
        if (c != NULL && i-- == 0)
            return c;
    }
    return NULL;
}

bool table_has_tiles(const struct table *t)
{
    return t->state != NULL && column_named(t->kind, SLICE("name")) != NULL;
}

void table_set_tiles(struct table *t, bool is_tiles)
{
    t->is_tiles = is_tiles && table_has_tiles(t);
    t->across = 1;
}

bool table_is_tiles(const struct table *t)
{
    return t->is_tiles;
}

/* The first line of the row of tiles that `line` stands in. */
static size_t row_start(const struct table *t, size_t line, size_t across)
{
    size_t head = line;
    while (t->group_by != NULL && head > 0 && t->line[head].row != NULL)
        head--;
    if (t->group_by == NULL)
        return line - line % across;
    return t->line[line].row == NULL ? line : head + 1 + (line - head - 1) / across * across;
}

/* Lines of the row of tiles (or the heading) that begins at `from`. */
static size_t row_count(const struct table *t, size_t from, size_t across)
{
    size_t n = 0;
    if (from < t->line_count && t->line[from].row == NULL)
        return 1;
    while (from + n < t->line_count && n < across && t->line[from + n].row != NULL)
        n++;
    return n;
}

/* How many lines of the table have room from `top` on. */
static size_t fit(const struct table *t, const struct grid *g, size_t top, int height)
{
    int y = 0;
    size_t at = top;
    while (at < t->line_count) {
        bool is_heading = t->line[at].row == NULL;
        if (y + (is_heading ? 1 : g->lines) > height)
            break;
        y += is_heading ? 1 : g->pitch;
        at += row_count(t, at, g->across);
    }
    return at - top;
}

/* The largest tiles of which all fit, else the smallest. */
static struct grid choose(const struct table *t, struct area a)
{
    static const struct {
        int lines, pitch;
    } sizes[] = { { 3, 4 }, { 2, 3 }, { 2, 2 }, { 1, 1 } };
    int room = a.w - GUTTER > TILE_LEAST ? a.w - GUTTER : TILE_LEAST;
    struct grid g = { .across = 1, .width = room, .lines = 1, .pitch = 1 };
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        int fewest = (room + TILE_MOST - 1) / TILE_MOST, most = room / TILE_LEAST;
        for (int across = fewest < most ? fewest : most; across <= most; across++) {
            g = (struct grid){ (size_t)across, room / across, sizes[i].lines, sizes[i].pitch };
            if (fit(t, &g, 0, a.h) == t->line_count)
                return g;
        }
    }
    return g;
}

static void scroll(struct table *t, const struct grid *g, int height)
{
    if (t->line_count == 0) {
        t->top = t->page = 0;
        return;
    }
    t->top = row_start(t, t->top < t->line_count ? t->top : t->line_count - 1, g->across);
    if (!t->is_away && table_cursor_line(t) != TABLE_NOWHERE) {
        if (t->cursor < t->top)
            t->top = row_start(t, t->cursor, g->across);
        while (t->cursor >= t->top + fit(t, g, t->top, height) && t->top < t->cursor)
            t->top += row_count(t, t->top, g->across);
    }
    while (t->top > 0) { /* no empty room below while there are rows above */
        size_t before = row_start(t, t->top - 1, g->across);
        if (before + fit(t, g, before, height) < t->line_count)
            break;
        t->top = before;
    }
    t->page = fit(t, g, t->top, height);
}

struct tile_pen {
    struct canvas *canvas;
    struct area area;
    enum role ground;
    int x;
    bool is_right; /* to the right end */
    bool is_found; /* the search has the row */
};

static void write(struct table *t, struct tile_pen *p, const struct row *r, const char *id)
{
    const struct column *c = column_named(t->kind, slice_of(id));
    if (c == NULL || p->x >= p->area.x + p->area.w)
        return;
    enum role role;
    struct slice text = column_text(&t->view, t->kind, c, r->fact, &t->scratch, &role);
    if (role == ROLE_UNKNOWN || (text.n == 1 && text.p[0] == '-'))
        return;
    role = role == ROLE_TEXT ? ROLE_DIM : role;
    role = table_cell_role(t, c, r, role, view_is_stale(&t->view, t->kind, r->fact));
    int width = canvas_text_width(p->canvas, text);
    if (p->is_right && width < p->area.x + p->area.w - p->x)
        p->x = p->area.x + p->area.w - width;
    if (c->alerts != 0 && text.n > 0 && (role == ROLE_WARN || role == ROLE_ALARM)) {
        const struct look_row *look = &view_wait_looks[role == ROLE_WARN ? WAIT_BEYOND : WAIT_FAR_BEYOND];
        int x = p->is_right ? p->x - 2 : p->x;
        (void)canvas_put(p->canvas, p->area, x, p->area.y, slice_of(view_shape(&t->view, look)), (struct style){ role, p->ground });
        p->x = x + 2;
    }
    int room = p->area.x + p->area.w - p->x;
    struct area cell = { p->x, p->area.y, width < room ? width : room, 1 };
    canvas_fit(p->canvas, cell, text, ALIGN_LEFT, (struct style){ role, p->ground });
    if (p->is_found)
        table_draw_found(t, p->canvas, cell, c, text, p->ground);
    p->x += width + (width > 0 ? 1 : 0);
}

/* Its word, at the pen. */
static void write_state(struct table *t, struct tile_pen *p, const struct row *r, int64_t state, enum role role)
{
    buf_reset(&t->scratch);
    if (t->state->looks == view_agent_looks)
        view_add_state(&t->view, t->kind, r->fact, state, &t->scratch);
    else
        (void)buf_addf(&t->scratch, "%s", t->state->looks[state].word);
    struct slice word = buf_slice(&t->scratch);
    struct area cell = { p->x, p->area.y, canvas_text_width(p->canvas, word), 1 };
    p->x = 1 + canvas_put(p->canvas, p->area, p->x, p->area.y, word, (struct style){ role, p->ground });
    if (p->is_found)
        table_draw_found(t, p->canvas, area_clip(cell, p->area), t->state, word, p->ground);
}

/* How long somebody who is lent still stays, at the right end of the tile's first line; what is left of the line is the name's. */
static bool write_lease(struct table *t, struct tile_pen *p, const struct row *r)
{
    bool is_person = t->kind == FACT_AGENT || t->kind == FACT_MEMBER;
    const struct fact_order *lease = is_person ? marks_lease(&t->view, t->kind, r->fact) : NULL;
    if (lease == NULL)
        return false;
    buf_reset(&t->scratch);
    marks_write_lease(&t->view, lease, &t->scratch);
    int width = canvas_text_width(p->canvas, buf_slice(&t->scratch));
    if (width > p->area.w / 2)
        return false;
    struct area right = area_right(&p->area, width);
    (void)canvas_put(p->canvas, right, right.x, right.y, buf_slice(&t->scratch), (struct style){ marks_looks[MARK_LENT].role, p->ground });
    (void)area_right(&p->area, 1);
    return true;
}

static void draw_tile(struct table *t, struct canvas *c, struct area a, const struct row *r, bool is_cursor)
{
    const struct column *room[TABLE_COLUMNS_MAX];
    enum role ground = is_cursor ? ROLE_CURSOR : ROLE_TEXT;
    int64_t state = 0;
    bool is_known = t->state->number(&t->view, t->state, r->fact, &state), is_stale = view_is_stale(&t->view, t->kind, r->fact);
    if (is_cursor) {
        canvas_ground(c, a, ROLE_CURSOR);
        for (int y = 0; y < a.h; y++)
            (void)canvas_put(c, a, a.x, a.y + y, c->ascii ? SLICE(">") : SLICE("\u258c"), (struct style){ ROLE_CURSOR_MARK, ROLE_CURSOR });
    }
    table_draw_mark(t, c, a, r, ground);
    struct tile_pen pen = { .canvas = c, .area = { a.x + TEXT_AT, a.y, a.w - TEXT_AT - 1, 1 }, .ground = ground, .x = a.x + TEXT_AT };
    struct filter_sight s = table_filter_sight(t, room);
    pen.is_found = t->search.filter != NULL && filter_matches(t->search.filter, &s, r->fact);
    if (is_known)
        (void)canvas_put(c, a, a.x + GUTTER, a.y, slice_of(view_shape(&t->view, &t->state->looks[state])),
                         (struct style){ table_cell_role(t, t->state, r, t->state->looks[state].role, is_stale), ground });
    if (a.h < 2) { /* one line: the time at the right end */
        struct area all = pen.area;
        if (write_lease(t, &pen, r)) {
            all = pen.area;
        } else {
            pen.area = area_right(&all, TIME_COLS);
            pen.is_right = true;
            pen.x = pen.area.x;
            write(t, &pen, r, "since");
            all.w -= 1;
        }
        pen.area = all;
        pen.is_right = false;
        pen.x = all.x;
        write(t, &pen, r, "name");
        return;
    }
    struct area lines = pen.area;
    (void)write_lease(t, &pen, r);
    write(t, &pen, r, "name");
    pen.area = lines;
    pen.area.y++;
    pen.x = pen.area.x;
    if (is_known)
        write_state(t, &pen, r, state, table_cell_role(t, t->state, r, t->state->looks[state].role, is_stale));
    write(t, &pen, r, "since");
    if (a.h > 2) {
        pen.area.y++;
        pen.x = pen.area.x;
    }
    write(t, &pen, r, "detail");
}

void table_draw_tiles(struct table *t, struct canvas *c, struct area a, bool has_focus)
{
    struct area head = area_top(&a, 1);
    struct grid g = choose(t, a);
    t->across = g.across;
    scroll(t, &g, a.h);
    if (t->column_count > 0) { /* tiles have no headings: what they are sorted by is said all the same */
        struct slice arrow = c->ascii ? (t->direction > 0 ? SLICE(" ^") : SLICE(" v")) : t->direction > 0 ? SLICE(" \u2191") : SLICE(" \u2193");
        int x = canvas_put(c, head, head.x + GUTTER, head.y, SLICE("by "), (struct style){ ROLE_COLUMN, ROLE_TEXT });
        x = canvas_put(c, head, x, head.y, slice_of(t->column[t->sort]->title), (struct style){ ROLE_COLUMN_SORT, ROLE_TEXT });
        (void)canvas_put(c, head, x, head.y, arrow, (struct style){ ROLE_COLUMN_SORT, ROLE_TEXT });
    }
    size_t cursor = has_focus ? table_cursor_line(t) : TABLE_NOWHERE;
    int y = a.y;
    for (size_t at = t->top; at < t->top + t->page;) {
        size_t n = row_count(t, at, g.across);
        if (t->line[at].row == NULL) {
            table_draw_group(t, c, (struct area){ a.x, y, a.w, 1 }, &t->group[t->line[at].group], at == cursor);
            y++;
        } else {
            for (size_t i = 0; i < n; i++) {
                struct area tile = area_clip((struct area){ a.x + (int)i * g.width, y, g.width, g.lines }, a);
                canvas_hit(c, (struct hit){ .kind = HIT_ROW, .area = tile, .owner = t, .id = t->line[at + i].row->id });
                t->line[at + i].row->mark = marks_of(&t->view, t->kind, t->line[at + i].row->fact);
                draw_tile(t, c, tile, t->line[at + i].row, at + i == cursor);
            }
            y += g.pitch;
        }
        at += n;
    }
}
