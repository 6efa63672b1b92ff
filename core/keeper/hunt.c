/* SPDX-License-Identifier: MIT */
/* hunt: looks at the lines that a replay makes while it runs. Ahead the first one that fits ends it; back, the whole way from the
 * beginning is run through again and the last one that fits is kept. Moves the time line; who feeds the floor with it is the keeper. */
#include "core/keeper/hunt.h"

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/floor/line_match.h"

static bool is(struct slice verb, enum replay_verb wanted)
{
    return slice_eq(verb, slice_of(replay_verb_names[wanted]));
}

/* True: it begins anew. */
static bool go(struct replay *r, enum replay_verb verb, int64_t number, int64_t mono_ms)
{
    bool is_anew = false;
    return replay_obey(r, slice_of(replay_verb_names[verb]), number, mono_ms, &is_anew) && is_anew;
}

void hunt_clear(struct hunt *h)
{
    mem_free(h->words);
    *h = (struct hunt){ .words = NULL };
}

bool hunt_obey(struct hunt *h, struct replay *r, struct slice verb, struct slice words, int64_t number, int64_t mono_ms, bool *is_anew)
{
    bool is_back = is(verb, REPLAY_PREVIOUS);
    hunt_clear(h);
    if (!is_back && !is(verb, REPLAY_NEXT))
        return replay_obey(r, verb, number, mono_ms, is_anew);
    *h = (struct hunt){ .words = mem_text(words.p != NULL ? words : SLICE("")), .is_back = is_back, .from_ms = replay_now_ms(r, mono_ms), .found_ms = -1 };
    (void)go(r, REPLAY_PAUSE, 1, mono_ms);
    *is_anew = is_back && go(r, REPLAY_SEEK, 0, mono_ms);
    (void)go(r, REPLAY_SEEK, is_back ? h->from_ms : INT64_MAX / 2, mono_ms);
    return true;
}

bool hunt_is_caught(const struct hunt *h)
{
    return h->words != NULL && !h->is_back && h->found_ms >= 0;
}

void hunt_line(struct hunt *h, const struct fact_line *line)
{
    if (h->words == NULL || hunt_is_caught(h) || !line_matches(line, slice_of(h->words)))
        return;
    if (h->is_back ? line->at < h->from_ms : line->at > h->from_ms)
        h->found_ms = line->at;
}

static void write_none(const struct hunt *h, int64_t from_wall_ms, struct buf *out)
{
    char at[32] = "";
    (void)clock_format(at, sizeof at, "%T", from_wall_ms);
    (void)buf_addf(out, "no line of events %s %s", h->is_back ? "before" : "after", at);
    if (*h->words != '\0')
        (void)buf_addf(out, " has '%s'", h->words);
}

bool hunt_end(struct hunt *h, struct replay *r, int64_t mono_ms, struct buf *sentence)
{
    bool is_anew = false;
    if (h->found_ms < 0) {
        write_none(h, replay_wall_at_zero_ms(r) + h->from_ms, sentence);
        is_anew = go(r, REPLAY_SEEK, h->from_ms, mono_ms);
    } else if (h->is_back || replay_now_ms(r, mono_ms) > h->found_ms) { /* some lines are made by time, between two messages */
        is_anew = go(r, REPLAY_SEEK, h->found_ms, mono_ms);
    }
    hunt_clear(h);
    return is_anew;
}
