/* SPDX-License-Identifier: MIT */
/* Looking back at a live floor: what the keeper tells meanwhile is kept true, the picture moves as it is told to, and comes back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/base/buf.h"
#include "core/base/mem.h"
#include "core/base/timer.h"
#include "core/floor/line_match.h"
#include "core/keeper/review.h"
#include "tui/past.h"

enum { MIB = 1024 * 1024, HALF_HOUR_MS = 30 * 60000 };

struct watch {
    struct review *review;
    struct store *shown;
};

/* What is told is what the store holds. */
static void look(void *context, enum fact_kind kind, uint64_t id, const struct fact *fact)
{
    const struct fact *held = store_get(context, kind, id);
    assert_non_null(held);
    assert_true(fact == NULL || fact == held);
}

static void put(struct watch *w, enum fact_kind kind, struct fact *f)
{
    review_note(w->review, kind, store_get(review_live(w->review), kind, f->id), f);
    (void)store_put(review_live(w->review), kind, f);
}

static void put_queue(struct watch *w, int64_t waiting)
{
    struct fact_queue q = { .id = 5, .pbx = fact_pbx_id(0), .name = mem_strdup("support"), .waiting = waiting };
    put(w, FACT_QUEUE, (struct fact *)&q);
}

static void put_line(struct watch *w, uint64_t id, enum line_what what, const char *queue)
{
    struct fact_line l = { .id = id, .what = (int64_t)what, .queue_name = mem_strdup(queue) };
    put(w, FACT_LINE, (struct fact *)&l);
}

/* Every second from 1 to 100 one more waits; at 40 and 70 somebody hangs up. */
static struct watch watch_new(void)
{
    struct watch w = { .shown = store_new() };
    w.review = review_new(MIB, HALF_HOUR_MS, w.shown, look, w.shown);
    struct fact_pbx pbx = { .id = fact_pbx_id(0), .name = mem_strdup("geneva"), .link = LINK_LIVE };
    put(&w, FACT_PBX, (struct fact *)&pbx);
    review_flushed(w.review, 500);
    for (int64_t s = 1; s <= 100; s++) {
        put_queue(&w, s);
        if (s == 40 || s == 70)
            put_line(&w, (uint64_t)s, LINE_ABANDONED, s == 40 ? "support" : "sales");
        review_flushed(w.review, s * 1000);
    }
    return w;
}

static void watch_clear(struct watch *w)
{
    review_free(w->review);
    store_free(w->shown);
}

static int64_t waiting(const struct watch *w)
{
    const struct fact_queue *q = (const void *)store_get(w->shown, FACT_QUEUE, 5);
    return q != NULL ? q->waiting : -1;
}

#define OBEY(w, verb, number, at) review_obey((w)->review, SLICE(verb), SLICE(""), number, at, at)
#define FIND(w, verb, words, at) review_obey((w)->review, SLICE(verb), SLICE(words), 0, at, at)

static void it_stands_still_while_the_floor_goes_on(void **state)
{
    (void)state;
    struct watch w = watch_new();
    assert_int_equal(OBEY(&w, "pause", 1, 100500), REVIEW_DONE);
    assert_true(review_is_past(w.review));
    assert_int_equal(review_rate_permille(w.review), 0);
    put_queue(&w, 200);
    review_flushed(w.review, 101000);
    assert_int_equal(waiting(&w), 100);
    review_turn(w.review, 160000, 160000);
    assert_int_equal(waiting(&w), 100);
    assert_int_equal(review_now_ms(w.review, 160000), 100500);
    assert_int_equal(review_deadline(w.review), TIMER_NEVER);
    assert_int_equal(OBEY(&w, "live", 1, 160000), REVIEW_DONE);
    assert_false(review_is_past(w.review));
    assert_int_equal(waiting(&w), 200);
    assert_int_equal(review_rate_permille(w.review), 1000);
    watch_clear(&w);
}

