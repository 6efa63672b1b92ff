/* SPDX-License-Identifier: MIT */
/* frame: limits, skipping, room to receive into, what a hostile peer can and cannot do. */
#include "core/ami/event.h"
#include "core/ami/frame.h"

#include "core/base/buf.h"
#include "core/base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define GREETING "Asterisk Call Manager/11.0.0\r\n"

static void feed(struct frame_reader *r, const char *text)
{
    frame_feed(r, slice_of(text));
}

static void expect_more(struct frame_reader *r)
{
    struct frame f;
    struct err err = ERR_INIT;
    assert_int_equal(frame_next(r, &f, &err), FRAME_MORE);
    assert_int_equal(err.kind, ERR_NONE);
}

static void expect_bad(struct frame_reader *r, const char *part)
{
    struct frame f;
    for (int i = 0; i < 3; i++) { /* once bad, always bad */
        struct err err = ERR_INIT;
        assert_int_equal(frame_next(r, &f, &err), FRAME_BAD);
        assert_int_equal(err.kind, ERR_PROTOCOL);
        assert_non_null(strstr(err.text, part));
        feed(r, "Event: X\r\n\r\n");
    }
}

static struct frame expect_ready(struct frame_reader *r, size_t fields)
{
    struct frame f;
    struct err err = ERR_INIT;
    assert_int_equal(frame_next(r, &f, &err), FRAME_READY);
    assert_int_equal(f.count, fields);
    return f;
}

static struct frame_reader *greeted(const struct frame_limits *limits, bool (*want)(struct slice))
{
    struct frame_reader *r = frame_reader_new(limits, want);
    feed(r, GREETING);
    assert_true(expect_ready(r, 1).is_greeting);
    return r;
}

static void nothing_is_more(void **state)
{
    (void)state;
    struct frame_reader *r = frame_reader_new(NULL, NULL);
    expect_more(r);
    feed(r, "");
    expect_more(r);
    feed(r, "Asterisk Call");
    expect_more(r);
    frame_reader_free(r);
    frame_reader_free(NULL);
}

static void raw_holds_the_whole_message(void **state)
{
    (void)state;
    struct frame_reader *r = greeted(NULL, NULL);
    feed(r, "\r\nResponse: Success\r\nPing: Pong\r\n\r\nEvent: B\n\n");
    struct frame f = expect_ready(r, 2);
    assert_true(slice_eq(f.raw, SLICE("Response: Success\r\nPing: Pong\r\n\r\n")));
    assert_false(f.is_greeting);
    assert_true(slice_eq(frame_get(&f, SLICE("PING")), SLICE("Pong")));
    assert_null(frame_get(&f, SLICE("Pin")).p);
    f = expect_ready(r, 1);
    assert_true(slice_eq(f.raw, SLICE("Event: B\n\n")));
    frame_reader_free(r);
}

static void a_line_without_end_is_bad(void **state)
{
    (void)state;
    struct frame_limits limits = { .line_max = 100, .message_max = 1000 };
    struct frame_reader *r = greeted(&limits, NULL);
    feed(r, "Event: X\r\nA: ");
    for (int i = 0; i < 97; i++) {
        feed(r, "a");
        expect_more(r);
    }
    feed(r, "aa");
    expect_bad(r, "a line of more than 100 bytes");
    frame_reader_free(r);
}

static void a_long_line_that_ends_is_bad_too(void **state)
{
    (void)state;
    struct frame_limits limits = { .line_max = 20 }; /* the greeting is longer, and has a limit of its own */
    struct frame_reader *r = greeted(&limits, NULL);
    feed(r, "12345678901234567890\r\n\r\n");
    expect_ready(r, 1);
    feed(r, "123456789012345678901\r\n\r\n");
    expect_bad(r, "a line of more than 20 bytes");
    frame_reader_free(r);
}

static enum frame_state end_of(const char *text, size_t piece)
{
    struct frame_limits limits = { .line_max = 20, .message_max = 60 };
    struct frame_reader *r = greeted(&limits, event_is_wanted);
    enum frame_state state = FRAME_MORE;
    for (struct slice left = slice_of(text); left.n > 0 && state != FRAME_BAD;) {
        size_t n = piece == 0 || piece > left.n ? left.n : piece;
        struct frame f;
        struct err err = ERR_INIT;
        frame_feed(r, (struct slice){ left.p, n });
        left = (struct slice){ left.p + n, left.n - n };
        while ((state = frame_next(r, &f, &err)) == FRAME_READY)
            continue;
    }
    frame_reader_free(r);
    return state;
}

