/* SPDX-License-Identifier: MIT */
/* caller: who waits, in the PBX's order. Ranks have gaps, so that a caller who is put in the middle changes nobody
 * else's fact; a place is found from the nearer end, since Join tells position and count. A second list in order of
 * joining has the longest waiting one at its head. Leaving is counted in departure.c. */
#include "core/floor/model.h"

#define RANK_GAP (INT64_C(1) << 20)

struct caller *caller_find(const struct floor *f, struct slice uniqueid)
{
    return map_get(f->callers, uniqueid);
}

static struct caller *at_link(struct list *l)
{
    return LIST_ENTITY(l, struct caller, in_queue);
}

static void set_rank(struct floor *f, struct caller *c, int64_t rank)
{
    if (model_set(&c->fact.rank, rank))
        model_report(f, FACT_CALLER, &c->fact);
}

void caller_renumber(struct floor *f, struct queue *q)
{
    int64_t rank = 0;
    LIST_EACH (at, &q->callers)
        set_rank(f, at_link(at), rank += RANK_GAP);
}

/* The link behind which the caller at `position` (from 1) stands, or would stand. */
static struct list *place_before(struct queue *q, int64_t position)
{
    int64_t index = position - 1, behind = q->fact.waiting - index;
    struct list *at = &q->callers;
    if (behind <= 0)
        return q->callers.prev;
    if (index <= behind) {
        while (index-- > 0)
            at = at->next;
        return at;
    }
    while (behind-- > 0)
        at = at->prev;
    return at->prev;
}

static struct caller *caller_at(struct queue *q, int64_t position)
{
    if (position < 1 || position > q->fact.waiting)
        return NULL;
    return at_link(place_before(q, position)->next);
}

static void give_rank(struct floor *f, struct queue *q, struct caller *c)
{
    bool is_first = c->in_queue.prev == &q->callers, is_last = c->in_queue.next == &q->callers;
    int64_t before = is_first ? 0 : at_link(c->in_queue.prev)->fact.rank;
    int64_t after = is_last ? 0 : at_link(c->in_queue.next)->fact.rank;
    if (is_first && is_last)
        c->fact.rank = 0;
    else if (is_last)
        c->fact.rank = before + RANK_GAP;
    else if (is_first)
        c->fact.rank = after - RANK_GAP;
    else if (after - before > 1)
        c->fact.rank = before + (after - before) / 2;
    else
        caller_renumber(f, q);
}

static void show_oldest(struct queue *q)
{
    q->fact.oldest = q->by_age.count == 0 ? 0 : timer_next(&q->by_age);
}

/* A heap, not a sorted list: a PBX may list its callers in any order, and as many as it likes. */
static void put_by_age(struct queue *q, struct caller *c)
{
    timer_set(&q->by_age, &c->age, c->fact.joined);
    show_oldest(q);
}

void caller_append(struct queue *q, struct caller *c)
{
    list_remove(&c->in_queue);
    list_append(&q->callers, &c->in_queue);
}

struct caller *caller_insert(struct floor *f, struct queue *q, const struct caller_row *row, int64_t position)
{
    if (!model_is_key(row->uniqueid) || !model_has_room(f, map_count(f->callers), CALLERS_MAX, 3, "callers"))
        return NULL;
    struct caller *c = mem_alloc(sizeof *c);
    model_add(f, FACT_CALLER, &c->fact);
    c->fact.queue = q->fact.id;
    c->fact.uniqueid = mem_text(row->uniqueid);
    model_set_text(&c->fact.channel, row->channel);
    model_set_text(&c->fact.number, compare_text(row->number));
    model_set_text(&c->fact.name, compare_text(row->name));
    c->fact.joined = row->joined;
    c->fact.priority = row->priority;
    c->queue = q;
    c->last = f->event;
    list_init(&c->rings);
    list_insert_after(place_before(q, position > 0 ? position : q->fact.waiting + 1), &c->in_queue);
    q->fact.waiting++;
    give_rank(f, q, c);
    put_by_age(q, c);
    map_put(f->callers, slice_of(c->fact.uniqueid), c);
    model_report(f, FACT_CALLER, &c->fact);
    model_report(f, FACT_QUEUE, &q->fact);
    return c;
}

