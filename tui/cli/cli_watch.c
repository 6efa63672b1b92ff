/* SPDX-License-Identifier: MIT */
/* cli_watch: one line for every fact that changed. Keeps the facts as they were last told, so that a line can say what
 * a value was, and so that figures that move all the time (bytes, ages) make no line of their own. */
#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/utf8.h"
#include "tui/cli/cli_follow.h"
#include "tui/cli/cli_text.h"
#include "tui/view.h"

#include <stdlib.h>

struct watch {
    struct follow follow;
    struct store *told; /* as last printed */
    struct buf out;
    struct err err;
    bool is_ascii;
    bool is_begun; /* the first picture is complete: from now on it is changes */
};

/* Fields that alone make no line: they move without anything happening on the floor. */
static const struct {
    enum fact_kind kind;
    const char *field;
} quiet[] = {
    { FACT_PBX, "bytes_in" },         { FACT_PBX, "bytes_out" },  { FACT_PBX, "events" },        { FACT_PBX, "events_skipped" },
    { FACT_PBX, "round_trip_us" },    { FACT_PBX, "heard_at" },   { FACT_PBX, "reread_at" },     { FACT_PBX, "clock_offset_ms" },
    { FACT_QUEUE, "reread_at" },      { FACT_CALLER, "rank" },
};

static bool is_quiet(enum fact_kind kind, const struct fact_field *field)
{
    for (size_t i = 0; i < sizeof quiet / sizeof quiet[0]; i++) {
        if (quiet[i].kind == kind && strcmp(quiet[i].field, field->id) == 0) {
            return true;
        }
    }
    return false;
}

static bool same_field(const struct fact *a, const struct fact *b, const struct fact_field *field)
{
    if (field->type != TYPE_TEXT) {
        return fact_int(a, field) == fact_int(b, field);
    }
    const char *ta = fact_text(a, field), *tb = fact_text(b, field);
    return (ta == NULL || tb == NULL) ? ta == tb : strcmp(ta, tb) == 0;
}

static bool is_worth_a_line(enum fact_kind kind, const struct fact *before, const struct fact *now)
{
    const struct fact_row *row = &fact_table[kind];
    for (size_t i = 0; i < row->field_count; i++) {
        if (!is_quiet(kind, &row->field[i]) && !same_field(before, now, &row->field[i])) {
            return true;
        }
    }
    return false;
}

static void remember(struct watch *w, enum fact_kind kind, const struct fact *f)
{
    struct fact *copy = mem_alloc(fact_table[kind].size);
    fact_copy(kind, copy, f);
    store_put(w->told, kind, copy);
    mem_free(copy);
}

/* The queue that a fact belongs to; NULL: none. */
static const struct fact_queue *queue_of(const struct watch *w, enum fact_kind kind, const struct fact *f)
{
    uint64_t id = kind == FACT_QUEUE    ? f->id
                  : kind == FACT_MEMBER ? ((const struct fact_member *)(const void *)f)->queue
                  : kind == FACT_CALLER ? ((const struct fact_caller *)(const void *)f)->queue
                  : kind == FACT_AGENT  ? ((const struct fact_agent *)(const void *)f)->queue
                  : kind == FACT_CALL   ? ((const struct fact_call *)(const void *)f)->queue
                                        : 0;
    const struct fact *q = id == 0 ? NULL : kind == FACT_QUEUE ? f : store_get(follow_store(&w->follow), FACT_QUEUE, id);
    return (const struct fact_queue *)(const void *)q;
}

/* With queues named, only what belongs to them. */
static bool is_wanted(const struct watch *w, enum fact_kind kind, const struct fact *f)
{
    const struct cli *cli = w->follow.cli;
    if (kind == FACT_ENDPOINT) {
        return false; /* of those who serve their agent tells; of the others there is no news */
    }
    if (cli->word_count == 0) {
        return true;
    }
    const struct fact_queue *q = queue_of(w, kind, f);
    for (size_t i = 0; q != NULL && i < cli->word_count; i++) {
        const struct fact_pbx *pbx = (const void *)store_get(follow_store(&w->follow), FACT_PBX, q->pbx);
        if (export_is_called(slice_of(cli->word[i]), q->name, pbx != NULL ? pbx->name : NULL)) {
            return true;
        }
    }
    return false;
}

