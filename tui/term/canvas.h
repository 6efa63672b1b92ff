/* SPDX-License-Identifier: MIT */
/* canvas: a picture as plain cells that know no terminal. Everything is drawn here first; term.c paints what differs.
 * It is also the boundary of text: whatever bytes are put in, only printable characters come to lie in a cell. */
#ifndef TUI_CANVAS_H
#define TUI_CANVAS_H

#include "core/base/slice.h"
#include "tui/look/role.h"

#define CELL_TEXT_MAX 13

struct cell {
    char text[CELL_TEXT_MAX]; /* one cluster in UTF-8, NUL after it unless full: a base and its combining marks; "" in the right half of a wide one */
    uint8_t width;            /* 1, 2, or 0: the right half of its left neighbour */
    uint8_t role;             /* enum role of the text */
    uint8_t ground;           /* enum role of what lies under it; ROLE_TEXT: the terminal's own background */
};

struct area {
    int x, y, w, h; /* may reach out of the canvas: everything is clipped */
};

struct style {
    enum role role, ground;
};

enum align { ALIGN_LEFT, ALIGN_RIGHT, ALIGN_CENTRE };

/* What lies where, for the mouse. */
enum hit_kind {
    HIT_ROW,     /* id: identity of the fact; owner: its table */
    HIT_GROUP,   /* id: of the group; owner: its table */
    HIT_HEADING, /* id: index of the column; owner: its table */
    HIT_PANE,    /* owner: the pane; its title, and where it has no rows */
    HIT_ACTION   /* id: enum action */
};

struct hit {
    enum hit_kind kind;
    struct area area;
    const void *owner;
    uint64_t id;
};

struct canvas {
    int cols, rows;
    struct cell *cell; /* cols * rows, row by row */
    bool ascii;        /* nothing beyond ASCII: '?' for other characters, plain lines */
    bool is_whole;     /* the font has no half blocks: large text is made of whole cells, as in ASCII */
    struct hit *hit; /* in the order of drawing */
    size_t hit_count, hit_cap;
};

void canvas_init(struct canvas *c, int cols, int rows, bool ascii);
void canvas_clear(struct canvas *c); /* frees */
void canvas_resize(struct canvas *c, int cols, int rows); /* the picture is blank afterwards */
static inline struct area canvas_area(const struct canvas *c) { return (struct area){ 0, 0, c->cols, c->rows }; }

struct area area_clip(struct area a, struct area by);
/* Cuts n rows (columns) off the named side of *a and returns them; fewer when there are not so many. */
struct area area_top(struct area *a, int n);
struct area area_bottom(struct area *a, int n);
struct area area_left(struct area *a, int n);
struct area area_right(struct area *a, int n);

void canvas_blank(struct canvas *c, struct area a, struct style s);
/* Text from column x of row y, cut at the edges of `clip`. Returns the column after the text, as if there were no edge. */
int canvas_put(struct canvas *c, struct area clip, int x, int y, struct slice text, struct style s);
/* Text in the first row of `a`, aligned; what does not fit ends in an ellipsis. Cells beside the text are left as they are. */
void canvas_fit(struct canvas *c, struct area a, struct slice text, enum align align, struct style s);
/* As canvas_fit into words over several rows; returns the rows used. */
int canvas_wrap(struct canvas *c, struct area a, struct slice text, struct style s);
/* The same; only rows of `clip` are drawn. */
int canvas_wrap_in(struct canvas *c, struct area clip, struct area a, struct slice text, struct style s);
void canvas_rule(struct canvas *c, struct area a, struct style s); /* a line through the first row of `a` */
void canvas_ground(struct canvas *c, struct area a, enum role ground); /* changes only what lies under the text */
/* Told while drawing. Of two in one place the one told last lies above. canvas_forget begins a new picture. */
void canvas_hit(struct canvas *c, struct hit s);
void canvas_forget(struct canvas *c);
const struct hit *canvas_hit_at(const struct canvas *c, int x, int y); /* NULL: nothing */

int canvas_text_width(const struct canvas *c, struct slice text); /* columns that canvas_put would use */

#endif
