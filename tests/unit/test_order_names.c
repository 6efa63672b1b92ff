/* SPDX-License-Identifier: MIT */
/* Names come from the PBX and may hold anything that a line of AMI can hold. What takes an order back names the same queue, the same device and
 * the same values again, or nothing is offered: never somebody else. */
#include "tests/unit/support_orders.h"

#include "core/control/target.h"

enum { ROUNDS = 4000, NAME_MAX_BYTES = 79 };

static uint32_t seed = 1;

static uint32_t dice(uint32_t sides)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % sides;
}

/* Any bytes but NUL and line ends, and pieces that mean something to somebody. */
static char *any_name(size_t most)
{
    static const char *const pieces[] = { "--for", "--name", "--state=", "--paused", "--", "-", "@", "@geneva", "@lyon", "\"", "'", "\\", " ", "\t", "sales", "401",
                                          "PJSIP/401", "Local/402@agents/n", "\xff\xfe", "\xe2\x82", "\xc3\xa4", "%s%n", "0", "remove", "=", "{ext}", "\x1b[31m", ";" };
    struct buf b = BUF_INIT(most);
    for (uint32_t i = dice(6); i > 0; i--) {
        if (dice(3) == 0)
            (void)buf_add_char(&b, (char)(unsigned char)(dice(2) == 0 ? 32 + dice(95) : 128 + dice(128)));
        else
            (void)buf_add(&b, slice_of(pieces[dice(sizeof pieces / sizeof pieces[0])]));
        b.overflow = false;
    }
    if (dice(20) == 0) {
        while (b.len < most)
            (void)buf_add_char(&b, dice(2) == 0 ? '"' : '\\');
    }
    char *text = mem_text(buf_slice(&b));
    buf_clear(&b);
    return text;
}

static char *any_device(void)
{
    static const char *const heads[] = { "PJSIP/", "Local/", "SIP/", "--for/", "@x/" };
    char *name = any_name(NAME_MAX_BYTES - 8);
    struct buf b = BUF_INIT(NAME_MAX_BYTES);
    (void)buf_addf(&b, "%s%s", heads[dice(5)], name);
    mem_free(name);
    name = mem_text(buf_slice(&b));
    buf_clear(&b);
    return name;
}

/* The value of a header in what was sent last; "": it has none. */
static void sent_value(const struct stage *s, const char *header, const char *next, char out[512])
{
    struct buf mark = BUF_INIT(64);
    (void)buf_addf(&mark, " %s=", header);
    const char *at = s->sent.len > 0 ? strstr(s->sent.data, mark.data) : NULL;
    const char *from = at != NULL ? at + mark.len : "", *to = *from != '\0' && next != NULL ? strstr(from, next) : NULL;
    (void)snprintf(out, 512, "%.*s", (int)(to != NULL ? (size_t)(to - from) : strcspn(from, "\n")), from);
    buf_clear(&mark);
}

struct odd {
    char *queue, *device, *name, *reason;
};

static struct odd put_odd(struct stage *s)
{
    struct odd o = { any_name(NAME_MAX_BYTES), any_device(), any_name(NAME_MAX_BYTES), any_name(NAME_MAX_BYTES) };
    stage_put_queue(s, 50, PBX, o.queue);
    stage_put_agent(s, 51, o.device, o.name);
    stage_put_member(s, (struct stage_seat){ 52, 50, 51, o.device, o.name, o.reason, 3, MEMBERSHIP_DYNAMIC });
    return o;
}

static void drop_odd(struct stage *s, struct odd *o)
{
    stage_drop(s, FACT_MEMBER, 52);
    stage_drop(s, FACT_AGENT, 51);
    stage_drop(s, FACT_QUEUE, 50);
    mem_free(o->queue);
    mem_free(o->device);
    mem_free(o->name);
    mem_free(o->reason);
}

static void write_line(const struct stage *s, const char *verb, const struct odd *o, const char *rest, struct buf *line)
{
    (void)buf_addf(line, "%s ", verb);
    target_add_agent(&s->world, PBX, o->device, line);
    (void)buf_add_char(line, ' ');
    target_add_queue(&s->world, (const void *)store_get(s->store, FACT_QUEUE, 50), line);
    (void)buf_addf(line, "%s", rest);
}

/* The order's number; 0: refused, since there are two of that name. */
static uint64_t remove_odd(struct stage *s, const struct odd *o)
{
    struct buf line = BUF_INIT(4096);
    char queue[512], device[512];
    write_line(s, "remove", o, "", &line);
    const struct fact_order *given = stage_give(s, line.data);
    buf_clear(&line);
    if (s->sent.len == 0)
        return 0;
    sent_value(s, "Queue", " Interface=", queue);
    sent_value(s, "Interface", NULL, device);
    assert_string_equal(queue, o->queue);
    assert_string_equal(device, o->device);
    return given->id;
}

