/* SPDX-License-Identifier: MIT */
/* entries: life of struct settings: defaults in, lists grown and dropped, everything freed.
 * Owns every text in it and the origin of every value. */
#include "core/config/entries.h"

#include "core/base/mem.h"
#include "core/config/options.h"

#include <fnmatch.h>

static char **new_origin(void)
{
    return mem_array(option_count, sizeof(char *));
}

static void free_origin(char **origin)
{
    for (size_t i = 0; origin != NULL && i < option_count; i++)
        mem_free(origin[i]);
    mem_free(origin);
}

static size_t row_number(const struct option_row *row)
{
    return (size_t)(row - option_table);
}

void entries_set_origin(char **origin, const struct option_row *row, const char *where)
{
    (void)mem_assign(&origin[row_number(row)], slice_of(where));
}

const char *entries_origin(char *const *origin, const struct option_row *row)
{
    return origin[row_number(row)];
}

#define LIST(member, type, count_member) .size = sizeof(struct type), .at = offsetof(struct settings, member), .count = offsetof(struct settings, count_member)

const struct entries_list entries_lists[] = {
    [OPTION_GLOBAL] = { .name = NULL },
    [OPTION_AGENT] = { .name = "agents", LIST(agent, agent_settings, agent_count), .needed = { "extension" },
                       .example = "{ extension = \"401\"; name = \"TEXT\"; }" },
    [OPTION_QUEUE] = { .name = "queue_names", LIST(queue, queue_settings, queue_count), .needed = { "name" },
                       .example = "{ name = \"sales\"; alias = \"TEXT\"; }" },
    [OPTION_ROLE] = { .name = "roles", LIST(role, role_settings, role_count), .needed = { "name", "penalty" }, .example = "{ name = \"TEXT\"; penalty = N; }" },
    [OPTION_SET] = { .name = "queue_sets", LIST(set, set_settings, set_count), .needed = { "name", "queues" },
                     .example = "{ name = \"front\"; queues = [ \"sales\", \"support\" ]; }" },
    [OPTION_REASON] = { .name = "pause_reasons", LIST(reason, reason_settings, reason_count), .needed = { "name" },
                        .example = "{ name = \"lunch\"; kind = \"break\"; limit = \"30m\"; }" },
    [OPTION_THRESHOLD] = { .name = "thresholds", LIST(threshold, threshold_settings, threshold_count), .needed = { "number" },
                           .example = "{ number = \"NAME\"; warn = \"20s\"; alarm = \"60s\"; }" },
    [OPTION_PANE] = { .name = "panes", LIST(pane, pane_settings, pane_count), .needed = { "pane" },
                      .example = "{ pane = \"queues\"; sort = \"waiting\"; }" },
    [OPTION_LAYOUT] = { .name = "layouts", LIST(layout, layout_settings, layout_count), .needed = { "screen", "panes" },
                        .example = "{ screen = \"floor\"; panes = \"queues<50 / (callers | agents)\"; }" },
    [OPTION_RIGHTS] = { .name = "access_roles", LIST(rights, rights_settings, rights_count), .needed = { "name" },
                        .example = "{ name = \"lead\"; like = \"supervisor\"; deny = [ \"calls\" ]; }" },
    [OPTION_ACCESS] = { .name = "access", LIST(access, access_settings, access_count), .needed = { "role" },
                        .example = "{ group = \"supervisors\"; role = \"supervisor\"; }" },
    [OPTION_PBX] = { .name = "pbx", LIST(pbx, pbx_settings, pbx_count), .needed = { "url" }, .example = "{ url = \"ami://USER@HOST\"; ... }" },
};
_Static_assert(sizeof entries_lists / sizeof entries_lists[0] == OPTION_SCOPE_COUNT, "a scope without its list");

static char **array_of(const struct settings *s, const struct entries_list *list)
{
    char *at;
    memcpy(&at, (const char *)s + list->at, sizeof at);
    return (char **)(void *)at;
}

static size_t *count_of(struct settings *s, const struct entries_list *list)
{
    return (size_t *)(void *)((char *)s + list->count);
}

