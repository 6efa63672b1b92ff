/* SPDX-License-Identifier: MIT */
/* spy: who listens to whom, from ChanSpyStart to ChanSpyStop or the listener's Hangup. Known by the listener's
 * Uniqueid: the one spied on may be gone when the end is told. Who listened before the link came up is learned from the list of
 * channels, where ChanSpy() was told one channel, by its Uniqueid or whole name. The Uniqueid of a leg of acdtop says whose it is:
 * FACT_SPY_LEG; the name of its caller ID says how it listens, which every AMI user sees who sees calls, also one who comes later. */
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

struct listener {
    struct slice uniqueid, channel, number, name, spied_channel;
    const struct channel *spied; /* NULL unknown */
    int64_t since;
};

static const struct agent *agent_behind(const struct channel *spied)
{
    const struct call *c = spied != NULL ? leg_call(spied) : NULL;
    if (c == NULL && spied != NULL)
        c = spied->call;
    return c != NULL ? c->agent : spied != NULL ? channel_agent(spied) : NULL;
}

/* "acdtop-" 16 digits "-eva" -> "eva" */
static struct slice user_of(struct slice uniqueid)
{
    const struct slice begin = SLICE(FACT_SPY_LEG);
    const size_t before = begin.n + FACT_SPY_LEG_DIGITS + 1;
    if (!slice_starts(uniqueid, begin) || uniqueid.n <= before || uniqueid.p[before - 1] != '-')
        return (struct slice){ NULL, 0 };
    return (struct slice){ uniqueid.p + before, uniqueid.n - before };
}

/* "whisper Anna Berg" -> SPY_WHISPER; of a leg that acdtop did not make nobody knows. */
static int64_t mode_of(struct slice uniqueid, struct slice name)
{
    struct slice rest, word = slice_cut(name, ' ', &rest);
    for (int64_t mode = SPY_LISTEN; slice_starts(uniqueid, SLICE(FACT_SPY_LEG)) && mode < SPY_MODE_COUNT; mode++) {
        if (slice_eq(word, slice_of(spy_mode_names[mode])))
            return mode;
    }
    return SPY_UNKNOWN;
}

static void begin(struct floor *f, const struct listener *l)
{
    spy_end(f, l->uniqueid); /* one leg listens to one channel at a time */
    if (!model_is_key(l->uniqueid) || !model_has_room(f, map_count(f->spies), SPIES_MAX, 7, "spy legs"))
        return;
    struct spy *s = mem_alloc(sizeof *s);
    const struct agent *a = agent_behind(l->spied);
    model_add(f, FACT_SPY, &s->fact);
    s->uniqueid = mem_text(l->uniqueid);
    s->fact.pbx = f->pbx;
    s->fact.since = l->since;
    s->fact.mode = mode_of(l->uniqueid, l->name);
    s->fact.agent = a != NULL ? a->fact.id : 0;
    model_set_text(&s->fact.spyer_channel, l->channel);
    model_set_text(&s->fact.spyer_uniqueid, l->uniqueid);
    model_set_text(&s->fact.who, user_of(l->uniqueid));
    model_set_text(&s->fact.spyer_number, l->number);
    model_set_text(&s->fact.spyer_name, l->name);
    model_set_text(&s->fact.spyee_channel, l->spied_channel);
    map_put(f->spies, slice_of(s->uniqueid), s);
    model_report(f, FACT_SPY, &s->fact);
}

void spy_on_start(struct floor *f, const struct event *e)
{
    begin(f, &(struct listener){ .uniqueid = event_get(e, F_SPYER_UNIQUEID), .channel = event_get(e, F_SPYER_CHANNEL),
                                 .number = compare_text(event_get(e, F_SPYER_CALLER_ID_NUM)), .name = compare_text(event_get(e, F_SPYER_CALLER_ID_NAME)),
                                 .spied = channel_find(f, event_get(e, F_SPYEE_UNIQUEID)), .spied_channel = event_get(e, F_SPYEE_CHANNEL), .since = f->now_ms });
}

/* By its Uniqueid, else by its name: this is asked only for those who listened before the link came up. */
static const struct channel *find_spied(const struct floor *f, struct slice target)
{
    struct channel *ch = channel_find(f, target);
    for (size_t at = 0; ch == NULL && (ch = map_each(f->channels, &at)) != NULL;)
        ch = slice_eq(slice_of(ch->name), target) ? ch : NULL;
    return ch;
}

void spy_adopt(struct floor *f, const struct channel *ch)
{
    const struct channel *spied = find_spied(f, slice_of(ch->app_spy));
    if (spied == NULL || map_get(f->spies, slice_of(ch->uniqueid)) != NULL)
        return; /* a name's beginning, any channel: only ChanSpyStart tells whom that found */
    begin(f, &(struct listener){ .uniqueid = slice_of(ch->uniqueid), .channel = slice_of(ch->name), .number = slice_of(ch->number), .name = slice_of(ch->caller_name),
                                 .spied = spied, .spied_channel = slice_of(spied->name), .since = ch->since });
}

void spy_on_name(struct floor *f, const struct event *e)
{
    struct slice name = compare_text(event_get(e, F_CALLER_ID_NAME));
    struct spy *s = map_count(f->spies) > 0 ? map_get(f->spies, event_get(e, F_UNIQUEID)) : NULL;
    if (s == NULL)
        return;
    bool differs = model_set(&s->fact.mode, mode_of(slice_of(s->uniqueid), name));
    differs |= model_set_text(&s->fact.spyer_name, name);
    if (differs)
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
