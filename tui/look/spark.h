/* SPDX-License-Identifier: MIT */
/* spark: numbers as a line of small columns (what was) and as a bar (how much of the whole), in cells. Pure: values and
 * a width in, cells on a canvas out. Nothing that is not a value is drawn as one. */
#ifndef TUI_SPARK_H
#define TUI_SPARK_H

#include "tui/term/canvas.h"

enum spark_glyphs {
    SPARK_BLOCK,   /* eighths of a cell */
    SPARK_BRAILLE, /* quarters of a cell, and two values side by side in it */
    SPARK_HALF,    /* halves: what the font of the Linux console has */
    SPARK_ASCII,
    SPARK_GLYPHS_COUNT
};

#define SPARK_UNKNOWN (-1) /* a value nobody knows: its place stays blank */

MUST_USE bool spark_glyphs_named(struct slice name, enum spark_glyphs *out);
/* What was wished, as far as the canvas may show it. */
enum spark_glyphs spark_glyphs_for(const struct canvas *c, enum spark_glyphs wished);
/* The values that a width has room for. */
int spark_room(enum spark_glyphs glyphs, int cols);
/* The last values of `value`, the newest at the right edge of `a`, as columns over all its rows; 0 is a base line, and what is
 * more than 0 is seen to be more. `most` fills the height; 0: the highest of those shown does. */
void spark_line(struct canvas *c, struct area a, const int64_t *value, size_t count, int64_t most, enum spark_glyphs glyphs, struct style s);
/* One bar from the left in the first row of `a`: `value` of `most`, the rest in the style `rest`. Only nothing is empty, only all is full. */
void spark_bar(struct canvas *c, struct area a, int64_t value, int64_t most, enum spark_glyphs glyphs, struct style s, struct style rest);

#endif
