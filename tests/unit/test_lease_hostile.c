/* SPDX-License-Identifier: MIT */
/* Leases on a bad day: a link that is away for hours, a disk and a process table that are full, a wall clock that was set back, files that
 * somebody has damaged. Who was lent is put back all the same, once, and nobody is kept awake or told the same again and again. */
#include "core/base/log.h"
#include "tests/unit/support_orders.h"
#include "tests/unit/support_temp.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { HOUR_MS = 3600 * 1000 };

static char folder[TEMP_PATH_MAX];

static int set_up(void **state)
{
    return stage_set_up_leases(state, folder);
}

static void put_link(struct stage *s, int64_t link)
{
    stage_put_pbx(s, PBX, "geneva", link);
    if (link == LINK_LIVE)
        orders_link_live(s->orders, PBX, s->now);
    else
        orders_link_down(s->orders, PBX, s->now);
}

static void put_lent(struct stage *s, int64_t penalty)
{
    stage_put_member(s, (struct stage_seat){ ANN_BILLING, BILLING, ANN, "PJSIP/401", "Ann Li", NULL, penalty, MEMBERSHIP_DYNAMIC });
}

static void lend(struct stage *s)
{
    long long mark = 0;
    const struct fact_order *o = stage_give(s, "add 401 billing --for 20m");
    assert_int_equal(sscanf(strstr(buf_slice(&s->sent).p, "Penalty="), "Penalty=%lld", &mark), 1);
    put_lent(s, mark);
    stage_yes(s);
    put_lent(s, 0);
    stage_yes(s);
    stage_is(o, ORDER_ACTIVE, NULL);
}

#define REMOVE "QueueRemove Queue=billing Interface=PJSIP/401\n"

/* What was asked for is looked for no more after an hour, and the lease asks again. */
static void a_link_that_goes_while_he_is_put_back_may_be_away_for_hours(void **state)
{
    struct stage *s = *state;
    lend(s);
    stage_tick(s, 20 * 60 * 1000);
    stage_sent(s, REMOVE);
    put_link(s, LINK_LOST);
    for (int i = 0; i < 5; i++) {
        stage_tick(s, HOUR_MS / 2);
        stage_sent(s, "");
    }
    put_link(s, LINK_LIVE);
    stage_tick(s, 10);
    stage_sent(s, REMOVE);
    stage_drop(s, FACT_MEMBER, ANN_BILLING);
    stage_yes(s);
    stage_is_settled(s, folder);
    assert_false(orders_hold(s->orders));
}

/* What finds no link is no refusal: it is tried for as long as that takes. */
static void what_cannot_be_sent_is_no_refusal(void **state)
{
    struct stage *s = *state;
    lend(s);
    s->is_refusing = true;
    assert_int_equal(stage_until_sent(s, 21 * 60 * 1000), -1);
    s->is_refusing = false;
    assert_in_range(stage_until_sent(s, 10000), 1, 5000);
    stage_sent(s, REMOVE);
    stage_drop(s, FACT_MEMBER, ANN_BILLING);
    stage_yes(s);
    assert_int_equal(stage_until_sent(s, 2000), -1); /* a PBX that dies now would have him again */
    assert_int_equal(stage_files(folder), 0);
}

static void refuses(struct stage *s)
{
    orders_answered(s->orders, s->tag, false, SLICE("Not today"), s->now);
    orders_tick(s->orders, s->now);
}

/* Each time twice as long after the one before, and not for ever. */
static void what_is_refused_is_asked_for_less_and_less(void **state)
{
    struct stage *s = *state;
    lend(s);
    assert_in_range(stage_until_sent(s, 21 * 60 * 1000), 20 * 60 * 1000 - 10, 20 * 60 * 1000);
    for (int64_t wait_ms = 5000; wait_ms <= 1280000; wait_ms *= 2) {
        stage_sent(s, REMOVE);
        refuses(s);
        assert_int_equal(stage_until_sent(s, wait_ms), wait_ms);
    }
    refuses(s);
    assert_int_equal(stage_until_sent(s, HOUR_MS * 24), -1);
    assert_false(orders_hold(s->orders));
}

