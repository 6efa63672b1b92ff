/* SPDX-License-Identifier: MIT */
/* view: questions that every cell asks (whose PBX, how old, which shape), and how durations and shares are written.
 * Owns nothing. */
#include "tui/view.h"

#include <wctype.h>

#include "core/base/clock.h"
#include "core/base/sum.h"
#include "core/base/utf8.h"

bool view_has_teams(const struct view *v)
{
    const struct fact *f;
    bool has = false;
    for (size_t i = 0; v->settings != NULL && i < v->settings->agent_count && !has; i++)
        has = v->settings->agent[i].team != NULL;
    for (size_t at = 0; v->settings == NULL && !has && (f = store_each(v->store, FACT_AGENT, &at)) != NULL;)
        has = ((const struct fact_agent *)(const void *)f)->team != NULL;
    return has;
}

const struct look_row view_agent_looks[] = {
    [AGENT_READY] = { "\u25cb", "o", "free", "can take a call now", ROLE_READY },
    [AGENT_RINGING] = { "\u25ce", "R", "ringing", "the telephone rings for a caller", ROLE_RINGING },
    [AGENT_TALKING] = { "\u25cf", "T", "talking", "talks with a caller of a queue", ROLE_TALKING },
    [AGENT_OTHER_CALL] = { "\u25d0", "C", "other call", "in a call that no queue gave", ROLE_OTHER_CALL },
    [AGENT_HOLD] = { "\u25d2", "H", "on hold", "has put a caller on hold", ROLE_HOLD },
    [AGENT_WRAPUP] = { "\u25d4", "W", "wrap-up", "rests after a call; no call comes until it is over", ROLE_WRAPUP },
    [AGENT_PAUSED] = { "\u2016", "P", "paused", "paused in every queue, or in this one; behind another state: as soon as that is over, for no call comes any more", ROLE_PAUSED },
    [AGENT_UNAVAILABLE] = { "\u00b7", ".", "away", "the telephone is not reachable", ROLE_AWAY },
    [AGENT_INVALID] = { "\u00d7", "X", "invalid", "the device does not exist: see queues.conf", ROLE_INVALID },
    [AGENT_UNKNOWN] = { "?", "?", "unknown", "the device says nothing of its state", ROLE_AWAY },
};
_Static_assert(sizeof view_agent_looks / sizeof view_agent_looks[0] == AGENT_STATE_COUNT, "an agent state without a look");

/* States that end by themselves, in which somebody may have been paused meanwhile. */
static bool is_passing(int64_t state)
{
    return state == AGENT_RINGING || state == AGENT_TALKING || state == AGENT_OTHER_CALL || state == AGENT_HOLD || state == AGENT_WRAPUP;
}

/* Busy and paused already, so that no call comes after this one; any other kind never is. */
static bool is_paused_then(enum fact_kind kind, const struct fact *f)
{
    const struct fact_agent *a = (const void *)f;
    const struct fact_member *m = (const void *)f;
    if (kind == FACT_AGENT)
        return is_passing(a->state) && a->memberships > 0 && a->paused_in >= a->memberships;
    return kind == FACT_MEMBER && is_passing(m->state) && m->paused != 0;
}

void view_add_state(const struct view *v, enum fact_kind kind, const struct fact *f, int64_t state, struct buf *out)
{
    const struct look_row *look = &view_agent_looks[state];
    if (!is_paused_then(kind, f))
        (void)buf_addf(out, "%s", look->word);
    else /* "other call" and the mark have no room together */
        (void)buf_addf(out, "%.*s %s", state == AGENT_OTHER_CALL ? 5 : 20, look->word, view_shape(v, &view_agent_looks[AGENT_PAUSED]));
}

const struct look_row view_link_looks[] = {
    [LINK_IDLE] = { "\u25cb", "o", "idle", "not started yet", ROLE_DIM },
    [LINK_CONNECTING] = { "\u25cb", "o", "connecting", "the connection is being made", ROLE_WARN },
    [LINK_LOGIN] = { "\u25cb", "o", "login", "connected, logging in", ROLE_WARN },
    [LINK_BOOTING] = { "\u25cb", "o", "booting", "the PBX is starting", ROLE_WARN },
    [LINK_SYNCING] = { "\u25d0", "%", "reading", "the queues are being read", ROLE_WARN },
    [LINK_LIVE] = { "\u25cf", "*", "live", "every change arrives at once", ROLE_GOOD },
    [LINK_LOST] = { "\u25b2", "!", "lost", "the link broke; numbers are as old as said", ROLE_ALARM },
    [LINK_REFUSED] = { "\u25a0", "X", "refused", "the PBX does not let us in; the sentence says what to change", ROLE_ALARM },
};
_Static_assert(sizeof view_link_looks / sizeof view_link_looks[0] == LINK_STATE_COUNT, "a link state without a look");

const struct look_row view_queue_looks[] = {
    [QUEUE_SYNCING] = { "\u2026", ":", "reading", "not read yet", ROLE_DIM },
    [QUEUE_CLEAN] = { " ", " ", "proven", "the last reading agreed with every event", ROLE_DIM },
    [QUEUE_SUSPECT] = { "~", "~", "to be read", "something changed that no event tells: it is read again soon", ROLE_DIM },
    [QUEUE_UNPROVEN] = { "'", "'", "unproven", "live, but the AMI user may not prove it: see the notice of the PBX", ROLE_DIM },
};
_Static_assert(sizeof view_queue_looks / sizeof view_queue_looks[0] == QUEUE_STATE_COUNT, "a queue state without a look");

