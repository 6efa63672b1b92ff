/* SPDX-License-Identifier: MIT */
/* review: who looks back keeps looking at the same store, which is moved; what is true now is kept in a copy meanwhile, so that
 * nothing that comes from the keeper waits. Coming back, the store is brought forward and the copy goes. While nobody looks
 * back there is one store, and noting a change costs its fields. */
#include "core/keeper/review.h"

#include "core/base/mem.h"
#include "core/base/timer.h"
#include "core/floor/line_match.h"

enum { FASTEST_PERMILLE = 1000000 };

struct review {
    size_t bytes_max;
    int64_t keep_ms;
    struct store *shown;
    struct store *live; /* NULL: shown is what is true now */
    rewind_changed_fn changed;
    void *context;
    struct rewind *rewind; /* NULL: nothing was whole yet */
    bool is_paused;
    int64_t permille;
    int64_t mono_ms, floor_ms; /* the time line was there then */
    unsigned turns;
};

struct review *review_new(size_t bytes_max, int64_t keep_ms, struct store *shown, rewind_changed_fn changed, void *context)
{
    struct review *v = mem_alloc(sizeof *v);
    *v = (struct review){ .bytes_max = bytes_max, .keep_ms = keep_ms, .shown = shown, .changed = changed, .context = context, .permille = 1000 };
    return v;
}

void review_free(struct review *v)
{
    if (v == NULL)
        return;
    rewind_free(v->rewind);
    store_free(v->live);
    mem_free(v);
}

struct store *review_live(const struct review *v)
{
    return v->live != NULL ? v->live : v->shown;
}

bool review_is_past(const struct review *v)
{
    return v->live != NULL;
}

void review_note(struct review *v, enum fact_kind kind, const struct fact *from, const struct fact *to)
{
    if (v->rewind != NULL)
        rewind_note(v->rewind, kind, from, to);
}

/* ---- away from now and back ---- */

static void come_back(struct review *v)
{
    rewind_take(v->rewind, NULL, NULL, NULL);
    store_become(v->shown, v->live, v->changed, v->context); /* what came since the last whole picture, or could not be kept */
    store_free(v->live);
    v->live = NULL;
    v->permille = 1000;
    v->turns++;
}

static void close_group(struct review *v, int64_t live_ms)
{
    if (!rewind_end(v->rewind, live_ms) && v->live != NULL)
        come_back(v);
}

static void look_back(struct review *v, int64_t mono_ms, int64_t live_ms)
{
    close_group(v, live_ms); /* the store has it already */
    v->live = store_new();
    store_become(v->live, v->shown, NULL, NULL);
    rewind_take(v->rewind, v->shown, v->changed, v->context);
    v->is_paused = true;
    v->permille = 1000;
    v->mono_ms = mono_ms;
    v->floor_ms = live_ms;
    v->turns++;
}

static void be_live(struct review *v)
{
    rewind_go(v->rewind, TIMER_NEVER);
    come_back(v);
}

static bool is_worth_keeping(const struct store *s)
{
    const struct fact *f;
    for (size_t at = 0; (f = store_each(s, FACT_PBX, &at)) != NULL;) {
        if (((const struct fact_pbx *)(const void *)f)->link == LINK_LIVE)
            return true;
    }
    return false;
}

void review_flushed(struct review *v, int64_t live_ms)
{
    if (v->rewind == NULL && !is_worth_keeping(v->shown))
        return;
    if (v->rewind == NULL)
        v->rewind = rewind_new(v->bytes_max, v->keep_ms, live_ms);
    close_group(v, live_ms);
}

/* ---- the time line ---- */

int64_t review_from_ms(const struct review *v)
{
    return v->rewind != NULL ? rewind_from_ms(v->rewind) : INT64_MAX;
}

int64_t review_now_ms(const struct review *v, int64_t mono_ms)
{
    int64_t now_ms = v->floor_ms + (v->is_paused ? 0 : (mono_ms - v->mono_ms) * v->permille / 1000);
    return now_ms > review_from_ms(v) ? now_ms : review_from_ms(v);
}

int64_t review_rate_permille(const struct review *v)
{
    return v->live == NULL ? 1000 : v->is_paused ? 0 : v->permille;
}

unsigned review_turns(const struct review *v)
{
    return v->turns;
}

/* From now on the time line begins here. */
static void stand_at(struct review *v, int64_t floor_ms, int64_t mono_ms)
{
    v->floor_ms = floor_ms;
    v->mono_ms = mono_ms;
    v->turns++;
    rewind_go(v->rewind, floor_ms);
}

void review_turn(struct review *v, int64_t mono_ms, int64_t live_ms)
{
    if (v->live == NULL || v->is_paused)
        return;
    int64_t now_ms = review_now_ms(v, mono_ms);
    if (now_ms >= live_ms)
        be_live(v);
    else
        rewind_go(v->rewind, now_ms);
}