/* Whose seat in one queue is lent is in the others for good. */
static void only_what_is_lent_is_cancelled(void **state)
{
    struct stage *s = *state;
    lend(s);
    stage_is(stage_give(s, "cancel 401 sales"), ORDER_REFUSED, "is not lent to sales");
    stage_sent(s, "");
    stage_is(stage_give(s, "cancel 402 sales"), ORDER_REFUSED, NULL);
    stage_sent(s, "");
    stage_lends(s, folder); /* another keeper, which reads of it in the journal */
    stage_is(stage_give(s, "cancel 401 sales"), ORDER_REFUSED, "is not lent to sales");
    stage_sent(s, "");
    (void)stage_give(s, "cancel 401 billing");
    stage_sent(s, REMOVE);
}

static struct lease_entry entry(void)
{
    return (struct lease_entry){ .pbx = "geneva", .queue = "sales", .interface = "PJSIP/1", .what = "lend", .who = "eva", .calls = -1, .priority = -1 };
}

static bool wants_all(void *context, const struct lease_entry *e)
{
    (void)context;
    (void)e;
    return true;
}

/* The new text has its name, and there is no descriptor left to see the folder onto the disk with: whose it is stays. */
static void what_is_held_stays_held_without_a_descriptor(void **state)
{
    (void)state;
    struct journal *a = journal_new(folder), *b = journal_new(folder);
    struct lease_entry e = entry(), got;
    struct err err = ERR_INIT;
    struct rlimit was, few;
    uint64_t id, taken;
    assert_true(journal_open(a, &e, &id, &err));
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &was), 0);
    int next = dup(STDIN_FILENO);
    assert_true(next >= 0);
    (void)close(next);
    few = (struct rlimit){ (rlim_t)next + 1, was.rlim_max };
    e.calls = 3;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    journal_update(a, id, &e);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &was), 0);
    assert_false(journal_adopt(b, wants_all, NULL, &taken, &got));
    journal_free(a);
    assert_true(journal_adopt(b, wants_all, NULL, &taken, &got));
    assert_int_equal(got.calls, 3);
    journal_free(b);
}

static size_t lines_of(const char *path)
{
    size_t n = 0;
    FILE *f = fopen(path, "re");
    for (int c; f != NULL && (c = fgetc(f)) != EOF;)
        n += c == '\n';
    if (f != NULL)
        (void)fclose(f);
    return n;
}

/* They are looked at every few seconds, for as long as somebody looks. */
static void each_damaged_file_is_told_once(void **state)
{
    (void)state;
    char path[TEMP_PATH_MAX + 64];
    struct err err = ERR_INIT;
    struct journal *j = journal_new(folder);
    struct lease_entry got;
    uint64_t id;
    (void)snprintf(path, sizeof path, "%s/log", folder);
    assert_true(log_open(path, LOG_INFO, &err));
    temp_write(folder, "00000000000000a1.lease", "");
    temp_write(folder, "00000000000000a3.lease", "pbx=geneva\n");
    temp_write(folder, "00000000000000a5.lease", "what=ever\n");
    for (int i = 0; i < 20; i++)
        assert_false(journal_adopt(j, wants_all, NULL, &id, &got));
    log_close();
    assert_int_equal(lines_of(path), 3);
    journal_free(j);
}

#define DAMAGED "pbx=geneva\nhost=\nqueue=billing\ninterface=PJSIP/401\nwhat=lend\nwho=eva\nis_take=0\nuntil_wall_ms=%s\ncalls=-1\nstage=2\nmark=0\nlogin_wall_ms=%s\n" \
                "caller=\npriority=-1\n"

/* No time of a file makes one that nobody could count with. */
static void a_time_that_is_none_is_damage(void **state)
{
    struct stage *s = *state;
    static const char *const times[][2] = { { "9223372036854775807", "0" }, { "-9223372036854775808", "0" }, { "0", "-9223372036854775808" }, { "0", "9223372036854775807" } };
    char text[1024];
    put_lent(s, 0);
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        (void)snprintf(text, sizeof text, DAMAGED, times[i][0], times[i][1]);
        temp_write(folder, "00000000000000a1.lease", text);
        stage_lends(s, folder);
        stage_tick(s, 0);
        stage_sent(s, "");
        assert_false(orders_hold(s->orders));
    }
}

