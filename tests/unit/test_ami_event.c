/* SPDX-License-Identifier: MIT */
/* event: every row of the tables, first of two headers, numbers, the escapes (the bytes themselves: tests/frames). */
#include "core/ami/event.h"

#include "core/base/buf.h"
#include "core/base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum { TEXT_MAX = 4 * 1024 * 1024 };

struct one {
    struct frame_reader *reader;
    struct frame frame;
    struct event event;
    struct err err;
    bool ok;
};

/* Decodes the first message of `text`, no greeting before it. */
static void decode(struct one *o, struct slice text)
{
    *o = (struct one){ .reader = frame_reader_new(NULL, NULL), .err = ERR_INIT };
    frame_feed(o->reader, SLICE("Asterisk Call Manager/11.0.0\r\n"));
    assert_int_equal(frame_next(o->reader, &o->frame, NULL), FRAME_READY);
    frame_feed(o->reader, text);
    assert_int_equal(frame_next(o->reader, &o->frame, NULL), FRAME_READY);
    memset(&o->event, 0xa5, sizeof(o->event)); /* event_decode promises to set what may be read */
    o->ok = event_decode(&o->frame, &o->event, &o->err);
}

static void done(struct one *o)
{
    frame_reader_free(o->reader);
}

static void every_field_is_found_by_its_name(void **state)
{
    (void)state;
    for (int f = 0; f < FIELD_COUNT; f++) {
        char text[256];
        const char *name = event_field_name((enum field)f);
        for (int spelling = 0; spelling < 3; spelling++) {
            int n = snprintf(text, sizeof(text), "First: x\r\n%s: v%d\r\n\r\n", name, f);
            for (char *c = text + 10; spelling > 0 && *c != ':'; c++)
                *c = (char)(*c >= 'A' && *c <= 'z' ? (spelling == 1 ? *c | 0x20 : *c & ~0x20) : *c);
            struct one o;
            decode(&o, (struct slice){ text, (size_t)n });
            assert_true(o.ok);
            assert_true(event_has(&o.event, (enum field)f));
            for (int other = 0; other < FIELD_COUNT; other++)
                assert_int_equal(event_has(&o.event, (enum field)other), other == f);
            done(&o);
        }
    }
}

static void near_names_are_not_fields(void **state)
{
    (void)state;
    struct one o;
    decode(&o, SLICE("Queu: 1\r\nQueuee: 2\r\n Queue: 3\r\nQueue : 4\r\n: 5\r\nSecondTransfererUniquexd: 6\r\nSecondTxxnsfererUniqueid: 7\r\n"
                     "X: 8\r\nChanVariable(PJSIP/a): q=1\r\n\r\n"));
    assert_true(o.ok);
    for (int f = 0; f < FIELD_COUNT; f++)
        assert_false(event_has(&o.event, (enum field)f));
    assert_null(event_get(&o.event, F_QUEUE).p);
    done(&o);
}

static void every_row_decodes_and_insists_on_its_fields(void **state)
{
    (void)state;
    for (int k = EVENT_OTHER + 1; k < EVENT_COUNT; k++) {
        const struct event_row *row = &event_table[k];
        assert_non_null(row->name);
        assert_int_equal(event_kind_of(slice_of(row->name)), k);
        assert_true(event_is_wanted(slice_of(row->name)));
        size_t must = 0;
        while (must < 6 && row->must[must] != 0)
            must++;
        for (size_t without = 0; without <= must; without++) {
            struct buf text = BUF_INIT(4096);
            buf_addf(&text, "Event: %s\r\n", row->name);
            for (size_t i = 0; i < must; i++) {
                if (i != without)
                    buf_addf(&text, "%s: 1\r\n", event_field_name(row->must[i]));
            }
            buf_addf(&text, "\r\n");
            struct one o;
            decode(&o, buf_slice(&text));
            assert_int_equal(o.event.kind, k);
            assert_int_equal(o.ok, without == must);
            if (!o.ok) {
                assert_int_equal(o.err.kind, ERR_PROTOCOL);
                assert_non_null(strstr(o.err.text, row->name));
                assert_non_null(strstr(o.err.text, event_field_name(row->must[without])));
            }
            done(&o);
            buf_clear(&text);
        }
    }
    assert_false(event_is_wanted(SLICE("RTCPSent")));
    assert_int_equal(event_kind_of(SLICE("")), EVENT_OTHER);
}

