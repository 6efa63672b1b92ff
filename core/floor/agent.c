/* SPDX-License-Identifier: MIT */
/* agent: one person over all queues of a PBX, known by the interface. Gathers the evidence (rings, calls, what the
 * device says, wrap-up, pauses) for the agent and for each of his memberships, and writes down what changed. An
 * agent claims the devices that his interface and state interfaces name, so that channels find him. */
#include "core/floor/model.h"

enum { CALLS_LOOKED_AT = 8 }; /* of an agent that is a trunk, not all */

struct agent *agent_find(const struct floor *f, struct slice interface)
{
    return interface.n > 0 ? map_get(f->agents, interface) : NULL;
}

/* Where no name was given Asterisk takes the interface for one. */
struct slice agent_called(const struct agent *a, struct slice told)
{
    bool is_name = told.n > 0 && !slice_eq_nocase(told, slice_of(a->fact.interface));
    return slice_of(a->alias != NULL || is_name ? a->alias : a->listed_name);
}

void agent_set_name(struct agent *a, struct slice told)
{
    struct slice called = agent_called(a, told);
    (void)model_set_text(&a->fact.name, called.p != NULL ? called : told);
}

static void introduce(const struct floor *f, struct agent *a)
{
    struct directory_entry e;
    a->fact.place = -1;
    if (f->setup.directory == NULL)
        return;
    (void)directory_of_interface(f->setup.directory, f->setup.pbx_name, slice_of(a->fact.interface), &e);
    a->fact.place = e.place > 0 ? (int64_t)e.place : -1;
    (void)model_set_text(&a->fact.extension, slice_of(e.extension));
    (void)model_set_text(&a->fact.team, slice_of(e.team));
    (void)model_set_text(&a->alias, slice_of(e.alias));
    (void)model_set_text(&a->listed_name, slice_of(e.name));
    agent_set_name(a, (struct slice){ NULL, 0 });
}

struct agent *agent_need(struct floor *f, struct slice interface)
{
    struct agent *a = agent_find(f, interface);
    if (a != NULL)
        return a;
    if (!model_is_key(interface) || !model_has_room(f, map_count(f->agents), AGENTS_MAX, 1, "agents"))
        return NULL;
    a = mem_alloc(sizeof *a);
    model_add(f, FACT_AGENT, &a->fact);
    a->fact.pbx = f->pbx;
    a->fact.interface = mem_text(interface);
    a->fact.state = AGENT_UNKNOWN;
    introduce(f, a);
    list_init(&a->members);
    list_init(&a->claims);
    list_init(&a->rings);
    list_init(&a->calls);
    map_put(f->agents, slice_of(a->fact.interface), a);
    a->claim = agent_claim(f, a, interface);
    return a;
}

void agent_let_go(struct floor *f, struct agent *a)
{
    if (!list_is_empty(&a->members) || !list_is_empty(&a->rings))
        return;
    LIST_EACH (at, &a->calls)
        if (LIST_ENTITY(at, struct call, in_agent)->queue != NULL)
            return; /* removed in the middle of a queue's call: he stays until it is over */
    LIST_EACH_SAFE (at, &a->calls)
        call_forget(f, LIST_ENTITY(at, struct call, in_agent));
    timer_cancel(&f->timers, &a->stale);
    agent_unclaim(f, a->claim);
    map_remove(f->agents, slice_of(a->fact.interface));
    model_drop(f, FACT_AGENT, &a->fact);
    mem_free(a->alias);
    mem_free(a->listed_name);
    mem_free(a);
}

struct claim *agent_claim(struct floor *f, struct agent *a, struct slice interface)
{
    struct device *d = device_need(f, device_of_interface(interface));
    if (d == NULL)
        return NULL;
    LIST_EACH (at, &a->claims) {
        struct claim *c = LIST_ENTITY(at, struct claim, in_agent);
        if (c->device == d) {
            c->uses++;
            return c;
        }
    }
    struct claim *c = mem_alloc(sizeof *c);
    *c = (struct claim){ .device = d, .agent = a, .uses = 1 };
    list_append(&d->claims, &c->in_device);
    list_append(&a->claims, &c->in_agent);
    LIST_EACH (at, &d->channels)
        channel_recheck(f, LIST_ENTITY(at, struct channel, in_device));
    return c;
}

void agent_unclaim(struct floor *f, struct claim *c)
{
    if (c == NULL || --c->uses > 0)
        return;
    struct device *d = c->device;
    list_remove(&c->in_device);
    list_remove(&c->in_agent);
    mem_free(c);
    device_let_go(f, d);
}

struct view {
    bool evidence[EVIDENCE_COUNT];
    const struct call *call; /* the one to show */
    const struct ring *ring;
};

