/* SPDX-License-Identifier: MIT */
/* door: a path becomes a socket that listens, or one that is connected, and a connection becomes the user at its other end (SO_PEERCRED,
 * SO_PEERGROUPS). Looks up no name: a user database may be a server that is away. */
#include "core/keeper/door.h"

#include "core/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { WAITING_MAX = 32, SOCKET_FLAGS = SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK };

static bool address_of(const char *path, struct sockaddr_un *out, struct err *err)
{
    *out = (struct sockaddr_un){ .sun_family = AF_UNIX };
    size_t n = strlen(path);
    if (n >= sizeof out->sun_path)
        return err_set(err, ERR_CONFIG, "the keeper's socket %s: the path is longer than the %zu bytes that a socket can have", path, sizeof out->sun_path - 1);
    memcpy(out->sun_path, path, n + 1);
    return true;
}

bool door_enter(const char *path, int *fd, struct err *err)
{
    struct sockaddr_un at;
    if (!address_of(path, &at, err))
        return false;
    *fd = socket(AF_UNIX, SOCKET_FLAGS, 0);
    if (*fd >= 0 && connect(*fd, (const struct sockaddr *)&at, sizeof at) == 0)
        return true;
    int why = errno;
    if (*fd >= 0)
        (void)close(*fd);
    *fd = -1;
    errno = why;
    return err_errno(err, why == EACCES ? ERR_LOGIN : ERR_NETWORK, "the keeper of this host at %s", path);
}

bool door_open(const char *path, int *fd, struct err *err)
{
    struct sockaddr_un at;
    int other;
    if (!address_of(path, &at, err))
        return false;
    if (door_enter(path, &other, NULL)) {
        (void)close(other);
        return err_set(err, ERR_CONFIG, "a keeper runs at %s already", path);
    }
    file_make_folders(path);
    struct stat there;
    if (lstat(path, &there) == 0 && S_ISSOCK(there.st_mode))
        (void)unlink(path); /* nobody answers at it */
    *fd = socket(AF_UNIX, SOCKET_FLAGS, 0);
    mode_t mask = umask(0111);
    bool ok = *fd >= 0 && bind(*fd, (const struct sockaddr *)&at, sizeof at) == 0 && listen(*fd, WAITING_MAX) == 0;
    int why = errno;
    (void)umask(mask);
    if (ok)
        return true;
    if (*fd >= 0)
        (void)close(*fd);
    errno = why;
    return err_errno(err, ERR_SYSTEM, "the keeper cannot listen at %s", path);
}

void door_close(const char *path, int fd)
{
    if (fd >= 0) {
        (void)unlink(path);
        (void)close(fd);
    }
}

int door_accept(int fd)
{
    return accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
}

/* The kernel keeps it for every process. */
static bool find_login(pid_t pid, uid_t *out)
{
    char path[32], text[32] = "";
    struct slice rest;
    int64_t uid;
    (void)snprintf(path, sizeof path, "/proc/%ld/loginuid", (long)pid);
    int fd = pid > 0 ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    ssize_t n = fd >= 0 ? read(fd, text, sizeof text - 1) : 0;
    if (fd >= 0)
        (void)close(fd);
    if (n <= 0 || !slice_int(slice_cut(slice_of(text), '\n', &rest), 0, UINT32_MAX - 1, &uid))
        return false;
    *out = (uid_t)uid;
    return true;
}

bool door_user(int fd, struct door_user *out)
{
    struct ucred user;
    socklen_t n = sizeof user;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &user, &n) != 0)
        return false;
    out->uid = user.uid;
    out->has_login = find_login(user.pid, &out->login);
    out->group[0] = user.gid;
    out->group_count = 1;
    n = sizeof out->group - sizeof out->group[0];
    if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, &out->group[1], &n) == 0)
        out->group_count += n / sizeof out->group[0];
    return true; /* with more groups than there is room only his own counts */
}
