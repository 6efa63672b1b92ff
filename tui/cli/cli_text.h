/* SPDX-License-Identifier: MIT */
/* cli_text: the floor as plain text, for -b and status. Uses the console's columns, so that a figure reads alike
 * everywhere; widths fit what is there. No colours, no control bytes, ASCII where the terminal knows no more. */
#ifndef TUI_CLI_TEXT_H
#define TUI_CLI_TEXT_H

#include "core/outside/export.h"
#include "tui/view.h"

/* Adds PBXs, queues with their total, waiting callers and agents; with v->queue_name only what belongs to these queues. */
/* is_told: why a PBX is not live is said elsewhere. No table while no PBX was ever read. */
bool cli_text_add(const struct export_view *v, const struct settings *settings, bool is_ascii, bool is_told, struct buf *out);
/* Was any PBX ever read? */
bool cli_text_has_figures(const struct store *store);
/* Does standard output take more than ASCII? (--ascii, or the locale says no) */
bool cli_text_is_ascii(const struct settings *settings);
/* Words from column `at` on, each line after the first begun in the column `left`. width 0: one line. */
void cli_text_wrap(struct buf *out, struct slice text, size_t at, size_t left, size_t width);

#endif
