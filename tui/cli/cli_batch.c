/* SPDX-License-Identifier: MIT */
/* cli_batch: status, -b and what they have in common: the floor as one document, text or JSON, once or again and
 * again. Ends as soon as nobody reads it. */
#include "core/base/clock.h"
#include "core/config/when.h"
#include "core/keeper/replay.h"
#include "tui/cli/cli_follow.h"
#include "tui/cli/cli_text.h"
#include "tui/list.h"

/* Of the queues that were named, or of none. */
static bool is_wanted(void *context, enum fact_kind kind, const struct fact *f)
{
    const struct export_view *v = context;
    const struct fact_field *field = fact_field_named(kind, SLICE("queue"));
    if (v->queue_name == NULL || (kind != FACT_QUEUE && field == NULL)) {
        return true;
    }
    const struct fact *queue = kind == FACT_QUEUE ? f : store_get(v->store, FACT_QUEUE, (uint64_t)fact_int(f, field));
    return queue != NULL && export_wants(v, (const void *)queue);
}

static bool add_csv(const struct follow *f, struct export_view *v, struct buf *out, struct err *err)
{
    enum fact_kind kind;
    struct view view = { .store = v->store, .settings = &f->cli->settings, .beat_ms = v->floor_ms, .wall_ms = v->wall_ms };
    return list_named(slice_of(f->cli->csv), &kind, err) && list_write_all(&view, kind, is_wanted, v, EXPORT_CSV, out, err);
}

/* One document of what is known now. is_told: standard error tells why a PBX is not live. False: stop; *err when it is an error. */
static bool print_document(const struct follow *f, bool is_told, struct err *err)
{
    struct export_view v = follow_view(f);
    struct buf out = BUF_INIT(FOLLOW_DOCUMENT_MAX);
    const struct settings *settings = &f->cli->settings;
    bool ok = f->cli->csv != NULL ? add_csv(f, &v, &out, err)
              : f->cli->is_json ? export_status(&v, &out, err)
                              : cli_text_add(&v, settings, cli_text_is_ascii(settings), is_told, &out) ||
                                    err_set(err, ERR_INTERNAL, "the document is longer than %u bytes", FOLLOW_DOCUMENT_MAX);
    ok = ok && follow_print(buf_slice(&out), err);
    buf_clear(&out);
    return ok;
}

/* What the end of the following means for the exit code. */
static int ended(const struct follow *f, enum follow_news news, const struct err *err)
{
    if (news == FOLLOW_ENDED) {
        return err->kind != ERR_NONE ? err_exit_code(err->kind) : client_exit_code(f->client);
    }
    /* What a replay had to say about its file comes when it is over. */
    return f->cli->replay_path != NULL ? client_exit_code(f->client) : CLI_OK;
}

static int output_failed(const struct err *err)
{
    return err->kind == ERR_NONE ? CLI_OK : err->kind == ERR_SYSTEM ? CLI_NO_OUTPUT : err_exit_code(err->kind);
}

/* What is known now, and how it stands. */
static int print_status(struct follow *f, enum follow_news news, struct err *err)
{
    if (news == FOLLOW_ENDED || news == FOLLOW_STOP) {
        return ended(f, news, err);
    }
    if (!follow_has_pbx(f, err)) {
        return err_exit_code(err->kind);
    }
    bool is_empty = !cli_text_has_figures(follow_store(f)) || !follow_has_some_queue(f); /* the sentence says all there is to say */
    if ((f->cli->is_json || f->cli->csv != NULL || !is_empty) && !print_document(f, true, err)) {
        return output_failed(err);
    }
    int code = follow_verdict(f);
    if (code == CLI_OK && !follow_has_queues(f, err)) {
        return CLI_NO_QUEUE;
    }
    return code;
}

int cli_run_status(struct cli *cli, struct err *err)
{
    enum fact_kind kind;
    if (cli->csv != NULL && (cli->is_json ? !err_set(err, ERR_USAGE, "--csv and --json are two ways to print: take one") : !list_named(slice_of(cli->csv), &kind, err))) {
        return err_exit_code(err->kind);
    }
    struct follow f = { 0 };
    int code = follow_open(&f, cli, err) ? print_status(&f, follow_settle(&f, err), err) : err_exit_code(err->kind);
    follow_close(&f);
    return code;
}

