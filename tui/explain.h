/* SPDX-License-Identifier: MIT */
/* explain: each number of one fact with what it means and how it came about, the values in the formula. */
#ifndef TUI_EXPLAIN_H
#define TUI_EXPLAIN_H

#include "tui/page.h"
#include "tui/table/table.h"

/* Columns that `shown` names come first. */
void explain_fill(struct page *p, const struct view *v, enum fact_kind kind, const struct fact *f, struct slice shown);
/* What a column means, a formula in people's words. */
void explain_meaning(enum fact_kind kind, const struct column *c, struct buf *out);
/* "65 answered in time / (70 answered + 24 hung up - 6 hung up at once)": a formula of kpi_table with the values of `q`; without q: words only. */
void explain_formula(const char *formula, const struct fact_queue *q, struct buf *out);

#endif
