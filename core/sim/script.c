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
    if (answer_ms == -4 || a->device == SIM_UNAVAILABLE)
        sim_set_device(a, answer_ms == -4 ? SIM_UNAVAILABLE : SIM_NOT_INUSE);
    a->mode = answer_ms > 0 ? SIM_ANSWERS : answer_ms == 0 ? SIM_NEVER_ANSWERS : answer_ms == -1 ? SIM_IS_BUSY : answer_ms == -2 ? SIM_DECLINES : SIM_IS_AWAY;
    a->answer_ms = answer_ms;
    return true;
}

uint32_t script_call(struct sim *s, const char *queue, const char *number, const char *person)
{
    struct sim_queue *q = map_get(s->queues, slice_of(queue));
    return q == NULL ? 0 : sim_arrive(s, q, number, person)->channel->id;
}

static struct sim_channel *find(struct sim *s, uint32_t id)
{
    LIST_EACH(at, &s->channels)
    {
        struct sim_channel *ch = LIST_ENTITY(at, struct sim_channel, of_world);
        if (ch->id == id && id != 0)
            return ch;
    }
    return NULL;
}

static struct sim_call *find_talk(struct sim *s, uint32_t id)
{
    struct sim_channel *ch = find(s, id);
    return ch != NULL && ch->call != NULL && ch->call->talk != NULL ? ch->call : NULL;
}

bool script_hang_up(struct sim *s, uint32_t call)
{
    struct sim_channel *ch = find(s, call);
    if (ch != NULL)
        sim_end_channel(ch, SIM_END_PHONE, 0);
    return ch != NULL;
}

bool script_agent_hangs_up(struct sim *s, uint32_t call)
{
    struct sim_call *c = find_talk(s, call);
    if (c != NULL)
        sim_end_leg(c->talk, SIM_END_PHONE, 0);
    return c != NULL;
}

bool script_phone_hangs_up(struct sim *s, const char *interface)
{
    struct sim_agent *a = map_get(s->agents, slice_of(interface));
    if (a == NULL || list_is_empty(&a->channels))
        return false;
    sim_end_channel(LIST_ENTITY(a->channels.next, struct sim_channel, of_agent), SIM_END_PHONE, 0);
    return true;
}

bool script_phone_calls(struct sim *s, const char *interface, const char *exten)
{
    struct sim_agent *a = map_get(s->agents, slice_of(interface));
    if (a != NULL)
        sim_place_call(s, a, exten);
    return a != NULL;
}

bool script_hold(struct sim *s, uint32_t call, bool is_held)
{
    struct sim_call *c = find_talk(s, call);
    if (c != NULL)
        sim_hold(c, is_held);
    return c != NULL;
}

bool script_transfer(struct sim *s, uint32_t call, const char *queue)
{
    struct sim_call *c = find_talk(s, call);
    struct sim_queue *q = map_get(s->queues, slice_of(queue));
    if (c != NULL && q != NULL)
        sim_transfer(c, q);
    return c != NULL && q != NULL;
}

bool script_add_extension(struct sim *s, const char *context, const char *exten, const char *application, const char *data)
{
    enum sim_app app = sim_find_app(application);
    if (app != SIM_APP_NONE)
        sim_add_step(s, context, exten, app, data);
    return app != SIM_APP_NONE;
}

char script_spy_mode(struct sim *s, const char *channel)
{
    const struct sim_channel *ch = sim_find_channel(s, slice_of(channel));
    return ch != NULL && ch->spy != NULL && ch->spy->target != NULL ? ch->spy->mode : '\0';
}
