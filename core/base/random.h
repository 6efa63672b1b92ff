/* SPDX-License-Identifier: MIT */
/* random: bytes from the kernel for ActionIDs and seeds, and a seeded generator for the
 * simulator, whose runs must repeat. */
#ifndef CORE_BASE_RANDOM_H
#define CORE_BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

void random_bytes(void *out, size_t n);          /* getrandom(2); ends the program (exit 71) if the kernel has none */
void random_token(char out[25]);                 /* 24 characters [0-9a-f], 96 bits, NUL */

struct random {
    uint64_t state;
};
uint64_t random_next(struct random *r);
uint32_t random_below(struct random *r, uint32_t n); /* 0..n-1 */
double random_unit(struct random *r);                /* [0,1) */

#endif
