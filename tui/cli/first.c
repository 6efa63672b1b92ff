/* SPDX-License-Identifier: MIT */
/* first: from no configuration to the floor: the questions one after the other, a trial, the one question that the trial's
 * refusal is about again, until the PBX is live; then the files. Draws no screen: it ends before curses begins. */
#include "tui/cli/first.h"

#include "core/base/mem.h"
#include "tui/term/term.h"

#include <unistd.h>

/* Which answer a person would mend; what is not here is nobody's answer. */
static const struct {
    const char *cause;
    enum first_question which;
} mends[] = {
    { "dns", FIRST_HOST },          { "connect_refused", FIRST_HOST }, { "timeout", FIRST_HOST },     { "unreachable", FIRST_HOST },
    { "not_ami", FIRST_HOST },      { "tls_on_plain", FIRST_TLS },     { "plain_on_tls", FIRST_TLS }, { "no_greeting", FIRST_TLS },
    { "no_md5", FIRST_TLS },        { "certificate", FIRST_TRUST },    { "pin", FIRST_TRUST },        { "ca_file", FIRST_TRUST },
    { "certificate_name", FIRST_HOST }, { "login", FIRST_USER },       { "in_use", FIRST_USER },      { "secret", FIRST_SECRET },
    { "handshake", FIRST_TLS },
};

static enum first_question mend_of(const struct first_result *r)
{
    for (size_t i = 0; r->cause != NULL && i < sizeof mends / sizeof mends[0]; i++) {
        if (strcmp(mends[i].cause, r->cause) == 0) {
            return mends[i].which;
        }
    }
    return FIRST_QUESTION_COUNT;
}

/* The questions from `at` to `last`, back and forth. False: given up, *err. */
static bool ask(struct first *f, enum first_question at, enum first_question last, struct err *err)
{
    int which = (int)at, step = 1;
    while (which <= (int)last) {
        bool is_due = which == (int)at || first_is_asked(f, (enum first_question)which);
        enum first_reply reply = is_due ? first_ask(f, (enum first_question)which, err) : step > 0 ? FIRST_NEXT : FIRST_BACK;
        if (reply == FIRST_END) {
            return false;
        }
        step = reply == FIRST_NEXT ? 1 : -1;
        which = which + step < 0 ? 0 : which + step;
        step = which == 0 ? 1 : step;
    }
    return true;
}

/* Nothing in the answers is wrong. *is_again: it is tried once more, else kept as it is. */
static bool offer_again(bool *is_again, struct err *err)
{
    return first_confirm("Try again? 'n' keeps the answers as they are.", true, is_again) || err_set(err, ERR_CONFIG, "given up: nothing was written");
}

/* The trial failed: the sentence, and its answer again; of the login both parts of it. */
static bool mend(struct first *f, const struct first_result *r, bool *is_again, struct err *err)
{
    enum first_question which = mend_of(r);
    *is_again = true;
    first_say(2, "%s.", r->reason != NULL ? r->reason : "It does not come to an end: no answer in time");
    if (which == FIRST_USER && f->own_address != NULL) {
        first_say(2, "The PBX sees this machine as %s.", f->own_address);
    }
    puts("");
    if (which == FIRST_QUESTION_COUNT) {
        return offer_again(is_again, err);
    }
    return ask(f, which, which == FIRST_USER ? FIRST_SECRET : which, err);
}

static void welcome(const struct first_result *r)
{
    first_say(2, "Asterisk %s, %zu queue%s, %zu agent%s.", r->asterisk != NULL ? r->asterisk : "", r->queues, r->queues == 1 ? "" : "s", r->agents,
              r->agents == 1 ? "" : "s");
    if (r->notice != NULL) {
        first_say(2, "It works, and could do more: %s.", r->notice);
    }
    puts("");
}

static bool reach(struct first *f, struct err *err)
{
    bool ok = ask(f, FIRST_HOST, FIRST_SECRET, err), is_again = true;
    while (ok && is_again) {
        struct first_result r;
        printf("\nTrying %s ...\n", f->host);
        fflush(stdout);
        ok = first_try(f, &r, err);
        if (ok && r.is_live) {
            welcome(&r);
            is_again = false;
        } else if (ok) {
            ok = mend(f, &r, &is_again, err);
        }
        first_result_clear(&r);
    }
    return ok || err_set(err, ERR_CONFIG, "given up: nothing was written");
}

static void clear(struct first *f)
{
    mem_free(f->host);
    mem_free(f->trust);
    mem_free(f->user);
    mem_free(f->own_address);
    vault_free(f->vault);
}

bool first_is_wanted(const struct cli *cli)
{
    bool is_console = cli->command == COMMAND_OPEN && !cli->is_batch && !cli->is_json;
    return is_console && cli->config_path == NULL && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

bool first_run(struct cli *cli, struct err *err)
{
    struct first f = { .vault = vault_new() };
    char *path = NULL;
    first_say(0, "acdtop follows the queues of an Asterisk through its manager interface (AMI). Four questions, a trial, and the floor opens. '?' explains a question, "
                 "'<' goes back to the one before, Ctrl-C leaves everything as it was. ('acdtop --demo' shows a simulated call centre.)");
    puts("");
    bool ok = reach(&f, err) && first_write(&f, &path, err);
    if (ok && path != NULL) {
        ok = settings_load(&cli->settings, path, err) && settings_finish(&cli->settings, err);
    } else if (ok) {
        ok = first_apply(&f, cli, err);
    }
    mem_free(path);
    clear(&f);
    return ok;
}

int cli_run_setup(struct cli *cli, struct err *err)
{
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        err_set(err, ERR_USAGE, "'setup' asks at a terminal, and standard input or output is none; acdtop.conf(5) tells what to write to a file instead");
    } else if (cli->config_path != NULL) {
        err_set(err, ERR_USAGE, "'setup' writes ~/.config/acdtop/acdtop.conf: leave out --config");
    } else if (cli->settings.has_flag_pbx) {
        err_set(err, ERR_USAGE, "'setup' asks for the PBX itself: leave out --url");
    } else if (first_run(cli, err)) {
        return cli_run_console(cli, err);
    }
    return err_exit_code(err->kind);
}
