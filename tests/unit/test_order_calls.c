/* SPDX-License-Identifier: MIT */
/* Orders about callers and calls: what is sent in which order, what proves it, and that nothing is sent to whom has gone or to nowhere. */
#include "tests/unit/support_orders.h"

#include "core/control/plan.h"

enum { JO = 50, ZOE, TALK = 60 };

static void put_caller(struct stage *s, uint64_t id, uint64_t queue, const char *uniqueid, const char *number, int64_t priority)
{
    char channel[64];
    (void)snprintf(channel, sizeof channel, "PJSIP/trunk-%s", uniqueid);
    stage_put(s, FACT_CALLER, (union fact_any){ .caller = { .id = id, .queue = queue, .uniqueid = mem_strdup(uniqueid), .channel = mem_strdup(channel),
                                                            .number = mem_strdup(number), .name = mem_strdup("Jo"), .priority = priority } });
}

static void put_call(struct stage *s, const char *agent_uniqueid, bool is_held)
{
    stage_put(s, FACT_CALL, (union fact_any){ .call = { .id = TALK, .pbx = PBX, .queue = SALES, .agent = ANN, .uniqueid = mem_strdup("7.1"), .channel = mem_strdup("PJSIP/trunk-7.1"),
                                                        .number = mem_strdup("0791"), .agent_uniqueid = mem_strdup(agent_uniqueid), .agent_channel = mem_strdup("Local/401@q-1;1"),
                                                        .phone_channel = mem_strdup("PJSIP/401-9"), .phone_uniqueid = mem_strdup("7.3"), .since = 5, .is_held = is_held } });
}

static void put_device(struct stage *s, int64_t device)
{
    stage_put(s, FACT_AGENT, (union fact_any){ .agent = { .id = ANN, .pbx = PBX, .interface = mem_strdup("PJSIP/401"), .name = mem_strdup("Ann Li"), .device = device } });
}

static int set_up(void **state)
{
    struct err err = ERR_INIT;
    (void)stage_set_up(state);
    struct stage *s = *state;
    directory_free(s->directory);
    assert_true(settings_load_text(&s->settings, "conf", SLICE("agent_interface = \"PJSIP/{ext}\"; dial_context = \"phones\"; conference = \"8{ext}@rooms\";\n"
                                                               "queue_names = ( { name = \"billing\"; extension = \"600@queues\"; } );"), &err));
    s->directory = directory_new(&s->settings, &err);
    assert_non_null(s->directory);
    s->world.directory = s->directory;
    put_caller(s, JO, SALES, "5.1", "0441", 4);
    put_caller(s, ZOE, SALES, "5.2", "0442", 0);
    put_call(s, "7.2", false);
    return 0;
}

/* --- what single events show ------------------------------------------------------------------------------- */

static char id[64]; /* of the leg that was made last */

/* Its random part is not looked at. */
static void cut_id(struct stage *s, const char *begin)
{
    char *at = strstr(s->sent.data, begin), *end = at + strcspn(at, " \n");
    assert_non_null(at);
    (void)snprintf(id, sizeof id, "%.*s", (int)(end - at), at);
    at += strlen(begin);
    memmove(at, end, strlen(end) + 1);
    s->sent.len -= (size_t)(end - at);
}

/* `word`: what the event says besides: State, Response. */
static void tell(struct stage *s, enum event_kind kind, const char *uniqueid, const char *word)
{
    struct event e = { .kind = kind };
    enum field also = kind == EVENT_ORIGINATE_RESPONSE ? F_RESPONSE : F_STATE;
    e.have[F_UNIQUEID / 64] |= UINT64_C(1) << (F_UNIQUEID % 64);
    e.value[F_UNIQUEID] = slice_of(uniqueid);
    if (word != NULL) {
        e.have[also / 64] |= UINT64_C(1) << (also % 64);
        e.value[also] = slice_of(word);
    }
    if (word != NULL && strcmp(word, "Failure") == 0) { /* it rang out */
        e.have[F_REASON / 64] |= UINT64_C(1) << (F_REASON % 64);
        e.value[F_REASON] = SLICE("3");
    }
    orders_event(s->orders, PBX, &e, s->now);
    orders_tick(s->orders, s->now);
}

