/* SPDX-License-Identifier: MIT */
/* apply: which room works off which event. One row an event; those without a row are passed over. Events that
 * Asterisk publishes while it holds a queue's lock (joins, leaves, members) are an exact order of what happened in
 * that queue; the others only nearly so (ami.md 6.1). */
#include "core/floor/model.h"


static const handler_fn handler[EVENT_COUNT] = {
    [EVENT_QUEUE_CALLER_JOIN] = caller_on_join,
    [EVENT_QUEUE_CALLER_LEAVE] = caller_on_leave,
    [EVENT_QUEUE_CALLER_ABANDON] = caller_on_abandon,
    [EVENT_QUEUE_MEMBER_ADDED] = member_on_event,
    [EVENT_QUEUE_MEMBER_REMOVED] = member_on_removed,
    [EVENT_QUEUE_MEMBER_PAUSE] = member_on_event,
    [EVENT_QUEUE_MEMBER_PENALTY] = member_on_event,
    [EVENT_QUEUE_MEMBER_RINGINUSE] = member_on_event,
    [EVENT_QUEUE_MEMBER_STATUS] = member_on_event,
    [EVENT_AGENT_CALLED] = ring_on_called,
    [EVENT_AGENT_CONNECT] = call_on_connect,
    [EVENT_AGENT_COMPLETE] = call_on_complete,
    [EVENT_AGENT_RING_NO_ANSWER] = member_on_no_answer,
    [EVENT_AGENT_DUMP] = ring_on_dump,
    [EVENT_NEWCHANNEL] = channel_on_event,
    [EVENT_NEWSTATE] = channel_on_event,
    [EVENT_NEW_CALLERID] = channel_on_event,
    [EVENT_RENAME] = channel_on_rename,
    [EVENT_HANGUP_REQUEST] = channel_on_hangup_request,
    [EVENT_SOFT_HANGUP_REQUEST] = channel_on_hangup_request,
    [EVENT_HANGUP] = channel_on_hangup,
    [EVENT_DIAL_END] = ring_on_dial_end,
    [EVENT_BRIDGE_ENTER] = channel_on_enter,
    [EVENT_BRIDGE_LEAVE] = channel_on_leave,
    [EVENT_HOLD] = call_on_hold,
    [EVENT_UNHOLD] = call_on_hold,
    [EVENT_ATTENDED_TRANSFER] = caller_on_attended_transfer,
    [EVENT_PARKED_CALL] = caller_on_parked,
    [EVENT_CHAN_SPY_START] = spy_on_start,
    [EVENT_CHAN_SPY_STOP] = spy_on_stop,
    [EVENT_DEVICE_STATE_CHANGE] = endpoint_on_device,
};

void floor_apply(struct floor *f, const struct event *e, int64_t now_ms)
{
    if ((unsigned)e->kind >= EVENT_COUNT || handler[e->kind] == NULL)
        return;
    f->now_ms = now_ms;
    f->event = e->kind;
    f->seq++;
    if (event_table[e->kind].event_class == CLASS_CALL && e->kind != EVENT_DEVICE_STATE_CHANGE) /* a filter may let that one through alone */
        f->sees_calls = true;
    handler[e->kind](f, e);
}
