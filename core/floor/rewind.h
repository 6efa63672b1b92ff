/* SPDX-License-Identifier: MIT */
/* rewind: what changed in a store during the last minutes, so that a store can be brought back to how it was at any instant of
 * them, and forward again. Holds the changed fields only, before and after, in one stretch of memory that is bounded: what
 * has no room any more is forgotten from the oldest on. Knows no clock: instants are those of the floor's time line. */
#ifndef CORE_FLOOR_REWIND_H
#define CORE_FLOOR_REWIND_H

#include "core/floor/store.h"

struct rewind;

/* A fact of the store that is moved changed (its new state), or went (NULL: the store still has it during the call). */
typedef void (*rewind_changed_fn)(void *context, enum fact_kind kind, uint64_t id, const struct fact *fact);

/* What happened before from_ms was never seen. */
struct rewind *rewind_new(size_t bytes_max, int64_t keep_ms, int64_t from_ms);
void rewind_free(struct rewind *r);

/* A change that is being made to what is true now. from NULL: it came; to NULL: it goes. */
void rewind_note(struct rewind *r, enum fact_kind kind, const struct fact *from, const struct fact *to);
/* What was noted since the last time happened at this instant, all of it together. False: it has no room, and nothing at all is
 * known of what was before this instant; a store that is not at the end cannot get there any more and is let go. */
bool rewind_end(struct rewind *r, int64_t at_ms);

/* From now on this store, which equals what is true now, is the one that is moved. NULL: none is; it must be at the end. While it is
 * away from the end, it is brought forward by what is forgotten behind it. */
void rewind_take(struct rewind *r, struct store *store, rewind_changed_fn changed, void *context);
/* To how it was at this instant, as far as that is known; TIMER_NEVER: to the end. */
void rewind_go(struct rewind *r, int64_t at_ms);
int64_t rewind_from_ms(const struct rewind *r); /* the earliest instant that is known */
size_t rewind_bytes(const struct rewind *r);    /* memory that it takes */
bool rewind_at_next(const struct rewind *r, int64_t *at_ms); /* when the store that is moved changes next; false: it is at the end */
/* When something happened next after an instant, or last at or before it, besides what only the figures of a link tell. False: nothing that is known. */
bool rewind_next_ms(const struct rewind *r, int64_t after_ms, int64_t *at_ms);
bool rewind_previous_ms(const struct rewind *r, int64_t until_ms, int64_t *at_ms);
/* When the feed got a line that is wanted: the next one after an instant, or the last before it. */
typedef bool (*rewind_wanted_fn)(const void *context, const struct fact_line *line);
bool rewind_find_line(const struct rewind *r, int64_t from_ms, bool is_back, rewind_wanted_fn wanted, const void *context, int64_t *at_ms);

#endif
