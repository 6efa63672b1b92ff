/* SPDX-License-Identifier: MIT */
/* mem: the one place where our own memory comes from. Counts blocks for tests, can fail on
 * purpose for tests/fault, and turns "no memory" into the documented end: hook, one sentence,
 * exit 70. At that point nothing may allocate, so the sentence goes out by write(2). */
#include "core/base/mem.h"

#include <stdlib.h>
#include <unistd.h>

enum { EXIT_EXHAUSTED = 70 };

static void (*exhausted_hook)(void);
static unsigned long fail_countdown, refuse_countdown;
static unsigned long live_blocks;

static _Noreturn void exhausted(void)
{
    static const char sentence[] = "acdtop: out of memory; free some memory or raise the limit (ulimit -v), then start again\n";
    void (*hook)(void) = exhausted_hook;
    exhausted_hook = NULL; /* a hook that allocates must not come back here for ever */
    if (hook != NULL)
        hook();
    ssize_t ignored = write(STDERR_FILENO, sentence, sizeof sentence - 1);
    (void)ignored;
    _exit(EXIT_EXHAUSTED);
}

static bool is_made_to_fail(unsigned long *countdown)
{
    return *countdown > 0 && --*countdown == 0;
}

void *mem_array(size_t count, size_t size)
{
    if (is_made_to_fail(&fail_countdown))
        exhausted();
    void *p = calloc(count > 0 ? count : 1, size > 0 ? size : 1);
    if (p == NULL)
        exhausted();
    live_blocks++;
    return p;
}

void *mem_alloc(size_t size)
{
    return mem_array(1, size);
}

static void *resize(void *p, size_t size)
{
    void *grown = realloc(p, size > 0 ? size : 1);
    if (grown != NULL && p == NULL)
        live_blocks++;
    return grown;
}

void *mem_try_resize(void *p, size_t size)
{
    return is_made_to_fail(&refuse_countdown) ? NULL : resize(p, size);
}

void *mem_resize(void *p, size_t count, size_t size)
{
    if (is_made_to_fail(&fail_countdown) || (size > 0 && count > SIZE_MAX / size))
        exhausted();
    void *grown = resize(p, count * size);
    if (grown == NULL)
        exhausted();
    return grown;
}

char *mem_text(struct slice s)
{
    char *text = mem_alloc(s.n + 1);
    if (s.n > 0)
        memcpy(text, s.p, s.n);
    return text;
}

char *mem_strdup(const char *text)
{
    return text != NULL ? mem_text(slice_of(text)) : NULL;
}

void mem_free(void *p)
{
    if (p == NULL)
        return;
    live_blocks--;
    free(p);
}

void mem_wipe(void *p, size_t size)
{
    explicit_bzero(p, size);
}

bool mem_assign(char **text, struct slice s)
{
    if (*text != NULL && s.p != NULL && strlen(*text) == s.n && memcmp(*text, s.p, s.n) == 0)
        return false;
    if (*text == NULL && s.p == NULL)
        return false;
    char *copy = s.p != NULL ? mem_text(s) : NULL; /* s may lie in *text */
    mem_free(*text);
    *text = copy;
    return true;
}

void mem_on_exhausted(void (*hook)(void))
{
    exhausted_hook = hook;
}

void mem_fail_after(unsigned long n)
{
    fail_countdown = n;
}

unsigned long mem_refuse_after(unsigned long n)
{
    unsigned long left = refuse_countdown;
    refuse_countdown = n;
    return left;
}

unsigned long mem_live(void)
{
    return live_blocks;
}
