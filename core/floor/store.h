/* SPDX-License-Identifier: MIT */
/* store: a set of facts with their relations, for whoever reads them: the console's replica, the
 * batch view, JSON. Filled by the wire, never by a PBX. Rows of one parent stand in a list; callers in
 * order of rank, everything else in order of arrival (views sort for themselves). */
#ifndef CORE_FLOOR_STORE_H
#define CORE_FLOOR_STORE_H

#include "core/floor/who.h"

struct store;

struct store *store_new(void);
void store_free(struct store *s);

/* Takes the texts of *f (the struct is left zeroed). True when something differed from what was there. */
bool store_put(struct store *s, enum fact_kind kind, struct fact *f);
bool store_drop(struct store *s, enum fact_kind kind, uint64_t id); /* children stay until they are dropped themselves */
void store_drop_all(struct store *s);
/* Makes `to` equal to `from`. changed (or NULL) is told of each difference: the new state, or NULL of what goes, which is still there. */
void store_become(struct store *to, const struct store *from, void (*changed)(void *context, enum fact_kind kind, uint64_t id, const struct fact *fact),
                  void *context);

const struct fact *store_get(const struct store *s, enum fact_kind kind, uint64_t id);
size_t store_count(const struct store *s, enum fact_kind kind);
/* Every fact of a kind: start with 0. */
const struct fact *store_each(const struct store *s, enum fact_kind kind, size_t *at);
/* Children of `parent`: NULL starts, NULL ends. Callers come by rank. */
const struct fact *store_child(const struct store *s, enum fact_kind kind, uint64_t parent, const struct fact *after);
/* Who is called what: made when it is asked for first, and kept from then on. */
const struct who *store_who(const struct store *s);
/* Changes of the kind since the store was made: a view that saw this number need not look again. */
uint64_t store_generation(const struct store *s, enum fact_kind kind);

#endif
