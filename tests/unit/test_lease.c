/* SPDX-License-Identifier: MIT */
/* Leases: written down before anything is asked, put back by themselves, and by the next keeper when the first one has died. Virtual time,
 * a floor that the test holds, real files (test_journal.c). */
#include "core/control/plan.h"
#include "tests/unit/support_orders.h"
#include "tests/unit/support_temp.h"

#include <stdlib.h>
#include <string.h>

static char folder[TEMP_PATH_MAX];

static int set_up(void **state)
{
    return stage_set_up_leases(state, folder);
}

#define REMOVE "QueueRemove Queue=billing Interface=PJSIP/401\n"

/* With which penalty he comes in: one that nobody else has. */
static int64_t mark(const struct stage *s)
{
    long long n = 0;
    assert_int_equal(sscanf(strstr(strstr(buf_slice(&s->sent).p, "QueueAdd"), "Penalty="), "Penalty=%lld", &n), 1);
    assert_in_range(n, PLAN_LEND_PENALTY + 1, 2 * PLAN_LEND_PENALTY);
    return n;
}

static void put_with(struct stage *s, int64_t penalty)
{
    stage_put_member(s, (struct stage_seat){ ANN_BILLING, BILLING, ANN, "PJSIP/401", "Ann Li", NULL, penalty, MEMBERSHIP_DYNAMIC });
}

/* In, as the PBX says, and then with his own penalty. */
static void comes_in(struct stage *s)
{
    put_with(s, mark(s));
    stage_yes(s);
    put_with(s, 0);
    stage_yes(s);
}

/* Lent, and it runs. */
static const struct fact_order *lend(struct stage *s, const char *line)
{
    uint64_t id = stage_give(s, line)->id;
    comes_in(s);
    stage_is(orders_get(s->orders, id), ORDER_ACTIVE, "ends by itself");
    return orders_get(s->orders, id);
}

/* The PBX does what was asked last. */
static void leaves(struct stage *s)
{
    stage_drop(s, FACT_MEMBER, ANN_BILLING);
    stage_yes(s);
}

/* --- lending ------------------------------------------------------------------------------------------------ */

static void without_a_place_to_write_nothing_is_sent(void **state)
{
    struct stage *s = *state;
    stage_lends(s, "/proc/version/leases"); /* nobody can make a folder there */
    stage_is(stage_give(s, "add 401 billing --for 20m"), ORDER_REFUSED, "without that nobody would put it back");
    stage_sent(s, "");
    (void)stage_give(s, "add 401 billing"); /* for good it needs no journal */
    stage_sent(s, "QueueAdd Queue=billing Interface=PJSIP/401 Penalty=0 Paused=false MemberName=Ann Li\n");
}

static struct {
    struct journal_work work;
    char fresh[TEMP_PATH_MAX + 64], path[TEMP_PATH_MAX + 64];
} disk;

static bool on_disk(void *context, const struct journal_work *w)
{
    (void)context;
    disk.work = *w;
    (void)snprintf(disk.fresh, sizeof disk.fresh, "%s", w->fresh);
    (void)snprintf(disk.path, sizeof disk.path, "%s", w->path);
    disk.work.fresh = disk.fresh;
    disk.work.path = disk.path;
    return true;
}

static void disk_does(struct stage *s)
{
    journal_work_done(s->journal, disk.work.id, journal_work_do(&disk.work));
    orders_leases_written(s->orders, s->now);
}

/* The disk takes its time: nothing is asked before the lease is there, and the penalty by which the member is known stays until it says whose he is. */
static void each_step_waits_for_the_disk(void **state)
{
    struct stage *s = *state;
    journal_use(s->journal, &(struct journal_disk){ .give = on_disk });
    const struct fact_order *o = stage_give(s, "add 401 billing --for 20m");
    orders_tick(s->orders, s->now += 3000);
    stage_sent(s, "");
    disk_does(s);
    put_with(s, mark(s));
    buf_reset(&s->sent);
    stage_yes(s);
    orders_tick(s->orders, s->now += 3000);
    stage_sent(s, "");
    disk_does(s);
    stage_sent(s, "QueuePenalty Queue=billing Interface=PJSIP/401 Penalty=0\n");
    put_with(s, 0);
    stage_yes(s);
    stage_is(o, ORDER_ACTIVE, "ends by itself");
    disk_does(s);
    assert_int_equal(stage_files(folder), 1);
}

