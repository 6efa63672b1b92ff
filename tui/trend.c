/* SPDX-License-Identifier: MIT */
/* trend: samples the waiting callers at every beat and keeps the most of each slot. Slots begin at round instants of the floor's
 * time line, so that the picture moves by one place at a time. Time that was not watched stays unknown.
 */
#include "tui/trend.h"

#include "core/base/mem.h"
#include "core/base/sum.h"
#include "tui/look/spark.h"

struct trend {
    int64_t slot; /* that runs; INT64_MAX: none yet */
    int64_t waiting[TREND_SLOTS];
};

static void forget(struct trend *t, int64_t slot)
{
    t->slot = slot;
    for (size_t i = 0; i < TREND_SLOTS; i++)
        t->waiting[i] = SPARK_UNKNOWN;
}

struct trend *trend_new(void)
{
    struct trend *t = mem_alloc(sizeof *t);
    forget(t, INT64_MAX);
    return t;
}

void trend_restart(struct trend *t)
{
    forget(t, INT64_MAX);
}

void trend_free(struct trend *t)
{
    mem_free(t);
}

/* A PBX that is asked about. What is only known from before is not of now. */
static bool is_live_here(const struct fact_pbx *pbx, const char *only)
{
    return pbx->link == LINK_LIVE && (only == NULL || (pbx->name != NULL && strcmp(pbx->name, only) == 0));
}

/* A queue of several PBXs, which is of none, has left out already what is not live. */
static bool counts(const struct store *store, const struct fact_queue *q, const char *only)
{
    const struct fact_pbx *pbx = (const void *)store_get(store, FACT_PBX, q->pbx);
    return pbx == NULL ? only == NULL : is_live_here(pbx, only);
}

/* Callers who wait now; SPARK_UNKNOWN while no link is live. */
static int64_t waiting_now(const struct store *store, const char *only)
{
    const struct fact *f;
    bool is_live = false;
    int64_t sum = 0;
    for (size_t at = 0; (f = store_each(store, FACT_PBX, &at)) != NULL;)
        is_live = is_live || is_live_here((const void *)f, only);
    for (size_t at = 0; (f = store_each(store, FACT_QUEUE, &at)) != NULL;)
        sum = sum_add(sum, counts(store, (const void *)f, only) ? ((const struct fact_queue *)(const void *)f)->waiting : 0);
    return is_live ? sum : SPARK_UNKNOWN;
}

void trend_beat(struct trend *t, const struct store *store, const char *pbx, int64_t floor_ms)
{
    int64_t slot = floor_ms / TREND_SLOT_MS, now = waiting_now(store, pbx);
    if (slot < t->slot || slot - t->slot >= TREND_SLOTS) /* the first, wound back, or too long ago */
        forget(t, slot);
    for (; t->slot < slot; t->slot++) {
        memmove(t->waiting, t->waiting + 1, (TREND_SLOTS - 1) * sizeof t->waiting[0]);
        t->waiting[TREND_SLOTS - 1] = SPARK_UNKNOWN;
    }
    int64_t *last = &t->waiting[TREND_SLOTS - 1];
    *last = now > *last ? now : *last;
}

const int64_t *trend_waiting(const struct trend *t)
{
    for (size_t i = 0; t != NULL && i < TREND_SLOTS; i++) {
        if (t->waiting[i] != SPARK_UNKNOWN)
            return t->waiting;
    }
    return NULL;
}