static void it_runs_on_behind_and_catches_up(void **state)
{
    (void)state;
    struct watch w = watch_new();
    assert_int_equal(OBEY(&w, "seek", 20000, 100500), REVIEW_DONE);
    assert_int_equal(waiting(&w), 20);
    assert_int_equal(OBEY(&w, "pause", 0, 100500), REVIEW_DONE);
    assert_int_equal(review_deadline(w.review), 101501); /* the next change is a second behind */
    review_turn(w.review, 103600, 103600);
    assert_int_equal(waiting(&w), 23);
    assert_int_equal(OBEY(&w, "speed", 10000, 103600), REVIEW_DONE);
    review_turn(w.review, 105600, 105600);
    assert_int_equal(waiting(&w), 43);
    assert_int_equal(review_now_ms(w.review, 105600), 43100);
    put_queue(&w, 300);
    review_flushed(w.review, 112000);
    review_turn(w.review, 112000, 112000);
    assert_int_equal(waiting(&w), 100);
    assert_true(review_is_past(w.review));
    review_turn(w.review, 114000, 114000); /* 127 s by its own clock: it is live */
    assert_false(review_is_past(w.review));
    assert_int_equal(waiting(&w), 300);
    watch_clear(&w);
}

static void it_steps_both_ways(void **state)
{
    (void)state;
    struct watch w = watch_new();
    assert_int_equal(OBEY(&w, "step", 1, 100500), REVIEW_IS_LIVE);
    assert_int_equal(OBEY(&w, "back", 1, 100500), REVIEW_DONE);
    assert_int_equal(waiting(&w), 99);
    assert_int_equal(review_now_ms(w.review, 999999), 99000);
    assert_int_equal(OBEY(&w, "back", 1, 100600), REVIEW_DONE);
    assert_int_equal(waiting(&w), 98);
    assert_int_equal(OBEY(&w, "step", 1, 100700), REVIEW_DONE);
    assert_int_equal(OBEY(&w, "step", 1, 100700), REVIEW_DONE);
    assert_int_equal(waiting(&w), 100);
    assert_int_equal(OBEY(&w, "step", 1, 100700), REVIEW_NOTHING);
    assert_true(review_is_past(w.review));
    assert_int_equal(OBEY(&w, "seek", 1000, 100800), REVIEW_DONE);
    assert_int_equal(waiting(&w), 1);
    assert_int_equal(OBEY(&w, "back", 1, 100800), REVIEW_DONE);
    assert_int_equal(waiting(&w), -1); /* the queue came then */
    assert_int_equal(OBEY(&w, "back", 1, 100800), REVIEW_NOTHING);
    assert_int_equal(OBEY(&w, "step", 1, 100800), REVIEW_DONE);
    assert_int_equal(waiting(&w), 1);
    watch_clear(&w);
}

static void it_says_where_the_past_begins(void **state)
{
    (void)state;
    struct watch w = watch_new();
    assert_int_equal(OBEY(&w, "seek", -5, 100500), REVIEW_FIRST);
    assert_int_equal(review_now_ms(w.review, 100500), 500);
    assert_int_equal(waiting(&w), -1);
    assert_int_equal(OBEY(&w, "seek", 100500, 100500), REVIEW_DONE); /* now: live */
    assert_false(review_is_past(w.review));
    assert_int_equal(OBEY(&w, "speed", 2000, 100500), REVIEW_IS_LIVE);
    assert_int_equal(OBEY(&w, "pause", 0, 100500), REVIEW_IS_LIVE);
    assert_int_equal(OBEY(&w, "pause", 1, 100500), REVIEW_DONE);
    assert_int_equal(OBEY(&w, "speed", 0, 100500), REVIEW_UNKNOWN);
    assert_int_equal(OBEY(&w, "dance", 1, 100500), REVIEW_UNKNOWN);
    watch_clear(&w);
}

static void it_goes_to_lines_of_the_feed(void **state)
{
    (void)state;
    struct watch w = watch_new();
    assert_int_equal(FIND(&w, "next", "abandoned", 100500), REVIEW_IS_LIVE);
    assert_int_equal(FIND(&w, "previous", "ABANDON sup", 100500), REVIEW_DONE);
    assert_int_equal(review_now_ms(w.review, 100500), 40000);
    assert_int_equal(FIND(&w, "next", "abandon", 100500), REVIEW_DONE);
    assert_int_equal(waiting(&w), 70);
    assert_int_equal(FIND(&w, "next", "", 100500), REVIEW_NOTHING);
    assert_int_equal(FIND(&w, "previous", "paused", 100500), REVIEW_NOTHING);
    assert_int_equal(waiting(&w), 70);
    assert_int_equal(OBEY(&w, "line", 40, 100500), REVIEW_DONE);
    assert_int_equal(waiting(&w), 40);
    assert_int_equal(OBEY(&w, "line", 3, 100500), REVIEW_FIRST); /* it came before all that is kept */
    watch_clear(&w);
}

