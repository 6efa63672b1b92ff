/* SPDX-License-Identifier: MIT */
/* Rings, talks and what agents do, in the order in which Asterisk really tells it (ami.md 5). */
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
#define CALLER "Channel=PJSIP/c-01 Uniqueid=u1 Linkedid=u1 CallerIDNum=555 CallerIDName=Customer"
#define DEST "DestChannel=PJSIP/1-0a DestUniqueid=d1"
#define STATUS(q, n) "QueueMemberStatus Queue=" q " MemberName=Ann Interface=PJSIP/1 StateInterface=PJSIP/1 Membership=dynamic " \
                     "LoginTime=1699999000 Wrapuptime=5 Paused=0 Status=" n "\n"
#define ARRIVE "Newchannel " CALLER " ChannelState=6\nQueueCallerJoin Queue=q1 " CALLER " Position=1 Count=1\n"
#define RING "Newchannel Channel=PJSIP/1-0a Uniqueid=d1 Linkedid=u1 CallerIDNum=101 CallerIDName=Ann ChannelState=0\n" \
             "AgentCalled Queue=q1 " CALLER " Interface=PJSIP/1 MemberName=Ann " DEST "\n" \
             "Newstate Channel=PJSIP/1-0a Uniqueid=d1 ChannelState=5 CallerIDNum=101 CallerIDName=Ann\n" STATUS("q1", "6") STATUS("q2", "6")
#define ANSWER "Newstate Channel=PJSIP/1-0a Uniqueid=d1 ChannelState=6 CallerIDNum=101 CallerIDName=Ann\n" \
               "DialEnd " CALLER " " DEST " DialStatus=ANSWER\n" \
               "QueueCallerLeave Queue=q1 " CALLER " Position=1 Count=0\n" STATUS("q1", "2") STATUS("q2", "2") \
               "AgentConnect Queue=q1 " CALLER " Interface=PJSIP/1 MemberName=Ann " DEST " HoldTime=0 RingTime=0\n"
#define ENTER(b, chan, uid) "BridgeEnter BridgeUniqueid=" b " Channel=" chan " Uniqueid=" uid " ChannelState=6"
#define LEAVE(b, chan, uid) "BridgeLeave BridgeUniqueid=" b " Channel=" chan " Uniqueid=" uid " ChannelState=6"
#define BRIDGE ENTER("b1", "PJSIP/1-0a", "d1") " CallerIDNum=101 CallerIDName=Ann\n" ENTER("b1", "PJSIP/c-01", "u1") " CallerIDNum=555 CallerIDName=Customer\n"

static int64_t state_of(const struct stage *s, const char *interface)
{
    return stage_agent(s, interface)->state;
}

static void begin(struct stage *s)
{
    stage_open(s);
    stage_read(s, NULL, WORLD);
    stage_wait(s, 1000);
}

static void talk(struct stage *s)
{
    begin(s);
    stage_say(s, ARRIVE RING);
    stage_wait(s, 2000);
    stage_say(s, ANSWER BRIDGE);
}

static void an_answered_call(void **state)
{
    (void)state;
    struct stage s;
    begin(&s);
    stage_say(&s, ARRIVE RING);
    const struct fact_agent *a = stage_agent(&s, "PJSIP/1");
    assert_int_equal(a->state, AGENT_RINGING);
    assert_int_equal(a->since, s.now_ms);
    assert_string_equal(a->peer_number, "555");
    assert_int_equal(a->queue, stage_queue(&s, "q1")->id);
    assert_int_equal(stage_caller(&s, "u1")->ringing, 1);
    assert_int_equal(stage_count(&s, FACT_CALL), 0);
    stage_wait(&s, 2000);
    stage_say(&s, ANSWER);
    a = stage_agent(&s, "PJSIP/1");
    assert_int_equal(a->state, AGENT_TALKING);
    assert_int_equal(a->since, s.now_ms);
    assert_string_equal(a->peer_name, "Customer");
    stage_say(&s, BRIDGE);
    assert_int_equal(stage_count(&s, FACT_CALL), 1);
    const struct fact_call *c = stage_call(&s, "d1");
    assert_int_equal(a->call, c->id);
    assert_string_equal(c->channel, "PJSIP/c-01");
    assert_string_equal(c->agent_channel, "PJSIP/1-0a");
    assert_string_equal(c->phone_channel, "PJSIP/1-0a");
    assert_int_equal(stage_queue(&s, "q1")->talking, 1);
    assert_int_equal(stage_member(&s, "q2", "PJSIP/1")->state, AGENT_OTHER_CALL);
    stage_wait(&s, 10000);
    /* The caller hangs up (5.2). */
    stage_say(&s, "HangupRequest " CALLER "\nAgentComplete Queue=q1 " CALLER " " DEST " Interface=PJSIP/1 HoldTime=2 TalkTime=10 Reason=caller\n"
              LEAVE("b1", "PJSIP/c-01", "u1") "\n" LEAVE("b1", "PJSIP/1-0a", "d1") "\nHangup " CALLER "\nHangup Channel=PJSIP/1-0a Uniqueid=d1\n");
    const struct fact_queue *q = stage_queue(&s, "q1");
    assert_int_equal(q->handled, 1);
    assert_int_equal(q->talk_ms, 10000);
    assert_int_equal(stage_count(&s, FACT_CALL), 0);
    a = stage_agent(&s, "PJSIP/1");
    assert_int_equal(a->state, AGENT_WRAPUP); /* at once, though the device still says in use */
    assert_int_equal(a->wrapup_until, s.now_ms + 5000);
    assert_null(a->peer_number);
    assert_int_equal(a->calls_taken, 1);
    assert_int_equal(a->talk_ms, 10000);
    assert_int_equal(stage_member(&s, "q2", "PJSIP/1")->state, AGENT_READY);
    stage_wait(&s, 100);
    stage_say(&s, "QueueMemberStatus Queue=q1 MemberName=Ann Interface=PJSIP/1 StateInterface=PJSIP/1 Membership=dynamic LoginTime=1699999000 "
                  "Wrapuptime=5 Paused=0 Status=1 CallsTaken=1 LastCall=1700000013\n" STATUS("q2", "1"));
    assert_int_equal(stage_agent(&s, "PJSIP/1")->wrapup_until, s.now_ms + 4900); /* whole seconds do not shift it */
    stage_wait(&s, 4900);
    assert_int_equal(state_of(&s, "PJSIP/1"), AGENT_READY);
    assert_int_equal(stage_queue(&s, "q1")->wrap_ms, 5000);
    assert_int_equal(stage_drift(&s), 0);
    stage_close(&s);
}

