/* SPDX-License-Identifier: MIT */
/* endpoint: the telephones that PJSIP knows, as PJSIPShowEndpoints lists them now and then, so that somebody who is in no queue can be named
 * and offered. Whether each is registered is kept true by DeviceStateChange; what it does besides is nobody's business here. A list takes the
 * place of the one before when it is whole. */
#include "core/floor/model.h"

#include "core/base/utf8.h"

#define TECHNOLOGY "PJSIP/"

struct endpoint {
    struct fact_endpoint fact;
    uint32_t listed; /* number of the list that had it last */
    char device[];   /* "PJSIP/401": its key */
};

/* "Not in use" of a list, "NOT_INUSE" of an event. */
static int64_t reach_of(struct slice state)
{
    if (state.n == 0 || slice_eq_nocase(state, SLICE("Unknown")))
        return -1;
    return !slice_eq_nocase(state, SLICE("Unavailable")) && !slice_eq_nocase(state, SLICE("Invalid"));
}

/* What could be said in an order, and shown. */
static bool is_sound(struct slice name)
{
    bool ok = name.n > 0 && name.n + strlen(TECHNOLOGY) <= DIRECTORY_TEXT_MAX && utf8_is_valid(name);
    for (size_t at = 0; ok && at < name.n;) {
        uint32_t c = utf8_next(name, &at);
        ok = c != ' ' && c != ',' && c != '/' && utf8_is_printable(c);
    }
    return ok;
}

static void tell_apart(struct floor *f, struct endpoint *e)
{
    struct directory_entry who = { .place = 0 };
    const char *called;
    if (f->setup.directory != NULL)
        directory_of_endpoint(f->setup.directory, f->setup.pbx_name, slice_of(e->fact.name), &who);
    called = who.alias[0] != '\0' ? who.alias : who.name;
    model_set_text(&e->fact.interface, slice_of(who.interface[0] != '\0' ? who.interface : e->device));
    model_set_text(&e->fact.extension, slice_of(who.extension));
    model_set_text(&e->fact.team, slice_of(who.team));
    model_set_text(&e->fact.called, slice_of(called));
}

static struct endpoint *need(struct floor *f, struct slice name)
{
    char device[DIRECTORY_TEXT_MAX + 1] = TECHNOLOGY;
    size_t n = strlen(TECHNOLOGY) + name.n;
    memcpy(device + strlen(TECHNOLOGY), name.p, name.n);
    struct endpoint *e = map_get(f->endpoints, (struct slice){ device, n });
    if (e != NULL || !model_has_room(f, map_count(f->endpoints), FACT_ENDPOINTS_MAX, 8, "telephones"))
        return e;
    e = mem_alloc(sizeof *e + n + 1);
    memcpy(e->device, device, n);
    e->fact.pbx = f->pbx;
    e->fact.reachable = -1;
    model_set_text(&e->fact.name, name);
    tell_apart(f, e);
    model_add(f, FACT_ENDPOINT, &e->fact);
    map_put(f->endpoints, slice_of(e->device), e);
    return e;
}

static void drop(struct floor *f, struct endpoint *e)
{
    map_remove(f->endpoints, slice_of(e->device));
    model_drop(f, FACT_ENDPOINT, &e->fact);
    mem_free(e);
}

void floor_endpoints_begin(struct floor *f, int64_t now_ms)
{
    f->now_ms = now_ms;
    f->endpoint_list++;
}

void floor_endpoints_item(struct floor *f, const struct event *e, int64_t now_ms)
{
    struct slice name = event_get(e, F_OBJECT_NAME);
    f->now_ms = now_ms;
    struct endpoint *one = is_sound(name) ? need(f, name) : NULL;
    if (one == NULL)
        return;
    bool is_new = one->listed == 0;
    one->listed = f->endpoint_list;
    if (model_set(&one->fact.reachable, reach_of(event_get(e, F_DEVICE_STATE))) || is_new)
        model_report(f, FACT_ENDPOINT, &one->fact);
}

int64_t floor_endpoints_end(struct floor *f, int64_t now_ms)
{
    struct endpoint *e;
    f->now_ms = now_ms;
    for (size_t at = 0; (e = map_each(f->endpoints, &at)) != NULL;) {
        if (e->listed != f->endpoint_list)
            drop(f, e);
    }
    return (int64_t)map_count(f->endpoints);
}

void endpoint_on_device(struct floor *f, const struct event *e)
{
    struct endpoint *one = map_count(f->endpoints) > 0 ? map_get(f->endpoints, event_get(e, F_DEVICE)) : NULL;
    if (one != NULL && model_set(&one->fact.reachable, reach_of(event_get(e, F_STATE))))
        model_report(f, FACT_ENDPOINT, &one->fact);
}

void endpoint_drop_all(struct floor *f)
{
    struct endpoint *e;
    for (size_t at = 0; (e = map_each(f->endpoints, &at)) != NULL;)
        drop(f, e);
}
