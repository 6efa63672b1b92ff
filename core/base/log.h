/* SPDX-License-Identifier: MIT */
/* log: one line a fact, for the keeper's log file or for nobody. Control bytes are escaped
 * (\xNN), registered secrets are replaced by "****", whatever the caller passes. */
#ifndef CORE_BASE_LOG_H
#define CORE_BASE_LOG_H

#include "core/base/err.h"
#include "core/base/slice.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG, LOG_COUNT };

/* Path NULL: nothing is written. The file is made with mode 0600 and appended to. */
MUST_USE bool log_open(const char *path, enum log_level max, struct err *err);
int log_fd(void); /* of the file, -1: none; what it does not take at once is lost */
void log_close(void);
void log_line(enum log_level level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Every secret is registered once when it is learned; copies live until log_forget_secrets. */
void log_add_secret(struct slice secret);
void log_forget_secrets(void);
struct buf;
/* Adds s to out with secrets masked; used for transcripts as well. */
bool log_mask(struct buf *out, struct slice s);
/* The same, but what occurs in `known` stays: a secret that is also the name of something stands there openly, and to mask it elsewhere would
 * say what it is. */
bool log_mask_but(struct buf *out, struct slice s, struct slice known);

#endif
