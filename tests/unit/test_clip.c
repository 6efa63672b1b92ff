/* SPDX-License-Identifier: MIT */
/* test_clip: what goes to a terminal's clipboard. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#include "tui/term/clip.h"

static void sends(const char *text, const char *base64)
{
    struct buf out = BUF_INIT(CLIP_BYTES_MAX), expected = BUF_INIT(CLIP_BYTES_MAX);
    clip_add(&out, slice_of(text));
    (void)buf_addf(&expected, "\033]52;c;%s\a", base64);
    assert_string_equal(out.data, expected.data);
    buf_clear(&out);
    buf_clear(&expected);
}

static void test_base64(void **state)
{
    (void)state;
    sends("", "");
    sends("f", "Zg==");
    sends("fo", "Zm8=");
    sends("foo", "Zm9v");
    sends("foobar", "Zm9vYmFy");
    sends("\xc3\xa9", "w6k=");
}

static void test_only_what_can_be_printed(void **state)
{
    (void)state;
    sends("a\x1b]52;c;x\x07\r\n\xff" "b\xc2\x9b", "YV01MjtjO3hi"); /* a]52;c;xb */
}

static void test_is_bounded(void **state)
{
    (void)state;
    struct buf much = BUF_INIT(1 << 20), out = BUF_INIT(CLIP_BYTES_MAX);
    while (much.len < 100000)
        (void)buf_add(&much, SLICE("\xc3\xa9"));
    clip_add(&out, buf_slice(&much));
    assert_false(out.overflow);
    assert_true(out.len < CLIP_TEXT_MAX * 4 / 3 + 16 && out.data[out.len - 1] == '\a');
    buf_clear(&much);
    buf_clear(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_base64),
        cmocka_unit_test(test_only_what_can_be_printed),
        cmocka_unit_test(test_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
