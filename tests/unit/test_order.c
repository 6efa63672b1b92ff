/* SPDX-License-Identifier: MIT */
/* The life of an order on a floor that the test holds in its hands: what is sent, what counts as done, and what is said when it is not. */
#include "core/control/order.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

#include "core/base/mem.h"
#include "core/base/timer.h"
#include "core/floor/store.h"

enum { SALES = 10, BILLING, ANN = 20, BOB, ANN_SALES = 30, ANN_BILLING, BOB_SALES };
#define PBX fact_pbx_id(0)
#define FAR fact_pbx_id(1)

struct stage {
    struct store *store;
    struct settings settings;
    struct directory *directory;
    struct world world;
    struct orders *orders;
    struct buf sent, written; /* requests as text; the audit log */
    uint64_t tag;             /* of the latest request */
    bool is_refusing, is_weak; /* the link is down; the AMI user has no class agent */
    uint64_t reread;
    int64_t now;
};

static const struct fact *get(void *context, enum fact_kind kind, uint64_t id)
{
    const struct stage *s = context;
    return store_get(s->store, kind, id);
}

static const struct fact *each(void *context, enum fact_kind kind, struct world_at *at)
{
    const struct stage *s = context;
    return store_each(s->store, kind, &at->at);
}

static bool may(void *context, uint64_t pbx, enum request_kind kind)
{
    const struct stage *s = context;
    (void)pbx;
    return !s->is_weak || request_table[kind].write_class != CLASS_AGENT;
}

static bool on_send(void *context, uint64_t pbx, enum request_kind kind, const struct request_header *header, size_t count, uint64_t tag, struct err *err)
{
    struct stage *s = context;
    if (s->is_refusing)
        return err_set(err, ERR_NETWORK, "not sent: no link");
    (void)buf_addf(&s->sent, "%s%s", pbx == FAR ? "far " : "", request_table[kind].action);
    for (size_t i = 0; i < count; i++)
        (void)buf_addf(&s->sent, " %s=%.*s", header[i].name, SLICE_FMT(header[i].value));
    (void)buf_add_char(&s->sent, '\n');
    s->tag = tag;
    return true;
}

static void on_reread(void *context, uint64_t queue)
{
    ((struct stage *)context)->reread = queue;
}

static void on_changed(void *context, uint64_t id, bool is_gone)
{
    (void)context;
    (void)id;
    (void)is_gone;
}

static void on_audit(void *context, const struct fact_order *o, const char *pbx)
{
    struct stage *s = context;
    (void)buf_addf(&s->written, "%s %s [%s]\n", order_state_names[o->state], o->line, pbx);
}

static void put(struct stage *s, enum fact_kind kind, union fact_any any)
{
    uint64_t id = any.head.id;
    (void)store_put(s->store, kind, &any.head);
    if (s->orders != NULL)
        orders_changed(s->orders, kind, id, false);
}

static void drop(struct stage *s, enum fact_kind kind, uint64_t id)
{
    (void)store_drop(s->store, kind, id);
    orders_changed(s->orders, kind, id, true);
}

static void put_pbx(struct stage *s, uint64_t id, const char *name, int64_t link)
{
    put(s, FACT_PBX, (union fact_any){ .pbx = { .id = id, .name = mem_strdup(name), .link = link } });
}

static void put_queue(struct stage *s, uint64_t id, uint64_t pbx, const char *name)
{
    put(s, FACT_QUEUE, (union fact_any){ .queue = { .id = id, .pbx = pbx, .name = mem_strdup(name) } });
}

static void put_agent(struct stage *s, uint64_t id, const char *interface, const char *name)
{
    put(s, FACT_AGENT, (union fact_any){ .agent = { .id = id, .pbx = PBX, .interface = mem_strdup(interface), .name = mem_strdup(name) } });
}

struct seat {
    uint64_t id, queue, agent;
    const char *interface, *name, *reason; /* reason NULL: not paused */
    int64_t penalty, membership;
};

static void put_member(struct stage *s, struct seat m)
{
    put(s, FACT_MEMBER, (union fact_any){ .member = { .id = m.id, .queue = m.queue, .agent = m.agent, .interface = mem_strdup(m.interface),
                                                      .name = mem_strdup(m.name), .state_interface = mem_strdup(m.interface), .membership = m.membership,
                                                      .penalty = m.penalty, .paused = m.reason != NULL, .paused_reason = mem_strdup(m.reason) } });
}

