/* SPDX-License-Identifier: MIT */
/* pane: a table with a title, as a part of a screen. A pane is a row of a table of panes; a new one needs no code. */
#ifndef TUI_PANE_H
#define TUI_PANE_H

#include "tui/table.h"

struct pane_row {
    const char *name;    /* in files */
    const char *title;
    const char *nobody;  /* shown when it is known that there is none */
    struct table_setup table;
};

struct pane {
    const struct pane_row *row;
    struct table *table;
};

void pane_init(struct pane *p, const struct pane_row *row);
void pane_clear(struct pane *p);
/* `empty`: the sentence in place of rows when there are none; NULL: the row's own. */
void pane_draw(struct pane *p, const struct view *v, struct canvas *c, struct area a, bool has_focus, const char *empty);

/* The title at column x of the first row of `a`; returns the column after it. */
int pane_title(const struct pane *p, struct canvas *c, struct area a, int x, bool has_focus);

#endif
