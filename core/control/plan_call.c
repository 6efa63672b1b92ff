/* SPDX-License-Identifier: MIT */
/* plan_call: the orders about a call in progress, and about an agent's phone: hangup, transfer, handover, park, conference, tape, dial,
 * message. A call is named by its two channels as they are now. The channel that a transfer names is the one that leaves: always the
 * agent's; the one that park names is the one that stays: always the caller's. */
#include "core/base/mem.h"
#include "core/control/plan.h"

#include <stdio.h>

#define TAPE_VARIABLE "ACDTOP_TAPE" /* of the channel: which recording of it is ours */
#define PARK_MS "45000"
enum { RING_MS = 25000, LATE_MS = 5000, ROOM_MS = 20000 /* who is alone in a room hears a voice first */ };

struct talk {
    const struct fact_call *call;
    const char *agent; /* what he is called */
    char label[256];   /* the caller */
};

static bool use_call(const struct world *w, const struct fact_call *call, struct talk *out, struct plan *p, struct target_fault *fault)
{
    struct buf label = BUF_INIT(sizeof out->label);
    const struct fact_agent *agent = call->agent != 0 ? world_agent(w, call->agent) : NULL;
    plan_add_caller(&label, call->name, call->number, call->uniqueid);
    (void)snprintf(out->label, sizeof out->label, "%.*s", SLICE_FMT(buf_slice(&label)));
    buf_clear(&label);
    out->call = call;
    out->agent = agent == NULL ? "the other side" : agent->name != NULL ? agent->name : agent->interface;
    p->pbx = call->pbx;
    p->queue = call->queue;
    p->agent = call->agent;
    p->call = call->id;
    (void)mem_assign(&p->interface, slice_of(agent != NULL ? agent->interface : NULL));
    return (call->agent_channel != NULL && call->agent_uniqueid != NULL) ||
           target_fail(fault, ORDER_REFUSED, "which channels the call of %s has is not known", out->label);
}

static bool find_talk(const struct world *w, const struct command *c, struct talk *out, struct plan *p, struct target_fault *fault)
{
    const struct fact_call *call;
    struct slice word = SLICE("");
    (void)command_positional(c, 0, &word);
    return target_call(w, word, &call, fault) && use_call(w, call, out, p, fault);
}

static bool has_caller(const struct talk *t, struct target_fault *fault)
{
    return t->call->channel != NULL || target_fail(fault, ORDER_REFUSED, "with whom %s talks is not known: it is no call of a queue", t->agent);
}

static struct act *talk_act(const struct talk *t, struct plan *p, enum request_kind kind, enum proof_kind proof)
{
    struct act *a = plan_act(p, kind, proof);
    a->proof.fact = t->call->id;
    a->proof.text = mem_strdup(t->call->agent_uniqueid);
    a->target_leg = mem_strdup(t->call->agent_uniqueid);
    plan_target(a, FACT_CALL, t->call->id);
    return a;
}

/* --- hangup --------------------------------------------------------------------------------------------- */

static struct act *plan_hanging_up(struct plan *p, const char *channel, enum fact_kind kind, uint64_t id)
{
    struct act *a = plan_act(p, REQUEST_HANGUP, kind == FACT_CALL ? PROOF_CALL_ENDED : PROOF_CALLER_LEFT);
    act_header(a, "Channel", slice_of(channel));
    act_header(a, "Cause", SLICE("16"));
    a->proof.fact = id;
    plan_target(a, kind, id);
    return a;
}

static bool plan_hangup_caller(const struct world *w, const struct fact_caller *caller, struct plan *p, struct target_fault *fault)
{
    const struct fact_queue *q = world_queue(w, caller->queue);
    struct buf label = BUF_INIT(256);
    plan_add_caller(&label, caller->name, caller->number, caller->uniqueid);
    p->pbx = q != NULL ? q->pbx : 0;
    p->queue = caller->queue;
    p->caller = caller->id;
    plan_say(p, "hang up on %s, who waits in %s", buf_slice(&label).p, q != NULL ? q->name : "a queue");
    buf_clear(&label);
    if (caller->channel == NULL)
        return target_fail(fault, ORDER_REFUSED, "the channel of the caller is not known yet");
    (void)plan_hanging_up(p, caller->channel, FACT_CALLER, caller->id);
    return true;
}