static const struct seat ann_sales = { ANN_SALES, SALES, ANN, "PJSIP/401", "Ann Li", NULL, 2, MEMBERSHIP_DYNAMIC };
static const struct seat ann_billing = { ANN_BILLING, BILLING, ANN, "PJSIP/401", "Ann Li", NULL, 5, MEMBERSHIP_DYNAMIC };
static const struct seat bob_sales = { BOB_SALES, SALES, BOB, "Local/402@agents/n", "Bob", NULL, 0, MEMBERSHIP_STATIC };

static int set_up(void **state)
{
    struct stage *s = mem_alloc(sizeof *s);
    struct err err = ERR_INIT;
    settings_init(&s->settings);
    s->store = store_new();
    s->sent = BUF_INIT(64 * 1024);
    s->written = BUF_INIT(64 * 1024);
    s->now = 1000;
    s->directory = directory_new(&s->settings, &err);
    assert_non_null(s->directory);
    s->world = (struct world){ .settings = &s->settings, .directory = s->directory, .get = get, .each = each, .may = may, .context = s };
    put_pbx(s, PBX, "geneva", LINK_LIVE);
    put_queue(s, SALES, PBX, "sales");
    put_queue(s, BILLING, PBX, "billing");
    put_agent(s, ANN, "PJSIP/401", "Ann Li");
    put_agent(s, BOB, "Local/402@agents/n", "Bob");
    put_member(s, ann_sales);
    put_member(s, bob_sales);
    s->orders = orders_new(&s->world, &(struct orders_hooks){ .send = on_send, .reread = on_reread, .changed = on_changed, .audit = on_audit, .context = s });
    *state = s;
    return 0;
}

static int tear_down(void **state)
{
    struct stage *s = *state;
    orders_free(s->orders);
    store_free(s->store);
    directory_free(s->directory);
    settings_clear(&s->settings);
    buf_clear(&s->sent);
    buf_clear(&s->written);
    mem_free(s);
    return 0;
}

static const struct fact_order *give(struct stage *s, const char *line)
{
    buf_reset(&s->sent);
    return orders_get(s->orders, orders_give(s->orders, &(struct order_given){ .line = slice_of(line), .who = "eva", .ref = 7 }, s->now));
}

static void sent(const struct stage *s, const char *wanted)
{
    assert_string_equal(buf_slice(&s->sent).p, wanted);
}

static void yes(struct stage *s)
{
    orders_answered(s->orders, s->tag, true, SLICE("ok"), s->now);
    orders_tick(s->orders, s->now);
}

static void is(const struct fact_order *o, enum order_state state, const char *answer)
{
    assert_string_equal(order_state_names[o->state], order_state_names[state]);
    if (answer != NULL && (o->answer == NULL || strstr(o->answer, answer) == NULL))
        fail_msg("'%s' is not in '%s'", answer, o->answer != NULL ? o->answer : "nothing");
}

static void is_refused_at_once(struct stage *s, const char *line, enum order_state state, const char *answer)
{
    is(give(s, line), state, answer);
    sent(s, "");
    assert_int_equal(orders_deadline(s->orders), TIMER_NEVER);
}

/* --- what is sent, and what proves it -------------------------------------------------------------------- */

static void an_order_is_done_when_the_floor_shows_it(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = give(s, "add 401 billing 5");
    sent(s, "QueueAdd Queue=billing Interface=PJSIP/401 Penalty=5 Paused=false MemberName=Ann Li\n");
    assert_string_equal(o->what, "add Ann Li to billing with penalty 5");
    is(o, ORDER_PENDING, NULL);
    yes(s);
    is(o, ORDER_PENDING, NULL); /* Asterisk's word is not enough */
    put_member(s, ann_billing);
    orders_tick(s->orders, s->now);
    is(o, ORDER_DONE, "confirmed");
    assert_string_equal(o->undo, "remove PJSIP/401 billing");
    assert_string_equal(buf_slice(&s->written).p, "pending add 401 billing 5 [geneva]\ndone add 401 billing 5 [geneva]\n");
}

