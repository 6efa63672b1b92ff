/* SPDX-License-Identifier: MIT */
/* cli_unpack: a file as bytes, one that logrotate has packed too: gzip, xz, bzip2 or zstd unpacks it into a pipe. */
#ifndef TUI_CLI_UNPACK_H
#define TUI_CLI_UNPACK_H

#include "core/base/err.h"
#include "core/base/slice.h"

#include <sys/types.h>

struct unpack {
    const char *path, *program; /* program NULL: it is not packed */
    int fd;
    pid_t pid;
};

bool unpack_is_packed(const char *name);
/* "-" is standard input. `path` is borrowed until unpack_close. */
MUST_USE bool unpack_open(struct unpack *u, const char *path, struct err *err);
/* How many bytes; 0: it is over; -1: *err says why. */
ssize_t unpack_read(struct unpack *u, char *out, size_t size, struct err *err);
/* False: what was read is not all there is (a packed file that is damaged, a program that is not installed). */
MUST_USE bool unpack_close(struct unpack *u, struct err *err);

#endif
