/* SPDX-License-Identifier: MIT */
/* The life of an order on a floor that the test holds in its hands: what is sent, what counts as done, and what is said when it is not. */
#include "tests/unit/support_orders.h"

/* --- what is sent, and what proves it -------------------------------------------------------------------- */

static void an_order_is_done_when_the_floor_shows_it(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = stage_give(s, "add 401 billing 5");
    stage_sent(s, "QueueAdd Queue=billing Interface=PJSIP/401 Penalty=5 Paused=false MemberName=Ann Li\n");
    assert_string_equal(o->what, "add Ann Li to billing with penalty 5");
    stage_is(o, ORDER_PENDING, NULL);
    stage_yes(s);
    stage_is(o, ORDER_PENDING, NULL); /* Asterisk's word is not enough */
    stage_put_member(s, stage_ann_billing);
    orders_tick(s->orders, s->now);
    stage_is(o, ORDER_DONE, "confirmed");
    assert_string_equal(o->undo, "remove PJSIP/401 billing");
    assert_string_equal(buf_slice(&s->written).p, "pending add 401 billing 5 [geneva]\ndone add 401 billing 5 [geneva]\n");
}

static void the_event_may_come_before_the_answer(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = stage_give(s, "add ann billing");
    stage_put_member(s, stage_ann_billing);
    orders_tick(s->orders, s->now);
    stage_is(o, ORDER_PENDING, NULL);
    stage_yes(s);
    stage_is(o, ORDER_DONE, NULL);
}

static void undo_is_an_order_that_brings_it_back(void **state)
{
    struct stage *s = *state;
    struct stage_seat paused = stage_ann_sales;
    paused.reason = "after call \"work\"";
    stage_put_member(s, paused);
    const struct fact_order *o = stage_give(s, "remove 401 sales");
    stage_sent(s, "QueueRemove Queue=sales Interface=PJSIP/401\n");
    stage_drop(s, FACT_MEMBER, ANN_SALES);
    stage_yes(s);
    stage_is(o, ORDER_DONE, NULL);
    assert_string_equal(o->undo, "add PJSIP/401 sales 2 --paused \"after call \\\"work\\\"\" --name \"Ann Li\"");
    char *undo = mem_strdup(o->undo);
    o = stage_give(s, undo);
    stage_sent(s, "QueueAdd Queue=sales Interface=PJSIP/401 Penalty=2 Paused=true MemberName=Ann Li\n");
    buf_reset(&s->sent);
    stage_put_member(s, paused);
    stage_yes(s);
    stage_sent(s, "QueuePause Queue=sales Interface=PJSIP/401 Paused=true Reason=after call \"work\"\n");
    stage_yes(s);
    stage_is(o, ORDER_DONE, NULL);
    mem_free(undo);
}

static void moving_is_first_in_then_out(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = stage_give(s, "move 401 sales billing");
    stage_sent(s, "QueueAdd Queue=billing Interface=PJSIP/401 Penalty=2 Paused=false MemberName=Ann Li\n");
    buf_reset(&s->sent);
    stage_put_member(s, (struct stage_seat){ ANN_BILLING, BILLING, ANN, "PJSIP/401", "Ann Li", NULL, 2, MEMBERSHIP_DYNAMIC });
    stage_yes(s);
    stage_sent(s, "QueueRemove Queue=sales Interface=PJSIP/401\n");
    stage_drop(s, FACT_MEMBER, ANN_SALES);
    stage_yes(s);
    stage_is(o, ORDER_DONE, NULL);
    assert_string_equal(o->undo, "add PJSIP/401 sales 2 --name \"Ann Li\"\nremove PJSIP/401 billing");
}

