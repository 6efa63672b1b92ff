/* SPDX-License-Identifier: MIT */
/* What may stand on a terminal. The second half are properties over random bytes: whatever
 * goes in, what comes out is valid, printable, and as wide as we say. */
#include "core/base/buf.h"
#include "core/base/mem.h"
#include "core/base/random.h"
#include "core/base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define FFFD "\xef\xbf\xbd"

static void every_character_survives_the_round_trip(void **state)
{
    (void)state;
    for (uint32_t c = 0; c <= 0x10ffff; c++) {
        char bytes[4];
        size_t at = 0;
        size_t n = utf8_put(c, bytes);
        uint32_t got = utf8_next((struct slice){ bytes, n }, &at);
        bool is_surrogate = c >= 0xd800 && c < 0xe000;
        if (got != (is_surrogate ? 0xfffd : c) || at != n || !utf8_is_valid((struct slice){ bytes, n }))
            fail_msg("U+%04X", c);
    }
}

static void bad_bytes_are_replaced_one_by_one(void **state)
{
    (void)state;
    static const struct {
        struct slice in;
        const char *want;
    } rows[] = {
        { { "\xff", 1 }, FFFD },
        { { "a\x80z", 3 }, "a" FFFD "z" },
        { { "\xc0\xaf", 2 }, FFFD FFFD },             /* overlong '/' */
        { { "\xe0\x80\xaf", 3 }, FFFD FFFD FFFD },
        { { "\xf0\x80\x80\xaf", 4 }, FFFD FFFD FFFD FFFD },
        { { "\xed\xa0\x80", 3 }, FFFD FFFD FFFD },    /* surrogate */
        { { "\xf4\x90\x80\x80", 4 }, FFFD FFFD FFFD FFFD },
        { { "\xe4\xb8", 2 }, FFFD FFFD },             /* cut off */
        { { "\xe4\xb8x", 3 }, FFFD FFFD "x" },
        { { "a\0b", 3 }, "a" FFFD "b" },
        { { "\xe4\xb8\xad", 3 }, "\xe4\xb8\xad" },
        { { "a\nb\x1b", 4 }, "a\nb\x1b" },            /* valid is not printable */
        { { NULL, 0 }, "" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buf out = BUF_INIT(100);
        assert_true(utf8_add_valid(&out, rows[i].in));
        assert_string_equal(buf_slice(&out).p, rows[i].want);
        buf_clear(&out);
    }
}

static void what_lies_or_moves_is_not_printable(void **state)
{
    (void)state;
    static const uint32_t bad[] = {
        0x00, 0x07, 0x08, 0x09, 0x0a, 0x0d, 0x1b, 0x1f, 0x7f, 0x80, 0x85, 0x9b, 0x9d, 0x9f, 0xad, 0x61c, 0x180e, 0x200b, 0x200c, 0x200d, 0x200e,
        0x200f, 0x2028, 0x2029, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2060, 0x2064, 0x2066, 0x2067, 0x2068, 0x2069, 0x206f, 0x3164, 0xd800,
        0xdfff, 0xfdd0, 0xfdef, 0xfe0f, 0xfeff, 0xfff9, 0xfffe, 0xffff, 0x1fffe, 0xe0001, 0xe0041, 0xe007f, 0xe0100, 0xffffe, 0x10ffff, 0x110000,
        0x378, 0x40000, UINT32_MAX,
    };
    static const uint32_t good[] = { ' ', '~', 0xa0, 0xe9, 0x300, 0x416, 0x5d0, 0x627, 0x905, 0xe01, 0xe31, 0x1100, 0x20ac, 0x2500, 0x2588, 0x28ff,
                                     0x3042, 0x4e2d, 0xac00, 0xe000, 0xff21, 0xfffd, 0x1f600, 0x20000, 0xf0000 };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (utf8_is_printable(bad[i]) || utf8_width(bad[i]) != 0)
            fail_msg("U+%04X must not be printable", bad[i]);
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        if (!utf8_is_printable(good[i]))
            fail_msg("U+%04X must be printable", good[i]);
}

static void widths_are_columns(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int columns;
    } rows[] = {
        { "", 0 }, { "abc", 3 }, { "M\xc3\xbcller", 6 }, { "\xd0\x98\xd0\xb2\xd0\xb0\xd0\xbd", 4 }, { "\xe4\xb8\xad\xe6\x96\x87", 4 },
        { "e\xcc\x81", 1 }, { "\xed\x95\x9c", 2 }, { "\xf0\x9f\x98\x80", 2 }, { "\xef\xbc\xa1", 2 }, { "\xef\xbd\xb1", 1 }, { "\xe2\x94\x80", 1 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(utf8_text_width(slice_of(rows[i].text)), rows[i].columns);
}

static void text_is_made_fit_for_a_terminal(void **state)
{
    (void)state;
    static const struct {
        const char *in, *want, *want_ascii;
    } rows[] = {
        { "plain", "plain", "plain" },
        { "M\xc3\xbcller \xe4\xb8\xad", "M\xc3\xbcller \xe4\xb8\xad", "M?ller ?" },
        { "\x1b[31mred\x07", FFFD "[31mred" FFFD, "?[31mred?" },
        { "\xc2\x9b" "2J", FFFD "2J", "?2J" },
        { "a\xe2\x80\xae" "b", "a" FFFD "b", "a?b" },
        { "a\r\nb\tc", "a" FFFD FFFD "b" FFFD "c", "a??b?c" },
        { "\xcc\x81" "e", FFFD "e", "?e" },                       /* nothing to sit on */
        { "e\xcc\x81", "e\xcc\x81", "e" },
        { "e\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81x", "e\xcc\x81\xcc\x81\xcc\x81\xcc\x81x", "ex" },
        { "\x1b\xcc\x81", FFFD "\xcc\x81", "?" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buf out = BUF_INIT(100);
        assert_true(utf8_add_printable(&out, slice_of(rows[i].in), false));
        assert_string_equal(buf_slice(&out).p, rows[i].want);
        buf_reset(&out);
        assert_true(utf8_add_printable(&out, slice_of(rows[i].in), true));
        assert_string_equal(buf_slice(&out).p, rows[i].want_ascii);
        buf_clear(&out);
    }
}

/* Random bytes that like to be nearly UTF-8. */
static size_t random_text(struct random *r, char *out, size_t max)
{
    size_t n = 0;
    while (n + 4 <= max) {
        switch (random_below(r, 4)) {
        case 0:
            out[n++] = (char)random_below(r, 256);
            break;
        case 1:
            n += utf8_put(random_below(r, 0x3000), out + n);
            break;
        case 2:
            n += utf8_put(random_below(r, 0x110000), out + n);
            break;
        default:
            n += utf8_put(0x2000 + random_below(r, 0x70), out + n);
        }
    }
    return n;
}

static void check_printable(struct slice shown, bool ascii)
{
    int marks = 100; /* none may come first */
    assert_true(utf8_is_valid(shown));
    for (size_t at = 0; at < shown.n;) {
        uint32_t c = utf8_next(shown, &at);
        assert_true(utf8_is_printable(c));
        assert_true(!ascii || c < 0x7f);
        marks = utf8_width(c) == 0 ? marks + 1 : 0;
        assert_true(marks <= 4);
    }
}

static void random_bytes_never_come_out_unprintable(void **state)
{
    (void)state;
    struct random r = { 7 };
    for (int i = 0; i < 3000; i++) {
        char bytes[64];
        size_t n = random_text(&r, bytes, 1 + random_below(&r, sizeof bytes));
        bool ascii = random_below(&r, 4) == 0;
        struct buf out = BUF_INIT(1000);
        struct buf twice = BUF_INIT(1000);
        assert_true(utf8_add_printable(&out, (struct slice){ bytes, n }, ascii));
        check_printable(buf_slice(&out), ascii);
        assert_true(utf8_add_printable(&twice, buf_slice(&out), ascii)); /* what is clean stays as it is */
        assert_true(slice_eq(buf_slice(&out), buf_slice(&twice)));
        buf_reset(&out);
        assert_true(utf8_add_valid(&out, (struct slice){ bytes, n }));
        assert_true(utf8_is_valid(buf_slice(&out)));
        assert_true(memchr(buf_slice(&out).p, '\0', buf_slice(&out).n) == NULL);
        buf_clear(&out);
        buf_clear(&twice);
    }
}

static void a_head_ends_at_a_character(void **state)
{
    (void)state;
    struct random r = { 8 };
    for (int i = 0; i < 2000; i++) {
        char raw[64];
        struct buf text = BUF_INIT(1000);
        assert_true(utf8_add_valid(&text, (struct slice){ raw, random_text(&r, raw, sizeof raw) }));
        for (size_t bytes = 0; bytes <= text.len + 1; bytes++) {
            struct slice head = utf8_head(buf_slice(&text), bytes);
            assert_true(head.n <= bytes && (head.n + 4 > bytes || head.n == text.len));
            assert_true(utf8_is_valid(head));
        }
        buf_clear(&text);
    }
}

static void a_full_buffer_says_so(void **state)
{
    (void)state;
    struct buf out = BUF_INIT(4);
    assert_false(utf8_add_printable(&out, SLICE("ab\x1b"), false));
    assert_true(out.overflow);
    assert_string_equal(out.data, "ab"); /* no half character */
    buf_clear(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_character_survives_the_round_trip),
        cmocka_unit_test(bad_bytes_are_replaced_one_by_one),
        cmocka_unit_test(what_lies_or_moves_is_not_printable),
        cmocka_unit_test(widths_are_columns),
        cmocka_unit_test(text_is_made_fit_for_a_terminal),
        cmocka_unit_test(random_bytes_never_come_out_unprintable),
        cmocka_unit_test(a_head_ends_at_a_character),
        cmocka_unit_test(a_full_buffer_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