/* --- text ---------------------------------------------------------------------------------------------------------- */

static void add_word(const struct watch *w, const char *text, struct buf *out)
{
    utf8_add_printable(out, utf8_head(slice_of(text != NULL ? text : "-"), 256), w->is_ascii);
}

/* "support/Alice", "alone" and so on: the words by which a person knows it. */
static void add_name(const struct watch *w, enum fact_kind kind, const struct fact *f, struct buf *out)
{
    static const char *const fields[FACT_COUNT][2] = {
        [FACT_PBX] = { "name", NULL },          [FACT_QUEUE] = { "name", NULL },        [FACT_AGENT] = { "name", "interface" },
        [FACT_MEMBER] = { "name", "interface" }, [FACT_CALLER] = { "number", "name" },   [FACT_CALL] = { "number", "agent_channel" },
        [FACT_SPY] = { "spyer_channel", "spyee_channel" },
    };
    const struct fact_queue *q = kind == FACT_MEMBER || kind == FACT_CALLER ? queue_of(w, kind, f) : NULL;
    if (q != NULL) {
        add_word(w, q->name, out);
        buf_add_char(out, '/');
    }
    bool has_text = false;
    for (size_t i = 0; i < 2 && fields[kind][i] != NULL; i++) {
        const char *text = fact_text(f, fact_field_named(kind, slice_of(fields[kind][i])));
        if (text != NULL && *text != '\0' && !(has_text && kind != FACT_CALLER && kind != FACT_SPY)) {
            buf_add(out, slice_of(has_text ? " " : ""));
            add_word(w, text, out);
            has_text = true;
        }
    }
    buf_add(out, slice_of(has_text ? "" : "-"));
}

static void add_value(const struct watch *w, const struct fact *f, const struct fact_field *field, struct buf *out)
{
    int64_t n = field->type == TYPE_TEXT ? 0 : fact_int(f, field);
    switch (field->type) {
    case TYPE_TEXT:
        add_word(w, fact_text(f, field), out);
        break;
    case TYPE_ENUM:
        buf_add(out, slice_of(n >= 0 && n < field->name_count ? field->names[n] : "-"));
        break;
    case TYPE_BOOL:
        buf_add(out, n < 0 ? SLICE("-") : n != 0 ? SLICE("yes") : SLICE("no"));
        break;
    case TYPE_MILLI:
        if (n < 0) {
            buf_add_char(out, '-');
        } else {
            view_add_percent(out, n);
        }
        break;
    case TYPE_MS:
        view_add_duration(out, n);
        break;
    case TYPE_ID:
    case TYPE_INT:
    case TYPE_INSTANT:
    case TYPE_WALL:
        if (n < 0) {
            buf_add_char(out, '-');
        } else {
            buf_addf(out, "%lld", (long long)n);
        }
        break;
    }
}

/* " state ready -> ringing": every field that differs, but instants and numbers of this process. False: none. */
static bool add_differences(const struct watch *w, enum fact_kind kind, const struct fact *before, const struct fact *now, struct buf *out)
{
    bool any = false;
    for (size_t i = 0; i < fact_table[kind].field_count; i++) {
        const struct fact_field *field = &fact_table[kind].field[i];
        if (field->type == TYPE_INSTANT || field->type == TYPE_WALL || field->type == TYPE_ID || is_quiet(kind, field) || same_field(before, now, field)) {
            continue;
        }
        buf_addf(out, "%s %s ", any ? "," : "", field->id);
        add_value(w, before, field, out);
        buf_addf(out, " -> ");
        add_value(w, now, field, out);
        any = true;
    }
    return any;
}

/* A line of the feed is a sentence already: "answered  support  +49301234  Olga Novak  by Ann". */
static void happened(const struct watch *w, const struct export_view *v, const struct fact_line *l, struct buf *out)
{
    view_add_clock(out, v->wall_ms, "%T");
    buf_addf(out, "  %-6s", fact_table[FACT_LINE].name);
    const char *const words[] = { line_what_names[l->what], l->queue_name, l->number, l->name, l->agent_name, l->note };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (words[i] != NULL) {
            buf_add(out, SLICE("  "));
            add_word(w, words[i], out);
        }
    }
}

