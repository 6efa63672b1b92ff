/* SPDX-License-Identifier: MIT */
/* The gate, row by row of request_table, and the ways in which one request could become another. */
#include "core/base/mem.h"
#include "core/keeper/gate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

/* One request of each kind as the session writes it. */
static const struct {
    const char *name, *value;
} example[][8] = {
    [REQUEST_CHALLENGE] = { { "AuthType", "MD5" } },
    [REQUEST_LOGIN] = { { "Username", "wall" }, { "AuthType", "MD5" }, { "Key", "00ff" }, { "Events", "agent,call" } },
    [REQUEST_LOGOFF] = { { NULL, NULL } },
    [REQUEST_PING] = { { NULL, NULL } },
    [REQUEST_EVENTS] = { { "EventMask", "agent,call,dialplan" } },
    [REQUEST_LIST_COMMANDS] = { { NULL, NULL } },
    [REQUEST_CORE_SETTINGS] = { { NULL, NULL } },
    [REQUEST_CORE_SHOW_CHANNELS] = { { NULL, NULL } },
    [REQUEST_STATUS] = { { NULL, NULL } },
    [REQUEST_QUEUE_STATUS] = { { "Queue", "support: \xc3\xbc" } },
    [REQUEST_GETVAR] = { { "Channel", "SIP/401-0000001" }, { "Variable", "QUEUESTATUS" } },
    [REQUEST_SETVAR] = { { "Variable", "ACDTOP_SYNC" }, { "Value", "0123456789abcdef" } },
    [REQUEST_QUEUE_ADD] = { { "Queue", "sales" }, { "Interface", "Local/401@from-queue/n" }, { "Penalty", "3" }, { "Paused", "true" }, { "MemberName", "Ana: Roy" },
                            { "StateInterface", "hint:401@ext-local" } },
    [REQUEST_QUEUE_REMOVE] = { { "Queue", "sales" }, { "Interface", "PJSIP/401" } },
    [REQUEST_QUEUE_PAUSE] = { { "Interface", "PJSIP/401" }, { "Paused", "true" }, { "Reason", "lunch" } },
    [REQUEST_QUEUE_PENALTY] = { { "Queue", "sales" }, { "Interface", "PJSIP/401" }, { "Penalty", "3" } },
    [REQUEST_QUEUE_MEMBER_RINGINUSE] = { { "Queue", "sales" }, { "Interface", "PJSIP/401" }, { "RingInUse", "no" } },
    [REQUEST_QUEUE_PRIORITY] = { { "Queue", "sales" }, { "Caller", "PJSIP/x-1" }, { "Priority", "5" }, { "Immediate", "true" } },
    [REQUEST_QUEUE_WITHDRAW] = { { "Queue", "sales" }, { "Caller", "PJSIP/x-1" }, { "WithdrawInfo", "acdtop" } },
    [REQUEST_ORIGINATE] = { { "Channel", "PJSIP/900" }, { "Application", "ChanSpy" }, { "Data", "1690000000.17,qduES" }, { "Async", "true" } },
    [REQUEST_REDIRECT] = { { "Channel", "PJSIP/x-1" }, { "Context", "queues" }, { "Exten", "600" }, { "Priority", "1" } },
    [REQUEST_HANGUP] = { { "Channel", "PJSIP/x-1" }, { "Cause", "16" } },
    [REQUEST_BLIND_TRANSFER] = { { "Channel", "PJSIP/401-1" }, { "Context", "queues" }, { "Exten", "600" } },
    [REQUEST_ATTENDED_TRANSFER] = { { "Channel", "PJSIP/401-1" }, { "Exten", "402" } },
    [REQUEST_PARK] = { { "Channel", "PJSIP/x-1" } },
    [REQUEST_PLAY_DTMF] = { { "Channel", "PJSIP/900-1" }, { "Digit", "5" }, { "Receive", "true" } },
    [REQUEST_RECORD_START] = { { "Channel", "PJSIP/401-1" }, { "File", "acdtop-1.wav" }, { "Options", "i(ACDTOP_TAPE)" } },
    [REQUEST_RECORD_STOP] = { { "Channel", "PJSIP/401-1" }, { "MixMonitorID", "0x7f2c" } },
    [REQUEST_RECORD_MUTE] = { { "Channel", "PJSIP/401-1" }, { "Direction", "both" }, { "State", "1" }, { "MixMonitorID", "0x7f2c" } },
    [REQUEST_QUEUE_LOG] = { { "Queue", "sales" }, { "Event", "ACDTOP" }, { "Interface", "PJSIP/401" }, { "Message", "eva|pause 401 sales|done|12|5f3a9c21-1" } },
    [REQUEST_MESSAGE] = { { "To", "pjsip:401" }, { "Body", "please call back" } },
};
_Static_assert(sizeof example / sizeof example[0] == REQUEST_COUNT, "an example of every request");

