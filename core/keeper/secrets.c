/* SPDX-License-Identifier: MIT */
/* secrets: one errand for each PBX whose secret lies in a file or comes from a command. The child that runs it closes
 * everything it inherited: an AMI connection that outlives its keeper in a forgotten child would freeze queues.
 * Answers are one byte (a secret or a sentence) and the text, in a buffer that is not moved and is wiped. */
#include "core/keeper/secrets.h"

#include "core/base/list.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/timer.h"
#include "core/config/secret.h"
#include "core/keeper/vault.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ANSWER_MAX = 2048, FILE_AGAIN_MS = 2000, COMMAND_AGAIN_MS = 30000 /* it may ask a person */ };
enum { IS_SECRET = 'S', IS_SENTENCE = 'E' };

struct errand {
    struct list link;
    const struct pbx_settings *pbx;
    pid_t child;
    int fd;           /* -1: not under way */
    int64_t again_at; /* TIMER_NEVER: not planned */
    struct buf answer;
};

struct secrets {
    struct secrets_hooks hooks;
    struct vault *vault;
    struct list errands;
};

struct secrets *secrets_new(const struct secrets_hooks *hooks)
{
    struct secrets *s = mem_alloc(sizeof *s);
    s->hooks = *hooks;
    s->vault = vault_new();
    list_init(&s->errands);
    return s;
}

/* The child is of no more use: its pipe is closed and it is gathered. */
static void call_off(struct errand *e)
{
    if (e->fd < 0) {
        return;
    }
    (void)close(e->fd);
    e->fd = -1;
    (void)kill(e->child, SIGKILL);
    while (waitpid(e->child, NULL, 0) < 0 && errno == EINTR) {
    }
    buf_wipe(&e->answer);
}

void secrets_free(struct secrets *s)
{
    if (s == NULL) {
        return;
    }
    LIST_EACH_SAFE(at, &s->errands) {
        struct errand *e = LIST_ENTITY(at, struct errand, link);
        call_off(e);
        mem_free(e);
    }
    vault_free(s->vault);
    mem_free(s);
}

/* ---- the child ---- */

static void close_others(int keep)
{
    if (keep > STDERR_FILENO + 1) {
        (void)close_range(STDERR_FILENO + 1, (unsigned)keep - 1, 0);
    }
    (void)close_range((unsigned)keep + 1, ~0U, 0);
}

static bool write_out(int fd, struct slice s)
{
    while (s.n > 0) {
        ssize_t n = write(fd, s.p, s.n);
        if (n < 0 && errno != EINTR) {
            return false;
        }
        s.p += n > 0 ? n : 0;
        s.n -= n > 0 ? (size_t)n : 0;
    }
    return true;
}

static _Noreturn void run(const struct pbx_settings *pbx, int to)
{
    struct buf secret = BUF_INIT(SECRET_MAX_BYTES);
    struct err err = ERR_INIT;
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    close_others(to);
    bool ok = secret_read(pbx, &secret, &err);
    char mark = ok ? IS_SECRET : IS_SENTENCE;
    ok = write_out(to, (struct slice){ &mark, 1 }) && write_out(to, ok ? buf_slice(&secret) : slice_of(err.text));
    buf_wipe(&secret);
    _exit(ok ? 0 : 1);
}

/* ---- the keeper's side ---- */

static struct errand *errand_of(struct secrets *s, const struct pbx_settings *pbx)
{
    LIST_EACH(at, &s->errands) {
        struct errand *e = LIST_ENTITY(at, struct errand, link);
        if (e->pbx == pbx) {
            return e;
        }
    }
    struct errand *e = mem_alloc(sizeof *e);
    *e = (struct errand){ .pbx = pbx, .fd = -1, .again_at = TIMER_NEVER, .answer = BUF_INIT(ANSWER_MAX) };
    list_append(&s->errands, &e->link);
    return e;
}

static bool send_out(struct errand *e, struct err *err)
{
    int fds[2];
    if (pipe2(fds, O_CLOEXEC) != 0) {
        return err_errno(err, ERR_SYSTEM, "getting the secret of %s", e->pbx->name);
    }
    e->child = fork();
    if (e->child == 0) {
        run(e->pbx, fds[1]);
    }
    (void)close(fds[1]);
    if (e->child < 0) {
        (void)close(fds[0]);
        return err_errno(err, ERR_SYSTEM, "getting the secret of %s", e->pbx->name);
    }
    (void)fcntl(fds[0], F_SETFL, O_NONBLOCK);
    (void)buf_reserve(&e->answer, ANSWER_MAX);
    e->fd = fds[0];
    e->again_at = TIMER_NEVER;
    return true;
}

