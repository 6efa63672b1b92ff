/* SPDX-License-Identifier: MIT */
/* sight: one look at each event that could be it, by the Uniqueid of the channel that the act was about; what it says of another one, and
 * of a phone whose name only begins alike, is passed by. Sends nothing. */
#include "core/control/sight.h"

static bool is_of(const struct event *e, const char *uniqueid)
{
    return uniqueid != NULL && slice_eq(event_get(e, F_UNIQUEID), slice_of(uniqueid));
}

static bool is_tape(const struct act_proof *p, const struct event *e)
{
    switch ((int)e->kind) {
    case EVENT_MIX_MONITOR_START: return p->kind == PROOF_TAPE && is_of(e, p->text);
    case EVENT_MIX_MONITOR_STOP: return p->kind == PROOF_TAPE_END && is_of(e, p->text);
    case EVENT_MIX_MONITOR_MUTE: return p->kind == PROOF_TAPE_MUTE && is_of(e, p->text) && event_int(e, F_STATE, 0, 1, -1) == p->number;
    default: return false;
    }
}

static bool are_both_in(struct sight *s, const struct act_proof *p, const struct event *e)
{
    if (e->kind != EVENT_CONFBRIDGE_JOIN && e->kind != EVENT_MEETME_JOIN)
        return false;
    s->has_text = s->has_text || is_of(e, p->text);
    s->has_other = s->has_other || is_of(e, p->other);
    return s->has_text && s->has_other;
}

/* "PJSIP/104-0000002a" is a channel of PJSIP/104, and none of PJSIP/10. */
static bool is_channel_of(struct slice channel, struct slice device)
{
    struct slice rest = { channel.p + device.n, channel.n - device.n };
    return channel.n > device.n && slice_eq_nocase((struct slice){ channel.p, device.n }, device) && rest.p[0] == '-' && memchr(rest.p + 1, '-', rest.n - 1) == NULL;
}

static enum sight_news answered(const struct act_proof *p, const struct event *e, struct buf *why)
{
    if (e->kind == EVENT_HANGUP && is_of(e, p->text)) {
        (void)buf_addf(why, "not taken: the caller has hung up");
        return SIGHT_NOT;
    }
    if (e->kind != EVENT_DIAL_END || !is_of(e, p->text))
        return SIGHT_NOTHING;
    bool is_his = is_channel_of(event_get(e, F_DEST_CHANNEL), slice_of(p->other)), is_answer = slice_eq(event_get(e, F_DIAL_STATUS), SLICE("ANSWER"));
    if (is_his == is_answer)
        return is_his ? SIGHT_SEEN : SIGHT_NOTHING; /* one who rang before, and did not answer */
    if (is_his)
        (void)buf_addf(why, "not taken: %s did not answer (%.*s); the dialplan has the caller again", p->other, SLICE_FMT(event_get(e, F_DIAL_STATUS)));
    else
        (void)buf_addf(why, "not taken: another agent was faster");
    return SIGHT_NOT;
}

static enum sight_news withdrawn(const struct act_proof *p, const struct event *e, struct buf *why)
{
    if (!is_of(e, p->text) || (e->kind != EVENT_QUEUE_CALLER_ABANDON && e->kind != EVENT_AGENT_CONNECT))
        return SIGHT_NOTHING;
    if (e->kind == EVENT_QUEUE_CALLER_ABANDON)
        return SIGHT_SEEN;
    (void)buf_addf(why, "not done: an agent has answered in between"); /* which one, not everybody may know */
    return SIGHT_NOT;
}

enum sight_news sight_event(struct sight *s, const struct act *a, const struct event *e, struct buf *why)
{
    const struct act_proof *p = &a->proof;
    enum sight_news news = SIGHT_NOTHING;
    if (p->kind == PROOF_ANSWER)
        news = answered(p, e, why);
    else if (p->kind == PROOF_WITHDRAWN)
        news = withdrawn(p, e, why);
    else if (is_tape(p, e) || (p->kind == PROOF_ROOM && are_both_in(s, p, e)))
        news = SIGHT_SEEN;
    s->is_seen = s->is_seen || news == SIGHT_SEEN;
    return s->is_seen && news == SIGHT_NOT ? SIGHT_NOTHING : news;
}
