/* SPDX-License-Identifier: MIT */
/* event: a frame becomes an event of a known kind with its fields by number. One table row an
 * event: wire name, class, whether it is an item of a list, which fields it must have. Escaped
 * fields (ami.md 1.6) are unescaped here, and only there where Asterisk escapes. Of a header that
 * comes twice the first counts: injected ones come later. */
#ifndef CORE_AMI_EVENT_H
#define CORE_AMI_EVENT_H

#include "core/ami/frame.h"
#include "core/base/err.h"

enum field {
#define FIELD(id, name) F_##id,
#include "core/ami/fields.def"
#undef FIELD
    FIELD_COUNT
};

enum event_kind {
    EVENT_GREETING, /* the first line of a connection */
    EVENT_RESPONSE,
    EVENT_OTHER, /* none that we know; never an error */
    /* queue lists (QueueStatus) */
    EVENT_QUEUE_PARAMS,
    EVENT_QUEUE_MEMBER,
    EVENT_QUEUE_ENTRY,
    EVENT_QUEUE_STATUS_COMPLETE,
    /* other lists */
    EVENT_CORE_SHOW_CHANNEL,
    EVENT_CORE_SHOW_CHANNELS_COMPLETE,
    EVENT_STATUS,
    EVENT_STATUS_COMPLETE,
    EVENT_ENDPOINT_LIST,
    EVENT_ENDPOINT_LIST_COMPLETE,
    /* class agent */
    EVENT_QUEUE_CALLER_JOIN,
    EVENT_QUEUE_CALLER_LEAVE,
    EVENT_QUEUE_CALLER_ABANDON,
    EVENT_QUEUE_MEMBER_ADDED,
    EVENT_QUEUE_MEMBER_REMOVED,
    EVENT_QUEUE_MEMBER_PAUSE,
    EVENT_QUEUE_MEMBER_PENALTY,
    EVENT_QUEUE_MEMBER_RINGINUSE,
    EVENT_QUEUE_MEMBER_STATUS,
    EVENT_AGENT_CALLED,
    EVENT_AGENT_CONNECT,
    EVENT_AGENT_COMPLETE,
    EVENT_AGENT_RING_NO_ANSWER,
    EVENT_AGENT_DUMP,
    EVENT_AGENT_LOGIN,
    EVENT_AGENT_LOGOFF,
    /* class call */
    EVENT_NEWCHANNEL,
    EVENT_NEWSTATE,
    EVENT_NEW_CALLERID,
    EVENT_NEW_CONNECTED_LINE,
    EVENT_RENAME,
    EVENT_HANGUP_REQUEST,
    EVENT_SOFT_HANGUP_REQUEST,
    EVENT_HANGUP,
    EVENT_DIAL_BEGIN,
    EVENT_DIAL_END,
    EVENT_BRIDGE_CREATE,
    EVENT_BRIDGE_DESTROY,
    EVENT_BRIDGE_ENTER,
    EVENT_BRIDGE_LEAVE,
    EVENT_BRIDGE_MERGE,
    EVENT_LOCAL_BRIDGE,
    EVENT_HOLD,
    EVENT_UNHOLD,
    EVENT_BLIND_TRANSFER,
    EVENT_ATTENDED_TRANSFER,
    EVENT_CHAN_SPY_START,
    EVENT_CHAN_SPY_STOP,
    EVENT_ORIGINATE_RESPONSE,
    EVENT_PARKED_CALL,
    EVENT_MIX_MONITOR_START,
    EVENT_MIX_MONITOR_STOP,
    EVENT_MIX_MONITOR_MUTE,
    EVENT_CONFBRIDGE_JOIN,
    EVENT_MEETME_JOIN,
    EVENT_DEVICE_STATE_CHANGE,
    /* class system, dialplan */
    EVENT_FULLY_BOOTED,
    EVENT_SHUTDOWN,
    EVENT_RELOAD,
    EVENT_LOAD,
    EVENT_UNLOAD,
    EVENT_VAR_SET,
    EVENT_COUNT
};

enum event_class { CLASS_NONE = 0, CLASS_AGENT = 1, CLASS_CALL = 2, CLASS_SYSTEM = 4, CLASS_DIALPLAN = 8,
                   CLASS_REPORTING = 16, CLASS_ORIGINATE = 32, CLASS_USER = 64, CLASS_COMMAND = 128, CLASS_CONFIG = 256,
                   CLASS_MESSAGE = 512 };

struct event_row {
    const char *name;
    enum event_class event_class;
    bool is_list_item; /* carries our ActionID, no Privilege; believed only inside our own list */
    bool is_escaped;   /* the channel block's names are C-escaped */
    enum field must[6]; /* required; F_ACTION_ID (0) ends it, since no row requires that one */
};

extern const struct event_row event_table[EVENT_COUNT];

struct event {
    enum event_kind kind;
    const struct frame *frame; /* for what has no number (ListCommands) */
    uint64_t have[(FIELD_COUNT + 63) / 64];
    struct slice value[FIELD_COUNT]; /* valid only where `have` says so: read through event_get */
};

static inline bool event_has(const struct event *e, enum field f)
{
    return (e->have[(unsigned)f / 64] >> ((unsigned)f % 64) & 1u) != 0;
}

static inline struct slice event_get(const struct event *e, enum field f) /* absent slice when not there */
{
    return event_has(e, f) ? e->value[f] : (struct slice){ NULL, 0 };
}

/* A number in [min,max], else fallback. */
int64_t event_int(const struct event *e, enum field f, int64_t min, int64_t max, int64_t fallback);

/* Borrows from `frame` (and rewrites escaped values in it: a frame is decoded once). False: a known event lacks a required
 * field or is malformed; *err names it. The caller decides whether to pass it over or to reconnect. */
MUST_USE bool event_decode(const struct frame *frame, struct event *out, struct err *err);

/* For frame_reader_new: is this event in our table? */
bool event_is_wanted(struct slice name);

/* For tests, logs and the simulator. */
const char *event_field_name(enum field f);
/* Does Asterisk write this field C-escaped in events whose row says is_escaped? */
bool event_field_is_escaped(enum field f);
enum event_kind event_kind_of(struct slice name);

#endif
