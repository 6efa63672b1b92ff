/* SPDX-License-Identifier: MIT */
/* file: texts that become files: complete under their name, or not at all. */
#ifndef CORE_BASE_FILE_H
#define CORE_BASE_FILE_H

#include "core/base/err.h"
#include "core/base/slice.h"

/* A new file, mode 0600, on the disk when it is there. A disk that is full leaves nothing behind; what is there already under the
 * name stays as it is. *err begins with "cannot write". */
MUST_USE bool file_create(const char *path, struct slice text, struct err *err);
/* The same, in the place of what is there. Folders that are missing are made. */
bool file_replace(const char *path, struct slice text, struct err *err);
void file_make_folders(const char *path); /* those above it, mode 0700; what cannot be, opening will say */

#endif
