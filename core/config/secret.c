/* SPDX-License-Identifier: MIT */
/* secret: reads at most one line of at most SECRET_MAX_BYTES from a file that only its owner
 * can read, or from a command's output. Never puts it into argv, an environment or a message;
 * never reads through a growing buffer, whose old blocks would keep a copy. */
#include "core/config/secret.h"

#include "core/base/clock.h"
#include "core/base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WAIT_MS = 60 * 1000 }; /* a person may be typing a pass phrase */

bool secret_is_prompted(const struct pbx_settings *pbx)
{
    return pbx->secret_file == NULL && pbx->secret_command == NULL;
}

static bool too_long(const char *what, struct err *err)
{
    return err_set(err, ERR_CONFIG, "%s gives more than %d bytes: not a secret that AMI can take", what, SECRET_MAX_BYTES);
}

/* Reads to the end; `what` is for the sentences. */
static bool read_all(int fd, const char *what, int64_t wait_ms, struct buf *out, struct err *err)
{
    int64_t until_ms = clock_mono_ms() + wait_ms;
    for (;;) {
        int64_t left_ms = until_ms - clock_mono_ms();
        struct pollfd waiting = { .fd = fd, .events = POLLIN };
        int ready = left_ms > 0 ? poll(&waiting, 1, (int)left_ms) : 0;
        if (ready == 0)
            return err_set(err, ERR_CONFIG, "%s gave no secret within %lld s", what, (long long)(wait_ms / 1000));
        char *room = ready > 0 ? buf_reserve(out, 1) : NULL;
        if (ready > 0 && room == NULL)
            return too_long(what, err);
        ssize_t n = ready > 0 ? read(fd, room, out->max - out->len) : -1;
        if (n < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (n < 0)
            return err_errno(err, ERR_CONFIG, "cannot read the secret from %s", what);
        if (n == 0)
            return true;
        out->len += (size_t)n;
        out->data[out->len] = '\0';
    }
}

/* Drops one newline; what is left must be something that fits into one AMI line. */
static bool check(const char *what, struct buf *out, struct err *err)
{
    if (out->len > 0 && out->data[out->len - 1] == '\n')
        out->len--;
    if (out->len > 0 && out->data[out->len - 1] == '\r')
        out->len--;
    if (out->data != NULL)
        out->data[out->len] = '\0';
    if (out->len == 0)
        return err_set(err, ERR_CONFIG, "%s gives an empty secret", what);
    if (out->len > SECRET_MAX_BYTES)
        return too_long(what, err);
    for (size_t i = 0; i < out->len; i++)
        if (out->data[i] == '\n' || out->data[i] == '\r' || out->data[i] == '\0')
            return err_set(err, ERR_CONFIG, "%s gives more than one line; it must hold the secret and nothing else", what);
    return true;
}

/* All the room at once, so that no later growth leaves a copy behind: a line's end, and one byte to see that it is too long. */
static bool prepare(struct buf *out, struct err *err)
{
    buf_wipe(out);
    *out = BUF_INIT(SECRET_MAX_BYTES + 3);
    return buf_reserve(out, SECRET_MAX_BYTES + 3) != NULL || err_set(err, ERR_INTERNAL, "no memory for the secret");
}

static bool check_mode(int fd, const char *path, struct err *err)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return err_errno(err, ERR_CONFIG, "cannot look at the secret file '%s'", path);
    if (!S_ISREG(st.st_mode) && !S_ISFIFO(st.st_mode))
        return err_set(err, ERR_CONFIG, "the secret file '%s' is not a file", path);
    if ((st.st_mode & (S_IRGRP | S_IWGRP | S_IROTH | S_IWOTH)) != 0)
        return err_set(err, ERR_CONFIG, "the secret file '%s' can be read or changed by others (mode %04o); make it yours alone: chmod 600 '%s'", path,
                       (unsigned)(st.st_mode & 07777), path);
    if (st.st_uid != geteuid() && st.st_uid != 0)
        return err_set(err, ERR_CONFIG, "the secret file '%s' belongs to another user (uid %u), who could change it; chown it to yourself", path,
                       (unsigned)st.st_uid);
    return true;
}

