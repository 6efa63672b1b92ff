/* SPDX-License-Identifier: MIT */
/* status: the last line of the screen: what can be pressed now, or what is being typed, or a sentence. */
#ifndef TUI_STATUS_H
#define TUI_STATUS_H

#include "core/base/buf.h"
#include "tui/canvas.h"
#include "tui/keymap.h"

struct status {
    const struct keymap *keys;
    bool is_prompt, is_help, is_choosing, is_filtered, is_row, is_subject; /* what the hints follow: is_row: one is selected; is_subject: the screen is about one */
    struct slice sentence;       /* absent: none */
    bool is_error;
    const struct chord *pressed; /* the beginning of a chord */
};

void status_draw(const struct status *s, struct canvas *c, struct area a);

#endif
