/* SPDX-License-Identifier: MIT */
/* floor_mirror: keeps what a model reports, and holds it against what the model has: everything
 * that changed was told, every count is a recount. For targets that have a floor in them. */
#ifndef TESTS_FUZZ_FLOOR_MIRROR_H
#define TESTS_FUZZ_FLOOR_MIRROR_H

#include "core/base/map.h"
#include "core/floor/floor.h"
#include "tests/fuzz/fuzz.h"

struct mirror {
    struct idmap *told[FACT_COUNT];
};

static inline void mirror_open(struct mirror *m)
{
    for (size_t i = 0; i < FACT_COUNT; i++)
        m->told[i] = idmap_new();
}

static inline void mirror_drop(struct mirror *m, size_t kind, struct fact *mine)
{
    (void)idmap_remove(m->told[kind], mine->id);
    fact_clear((enum fact_kind)kind, mine);
    mem_free(mine);
}

static inline void mirror_close(struct mirror *m)
{
    for (size_t i = 0; i < FACT_COUNT; i++) {
        struct fact *mine;
        for (size_t at = 0; (mine = idmap_each(m->told[i], &at)) != NULL;)
            mirror_drop(m, i, mine);
        idmap_free(m->told[i]);
    }
}

static inline void mirror_changed(void *context, enum fact_kind kind, uint64_t id, const struct fact *fact)
{
    struct mirror *m = context;
    struct fact *mine = idmap_get(m->told[kind], id);
    if (fact == NULL) {
        FUZZ_CHECK(mine != NULL); /* what was never told cannot go */
        mirror_drop(m, kind, mine);
        return;
    }
    FUZZ_CHECK(fact->id == id && id != 0);
    if (mine == NULL) {
        mine = mem_alloc(fact_table[kind].size);
        (void)idmap_put(m->told[kind], id, mine);
    }
    fact_copy(kind, mine, fact);
}

static inline void mirror_check_queue(const struct floor *f, const struct fact_queue *q)
{
    int64_t waiting = 0, members = 0;
    const struct fact *fact;
    for (size_t at = 0; (fact = floor_each(f, FACT_CALLER, &at)) != NULL;)
        waiting += ((const struct fact_caller *)(const void *)fact)->queue == q->id;
    for (size_t at = 0; (fact = floor_each(f, FACT_MEMBER, &at)) != NULL;)
        members += ((const struct fact_member *)(const void *)fact)->queue == q->id;
    FUZZ_CHECK(q->waiting == waiting && q->members == members);
    FUZZ_CHECK((q->oldest != 0) == (waiting > 0));
    FUZZ_CHECK(members == q->ready + q->ringing + q->talking + q->other_call + q->hold + q->wrapup + q->paused + q->unavailable + q->invalid + q->unknown);
    const int64_t never_negative[] = { q->offered, q->answered, q->answered_in_sl, q->abandoned, q->abandoned_short, q->timeout, q->empty, q->key,
                                       q->withdrawn, q->redirected, q->guessed, q->answered_wait_ms, q->abandoned_wait_ms, q->longest_wait_ms,
                                       q->handled, q->talk_ms, q->wrap_ms, q->missed };
    for (size_t i = 0; i < sizeof never_negative / sizeof never_negative[0]; i++)
        FUZZ_CHECK(never_negative[i] >= 0);
    FUZZ_CHECK(q->answered_in_sl <= q->answered && q->abandoned_short <= q->abandoned);
}

static inline void mirror_compare(size_t kind, const struct fact *told, const struct fact *fact)
{
    if (told != NULL && fact_equal((enum fact_kind)kind, told, fact))
        return;
    (void)fprintf(stderr, "%s %llx was %s:", fact_table[kind].name, (unsigned long long)fact->id, told == NULL ? "never told" : "changed in silence");
    for (size_t i = 0; told != NULL && i < fact_table[kind].field_count; i++) {
        const struct fact_field *field = &fact_table[kind].field[i];
        if (field->type != TYPE_TEXT && fact_int(told, field) != fact_int(fact, field))
            (void)fprintf(stderr, " %s %lld, not %lld;", field->id, (long long)fact_int(fact, field), (long long)fact_int(told, field));
        if (field->type == TYPE_TEXT && !slice_eq(slice_of(fact_text(told, field)), slice_of(fact_text(fact, field))))
            (void)fprintf(stderr, " %s;", field->id);
    }
    (void)fprintf(stderr, "\n");
    abort();
}

static inline void mirror_check(const struct mirror *m, const struct floor *f)
{
    const struct fact *fact;
    for (size_t kind = 0; kind < FACT_COUNT; kind++) {
        size_t count = 0;
        for (size_t at = 0; (fact = floor_each(f, (enum fact_kind)kind, &at)) != NULL; count++) {
            mirror_compare(kind, idmap_get(m->told[kind], fact->id), fact);
            FUZZ_CHECK(floor_get(f, (enum fact_kind)kind, fact->id) == fact);
        }
        FUZZ_CHECK(count == idmap_count(m->told[kind]));
    }
    for (size_t at = 0; (fact = floor_each(f, FACT_QUEUE, &at)) != NULL;)
        mirror_check_queue(f, (const struct fact_queue *)(const void *)fact);
}

#endif
