/* SPDX-License-Identifier: MIT */
/* compare: the fields that a re-read is held against, and how each is normalised. What ami.md 6.5 lists as changing
 * without an event is silent: taken over and not counted. Anything else that differs is drift: counted, and told with
 * both values and the event that touched the thing last. */
#include "core/base/log.h"
#include "core/base/utf8.h"
#include "core/floor/model.h"

#include <inttypes.h>

enum { DRIFT_TEXT_MAX = 600 };

struct slice compare_text(struct slice s)
{
    if (slice_eq(s, SLICE("<unknown>")) || slice_eq(s, SLICE("unknown")))
        return (struct slice){ NULL, 0 };
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == '\r' || s.p[i] == '\n') /* a list's line ends there */
            s.n = i;
    return s;
}

static const char *last_event(enum event_kind kind)
{
    return event_table[kind].name != NULL ? event_table[kind].name : "nothing";
}

__attribute__((format(printf, 2, 3))) static void drift(struct floor *f, const char *fmt, ...)
{
    struct buf text = BUF_INIT(4 * DRIFT_TEXT_MAX), clean = BUF_INIT(DRIFT_TEXT_MAX);
    va_list ap;
    va_start(ap, fmt);
    buf_vaddf(&text, fmt, ap);
    va_end(ap);
    utf8_add_printable(&clean, utf8_head(buf_slice(&text), DRIFT_TEXT_MAX / 4), false);
    f->drift++;
    mem_free(f->drift_last);
    f->drift_last = mem_text(buf_slice(&clean));
    log_line(LOG_WARN, "drift: %s", f->drift_last);
    buf_clear(&text);
    buf_clear(&clean);
}

enum silence {
    SILENT_NEVER,
    SILENT_UNLESS_SURE, /* silent where the member may be a realtime one, whose row in the database may change */
    SILENT_ALWAYS,      /* no event tells, or not reliably */
};

struct member_rule {
    const char *name;
    size_t offset; /* in struct member_row */
    bool is_text;
    enum silence silence;
};

#define TEXT_RULE(field, silence_) { #field, offsetof(struct member_row, field), true, silence_ }
#define INT_RULE(field, silence_) { #field, offsetof(struct member_row, field), false, silence_ }

/* Left out: InCall, which only lists tell rightly, and Ringinuse, which they do not tell. */
static const struct member_rule member_rule[] = {
    TEXT_RULE(name, SILENT_UNLESS_SURE),
    TEXT_RULE(state_interface, SILENT_UNLESS_SURE),
    TEXT_RULE(reason, SILENT_UNLESS_SURE),
    INT_RULE(membership, SILENT_NEVER),
    INT_RULE(penalty, SILENT_UNLESS_SURE),
    INT_RULE(wrapup_s, SILENT_UNLESS_SURE),
    INT_RULE(device, SILENT_NEVER),
    INT_RULE(paused, SILENT_UNLESS_SURE),
    INT_RULE(login, SILENT_NEVER),
    INT_RULE(calls_taken, SILENT_ALWAYS), /* siblings with shared_lastcall, devices without a state */
    INT_RULE(last_call, SILENT_ALWAYS),
    INT_RULE(last_pause, SILENT_ALWAYS),
};

static bool is_utf8(const struct member_row *row)
{
    return utf8_is_valid(row->interface) && utf8_is_valid(row->name) && utf8_is_valid(row->reason);
}

/* A members reload makes all but dynamic ones anew, and no event tells. LoginTime shows it, in whole seconds: a record that was
 * told of within its own second may have been followed by another of the same. */
static bool is_made_anew(const struct floor *f, const struct member *m, const struct member_row *row)
{
    bool is_same_second = m->told_ms < model_instant(f, row->login) + 1000 + EPOCH_SLACK_MS;
    return row->membership != MEMBERSHIP_DYNAMIC && (row->login != m->login_epoch || is_same_second);
}

/* Of some members no event can be expected at all. */
static bool is_silent(const struct floor *f, const struct member *m, const struct member_row *row)
{
    return m->fact.is_poll_only != 0 || !is_utf8(row) || m->fact.membership == MEMBERSHIP_REALTIME || is_made_anew(f, m, row);
}