static void the_agent_hangs_up(void **state)
{
    (void)state;
    struct stage s;
    talk(&s);
    stage_wait(&s, 3000);
    stage_say(&s, "HangupRequest Channel=PJSIP/1-0a Uniqueid=d1\n" LEAVE("b1", "PJSIP/1-0a", "d1") "\n"
              "Hangup Channel=PJSIP/1-0a Uniqueid=d1\n" LEAVE("b1", "PJSIP/c-01", "u1") "\n"
              "AgentComplete Queue=q1 " CALLER " Interface=PJSIP/1 HoldTime=2 TalkTime=3 Reason=agent\nHangup " CALLER "\n");
    assert_int_equal(stage_queue(&s, "q1")->handled, 1); /* once */
    assert_int_equal(stage_queue(&s, "q1")->talk_ms, 3000);
    assert_int_equal(state_of(&s, "PJSIP/1"), AGENT_WRAPUP);
    stage_close(&s);
}

static void a_new_call_cuts_wrapup_short(void **state)
{
    (void)state;
    struct stage s;
    talk(&s);
    stage_say(&s, "Hangup Channel=PJSIP/1-0a Uniqueid=d1\nHangup " CALLER "\n");
    stage_wait(&s, 2000);
    stage_say(&s, "AgentConnect Queue=q2 Channel=PJSIP/c-02 Uniqueid=u2 Interface=PJSIP/1 DestChannel=PJSIP/1-0b DestUniqueid=d2 HoldTime=0\n");
    assert_int_equal(state_of(&s, "PJSIP/1"), AGENT_TALKING);
    assert_int_equal(stage_queue(&s, "q1")->wrap_ms, 2000);
    stage_close(&s);
}

static void nobody_answers(void **state)
{
    (void)state;
    struct stage s;
    begin(&s);
    stage_say(&s, ARRIVE RING);
    stage_wait(&s, 6000);
    stage_say(&s, "AgentRingNoAnswer Queue=q1 " CALLER " " DEST " Interface=PJSIP/1 RingTime=6000\nDialEnd " CALLER " " DEST " DialStatus=NOANSWER\n"
                  "DialEnd " CALLER " " DEST " DialStatus=CANCEL\nHangup Channel=PJSIP/1-0a Uniqueid=d1\n");
    assert_int_equal(state_of(&s, "PJSIP/1"), AGENT_READY); /* before the device says so */
    stage_say(&s, STATUS("q1", "1") STATUS("q2", "1"));
    assert_int_equal(stage_member(&s, "q1", "PJSIP/1")->missed, 1);
    assert_int_equal(stage_member(&s, "q2", "PJSIP/1")->missed, 0);
    assert_int_equal(stage_agent(&s, "PJSIP/1")->missed, 1);
    assert_int_equal(stage_queue(&s, "q1")->missed, 1);
    assert_int_equal(stage_caller(&s, "u1")->ringing, 0);
    assert_int_equal(state_of(&s, "PJSIP/1"), AGENT_READY);
    stage_close(&s);
}

