/* SPDX-License-Identifier: MIT */
/* channel: the channels of a PBX, the phones they belong to and the bridges they are in; nothing of it is a fact by
 * itself. A channel of an agent's phone that no queue made is another call (call.c) once it is up, and makes the
 * phone busy while it rings or dials. A channel lives from its first event to its Hangup; where the AMI user may not
 * see class call, those that agent events name live as long as their ring or call. */
#include "core/floor/model.h"

enum { BRIDGE_SMALL = 8 }; /* in a larger one nobody is anybody's peer */

struct channel *channel_find(const struct floor *f, struct slice uniqueid)
{
    return uniqueid.n > 0 ? map_get(f->channels, uniqueid) : NULL;
}

uint64_t channel_linked(struct slice linkedid)
{
    uint64_t h = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < linkedid.n; i++)
        h = (h ^ (unsigned char)linkedid.p[i]) * UINT64_C(1099511628211);
    return linkedid.n > 0 ? h | 1u : 0;
}

static size_t last_of(struct slice s, char c)
{
    size_t n = s.n;
    while (n > 0 && s.p[n - 1] != c)
        n--;
    return n; /* one past it; 0 none */
}

static struct slice phone_of_channel(struct slice name)
{
    size_t half = last_of(name, ';');
    if (half > 0) {
        if (slice_eq((struct slice){ name.p + half, name.n - half }, SLICE("2")))
            return (struct slice){ NULL, 0 }; /* the far half of a Local channel is nobody's phone */
        name.n = half - 1;
    }
    size_t dash = last_of(name, '-');
    if (dash > 1)
        name.n = dash - 1;
    return name;
}

struct slice device_of_interface(struct slice interface)
{
    if (!slice_starts(interface, SLICE("Local/")))
        return interface;
    size_t slash = last_of(interface, '/'), at = last_of(interface, '@');
    if (at > 0 && slash > at)
        interface.n = slash - 1; /* options: Local/123@context/n */
    return interface;
}

struct device *device_need(struct floor *f, struct slice name)
{
    struct device *d = name.n > 0 ? map_get(f->devices, name) : NULL;
    if (d != NULL || !model_is_key(name))
        return d;
    d = mem_alloc(sizeof *d + name.n + 1);
    memcpy(d->name, name.p, name.n);
    list_init(&d->channels);
    list_init(&d->claims);
    map_put(f->devices, slice_of(d->name), d);
    return d;
}

void device_let_go(struct floor *f, struct device *d)
{
    if (!list_is_empty(&d->channels) || !list_is_empty(&d->claims))
        return;
    map_remove(f->devices, slice_of(d->name));
    mem_free(d);
}

struct agent *channel_agent(const struct channel *ch)
{
    if (ch->device == NULL || list_is_empty(&ch->device->claims))
        return NULL;
    return LIST_ENTITY(ch->device->claims.next, struct claim, in_device)->agent;
}

struct channel *channel_need(struct floor *f, struct slice uniqueid, struct slice name)
{
    struct channel *ch = channel_find(f, uniqueid);
    if (ch != NULL)
        return ch;
    if (!model_is_key(uniqueid) || !model_has_room(f, map_count(f->channels), CHANNELS_MAX, 5, "channels"))
        return NULL;
    ch = mem_alloc(sizeof *ch + uniqueid.n + 1);
    memcpy(ch->uniqueid, uniqueid.p, uniqueid.n);
    ch->since = f->now_ms;
    list_init(&ch->in_bridge);
    list_init(&ch->in_device);
    model_set_text(&ch->name, name);
    ch->device = device_need(f, phone_of_channel(name));
    if (ch->device != NULL)
        list_append(&ch->device->channels, &ch->in_device);
    map_put(f->channels, slice_of(ch->uniqueid), ch);
    leg_pair(f, ch);
    return ch;
}

static void refresh_owners(struct floor *f, const struct device *d)
{
    LIST_EACH (at, &d->claims)
        agent_refresh(f, LIST_ENTITY(at, struct claim, in_device)->agent);
}

static void set_alerting(struct floor *f, struct channel *ch, bool is_alerting)
{
    if (ch->is_alerting == is_alerting)
        return;
    ch->is_alerting = is_alerting;
    ch->device->alerting += is_alerting ? 1u : 0u;
    ch->device->alerting -= is_alerting ? 0u : 1u;
    refresh_owners(f, ch->device);
}

