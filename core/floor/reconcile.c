/* SPDX-License-Identifier: MIT */
/* reconcile: one QueueStatus list, held aside until everything published before it has arrived (the barrier), then
 * put together with the model (ami.md 6). Events that came after the list began are no older than the list, whatever
 * their own age: for what they touched, they win. A queue that was CLEAN and that no such event touched is compared
 * first, and what nothing explains is drift; touched, its list proves nothing and is thrown away. A queue that was not
 * CLEAN takes the list. Where no barrier can be passed the list is taken as it is and nothing is claimed. */
#include "core/floor/model.h"

enum { SWAP_MS = 2000, SWAP_LOOK_MAX = 1000 /* so that a list of strangers costs no more than its length */, ITEMS_MAX = 1000000 };

struct held_member {
    struct list in_queue;
    struct member_row row; /* its texts lie in `text` */
    char *text;
};

struct held_caller {
    struct list in_queue;
    struct caller_row row;
    char *text;
};

struct held_queue {
    struct list in_snapshot;
    char *name, *strategy;
    struct list members, callers;
    bool has_params;
    int64_t max_waiting, weight, service_level_s, holdtime_s, talktime_s, completed, abandoned, sl, sl2;
};

struct snapshot {
    struct list queues;
    struct map *by_name;
    struct map *tombs; /* what events took away since the list began */
    char *scope;       /* NULL: all queues */
    uint64_t seq;      /* events after this one came after the list began */
    size_t items;
    bool is_complete;
};

static void free_held(struct held_queue *h)
{
    LIST_EACH_SAFE (at, &h->members) {
        struct held_member *m = LIST_ENTITY(at, struct held_member, in_queue);
        mem_free(m->text);
        mem_free(m);
    }
    LIST_EACH_SAFE (at, &h->callers) {
        struct held_caller *c = LIST_ENTITY(at, struct held_caller, in_queue);
        mem_free(c->text);
        mem_free(c);
    }
    mem_free(h->name);
    mem_free(h->strategy);
    mem_free(h);
}

void floor_snapshot_cancel(struct floor *f)
{
    struct snapshot *s = f->snapshot;
    if (s == NULL)
        return;
    f->snapshot = NULL;
    LIST_EACH_SAFE (at, &s->queues)
        free_held(LIST_ENTITY(at, struct held_queue, in_snapshot));
    char *text;
    for (size_t at = 0; (text = map_each(s->tombs, &at)) != NULL;) {
        map_remove(s->tombs, slice_of(text));
        mem_free(text);
    }
    map_free(s->by_name);
    map_free(s->tombs);
    mem_free(s->scope);
    mem_free(s);
}

void floor_snapshot_begin(struct floor *f, struct slice scope, int64_t now_ms)
{
    f->now_ms = now_ms;
    floor_snapshot_cancel(f);
    struct snapshot *s = mem_alloc(sizeof *s);
    list_init(&s->queues);
    s->by_name = map_new(true);
    s->tombs = map_new(true);
    s->scope = scope.p != NULL ? mem_text(scope) : NULL;
    s->seq = f->seq;
    f->snapshot = s;
}

void floor_snapshot_end(struct floor *f, int64_t now_ms)
{
    f->now_ms = now_ms;
    if (f->snapshot != NULL)
        f->snapshot->is_complete = true;
}

/* Copies the slices into one block and points them at it. */
static char *keep(struct slice *const text[], size_t count)
{
    size_t size = 1;
    for (size_t i = 0; i < count; i++)
        size += text[i]->n;
    char *block = mem_alloc(size), *to = block;
    for (size_t i = 0; i < count; i++) {
        if (text[i]->n > 0)
            memcpy(to, text[i]->p, text[i]->n);
        text[i]->p = to;
        to += text[i]->n;
    }
    return block;
}

static struct held_queue *held_need(struct snapshot *s, struct slice name)
{
    struct held_queue *h = map_get(s->by_name, name);
    if (h != NULL || !model_is_key(name) || (s->scope != NULL && !slice_eq_nocase(name, slice_of(s->scope))))
        return h;
    h = mem_alloc(sizeof *h);
    h->name = mem_text(name);
    list_init(&h->members);
    list_init(&h->callers);
    list_append(&s->queues, &h->in_snapshot);
    map_put(s->by_name, slice_of(h->name), h);
    return h;
}

static int64_t milli(const struct event *e, enum field field)
{
    int64_t v = -1;
    return event_has(e, field) && slice_milli(event_get(e, field), &v) ? v : -1;
}

