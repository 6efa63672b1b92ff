/* SPDX-License-Identifier: MIT */
/* past: turns an action into a verb of the time line. Speeds are a table, so that slower after faster is where one was.
 */
#include "tui/past.h"

#include "tui/view.h"

enum { A_MINUTE_MS = 60000 };

static const int64_t speeds[] = { 100, 250, 500, 1000, 2000, 5000, 10000, 30000, 60000, 300000 };
enum { SPEEDS = sizeof speeds / sizeof speeds[0] };

void past_rate(struct past *p, int64_t rate_permille)
{
    p->rate_permille = rate_permille;
    if (rate_permille > 0)
        p->speed_permille = rate_permille;
}

/* The next speed of the table; the same where there is none. */
static int64_t next_speed(int64_t permille, bool is_faster)
{
    for (size_t i = 0; i < SPEEDS; i++) {
        int64_t speed = speeds[is_faster ? i : SPEEDS - 1 - i];
        if (is_faster ? speed > permille : speed < permille)
            return speed;
    }
    return permille;
}

bool past_act(const struct past *p, enum action a, int64_t beat_ms, enum replay_verb *verb, int64_t *number)
{
    int64_t speed = p->speed_permille > 0 ? p->speed_permille : 1000;
    *verb = REPLAY_SEEK;
    switch (a) {
    case ACTION_PAST_PAUSE:
        *verb = REPLAY_PAUSE;
        *number = p->rate_permille != 0;
        return true;
    case ACTION_PAST_STEP:
        *verb = REPLAY_STEP;
        *number = 1;
        return true;
    case ACTION_PAST_SLOWER:
    case ACTION_PAST_FASTER:
        *verb = REPLAY_SPEED;
        *number = next_speed(speed, a == ACTION_PAST_FASTER);
        return true;
    case ACTION_PAST_STEP_BACK:
        *verb = REPLAY_BACK;
        *number = 1;
        return true;
    case ACTION_PAST_LIVE:
        *verb = REPLAY_LIVE;
        *number = 1;
        return true;
    case ACTION_PAST_FIRST: *number = p->from_ms; return true;
    case ACTION_PAST_BACK: *number = beat_ms - A_MINUTE_MS; return true;
    case ACTION_PAST_AHEAD: *number = beat_ms + A_MINUTE_MS; return true;
    default: return false;
    }
}

void past_write(const struct past *p, int64_t beat_ms, bool is_short, struct buf *out)
{
    int64_t reach_ms = p->to_ms - p->from_ms;
    (void)buf_add(out, p->is_behind ? SLICE("past, ") : SLICE("replay"));
    if (p->is_behind) {
        view_add_duration(out, p->to_ms - (beat_ms > p->from_ms ? beat_ms : p->from_ms)); /* a beat is a whole second */
        (void)buf_add(out, SLICE(" ago"));
    }
    if (p->rate_permille == 0)
        (void)buf_add(out, is_short && p->is_behind ? SLICE(", still") : SLICE(", standing still"));
    else if (p->rate_permille % 1000 == 0 && p->rate_permille != 1000)
        (void)buf_addf(out, " %lldx", (long long)(p->rate_permille / 1000));
    else if (p->rate_permille != 1000)
        (void)buf_addf(out, " %lld.%02lldx", (long long)(p->rate_permille / 1000), (long long)(p->rate_permille % 1000 / 10));
    if (is_short || reach_ms <= 0)
        return;
    (void)buf_add(out, p->is_behind ? SLICE(", reaches back ") : SLICE(", "));
    if (!p->is_behind) {
        view_add_duration(out, beat_ms - p->from_ms);
        (void)buf_add(out, SLICE(" of "));
    }
    view_add_duration(out, reach_ms);
}

void past_news(enum review_news news, struct slice words, int64_t from_wall_ms, int64_t reach_ms, struct buf *out)
{
    struct buf reach = BUF_INIT(128);
    view_add_clock(&reach, from_wall_ms, "%H:%M:%S on, ");
    view_add_duration(&reach, reach_ms);
    (void)buf_add(&reach, SLICE(" back"));
    switch (news) {
    case REVIEW_DONE: break;
    case REVIEW_FIRST: (void)buf_addf(out, "The past is kept from %s: this is where it begins.", reach.data); break;
    case REVIEW_NOTHING:
        if (words.n > 0)
            (void)buf_addf(out, "No line of events has '%.*s' there; the past is kept from %s.", SLICE_FMT(words), reach.data);
        else
            (void)buf_addf(out, "Nothing happened there; the past is kept from %s.", reach.data);
        break;
    case REVIEW_IS_LIVE: (void)buf_add(out, SLICE("This is live. Stop it or go back first, then it can be moved.")); break;
    case REVIEW_UNKNOWN: (void)buf_add(out, SLICE("That cannot be done with the past.")); break;
    }
    buf_clear(&reach);
}
