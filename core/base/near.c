/* SPDX-License-Identifier: MIT */
/* near: edit distance (a letter more, less, other, or two swapped) over short names. Case
 * does not count, and '-' equals '_'. */
#include "core/base/near.h"

enum { NAME_MAX_BYTES = 48 };

static char fold(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c == '-' ? '_' : c;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t distance(struct slice a, struct slice b)
{
    size_t rows[3][NAME_MAX_BYTES + 1]; /* the row before the last, the last, this one */
    for (size_t j = 0; j <= b.n; j++)
        rows[1][j] = j;
    for (size_t i = 1; i <= a.n; i++) {
        rows[2][0] = i;
        for (size_t j = 1; j <= b.n; j++) {
            char x = fold(a.p[i - 1]);
            char y = fold(b.p[j - 1]);
            size_t d = least(rows[1][j - 1] + (x != y), least(rows[1][j], rows[2][j - 1]) + 1);
            if (i > 1 && j > 1 && x == fold(b.p[j - 2]) && fold(a.p[i - 2]) == y)
                d = least(d, rows[0][j - 2] + 1);
            rows[2][j] = d;
        }
        memcpy(rows[0], rows[1], sizeof rows[0]);
        memcpy(rows[1], rows[2], sizeof rows[1]);
    }
    return rows[1][b.n];
}

const char *near_name(struct slice typed, const char *(*name_at)(size_t i, const void *context), const void *context)
{
    const char *best = NULL;
    size_t best_distance = SIZE_MAX;
    if (typed.n == 0 || typed.n > NAME_MAX_BYTES)
        return NULL;
    const char *name;
    for (size_t i = 0; (name = name_at(i, context)) != NULL; i++) {
        struct slice known = slice_of(name);
        if (known.n > NAME_MAX_BYTES)
            continue;
        size_t d = distance(typed, known);
        size_t longer = known.n > typed.n ? known.n : typed.n;
        if (d < best_distance && d * 3 <= longer) {
            best = name;
            best_distance = d;
        }
    }
    return best;
}
