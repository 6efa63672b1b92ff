/* SPDX-License-Identifier: MIT */
/* role: turns roles.def into the table of roles: names for theme files, letters for golden pictures, meanings for people.
 * Knows no colour: that is a theme's.
 */
#include "tui/look/role.h"

const struct role_row role_table[] = {
#define ROLE(id_, name_, letter_, meaning_) [ROLE_##id_] = { .name = (name_), .meaning = (meaning_), .letter = (letter_) },
#include "tui/look/roles.def"
#undef ROLE
};
_Static_assert(sizeof role_table / sizeof role_table[0] == ROLE_COUNT, "a role without a row");

bool role_named(struct slice name, enum role *out)
{
    for (size_t i = 0; i < ROLE_COUNT; i++) {
        if (slice_eq(name, slice_of(role_table[i].name))) {
            *out = (enum role)i;
            return true;
        }
    }
    return false;
}
