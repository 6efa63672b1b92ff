/* SPDX-License-Identifier: MIT */
/* action: what a person can do in the console. Keys are tied to actions by a keymap (keymap.h); handlers know
 * actions only, never keys. */
#ifndef TUI_ACTION_H
#define TUI_ACTION_H

#include "core/base/slice.h"

/* Where a binding holds. What has the keys asks its own section first, then GLOBAL; a prompt asks its own alone. */
enum section { SECTION_GLOBAL, SECTION_TABLE, SECTION_COLUMNS, SECTION_CONFIRM, SECTION_PROMPT, SECTION_COUNT };

enum action {
    ACTION_NONE,
#define ACTION(id, section, name, help) ACTION_##id,
#include "tui/keys/actions.def"
#undef ACTION
    ACTION_COUNT
};

struct action_row {
    const char *name; /* in keymap files */
    const char *help;
    enum section section;
};

struct section_row {
    const char *name;  /* in keymap files */
    const char *title; /* in the help */
};

extern const struct action_row action_table[ACTION_COUNT]; /* the row of ACTION_NONE has no name */
extern const struct section_row section_table[SECTION_COUNT];

MUST_USE bool action_named(struct slice name, enum action *out);

#endif