static void who_is_lent_for_a_time_is_put_back(void **state)
{
    struct stage *s = *state;
    stage_give(s, "add 401 billing --for 20m");
    assert_int_equal(stage_files(folder), 1);
    put_with(s, mark(s));
    buf_reset(&s->sent);
    stage_yes(s);
    stage_sent(s, "QueuePenalty Queue=billing Interface=PJSIP/401 Penalty=0\n");
    put_with(s, 0);
    stage_yes(s);
    size_t at = 0;
    const struct fact_order *o = orders_each(s->orders, &at);
    stage_is(o, ORDER_ACTIVE, NULL);
    assert_int_equal(o->until, 1000 + 20 * 60 * 1000);
    assert_int_equal(o->calls_left, -1);
    assert_true(orders_hold(s->orders));
    stage_tick(s, 20 * 60 * 1000 - 1);
    stage_sent(s, "");
    stage_tick(s, 1);
    stage_sent(s, REMOVE);
    assert_int_equal(stage_files(folder), 1); /* not before it is proven */
    leaves(s);
    stage_is(o, ORDER_DONE, "put back");
    assert_null(o->undo);
    stage_is_settled(s, folder);
    assert_false(orders_hold(s->orders));
}

static void answers(struct stage *s, uint64_t call, uint64_t queue)
{
    stage_put(s, FACT_CALL, (union fact_any){ .call = { .id = call, .pbx = PBX, .queue = queue, .agent = ANN, .since = s->now, .uniqueid = mem_strdup("1.1") } });
    orders_tick(s->orders, s->now);
}

static void who_is_lent_for_calls_is_put_back_at_the_last_one(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = lend(s, "add 401 billing --calls 2");
    assert_int_equal(o->calls_left, 2);
    buf_reset(&s->sent);
    answers(s, 90, SALES); /* of another queue */
    answers(s, 91, BILLING);
    answers(s, 91, BILLING); /* the same one, told again */
    assert_int_equal(o->calls_left, 1);
    stage_drop(s, FACT_CALL, 91);
    stage_sent(s, "");
    answers(s, 92, BILLING);
    stage_sent(s, REMOVE);
    leaves(s);
    stage_is(o, ORDER_DONE, "the calls were taken");
}

static void a_person_who_takes_him_out_ends_it(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = lend(s, "add 401 billing --for 20m");
    buf_reset(&s->sent);
    stage_drop(s, FACT_MEMBER, ANN_BILLING);
    orders_tick(s->orders, s->now);
    stage_sent(s, "");
    stage_is(o, ORDER_DONE, "somebody took him out");
    stage_is_settled(s, folder);
}

static void cancel_ends_only_what_is_lent(void **state)
{
    struct stage *s = *state;
    stage_is(stage_give(s, "cancel 401 sales"), ORDER_REFUSED, "Ann Li is not lent to sales: nothing is to be ended");
    stage_is(stage_give(s, "cancel 402 sales"), ORDER_REFUSED, "Bob is not lent to sales: nothing is to be ended"); /* static */
    stage_sent(s, "");
    const struct fact_order *o = lend(s, "add 401 billing --for 20m");
    stage_give(s, "cancel 401 billing");
    stage_sent(s, REMOVE);
    leaves(s);
    stage_is(o, ORDER_DONE, NULL);
    stage_is_settled(s, folder);
}

static void undo_ends_it_too(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = lend(s, "add 401 billing --for 20m");
    char *undo = mem_strdup(o->undo);
    stage_give(s, undo);
    stage_sent(s, REMOVE);
    leaves(s);
    stage_is(o, ORDER_DONE, NULL);
    stage_is_settled(s, folder);
    assert_false(orders_hold(s->orders));
    mem_free(undo);
}

