/* SPDX-License-Identifier: MIT */
/* floor: life and death of the model, ids, the one place that reports a changed fact, instants out of the PBX's
 * epochs, the link's ups and downs, timers. What events do: apply.c and the rooms it names. */
#include "core/base/log.h"
#include "core/floor/model.h"

enum { ID_SHIFT = 40 };

static bool has_facts(size_t kind)
{
    return kind != FACT_PBX; /* the keeper makes that one out of session_report and floor_health */
}

struct floor *floor_new(const struct floor_setup *setup, int64_t now_ms, int64_t now_wall_ms)
{
    struct floor *f = mem_alloc(sizeof *f);
    f->setup = *setup;
    f->pbx = (uint64_t)(setup->pbx_index + 1) << ID_SHIFT;
    f->now_ms = now_ms;
    f->since_wall_ms = now_wall_ms;
    f->since_ms = now_ms;
    f->pbx_zero_ms = now_wall_ms - now_ms;
    for (size_t i = 0; i < FACT_COUNT; i++)
        f->fact[i] = has_facts(i) ? idmap_new() : NULL;
    f->queues = map_new(true);
    f->agents = map_new(true);
    f->devices = map_new(true);
    f->callers = map_new(false);
    f->departures = map_new(false);
    f->channels = map_new(false);
    f->halves = map_new(false);
    f->bridges = map_new(false);
    f->spies = map_new(false);
    f->endpoints = map_new(true);
    f->remembered = map_new(false);
    f->gone = map_new(false);
    list_init(&f->by_read);
    list_init(&f->wanted);
    list_init(&f->asking);
    return f;
}

void floor_free(struct floor *f)
{
    if (f == NULL)
        return;
    f->setup.changed = NULL;
    floor_snapshot_cancel(f);
    feed_free(f);
    departure_free_all(f);
    channel_drop_all(f);
    endpoint_drop_all(f);
    call_forget_remembered(f);
    channel_list_clear(f);
    struct agent *a; /* removed in the middle of a call: no queue knows them any more */
    for (size_t at = 0; (a = map_each(f->agents, &at)) != NULL;)
        agent_let_go(f, a);
    struct queue *q;
    for (size_t at = 0; (q = map_each(f->queues, &at)) != NULL;)
        queue_drop(f, q);
    struct map *all[] = { f->queues, f->agents, f->devices, f->callers, f->departures, f->channels, f->halves,
                          f->bridges, f->spies, f->endpoints, f->remembered, f->gone };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        map_free(all[i]);
    for (size_t i = 0; i < FACT_COUNT; i++)
        if (has_facts(i))
            idmap_free(f->fact[i]);
    timer_heap_clear(&f->timers);
    mem_free(f->drift_last);
    mem_free(f);
}

void model_add(struct floor *f, enum fact_kind kind, void *fact)
{
    struct fact *any = fact;
    any->id = f->pbx | ++f->last_id;
    idmap_put(f->fact[kind], any->id, fact);
}

void model_report(struct floor *f, enum fact_kind kind, const void *fact)
{
    const struct fact *any = fact;
    if (f->setup.changed != NULL)
        f->setup.changed(f->setup.context, kind, any->id, any);
}

void model_drop(struct floor *f, enum fact_kind kind, void *fact)
{
    struct fact *any = fact;
    idmap_remove(f->fact[kind], any->id);
    if (f->setup.changed != NULL)
        f->setup.changed(f->setup.context, kind, any->id, NULL);
    fact_clear(kind, any);
}

int64_t model_instant(const struct floor *f, int64_t epoch_s)
{
    if (epoch_s <= 0)
        return 0;
    int64_t instant = epoch_s * 1000 - f->pbx_zero_ms;
    /* The second in which it happened has begun by now; an instant is never in the future. */
    if (instant > f->now_ms - EPOCH_SLACK_MS)
        instant = f->now_ms;
    return instant != 0 ? instant : 1;
}

bool model_set_instant(int64_t *field, int64_t instant)
{
    if (*field != 0 && instant != 0 && instant >= *field - EPOCH_SLACK_MS && instant <= *field + EPOCH_SLACK_MS)
        return false;
    return model_set(field, instant);
}

