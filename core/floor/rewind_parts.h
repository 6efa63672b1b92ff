/* SPDX-License-Identifier: MIT */
/* rewind_parts: one change as bytes, between rewind.c (which keeps them in order) and rewind_entry.c. Nobody else includes it. */
#ifndef CORE_FLOOR_REWIND_PARTS_H
#define CORE_FLOOR_REWIND_PARTS_H

#include "core/base/buf.h"
#include "core/floor/rewind.h"

/* What is being noted, of one instant. */
struct rewind_open {
    struct buf bytes;
    uint64_t id;    /* of the last entry */
    uint32_t count;
    bool is_told;
};

struct rewind_entry {
    enum fact_kind kind;
    bool came, went;
    uint64_t id;
    size_t fields_at; /* in the group's body */
};

void rewind_entry_add(struct rewind_open *o, enum fact_kind kind, const struct fact *from, const struct fact *to);
void rewind_open_reset(struct rewind_open *o, size_t keep_bytes); /* memory beyond that is given back */
/* The entry at body[*at...]; *id is that of the entry before it. The bytes are our own: they are whole. */
void rewind_entry_next(struct slice body, size_t *at, uint64_t *id, struct rewind_entry *out);
void rewind_entry_apply(struct slice body, const struct rewind_entry *e, bool is_back, struct fact *f);

#endif
