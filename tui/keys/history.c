/* SPDX-License-Identifier: MIT */
/* history: a list of lines and its file (0600, in a folder of the user's alone). A line is added under a lock to what the
 * file holds at that moment, and the whole is renamed into place: two consoles lose nothing of each other's, a crash loses
 * nothing at all. What is no printable line of a possible length is passed over. */
#include "tui/keys/history.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/buf.h"
#include "core/base/mem.h"
#include "core/base/utf8.h"

enum { LINE_MAX_BYTES = 1000, FILE_MAX = 512 * 1024 };

struct history {
    char *path; /* NULL: none */
    char *line[HISTORY_LINES_MAX];
    size_t count; /* the latest is the last */
};

static void drop_all(struct history *h)
{
    for (size_t i = 0; i < h->count; i++)
        mem_free(h->line[i]);
    h->count = 0;
}

static bool is_line(struct slice line)
{
    if (line.n == 0 || line.n > LINE_MAX_BYTES || !utf8_is_valid(line))
        return false;
    for (size_t at = 0; at < line.n;) {
        if (!utf8_is_printable(utf8_next(line, &at)))
            return false;
    }
    return true;
}

static void keep(struct history *h, struct slice line)
{
    if (!is_line(line) || (h->count > 0 && slice_eq(line, slice_of(h->line[h->count - 1]))))
        return;
    if (h->count == HISTORY_LINES_MAX) {
        mem_free(h->line[0]);
        memmove(&h->line[0], &h->line[1], (HISTORY_LINES_MAX - 1) * sizeof h->line[0]);
        h->count--;
    }
    h->line[h->count++] = mem_text(line);
}

/* What is there to be read replaces what is held. */
static void read_file(struct history *h)
{
    struct buf text = BUF_INIT(FILE_MAX);
    int fd = open(h->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    struct stat s;
    if (fd < 0)
        return;
    if (fstat(fd, &s) == 0 && S_ISREG(s.st_mode)) {
        char piece[8192];
        for (ssize_t n; (n = read(fd, piece, sizeof piece)) > 0 && buf_add(&text, (struct slice){ piece, (size_t)n });)
            ;
        drop_all(h);
    }
    (void)close(fd);
    for (struct slice rest = buf_slice(&text); rest.p != NULL;)
        keep(h, slice_cut(rest, '\n', &rest));
    buf_clear(&text);
}

/* Every folder of the path that is missing. */
static void make_folders(const char *path)
{
    char *copy = mem_strdup(path);
    for (char *at = copy + 1; *at != '\0'; at++) {
        if (*at == '/') {
            *at = '\0';
            (void)mkdir(copy, 0700);
            *at = '/';
        }
    }
    mem_free(copy);
}

struct history *history_new(const char *path)
{
    struct history *h = mem_alloc(sizeof *h);
    h->path = mem_strdup(path);
    if (h->path != NULL)
        read_file(h);
    return h;
}

void history_free(struct history *h)
{
    if (h == NULL)
        return;
    drop_all(h);
    mem_free(h->path);
    mem_free(h);
}

struct slice history_at(const struct history *h, size_t i)
{
    return i < h->count ? slice_of(h->line[h->count - 1 - i]) : (struct slice){ NULL, 0 };
}

static bool write_all(int fd, struct slice bytes)
{
    for (size_t sent = 0; sent < bytes.n;) {
        ssize_t n = write(fd, bytes.p + sent, bytes.n - sent);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        sent += (size_t)n;
    }
    return true;
}

static bool write_file(const struct history *h, struct err *err)
{
    struct buf text = BUF_INIT(FILE_MAX * 2), other = BUF_INIT(8192);
    for (size_t i = 0; i < h->count; i++)
        (void)buf_addf(&text, "%s\n", h->line[i]);
    (void)buf_addf(&other, "%s.%ld", h->path, (long)getpid());
    int fd = open(other.data, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool ok = fd >= 0 && write_all(fd, buf_slice(&text));
    ok = (fd < 0 || close(fd) == 0) && ok && rename(other.data, h->path) == 0;
    if (!ok) {
        (void)err_errno(err, ERR_SYSTEM, "cannot keep the line in '%s'", h->path);
        (void)unlink(other.data);
    }
    buf_clear(&text);
    buf_clear(&other);
    return ok;
}

bool history_add(struct history *h, struct slice line, struct err *err)
{
    if (h->path == NULL || !is_line(line)) {
        keep(h, line);
        return true;
    }
    struct buf lock = BUF_INIT(8192);
    make_folders(h->path);
    (void)buf_addf(&lock, "%s.lock", h->path);
    int fd = open(lock.data, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    buf_clear(&lock);
    if (fd < 0 || flock(fd, LOCK_EX) != 0) {
        (void)err_errno(err, ERR_SYSTEM, "cannot keep the line in '%s'", h->path);
        if (fd >= 0)
            (void)close(fd);
        keep(h, line);
        return false;
    }
    read_file(h);
    keep(h, line);
    bool ok = write_file(h, err);
    (void)close(fd); /* and the lock with it */
    return ok;
}