/* Nobody is lent for longer than a day, whatever the wall clock says of the hour. */
static void a_wall_clock_that_was_set_back_lends_nobody_for_years(void **state)
{
    struct stage *s = *state;
    lend(s);
    s->wall -= INT64_C(3) * 365 * 24 * HOUR_MS;
    stage_lends(s, folder); /* another keeper */
    stage_tick(s, 0);
    stage_sent(s, "");
    assert_true(orders_hold(s->orders));
    stage_tick(s, INT64_C(24) * HOUR_MS);
    stage_sent(s, REMOVE);
}

/* Written down in time is what the keeper waits for, not what it turns round and round for. */
static void who_waits_for_the_disk_keeps_nobody_awake(void **state)
{
    struct stage *s = *state;
    struct stage_seat ann = stage_ann_sales;
    s->is_slow_audit = true;
    const struct fact_order *o = stage_give(s, "role 401 sales 9\nrole 401 sales 1");
    orders_written(s->orders, s->tickets, NULL, s->now);
    ann.penalty = 9;
    stage_put_member(s, ann);
    stage_yes(s);
    stage_is(o, ORDER_PENDING, NULL);
    assert_true(orders_deadline(s->orders) > s->now);
}

static void caller(struct stage *s, uint64_t id, const char *uniqueid, int64_t rank, int64_t priority)
{
    char channel[64];
    (void)snprintf(channel, sizeof channel, "PJSIP/trunk-%s", uniqueid);
    stage_put(s, FACT_CALLER, (union fact_any){ .caller = { .id = id, .queue = BILLING, .uniqueid = mem_strdup(uniqueid), .channel = mem_strdup(channel), .rank = rank,
                                                            .priority = priority } });
}

/* Raised, and before the next request had its turn the link went: nobody is in the queue, but one stands in front who should not. */
static void who_was_raised_for_nothing_gets_his_priority_back(void **state)
{
    struct stage *s = *state;
    caller(s, 50, "c.0", 1, 0);
    caller(s, 51, "c.1", 2, 0);
    const struct fact_order *take = stage_give(s, "take billing c.1 --to 401");
    uint64_t tag = s->tag;
    for (int i = 0; i < 9; i++) { /* so many that there is no room for what comes then */
        char line[64];
        (void)snprintf(line, sizeof line, "role 401 sales %d", 20 + i);
        (void)stage_give(s, line);
    }
    caller(s, 51, "c.1", 0, 1);
    orders_answered(s->orders, tag, true, SLICE("ok"), s->now);
    orders_tick(s->orders, s->now);
    put_link(s, LINK_LOST);
    stage_is(take, ORDER_NO_LINK, "not sent");
    stage_tick(s, 1000);
    stage_sent(s, "");
    put_link(s, LINK_LIVE);
    stage_tick(s, 0); /* nobody is to be taken out */
    stage_tick(s, 1000);
    stage_sent(s, "QueueChangePriorityCaller Queue=billing Caller=PJSIP/trunk-c.1 Priority=0\n");
    stage_is_settled(s, folder);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, stage_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_link_that_goes_while_he_is_put_back_may_be_away_for_hours), TEST(what_cannot_be_sent_is_no_refusal),
        TEST(what_is_refused_is_asked_for_less_and_less), TEST(only_what_is_lent_is_cancelled), TEST(what_is_held_stays_held_without_a_descriptor),
        TEST(each_damaged_file_is_told_once), TEST(a_time_that_is_none_is_damage), TEST(a_wall_clock_that_was_set_back_lends_nobody_for_years),
        TEST(who_waits_for_the_disk_keeps_nobody_awake), TEST(who_was_raised_for_nothing_gets_his_priority_back),
    };
    return cmocka_run_group_tests_name("lease_hostile", tests, NULL, NULL);
}
