/* SPDX-License-Identifier: MIT */
/* scribe: forks the process that empties the pipe into the file. It keeps nothing but the two descriptors, and ends when the
 * pipe does or when the disk refuses; the keeper sees the latter as EPIPE. */
#include "core/keeper/scribe.h"

#include "core/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PIPE_BYTES = 1024 * 1024, PIECE_BYTES = 64 * 1024 };

static bool write_all(int fd, const char *p, size_t n)
{
    while (n > 0) {
        ssize_t done = write(fd, p, n);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        p += done;
        n -= (size_t)done;
    }
    return true;
}

static int open_file(const char *path)
{
    file_make_folders(path);
    return open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
}

/* path: opened when there is something to write; NULL: `file` is open. */
static void empty_pipe(int from, int file, const char *path)
{
    static char piece[PIECE_BYTES];
    for (;;) {
        ssize_t n = read(from, piece, sizeof piece);
        if (n < 0 && errno == EINTR)
            continue;
        if (n > 0 && file < 0)
            file = open_file(path);
        if (n <= 0 || file < 0 || !write_all(file, piece, (size_t)n))
            return;
    }
}

/* The keeper's sockets must not live on in here: a PBX would see a client that is gone as one that is slow. */
static _Noreturn void scribe(int from, int file, const char *path)
{
    int kept_from = dup2(from, STDIN_FILENO), kept_file = file >= 0 ? dup2(file, STDOUT_FILENO) : -1;
    (void)syscall(SYS_close_range, file >= 0 ? STDERR_FILENO : STDOUT_FILENO, ~0U, 0);
    if (kept_from >= 0 && (kept_file >= 0 || path != NULL))
        empty_pipe(kept_from, kept_file, path);
    _exit(0);
}

/* *out: the pipe's end to write to. */
static bool start(int file, const char *path, int *out, int *pid, struct err *err)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return err_errno(err, ERR_SYSTEM, "starting the process that writes files: no pipe");
    (void)fcntl(ends[1], F_SETPIPE_SZ, PIPE_BYTES); /* less is slower, not wrong */
    (void)fcntl(ends[1], F_SETFL, O_NONBLOCK);
    pid_t child = fork();
    if (child == 0)
        scribe(ends[0], file, path);
    close(ends[0]);
    *pid = child;
    *out = ends[1];
    if (child > 0)
        return true;
    close(ends[1]);
    return err_errno(err, ERR_SYSTEM, "starting the process that writes files");
}

bool scribe_take(int fd, int *pid, struct err *err)
{
    int pipe;
    if (!start(fd, NULL, &pipe, pid, err))
        return false;
    bool ok = dup3(pipe, fd, O_CLOEXEC) == fd || err_errno(err, ERR_SYSTEM, "starting the process that writes files");
    close(pipe);
    return ok;
}

bool scribe_open(const char *path, int *fd, int *pid, struct err *err)
{
    return start(-1, path, fd, pid, err);
}

void scribe_finish(int pid, int most_ms)
{
    if (pid <= 0)
        return;
    int process = (int)syscall(SYS_pidfd_open, pid, 0);
    struct pollfd wait = { .fd = process, .events = POLLIN };
    if (process < 0 || poll(&wait, 1, most_ms) == 1)
        (void)waitpid(pid, NULL, 0);
    if (process >= 0)
        close(process);
}
