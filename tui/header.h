/* SPDX-License-Identifier: MIT */
/* header: the top of the floor: PBXs with their links, the clock, what is wrong, and the totals. */
#ifndef TUI_HEADER_H
#define TUI_HEADER_H

#include "tui/canvas.h"
#include "tui/totals.h"

/* Cuts the rows it needs off the top of *a and draws into them. */
void header_draw(const struct totals *t, const struct view *v, struct canvas *c, struct area *a);

#endif
