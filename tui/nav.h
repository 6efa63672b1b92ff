/* SPDX-License-Identifier: MIT */
/* nav: where one has been: a line of open screens with a place in it, as in a browser. Each knows whom it is about, by
 * identity; what was last known of somebody who went stays with the screens about them. Draws nothing. */
#ifndef TUI_NAV_H
#define TUI_NAV_H

#include "tui/screen.h"

enum { NAV_MOST = 32 };

struct nav_entry {
    enum screen_id screen;
    uint64_t subject;    /* 0: the screen is about nobody */
    size_t focus;        /* the pane that has the keys */
    uint64_t selected;   /* in it, when the screen was left */
    bool is_zoomed;      /* the pane that has the keys is shown alone */
    union fact_any last; /* the subject as it was when it went; its texts belong to the entry */
    bool is_gone;
    int64_t gone_ms, gone_wall_ms; /* when: the floor's time and its wall clock */
};

struct nav {
    struct nav_entry at[NAV_MOST];
    size_t count, now;
};

void nav_init(struct nav *n, enum screen_id home);
void nav_clear(struct nav *n);
static inline struct nav_entry *nav_now(struct nav *n) { return &n->at[n->now]; }

/* What lay ahead is forgotten; when there are too many the oldest but the first goes. Already there: nothing changes, false. */
bool nav_open(struct nav *n, enum screen_id screen, uint64_t subject);
bool nav_back(struct nav *n);    /* false: there is none before */
bool nav_forward(struct nav *n); /* false: there is none after */

/* What is shown is another: each is asked how it is called now; the screens about those who are not shown any more go. */
void nav_renamed(struct nav *n, uint64_t (*now)(void *context, enum fact_kind kind, uint64_t id), void *context);

/* A fact went (`last`: as it was), or is there (again). True: an entry is about it. */
bool nav_gone(struct nav *n, enum fact_kind kind, uint64_t id, const struct fact *last, int64_t floor_ms, int64_t wall_ms);
bool nav_came(struct nav *n, enum fact_kind kind, uint64_t id);

#endif
