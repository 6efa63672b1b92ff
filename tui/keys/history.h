/* SPDX-License-Identifier: MIT */
/* history: lines that were typed, kept across sessions in a file that several consoles share. */
#ifndef TUI_HISTORY_H
#define TUI_HISTORY_H

#include "core/base/err.h"
#include "core/base/slice.h"

enum { HISTORY_LINES_MAX = 500 };

struct history;

/* What the file holds; there need be none. NULL: only as long as this console lives. */
struct history *history_new(const char *path);
void history_free(struct history *h);

struct slice history_at(const struct history *h, size_t i); /* 0 is the latest; absent: there are no more */
/* Adds a line, unless it is the latest already, to what the file holds by now. False: it could not be written; here it is kept. */
bool history_add(struct history *h, struct slice line, struct err *err);

#endif