bool plan_hangup(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault)
{
    struct talk t;
    const struct fact_caller *caller;
    const struct fact_call *call;
    struct target_fault first;
    struct slice word = SLICE("");
    (void)command_positional(c, 0, &word);
    bool is_caller = target_caller(w, word, 0, &caller, &first), is_call = target_call(w, word, &call, fault);
    if (is_caller && is_call && !slice_eq(slice_of(caller->uniqueid), word) && !slice_eq(slice_of(caller->channel), word))
        return target_fail(fault, ORDER_WRONG, "'%.*s' waits and talks: give the Uniqueid of one", SLICE_FMT(word));
    if (is_caller)
        return plan_hangup_caller(w, caller, p, fault);
    if (!is_call) {
        *fault = first.state == ORDER_WRONG ? first : *fault;
        return false;
    }
    if (!use_call(w, call, &t, p, fault))
        return false;
    plan_say(p, "end the call of %s with %s", t.agent, t.label);
    bool is_known = call->channel != NULL;
    struct act *a = plan_hanging_up(p, is_known ? call->channel : call->agent_channel, FACT_CALL, call->id);
    a->proof.text = mem_strdup(is_known ? call->uniqueid : call->agent_uniqueid);
    a->target_leg = mem_strdup(a->proof.text);
    return true;
}

/* --- away from the agent --------------------------------------------------------------------------------- */

static void plan_away(const struct talk *t, struct plan *p, const struct directory_way *way, enum request_kind kind, enum proof_kind proof)
{
    (void)plan_ask_way(p, way);
    struct act *a = talk_act(t, p, kind, proof);
    act_header(a, "Channel", slice_of(t->call->agent_channel));
    act_header(a, "Context", slice_of(way->context));
    act_header(a, "Exten", slice_of(way->exten));
}

bool plan_transfer(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault)
{
    struct talk t;
    struct directory_way way;
    struct slice word = SLICE(""), ignored;
    bool is_attended = command_option(c, "--attended", &ignored);
    (void)command_positional(c, 1, &word);
    if (!find_talk(w, c, &t, p, fault) || !plan_dial_way(w, p, word, &way, fault))
        return false;
    if (is_attended)
        plan_say(p, "put %s on hold and connect %s with %s: to transfer the call, %s hangs up", t.label, t.agent, way.exten, t.agent);
    else
        plan_say(p, "transfer %s from %s to %s", t.label, t.agent, way.exten);
    plan_away(&t, p, &way, is_attended ? REQUEST_ATTENDED_TRANSFER : REQUEST_BLIND_TRANSFER, is_attended ? PROOF_CALL_HELD : PROOF_CALL_LEFT);
    return true;
}

bool plan_handover(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault)
{
    struct talk t;
    struct directory_way way;
    struct slice word = SLICE("");
    (void)command_positional(c, 1, &word);
    if (!find_talk(w, c, &t, p, fault) || !plan_dial_way(w, p, word, &way, fault))
        return false;
    plan_say(p, "hand the call of %s with %s over to %s: for the queue it ends here", t.agent, t.label, way.exten);
    plan_away(&t, p, &way, REQUEST_BLIND_TRANSFER, PROOF_CALL_LEFT);
    return true;
}

bool plan_park(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault)
{
    struct talk t;
    if (!find_talk(w, c, &t, p, fault) || !has_caller(&t, fault))
        return false;
    plan_say(p, "park %s, who talks with %s", t.label, t.agent);
    struct act *a = talk_act(&t, p, REQUEST_PARK, PROOF_CALL_LEFT);
    act_header(a, "Channel", slice_of(t.call->channel));
    act_header(a, "TimeoutChannel", slice_of(t.call->agent_channel));
    act_header(a, "Timeout", SLICE(PARK_MS));
    return true;
}

bool plan_hold(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault)
{
    struct talk t;
    if (!find_talk(w, c, &t, p, fault))
        return false;
    plan_say(p, "put %s on hold", t.label);
    return target_fail(fault, ORDER_REFUSED, "Asterisk has no request that puts a call on hold: the phone of %s can, and 'park' lets the caller hear music", t.agent);
}

/* A leg of its own name, which it gets when it is sent: what is asked about twice must read the same. */
static void ring(struct act *a, const char *phone)
{
    act_header(a, "ChannelId", SLICE(ACT_LEG "..."));
    a->leg.is_unnamed = true;
    a->leg.phone = mem_strdup(phone);
    a->wait_ms = RING_MS + LATE_MS;
    act_headerf(a, "Timeout", "%d", RING_MS);
    act_header(a, "Async", SLICE("true"));
}

