/* SPDX-License-Identifier: MIT */
/* slice: a borrowed run of bytes. Never owns, never ends in NUL by promise.
 * Everything that comes from the wire travels as a slice, so that pointer and length
 * cannot be mixed up. A NULL pointer means "absent"; an empty slice is a value. */
#ifndef CORE_BASE_SLICE_H
#define CORE_BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define MUST_USE __attribute__((warn_unused_result))

struct slice {
    const char *p;
    size_t n;
};

#define SLICE(literal) ((struct slice){ "" literal "", sizeof("" literal "") - 1 })
#define SLICE_FMT(s) (int)(s).n, (s).p != NULL ? (s).p : "" /* for "%.*s" */

static inline struct slice slice_of(const char *text) /* NULL gives the absent slice */
{
    return (struct slice){ text, text != NULL ? strlen(text) : 0 };
}

static inline bool slice_eq(struct slice a, struct slice b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* ASCII case only: header names, queue names and interfaces in Asterisk. */
bool slice_eq_nocase(struct slice a, struct slice b);
bool slice_starts(struct slice s, struct slice prefix);
struct slice slice_trim(struct slice s); /* blanks and tabs at both ends */

/* Cut at the first `c`: the head is returned, `*rest` is what follows it (absent when there is none). */
struct slice slice_cut(struct slice s, char c, struct slice *rest);

/* Whole decimal numbers, the entire slice, an optional sign; out of range or any other byte: false and *out untouched. */
MUST_USE bool slice_int(struct slice s, int64_t min, int64_t max, int64_t *out);
/* The same for numbers with decimals ("81.2"). Thousandths are kept: 81.2 -> 81200. */
MUST_USE bool slice_milli(struct slice s, int64_t *out);

#endif
