/* SPDX-License-Identifier: MIT */
/* fact_table: every field of every fact, once: its name, type, words, place in the struct, and a sentence on
 * where the value comes from and in which unit. Wire, JSON, columns and man page read these rows; a struct
 * member without a row fails tests/unit/test_fact.c. No code lives here. */
#include "core/floor/fact.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

const char *const link_state_names[] = {
    [LINK_IDLE] = "idle",
    [LINK_CONNECTING] = "connecting",
    [LINK_LOGIN] = "login",
    [LINK_BOOTING] = "booting",
    [LINK_SYNCING] = "syncing",
    [LINK_LIVE] = "live",
    [LINK_LOST] = "lost",
    [LINK_REFUSED] = "refused",
};
_Static_assert(COUNT_OF(link_state_names) == LINK_STATE_COUNT, "a word for every link state");

const char *const queue_state_names[] = {
    [QUEUE_SYNCING] = "syncing",
    [QUEUE_CLEAN] = "clean",
    [QUEUE_SUSPECT] = "suspect",
    [QUEUE_UNPROVEN] = "unproven",
};
_Static_assert(COUNT_OF(queue_state_names) == QUEUE_STATE_COUNT, "a word for every queue state");

const char *const agent_state_names[] = {
    [AGENT_READY] = "ready",
    [AGENT_RINGING] = "ringing",
    [AGENT_TALKING] = "talking",
    [AGENT_OTHER_CALL] = "other_call",
    [AGENT_HOLD] = "hold",
    [AGENT_WRAPUP] = "wrapup",
    [AGENT_PAUSED] = "paused",
    [AGENT_UNAVAILABLE] = "unavailable",
    [AGENT_INVALID] = "invalid",
    [AGENT_UNKNOWN] = "unknown",
};
_Static_assert(COUNT_OF(agent_state_names) == AGENT_STATE_COUNT, "a word for every agent state");

const char *const device_state_names[] = {
    [DEVICE_UNKNOWN] = "unknown",
    [DEVICE_NOT_INUSE] = "not_inuse",
    [DEVICE_INUSE] = "inuse",
    [DEVICE_BUSY] = "busy",
    [DEVICE_INVALID] = "invalid",
    [DEVICE_UNAVAILABLE] = "unavailable",
    [DEVICE_RINGING] = "ringing",
    [DEVICE_RINGINUSE] = "ringinuse",
    [DEVICE_ONHOLD] = "onhold",
};
_Static_assert(COUNT_OF(device_state_names) == DEVICE_STATE_COUNT, "a word for every device state");

const char *const membership_names[] = {
    [MEMBERSHIP_UNKNOWN] = "unknown",
    [MEMBERSHIP_STATIC] = "static",
    [MEMBERSHIP_DYNAMIC] = "dynamic",
    [MEMBERSHIP_REALTIME] = "realtime",
};
_Static_assert(COUNT_OF(membership_names) == MEMBERSHIP_COUNT, "a word for every membership");

const char *const spy_mode_names[] = {
    [SPY_UNKNOWN] = "unknown",
    [SPY_LISTEN] = "listen",
    [SPY_WHISPER] = "whisper",
    [SPY_BARGE] = "barge",
};
_Static_assert(COUNT_OF(spy_mode_names) == SPY_MODE_COUNT, "a word for every way to listen");

const char *const line_what_names[] = {
    [LINE_JOINED] = "joined",
    [LINE_ANSWERED] = "answered",
    [LINE_COMPLETED] = "completed",
    [LINE_ABANDONED] = "abandoned",
    [LINE_TIMEOUT] = "timeout",
    [LINE_EMPTY] = "empty",
    [LINE_KEY] = "key",
    [LINE_WITHDRAWN] = "withdrawn",
    [LINE_REDIRECTED] = "redirected",
    [LINE_MISSED] = "missed",
    [LINE_PAUSED] = "paused",
    [LINE_UNPAUSED] = "unpaused",
    [LINE_ADDED] = "added",
    [LINE_REMOVED] = "removed",
    [LINE_PENALTY] = "penalty",
};
_Static_assert(COUNT_OF(line_what_names) == LINE_WHAT_COUNT, "a word for all that a line tells");

