/* SPDX-License-Identifier: MIT */
/* life: what happens by itself in a world that is not empty: callers arrive by the hour, agents take breaks, go home and come
 * back. All chances come from the world's own generator, so that a seed is a day. */
#include "core/sim/world.h"

#include "core/base/mem.h"

#include <math.h>
#include <stdio.h>

enum { HOUR_MS = 3600 * 1000 };

/* Arrivals of an hour of the day, 100 = as set up. Never quiet: a demonstration may be held at night. */
static const int hour_shape[24] = {
    86, 86, 86, 86, 86, 88, 90, 94, 102, 110, 112, 108, 98, 104, 110, 108, 104, 100, 96, 94, 92, 90, 88, 86,
};

int64_t sim_exponential(struct sim *s, double mean_s)
{
    return (int64_t)(-log(1.0 - random_unit(&s->random)) * mean_s * 1000.0);
}

int64_t sim_log_normal(struct sim *s, double median_s, double sigma)
{
    /* Twelve dice make a bell: exact enough, and the same on every machine. */
    double bell = -6.0;
    for (int i = 0; i < 12; i++)
        bell += random_unit(&s->random);
    return (int64_t)(median_s * exp(bell * sigma) * 1000.0);
}

/* ---- callers ---- */

static struct sim_queue *pick_queue(struct sim *s)
{
    double at = random_unit(&s->random);
    for (size_t i = 0; i < s->queue_count; i++) {
        at -= s->queue[i]->share;
        if (at < 0)
            return s->queue[i];
    }
    return s->queue[s->queue_count - 1];
}

static void caller_arrives(struct timer *t, int64_t now_ms, void *context);

static void schedule_arrival(struct sim *s)
{
    double rate = s->setup.calls_per_hour * hour_shape[s->now_ms / HOUR_MS % 24] / 100.0;
    if (rate > 0.001)
        sim_timer(s, &s->arrival, sim_exponential(s, 3600.0 / rate), caller_arrives);
}

static void one_arrives(struct sim *s, struct sim_queue *q)
{
    char number[32], person[256];
    sim_number(&s->random, number, sizeof(number));
    sim_person(&s->random, person, sizeof(person), true);
    bool is_anonymous = random_below(&s->random, 25) == 0;
    struct sim_call *c = sim_arrive(s, q, is_anonymous ? NULL : number, is_anonymous ? NULL : person);
    c->priority = random_below(&s->random, 30) == 0 ? 5 : 0;
}

/* Now and then something has happened, and several call about it at once. */
static void caller_arrives(struct timer *t, int64_t now_ms, void *context)
{
    (void)t;
    (void)now_ms;
    struct sim *s = context;
    struct sim_queue *q = pick_queue(s);
    uint32_t count = random_below(&s->random, 50) == 0 ? 4 + random_below(&s->random, 4) : 1;
    for (uint32_t i = 0; i < count; i++)
        one_arrives(s, q);
    schedule_arrival(s);
}

/* Shortly before the curtain rises every fifth agent's worth of callers comes in. */
void sim_rush(struct sim *s)
{
    for (uint32_t i = 0; i < s->setup.agents / 5; i++)
        one_arrives(s, pick_queue(s));
}

void sim_begin_life(struct sim *s)
{
    if (s->queue_count > 0)
        schedule_arrival(s);
}

/* ---- agents ---- */

static void life_goes_on(struct timer *t, int64_t now_ms, void *context);

static void pause_everywhere(struct sim_agent *a, bool is_paused, const char *reason)
{
    LIST_EACH_SAFE(at, &a->memberships)
        sim_pause(LIST_ENTITY(at, struct sim_member, of_agent), is_paused, reason);
}

static void take_break(struct sim_agent *a)
{
    struct sim *s = a->sim;
    a->mood = SIM_ON_BREAK;
    pause_everywhere(a, true, sim_break_reason(&s->random));
    sim_timer(s, &a->life, sim_log_normal(s, 420, 0.7), life_goes_on);
}

/* Dynamic members leave their queues, and what they were is kept for their return. */
static void go_away(struct sim_agent *a)
{
    struct sim *s = a->sim;
    a->mood = SIM_AWAY;
    a->away_count = 0;
    LIST_EACH_SAFE(at, &a->memberships)
    {
        struct sim_member *m = LIST_ENTITY(at, struct sim_member, of_agent);
        if (!m->is_dynamic)
            continue;
        a->away = mem_resize(a->away, a->away_count + 1, sizeof(*a->away));
        a->away[a->away_count++] = (struct sim_away){ m->queue, m->penalty };
        sim_leave_staff(m);
    }
    sim_timer(s, &a->life, sim_log_normal(s, 2400, 0.5), life_goes_on);
}

static void come_back(struct sim_agent *a)
{
    a->mood = SIM_WORKING;
    for (size_t i = 0; i < a->away_count; i++) {
        struct sim_queue *q = a->away[i].queue;
        if (sim_find_member(q, slice_of(a->interface)) != NULL)
            continue; /* a supervisor brought him back */
        struct sim_member *m = sim_join_staff(q, a, a->person, true, a->away[i].penalty);
        sim_say_member(m, "QueueMemberAdded");
        sim_say_pause(m);
        sim_check_available(q);
        sim_dispatch(q);
    }
    a->away_count = 0;
}

static void life_goes_on(struct timer *t, int64_t now_ms, void *context)
{
    (void)now_ms;
    struct sim *s = context;
    struct sim_agent *a = LIST_ENTITY(t, struct sim_agent, life);
    if (!list_is_empty(&a->legs)) {
        a->is_tired = a->mood == SIM_WORKING; /* after this call */
        return;
    }
    if (a->mood == SIM_ON_BREAK) {
        a->mood = SIM_WORKING;
        pause_everywhere(a, false, "");
    } else if (a->mood == SIM_AWAY) {
        come_back(a);
    } else if (random_below(&s->random, 8) == 0) {
        go_away(a);
        return;
    } else {
        take_break(a);
        return;
    }
    sim_rest(a);
}

void sim_rest(struct sim_agent *a)
{
    struct sim *s = a->sim;
    if (s->setup.is_empty || a->mood != SIM_WORKING)
        return;
    if (a->is_tired) {
        a->is_tired = false;
        sim_timer(s, &a->life, 1, life_goes_on);
    } else if (a->life.slot == 0) {
        sim_timer(s, &a->life, sim_exponential(s, 3000), life_goes_on);
    }
}
