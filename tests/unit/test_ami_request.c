/* SPDX-License-Identifier: MIT */
/* request: what leaves is one request with whole lines, or nothing. */
#include "core/ami/request.h"

#include "core/base/mem.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void a_request_is_lines_and_an_empty_one(void **state)
{
    (void)state;
    struct buf out = BUF_INIT(4096);
    struct request r;
    struct err err = ERR_INIT;
    request_begin(&r, &out, REQUEST_SETVAR, SLICE("T.1"));
    request_add(&r, "Variable", SLICE("ACDTOP_SYNC"));
    request_addf(&r, "Value", "%d %s", 12, "x");
    assert_true(request_end(&r, &err));
    request_begin(&r, &out, REQUEST_PING, (struct slice){ NULL, 0 });
    assert_true(request_end(&r, &err));
    assert_string_equal(out.data, "Action: Setvar\r\nActionID: T.1\r\nVariable: ACDTOP_SYNC\r\nValue: 12 x\r\n\r\nAction: Ping\r\n\r\n");
    buf_clear(&out);
}

static void refused(const char *name, struct slice value, const char *part)
{
    struct buf out = BUF_INIT(1 << 20);
    struct request r;
    struct err err = ERR_INIT;
    buf_add(&out, SLICE("before"));
    request_begin(&r, &out, REQUEST_LOGIN, SLICE("1"));
    request_add(&r, "Username", SLICE("u"));
    request_add(&r, name, value);
    request_add(&r, "After", SLICE("after"));
    assert_false(request_end(&r, &err));
    assert_int_equal(err.kind, ERR_USAGE);
    assert_non_null(strstr(err.text, "Login"));
    if (strstr(err.text, part) == NULL)
        fail_msg("\"%s\" lacks \"%s\"", err.text, part);
    assert_true(slice_eq(buf_slice(&out), SLICE("before")));
    buf_clear(&out);
}

static void what_would_begin_another_request_is_refused(void **state)
{
    (void)state;
    refused("Secret", SLICE("a\r\nAction: Command"), "Secret holds a line end");
    refused("Secret", SLICE("a\n"), "line end");
    refused("Secret", SLICE("\r"), "line end");
    refused("Secret", SLICE("a\0b"), "NUL");
    refused("Sec\nret", SLICE("a"), "no name");
    refused("Sec\rret", SLICE("a"), "no name");
    refused("Secret: x", SLICE("a"), "no name");
    refused("", SLICE("a"), "no name");
}

static void lines_of_1024_bytes_pass_and_longer_ones_do_not(void **state)
{
    (void)state;
    char value[1025];
    memset(value, 'v', sizeof(value));
    size_t longest = 1024 - sizeof("Value: \r\n") + 1;
    struct buf out = BUF_INIT(1 << 20);
    struct request r;
    struct err err = ERR_INIT;
    request_begin(&r, &out, REQUEST_SETVAR, (struct slice){ NULL, 0 });
    request_add(&r, "Value", (struct slice){ value, longest });
    assert_true(request_end(&r, &err));
    assert_int_equal(out.len, sizeof("Action: Setvar\r\n") - 1 + 1024 + 2);
    buf_clear(&out);
    refused("Value", (struct slice){ value, longest + 1 }, "too long");

    request_begin(&r, &out, REQUEST_SETVAR, (struct slice){ NULL, 0 });
    request_addf(&r, "Value", "%0*d", 2000, 1);
    assert_false(request_end(&r, &err));
    assert_int_equal(out.len, 0);
    buf_clear(&out);
}

static void asterisk_takes_128_headers(void **state)
{
    (void)state;
    struct buf out = BUF_INIT(1 << 20);
    struct request r;
    struct err err = ERR_INIT;
    for (int extra = 127; extra <= 128; extra++) {
        request_begin(&r, &out, REQUEST_SETVAR, (struct slice){ NULL, 0 });
        for (int i = 0; i < extra; i++)
            request_add(&r, "Variable", SLICE("x"));
        assert_int_equal(request_end(&r, &err), extra == 127);
    }
    assert_non_null(strstr(err.text, "128"));
    buf_clear(&out);
}

static void what_does_not_fit_leaves_nothing(void **state)
{
    (void)state;
    for (size_t max = 0; max < 60; max++) {
        struct buf out = BUF_INIT(max);
        struct request r;
        struct err err = ERR_INIT;
        request_begin(&r, &out, REQUEST_LOGIN, SLICE("1"));
        request_add(&r, "Secret", SLICE("hunter2"));
        bool ok = request_end(&r, &err);
        assert_int_equal(ok, max >= sizeof("Action: Login\r\nActionID: 1\r\nSecret: hunter2\r\n\r\n") - 1);
        assert_false(out.overflow);
        if (!ok) {
            assert_int_equal(out.len, 0);
            assert_int_equal(err.kind, ERR_USAGE);
            for (size_t i = 0; i + 1 < out.cap; i++)
                assert_int_not_equal(out.data[i], 'h');
        }
        buf_clear(&out);
    }
}

static void every_row_is_known_by_its_name(void **state)
{
    (void)state;
    for (int k = 0; k < REQUEST_COUNT; k++) {
        enum request_kind kind;
        assert_non_null(request_table[k].action);
        assert_true(request_kind_of(slice_of(request_table[k].action), &kind));
        assert_int_equal(kind, k);
        enum event_kind end = request_table[k].list_end;
        assert_true(end == EVENT_COUNT || event_table[end].is_list_item);
    }
    enum request_kind kind;
    assert_true(request_kind_of(SLICE("queuestatus"), &kind));
    assert_int_equal(kind, REQUEST_QUEUE_STATUS);
    assert_false(request_kind_of(SLICE("Command"), &kind));
    assert_false(request_kind_of(SLICE(""), &kind));
    for (int k = 0; k < REQUEST_COUNT; k++)
        assert_int_equal(request_table[k].changes, k >= REQUEST_SETVAR); /* the orders stand behind it */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_is_lines_and_an_empty_one),
        cmocka_unit_test(what_would_begin_another_request_is_refused),
        cmocka_unit_test(lines_of_1024_bytes_pass_and_longer_ones_do_not),
        cmocka_unit_test(asterisk_takes_128_headers),
        cmocka_unit_test(what_does_not_fit_leaves_nothing),
        cmocka_unit_test(every_row_is_known_by_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
