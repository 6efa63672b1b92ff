/* SPDX-License-Identifier: MIT */
/* cli_secret: the secret of a PBX that has neither a file nor a command for it, asked for at the terminal without echo
 * before anything else starts. It is kept here, and nowhere else, for a keeper that must be started again; it reaches a
 * keeper through the wire only, and is wiped at the end. */
#include "core/base/log.h"
#include "core/base/mem.h"
#include "tui/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <termios.h>
#include <unistd.h>

#define SECRET_MAX 4096u

struct cli_secret {
    struct cli_secret *next;
    char *pbx;
    struct buf secret;
};

static struct cli_secret *secret_of(const struct cli *cli, struct slice pbx)
{
    struct cli_secret *s = cli->secrets;
    while (s != NULL && !slice_eq(slice_of(s->pbx), pbx)) {
        s = s->next;
    }
    return s;
}

static struct buf *secret_add(struct cli *cli, const char *pbx)
{
    struct cli_secret *s = mem_alloc(sizeof *s);
    s->pbx = mem_strdup(pbx);
    s->secret = BUF_INIT(SECRET_MAX);
    s->next = cli->secrets;
    cli->secrets = s;
    return &s->secret;
}

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

bool cli_secret_prepare(struct cli *cli, struct err *err)
{
    for (size_t i = 0; i < cli->settings.pbx_count; i++) {
        const struct pbx_settings *pbx = &cli->settings.pbx[i];
        if (pbx->secret_file != NULL || pbx->secret_command != NULL) {
            continue;
        }
        struct buf *secret = secret_add(cli, pbx->name);
        if (cli->is_demo) {
            buf_add(secret, SLICE("demo"));
            continue;
        }
        if (!prompt(pbx, secret, err)) {
            return false;
        }
        log_add_secret(buf_slice(secret));
    }
    return true;
}

bool cli_secret_ask(void *context, struct slice pbx, struct buf *out)
{
    const struct cli_secret *s = secret_of(context, pbx);
    return s != NULL && buf_add(out, buf_slice(&s->secret));
}

void cli_secret_clear(struct cli *cli)
{
    while (cli->secrets != NULL) {
        struct cli_secret *s = cli->secrets;
        cli->secrets = s->next;
        buf_wipe(&s->secret);
        mem_free(s->pbx);
        mem_free(s);
    }
}
