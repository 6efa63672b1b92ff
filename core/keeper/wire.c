/* SPDX-License-Identifier: MIT */
/* wire: facts and sentences become records, and records become facts again. A number is written in as few bytes as
 * it needs (seven bits a byte, sign in the lowest), a text as its length plus one (0: absent) and its bytes. The
 * fields of a fact follow fact_table and nothing else; wire_fingerprint tells whether both ends have the same table.
 * Knows no socket. Trusts no length, no kind, no enum value. */
#include "core/keeper/wire.h"

#include "core/base/mem.h"
#include "core/base/utf8.h"
#include "core/base/varint.h"
#include "core/config/origin.h"

#define FORMAT 2 /* of everything that fact_table does not say */

/* What a record of each type carries after its type byte. */
enum part { PART_END, PART_NUMBER, PART_NAME, PART_TEXT, PART_TIME, PART_KIND_ID, PART_FACT };

static const struct {
    const char *name;
    enum part part[4];
} record_table[] = {
    [WIRE_HELLO] = { "hello", { PART_NUMBER, PART_TEXT } },
    [WIRE_TIME] = { "time", { PART_TIME } },
    [WIRE_FACT] = { "fact", { PART_FACT } },
    [WIRE_GONE] = { "gone", { PART_KIND_ID } },
    [WIRE_FLUSH] = { "flush", { PART_END } },
    [WIRE_NOTICE] = { "notice", { PART_NAME, PART_TEXT, PART_NUMBER } },
    [WIRE_SECRET] = { "secret", { PART_NAME, PART_TEXT, PART_NUMBER } },
    [WIRE_ROLE] = { "role", { PART_NAME, PART_TEXT, PART_NUMBER } },
    [WIRE_RIGHTS] = { "rights", { PART_NAME, PART_TEXT, PART_NUMBER } },
    [WIRE_PLAY] = { "play", { PART_NAME, PART_TEXT, PART_NUMBER } },
    [WIRE_WHO] = { "who", { PART_NAME, PART_TEXT, PART_NUMBER } },
    [WIRE_ORDER] = { "order", { PART_NAME, PART_TEXT, PART_NUMBER } },
    [WIRE_ASK] = { "ask", { PART_NAME, PART_TEXT, PART_NUMBER } },
    [WIRE_END] = { "end", { PART_NAME, PART_TEXT, PART_NUMBER } },
};
_Static_assert(sizeof record_table / sizeof record_table[0] == WIRE_TYPE_COUNT, "a layout for every record");

/* ---- writing ---- */

static void put_text(struct buf *out, struct slice s)
{
    varint_put_u64(out, s.p != NULL ? (uint64_t)s.n + 1 : 0);
    buf_add(out, s);
}

static size_t begin(struct buf *out, enum wire_type type)
{
    size_t start = out->len;
    buf_add(out, (struct slice){ "\0\0\0", 4 });
    buf_add_char(out, (char)type);
    return start;
}

/* Writes the length where begin left room for it, or takes the whole record back: what comes later may have room again. */
static bool end(struct buf *out, size_t start, bool is_good)
{
    size_t n = out->len - start;
    if (is_good && !out->overflow && n >= 5 && n - 4 <= WIRE_RECORD_MAX) {
        for (int i = 0; i < 4; i++) {
            out->data[start + (size_t)i] = (char)(unsigned char)((n - 4) >> (8 * i));
        }
        return true;
    }
    if (out->data != NULL) {
        out->len = start;
        out->data[start] = '\0';
    }
    out->overflow = false;
    return false;
}

bool wire_add_hello(struct buf *out, struct slice program)
{
    size_t start = begin(out, WIRE_HELLO);
    varint_put_i64(out, wire_fingerprint());
    put_text(out, program);
    return end(out, start, true);
}

bool wire_add_time(struct buf *out, const struct wire_time *t)
{
    size_t start = begin(out, WIRE_TIME);
    varint_put_i64(out, t->mono_ms);
    varint_put_i64(out, t->floor_ms);
    varint_put_i64(out, t->wall_ms);
    varint_put_i64(out, t->rate_permille);
    varint_put_i64(out, t->from_ms);
    varint_put_i64(out, t->to_ms);
    return end(out, start, true);
}