bool secret_from_file(const char *path, int64_t wait_ms, struct buf *out, struct err *err)
{
    if (!prepare(out, err))
        return false;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK); /* a pipe that nobody writes to must not hold us */
    if (fd < 0)
        return err_errno(err, ERR_CONFIG, "cannot read the secret file '%s'", path);
    bool ok = check_mode(fd, path, err) && read_all(fd, "the secret file", wait_ms, out, err) && check("the secret file", out, err);
    (void)close(fd);
    if (!ok)
        buf_wipe(out);
    return ok || err_prefix(err, "%s", path);
}

bool secret_check(const struct pbx_settings *pbx, struct err *err)
{
    if (pbx->secret_file == NULL)
        return true;
    int fd = open(pbx->secret_file, O_PATH | O_CLOEXEC);
    struct stat st;
    bool ok;
    if (fd >= 0 && fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode)) {
        ok = check_mode(fd, pbx->secret_file, err);
    } else {
        struct buf secret = BUF_INIT(0);
        ok = secret_from_file(pbx->secret_file, WAIT_MS, &secret, err);
        buf_wipe(&secret);
    }
    if (fd >= 0)
        (void)close(fd);
    return ok || err_prefix(err, "PBX '%s'", pbx->name);
}

static _Noreturn void run(const char *command, int to)
{
    sigset_t none;
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    (void)signal(SIGPIPE, SIG_DFL);
    int nothing = open("/dev/null", O_RDONLY);
    if (nothing >= 0 && dup2(nothing, STDIN_FILENO) >= 0 && dup2(to, STDOUT_FILENO) >= 0)
        (void)execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
}

/* The command may close its output and live on. */
static bool has_ended(pid_t child, int64_t wait_ms)
{
    int fd = pidfd_open(child, 0);
    struct pollfd waiting = { .fd = fd, .events = POLLIN };
    bool ended = fd >= 0 && poll(&waiting, 1, (int)wait_ms) > 0;
    if (fd >= 0)
        (void)close(fd);
    return ended;
}

/* What became of the command; killed when it does not end by itself. */
static bool reap(pid_t child, int64_t wait_ms, struct err *err)
{
    int status = 0;
    pid_t got;
    if (!has_ended(child, wait_ms))
        (void)kill(child, SIGKILL);
    do
        got = waitpid(child, &status, 0);
    while (got < 0 && errno == EINTR);
    if (got != child || (WIFEXITED(status) && WEXITSTATUS(status) == 0))
        return true; /* ECHILD: somebody ignores SIGCHLD; its output decides then */
    if (WIFSIGNALED(status))
        return err_set(err, ERR_CONFIG, "secret_command was ended by signal %d", WTERMSIG(status));
    return err_set(err, ERR_CONFIG, "secret_command failed with exit code %d; run it by hand to see why", WEXITSTATUS(status));
}

bool secret_from_command(const char *command, int64_t wait_ms, struct buf *out, struct err *err)
{
    int fds[2];
    if (!prepare(out, err))
        return false;
    if (pipe2(fds, O_CLOEXEC) != 0)
        return err_errno(err, ERR_SYSTEM, "cannot make a pipe for secret_command");
    pid_t child = fork();
    if (child == 0)
        run(command, fds[1]);
    (void)close(fds[1]);
    bool ok = child > 0 || err_errno(err, ERR_SYSTEM, "cannot start secret_command");
    ok = ok && read_all(fds[0], "secret_command", wait_ms, out, err);
    (void)close(fds[0]);
    if (child > 0)
        ok = reap(child, ok ? wait_ms : 0, err) && ok;
    ok = ok && check("secret_command", out, err);
    if (!ok)
        buf_wipe(out);
    return ok;
}

bool secret_read(const struct pbx_settings *pbx, struct buf *out, struct err *err)
{
    bool ok;
    if (secret_is_prompted(pbx))
        return err_set(err, ERR_CONFIG, "no secret for PBX '%s': give secret_file (--secret-file FILE) or secret_command", pbx->name);
    if (pbx->secret_file != NULL)
        ok = secret_from_file(pbx->secret_file, WAIT_MS, out, err);
    else
        ok = secret_from_command(pbx->secret_command, WAIT_MS, out, err);
    if (ok)
        log_add_secret(buf_slice(out));
    return ok || err_prefix(err, "PBX '%s'", pbx->name);
}
