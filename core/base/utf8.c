/* SPDX-License-Identifier: MIT */
/* utf8: decoding that never fails, and the filter between the world's bytes and a terminal.
 * A decoder step takes one character or one bad byte, so any bytes whatever end after at most
 * as many steps as there are bytes. Widths come from utf8_table.c, not from the locale. */
#include "core/base/utf8.h"

#include "core/base/utf8_table.h"

enum {
    REPLACEMENT = 0xfffd,
    MARKS_MAX = 4, /* combining marks on one base: what a curses cell holds, and more than any living script needs */
};

/* The character at p, and in *used its bytes; 0 used: not UTF-8. */
static uint32_t decode(const unsigned char *p, size_t n, size_t *used)
{
    static const uint32_t shortest[] = { 0, 0, 0x80, 0x800, 0x10000 };
    size_t length = p[0] < 0x80 ? 1 : p[0] >= 0xc2 && p[0] < 0xe0 ? 2 : (p[0] & 0xf0) == 0xe0 ? 3 : p[0] >= 0xf0 && p[0] < 0xf5 ? 4 : 0;
    *used = 0;
    if (length == 0 || length > n)
        return REPLACEMENT;
    uint32_t c = length == 1 ? p[0] : p[0] & (0xffu >> (length + 1));
    for (size_t i = 1; i < length; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return REPLACEMENT;
        c = c << 6 | (p[i] & 0x3f);
    }
    if (c < shortest[length] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
        return REPLACEMENT;
    *used = length;
    return c;
}

static const unsigned char *bytes_at(struct slice s, size_t at)
{
    return (const unsigned char *)s.p + at;
}

uint32_t utf8_next(struct slice s, size_t *at)
{
    size_t used;
    uint32_t c = decode(bytes_at(s, *at), s.n - *at, &used);
    *at += used > 0 ? used : 1;
    return c;
}

size_t utf8_put(uint32_t c, char out[4])
{
    if (c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
        c = REPLACEMENT;
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    size_t length = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = length - 1; i > 0; i--, c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3f));
    out[0] = (char)((0xf00u >> length & 0xf0u) | c);
    return length;
}

bool utf8_is_valid(struct slice s)
{
    for (size_t at = 0, used; at < s.n; at += used) {
        (void)decode(bytes_at(s, at), s.n - at, &used);
        if (used == 0)
            return false;
    }
    return true;
}

static bool add_char(struct buf *out, uint32_t c)
{
    char bytes[4];
    return buf_add(out, (struct slice){ bytes, utf8_put(c, bytes) });
}

/* The run of plain printable ASCII at *at is added at once: most text is nothing else. */
static bool add_plain(struct buf *out, struct slice s, size_t *at)
{
    size_t from = *at;
    while (*at < s.n && s.p[*at] >= 0x20 && s.p[*at] < 0x7f)
        (*at)++;
    return *at == from || buf_add(out, (struct slice){ s.p + from, *at - from });
}

bool utf8_add_valid(struct buf *out, struct slice s)
{
    bool ok = true;
    for (size_t at = 0; ok && at < s.n;) {
        ok = add_plain(out, s, &at);
        if (ok && at < s.n) {
            uint32_t c = utf8_next(s, &at);
            ok = add_char(out, c != 0 ? c : REPLACEMENT);
        }
    }
    return ok;
}

/* NULL: not for a terminal. */
static const struct utf8_range *range_of(uint32_t c)
{
    size_t low = 0;
    size_t high = utf8_range_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (c > utf8_ranges[middle].last)
            low = middle + 1;
        else
            high = middle;
    }
    return low < utf8_range_count && c >= utf8_ranges[low].first ? &utf8_ranges[low] : NULL;
}

bool utf8_is_printable(uint32_t c)
{
    return c < 0x80 ? c >= 0x20 && c < 0x7f : range_of(c) != NULL;
}

int utf8_width(uint32_t c)
{
    if (c < 0x80)
        return c >= 0x20 && c < 0x7f ? 1 : 0;
    const struct utf8_range *range = range_of(c);
    return range != NULL ? range->width_cols : 0;
}

int utf8_text_width(struct slice s)
{
    int columns = 0;
    for (size_t at = 0; at < s.n;)
        columns += s.p[at] >= 0x20 && s.p[at] < 0x7f ? (at++, 1) : utf8_width(utf8_next(s, &at));
    return columns;
}

