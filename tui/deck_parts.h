/* SPDX-License-Identifier: MIT */
/* deck_parts: what deck.c (which screen) and deck_draw.c (its picture) share. Nobody else includes it. */
#ifndef TUI_DECK_PARTS_H
#define TUI_DECK_PARTS_H

#include "tui/deck.h"
#include "tui/layout.h"
#include "tui/totals.h"

enum { DECK_PANES_MAX = 12 };

struct deck {
    const struct view *view;
    struct pane pane[PANE_COUNT];
    struct nav nav;
    struct totals totals;
    bool is_hidden[SCREEN_COUNT][PANE_COUNT]; /* by the person, on this screen only */
    size_t roomy[SCREEN_COUNT]; /* which layout of the screen's row had room when it was drawn last */
    char *layout[SCREEN_COUNT];      /* chosen by the person; NULL: as the screen's row says */
    struct idmap *link;              /* PBX -> 1 + state of its link, as it was last told */
    enum pane_id at[DECK_PANES_MAX]; /* the panes of the open screen, in the order of Tab */
    size_t count;
};

bool deck_is_hidden(const struct deck *d, enum pane_id pane); /* on the open screen */
const struct screen_row *deck_row(const struct deck *d);
/* The open screen has the panes that lie in this layout of its row from now on; the keys stay with the pane that had them. */
void deck_relay(struct deck *d, size_t layout);
/* What the pane is about: the subject; where the screen has none, what is selected of that kind, or the first. */
const struct fact *deck_pane_fact(const struct deck *d, const struct pane *p);

#endif
