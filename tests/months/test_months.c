/* SPDX-License-Identifier: MIT */
/* test_months: 90 days of a simulated centre in virtual time, through session, model, store and wall, with a lost link every day
 * and every page of the wall drawn again and again. After the first days nothing may grow: blocks, bytes, descriptors, each
 * taken when it is quiet.
 * MONTHS_CALLS (an hour), MONTHS_DAYS and MONTHS_STEP_S make it larger (make soak). */
#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/floor/store.h"
#include "core/link/session.h"
#include "core/sim/sim.h"
#include "tui/wall/wall.h"

#include <dirent.h>
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define DAY_MS INT64_C(86400000)
#define START_MS INT64_C(1000000)
#define START_WALL_MS INT64_C(1795305600000) /* midnight UTC */

enum { EARLY_DAYS = 12, SLACK_BYTES = 32 * 1024 };

#define MUCH ((struct use){ SIZE_MAX, SIZE_MAX, SIZE_MAX })

struct world {
    struct sim *sim;
    struct sim_peer *peer;
    struct floor *floor;
    struct session *session;
    struct store *store;
    struct keymap *keys;
    struct wall_layout *layout;
    struct wall *wall;
    struct canvas small, large;
    int64_t now_ms;
    size_t changes, pictures, reconnects;
    bool wants_link;
};

struct use { /* of this process */
    size_t blocks, bytes, descriptors;
};

static void changed(void *context, enum fact_kind kind, uint64_t id, const struct fact *fact)
{
    struct world *w = context;
    union fact_any copy;
    memset(&copy, 0, sizeof copy);
    w->changes++;
    if (fact == NULL) {
        (void)wall_changed(w->wall, kind, id, NULL);
        (void)store_drop(w->store, kind, id);
        return;
    }
    fact_copy(kind, &copy.head, fact);
    if (store_put(w->store, kind, &copy.head))
        (void)wall_changed(w->wall, kind, id, store_get(w->store, kind, id));
}

static bool secret(void *context, struct buf *out, struct err *err)
{
    (void)context, (void)err;
    return buf_add(out, SLICE("demo"));
}

static void want_send(void *context, struct slice bytes)
{
    struct world *w = context;
    if (w->peer != NULL)
        sim_receive(w->peer, bytes);
}

static void want_connect(void *context)
{
    ((struct world *)context)->wants_link = true;
}

static void unplug(void *context)
{
    struct world *w = context;
    if (w->peer != NULL)
        sim_detach(w->peer);
    w->peer = NULL;
}

static void moved(void *context)
{
    (void)context; /* looked at after every step */
}

/* What the PBX has said goes to the session, until neither has anything to add. */
static void listen(struct world *w)
{
    while (w->peer != NULL && sim_output(w->peer)->len > 0) {
        size_t room;
        char *to = session_room(w->session, &room);
        struct buf *out = sim_output(w->peer);
        size_t n = out->len < room ? out->len : room;
        assert_true(n > 0);
        memcpy(to, out->data, n);
        buf_drop(out, n);
        session_fed(w->session, n, w->now_ms);
    }
}

static void tell_pbx(struct world *w)
{
    struct fact_pbx fact = { .id = fact_pbx_id(0), .name = (char *)(uintptr_t)"demo" };
    session_report(w->session, &fact);
    changed(w, FACT_PBX, fact.id, (const void *)&fact);
}

static void step(struct world *w, int64_t ms)
{
    w->now_ms += ms;
    sim_run_until(w->sim, START_WALL_MS + w->now_ms - START_MS);
    listen(w);
    session_tick(w->session, w->now_ms);
    if (w->wants_link) {
        w->wants_link = false;
        w->peer = sim_attach(w->sim);
        w->reconnects++;
        session_up(w->session, w->now_ms);
    }
    listen(w);
    floor_tick(w->floor, w->now_ms);
    tell_pbx(w);
    (void)wall_beat(w->wall, w->now_ms, START_WALL_MS + w->now_ms - START_MS);
}

static void open_world(struct world *w, double calls_per_hour)
{
    struct sim_setup centre = { .seed = 90, .queues = 5, .agents = 14, .memberships = 2, .calls_per_hour = calls_per_hour, .start_wall_ms = START_WALL_MS };
    struct floor_setup floor = { .short_abandon_ms = 5000, .changed = changed, .context = w };
    struct err err = ERR_INIT;
    *w = (struct world){ .now_ms = START_MS, .store = store_new() };
    w->keys = keymap_load(NULL, &err);
    w->layout = wall_layout_load(NULL, &err);
    assert_non_null(w->keys);
    assert_non_null(w->layout);
    struct wall_setup wall = { .store = w->store, .keys = w->keys, .layout = w->layout, .period_ms = 15000 };
    w->wall = wall_new(&wall);
    w->sim = sim_new(&centre);
    w->floor = floor_new(&floor, START_MS, START_WALL_MS);
    struct session_setup session = { .user = "demo", .host = "demo", .wall_at_zero_ms = START_WALL_MS - START_MS, .is_tls = true, .floor = w->floor,
                                     .secret = secret, .send = want_send, .connect = want_connect, .disconnect = unplug, .changed = moved, .context = w };
    w->session = session_new(&session, START_MS);
    canvas_init(&w->small, 80, 24, false);
    canvas_init(&w->large, 240, 67, false);
    session_start(w->session, START_MS);
}

