/* SPDX-License-Identifier: MIT */
/* journal: one small text file a lease, NAME=VALUE lines, "\n" and "\\" escaped. It is locked before it has its name, so that nobody can take
 * for an orphan what is being born; and an orphan is looked at under its lock, so that nobody takes what has just been settled. */
#include "core/control/journal.h"

#include "core/base/buf.h"
#include "core/base/file.h"
#include "core/base/log.h"
#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/base/random.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LEASE_FILE_MAX = 8192 };

#define NUMBER_MAX (INT64_MAX / 4) /* so that no sum of two is too large */

struct held {
    uint64_t id;
    int fd;          /* of the file that has the name; -1: none has it yet */
    int fresh;       /* of the one that will have it; -1: none is under way */
    bool is_working; /* elsewhere */
    bool has_next, is_closing, has_failed;
    int why;         /* it has failed */
    struct lease_entry next; /* to be written after that: the last word on it */
};

struct journal {
    char *folder;
    struct idmap *held;
    struct journal_disk disk; /* give NULL: none */
    struct idmap *damaged; /* those that were told; the values mean nothing */
};

struct journal *journal_new(const char *folder)
{
    struct journal *j = mem_alloc(sizeof *j);
    j->folder = folder != NULL ? mem_strdup(folder) : NULL;
    j->held = idmap_new();
    j->damaged = idmap_new();
    return j;
}

void journal_free(struct journal *j)
{
    if (j == NULL)
        return;
    struct held *h;
    for (size_t at = 0; (h = idmap_each(j->held, &at)) != NULL;) {
        if (h->fd >= 0)
            (void)close(h->fd);
        if (h->fresh >= 0)
            (void)close(h->fresh);
        mem_free(idmap_remove(j->held, h->id));
    }
    idmap_free(j->held);
    idmap_free(j->damaged);
    mem_free(j->folder);
    mem_free(j);
}

/* --- text ------------------------------------------------------------------------------------------------ */

static const struct {
    const char *name;
    size_t at, size; /* size 0: a number */
} fields[] = {
#define TEXT(field) { #field, offsetof(struct lease_entry, field), sizeof(((struct lease_entry *)NULL)->field) }
#define NUMBER(field) { #field, offsetof(struct lease_entry, field), 0 }
    TEXT(pbx), TEXT(host), TEXT(queue), TEXT(interface), TEXT(what), TEXT(who), NUMBER(is_take), NUMBER(until_wall_ms), NUMBER(calls),
    NUMBER(stage), NUMBER(mark), NUMBER(login_wall_ms), TEXT(caller), NUMBER(priority),
    TEXT(order), NUMBER(uid), NUMBER(given_wall_ms), /* not written by earlier versions */
#undef TEXT
#undef NUMBER
};
enum { FIELD_ROWS = sizeof fields / sizeof fields[0], OLD_ROWS = FIELD_ROWS - 3 };

static void add_escaped(struct buf *out, const char *text)
{
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '\n' || *c == '\\')
            (void)buf_add_char(out, '\\');
        (void)buf_add_char(out, *c == '\n' ? 'n' : *c);
    }
}

static void write_entry(const struct lease_entry *e, struct buf *out)
{
    for (size_t i = 0; i < FIELD_ROWS; i++) {
        const char *at = (const char *)e + fields[i].at;
        int64_t n = 0;
        (void)buf_addf(out, "%s=", fields[i].name);
        if (fields[i].size > 0)
            add_escaped(out, at);
        else
            (void)buf_addf(out, "%lld", (long long)(memcpy(&n, at, sizeof n), n));
        (void)buf_add_char(out, '\n');
    }
}

static bool read_text(struct slice value, char *out, size_t size)
{
    size_t n = 0;
    for (size_t i = 0; i < value.n; i++) {
        char c = value.p[i];
        if (c == '\\' && ++i < value.n)
            c = value.p[i] == 'n' ? '\n' : value.p[i];
        if (n + 1 >= size)
            return false;
        out[n++] = c;
    }
    out[n] = '\0';
    return true;
}

