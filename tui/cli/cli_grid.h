/* SPDX-License-Identifier: MIT */
/* cli_grid: a table of plain text: titles, then rows; as wide as what is in it, up to a limit. */
#ifndef TUI_CLI_GRID_H
#define TUI_CLI_GRID_H

#include "core/base/buf.h"

enum { CLI_GRID_COLUMNS_MAX = 24 };

struct cli_grid_column {
    const char *title;
    bool is_right;
    int most; /* columns of a cell; 0: 40, so that a hostile name does not push the figures away */
};

struct cli_grid {
    struct cli_grid_column column[CLI_GRID_COLUMNS_MAX];
    int width[CLI_GRID_COLUMNS_MAX];
    size_t columns, cells, room;
    char **cell; /* row by row */
    bool is_ascii;
};

void cli_grid_begin(struct cli_grid *g, const struct cli_grid_column *column, size_t count, bool is_ascii);
void cli_grid_begin_untitled(struct cli_grid *g, const struct cli_grid_column *column, size_t count, bool is_ascii);
void cli_grid_add(struct cli_grid *g, struct slice text); /* the next cell, made printable */
void cli_grid_end(struct cli_grid *g, struct buf *out);   /* writes it, without blanks at the end of a line, and forgets it */

#endif