/* --- who waits -------------------------------------------------------------------------------------------- */

static void nobody_is_sent_where_nothing_is(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = stage_give(s, "send 5.2 401");
    stage_sent(s, "Getvar Variable=DIALPLAN_EXISTS(phones,401,1)\n");
    stage_says(s, "0");
    stage_is(o, ORDER_REFUSED, "no extension 401 in the context phones");
    stage_sent(s, "Getvar Variable=DIALPLAN_EXISTS(phones,401,1)\n");
    o = stage_give(s, "send 5.2 401");
    buf_reset(&s->sent);
    stage_says(s, "1");
    stage_sent(s, "Redirect Channel=PJSIP/trunk-5.2 Context=phones Exten=401 Priority=1\n");
    stage_yes(s);
    stage_is(o, ORDER_PENDING, NULL);
    stage_drop(s, FACT_CALLER, ZOE);
    orders_tick(s->orders, s->now);
    stage_is(o, ORDER_DONE, NULL);
}

/* Two PBXs that came up in the same second give the same names to their first channels. */
static void channels_of_one_name_on_two_pbxs_are_told_apart(void **state)
{
    struct stage *s = *state;
    stage_put_pbx(s, FAR, "lyon", LINK_LIVE);
    stage_put_queue(s, 12, FAR, "support");
    put_caller(s, 52, 12, "5.1", "0999", 0);
    stage_refuses(s, "hangup 5.1", ORDER_WRONG, "say which, as 5.1@PBX");
    stage_refuses(s, "withdraw PJSIP/trunk-5.1", ORDER_WRONG, "say which");
    (void)stage_give(s, "hangup 5.1@lyon");
    stage_sent(s, "far Hangup Channel=PJSIP/trunk-5.1 Cause=16\n");
    const struct fact_order *o = stage_give(s, "priority 5.1@geneva 9");
    stage_sent(s, "QueueChangePriorityCaller Queue=sales Caller=PJSIP/trunk-5.1 Priority=9 Immediate=yes\n");
    stage_yes(s);
    stage_put(s, FACT_CALLER, (union fact_any){ .caller = { .id = JO, .queue = SALES, .uniqueid = mem_strdup("5.1"), .channel = mem_strdup("PJSIP/trunk-5.1"), .priority = 9 } });
    orders_tick(s->orders, s->now);
    stage_is(o, ORDER_DONE, NULL);
    assert_string_equal(o->undo, "priority 5.1@geneva 4");
}

/* What is dialled is the number, whatever an agent lets himself be called. */
static void a_number_is_not_looked_for_in_names(void **state)
{
    struct stage *s = *state;
    stage_put_agent(s, BOB, "Local/402@agents/n", "Bob 112");
    stage_put_member(s, (struct stage_seat){ BOB_SALES, SALES, BOB, "Local/402@agents/n", "Bob 112", NULL, 0, MEMBERSHIP_STATIC });
    (void)mem_assign(&s->settings.agent_interface, (struct slice){ NULL, 0 });
    (void)stage_give(s, "transfer 7.1 112");
    stage_sent(s, "Getvar Variable=DIALPLAN_EXISTS(phones,112,1)\n");
}

static void who_has_gone_meanwhile_is_left_alone(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = stage_give(s, "send 5.2 401");
    buf_reset(&s->sent);
    stage_drop(s, FACT_CALLER, ZOE); /* an agent was faster */
    stage_says(s, "1");
    stage_is(o, ORDER_NO_SUCH, "gone meanwhile");
    stage_sent(s, "");
    stage_refuses(s, "send 5.2 401", ORDER_NO_SUCH, "waits any more");
}

