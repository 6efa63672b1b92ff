/* SPDX-License-Identifier: MIT */
/* session_question: the floor asks how a caller left its queue; the channel's variable QUEUESTATUS knows, and Getvar tells (class
 * call or reporting). A few at a time. In a replay the questions wait until the recorder's own Getvar comes by. */
#include "core/link/session_private.h"

#include "core/base/mem.h"

enum { AT_ONCE = 4, OBSERVE_MAX_MS = 10000 };

static const struct slice absent = { NULL, 0 };

static size_t on_their_way(const struct session *s)
{
    size_t n = 0;
    for (size_t i = 0; i < s->asked_count; i++)
        n += s->asked[i].kind == REQUEST_GETVAR;
    return n;
}

static void say_question(struct session *s, struct slice uniqueid, struct slice channel)
{
    struct ask a;
    struct err err = ERR_INIT;
    session_ask(s, &a, REQUEST_GETVAR);
    request_add(&a.request, "Channel", channel);
    request_add(&a.request, "Variable", SLICE("QUEUESTATUS"));
    a.entry.what = mem_text(uniqueid);
    if (!session_say(&a, &err))
        floor_answer(s->setup.floor, uniqueid, absent, false, s->now);
}

/* --- replay -------------------------------------------------------------------------------------------- */

static void drop_question(struct session *s, size_t i)
{
    mem_free(s->question[i].uniqueid);
    mem_free(s->question[i].channel);
    s->question_count--;
    memmove(&s->question[i], &s->question[i + 1], (s->question_count - i) * sizeof s->question[0]);
}

void session_questions_forget(struct session *s)
{
    while (s->question_count > 0)
        drop_question(s, s->question_count - 1);
}

static void keep_questions(struct session *s)
{
    struct slice uniqueid, channel;
    while (s->question_count > 0 && s->now - s->question[0].at_ms >= OBSERVE_MAX_MS) {
        floor_answer(s->setup.floor, slice_of(s->question[0].uniqueid), absent, false, s->now);
        drop_question(s, 0);
    }
    while (s->question_count < QUESTION_MAX && floor_ask(s->setup.floor, &uniqueid, &channel))
        s->question[s->question_count++] = (struct question){ mem_text(uniqueid), mem_text(channel), s->now };
}

void session_question_observed(struct session *s, struct slice channel, struct asked *a)
{
    keep_questions(s);
    for (size_t i = 0; i < s->question_count; i++) {
        if (!slice_eq(slice_of(s->question[i].channel), channel))
            continue;
        a->what = mem_strdup(s->question[i].uniqueid);
        drop_question(s, i);
        return;
    }
}

/* --- live ----------------------------------------------------------------------------------------------- */

void session_question_tick(struct session *s)
{
    struct slice uniqueid, channel;
    if (!s->is_linked)
        return;
    if (s->setup.is_passive && s->may[REQUEST_GETVAR]) {
        keep_questions(s);
        return;
    }
    session_note(s, NOTICE_GETVAR, !s->may[REQUEST_GETVAR]);
    while ((!s->may[REQUEST_GETVAR] || on_their_way(s) < AT_ONCE) && floor_ask(s->setup.floor, &uniqueid, &channel)) {
        if (s->may[REQUEST_GETVAR])
            say_question(s, uniqueid, channel);
        else
            floor_answer(s->setup.floor, uniqueid, absent, false, s->now);
    }
}

void session_question_answered(struct session *s, const struct asked *a, const struct event *e)
{
    if (a->what != NULL && s->is_linked)
        floor_answer(s->setup.floor, slice_of(a->what), event_get(e, F_VALUE), true, s->now);
}

void session_question_refused(struct session *s, const struct asked *a, struct slice message)
{
    if (slice_starts(message, SLICE("Permission denied")))
        s->may[REQUEST_GETVAR] = false;
    if (a->what != NULL && s->is_linked)
        floor_answer(s->setup.floor, slice_of(a->what), absent, s->may[REQUEST_GETVAR], s->now);
}
