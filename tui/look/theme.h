/* SPDX-License-Identifier: MIT */
/* theme: what each role looks like, at each depth of colour. Read from a file in the user's syntax; the default
 * theme is such a file, embedded. A theme says only what differs from the default one. */
#ifndef TUI_THEME_H
#define TUI_THEME_H

#include "core/base/err.h"
#include "tui/look/colour.h"
#include "tui/look/role.h"

enum theme_attr { ATTR_BOLD = 1, ATTR_DIM = 2, ATTR_UNDERLINE = 4, ATTR_REVERSE = 8, ATTR_ITALIC = 16 };

struct look {
    int32_t fg, bg; /* COLOUR_DEFAULT, 0..255, or with COLOUR_RGB at DEPTH_DIRECT */
    uint32_t attrs; /* enum theme_attr */
};

struct theme {
    struct look look[DEPTH_COUNT][ROLE_COUNT];
    bool is_set[ROLE_COUNT]; /* some file spoke of it; the default theme speaks of all */
};

/* The ground that a terminal has by itself. */
enum theme_ground { GROUND_UNKNOWN, GROUND_DARK, GROUND_LIGHT };

/* The theme that "auto" is on such a ground at this depth; any other name is itself. With few colours those that are bright on black are
 * pale on white: where the ground is not known there is a theme for both. */
const char *theme_on(const char *name, enum theme_ground ground, enum theme_depth depth);
/* Of "rgb:RRRR/GGGG/BBBB", one to four hexadecimal digits each, as a terminal answers; UNKNOWN: it is none. */
enum theme_ground theme_ground_of(struct slice colour);
/* Of COLORFGBG, "15;0" or "15;default;0": what the ground was when the shell began. */
enum theme_ground theme_ground_said(struct slice colours);

/* The default theme, then `name`: NULL, "default" or "auto", a shipped theme, or a file of the user's own (theme_path). */
MUST_USE bool theme_load(struct theme *t, const char *name, struct err *err);
/* Where the theme `name` lies when it is the user's own: a path as it is, else NAME.conf in the folder themes of the user's
 * configuration when it is there. NULL: it is shipped, or there is none. To be mem_free'd. */
char *theme_path(const char *name);
/* A role's text over a ground: the ground's background and attributes, the role's foreground (where that is default: the ground's).
 * A ground that is reversed is one bar of one colour. */
struct look theme_look(const struct theme *t, enum theme_depth depth, enum role role, enum role ground);

#endif
