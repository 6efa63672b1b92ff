/* SPDX-License-Identifier: MIT */
/* cli_doctor: looks at everything between a person and a PBX's queues, in the order in which one needs the other, and
 * says for each whether it is well and what to do. What it knows of a PBX is what a keeper tells: it opens no connection
 * of its own and changes nothing. */
#include "tui/cli/cli_doctor.h"

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/utf8.h"
#include "tui/cli/cli_follow.h"
#include "tui/cli/cli_text.h"
#include "tui/term/term.h"

#include <stdarg.h>
#include <unistd.h>

enum { WATCH_MS = 2000, NAME_COLS = 14, LEVEL_COLS = 6, NARROWEST_COLS = 60 };

static const char *const level_names[] = { [DOCTOR_OK] = "ok", [DOCTOR_WARN] = "warn", [DOCTOR_BAD] = "bad" };
_Static_assert(sizeof level_names / sizeof level_names[0] == DOCTOR_LEVEL_COUNT, "a word for every level");

static char *printable(const struct doctor *d, struct slice text)
{
    struct buf out = BUF_INIT(1u << 16);
    utf8_add_printable(&out, text, cli_text_is_ascii(&d->cli->settings));
    char *copy = mem_text(buf_slice(&out));
    buf_clear(&out);
    return copy;
}

void doctor_say(struct doctor *d, enum doctor_level level, int exit_code, const char *todo, const char *fmt, ...)
{
    struct buf text = BUF_INIT(1u << 14);
    va_list ap;
    va_start(ap, fmt);
    buf_vaddf(&text, fmt, ap);
    va_end(ap);
    d->finding = mem_resize(d->finding, d->count + 1, sizeof *d->finding);
    d->finding[d->count++] = (struct doctor_finding){
        .level = level,
        .check = d->check,
        .pbx = d->pbx,
        .found = printable(d, buf_slice(&text)),
        .todo = todo != NULL ? printable(d, slice_of(todo)) : NULL,
    };
    buf_clear(&text);
    d->exit_code = d->exit_code == CLI_OK && level == DOCTOR_BAD ? exit_code : d->exit_code;
}

/* ---- as text ---- */

/* A terminal gets lines that fit, everything else one line a finding. */
static size_t width_of_output(void)
{
    int cols = isatty(STDOUT_FILENO) ? term_columns() : 0;
    return cols > 0 ? (size_t)(cols > NARROWEST_COLS ? cols : NARROWEST_COLS) : 0;
}

static void add_finding(struct buf *out, const struct doctor_finding *f, size_t width)
{
    const size_t left = LEVEL_COLS + NAME_COLS;
    buf_addf(out, "%-*s%-*s", LEVEL_COLS, level_names[f->level], NAME_COLS, f->check);
    cli_text_wrap(out, slice_of(f->found), left, left, width);
    if (f->todo != NULL) {
        buf_add(out, width > 0 ? SLICE("\n") : SLICE(" "));
        buf_addf(out, "%*s-> ", width > 0 ? (int)left : 0, "");
        cli_text_wrap(out, slice_of(f->todo), left + 3, left + 3, width);
    }
    buf_add_char(out, '\n');
}

/* What was found since the last time. False: nobody reads it, or *err. */
static bool print_new(struct doctor *d, struct err *err)
{
    struct buf out = BUF_INIT(FOLLOW_DOCUMENT_MAX);
    size_t width = width_of_output();
    for (; !d->cli->is_json && d->printed < d->count; d->printed++) {
        const struct doctor_finding *f = &d->finding[d->printed], *before = d->printed > 0 ? f - 1 : NULL;
        if (f->pbx != NULL && (before == NULL || before->pbx == NULL || strcmp(before->pbx, f->pbx) != 0)) {
            buf_add_char(&out, '\n');
            utf8_add_printable(&out, slice_of(f->pbx), cli_text_is_ascii(&d->cli->settings));
            buf_add_char(&out, '\n');
        }
        add_finding(&out, f, width);
    }
    bool ok = follow_print(buf_slice(&out), err);
    buf_clear(&out);
    return ok;
}

static bool print_json(const struct doctor *d, struct err *err)
{
    struct export_check *check = mem_array(d->count + 1, sizeof *check);
    enum doctor_level worst = DOCTOR_OK;
    for (size_t i = 0; i < d->count; i++) {
        const struct doctor_finding *f = &d->finding[i];
        check[i] = (struct export_check){ f->pbx, f->check, level_names[f->level], f->found, f->todo };
        worst = f->level > worst ? f->level : worst;
    }
    struct buf out = BUF_INIT(FOLLOW_DOCUMENT_MAX);
    bool ok = export_checks(check, d->count, level_names[worst], clock_wall_ms(), &out, err) && follow_print(buf_slice(&out), err);
    buf_clear(&out);
    mem_free(check);
    return ok;
}

/* ---- the PBXs ---- */

