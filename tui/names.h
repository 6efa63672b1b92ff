/* SPDX-License-Identifier: MIT */
/* names: what can be completed without a PBX: files, themes and keymaps of the user's own; and the queues and agents that were
 * seen last, kept in a small file, so that a shell's Tab asks no PBX and never waits. */
#ifndef TUI_NAMES_H
#define TUI_NAMES_H

#include "core/floor/store.h"

enum { NAMES_MAX = 2000 }; /* of a kind; more are left out */

/* Files whose path begins with `typed` as it stands ("~/" too); folders end in '/'. Hidden ones only where the dot is typed. In order. */
void names_files(struct slice typed, void (*each)(void *context, struct slice name, const char *help), void *context);
/* NAME.conf in this folder ("themes") of the user's configuration. In order. */
void names_own(const char *folder, void (*each)(void *context, struct slice name, const char *help), void *context);

/* Into the file of names; where that cannot be, nothing is said: it is a convenience. */
void names_keep(const struct store *store);
/* kind: FACT_QUEUE, FACT_AGENT, or FACT_ENDPOINT: telephones of those who serve in no queue. Those that were kept last; none where none were. */
void names_kept(enum fact_kind kind, void (*each)(void *context, struct slice name, const char *help), void *context);

#endif
