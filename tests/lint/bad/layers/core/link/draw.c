/* SPDX-License-Identifier: MIT */
/* sample: something for the lint to find.
 * It is never compiled. */
#include <curl/curl.h>
#include "tui/term/term.h"
#include <ncursesw/curses.h>
