/* SPDX-License-Identifier: MIT */
/* pen: finds the runs of cells that differ, puts them in an order in which few moves and few changes of style are needed, and writes
 * them. When little has changed, runs of one style go together: the counters that tick stand in columns, so a step down and one back
 * leads from each to the next. When much has changed, rows go from top to bottom. Owns the list of runs and nothing else. */
#include "tui/term/pen.h"

#include <stdlib.h>

#include "core/base/mem.h"

enum { SPARSE = 8 /* of the screen, at most a part of so many */, ERASE_LEAST = 6, GAP_MOST = 4, UNKNOWN = -1, MOVE_BYTES = 64 };

struct run { /* cells of one row and one style */
    int y, x, end;
    unsigned style;
};

struct pen {
    struct pen_setup setup;
    struct run *run;
    size_t count, cap;
    const struct canvas *to;
    struct buf *out;
    int y, x; /* where the terminal's cursor is; x alone may be UNKNOWN */
    unsigned style;
};

struct pen *pen_new(const struct pen_setup *setup)
{
    struct pen *p = mem_alloc(sizeof *p);
    p->setup = *setup;
    return p;
}

void pen_free(struct pen *p)
{
    if (p == NULL)
        return;
    mem_free(p->run);
    mem_free(p);
}

/* ---- which cells ---- */

static const struct cell *cell_of(const struct canvas *c, int y, int x)
{
    return &c->cell[(size_t)y * (size_t)c->cols + (size_t)x];
}

static unsigned style_of(const struct pen *p, const struct cell *cell)
{
    return p->setup.style(p->setup.context, cell);
}

static bool is_blank(const struct cell *cell)
{
    return cell->text[0] == ' ' && cell->text[1] == '\0';
}

static bool is_ascii(const struct cell *cell)
{
    return cell->width == 1 && (unsigned char)cell->text[0] < 0x80 && cell->text[1] == '\0';
}

static bool differs(const struct pen *p, const struct canvas *from, int y, int x)
{
    const struct cell *cell = cell_of(p->to, y, x);
    if (from == NULL)
        return !is_blank(cell) || style_of(p, cell) != PEN_STYLE_PLAIN;
    return memcmp(cell, cell_of(from, y, x), cell->width * sizeof *cell) != 0;
}

static void add_run(struct pen *p, int y, int x, int width, unsigned style)
{
    struct run *last = p->count > 0 ? &p->run[p->count - 1] : NULL;
    if (last != NULL && last->y == y && last->end == x && last->style == style) {
        last->end += width;
        return;
    }
    if (p->count == p->cap) {
        p->cap = p->cap > 0 ? p->cap * 2 : 128;
        p->run = mem_resize(p->run, p->cap, sizeof *p->run);
    }
    p->run[p->count++] = (struct run){ y, x, x + width, style };
}

/* How many cells. */
static size_t find_runs(struct pen *p, const struct canvas *from)
{
    const struct canvas *to = p->to;
    size_t cells = 0;
    p->count = 0;
    for (int y = 0; y < to->rows; y++) {
        if (from != NULL && memcmp(cell_of(to, y, 0), cell_of(from, y, 0), (size_t)to->cols * sizeof *to->cell) == 0)
            continue;
        for (int x = 0; x < to->cols; x++) {
            const struct cell *cell = cell_of(to, y, x);
            bool is_last = y + 1 == to->rows && x + cell->width >= to->cols;
            if (cell->width == 0 || (is_last && p->setup.is_wrap_early) || !differs(p, from, y, x))
                continue;
            add_run(p, y, x, cell->width, style_of(p, cell));
            cells += cell->width;
        }
    }
    return cells;
}

/* By style, then from top to bottom in each column. */
static int compare_runs(const void *a, const void *b)
{
    const struct run *r = a, *s = b;
    if (r->style != s->style)
        return r->style < s->style ? -1 : 1;
    if (r->end != s->end)
        return r->end < s->end ? -1 : 1;
    return r->y - s->y;
}

/* ---- moving ---- */

static int digits(int n)
{
    return n < 10 ? 1 : n < 100 ? 2 : 3;
}

/* "CSI n letter"; a step of one needs no number. */
static int step_size(int n)
{
    return n == 1 ? 3 : 3 + digits(n);
}

static void add_step(struct buf *out, int n, char letter)
{
    if (n == 1)
        (void)buf_addf(out, "\033[%c", letter);
    else
        (void)buf_addf(out, "\033[%d%c", n, letter);
}

enum way { WAY_STAY, WAY_BYTES /* BS or LF, over and over */, WAY_STEP, WAY_TO, WAY_NONE };

