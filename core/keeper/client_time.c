/* SPDX-License-Identifier: MIT */
/* client_time: the floor's time line as the console sees it: the keeper says now and then where it stands and how it runs, and clock and
 * counters go on from there; where somebody looks back, it is the past's. */
#include "core/keeper/client_parts.h"

#include "core/base/clock.h"

enum { BENT_MS = 900 };

int64_t client_live_ms(const struct client *c, int64_t mono_ms)
{
    return c->has_time ? c->time.floor_ms + (mono_ms - c->time.mono_ms) * c->time.rate_permille / 1000 : mono_ms;
}

/* Where it goes on otherwise than it did, whoever shows it is to look at once. */
void client_take_time(struct client *c, const struct wire_time *t, int64_t mono_ms)
{
    int64_t before_ms = client_live_ms(c, mono_ms);
    bool was_known = c->has_time;
    int64_t rate_permille = c->time.rate_permille;
    c->time = *t;
    c->has_time = true;
    int64_t jump_ms = client_live_ms(c, mono_ms) - before_ms;
    if (!was_known || t->rate_permille != rate_permille || jump_ms > BENT_MS || jump_ms < -BENT_MS) {
        c->turns++;
    }
}

bool client_is_back(const struct client *c)
{
    return c->review != NULL && review_is_past(c->review);
}

int64_t client_floor_ms(const struct client *c, int64_t mono_ms)
{
    return client_is_back(c) ? review_now_ms(c->review, mono_ms) : client_live_ms(c, mono_ms);
}

int64_t client_floor_wall_ms(const struct client *c, int64_t mono_ms)
{
    int64_t wall_ms = c->has_time ? c->time.wall_ms + (mono_ms - c->time.mono_ms) * c->time.rate_permille / 1000 : clock_wall_ms();
    return wall_ms - client_live_ms(c, mono_ms) + client_floor_ms(c, mono_ms);
}

int64_t client_rate_permille(const struct client *c)
{
    return client_is_back(c) ? review_rate_permille(c->review) : c->has_time ? c->time.rate_permille : 1000;
}

unsigned client_turns(const struct client *c)
{
    return c->turns + (c->review != NULL ? review_turns(c->review) : 0);
}
