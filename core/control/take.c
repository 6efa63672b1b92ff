/* SPDX-License-Identifier: MIT */
/* take: exactly one call. What makes it one is on the PBX: the member rings only when his phone is free (ring-in-use off), and after a call
 * he has a wrap-up of a day; so whoever dies here, there is no second one. Armed only while he is idle; taken out of the queue as soon as
 * his phone is rung, which rings on; armed again only when that attempt is over and he is out, never before. */
#include "core/base/timer.h"
#include "core/control/lease_parts.h"

#include <stdio.h>

#define ARMED "armed: the next caller of this queue rings this phone"

enum {
    RAISES_MAX = 3, /* for the one who is meant: two who raise against each other come to an end */
    LINE_MS = 5000, /* so long the dialplan may take to take him out */
    SILENT_MS = 60000, /* a phone that tells no ringing rings no longer than this */
    BARRIER_MS = 300
}; /* AgentCalled comes outside of the queue's lock: one that belongs to the time before has come by then */

static bool has(const struct event *e, enum field f, const char *text)
{
    return slice_eq_nocase(event_get(e, f), slice_of(text));
}

static void keep(const struct event *e, enum field f, char *out, size_t size)
{
    (void)snprintf(out, size, "%.*s", SLICE_FMT(event_get(e, f)));
}

static bool is_his(const struct lease *x, const struct event *e)
{
    return has(e, F_QUEUE, x->entry.queue) && has(e, F_INTERFACE, x->entry.interface);
}

static void note_called(struct lease *x, const struct event *e)
{
    struct take *t = &x->take;
    t->is_offered = true;
    t->offered_over_at = t->silent_at = 0;
    if (t->is_line)
        x->text[0] = '\0'; /* it was the dialplan that took him out */
    keep(e, F_DEST_UNIQUEID, t->dest, sizeof t->dest);
    keep(e, F_UNIQUEID, t->caller, sizeof t->caller);
    keep(e, F_CALLER_ID_NUM, t->number, sizeof t->number);
}

static void note_over(struct lease *x, int64_t now_ms)
{
    if (x->take.is_offered && x->take.offered_over_at == 0)
        x->take.offered_over_at = now_ms;
}

/* Two callers may be offered to him in one instant, before the PBX has taken him out: its own look at whether he is rung already and the ringing are
 * not one step. The phone that rings for the second one is hung up; that caller keeps his place. The dialplan lets one through by itself.
 * Somebody else may have added him since: his calls are those of that membership. */
static bool is_second(const struct leases *l, const struct lease *x, const struct event *e)
{
    const struct take *t = &x->take;
    const struct fact_member *m = target_member(l->world, x->queue, x->entry.interface);
    return !t->is_line && (m == NULL || m->wrapup_s == TAKE_WRAPUP_S) && t->is_offered && (t->offered_over_at == 0 || t->is_taken) && t->caller[0] != '\0' && !has(e, F_UNIQUEID, t->caller);
}

void take_event(struct leases *l, struct lease *x, const struct event *e, int64_t now_ms)
{
    struct take *t = &x->take;
    bool is_dest = t->is_offered && t->dest[0] != '\0';
    switch ((int)e->kind) {
    case EVENT_AGENT_CALLED:
        if (is_his(x, e) && is_second(l, x, e))
            l->hooks.drop(l->hooks.context, x->pbx, event_get(e, F_DEST_CHANNEL));
        else if (is_his(x, e))
            note_called(x, e);
        break;
    case EVENT_AGENT_CONNECT:
        if (is_his(x, e)) {
            note_called(x, e);
            t->is_taken = true;
        }
        break;
    case EVENT_AGENT_RING_NO_ANSWER:
        if (is_his(x, e) && (t->dest[0] == '\0' || has(e, F_DEST_UNIQUEID, t->dest))) {
            t->is_missed = t->is_offered = true;
            note_over(x, now_ms);
        }
        break;
    case EVENT_AGENT_COMPLETE: /* of another queue: shared_lastcall begins the long wrap-up here too */
        t->is_due_again = t->is_due_again || (has(e, F_INTERFACE, x->entry.interface) && !has(e, F_QUEUE, x->entry.queue));
        break;
    case EVENT_DIAL_END:
        if (is_dest && has(e, F_DEST_UNIQUEID, t->dest) && !has(e, F_DIAL_STATUS, "ANSWER"))
            note_over(x, now_ms);
        break;
    case EVENT_HANGUP:
        if (is_dest && has(e, F_UNIQUEID, t->dest))
            note_over(x, now_ms);
        break;
    default:
        return;
    }
    x->is_due = true;
}

/* His member row first, since it is there when he serves no other queue. -1: nobody knows. */
static int64_t device_of(const struct leases *l, const struct lease *x)
{
    const struct fact_member *m = target_member(l->world, x->queue, x->entry.interface);
    struct world_at at = { 0, 0 };
    const struct fact_agent *a;
    if (m != NULL)
        return m->device;
    while ((a = world_next_agent(l->world, &at)) != NULL) {
        if (a->pbx == x->pbx && slice_eq_nocase(slice_of(a->interface), slice_of(x->entry.interface)))
            return a->device;
    }
    return DEVICE_UNKNOWN;
}

