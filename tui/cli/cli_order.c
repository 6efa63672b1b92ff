/* SPDX-License-Identifier: MIT */
/* cli_order: one order from the command line: gives it to the keeper when the floor is known, and follows it until its outcome. Exit code 0
 * means that the PBX has shown it to be done. */
#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/base/utf8.h"
#include "core/config/told.h"
#include "core/control/plan.h"
#include "tui/cli/cli_follow.h"

#include <time.h>
#include <unistd.h>

enum { RING_MS = 30000, ADOPT_MS = 8000 };

static const struct {
    int code;
    const char *word; /* in front of the sentence */
} outcome[] = {
    [ORDER_PENDING] = { CLI_UNKNOWN, "unknown" },
    [ORDER_ACTIVE] = { CLI_OK, "active" },
    [ORDER_DONE] = { CLI_OK, "done" },
    [ORDER_PLANNED] = { CLI_OK, "would" },
    [ORDER_WRONG] = { 64, "wrong" },
    [ORDER_NO_SUCH] = { CLI_NO_QUEUE, "no such" },
    [ORDER_REFUSED] = { CLI_REFUSED, "refused" },
    [ORDER_FORBIDDEN] = { 77, "not permitted" },
    [ORDER_NO_LINK] = { 69, "no link" },
    [ORDER_UNKNOWN] = { CLI_UNKNOWN, "unknown" },
};
_Static_assert(sizeof outcome / sizeof outcome[0] == ORDER_STATE_COUNT, "an exit code for every state");

static const struct fact_order *order_with(const struct store *s, int64_t ref)
{
    const struct fact *f;
    for (size_t at = 0; (f = store_each(s, FACT_ORDER, &at)) != NULL;) {
        const struct fact_order *o = (const void *)f;
        if (o->ref == ref) {
            return o;
        }
    }
    return NULL;
}

/* A lease has been given when it runs; of one call the outcome is waited for. */
static bool is_waited_for(const struct follow *f, const struct fact_order *o)
{
    return o == NULL || o->state == ORDER_PENDING || o->state == ORDER_UNKNOWN || (o->state == ORDER_ACTIVE && f->cli->command == COMMAND_TAKE);
}

/* Gives it and waits until something is known of it. NULL: no keeper, or it was never heard of. */
static const struct fact_order *give(struct follow *f, struct slice line, bool is_dry, int64_t due_ms, struct err *err)
{
    uint64_t ref_bits;
    random_bytes(&ref_bits, sizeof ref_bits);
    int64_t ref = (int64_t)(ref_bits >> 2);
    const struct fact_order *o = NULL;
    enum follow_news news = FOLLOW_FLUSHED;
    if (!client_order(f->client, line, ref, is_dry)) {
        return NULL;
    }
    bool was_there = false;
    while (news == FOLLOW_FLUSHED && is_waited_for(f, o)) {
        bool is_orphan = o == NULL && was_there; /* its keeper has died: the next one knows of leases only, and has the time to take them over */
        due_ms = is_orphan && clock_mono_ms() + ADOPT_MS < due_ms ? clock_mono_ms() + ADOPT_MS : due_ms;
        was_there = was_there || o != NULL;
        news = follow_wait(f, due_ms, err);
        o = order_with(follow_store(f), ref);
    }
    if (o == NULL && was_there && err->kind == ERR_NONE) {
        (void)err_set(err, ERR_NETWORK, "unknown: the keeper that had the order has died, and what became of it only the floor shows");
    }
    return o;
}

/* One word of the shell, which has taken its quotes off: what was an option there is one in the line, and nothing else is. */
static void add_word(const struct cli *cli, size_t i, bool *is_value, struct buf *line)
{
    struct slice word = slice_of(cli->word[i]), value;
    bool takes_next, is_option = !*is_value && i < cli->plain_from && command_is_option(cli->command, word, &takes_next);
    struct slice name = slice_cut(word, '=', &value);
    if (is_option) {
        (void)buf_add(line, name);
        if (value.p != NULL) { /* --name="Bo Lind": in quotes as a whole it would be a word */
            (void)buf_add_char(line, '=');
            command_add_word(line, value);
        }
    } else {
        command_add_name(line, word);
    }
    *is_value = is_option && takes_next;
}

static void add_line(const struct cli *cli, struct buf *line)
{
    bool is_value = false;
    buf_addf(line, "%s", command_table[cli->command].name);
    for (size_t i = 0; i < cli->word_count; i++) {
        buf_add_char(line, ' ');
        add_word(cli, i, &is_value, line);
    }
}