const char *const order_state_names[] = {
    [ORDER_PENDING] = "pending",
    [ORDER_ACTIVE] = "active",
    [ORDER_DONE] = "done",
    [ORDER_PLANNED] = "planned",
    [ORDER_WRONG] = "wrong",
    [ORDER_NO_SUCH] = "no such",
    [ORDER_REFUSED] = "refused",
    [ORDER_FORBIDDEN] = "forbidden",
    [ORDER_NO_LINK] = "no link",
    [ORDER_UNKNOWN] = "unknown",
};
_Static_assert(COUNT_OF(order_state_names) == ORDER_STATE_COUNT, "a word for every state of an order");

/* HERE is the struct of the rows that follow. */
#define ROW(type_, member, help_) { .id = #member, .help = (help_), .type = (type_), .offset = offsetof(HERE, member) }
/* The same, of a fact that can stand for several: enum fact_join. */
#define JOINED(join_, type_, member, help_) { .id = #member, .help = (help_), .type = (type_), .join = JOIN_##join_, .offset = offsetof(HERE, member) }
#define WORDS(member, words, help_)                                                                                \
    {                                                                                                              \
        .id = #member, .help = (help_), .type = TYPE_ENUM, .offset = offsetof(HERE, member), .names = (words),     \
        .name_count = (uint16_t)COUNT_OF(words)                                                                    \
    }

#define HERE struct fact_pbx
static const struct fact_field pbx_fields[] = {
    ROW(TYPE_ID, id, "number of the PBX in this keeper"),
    ROW(TYPE_TEXT, name, "name of the PBX as configured"),
    ROW(TYPE_TEXT, asterisk, "version of Asterisk, from CoreSettings or else from the greeting; none until known"),
    ROW(TYPE_TEXT, reason, "why the link is not live, in one sentence; none when it is"),
    ROW(TYPE_TEXT, cause, "the same in one word for programs: dns, connect_refused, certificate, login, secret and so on; none when it is live"),
    ROW(TYPE_TEXT, address, "numeric address the link goes to, the proxy's where there is one; none until there was a link"),
    ROW(TYPE_TEXT, own_address, "our own numeric address on that link: what permit in manager.conf must let in"),
    ROW(TYPE_WALL, certificate_until, "until when the certificate of the PBX is valid; none without TLS"),
    WORDS(link, link_state_names, "how the link to the PBX stands"),
    ROW(TYPE_INSTANT, link_since, "when the link came into this state"),
    ROW(TYPE_INSTANT, retry_at, "when the next attempt to connect is made; none when none is planned"),
    ROW(TYPE_INSTANT, heard_at, "when the PBX was last heard on a live link: the age of every figure while it is not live"),
    ROW(TYPE_INT, bytes_in, "bytes received from the PBX since the keeper began"),
    ROW(TYPE_INT, bytes_out, "bytes sent to the PBX since the keeper began"),
    ROW(TYPE_INT, events, "AMI events that were used, since the keeper began, without those of the fence"),
    ROW(TYPE_INT, events_skipped, "AMI events passed over by their name, since the keeper began"),
    ROW(TYPE_INT, round_trip_us, "microseconds from the last Ping to its answer; -1 unknown"),
    ROW(TYPE_MS, clock_offset_ms, "wall clock of the PBX minus ours, from the Timestamp of Ping"),
    ROW(TYPE_BOOL, is_clock_known, "the clock of the PBX has been measured"),
    ROW(TYPE_INT, reconnects, "times that a link which had been live was built again"),
    ROW(TYPE_INT, drift, "differences found by re-reading queues that no event explains"),
    ROW(TYPE_TEXT, drift_last, "the last such difference in words; none when there was none"),
    ROW(TYPE_INSTANT, reread_at, "when the last re-read of a queue ended"),
    ROW(TYPE_INT, barrier, "1: re-reads are fenced off from older events; 0: the AMI user may not; -1: not tried yet"),
    ROW(TYPE_INT, peers, "1: who talks to whom is known; 0: the AMI user may not ask for the channels"),
    ROW(TYPE_INT, suspects, "queues whose facts wait to be read again"),
    ROW(TYPE_INT, endpoints, "telephones of PJSIP that the PBX told of; -1 it did not, or the AMI user may not ask (class system)"),
    ROW(TYPE_INSTANT, endpoints_at, "when it was asked for them last; none when it was not"),
    ROW(TYPE_TEXT, write_classes, "classes in write of the AMI user as ListCommands shows them, or 'none'; none until known"),
    ROW(TYPE_TEXT, seen_classes, "classes of which events came since the login; read may have more, and nothing of them happened yet"),
    ROW(TYPE_TEXT, notice, "a right that the AMI user lacks and what to change in manager.conf; none when nothing lacks"),
};
#undef HERE

