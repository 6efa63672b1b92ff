/* SPDX-License-Identifier: MIT */
/* chooser: the columns of a table as a page: which are shown, in which order, by which it is sorted. What is chosen holds at
 * once: the table can be seen beside it. */
#ifndef TUI_CHOOSER_H
#define TUI_CHOOSER_H

#include "tui/page.h"
#include "tui/table/table.h"

void chooser_fill(struct page *p, const struct table_setup *setup, const struct table *t, bool is_ascii);
/* Shows, hides, moves, sorts by the chosen column; false: not an action of it. */
bool chooser_act(struct page *p, const struct table_setup *setup, struct table *t, enum action a);

#endif
