/* SPDX-License-Identifier: MIT */
/* replay: a transcript as the PBXs of a keeper, on a time line of its own. Instants are the transcript's times after
 * REPLAY_ZERO_MS, so that what began before the recording has an instant as well. */
#ifndef CORE_KEEPER_REPLAY_H
#define CORE_KEEPER_REPLAY_H

#include "core/config/settings.h"
#include "core/keeper/wire.h"
#include "core/link/transcript.h"

#define REPLAY_ZERO_MS (INT64_C(30) * 24 * 3600 * 1000)

struct replay;

/* permille: 1000 as recorded; 0: as fast as it goes, and nothing is shown before the end. */
struct replay *replay_open(const char *path, int64_t permille, int64_t mono_ms, struct err *err);
void replay_free(struct replay *r);

size_t replay_count(const struct replay *r); /* PBXs in it */
const struct pbx_settings *replay_pbx(const struct replay *r, size_t i);
int64_t replay_wall_at_zero_ms(const struct replay *r); /* wall clock when the floor's time is 0 */

/* The floor's time now. It never passes the next entry, and stands still at the end. */
int64_t replay_now_ms(const struct replay *r, int64_t mono_ms);
void replay_time(const struct replay *r, int64_t mono_ms, struct wire_time *out);
/* The next entry when the floor's time has come to it; *pbx is its PBX's number. False: none is due yet, or it is over.
 * The entry stays the next until replay_done, and is valid until then. */
bool replay_next(struct replay *r, int64_t mono_ms, const struct transcript_entry **out, size_t *pbx);
void replay_done(struct replay *r);
/* Of one that was just opened: as fast as it goes to so much time after its beginning, and stands still there. */
void replay_stand_at(struct replay *r, int64_t at_ms, int64_t mono_ms);
void replay_halt(struct replay *r, int64_t mono_ms); /* stands still behind the entry that was done last */
/* What a person may do to it, by word, as the wire carries it. */
enum replay_verb {
    REPLAY_PAUSE, /* number 1: stand still, 0: go on */
    REPLAY_SPEED, /* thousandths: 1000 as recorded; 0 is none */
    REPLAY_SEEK,  /* to this instant of the floor's time, as fast as it goes; backwards it begins anew */
    REPLAY_STEP,  /* stand still behind the next entry */
    REPLAY_BACK,  /* stand still behind the entry before */
    REPLAY_NEXT, REPLAY_PREVIOUS, /* stand still where the feed got a line with the words that go with it */
    REPLAY_LINE,  /* of a floor that is live: when the feed got the line with this number */
    REPLAY_LIVE,  /* of a floor that is live: what is true now again */
    REPLAY_VERB_COUNT
};
extern const char *const replay_verb_names[REPLAY_VERB_COUNT];
/* False: not a verb, or not with this number. *is_anew: the time line runs from its beginning again, and everything known is to
 * be forgotten. */
bool replay_obey(struct replay *r, struct slice verb, int64_t number, int64_t mono_ms, bool *is_anew);
bool replay_is_over(const struct replay *r);
bool replay_is_fast(const struct replay *r); /* as fast as it goes, and not over; on the way to where it was sent */
/* Why it is over before the end of the file; kind ERR_NONE when it is not. */
const struct err *replay_error(const struct replay *r);
int64_t replay_deadline(const struct replay *r, int64_t floor_ms); /* monotonic instant at which the floor's time is that; TIMER_NEVER when it never is */
int64_t replay_due_ms(const struct replay *r); /* floor's instant of the next entry; TIMER_NEVER */

#endif
