/* SPDX-License-Identifier: MIT */
/* script: the handles of an empty world, in which nothing happens by itself: each finds the queue,
 * phone or call that it is told to move, and moves it through the same doors as the living world
 * does, so that a scripted call is made of the same events. Owns nothing. */
#include "core/sim/script.h"

#include "core/sim/world.h"

void script_add_queue(struct sim *s, const struct script_queue *q)
{
    struct sim_queue *made = sim_add_queue(s, q->name, q->strategy);
    made->timeout_s = q->timeout_s;
    made->retry_s = q->retry_s;
    made->wrapup_s = q->wrapup_s;
    made->weight = q->weight;
    made->ring_in_use = q->ring_in_use;
    made->has_no_autofill = q->has_no_autofill;
    made->autopause = q->autopause;
}

void script_share_last_call(struct sim *s, bool is_shared)
{
    s->is_last_call_shared = is_shared;
}

void script_add_agent(struct sim *s, const char *interface, const char *number, const char *person)
{
    sim_add_agent(s, interface, number, person);
}

bool script_add_member(struct sim *s, const char *queue, const char *interface, const char *name, int penalty)
{
    struct sim_queue *q = map_get(s->queues, slice_of(queue));
    if (q == NULL)
        return false;
    sim_join_staff(q, sim_find_agent(s, slice_of(interface)), name, false, penalty);
    sim_check_available(q);
    return true;
}

bool script_phone(struct sim *s, const char *interface, int64_t answer_ms)
{
    struct sim_agent *a = map_get(s->agents, slice_of(interface));
    if (a == NULL)
        return false;
    a->mode = answer_ms > 0 ? SIM_ANSWERS : answer_ms == 0 ? SIM_NEVER_ANSWERS : SIM_IS_BUSY;
    a->answer_ms = answer_ms;
    return true;
}

uint32_t script_call(struct sim *s, const char *queue, const char *number, const char *person)
{
    struct sim_queue *q = map_get(s->queues, slice_of(queue));
    return q == NULL ? 0 : sim_arrive(s, q, number, person)->id;
}

static struct sim_call *find(struct sim *s, uint32_t id)
{
    LIST_EACH(at, &s->calls)
    {
        struct sim_call *c = LIST_ENTITY(at, struct sim_call, of_world);
        if (c->id == id)
            return c;
    }
    return NULL;
}

bool script_hang_up(struct sim *s, uint32_t call)
{
    struct sim_call *c = find(s, call);
    if (c != NULL)
        sim_hang_up(c);
    return c != NULL;
}

bool script_agent_hangs_up(struct sim *s, uint32_t call)
{
    struct sim_call *c = find(s, call);
    bool is_talking = c != NULL && c->talk != NULL;
    if (is_talking)
        sim_agent_hangs_up(c);
    return is_talking;
}

bool script_hold(struct sim *s, uint32_t call, bool is_held)
{
    struct sim_call *c = find(s, call);
    bool is_talking = c != NULL && c->talk != NULL;
    if (is_talking)
        sim_hold(c, is_held);
    return is_talking;
}

bool script_transfer(struct sim *s, uint32_t call, const char *queue)
{
    struct sim_call *c = find(s, call);
    struct sim_queue *q = map_get(s->queues, slice_of(queue));
    bool is_talking = c != NULL && c->talk != NULL && q != NULL;
    if (is_talking)
        sim_transfer(c, q);
    return is_talking;
}
