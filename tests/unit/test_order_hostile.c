/* SPDX-License-Identifier: MIT */
/* Orders of a console that means no good, or that the PBX leaves in the air: they cost what they cost, and neither the keeper's stack nor all of
 * its time. */
#include "support_orders.h"

#include "core/control/command.h"
#include "tests/unit/support_temp.h"

enum { LINES_MAX = 8000 };

/* As many as a record of a console has room for. */
static void thousands_of_lines_that_mean_nothing_are_no_recursion(void **state)
{
    struct stage *s = *state;
    char *text = mem_alloc(LINES_MAX + 1);
    memset(text, '\n', LINES_MAX);
    text[0] = 'x';
    stage_is(stage_give(s, text), ORDER_WRONG, "0 of 7999 lines were done; not done: 'x': ");
    for (size_t i = 0; i < LINES_MAX; i += 2)
        text[i] = 'x';
    stage_is(stage_give(s, text), ORDER_WRONG, "0 of 4000 lines were done; not done: 'x': ");
    stage_sent(s, "");
    mem_free(text);
}

/* What has no proof is looked for nowhere: there is nothing to wake up for before it is given up. */
static void what_no_list_tells_keeps_nobody_awake(void **state)
{
    struct stage *s = *state;
    stage_put(s, FACT_CALL, (union fact_any){ .call = { .id = 60, .pbx = PBX, .queue = SALES, .agent = ANN, .uniqueid = mem_strdup("7.1"), .channel = mem_strdup("SIP/x-1"),
                                                        .agent_uniqueid = mem_strdup("7.3"), .agent_channel = mem_strdup("PJSIP/401-9"), .since = 500 } });
    const struct fact_order *o = stage_give(s, "tape 401 resume");
    stage_says(s, "0x7f2c");
    stage_yes(s);
    orders_link_down(s->orders, PBX, s->now);
    orders_link_live(s->orders, PBX, s->now);
    stage_is(o, ORDER_UNKNOWN, NULL);
    size_t turns = 0;
    for (int64_t end = s->now + 3600 * 1000; s->now < end && turns < 100; turns++) {
        int64_t due = orders_deadline(s->orders);
        s->now = due > s->now ? due : s->now;
        orders_tick(s->orders, s->now);
    }
    assert_in_range(turns, 1, 5);
    stage_is(o, ORDER_UNKNOWN, "never known");
}

/* His seat at the keeper is one of a few, and an order may be unknown for an hour. */
static void who_has_nothing_left_to_be_planned_is_not_kept(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = orders_get(s->orders, orders_give(s->orders, &(struct order_given){ .line = SLICE("role 401 sales 9\npause 401 sales"), .who = "eva", .giver = 7 }, s->now));
    assert_true(orders_has_giver(s->orders, 7));
    assert_false(orders_has_giver(s->orders, 8));
    struct stage_seat a = stage_ann_sales;
    a.penalty = 9;
    stage_put_member(s, a);
    stage_yes(s);
    stage_is(o, ORDER_PENDING, NULL); /* the last line is on its way */
    assert_false(orders_has_giver(s->orders, 7));
    o = orders_get(s->orders, orders_give(s->orders, &(struct order_given){ .line = SLICE("role 401 sales 1\nrole 401 sales 2"), .who = "eva", .giver = 7 }, s->now));
    orders_link_down(s->orders, PBX, s->now);
    stage_is(o, ORDER_UNKNOWN, NULL); /* and its second line is not tried any more */
    assert_false(orders_has_giver(s->orders, 7));
}

static int set_up_leases(void **state)
{
    static char folder[TEMP_PATH_MAX];
    return stage_set_up_leases(state, folder);
}

static void who_takes_is_kept_until_the_call_is_taken(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = orders_get(s->orders, orders_give(s->orders, &(struct order_given){ .line = SLICE("take billing --to 401"), .who = "eva", .giver = 7 }, s->now));
    stage_is(o, ORDER_PENDING, NULL);
    assert_true(orders_has_giver(s->orders, 7)); /* its one line is planned, and may be planned again */
    orders_link_down(s->orders, PBX, s->now);
    assert_false(orders_has_giver(s->orders, 7));
}

/* Armed again it would begin with the first line. */
static void a_take_among_other_lines_is_not_given(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = stage_give(s, "take billing --to 401\nrole 401 sales 9");
    stage_sent(s, "QueuePenalty Queue=sales Interface=PJSIP/401 Penalty=9\n");
    struct stage_seat a = stage_ann_sales;
    a.penalty = 9;
    stage_put_member(s, a);
    stage_yes(s);
    stage_is(o, ORDER_WRONG, "a take is an order of its own");
    assert_false(orders_hold(s->orders));
}

/* The others are refused nothing before he is, and who is lent is put back in any case. */
static void one_who_floods_leaves_room_for_others(void **state)
{
    struct stage *s = *state;
    for (int i = 0; i < 1500; i++) {
        char line[64];
        (void)snprintf(line, sizeof line, "add PJSIP/%d billing", 10000 + i);
        (void)stage_give(s, line);
    }
    stage_is(stage_give(s, "pause 401"), ORDER_REFUSED, "a thousand orders");
    uint64_t id = orders_give(s->orders, &(struct order_given){ .line = SLICE("pause 401"), .who = "bob" }, s->now);
    stage_is(orders_get(s->orders, id), ORDER_PENDING, NULL);
    id = orders_give(s->orders, &(struct order_given){ .line = SLICE("remove 401 sales"), .who = "eva", .of = 1 }, s->now);
    stage_is(orders_get(s->orders, id), ORDER_PENDING, NULL);
    for (int i = 0; i < 3000; i++) {
        char line[64], who[16];
        (void)snprintf(line, sizeof line, "add PJSIP/%d sales", 10000 + i);
        (void)snprintf(who, sizeof who, "u%d", i % 10);
        id = orders_give(s->orders, &(struct order_given){ .line = slice_of(line), .who = who }, s->now);
    }
    stage_is(orders_get(s->orders, id), ORDER_REFUSED, "a thousand orders"); /* all of them together have an end as well */
}

