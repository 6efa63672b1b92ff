/* SPDX-License-Identifier: MIT */
/* bigtext: digits and letters made of cells, as large as an area allows: two small hand-drawn alphabets, scaled by whole
 * numbers, corners and slants smoothed. Half blocks where there is UTF-8; in ASCII blank cells over the ground "block",
 * and whole blocks where a font has no halves.
 * Every letter is a capital, and one with a mark is drawn without it. */
#ifndef TUI_BIGTEXT_H
#define TUI_BIGTEXT_H

#include "tui/term/canvas.h"

enum { BIGTEXT_GLYPH_ROWS_MAX = 7 };

struct bigtext_glyph {
    char character;
    const char *row[BIGTEXT_GLYPH_ROWS_MAX]; /* '#' is ink; all rows of a glyph are as wide as the first */
};

struct bigtext_font { /* ends with the glyph of character 0 */
    const struct bigtext_glyph *glyph;
    int rows;
};

/* bigtext_glyphs.c: the alphabets, the coarser first. */
enum { BIGTEXT_SMALL, BIGTEXT_LARGE, BIGTEXT_FONT_COUNT };
extern const struct bigtext_font bigtext_fonts[BIGTEXT_FONT_COUNT];

struct bigtext_size {
    int font;
    int across, down; /* scale: columns a dot, half rows a dot (whole rows in ASCII); across 0: plain text of one row */
};

#define BIGTEXT_PLAIN ((struct bigtext_size){ 0, 0, 0 })

bool bigtext_can(struct slice text); /* has every character a glyph? */
/* The largest size at which the text fits into w columns and h rows; plain when none does or the text has other characters. */
struct bigtext_size bigtext_size(const struct canvas *c, struct slice text, int w, int h);
int bigtext_cols(const struct canvas *c, struct bigtext_size size, struct slice text);
int bigtext_rows(const struct canvas *c, struct bigtext_size size);

/* Text at a size in the rows of `a` from its top, aligned; what does not fit makes it plain. Returns the rows used. */
int bigtext_put(struct canvas *c, struct area a, struct bigtext_size size, struct slice text, enum align align, struct style s);
/* As large as it fits, and in the middle of the height. Returns the size it chose. */
struct bigtext_size bigtext_fit(struct canvas *c, struct area a, struct slice text, enum align align, struct style s);

#endif
