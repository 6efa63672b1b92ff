/* SPDX-License-Identifier: MIT */
/* colour: names and numbers of colours, and which of fewer colours stands for one of more. The values of the first 16 are
 * those of xterm: what they are on a user's terminal nobody can know, they only serve to find the nearest. */
#include "tui/look/colour.h"

static const struct {
    const char *name;
    int value;
} names[] = {
    { "default", COLOUR_DEFAULT }, { "black", 0 }, { "red", 1 }, { "green", 2 }, { "yellow", 3 }, { "blue", 4 }, { "magenta", 5 },
    { "cyan", 6 }, { "white", 7 }, { "brightblack", 8 }, { "grey", 8 }, { "brightred", 9 }, { "brightgreen", 10 }, { "brightyellow", 11 },
    { "brightblue", 12 }, { "brightmagenta", 13 }, { "brightcyan", 14 }, { "brightwhite", 15 },
};

const char *colour_name_at(size_t i)
{
    return i < sizeof names / sizeof names[0] ? names[i].name : NULL;
}

static bool hex(struct slice digits, int32_t *out)
{
    int32_t value = 0;
    for (size_t i = 0; i < digits.n; i++) {
        char c = digits.p[i];
        int d = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
        if (d < 0)
            return false;
        value = value * 16 + d;
    }
    *out = value;
    return true;
}

bool colour_parse(struct slice word, struct colour *out)
{
    struct colour c = { COLOUR_DEFAULT, COLOUR_DEFAULT };
    int64_t number;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (slice_eq(word, slice_of(names[i].name))) {
            c.value = names[i].value;
            *out = c;
            return true;
        }
    }
    if (slice_starts(word, SLICE("#"))) {
        struct slice indexed, digits = slice_cut(word, '/', &indexed);
        digits = (struct slice){ digits.p + 1, digits.n - 1 };
        if (digits.n != 6 || !hex(digits, &c.value))
            return false;
        c.value |= COLOUR_RGB;
        if (indexed.p != NULL && !slice_int(indexed, 0, 255, &number))
            return false;
        c.indexed = indexed.p != NULL ? (int32_t)number : COLOUR_DEFAULT;
    } else if (slice_int(word, 0, 255, &number)) {
        c.value = (int32_t)number;
    } else {
        return false;
    }
    *out = c;
    return true;
}

void colour_rgb(int32_t value, int rgb[3])
{
    static const int basic[16][3] = {
        { 0, 0, 0 }, { 205, 0, 0 }, { 0, 205, 0 }, { 205, 205, 0 }, { 0, 0, 238 }, { 205, 0, 205 }, { 0, 205, 205 }, { 229, 229, 229 },
        { 127, 127, 127 }, { 255, 0, 0 }, { 0, 255, 0 }, { 255, 255, 0 }, { 92, 92, 255 }, { 255, 0, 255 }, { 0, 255, 255 }, { 255, 255, 255 },
    };
    for (int i = 0; i < 3; i++) {
        int step = i == 0 ? (value - 16) / 36 : i == 1 ? (value - 16) / 6 % 6 : (value - 16) % 6;
        if ((value & COLOUR_RGB) != 0)
            rgb[i] = value >> (16 - 8 * i) & 0xff;
        else if (value < 16)
            rgb[i] = basic[value & 15][i];
        else
            rgb[i] = value >= 232 ? 8 + (value - 232) * 10 : step == 0 ? 0 : 55 + step * 40;
    }
}

static long distance(const int a[3], const int b[3])
{
    static const long weight[3] = { 3, 6, 2 }; /* the eye sees green best */
    long sum = 0;
    for (int i = 0; i < 3; i++)
        sum += weight[i] * (a[i] - b[i]) * (a[i] - b[i]);
    return sum;
}

/* The nearest of the palette's colours from `first` to `last` that `may` admits. */
static int32_t nearest(int32_t value, int32_t first, int32_t last, bool (*may)(int32_t, int32_t))
{
    int want[3], have[3];
    int32_t best = first;
    long best_distance = -1;
    colour_rgb(value, want);
    for (int32_t i = first; i <= last; i++) {
        if (may != NULL && !may(value, i))
            continue;
        colour_rgb(i, have);
        long d = distance(want, have);
        if (best_distance < 0 || d < best_distance) {
            best = i;
            best_distance = d;
        }
    }
    return best;
}

static bool is_grey(int32_t value)
{
    int rgb[3];
    colour_rgb(value, rgb);
    int low = rgb[0] < rgb[1] ? rgb[0] : rgb[1], high = rgb[0] > rgb[1] ? rgb[0] : rgb[1];
    low = rgb[2] < low ? rgb[2] : low;
    high = rgb[2] > high ? rgb[2] : high;
    return high - low < 36;
}

/* Pale colours would all become grey by distance alone: a hue stays a hue. */
static bool has_same_kind(int32_t a, int32_t b)
{
    return is_grey(a) == is_grey(b);
}

int32_t colour_at(struct colour c, enum theme_depth depth)
{
    int32_t value = c.value;
    if (value == COLOUR_DEFAULT || depth == DEPTH_MONO)
        return COLOUR_DEFAULT;
    if (depth == DEPTH_DIRECT) { /* there a small number is the palette's only up to 7 */
        int rgb[3];
        colour_rgb(value, rgb);
        return value < 8 ? value : COLOUR_RGB | rgb[0] << 16 | rgb[1] << 8 | rgb[2];
    }
    if ((value & COLOUR_RGB) != 0)
        value = c.indexed != COLOUR_DEFAULT ? c.indexed : nearest(value, 16, 255, NULL);
    if (depth == DEPTH_256)
        return value;
    if (value >= 16)
        value = nearest(value, 0, 15, has_same_kind);
    return depth == DEPTH_8 && value > 8 ? value - 8 : value; /* 8: grey, for which the caller must find another look */
}