static void says_no(struct stage *s)
{
    orders_answered(s->orders, s->tag, false, SLICE("no"), s->now);
}

/* False: nothing was offered, or what was offered was refused. */
static bool is_undone(struct stage *s, const struct odd *o, uint64_t id)
{
    struct buf wanted = BUF_INIT(1024);
    stage_drop(s, FACT_MEMBER, 52);
    stage_drop(s, FACT_AGENT, 51);
    stage_yes(s);
    const struct fact_order *done = orders_get(s->orders, id);
    assert_int_equal(done->state, ORDER_DONE);
    char *undo = mem_strdup(done->undo);
    if (undo == NULL)
        return false;
    (void)stage_give(s, undo);
    bool is_sent = s->sent.len > 0;
    (void)buf_addf(&wanted, "QueueAdd Queue=%s Interface=%s Penalty=3 Paused=true%s%s", o->queue, o->device, o->name[0] != '\0' && strcmp(o->name, o->device) != 0 ? " MemberName=" : "",
                   strcmp(o->name, o->device) != 0 ? o->name : "");
    if (is_sent) {
        assert_int_equal(strncmp(s->sent.data, wanted.data, wanted.len), 0);
        says_no(s);
    }
    buf_clear(&wanted);
    mem_free(undo);
    return is_sent;
}

static void pause_is_undone_in_that_queue_only(struct stage *s, const struct odd *o)
{
    struct buf line = BUF_INIT(4096);
    char queue[512];
    write_line(s, "unpause", o, "", &line);
    uint64_t id = stage_give(s, line.data)->id;
    buf_clear(&line);
    if (s->sent.len == 0)
        return;
    stage_put_member(s, (struct stage_seat){ 52, 50, 51, o->device, o->name, NULL, 3, MEMBERSHIP_DYNAMIC });
    stage_yes(s);
    char *undo = mem_strdup(orders_get(s->orders, id)->undo);
    (void)stage_give(s, undo != NULL ? undo : "");
    if (s->sent.len > 0) {
        sent_value(s, "Queue", " Reason=", queue);
        assert_string_equal(queue, o->queue);
        says_no(s);
    }
    stage_drop(s, FACT_QUEUE, 50);
    (void)stage_give(s, undo != NULL ? undo : ""); /* the queue has gone: he is paused nowhere else */
    stage_sent(s, "");
    stage_put_queue(s, 50, PBX, o->queue);
    stage_put_member(s, (struct stage_seat){ 52, 50, 51, o->device, o->name, o->reason, 3, MEMBERSHIP_DYNAMIC });
    mem_free(undo);
}

static void any_name_is_the_same_one_when_it_is_taken_back(void **state)
{
    struct stage *s = *state;
    size_t given = 0, undone = 0;
    for (int i = 0; i < ROUNDS; i++) {
        if (i == ROUNDS / 2) {
            stage_put_pbx(s, FAR, "lyon", LINK_LIVE);
            stage_put_queue(s, 60, FAR, "sales@geneva"); /* a careless reader takes it for the other PBX's */
        }
        struct odd o = put_odd(s);
        pause_is_undone_in_that_queue_only(s, &o);
        uint64_t id = remove_odd(s, &o);
        given += id != 0;
        undone += id != 0 && is_undone(s, &o, id);
        drop_odd(s, &o);
    }
    assert_true(given > ROUNDS / 2);
    assert_true(undone > ROUNDS / 5);
}

static void a_queue_called_like_an_option_can_be_named(void **state)
{
    struct stage *s = *state;
    stage_put_queue(s, 50, PBX, "--for");
    stage_is(stage_give(s, "add 401 --for"), ORDER_WRONG, "needs a value");
    (void)stage_give(s, "add 401 \"--for\" --paused tea");
    assert_int_equal(strncmp(s->sent.data, "QueueAdd Queue=--for Interface=PJSIP/401 ", 41), 0);
}

static void of_the_only_pbx_who_is_seen_goes_before_its_name(void **state)
{
    struct stage *s = *state;
    struct buf line = BUF_INIT(256);
    stage_put_agent(s, 51, "Local/401@geneva", "Eve");
    stage_put_member(s, (struct stage_seat){ 52, SALES, 51, "Local/401@geneva", "Eve", NULL, 0, MEMBERSHIP_DYNAMIC });
    target_add_agent(&s->world, PBX, "Local/401@geneva", &line);
    assert_string_equal(line.data, "Local/401@geneva@geneva");
    (void)stage_give(s, "role Local/401@geneva sales 7");
    stage_sent(s, "QueuePenalty Queue=sales Interface=Local/401@geneva Penalty=7\n");
    (void)stage_give(s, "role PJSIP/401@geneva sales 7");
    stage_sent(s, "QueuePenalty Queue=sales Interface=PJSIP/401 Penalty=7\n");
    buf_clear(&line);
}