void channel_recheck(struct floor *f, struct channel *ch)
{
    struct agent *a = channel_agent(ch);
    if (a == NULL) {
        if (ch->is_alerting)
            set_alerting(f, ch, false);
        return;
    }
    bool is_free = ch->ring == NULL && ch->call == NULL && !ch->is_spent && !call_is_leg(a, ch);
    bool rings = ch->state == CHANNEL_DIALING || ch->state == CHANNEL_RING || ch->state == CHANNEL_RINGING;
    set_alerting(f, ch, is_free && rings);
    if (is_free && ch->state == CHANNEL_UP && !f->is_listing_channels && !f->is_adoption_due) {
        call_begin(f, a, NULL, ch, f->now_ms);
        call_bridge_changed(f, ch);
    }
}

static void detach_device(struct floor *f, struct channel *ch)
{
    struct device *d = ch->device;
    if (d == NULL)
        return;
    set_alerting(f, ch, false);
    list_remove(&ch->in_device);
    ch->device = NULL;
    device_let_go(f, d);
}

void channel_forget(struct floor *f, struct channel *ch)
{
    channel_leave(f, ch);
    ch->is_seen = true; /* so that what lets it go does not free it */
    if (ch->ring != NULL)
        ring_end(f, ch->ring);
    if (ch->call != NULL)
        call_end(f, ch->call, f->now_ms);
    leg_unpair(f, ch);
    detach_device(f, ch);
    map_remove(f->channels, slice_of(ch->uniqueid));
    mem_free(ch->name);
    mem_free(ch->number);
    mem_free(ch->caller_name);
    mem_free(ch->app_queue);
    mem_free(ch->app_spy);
    mem_free(ch);
}

void channel_let_go(struct floor *f, struct channel *ch)
{
    if (ch != NULL && !ch->is_seen && ch->ring == NULL && ch->call == NULL)
        channel_forget(f, ch);
}

void channel_drop_all(struct floor *f)
{
    struct call *c;
    for (size_t at = 0; (c = idmap_each(f->fact[FACT_CALL], &at)) != NULL;)
        call_forget(f, c);
    struct channel *ch;
    for (size_t at = 0; (ch = map_each(f->channels, &at)) != NULL;)
        channel_forget(f, ch);
    spy_drop_all(f);
}

static struct bridge *find_bridge(const struct floor *f, struct slice uniqueid)
{
    return uniqueid.n > 0 ? map_get(f->bridges, uniqueid) : NULL;
}

struct channel *channel_peer(const struct channel *ch)
{
    if (ch->bridge == NULL || ch->bridge->count > BRIDGE_SMALL)
        return NULL;
    LIST_EACH (at, &ch->bridge->channels)
        if (at != &ch->in_bridge)
            return LIST_ENTITY(at, struct channel, in_bridge);
    return NULL;
}

static void tell_bridge(struct floor *f, const struct bridge *b)
{
    if (b->count > BRIDGE_SMALL)
        return;
    LIST_EACH (at, &b->channels)
        call_bridge_changed(f, LIST_ENTITY(at, struct channel, in_bridge));
}

void channel_enter(struct floor *f, struct channel *ch, struct slice bridge)
{
    struct bridge *b = find_bridge(f, bridge);
    if (b != NULL && ch->bridge == b)
        return;
    channel_leave(f, ch);
    if (b == NULL) {
        if (!model_is_key(bridge))
            return;
        b = mem_alloc(sizeof *b + bridge.n + 1);
        memcpy(b->uniqueid, bridge.p, bridge.n);
        list_init(&b->channels);
        map_put(f->bridges, slice_of(b->uniqueid), b);
    }
    ch->bridge = b;
    b->count++;
    list_append(&b->channels, &ch->in_bridge);
    tell_bridge(f, b);
}

void channel_leave(struct floor *f, struct channel *ch)
{
    struct bridge *b = ch->bridge;
    if (b == NULL)
        return;
    list_remove(&ch->in_bridge);
    ch->bridge = NULL;
    b->count--;
    tell_bridge(f, b);
    if (b->count > 0)
        return;
    map_remove(f->bridges, slice_of(b->uniqueid));
    mem_free(b);
}

