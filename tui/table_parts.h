/* SPDX-License-Identifier: MIT */
/* table_parts: what table.c (order) and table_draw.c (picture) share. Nobody else includes it. */
#ifndef TUI_TABLE_PARTS_H
#define TUI_TABLE_PARTS_H

#include "core/base/buf.h"
#include "tui/table.h"

enum { TABLE_COLUMNS_MAX = 64, TABLE_FILTER_MAX = 128 };

struct row {
    uint64_t id;
    const struct fact *fact; /* NULL: it went */
    bool is_changed;         /* stands in `changed` */
};

struct place { /* where a column is drawn */
    const struct column *column;
    int x, width;
    size_t index; /* in the layout */
};

struct table {
    enum fact_kind kind;
    const struct column *column[TABLE_COLUMNS_MAX];
    size_t column_count;
    size_t sort;   /* index of the column */
    int direction; /* 1 up, -1 down */
    struct idmap *row;
    struct row **order; /* those that match, in order */
    size_t order_count, order_cap;
    struct row **changed;
    size_t changed_count, changed_cap;
    bool is_unsorted, is_unfiltered;
    struct buf filter, scratch;
    uint64_t selected; /* 0: none */
    size_t cursor;     /* index of the selected row, or of where it was */
    bool is_away;      /* sorting went to the top; the selected row may be out of sight until a cursor key */
    size_t top, page;  /* first row in sight; how many were drawn last */
    struct place place[TABLE_COLUMNS_MAX]; /* of the last picture */
    size_t place_count;
    int place_width;     /* the width they were made for */
    bool place_many_pbx; /* and whether PBXs had a column */
};

/* Is the column with this index in the layout drawn? All are, as long as nothing was. */
bool table_is_placed(const struct table *t, size_t index);
/* The next column, from `at` on in steps of `step`, that can be seen and sorted by. */
size_t table_next_sort(const struct table *t, size_t at, size_t step);

#endif
