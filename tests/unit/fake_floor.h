/* SPDX-License-Identifier: MIT */
/* fake_floor: stands where the model stands and writes down what the session tells it, one line a call: the tests of the session are about
 * what reaches the floor and when. Answers the session's questions as the test sets them. Included by one test file a program. */
#ifndef TESTS_UNIT_FAKE_FLOOR_H
#define TESTS_UNIT_FAKE_FLOOR_H

#include "core/base/buf.h"
#include "core/floor/floor.h"

#include <stdio.h>

struct floor {
    struct buf told;          /* "begin all", "item QueueParams", "end", "barrier"... */
    const char *next_read;    /* queue to be read next; NULL none */
    const char *ask_uniqueid; /* one question, asked once */
    const char *ask_channel;
    struct fact_queue *queue; /* facts that floor_each shows */
    size_t queue_count;
    int64_t endpoints;
    int64_t clock_offset_ms;
    bool is_linked;
    char entry[128];          /* the latest QueueEntry: uniqueid, channel, number, wait */
};

static struct floor fake_floor;

static void fake_floor_reset(void)
{
    buf_clear(&fake_floor.told);
    fake_floor = (struct floor){ .told = BUF_INIT(1 << 20) };
}

static void told(struct floor *f, const char *what, struct slice more)
{
    buf_addf(&f->told, "%s%s%.*s\n", what, more.n > 0 ? " " : "", SLICE_FMT(more));
}

void floor_apply(struct floor *f, const struct event *e, int64_t now_ms)
{
    (void)now_ms;
    told(f, "apply", slice_of(event_table[e->kind].name));
}

void floor_set_clock(struct floor *f, int64_t offset_ms, int64_t now_ms, int64_t wall_ms)
{
    (void)now_ms;
    (void)wall_ms;
    f->clock_offset_ms = offset_ms;
    told(f, "clock", SLICE(""));
}

void floor_snapshot_begin(struct floor *f, struct slice scope, int64_t now_ms)
{
    (void)now_ms;
    told(f, "begin", scope.p != NULL ? scope : SLICE("all"));
}

void floor_snapshot_item(struct floor *f, const struct event *e, int64_t now_ms)
{
    (void)now_ms;
    told(f, "item", slice_of(event_table[e->kind].name));
    if (e->kind == EVENT_QUEUE_ENTRY)
        snprintf(f->entry, sizeof f->entry, "%.*s %.*s %.*s %.*s", SLICE_FMT(event_get(e, F_UNIQUEID)), SLICE_FMT(event_get(e, F_CHANNEL)),
                 SLICE_FMT(event_get(e, F_CALLER_ID_NUM)), SLICE_FMT(event_get(e, F_WAIT)));
}

void floor_snapshot_end(struct floor *f, int64_t now_ms)
{
    (void)now_ms;
    told(f, "end", SLICE(""));
}

void floor_snapshot_cancel(struct floor *f)
{
    told(f, "cancel", SLICE(""));
}

void floor_barrier(struct floor *f, int64_t now_ms)
{
    (void)now_ms;
    told(f, "barrier", SLICE(""));
}

void floor_settle(struct floor *f, int64_t now_ms)
{
    (void)now_ms;
    told(f, "settle", SLICE(""));
}

void floor_channels_begin(struct floor *f, int64_t now_ms)
{
    (void)now_ms;
    told(f, "channels", SLICE(""));
}

void floor_channels_item(struct floor *f, const struct event *e, int64_t now_ms)
{
    (void)now_ms;
    told(f, "channel", slice_of(event_table[e->kind].name));
}

void floor_channels_end(struct floor *f, int64_t now_ms)
{
    (void)now_ms;
    told(f, "channels end", SLICE(""));
}

void floor_endpoints_begin(struct floor *f, int64_t now_ms)
{
    (void)now_ms;
    f->endpoints = 0;
    told(f, "endpoints", SLICE(""));
}

void floor_endpoints_item(struct floor *f, const struct event *e, int64_t now_ms)
{
    (void)now_ms;
    f->endpoints++;
    told(f, "endpoint", event_get(e, F_OBJECT_NAME));
}

int64_t floor_endpoints_end(struct floor *f, int64_t now_ms)
{
    (void)now_ms;
    told(f, "endpoints end", SLICE(""));
    return f->endpoints;
}

bool floor_next_read(struct floor *f, int64_t now_ms, struct slice *queue, bool *is_suspect)
{
    (void)now_ms;
    *queue = slice_of(f->next_read);
    *is_suspect = false;
    return f->next_read != NULL;
}

void floor_suspect_all(struct floor *f, const char *why)
{
    told(f, "suspect all:", slice_of(why));
}

bool floor_ask(struct floor *f, struct slice *uniqueid, struct slice *channel)
{
    if (f->ask_uniqueid == NULL)
        return false;
    *uniqueid = slice_of(f->ask_uniqueid);
    *channel = slice_of(f->ask_channel);
    f->ask_uniqueid = NULL;
    return true;
}

void floor_answer(struct floor *f, struct slice uniqueid, struct slice value, bool may_ask, int64_t now_ms)
{
    (void)now_ms;
    buf_addf(&f->told, "answer %.*s %.*s %s\n", SLICE_FMT(uniqueid), (int)(value.p != NULL ? value.n : 1), value.p != NULL ? value.p : "-",
             may_ask ? "may" : "may not");
}

void floor_link_down(struct floor *f, int64_t heard_ms, int64_t now_ms)
{
    (void)heard_ms;
    (void)now_ms;
    f->is_linked = false;
    told(f, "down", SLICE(""));
}

void floor_link_up(struct floor *f, int64_t now_ms)
{
    (void)now_ms;
    f->is_linked = true;
    told(f, "up", SLICE(""));
}

const struct fact *floor_each(const struct floor *f, enum fact_kind kind, size_t *at)
{
    if (kind != FACT_QUEUE || *at >= f->queue_count)
        return NULL;
    return (const struct fact *)(const void *)&f->queue[(*at)++];
}

#endif