static void write_example(struct buf *out, enum request_kind kind, const char *more, const char *value)
{
    struct request r;
    struct err err = ERR_INIT;
    buf_reset(out);
    request_begin(&r, out, kind, SLICE("abc.1"));
    for (size_t i = 0; i < 8 && example[kind][i].name != NULL; i++) {
        request_add(&r, example[kind][i].name, slice_of(example[kind][i].value));
    }
    if (more != NULL) {
        request_add(&r, more, slice_of(value));
    }
    assert_true(request_end(&r, &err));
}

static bool allows(enum gate_mode mode, struct slice text)
{
    struct err err = ERR_INIT;
    bool ok = gate_allows(mode, text, &err);
    assert_true(ok == (err.kind == ERR_NONE)); /* a refusal says why, a pass says nothing */
    return ok;
}

static void refused(const char *text, size_t n)
{
    struct slice s = { text, n };
    if (allows(GATE_READONLY, s) || allows(GATE_SUPERVISOR, s)) {
        fail_msg("passed: %s", text);
    }
}

#define REFUSED(text) refused(text, sizeof(text) - 1)

static void what_changes_the_pbx_passes_only_a_supervisor(void **state)
{
    (void)state;
    struct buf out = BUF_INIT(4096);
    for (int kind = 0; kind < REQUEST_COUNT; kind++) {
        write_example(&out, (enum request_kind)kind, NULL, NULL);
        assert_int_equal(allows(GATE_READONLY, buf_slice(&out)), !request_table[kind].changes || kind == REQUEST_SETVAR);
        assert_true(allows(GATE_SUPERVISOR, buf_slice(&out)));
    }
    buf_clear(&out);
}

/* Said here once more, and not taken from the table that says what changes something: a row that is wrong there does not make itself right. */
static void what_a_wall_may_ask_is_this(void **state)
{
    (void)state;
    static const char *const asks[] = { "Challenge", "Login", "Logoff", "Ping", "Events", "ListCommands", "CoreSettings", "CoreShowChannels", "Status", "QueueStatus",
                                        "PJSIPShowEndpoints", "Getvar", "Setvar" /* ACDTOP_SYNC alone: below */ };
    struct buf out = BUF_INIT(4096);
    size_t passed = 0;
    for (int kind = 0; kind < REQUEST_COUNT; kind++) {
        bool may = false;
        for (size_t i = 0; i < sizeof asks / sizeof asks[0]; i++)
            may = may || strcmp(request_table[kind].action, asks[i]) == 0;
        write_example(&out, (enum request_kind)kind, NULL, NULL);
        bool passes = allows(GATE_READONLY, buf_slice(&out));
        passed += passes;
        if (passes && !may)
            fail_msg("%s passes where nothing is to be changed", request_table[kind].action);
    }
    assert_int_equal(passed, sizeof asks / sizeof asks[0]);
    buf_clear(&out);
}

