/* SPDX-License-Identifier: MIT */
/* What stands for the characters that the font of a Linux console has not. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/utf8.h"
#include "tui/term/glyphs.h"

static void test_nearest(void **state)
{
    static const struct {
        uint32_t asked, shown;
    } cases[] = {
        { 'x', 'x' },         { 0xfc, 0xfc },       { 0x2588, 0x2588 },   { 0x2580, 0x2580 },   { 0x2500, 0x2500 },
        { 0x2191, 0x2191 },   { 0x160, 'S' },       { 0x161, 's' },       { 0x141, 'L' },       { 0x142, 'l' },
        { 0x17d, 'Z' },       { 0x17e, 'z' },       { 0x11f, 'g' },       { 0x131, 'i' },       { 0x2026, '~' },
        { 0x203a, '>' },      { 0x2713, 0x221a },   { 0x2581, '?' },      { 0x41f, '?' },       { 0x1f600, '?' },
    };
    (void)state;
    struct glyphs *g = glyphs_of_kernel();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (glyphs_nearest(g, cases[i].asked) != cases[i].shown)
            fail_msg("U+%04X is shown as U+%04X", (unsigned)cases[i].asked, (unsigned)glyphs_nearest(g, cases[i].asked));
    }
    glyphs_free(g);
}

/* Whatever is asked for, what is shown is there. */
static void test_is_there(void **state)
{
    (void)state;
    struct glyphs *g = glyphs_of_kernel();
    for (uint32_t u = ' '; u < 0x30000; u++) {
        if (utf8_is_printable(u))
            assert_true(glyphs_has(g, glyphs_nearest(g, u)));
    }
    glyphs_free(g);
}

/* What is no console has the kernel's own font. */
static void test_no_console(void **state)
{
    (void)state;
    int fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    struct glyphs *g = glyphs_of_console(fd);
    assert_true(glyphs_has(g, 'A') && glyphs_has(g, 0x2584) && !glyphs_has(g, 0x2581));
    glyphs_free(g);
    (void)close(fd);
}

static void test_plain_letters(void **state)
{
    static const struct {
        uint32_t letter, plain;
    } cases[] = { { 0xc4, 'A' }, { 0xe4, 'a' }, { 0xdf, 's' }, { 0xde, 'T' }, { 0xff, 'y' }, { 0x178, 'Y' }, { 0x100, 'A' }, { 0x137, 'k' },
                  { 0x139, 'L' }, { 0x148, 'n' }, { 0x14a, 'N' }, { 0x177, 'y' }, { 0x179, 'Z' }, { 0x17f, 's' }, { 0x180, 0x180 }, { 0xbf, 0xbf }, { 0xf7, '/' } };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(utf8_plain(cases[i].letter), cases[i].plain);
}

/* What Unicode decomposes, and nothing else. */
static void test_folded_letters(void **state)
{
    static const struct {
        uint32_t letter, plain;
    } cases[] = { { 'A', 'a' }, { 'z', 'z' }, { '[', '[' }, { ' ', ' ' }, { 0xdc, 'u' }, { 0xfc, 'u' }, { 0x142, 'l' }, { 0x219, 's' }, { 0x21b, 't' }, { 0x1b0, 'u' },
                  { 0x1ebf, 'e' }, { 0x1ef9, 'y' }, { 0x1e00, 'a' }, { 0x1eff, 0x1eff }, { 0x180, 0x180 }, { 0x24f, 0x24f }, { 0x250, 0x250 }, { 0xf7, 0xf7 }, { 0xa0, 0xa0 },
                  { 0x416, 0x416 }, { 0x5d0, 0x5d0 }, { 0x1f600, 0x1f600 } };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (utf8_fold(cases[i].letter) != cases[i].plain)
            fail_msg("U+%04X", (unsigned)cases[i].letter);
    }
    assert_true(utf8_is_mark(0x308) && !utf8_is_mark('u') && !utf8_is_mark(0x370));
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_nearest), cmocka_unit_test(test_is_there), cmocka_unit_test(test_no_console),
                                        cmocka_unit_test(test_plain_letters), cmocka_unit_test(test_folded_letters) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
