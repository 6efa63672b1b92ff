/* SPDX-License-Identifier: MIT */
/* sample: something for the lint to find.
 * It is never compiled. */
static const char *const bare[] = {
    [COLOUR_RED] = "red",
    [COLOUR_BLUE] = "blue",
};
static const char *const asserted[] = { [COLOUR_RED] = "red" };
_Static_assert(sizeof asserted / sizeof asserted[0] == COLOUR_COUNT, "one name a colour");
static const char *const bounded[COLOUR_COUNT] = { [COLOUR_RED] = "red" };
static const int plain[] = { 1, 2, 3 };
