/* SPDX-License-Identifier: MIT */
/* request: writes actions as header lines and keeps them whole: what Asterisk would cut, refuse or
 * take for the end of the request is refused here, and a refused request leaves nothing behind (what
 * was there is overwritten: it may be a secret). Decides neither who may send it nor when. */
#include "core/ami/request.h"

#include "core/base/mem.h"

enum { REQUEST_LINE_MAX = 1024 /* with its CR LF */, REQUEST_HEADERS_MAX = 128 };

const struct request_row request_table[] = {
    [REQUEST_CHALLENGE] = { "Challenge", 0, false, EVENT_COUNT },
    [REQUEST_LOGIN] = { "Login", 0, false, EVENT_COUNT },
    [REQUEST_LOGOFF] = { "Logoff", 0, false, EVENT_COUNT },
    [REQUEST_PING] = { "Ping", 0, false, EVENT_COUNT },
    [REQUEST_EVENTS] = { "Events", 0, false, EVENT_COUNT },
    [REQUEST_LIST_COMMANDS] = { "ListCommands", 0, false, EVENT_COUNT },
    [REQUEST_CORE_SETTINGS] = { "CoreSettings", CLASS_SYSTEM | CLASS_REPORTING, false, EVENT_COUNT },
    [REQUEST_CORE_SHOW_CHANNELS] = { "CoreShowChannels", CLASS_SYSTEM | CLASS_REPORTING, false, EVENT_CORE_SHOW_CHANNELS_COMPLETE },
    [REQUEST_STATUS] = { "Status", CLASS_SYSTEM | CLASS_CALL | CLASS_REPORTING, false, EVENT_STATUS_COMPLETE },
    [REQUEST_QUEUE_STATUS] = { "QueueStatus", 0, false, EVENT_QUEUE_STATUS_COMPLETE },
    [REQUEST_ENDPOINTS] = { "PJSIPShowEndpoints", CLASS_SYSTEM, false, EVENT_ENDPOINT_LIST_COMPLETE },
    [REQUEST_GETVAR] = { "Getvar", CLASS_CALL | CLASS_REPORTING, false, EVENT_COUNT },
    [REQUEST_SETVAR] = { "Setvar", CLASS_CALL, true, EVENT_COUNT },
    [REQUEST_QUEUE_ADD] = { "QueueAdd", CLASS_AGENT, true, EVENT_COUNT },
    [REQUEST_QUEUE_REMOVE] = { "QueueRemove", CLASS_AGENT, true, EVENT_COUNT },
    [REQUEST_QUEUE_PAUSE] = { "QueuePause", CLASS_AGENT, true, EVENT_COUNT },
    [REQUEST_QUEUE_PENALTY] = { "QueuePenalty", CLASS_AGENT, true, EVENT_COUNT },
    [REQUEST_QUEUE_MEMBER_RINGINUSE] = { "QueueMemberRingInUse", CLASS_AGENT, true, EVENT_COUNT },
    [REQUEST_QUEUE_PRIORITY] = { "QueueChangePriorityCaller", 0, true, EVENT_COUNT },
    [REQUEST_QUEUE_WITHDRAW] = { "QueueWithdrawCaller", 0, true, EVENT_COUNT },
    [REQUEST_ORIGINATE] = { "Originate", CLASS_ORIGINATE, true, EVENT_COUNT },
    [REQUEST_REDIRECT] = { "Redirect", CLASS_CALL, true, EVENT_COUNT },
    [REQUEST_HANGUP] = { "Hangup", CLASS_SYSTEM | CLASS_CALL, true, EVENT_COUNT },
    [REQUEST_BLIND_TRANSFER] = { "BlindTransfer", CLASS_CALL, true, EVENT_COUNT },
    [REQUEST_ATTENDED_TRANSFER] = { "Atxfer", CLASS_CALL, true, EVENT_COUNT },
    [REQUEST_PARK] = { "Park", CLASS_CALL, true, EVENT_COUNT },
    [REQUEST_PLAY_DTMF] = { "PlayDTMF", CLASS_CALL, true, EVENT_COUNT },
    [REQUEST_RECORD_START] = { "MixMonitor", CLASS_SYSTEM, true, EVENT_COUNT },
    [REQUEST_RECORD_STOP] = { "StopMixMonitor", CLASS_SYSTEM | CLASS_CALL, true, EVENT_COUNT },
    [REQUEST_RECORD_MUTE] = { "MixMonitorMute", CLASS_SYSTEM | CLASS_CALL, true, EVENT_COUNT },
    [REQUEST_QUEUE_LOG] = { "QueueLog", CLASS_AGENT, true, EVENT_COUNT },
    [REQUEST_MESSAGE] = { "MessageSend", CLASS_MESSAGE, true, EVENT_COUNT },
};
_Static_assert(sizeof(request_table) / sizeof(request_table[0]) == REQUEST_COUNT, "one row a request");

