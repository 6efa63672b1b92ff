/* SPDX-License-Identifier: MIT */
/* fact: clears, copies, compares and joins facts of any kind by their rows in fact_table, so that a new field needs
 * no line here. Owns nothing: the texts of a fact belong to whoever holds the struct. */
#include "core/floor/fact.h"

#include "core/base/mem.h"
#include "core/base/sum.h"

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

/* How little a state of a queue proves. */
static int64_t doubt(int64_t state)
{
    static const int64_t doubts[] = { [QUEUE_CLEAN] = 0, [QUEUE_SUSPECT] = 1, [QUEUE_SYNCING] = 2, [QUEUE_UNPROVEN] = 3 };
    _Static_assert(sizeof doubts / sizeof doubts[0] == QUEUE_STATE_COUNT, "a state that nobody knows how far to trust");
    return state >= 0 && state < QUEUE_STATE_COUNT ? doubts[state] : QUEUE_STATE_COUNT;
}

/* Of two values, neither of which stands alone. */
static int64_t joined(enum fact_join join, int64_t a, int64_t b)
{
    switch (join) {
    case JOIN_SUM: return sum_add(a, b);
    case JOIN_MOST: return a > b ? a : b;
    case JOIN_LEAST: return a < b ? a : b;
    case JOIN_EARLIEST: return a == 0 || (b != 0 && b < a) ? b : a;
    case JOIN_WORST: return doubt(a) >= doubt(b) ? a : b;
    case JOIN_SAME: return a == b ? a : -1;
    case JOIN_ALONE: return -1;
    case JOIN_NONE:
    case JOIN_COUNT: break;
    }
    return 0;
}

void fact_join(enum fact_kind kind, struct fact *total, size_t added, const struct fact *f)
{
    const struct fact_row *row = &fact_table[kind];
    for (size_t i = 0; i < row->field_count; i++) {
        const struct fact_field *field = &row->field[i];
        if (field->type == TYPE_TEXT || field->join == JOIN_NONE)
            continue;
        int64_t value = fact_int(f, field);
        if (added > 0)
            value = joined(field->join, fact_int(total, field), value);
        memcpy((char *)total + field->offset, &value, sizeof value);
    }
}

void fact_join_texts(enum fact_kind kind, struct fact *total, size_t added, const struct fact *f)
{
    const struct fact_row *row = &fact_table[kind];
    for (size_t i = 0; i < row->field_count; i++) {
        const struct fact_field *field = &row->field[i];
        if (field->type != TYPE_TEXT || field->join != JOIN_SAME)
            continue;
        const char *text = fact_text(f, field);
        char **to = text_at(total, field);
        if (added == 0 && text != NULL) {
            mem_assign(to, slice_of(text));
        } else if (added > 0 && !text_equal(*to, text)) {
            mem_free(*to);
            *to = NULL;
        }
    }
}

bool fact_agent_leads(const struct fact_agent *a, const struct fact_agent *b)
{
    static const int weight[] = {
        [AGENT_TALKING] = 9, [AGENT_HOLD] = 8, [AGENT_RINGING] = 7, [AGENT_OTHER_CALL] = 6, [AGENT_WRAPUP] = 5,
        [AGENT_READY] = 4,   [AGENT_PAUSED] = 3, [AGENT_UNAVAILABLE] = 2, [AGENT_INVALID] = 1, [AGENT_UNKNOWN] = 0,
    };
    _Static_assert(sizeof weight / sizeof weight[0] == AGENT_STATE_COUNT, "an agent state without a weight");
    int x = weight[a->state >= 0 && a->state < AGENT_STATE_COUNT ? a->state : AGENT_UNKNOWN], y = weight[b->state >= 0 && b->state < AGENT_STATE_COUNT ? b->state : AGENT_UNKNOWN];
    return x != y ? x > y : a->since != b->since ? a->since > b->since : a->id < b->id;
}