static void the_event_may_come_before_the_answer(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = give(s, "add ann billing");
    put_member(s, ann_billing);
    orders_tick(s->orders, s->now);
    is(o, ORDER_PENDING, NULL);
    yes(s);
    is(o, ORDER_DONE, NULL);
}

static void undo_is_an_order_that_brings_it_back(void **state)
{
    struct stage *s = *state;
    struct seat paused = ann_sales;
    paused.reason = "after call \"work\"";
    put_member(s, paused);
    const struct fact_order *o = give(s, "remove 401 sales");
    sent(s, "QueueRemove Queue=sales Interface=PJSIP/401\n");
    drop(s, FACT_MEMBER, ANN_SALES);
    yes(s);
    is(o, ORDER_DONE, NULL);
    assert_string_equal(o->undo, "add PJSIP/401 sales 2 --paused \"after call \\\"work\\\"\" --name \"Ann Li\"");
    char *undo = mem_strdup(o->undo);
    o = give(s, undo);
    sent(s, "QueueAdd Queue=sales Interface=PJSIP/401 Penalty=2 Paused=true MemberName=Ann Li\n");
    buf_reset(&s->sent);
    put_member(s, paused);
    yes(s);
    sent(s, "QueuePause Queue=sales Interface=PJSIP/401 Paused=true Reason=after call \"work\"\n");
    yes(s);
    is(o, ORDER_DONE, NULL);
    mem_free(undo);
}

static void moving_is_first_in_then_out(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = give(s, "move 401 sales billing");
    sent(s, "QueueAdd Queue=billing Interface=PJSIP/401 Penalty=2 Paused=false MemberName=Ann Li\n");
    buf_reset(&s->sent);
    put_member(s, (struct seat){ ANN_BILLING, BILLING, ANN, "PJSIP/401", "Ann Li", NULL, 2, MEMBERSHIP_DYNAMIC });
    yes(s);
    sent(s, "QueueRemove Queue=sales Interface=PJSIP/401\n");
    drop(s, FACT_MEMBER, ANN_SALES);
    yes(s);
    is(o, ORDER_DONE, NULL);
    assert_string_equal(o->undo, "add PJSIP/401 sales 2 --name \"Ann Li\"\nremove PJSIP/401 billing");
}

static void a_step_that_fails_says_how_far_it_came(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = give(s, "move 401 sales billing");
    put_member(s, (struct seat){ ANN_BILLING, BILLING, ANN, "PJSIP/401", "Ann Li", NULL, 2, MEMBERSHIP_DYNAMIC });
    yes(s);
    orders_answered(s->orders, s->tag, false, SLICE("Unable to remove interface: Not there"), s->now);
    is(o, ORDER_REFUSED, "Asterisk refused QueueRemove: Unable to remove interface: Not there (1 of 2 steps were done)");
    assert_string_equal(o->undo, "remove PJSIP/401 billing");
}

static void a_pause_in_all_queues_is_one_request(void **state)
{
    struct stage *s = *state;
    put_member(s, ann_billing);
    const struct fact_order *o = give(s, "pause 401 lunch");
    sent(s, "QueuePause Interface=PJSIP/401 Paused=true Reason=lunch\n");
    yes(s);
    struct seat a = ann_sales, b = ann_billing;
    a.reason = b.reason = "lunch";
    put_member(s, a);
    orders_tick(s->orders, s->now);
    is(o, ORDER_PENDING, NULL);
    put_member(s, b);
    orders_tick(s->orders, s->now);
    is(o, ORDER_DONE, NULL);
    assert_string_equal(o->undo, "unpause PJSIP/401 ");
}

static void a_pause_that_is_mixed_is_undone_queue_by_queue(void **state)
{
    struct stage *s = *state;
    struct seat b = ann_billing;
    b.reason = "meeting";
    put_member(s, b);
    const struct fact_order *o = give(s, "pause 401 lunch");
    struct seat a = ann_sales;
    a.reason = b.reason = "lunch";
    put_member(s, a);
    put_member(s, b);
    yes(s);
    yes(s);
    is(o, ORDER_DONE, NULL);
    assert_string_equal(o->undo, "pause PJSIP/401 billing meeting\nunpause PJSIP/401 sales");
}

