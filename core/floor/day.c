/* SPDX-License-Identifier: MIT */
/* day: at the turn of the local day what is counted "today" begins anew. Nothing else moves: who waits goes on waiting (and was
 * offered yesterday), who talks goes on talking (and is counted when he is done), who has left and is still asked about counts
 * for the day on which the answer comes. What happened while the link was away is in no counter: each queue says how often and for how
 * long that was. When the day turns is the keeper's affair. */
#include "core/floor/model.h"

static void begin_queue(struct floor *f, struct queue *q)
{
    struct fact_queue *p = &q->fact;
    p->since = f->since_wall_ms;
    p->gaps = p->gap_ms = 0;
    p->offered = p->answered = p->answered_in_sl = p->abandoned = p->abandoned_short = 0;
    p->timeout = p->empty = p->key = p->withdrawn = p->redirected = p->guessed = 0;
    p->answered_wait_ms = p->abandoned_wait_ms = p->longest_wait_ms = 0;
    q->early_count = 0; /* of yesterday's answered ones */
    p->handled = p->talk_ms = p->wrap_ms = p->missed = 0;
    LIST_EACH (at, &q->callers)
        LIST_ENTITY(at, struct caller, in_queue)->is_offered = false;
    model_report(f, FACT_QUEUE, p);
}

void day_end_gap(struct floor *f)
{
    struct queue *q;
    for (size_t at = 0; f->gap_from != 0 && (q = map_each(f->queues, &at)) != NULL;) {
        q->fact.gaps++;
        q->fact.gap_ms += f->now_ms > f->gap_from ? f->now_ms - f->gap_from : 0;
        model_report(f, FACT_QUEUE, &q->fact);
    }
    f->gap_from = 0;
}

void floor_new_day(struct floor *f, int64_t now_ms, int64_t wall_ms)
{
    f->now_ms = now_ms;
    f->since_wall_ms = wall_ms;
    f->since_ms = now_ms;
    if (f->gap_from != 0) /* what is left of it is today's */
        f->gap_from = now_ms;
    struct queue *q;
    for (size_t at = 0; (q = map_each(f->queues, &at)) != NULL;)
        begin_queue(f, q);
    struct agent *a;
    for (size_t at = 0; (a = map_each(f->agents, &at)) != NULL;) {
        a->fact.calls_taken = a->fact.missed = a->fact.talk_ms = 0;
        model_report(f, FACT_AGENT, &a->fact);
    }
    struct member *m;
    for (size_t at = 0; (m = idmap_each(f->fact[FACT_MEMBER], &at)) != NULL;) {
        m->fact.missed = 0;
        model_report(f, FACT_MEMBER, &m->fact);
    }
}