/* The cheapest way along one axis, and its size. `bytes`: what so many BS or LF lead to it, not above 0: they do not. */
static enum way choose_way(const struct pen *p, int from, int to, bool can_to, int bytes, int *size)
{
    enum way best = WAY_NONE;
    int by = to - from;
    *size = MOVE_BYTES;
    if (from != UNKNOWN && by == 0) {
        *size = 0;
        return WAY_STAY;
    }
    if (from != UNKNOWN && p->setup.can_step) {
        best = WAY_STEP;
        *size = step_size(abs(by));
    }
    if (from != UNKNOWN && bytes > 0 && bytes < *size) {
        best = WAY_BYTES;
        *size = bytes;
    }
    if (can_to && 3 + digits(to + 1) < *size) {
        best = WAY_TO;
        *size = 3 + digits(to + 1);
    }
    return best;
}

/* `letters`: of a step forward, of one back, of a jump; then the byte. */
static void go(struct pen *p, enum way way, int from, int to, const char letters[4])
{
    int by = to - from;
    if (way == WAY_TO)
        (void)buf_addf(p->out, "\033[%d%c", to + 1, letters[2]);
    else if (way == WAY_STEP)
        add_step(p->out, abs(by), by > 0 ? letters[0] : letters[1]);
    for (int i = 0; way == WAY_BYTES && i < abs(by); i++)
        (void)buf_add_char(p->out, letters[3]);
}

static void move_to(struct pen *p, int y, int x)
{
    int row_size, column_size, both = 4 + digits(y + 1) + digits(x + 1);
    enum way row = choose_way(p, p->y, y, p->setup.can_row, p->setup.can_feed ? y - p->y : 0, &row_size);
    enum way column = choose_way(p, p->x, x, p->setup.can_column, p->setup.can_step ? p->x - x : 0, &column_size);
    if (p->y != UNKNOWN && row_size + column_size < both) {
        go(p, row, p->y, y, "BAd\n");
        go(p, column, p->x, x, "CDG\b");
    } else if (p->setup.move != NULL) {
        p->setup.move(p->out, y, x);
    } else {
        (void)buf_addf(p->out, "\033[%d;%dH", y + 1, x + 1);
    }
    p->y = y;
    p->x = x;
}

/* ---- writing ---- */

static void put_cell(struct pen *p, const struct cell *cell)
{
    if (is_ascii(cell)) {
        (void)buf_add_char(p->out, cell->text[0]);
        return;
    }
    struct slice text = p->setup.text(p->setup.context, cell);
    (void)buf_add(p->out, text);
    for (int i = 0; text.n == 0 && i < cell->width; i++)
        (void)buf_add_char(p->out, '?');
}

static int blanks_at(const struct pen *p, const struct run *r, int x)
{
    int n = 0;
    while (x + n < r->end && is_blank(cell_of(p->to, r->y, x + n)))
        n++;
    return n;
}

/* Where the cursor is behind what is no plain ASCII depends on the terminal's idea of widths; behind the last column, on its wrapping. */
static void has_written(struct pen *p, const struct cell *last, int end)
{
    bool is_edge = end >= p->to->cols;
    p->y = is_edge ? UNKNOWN : p->y;
    p->x = is_edge || !is_ascii(last) ? UNKNOWN : end;
}

static void put_cells(struct pen *p, const struct run *r, int x)
{
    while (x < r->end) {
        const struct cell *cell = cell_of(p->to, r->y, x);
        int blanks = p->setup.can_erase && r->style == PEN_STYLE_PLAIN ? blanks_at(p, r, x) : 0;
        if (blanks >= ERASE_LEAST) {
            if (p->x != x || p->y != r->y)
                move_to(p, r->y, x);
            (void)buf_addf(p->out, "\033[%dX", blanks);
            x += blanks;
            continue;
        }
        if (p->x != x || p->y != r->y)
            move_to(p, r->y, x);
        put_cell(p, cell);
        x += cell->width;
        has_written(p, cell, x);
    }
}

/* A few cells between the cursor and the run that can as well be written again. */
static bool is_gap_written(const struct pen *p, const struct run *r)
{
    if (p->x == UNKNOWN || p->y != r->y || r->x <= p->x || r->x - p->x > GAP_MOST)
        return false;
    for (int x = p->x; x < r->x; x++) {
        const struct cell *cell = cell_of(p->to, r->y, x);
        if (!is_ascii(cell) || style_of(p, cell) != r->style)
            return false;
    }
    return true;
}

static void use_style(struct pen *p, unsigned style)
{
    if (p->style != style)
        (void)buf_add(p->out, p->setup.style_bytes(p->setup.context, style));
    p->style = style;
}

void pen_draw(struct pen *p, const struct canvas *from, const struct canvas *to, struct buf *out)
{
    p->to = to;
    p->out = out;
    p->y = p->x = UNKNOWN;
    p->style = PEN_STYLE_PLAIN;
    size_t cells = find_runs(p, from);
    if (cells < (size_t)to->cols * (size_t)to->rows / SPARSE && p->count > 1)
        qsort(p->run, p->count, sizeof *p->run, compare_runs);
    for (size_t i = 0; i < p->count; i++) {
        const struct run *r = &p->run[i];
        use_style(p, r->style);
        put_cells(p, r, is_gap_written(p, r) ? p->x : r->x);
    }
    use_style(p, PEN_STYLE_PLAIN);
    p->to = NULL;
    p->out = NULL;
}
