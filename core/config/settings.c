/* SPDX-License-Identifier: MIT */
/* settings: files in libconfig's syntax. This is the only file that knows libconfig. It reads
 * the bytes itself (with a maximum), refuses what libconfig would take silently (@include, a
 * NUL, numbers that it would cut to 32 bits), then walks the tree into rows of the option
 * table or into the entries of a keymap or a theme. */
#include "core/config/settings.h"

#include "core/base/mem.h"
#include "core/config/entries.h"
#include "core/config/options.h"
#include "core/config/path.h"
#include "core/config/scan.h"

#include <errno.h>
#include <fcntl.h>
#include <libconfig.h>
#include <stdio.h>
#include <unistd.h>

enum { FILE_MAX_BYTES = 1024 * 1024, VALUE_MAX_BYTES = 64 };

struct scalar {
    enum option_form form;
    struct slice text; /* lies in the tree or in digits */
    char digits[VALUE_MAX_BYTES];
};

static bool read_file(const char *path, struct buf *out, struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return err_errno(err, ERR_CONFIG, "cannot read '%s'", path);
    char part[8192];
    ssize_t n;
    bool ok = true;
    while ((n = read(fd, part, sizeof part)) != 0 && ok) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            ok = err_errno(err, ERR_CONFIG, "cannot read '%s'", path);
            break;
        }
        ok = buf_add(out, (struct slice){ part, (size_t)n }) || err_set(err, ERR_CONFIG, "'%s' is larger than 1 MiB: not a settings file", path);
    }
    (void)close(fd);
    return ok;
}

static void read_scalar(const config_setting_t *node, struct scalar *out)
{
    int n = 0;
    out->form = OPTION_FORM_NUMBER;
    switch (config_setting_type(node)) {
    case CONFIG_TYPE_INT:
        n = snprintf(out->digits, sizeof out->digits, "%d", config_setting_get_int(node));
        break;
    case CONFIG_TYPE_INT64:
        n = snprintf(out->digits, sizeof out->digits, "%lld", config_setting_get_int64(node));
        break;
    case CONFIG_TYPE_FLOAT:
        n = snprintf(out->digits, sizeof out->digits, "%.9g", config_setting_get_float(node));
        break;
    case CONFIG_TYPE_BOOL:
        out->form = OPTION_FORM_BOOL;
        out->text = config_setting_get_bool(node) != 0 ? SLICE("true") : SLICE("false");
        return;
    case CONFIG_TYPE_STRING:
        out->form = OPTION_FORM_STRING;
        out->text = slice_of(config_setting_get_string(node));
        return;
    default:
        out->form = OPTION_FORM_OTHER;
        out->text = SLICE("");
        return;
    }
    out->text = (struct slice){ out->digits, n > 0 ? (size_t)n : 0 };
}

static int line_of(const config_setting_t *node)
{
    return (int)config_setting_source_line(node);
}

/* Parses text into tree; the tree is to be destroyed in any case. */
static bool parse(config_t *tree, const char *path, struct slice text, struct err *err)
{
    int line = 0;
    const char *why = scan_refuses(text, &line);
    if (why != NULL)
        return err_set(err, ERR_CONFIG, "%s:%d: %s", path, line, why);
    char *copy = mem_text(text);
    bool ok = config_read_string(tree, copy) == CONFIG_TRUE;
    mem_free(copy);
    if (ok)
        return true;
    const char *reason = config_error_text(tree) != NULL ? config_error_text(tree) : "syntax error";
    return err_set(err, ERR_CONFIG, "%s: near line %d: %s; a setting is written NAME = VALUE; and text stands in double quotes", path,
                   config_error_line(tree), reason);
}

struct target {
    const char *path;
    char *folder;
    struct settings *settings;
};

/* [ "a", "b" ], or "a" where there is only one: what was there before goes. */
static bool store_texts(const struct option_row *row, void *base, const config_setting_t *node, struct err *err)
{
    struct scalar value;
    bool is_many = config_setting_is_array(node) || config_setting_is_list(node);
    int count = is_many ? config_setting_length(node) : 1;
    option_clear_row(row, base);
    bool ok = true;
    for (int i = 0; ok && i < count; i++) {
        read_scalar(is_many ? config_setting_get_elem(node, (unsigned)i) : node, &value);
        ok = option_store(row, base, value.form, value.text, NULL, err);
    }
    return ok;
}