static bool read_field(struct slice name, struct slice value, struct lease_entry *out, unsigned *seen)
{
    for (size_t i = 0; i < FIELD_ROWS; i++) {
        int64_t n;
        char *at = (char *)out + fields[i].at;
        if (!slice_eq(name, slice_of(fields[i].name)))
            continue;
        *seen |= 1u << i;
        if (fields[i].size > 0)
            return read_text(value, at, fields[i].size);
        if (!slice_int(value, -NUMBER_MAX, NUMBER_MAX, &n))
            return false;
        memcpy(at, &n, sizeof n);
        return true;
    }
    return false;
}

static bool read_entry(struct slice text, struct lease_entry *out)
{
    unsigned seen = 0;
    *out = (struct lease_entry){ .calls = -1, .priority = -1, .uid = -1 };
    while (text.n > 0) {
        struct slice value, name = slice_cut(slice_cut(text, '\n', &text), '=', &value);
        if (value.p == NULL || !read_field(name, value, out, &seen))
            return false;
    }
    const unsigned needed = (1u << OLD_ROWS) - 1;
    return (seen & needed) == needed;
}

/* --- files ----------------------------------------------------------------------------------------------- */

static char *path_of(const struct journal *j, uint64_t id, const char *end)
{
    struct buf path = BUF_INIT(8192);
    (void)buf_addf(&path, "%s/%016llx%s", j->folder, (unsigned long long)id, end);
    char *text = mem_text(buf_slice(&path));
    buf_clear(&path);
    return text;
}

static bool write_all(int fd, struct slice text)
{
    while (text.n > 0) {
        ssize_t n = write(fd, text.p, text.n);
        if (n < 0 && errno != EINTR)
            return false;
        text.p += n > 0 ? n : 0;
        text.n -= n > 0 ? (size_t)n : 0;
    }
    return true;
}

/* Is the file that is open still the one of that name? */
static bool is_linked(int fd, const char *path)
{
    struct stat open_one, named;
    return fstat(fd, &open_one) == 0 && stat(path, &named) == 0 && open_one.st_ino == named.st_ino && open_one.st_dev == named.st_dev;
}

/* What the folder lists is on the disk too. */
static bool sync_folder(const char *path)
{
    char *folder = mem_strdup(path), *slash = strrchr(folder, '/');
    if (slash != NULL)
        *slash = '\0';
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        (void)close(fd);
    mem_free(folder);
    return ok;
}

/* Once it has its name it is the lease, and its lock is the one that counts; of a new one nobody knows whether the name is on the disk, and it
 * goes again. */
int journal_work_do(const struct journal_work *w)
{
    if (w->is_drop)
        return unlink(w->path) == 0 || errno == ENOENT ? 0 : errno;
    bool is_named = fsync(w->fd) == 0 && (rename(w->fresh, w->path) == 0 || is_linked(w->fd, w->path)); /* done before, by one who was killed */
    if (is_named && sync_folder(w->path))
        return 0;
    int why = errno != 0 ? errno : EIO;
    if (!is_named)
        (void)unlink(w->fresh);
    else if (w->old_fd < 0)
        (void)unlink(w->path);
    return is_named && w->old_fd >= 0 ? -why : why;
}

static struct held *hold(struct journal *j, uint64_t id, int fd)
{
    struct held *h = mem_alloc(sizeof *h);
    *h = (struct held){ .id = id, .fd = fd, .fresh = -1 };
    (void)idmap_put(j->held, id, h);
    return h;
}

/* Elsewhere, or here where nobody else does it. `h` may be gone then. */
static void work(struct journal *j, struct held *h, bool is_here)
{
    uint64_t id = h->id;
    char *fresh = path_of(j, id, ".new"), *path = path_of(j, id, ".lease");
    const struct journal_work w = { .id = id, .is_drop = h->fresh < 0, .fd = h->fresh, .old_fd = h->fd, .fresh = fresh, .path = path };
    h->is_working = true;
    if (is_here || j->disk.give == NULL || !j->disk.give(j->disk.context, &w))
        journal_work_done(j, id, journal_work_do(&w));
    mem_free(fresh);
    mem_free(path);
}

