/* SPDX-License-Identifier: MIT */
/* review: the live floor as it was, for a console that looks back: it stands still, goes back and forward, runs on behind
 * what is true now, and comes back to it. What comes from the keeper meanwhile is collected. Knows no wire and no screen. */
#ifndef CORE_KEEPER_REVIEW_H
#define CORE_KEEPER_REVIEW_H

#include "core/floor/rewind.h"
#include "core/keeper/replay.h"

struct review;

/* `shown` is the store that is looked at. It equals what is true now but while one looks back. */
struct review *review_new(size_t bytes_max, int64_t keep_ms, struct store *shown, rewind_changed_fn changed, void *context);
void review_free(struct review *v);

struct store *review_live(const struct review *v); /* what is true now: to be kept true by the caller, who notes each change first */
void review_note(struct review *v, enum fact_kind kind, const struct fact *from, const struct fact *to);
/* What was noted is whole, as of this instant of the floor's time. Nothing is noted before one with a PBX that is live. */
void review_flushed(struct review *v, int64_t live_ms);

enum review_news {
    REVIEW_DONE,
    REVIEW_FIRST,   /* what is asked for was forgotten: it stands where the past begins */
    REVIEW_NOTHING, /* nothing happened there, or no line of the feed is so */
    REVIEW_IS_LIVE, /* that can only be done with what is past */
    REVIEW_UNKNOWN  /* not a verb, or not with this number */
};
/* live_ms: the instant on the floor's time line now. */
enum review_news review_obey(struct review *v, struct slice verb, struct slice text, int64_t number, int64_t mono_ms, int64_t live_ms);
void review_turn(struct review *v, int64_t mono_ms, int64_t live_ms); /* runs on, and is live when it has caught up */
int64_t review_deadline(const struct review *v);

bool review_is_past(const struct review *v);
int64_t review_now_ms(const struct review *v, int64_t mono_ms); /* the instant shown; only while it is past */
int64_t review_from_ms(const struct review *v);                 /* the earliest that can be shown; INT64_MAX: none yet */
int64_t review_rate_permille(const struct review *v);           /* 0: it stands still */
unsigned review_turns(const struct review *v); /* another number whenever the time line was bent */

#endif
