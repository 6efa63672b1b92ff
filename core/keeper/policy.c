/* SPDX-License-Identifier: MIT */
/* policy: the names in `access` and `access_roles` become numbers and tables at the start, and a user's numbers become rights afterwards. What
 * is in no entry is nobody. What an order takes is said by its class in commands.def and by the four roles here, and nowhere else. */
#include "core/keeper/policy.h"

#include "core/base/mem.h"
#include "core/base/near.h"
#include "core/config/entries.h"
#include "core/config/options.h"

#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <unistd.h>

enum base { BASE_VIEWER, BASE_AGENT, BASE_SUPERVISOR, BASE_ADMIN, BASE_COUNT };

static const struct {
    const char *name;
    unsigned classes;    /* of orders */
    const char *also[8]; /* single ones */
} base_table[] = {
    [BASE_VIEWER] = { .name = "viewer" },
    [BASE_AGENT] = { .name = "agent", .classes = COMMAND_PAUSES, .also = { "add", "remove", "move", "take", "cancel", "login", "logout" } },
    [BASE_SUPERVISOR] = { .name = "supervisor", .classes = ~(unsigned)COMMAND_MONITORING },
    [BASE_ADMIN] = { .name = "admin", .classes = ~0u },
};
_Static_assert(sizeof base_table / sizeof base_table[0] == BASE_COUNT, "every role says what it may");

struct rule { /* of access */
    bool is_group;
    uid_t uid;
    gid_t gid;
    const struct access_settings *entry;
};

struct person { /* a user who is an agent, by the list agents */
    uid_t uid;
    const char *agent;
};

struct policy {
    const struct settings *settings;
    struct rule *rule;
    size_t count;
    struct person *person;
    size_t person_count;
    uid_t own;
};

/* ---- roles ---- */

static bool base_named(const char *name, enum base *out)
{
    for (int i = 0; i < BASE_COUNT; i++) {
        if (strcmp(base_table[i].name, name) == 0) {
            *out = (enum base)i;
            return true;
        }
    }
    return false;
}

static void allow_base(struct rights *r, enum base base)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        unsigned where = command_table[i].where;
        bool may = (where & COMMAND_ORDER) != 0 && (where & base_table[base].classes & ~7u) != 0;
        for (size_t k = 0; k < sizeof base_table[base].also / sizeof base_table[base].also[0] && base_table[base].also[k] != NULL; k++)
            may = may || strcmp(command_table[i].name, base_table[base].also[k]) == 0;
        r->may[i] = may;
    }
}

static const char *word_at(size_t i, const void *context)
{
    (void)context;
    if (i < command_class_count)
        return command_class_table[i].name;
    i -= command_class_count;
    return i >= COMMAND_COUNT ? NULL : (command_table[i].where & COMMAND_ORDER) != 0 ? command_table[i].name : "";
}

/* A command, or all of a class. */
static bool set_word(struct rights *r, struct slice word, bool may)
{
    bool is_known = false;
    unsigned bit = 0;
    for (size_t i = 0; i < command_class_count; i++)
        bit |= slice_eq(word, slice_of(command_class_table[i].name)) ? command_class_table[i].where : 0;
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        bool is_it = (command_table[i].where & COMMAND_ORDER) != 0 && ((command_table[i].where & bit) != 0 || slice_eq(word, slice_of(command_table[i].name)));
        r->may[i] = is_it ? may : r->may[i];
        is_known = is_known || is_it;
    }
    return is_known;
}

static const char *place_of(const struct rights_settings *entry, const char *option)
{
    return entries_origin(entry->origin, option_find(OPTION_RIGHTS, slice_of(option)));
}

static bool set_words(struct rights *r, const struct rights_settings *entry, const char *option, const char *lines, bool may, struct err *err)
{
    for (struct slice rest = slice_of(lines); rest.n > 0;) {
        struct slice word = slice_cut(rest, '\n', &rest);
        if (set_word(r, word, may))
            continue;
        const char *near = near_name(word, word_at, NULL);
        bool is_near = near != NULL && near[0] != '\0';
        return err_set(err, ERR_CONFIG, "%s: %s: there is no order and no class of orders '%.*s'%s%s%s", place_of(entry, option), option, SLICE_FMT(word),
                       is_near ? "; did you mean '" : "", is_near ? near : "", is_near ? "'?" : "");
    }
    return true;
}

