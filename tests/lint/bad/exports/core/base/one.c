/* SPDX-License-Identifier: MIT */
/* sample: something for the lint to find.
 * It is never compiled. */
int one_used(int a)
{
    return one_alone(a);
}

int one_alone(int a)
{
    return helper(a);
}

static int helper(int a)
{
    return a;
}
