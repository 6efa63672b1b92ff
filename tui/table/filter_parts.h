/* SPDX-License-Identifier: MIT */
/* filter_parts: what filter.c (from text to terms), filter_value.c (values) and filter_match.c (from facts to yes or no)
 * share. Nobody else includes it. */
#ifndef TUI_FILTER_PARTS_H
#define TUI_FILTER_PARTS_H

#include <regex.h>

#include "tui/table/filter.h"

enum filter_op { FILTER_HAS, FILTER_EQ, FILTER_NE, FILTER_LT, FILTER_LE, FILTER_GT, FILTER_GE, FILTER_OP_COUNT };

enum term_kind {
    TERM_TEXT,    /* `needle` is in the text */
    TERM_REGEX,
    TERM_ORDER,   /* the text compared with `needle` as texts are sorted */
    TERM_WORDS,   /* the value is one of `words` */
    TERM_NUMBER,  /* the value, as shown, compared with `number` */
    TERM_UNKNOWN, /* the value is not known */
    TERM_COUNT
};

struct needle { /* characters in lower case */
    uint32_t *at;
    size_t count;
};

struct term {
    enum term_kind kind;
    const struct column *column; /* NULL: any text in sight */
    enum filter_op op;
    bool is_not;
    size_t group;   /* terms of one group must all hold, and one group is enough */
    struct needle needle;
    char *text;     /* TERM_ORDER: what the needle was made of */
    regex_t regex;
    uint64_t words;
    int64_t number; /* TERM_NUMBER: in the units that the column shows */
};

struct filter {
    enum fact_kind kind;
    struct term term[FILTER_TERMS_MAX];
    size_t count, group_count;
    bool is_last_open; /* the last term may become a field */
    bool is_relaxed;   /* the last term is left out */
};

/* A value that was typed: what it is made of, and where it stands. */
enum value_form { VALUE_BARE, VALUE_QUOTED, VALUE_REGEX };
struct value {
    struct slice text;
    enum value_form form;
    size_t at, length; /* in the whole text, marks included */
    enum fact_kind kind; /* of the facts that are asked */
    struct slice name; /* of the column, as it was typed */
};

/* Always false, so that one can return it. */
bool filter_fault_at(struct filter_fault *fault, size_t at, size_t length, bool is_unfinished, const char *fmt, ...) __attribute__((format(printf, 5, 6)));
/* Completes a term whose column (or NULL) and op are set. */
MUST_USE bool filter_read_value(struct term *t, const struct value *v, struct filter_fault *fault);
void filter_term_clear(struct term *t);

bool needle_find(const struct needle *n, struct slice text, size_t *from, size_t *to);
bool filter_regex_find(const regex_t *regex, struct slice text, size_t *from, size_t *to);

#endif
