/* SPDX-License-Identifier: MIT */
/* path: turns what a user writes for a file into the path that is opened: the home folder for
 * "~/", the folder of the settings file for what is relative in it. Opens no file. */
#include "core/config/path.h"

#include "core/base/buf.h"
#include "core/base/mem.h"

#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

static char *join(const char *folder, struct slice rest)
{
    size_t n = strlen(folder);
    while (n > 0 && folder[n - 1] == '/')
        n--;
    char *path = mem_alloc(n + 1 + rest.n + 1);
    memcpy(path, folder, n);
    path[n] = '/';
    if (rest.n > 0)
        memcpy(path + n + 1, rest.p, rest.n);
    return path;
}

char *path_home(void)
{
    const char *home = getenv("HOME");
    if (home != NULL && home[0] == '/')
        return mem_strdup(home);
    struct passwd entry, *found = NULL;
    char text[4096];
    if (getpwuid_r(geteuid(), &entry, text, sizeof text, &found) == 0 && found != NULL && found->pw_dir != NULL)
        return mem_strdup(found->pw_dir);
    return mem_strdup("/");
}

static char *folder_of(const char *base, const char *usual)
{
    if (base != NULL && base[0] == '/')
        return join(base, SLICE("acdtop"));
    char *home = path_home();
    char *folder = join(home, slice_of(usual));
    mem_free(home);
    return folder;
}

char *path_config_folder(void)
{
    return folder_of(getenv("XDG_CONFIG_HOME"), ".config/acdtop");
}

char *path_state_folder(void)
{
    return folder_of(getenv("XDG_STATE_HOME"), ".local/state/acdtop");
}

bool path_has_state(void)
{
    const char *base = getenv("XDG_STATE_HOME");
    char *home = path_home();
    bool ok = (base != NULL && base[0] == '/') || access(home, F_OK) == 0;
    mem_free(home);
    return ok;
}

char *path_audit_log(void)
{
    char *folder = path_state_folder();
    char *path = join(folder, SLICE("audit.log"));
    mem_free(folder);
    return path;
}

char *path_lease_folder(void)
{
    char *folder = path_state_folder();
    char *path = join(folder, SLICE("leases"));
    mem_free(folder);
    return path;
}

char *path_expand(struct slice text, const char *folder)
{
    if (slice_starts(text, SLICE("~/"))) {
        char *home = path_home();
        char *path = join(home, (struct slice){ text.p + 2, text.n - 2 });
        mem_free(home);
        return path;
    }
    if (folder == NULL || (text.n > 0 && text.p[0] == '/'))
        return mem_text(text);
    return join(folder, text);
}

char *path_own(const char *kind, const char *name)
{
    if (strchr(name, '/') != NULL)
        return path_expand(slice_of(name), NULL);
    struct buf file = BUF_INIT(512);
    char *folder = path_config_folder(), *path = NULL;
    if (buf_addf(&file, "%s/%s.conf", kind, name))
        path = join(folder, buf_slice(&file));
    if (path != NULL && access(path, F_OK) != 0) {
        mem_free(path);
        path = NULL;
    }
    mem_free(folder);
    buf_clear(&file);
    return path;
}
