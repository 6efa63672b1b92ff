/* SPDX-License-Identifier: MIT */
/* Orders of an ear on a call: which channel is listened to, on whose phone, what proves it, why it came to nothing, and how one who listens is switched. */
#include "support_orders.h"


enum { CALL = 60, OTHER_CALL, SPY = 70, SPY_OF_TOM };

static char leg[128]; /* Uniqueid of the leg that was asked for last */

static bool own_phone(void *context, const char *who, struct buf *out)
{
    (void)context;
    return strcmp(who, "tom") == 0 && buf_add(out, SLICE("PJSIP/902"));
}

static void put_call(struct stage *s, uint64_t id, const char *caller, const char *phone_uniqueid, bool is_held)
{
    stage_put(s, FACT_CALL, (union fact_any){ .call = { .id = id, .pbx = PBX, .queue = SALES, .agent = ANN, .uniqueid = mem_strdup(caller), .number = mem_strdup("0791234567"),
                                                        .agent_uniqueid = mem_strdup("a1"), .phone_uniqueid = mem_strdup(phone_uniqueid),
                                                        .phone_channel = mem_strdup("PJSIP/401-0000000a"), .since = 500, .is_held = is_held } });
}

static void put_spy(struct stage *s, uint64_t id, const char *who, const char *uniqueid, int64_t mode)
{
    stage_put(s, FACT_SPY, (union fact_any){ .spy = { .id = id, .pbx = PBX, .agent = ANN, .spyer_channel = mem_strdup("PJSIP/900-0000000b"), .who = mem_strdup(who),
                                                      .spyer_uniqueid = mem_strdup(uniqueid), .spyee_channel = mem_strdup("PJSIP/401-0000000a"), .mode = mode } });
}

static int set_up(void **state)
{
    int rc = stage_set_up(state);
    struct stage *s = *state;
    s->world.phone = own_phone;
    put_call(s, CALL, "1690000000.10", "1690000000.17", false);
    return rc;
}

static const struct fact_order *give(struct stage *s, const char *line)
{
    const struct fact_order *o = stage_give(s, line);
    const char *id = strstr(buf_slice(&s->sent).p, "ChannelId=");
    leg[0] = '\0';
    if (id != NULL)
        (void)sscanf(id, "ChannelId=%127s", leg);
    return o;
}

static void tell(struct stage *s, enum event_kind kind, const char *channel, const char *fields)
{
    struct event e = { .kind = kind };
    struct slice rest = slice_of(fields);
    e.value[F_CHANNEL] = slice_of(channel);
    e.have[F_CHANNEL / 64] |= UINT64_C(1) << (F_CHANNEL % 64);
    while (rest.n > 0) { /* "Uniqueid=x Cause=17" */
        struct slice value, name = slice_cut(slice_cut(rest, ' ', &rest), '=', &value);
        for (int f = 0; f < FIELD_COUNT; f++) {
            if (slice_eq(slice_of(event_field_name((enum field)f)), name)) {
                e.value[f] = value;
                e.have[f / 64] |= UINT64_C(1) << (f % 64);
            }
        }
    }
    orders_event(s->orders, PBX, &e, s->now);
    orders_tick(s->orders, s->now);
}

static void tell_leg(struct stage *s, enum event_kind kind, const char *field, const char *more)
{
    char fields[300];
    (void)snprintf(fields, sizeof fields, "%s=%s%s%s", field, leg, more[0] != '\0' ? " " : "", more);
    tell(s, kind, "PJSIP/900-0000000b", fields);
}

static void the_phone_of_the_agent_is_listened_to(void **state)
{
    struct stage *s = *state;
    static const struct { const char *line, *data, *what; } way[] = {
        { "listen 401 --on PJSIP/900", "Data=1690000000.17,qduES ", "listen to Ann Li, in a call with 0791234567, on PJSIP/900" },
        { "whisper 401 --on PJSIP/900", "Data=1690000000.17,qduESw ", "whisper to Ann Li, in a call with 0791234567, on PJSIP/900" },
        { "barge ann --on PJSIP/900 --call 1690000000.10", "Data=1690000000.17,qduESB ", "break into the call of Ann Li, in a call with 0791234567, on PJSIP/900" },
    };
    for (size_t i = 0; i < sizeof way / sizeof way[0]; i++) {
        const struct fact_order *o = give(s, way[i].line);
        const char *sent = buf_slice(&s->sent).p;
        assert_non_null(strstr(sent, "Originate Channel=PJSIP/900 ChannelId=acdtop-"));
        assert_non_null(strstr(sent, way[i].data));
        assert_non_null(strstr(sent, "Timeout=20000 Async=true"));
        assert_string_equal(leg + strlen(leg) - 4, "-eva");
        assert_string_equal(o->what, way[i].what);
        stage_yes(s);
        tell_leg(s, EVENT_ORIGINATE_RESPONSE, "Uniqueid", "Response=Success Reason=4");
        stage_is(o, ORDER_PENDING, NULL); /* that somebody answered is not that he listens */
        tell_leg(s, EVENT_CHAN_SPY_START, "SpyerUniqueid", "");
        stage_is(o, ORDER_DONE, "confirmed");
        assert_string_equal(o->undo, "unlisten PJSIP/401");
        s->now += 35000;
        tell_leg(s, EVENT_CHAN_SPY_STOP, "SpyerUniqueid", "");
        stage_is(o, ORDER_DONE, "it ended after 35 s");
    }
}

