/* SPDX-License-Identifier: MIT */
/* theme_watch: the theme in force, and whether the user has saved its file since it was read. A file that is wrong changes
 * nothing: the looks stay as they are until it is mended. */
#ifndef TUI_THEME_WATCH_H
#define TUI_THEME_WATCH_H

#include "core/base/buf.h"
#include "tui/look/theme.h"

struct theme_watch;

/* Takes the theme `name` (see theme_load). NULL: it is wrong. */
struct theme_watch *theme_watch_new(const char *name, struct err *err);
void theme_watch_free(struct theme_watch *w); /* NULL is fine */
const struct theme *theme_watch_theme(const struct theme_watch *w); /* the same place always, whatever it holds */

enum theme_news { THEME_SAME, THEME_TAKEN, THEME_REFUSED };
/* Looks whether the file was saved (one stat(2)), and reads it then. What came of it is said in `sentence`, once for each saving. */
enum theme_news theme_watch_look(struct theme_watch *w, struct buf *sentence);
/* What is known of the terminal: "auto" is another theme then. True: the looks changed. */
bool theme_watch_ground(struct theme_watch *w, enum theme_ground ground, enum theme_depth depth);
/* Another theme from now on; false: it is wrong, and the one in force stays. */
MUST_USE bool theme_watch_choose(struct theme_watch *w, const char *name, struct err *err);

#endif