/* One NAME = VALUE of a group goes to its row. */
static bool store_node(const struct target *to, const config_setting_t *node, enum option_scope scope, void *base, char **origin, struct err *err)
{
    struct scalar value;
    struct slice name = slice_of(config_setting_name(node));
    const struct option_row *row = option_find(scope, name);
    bool ok;
    if (row == NULL) {
        ok = option_unknown(scope, false, name, err);
    } else if (!entries_may_change(to->settings, row, err)) {
        ok = false;
    } else if (row->type == OPTION_TEXTS) {
        ok = store_texts(row, base, node, err);
    } else {
        read_scalar(node, &value);
        ok = option_store(row, base, value.form, value.text, to->folder, err);
    }
    if (!ok)
        return err_prefix(err, "%s:%d", to->path, line_of(node));
    char where[512];
    (void)snprintf(where, sizeof where, "%.400s:%d", to->path, line_of(node));
    entries_set_origin(origin, row, where);
    return true;
}

static bool is_complete(const struct target *to, const config_setting_t *group, const struct entries_list *list, struct err *err)
{
    for (int i = 0; i < 2 && list->needed[i] != NULL; i++)
        if (config_setting_get_member(group, list->needed[i]) == NULL)
            return err_set(err, ERR_CONFIG, "%s:%d: this entry needs %s: %s", to->path, line_of(group), list->needed[i], list->example);
    return true;
}

static bool store_group(const struct target *to, const config_setting_t *group, enum option_scope scope, struct err *err)
{
    if (!config_setting_is_group(group))
        return err_set(err, ERR_CONFIG, "%s:%d: each entry must be a group: { NAME = VALUE; ... }", to->path, line_of(group));
    char **origin;
    void *base = entries_add(to->settings, scope);
    memcpy(&origin, base, sizeof origin);
    bool ok = is_complete(to, group, &entries_lists[scope], err);
    for (int i = 0; ok && i < config_setting_length(group); i++)
        ok = store_node(to, config_setting_get_elem(group, (unsigned)i), scope, base, origin, err);
    return ok;
}

/* A list of groups, or one group where there is only one. */
static bool store_list(const struct target *to, const config_setting_t *list, enum option_scope scope, struct err *err)
{
    if (!entries_may_replace(to->settings, scope, err))
        return err_prefix(err, "%s:%d", to->path, line_of(list));
    entries_drop(to->settings, scope);
    if (config_setting_is_group(list))
        return store_group(to, list, scope, err);
    bool ok = config_setting_is_list(list) || (config_setting_is_array(list) && config_setting_length(list) == 0);
    if (!ok)
        return err_set(err, ERR_CONFIG, "%s:%d: %s must be a list of groups: %s = ( { ... }, { ... } );", to->path, line_of(list),
                       config_setting_name(list), config_setting_name(list));
    for (int i = 0; ok && i < config_setting_length(list); i++)
        ok = store_group(to, config_setting_get_elem(list, (unsigned)i), scope, err);
    return ok;
}

/* The scope of the list of that name; OPTION_GLOBAL: no list. */
static enum option_scope list_named(const char *name)
{
    for (size_t i = 0; i < OPTION_SCOPE_COUNT; i++)
        if (entries_lists[i].name != NULL && strcmp(name, entries_lists[i].name) == 0)
            return (enum option_scope)i;
    return OPTION_GLOBAL;
}

static bool store_root(const struct target *to, const config_setting_t *root, struct err *err)
{
    bool ok = true;
    for (int i = 0; ok && i < config_setting_length(root); i++) {
        const config_setting_t *node = config_setting_get_elem(root, (unsigned)i);
        enum option_scope scope = list_named(config_setting_name(node));
        if (scope != OPTION_GLOBAL)
            ok = store_list(to, node, scope, err);
        else
            ok = store_node(to, node, OPTION_GLOBAL, to->settings, to->settings->origin, err);
    }
    return ok;
}

/* The folder of the file, from which its relative paths start. */
static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL)
        return NULL;
    return mem_text((struct slice){ path, slash == path ? 1 : (size_t)(slash - path) });
}

bool settings_load_text(struct settings *s, const char *path, struct slice text, struct err *err)
{
    struct target to = { path, folder_of(path), s };
    config_t tree;
    config_init(&tree);
    bool ok = parse(&tree, path, text, err) && store_root(&to, config_root_setting(&tree), err);
    config_destroy(&tree);
    mem_free(to.folder);
    return ok;
}

