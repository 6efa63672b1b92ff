/* SPDX-License-Identifier: MIT */
/* channel: makes channels and bridges, names them as Asterisk does, finds them, and keeps their variables. What a channel does is
 * decided elsewhere. */
#include "core/sim/world.h"

#include "core/base/mem.h"

#include <inttypes.h>
#include <stdio.h>

const char *const sim_app_name[SIM_APP_COUNT] = {
    [SIM_APP_NONE] = "",
    [SIM_APP_QUEUE] = "Queue",
    [SIM_APP_RUNG] = "AppQueue",
    [SIM_APP_DIAL] = "Dial",
    [SIM_APP_DIALLED] = "AppDial",
    [SIM_APP_SPY] = "ChanSpy",
    [SIM_APP_MUSIC] = "MusicOnHold",
    [SIM_APP_PARK] = "Park",
    [SIM_APP_CONFERENCE] = "ConfBridge",
    [SIM_APP_ECHO] = "Echo",
    [SIM_APP_PARKED] = "ParkedCall",
    [SIM_APP_BUSY] = "Busy",
    [SIM_APP_HANGUP] = "Hangup",
};

static void set_text(char **text, const char *value)
{
    char *copy = value != NULL ? mem_strdup(value) : NULL; /* it may be a part of what is freed */
    mem_free(*text);
    *text = copy;
}

void sim_set_caller(struct sim_channel *ch, const char *number, const char *person)
{
    set_text(&ch->number, number);
    set_text(&ch->person, person);
}

void sim_set_connected(struct sim_channel *ch, const char *number, const char *person)
{
    set_text(&ch->conn_number, number);
    set_text(&ch->conn_person, person);
}

void sim_go(struct sim_channel *ch, const char *context, const char *exten, int priority)
{
    snprintf(ch->context, sizeof(ch->context), "%s", context);
    snprintf(ch->exten, sizeof(ch->exten), "%s", exten);
    ch->priority = priority;
}

void sim_run_app(struct sim_channel *ch, enum sim_app app, const char *data)
{
    ch->app = app;
    set_text(&ch->data, data);
}

struct sim_channel *sim_new_channel(struct sim *s, struct sim_agent *a, const char *device)
{
    struct sim_channel *ch = mem_alloc(sizeof(*ch));
    struct buf name = BUF_INIT(256);
    ch->sim = s;
    ch->agent = a;
    buf_addf(&name, "%s-%08" PRIx32, device, s->next_channel);
    ch->name = mem_text(buf_slice(&name));
    buf_clear(&name);
    ch->created_ms = s->now_ms;
    snprintf(ch->uniqueid, sizeof(ch->uniqueid), "%" PRId64 ".%" PRIu32, sim_now_s(s), s->next_channel++);
    snprintf(ch->linkedid, sizeof(ch->linkedid), "%s", ch->uniqueid);
    ch->data = mem_strdup("");
    list_init(&ch->of_agent);
    list_init(&ch->of_bridge);
    list_init(&ch->visits);
    list_init(&ch->spies);
    list_init(&ch->vars);
    list_append(&s->channels, &ch->of_world);
    if (a == NULL)
        return ch;
    list_append(&a->channels, &ch->of_agent);
    sim_set_caller(ch, a->number, a->person);
    sim_go(ch, SIM_AGENTS, "s", 1);
    return ch;
}

void sim_drop_channel(struct sim_channel *ch)
{
    timer_cancel(&ch->sim->timers, &ch->phone);
    timer_cancel(&ch->sim->timers, &ch->step);
    timer_cancel(&ch->sim->timers, &ch->keys);
    ch->is_gone = true;
    list_remove(&ch->of_agent);
    list_remove(&ch->of_world);
    list_append(&ch->sim->graves, &ch->of_world);
}

void sim_bury(struct sim *s)
{
    LIST_EACH_SAFE(at, &s->graves)
    {
        struct sim_channel *ch = LIST_ENTITY(at, struct sim_channel, of_world);
        list_remove(at);
        sim_clear_vars(&ch->vars);
        mem_free(ch->number);
        mem_free(ch->person);
        mem_free(ch->conn_number);
        mem_free(ch->conn_person);
        mem_free(ch->data);
        mem_free(ch->name);
        mem_free(ch);
    }
}

