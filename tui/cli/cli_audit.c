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

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ANSWER_COLS = 200, ORDER_COLS = 70, FILES_MAX = 64, GRID_ROWS_MAX = 20000, PRINT_AT_ONCE = 1024 * 1024, LOOK_EVERY_MS = 300 };

#define KEEPER_FOLDER "/var/lib/acdtop" /* of the service acdtop-keeper */

struct wish { /* what is asked for; NULL: everything */
    const char *since, *until, *who, *agent, *queue, *order, *outcome, *pbx;
    int64_t since_ms, until_ms;
    bool is_csv, is_json, is_follow, is_ascii;
    const char *file[FILES_MAX];
    size_t file_count;
};

/* --- words --------------------------------------------------------------------------------------------------------- */

/* The words of the command line: options of the command, and files. */
static bool read_words(const struct cli *cli, struct wish *w, struct err *err)
{
    const struct {
        const char *option, **value;
    } texts[] = { { "--since", &w->since }, { "--until", &w->until }, { "--who", &w->who }, { "--order", &w->order },
                  { "--agent", &w->agent }, { "--queue", &w->queue }, { "--outcome", &w->outcome } };
    *w = (struct wish){ .since_ms = INT64_MIN, .until_ms = INT64_MAX, .is_json = cli->is_json, .is_ascii = cli_text_is_ascii(&cli->settings), .pbx = cli->settings.only_pbx };
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
        w->is_follow = w->is_follow || slice_eq(name, SLICE("--follow"));
        for (size_t k = 0; k < sizeof texts / sizeof texts[0]; k++)
            *texts[k].value = slice_eq(name, slice_of(texts[k].option)) ? text : *texts[k].value;
    }
    if (w->is_follow && (w->file_count > 1 || (w->file_count == 1 && strcmp(w->file[0], "-") == 0) || w->until != NULL))
        return err_set(err, ERR_USAGE, "--follow goes on with one file, and has no end: leave out %s", w->until != NULL ? "--until" : "the others");
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

/* A time before the first order, or behind the last, is no mistake: then it is all of them, or none. */
static bool read_when(const char *typed, int64_t first_ms, int64_t *out, struct err *err)
{
    int64_t now_ms = clock_wall_ms();
    struct when_span span = { .from_ms = first_ms < now_ms ? first_ms : now_ms, .to_ms = now_ms, .near_ms = now_ms, .plus_ms = first_ms, .minus_ms = now_ms, .what = "the audit log" };
    struct err ignored = ERR_INIT;
    if (typed == NULL)
        return true;
    enum when_news news = when_read(slice_of(typed), &span, out, err);
    if (news != WHEN_OUTSIDE)
        return news == WHEN_OK;
    span.from_ms = 0;
    span.to_ms = INT64_MAX / 2;
    if (when_read(slice_of(typed), &span, out, &ignored) != WHEN_OK)
        return false;
    *err = ERR_INIT;
    return true;
}

/* Does it say the same whatever there is? Then what is older is not even kept while it is read. */
static bool is_fixed(const char *typed)
{
    return typed != NULL && *typed != '+' && strcmp(typed, "start") != 0 && strcmp(typed, "end") != 0;
}

static bool read_span(const struct audit_log *l, struct wish *w, struct err *err)
{
    int64_t now_ms = clock_wall_ms(), first_ms = l->count > 0 ? l->row[0]->at_ms : now_ms;
    return (is_fixed(w->since) || read_when(w->since, first_ms, &w->since_ms, err)) && (is_fixed(w->until) || read_when(w->until, first_ms, &w->until_ms, err));
}

