/* SPDX-License-Identifier: MIT */
/* app_past: the console looks at what was. Keys and commands become verbs of the time line, which somebody else runs; what is
 * counted here while the console is open (trend, rates) goes on counting what is true now, and is not shown beside the past. */
#include "tui/app_parts.h"

#include <stdio.h>

#include "core/config/when.h"

unsigned app_time(struct app *a, const struct app_time *t)
{
    past_rate(&a->past, t->rate_permille);
    a->past.from_ms = t->from_ms;
    a->past.to_ms = t->to_ms;
    a->past.is_behind = t->live != NULL;
    a->live = t->live;
    a->view.trend = a->past.is_behind ? NULL : a->trend;
    a->view.rates = a->past.is_behind ? NULL : a->rates;
    return APP_PAINT;
}

static unsigned play(struct app *a, enum replay_verb verb, int64_t number, struct slice words)
{
    struct err err = ERR_INIT;
    struct buf text = BUF_INIT(COMMAND_LINE_MAX + 64);
    if (verb == REPLAY_LIVE && !a->past.is_behind)
        return app_notice(a, a->past.is_past ? SLICE("This is a recording: nothing of it is live.") : SLICE("This is live."), false);
    (void)buf_addf(&text, "%s %lld %.*s", replay_verb_names[verb], (long long)number, SLICE_FMT(words));
    bool ok = app_wish(a, APP_WISH_PLAY, buf_slice(&text), &err);
    buf_clear(&text);
    if (ok && verb == REPLAY_SPEED)
        a->past.speed_permille = number; /* while it stands still nothing else tells */
    return ok ? (unsigned)APP_PAINT : app_notice(a, slice_of(err.text), false);
}

/* To the moment of the selected line of events: of a floor that is live the one at which this console learnt of it. */
static unsigned go_to_line(struct app *a)
{
    struct table *t = deck_table(a->deck);
    const struct fact *f = t != NULL && table_kind(t) == FACT_LINE && table_selected(t) != 0 ? store_get(a->view.store, FACT_LINE, table_selected(t)) : NULL;
    if (f == NULL)
        return app_notice(a, SLICE("Select a line of events first: 6 lists them."), false);
    const struct fact_line *line = (const void *)f;
    return a->past.is_past ? play(a, REPLAY_SEEK, line->at, SLICE("")) : play(a, REPLAY_LINE, (int64_t)line->id, SLICE(""));
}

bool app_past_act(struct app *a, enum action action, unsigned *effects)
{
    enum replay_verb verb;
    int64_t number;
    if (action == ACTION_PAST_LINE)
        *effects = go_to_line(a);
    else if (action == ACTION_PAST_NEXT || action == ACTION_PAST_PREVIOUS)
        *effects = play(a, action == ACTION_PAST_NEXT ? REPLAY_NEXT : REPLAY_PREVIOUS, 0, buf_slice(&a->past_words));
    else if (past_act(&a->past, action, a->view.beat_ms, &verb, &number))
        *effects = play(a, verb, number, SLICE(""));
    else
        return false;
    return true;
}

unsigned app_at(struct app *a, struct slice time, struct err *err)
{
    int64_t to_wall = a->view.wall_ms - a->view.beat_ms, wall_ms;
    struct when_span span = { .from_ms = a->past.from_ms + to_wall, .to_ms = a->past.to_ms + to_wall, .near_ms = a->view.wall_ms,
                              .plus_ms = a->view.wall_ms, .minus_ms = a->view.wall_ms, .is_today = true,
                              .what = a->past.is_past ? "the recording" : "what is kept" };
    if (a->past.from_ms >= a->past.to_ms) {
        (void)err_set(err, ERR_USAGE, "nothing but now can be shown here");
        return 0;
    }
    if (when_read(time, &span, &wall_ms, err) != WHEN_OK)
        return 0;
    bool is_now = !a->past.is_past && wall_ms >= span.to_ms;
    return play(a, is_now ? REPLAY_LIVE : REPLAY_SEEK, wall_ms - to_wall, SLICE(""));
}
