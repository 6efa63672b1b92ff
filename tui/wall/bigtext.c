/* SPDX-License-Identifier: MIT */
/* bigtext: turns text and a size into filled cells of a canvas. A dot of the alphabet becomes `across` columns and `down`
 * half rows; where the scale leaves room, outer corners are rounded and slants drawn straight, dot by dot from the eight
 * neighbours. Owns nothing. */
#include "tui/wall/bigtext.h"

#include "core/base/utf8.h"

enum { SCALE_MAX = 64 };

static bool is_whole(const struct canvas *c)
{
    return c->ascii || c->is_whole;
}

static const struct bigtext_glyph *glyph_of(int font, uint32_t u)
{
    u = utf8_plain(u);
    if (u >= 'a' && u <= 'z')
        u -= 'a' - 'A';
    const struct bigtext_glyph *g = bigtext_fonts[font].glyph;
    while (g->character != 0 && (uint32_t)(unsigned char)g->character != u)
        g++;
    return g->character != 0 ? g : NULL;
}

static int dots_across(const struct bigtext_glyph *g)
{
    return (int)strlen(g->row[0]);
}

/* Dots from the left edge of the first character to the right edge of the last; -1: there is a character that is not drawn. */
static int text_dots(int font, struct slice text)
{
    int dots = 0;
    for (size_t at = 0; at < text.n;) {
        const struct bigtext_glyph *g = glyph_of(font, utf8_next(text, &at));
        if (g == NULL)
            return -1;
        dots += dots_across(g) + (at < text.n ? 1 : 0);
    }
    return dots;
}

bool bigtext_can(struct slice text)
{
    return text_dots(BIGTEXT_SMALL, text) >= 0;
}

static int rows_of(const struct canvas *c, int font, int down)
{
    int dots = bigtext_fonts[font].rows * down;
    return is_whole(c) ? dots : (dots + 1) / 2;
}

/* The scale across that goes with one down: dots about as wide as high (a column is half as wide as a row is high). */
static int best_across(const struct canvas *c, int down, int room)
{
    int square = is_whole(c) ? down * 2 : down;
    int most = square + square / 4, least = is_whole(c) ? down : (square + 1) / 2;
    int across = room < most ? room : most;
    return across >= least ? across : 0;
}

/* What is seen from far away: height, and strokes that are not thin. */
static int weight_of(const struct canvas *c, struct bigtext_size size)
{
    return bigtext_fonts[size.font].rows * size.down * (is_whole(c) ? 2 : 1) + 3 * size.across;
}

struct bigtext_size bigtext_size(const struct canvas *c, struct slice text, int w, int h)
{
    struct bigtext_size best = { 0, 0, 0 };
    for (int font = 0; font < BIGTEXT_FONT_COUNT; font++) {
        int dots = text_dots(font, text);
        for (int down = 1; dots > 0 && down <= SCALE_MAX && rows_of(c, font, down) <= h; down++) {
            struct bigtext_size size = { font, best_across(c, down, w / dots), down };
            if (size.across > 0 && (best.across == 0 || weight_of(c, size) > weight_of(c, best)))
                best = size;
        }
    }
    return best;
}

int bigtext_cols(const struct canvas *c, struct bigtext_size size, struct slice text)
{
    int dots = size.across > 0 ? text_dots(size.font, text) : -1;
    return dots >= 0 ? dots * size.across : canvas_text_width(c, text);
}

int bigtext_rows(const struct canvas *c, struct bigtext_size size)
{
    return size.across > 0 ? rows_of(c, size.font, size.down) : 1;
}

static bool has_dot(const struct bigtext_glyph *g, int rows, int x, int y)
{
    return y >= 0 && y < rows && x >= 0 && x < dots_across(g) && g->row[y][x] == '#';
}