static void limits_do_not_depend_on_the_pieces(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum frame_state want;
    } rows[] = {
        { "Event: Hangup\r\n12345678901234567890\r\n\r\n", FRAME_MORE }, /* the CR is no byte of the line */
        { "Event: Hangup\r\n123456789012345678901\r\n\r\n", FRAME_BAD },
        { "Event: RTCPSent\r\n12345678901234567890\r\n\r\n", FRAME_MORE }, /* passed over, and under the same limits */
        { "Event: RTCPSent\r\n123456789012345678901\r\n\r\n", FRAME_BAD },
        { "Event: RTCPSent\r\na: 1\r\nb: 2\r\nc: 3\r\nd: 4\r\ne: 5\r\nf: 6\r\ng: 7\r\nh: 8\r\n\r\n", FRAME_BAD },
        { "Event: RTCPSent\r\na: 1\r\nb: 2\r\nc: 3\r\nd: 4\r\ne: 5\r\nf: 6\r\n\r\n", FRAME_MORE },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (size_t piece = 0; piece < 24; piece++)
            if (end_of(rows[i].text, piece) != rows[i].want)
                fail_msg("row %zu in pieces of %zu", i, piece);
}

static void a_message_without_end_is_bad(void **state)
{
    (void)state;
    struct frame_limits limits = { .message_max = 500 };
    struct frame_reader *r = greeted(&limits, NULL);
    struct frame f;
    enum frame_state s = FRAME_MORE;
    int lines = 0;
    for (; s == FRAME_MORE && lines < 1000; lines++) {
        feed(r, "Variable: x\r\n");
        s = frame_next(r, &f, NULL);
    }
    assert_int_equal(lines, 500 / 13 + 1);
    expect_bad(r, "a message of more than 500 bytes");
    frame_reader_reset(r);
    feed(r, GREETING "Event: X\r\n\r\n");
    assert_true(expect_ready(r, 1).is_greeting);
    expect_ready(r, 1);
    frame_reader_free(r);
}

static void too_many_fields_are_bad(void **state)
{
    (void)state;
    struct frame_limits limits = { .field_max = 128 };
    struct frame_reader *r = greeted(&limits, NULL);
    for (int i = 0; i < 128; i++)
        feed(r, "a:b\n");
    feed(r, "\n");
    expect_ready(r, 128);
    for (int i = 0; i < 129; i++)
        feed(r, "a:b\n");
    expect_bad(r, "more than 128 lines");
    frame_reader_free(r);
}

static void a_greeting_without_end_is_bad(void **state)
{
    (void)state;
    struct frame_reader *r = frame_reader_new(NULL, NULL);
    struct frame f;
    size_t n = 0;
    while (frame_next(r, &f, NULL) == FRAME_MORE && n < 100000) {
        feed(r, "\x16\x03\x01");
        n += 3;
    }
    assert_in_range(n, 1025, 1030);
    expect_bad(r, "a greeting");
    frame_reader_free(r);
}

static bool wants_hold(struct slice name)
{
    return slice_eq(name, SLICE("Hold"));
}

static void unwanted_events_are_passed_over(void **state)
{
    (void)state;
    const char *text = "Event: RTCPSent\r\nA: b\r\n\r\nEvent: Hold\r\nChannel: x\r\n\r\n"
                       "Event: RTCPReceived\n\nResponse: Success\r\n\r\nEvent: NewExten\r\nx\r\n\r\n\r\nevent:Hold\n\n";
    for (size_t step = 1; step < 12; step++) {
        struct frame_reader *r = greeted(NULL, wants_hold);
        struct frame f;
        size_t got = 0;
        for (struct slice s = slice_of(text); s.n > 0;) {
            size_t n = step < s.n ? step : s.n;
            frame_feed(r, (struct slice){ s.p, n });
            s = (struct slice){ s.p + n, s.n - n };
            while (frame_next(r, &f, NULL) == FRAME_READY) {
                got++;
                assert_int_equal(f.count, got == 1 ? 2 : 1);
            }
        }
        assert_int_equal(got, 3);
        assert_int_equal(frame_skipped(r), 3);
        frame_reader_free(r);
    }
}