static void refuse(struct request *r, const char *name, const char *why)
{
    if (!r->is_bad)
        err_set(&r->err, ERR_USAGE, "asking the PBX for %s: %s %s", request_table[r->kind].action, name, why);
    r->is_bad = true;
}

static bool is_one_line(struct slice s)
{
    return s.n == 0 || (memchr(s.p, '\n', s.n) == NULL && memchr(s.p, '\r', s.n) == NULL && memchr(s.p, '\0', s.n) == NULL);
}

void request_begin(struct request *r, struct buf *out, enum request_kind kind, struct slice action_id)
{
    *r = (struct request){ .kind = kind, .out = out, .start = out->len, .was_full = out->overflow, .err = ERR_INIT };
    if (out->overflow)
        refuse(r, "request", "cannot be written: too much is waiting to be sent");
    request_add(r, "Action", slice_of(request_table[kind].action));
    if (action_id.p != NULL)
        request_add(r, "ActionID", action_id);
}

void request_add(struct request *r, const char *name, struct slice value)
{
    struct slice n = slice_of(name);
    if (r->is_bad)
        return;
    if (n.n == 0 || !is_one_line(n) || memchr(n.p, ':', n.n) != NULL)
        refuse(r, "a header", "has no name that can be sent");
    else if (!is_one_line(value))
        refuse(r, name, "holds a line end or a NUL, which would begin another request");
    else if (n.n + value.n + sizeof(": \r\n") - 1 > REQUEST_LINE_MAX)
        refuse(r, name, "is too long: Asterisk takes 1024 bytes a line");
    else if (++r->headers > REQUEST_HEADERS_MAX)
        refuse(r, name, "is one header too many: Asterisk takes 128");
    else if (!buf_add(r->out, n) || !buf_add(r->out, SLICE(": ")) || !buf_add(r->out, value) || !buf_add(r->out, SLICE("\r\n")))
        refuse(r, name, "cannot be written: too much is waiting to be sent");
}

void request_addf(struct request *r, const char *name, const char *fmt, ...)
{
    struct buf value = BUF_INIT(REQUEST_LINE_MAX);
    va_list ap;
    va_start(ap, fmt);
    bool is_whole = buf_vaddf(&value, fmt, ap);
    va_end(ap);
    if (is_whole)
        request_add(r, name, buf_slice(&value));
    else
        refuse(r, name, "is too long: Asterisk takes 1024 bytes a line");
    buf_wipe(&value);
}

bool request_end(struct request *r, struct err *err)
{
    if (!r->is_bad && !buf_add(r->out, SLICE("\r\n")))
        refuse(r, "request", "cannot be written: too much is waiting to be sent");
    if (!r->is_bad)
        return true;
    if (r->out->len > r->start) {
        mem_wipe(r->out->data + r->start, r->out->len - r->start);
        r->out->len = r->start;
    }
    r->out->overflow = r->was_full; /* what did not fit is gone */
    return err_set(err, r->err.kind, "%s", r->err.text);
}

bool request_kind_of(struct slice action, enum request_kind *out)
{
    for (size_t i = 0; i < REQUEST_COUNT; i++) {
        if (slice_eq_nocase(action, slice_of(request_table[i].action))) {
            *out = (enum request_kind)i;
            return true;
        }
    }
    return false;
}