static void a_priority_goes_along(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = stage_give(s, "moveto 0441 billing");
    assert_non_null(strstr(o->what, "the waiting time so far is lost"));
    stage_sent(s, "Setvar Channel=PJSIP/trunk-5.1 Variable=QUEUE_PRIO Value=4\n");
    stage_yes(s);
    stage_says(s, "1");
    stage_sent(s, "Setvar Channel=PJSIP/trunk-5.1 Variable=QUEUE_PRIO Value=4\nGetvar Variable=DIALPLAN_EXISTS(queues,600,1)\n"
                  "Redirect Channel=PJSIP/trunk-5.1 Context=queues Exten=600 Priority=1\n");
    stage_yes(s);
    stage_drop(s, FACT_CALLER, JO);
    orders_tick(s->orders, s->now);
    stage_is(o, ORDER_PENDING, NULL); /* out of one is not into the other */
    put_caller(s, 53, BILLING, "5.1", "0441", 4);
    orders_tick(s->orders, s->now);
    stage_is(o, ORDER_DONE, NULL);
    (void)stage_give(s, "moveto 5.2 billing");
    stage_sent(s, "Getvar Variable=DIALPLAN_EXISTS(queues,600,1)\n");
}

static void a_priority_is_read_back(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = stage_give(s, "priority 5.1 9");
    stage_sent(s, "QueueChangePriorityCaller Queue=sales Caller=PJSIP/trunk-5.1 Priority=9 Immediate=yes\n");
    stage_yes(s);
    assert_int_equal(s->reread, SALES); /* at once: no event will come */
    assert_int_equal(o->caller, JO); /* on whose row it is marked */
    stage_is(o, ORDER_PENDING, NULL);
    put_caller(s, JO, SALES, "5.1", "0441", 9);
    orders_tick(s->orders, s->now);
    stage_is(o, ORDER_DONE, NULL);
    assert_string_equal(o->undo, "priority 5.1 4");
    stage_refuses(s, "priority 5.1 9", ORDER_DONE, "already");
    stage_refuses(s, "priority 5.1 high", ORDER_WRONG, "a number");
    put_caller(s, JO, SALES, "5.1", "0441", 0);
    o = stage_give(s, "priority 5.1 9");
    put_caller(s, JO, SALES, "5.1", "0441", 9);
    stage_yes(s);
    assert_string_equal(o->undo, "priority 5.1 0");
}

static void put_place(struct stage *s, uint64_t caller, const char *uniqueid, int64_t priority, int64_t rank)
{
    stage_put(s, FACT_CALLER, (union fact_any){ .caller = { .id = caller, .queue = SALES, .uniqueid = mem_strdup(uniqueid), .channel = mem_strdup("PJSIP/trunk-9"),
                                                            .number = mem_strdup("0441"), .name = mem_strdup("Jo"), .priority = priority, .rank = rank } });
}

/* Also when it is an undo: the place of before among equals cannot come back. */
static void the_place_that_a_priority_gives_is_said_before(void **state)
{
    struct stage *s = *state;
    static const struct {
        const char *line, *says;
    } rows[] = { { "priority 9.2 7", "from place 2 to 1 of 4" }, { "priority 9.1 6", "stays 1 of 4" }, { "priority 9.2 0", "from place 2 to 4 of 4, behind all who have it" },
                 { "priority 9.3 6", "from place 3 to 2 of 4" }, { "priority 9.4 3", "from place 4 to 3 of 4" }, { "priority 9.3 4", "stays 3 of 4" } };
    static const int64_t priorities[] = { 6, 5, 2, 0 };
    static const char *const uniqueids[] = { "9.1", "9.2", "9.3", "9.4" };
    stage_drop(s, FACT_CALLER, JO);
    stage_drop(s, FACT_CALLER, ZOE);
    for (size_t i = 0; i < 4; i++)
        put_place(s, 900 + i, uniqueids[i], priorities[i], (int64_t)i);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *what = stage_give(s, rows[i].line)->what;
        if (strstr(what, rows[i].says) == NULL)
            fail_msg("%s: '%s' is not in '%s'", rows[i].line, rows[i].says, what);
    }
}

static void an_old_asterisk_only_notes_a_priority(void **state)
{
    struct stage *s = *state;
    static const struct {
        const char *version;
        bool moves;
    } rows[] = { { "16.28.0~dfsg-0+deb11u4", false }, { "18.19.0", false }, { "18.20.2", true }, { "certified/18.9-cert4", false }, { "20.4.0", false }, { "20.5.0", true }, { "22.10.1", true } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        stage_put(s, FACT_PBX, (union fact_any){ .pbx = { .id = PBX, .name = mem_strdup("geneva"), .link = LINK_LIVE, .asterisk = mem_strdup(rows[i].version) } });
        assert_int_equal(strstr(stage_give(s, "priority 5.1 9")->what, "only notes it") == NULL, rows[i].moves);
    }
}