const struct look_row view_wait_looks[] = {
    [WAIT_BEYOND] = { "\u25b3", "^", "late", "waits longer than the service level of the queue", ROLE_WARN },
    [WAIT_FAR_BEYOND] = { "\u25b2", "!", "too long", "waits longer than twice the service level, or nobody could take the call", ROLE_ALARM },
};
_Static_assert(sizeof view_wait_looks / sizeof view_wait_looks[0] == WAIT_COUNT, "a wait without a look");

static uint64_t parent_of(enum fact_kind kind, const struct fact *f)
{
    uint64_t parent = 0;
    if (fact_table[kind].parent != 0)
        memcpy(&parent, (const char *)f + fact_table[kind].parent, sizeof parent);
    return parent;
}

/* In a queue that stands for several they still belong to one of them: the whole knows to which. */
const struct fact_queue *view_queue(const struct view *v, enum fact_kind kind, const struct fact *f)
{
    const struct fact *true_one = v->joint != NULL && joint_is_merged(v->joint) ? store_get(view_whole(v), kind, f->id) : NULL;
    const struct fact *q = true_one != NULL ? store_get(view_whole(v), FACT_QUEUE, parent_of(kind, true_one)) : store_get(v->store, FACT_QUEUE, parent_of(kind, f));
    return (const void *)q;
}

const struct fact_pbx *view_pbx(const struct view *v, enum fact_kind kind, const struct fact *f)
{
    if (kind == FACT_PBX)
        return (const void *)f;
    if (kind == FACT_MEMBER || kind == FACT_CALLER) { /* these belong to a queue */
        const struct fact_queue *q = view_queue(v, kind, f);
        return q != NULL ? (const void *)store_get(v->store, FACT_PBX, q->pbx) : NULL;
    }
    return (const void *)store_get(v->store, FACT_PBX, parent_of(kind, f));
}

bool view_is_stale(const struct view *v, enum fact_kind kind, const struct fact *f)
{
    struct joint_parts parts;
    if (joint_parts(v->joint, kind, f->id, &parts))
        return parts.live == 0;
    const struct fact_pbx *pbx = view_pbx(v, kind, f);
    return pbx != NULL && pbx->link != LINK_LIVE;
}

int64_t view_now(const struct view *v, enum fact_kind kind, const struct fact *f)
{
    struct joint_parts parts;
    if (joint_parts(v->joint, kind, f->id, &parts))
        return parts.live > 0 || parts.heard_at == 0 || parts.heard_at > v->beat_ms ? v->beat_ms : parts.heard_at;
    const struct fact_pbx *pbx = view_pbx(v, kind, f);
    if (pbx == NULL || pbx->link == LINK_LIVE || pbx->heard_at == 0 || pbx->heard_at > v->beat_ms)
        return v->beat_ms;
    return pbx->heard_at;
}

void view_add_duration(struct buf *out, int64_t ms)
{
    int64_t s = ms > 0 ? ms / 1000 : 0;
    if (s < 3600)
        (void)buf_addf(out, "%d:%02d", (int)(s / 60), (int)(s % 60));
    else if (s < 100 * 3600)
        (void)buf_addf(out, "%d:%02d:%02d", (int)(s / 3600), (int)(s / 60 % 60), (int)(s % 60));
    else
        (void)buf_addf(out, "%lldd %02dh", (long long)(s / 86400), (int)(s / 3600 % 24));
}

void view_add_percent(struct buf *out, int64_t milli)
{
    int64_t tenths = milli >= 0 ? sum_add(milli, 50) / 100 : 0;
    if (tenths >= 1000)
        (void)buf_addf(out, "%lld%%", (long long)((tenths + 5) / 10));
    else
        (void)buf_addf(out, "%d.%d%%", (int)(tenths / 10), (int)(tenths % 10));
}

void view_add_clock(struct buf *out, int64_t wall_ms, const char *fmt)
{
    char text[64];
    if (wall_ms != 0)
        (void)buf_add(out, (struct slice){ text, clock_format(text, sizeof text, fmt, wall_ms) });
}

uint32_t view_lower(uint32_t c)
{
    if (c < 0x80)
        return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
    return (uint32_t)towlower((wint_t)c);
}

static bool starts_at(struct slice text, size_t at, struct slice needle)
{
    for (size_t n = 0; n < needle.n;) {
        if (at >= text.n || view_lower(utf8_next(text, &at)) != view_lower(utf8_next(needle, &n)))
            return false;
    }
    return true;
}

bool view_contains(struct slice text, struct slice needle)
{
    if (needle.n == 0)
        return true;
    for (size_t at = 0; at < text.n;) {
        if (starts_at(text, at, needle))
            return true;
        (void)utf8_next(text, &at);
    }
    return false;
}

static bool is_digit(struct slice s, size_t at)
{
    return at < s.n && s.p[at] >= '0' && s.p[at] <= '9';
}

/* The digits at *at without leading zeroes; *at moves past them. */
static struct slice digits_at(struct slice s, size_t *at)
{
    while (*at + 1 < s.n && s.p[*at] == '0' && is_digit(s, *at + 1))
        (*at)++;
    size_t from = *at;
    while (is_digit(s, *at))
        (*at)++;
    return (struct slice){ s.p + from, *at - from };
}

int view_compare(struct slice a, struct slice b)
{
    size_t i = 0, k = 0;
    while (i < a.n && k < b.n) {
        if (is_digit(a, i) && is_digit(b, k)) {
            struct slice x = digits_at(a, &i), y = digits_at(b, &k);
            int order = x.n != y.n ? (x.n < y.n ? -1 : 1) : memcmp(x.p, y.p, x.n);
            if (order != 0)
                return order;
            continue;
        }
        uint32_t x = view_lower(utf8_next(a, &i)), y = view_lower(utf8_next(b, &k));
        if (x != y)
            return x < y ? -1 : 1;
    }
    return (i < a.n) - (k < b.n);
}
