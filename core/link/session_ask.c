/* SPDX-License-Identifier: MIT */
/* session_ask: requests go out with ActionIDs that nobody can guess, and every answer is brought back to the request it belongs
 * to. One table row a request: who hears of success, refusal, list items and the list's end. Guards lists against forgery
 * (ami.md 1.6): items count only between our own start and Complete, in our number, with nothing foreign between them. */
#include "core/link/session_private.h"

#include "core/base/mem.h"

#include <stdio.h>

enum { ITEM_KINDS = 3, ITEMS_MAX = 1000000 };

struct answer_row {
    void (*answered)(struct session *s, const struct asked *a, const struct event *e);
    void (*refused)(struct session *s, const struct asked *a, struct slice message); /* message absent: no answer came */
    void (*begin)(struct session *s, const struct asked *a);
    void (*item)(struct session *s, const struct asked *a, const struct event *e);
    void (*end)(struct session *s, const struct asked *a);
    enum event_kind items[ITEM_KINDS]; /* EVENT_GREETING (0) is no item: ends it */
};

static const struct answer_row answers[REQUEST_COUNT] = {
    [REQUEST_CHALLENGE] = { .answered = session_challenged, .refused = session_unchallenged },
    [REQUEST_LOGIN] = { .answered = session_logged_in, .refused = session_login_refused },
    [REQUEST_LOGOFF] = { 0 },
    [REQUEST_PING] = { .answered = session_ponged, .refused = session_unponged },
    [REQUEST_EVENTS] = { 0 }, /* brokeneventsaction: an answer may or may not come (ami.md 2.2) */
    [REQUEST_LIST_COMMANDS] = { .answered = session_rights, .refused = session_no_rights },
    [REQUEST_CORE_SETTINGS] = { .answered = session_version, .refused = session_no_version },
    [REQUEST_CORE_SHOW_CHANNELS] = { .refused = session_channels_refused, .begin = session_channels_begin, .item = session_channels_item,
                                     .end = session_channels_end, .items = { EVENT_CORE_SHOW_CHANNEL } },
    [REQUEST_STATUS] = { .refused = session_channels_refused, .begin = session_channels_begin, .item = session_channels_item,
                         .end = session_channels_end, .items = { EVENT_STATUS } },
    [REQUEST_QUEUE_STATUS] = { .refused = session_queues_refused, .begin = session_queues_begin, .item = session_queues_item,
                               .end = session_queues_end, .items = { EVENT_QUEUE_PARAMS, EVENT_QUEUE_MEMBER, EVENT_QUEUE_ENTRY } },
    [REQUEST_GETVAR] = { .answered = session_question_answered, .refused = session_question_refused },
    [REQUEST_SETVAR] = { .refused = session_fence_refused },
};
_Static_assert(sizeof answers / sizeof answers[0] == REQUEST_COUNT, "one row a request");

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
    if (s->setup.is_passive) {
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
        s->setup.send(s->setup.context, buf_slice(&s->out));
    } else {
        mem_free(a->entry.what);
    }
    if (a->entry.kind == REQUEST_LOGIN)
        buf_wipe(&s->out);
    return is_sent;
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

struct asked *session_open_list(struct session *s)
{
    return session_is_listing(s) ? &s->asked[0] : NULL;
}

bool session_is_listing(const struct session *s)
{
    return s->asked_count > 0 && s->asked[0].is_open;
}

/* --- answers --------------------------------------------------------------------------------------- */

/* Takes the oldest one out of the queue, so that its handler may ask anew. */
static struct asked take_oldest(struct session *s)
{
    struct asked a = s->asked[0];
    s->asked_count--;
    memmove(&s->asked[0], &s->asked[1], s->asked_count * sizeof s->asked[0]);
    return a;
}

static void refuse_oldest(struct session *s, struct slice message)
{
    struct asked a = take_oldest(s);
    if (answers[a.kind].refused != NULL)
        answers[a.kind].refused(s, &a, message);
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
    const struct answer_row *row = &answers[s->asked[0].kind];
    struct slice message = event_get(e, F_MESSAGE);
    if (!is_word(e, F_RESPONSE, SLICE("Success")) && slice_eq(message, SLICE("Asterisk is shutting down"))) {
        session_fail(s, REFUSAL_SHUTDOWN, NULL); /* whatever was asked */
    } else if (!is_word(e, F_RESPONSE, SLICE("Success"))) {
        refuse_oldest(s, message.p != NULL ? message : SLICE(""));
    } else if (row->begin == NULL) {
        struct asked one = take_oldest(s);
        if (row->answered != NULL)
            row->answered(s, &one, e);
        mem_free(one.what);
    } else if (is_word(e, F_EVENT_LIST, SLICE("start"))) {
        s->asked[0].is_open = true;
        row->begin(s, &s->asked[0]);
    } else {
        session_fail(s, REFUSAL_PROTOCOL, "a list that does not begin");
    }
}

static bool is_item(const struct answer_row *row, const struct event *e)
{
    for (size_t i = 0; i < ITEM_KINDS && row->items[i] != EVENT_GREETING; i++) {
        if (row->items[i] == e->kind)
            return true;
    }
    return false;
}

static void end_list(struct session *s, const struct event *e)
{
    int64_t said = event_int(e, F_LIST_ITEMS, 0, ITEMS_MAX, -1);
    if (!is_word(e, F_EVENT_LIST, SLICE("Complete"))) {
        session_fail(s, REFUSAL_PROTOCOL, "it broke off a list");
        return;
    }
    if (said != s->asked[0].items) {
        char detail[120];
        (void)snprintf(detail, sizeof detail, "a list of %lld items that ends with a count of %lld", (long long)s->asked[0].items, (long long)said);
        session_fail(s, REFUSAL_PROTOCOL, detail);
        return;
    }
    struct asked a = take_oldest(s);
    answers[a.kind].end(s, &a);
    mem_free(a.what);
}

void session_list(struct session *s, struct asked *a, const struct event *e)
{
    const struct answer_row *row = &answers[a->kind];
    bool is_ours = slice_eq(event_get(e, F_ACTION_ID), slice_of(a->id));
    if (is_ours && is_item(row, e)) {
        if (++a->items > ITEMS_MAX)
            session_fail(s, REFUSAL_PROTOCOL, "a list without end");
        else
            row->item(s, a, e);
    } else if (is_ours && e->kind == request_table[a->kind].list_end) {
        end_list(s, e);
    } else {
        session_list_is_foul(s);
    }
}

void session_list_is_foul(struct session *s)
{
    session_fail(s, REFUSAL_PROTOCOL, "something foreign inside a list (a caller's name with line ends in it?)");
}
