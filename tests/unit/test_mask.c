/* SPDX-License-Identifier: MIT */
/* What is left of a caller's number for who may not know it. */
#include "core/floor/mask.h"

#include "core/base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
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
    assert_string_equal(caller("401", "Flat 123456", NULL)->name, "Flat 1***56");
    assert_string_equal(caller("401", "Flat123456", NULL)->name, "Flat123456");
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
    assert_string_equal(m->requests, "Channel: SIP/079******4-1\nUniqueid: geneva-1700000000.12");
    assert_string_equal(m->undo, "add PJSIP/401 sales");
}

static void is(const char *text, const char *wanted)
{
    struct buf out = BUF_INIT(1024);
    mask_text(mask, slice_of(text), &out);
    assert_string_equal(out.data, wanted);
    buf_clear(&out);
}

static void sentences_hide_numbers_in_parts(void **state)
{
    (void)state;
    is("send 079 123 45 34 to Ann", "send 079 *** ** 34 to Ann");
    is("hang up Jo (079/123-45-34), who waits", "hang up Jo (079/***-**-34), who waits");
    is("(079) 123.45.34", "(079) ***.**.34");
    is("dial 401 +41 (0)79 123 45 34", "dial 401 +41 (0)7* *** ** 34");
    is("+41\xc2\xa0" "79\xe2\x80\xaf" "123\xe2\x80\x93" "4534", "+41\xc2\xa0" "79\xe2\x80\xaf" "***\xe2\x80\x93" "**34");
    is("no caller '12345' waits any more", "no caller '1**45' waits any more");
    is("no caller '123456' waits any more", "no caller '1***56' waits any more");
    is("079 1234567", "079 *****67");
    is("send 0791234534 0442223344", "send 079*****34 044*****44");
    is("ring 123-4567 8 times", "ring 12*-***7 8 times"); /* what may be one number is one */
}

static void sentences_keep_what_is_no_number(void **state)
{
    (void)state;
    static const char *const same[] = { "pause 401 600 lunch", "priority 1700000000.12 5", "add PJSIP/401-0000001a", "geneva1-1700000000.12 is there", "Asterisk 16.28.0 only notes it",
                                        "3 of 12 steps were done at 14:32:10", "after 90 s, 7 of 9", "id a1b23456c", "Local/402@agents-0000001a;2", "", "5", "4011" };
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        struct buf out = BUF_INIT(1024);
        mask_text(mask, slice_of(same[i]), &out);
        assert_string_equal(out.data != NULL ? out.data : "", same[i]);
        buf_clear(&out);
    }
    is("079-00123456", "079-******56"); /* looks like the end of a channel, and is none */
    is("+1700000000.12", "+1700******.12");
}

static void names_of_the_floor_stay(void **state)
{
    (void)state;
    const struct fact_agent ann = { .interface = (char *)(uintptr_t)"PJSIP/40123", .extension = (char *)(uintptr_t)"40123" },
                            out = { .interface = (char *)(uintptr_t)"Local/08912345678@out", .extension = (char *)(uintptr_t)"08912345678" };
    const struct fact_queue q = { .name = (char *)(uintptr_t)"60010" };
    is("add 40123 60010 5", "add 401** ****0 5");
    mask_learn(mask, FACT_AGENT, (const void *)&ann);
    mask_learn(mask, FACT_AGENT, (const void *)&out);
    mask_learn(mask, FACT_QUEUE, (const void *)&q);
    mask_learn(mask, FACT_QUEUE, NULL);
    const struct fact_endpoint idle = { .name = (char *)(uintptr_t)"40555", .extension = (char *)(uintptr_t)"40555" };
    is("add 40555 60010", "add 405** ***10");
    mask_learn(mask, FACT_ENDPOINT, (const void *)&idle);
    is("add 40555 60010", "add 40555 60010");
    is("add 40123 60010 5", "add 40123 60010 5");
    is("pause 40123 60010", "pause 40123 60010");
    is("send 12345 40123", "send 123** ***23"); /* unknown beside known: rather both */
    is("pause Local/08912345678@out", "pause Local/089******78@out"); /* dialled: no name, whoever has it */
}

static void devices_that_are_dialled_are_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *device, *told;
    } rows[] = {
        { "Local/08912345678@out/n", "Local/089******78@out/n" },
        { "SIP/004989123456", "SIP/004*******56" },
        { "PJSIP/+4179123453@trunk", "PJSIP/+4179****53@trunk" },
        { "Local/4155552671@out", "Local/415*****71@out" },
        { "PJSIP/40123456", "PJSIP/40123456" },
        { "Local/401234@agents/n", "Local/401234@agents/n" },
        { "PJSIP/401-0000001a", "PJSIP/401-0000001a" },
        { "Ann 079 123 45 34", "Ann 079 *** ** 34" },
        { "Agent 1001", "Agent 1001" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buf out = BUF_INIT(256);
        mask_device(slice_of(rows[i].device), &out);
        assert_string_equal(out.data, rows[i].told);
        buf_clear(&out);
    }
}

