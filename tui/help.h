/* SPDX-License-Identifier: MIT */
/* help: a page made from the live keymap, the looks of states, the columns of a pane and the table of figures.
 * It has no text of its own but headings. */
#ifndef TUI_HELP_H
#define TUI_HELP_H

#include "tui/column.h"
#include "tui/keymap.h"

struct help;

struct help *help_new(const struct keymap *keys, enum fact_kind kind, const char *pane_title, bool is_ascii);
void help_free(struct help *h);
bool help_act(struct help *h, enum action a); /* scrolls; false: not an action of the help */
void help_draw(struct help *h, struct canvas *c, struct area a);

#endif
