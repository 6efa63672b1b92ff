/* SPDX-License-Identifier: MIT */
/* buf: bytes that grow up to a stated maximum. A peer may fill it; it can never make us
 * allocate more than `max`. Once an append did not fit, `overflow` stays set and later
 * appends do nothing, so that a caller may check once at the end. */
#ifndef CORE_BASE_BUF_H
#define CORE_BASE_BUF_H

#include "core/base/slice.h"

#include <stdarg.h>

struct buf {
    char *data; /* NUL after the last byte whenever data is not NULL */
    size_t len;
    size_t cap;
    size_t max;
    bool overflow;
};

#define BUF_INIT(max_) ((struct buf){ .max = (max_) })

void buf_clear(struct buf *b); /* frees; the maximum is kept */
void buf_wipe(struct buf *b);  /* overwrites with zeroes, then frees: for secrets */
void buf_reset(struct buf *b); /* length 0, memory kept, overflow forgotten */
bool buf_add(struct buf *b, struct slice s);
bool buf_add_char(struct buf *b, char c);
bool buf_addf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
bool buf_vaddf(struct buf *b, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));
void buf_drop(struct buf *b, size_t n); /* the first n bytes go */
/* Room for n more bytes at data+len; NULL (and overflow) past the maximum. The caller writes, then adds to len. */
char *buf_reserve(struct buf *b, size_t n);
static inline struct slice buf_slice(const struct buf *b)
{
    return (struct slice){ b->data != NULL ? b->data : "", b->len };
}

#endif