static void hold_params(struct held_queue *h, const struct event *e)
{
    h->has_params = true;
    model_set_text(&h->strategy, event_get(e, F_STRATEGY));
    h->max_waiting = event_int(e, F_MAX, 0, INT32_MAX, 0);
    h->weight = event_int(e, F_WEIGHT, INT32_MIN, INT32_MAX, 0);
    h->service_level_s = event_int(e, F_SERVICE_LEVEL, 0, INT32_MAX, 0);
    h->holdtime_s = event_int(e, F_HOLDTIME, 0, INT32_MAX, -1);
    h->talktime_s = event_int(e, F_TALKTIME, 0, INT32_MAX, -1);
    h->completed = event_int(e, F_COMPLETED, 0, INT32_MAX, -1);
    h->abandoned = event_int(e, F_ABANDONED, 0, INT32_MAX, -1);
    h->sl = milli(e, F_SERVICE_LEVEL_PERF);
    h->sl2 = milli(e, F_SERVICE_LEVEL_PERF2);
}

static void hold_member(struct held_queue *h, const struct event *e)
{
    struct held_member *m = mem_alloc(sizeof *m);
    m->row = member_row_of_item(e);
    struct slice *const text[] = { &m->row.interface, &m->row.name, &m->row.state_interface, &m->row.reason };
    m->text = keep(text, sizeof text / sizeof text[0]);
    list_append(&h->members, &m->in_queue);
}

static void hold_caller(struct held_queue *h, const struct event *e, int64_t now_ms)
{
    struct held_caller *c = mem_alloc(sizeof *c);
    c->row = (struct caller_row){ .uniqueid = event_get(e, F_UNIQUEID), .channel = event_get(e, F_CHANNEL),
                                  .number = event_get(e, F_CALLER_ID_NUM), .name = event_get(e, F_CALLER_ID_NAME),
                                  .joined = now_ms - event_int(e, F_WAIT, 0, INT32_MAX, 0) * 1000,
                                  .priority = event_int(e, F_PRIORITY, 0, INT32_MAX, -1) };
    struct slice *const text[] = { &c->row.uniqueid, &c->row.channel, &c->row.number, &c->row.name };
    c->text = keep(text, sizeof text / sizeof text[0]);
    list_append(&h->callers, &c->in_queue);
}

void floor_snapshot_item(struct floor *f, const struct event *e, int64_t now_ms)
{
    struct snapshot *s = f->snapshot;
    f->now_ms = now_ms;
    if (s == NULL || s->is_complete || !model_has_room(f, s->items, ITEMS_MAX, 8, "items of one list"))
        return;
    struct held_queue *h = held_need(s, event_get(e, F_QUEUE));
    if (h == NULL)
        return;
    s->items++;
    if (e->kind == EVENT_QUEUE_PARAMS)
        hold_params(h, e);
    else if (e->kind == EVENT_QUEUE_MEMBER)
        hold_member(h, e);
    else if (e->kind == EVENT_QUEUE_ENTRY)
        hold_caller(h, e, now_ms);
}

/* What a queue's event took away after the list began must not come back with the list. Keyed by kind, queue and name. */
static struct slice tomb_key(char out[2 * NAME_MAX_BYTES + 2], char kind, const struct queue *q, struct slice name)
{
    size_t n = strlen(q->fact.name);
    out[0] = kind;
    memcpy(out + 1, q->fact.name, n);
    out[n + 1] = '\n';
    memcpy(out + n + 2, name.p, name.n);
    return (struct slice){ out, n + 2 + name.n };
}

static void bury(struct floor *f, char kind, const struct queue *q, struct slice name)
{
    char key[2 * NAME_MAX_BYTES + 2];
    if (f->snapshot == NULL || !model_is_key(name) || !model_has_room(f, map_count(f->snapshot->tombs), ITEMS_MAX, 8, "items of one list"))
        return;
    struct slice wanted = tomb_key(key, kind, q, name);
    if (map_get(f->snapshot->tombs, wanted) != NULL)
        return;
    char *text = mem_text(wanted);
    map_put(f->snapshot->tombs, slice_of(text), text);
}

static bool is_buried(const struct snapshot *s, char kind, const struct queue *q, struct slice name)
{
    char key[2 * NAME_MAX_BYTES + 2];
    return map_count(s->tombs) > 0 && name.n <= NAME_MAX_BYTES && map_get(s->tombs, tomb_key(key, kind, q, name)) != NULL;
}

void reconcile_member_gone(struct floor *f, const struct queue *q, struct slice interface)
{
    bury(f, 'm', q, interface);
}

void reconcile_caller_gone(struct floor *f, const struct queue *q, struct slice uniqueid)
{
    bury(f, 'c', q, uniqueid);
}

struct merge {
    struct floor *f;
    const struct snapshot *s;
    struct queue *q;
    const struct held_queue *h;
    bool is_compared;
};

