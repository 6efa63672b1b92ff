/* SPDX-License-Identifier: MIT */
/* The wire both ways: every kind of record comes back as it went, whatever the pieces it arrives in; and whatever
 * a peer sends that we did not write is refused without harm. */
#include "core/base/mem.h"
#include "core/base/random.h"
#include "core/keeper/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static void fill(enum fact_kind kind, struct fact *f, struct random *r)
{
    for (size_t i = 0; i < fact_table[kind].field_count; i++) {
        const struct fact_field *field = &fact_table[kind].field[i];
        char *at = (char *)f + field->offset;
        int64_t v = (int64_t)random_next(r) >> random_below(r, 64);
        if (field->type == TYPE_TEXT) {
            char *text = random_below(r, 3) == 0 ? NULL : mem_strdup(random_below(r, 2) == 0 ? "" : "Jos\xc3\xa9 \x1b[2J\xff");
            memcpy(at, &text, sizeof text);
            continue;
        }
        if (field->type == TYPE_ENUM) {
            v = random_below(r, field->name_count);
        }
        memcpy(at, &v, sizeof v);
    }
}

static struct wire_record take(struct slice bytes, size_t *at)
{
    struct wire_record r;
    struct err err = ERR_INIT;
    enum wire_state state = wire_next(bytes, at, &r, &err);
    if (state != WIRE_READY) {
        fail_msg("state %d: %s", (int)state, err.text);
    }
    return r;
}

static void every_kind_of_fact_comes_back_as_it_went(void **state)
{
    (void)state;
    struct random rnd = { 7 };
    for (int i = 0; i < 200 * FACT_COUNT; i++) {
        enum fact_kind kind = (enum fact_kind)(i % FACT_COUNT);
        struct fact *f = mem_alloc(fact_table[kind].size);
        fill(kind, f, &rnd);
        struct buf out = BUF_INIT(WIRE_RECORD_MAX);
        assert_true(wire_add_fact(&out, kind, f));
        size_t at = 0;
        struct wire_record r = take(buf_slice(&out), &at);
        assert_int_equal(at, out.len);
        assert_int_equal(r.type, WIRE_FACT);
        assert_int_equal(r.kind, kind);
        assert_true(fact_equal(kind, &r.fact.head, f));
        wire_record_clear(&r);
        fact_clear(kind, f);
        mem_free(f);
        buf_clear(&out);
    }
}

static void write_one_of_each(struct buf *out)
{
    assert_true(wire_add_hello(out, SLICE("0.1.0")));
    assert_true(wire_add_time(out, &(struct wire_time){ 1, -2, INT64_MAX, 1000, 5, 7 }));
    struct fact_caller c = { .id = 1, .uniqueid = mem_strdup("1700000000.1"), .priority = -1 };
    assert_true(wire_add_fact(out, FACT_CALLER, (struct fact *)&c));
    fact_clear(FACT_CALLER, (struct fact *)&c);
    assert_true(wire_add_gone(out, FACT_SPY, UINT64_MAX));
    assert_true(wire_add_flush(out));
    assert_true(wire_add_text(out, WIRE_NOTICE, (struct slice){ NULL, 0 }, SLICE("recording stopped"), 0));
    assert_true(wire_add_text(out, WIRE_SECRET, SLICE("geneva"), SLICE("s3cr\0t"), 0));
    assert_true(wire_add_text(out, WIRE_ASK, SLICE("geneva"), (struct slice){ NULL, 0 }, 0));
    assert_true(wire_add_text(out, WIRE_END, (struct slice){ NULL, 0 }, SLICE("over"), -77));
}

