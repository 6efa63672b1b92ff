/* SPDX-License-Identifier: MIT */
/* cli_tables: every flag, what the shell does with a command, and every exit code, once: for reading argv, for --help and
 * for the man page. Names and words of commands are in core/control/commands.def; what may also stand in a configuration
 * file is in core/config/options.c. */
#include "tui/cli/cli.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
#define AT(member) .offset = offsetof(struct cli, member)

const struct cli_flag cli_flag_table[] = {
    { .name = "demo", .help = "a simulated call centre instead of a PBX", .type = CLI_FLAG_BOOL,
      .with = CLI_WITH_CONSOLE | CLI_WITH_STATUS | CLI_WITH_WATCH | CLI_WITH_RECORD | CLI_WITH_DOCTOR | CLI_WITH_ORDER, AT(is_demo) },
    { .name = "batch", .help = "no screen: prints the floor as text, again and again", .type = CLI_FLAG_BOOL,
      .with = CLI_WITH_CONSOLE | CLI_WITH_REPLAY, AT(is_batch) },
    { .name = "count", .value = "N", .help = "with -b: ends after N prints", .type = CLI_FLAG_INT,
      .allowed = "1 or more", .min = 1, .with = CLI_WITH_BATCH, AT(count) },
    { .name = "json", .help = "prints JSON, one document or fact a line; alone it means -b", .type = CLI_FLAG_BOOL,
      .with = CLI_WITH_CONSOLE | CLI_WITH_STATUS | CLI_WITH_WATCH | CLI_WITH_REPLAY | CLI_WITH_DOCTOR | CLI_WITH_ORDER | CLI_WITH_AUDIT, AT(is_json) },
    { .name = "csv", .value = "LIST", .help = "status: one list as CSV, all its columns: queues, callers, agents, members, calls or pbxs", .type = CLI_FLAG_TEXT,
      .with = CLI_WITH_STATUS, AT(csv) },
    { .name = "for", .value = "DURATION", .help = "ends -b, watch and record after this time: 20, 90s, 5m, 1h; of add and take: how long it holds", .type = CLI_FLAG_DURATION,
      .allowed = "seconds, or a number with s, m, h or d; up to 366 days", .with = CLI_WITH_BATCH | CLI_WITH_WATCH | CLI_WITH_RECORD,
      AT(for_ms) },
    { .name = "timeout", .value = "DURATION", .help = "how long to wait for a PBX before the first print; 10 s unless given",
      .type = CLI_FLAG_DURATION, .allowed = "seconds, or a number with s, m, h or d; up to 366 days",
      .with = CLI_WITH_BATCH | CLI_WITH_STATUS | CLI_WITH_WATCH | CLI_WITH_RECORD | CLI_WITH_DOCTOR | CLI_WITH_ORDER,
      AT(timeout_ms) },
    { .name = "dry-run", .help = "an order: prints the AMI that it would send, and sends nothing", .type = CLI_FLAG_BOOL, .with = CLI_WITH_ORDER, AT(is_dry) },
    { .name = "yes", .help = "an order that ends or moves a call: does not ask", .type = CLI_FLAG_BOOL, .with = CLI_WITH_ORDER, AT(is_yes) },
    { .name = "all", .help = "watch: prints every fact once before the changes", .type = CLI_FLAG_BOOL, .with = CLI_WITH_WATCH, AT(is_all) },
    { .name = "at", .value = "TIME", .help = "status: of FILE, a recording, as it was then: 14:32, 14:32:10, a date and a time, +90s, -5m, start, end", .type = CLI_FLAG_TEXT,
      .with = CLI_WITH_STATUS, AT(at) },
    { .name = "speed", .value = "X", .help = "replay: 1 as recorded, 10 ten times as fast, max without waiting", .type = CLI_FLAG_SPEED,
      .allowed = "from 0.001 to 1000, or max", .with = CLI_WITH_REPLAY, .is_for_keeper = true, AT(speed_permille) },
    { .name = "role", .value = "ROLE", .help = "has no more rights than this role of the shared keeper, and no way out to a file or a shell: for ForceCommand of sshd",
      .type = CLI_FLAG_TEXT, .with = CLI_WITH_CONSOLE | CLI_WITH_STATUS | CLI_WITH_WATCH | CLI_WITH_ORDER, AT(role) },
    { .name = "config", .value = "FILE", .help = "reads FILE instead of /etc/acdtop/acdtop.conf and ~/.config/acdtop/acdtop.conf",
      .type = CLI_FLAG_TEXT, .is_for_keeper = true, AT(config_path) },
    { .name = "help", .help = "prints this and exits", .type = CLI_FLAG_BOOL, AT(is_help) },
    { .name = "version", .help = "prints the version and exits", .type = CLI_FLAG_BOOL, AT(is_version) },
    /* For the program itself: how it starts its keeper, and how its man pages are made. */
    { .name = "keeper", .value = "FD", .type = CLI_FLAG_INT, AT(keeper_fd) },
    { .name = "keeper-demo", .type = CLI_FLAG_BOOL, AT(is_keeper_demo) },
    { .name = "keeper-record", .value = "FILE", .type = CLI_FLAG_TEXT, AT(record_path) },
    { .name = "keeper-replay", .value = "FILE", .type = CLI_FLAG_TEXT, AT(replay_path) },
    { .name = "keeper-at", .value = "MS", .type = CLI_FLAG_TEXT, AT(keeper_at) },
    { .name = "dump", .value = "NAME", .type = CLI_FLAG_TEXT, AT(dump) },
};
const size_t cli_flag_count = COUNT_OF(cli_flag_table);
_Static_assert(COUNT_OF(cli_flag_table) <= CLI_FLAG_MAX, "struct cli says which were given");

