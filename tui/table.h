/* SPDX-License-Identifier: MIT */
/* table: rows of one kind of fact, sorted and filtered, with a cursor that stays on an identity. Facts are borrowed from
 * the store (a pointer is good until its fact is dropped); what changed is told one by one, and only that is put in order. */
#ifndef TUI_TABLE_H
#define TUI_TABLE_H

#include "tui/action.h"
#include "tui/canvas.h"
#include "tui/column.h"

struct table;

struct table_setup {
    enum fact_kind kind;
    const char *layout; /* ids of columns, blanks between them, from left to right */
    const char *sort;   /* id of the column that it is sorted by at first */
};

struct table *table_new(const struct table_setup *setup);
void table_free(struct table *t);

void table_changed(struct table *t, uint64_t id, const struct fact *f); /* f NULL: it went */
void table_resort(struct table *t);                                     /* something changed that no row tells */
/* Every row counts as gone until table_changed tells of it again; facts may be dropped meanwhile. Order, filter and cursor stay. */
void table_forget(struct table *t);
/* Puts in order what changed since. True when the picture may differ. To be called before anything below. */
bool table_settle(struct table *t, const struct view *v);

/* Moves, sorts; false: not an action of a table. page: rows that were drawn last. */
bool table_act(struct table *t, enum action a);
void table_filter(struct table *t, struct slice text);
struct slice table_filter_text(const struct table *t);

size_t table_count(const struct table *t); /* rows that are not filtered away */
size_t table_total(const struct table *t);
uint64_t table_selected(const struct table *t); /* the identity under the cursor; 0: none, or it cannot be seen */
void table_select_none(struct table *t);
void table_select(struct table *t, uint64_t id); /* it need not be there */
/* The rows in sight, counted from 0. */
void table_sight(const struct table *t, size_t *first, size_t *count);

void table_draw(struct table *t, const struct view *v, struct canvas *c, struct area a, bool has_focus);

#endif
