/* SPDX-License-Identifier: MIT */
/* world: makes the queues and the agents, finds them by name, and moves time on from one thing that happens to the next. All of
 * it follows from the seed; nothing here reads a clock. */
#include "core/sim/world.h"

#include "core/base/mem.h"

#include <inttypes.h>
#include <stdio.h>

enum { SAY_MAX = 256 * 1024, WARM_UP_MS = 60 * 60 * 1000 };

int64_t sim_now_s(const struct sim *s)
{
    return s->now_ms / 1000;
}

void sim_timer(struct sim *s, struct timer *t, int64_t wait_ms, void (*fire)(struct timer *t, int64_t now_ms, void *context))
{
    t->fire = fire;
    timer_set(&s->timers, t, s->now_ms + (wait_ms > 0 ? wait_ms : 0));
}

struct sim_queue *sim_add_queue(struct sim *s, const char *name, enum sim_strategy strategy)
{
    struct sim_queue *q = mem_alloc(sizeof(*q));
    q->sim = s;
    q->name = mem_strdup(name);
    q->strategy = strategy;
    q->timeout_s = 15;
    q->retry_s = 5;
    q->service_level_s = 20;
    list_init(&q->callers);
    list_init(&q->members);
    s->queue = mem_resize(s->queue, s->queue_count + 1, sizeof(struct sim_queue *));
    s->queue[s->queue_count++] = q;
    map_put(s->queues, slice_of(q->name), q);
    return q;
}

struct sim_agent *sim_add_agent(struct sim *s, const char *interface, const char *number, const char *person)
{
    struct sim_agent *a = mem_alloc(sizeof(*a));
    a->sim = s;
    a->interface = mem_strdup(interface);
    a->number = mem_strdup(number);
    a->person = mem_strdup(person);
    a->device = SIM_NOT_INUSE;
    a->unreliable = 10 + random_below(&s->random, 60);
    list_init(&a->memberships);
    list_init(&a->watchers);
    list_init(&a->legs);
    list_init(&a->channels);
    if (s->agent_count == s->agent_cap) {
        s->agent_cap = s->agent_cap == 0 ? 64 : s->agent_cap * 2;
        s->agent = mem_resize(s->agent, s->agent_cap, sizeof(struct sim_agent *));
    }
    s->agent[s->agent_count++] = a;
    map_put(s->agents, slice_of(a->interface), a);
    return a;
}

struct sim_agent *sim_find_agent(struct sim *s, struct slice interface)
{
    struct sim_agent *a = map_get(s->agents, interface);
    if (a != NULL)
        return a;
    char *name = mem_text(interface);
    a = sim_add_agent(s, name, "", "");
    a->device = slice_starts(interface, SLICE("Local/")) ? SIM_NOT_INUSE : SIM_INVALID; /* nobody can see how a Local channel is */
    mem_free(name);
    return a;
}

struct sim_agent *sim_find_phone(struct sim *s, struct slice number)
{
    for (size_t i = 0; i < s->agent_count; i++) {
        if (number.n > 0 && slice_eq(number, slice_of(s->agent[i]->number)))
            return s->agent[i];
    }
    return NULL;
}

struct sim_member *sim_find_member(const struct sim_queue *q, struct slice interface)
{
    LIST_EACH(at, &q->members)
    {
        struct sim_member *m = LIST_ENTITY(at, struct sim_member, in_queue);
        if (slice_eq_nocase(slice_of(m->agent->interface), interface))
            return m;
    }
    return NULL;
}

/* ---- the inhabitants of a world that lives by itself ---- */

static void settle_queues(struct sim *s)
{
    double shares = 0;
    for (uint32_t i = 0; i < s->setup.queues; i++) {
        char name[64];
        struct sim_queue *q = sim_add_queue(s, sim_queue_name(i, name), i % 4 == 3 ? SIM_RINGALL : SIM_RRMEMORY);
        q->weight = i % 4 == 3 ? 10 : 0;
        q->timeout_s = 15 + (int)random_below(&s->random, 3) * 5;
        q->wrapup_s = (int)random_below(&s->random, 4) * 5;
        q->service_level_s = i % 3 == 0 ? 30 : 20;
        q->share = 0.4 + random_unit(&s->random);
        shares += q->share;
    }
    for (size_t i = 0; i < s->queue_count; i++)
        s->queue[i]->share /= shares;
}

/* Asterisk keeps 79 bytes of a member's name. */
static void cut_name(char *name)
{
    size_t n = strlen(name);
    while (n > 79 || (n > 0 && ((unsigned char)name[n] & 0xc0u) == 0x80))
        n--;
    name[n] = '\0';
}

static void settle_agent(struct sim *s, uint32_t i)
{
    char interface[64], number[32], person[256];
    snprintf(number, sizeof(number), "%u", (s->setup.agents > 900 ? 10000 : 300) + i);
    snprintf(interface, sizeof(interface), "PJSIP/%s", number);
    sim_person(&s->random, person, sizeof(person), false);
    cut_name(person);
    struct sim_agent *a = sim_add_agent(s, interface, number, person);
    bool is_static = random_below(&s->random, 6) == 0;
    size_t first = i % s->queue_count;
    for (uint32_t k = 0; k < s->setup.memberships && k < s->queue_count; k++) {
        struct sim_queue *q = s->queue[(first + k * (k + 1) / 2) % s->queue_count];
        if (sim_find_member(q, slice_of(interface)) != NULL)
            continue;
        struct sim_member *m = sim_join_staff(q, a, person, !is_static, (int)k);
        m->login_s = sim_now_s(s) - 600 - (int64_t)random_below(&s->random, 3 * 3600);
    }
    if (random_below(&s->random, 40) == 0)
        sim_set_device(a, SIM_UNAVAILABLE); /* his phone is off */
    else
        sim_rest(a);
}