/* Somebody else has paused him in the same moment, for another reason. */
static void anothers_pause_is_no_proof(void **state)
{
    struct stage *s = *state;
    struct stage_seat ann = stage_ann_sales;
    const struct fact_order *o = stage_give(s, "pause 401 sales lunch");
    ann.reason = "meeting";
    stage_put_member(s, ann);
    stage_yes(s);
    stage_is(o, ORDER_PENDING, NULL);
    ann.reason = "lunch";
    stage_put_member(s, ann);
    orders_tick(s->orders, s->now);
    stage_is(o, ORDER_DONE, "confirmed");
    o = stage_give(s, "unpause 401 sales");
    stage_yes(s);
    stage_is(o, ORDER_PENDING, NULL);
    stage_put_member(s, stage_ann_sales);
    orders_tick(s->orders, s->now);
    stage_is(o, ORDER_DONE, "confirmed");
}

/* What each order wants, of which nothing is there; `is_here`: only whom it is about is not. */
static void add_nobody(struct buf *line, const struct command_arg_row *a, bool is_here)
{
    static const char *const words[COMMAND_ARG_COUNT] = {
        [COMMAND_ARG_QUEUE] = "billing", [COMMAND_ARG_AGENT] = "nobody", [COMMAND_ARG_ROLE] = "3", [COMMAND_ARG_CALLER] = "9.9", [COMMAND_ARG_CALL] = "9.9",
        [COMMAND_ARG_CALL_OR_CALLER] = "9.9", [COMMAND_ARG_NUMBER] = "3", [COMMAND_ARG_PHONE] = "PJSIP/900", [COMMAND_ARG_TEXT] = "hello", [COMMAND_ARG_SET] = "nothing",
    };
    const char *word = a->kind == COMMAND_ARG_CHOICE ? a->name : is_here && a->kind == COMMAND_ARG_QUEUE ? "nowhere" : is_here && a->kind == COMMAND_ARG_AGENT ? "401" : words[a->kind];
    (void)buf_addf(line, " %.*s", (int)strcspn(word, "|"), word);
}

/* No order is done that was about nobody, or nowhere: it says so, and sends nothing. */
static void an_order_about_nobody_is_never_done(void **state)
{
    struct stage *s = *state;
    for (int id = 0; id < 2 * COMMAND_COUNT; id++) {
        const struct command_row *row = &command_table[id / 2];
        struct buf line = BUF_INIT(COMMAND_LINE_MAX);
        bool has_queue = false;
        if ((row->where & COMMAND_ORDER) == 0)
            continue;
        (void)buf_addf(&line, "%s", row->name);
        for (size_t i = 0; i < COMMAND_ARGS_MAX && row->arg[i].kind != COMMAND_ARG_NONE && (!row->arg[i].is_optional || i == 0); i++) {
            add_nobody(&line, &row->arg[i], id % 2 != 0);
            has_queue = has_queue || row->arg[i].kind == COMMAND_ARG_QUEUE;
        }
        const struct fact_order *o = id % 2 == 0 || has_queue ? stage_give(s, buf_slice(&line).p) : NULL;
        if (o != NULL && (o->state < ORDER_WRONG || o->state == ORDER_UNKNOWN || s->sent.len > 0 || o->answer == NULL || o->answer[0] == '\0'))
            fail_msg("'%s': %s, %s", buf_slice(&line).p, order_state_names[o->state], buf_slice(&s->sent).p);
        buf_clear(&line);
    }
}

/* Who is to be moved from where he is not, or from where only queues.conf takes him, goes nowhere. */
static void who_cannot_leave_is_not_moved(void **state)
{
    struct stage *s = *state;
    stage_refuses(s, "move 401 billing sales", ORDER_NO_SUCH, "Ann Li is not in billing");
    stage_refuses(s, "move 402 sales billing", ORDER_REFUSED, "static member");
    stage_refuses(s, "role 401 billing 3", ORDER_NO_SUCH, "not in billing");
    stage_refuses(s, "ringinuse 401 billing on", ORDER_NO_SUCH, "not in billing");
    stage_refuses(s, "pause 401 billing", ORDER_NO_SUCH, "not in billing");
    stage_refuses(s, "device 403 PJSIP/9", ORDER_NO_SUCH, NULL);
    stage_refuses(s, "device 401 nobody", ORDER_NO_SUCH, NULL);
    stage_refuses(s, "logout 401 nothing", ORDER_NO_SUCH, NULL);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, stage_set_up, stage_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(thousands_of_lines_that_mean_nothing_are_no_recursion), TEST(what_no_list_tells_keeps_nobody_awake),
        TEST(who_has_nothing_left_to_be_planned_is_not_kept), cmocka_unit_test_setup_teardown(who_takes_is_kept_until_the_call_is_taken, set_up_leases, stage_tear_down), cmocka_unit_test_setup_teardown(a_take_among_other_lines_is_not_given, set_up_leases, stage_tear_down),
        TEST(one_who_floods_leaves_room_for_others), TEST(an_order_about_nobody_is_never_done), TEST(anothers_pause_is_no_proof), TEST(who_cannot_leave_is_not_moved),
    };
    return cmocka_run_group_tests_name("order_hostile", tests, NULL, NULL);
}
