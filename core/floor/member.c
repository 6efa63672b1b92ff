/* SPDX-License-Identifier: MIT */
/* member: one agent's membership in one queue. Member events and list items carry the whole record, so both become a
 * member_row and that is laid over what is known: an older record never overwrites a newer one, whole seconds never
 * shift an instant we saw happen. Wrap-up runs from the end of the last call, by a timer, and is summed as spent. */
#include "core/base/utf8.h"
#include "core/floor/model.h"

#include <stdio.h>

#define EPOCH_LAST INT64_C(99999999999) /* year 5138: beyond it, a number is no time */

struct member *member_find(const struct queue *q, struct slice interface)
{
    return interface.n > 0 && interface.n <= NAME_MAX_BYTES ? map_get(q->by_interface, interface) : NULL;
}

static int64_t membership_of(struct slice s)
{
    static const struct {
        const char *name;
        enum membership value;
    } known[] = { { "static", MEMBERSHIP_STATIC }, { "dynamic", MEMBERSHIP_DYNAMIC }, { "realtime", MEMBERSHIP_REALTIME } };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (slice_eq_nocase(s, slice_of(known[i].name)))
            return known[i].value;
    return MEMBERSHIP_UNKNOWN;
}

static void row_numbers(struct member_row *row, const struct event *e)
{
    row->state_interface = event_get(e, F_STATE_INTERFACE);
    row->reason = event_get(e, F_PAUSED_REASON);
    row->membership = membership_of(event_get(e, F_MEMBERSHIP));
    row->penalty = event_int(e, F_PENALTY, INT32_MIN, INT32_MAX, 0);
    row->ringinuse = event_int(e, F_RING_IN_USE, 0, 1, -1);
    row->wrapup_s = event_int(e, F_WRAPUPTIME, 0, INT32_MAX, 0);
    row->device = event_int(e, F_STATUS, 0, DEVICE_STATE_COUNT - 1, -1);
    row->paused = event_int(e, F_PAUSED, 0, 1, -1);
    row->calls_taken = event_int(e, F_CALLS_TAKEN, 0, INT32_MAX, 0);
    row->last_call = event_int(e, F_LAST_CALL, 0, EPOCH_LAST, 0);
    row->last_pause = event_int(e, F_LAST_PAUSE, 0, EPOCH_LAST, 0);
    row->login = event_int(e, F_LOGIN_TIME, 0, EPOCH_LAST, 0);
    row->in_call = -1;
}

static struct member_row row_of_event(const struct event *e)
{
    struct member_row row = { .interface = event_get(e, F_INTERFACE), .name = event_get(e, F_MEMBER_NAME) };
    row_numbers(&row, e);
    return row; /* InCall of events is nearly always 0, whatever is true (ami.md 4.3) */
}

struct member_row member_row_of_item(const struct event *e)
{
    struct member_row row = { .interface = event_get(e, F_LOCATION), .name = event_get(e, F_NAME) };
    row_numbers(&row, e);
    row.in_call = event_int(e, F_IN_CALL, 0, 1, 0);
    return row;
}

struct member_row member_row_of(const struct member *m)
{
    const struct fact_member *p = &m->fact;
    return (struct member_row){
        .interface = slice_of(p->interface), .name = slice_of(p->name), .state_interface = slice_of(p->state_interface),
        .reason = slice_of(p->paused_reason), .membership = p->membership, .penalty = p->penalty, .ringinuse = p->ringinuse,
        .wrapup_s = p->wrapup_s, .device = p->device, .paused = p->paused, .calls_taken = p->calls_taken,
        .last_call = m->last_call_epoch, .last_pause = m->last_pause_epoch, .login = m->login_epoch, .in_call = p->in_call,
    };
}

static struct member *member_new(struct floor *f, struct queue *q, struct slice interface)
{
    if (!model_is_key(interface) || !model_has_room(f, idmap_count(f->fact[FACT_MEMBER]), MEMBERS_MAX, 2, "members"))
        return NULL;
    struct agent *a = agent_need(f, interface);
    if (a == NULL)
        return NULL;
    struct member *m = mem_alloc(sizeof *m);
    model_add(f, FACT_MEMBER, &m->fact);
    m->fact.queue = q->fact.id;
    m->fact.agent = a->fact.id;
    m->fact.interface = mem_text(interface);
    (void)model_set_text(&m->fact.extension, slice_of(a->fact.extension));
    (void)model_set_text(&m->fact.team, slice_of(a->fact.team));
    m->fact.ringinuse = -1;
    m->fact.state = AGENT_UNKNOWN;
    m->queue = q;
    m->agent = a;
    list_append(&q->members, &m->in_queue);
    list_append(&a->members, &m->in_agent);
    map_put(q->by_interface, slice_of(m->fact.interface), m);
    q->fact.members++;
    queue_count_state(q, m->fact.state, 1);
    return m;
}

