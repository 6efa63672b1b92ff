/* SPDX-License-Identifier: MIT */
/* help: a page made from the live keymap, the looks of states, the columns of a pane and the table of figures.
 * It has no text of its own but headings. */
#ifndef TUI_HELP_H
#define TUI_HELP_H

#include "core/control/command.h"
#include "tui/keys/keymap.h"
#include "tui/page.h"
#include "tui/pane.h"

/* May this order be given here? False: *why not. */
struct help_may {
    bool (*may)(void *context, enum command_id id, struct buf *why); /* NULL: all may */
    void *context;
};

/* The keys of this pane come first; those of orders that may not be given are dim, with the reason; an entry's key is its action, which can be run. */
void help_fill(struct page *p, const struct keymap *keys, const struct pane *pane, const struct help_may *may, bool is_ascii);

#endif
