/* SPDX-License-Identifier: MIT */
/* trend: how many callers waited during the last ten minutes, as spark_line wants it. */
#ifndef TUI_TREND_H
#define TUI_TREND_H

#include "core/floor/store.h"

enum { TREND_SLOTS = 60, TREND_SLOT_MS = 10000 };

struct trend;

struct trend *trend_new(void);
void trend_restart(struct trend *t); /* other queues are watched from now on */
void trend_free(struct trend *t);
/* Once a second, whatever happens. pbx: only the queues of the PBX of this name; NULL: all that the store has. */
void trend_beat(struct trend *t, const struct store *store, const char *pbx, int64_t floor_ms);
/* The most callers who waited in each slot, the slot that runs last: TREND_SLOTS values, SPARK_UNKNOWN where nobody looked.
 * NULL: nothing is known yet. */
const int64_t *trend_waiting(const struct trend *t);

#endif
