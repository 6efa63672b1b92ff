/* SPDX-License-Identifier: MIT */
/* frame: finds lines and messages in the bytes of one connection. Owns the receive buffer and
 * hands out pieces of it: nothing is copied but the unfinished message at the buffer's end, when
 * room is made for more. Each byte is looked at once, however small the pieces that come; a
 * message's fields are collected line by line while it is still arriving. Decides nothing about
 * what a field means. */
#include "core/ami/frame.h"

#include "core/base/buf.h"
#include "core/base/mem.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum {
    SLACK = 16, /* zeroes behind the bytes in the buffer, so that a search may read a little past their end */
    LINE_MAX_DEFAULT = 256 * 1024,
    MESSAGE_MAX_DEFAULT = 1024 * 1024,
    FIELD_MAX_DEFAULT = 4096,
    GREETING_MAX = 1024,           /* who sends more before the first line end is no AMI port */
    UNREAD_MAX = 64 * 1024 * 1024, /* fed by our own caller without asking for messages */
    COMPACT_BELOW = 4096           /* an unfinished message shorter than this goes to the front whenever room is asked for */
};

struct frame_reader {
    struct frame_limits limits;
    bool (*want)(struct slice event_name);
    struct buf in;
    /* Offsets in `in`, start <= line <= scanned <= in.len. */
    size_t start;   /* the message being collected, or the one last given out */
    size_t line;    /* its unfinished line */
    size_t scanned; /* no LF from `line` up to here */
    struct frame_field *field;
    size_t count, cap;
    uint64_t skipped;
    bool is_greeted, is_skipping, is_given, is_bad;
    struct err err;
};

struct frame_reader *frame_reader_new(const struct frame_limits *limits, bool (*want)(struct slice event_name))
{
    struct frame_reader *r = mem_alloc(sizeof(*r));
    if (limits != NULL)
        r->limits = *limits;
    if (r->limits.line_max == 0)
        r->limits.line_max = LINE_MAX_DEFAULT;
    if (r->limits.message_max == 0)
        r->limits.message_max = MESSAGE_MAX_DEFAULT;
    if (r->limits.field_max == 0)
        r->limits.field_max = FIELD_MAX_DEFAULT;
    r->want = want;
    r->in = BUF_INIT(r->limits.message_max + UNREAD_MAX);
    return r;
}

void frame_reader_free(struct frame_reader *r)
{
    if (r == NULL)
        return;
    buf_clear(&r->in);
    mem_free(r->field);
    mem_free(r);
}

void frame_reader_reset(struct frame_reader *r)
{
    buf_reset(&r->in);
    r->start = r->line = r->scanned = r->count = 0;
    r->skipped = 0;
    r->is_greeted = r->is_skipping = r->is_given = r->is_bad = false;
    r->err = ERR_INIT;
}

uint64_t frame_skipped(const struct frame_reader *r)
{
    return r->skipped;
}

static enum frame_state bad(struct frame_reader *r, struct err *err, const char *what, size_t limit, const char *unit)
{
    if (!r->is_bad)
        err_set(&r->err, ERR_PROTOCOL, "reading from the PBX: %s of more than %zu %s; the connection has to be opened anew", what, limit, unit);
    r->is_bad = true;
    if (err != NULL && err->kind == ERR_NONE)
        *err = r->err;
    return FRAME_BAD;
}

/* The message last given out is done with. */
static void let_go(struct frame_reader *r)
{
    if (!r->is_given)
        return;
    r->start = r->line;
    r->count = 0;
    r->is_given = false;
}

/* The bytes moved from address `from` to `to`: the collected fields point into them. */
static void rebase(struct frame_reader *r, uintptr_t from, char *to)
{
    for (size_t i = 0; i < r->count; i++) {
        struct frame_field *f = &r->field[i];
        f->name.p = to + ((uintptr_t)f->name.p - from);
        f->value = to + ((uintptr_t)f->value - from);
    }
}

static void compact(struct frame_reader *r)
{
    uintptr_t from = (uintptr_t)r->in.data + r->start;
    buf_drop(&r->in, r->start);
    r->line -= r->start;
    r->scanned -= r->start;
    r->start = 0;
    rebase(r, from, r->in.data);
}

char *frame_room(struct frame_reader *r, size_t want, size_t *room)
{
    let_go(r);
    *room = 0;
    if (r->start > 0 && (r->in.len - r->start < COMPACT_BELOW || r->in.cap - r->in.len <= want + SLACK))
        compact(r);
    uintptr_t from = (uintptr_t)r->in.data;
    char *at = buf_reserve(&r->in, want + SLACK);
    if (at == NULL) {
        if (!r->is_bad)
            err_set(&r->err, ERR_PROTOCOL, "reading from the PBX: no room for %zu bytes more after %zu unread ones", want,
                    r->in.len - r->start);
        r->is_bad = true;
        return NULL;
    }
    if ((uintptr_t)r->in.data != from)
        rebase(r, from, r->in.data);
    *room = r->in.cap - r->in.len - SLACK - 1; /* the last byte is the buffer's own NUL */
    return at;
}