static void a_withdrawal_is_done_when_he_waits_no_more(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = stage_give(s, "withdraw 5.1");
    stage_sent(s, "QueueWithdrawCaller Queue=sales Caller=PJSIP/trunk-5.1 WithdrawInfo=acdtop\n");
    stage_yes(s);
    stage_is(o, ORDER_PENDING, NULL);
    stage_drop(s, FACT_CALLER, JO); /* who was answered in this moment has gone too */
    orders_tick(s->orders, s->now);
    stage_is(o, ORDER_PENDING, NULL);
    tell(s, EVENT_QUEUE_CALLER_ABANDON, "5.1", NULL);
    stage_is(o, ORDER_DONE, NULL);
    put_caller(s, JO, SALES, "5.1", "0441", 4);
    o = stage_give(s, "withdraw 5.1");
    stage_yes(s);
    stage_drop(s, FACT_CALLER, JO);
    tell(s, EVENT_AGENT_CONNECT, "5.1", NULL);
    stage_is(o, ORDER_REFUSED, "has answered in between");
    put_caller(s, JO, SALES, "5.1", "0441", 4);
    o = stage_give(s, "withdraw 5.1");
    stage_yes(s);
    orders_link_down(s->orders, PBX, s->now);
    stage_drop(s, FACT_CALLER, JO);
    stage_is(o, ORDER_UNKNOWN, NULL);
    orders_link_live(s->orders, PBX, s->now);
    stage_is(o, ORDER_DONE, "re-read");
    s->missing = REQUEST_QUEUE_WITHDRAW;
    stage_refuses(s, "withdraw 5.2", ORDER_FORBIDDEN, "this Asterisk has no QueueWithdrawCaller");
}

/* --- who talks -------------------------------------------------------------------------------------------- */

/* Asterisk says Success to an extension that is not there, and hangs the caller up: each one that a request names was asked for before it. */
static void each_extension_is_asked_for_before(void **state)
{
    struct stage *s = *state;
    static const char *const lines[] = { "moveto 5.1 billing", "send 5.1 402", "transfer 401 402", "transfer 401 402 --attended", "handover 401 402", "conference 401 402", "dial 401 0791" };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        uint64_t given = orders_give(s->orders, &(struct order_given){ .line = slice_of(lines[i]), .who = "eva", .is_dry = true }, s->now);
        const struct fact_order *o = orders_get(s->orders, given);
        size_t named = 0;
        stage_is(o, ORDER_PLANNED, NULL);
        for (const char *at = o->requests; (at = strstr(at, "Context: ")) != NULL;) {
            char context[64], exten[64], asked[160];
            assert_int_equal(sscanf(at, "Context: %63[^\n]\n%*[A-Za-z]: %63[^\n]", context, exten), 2);
            (void)snprintf(asked, sizeof asked, "DIALPLAN_EXISTS(%s,%s,1)", context, exten);
            const char *question = strstr(o->requests, asked);
            if (question == NULL || question > at)
                fail_msg("%s: %s@%s was not asked for in\n%s", lines[i], exten, context, o->requests);
            at += strlen("Context: ");
            named++;
        }
        assert_true(named > 0);
    }
}