static void no_request_carries_a_header_that_is_not_its_own(void **state)
{
    (void)state;
    static const char *const foreign[] = { "Variables", "AllVariables", "Command", "Variable2", "Codecs", "SuppressEvents", "Filter", "PreDialGoSub" };
    struct buf out = BUF_INIT(4096);
    for (int kind = 0; kind < REQUEST_COUNT; kind++) {
        for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++) {
            write_example(&out, (enum request_kind)kind, foreign[i], "x");
            refused(out.data, out.len);
        }
    }
    buf_clear(&out);
}

static void no_header_comes_twice(void **state)
{
    (void)state;
    struct buf out = BUF_INIT(4096);
    for (int kind = 0; kind < REQUEST_COUNT; kind++) {
        write_example(&out, (enum request_kind)kind, "actionid", "abc.2");
        refused(out.data, out.len);
        write_example(&out, (enum request_kind)kind, "Action", "Ping");
        refused(out.data, out.len);
        write_example(&out, (enum request_kind)kind, "ACTION", "Command");
        refused(out.data, out.len);
    }
    buf_clear(&out);
}

static void an_action_without_a_row_is_refused(void **state)
{
    (void)state;
    static const char *const action[] = {
        "Command", "QueueReset", "QueueReload", "Bridge", "BridgeKick", "BridgeDestroy", "UpdateConfig", "DBPut", "Reload", "AGI",
        "ModuleLoad", "Filter", "UserEvent", "SendText", "MuteAudio", "PingX", "Pin", "", " Ping", "Ping ", "Setvar\tx",
    };
    for (size_t i = 0; i < sizeof action / sizeof action[0]; i++) {
        struct buf out = BUF_INIT(4096);
        buf_addf(&out, "Action: %s\r\n\r\n", action[i]);
        refused(out.data, out.len);
        buf_clear(&out);
    }
}

static void a_request_within_a_request_is_refused(void **state)
{
    (void)state;
    REFUSED("Action: Ping\r\n\r\nAction: Command\r\nCommand: core stop now\r\n\r\n"); /* two in one */
    REFUSED("Action: Ping\r\n\r\n\r\n");
    REFUSED("\r\nAction: Ping\r\n\r\n");
    REFUSED("Action: Ping\r\nActionID: 1\nAction: Command\r\n\r\n");  /* a bare LF ends a line for Asterisk */
    REFUSED("Action: Ping\r\nActionID: 1\rAction: Command\r\n\r\n");
    REFUSED("Action: Ping\nActionID: 1\n\n");
    REFUSED("Action: Ping\r\nActionID: a\0b\r\n\r\n");
    REFUSED("Action: Ping\r\n");      /* not ended */
    REFUSED("Action: Ping\r\n\r");
    REFUSED("Action: Ping");
    REFUSED("");
    REFUSED("\r\n");
}

/* What statistics are made of, nobody but Asterisk writes. */
static void queue_log_gets_lines_of_our_own_name_only(void **state)
{
    (void)state;
    REFUSED("Action: QueueLog\r\nQueue: sales\r\nEvent: COMPLETECALLER\r\nMessage: 1|2|3\r\n\r\n");
    REFUSED("Action: QueueLog\r\nQueue: sales\r\nEvent: acdtop\r\n\r\n");
    REFUSED("Action: QueueLog\r\nQueue: sales\r\n\r\n");
    REFUSED("Action: QueueLog\r\nEvent: ACDTOP\r\n\r\n");
    REFUSED("Action: QueueLog\r\nQueue: sales|x|CONNECT\r\nEvent: ACDTOP\r\n\r\n");
    REFUSED("Action: QueueLog\r\nQueue: sales\r\nEvent: ACDTOP\r\nInterface: x|CONNECT\r\n\r\n");
    REFUSED("Action: QueueLog\r\nQueue: sales\r\nEvent: ACDTOP\r\nUniqueid: 1.1|x\r\n\r\n");
}

static void odd_lines_are_refused(void **state)
{
    (void)state;
    REFUSED("ActionID: 1\r\nAction: Ping\r\n\r\n"); /* what it is comes first */
    REFUSED("Action:Ping\r\n\r\n");
    REFUSED("Action : Ping\r\n\r\n");
    REFUSED(" Action: Ping\r\n\r\n");
    REFUSED("Action\r\n\r\n");
    REFUSED(": Ping\r\n\r\n");
    REFUSED("Action: Ping\r\njust text\r\n\r\n");
    REFUSED("Action: Ping\r\n ActionID: 1\r\n\r\n");
}