/* When that is in the recording, in ms from its beginning. */
static enum when_news find_time(const char *text, const char *path, int64_t *at_ms, struct err *err)
{
    struct wire_time t;
    struct replay *r = replay_open(path, 0, 0, err);
    if (r == NULL) {
        return WHEN_BAD;
    }
    replay_time(r, 0, &t);
    int64_t to_wall = replay_wall_at_zero_ms(r);
    struct when_span span = { .from_ms = t.from_ms + to_wall, .to_ms = t.to_ms + to_wall, .near_ms = t.from_ms + to_wall, .plus_ms = t.from_ms + to_wall,
                              .minus_ms = t.to_ms + to_wall, .what = "the recording" };
    enum when_news news = when_read(slice_of(text), &span, at_ms, err);
    *at_ms -= span.from_ms;
    replay_free(r);
    return news;
}

int cli_run_status_at(struct cli *cli, struct err *err)
{
    char number[32];
    int64_t at_ms = 0;
    if (cli->is_demo || cli->word_count == 0) {
        (void)err_set(err, ERR_USAGE, "%s: acdtop status --at TIME FILE [QUEUE ...]", cli->is_demo ? "--demo is no recording" : "--at wants a recording");
        return err_exit_code(err->kind);
    }
    const char *path = *cli->word++; /* what follows it are queues */
    cli->word_count--;
    enum when_news news = find_time(cli->at, path, &at_ms, err);
    if (news != WHEN_OK) {
        return news == WHEN_OUTSIDE ? CLI_OUTSIDE : err_exit_code(err->kind);
    }
    (void)snprintf(number, sizeof number, "%lld", (long long)at_ms);
    cli_tell_keeper(cli, "--keeper-replay");
    cli_tell_keeper(cli, path);
    cli_tell_keeper(cli, "--keeper-at");
    cli_tell_keeper(cli, number);
    cli->replay_path = path;
    struct follow f = { 0 };
    int code = follow_open(&f, cli, err) ? print_status(&f, follow_wait(&f, FOLLOW_NEVER, err), err) : err_exit_code(err->kind);
    follow_close(&f);
    return code;
}

/* Waits for the next print. */
static enum follow_news pause_until(struct follow *f, int64_t due_ms, struct err *err)
{
    enum follow_news news;
    do {
        news = follow_wait(f, due_ms, err);
    } while (news == FOLLOW_FLUSHED && !follow_is_over(f));
    return news;
}

/* The first document when the floor is known, or when waiting for it has gone on long enough; the next ones on a beat
 * that does not drift. What a replay leaves is printed as the last one. */
static int batch(struct follow *f, struct err *err)
{
    enum follow_news news = follow_settle(f, err);
    int64_t due_ms = clock_mono_ms();
    int64_t left = f->cli->count >= 0 ? f->cli->count : INT64_MAX;
    for (bool is_last = false; left > 0 && !is_last && news != FOLLOW_STOP && news != FOLLOW_ENDED; left--) {
        is_last = follow_is_over(f) || left == 1;
        if (!print_document(f, false, err)) {
            return output_failed(err);
        }
        if (!is_last) {
            due_ms += f->cli->settings.refresh_ms;
            news = pause_until(f, due_ms, err);
            if (!f->cli->is_json && news != FOLLOW_STOP && !follow_print(SLICE("\n"), err)) {
                return output_failed(err);
            }
        }
    }
    bool is_counted = news != FOLLOW_STOP && news != FOLLOW_ENDED && f->cli->replay_path == NULL;
    return is_counted ? follow_verdict(f) : ended(f, news, err);
}

int cli_run_batch(struct cli *cli, struct err *err)
{
    struct follow f = { 0 };
    int code = follow_open(&f, cli, err) ? batch(&f, err) : err_exit_code(err->kind);
    follow_close(&f);
    return code;
}
