/* SPDX-License-Identifier: MIT */
/* sample: something for the lint to find.
 * It is never compiled. */
#include "core/keeper/client.h"
#include "tui/app.h"
/* #include <curses.h> in a comment is no include */