void member_drop(struct floor *f, struct member *m)
{
    struct queue *q = m->queue;
    struct agent *a = m->agent;
    member_end_wrapup(f, m);
    q->fact.members--;
    queue_count_state(q, m->fact.state, -1);
    model_report(f, FACT_QUEUE, &q->fact);
    list_remove(&m->in_queue);
    list_remove(&m->in_agent);
    map_remove(q->by_interface, slice_of(m->fact.interface));
    agent_unclaim(f, m->claim);
    model_drop(f, FACT_MEMBER, &m->fact);
    mem_free(m);
    agent_resum(f, a);
    agent_refresh(f, a);
    agent_let_go(f, a);
}

static void put_state_interface(struct floor *f, struct member *m, struct slice state_interface)
{
    if (slice_eq(slice_of(m->fact.state_interface), state_interface))
        return;
    model_set_text(&m->fact.state_interface, state_interface);
    struct claim *old = m->claim;
    m->claim = model_is_key(state_interface) ? agent_claim(f, m->agent, state_interface) : NULL;
    agent_unclaim(f, old);
}

static void put_texts(struct floor *f, struct member *m, const struct member_row *row)
{
    struct fact_member *p = &m->fact;
    bool differs = model_set_text(&p->name, row->name);
    differs |= model_set_text(&p->alias, agent_called(m->agent, row->name));
    agent_set_name(m->agent, row->name);
    put_state_interface(f, m, row->state_interface);
    /* A resuming event may carry a reason that Asterisk does not keep (ami.md 4.3). */
    differs |= model_set_text(&p->paused_reason, row->paused != 0 ? row->reason : (struct slice){ NULL, 0 });
    if (differs)
        p->is_poll_only = !utf8_is_valid(row->name) || !utf8_is_valid(row->interface) || !utf8_is_valid(row->reason);
}

static void put_membership(struct member *m, const struct member_row *row, bool is_list)
{
    if (!is_list)
        m->is_membership_sure = row->membership != MEMBERSHIP_UNKNOWN;
    else if (m->is_membership_sure && m->fact.membership == MEMBERSHIP_REALTIME && row->membership == MEMBERSHIP_STATIC)
        return; /* lists know no "realtime" */
    else if (m->fact.membership != row->membership)
        m->is_membership_sure = row->membership == MEMBERSHIP_DYNAMIC;
    m->fact.membership = row->membership;
}

static void put_last_call(struct floor *f, struct member *m, int64_t epoch)
{
    m->last_call_epoch = epoch;
    int64_t before = m->fact.last_call;
    if (!model_set_instant(&m->fact.last_call, model_instant(f, epoch)) || m->fact.last_call == 0)
        return;
    if (m->fact.last_call > before)
        member_start_wrapup(f, m, m->fact.last_call, false);
}

static void put_numbers(struct floor *f, struct member *m, const struct member_row *row, bool is_list)
{
    struct fact_member *p = &m->fact;
    bool is_new_record = row->login != m->login_epoch;
    p->penalty = row->penalty;
    p->wrapup_s = row->wrapup_s;
    if (row->ringinuse >= 0)
        p->ringinuse = row->ringinuse;
    if (is_list)
        p->in_call = row->in_call;
    else if (row->device == DEVICE_NOT_INUSE)
        p->in_call = 0;
    /* An event that was on its way while the list was made may be older than it. */
    if (is_list || is_new_record || row->calls_taken > p->calls_taken)
        p->calls_taken = row->calls_taken;
    p->paused = row->paused;
    m->last_pause_epoch = row->last_pause;
    model_set_instant(&p->paused_since, row->paused != 0 ? model_instant(f, row->last_pause) : 0);
    m->login_epoch = row->login;
    model_set_instant(&p->login, model_instant(f, row->login));
    if (is_list || is_new_record || row->last_call > m->last_call_epoch)
        put_last_call(f, m, row->last_call);
    if (p->wrapup_s > m->queue->fact.wrapup_s) {
        m->queue->fact.wrapup_s = p->wrapup_s;
        model_report(f, FACT_QUEUE, &m->queue->fact);
    }
}

