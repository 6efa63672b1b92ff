/* SPDX-License-Identifier: MIT */
/* canvas: puts text and lines into a grid of cells, within clips. Owns the cells. A wide character never
 * stands half: what would cut one leaves a blank. Control characters, bidi marks and bytes that are no text become
 * U+FFFD (or '?') here, whoever calls and whatever it was made from. */
#include "tui/term/canvas.h"

#include "core/base/mem.h"
#include "core/base/utf8.h"

#define REPLACEMENT 0xfffdu

static const struct cell blank_cell = { .text = " ", .width = 1, .role = ROLE_TEXT, .ground = ROLE_TEXT };

void canvas_init(struct canvas *c, int cols, int rows, bool ascii)
{
    *c = (struct canvas){ .ascii = ascii };
    canvas_resize(c, cols, rows);
}

void canvas_clear(struct canvas *c)
{
    mem_free(c->cell);
    mem_free(c->hit);
    *c = (struct canvas){ .ascii = c->ascii };
}

void canvas_resize(struct canvas *c, int cols, int rows)
{
    c->cols = cols > 0 ? cols : 1;
    c->rows = rows > 0 ? rows : 1;
    mem_free(c->cell);
    c->cell = mem_array((size_t)c->cols * (size_t)c->rows, sizeof *c->cell);
    canvas_blank(c, canvas_area(c), (struct style){ ROLE_TEXT, ROLE_TEXT });
    canvas_forget(c);
}

void canvas_forget(struct canvas *c)
{
    c->hit_count = 0;
}

void canvas_hit(struct canvas *c, struct hit s)
{
    s.area = area_clip(s.area, canvas_area(c));
    if (s.area.w <= 0 || s.area.h <= 0)
        return;
    if (c->hit_count == c->hit_cap) {
        c->hit_cap = c->hit_cap > 0 ? c->hit_cap * 2 : 64;
        c->hit = mem_resize(c->hit, c->hit_cap, sizeof *c->hit);
    }
    c->hit[c->hit_count++] = s;
}

const struct hit *canvas_hit_at(const struct canvas *c, int x, int y)
{
    for (size_t i = c->hit_count; i > 0; i--) {
        const struct area *a = &c->hit[i - 1].area;
        if (x >= a->x && x < a->x + a->w && y >= a->y && y < a->y + a->h)
            return &c->hit[i - 1];
    }
    return NULL;
}

struct area area_clip(struct area a, struct area by)
{
    int x1 = a.x + a.w < by.x + by.w ? a.x + a.w : by.x + by.w;
    int y1 = a.y + a.h < by.y + by.h ? a.y + a.h : by.y + by.h;
    struct area out = { a.x > by.x ? a.x : by.x, a.y > by.y ? a.y : by.y, 0, 0 };
    out.w = x1 > out.x ? x1 - out.x : 0;
    out.h = y1 > out.y ? y1 - out.y : 0;
    return out;
}

static int within(int n, int max)
{
    return n < 0 ? 0 : n > max ? max : n;
}

struct area area_top(struct area *a, int n)
{
    struct area cut = { a->x, a->y, a->w, within(n, a->h) };
    a->y += cut.h;
    a->h -= cut.h;
    return cut;
}

struct area area_bottom(struct area *a, int n)
{
    int h = within(n, a->h);
    a->h -= h;
    return (struct area){ a->x, a->y + a->h, a->w, h };
}

struct area area_left(struct area *a, int n)
{
    struct area cut = { a->x, a->y, within(n, a->w), a->h };
    a->x += cut.w;
    a->w -= cut.w;
    return cut;
}

struct area area_right(struct area *a, int n)
{
    int w = within(n, a->w);
    a->w -= w;
    return (struct area){ a->x + a->w, a->y, w, a->h };
}

static struct cell *cell_at(struct canvas *c, int x, int y)
{
    return &c->cell[(size_t)y * (size_t)c->cols + (size_t)x];
}

