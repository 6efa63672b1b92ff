/* SPDX-License-Identifier: MIT */
/* rate: how fast the counters of a link run: events and bytes a second, over the last ten beats. */
#ifndef TUI_RATE_H
#define TUI_RATE_H

#include "core/floor/store.h"

struct rates;

struct rates *rates_new(void);
void rates_free(struct rates *r);
void rates_beat(struct rates *r, const struct store *store, int64_t floor_ms); /* once a second, whatever happens */
/* In thousandths a second. False: not watched for long enough. */
MUST_USE bool rates_events(const struct rates *r, uint64_t pbx, int64_t *milli);
MUST_USE bool rates_bytes(const struct rates *r, uint64_t pbx, int64_t *milli);

#endif
