/* SPDX-License-Identifier: MIT */
/* sample: something for the lint to find.
 * It is never compiled. */
static int two(int a)
{
    return one_used(a);
}