static size_t draw(size_t n)
{
    static uint32_t seed = 1;
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % n;
}

/* However a number is written and whatever stands around it: no more of it is told than its ends. Words that are drawn at random, the same each time. */
static void no_more_than_the_ends_is_told(void **state)
{
    (void)state;
    static const char *const gaps[] = { "", "", " ", "-", ".", "/", ") ", " (", " - ", "\xc2\xa0", "\xe2\x80\x91" };
    static const char *const before[] = { "", "hangup ", "'", "(", "move Jo (", "Local/", "x", "no caller '", "PJSIP/401-0000001a ", "1700000000.12 ", "tel:+" };
    static const char *const after[] = { "", "'", ") waits", "@out-0000001a;2", "/n", " to sales", ".", ", 2 of 3", "\nundo" };
    for (int round = 0; round < 200000; round++) {
        struct buf text = BUF_INIT(512), out = BUF_INIT(512);
        size_t head, from, digits = 7 + draw(9), told = 0;
        (void)buf_addf(&text, "%s", before[draw(sizeof before / sizeof before[0])]);
        from = text.len;
        for (size_t i = 0; i < digits; i++)
            (void)buf_addf(&text, "%u%s", i == 0 ? 3u : (unsigned)draw(10), i + 1 < digits ? gaps[draw(sizeof gaps / sizeof gaps[0])] : "");
        size_t to = text.len;
        (void)buf_addf(&text, "%s", after[draw(sizeof after / sizeof after[0])]);
        mask_text(mask, buf_slice(&text), &out);
        assert_int_equal(out.len, text.len);
        for (size_t i = 0; i < text.len; i++)
            assert_true(out.data[i] == text.data[i] || (out.data[i] == '*' && text.data[i] >= '0' && text.data[i] <= '9'));
        for (size_t i = from; i < to; i++)
            told += out.data[i] >= '0' && out.data[i] <= '9';
        head = digits >= 10 ? 4 : 2;
        if (told > head + 2 + (digits >= 9 ? 2 : 0))
            fail_msg("%zu digits of '%s' are told: '%s'", told, text.data, out.data);
        buf_clear(&text);
        buf_clear(&out);
    }
}

/* Every text of every fact hides a number, but for those that are no person's: names of PBXs and queues, versions, Uniqueids, users. Whatever is
 * added to the table of facts is masked or stands here. */
static void only_these_texts_are_told_as_they_are(void **state)
{
    (void)state;
    static const char *const open[] = { "pbx.name", "pbx.asterisk", "pbx.reason", "pbx.cause", "pbx.address", "pbx.own_address", "pbx.write_classes", "pbx.seen_classes",
                                        "pbx.notice", "queue.name", "queue.alias", "queue.strategy", "agent.team", "member.team", "endpoint.team", "caller.uniqueid", "call.uniqueid",
                                        "call.agent_uniqueid", "call.phone_uniqueid", "spy.spyer_uniqueid", "spy.who", "line.queue_name", "order.who" };
    static char number[] = "0791234534";
    for (int kind = 0; kind < FACT_COUNT; kind++) {
        for (size_t i = 0; i < fact_table[kind].field_count; i++) {
            const struct fact_field *field = &fact_table[kind].field[i];
            union fact_any any;
            char *text = number, name[80];
            bool is_open = false;
            if (field->type != TYPE_TEXT)
                continue;
            memset(&any, 0, sizeof any);
            memcpy((char *)&any + field->offset, &text, sizeof text);
            (void)snprintf(name, sizeof name, "%s.%s", fact_table[kind].name, field->id);
            for (size_t k = 0; k < sizeof open / sizeof open[0]; k++)
                is_open = is_open || strcmp(open[k], name) == 0;
            const char *told = fact_text(mask_fact(mask, (enum fact_kind)kind, &any.head), field);
            if (strcmp(told, is_open ? number : "079*****34") != 0)
                fail_msg("%s is told as %s", name, told);
        }
    }
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
        cmocka_unit_test(sentences_hide_numbers_in_parts), cmocka_unit_test(sentences_keep_what_is_no_number), cmocka_unit_test(devices_that_are_dialled_are_numbers),
        cmocka_unit_test(no_more_than_the_ends_is_told), cmocka_unit_test(only_these_texts_are_told_as_they_are), cmocka_unit_test(names_of_the_floor_stay),
    };
    return cmocka_run_group_tests_name("mask", tests, setup, teardown);
}
