/* SPDX-License-Identifier: MIT */
/* departure: how a caller left the queue, and with that today's counters. A Leave without Abandon is an answered call
 * when its AgentConnect follows, else an exit by key. An Abandon is many things (ami.md 4.3): with a hang-up requested
 * before, a hang-up; otherwise the channel lives on and is asked for QUEUESTATUS. Where nobody can be asked, the best
 * guess counts and is counted as guessed. Every caller who leaves is counted once, in exactly one way. */
#include "core/floor/model.h"

enum { CONNECT_MS = 3000 /* what Asterisk holds back comes with the next Ping, a second later */, HANGUP_MS = 50, LATE_MS = 1000, ANSWER_MS = 10000 };

static int64_t *counter_of(struct fact_queue *q, enum outcome outcome)
{
    switch (outcome) {
    case OUTCOME_ANSWERED: return &q->answered;
    case OUTCOME_ABANDONED: return &q->abandoned;
    case OUTCOME_TIMEOUT: return &q->timeout;
    case OUTCOME_EMPTY: return &q->empty;
    case OUTCOME_KEY: return &q->key;
    case OUTCOME_WITHDRAWN: return &q->withdrawn;
    case OUTCOME_REDIRECTED:
    case OUTCOME_COUNT: break;
    }
    return &q->redirected;
}

static void count(struct floor *f, struct queue *q, enum outcome outcome, int64_t wait_ms, bool is_guessed)
{
    struct fact_queue *p = &q->fact;
    wait_ms = wait_ms > 0 ? wait_ms : 0;
    *counter_of(p, outcome) += 1;
    p->guessed += is_guessed;
    if (wait_ms > p->longest_wait_ms)
        p->longest_wait_ms = wait_ms;
    if (outcome == OUTCOME_ANSWERED)
        p->answered_wait_ms += wait_ms;
    if (outcome == OUTCOME_ABANDONED) {
        p->abandoned_wait_ms += wait_ms;
        p->abandoned_short += wait_ms < f->setup.short_abandon_ms;
    }
    model_report(f, FACT_QUEUE, p);
}

static const enum line_what lines[] = {
    [OUTCOME_ANSWERED] = LINE_ANSWERED, [OUTCOME_ABANDONED] = LINE_ABANDONED, [OUTCOME_TIMEOUT] = LINE_TIMEOUT, [OUTCOME_EMPTY] = LINE_EMPTY,
    [OUTCOME_KEY] = LINE_KEY, [OUTCOME_WITHDRAWN] = LINE_WITHDRAWN, [OUTCOME_REDIRECTED] = LINE_REDIRECTED,
};
_Static_assert(sizeof lines / sizeof lines[0] == OUTCOME_COUNT, "a way out without a line");

/* An answered call's line is told where its agent is known. */
static void say(struct floor *f, const struct queue *q, enum outcome outcome, const char *number, const char *name, int64_t wait_ms)
{
    if (outcome != OUTCOME_ANSWERED)
        feed_say(f, &(struct feed_line){ .what = lines[outcome], .queue = q, .number = slice_of(number), .name = slice_of(name), .ms = wait_ms });
}

static void discard(struct floor *f, struct departure *d)
{
    timer_cancel(&f->timers, &d->timer);
    list_remove(&d->in_asking);
    map_remove(f->departures, slice_of(d->uniqueid));
    mem_free(d->uniqueid);
    mem_free(d->channel);
    mem_free(d->number);
    mem_free(d->name);
    mem_free(d);
}

static void finish(struct floor *f, struct departure *d, enum outcome outcome, bool is_guessed)
{
    count(f, d->queue, outcome, d->wait_ms, is_guessed);
    say(f, d->queue, outcome, d->number, d->name, d->is_known ? d->wait_ms : -1);
    discard(f, d);
}

/* Of one who was never seen waiting (before the first list) the Abandon may have been missed: he is not counted. */
static void left_by_key(struct floor *f, struct departure *d)
{
    if (d->is_known)
        finish(f, d, OUTCOME_KEY, false);
    else
        discard(f, d);
}

/* These say with a HangupRequest that the other side hung up; DAHDI for one does not. */
static bool announces_hangup(struct slice channel)
{
    static const char *const known[] = { "PJSIP/", "SIP/", "IAX2/", "Local/" };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (slice_starts(channel, slice_of(known[i])))
            return true;
    return false;
}

static enum outcome guess(const struct floor *f, const struct departure *d)
{
    const struct fact_queue *q = &d->queue->fact;
    if (!f->sees_calls || !announces_hangup(slice_of(d->channel)))
        return OUTCOME_ABANDONED; /* by far the commonest, and nothing speaks against it */
    return q->members == q->unavailable + q->invalid + q->paused ? OUTCOME_EMPTY : OUTCOME_TIMEOUT;
}

/* A hang-up would explain this as well. On a busy PBX the HangupRequest may come behind the Hangup, and an answer, which
 * overtakes events, before both: so what it was is settled a moment later. */
