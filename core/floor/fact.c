/* SPDX-License-Identifier: MIT */
/* fact: clears, copies and compares facts of any kind by their rows in fact_table, so that a new field needs
 * no line here. Owns nothing: the texts of a fact belong to whoever holds the struct. */
#include "core/floor/fact.h"

#include "core/base/mem.h"

static char **text_at(struct fact *f, const struct fact_field *field)
{
    return (char **)(void *)((char *)f + field->offset);
}

void fact_clear(enum fact_kind kind, struct fact *f)
{
    const struct fact_row *row = &fact_table[kind];
    for (size_t i = 0; i < row->field_count; i++) {
        if (row->field[i].type == TYPE_TEXT) {
            mem_free(*text_at(f, &row->field[i]));
        }
    }
    memset(f, 0, row->size);
}

void fact_copy(enum fact_kind kind, struct fact *to, const struct fact *from)
{
    const struct fact_row *row = &fact_table[kind];
    for (size_t i = 0; i < row->field_count && to != from; i++) {
        const struct fact_field *field = &row->field[i];
        if (field->type != TYPE_TEXT) {
            memcpy((char *)to + field->offset, (const char *)from + field->offset, sizeof(int64_t));
            continue;
        }
        const char *text = fact_text(from, field);
        char **old = text_at(to, field);
        if (text == NULL) {
            mem_free(*old);
            *old = NULL;
        } else {
            mem_assign(old, slice_of(text));
        }
    }
}

static bool text_equal(const char *a, const char *b)
{
    return (a == NULL || b == NULL) ? a == b : strcmp(a, b) == 0;
}

bool fact_equal(enum fact_kind kind, const struct fact *a, const struct fact *b)
{
    const struct fact_row *row = &fact_table[kind];
    for (size_t i = 0; i < row->field_count; i++) {
        const struct fact_field *field = &row->field[i];
        bool same = field->type == TYPE_TEXT ? text_equal(fact_text(a, field), fact_text(b, field))
                                             : fact_int(a, field) == fact_int(b, field);
        if (!same) {
            return false;
        }
    }
    return true;
}

const struct fact_field *fact_field_named(enum fact_kind kind, struct slice id)
{
    const struct fact_row *row = &fact_table[kind];
    for (size_t i = 0; i < row->field_count; i++) {
        if (slice_eq(slice_of(row->field[i].id), id)) {
            return &row->field[i];
        }
    }
    return NULL;
}