static void every_record_comes_back_as_it_went(void **state)
{
    (void)state;
    struct buf out = BUF_INIT(WIRE_RECORD_MAX);
    write_one_of_each(&out);
    struct slice bytes = buf_slice(&out);
    size_t at = 0;
    struct wire_record r = take(bytes, &at);
    assert_int_equal(r.type, WIRE_HELLO);
    assert_true(r.number == wire_fingerprint() && slice_eq(r.text, SLICE("0.1.0")));
    r = take(bytes, &at);
    assert_int_equal(r.type, WIRE_TIME);
    assert_true(r.time.mono_ms == 1 && r.time.floor_ms == -2 && r.time.wall_ms == INT64_MAX && r.time.rate_permille == 1000 && r.time.from_ms == 5 && r.time.to_ms == 7);
    r = take(bytes, &at);
    assert_string_equal(r.fact.caller.uniqueid, "1700000000.1");
    assert_int_equal(r.fact.caller.priority, -1);
    assert_null(r.fact.caller.name);
    wire_record_clear(&r);
    r = take(bytes, &at);
    assert_true(r.type == WIRE_GONE && r.kind == FACT_SPY && r.id == UINT64_MAX);
    r = take(bytes, &at);
    assert_int_equal(r.type, WIRE_FLUSH);
    r = take(bytes, &at);
    assert_true(r.type == WIRE_NOTICE && r.name.p == NULL && slice_eq(r.text, SLICE("recording stopped")));
    r = take(bytes, &at);
    assert_true(r.type == WIRE_SECRET && slice_eq(r.name, SLICE("geneva")) && slice_eq(r.text, SLICE("s3cr\0t")));
    r = take(bytes, &at);
    assert_true(r.type == WIRE_ASK && slice_eq(r.name, SLICE("geneva")) && r.text.p == NULL);
    r = take(bytes, &at);
    assert_true(r.type == WIRE_END && r.number == -77);
    struct err err = ERR_INIT;
    assert_int_equal(wire_next(bytes, &at, &r, &err), WIRE_MORE);
    assert_int_equal(at, bytes.n);
    buf_clear(&out);
}

static void a_record_cut_anywhere_waits_for_the_rest(void **state)
{
    (void)state;
    struct buf out = BUF_INIT(WIRE_RECORD_MAX);
    write_one_of_each(&out);
    for (size_t n = 0; n <= out.len; n++) {
        size_t at = 0, before;
        struct wire_record r;
        struct err err = ERR_INIT;
        enum wire_state got;
        do {
            before = at;
            got = wire_next((struct slice){ out.data, n }, &at, &r, &err);
            wire_record_clear(&r);
        } while (got == WIRE_READY);
        assert_int_equal(got, WIRE_MORE);
        assert_int_equal(at, before); /* what is not whole is not eaten */
        assert_true(n < out.len || at == n);
    }
    buf_clear(&out);
}

/* A payload is cut short, but its length says it is whole. */
static void a_record_with_a_lying_length_is_bad(void **state)
{
    (void)state;
    struct buf out = BUF_INIT(WIRE_RECORD_MAX);
    struct fact_queue q = { .id = 1, .name = mem_strdup("support") };
    assert_true(wire_add_fact(&out, FACT_QUEUE, (struct fact *)&q));
    size_t whole = out.len - 4;
    for (size_t n = 1; n < 2 * whole; n++) {
        struct buf lie = BUF_INIT(WIRE_RECORD_MAX);
        buf_add(&lie, buf_slice(&out));
        while (lie.len < n + 4) {
            buf_add_char(&lie, '\0');
        }
        lie.data[0] = (char)(unsigned char)n;
        lie.data[1] = (char)(unsigned char)(n >> 8);
        size_t at = 0;
        struct wire_record r;
        struct err err = ERR_INIT;
        enum wire_state got = wire_next(buf_slice(&lie), &at, &r, &err);
        assert_int_equal(got, n == whole ? WIRE_READY : WIRE_BAD);
        assert_true(got != WIRE_BAD || err.kind == ERR_INTERNAL);
        wire_record_clear(&r);
        buf_clear(&lie);
    }
    fact_clear(FACT_QUEUE, (struct fact *)&q);
    buf_clear(&out);
}

static void expect_bad(const char *bytes, size_t n)
{
    size_t at = 0;
    struct wire_record r;
    struct err err = ERR_INIT;
    assert_int_equal(wire_next((struct slice){ bytes, n }, &at, &r, &err), WIRE_BAD);
    assert_int_equal(at, 0);
    assert_true(strlen(err.text) > 20);
}

#define EXPECT_BAD(bytes) expect_bad(bytes, sizeof(bytes) - 1)

static void what_we_never_wrote_is_bad(void **state)
{
    (void)state;
    EXPECT_BAD("\0\0\0\0");                                     /* no type */
    EXPECT_BAD("\xff\xff\xff\xff");                             /* 4 GiB: refused before anything is awaited */
    EXPECT_BAD("\1\0\4\0");                                     /* one past the maximum */
    EXPECT_BAD("\1\0\0\0\x63");                                 /* no such type */
    EXPECT_BAD("\2\0\0\0\4\0");                                 /* a flush with something in it */
    EXPECT_BAD("\3\0\0\0\3\x63\1");                             /* gone: no such kind */
    EXPECT_BAD("\2\0\0\0\2\x63");                               /* fact: no such kind */
    EXPECT_BAD("\3\0\0\0\5\0\x7f");                             /* notice: a text longer than the record */
    EXPECT_BAD("\x0d\0\0\0\3\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f\0"); /* a number of more than 64 bits */
    EXPECT_BAD("\x0d\0\0\0\5\xff\xff\xff\xff\xff\xff\xff\xff\xff\1\0\0");   /* a length of 2^64-1 */
}