void *entries_at(const struct settings *s, enum option_scope scope, size_t i)
{
    const struct entries_list *list = &entries_lists[scope];
    size_t count;
    memcpy(&count, (const char *)s + list->count, sizeof count);
    return i < count ? (char *)array_of(s, list) + i * list->size : NULL;
}

void *entries_add(struct settings *s, enum option_scope scope)
{
    const struct entries_list *list = &entries_lists[scope];
    size_t *count = count_of(s, list);
    void *at = mem_resize(array_of(s, list), *count + 1, list->size);
    memcpy((char *)s + list->at, &at, sizeof at);
    char *entry = (char *)at + (*count)++ * list->size;
    char **origin = new_origin();
    memset(entry, 0, list->size);
    memcpy(entry, &origin, sizeof origin);
    option_defaults(scope, entry);
    return entry;
}

static void clear_entry(enum option_scope scope, void *entry)
{
    char **origin;
    memcpy(&origin, entry, sizeof origin);
    free_origin(origin);
    option_clear(scope, entry);
    if (scope == OPTION_PBX) { /* what was taken from its url */
        struct pbx_settings *pbx = entry;
        mem_free(pbx->user);
        mem_free(pbx->host);
        mem_free(pbx->socket_path);
    }
}

void entries_drop(struct settings *s, enum option_scope scope)
{
    const struct entries_list *list = &entries_lists[scope];
    void *entry, *none = NULL;
    for (size_t i = 0; (entry = entries_at(s, scope, i)) != NULL; i++)
        clear_entry(scope, entry);
    mem_free(array_of(s, list));
    memcpy((char *)s + list->at, &none, sizeof none);
    *count_of(s, list) = 0;
}

void settings_init(struct settings *s)
{
    *s = (struct settings){ .origin = new_origin() };
    option_defaults(OPTION_GLOBAL, s);
}

void settings_clear(struct settings *s)
{
    for (size_t i = 0; i < OPTION_SCOPE_COUNT; i++)
        if (entries_lists[i].name != NULL)
            entries_drop(s, (enum option_scope)i);
    option_clear(OPTION_GLOBAL, s);
    free_origin(s->origin);
    mem_free(s->locked_by);
    *s = (struct settings){ 0 };
}

void settings_lock(struct settings *s)
{
    const char *where = entries_origin(s->origin, option_find(OPTION_GLOBAL, SLICE("locked")));
    if (s->is_locked && where != NULL)
        (void)mem_assign(&s->locked_by, slice_of(where));
}

/* Who is in which team decides what only_teams shows. */
static bool is_locked_list(enum option_scope scope)
{
    return scope == OPTION_PBX || scope == OPTION_AGENT;
}

bool entries_may_change(const struct settings *s, const struct option_row *row, struct err *err)
{
    if (s->locked_by == NULL || (!row->is_lockable && !is_locked_list(row->scope)))
        return true;
    return err_set(err, ERR_CONFIG, "%s cannot be changed: it is locked by %s", row->name, s->locked_by);
}

bool entries_may_replace(const struct settings *s, enum option_scope scope, struct err *err)
{
    if (s->locked_by == NULL || !is_locked_list(scope))
        return true;
    return err_set(err, ERR_CONFIG, "the list %s cannot be changed: it is locked by %s", entries_lists[scope].name, s->locked_by);
}

const char *settings_role(const struct settings *s, int64_t penalty)
{
    for (size_t i = 0; i < s->role_count; i++)
        if (s->role[i].penalty == penalty)
            return s->role[i].name;
    return NULL;
}

const struct reason_settings *settings_reason(const struct settings *s, const char *name)
{
    for (size_t i = 0; i < s->reason_count; i++)
        if (name != NULL && slice_eq_nocase(slice_of(s->reason[i].name), slice_of(name)))
            return &s->reason[i];
    return NULL;
}

bool settings_fits(const char *lines, const char *name)
{
    char pattern[256];
    for (struct slice rest = slice_of(lines); rest.n > 0;) {
        struct slice line = slice_cut(rest, '\n', &rest);
        if (line.n >= sizeof pattern)
            continue; /* no option takes one so long */
        memcpy(pattern, line.p, line.n);
        pattern[line.n] = '\0';
        if (fnmatch(pattern, name, 0) == 0)
            return true;
    }
    return lines == NULL;
}