/* A phone whose state nobody knows (a Local channel without a hint) counts as free: the PBX will see. */
static bool is_idle(const struct leases *l, const struct lease *x)
{
    int64_t device = device_of(l, x);
    return device == DEVICE_NOT_INUSE || device == DEVICE_UNKNOWN;
}

static const struct fact_call *talk_of(const struct leases *l, const struct lease *x)
{
    struct world_at at = { 0, 0 };
    const struct fact_call *c;
    while ((c = world_next_call(l->world, &at)) != NULL) {
        const struct fact_agent *a = world_agent(l->world, c->agent);
        if (c->queue == x->queue && a != NULL && slice_eq_nocase(slice_of(a->interface), slice_of(x->entry.interface)))
            return c;
    }
    return NULL;
}

void take_run(struct leases *l, struct lease *x, int64_t now_ms)
{
    struct take *t = &x->take;
    (void)l;
    t->unpause = 0;
    t->running_at = now_ms;
    t->was_in = false;
    t->look_at = now_ms + LEASE_GRACE_MS;
    t->is_held = false;
}

/* Is there one who is meant, and waits he? */
static bool has_gone(const struct leases *l, const struct lease *x)
{
    return x->entry.caller[0] != '\0' && target_waiting(l->world, x->queue, x->entry.caller) == NULL;
}

static bool is_behind(const struct leases *l, const struct lease *x)
{
    const struct fact_caller *head = x->entry.caller[0] != '\0' ? target_head(l->world, x->queue) : NULL;
    return head != NULL && !slice_eq(slice_of(head->uniqueid), slice_of(x->entry.caller));
}

/* Added paused and fused: armed once he is idle and the barrier has passed. */
static void arm(struct leases *l, struct lease *x, int64_t now_ms)
{
    struct take *t = &x->take;
    if (t->unpause == 0) {
        bool is_due = now_ms >= t->running_at + BARRIER_MS;
        if (t->is_line && t->running_at != 0) { /* he was never paused */
            t->running_at = 0;
            l->hooks.show(l->hooks.context, x->order, x->until, -1, ARMED);
        }
        if (t->is_line)
            return;
        t->is_held = is_due && !(is_idle(l, x) && lease_is_live(l, x));
        if (!is_due || t->is_held)
            return;
        t->unpause = lease_give(l, x, "unpause", now_ms);
        l->hooks.show(l->hooks.context, x->order, x->until, -1, ARMED);
    }
    const struct fact_order *o = l->hooks.order(l->hooks.context, t->unpause);
    if (o != NULL && o->state != ORDER_PENDING && o->state != ORDER_DONE)
        lease_leave(x, false, now_ms, "not taken: %s", o->answer);
}

void take_watch(struct leases *l, struct lease *x, int64_t now_ms)
{
    struct take *t = &x->take;
    bool is_live = lease_is_live(l, x), is_in = target_member(l->world, x->queue, x->entry.interface) != NULL;
    t->was_in = t->was_in || is_in;
    if (t->is_offered) {
        lease_leave(x, false, now_ms, "%s", "");
        x->retry_at = t->is_line ? now_ms + LINE_MS : now_ms; /* who takes him out before the dialplan does keeps it from ringing */
    } else if (x->until != 0 && now_ms >= x->until)
        lease_leave(x, false, now_ms, "not taken: no caller came in time");
    else if (t->is_blind)
        lease_leave(x, false, now_ms, "not taken: the link to the PBX went meanwhile");
    else if (t->is_due_again)
        lease_leave(x, false, now_ms, "%s", "");
    else if (is_live && !is_in && (t->was_in || !t->is_line || now_ms >= t->look_at))
        lease_leave(x, false, now_ms, "not taken: somebody took him out of the queue");
    else if (is_live && has_gone(l, x))
        lease_leave(x, false, now_ms, "not taken: the caller waits no more");
    else if (is_live && is_behind(l, x)) /* raised anew, or refused */
        lease_leave(x, false, now_ms, "%s", ++t->lost < RAISES_MAX ? "" : "not taken: others were put in front of the caller again and again");
    else
        arm(l, x, now_ms);
    x->is_due = false;
}

/* The link was away: events may be lost, so the floor that was read again decides. */
static void look_again(struct leases *l, struct lease *x, int64_t now_ms)
{
    struct take *t = &x->take;
    const struct fact_call *c = talk_of(l, x);
    if (!t->is_blind || !lease_is_live(l, x))
        return;
    t->is_blind = false;
    t->is_taken = t->is_taken || c != NULL;
    if (c != NULL)
        (void)snprintf(t->number, sizeof t->number, "%s", c->number != NULL ? c->number : "");
    note_over(x, now_ms);
    if (x->text[0] == '\0')
        (void)snprintf(x->text, sizeof x->text, "not taken: the link to the PBX went while the phone rang");
}