/* Half of a batch has come when somebody looks back, and another half when he comes back: nothing is counted twice or lost. */
static void a_batch_may_be_cut_anywhere(void **state)
{
    (void)state;
    struct watch w = watch_new();
    put_queue(&w, 500);
    assert_int_equal(OBEY(&w, "seek", 50000, 100500), REVIEW_DONE);
    assert_int_equal(waiting(&w), 50);
    put_queue(&w, 600);
    review_flushed(w.review, 100600);
    put_queue(&w, 700);
    assert_int_equal(OBEY(&w, "live", 1, 100700), REVIEW_DONE);
    assert_int_equal(waiting(&w), 700);
    review_flushed(w.review, 100800);
    assert_int_equal(OBEY(&w, "back", 1, 100900), REVIEW_DONE);
    assert_int_equal(waiting(&w), 600);
    assert_int_equal(OBEY(&w, "back", 1, 100900), REVIEW_DONE);
    assert_int_equal(waiting(&w), 500);
    watch_clear(&w);
}

/* More at once than there is room for: the past is lost, and the picture is what is true now. */
static void what_cannot_be_kept_ends_the_look_back(void **state)
{
    (void)state;
    struct watch w = watch_new();
    assert_int_equal(OBEY(&w, "seek", 50000, 100500), REVIEW_DONE);
    for (uint64_t i = 0; i < 60000; i++) {
        struct fact_queue q = { .id = 100 + i, .pbx = 1, .name = mem_strdup("another one"), .waiting = 7 };
        put(&w, FACT_QUEUE, (struct fact *)&q);
    }
    review_flushed(w.review, 101000);
    assert_false(review_is_past(w.review));
    assert_int_equal(store_count(w.shown, FACT_QUEUE), 60001);
    assert_int_equal(waiting(&w), 100);
    assert_int_equal(review_from_ms(w.review), 101000);
    watch_clear(&w);
}

static void nothing_is_kept_before_a_link_is_live(void **state)
{
    (void)state;
    struct watch w = { .shown = store_new() };
    w.review = review_new(MIB, HALF_HOUR_MS, w.shown, look, w.shown);
    put_queue(&w, 1);
    review_flushed(w.review, 1000);
    assert_int_equal(review_from_ms(w.review), INT64_MAX);
    assert_int_equal(OBEY(&w, "pause", 1, 2000), REVIEW_IS_LIVE);
    assert_false(review_is_past(w.review));
    watch_clear(&w);
}

static void the_words_of_a_line_are_all_its_texts(void **state)
{
    (void)state;
    struct fact_line l = { .what = LINE_PAUSED, .agent_name = (char[]){ "Nina Smith" }, .note = (char[]){ "Lunch break" } };
    assert_true(line_matches(&l, SLICE("")));
    assert_true(line_matches(&l, SLICE("  lunch  NINA ")));
    assert_true(line_matches(&l, SLICE("paused")));
    assert_false(line_matches(&l, SLICE("lunch bob")));
    assert_false(line_matches(&l, SLICE("0")));
}

static void the_past_is_on_in_both(void **state)
{
    (void)state;
    struct buf out = BUF_INIT(600);
    struct past p = { .rate_permille = 1000, .from_ms = 1000, .to_ms = 724000 };
    assert_false(past_is_on(NULL));
    assert_false(past_is_on(&p));
    assert_true(past_is_on(&(struct past){ .is_past = true }));
    p.is_behind = true;
    assert_true(past_is_on(&p));
    past_write(&p, 573000, false, &out);
    assert_string_equal(out.data, "past, 2:31 ago, reaches back 12:03");
    buf_reset(&out);
    p.rate_permille = 0;
    past_write(&p, 573000, true, &out);
    assert_string_equal(out.data, "past, 2:31 ago, still");
    buf_clear(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_stands_still_while_the_floor_goes_on), cmocka_unit_test(it_runs_on_behind_and_catches_up), cmocka_unit_test(it_steps_both_ways),
        cmocka_unit_test(it_says_where_the_past_begins), cmocka_unit_test(it_goes_to_lines_of_the_feed), cmocka_unit_test(a_batch_may_be_cut_anywhere),
        cmocka_unit_test(what_cannot_be_kept_ends_the_look_back), cmocka_unit_test(nothing_is_kept_before_a_link_is_live),
        cmocka_unit_test(the_words_of_a_line_are_all_its_texts), cmocka_unit_test(the_past_is_on_in_both),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
