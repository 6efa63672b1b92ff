/* SPDX-License-Identifier: MIT */
/* vault: secrets that were typed, by the name of their PBX, in memory that is neither swapped out nor dumped nor
 * handed to children, and is overwritten when it is let go. */
#ifndef CORE_KEEPER_VAULT_H
#define CORE_KEEPER_VAULT_H

#include "core/base/slice.h"

#define VAULT_SECRET_MAX 1024

struct vault;

struct vault *vault_new(void);
void vault_free(struct vault *v); /* wipes */
/* Replaces the one of that name; false: too long, or there is no memory that can be locked away. */
MUST_USE bool vault_put(struct vault *v, struct slice name, struct slice secret);
void vault_drop(struct vault *v, struct slice name);
struct slice vault_get(const struct vault *v, struct slice name); /* absent when there is none; valid until the next call */

#endif
