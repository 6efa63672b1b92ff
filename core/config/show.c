/* SPDX-License-Identifier: MIT */
/* show: the settings in the file's own syntax, each value with where it came from. What is
 * shown can be loaded again, but for what is masked. */
#include "core/base/mem.h"
#include "core/config/entries.h"
#include "core/config/options.h"

/* is_saved: only what was set, and without saying where: the file is read elsewhere. */
static bool add_row(struct buf *out, const char *indent, const struct option_row *row, const void *base, char *const *origin, bool is_saved)
{
    struct buf value = BUF_INIT(16384);
    const char *where = entries_origin(origin, row);
    bool has_value = option_add_value(row, base, &value);
    bool ok;
    if (value.overflow)
        ok = false; /* half a value is not shown as if it were one */
    else if (is_saved) /* how the secret is had, too: it goes from one file of its owner into another */
        ok = where == NULL || !has_value || buf_addf(out, "%s%s = %s;\n", indent, row->name, value.data);
    else if (!has_value)
        ok = buf_addf(out, "%s# %s is not set\n", indent, row->name);
    else if (row->is_secret)
        ok = buf_addf(out, "%s# %s is set and not shown  # %s\n", indent, row->name, where != NULL ? where : "default");
    else
        ok = buf_addf(out, "%s%s = %s;  # %s\n", indent, row->name, value.data, where != NULL ? where : "default");
    buf_clear(&value);
    return ok;
}

static bool add_scope(struct buf *out, const char *indent, enum option_scope scope, const void *base, char *const *origin, bool is_saved)
{
    bool ok = true;
    for (size_t i = 0; ok && i < option_count; i++)
        if (option_table[i].scope == scope)
            ok = add_row(out, indent, &option_table[i], base, origin, is_saved);
    return ok;
}

static bool add_entry(struct buf *out, enum option_scope scope, const void *base, char *const *origin, bool is_saved, bool is_last)
{
    return buf_addf(out, "    {\n") && add_scope(out, "        ", scope, base, origin, is_saved) && buf_addf(out, is_last ? "    }\n" : "    },\n");
}

static bool add_list(struct buf *out, const struct settings *s, enum option_scope scope, bool is_saved)
{
    void *entry;
    char **origin;
    bool ok = buf_addf(out, "%s = (\n", entries_lists[scope].name);
    for (size_t i = 0; ok && (entry = entries_at(s, scope, i)) != NULL; i++) {
        memcpy(&origin, entry, sizeof origin);
        ok = add_entry(out, scope, entry, origin, is_saved, entries_at(s, scope, i + 1) == NULL);
    }
    return ok && buf_addf(out, ");\n");
}

bool settings_show(const struct settings *s, struct buf *out)
{
    bool ok = add_scope(out, "", OPTION_GLOBAL, s, s->origin, false);
    for (size_t i = 0; ok && i < OPTION_SCOPE_COUNT; i++)
        if (entries_lists[i].name != NULL)
            ok = add_list(out, s, (enum option_scope)i, false);
    return ok;
}

/* A profile names no other profile, nor where a log goes. */
static bool is_of_profile(const struct option_row *row)
{
    static const char *const not_these[] = { "screen", "profile", "locked", "readonly", "log_file", "log_level", "audit_log", "audit", "audit_syslog", "audit_queue_log", "keeper_socket", "consoles_per_user", "idle_mask", "idle_exit", "wall", "theme", "keymap", "only_pbx", "merge" };
    for (size_t i = 0; i < sizeof not_these / sizeof not_these[0]; i++)
        if (strcmp(row->name, not_these[i]) == 0)
            return false;
    return row->scope == OPTION_GLOBAL;
}

/* What is read under every profile in any case, or belongs to the demo alone, is none of what a profile is for. */
static bool is_of_base(const char *where)
{
    char *base[8];
    bool is_base = strncmp(where, "the demo:", 9) == 0;
    size_t count = settings_paths(base, sizeof base / sizeof base[0]);
    for (size_t i = 0; i < count; i++) {
        size_t n = strlen(base[i]);
        is_base = is_base || (strncmp(where, base[i], n) == 0 && where[n] == ':');
        mem_free(base[i]);
    }
    return is_base;
}

/* PBXs that a flag named are for once. */
static bool save_list(struct buf *out, const struct settings *s, enum option_scope scope)
{
    void *entry = entries_at(s, scope, 0);
    char **origin = NULL;
    const char *where = NULL;
    if (entry != NULL)
        memcpy(&origin, entry, sizeof origin);
    for (size_t i = 0; origin != NULL && where == NULL && i < option_count; i++)
        where = option_table[i].scope == scope ? entries_origin(origin, &option_table[i]) : NULL;
    bool is_for_once = scope == OPTION_PBX && (where == NULL || strchr(where, ':') == NULL);
    return entry == NULL || is_for_once || (where != NULL && is_of_base(where)) || add_list(out, s, scope, true);
}

static bool save_row(struct buf *out, const struct option_row *row, const struct settings *s)
{
    struct buf value = BUF_INIT(65536);
    bool ok = !option_add_value(row, s, &value) || buf_addf(out, "%s = %s;\n", row->name, value.data);
    ok = ok && !value.overflow;
    buf_clear(&value);
    return ok;
}

bool settings_save(const struct settings *s, const char *theme, const char *keymap, struct buf *out)
{
    bool ok = buf_addf(out, "theme = \"%s\";\nkeymap = \"%s\";\n", theme != NULL ? theme : s->theme, keymap != NULL ? keymap : s->keymap);
    for (size_t i = 0; ok && i < option_count; i++)
        if (is_of_profile(&option_table[i]) && entries_origin(s->origin, &option_table[i]) != NULL && !is_of_base(entries_origin(s->origin, &option_table[i])))
            ok = save_row(out, &option_table[i], s);
    static const enum option_scope lists[] = { OPTION_PBX, OPTION_AGENT, OPTION_QUEUE, OPTION_ROLE, OPTION_SET, OPTION_REASON, OPTION_THRESHOLD };
    for (size_t i = 0; ok && i < sizeof lists / sizeof lists[0]; i++)
        ok = save_list(out, s, lists[i]);
    return ok;
}