static void a_step_that_fails_says_how_far_it_came(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = stage_give(s, "move 401 sales billing");
    stage_put_member(s, (struct stage_seat){ ANN_BILLING, BILLING, ANN, "PJSIP/401", "Ann Li", NULL, 2, MEMBERSHIP_DYNAMIC });
    stage_yes(s);
    orders_answered(s->orders, s->tag, false, SLICE("Unable to remove interface: Not there"), s->now);
    stage_is(o, ORDER_REFUSED, "Asterisk refused QueueRemove: Unable to remove interface: Not there (1 of 2 steps were done)");
    assert_string_equal(o->undo, "remove PJSIP/401 billing");
}

static void a_pause_in_all_queues_is_one_request(void **state)
{
    struct stage *s = *state;
    stage_put_member(s, stage_ann_billing);
    const struct fact_order *o = stage_give(s, "pause 401 lunch");
    stage_sent(s, "QueuePause Interface=PJSIP/401 Paused=true Reason=lunch\n");
    stage_yes(s);
    struct stage_seat a = stage_ann_sales, b = stage_ann_billing;
    a.reason = b.reason = "lunch";
    stage_put_member(s, a);
    orders_tick(s->orders, s->now);
    stage_is(o, ORDER_PENDING, NULL);
    stage_put_member(s, b);
    orders_tick(s->orders, s->now);
    stage_is(o, ORDER_DONE, NULL);
    assert_string_equal(o->undo, "unpause PJSIP/401 ");
}

static void a_pause_that_is_mixed_is_undone_queue_by_queue(void **state)
{
    struct stage *s = *state;
    struct stage_seat b = stage_ann_billing;
    b.reason = "meeting";
    stage_put_member(s, b);
    const struct fact_order *o = stage_give(s, "pause 401 lunch");
    struct stage_seat a = stage_ann_sales;
    a.reason = b.reason = "lunch";
    stage_put_member(s, a);
    stage_put_member(s, b);
    stage_yes(s);
    stage_yes(s);
    stage_is(o, ORDER_DONE, NULL);
    assert_string_equal(o->undo, "pause PJSIP/401 billing meeting\nunpause PJSIP/401 sales");
}

/* "pause 401 salse" must never pause in all queues, with that for a reason. */
static void a_mistyped_queue_is_no_reason(void **state)
{
    struct stage *s = *state;
    stage_refuses(s, "pause 401 salse", ORDER_NO_SUCH, "there is no queue 'salse': did you mean 'sales'? For a reason in all queues: pause 401 --reason salse");
    stage_refuses(s, "pause \"Ann Li\" bilings", ORDER_NO_SUCH, "did you mean 'billing'? For a reason in all queues: pause \"Ann Li\" --reason bilings");
    stage_refuses(s, "pause 401 bank@geneva", ORDER_NO_SUCH, "there is no queue 'bank@geneva'. For a reason");
    stage_refuses(s, "pause 401 sales tea --reason lunch", ORDER_WRONG, "one reason, please");
    (void)stage_give(s, "pause 401 --reason salse");
    stage_sent(s, "QueuePause Interface=PJSIP/401 Paused=true Queue=sales Reason=salse\n");
}

static void where_reasons_are_configured_a_word_is_one_of_them(void **state)
{
    struct stage *s = *state;
    s->settings.reason = mem_array(1, sizeof *s->settings.reason); /* settings_clear frees it */
    s->settings.reason_count = 1;
    s->settings.reason[0] = (struct reason_settings){ .name = mem_strdup("lunch"), .kind = mem_strdup("break") };
    stage_refuses(s, "pause 401 lunhc", ORDER_NO_SUCH, "there is no queue 'lunhc', and no such reason is configured: did you mean 'lunch'? For a reason in all queues: pause 401 --reason lunhc");
    stage_refuses(s, "pause 401 xyz", ORDER_NO_SUCH, "no such reason is configured. For a reason");
    (void)stage_give(s, "pause 401 Lunch");
    stage_sent(s, "QueuePause Interface=PJSIP/401 Paused=true Queue=sales Reason=Lunch\n");
}

