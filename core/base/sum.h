/* SPDX-License-Identifier: MIT */
/* sum: arithmetic on figures that others send. Where the true result has no room the nearest number that has is the
 * result: a total of absurd numbers is absurd, but it is never negative by accident and never undefined. */
#ifndef CORE_BASE_SUM_H
#define CORE_BASE_SUM_H

#include <stdint.h>

static inline int64_t sum_add(int64_t a, int64_t b)
{
    int64_t out;
    return !__builtin_add_overflow(a, b, &out) ? out : b > 0 ? INT64_MAX : INT64_MIN;
}

static inline int64_t sum_sub(int64_t a, int64_t b)
{
    int64_t out;
    return !__builtin_sub_overflow(a, b, &out) ? out : b < 0 ? INT64_MAX : INT64_MIN;
}

static inline int64_t sum_mul(int64_t a, int64_t b)
{
    int64_t out;
    return !__builtin_mul_overflow(a, b, &out) ? out : (a < 0) == (b < 0) ? INT64_MAX : INT64_MIN;
}

#endif