#define HERE struct fact_queue
static const struct fact_field queue_fields[] = {
    ROW(TYPE_ID, id, "number of the queue in this keeper"),
    ROW(TYPE_ID, pbx, "the PBX it is on"),
    JOINED(SAME, TYPE_TEXT, name, "name of the queue (QueueParams)"),
    JOINED(SAME, TYPE_TEXT, alias, "what the configuration (queue_names) calls it; none when nothing"),
    JOINED(SAME, TYPE_INT, place, "its place in queue_names, from 1; -1 not in it"),
    JOINED(SAME, TYPE_TEXT, strategy, "ring strategy (QueueParams)"),
    { .id = "state", .help = "how far its facts are proven by a re-read", .type = TYPE_ENUM, .offset = offsetof(HERE, state), .names = queue_state_names,
      .name_count = (uint16_t)COUNT_OF(queue_state_names), .join = JOIN_WORST },
    JOINED(SAME, TYPE_INT, weight, "weight against other queues of the same members (QueueParams)"),
    JOINED(SAME, TYPE_INT, max_waiting, "most callers it takes; 0 no limit (QueueParams Max)"),
    JOINED(LEAST, TYPE_INT, service_level_s, "seconds within which a call should be answered (QueueParams ServiceLevel)"),
    JOINED(MOST, TYPE_INT, wrapup_s, "seconds of wrap-up of its members, the largest; 0 none (QueueMember Wrapuptime)"),
    JOINED(SUM, TYPE_INT, waiting, "callers that wait now"),
    JOINED(EARLIEST, TYPE_INSTANT, oldest, "when the caller who waits longest joined; none when nobody waits"),
    JOINED(SUM, TYPE_INT, members, "members of the queue"),
    JOINED(SUM, TYPE_INT, ready, "members that can take a call now"),
    JOINED(SUM, TYPE_INT, ringing, "members whose phone rings"),
    JOINED(SUM, TYPE_INT, talking, "members that talk to a caller of this queue"),
    JOINED(SUM, TYPE_INT, other_call, "members in a call that this queue did not give"),
    JOINED(SUM, TYPE_INT, hold, "members whose call is on hold"),
    JOINED(SUM, TYPE_INT, wrapup, "members that wrap up after a call"),
    JOINED(SUM, TYPE_INT, paused, "members that are paused and not in a call"),
    JOINED(SUM, TYPE_INT, unavailable, "members whose device is not reachable"),
    JOINED(SUM, TYPE_INT, invalid, "members whose device does not exist"),
    JOINED(SUM, TYPE_INT, unknown, "members whose device says nothing of its state"),
    JOINED(MOST, TYPE_WALL, since, "since when today's counters count"),
    JOINED(MOST, TYPE_INT, gaps, "how often the link was away since then"),
    JOINED(MOST, TYPE_MS, gap_ms, "for how long the link was away since then: what happened meanwhile is not counted"),
    JOINED(SUM, TYPE_INT, offered, "callers that joined (QueueCallerJoin): answered, abandoned, left otherwise or waiting still; who waited already when counting began is not among them"),
    JOINED(SUM, TYPE_INT, answered, "callers connected to an agent (AgentConnect)"),
    JOINED(SUM, TYPE_INT, answered_in_sl, "of these, how many within service_level_s"),
    JOINED(SUM, TYPE_INT, abandoned, "callers that hung up while waiting (QueueCallerAbandon)"),
    JOINED(SUM, TYPE_INT, abandoned_short, "of these, how many before the configured short wait"),
    JOINED(SUM, TYPE_INT, timeout, "callers whose time in the queue ran out"),
    JOINED(SUM, TYPE_INT, empty, "callers sent away because the queue had no member to serve them"),
    JOINED(SUM, TYPE_INT, key, "callers that left by pressing a key"),
    JOINED(SUM, TYPE_INT, withdrawn, "callers taken out by QueueWithdrawCaller"),
    JOINED(SUM, TYPE_INT, redirected, "callers moved elsewhere while they waited (Redirect, Bridge, Park, transfer)"),
    JOINED(SUM, TYPE_INT, guessed, "of timeout, empty, withdrawn and redirected: how many could not be asked for"),
    JOINED(SUM, TYPE_MS, answered_wait_ms, "sum of the waits of answered callers"),
    JOINED(SUM, TYPE_MS, abandoned_wait_ms, "sum of the waits of abandoned callers"),
    JOINED(MOST, TYPE_MS, longest_wait_ms, "longest wait of those who left the queue today"),
    JOINED(SUM, TYPE_INT, handled, "conversations that ended"),
    JOINED(SUM, TYPE_MS, talk_ms, "sum of the talks of handled calls, hold included"),
    JOINED(SUM, TYPE_MS, wrap_ms, "sum of the wrap-ups spent after handled calls"),
    JOINED(SUM, TYPE_INT, missed, "rings that an agent let go (AgentRingNoAnswer)"),
    JOINED(ALONE, TYPE_INT, ast_holdtime_s, "Asterisk's Holdtime, seconds: a running mean that is never told from unknown"),
    JOINED(ALONE, TYPE_INT, ast_talktime_s, "Asterisk's TalkTime, seconds"),
    JOINED(ALONE, TYPE_INT, ast_completed, "Asterisk's Completed since its start or QueueReset"),
    JOINED(ALONE, TYPE_INT, ast_abandoned, "Asterisk's Abandoned since its start or QueueReset"),
    JOINED(ALONE, TYPE_MILLI, ast_sl, "Asterisk's ServicelevelPerf, percent"),
    JOINED(ALONE, TYPE_MILLI, ast_sl2, "Asterisk's ServicelevelPerf2, percent"),
    JOINED(LEAST, TYPE_INSTANT, reread_at, "when the queue was last read: the age of Asterisk's own figures"),
};
#undef HERE