static int64_t device_as_believed(const struct agent *a, int64_t device)
{
    bool is_stale = a->stale.slot != 0 && device != DEVICE_INVALID && device != DEVICE_UNAVAILABLE;
    return is_stale ? DEVICE_NOT_INUSE : device;
}

static bool is_held(const struct agent *a, const struct call *c)
{
    bool is_only_one = a->calls.next == a->calls.prev;
    return c->fact.is_held != 0 || (is_only_one && device_as_believed(a, a->fact.device) == DEVICE_ONHOLD);
}

/* Of two calls the one that is talked in is shown, then the earlier one. */
static void look_at_calls(const struct agent *a, const struct queue *q, struct view *v)
{
    int left = CALLS_LOOKED_AT, best = 3;
    LIST_EACH (at, &a->calls) {
        const struct call *c = LIST_ENTITY(at, struct call, in_agent);
        bool held = is_held(a, c), ours = q != NULL ? c->queue == q : c->queue != NULL;
        int rank = held ? 2 : ours ? 0 : 1;
        v->evidence[held ? EVIDENCE_HELD : ours ? EVIDENCE_TALK : EVIDENCE_OTHER] = true;
        if (rank < best) {
            best = rank;
            v->call = c;
        }
        if (--left == 0)
            break;
    }
}

static struct view look(const struct agent *a, const struct member *m)
{
    struct view v = { .call = NULL };
    const struct queue *q = m != NULL ? m->queue : NULL;
    look_at_calls(a, q, &v);
    LIST_EACH (at, &a->rings) {
        const struct ring *r = LIST_ENTITY(at, struct ring, in_agent);
        if (v.ring == NULL || r->queue == q)
            v.ring = r;
        v.evidence[EVIDENCE_RING] = true;
        if (q == NULL || r->queue == q)
            break;
    }
    LIST_EACH (at, &a->claims)
        if (LIST_ENTITY(at, struct claim, in_agent)->device->alerting > 0)
            v.evidence[EVIDENCE_ALERT] = true;
    return v;
}

/* InCall of the last list, where no call of his is known: link-up without the right to list channels. */
static bool is_in_call_by_list(const struct member *m)
{
    return m->fact.in_call == 1 && (m->fact.device == DEVICE_INUSE || m->fact.device == DEVICE_ONHOLD ||
                                    m->fact.device == DEVICE_BUSY || m->fact.device == DEVICE_RINGINUSE);
}

/* Since when it is in that state, by the best evidence; 0: none, it began when we saw it begin. */
static int64_t state_since(const struct view *v, int64_t state, int64_t paused_since)
{
    switch ((enum agent_state)state) {
    case AGENT_TALKING: return v->call != NULL ? v->call->fact.since : 0;
    case AGENT_OTHER_CALL: return v->call != NULL ? v->call->fact.since : 0;
    case AGENT_HOLD: return v->call != NULL ? v->call->fact.held_since : 0;
    case AGENT_RINGING: return v->ring != NULL ? v->ring->since : 0;
    case AGENT_PAUSED: return paused_since;
    default: return 0;
    }
}

static bool set_state(const struct floor *f, int64_t *state, int64_t *since, int64_t next, int64_t evidence, bool is_first)
{
    if (*state == next && (evidence == 0 || *since != 0))
        return evidence != 0 && model_set_instant(since, evidence);
    *since = evidence != 0 ? evidence : is_first ? 0 : f->now_ms;
    *state = next;
    return true;
}

static bool shows_peer(int64_t state)
{
    return state == AGENT_TALKING || state == AGENT_OTHER_CALL || state == AGENT_HOLD || state == AGENT_RINGING;
}

static bool set_peer(char **number, char **name, const struct view *v, int64_t state)
{
    struct slice none = { NULL, 0 }, who_number = none, who_name = none;
    if (shows_peer(state) && state == AGENT_RINGING && v->ring != NULL) {
        who_number = slice_of(v->ring->number);
        who_name = slice_of(v->ring->name);
    } else if (shows_peer(state) && v->call != NULL) {
        who_number = slice_of(v->call->fact.number);
        who_name = slice_of(v->call->fact.name);
    }
    bool differs = model_set_text(number, who_number);
    return model_set_text(name, who_name) || differs;
}