static void escapes_are_undone_only_in_marked_rows_and_fields(void **state)
{
    (void)state;
    for (int k = EVENT_OTHER + 1; k < EVENT_COUNT; k++) {
        struct buf text = BUF_INIT(16384);
        buf_addf(&text, "Event: %s\r\n", event_table[k].name);
        for (int f = 0; f < FIELD_COUNT; f++) {
            if (f != F_EVENT)
                buf_addf(&text, "%s: a\\'b\r\n", event_field_name((enum field)f));
        }
        buf_addf(&text, "\r\n");
        struct one o;
        decode(&o, buf_slice(&text));
        assert_true(o.ok);
        for (int f = 0; f < FIELD_COUNT; f++) {
            bool is_undone = event_table[k].is_escaped && event_field_is_escaped((enum field)f);
            if (f != F_EVENT)
                assert_true(slice_eq(event_get(&o.event, (enum field)f), is_undone ? SLICE("a'b") : SLICE("a\\'b")));
        }
        done(&o);
        buf_clear(&text);
    }
}

static void list_items_carry_no_class(void **state)
{
    (void)state;
    for (int k = EVENT_OTHER + 1; k < EVENT_COUNT; k++)
        assert_int_equal(event_table[k].is_list_item, event_table[k].event_class == CLASS_NONE);
}

static void numbers_out_of_range_are_the_fallback(void **state)
{
    (void)state;
    struct one o;
    decode(&o, SLICE("Event: X\r\nPenalty: 5\r\nPosition: 99999999999999999999\r\nCount: -1\r\nWait: 1x\r\nPriority: \r\nCalls: +3\r\n\r\n"));
    assert_int_equal(event_int(&o.event, F_PENALTY, 0, 10, -7), 5);
    assert_int_equal(event_int(&o.event, F_PENALTY, 0, 4, -7), -7);
    assert_int_equal(event_int(&o.event, F_POSITION, INT64_MIN, INT64_MAX, -7), -7);
    assert_int_equal(event_int(&o.event, F_COUNT, 0, 10, -7), -7);
    assert_int_equal(event_int(&o.event, F_COUNT, -1, 10, -7), -1);
    assert_int_equal(event_int(&o.event, F_WAIT, 0, 10, -7), -7);
    assert_int_equal(event_int(&o.event, F_PRIORITY, 0, 10, -7), -7);
    assert_int_equal(event_int(&o.event, F_CALLS, 0, 10, -7), 3);
    assert_int_equal(event_int(&o.event, F_QUEUE, 0, 10, -7), -7);
    done(&o);
}

static void a_megabyte_in_one_event(void **state)
{
    (void)state;
    struct buf text = BUF_INIT(TEXT_MAX);
    buf_addf(&text, "Event: Newchannel\r\nChannel: PJSIP/a\r\nUniqueid: 1.1\r\n");
    for (int i = 0; i < 4000; i++)
        buf_addf(&text, "ChanVariable: v%d=%0230d\r\n", i, i);
    buf_addf(&text, "Linkedid: 1.1\r\n\r\n");
    assert_true(text.len > 1000 * 1000);
    struct one o;
    decode(&o, buf_slice(&text));
    assert_true(o.ok);
    assert_true(slice_eq(event_get(&o.event, F_LINKEDID), SLICE("1.1")));
    done(&o);
    buf_clear(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_is_found_by_its_name),
        cmocka_unit_test(near_names_are_not_fields),
        cmocka_unit_test(every_row_decodes_and_insists_on_its_fields),
        cmocka_unit_test(escapes_are_undone_only_in_marked_rows_and_fields),
        cmocka_unit_test(list_items_carry_no_class),
        cmocka_unit_test(numbers_out_of_range_are_the_fallback),
        cmocka_unit_test(a_megabyte_in_one_event),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
