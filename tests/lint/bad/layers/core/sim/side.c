/* SPDX-License-Identifier: MIT */
/* sample: something for the lint to find.
 * It is never compiled. */
#include "core/ami/frame.h"
#include "core/config/settings.h"
