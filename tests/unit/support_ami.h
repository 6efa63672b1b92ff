/* SPDX-License-Identifier: MIT */
/* support_ami: for tests that read AMI bytes: a whole file, and a message told as one line of text. */
#ifndef TESTS_UNIT_SUPPORT_AMI_H
#define TESTS_UNIT_SUPPORT_AMI_H

#include "core/ami/event.h"
#include "core/base/buf.h"

bool support_read_file(const char *path, struct buf *out); /* appends */

/* "Kind Field=value ...\n", bytes outside printable ASCII as \xNN. */
void support_tell_event(struct buf *out, const struct event *e);

/* Feeds `bytes` in pieces of `step` (0: all at once) and tells every message; the last line says how it ended. */
void support_tell_stream(struct buf *out, struct slice bytes, size_t step, const struct frame_limits *limits);

#endif
