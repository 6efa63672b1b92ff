/* SPDX-License-Identifier: MIT */
/* audit: records and their text. Whatever is not printable is written as the bytes it is made of, \xNN, as are a quote and a backslash as \" and
 * \\: so a value cannot end before its end, and a line is a record or none. Opens no file. */
#include "core/control/audit.h"

#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/base/utf8.h"
#include "core/control/command.h"

const char *const audit_event_names[] = {
    [AUDIT_ISSUE] = "issue",
    [AUDIT_OUTCOME] = "outcome",
    [AUDIT_END] = "end",
    [AUDIT_LOST] = "lost",
};
_Static_assert(sizeof audit_event_names / sizeof audit_event_names[0] == AUDIT_EVENT_COUNT, "a word for every event");

const struct audit_field_row audit_field_table[] = {
    [AUDIT_EVENT] = { "event", "issue: about to be sent; outcome: what became of it; end: a listening is over; lost: records are missing here", .is_number = true },
    [AUDIT_ORDER] = { "order", "the same in all records of one order, and of no other", .is_number = true },
    [AUDIT_WHO] = { "who", "the UNIX user, as the kernel tells it", .is_known = true },
    [AUDIT_UID] = { "uid", "his number", .is_number = true },
    [AUDIT_LOGIN] = { "login", "the user who logged in, whatever su and sudo made of him: the kernel's loginuid", .is_known = true },
    [AUDIT_SAYS_LOGIN] = { "says_login", "the same where the kernel keeps none: the console's word", .is_number = false },
    [AUDIT_SAYS_FROM] = { "says_from", "the address and port that SSH_CONNECTION names: the console's word", .is_number = false },
    [AUDIT_PBX] = { "pbx", "the PBX it is for", .is_known = true },
    [AUDIT_QUEUE] = { "queue", "the queue it is about", .is_known = true },
    [AUDIT_AGENT] = { "agent", "the interface of the agent it is about", .is_known = true },
    [AUDIT_NAME] = { "name", "what that agent is called", .is_known = true },
    [AUDIT_LINE] = { "line", "the order as it was given", .is_free = true },
    [AUDIT_WHAT] = { "what", "the order in words: whom and what it is about", .is_free = true },
    [AUDIT_STATE] = { "state", "pending at its issue; then done, active, refused, forbidden, wrong, no such, no link or unknown", .is_number = false },
    [AUDIT_ANSWER] = { "answer", "why", .is_free = true },
    [AUDIT_MS] = { "ms", "milliseconds from the issue to this outcome", .is_number = true },
    [AUDIT_LEG] = { "leg", "of an order that began a listening: the Uniqueid of the listener's channel", .is_number = false },
    [AUDIT_OF] = { "of", "of an order that a lease gives: the order that lent the agent", .is_number = true },
    [AUDIT_LASTED_S] = { "lasted_s", "of a listening that is over: how many seconds it lasted", .is_number = true },
};
_Static_assert(sizeof audit_field_table / sizeof audit_field_table[0] == AUDIT_FIELD_COUNT, "a row for every field");

/* --- writing ------------------------------------------------------------------------------------------------- */

static void add_escaped(struct buf *out, struct slice s)
{
    for (size_t at = 0; at < s.n;) {
        size_t from = at;
        uint32_t c = utf8_next(s, &at);
        struct slice bytes = { s.p + from, at - from };
        if (c == '"' || c == '\\')
            (void)buf_addf(out, "\\%c", (int)c);
        else if (utf8_is_printable(c) && utf8_is_valid(bytes))
            (void)buf_add(out, bytes);
        else
            for (; from < at; from++)
                (void)buf_addf(out, "\\x%02x", (unsigned)(unsigned char)s.p[from]);
    }
}

/* The names of this record, and the word that says which order it is, where it is the name of one and not what somebody typed in its place. */
static void add_known(const struct audit_record *r, struct buf *out)
{
    struct slice rest, verb = slice_cut(r->value[AUDIT_LINE], ' ', &rest);
    enum command_id ignored;
    for (size_t i = 0; i < AUDIT_FIELD_COUNT; i++) {
        if (audit_field_table[i].is_known && r->value[i].n > 0) {
            (void)buf_add(out, r->value[i]);
            (void)buf_add_char(out, '\n');
        }
    }
    if (command_find(verb, COMMAND_ORDER, &ignored, NULL))
        (void)buf_add(out, verb);
}

void audit_add_value(const struct audit_record *r, enum audit_field field, struct buf *out)
{
    struct buf known = BUF_INIT(AUDIT_RECORD_MAX);
    if (audit_field_table[field].is_free) {
        add_known(r, &known);
        (void)log_mask_but(out, r->value[field], buf_slice(&known));
    } else {
        (void)buf_add(out, r->value[field]);
    }
    out->overflow = out->overflow || known.overflow;
    buf_clear(&known);
}