static void one_exact_channel_is_hung_up(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = stage_give(s, "hangup 401");
    assert_int_equal(o->call, TALK);
    stage_sent(s, "Hangup Channel=PJSIP/trunk-7.1 Cause=16\n");
    stage_yes(s);
    stage_drop(s, FACT_CALL, TALK);
    orders_tick(s->orders, s->now);
    stage_is(o, ORDER_DONE, NULL);
    put_call(s, "7.2", false);
    o = stage_give(s, "hangup 7.1");
    stage_yes(s);
    stage_is(o, ORDER_PENDING, NULL);
    stage_put(s, FACT_CALL, (union fact_any){ .call = { .id = TALK, .pbx = PBX, .queue = SALES, .agent = ANN, .uniqueid = mem_strdup("7.8"), .agent_uniqueid = mem_strdup("7.2"), .since = 5 } });
    orders_tick(s->orders, s->now);
    stage_is(o, ORDER_DONE, NULL); /* in a room the others talk on */
    o = stage_give(s, "hangup 0442");
    stage_sent(s, "Hangup Channel=PJSIP/trunk-5.2 Cause=16\n");
    stage_yes(s);
    stage_drop(s, FACT_CALLER, ZOE);
    orders_tick(s->orders, s->now);
    stage_is(o, ORDER_DONE, NULL);
    put_caller(s, ZOE, SALES, "5.2", "0442", 0);
    put_caller(s, 54, BILLING, "5.4", "0442", 0);
    stage_refuses(s, "hangup 0442", ORDER_WRONG, "2 callers");
    stage_refuses(s, "hangup nobody", ORDER_NO_SUCH, "there is no call 'nobody'");
}

static void who_waits_and_talks_must_be_told_apart(void **state)
{
    struct stage *s = *state;
    put_caller(s, 54, BILLING, "5.4", "0791", 0);
    stage_refuses(s, "hangup 0791", ORDER_WRONG, "waits and talks");
    (void)stage_give(s, "hangup 5.4");
    stage_sent(s, "Hangup Channel=PJSIP/trunk-5.4 Cause=16\n");
}

static void it_is_the_agents_channel_that_leaves(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = stage_give(s, "transfer 7.1 402");
    stage_says(s, "1");
    stage_sent(s, "Getvar Variable=DIALPLAN_EXISTS(phones,402,1)\nBlindTransfer Channel=Local/401@q-1;1 Context=phones Exten=402\n");
    stage_yes(s);
    put_call(s, "7.2", true);
    orders_tick(s->orders, s->now);
    stage_is(o, ORDER_PENDING, NULL);
    put_call(s, "7.9", false); /* another one talks now */
    orders_tick(s->orders, s->now);
    stage_is(o, ORDER_DONE, NULL);
    (void)stage_give(s, "handover 401 0791234567");
    stage_says(s, "1");
    stage_sent(s, "Getvar Variable=DIALPLAN_EXISTS(phones,0791234567,1)\nBlindTransfer Channel=Local/401@q-1;1 Context=phones Exten=0791234567\n");
}

static void an_attended_transfer_begins_with_hold(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = stage_give(s, "transfer 401 402 --attended");
    stage_says(s, "1");
    stage_sent(s, "Getvar Variable=DIALPLAN_EXISTS(phones,402,1)\nAtxfer Channel=Local/401@q-1;1 Context=phones Exten=402\n");
    stage_yes(s);
    put_call(s, "7.2", true);
    orders_tick(s->orders, s->now);
    stage_is(o, ORDER_DONE, NULL);
}

static void it_is_the_caller_who_is_parked(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = stage_give(s, "park 401");
    stage_sent(s, "Park Channel=PJSIP/trunk-7.1 TimeoutChannel=Local/401@q-1;1 Timeout=45000\n");
    stage_yes(s);
    stage_is(o, ORDER_PENDING, NULL);
    stage_drop(s, FACT_CALL, TALK);
    orders_tick(s->orders, s->now);
    stage_is(o, ORDER_DONE, NULL);
}

static void both_go_into_the_room_before_the_third(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = stage_give(s, "conference 7.1 402");
    stage_says(s, "1");
    stage_says(s, "1");
    stage_yes(s);
    stage_is(o, ORDER_PENDING, NULL); /* until both are seen in it */
    tell(s, EVENT_CONFBRIDGE_JOIN, "7.1", NULL);
    tell(s, EVENT_CONFBRIDGE_JOIN, "7.9", NULL);
    assert_null(strstr(buf_slice(&s->sent).p, "Originate"));
    tell(s, EVENT_MEETME_JOIN, "7.2", NULL);
    cut_id(s, "acdtop-call-");
    stage_sent(s, "Getvar Variable=DIALPLAN_EXISTS(phones,402,1)\nGetvar Variable=DIALPLAN_EXISTS(rooms,8402,1)\n"
                  "Redirect Channel=PJSIP/trunk-7.1 Context=rooms Exten=8402 Priority=1 ExtraChannel=Local/401@q-1;1 ExtraContext=rooms ExtraExten=8402 ExtraPriority=1\n"
                  "Originate Channel=Local/402@phones/n Context=rooms Exten=8402 Priority=1 ChannelId=acdtop-call- Timeout=25000 Async=true\n");
    stage_yes(s);
    stage_is(o, ORDER_PENDING, NULL); /* until the third has answered */
    tell(s, EVENT_ORIGINATE_RESPONSE, id, "Success");
    stage_is(o, ORDER_DONE, NULL);
}

