/* SPDX-License-Identifier: MIT */
/* policy: the names in `access` become numbers at the start, and a user's numbers become a role afterwards. What is in no entry is nobody, and
 * what an order takes is said here and nowhere else. */
#include "core/keeper/policy.h"

#include "core/base/mem.h"
#include "core/config/entries.h"
#include "core/config/options.h"

#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <unistd.h>

const char *const policy_role_names[] = {
    [POLICY_NOBODY] = "nobody", [POLICY_VIEWER] = "viewer", [POLICY_SUPERVISOR] = "supervisor", [POLICY_ADMIN] = "admin",
};
_Static_assert(sizeof policy_role_names / sizeof policy_role_names[0] == POLICY_ROLE_COUNT, "a name for every role");

struct rule {
    bool is_group;
    uid_t uid;
    gid_t gid;
    enum policy_role role;
    const char *name;
};

struct policy {
    struct rule *rule;
    size_t count;
    uid_t own;
};

static bool read_rule(const struct access_settings *a, struct rule *out, struct err *err)
{
    const struct passwd *user = a->user != NULL ? getpwnam(a->user) : NULL;
    const struct group *group = a->group != NULL ? getgrnam(a->group) : NULL;
    const char *where = entries_origin(a->origin, option_find(OPTION_ACCESS, SLICE("role")));
    *out = (struct rule){ .is_group = a->user == NULL, .name = a->user != NULL ? a->user : a->group };
    for (int role = POLICY_NOBODY + 1; role < POLICY_ROLE_COUNT; role++)
        out->role = strcmp(a->role, policy_role_names[role]) == 0 ? (enum policy_role)role : out->role;
    if (user != NULL)
        out->uid = user->pw_uid;
    if (group != NULL)
        out->gid = group->gr_gid;
    if ((a->user != NULL) == (a->group != NULL))
        return err_set(err, ERR_CONFIG, "%s: an entry of access names a user or a group, one of them", where);
    return user != NULL || group != NULL ||
           err_set(err, ERR_CONFIG, "%s: there is no %s '%s' on this host", where, out->is_group ? "group" : "user", out->name);
}

bool policy_new(const struct settings *s, struct policy **out, struct err *err)
{
    struct policy *p = mem_alloc(sizeof *p);
    p->rule = mem_array(s->access_count + 1, sizeof *p->rule);
    p->own = getuid();
    for (size_t i = 0; i < s->access_count; i++) {
        if (!read_rule(&s->access[i], &p->rule[p->count++], err)) {
            policy_free(p);
            return false;
        }
    }
    *out = p;
    return true;
}

void policy_free(struct policy *p)
{
    if (p == NULL)
        return;
    mem_free(p->rule);
    mem_free(p);
}

static bool fits(const struct rule *r, const struct door_user *user)
{
    if (!r->is_group)
        return r->uid == user->uid;
    for (size_t i = 0; i < user->group_count; i++) {
        if (user->group[i] == r->gid)
            return true;
    }
    return false;
}

enum policy_role policy_of(const struct policy *p, const struct door_user *user)
{
    if (p == NULL || user->uid == 0 || user->uid == p->own)
        return POLICY_ADMIN;
    for (size_t i = 0; i < p->count; i++) {
        if (fits(&p->rule[i], user))
            return p->rule[i].role;
    }
    return POLICY_NOBODY;
}

void policy_name(const struct policy *p, const struct door_user *user, char *out, size_t size)
{
    for (size_t i = 0; p != NULL && i < p->count; i++) {
        if (!p->rule[i].is_group && p->rule[i].uid == user->uid) {
            (void)snprintf(out, size, "%s", p->rule[i].name);
            return;
        }
    }
    (void)snprintf(out, size, "uid %ld", (long)user->uid);
}

bool policy_allows(enum policy_role role, struct slice lines, struct err *err)
{
    while (lines.n > 0) {
        struct slice line = slice_cut(lines, '\n', &lines), rest;
        struct slice name = slice_cut(line, ' ', &rest);
        enum policy_role wanted = POLICY_SUPERVISOR; /* every order there is; what an admin alone may gets its row with the first such order */
        if (role < wanted)
            return err_set(err, ERR_LOGIN, "'%.*s' takes a %s, and the keeper's configuration makes you a %s", SLICE_FMT(name), policy_role_names[wanted],
                           policy_role_names[role]);
    }
    return true;
}