void frame_fed(struct frame_reader *r, size_t n)
{
    if (r->in.data == NULL)
        return; /* there was no room to begin with */
    r->in.len += n;
    memset(r->in.data + r->in.len, 0, SLACK);
}

void frame_feed(struct frame_reader *r, struct slice bytes)
{
    size_t room;
    if (bytes.n == 0)
        return;
    char *at = frame_room(r, bytes.n, &room);
    if (at == NULL)
        return;
    memcpy(at, bytes.p, bytes.n);
    frame_fed(r, bytes.n);
}

/* Lines and names are so short that a call of memchr costs more than the search. Both searches look at SLACK bytes a step and
 * read up to as many past `stop`, which the buffer has. */
#ifdef __SSE2__
static inline unsigned met(const char *p, char c)
{
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)p);
    return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(c)));
}
#else
static inline unsigned met(const char *p, char c)
{
    unsigned mask = 0;
    for (unsigned i = 0; i < SLACK; i++)
        mask |= (unsigned)(p[i] == c) << i;
    return mask;
}
#endif

static inline size_t first(unsigned mask)
{
    return (unsigned)__builtin_ctz(mask);
}

/* The first c in [p, stop), which is not empty. */
static inline char *find(char *p, const char *stop, char c)
{
    unsigned mask;
    while ((mask = met(p, c)) == 0) {
        p += SLACK;
        if (p >= stop)
            return NULL;
    }
    p += first(mask);
    return p < stop ? p : NULL;
}

/* The line ends of the buffer, one after the other; each step of bytes is looked at once for all that are in it. */
struct line_ends {
    char *at, *stop;
    unsigned mask; /* those at `at` that were not given out */
};

static inline struct line_ends line_ends_from(struct frame_reader *r)
{
    char *at = r->in.data + r->scanned, *stop = r->in.data + r->in.len;
    return (struct line_ends){ at, stop, at < stop ? met(at, '\n') : 0 };
}

static inline char *next_line_end(struct line_ends *e)
{
    while (e->mask == 0) {
        e->at += SLACK;
        if (e->at >= e->stop)
            return NULL;
        e->mask = met(e->at, '\n');
    }
    char *lf = e->at + first(e->mask); /* the slack holds none */
    e->mask &= e->mask - 1;
    return lf;
}

/* The line [p, end) without its line end, not empty. */
static inline void cut_line(struct frame_field *f, char *p, char *end)
{
    char *colon = find(p, end, ':');
    if (colon == NULL) {
        *f = (struct frame_field){ { p, 0 }, p, (size_t)(end - p) };
        return;
    }
    char *value = colon + 1;
    value += *value == ' '; /* at the end of the line is its CR or LF */
    *f = (struct frame_field){ { p, (size_t)(colon - p) }, value, (size_t)(end - value) };
}

static bool make_room_for_fields(struct frame_reader *r)
{
    if (r->count >= r->limits.field_max)
        return false;
    r->cap = r->cap == 0 ? 64 : r->cap * 2;
    if (r->cap > r->limits.field_max)
        r->cap = r->limits.field_max;
    r->field = mem_resize(r->field, r->cap, sizeof(*r->field));
    return true;
}

/* An event that nobody asked for? Asked once a message, of its first line. */
static bool is_unwanted(const struct frame_reader *r, const struct frame_field *f)
{
    return r->want != NULL && f->name.n == 5 && (memcmp(f->name.p, "Event", 5) == 0 || slice_eq_nocase(f->name, SLICE("Event"))) &&
           !r->want((struct slice){ f->value, f->value_n });
}

static enum frame_state give(struct frame_reader *r, size_t end, struct frame *out, bool is_greeting)
{
    *out = (struct frame){ r->field, r->count, { r->in.data + r->start, end - r->start }, is_greeting };
    r->is_greeted = true;
    r->line = r->scanned = end;
    r->is_given = true;
    return FRAME_READY;
}

/* Bytes of the line that has no end yet. A last CR may belong to its end: whether a line is too long must not
 * depend on where the bytes were cut on their way. */
static size_t unended(const struct frame_reader *r)
{
    size_t n = r->in.len - r->line;
    return n - (n > 0 && r->in.data[r->in.len - 1] == '\r');
}

/* No line end in what is there: more bytes, unless there are too many already. */
static enum frame_state wait_for_more(struct frame_reader *r, struct err *err)
{
    if (r->count == 0 && !r->is_skipping)
        r->start = r->line; /* only empty lines were there */
    r->scanned = r->in.len;
    if (unended(r) > r->limits.line_max)
        return bad(r, err, "a line", r->limits.line_max, "bytes");
    if (r->in.len - r->start > r->limits.message_max)
        return bad(r, err, "a message", r->limits.message_max, "bytes");
    return FRAME_MORE;
}

static enum frame_state too_many_fields(struct frame_reader *r, struct err *err)
{
    return bad(r, err, "a message", r->limits.field_max, "lines");
}

