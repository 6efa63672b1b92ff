/* SPDX-License-Identifier: MIT */
/* past: turns an action into a verb of the replay. Speeds are a table, so that slower after faster is where one was.
 */
#include "tui/past.h"

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
    case ACTION_REPLAY_PAUSE:
        *verb = REPLAY_PAUSE;
        *number = p->rate_permille != 0;
        return true;
    case ACTION_REPLAY_STEP:
        *verb = REPLAY_STEP;
        *number = 1;
        return true;
    case ACTION_REPLAY_SLOWER:
    case ACTION_REPLAY_FASTER:
        *verb = REPLAY_SPEED;
        *number = next_speed(speed, a == ACTION_REPLAY_FASTER);
        return true;
    case ACTION_REPLAY_BACK: *number = beat_ms - A_MINUTE_MS; return true;
    case ACTION_REPLAY_AHEAD: *number = beat_ms + A_MINUTE_MS; return true;
    default: return false;
    }
}

void past_write(const struct past *p, struct buf *out)
{
    (void)buf_add(out, SLICE("replay"));
    if (p->rate_permille == 0)
        (void)buf_add(out, SLICE(", standing still"));
    else if (p->rate_permille % 1000 == 0 && p->rate_permille != 1000)
        (void)buf_addf(out, " %lldx", (long long)(p->rate_permille / 1000));
    else if (p->rate_permille != 1000)
        (void)buf_addf(out, " %lld.%02lldx", (long long)(p->rate_permille / 1000), (long long)(p->rate_permille % 1000 / 10));
}