static void text_line(struct watch *w, const struct export_view *v, enum fact_kind kind, const struct fact *before, const struct fact *now)
{
    struct buf line = BUF_INIT(64u << 10);
    view_add_clock(&line, v->wall_ms, "%T");
    buf_addf(&line, "  %-6s  ", fact_table[kind].name);
    add_name(w, kind, now != NULL ? now : before, &line);
    bool is_told = true;
    if (kind == FACT_LINE) {
        buf_reset(&line);
        happened(w, v, (const void *)(now != NULL ? now : before), &line);
    } else if (now == NULL) {
        buf_addf(&line, "  gone");
    } else if (before == NULL) {
        buf_addf(&line, "  new");
    } else {
        buf_add_char(&line, ' ');
        is_told = add_differences(w, kind, before, now, &line);
    }
    buf_add_char(&line, '\n');
    if (is_told) {
        buf_add(&w->out, buf_slice(&line));
    }
    buf_clear(&line);
}

/* --- changes ------------------------------------------------------------------------------------------------------- */

static void tell(struct watch *w, enum fact_kind kind, const struct fact *before, const struct fact *now)
{
    struct export_view v = follow_view(&w->follow);
    if (!w->follow.cli->is_json) {
        text_line(w, &v, kind, before, now);
    } else if (!export_fact(&v, kind, now != NULL ? now : before, now == NULL, &w->out, &w->err)) {
        buf_reset(&w->out);
    }
}

static void changed(void *context, enum fact_kind kind, uint64_t id, const struct fact *now)
{
    struct watch *w = context;
    const struct fact *before = store_get(w->told, kind, id);
    /* The oldest lines of the feed make room for new ones, which is no news. */
    bool is_news = now == NULL ? before != NULL && kind != FACT_LINE : before == NULL || is_worth_a_line(kind, before, now);
    if (!is_news) {
        return;
    }
    if ((w->is_begun || w->follow.cli->is_all) && is_wanted(w, kind, now != NULL ? now : before)) {
        tell(w, kind, before, now);
    }
    if (now != NULL) {
        remember(w, kind, now);
    } else {
        store_drop(w->told, kind, id);
    }
}

static bool flush(struct watch *w, struct err *err)
{
    bool ok = w->err.kind == ERR_NONE || err_set(err, w->err.kind, "%s", w->err.text);
    ok = ok && follow_print(buf_slice(&w->out), err);
    buf_reset(&w->out);
    return ok;
}

static int watch(struct watch *w, struct err *err)
{
    enum follow_news news = follow_settle(&w->follow, err);
    if (news != FOLLOW_ENDED && news != FOLLOW_STOP) {
        if (!follow_has_pbx(&w->follow, err)) {
            return err_exit_code(err->kind);
        }
        int code = follow_verdict(&w->follow);
        if (code == CLI_OK && !follow_has_queues(&w->follow, err)) {
            return CLI_NO_QUEUE;
        }
    }
    w->is_begun = true;
    while (flush(w, err)) {
        if (news == FOLLOW_ENDED) {
            return err->kind != ERR_NONE ? err_exit_code(err->kind) : client_exit_code(w->follow.client);
        }
        if (news == FOLLOW_STOP) {
            return CLI_OK;
        }
        news = follow_wait(&w->follow, FOLLOW_NEVER, err);
    }
    return err->kind == ERR_NONE ? CLI_OK : CLI_NO_OUTPUT;
}

int cli_run_watch(struct cli *cli, struct err *err)
{
    struct watch w = { .told = store_new(), .out = BUF_INIT(FOLLOW_DOCUMENT_MAX), .err = ERR_INIT };
    w.is_ascii = cli_text_is_ascii(&cli->settings);
    w.follow.changed = changed;
    w.follow.context = &w;
    int code = follow_open(&w.follow, cli, err) ? watch(&w, err) : err_exit_code(err->kind);
    follow_close(&w.follow);
    store_free(w.told);
    buf_clear(&w.out);
    return code;
}