static void finish_unless_announced(struct floor *f, struct departure *d, enum outcome outcome, bool is_guess)
{
    if (d->wants_hangup || outcome == OUTCOME_ABANDONED || !announces_hangup(slice_of(d->channel)) || !f->sees_calls) {
        finish(f, d, d->wants_hangup ? OUTCOME_ABANDONED : outcome, is_guess && !d->wants_hangup);
        return;
    }
    list_remove(&d->in_asking);
    d->stage = DEPARTURE_LAST;
    d->verdict = outcome;
    d->is_guess = is_guess;
    timer_set(&f->timers, &d->timer, f->now_ms + LATE_MS);
}

/* Nothing more will be heard of it. */
static void settle(struct floor *f, struct departure *d, enum outcome after_leave)
{
    if (d->stage == DEPARTURE_LAST)
        finish(f, d, d->verdict, d->is_guess);
    else if (d->stage != DEPARTURE_CONNECT)
        finish(f, d, d->wants_hangup ? OUTCOME_ABANDONED : guess(f, d), true);
    else if (d->is_known)
        finish(f, d, after_leave, false);
    else
        discard(f, d);
}

static void expired(struct timer *t, int64_t now_ms, void *context)
{
    struct floor *f = context;
    struct departure *d = LIST_ENTITY(t, struct departure, timer);
    switch (d->stage) {
    case DEPARTURE_CONNECT:
        left_by_key(f, d);
        break;
    case DEPARTURE_LAST:
        finish(f, d, d->verdict, d->is_guess);
        break;
    case DEPARTURE_HANGUP: /* it lives: QUEUESTATUS has been set by now as well */
        d->stage = DEPARTURE_ASK;
        list_append(&f->asking, &d->in_asking);
        timer_set(&f->timers, &d->timer, now_ms + ANSWER_MS);
        break;
    case DEPARTURE_ASK:
    case DEPARTURE_ASKED:
        finish(f, d, d->wants_hangup ? OUTCOME_ABANDONED : guess(f, d), true);
        break;
    }
}

static struct departure *departure_find(const struct floor *f, struct slice uniqueid)
{
    return map_count(f->departures) > 0 ? map_get(f->departures, uniqueid) : NULL;
}

void departure_begin(struct floor *f, struct queue *q, const struct caller *c, const struct event *e)
{
    struct slice uniqueid = event_get(e, F_UNIQUEID);
    struct departure *d = departure_find(f, uniqueid);
    if (c != NULL && c->is_answered)
        return;
    if (d != NULL) /* he was back in a queue before the first one's question was answered */
        settle(f, d, OUTCOME_KEY);
    int64_t wait_ms = c != NULL ? f->now_ms - c->fact.joined : 0;
    if (c != NULL && c->has_abandoned && c->wants_hangup) {
        count(f, q, OUTCOME_ABANDONED, wait_ms, false);
        say(f, q, OUTCOME_ABANDONED, c->fact.number, c->fact.name, wait_ms);
        return;
    }
    if (!model_is_key(uniqueid) || !model_has_room(f, map_count(f->departures), DEPARTURES_MAX, 4, "callers on their way out"))
        return;
    d = mem_alloc(sizeof *d);
    d->uniqueid = mem_text(uniqueid);
    d->channel = mem_text(event_get(e, F_CHANNEL));
    model_set_text(&d->number, compare_text(event_get(e, F_CALLER_ID_NUM)));
    model_set_text(&d->name, compare_text(event_get(e, F_CALLER_ID_NAME)));
    d->queue = q;
    d->is_known = c != NULL;
    d->wait_ms = wait_ms;
    d->left = f->now_ms;
    d->stage = c != NULL && c->has_abandoned ? DEPARTURE_HANGUP : DEPARTURE_CONNECT;
    d->timer.fire = expired;
    list_init(&d->in_asking);
    map_put(f->departures, slice_of(d->uniqueid), d);
    timer_set(&f->timers, &d->timer, f->now_ms + (d->stage == DEPARTURE_CONNECT ? CONNECT_MS : HANGUP_MS));
}

/* Back in a queue: whatever happens to him now, he did not hang up when he left the one before, nor was he answered there. */
void departure_on_join(struct floor *f, struct slice uniqueid)
{
    struct departure *d = departure_find(f, uniqueid);
    if (d != NULL && (d->stage == DEPARTURE_HANGUP || d->stage == DEPARTURE_CONNECT || d->stage == DEPARTURE_LAST))
        expired(&d->timer, f->now_ms, f);
}

void departure_vanished(struct floor *f, const struct caller *c)
{
    struct queue *q = c->queue;
    if (c->is_answered)
        return;
    if (!f->is_resyncing) {
        count(f, q, OUTCOME_REDIRECTED, f->now_ms - c->fact.joined, false);
        return;
    }
    /* He left while the link was down, nobody knows how: such a call is taken out of the count. */
    q->fact.offered -= c->is_offered;
    model_report(f, FACT_QUEUE, &q->fact);
}