/* Behind "--" nothing is an option, as in a shell. */
static void what_looks_like_an_option_may_be_a_word(void **state)
{
    struct stage *s = *state;
    stage_refuses(s, "pause -- 401 --reason tea", ORDER_NO_SUCH, "there is no queue '--reason'");
    (void)stage_give(s, "pause 401 sales -- --reason");
    stage_sent(s, "QueuePause Interface=PJSIP/401 Paused=true Queue=sales Reason=--reason\n");
    (void)stage_give(s, "add 401 billing --paused --"); /* the value of an option is no end of them */
    assert_non_null(strstr(s->sent.data, "Paused=true"));
}

static void each_request_says_what_became_of_it(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = stage_give(s, "role 401 sales 3");
    assert_null(o->requests);
    stage_yes(s);
    struct stage_seat a = stage_ann_sales;
    a.penalty = 3;
    stage_put_member(s, a);
    orders_tick(s->orders, s->now);
    stage_is(o, ORDER_DONE, NULL);
    assert_string_equal(o->requests, "QueuePenalty sales: proven: the agent has that penalty");
    o = stage_give(s, "role 401 sales 4");
    orders_answered(s->orders, s->tag, false, SLICE("no"), s->now);
    assert_string_equal(o->requests, "QueuePenalty sales: refused");
}

static void who_sees_only_some_queues_pauses_in_those(void **state)
{
    struct stage *s = *state;
    s->world.is_part = true;
    stage_put_member(s, stage_ann_billing);
    (void)stage_give(s, "pause 401");
    stage_sent(s, "QueuePause Interface=PJSIP/401 Paused=true Queue=sales\n");
}

static void roles_have_names(void **state)
{
    struct stage *s = *state;
    s->settings.role = mem_array(1, sizeof *s->settings.role); /* settings_clear frees it */
    s->settings.role_count = 1;
    s->settings.role[0] = (struct role_settings){ .name = mem_strdup("expert"), .penalty = 0 };
    stage_is(stage_give(s, "role 401 sales expart"), ORDER_WRONG, "did you mean 'expert'?");
    stage_is(stage_give(s, "role 401 sales boss"), ORDER_WRONG, "there is no role 'boss': there are 'expert', and a number is a penalty");
    stage_refuses(s, "role 401 sales 2", ORDER_DONE, "has penalty 2 in sales already");
    const struct fact_order *o = stage_give(s, "role 401 sales expert");
    stage_sent(s, "QueuePenalty Queue=sales Interface=PJSIP/401 Penalty=0\n");
    assert_string_equal(o->what, "make Ann Li expert in sales");
}

/* --- what is refused before anything is sent --------------------------------------------------------------- */

static void what_cannot_be_is_said_and_not_sent(void **state)
{
    struct stage *s = *state;
    stage_refuses(s, "add 401 salse", ORDER_NO_SUCH, "there is no queue 'salse': did you mean 'sales'?");
    stage_refuses(s, "add 999 sales", ORDER_NO_SUCH, "999");
    stage_refuses(s, "add 401 sales", ORDER_DONE, "Ann Li is in sales already, with penalty 2: 'role PJSIP/401 sales ROLE' changes it");
    stage_refuses(s, "add 401 sales 2", ORDER_DONE, "already");
    stage_refuses(s, "add 401 sales 5", ORDER_REFUSED, "Ann Li is in sales already, with penalty 2: 'role PJSIP/401 sales 5' changes that");
    stage_refuses(s, "add 401 sales --paused tea", ORDER_REFUSED, "with penalty 2, not paused: 'pause PJSIP/401 sales tea' changes that");
    stage_refuses(s, "remove 401 billing", ORDER_DONE, "Ann Li is not in billing");
    stage_refuses(s, "remove bob sales", ORDER_REFUSED, "static member");
    stage_refuses(s, "unpause 401", ORDER_DONE, "Ann Li is not paused");
    stage_refuses(s, "unpause 401 sales", ORDER_DONE, "Ann Li is not paused in sales");
    stage_refuses(s, "pause 401 lunch break", ORDER_NO_SUCH, "there is no queue 'lunch'; a reason of several words stands in quotes");
    stage_refuses(s, "role 401 billing 3", ORDER_NO_SUCH, "Ann Li is not in billing");
    stage_refuses(s, "add 401 billing --for soon", ORDER_WRONG, "'soon' is no duration");
    stage_refuses(s, "add 401", ORDER_WRONG, "usage");
    stage_refuses(s, "status", ORDER_WRONG, "unknown command");
    stage_refuses(s, "pause 401 12345678901234567890123456789012345678901234567890123456789012345678901234567890", ORDER_WRONG, "79 bytes");
    s->is_weak = true;
    stage_refuses(s, "add 401 billing", ORDER_FORBIDDEN, "in manager.conf add agent to its write =");
    s->is_weak = false;
    s->settings.is_readonly = true;
    stage_refuses(s, "add 401 billing", ORDER_FORBIDDEN, "read-only");
    s->settings.is_readonly = false;
    s->world.is_past = true;
    stage_refuses(s, "add 401 billing", ORDER_FORBIDDEN, "past");
    s->world.is_past = false;
    stage_put_pbx(s, PBX, "geneva", LINK_LOST);
    stage_refuses(s, "add 401 billing", ORDER_NO_LINK, "not live");
}

