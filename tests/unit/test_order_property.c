/* SPDX-License-Identifier: MIT */
/* Orders, leases and a PBX that answer each other in any order, or not at all, on a link that comes and goes: whatever happened, once the PBX is
 * back every order has an end and every lease is settled, nothing is asked twice for one tag, and nobody turns round and round. */
#include "tests/unit/support_take.h"

#include "core/base/random.h"

#include <stdlib.h>
#include <string.h>

enum { RUNS = 120, STEPS = 80, CALLER = 70, CALL = 80, SPY = 90, TURNS_MAX = 20000, STANDS_MAX = 50, HOURS_MS = 3 * 3600 * 1000 };

static const char *const lines[] = {
    "add 401 billing", "add 401 billing 3 --paused tea", "add 401 billing --for 30s", "add 401 billing --calls 2", "remove 401 billing", "remove 401 sales", "role 401 sales 7", "move 401 sales billing",
    "pause 401", "pause 401 sales lunch", "unpause 401", "ringinuse 401 sales on", "take billing --to 401 --for 20s", "take billing 5.2 --to 401", "cancel 401 billing",
    "priority 5.1 9", "priority 5.2 4 --stay", "withdraw 5.1", "hangup 5.2", "hangup 7.1", "park 401", "tape 401 start", "listen 401 --on PJSIP/900", "unlisten", "message 401 hello", "dial 401 0791",
    "role 401 sales 1\npause 401 sales\nremove 401 sales", "add 401 billing --for 20s\nnonsense\nrole 401 billing 2", "logout 401", "device 401 PJSIP/499",
};
enum { LINES = sizeof lines / sizeof lines[0] };

static void put_member(struct stage *s, struct random *r)
{
    struct stage_seat m = random_below(r, 2) == 0 ? stage_ann_sales : stage_ann_billing;
    static const int64_t penalties[] = { 0, 1, 2, 3, 7, 9 };
    m.penalty = penalties[random_below(r, 6)];
    m.reason = random_below(r, 3) == 0 ? "lunch" : NULL;
    if (random_below(r, 3) == 0)
        stage_drop(s, FACT_MEMBER, m.id);
    else
        stage_put_member(s, m);
}

static void put_caller(struct stage *s, uint64_t id, int64_t rank, int64_t priority)
{
    char uniqueid[16], channel[32];
    (void)snprintf(uniqueid, sizeof uniqueid, "5.%llu", (unsigned long long)(id - CALLER));
    (void)snprintf(channel, sizeof channel, "PJSIP/trunk-%llu", (unsigned long long)(id - CALLER));
    stage_put(s, FACT_CALLER, (union fact_any){ .caller = { .id = id, .queue = BILLING, .uniqueid = mem_strdup(uniqueid), .channel = mem_strdup(channel), .rank = rank, .priority = priority } });
}

static void put_call(struct stage *s)
{
    stage_put(s, FACT_CALL, (union fact_any){ .call = { .id = CALL, .pbx = PBX, .queue = BILLING, .agent = ANN, .uniqueid = mem_strdup("7.1"), .channel = mem_strdup("PJSIP/trunk-9"), .since = s->now,
                                                        .agent_uniqueid = mem_strdup("7.2"), .agent_channel = mem_strdup("PJSIP/401-1"), .phone_uniqueid = mem_strdup("7.2"),
                                                        .phone_channel = mem_strdup("PJSIP/401-1") } });
}

static void put_link(struct stage *s, int64_t link)
{
    const struct fact_pbx *p = world_pbx(&s->world, PBX);
    bool was_live = p->link == LINK_LIVE;
    stage_put(s, FACT_PBX, (union fact_any){ .pbx = { .id = PBX, .name = mem_strdup("geneva"), .link = link, .peers = 1 } });
    s->is_refusing = link != LINK_LIVE;
    if (was_live && link != LINK_LIVE)
        orders_link_down(s->orders, PBX, s->now);
    else if (!was_live && link == LINK_LIVE)
        orders_link_live(s->orders, PBX, s->now);
}