/* What stands on the terminal for c; `marks` counts the combining marks since the last base, -1 where there is none. */
static bool add_shown(struct buf *out, uint32_t c, bool ascii, int *marks)
{
    uint32_t bad = ascii ? '?' : REPLACEMENT;
    if (!utf8_is_printable(c)) {
        *marks = 0;
        return add_char(out, bad);
    }
    if (utf8_width(c) > 0) {
        *marks = 0;
        return add_char(out, ascii && c > 0x7e ? bad : c);
    }
    if (*marks < 0) { /* it would sit on whatever stands to the left of this text */
        *marks = 0;
        return add_char(out, bad);
    }
    if (ascii || ++*marks > MARKS_MAX)
        return true;
    return add_char(out, c);
}

bool utf8_add_printable(struct buf *out, struct slice s, bool ascii)
{
    int marks = -1;
    bool ok = true;
    for (size_t at = 0; ok && at < s.n;) {
        size_t from = at;
        ok = add_plain(out, s, &at);
        if (at > from)
            marks = 0;
        if (ok && at < s.n)
            ok = add_shown(out, utf8_next(s, &at), ascii, &marks);
    }
    return ok;
}

struct slice utf8_head(struct slice s, size_t bytes)
{
    if (s.n <= bytes)
        return s;
    size_t end = 0;
    for (size_t at = 0;;) {
        (void)utf8_next(s, &at); /* s is longer than `bytes`: this ends */
        if (at > bytes)
            return (struct slice){ s.p, end };
        end = at;
    }
}

/* The letter under the marks, U+00C0 to U+017F. */
static const char plain_letters[] = "AAAAAAACEEEEIIIIDNOOOOOXOUUUUYTS" "AAAAAAACEEEEIIIIDNOOOOO/OUUUUYTY" "AAAAAACCCCCCCCDDDDEEEEEEEEEEGGGG"
                                    "GGGGHHHHIIIIIIIIIIIIJJKKKLLLLLLL" "LLLNNNNNNNNNOOOOOOOORRRRRRSSSSSS" "SSTTTTTTUUUUUUUUUUUUWWYYYZZZZZZS";
_Static_assert(sizeof plain_letters == 0x180 - 0xc0 + 1, "a letter too many or too few");

/* Capitals are even but in two runs, and three small letters stand alone. */
static bool is_capital(uint32_t c)
{
    if (c < 0x100)
        return c < 0xdf;
    if (c == 0x138 || c == 0x149 || c == 0x17f)
        return false;
    bool is_odd_run = (c >= 0x139 && c <= 0x148) || c >= 0x179;
    return (c % 2 == 1) == is_odd_run;
}

uint32_t utf8_plain(uint32_t c)
{
    if (c < 0xc0 || c >= 0x180)
        return c;
    uint32_t letter = (uint32_t)(unsigned char)plain_letters[c - 0xc0];
    return letter < 'A' || is_capital(c) ? letter : letter + ('a' - 'A');
}

/* As Unicode decomposes them: U+0180 to U+024F, and U+1E00 to U+1EFF. A blank: it is no such letter. */
static const char folded_b[] = "                                oo             uu               " "             aaiioouuuuuuuuuu aaaa    ggkkoooo  j   gg  nnaa    "
                               "aaaaeeeeiiiioooorrrruuuusstt  hh      aaeeooooooooyy            " "                ";
static const char folded_more[] = "aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmm" "mmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvv"
                                  "wwwwwwwwwwxxxxyyzzzzzzhtwy      aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee" "eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy      ";
_Static_assert(sizeof folded_b == 0x250 - 0x180 + 1 && sizeof folded_more == 0x1f00 - 0x1e00 + 1, "a letter too many or too few");

uint32_t utf8_fold(uint32_t c)
{
    uint32_t letter = c < 0x80 ? c : c < 0x180 ? utf8_plain(c) : ' ';
    if (c >= 0x180 && c < 0x250)
        letter = (uint32_t)(unsigned char)folded_b[c - 0x180];
    else if (c >= 0x1e00 && c < 0x1f00)
        letter = (uint32_t)(unsigned char)folded_more[c - 0x1e00];
    if (c >= 0x80 && (letter | 0x20) - 'a' > 'z' - 'a')
        return c;
    return letter >= 'A' && letter <= 'Z' ? letter + ('a' - 'A') : letter;
}

bool utf8_is_mark(uint32_t c)
{
    return c >= 0x300 && c <= 0x36f;
}