static void two_queues_of_one_name_are_told_apart(void **state)
{
    struct stage *s = *state;
    stage_put_pbx(s, FAR, "lyon", LINK_LIVE);
    stage_put_queue(s, 12, FAR, "sales");
    stage_refuses(s, "add PJSIP/777 sales", ORDER_WRONG, "on 2 PBXs");
    (void)stage_give(s, "add PJSIP/777 sales@lyon");
    stage_sent(s, "far QueueAdd Queue=sales Interface=PJSIP/777 Penalty=0 Paused=false\n");
    (void)stage_give(s, "role 401 sales 9"); /* he serves one of them only */
    stage_sent(s, "QueuePenalty Queue=sales Interface=PJSIP/401 Penalty=9\n");
}

static void a_dry_run_sends_nothing(void **state)
{
    struct stage *s = *state;
    uint64_t id = orders_give(s->orders, &(struct order_given){ .line = SLICE("role 401 sales 9"), .who = "eva", .is_dry = true }, s->now);
    const struct fact_order *o = orders_get(s->orders, id);
    stage_is(o, ORDER_PLANNED, NULL);
    stage_sent(s, "");
    assert_string_equal(o->requests, "Action: QueuePenalty\nQueue: sales\nInterface: PJSIP/401\nPenalty: 9\n\n");
    assert_string_equal(buf_slice(&s->written).p, "");
}

/* --- what does not come ------------------------------------------------------------------------------------- */

static void a_late_proof_is_asked_for_and_then_unknown(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = stage_give(s, "role 401 sales 9");
    stage_yes(s);
    assert_int_equal(orders_deadline(s->orders), 2500);
    orders_tick(s->orders, s->now = 2500);
    assert_int_equal(s->reread, SALES);
    orders_tick(s->orders, s->now = 11000);
    stage_is(o, ORDER_UNKNOWN, "the floor does not show it");
    struct stage_seat a = stage_ann_sales;
    a.penalty = 9;
    stage_put_member(s, a);
    orders_tick(s->orders, s->now = 20000);
    stage_is(o, ORDER_DONE, "re-read");
    assert_int_equal(orders_deadline(s->orders), TIMER_NEVER);
}