/* A phone that serves no queue, for who listens in. It takes nothing from the chances of the others. */
static void settle_supervisor(struct sim *s)
{
    struct random before = s->random;
    sim_add_agent(s, "PJSIP/200", "200", "Supervisor");
    s->random = before;
}

static struct sim *make(const struct sim_setup *setup)
{
    struct sim *s = mem_alloc(sizeof(*s));
    s->setup = *setup;
    s->random.state = setup->seed;
    s->now_ms = s->zero_ms = setup->start_wall_ms - (setup->is_empty ? 0 : WARM_UP_MS);
    s->queues = map_new(true);
    s->agents = map_new(true);
    s->pauses = map_new(true);
    s->say = BUF_INIT(SAY_MAX);
    list_init(&s->calls);
    list_init(&s->channels);
    list_init(&s->graves);
    list_init(&s->parked);
    list_init(&s->vars);
    s->steps = map_new(true);
    s->conferences = map_new(true);
    list_init(&s->peers);
    return s;
}

struct sim *sim_new(const struct sim_setup *setup)
{
    struct sim *s = make(setup);
    if (setup->is_empty)
        return s;
    settle_queues(s);
    for (uint32_t i = 0; i < setup->agents && s->queue_count > 0; i++)
        settle_agent(s, i);
    settle_supervisor(s);
    sim_begin_life(s);
    sim_run_until(s, setup->start_wall_ms - 6000);
    sim_rush(s);
    sim_run_until(s, setup->start_wall_ms); /* an hour that nobody saw: calls are in progress, callers wait, some are at lunch */
    return s;
}

static void free_staff(struct sim *s)
{
    for (size_t i = 0; i < s->queue_count; i++) {
        LIST_EACH_SAFE(at, &s->queue[i]->members)
        {
            struct sim_member *m = LIST_ENTITY(at, struct sim_member, in_queue);
            list_remove(&m->in_queue);
            list_remove(&m->of_agent);
            list_remove(&m->of_watched);
            mem_free(m->name);
            mem_free(m->state_interface);
            mem_free(m->reason);
            mem_free(m);
        }
        mem_free(s->queue[i]->name);
        mem_free(s->queue[i]);
    }
    for (size_t i = 0; i < s->agent_count; i++) {
        mem_free(s->agent[i]->interface);
        mem_free(s->agent[i]->number);
        mem_free(s->agent[i]->person);
        mem_free(s->agent[i]->away);
        mem_free(s->agent[i]);
    }
}

static void free_pauses(struct sim *s)
{
    struct sim_pause *p;
    for (size_t at = 0; (p = map_each(s->pauses, &at)) != NULL;) {
        mem_free(p->name);
        mem_free(p);
    }
    map_free(s->pauses);
}

/* Without a word, with what they are in. */
static void free_channels(struct sim *s)
{
    LIST_EACH_SAFE(at, &s->peers)
        sim_detach(LIST_ENTITY(at, struct sim_peer, of_world));
    LIST_EACH(at, &s->channels)
    {
        struct sim_channel *ch = LIST_ENTITY(at, struct sim_channel, of_world);
        sim_free_origin(ch);
        if (ch->spy != NULL)
            sim_stop_spying(ch);
        if (ch->parked != NULL)
            mem_free(ch->parked);
        if (sim_is_in_conference(ch))
            list_remove(&ch->of_bridge);
        else
            sim_leave_bridge(ch);
    }
    LIST_EACH_SAFE(at, &s->channels)
        sim_drop_channel(LIST_ENTITY(at, struct sim_channel, of_world));
    sim_bury(s);
    mem_free(s->parking);
    sim_free_conferences(s);
    sim_free_steps(s);
    sim_clear_vars(&s->vars);
}

void sim_free(struct sim *s)
{
    if (s == NULL)
        return;
    LIST_EACH_SAFE(at, &s->peers)
        sim_detach(LIST_ENTITY(at, struct sim_peer, of_world));
    LIST_EACH_SAFE(at, &s->calls)
        sim_free_call(LIST_ENTITY(at, struct sim_call, of_world));
    free_channels(s);
    timer_heap_clear(&s->timers); /* it unsets the timers, which lie in what is freed next */
    free_staff(s);
    free_pauses(s);
    map_free(s->queues);
    map_free(s->agents);
    mem_free(s->queue);
    mem_free(s->agent);
    buf_clear(&s->say);
    mem_free(s);
}

int64_t sim_deadline(const struct sim *s)
{
    return timer_next(&s->timers);
}

void sim_run_until(struct sim *s, int64_t world_ms)
{
    for (int64_t due; (due = timer_next(&s->timers)) <= world_ms;) {
        if (due > s->now_ms) {
            s->now_ms = due;
            s->stamp_us = 0;
        }
        timer_run(&s->timers, due, s);
        sim_bury(s);
    }
    if (world_ms > s->now_ms) {
        s->now_ms = world_ms;
        s->stamp_us = 0;
    }
}