#define HERE struct fact_agent
static const struct fact_field agent_fields[] = {
    ROW(TYPE_ID, id, "number of the agent in this keeper"),
    ROW(TYPE_ID, pbx, "the PBX it is on"),
    ROW(TYPE_TEXT, interface, "the device that is rung, the same over all its queues"),
    ROW(TYPE_TEXT, name, "the configuration's alias, else the name of the member (MemberName), else the configuration's name"),
    ROW(TYPE_TEXT, extension, "internal number, from the list agents or by agent_interface; none when unknown"),
    ROW(TYPE_TEXT, team, "team, from the list agents; none when in none"),
    ROW(TYPE_INT, place, "the place in the list agents, from 1; -1 not in it"),
    WORDS(state, agent_state_names, "what the agent does, from AgentConnect, channels and device state"),
    ROW(TYPE_INSTANT, since, "when that state began"),
    ROW(TYPE_INSTANT, wrapup_until, "when the wrap-up ends; none when not wrapping up"),
    ROW(TYPE_ID, call, "the call the agent is in; none"),
    ROW(TYPE_ID, queue, "the queue whose caller rings or talks; none"),
    ROW(TYPE_TEXT, peer_number, "number of the other side; none when unknown"),
    ROW(TYPE_TEXT, peer_name, "name of the other side; none when unknown"),
    JOINED(SUM, TYPE_INT, memberships, "queues the agent is a member of"),
    JOINED(SUM, TYPE_INT, paused_in, "of these, in how many it is paused"),
    ROW(TYPE_TEXT, paused_reason, "reason of the latest pause, as given with it"),
    ROW(TYPE_INSTANT, paused_since, "when the latest pause began"),
    JOINED(SUM, TYPE_INT, calls_taken, "calls from queues taken today, counted at AgentConnect"),
    JOINED(SUM, TYPE_INT, missed, "rings let go today (AgentRingNoAnswer)"),
    JOINED(SUM, TYPE_MS, talk_ms, "time spent talking to callers of queues today"),
    JOINED(MOST, TYPE_INSTANT, last_call, "when the last call ended"),
    JOINED(EARLIEST, TYPE_INSTANT, login, "earliest login of its memberships; none when unknown"),
    WORDS(device, device_state_names, "device state as Asterisk reports it"),
};
#undef HERE