bool plan_conference(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault)
{
    struct talk t;
    struct directory_way third, room;
    struct slice word = SLICE("");
    (void)command_positional(c, 1, &word);
    if (!find_talk(w, c, &t, p, fault) || !has_caller(&t, fault) || !plan_dial_way(w, p, word, &third, fault))
        return false;
    const struct fact_pbx *pbx = world_pbx(w, p->pbx);
    if (!directory_conference(w->directory, pbx != NULL ? pbx->name : NULL, slice_of(third.exten), &room))
        return target_fail(fault, ORDER_REFUSED, "there is no conference room in the configuration: say conference = \"800@CONTEXT\"; in acdtop.conf; "
                                                 "'barge' needs none, where you are the third");
    plan_say(p, "put %s and %s into the conference %s and call %s in: for the queue the call goes on until %s hangs up", t.label, t.agent, room.exten, third.exten,
             t.label);
    (void)plan_ask_way(p, &third);
    (void)plan_ask_way(p, &room);
    struct act *a = talk_act(&t, p, REQUEST_REDIRECT, PROOF_ROOM);
    (void)mem_assign(&a->proof.text, slice_of(t.call->uniqueid));
    a->proof.other = mem_strdup(t.call->agent_uniqueid);
    a->wait_ms = ROOM_MS;
    act_header(a, "Channel", slice_of(t.call->channel));
    act_header(a, "Context", slice_of(room.context));
    act_header(a, "Exten", slice_of(room.exten));
    act_header(a, "Priority", SLICE("1"));
    act_header(a, "ExtraChannel", slice_of(t.call->agent_channel));
    act_header(a, "ExtraContext", slice_of(room.context));
    act_header(a, "ExtraExten", slice_of(room.exten));
    act_header(a, "ExtraPriority", SLICE("1"));
    a = plan_act(p, REQUEST_ORIGINATE, PROOF_OUTCALL);
    act_headerf(a, "Channel", "Local/%s@%s/n", third.exten, third.context);
    act_header(a, "Context", slice_of(room.context));
    act_header(a, "Exten", slice_of(room.exten));
    act_header(a, "Priority", SLICE("1"));
    ring(a, third.exten);
    return true;
}

/* --- recording ------------------------------------------------------------------------------------------- */

/* The id of our recording of this channel, for the act that follows: without it Asterisk would take any, the site's own too. */
static void ask_tape(struct plan *p, const char *channel, const char *fills, const char *otherwise)
{
    struct act *a = plan_act(p, REQUEST_GETVAR, PROOF_VALUE);
    act_header(a, "Channel", slice_of(channel));
    act_header(a, "Variable", SLICE(TAPE_VARIABLE));
    a->fills = fills;
    a->refusal = mem_strdup(otherwise);
}

static void undo_tape(const struct world *w, const struct talk *t, struct act *a, const char *verb)
{
    struct buf line = BUF_INIT(COMMAND_LINE_MAX);
    buf_addf(&line, "tape ");
    target_add_name(w, t->call->pbx, slice_of(t->call->uniqueid != NULL ? t->call->uniqueid : t->call->agent_uniqueid), &line);
    buf_addf(&line, " %s", verb);
    plan_undo(a, "%s", buf_slice(&line).p);
    buf_clear(&line);
}

static struct act *tape_act(const struct world *w, const struct talk *t, struct plan *p, enum request_kind kind, enum proof_kind proof)
{
    const struct fact_pbx *pbx = world_pbx(w, p->pbx);
    struct act *a = talk_act(t, p, kind, pbx == NULL || plan_can(pbx->asterisk, PLAN_TELLS_TAPES) ? proof : PROOF_ACK);
    if (t->call->phone_channel != NULL)
        (void)mem_assign(&a->proof.text, slice_of(t->call->phone_uniqueid));
    return a;
}

static void plan_tape_start(const struct world *w, const struct talk *t, const char *channel, struct plan *p)
{
    struct act *a = tape_act(w, t, p, REQUEST_RECORD_START, PROOF_TAPE);
    act_header(a, "Channel", slice_of(channel));
    act_headerf(a, "File", "acdtop-%s.wav", t->call->uniqueid != NULL ? t->call->uniqueid : t->call->agent_uniqueid);
    act_header(a, "Options", SLICE("i(" TAPE_VARIABLE ")"));
    undo_tape(w, t, a, "stop");
    ask_tape(p, channel, NULL, "Asterisk said yes, but the channel does not show a recording");
}

static void plan_tape_mute(const struct world *w, const struct talk *t, const char *channel, bool is_on, struct plan *p)
{
    struct act *a = tape_act(w, t, p, REQUEST_RECORD_MUTE, PROOF_TAPE_MUTE);
    a->proof.number = is_on;
    act_header(a, "Channel", slice_of(channel));
    act_header(a, "Direction", SLICE("both"));
    act_header(a, "State", is_on ? SLICE("1") : SLICE("0"));
    act_header(a, "MixMonitorID", SLICE("(what " TAPE_VARIABLE " is)"));
    undo_tape(w, t, a, is_on ? "resume" : "pause");
}

