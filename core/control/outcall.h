/* SPDX-License-Identifier: MIT */
/* outcall: a phone that an order rings (Originate), from its first sign of life until it does what it was called for: what the PBX's events
 * say of it, and in words why it came to nothing. Sends nothing. */
#ifndef CORE_CONTROL_OUTCALL_H
#define CORE_CONTROL_OUTCALL_H

#include "core/ami/event.h"
#include "core/control/act.h"

struct outcall {
    char channel[128]; /* its name; "": none is known of */
    bool is_up, is_done, is_failed;
    bool is_pointless; /* whom it was to listen to has gone */
    bool is_over;      /* it was done, and whoever listened does so no more */
};

enum outcall_news {
    OUTCALL_NOTHING,
    OUTCALL_DONE,
    OUTCALL_FAILED,   /* *why is a sentence */
    OUTCALL_POINTLESS /* the same; its phone still rings: it is to be hung up */
};

/* Of the request `a`, whose leg has a Uniqueid. */
enum outcall_news outcall_event(struct outcall *o, const struct act *a, const struct event *e, struct buf *why);

#endif