static void a_line_that_asterisk_would_cut_is_refused(void **state)
{
    (void)state;
    struct buf out = BUF_INIT(4096);
    for (int pad = 1000; pad < 1030; pad++) {
        buf_reset(&out);
        buf_addf(&out, "Action: Ping\r\nActionID: %0*d\r\n\r\n", pad, 1);
        assert_int_equal(allows(GATE_READONLY, buf_slice(&out)), pad + (int)sizeof("ActionID: \r\n") - 1 <= 1024);
    }
    buf_clear(&out);
}

static void of_a_phone_its_state_is_asked_for(void **state)
{
    (void)state;
    assert_true(allows(GATE_READONLY, SLICE("Action: Getvar\r\nVariable: DEVICE_STATE(PJSIP/401)\r\n\r\n")));
    REFUSED("Action: Getvar\r\nVariable: DEVICE_STATE(PJSIP/401\r\n\r\n");
    REFUSED("Action: Getvar\r\nVariable: DEVICE_STATE(PJSIP/4${x}1)\r\n\r\n");
    REFUSED("Action: Getvar\r\nVariable: DEVICE_STATE(Local/401@a/n)\r\n\r\n");
    REFUSED("Action: Getvar\r\nVariable: DEVICE_STATE()\r\n\r\n");
    REFUSED("Action: Getvar\r\nVariable: DEVICE_STATE(PJSIP/401)x\r\n\r\n");
    REFUSED("Action: Getvar\r\nVariable: DEVICE_STATE(\r\n\r\n");
}

static void of_a_channel_only_two_things_are_set(void **state)
{
    (void)state;
    const struct slice one = SLICE("Action: Setvar\r\nChannel: SIP/401-1\r\nVariable: QUEUE_PRIO\r\nValue: 12\r\n\r\n");
    assert_true(allows(GATE_SUPERVISOR, one));
    assert_false(allows(GATE_READONLY, one));
    REFUSED("Action: Setvar\r\nChannel: SIP/401-1\r\nVariable: QUEUE_PRIO\r\nValue: -1\r\n\r\n");
    REFUSED("Action: Setvar\r\nChannel: SIP/401-1\r\nVariable: QUEUE_PRIO\r\nValue: 1a\r\n\r\n");
    REFUSED("Action: Setvar\r\nChannel: SIP/401-1\r\nVariable: QUEUE_PRIO\r\n\r\n");
    REFUSED("Action: Setvar\r\nChannel: SIP/401-1\r\nVariable: queue_prio\r\nValue: 1\r\n\r\n");
    assert_true(allows(GATE_SUPERVISOR, SLICE("Action: Setvar\r\nChannel: SIP/401-1\r\nVariable: CALLERID(name)\r\nValue: whisper Ann Li\r\n\r\n")));
    assert_false(allows(GATE_READONLY, SLICE("Action: Setvar\r\nChannel: SIP/401-1\r\nVariable: CALLERID(name)\r\nValue: whisper Ann Li\r\n\r\n")));
    REFUSED("Action: Setvar\r\nChannel: SIP/401-1\r\nVariable: CALLERID(name)\r\nValue: Ann Li\r\n\r\n"); /* how a listener listens, and nobody else's name */
    REFUSED("Action: Setvar\r\nVariable: CALLERID(name)\r\nValue: whisper Ann Li\r\n\r\n");
    REFUSED("Action: Setvar\r\nChannel: SIP/401-1\r\nVariable: CALLERID(num)\r\nValue: 1\r\n\r\n");
    REFUSED("Action: Setvar\r\nChannel: \r\nVariable: QUEUE_PRIO\r\nValue: 1\r\n\r\n"); /* of all: a global one */
    REFUSED("Action: Setvar\r\nVariable: QUEUE_PRIO\r\nValue: 1\r\n\r\n");
}

