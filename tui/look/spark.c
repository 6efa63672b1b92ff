/* SPDX-License-Identifier: MIT */
/* spark: turns numbers into cells: columns of a sparkline, parts of a bar. One row of `sets` is one way to draw them;
 * how fine it is follows from the row. Owns nothing and knows no fact. */
#include "tui/look/spark.h"

#include "core/base/utf8.h"

static const struct glyph_set {
    const char *name;     /* in settings */
    const char *level[9]; /* a cell filled from below: 0 is the base line, then from little to full */
    const char *part[9];  /* a cell filled from the left, from little to full; NULL ends */
    const char *rest;     /* what the bar leaves */
    int levels;           /* steps above the base line in one cell */
    int across;           /* values side by side in one cell */
} sets[] = {
    [SPARK_BLOCK] = { .name = "block", .level = { "\u2581", "\u2582", "\u2583", "\u2584", "\u2585", "\u2586", "\u2587", "\u2588" },
                      .part = { "\u258f", "\u258e", "\u258d", "\u258c", "\u258b", "\u258a", "\u2589", "\u2588" }, .rest = "\u2500", .levels = 7, .across = 1 },
    [SPARK_BRAILLE] = { .name = "braille", .part = { "\u2846", "\u28ff" }, .rest = "\u2500", .levels = 4, .across = 2 },
    [SPARK_HALF] = { .name = "half", .level = { "_", "\u2584", "\u2588" }, .part = { "\u258c", "\u2588" }, .rest = "\u2500", .levels = 2, .across = 1 },
    [SPARK_ASCII] = { .name = "ascii", .level = { "_", ".", ":", "|", "#" }, .part = { "#" }, .rest = "-", .levels = 4, .across = 1 },
};
_Static_assert(sizeof sets / sizeof sets[0] == SPARK_GLYPHS_COUNT, "a way to draw without its glyphs");

bool spark_glyphs_named(struct slice name, enum spark_glyphs *out)
{
    for (size_t i = 0; i < SPARK_GLYPHS_COUNT; i++) {
        if (slice_eq(name, slice_of(sets[i].name))) {
            *out = (enum spark_glyphs)i;
            return true;
        }
    }
    return false;
}

enum spark_glyphs spark_glyphs_for(const struct canvas *c, enum spark_glyphs wished)
{
    return c->ascii ? SPARK_ASCII : wished;
}

int spark_room(enum spark_glyphs glyphs, int cols)
{
    return cols > 0 ? cols * sets[glyphs].across : 0;
}

/* value / most of `steps`, rounded, without overflow; above 0 is at least one step, below all at most one less than all. */
static int64_t share(int64_t value, int64_t most, int64_t steps)
{
    if (value <= 0 || most <= 0)
        return 0;
    if (value >= most)
        return steps;
    int64_t n = (int64_t)((double)value / (double)most * (double)steps + 0.5);
    return n < 1 ? 1 : n > steps - 1 && steps > 1 ? steps - 1 : n;
}

/* Steps of one column over all rows: -1 for a value nobody knows, 0 for nothing. */
static int64_t column_of(int64_t value, int64_t most, int rows, const struct glyph_set *set)
{
    return value < 0 ? -1 : share(value, most, (int64_t)rows * set->levels + (set->level[0] != NULL ? rows - 1 : 0));
}

/* The cell `row` rows above the lowest, of a column so many steps high. */
static const char *level_glyph(const struct glyph_set *set, int64_t steps, int row)
{
    if (steps < 0)
        return NULL;
    int64_t in_row = row == 0 ? steps : steps - ((int64_t)row * (set->levels + 1) - 1); /* rows above the first have no base line */
    if (row > 0 && in_row <= 0)
        return NULL;
    if (row > 0)
        in_row--;
    return set->level[in_row < set->levels ? in_row : set->levels];
}

/* Two columns in one cell of dots: from below 7, 3, 2, 1 at the left and 8, 6, 5, 4 at the right. */
static bool dots(const int64_t column[2], int row, char out[5])
{
    static const uint8_t dot[2][4] = { { 0x40, 0x04, 0x02, 0x01 }, { 0x80, 0x20, 0x10, 0x08 } };
    uint32_t set = 0;
    for (int side = 0; side < 2; side++) {
        int64_t n = column[side] - (int64_t)row * 4;
        if (row == 0 && column[side] == 0)
            n = 1; /* the base line */
        for (int i = 0; i < 4 && i < n; i++)
            set |= dot[side][i];
    }
    out[utf8_put(0x2800 + set, out)] = '\0';
    return set != 0;
}

static int64_t highest(const int64_t *value, size_t count)
{
    int64_t most = 1;
    for (size_t i = 0; i < count; i++)
        most = value[i] > most ? value[i] : most;
    return most;
}

void spark_line(struct canvas *c, struct area a, const int64_t *value, size_t count, int64_t most, enum spark_glyphs glyphs, struct style s)
{
    glyphs = spark_glyphs_for(c, glyphs);
    const struct glyph_set *set = &sets[glyphs];
    size_t room = (size_t)spark_room(glyphs, a.w);
    if (count > room) {
        value += count - room;
        count = room;
    }
    if (most <= 0)
        most = highest(value, count);
    for (int x = 0; x < a.w; x++) {
        int64_t column[2] = { -1, -1 };
        for (int side = 0; side < set->across; side++) {
            size_t from_right = (size_t)(a.w - 1 - x) * (size_t)set->across + (size_t)(set->across - 1 - side);
            if (from_right < count)
                column[side] = column_of(value[count - 1 - from_right], most, a.h, set);
        }
        for (int row = 0; row < a.h; row++) {
            char two[5];
            const char *glyph = set->across == 1 ? level_glyph(set, column[0], row) : dots(column, row, two) ? two : NULL;
            (void)canvas_put(c, a, a.x + x, a.y + a.h - 1 - row, glyph != NULL ? slice_of(glyph) : SLICE(" "), s);
        }
    }
}

void spark_bar(struct canvas *c, struct area a, int64_t value, int64_t most, enum spark_glyphs glyphs, struct style s, struct style rest)
{
    const struct glyph_set *set = &sets[spark_glyphs_for(c, glyphs)];
    int parts = 0;
    while (parts < 9 && set->part[parts] != NULL)
        parts++;
    int64_t steps = share(value, most, (int64_t)a.w * parts);
    for (int x = 0; x < a.w; x++, steps -= parts) {
        const char *glyph = steps <= 0 ? set->rest : set->part[steps < parts ? steps - 1 : parts - 1];
        (void)canvas_put(c, a, a.x + x, a.y, slice_of(glyph), steps <= 0 ? rest : s);
    }
}
