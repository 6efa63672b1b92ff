/* SPDX-License-Identifier: MIT */
/* profile: finds settings by name in two folders. What a profile may say is what any file may say; what it must not change
 * when the administrator has locked it, settings.c refuses. */
#include "core/config/profile.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/file.h"
#include "core/base/mem.h"
#include "core/base/near.h"
#include "core/config/entries.h"
#include "core/config/options.h"
#include "core/config/path.h"

#define ADMIN_FOLDER "/etc/acdtop/profiles"
#define SUFFIX ".conf"

enum { NAMES_MAX = 256 };

/* The folders in which profiles lie, in order; at most two. */
static size_t folders(const struct settings *s, char *out[2])
{
    size_t n = 0;
    if (!s->is_locked) {
        char *folder = path_config_folder();
        out[n++] = path_expand(SLICE("profiles"), folder);
        mem_free(folder);
    }
    out[n++] = mem_strdup(ADMIN_FOLDER);
    return n;
}

static bool is_name(const char *name)
{
    size_t n = strlen(name);
    if (n == 0 || n > 64 || name[0] == '.')
        return false;
    for (size_t i = 0; i < n; i++)
        if (name[i] == '/' || (unsigned char)name[i] <= ' ' || name[i] == 0x7f)
            return false;
    return true;
}

static char *path_in(const char *folder, const char *name)
{
    struct buf file = BUF_INIT(256);
    (void)buf_addf(&file, "%.64s" SUFFIX, name);
    char *path = path_expand(buf_slice(&file), folder);
    buf_clear(&file);
    return path;
}

char *profile_path(const char *name, struct err *err)
{
    if (!is_name(name)) {
        (void)err_set(err, ERR_USAGE, "'%.64s' cannot be a profile's name: letters, digits and dashes, at most 64 bytes", name);
        return NULL;
    }
    char *folder = path_config_folder(), *profiles = path_expand(SLICE("profiles"), folder), *path = path_in(profiles, name);
    mem_free(folder);
    mem_free(profiles);
    return path;
}

struct names {
    char *name[NAMES_MAX];
    size_t count;
};

static void add_name(void *context, const char *name, const char *path)
{
    struct names *n = context;
    (void)path;
    if (n->count < NAMES_MAX)
        n->name[n->count++] = mem_strdup(name);
}

static const char *name_at(size_t i, const void *context)
{
    const struct names *n = context;
    return i < n->count ? n->name[i] : NULL;
}

static char *unknown(const struct settings *s, const char *name, struct err *err)
{
    struct names names = { .count = 0 };
    profile_each(s, add_name, &names);
    const char *near = near_name(slice_of(name), name_at, &names);
    if (near != NULL)
        (void)err_set(err, ERR_CONFIG, "there is no profile '%.64s'; did you mean '%s'?", name, near);
    else if (names.count > 0 || s->is_locked)
        (void)err_set(err, ERR_CONFIG, "there is no profile '%.64s': no file %.64s" SUFFIX " in ~/.config/acdtop/profiles or " ADMIN_FOLDER, name, name);
    else /* who has none may not know what it is */
        (void)err_set(err, ERR_CONFIG, "there is no profile '%.64s', nor any other: a profile is settings with a name (queues, columns, theme); ':save %.64s' in the console"
                      " makes one of what you see, no file %.64s" SUFFIX " is in ~/.config/acdtop/profiles or " ADMIN_FOLDER, name, name, name);
    for (size_t i = 0; i < names.count; i++)
        mem_free(names.name[i]);
    return NULL;
}

static char *find(const struct settings *s, const char *name, struct err *err)
{
    if (strchr(name, '/') != NULL && !s->is_locked)
        return path_expand(slice_of(name), NULL);
    char *folder[2], *found = NULL;
    size_t n = folders(s, folder);
    for (size_t i = 0; i < n; i++) {
        char *path = found == NULL && is_name(name) ? path_in(folder[i], name) : NULL;
        if (path != NULL && access(path, F_OK) == 0)
            found = path;
        else
            mem_free(path);
        mem_free(folder[i]);
    }
    return found != NULL ? found : unknown(s, name, err);
}

bool profile_load(struct settings *s, const char *name, struct err *err)
{
    const struct option_row *row = option_find(OPTION_GLOBAL, SLICE("profile"));
    char *path = find(s, name, err), *was = s->profile != NULL ? mem_strdup(s->profile) : NULL;
    bool ok = path != NULL && settings_load(s, path, err);
    const char *where = entries_origin(s->origin, row);
    if (ok && where != NULL && strncmp(where, path, strlen(path)) == 0 && where[strlen(path)] == ':')
        ok = err_set(err, ERR_CONFIG, "%s: a profile cannot name another one", where);
    if (was != NULL)
        (void)mem_assign(&s->profile, slice_of(was));
    mem_free(was);
    mem_free(path);
    return ok;
}

bool profile_write(const char *name, struct slice text, bool is_over, struct err *err)
{
    char *path = profile_path(name, err);
    bool ok = path != NULL;
    if (ok && !is_over && access(path, F_OK) == 0)
        ok = err_set(err, ERR_USAGE, "'%s' is there already: ':save! %s' writes over it", name, name);
    if (ok)
        file_make_folders(path);
    ok = ok && (is_over ? file_replace(path, text, err) : file_create(path, text, err));
    mem_free(path);
    return ok;
}

static bool is_profile(const char *file)
{
    size_t n = strlen(file), suffix = strlen(SUFFIX);
    return file[0] != '.' && n > suffix && n - suffix <= 64 && strcmp(file + n - suffix, SUFFIX) == 0;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void read_folder(const char *folder, struct names *names)
{
    DIR *dir = opendir(folder); /* one that is missing has no profiles */
    const struct dirent *entry;
    while (dir != NULL && names->count < NAMES_MAX && (entry = readdir(dir)) != NULL)
        if (is_profile(entry->d_name))
            names->name[names->count++] = mem_text((struct slice){ entry->d_name, strlen(entry->d_name) - strlen(SUFFIX) });
    if (dir != NULL)
        (void)closedir(dir);
    if (names->count > 1)
        qsort(names->name, names->count, sizeof names->name[0], by_name);
}

void profile_each(const struct settings *s, void (*each)(void *context, const char *name, const char *path), void *context)
{
    char *folder[2];
    size_t folder_count = folders(s, folder);
    for (size_t i = 0; i < folder_count; i++) {
        struct names names = { .count = 0 };
        read_folder(folder[i], &names);
        for (size_t k = 0; k < names.count; k++) {
            char *path = path_in(folder[i], names.name[k]);
            each(context, names.name[k], path);
            mem_free(path);
            mem_free(names.name[k]);
        }
        mem_free(folder[i]);
    }
}
