/* SPDX-License-Identifier: MIT */
/* dirty: which facts a console has not been told in their present form. One flag a fact, however often it changes
 * and however long the console sleeps; what came and went unseen leaves nothing. Values are not kept here: they are
 * looked up when they are sent. */
#ifndef CORE_KEEPER_DIRTY_H
#define CORE_KEEPER_DIRTY_H

#include "core/floor/fact.h"

struct dirty;

struct dirty_fact {
    enum fact_kind kind;
    uint64_t id;
    bool is_gone;
};

struct dirty *dirty_new(void);
void dirty_free(struct dirty *d);

void dirty_mark(struct dirty *d, enum fact_kind kind, uint64_t id, bool is_gone);
bool dirty_is_empty(const struct dirty *d);
/* What is marked by now becomes a batch; what is marked afterwards and not in it waits for the next. */
void dirty_begin(struct dirty *d);
/* Takes the next of the batch; it counts as told. False: the batch is over. */
bool dirty_next(struct dirty *d, struct dirty_fact *out);

#endif
