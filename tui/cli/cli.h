/* SPDX-License-Identifier: MIT */
/* cli: the command line, one table of flags and one of commands, and what a command is given to work with. Options of
 * the configuration are flags as well (core/config/options.c); they are not repeated here. Knows no curses: the console
 * is one command among the others. */
#ifndef TUI_CLI_H
#define TUI_CLI_H

#include "core/base/buf.h"
#include "core/base/err.h"
#include "core/config/settings.h"
#include "core/control/command.h"

#include <stdio.h>

/* Exit codes that are not an error's (err_exit_code). All of them stand in cli_exit_table. */
enum {
    CLI_OK = 0,
    CLI_REFUSED = 1,    /* Asterisk refused an order */
    CLI_UNKNOWN = 2,    /* what became of an order is not known */
    CLI_OUTSIDE = 65,   /* there is nothing of that time in the recording */
    CLI_NO_QUEUE = 66,  /* a queue that was named does not exist; of an order: nobody and nothing of that name */
    CLI_NO_OUTPUT = 74, /* cannot write the output */
    CLI_PARTLY = 75     /* some PBXs are followed, others are not */
};
struct cli_exit_row {
    int code;
    const char *meaning;
};
extern const struct cli_exit_row cli_exit_table[];
extern const size_t cli_exit_count;

#define CLI_FLAG_MAX 32 /* rows of cli_flag_table */

struct vault;

struct cli {
    struct settings settings;
    char **keeper_word; /* what the keeper is started with, NULL-terminated; never a secret */
    size_t keeper_word_count;
    char **word;              /* what follows the command's name; borrowed from argv */
    char **word_store;        /* where they are; ours */
    size_t word_count;
    size_t plain_from;        /* the first of them that stood behind "--": from there on none is an option; word_count: it stood nowhere */
    enum command_id command;
    struct vault *secrets; /* typed at the prompt, or the demo's; NULL: none */
    const char *keeper_path; /* of the shared keeper that is used; NULL: one of our own */
    char *sim_path; /* the demo's socket */
    int sim_pid;
    /* flags of the program, cli_flag_table */
    bool is_json, is_batch, is_demo, is_keeper_demo, is_all, is_help, is_version, is_dry, is_yes;
    int64_t count;          /* -n; -1: not given */
    int64_t for_ms;         /* --for; -1: no end */
    int64_t timeout_ms;     /* --timeout */
    int64_t speed_permille; /* --speed; 0: as fast as possible */
    int64_t keeper_fd;      /* --keeper; -1: this is no keeper */
    const char *given[CLI_FLAG_MAX]; /* for each row of cli_flag_table: as it was typed; NULL: it was not */
    char **again;             /* argv without the profile, to begin again with another: slot 0 is the program, 1 is free, NULL ends; words borrowed */
    size_t again_count;
    struct buf next_profile; /* "--profile=NAME" with which the program begins again; empty: it ends */
    const char *role; /* --role: lowered to it, and shut in; NULL: no */
    const char *config_path, *profile, *record_path, *replay_path, *csv, *dump;
    const char *at;        /* --at: a time of the recording; NULL: now */
    const char *keeper_at; /* for the keeper: that in ms from its beginning */
};

/* What a flag may go with. The first is every print that goes on: -b, and --json without a command that prints. */
enum { CLI_TIMEOUT_MS = 10000 }; /* unless --timeout says otherwise */

enum { CLI_WITH_BATCH = 1, CLI_WITH_CONSOLE = 2, CLI_WITH_STATUS = 4, CLI_WITH_WATCH = 8, CLI_WITH_RECORD = 16, CLI_WITH_REPLAY = 32,
       CLI_WITH_DOCTOR = 64, CLI_WITH_ORDER = 128, CLI_WITH_AUDIT = 256 };

enum cli_flag_type { CLI_FLAG_BOOL, CLI_FLAG_TEXT, CLI_FLAG_INT, CLI_FLAG_DURATION, CLI_FLAG_SPEED };

struct cli_flag {
    const char *name;  /* without dashes */
    const char *value; /* what stands for it in help; NULL: it takes none */
    const char *help;  /* NULL: not for people */
    enum cli_flag_type type;
    const char *allowed; /* what its value may be, for a person; NULL: anything */
    int64_t min;         /* of a CLI_FLAG_INT */
    uint32_t with;       /* CLI_WITH_*: without one of them it is refused; 0: goes with everything */
    bool is_for_keeper; /* the keeper is told as well */
    size_t offset; /* in struct cli */
};
struct cli_letter { /* a short way to write a flag or an option */
    char letter;
    const char *name;
};
extern const struct cli_letter cli_letter_table[];
extern const size_t cli_letter_count;
extern const struct cli_flag cli_flag_table[];
extern const size_t cli_flag_count;

