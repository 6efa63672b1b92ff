/* SPDX-License-Identifier: MIT */
/* who: an index of people by the words that name them, over facts that others keep: members (interface, name, extension or the digits of the interface, alias) and telephones
 * (their name, extension, what the configuration calls their owner). Somebody who serves in a hundred queues is one person. Whoever keeps it
 * tells it of each change; looking somebody up costs the same on any floor. It answers with numbers of facts, perhaps with more than those
 * meant: who asks looks at each. */
#ifndef CORE_FLOOR_WHO_H
#define CORE_FLOOR_WHO_H

#include "core/floor/fact.h"

struct who;

struct who *who_new(void);
void who_free(struct who *w);

/* A member or a telephone came or changed; f NULL: it went. Nothing is done while its words are the same; other kinds are passed over. */
void who_put(struct who *w, enum fact_kind kind, uint64_t id, const struct fact *f);

struct who_at { /* zeroed: the beginning */
    bool is_begun;
    bool is_skipped;     /* set by the reader: no more facts of this person */
    const void *posting;
    uint32_t next, person, fact;
};
/* The next fact of somebody who has the word `text`, or, with is_part, whose name has it in it (two bytes at least); case does not count. False:
 * there are no more. Nothing may be put meanwhile. */
bool who_next(const struct who *w, struct slice text, bool is_part, struct who_at *at, enum fact_kind *kind, uint64_t *id);

#endif