bool settings_load(struct settings *s, const char *path, struct err *err)
{
    struct buf text = BUF_INIT(FILE_MAX_BYTES);
    bool ok = read_file(path, &text, err) && settings_load_text(s, path, buf_slice(&text), err);
    buf_wipe(&text);
    return ok;
}

struct walk {
    const char *path;
    bool (*each)(void *context, const struct settings_entry *e, struct err *err);
    void *context;
};

static bool give(const struct walk *w, const char *section, const char *name, const config_setting_t *node, struct err *err)
{
    struct scalar value;
    read_scalar(node, &value);
    struct settings_entry e = { section, name, value.text.p, line_of(node) };
    return w->each(w->context, &e, err) || err_prefix(err, "%s:%d", w->path, e.line);
}

static bool walk_array(const struct walk *w, const char *section, const config_setting_t *array, struct err *err)
{
    const char *name = config_setting_name(array);
    struct settings_entry none = { section, name, "", line_of(array) };
    if (config_setting_length(array) == 0)
        return w->each(w->context, &none, err) || err_prefix(err, "%s:%d", w->path, none.line);
    bool ok = true;
    for (int i = 0; ok && i < config_setting_length(array); i++) {
        const config_setting_t *node = config_setting_get_elem(array, (unsigned)i);
        if (config_setting_is_aggregate(node))
            return err_set(err, ERR_CONFIG, "%s:%d: '%s' may hold plain values only: [ \"a\", \"b\" ]", w->path, line_of(node), name);
        ok = give(w, section, name, node, err);
    }
    return ok;
}

static bool walk_node(const struct walk *w, const char *section, const config_setting_t *node, struct err *err)
{
    if (config_setting_is_group(node))
        return err_set(err, ERR_CONFIG, "%s:%d: group '%s' lies too deep: two levels of groups at most", w->path, line_of(node),
                       config_setting_name(node));
    if (config_setting_is_aggregate(node))
        return walk_array(w, section, node, err);
    return give(w, section, config_setting_name(node), node, err);
}

/* A group of the file is a section; a group in it is "outer.inner". */
static bool walk_group(const struct walk *w, const char *outer, const config_setting_t *group, struct err *err)
{
    char section[256];
    bool is_inner = outer[0] != '\0';
    (void)snprintf(section, sizeof section, "%s%s%s", outer, is_inner ? "." : "", config_setting_name(group));
    bool ok = true;
    for (int i = 0; ok && i < config_setting_length(group); i++) {
        const config_setting_t *node = config_setting_get_elem(group, (unsigned)i);
        ok = config_setting_is_group(node) && !is_inner ? walk_group(w, section, node, err) : walk_node(w, section, node, err);
    }
    return ok;
}

static bool walk_root(const struct walk *w, const config_setting_t *root, struct err *err)
{
    bool ok = true;
    for (int i = 0; ok && i < config_setting_length(root); i++) {
        const config_setting_t *node = config_setting_get_elem(root, (unsigned)i);
        ok = config_setting_is_group(node) ? walk_group(w, "", node, err) : walk_node(w, "", node, err);
    }
    return ok;
}

bool settings_each(const char *path, struct slice text, bool (*each)(void *context, const struct settings_entry *e, struct err *err), void *context,
                   struct err *err)
{
    struct buf read = BUF_INIT(FILE_MAX_BYTES);
    struct walk w = { path, each, context };
    config_t tree;
    config_init(&tree);
    bool ok = text.p != NULL || read_file(path, &read, err);
    ok = ok && parse(&tree, path, text.p != NULL ? text : buf_slice(&read), err) && walk_root(&w, config_root_setting(&tree), err);
    config_destroy(&tree);
    buf_clear(&read);
    return ok;
}

size_t settings_paths(char *out[], size_t max)
{
    size_t n = 0;
    if (n < max)
        out[n++] = mem_strdup("/etc/acdtop/acdtop.conf");
    if (n < max) {
        char *folder = path_config_folder();
        out[n++] = path_expand(SLICE("acdtop.conf"), folder);
        mem_free(folder);
    }
    if (n < max)
        out[n] = NULL;
    return n;
}

const char *settings_library(void)
{
    static char version[32];
    (void)snprintf(version, sizeof version, "%d.%d.%d", LIBCONFIG_VER_MAJOR, LIBCONFIG_VER_MINOR, LIBCONFIG_VER_REVISION);
    return version;
}
