/* SPDX-License-Identifier: MIT */
/* slice: comparing, cutting and reading numbers out of borrowed bytes. Nothing here
 * allocates, looks past the length, or asks the locale what a letter or a digit is. */
#include "core/base/slice.h"

static unsigned char lower(unsigned char c)
{
    return c >= 'A' && c <= 'Z' ? (unsigned char)(c + ('a' - 'A')) : c;
}

bool slice_eq_nocase(struct slice a, struct slice b)
{
    if (a.n != b.n)
        return false;
    if (a.n == 0 || memcmp(a.p, b.p, a.n) == 0)
        return true;
    for (size_t i = 0; i < a.n; i++)
        if (lower((unsigned char)a.p[i]) != lower((unsigned char)b.p[i]))
            return false;
    return true;
}

bool slice_starts(struct slice s, struct slice prefix)
{
    return s.n >= prefix.n && (prefix.n == 0 || memcmp(s.p, prefix.p, prefix.n) == 0);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

struct slice slice_trim(struct slice s)
{
    while (s.n > 0 && is_blank(s.p[0])) {
        s.p++;
        s.n--;
    }
    while (s.n > 0 && is_blank(s.p[s.n - 1]))
        s.n--;
    return s;
}

struct slice slice_cut(struct slice s, char c, struct slice *rest)
{
    const char *at = s.n > 0 ? memchr(s.p, c, s.n) : NULL;
    if (at == NULL) {
        *rest = (struct slice){ NULL, 0 };
        return s;
    }
    size_t head = (size_t)(at - s.p);
    *rest = (struct slice){ at + 1, s.n - head - 1 };
    return (struct slice){ s.p, head };
}

/* Digits from *at on become *magnitude; false when they exceed `limit`. */
static bool read_digits(struct slice s, size_t *at, uint64_t limit, uint64_t *magnitude)
{
    /* Eighteen digits cannot overflow: nearly every number of a PBX ends here. */
    enum { DIGITS_SAFE = 18 };
    size_t i = *at, safe = s.n - i > DIGITS_SAFE ? i + DIGITS_SAFE : s.n;
    uint64_t m = 0;
    for (; i < safe && (unsigned char)(s.p[i] - '0') <= 9; i++)
        m = m * 10 + (uint64_t)(s.p[i] - '0');
    *at = i;
    *magnitude = m;
    if (m > limit)
        return false;
    for (; *at < s.n && s.p[*at] >= '0' && s.p[*at] <= '9'; (*at)++) {
        uint64_t digit = (uint64_t)(s.p[*at] - '0');
        if (*magnitude > (limit - digit) / 10)
            return false;
        *magnitude = *magnitude * 10 + digit;
    }
    return true;
}

static bool read_sign(struct slice s, size_t *at)
{
    if (s.n > 0 && (s.p[0] == '-' || s.p[0] == '+'))
        *at = 1;
    return *at == 1 && s.p[0] == '-';
}

static int64_t with_sign(uint64_t magnitude, bool is_negative)
{
    /* -(2^63) has no positive twin, hence the step in unsigned numbers. */
    return is_negative ? (magnitude == 0 ? 0 : -(int64_t)(magnitude - 1) - 1) : (int64_t)magnitude;
}

bool slice_int(struct slice s, int64_t min, int64_t max, int64_t *out)
{
    size_t at = 0;
    uint64_t magnitude = 0;
    bool is_negative = read_sign(s, &at);
    uint64_t limit = (uint64_t)INT64_MAX + (is_negative ? 1 : 0);
    size_t first = at;
    if (!read_digits(s, &at, limit, &magnitude) || at == first || at != s.n)
        return false;
    int64_t value = with_sign(magnitude, is_negative);
    if (value < min || value > max)
        return false;
    *out = value;
    return true;
}

bool slice_milli(struct slice s, int64_t *out)
{
    size_t at = 0;
    uint64_t whole = 0;
    uint64_t milli = 0;
    bool is_negative = read_sign(s, &at);
    size_t first = at;
    if (!read_digits(s, &at, (uint64_t)INT64_MAX / 1000 - 1, &whole) || at == first)
        return false;
    if (at < s.n) {
        if (s.p[at++] != '.' || at == s.n)
            return false;
        for (uint64_t weight = 100; at < s.n; at++, weight /= 10) {
            if (s.p[at] < '0' || s.p[at] > '9')
                return false;
            milli += weight * (uint64_t)(s.p[at] - '0');
        }
    }
    *out = with_sign(whole * 1000 + milli, is_negative);
    return true;
}