static void put_device(struct floor *f, struct member *m, int64_t device)
{
    struct agent *a = m->agent;
    int64_t before = m->fact.device;
    bool was_busy = before == DEVICE_INUSE || before == DEVICE_BUSY || before == DEVICE_RINGING || before == DEVICE_RINGINUSE ||
                    before == DEVICE_ONHOLD;
    m->fact.device = device;
    timer_cancel(&f->timers, &a->stale);
    a->fact.device = device;
    if (was_busy && device == DEVICE_NOT_INUSE)
        call_device_idle(f, a);
}

/* Him and it, unless it is quiet and they are as they were. A text that differs has another address, since it is made before the
 * old one is freed; a fact has no padding. */
static void report(struct floor *f, const struct member *m, bool is_quiet, const struct fact_member *was, const struct fact_agent *agent_was)
{
    if (!is_quiet || memcmp(&m->fact, was, sizeof *was) != 0)
        model_report(f, FACT_MEMBER, &m->fact);
    if (!is_quiet || memcmp(&m->agent->fact, agent_was, sizeof *agent_was) != 0)
        model_report(f, FACT_AGENT, &m->agent->fact);
}

struct member *member_put(struct floor *f, struct queue *q, struct member *m, const struct member_row *given, bool is_list)
{
    bool is_new = m == NULL;
    if (is_new && (m = member_new(f, q, given->interface)) == NULL)
        return NULL;
    struct member_row whole = *given, *row = &whole;
    row->device = row->device >= 0 ? row->device : m->fact.device;
    row->paused = row->paused >= 0 ? row->paused : m->fact.paused;
    if (!is_list && row->login != 0 && row->login < m->login_epoch)
        return m; /* it speaks of the record that a reload has replaced since */
    const struct fact_member was = m->fact;
    const struct fact_agent agent_was = m->agent->fact;
    bool paused_before = m->fact.paused != 0;
    int64_t device_before = m->fact.device, until_before = m->fact.wrapup_until, login_before = m->fact.login;
    put_texts(f, m, row);
    put_membership(m, row, is_list);
    put_numbers(f, m, row, is_list);
    if (is_new || device_before != row->device || !is_list)
        put_device(f, m, row->device);
    if (is_new || paused_before || m->fact.paused != 0 || until_before != m->fact.wrapup_until || login_before != m->fact.login)
        agent_resum(f, m->agent);
    if (m->fact.last_call > m->agent->fact.last_call)
        m->agent->fact.last_call = m->fact.last_call;
    m->last = is_list ? EVENT_QUEUE_MEMBER : f->event;
    m->told_ms = f->now_ms;
    if (is_new)
        model_report(f, FACT_QUEUE, &q->fact);
    agent_derive_member(f, m->agent, m);
    /* A list that proves once more what is known is told to nobody: every second of a floor at rest has one. */
    report(f, m, is_list && !is_new && queue_is_told(q), &was, &agent_was);
    return m;
}

void member_rebase(struct floor *f, struct member *m)
{
    struct fact_member *p = &m->fact;
    model_set_instant(&p->paused_since, p->paused != 0 ? model_instant(f, m->last_pause_epoch) : 0);
    model_set_instant(&p->login, model_instant(f, m->login_epoch));
    put_last_call(f, m, m->last_call_epoch);
    agent_resum(f, m->agent);
    agent_refresh_member(f, m->agent, m);
}

static void wrapup_over(struct timer *t, int64_t now_ms, void *context)
{
    (void)now_ms;
    struct floor *f = context;
    struct member *m = LIST_ENTITY(t, struct member, wrapup);
    member_end_wrapup(f, m);
    agent_resum(f, m->agent);
    agent_refresh_member(f, m->agent, m);
}

