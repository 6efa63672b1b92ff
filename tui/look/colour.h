/* SPDX-License-Identifier: MIT */
/* colour: one colour as people write it, as numbers, and as near to it as a terminal of fewer colours can come. */
#ifndef TUI_COLOUR_H
#define TUI_COLOUR_H

#include "core/base/slice.h"

/* What a terminal can show, in the order of the looks in a theme file; the first two share one. */
enum theme_depth { DEPTH_DIRECT /* 24 bits, under a -direct terminfo */, DEPTH_256, DEPTH_16, DEPTH_8, DEPTH_MONO, DEPTH_COUNT };

#define COLOUR_DEFAULT (-1)            /* the terminal's own */
#define COLOUR_RGB (INT32_C(1) << 24)  /* | 0xrrggbb; else 0 to 255: of the palette, which is the user's own and is never changed */

struct colour {
    int32_t value;
    int32_t indexed; /* in place of a COLOUR_RGB where there are 256; COLOUR_DEFAULT: the nearest */
};

/* A name, 0 to 255, "#rrggbb", or "#rrggbb/N". */
MUST_USE bool colour_parse(struct slice word, struct colour *out);
const char *colour_name_at(size_t i); /* NULL after the last */
int32_t colour_at(struct colour c, enum theme_depth depth);
/* As xterm shows it; not for COLOUR_DEFAULT. */
void colour_rgb(int32_t value, int rgb[3]);

#endif