#define HERE struct fact_member
static const struct fact_field member_fields[] = {
    ROW(TYPE_ID, id, "number of the membership in this keeper"),
    ROW(TYPE_ID, queue, "the queue"),
    ROW(TYPE_ID, agent, "the agent"),
    ROW(TYPE_TEXT, interface, "the device that is rung"),
    ROW(TYPE_TEXT, name, "name of the member (MemberName)"),
    ROW(TYPE_TEXT, state_interface, "the device whose state counts"),
    ROW(TYPE_TEXT, extension, "internal number of the agent; none when unknown"),
    ROW(TYPE_TEXT, team, "team of the agent; none when in none"),
    ROW(TYPE_TEXT, alias, "what the configuration calls the agent instead of name, or where the PBX has no name; none else"),
    WORDS(membership, membership_names, "how the member came into the queue"),
    ROW(TYPE_INT, penalty, "penalty: lower ones are rung first"),
    ROW(TYPE_INT, ringinuse, "1: may be rung while in a call; 0: not; -1 unknown"),
    ROW(TYPE_INT, wrapup_s, "seconds of wrap-up of this member"),
    WORDS(device, device_state_names, "device state as Asterisk reports it (Status)"),
    ROW(TYPE_BOOL, in_call, "Asterisk's InCall as of the last re-read; events do not keep it"),
    ROW(TYPE_BOOL, paused, "paused in this queue"),
    ROW(TYPE_TEXT, paused_reason, "reason as given with the pause"),
    ROW(TYPE_INSTANT, paused_since, "when the pause began (LastPause)"),
    ROW(TYPE_INSTANT, login, "when the member was added (LoginTime)"),
    ROW(TYPE_INSTANT, last_call, "when the last call ended (LastCall)"),
    ROW(TYPE_INT, calls_taken, "Asterisk's CallsTaken, which a reload or QueueReset clears"),
    ROW(TYPE_INT, missed, "rings let go today in this queue (AgentRingNoAnswer)"),
    WORDS(state, agent_state_names, "what the agent does, as this queue sees it"),
    ROW(TYPE_INSTANT, since, "when that state began"),
    ROW(TYPE_INSTANT, wrapup_until, "when the wrap-up in this queue ends; none when not wrapping up"),
    ROW(TYPE_TEXT, peer_number, "number of the other side; none when unknown"),
    ROW(TYPE_TEXT, peer_name, "name of the other side; none when unknown"),
    ROW(TYPE_BOOL, is_poll_only, "its strings are not UTF-8: Asterisk sends no events for it, only re-reads show it"),
};
#undef HERE

#define HERE struct fact_caller
static const struct fact_field caller_fields[] = {
    ROW(TYPE_ID, id, "number of the waiting caller in this keeper"),
    ROW(TYPE_ID, queue, "the queue"),
    ROW(TYPE_TEXT, uniqueid, "Uniqueid of the caller's channel"),
    ROW(TYPE_TEXT, channel, "name of the caller's channel"),
    ROW(TYPE_TEXT, number, "caller's number; none when withheld"),
    ROW(TYPE_TEXT, name, "caller's name; none when withheld"),
    ROW(TYPE_INSTANT, joined, "when the caller joined the queue"),
    ROW(TYPE_INT, priority, "priority in the queue; -1 unknown, events do not tell"),
    ROW(TYPE_INT, rank, "order among the callers of the queue; the position is the place in that order"),
    ROW(TYPE_INT, ringing, "agents that ring for this caller now"),
};
#undef HERE