static void ringall_has_one_winner(void **state)
{
    (void)state;
    struct stage s;
    begin(&s);
    stage_say(&s, ARRIVE RING "AgentCalled Queue=q1 " CALLER " Interface=PJSIP/2 DestChannel=PJSIP/2-0a DestUniqueid=e1\n");
    assert_int_equal(stage_caller(&s, "u1")->ringing, 2);
    assert_int_equal(stage_queue(&s, "q1")->ringing, 2);
    stage_say(&s, "DialEnd " CALLER " DestChannel=PJSIP/2-0a DestUniqueid=e1 DialStatus=CANCEL\n" ANSWER BRIDGE);
    assert_int_equal(state_of(&s, "PJSIP/2"), AGENT_READY);
    assert_int_equal(state_of(&s, "PJSIP/1"), AGENT_TALKING);
    assert_int_equal(stage_agent(&s, "PJSIP/2")->missed, 0);
    stage_close(&s);
}

static void the_caller_gives_up_while_it_rings(void **state)
{
    (void)state;
    struct stage s;
    begin(&s);
    stage_say(&s, ARRIVE RING);
    stage_say(&s, "HangupRequest " CALLER "\nQueueCallerAbandon Queue=q1 " CALLER " Position=1\n");
    assert_int_equal(state_of(&s, "PJSIP/1"), AGENT_READY);
    stage_say(&s, "QueueCallerLeave Queue=q1 " CALLER " Position=1 Count=0\nDialEnd " CALLER " " DEST " DialStatus=CANCEL\n"
                  "Hangup Channel=PJSIP/1-0a Uniqueid=d1\nHangup " CALLER "\n");
    assert_int_equal(stage_queue(&s, "q1")->abandoned, 1);
    assert_int_equal(stage_queue(&s, "q1")->missed, 0);
    stage_close(&s);
}

static void an_announcement_comes_before_the_talk(void **state)
{
    (void)state;
    struct stage s;
    begin(&s);
    stage_say(&s, ARRIVE RING "Newstate Channel=PJSIP/1-0a Uniqueid=d1 ChannelState=6\nDialEnd " CALLER " " DEST " DialStatus=ANSWER\n" STATUS("q1", "2"));
    assert_int_equal(state_of(&s, "PJSIP/1"), AGENT_RINGING); /* the caller still waits */
    assert_int_equal(stage_count(&s, FACT_CALL), 0);
    stage_wait(&s, 3000);
    stage_say(&s, "AgentDump Queue=q1 " CALLER " " DEST " Interface=PJSIP/1\nHangup Channel=PJSIP/1-0a Uniqueid=d1\n" STATUS("q1", "1") STATUS("q2", "1"));
    assert_int_equal(state_of(&s, "PJSIP/1"), AGENT_READY);
    assert_int_equal(stage_queue(&s, "q1")->waiting, 1);
    stage_close(&s);
}

static void hold_and_take_back(void **state)
{
    (void)state;
    struct stage s;
    talk(&s);
    stage_wait(&s, 1000);
    stage_say(&s, "Hold Channel=PJSIP/1-0a Uniqueid=d1 MusicClass=default\n" STATUS("q1", "8") STATUS("q2", "8"));
    assert_int_equal(state_of(&s, "PJSIP/1"), AGENT_HOLD);
    assert_int_equal(stage_agent(&s, "PJSIP/1")->since, s.now_ms);
    assert_int_equal(stage_queue(&s, "q1")->hold, 1);
    assert_string_equal(stage_agent(&s, "PJSIP/1")->peer_number, "555");
    stage_wait(&s, 2000);
    stage_say(&s, "Unhold Channel=PJSIP/1-0a Uniqueid=d1\n");
    assert_int_equal(state_of(&s, "PJSIP/1"), AGENT_TALKING); /* the device says "on hold" a moment longer */
    stage_say(&s, STATUS("q1", "2") STATUS("q2", "2"));
    assert_int_equal(state_of(&s, "PJSIP/1"), AGENT_TALKING);
    assert_int_equal(stage_agent(&s, "PJSIP/1")->since, s.now_ms - 3000);
    stage_say(&s, "Hold Channel=PJSIP/c-01 Uniqueid=u1\n"); /* the caller's side holds: the agent does not */
    assert_int_equal(state_of(&s, "PJSIP/1"), AGENT_TALKING);
    stage_close(&s);
}

static void a_redirected_caller_ends_the_talk_at_once(void **state)
{
    (void)state;
    struct stage s;
    talk(&s);
    stage_wait(&s, 4000);
    stage_say(&s, LEAVE("b1", "PJSIP/c-01", "u1") "\n" LEAVE("b1", "PJSIP/1-0a", "d1") "\nHangup Channel=PJSIP/1-0a Uniqueid=d1\n" STATUS("q1", "1"));
    assert_int_equal(stage_queue(&s, "q1")->handled, 1);
    assert_int_equal(stage_queue(&s, "q1")->talk_ms, 4000);
    /* The agent is in the next talk when the first one's AgentComplete comes, minutes late and without DestChannel (5.10). */
    stage_wait(&s, 60000);
    stage_say(&s, "AgentConnect Queue=q1 Channel=PJSIP/c-02 Uniqueid=u2 Interface=PJSIP/1 DestChannel=PJSIP/1-0b DestUniqueid=d2 HoldTime=0\n");
    stage_wait(&s, 60000);
    stage_say(&s, "AgentComplete Queue=q1 " CALLER " Interface=PJSIP/1 TalkTime=124 Reason=caller\n");
    assert_int_equal(state_of(&s, "PJSIP/1"), AGENT_TALKING);
    assert_int_equal(stage_queue(&s, "q1")->handled, 1);
    stage_close(&s);
}

