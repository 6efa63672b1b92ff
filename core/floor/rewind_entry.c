/* SPDX-License-Identifier: MIT */
/* rewind_entry: one change of a fact as bytes: kind, number, and each field that differs, by its place in fact_table. So a new
 * field needs no line here. */
#include "core/floor/rewind_parts.h"

#include <assert.h>

#include "core/base/mem.h"
#include "core/base/varint.h"

enum { CAME = 0x40, WENT = 0x80, KIND = 0x3f };
_Static_assert((int)FACT_COUNT <= (int)KIND, "a kind has room beside the flags");

static void put_text(struct buf *out, const char *text)
{
    struct slice s = slice_of(text);
    varint_put_u64(out, text != NULL ? (uint64_t)s.n + 1 : 0);
    buf_add(out, s);
}

static bool text_differs(const char *a, const char *b)
{
    return (a == NULL || b == NULL) ? a != b : strcmp(a, b) != 0;
}

static bool differs(const struct fact *a, const struct fact *b, const struct fact_field *field)
{
    return field->type == TYPE_TEXT ? text_differs(fact_text(a, field), fact_text(b, field)) : fact_int(a, field) != fact_int(b, field);
}

/* Figures that change while nothing happens on the floor. */
static bool is_noise(enum fact_kind kind, const struct fact_field *field)
{
    return (kind == FACT_PBX && field->offset != offsetof(struct fact_pbx, link)) || (kind == FACT_QUEUE && field->offset == offsetof(struct fact_queue, reread_at));
}

/* Fields that differ follow each other as steps: the first is at least 1, so that 0 ends them. */
static bool add_fields(struct rewind_open *o, enum fact_kind kind, const struct fact *from, const struct fact *to)
{
    const struct fact_row *row = &fact_table[kind];
    size_t last = 0;
    bool is_told = false;
    for (size_t i = 1; i < row->field_count; i++) { /* the first is the number */
        const struct fact_field *field = &row->field[i];
        if (!differs(from, to, field))
            continue;
        varint_put_u64(&o->bytes, i - last);
        last = i;
        if (field->type == TYPE_TEXT) {
            put_text(&o->bytes, fact_text(from, field));
            put_text(&o->bytes, fact_text(to, field));
        } else {
            varint_put_i64(&o->bytes, (int64_t)((uint64_t)fact_int(to, field) - (uint64_t)fact_int(from, field)));
        }
        is_told = is_told || !is_noise(kind, field);
    }
    buf_add_char(&o->bytes, '\0');
    o->is_told = o->is_told || is_told;
    return last > 0;
}

void rewind_entry_add(struct rewind_open *o, enum fact_kind kind, const struct fact *from, const struct fact *to)
{
    static const union fact_any nothing;
    uint64_t id = to != NULL ? to->id : from->id;
    size_t start = o->bytes.len;
    assert(fact_table[kind].field[0].offset == 0);
    (void)buf_add_char(&o->bytes, (char)((unsigned)kind | (from == NULL ? CAME : 0u) | (to == NULL ? WENT : 0u)));
    varint_put_i64(&o->bytes, (int64_t)(id - o->id));
    bool is_change = add_fields(o, kind, from != NULL ? from : &nothing.head, to != NULL ? to : &nothing.head);
    if (!is_change && from != NULL && to != NULL && !o->bytes.overflow) {
        o->bytes.len = start;
        return;
    }
    o->id = id;
    o->count++;
}

void rewind_open_reset(struct rewind_open *o, size_t keep_bytes)
{
    if (o->bytes.cap > keep_bytes)
        buf_clear(&o->bytes);
    buf_reset(&o->bytes);
    o->count = 0;
    o->id = 0;
    o->is_told = false;
}

/* ---- and back ---- */

static uint64_t take(struct slice body, size_t *at)
{
    uint64_t v = 0;
    bool is_whole = varint_take_u64(body, at, &v);
    assert(is_whole);
    return v;
}

static struct slice take_text(struct slice body, size_t *at)
{
    uint64_t n = take(body, at);
    if (n == 0)
        return (struct slice){ NULL, 0 };
    struct slice s = { body.p + *at, (size_t)n - 1 };
    *at += s.n;
    return s;
}

/* Over all fields of an entry; f NULL: only past them. */
static void walk(struct slice body, size_t *at, enum fact_kind kind, bool is_back, struct fact *f)
{
    size_t index = 0;
    for (uint64_t step; (step = take(body, at)) != 0;) {
        index += step;
        assert(index < fact_table[kind].field_count);
        const struct fact_field *field = &fact_table[kind].field[index];
        char *to = f != NULL ? (char *)f + field->offset : NULL;
        if (field->type == TYPE_TEXT) {
            struct slice before = take_text(body, at), after = take_text(body, at);
            if (to != NULL)
                (void)mem_assign((char **)(void *)to, is_back ? before : after);
            continue;
        }
        uint64_t by = (uint64_t)varint_signed(take(body, at)), v;
        if (to != NULL) {
            memcpy(&v, to, sizeof v);
            v = is_back ? v - by : v + by;
            memcpy(to, &v, sizeof v);
        }
    }
}

void rewind_entry_next(struct slice body, size_t *at, uint64_t *id, struct rewind_entry *out)
{
    assert(*at < body.n);
    unsigned char head = (unsigned char)body.p[(*at)++];
    *id += (uint64_t)varint_signed(take(body, at));
    *out = (struct rewind_entry){ .kind = (enum fact_kind)(head & KIND), .came = (head & CAME) != 0, .went = (head & WENT) != 0, .id = *id, .fields_at = *at };
    walk(body, at, out->kind, false, NULL);
}

void rewind_entry_apply(struct slice body, const struct rewind_entry *e, bool is_back, struct fact *f)
{
    size_t at = e->fields_at;
    walk(body, &at, e->kind, is_back, f);
}
