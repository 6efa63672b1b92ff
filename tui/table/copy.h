/* SPDX-License-Identifier: MIT */
/* copy: a fact as text for a clipboard. */
#ifndef TUI_COPY_H
#define TUI_COPY_H

#include "tui/table/column.h"

/* What one types elsewhere to mean it: a number, an interface, a name. False: nothing of it is known. */
bool copy_identity(enum fact_kind kind, const struct fact *f, struct buf *out);
/* As a line of the table: the cells of the columns with these ids, empty ones as "-", two blanks between them. */
void copy_row(const struct view *v, enum fact_kind kind, const char *ids, const struct fact *f, struct buf *out);

#endif
