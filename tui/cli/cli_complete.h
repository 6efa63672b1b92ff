/* SPDX-License-Identifier: MIT */
/* cli_complete: what shells need to complete a command line of acdtop, made from the tables that also read it. */
#ifndef TUI_CLI_COMPLETE_H
#define TUI_CLI_COMPLETE_H

/* Each prints a whole script on standard output. */
void cli_complete_bash(void);
void cli_complete_zsh(void);
void cli_complete_fish(void);

#endif