static bool read_fixed(struct wish *w, struct err *err)
{
    return (!is_fixed(w->since) || read_when(w->since, 0, &w->since_ms, err)) && (!is_fixed(w->until) || read_when(w->until, 0, &w->until_ms, err));
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

/* What is the same in all records of an order is looked at before they are kept; a record that says that others are lost has nobody. Of who had
 * logged in nothing is known to an acdtop that takes over the lease of one that died: another record of that order may tell. */
static bool is_worth_keeping(void *context, const struct audit_record *r)
{
    const struct wish *w = context;
    const struct slice who = slice_of(w->who), *v = r->value;
    bool is_whose = w->who == NULL || slice_eq_nocase(v[AUDIT_WHO], who) || slice_eq_nocase(v[AUDIT_LOGIN], who) || slice_eq_nocase(v[AUDIT_SAYS_LOGIN], who) ||
                    (v[AUDIT_LOGIN].p == NULL && v[AUDIT_SAYS_LOGIN].p == NULL);
    bool is_it = w->order == NULL || slice_eq(v[AUDIT_ORDER], slice_of(w->order)) || slice_eq(v[AUDIT_OF], slice_of(w->order));
    return is_whose && is_it && r->at_ms >= w->since_ms && (w->pbx == NULL || slice_eq_nocase(v[AUDIT_PBX], slice_of(w->pbx)));
}

static bool is_wanted(const struct audit_row *r, const struct wish *w)
{
    const char *state = r->value[AUDIT_STATE] != NULL ? r->value[AUDIT_STATE] : "";
    return r->last_ms >= w->since_ms && r->at_ms <= w->until_ms && (w->order == NULL || is(r, AUDIT_ORDER, w->order) || is(r, AUDIT_OF, w->order)) && (w->who == NULL || is(r, AUDIT_WHO, w->who) || is(r, AUDIT_LOGIN, w->who) || is(r, AUDIT_SAYS_LOGIN, w->who)) &&
           (w->agent == NULL || is(r, AUDIT_AGENT, w->agent) || is(r, AUDIT_NAME, w->agent) || is_extension(r->value[AUDIT_AGENT], w->agent) || is_in_line(r, w->agent)) &&
           (w->queue == NULL || is(r, AUDIT_QUEUE, w->queue) || is_in_line(r, w->queue)) && (w->outcome == NULL || is_word(state, w->outcome)) &&
           (w->pbx == NULL || is(r, AUDIT_PBX, w->pbx));
}

/* --- as text --------------------------------------------------------------------------------------------------------- */

static const struct cli_grid_column columns[] = {
    { "Time", false, 0 }, { "Who", false, 0 }, { "From", false, 0 }, { "PBX", false, 0 }, { "Order", false, ORDER_COLS },
    { "Outcome", false, 0 }, { "ms", true, 0 }, { "Number", false, 0 }, { "Answer", false, ANSWER_COLS },
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

static const char *outcome_of(const struct audit_row *r)
{
    const char *state = r->value[AUDIT_STATE];
    return is_lost(r) ? audit_event_names[AUDIT_LOST] : state != NULL ? state : "";
}

/* A listening: how long, or that nobody knows. is_now: it has just been written down, and more may follow. */
static void add_answer(const struct audit_row *r, bool is_now, struct buf *out)
{
    const char *answer = r->value[AUDIT_ANSWER];
    bool is_open = r->value[AUDIT_LEG] != NULL && !r->has_end && !is_now;
    if (is(r, AUDIT_STATE, order_state_names[ORDER_PENDING]) && !is_now)
        answer = "no outcome was written down";
    (void)buf_addf(out, "%s%s", answer != NULL ? answer : "", is_open ? "; end unknown" : "");
}

static void add_row(struct cli_grid *g, const struct audit_row *r, bool is_now)
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
    cli_grid_add(g, slice_of(r->value[AUDIT_ORDER] != NULL ? r->value[AUDIT_ORDER] : ""));
    buf_reset(&text);
    add_answer(r, is_now, &text);
    cli_grid_add(g, buf_slice(&text));
    buf_clear(&text);
}

/* Tables of this many orders, so that a year of them needs no memory for a page of it. */
static bool print_text(struct audit_row *const *row, size_t count, const struct wish *w, struct err *err)
{
    struct buf out = BUF_INIT(FOLLOW_DOCUMENT_MAX);
    bool ok = true, is_first = true;
    size_t i = 0;
    do {
        struct cli_grid g;
        size_t in_grid = 0;
        cli_grid_begin(&g, columns, sizeof columns / sizeof columns[0], w->is_ascii);
        for (; i < count && in_grid < GRID_ROWS_MAX; i++) {
            if (!is_wanted(row[i], w))
                continue;
            add_row(&g, row[i], false);
            in_grid++;
        }
        cli_grid_end(&g, &out);
        ok = (in_grid == 0 && !is_first) || follow_print(buf_slice(&out), err);
        buf_reset(&out);
        is_first = false;
    } while (ok && i < count);
    buf_clear(&out);
    return ok;
}

/* Of an order that has just been written: nobody knows how wide the next one will be. */
static bool print_lines(const struct audit_log *l, const struct wish *w, struct err *err)
{
    struct buf out = BUF_INIT(FOLLOW_DOCUMENT_MAX);
    for (size_t i = 0; i < l->touched_count; i++) {
        struct cli_grid g;
        if (!is_wanted(l->touched[i], w))
            continue;
        cli_grid_begin_untitled(&g, columns, sizeof columns / sizeof columns[0], w->is_ascii);
        add_row(&g, l->touched[i], true);
        cli_grid_end(&g, &out);
    }
    bool ok = follow_print(buf_slice(&out), err);
    buf_clear(&out);
    return ok;
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

static bool print_keys(struct err *err)
{
    static const struct audit_row none;
    struct export_cell cell[CELLS_MAX];
    struct buf out = BUF_INIT(AUDIT_RECORD_MAX);
    char at[32] = "";
    bool ok = export_keys(cell, make_cells(&none, at, cell), &out, err) && follow_print(buf_slice(&out), err);
    buf_clear(&out);
    return ok;
}

static bool print_exported(struct audit_row *const *row, size_t count, const struct wish *w, struct err *err)
{
    static const struct export_view nothing;
    struct export_cell cell[CELLS_MAX];
    struct buf out = BUF_INIT(PRINT_AT_ONCE + 32 * AUDIT_RECORD_MAX);
    char at[32] = "";
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++) {
        if (is_wanted(row[i], w)) {
            clock_rfc3339(at, row[i]->at_ms);
            ok = export_row(&nothing, FACT_ORDER, NULL, cell, make_cells(row[i], at, cell), w->is_csv ? EXPORT_CSV : EXPORT_JSON, &out, err);
        }
        if (ok && (out.len >= PRINT_AT_ONCE || i + 1 == count)) {
            ok = follow_print(buf_slice(&out), err);
            buf_reset(&out);
        }
    }
    buf_clear(&out);
    return ok;
}

static bool print_rows(struct audit_row *const *row, size_t count, const struct wish *w, struct err *err)
{
    return w->is_csv || w->is_json ? print_exported(row, count, w, err) : print_text(row, count, w, err);
}

/* --- the command --------------------------------------------------------------------------------------------------------- */

/* Whose orders they were: of this user's own acdtop, or of the keeper of the host, which has its own log. */
static char *usual_path(const struct cli *cli)
{
    char *own = cli->settings.audit_log != NULL ? mem_strdup(cli->settings.audit_log) : path_audit_log();
    bool is_shared = cli->settings.audit_log == NULL && access(own, F_OK) != 0 && access(KEEPER_FOLDER, F_OK) == 0;
    if (!is_shared)
        return own;
    mem_free(own);
    return mem_strdup(KEEPER_FOLDER "/audit.log");
}

/* Who may not read the keeper's log is told who may. */
static bool say_who_may(const char *path, struct err *err)
{
    struct stat st;
    if (access(path, R_OK) == 0 || errno != EACCES || stat(KEEPER_FOLDER, &st) != 0 || strncmp(path, KEEPER_FOLDER, strlen(KEEPER_FOLDER)) != 0)
        return false;
    *err = ERR_INIT;
    return !err_set(err, ERR_SYSTEM, "the orders of this host stand in %s, which its keeper alone may read, since caller numbers are in it: sudo -u '#%u' acdtop audit %s", path, (unsigned)st.st_uid, path);
}

static bool read_files(const struct cli *cli, const struct wish *w, struct audit_log *l, struct err *err)
{
    bool ok = true;
    char *path = w->file_count > 0 ? mem_strdup(w->file[0]) : usual_path(cli);
    if (w->is_follow)
        audit_log_follow(l, path);
    for (size_t i = 0; ok && i < w->file_count && !w->is_follow; i++)
        ok = audit_log_read(l, w->file[i], err);
    if (w->file_count == 0)
        ok = audit_log_read_all(l, path, err);
    ok = ok && (!w->is_follow || audit_log_turn(l, err));
    if (!ok && w->file_count == 0)
        (void)say_who_may(path, err);
    mem_free(path);
    return ok;
}

/* Until nobody reads it any more, or a signal. */
static bool go_on(struct audit_log *l, const struct wish *w, struct err *err)
{
    struct pollfd reader = { .fd = STDOUT_FILENO };
    bool ok = true;
    while (ok && (poll(&reader, 1, LOOK_EVERY_MS) >= 0 || errno == EINTR) && (reader.revents & (POLLERR | POLLHUP)) == 0)
        ok = audit_log_turn(l, err) && (l->touched_count == 0 || (w->is_csv || w->is_json ? print_exported(l->touched, l->touched_count, w, err) : print_lines(l, w, err)));
    return ok;
}

int cli_run_audit(struct cli *cli, struct err *err)
{
    struct wish w;
    struct audit_log l;
    audit_log_init(&l);
    l.wants = is_worth_keeping;
    l.context = &w;
    bool ok = read_words(cli, &w, err) && check_outcome(w.outcome, err) && read_fixed(&w, err) && read_files(cli, &w, &l, err);
    audit_log_sort(&l);
    ok = ok && read_span(&l, &w, err);
    bool is_printed = ok && (!w.is_csv || print_keys(err)) && print_rows(l.row, l.count, &w, err) && (!w.is_follow || go_on(&l, &w, err));
    audit_log_clear(&l);
    return !ok ? err_exit_code(err->kind) : is_printed || err->kind == ERR_NONE ? CLI_OK : CLI_NO_OUTPUT;
}
