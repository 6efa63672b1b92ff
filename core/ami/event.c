/* SPDX-License-Identifier: MIT */
/* event: a frame's fields are sorted into numbered places, once, without copying. Two indexes
 * (headers, events) are filled from fields.def and event_table at the first call. Undoes
 * Asterisk's escaping where the table says that there is some, in place. Knows what a message is
 * called and what it has to hold; what it means is the model's affair. */
#include "core/ami/event.h"

#include "core/ami/names.h"

static const char *const field_name[] = {
#define FIELD(id, name) [F_##id] = name,
#include "core/ami/fields.def"
#undef FIELD
};
_Static_assert(sizeof(field_name) / sizeof(field_name[0]) == FIELD_COUNT, "one name a field");
_Static_assert(FIELD_COUNT <= NAMES_MAX && EVENT_COUNT <= NAMES_MAX, "the index holds them");

/* Where Asterisk writes C escapes, in the events that the table marks. */
static const enum field escaped_field[] = {
    F_CALLER_ID_NAME, F_CONNECTED_LINE_NAME, F_DEST_CALLER_ID_NAME, F_TRANSFEREE_CALLER_ID_NAME, F_SPYER_CALLER_ID_NAME, F_VALUE,
};
enum { ESCAPED_COUNT = sizeof(escaped_field) / sizeof(escaped_field[0]) };

static struct {
    bool is_ready;
    struct names fields, events;
} index_of;

static void fill_indexes(void)
{
    for (size_t i = 0; i < FIELD_COUNT; i++)
        names_add(&index_of.fields, field_name[i]);
    for (size_t i = 0; i < EVENT_COUNT; i++)
        names_add(&index_of.events, event_table[i].name);
    index_of.is_ready = true;
}

const char *event_field_name(enum field f)
{
    return field_name[f];
}

bool event_field_is_escaped(enum field f)
{
    for (size_t i = 0; i < ESCAPED_COUNT; i++) {
        if (escaped_field[i] == f)
            return true;
    }
    return false;
}

enum event_kind event_kind_of(struct slice name)
{
    if (!index_of.is_ready)
        fill_indexes();
    int row = names_find(&index_of.events, name);
    return row < 0 ? EVENT_OTHER : (enum event_kind)row;
}

bool event_is_wanted(struct slice name)
{
    return event_kind_of(name) != EVENT_OTHER;
}

int64_t event_int(const struct event *e, enum field f, int64_t min, int64_t max, int64_t fallback)
{
    if (!event_has(e, f))
        return fallback;
    struct slice s = e->value[f];
    int64_t value = 0;
    size_t i = 0;
    for (; i < s.n && s.n <= 18 && (unsigned)(s.p[i] - '0') <= 9; i++) /* nearly all: digits that cannot overflow */
        value = value * 10 + (s.p[i] - '0');
    if (i == s.n && i > 0)
        return value >= min && value <= max ? value : fallback;
    return slice_int(s, min, max, &value) ? value : fallback;
}

/* The byte that a backslash and `c` stand for, -1 when they stand for themselves. */
static int unescaped(char c)
{
    switch (c) {
    case 'a': return '\a';
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'v': return '\v';
    case '\\': case '\'': case '"': case '?': return (unsigned char)c;
    default: return -1;
    }
}

/* Shortens the value in place from its first backslash on. */
static size_t unescape(char *value, size_t n, size_t at)
{
    size_t to = at;
    while (at < n) {
        int c = value[at] == '\\' && at + 1 < n ? unescaped(value[at + 1]) : -1;
        value[to++] = c < 0 ? value[at] : (char)c;
        at += c < 0 ? 1 : 2;
    }
    return to;
}

static void unescape_fields(struct event *e)
{
    for (size_t i = 0; i < ESCAPED_COUNT; i++) {
        enum field f = escaped_field[i];
        if (!event_has(e, f) || e->value[f].n == 0)
            continue;
        struct slice *s = &e->value[f];
        const char *backslash = memchr(s->p, '\\', s->n);
        if (backslash == NULL)
            continue;
        /* The slice is const for those who read events; the bytes are the frame's, which lets us write. */
        size_t at = (size_t)(backslash - s->p);
        char *value = (char *)(uintptr_t)s->p;
        s->n = unescape(value, s->n, at);
    }
}

/* Sorts the fields in; of a header that comes twice the first counts. */
static void place_fields(struct event *out, const struct frame *frame)
{
    const struct frame_field *at = frame->field, *end = at + frame->count;
    uint64_t have[sizeof(out->have) / sizeof(out->have[0])] = { 0 }; /* nothing else points here: it can stay in registers */
    for (; at < end; at++) {
        int f = names_find(&index_of.fields, at->name);
        if (f < 0)
            continue;
        uint64_t *word = &have[(unsigned)f / 64], bit = UINT64_C(1) << ((unsigned)f % 64);
        if ((*word & bit) != 0)
            continue;
        *word |= bit;
        out->value[f] = (struct slice){ at->value, at->value_n };
    }
    memcpy(out->have, have, sizeof(have));
}

static enum event_kind kind_of(const struct event *e, const struct frame *frame)
{
    if (frame->is_greeting)
        return EVENT_GREETING;
    if (frame->count == 0 || frame->field[0].name.n == 0)
        return EVENT_OTHER;
    const char *first = frame->field[0].value;
    if (event_has(e, F_EVENT) && e->value[F_EVENT].p == first)
        return event_kind_of(e->value[F_EVENT]);
    if (event_has(e, F_RESPONSE) && e->value[F_RESPONSE].p == first)
        return EVENT_RESPONSE;
    return EVENT_OTHER;
}

bool event_decode(const struct frame *frame, struct event *out, struct err *err)
{
    if (!index_of.is_ready)
        fill_indexes();
    out->frame = frame;
    place_fields(out, frame);
    out->kind = kind_of(out, frame);
    const struct event_row *row = &event_table[out->kind];
    for (size_t i = 0; i < sizeof(row->must) / sizeof(row->must[0]) && row->must[i] != 0; i++) {
        if (!event_has(out, row->must[i]))
            return err_set(err, ERR_PROTOCOL, "reading an event %s: it has no %s", row->name, field_name[row->must[i]]);
    }
    if (row->is_escaped)
        unescape_fields(out);
    return true;
}
