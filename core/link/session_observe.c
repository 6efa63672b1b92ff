/* SPDX-License-Identifier: MIT */
/* session_observe: a replay is shown what the recorder sent. Each request is noted as outstanding as if we had sent it, so that the
 * answers, lists and barriers that follow are worked off by the same code as live. Says nothing itself. */
#include "core/link/session_private.h"

#include "core/base/mem.h"

#include <stdio.h>

static struct slice copy_text(char *out, size_t size, struct slice text)
{
    (void)snprintf(out, size, "%.*s", SLICE_FMT(text));
    return slice_of(out);
}

static void observe(struct session *s, const struct frame *frame)
{
    struct asked a = { .at_ms = s->now };
    if (!request_kind_of(frame_get(frame, SLICE("Action")), &a.kind))
        return;
    if (s->asked_count == ASKED_MAX)
        session_drop_asked(s, 0); /* the recording may have gaps */
    struct slice id = frame_get(frame, SLICE("ActionID"));
    if (id.n == 0 || id.n >= sizeof a.id)
        return;
    (void)copy_text(a.id, sizeof a.id, id);
    if (a.kind == REQUEST_QUEUE_STATUS) {
        a.what = mem_text(frame_get(frame, SLICE("Queue")));
        a.is_discovery = frame_get(frame, SLICE("Member")).p != NULL;
        if (frame_get(frame, SLICE("Queue")).p == NULL) {
            mem_free(a.what);
            a.what = NULL;
        }
    } else if (a.kind == REQUEST_SETVAR && slice_eq(frame_get(frame, SLICE("Variable")), SLICE("ACDTOP_SYNC"))) {
        struct slice token = copy_text(s->sync.token, sizeof s->sync.token, frame_get(frame, SLICE("Value")));
        a.what = mem_text(token);
    } else if (a.kind == REQUEST_GETVAR) {
        session_question_observed(s, frame_get(frame, SLICE("Channel")), &a);
    }
    s->asked[s->asked_count++] = a;
}

void session_observe(struct session *s, struct slice sent, int64_t now_ms)
{
    struct frame frame;
    struct err err = ERR_INIT;
    s->now = now_ms;
    if (s->said == NULL || !s->is_up)
        return;
    s->bytes_out += (int64_t)sent.n;
    frame_feed(s->said, sent);
    while (frame_next(s->said, &frame, &err) == FRAME_READY) {
        if (frame.count > 0 && slice_eq_nocase(frame.field[0].name, SLICE("Action")))
            observe(s, &frame);
    }
}
