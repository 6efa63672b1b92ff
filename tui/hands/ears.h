/* SPDX-License-Identifier: MIT */
/* ears: whom this person listens to now, as the floor knows it: what the last line of the screen says while it lasts, and what the keys that
 * switch it are about. Found among the facts when it is asked for. */
#ifndef TUI_EARS_H
#define TUI_EARS_H

#include "core/control/command.h"
#include "tui/hands/hands_keys.h"

/* The user as the leg of a listener has it; empty: nobody knows. */
void ears_user(struct buf *out);
/* The one that began last; NULL: he listens to nobody. */
const struct fact_spy *ears_own(const struct store *whole, struct slice user);
/* "You whisper to Anna Berg" */
void ears_write(const struct store *whole, const struct fact_spy *s, struct buf *out);
/* The agent, in the very call that is listened to. */
void ears_subject(const struct store *whole, const struct fact_spy *s, struct hands_subject *out);
bool ears_is_order(enum command_id id); /* listen, whisper, barge, unlisten */

#endif
