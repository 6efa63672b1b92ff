/* SPDX-License-Identifier: MIT */
/* pen: what a terminal must be sent so that it shows another picture. Knows pictures and bytes, no terminal: what one can do, and
 * the bytes of a style, are given. (A noun of its own because curses moves and styles each run of cells anew, and writes each
 * with a system call: 20 bytes a run where 8 do.) */
#ifndef TUI_PEN_H
#define TUI_PEN_H

#include "core/base/buf.h"
#include "tui/term/canvas.h"

enum { PEN_STYLE_PLAIN = 0 }; /* the style of a blank screen */

struct pen_setup {
    bool can_row, can_column; /* CSI n d, CSI n G */
    bool can_step;            /* CSI n A, B, C, D, and BS */
    bool can_feed;            /* LF goes down and not to the left */
    bool can_erase;           /* CSI n X */
    bool is_wrap_early;       /* the last cell of the last row would scroll: it is left alone */
    void (*move)(struct buf *out, int y, int x);               /* NULL: CSI row ; column H */
    unsigned (*style)(void *context, const struct cell *cell); /* cells of one number look the same */
    struct slice (*style_bytes)(void *context, unsigned style); /* from any other style */
    struct slice (*text)(void *context, const struct cell *cell); /* what shows it in its width; empty: '?' does. Not asked for ASCII */
    void *context;
};

struct pen;
struct pen *pen_new(const struct pen_setup *setup);
void pen_free(struct pen *p);

/* Adds the bytes that make `from` into `to`; both have one size. NULL: from a blank screen. The cursor may be anywhere, the style
 * is plain before and after. */
void pen_draw(struct pen *p, const struct canvas *from, const struct canvas *to, struct buf *out);

#endif