#define HERE struct fact_call
static const struct fact_field call_fields[] = {
    ROW(TYPE_ID, id, "number of the call in this keeper"),
    ROW(TYPE_ID, pbx, "the PBX it is on"),
    ROW(TYPE_ID, queue, "the queue it came from; none"),
    ROW(TYPE_ID, agent, "the agent in it; none of ours"),
    ROW(TYPE_TEXT, uniqueid, "Uniqueid of the caller's channel"),
    ROW(TYPE_TEXT, channel, "name of the caller's channel"),
    ROW(TYPE_TEXT, number, "caller's number; none when unknown"),
    ROW(TYPE_TEXT, name, "caller's name; none when unknown"),
    ROW(TYPE_TEXT, agent_uniqueid, "Uniqueid of the agent's channel"),
    ROW(TYPE_TEXT, agent_channel, "name of the agent's channel"),
    ROW(TYPE_TEXT, phone_uniqueid, "Uniqueid of his phone's channel, which a Local channel may hide; none when unknown"),
    ROW(TYPE_TEXT, phone_channel, "name of his phone's channel"),
    ROW(TYPE_INSTANT, since, "when the talk began; none when unknown"),
    ROW(TYPE_BOOL, is_held, "the agent has put the caller on hold"),
    ROW(TYPE_INSTANT, held_since, "when the hold began; none when not on hold"),
};
#undef HERE

#define HERE struct fact_spy
static const struct fact_field spy_fields[] = {
    ROW(TYPE_ID, id, "number of the spy leg in this keeper"),
    ROW(TYPE_ID, pbx, "the PBX it is on"),
    ROW(TYPE_ID, agent, "the agent who is listened to; none when unknown"),
    ROW(TYPE_TEXT, spyer_channel, "channel of who listens (ChanSpyStart)"),
    ROW(TYPE_TEXT, spyer_uniqueid, "Uniqueid of that channel"),
    ROW(TYPE_TEXT, spyer_number, "number of who listens"),
    ROW(TYPE_TEXT, spyer_name, "name of who listens"),
    ROW(TYPE_TEXT, spyee_channel, "channel that is listened to"),
    ROW(TYPE_TEXT, who, "user of acdtop who gave the order; none when it was not acdtop's"),
    WORDS(mode, spy_mode_names, "listen: nobody hears the listener; whisper: the agent does; barge: both do; as an acdtop asked for last"),
    ROW(TYPE_INSTANT, since, "when the listening began"),
};
#undef HERE

#define HERE struct fact_line
static const struct fact_field line_fields[] = {
    ROW(TYPE_ID, id, "number of the line in this keeper"),
    ROW(TYPE_ID, pbx, "the PBX it happened on"),
    ROW(TYPE_ID, queue, "the queue; none when it was in several, or in none"),
    ROW(TYPE_ID, agent, "the agent; none when none was in it"),
    ROW(TYPE_INT, number_of, "1 for the first line since the keeper began, and so on: a gap shows what was not told"),
    ROW(TYPE_INSTANT, at, "when it was known to have happened"),
    WORDS(what, line_what_names, "what happened"),
    ROW(TYPE_TEXT, queue_name, "name of the queue"),
    ROW(TYPE_TEXT, agent_name, "name of the agent, or the interface"),
    ROW(TYPE_TEXT, number, "number of the caller"),
    ROW(TYPE_TEXT, name, "name of the caller"),
    ROW(TYPE_TEXT, note, "reason of a pause; the penalty that holds now"),
    ROW(TYPE_INT, ms, "how long the caller waited, or the talk took, milliseconds; -1 nothing to say"),
};
#undef HERE

