/* SPDX-License-Identifier: MIT */
/* outcall: OriginateResponse says that a phone was not to be had, but not why: the cause is in the Hangup of its channel, and where there
 * never was a channel there is none. Nor does its Success say that anybody listens: only ChanSpyStart does. */
#include "core/control/outcall.h"

static const char *phone_of(const struct act *a)
{
    return a->leg.phone != NULL ? a->leg.phone : "the phone";
}

static void say_cause(const struct act *a, int64_t cause, struct buf *why)
{
    static const struct {
        int64_t cause;
        const char *words;
    } causes[] = {
        { 0, "was not answered" },      { 1, "has no such number" },  { 3, "cannot be reached" },  { 16, "was hung up" },
        { 17, "is busy" },              { 18, "was not answered" },   { 19, "was not answered" },  { 20, "cannot be reached: it is not registered" },
        { 21, "declined" },             { 27, "cannot be reached" },  { 31, "was not answered" },  { 34, "cannot be reached: all lines are busy" },
        { 38, "cannot be reached" },
    };
    for (size_t i = 0; i < sizeof causes / sizeof causes[0]; i++) {
        if (causes[i].cause == cause) {
            (void)buf_addf(why, "%s %s", phone_of(a), causes[i].words);
            return;
        }
    }
    (void)buf_addf(why, "%s could not be called: cause %lld", phone_of(a), (long long)cause);
}

static bool is_of(const struct event *e, enum field f, const char *uniqueid)
{
    return uniqueid != NULL && slice_eq(event_get(e, f), slice_of(uniqueid));
}

static void note_channel(struct outcall *o, const struct event *e)
{
    struct slice name = event_get(e, F_CHANNEL);
    if (name.n < sizeof o->channel && memchr(name.p, '\0', name.n) == NULL) {
        memcpy(o->channel, name.p, name.n);
        o->channel[name.n] = '\0';
    }
    o->is_up = o->is_up || event_int(e, F_CHANNEL_STATE, 0, 9, 0) == 6;
}

static enum outcall_news give_up(const struct outcall *o, const struct act *a, struct buf *why)
{
    if (!o->is_pointless || o->channel[0] == '\0')
        return OUTCALL_NOTHING; /* its channel is still to come */
    (void)buf_addf(why, "the call ended before %s was answered", phone_of(a));
    return OUTCALL_POINTLESS;
}

static enum outcall_news hung_up(const struct outcall *o, const struct act *a, const struct event *e, struct buf *why)
{
    if (o->is_up && a->leg.target != NULL)
        (void)buf_addf(why, "the call had ended before %s was answered", phone_of(a));
    else
        say_cause(a, event_int(e, F_CAUSE, 0, 127, 0), why);
    return OUTCALL_FAILED;
}

static enum outcall_news answered(struct outcall *o, const struct act *a, const struct event *e, struct buf *why)
{
    if (slice_eq(event_get(e, F_RESPONSE), SLICE("Success"))) {
        o->is_up = true;
        o->is_done = a->leg.target == NULL;
        return o->is_done ? OUTCALL_DONE : OUTCALL_NOTHING;
    }
    if (event_int(e, F_REASON, 0, 100, 0) == 3) {
        (void)buf_addf(why, "%s was not answered", phone_of(a));
        return OUTCALL_FAILED;
    }
    o->is_failed = true;
    if (o->channel[0] != '\0')
        return OUTCALL_NOTHING; /* its Hangup says why */
    (void)buf_addf(why, "%s cannot be reached: the PBX knows no such phone, or it is not registered", phone_of(a));
    return OUTCALL_FAILED;
}

enum outcall_news outcall_event(struct outcall *o, const struct act *a, const struct event *e, struct buf *why)
{
    const char *own = a->leg.uniqueid;
    if (o->is_done) {
        o->is_over = o->is_over || (e->kind == EVENT_CHAN_SPY_STOP && is_of(e, F_SPYER_UNIQUEID, own)) || (e->kind == EVENT_HANGUP && is_of(e, F_UNIQUEID, own));
        return OUTCALL_NOTHING;
    }
    switch (e->kind) {
    case EVENT_NEWCHANNEL:
    case EVENT_NEWSTATE:
        if (!is_of(e, F_UNIQUEID, own))
            return OUTCALL_NOTHING;
        note_channel(o, e);
        return give_up(o, a, why);
    case EVENT_HANGUP:
        if (is_of(e, F_UNIQUEID, own))
            return hung_up(o, a, e, why);
        o->is_pointless = o->is_pointless || is_of(e, F_UNIQUEID, a->leg.target);
        return give_up(o, a, why);
    case EVENT_ORIGINATE_RESPONSE: return is_of(e, F_UNIQUEID, own) ? answered(o, a, e, why) : OUTCALL_NOTHING;
    case EVENT_CHAN_SPY_START:
        o->is_done = is_of(e, F_SPYER_UNIQUEID, own);
        return o->is_done ? OUTCALL_DONE : OUTCALL_NOTHING;
    default: return OUTCALL_NOTHING;
    }
}