const struct cli_letter cli_letter_table[] = {
    { 'b', "batch" }, { 'n', "count" }, { 'd', "refresh" }, { 'h', "help" }, { 'V', "version" },
};
const size_t cli_letter_count = COUNT_OF(cli_letter_table);

#define ORDER { .run = cli_run_order, .needs_pbx = true, .with = CLI_WITH_ORDER }
const struct cli_command cli_command_table[COMMAND_COUNT] = {
    [COMMAND_OPEN] = { .run = cli_run_console, .needs_pbx = true, .with = CLI_WITH_CONSOLE },
    [COMMAND_STATUS] = { .run = cli_run_status, .needs_pbx = true, .with = CLI_WITH_STATUS },
    [COMMAND_WATCH] = { .run = cli_run_watch, .needs_pbx = true, .with = CLI_WITH_WATCH },
    [COMMAND_RECORD] = { .run = cli_run_record, .needs_pbx = true, .with = CLI_WITH_RECORD },
    [COMMAND_REPLAY] = { .run = cli_run_replay, .with = CLI_WITH_REPLAY },
    [COMMAND_CONFIG] = { .run = cli_run_config },
    [COMMAND_SETUP] = { .run = cli_run_setup },
    [COMMAND_DOCTOR] = { .run = cli_run_doctor, .is_patient = true, .with = CLI_WITH_DOCTOR },
    [COMMAND_COMPLETE] = { .run = cli_run_complete, .is_patient = true },
    [COMMAND_ADD] = ORDER,
    [COMMAND_TAKE] = ORDER,
    [COMMAND_CANCEL] = ORDER,
    [COMMAND_REMOVE] = ORDER,
    [COMMAND_ROLE] = ORDER,
    [COMMAND_MOVE] = ORDER,
    [COMMAND_LOGIN] = ORDER,
    [COMMAND_LOGOUT] = ORDER,
    [COMMAND_DEVICE] = ORDER,
    [COMMAND_PAUSE] = ORDER,
    [COMMAND_UNPAUSE] = ORDER,
    [COMMAND_RINGINUSE] = ORDER,
    [COMMAND_AUDIT] = { .run = cli_run_audit, .with = CLI_WITH_AUDIT },
    [COMMAND_KEEPER] = { .run = cli_run_keeper },
    [COMMAND_SEND] = ORDER,
    [COMMAND_MOVETO] = ORDER,
    [COMMAND_PRIORITY] = ORDER,
    [COMMAND_WITHDRAW] = ORDER,
    [COMMAND_HANGUP] = ORDER,
    [COMMAND_TRANSFER] = ORDER,
    [COMMAND_HANDOVER] = ORDER,
    [COMMAND_PARK] = ORDER,
    [COMMAND_HOLD] = ORDER,
    [COMMAND_CONFERENCE] = ORDER,
    [COMMAND_TAPE] = ORDER,
    [COMMAND_DIAL] = ORDER,
    [COMMAND_MESSAGE] = ORDER,
    [COMMAND_LISTEN] = ORDER,
    [COMMAND_WHISPER] = ORDER,
    [COMMAND_BARGE] = ORDER,
    [COMMAND_UNLISTEN] = ORDER,
    [COMMAND_HELP] = { .run = cli_run_help },
    [COMMAND_VERSION] = { .run = cli_run_version },
};
_Static_assert(COUNT_OF(cli_command_table) == COMMAND_COUNT, "a row for each of command_table");

const struct cli_exit_row cli_exit_table[] = {
    { 0, "it did what was asked; also when it was interrupted or its reader went away" },
    { CLI_REFUSED, "an order: Asterisk refused it, or it did not happen" },
    { CLI_UNKNOWN, "an order: what became of it is not known: no event proved it in time, or the link went" },
    { 64, "the command line is wrong" },
    { CLI_OUTSIDE, "the recording has nothing of the time that --at asks for; the sentence says what it has" },
    { CLI_NO_QUEUE, "a queue that was named exists on none of the PBXs; an order: there is no such queue, agent or caller any more" },
    { 69, "no PBX could be followed: no link, or not in time" },
    { 70, "a defect of acdtop, or no memory" },
    { 71, "the system refused something" },
    { CLI_NO_OUTPUT, "the output could not be written" },
    { CLI_PARTLY, "some of the PBXs could be followed and others not; what is known was printed" },
    { 76, "what was received makes no sense: a damaged recording" },
    { 77, "an order that is not permitted; every PBX is refused: the login, the certificate, a port that is another service's, or a secret that cannot be read; the sentence says which" },
    { 78, "the configuration is wrong, or there is no way to a secret" },
    { 130, "it was interrupted where it asked for a secret" },
};
const size_t cli_exit_count = COUNT_OF(cli_exit_table);