void departure_on_hangup(struct floor *f, struct slice uniqueid)
{
    struct departure *d = departure_find(f, uniqueid);
    if (d == NULL)
        return;
    switch (d->stage) {
    case DEPARTURE_CONNECT: /* a caller's own hang-up would have come as Abandon, an agent's after AgentConnect */
        left_by_key(f, d);
        break;
    case DEPARTURE_HANGUP:
    case DEPARTURE_ASK: /* gone before it could be asked: the dialplan's hang-up right behind Queue(), or his own, not yet announced */
        finish_unless_announced(f, d, guess(f, d), announces_hangup(slice_of(d->channel)));
        break;
    case DEPARTURE_LAST:
    case DEPARTURE_ASKED: /* the answer is on its way */
        break;
    }
}

void departure_on_hangup_request(struct floor *f, const struct event *e, bool is_soft)
{
    struct slice uniqueid = event_get(e, F_UNIQUEID);
    struct caller *c = caller_find(f, uniqueid);
    if (c != NULL)
        c->wants_hangup = true;
    struct departure *d = departure_find(f, uniqueid);
    /* Every dialplan that ends makes a soft one; a hard one may come a moment behind the Abandon that it caused. */
    if (d == NULL || is_soft)
        return;
    if (d->stage == DEPARTURE_HANGUP || d->stage == DEPARTURE_LAST)
        finish(f, d, OUTCOME_ABANDONED, false);
    else if (f->now_ms - d->left <= LATE_MS) /* later he hangs up in the dialplan behind the queue */
        d->wants_hangup = true;
}

void departure_answered(struct floor *f, struct queue *q, const struct event *e)
{
    struct slice uniqueid = event_get(e, F_UNIQUEID);
    int64_t hold_s = event_int(e, F_HOLDTIME, 0, INT32_MAX, 0), wait_ms = hold_s * 1000;
    struct departure *d = departure_find(f, uniqueid);
    struct caller *c = d == NULL ? caller_find(f, uniqueid) : NULL;
    if (q->has_params)
        q->fact.answered_in_sl += hold_s <= q->fact.service_level_s;
    else if (q->early_count < EARLY_MAX)
        q->early_hold_s[q->early_count++] = hold_s;
    if (d != NULL && d->queue == q) {
        finish(f, d, OUTCOME_ANSWERED, false);
        return;
    }
    if (c != NULL && c->queue == q) {
        c->is_answered = true; /* his Leave must not count again */
        wait_ms = f->now_ms - c->fact.joined;
        queue_suspect(f, q, "a caller was connected who had not left");
    }
    count(f, q, OUTCOME_ANSWERED, wait_ms, false);
}

void departure_forget_queue(struct floor *f, const struct queue *q)
{
    struct departure *d;
    for (size_t at = 0; (d = map_each(f->departures, &at)) != NULL;)
        if (d->queue == q)
            discard(f, d);
}

void departure_settle_all(struct floor *f)
{
    struct departure *d;
    for (size_t at = 0; (d = map_each(f->departures, &at)) != NULL;)
        settle(f, d, OUTCOME_ANSWERED);
}

void departure_free_all(struct floor *f)
{
    struct departure *d;
    for (size_t at = 0; (d = map_each(f->departures, &at)) != NULL;)
        discard(f, d);
}

bool floor_ask(struct floor *f, struct slice *uniqueid, struct slice *channel)
{
    if (list_is_empty(&f->asking))
        return false;
    struct departure *d = LIST_ENTITY(f->asking.next, struct departure, in_asking);
    list_remove(&d->in_asking);
    d->stage = DEPARTURE_ASKED;
    *uniqueid = slice_of(d->uniqueid);
    *channel = slice_of(d->channel);
    return true;
}

static const struct status_row {
    const char *value;
    enum outcome outcome;
} queue_status[] = {
    { "TIMEOUT", OUTCOME_TIMEOUT },      { "LEAVEEMPTY", OUTCOME_EMPTY },    { "JOINEMPTY", OUTCOME_EMPTY },
    { "LEAVEUNAVAIL", OUTCOME_EMPTY },   { "JOINUNAVAIL", OUTCOME_EMPTY },   { "WITHDRAW", OUTCOME_WITHDRAWN },
    { "", OUTCOME_REDIRECTED },          { "(null)", OUTCOME_REDIRECTED },
};

static const struct status_row *status_of(struct slice value)
{
    for (size_t i = 0; value.p != NULL && i < sizeof queue_status / sizeof queue_status[0]; i++)
        if (slice_eq(value, slice_of(queue_status[i].value)))
            return &queue_status[i];
    return NULL;
}

void floor_answer(struct floor *f, struct slice uniqueid, struct slice value, bool may_ask, int64_t now_ms)
{
    f->now_ms = now_ms;
    struct departure *d = departure_find(f, uniqueid);
    if (d == NULL || (d->stage != DEPARTURE_ASKED && d->stage != DEPARTURE_ASK))
        return;
    const struct status_row *row = may_ask ? status_of(value) : NULL;
    if (row != NULL && row->outcome != OUTCOME_REDIRECTED)
        finish(f, d, row->outcome, false);
    else /* the queue has set nothing, or the channel is gone: as when he hangs up */
        finish_unless_announced(f, d, row != NULL ? row->outcome : guess(f, d), row == NULL);
}