static void only_a_recording_of_ours_is_stopped(void **state)
{
    (void)state;
    REFUSED("Action: StopMixMonitor\r\nChannel: SIP/401-1\r\n\r\n");
    REFUSED("Action: StopMixMonitor\r\nChannel: SIP/401-1\r\nMixMonitorID: \r\n\r\n");
    REFUSED("Action: MixMonitorMute\r\nChannel: SIP/401-1\r\nDirection: both\r\nState: 1\r\n\r\n");
    REFUSED("Action: MixMonitor\r\nChannel: SIP/401-1\r\nFile: a.wav\r\nOptions: i(ACDTOP_TAPE)p\r\n\r\n");
}

static void only_the_barrier_sets_a_variable(void **state)
{
    (void)state;
    REFUSED("Action: Setvar\r\nVariable: ACDTOP_SYNC\r\nValue: 1\r\nChannel: SIP/401-1\r\n\r\n");
    REFUSED("Action: Setvar\r\nVariable: DEVICE_STATE(Custom:x)\r\nValue: INUSE\r\n\r\n");
    REFUSED("Action: Setvar\r\nVariable: ACDTOP_SYNC2\r\nValue: 1\r\n\r\n");
    REFUSED("Action: Setvar\r\nVariable: acdtop_sync\r\nValue: 1\r\n\r\n");
    REFUSED("Action: Setvar\r\nValue: 1\r\n\r\n");
    REFUSED("Action: Setvar\r\nVariable: ACDTOP_SYNC\r\n\r\n");
    REFUSED("Action: Setvar\r\nVariable: ACDTOP_SYNC\r\nValue: ${SHELL(id)}\r\n\r\n");
}

static void getvar_reads_plain_variables_only(void **state)
{
    (void)state;
    REFUSED("Action: Getvar\r\nVariable: SHELL(reboot)\r\n\r\n");
    REFUSED("Action: Getvar\r\nChannel: SIP/1-1\r\nVariable: DB_DELETE(a/b)\r\n\r\n");
    REFUSED("Action: Getvar\r\nChannel: SIP/1-1\r\n\r\n");
    REFUSED("Action: Getvar\r\nVariable: \r\n\r\n");
    assert_true(allows(GATE_READONLY, SLICE("Action: Getvar\r\nVariable: QUEUESTATUS\r\n\r\n")));
}

