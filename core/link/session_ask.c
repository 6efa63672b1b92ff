/* SPDX-License-Identifier: MIT */
/* session_ask: requests go out with ActionIDs that nobody can guess, and every answer is brought back to the request it belongs
 * to. One table row a request: who hears of success, refusal, list items and the list's end. Guards lists against forgery
 * (ami.md 1.6): items count only between our own start and Complete, in our number, with nothing foreign between them. */
#include "core/link/session_private.h"

#include "core/base/mem.h"

#include <stdio.h>

const struct answer_row session_answers[REQUEST_COUNT] = {
    [REQUEST_CHALLENGE] = { .answered = session_challenged, .refused = session_unchallenged },
    [REQUEST_LOGIN] = { .answered = session_logged_in, .refused = session_login_refused },
    [REQUEST_LOGOFF] = { 0 },
    [REQUEST_PING] = { .answered = session_ponged, .refused = session_unponged },
    [REQUEST_EVENTS] = { 0 }, /* brokeneventsaction: an answer may or may not come (ami.md 2.2) */
    [REQUEST_LIST_COMMANDS] = { .answered = session_rights, .refused = session_no_rights },
    [REQUEST_CORE_SETTINGS] = { .answered = session_version, .refused = session_no_version },
    [REQUEST_CORE_SHOW_CHANNELS] = { .refused = session_channels_refused, .begin = session_channels_begin, .item = session_channels_item,
                                     .end = session_channels_end, .items = { EVENT_CORE_SHOW_CHANNEL }, .is_id_first = true },
    [REQUEST_STATUS] = { .refused = session_channels_refused, .begin = session_channels_begin, .item = session_channels_item,
                         .end = session_channels_end, .items = { EVENT_STATUS } },
    [REQUEST_QUEUE_STATUS] = { .refused = session_queues_refused, .begin = session_queues_begin, .item = session_queues_item,
                               .end = session_queues_end, .items = { EVENT_QUEUE_PARAMS, EVENT_QUEUE_MEMBER, EVENT_QUEUE_ENTRY } },
    [REQUEST_ENDPOINTS] = { .refused = session_endpoints_refused, .begin = session_endpoints_begin, .item = session_endpoints_item,
                            .end = session_endpoints_end, .items = { EVENT_ENDPOINT_LIST }, .is_id_first = true },
    [REQUEST_GETVAR] = { .answered = session_question_answered, .refused = session_question_refused },
    [REQUEST_SETVAR] = { .refused = session_fence_refused },
    /* orders have none: who gave the tag hears of the answer */
};
/* --- asking ---------------------------------------------------------------------------------------- */

void session_ask(struct session *s, struct ask *a, enum request_kind kind)
{
    *a = (struct ask){ .s = s, .entry = { .kind = kind, .at_ms = s->now } };
    (void)snprintf(a->entry.id, sizeof a->entry.id, "%s-%llu", s->nonce, (unsigned long long)++s->counter);
    buf_reset(&s->out);
    request_begin(&a->request, &s->out, kind, slice_of(a->entry.id));
}

static bool may_leave(struct ask *a, struct err *err)
{
    struct session *s = a->s;
    if (!request_end(&a->request, err))
        return false;
    if (s->setup.is_passive || !s->is_up) {
        *err = ERR_INIT;
        return false;
    }
    if (s->asked_count == ASKED_MAX)
        return err_set(err, ERR_PROTOCOL, "%d requests have no answer", ASKED_MAX);
    return s->setup.may_send == NULL || s->setup.may_send(s->setup.context, a->entry.kind, buf_slice(&s->out), err);
}

bool session_say(struct ask *a, struct err *err)
{
    struct session *s = a->s;
    bool is_sent = may_leave(a, err);
    if (is_sent) {
        s->asked[s->asked_count++] = a->entry;
        s->bytes_out += (int64_t)s->out.len;
        s->setup.send(s->setup.context, buf_slice(&s->out)); /* may find the link gone, and say so at once */
    } else {
        mem_free(a->entry.what);
    }
    if (a->entry.kind == REQUEST_LOGIN)
        buf_wipe(&s->out);
    return is_sent;
}

bool session_order(struct session *s, enum request_kind kind, const struct request_header *header, size_t count, uint64_t tag, int64_t now_ms, struct err *err)
{
    struct ask a;
    s->now = now_ms > s->now ? now_ms : s->now;
    if (s->setup.is_passive || !s->is_up || s->phase != PHASE_LIVE)
        return err_set(err, ERR_NETWORK, "not sent: the link to %s is not live", s->host != NULL ? s->host : "the PBX");
    if (!s->may[kind])
        return err_set(err, ERR_LOGIN, "not sent: the AMI user may not do %s, or this Asterisk does not have it", request_table[kind].action);
    session_ask(s, &a, kind);
    for (size_t i = 0; i < count; i++)
        request_add(&a.request, header[i].name, header[i].value);
    a.entry.tag = tag;
    if (session_say(&a, err))
        return true;
    return err->kind == ERR_NONE && err_set(err, ERR_NETWORK, "not sent: the link has just gone");
}

