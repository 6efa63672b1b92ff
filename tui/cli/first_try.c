/* SPDX-License-Identifier: MIT */
/* first_try: the answers become the words of a command line, a keeper follows the PBX with them, and what it tells is kept as
 * plain texts. Owns the keeper for as long as that takes. */
#include "tui/cli/first.h"

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "tui/cli/cli_follow.h"

#include <signal.h>

enum { TRY_MS = 20000 };

/* "us%er@x" as a url has it. */
static void add_encoded(struct buf *out, struct slice text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (strchr("%@/?:#", text.p[i]) == NULL) {
            buf_add_char(out, text.p[i]);
        } else {
            buf_addf(out, "%%%02X", (unsigned)text.p[i]);
        }
    }
}

static bool apply_one(struct cli *to, const char *name, const char *value, struct err *err)
{
    struct buf word = BUF_INIT(4096);
    buf_addf(&word, "--%s=%s", name, value);
    cli_tell_keeper(to, buf_slice(&word).p);
    buf_clear(&word);
    return settings_flag(&to->settings, slice_of(name), value, err);
}

bool first_apply(const struct first *f, struct cli *to, struct err *err)
{
    struct buf url = BUF_INIT(4096);
    const char *user = f->user != NULL ? f->user : "acdtop";
    bool is_socket = f->host[0] == '/';
    bool is_pin = f->trust != NULL && strncmp(f->trust, "sha256//", 8) == 0;
    buf_addf(&url, "%s", is_socket ? "unix://" : f->is_tls ? "amis://" : "ami://");
    if (is_socket) {
        buf_addf(&url, "%s?user=", f->host);
    }
    add_encoded(&url, slice_of(user));
    if (!is_socket) {
        buf_addf(&url, "@%s", f->host);
    }
    bool ok = apply_one(to, "url", buf_slice(&url).p, err) && (f->trust == NULL || !f->is_tls || apply_one(to, is_pin ? "pin" : "ca", f->trust, err)) &&
              settings_finish(&to->settings, err);
    struct slice secret = vault_get(f->vault, FIRST_SECRET_NAME);
    ok = ok && (secret.p == NULL || cli_secret_keep(to, to->settings.pbx[to->settings.pbx_count - 1].name, secret, err));
    buf_clear(&url);
    return ok;
}

/* Live, or the end of an attempt. While it starts there is a reason too, and more to come. */
static bool is_answered(const struct fact_pbx *p)
{
    return p->link == LINK_LIVE || ((p->link == LINK_LOST || p->link == LINK_REFUSED) && p->reason != NULL);
}

static void take_result(struct first *f, const struct store *store, const struct fact_pbx *p, struct first_result *out)
{
    out->is_live = p->link == LINK_LIVE;
    out->reason = mem_strdup(p->reason);
    out->cause = mem_strdup(p->cause);
    out->notice = mem_strdup(p->notice);
    out->asterisk = mem_strdup(p->asterisk);
    if (p->own_address != NULL) {
        mem_assign(&f->own_address, slice_of(p->own_address));
    }
    for (const struct fact *q = NULL; (q = store_child(store, FACT_QUEUE, p->id, q)) != NULL;) {
        out->queues++;
    }
    for (const struct fact *a = NULL; (a = store_child(store, FACT_AGENT, p->id, a)) != NULL;) {
        out->agents++;
    }
}

/* As before the keeper: an interrupt at a question ends us. */
static void let_signals_end_us(void)
{
    static const int caught[] = { SIGINT, SIGTERM, SIGHUP };
    for (size_t i = 0; i < sizeof caught / sizeof caught[0]; i++) {
        signal(caught[i], SIG_DFL);
    }
}

bool first_try(struct first *f, struct first_result *out, struct err *err)
{
    struct cli trial;
    struct follow follow = { 0 };
    cli_init(&trial);
    bool ok = first_apply(f, &trial, err) && follow_open(&follow, &trial, err);
    const struct fact_pbx *p = NULL;
    enum follow_news news = FOLLOW_FLUSHED;
    *out = (struct first_result){ 0 };
    for (int64_t due_ms = clock_mono_ms() + TRY_MS; ok && news == FOLLOW_FLUSHED && (p == NULL || !is_answered(p));) {
        news = follow_wait(&follow, due_ms, err);
        p = news == FOLLOW_ENDED ? NULL : (const struct fact_pbx *)(const void *)store_child(follow_store(&follow), FACT_PBX, 0, NULL);
    }
    if (p != NULL) {
        take_result(f, follow_store(&follow), p, out);
    }
    ok = ok && news != FOLLOW_ENDED;
    follow_close(&follow);
    let_signals_end_us();
    cli_clear(&trial);
    if (ok && news == FOLLOW_STOP) {
        raise(SIGINT);
    }
    return ok || err_set(err, ERR_INTERNAL, "the keeper ended while it tried the PBX");
}

void first_result_clear(struct first_result *r)
{
    mem_free(r->reason);
    mem_free(r->cause);
    mem_free(r->notice);
    mem_free(r->asterisk);
    *r = (struct first_result){ 0 };
}
