/* SPDX-License-Identifier: MIT */
/* cli_audit_tail: an audit log while it is written. Follows the name, as the keeper does: a file that was moved away is read to its end, and then
 * the one that has its name. What was cut short is read anew. */
#include "core/base/mem.h"
#include "tui/cli/cli_audit_log.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

void audit_log_follow(struct audit_log *l, const char *path)
{
    l->followed = mem_strdup(path);
}

static void leave(struct audit_log *l)
{
    (void)close(l->fd);
    l->fd = -1;
    (void)audit_lines_end(l->lines, l->followed);
    l->lines = NULL;
}

static bool read_on(struct audit_log *l, struct err *err)
{
    static char piece[64 * 1024];
    ssize_t n;
    while ((n = read(l->fd, piece, sizeof piece)) != 0) {
        if (n < 0 && errno != EINTR)
            return err_errno(err, ERR_SYSTEM, "cannot read the audit log %s", l->followed);
        if (n > 0)
            audit_lines_add(l->lines, (struct slice){ piece, (size_t)n });
    }
    return true;
}

static bool is_same(const struct audit_log *l, bool *is_cut)
{
    struct stat ours, named;
    *is_cut = fstat(l->fd, &ours) == 0 && ours.st_size < lseek(l->fd, 0, SEEK_CUR);
    return stat(l->followed, &named) != 0 || (ours.st_dev == named.st_dev && ours.st_ino == named.st_ino);
}

static void forget_touched(struct audit_log *l)
{
    for (size_t i = 0; i < l->touched_count; i++)
        l->touched[i]->is_touched = false;
    l->touched_count = 0;
}

bool audit_log_turn(struct audit_log *l, struct err *err)
{
    bool is_cut = false, is_same_one = true;
    forget_touched(l);
    for (int i = 0; i < 2; i++) { /* the one that was, and the one that is */
        if (l->fd < 0 && (l->fd = open(l->followed, O_RDONLY | O_CLOEXEC | O_NOCTTY)) < 0)
            return errno == ENOENT || err_errno(err, ERR_SYSTEM, "cannot read the audit log %s", l->followed);
        l->lines = l->lines != NULL ? l->lines : audit_lines_new(l);
        is_same_one = is_same(l, &is_cut);
        if (is_cut)
            (void)lseek(l->fd, 0, SEEK_SET);
        if (!read_on(l, err))
            return false;
        if (is_same_one)
            break;
        leave(l);
    }
    return true;
}
