/* SPDX-License-Identifier: MIT */
/* names: folders -> names in order; a store -> the file of names, and back. What a PBX called its queues may be anything: only names
 * of printable characters are kept, one a line. */
#include "tui/names.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/file.h"
#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/base/utf8.h"
#include "core/config/path.h"

enum { NAME_BYTES_MAX = 200, FILE_BYTES_MAX = 1 << 20, LISTED_MAX = 500 };

#define SUFFIX ".conf"

struct list {
    char *at[LISTED_MAX];
    size_t count;
};

static int in_order(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Entries of a folder that begin with `head`; folders with a '/' behind them. */
static void list_folder(const char *path, struct slice head, struct list *out)
{
    DIR *dir = opendir(path);
    const struct dirent *e;
    out->count = 0;
    while (dir != NULL && out->count < LISTED_MAX && (e = readdir(dir)) != NULL) {
        struct slice name = slice_of(e->d_name);
        struct stat st;
        bool is_dots = strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0, is_hidden = e->d_name[0] == '.' && head.n == 0;
        if (is_dots || is_hidden || !slice_starts(name, head))
            continue;
        bool is_folder = fstatat(dirfd(dir), e->d_name, &st, 0) == 0 && S_ISDIR(st.st_mode);
        struct buf entry = BUF_INIT(4096);
        (void)buf_addf(&entry, "%s%s", e->d_name, is_folder ? "/" : "");
        out->at[out->count++] = mem_text(buf_slice(&entry));
        buf_clear(&entry);
    }
    if (dir != NULL)
        (void)closedir(dir);
    if (out->count > 1)
        qsort(out->at, out->count, sizeof out->at[0], in_order);
}

void names_files(struct slice typed, void (*each)(void *context, struct slice name, const char *help), void *context)
{
    size_t cut = typed.n;
    while (cut > 0 && typed.p[cut - 1] != '/')
        cut--;
    struct slice folder = { typed.p, cut }, head = { typed.p + cut, typed.n - cut };
    char *path = path_expand(cut > 0 ? folder : SLICE("."), NULL);
    struct list list;
    list_folder(path, head, &list);
    for (size_t i = 0; i < list.count; i++) {
        struct buf name = BUF_INIT(8192);
        if (buf_add(&name, folder) && buf_add(&name, slice_of(list.at[i])))
            each(context, buf_slice(&name), NULL);
        buf_clear(&name);
        mem_free(list.at[i]);
    }
    mem_free(path);
}

void names_own(const char *folder, void (*each)(void *context, struct slice name, const char *help), void *context)
{
    char *config = path_config_folder(), *path = path_expand(slice_of(folder), config);
    struct list list;
    list_folder(path, SLICE(""), &list);
    for (size_t i = 0; i < list.count; i++) {
        struct slice name = slice_of(list.at[i]);
        if (name.n > strlen(SUFFIX) && strcmp(list.at[i] + name.n - strlen(SUFFIX), SUFFIX) == 0)
            each(context, (struct slice){ name.p, name.n - strlen(SUFFIX) }, "your own");
        mem_free(list.at[i]);
    }
    mem_free(path);
    mem_free(config);
}

/* ---- what was seen ---- */

static char *kept_path(void)
{
    char *state = path_state_folder(), *path = path_expand(SLICE("names"), state);
    mem_free(state);
    return path;
}

static bool is_sound(struct slice name)
{
    bool ok = name.n > 0 && name.n <= NAME_BYTES_MAX;
    for (size_t at = 0; ok && at < name.n;) {
        uint32_t c = utf8_next(name, &at);
        ok = c != 0xfffd && utf8_is_printable(c);
    }
    return ok;
}

static size_t add_kind(const struct store *store, enum fact_kind kind, const char *field_id, struct buf *out)
{
    const struct fact_field *field = fact_field_named(kind, slice_of(field_id));
    const struct fact *f;
    size_t count = 0;
    for (size_t at = 0; count < NAMES_MAX && (f = store_each(store, kind, &at)) != NULL;) {
        struct slice name = slice_of(fact_text(f, field));
        if (is_sound(name) && buf_addf(out, "%s %.*s\n", fact_table[kind].name, SLICE_FMT(name)))
            count++;
    }
    return count;
}

/* Telephones with which nobody serves: of the others the agents tell. */
static void add_idle_phones(const struct store *store, struct buf *out)
{
    struct map *serving = map_new(true);
    const struct fact *f;
    size_t count = 0;
    for (size_t at = 0; (f = store_each(store, FACT_AGENT, &at)) != NULL;)
        (void)map_put(serving, slice_of(((const struct fact_agent *)(const void *)f)->interface), serving);
    for (size_t at = 0; count < NAMES_MAX && (f = store_each(store, FACT_ENDPOINT, &at)) != NULL;) {
        struct slice interface = slice_of(((const struct fact_endpoint *)(const void *)f)->interface);
        if (map_get(serving, interface) == NULL && is_sound(interface) && buf_addf(out, "%s %.*s\n", fact_table[FACT_ENDPOINT].name, SLICE_FMT(interface)))
            count++;
    }
    map_free(serving);
}

void names_keep(const struct store *store)
{
    struct buf text = BUF_INIT(FILE_BYTES_MAX);
    size_t count = add_kind(store, FACT_QUEUE, "name", &text);
    (void)add_kind(store, FACT_AGENT, "interface", &text);
    add_idle_phones(store, &text);
    char *path = kept_path();
    if (count > 0 && path_has_state())
        (void)file_replace(path, buf_slice(&text), NULL);
    mem_free(path);
    buf_clear(&text);
}

void names_kept(enum fact_kind kind, void (*each)(void *context, struct slice name, const char *help), void *context)
{
    struct buf text = BUF_INIT(FILE_BYTES_MAX);
    char *path = kept_path(), piece[8192];
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
        for (ssize_t n; (n = read(fd, piece, sizeof piece)) > 0 && buf_add(&text, (struct slice){ piece, (size_t)n });)
            ;
    }
    if (fd >= 0)
        (void)close(fd);
    for (struct slice rest = buf_slice(&text); rest.n > 0;) {
        struct slice name, word = slice_cut(slice_cut(rest, '\n', &rest), ' ', &name);
        if (slice_eq(word, slice_of(fact_table[kind].name)) && is_sound(name))
            each(context, name, NULL);
    }
    buf_clear(&text);
    mem_free(path);
}
