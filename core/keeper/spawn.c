/* SPDX-License-Identifier: MIT */
/* spawn: fork and exec of this very binary (/proc/self/exe: also after it was replaced on disk), with one descriptor
 * more than the standard three. Exec, not fork alone: nothing of the console's memory is in the process that holds the
 * secrets. Knows nothing of what is said on the socket. */
#include "core/keeper/spawn.h"

#include "core/base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { KEEPER_FD = STDERR_FILENO + 1, OWN_WORDS = 3 };

static char **argv_of(const char *const *words)
{
    size_t n = 0;
    while (words[n] != NULL) {
        n++;
    }
    char **argv = mem_array(OWN_WORDS + n + 1, sizeof *argv);
    char number[16];
    (void)snprintf(number, sizeof number, "%d", KEEPER_FD);
    argv[0] = mem_strdup("acdtop");
    argv[1] = mem_strdup("--keeper");
    argv[2] = mem_strdup(number);
    for (size_t i = 0; i < n; i++) {
        argv[OWN_WORDS + i] = mem_strdup(words[i]);
    }
    return argv;
}

static _Noreturn void become(int fd, char **argv)
{
    sigset_t none;
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    bool ok = fd == KEEPER_FD ? fcntl(fd, F_SETFD, 0) == 0 : dup2(fd, KEEPER_FD) >= 0;
    (void)close_range(KEEPER_FD + 1, ~0U, 0);
    if (ok) {
        (void)execv("/proc/self/exe", argv);
    }
    _exit(SPAWN_CANNOT_RUN);
}

bool spawn_keeper(const char *const *words, pid_t *pid, int *fd, struct err *err)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) != 0) {
        return err_errno(err, ERR_SYSTEM, "starting the keeper: no socket");
    }
    char **argv = argv_of(words);
    *pid = fork();
    if (*pid == 0) {
        become(pair[1], argv);
    }
    bool ok = *pid > 0 || err_errno(err, ERR_SYSTEM, "starting the keeper");
    for (char **word = argv; *word != NULL; word++) {
        mem_free(*word);
    }
    mem_free(argv);
    (void)close(pair[1]);
    if (!ok) {
        (void)close(pair[0]);
        return false;
    }
    *fd = pair[0];
    return true;
}

bool spawn_ended(pid_t pid, int wait_ms, char *how, size_t size, int *exit_code)
{
    int status = 0;
    int fd = wait_ms > 0 ? pidfd_open(pid, 0) : -1;
    if (fd >= 0) {
        struct pollfd at = { .fd = fd, .events = POLLIN };
        (void)poll(&at, 1, wait_ms);
        (void)close(fd);
    }
    pid_t got = waitpid(pid, &status, WNOHANG);
    if (got == 0 || (got < 0 && errno == EINTR)) {
        return false;
    }
    *exit_code = got == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    if (got == pid && WIFSIGNALED(status)) {
        (void)snprintf(how, size, "signal %d", WTERMSIG(status));
    } else if (*exit_code >= 0) {
        (void)snprintf(how, size, "exit code %d", *exit_code);
    } else {
        (void)snprintf(how, size, "nobody knows how");
    }
    return true;
}
