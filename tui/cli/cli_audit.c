/* SPDX-License-Identifier: MIT */
/* cli_audit: `acdtop audit`: the orders of an audit log, those that are asked for, as a table, as JSON or as CSV. Reads files and nothing else:
 * no PBX, no keeper. */
#include "core/base/clock.h"
#include "core/base/utf8.h"
#include "core/base/mem.h"
#include "core/base/near.h"
#include "core/config/path.h"
#include "core/config/when.h"
#include "core/floor/fact.h"
#include "tui/cli/cli_audit_log.h"
#include "tui/cli/cli_follow.h"
#include "tui/cli/cli_grid.h"
#include "tui/cli/cli_text.h"

#include <inttypes.h>

enum { ANSWER_COLS = 200, ORDER_COLS = 70, FILES_MAX = 64 };

struct wish { /* what is asked for; NULL: everything */
    const char *since, *who, *agent, *queue, *outcome, *pbx;
    int64_t since_ms;
    bool is_csv, is_json;
    const char *file[FILES_MAX];
    size_t file_count;
};

/* --- words --------------------------------------------------------------------------------------------------------- */

/* The words of the command line: options of the command, and files. */
static bool read_words(const struct cli *cli, struct wish *w, struct err *err)
{
    const struct {
        const char *option, **value;
    } texts[] = { { "--since", &w->since }, { "--who", &w->who }, { "--agent", &w->agent }, { "--queue", &w->queue }, { "--outcome", &w->outcome } };
    *w = (struct wish){ .since_ms = INT64_MIN, .is_json = cli->is_json, .pbx = cli->settings.only_pbx };
    for (size_t i = 0; i < cli->word_count; i++) {
        struct slice word = slice_of(cli->word[i]), value;
        bool takes_next = false;
        if (!command_is_option(COMMAND_AUDIT, word, &takes_next)) {
            if (w->file_count == FILES_MAX)
                return err_set(err, ERR_USAGE, "more than %d files", FILES_MAX);
            w->file[w->file_count++] = cli->word[i];
            continue;
        }
        struct slice name = slice_cut(word, '=', &value);
        const char *text = takes_next && i + 1 < cli->word_count ? cli->word[++i] : value.p;
        w->is_csv = w->is_csv || slice_eq(name, SLICE("--csv"));
        for (size_t k = 0; k < sizeof texts / sizeof texts[0]; k++)
            *texts[k].value = slice_eq(name, slice_of(texts[k].option)) ? text : *texts[k].value;
    }
    return !w->is_csv || !w->is_json || err_set(err, ERR_USAGE, "--csv or --json: one of them");
}

static const char *state_at(size_t i, const void *context)
{
    (void)context;
    return i < ORDER_STATE_COUNT ? order_state_names[i] : NULL;
}

/* "no-such" is typed more easily than "no such". */
static bool is_word(const char *state, const char *typed)
{
    size_t n = strlen(state);
    bool same = strlen(typed) == n;
    for (size_t i = 0; same && i < n; i++)
        same = state[i] == typed[i] || (state[i] == ' ' && (typed[i] == '-' || typed[i] == '_'));
    return same;
}

static bool check_outcome(const char *typed, struct err *err)
{
    struct buf list = BUF_INIT(512);
    bool is_known = typed == NULL;
    for (int i = 0; i < ORDER_STATE_COUNT; i++) {
        is_known = is_known || (i != ORDER_PLANNED && is_word(order_state_names[i], typed));
        if (i != ORDER_PLANNED)
            (void)buf_addf(&list, "%s%s", list.len > 0 ? ", " : "", order_state_names[i]);
    }
    const char *near = is_known ? NULL : near_name(slice_of(typed), state_at, NULL);
    if (!is_known)
        (void)err_set(err, ERR_USAGE, "no outcome is called '%s'%s%s%s; there are %s", typed, near != NULL ? " (did you mean '" : "", near != NULL ? near : "",
                      near != NULL ? "'?)" : "", buf_slice(&list).p);
    buf_clear(&list);
    return is_known;
}

/* A time before the first order is no mistake: then it is all of them. */
static bool read_since(const struct audit_log *l, struct wish *w, struct err *err)
{
    int64_t now_ms = clock_wall_ms(), first_ms = l->count > 0 ? l->row[0]->at_ms : now_ms;
    struct when_span span = { .from_ms = first_ms < now_ms ? first_ms : now_ms, .to_ms = now_ms, .near_ms = now_ms, .plus_ms = first_ms, .minus_ms = now_ms, .what = "the audit log" };
    struct err ignored = ERR_INIT;
    if (w->since == NULL)
        return true;
    enum when_news news = when_read(slice_of(w->since), &span, &w->since_ms, err);
    if (news != WHEN_OUTSIDE)
        return news == WHEN_OK;
    span.from_ms = 0;
    if (when_read(slice_of(w->since), &span, &w->since_ms, &ignored) != WHEN_OK)
        return false;
    *err = ERR_INIT;
    return true;
}

