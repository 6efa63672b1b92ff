/* SPDX-License-Identifier: MIT */
/* spy: the application ChanSpy: finds the channel to be listened to, says when that begins and ends, and lets the listener's keys
 * (or PlayDTMF with Receive) switch between listening, whispering and barging. */
#include "core/sim/world.h"

#include "core/base/mem.h"

enum { START_MS = 100, SEARCH_MS = 1000 };

static void say_spy(struct sim_spy *spy, const char *event)
{
    struct sim *s = spy->spyer->sim;
    say_begin(s, event, CLASS_CALL, "call,all");
    say_channel(s, "Spyer", spy->spyer);
    say_channel(s, "Spyee", spy->target);
    say_end(s);
}

static bool is_wanted(const struct sim_spy *spy, const struct sim_channel *ch)
{
    struct slice name = slice_of(ch->name), wanted = slice_of(spy->wanted);
    if (ch == spy->spyer || ch->state != SIM_UP || (spy->wants_bridged && ch->bridge == NULL))
        return false;
    if (spy->is_exact)
        return slice_eq_nocase(name, wanted) || slice_eq_nocase(slice_of(ch->uniqueid), wanted);
    return name.n >= wanted.n && slice_eq_nocase((struct slice){ name.p, wanted.n }, wanted);
}

static void looks(struct timer *t, int64_t now_ms, void *context);

static void search(struct sim_spy *spy)
{
    struct sim *s = spy->spyer->sim;
    LIST_EACH(at, &s->channels)
    {
        struct sim_channel *ch = LIST_ENTITY(at, struct sim_channel, of_world);
        if (is_wanted(spy, ch)) {
            spy->target = ch;
            list_append(&ch->spies, &spy->of_target);
            say_spy(spy, "ChanSpyStart");
            return;
        }
    }
    if (spy->ends_without || spy->is_exact)
        sim_end_channel(spy->spyer, SIM_END_PLAN, 0);
    else
        sim_timer(s, &spy->spyer->step, SEARCH_MS, looks);
}

static void looks(struct timer *t, int64_t now_ms, void *context)
{
    (void)now_ms;
    (void)context;
    search(LIST_ENTITY(t, struct sim_channel, step)->spy);
}

static void ends(struct timer *t, int64_t now_ms, void *context)
{
    (void)now_ms;
    (void)context;
    sim_end_channel(LIST_ENTITY(t, struct sim_channel, step), SIM_END_PLAN, 0);
}

static void read_options(struct sim_spy *spy, struct slice options)
{
    for (size_t i = 0; i < options.n; i++) {
        switch (options.p[i]) {
        case 'u': spy->is_exact = true; break;
        case 'd': spy->has_digits = true; break;
        case 'E': spy->ends_with_target = true; break;
        case 'S': spy->ends_without = true; break;
        case 'b': spy->wants_bridged = true; break;
        case 'w': spy->mode = 'w'; break;
        case 'W': spy->mode = 'W'; break;
        case 'B': spy->mode = 'b'; break;
        case 'g': case 'e': case 'x': case 'c': case 'r': case 'v': case 'n': /* their words in brackets are no options */
            while (i + 1 < options.n && options.p[i + 1] != ')' && options.p[i] != ')' && options.p[i + 1] == '(')
                while (++i < options.n && options.p[i] != ')')
                    ;
            break;
        default: break;
        }
    }
}

void sim_spy(struct sim_channel *ch, const char *data)
{
    struct sim_spy *spy = mem_alloc(sizeof(*spy));
    struct slice options = { NULL, 0 };
    spy->spyer = ch;
    spy->mode = 'l';
    spy->wanted = mem_text(slice_cut(slice_of(data), ',', &options));
    read_options(spy, options);
    list_init(&spy->of_target);
    ch->spy = spy;
    bool is_there = false;
    LIST_EACH(at, &ch->sim->channels)
        is_there = is_there || is_wanted(spy, LIST_ENTITY(at, struct sim_channel, of_world));
    sim_timer(ch->sim, &ch->step, is_there ? START_MS : 0, looks);
}

void sim_stop_spying(struct sim_channel *ch)
{
    struct sim_spy *spy = ch->spy;
    if (spy->target != NULL)
        say_spy(spy, "ChanSpyStop");
    list_remove(&spy->of_target);
    ch->spy = NULL;
    mem_free(spy->wanted);
    mem_free(spy);
}

void sim_lose_spies(struct sim_channel *ch)
{
    LIST_EACH_SAFE(at, &ch->spies)
    {
        struct sim_spy *spy = LIST_ENTITY(at, struct sim_spy, of_target);
        say_spy(spy, "ChanSpyStop");
        list_remove(&spy->of_target);
        spy->target = NULL;
        bool is_over = spy->ends_with_target || spy->is_exact;
        sim_timer(ch->sim, &spy->spyer->step, is_over ? 0 : START_MS, is_over ? ends : looks);
    }
}

void sim_press(struct sim_channel *ch, char digit, int64_t duration_ms)
{
    struct sim *s = ch->sim;
    say_begin(s, "DTMFEnd", CLASS_REST, "dtmf,all");
    say_channel(s, "", ch);
    say(s, "Digit", (char[]){ digit, '\0' });
    say_number(s, "DurationMs", duration_ms);
    say(s, "Direction", "Received");
    say_end(s);
    struct sim_spy *spy = ch->spy;
    if (spy != NULL && spy->has_digits && digit >= '4' && digit <= '6')
        spy->mode = digit == '4' ? 'l' : digit == '5' ? 'w' : 'b';
}
