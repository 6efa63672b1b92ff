/* SPDX-License-Identifier: MIT */
/* One PBX of the keeper, shown a transcript: the day turns at local midnight, and what a transcript may hold harms nobody. */
#include "core/base/clock.h"
#include "core/keeper/pbx.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define MIDNIGHT_MS INT64_C(1795392000000) /* UTC */

static struct {
    struct pbx_settings settings;
    struct pbx *pbx;
    uint64_t queue;
} t;

static void changed(void *context, enum fact_kind kind, uint64_t id, bool is_gone)
{
    (void)context;
    if (kind == FACT_QUEUE && !is_gone)
        t.queue = id;
}

static void show(enum transcript_kind kind, const char *text, int64_t now_ms)
{
    struct transcript_entry e = { .kind = kind, .pbx = SLICE("geneva"), .bytes = slice_of(text) };
    pbx_replay(t.pbx, &e, now_ms);
}

/* The floor's time is 0 a minute before midnight. */
static int open_replay(void **state)
{
    (void)state;
    (void)setenv("TZ", "UTC0", 1);
    tzset();
    t.settings = (struct pbx_settings){ .name = (char *)(uintptr_t)"geneva" };
    struct pbx_setup setup = { .settings = &t.settings, .wall_at_zero_ms = MIDNIGHT_MS - 60000, .changed = changed };
    t.pbx = pbx_new(&setup, 1000, MIDNIGHT_MS - 59000);
    pbx_start(t.pbx, 1000);
    return 0;
}

static int close_replay(void **state)
{
    (void)state;
    pbx_free(t.pbx);
    return 0;
}

static const struct fact_queue *the_queue(void)
{
    return (const void *)pbx_get(t.pbx, FACT_QUEUE, t.queue);
}

static void go_live(void)
{
    show(TRANSCRIPT_UP, "geneva:5038", 2000);
    show(TRANSCRIPT_RECEIVED, "Asterisk Call Manager/11.0.0\r\n", 2000);
    show(TRANSCRIPT_SENT, "Action: QueueStatus\r\nActionID: x-1\r\n\r\n", 2000);
    show(TRANSCRIPT_RECEIVED,
         "Response: Success\r\nActionID: x-1\r\nEventList: start\r\n\r\n"
         "Event: QueueParams\r\nQueue: q1\r\nMax: 0\r\nCalls: 0\r\nActionID: x-1\r\n\r\n"
         "Event: QueueStatusComplete\r\nActionID: x-1\r\nEventList: Complete\r\nListItems: 1\r\n\r\n",
         2000);
    for (int64_t now_ms = 2000; now_ms <= 9000; now_ms += 500)
        pbx_tick(t.pbx, now_ms);
}

#define JOIN(uid, count) "Event: QueueCallerJoin\r\nQueue: q1\r\nChannel: PJSIP/c\r\nUniqueid: " uid "\r\nPosition: " count "\r\nCount: " count "\r\n\r\n"

static void the_day_turns_at_local_midnight(void **state)
{
    (void)state;
    go_live();
    show(TRANSCRIPT_RECEIVED, JOIN("u1", "1"), 59999);
    pbx_tick(t.pbx, 59999);
    assert_int_equal(the_queue()->offered, 1);
    assert_true(pbx_deadline(t.pbx) <= 60000);
    show(TRANSCRIPT_RECEIVED, JOIN("u2", "2"), 60000); /* before any tick: already the new day's */
    assert_int_equal(the_queue()->offered, 1);
    assert_int_equal(the_queue()->waiting, 2);
    assert_true(the_queue()->since == MIDNIGHT_MS);
    pbx_tick(t.pbx, 61000);
    assert_int_equal(the_queue()->offered, 1);
    pbx_tick(t.pbx, 60000 + INT64_C(24) * 3600 * 1000);
    assert_int_equal(the_queue()->offered, 0);
}

/* After a connection that broke, or before any: as much as a transcript may hold. */
static void bytes_of_no_connection_are_dropped(void **state)
{
    (void)state;
    enum { PIECE = 1 << 20 };
    char *piece = malloc(PIECE);
    assert_non_null(piece);
    memset(piece, 'x', PIECE);
    struct transcript_entry e = { .kind = TRANSCRIPT_RECEIVED, .pbx = SLICE("geneva"), .bytes = { piece, PIECE } };
    (void)alarm(60); /* a replay that never comes to its end ends here */
    for (int i = 0; i < 80; i++)
        pbx_replay(t.pbx, &e, 2000);
    (void)alarm(0);
    free(piece);
    go_live();
    assert_non_null(the_queue());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_day_turns_at_local_midnight, open_replay, close_replay),
        cmocka_unit_test_setup_teardown(bytes_of_no_connection_are_dropped, open_replay, close_replay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
