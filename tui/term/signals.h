/* SPDX-License-Identifier: MIT */
/* signals: what the system says to the console, as bytes in a pipe that the loop waits for. */
#ifndef TUI_SIGNALS_H
#define TUI_SIGNALS_H

#include "core/base/err.h"
#include "core/base/slice.h"

enum signals_news { SIGNALS_NONE, SIGNALS_RESIZED, SIGNALS_SUSPEND, SIGNALS_CONTINUED, SIGNALS_END };

/* Also puts `rescue` in the way of every signal that kills: SEGV, BUS, FPE, ILL, ABRT. It must be safe in a handler. */
MUST_USE bool signals_open(void (*rescue)(void), struct err *err);
void signals_close(void);
int signals_fd(void);
/* The next thing that was said; *number is the signal of SIGNALS_END. */
enum signals_news signals_next(int *number);
/* Stops this process as the shell's Ctrl-Z does; returns when it goes on. */
void signals_stop_here(void);

#endif
