/* SPDX-License-Identifier: MIT */
/* scope: decides by queue and by agent. A queue's name decides for its callers and members, a membership in such a queue for
 * its agent, an agent's team or number for himself, and these for calls and listeners. Who is in sight because of whom is
 * kept, so that an event costs the same on any floor; and so is what an agent did in the queues in sight, since his own sums
 * tell of the others. Owns no fact. */
#include "core/keeper/scope.h"

#include "core/base/list.h"
#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/config/settings.h"

struct seat { /* a member in sight, and whose it is */
    uint64_t id, agent;
    struct list in_person;
};

struct person { /* an agent with seats in sight */
    uint64_t id;
    struct list seats;
    int64_t calls, missed, talk_ms; /* today, in the queues in sight */
    bool is_elsewhere;
};

struct listener { /* a spy leg, and whom it listens to */
    uint64_t id, agent;
};

struct scope {
    struct scope_rules rules;
    struct scope_hooks hooks;
    struct idmap *seat, *person;
    struct idmap *listener; /* all there are: a few */
    struct idmap *own;  /* queues that `self` was seen in: they stay, so that who leaves can come back */
    bool has_grown;
    struct idmap *line; /* of the feed, those in sight: they stay so when their agent or queue goes */
    struct idmap *worded; /* orders of others whose words were told: they stay so when their agent goes */
    struct idmap *strange; /* calls of queues that are not ours: they stay so when their queue goes before they end */
    union fact_any copy; /* its texts are borrowed */
};

struct scope *scope_new(const struct scope_rules *rules, const struct scope_hooks *hooks)
{
    struct scope *s = mem_alloc(sizeof *s);
    s->rules = *rules;
    s->hooks = *hooks;
    s->seat = idmap_new();
    s->person = idmap_new();
    s->listener = idmap_new();
    s->strange = idmap_new();
    s->line = idmap_new();
    s->own = idmap_new();
    s->worded = idmap_new();
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
    idmap_free(s->line);
    idmap_free(s->own);
    idmap_free(s->worded);
    mem_free(s);
}

static bool sees_pbx(const struct scope *s, uint64_t id)
{
    const struct fact_pbx *p = NULL;
    for (size_t i = 0; i < RIGHTS_SIGHTS; i++) {
        if (s->rules.sight[i].pbxs == NULL)
            continue;
        p = p != NULL ? p : id != 0 ? (const void *)s->hooks.get(s->hooks.context, FACT_PBX, id) : NULL;
        if (p == NULL || p->name == NULL || !settings_fits(s->rules.sight[i].pbxs, p->name))
            return false;
    }
    return true;
}

static bool is_own_queue(const struct scope *s, const struct fact_queue *q)
{
    return s->rules.self == NULL || idmap_get(s->own, q->id) != NULL || (s->rules.join != NULL && settings_fits(s->rules.join, q->name));
}

static bool sees_queue(const struct scope *s, uint64_t id)
{
    const struct fact_queue *q = id != 0 ? (const void *)s->hooks.get(s->hooks.context, FACT_QUEUE, id) : NULL;
    if (q == NULL || q->name == NULL || !is_own_queue(s, q))
        return false;
    for (size_t i = 0; i < RIGHTS_SIGHTS; i++) {
        if (!settings_fits(s->rules.sight[i].queues, q->name))
            return false;
    }
    return sees_pbx(s, q->pbx);
}

static bool is_open(const struct scope *s)
{
    for (size_t i = 0; i < RIGHTS_SIGHTS; i++) {
        const struct rights_sight *r = &s->rules.sight[i];
        if (r->queues != NULL || r->agents != NULL || r->teams != NULL || r->pbxs != NULL)
            return false;
    }
    return s->rules.self == NULL;
}

/* Are there queues that are not in sight? */
static bool is_part(const struct scope *s)
{
    return s->rules.self != NULL || s->rules.sight[0].queues != NULL || s->rules.sight[1].queues != NULL;
}

static bool is_named(const char *lines, const char *name)
{
    return lines != NULL && name != NULL && settings_fits(lines, name);
}