static void a_link_that_goes_leaves_it_open_until_the_floor_is_read(void **state)
{
    struct stage *s = *state;
    const struct fact_order *done = stage_give(s, "role 401 sales 9"), *never;
    uint64_t first = done->id;
    never = stage_give(s, "pause 401 tea");
    orders_link_down(s->orders, PBX, s->now);
    stage_is(orders_get(s->orders, first), ORDER_UNKNOWN, "the link went");
    stage_is(never, ORDER_UNKNOWN, NULL);
    struct stage_seat a = stage_ann_sales;
    a.penalty = 9;
    stage_put_member(s, a);
    buf_reset(&s->sent);
    orders_link_live(s->orders, PBX, s->now);
    stage_is(orders_get(s->orders, first), ORDER_DONE, "re-read");
    assert_string_equal(orders_get(s->orders, first)->undo, "role PJSIP/401 sales 2");
    stage_is(never, ORDER_UNKNOWN, NULL); /* the PBX may be about to do it */
    assert_int_equal(orders_deadline(s->orders), s->now + 1500);
    orders_tick(s->orders, s->now += 2999);
    stage_is(never, ORDER_UNKNOWN, NULL);
    assert_int_equal(orders_deadline(s->orders), s->now + 1);
    orders_tick(s->orders, s->now += 1);
    stage_is(never, ORDER_REFUSED, "it did not happen");
    stage_sent(s, ""); /* nothing is ever sent twice */
}

/* No list tells of ring-in-use. */
static void what_no_list_tells_stays_unknown_until_an_event_does(void **state)
{
    struct stage *s = *state;
    for (int64_t is_done = 0; is_done < 2; is_done++) {
        struct fact_member m = { .id = ANN_SALES, .queue = SALES, .agent = ANN, .membership = MEMBERSHIP_DYNAMIC, .ringinuse = 0 };
        for (int i = 0; i < 3; i++) {
            m.interface = mem_strdup("PJSIP/401");
            m.name = mem_strdup("Ann Li");
            stage_put(s, FACT_MEMBER, (union fact_any){ .member = m });
            if (i == 0) {
                (void)stage_give(s, "ringinuse 401 sales on");
                orders_link_down(s->orders, PBX, s->now);
                m.ringinuse = -1;
            } else if (i == 1) {
                orders_link_live(s->orders, PBX, s->now);
                orders_tick(s->orders, s->now += 60000);
                m.ringinuse = is_done;
            }
        }
        size_t at = 0;
        const struct fact_order *o, *last = NULL;
        while ((o = orders_each(s->orders, &at)) != NULL)
            last = o;
        stage_is(last, ORDER_UNKNOWN, NULL);
        orders_tick(s->orders, s->now);
        stage_is(last, is_done != 0 ? ORDER_DONE : ORDER_REFUSED, is_done != 0 ? "re-read" : "did not happen");
    }
}

/* It is asked for, once he is seen in the lists and the PBX has worked off what it had got: 1, 0, and one who may not ask. */
static void what_no_list_tells_is_asked_for(void **state)
{
    struct stage *s = *state;
    const struct {
        bool is_success;
        struct slice text;
        enum order_state state;
        const char *answer;
    } row[] = { { true, SLICE("1"), ORDER_DONE, "the PBX was asked" }, { true, SLICE("0"), ORDER_REFUSED, "it is not so" },
                { false, SLICE("Permission denied"), ORDER_UNKNOWN, "the link went" } };
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct fact_member m = { .id = ANN_SALES, .queue = SALES, .agent = ANN, .membership = MEMBERSHIP_DYNAMIC };
        for (m.ringinuse = 0; m.ringinuse >= -1; m.ringinuse--) {
            m.interface = mem_strdup("PJSIP/401");
            m.name = mem_strdup("Ann Li");
            stage_put(s, FACT_MEMBER, (union fact_any){ .member = m });
            if (m.ringinuse == -1)
                break;
            (void)stage_give(s, "ringinuse 401 sales on");
            orders_link_down(s->orders, PBX, s->now);
        }
        buf_reset(&s->sent);
        orders_link_live(s->orders, PBX, s->now);
        orders_tick(s->orders, s->now += 1500);
        stage_sent(s, "");
        orders_tick(s->orders, s->now += 1500);
        stage_sent(s, "Getvar Variable=QUEUE_MEMBER(sales,ringinuse,PJSIP/401)\n");
        orders_answered(s->orders, s->tag, row[i].is_success, row[i].text, s->now);
        orders_tick(s->orders, s->now += 5000);
        size_t at = 0;
        const struct fact_order *o, *last = NULL;
        while ((o = orders_each(s->orders, &at)) != NULL)
            last = o;
        stage_is(last, row[i].state, row[i].answer);
        stage_sent(s, "Getvar Variable=QUEUE_MEMBER(sales,ringinuse,PJSIP/401)\n"); /* once */
    }
}