bool audit_write(const struct audit_record *r, struct buf *out)
{
    struct buf value = BUF_INIT(2 * AUDIT_RECORD_MAX);
    char at[32];
    clock_rfc3339(at, r->at_ms);
    (void)buf_addf(out, "%s", at);
    for (size_t i = 0; i < AUDIT_FIELD_COUNT; i++) {
        const struct audit_field_row *row = &audit_field_table[i];
        if (r->value[i].p == NULL)
            continue;
        buf_wipe(&value);
        audit_add_value(r, (enum audit_field)i, &value);
        (void)buf_addf(out, " %s=%s", row->name, row->is_number ? "" : "\"");
        add_escaped(out, buf_slice(&value));
        (void)buf_addf(out, "%s", row->is_number ? "" : "\"");
        out->overflow = out->overflow || value.overflow;
    }
    buf_wipe(&value);
    return !out->overflow;
}

/* --- reading --------------------------------------------------------------------------------------------------- */

/* `count` digits at text[*at...], then the byte `then`; '\0': nothing more is wanted. */
static bool digits(struct slice text, size_t *at, size_t count, char then, int64_t *out)
{
    size_t end = *at + count;
    bool ok = end + (then != '\0') <= text.n && text.p[*at] >= '0' && text.p[*at] <= '9' && slice_int((struct slice){ text.p + *at, count }, 0, INT32_MAX, out);
    ok = ok && (then == '\0' || text.p[end] == then);
    *at = end + (then != '\0');
    return ok;
}

/* Days from 1970-01-01; the year begins in March here, so that the leap day is its last. */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
    year -= month <= 2;
    int64_t era = year / 400, in_era = year - era * 400, in_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + in_era * 365 + in_era / 4 - in_era / 100 + in_year - 719468;
}

/* "2026-11-22T10:00:00.000Z" */
static bool read_time(struct slice text, int64_t *wall_ms)
{
    static const struct {
        size_t digits;
        char then;
        int64_t min, max;
    } part[] = { { 4, '-', 1970, 9999 }, { 2, '-', 1, 12 }, { 2, 'T', 1, 31 }, { 2, ':', 0, 23 }, { 2, ':', 0, 59 }, { 2, '.', 0, 60 }, { 3, 'Z', 0, 999 } };
    enum { PARTS = sizeof part / sizeof part[0] };
    int64_t v[PARTS];
    size_t at = 0;
    for (size_t i = 0; i < PARTS; i++) {
        if (!digits(text, &at, part[i].digits, part[i].then, &v[i]) || v[i] < part[i].min || v[i] > part[i].max)
            return false;
    }
    *wall_ms = ((days_of(v[0], v[1], v[2]) * 24 + v[3]) * 60 + v[4]) * 60000 + v[5] * 1000 + v[6];
    return at == text.n;
}

static int hex(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The text behind a quote up to the next one, into `store`; *at: behind that. False: it never ends, or an escape is none of ours. */
static bool read_quoted(struct slice line, size_t *at, struct buf *store)
{
    for (; *at < line.n && line.p[*at] != '"'; ++*at) {
        char c = line.p[*at];
        if (c == '\\') {
            size_t left = line.n - *at;
            int high = left > 3 ? hex(line.p[*at + 2]) : -1, low = left > 3 ? hex(line.p[*at + 3]) : -1;
            bool is_byte = left > 3 && line.p[*at + 1] == 'x' && high >= 0 && low >= 0;
            if (!is_byte && (left < 2 || (line.p[*at + 1] != '"' && line.p[*at + 1] != '\\')))
                return false;
            c = is_byte ? (char)(high * 16 + low) : line.p[*at + 1];
            *at += is_byte ? 3 : 1;
        }
        if (!buf_add_char(store, c))
            return false;
    }
    ++*at;
    return *at <= line.n;
}

/* NAME=VALUE at line[*at...]. A name of a later version is passed over. */
static bool read_pair(struct slice line, size_t *at, struct audit_record *out, struct buf *store)
{
    size_t from = *at, begin = store->len, field = 0;
    while (*at < line.n && line.p[*at] != '=')
        ++*at;
    struct slice name = { line.p + from, *at - from };
    if (++*at > line.n || name.n == 0)
        return false;
    bool ok = true, is_quoted = *at < line.n && line.p[*at] == '"';
    if (is_quoted) {
        ++*at;
        ok = read_quoted(line, at, store);
    } else {
        for (; *at < line.n && line.p[*at] != ' '; ++*at)
            ok = ok && buf_add_char(store, line.p[*at]);
    }
    while (field < AUDIT_FIELD_COUNT && !slice_eq(name, slice_of(audit_field_table[field].name)))
        field++;
    if (field < AUDIT_FIELD_COUNT) {
        out->value[field] = (struct slice){ store->data + begin, store->len - begin };
        ok = ok && is_quoted != audit_field_table[field].is_number;
    }
    return ok && (*at == line.n || line.p[*at] == ' ');
}

bool audit_read(struct slice line, struct audit_record *out, struct buf *store)
{
    struct slice rest;
    *out = (struct audit_record){ .at_ms = 0 };
    buf_reset(store);
    if (buf_reserve(store, line.n + 1) == NULL || !read_time(slice_cut(line, ' ', &rest), &out->at_ms))
        return false;
    store->data[0] = '\0';
    for (size_t at = 0; at < rest.n; at++) {
        if (!read_pair(rest, &at, out, store))
            return false;
    }
    struct slice event = out->value[AUDIT_EVENT];
    return event.p != NULL && (out->value[AUDIT_ORDER].n > 0 || slice_eq(event, slice_of(audit_event_names[AUDIT_LOST])));
}
