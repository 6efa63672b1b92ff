/* SPDX-License-Identifier: MIT */
/* screen_floor: the live floor: totals, queues, waiting callers, agents. */
#ifndef TUI_SCREEN_FLOOR_H
#define TUI_SCREEN_FLOOR_H

#include "tui/pane.h"

struct screen_floor;

struct screen_floor *screen_floor_new(void);
void screen_floor_free(struct screen_floor *s);
void screen_floor_changed(struct screen_floor *s, enum fact_kind kind, uint64_t id, const struct fact *f); /* f NULL: it went */
bool screen_floor_act(struct screen_floor *s, enum action a); /* true: the picture may differ */
struct pane *screen_floor_pane(struct screen_floor *s);       /* the one that has the keys */
void screen_floor_draw(struct screen_floor *s, const struct view *v, struct canvas *c, struct area a);

#endif
