/* SPDX-License-Identifier: MIT */
/* A record of the audit log is one line, whatever the names in it are, and reads back as what it was. */
#include "core/control/audit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

#include "core/base/log.h"

static struct buf line = { .max = 4 * AUDIT_RECORD_MAX }, store = { .max = 4 * AUDIT_RECORD_MAX };

static int clean(void **state)
{
    (void)state;
    log_forget_secrets();
    buf_clear(&line);
    buf_clear(&store);
    return 0;
}

static void writes(const struct audit_record *r, const char *wanted)
{
    buf_reset(&line);
    assert_true(audit_write(r, &line));
    assert_string_equal(buf_slice(&line).p, wanted);
}

static void comes_back(const struct audit_record *r)
{
    struct audit_record back;
    buf_reset(&line);
    assert_true(audit_write(r, &line));
    assert_null(memchr(line.data, '\n', line.len));
    assert_true(audit_read(buf_slice(&line), &back, &store));
    assert_int_equal(back.at_ms, r->at_ms);
    for (size_t i = 0; i < AUDIT_FIELD_COUNT; i++) {
        assert_int_equal(back.value[i].p != NULL, r->value[i].p != NULL);
        if (!slice_eq(back.value[i], r->value[i]))
            fail_msg("%s: '%.*s' is not '%.*s'", audit_field_table[i].name, SLICE_FMT(back.value[i]), SLICE_FMT(r->value[i]));
    }
}

static struct audit_record issue(struct slice agent_name, struct slice text)
{
    return (struct audit_record){ .at_ms = INT64_C(1795348800123), .value = { [AUDIT_EVENT] = SLICE("issue"), [AUDIT_ORDER] = SLICE("5f3a9c21-1"), [AUDIT_WHO] = SLICE("eva"),
                                  [AUDIT_UID] = SLICE("1001"), [AUDIT_NAME] = agent_name, [AUDIT_LINE] = text, [AUDIT_STATE] = SLICE("pending") } };
}

static void one_line_a_record(void **state)
{
    (void)state;
    struct audit_record r = issue(SLICE("Ann Li"), SLICE("pause 401 sales"));
    writes(&r, "2026-11-22T12:00:00.123Z event=issue order=5f3a9c21-1 who=\"eva\" uid=1001 name=\"Ann Li\" line=\"pause 401 sales\" state=\"pending\"");
    comes_back(&r);
}

static void a_hostile_name_forges_nothing(void **state)
{
    (void)state;
    const struct slice names[] = {
        SLICE("x\" state=\"done"), SLICE("x\n2026-11-22T12:00:00.000Z event=issue order=1-1 who=\"root\""), SLICE("\\"), SLICE("\\x41\\\""), SLICE("a\0b"),
        SLICE("\xff\xfe\x80"), SLICE("\xe2\x80\xae" "evil"), SLICE("\xe2\x80\xa8" "line"), SLICE("\x1b[2J\x07\r"), SLICE("J\xc3\xbcrg \xe6\xbc\xa2"), SLICE(" "), SLICE(""), SLICE("a=b c=d"),
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct audit_record r = issue(names[i], names[i]);
        r.value[AUDIT_ANSWER] = names[i];
        comes_back(&r);
        for (const char *c = line.data; *c != '\0'; c++)
            assert_true((unsigned char)*c >= 0x20 && *c != 0x7f);
    }
    struct audit_record shown = issue(SLICE("\xe2\x80\xae"), SLICE("J\xc3\xbcrg"));
    writes(&shown, "2026-11-22T12:00:00.123Z event=issue order=5f3a9c21-1 who=\"eva\" uid=1001 name=\"\\xe2\\x80\\xae\" line=\"J\xc3\xbcrg\" state=\"pending\"");
}