static const struct fact_pbx *next_pbx(const struct store *store, const struct fact_pbx *after)
{
    return (const struct fact_pbx *)(const void *)store_child(store, FACT_PBX, 0, (const struct fact *)(const void *)after);
}

/* Live, or failed once: what a second attempt finds is no news to a doctor. */
static bool is_answered(const struct fact_pbx *p)
{
    return p->link == LINK_LIVE || p->reason != NULL;
}

static bool is_settled(const struct follow *f)
{
    size_t known = 0;
    bool all = true;
    for (const struct fact_pbx *p = NULL; (p = next_pbx(follow_store(f), p)) != NULL; known++) {
        all = all && is_answered(p);
    }
    return all && known >= f->cli->settings.pbx_count;
}

static enum follow_news settle(struct follow *f, struct err *err)
{
    enum follow_news news = FOLLOW_FLUSHED;
    for (int64_t due_ms = clock_mono_ms() + f->cli->timeout_ms; news == FOLLOW_FLUSHED && !is_settled(f);) {
        news = follow_wait(f, due_ms, err);
    }
    return news;
}

static int64_t events_of(const struct fact_pbx *p)
{
    return p->events + p->events_skipped;
}

/* Watches the events for a while; before[i] is how many the i-th PBX had. */
static enum follow_news watch(struct follow *f, int64_t *before, struct err *err)
{
    size_t i = 0;
    for (const struct fact_pbx *p = NULL; (p = next_pbx(follow_store(f), p)) != NULL && i < f->cli->settings.pbx_count; i++) {
        before[i] = events_of(p);
    }
    enum follow_news news = FOLLOW_FLUSHED;
    for (int64_t due_ms = clock_mono_ms() + WATCH_MS; news == FOLLOW_FLUSHED;) {
        news = follow_wait(f, due_ms, err);
    }
    return news;
}

/* NULL: the keeper follows one that we do not know, since its files changed meanwhile. */
static const struct pbx_settings *settings_of(const struct doctor *d, const struct fact_pbx *p)
{
    const struct settings *s = &d->cli->settings;
    size_t i = 0;
    while (i < s->pbx_count && strcmp(s->pbx[i].name, p->name) != 0) {
        i++;
    }
    return i < s->pbx_count ? &s->pbx[i] : NULL;
}

static void look_at_all(struct doctor *d, const struct follow *f, const int64_t *before)
{
    size_t i = 0, live = 0;
    for (const struct fact_pbx *p = NULL; (p = next_pbx(follow_store(f), p)) != NULL && i < d->cli->settings.pbx_count; i++) {
        struct doctor_pbx of = {
            .settings = settings_of(d, p),
            .now = p,
            .store = follow_store(f),
            .events = events_of(p) - before[i],
            .watched_ms = WATCH_MS,
            .wall_ms = clock_wall_ms(),
            .waited_ms = d->cli->timeout_ms,
        };
        live += p->link == LINK_LIVE;
        if (of.settings != NULL) {
            d->pbx = of.settings->name;
            doctor_look_at_pbx(d, &of);
        }
    }
    d->exit_code = d->exit_code != CLI_OK && live > 0 && live < i ? CLI_PARTLY : d->exit_code;
}

/* False: it was interrupted, or the keeper ended; *err when that is an error. */
static bool follow_all(struct doctor *d, struct err *err)
{
    struct follow f = { 0 };
    int64_t *before = mem_array(d->cli->settings.pbx_count + 1, sizeof *before);
    bool ok = follow_open(&f, d->cli, err);
    if (ok) {
        enum follow_news news = settle(&f, err);
        news = news == FOLLOW_FLUSHED || news == FOLLOW_DUE ? watch(&f, before, err) : news;
        ok = news == FOLLOW_FLUSHED || news == FOLLOW_DUE;
    }
    if (ok) {
        look_at_all(d, &f, before);
        ok = print_new(d, err); /* while the names in it are there */
        ok = ok && (!d->cli->is_json || print_json(d, err));
    }
    follow_close(&f);
    mem_free(before);
    return ok;
}

static void clear(struct doctor *d)
{
    for (size_t i = 0; i < d->count; i++) {
        mem_free(d->finding[i].found);
        mem_free(d->finding[i].todo);
    }
    mem_free(d->finding);
}

int cli_run_doctor(struct cli *cli, struct err *err)
{
    struct doctor d = { .cli = cli };
    bool has_pbx = doctor_look_here(&d);
    bool ok = print_new(&d, err);
    if (ok && has_pbx) {
        ok = follow_all(&d, err);
    } else if (ok && cli->is_json) {
        ok = print_json(&d, err);
    }
    int code = ok ? d.exit_code : err->kind == ERR_NONE ? CLI_OK : err->kind == ERR_SYSTEM ? CLI_NO_OUTPUT : err_exit_code(err->kind);
    clear(&d);
    return code;
}
