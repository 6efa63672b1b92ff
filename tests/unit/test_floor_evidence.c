/* SPDX-License-Identifier: MIT */
/* What an agent does where no event told how it began: calls in progress at link-up, device states, and the wrap-up
 * time that only the user knows. */
#include "tests/unit/support_floor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdio.h>

#define WORLD "QueueParams Queue=q1 ServiceLevel=20\n" \
    "QueueMember Queue=q1 Name=Ann Location=PJSIP/1 StateInterface=PJSIP/1 Membership=dynamic Status=1 Paused=0 LoginTime=1699999000 Wrapuptime=5\n" \
    "QueueMember Queue=q1 Name=Bob Location=PJSIP/2 StateInterface=PJSIP/2 Membership=dynamic Status=1 Paused=0 LoginTime=1699999000 Wrapuptime=5\n" \
    "QueueParams Queue=q2 ServiceLevel=20\n" \
    "QueueMember Queue=q2 Name=Ann Location=PJSIP/1 StateInterface=PJSIP/1 Membership=dynamic Status=1 Paused=0 LoginTime=1699999000\n"

static int64_t state_of(const struct stage *s, const char *interface)
{
    return stage_agent(s, interface)->state;
}

static void calls_in_progress_at_link_up(void **state)
{
    (void)state;
    struct stage s;
    stage_open(&s);
    stage_read(&s, NULL, "QueueParams Queue=q1\n"
        "QueueMember Queue=q1 Name=Ann Location=PJSIP/1 StateInterface=PJSIP/1 Membership=dynamic Status=2 Paused=0 InCall=1\n"
        "QueueMember Queue=q1 Name=Bob Location=PJSIP/2 StateInterface=PJSIP/2 Membership=dynamic Status=2 Paused=0 InCall=0\n");
    assert_int_equal(state_of(&s, "PJSIP/1"), AGENT_TALKING); /* InCall says so; with whom is not known */
    assert_int_equal(stage_agent(&s, "PJSIP/1")->queue, stage_queue(&s, "q1")->id);
    assert_int_equal(stage_agent(&s, "PJSIP/1")->since, 0);
    assert_int_equal(state_of(&s, "PJSIP/2"), AGENT_OTHER_CALL);
    stage_channels(&s,
        "CoreShowChannel Channel=PJSIP/1-0a Uniqueid=d1 Linkedid=u1 ChannelState=6 CallerIDNum=101 Application=AppQueue ApplicationData='(Outgoing Line)' Duration=00:01:05 BridgeId=b1\n"
        "CoreShowChannel Channel=PJSIP/c-01 Uniqueid=u1 Linkedid=u1 ChannelState=6 CallerIDNum=555 CallerIDName=Customer Application=Queue ApplicationData=q1,tT,,,300 Duration=00:02:00 BridgeId=b1\n"
        "CoreShowChannel Channel=PJSIP/2-0a Uniqueid=e1 Linkedid=e1 ChannelState=6 CallerIDNum=102 Application=Dial ApplicationData=x Duration=01:00:00 BridgeId=b2\n"
        "CoreShowChannel Channel=PJSIP/t-01 Uniqueid=t1 Linkedid=e1 ChannelState=6 CallerIDNum=0800 CallerIDName=Shop Application=AppDial Duration=01:00:00 BridgeId=b2\n");
    const struct fact_agent *a = stage_agent(&s, "PJSIP/1");
    assert_int_equal(a->state, AGENT_TALKING);
    assert_string_equal(a->peer_name, "Customer");
    assert_int_equal(a->since, s.now_ms - 65000);
    const struct fact_agent *b = stage_agent(&s, "PJSIP/2");
    assert_int_equal(b->state, AGENT_OTHER_CALL);
    assert_string_equal(b->peer_name, "Shop");
    assert_int_equal(b->since, s.now_ms - 3600000);
    stage_wait(&s, 5000);
    stage_say(&s, "AgentComplete Queue=q1 Channel=PJSIP/c-01 Uniqueid=u1 DestChannel=PJSIP/1-0a DestUniqueid=d1 Interface=PJSIP/1 Reason=caller\n");
    assert_int_equal(stage_queue(&s, "q1")->handled, 1);
    assert_int_equal(stage_queue(&s, "q1")->talk_ms, 70000);
    stage_close(&s);
}

