/* SPDX-License-Identifier: MIT */
/* preview: the floor as other settings would show it, from what is known here: their PBXs, queues and agents alone, their screen,
 * columns, order, filters and thresholds. Beside the console that is open, of which it changes nothing. */
#ifndef TUI_PREVIEW_H
#define TUI_PREVIEW_H

#include "tui/view.h"
#include "tui/term/canvas.h"

struct preview;

/* What `s` holds is taken over in any case: it is not to be cleared any more. now: what is on the screen, borrowed until preview_free. NULL: *err says what is wrong with the settings. */
struct preview *preview_new(const struct settings *s, const struct view *now, struct err *err);
void preview_free(struct preview *p);

/* As app_changed: a fact of the store changed, or goes. */
void preview_changed(struct preview *p, enum fact_kind kind, uint64_t id, const struct fact *f);
void preview_draw(struct preview *p, struct canvas *c, struct area a);

#endif