static void a_late_answer_settles_it(void **state)
{
    struct stage *s = *state;
    uint64_t id = stage_give(s, "message 401 hello")->id, tag = s->tag;
    orders_tick(s->orders, s->now += 10000);
    stage_is(orders_get(s->orders, id), ORDER_UNKNOWN, "has not answered");
    assert_true(orders_deadline(s->orders) > s->now);
    orders_answered(s->orders, tag, true, SLICE("ok"), s->now += 5000);
    stage_is(orders_get(s->orders, id), ORDER_DONE, "late");
    id = stage_give(s, "role 401 sales 9")->id;
    tag = s->tag;
    orders_tick(s->orders, s->now += 10000);
    orders_answered(s->orders, tag, false, SLICE("Permission denied"), s->now);
    stage_is(orders_get(s->orders, id), ORDER_FORBIDDEN, NULL);
    id = stage_give(s, "role 401 sales 9")->id;
    tag = s->tag;
    orders_tick(s->orders, s->now += 10000);
    orders_answered(s->orders, tag, true, SLICE("ok"), s->now);
    orders_tick(s->orders, s->now);
    stage_is(orders_get(s->orders, id), ORDER_UNKNOWN, NULL); /* a word is no proof */
    assert_true(orders_deadline(s->orders) > s->now);         /* and nobody looks in a circle */
    orders_tick(s->orders, s->now += 3600 * 1000);
    stage_is(orders_get(s->orders, id), ORDER_UNKNOWN, "never known");
    assert_int_equal(orders_deadline(s->orders), TIMER_NEVER);
}

/* As an undo of several orders has them. */
static void a_line_that_fails_leaves_the_others_alone(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = stage_give(s, "role 999 sales 1\nrole 401 sales 9\nrole 401 nowhere 1\npause 401 sales");
    stage_sent(s, "QueuePenalty Queue=sales Interface=PJSIP/401 Penalty=9\n");
    struct stage_seat a = stage_ann_sales;
    a.penalty = 9;
    stage_put_member(s, a);
    stage_yes(s);
    orders_answered(s->orders, s->tag, false, SLICE("Interface not found"), s->now);
    stage_is(o, ORDER_NO_SUCH, "1 of 4 lines were done; not done: 'role 999 sales 1': ");
    stage_is(o, ORDER_NO_SUCH, "'role 401 nowhere 1': ");
    stage_is(o, ORDER_NO_SUCH, "'pause 401 sales': Asterisk refused QueuePause: Interface not found");
    o = stage_give(s, "role 401 sales 1\nrole 401 sales 3");
    orders_link_down(s->orders, PBX, s->now);
    stage_is(o, ORDER_UNKNOWN, NULL);
    a.penalty = 1;
    stage_put_member(s, a);
    orders_link_live(s->orders, PBX, s->now);
    stage_is(o, ORDER_REFUSED, "1 not tried");
}

static void what_is_half_done_at_a_lost_link_is_not_done(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = stage_give(s, "move 401 sales billing");
    orders_link_down(s->orders, PBX, s->now);
    stage_put_member(s, (struct stage_seat){ ANN_BILLING, BILLING, ANN, "PJSIP/401", "Ann Li", NULL, 2, MEMBERSHIP_DYNAMIC });
    orders_link_live(s->orders, PBX, s->now);
    stage_is(o, ORDER_REFUSED, "in part");
}

static void refusals_are_asterisks_own_words(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = stage_give(s, "role 401 sales 9");
    orders_answered(s->orders, s->tag, false, SLICE("Permission denied"), s->now);
    stage_is(o, ORDER_FORBIDDEN, "the AMI user may not do QueuePenalty");
    o = stage_give(s, "role 401 sales 9");
    orders_answered(s->orders, s->tag, true, (struct slice){ NULL, 0 }, s->now);
    stage_is(o, ORDER_UNKNOWN, "no answer came");
    s->is_refusing = true;
    stage_is(stage_give(s, "role 401 sales 8"), ORDER_NO_LINK, "no link");
}

