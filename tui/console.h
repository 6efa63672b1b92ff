/* SPDX-License-Identifier: MIT */
/* console: the interactive program. Starts a keeper through the client, takes the terminal, and turns
 * facts and keys into pictures until somebody quits. tui/main.c calls it and does nothing else with curses. */
#ifndef TUI_CONSOLE_H
#define TUI_CONSOLE_H

#include "core/base/buf.h"
#include "core/base/err.h"
#include "core/config/settings.h"

struct console_setup {
    const struct settings *settings; /* is_ascii, is_mono, theme, keymap, role names; NO_COLOR is honoured by the terminal part itself */
    const char *const *keeper_argv;  /* what client_new wants: "--url", ... */
    const char *keeper_path;         /* of the shared keeper of this host; NULL: one of our own */
    /* Asks for a secret on the terminal in its ordinary state (never while the screen is up: the console gives it back first). */
    bool (*ask)(void *context, struct slice pbx, struct buf *out);
    void *ask_context;
    /* The settings with which acdtop would start with this profile ("": with none), to be settings_clear'ed; false: it would not, *err says
     * why. The context is ask_context. */
    bool (*read_profile)(void *context, const char *name, struct settings *out, struct err *err);
    struct buf *profile; /* "--profile=NAME" with which the console is to be opened again, when it ends for that; NULL: it cannot be */
    const char *role; /* to be lowered to it, and shut in: no way to a file or a shell; NULL: no */
    bool keeps_names; /* of queues and agents, for the shell's completion */
    bool is_past; /* a replay: keys can stop it and move in it */
};

/* Runs until it is over. The exit code; when it is not 0, *err may hold one sentence for standard error. The terminal is as it was found.
 * Standard input and output must be a terminal (else an error that names -b). */
int console_run(const struct console_setup *setup, struct err *err);

#endif
