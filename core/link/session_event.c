/* SPDX-License-Identifier: MIT */
/* session_event: one message at a time to whom it concerns: greeting, answer, list item, barrier, what befalls the PBX as a
 * whole, and everything else to the floor. Believes list items nowhere but inside a list of ours. */
#include "core/link/session_private.h"

#include "core/base/log.h"
#include "core/base/timer.h"

static bool names_app_queue(const struct event *e)
{
    struct slice module = event_get(e, F_MODULE);
    return slice_starts(module, SLICE("app_queue")) || slice_eq_nocase(module, SLICE("All"));
}

static bool names_pjsip(const struct event *e)
{
    struct slice module = event_get(e, F_MODULE);
    return slice_starts(module, SLICE("res_pjsip")) || slice_eq_nocase(module, SLICE("All"));
}

static void suspect_all(struct session *s, const char *why, bool is_new)
{
    if (!s->is_linked)
        return;
    floor_suspect_all(s->setup.floor, why);
    s->sync.next_at = s->now;
    s->sync.discover_at = s->now;
    s->sync.is_all_due = s->sync.is_all_due || is_new;
}

static void booted(struct session *s)
{
    bool is_first = !s->is_booted;
    s->is_booted = true;
    s->is_shutting_down = false;
    s->rights_at = TIMER_NEVER; /* who hears this need not look by himself */
    if (s->phase > PHASE_RIGHTS)
        session_ask_rights(s);
    if (!is_first || s->phase > PHASE_CLOCK)
        suspect_all(s, "Asterisk has booted", true);
}

static void loaded(struct session *s)
{
    suspect_all(s, "app_queue was loaded", true);
    if (s->phase == PHASE_LIVE)
        session_ask_rights(s);
}

/* True when nobody else needs it. */
static bool took_system(struct session *s, const struct event *e)
{
    switch (e->kind) {
    case EVENT_FULLY_BOOTED:
        booted(s);
        return true;
    case EVENT_SHUTDOWN:
        s->is_shutting_down = true;
        suspect_all(s, "Asterisk is shutting down", false);
        return true;
    case EVENT_RELOAD:
        if (names_app_queue(e))
            suspect_all(s, "app_queue was reloaded", false);
        if (names_pjsip(e))
            session_endpoints_reloaded(s);
        return true;
    case EVENT_LOAD:
        if (names_app_queue(e))
            loaded(s);
        return true;
    case EVENT_UNLOAD:
        if (names_app_queue(e))
            suspect_all(s, "app_queue was unloaded", true);
        return true;
    case EVENT_VAR_SET:
        session_fenced(s, e);
        return true;
    default:
        return false;
    }
}

static void count_agent_events(struct session *s, const struct event *e)
{
    if (event_table[e->kind].event_class != CLASS_AGENT)
        return;
    s->agent_events++;
    if (e->kind == EVENT_QUEUE_CALLER_JOIN || e->kind == EVENT_QUEUE_CALLER_LEAVE) {
        s->queue_moves++;
        session_note(s, NOTICE_AGENT, false);
    }
}

static void take_event(struct session *s, const struct event *e)
{
    if (e->kind == EVENT_RESPONSE) {
        session_response(s, e);
        return;
    }
    s->events += e->kind != EVENT_VAR_SET; /* only the fence lets them through */
    session_note_class(s, event_table[e->kind].event_class);
    if (e->kind == EVENT_OTHER || event_table[e->kind].is_list_item || took_system(s, e))
        return;
    count_agent_events(s, e);
    s->endpoints.event_at = s->now;
    if (s->is_linked) {
        session_sync_event(s, e);
        floor_apply(s->setup.floor, e, s->now);
        if (s->setup.event != NULL)
            s->setup.event(s->setup.context, e, s->now);
    }
}

void session_take(struct session *s, const struct frame *frame)
{
    struct event e;
    struct err err = ERR_INIT;
    if (session_is_listing(s))
        session_list(s, frame);
    else if (!event_decode(frame, &e, &err))
        log_line(LOG_WARN, "%s: %s", s->host, err.text); /* one event with a hole in it is no reason to lose the others */
    else if (s->phase == PHASE_GREETING)
        session_greeting(s, &e);
    else if (e.kind != EVENT_GREETING)
        take_event(s, &e);
}
