/* SPDX-License-Identifier: MIT */
/* file: a text goes into a file beside the one that is wanted, onto the disk, and gets its name last. So nobody ever sees half of
 * it, and a disk that is full or a program that is killed costs at most a file with the process's number at its end. */
#include "core/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/buf.h"
#include "core/base/mem.h"

enum { PATH_BYTES_MAX = 4096, TRIES = 16 };

static bool write_all(int fd, struct slice text)
{
    while (text.n > 0) {
        ssize_t n = write(fd, text.p, text.n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n == 0)
            errno = ENOSPC;
        if (n <= 0)
            return false;
        text = (struct slice){ text.p + n, text.n - (size_t)n };
    }
    return fsync(fd) == 0 || errno == EINVAL || errno == ENOTSUP; /* some file systems have no such thing */
}

/* A name of its own beside `path`. */
static int open_beside(const char *path, struct buf *beside)
{
    int fd = -1;
    for (int i = 0; i < TRIES && fd < 0 && (i == 0 || errno == EEXIST); i++) {
        buf_reset(beside);
        if (!buf_addf(beside, "%s.%ld", path, (long)getpid()) || (i > 0 && !buf_addf(beside, "-%d", i))) {
            errno = ENAMETOOLONG;
            break;
        }
        fd = open(beside->data, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    }
    return fd;
}

void file_make_folders(const char *path)
{
    char *folder = mem_strdup(path);
    for (char *at = folder + 1; *folder != '\0' && *at != '\0'; at++) {
        if (*at == '/') {
            *at = '\0';
            (void)mkdir(folder, 0700);
            *at = '/';
        }
    }
    mem_free(folder);
}

/* Gives the file its name; unlike rename(2) this replaces nothing. */
static bool publish(const char *beside, const char *path)
{
    if (link(beside, path) == 0)
        return true;
    bool has_links = errno != EPERM && errno != ENOTSUP && errno != ENOSYS;
    return !has_links && renameat2(AT_FDCWD, beside, AT_FDCWD, path, RENAME_NOREPLACE) == 0;
}

static bool make(const char *path, struct slice text, bool is_new, struct err *err)
{
    struct buf beside = BUF_INIT(PATH_BYTES_MAX);
    int fd = open_beside(path, &beside);
    bool ok = fd >= 0 && write_all(fd, text);
    int why = errno;
    if (fd >= 0 && close(fd) != 0 && ok) {
        why = errno;
        ok = false;
    }
    if (ok && !(is_new ? publish(beside.data, path) : rename(beside.data, path) == 0)) {
        why = errno;
        ok = false;
    }
    if (fd >= 0 && (is_new || !ok))
        (void)unlink(beside.data);
    buf_clear(&beside);
    errno = why;
    if (!ok && why == EEXIST)
        return err_set(err, ERR_USAGE, "cannot write '%s': it is there already; take another name, or remove it", path);
    return ok || err_errno(err, ERR_SYSTEM, "cannot write '%s'", path);
}

bool file_create(const char *path, struct slice text, struct err *err)
{
    return make(path, text, true, err);
}

bool file_replace(const char *path, struct slice text, struct err *err)
{
    file_make_folders(path);
    return make(path, text, false, err);
}
