/* SPDX-License-Identifier: MIT */
/* Rewind: a store goes back to how it was, by every way, and forward again; memory has its bound, and what is forgotten is said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/base/buf.h"
#include "core/base/mem.h"
#include "core/base/random.h"
#include "core/base/timer.h"
#include "core/floor/rewind.h"

enum { MIB = 1024 * 1024, HALF_HOUR_MS = 30 * 60000 };

/* What is true now, what is shown, and the changes between. */
struct floor_pair {
    struct rewind *rewind;
    struct store *live, *shown;
    size_t told, gone;
};

static void count(void *context, enum fact_kind kind, uint64_t id, const struct fact *fact)
{
    struct floor_pair *p = context;
    assert_non_null(store_get(p->shown, kind, id)); /* of one that goes too */
    p->told++;
    p->gone += fact == NULL;
}

static void put(struct floor_pair *p, enum fact_kind kind, struct fact *f)
{
    if (p->rewind != NULL)
        rewind_note(p->rewind, kind, store_get(p->live, kind, f->id), f);
    (void)store_put(p->live, kind, f);
}

static void drop(struct floor_pair *p, enum fact_kind kind, uint64_t id)
{
    const struct fact *f = store_get(p->live, kind, id);
    if (f == NULL)
        return;
    rewind_note(p->rewind, kind, f, NULL);
    (void)store_drop(p->live, kind, id);
}

static struct store *copy_of(const struct store *s)
{
    struct store *copy = store_new();
    store_become(copy, s, NULL, NULL);
    return copy;
}

static void expect_equal(const struct store *have, const struct store *want)
{
    const struct fact *f;
    for (int k = 0; k < FACT_COUNT; k++) {
        enum fact_kind kind = (enum fact_kind)k;
        assert_int_equal(store_count(have, kind), store_count(want, kind));
        for (size_t at = 0; (f = store_each(want, kind, &at)) != NULL;) {
            assert_non_null(store_get(have, kind, f->id));
            assert_true(fact_equal(kind, store_get(have, kind, f->id), f));
        }
    }
}

/* Away from now: a store of its own is moved. */
static void look_back(struct floor_pair *p)
{
    p->shown = copy_of(p->live);
    rewind_take(p->rewind, p->shown, count, p);
}

static void look_ahead(struct floor_pair *p)
{
    int64_t at;
    rewind_go(p->rewind, TIMER_NEVER);
    assert_false(rewind_at_next(p->rewind, &at));
    expect_equal(p->shown, p->live);
    rewind_take(p->rewind, NULL, NULL, NULL);
    store_free(p->shown);
    p->shown = NULL;
}

static struct floor_pair pair_new(size_t bytes_max, int64_t keep_ms)
{
    return (struct floor_pair){ .rewind = rewind_new(bytes_max, keep_ms, 0), .live = store_new() };
}

static void pair_clear(struct floor_pair *p)
{
    rewind_free(p->rewind);
    store_free(p->live);
    store_free(p->shown);
}

static void put_queue(struct floor_pair *p, uint64_t id, const char *name, int64_t waiting)
{
    struct fact_queue q = { .id = id, .pbx = 1, .name = mem_strdup(name), .waiting = waiting };
    put(p, FACT_QUEUE, (struct fact *)&q);
}

static int64_t waiting(const struct floor_pair *p, uint64_t id)
{
    const struct fact_queue *q = (const void *)store_get(p->shown, FACT_QUEUE, id);
    return q != NULL ? q->waiting : -1;
}

