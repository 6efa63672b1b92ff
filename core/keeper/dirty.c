/* SPDX-License-Identifier: MIT */
/* dirty: one mark for every fact that a console knows or is about to learn. A mark stands in the list of what waits,
 * in the batch that is being sent, or in neither (told). A fact that ends before it was told takes its mark along,
 * so a console that sleeps for a week costs no more than the facts there are and those it knew when it fell asleep. */
#include "core/keeper/dirty.h"

#include "core/base/list.h"
#include "core/base/map.h"
#include "core/base/mem.h"

struct mark {
    struct list link;
    uint64_t id : 58; /* there are as many marks as facts: one word less is a third of it */
    uint64_t kind : 4;
    uint64_t is_known : 1; /* the console has it */
    uint64_t is_gone : 1;
};
_Static_assert(FACT_COUNT <= 16, "a mark has four bits for its kind");
#define ID_MASK ((UINT64_C(1) << 58) - 1) /* a keeper has fewer than 2^18 PBXs: see fact_pbx_id */

struct dirty {
    struct idmap *mark[FACT_COUNT];
    struct list waiting, batch;
};

struct dirty *dirty_new(void)
{
    struct dirty *d = mem_alloc(sizeof *d);
    for (int kind = 0; kind < FACT_COUNT; kind++) {
        d->mark[kind] = idmap_new();
    }
    list_init(&d->waiting);
    list_init(&d->batch);
    return d;
}

void dirty_free(struct dirty *d)
{
    if (d == NULL) {
        return;
    }
    for (int kind = 0; kind < FACT_COUNT; kind++) {
        struct mark *m;
        for (size_t at = 0; (m = idmap_each(d->mark[kind], &at)) != NULL;) {
            mem_free(m);
        }
        idmap_free(d->mark[kind]);
    }
    mem_free(d);
}

static struct mark *add(struct dirty *d, enum fact_kind kind, uint64_t id)
{
    struct mark *m = mem_alloc(sizeof *m);
    list_init(&m->link);
    m->id = id & ID_MASK;
    m->kind = (unsigned)kind & 15u;
    idmap_put(d->mark[kind], id, m);
    return m;
}

static void forget(struct dirty *d, struct mark *m)
{
    list_remove(&m->link);
    idmap_remove(d->mark[m->kind], m->id);
    mem_free(m);
}

void dirty_mark(struct dirty *d, enum fact_kind kind, uint64_t id, bool is_gone)
{
    struct mark *m = idmap_get(d->mark[kind], id);
    if (is_gone && (m == NULL || !m->is_known)) {
        if (m != NULL) {
            forget(d, m);
        }
        return;
    }
    if (m == NULL) {
        m = add(d, kind, id);
    }
    m->is_gone = is_gone;
    if (list_is_empty(&m->link)) {
        list_append(&d->waiting, &m->link);
    }
}

bool dirty_is_empty(const struct dirty *d)
{
    return list_is_empty(&d->waiting) && list_is_empty(&d->batch);
}

void dirty_begin(struct dirty *d)
{
    if (list_is_empty(&d->waiting)) {
        return;
    }
    struct list *first = d->waiting.next, *last = d->waiting.prev, *end = d->batch.prev;
    end->next = first;
    first->prev = end;
    last->next = &d->batch;
    d->batch.prev = last;
    list_init(&d->waiting);
}

bool dirty_next(struct dirty *d, struct dirty_fact *out)
{
    if (list_is_empty(&d->batch)) {
        return false;
    }
    struct mark *m = LIST_ENTITY(d->batch.next, struct mark, link);
    *out = (struct dirty_fact){ .kind = (enum fact_kind)m->kind, .id = m->id, .is_gone = m->is_gone };
    if (m->is_gone) {
        forget(d, m);
    } else {
        list_remove(&m->link);
        m->is_known = true;
    }
    return true;
}