static void many_orders_at_once_take_turns(void **state)
{
    struct stage *s = *state;
    uint64_t id[20], tag[20];
    size_t waiting = 0, sent_before = 0;
    for (int i = 0; i < 20; i++) {
        char line[64];
        (void)snprintf(line, sizeof line, "add PJSIP/%d billing", 500 + i);
        s->tag = 0;
        id[i] = stage_give(s, line)->id;
        tag[i] = s->tag;
        waiting += s->tag == 0;
        sent_before += s->tag != 0;
    }
    assert_int_equal(sent_before, 8);
    assert_int_equal(waiting, 12);
    for (int i = 0; i < 8; i++)
        orders_answered(s->orders, tag[i], false, SLICE("Unable to add interface: Already there"), s->now);
    stage_is(orders_get(s->orders, id[7]), ORDER_REFUSED, NULL);
    stage_is(orders_get(s->orders, id[19]), ORDER_PENDING, NULL);
    orders_link_down(s->orders, PBX, s->now);
    stage_is(orders_get(s->orders, id[15]), ORDER_UNKNOWN, NULL); /* its turn had come */
    stage_is(orders_get(s->orders, id[19]), ORDER_NO_LINK, "not sent");
}

/* A PBX that answers nothing: who waits behind it is not obeyed a quarter of an hour later, when nobody expects it any more. */
static void who_waits_his_turn_does_not_wait_for_ever(void **state)
{
    struct stage *s = *state;
    uint64_t id[20];
    for (int i = 0; i < 20; i++) {
        char line[64];
        (void)snprintf(line, sizeof line, "add PJSIP/%d billing", 500 + i);
        id[i] = stage_give(s, line)->id;
        s->now += 500;
    }
    uint64_t first = s->tag;
    orders_tick(s->orders, s->now = 1000 + 10000); /* the first one is given up, and that is room for one that waits */
    stage_is(orders_get(s->orders, id[0]), ORDER_UNKNOWN, "not answered");
    assert_int_equal(s->tag, first + 1);
    assert_in_range(orders_deadline(s->orders), s->now, s->now + 10000);
    orders_tick(s->orders, s->now = 60000);
    orders_tick(s->orders, s->now = 120000);
    stage_is(orders_get(s->orders, id[19]), ORDER_NO_LINK, "not sent");
    buf_reset(&s->sent);
    orders_answered(s->orders, s->tag, true, SLICE("ok"), s->now);
    stage_sent(s, "");
}

static void one_pbx_that_does_not_answer_holds_up_no_other(void **state)
{
    struct stage *s = *state;
    stage_put_pbx(s, FAR, "lyon", LINK_LIVE);
    stage_put_queue(s, 12, FAR, "support");
    for (int i = 0; i < 20; i++) {
        char line[64];
        (void)snprintf(line, sizeof line, "add PJSIP/%d@geneva billing", 500 + i);
        (void)stage_give(s, line);
    }
    (void)stage_give(s, "add PJSIP/777@lyon support");
    stage_sent(s, "far QueueAdd Queue=support Interface=PJSIP/777 Penalty=0 Paused=false\n");
}

static void a_flood_of_orders_ends(void **state)
{
    struct stage *s = *state;
    size_t count = 0;
    for (int i = 0; i < 3000; i++) {
        char line[64];
        (void)snprintf(line, sizeof line, "add PJSIP/%d billing", 10000 + i);
        (void)stage_give(s, line);
    }
    for (size_t at = 0; orders_each(s->orders, &at) != NULL; count++) { }
    assert_in_range(count, 1000, 1300);
    stage_is(stage_give(s, "pause 401"), ORDER_REFUSED, "a thousand orders");
}

