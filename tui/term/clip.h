/* SPDX-License-Identifier: MIT */
/* clip: text for the clipboard of whoever looks at the terminal, as a terminal wants it (OSC 52). */
#ifndef TUI_CLIP_H
#define TUI_CLIP_H

#include "core/base/buf.h"

enum { CLIP_TEXT_MAX = 4096, CLIP_BYTES_MAX = 16 * 1024 };

/* At most CLIP_TEXT_MAX bytes of it, in one line; what cannot be printed is left out. */
void clip_add(struct buf *out, struct slice text);

#endif
