/* SPDX-License-Identifier: MIT */
/* cli_doctor: what is looked at and what was found, one finding a line. The tables of what is looked at are in
 * cli_doctor_here.c (this machine) and cli_doctor_pbx.c (a PBX, from its facts); a row fills findings with doctor_say. */
#ifndef TUI_CLI_DOCTOR_H
#define TUI_CLI_DOCTOR_H

#include "core/floor/store.h"
#include "tui/cli/cli.h"

enum doctor_level { DOCTOR_OK, DOCTOR_WARN, DOCTOR_BAD, DOCTOR_LEVEL_COUNT };

struct doctor_finding {
    enum doctor_level level;
    const char *check; /* name of the row that found it */
    const char *pbx;   /* NULL: this machine; borrowed from the settings or the floor */
    char *found, *todo;
};

struct doctor {
    struct cli *cli;
    struct doctor_finding *finding;
    size_t count, printed;
    const char *check, *pbx; /* of what is looked at now */
    int exit_code;           /* CLI_OK until something bad was found; the first one counts */
};

/* One finding. todo NULL: nothing to be done; both texts are made printable. exit_code: of what is bad, else CLI_OK. */
void doctor_say(struct doctor *d, enum doctor_level level, int exit_code, const char *todo, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

/* cli_doctor_here.c. False: there is no configuration to look at a PBX with. */
bool doctor_look_here(struct doctor *d);

/* cli_doctor_pbx.c */
struct doctor_pbx {
    const struct pbx_settings *settings;
    const struct fact_pbx *now;
    const struct store *store;
    int64_t events, watched_ms; /* that many came meanwhile, the fence's own left out */
    int64_t wall_ms;
    int64_t waited_ms;          /* for the link, at most */
};
void doctor_look_at_pbx(struct doctor *d, const struct doctor_pbx *of);

/* cli_doctor_policy.c: does the policy of the shared keeper hold for this user? False: there is no such keeper. */
bool doctor_look_at_policy(struct doctor *d);

#endif