static void a_member_is_not_lent(void **state)
{
    struct stage *s = *state;
    stage_is(stage_give(s, "add 401 sales --for 20m"), ORDER_REFUSED, "would take him out in the end");
    stage_sent(s, "");
    stage_is_settled(s, folder);
}

static void what_the_pbx_refuses_leaves_no_lease(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = stage_give(s, "add 401 billing --for 20m");
    orders_answered(s->orders, s->tag, false, SLICE("Unable to add interface: Already there"), s->now);
    stage_is(o, ORDER_REFUSED, "Already there");
    stage_is_settled(s, folder);
    stage_tick(s, 20 * 60 * 1000);
    stage_sent(s, ""); /* the membership is somebody else's */
    s->is_refusing = true;
    stage_is(stage_give(s, "add 401 billing --for 20m"), ORDER_NO_LINK, NULL);
    stage_is_settled(s, folder);
}

static void what_was_done_in_part_is_put_back_at_once(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = stage_give(s, "add 401 billing --paused tea --for 20m");
    stage_put_member(s, stage_ann_billing);
    stage_yes(s);
    orders_answered(s->orders, s->tag, false, SLICE("Interface not found"), s->now);
    stage_is(o, ORDER_REFUSED, "1 of 3");
    stage_tick(s, 0);
    stage_sent(s, REMOVE);
    leaves(s);
    stage_is_settled(s, folder);
}

static void the_sentence_says_that_it_is_a_loan(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = lend(s, "add 401 billing --for 90s --calls 1");
    assert_non_null(strstr(o->what, "add Ann Li to billing "));
    assert_non_null(strstr(o->what, " for 90 s, or for 1 call"));
    stage_is(stage_give(s, "add 401 billing --calls 2"), ORDER_REFUSED, "is lent to billing already: 'cancel PJSIP/401 billing' ends that, and then lend anew");
    stage_is(stage_give(s, "add 402 sales --calls 2"), ORDER_REFUSED, "lending would take him out in the end");
}

static void a_link_that_is_down_at_the_deadline_is_waited_for(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = lend(s, "add 401 billing --for 20m");
    stage_put_pbx(s, PBX, "geneva", LINK_LOST);
    orders_link_down(s->orders, PBX, s->now);
    stage_tick(s, 30 * 60 * 1000);
    stage_sent(s, "");
    stage_is(o, ORDER_ACTIVE, NULL);
    stage_put_pbx(s, PBX, "geneva", LINK_LIVE);
    orders_link_live(s->orders, PBX, s->now);
    stage_tick(s, 0);
    stage_sent(s, REMOVE);
    leaves(s);
    stage_is(o, ORDER_DONE, "put back");
}

static void a_link_that_goes_while_he_is_added_leaves_the_lease(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = stage_give(s, "add 401 billing --for 20m");
    stage_put_pbx(s, PBX, "geneva", LINK_LOST);
    orders_link_down(s->orders, PBX, s->now);
    stage_is(o, ORDER_UNKNOWN, NULL);
    assert_int_equal(stage_files(folder), 1);
    stage_put_pbx(s, PBX, "geneva", LINK_LIVE);
    put_with(s, mark(s));
    orders_link_live(s->orders, PBX, s->now);
    stage_is(o, ORDER_REFUSED, "done in part");
    stage_tick(s, 0);
    stage_sent(s, REMOVE);
    leaves(s);
    stage_is_settled(s, folder);
}

static void a_link_that_goes_while_he_gets_his_penalty_leaves_him_lent(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = stage_give(s, "add 401 billing --for 20m");
    put_with(s, mark(s));
    stage_yes(s);
    stage_put_pbx(s, PBX, "geneva", LINK_LOST);
    orders_link_down(s->orders, PBX, s->now);
    stage_is(o, ORDER_UNKNOWN, NULL);
    put_with(s, 0);
    stage_put_pbx(s, PBX, "geneva", LINK_LIVE);
    orders_link_live(s->orders, PBX, s->now);
    stage_is(o, ORDER_ACTIVE, "re-read");
    stage_tick(s, 20 * 60 * 1000);
    stage_sent(s, REMOVE);
    leaves(s);
    stage_is_settled(s, folder);
}