/* What a character of width `width` covers half of becomes blank. */
static void repair(struct canvas *c, int x, int y, int width)
{
    if (cell_at(c, x, y)->width == 0 && x > 0) {
        struct cell *lead = cell_at(c, x - 1, y);
        *lead = (struct cell){ .text = " ", .width = 1, .role = lead->role, .ground = lead->ground };
    }
    struct cell *last = cell_at(c, x + width - 1, y);
    if (last->width == 2 && x + width < c->cols) {
        struct cell *tail = cell_at(c, x + width, y);
        *tail = (struct cell){ .text = " ", .width = 1, .role = tail->role, .ground = tail->ground };
    }
}

/* Writes one character at (x, y), inside the canvas. */
static void set(struct canvas *c, int x, int y, uint32_t u, int width, struct style s)
{
    struct cell *at = cell_at(c, x, y);
    if (width != 1 || at->width != 1)
        repair(c, x, y, width);
    *at = (struct cell){ .text = { u < 0x80 ? (char)u : '\0' }, .width = (uint8_t)width, .role = (uint8_t)s.role, .ground = (uint8_t)s.ground };
    if (u >= 0x80)
        (void)utf8_put(u, at->text);
    if (width == 2)
        *cell_at(c, x + 1, y) = (struct cell){ .width = 0, .role = (uint8_t)s.role, .ground = (uint8_t)s.ground };
}

void canvas_blank(struct canvas *c, struct area a, struct style s)
{
    struct cell blank = blank_cell;
    blank.role = (uint8_t)s.role;
    blank.ground = (uint8_t)s.ground;
    a = area_clip(a, canvas_area(c));
    for (int y = a.y; y < a.y + a.h && a.w > 0; y++) {
        set(c, a.x, y, ' ', 1, s); /* the edges may cut a wide character */
        set(c, a.x + a.w - 1, y, ' ', 1, s);
        struct cell *at = cell_at(c, a.x, y);
        if (y > a.y)
            memcpy(at, cell_at(c, a.x, a.y), (size_t)a.w * sizeof *at);
        for (int i = 0; i < a.w && y == a.y; i++)
            at[i] = blank;
    }
}

/* The character that may stand on the screen in place of `u`, and its width. */
static uint32_t admit(const struct canvas *c, uint32_t u, int *width)
{
    if (!utf8_is_printable(u) || (c->ascii && u >= 0x80))
        u = c->ascii ? '?' : REPLACEMENT;
    *width = u < 0x80 ? 1 : utf8_width(u);
    if (*width < 0 || *width > 2) {
        u = c->ascii ? '?' : REPLACEMENT;
        *width = 1;
    }
    return u;
}

/* The next one of `text`, as it may stand on the screen. Most are plain. */
static uint32_t next(const struct canvas *c, struct slice text, size_t *i, int *width)
{
    unsigned char byte = (unsigned char)text.p[*i];
    if (byte < ' ' || byte >= 0x7f)
        return admit(c, utf8_next(text, i), width);
    ++*i;
    *width = 1;
    return byte;
}

/* A combining mark joins the character on its left; marks without end are dropped. */
static void join(struct canvas *c, struct area clip, int x, int y, uint32_t u)
{
    if (x <= clip.x || x > clip.x + clip.w || y < clip.y || y >= clip.y + clip.h)
        return;
    struct cell *at = cell_at(c, x - 1, y);
    if (at->width == 0 && x - 1 > clip.x)
        at = cell_at(c, x - 2, y);
    char bytes[4];
    size_t n = utf8_put(u, bytes), have = strnlen(at->text, CELL_TEXT_MAX);
    if (at->width > 0 && have + n < CELL_TEXT_MAX)
        memcpy(at->text + have, bytes, n);
}

