/* SPDX-License-Identifier: MIT */
/* term_paint: pictures for the terminal at standard output, in its own bytes. Belongs to term.c; nobody else includes it. */
#ifndef TUI_TERM_PAINT_H
#define TUI_TERM_PAINT_H

#include "tui/term/canvas.h"
#include "tui/term/glyphs.h"
#include "tui/look/theme.h"

struct term_paint;
/* terminfo has been set up. Theme and glyphs are borrowed; without glyphs the terminal is trusted to have all. */
struct term_paint *term_paint_new(const struct theme *theme, enum theme_depth depth, const struct glyphs *glyphs);
void term_paint_free(struct term_paint *t);
/* Makes `from` into `to` on the terminal; NULL: it is blank. Both have one size. */
void term_paint_send(struct term_paint *t, const struct canvas *from, const struct canvas *to);
void term_paint_write(struct slice bytes); /* all of them, however long the terminal takes */
void term_paint_forget(struct term_paint *t); /* the theme has changed */

#endif
