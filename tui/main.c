/* SPDX-License-Identifier: MIT */
/* main: the composition root. Reads the command line, and becomes either the keeper or one command of cli_command_table.
 * Everything that ends the program ends it here: one sentence on standard error at most, and the exit code. */
#include "core/base/mem.h"
#include "core/keeper/keeper.h"
#include "tui/cli/cli.h"

#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <unistd.h>

/* The keeper has no terminal: whatever is wrong is told to its console, which tells the person. */
static int keep(struct cli *cli, bool is_understood, struct err *err)
{
    if (!is_understood || (cli->is_keeper_demo && !cli_demo_names(cli, err)) || !settings_finish(&cli->settings, err)) {
        return keeper_refuse((int)cli->keeper_fd, err);
    }
    int64_t at_ms = -1;
    if (cli->keeper_at != NULL && !slice_int(slice_of(cli->keeper_at), 0, INT64_MAX / 2, &at_ms)) {
        at_ms = -1;
    }
    struct keeper_setup setup = {
        .replay_at_ms = at_ms,
        .listen_fd = 0,
        .settings = &cli->settings,
        .console_fd = (int)cli->keeper_fd,
        .record_path = cli->record_path,
        .replay_path = cli->replay_path,
        .replay_permille = cli->speed_permille,
    };
    return keeper_run(&setup);
}

static int run(struct cli *cli, struct err *err)
{
    if (cli->dump != NULL) {
        return cli_run_dump(cli, err);
    }
    if (cli->is_version) {
        return cli_run_version(cli, err);
    }
    if (cli->is_help) {
        return cli_run_help(cli, err);
    }
    const struct cli_command *command = &cli_command_table[cli->command];
    if (cli->at != NULL) {
        return cli_run_status_at(cli, err); /* needs no PBX */
    }
    if (command->needs_pbx && !cli_prepare(cli, err)) {
        return err_exit_code(err->kind);
    }
    if (command->needs_pbx && (command->with & (CLI_WITH_CONSOLE | CLI_WITH_ORDER)) == 0 && !cli->settings.is_locked) {
        cli_tell_keeper(cli, "--readonly"); /* who only looks gets a keeper that can only look */
    }
    return command->run(cli, err);
}

/* The same program with the same words, but for the profile: files, keeper and terminal are all read and taken anew. Returns
 * only when that cannot be. */
static int begin_again(struct cli *cli, struct err *err)
{
    execv("/proc/self/exe", cli_again(cli, cli->next_profile.data));
    err_errno(err, ERR_SYSTEM, "cannot begin again with %s", cli->next_profile.data);
    return err_exit_code(err->kind);
}

/* Somebody closed standard input, output or error: else the next file or socket would be taken for it. Each is such that its use
 * fails as it would have. */
static void fill_closed(void)
{
    static const int instead[] = { O_WRONLY, O_RDONLY, O_RDONLY };
    for (int fd = 0; fd < 3; fd++) {
        if (fcntl(fd, F_GETFD) < 0) {
            (void)open("/dev/null", instead[fd]); /* the lowest that is free: this one */
        }
    }
}

int main(int argc, char **argv)
{
    fill_closed();
    setlocale(LC_ALL, "");
    signal(SIGPIPE, SIG_IGN);
    struct cli cli;
    struct err err = ERR_INIT;
    cli_init(&cli);
    if (argc > 1 && strcmp(argv[1], command_table[COMMAND_COMPLETE].name) == 0) {
        cli_be_quick(); /* before any file is read */
    }
    bool is_understood = cli_parse(&cli, argc, argv, &err);
    bool is_keeper = cli.keeper_fd >= 0;
    int code = is_keeper ? keep(&cli, is_understood, &err) : is_understood ? run(&cli, &err) : err_exit_code(err.kind);
    if (code == 0 && cli.next_profile.len > 0) {
        code = begin_again(&cli, &err);
    }
    cli_clear(&cli);
    if (err.kind != ERR_NONE && !is_keeper) {
        fprintf(stderr, "acdtop: %s\n", err.text);
    }
    return code;
}
