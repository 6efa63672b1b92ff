/* SPDX-License-Identifier: MIT */
/* theme_watch: keeps the theme in force with the name that it came from and the stamp of its file. Editors write in place or
 * rename a new file over the old one: the path is looked at, never a descriptor. A file that is gone for a moment is between
 * two savings. Has no timer: who calls decides how often. */
#include "tui/look/theme_watch.h"

#include <sys/stat.h>

#include "core/base/mem.h"

struct stamp { /* two savings never have the same */
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec saved;
};

struct theme_watch {
    struct theme theme;
    char *name, *path; /* path NULL: a shipped theme */
    struct stamp stamp;
    enum theme_ground ground;
    enum theme_depth depth;
};

static bool stamp_of(const char *path, struct stamp *out)
{
    struct stat s;
    if (path == NULL || stat(path, &s) != 0)
        return false;
    *out = (struct stamp){ s.st_dev, s.st_ino, s.st_size, s.st_mtim };
    return true;
}

static bool stamp_eq(const struct stamp *a, const struct stamp *b)
{
    return a->device == b->device && a->inode == b->inode && a->size == b->size && a->saved.tv_sec == b->saved.tv_sec && a->saved.tv_nsec == b->saved.tv_nsec;
}

bool theme_watch_choose(struct theme_watch *w, const char *name, struct err *err)
{
    struct theme theme;
    struct stamp stamp = { 0 };
    char *path = theme_path(name);
    (void)stamp_of(path, &stamp); /* before it is read: what is saved meanwhile is read again */
    if (!theme_load(&theme, theme_on(name, w->ground, w->depth), err)) {
        mem_free(path);
        return false;
    }
    char *copy = name != NULL ? mem_strdup(name) : NULL; /* it may be our own */
    mem_free(w->name);
    mem_free(w->path);
    *w = (struct theme_watch){ .theme = theme, .name = copy, .path = path, .stamp = stamp, .ground = w->ground, .depth = w->depth };
    return true;
}

bool theme_watch_ground(struct theme_watch *w, enum theme_ground ground, enum theme_depth depth)
{
    const char *was = theme_on(w->name, w->ground, w->depth), *now = theme_on(w->name, ground, depth);
    struct err err = ERR_INIT;
    w->ground = ground;
    w->depth = depth;
    return was != now && strcmp(was, now) != 0 && theme_watch_choose(w, w->name, &err);
}

struct theme_watch *theme_watch_new(const char *name, struct err *err)
{
    struct theme_watch *w = mem_alloc(sizeof *w);
    if (theme_watch_choose(w, name, err))
        return w;
    theme_watch_free(w);
    return NULL;
}

void theme_watch_free(struct theme_watch *w)
{
    if (w == NULL)
        return;
    mem_free(w->name);
    mem_free(w->path);
    mem_free(w);
}

const struct theme *theme_watch_theme(const struct theme_watch *w)
{
    return &w->theme;
}

enum theme_news theme_watch_look(struct theme_watch *w, struct buf *sentence)
{
    struct stamp now;
    struct theme theme;
    struct err err = ERR_INIT;
    if (!stamp_of(w->path, &now) || stamp_eq(&now, &w->stamp))
        return THEME_SAME;
    w->stamp = now;
    if (!theme_load(&theme, w->name, &err)) {
        (void)buf_addf(sentence, "%s", err.text);
        return THEME_REFUSED;
    }
    w->theme = theme;
    (void)buf_addf(sentence, "the theme %s was read again", w->name);
    return THEME_TAKEN;
}