/* Found by fuzzing: with its end at hand it was counted before it was found too long, cut in pieces it was not. */
static void an_unwanted_event_too_long_is_not_passed_over(void **state)
{
    (void)state;
    struct frame_limits limits = { .message_max = 100 };
    static const char line[] = "A: 3456789012345678901234567890\r\n", *const part[] = { "Event: Other\r\n", line, line, line, line, "\r\n" };
    for (int is_cut = 0; is_cut < 2; is_cut++) {
        struct frame_reader *r = greeted(&limits, wants_hold);
        struct frame f;
        enum frame_state last = FRAME_MORE;
        for (size_t i = 0; i < sizeof part / sizeof part[0]; i++) {
            feed(r, part[i]);
            if (is_cut)
                last = frame_next(r, &f, NULL);
        }
        if (!is_cut)
            last = frame_next(r, &f, NULL);
        assert_int_equal(last, FRAME_BAD);
        assert_int_equal(frame_skipped(r), 0);
        frame_reader_free(r);
    }
}

static void an_unwanted_event_without_end_is_bad(void **state)
{
    (void)state;
    struct frame_limits limits = { .message_max = 500 };
    struct frame_reader *r = greeted(&limits, wants_hold);
    struct frame f;
    int lines = 0;
    feed(r, "Event: Other\r\n");
    for (; frame_next(r, &f, NULL) == FRAME_MORE && lines < 1000; lines++)
        feed(r, "Variable: x\r\n");
    expect_bad(r, "a message of more than 500 bytes");
    frame_reader_free(r);
}

/* Values survive the moves of the buffer that hold a message's first half. */
static void a_large_message_in_small_rooms(void **state)
{
    (void)state;
    struct frame_reader *r = greeted(NULL, NULL);
    struct buf all = BUF_INIT(4 * 1024 * 1024);
    for (int i = 0; i < 3000; i++)
        buf_addf(&all, "ChanVariable: v%d=%0300d\r\n", i, i);
    buf_addf(&all, "\r\nEvent: Last\r\n\r\n");
    assert_true(all.len > 900 * 1024);
    struct frame f = { 0 };
    enum frame_state s = FRAME_MORE;
    for (size_t at = 0; at < all.len && s == FRAME_MORE;) {
        size_t room;
        char *to = frame_room(r, 1000, &room);
        assert_non_null(to);
        assert_true(room >= 1000);
        size_t n = all.len - at < 1000 ? all.len - at : 1000;
        memcpy(to, all.data + at, n);
        frame_fed(r, n);
        at += n;
        s = frame_next(r, &f, NULL);
    }
    assert_int_equal(s, FRAME_READY);
    assert_int_equal(f.count, 3000);
    for (int i = 0; i < 3000; i += 7) {
        char want[16];
        int n = snprintf(want, sizeof(want), "v%d=000", i);
        assert_true(slice_eq(f.field[i].name, SLICE("ChanVariable")));
        assert_memory_equal(f.field[i].value, want, (size_t)n);
    }
    buf_clear(&all);
    frame_reader_free(r);
}

/* Ten thousand messages through a reader leave it no larger than a few rooms. */
static void memory_does_not_grow(void **state)
{
    (void)state;
    struct frame_reader *r = greeted(NULL, NULL);
    size_t largest = 0;
    for (int i = 0; i < 10000; i++) {
        size_t room;
        char *to = frame_room(r, 512, &room);
        largest = room > largest ? room : largest;
        static const char piece[] = "Event: Hold\r\nChannel: x\r\n\r\nEvent: Ho";
        memcpy(to, piece, sizeof(piece) - 1);
        frame_fed(r, sizeof(piece) - 1);
        struct frame f;
        (void)frame_next(r, &f, NULL);
        assert_int_equal(frame_next(r, &f, NULL), FRAME_MORE);
        feed(r, "ld\r\n\r\n");
        assert_int_equal(frame_next(r, &f, NULL), FRAME_READY);
    }
    assert_true(largest < 8192);
    frame_reader_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_more),
        cmocka_unit_test(raw_holds_the_whole_message),
        cmocka_unit_test(a_line_without_end_is_bad),
        cmocka_unit_test(a_long_line_that_ends_is_bad_too),
        cmocka_unit_test(limits_do_not_depend_on_the_pieces),
        cmocka_unit_test(a_message_without_end_is_bad),
        cmocka_unit_test(too_many_fields_are_bad),
        cmocka_unit_test(a_greeting_without_end_is_bad),
        cmocka_unit_test(unwanted_events_are_passed_over),
        cmocka_unit_test(an_unwanted_event_too_long_is_not_passed_over),
        cmocka_unit_test(an_unwanted_event_without_end_is_bad),
        cmocka_unit_test(a_large_message_in_small_rooms),
        cmocka_unit_test(memory_does_not_grow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
