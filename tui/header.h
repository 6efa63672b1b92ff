/* SPDX-License-Identifier: MIT */
/* header: the top of every screen: where one is, PBXs with their links, the clock, what is wrong, and the totals. */
#ifndef TUI_HEADER_H
#define TUI_HEADER_H

#include "core/base/buf.h"
#include "tui/term/canvas.h"
#include "tui/totals.h"

enum { HEADER_CRUMBS_MAX = 6 };

struct header {
    const struct totals *totals;
    int lines; /* of totals, at most */
    const struct buf *crumb; /* the way here, the open screen last */
    size_t crumbs;
};

/* Cuts the rows it needs off the top of *a and draws into them. */
void header_draw(const struct header *h, const struct view *v, struct canvas *c, struct area *a);

#endif