static void merge_members(const struct merge *g)
{
    struct floor *f = g->f;
    LIST_EACH (at, &g->h->members) {
        const struct member_row *row = &LIST_ENTITY(at, struct held_member, in_queue)->row;
        struct member *m = member_find(g->q, row->interface);
        /* A later LoginTime is another record, made by a reload since the event. */
        bool event_wins = m != NULL ? m->touched > g->s->seq && row->login <= m->login_epoch : is_buried(g->s, 'm', g->q, row->interface);
        if (!event_wins) {
            if (g->is_compared && m != NULL)
                compare_member(f, m, row);
            else if (g->is_compared)
                compare_new_member(f, g->q, row);
            m = member_put(f, g->q, m, row, true);
        }
        if (m != NULL)
            m->merge = f->merges;
    }
    LIST_EACH_SAFE (at, &g->q->members) {
        struct member *m = LIST_ENTITY(at, struct member, in_queue);
        if (m->merge == f->merges || m->touched > g->s->seq)
            continue;
        if (g->is_compared)
            compare_gone_member(f, m);
        member_drop(f, m);
    }
}

/* A caller whom no Join announced stands where one of ours has gone: an attended transfer put his channel in the
 * other's place (ami.md 5.7), which keeps the time of joining. */
static struct caller *find_swapped(const struct merge *g, const struct caller_row *row)
{
    if (!g->q->is_listed || g->f->is_resyncing)
        return NULL;
    int looked = 0;
    LIST_EACH (at, &g->q->callers) {
        struct caller *c = LIST_ENTITY(at, struct caller, in_queue);
        if (++looked > SWAP_LOOK_MAX)
            break;
        int64_t apart_ms = c->fact.joined - row->joined;
        if (c->merge != g->f->merges && c->touched <= g->s->seq && apart_ms <= SWAP_MS && apart_ms >= -SWAP_MS)
            return c;
    }
    return NULL;
}

static struct caller *take_new_caller(const struct merge *g, const struct caller_row *row)
{
    struct floor *f = g->f;
    struct caller *c = find_swapped(g, row);
    if (c != NULL) {
        caller_rekey(f, c, row->uniqueid);
        caller_update(f, c, row);
        return c;
    }
    if (g->is_compared)
        compare_new_caller(f, g->q, row);
    c = caller_insert(f, g->q, row, 0);
    if (c != NULL && g->q->is_listed) { /* he joined since counting began, unseen; those of the first list waited before */
        c->is_offered = true;
        g->q->fact.offered++;
    }
    return c;
}

static void mark_known(const struct merge *g)
{
    LIST_EACH (at, &g->h->callers) {
        const struct caller_row *row = &LIST_ENTITY(at, struct held_caller, in_queue)->row;
        struct caller *c = caller_find(g->f, row->uniqueid);
        if (c != NULL && c->queue != g->q && c->touched <= g->s->seq)
            caller_vanish(g->f, c);
        else if (c != NULL && c->queue == g->q)
            c->merge = g->f->merges;
    }
}

static void merge_callers(const struct merge *g)
{
    struct floor *f = g->f;
    bool is_order_explained = !g->is_compared, is_ordered = true;
    const struct caller *before = NULL;
    mark_known(g);
    LIST_EACH (at, &g->h->callers) {
        const struct caller_row *row = &LIST_ENTITY(at, struct held_caller, in_queue)->row;
        struct caller *c = caller_find(f, row->uniqueid);
        if (c == NULL && !is_buried(g->s, 'c', g->q, row->uniqueid)) {
            c = take_new_caller(g, row);
            is_order_explained = true;
        } else if (c != NULL && c->queue == g->q && c->touched <= g->s->seq) {
            if (g->is_compared)
                compare_caller(f, c, row);
            is_order_explained |= c->fact.priority != row->priority;
            caller_update(f, c, row);
        }
        if (c == NULL || c->queue != g->q)
            continue;
        c->merge = f->merges;
        if (before != NULL && before->fact.rank >= c->fact.rank && is_ordered) {
            is_ordered = false;
            if (!is_order_explained)
                compare_order(f, g->q, c);
        }
        before = c;
    }
    LIST_EACH_SAFE (at, &g->q->callers) {
        struct caller *c = LIST_ENTITY(at, struct caller, in_queue);
        if (c->merge != f->merges && c->touched <= g->s->seq)
            caller_vanish(f, c);
    }
}

