/* SPDX-License-Identifier: MIT */
/* table: rows of one kind of fact, sorted, filtered and grouped, with a cursor that stays on an identity. Facts are borrowed
 * from the store (a pointer is good until its fact is dropped); what changed is told one by one, and only that is put in
 * order, by table_settle, which drawing does first: between two pictures every key means what the last picture showed. */
#ifndef TUI_TABLE_H
#define TUI_TABLE_H

#include "tui/keys/action.h"
#include "tui/term/canvas.h"
#include "tui/table/column.h"
#include "tui/table/filter.h"

struct table;

struct table_setup {
    enum fact_kind kind;
    const char *layout; /* ids of columns, blanks between them, from left to right */
    const char *sort;   /* id of the column that it is sorted by at first */
};

struct table *table_new(const struct table_setup *setup);
void table_free(struct table *t);
enum fact_kind table_kind(const struct table *t);

void table_changed(struct table *t, uint64_t id, const struct fact *f); /* f NULL: it went */
void table_resort(struct table *t);                                     /* something changed that no row tells */
/* Every row counts as gone until table_changed tells of it again; facts may be dropped meanwhile. Order, filter, tags and
 * cursor stay. */
void table_forget(struct table *t);
/* Rows may be called otherwise now: cursor and tags go to whom they are on. After every row was told of again. */
void table_renamed(struct table *t, uint64_t (*now)(void *context, enum fact_kind kind, uint64_t id), void *context);
/* Neither cursor nor filter, search, tags or ice: as new, but for the order. */
void table_restart(struct table *t);
/* Puts in order what changed since. True when the picture may differ. To be called before anything below. */
bool table_settle(struct table *t, const struct view *v);

/* Moves, sorts, tags, searches again, groups, freezes; false: not an action of a table. page: rows that were drawn last. */
bool table_act(struct table *t, enum action a);
void table_sort(struct table *t, size_t column); /* by its index, as in HIT_HEADING; the same again turns the order round */
void table_scroll(struct table *t, int rows);    /* what is in sight moves, the cursor does not */
/* What the last action has to say; NULL: nothing. */
const char *table_note(const struct table *t);
/* Rows with the same value of this column lie together under a heading; "": one list. False: the rows of this kind cannot be
 * grouped by it. */
bool table_set_group(struct table *t, struct slice id);
const char *table_group_id(const struct table *t);
void table_fold(struct table *t, uint64_t group); /* folds or opens the group of a HIT_GROUP */

/* False: the text is no filter, table_fault says why, and the one before holds on. While it is typed, a last word that may
 * become a field does not hide everything. */
bool table_filter(struct table *t, struct slice text);
bool table_filter_typed(struct table *t, struct slice text);
struct slice table_filter_text(const struct table *t); /* of the filter that holds */

/* The same language; the cursor goes to the first match from where it stood when typing began. "": no search any more. False
 * also when no row has it: that search holds all the same, for whoever comes. */
bool table_search(struct table *t, struct slice text); /* moves nothing, and is never without a match */
bool table_search_typed(struct table *t, struct slice text);
/* To the first row with a number in a text that begins with these digits (an extension, a caller), in sight or not, else to
 * the row with this number from above. False: none, and table_fault says so. */
bool table_jump_typed(struct table *t, struct slice digits);
/* The last text that was searched for, or a number to jump to, is right but nobody has it: the fault is no more than that. */
bool table_has_no_match(const struct table *t);
/* Would the text find a row? False also where it is no filter of these rows. */
bool table_has_row(struct table *t, struct slice text);
void table_search_cancel(struct table *t); /* back to the search and the row before; of a jump as well */
void table_search_keep(struct table *t);   /* what was typed last stands */
struct slice table_search_text(const struct table *t);
/* Of the last text that was no filter; its text is "" when the last one was. */
const struct filter_fault *table_fault(const struct table *t);

size_t table_count(const struct table *t); /* rows that are not filtered away */
size_t table_total(const struct table *t);
uint64_t table_selected(const struct table *t); /* the identity under the cursor; 0: none, it went, or it cannot be seen */
void table_select_none(struct table *t);
void table_select(struct table *t, uint64_t id); /* it need not be there */
/* Tagged identities that exist: those that are shown from above, then those that are filtered away in no order; returns how many there are, of which `max` are written. */
size_t table_tagged(const struct table *t, uint64_t *out, size_t max);
/* Takes all tags away; returns how many rows had one. Until the next tag is set, table_retag gives them back to those that are still there. */
size_t table_untag(struct table *t);
size_t table_retag(struct table *t);
/* Tags the rows shown that the text lets through; false: it is no filter, see table_fault. */
bool table_tag_matching(struct table *t, struct slice text);
/* The lines in sight, counted from 0: rows, and headings of groups. */
void table_sight(const struct table *t, size_t *first, size_t *count);
size_t table_lines(const struct table *t);
const struct fact *table_fact(const struct table *t, size_t line); /* as it is shown; NULL: a heading, or beyond the last */

/* table_layout.c: ids of columns with blanks between; unknown ones are passed over. The cursor and the filter stay. */
void table_set_layout(struct table *t, struct slice layout);
void table_layout(const struct table *t, struct buf *out);
bool table_set_sort(struct table *t, struct slice id, int direction); /* 0: as is usual for the column; false: not one of its columns */
const char *table_sort_id(const struct table *t, int *direction);
void table_set_wide(struct table *t, bool is_wide); /* every column there is, none left out for want of room */
bool table_is_wide(const struct table *t);
bool table_sideways(struct table *t, bool right); /* false: it is not wide */

/* table_tiles.c: rows as tiles beside each other, where the kind has names and states. */
bool table_has_tiles(const struct table *t);
void table_set_tiles(struct table *t, bool is_tiles);
bool table_is_tiles(const struct table *t);

void table_draw(struct table *t, const struct view *v, struct canvas *c, struct area a, bool has_focus);
/* How many there are, what they are filtered by, sought for, grouped, tagged, frozen: from column x of the first row of
 * `a`; returns the column after it. */
int table_draw_summary(const struct table *t, const struct view *v, struct canvas *c, struct area a, int x);

#endif
