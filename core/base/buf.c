/* SPDX-License-Identifier: MIT */
/* buf: growth of bounded bytes. Owns one block of memory; never more than its maximum and
 * one byte for the NUL. When the system has no memory for a peer's bytes, that is the same
 * answer as "too long": the buffer overflows, the peer goes, the program stays. */
#include "core/base/buf.h"

#include "core/base/mem.h"

#include <stdio.h>

void buf_clear(struct buf *b)
{
    mem_free(b->data);
    *b = BUF_INIT(b->max);
}

void buf_wipe(struct buf *b)
{
    if (b->data != NULL)
        mem_wipe(b->data, b->cap);
    buf_clear(b);
}

void buf_reset(struct buf *b)
{
    b->len = 0;
    b->overflow = false;
    if (b->data != NULL)
        b->data[0] = '\0';
}

static bool fail(struct buf *b)
{
    b->overflow = true;
    return false;
}

/* Makes cap > len + n. A grown block is a new block, so that the old one can be wiped by nobody:
 * secrets are given their room at once (see secret.c). */
static bool grow(struct buf *b, size_t n)
{
    if (b->overflow || n > b->max || b->len > b->max - n)
        return fail(b);
    size_t need = b->len + n + 1;
    if (need <= b->cap)
        return true;
    size_t cap = b->cap < 64 ? 64 : b->cap * 2;
    if (cap < need)
        cap = need;
    if (cap > b->max + 1)
        cap = b->max + 1;
    char *data = mem_try_resize(b->data, cap);
    if (data == NULL)
        return fail(b);
    b->data = data;
    b->cap = cap;
    b->data[b->len] = '\0';
    return true;
}

bool buf_add(struct buf *b, struct slice s)
{
    if (!grow(b, s.n))
        return false;
    if (s.n > 0)
        memcpy(b->data + b->len, s.p, s.n);
    b->len += s.n;
    b->data[b->len] = '\0';
    return true;
}

bool buf_add_char(struct buf *b, char c)
{
    if (!grow(b, 1))
        return false;
    b->data[b->len++] = c;
    b->data[b->len] = '\0';
    return true;
}

bool buf_vaddf(struct buf *b, const char *fmt, va_list ap)
{
    va_list again;
    va_copy(again, ap);
    size_t room = b->cap - b->len;
    int length = vsnprintf(b->data != NULL ? b->data + b->len : NULL, b->data != NULL ? room : 0, fmt, ap);
    bool ok = length >= 0 && grow(b, (size_t)length);
    if (ok && (size_t)length >= room)
        (void)vsnprintf(b->data + b->len, b->cap - b->len, fmt, again);
    va_end(again);
    if (ok)
        b->len += (size_t)length;
    else if (b->data != NULL)
        b->data[b->len] = '\0'; /* a half-written tail is not content */
    if (length < 0)
        b->overflow = true;
    return ok;
}

bool buf_addf(struct buf *b, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    bool ok = buf_vaddf(b, fmt, ap);
    va_end(ap);
    return ok;
}

void buf_drop(struct buf *b, size_t n)
{
    if (b->data == NULL)
        return;
    if (n > b->len)
        n = b->len;
    if (n > 0)
        memmove(b->data, b->data + n, b->len - n + 1);
    b->len -= n;
}

char *buf_reserve(struct buf *b, size_t n)
{
    return grow(b, n) ? b->data + b->len : NULL;
}