int canvas_put(struct canvas *c, struct area clip, int x, int y, struct slice text, struct style s)
{
    clip = area_clip(clip, canvas_area(c));
    int start = x;
    for (size_t i = 0; i < text.n;) {
        int width;
        uint32_t u = next(c, text, &i, &width);
        if (width == 0) {
            if (x > start)
                join(c, clip, x, y, u);
            continue;
        }
        if (y >= clip.y && y < clip.y + clip.h && x + width > clip.x && x < clip.x + clip.w) {
            if (x >= clip.x && x + width <= clip.x + clip.w)
                set(c, x, y, u, width, s);
            else /* half of a wide character */
                set(c, x < clip.x ? clip.x : x, y, ' ', 1, s);
        }
        x += width;
    }
    return x;
}

int canvas_text_width(const struct canvas *c, struct slice text)
{
    int cols = 0;
    for (size_t i = 0; i < text.n;) {
        int width;
        (void)next(c, text, &i, &width);
        cols += width;
    }
    return cols;
}

/* The longest head that takes at most `cols` columns. */
static struct slice head_of(const struct canvas *c, struct slice text, int cols, int *used)
{
    size_t end = 0;
    *used = 0;
    for (size_t i = 0; i < text.n;) {
        int width;
        (void)next(c, text, &i, &width);
        if (*used + width > cols)
            break;
        *used += width;
        end = i;
    }
    return (struct slice){ text.p, end };
}

void canvas_fit(struct canvas *c, struct area a, struct slice text, enum align align, struct style s)
{
    if (a.w <= 0 || a.h <= 0)
        return;
    int used;
    struct slice head = head_of(c, text, a.w, &used);
    if (head.n == text.n) {
        int spare = a.w - used;
        int x = a.x + (align == ALIGN_LEFT ? 0 : align == ALIGN_RIGHT ? spare : spare / 2);
        (void)canvas_put(c, a, x, a.y, text, s);
        return;
    }
    head = head_of(c, text, a.w - 1, &used);
    int x = canvas_put(c, a, a.x, a.y, head, s);
    (void)canvas_put(c, a, x, a.y, c->ascii ? SLICE("~") : SLICE("\u2026"), s);
}

int canvas_wrap(struct canvas *c, struct area a, struct slice text, struct style s)
{
    return canvas_wrap_in(c, a, a, text, s);
}

int canvas_wrap_in(struct canvas *c, struct area clip, struct area a, struct slice text, struct style s)
{
    int rows = 0;
    while (text.n > 0 && rows < a.h && a.w > 0) {
        int used;
        struct slice line = head_of(c, text, a.w, &used);
        if (line.n == 0)
            break; /* one wide character in one column */
        if (line.n < text.n && text.p[line.n] != ' ') {
            size_t cut = line.n;
            while (cut > 0 && line.p[cut - 1] != ' ')
                cut--;
            if (cut > 0)
                line.n = cut;
        }
        bool is_last = rows + 1 == a.h;
        canvas_fit(c, area_clip((struct area){ a.x, a.y + rows, a.w, 1 }, clip), is_last ? text : line, ALIGN_LEFT, s);
        text = (struct slice){ text.p + line.n, text.n - line.n };
        while (text.n > 0 && text.p[0] == ' ')
            text = (struct slice){ text.p + 1, text.n - 1 };
        rows++;
    }
    return rows;
}

void canvas_rule(struct canvas *c, struct area a, struct style s)
{
    struct area visible = area_clip(a, canvas_area(c));
    struct slice line = c->ascii ? SLICE("-") : SLICE("\u2500");
    for (int i = 0; i < visible.w; i++)
        (void)canvas_put(c, a, visible.x + i, a.y, line, s);
}

void canvas_ground(struct canvas *c, struct area a, enum role ground)
{
    a = area_clip(a, canvas_area(c));
    for (int y = a.y; y < a.y + a.h; y++) {
        for (int x = a.x; x < a.x + a.w; x++)
            cell_at(c, x, y)->ground = (uint8_t)ground;
    }
}