bool session_may(const struct session *s, enum request_kind kind)
{
    return s->may[kind] && (kind != REQUEST_ENDPOINTS || s->is_right_known); /* what is not known is tried, but for a convenience */
}

void session_drop_asked(struct session *s, size_t i)
{
    mem_free(s->asked[i].what);
    s->asked_count--;
    memmove(&s->asked[i], &s->asked[i + 1], (s->asked_count - i) * sizeof s->asked[0]);
}

void session_forget_asked(struct session *s)
{
    while (s->asked_count > 0)
        session_drop_asked(s, s->asked_count - 1);
}

bool session_is_listing(const struct session *s)
{
    return s->asked_count > 0 && s->asked[0].is_open;
}

/* --- answers --------------------------------------------------------------------------------------- */

/* Takes the oldest one out of the queue, so that its handler may ask anew. */
struct asked session_take_oldest(struct session *s)
{
    struct asked a = s->asked[0];
    s->asked_count--;
    memmove(&s->asked[0], &s->asked[1], s->asked_count * sizeof s->asked[0]);
    return a;
}

static void refuse_oldest(struct session *s, struct slice message)
{
    struct asked a = session_take_oldest(s);
    if (slice_starts(message, SLICE("Permission denied")) && a.tag != 0)
        s->may[a.kind] = false;
    if (a.tag != 0)
        s->setup.answered(s->setup.context, a.tag, false, message, s->now);
    else if (session_answers[a.kind].refused != NULL)
        session_answers[a.kind].refused(s, &a, message);
    mem_free(a.what);
}

static bool is_word(const struct event *e, enum field f, struct slice word)
{
    return slice_eq_nocase(event_get(e, f), word);
}

/* Whose answer is this? An error without an ActionID belongs to the oldest (ami.md 1.3). */
static struct asked *find(struct session *s, const struct event *e)
{
    if (!event_has(e, F_ACTION_ID))
        return is_word(e, F_RESPONSE, SLICE("Error")) && s->asked_count > 0 ? &s->asked[0] : NULL;
    for (size_t i = 0; i < s->asked_count; i++) {
        if (slice_eq(event_get(e, F_ACTION_ID), slice_of(s->asked[i].id)))
            return &s->asked[i];
    }
    return NULL;
}

void session_response(struct session *s, const struct event *e)
{
    if (is_word(e, F_RESPONSE, SLICE("Goodbye"))) {
        session_fail(s, REFUSAL_CLOSED, "it said goodbye");
        return;
    }
    struct asked *a = find(s, e);
    if (a == NULL)
        return; /* not ours, or one that we gave up */
    int64_t connection = s->connections;
    for (size_t older = (size_t)(a - s->asked); older > 0; older--) {
        refuse_oldest(s, (struct slice){ NULL, 0 }); /* answers come in order: theirs will never come */
        if (s->connections != connection || !s->is_up)
            return;
    }
    const struct answer_row *row = &session_answers[s->asked[0].kind];
    struct slice message = event_get(e, F_MESSAGE);
    if (!is_word(e, F_RESPONSE, SLICE("Success")) && slice_eq(message, SLICE("Asterisk is shutting down"))) {
        session_fail(s, REFUSAL_SHUTDOWN, NULL); /* whatever was asked */
    } else if (!is_word(e, F_RESPONSE, SLICE("Success"))) {
        refuse_oldest(s, message.p != NULL ? message : SLICE(""));
    } else if (row->begin == NULL) {
        struct asked one = session_take_oldest(s);
        struct slice said = one.kind == REQUEST_GETVAR ? event_get(e, F_VALUE) : message;
        if (one.tag != 0)
            s->setup.answered(s->setup.context, one.tag, true, said.p != NULL ? said : SLICE(""), s->now); /* MixMonitor says no more than Success */
        else if (row->answered != NULL)
            row->answered(s, &one, e);
        mem_free(one.what);
    } else if (is_word(e, F_EVENT_LIST, SLICE("start"))) {
        s->asked[0].is_open = true;
        row->begin(s, &s->asked[0]);
    } else {
        session_fail(s, REFUSAL_PROTOCOL, "a list that does not begin");
    }
}
