/* SPDX-License-Identifier: MIT */
/* member: an agent in a queue: penalties, pauses, wrap-up, device state, and the events that tell of them in the order of
 * app_queue: the device, each membership, then the queue's own pseudo devices. */
#include "core/sim/world.h"

#include "core/base/mem.h"
#include "core/base/utf8.h"

/* Member events are built through JSON: with a string that is not UTF-8 they are lost (ami.md 1.6). */
static bool is_tellable(const struct sim_member *m)
{
    return utf8_is_valid(slice_of(m->name)) && utf8_is_valid(slice_of(m->reason)) && utf8_is_valid(slice_of(m->agent->interface));
}

char *sim_text79(struct slice s)
{
    return mem_text((struct slice){ s.p, s.n < 79 ? s.n : 79 });
}

static void say_member(struct sim_member *m, const char *event, const char *reason)
{
    struct sim *s = m->queue->sim;
    if (!is_tellable(m))
        return;
    say_begin(s, event, CLASS_AGENT, "agent,all");
    if (s->say_class == 0)
        return;
    say(s, "Queue", m->queue->name);
    say(s, "MemberName", m->name);
    say(s, "Interface", m->agent->interface);
    say(s, "StateInterface", m->state_interface);
    say(s, "Membership", m->is_dynamic ? "dynamic" : "static");
    say_number(s, "Penalty", m->penalty);
    say_number(s, "CallsTaken", m->calls_taken);
    say_number(s, "LastCall", m->last_call_s);
    say_number(s, "LastPause", m->last_pause_s);
    say_number(s, "LoginTime", m->login_s);
    say_number(s, "InCall", sim_in_call(m));
    say_number(s, "Status", m->watched->device);
    say_number(s, "Paused", m->is_paused);
    say(s, "PausedReason", m->reason);
    say_number(s, "Ringinuse", m->ring_in_use);
    say_number(s, "Wrapuptime", m->wrapup_s);
    if (reason != NULL)
        say(s, "Reason", reason);
    say_end(s);
}

void sim_say_member(struct sim_member *m, const char *event)
{
    say_member(m, event, NULL);
}

bool sim_in_call(const struct sim_member *m)
{
    LIST_EACH(at, &m->agent->legs)
    {
        struct sim_leg *l = LIST_ENTITY(at, struct sim_leg, of_agent);
        if (l->member == m && l->call->talk == l)
            return true;
    }
    return false;
}

static int64_t wrapup_left_s(const struct sim_member *m, int64_t now_ms)
{
    int wrapup_s = m->wrapup_s > 0 ? m->wrapup_s : m->queue->wrapup_s;
    return m->last_call_s == 0 ? 0 : m->last_call_s + wrapup_s - now_ms / 1000;
}

/* But for the wrap-up. */
static bool is_ready(const struct sim_member *m)
{
    enum sim_device d = m->watched->device;
    if (m->is_paused)
        return false;
    return d == SIM_NOT_INUSE || d == SIM_UNKNOWN || (m->ring_in_use && d != SIM_INVALID && d != SIM_UNAVAILABLE);
}

bool sim_is_available(const struct sim_member *m, int64_t now_ms)
{
    return is_ready(m) && wrapup_left_s(m, now_ms) <= 0;
}

void sim_check_available(struct sim_queue *q)
{
    bool is_available = false;
    LIST_EACH(at, &q->members)
    {
        if (sim_is_available(LIST_ENTITY(at, struct sim_member, in_queue), q->sim->now_ms)) {
            is_available = true;
            break;
        }
    }
    if (is_available != q->was_available)
        say_device(q->sim, is_available ? SIM_NOT_INUSE : SIM_INUSE, "Queue:%s_avail", q->name);
    q->was_available = is_available;
}

static void wrapped_up(struct timer *t, int64_t now_ms, void *context)
{
    (void)now_ms;
    (void)context;
    sim_dispatch(LIST_ENTITY(t, struct sim_member, wrap)->queue);
}

/* Callers may ring him now, or when his wrap-up is over. */
static void offer(struct sim_member *m)
{
    struct sim *s = m->queue->sim;
    int64_t left_s = wrapup_left_s(m, s->now_ms);
    if (left_s > 0)
        sim_timer(s, &m->wrap, left_s * 1000, wrapped_up);
    else
        sim_dispatch(m->queue);
}

void sim_set_device(struct sim_agent *a, enum sim_device device)
{
    if (a->device == device)
        return;
    a->device = device;
    say_device(a->sim, device, "%s", a->interface);
    LIST_EACH(at, &a->watchers)
    {
        struct sim_member *m = LIST_ENTITY(at, struct sim_member, of_watched);
        sim_say_member(m, "QueueMemberStatus");
        sim_check_available(m->queue);
    }
    if (device != SIM_NOT_INUSE)
        return;
    LIST_EACH_SAFE(at, &a->watchers)
        offer(LIST_ENTITY(at, struct sim_member, of_watched));
}

