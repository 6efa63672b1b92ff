/* SPDX-License-Identifier: MIT */
/* when: an instant as somebody types it: 14:32, 14:32:10, 2026-11-22 14:32:10, +90s, -5m, start, end. Local time. */
#ifndef CORE_CONFIG_WHEN_H
#define CORE_CONFIG_WHEN_H

#include "core/base/err.h"
#include "core/base/slice.h"

/* Wall clock, milliseconds. */
struct when_span {
    int64_t from_ms, to_ms;    /* what there is */
    int64_t near_ms;           /* a time of day that comes more than once in it: the one that is nearest to this */
    int64_t plus_ms, minus_ms; /* what +90s and -5m count from */
    bool is_today;             /* the date is known to who reads the sentence */
    const char *what;          /* "the recording", for the sentence */
};

enum when_news { WHEN_OK, WHEN_BAD /* no time at all */, WHEN_OUTSIDE /* there is nothing of it; *err says what there is */ };
/* A time before or behind what there is is none; of 14:32 the whole minute counts. */
enum when_news when_read(struct slice text, const struct when_span *span, int64_t *out, struct err *err);

#endif
