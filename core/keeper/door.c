/* SPDX-License-Identifier: MIT */
/* door: a path becomes a socket that listens, or one that is connected, and a connection becomes the user at its other end (SO_PEERCRED,
 * SO_PEERGROUPS). Looks up no name: a user database may be a server that is away. */
#include "core/keeper/door.h"

#include "core/base/file.h"
#include "core/base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77
#endif

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

/* Is the process that this descriptor stands for still there? */
static bool is_alive(int pidfd)
{
    struct pollfd at = { .fd = pidfd, .events = POLLIN };
    return poll(&at, 1, 0) == 0;
}

static bool read_login(int process, uid_t *out)
{
    char text[32] = "";
    struct slice rest;
    int64_t uid;
    int fd = openat(process, "loginuid", O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read(fd, text, sizeof text - 1) : 0;
    if (fd >= 0)
        (void)close(fd);
    if (n <= 0 || !slice_int(slice_cut(slice_of(text), '\n', &rest), 0, UINT32_MAX - 1, &uid))
        return false;
    *out = (uid_t)uid;
    return true;
}

/* The kernel keeps it for every process. A process that has ended may have left its number to another one: the folder of a process stays that
 * of the same one, and SO_PEERPIDFD (Linux 6.5) says whether it is the right one; where that is not known it is one of the same user at least. */
static bool find_login(int fd, const struct ucred *user, uid_t *out)
{
    char path[32];
    struct stat owner;
    int pidfd = -1;
    socklen_t n = sizeof pidfd;
    bool has_pidfd = getsockopt(fd, SOL_SOCKET, SO_PEERPIDFD, &pidfd, &n) == 0;
    (void)snprintf(path, sizeof path, "/proc/%ld", (long)user->pid);
    int process = user->pid > 0 ? open(path, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
    bool is_his = process >= 0 && (has_pidfd ? is_alive(pidfd) : fstat(process, &owner) == 0 && owner.st_uid == user->uid);
    bool ok = is_his && read_login(process, out);
    if (process >= 0)
        (void)close(process);
    if (has_pidfd)
        (void)close(pidfd);
    return ok;
}

/* His own, and those that he has beside it. */
static void find_groups(int fd, gid_t own, struct door_user *out)
{
    socklen_t n = 0;
    int asked = getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, NULL, &n);
    bool has_more = asked == 0 || errno == ERANGE; /* then it says how many */
    out->group = mem_array(1 + n / sizeof *out->group, sizeof *out->group);
    out->group[0] = own;
    out->group_count = 1;
    if (has_more && n > 0 && getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, &out->group[1], &n) == 0)
        out->group_count += n / sizeof *out->group;
}

bool door_user(int fd, struct door_user *out)
{
    struct ucred user;
    socklen_t n = sizeof user;
    *out = (struct door_user){ .group = NULL };
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &user, &n) != 0)
        return false;
    out->uid = user.uid;
    out->has_login = find_login(fd, &user, &out->login);
    find_groups(fd, user.gid, out);
    return true;
}

void door_user_clear(struct door_user *user)
{
    mem_free(user->group);
    user->group = NULL;
    user->group_count = 0;
}