struct sim_channel *sim_find_channel(struct sim *s, struct slice name)
{
    LIST_EACH(at, &s->channels)
    {
        struct sim_channel *ch = LIST_ENTITY(at, struct sim_channel, of_world);
        if (name.n > 0 && (slice_eq_nocase(name, slice_of(ch->name)) || slice_eq_nocase(name, slice_of(ch->uniqueid))))
            return ch;
    }
    return NULL;
}

enum sim_app sim_find_app(const char *name)
{
    for (int app = 1; app < SIM_APP_COUNT; app++) {
        if (slice_eq_nocase(slice_of(name), slice_of(sim_app_name[app])))
            return (enum sim_app)app;
    }
    return SIM_APP_NONE;
}

/* ---- variables ---- */

static struct sim_var *find_var(const struct list *vars, struct slice name)
{
    LIST_EACH(at, vars)
    {
        struct sim_var *v = LIST_ENTITY(at, struct sim_var, of_owner);
        if (slice_eq(name, slice_of(v->name)))
            return v;
    }
    return NULL;
}

const char *sim_var(const struct list *vars, struct slice name)
{
    const struct sim_var *v = find_var(vars, name);
    return v != NULL ? v->value : NULL;
}

void sim_set_var(struct list *vars, struct slice name, struct slice value)
{
    struct sim_var *v = find_var(vars, name);
    if (v == NULL) {
        v = mem_alloc(sizeof(*v));
        v->name = mem_text(name);
        list_append(vars, &v->of_owner);
    }
    mem_free(v->value);
    v->value = mem_text(value);
}

void sim_clear_vars(struct list *vars)
{
    LIST_EACH_SAFE(at, vars)
    {
        struct sim_var *v = LIST_ENTITY(at, struct sim_var, of_owner);
        list_remove(at);
        mem_free(v->name);
        mem_free(v->value);
        mem_free(v);
    }
}

/* ---- bridges ---- */

struct sim_channel *sim_find_bridged(struct sim *s, struct slice id)
{
    LIST_EACH(at, &s->channels)
    {
        struct sim_channel *ch = LIST_ENTITY(at, struct sim_channel, of_world);
        if (ch->bridge != NULL && slice_eq(id, slice_of(ch->bridge->id)))
            return ch;
    }
    return NULL;
}

struct sim_bridge *sim_new_bridge(struct sim *s, const char *type, const char *technology, const char *creator, const char *name)
{
    struct sim_bridge *b = mem_alloc(sizeof(*b));
    uint32_t n = s->next_bridge++;
    snprintf(b->id, sizeof(b->id), "%08" PRIx32 "-5acd-4b70-8a11-%012" PRIx32, n * UINT32_C(2654435761), n);
    b->type = type;
    b->technology = technology;
    b->creator = creator;
    b->name = name;
    list_init(&b->channels);
    say_bridge(s, "BridgeCreate", b, NULL);
    return b;
}

void sim_join_bridge(struct sim_bridge *b, struct sim_channel *ch)
{
    if (ch->is_gone || ch->bridge == b)
        return;
    sim_leave_bridge(ch);
    list_append(&b->channels, &ch->of_bridge);
    b->count++;
    ch->bridge = b;
    say_bridge(ch->sim, "BridgeEnter", b, ch);
}

void sim_leave_bridge(struct sim_channel *ch)
{
    struct sim_bridge *b = ch->bridge;
    if (b == NULL)
        return;
    list_remove(&ch->of_bridge);
    b->count--;
    ch->bridge = NULL;
    ch->cause = 16;
    say_bridge(ch->sim, "BridgeLeave", b, ch);
    if (b->count > 0 || b == ch->sim->parking)
        return;
    say_bridge(ch->sim, "BridgeDestroy", b, NULL);
    mem_free(b);
}

struct sim_channel *sim_bridge_peer(const struct sim_channel *ch)
{
    if (ch->bridge == NULL || ch->bridge->count != 2 || strcmp(ch->bridge->type, "basic") != 0)
        return NULL;
    LIST_EACH(at, &ch->bridge->channels)
    {
        struct sim_channel *other = LIST_ENTITY(at, struct sim_channel, of_bridge);
        if (other != ch)
            return other;
    }
    return NULL;
}

void sim_bridge_two(struct sim_channel *first, struct sim_channel *second)
{
    struct sim_bridge *b = sim_new_bridge(first->sim, "basic", "simple_bridge", "<unknown>", "<unknown>");
    sim_join_bridge(b, first);
    sim_join_bridge(b, second);
}
