/* SPDX-License-Identifier: MIT */
/* when: text -> an instant of the wall clock. Tries one form after the other; which day a time of day means is decided by what there
 * is. What the calendar makes of a day and an hour only clock.c knows. */
#include "core/config/when.h"

#include "core/base/clock.h"
#include "core/config/options.h"

enum { DAYS_MAX = 400, MINUTE_MS = 60000, DAY_MS = 24 * 3600 * 1000 };

/* "14:32:10": the fields between `between`, as many as there are, at least `least`. */
static bool fields(struct slice text, char between, size_t least, int64_t *out, size_t most, size_t *count)
{
    *count = 0;
    for (struct slice rest = text; rest.p != NULL; (*count)++) {
        struct slice one = slice_cut(rest, between, &rest);
        if (*count == most || one.n == 0 || one.p[0] < '0' || one.p[0] > '9' || !slice_int(one, 0, 9999, &out[*count]))
            return false;
    }
    return *count >= least;
}

static bool time_of_day(struct slice text, int64_t hms[3], bool *has_seconds)
{
    size_t count;
    hms[2] = 0;
    bool ok = fields(text, ':', 2, hms, 3, &count) && hms[0] < 24 && hms[1] < 60 && hms[2] < 60;
    *has_seconds = count == 3;
    return ok;
}

static void write_span(const struct when_span *span, char from[64], char to[64])
{
    char here[32] = "", first[32] = "", last[32] = "";
    (void)clock_format(here, sizeof here, "%F", span->near_ms);
    (void)clock_format(first, sizeof first, "%F", span->from_ms);
    (void)clock_format(last, sizeof last, "%F", span->to_ms);
    bool is_one = strcmp(first, last) == 0, is_today = is_one && span->is_today && strcmp(here, first) == 0;
    (void)clock_format(from, 64, is_today ? "%T" : "%F %T", span->from_ms);
    (void)clock_format(to, 64, is_one ? "%T" : "%F %T", span->to_ms);
}

static enum when_news within(struct slice text, const struct when_span *span, int64_t ms, int64_t slack_ms, int64_t *out, struct err *err)
{
    char from[64] = "", to[64] = "";
    *out = ms < span->from_ms && ms + slack_ms > span->from_ms ? span->from_ms : ms;
    if (*out >= span->from_ms && *out <= span->to_ms)
        return WHEN_OK;
    write_span(span, from, to);
    (void)err_set(err, ERR_USAGE, "there is nothing of %.*s: %s is from %s to %s", SLICE_FMT(text), span->what, from, to);
    return WHEN_OUTSIDE;
}

static int64_t apart(int64_t a, int64_t b)
{
    return a < b ? b - a : a - b;
}

/* The day on which this time lies in the span, and nearest to where one is. */
static int64_t nearest_day(const struct when_span *span, const int64_t hms[3], int64_t slack_ms)
{
    int64_t best = clock_local_ms(span->near_ms, 0, hms);
    bool is_found = false;
    for (int days = 0; days < DAYS_MAX && span->from_ms + (days - 1) * (int64_t)DAY_MS <= span->to_ms; days++) {
        int64_t ms = clock_local_ms(span->from_ms, days, hms);
        if (ms + slack_ms <= span->from_ms || ms > span->to_ms)
            continue;
        if (!is_found || apart(ms, span->near_ms) < apart(best, span->near_ms))
            best = ms;
        is_found = true;
    }
    return best;
}

static bool is_relative(struct slice text, int64_t *ms)
{
    bool ok = text.n > 1 && (text.p[0] == '+' || text.p[0] == '-') && text.p[1] >= '0' && text.p[1] <= '9' &&
              option_duration((struct slice){ text.p + 1, text.n - 1 }, ms);
    if (ok && *ms > DAYS_MAX * (int64_t)DAY_MS)
        *ms = DAYS_MAX * (int64_t)DAY_MS;
    return ok;
}

enum when_news when_read(struct slice text, const struct when_span *span, int64_t *out, struct err *err)
{
    int64_t hms[3], date[3], ms;
    size_t count;
    bool has_seconds;
    text = slice_trim(text);
    if (slice_eq(text, SLICE("start")) || slice_eq(text, SLICE("end"))) {
        *out = text.p[0] == 's' ? span->from_ms : span->to_ms;
        return WHEN_OK;
    }
    if (is_relative(text, &ms))
        return within(text, span, text.p[0] == '+' ? span->plus_ms + ms : span->minus_ms - ms, 0, out, err);
    if (time_of_day(text, hms, &has_seconds)) {
        int64_t slack_ms = has_seconds ? 1000 : MINUTE_MS;
        return within(text, span, nearest_day(span, hms, slack_ms), slack_ms, out, err);
    }
    struct slice time, day = slice_cut(text, ' ', &time);
    if (time.p == NULL)
        day = slice_cut(text, 'T', &time);
    if (time.p != NULL && fields(day, '-', 3, date, 3, &count) && time_of_day(slice_trim(time), hms, &has_seconds) && clock_date_ms(date, hms, &ms))
        return within(text, span, ms, has_seconds ? 1000 : MINUTE_MS, out, err);
    (void)err_set(err, ERR_USAGE, "'%.*s' is no time: 14:32, 14:32:10, 2026-11-22 14:32, +90s, -5m, start or end", SLICE_FMT(text));
    return WHEN_BAD;
}