static void out_of_the_bridge_for_good(void **state)
{
    (void)state;
    struct stage s;
    talk(&s);
    stage_wait(&s, 4000);
    stage_say(&s, LEAVE("b1", "PJSIP/1-0a", "d1") "\n");
    stage_wait(&s, 300);
    stage_say(&s, ENTER("b2", "PJSIP/1-0a", "d1") "\n"); /* an attended transfer: it is in another one */
    stage_wait(&s, 2000);
    assert_int_equal(state_of(&s, "PJSIP/1"), AGENT_TALKING);
    stage_say(&s, LEAVE("b2", "PJSIP/1-0a", "d1") "\n");
    stage_wait(&s, 2000);
    assert_int_equal(stage_queue(&s, "q1")->handled, 1);
    assert_int_equal(stage_queue(&s, "q1")->talk_ms, 6300); /* to when it left, not to when we were sure */
    stage_close(&s);
}

static void the_device_ends_a_talk_where_channels_are_not_seen(void **state)
{
    (void)state;
    struct stage s;
    begin(&s);
    stage_say(&s, "QueueCallerJoin Queue=q1 " CALLER " Position=1 Count=1\nAgentCalled Queue=q1 " CALLER " Interface=PJSIP/1 " DEST "\n" STATUS("q1", "6"));
    assert_int_equal(state_of(&s, "PJSIP/1"), AGENT_RINGING);
    stage_say(&s, STATUS("q1", "1")); /* a ringall loser: nothing else tells */
    assert_int_equal(state_of(&s, "PJSIP/1"), AGENT_READY);
    stage_say(&s, "AgentCalled Queue=q1 " CALLER " Interface=PJSIP/1 " DEST "\n" STATUS("q1", "6")
                  "QueueCallerLeave Queue=q1 " CALLER " Position=1 Count=0\nAgentConnect Queue=q1 " CALLER " Interface=PJSIP/1 " DEST " HoldTime=0\n" STATUS("q1", "2"));
    stage_wait(&s, 3000);
    stage_say(&s, STATUS("q1", "1"));
    assert_int_equal(stage_queue(&s, "q1")->handled, 1);
    assert_int_equal(stage_queue(&s, "q1")->talk_ms, 3000);
    assert_int_equal(stage_count(&s, FACT_CALL), 0);
    stage_close(&s);
}

static void transfers_show_whom_he_talks_with(void **state)
{
    (void)state;
    struct stage s;
    talk(&s);
    /* A consult call on a second line, the customer held. */
    stage_say(&s, "Hold Channel=PJSIP/1-0a Uniqueid=d1\n"
                  "Newchannel Channel=PJSIP/1-0b Uniqueid=d2 Linkedid=d2 ChannelState=4 CallerIDNum=101\n");
    assert_int_equal(state_of(&s, "PJSIP/1"), AGENT_HOLD);
    stage_say(&s, "Newchannel Channel=PJSIP/2-0b Uniqueid=e1 Linkedid=d2 ChannelState=5 CallerIDNum=102 CallerIDName=Bob\n");
    assert_int_equal(state_of(&s, "PJSIP/2"), AGENT_OTHER_CALL);
    stage_say(&s, "Newstate Channel=PJSIP/2-0b Uniqueid=e1 ChannelState=6 CallerIDNum=102 CallerIDName=Bob\n"
                  "Newstate Channel=PJSIP/1-0b Uniqueid=d2 ChannelState=6 CallerIDNum=101 CallerIDName=Ann\n"
                  ENTER("b2", "PJSIP/1-0b", "d2") " CallerIDNum=101 CallerIDName=Ann\n" ENTER("b2", "PJSIP/2-0b", "e1") " CallerIDNum=102 CallerIDName=Bob\n");
    const struct fact_agent *a = stage_agent(&s, "PJSIP/1");
    assert_int_equal(a->state, AGENT_OTHER_CALL);
    assert_string_equal(a->peer_name, "Bob");
    assert_int_equal(a->queue, 0);
    assert_int_equal(stage_member(&s, "q1", "PJSIP/1")->state, AGENT_OTHER_CALL);
    /* He completes it: Bob's channel takes Ann's place with the customer, Ann is out. */
    stage_say(&s, LEAVE("b2", "PJSIP/2-0b", "e1") "\n" ENTER("b1", "PJSIP/2-0b", "e1") " SwapUniqueid=d1 CallerIDNum=102 CallerIDName=Bob\n"
              LEAVE("b1", "PJSIP/1-0a", "d1") "\n" LEAVE("b2", "PJSIP/1-0b", "d2") "\n"
              "AttendedTransfer Result=Success DestType=Bridge OrigTransfererUniqueid=d1 SecondTransfererUniqueid=d2 TransfereeUniqueid=u1\n"
              "AgentComplete Queue=q1 " CALLER " " DEST " Interface=PJSIP/1 Reason=transfer\n"
              "Hangup Channel=PJSIP/1-0a Uniqueid=d1\nHangup Channel=PJSIP/1-0b Uniqueid=d2\n");
    assert_int_equal(state_of(&s, "PJSIP/1"), AGENT_WRAPUP);
    assert_int_equal(state_of(&s, "PJSIP/2"), AGENT_OTHER_CALL);
    assert_string_equal(stage_agent(&s, "PJSIP/2")->peer_name, "Customer");
    assert_int_equal(stage_queue(&s, "q1")->handled, 1);
    stage_say(&s, "Hangup Channel=PJSIP/2-0b Uniqueid=e1\nHangup " CALLER "\n");
    assert_int_equal(state_of(&s, "PJSIP/2"), AGENT_READY);
    assert_int_equal(stage_count(&s, FACT_CALL), 0);
    stage_close(&s);
}

