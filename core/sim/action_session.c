/* SPDX-License-Identifier: MIT */
/* action_session: the table of what clients may ask for, and the actions that concern the conversation itself: login, masks,
 * Ping, what there is to ask. */
#include "core/sim/world.h"

#include <inttypes.h>
#include <md5.h>
#include <stdio.h>

static const struct sim_user users[] = {
    { "demo", "demo", UINT32_MAX, UINT32_MAX },
    { "wall", "wall", CLASS_AGENT | CLASS_CALL | CLASS_REPORTING | CLASS_SYSTEM, CLASS_REPORTING },
    { "acdtop", "acdtop", CLASS_AGENT | CLASS_CALL | CLASS_SYSTEM | CLASS_USER | CLASS_REPORTING | CLASS_DIALPLAN,
      CLASS_AGENT | CLASS_CALL | CLASS_ORIGINATE | CLASS_REPORTING | CLASS_USER },
    { "nobody", "nobody", 0, 0 },
};

static const struct sim_user *find_user(struct slice name)
{
    for (size_t i = 0; i < sizeof(users) / sizeof(users[0]); i++) {
        if (slice_eq(name, slice_of(users[i].name)))
            return &users[i];
    }
    return NULL;
}

static void add_hex(char *out, const unsigned char *bytes, size_t n)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < n; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[2 * n] = '\0';
}

static bool is_key_right(const struct sim_peer *p, const char *secret, struct slice key)
{
    MD5_CTX md5;
    unsigned char digest[MD5_DIGEST_LENGTH];
    char hex[2 * MD5_DIGEST_LENGTH + 1];
    MD5Init(&md5);
    MD5Update(&md5, (const uint8_t *)p->challenge, strlen(p->challenge));
    MD5Update(&md5, (const uint8_t *)secret, strlen(secret));
    MD5Final(digest, &md5);
    add_hex(hex, digest, sizeof(digest));
    return p->challenge[0] != '\0' && slice_eq_nocase(key, slice_of(hex));
}

static void do_challenge(struct sim_ask *a)
{
    if (!slice_eq_nocase(sim_param(a, "AuthType"), SLICE("MD5"))) {
        sim_error(a, "Must specify AuthType");
        return;
    }
    if (a->peer->challenge[0] == '\0')
        snprintf(a->peer->challenge, sizeof(a->peer->challenge), "%u", random_below(&a->sim->random, 900000000) + 100000000);
    sim_answer_begin(a, "Success");
    buf_addf(&a->peer->out, "Challenge: %s\r\n", a->peer->challenge);
    sim_answer_end(a);
}

static void say_fully_booted(struct sim_ask *a)
{
    int64_t uptime_s = (a->sim->now_ms - a->sim->zero_ms) / 1000 + 600;
    buf_addf(&a->peer->out, "Event: FullyBooted\r\nPrivilege: system,all\r\nUptime: %" PRId64 "\r\nLastReload: %" PRId64
                            "\r\nStatus: Fully Booted\r\n\r\n", uptime_s, uptime_s);
}

static void do_login(struct sim_ask *a)
{
    struct sim_peer *p = a->peer;
    if (p->user != NULL) {
        sim_ok(a, "Already authenticated");
        return;
    }
    const struct sim_user *user = find_user(sim_param(a, "Username"));
    bool is_right = user != NULL && (sim_param(a, "AuthType").n > 0 ? is_key_right(p, user->secret, sim_param(a, "Key"))
                                                                     : slice_eq(sim_param(a, "Secret"), slice_of(user->secret)));
    if (!is_right) {
        sim_error(a, "Authentication failed");
        p->is_closed = true;
        return;
    }
    bool is_valid;
    unsigned mask = sim_parse_mask(sim_param(a, "Events"), &is_valid);
    p->user = user;
    p->mask = (is_valid ? mask : UINT32_MAX) & user->read;
    sim_ok(a, "Authentication accepted");
    if ((p->mask & CLASS_SYSTEM) != 0)
        say_fully_booted(a);
}

static void do_logoff(struct sim_ask *a)
{
    sim_answer_begin(a, "Goodbye");
    buf_add(&a->peer->out, SLICE("Message: Thanks for all the fish.\r\n"));
    sim_answer_end(a);
    a->peer->is_closed = true;
}