/* Printable, whatever a name on the PBX holds. */
static void add_clean(struct buf *out, const char *text)
{
    for (struct slice rest = slice_of(text != NULL ? text : ""); rest.p != NULL;) {
        (void)utf8_add_printable(out, slice_cut(rest, '\n', &rest), false);
        if (rest.p != NULL) {
            (void)buf_add_char(out, '\n');
        }
    }
}

/* A lease: until when, by the clock on the wall. */
static void add_until(struct buf *out, const struct fact_order *o)
{
    if (o->state == ORDER_ACTIVE && o->until != 0) {
        struct tm local;
        char text[32];
        time_t at = (time_t)((clock_wall_ms() + o->until - clock_mono_ms()) / 1000);
        (void)strftime(text, sizeof text, "%H:%M:%S", localtime_r(&at, &local));
        buf_addf(out, ", until %s", text);
    }
}

static bool print_order(const struct follow *f, const struct fact_order *o, struct err *err)
{
    struct buf out = BUF_INIT(256 * 1024);
    struct export_view v = follow_view(f);
    v.queue_name = NULL;
    v.queue_count = 0;
    bool ok = true;
    if (f->cli->is_json) {
        ok = export_fact(&v, FACT_ORDER, (const struct fact *)(const void *)o, false, &out, err);
    } else if (o->state == ORDER_PLANNED && o->requests != NULL && *o->requests != '\0') {
        add_clean(&out, o->requests);
    } else if (outcome[o->state].code == CLI_OK) {
        buf_addf(&out, "%s: ", outcome[o->state].word);
        add_clean(&out, o->what);
        add_until(&out, o);
        buf_addf(&out, " (");
        add_clean(&out, o->answer);
        buf_addf(&out, ")\n");
    }
    ok = ok && follow_print(buf_slice(&out), err);
    buf_clear(&out);
    if (outcome[o->state].code != CLI_OK) {
        struct buf why = BUF_INIT(16 * 1024);
        add_clean(&why, o->answer);
        fprintf(stderr, "acdtop: %s: %s\n", outcome[o->state].word, buf_slice(&why).p);
        buf_clear(&why);
    }
    return ok;
}

/* What it would do now; NULL: nobody says, or it cannot be done and *failed says why. */
static const struct fact_order *look(struct follow *f, struct slice line, const struct fact_order **failed, struct err *err)
{
    const struct fact_order *o = give(f, line, true, clock_mono_ms() + f->cli->timeout_ms, err);
    if (o == NULL || o->state == ORDER_PENDING) {
        (void)(err->kind != ERR_NONE || err_set(err, ERR_NETWORK, "not done: no keeper says what it would do"));
        return NULL;
    }
    *failed = o->state == ORDER_PLANNED ? NULL : o;
    return o->state == ORDER_PLANNED ? o : NULL;
}

static bool ask(const char *what)
{
    char answer[16];
    fprintf(stderr, "%s? [y/N] ", what);
    return fgets(answer, sizeof answer, stdin) != NULL && (answer[0] == 'y' || answer[0] == 'Y');
}

/* Once a user: what becomes of the figures. Who cannot be asked has been told at least. */
static bool is_told(const struct cli *cli)
{
    const char *notice = plan_notice(cli->command), *name = command_table[cli->command].name;
    if (notice == NULL || cli->is_yes || cli->is_dry || (cli->role == NULL && told_is(name))) { /* with --role no file is read or written */
        return true;
    }
    fprintf(stderr, "acdtop: %s, said once: %s\n", name, notice);
    bool ok = !isatty(STDIN_FILENO) || ask("Shall it be done");
    if (ok && !cli->settings.is_demo && cli->role == NULL) {
        told_keep(name);
    }
    return ok;
}

/* What ends or moves somebody's call is said first and then asked for; a script says --yes. Who takes his time to answer has said yes to the
 * call that he was shown, and not to the next one of the same agent. */
static bool is_agreed(struct follow *f, struct slice line, const struct fact_order **failed, struct err *err)
{
    if (!is_told(f->cli)) {
        return err_set(err, ERR_USAGE, "not done: nobody said yes");
    }
    if (!plan_is_harmful(f->cli->command) || f->cli->is_yes || f->cli->is_dry) {
        return true;
    }
    if (!isatty(STDIN_FILENO)) {
        return err_set(err, ERR_USAGE, "'%s' ends or moves a call: give --yes when nobody can be asked", command_table[f->cli->command].name);
    }
    const struct fact_order *o = look(f, line, failed, err);
    if (o == NULL) {
        return false;
    }
    struct buf what = BUF_INIT(16 * 1024), shown = BUF_INIT(256 * 1024), now = BUF_INIT(256 * 1024);
    add_clean(&what, o->what);
    (void)buf_addf(&shown, "%s\n%s", o->what, o->requests);
    bool ok = ask(buf_slice(&what).p) || err_set(err, ERR_USAGE, "not done: nobody said yes");
    if (ok) {
        o = look(f, line, failed, err);
        ok = o != NULL && buf_addf(&now, "%s\n%s", o->what, o->requests);
        ok = ok && (slice_eq(buf_slice(&shown), buf_slice(&now)) || err_set(err, ERR_USAGE, "not done: that call has changed meanwhile; give it again"));
    }
    buf_clear(&what);
    buf_clear(&shown);
    buf_clear(&now);
    return ok;
}

