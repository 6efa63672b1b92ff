/* SPDX-License-Identifier: MIT */
/* Which channel of an agent's call is that of his phone, and who listens to it. */
#include "tests/unit/support_floor.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdio.h>

#define CALLER "Channel=PJSIP/c-01 Uniqueid=u1 Linkedid=u1 CallerIDNum=555 CallerIDName=Customer"
#define ENTER(b, chan, uid) "BridgeEnter BridgeUniqueid=" b " Channel=" chan " Uniqueid=" uid " ChannelState=6"
#define LEAVE(b, chan, uid) "BridgeLeave BridgeUniqueid=" b " Channel=" chan " Uniqueid=" uid " ChannelState=6"
#define WORLD "QueueParams Queue=q1\nQueueMember Queue=q1 Name=Ann Location=PJSIP/1 StateInterface=PJSIP/1 Membership=static Status=2 Paused=0\n"

static const char *phone_of(const struct stage *s, const char *agent_uniqueid)
{
    const struct fact_call *c = stage_call(s, agent_uniqueid);
    return c != NULL && c->phone_channel != NULL ? c->phone_channel : "-";
}

#define NEAR "Local/101@from-queue-0001;1"
#define FAR "Local/101@from-queue-0001;2"
#define HINTED "QueueParams Queue=q1\nQueueMember Queue=q1 Name=Ann Location=Local/101@from-queue/n StateInterface=hint:101@x Membership=static Status=1 Paused=0\n"

/* Whichever bridge is told first: the phone behind the far half is the one to listen to, for as long as it is there. */
static void the_phone_behind_a_local_member(void **state)
{
    (void)state;
    struct stage s;
    stage_open(&s);
    stage_read(&s, NULL, HINTED);
    stage_say(&s, "Newchannel " CALLER " ChannelState=6\nNewchannel Channel=" FAR " Uniqueid=l2 Linkedid=u1 ChannelState=4\n"
                  "Newchannel Channel=" NEAR " Uniqueid=l1 Linkedid=u1 ChannelState=0\nNewchannel Channel=PJSIP/101-01 Uniqueid=p1 Linkedid=u1 ChannelState=5\n"
                  "AgentConnect Queue=q1 " CALLER " Interface=Local/101@from-queue/n DestChannel=" NEAR " DestUniqueid=l1 HoldTime=0\n"
                  ENTER("b1", NEAR, "l1") "\n" ENTER("b1", "PJSIP/c-01", "u1") "\n");
    assert_string_equal(phone_of(&s, "l1"), "-");
    stage_say(&s, ENTER("b2", "PJSIP/101-01", "p1") "\n" ENTER("b2", FAR, "l2") "\n");
    assert_string_equal(phone_of(&s, "l1"), "PJSIP/101-01");
    stage_say(&s, "ChanSpyStart SpyerChannel=PJSIP/9-01 SpyerUniqueid=s1 SpyeeChannel=PJSIP/101-01 SpyeeUniqueid=p1\n");
    size_t at = 0;
    const struct fact_spy *spy = (const struct fact_spy *)(const void *)floor_each(s.f, FACT_SPY, &at);
    assert_non_null(spy);
    assert_int_equal(spy->agent, stage_agent(&s, "Local/101@from-queue/n")->id);
    stage_say(&s, LEAVE("b2", "PJSIP/101-01", "p1") "\n"); /* transfers the caller on */
    assert_string_equal(phone_of(&s, "l1"), "-");
    stage_say(&s, "Newchannel Channel=Local/104@from-queue-0002;1 Uniqueid=m1 ChannelState=6\nNewchannel Channel=Local/104@from-queue-0002;2 Uniqueid=m2 ChannelState=6\n"
                  ENTER("b3", "PJSIP/104-01", "p4") "\n" ENTER("b3", "Local/104@from-queue-0002;2", "m2") "\n" ENTER("b2", "Local/104@from-queue-0002;1", "m1") "\n");
    assert_string_equal(phone_of(&s, "l1"), "PJSIP/104-01"); /* behind another one */
    stage_say(&s, "Hangup Channel=" FAR " Uniqueid=l2\n");
    assert_string_equal(phone_of(&s, "l1"), "-");
    stage_say(&s, "Newchannel Channel=" FAR " Uniqueid=l3 ChannelState=6\n" ENTER("b2", FAR, "l3") "\n");
    assert_string_equal(phone_of(&s, "l1"), "PJSIP/104-01"); /* the half that is left is found by the one that comes */
    stage_say(&s, "Hangup Channel=" NEAR " Uniqueid=l1\nHangup Channel=" FAR " Uniqueid=l3\n");
    stage_close(&s);
}

/* Who listened before the link came up: ChanSpy() tells its one channel by Uniqueid or name; of a prefix nobody knows whom it found. */
static void listeners_in_progress_are_learned(void **state)
{
    (void)state;
    struct stage s;
    stage_open(&s);
    stage_channels(&s, "CoreShowChannel Channel=PJSIP/1-0a Uniqueid=d1 ChannelState=6 Application=AppQueue Duration=00:00:13 BridgeId=b1\n"
                   "CoreShowChannel Channel=PJSIP/c-01 Uniqueid=u1 ChannelState=6 CallerIDNum=555 Application=Queue ApplicationData=q1 Duration=00:00:13 BridgeId=b1\n"
                   "CoreShowChannel Channel=PJSIP/sup-01 Uniqueid=s1 ChannelState=6 CallerIDNum=900 CallerIDName=Boss Application=ChanSpy ApplicationData=d1,qduES Duration=00:00:05\n"
                   "CoreShowChannel Channel=PJSIP/sup-02 Uniqueid=s2 ChannelState=6 Application=ChanSpy ApplicationData=PJSIP/1-0a,qduESw Duration=00:00:05\n"
                   "CoreShowChannel Channel=PJSIP/sup-03 Uniqueid=s3 ChannelState=6 Application=ChanSpy ApplicationData=PJSIP/1,q Duration=00:00:05\n"
                   "CoreShowChannel Channel=PJSIP/sup-04 Uniqueid=s4 ChannelState=6 Application=ChanSpy Duration=00:00:05\n");
    stage_read(&s, NULL, WORLD);
    assert_int_equal(stage_count(&s, FACT_SPY), 2);
    const struct fact *any;
    for (size_t at = 0; (any = floor_each(s.f, FACT_SPY, &at)) != NULL;) {
        const struct fact_spy *spy = (const struct fact_spy *)(const void *)any;
        assert_int_equal(spy->agent, stage_agent(&s, "PJSIP/1")->id);
        assert_string_equal(spy->spyee_channel, "PJSIP/1-0a");
        assert_int_equal(spy->since, s.now_ms - 5000);
        assert_string_equal(spy->spyer_number != NULL ? spy->spyer_number : "-", strcmp(spy->spyer_uniqueid, "s1") == 0 ? "900" : "-");
    }
    stage_say(&s, "ChanSpyStop SpyerChannel=PJSIP/sup-01 SpyerUniqueid=s1\nHangup Channel=PJSIP/sup-02 Uniqueid=s2\n");
    assert_int_equal(stage_count(&s, FACT_SPY), 0);
    stage_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_phone_behind_a_local_member),
        cmocka_unit_test(listeners_in_progress_are_learned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
