/* SPDX-License-Identifier: MIT */
/* action: turns actions.def into the table of actions, beside that of the sections they are bound in. Reads names only:
 * what an action does is known to who handles it, which keys it has to keymap.c.
 */
#include "tui/keys/action.h"

const struct action_row action_table[] = {
    [ACTION_NONE] = { .name = NULL, .help = "", .section = SECTION_GLOBAL },
#define ACTION(id_, section_, name_, help_) [ACTION_##id_] = { .name = (name_), .help = (help_), .section = SECTION_##section_ },
#include "tui/keys/actions.def"
#undef ACTION
};
_Static_assert(sizeof action_table / sizeof action_table[0] == ACTION_COUNT, "an action without a row");

const struct section_row section_table[] = {
    [SECTION_GLOBAL] = { .name = "global", .title = "Everywhere" },
    [SECTION_TABLE] = { .name = "table", .title = "In a list" },
    [SECTION_COLUMNS] = { .name = "columns", .title = "While choosing columns" },
    [SECTION_CONFIRM] = { .name = "confirm", .title = "When asked whether it shall be done" },
    [SECTION_PROMPT] = { .name = "prompt", .title = "While typing" },
};
_Static_assert(sizeof section_table / sizeof section_table[0] == SECTION_COUNT, "a section without a row");

bool action_named(struct slice name, enum action *out)
{
    for (size_t i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
        if (slice_eq(name, slice_of(action_table[i].name))) {
            *out = (enum action)i;
            return true;
        }
    }
    return false;
}