static void who_sees_only_some_queues_pauses_in_those(void **state)
{
    struct stage *s = *state;
    s->world.is_part = true;
    put_member(s, ann_billing);
    (void)give(s, "pause 401");
    sent(s, "QueuePause Interface=PJSIP/401 Paused=true Queue=sales\n");
}

static void roles_have_names(void **state)
{
    struct stage *s = *state;
    s->settings.role = mem_array(1, sizeof *s->settings.role); /* settings_clear frees it */
    s->settings.role_count = 1;
    s->settings.role[0] = (struct role_settings){ .name = mem_strdup("expert"), .penalty = 0 };
    is(give(s, "role 401 sales expart"), ORDER_WRONG, "did you mean 'expert'?");
    is_refused_at_once(s, "role 401 sales 2", ORDER_DONE, "has penalty 2 in sales already");
    const struct fact_order *o = give(s, "role 401 sales expert");
    sent(s, "QueuePenalty Queue=sales Interface=PJSIP/401 Penalty=0\n");
    assert_string_equal(o->what, "make Ann Li expert in sales");
}

/* --- what is refused before anything is sent --------------------------------------------------------------- */

static void what_cannot_be_is_said_and_not_sent(void **state)
{
    struct stage *s = *state;
    is_refused_at_once(s, "add 401 salse", ORDER_NO_SUCH, "there is no queue 'salse': did you mean 'sales'?");
    is_refused_at_once(s, "add 999 sales", ORDER_NO_SUCH, "999");
    is_refused_at_once(s, "add 401 sales", ORDER_DONE, "Ann Li is in sales already");
    is_refused_at_once(s, "remove 401 billing", ORDER_DONE, "Ann Li is not in billing");
    is_refused_at_once(s, "remove bob sales", ORDER_REFUSED, "static member");
    is_refused_at_once(s, "unpause 401", ORDER_DONE, "paused in none");
    is_refused_at_once(s, "role 401 billing 3", ORDER_NO_SUCH, "Ann Li is not in billing");
    is_refused_at_once(s, "add 401 billing --for soon", ORDER_WRONG, "'soon' is no duration");
    is_refused_at_once(s, "add 401", ORDER_WRONG, "usage");
    is_refused_at_once(s, "status", ORDER_WRONG, "unknown command");
    is_refused_at_once(s, "pause 401 12345678901234567890123456789012345678901234567890123456789012345678901234567890", ORDER_WRONG, "79 bytes");
    s->is_weak = true;
    is_refused_at_once(s, "add 401 billing", ORDER_FORBIDDEN, "in manager.conf add agent to its write =");
    s->is_weak = false;
    s->settings.is_readonly = true;
    is_refused_at_once(s, "add 401 billing", ORDER_FORBIDDEN, "read-only");
    s->settings.is_readonly = false;
    s->world.is_past = true;
    is_refused_at_once(s, "add 401 billing", ORDER_FORBIDDEN, "past");
    s->world.is_past = false;
    put_pbx(s, PBX, "geneva", LINK_LOST);
    is_refused_at_once(s, "add 401 billing", ORDER_NO_LINK, "not live");
}

static void two_queues_of_one_name_are_told_apart(void **state)
{
    struct stage *s = *state;
    put_pbx(s, FAR, "lyon", LINK_LIVE);
    put_queue(s, 12, FAR, "sales");
    is_refused_at_once(s, "add PJSIP/777 sales", ORDER_WRONG, "on 2 PBXs");
    (void)give(s, "add PJSIP/777 sales@lyon");
    sent(s, "far QueueAdd Queue=sales Interface=PJSIP/777 Penalty=0 Paused=false\n");
    (void)give(s, "role 401 sales 9"); /* he serves one of them only */
    sent(s, "QueuePenalty Queue=sales Interface=PJSIP/401 Penalty=9\n");
}

static void a_dry_run_sends_nothing(void **state)
{
    struct stage *s = *state;
    uint64_t id = orders_give(s->orders, &(struct order_given){ .line = SLICE("role 401 sales 9"), .who = "eva", .is_dry = true }, s->now);
    const struct fact_order *o = orders_get(s->orders, id);
    is(o, ORDER_PLANNED, NULL);
    sent(s, "");
    assert_string_equal(o->requests, "Action: QueuePenalty\nQueue: sales\nInterface: PJSIP/401\nPenalty: 9\n\n");
    assert_string_equal(buf_slice(&s->written).p, "");
}