static void say_event(struct stage *s, struct random *r)
{
    switch (random_below(r, 6)) {
    case 0: take_called(s); break;
    case 1: TELL(s, EVENT_AGENT_CONNECT, TAKE_HIS, "Uniqueid", "c.1", "DestUniqueid", "d.1", "CallerIDNum", "0612"); break;
    case 2: TELL(s, EVENT_AGENT_RING_NO_ANSWER, TAKE_HIS, "DestUniqueid", "d.1"); break;
    case 3: TELL(s, EVENT_DIAL_END, "DestUniqueid", "d.1", "DialStatus", "CANCEL"); break;
    case 4: TELL(s, EVENT_QUEUE_CALLER_ABANDON, "Uniqueid", "5.1", "Queue", "billing"); break;
    default: TELL(s, EVENT_AGENT_COMPLETE, "Queue", "sales", "Interface", "PJSIP/401"); break;
    }
}

static void put_device(struct stage *s, int64_t device)
{
    const struct fact_member *was = (const void *)store_get(s->store, FACT_MEMBER, ANN_BILLING);
    if (was == NULL)
        return;
    struct fact_member m = { .id = ANN_BILLING, .queue = BILLING, .agent = ANN, .membership = was->membership, .device = device, .penalty = was->penalty, .paused = was->paused,
                             .ringinuse = was->ringinuse, .wrapup_s = was->wrapup_s, .interface = mem_strdup("PJSIP/401"), .name = mem_strdup("Ann Li") };
    stage_put(s, FACT_MEMBER, (union fact_any){ .member = m });
}

static void change_floor(struct stage *s, struct random *r)
{
    uint64_t caller = CALLER + 1 + random_below(r, 2);
    switch (random_below(r, 7)) {
    case 6: put_device(s, random_below(r, 2) == 0 ? DEVICE_NOT_INUSE : DEVICE_INUSE); break;
    case 0: put_member(s, r); break;
    case 1: put_caller(s, caller, (int64_t)random_below(r, 3), (int64_t)random_below(r, 10)); break;
    case 2: stage_drop(s, FACT_CALLER, caller); break;
    case 3: put_call(s); break;
    case 4: stage_drop(s, FACT_CALL, CALL); break;
    default: take_phone(s, random_below(r, 2) == 0 ? DEVICE_NOT_INUSE : DEVICE_INUSE); break;
    }
}

static const char *value_of(const char *line, const char *name, char out[64])
{
    const char *at = strstr(line, name);
    size_t n = at != NULL ? strcspn(at + strlen(name), " \n") : 0;
    (void)snprintf(out, 64, "%.*s", (int)n, at != NULL ? at + strlen(name) : "");
    return out;
}

/* What was asked for last is done, as a PBX does it, and perhaps said. */
static void obey(struct stage *s, bool is_said)
{
    const char *line = buf_slice(&s->sent).p, *next;
    char value[64];
    while (line != NULL && (next = strchr(line, '\n')) != NULL && next[1] != '\0')
        line = next + 1;
    if (line == NULL || strstr(line, "PJSIP/401") == NULL)
        return;
    bool is_sales = strstr(line, "Queue=sales") != NULL;
    uint64_t id = is_sales ? ANN_SALES : ANN_BILLING;
    const struct fact_member *was = (const void *)store_get(s->store, FACT_MEMBER, id);
    struct fact_member m = { .id = id, .queue = is_sales ? SALES : BILLING, .agent = ANN, .membership = MEMBERSHIP_DYNAMIC, .device = DEVICE_NOT_INUSE };
    if (was != NULL)
        m = (struct fact_member){ .id = id, .queue = was->queue, .agent = ANN, .membership = was->membership, .device = was->device, .penalty = was->penalty, .paused = was->paused,
                                  .ringinuse = was->ringinuse, .wrapup_s = was->wrapup_s };
    m.penalty = strstr(line, "Penalty=") != NULL ? strtoll(value_of(line, "Penalty=", value), NULL, 10) : m.penalty;
    m.paused = strstr(line, "Paused=") != NULL ? strcmp(value_of(line, "Paused=", value), "true") == 0 : m.paused;
    m.wrapup_s = strstr(line, "Wrapuptime=") != NULL ? 86400 : m.wrapup_s;
    m.ringinuse = strstr(line, "RingInUse=") != NULL ? strcmp(value_of(line, "RingInUse=", value), "yes") == 0 : m.ringinuse;
    bool is_removed = strncmp(line, "QueueRemove", 11) == 0;
    if (is_removed && was != NULL) {
        stage_drop(s, FACT_MEMBER, id);
    } else if (!is_removed && (was != NULL || strncmp(line, "QueueAdd", 8) == 0)) {
        m.interface = mem_strdup("PJSIP/401");
        m.name = mem_strdup("Ann Li");
        stage_put(s, FACT_MEMBER, (union fact_any){ .member = m });
    }
    if (is_said)
        orders_answered(s->orders, s->tag, true, SLICE("ok"), s->now);
}

