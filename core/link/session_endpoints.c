/* SPDX-License-Identifier: MIT */
/* session_endpoints: which telephones there are (PJSIPShowEndpoints, class system), for whoever names somebody who is in no queue. A convenience,
 * so it waits for everything else: once a link when the queues are read and nothing is on its way, again when PJSIP was reloaded, and at once only
 * where an order names somebody whom nobody knows and the last answer is old. Asterisk sends no event while it writes the list (13 ms and
 * 113 kB for 500, measured on 22.10): so a long one is asked for less often. Where the user may not ask, nothing is asked. */
#include "core/link/session_private.h"

#include "core/base/timer.h"

enum {
    FIRST_MS = 2000,      /* after the link is live */
    LOOK_EVERY_MS = 250,  /* whether it is idle */
    PATIENCE_MS = 30000,  /* on a PBX that never is */
    FRESH_MS = 10000,     /* an answer that an order believes */
    RELOAD_EVERY_MS = 60000,
    LARGE = 2000, LARGE_FRESH_MS = 60000, LARGE_EVERY_MS = 600000
};

void session_endpoints_reset(struct session *s)
{
    s->endpoints = (struct endpoints){ .count = -1 };
}

static bool may_ask(const struct session *s)
{
    return s->is_up && s->phase == PHASE_LIVE && !s->setup.is_passive && s->is_right_known && s->may[REQUEST_ENDPOINTS];
}

static bool say(struct session *s)
{
    struct ask a;
    struct err err = ERR_INIT;
    s->endpoints.due_at = 0;
    session_ask(s, &a, REQUEST_ENDPOINTS);
    s->endpoints.is_out = session_say(&a, &err);
    return s->endpoints.is_out;
}

void session_endpoints_live(struct session *s)
{
    if (s->endpoints.told_at == 0)
        s->endpoints.due_at = s->endpoints.wanted_at = s->now + FIRST_MS;
}

void session_endpoints_reloaded(struct session *s)
{
    struct endpoints *e = &s->endpoints;
    int64_t rest = e->count > LARGE ? LARGE_EVERY_MS : RELOAD_EVERY_MS, at = s->now + FIRST_MS;
    if (e->due_at != 0 || e->told_at == 0)
        return; /* it comes anyway */
    at = at < e->told_at + rest ? e->told_at + rest : at;
    e->due_at = e->wanted_at = at;
}

bool session_ask_endpoints(struct session *s, int64_t now_ms)
{
    const struct endpoints *e = &s->endpoints;
    int64_t fresh = e->count > LARGE ? LARGE_FRESH_MS : FRESH_MS;
    s->now = now_ms > s->now ? now_ms : s->now;
    if (e->is_out)
        return true;
    return may_ask(s) && (e->told_at == 0 || s->now - e->told_at >= fresh) && say(s);
}

static bool is_idle(const struct session *s)
{
    bool is_quiet = s->now - s->endpoints.event_at >= LOOK_EVERY_MS || s->now - s->endpoints.wanted_at >= PATIENCE_MS;
    return is_quiet && s->asked_count == 0 && s->sync.state == SYNC_NONE;
}

void session_endpoints_tick(struct session *s)
{
    struct endpoints *e = &s->endpoints;
    if (e->due_at == 0 || s->now < e->due_at)
        return;
    if (!may_ask(s))
        e->due_at = 0;
    else if (is_idle(s))
        (void)say(s);
    else
        e->due_at = s->now + LOOK_EVERY_MS;
}

int64_t session_endpoints_deadline(const struct session *s)
{
    return s->endpoints.due_at != 0 ? s->endpoints.due_at : TIMER_NEVER;
}

/* --- the list ---------------------------------------------------------------------------------------------- */

static void told(struct session *s, int64_t count)
{
    s->endpoints.is_out = false;
    s->endpoints.count = count;
    s->endpoints.told_at = s->now;
    session_changed(s);
}

void session_endpoints_begin(struct session *s, const struct asked *a)
{
    (void)a;
    floor_endpoints_begin(s->setup.floor, s->now);
}

void session_endpoints_item(struct session *s, const struct asked *a, const struct event *e)
{
    (void)a;
    floor_endpoints_item(s->setup.floor, e, s->now);
}

void session_endpoints_end(struct session *s, const struct asked *a)
{
    (void)a;
    told(s, floor_endpoints_end(s->setup.floor, s->now));
}

/* "No endpoints found" is an answer like another. */
void session_endpoints_refused(struct session *s, const struct asked *a, struct slice message)
{
    if (slice_starts(message, SLICE("No endpoints found"))) {
        session_endpoints_begin(s, a);
        session_endpoints_end(s, a);
        return;
    }
    s->may[REQUEST_ENDPOINTS] = s->may[REQUEST_ENDPOINTS] && message.p == NULL; /* no answer came: it may be asked once more */
    told(s, message.p != NULL ? -1 : s->endpoints.count);
}
