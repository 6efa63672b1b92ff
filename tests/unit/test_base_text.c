/* SPDX-License-Identifier: MIT */
/* What core/base does with bytes: slice, buf, err, near. Tables of input and answer. */
#include "core/base/buf.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/near.h"
#include "core/base/slice.h"
#include "core/base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void numbers_are_whole_slices(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool ok;
        int64_t value;
    } rows[] = {
        { "0", true, 0 },
        { "+7", true, 7 },
        { "-12", true, -12 },
        { "007", true, 7 },
        { "9223372036854775807", true, INT64_MAX },
        { "-9223372036854775808", true, INT64_MIN },
        { "9223372036854775808", false, 0 },
        { "-9223372036854775809", false, 0 },
        { "99999999999999999999999", false, 0 },
        { "", false, 0 },
        { "-", false, 0 },
        { "+-1", false, 0 },
        { " 1", false, 0 },
        { "1 ", false, 0 },
        { "1x", false, 0 },
        { "0x10", false, 0 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t got = 4711;
        assert_int_equal(slice_int(slice_of(rows[i].text), INT64_MIN, INT64_MAX, &got), rows[i].ok);
        assert_true(got == (rows[i].ok ? rows[i].value : 4711));
    }
    int64_t got = 0;
    assert_false(slice_int(SLICE("11"), 0, 10, &got));
    assert_false(slice_int(SLICE("-1"), 0, 10, &got));
    assert_false(slice_int((struct slice){ NULL, 0 }, 0, 10, &got));
    assert_true(slice_int((struct slice){ "123", 2 }, 0, 99, &got));
    assert_int_equal(got, 12);
}

static void thousandths_are_kept(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool ok;
        int64_t value;
    } rows[] = {
        { "81.2", true, 81200 }, { "100.0", true, 100000 }, { "0", true, 0 },          { "-0.5", true, -500 }, { "1.2345", true, 1234 },
        { "1.", false, 0 },      { ".5", false, 0 },        { "nan", false, 0 },       { "1e3", false, 0 },    { "1.2.3", false, 0 },
        { "1.x", false, 0 },     { "", false, 0 },          { "99999999999999999999", false, 0 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t got = 4711;
        assert_int_equal(slice_milli(slice_of(rows[i].text), &got), rows[i].ok);
        assert_true(got == (rows[i].ok ? rows[i].value : 4711));
    }
}

static void slices_compare_and_cut(void **state)
{
    (void)state;
    struct slice rest;
    assert_true(slice_eq_nocase(SLICE("SIP/Anna@[`"), SLICE("sip/aNNA@[`")));
    assert_false(slice_eq_nocase(SLICE("a["), SLICE("a{")));
    assert_false(slice_eq_nocase(SLICE("\xc3\x84"), SLICE("\xc3\xa4"))); /* ASCII only */
    assert_true(slice_eq((struct slice){ NULL, 0 }, SLICE("")));
    assert_true(slice_starts(SLICE("Queue"), SLICE("Que")));
    assert_false(slice_starts(SLICE("Que"), SLICE("Queue")));
    assert_true(slice_eq(slice_trim(SLICE(" \t a b \t")), SLICE("a b")));
    assert_int_equal(slice_trim(SLICE("  ")).n, 0);
    assert_true(slice_eq(slice_cut(SLICE("a:b:c"), ':', &rest), SLICE("a")));
    assert_true(slice_eq(rest, SLICE("b:c")));
    assert_true(slice_eq(slice_cut(SLICE("a:"), ':', &rest), SLICE("a")));
    assert_non_null(rest.p); /* empty, not absent */
    assert_true(slice_eq(slice_cut(SLICE("abc"), ':', &rest), SLICE("abc")));
    assert_null(rest.p);
    assert_null(slice_of(NULL).p);
}

static void a_buffer_never_passes_its_maximum(void **state)
{
    (void)state;
    unsigned long live = mem_live();
    for (size_t max = 0; max < 300; max++) {
        struct buf b = BUF_INIT(max);
        size_t steps = 0;
        while (buf_addf(&b, "%s", "1234567"))
            steps++;
        assert_int_equal(steps, max / 7);
        assert_true(b.overflow);
        assert_int_equal(b.len, steps * 7);
        assert_true(b.cap <= max + 1);
        assert_false(buf_add(&b, SLICE(""))); /* stays so, even where it would fit */
        buf_reset(&b);
        assert_false(b.overflow);
        for (size_t i = 0; i < max; i++)
            assert_true(buf_add_char(&b, 'x'));
        assert_false(buf_add_char(&b, 'x'));
        if (b.data != NULL)
            assert_int_equal(b.data[b.len], '\0');
        buf_clear(&b);
        assert_int_equal(b.max, max);
    }
    assert_int_equal(mem_live(), live);
}