static void close_world(struct world *w)
{
    unplug(w);
    session_free(w->session);
    floor_free(w->floor);
    sim_free(w->sim);
    wall_free(w->wall);
    wall_layout_free(w->layout);
    keymap_free(w->keys);
    store_free(w->store);
    canvas_clear(&w->small);
    canvas_clear(&w->large);
}

static struct use use_now(void)
{
    struct use u = { .blocks = mem_live(), .bytes = mallinfo2().uordblks };
    DIR *d = opendir("/proc/self/fd");
    while (d != NULL && readdir(d) != NULL)
        u.descriptors++;
    if (d != NULL)
        (void)closedir(d);
    return u;
}

static size_t lesser(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* What is in use when little happens: the rest is traffic. */
static void keep_least(struct use *least, struct use u)
{
    *least = (struct use){ lesser(least->blocks, u.blocks), lesser(least->bytes, u.bytes), lesser(least->descriptors, u.descriptors) };
}

static long from_environment(const char *name, long fallback)
{
    const char *text = getenv(name);
    return text != NULL ? strtol(text, NULL, 10) : fallback;
}

/* One day: pages turn with every step; the link is lost at noon, and comes back alone. Returns the least that was in use. */
static struct use live_a_day(struct world *w, int64_t step_ms)
{
    struct use least = MUCH;
    struct err why = ERR_INIT;
    int64_t end_ms = w->now_ms + DAY_MS, noon_ms = w->now_ms + DAY_MS / 2, lost_at = 0;
    (void)err_set(&why, ERR_NETWORK, "the connection to demo was closed by the PBX");
    floor_new_day(w->floor, w->now_ms, START_WALL_MS + w->now_ms - START_MS);
    for (long n = 0; w->now_ms < end_ms; n++) {
        step(w, step_ms);
        if (n % 8 == 0) {
            wall_draw(w->wall, n % 16 == 0 ? &w->small : &w->large);
            w->pictures++;
        }
        if (w->now_ms >= noon_ms && lost_at == 0) {
            lost_at = w->now_ms;
            unplug(w);
            session_lost(w->session, &why, w->now_ms);
            tell_pbx(w);
            wall_draw(w->wall, &w->large);
        }
        if (n % 64 == 0)
            keep_least(&least, use_now());
    }
    const struct fact_pbx *pbx = (const void *)store_get(w->store, FACT_PBX, fact_pbx_id(0));
    assert_int_equal(pbx->link, LINK_LIVE);
    return least;
}

static void nothing_grows_in_ninety_days(void **state)
{
    (void)state;
    struct world w;
    unsigned long before = mem_live();
    long days = from_environment("MONTHS_DAYS", 90), step_s = from_environment("MONTHS_STEP_S", 240);
    struct use early = MUCH, late = MUCH;
    int64_t answered = 0;
    open_world(&w, (double)from_environment("MONTHS_CALLS", 14));
    for (long day = 1; day <= days; day++) {
        struct use u = live_a_day(&w, step_s * 1000);
        if (day > 2 && day <= EARLY_DAYS)
            keep_least(&early, u);
        if (day > days - EARLY_DAYS)
            keep_least(&late, u);
        const struct fact *f;
        for (size_t at = 0; (f = store_each(w.store, FACT_QUEUE, &at)) != NULL;)
            answered += ((const struct fact_queue *)(const void *)f)->answered;
    }
    print_message("%ld days: %zu facts changed, %lld calls answered, %zu pictures, %zu links; %zu blocks, %zu bytes, then %zu blocks, %zu bytes\n", days, w.changes,
                  (long long)answered, w.pictures, w.reconnects, early.blocks, early.bytes, late.blocks, late.bytes);
    assert_true(answered > days * 20);
    assert_true(w.reconnects >= (size_t)days);
    assert_true(late.descriptors <= early.descriptors);
    assert_true(late.blocks <= early.blocks + early.blocks / 20);
    assert_true(late.bytes <= early.bytes + early.bytes / 20 + SLACK_BYTES);
    close_world(&w);
    assert_int_equal(mem_live(), before);
}

/* The allocator keeps what is freed in its own small stores and counts it as in use: once more, without them. */
static void count_honestly(char *const argv[])
{
    (void)mallopt(M_MXFAST, 0);
    if (getenv("GLIBC_TUNABLES") != NULL)
        return;
    (void)setenv("GLIBC_TUNABLES", "glibc.malloc.tcache_count=0", 1);
    (void)execv("/proc/self/exe", argv);
}

int main(int argc, char *argv[])
{
    (void)argc;
    count_honestly(argv);
    (void)setenv("TZ", "UTC", 1);
    tzset();
    const struct CMUnitTest tests[] = { cmocka_unit_test(nothing_grows_in_ninety_days) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