static void a_refusal_to_put_back_is_not_the_end(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = lend(s, "add 401 billing --for 20m");
    stage_tick(s, 20 * 60 * 1000);
    orders_answered(s->orders, s->tag, false, SLICE("Unable to remove interface from queue: try later"), s->now);
    stage_tick(s, 0);
    stage_is(o, ORDER_ACTIVE, NULL);
    stage_sent(s, "");
    stage_tick(s, 5000);
    stage_sent(s, REMOVE);
    leaves(s);
    stage_is(o, ORDER_DONE, "put back");
}

static void several_are_lent_by_one_order(void **state)
{
    struct stage *s = *state;
    stage_put_agent(s, BOB, "PJSIP/402", "Bob");
    const struct fact_order *o = stage_give(s, "add 401 billing --for 20m\nadd PJSIP/402 billing --for 20m");
    comes_in(s);
    stage_put_member(s, (struct stage_seat){ 77, BILLING, BOB, "PJSIP/402", "Bob", NULL, mark(s), MEMBERSHIP_DYNAMIC });
    stage_yes(s);
    stage_put_member(s, (struct stage_seat){ 77, BILLING, BOB, "PJSIP/402", "Bob", NULL, 0, MEMBERSHIP_DYNAMIC });
    stage_yes(s);
    stage_is(o, ORDER_ACTIVE, NULL);
    assert_int_equal(stage_files(folder), 2);
    stage_tick(s, 20 * 60 * 1000);
    stage_drop(s, FACT_MEMBER, ANN_BILLING);
    stage_drop(s, FACT_MEMBER, 77);
    for (uint64_t tag = s->tag - 1, last = s->tag; tag <= last; tag++)
        orders_answered(s->orders, tag, true, SLICE("ok"), s->now);
    stage_tick(s, 0);
    stage_is(o, ORDER_DONE, NULL);
    stage_is_settled(s, folder);
}

/* --- keepers that die ----------------------------------------------------------------------------------------- */

static void the_next_keeper_puts_back_in_time(void **state)
{
    struct stage *s = *state;
    (void)lend(s, "add 401 billing --for 20m");
    stage_tick(s, 5 * 60 * 1000);
    stage_lends(s, folder); /* the first one has died */
    s->wall += 60000;       /* the machine slept, our own clock stood */
    stage_tick(s, 0);
    size_t at = 0;
    const struct fact_order *o = orders_each(s->orders, &at);
    assert_non_null(o);
    stage_is(o, ORDER_ACTIVE, "has died");
    assert_string_equal(o->who, "eva");
    assert_string_equal(o->what, "add Ann Li to billing with penalty 0 for 20 min");
    assert_int_equal(o->until, s->now + 14 * 60 * 1000);
    stage_sent(s, "");
    stage_tick(s, 14 * 60 * 1000);
    stage_sent(s, REMOVE);
    leaves(s);
    stage_is(o, ORDER_DONE, "put back");
    stage_is_settled(s, folder);
}

static void what_is_overdue_is_put_back_at_once(void **state)
{
    struct stage *s = *state;
    (void)lend(s, "add 401 billing --for 20m");
    stage_lends(s, folder);
    stage_tick(s, 3600 * 1000);
    stage_sent(s, REMOVE);
    leaves(s);
    stage_is_settled(s, folder);
}

static void it_is_adopted_when_its_pbx_is_live_only(void **state)
{
    struct stage *s = *state;
    (void)lend(s, "add 401 billing --for 20m");
    stage_put_pbx(s, PBX, "geneva", LINK_SYNCING);
    stage_lends(s, folder);
    stage_tick(s, 3600 * 1000);
    assert_false(orders_hold(s->orders));
    stage_put_pbx(s, PBX, "lyon", LINK_LIVE); /* another one */
    stage_tick(s, 10000);
    assert_false(orders_hold(s->orders));
    stage_put_pbx(s, PBX, "geneva", LINK_LIVE);
    stage_tick(s, 10000);
    stage_sent(s, REMOVE);
}