bool model_set_text(char **field, struct slice text)
{
    return mem_assign(field, text.n > 0 ? text : (struct slice){ NULL, 0 });
}

bool model_is_key(struct slice s)
{
    return s.n > 0 && s.n <= NAME_MAX_BYTES && memchr(s.p, 0, s.n) == NULL;
}

bool model_has_room(struct floor *f, size_t count, size_t max, unsigned bit, const char *what)
{
    if (count < max)
        return true;
    if ((f->said_full & (1u << bit)) == 0) {
        f->said_full |= 1u << bit;
        log_line(LOG_ERROR, "the PBX speaks of more than %zu %s: further ones are passed over", max, what);
    }
    return false;
}

void floor_set_clock(struct floor *f, int64_t offset_ms, int64_t now_ms, int64_t wall_ms)
{
    int64_t zero = wall_ms + offset_ms - now_ms;
    int64_t moved = zero - f->pbx_zero_ms;
    f->now_ms = now_ms;
    f->pbx_zero_ms = zero;
    if (moved >= -EPOCH_SLACK_MS && moved <= EPOCH_SLACK_MS)
        return;
    struct member *m;
    for (size_t at = 0; (m = idmap_each(f->fact[FACT_MEMBER], &at)) != NULL;)
        member_rebase(f, m);
}

void floor_link_down(struct floor *f, int64_t heard_ms, int64_t now_ms)
{
    f->now_ms = now_ms;
    if (f->gap_from == 0 && map_count(f->queues) > 0) /* else the link before was too short to close it */
        f->gap_from = heard_ms > 0 && heard_ms < now_ms ? heard_ms : now_ms;
    floor_snapshot_cancel(f);
    f->is_listing_channels = false;
    departure_settle_all(f); /* nobody will answer any more */
}

/* Only events tell of it, and a restart of the PBX gives it another value: it is unknown until the next one. */
static void forget_ringinuse(struct floor *f)
{
    struct member *m;
    for (size_t at = 0; (m = idmap_each(f->fact[FACT_MEMBER], &at)) != NULL;) {
        if (model_set(&m->fact.ringinuse, -1))
            model_report(f, FACT_MEMBER, &m->fact);
    }
}

void floor_link_up(struct floor *f, int64_t now_ms)
{
    if (!f->has_been_up) /* before the first link there was nothing to count from */
        f->since_wall_ms += now_ms - f->since_ms;
    f->has_been_up = true;
    f->now_ms = now_ms;
    floor_snapshot_cancel(f);
    departure_settle_all(f);
    call_remember_all(f);
    channel_drop_all(f);
    struct agent *a;
    for (size_t at = 0; (a = map_each(f->agents, &at)) != NULL;)
        agent_let_go(f, a);
    f->sees_calls = f->has_members = f->is_adoption_due = false;
    f->is_resyncing = map_count(f->queues) > 0;
    forget_ringinuse(f);
    struct queue *q;
    for (size_t at = 0; (q = map_each(f->queues, &at)) != NULL;) {
        queue_set_state(f, q, QUEUE_SYNCING);
        q->attempt = 0;
    }
}

void floor_tick(struct floor *f, int64_t now_ms)
{
    f->now_ms = now_ms;
    f->event = EVENT_OTHER;
    timer_run(&f->timers, now_ms, f);
}

int64_t floor_deadline(const struct floor *f)
{
    return timer_next(&f->timers);
}

const struct fact *floor_get(const struct floor *f, enum fact_kind kind, uint64_t id)
{
    return has_facts(kind) ? idmap_get(f->fact[kind], id) : NULL;
}

const struct fact *floor_each(const struct floor *f, enum fact_kind kind, size_t *at)
{
    return has_facts(kind) ? idmap_each(f->fact[kind], at) : NULL;
}

void floor_health(const struct floor *f, struct floor_health *out)
{
    *out = (struct floor_health){ .drift = f->drift, .drift_last = f->drift_last, .suspects = (int64_t)f->suspects,
                                  .reread_at = f->reread_at };
}