static bool is_self(const struct scope *s, const char *extension, const char *interface)
{
    return (extension != NULL && strcmp(extension, s->rules.self) == 0) || (interface != NULL && slice_eq_nocase(slice_of(interface), slice_of(s->rules.self)));
}

static bool fits_agent(const struct rights_sight *r, const struct fact_agent *a)
{
    return (r->agents == NULL && r->teams == NULL) || is_named(r->teams, a->team) || is_named(r->agents, a->extension) || is_named(r->agents, a->interface);
}

static bool has_agent_rules(const struct scope *s)
{
    for (size_t i = 0; i < RIGHTS_SIGHTS; i++) {
        const struct rights_sight *r = &s->rules.sight[i];
        if (r->agents != NULL || r->teams != NULL || r->pbxs != NULL)
            return true;
    }
    return s->rules.self != NULL;
}

/* His name does not count: the PBX may change it. */
static bool is_ours(const struct scope *s, uint64_t agent)
{
    if (!has_agent_rules(s))
        return true;
    const struct fact_agent *a = agent != 0 ? (const void *)s->hooks.get(s->hooks.context, FACT_AGENT, agent) : NULL;
    if (a == NULL || (s->rules.self != NULL && !is_self(s, a->extension, a->interface)))
        return false;
    for (size_t i = 0; i < RIGHTS_SIGHTS; i++) {
        if (!fits_agent(&s->rules.sight[i], a))
            return false;
    }
    return sees_pbx(s, a->pbx);
}

static bool sees_agent(const struct scope *s, uint64_t id)
{
    return id != 0 && (is_part(s) && s->rules.self == NULL ? idmap_get(s->person, id) != NULL : is_ours(s, id));
}

static bool sees_member(const struct scope *s, const struct fact_member *m)
{
    return sees_queue(s, m->queue) && is_ours(s, m->agent);
}

static bool is_strange(const struct scope *s, uint64_t call)
{
    return call != 0 && idmap_get(s->strange, call) != NULL;
}

/* A call of another queue is not ours even when one of our agents has it; one of no queue is our agent's. */
static bool sees_call(const struct scope *s, const struct fact_call *c)
{
    if (c->queue != 0)
        return sees_queue(s, c->queue) && (c->agent == 0 || is_ours(s, c->agent));
    return sees_agent(s, c->agent) && !is_strange(s, c->id);
}

/* Does the agent ring for, or talk with, somebody of another queue? */
static bool is_elsewhere(const struct scope *s, const struct fact_agent *a)
{
    if (s->rules.self != NULL)
        return false; /* what he does himself is nobody else's business */
    return (a->queue != 0 && !sees_queue(s, a->queue)) || (a->queue == 0 && is_strange(s, a->call));
}

/* What happened in several queues at once is the agent's own. */
static bool sees_line(const struct scope *s, const struct fact_line *l)
{
    if (l->queue != 0)
        return sees_queue(s, l->queue) && (l->agent == 0 || is_ours(s, l->agent));
    return sees_agent(s, l->agent);
}

/* One that named nothing of ours was given by one of ours all the same; where it is known who looks, it is his or it names what he sees. */
static bool sees_order(const struct scope *s, const struct fact_order *o)
{
    bool is_known = s->rules.who != NULL, names_nothing = o->queue == 0 && o->agent == 0;
    bool is_several = o->line != NULL && strchr(o->line, '\n') != NULL; /* an undo: its queue is that of one line, its text that of all */
    if (is_known && o->who != NULL && strcmp(o->who, s->rules.who) == 0)
        return true;
    if (is_known && (s->rules.self != NULL || names_nothing || is_several || (o->queue == 0 && is_part(s))))
        return false; /* without a queue it may name several */
    return names_nothing || (o->queue != 0 ? sees_queue(s, o->queue) : sees_agent(s, o->agent));
}

static bool sees_spy(const struct scope *s, const struct fact_spy *spy)
{
    return s->rules.self == NULL && sees_agent(s, spy->agent); /* who is listened to is not told so */
}

/* Somebody who serves in no queue: in sight of whoever sees agents by their names, teams or numbers, and he is one of these. Whose sight are
 * queues only has no business with those who are in none. */
