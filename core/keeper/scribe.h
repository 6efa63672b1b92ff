/* SPDX-License-Identifier: MIT */
/* scribe: what stands between the keeper and a disk. A write to a file can hang for minutes (a network file system whose
 * server is away), and while the keeper waits, the PBX waits (ami.md 3.1). So a small process of its own does the writing and
 * the keeper fills a pipe, which takes bytes at once or says that it is full. */
#ifndef CORE_KEEPER_SCRIBE_H
#define CORE_KEEPER_SCRIBE_H

#include "core/base/err.h"
#include "core/base/slice.h"

/* `fd` is open for writing. From here on the same number is the pipe (non-blocking: EAGAIN when full, EPIPE when the disk
 * refused), and a process, *pid, writes what comes through it to the file until the pipe is closed. To be called before any
 * secret is known: the process is a copy of this one. */
MUST_USE bool scribe_take(int fd, int *pid, struct err *err);

/* A process of its own, *pid, that does `work` with `fd` and nothing else, and ends with it. `fd` stays open here as well. As above: before any
 * secret is known. */
MUST_USE bool scribe_run(int fd, void (*work)(int fd, void *context), void *context, int *pid, struct err *err);

/* After the pipe was closed: waits until the file is written, at most `most_ms`; a scribe that hangs longer is left alone. */
void scribe_finish(int pid, int most_ms);

#endif