/* --- which rows ---------------------------------------------------------------------------------------------------- */

static bool is(const struct audit_row *r, enum audit_field field, const char *wanted)
{
    return r->value[field] != NULL && slice_eq_nocase(slice_of(r->value[field]), slice_of(wanted));
}

/* Is it one of the words of the order as it was given? */
static bool is_in_line(const struct audit_row *r, const char *wanted)
{
    struct slice rest = slice_of(r->value[AUDIT_LINE]);
    bool is_found = false;
    while (!is_found && rest.n > 0) {
        struct slice line = slice_cut(rest, '\n', &rest);
        struct command c;
        struct command_fault fault;
        bool ok = command_parse(line, COMMAND_ORDER, &c, &fault);
        for (size_t i = 0; ok && i < c.count && !is_found; i++)
            is_found = slice_eq_nocase(c.word[i].text, slice_of(wanted));
        command_clear(&c);
    }
    return is_found;
}

/* "PJSIP/401": is 401 its extension? */
static bool is_extension(const char *interface, const char *wanted)
{
    const char *slash = interface != NULL ? strchr(interface, '/') : NULL;
    size_t n = strlen(wanted);
    return slash != NULL && strncmp(slash + 1, wanted, n) == 0 && (slash[1 + n] == '\0' || slash[1 + n] == '@');
}

static bool is_wanted(const struct audit_row *r, const struct wish *w)
{
    const char *state = r->value[AUDIT_STATE] != NULL ? r->value[AUDIT_STATE] : "";
    return r->last_ms >= w->since_ms && (w->who == NULL || is(r, AUDIT_WHO, w->who) || is(r, AUDIT_LOGIN, w->who) || is(r, AUDIT_SAYS_LOGIN, w->who)) &&
           (w->agent == NULL || is(r, AUDIT_AGENT, w->agent) || is(r, AUDIT_NAME, w->agent) || is_extension(r->value[AUDIT_AGENT], w->agent) || is_in_line(r, w->agent)) &&
           (w->queue == NULL || is(r, AUDIT_QUEUE, w->queue) || is_in_line(r, w->queue)) && (w->outcome == NULL || is_word(state, w->outcome)) &&
           (w->pbx == NULL || is(r, AUDIT_PBX, w->pbx));
}

/* --- as text --------------------------------------------------------------------------------------------------------- */

static const struct cli_grid_column columns[] = {
    { "Time", false, 0 }, { "Who", false, 0 }, { "From", false, 0 }, { "PBX", false, 0 }, { "Order", false, ORDER_COLS },
    { "Outcome", false, 0 }, { "ms", true, 0 }, { "Answer", false, ANSWER_COLS },
};

static void add_who(const struct audit_row *r, struct buf *out)
{
    const char *who = r->value[AUDIT_WHO], *login = r->value[AUDIT_LOGIN] != NULL ? r->value[AUDIT_LOGIN] : r->value[AUDIT_SAYS_LOGIN];
    bool is_other = login != NULL && (who == NULL || strcmp(who, login) != 0);
    (void)buf_addf(out, "%s%s%s%s", who != NULL ? who : "", is_other ? " (" : "", is_other ? login : "", is_other ? ")" : "");
}

static bool is_lost(const struct audit_row *r)
{
    return is(r, AUDIT_EVENT, audit_event_names[AUDIT_LOST]);
}

/* A listening: how long, or that nobody knows. */
static void add_answer(const struct audit_row *r, struct buf *out)
{
    const char *answer = r->value[AUDIT_ANSWER];
    bool is_open = r->value[AUDIT_LEG] != NULL && !r->has_end;
    if (is(r, AUDIT_STATE, order_state_names[ORDER_PENDING]))
        answer = "no outcome was written down";
    (void)buf_addf(out, "%s%s", answer != NULL ? answer : "", is_open ? "; end unknown" : "");
}

static const char *outcome_of(const struct audit_row *r)
{
    const char *state = r->value[AUDIT_STATE];
    return is_lost(r) ? audit_event_names[AUDIT_LOST] : state != NULL ? state : "";
}

static void add_row(struct cli_grid *g, const struct audit_row *r)
{
    struct buf text = BUF_INIT(AUDIT_RECORD_MAX);
    char at[32];
    const char *what = r->value[AUDIT_WHAT] != NULL && *r->value[AUDIT_WHAT] != '\0' ? r->value[AUDIT_WHAT] : r->value[AUDIT_LINE];
    (void)clock_format(at, sizeof at, "%F %T", r->at_ms);
    cli_grid_add(g, slice_of(at));
    add_who(r, &text);
    cli_grid_add(g, buf_slice(&text));
    struct slice rest, from = slice_cut(slice_of(r->value[AUDIT_SAYS_FROM]), ' ', &rest);
    cli_grid_add(g, from.p != NULL ? from : SLICE(""));
    cli_grid_add(g, slice_of(r->value[AUDIT_PBX] != NULL ? r->value[AUDIT_PBX] : ""));
    cli_grid_add(g, slice_of(what != NULL ? what : ""));
    cli_grid_add(g, slice_of(outcome_of(r)));
    cli_grid_add(g, slice_of(r->value[AUDIT_MS] != NULL ? r->value[AUDIT_MS] : ""));
    buf_reset(&text);
    add_answer(r, &text);
    cli_grid_add(g, buf_slice(&text));
    buf_clear(&text);
}