/* Before anybody is asked for a secret. A line end in a word would begin another order: nobody meant that who gave one. */
static bool is_one_line(const struct cli *cli, struct err *err)
{
    struct buf line = BUF_INIT(COMMAND_LINE_MAX);
    bool ok = true;
    for (size_t i = 0; ok && i < cli->word_count; i++)
        ok = strpbrk(cli->word[i], "\r\n") == NULL || err_set(err, ERR_USAGE, "word %zu of the order holds a line end", i + 1);
    add_line(cli, &line);
    ok = ok && (!line.overflow || err_set(err, ERR_USAGE, "an order has at most %d bytes", COMMAND_LINE_MAX));
    buf_clear(&line);
    return ok;
}

static bool is_any_live(const struct follow *f)
{
    const struct fact *p;
    for (size_t at = 0; (p = store_each(follow_store(f), FACT_PBX, &at)) != NULL;) {
        if (((const struct fact_pbx *)(const void *)p)->link == LINK_LIVE) {
            return true;
        }
    }
    return false;
}

/* As long as the agent is armed, and then his phone may ring. */
static int64_t take_ms(const struct cli *cli)
{
    int64_t ms = PLAN_TAKE_MS;
    struct target_fault ignored;
    for (size_t i = 0; i + 1 < cli->word_count; i++) {
        if (strcmp(cli->word[i], "--for") == 0 && !target_duration(slice_of(cli->word[i + 1]), &ms, &ignored)) {
            ms = PLAN_TAKE_MS;
        }
    }
    return ms + RING_MS;
}

/* A phone rings for longer than anybody waits for an event; who says how long is obeyed. */
static int64_t patience_ms(const struct cli *cli)
{
    bool rings = plan_needs(cli->command) == REQUEST_ORIGINATE || cli->command == COMMAND_CONFERENCE || cli->command == COMMAND_WITHDRAW;
    int64_t own_ms = rings ? RING_MS : cli->command == COMMAND_TAKE ? take_ms(cli) : cli->timeout_ms;
    return cli->timeout_ms == CLI_TIMEOUT_MS ? own_ms : cli->timeout_ms;
}

static int order(struct follow *f, struct err *err)
{
    struct buf line = BUF_INIT(COMMAND_LINE_MAX);
    enum follow_news news = follow_settle(f, err);
    const struct fact_order *failed = NULL;
    int code = CLI_UNKNOWN;
    add_line(f->cli, &line);
    if (news == FOLLOW_ENDED || news == FOLLOW_STOP) {
        code = err->kind != ERR_NONE ? err_exit_code(err->kind) : client_exit_code(f->client);
    } else if (!is_any_live(f)) {
        code = follow_verdict(f); /* nothing was sent, and nothing will be when the link comes */
    } else if (!is_agreed(f, buf_slice(&line), &failed, err)) {
        code = failed == NULL ? err_exit_code(err->kind) : print_order(f, failed, err) ? outcome[failed->state].code : CLI_NO_OUTPUT;
    } else {
        const struct fact_order *o = give(f, buf_slice(&line), f->cli->is_dry, clock_mono_ms() + patience_ms(f->cli), err);
        if (o == NULL && err->kind == ERR_NONE) {
            fprintf(stderr, "acdtop: no keeper took the order\n");
        }
        code = o == NULL ? CLI_UNKNOWN : print_order(f, o, err) ? outcome[o->state].code : CLI_NO_OUTPUT;
    }
    buf_clear(&line);
    return code;
}

int cli_run_order(struct cli *cli, struct err *err)
{
    if (cli->settings.is_readonly) {
        fprintf(stderr, "acdtop: not permitted: this acdtop is read-only (readonly, or --wall): it changes nothing\n");
        return outcome[ORDER_FORBIDDEN].code;
    }
    struct follow f = { 0 };
    bool ok = is_one_line(cli, err) && follow_open(&f, cli, err);
    int code = ok ? order(&f, err) : err_exit_code(err->kind);
    follow_close(&f);
    return code;
}
