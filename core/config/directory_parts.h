/* SPDX-License-Identifier: MIT */
/* directory_parts: what directory.c and directory_find.c share. */
#ifndef CORE_CONFIG_DIRECTORY_PARTS_H
#define CORE_CONFIG_DIRECTORY_PARTS_H

#include "core/config/directory.h"

struct directory_row { /* of `agents` */
    const struct agent_settings *agent;
    size_t place;
    char *key, *interface_key; /* PBX, '\n', extension or interface */
};

struct directory {
    const struct settings *settings;
    struct directory_row *row; /* as many as the settings have agents */
    char **queue_key, **alias_key;
    struct map *by_extension, *by_interface, *by_queue, *by_alias;
};

bool directory_is_extension(struct slice s);
bool directory_has_digit(struct slice text); /* a word is no extension because a pattern would take it: a name mistyped must not become a device that nobody has */
/* False: no pattern for this PBX, or what comes out is too long. */
MUST_USE bool directory_make_interface(const struct directory *d, const char *pbx, struct slice extension, char out[DIRECTORY_TEXT_MAX + 1]);
/* All that is known of this row on that PBX; row NULL: of somebody with this interface. False: no interface can be made. */
MUST_USE bool directory_fill(const struct directory *d, const char *pbx, const struct directory_row *row, struct slice interface,
                             struct directory_entry *out);
/* Does the row hold on that PBX, and is there none that holds for it alone? */
bool directory_row_fits(const struct directory *d, const char *pbx, const struct directory_row *row);

#endif
