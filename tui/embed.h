/* SPDX-License-Identifier: MIT */
/* embed: the keymaps, themes and layouts of the wall that are shipped, carried in the program as the very files a user reads. */
#ifndef TUI_EMBED_H
#define TUI_EMBED_H

#include "core/base/slice.h"

struct embed_row {
    const char *name; /* "default" */
    const char *path; /* in the source tree, for messages */
    const char *help; /* for whom it is */
    const char *begin, *end;
};

extern const struct embed_row embed_keymaps[], embed_themes[], embed_walls[]; /* name NULL ends; the first is the reference */

const struct embed_row *embed_find(const struct embed_row *table, struct slice name); /* NULL: no such */
const char *embed_name_at(size_t i, const void *table);                               /* for near_name */
static inline struct slice embed_text(const struct embed_row *e) { return (struct slice){ e->begin, (size_t)(e->end - e->begin) }; }

#endif