void member_start_wrapup(struct floor *f, struct member *m, int64_t from_ms, bool is_counted)
{
    int64_t wrapup_s = m->fact.wrapup_s > 0 ? m->fact.wrapup_s : f->setup.wrapup_s;
    int64_t until = from_ms + wrapup_s * 1000;
    if (until <= f->now_ms)
        return;
    if (is_counted)
        m->wrap_from = from_ms;
    m->fact.wrapup_until = until;
    m->wrapup.fire = wrapup_over;
    timer_set(&f->timers, &m->wrapup, until);
}

void member_end_wrapup(struct floor *f, struct member *m)
{
    if (m->wrap_from != 0) {
        int64_t end = f->now_ms < m->fact.wrapup_until ? f->now_ms : m->fact.wrapup_until;
        if (end > m->wrap_from)
            m->queue->fact.wrap_ms += end - m->wrap_from;
        m->wrap_from = 0;
        model_report(f, FACT_QUEUE, &m->queue->fact);
    }
    if (model_set(&m->fact.wrapup_until, 0))
        model_report(f, FACT_MEMBER, &m->fact);
    timer_cancel(&f->timers, &m->wrapup);
}

/* What this event changed that people care about. */
static void say(struct floor *f, const struct member *m, bool is_new, bool was_paused, int64_t penalty)
{
    char text[24];
    struct feed_line line = { .queue = m->queue, .agent = m->agent, .note = slice_of(m->fact.paused_reason), .ms = -1 };
    if (is_new) {
        line.what = LINE_ADDED;
        line.note = (struct slice){ NULL, 0 };
        feed_say(f, &line);
    } else if (m->fact.paused != (int64_t)was_paused) {
        line.what = m->fact.paused != 0 ? LINE_PAUSED : LINE_UNPAUSED;
        feed_say(f, &line);
    } else if (m->fact.penalty != penalty) {
        (void)snprintf(text, sizeof text, "%lld", (long long)m->fact.penalty);
        line.what = LINE_PENALTY;
        line.note = slice_of(text);
        feed_say(f, &line);
    }
}

void member_on_event(struct floor *f, const struct event *e)
{
    struct queue *q = queue_need(f, event_get(e, F_QUEUE));
    if (q == NULL)
        return;
    queue_touch(f, q);
    struct member_row row = row_of_event(e);
    struct member *m = member_find(q, row.interface);
    bool is_new = m == NULL, is_unknown = e->kind != EVENT_QUEUE_MEMBER_ADDED && is_new, was_paused = m != NULL && m->fact.paused != 0;
    int64_t penalty = m != NULL ? m->fact.penalty : 0;
    m = member_put(f, q, m, &row, false);
    if (m != NULL)
        m->touched = f->seq;
    if (m != NULL && !is_unknown)
        say(f, m, is_new, was_paused, penalty);
    if (is_unknown)
        queue_suspect(f, q, "an event about a member whom no list had");
}

void member_on_removed(struct floor *f, const struct event *e)
{
    struct queue *q = queue_need(f, event_get(e, F_QUEUE));
    if (q == NULL)
        return;
    queue_touch(f, q);
    struct member *m = member_find(q, event_get(e, F_INTERFACE));
    reconcile_member_gone(f, q, event_get(e, F_INTERFACE));
    if (m == NULL) {
        queue_suspect(f, q, "a member whom no list had was removed");
        return;
    }
    feed_say(f, &(struct feed_line){ .what = LINE_REMOVED, .queue = q, .agent = m->agent, .ms = -1 });
    member_drop(f, m);
}

void member_on_no_answer(struct floor *f, const struct event *e)
{
    struct queue *q = queue_find(f, event_get(e, F_QUEUE));
    struct member *m = q != NULL ? member_find(q, event_get(e, F_INTERFACE)) : NULL;
    if (q != NULL) {
        q->fact.missed++;
        model_report(f, FACT_QUEUE, &q->fact);
    }
    if (m != NULL) {
        m->fact.missed++;
        m->agent->fact.missed++;
        model_report(f, FACT_MEMBER, &m->fact);
        model_report(f, FACT_AGENT, &m->agent->fact);
        feed_say(f, &(struct feed_line){ .what = LINE_MISSED, .queue = q, .agent = m->agent, .number = compare_text(event_get(e, F_CALLER_ID_NUM)),
                                         .name = compare_text(event_get(e, F_CALLER_ID_NAME)), .ms = event_int(e, F_RING_TIME, 0, INT32_MAX, -1) });
    }
    ring_end_of(f, e);
}