int64_t review_deadline(const struct review *v)
{
    int64_t next_ms;
    if (v->live == NULL || v->is_paused)
        return TIMER_NEVER;
    if (!rewind_at_next(v->rewind, &next_ms))
        return TIMER_NEVER; /* what comes next comes over the wire, and the beat looks whether it is live */
    return v->mono_ms + (next_ms - v->floor_ms) * 1000 / v->permille + 1;
}

/* ---- what a person does to it ---- */

static enum review_news seek(struct review *v, int64_t to_ms, int64_t mono_ms, int64_t live_ms)
{
    if (to_ms >= live_ms) {
        if (v->live != NULL)
            be_live(v);
        return REVIEW_DONE;
    }
    if (v->live == NULL)
        look_back(v, mono_ms, live_ms);
    bool is_known = to_ms >= review_from_ms(v);
    stand_at(v, is_known ? to_ms : review_from_ms(v), mono_ms);
    return is_known ? REVIEW_DONE : REVIEW_FIRST;
}

/* To where something happened, and stand still. */
static enum review_news halt_at(struct review *v, bool is_found, int64_t at_ms, int64_t mono_ms, int64_t live_ms)
{
    if (v->live == NULL)
        look_back(v, mono_ms, live_ms);
    v->is_paused = true;
    stand_at(v, is_found ? at_ms : v->floor_ms, mono_ms);
    return is_found ? REVIEW_DONE : REVIEW_NOTHING;
}

static enum review_news step(struct review *v, bool is_back, int64_t now_ms, int64_t mono_ms, int64_t live_ms)
{
    int64_t at_ms = 0, here_ms;
    bool is_found = is_back ? rewind_previous_ms(v->rewind, now_ms, &here_ms) : rewind_next_ms(v->rewind, now_ms, &at_ms);
    /* Back: from behind what happened last to behind what happened before it. */
    if (is_back && is_found && !rewind_previous_ms(v->rewind, here_ms - 1, &at_ms))
        at_ms = review_from_ms(v);
    return halt_at(v, is_found, at_ms, mono_ms, live_ms);
}

static bool is_wanted(const void *context, const struct fact_line *line)
{
    const struct slice *words = context;
    return line_matches(line, *words);
}

static bool is_line(const void *context, const struct fact_line *line)
{
    const uint64_t *id = context;
    return line->id == *id;
}

static enum review_news go_to_line(struct review *v, uint64_t id, int64_t mono_ms, int64_t live_ms)
{
    int64_t at_ms;
    if (rewind_find_line(v->rewind, TIMER_NEVER, true, is_line, &id, &at_ms))
        return halt_at(v, true, at_ms, mono_ms, live_ms);
    return seek(v, INT64_MIN, mono_ms, live_ms); /* it was there before */
}

static enum review_news find(struct review *v, struct slice words, bool is_back, int64_t now_ms, int64_t mono_ms, int64_t live_ms)
{
    int64_t at_ms;
    if (!rewind_find_line(v->rewind, now_ms, is_back, is_wanted, &words, &at_ms))
        return REVIEW_NOTHING;
    return halt_at(v, true, at_ms, mono_ms, live_ms);
}

static bool is(struct slice verb, enum replay_verb wanted)
{
    return slice_eq(verb, slice_of(replay_verb_names[wanted]));
}

enum review_news review_obey(struct review *v, struct slice verb, struct slice text, int64_t number, int64_t mono_ms, int64_t live_ms)
{
    if (v->rewind == NULL)
        return REVIEW_IS_LIVE;
    bool was_live = v->live == NULL;
    int64_t now_ms = was_live ? live_ms : review_now_ms(v, mono_ms);
    if (!was_live)
        stand_at(v, now_ms, mono_ms);
    if (is(verb, REPLAY_SEEK))
        return seek(v, number, mono_ms, live_ms);
    if (is(verb, REPLAY_STEP) || is(verb, REPLAY_BACK))
        return is(verb, REPLAY_STEP) && was_live ? REVIEW_IS_LIVE : step(v, is(verb, REPLAY_BACK), now_ms, mono_ms, live_ms);
    if (is(verb, REPLAY_NEXT) || is(verb, REPLAY_PREVIOUS))
        return is(verb, REPLAY_NEXT) && was_live ? REVIEW_IS_LIVE : find(v, text, is(verb, REPLAY_PREVIOUS), now_ms, mono_ms, live_ms);
    if (is(verb, REPLAY_LINE))
        return go_to_line(v, (uint64_t)number, mono_ms, live_ms);
    if (is(verb, REPLAY_PAUSE) && was_live && number != 0) {
        look_back(v, mono_ms, live_ms);
        return REVIEW_DONE;
    }
    if (was_live)
        return REVIEW_IS_LIVE;
    if (is(verb, REPLAY_PAUSE))
        v->is_paused = number != 0;
    else if (is(verb, REPLAY_SPEED) && number > 0 && number <= FASTEST_PERMILLE)
        v->permille = number;
    else if (is(verb, REPLAY_LIVE))
        be_live(v);
    else
        return REVIEW_UNKNOWN;
    return REVIEW_DONE;
}
