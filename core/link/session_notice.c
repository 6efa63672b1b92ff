/* SPDX-License-Identifier: MIT */
/* session_notice: what the AMI user may not do and what that costs, one sentence a right, in the words of manager.conf. And the
 * classes of events that we ask for at all. */
#include "core/link/session_private.h"

#include "core/base/mem.h"

static const char *const sentences[NOTICE_COUNT] = {
    [NOTICE_BARRIER_WRITE] = "figures cannot be proven: add call to write of [%u] in manager.conf, and dialplan to read where it is missing",
    [NOTICE_BARRIER_READ] = "figures cannot be proven: add dialplan to read of [%u] in manager.conf",
    [NOTICE_PEERS] = "calls that began before the login stay unknown: add reporting to write of [%u] in manager.conf",
    [NOTICE_GETVAR] = "timeouts and other ways out of a queue are guessed: add reporting or call to write of [%u] in manager.conf",
    [NOTICE_AGENT] = "", /* the refusal's own sentence */
};
_Static_assert(sizeof sentences / sizeof sentences[0] == NOTICE_COUNT, "one sentence a notice");

struct slice session_mask(bool with_dialplan)
{
    return with_dialplan ? SLICE("system,call,agent,dialplan") : SLICE("system,call,agent");
}

static void add_sentence(struct session *s, struct buf *out, enum notice which)
{
    struct err err;
    if (out->len > 0)
        buf_add(out, SLICE("; "));
    if (which == NOTICE_AGENT) {
        refusal_sentence(REFUSAL_NO_RIGHT_AGENT, s->host, s->user, NULL, &err);
        buf_add(out, slice_of(err.text));
        return;
    }
    for (const char *at = sentences[which]; *at != '\0'; at++) {
        if (at[0] == '%' && at[1] == 'u') {
            buf_add(out, slice_of(s->user));
            at++;
        } else {
            buf_add_char(out, *at);
        }
    }
}

void session_note(struct session *s, enum notice which, bool is_on)
{
    if (s->notice[which] == is_on)
        return;
    s->notice[which] = is_on;
    struct buf text = BUF_INIT(4096);
    for (size_t i = 0; i < NOTICE_COUNT; i++) {
        if (s->notice[i])
            add_sentence(s, &text, (enum notice)i);
    }
    mem_assign(&s->notice_text, text.len > 0 ? buf_slice(&text) : (struct slice){ NULL, 0 });
    buf_clear(&text);
    session_changed(s);
}