static void it_goes_back_and_forward(void **state)
{
    (void)state;
    struct floor_pair p = pair_new(MIB, HALF_HOUR_MS);
    put_queue(&p, 5, "support", 1);
    assert_true(rewind_end(p.rewind, 1000));
    put_queue(&p, 5, "support", 2);
    assert_true(rewind_end(p.rewind, 2000));
    put_queue(&p, 5, "help", 3);
    put_queue(&p, 6, "sales", 7);
    assert_true(rewind_end(p.rewind, 3000));
    drop(&p, FACT_QUEUE, 5);
    assert_true(rewind_end(p.rewind, 4000));
    look_back(&p);
    assert_int_equal(waiting(&p, 5), -1);
    rewind_go(p.rewind, 3999);
    assert_int_equal(waiting(&p, 5), 3);
    assert_string_equal(((const struct fact_queue *)(const void *)store_get(p.shown, FACT_QUEUE, 5))->name, "help");
    rewind_go(p.rewind, 2000);
    assert_int_equal(waiting(&p, 5), 2);
    assert_int_equal(waiting(&p, 6), -1);
    assert_int_equal(p.gone, 1);
    rewind_go(p.rewind, 0);
    assert_int_equal(waiting(&p, 5), -1);
    rewind_go(p.rewind, 1500);
    assert_int_equal(waiting(&p, 5), 1);
    put_queue(&p, 6, "sales", 8); /* it goes on meanwhile */
    assert_true(rewind_end(p.rewind, 5000));
    assert_int_equal(waiting(&p, 5), 1);
    look_ahead(&p);
    pair_clear(&p);
}

static void what_does_not_differ_is_not_noted(void **state)
{
    (void)state;
    struct floor_pair p = pair_new(MIB, HALF_HOUR_MS);
    int64_t at;
    put_queue(&p, 5, "support", 1);
    assert_true(rewind_end(p.rewind, 1000));
    put_queue(&p, 5, "support", 1);
    assert_true(rewind_end(p.rewind, 2000));
    assert_false(rewind_next_ms(p.rewind, 1000, &at));
    assert_true(rewind_previous_ms(p.rewind, 9000, &at) && at == 1000);
    pair_clear(&p);
}

/* A step goes to where something happened: figures of a link and the instant of a re-read are nothing. */
static void steps_pass_over_noise(void **state)
{
    (void)state;
    struct floor_pair p = pair_new(MIB, HALF_HOUR_MS);
    int64_t at;
    put_queue(&p, 5, "support", 1);
    assert_true(rewind_end(p.rewind, 1000));
    struct fact_pbx pbx = { .id = fact_pbx_id(0), .name = mem_strdup("geneva"), .link = LINK_LIVE };
    put(&p, FACT_PBX, (struct fact *)&pbx);
    assert_true(rewind_end(p.rewind, 2000));
    for (int64_t t = 3000; t < 9000; t += 1000) {
        pbx = (struct fact_pbx){ .id = fact_pbx_id(0), .name = mem_strdup("geneva"), .link = LINK_LIVE, .bytes_in = t, .heard_at = t };
        put(&p, FACT_PBX, (struct fact *)&pbx);
        assert_true(rewind_end(p.rewind, t));
    }
    put_queue(&p, 5, "support", 2);
    assert_true(rewind_end(p.rewind, 9000));
    assert_true(rewind_next_ms(p.rewind, 2000, &at) && at == 9000);
    assert_true(rewind_previous_ms(p.rewind, 8999, &at) && at == 2000);
    assert_false(rewind_next_ms(p.rewind, 9000, &at));
    assert_false(rewind_previous_ms(p.rewind, 999, &at));
    pair_clear(&p);
}

static bool is_abandoned(const void *context, const struct fact_line *line)
{
    return line->what == LINE_ABANDONED && strcmp(line->queue_name, context) == 0;
}

static void put_line(struct floor_pair *p, uint64_t id, int64_t what, const char *queue, int64_t at_ms)
{
    struct fact_line l = { .id = id, .what = what, .queue_name = mem_strdup(queue), .at = at_ms };
    put(p, FACT_LINE, (struct fact *)&l);
    if (id > 1)
        drop(p, FACT_LINE, id - 1); /* a feed that keeps one line */
    assert_true(rewind_end(p->rewind, at_ms));
}