bool caller_update(struct floor *f, struct caller *c, const struct caller_row *row)
{
    struct fact_caller *p = &c->fact;
    bool differs = model_set_text(&p->channel, row->channel);
    differs |= model_set_text(&p->number, compare_text(row->number));
    differs |= model_set_text(&p->name, compare_text(row->name));
    if (row->priority >= 0)
        differs |= model_set(&p->priority, row->priority);
    if (model_set_instant(&p->joined, row->joined)) {
        put_by_age(c->queue, c);
        model_report(f, FACT_QUEUE, &c->queue->fact);
        differs = true;
    }
    if (differs)
        model_report(f, FACT_CALLER, p);
    return differs;
}

void caller_rekey(struct floor *f, struct caller *c, struct slice uniqueid)
{
    if (!model_is_key(uniqueid) || caller_find(f, uniqueid) != NULL)
        return;
    map_remove(f->callers, slice_of(c->fact.uniqueid));
    model_set_text(&c->fact.uniqueid, uniqueid);
    map_put(f->callers, slice_of(c->fact.uniqueid), c);
    timer_cancel(&f->timers, &c->yank);
    c->is_yanked = c->wants_hangup = false;
    c->last = f->event;
    model_report(f, FACT_CALLER, &c->fact);
}

static void end_rings(struct floor *f, struct caller *c)
{
    LIST_EACH_SAFE (at, &c->rings)
        ring_end(f, LIST_ENTITY(at, struct ring, in_caller));
}

void caller_remove(struct floor *f, struct caller *c)
{
    struct queue *q = c->queue;
    end_rings(f, c);
    timer_cancel(&f->timers, &c->yank);
    list_remove(&c->in_queue);
    timer_cancel(&q->by_age, &c->age);
    q->fact.waiting--;
    show_oldest(q);
    map_remove(f->callers, slice_of(c->fact.uniqueid));
    model_drop(f, FACT_CALLER, &c->fact);
    mem_free(c);
    model_report(f, FACT_QUEUE, &q->fact);
}

static struct caller_row row_of_event(const struct floor *f, const struct event *e)
{
    return (struct caller_row){ .uniqueid = event_get(e, F_UNIQUEID), .channel = event_get(e, F_CHANNEL),
                                .number = event_get(e, F_CALLER_ID_NUM), .name = event_get(e, F_CALLER_ID_NAME),
                                .joined = f->now_ms, .priority = -1 };
}

void caller_vanish(struct floor *f, struct caller *c)
{
    departure_vanished(f, c);
    caller_remove(f, c);
}

/* He is somewhere else now and no event said that he left: his Leave is not to be expected. */
static void leave_unseen(struct floor *f, struct caller *c)
{
    struct queue *q = c->queue;
    reconcile_caller_gone(f, q, slice_of(c->fact.uniqueid));
    caller_vanish(f, c);
    queue_suspect(f, q, "a caller joined another queue without leaving this one");
}

void caller_on_join(struct floor *f, const struct event *e)
{
    struct queue *q = queue_need(f, event_get(e, F_QUEUE));
    if (q == NULL)
        return;
    queue_touch(f, q);
    struct caller_row row = row_of_event(f, e);
    departure_on_join(f, row.uniqueid);
    struct caller *c = caller_find(f, row.uniqueid);
    if (c != NULL && c->queue != q) {
        leave_unseen(f, c);
        c = NULL;
    }
    if (c != NULL) {
        row.joined = c->fact.joined;
        caller_update(f, c, &row);
    } else {
        c = caller_insert(f, q, &row, event_int(e, F_POSITION, 1, CALLERS_MAX, 0));
        if (c == NULL)
            return;
        c->is_offered = true;
        q->fact.offered++;
        model_report(f, FACT_QUEUE, &q->fact);
        feed_say(f, &(struct feed_line){ .what = LINE_JOINED, .queue = q, .number = row.number, .name = row.name, .ms = -1 });
    }
    c->touched = f->seq;
    c->last = e->kind;
    queue_check_count(f, q, e);
}