static void do_events(struct sim_ask *a)
{
    bool is_valid;
    unsigned mask = sim_parse_mask(sim_param(a, "EventMask"), &is_valid);
    if (!is_valid) {
        sim_error(a, "Invalid event mask");
        return;
    }
    a->peer->mask = mask & a->peer->user->read;
    sim_answer_begin(a, "Success");
    buf_addf(&a->peer->out, "Events: %s\r\n", mask != 0 ? "On" : "Off");
    sim_answer_end(a);
}

static void do_ping(struct sim_ask *a)
{
    sim_answer_begin(a, "Success");
    buf_add(&a->peer->out, SLICE("Ping: Pong\r\n"));
    sim_add_timestamp(a->sim, &a->peer->out);
    sim_answer_end(a);
}

static void do_list_commands(struct sim_ask *a)
{
    sim_answer_begin(a, "Success");
    for (const struct sim_action *act = sim_actions; act->name != NULL; act++) {
        if (sim_may(a->peer, act))
            buf_addf(&a->peer->out, "%s: %s  (Priv: %s)\r\n", act->name, act->synopsis, act->priv);
    }
    sim_answer_end(a);
}

static void do_core_settings(struct sim_ask *a)
{
    sim_answer_begin(a, "Success");
    bool is_16 = sim_is_16(a->sim);
    buf_addf(&a->peer->out, "AMIversion: %s\r\nAsteriskVersion: %s (simulated)\r\nSystemName: \r\nCoreMaxCalls: 0\r\n"
                            "CoreMaxLoadAvg: 0.000000\r\nCoreRunUser: \r\nCoreRunGroup: \r\nCoreMaxFilehandles: 0\r\n"
                            "CoreRealTimeEnabled: No\r\nCoreCDRenabled: No\r\nCoreHTTPenabled: No\r\n%s", sim_ami_version(a->sim),
             is_16 ? "16.28.0" : "22.10.1", is_16 ? "" : "SoundsSearchCustomDir: No\r\n");
    sim_answer_end(a);
}

#define AGENT CLASS_AGENT, "agent,all"
#define CALL CLASS_CALL, "call,all"
#define SYSTEM CLASS_SYSTEM, "system,all"
#define BOTH (CLASS_SYSTEM | CLASS_CALL), "system,call,all"
#define ASK (CLASS_CALL | CLASS_REPORTING), "call,reporting,all"
#define FREE 0, "<none>"
#define REPORT (CLASS_SYSTEM | CLASS_REPORTING), "system,reporting,all"

