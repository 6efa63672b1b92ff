/* SPDX-License-Identifier: MIT */
/* Lets any C test be started with one of its allocations failing: ACDTOP_FAULT=N in the
 * environment makes the N-th fail. Linked into every test (fault.mk); the program itself
 * reads no such variable. */
#include "tests/fault/support_fault.h"

#include "core/base/mem.h"

#include <stdlib.h>

__attribute__((constructor)) void fault_from_environment(void)
{
    const char *text = getenv("ACDTOP_FAULT");
    if (text != NULL)
        mem_fail_after(strtoul(text, NULL, 10));
}
