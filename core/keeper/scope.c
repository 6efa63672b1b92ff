/* SPDX-License-Identifier: MIT */
/* scope: decides by queue. A queue's name decides for its callers and members, a membership in such a queue for its agent, and
 * these for calls and listeners. Who is in sight because of whom is counted, so that an event costs the same on any floor.
 * Owns no fact. */
#include "core/keeper/scope.h"

#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/config/settings.h"

struct seat { /* a member in sight, and whose it is */
    uint64_t id, agent;
};

struct person { /* an agent with seats in sight */
    uint64_t id;
    size_t seats;
};

struct listener { /* a spy leg, and whom it listens to */
    uint64_t id, agent;
};

struct scope {
    const char *queues;
    struct scope_hooks hooks;
    struct idmap *seat, *person;
    struct idmap *listener; /* all there are: a few */
    struct idmap *strange; /* calls of queues that are not ours: they stay so when their queue goes before they end */
    union fact_any copy; /* its texts are borrowed */
};

struct scope *scope_new(const char *queues, const struct scope_hooks *hooks)
{
    struct scope *s = mem_alloc(sizeof *s);
    s->queues = queues;
    s->hooks = *hooks;
    s->seat = idmap_new();
    s->person = idmap_new();
    s->listener = idmap_new();
    s->strange = idmap_new();
    return s;
}

static void free_all(struct idmap *m)
{
    void *v;
    for (size_t at = 0; (v = idmap_each(m, &at)) != NULL;)
        mem_free(v);
    idmap_free(m);
}

void scope_free(struct scope *s)
{
    if (s == NULL)
        return;
    free_all(s->seat);
    free_all(s->person);
    free_all(s->listener);
    idmap_free(s->strange);
    mem_free(s);
}

static bool sees_queue(const struct scope *s, uint64_t id)
{
    const struct fact_queue *q = id != 0 ? (const void *)s->hooks.get(s->hooks.context, FACT_QUEUE, id) : NULL;
    return q != NULL && q->name != NULL && settings_fits(s->queues, q->name);
}

static bool sees_agent(const struct scope *s, uint64_t id)
{
    return id != 0 && idmap_get(s->person, id) != NULL;
}

static bool is_strange(const struct scope *s, uint64_t call)
{
    return call != 0 && idmap_get(s->strange, call) != NULL;
}

/* A call of another queue is not ours even when one of our agents has it; one of no queue is our agent's. */
static bool sees_call(const struct scope *s, const struct fact_call *c)
{
    return c->queue != 0 ? sees_queue(s, c->queue) : sees_agent(s, c->agent) && !is_strange(s, c->id);
}

/* Does the agent ring for, or talk with, somebody of another queue? */
static bool is_elsewhere(const struct scope *s, const struct fact_agent *a)
{
    return (a->queue != 0 && !sees_queue(s, a->queue)) || (a->queue == 0 && is_strange(s, a->call));
}

/* What happened in several queues at once is the agent's own. */
static bool sees_line(const struct scope *s, const struct fact_line *l)
{
    return l->queue != 0 ? sees_queue(s, l->queue) : sees_agent(s, l->agent);
}

bool scope_sees(const struct scope *s, enum fact_kind kind, const struct fact *f)
{
    if (s->queues == NULL)
        return true;
    switch (kind) {
    case FACT_QUEUE: return sees_queue(s, f->id);
    case FACT_MEMBER: return sees_queue(s, ((const struct fact_member *)(const void *)f)->queue);
    case FACT_CALLER: return sees_queue(s, ((const struct fact_caller *)(const void *)f)->queue);
    case FACT_AGENT: return sees_agent(s, f->id);
    case FACT_CALL: return sees_call(s, (const void *)f);
    case FACT_SPY: return sees_agent(s, ((const struct fact_spy *)(const void *)f)->agent);
    case FACT_LINE: return sees_line(s, (const void *)f);
    case FACT_PBX:
    case FACT_COUNT: break;
    }
    return true;
}

static void tell(struct scope *s, enum fact_kind kind, uint64_t id, bool is_gone)
{
    const struct fact *f = is_gone ? NULL : s->hooks.get(s->hooks.context, kind, id);
    s->hooks.tell(s->hooks.context, kind, id, f == NULL || !scope_sees(s, kind, f));
}

