/* SPDX-License-Identifier: MIT */
/* refusals: orders that the policy refuses are free for who gives them, and would push the others out of the audit log and its disk: of each user
 * some are written down each minute, and of the rest how many there were. Writes nothing itself. */
#ifndef CORE_KEEPER_REFUSALS_H
#define CORE_KEEPER_REFUSALS_H

#include "core/base/slice.h"

enum { REFUSALS_WHOLE = 10 /* of one user, each minute */, REFUSALS_MS = 60000 };

struct refusals;
struct refusals *refusals_new(void);
void refusals_free(struct refusals *r);

/* One more, of the order of this number. True: it is to be written down; false: it was counted. uid -1: of nobody who is known. */
bool refusals_take(struct refusals *r, int64_t uid, const char *who, uint64_t order, int64_t now_ms);

struct refusals_count {
    int64_t uid;
    uint64_t order;    /* the last of them */
    uint64_t count;
    const char *who;   /* until the next call */
};
/* A minute is over in which some were counted; to be asked until it says false. is_end: all that were counted so far. */
bool refusals_next(struct refusals *r, bool is_end, int64_t now_ms, struct refusals_count *out);
int64_t refusals_deadline(const struct refusals *r); /* TIMER_NEVER: none was counted */

#endif