bool wire_add_fact(struct buf *out, enum fact_kind kind, const struct fact *f)
{
    const struct fact_row *row = &fact_table[kind];
    size_t start = begin(out, WIRE_FACT);
    bool is_good = true;
    varint_put_u64(out, (uint64_t)kind);
    for (size_t i = 0; i < row->field_count; i++) {
        const struct fact_field *field = &row->field[i];
        if (field->type == TYPE_TEXT) {
            struct slice text = slice_of(fact_text(f, field));
            put_text(out, text.n > WIRE_TEXT_MAX ? utf8_head(text, WIRE_TEXT_MAX) : text);
        } else {
            is_good = is_good && (field->type != TYPE_ENUM || fact_word(f, field) != NULL);
            varint_put_i64(out, fact_int(f, field));
        }
    }
    return end(out, start, is_good);
}

bool wire_add_gone(struct buf *out, enum fact_kind kind, uint64_t id)
{
    size_t start = begin(out, WIRE_GONE);
    varint_put_u64(out, (uint64_t)kind);
    varint_put_u64(out, id);
    return end(out, start, true);
}

bool wire_add_flush(struct buf *out)
{
    return end(out, begin(out, WIRE_FLUSH), true);
}

bool wire_add_text(struct buf *out, enum wire_type type, struct slice name, struct slice text, int64_t number)
{
    size_t start = begin(out, type);
    put_text(out, name);
    put_text(out, text);
    varint_put_i64(out, number);
    return end(out, start, true);
}

/* ---- the fingerprint ---- */

static void mix(uint64_t *hash, const char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        *hash = (*hash ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001b3); /* FNV-1a */
    }
}

static void mix_number(uint64_t *hash, uint64_t v)
{
    mix(hash, (const char *)&v, sizeof v);
}

static void mix_field(uint64_t *hash, const struct fact_field *field)
{
    mix(hash, field->id, strlen(field->id) + 1);
    mix_number(hash, (uint64_t)field->type);
    for (int w = 0; w < field->name_count; w++) {
        mix(hash, field->names[w], strlen(field->names[w]) + 1);
    }
}

bool wire_add_who(struct buf *out)
{
    struct buf login = BUF_INIT(256), from = BUF_INIT(256);
    origin_login(&login);
    origin_from(&from);
    bool ok = wire_add_text(out, WIRE_WHO, buf_slice(&login), buf_slice(&from), 0);
    buf_clear(&login);
    buf_clear(&from);
    return ok;
}

int64_t wire_fingerprint(void)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    mix_number(&hash, FORMAT);
    for (int type = 0; type < WIRE_TYPE_COUNT; type++) {
        mix(&hash, record_table[type].name, strlen(record_table[type].name) + 1);
    }
    for (int kind = 0; kind < FACT_COUNT; kind++) {
        mix(&hash, fact_table[kind].name, strlen(fact_table[kind].name) + 1);
        for (size_t i = 0; i < fact_table[kind].field_count; i++) {
            mix_field(&hash, &fact_table[kind].field[i]);
        }
    }
    return (int64_t)(hash >> 1);
}

/* ---- reading ---- */

struct cursor { /* over one record; once `why` is set it stays, and what is read is worthless */
    struct slice bytes;
    size_t at;
    const char *why;
};

static void fault(struct cursor *c, const char *why)
{
    c->why = c->why != NULL ? c->why : why;
}

static uint64_t take_u64(struct cursor *c)
{
    uint64_t v;
    if (varint_take_u64(c->bytes, &c->at, &v)) {
        return v;
    }
    fault(c, "a number is not whole");
    return 0;
}

static int64_t take_i64(struct cursor *c)
{
    return varint_signed(take_u64(c));
}

static struct slice take_text(struct cursor *c)
{
    struct slice s = { NULL, 0 };
    uint64_t n = take_u64(c);
    if (n == 0) {
        return s;
    }
    if (n - 1 > c->bytes.n - c->at) {
        fault(c, "a text is longer than its record");
        return s;
    }
    s = (struct slice){ c->bytes.p + c->at, (size_t)(n - 1) };
    c->at += s.n;
    return s;
}

