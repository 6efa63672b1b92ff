/* SPDX-License-Identifier: MIT */
/* key: what a person pressed, in our own codes. A printable character is its own code; the named keys lie
 * above Unicode. One table of names serves both directions, so that files, help and hints agree. */
#ifndef TUI_KEY_H
#define TUI_KEY_H

#include "core/base/buf.h"
#include "core/base/slice.h"

enum key_code {
    KEYCODE_NONE = 0,
    KEYCODE_UP = 0x110000,
    KEYCODE_DOWN, KEYCODE_LEFT, KEYCODE_RIGHT, KEYCODE_PAGE_UP, KEYCODE_PAGE_DOWN, KEYCODE_HOME, KEYCODE_END,
    KEYCODE_INSERT, KEYCODE_DELETE, KEYCODE_BACKSPACE, KEYCODE_TAB, KEYCODE_ENTER, KEYCODE_ESCAPE,
    KEYCODE_F1, KEYCODE_F2, KEYCODE_F3, KEYCODE_F4, KEYCODE_F5, KEYCODE_F6,
    KEYCODE_F7, KEYCODE_F8, KEYCODE_F9, KEYCODE_F10, KEYCODE_F11, KEYCODE_F12
};

enum key_mod { KEYMOD_SHIFT = 1, KEYMOD_CTRL = 2, KEYMOD_ALT = 4 };

struct key {
    uint32_t code; /* a character, or enum key_code */
    uint32_t mods; /* enum key_mod; Shift only with named keys */
};

static inline bool key_eq(struct key a, struct key b) { return a.code == b.code && a.mods == b.mods; }

/* "q", "?", "C-l", "M-x", "S-Tab", "PgDn", "F5", "Space". The whole slice must be one key. */
MUST_USE bool key_parse(struct slice name, struct key *out);
void key_print(struct key k, struct buf *out);
/* A character that a person types into a line of text; 0 when the key is not one. */
uint32_t key_character(struct key k);

/* What a person did with the mouse, at a cell of the screen. */
enum mouse_what { MOUSE_CLICK, MOUSE_DOUBLE /* the second click of a double one */, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN, MOUSE_RIGHT };

struct mouse {
    enum mouse_what what;
    int x, y;
};

#endif
