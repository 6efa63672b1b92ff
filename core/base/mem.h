/* SPDX-License-Identifier: MIT */
/* mem: our own allocations. They never return NULL: when memory is gone the hook runs
 * (it restores the terminal), one sentence is written to standard error, and the program
 * ends with exit code 70. Sizes that a peer decides go through struct buf instead. */
#ifndef CORE_BASE_MEM_H
#define CORE_BASE_MEM_H

#include "core/base/slice.h"

void *mem_alloc(size_t size);                               /* zeroed */
void *mem_array(size_t count, size_t size);                 /* zeroed, the product is checked */
void *mem_resize(void *p, size_t count, size_t size);       /* new bytes are not zeroed */
/* For struct buf only: NULL when there is no memory, which is then the peer's trouble and not ours. */
void *mem_try_resize(void *p, size_t size);
char *mem_strdup(const char *text);                         /* NULL gives NULL */
char *mem_text(struct slice s);                             /* a copy with a NUL at the end; bytes after an inner NUL are unreachable as text */
void mem_free(void *p);
void mem_wipe(void *p, size_t size);                        /* zeroes that the compiler may not remove */

/* Replaces *text by a copy of s when it differs; true when it did. The absent slice gives NULL. */
bool mem_assign(char **text, struct slice s);

void mem_on_exhausted(void (*hook)(void));
/* Fault injection, for tests only. The n-th of our own allocations from now fails (0: never); the n-th growth of a
 * struct buf from now is refused; it returns what was left of the count before: 0 when it was hit. */
void mem_fail_after(unsigned long n);
unsigned long mem_refuse_after(unsigned long n);
unsigned long mem_live(void); /* blocks allocated and not yet freed; tests compare before and after */

#endif