static enum fact_kind take_kind(struct cursor *c)
{
    uint64_t kind = take_u64(c);
    if (kind >= FACT_COUNT) {
        fault(c, "there is no such kind of fact");
        return FACT_PBX;
    }
    return (enum fact_kind)kind;
}

static void take_field(struct cursor *c, struct fact *f, const struct fact_field *field)
{
    char *at = (char *)f + field->offset;
    if (field->type != TYPE_TEXT) {
        int64_t v = take_i64(c);
        memcpy(at, &v, sizeof v);
        if (field->type == TYPE_ENUM && fact_word(f, field) == NULL) {
            fault(c, "a state has no name");
        }
        return;
    }
    struct slice s = take_text(c);
    if (s.p == NULL) {
        return;
    }
    if (s.n > WIRE_TEXT_MAX || memchr(s.p, '\0', s.n) != NULL) {
        fault(c, "a text is too long or has a NUL in it");
        return;
    }
    char *text = mem_text(s);
    memcpy(at, &text, sizeof text);
}

static void take_fact(struct cursor *c, struct wire_record *out)
{
    out->kind = take_kind(c);
    const struct fact_row *row = &fact_table[out->kind];
    for (size_t i = 0; i < row->field_count && c->why == NULL; i++) {
        take_field(c, &out->fact.head, &row->field[i]);
    }
}

static void take_part(struct cursor *c, enum part part, struct wire_record *out)
{
    switch (part) {
    case PART_END: break;
    case PART_NUMBER: out->number = take_i64(c); break;
    case PART_NAME: out->name = take_text(c); break;
    case PART_TEXT: out->text = take_text(c); break;
    case PART_TIME:
        out->time.mono_ms = take_i64(c);
        out->time.floor_ms = take_i64(c);
        out->time.wall_ms = take_i64(c);
        out->time.rate_permille = take_i64(c);
        out->time.from_ms = take_i64(c);
        out->time.to_ms = take_i64(c);
        break;
    case PART_KIND_ID:
        out->kind = take_kind(c);
        out->id = take_u64(c);
        break;
    case PART_FACT: take_fact(c, out); break;
    }
}

static void take_record(struct cursor *c, struct wire_record *out)
{
    unsigned char type = (unsigned char)c->bytes.p[c->at++];
    if (type >= WIRE_TYPE_COUNT) {
        fault(c, "there is no such type");
        return;
    }
    out->type = (enum wire_type)type;
    for (const enum part *part = record_table[type].part; *part != PART_END; part++) {
        take_part(c, *part, out);
    }
    if (c->at != c->bytes.n) {
        fault(c, "bytes are left over");
    }
}

static size_t length_at(struct slice bytes, size_t at)
{
    size_t n = 0;
    for (size_t i = 0; i < 4; i++) {
        n |= (size_t)(unsigned char)bytes.p[at + i] << (8 * i);
    }
    return n;
}

enum wire_state wire_next(struct slice bytes, size_t *at, struct wire_record *out, struct err *err)
{
    memset(out, 0, sizeof *out);
    if (bytes.n - *at < 4) {
        return WIRE_MORE;
    }
    size_t n = length_at(bytes, *at);
    if (n == 0 || n > WIRE_RECORD_MAX) {
        err_set(err, ERR_INTERNAL, "reading the wire between console and keeper: a record of %zu bytes (1 to %u are allowed)", n, WIRE_RECORD_MAX);
        return WIRE_BAD;
    }
    if (bytes.n - *at - 4 < n) {
        return WIRE_MORE;
    }
    struct cursor c = { .bytes = { bytes.p + *at + 4, n } };
    take_record(&c, out);
    if (c.why != NULL) {
        err_set(err, ERR_INTERNAL, "reading the wire between console and keeper: a damaged record of type %d: %s", c.bytes.p[0], c.why);
        wire_record_clear(out);
        return WIRE_BAD;
    }
    *at += 4 + n;
    return WIRE_READY;
}

void wire_record_clear(struct wire_record *r)
{
    if (r->type == WIRE_FACT) {
        fact_clear(r->kind, &r->fact.head);
    }
    memset(r, 0, sizeof *r);
}