static bool change_role(struct rights *r, const struct rights_settings *entry, enum base base, struct err *err)
{
    if (!set_words(r, entry, "allow", entry->allow, true, err) || !set_words(r, entry, "deny", entry->deny, false, err))
        return false;
    r->is_masked = entry->numbers != NULL && strcmp(entry->numbers, "masked") == 0;
    r->sight[0] = (struct rights_sight){ .queues = base == BASE_AGENT ? NULL : entry->queues, .agents = entry->agents, .teams = entry->teams, .pbxs = entry->pbxs };
    r->join = base == BASE_AGENT ? entry->queues : NULL;
    return true;
}

/* The rights of a role, of nobody in particular; *is_self: it is an agent's. */
static bool role_named(const struct settings *s, const char *name, struct rights *out, bool *is_self, struct err *err)
{
    const struct rights_settings *entry = NULL;
    for (size_t i = 0; s != NULL && i < s->rights_count; i++)
        entry = strcmp(s->rights[i].name, name) == 0 ? &s->rights[i] : entry;
    const char *like = entry != NULL && entry->like != NULL ? entry->like : name;
    enum base base;
    *out = (struct rights){ .is_masked = false };
    (void)snprintf(out->role, sizeof out->role, "%s", name);
    if (!base_named(like, &base) && entry == NULL)
        return err_set(err, ERR_CONFIG, "there is no role '%s': viewer, agent, supervisor, admin, or one of access_roles", name);
    if (!base_named(like, &base))
        return err_set(err, ERR_CONFIG, "%s: the role '%s' says no like: what it may begins with that of viewer, agent, supervisor or admin", place_of(entry, "name"), name);
    allow_base(out, base);
    *is_self = base == BASE_AGENT;
    return entry == NULL || change_role(out, entry, base, err);
}

static bool check_roles(const struct settings *s, struct err *err)
{
    struct rights ignored;
    bool is_self;
    for (size_t i = 0; i < s->rights_count; i++) {
        const struct rights_settings *entry = &s->rights[i];
        for (size_t k = 0; k < i; k++) {
            if (strcmp(s->rights[k].name, entry->name) == 0)
                return err_set(err, ERR_CONFIG, "%s: the role '%s' is there twice", place_of(entry, "name"), entry->name);
        }
        if (!role_named(s, entry->name, &ignored, &is_self, err))
            return false;
    }
    return true;
}

/* ---- users ---- */

static bool read_rule(const struct settings *s, const struct access_settings *a, struct rule *out, struct err *err)
{
    const struct passwd *user = a->user != NULL ? getpwnam(a->user) : NULL;
    const struct group *group = a->group != NULL ? getgrnam(a->group) : NULL;
    const char *where = entries_origin(a->origin, option_find(OPTION_ACCESS, SLICE("role")));
    struct rights ignored;
    bool is_self;
    *out = (struct rule){ .is_group = a->user == NULL, .entry = a };
    if (user != NULL)
        out->uid = user->pw_uid;
    if (group != NULL)
        out->gid = group->gr_gid;
    if ((a->user != NULL) == (a->group != NULL))
        return err_set(err, ERR_CONFIG, "%s: an entry of access names a user or a group, one of them", where);
    if (user == NULL && group == NULL)
        return err_set(err, ERR_CONFIG, "%s: there is no %s '%s' on this host", where, out->is_group ? "group" : "user", out->is_group ? a->group : a->user);
    return role_named(s, a->role, &ignored, &is_self, err) || err_prefix(err, "%s", where);
}

static bool read_person(const struct agent_settings *a, struct policy *p, struct err *err)
{
    if (a->user == NULL)
        return true;
    const struct passwd *user = getpwnam(a->user);
    if (user == NULL)
        return err_set(err, ERR_CONFIG, "%s: there is no user '%s' on this host", entries_origin(a->origin, option_find(OPTION_AGENT, SLICE("user"))), a->user);
    p->person[p->person_count++] = (struct person){ user->pw_uid, a->extension };
    return true;
}

static bool read_all(struct policy *p, const struct settings *s, struct err *err)
{
    if (!check_roles(s, err))
        return false;
    for (size_t i = 0; i < s->access_count; i++) {
        if (!read_rule(s, &s->access[i], &p->rule[p->count++], err))
            return false;
    }
    for (size_t i = 0; i < s->agent_count; i++) {
        if (!read_person(&s->agent[i], p, err))
            return false;
    }
    return true;
}

