/* SPDX-License-Identifier: MIT */
/* channel_list: calls in progress at link-up, out of a CoreShowChannels or Status list. Items fill in channels and
 * bridges; what events said meanwhile is newer and stays. At the end an agent's channel that is bridged with one that
 * runs Queue() is a queue's call, every other one of his that is up another call. */
#include "core/floor/model.h"

void channel_list_clear(struct floor *f)
{
    char *text;
    for (size_t at = 0; (text = map_each(f->gone, &at)) != NULL;) {
        map_remove(f->gone, slice_of(text));
        mem_free(text);
    }
}

void floor_channels_begin(struct floor *f, int64_t now_ms)
{
    f->now_ms = now_ms;
    channel_list_clear(f);
    f->channel_list++;
    f->is_listing_channels = true;
}

/* "00:01:05" of CoreShowChannels, "65" of Status. */
static int64_t duration_s(const struct event *e)
{
    int64_t s = event_int(e, F_SECONDS, 0, INT32_MAX, -1), part;
    struct slice rest = event_get(e, F_DURATION);
    if (s >= 0 || rest.n == 0)
        return s;
    s = 0;
    while (rest.p != NULL) {
        struct slice head = slice_cut(rest, ':', &rest);
        if (!slice_int(head, 0, INT32_MAX, &part))
            return -1;
        s = s * 60 + part;
    }
    return s;
}

static void take_application(struct channel *ch, const struct event *e)
{
    bool is_queue = slice_eq(event_get(e, F_APPLICATION), SLICE("Queue")), is_spy = slice_eq(event_get(e, F_APPLICATION), SLICE("ChanSpy"));
    char **told = is_spy ? &ch->app_spy : &ch->app_queue;
    struct slice rest;
    if (!is_queue && !is_spy)
        return;
    mem_free(*told);
    *told = mem_text(slice_trim(slice_cut(event_get(e, F_APPLICATION_DATA), ',', &rest))); /* "" where the list does not tell */
}

void floor_channels_item(struct floor *f, const struct event *e, int64_t now_ms)
{
    f->now_ms = now_ms;
    f->event = e->kind;
    struct slice uniqueid = event_get(e, F_UNIQUEID);
    if (!f->is_listing_channels || (e->kind != EVENT_CORE_SHOW_CHANNEL && e->kind != EVENT_STATUS) || map_get(f->gone, uniqueid) != NULL)
        return;
    struct channel *ch = channel_need(f, uniqueid, event_get(e, F_CHANNEL));
    if (ch == NULL)
        return;
    int64_t age_s = duration_s(e);
    if (age_s >= 0)
        model_set_instant(&ch->since, now_ms - age_s * 1000);
    take_application(ch, e);
    if (ch->listed == f->channel_list)
        return; /* an event has spoken of it meanwhile */
    ch->listed = f->channel_list;
    ch->is_seen = true;
    ch->state = (int8_t)event_int(e, F_CHANNEL_STATE, 0, 9, 0);
    if (ch->linked == 0)
        ch->linked = channel_linked(event_get(e, F_LINKEDID));
    model_set_text(&ch->number, compare_text(event_get(e, F_CALLER_ID_NUM)));
    model_set_text(&ch->caller_name, compare_text(event_get(e, F_CALLER_ID_NAME)));
    if (event_get(e, F_BRIDGE_ID).n > 0)
        channel_enter(f, ch, event_get(e, F_BRIDGE_ID));
    else
        channel_leave(f, ch);
}

static struct queue *queue_of_call(const struct floor *f, const struct agent *a, const struct channel *peer)
{
    struct queue *q = queue_find(f, slice_of(peer->app_queue));
    if (q != NULL && member_find(q, slice_of(a->fact.interface)) != NULL)
        return q;
    LIST_EACH (at, &a->members) {
        const struct member *m = LIST_ENTITY(at, struct member, in_agent);
        if (m->fact.in_call == 1)
            return m->queue;
    }
    return q;
}

static void adopt(struct floor *f, struct channel *ch)
{
    struct agent *a = channel_agent(ch);
    const struct channel *peer = channel_peer(ch);
    if (a != NULL && ch->state == CHANNEL_RINGING && ch->ring == NULL && ch->call == NULL)
        ring_adopt(f, ch, a);
    if (a == NULL || peer == NULL || peer->app_queue == NULL || ch->ring != NULL || ch->state != CHANNEL_UP)
        return;
    if (ch->call != NULL && ch->call->queue != NULL)
        return;
    struct queue *q = queue_of_call(f, a, peer);
    if (q == NULL)
        return;
    if (ch->call != NULL)
        call_forget(f, ch->call);
    int64_t since = call_remembered_since(f, slice_of(ch->uniqueid));
    struct call *c = call_begin(f, a, q, ch, since != 0 ? since : ch->since);
    c->origin = mem_strdup(peer->uniqueid);
    call_set_peer(f, c, peer);
}

static void adopt_other(struct floor *f, struct channel *ch)
{
    bool had_call = ch->call != NULL;
    channel_recheck(f, ch);
    struct call *c = ch->call;
    if (had_call || c == NULL)
        return;
    int64_t since = call_remembered_since(f, slice_of(ch->uniqueid));
    c->fact.since = since != 0 ? since : ch->since;
    model_report(f, FACT_CALL, &c->fact);
    agent_refresh(f, c->agent);
}

void channel_list_adopt(struct floor *f)
{
    struct channel *ch;
    f->is_adoption_due = false;
    for (size_t at = 0; (ch = map_each(f->channels, &at)) != NULL;)
        adopt(f, ch);
    for (size_t at = 0; (ch = map_each(f->channels, &at)) != NULL;)
        adopt_other(f, ch);
    for (size_t at = 0; (ch = map_each(f->channels, &at)) != NULL;)
        if (ch->app_spy != NULL)
            spy_adopt(f, ch);
    call_forget_remembered(f);
}

void floor_channels_end(struct floor *f, int64_t now_ms)
{
    f->now_ms = now_ms;
    if (!f->is_listing_channels)
        return;
    f->is_listing_channels = false;
    struct channel *ch;
    for (size_t at = 0; (ch = map_each(f->channels, &at)) != NULL;)
        if (ch->listed != f->channel_list && ch->is_seen)
            channel_forget(f, ch);
    channel_list_clear(f);
    f->is_adoption_due = true;
    if (f->has_members)
        channel_list_adopt(f);
}