static void why_a_phone_was_not_to_be_had(void **state)
{
    struct stage *s = *state;
    static const struct { const char *cause, *words; } end[] = { { "Cause=17", "PJSIP/900 is busy" }, { "Cause=21", "PJSIP/900 declined" }, { "Cause=19", "was not answered" },
                                                                 { "Cause=99", "cause 99" } };
    for (size_t i = 0; i < sizeof end / sizeof end[0]; i++) {
        const struct fact_order *o = give(s, "listen 401 --on PJSIP/900");
        stage_yes(s);
        tell_leg(s, EVENT_NEWCHANNEL, "Uniqueid", "ChannelState=0");
        tell_leg(s, EVENT_ORIGINATE_RESPONSE, "Uniqueid", "Response=Failure Reason=0");
        stage_is(o, ORDER_PENDING, NULL); /* why is still to come */
        tell_leg(s, EVENT_HANGUP, "Uniqueid", end[i].cause);
        stage_is(o, ORDER_REFUSED, end[i].words);
    }
    const struct fact_order *o = give(s, "listen 401 --on PJSIP/999");
    tell_leg(s, EVENT_ORIGINATE_RESPONSE, "Uniqueid", "Response=Failure Reason=0");
    stage_is(o, ORDER_REFUSED, "no such phone"); /* there never was a channel */
    o = give(s, "listen 401 --on PJSIP/900");
    tell_leg(s, EVENT_ORIGINATE_RESPONSE, "Uniqueid", "Response=Failure Reason=3");
    stage_is(o, ORDER_REFUSED, "was not answered");
    o = give(s, "listen 401 --on PJSIP/900");
    tell_leg(s, EVENT_NEWSTATE, "Uniqueid", "ChannelState=6");
    tell_leg(s, EVENT_HANGUP, "Uniqueid", "Cause=16");
    stage_is(o, ORDER_REFUSED, "the call had ended before");
}

static void a_call_that_ends_lets_the_phone_go(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = give(s, "listen 401 --on PJSIP/900");
    stage_yes(s);
    tell_leg(s, EVENT_NEWCHANNEL, "Uniqueid", "ChannelState=0");
    buf_reset(&s->sent);
    tell(s, EVENT_HANGUP, "PJSIP/401-0000000a", "Uniqueid=1690000000.17");
    stage_sent(s, "Hangup Channel=PJSIP/900-0000000b\n");
    stage_is(o, ORDER_REFUSED, "the call ended before PJSIP/900 was answered");
    o = give(s, "listen 401 --on PJSIP/900");
    stage_yes(s);
    buf_reset(&s->sent);
    tell(s, EVENT_HANGUP, "PJSIP/401-0000000a", "Uniqueid=1690000000.17"); /* nothing is known of the leg yet */
    stage_sent(s, "");
    tell_leg(s, EVENT_NEWCHANNEL, "Uniqueid", "ChannelState=0");
    stage_sent(s, "Hangup Channel=PJSIP/900-0000000b\n");
    stage_is(o, ORDER_REFUSED, NULL);
}

/* The channel is called so that who looks on never sees a wrong mode: nobody knows which one while the key is on its way. */
static const struct fact_order *switched(struct stage *s, const char *line, const char *word, int64_t mode, char digit)
{
    char sent[200];
    const struct fact_order *o = give(s, line);
    stage_sent(s, "Setvar Channel=PJSIP/900-0000000b Variable=CALLERID(name) Value=switching Ann Li\n");
    put_spy(s, SPY, "eva", "acdtop-0123456789abcdef-eva", SPY_UNKNOWN);
    buf_reset(&s->sent);
    stage_yes(s);
    (void)snprintf(sent, sizeof sent, "PlayDTMF Channel=PJSIP/900-0000000b Digit=%c Duration=100 Receive=true\n", digit);
    stage_sent(s, sent);
    buf_reset(&s->sent);
    stage_yes(s);
    (void)snprintf(sent, sizeof sent, "Setvar Channel=PJSIP/900-0000000b Variable=CALLERID(name) Value=%s Ann Li\n", word);
    stage_sent(s, sent);
    stage_yes(s);
    stage_is(o, ORDER_DONE, NULL);
    put_spy(s, SPY, "eva", "acdtop-0123456789abcdef-eva", mode);
    return o;
}

