/* SPDX-License-Identifier: MIT */
/* choice: what a person chose of screens and panes (columns, order, groups, filter), out of the settings and back into a file of
 * settings that is a profile. */
#ifndef TUI_CHOICE_H
#define TUI_CHOICE_H

#include "tui/deck.h"

/* Are screen and panes of the settings such as there are? *err has FILE:LINE. */
MUST_USE bool choice_check(const struct settings *s, struct err *err);
/* To be called once, with settings that were checked. */
void choice_apply(struct deck *d, const struct settings *s);
/* A profile of what is seen now. theme, keymap: as chosen since the start; NULL: those of the settings. */
MUST_USE bool choice_write(struct deck *d, const struct joint *j, const struct settings *s, const char *theme, const char *keymap, struct buf *out);

#endif