static void a_buffer_drops_and_reserves(void **state)
{
    (void)state;
    struct buf b = BUF_INIT(100);
    assert_string_equal(buf_slice(&b).p, "");
    buf_drop(&b, 3);
    assert_true(buf_add(&b, SLICE("hello world")));
    buf_drop(&b, 6);
    assert_string_equal(b.data, "world");
    char *room = buf_reserve(&b, 95);
    assert_non_null(room);
    memset(room, 'y', 95);
    b.len += 95;
    assert_null(buf_reserve(&b, 1));
    assert_true(b.overflow);
    buf_drop(&b, 1000);
    assert_int_equal(b.len, 0);
    buf_wipe(&b);
    assert_null(b.data);
}

static void a_buffer_without_memory_overflows(void **state)
{
    (void)state;
    struct buf b = BUF_INIT(1000);
    (void)mem_refuse_after(1);
    assert_false(buf_add(&b, SLICE("x")));
    assert_true(b.overflow);
    buf_clear(&b);
    assert_true(buf_add(&b, SLICE("x")));
    char long_text[200];
    memset(long_text, 'z', sizeof long_text);
    (void)mem_refuse_after(1);
    assert_false(buf_add(&b, (struct slice){ long_text, sizeof long_text }));
    assert_string_equal(b.data, "x"); /* what was there stays */
    buf_clear(&b);
}

static void the_first_error_wins(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    assert_false(err_prefix(&err, "nothing"));
    assert_int_equal(err.kind, ERR_NONE);
    assert_false(err_set(&err, ERR_CONFIG, "line %d is bad", 3));
    assert_false(err_set(&err, ERR_NETWORK, "something else"));
    assert_int_equal(err.kind, ERR_CONFIG);
    assert_false(err_prefix(&err, "cannot load '%s'", "x.conf"));
    assert_string_equal(err.text, "cannot load 'x.conf': line 3 is bad");
    assert_false(err_set(NULL, ERR_USAGE, "nobody listens"));
    struct err missing = ERR_INIT;
    FILE *f = fopen("/proc/self/no such file", "r");
    assert_null(f);
    assert_false(err_errno(&missing, ERR_SYSTEM, "cannot read /proc/self/no such file"));
    assert_string_equal(missing.text, "cannot read /proc/self/no such file: No such file or directory");
}

static void an_error_is_one_printable_line(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    (void)err_set(&err, ERR_LOGIN, "%s", "a\x1b[2Jb\nc\xff\xe2\x80\xae");
    assert_string_equal(err.text, "a\xef\xbf\xbd[2Jb c\xef\xbf\xbd\xef\xbf\xbd");
    for (size_t pad = 500; pad < 530; pad++) {
        struct err cut = ERR_INIT;
        (void)err_set(&cut, ERR_LOGIN, "%*s\xe4\xb8\xad\xe4\xb8\xad", (int)pad, "");
        assert_true(utf8_is_valid(slice_of(cut.text)));
        (void)err_prefix(&cut, "context");
        assert_true(utf8_is_valid(slice_of(cut.text)));
    }
}

static void every_kind_has_its_exit_code(void **state)
{
    (void)state;
    assert_int_equal(err_exit_code(ERR_NONE), 0);
    assert_int_equal(err_exit_code(ERR_CONFIG), 78);
    assert_int_equal(err_exit_code(ERR_COUNT), 70);
    for (int a = 1; a < ERR_COUNT; a++)
        for (int b = 0; b < a; b++)
            assert_int_not_equal(err_exit_code((enum err_kind)a), err_exit_code((enum err_kind)b));
}

static const char *const known[] = { "theme", "keymap", "secret_file", "secret_command", "to", NULL };

static const char *known_at(size_t i, const void *context)
{
    (void)context;
    return known[i];
}

static void the_nearest_name_is_found(void **state)
{
    (void)state;
    static const struct {
        const char *typed, *want;
    } rows[] = {
        { "therme", "theme" }, { "hteme", "theme" },  { "THEME", "theme" },        { "secret-file", "secret_file" }, { "secretcommand", "secret_command" },
        { "keymaps", "keymap" }, { "xyzzy", NULL },     { "", NULL },                { "t", NULL },
        { "a_name_that_is_much_longer_than_any_name_that_we_know_of", NULL },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *got = near_name(slice_of(rows[i].typed), known_at, NULL);
        if (rows[i].want == NULL)
            assert_null(got);
        else
            assert_string_equal(got, rows[i].want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_whole_slices),
        cmocka_unit_test(thousandths_are_kept),
        cmocka_unit_test(slices_compare_and_cut),
        cmocka_unit_test(a_buffer_never_passes_its_maximum),
        cmocka_unit_test(a_buffer_drops_and_reserves),
        cmocka_unit_test(a_buffer_without_memory_overflows),
        cmocka_unit_test(the_first_error_wins),
        cmocka_unit_test(an_error_is_one_printable_line),
        cmocka_unit_test(every_kind_has_its_exit_code),
        cmocka_unit_test(the_nearest_name_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
