/* SPDX-License-Identifier: MIT */
/* cli_secret: the secret of a PBX that has neither a file nor a command for it, asked for at the terminal without echo
 * before anything else starts. It is kept here, and nowhere else, for a keeper that must be started again; it reaches a
 * keeper through the wire only, and is wiped at the end. */
#include "core/keeper/vault.h"
#include "tui/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <termios.h>
#include <unistd.h>

/* A terminal whose echo is off must not be left so: these wait until it is on again. */
static void hold_signals(sigset_t *old)
{
    sigset_t held;
    sigemptyset(&held);
    sigaddset(&held, SIGINT);
    sigaddset(&held, SIGTERM);
    sigaddset(&held, SIGHUP);
    sigaddset(&held, SIGQUIT);
    sigaddset(&held, SIGTSTP);
    sigprocmask(SIG_BLOCK, &held, old);
}

/* One line, without its end. False: end of input, an error, or ^C typed. */
static bool read_line(int tty, struct buf *out)
{
    for (;;) {
        char c;
        ssize_t n = read(tty, &c, 1);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0 || c == '\x03') {
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

static bool prompt(const struct pbx_settings *pbx, struct buf *out, struct err *err)
{
    int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    struct termios before;
    if (tty < 0 || tcgetattr(tty, &before) != 0) {
        if (tty >= 0) {
            close(tty);
        }
        return err_set(err, ERR_CONFIG, "no secret for PBX '%s', and no terminal to ask at: give --secret-file FILE or --secret-command COMMAND",
                       pbx->name);
    }
    sigset_t old;
    hold_signals(&old);
    struct termios quiet = before;
    quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL | ISIG);
    tcsetattr(tty, TCSAFLUSH, &quiet);
    struct buf question = BUF_INIT(1024);
    buf_addf(&question, "Secret of AMI user '%s' on %s: ", pbx->user != NULL ? pbx->user : "", pbx->name);
    say(tty, buf_slice(&question).p);
    bool ok = read_line(tty, out);
    say(tty, "\n");
    buf_clear(&question);
    tcsetattr(tty, TCSAFLUSH, &before);
    sigprocmask(SIG_SETMASK, &old, NULL);
    close(tty);
    return ok || err_set(err, ERR_CONFIG, "no secret was given for PBX '%s'", pbx->name);
}

static bool keep(struct cli *cli, const char *pbx, struct slice secret, struct err *err)
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
              && prompt(pbx, &typed, err) && keep(cli, pbx->name, buf_slice(&typed), err);
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
        if (cli->is_demo ? !keep(cli, pbx->name, SLICE("demo"), err) : !ask_and_keep(cli, pbx, err)) {
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