/* The first line of the connection that is not empty. */
static enum frame_state next_greeting(struct frame_reader *r, struct frame *out, struct err *err)
{
    while (r->scanned < r->in.len) {
        char *p = r->in.data + r->line;
        char *lf = memchr(r->in.data + r->scanned, '\n', r->in.len - r->scanned);
        if (lf == NULL)
            break;
        char *end = lf - (lf > p && lf[-1] == '\r');
        size_t next = (size_t)(lf - r->in.data) + 1;
        if (end - p > GREETING_MAX)
            break;
        if (end > p) {
            if (r->cap == 0 && !make_room_for_fields(r))
                return too_many_fields(r, err);
            r->field[0] = (struct frame_field){ { p, 0 }, p, (size_t)(end - p) };
            r->count = 1;
            return give(r, next, out, true);
        }
        r->start = r->line = r->scanned = next;
    }
    if (unended(r) > GREETING_MAX)
        return bad(r, err, "a greeting", GREETING_MAX, "bytes");
    r->scanned = r->in.len;
    return FRAME_MORE;
}

/* What the lines that are there made of the message. */
enum progress { UNFINISHED, FINISHED, UNWANTED, LINE_TOO_LONG, MESSAGE_TOO_LONG, TOO_MANY_FIELDS };

/* Takes finished lines into the message until it ends, or the bytes do. The one loop that every byte and field passes. */
static enum progress take_lines(struct frame_reader *r)
{
    char *const data = r->in.data;
    char *p = data + r->line, *lf;
    struct line_ends ends = line_ends_from(r);
    struct frame_field *f = r->field + r->count, *full = r->field + r->cap;
    enum progress done = UNFINISHED;
    while (done == UNFINISHED && (lf = next_line_end(&ends)) != NULL) {
        char *end = lf - (lf > p && lf[-1] == '\r');
        if (end == p) {
            done = f > r->field ? FINISHED : UNFINISHED; /* else an empty line between messages */
        } else if ((size_t)(end - p) > r->limits.line_max) {
            done = LINE_TOO_LONG;
        } else {
            if (f == full) {
                r->count = (size_t)(f - r->field);
                if (!make_room_for_fields(r))
                    return TOO_MANY_FIELDS;
                f = r->field + r->count;
                full = r->field + r->cap;
            }
            cut_line(f, p, end);
            if (f++ == r->field) {
                r->start = (size_t)(p - data);
                done = is_unwanted(r, r->field) ? UNWANTED : UNFINISHED;
            }
        }
        p = lf + 1;
    }
    r->count = (size_t)(f - r->field);
    r->line = r->scanned = (size_t)(p - data);
    return done;
}

/* Passes over the lines of an unwanted message. The limits hold for it too. */
static enum progress skip_lines(struct frame_reader *r)
{
    char *const data = r->in.data;
    char *p = data + r->line, *from = data + r->scanned, *const stop = data + r->in.len, *lf;
    const size_t line_max = r->limits.line_max;
    bool is_end = false;
    while (!is_end && (lf = find(from, stop, '\n')) != NULL) {
        is_end = lf == p || (lf == p + 1 && *p == '\r');
        if ((size_t)(lf - p) > line_max && (size_t)(lf - p) - (lf[-1] == '\r') > line_max)
            return LINE_TOO_LONG;
        p = from = lf + 1;
    }
    r->line = r->scanned = (size_t)(p - data);
    r->is_skipping = !is_end;
    if (is_end) {
        if (r->line - r->start > r->limits.message_max)
            return MESSAGE_TOO_LONG;
        r->skipped++;
        r->start = r->line;
    }
    return is_end ? FINISHED : UNFINISHED;
}

enum frame_state frame_next(struct frame_reader *r, struct frame *out, struct err *err)
{
    if (r->is_bad)
        return bad(r, err, "", 0, "");
    if (!r->is_greeted)
        return next_greeting(r, out, err);
    let_go(r);
    for (;;) {
        enum progress done = r->is_skipping ? skip_lines(r) : FINISHED;
        if (done == FINISHED)
            done = take_lines(r);
        switch (done) {
        case UNFINISHED:
            return wait_for_more(r, err);
        case FINISHED:
            if (r->line - r->start > r->limits.message_max)
                return bad(r, err, "a message", r->limits.message_max, "bytes");
            return give(r, r->line, out, false);
        case UNWANTED:
            r->is_skipping = true;
            r->count = 0;
            break;
        case LINE_TOO_LONG:
            return bad(r, err, "a line", r->limits.line_max, "bytes");
        case MESSAGE_TOO_LONG:
            return bad(r, err, "a message", r->limits.message_max, "bytes");
        case TOO_MANY_FIELDS:
            return too_many_fields(r, err);
        }
    }
}

struct slice frame_get(const struct frame *f, struct slice name)
{
    for (size_t i = 0; i < f->count; i++) {
        if (slice_eq_nocase(f->field[i].name, name))
            return (struct slice){ f->field[i].value, f->field[i].value_n };
    }
    return (struct slice){ NULL, 0 };
}