static void what_is_asked_about_reads_the_same_twice(void **state)
{
    struct stage *s = *state;
    struct buf text[2] = { BUF_INIT(4096), BUF_INIT(4096) };
    for (size_t i = 0; i < 2; i++) {
        struct command c;
        struct command_fault wrong;
        struct plan p;
        struct target_fault fault;
        assert_true(command_parse(SLICE("conference 7.1 402"), COMMAND_ORDER, &c, &wrong) && plan_make(&s->world, &c, "eva", &p, &fault));
        for (size_t k = 0; k < p.count; k++)
            act_write(&p.act[k], &text[i]);
        plan_clear(&p);
        command_clear(&c);
    }
    assert_string_equal(buf_slice(&text[0]).p, buf_slice(&text[1]).p);
    buf_clear(&text[0]);
    buf_clear(&text[1]);
}

static void only_our_own_recording_is_stopped(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = stage_give(s, "tape 401 start");
    tell(s, EVENT_MIX_MONITOR_START, "7.3", NULL); /* the event may come before the answer */
    stage_yes(s);
    stage_sent(s, "MixMonitor Channel=PJSIP/401-9 File=acdtop-7.1.wav Options=i(ACDTOP_TAPE)\nGetvar Channel=PJSIP/401-9 Variable=ACDTOP_TAPE\n");
    stage_says(s, "0x7f2c");
    stage_is(o, ORDER_DONE, NULL);
    assert_string_equal(o->undo, "tape 7.1 stop");
    o = stage_give(s, "tape 401 pause");
    stage_says(s, "0x7f2c");
    stage_sent(s, "Getvar Channel=PJSIP/401-9 Variable=ACDTOP_TAPE\nMixMonitorMute Channel=PJSIP/401-9 Direction=both State=1 MixMonitorID=0x7f2c\n");
    stage_yes(s);
    stage_is(o, ORDER_PENDING, NULL);
    tell(s, EVENT_MIX_MONITOR_MUTE, "7.3", "0"); /* somebody has just switched another one on again */
    stage_is(o, ORDER_PENDING, NULL);
    tell(s, EVENT_MIX_MONITOR_MUTE, "7.3", "1");
    stage_is(o, ORDER_DONE, NULL);
    assert_string_equal(o->undo, "tape 7.1 resume");
    o = stage_give(s, "tape 401 resume");
    stage_says(s, "0x7f2c");
    stage_yes(s);
    orders_link_down(s->orders, PBX, s->now);
    stage_is(o, ORDER_UNKNOWN, NULL);
    orders_link_live(s->orders, PBX, s->now);
    stage_is(o, ORDER_UNKNOWN, NULL); /* the floor does not keep it: no re-read will tell */
    o = stage_give(s, "tape 401 stop");
    stage_says(s, "");
    stage_is(o, ORDER_REFUSED, "acdtop records nothing there");
    stage_sent(s, "Getvar Channel=PJSIP/401-9 Variable=ACDTOP_TAPE\n");
}

/* --- phones, and what is refused ----------------------------------------------------------------------------- */

