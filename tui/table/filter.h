/* SPDX-License-Identifier: MIT */
/* filter: the language in which rows are found: plain text, "quoted", /regex/, !not, field:value, wait>60, groups with |.
 * A text is compiled once for one kind of fact and then asked of many facts. Its reference is filter_table, from which the
 * manual is made. What is compared is what a column shows: whole seconds, tenths of a percent. */
#ifndef TUI_FILTER_H
#define TUI_FILTER_H

#include "core/base/err.h"
#include "tui/table/column.h"

enum { FILTER_TEXT_MAX = 256, FILTER_TERMS_MAX = 32 };

struct filter;

/* Why a text is no filter. */
struct filter_fault {
    size_t at, length;   /* the bytes at fault; length 0: what is missing belongs at `at` */
    bool is_unfinished;  /* more typing can mend it */
    char text[200];      /* one sentence; "": no fault */
};

/* One way to say something, with an example that compiles. */
struct filter_row {
    const char *form, *example, *meaning;
    enum fact_kind kind; /* of the example */
};
extern const struct filter_row filter_table[];
extern const size_t filter_table_count;

/* What the terms without a field look at: the columns in sight. */
struct filter_sight {
    const struct view *view;
    const struct column *const *column;
    size_t count;
    struct buf *scratch;
};

/* By its heading or its name, whatever the case; NULL: none. */
const struct column *filter_column(enum fact_kind kind, struct slice name);
/* NULL: *fault. The empty text matches everything. */
struct filter *filter_new(enum fact_kind kind, struct slice text, struct filter_fault *fault);
void filter_free(struct filter *f);

bool filter_matches(const struct filter *f, const struct filter_sight *s, const struct fact *fact);
/* The answer may change by the beat alone. */
bool filter_is_ticking(const struct filter *f, const struct filter_sight *s);
/* The last word may become a field ("sta" of state:paused): with it false is answered and it is left out from now on. */
bool filter_relax(struct filter *f);
/* Where a term that looks for text finds it in a cell of `c`: for marking it. */
bool filter_spot(const struct filter *f, const struct column *c, struct slice cell, size_t *from, size_t *to);

#endif
