/* SPDX-License-Identifier: MIT */
/* varint: numbers in as few bytes as they need, seven bits a byte, the lowest first; of a signed one the sign is the lowest
 * bit. For records that are kept or sent in great numbers. */
#ifndef CORE_BASE_VARINT_H
#define CORE_BASE_VARINT_H

#include "core/base/buf.h"

static inline void varint_put_u64(struct buf *out, uint64_t v)
{
    while (v >= 0x80) {
        buf_add_char(out, (char)(unsigned char)(v | 0x80));
        v >>= 7;
    }
    buf_add_char(out, (char)v);
}

static inline void varint_put_i64(struct buf *out, int64_t v)
{
    varint_put_u64(out, (uint64_t)v << 1 ^ (v < 0 ? UINT64_MAX : 0));
}

/* Takes one off bytes[*at...] and moves *at behind it. False: it is not whole, or has more than 64 bits. */
MUST_USE static inline bool varint_take_u64(struct slice bytes, size_t *at, uint64_t *out)
{
    *out = 0;
    for (unsigned shift = 0; *at < bytes.n; shift += 7) {
        unsigned char byte = (unsigned char)bytes.p[(*at)++];
        if (shift == 63 && byte > 1)
            return false;
        *out |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return true;
    }
    return false;
}

static inline int64_t varint_signed(uint64_t v)
{
    return (int64_t)(v >> 1 ^ ((v & 1) != 0 ? UINT64_MAX : 0));
}

#endif