static void an_order_starts_nothing_but_a_spy_or_an_extension(void **state)
{
    (void)state;
    REFUSED("Action: Originate\r\nChannel: PJSIP/1\r\nApplication: System\r\nData: reboot\r\nAsync: true\r\n\r\n");
    REFUSED("Action: Originate\r\nChannel: PJSIP/1\r\nApplication: ChanSpy\r\nExten: 1\r\nAsync: true\r\n\r\n");
    REFUSED("Action: Originate\r\nChannel: PJSIP/1\r\nApplication: ChanSpy\r\nData: x\r\n\r\n"); /* would hold the connection up */
    REFUSED("Action: Originate\r\nChannel: PJSIP/1\r\nAsync: true\r\n\r\n");
    REFUSED("Action: Originate\r\nChannel: PJSIP/1\r\nApplication: System\r\nData: 1.1,qduES\r\nAsync: true\r\n\r\n");
    REFUSED("Action: Originate\r\nChannel: PJSIP/1\r\nApplication: ChanSpy\r\nData: 1.1,qdES\r\nAsync: true\r\n\r\n"); /* whoever's name begins so */
    REFUSED("Action: Originate\r\nChannel: PJSIP/1\r\nApplication: ChanSpy\r\nData: ${SHELL(id)},qduES\r\nAsync: true\r\n\r\n");
    REFUSED("Action: Originate\r\nChannel: PJSIP/1\r\nApplication: ChanSpy\r\nContext: x\r\nData: 1.1,qduES\r\nAsync: true\r\n\r\n");
    REFUSED("Action: Originate\r\nChannel: PJSIP/1\r\nApplication: ChanSpy\r\nExten: 1\r\nData: 1.1,qduES\r\nAsync: true\r\n\r\n");
    REFUSED("Action: Hangup\r\nChannel: /^PJSIP/\r\n\r\n"); /* a pattern: all of them */
    REFUSED("Action: Hangup\r\n\r\n");
    REFUSED("Action: Redirect\r\nChannel: a\r\nContext: x\r\nExten: ${SHELL(id)}\r\nPriority: 1\r\n\r\n");
    REFUSED("Action: Redirect\r\nChannel: a\r\nContext: x\r\nExten: 1\r\nPriority: 1\r\nExtraChannel: b\r\nExtraContext: x\r\nExtraExten: ${SHELL(id)}\r\nExtraPriority: 1\r\n\r\n");
    REFUSED("Action: Redirect\r\nChannel: a\r\nContext: x\r\nExten: 1\r\nPriority: 1\r\nExtraChannel: b\r\nExtraContext: a,b\r\nExtraExten: 1\r\nExtraPriority: 1\r\n\r\n");
    REFUSED("Action: Originate\r\nChannel: PJSIP/1\r\nContext: a,b\r\nExten: 1\r\nPriority: 1\r\nAsync: true\r\n\r\n");
    REFUSED("Action: PlayDTMF\r\nChannel: a\r\nDigit: *\r\nReceive: true\r\n\r\n");
    REFUSED("Action: PlayDTMF\r\nChannel: a\r\nDigit: 5\r\n\r\n"); /* to his ear, not to ChanSpy */
    REFUSED("Action: PlayDTMF\r\nChannel: a\r\nDigit: 5\r\nReceive: false\r\n\r\n");
    REFUSED("Action: Park\r\nChannel: a\r\nParkinglot: b\r\n\r\n"); /* what no order says needs no way out */
    REFUSED("Action: MessageSend\r\nTo: pjsip:1\r\nFrom: x\r\nBody: b\r\n\r\n");
    REFUSED("Action: MixMonitor\r\nChannel: a\r\nFile: ../etc/passwd\r\n\r\n");
    REFUSED("Action: MixMonitor\r\nChannel: a\r\nFile: x.wav\r\nCommand: id\r\n\r\n");
    REFUSED("Action: Getvar\r\nVariable: DIALPLAN_EXISTS(a,${SHELL(id)},1)\r\n\r\n");
    REFUSED("Action: Getvar\r\nVariable: DIALPLAN_EXISTS(a,b,1)x\r\n\r\n");
    assert_true(allows(GATE_READONLY, SLICE("Action: Getvar\r\nVariable: DIALPLAN_EXISTS(queues,600,1)\r\n\r\n")));
    REFUSED("Action: Getvar\r\nVariable: QUEUE_GET_CHANNEL(${SHELL(id)},1)\r\n\r\n");
    REFUSED("Action: Getvar\r\nVariable: QUEUE_GET_CHANNEL(,1)\r\n\r\n");
    REFUSED("Action: Getvar\r\nVariable: QUEUE_GET_CHANNEL(sales,2)\r\n\r\n");
    REFUSED("Action: Getvar\r\nVariable: SHELL(sales,1)\r\n\r\n");
    REFUSED("Action: Getvar\r\nVariable: QUEUE_GET_CHANNEL(a,b,1)\r\n\r\n");
    assert_true(allows(GATE_READONLY, SLICE("Action: Getvar\r\nVariable: QUEUE_GET_CHANNEL(sales,1)\r\n\r\n")));
    REFUSED("Action: Getvar\r\nVariable: QUEUE_MEMBER(sales,paused,PJSIP/401)\r\n\r\n");
    REFUSED("Action: Getvar\r\nVariable: QUEUE_MEMBER(sales,ringinuse,)\r\n\r\n");
    REFUSED("Action: Getvar\r\nVariable: QUEUE_MEMBER(sales,ringinuse,PJSIP/${SHELL(id)})\r\n\r\n");
    REFUSED("Action: Getvar\r\nVariable: QUEUE_MEMBER(${SHELL(id)},ringinuse,PJSIP/401)\r\n\r\n");
    REFUSED("Action: Getvar\r\nVariable: QUEUE_MEMBER(sales,ringinuse,PJSIP/401,1)\r\n\r\n");
    assert_true(allows(GATE_READONLY, SLICE("Action: Getvar\r\nVariable: QUEUE_MEMBER(sales,ringinuse,Local/401@from-queue/n)\r\n\r\n")));
}