bool plan_tape(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault)
{
    struct talk t;
    struct slice verb = SLICE("");
    (void)command_positional(c, 1, &verb);
    if (!find_talk(w, c, &t, p, fault))
        return false;
    const char *channel = t.call->phone_channel != NULL ? t.call->phone_channel : t.call->agent_channel;
    bool is_stop = slice_eq(verb, SLICE("stop")), is_pause = slice_eq(verb, SLICE("pause"));
    plan_say(p, "%.*s the recording of %s with %s", SLICE_FMT(verb), t.agent, t.label);
    if (slice_eq(verb, SLICE("start"))) {
        plan_tape_start(w, &t, channel, p);
        return true;
    }
    ask_tape(p, channel, "MixMonitorID", "acdtop records nothing there; what the PBX itself records it leaves alone");
    if (!is_stop) {
        plan_tape_mute(w, &t, channel, is_pause, p);
        return true;
    }
    struct act *a = tape_act(w, &t, p, REQUEST_RECORD_STOP, PROOF_TAPE_END);
    act_header(a, "Channel", slice_of(channel));
    act_header(a, "MixMonitorID", SLICE("(what " TAPE_VARIABLE " is)"));
    return true;
}

/* --- an agent's phone -------------------------------------------------------------------------------------- */

static bool find_phone(const struct world *w, const struct command *c, struct target_agent *out, struct plan *p, struct target_fault *fault)
{
    struct slice word = SLICE("");
    (void)command_positional(c, 0, &word);
    if (!target_agent(w, word, 0, out, fault))
        return false;
    p->pbx = out->pbx;
    p->agent = out->agent;
    (void)mem_assign(&p->interface, slice_of(out->who.interface));
    return out->who.phone[0] != '\0' || target_fail(fault, ORDER_REFUSED, "the phone of %s is not known: say it in agents of acdtop.conf", target_label(out));
}

/* Who is in no queue is not seen to be on the phone: the PBX is asked, where the name of the phone is plain enough for the gate. */
static void ask_free(struct plan *p, const char *phone, const char *label)
{
    size_t slashes = 0;
    for (const char *c = phone; *c != '\0'; c++) {
        bool is_plain = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') || strchr("-_.+*#@/", *c) != NULL;
        slashes += *c == '/';
        if (!is_plain || slashes > 1)
            return;
    }
    if (slashes == 0)
        return;
    struct act *a = plan_act(p, REQUEST_GETVAR, PROOF_FREE);
    act_headerf(a, "Variable", "DEVICE_STATE(%s)", phone);
    plan_refusal(a, "%s is on the phone", label);
}

bool plan_dial(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault)
{
    struct target_agent agent;
    struct directory_way way;
    struct slice word = SLICE("");
    (void)command_positional(c, 1, &word);
    if (!find_phone(w, c, &agent, p, fault) || !plan_dial_way(w, p, word, &way, fault))
        return false;
    const char *label = target_label(&agent);
    const struct fact_agent *fact = agent.agent != 0 ? world_agent(w, agent.agent) : NULL;
    plan_say(p, "ring %s, and call %s from there", label, way.exten);
    if (fact != NULL && act_is_on_phone(fact))
        return target_fail(fault, ORDER_REFUSED, "%s is on the phone", label);
    (void)plan_ask_way(p, &way);
    ask_free(p, agent.who.phone, label);
    struct act *a = plan_act(p, REQUEST_ORIGINATE, PROOF_OUTCALL);
    act_header(a, "Channel", slice_of(agent.who.phone));
    act_header(a, "Context", slice_of(way.context));
    act_header(a, "Exten", slice_of(way.exten));
    act_header(a, "Priority", SLICE("1"));
    act_headerf(a, "CallerID", "\"acdtop\" <%s>", way.exten);
    ring(a, agent.who.phone);
    return true;
}

bool plan_message(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault)
{
    struct target_agent agent;
    struct slice word, device;
    struct buf text = BUF_INIT(COMMAND_LINE_MAX);
    if (!find_phone(w, c, &agent, p, fault)) {
        buf_clear(&text);
        return false;
    }
    for (size_t i = 1; command_positional(c, i, &word); i++) {
        if (i > 1)
            buf_add_char(&text, ' ');
        buf_add(&text, word);
    }
    const char *label = target_label(&agent);
    plan_say(p, "send the text to %s: %.*s", label, SLICE_FMT(buf_slice(&text)));
    struct slice technology = slice_cut(slice_of(agent.who.phone), '/', &device);
    bool is_pjsip = slice_eq_nocase(technology, SLICE("PJSIP")) && device.n > 0, is_sip = slice_eq_nocase(technology, SLICE("SIP")) && device.n > 0;
    if (is_pjsip || is_sip) {
        struct act *a = plan_act(p, REQUEST_MESSAGE, PROOF_ACK);
        act_headerf(a, "To", "%s:%.*s", is_pjsip ? "pjsip" : "sip", SLICE_FMT(device));
        act_header(a, "Body", buf_slice(&text));
    }
    buf_clear(&text);
    return is_pjsip || is_sip || target_fail(fault, ORDER_REFUSED, "%s is no phone that takes texts: agent_phone, or phone in agents, of acdtop.conf says which it is", agent.who.phone);
}