const struct sim_action sim_actions[] = {
    { "Atxfer", "Attended transfer.", CALL, sim_do_atxfer },
    { "BlindTransfer", "Blind transfer channel(s) to the given destination", CALL, sim_do_blind_transfer },
    { "Bridge", "Bridge two channels already in the PBX.", CALL, sim_do_bridge },
    { "BridgeDestroy", "Destroy a bridge.", FREE, sim_do_bridge_destroy },
    { "BridgeInfo", "Get information about a bridge.", FREE, sim_do_bridge_info },
    { "BridgeKick", "Kick a channel from a bridge.", FREE, sim_do_bridge_kick },
    { "CancelAtxfer", "Cancel an attended transfer.", CALL, sim_do_cancel_atxfer },
    { "Challenge", "Generate Challenge for MD5 Auth.", FREE, do_challenge },
    { "ConfbridgeKick", "Kick a Confbridge user.", CALL, sim_do_conference_kick },
    { "ConfbridgeList", "List participants in a conference.", CLASS_REPORTING, "reporting,all", sim_do_conference_list },
    { "ConfbridgeListRooms", "List active conferences.", CLASS_REPORTING, "reporting,all", sim_do_conference_rooms },
    { "ConfbridgeMute", "Mute a Confbridge user.", CALL, sim_do_conference_mute },
    { "ConfbridgeUnmute", "Unmute a Confbridge user.", CALL, sim_do_conference_unmute },
    { "CoreSettings", "Show PBX core settings (version etc).", REPORT, do_core_settings },
    { "CoreShowChannels", "List currently active channels.", REPORT, sim_do_core_show_channels },
    { "CoreStatus", "Show PBX core status variables.", REPORT, sim_do_core_status },
    { "Events", "Control Event Flow.", FREE, do_events },
    { "ExtensionState", "Check Extension Status.", ASK, sim_do_extension_state },
    { "Getvar", "Gets a channel variable or function value.", ASK, sim_do_getvar },
    { "Hangup", "Hangup channel.", BOTH, sim_do_hangup },
    { "ListCommands", "List available manager commands.", FREE, do_list_commands },
    { "Login", "Login Manager.", FREE, do_login },
    { "Logoff", "Logoff Manager.", FREE, do_logoff },
    { "MessageSend", "Send an out of call message to an endpoint.", CLASS_MESSAGE, "message,all", sim_do_message_send },
    { "MixMonitor", "Record a call and mix the audio during the recording.  Use of StopMixMonitor is required to guarantee the audio file is "
                    "available for processing during dialplan execution.", SYSTEM, sim_do_mix_monitor },
    { "MixMonitorMute", "Mute / unMute a Mixmonitor recording.", BOTH, sim_do_mix_monitor_mute },
    { "MuteAudio", "Mute an audio stream.", SYSTEM, sim_do_mute_audio },
    { "Originate", "Originate a call.", CLASS_ORIGINATE, "originate,all", sim_do_originate },
    { "PJSIPShowEndpoints", "Lists PJSIP endpoints.", SYSTEM, sim_do_endpoints },
    { "Park", "Park a channel.", CALL, sim_do_park },
    { "ParkedCalls", "List parked calls.", CALL, sim_do_parked_calls },
    { "Parkinglots", "Get a list of parking lots", CALL, sim_do_parkinglots },
    { "PauseMonitor", "Pause monitoring of a channel.", CALL, sim_do_pause_monitor },
    { "Ping", "Keepalive command.", FREE, do_ping },
    { "PlayDTMF", "Play DTMF signal on a specific channel.", CALL, sim_do_play_dtmf },
    { "QueueAdd", "Add interface to queue.", AGENT, sim_do_queue_add },
    { "QueueChangePriorityCaller", "Change priority of a caller on queue.", FREE, sim_do_queue_priority },
    { "QueueLog", "Adds custom entry in queue_log.", AGENT, sim_do_queue_log },
    { "QueueMemberRingInUse", "Set the ringinuse value for a queue member.", AGENT, sim_do_queue_ring_in_use },
    { "QueuePause", "Makes a queue member temporarily unavailable.", AGENT, sim_do_queue_pause },
    { "QueuePenalty", "Set the penalty for a queue member.", AGENT, sim_do_queue_penalty },
    { "QueueReload", "Reload a queue, queues, or any sub-section of a queue or queues.", FREE, sim_do_queue_reload },
    { "QueueRemove", "Remove interface from queue.", AGENT, sim_do_queue_remove },
    { "QueueReset", "Reset queue statistics.", FREE, sim_do_queue_reset },
    { "QueueStatus", "Show queue status.", FREE, sim_do_queue_status },
    { "QueueSummary", "Show queue summary.", FREE, sim_do_queue_summary },
    { "QueueWithdrawCaller", "Request to withdraw a caller from the queue back to the dialplan.", FREE, sim_do_queue_withdraw },
    { "Redirect", "Redirect (transfer) a call.", CALL, sim_do_redirect },
    { "SendText", "Sends a text message to channel. A content type\tcan be optionally specified. If not set it is set to an empty string "
                  "allowing a custom handler to default it as it sees fit.", CALL, sim_do_send_text },
    { "Setvar", "Sets a channel variable or function value.", CALL, sim_do_setvar },
    { "Status", "List channel status.", CLASS_SYSTEM | CLASS_CALL | CLASS_REPORTING, "system,call,reporting,all", sim_do_status },
    { "StopMixMonitor", "Stop recording a call through MixMonitor, and free the recording's file handle.", BOTH, sim_do_stop_mix_monitor },
    { "UserEvent", "Send an arbitrary event.", CLASS_USER, "user,all", sim_do_user_event },
    { .name = NULL },
};