/* The agent came into sight or went out of it, and with it what it does. */
static void tell_person(struct scope *s, uint64_t id)
{
    const struct fact_agent *a = (const void *)s->hooks.get(s->hooks.context, FACT_AGENT, id);
    uint64_t call = a != NULL ? a->call : 0;
    tell(s, FACT_AGENT, id, a == NULL);
    if (call != 0)
        tell(s, FACT_CALL, call, false);
    const struct listener *l;
    for (size_t at = 0; (l = idmap_each(s->listener, &at)) != NULL;) {
        if (l->agent == id)
            tell(s, FACT_SPY, l->id, false);
    }
}

static void sit(struct scope *s, uint64_t agent)
{
    struct person *p = idmap_get(s->person, agent);
    if (p == NULL) {
        p = mem_alloc(sizeof *p);
        p->id = agent;
        (void)idmap_put(s->person, agent, p);
    }
    if (p->seats++ == 0)
        tell_person(s, agent);
}

static void stand(struct scope *s, uint64_t agent)
{
    struct person *p = idmap_get(s->person, agent);
    if (p == NULL || --p->seats > 0)
        return;
    mem_free(idmap_remove(s->person, agent));
    tell_person(s, agent);
}

/* Keeps the count of an agent's seats true. */
static void count_seat(struct scope *s, uint64_t id, const struct fact_member *m)
{
    struct seat *seat = idmap_get(s->seat, id);
    uint64_t agent = m != NULL && sees_queue(s, m->queue) ? m->agent : 0;
    uint64_t before = seat != NULL ? seat->agent : 0;
    if (agent == before)
        return;
    if (seat == NULL) {
        seat = mem_alloc(sizeof *seat);
        seat->id = id;
        (void)idmap_put(s->seat, id, seat);
    }
    seat->agent = agent;
    if (agent != 0)
        sit(s, agent);
    if (before != 0)
        stand(s, before);
    if (agent == 0)
        mem_free(idmap_remove(s->seat, id));
}

static void keep_listener(struct scope *s, uint64_t id, const struct fact_spy *spy)
{
    struct listener *l = idmap_get(s->listener, id);
    if (spy == NULL) {
        if (l != NULL)
            mem_free(idmap_remove(s->listener, id));
        return;
    }
    if (l == NULL) {
        l = mem_alloc(sizeof *l);
        l->id = id;
        (void)idmap_put(s->listener, id, l);
    }
    l->agent = spy->agent;
}

/* A queue that goes takes its number out of its calls: whose they were is remembered until they end. */
static void mark_call(struct scope *s, uint64_t id, const struct fact_call *c)
{
    if (c == NULL || (c->queue != 0 && sees_queue(s, c->queue)))
        (void)idmap_remove(s->strange, id);
    else if (c->queue != 0)
        (void)idmap_put(s->strange, id, s); /* any pointer */
}

void scope_changed(struct scope *s, enum fact_kind kind, uint64_t id, bool is_gone)
{
    if (s->queues == NULL) {
        s->hooks.tell(s->hooks.context, kind, id, is_gone);
        return;
    }
    if (kind == FACT_MEMBER)
        count_seat(s, id, is_gone ? NULL : (const void *)s->hooks.get(s->hooks.context, FACT_MEMBER, id));
    else if (kind == FACT_CALL)
        mark_call(s, id, is_gone ? NULL : (const void *)s->hooks.get(s->hooks.context, FACT_CALL, id));
    else if (kind == FACT_SPY)
        keep_listener(s, id, is_gone ? NULL : (const void *)s->hooks.get(s->hooks.context, FACT_SPY, id));
    tell(s, kind, id, is_gone);
}

const struct fact *scope_view(struct scope *s, enum fact_kind kind, const struct fact *f)
{
    if (f == NULL || s->queues == NULL)
        return f;
    if (!scope_sees(s, kind, f))
        return NULL;
    memcpy(&s->copy, f, fact_table[kind].size);
    if (kind == FACT_AGENT && is_elsewhere(s, &s->copy.agent)) {
        s->copy.agent.queue = s->copy.agent.call = 0;
        s->copy.agent.peer_number = s->copy.agent.peer_name = NULL;
    } else if (kind == FACT_MEMBER) {
        const struct fact_agent *a = (const void *)s->hooks.get(s->hooks.context, FACT_AGENT, s->copy.member.agent);
        if (a != NULL && is_elsewhere(s, a))
            s->copy.member.peer_number = s->copy.member.peer_name = NULL;
    } else if (kind == FACT_PBX) {
        s->copy.pbx.drift_last = NULL; /* names any queue */
    } else {
        return f;
    }
    return &s->copy.head;
}