static size_t count_of(const struct stage *s, const char *who)
{
    const struct fact_order *o;
    size_t n = 0;
    for (size_t at = 0; (o = orders_each(s->orders, &at)) != NULL;)
        n += strcmp(o->who, who) == 0;
    return n;
}

static uint64_t give_as(struct stage *s, const char *who, const char *line, const char *forbidden)
{
    return orders_give(s->orders, &(struct order_given){ .line = slice_of(line), .who = who, .forbidden = forbidden }, s->now);
}

static void ended_orders_are_forgotten_one_day(void **state)
{
    struct stage *s = *state;
    uint64_t first = 0;
    for (int i = 0; i < 1000; i++) {
        uint64_t id = stage_give(s, "remove 401 sales")->id;
        orders_answered(s->orders, s->tag, false, SLICE("no"), s->now);
        first = first == 0 ? id : first;
    }
    assert_in_range(count_of(s, "eva"), 550, 650);
    assert_null(orders_get(s->orders, first));
}

static void what_was_never_sent_pushes_nothing_else_out(void **state)
{
    struct stage *s = *state;
    char who[32];
    uint64_t real = stage_give(s, "remove 401 sales")->id;
    orders_answered(s->orders, s->tag, false, SLICE("no"), s->now);
    uint64_t first = give_as(s, "viewer", "pause 401", "not for you");
    for (int i = 0; i < 1000; i++)
        (void)give_as(s, "viewer", i % 2 == 0 ? "pause 401" : "add 401 nowhere", i % 2 == 0 ? "not for you" : NULL);
    assert_in_range(count_of(s, "viewer"), 150, 250); /* a few of his own */
    assert_null(orders_get(s->orders, first));
    for (int i = 0; i < 1000; i++) {
        (void)snprintf(who, sizeof who, "viewer%d", i);
        (void)give_as(s, who, "pause 401", "not for you");
    }
    stage_is(orders_get(s->orders, real), ORDER_REFUSED, "no");
    size_t count = 0;
    for (size_t at = 0; orders_each(s->orders, &at) != NULL; count++) { }
    assert_in_range(count, 550, 650);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, stage_set_up, stage_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(an_order_is_done_when_the_floor_shows_it), TEST(the_event_may_come_before_the_answer), TEST(undo_is_an_order_that_brings_it_back),
        TEST(moving_is_first_in_then_out), TEST(a_step_that_fails_says_how_far_it_came), TEST(a_pause_in_all_queues_is_one_request),
        TEST(a_mistyped_queue_is_no_reason), TEST(where_reasons_are_configured_a_word_is_one_of_them),
        TEST(what_looks_like_an_option_may_be_a_word), TEST(each_request_says_what_became_of_it), TEST(a_pause_that_is_mixed_is_undone_queue_by_queue), TEST(who_sees_only_some_queues_pauses_in_those), TEST(roles_have_names),
        TEST(what_cannot_be_is_said_and_not_sent), TEST(two_queues_of_one_name_are_told_apart), TEST(a_dry_run_sends_nothing),
        TEST(a_late_proof_is_asked_for_and_then_unknown), TEST(a_link_that_goes_leaves_it_open_until_the_floor_is_read), TEST(what_no_list_tells_stays_unknown_until_an_event_does),
        TEST(what_no_list_tells_is_asked_for),
        TEST(a_late_answer_settles_it), TEST(a_line_that_fails_leaves_the_others_alone),
        TEST(what_is_half_done_at_a_lost_link_is_not_done), TEST(refusals_are_asterisks_own_words), TEST(ended_orders_are_forgotten_one_day), TEST(what_was_never_sent_pushes_nothing_else_out),
        TEST(many_orders_at_once_take_turns), TEST(who_waits_his_turn_does_not_wait_for_ever), TEST(one_pbx_that_does_not_answer_holds_up_no_other),
        TEST(a_flood_of_orders_ends),
    };
    return cmocka_run_group_tests_name("order", tests, NULL, NULL);
}