void sim_settle(struct sim_agent *a)
{
    if (a->device == SIM_UNAVAILABLE || a->device == SIM_INVALID)
        return;
    bool is_ringing = false, is_talking = false;
    LIST_EACH(at, &a->channels)
    {
        const struct sim_channel *ch = LIST_ENTITY(at, struct sim_channel, of_agent);
        is_ringing = is_ringing || ch->state == SIM_CHANNEL_RINGING;
        is_talking = is_talking || ch->state == SIM_UP || ch->state == SIM_RING;
    }
    sim_set_device(a, is_ringing && is_talking ? SIM_RINGINUSE : is_ringing ? SIM_RINGING : is_talking ? SIM_INUSE : SIM_NOT_INUSE);
}

/* The pseudo device of a pause. Asterisk remembers what it said of a device, also across memberships, and says only news. */
void sim_say_pause(struct sim_member *m)
{
    struct sim *s = m->queue->sim;
    struct buf name = BUF_INIT(512);
    buf_addf(&name, "Queue:%s_pause_%s", m->queue->name, m->agent->interface);
    struct sim_pause *p = map_get(s->pauses, buf_slice(&name));
    if (p == NULL) {
        p = mem_alloc(sizeof(*p));
        p->name = mem_text(buf_slice(&name));
        map_put(s->pauses, slice_of(p->name), p);
    }
    enum sim_device state = m->is_paused ? SIM_INUSE : SIM_NOT_INUSE;
    if (p->said != state)
        say_device(s, state, "%s", p->name);
    p->said = state;
    buf_clear(&name);
}

struct sim_member *sim_join_staff(struct sim_queue *q, struct sim_agent *a, const char *name, bool is_dynamic, int penalty)
{
    struct sim_member *m = mem_alloc(sizeof(*m));
    m->queue = q;
    m->agent = a;
    m->name = mem_strdup(name);
    m->state_interface = mem_strdup(a->interface);
    m->watched = a;
    m->reason = mem_strdup("");
    m->is_dynamic = is_dynamic;
    m->ring_in_use = q->ring_in_use;
    m->penalty = penalty;
    m->login_s = sim_now_s(q->sim);
    list_append(&q->members, &m->in_queue);
    list_append(&a->memberships, &m->of_agent);
    list_append(&a->watchers, &m->of_watched);
    q->member_count++;
    return m;
}

void sim_watch(struct sim_member *m, struct slice state_interface)
{
    struct sim *s = m->queue->sim;
    struct slice number = state_interface;
    struct sim_agent *a = NULL;
    mem_free(m->state_interface);
    m->state_interface = mem_text(state_interface);
    if (slice_starts(state_interface, SLICE("hint:"))) {
        number = (struct slice){ state_interface.p + 5, state_interface.n - 5 };
        a = sim_find_phone(s, slice_cut(number, '@', &number));
    }
    m->watched = a != NULL ? a : sim_find_agent(s, state_interface);
    list_remove(&m->of_watched);
    list_append(&m->watched->watchers, &m->of_watched);
}

void sim_count_call(struct sim_member *m)
{
    struct sim *s = m->queue->sim;
    LIST_EACH(at, &m->agent->memberships)
    {
        struct sim_member *other = LIST_ENTITY(at, struct sim_member, of_agent);
        if (other != m && !s->is_last_call_shared)
            continue;
        other->calls_taken++;
        other->last_call_s = sim_now_s(s);
    }
}

void sim_leave_staff(struct sim_member *m)
{
    struct sim_queue *q = m->queue;
    LIST_EACH(at, &m->agent->legs)
    {
        struct sim_leg *l = LIST_ENTITY(at, struct sim_leg, of_agent);
        if (l->member == m)
            l->member = NULL; /* the call goes on */
    }
    timer_cancel(&q->sim->timers, &m->wrap);
    list_remove(&m->in_queue);
    list_remove(&m->of_agent);
    list_remove(&m->of_watched);
    q->member_count--;
    sim_say_member(m, "QueueMemberRemoved");
    m->is_paused = false;
    sim_say_pause(m);
    mem_free(m->name);
    mem_free(m->state_interface);
    mem_free(m->reason);
    mem_free(m);
    sim_check_available(q);
}

void sim_pause(struct sim_member *m, bool is_paused, const char *reason)
{
    struct sim_queue *q = m->queue;
    m->is_paused = is_paused;
    mem_free(m->reason);
    m->reason = sim_text79(slice_of(reason));
    if (is_paused)
        m->last_pause_s = sim_now_s(q->sim);
    sim_say_pause(m);
    sim_check_available(q);
    bool is_16 = sim_is_16(q->sim);
    if (is_16 && !is_paused)
        m->reason[0] = '\0';
    say_member(m, "QueueMemberPause", is_16 && *reason != '\0' ? reason : NULL);
    if (!is_paused) {
        mem_free(m->reason); /* the event carries it, the member does not keep it */
        m->reason = mem_strdup("");
        offer(m);
    }
}