/* Who left is not known by his Uniqueid: the one at his place has got another identity (ami.md 5.7), if the
 * count says that one of ours left. */
static struct caller *find_swapped(struct floor *f, struct queue *q, const struct event *e)
{
    if (!queue_is_told(q) || event_int(e, F_COUNT, 0, CALLERS_MAX, -1) != q->fact.waiting - 1)
        return NULL;
    struct caller *c = caller_at(q, event_int(e, F_POSITION, 1, CALLERS_MAX, 0));
    if (c != NULL)
        caller_rekey(f, c, event_get(e, F_UNIQUEID));
    return c;
}

void caller_on_leave(struct floor *f, const struct event *e)
{
    struct queue *q = queue_need(f, event_get(e, F_QUEUE)); /* unknown: the first list may bring him back */
    if (q == NULL)
        return;
    queue_touch(f, q);
    struct caller *c = caller_find(f, event_get(e, F_UNIQUEID));
    bool was_known = c != NULL && c->queue == q;
    if (!was_known)
        c = find_swapped(f, q, e);
    departure_begin(f, q, c, e);
    reconcile_caller_gone(f, q, event_get(e, F_UNIQUEID));
    if (c != NULL)
        caller_remove(f, c);
    if (!was_known)
        queue_suspect(f, q, "a caller left who was not known to wait");
    queue_check_count(f, q, e);
}

void caller_on_abandon(struct floor *f, const struct event *e)
{
    struct caller *c = caller_find(f, event_get(e, F_UNIQUEID));
    if (c == NULL)
        return;
    c->has_abandoned = true;
    end_rings(f, c);
}

static void yank_over(struct timer *t, int64_t now_ms, void *context)
{
    (void)now_ms;
    struct caller *c = LIST_ENTITY(t, struct caller, yank);
    c->is_yanked = true;
    queue_suspect(context, c->queue, "a waiting channel went elsewhere and did not leave the queue");
}

void caller_seen_elsewhere(struct floor *f, struct slice uniqueid)
{
    struct caller *c = caller_find(f, uniqueid);
    if (c == NULL || c->is_yanked || c->yank.slot != 0)
        return;
    c->yank.fire = yank_over;
    timer_set(&f->timers, &c->yank, f->now_ms + YANK_MS);
}

void caller_on_parked(struct floor *f, const struct event *e)
{
    caller_seen_elsewhere(f, event_get(e, F_PARKEE_UNIQUEID));
}

void caller_on_attended_transfer(struct floor *f, const struct event *e)
{
    if (!slice_eq_nocase(event_get(e, F_DEST_TYPE), SLICE("App")) || !slice_eq_nocase(event_get(e, F_DEST_APP), SLICE("Queue")))
        return;
    struct caller *c = caller_find(f, event_get(e, F_SECOND_TRANSFERER_UNIQUEID));
    if (c == NULL || !event_has(e, F_TRANSFEREE_UNIQUEID))
        return;
    struct caller_row row = { .uniqueid = event_get(e, F_TRANSFEREE_UNIQUEID), .channel = event_get(e, F_TRANSFEREE_CHANNEL),
                              .number = event_get(e, F_TRANSFEREE_CALLER_ID_NUM), .name = event_get(e, F_TRANSFEREE_CALLER_ID_NAME),
                              .joined = c->fact.joined, .priority = -1 };
    caller_rekey(f, c, row.uniqueid);
    caller_update(f, c, &row);
    queue_suspect(f, c->queue, "an attended transfer put another channel in a waiting one's place");
}
