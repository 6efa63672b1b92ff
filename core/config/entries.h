/* SPDX-License-Identifier: MIT */
/* entries: the lists in struct settings and where each value came from. For core/config only. */
#ifndef CORE_CONFIG_ENTRIES_H
#define CORE_CONFIG_ENTRIES_H

#include "core/config/settings.h"

/* False where the option, or the whole list, is locked. */
MUST_USE bool entries_may_change(const struct settings *s, const struct option_row *row, struct err *err);
MUST_USE bool entries_may_replace(const struct settings *s, enum option_scope scope, struct err *err);

/* A list of the file, whose entries are groups of options of one scope. Every entry's struct begins with `char **origin`. */
struct entries_list {
    const char *name; /* in the file */
    size_t size;      /* of an entry */
    size_t at, count; /* offsets in struct settings */
    const char *needed[2]; /* what an entry cannot do without */
    const char *example;
};
extern const struct entries_list entries_lists[OPTION_SCOPE_COUNT]; /* that of OPTION_GLOBAL has no name: it is no list */

void *entries_at(const struct settings *s, enum option_scope scope, size_t i); /* NULL after the last */
void *entries_add(struct settings *s, enum option_scope scope);
void entries_drop(struct settings *s, enum option_scope scope); /* all of them */
void entries_set_origin(char **origin, const struct option_row *row, const char *where);
const char *entries_origin(char *const *origin, const struct option_row *row); /* NULL: the default */

#endif