static void a_hangup_while_channels_are_listed(void **state)
{
    (void)state;
    struct stage s;
    stage_open(&s);
    stage_read(&s, NULL, WORLD);
    stage_say(&s, "Newchannel Channel=PJSIP/2-0a Uniqueid=e1 ChannelState=6\nNewchannel Channel=PJSIP/2-0b Uniqueid=e2 ChannelState=6\n");
    assert_int_equal(stage_count(&s, FACT_CALL), 2);
    floor_channels_begin(s.f, s.now_ms);
    stage_say(&s, "Hangup Channel=PJSIP/1-0a Uniqueid=d1\nNewchannel Channel=PJSIP/1-0b Uniqueid=d2 ChannelState=6\n");
    stage_channel_items(&s, "CoreShowChannel Channel=PJSIP/1-0a Uniqueid=d1 ChannelState=6\n"
                            "CoreShowChannel Channel=PJSIP/2-0b Uniqueid=e2 ChannelState=6\n");
    floor_channels_end(s.f, s.now_ms);
    assert_non_null(stage_call(&s, "e2"));
    assert_null(stage_call(&s, "d1"));
    assert_non_null(stage_call(&s, "d2")); /* came meanwhile */
    assert_null(stage_call(&s, "e1"));     /* the list has it no more */
    stage_close(&s);
}

static void status_is_as_good_and_may_come_first(void **state)
{
    (void)state;
    struct stage s;
    stage_open(&s);
    stage_channels(&s, "Status Channel=PJSIP/1-0a Uniqueid=d1 ChannelState=6 CallerIDNum=101 Application=AppQueue Seconds=65 BridgeID=b1\n"
                       "Status Channel=PJSIP/c-01 Uniqueid=u1 ChannelState=6 CallerIDNum=555 Application=Queue Seconds=120 BridgeID=b1\n");
    stage_read(&s, NULL, "QueueParams Queue=q1\nQueueMember Queue=q1 Name=Ann Location=PJSIP/1 StateInterface=PJSIP/1 Status=2 Paused=0 InCall=1\n");
    assert_string_equal(stage_agent(&s, "PJSIP/1")->peer_number, "555");
    assert_int_equal(stage_agent(&s, "PJSIP/1")->since, s.now_ms - 65000);
    assert_int_equal(stage_call(&s, "d1")->queue, stage_queue(&s, "q1")->id);
    stage_close(&s);
}

static void device_states(void **state)
{
    (void)state;
    static const struct {
        const char *status;
        int want;
    } row[] = { { "0", AGENT_UNKNOWN }, { "1", AGENT_READY }, { "2", AGENT_OTHER_CALL }, { "3", AGENT_OTHER_CALL }, { "4", AGENT_INVALID },
                { "5", AGENT_UNAVAILABLE }, { "6", AGENT_RINGING }, { "7", AGENT_OTHER_CALL }, { "8", AGENT_HOLD }, { "9", AGENT_UNKNOWN } };
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct stage s;
        char line[256];
        stage_open(&s);
        snprintf(line, sizeof line, "QueueParams Queue=q1\nQueueMember Queue=q1 Name=A Location=PJSIP/1 Status=%s Paused=0\n", row[i].status);
        stage_read(&s, NULL, line);
        assert_int_equal(state_of(&s, "PJSIP/1"), row[i].want);
        stage_close(&s);
    }
}

static void wrapup_of_the_queue_is_told_by_the_user(void **state)
{
    (void)state;
    struct stage s;
    stage_open_with(&s, 3);
    stage_read(&s, NULL, "QueueParams Queue=q1\nQueueMember Queue=q1 Name=Ann Location=PJSIP/1 StateInterface=PJSIP/1 Status=1 Paused=0 Wrapuptime=0\n"
               "QueueMember Queue=q1 Name=Bob Location=PJSIP/2 StateInterface=PJSIP/2 Status=1 Paused=0 Wrapuptime=9\n");
    stage_say(&s, "AgentConnect Queue=q1 Channel=c Uniqueid=u1 Interface=PJSIP/1 DestChannel=PJSIP/1-0b DestUniqueid=d1 HoldTime=0\n"
                  "AgentConnect Queue=q1 Channel=c Uniqueid=u2 Interface=PJSIP/2 DestChannel=PJSIP/2-0b DestUniqueid=d2 HoldTime=0\n"
                  "AgentComplete Queue=q1 Uniqueid=u1 Interface=PJSIP/1 DestChannel=PJSIP/1-0b DestUniqueid=d1\n"
                  "AgentComplete Queue=q1 Uniqueid=u2 Interface=PJSIP/2 DestChannel=PJSIP/2-0b DestUniqueid=d2\n");
    assert_int_equal(stage_agent(&s, "PJSIP/1")->wrapup_until, s.now_ms + 3000);
    assert_int_equal(stage_agent(&s, "PJSIP/2")->wrapup_until, s.now_ms + 9000);
    stage_wait(&s, 3000);
    assert_int_equal(state_of(&s, "PJSIP/1"), AGENT_READY);
    assert_int_equal(state_of(&s, "PJSIP/2"), AGENT_WRAPUP);
    stage_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_in_progress_at_link_up),
        cmocka_unit_test(a_hangup_while_channels_are_listed),
        cmocka_unit_test(status_is_as_good_and_may_come_first),
        cmocka_unit_test(device_states),
        cmocka_unit_test(wrapup_of_the_queue_is_told_by_the_user),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