static void dialling_begins_with_his_phone(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = stage_give(s, "dial 401 0791234567");
    stage_says(s, "1");
    stage_says(s, "INUSE"); /* he may be in no queue: then nothing else tells */
    stage_is(o, ORDER_REFUSED, "Ann Li is on the phone");
    o = stage_give(s, "dial 401 0791234567");
    stage_says(s, "1");
    stage_says(s, "NOT_INUSE");
    cut_id(s, "acdtop-call-");
    stage_sent(s, "Getvar Variable=DIALPLAN_EXISTS(phones,0791234567,1)\nGetvar Variable=DEVICE_STATE(PJSIP/401)\n"
                  "Originate Channel=PJSIP/401 Context=phones Exten=0791234567 Priority=1 CallerID=\"acdtop\" <0791234567> ChannelId=acdtop-call- Timeout=25000 Async=true\n");
    stage_yes(s);
    put_device(s, DEVICE_RINGING);
    orders_tick(s->orders, s->now);
    stage_is(o, ORDER_PENDING, NULL); /* until it is answered */
    tell(s, EVENT_ORIGINATE_RESPONSE, id, "Success");
    stage_is(o, ORDER_DONE, NULL);
    put_device(s, DEVICE_NOT_INUSE);
    o = stage_give(s, "dial 401 0791234567");
    stage_says(s, "1");
    stage_says(s, "UNKNOWN");
    cut_id(s, "acdtop-call-");
    stage_yes(s);
    tell(s, EVENT_ORIGINATE_RESPONSE, id, "Failure");
    stage_is(o, ORDER_REFUSED, "PJSIP/401 was not answered");
    put_device(s, DEVICE_RINGING);
    stage_refuses(s, "dial 401 0791234567", ORDER_REFUSED, "on the phone");
    stage_refuses(s, "dial 401 \"07,91\"", ORDER_WRONG, "no number");
}

static void a_text_goes_to_the_phone(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = stage_give(s, "message 401 please call \"Jo Li\"");
    stage_sent(s, "MessageSend To=pjsip:401 Body=please call Jo Li\n");
    stage_yes(s);
    stage_is(o, ORDER_DONE, NULL);
    stage_refuses(s, "message bob hello", ORDER_REFUSED, "no phone that takes texts");
    stage_refuses(s, "message 401", ORDER_WRONG, "usage");
}

static void what_is_not_configured_is_said_in_its_words(void **state)
{
    struct stage *s = *state;
    mem_free(s->settings.dial_context);
    mem_free(s->settings.conference);
    s->settings.dial_context = s->settings.conference = NULL;
    stage_refuses(s, "send 5.1 401", ORDER_REFUSED, "dial_context = \"from-internal\"");
    stage_refuses(s, "transfer 7.1 402", ORDER_REFUSED, "dial_context");
    stage_refuses(s, "moveto 5.1 sales", ORDER_DONE, "waits in sales already");
    put_caller(s, JO, BILLING, "5.1", "0441", 4);
    stage_refuses(s, "moveto 5.1 sales", ORDER_REFUSED, "queue_names = ( { name = \"sales\"; extension");
    s->settings.dial_context = mem_strdup("phones");
    stage_refuses(s, "conference 7.1 402", ORDER_REFUSED, "conference = ");
    stage_refuses(s, "hold 7.1", ORDER_REFUSED, "no request that puts a call on hold");
    stage_refuses(s, "handover bob 402", ORDER_NO_SUCH, "bob is in no call");
}

static void possible(const struct stage *s, enum command_id command, const char *why)
{
    struct target_fault fault = { .err = ERR_INIT };
    assert_int_equal(plan_is_possible(&s->world, PBX, command, &fault), why == NULL);
    if (why != NULL && strstr(fault.err.text, why) == NULL)
        fail_msg("'%s' is not in '%s'", why, fault.err.text);
}

static void what_cannot_be_for_anybody_is_known_before(void **state)
{
    struct stage *s = *state;
    static const enum command_id dialled[] = { COMMAND_SEND, COMMAND_TRANSFER, COMMAND_HANDOVER, COMMAND_DIAL, COMMAND_CONFERENCE };
    for (size_t i = 0; i < sizeof dialled / sizeof dialled[0]; i++)
        possible(s, dialled[i], NULL);
    possible(s, COMMAND_MOVETO, NULL);
    possible(s, COMMAND_WITHDRAW, NULL);
    stage_put(s, FACT_PBX, (union fact_any){ .pbx = { .id = PBX, .name = mem_strdup("geneva"), .link = LINK_LIVE, .asterisk = mem_strdup("16.13.0") } });
    possible(s, COMMAND_WITHDRAW, "Asterisk 16.13.0 cannot withdraw a caller");
    possible(s, COMMAND_HANGUP, NULL);
    mem_free(s->settings.dial_context);
    s->settings.dial_context = NULL;
    for (size_t i = 0; i < sizeof dialled / sizeof dialled[0]; i++)
        possible(s, dialled[i], "dial_context = ");
    mem_free(s->settings.conference);
    s->settings.conference = NULL;
    possible(s, COMMAND_CONFERENCE, "conference = ");
    s->settings.queue_count = 0;
    possible(s, COMMAND_MOVETO, "queue_names = ");
    s->settings.queue_count = 1;
}

