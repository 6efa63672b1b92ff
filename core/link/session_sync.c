/* SPDX-License-Identifier: MIT */
/* session_sync: QueueStatus lists reach the floor, each with a proof behind it (ami.md 6): the barrier, a global variable set right
 * after the list, whose VarSet comes only when everything older has come; or, where the user may not do that, a time of quiet. All
 * queues once, then one at a time, at most one a second, in the order that the floor wants. What the lists mean is the floor's. */
#include "core/link/session_private.h"

#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/timer.h"

#include <stdio.h>

enum {
    READ_EVERY_MS = 1000,
    LOOK_EVERY_MS = 250,          /* nothing was due: ask the floor again */
    FENCE_FIRST_MS = 2500,        /* the first VarSet comes at once or never */
    FENCE_MS = 10000,             /* once seen, a late one is a busy PBX */
    FENCE_MISSES = 3,
    FENCE_RETRY_MS = 60000,
    QUIET_MS = 500, QUIET_MAX_MS = 5000,
    NO_QUEUES_EVERY_MS = 3000, BOOT_EVERY_MS = 1000, BOOT_MAX_MS = 60000
};

static const struct slice sync_variable = { "ACDTOP_SYNC", sizeof "ACDTOP_SYNC" - 1 };

void session_sync_reset(struct session *s)
{
    mem_free(s->sync.scope);
    session_forget_found(s);
    s->sync = (struct sync){ .state = SYNC_NONE };
}

/* --- asking ------------------------------------------------------------------------------------------ */

static void say_mask(struct session *s, bool with_dialplan)
{
    struct ask a;
    struct err err = ERR_INIT;
    session_ask(s, &a, REQUEST_EVENTS);
    request_add(&a.request, "EventMask", session_mask(with_dialplan));
    s->sync.is_masked = session_say(&a, &err) && with_dialplan;
}

static bool say_list(struct session *s, struct slice queue, struct err *err)
{
    struct ask a;
    session_ask(s, &a, REQUEST_QUEUE_STATUS);
    if (queue.p != NULL) {
        request_add(&a.request, "Queue", queue);
        a.entry.what = mem_text(queue);
    }
    return session_say(&a, err);
}

static void say_fence(struct session *s)
{
    struct ask a;
    struct err err = ERR_INIT;
    session_ask(s, &a, REQUEST_SETVAR);
    request_add(&a.request, "Variable", sync_variable);
    request_add(&a.request, "Value", slice_of(s->sync.token));
    a.entry.what = mem_strdup(s->sync.token);
    if (!session_say(&a, &err))
        s->sync.token[0] = '\0';
}

static bool wants_fence(struct session *s)
{
    if (!s->may[REQUEST_SETVAR]) {
        s->barrier = 0;
        session_note(s, NOTICE_BARRIER_WRITE, true);
        return false;
    }
    return s->barrier != 0 || s->now >= s->sync.retry_barrier_at;
}

/* A queue that cannot be asked about (its name holds a line end) must not hold up the others. */
static void give_up_queue(struct session *s, struct slice queue, const struct err *err)
{
    log_line(LOG_WARN, "%s: %s", s->host, err->text);
    floor_snapshot_begin(s->setup.floor, queue, s->now);
    floor_snapshot_end(s->setup.floor, s->now);
    floor_settle(s->setup.floor, s->now);
}

static void read_list(struct session *s, struct slice queue, bool is_all)
{
    struct sync *y = &s->sync;
    struct err err = ERR_INIT;
    if (y->state != SYNC_NONE || s->setup.is_passive)
        return;
    bool is_fenced = wants_fence(s);
    y->asked_at = s->now;
    y->next_at = s->now + READ_EVERY_MS;
    y->is_silent_change = false;
    if (is_all)
        y->is_all_due = false;
    mem_free(y->scope);
    y->scope = is_all ? NULL : mem_text(queue); /* `queue` may lie in what a lost link forgets */
    if (is_fenced && !y->is_masked)
        say_mask(s, true);
    if (!s->is_up)
        return; /* the link went while we spoke */
    if (!say_list(s, is_all ? (struct slice){ NULL, 0 } : queue, &err)) {
        if (is_all)
            session_fail(s, REFUSAL_PROTOCOL, err.text);
        else
            give_up_queue(s, queue, &err);
        return;
    }
    if (!s->is_up)
        return;
    y->state = SYNC_ASKED;
    y->token[0] = '\0';
    if (is_fenced) {
        random_token(y->token);
        say_fence(s);
    }
}

void session_enter_queues(struct session *s)
{
    read_list(s, (struct slice){ NULL, 0 }, true);
}

/* --- the list ------------------------------------------------------------------------------------------ */

