/* SPDX-License-Identifier: MIT */
/* theme: what each role looks like, at each depth of colour. Read from a file in the user's syntax; the default
 * theme is such a file, embedded. A theme says only what differs from the default one. */
#ifndef TUI_THEME_H
#define TUI_THEME_H

#include "core/base/err.h"
#include "tui/role.h"

enum theme_depth { DEPTH_256, DEPTH_16, DEPTH_8, DEPTH_MONO, DEPTH_COUNT }; /* in the order of a role's array in the file */

enum theme_attr { ATTR_BOLD = 1, ATTR_DIM = 2, ATTR_UNDERLINE = 4, ATTR_REVERSE = 8, ATTR_ITALIC = 16 };

#define COLOUR_DEFAULT (-1) /* the terminal's own */

struct look {
    int16_t fg, bg; /* 0..255, or COLOUR_DEFAULT */
    uint16_t attrs; /* enum theme_attr */
};

struct theme {
    struct look look[DEPTH_COUNT][ROLE_COUNT];
    bool is_set[ROLE_COUNT]; /* some file spoke of it; the default theme speaks of all */
};

/* The default theme, then `name`: NULL or "default", a shipped theme, or the path of a file (it has a '/'). */
MUST_USE bool theme_load(struct theme *t, const char *name, struct err *err);
/* A role's text over a ground: the ground's background and attributes, the role's foreground (where that is default: the ground's). */
struct look theme_look(const struct theme *t, enum theme_depth depth, enum role role, enum role ground);

#endif
