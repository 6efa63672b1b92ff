/* SPDX-License-Identifier: MIT */
/* canvas_save: a picture as plain text in a file. */
#ifndef TUI_CANVAS_SAVE_H
#define TUI_CANVAS_SAVE_H

#include "core/base/err.h"
#include "tui/term/canvas.h"

/* Into a new file, for its owner alone (0600): callers have numbers. A file that is there already is left alone: *err. */
MUST_USE bool canvas_save(const struct canvas *c, const char *path, struct err *err);

#endif
