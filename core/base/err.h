/* SPDX-License-Identifier: MIT */
/* err: an error is a value with a sentence in it. The first one wins; callers put
 * context in front. A sentence says what was being done, on what, what is wrong, what to do. */
#ifndef CORE_BASE_ERR_H
#define CORE_BASE_ERR_H

#include <stdarg.h>
#include <stdbool.h>

enum err_kind {
    ERR_NONE,
    ERR_USAGE,    /* the command line, exit 64 */
    ERR_CONFIG,   /* a file of the user's, exit 78 */
    ERR_NETWORK,  /* cannot reach the peer, exit 69 */
    ERR_LOGIN,    /* the PBX refuses us, exit 77 */
    ERR_PROTOCOL, /* the peer does not speak AMI, exit 76 */
    ERR_SYSTEM,   /* a system call failed, exit 71 */
    ERR_INTERNAL, /* ours, exit 70 */
    ERR_COUNT
};

struct err {
    enum err_kind kind;
    char text[512]; /* printable, one line, cut at a character when too long */
    const char *word; /* the same for a program: one word that stays; NULL: there is none */
};

#define ERR_INIT ((struct err){ .kind = ERR_NONE })

/* Both return false, so that a function can say `return err_set(err, ...)`. err may be NULL. */
bool err_set(struct err *err, enum err_kind kind, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
bool err_errno(struct err *err, enum err_kind kind, const char *fmt, ...) __attribute__((format(printf, 3, 4))); /* adds ": strerror" */
bool err_prefix(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));                    /* "context: " in front */
int err_exit_code(enum err_kind kind); /* sysexits(3) values as above */

#endif
