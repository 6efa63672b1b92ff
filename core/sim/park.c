/* SPDX-License-Identifier: MIT */
/* park: the parking lot "default" with its spaces 701 to 720: calls are put there, fetched, give up, or have been there for too
 * long. A caller who waited in a queue is taken out of it without a word (ami.md 5.6). */
#include "core/sim/world.h"

#include "core/base/mem.h"

#include <inttypes.h>
#include <stdio.h>

enum { FIRST_SPACE = 701, LAST_SPACE = 720, PARKED_MS = 300000, ANNOUNCED_MS = 2000 };

static struct sim_parked *find_space(const struct sim *s, int space)
{
    LIST_EACH(at, &s->parked)
    {
        struct sim_parked *p = LIST_ENTITY(at, struct sim_parked, of_world);
        if (p->space == space)
            return p;
    }
    return NULL;
}

static void add_parked(struct buf *out, const struct sim_parked *p, const struct sim_channel *retriever)
{
    struct sim *s = p->parkee->sim;
    int64_t gone_s = s->now_ms / 1000 - p->since_ms / 1000, left_s = p->timeout_ms / 1000 - gone_s;
    sim_add_channel(out, "Parkee", p->parkee);
    buf_addf(out, "ParkerDialString: %s\r\nParkinglot: default\r\nParkingSpace: %d\r\nParkingTimeout: %" PRId64 "\r\nParkingDuration: %" PRId64 "\r\n",
             p->dial_string, p->space, left_s > 0 ? left_s : 0, gone_s);
    if (retriever != NULL)
        sim_add_channel(out, "Retriever", retriever);
}

static void say_parked(const struct sim_parked *p, const char *event, const struct sim_channel *retriever)
{
    struct sim *s = p->parkee->sim;
    say_begin(s, event, CLASS_CALL, "call,all");
    if (s->say_class == 0)
        return;
    add_parked(&s->say, p, retriever);
    say_end(s);
}

static void has_been_there_too_long(struct timer *t, int64_t now_ms, void *context)
{
    (void)now_ms;
    (void)context;
    struct sim_channel *ch = LIST_ENTITY(t, struct sim_channel, step);
    sim_unpark(ch, "ParkedCallTimeOut", NULL);
    sim_go(ch, "default", "s", 1);
    ch->has_plan = true;
    sim_end_channel(ch, SIM_END_PLAN, 0);
}

bool sim_park(struct sim_channel *ch, int space, const char *parker, int64_t timeout_ms)
{
    struct sim *s = ch->sim;
    if (ch->parked != NULL)
        sim_unpark(ch, "ParkedCallGiveUp", NULL);
    while (space == 0 || (find_space(s, space) != NULL && space <= LAST_SPACE))
        space = space == 0 ? FIRST_SPACE : space + 1;
    if (space > LAST_SPACE)
        return false;
    if (s->parking == NULL)
        s->parking = sim_new_bridge(s, "parking", "holding_bridge", "Parking", "default");
    struct sim_parked *p = mem_alloc(sizeof(*p));
    p->parkee = ch;
    p->space = space;
    p->since_ms = s->now_ms;
    p->timeout_ms = timeout_ms > 0 ? timeout_ms : PARKED_MS;
    snprintf(p->dial_string, sizeof(p->dial_string), "%.*s", (int)strcspn(parker, "-"), parker);
    list_append(&s->parked, &p->of_world);
    ch->parked = p;
    sim_run_app(ch, SIM_APP_PARK, "");
    say_parked(p, "ParkedCall", NULL);
    say_device(s, SIM_INUSE, "park:%d@parkedcalls", space);
    sim_join_bridge(s->parking, ch);
    sim_timer(s, &ch->step, p->timeout_ms, has_been_there_too_long);
    return true;
}

void sim_unpark(struct sim_channel *ch, const char *event, struct sim_channel *retriever)
{
    struct sim_parked *p = ch->parked;
    timer_cancel(&ch->sim->timers, &ch->step);
    say_device(ch->sim, SIM_NOT_INUSE, "park:%d@parkedcalls", p->space);
    say_parked(p, event, retriever);
    sim_leave_bridge(ch);
    ch->parked = NULL;
    list_remove(&p->of_world);
    mem_free(p);
}