static void of_two_keepers_one_puts_back(void **state)
{
    struct stage *s = *state;
    (void)lend(s, "add 401 billing --for 20m");
    void *second;
    (void)stage_set_up(&second);
    struct stage *other = second;
    stage_put(other, FACT_QUEUE, (union fact_any){ .queue = { .id = BILLING, .pbx = PBX, .name = mem_strdup("billing"), .state = QUEUE_CLEAN } });
    stage_put_member(other, stage_ann_billing);
    stage_lends(other, folder);
    stage_tick(other, 3600 * 1000);
    stage_sent(other, "");
    assert_false(orders_hold(other->orders));
    stage_tick(s, 20 * 60 * 1000);
    stage_sent(s, REMOVE);
    leaves(s);
    stage_tick(other, 10000);
    stage_sent(other, "");
    (void)stage_tear_down(&second);
}

static void what_never_came_about_is_settled_without_a_request(void **state)
{
    struct stage *s = *state;
    (void)stage_give(s, "add 401 billing --for 20m");
    stage_lends(s, folder); /* died before the PBX had the request */
    stage_tick(s, 1000);
    assert_int_equal(stage_files(folder), 1); /* which may be on its way still */
    stage_tick(s, 9999);
    assert_int_equal(stage_files(folder), 1);
    stage_tick(s, 1);
    stage_sent(s, "");
    stage_is_settled(s, folder);
}

static void what_comes_about_after_all_is_put_back(void **state)
{
    struct stage *s = *state;
    (void)stage_give(s, "add 401 billing --for 20m");
    int64_t penalty = mark(s);
    stage_lends(s, folder);
    stage_tick(s, 1000);
    put_with(s, penalty);
    stage_tick(s, 0);
    stage_sent(s, REMOVE);
    leaves(s);
    stage_is_settled(s, folder);
}

/* The first one died around "Already there": somebody else had been faster by a moment. */
static void what_is_somebody_elses_stays(void **state)
{
    struct stage *s = *state;
    for (int is_ours = 0; is_ours < 2; is_ours++) {
        buf_reset(&s->sent);
        (void)stage_give(s, "add 401 billing --for 20m");
        put_with(s, is_ours != 0 ? mark(s) : 0);
        stage_lends(s, folder);
        stage_tick(s, 0);
        stage_sent(s, is_ours != 0 ? REMOVE : "");
        stage_drop(s, FACT_MEMBER, ANN_BILLING);
        if (is_ours != 0)
            stage_yes(s);
        stage_is_settled(s, folder);
    }
}

/* The first one died when it had asked to put him back; the PBX did, and somebody else has added him since. */
static void who_was_added_again_stays(void **state)
{
    struct stage *s = *state;
    enum { PUT_BACK_LATE, ADDED_AGAIN, PBX_RESTARTED, CASE_COUNT };
    for (int what = 0; what < CASE_COUNT; what++) {
        struct fact_member m = { .id = ANN_BILLING, .queue = BILLING, .agent = ANN, .membership = MEMBERSHIP_DYNAMIC };
        struct fact_member other = { .id = BOB_SALES, .queue = SALES, .agent = BOB, .membership = MEMBERSHIP_STATIC };
        buf_reset(&s->sent);
        s->now += 100000; /* 0 is no instant */
        (void)lend(s, "add 401 billing --for 20m");
        for (int i = 0; i < 2; i++) {
            m.interface = mem_strdup("PJSIP/401");
            m.name = mem_strdup("Ann Li");
            m.login = s->now - 5000 + (i > 0 && what != PUT_BACK_LATE ? 2000 : 0);
            other.interface = mem_strdup("Local/402@agents/n");
            other.login = i > 0 && what == PBX_RESTARTED ? m.login - 1 : s->now - 60000;
            stage_put(s, FACT_MEMBER, (union fact_any){ .member = other });
            stage_put(s, FACT_MEMBER, (union fact_any){ .member = m });
            if (i == 0) {
                stage_tick(s, 20 * 60 * 1000);
                stage_sent(s, REMOVE);
                s->now -= 20 * 60 * 1000;
            }
        }
        stage_lends(s, folder);
        stage_tick(s, 0);
        stage_sent(s, what == ADDED_AGAIN ? "" : REMOVE);
        stage_drop(s, FACT_MEMBER, ANN_BILLING);
        if (what != ADDED_AGAIN)
            stage_yes(s);
        stage_is_settled(s, folder);
    }
}