static void another_call(void **state)
{
    (void)state;
    struct stage s;
    begin(&s);
    stage_say(&s, "Newchannel Channel=PJSIP/1-0c Uniqueid=x1 ChannelState=4 CallerIDNum=101\n" STATUS("q1", "2") STATUS("q2", "2"));
    assert_int_equal(state_of(&s, "PJSIP/1"), AGENT_OTHER_CALL);
    stage_wait(&s, 3000);
    stage_say(&s, "Newstate Channel=PJSIP/1-0c Uniqueid=x1 ChannelState=6 CallerIDNum=101\n"
                  "Newchannel Channel=PJSIP/trunk-01 Uniqueid=x2 ChannelState=6 CallerIDNum=0800 CallerIDName=Shop\n"
                  ENTER("b9", "PJSIP/1-0c", "x1") "\n" ENTER("b9", "PJSIP/trunk-01", "x2") " CallerIDNum=0800 CallerIDName=Shop\n");
    const struct fact_agent *a = stage_agent(&s, "PJSIP/1");
    assert_string_equal(a->peer_name, "Shop");
    assert_int_equal(stage_call(&s, "x1")->queue, 0);
    assert_int_equal(stage_queue(&s, "q1")->other_call, 1);
    stage_say(&s, "Hangup Channel=PJSIP/1-0c Uniqueid=x1\nHangup Channel=PJSIP/trunk-01 Uniqueid=x2\n");
    assert_int_equal(state_of(&s, "PJSIP/1"), AGENT_READY);
    assert_int_equal(stage_queue(&s, "q1")->handled, 0);
    stage_close(&s);
}

static void paused_and_in_a_call_shows_the_call(void **state)
{
    (void)state;
    struct stage s;
    talk(&s);
    stage_say(&s, "QueueMemberPause Queue=q1 MemberName=Ann Interface=PJSIP/1 StateInterface=PJSIP/1 Membership=dynamic LoginTime=1699999000 Wrapuptime=5 "
                  "Status=2 Paused=1 PausedReason=lunch LastPause=1700000003\n"
                  "QueueMemberPause Queue=q2 MemberName=Ann Interface=PJSIP/1 StateInterface=PJSIP/1 Membership=dynamic LoginTime=1699999000 "
                  "Status=2 Paused=1 PausedReason=lunch LastPause=1700000003\n");
    assert_int_equal(state_of(&s, "PJSIP/1"), AGENT_TALKING);
    int64_t paused_at = s.now_ms;
    stage_wait(&s, 3000);
    stage_say(&s, "Hangup Channel=PJSIP/1-0a Uniqueid=d1\n");
    stage_say(&s, "QueueMemberStatus Queue=q1 MemberName=Ann Interface=PJSIP/1 StateInterface=PJSIP/1 Membership=dynamic LoginTime=1699999000 Wrapuptime=5 "
                  "Status=1 Paused=1 PausedReason=lunch LastPause=1700000003\n");
    assert_int_equal(state_of(&s, "PJSIP/1"), AGENT_WRAPUP);
    stage_wait(&s, 5000);
    assert_int_equal(state_of(&s, "PJSIP/1"), AGENT_PAUSED);
    assert_int_equal(stage_agent(&s, "PJSIP/1")->since, paused_at);
    stage_close(&s);
}