/* A file of its own first, locked before it has its name; -1: it cannot be. */
static int write_file(const struct journal *j, uint64_t id, const struct lease_entry *e)
{
    struct buf text = BUF_INIT(LEASE_FILE_MAX);
    char *fresh = path_of(j, id, ".new");
    file_make_folders(fresh);
    write_entry(e, &text);
    (void)unlink(fresh); /* of an attempt before */
    int fd = text.overflow ? -1 : open(fresh, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool ok = fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0 && write_all(fd, buf_slice(&text));
    if (!ok) {
        int why = errno;
        (void)unlink(fresh);
        if (fd >= 0)
            (void)close(fd);
        errno = why;
        fd = -1;
    }
    mem_free(fresh);
    buf_clear(&text);
    return fd;
}

bool journal_refuses(const struct journal *j, uint64_t id, struct err *err)
{
    const struct held *h = idmap_get(j->held, id);
    errno = h != NULL ? h->why : errno;
    return err_errno(err, ERR_SYSTEM, "not sent: the lease cannot be written down in %s, and without that nobody would put it back after a crash", j->folder);
}

static void forget(struct journal *j, struct held *h)
{
    (void)idmap_remove(j->held, h->id);
    if (h->fd >= 0)
        (void)close(h->fd); /* after the name: nobody finds it unlocked */
    mem_free(h);
}

bool journal_open(struct journal *j, const struct lease_entry *e, uint64_t *id, struct err *err)
{
    random_bytes(id, sizeof *id);
    *id |= 1;
    if (j->folder == NULL) {
        (void)hold(j, *id, -1);
        return true;
    }
    int fd = write_file(j, *id, e);
    if (fd < 0)
        return journal_refuses(j, 0, err);
    struct held *h = hold(j, *id, -1);
    h->fresh = fd;
    work(j, h, false);
    if (!h->has_failed)
        return true;
    (void)journal_refuses(j, *id, err);
    forget(j, h);
    return false;
}

static void tell_stale(const struct journal *j)
{
    log_line(LOG_ERROR, "what has changed of a lease cannot be written down in %s", j->folder);
}

static void update(struct journal *j, struct held *h, const struct lease_entry *e)
{
    h->fresh = write_file(j, h->id, e);
    if (h->fresh < 0)
        tell_stale(j);
    else
        work(j, h, false);
}

/* One thing at a time; of several changes that come meanwhile the last one has all of them. */
void journal_update(struct journal *j, uint64_t id, const struct lease_entry *e)
{
    struct held *h = idmap_get(j->held, id);
    if (h == NULL || h->has_failed || j->folder == NULL)
        return;
    if (!h->is_working) {
        update(j, h, e);
        return;
    }
    h->next = *e;
    h->has_next = true;
}

void journal_close(struct journal *j, uint64_t id)
{
    struct held *h = idmap_get(j->held, id);
    if (h == NULL)
        return;
    h->is_closing = true;
    h->has_next = false;
    if (h->has_failed || j->folder == NULL)
        forget(j, h);
    else if (!h->is_working)
        work(j, h, false);
}

/* The file that was written has the name now, or has not. */
static void swap(struct held *h, int fault)
{
    int stale = fault <= 0 ? h->fd : h->fresh; /* of the file that has no name any more: who waits for its lock sees that */
    h->has_failed = fault > 0 && h->fd < 0;
    h->why = fault;
    h->fd = fault <= 0 ? h->fresh : h->fd;
    h->fresh = -1;
    if (stale >= 0)
        (void)close(stale);
}

void journal_work_done(struct journal *j, uint64_t id, int fault)
{
    struct held *h = idmap_get(j->held, id);
    if (h == NULL || !h->is_working)
        return;
    bool was_drop = h->fresh < 0;
    h->is_working = false;
    if (was_drop && fault != 0)
        log_line(LOG_ERROR, "a settled lease cannot be removed from %s: %s", j->folder, strerror(fault));
    else if (fault != 0 && h->fd >= 0)
        tell_stale(j);
    if (!was_drop)
        swap(h, fault);
    if (was_drop || (h->is_closing && h->has_failed)) {
        forget(j, h);
    } else if (h->is_closing) {
        work(j, h, false);
    } else if (h->has_next && !h->has_failed) {
        h->has_next = false;
        update(j, h, &h->next);
    }
}

void journal_work_alone(struct journal *j)
{
    struct held *h;
    j->disk.give = NULL;
    for (size_t at = 0; (h = idmap_each(j->held, &at)) != NULL;) {
        if (h->is_working)
            work(j, h, true);
    }
}

void journal_use(struct journal *j, const struct journal_disk *disk)
{
    j->disk = *disk;
}

enum journal_state journal_state_of(const struct journal *j, uint64_t id)
{
    const struct held *h = idmap_get(j->held, id);
    return h == NULL || h->has_failed ? JOURNAL_FAILED : h->is_working || h->has_next ? JOURNAL_ON_ITS_WAY : JOURNAL_SAFE;
}

static bool read_file(int fd, struct lease_entry *out)
{
    char text[LEASE_FILE_MAX];
    ssize_t n = pread(fd, text, sizeof text, 0);
    return n > 0 && read_entry((struct slice){ text, (size_t)n }, out);
}

struct adopter {
    bool (*wants)(void *context, const struct lease_entry *e);
    void *context;
};

static bool adopt(struct journal *j, uint64_t id, const struct adopter *a, struct lease_entry *out)
{
    char *path = path_of(j, id, ".lease");
    int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    bool ok = fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0 && is_linked(fd, path);
    if (ok && !read_file(fd, out)) {
        if (idmap_put(j->damaged, id, j) == NULL)
            log_line(LOG_ERROR, "a lease cannot be understood and is left alone: %s", path);
        ok = false;
    }
    ok = ok && a->wants(a->context, out);
    if (ok)
        (void)hold(j, id, fd);
    else if (fd >= 0)
        (void)close(fd);
    mem_free(path);
    return ok;
}

static bool id_of(const char *name, uint64_t *id)
{
    unsigned long long n;
    char end[8];
    if (strlen(name) != 22 || sscanf(name, "%16llx%7s", &n, end) != 2 || strcmp(end, ".lease") != 0)
        return false;
    *id = n;
    return true;
}

bool journal_adopt(struct journal *j, bool (*wants)(void *context, const struct lease_entry *e), void *context, uint64_t *id, struct lease_entry *out)
{
    const struct adopter a = { wants, context };
    DIR *folder = j->folder != NULL ? opendir(j->folder) : NULL;
    const struct dirent *e;
    bool found = false;
    while (folder != NULL && !found && (e = readdir(folder)) != NULL)
        found = id_of(e->d_name, id) && idmap_get(j->held, *id) == NULL && adopt(j, *id, &a, out);
    if (folder != NULL)
        (void)closedir(folder);
    return found;
}

static bool is_wanted(const struct journal *j, uint64_t id, const struct adopter *a)
{
    struct lease_entry e;
    char *path = path_of(j, id, ".lease");
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    bool ok = fd >= 0 && read_file(fd, &e) && a->wants(a->context, &e);
    if (fd >= 0)
        (void)close(fd);
    mem_free(path);
    return ok;
}

bool journal_has(const struct journal *j, bool (*wants)(void *context, const struct lease_entry *e), void *context)
{
    const struct adopter a = { wants, context };
    DIR *folder = j->folder != NULL ? opendir(j->folder) : NULL;
    const struct dirent *e;
    uint64_t id;
    bool found = false;
    while (folder != NULL && !found && (e = readdir(folder)) != NULL)
        found = id_of(e->d_name, &id) && idmap_get(j->held, id) == NULL && is_wanted(j, id, &a);
    if (folder != NULL)
        (void)closedir(folder);
    return found;
}
