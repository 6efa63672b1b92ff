/* SPDX-License-Identifier: MIT */
/* scan: a first look at a file's text for what the parser behind it would take without a word. For settings.c only. */
#ifndef CORE_CONFIG_SCAN_H
#define CORE_CONFIG_SCAN_H

#include "core/base/slice.h"

/* NULL: nothing to complain about. Else what is wrong, and on which line. */
const char *scan_refuses(struct slice text, int *line);

#endif
