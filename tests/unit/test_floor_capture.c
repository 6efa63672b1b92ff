/* SPDX-License-Identifier: MIT */
/* What real Asterisks said (tests/frames, 16 and 22), replayed with its own timing into the model. The end of each is
 * known from the PBX's queue_log at the time. */
#include "tests/unit/support_floor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define EMPTY "QueueParams Queue=q1 ServiceLevel=20\n"

static void begin(struct stage *s, const char *path)
{
    stage_open(s);
    stage_read(s, NULL, EMPTY);
    stage_replay(s, path);
    stage_wait(s, 60000);
    assert_non_null(stage_queue(s, "q1"));
}

/* Answered, and the caller hangs up; not answered, then answered, and the agent hangs up; the caller gives up while
 * it rings. */
static void calls(const char *path)
{
    struct stage s;
    begin(&s, path);
    const struct fact_queue *q = stage_queue(&s, "q1");
    assert_int_equal(q->offered, 3);
    assert_int_equal(q->answered, 2);
    assert_int_equal(q->answered_in_sl, 2);
    assert_int_equal(q->abandoned, 1);
    assert_int_equal(q->offered, stage_ended(q));
    assert_int_equal(q->handled, 2);
    assert_in_range(q->talk_ms, 3300, 3500); /* 2.2 s and 1.2 s */
    assert_int_equal(q->missed, 1);
    assert_int_equal(q->waiting, 0);
    assert_int_equal(stage_count(&s, FACT_CALL), 0);
    assert_int_equal(q->state, QUEUE_CLEAN);
    stage_close(&s);
}

static void calls_on_22(void **state)
{
    (void)state;
    calls("tests/frames/asterisk22-t5.ami");
}

static void calls_on_16(void **state)
{
    (void)state;
    calls("tests/frames/asterisk16-t5.ami");
}

/* Withdrawn (waiting, ringing, and too late), redirected, bridged away while waiting. */
static void ways_out(const char *path, int64_t guessed, int64_t abandoned)
{
    struct stage s;
    begin(&s, path);
    const struct fact_queue *q = stage_queue(&s, "q1");
    assert_int_equal(q->offered, guessed + abandoned + 2);
    assert_int_equal(q->answered, 1);   /* withdrawn too late: the agent was quicker */
    assert_int_equal(q->guessed, guessed); /* nobody answers questions in a replay */
    assert_int_equal(q->abandoned, abandoned);
    assert_int_equal(q->waiting, 1); /* the ghost */
    assert_int_equal(q->state, QUEUE_SUSPECT);
    stage_read(&s, "q1", EMPTY);
    assert_int_equal(q->redirected, 1);
    assert_int_equal(q->offered, stage_ended(q));
    assert_int_equal(stage_drift(&s), 0);
    stage_close(&s);
}

static void ways_out_on_22(void **state)
{
    (void)state;
    ways_out("tests/frames/asterisk22-t6.ami", 2, 1); /* one who was redirected hung up within the second: taken for a late HangupRequest */
}

static void ways_out_on_16(void **state)
{
    (void)state;
    ways_out("tests/frames/asterisk16-t6.ami", 3, 1);
}

/* A Latin-1 member of whom no event tells, hostile caller names, a list with a forged end in it. */
static void hostile(const char *path)
{
    struct stage s;
    begin(&s, path);
    const struct fact_queue *q = stage_queue(&s, "q1");
    assert_int_equal(q->offered, 2);
    assert_int_equal(q->abandoned, 2);
    assert_int_equal(q->members, 0);
    assert_int_equal(q->state, QUEUE_SUSPECT); /* Count says 3: others waited before this capture began */
    stage_close(&s);
}

static void hostile_on_22(void **state)
{
    (void)state;
    hostile("tests/frames/asterisk22-t11.ami");
}

static void hostile_on_16(void **state)
{
    (void)state;
    hostile("tests/frames/asterisk16-t11.ami");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_on_22),
        cmocka_unit_test(calls_on_16),
        cmocka_unit_test(ways_out_on_22),
        cmocka_unit_test(ways_out_on_16),
        cmocka_unit_test(hostile_on_22),
        cmocka_unit_test(hostile_on_16),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