static void a_state_without_a_name_passes_neither_way(void **state)
{
    (void)state;
    struct buf out = BUF_INIT(WIRE_RECORD_MAX);
    struct fact_queue q = { .id = 1, .state = QUEUE_STATE_COUNT };
    assert_false(wire_add_fact(&out, FACT_QUEUE, (struct fact *)&q));
    assert_int_equal(out.len, 0);
    q.state = QUEUE_UNPROVEN;
    assert_true(wire_add_fact(&out, FACT_QUEUE, (struct fact *)&q));
    /* length, type, kind, id, pbx, no name, no alias, place 0, no strategy: then the state */
    assert_int_equal(out.data[12], QUEUE_UNPROVEN << 1);
    out.data[12] = QUEUE_STATE_COUNT << 1;
    expect_bad(out.data, out.len);
    buf_clear(&out);
}

static void texts_of_any_length_fit_into_a_record(void **state)
{
    (void)state;
    struct buf out = BUF_INIT(2 * WIRE_RECORD_MAX);
    for (int k = 0; k < FACT_COUNT; k++) {
        enum fact_kind kind = (enum fact_kind)k;
        struct fact *f = mem_alloc(fact_table[kind].size);
        for (size_t i = 0; i < fact_table[kind].field_count; i++) {
            const struct fact_field *field = &fact_table[kind].field[i];
            if (field->type == TYPE_TEXT) {
                char *text = mem_alloc(WIRE_RECORD_MAX);
                memset(text, 'x', WIRE_RECORD_MAX - 1);
                memcpy((char *)f + field->offset, &text, sizeof text);
            }
        }
        buf_reset(&out);
        assert_true(wire_add_fact(&out, kind, f));
        size_t at = 0;
        struct wire_record r = take(buf_slice(&out), &at);
        wire_record_clear(&r);
        fact_clear(kind, f);
        mem_free(f);
    }
    buf_clear(&out);
}

static void what_does_not_fit_leaves_nothing_behind(void **state)
{
    (void)state;
    struct buf small = BUF_INIT(20);
    assert_true(wire_add_flush(&small));
    assert_false(wire_add_text(&small, WIRE_NOTICE, SLICE("geneva"), SLICE("a sentence that is too long"), 0));
    assert_int_equal(small.len, 5);
    buf_clear(&small);
}

/* Bytes at random, and true records with bytes changed at random: any answer but harm (run under sanitizers too). */
static void garbage_does_no_harm(void **state)
{
    (void)state;
    unsigned long before = mem_live();
    struct random rnd = { 11 };
    struct buf good = BUF_INIT(WIRE_RECORD_MAX);
    write_one_of_each(&good);
    for (int i = 0; i < 20000; i++) {
        struct buf b = BUF_INIT(WIRE_RECORD_MAX);
        buf_add(&b, buf_slice(&good));
        for (uint32_t n = random_below(&rnd, 6) + 1; n > 0; n--) {
            b.data[random_below(&rnd, (uint32_t)b.len)] = (char)(unsigned char)random_below(&rnd, 256);
        }
        size_t at = 0;
        struct wire_record r;
        struct err err = ERR_INIT;
        while (wire_next(buf_slice(&b), &at, &r, &err) == WIRE_READY) {
            wire_record_clear(&r);
        }
        buf_clear(&b);
    }
    buf_clear(&good);
    assert_int_equal(mem_live(), before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_fact_comes_back_as_it_went),
        cmocka_unit_test(every_record_comes_back_as_it_went),
        cmocka_unit_test(a_record_cut_anywhere_waits_for_the_rest),
        cmocka_unit_test(a_record_with_a_lying_length_is_bad),
        cmocka_unit_test(what_we_never_wrote_is_bad),
        cmocka_unit_test(a_state_without_a_name_passes_neither_way),
        cmocka_unit_test(texts_of_any_length_fit_into_a_record),
        cmocka_unit_test(what_does_not_fit_leaves_nothing_behind),
        cmocka_unit_test(garbage_does_no_harm),
    };
    return cmocka_run_group_tests_name("wire", tests, NULL, NULL);
}
