/* SPDX-License-Identifier: MIT */
/* scribe: forks the process that empties the pipe into the file. It keeps nothing but the two descriptors, and ends when the
 * pipe does or when the disk refuses; the keeper sees the latter as EPIPE. Other work of that kind is given to it (pen.h). */
#include "core/keeper/scribe.h"

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

static void empty_pipe(int from, void *context)
{
    static char piece[PIECE_BYTES];
    const int *file = context;
    for (;;) {
        ssize_t n = read(from, piece, sizeof piece);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0 || !write_all(*file, piece, (size_t)n))
            return;
    }
}

/* The keeper's sockets must not live on in here: a PBX would see a client that is gone as one that is slow. What `also` (-1: nothing) is becomes
 * standard output. */
static bool start(int fd, int also, void (*work)(int fd, void *context), void *context, int *pid, struct err *err)
{
    pid_t child = fork();
    if (child == 0) {
        bool ok = dup2(fd, STDIN_FILENO) >= 0 && (also < 0 || dup2(also, STDOUT_FILENO) >= 0);
        (void)syscall(SYS_close_range, also >= 0 ? STDERR_FILENO : STDOUT_FILENO, ~0U, 0);
        if (ok)
            work(STDIN_FILENO, context);
        _exit(0);
    }
    *pid = child;
    return child > 0 || err_errno(err, ERR_SYSTEM, "starting the process that writes files");
}

bool scribe_run(int fd, void (*work)(int fd, void *context), void *context, int *pid, struct err *err)
{
    return start(fd, -1, work, context, pid, err);
}

bool scribe_take(int fd, int *pid, struct err *err)
{
    int ends[2], file = STDOUT_FILENO;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return err_errno(err, ERR_SYSTEM, "starting the process that writes files: no pipe");
    (void)fcntl(ends[1], F_SETPIPE_SZ, PIPE_BYTES); /* less is slower, not wrong */
    (void)fcntl(ends[1], F_SETFL, O_NONBLOCK);
    bool ok = start(ends[0], fd, empty_pipe, &file, pid, err);
    ok = ok && (dup3(ends[1], fd, O_CLOEXEC) == fd || err_errno(err, ERR_SYSTEM, "starting the process that writes files"));
    (void)close(ends[0]);
    (void)close(ends[1]);
    return ok;
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
