/* SPDX-License-Identifier: MIT */
/* say: writes events with Asterisk's fields in Asterisk's order, once, and gives a copy to every
 * conversation whose mask has the event's class. When nobody listens nothing is written: a world
 * may run through hours in no time. */
#include "core/sim/world.h"

#include <inttypes.h>

const char *const sim_device_name[SIM_DEVICE_COUNT] = {
    [SIM_UNKNOWN] = "UNKNOWN",
    [SIM_NOT_INUSE] = "NOT_INUSE",
    [SIM_INUSE] = "INUSE",
    [SIM_BUSY] = "BUSY",
    [SIM_INVALID] = "INVALID",
    [SIM_UNAVAILABLE] = "UNAVAILABLE",
    [SIM_RINGING] = "RINGING",
    [SIM_RINGINUSE] = "RINGINUSE",
    [SIM_ONHOLD] = "ONHOLD",
};

void sim_add_timestamp(struct sim *s, struct buf *out)
{
    uint32_t us = s->stamp_us < 999 ? s->stamp_us++ : 999;
    buf_addf(out, "Timestamp: %" PRId64 ".%06" PRId64 "\r\n", s->now_ms / 1000, s->now_ms % 1000 * 1000 + us);
}

void say_begin(struct sim *s, const char *event, unsigned event_class, const char *privilege)
{
    s->say_class = 0;
    LIST_EACH(at, &s->peers)
    {
        if ((LIST_ENTITY(at, struct sim_peer, of_world)->mask & event_class) != 0)
            s->say_class = event_class;
    }
    if (s->say_class == 0)
        return;
    buf_reset(&s->say);
    buf_addf(&s->say, "Event: %s\r\nPrivilege: %s\r\n", event, privilege);
    sim_add_timestamp(s, &s->say);
}

void say(struct sim *s, const char *name, const char *value)
{
    if (s->say_class == 0)
        return;
    buf_add(&s->say, slice_of(name));
    buf_add(&s->say, SLICE(": "));
    buf_add(&s->say, slice_of(value));
    buf_add(&s->say, SLICE("\r\n"));
}

void say_number(struct sim *s, const char *name, int64_t value)
{
    if (s->say_class != 0)
        buf_addf(&s->say, "%s: %" PRId64 "\r\n", name, value);
}

/* As Asterisk escapes names in channel blocks. */
static void add_escaped(struct buf *out, const char *text)
{
    static const char plain[] = "\a\b\f\n\r\t\v\\'\"?", code[] = "abfnrtv\\'\"?";
    for (; *text != '\0'; text++) {
        const char *at = strchr(plain, *text);
        if (at == NULL) {
            buf_add_char(out, *text);
            continue;
        }
        buf_add_char(out, '\\');
        buf_add_char(out, code[at - plain]);
    }
}

const char *sim_state_name(enum sim_channel_state state)
{
    switch (state) {
    case SIM_DOWN: return "Down";
    case SIM_RING: return "Ring";
    case SIM_CHANNEL_RINGING: return "Ringing";
    case SIM_UP: return "Up";
    case SIM_CHANNEL_BUSY: return "Busy";
    }
    return "Unknown";
}

static void add_party(struct buf *out, const char *prefix, const char *what, const char *number, const char *person)
{
    buf_addf(out, "%s%sNum: %s\r\n%s%sName: ", prefix, what, number != NULL ? number : "<unknown>", prefix, what);
    add_escaped(out, person != NULL ? person : "<unknown>");
    buf_add(out, SLICE("\r\n"));
}

void sim_add_channel(struct buf *out, const char *prefix, const struct sim_channel *ch)
{
    buf_addf(out, "%sChannel: %s\r\n%sChannelState: %d\r\n%sChannelStateDesc: %s\r\n", prefix, ch->name, prefix, (int)ch->state, prefix,
             sim_state_name(ch->state));
    add_party(out, prefix, "CallerID", ch->number, ch->person);
    add_party(out, prefix, "ConnectedLine", ch->conn_number, ch->conn_person);
    buf_addf(out, "%sLanguage: en\r\n%sAccountCode: \r\n%sContext: %s\r\n%sExten: %s\r\n%sPriority: %d\r\n", prefix, prefix, prefix,
             ch->context, prefix, ch->exten, prefix, ch->priority);
    buf_addf(out, "%sUniqueid: %s\r\n%sLinkedid: %s\r\n", prefix, ch->uniqueid, prefix, ch->linkedid);
}