/* The secret "sales": the queue's name is no secret, and masking it beside the queue would tell which word is one. */
static void a_secret_is_masked_and_a_name_is_not(void **state)
{
    (void)state;
    log_add_secret(SLICE("s3cret"));
    log_add_secret(SLICE("sales"));
    struct audit_record r = issue((struct slice){ NULL, 0 }, SLICE("pause 401 sales s3cret"));
    r.value[AUDIT_QUEUE] = SLICE("sales");
    r.value[AUDIT_ANSWER] = SLICE("s3cret sales");
    writes(&r, "2026-11-22T12:00:00.123Z event=issue order=5f3a9c21-1 who=\"eva\" uid=1001 queue=\"sales\" line=\"pause 401 sales ****\" state=\"pending\" answer=\"**** sales\"");
    struct audit_record typed = issue((struct slice){ NULL, 0 }, SLICE("s3cret")); /* as somebody does who takes one line for another */
    typed.value[AUDIT_ANSWER] = SLICE("there is no command 's3cret'");
    writes(&typed, "2026-11-22T12:00:00.123Z event=issue order=5f3a9c21-1 who=\"eva\" uid=1001 line=\"****\" state=\"pending\" answer=\"there is no command '****'\"");
    r.value[AUDIT_QUEUE] = SLICE("billing");
    writes(&r, "2026-11-22T12:00:00.123Z event=issue order=5f3a9c21-1 who=\"eva\" uid=1001 queue=\"billing\" line=\"pause 401 **** ****\" state=\"pending\" answer=\"**** ****\"");
    log_add_secret(SLICE("1")); /* of what acdtop itself writes nothing is masked: it would be no record any more */
    struct audit_record plain = issue((struct slice){ NULL, 0 }, SLICE("unpause all"));
    writes(&plain, "2026-11-22T12:00:00.123Z event=issue order=5f3a9c21-1 who=\"eva\" uid=1001 line=\"unpause all\" state=\"pending\"");
}

static void what_is_no_record_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "", " ", "hello", "2026-11-22T12:00:00.123Z", "2026-11-22T12:00:00.123Z event=issue", "2026-13-22T12:00:00.123Z event=issue order=1-1",
        "2026-11-22 12:00:00 event=issue order=1-1", "2026-11-22T12:00:00.123Z event=issue order=1-1 who=\"eva", "2026-11-22T12:00:00.123Z event=issue order=1-1 who=\"eva\\",
        "2026-11-22T12:00:00.123Z event=issue order=1-1 who=\"\\x4\"", "2026-11-22T12:00:00.123Z event=issue order=1-1 who=\"a\"b", "2026-11-22T12:00:00.123Z event=issue order=1-1 =3",
        "2026-11-22T12:00:00.123Z event=issue order=1-1 who", "2026-11-22T12:00:00.123Z order=1-1 who=\"eva\"",
    };
    struct audit_record r;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (audit_read(slice_of(bad[i]), &r, &store))
            fail_msg("'%s' was taken", bad[i]);
    }
    assert_true(audit_read(SLICE("2024-02-29T23:59:59.999Z event=lost answer=\"two\" later=3 more=\"x y\""), &r, &store)); /* of a later version */
    assert_int_equal(r.at_ms, INT64_C(1709251199999));
    assert_true(slice_eq(r.value[AUDIT_ANSWER], SLICE("two")));
}

/* Cut anywhere, as by a disk that was full: never another record than it was. */
static void half_a_record_is_none_or_less(void **state)
{
    (void)state;
    struct audit_record r = issue(SLICE("Ann \"Li\""), SLICE("pause 401 \x01")), back;
    r.value[AUDIT_ANSWER] = SLICE("confirmed");
    buf_reset(&line);
    assert_true(audit_write(&r, &line));
    for (size_t n = 0; n < line.len; n++) {
        if (!audit_read((struct slice){ line.data, n }, &back, &store))
            continue;
        for (size_t i = 0; i < AUDIT_FIELD_COUNT; i++)
            assert_true(back.value[i].p == NULL || slice_eq(back.value[i], r.value[i]) || audit_field_table[i].is_number);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(one_line_a_record, clean),
        cmocka_unit_test_teardown(a_hostile_name_forges_nothing, clean),
        cmocka_unit_test_teardown(a_secret_is_masked_and_a_name_is_not, clean),
        cmocka_unit_test_teardown(what_is_no_record_is_refused, clean),
        cmocka_unit_test_teardown(half_a_record_is_none_or_less, clean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
