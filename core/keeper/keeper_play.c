/* SPDX-License-Identifier: MIT */
/* keeper_play: the floor's time line. What is due is done at its instant, and of a recording every entry comes at its own; a turn takes so
 * much of it that the consoles are served in between. */
#include "core/keeper/keeper_parts.h"

#include "core/base/clock.h"
#include "core/base/timer.h"

enum { REPLAY_ENTRIES_A_TURN = 256, REPLAY_TICKS_A_TURN = 20000 };

int64_t keeper_pbx_due(const struct keeper *k)
{
    int64_t due = TIMER_NEVER;
    for (size_t i = 0; i < k->pbx_count; i++) {
        int64_t one = pbx_deadline(k->pbx[i]);
        due = one < due ? one : due;
    }
    return due;
}

void keeper_tick(struct keeper *k, int64_t now_ms)
{
    for (size_t i = 0; i < k->pbx_count; i++) {
        pbx_tick(k->pbx[i], now_ms);
    }
}

/* The time line comes to `until_ms`, stopping where something is due in between. False: not in one turn. */
static bool tick_until(struct keeper *k, int64_t until_ms)
{
    for (int i = 0; i < REPLAY_TICKS_A_TURN; i++) {
        int64_t due = keeper_pbx_due(k);
        if (due > until_ms) {
            keeper_tick(k, until_ms);
            return true;
        }
        keeper_tick(k, due);
        if (keeper_pbx_due(k) <= due) {
            keeper_tick(k, until_ms); /* what is due wants bytes, not time */
            return true;
        }
    }
    return false;
}

static void end_replay(struct keeper *k)
{
    const struct err *err = replay_error(k->replay);
    k->is_end_told = true;
    if (err->kind == ERR_NONE && k->setup->replay_at_ms >= 0) {
        return; /* its end is what was asked for */
    }
    keeper_tell(k, WIRE_NOTICE, err->kind == ERR_NONE ? "the transcript has ended: this is its last picture" : err->text, err_exit_code(err->kind));
}

static void play_on(struct keeper *k)
{
    const struct transcript_entry *e;
    size_t at;
    int64_t mono_ms = clock_mono_ms();
    for (int i = 0; i < REPLAY_ENTRIES_A_TURN && replay_next(k->replay, mono_ms, &e, &at); i++) {
        int64_t now_ms = replay_now_ms(k->replay, mono_ms);
        if (!tick_until(k, now_ms)) {
            return;
        }
        if (at < k->pbx_count) {
            pbx_replay(k->pbx[at], e, now_ms);
        }
        replay_done(k->replay);
        if (hunt_is_caught(&k->hunt)) {
            replay_halt(k->replay, mono_ms);
            break;
        }
    }
    if (!replay_is_over(k->replay)) {
        (void)tick_until(k, replay_now_ms(k->replay, mono_ms));
    } else if (!k->is_end_told && k->hunt.words == NULL) {
        keeper_tick(k, replay_now_ms(k->replay, mono_ms));
        end_replay(k);
    }
}

/* It has run as far as it goes. */
static void end_hunt(struct keeper *k)
{
    struct buf sentence = BUF_INIT(2048);
    bool is_anew = hunt_end(&k->hunt, k->replay, clock_mono_ms(), &sentence);
    if (sentence.len > 0) {
        keeper_tell(k, WIRE_NOTICE, sentence.data, 0);
    }
    if (is_anew) {
        keeper_begin_anew(k);
    }
    buf_clear(&sentence);
}

/* Where the time line stops, or comes to where it was sent, it runs otherwise from then on. */
void keeper_play(struct keeper *k)
{
    bool was_fast = replay_is_fast(k->replay), was_over = replay_is_over(k->replay);
    play_on(k);
    if (k->hunt.words != NULL && !replay_is_fast(k->replay)) {
        end_hunt(k);
    }
    if (replay_is_fast(k->replay) != was_fast || replay_is_over(k->replay) != was_over) {
        keeper_say_time(k);
    }
}