/* PersistentMembers of astdb: "PJSIP/1;0;1;Ann;PJSIP/1;tea|PJSIP/666;..." are two members after a restart. */
static void no_member_brings_another_one_along(void **state)
{
    (void)state;
    REFUSED("Action: QueuePause\r\nInterface: PJSIP/1\r\nPaused: true\r\nReason: tea|PJSIP/666;0;0;Evil;PJSIP/666;;0\r\n\r\n");
    REFUSED("Action: QueuePause\r\nInterface: PJSIP/1\r\nPaused: true\r\nReason: tea; back at 3\r\n\r\n"); /* his wrap-up would be " back at 3" */
    REFUSED("Action: QueueAdd\r\nQueue: a\r\nInterface: PJSIP/1|PJSIP/2\r\n\r\n");
    REFUSED("Action: QueueAdd\r\nQueue: a\r\nInterface: PJSIP/1\r\nMemberName: Li; Ann\r\n\r\n");
    REFUSED("Action: QueueAdd\r\nQueue: a\r\nInterface: PJSIP/1\r\nStateInterface: hint:1@x;2\r\n\r\n");
    REFUSED("Action: QueueAdd\r\nQueue: a\r\nInterface: PJSIP/1\r\nReason: a|b\r\n\r\n");
    assert_true(allows(GATE_SUPERVISOR, SLICE("Action: QueueRemove\r\nQueue: a\r\nInterface: PJSIP/1;2\r\n\r\n"))); /* who is there goes */
}

static void a_refusal_never_quotes_a_value(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    assert_false(gate_allows(GATE_READONLY, SLICE("Action: Login\r\nSecret: hunter2\r\nSecret: hunter2\r\n\r\n"), &err));
    assert_null(strstr(err.text, "hunter2"));
    err = ERR_INIT;
    assert_false(gate_allows(GATE_READONLY, SLICE("Action: Login\r\nhunter2: hunter2\r\n\r\n"), &err));
    assert_null(strstr(err.text, "hunter2"));
    err = ERR_INIT;
    assert_false(gate_allows(GATE_READONLY, SLICE("Action: hunter2\r\nSecret: hunter2\r\n\r\n"), &err));
    assert_null(strstr(err.text, "hunter2"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_changes_the_pbx_passes_only_a_supervisor), cmocka_unit_test(what_a_wall_may_ask_is_this),
        cmocka_unit_test(no_request_carries_a_header_that_is_not_its_own),
        cmocka_unit_test(no_header_comes_twice),
        cmocka_unit_test(an_action_without_a_row_is_refused),
        cmocka_unit_test(a_request_within_a_request_is_refused),
        cmocka_unit_test(queue_log_gets_lines_of_our_own_name_only),
        cmocka_unit_test(odd_lines_are_refused),
        cmocka_unit_test(a_line_that_asterisk_would_cut_is_refused),
        cmocka_unit_test(only_the_barrier_sets_a_variable),
        cmocka_unit_test(of_a_channel_only_two_things_are_set),
        cmocka_unit_test(of_a_phone_its_state_is_asked_for),
        cmocka_unit_test(only_a_recording_of_ours_is_stopped),
        cmocka_unit_test(getvar_reads_plain_variables_only),
        cmocka_unit_test(an_order_starts_nothing_but_a_spy_or_an_extension),
        cmocka_unit_test(no_member_brings_another_one_along),
        cmocka_unit_test(a_refusal_never_quotes_a_value),
    };
    return cmocka_run_group_tests_name("gate", tests, NULL, NULL);
}