static void a_local_member_with_a_real_phone(void **state)
{
    (void)state;
    struct stage s;
    stage_open(&s);
    stage_read(&s, NULL, "QueueParams Queue=q1\nQueueMember Queue=q1 Name=Ann Location=Local/101@from-queue/n StateInterface=PJSIP/101 Membership=static Status=1 Paused=0\n");
    stage_say(&s, "Newchannel " CALLER " ChannelState=6\nQueueCallerJoin Queue=q1 " CALLER " Position=1 Count=1\n"
                  "Newchannel Channel=Local/101@from-queue-0001;1 Uniqueid=l1 Linkedid=u1 ChannelState=0\n"
                  "Newchannel Channel=Local/101@from-queue-0001;2 Uniqueid=l2 Linkedid=u1 ChannelState=4\n"
                  "AgentCalled Queue=q1 " CALLER " Interface=Local/101@from-queue/n DestChannel=Local/101@from-queue-0001;1 DestUniqueid=l1\n"
                  "Newchannel Channel=PJSIP/101-01 Uniqueid=p1 Linkedid=u1 ChannelState=5 CallerIDNum=101\n");
    assert_int_equal(state_of(&s, "Local/101@from-queue/n"), AGENT_RINGING);
    stage_say(&s, "Newstate Channel=PJSIP/101-01 Uniqueid=p1 ChannelState=6 CallerIDNum=101\nNewstate Channel=Local/101@from-queue-0001;1 Uniqueid=l1 ChannelState=6\n"
                  ENTER("b2", "PJSIP/101-01", "p1") "\n" ENTER("b2", "Local/101@from-queue-0001;2", "l2") "\n"
                  "QueueCallerLeave Queue=q1 " CALLER " Position=1 Count=0\n"
                  "AgentConnect Queue=q1 " CALLER " Interface=Local/101@from-queue/n DestChannel=Local/101@from-queue-0001;1 DestUniqueid=l1 HoldTime=0\n"
                  ENTER("b1", "Local/101@from-queue-0001;1", "l1") "\n" ENTER("b1", "PJSIP/c-01", "u1") " CallerIDNum=555 CallerIDName=Customer\n");
    const struct fact_agent *a = stage_agent(&s, "Local/101@from-queue/n");
    assert_int_equal(a->state, AGENT_TALKING);
    assert_string_equal(a->peer_number, "555");
    assert_int_equal(stage_count(&s, FACT_CALL), 1); /* his phone's own leg is no second call */
    assert_string_equal(stage_call(&s, "l1")->phone_channel, "PJSIP/101-01");
    stage_say(&s, "Hold Channel=PJSIP/101-01 Uniqueid=p1\n");
    assert_int_equal(state_of(&s, "Local/101@from-queue/n"), AGENT_HOLD);
    stage_say(&s, "Unhold Channel=PJSIP/101-01 Uniqueid=p1\n");
    /* The Local channel is optimised away: the phone's leg takes its place and the talk goes on. */
    stage_say(&s, ENTER("b1", "PJSIP/101-01", "p1") " SwapUniqueid=l1 CallerIDNum=101\n" LEAVE("b1", "Local/101@from-queue-0001;1", "l1") "\n"
                  "Hangup Channel=Local/101@from-queue-0001;1 Uniqueid=l1\nHangup Channel=Local/101@from-queue-0001;2 Uniqueid=l2\n");
    stage_wait(&s, 5000);
    assert_int_equal(state_of(&s, "Local/101@from-queue/n"), AGENT_TALKING);
    assert_non_null(stage_call(&s, "p1"));
    assert_string_equal(stage_call(&s, "p1")->phone_uniqueid, "p1");
    stage_say(&s, "Hangup Channel=PJSIP/101-01 Uniqueid=p1\n");
    assert_int_equal(stage_queue(&s, "q1")->handled, 1);
    assert_int_equal(stage_count(&s, FACT_CALL), 0);
    stage_close(&s);
}

static void removed_in_the_middle_of_a_call(void **state)
{
    (void)state;
    struct stage s;
    talk(&s);
    stage_say(&s, "QueueMemberRemoved Queue=q1 Interface=PJSIP/1\nQueueMemberRemoved Queue=q2 Interface=PJSIP/1\n");
    assert_int_equal(state_of(&s, "PJSIP/1"), AGENT_TALKING); /* the talk goes on */
    stage_wait(&s, 1000);
    stage_say(&s, "AgentComplete Queue=q1 " CALLER " " DEST " Interface=PJSIP/1 Reason=caller\n");
    assert_null(stage_agent(&s, "PJSIP/1"));
    assert_int_equal(stage_queue(&s, "q1")->handled, 1);
    stage_say(&s, "Hangup Channel=PJSIP/1-0a Uniqueid=d1\n");
    stage_close(&s);
}

static void the_queue_goes_in_the_middle_of_a_call(void **state)
{
    (void)state;
    struct stage s;
    talk(&s);
    stage_say(&s, "QueueCallerJoin Queue=q1 Channel=c Uniqueid=u9 Position=1 Count=1\n"
                  "AgentCalled Queue=q1 Channel=c Uniqueid=u9 Interface=PJSIP/2 DestChannel=PJSIP/2-0a DestUniqueid=e1\n");
    stage_read(&s, "q1", "");
    assert_null(stage_queue(&s, "q1"));
    assert_int_equal(stage_call(&s, "d1")->queue, 0);
    stage_say(&s, "Hangup Channel=PJSIP/1-0a Uniqueid=d1\n");
    stage_close(&s);
}

