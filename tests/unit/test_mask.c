/* SPDX-License-Identifier: MIT */
/* What is left of a caller's number for who may not know it. */
#include "core/floor/mask.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static struct mask *mask;

static int setup(void **state)
{
    (void)state;
    mask = mask_new();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    mask_free(mask);
    return 0;
}

static const struct fact_caller *caller(const char *number, const char *name, const char *channel)
{
    static struct fact_caller c;
    c = (struct fact_caller){ .id = 7, .uniqueid = (char *)(uintptr_t)"1700000000.12", .number = (char *)(uintptr_t)number, .name = (char *)(uintptr_t)name, .channel = (char *)(uintptr_t)channel };
    return (const void *)mask_fact(mask, FACT_CALLER, (const struct fact *)&c);
}

static void numbers_keep_their_ends(void **state)
{
    (void)state;
    static const struct {
        const char *number, *masked;
    } rows[] = {
        { "+41791234534", "+4179*****34" },
        { "+41 79 123 45 34", "+41 79 *** ** 34" },
        { "0791234534", "079*****34" },
        { "1234567", "12***67" },
        { "12345", "1**45" },
        { "0041791234534", "004********34" },
        { "4011", "4011" },
        { "401", "401" },
        { "anonymous", "anonymous" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_string_equal(caller(rows[i].number, NULL, NULL)->number, rows[i].masked);
}

static void a_name_that_is_a_number_is_one(void **state)
{
    (void)state;
    assert_string_equal(caller("401", "079 123 45 34", NULL)->name, "079 *** ** 34");
    assert_string_equal(caller("401", "Jo 0791234534", NULL)->name, "Jo 079*****34");
    assert_string_equal(caller("401", "Jo Li", NULL)->name, "Jo Li");
    assert_string_equal(caller("401", "Flat 123456", NULL)->name, "Flat 123456");
}

static void who_is_meant_stays_known(void **state)
{
    (void)state;
    const struct fact_caller *c = caller("0791234534", "Jo", "PJSIP/0791234534-0000001a");
    assert_int_equal(c->id, 7);
    assert_string_equal(c->uniqueid, "1700000000.12");
    assert_string_equal(c->channel, "PJSIP/079*****34-0000001a");
    assert_string_equal(caller(NULL, NULL, "PJSIP/401-00000012")->channel, "PJSIP/401-00000012");
}

static void what_has_no_number_is_the_fact_itself(void **state)
{
    (void)state;
    struct fact_queue q = { .id = 3, .name = (char *)(uintptr_t)"0791234534" };
    struct fact_call none = { .id = 4 };
    assert_ptr_equal(mask_fact(mask, FACT_QUEUE, (const struct fact *)&q), &q);
    assert_ptr_equal(mask_fact(mask, FACT_CALL, (const struct fact *)&none), &none);
    assert_null(mask_fact(mask, FACT_CALL, NULL));
}

static void orders_tell_no_number_either(void **state)
{
    (void)state;
    struct fact_order o = { .line = (char *)(uintptr_t)"hangup 0791234534", .what = (char *)(uintptr_t)"hang up Jo (+41791234534)", .answer = (char *)(uintptr_t)"no caller '0791234534' waits",
                            .undo = (char *)(uintptr_t)"add PJSIP/401 sales", .requests = (char *)(uintptr_t)"Channel: SIP/0791234534-1\nUniqueid: geneva-1700000000.12" };
    const struct fact_order *m = (const void *)mask_fact(mask, FACT_ORDER, (const struct fact *)&o);
    assert_string_equal(m->line, "hangup 079*****34");
    assert_string_equal(m->what, "hang up Jo (+4179*****34)");
    assert_string_equal(m->answer, "no caller '079*****34' waits");
    assert_string_equal(m->requests, "Channel: SIP/079*****34-1\nUniqueid: geneva-1700000000.12");
    assert_string_equal(m->undo, "add PJSIP/401 sales");
}

/* Every text that some fact calls a number is masked, whatever is added to the table of facts. */
static void no_number_is_forgotten(void **state)
{
    (void)state;
    static char number[] = "0791234534";
    for (int kind = 0; kind < FACT_COUNT; kind++) {
        for (size_t i = 0; i < fact_table[kind].field_count; i++) {
            const struct fact_field *field = &fact_table[kind].field[i];
            union fact_any any = { .head = { 0 } };
            char *text = number;
            bool is_number = strcmp(field->id, "number") == 0 || strcmp(field->id, "peer_number") == 0;
            if (field->type != TYPE_TEXT || !is_number)
                continue;
            memset(&any, 0, sizeof any);
            memcpy((char *)&any + field->offset, &text, sizeof text);
            assert_string_equal(fact_text(mask_fact(mask, (enum fact_kind)kind, &any.head), field), "079*****34");
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_keep_their_ends), cmocka_unit_test(a_name_that_is_a_number_is_one), cmocka_unit_test(who_is_meant_stays_known),
        cmocka_unit_test(what_has_no_number_is_the_fact_itself), cmocka_unit_test(orders_tell_no_number_either), cmocka_unit_test(no_number_is_forgotten),
    };
    return cmocka_run_group_tests_name("mask", tests, setup, teardown);
}