void say_channel(struct sim *s, const char *prefix, const struct sim_channel *ch)
{
    if (s->say_class != 0)
        sim_add_channel(&s->say, prefix, ch);
}

void say_end(struct sim *s)
{
    if (s->say_class == 0)
        return;
    buf_add(&s->say, SLICE("\r\n"));
    LIST_EACH(at, &s->peers)
    {
        struct sim_peer *p = LIST_ENTITY(at, struct sim_peer, of_world);
        if ((p->mask & s->say_class) != 0 && !buf_add(&p->out, buf_slice(&s->say)))
            p->is_closed = true; /* it has not read for very long */
    }
}

void say_channel_event(struct sim *s, const char *event, const struct sim_channel *ch)
{
    say_begin(s, event, CLASS_CALL, "call,all");
    say_channel(s, "", ch);
    say_end(s);
}

static const char *cause_text(int cause)
{
    static const struct {
        int cause;
        const char *text;
    } texts[] = {
        { 1, "Unallocated (unassigned) number" }, { 3, "No route to destination" }, { 16, "Normal Clearing" }, { 17, "User busy" },
        { 18, "No user responding" }, { 19, "User alerting, no answer" }, { 21, "Call Rejected" }, { 26, "Answered elsewhere" },
        { 34, "Circuit/channel congestion" }, { 127, "Interworking, unspecified" },
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (texts[i].cause == cause)
            return texts[i].text;
    }
    return "Unknown";
}

void say_hangup(struct sim_channel *ch, int cause)
{
    struct sim *s = ch->sim;
    say_begin(s, "Hangup", CLASS_CALL, "call,all");
    say_channel(s, "", ch);
    say_number(s, "Cause", cause);
    say(s, "Cause-txt", cause_text(cause));
    if (!sim_is_16(s) && cause == 17)
        say_number(s, "TechCause", 486);
    say_end(s);
}

void say_device(struct sim *s, enum sim_device state, const char *fmt, ...)
{
    say_begin(s, "DeviceStateChange", CLASS_CALL, "call,all");
    if (s->say_class != 0) {
        va_list ap;
        va_start(ap, fmt);
        buf_add(&s->say, SLICE("Device: "));
        buf_vaddf(&s->say, fmt, ap);
        buf_add(&s->say, SLICE("\r\n"));
        va_end(ap);
    }
    say(s, "State", sim_device_name[state]);
    say_end(s);
}

void say_dial(struct sim *s, const char *event, const struct sim_channel *from, const struct sim_channel *to, const char *name, const char *value)
{
    say_begin(s, event, CLASS_CALL, "call,all");
    if (from != NULL)
        say_channel(s, "", from);
    say_channel(s, "Dest", to);
    say(s, name, value);
    say_end(s);
}

/* AgentCalled and its kin, up to MemberName; what is added and the end are the caller's. */
void say_agent(struct sim *s, const char *event, const struct sim_leg *l)
{
    say_begin(s, event, CLASS_AGENT, "agent,all");
    say_channel(s, "", l->call->channel);
    if (l->channel != NULL)
        say_channel(s, "Dest", l->channel);
    say(s, "Queue", l->call->queue->name);
    say(s, "Interface", l->agent->interface);
    say(s, "MemberName", l->member_name);
}

void sim_add_bridge(struct buf *out, const char *prefix, const struct sim_bridge *b)
{
    buf_addf(out, "%sBridgeUniqueid: %s\r\n%sBridgeType: %s\r\n%sBridgeTechnology: %s\r\n%sBridgeCreator: %s\r\n%sBridgeName: %s\r\n"
                  "%sBridgeNumChannels: %d\r\n%sBridgeVideoSourceMode: none\r\n", prefix, b->id, prefix, b->type, prefix, b->technology, prefix,
             b->creator, prefix, b->name, prefix, b->count, prefix);
}

void say_bridge(struct sim *s, const char *event, const struct sim_bridge *b, const struct sim_channel *ch)
{
    say_begin(s, event, CLASS_CALL, "call,all");
    if (s->say_class == 0)
        return;
    sim_add_bridge(&s->say, "", b);
    if (ch != NULL)
        say_channel(s, "", ch);
    say_end(s);
}
