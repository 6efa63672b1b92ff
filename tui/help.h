/* SPDX-License-Identifier: MIT */
/* help: a page made from the live keymap, the looks of states, the columns of a pane and the table of figures.
 * It has no text of its own but headings. */
#ifndef TUI_HELP_H
#define TUI_HELP_H

#include "tui/keys/keymap.h"
#include "tui/page.h"
#include "tui/pane.h"

/* The keys of this pane come first; an entry's key is its action, which can be run. */
void help_fill(struct page *p, const struct keymap *keys, const struct pane *pane, bool is_ascii);

#endif
