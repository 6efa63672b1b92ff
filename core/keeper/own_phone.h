/* SPDX-License-Identifier: MIT */
/* own_phone: which phone a user has named as his own, in the file `phones` of the state folder: a line a user, DEVICE USER. Read at each
 * question, so that all acdtops of a user agree. */
#ifndef CORE_KEEPER_OWN_PHONE_H
#define CORE_KEEPER_OWN_PHONE_H

#include "core/base/buf.h"

MUST_USE bool own_phone_get(const char *who, struct buf *out); /* false: none is known */
void own_phone_keep(const char *who, const char *phone);       /* what cannot be kept is said in the log, and asked for again */

#endif
