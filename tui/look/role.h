/* SPDX-License-Identifier: MIT */
/* role: what a cell means. The code draws roles; a theme turns them into colours (theme.h). */
#ifndef TUI_ROLE_H
#define TUI_ROLE_H

#include "core/base/slice.h"

enum role {
#define ROLE(id, name, letter, meaning) ROLE_##id,
#include "tui/look/roles.def"
#undef ROLE
    ROLE_COUNT
};

struct role_row {
    const char *name;    /* in theme files */
    const char *meaning;
    char letter;         /* in golden pictures; no two roles share one */
};

extern const struct role_row role_table[ROLE_COUNT];

MUST_USE bool role_named(struct slice name, enum role *out);

#endif
