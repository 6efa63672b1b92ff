/* SPDX-License-Identifier: MIT */
/* deck: the screen that is open, the way back, and all panes. Opening, going back and forward, panes that are zoomed or
 * hidden. Only the panes of the open screen are fed. */
#ifndef TUI_DECK_H
#define TUI_DECK_H

#include "core/base/err.h"
#include "tui/nav.h"
#include "tui/pane.h"

struct deck;

struct deck *deck_new(const struct view *v); /* borrowed: what all panes look at */
void deck_free(struct deck *d);
/* f NULL: it went; the store still has it. False: only counters of a link moved on; the next beat is soon enough to show them. */
bool deck_changed(struct deck *d, enum fact_kind kind, uint64_t id, const struct fact *f);

/* The store is about to be another one: nothing of this one is held any more. Then deck_refill, with how each fact is called now
 * (0: it is not shown any more). Cursors, tags, order, filters and the way back stay with whom they are about. */
void deck_forget(struct deck *d);
void deck_refill(struct deck *d, uint64_t (*now)(void *context, enum fact_kind kind, uint64_t id), void *context);

/* True: the picture may differ. */
bool deck_act(struct deck *d, enum action a);
bool deck_open(struct deck *d, enum screen_id screen, uint64_t subject);
bool deck_open_subject(struct deck *d, enum fact_kind kind, uint64_t id); /* the screen of one queue, one agent... */
bool deck_back(struct deck *d);
bool deck_forward(struct deck *d);

enum screen_id deck_screen(const struct deck *d);
uint64_t deck_subject(const struct deck *d); /* 0: the screen is about nobody */
struct pane *deck_focus(struct deck *d);     /* the pane that has the keys */
bool deck_focus_on(struct deck *d, const void *owner); /* the pane that this is, or whose table; false: not of this screen */
size_t deck_panes(const struct deck *d);   /* of this screen that are not hidden */
bool deck_has_back(const struct deck *d);  /* there is a screen before this one */
struct table *deck_table(struct deck *d);    /* its table; NULL: it has none */

const struct fact_queue *deck_totals(const struct deck *d); /* the sum of the queues that count (totals.h), as of the last picture */
struct pane *deck_pane(struct deck *d, enum pane_id id);

/* How the panes of a screen lie, in the language of layout.h, at every size that has room for panes; "": as the screen's row says.
 * Panes that it does not name are not shown. False: it cannot be read, or names a pane that the screen has not; lists of all (queues, events...) every screen may have. */
MUST_USE bool deck_set_layout(struct deck *d, enum screen_id screen, struct slice text, struct err *err);
/* Would deck_set_layout take it? */
MUST_USE bool deck_check_layout(enum screen_id screen, struct slice text, struct err *err);
const char *deck_layout(const struct deck *d, enum screen_id screen); /* NULL: as the row says */

void deck_draw(struct deck *d, struct canvas *c, struct area a);

#endif
