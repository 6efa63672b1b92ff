/* SPDX-License-Identifier: MIT */
/* profile: a file of settings with a name, read over the usual files: which queues, which screen, theme, thresholds. Those of
 * the administrator lie in /etc/acdtop/profiles, those of the user beside his acdtop.conf; NAME.conf is called NAME. */
#ifndef CORE_CONFIG_PROFILE_H
#define CORE_CONFIG_PROFILE_H

#include "core/config/settings.h"

/* Reads it over what is there. A name with a '/' is a path. The user's go before the administrator's, unless the settings are
 * locked: then there are only the administrator's. *err names the nearest one. A profile cannot name another one. */
MUST_USE bool profile_load(struct settings *s, const char *name, struct err *err);
/* The user's profile of this name becomes this text: mode 0600, in a folder that is made where it is missing, complete or not at all.
 * One that is there already is written over only where is_over; else *err says how. */
MUST_USE bool profile_write(const char *name, struct slice text, bool is_over, struct err *err);
/* Every profile there is, by name; the user's first. */
void profile_each(const struct settings *s, void (*each)(void *context, const char *name, const char *path), void *context);
/* Where a profile of the user's with this name is written; NULL: the name will not do (*err). To be mem_free'd. */
char *profile_path(const char *name, struct err *err);

#endif