static void a_device_that_went_is_not_found_in_anothers_name(void **state)
{
    struct stage *s = *state;
    stage_put_agent(s, 51, "PJSIP/666", "was PJSIP/4 4 once");
    stage_put_member(s, (struct stage_seat){ 52, SALES, 51, "PJSIP/666", "was PJSIP/4 4 once", NULL, 0, MEMBERSHIP_DYNAMIC });
    stage_refuses(s, "remove \"PJSIP/4 4\" sales", ORDER_NO_SUCH, "there is no agent");
}

/* Asterisk's database of members is "INTERFACE;PENALTY;...;REASON|the next member": what it would take apart is not sent, nor the first half of it. */
static void no_word_becomes_another_member(void **state)
{
    struct stage *s = *state;
    stage_refuses(s, "pause 401 sales \"tea|PJSIP/666;0;0;Evil;PJSIP/666;;0\"", ORDER_WRONG, "the reason 'tea|PJSIP/666");
    stage_refuses(s, "pause 401 --reason \"tea; back at 3\"", ORDER_WRONG, "has a ';'");
    stage_refuses(s, "add 401 billing --paused \"tea; back at 3\"", ORDER_WRONG, "has a ';'");
    stage_refuses(s, "add 401 billing --name \"Li; Ann\"", ORDER_WRONG, "the name 'Li; Ann' has a ';'");
    stage_refuses(s, "add 401 billing --state \"Custom:a|b\"", ORDER_WRONG, "the state interface");
    stage_refuses(s, "add \"PJSIP/1|PJSIP/2\" billing", ORDER_WRONG, "the interface");
    struct stage_seat ann = stage_ann_sales;
    ann.reason = "tea; back at 3"; /* by somebody else */
    stage_put_member(s, ann);
    stage_refuses(s, "move 401 sales billing", ORDER_WRONG, "has a ';'"); /* and not added first, unpaused */
    (void)stage_give(s, "unpause 401 sales");
    stage_sent(s, "QueuePause Interface=PJSIP/401 Paused=false Queue=sales\n");
}

static void a_reason_that_would_be_cut_is_refused_wherever_it_stands(void **state)
{
    struct stage *s = *state;
    stage_refuses(s, "add 401 billing --paused 12345678901234567890123456789012345678901234567890123456789012345678901234567890", ORDER_WRONG, "79 bytes");
}

/* A role that is called as a number, and two that are called alike: what was taken away comes back with the penalty that it had. */
static void a_role_comes_back_whatever_roles_are_called(void **state)
{
    struct stage *s = *state;
    struct err err = ERR_INIT;
    assert_true(settings_load_text(&s->settings, "conf", SLICE("roles = ( { name = \"2\"; penalty = 0; }, { name = \"first\"; penalty = 1; }, { name = \"first\"; penalty = 3; } );"), &err));
    for (int64_t penalty = 0; penalty < 4; penalty++) {
        char undo[64], wanted[64];
        struct stage_seat ann = stage_ann_sales;
        ann.penalty = penalty;
        stage_put_member(s, ann);
        const struct fact_order *o = stage_give(s, "remove 401 sales");
        stage_drop(s, FACT_MEMBER, ANN_SALES);
        stage_yes(s);
        (void)snprintf(undo, sizeof undo, "%s", o->undo);
        (void)stage_give(s, undo);
        (void)snprintf(wanted, sizeof wanted, " Penalty=%lld ", (long long)penalty);
        assert_non_null(strstr(buf_slice(&s->sent).p, wanted));
        stage_put_member(s, ann);
        stage_yes(s);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, stage_set_up, stage_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(any_name_is_the_same_one_when_it_is_taken_back), TEST(a_queue_called_like_an_option_can_be_named),
        TEST(of_the_only_pbx_who_is_seen_goes_before_its_name), TEST(a_device_that_went_is_not_found_in_anothers_name),
        TEST(no_word_becomes_another_member), TEST(a_role_comes_back_whatever_roles_are_called), TEST(a_reason_that_would_be_cut_is_refused_wherever_it_stands),
    };
    return cmocka_run_group_tests_name("order_names", tests, NULL, NULL);
}
