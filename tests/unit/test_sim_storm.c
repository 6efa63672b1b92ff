/* SPDX-License-Identifier: MIT */
/* sim under a storm of orders: in a living world every kind of order is given to channels, queues and agents drawn at random, many a
 * second; every event must decode, every waiting caller must be somewhere, and nothing may be left over or touched after it was
 * freed (the sanitizers look). */
#include "tests/unit/support_sim.h"

#include "core/base/mem.h"
#include "core/base/random.h"
#include "core/sim/script.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { CHANNELS_MAX = 400, NAME_MAX_BYTES = 128 };

static struct support_client c;
static struct random dice;
static char channel[CHANNELS_MAX][NAME_MAX_BYTES];
static size_t channels;

static size_t below(size_t n)
{
    return random_below(&dice, (uint32_t)n);
}

static void read_all(void)
{
    while (support_client_next(&c))
        ;
}

static void list_channels(void)
{
    read_all();
    channels = 0;
    support_client_ask(&c, "CoreShowChannels");
    while (support_client_next(&c)) {
        if (c.event.kind == EVENT_CORE_SHOW_CHANNEL && channels < CHANNELS_MAX)
            snprintf(channel[channels++], NAME_MAX_BYTES, "%.*s", SLICE_FMT(event_get(&c.event, F_CHANNEL)));
    }
}

static const char *some_channel(void)
{
    return channels > 0 ? channel[below(channels)] : "x";
}

static const char *some_place(void)
{
    static const char *const places[] = {
        "Context: agents|Exten: 301|Priority: 1", "Context: agents|Exten: 303|Priority: 1", "Context: others|Exten: moh|Priority: 1",
        "Context: others|Exten: conf-bridge|Priority: 1", "Context: queues|Exten: support|Priority: 1", "Context: agents|Exten: 0|Priority: 1",
        "Context: agents|Exten: 700|Priority: 1", "Context: agents|Exten: 701|Priority: 1", "Context: others|Exten: busy|Priority: 1",
    };
    return places[below(sizeof(places) / sizeof(places[0]))];
}

static const char *some_phone(void)
{
    static const char *const phones[] = { "PJSIP/200", "PJSIP/300", "PJSIP/302", "PJSIP/305", "PJSIP/309", "PJSIP/none" };
    return phones[below(sizeof(phones) / sizeof(phones[0]))];
}

static void make_channel_order(char *out, size_t size)
{
    const char *one = some_channel(), *other = some_channel();
    switch (below(14)) {
    case 0: snprintf(out, size, "Hangup|Channel: %s", one); break;
    case 1: snprintf(out, size, "Hangup|Channel: %s|Cause: 21", one); break;
    case 2: snprintf(out, size, "Redirect|Channel: %s|%s", one, some_place()); break;
    case 3: snprintf(out, size, "Redirect|Channel: %s|%s|ExtraChannel: %s", one, some_place(), other); break;
    case 4: snprintf(out, size, "BlindTransfer|Channel: %s|%s", one, some_place()); break;
    case 5: snprintf(out, size, "Atxfer|Channel: %s|%s", one, some_place()); break;
    case 6: snprintf(out, size, "CancelAtxfer|Channel: %s", one); break;
    case 7: snprintf(out, size, "Park|Channel: %s|Timeout: %d", one, (int)below(20000)); break;
    case 8: snprintf(out, size, "Park|Channel: %s|TimeoutChannel: %s", one, other); break;
    case 9: snprintf(out, size, "Bridge|Channel1: %s|Channel2: %s", one, other); break;
    case 10: snprintf(out, size, "BridgeKick|Channel: %s", one); break;
    case 11: snprintf(out, size, "PlayDTMF|Channel: %s|Digit: %d|Receive: true", one, (int)below(10)); break;
    case 12: snprintf(out, size, "QueueWithdrawCaller|Queue: support|Caller: %s", one); break;
    default: snprintf(out, size, "ConfbridgeKick|Conference: floor|Channel: %s", one); break;
    }
}

static void make_other_order(char *out, size_t size)
{
    switch (below(8)) {
    case 0: snprintf(out, size, "Originate|Channel: %s|Application: ChanSpy|Data: %s,qduES|Async: true", some_phone(), some_channel()); break;
    case 1: snprintf(out, size, "Originate|Channel: %s|Application: ChanSpy|Data: PJSIP/3,qd|Async: true|Timeout: 3000", some_phone()); break;
    case 2: snprintf(out, size, "Originate|Channel: %s|%s|Async: true", some_phone(), some_place()); break;
    case 3: snprintf(out, size, "Originate|Channel: %s|%s", some_phone(), some_place()); break;
    case 4: snprintf(out, size, "QueueAdd|Queue: support|Interface: Local/304@agents/n|StateInterface: PJSIP/304"); break;
    case 5: snprintf(out, size, "QueueRemove|Queue: support|Interface: %s", below(2) != 0 ? "Local/304@agents/n" : some_phone()); break;
    case 6: snprintf(out, size, "QueueAdd|Queue: sales|Interface: %s", some_phone()); break;
    default: snprintf(out, size, "QueuePause|Interface: %s|Paused: %d", some_phone(), (int)below(2)); break;
    }
}

/* What the lists of queues say of callers, and what there is of channels. */
static void check_callers(void)
{
    size_t entries = 0, calls = 0;
    read_all();
    list_channels();
    support_client_ask(&c, "QueueStatus");
    while (support_client_next(&c)) {
        if (c.event.kind == EVENT_QUEUE_PARAMS)
            calls += (size_t)event_int(&c.event, F_CALLS, 0, INT32_MAX, 0);
        if (c.event.kind != EVENT_QUEUE_ENTRY)
            continue;
        bool is_there = channels == CHANNELS_MAX;
        for (size_t i = 0; i < channels; i++)
            is_there = is_there || support_is(&c.event, F_CHANNEL, channel[i]);
        if (!is_there)
            fail_msg("a caller waits whose channel is gone: %.*s", SLICE_FMT(c.frame.raw));
        entries++;
    }
    assert_int_equal(entries, calls);
}

static void blow(uint64_t seed, int asterisk)
{
    const struct sim_setup busy = { .seed = seed, .queues = 4, .agents = 20, .memberships = 3, .calls_per_hour = 400, .start_wall_ms = INT64_C(1795303252000),
                                    .asterisk = asterisk };
    struct sim *s = sim_new(&busy);
    char order[512];
    dice.state = seed;
    support_client_open(&c, s);
    support_client_login(&c, "on");
    for (int64_t step = 1; step <= 1500; step++) {
        sim_run_until(s, busy.start_wall_ms + step * 700);
        if (step % 5 == 0)
            list_channels();
        (below(3) != 0 ? make_channel_order : make_other_order)(order, sizeof(order));
        support_client_ask(&c, order);
        if (step % 100 == 0)
            check_callers();
    }
    sim_run_until(s, busy.start_wall_ms + 4000000);
    check_callers();
    support_client_close(&c);
    sim_free(s);
}

static void a_storm_of_orders(void **state)
{
    (void)state;
    const char *from = getenv("STORM_SEED");
    uint64_t first = from != NULL ? strtoull(from, NULL, 10) : 1;
    for (uint64_t seed = first; seed < first + 4; seed++)
        blow(seed, seed % 2 != 0 ? 22 : 16);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(a_storm_of_orders) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
