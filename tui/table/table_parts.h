/* SPDX-License-Identifier: MIT */
/* table_parts: what table.c (rows, finding), table_order.c (order, groups), table_act.c (keys) and table_draw.c (picture)
 * share. Nobody else includes it. */
#ifndef TUI_TABLE_PARTS_H
#define TUI_TABLE_PARTS_H

#include "core/base/buf.h"
#include "tui/hands/marks.h"
#include "tui/table/table.h"

enum { TABLE_COLUMNS_MAX = 64, TABLE_STATES_MAX = 16 };
#define TABLE_NOWHERE ((size_t)UINT32_MAX)

/* What became of a row since the table was frozen. */
enum row_news { NEWS_NONE, NEWS_CHANGED, NEWS_GONE, NEWS_NEW, NEWS_COUNT };

struct row { /* there are as many as facts: kept small */
    uint64_t id;
    const struct fact *fact; /* what is shown; NULL: it went, or came since the table was frozen */
    const struct fact *live; /* what the store holds; NULL: it went. Another than `fact` only while frozen: that is a copy then */
    uint32_t at;             /* place in `sorted` */
    uint32_t line;           /* place in `line`; TABLE_NOWHERE: filtered away, or in a folded group */
    uint32_t group;
    int8_t state;            /* as counted in the group's heading; -1: not */
    bool is_changed : 1;     /* stands in `changed` */
    bool is_matching : 1, is_tagged : 1, was_tagged : 1 /* until table_untag took that away */;
    enum row_news news : 8;
    enum mark mark : 8;      /* as of the last picture */
};
_Static_assert(TABLE_STATES_MAX <= INT8_MAX, "a row has no room for the state");

struct line {
    struct row *row; /* NULL: the heading of `group` */
    size_t group;
};

struct group {
    const struct row *first; /* its text is the group's name */
    uint64_t key;
    size_t count, line;
    size_t state[TABLE_STATES_MAX];
    bool is_folded;
};

struct place { /* where a column is drawn */
    const struct column *column;
    int x, width;
    size_t index; /* in the layout */
};

struct finder {
    struct filter *filter; /* NULL: none */
    struct buf text;
};

struct spot { /* where the cursor stood */
    uint64_t selected, selected_group;
    size_t cursor, top;
    bool is_away;
};

struct table {
    enum fact_kind kind;
    const struct column *column[TABLE_COLUMNS_MAX];
    size_t column_count;
    size_t sort, second;              /* indices of columns: equals in the first are in the order of the second */
    int direction, second_direction;  /* 1 up, -1 down */
    struct view view;                 /* of the last picture; its beat stands still while frozen */
    struct idmap *row;
    struct row **sorted;              /* all of them, filtered away or not */
    size_t sorted_count, sorted_cap;
    struct row **changed;
    size_t changed_count, changed_cap;
    struct line *line;                /* what can be seen, from above */
    size_t line_count, line_cap, match_count;
    bool is_unsorted, is_unfiltered, is_unlined;
    bool is_unsorted_live;            /* it will be when it is not frozen any more */
    /* groups */
    const struct column *group_by;    /* NULL: not grouped */
    const struct column *group_pbx;   /* queues of two PBXs are two, whatever they are called; NULL: it does not matter */
    const struct column *state;       /* counted in the headings; NULL: the kind has no states */
    struct group *group;
    size_t group_count, group_cap;
    uint64_t *folded;                 /* keys */
    size_t folded_count, folded_cap;
    /* finding */
    struct finder filter, search;
    struct filter_fault fault;
    bool is_unmatched;                /* the fault is that no row matches */
    struct spot before;               /* a search began to be typed */
    struct buf search_before;
    bool is_searching, is_filter_typed;
    struct buf note, scratch;
    /* the person */
    uint64_t selected;                /* 0: none */
    uint64_t selected_group;          /* key of the folded group whose heading the cursor is on; 0: none */
    size_t cursor;                    /* line of the selected row, or where it was */
    bool is_longest;                  /* of callers: the cursor stays on who waits longest */
    bool is_away;                     /* sorting went to the top; the selected row may be out of sight until a cursor key */
    size_t tag_count;
    bool is_frozen;
    size_t news[NEWS_COUNT];
    size_t top, page;                 /* first line in sight; how many were drawn last */
    struct place place[TABLE_COLUMNS_MAX]; /* of the last picture */
    size_t place_count;
    int place_width;                  /* the width they were made for */
    bool place_many_pbx, place_teams; /* and whether PBXs and teams had a column */
    bool is_tiles;
    size_t across;        /* tiles beside each other in the last picture */
    bool is_wide, is_end; /* every column, moved sideways; the last one is in sight */
    size_t left;          /* columns behind the first that are out of sight on the left */
    size_t narrow_count;  /* of the columns, those that are shown when it is not wide */
};

/* Is the column with this index in the layout drawn? All are, as long as nothing was. */
bool table_is_placed(const struct table *t, size_t index);
/* The next column, from `at` on in steps of `step`, that can be seen and sorted by. */
size_t table_next_sort(const struct table *t, size_t at, size_t step);
/* What terms without a field look at, tiles included: `room` is for TABLE_COLUMNS_MAX columns. */
struct filter_sight table_filter_sight(struct table *t, const struct column **room);
void table_sort_by(struct table *t, size_t column);
bool table_find(struct table *t, size_t from, bool down, bool is_here); /* the cursor goes to a match of the search */
bool table_jump(struct table *t, struct slice digits);
void table_freeze(struct table *t, bool is_frozen);
/* The line of the selected row, or of the heading that stands for it; TABLE_NOWHERE: none. */
size_t table_cursor_line(const struct table *t);
size_t table_cursor_home(struct table *t); /* the same; a heading that stands for nothing any more is forgotten */

const struct column *table_tile_column(const struct table *t, size_t i); /* what a tile shows, from 0 on; NULL after the last */
void table_draw_tiles(struct table *t, struct canvas *c, struct area a, bool has_focus);
void table_draw_group(struct table *t, struct canvas *c, struct area a, const struct group *g, bool is_cursor);
/* Draws what the search found over the cell once more. */
void table_draw_found(const struct table *t, struct canvas *c, struct area cell, const struct column *column, struct slice text, enum role ground);
void table_draw_mark(const struct table *t, struct canvas *c, struct area a, const struct row *r, enum role ground); /* tagged, changed, gone */
enum role table_cell_role(const struct table *t, const struct column *c, const struct row *r, enum role role, bool is_stale);

#endif
