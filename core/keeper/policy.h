/* SPDX-License-Identifier: MIT */
/* policy: who may do what at a shared keeper: `access` of its configuration gives UNIX users and groups a role, and each order wants one. A
 * private keeper's user can read its secret: for him a policy would be a courtesy, and there is none. */
#ifndef CORE_KEEPER_POLICY_H
#define CORE_KEEPER_POLICY_H

#include "core/config/settings.h"
#include "core/control/command.h"
#include "core/keeper/door.h"

struct policy;

enum policy_role { POLICY_NOBODY, POLICY_VIEWER, POLICY_SUPERVISOR, POLICY_ADMIN, POLICY_ROLE_COUNT };
extern const char *const policy_role_names[POLICY_ROLE_COUNT];

/* Looks the names up, once: before any PBX is connected. False: one of them does not exist, FILE:LINE and which. */
MUST_USE bool policy_new(const struct settings *s, struct policy **out, struct err *err);
void policy_free(struct policy *p);

/* The first entry that fits; root and the keeper's own user are administrators; everybody else is nobody. policy NULL: administrator. */
enum policy_role policy_of(const struct policy *p, const struct door_user *user);
/* His name, as far as the configuration tells it; else "uid 1001". */
void policy_name(const struct policy *p, const struct door_user *user, char *out, size_t size);
/* False: *err says which role it takes. Every line counts. */
MUST_USE bool policy_allows(enum policy_role role, struct slice lines, struct err *err);

#endif
