/* SPDX-License-Identifier: MIT */
/* screen: every screen there is, as a row: how it is called and reached, whom it is about, which panes it has and how
 * they lie. A new screen of lists is one row in screen.c (and its panes' rows in pane_rows.c) and no code. */
#ifndef TUI_SCREEN_H
#define TUI_SCREEN_H

#include "core/floor/fact.h"
#include "tui/keys/action.h"

enum screen_id {
    SCREEN_FLOOR, SCREEN_QUEUES, SCREEN_AGENTS, SCREEN_CALLERS, SCREEN_CALLS, SCREEN_EVENTS, SCREEN_LINKS, SCREEN_ORDERS,
    SCREEN_QUEUE, SCREEN_AGENT, SCREEN_CALLER, SCREEN_CALL, SCREEN_LINK, SCREEN_ORDER,
    SCREEN_COUNT
};

enum { SCREEN_LAYOUTS = 4 };

/* Holds where the panes have so much room; see layout.h for the text. */
struct screen_layout {
    int least_w, least_h;
    const char *text; /* NULL ends */
};

struct screen_row {
    const char *name;  /* in files and on the command line */
    const char *title; /* in the line of where one is */
    enum action action;      /* that goes there; ACTION_NONE: it is opened from a row */
    enum fact_kind subject;  /* whom it is about; FACT_COUNT: nobody */
    int totals;              /* lines of totals above the panes, at most */
    struct screen_layout layout[SCREEN_LAYOUTS]; /* the first that has room; where none has: the panes of the last, one at a time. The first names every pane that a later one names */
};

extern const struct screen_row screen_table[SCREEN_COUNT];

MUST_USE bool screen_named(struct slice name, enum screen_id *out);
MUST_USE bool screen_of_action(enum action a, enum screen_id *out);
MUST_USE bool screen_about(enum fact_kind subject, enum screen_id *out); /* the screen of one queue, one agent... */

#endif
