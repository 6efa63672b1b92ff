/* SPDX-License-Identifier: MIT */
/* One console as the keeper sees it: told everything once, told what changed and nothing twice; a console that sleeps
 * costs marks and bounded buffers only; one that dies in the middle of a record or talks nonsense is dropped. */
#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/base/timer.h"
#include "core/floor/store.h"
#include "core/keeper/peer.h"
#include "core/keeper/vault.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

/* The keeper's side is a store that stands for the model; the console's side is another, filled from the wire. */
struct world {
    struct store *model, *replica;
    struct peer *peer;
    int fd;
    struct buf in;
    size_t facts, gones, flushes, greeted;
    char secret[64];
    int64_t now;
    struct peer_hooks hooks;
    size_t said;
};

static const struct fact *get(void *context, enum fact_kind kind, uint64_t id)
{
    const struct world *w = context;
    return store_get(w->model, kind, id);
}

static void time_of(void *context, struct wire_time *out)
{
    const struct world *w = context;
    *out = (struct wire_time){ w->now, w->now, w->now, 1000, 0, 0 };
}

static void greeted(void *context, struct peer *p)
{
    struct world *w = context;
    const struct fact *f;
    w->greeted++;
    for (int kind = 0; kind < FACT_COUNT; kind++) {
        for (size_t at = 0; (f = store_each(w->model, (enum fact_kind)kind, &at)) != NULL;) {
            dirty_mark(peer_dirty(p), (enum fact_kind)kind, f->id, false);
        }
    }
}

static void secret(void *context, struct slice pbx, struct slice text)
{
    struct world *w = context;
    snprintf(w->secret, sizeof w->secret, "%.*s=%.*s", SLICE_FMT(pbx), SLICE_FMT(text));
}

