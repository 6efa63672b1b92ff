/* SPDX-License-Identifier: MIT */
/* sight: acts that only an event proves, since no state of the floor keeps what was done: a recording that began, two who came into a room, a
 * phone that answered, a caller who was withdrawn before anybody did. Holds what was seen of one act. */
#ifndef CORE_CONTROL_SIGHT_H
#define CORE_CONTROL_SIGHT_H

#include "core/ami/event.h"
#include "core/control/act.h"

struct sight { /* zeroed: nothing yet */
    bool is_seen, has_text, has_other; /* of PROOF_ROOM each of the two */
};

enum sight_news {
    SIGHT_NOTHING,
    SIGHT_SEEN, /* it was done */
    SIGHT_NOT,  /* it will not be: *why */
};

enum sight_news sight_event(struct sight *s, const struct act *a, const struct event *e, struct buf *why);

#endif
