/* SPDX-License-Identifier: MIT */
/* The time line of a replay: standing still, speeds, steps, and moves in both directions. Time is an argument. */
#include "core/keeper/replay.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#include "core/base/timer.h"
#include "tui/past.h"
#include "tests/unit/support_temp.h"

static char path[TEMP_PATH_MAX];

/* Entries at 0, 1000, 5000 and 9000 ms, each with its number as text. */
static int write_transcript(void **state)
{
    (void)state;
    temp_template(path);
    int fd = mkstemp(path);
    FILE *f = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (f == NULL)
        return 1;
    (void)fprintf(f, "acdtop-transcript 1 1700000000000\n");
    static const int at[] = { 0, 1000, 5000, 9000 };
    for (int i = 0; i < 4; i++)
        (void)fprintf(f, "%d geneva < 1\n%d\n", at[i], i);
    return fclose(f);
}

static int remove_transcript(void **state)
{
    (void)state;
    return unlink(path);
}

static struct replay *open_at(int64_t permille)
{
    struct err err = ERR_INIT;
    struct replay *r = replay_open(path, permille, 0, &err);
    assert_non_null(r);
    return r;
}

/* Everything that is due at `mono_ms`, as digits. */
static const char *play(struct replay *r, int64_t mono_ms)
{
    static char out[16];
    const struct transcript_entry *e;
    size_t pbx, n = 0;
    while (n < sizeof out - 1 && replay_next(r, mono_ms, &e, &pbx)) {
        out[n++] = e->bytes.p[0];
        replay_done(r);
    }
    out[n] = '\0';
    return out;
}

static bool obey(struct replay *r, const char *verb, int64_t number, int64_t mono_ms)
{
    bool is_anew;
    bool ok = replay_obey(r, slice_of(verb), number, mono_ms, &is_anew);
    assert_false(is_anew);
    return ok;
}

static int64_t at(const struct replay *r, int64_t mono_ms)
{
    return replay_now_ms(r, mono_ms) - REPLAY_ZERO_MS;
}

static void it_stands_still_and_goes_on(void **state)
{
    (void)state;
    struct replay *r = open_at(1000);
    assert_string_equal(play(r, 500), "0");
    assert_true(obey(r, "pause", 1, 600));
    assert_int_equal(at(r, 600), 600);
    assert_string_equal(play(r, 100000), "");
    assert_int_equal(at(r, 100000), 600);
    assert_int_equal(replay_deadline(r, replay_due_ms(r)), TIMER_NEVER);
    struct wire_time t;
    replay_time(r, 100000, &t);
    assert_int_equal(t.rate_permille, 0);
    assert_true(obey(r, "pause", 0, 100000));
    assert_string_equal(play(r, 100399), "");
    assert_string_equal(play(r, 100400), "1");
    replay_free(r);
}

static void it_runs_faster_from_where_it_is(void **state)
{
    (void)state;
    struct replay *r = open_at(1000);
    assert_string_equal(play(r, 1000), "01");
    assert_true(obey(r, "speed", 4000, 1500));
    assert_int_equal(at(r, 1500), 1500);
    assert_int_equal(at(r, 2000), 3500);
    assert_string_equal(play(r, 2374), "");
    assert_string_equal(play(r, 2375), "2");
    assert_false(obey(r, "speed", 0, 2400));
    assert_false(obey(r, "speed", INT64_MAX, 2400));
    assert_false(obey(r, "dance", 1, 2400));
    replay_free(r);
}

static void it_goes_ahead_without_showing_the_way(void **state)
{
    (void)state;
    struct replay *r = open_at(1000);
    assert_string_equal(play(r, 0), "0");
    assert_true(obey(r, "seek", REPLAY_ZERO_MS + 6000, 100));
    assert_true(replay_is_fast(r));
    assert_string_equal(play(r, 100), "12");
    assert_false(replay_is_fast(r));
    assert_int_equal(at(r, 100), 6000);
    assert_int_equal(at(r, 600), 6500);
    assert_string_equal(play(r, 3100), "3");
    assert_true(replay_is_over(r));
    assert_true(obey(r, "seek", REPLAY_ZERO_MS + 60000, 3200)); /* beyond the end is the end */
    assert_false(replay_is_fast(r));
    assert_false(obey(r, "step", 1, 3200));
    replay_free(r);
}

static void backwards_it_begins_anew(void **state)
{
    (void)state;
    struct replay *r = open_at(1000);
    bool is_anew;
    assert_string_equal(play(r, 9000), "0123");
    assert_true(replay_is_over(r));
    assert_true(replay_obey(r, SLICE("seek"), REPLAY_ZERO_MS + 2000, 9500, &is_anew));
    assert_true(is_anew);
    assert_false(replay_is_over(r));
    assert_string_equal(play(r, 9500), "01");
    assert_int_equal(at(r, 9500), 2000);
    assert_string_equal(play(r, 12500), "2");
    assert_true(replay_obey(r, SLICE("seek"), 1, 12600, &is_anew)); /* before the beginning is the beginning */
    assert_true(is_anew);
    assert_string_equal(play(r, 12600), "0");
    assert_int_equal(at(r, 12600), 0);
    replay_free(r);
}

