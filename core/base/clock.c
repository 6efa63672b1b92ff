/* SPDX-License-Identifier: MIT */
/* clock: the only file that asks the system what time it is. Virtual time for tests and
 * replay stands in for both clocks at once, so that they cannot drift apart. */
#include "core/base/clock.h"

#include <assert.h>
#include <stdio.h>
#include <time.h>

static bool is_frozen;
static int64_t frozen_mono_us;
static int64_t frozen_wall_us;

static int64_t read_us(clockid_t id)
{
    struct timespec now;
    int rc = clock_gettime(id, &now); /* cannot fail for these two clocks */
    assert(rc == 0);
    (void)rc;
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t clock_mono_us(void)
{
    return is_frozen ? frozen_mono_us : read_us(CLOCK_BOOTTIME);
}

int64_t clock_wall_us(void)
{
    return is_frozen ? frozen_wall_us : read_us(CLOCK_REALTIME);
}

int64_t clock_mono_ms(void)
{
    return clock_mono_us() / 1000;
}

int64_t clock_wall_ms(void)
{
    return clock_wall_us() / 1000;
}

void clock_freeze(int64_t mono_ms, int64_t wall_ms)
{
    is_frozen = true;
    frozen_mono_us = mono_ms * 1000;
    frozen_wall_us = wall_ms * 1000;
}

void clock_advance(int64_t ms)
{
    assert(is_frozen);
    frozen_mono_us += ms * 1000;
    frozen_wall_us += ms * 1000;
}

void clock_thaw(void)
{
    is_frozen = false;
}

/* Rounds down, also before 1970. */
static int64_t whole_seconds(int64_t ms)
{
    return ms >= 0 ? ms / 1000 : -((999 - ms) / 1000);
}

size_t clock_format(char *out, size_t size, const char *fmt, int64_t wall_ms)
{
    time_t seconds = (time_t)whole_seconds(wall_ms);
    struct tm parts;
    if (size == 0)
        return 0;
    out[0] = '\0';
    if (localtime_r(&seconds, &parts) == NULL)
        return 0;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* the format is the caller's by contract, and cannot write past size */
    size_t length = strftime(out, size, fmt, &parts);
#pragma GCC diagnostic pop
    if (length == 0)
        out[0] = '\0';
    return length;
}

/* Midnight may not exist (clocks set forward) or be some other hour in UTC: mktime(3) knows, and what it makes of an hour that
 * was left out may still be the old day. */
int64_t clock_day_end_ms(int64_t wall_ms)
{
    enum { HOUR_MS = 3600 * 1000, DAY_MS = 24 * HOUR_MS };
    time_t seconds = (time_t)whole_seconds(wall_ms);
    struct tm parts;
    if (localtime_r(&seconds, &parts) == NULL)
        return wall_ms + DAY_MS;
    parts.tm_mday++;
    parts.tm_hour = parts.tm_min = parts.tm_sec = 0;
    parts.tm_isdst = -1;
    int64_t end_ms = (int64_t)mktime(&parts) * 1000;
    while (end_ms <= wall_ms)
        end_ms += HOUR_MS;
    return end_ms;
}

static int64_t from_local(struct tm *parts, const int64_t hms[3])
{
    parts->tm_hour = (int)hms[0];
    parts->tm_min = (int)hms[1];
    parts->tm_sec = (int)hms[2];
    parts->tm_isdst = -1;
    return (int64_t)mktime(parts) * 1000;
}

int64_t clock_local_ms(int64_t wall_ms, int days, const int64_t hms[3])
{
    time_t seconds = (time_t)whole_seconds(wall_ms);
    struct tm parts;
    if (localtime_r(&seconds, &parts) == NULL)
        return wall_ms;
    parts.tm_mday += days;
    return from_local(&parts, hms);
}

bool clock_date_ms(const int64_t ymd[3], const int64_t hms[3], int64_t *wall_ms)
{
    struct tm parts = { .tm_year = (int)ymd[0] - 1900, .tm_mon = (int)ymd[1] - 1, .tm_mday = (int)ymd[2] };
    *wall_ms = from_local(&parts, hms);
    return ymd[0] >= 1970 && parts.tm_mon == (int)ymd[1] - 1 && parts.tm_mday == (int)ymd[2]; /* mktime(3) makes the 3rd of March of the 31st of February */
}

void clock_rfc3339(char out[32], int64_t wall_ms)
{
    /* Years 0 to 9999: what the format has room for. */
    if (wall_ms < INT64_C(-62167219200000))
        wall_ms = INT64_C(-62167219200000);
    if (wall_ms > INT64_C(253402300799999))
        wall_ms = INT64_C(253402300799999);
    int64_t whole = whole_seconds(wall_ms);
    time_t seconds = (time_t)whole;
    struct tm parts;
    if (gmtime_r(&seconds, &parts) == NULL)
        parts = (struct tm){ 0 };
    size_t length = strftime(out, 32, "%Y-%m-%dT%H:%M:%S", &parts);
    if (length == 0 || length > 24)
        length = 0;
    (void)snprintf(out + length, 32 - length, ".%03dZ", (int)(wall_ms - whole * 1000));
}
