/* SPDX-License-Identifier: MIT */
/* session_channels: two lists beside the queues' own. The calls in progress at link-up, with CoreShowChannels or else Status,
 * whichever the user may. And now and then the names of all queues, since no event tells of a new one (ami.md 6.5): a
 * QueueStatus for a member that nobody is, so that it stays short; queues that the floor does not know are then read one by one. */
#include "core/link/session_private.h"

#include "core/base/map.h"
#include "core/base/mem.h"

enum { DISCOVER_EVERY_MS = 60000, DISCOVER_LARGE_MS = 300000, LARGE = 200, FOUND_MAX = 20000 };

/* --- calls in progress ------------------------------------------------------------------------------------ */

static bool say_channels(struct session *s, enum request_kind kind)
{
    struct ask a;
    struct err err = ERR_INIT;
    if (!s->may[kind])
        return false;
    session_ask(s, &a, kind);
    return session_say(&a, &err);
}

void session_enter_channels(struct session *s)
{
    if (!s->is_linked) {
        s->is_linked = true;
        floor_link_up(s->setup.floor, s->now);
    }
    if (s->setup.is_passive || say_channels(s, REQUEST_CORE_SHOW_CHANNELS) || say_channels(s, REQUEST_STATUS))
        return;
    s->peers = 0;
    session_note(s, NOTICE_PEERS, true);
    session_enter(s, PHASE_QUEUES);
}

void session_channels_begin(struct session *s, const struct asked *a)
{
    (void)a;
    if (!s->is_linked) {
        s->is_linked = true;
        floor_link_up(s->setup.floor, s->now);
    }
    floor_channels_begin(s->setup.floor, s->now);
}

void session_channels_item(struct session *s, const struct asked *a, const struct event *e)
{
    (void)a;
    floor_channels_item(s->setup.floor, e, s->now);
}

void session_channels_end(struct session *s, const struct asked *a)
{
    (void)a;
    floor_channels_end(s->setup.floor, s->now);
    s->peers = 1;
    session_note(s, NOTICE_PEERS, false);
    if (s->phase == PHASE_CHANNELS)
        session_enter(s, PHASE_QUEUES);
}

void session_channels_refused(struct session *s, const struct asked *a, struct slice message)
{
    (void)message;
    s->may[a->kind] = false;
    if (s->phase == PHASE_CHANNELS)
        session_enter(s, PHASE_CHANNELS); /* with the other one, or on without */
}

/* --- new queues --------------------------------------------------------------------------------------------- */

void session_forget_found(struct session *s)
{
    struct sync *y = &s->sync;
    for (size_t i = 0; i < y->found_count; i++)
        mem_free(y->found[i]);
    mem_free(y->found);
    y->found = NULL;
    y->found_count = y->found_read = 0;
    y->is_discovering = false;
}

static size_t known_queues(const struct session *s, struct map *names)
{
    const struct fact *fact;
    size_t count = 0;
    for (size_t at = 0; (fact = floor_each(s->setup.floor, FACT_QUEUE, &at)) != NULL; count++) {
        const struct fact_queue *q = (const struct fact_queue *)(const void *)fact;
        if (names != NULL)
            (void)map_put(names, slice_of(q->name), s->user);
    }
    return count;
}

static int64_t interval(const struct session *s)
{
    return known_queues(s, NULL) < LARGE ? DISCOVER_EVERY_MS : DISCOVER_LARGE_MS;
}

bool session_discover(struct session *s)
{
    struct ask a;
    struct err err = ERR_INIT;
    struct sync *y = &s->sync;
    if (s->now < y->discover_at)
        return false;
    bool is_first = y->discover_at == 0;
    y->discover_at = s->now + interval(s);
    if (is_first)
        return false; /* all were read a moment ago */
    session_forget_found(s);
    session_ask(s, &a, REQUEST_QUEUE_STATUS);
    request_add(&a.request, "Member", SLICE("acdtop-nobody"));
    a.entry.is_discovery = true;
    y->is_discovering = session_say(&a, &err);
    return y->is_discovering;
}

void session_discover_item(struct session *s, const struct event *e)
{
    struct sync *y = &s->sync;
    if (e->kind != EVENT_QUEUE_PARAMS || y->found_count == FOUND_MAX)
        return;
    y->found = mem_resize(y->found, y->found_count + 1, sizeof *y->found);
    y->found[y->found_count++] = mem_text(event_get(e, F_QUEUE));
}

void session_discover_end(struct session *s)
{
    struct sync *y = &s->sync;
    struct map *known = map_new(true);
    size_t kept = 0;
    (void)known_queues(s, known);
    for (size_t i = 0; i < y->found_count; i++) {
        if (map_get(known, slice_of(y->found[i])) != NULL)
            mem_free(y->found[i]);
        else
            y->found[kept++] = y->found[i];
    }
    map_free(known);
    y->found_count = kept;
    y->found_read = 0;
    y->is_discovering = false;
}

bool session_discovered(struct session *s, struct slice *queue)
{
    struct sync *y = &s->sync;
    if (y->is_discovering || y->found_read == y->found_count)
        return false;
    *queue = slice_of(y->found[y->found_read++]);
    return true;
}
