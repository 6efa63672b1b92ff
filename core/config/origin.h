/* SPDX-License-Identifier: MIT */
/* origin: who has logged in and from where, as the environment of this process says: sshd and sudo have put it there, and who wants to can say
 * something else. */
#ifndef CORE_CONFIG_ORIGIN_H
#define CORE_CONFIG_ORIGIN_H

#include "core/base/buf.h"

void origin_login(struct buf *out); /* "eva"; nothing: it is not said */
void origin_from(struct buf *out);  /* "192.0.2.7 port 51234"; nothing: not by SSH */

#endif