/* Asterisk tells how each ringing ends; but what was told between a keeper that died and the next one is told to nobody, and no lease waits for ever. */
static void look_for_silence(const struct leases *l, struct lease *x, int64_t now_ms)
{
    struct take *t = &x->take;
    bool is_silent = t->is_offered && t->offered_over_at == 0 && !t->is_taken && lease_is_live(l, x) && is_idle(l, x);
    if (!is_silent)
        t->silent_at = 0;
    else if (t->silent_at == 0)
        t->silent_at = now_ms;
    else if (now_ms >= t->silent_at + SILENT_MS) {
        note_over(x, now_ms);
        (void)snprintf(x->text, sizeof x->text, "not taken, as far as can be seen: the phone rings no more, and the PBX did not say how that ended");
    }
}

static bool end(struct lease *x, bool is_well, const char *text)
{
    x->is_well = is_well;
    if (text != NULL)
        (void)snprintf(x->text, sizeof x->text, "%s", text);
    return true;
}

static bool end_taken(struct lease *x)
{
    const struct take *t = &x->take;
    bool is_other = x->entry.caller[0] != '\0' && strcmp(x->entry.caller, t->caller) != 0;
    (void)snprintf(x->text, sizeof x->text, is_other ? "taken: the call of %s, who was next; the one that was meant was not" : "taken: the call of %s",
                   t->number[0] != '\0' ? t->number : "a caller without a number");
    return end(x, true, NULL);
}

/* What was told of the last attempt says nothing of the next. */
static void forget_attempt(struct take *t)
{
    t->is_offered = t->is_missed = t->is_due_again = false;
    t->offered_over_at = 0;
    t->dest[0] = t->caller[0] = t->number[0] = '\0';
}

bool take_is_over(struct leases *l, struct lease *x, int64_t now_ms, bool *is_again)
{
    struct take *t = &x->take;
    look_again(l, x, now_ms);
    look_for_silence(l, x, now_ms);
    x->is_due = false;
    if (t->is_taken)
        return end_taken(x);
    if ((t->is_offered && t->offered_over_at == 0) || t->is_blind)
        return false; /* the phone rings on */
    int64_t quiet_at = x->out_at > t->offered_over_at ? x->out_at : t->offered_over_at;
    if (now_ms < quiet_at + LEASE_GRACE_MS)
        return false;
    if (t->is_missed)
        return end(x, false, "not taken: the phone rang and nobody answered; the caller keeps his place");
    if (x->text[0] != '\0')
        return true;
    if (now_ms >= x->until)
        return end(x, false, "not taken: no caller came in time");
    if (has_gone(l, x))
        return end(x, false, "not taken: the caller waits no more");
    t->is_held = !is_idle(l, x) || !lease_is_live(l, x);
    if (t->is_held)
        return false;
    forget_attempt(t);
    *is_again = true;
    return false;
}

/* Immediate would put him behind all of the same priority: he keeps the place, and a priority that is not lower than of who stands behind. */
void take_restore(struct leases *l, const struct lease *x, int64_t now_ms)
{
    struct world_at at = { 0, 0 };
    const struct fact_caller *c, *own = x->entry.priority >= 0 ? target_waiting(l->world, x->queue, x->entry.caller) : NULL;
    struct buf line = BUF_INIT(COMMAND_LINE_MAX);
    int64_t priority = x->entry.priority;
    while (own != NULL && (c = world_next_caller(l->world, &at)) != NULL) {
        if (c->queue == x->queue && c != own && c->priority > priority)
            priority = c->priority;
    }
    if (own == NULL || own->priority <= priority)
        return;
    (void)buf_addf(&line, "priority ");
    target_add_name(l->world, x->pbx, slice_of(x->entry.caller), &line);
    (void)buf_addf(&line, " %lld --stay", (long long)priority);
    (void)lease_give_line(l, x, buf_slice(&line), now_ms);
    buf_clear(&line);
}

int64_t take_deadline(const struct lease *x)
{
    const struct take *t = &x->take;
    int64_t quiet_at = x->out_at > t->offered_over_at ? x->out_at : t->offered_over_at;
    bool is_arming = x->state == LEASE_RUNNING && t->unpause == 0 && !(t->is_line && t->running_at == 0), is_out = x->state == LEASE_LEAVING && x->is_out;
    if (x->is_due && (x->state == LEASE_RUNNING || is_out))
        return 0;
    if (t->is_held && (is_arming || is_out))
        return x->until;
    if (is_arming)
        return t->running_at + BARRIER_MS;
    if (x->state == LEASE_RUNNING && t->is_line && !t->was_in)
        return t->look_at;
    if (is_out && t->silent_at != 0 && t->offered_over_at == 0)
        return t->silent_at + SILENT_MS;
    return is_out && (!t->is_offered || t->offered_over_at != 0) && !t->is_blind ? quiet_at + LEASE_GRACE_MS : TIMER_NEVER;
}