/* What the shell does with a row of command_table; run NULL: it is for the console's line only. */
struct cli_command {
    int (*run)(struct cli *cli, struct err *err); /* the exit code; err->kind decides when it is set */
    bool needs_pbx; /* settings must name one, and its secret must be there */
    bool is_patient; /* runs even where a configuration file cannot be read: it says so itself */
    uint32_t with;  /* CLI_WITH_*: itself, for its flags */
};
extern const struct cli_command cli_command_table[COMMAND_COUNT];

/* cli_args.c: argv -> struct cli. False: usage or configuration, the sentence says what. */
void cli_init(struct cli *cli);
MUST_USE bool cli_parse(struct cli *cli, int argc, char **argv, struct err *err);
/* Starts the demo's PBX, or makes sure that every PBX has a secret (asks at the terminal). */
MUST_USE bool cli_prepare(struct cli *cli, struct err *err);
/* cli_commands.c: what the console would refuse of theme, keymap, thresholds, panes and the wall's layout is wrong for every command. */
MUST_USE bool cli_check_looks(const struct settings *settings, struct err *err);
/* cli_again.c: the words with which the same is begun again, but for the profile: `flag` is "--profile=NAME". Good as long as cli and flag are. */
char **cli_again(struct cli *cli, char *flag);
/* Would they be understood, and all that the files then say be right? `cli`: a struct cli. */
MUST_USE bool cli_read_profile(void *cli, const char *name, struct settings *out, struct err *err);
/* Is the one PBX that is asked for among those of the settings? A recording has PBXs of its own: it is asked later. */
MUST_USE bool cli_check_pbx(const struct cli *cli, struct err *err);
void cli_clear(struct cli *cli);
const char *const *cli_keeper_argv(const struct cli *cli); /* for client_new and the console */
bool cli_demo_names(struct cli *cli, struct err *err);   /* who is who in the demo, for the console and for its keeper */
void cli_tell_keeper(struct cli *cli, const char *word);  /* one more word for the keeper */

/* first.c: the dialogue of the first start. Is it wanted where no PBX is configured? Then first_run; true: there is one now, and
 * its secret. */
bool first_is_wanted(const struct cli *cli);
MUST_USE bool first_run(struct cli *cli, struct err *err);

/* cli_secret.c: the hook of client and console. The PBX's secret is asked for once and kept for a keeper that must be started again. */
MUST_USE bool cli_secret_prepare(struct cli *cli, struct err *err);
/* Asks at the terminal without echo; `out` must have its room already. An interrupt ends the program, the terminal as it was. */
MUST_USE bool cli_secret_type(const char *question, struct buf *out, struct err *err);
MUST_USE bool cli_secret_keep(struct cli *cli, const char *pbx, struct slice secret, struct err *err);
bool cli_secret_ask(void *cli, struct slice pbx, struct buf *out);
void cli_secret_clear(struct cli *cli);



/* cli_names.c: from now on the program has 300 ms, then it is over: for completions. */
void cli_be_quick(void);

/* The commands. */
int cli_run_console(struct cli *cli, struct err *err);
int cli_run_status(struct cli *cli, struct err *err);
int cli_run_status_at(struct cli *cli, struct err *err); /* --at: of a recording */
int cli_run_batch(struct cli *cli, struct err *err); /* -b */
int cli_run_watch(struct cli *cli, struct err *err);
int cli_run_record(struct cli *cli, struct err *err);
int cli_run_order(struct cli *cli, struct err *err); /* every command that is an order */
int cli_run_replay(struct cli *cli, struct err *err);
int cli_run_config(struct cli *cli, struct err *err);
int cli_run_doctor(struct cli *cli, struct err *err);
int cli_run_setup(struct cli *cli, struct err *err); /* first.c */
int cli_run_complete(struct cli *cli, struct err *err); /* cli_names.c */
int cli_run_audit(struct cli *cli, struct err *err); /* cli_audit.c */
int cli_run_keeper(struct cli *cli, struct err *err); /* cli_keeper.c */
int cli_run_help(struct cli *cli, struct err *err);
int cli_run_version(struct cli *cli, struct err *err);
int cli_run_dump(struct cli *cli, struct err *err); /* --dump NAME: mdoc(7) lists for the man pages */

#endif