static void who_listens_is_switched_and_not_rung_again(void **state)
{
    struct stage *s = *state;
    put_spy(s, SPY, "eva", "acdtop-0123456789abcdef-eva", SPY_LISTEN);
    const struct fact_order *o = switched(s, "whisper 401", "whisper", SPY_WHISPER, '5');
    assert_string_equal(o->undo, "listen PJSIP/401");
    (void)switched(s, "barge 401", "barge", SPY_BARGE, '6');
    (void)switched(s, "listen 401 --on PJSIP/900", "listen", SPY_LISTEN, '4');
    stage_refuses(s, "listen 401 --on PJSIP/901", ORDER_REFUSED, "on another phone already");
    o = give(s, "unlisten");
    stage_sent(s, "Hangup Channel=PJSIP/900-0000000b\n");
    stage_yes(s);
    stage_is(o, ORDER_PENDING, NULL);
    orders_tick(s->orders, s->now + 11000);
    stage_is(o, ORDER_UNKNOWN, "with the next sound of the call");
    stage_drop(s, FACT_SPY, SPY);
    orders_tick(s->orders, s->now);
    stage_is(o, ORDER_DONE, NULL);
    put_spy(s, SPY_OF_TOM, "tom", "acdtop-0123456789abcdef-tom", SPY_BARGE); /* another's is left alone */
    stage_refuses(s, "unlisten", ORDER_DONE, "you listen to nobody");
    stage_refuses(s, "listen 401 --on PJSIP/900", ORDER_REFUSED, "PJSIP/900 is busy: it listens to Ann Li");
}

static void what_cannot_be_heard_is_said_and_not_sent(void **state)
{
    struct stage *s = *state;
    stage_refuses(s, "listen 401", ORDER_WRONG, "your own phone is not known");
    stage_refuses(s, "listen 401 --on PJSIP/401", ORDER_WRONG, "nobody can listen to himself");
    stage_refuses(s, "listen 401 --on Local/900@agents/n", ORDER_WRONG, "only a way to a phone");
    stage_refuses(s, "listen 401 --on PJSIP/9&PJSIP/8", ORDER_WRONG, "is no device");
    stage_refuses(s, "listen 401 --on PJSIP/900 --call 1690000000.99", ORDER_NO_SUCH, "that call has ended");
    stage_refuses(s, "listen bob --on PJSIP/900", ORDER_NO_SUCH, "Bob is in no call");
    s->missing = REQUEST_ORIGINATE;
    stage_refuses(s, "listen 401 --on PJSIP/900", ORDER_FORBIDDEN, "add originate to its write =");
    s->missing = REQUEST_COUNT;
    put_call(s, OTHER_CALL, "1690000000.20", "1690000000.27", false);
    stage_refuses(s, "listen 401 --on PJSIP/900", ORDER_WRONG, "is in 2 calls");
    put_call(s, OTHER_CALL, "1690000000.20", "1690000000.27", true);
    (void)give(s, "listen 401 --on PJSIP/900"); /* not the one that is on hold */
    assert_non_null(strstr(buf_slice(&s->sent).p, "Data=1690000000.17,"));
    tell_leg(s, EVENT_ORIGINATE_RESPONSE, "Uniqueid", "Response=Failure Reason=3");
    stage_drop(s, FACT_CALL, OTHER_CALL);
    put_call(s, CALL, "1690000000.10", "x,y", false);
    stage_refuses(s, "listen 401 --on PJSIP/900", ORDER_REFUSED, "cannot be given to ChanSpy");
    put_call(s, CALL, "1690000000.10", NULL, false);
    stage_refuses(s, "listen 401 --on PJSIP/900", ORDER_REFUSED, "is not known");
}

static void a_phone_is_rung_for_longer_than_an_event_is_late(void **state)
{
    struct stage *s = *state;
    const struct fact_order *o = give(s, "listen 401 --on PJSIP/900");
    stage_yes(s);
    orders_tick(s->orders, s->now + 20000);
    stage_is(o, ORDER_PENDING, NULL);
    orders_tick(s->orders, s->now + 26000);
    stage_is(o, ORDER_UNKNOWN, NULL);
}

static void the_phone_of_the_user_is_known(void **state)
{
    struct stage *s = *state;
    s->settings.phone = mem_strdup("PJSIP/901");
    (void)give(s, "listen 401");
    assert_non_null(strstr(buf_slice(&s->sent).p, "Originate Channel=PJSIP/901 "));
    buf_reset(&s->sent);
    (void)orders_give(s->orders, &(struct order_given){ .line = SLICE("listen 401"), .who = "tom", .ref = 9 }, s->now);
    assert_non_null(strstr(buf_slice(&s->sent).p, "Originate Channel=PJSIP/902 ")); /* what he named himself */
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, stage_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(the_phone_of_the_agent_is_listened_to), TEST(why_a_phone_was_not_to_be_had), TEST(a_call_that_ends_lets_the_phone_go),
        TEST(who_listens_is_switched_and_not_rung_again), TEST(what_cannot_be_heard_is_said_and_not_sent),
        TEST(a_phone_is_rung_for_longer_than_an_event_is_late), TEST(the_phone_of_the_user_is_known),
    };
    return cmocka_run_group_tests_name("order_listen", tests, NULL, NULL);
}
