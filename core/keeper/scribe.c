/* SPDX-License-Identifier: MIT */
/* scribe: forks the process that empties the pipe into the file. It keeps nothing but the two descriptors, and ends when the
 * pipe does or when the disk refuses; the keeper sees the latter as EPIPE. */
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

static void empty_pipe(int from, int file)
{
    static char piece[PIECE_BYTES];
    for (;;) {
        ssize_t n = read(from, piece, sizeof piece);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0 || !write_all(file, piece, (size_t)n))
            return;
    }
}

/* The keeper's sockets must not live on in here: a PBX would see a client that is gone as one that is slow. */
static _Noreturn void scribe(int from, int file)
{
    int kept_from = dup2(from, STDIN_FILENO), kept_file = dup2(file, STDOUT_FILENO);
    (void)syscall(SYS_close_range, STDERR_FILENO, ~0U, 0);
    if (kept_from >= 0 && kept_file >= 0)
        empty_pipe(kept_from, kept_file);
    _exit(0);
}

bool scribe_take(int fd, int *pid, struct err *err)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return err_errno(err, ERR_SYSTEM, "starting the process that writes files: no pipe");
    (void)fcntl(ends[1], F_SETPIPE_SZ, PIPE_BYTES); /* less is slower, not wrong */
    (void)fcntl(ends[1], F_SETFL, O_NONBLOCK);
    pid_t child = fork();
    if (child == 0)
        scribe(ends[0], fd);
    bool ok = child > 0 && dup3(ends[1], fd, O_CLOEXEC) == fd;
    if (!ok)
        (void)err_errno(err, ERR_SYSTEM, "starting the process that writes files");
    close(ends[0]);
    close(ends[1]);
    *pid = child;
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