static void set_up_peer(struct world *w)
{
    int pair[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    w->fd = pair[0];
    w->peer = peer_new(pair[1], &w->hooks);
}

static void set_up(struct world *w)
{
    *w = (struct world){ .model = store_new(), .replica = store_new(), .in = BUF_INIT(8 * WIRE_RECORD_MAX), .now = 1000 };
    w->hooks = (struct peer_hooks){ get, time_of, greeted, secret, NULL, NULL, NULL, w };
    set_up_peer(w);
}

static void tear_down_peer(struct world *w)
{
    peer_free(w->peer);
    if (w->fd >= 0) {
        close(w->fd);
    }
}

static void tear_down(struct world *w)
{
    tear_down_peer(w);
    store_free(w->model);
    store_free(w->replica);
    buf_clear(&w->in);
}

static void set_queue(struct world *w, uint64_t id, int64_t waiting)
{
    struct fact_queue q = { .id = id, .pbx = 1, .waiting = waiting, .name = mem_strdup("support") };
    if (store_put(w->model, FACT_QUEUE, (struct fact *)&q)) {
        dirty_mark(peer_dirty(w->peer), FACT_QUEUE, id, false);
    }
}

static void drop_queue(struct world *w, uint64_t id)
{
    assert_true(store_drop(w->model, FACT_QUEUE, id));
    dirty_mark(peer_dirty(w->peer), FACT_QUEUE, id, true);
}

static void say(struct world *w, const struct buf *b)
{
    assert_int_equal(send(w->fd, b->data, b->len, 0), b->len);
}

static void say_hello(struct world *w)
{
    struct buf b = BUF_INIT(1024);
    assert_true(wire_add_hello(&b, SLICE("test")));
    say(w, &b);
    buf_clear(&b);
}

static void take(struct world *w, struct wire_record *r)
{
    switch (r->type) {
    case WIRE_FACT:
        w->facts++;
        store_put(w->replica, r->kind, &r->fact.head);
        break;
    case WIRE_GONE:
        w->gones++;
        assert_true(store_drop(w->replica, r->kind, r->id)); /* never told of what it does not know */
        break;
    case WIRE_FLUSH: w->flushes++; break;
    default: break;
    }
}

/* The console reads what is there. */
static bool listen_once(struct world *w)
{
    char *room = buf_reserve(&w->in, 65536);
    ssize_t n = recv(w->fd, room, 65536, MSG_DONTWAIT);
    if (n <= 0) {
        return false;
    }
    w->in.len += (size_t)n;
    struct wire_record r;
    struct err err = ERR_INIT;
    size_t at = 0;
    enum wire_state state;
    while ((state = wire_next(buf_slice(&w->in), &at, &r, &err)) == WIRE_READY) {
        take(w, &r);
        wire_record_clear(&r);
    }
    assert_int_equal(state, WIRE_MORE);
    buf_drop(&w->in, at);
    return true;
}

/* Turns of both sides until neither has anything to say; time goes on as far as the peer asks. */
static void settle(struct world *w)
{
    bool went_on;
    do {
        int64_t due = peer_deadline(w->peer, true);
        w->now = due != TIMER_NEVER && due > w->now ? due : w->now;
        assert_true(peer_turn(w->peer, true, w->now));
        went_on = listen_once(w);
    } while (went_on || peer_deadline(w->peer, true) != TIMER_NEVER);
}

static void expect_equal(const struct world *w)
{
    const struct fact *f;
    for (int k = 0; k < FACT_COUNT; k++) {
        enum fact_kind kind = (enum fact_kind)k;
        assert_int_equal(store_count(w->model, kind), store_count(w->replica, kind));
        for (size_t at = 0; (f = store_each(w->model, kind, &at)) != NULL;) {
            assert_true(fact_equal(kind, f, store_get(w->replica, kind, f->id)));
        }
    }
}

static void everything_first_then_what_changed(void **state)
{
    (void)state;
    struct world w;
    set_up(&w);
    for (uint64_t id = 1; id <= 100; id++) {
        set_queue(&w, id, 0);
    }
    assert_true(peer_turn(w.peer, true, w.now));
    listen_once(&w);
    assert_int_equal(w.facts, 0); /* not before it has greeted */
    say_hello(&w);
    settle(&w);
    assert_int_equal(w.facts, 100);
    assert_int_equal(w.flushes, 1);
    expect_equal(&w);
    set_queue(&w, 7, 1);
    set_queue(&w, 7, 2);
    set_queue(&w, 7, 3);
    drop_queue(&w, 9);
    settle(&w);
    assert_int_equal(w.facts, 101); /* three changes, one fact */
    assert_int_equal(w.gones, 1);
    assert_int_equal(w.flushes, 2);
    expect_equal(&w);
    settle(&w);
    assert_int_equal(w.flushes, 2); /* nothing changed, nothing said */
    tear_down(&w);
}

static void a_batch_does_not_begin_sooner_than_40_ms_after_another(void **state)
{
    (void)state;
    struct world w;
    set_up(&w);
    set_queue(&w, 1, 0);
    say_hello(&w);
    settle(&w);
    int64_t began = w.now;
    for (; w.now < began + 1000; w.now++) {
        set_queue(&w, 1, w.now);
        assert_true(peer_turn(w.peer, true, w.now));
        while (listen_once(&w)) {
        }
    }
    assert_in_range(w.flushes, 25, 26);
    tear_down(&w);
}

static void what_hurries_is_not_kept_waiting(void **state)
{
    (void)state;
    struct world w;
    set_up(&w);
    set_queue(&w, 1, 0);
    say_hello(&w);
    settle(&w);
    set_queue(&w, 1, 1);
    assert_true(peer_turn(w.peer, true, w.now)); /* 0 ms after the last flush */
    listen_once(&w);
    assert_int_equal(w.flushes, 1);
    peer_hurry(w.peer);
    assert_true(peer_deadline(w.peer, true) <= w.now);
    assert_true(peer_turn(w.peer, true, w.now));
    listen_once(&w);
    assert_int_equal(w.flushes, 2);
    expect_equal(&w);
    tear_down(&w);
}

static void nothing_begins_while_it_may_not(void **state)
{
    (void)state;
    struct world w;
    set_up(&w);
    set_queue(&w, 1, 0);
    say_hello(&w);
    assert_true(peer_turn(w.peer, false, w.now));
    assert_true(peer_deadline(w.peer, false) == TIMER_NEVER);
    listen_once(&w);
    assert_int_equal(w.facts, 0);
    settle(&w);
    assert_int_equal(w.facts, 1);
    tear_down(&w);
}

/* Much more than any buffer takes; the console reads between. */
static void a_large_floor_comes_in_pieces_and_whole(void **state)
{
    (void)state;
    struct world w;
    set_up(&w);
    for (uint64_t id = 1; id <= 50000; id++) {
        set_queue(&w, id, (int64_t)id);
    }
    say_hello(&w);
    settle(&w);
    assert_int_equal(w.flushes, 1);
    expect_equal(&w);
    tear_down(&w);
}

/* The console sleeps through 200,000 changes and 20,000 queues that come and go. What it costs meanwhile does not
 * grow; awake, it is told each difference once. */
static void a_sleeping_console_costs_nothing_and_wakes_to_one_update(void **state)
{
    (void)state;
    struct world w;
    set_up(&w);
    for (uint64_t id = 1; id <= 1000; id++) {
        set_queue(&w, id, 0);
    }
    say_hello(&w);
    settle(&w);
    unsigned long blocks = 0;
    for (int64_t i = 1; i <= 200000; i++) {
        set_queue(&w, (uint64_t)(1 + i % 1000), i);
        if (i % 10 == 0) {
            set_queue(&w, (uint64_t)(1000000 + i), 0);
            drop_queue(&w, (uint64_t)(1000000 + i));
        }
        w.now++;
        assert_true(peer_turn(w.peer, true, w.now)); /* it writes until the socket is full, then no more */
        if (i == 100000) {
            blocks = mem_live();
        }
    }
    assert_int_equal(mem_live(), blocks);
    size_t before = w.facts;
    settle(&w);
    expect_equal(&w);
    assert_true(w.facts - before < 200000 / 2);
    tear_down(&w);
}

/* What there is no room for is lost, and nothing of what comes after it. */
static void a_console_that_slept_through_too_many_sentences_wakes_all_the_same(void **state)
{
    (void)state;
    struct world w;
    char sentence[4000];
    set_up(&w);
    memset(sentence, 'x', sizeof sentence);
    say_hello(&w);
    settle(&w);
    for (int i = 0; i < 1000; i++)
        peer_say(w.peer, WIRE_NOTICE, (struct slice){ NULL, 0 }, (struct slice){ sentence, sizeof sentence }, 0);
    settle(&w);
    set_queue(&w, 1, 5);
    settle(&w);
    expect_equal(&w);
    tear_down(&w);
}

static void what_goes_while_a_batch_is_sent_is_gone_in_the_end(void **state)
{
    (void)state;
    struct world w;
    set_up(&w);
    for (uint64_t id = 1; id <= 20000; id++) {
        set_queue(&w, id, 0);
    }
    say_hello(&w);
    assert_true(peer_turn(w.peer, true, w.now)); /* the first piece only: nobody reads */
    for (uint64_t id = 1; id <= 20000; id += 2) {
        drop_queue(&w, id);
    }
    set_queue(&w, 1, 5); /* comes back */
    settle(&w);
    expect_equal(&w);
    tear_down(&w);
}

static void a_console_that_dies_in_the_middle_is_dropped(void **state)
{
    (void)state;
    struct world w;
    set_up(&w);
    struct buf b = BUF_INIT(1024);
    assert_true(wire_add_hello(&b, SLICE("test")));
    assert_int_equal(send(w.fd, b.data, b.len / 2, 0), b.len / 2);
    buf_clear(&b);
    assert_true(peer_turn(w.peer, true, w.now));
    close(w.fd);
    w.fd = -1;
    assert_false(peer_turn(w.peer, true, w.now));
    tear_down(&w);
}

static void a_console_that_dies_while_it_is_written_to_is_dropped(void **state)
{
    (void)state;
    struct world w;
    set_up(&w);
    for (uint64_t id = 1; id <= 20000; id++) {
        set_queue(&w, id, 0);
    }
    say_hello(&w);
    assert_true(peer_turn(w.peer, true, w.now));
    close(w.fd);
    w.fd = -1;
    assert_false(peer_turn(w.peer, true, w.now));
    tear_down(&w);
}

static void expect_dropped(const char *bytes, size_t n)
{
    struct world w;
    set_up(&w);
    assert_int_equal(send(w.fd, bytes, n, 0), n);
    assert_false(peer_turn(w.peer, true, w.now));
    assert_int_equal(w.greeted, 0);
    tear_down(&w);
}

static void nonsense_is_dropped(void **state)
{
    (void)state;
    char long_one[10000] = "\x00\x20"; /* a record of 8192 bytes: longer than a console speaks */
    expect_dropped("GET / HTTP/1.1\r\n\r\n", 18);
    expect_dropped("\1\0\0\0\4", 5); /* a flush goes the other way */
    expect_dropped(long_one, sizeof long_one);
    struct buf b = BUF_INIT(1024);
    assert_true(wire_add_hello(&b, SLICE("9.9.9")));
    b.data[6] = (char)(b.data[6] ^ 1); /* another format */
    expect_dropped(b.data, b.len);
    buf_reset(&b);
    assert_true(wire_add_text(&b, WIRE_SECRET, SLICE("geneva"), SLICE("x"), 0)); /* before it has greeted */
    expect_dropped(b.data, b.len);
    buf_clear(&b);
}

static void a_secret_is_handed_on(void **state)
{
    (void)state;
    struct world w;
    set_up(&w);
    struct buf b = BUF_INIT(1024);
    assert_true(wire_add_hello(&b, SLICE("test")));
    assert_true(wire_add_text(&b, WIRE_SECRET, SLICE("geneva"), SLICE("hunter2"), 0));
    for (size_t i = 0; i < b.len; i++) { /* one byte at a time */
        assert_int_equal(send(w.fd, b.data + i, 1, 0), 1);
        assert_true(peer_turn(w.peer, true, w.now));
    }
    assert_string_equal(w.secret, "geneva=hunter2");
    assert_int_equal(w.greeted, 1);
    buf_clear(&b);
    tear_down(&w);
}

enum { FLOOD_MAX = 20000 };

static void feed(struct world *w, enum wire_type type)
{
    struct buf b = BUF_INIT(1024);
    assert_true(wire_add_text(&b, type, SLICE(""), SLICE("pause 401"), 1));
    if (++w->said < FLOOD_MAX)
        say(w, &b);
    buf_clear(&b);
}

/* Whoever is heard says the next thing at once: there is always something to be read. */
static void said_more(void *context, struct slice verb, struct slice text, int64_t number)
{
    (void)verb;
    (void)text;
    (void)number;
    feed(context, WIRE_PLAY);
}

static void ordered_more(void *context, struct peer *p, struct slice line, int64_t ref, bool is_dry)
{
    (void)p;
    (void)line;
    (void)ref;
    (void)is_dry;
    feed(context, WIRE_ORDER);
}

static void set_up_flood(struct world *w, enum wire_type type)
{
    set_up(w);
    w->hooks.order = ordered_more;
    w->hooks.play = said_more;
    tear_down_peer(w);
    set_up_peer(w);
    say_hello(w);
    feed(w, type);
}

static void who_does_not_stop_talking_has_a_turn_and_no_more(void **state)
{
    (void)state;
    struct world w;
    set_up_flood(&w, WIRE_PLAY);
    assert_true(peer_turn(w.peer, true, w.now));
    size_t first = w.said;
    assert_in_range(first, 2, FLOOD_MAX / 4);
    assert_true((peer_events(w.peer) & POLLIN) != 0); /* the rest is there, and poll says so */
    assert_true(peer_turn(w.peer, true, w.now));
    assert_true(w.said > first);
    tear_down(&w);
}

static void who_floods_with_orders_has_to_rest(void **state)
{
    (void)state;
    struct world w;
    set_up_flood(&w, WIRE_ORDER);
    assert_true(peer_turn(w.peer, true, w.now));
    size_t first = w.said;
    assert_in_range(first, 2, 100);
    while (listen_once(&w)) {
    }
    assert_int_equal(peer_events(w.peer) & POLLIN, 0);
    int64_t due = peer_deadline(w.peer, true);
    assert_in_range(due, w.now + 1, w.now + 1000);
    assert_true(peer_turn(w.peer, true, due - 1));
    assert_int_equal(w.said, first);
    assert_true(peer_turn(w.peer, true, due));
    assert_true(w.said > first);
    tear_down(&w);
}

/* What came with the last one is not lost, however long nothing else comes. */
static void what_was_said_before_the_rest_is_heard_after_it(void **state)
{
    (void)state;
    struct world w;
    set_up_flood(&w, WIRE_ORDER);
    w.said = FLOOD_MAX; /* it answers no more */
    for (int i = 0; i < 120; i++) {
        struct buf b = BUF_INIT(1024);
        assert_true(wire_add_text(&b, WIRE_ORDER, SLICE(""), SLICE("pause 401"), 1));
        say(&w, &b);
        buf_clear(&b);
    }
    for (int i = 0; i < 3; i++, w.now += 1000)
        assert_true(peer_turn(w.peer, true, w.now));
    assert_int_equal(w.said, FLOOD_MAX + 121);
    tear_down(&w);
}

static void after_the_end_nothing_is_said(void **state)
{
    (void)state;
    struct world w;
    set_up(&w);
    say_hello(&w);
    peer_say(w.peer, WIRE_END, (struct slice){ NULL, 0 }, SLICE("over"), 0);
    set_queue(&w, 1, 1);
    assert_true(peer_turn(w.peer, true, w.now + 1000));
    listen_once(&w);
    assert_int_equal(w.facts, 0);
    tear_down(&w);
}

static void the_vault_keeps_one_secret_a_name(void **state)
{
    (void)state;
    struct vault *v = vault_new();
    char large[VAULT_SECRET_MAX + 1] = "x";
    assert_true(vault_put(v, SLICE("geneva"), SLICE("one")));
    assert_true(vault_put(v, SLICE("bern"), SLICE("two")));
    assert_true(slice_eq(vault_get(v, SLICE("geneva")), SLICE("one")));
    assert_true(vault_put(v, SLICE("geneva"), SLICE("three")));
    assert_true(slice_eq(vault_get(v, SLICE("geneva")), SLICE("three")));
    assert_true(slice_eq(vault_get(v, SLICE("bern")), SLICE("two")));
    assert_null(vault_get(v, SLICE("basel")).p);
    assert_false(vault_put(v, SLICE("basel"), (struct slice){ large, sizeof large }));
    vault_drop(v, SLICE("geneva"));
    assert_null(vault_get(v, SLICE("geneva")).p);
    vault_free(v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_first_then_what_changed),
        cmocka_unit_test(a_batch_does_not_begin_sooner_than_40_ms_after_another),
        cmocka_unit_test(what_hurries_is_not_kept_waiting),
        cmocka_unit_test(nothing_begins_while_it_may_not),
        cmocka_unit_test(a_large_floor_comes_in_pieces_and_whole),
        cmocka_unit_test(a_sleeping_console_costs_nothing_and_wakes_to_one_update),
        cmocka_unit_test(a_console_that_slept_through_too_many_sentences_wakes_all_the_same),
        cmocka_unit_test(what_goes_while_a_batch_is_sent_is_gone_in_the_end),
        cmocka_unit_test(a_console_that_dies_in_the_middle_is_dropped),
        cmocka_unit_test(a_console_that_dies_while_it_is_written_to_is_dropped),
        cmocka_unit_test(nonsense_is_dropped),
        cmocka_unit_test(a_secret_is_handed_on),
        cmocka_unit_test(who_does_not_stop_talking_has_a_turn_and_no_more),
        cmocka_unit_test(who_floods_with_orders_has_to_rest),
        cmocka_unit_test(what_was_said_before_the_rest_is_heard_after_it),
        cmocka_unit_test(after_the_end_nothing_is_said),
        cmocka_unit_test(the_vault_keeps_one_secret_a_name),
    };
    return cmocka_run_group_tests_name("keeper_peer", tests, NULL, NULL);
}