void sim_retrieve(struct sim_channel *ch, const char *space)
{
    int64_t n = 0;
    struct sim_parked *p = slice_int(slice_of(space), FIRST_SPACE, LAST_SPACE, &n) ? find_space(ch->sim, (int)n) : NULL;
    if (p == NULL) {
        sim_end_channel(ch, SIM_END_PLAN, 0);
        return;
    }
    struct sim_channel *parkee = p->parkee;
    sim_unpark(parkee, "UnParkedCall", ch);
    sim_set_connected(ch, parkee->number, parkee->person);
    sim_bridge_two(parkee, ch);
}

/* ---- actions ---- */

void sim_take_away(struct sim_channel *ch, bool is_other_kept)
{
    if (ch->call != NULL && ch->call->talk != NULL && is_other_kept)
        sim_leave_alone(ch->call);
    else if (ch->call != NULL && ch->call->talk != NULL)
        sim_leave_call(ch);
    else if (ch->call != NULL) {
        sim_vanish_from_queue(ch);
        ch->priority++;
        ch->has_plan = false;
    } else if (ch->leg != NULL) {
        sim_leave_leg(ch);
    } else {
        sim_leave_app(ch);
    }
}

/* The agent is told the space, and that is all. */
static void has_heard_the_space(struct timer *t, int64_t now_ms, void *context)
{
    (void)now_ms;
    (void)context;
    sim_end_channel(LIST_ENTITY(t, struct sim_channel, step), SIM_END_PLAN, 16);
}

void sim_do_park(struct sim_ask *a)
{
    int64_t timeout_ms = 0, space = 0;
    struct slice channel = sim_param(a, "Channel"), timeout = sim_param(a, "Timeout"), lot = sim_param(a, "Parkinglot");
    struct sim_channel *ch = sim_find_channel(a->sim, channel), *back = sim_find_channel(a->sim, sim_param(a, "TimeoutChannel"));
    bool is_space = sim_param(a, "ParkingSpace").n == 0 || sim_is_16(a->sim) /* which does not look at it */ || slice_int(sim_param(a, "ParkingSpace"), FIRST_SPACE, LAST_SPACE, &space);
    if (channel.n == 0) {
        sim_error(a, "Channel not specified");
    } else if (timeout.n > 0 && !slice_int(timeout, 0, INT32_MAX, &timeout_ms)) {
        sim_error(a, "Invalid Timeout value.");
    } else if (ch == NULL) {
        sim_error(a, "Channel does not exist: %.*s", SLICE_FMT(channel));
    } else if (ch->state != SIM_UP || !is_space || (lot.n > 0 && !slice_eq(lot, SLICE("default")))) {
        sim_error(a, "Park action failed\n");
    } else {
        sim_ok(a, "Park successful\n"); /* with the bare LF that Asterisk leaks */
        int cause = ch->cause;
        sim_take_away(ch, back != NULL && back != ch);
        if (ch->is_gone)
            return;
        ch->cause = cause; /* as one is moved from bridge to bridge */
        if (!sim_park(ch, (int)space, back != NULL ? back->name : ch->name, timeout_ms))
            sim_end_channel(ch, SIM_END_PLAN, 0);
        else if (back != NULL && back != ch && back->owed != NULL)
            sim_timer(a->sim, &back->step, ANNOUNCED_MS, has_heard_the_space);
    }
}

void sim_do_parked_calls(struct sim_ask *a)
{
    size_t items = 0;
    char extra[64];
    struct slice lot = sim_param(a, "ParkingLot");
    if (lot.n > 0 && !slice_eq(lot, SLICE("default"))) {
        sim_error(a, "Requested parking lot could not be found.");
        return;
    }
    sim_list_begin(a, "Parked calls will follow");
    LIST_EACH(at, &a->sim->parked)
    {
        buf_add(&a->peer->out, SLICE("Event: ParkedCall\r\n"));
        add_parked(&a->peer->out, LIST_ENTITY(at, struct sim_parked, of_world), NULL);
        sim_item_end(a);
        items++;
    }
    snprintf(extra, sizeof(extra), "Total: %zu\r\n", items);
    sim_list_end(a, "ParkedCallsComplete", items, extra);
}

void sim_do_parkinglots(struct sim_ask *a)
{
    sim_list_begin(a, "Parking lots will follow");
    buf_addf(&a->peer->out, "Event: Parkinglot\r\nName: default\r\nStartSpace: %d\r\nStopSpace: %d\r\nTimeout: %d\r\n", FIRST_SPACE, LAST_SPACE, PARKED_MS / 1000);
    sim_item_end(a);
    sim_list_end(a, "ParkinglotsComplete", 1, "");
}