/* --- what does not come ------------------------------------------------------------------------------------- */

static void a_late_proof_is_asked_for_and_then_unknown(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = give(s, "role 401 sales 9");
    yes(s);
    assert_int_equal(orders_deadline(s->orders), 2500);
    orders_tick(s->orders, s->now = 2500);
    assert_int_equal(s->reread, SALES);
    orders_tick(s->orders, s->now = 11000);
    is(o, ORDER_UNKNOWN, "the floor does not show it");
    struct seat a = ann_sales;
    a.penalty = 9;
    put_member(s, a);
    orders_tick(s->orders, s->now = 20000);
    is(o, ORDER_DONE, "re-read");
    assert_int_equal(orders_deadline(s->orders), TIMER_NEVER);
}

static void a_link_that_goes_leaves_it_open_until_the_floor_is_read(void **state)
{
    struct stage *s = *state;
    const struct fact_order *done = give(s, "role 401 sales 9"), *never;
    uint64_t first = done->id;
    never = give(s, "pause 401 tea");
    orders_link_down(s->orders, PBX, s->now);
    is(orders_get(s->orders, first), ORDER_UNKNOWN, "the link went");
    is(never, ORDER_UNKNOWN, NULL);
    struct seat a = ann_sales;
    a.penalty = 9;
    put_member(s, a);
    buf_reset(&s->sent);
    orders_link_live(s->orders, PBX, s->now);
    is(orders_get(s->orders, first), ORDER_DONE, NULL);
    is(never, ORDER_REFUSED, "it did not happen");
    sent(s, ""); /* nothing is ever sent twice */
}

static void what_is_half_done_at_a_lost_link_is_not_done(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = give(s, "move 401 sales billing");
    orders_link_down(s->orders, PBX, s->now);
    put_member(s, (struct seat){ ANN_BILLING, BILLING, ANN, "PJSIP/401", "Ann Li", NULL, 2, MEMBERSHIP_DYNAMIC });
    orders_link_live(s->orders, PBX, s->now);
    is(o, ORDER_REFUSED, "in part");
}

static void refusals_are_asterisks_own_words(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = give(s, "role 401 sales 9");
    orders_answered(s->orders, s->tag, false, SLICE("Permission denied"), s->now);
    is(o, ORDER_FORBIDDEN, "the AMI user may not do QueuePenalty");
    o = give(s, "role 401 sales 9");
    orders_answered(s->orders, s->tag, true, (struct slice){ NULL, 0 }, s->now);
    is(o, ORDER_UNKNOWN, "no answer came");
    s->is_refusing = true;
    is(give(s, "role 401 sales 8"), ORDER_NO_LINK, "no link");
}

static void ended_orders_are_forgotten_one_day(void **state)
{
    struct stage *s = *state;
    uint64_t first = give(s, "add 401 nowhere")->id;
    for (int i = 0; i < 400; i++)
        (void)give(s, "add 401 nowhere");
    size_t count = 0;
    for (size_t at = 0; orders_each(s->orders, &at) != NULL; count++) { }
    assert_in_range(count, 150, 250);
    assert_null(orders_get(s->orders, first));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(an_order_is_done_when_the_floor_shows_it), TEST(the_event_may_come_before_the_answer), TEST(undo_is_an_order_that_brings_it_back),
        TEST(moving_is_first_in_then_out), TEST(a_step_that_fails_says_how_far_it_came), TEST(a_pause_in_all_queues_is_one_request),
        TEST(a_pause_that_is_mixed_is_undone_queue_by_queue), TEST(who_sees_only_some_queues_pauses_in_those), TEST(roles_have_names),
        TEST(what_cannot_be_is_said_and_not_sent), TEST(two_queues_of_one_name_are_told_apart), TEST(a_dry_run_sends_nothing),
        TEST(a_late_proof_is_asked_for_and_then_unknown), TEST(a_link_that_goes_leaves_it_open_until_the_floor_is_read),
        TEST(what_is_half_done_at_a_lost_link_is_not_done), TEST(refusals_are_asterisks_own_words), TEST(ended_orders_are_forgotten_one_day),
    };
    return cmocka_run_group_tests_name("order", tests, NULL, NULL);
}