static bool add_text(const struct audit_log *l, const struct wish *w, bool is_ascii, struct buf *out)
{
    struct cli_grid g;
    cli_grid_begin(&g, columns, sizeof columns / sizeof columns[0], is_ascii);
    for (size_t i = 0; i < l->count; i++) {
        if (is_wanted(l->row[i], w))
            add_row(&g, l->row[i]);
    }
    cli_grid_end(&g, out);
    return !out->overflow;
}

/* --- as JSON and CSV --------------------------------------------------------------------------------------------------- */

enum { CELLS_MAX = AUDIT_FIELD_COUNT + 2 };

static const char *key_of(enum audit_field field)
{
    return field == AUDIT_STATE ? "outcome" : audit_field_table[field].name;
}

static size_t make_cells(const struct audit_row *r, char at[32], struct export_cell cell[CELLS_MAX])
{
    size_t n = 0;
    int64_t number;
    cell[n++] = (struct export_cell){ .key = "at", .is = EXPORT_CELL_TEXT, .text = at };
    for (size_t f = 0; f < AUDIT_FIELD_COUNT; f++) {
        if (f == AUDIT_EVENT)
            continue;
        struct export_cell *c = &cell[n++];
        const char *text = f == AUDIT_STATE ? outcome_of(r) : r->value[f];
        bool is_number = f == AUDIT_UID || f == AUDIT_MS || f == AUDIT_LASTED_S;
        *c = (struct export_cell){ .is = text == NULL ? EXPORT_CELL_UNKNOWN : EXPORT_CELL_TEXT, .text = text };
        (void)snprintf(c->key, sizeof c->key, "%s", key_of((enum audit_field)f));
        if (is_number && text != NULL && slice_int(slice_of(text), INT64_MIN, INT64_MAX, &number)) {
            c->is = EXPORT_CELL_NUMBER;
            c->number = number;
        }
    }
    const char *end = r->value[AUDIT_LEG] == NULL ? NULL : r->has_end && r->value[AUDIT_LASTED_S] != NULL ? "seen" : "unknown";
    cell[n++] = (struct export_cell){ .key = "end", .is = end == NULL ? EXPORT_CELL_UNKNOWN : EXPORT_CELL_TEXT, .text = end };
    return n;
}

static bool add_exported(const struct audit_log *l, const struct wish *w, struct buf *out, struct err *err)
{
    static const struct audit_row none;
    static const struct export_view nothing;
    struct export_cell cell[CELLS_MAX];
    char at[32] = "";
    bool ok = !w->is_csv || export_keys(cell, make_cells(&none, at, cell), out, err);
    for (size_t i = 0; ok && i < l->count; i++) {
        if (!is_wanted(l->row[i], w))
            continue;
        clock_rfc3339(at, l->row[i]->at_ms);
        ok = export_row(&nothing, FACT_ORDER, NULL, cell, make_cells(l->row[i], at, cell), w->is_csv ? EXPORT_CSV : EXPORT_JSON, out, err);
    }
    return ok;
}

/* --- the command --------------------------------------------------------------------------------------------------------- */

static bool read_files(const struct cli *cli, const struct wish *w, struct audit_log *l, struct err *err)
{
    bool ok = true;
    for (size_t i = 0; ok && i < w->file_count; i++)
        ok = audit_log_read(l, w->file[i], err);
    if (w->file_count > 0)
        return ok;
    char *path = cli->settings.audit_log != NULL ? mem_strdup(cli->settings.audit_log) : path_audit_log();
    ok = audit_log_read_all(l, path, err);
    mem_free(path);
    return ok;
}

int cli_run_audit(struct cli *cli, struct err *err)
{
    struct wish w;
    struct audit_log l;
    struct buf out = BUF_INIT(FOLLOW_DOCUMENT_MAX);
    audit_log_init(&l);
    bool ok = read_words(cli, &w, err) && check_outcome(w.outcome, err) && read_files(cli, &w, &l, err);
    audit_log_sort(&l);
    ok = ok && read_since(&l, &w, err);
    if (ok)
        ok = w.is_csv || w.is_json ? add_exported(&l, &w, &out, err) : add_text(&l, &w, cli_text_is_ascii(&cli->settings), &out);
    bool is_printed = ok && follow_print(buf_slice(&out), err);
    buf_clear(&out);
    audit_log_clear(&l);
    return !ok ? err_exit_code(err->kind) : is_printed || err->kind == ERR_NONE ? CLI_OK : CLI_NO_OUTPUT;
}
