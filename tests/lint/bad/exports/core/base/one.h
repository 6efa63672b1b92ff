/* SPDX-License-Identifier: MIT */
int one_used(int a);
int one_missing(int a,
                int b);
static inline int one_inline(int a) { return a; }
