/* SPDX-License-Identifier: MIT */
/* told: words of the commands whose consequences this user has seen. The file is small and replaced as a whole; of two that write at once one
 * is remembered, and the other is told once more. Keeps nothing in memory. */
#include "core/config/told.h"

#include "core/base/buf.h"
#include "core/base/file.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/config/path.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_MAX = 4096 };

static char *file_path(void)
{
    struct buf path = BUF_INIT(8192);
    char *folder = path_state_folder();
    (void)buf_addf(&path, "%s/told", folder);
    mem_free(folder);
    char *out = mem_text(buf_slice(&path));
    buf_clear(&path);
    return out;
}

static void read_all(const char *path, struct buf *out)
{
    char bytes[FILE_MAX];
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
    ssize_t n = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? read(fd, bytes, sizeof bytes) : 0;
    if (n > 0)
        (void)buf_add(out, (struct slice){ bytes, (size_t)n });
    if (fd >= 0)
        (void)close(fd);
}

static bool has_line(struct slice all, const char *what)
{
    for (struct slice rest = all; rest.p != NULL;) {
        if (slice_eq(slice_cut(rest, '\n', &rest), slice_of(what)))
            return true;
    }
    return false;
}

bool told_is(const char *what)
{
    struct buf all = BUF_INIT(FILE_MAX);
    char *path = file_path();
    read_all(path, &all);
    bool is_there = has_line(buf_slice(&all), what);
    buf_clear(&all);
    mem_free(path);
    return is_there;
}

void told_keep(const char *what)
{
    struct buf all = BUF_INIT(2 * FILE_MAX);
    struct err err = ERR_INIT;
    char *path = file_path();
    read_all(path, &all);
    if (path_has_state() && !has_line(buf_slice(&all), what) && buf_addf(&all, "%s\n", what) && !file_replace(path, buf_slice(&all), &err))
        log_line(LOG_WARN, "that you have been told of %s is not remembered: %s", what, err.text);
    buf_clear(&all);
    mem_free(path);
}
