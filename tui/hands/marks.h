/* SPDX-License-Identifier: MIT */
/* marks: what orders say of a row: one is on its way, or it is lent for a while; and of somebody who is paused, whether that is longer than
 * the reason allows. Looked up among the orders and the settings when the row is drawn. */
#ifndef TUI_MARKS_H
#define TUI_MARKS_H

#include "tui/view.h"

enum mark { MARK_NONE, MARK_LENT, MARK_OVERDUE, MARK_PENDING, MARK_COUNT }; /* the more urgent, the higher */
extern const struct look_row marks_looks[MARK_COUNT];

enum mark marks_of(const struct view *v, enum fact_kind kind, const struct fact *f);
/* The lease that holds for this agent or membership; NULL: none. */
const struct fact_order *marks_lease(const struct view *v, enum fact_kind kind, const struct fact *f);
/* The sign and what is left: "8:59", "2 calls". */
void marks_write_lease(const struct view *v, const struct fact_order *o, struct buf *out);

#endif