static void lines_are_found_that_the_feed_has_forgotten(void **state)
{
    (void)state;
    struct floor_pair p = pair_new(MIB, HALF_HOUR_MS);
    int64_t at;
    put_line(&p, 1, LINE_ABANDONED, "sales", 1000);
    put_line(&p, 2, LINE_JOINED, "support", 2000);
    put_line(&p, 3, LINE_ABANDONED, "support", 3000);
    put_line(&p, 4, LINE_ABANDONED, "sales", 4000);
    put_line(&p, 5, LINE_JOINED, "sales", 5000);
    assert_true(rewind_find_line(p.rewind, 9000, true, is_abandoned, "sales", &at) && at == 4000);
    assert_true(rewind_find_line(p.rewind, 4000, true, is_abandoned, "sales", &at) && at == 1000);
    assert_false(rewind_find_line(p.rewind, 1000, true, is_abandoned, "sales", &at));
    assert_true(rewind_find_line(p.rewind, 1000, false, is_abandoned, "support", &at) && at == 3000);
    assert_false(rewind_find_line(p.rewind, 3000, false, is_abandoned, "support", &at));
    pair_clear(&p);
}

/* A storm shortens the reach and takes no more memory; who looks at the oldest of it is brought forward. */
static void memory_is_bounded(void **state)
{
    (void)state;
    struct floor_pair p = pair_new(MIB, HALF_HOUR_MS);
    put_queue(&p, 5, "support", 0);
    assert_true(rewind_end(p.rewind, 1));
    look_back(&p);
    rewind_go(p.rewind, 1);
    for (int64_t t = 2; t < 200000; t++) {
        put_queue(&p, 5 + (uint64_t)t % 50, "a name of some length", t);
        assert_true(rewind_end(p.rewind, t));
        assert_true(rewind_bytes(p.rewind) <= MIB + 2 * 64 * 1024);
    }
    int64_t from = rewind_from_ms(p.rewind);
    assert_true(from > 1000 && from < 199000);
    assert_int_equal(waiting(&p, 5 + (uint64_t)from % 50), from); /* pushed, and not beyond what it had to */
    assert_int_equal(waiting(&p, 5 + (uint64_t)(from + 1) % 50), from + 1 - 50);
    rewind_go(p.rewind, 0); /* as far as it goes */
    assert_int_equal(waiting(&p, 5 + (uint64_t)from % 50), from);
    look_ahead(&p);
    pair_clear(&p);
}

static void time_makes_nobody_move_on(void **state)
{
    (void)state;
    struct floor_pair p = pair_new(8 * MIB, 60000);
    for (int64_t t = 1000; t < 100000; t += 10) {
        put_queue(&p, 5, "support", t);
        assert_true(rewind_end(p.rewind, t));
    }
    int64_t from = rewind_from_ms(p.rewind);
    assert_true(from <= 100000 - 60000);
    assert_true(from > 1000); /* older blocks went */
    look_back(&p);
    rewind_go(p.rewind, 50000);
    for (int64_t t = 100000; t < 400000; t += 10) {
        put_queue(&p, 5, "support", t);
        assert_true(rewind_end(p.rewind, t));
    }
    assert_int_equal(waiting(&p, 5), 50000);
    look_ahead(&p);
    put_queue(&p, 5, "support", 1);
    assert_true(rewind_end(p.rewind, 400000));
    assert_true(rewind_from_ms(p.rewind) > 50000); /* nobody looks at it any more */
    pair_clear(&p);
}

/* One instant with more changes than there is room for: everything before it is lost, and it is said. */
static void what_is_too_much_at_once_is_said(void **state)
{
    (void)state;
    struct floor_pair p = pair_new(MIB, HALF_HOUR_MS);
    int64_t at;
    put_queue(&p, 5, "support", 1);
    assert_true(rewind_end(p.rewind, 1000));
    look_back(&p);
    rewind_go(p.rewind, 0);
    for (uint64_t i = 0; i < 60000; i++)
        put_queue(&p, 100 + i, "another one", (int64_t)i + 1);
    assert_false(rewind_end(p.rewind, 2000));
    assert_int_equal(rewind_from_ms(p.rewind), 2000);
    assert_false(rewind_at_next(p.rewind, &at));
    rewind_go(p.rewind, 0);
    assert_int_equal(waiting(&p, 5), -1); /* let go as it was */
    put_queue(&p, 5, "support", 3);
    assert_true(rewind_end(p.rewind, 3000));
    pair_clear(&p);
}

