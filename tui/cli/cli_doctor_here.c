/* SPDX-License-Identifier: MIT */
/* cli_doctor_here: this machine, before any PBX: the program and its libraries, the terminal, the locale, each
 * configuration file by itself, what they give together, and the files of secrets. */
#include "tui/cli/cli_doctor.h"

#include "core/base/mem.h"
#include "core/config/secret.h"
#include "core/link/link.h"
#include "core/outside/export.h"
#include "tui/term/term.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SMALL_COLS = 80, SMALL_ROWS = 24 };

static void look_at_program(struct doctor *d)
{
    struct term_facts term;
    term_look(&term);
    struct slice rest, curl = slice_cut(slice_of(link_library()), ' ', &rest), tls = slice_cut(rest, ' ', &rest);
    doctor_say(d, DOCTOR_OK, CLI_OK, NULL, "acdtop %s with %.*s, %.*s, %s, libconfig %s, jansson %s", ACDTOP_VERSION, SLICE_FMT(curl), SLICE_FMT(tls),
               term.library, settings_library(), export_library());
}

static void look_at_terminal(struct doctor *d)
{
    struct term_facts term;
    struct err err = ERR_INIT;
    term_look(&term);
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        doctor_say(d, DOCTOR_OK, CLI_OK, NULL, "not looked at: standard input or output is none here; -b, status and watch need none");
    } else if (!term_check(&err)) {
        doctor_say(d, DOCTOR_BAD, err_exit_code(ERR_SYSTEM), NULL, "%s", err.text);
    } else if (term.cols < SMALL_COLS || term.rows < SMALL_ROWS) {
        doctor_say(d, DOCTOR_WARN, CLI_OK, "make it 80 columns by 24 rows or larger: columns and lines are left out until it is", "%s, %d columns by %d rows",
                   term.type, term.cols, term.rows);
    } else {
        bool is_mono = term.colours < 8 || term.is_no_color;
        doctor_say(d, DOCTOR_OK, CLI_OK, NULL, "%s, %d columns by %d rows, %s%s", term.type, term.cols, term.rows,
                   term.is_no_color ? "no colours (NO_COLOR is set)" : is_mono ? "no colours: states are told by letters and shapes" : "colours",
                   is_mono ? "" : term.colours >= 256 ? " (256 or more)" : term.colours >= 16 ? " (16)" : " (8)");
    }
}

static void look_at_locale(struct doctor *d)
{
    const char *name = setlocale(LC_CTYPE, NULL), *codeset = nl_langinfo(CODESET);
    if (strcmp(codeset, "UTF-8") == 0) {
        doctor_say(d, DOCTOR_OK, CLI_OK, NULL, "%s, %s", name, codeset);
    } else {
        doctor_say(d, DOCTOR_WARN, CLI_OK, "set LANG or LC_ALL to one that ends in UTF-8 and is installed ('locale -a'), for example C.UTF-8",
                   "%s, %s: names in other scripts are shown as '?', lines and bars in ASCII", name, codeset);
    }
}

/* One file, read into settings of its own, so that a fault in it is its own. */
static bool look_at_file(struct doctor *d, const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0 && errno == ENOENT && d->cli->config_path == NULL) {
        doctor_say(d, DOCTOR_OK, CLI_OK, NULL, "%s: there is none", path);
        return true;
    }
    struct settings alone;
    struct err err = ERR_INIT;
    settings_init(&alone);
    bool ok = settings_load(&alone, path, &err);
    if (!ok) {
        doctor_say(d, DOCTOR_BAD, err_exit_code(err.kind), "mend that line; 'acdtop config check' looks again", "%s", err.text);
    } else if ((st.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        doctor_say(d, DOCTOR_WARN, CLI_OK, "chmod go-w: whoever writes it names the commands that acdtop runs for a secret",
                   "%s: read, %zu PBX%s; others may write it (mode %04o)", path, alone.pbx_count, alone.pbx_count == 1 ? "" : "s",
                   (unsigned)(st.st_mode & 07777));
    } else {
        doctor_say(d, DOCTOR_OK, CLI_OK, NULL, "%s: read, %zu PBX%s", path, alone.pbx_count, alone.pbx_count == 1 ? "" : "s");
    }
    settings_clear(&alone);
    return ok;
}

static bool look_at_files(struct doctor *d)
{
    d->check = "configuration";
    if (d->cli->config_path != NULL) {
        return look_at_file(d, d->cli->config_path);
    }
    char *path[8];
    bool ok = true;
    size_t count = settings_paths(path, sizeof path / sizeof path[0]);
    for (size_t i = 0; i < count; i++) {
        ok = look_at_file(d, path[i]) && ok;
        mem_free(path[i]);
    }
    return ok;
}

static void look_at_secrets(struct doctor *d)
{
    d->check = "secret";
    for (size_t i = 0; i < d->cli->settings.pbx_count; i++) {
        const struct pbx_settings *pbx = &d->cli->settings.pbx[i];
        struct err err = ERR_INIT;
        if (!secret_check(pbx, &err)) {
            doctor_say(d, DOCTOR_BAD, err_exit_code(err.kind), NULL, "%s", err.text);
        } else if (pbx->secret_file != NULL) {
            doctor_say(d, DOCTOR_OK, CLI_OK, NULL, "%s: in %s, which only its owner can read", pbx->name, pbx->secret_file);
        } else if (!d->cli->is_demo) {
            doctor_say(d, DOCTOR_OK, CLI_OK, NULL, "%s: %s", pbx->name, pbx->secret_command != NULL ? "from a command" : "typed at the terminal");
        }
    }
}

/* What the files and the command line give together; the demo is started, and secrets are asked for. */
static bool look_at_settings(struct doctor *d, bool has_keeper)
{
    struct err err = ERR_INIT;
    struct settings *settings = &d->cli->settings;
    d->check = "settings";
    bool has_pbx = settings->pbx_count > 0 || d->cli->is_demo;
    if (!has_pbx && has_keeper) {
        doctor_say(d, DOCTOR_OK, CLI_OK, NULL, "no PBX of your own: the shared keeper follows them");
        return false;
    }
    if (!has_pbx) {
        doctor_say(d, DOCTOR_BAD, err_exit_code(ERR_CONFIG), "'acdtop setup' asks four questions and writes a configuration; or give --url ami://USER@HOST",
                   "no PBX is configured");
        return false;
    }
    if (!cli_prepare(d->cli, &err)) {
        doctor_say(d, DOCTOR_BAD, err_exit_code(err.kind), NULL, "%s", err.text);
        return false;
    }
    doctor_say(d, DOCTOR_OK, CLI_OK, NULL, "%zu PBX%s, theme %s, keymap %s%s", settings->pbx_count, settings->pbx_count == 1 ? "" : "s", settings->theme,
               settings->keymap, settings->is_readonly ? ", readonly" : "");
    return true;
}

bool doctor_look_here(struct doctor *d)
{
    static const struct {
        const char *name;
        void (*look)(struct doctor *d);
    } rows[] = { { "program", look_at_program }, { "terminal", look_at_terminal }, { "locale", look_at_locale } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        d->check = rows[i].name;
        rows[i].look(d);
    }
    if (!look_at_files(d)) {
        return false;
    }
    bool has_keeper = !d->cli->is_demo && doctor_look_at_policy(d);
    if (!look_at_settings(d, has_keeper)) {
        return false;
    }
    look_at_secrets(d);
    return true;
}