/* Is there ink at (a, b), 0 to 1, of the dot at (x, y)? Only the quarter in which the point lies matters, and the neighbours there. */
static bool is_inked(const struct bigtext_glyph *g, int rows, int x, int y, double a, double b)
{
    int dx = a < 0.5 ? -1 : 1, dy = b < 0.5 ? -1 : 1;
    double across = a < 0.5 ? a : 1 - a, down = b < 0.5 ? b : 1 - b; /* from the corner */
    bool beside = has_dot(g, rows, x + dx, y), above = has_dot(g, rows, x, y + dy), corner = has_dot(g, rows, x + dx, y + dy);
    bool opposite = has_dot(g, rows, x - dx, y), below = has_dot(g, rows, x, y - dy);
    bool is_cut = across + down < 0.5;
    if (!has_dot(g, rows, x, y))
        return is_cut && beside && above && !corner && !opposite && !below; /* the inside of a slant */
    if (beside || above || corner)
        return true;
    if (opposite && below) { /* an outer corner */
        double left = 0.5 - across, up = 0.5 - down;
        return left * left + up * up <= 0.25;
    }
    bool is_slant = has_dot(g, rows, x + dx, y - dy) || has_dot(g, rows, x - dx, y + dy);
    return !(is_cut && is_slant);
}

static bool has_ink(const struct bigtext_glyph *g, struct bigtext_size size, int px, int py)
{
    int x = px / size.across, y = py / size.down;
    double a = (px % size.across + 0.5) / size.across, b = (py % size.down + 0.5) / size.down;
    return is_inked(g, bigtext_fonts[size.font].rows, x, y, a, b);
}

static void put_glyph(struct canvas *c, struct area clip, int x, int y, struct bigtext_size size, const struct bigtext_glyph *g, struct style s)
{
    static const char *const blocks[] = { NULL, "\u2580", "\u2584", "\u2588" }; /* upper half, lower half, both */
    int rows = rows_of(c, size.font, size.down), half_rows = bigtext_fonts[size.font].rows * size.down;
    struct style solid = { s.role, ROLE_BLOCK };
    for (int row = 0; row < rows; row++) {
        for (int col = 0; col < dots_across(g) * size.across; col++) {
            if (is_whole(c)) {
                if (has_ink(g, size, col, row))
                    (void)canvas_put(c, clip, x + col, y + row, c->ascii ? SLICE(" ") : slice_of(blocks[3]), c->ascii ? solid : s);
                continue;
            }
            int upper = has_ink(g, size, col, 2 * row), lower = 2 * row + 1 < half_rows && has_ink(g, size, col, 2 * row + 1);
            const char *block = blocks[upper + 2 * lower];
            if (block != NULL)
                (void)canvas_put(c, clip, x + col, y + row, slice_of(block), s);
        }
    }
}

int bigtext_put(struct canvas *c, struct area a, struct bigtext_size size, struct slice text, enum align align, struct style s)
{
    int cols = bigtext_cols(c, size, text);
    if (size.across == 0 || cols > a.w || bigtext_rows(c, size) > a.h || text_dots(size.font, text) < 0) {
        canvas_fit(c, a, text, align, s);
        return 1;
    }
    int x = a.x + (align == ALIGN_LEFT ? 0 : align == ALIGN_RIGHT ? a.w - cols : (a.w - cols) / 2);
    for (size_t at = 0; at < text.n;) {
        const struct bigtext_glyph *g = glyph_of(size.font, utf8_next(text, &at));
        put_glyph(c, a, x, a.y, size, g, s);
        x += (dots_across(g) + 1) * size.across;
    }
    return bigtext_rows(c, size);
}

struct bigtext_size bigtext_fit(struct canvas *c, struct area a, struct slice text, enum align align, struct style s)
{
    struct bigtext_size size = bigtext_size(c, text, a.w, a.h);
    int spare = a.h - bigtext_rows(c, size);
    if (spare > 0)
        (void)area_top(&a, spare / 2);
    if (a.h > 0)
        (void)bigtext_put(c, a, size, text, align, s);
    return size;
}
