/* SPDX-License-Identifier: MIT */
/* sample: something for the lint to find.
 * It is never compiled. */
#include "core/base/slice.h"
#include "core/floor/floor.h"
#include "near.h"
#include "tests/unit/support.h"
#include <curl/curl.h>
