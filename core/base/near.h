/* SPDX-License-Identifier: MIT */
/* near: the known name that is closest to what was typed, for "did you mean". */
#ifndef CORE_BASE_NEAR_H
#define CORE_BASE_NEAR_H

#include "core/base/slice.h"

/* name_at(i, context) returns the i-th name, NULL after the last. NULL when none is near (more than a third differs). */
const char *near_name(struct slice typed, const char *(*name_at)(size_t i, const void *context), const void *context);

#endif