void session_queues_begin(struct session *s, const struct asked *a)
{
    struct sync *y = &s->sync;
    if (a->is_discovery)
        return;
    if (!s->is_linked) {
        s->is_linked = true;
        floor_link_up(s->setup.floor, s->now);
    }
    y->state = SYNC_LISTING;
    if (s->setup.is_passive) {
        mem_free(y->scope);
        y->scope = mem_strdup(a->what);
    }
    if (s->phase != PHASE_LIVE && s->phase != PHASE_QUEUES)
        session_enter(s, PHASE_QUEUES);
    floor_snapshot_begin(s->setup.floor, slice_of(y->scope), s->now);
}

/* Callers came or went since the last list and no event said so: class agent is missing, or hidden by a filter. */
static bool is_silent_change(struct session *s, const struct event *e)
{
    const struct fact *fact;
    for (size_t at = 0; (fact = floor_each(s->setup.floor, FACT_QUEUE, &at)) != NULL;) {
        const struct fact_queue *q = (const struct fact_queue *)(const void *)fact;
        if (!slice_eq_nocase(slice_of(q->name), event_get(e, F_QUEUE)))
            continue;
        return q->reread_at >= s->up_at && q->reread_at != 0 &&
               (event_int(e, F_CALLS, 0, INT32_MAX, q->waiting) != q->waiting ||
                event_int(e, F_ABANDONED, 0, INT32_MAX, q->ast_abandoned) > q->ast_abandoned);
    }
    return false;
}

void session_queues_item(struct session *s, const struct asked *a, const struct event *e)
{
    if (a->is_discovery) {
        session_discover_item(s, e);
        return;
    }
    if (e->kind == EVENT_QUEUE_PARAMS && s->sync.scope != NULL && s->queue_moves == 0 && is_silent_change(s, e))
        s->sync.is_silent_change = true;
    floor_snapshot_item(s->setup.floor, e, s->now);
}

static void settle_instead(struct session *s)
{
    s->sync.state = SYNC_SETTLING;
    s->sync.pong = s->ping.sent + 1; /* one that is out already left before the list */
    session_ping_now(s);
}

void session_queues_end(struct session *s, const struct asked *a)
{
    struct sync *y = &s->sync;
    if (a->is_discovery) {
        session_discover_end(s);
        return;
    }
    floor_snapshot_end(s->setup.floor, s->now);
    y->listed_at = y->quiet_since = s->now;
    if (y->token[0] != '\0')
        y->state = SYNC_FENCING;
    else
        settle_instead(s);
}

static void no_queues(struct session *s)
{
    bool is_booting = !s->is_booted && s->now - s->up_at < BOOT_MAX_MS;
    struct err why;
    refusal_sentence(is_booting ? REFUSAL_NOT_BOOTED : REFUSAL_NO_APP_QUEUE, s->host, s->user, NULL, &why);
    s->sync.next_at = s->now + (is_booting ? BOOT_EVERY_MS : NO_QUEUES_EVERY_MS);
    s->cause = why.word;
    if (mem_assign(&s->reason, slice_of(why.text)))
        log_line(LOG_WARN, "%s: %s", s->host, why.text);
    if (s->phase == PHASE_LIVE)
        floor_suspect_all(s->setup.floor, "app_queue is not loaded");
    if (s->phase != PHASE_NO_QUEUES)
        session_enter(s, PHASE_NO_QUEUES);
}

static bool is_unknown_action(struct slice message)
{
    return slice_starts(message, SLICE("Invalid/unknown command")) || slice_starts(message, SLICE("Permission denied"));
}

static void unmask(struct session *s)
{
    if (s->sync.is_masked)
        say_mask(s, false);
}

void session_queues_refused(struct session *s, const struct asked *a, struct slice message)
{
    struct sync *y = &s->sync;
    if (a->is_discovery) {
        session_forget_found(s);
        return;
    }
    if (y->state == SYNC_LISTING)
        floor_snapshot_cancel(s->setup.floor);
    y->state = SYNC_NONE;
    y->token[0] = '\0';
    unmask(s);
    if (is_unknown_action(message)) {
        no_queues(s);
        return;
    }
    y->is_all_due = y->is_all_due || s->phase != PHASE_LIVE;
    y->next_at = s->now + READ_EVERY_MS;
}

/* --- its proof ----------------------------------------------------------------------------------------- */

static void finish(struct session *s)
{
    struct sync *y = &s->sync;
    y->state = SYNC_NONE;
    y->token[0] = '\0';
    s->is_booted = true; /* has queues: should they go, it is not because it starts */
    unmask(s);
    if (y->is_silent_change && s->queue_moves == 0)
        session_note(s, NOTICE_AGENT, true);
    if (s->phase == PHASE_QUEUES) {
        y->discover_at = 0;
        session_enter(s, PHASE_LIVE);
    } else {
        session_changed(s);
    }
}

