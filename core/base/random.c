/* SPDX-License-Identifier: MIT */
/* random: two sources that must not be mixed up. random_bytes and random_token are for
 * secrets and identities, from the kernel; struct random is a fast sequence that repeats
 * from its seed, for the simulator and for tests. */
#include "core/base/random.h"

#include <errno.h>
#include <sys/random.h>
#include <sys/types.h>
#include <unistd.h>

enum { EXIT_NO_RANDOM = 71 };

void random_bytes(void *out, size_t n)
{
    unsigned char *at = out;
    while (n > 0) {
        ssize_t got = getrandom(at, n, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            static const char sentence[] = "acdtop: the kernel gives no random bytes (getrandom); acdtop cannot make safe identities without\n";
            ssize_t ignored = write(STDERR_FILENO, sentence, sizeof sentence - 1);
            (void)ignored;
            _exit(EXIT_NO_RANDOM);
        }
        at += got;
        n -= (size_t)got;
    }
}

void random_token(char out[25])
{
    static const char digits[] = "0123456789abcdef";
    unsigned char raw[12];
    random_bytes(raw, sizeof raw);
    for (size_t i = 0; i < sizeof raw; i++) {
        out[2 * i] = digits[raw[i] >> 4];
        out[2 * i + 1] = digits[raw[i] & 15];
    }
    out[24] = '\0';
}

uint64_t random_next(struct random *r)
{
    uint64_t x = r->state += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

uint32_t random_below(struct random *r, uint32_t n)
{
    if (n == 0)
        return 0;
    /* The first 2^32 mod n values would make small numbers likelier; they are thrown again. */
    uint32_t unfair = (uint32_t)(-n) % n;
    for (;;) {
        uint64_t product = (random_next(r) >> 32) * n;
        if ((uint32_t)product >= unfair)
            return (uint32_t)(product >> 32);
    }
}

double random_unit(struct random *r)
{
    return (double)(random_next(r) >> 11) * 0x1.0p-53;
}