static void step(struct stage *s, struct random *r)
{
    static const char *const texts[] = { "ok", "1", "", "PJSIP/trunk-1", "Permission denied", "No such interface" };
    const char *text = texts[random_below(r, 6)];
    switch (random_below(r, 20)) {
    case 10: case 11: case 12: case 13: case 14: case 15: case 16: obey(s, random_below(r, 5) != 0); break;
    case 17: s->now += (int64_t)random_below(r, 4000000); break;
    case 0: case 1: (void)stage_give(s, lines[random_below(r, LINES)]); break;
    case 2: case 3: case 4:
        if (s->tag > 0)
            orders_answered(s->orders, s->tag - random_below(r, s->tag < 4 ? (uint32_t)s->tag : 4), random_below(r, 4) != 0, random_below(r, 8) == 0 ? (struct slice){ NULL, 0 } : slice_of(text), s->now);
        break;
    case 5: case 6: change_floor(s, r); break;
    case 7: say_event(s, r); break;
    case 8: put_link(s, random_below(r, 3) == 0 ? LINK_LOST : LINK_LIVE); break;
    default: s->now += (int64_t)random_below(r, random_below(r, 2) == 0 ? 400 : 20000); break;
    }
    if (random_below(r, 4) != 0)
        orders_tick(s->orders, s->now);
}

/* What is due now is worked off in a few turns. */
static void works_off(struct stage *s, unsigned long long seed)
{
    for (int i = 0; orders_deadline(s->orders) <= s->now; i++) {
        orders_tick(s->orders, s->now);
        if (i == STANDS_MAX)
            fail_msg("seed %llu: it turns round and round", seed);
    }
}

/* The PBX is there, nobody is in the queue or on the phone, and time goes by. */
static void comes_to_rest(struct stage *s, unsigned long long seed)
{
    put_link(s, LINK_LIVE);
    stage_drop(s, FACT_MEMBER, ANN_BILLING);
    stage_drop(s, FACT_MEMBER, ANN_SALES);
    stage_drop(s, FACT_CALL, CALL);
    stage_drop(s, FACT_CALLER, CALLER + 1);
    stage_drop(s, FACT_CALLER, CALLER + 2);
    take_phone(s, DEVICE_NOT_INUSE);
    TELL(s, EVENT_HANGUP, "Uniqueid", "d.1"); /* whoever rang rings no more */
    int turns = 0;
    for (int64_t end = s->now + HOURS_MS; s->now < end; turns++) {
        int64_t due = orders_deadline(s->orders);
        if (due == TIMER_NEVER)
            break;
        s->now = due > s->now ? due : s->now;
        orders_tick(s->orders, s->now);
        if (turns == TURNS_MAX)
            fail_msg("seed %llu: it turns round and round", seed);
    }
    const struct fact_order *o;
    for (size_t at = 0; (o = orders_each(s->orders, &at)) != NULL;) {
        if (o->ended_at == 0)
            fail_msg("seed %llu: '%s' never ends: %s, %s", seed, o->line, order_state_names[o->state], o->answer);
    }
    if (orders_hold(s->orders) || take_files() != 0)
        fail_msg("seed %llu: a lease is never settled", seed);
}

static void every_order_has_an_end(void **state)
{
    for (unsigned long long seed = 1; seed <= RUNS; seed++) {
        void *stage = *state;
        struct random r = { seed };
        if (seed > 1)
            assert_int_equal(take_set_up(&stage), 0);
        struct stage *s = stage;
        put_link(s, LINK_LIVE);
        put_caller(s, CALLER + 1, 0, 0);
        put_caller(s, CALLER + 2, 1, 0);
        put_call(s);
        for (int i = 0; i < STEPS; i++) {
            step(s, &r);
            if (i % 4 == 0)
                works_off(s, seed);
        }
        comes_to_rest(s, seed);
        if (seed > 1)
            (void)stage_tear_down(&stage);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test_setup_teardown(every_order_has_an_end, take_set_up, stage_tear_down) };
    return cmocka_run_group_tests_name("order_property", tests, NULL, NULL);
}
