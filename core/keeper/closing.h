/* SPDX-License-Identifier: MIT */
/* closing: of records as they pass by, those orders that were issued and have no outcome, and those listenings that have no end; and the records
 * that close them when whoever should have written them has died. Opens no file. */
#ifndef CORE_KEEPER_CLOSING_H
#define CORE_KEEPER_CLOSING_H

#include "core/control/audit.h"

struct closing;

struct closing *closing_new(void);
void closing_free(struct closing *c);
void closing_note(struct closing *c, struct slice record); /* what is no record is passed over */
/* One record for each that is open and that `wants`, given the keeper that took it (the first word of its number), and it is open no more. */
void closing_write(struct closing *c, int64_t now_ms, bool (*wants)(void *context, struct slice run), void (*put)(void *context, struct slice record), void *context);

#endif
