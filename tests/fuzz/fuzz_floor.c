/* SPDX-License-Identifier: MIT */
/* Events and lists from any bytes into the model, in any order that a peer can send. The first
 * byte chooses how time passes and whether barriers come. Items of lists open and close their
 * list as they stand; Shutdown is a lost link, Reload a doubt. After all of it the model is
 * held against what it told. */
#include "core/base/timer.h"
#include "tests/fuzz/floor_mirror.h"

struct play {
    struct floor *f;
    int64_t now_ms;
    bool is_listing, is_channels;
    bool has_barrier, may_ask, is_whole;
};

static void end_lists(struct play *p)
{
    if (p->is_listing && p->is_whole)
        floor_snapshot_end(p->f, p->now_ms);
    else if (p->is_listing)
        floor_snapshot_cancel(p->f);
    if (p->is_listing && p->is_whole && p->has_barrier)
        floor_barrier(p->f, p->now_ms);
    else if (p->is_listing && p->is_whole)
        floor_settle(p->f, p->now_ms);
    if (p->is_channels)
        floor_channels_end(p->f, p->now_ms);
    p->is_listing = p->is_channels = false;
}

static void take_list_item(struct play *p, const struct event *e)
{
    bool is_channel = e->kind == EVENT_CORE_SHOW_CHANNEL || e->kind == EVENT_STATUS;
    if (is_channel && !p->is_channels)
        floor_channels_begin(p->f, p->now_ms);
    if (!is_channel && !p->is_listing)
        floor_snapshot_begin(p->f, p->may_ask ? (struct slice){ NULL, 0 } : event_get(e, F_QUEUE), p->now_ms);
    if (is_channel)
        floor_channels_item(p->f, e, p->now_ms);
    else
        floor_snapshot_item(p->f, e, p->now_ms);
    p->is_channels = p->is_channels || is_channel;
    p->is_listing = p->is_listing || !is_channel;
}

static void take(struct play *p, const struct event *e)
{
    switch (e->kind) {
    case EVENT_QUEUE_PARAMS:
    case EVENT_QUEUE_MEMBER:
    case EVENT_QUEUE_ENTRY:
    case EVENT_CORE_SHOW_CHANNEL:
    case EVENT_STATUS:
        take_list_item(p, e);
        break;
    case EVENT_QUEUE_STATUS_COMPLETE:
    case EVENT_CORE_SHOW_CHANNELS_COMPLETE:
    case EVENT_STATUS_COMPLETE:
        end_lists(p);
        break;
    case EVENT_SHUTDOWN:
        p->is_listing = p->is_channels = false;
        floor_link_down(p->f, p->now_ms, p->now_ms);
        floor_link_up(p->f, p->now_ms + 100);
        break;
    case EVENT_RELOAD:
        floor_suspect_all(p->f, "a reload");
        break;
    default:
        floor_apply(p->f, e, p->now_ms);
    }
}

/* What the session does between two messages. */
static void pass_time(struct play *p, int64_t step_ms)
{
    struct slice uniqueid, channel, queue;
    bool is_suspect;
    while (floor_ask(p->f, &uniqueid, &channel)) {
        char copy[300];
        size_t n = uniqueid.n < sizeof copy ? uniqueid.n : sizeof copy;
        memcpy(copy, uniqueid.p, n);
        floor_answer(p->f, (struct slice){ copy, n }, step_ms % 2 != 0 ? SLICE("TIMEOUT") : (struct slice){ NULL, 0 }, p->may_ask, p->now_ms);
    }
    (void)floor_next_read(p->f, p->now_ms, &queue, &is_suspect);
    p->now_ms += step_ms;
    if (floor_deadline(p->f) <= p->now_ms)
        floor_tick(p->f, p->now_ms);
    FUZZ_CHECK(floor_deadline(p->f) > p->now_ms || floor_deadline(p->f) == TIMER_NEVER || step_ms == 0);
}

static void run(struct play *p, const struct mirror *m, struct slice bytes, int64_t step_ms)
{
    struct frame_reader *r = frame_reader_new(NULL, event_is_wanted);
    struct frame frame;
    frame_feed(r, SLICE("Asterisk Call Manager/11.0.0\r\n"));
    frame_feed(r, bytes);
    for (;;) {
        struct event e;
        struct err err = ERR_INIT;
        if (frame_next(r, &frame, &err) != FRAME_READY)
            break;
        if (!frame.is_greeting && event_decode(&frame, &e, &err))
            take(p, &e);
        pass_time(p, step_ms);
    }
    end_lists(p);
    mirror_check(m, p->f);
    frame_reader_free(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int64_t steps[] = { 0, 1, 137, 2501, 60000 };
    unsigned long live = mem_live();
    unsigned which = size > 0 ? data[0] : 0;
    struct mirror m;
    struct floor_health health;
    mirror_open(&m);
    struct floor_setup setup = { .pbx_index = which % 3, .short_abandon_ms = 5000, .changed = mirror_changed, .context = &m };
    struct play p = { .f = floor_new(&setup, 10000000, 1795303252000), .now_ms = 10000000, .has_barrier = (which & 1) == 0,
                      .may_ask = (which & 2) == 0, .is_whole = (which & 12) != 12 };
    floor_set_clock(p.f, which, p.now_ms, 1795303252000);
    run(&p, &m, fuzz_slice(data, size), steps[which % (sizeof steps / sizeof steps[0])]);
    pass_time(&p, 3600000);
    mirror_check(&m, p.f);
    floor_health(p.f, &health);
    FUZZ_CHECK(health.drift >= 0 && health.suspects >= 0);
    floor_free(p.f);
    mirror_close(&m);
    fuzz_check_live(live);
    return 0;
}
