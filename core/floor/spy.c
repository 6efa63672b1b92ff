/* SPDX-License-Identifier: MIT */
/* spy: who listens to whom, from ChanSpyStart to ChanSpyStop or the listener's Hangup. Known by the listener's
 * Uniqueid: the one spied on may be gone when the end is told. */
#include "core/floor/model.h"

static void drop(struct floor *f, struct spy *s)
{
    map_remove(f->spies, slice_of(s->uniqueid));
    model_drop(f, FACT_SPY, &s->fact);
    mem_free(s->uniqueid);
    mem_free(s);
}

void spy_end(struct floor *f, struct slice uniqueid)
{
    struct spy *s = map_count(f->spies) > 0 ? map_get(f->spies, uniqueid) : NULL;
    if (s != NULL)
        drop(f, s);
}

void spy_on_start(struct floor *f, const struct event *e)
{
    struct slice uniqueid = event_get(e, F_SPYER_UNIQUEID);
    spy_end(f, uniqueid); /* one leg listens to one channel at a time */
    if (!model_is_key(uniqueid) || !model_has_room(f, map_count(f->spies), SPIES_MAX, 7, "spy legs"))
        return;
    struct spy *s = mem_alloc(sizeof *s);
    model_add(f, FACT_SPY, &s->fact);
    s->uniqueid = mem_text(uniqueid);
    s->fact.pbx = f->pbx;
    s->fact.since = f->now_ms;
    const struct channel *spied = channel_find(f, event_get(e, F_SPYEE_UNIQUEID));
    const struct call *c = spied != NULL ? leg_call(spied) : NULL;
    if (c == NULL && spied != NULL)
        c = spied->call;
    const struct agent *a = c != NULL ? c->agent : spied != NULL ? channel_agent(spied) : NULL;
    s->fact.agent = a != NULL ? a->fact.id : 0;
    model_set_text(&s->fact.spyer_channel, event_get(e, F_SPYER_CHANNEL));
    model_set_text(&s->fact.spyer_uniqueid, uniqueid);
    model_set_text(&s->fact.spyer_number, compare_text(event_get(e, F_SPYER_CALLER_ID_NUM)));
    model_set_text(&s->fact.spyer_name, compare_text(event_get(e, F_SPYER_CALLER_ID_NAME)));
    model_set_text(&s->fact.spyee_channel, event_get(e, F_SPYEE_CHANNEL));
    map_put(f->spies, slice_of(s->uniqueid), s);
    model_report(f, FACT_SPY, &s->fact);
}

void spy_on_stop(struct floor *f, const struct event *e)
{
    spy_end(f, event_get(e, F_SPYER_UNIQUEID));
}

void spy_drop_all(struct floor *f)
{
    struct spy *s;
    for (size_t at = 0; (s = map_each(f->spies, &at)) != NULL;)
        drop(f, s);
}
