/* SPDX-License-Identifier: MIT */
/* event_table: one row an event that acdtop knows. `must` holds what no version from 16 on leaves
 * out and what the model cannot do without; everything else is read where it is there. */
#include "core/ami/event.h"

#define LIST_ITEM .is_list_item = true
#define ESCAPED .is_escaped = true

const struct event_row event_table[] = {
    [EVENT_GREETING] = { .name = NULL },
    [EVENT_RESPONSE] = { .name = NULL },
    [EVENT_OTHER] = { .name = NULL },
    [EVENT_QUEUE_PARAMS] = { "QueueParams", CLASS_NONE, LIST_ITEM, .must = { F_QUEUE } },
    [EVENT_QUEUE_MEMBER] = { "QueueMember", CLASS_NONE, LIST_ITEM, .must = { F_QUEUE, F_NAME, F_LOCATION, F_STATUS, F_PAUSED } },
    [EVENT_QUEUE_ENTRY] = { "QueueEntry", CLASS_NONE, LIST_ITEM, .must = { F_QUEUE, F_POSITION, F_CHANNEL, F_UNIQUEID, F_WAIT } },
    [EVENT_QUEUE_STATUS_COMPLETE] = { "QueueStatusComplete", CLASS_NONE, LIST_ITEM, .must = { F_LIST_ITEMS } },
    [EVENT_CORE_SHOW_CHANNEL] = { "CoreShowChannel", CLASS_NONE, LIST_ITEM, ESCAPED, .must = { F_CHANNEL, F_UNIQUEID } },
    [EVENT_CORE_SHOW_CHANNELS_COMPLETE] = { "CoreShowChannelsComplete", CLASS_NONE, LIST_ITEM, .must = { F_LIST_ITEMS } },
    [EVENT_STATUS] = { "Status", CLASS_NONE, LIST_ITEM, ESCAPED, .must = { F_CHANNEL, F_UNIQUEID } },
    [EVENT_STATUS_COMPLETE] = { "StatusComplete", CLASS_NONE, LIST_ITEM, .must = { F_LIST_ITEMS } },

    [EVENT_QUEUE_CALLER_JOIN] = { "QueueCallerJoin", CLASS_AGENT, ESCAPED, .must = { F_QUEUE, F_CHANNEL, F_UNIQUEID, F_POSITION, F_COUNT } },
    [EVENT_QUEUE_CALLER_LEAVE] = { "QueueCallerLeave", CLASS_AGENT, ESCAPED, .must = { F_QUEUE, F_UNIQUEID, F_POSITION, F_COUNT } },
    [EVENT_QUEUE_CALLER_ABANDON] = { "QueueCallerAbandon", CLASS_AGENT, ESCAPED, .must = { F_QUEUE, F_UNIQUEID } },
    [EVENT_QUEUE_MEMBER_ADDED] = { "QueueMemberAdded", CLASS_AGENT, .must = { F_QUEUE, F_INTERFACE, F_STATUS, F_PAUSED } },
    [EVENT_QUEUE_MEMBER_REMOVED] = { "QueueMemberRemoved", CLASS_AGENT, .must = { F_QUEUE, F_INTERFACE } },
    [EVENT_QUEUE_MEMBER_PAUSE] = { "QueueMemberPause", CLASS_AGENT, .must = { F_QUEUE, F_INTERFACE, F_PAUSED } },
    [EVENT_QUEUE_MEMBER_PENALTY] = { "QueueMemberPenalty", CLASS_AGENT, .must = { F_QUEUE, F_INTERFACE, F_PENALTY } },
    [EVENT_QUEUE_MEMBER_RINGINUSE] = { "QueueMemberRinginuse", CLASS_AGENT, .must = { F_QUEUE, F_INTERFACE, F_RING_IN_USE } },
    [EVENT_QUEUE_MEMBER_STATUS] = { "QueueMemberStatus", CLASS_AGENT, .must = { F_QUEUE, F_INTERFACE, F_STATUS } },
    [EVENT_AGENT_CALLED] = { "AgentCalled", CLASS_AGENT, ESCAPED, .must = { F_QUEUE, F_INTERFACE, F_UNIQUEID, F_DEST_CHANNEL, F_DEST_UNIQUEID } },
    [EVENT_AGENT_CONNECT] = { "AgentConnect", CLASS_AGENT, ESCAPED, .must = { F_QUEUE, F_INTERFACE, F_UNIQUEID, F_DEST_CHANNEL, F_DEST_UNIQUEID } },
    [EVENT_AGENT_COMPLETE] = { "AgentComplete", CLASS_AGENT, ESCAPED, .must = { F_QUEUE, F_INTERFACE } },
    [EVENT_AGENT_RING_NO_ANSWER] = { "AgentRingNoAnswer", CLASS_AGENT, ESCAPED, .must = { F_QUEUE, F_INTERFACE, F_DEST_UNIQUEID } },
    [EVENT_AGENT_DUMP] = { "AgentDump", CLASS_AGENT, ESCAPED, .must = { F_QUEUE, F_INTERFACE } },
    [EVENT_AGENT_LOGIN] = { "AgentLogin", CLASS_AGENT, ESCAPED, .must = { F_AGENT } },
    [EVENT_AGENT_LOGOFF] = { "AgentLogoff", CLASS_AGENT, ESCAPED, .must = { F_AGENT } },

    [EVENT_NEWCHANNEL] = { "Newchannel", CLASS_CALL, ESCAPED, .must = { F_CHANNEL, F_UNIQUEID } },
    [EVENT_NEWSTATE] = { "Newstate", CLASS_CALL, ESCAPED, .must = { F_CHANNEL, F_UNIQUEID, F_CHANNEL_STATE } },
    [EVENT_NEW_CALLERID] = { "NewCallerid", CLASS_CALL, ESCAPED, .must = { F_CHANNEL, F_UNIQUEID } },
    [EVENT_NEW_CONNECTED_LINE] = { "NewConnectedLine", CLASS_CALL, ESCAPED, .must = { F_CHANNEL, F_UNIQUEID } },
    [EVENT_RENAME] = { "Rename", CLASS_CALL, .must = { F_CHANNEL, F_NEW_NAME, F_UNIQUEID } },
    [EVENT_HANGUP_REQUEST] = { "HangupRequest", CLASS_CALL, ESCAPED, .must = { F_CHANNEL, F_UNIQUEID } },
    [EVENT_SOFT_HANGUP_REQUEST] = { "SoftHangupRequest", CLASS_CALL, ESCAPED, .must = { F_CHANNEL, F_UNIQUEID } },
    [EVENT_HANGUP] = { "Hangup", CLASS_CALL, ESCAPED, .must = { F_CHANNEL, F_UNIQUEID } },
    [EVENT_DIAL_BEGIN] = { "DialBegin", CLASS_CALL, ESCAPED, .must = { F_DEST_CHANNEL, F_DEST_UNIQUEID } },
    [EVENT_DIAL_END] = { "DialEnd", CLASS_CALL, ESCAPED, .must = { F_DEST_UNIQUEID, F_DIAL_STATUS } },
    [EVENT_BRIDGE_CREATE] = { "BridgeCreate", CLASS_CALL, .must = { F_BRIDGE_UNIQUEID } },
    [EVENT_BRIDGE_DESTROY] = { "BridgeDestroy", CLASS_CALL, .must = { F_BRIDGE_UNIQUEID } },
    [EVENT_BRIDGE_ENTER] = { "BridgeEnter", CLASS_CALL, ESCAPED, .must = { F_BRIDGE_UNIQUEID, F_CHANNEL, F_UNIQUEID } },
    [EVENT_BRIDGE_LEAVE] = { "BridgeLeave", CLASS_CALL, ESCAPED, .must = { F_BRIDGE_UNIQUEID, F_CHANNEL, F_UNIQUEID } },
    [EVENT_BRIDGE_MERGE] = { "BridgeMerge", CLASS_CALL, .must = { F_TO_BRIDGE_UNIQUEID, F_FROM_BRIDGE_UNIQUEID } },
    [EVENT_LOCAL_BRIDGE] = { "LocalBridge", CLASS_CALL, ESCAPED, .must = { F_LOCAL_ONE_UNIQUEID, F_LOCAL_TWO_UNIQUEID } },
    [EVENT_HOLD] = { "Hold", CLASS_CALL, ESCAPED, .must = { F_CHANNEL, F_UNIQUEID } },
    [EVENT_UNHOLD] = { "Unhold", CLASS_CALL, ESCAPED, .must = { F_CHANNEL, F_UNIQUEID } },
    [EVENT_BLIND_TRANSFER] = { "BlindTransfer", CLASS_CALL, ESCAPED, .must = { F_RESULT, F_TRANSFERER_UNIQUEID } },
    [EVENT_ATTENDED_TRANSFER] = { "AttendedTransfer", CLASS_CALL, ESCAPED, .must = { F_RESULT, F_DEST_TYPE } },
    [EVENT_CHAN_SPY_START] = { "ChanSpyStart", CLASS_CALL, ESCAPED, .must = { F_SPYER_UNIQUEID, F_SPYEE_UNIQUEID } },
    [EVENT_CHAN_SPY_STOP] = { "ChanSpyStop", CLASS_CALL, ESCAPED, .must = { F_SPYER_UNIQUEID } },
    [EVENT_ORIGINATE_RESPONSE] = { "OriginateResponse", CLASS_CALL, ESCAPED, .must = { F_RESPONSE, F_UNIQUEID } },
    [EVENT_PARKED_CALL] = { "ParkedCall", CLASS_CALL, ESCAPED, .must = { F_PARKEE_CHANNEL, F_PARKEE_UNIQUEID } },
    [EVENT_DEVICE_STATE_CHANGE] = { "DeviceStateChange", CLASS_CALL, .must = { F_DEVICE, F_STATE } },

    [EVENT_FULLY_BOOTED] = { "FullyBooted", CLASS_SYSTEM, .must = { F_STATUS } },
    [EVENT_SHUTDOWN] = { .name = "Shutdown", .event_class = CLASS_SYSTEM },
    [EVENT_RELOAD] = { "Reload", CLASS_SYSTEM, .must = { F_MODULE } },
    [EVENT_LOAD] = { "Load", CLASS_SYSTEM, .must = { F_MODULE } },
    [EVENT_UNLOAD] = { "Unload", CLASS_SYSTEM, .must = { F_MODULE } },
    [EVENT_VAR_SET] = { "VarSet", CLASS_DIALPLAN, ESCAPED, .must = { F_CHANNEL, F_VARIABLE } },
};
_Static_assert(sizeof(event_table) / sizeof(event_table[0]) == EVENT_COUNT, "one row an event");
