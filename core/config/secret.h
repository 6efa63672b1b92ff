/* SPDX-License-Identifier: MIT */
/* secret: the AMI user's secret, from where the settings say. It goes into one buffer that is
 * never moved (so that buf_wipe leaves no copy), and is registered with log for masking. */
#ifndef CORE_CONFIG_SECRET_H
#define CORE_CONFIG_SECRET_H

#include "core/config/settings.h"

#define SECRET_MAX_BYTES 1000 /* with "Secret: " and the line's end in one AMI line of 1024 */

/* Neither file nor command: whoever has the terminal asks the user. */
bool secret_is_prompted(const struct pbx_settings *pbx);
/* *out is emptied, given its maximum, and filled; the caller wipes it. May wait up to a minute for the command. */
MUST_USE bool secret_read(const struct pbx_settings *pbx, struct buf *out, struct err *err);
/* The two sources. One newline at the end is dropped. wait_ms: how long the bytes may take to come. */
MUST_USE bool secret_from_file(const char *path, int64_t wait_ms, struct buf *out, struct err *err);
MUST_USE bool secret_from_command(const char *command, int64_t wait_ms, struct buf *out, struct err *err);

/* For `config check`: is the secret's file there, ours alone, and with a secret in it? A pipe is not read, a command not run. */
MUST_USE bool secret_check(const struct pbx_settings *pbx, struct err *err);

#endif
