/* SPDX-License-Identifier: MIT */
/* Taking back: whatever its length, all of it is given, in pieces that a keeper takes, cut between lines. */
#include "tui/hands/hands.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "core/base/mem.h"

struct desk {
    struct buf given;
    size_t count, longest;
    int64_t ref;
    struct store *store; /* where each is done at once; NULL: not */
};

static bool on_give(void *context, struct slice lines, int64_t ref, struct err *err)
{
    struct desk *d = context;
    (void)err;
    (void)buf_addf(&d->given, "%s%.*s", d->count > 0 ? "\n" : "", SLICE_FMT(lines));
    d->longest = lines.n > d->longest ? lines.n : d->longest;
    d->count++;
    d->ref = ref;
    if (d->store != NULL)
        (void)store_put(d->store, FACT_ORDER, (struct fact *)&(struct fact_order){ .id = d->count, .ref = ref, .state = ORDER_DONE, .what = mem_strdup("pause"),
                                                                                   .line = mem_strdup("pause"), .undo = mem_strdup("unpause") });
    return true;
}

static void what_is_long_goes_in_pieces(void **state)
{
    (void)state;
    static const size_t lengths[] = { 1, 2, 150, 500 };
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        struct desk d = { .given = BUF_INIT(64 * 1024) };
        struct hands *h = hands_new(&(struct hands_hooks){ .give = on_give, .context = &d });
        struct store *s = store_new();
        struct buf undo = BUF_INIT(64 * 1024), lines = BUF_INIT(64 * 1024), what = BUF_INIT(1024);
        struct err err = ERR_INIT;
        for (size_t n = 0; n < lengths[i]; n++)
            (void)buf_addf(&undo, "%srole PJSIP/4%03zu sales 2", n > 0 ? "\n" : "", n);
        assert_true(hands_give(h, SLICE("role * sales 3"), &err));
        (void)store_put(s, FACT_ORDER, (struct fact *)&(struct fact_order){ .id = 1, .ref = d.ref, .state = ORDER_DONE, .what = mem_strdup("give all penalty 3"),
                                                                           .line = mem_strdup("role * sales 3"), .undo = mem_text(buf_slice(&undo)) });
        int64_t of = hands_back(h, HANDS_UNDO, s, &lines, &what);
        assert_true(of != 0 && slice_eq(buf_slice(&lines), buf_slice(&undo)));
        buf_reset(&d.given);
        d.count = d.longest = 0;
        assert_true(hands_give_back(h, HANDS_UNDO, of, buf_slice(&lines), &err));
        assert_true(slice_eq(buf_slice(&d.given), buf_slice(&undo)));
        assert_in_range(d.longest, 1, 6000);
        assert_int_equal(d.count, undo.len / 5000 + 1);
        assert_int_equal(hands_back(h, HANDS_UNDO, s, &lines, &what), 0); /* it is being taken back */
        buf_clear(&undo);
        buf_clear(&lines);
        buf_clear(&what);
        buf_clear(&d.given);
        store_free(s);
        hands_free(h);
    }
}

/* As many rows as can be tagged, each an order of its own: all of them go back, or a person would think that they did. */
static void what_was_given_for_many_rows_goes_back_for_all_of_them(void **state)
{
    (void)state;
    enum { ROWS = 500 };
    struct desk d = { .given = BUF_INIT(64 * 1024) };
    struct hands *h = hands_new(&(struct hands_hooks){ .give = on_give, .context = &d });
    struct store *s = store_new();
    struct buf rows = BUF_INIT(64 * 1024), lines = BUF_INIT(64 * 1024), what = BUF_INIT(1024);
    struct err err = ERR_INIT;
    for (size_t n = 0; n < ROWS; n++)
        (void)buf_addf(&rows, "%spause PJSIP/4%03zu", n > 0 ? "\n" : "", n);
    d.store = s;
    assert_true(hands_give(h, buf_slice(&rows), &err));
    assert_int_equal(d.count, ROWS);
    assert_true(hands_back(h, HANDS_UNDO, s, &lines, &what) != 0);
    size_t n = 0;
    for (struct slice rest = buf_slice(&lines); rest.p != NULL; n++)
        (void)slice_cut(rest, '\n', &rest);
    assert_int_equal(n, ROWS);
    assert_non_null(strstr(buf_slice(&what).p, "and 499 more"));
    buf_clear(&rows);
    buf_clear(&lines);
    buf_clear(&what);
    buf_clear(&d.given);
    store_free(s);
    hands_free(h);
}

static void tell(struct store *s, int64_t ref, uint64_t id, const char *what, const char *undo)
{
    (void)store_put(s, FACT_ORDER, (struct fact *)&(struct fact_order){ .id = id, .ref = ref, .state = ORDER_DONE, .what = mem_strdup(what), .line = mem_strdup("x"), .undo = undo != NULL ? mem_strdup(undo) : NULL });
}

static void what_nothing_takes_back_is_passed_over(void **state)
{
    (void)state;
    struct desk d = { .given = BUF_INIT(1024) };
    struct hands *h = hands_new(&(struct hands_hooks){ .give = on_give, .context = &d });
    struct store *s = store_new();
    struct buf lines = BUF_INIT(1024), what = BUF_INIT(1024);
    struct err err = ERR_INIT;
    assert_true(hands_give(h, SLICE("hangup 402"), &err));
    tell(s, d.ref, 1, "hang up Bob's call", NULL);
    assert_false(hands_can_back(h, HANDS_UNDO, s));
    assert_int_equal(hands_back(h, HANDS_UNDO, s, &lines, &what), 0);
    assert_string_equal(buf_slice(&what).p, "hang up Bob's call");
    assert_true(hands_give(h, SLICE("pause 401"), &err));
    int64_t pause = d.ref;
    tell(s, pause, 2, "pause Ann", "unpause 401");
    assert_true(hands_give(h, SLICE("hangup 403"), &err));
    tell(s, d.ref, 3, "hang up Eva's call", NULL);
    buf_reset(&what);
    assert_true(hands_can_back(h, HANDS_UNDO, s));
    assert_int_equal(hands_back(h, HANDS_UNDO, s, &lines, &what), pause);
    assert_true(slice_eq(buf_slice(&lines), SLICE("unpause 401")));
    assert_string_equal(buf_slice(&what).p, "pause Ann. What came after it stays, nothing takes it back: hang up Eva's call");
    assert_int_equal(hands_number(h, &(struct fact_order){ .ref = pause }), pause);
    assert_int_equal(hands_number(h, &(struct fact_order){ .ref = pause + 1 }), 0);
    buf_clear(&lines);
    buf_clear(&what);
    buf_clear(&d.given);
    store_free(s);
    hands_free(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(what_is_long_goes_in_pieces), cmocka_unit_test(what_was_given_for_many_rows_goes_back_for_all_of_them),
                                        cmocka_unit_test(what_nothing_takes_back_is_passed_over) };
    return cmocka_run_group_tests_name("hands_back", tests, NULL, NULL);
}