/* ---- a property: any changes, any instants ---- */

enum { INSTANTS = 300 };

static char *any_text(struct random *r)
{
    static const char *const texts[] = { NULL, "", "a", "Zo\xc3\xab", "\xff\xfe bytes", "a somewhat longer reason for a pause that somebody typed" };
    return mem_strdup(texts[random_below(r, sizeof texts / sizeof texts[0])]);
}

static int64_t any_number(struct random *r)
{
    static const int64_t odd[] = { 0, 1, -1, INT64_MAX, INT64_MIN, 1795343527000 };
    return random_below(r, 3) == 0 ? odd[random_below(r, sizeof odd / sizeof odd[0])] : (int64_t)random_next(r);
}

/* Of a fact that is there already a few fields change, as on a floor. */
static void change_any(struct floor_pair *p, struct random *r)
{
    enum fact_kind kind = (enum fact_kind)random_below(r, FACT_COUNT);
    uint64_t id = ((uint64_t)(1 + random_below(r, 2)) << 40) + random_below(r, 12);
    const struct fact_row *row = &fact_table[kind];
    const struct fact *old = store_get(p->live, kind, id);
    if (random_below(r, 6) == 0) {
        drop(p, kind, id);
        return;
    }
    union fact_any any;
    memset(&any, 0, sizeof any);
    if (old != NULL)
        fact_copy(kind, &any.head, old);
    any.head.id = id;
    for (size_t i = 1; i < row->field_count; i++) {
        const struct fact_field *field = &row->field[i];
        if (old != NULL && random_below(r, 5) != 0)
            continue;
        if (field->type == TYPE_TEXT) {
            char *text = any_text(r), *was;
            memcpy(&was, (char *)&any + field->offset, sizeof was);
            mem_free(was);
            memcpy((char *)&any + field->offset, &text, sizeof text);
        } else {
            int64_t n = any_number(r);
            memcpy((char *)&any + field->offset, &n, sizeof n);
        }
    }
    put(p, kind, &any.head);
}

static void every_instant_comes_back(void **state)
{
    (void)state;
    unsigned long before = mem_live();
    for (uint64_t seed = 1; seed <= 6; seed++) {
        struct random r = { seed };
        struct floor_pair p = pair_new(64 * MIB, INT64_MAX / 2);
        struct store *was[INSTANTS];
        for (int i = 0; i < INSTANTS; i++) {
            for (uint32_t n = random_below(&r, 8); n > 0; n--)
                change_any(&p, &r);
            assert_true(rewind_end(p.rewind, (int64_t)i * 100));
            was[i] = copy_of(p.live);
            if (p.shown == NULL && random_below(&r, 20) == 0)
                look_back(&p);
            if (p.shown != NULL && random_below(&r, 3) == 0) {
                int to = (int)random_below(&r, (uint32_t)i + 1);
                rewind_go(p.rewind, (int64_t)to * 100 + random_below(&r, 100));
                expect_equal(p.shown, was[to]);
            }
            if (p.shown != NULL && random_below(&r, 30) == 0)
                look_ahead(&p);
        }
        if (p.shown == NULL)
            look_back(&p);
        for (int i = INSTANTS - 1; i >= 0; i--) {
            rewind_go(p.rewind, (int64_t)i * 100);
            expect_equal(p.shown, was[i]);
            store_free(was[i]);
        }
        look_ahead(&p);
        pair_clear(&p);
    }
    assert_int_equal(mem_live(), before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_goes_back_and_forward), cmocka_unit_test(what_does_not_differ_is_not_noted), cmocka_unit_test(steps_pass_over_noise),
        cmocka_unit_test(lines_are_found_that_the_feed_has_forgotten), cmocka_unit_test(memory_is_bounded), cmocka_unit_test(time_makes_nobody_move_on),
        cmocka_unit_test(what_is_too_much_at_once_is_said), cmocka_unit_test(every_instant_comes_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