static bool sees_endpoint(const struct scope *s, const struct fact_endpoint *e)
{
    if (s->rules.self != NULL)
        return is_self(s, e->extension, e->interface) && sees_pbx(s, e->pbx);
    for (size_t i = 0; i < RIGHTS_SIGHTS; i++) {
        const struct rights_sight *r = &s->rules.sight[i];
        bool has_agents = r->agents != NULL || r->teams != NULL;
        bool is_his = has_agents && (is_named(r->teams, e->team) || is_named(r->agents, e->extension) || is_named(r->agents, e->interface));
        if (has_agents ? !is_his : r->queues != NULL)
            return false;
    }
    return sees_pbx(s, e->pbx);
}

bool scope_sees(const struct scope *s, enum fact_kind kind, const struct fact *f)
{
    if (is_open(s))
        return true;
    switch (kind) {
    case FACT_QUEUE: return sees_queue(s, f->id);
    case FACT_MEMBER: return sees_member(s, (const void *)f);
    case FACT_CALLER: return sees_queue(s, ((const struct fact_caller *)(const void *)f)->queue);
    case FACT_AGENT: return sees_agent(s, f->id);
    case FACT_CALL: return sees_call(s, (const void *)f);
    case FACT_SPY: return sees_spy(s, (const void *)f);
    case FACT_ENDPOINT: return sees_endpoint(s, (const void *)f);
    case FACT_LINE: return idmap_get(s->line, f->id) != NULL;
    case FACT_ORDER: return sees_order(s, (const void *)f);
    case FACT_PBX: return sees_pbx(s, f->id);
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

static struct person *sit(struct scope *s, struct seat *seat)
{
    struct person *p = idmap_get(s->person, seat->agent);
    if (p == NULL) {
        p = mem_alloc(sizeof *p);
        p->id = seat->agent;
        list_init(&p->seats);
        (void)idmap_put(s->person, seat->agent, p);
        const struct fact_agent *a = (const void *)s->hooks.get(s->hooks.context, FACT_AGENT, seat->agent);
        p->is_elsewhere = a != NULL && is_elsewhere(s, a);
    }
    bool is_first = list_is_empty(&p->seats);
    list_append(&p->seats, &seat->in_person);
    return is_first ? p : NULL;
}

static void stand(struct scope *s, struct seat *seat, uint64_t agent)
{
    struct person *p = idmap_get(s->person, agent);
    list_remove(&seat->in_person);
    if (p == NULL || !list_is_empty(&p->seats))
        return;
    mem_free(idmap_remove(s->person, agent));
    tell_person(s, agent);
}

/* Keeps an agent's seats true. */
static void keep_seat(struct scope *s, uint64_t id, const struct fact_member *m)
{
    struct seat *seat = idmap_get(s->seat, id);
    uint64_t agent = m != NULL && sees_member(s, m) ? m->agent : 0;
    uint64_t before = seat != NULL ? seat->agent : 0;
    if (agent == before)
        return;
    if (seat == NULL) {
        seat = mem_alloc(sizeof *seat);
        seat->id = id;
        list_init(&seat->in_person);
        (void)idmap_put(s->seat, id, seat);
    }
    seat->agent = agent;
    if (before != 0)
        stand(s, seat, before);
    const struct person *fresh = agent != 0 ? sit(s, seat) : NULL;
    if (fresh != NULL)
        tell_person(s, agent);
    if (agent == 0)
        mem_free(idmap_remove(s->seat, id));
}

/* He rings for, or talks with, somebody else now: what may be told of that is told anew wherever it is shown. */
static void keep_place(struct scope *s, uint64_t agent)
{
    struct person *p = agent != 0 ? idmap_get(s->person, agent) : NULL;
    const struct fact_agent *a = p != NULL ? (const void *)s->hooks.get(s->hooks.context, FACT_AGENT, agent) : NULL;
    if (a == NULL || is_elsewhere(s, a) == p->is_elsewhere)
        return;
    p->is_elsewhere = !p->is_elsewhere;
    tell(s, FACT_AGENT, agent, false);
    LIST_EACH (at, &p->seats)
        tell(s, FACT_MEMBER, LIST_ENTITY(at, struct seat, in_person)->id, false);
}

/* His own sums begin anew with the day. */
static void keep_day(const struct scope *s, uint64_t id, const struct fact_agent *a)
{
    struct person *p = idmap_get(s->person, id);
    if (p == NULL || a == NULL)
        return;
    p->calls = a->calls_taken == 0 ? 0 : p->calls;
    p->missed = a->missed == 0 ? 0 : p->missed;
    p->talk_ms = a->talk_ms == 0 ? 0 : p->talk_ms;
}

static void count(const struct scope *s, const struct fact_line *l)
{
    struct person *p = l->queue != 0 ? idmap_get(s->person, l->agent) : NULL;
    if (p == NULL)
        return;
    p->calls += l->what == LINE_ANSWERED;
    p->missed += l->what == LINE_MISSED;
    if (l->what == LINE_COMPLETED && l->ms > 0)
        p->talk_ms += l->ms;
}

static void keep_line(struct scope *s, uint64_t id, const struct fact_line *l)
{
    bool was_seen = idmap_get(s->line, id) != NULL, is_seen = l != NULL && sees_line(s, l);
    if (is_seen)
        (void)idmap_put(s->line, id, s); /* any pointer */
    else
        (void)idmap_remove(s->line, id);
    if (is_seen && !was_seen)
        count(s, l);
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

static void keep_own(struct scope *s, const struct fact_member *m)
{
    if (s->rules.self == NULL || m == NULL || m->queue == 0 || !is_self(s, m->extension, m->interface) || idmap_get(s->own, m->queue) != NULL)
        return;
    (void)idmap_put(s->own, m->queue, s); /* any pointer */
    s->has_grown = true;
}

bool scope_has_grown(struct scope *s)
{
    bool has = s->has_grown;
    s->has_grown = false;
    return has;
}

static void keep(struct scope *s, enum fact_kind kind, uint64_t id, const struct fact *f)
{
    if (kind == FACT_MEMBER)
        keep_own(s, (const void *)f);
    switch (kind) {
    case FACT_MEMBER: keep_seat(s, id, (const void *)f); break;
    case FACT_CALL: mark_call(s, id, (const void *)f); break;
    case FACT_SPY: keep_listener(s, id, (const void *)f); break;
    case FACT_LINE: keep_line(s, id, (const void *)f); break;
    case FACT_AGENT: keep_day(s, id, (const void *)f); break;
    case FACT_ORDER:
        if (f == NULL)
            (void)idmap_remove(s->worded, id);
        break;
    default: break;
    }
}

void scope_changed(struct scope *s, enum fact_kind kind, uint64_t id, bool is_gone)
{
    if (is_open(s)) {
        s->hooks.tell(s->hooks.context, kind, id, is_gone);
        return;
    }
    const struct fact *f = is_gone ? NULL : s->hooks.get(s->hooks.context, kind, id);
    keep(s, kind, id, f);
    tell(s, kind, id, is_gone);
    if (kind == FACT_AGENT)
        keep_place(s, id);
    else if (kind == FACT_CALL && f != NULL)
        keep_place(s, ((const struct fact_call *)(const void *)f)->agent);
}

/* What his memberships in sight say, instead of what all of them do. */
static void resum(const struct scope *s, struct fact_agent *a)
{
    const struct person *p = idmap_get(s->person, a->id);
    const struct fact_member *m, *latest = NULL;
    if (!is_part(s) || s->rules.self != NULL || p == NULL)
        return;
    a->memberships = a->paused_in = a->login = 0;
    a->calls_taken = p->calls;
    a->missed = p->missed;
    a->talk_ms = p->talk_ms;
    LIST_EACH (at, &p->seats) {
        if ((m = (const void *)s->hooks.get(s->hooks.context, FACT_MEMBER, LIST_ENTITY(at, struct seat, in_person)->id)) == NULL)
            continue;
        a->memberships++;
        a->paused_in += m->paused != 0;
        a->login = m->login != 0 && (a->login == 0 || m->login < a->login) ? m->login : a->login;
        if (m->paused != 0 && (latest == NULL || m->paused_since > latest->paused_since))
            latest = m;
    }
    a->paused_reason = latest != NULL ? latest->paused_reason : NULL;
    a->paused_since = latest != NULL ? latest->paused_since : 0;
}

/* Given by somebody else, who sees more. */
static bool is_others(const struct scope *s, const char *who)
{
    return s->rules.who != NULL && (who == NULL || strcmp(who, s->rules.who) != 0);
}

/* The words of an order of others may name what is out of sight: another queue, an agent, whom a phone reached. Of these orders they name the
 * queue and the agent alone, and those are seen. */
static bool has_plain_words(const struct scope *s, const struct fact_order *o)
{
    static const enum command_id plain[] = { COMMAND_ADD, COMMAND_REMOVE, COMMAND_ROLE, COMMAND_PAUSE, COMMAND_UNPAUSE, COMMAND_RINGINUSE, COMMAND_CANCEL,
                                             COMMAND_PRIORITY, COMMAND_HANGUP, COMMAND_PARK, COMMAND_TAPE };
    enum command_id id;
    struct slice rest, name = slice_cut(slice_of(o->line), ' ', &rest);
    bool is_plain = false, is_agent_seen = o->agent != 0 ? sees_agent(s, o->agent) : o->interface == NULL;
    if (o->line == NULL || !command_find(name, COMMAND_ORDER, &id, NULL))
        return false;
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
        is_plain = is_plain || plain[i] == id;
    return is_plain && is_agent_seen && (o->queue == 0 || sees_queue(s, o->queue));
}

static void drop_words(struct fact_order *o, bool is_agent_seen)
{
    static char other[] = "an order";
    enum command_id id;
    struct slice rest;
    bool is_known = o->line != NULL && command_find(slice_cut(slice_of(o->line), ' ', &rest), COMMAND_ORDER, &id, NULL);
    o->line = o->what = is_known ? (char *)(uintptr_t)command_table[id].name : other;
    o->answer = o->undo = o->requests = NULL;
    o->interface = is_agent_seen ? o->interface : NULL;
    o->agent = is_agent_seen ? o->agent : 0;
}

/* As the copy is told. */
static void view_order(struct scope *s, struct fact_order *o)
{
    if (!is_others(s, o->who) || idmap_get(s->worded, o->id) != NULL)
        return;
    if (has_plain_words(s, o))
        (void)idmap_put(s->worded, o->id, s); /* any pointer */
    else
        drop_words(o, o->agent != 0 && sees_agent(s, o->agent));
}

/* The phone of who listens may be that of an agent who is out of sight; the user is told. */
static void view_spy(const struct scope *s, struct fact_spy *spy)
{
    if (is_others(s, spy->who))
        spy->spyer_channel = spy->spyer_number = spy->spyer_name = NULL;
}

const struct fact *scope_view(struct scope *s, enum fact_kind kind, const struct fact *f)
{
    if (f == NULL || is_open(s))
        return f;
    if (!scope_sees(s, kind, f))
        return NULL;
    memcpy(&s->copy, f, fact_table[kind].size);
    if (kind == FACT_AGENT) {
        resum(s, &s->copy.agent);
        if (is_elsewhere(s, &s->copy.agent)) {
            s->copy.agent.queue = s->copy.agent.call = 0;
            s->copy.agent.peer_number = s->copy.agent.peer_name = NULL;
        }
    } else if (kind == FACT_MEMBER) {
        const struct fact_agent *a = (const void *)s->hooks.get(s->hooks.context, FACT_AGENT, s->copy.member.agent);
        if (a != NULL && is_elsewhere(s, a))
            s->copy.member.peer_number = s->copy.member.peer_name = NULL;
    } else if (kind == FACT_ORDER) {
        view_order(s, &s->copy.order);
    } else if (kind == FACT_SPY) {
        view_spy(s, &s->copy.spy);
    } else if (kind == FACT_PBX) {
        s->copy.pbx.drift_last = NULL; /* names any queue */
        s->copy.pbx.endpoints = -1;    /* not all of them are told: nothing follows from who is not among them */
    } else {
        return f;
    }
    return &s->copy.head;
}