#define HERE struct fact_endpoint
static const struct fact_field endpoint_fields[] = {
    ROW(TYPE_ID, id, "number of the telephone in this keeper"),
    ROW(TYPE_ID, pbx, "the PBX it is on"),
    ROW(TYPE_TEXT, name, "what PJSIP calls it (ObjectName of EndpointList)"),
    ROW(TYPE_TEXT, interface, "the device with which its owner would be added to a queue"),
    ROW(TYPE_TEXT, extension, "internal number, from the list agents, by agent_interface, or the name where that is a number; none when unknown"),
    ROW(TYPE_TEXT, team, "team of its owner, from the list agents; none when in none"),
    ROW(TYPE_TEXT, called, "what the configuration calls its owner; none when nothing"),
    ROW(TYPE_INT, reachable, "1: a call can reach it; 0: it is not registered; -1 unknown (DeviceState, DeviceStateChange)"),
};
#undef HERE

#define HERE struct fact_order
static const struct fact_field order_fields[] = {
    ROW(TYPE_ID, id, "number of the order in this keeper"),
    ROW(TYPE_ID, pbx, "the PBX it is for"),
    ROW(TYPE_ID, queue, "the queue it is about; none when it is about several, or none"),
    ROW(TYPE_ID, agent, "the agent it is about; none when nobody yet known"),
    ROW(TYPE_ID, caller, "the waiting caller it is about; none when it is about none"),
    ROW(TYPE_ID, call, "the call it is about; none when it is about none"),
    ROW(TYPE_INT, ref, "the number that its console gave it"),
    WORDS(state, order_state_names, "how it stands"),
    ROW(TYPE_INSTANT, at, "when it was given"),
    ROW(TYPE_INSTANT, ended_at, "when its outcome was known; none while it is open"),
    ROW(TYPE_INSTANT, until, "when a lease ends by itself; none for everything else"),
    ROW(TYPE_INT, calls_left, "after how many more calls a lease ends; -1 no limit"),
    ROW(TYPE_TEXT, who, "the user who gave it"),
    ROW(TYPE_TEXT, line, "the order as it was given"),
    ROW(TYPE_TEXT, what, "the order in words"),
    ROW(TYPE_TEXT, interface, "interface of the agent it is about"),
    ROW(TYPE_TEXT, answer, "what became of it; none while nothing is known"),
    ROW(TYPE_TEXT, undo, "the orders that take it back, a line each; none when nothing does"),
    ROW(TYPE_TEXT, requests, "the requests by name, and what came of each; of a dry run: what it would send"),
};
#undef HERE

#define FIELDS(rows) .field = (rows), .field_count = COUNT_OF(rows)

const struct fact_row fact_table[] = {
    [FACT_PBX] = { .name = "pbx", FIELDS(pbx_fields), .size = sizeof(struct fact_pbx) },
    [FACT_QUEUE] = { .name = "queue", FIELDS(queue_fields), .size = sizeof(struct fact_queue), .parent = offsetof(struct fact_queue, pbx) },
    [FACT_AGENT] = { .name = "agent", FIELDS(agent_fields), .size = sizeof(struct fact_agent), .parent = offsetof(struct fact_agent, pbx) },
    [FACT_MEMBER] = { .name = "member", FIELDS(member_fields), .size = sizeof(struct fact_member), .parent = offsetof(struct fact_member, queue) },
    [FACT_CALLER] = { .name = "caller", FIELDS(caller_fields), .size = sizeof(struct fact_caller), .parent = offsetof(struct fact_caller, queue) },
    [FACT_CALL] = { .name = "call", FIELDS(call_fields), .size = sizeof(struct fact_call), .parent = offsetof(struct fact_call, pbx) },
    [FACT_SPY] = { .name = "spy", FIELDS(spy_fields), .size = sizeof(struct fact_spy), .parent = offsetof(struct fact_spy, pbx) },
    [FACT_ENDPOINT] = { .name = "endpoint", FIELDS(endpoint_fields), .size = sizeof(struct fact_endpoint), .parent = offsetof(struct fact_endpoint, pbx) },
    [FACT_ORDER] = { .name = "order", FIELDS(order_fields), .size = sizeof(struct fact_order), .parent = offsetof(struct fact_order, pbx) },
    [FACT_LINE] = { .name = "line", FIELDS(line_fields), .size = sizeof(struct fact_line), .parent = offsetof(struct fact_line, pbx) },
};
_Static_assert(COUNT_OF(fact_table) == FACT_COUNT, "a row for every kind of fact");
