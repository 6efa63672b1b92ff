/* SPDX-License-Identifier: MIT */
/* names: which row of a table has this name? ASCII case is ignored. An index over at most
 * NAMES_MAX names that is filled once from the table itself, so that the table stays the only
 * list. A look-up reads the name's first and last eight bytes, multiplies, and nearly always
 * meets the right row at once (core/ami's work per header is what the whole program costs). */
#ifndef CORE_AMI_NAMES_H
#define CORE_AMI_NAMES_H

#include "core/base/slice.h"

#define NAMES_MAX 250u
#define NAMES_SLOTS 4096u

struct names_key {
    uint64_t head, mid, tail; /* the bytes from 0 and 8 on and the last ones, with the case bit set */
    size_t n;
};

struct names {
    size_t count;
    uint8_t slot[NAMES_SLOTS]; /* 1 + row; 0: free */
    struct names_key key[NAMES_MAX];
    const char *name[NAMES_MAX];
};

/* Adds the name as row `count`; NULL takes a row that no name finds. */
void names_add(struct names *m, const char *name);

#define NAMES_CASE UINT64_C(0x2020202020202020)

static inline uint64_t names_load8(const char *p)
{
    uint64_t v;
    memcpy(&v, p, sizeof(v));
    return v | NAMES_CASE;
}

static inline uint64_t names_load4(const char *p)
{
    uint32_t v;
    memcpy(&v, p, sizeof(v));
    return v | (uint32_t)NAMES_CASE;
}

static inline struct names_key names_key_of(struct slice s)
{
    if (s.n >= 8)
        return (struct names_key){ names_load8(s.p), 0, names_load8(s.p + s.n - 8), s.n };
    if (s.n >= 4)
        return (struct names_key){ names_load4(s.p), 0, names_load4(s.p + s.n - 4), s.n };
    uint64_t v = 0;
    for (size_t i = 0; i < s.n; i++)
        v = v << 8 | (unsigned char)s.p[i] | 0x20u;
    return (struct names_key){ v, 0, v, s.n };
}

static inline size_t names_slot(uint64_t head, uint64_t tail)
{
    return (size_t)(((head ^ (tail << 23 | tail >> 41)) * UINT64_C(0x9e3779b97f4a7c15)) >> 52); /* NAMES_SLOTS = 2^12 */
}

/* The row, or -1. Inlined, or a third more instructions go into each header. */
__attribute__((always_inline)) static inline int names_find(const struct names *m, struct slice name)
{
    struct names_key k = names_key_of(name);
    for (size_t at = names_slot(k.head, k.tail); m->slot[at] != 0; at = (at + 1) % NAMES_SLOTS) {
        int row = m->slot[at] - 1;
        const struct names_key *have = &m->key[row];
        if (have->head == k.head && have->tail == k.tail && have->n == k.n &&
            (k.n <= 16 || (k.n <= 24 ? have->mid == names_load8(name.p + 8) : slice_eq_nocase((struct slice){ m->name[row], have->n }, name))))
            return row;
    }
    return -1;
}

#endif