static void listeners(void **state)
{
    (void)state;
    struct stage s;
    talk(&s);
    stage_say(&s, "ChanSpyStart SpyerChannel=PJSIP/sup-01 SpyerUniqueid=s1 SpyerCallerIDNum=900 SpyerCallerIDName=Boss SpyeeChannel=PJSIP/1-0a SpyeeUniqueid=d1\n"
                  "ChanSpyStart SpyerChannel=PJSIP/sup-02 SpyerUniqueid=s2 SpyeeChannel=PJSIP/zz-01 SpyeeUniqueid=zz\n");
    assert_int_equal(stage_count(&s, FACT_SPY), 2);
    const struct fact *any;
    size_t mine = 0;
    for (size_t at = 0; (any = floor_each(s.f, FACT_SPY, &at)) != NULL;) {
        const struct fact_spy *spy = (const struct fact_spy *)(const void *)any;
        mine += spy->agent == stage_agent(&s, "PJSIP/1")->id && strcmp(spy->spyer_number, "900") == 0;
    }
    assert_int_equal(mine, 1);
    stage_say(&s, "ChanSpyStop SpyerChannel=PJSIP/sup-01 SpyerUniqueid=s1\nHangup Channel=PJSIP/sup-02 Uniqueid=s2\n");
    assert_int_equal(stage_count(&s, FACT_SPY), 0);
    stage_close(&s);
}

/* A leg of acdtop says whose it is, and how it listens by the name of its caller ID, from the first moment and at each switch; of others nobody
 * knows, whatever they are called. */
static void a_listener_of_ours_has_a_name(void **state)
{
    (void)state;
    static const struct {
        const char *leg, *who;
    } legs[] = { { "acdtop-0123456789abcdef-eva", "eva" }, { "acdtop-0123456789abcdef-", NULL }, { "acdtop-0123456789abcdef", NULL }, { "acdtop-eva", NULL }, { "1690.7", NULL }, { "", NULL } };
    static const struct {
        const char *name;
        int64_t mode;
    } names[] = { { "listen Ann", SPY_LISTEN }, { "barge Ann", SPY_BARGE }, { "switching Ann", SPY_UNKNOWN }, { "whisper", SPY_WHISPER }, { "barged Ann", SPY_UNKNOWN },
                  { "unknown Ann", SPY_UNKNOWN }, { "", SPY_UNKNOWN } };
    for (size_t i = 0; legs[i].leg[0] != '\0'; i++) {
        struct stage s;
        char said[200];
        size_t at = 0;
        talk(&s);
        (void)snprintf(said, sizeof said, "ChanSpyStart SpyerChannel=PJSIP/sup-01 SpyerUniqueid=%s SpyerCallerIDName='whisper Ann' SpyeeChannel=PJSIP/1-0a SpyeeUniqueid=d1\n", legs[i].leg);
        stage_say(&s, said);
        const struct fact_spy *spy = (const void *)floor_each(s.f, FACT_SPY, &at);
        assert_non_null(spy);
        assert_int_equal(spy->who == NULL, legs[i].who == NULL);
        if (legs[i].who != NULL)
            assert_string_equal(spy->who, legs[i].who);
        bool is_ours = strncmp(legs[i].leg, "acdtop-", 7) == 0;
        assert_int_equal(spy->mode, is_ours ? SPY_WHISPER : SPY_UNKNOWN);
        for (size_t n = 0; n < sizeof names / sizeof names[0]; n++) {
            (void)snprintf(said, sizeof said, "NewCallerid Channel=PJSIP/sup-01 Uniqueid=%s CallerIDName='%s'\n", legs[i].leg, names[n].name);
            stage_say(&s, said);
            assert_int_equal(spy->mode, is_ours ? names[n].mode : SPY_UNKNOWN);
        }
        stage_close(&s);
    }
}

/* At link-up the channels are listed before anybody knows the members. */
static void talks_outlive_a_lost_link(void **state)
{
    (void)state;
    struct stage s;
    talk(&s);
    int64_t since = s.now_ms;
    stage_wait(&s, 7000);
    floor_link_down(s.f, s.now_ms, s.now_ms);
    assert_int_equal(state_of(&s, "PJSIP/1"), AGENT_TALKING);
    stage_wait(&s, 3000);
    floor_link_up(s.f, s.now_ms);
    stage_check(&s);
    assert_int_equal(stage_count(&s, FACT_CALL), 0);
    stage_read(&s, NULL, WORLD);
    stage_channels(&s,
        "CoreShowChannel Channel=PJSIP/1-0a Uniqueid=d1 ChannelState=6 Application=AppQueue Duration=00:00:13 BridgeId=b1\n"
        "CoreShowChannel Channel=PJSIP/c-01 Uniqueid=u1 ChannelState=6 CallerIDNum=555 CallerIDName=Customer Application=Queue ApplicationData=q1 Duration=00:00:13 BridgeId=b1\n");
    assert_int_equal(stage_call(&s, "d1")->since, since); /* as seen, not the channel's age */
    assert_int_equal(stage_queue(&s, "q1")->handled, 0);
    assert_int_equal(stage_agent(&s, "PJSIP/1")->calls_taken, 1);
    stage_close(&s);
}

