/* SPDX-License-Identifier: MIT */
/* cli_again: the program that begins again with another profile. The words it was started with, but for the profile, are
 * collected where they are understood (cli_args.c); here the new one joins them, and whether all of it would be right together,
 * the files under the profile included, is known before anything ends. */
#include "tui/cli/cli.h"

char **cli_again(struct cli *cli, char *flag)
{
    cli->again[1] = flag;
    cli->again[cli->again_count] = NULL;
    return cli->again;
}

bool cli_read_profile(void *context, const char *name, struct settings *out, struct err *err)
{
    struct cli *cli = context, trial;
    struct buf flag = BUF_INIT(8192);
    cli_init(&trial);
    bool ok = buf_addf(&flag, "--profile=%s", name) || err_set(err, ERR_USAGE, "the name of the profile is too long");
    ok = ok && cli_parse(&trial, (int)cli->again_count, cli_again(cli, flag.data), err) && settings_finish(&trial.settings, err);
    ok = ok && cli_check_looks(&trial.settings, err);
    if (ok && cli_command_table[trial.command].needs_pbx && !trial.is_demo && trial.settings.pbx_count == 0) {
        ok = settings_no_pbx(err);
    }
    ok = ok && (!trial.is_demo || cli_demo_names(&trial, err));
    if (ok) {
        *out = trial.settings;
        settings_init(&trial.settings);
    }
    cli_clear(&trial);
    buf_clear(&flag);
    return ok;
}