static void compare_field(struct floor *f, const struct member *m, const struct member_rule *rule, const struct member_row *ours,
                          const struct member_row *row)
{
    if (rule->is_text) {
        struct slice a, b;
        memcpy(&a, (const char *)ours + rule->offset, sizeof a);
        memcpy(&b, (const char *)row + rule->offset, sizeof b);
        a = compare_text(a);
        b = compare_text(b);
        if (!slice_eq(a, b))
            drift(f, "queue %s, member %s: %s is \"%.*s\" in Asterisk, \"%.*s\" here; last told by %s", m->queue->fact.name,
                  m->fact.interface, rule->name, SLICE_FMT(b), SLICE_FMT(a), last_event(m->last));
        return;
    }
    int64_t a, b;
    memcpy(&a, (const char *)ours + rule->offset, sizeof a);
    memcpy(&b, (const char *)row + rule->offset, sizeof b);
    if (a != b)
        drift(f, "queue %s, member %s: %s is %" PRId64 " in Asterisk, %" PRId64 " here; last told by %s", m->queue->fact.name,
              m->fact.interface, rule->name, b, a, last_event(m->last));
}

void compare_member(struct floor *f, const struct member *m, const struct member_row *row)
{
    if (is_silent(f, m, row))
        return;
    struct member_row ours = member_row_of(m), theirs = *row;
    bool is_sure = m->is_membership_sure || m->fact.membership == MEMBERSHIP_DYNAMIC;
    if (theirs.paused == 0)
        theirs.reason = ours.reason;
    for (size_t i = 0; i < sizeof member_rule / sizeof member_rule[0]; i++) {
        enum silence silence = member_rule[i].silence;
        if (silence == SILENT_NEVER || (silence == SILENT_UNLESS_SURE && is_sure))
            compare_field(f, m, &member_rule[i], &ours, &theirs);
    }
}

void compare_new_member(struct floor *f, const struct queue *q, const struct member_row *row)
{
    if (row->membership == MEMBERSHIP_DYNAMIC && is_utf8(row))
        drift(f, "queue %s: dynamic member %.*s is in Asterisk and not here", q->fact.name, SLICE_FMT(row->interface));
}

void compare_gone_member(struct floor *f, const struct member *m)
{
    if (m->fact.membership == MEMBERSHIP_DYNAMIC && m->fact.is_poll_only == 0)
        drift(f, "queue %s: dynamic member %s is here and not in Asterisk; last told by %s", m->queue->fact.name, m->fact.interface,
              last_event(m->last));
}

/* Who waits behind a Local channel changes with what its other half is bridged with (AMI Atxfer, ami.md 5.7), and no
 * event of his own channel tells. */
void compare_caller(struct floor *f, const struct caller *c, const struct caller_row *row)
{
    const struct {
        const char *name;
        struct slice ours, theirs;
    } field[] = {
        { "channel", slice_of(c->fact.channel), row->channel },
        { "number", slice_of(c->fact.number), compare_text(row->number) },
        { "name", slice_of(c->fact.name), compare_text(row->name) },
    };
    bool is_local = slice_starts(row->channel, SLICE("Local/"));
    for (size_t i = 0; i < (is_local ? 1 : sizeof field / sizeof field[0]); i++)
        if (!slice_eq(field[i].ours, field[i].theirs))
            drift(f, "queue %s, caller %s: %s is \"%.*s\" in Asterisk, \"%.*s\" here; last told by %s", c->queue->fact.name,
                  c->fact.uniqueid, field[i].name, SLICE_FMT(field[i].theirs), SLICE_FMT(field[i].ours), last_event(c->last));
}

void compare_new_caller(struct floor *f, const struct queue *q, const struct caller_row *row)
{
    drift(f, "queue %s: caller %.*s waits in Asterisk and not here", q->fact.name, SLICE_FMT(row->uniqueid));
}

void compare_order(struct floor *f, const struct queue *q, const struct caller *c)
{
    drift(f, "queue %s: caller %s stands further back in Asterisk than here; last told by %s", q->fact.name, c->fact.uniqueid,
          last_event(c->last));
}
