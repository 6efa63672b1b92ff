/* SPDX-License-Identifier: MIT */
/* cli_secret: the secret of a PBX that has neither a file nor a command for it, asked for at the terminal without echo
 * before anything else starts. It is kept here, and nowhere else, for a keeper that must be started again; it reaches a
 * keeper through the wire only, and is wiped at the end. */
#include "core/keeper/vault.h"
#include "tui/cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

/* A terminal whose echo is off must not be left so: these wait until it is on again. Gives a descriptor that becomes
 * readable, and stays so, when one of those that end us waits; -1: none. */
static int hold_signals(sigset_t *old)
{
    sigset_t held;
    sigemptyset(&held);
    sigaddset(&held, SIGINT);
    sigaddset(&held, SIGTERM);
    sigaddset(&held, SIGHUP);
    sigaddset(&held, SIGQUIT);
    int fd = signalfd(-1, &held, SFD_CLOEXEC | SFD_NONBLOCK);
    sigaddset(&held, SIGTSTP);
    sigprocmask(SIG_BLOCK, &held, old);
    return fd;
}

/* No echo, and no signals from keys. The keys that interrupt end the line instead: they are read at once, not at the next Enter. */
static struct termios quieted(const struct termios *before)
{
    struct termios quiet = *before;
    quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL | ISIG);
    quiet.c_cc[VEOL] = before->c_cc[VINTR];
    quiet.c_cc[VEOL2] = before->c_cc[VQUIT];
    return quiet;
}

static bool is_key(char c, cc_t key)
{
    return key != _POSIX_VDISABLE && (cc_t)c == key;
}

/* One line, without its end. False: end of input, an error, a signal, or (*interrupt is the signal then) a key for one. */
static bool read_line(int tty, int signals, const struct termios *before, struct buf *out, int *interrupt)
{
    for (;;) {
        struct pollfd at[] = { { .fd = tty, .events = POLLIN }, { .fd = signals, .events = POLLIN } };
        if (poll(at, sizeof at / sizeof at[0], -1) < 0) {
            continue;
        }
        char c;
        ssize_t n = at[1].revents != 0 ? 0 : read(tty, &c, 1);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return false;
        }
        if (is_key(c, before->c_cc[VINTR]) || is_key(c, before->c_cc[VQUIT])) {
            *interrupt = SIGINT; /* for the other key too: no core file of somebody who types a secret */
            return false;
        }
        if (c == '\n' || c == '\r') {
            return !out->overflow;
        }
        buf_add_char(out, c);
    }
}

static void say(int tty, const char *text)
{
    ssize_t n = write(tty, text, strlen(text));
    (void)n; /* a prompt that cannot be shown is no reason not to read the answer */
}

/* The terminal and its modes; -1: there is none. */
static int open_terminal(struct termios *modes)
{
    int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (tty >= 0 && tcgetattr(tty, modes) != 0) {
        close(tty);
        tty = -1;
    }
    return tty;
}

/* False: nothing was given. */
static bool read_quietly(int tty, const struct termios *before, const char *question, struct buf *out)
{
    sigset_t old;
    int signals = hold_signals(&old), interrupt = 0;
    struct termios quiet = quieted(before);
    tcsetattr(tty, TCSAFLUSH, &quiet);
    say(tty, question);
    bool ok = read_line(tty, signals, before, out, &interrupt);
    say(tty, "\n");
    tcsetattr(tty, TCSAFLUSH, before);
    close(tty);
    if (signals >= 0) {
        close(signals);
    }
    if (interrupt != 0) {
        buf_wipe(out);
        raise(interrupt); /* as if the terminal had sent it: whoever called us sees that we were interrupted */
    }
    sigprocmask(SIG_SETMASK, &old, NULL);
    return ok;
}

bool cli_secret_type(const char *question, struct buf *out, struct err *err)
{
    struct termios before;
    int tty = open_terminal(&before);
    if (tty < 0) {
        return err_set(err, ERR_CONFIG, "there is no terminal to ask for a secret at");
    }
    return read_quietly(tty, &before, question, out) || err_set(err, ERR_CONFIG, "no secret was given");
}

static bool prompt(const struct pbx_settings *pbx, struct buf *out, struct err *err)
{
    struct termios before;
    int tty = open_terminal(&before);
    if (tty < 0) {
        return err_set(err, ERR_CONFIG, "no secret for PBX '%s', and no terminal to ask at: give --secret-file FILE or --secret-command COMMAND",
                       pbx->name);
    }
    struct buf question = BUF_INIT(1024);
    buf_addf(&question, "Secret of AMI user '%s' on %s: ", pbx->user != NULL ? pbx->user : "", pbx->name);
    bool ok = read_quietly(tty, &before, buf_slice(&question).p, out);
    buf_clear(&question);
    return ok || err_set(err, ERR_CONFIG, "no secret was given for PBX '%s'", pbx->name);
}

bool cli_secret_keep(struct cli *cli, const char *pbx, struct slice secret, struct err *err)
{
    if (cli->secrets == NULL) {
        cli->secrets = vault_new();
    }
    return vault_put(cli->secrets, slice_of(pbx), secret) || err_set(err, ERR_SYSTEM, "no memory to keep the secret of PBX '%s' in", pbx);
}

static bool ask_and_keep(struct cli *cli, const struct pbx_settings *pbx, struct err *err)
{
    struct buf typed = BUF_INIT(VAULT_SECRET_MAX);
    bool ok = buf_reserve(&typed, VAULT_SECRET_MAX) != NULL /* at once: a buffer that grows leaves a copy behind */
              && prompt(pbx, &typed, err) && cli_secret_keep(cli, pbx->name, buf_slice(&typed), err);
    buf_wipe(&typed);
    return ok;
}

bool cli_secret_prepare(struct cli *cli, struct err *err)
{
    for (size_t i = 0; i < cli->settings.pbx_count; i++) {
        const struct pbx_settings *pbx = &cli->settings.pbx[i];
        if (pbx->secret_file != NULL || pbx->secret_command != NULL) {
            continue;
        }
        if (cli->is_demo ? !cli_secret_keep(cli, pbx->name, SLICE("demo"), err) : !ask_and_keep(cli, pbx, err)) {
            return false;
        }
    }
    return true;
}

bool cli_secret_ask(void *context, struct slice pbx, struct buf *out)
{
    const struct cli *cli = context;
    struct slice secret = cli->secrets != NULL ? vault_get(cli->secrets, pbx) : (struct slice){ NULL, 0 };
    return secret.p != NULL && buf_add(out, secret);
}

void cli_secret_clear(struct cli *cli)
{
    vault_free(cli->secrets);
    cli->secrets = NULL;
}