static void take_identity(struct floor *f, struct channel *ch, const struct event *e)
{
    bool differs = model_set_text(&ch->number, compare_text(event_get(e, F_CALLER_ID_NUM)));
    differs |= model_set_text(&ch->caller_name, compare_text(event_get(e, F_CALLER_ID_NAME)));
    if (ch->linked == 0)
        ch->linked = channel_linked(event_get(e, F_LINKEDID));
    ch->state = (int8_t)event_int(e, F_CHANNEL_STATE, 0, 9, ch->state);
    ch->is_seen = true;
    if (f->is_listing_channels)
        ch->listed = f->channel_list;
    if (differs && ch->bridge != NULL)
        tell_bridge(f, ch->bridge);
}

static struct channel *channel_of(struct floor *f, const struct event *e)
{
    struct channel *ch = channel_need(f, event_get(e, F_UNIQUEID), event_get(e, F_CHANNEL));
    if (ch != NULL)
        take_identity(f, ch, e);
    return ch;
}

void channel_on_event(struct floor *f, const struct event *e)
{
    struct channel *ch = channel_of(f, e);
    if (ch != NULL)
        channel_recheck(f, ch);
    if (e->kind == EVENT_NEW_CALLERID)
        spy_on_name(f, e);
    struct caller *c = e->kind == EVENT_NEW_CALLERID ? caller_find(f, event_get(e, F_UNIQUEID)) : NULL;
    if (c == NULL)
        return;
    struct caller_row row = { .channel = event_get(e, F_CHANNEL), .number = event_get(e, F_CALLER_ID_NUM),
                              .name = event_get(e, F_CALLER_ID_NAME), .joined = c->fact.joined, .priority = -1 };
    c->last = e->kind;
    caller_update(f, c, &row);
}

void channel_on_rename(struct floor *f, const struct event *e)
{
    struct slice name = event_get(e, F_NEW_NAME);
    struct channel *ch = channel_find(f, event_get(e, F_UNIQUEID));
    if (name.n == 0)
        return;
    if (ch != NULL && !slice_eq(slice_of(ch->name), name)) {
        leg_unpair(f, ch);
        (void)model_set_text(&ch->name, name);
        leg_pair(f, ch);
        detach_device(f, ch);
        ch->device = device_need(f, phone_of_channel(name));
        if (ch->device != NULL)
            list_append(&ch->device->channels, &ch->in_device);
        channel_recheck(f, ch);
    }
    struct caller *c = caller_find(f, event_get(e, F_UNIQUEID));
    if (c != NULL && model_set_text(&c->fact.channel, name)) {
        c->last = e->kind;
        model_report(f, FACT_CALLER, &c->fact);
    }
}

void channel_on_hangup(struct floor *f, const struct event *e)
{
    struct slice uniqueid = event_get(e, F_UNIQUEID);
    departure_on_hangup(f, uniqueid);
    caller_seen_elsewhere(f, uniqueid);
    spy_end(f, uniqueid);
    if (f->is_listing_channels && model_is_key(uniqueid) && map_get(f->gone, uniqueid) == NULL &&
        model_has_room(f, map_count(f->gone), CHANNELS_MAX, 6, "channels")) {
        char *text = mem_text(uniqueid);
        map_put(f->gone, slice_of(text), text);
    }
    struct channel *ch = channel_find(f, uniqueid);
    if (ch != NULL)
        channel_forget(f, ch);
}

void channel_on_hangup_request(struct floor *f, const struct event *e)
{
    departure_on_hangup_request(f, e, e->kind == EVENT_SOFT_HANGUP_REQUEST);
}

void channel_on_enter(struct floor *f, const struct event *e)
{
    struct channel *ch = channel_of(f, e);
    caller_seen_elsewhere(f, event_get(e, F_UNIQUEID));
    if (ch == NULL)
        return;
    struct channel *swapped = channel_find(f, event_get(e, F_SWAP_UNIQUEID));
    if (swapped != NULL && swapped != ch && slice_starts(slice_of(swapped->name), SLICE("Local/")))
        call_move(f, swapped, ch);
    ch->is_spent = false;
    channel_enter(f, ch, event_get(e, F_BRIDGE_UNIQUEID));
    channel_recheck(f, ch);
}

void channel_on_leave(struct floor *f, const struct event *e)
{
    struct channel *ch = channel_of(f, e);
    if (ch == NULL || ch->bridge == NULL || !slice_eq(slice_of(ch->bridge->uniqueid), event_get(e, F_BRIDGE_UNIQUEID)))
        return;
    channel_leave(f, ch);
    call_bridge_changed(f, ch);
}
