/* SPDX-License-Identifier: MIT */
/* list: the rows of a table as JSON or CSV, column by column from the same table of columns that draws, sorts and filters them. */
#ifndef TUI_LIST_H
#define TUI_LIST_H

#include "core/outside/export.h"
#include "tui/table/table.h"

/* What becomes of a column: its key and where its value comes from. *scratch holds a text. f NULL: only the key. */
void list_cell(const struct view *v, enum fact_kind kind, const struct column *c, const struct fact *f, struct buf *scratch, struct export_cell *out);
/* The rows as they are shown, with these columns (ids); "": all there are. JSON is an array. */
MUST_USE bool list_write(const struct view *v, const struct table *t, struct slice ids, enum export_form form, struct buf *out, struct err *err);
/* The lists of a store that have a name: "queues". False: no such. */
MUST_USE bool list_named(struct slice name, enum fact_kind *kind, struct err *err);
/* All facts of a kind that `wants` wants (NULL: all), with all columns. */
MUST_USE bool list_write_all(const struct view *v, enum fact_kind kind, bool (*wants)(void *context, enum fact_kind kind, const struct fact *f), void *context,
                             enum export_form form, struct buf *out, struct err *err);

#endif
