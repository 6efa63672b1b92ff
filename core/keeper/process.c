/* SPDX-License-Identifier: MIT */
/* process: leaves the terminal for good. A keeper that a terminal could stop would freeze the queues of the PBX it
 * reads from (ami.md 3.1), so every signal that a terminal or a careless hand sends is ignored, but TERM and INT, which
 * end it in order. Holds no state. */
#include "core/keeper/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

static const int ignored[] = { SIGHUP, SIGQUIT, SIGPIPE, SIGTSTP, SIGTTIN, SIGTTOU, SIGUSR1, SIGUSR2, SIGALRM,
                              SIGXFSZ /* a file that may not grow is a fault like any other */ };
static const int ending[] = { SIGTERM, SIGINT };

static bool redirect(struct err *err)
{
    int fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (fd < 0) {
        return err_errno(err, ERR_SYSTEM, "starting the keeper: cannot open /dev/null");
    }
    for (int to = STDIN_FILENO; to <= STDERR_FILENO; to++) {
        if (dup2(fd, to) < 0) {
            return err_errno(err, ERR_SYSTEM, "starting the keeper: cannot leave the terminal");
        }
    }
    if (fd > STDERR_FILENO) {
        (void)close(fd);
    }
    return true;
}

static bool take_signals(int *signal_fd, struct err *err)
{
    sigset_t set;
    for (size_t i = 0; i < sizeof ignored / sizeof ignored[0]; i++) {
        (void)signal(ignored[i], SIG_IGN);
    }
    (void)signal(SIGCHLD, SIG_DFL);
    (void)sigemptyset(&set);
    for (size_t i = 0; i < sizeof ending / sizeof ending[0]; i++) {
        (void)sigaddset(&set, ending[i]);
    }
    (void)sigprocmask(SIG_SETMASK, &set, NULL);
    *signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return *signal_fd >= 0 || err_errno(err, ERR_SYSTEM, "starting the keeper: cannot receive signals");
}

bool process_detach(int *signal_fd, struct err *err)
{
    const struct rlimit none = { 0, 0 };
    (void)setsid(); /* fails for who leads a group already: then there is no terminal to lose */
    (void)umask(077);
    (void)setrlimit(RLIMIT_CORE, &none);
    (void)prctl(PR_SET_DUMPABLE, 0);
    return redirect(err) && take_signals(signal_fd, err);
}

bool process_is_told_to_end(int signal_fd)
{
    struct signalfd_siginfo info;
    return read(signal_fd, &info, sizeof info) == (ssize_t)sizeof info;
}

void process_close(int signal_fd)
{
    if (signal_fd >= 0) {
        (void)close(signal_fd);
    }
}