static bool refresh_member(struct floor *f, struct agent *a, struct member *m)
{
    struct fact_member *p = &m->fact;
    struct view v = look(a, m);
    if (list_is_empty(&a->calls) && is_in_call_by_list(m))
        v.evidence[p->device == DEVICE_ONHOLD ? EVIDENCE_HELD : EVIDENCE_TALK] = true;
    enum agent_state next = state_derive(v.evidence, device_as_believed(a, p->device), p->wrapup_until > f->now_ms, p->paused != 0);
    int64_t before = p->state;
    bool differs = set_state(f, &p->state, &p->since, next, state_since(&v, next, p->paused_since), !m->queue->is_listed);
    if (before != p->state) {
        queue_count_state(m->queue, before, -1);
        queue_count_state(m->queue, p->state, 1);
        model_report(f, FACT_QUEUE, &m->queue->fact);
    }
    return set_peer(&p->peer_number, &p->peer_name, &v, p->state) || differs;
}

static uint64_t shown_queue(const struct view *v, int64_t state)
{
    if (state == AGENT_RINGING)
        return v->ring != NULL ? v->ring->queue->fact.id : 0;
    return shows_peer(state) && v->call != NULL ? v->call->fact.queue : 0;
}

/* The membership that knows of a call that nobody has told us about, if there is one. */
static const struct member *listed_talk(const struct agent *a)
{
    if (!list_is_empty(&a->calls) || a->fact.device == DEVICE_NOT_INUSE)
        return NULL;
    LIST_EACH (at, &a->members)
        if (is_in_call_by_list(LIST_ENTITY(at, struct member, in_agent)))
            return LIST_ENTITY(at, struct member, in_agent);
    return NULL;
}

static void refresh_agent(struct floor *f, struct agent *a, bool is_first)
{
    struct fact_agent *p = &a->fact;
    struct view v = look(a, NULL);
    const struct member *listed = listed_talk(a);
    if (listed != NULL)
        v.evidence[p->device == DEVICE_ONHOLD ? EVIDENCE_HELD : EVIDENCE_TALK] = true;
    bool all_paused = p->memberships > 0 && p->paused_in == p->memberships;
    enum agent_state next = state_derive(v.evidence, device_as_believed(a, p->device), p->wrapup_until > f->now_ms, all_paused);
    set_state(f, &p->state, &p->since, next, state_since(&v, next, p->paused_since), is_first);
    p->call = shows_peer(p->state) && v.call != NULL && p->state != AGENT_RINGING ? v.call->fact.id : 0;
    p->queue = listed != NULL ? listed->queue->fact.id : shown_queue(&v, p->state);
    set_peer(&p->peer_number, &p->peer_name, &v, p->state);
}

void agent_refresh(struct floor *f, struct agent *a)
{
    LIST_EACH (at, &a->members) {
        struct member *m = LIST_ENTITY(at, struct member, in_agent);
        if (refresh_member(f, a, m))
            model_report(f, FACT_MEMBER, &m->fact);
    }
    refresh_agent(f, a, false);
    model_report(f, FACT_AGENT, &a->fact);
}

void agent_derive_member(struct floor *f, struct agent *a, struct member *m)
{
    (void)refresh_member(f, a, m);
    refresh_agent(f, a, !m->queue->is_listed);
}

void agent_refresh_member(struct floor *f, struct agent *a, struct member *m)
{
    agent_derive_member(f, a, m);
    model_report(f, FACT_MEMBER, &m->fact);
    model_report(f, FACT_AGENT, &a->fact);
}

void agent_resum(struct floor *f, struct agent *a)
{
    struct fact_agent *p = &a->fact;
    const struct member *latest = NULL;
    p->memberships = p->paused_in = p->login = p->wrapup_until = 0;
    LIST_EACH (at, &a->members) {
        const struct member *m = LIST_ENTITY(at, struct member, in_agent);
        p->memberships++;
        p->paused_in += m->fact.paused != 0;
        if (m->fact.paused != 0 && (latest == NULL || m->fact.paused_since > latest->fact.paused_since))
            latest = m;
        if (m->fact.login != 0 && (p->login == 0 || m->fact.login < p->login))
            p->login = m->fact.login;
        if (m->fact.wrapup_until > p->wrapup_until)
            p->wrapup_until = m->fact.wrapup_until;
        if (m->fact.last_call > p->last_call)
            p->last_call = m->fact.last_call;
    }
    model_set_text(&p->paused_reason, latest != NULL ? slice_of(latest->fact.paused_reason) : (struct slice){ NULL, 0 });
    p->paused_since = latest != NULL ? latest->fact.paused_since : 0;
    (void)f;
}

static void no_longer_stale(struct timer *t, int64_t now_ms, void *context)
{
    (void)now_ms;
    agent_refresh(context, LIST_ENTITY(t, struct agent, stale));
}

void agent_device_is_stale(struct floor *f, struct agent *a)
{
    a->stale.fire = no_longer_stale;
    timer_set(&f->timers, &a->stale, f->now_ms + STALE_DEVICE_MS);
}
