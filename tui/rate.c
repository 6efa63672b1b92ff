/* SPDX-License-Identifier: MIT */
/* rate: keeps the counters of the last few beats of each PBX. The work is one sample for each PBX and second, and does not
 * grow with what happens on it.
 */
#include "tui/rate.h"

#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/base/sum.h"

enum { SAMPLES = 11 };

struct sample {
    int64_t floor_ms, events, bytes;
};

struct rate {
    struct sample at[SAMPLES]; /* the oldest first */
    size_t count;
};

struct rates {
    struct idmap *rate;
};

struct rates *rates_new(void)
{
    struct rates *r = mem_alloc(sizeof *r);
    r->rate = idmap_new();
    return r;
}

void rates_free(struct rates *r)
{
    if (r == NULL)
        return;
    struct rate *one;
    for (size_t at = 0; (one = idmap_each(r->rate, &at)) != NULL;)
        mem_free(one);
    idmap_free(r->rate);
    mem_free(r);
}

void rates_beat(struct rates *r, const struct store *store, int64_t floor_ms)
{
    const struct fact *f;
    for (size_t at = 0; (f = store_each(store, FACT_PBX, &at)) != NULL;) {
        const struct fact_pbx *pbx = (const void *)f;
        struct sample now = { floor_ms, sum_add(pbx->events, pbx->events_skipped), pbx->bytes_in };
        struct rate *one = idmap_get(r->rate, f->id);
        if (one == NULL) {
            one = mem_alloc(sizeof *one);
            (void)idmap_put(r->rate, f->id, one);
        }
        if (one->count > 0 && (one->at[one->count - 1].events > now.events || one->at[one->count - 1].floor_ms > floor_ms))
            one->count = 0; /* counted anew: another keeper, or a recording that was wound back */
        if (one->count > 0 && one->at[one->count - 1].floor_ms == floor_ms)
            one->count--;
        if (one->count == SAMPLES) {
            memmove(one->at, one->at + 1, (SAMPLES - 1) * sizeof one->at[0]);
            one->count--;
        }
        one->at[one->count++] = now;
    }
}

static const struct rate *watched(const struct rates *r, uint64_t pbx)
{
    const struct rate *one = r != NULL ? idmap_get(r->rate, pbx) : NULL;
    return one != NULL && one->count > 1 ? one : NULL;
}

static int64_t a_second(int64_t n, int64_t ms)
{
    return ms > 0 ? sum_mul(n, 1000000) / ms : 0;
}

bool rates_events(const struct rates *r, uint64_t pbx, int64_t *milli)
{
    const struct rate *one = watched(r, pbx);
    if (one == NULL)
        return false;
    const struct sample *last = &one->at[one->count - 1];
    *milli = a_second(sum_sub(last->events, one->at[0].events), sum_sub(last->floor_ms, one->at[0].floor_ms));
    return true;
}

bool rates_bytes(const struct rates *r, uint64_t pbx, int64_t *milli)
{
    const struct rate *one = watched(r, pbx);
    if (one == NULL)
        return false;
    const struct sample *last = &one->at[one->count - 1];
    *milli = a_second(sum_sub(last->bytes, one->at[0].bytes), sum_sub(last->floor_ms, one->at[0].floor_ms));
    return true;
}