/* A phone that rings while we come in rings for the caller whose Linkedid it has, not for "another call". */
static void rings_in_progress_are_learned(void **state)
{
    (void)state;
    struct stage s;
    stage_open(&s);
    stage_channels(&s,
        "CoreShowChannel Channel=PJSIP/1-0a Uniqueid=d1 Linkedid=u1 ChannelState=5 Application=AppQueue Duration=00:00:04\n"
        "CoreShowChannel Channel=PJSIP/c-01 Uniqueid=u1 Linkedid=u1 ChannelState=6 Application=Queue ApplicationData=q1 Duration=00:00:13\n");
    stage_read(&s, NULL, "QueueParams Queue=q1\n"
        "QueueMember Queue=q1 Name=Ann Location=PJSIP/1 StateInterface=PJSIP/1 Membership=static Status=6 Paused=0 LoginTime=1699999000\n"
        "QueueEntry Queue=q1 Position=1 Channel=PJSIP/c-01 Uniqueid=u1 CallerIDNum=555 CallerIDName=Customer Wait=13\n");
    assert_int_equal(stage_agent(&s, "PJSIP/1")->state, AGENT_RINGING);
    assert_string_equal(stage_agent(&s, "PJSIP/1")->peer_number, "555");
    assert_int_equal(stage_agent(&s, "PJSIP/1")->since, s.now_ms - 4000);
    assert_int_equal(stage_caller(&s, "u1")->ringing, 1);
    stage_say(&s, "DialEnd DestChannel=PJSIP/1-0a DestUniqueid=d1 DialStatus=NOANSWER\nHangup Channel=PJSIP/1-0a Uniqueid=d1\n"
                  "QueueMemberStatus Queue=q1 Interface=PJSIP/1 MemberName=Ann Status=1 Paused=0\n");
    assert_int_equal(stage_caller(&s, "u1")->ringing, 0);
    assert_int_equal(stage_agent(&s, "PJSIP/1")->state, AGENT_READY);
    stage_close(&s);
}

static void shared_lastcall_shows_when_asterisk_says_so(void **state)
{
    (void)state;
    struct stage s;
    talk(&s);
    stage_say(&s, "Hangup Channel=PJSIP/1-0a Uniqueid=d1\n");
    assert_int_equal(stage_member(&s, "q2", "PJSIP/1")->wrapup_until, 0);
    stage_wait(&s, 1000);
    stage_read(&s, "q2", "QueueParams Queue=q2\nQueueMember Queue=q2 Name=Ann Location=PJSIP/1 StateInterface=PJSIP/1 Membership=dynamic Status=2 Paused=0 "
                         "LoginTime=1699999000 Wrapuptime=9 CallsTaken=1 LastCall=1700000003\n");
    assert_int_equal(stage_member(&s, "q2", "PJSIP/1")->state, AGENT_WRAPUP);
    assert_true(stage_member(&s, "q2", "PJSIP/1")->wrapup_until > s.now_ms + 7000);
    assert_int_equal(stage_queue(&s, "q2")->wrap_ms, 0);
    stage_wait(&s, 10000);
    assert_int_equal(stage_queue(&s, "q2")->wrap_ms, 0); /* nobody was handled there */
    assert_int_equal(stage_queue(&s, "q1")->wrap_ms, 5000);
    stage_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answered_call),
        cmocka_unit_test(the_agent_hangs_up),
        cmocka_unit_test(a_new_call_cuts_wrapup_short),
        cmocka_unit_test(nobody_answers),
        cmocka_unit_test(ringall_has_one_winner),
        cmocka_unit_test(the_caller_gives_up_while_it_rings),
        cmocka_unit_test(an_announcement_comes_before_the_talk),
        cmocka_unit_test(hold_and_take_back),
        cmocka_unit_test(a_redirected_caller_ends_the_talk_at_once),
        cmocka_unit_test(out_of_the_bridge_for_good),
        cmocka_unit_test(the_device_ends_a_talk_where_channels_are_not_seen),
        cmocka_unit_test(transfers_show_whom_he_talks_with),
        cmocka_unit_test(another_call),
        cmocka_unit_test(paused_and_in_a_call_shows_the_call),
        cmocka_unit_test(a_local_member_with_a_real_phone),
        cmocka_unit_test(removed_in_the_middle_of_a_call),
        cmocka_unit_test(the_queue_goes_in_the_middle_of_a_call),
        cmocka_unit_test(listeners), cmocka_unit_test(a_listener_of_ours_has_a_name),
        cmocka_unit_test(talks_outlive_a_lost_link),
        cmocka_unit_test(rings_in_progress_are_learned),
        cmocka_unit_test(shared_lastcall_shows_when_asterisk_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