static void fail(struct secrets *s, struct errand *e, const char *why, int64_t mono_ms)
{
    e->again_at = mono_ms + (e->pbx->secret_file != NULL ? FILE_AGAIN_MS : COMMAND_AGAIN_MS);
    s->hooks.failed(s->hooks.context, e->pbx, why);
}

static void begin(struct secrets *s, struct errand *e, int64_t mono_ms)
{
    struct err err = ERR_INIT;
    if (!send_out(e, &err)) {
        fail(s, e, err.text, mono_ms);
    }
}

void secrets_want(struct secrets *s, const struct pbx_settings *pbx, int64_t mono_ms)
{
    if (secret_is_prompted(pbx)) {
        return;
    }
    struct errand *e = errand_of(s, pbx);
    if (e->fd < 0) {
        begin(s, e, mono_ms);
    }
}

bool secrets_typed(struct secrets *s, const struct pbx_settings *pbx, struct slice text, struct err *err)
{
    if (!vault_put(s->vault, slice_of(pbx->name), text)) {
        return err_set(err, ERR_USAGE, "the secret of %s is longer than %d bytes", pbx->name, VAULT_SECRET_MAX);
    }
    log_add_secret(text);
    s->hooks.known(s->hooks.context, pbx);
    return true;
}

bool secrets_get(const struct secrets *s, const struct pbx_settings *pbx, struct buf *out, struct err *err)
{
    struct slice secret = vault_get(s->vault, slice_of(pbx->name));
    if (secret.p == NULL) {
        return err_set(err, ERR_CONFIG, "the secret of %s is not known yet", pbx->name);
    }
    *out = BUF_INIT(VAULT_SECRET_MAX);
    (void)buf_reserve(out, VAULT_SECRET_MAX); /* at once, so that it is not moved */
    return buf_add(out, secret);
}

static void conclude(struct secrets *s, struct errand *e, int64_t mono_ms)
{
    struct slice text = buf_slice(&e->answer);
    struct slice rest = { text.p + 1, text.n > 0 ? text.n - 1 : 0 };
    if (text.n > 1 && text.p[0] == IS_SECRET && vault_put(s->vault, slice_of(e->pbx->name), rest)) {
        log_add_secret(rest);
        call_off(e);
        s->hooks.known(s->hooks.context, e->pbx);
        return;
    }
    struct err err = ERR_INIT;
    if (text.n > 1 && text.p[0] == IS_SENTENCE) {
        err_set(&err, ERR_CONFIG, "%.*s", SLICE_FMT(rest));
    } else {
        err_set(&err, ERR_SYSTEM, "getting the secret of %s: the process that reads it failed, or the secret is longer than %d bytes", e->pbx->name, VAULT_SECRET_MAX);
    }
    call_off(e);
    fail(s, e, err.text, mono_ms);
}

static void listen(struct secrets *s, struct errand *e, int64_t mono_ms)
{
    ssize_t n;
    do {
        char *room = buf_reserve(&e->answer, 1);
        n = room != NULL ? read(e->fd, room, ANSWER_MAX - e->answer.len) : 0;
        e->answer.len += n > 0 ? (size_t)n : 0;
    } while (n > 0 || (n < 0 && errno == EINTR));
    if (n == 0) {
        conclude(s, e, mono_ms);
    }
}

void secrets_turn(struct secrets *s, int64_t mono_ms)
{
    LIST_EACH_SAFE(at, &s->errands) {
        struct errand *e = LIST_ENTITY(at, struct errand, link);
        if (e->fd >= 0) {
            listen(s, e, mono_ms);
        } else if (mono_ms >= e->again_at) {
            begin(s, e, mono_ms);
        }
    }
}

size_t secrets_poll(const struct secrets *s, struct pollfd *out, size_t max)
{
    size_t n = 0;
    LIST_EACH(at, &s->errands) {
        const struct errand *e = LIST_ENTITY(at, struct errand, link);
        if (e->fd >= 0 && n < max) {
            out[n++] = (struct pollfd){ .fd = e->fd, .events = POLLIN };
        }
    }
    return n;
}

int64_t secrets_deadline(const struct secrets *s)
{
    int64_t due = TIMER_NEVER;
    LIST_EACH(at, &s->errands) {
        const struct errand *e = LIST_ENTITY(at, struct errand, link);
        due = e->fd < 0 && e->again_at < due ? e->again_at : due;
    }
    return due;
}
