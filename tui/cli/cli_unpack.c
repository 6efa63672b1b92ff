/* SPDX-License-Identifier: MIT */
/* cli_unpack: starts the program that belongs to the end of a name, with the file as its standard input: no shell, no name that could be an
 * option, nothing of our environment. A library for each format would be four more of them, for files that are read a few times a year. */
#include "tui/cli/cli_unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CANNOT_RUN = 127 };

static const struct {
    const char *end, *program;
} packers[] = { { ".gz", "gzip" }, { ".xz", "xz" }, { ".bz2", "bzip2" }, { ".zst", "zstd" } };

static const char *program_of(const char *name)
{
    size_t n = strlen(name);
    for (size_t i = 0; i < sizeof packers / sizeof packers[0]; i++) {
        size_t m = strlen(packers[i].end);
        if (n > m && strcmp(name + n - m, packers[i].end) == 0)
            return packers[i].program;
    }
    return NULL;
}

bool unpack_is_packed(const char *name)
{
    return program_of(name) != NULL;
}

static _Noreturn void become(const char *program, int from, int to)
{
    char *const words[] = { (char *)(uintptr_t)program, (char *)(uintptr_t)"-dc", NULL }, *const environment[] = { (char *)(uintptr_t)"LC_ALL=C", NULL };
    sigset_t none;
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    (void)signal(SIGPIPE, SIG_DFL);
    int nowhere = open("/dev/null", O_WRONLY); /* what it has to say we say */
    if (nowhere >= 0 && dup2(nowhere, STDERR_FILENO) >= 0 && dup2(from, STDIN_FILENO) >= 0 && dup2(to, STDOUT_FILENO) >= 0 && close_range(STDERR_FILENO + 1, ~0U, 0) == 0)
        (void)execvpe(program, words, environment);
    _exit(CANNOT_RUN);
}

static bool start(struct unpack *u, struct err *err)
{
    int ends[2], file = u->fd;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return err_errno(err, ERR_SYSTEM, "cannot unpack %s", u->path);
    u->pid = fork();
    if (u->pid == 0)
        become(u->program, file, ends[1]);
    (void)close(ends[1]);
    (void)close(file);
    u->fd = ends[0];
    return u->pid > 0 || err_errno(err, ERR_SYSTEM, "cannot unpack %s", u->path);
}

bool unpack_open(struct unpack *u, const char *path, struct err *err)
{
    *u = (struct unpack){ .path = path, .program = program_of(path), .fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY) };
    if (u->fd < 0)
        return err_errno(err, ERR_SYSTEM, "cannot read the audit log %s", path);
    if (u->program == NULL || start(u, err))
        return true;
    (void)close(u->fd);
    return false;
}

ssize_t unpack_read(struct unpack *u, char *out, size_t size, struct err *err)
{
    ssize_t n;
    while ((n = read(u->fd, out, size)) < 0 && errno == EINTR)
        continue;
    if (n < 0)
        (void)err_errno(err, ERR_SYSTEM, "cannot read the audit log %s", u->path);
    return n;
}

bool unpack_close(struct unpack *u, struct err *err)
{
    int status = 0;
    pid_t got;
    if (u->fd != STDIN_FILENO)
        (void)close(u->fd);
    if (u->program == NULL)
        return true;
    while ((got = waitpid(u->pid, &status, 0)) < 0 && errno == EINTR)
        continue;
    if (got != u->pid || (WIFEXITED(status) && WEXITSTATUS(status) == 0))
        return true;
    if (WIFEXITED(status) && WEXITSTATUS(status) == CANNOT_RUN)
        return err_set(err, ERR_SYSTEM, "%s was not read: it is packed, and there is no program %s", u->path, u->program);
    return err_set(err, ERR_SYSTEM, "%s was not read to its end: %s says that it is damaged", u->path, u->program);
}