/* While the PBX is asked for the extension the agent hands the call on: the channel that was his is in another call now. */
static void a_call_that_has_another_channel_by_now_is_left_alone(void **state)
{
    struct stage *s = *state;
    static const char *const lines[] = { "transfer 401 0791", "transfer 401 0791 --attended", "handover 401 0791" };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        put_call(s, "7.2", false);
        const struct fact_order *o = stage_give(s, lines[i]);
        put_call(s, "7.9", false);
        buf_reset(&s->sent);
        stage_says(s, "1");
        stage_sent(s, "");
        stage_is(o, ORDER_NO_SUCH, "has gone meanwhile");
    }
}

/* A call of which one side, or its channel, is not known yet: nothing is sent to a channel without a name. */
static void a_call_that_is_not_known_whole_is_left_alone(void **state)
{
    struct stage *s = *state;
    static const char *const of_two[] = { "park 401", "conference 401 402" };
    static const char *const of_his[] = { "transfer 401 0791", "transfer 401 0791 --attended", "handover 401 0791", "park 401", "conference 401 402", "hangup 401", "tape 401 start",
                                          "tape 401 stop", "tape 401 pause" };
    stage_put(s, FACT_CALL, (union fact_any){ .call = { .id = TALK, .pbx = PBX, .queue = SALES, .agent = ANN, .agent_uniqueid = mem_strdup("7.2"),
                                                        .agent_channel = mem_strdup("Local/401@q-1;1"), .since = 5 } });
    for (size_t i = 0; i < sizeof of_two / sizeof of_two[0]; i++)
        stage_refuses(s, of_two[i], ORDER_REFUSED, "with whom Ann Li talks is not known");
    stage_put(s, FACT_CALL, (union fact_any){ .call = { .id = TALK, .pbx = PBX, .queue = SALES, .agent = ANN, .uniqueid = mem_strdup("7.1"), .channel = mem_strdup("PJSIP/trunk-7.1"),
                                                        .agent_uniqueid = mem_strdup("7.2"), .since = 5 } });
    for (size_t i = 0; i < sizeof of_his / sizeof of_his[0]; i++)
        stage_refuses(s, of_his[i], ORDER_REFUSED, "which channels the call of 7.1 has is not known");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, stage_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_call_that_has_another_channel_by_now_is_left_alone), TEST(a_call_that_is_not_known_whole_is_left_alone),
        TEST(channels_of_one_name_on_two_pbxs_are_told_apart), TEST(a_number_is_not_looked_for_in_names), TEST(nobody_is_sent_where_nothing_is), TEST(who_has_gone_meanwhile_is_left_alone), TEST(a_priority_goes_along), TEST(a_priority_is_read_back),
        TEST(an_old_asterisk_only_notes_a_priority), TEST(the_place_that_a_priority_gives_is_said_before), TEST(a_withdrawal_is_done_when_he_waits_no_more), TEST(each_extension_is_asked_for_before), TEST(one_exact_channel_is_hung_up),
        TEST(who_waits_and_talks_must_be_told_apart), TEST(it_is_the_agents_channel_that_leaves), TEST(an_attended_transfer_begins_with_hold),
        TEST(it_is_the_caller_who_is_parked), TEST(both_go_into_the_room_before_the_third), TEST(only_our_own_recording_is_stopped), TEST(what_is_asked_about_reads_the_same_twice),
        TEST(dialling_begins_with_his_phone), TEST(a_text_goes_to_the_phone), TEST(what_is_not_configured_is_said_in_its_words), TEST(what_cannot_be_for_anybody_is_known_before),
    };
    return cmocka_run_group_tests_name("order of calls", tests, NULL, NULL);
}
