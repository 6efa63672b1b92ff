/* SPDX-License-Identifier: MIT */
/* options: what one row of the option table can do with one value. For core/config only;
 * everybody else reads option_table and struct settings. */
#ifndef CORE_CONFIG_OPTIONS_H
#define CORE_CONFIG_OPTIONS_H

#include "core/config/settings.h"

/* What the file's syntax said the value is; the command line has only text. */
enum option_form { OPTION_FORM_FLAG, OPTION_FORM_NUMBER, OPTION_FORM_BOOL, OPTION_FORM_STRING, OPTION_FORM_OTHER };

const struct option_row *option_find(enum option_scope scope, struct slice name);
/* "unknown option 'therme'; did you mean 'theme'?" */
bool option_unknown(enum option_scope scope, bool flags_only, struct slice name, struct err *err);
/* Checks text against the row and stores it in the struct at base. folder: what a relative path starts from, NULL: left alone. */
MUST_USE bool option_store(const struct option_row *row, void *base, enum option_form form, struct slice text, const char *folder,
                           struct err *err);
/* The value as the user would write it in a file, quotes included; false when it has none. */
bool option_add_value(const struct option_row *row, const void *base, struct buf *out);
/* "20" (seconds), "90s", "5m", "1h"; may be negative. */
MUST_USE bool option_duration(struct slice text, int64_t *ms);
void option_defaults(enum option_scope scope, void *base);
void option_clear(enum option_scope scope, void *base); /* frees the texts */
void option_clear_row(const struct option_row *row, void *base);
/* "1s to 1h": what is allowed, for messages and for help. */
bool option_add_allowed(const struct option_row *row, struct buf *out);

#endif