static void it_steps_from_message_to_message(void **state)
{
    (void)state;
    struct replay *r = open_at(1000);
    assert_string_equal(play(r, 200), "0");
    assert_true(obey(r, "step", 1, 300));
    assert_string_equal(play(r, 300), "1");
    assert_int_equal(at(r, 90000), 1000);
    assert_true(obey(r, "step", 1, 90000));
    assert_string_equal(play(r, 90000), "2");
    assert_true(obey(r, "pause", 0, 90000));
    assert_int_equal(at(r, 91000), 6000);
    replay_free(r);
}

static void back_is_behind_the_message_before(void **state)
{
    (void)state;
    struct replay *r = open_at(1000);
    bool is_anew;
    assert_string_equal(play(r, 5500), "012");
    assert_true(replay_obey(r, SLICE("back"), 1, 5600, &is_anew));
    assert_true(is_anew);
    assert_string_equal(play(r, 5600), "01");
    assert_int_equal(at(r, 90000), 1000); /* it stands still there */
    assert_true(replay_obey(r, SLICE("back"), 1, 90000, &is_anew));
    assert_string_equal(play(r, 90000), "0");
    assert_true(replay_obey(r, SLICE("back"), 1, 90000, &is_anew));
    assert_string_equal(play(r, 90000), "0"); /* the first one is always done */
    assert_true(obey(r, "step", 1, 90000));
    assert_string_equal(play(r, 90000), "1");
    assert_true(obey(r, "seek", REPLAY_ZERO_MS + 60000, 90000));
    assert_string_equal(play(r, 90000), "23");
    assert_true(replay_obey(r, SLICE("back"), 1, 90000, &is_anew)); /* from the end too */
    assert_string_equal(play(r, 90000), "012");
    assert_false(replay_is_over(r));
    replay_free(r);
}

static void it_may_begin_by_standing_somewhere(void **state)
{
    (void)state;
    struct replay *r = open_at(1000);
    struct wire_time t;
    replay_stand_at(r, 4000, 0);
    assert_true(replay_is_fast(r));
    assert_string_equal(play(r, 0), "01");
    assert_false(replay_is_fast(r));
    assert_int_equal(at(r, 50000), 4000);
    replay_time(r, 50000, &t);
    assert_int_equal(t.rate_permille, 0);
    assert_int_equal(t.from_ms, REPLAY_ZERO_MS);
    assert_int_equal(t.to_ms, REPLAY_ZERO_MS + 9000);
    replay_free(r);
}

/* As fast as it goes, and told to stand still in the middle. */
static void a_pause_holds_the_fastest(void **state)
{
    (void)state;
    struct replay *r = open_at(0);
    const struct transcript_entry *e;
    size_t pbx;
    assert_true(replay_next(r, 0, &e, &pbx));
    replay_done(r);
    assert_true(obey(r, "pause", 1, 0));
    assert_true(obey(r, "speed", 1000, 0));
    assert_string_equal(play(r, 50000), "1"); /* at that speed the next one is always due */
    assert_string_equal(play(r, 90000), "");
    replay_free(r);
}

static void keys_become_verbs(void **state)
{
    (void)state;
    struct past p = { .is_past = true, .rate_permille = 1000 };
    enum replay_verb verb;
    int64_t n;
    struct buf text = BUF_INIT(64);
    past_rate(&p, 2000);
    assert_true(past_act(&p, ACTION_PAST_FASTER, 0, &verb, &n) && verb == REPLAY_SPEED && n == 5000);
    assert_true(past_act(&p, ACTION_PAST_SLOWER, 0, &verb, &n) && verb == REPLAY_SPEED && n == 1000);
    assert_true(past_act(&p, ACTION_PAST_PAUSE, 0, &verb, &n) && verb == REPLAY_PAUSE && n == 1);
    past_rate(&p, 0);
    assert_true(past_act(&p, ACTION_PAST_PAUSE, 0, &verb, &n) && n == 0);
    assert_true(past_act(&p, ACTION_PAST_FASTER, 0, &verb, &n) && n == 5000); /* of the speed it had */
    assert_true(past_act(&p, ACTION_PAST_BACK, 100000, &verb, &n) && verb == REPLAY_SEEK && n == 40000);
    assert_false(past_act(&p, ACTION_HELP, 0, &verb, &n));
    past_write(&p, 0, true, &text);
    assert_string_equal(text.data, "replay, standing still");
    past_rate(&p, 250);
    buf_reset(&text);
    past_write(&p, 0, true, &text);
    assert_string_equal(text.data, "replay 0.25x");
    buf_clear(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_stands_still_and_goes_on), cmocka_unit_test(it_runs_faster_from_where_it_is), cmocka_unit_test(it_goes_ahead_without_showing_the_way),
        cmocka_unit_test(backwards_it_begins_anew), cmocka_unit_test(it_steps_from_message_to_message), cmocka_unit_test(a_pause_holds_the_fastest),
        cmocka_unit_test(keys_become_verbs), cmocka_unit_test(back_is_behind_the_message_before), cmocka_unit_test(it_may_begin_by_standing_somewhere),
    };
    return cmocka_run_group_tests(tests, write_transcript, remove_transcript);
}