/* The list's order; callers whom only events know stand behind, and the queue is suspect anyway. */
static void merge_order(const struct merge *g)
{
    struct queue *q = g->q;
    const struct list *next = q->callers.next;
    bool is_ordered = true;
    LIST_EACH (at, &g->h->callers) {
        const struct caller *c = caller_find(g->f, LIST_ENTITY(at, struct held_caller, in_queue)->row.uniqueid);
        if (c == NULL || c->queue != q)
            continue;
        is_ordered = is_ordered && &c->in_queue == next;
        next = c->in_queue.next;
    }
    if (is_ordered)
        return;
    LIST_EACH (at, &g->h->callers) {
        struct caller *c = caller_find(g->f, LIST_ENTITY(at, struct held_caller, in_queue)->row.uniqueid);
        if (c != NULL && c->queue == q)
            caller_append(q, c);
    }
    while (LIST_ENTITY(q->callers.next, struct caller, in_queue)->merge != g->f->merges)
        caller_append(q, LIST_ENTITY(q->callers.next, struct caller, in_queue));
    caller_renumber(g->f, q);
}

static void merge_params(struct queue *q, const struct held_queue *h)
{
    struct fact_queue *p = &q->fact;
    if (!h->has_params)
        return;
    model_set_text(&p->strategy, slice_of(h->strategy));
    p->max_waiting = h->max_waiting;
    p->weight = h->weight;
    p->service_level_s = h->service_level_s;
    for (unsigned i = 0; i < q->early_count; i++)
        p->answered_in_sl += q->early_hold_s[i] <= p->service_level_s;
    q->early_count = 0;
    q->has_params = true;
    p->ast_holdtime_s = h->holdtime_s;
    p->ast_talktime_s = h->talktime_s;
    p->ast_completed = h->completed;
    p->ast_abandoned = h->abandoned;
    p->ast_sl = h->sl;
    p->ast_sl2 = h->sl2;
    p->wrapup_s = 0;
    LIST_EACH (at, &q->members) {
        int64_t wrapup_s = LIST_ENTITY(at, struct member, in_queue)->fact.wrapup_s;
        p->wrapup_s = wrapup_s > p->wrapup_s ? wrapup_s : p->wrapup_s;
    }
}

static void adopt(struct floor *f, const struct held_queue *h, bool is_barrier)
{
    struct queue *q = queue_need(f, slice_of(h->name));
    if (q == NULL)
        return;
    bool is_touched = q->touched > f->snapshot->seq, was_clean = q->fact.state == QUEUE_CLEAN;
    if (is_touched && was_clean && is_barrier) {
        queue_want(f, q); /* proves nothing: again, soon */
        return;
    }
    struct merge g = { .f = f, .s = f->snapshot, .q = q, .h = h, .is_compared = was_clean && is_barrier };
    f->merges++;
    merge_members(&g);
    merge_callers(&g);
    merge_order(&g);
    merge_params(q, h);
    q->is_listed = true;
    queue_was_read(f, q);
    queue_set_state(f, q, !is_barrier ? QUEUE_UNPROVEN : is_touched ? QUEUE_SUSPECT : QUEUE_CLEAN);
    if (is_barrier && is_touched)
        queue_want(f, q);
    else
        q->attempt = 0;
    model_report(f, FACT_QUEUE, &q->fact);
}

/* A queue that its list does not have is gone, or came into being meanwhile. */
static void drop_if_missing(struct floor *f, struct queue *q)
{
    if (map_get(f->snapshot->by_name, slice_of(q->fact.name)) != NULL)
        return;
    if (q->touched <= f->snapshot->seq) {
        queue_drop(f, q);
        return;
    }
    queue_set_state(f, q, QUEUE_SUSPECT);
    queue_want(f, q);
}

static void drop_missing(struct floor *f)
{
    const char *scope = f->snapshot->scope;
    struct queue *q = scope != NULL ? queue_find(f, slice_of(scope)) : NULL;
    if (q != NULL)
        drop_if_missing(f, q);
    for (size_t at = 0; scope == NULL && (q = map_each(f->queues, &at)) != NULL;)
        drop_if_missing(f, q);
}

static void finish(struct floor *f, bool is_barrier, int64_t now_ms)
{
    f->now_ms = now_ms;
    if (f->snapshot == NULL || !f->snapshot->is_complete)
        return;
    f->event = EVENT_QUEUE_STATUS_COMPLETE;
    drop_missing(f);
    LIST_EACH (at, &f->snapshot->queues)
        adopt(f, LIST_ENTITY(at, struct held_queue, in_snapshot), is_barrier);
    if (f->snapshot->scope == NULL) {
        f->is_resyncing = false;
        day_end_gap(f);
        f->has_members = true;
    }
    f->reread_at = now_ms;
    floor_snapshot_cancel(f);
    if (f->is_adoption_due && f->has_members)
        channel_list_adopt(f);
}

void floor_barrier(struct floor *f, int64_t now_ms)
{
    finish(f, true, now_ms);
}

void floor_settle(struct floor *f, int64_t now_ms)
{
    finish(f, false, now_ms);
}
