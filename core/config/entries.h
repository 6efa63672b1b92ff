/* SPDX-License-Identifier: MIT */
/* entries: the lists in struct settings and where each value came from. For core/config only. */
#ifndef CORE_CONFIG_ENTRIES_H
#define CORE_CONFIG_ENTRIES_H

#include "core/config/settings.h"

struct pbx_settings *entries_add_pbx(struct settings *s);
struct role_settings *entries_add_role(struct settings *s);
void entries_drop_pbx(struct settings *s);  /* all of them */
void entries_drop_roles(struct settings *s);
void entries_set_origin(char **origin, const struct option_row *row, const char *where);
const char *entries_origin(char *const *origin, const struct option_row *row); /* NULL: the default */

#endif
