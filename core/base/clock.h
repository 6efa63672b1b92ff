/* SPDX-License-Identifier: MIT */
/* clock: the only reader of time. Two clocks: monotonic milliseconds, on which every
 * instant in acdtop lies, and wall milliseconds since 1970, for showing and for files.
 * Tests and replay set both by hand; everybody else asks. */
#ifndef CORE_BASE_CLOCK_H
#define CORE_BASE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

int64_t clock_mono_ms(void); /* CLOCK_BOOTTIME: as CLOCK_MONOTONIC, but goes on while the machine sleeps; the same for both processes */
int64_t clock_mono_us(void);
int64_t clock_wall_ms(void);
int64_t clock_wall_us(void);

/* Virtual time for tests: from now on both clocks stand still at these values. */
void clock_freeze(int64_t mono_ms, int64_t wall_ms);
void clock_advance(int64_t ms); /* only when frozen */
void clock_thaw(void);

/* Wall time as text, local time zone; fmt as strftime(3). Returns the length, 0 when it does not fit. */
size_t clock_format(char *out, size_t size, const char *fmt, int64_t wall_ms);
/* When the local day of wall_ms is over: the first instant of the next one, by the time zone's own rules. */
int64_t clock_day_end_ms(int64_t wall_ms);
/* Hour, minute and second of the local day so many days after that of wall_ms. */
int64_t clock_local_ms(int64_t wall_ms, int days, const int64_t hms[3]);
/* Year, month, day and hour, minute, second, all local. False: there is no such day. */
bool clock_date_ms(const int64_t ymd[3], const int64_t hms[3], int64_t *wall_ms);
/* RFC 3339 in UTC with milliseconds, "2026-11-22T10:00:00.000Z": for JSON. out must hold 32 bytes. */
void clock_rfc3339(char out[32], int64_t wall_ms);

#endif
