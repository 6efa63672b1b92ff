/* SPDX-License-Identifier: MIT */
/* sample: something for the lint to find.
 * It is never compiled. */
#include "core/control/order.h"
#include <jansson.h>
