/* SPDX-License-Identifier: MIT */
/* keymap: which keys do what. Read from a file in the user's syntax; the default one is such a file, embedded.
 * A user's file says only what differs from it, or from another that is shipped: base = "vim". Keys may be pressed in turn ("g g"). */
#ifndef TUI_KEYMAP_H
#define TUI_KEYMAP_H

#include "core/base/err.h"
#include "tui/keys/action.h"
#include "tui/keys/key.h"

#define CHORD_MAX 4

struct chord {
    struct key key[CHORD_MAX];
    uint32_t count;
};

struct keymap;

/* The default keymap, then `name`: NULL or "default", a shipped keymap, the user's ~/.config/acdtop/keymaps/NAME.conf, or the path of
 * a file (it has a '/'). NULL: *err. */
struct keymap *keymap_load(const char *name, struct err *err);
void keymap_free(struct keymap *m);

/* One more key. ACTION_NONE while *pressed may become a longer chord (its count is not 0) and when nothing is bound to it (count 0). */
enum action keymap_press(const struct keymap *m, enum section section, struct chord *pressed, struct key k);

/* The first keys of an action that do it where this section has the keys; false: there are none. */
bool keymap_key_in(const struct keymap *m, enum section section, enum action a, struct buf *out);

/* Keys that one file gives twice, and actions that are left without, a line each: "FILE:LINE: what". False: there are none. */
bool keymap_complain(const struct keymap *m, struct buf *out);

/* The keys of an action, "q C-c", the first one only when !all; false: it has none. */
bool keymap_keys(const struct keymap *m, enum action a, bool all, struct buf *out);

#endif
