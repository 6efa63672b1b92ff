/* SPDX-License-Identifier: MIT */
/* layout: how panes lie, as a text that a person can write:
 *     queues<50 / (callers=45 | agents)
 * "/" is one above the other, "|" beside each other, brackets group. "=45": that share of the room, in percent; "<50": as many rows
 * as it needs and no more than that share; nothing: an equal part of what is left. A pane that is hidden leaves its room to the others. */
#ifndef TUI_LAYOUT_H
#define TUI_LAYOUT_H

#include "core/base/err.h"
#include "tui/term/canvas.h"

enum { LAYOUT_NODES_MAX = 32 };

enum layout_size { LAYOUT_REST, LAYOUT_SHARE, LAYOUT_NEED };

struct layout_node {
    struct slice name; /* of a pane; absent: a group */
    bool is_beside;    /* of a group */
    int child, next;   /* -1: none */
    enum layout_size size;
    int percent;
};

struct layout {
    struct layout_node at[LAYOUT_NODES_MAX]; /* the first is the whole */
    int count;
};

struct layout_panes {
    void *context;
    bool (*is_shown)(void *context, struct slice name);
    int (*need)(void *context, struct slice name, int width); /* rows */
    void (*place)(void *context, struct slice name, struct area a);
};

/* Names are borrowed from `text`. */
MUST_USE bool layout_read(struct layout *l, struct slice text, struct err *err);
/* place() is called once for each pane that is shown, in the order of the text. */
void layout_place(const struct layout *l, const struct layout_panes *panes, struct area a);

#endif
