/* SPDX-License-Identifier: MIT */
/* feed: what happened, one line each: callers who came and how they left, rings that were let go, pauses, members who came and
 * went. Only events make lines, never lists: what changed while nobody listened did not happen now. The last FEED_MAX are kept as
 * facts like any other, so that a console which sleeps is told of those that are still there, and of no more. */
#include "core/floor/model.h"

enum { FEED_MAX = 400, MERGE_MS = 1000 };

struct feed {
    struct fact_line line[FEED_MAX]; /* a ring; an entry with id 0 has not been used yet */
    size_t next;
    int64_t count;
};

static struct fact_line *last_line(struct feed *feed)
{
    return &feed->line[(feed->next + FEED_MAX - 1) % FEED_MAX];
}

/* A pause in every queue comes as an event for each of them: one line, of no queue. */
static bool is_same_pause(const struct fact_line *last, const struct feed_line *l, int64_t now_ms)
{
    return last->id != 0 && last->what == (int64_t)l->what && (l->what == LINE_PAUSED || l->what == LINE_UNPAUSED) && l->agent != NULL &&
           last->agent == l->agent->fact.id && now_ms - last->at < MERGE_MS;
}

void feed_say(struct floor *f, const struct feed_line *l)
{
    if (f->feed == NULL)
        f->feed = mem_alloc(sizeof *f->feed);
    struct fact_line *line = last_line(f->feed);
    if (is_same_pause(line, l, f->now_ms)) {
        bool differs = model_set_id(&line->queue, 0);
        if (model_set_text(&line->queue_name, (struct slice){ NULL, 0 }) || differs)
            model_report(f, FACT_LINE, line);
        return;
    }
    line = &f->feed->line[f->feed->next];
    f->feed->next = (f->feed->next + 1) % FEED_MAX;
    if (line->id != 0)
        model_drop(f, FACT_LINE, line);
    *line = (struct fact_line){ .pbx = f->pbx, .at = f->now_ms, .number_of = ++f->feed->count, .what = (int64_t)l->what, .ms = l->ms };
    if (l->queue != NULL) {
        line->queue = l->queue->fact.id;
        model_set_text(&line->queue_name, slice_of(l->queue->fact.name));
    }
    if (l->agent != NULL) {
        const struct fact_agent *a = &l->agent->fact;
        line->agent = a->id;
        model_set_text(&line->agent_name, slice_of(a->name != NULL ? a->name : a->interface));
    }
    model_set_text(&line->number, l->number);
    model_set_text(&line->name, l->name);
    model_set_text(&line->note, l->note);
    model_add(f, FACT_LINE, line);
    model_report(f, FACT_LINE, line);
}

void feed_free(struct floor *f)
{
    for (size_t i = 0; f->feed != NULL && i < FEED_MAX; i++)
        if (f->feed->line[i].id != 0)
            model_drop(f, FACT_LINE, &f->feed->line[i]);
    mem_free(f->feed);
    f->feed = NULL;
}
