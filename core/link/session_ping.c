/* SPDX-License-Identifier: MIT */
/* session_ping: one Ping a second. It bounds events that Asterisk delivers late (ami.md 3.3), proves that the peer lives, and
 * measures the PBX's wall clock: midpoint of the round trip, and of the last sixteen the one with the shortest. */
#include "core/link/session_private.h"

#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/base/timer.h"

enum { PING_EVERY_MS = 1000, CLOCK_STEP_MS = 100, OWN_STALL_MS = 3500 };

void session_ping_reset(struct session *s)
{
    s->ping = (struct ping){ .round_trip_ms = -1, .round_trip_us = -1 };
}

void session_ping_now(struct session *s)
{
    struct ask a;
    struct err err = ERR_INIT;
    if (s->ping.is_out || s->setup.is_passive)
        return;
    session_ask(s, &a, REQUEST_PING);
    s->ping.sent_us = clock_mono_us();
    if (!session_say(&a, &err)) {
        session_fail(s, REFUSAL_PROTOCOL, err.text);
        return;
    }
    s->ping.is_out = true;
    s->ping.sent++;
    s->ping.sent_at = s->now;
    s->ping.next_at = s->now + PING_EVERY_MS;
}

void session_enter_clock(struct session *s)
{
    session_ping_now(s);
}

/* "1795303204.574214" to milliseconds; false when it is not a time. */
static bool epoch_ms(struct slice text, int64_t *out)
{
    struct slice fraction, whole = slice_cut(text, '.', &fraction);
    int64_t seconds, micro = 0;
    if (!slice_int(whole, 1, INT64_C(1) << 40, &seconds))
        return false;
    if (fraction.n == 6 && !slice_int(fraction, 0, 999999, &micro))
        return false;
    *out = seconds * 1000 + micro / 1000;
    return true;
}

static int64_t best_offset(const struct ping *p)
{
    size_t best = 0;
    for (size_t i = 1; i < p->count; i++) {
        if (p->sample[i].round_trip_ms < p->sample[best].round_trip_ms)
            best = i;
    }
    return p->sample[best].offset_ms;
}

/* The floor hears of it only when it matters: every change moves what is computed from epochs. */
static void tell_floor(struct session *s)
{
    struct ping *p = &s->ping;
    int64_t offset = best_offset(p), moved = offset - p->offset_ms;
    if (p->is_known && moved < CLOCK_STEP_MS && moved > -CLOCK_STEP_MS)
        return;
    int64_t wall = session_wall(s);
    p->is_known = true;
    p->offset_ms = offset;
    floor_set_clock(s->setup.floor, offset - (wall - s->now), s->now, wall);
}

static void measure(struct session *s, int64_t sent_at, int64_t pbx_ms)
{
    struct ping *p = &s->ping;
    int64_t offset = pbx_ms - (sent_at + s->now) / 2;
    int64_t step = p->count > 0 ? offset - best_offset(p) : 0;
    if (step > 5 * CLOCK_STEP_MS + p->round_trip_ms || -step > 5 * CLOCK_STEP_MS + p->round_trip_ms)
        p->count = p->next = 0; /* their clock was set: what was measured before counts no more */
    p->sample[p->next].round_trip_ms = p->round_trip_ms;
    p->sample[p->next].offset_ms = offset;
    p->next = (p->next + 1) % PING_SAMPLES;
    if (p->count < PING_SAMPLES)
        p->count++;
    tell_floor(s);
}

void session_ponged(struct session *s, const struct asked *a, const struct event *e)
{
    struct ping *p = &s->ping;
    int64_t pbx_ms;
    p->is_out = false;
    p->answered = p->sent;
    p->round_trip_ms = s->now - a->at_ms;
    bool is_real_time = s->setup.wall_at_zero_ms == 0;
    p->round_trip_us = is_real_time ? clock_mono_us() - p->sent_us : p->round_trip_ms * 1000;
    if (epoch_ms(event_get(e, F_TIMESTAMP), &pbx_ms))
        measure(s, a->at_ms, pbx_ms);
    if (s->phase == PHASE_CLOCK)
        session_enter(s, PHASE_CHANNELS);
    else
        session_changed(s);
}

void session_unponged(struct session *s, const struct asked *a, struct slice message)
{
    (void)a;
    s->ping.is_out = false;
    log_line(LOG_WARN, "%s: Ping refused: %.*s", s->host, SLICE_FMT(message));
    if (s->phase == PHASE_CLOCK)
        session_enter(s, PHASE_CHANNELS);
}

static int64_t dead_at(const struct session *s)
{
    int64_t from = s->heard_at > s->heard_from ? s->heard_at : s->heard_from;
    if (!s->ping.is_out)
        return TIMER_NEVER;
    int64_t due = from + (session_is_listing(s) ? DEAD_LISTING_MS : DEAD_MS);
    int64_t fair = s->ping.sent_at + OWN_STALL_MS;
    return due > fair ? due : fair;
}

void session_ping_tick(struct session *s)
{
    if (s->setup.is_passive)
        return;
    if (s->now >= dead_at(s)) {
        session_fail(s, REFUSAL_DEAD, session_is_listing(s) ? "nothing heard for 30 s while it made a list" : "nothing heard for 5 s");
        return;
    }
    if (!s->ping.is_out && s->now >= s->ping.next_at)
        session_ping_now(s);
}

int64_t session_ping_deadline(const struct session *s)
{
    if (s->setup.is_passive)
        return TIMER_NEVER;
    return s->ping.is_out ? dead_at(s) : s->ping.next_at;
}
