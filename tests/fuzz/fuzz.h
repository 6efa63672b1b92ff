/* SPDX-License-Identifier: MIT */
/* fuzz: what every target has. A target takes any bytes, does what the program does with them,
 * and holds properties with FUZZ_CHECK; a sanitizer or a check that fails ends it. */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include "core/base/mem.h"
#include "core/base/slice.h"

#include <sanitizer/lsan_interface.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Stays on whatever NDEBUG says. */
#define FUZZ_CHECK(claim) \
    do { \
        if (!(claim)) { \
            (void)fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #claim); \
            abort(); \
        } \
    } while (0)

static inline struct slice fuzz_slice(const uint8_t *data, size_t size)
{
    return (struct slice){ (const char *)data, size };
}

/* Says what was left allocated and by whom. */
static inline void fuzz_check_live(unsigned long before)
{
    if (mem_live() == before)
        return;
    (void)fprintf(stderr, "%lu blocks before, %lu after\n", before, mem_live());
    (void)__lsan_do_recoverable_leak_check();
    abort();
}

#endif