bool policy_new(const struct settings *s, struct policy **out, struct err *err)
{
    struct policy *p = mem_alloc(sizeof *p);
    p->settings = s;
    p->rule = mem_array(s->access_count + 1, sizeof *p->rule);
    p->person = mem_array(s->agent_count + 1, sizeof *p->person);
    p->own = getuid();
    if (!read_all(p, s, err)) {
        policy_free(p);
        return false;
    }
    *out = p;
    return true;
}

void policy_free(struct policy *p)
{
    if (p == NULL)
        return;
    mem_free(p->rule);
    mem_free(p->person);
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

static const struct access_settings *entry_of(const struct policy *p, const struct door_user *user)
{
    for (size_t i = 0; p != NULL && i < p->count; i++) {
        if (fits(&p->rule[i], user))
            return p->rule[i].entry;
    }
    return NULL;
}

bool policy_is_above(const struct policy *p, const struct door_user *user)
{
    return p == NULL || user->uid == 0 || user->uid == p->own;
}

/* Who he is on the floor; NULL: nobody. */
static const char *agent_of(const struct policy *p, const struct door_user *user)
{
    const struct access_settings *a = entry_of(p, user);
    if (a != NULL && a->agent != NULL)
        return a->agent;
    for (size_t i = 0; p != NULL && i < p->person_count; i++) {
        if (p->person[i].uid == user->uid)
            return p->person[i].agent;
    }
    return NULL;
}

/* ---- both ---- */

/* A role, for this user; is_his: that of his entry, and no other that he asks for. */
static bool role_of(const struct policy *p, const struct door_user *user, const char *name, bool is_his, struct rights *out, struct err *err)
{
    const struct access_settings *a = entry_of(p, user);
    const char *agent = agent_of(p, user);
    bool is_self = false;
    if (!role_named(p != NULL ? p->settings : NULL, name, out, &is_self, err))
        return false;
    if (is_self && agent == NULL)
        return err_set(err, ERR_LOGIN, "the keeper's configuration gives you the role %s and does not say which agent you are: agent in its access, or user in its agents", name);
    if (is_self)
        (void)snprintf(out->self, sizeof out->self, "%s", agent);
    const char **queues = is_self ? &out->join : &out->sight[0].queues;
    *queues = a != NULL && a->queues != NULL && (is_his || is_self) ? a->queues : *queues;
    return true;
}

static bool role_first(const struct policy *p, const struct door_user *user, struct rights *out, struct err *err)
{
    const struct access_settings *a = entry_of(p, user);
    if (policy_is_above(p, user)) {
        rights_all(out);
        return true;
    }
    if (a == NULL)
        return err_set(err, ERR_LOGIN, "the keeper of this host does not know you: its configuration's 'access' names users and groups");
    return role_of(p, user, a->role, true, out, err);
}

/* What both allow. The name is that of the role which says less. */
static void lower(struct rights *r, const struct rights *to)
{
    bool is_less = (to->is_masked && !r->is_masked) || (to->self[0] != '\0' && r->self[0] == '\0') || rights_is_narrow(to);
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        is_less = is_less || (r->may[i] && !to->may[i]);
        r->may[i] = r->may[i] && to->may[i];
    }
    r->is_masked = r->is_masked || to->is_masked;
    r->sight[1] = to->sight[0];
    if (is_less)
        memcpy(r->role, to->role, sizeof r->role);
    if (r->self[0] != '\0')
        return; /* he is one already: that does not become more */
    memcpy(r->self, to->self, sizeof r->self);
    r->join = to->join;
}

bool policy_of(const struct policy *p, const struct door_user *user, struct slice asked, struct rights *out, struct err *err)
{
    struct rights to;
    char name[RIGHTS_NAME_MAX + 1];
    if (!role_first(p, user, out, err))
        return false;
    if (asked.n == 0)
        return true;
    (void)snprintf(name, sizeof name, "%.*s", (int)(asked.n < RIGHTS_NAME_MAX ? asked.n : RIGHTS_NAME_MAX), asked.p);
    if (!role_of(p, user, name, false, &to, err))
        return false;
    lower(out, &to);
    return true;
}

void policy_name(const struct policy *p, const struct door_user *user, char *out, size_t size)
{
    for (size_t i = 0; p != NULL && i < p->count; i++) {
        if (!p->rule[i].is_group && p->rule[i].uid == user->uid) {
            (void)snprintf(out, size, "%s", p->rule[i].entry->user);
            return;
        }
    }
    (void)snprintf(out, size, "uid %ld", (long)user->uid);
}