/* Asterisk writes its members down a second after they have changed: when it dies before, it has one again who was out. */
static void who_comes_back_with_the_pbx_is_put_back_again(void **state)
{
    struct stage *s = *state;
    enum { CRASH, CUT, ADDED_AGAIN, LENT_AGAIN, CASE_COUNT };
    for (int what = 0; what < CASE_COUNT; what++) {
        const struct fact_order *o = lend(s, "add 401 billing --for 20m");
        stage_tick(s, 20 * 60 * 1000);
        leaves(s);
        stage_is(o, ORDER_DONE, "the time was over"); /* that is told at once */
        assert_int_equal(stage_files(folder), 1);
        if (what == LENT_AGAIN)
            (void)lend(s, "add 401 billing --for 20m");
        if (what == ADDED_AGAIN) {
            put_with(s, 3);
            stage_tick(s, 0);
            assert_int_equal(stage_files(folder), 0);
        }
        stage_put_pbx(s, PBX, "geneva", LINK_IDLE);
        orders_link_down(s->orders, PBX, s->now);
        stage_tick(s, 60000);
        stage_sent(s, "");
        if (what != CUT)
            put_with(s, 0);
        stage_put_pbx(s, PBX, "geneva", LINK_LIVE);
        orders_link_live(s->orders, PBX, s->now);
        stage_tick(s, 0);
        stage_sent(s, what == CRASH ? REMOVE : "");
        if (what == CRASH)
            leaves(s);
        if (what == ADDED_AGAIN)
            stage_drop(s, FACT_MEMBER, ANN_BILLING);
        if (what != LENT_AGAIN)
            stage_is_settled(s, folder);
    }
    assert_int_equal(stage_files(folder), 1);
}

/* He was ours, but not let go yet: nobody was told that he is lent, and he would be paused all the time. */
static void who_died_on_the_way_has_not_lent(void **state)
{
    struct stage *s = *state;
    (void)stage_give(s, "add 401 billing --for 20m");
    put_with(s, mark(s));
    stage_yes(s);
    put_with(s, 0); /* done, and not proven */
    stage_lends(s, folder);
    stage_tick(s, 0);
    stage_sent(s, REMOVE);
    leaves(s);
    stage_is_settled(s, folder);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, stage_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(without_a_place_to_write_nothing_is_sent),
        TEST(each_step_waits_for_the_disk), TEST(who_is_lent_for_a_time_is_put_back), TEST(who_is_lent_for_calls_is_put_back_at_the_last_one), TEST(a_person_who_takes_him_out_ends_it),
        TEST(cancel_ends_only_what_is_lent), TEST(undo_ends_it_too), TEST(a_member_is_not_lent), TEST(what_the_pbx_refuses_leaves_no_lease),
        TEST(what_was_done_in_part_is_put_back_at_once), TEST(the_sentence_says_that_it_is_a_loan), TEST(a_link_that_is_down_at_the_deadline_is_waited_for),
        TEST(a_link_that_goes_while_he_is_added_leaves_the_lease), TEST(a_refusal_to_put_back_is_not_the_end), TEST(several_are_lent_by_one_order),
        TEST(the_next_keeper_puts_back_in_time), TEST(what_is_overdue_is_put_back_at_once), TEST(it_is_adopted_when_its_pbx_is_live_only),
        TEST(of_two_keepers_one_puts_back), TEST(what_never_came_about_is_settled_without_a_request),
        TEST(what_comes_about_after_all_is_put_back), TEST(what_is_somebody_elses_stays), TEST(who_was_added_again_stays), TEST(who_comes_back_with_the_pbx_is_put_back_again), TEST(who_died_on_the_way_has_not_lent),
        TEST(a_link_that_goes_while_he_gets_his_penalty_leaves_him_lent),
    };
    return cmocka_run_group_tests_name("lease", tests, NULL, NULL);
}
