/* SPDX-License-Identifier: MIT */
/* sample: something for the lint to find.
 * It is never compiled. */
int clock_read(void)
{
    return clock_gettime(0, NULL) + time(NULL);
}
