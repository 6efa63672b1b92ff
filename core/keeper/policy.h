/* SPDX-License-Identifier: MIT */
/* policy: who may what at a shared keeper: `access` of its configuration gives UNIX users and groups a role, `access_roles` says what a role
 * may beside what the four that are there in any case may. A private keeper's user can read its secret: for him a policy would be a courtesy,
 * and there is none. */
#ifndef CORE_KEEPER_POLICY_H
#define CORE_KEEPER_POLICY_H

#include "core/config/settings.h"
#include "core/keeper/door.h"
#include "core/keeper/rights.h"

struct policy;

/* Looks the names up, once: before any PBX is connected. False: one of them does not exist, FILE:LINE and which. The settings are borrowed. */
MUST_USE bool policy_new(const struct settings *s, struct policy **out, struct err *err);
void policy_free(struct policy *p);

/* The rights of the first entry that fits; root and the keeper's own user are administrators. `asked`: a role to which they are lowered, and
 * never raised; absent: none. policy NULL (a private keeper): everything. False: everybody else, and who asks for a role that there is not;
 * *err says it. */
MUST_USE bool policy_of(const struct policy *p, const struct door_user *user, struct slice asked, struct rights *out, struct err *err);
bool policy_is_above(const struct policy *p, const struct door_user *user); /* root and the keeper's own user */
/* His name, as far as the configuration tells it; else "uid 1001". */
void policy_name(const struct policy *p, const struct door_user *user, char *out, size_t size);

#endif