static void pass(struct session *s)
{
    s->barrier = 1;
    s->sync.missed = 0;
    session_note(s, NOTICE_BARRIER_READ, false);
    session_note(s, NOTICE_BARRIER_WRITE, false);
}

void session_fenced(struct session *s, const struct event *e)
{
    struct sync *y = &s->sync;
    struct slice value = event_get(e, F_VALUE);
    if (!slice_eq(event_get(e, F_VARIABLE), sync_variable) || !slice_eq_nocase(event_get(e, F_CHANNEL), SLICE("none")) || value.n == 0)
        return;
    if (slice_eq(value, slice_of(y->token)) && (y->state == SYNC_FENCING || y->state == SYNC_SETTLING)) {
        pass(s);
        floor_barrier(s->setup.floor, s->now);
        finish(s);
    } else if (slice_eq(value, slice_of(y->late_token))) {
        y->late_token[0] = '\0';
        pass(s); /* slow, not forbidden */
    }
}

void session_fence_refused(struct session *s, const struct asked *a, struct slice message)
{
    if (slice_starts(message, SLICE("Permission denied"))) {
        s->may[REQUEST_SETVAR] = false;
        s->barrier = 0;
        session_note(s, NOTICE_BARRIER_WRITE, true);
    }
    if (!slice_eq(slice_of(a->what != NULL ? a->what : s->sync.token), slice_of(s->sync.token)))
        return;
    s->sync.token[0] = '\0';
    if (s->sync.state == SYNC_FENCING)
        settle_instead(s);
}

static void fence_is_late(struct session *s)
{
    struct sync *y = &s->sync;
    (void)snprintf(y->late_token, sizeof y->late_token, "%s", y->token);
    y->missed++;
    if (s->barrier != 1 || y->missed >= FENCE_MISSES) {
        s->barrier = 0;
        y->retry_barrier_at = s->now + FENCE_RETRY_MS;
        session_note(s, NOTICE_BARRIER_READ, true);
    }
    settle_instead(s);
}

void session_sync_event(struct session *s, const struct event *e)
{
    struct sync *y = &s->sync;
    if (y->state < SYNC_LISTING || event_table[e->kind].event_class != CLASS_AGENT)
        return;
    if (y->scope == NULL || slice_eq_nocase(slice_of(y->scope), event_get(e, F_QUEUE)))
        y->quiet_since = s->now;
}

/* --- what is due ----------------------------------------------------------------------------------------- */

static int64_t fence_limit(const struct session *s)
{
    return s->sync.listed_at + (s->barrier == 1 ? FENCE_MS : FENCE_FIRST_MS);
}

static bool is_settled(const struct session *s)
{
    const struct sync *y = &s->sync;
    if (s->now - y->listed_at >= QUIET_MAX_MS)
        return true;
    return s->now - y->quiet_since >= QUIET_MS && (s->ping.answered >= y->pong || s->setup.is_passive);
}

static void read_next(struct session *s)
{
    struct slice queue;
    bool is_suspect;
    if (s->setup.is_passive || s->sync.is_discovering || s->now < s->sync.next_at || s->phase < PHASE_QUEUES)
        return;
    s->sync.next_at = s->now + LOOK_EVERY_MS;
    if (s->phase == PHASE_NO_QUEUES || s->sync.is_all_due)
        read_list(s, (struct slice){ NULL, 0 }, true);
    else if (s->phase == PHASE_LIVE && session_discover(s))
        s->sync.next_at = s->now + READ_EVERY_MS;
    else if (s->phase == PHASE_LIVE && (session_discovered(s, &queue) || floor_next_read(s->setup.floor, s->now, &queue, &is_suspect)))
        read_list(s, queue, false);
}

void session_sync_tick(struct session *s)
{
    if (s->sync.state == SYNC_FENCING && s->now >= fence_limit(s))
        fence_is_late(s);
    if (s->sync.state == SYNC_SETTLING && is_settled(s)) {
        floor_settle(s->setup.floor, s->now);
        finish(s);
    }
    if (s->sync.state == SYNC_NONE)
        read_next(s);
}

int64_t session_sync_deadline(const struct session *s)
{
    const struct sync *y = &s->sync;
    int64_t due;
    switch (y->state) {
    case SYNC_FENCING:
        return fence_limit(s);
    case SYNC_SETTLING:
        due = y->quiet_since + QUIET_MS;
        return due > s->now ? due : s->now + LOOK_EVERY_MS; /* quiet long enough: the Ping is still out */
    case SYNC_NONE:
        return s->setup.is_passive || s->phase < PHASE_QUEUES || y->is_discovering ? TIMER_NEVER : y->next_at;
    default:
        return TIMER_NEVER;
    }
}
