/* SPDX-License-Identifier: MIT */
/* plan: the table of orders, and what its planners share. An order that the AMI user may not give, or that this Asterisk does not have, is
 * refused before anything is sent, with the words of manager.conf that would allow it. */
#include "core/control/plan.h"

#include "core/base/mem.h"

#include <stdarg.h>
#include <stdio.h>

#define NO_CONTEXT "where numbers are dialled is not configured: say dial_context = \"from-internal\"; in acdtop.conf, with the context of your phones"
#define NO_ROOM "there is no conference room in the configuration: say conference = \"800@CONTEXT\"; in acdtop.conf; 'barge' needs none, where you are the third"

static const struct {
    bool (*make)(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault);
    enum request_kind needs;
    bool is_harmful;
} plan_table[COMMAND_COUNT] = {
    [COMMAND_ADD] = { plan_add, REQUEST_QUEUE_ADD, false },
    [COMMAND_REMOVE] = { plan_remove, REQUEST_QUEUE_REMOVE, false },
    [COMMAND_ROLE] = { plan_role, REQUEST_QUEUE_PENALTY, false },
    [COMMAND_MOVE] = { plan_move, REQUEST_QUEUE_ADD, false },
    [COMMAND_PAUSE] = { plan_pause, REQUEST_QUEUE_PAUSE, false },
    [COMMAND_UNPAUSE] = { plan_unpause, REQUEST_QUEUE_PAUSE, false },
    [COMMAND_LOGIN] = { plan_login, REQUEST_QUEUE_ADD, false },
    [COMMAND_LOGOUT] = { plan_logout, REQUEST_QUEUE_REMOVE, false },
    [COMMAND_DEVICE] = { plan_device, REQUEST_QUEUE_ADD, false },
    [COMMAND_TAKE] = { plan_take, REQUEST_QUEUE_ADD, false },
    [COMMAND_CANCEL] = { plan_cancel, REQUEST_QUEUE_REMOVE, false },
    [COMMAND_RINGINUSE] = { plan_ringinuse, REQUEST_QUEUE_MEMBER_RINGINUSE, false },
    [COMMAND_SEND] = { plan_send, REQUEST_REDIRECT, true },
    [COMMAND_MOVETO] = { plan_moveto, REQUEST_REDIRECT, true },
    [COMMAND_PRIORITY] = { plan_priority, REQUEST_QUEUE_PRIORITY, false },
    [COMMAND_WITHDRAW] = { plan_withdraw, REQUEST_QUEUE_WITHDRAW, true },
    [COMMAND_HANGUP] = { plan_hangup, REQUEST_HANGUP, true },
    [COMMAND_TRANSFER] = { plan_transfer, REQUEST_BLIND_TRANSFER, true },
    [COMMAND_HANDOVER] = { plan_handover, REQUEST_BLIND_TRANSFER, true },
    [COMMAND_PARK] = { plan_park, REQUEST_PARK, true },
    [COMMAND_HOLD] = { plan_hold, REQUEST_COUNT, false },
    [COMMAND_CONFERENCE] = { plan_conference, REQUEST_REDIRECT, true },
    [COMMAND_TAPE] = { plan_tape, REQUEST_RECORD_START, false },
    [COMMAND_DIAL] = { plan_dial, REQUEST_ORIGINATE, false },
    [COMMAND_MESSAGE] = { plan_message, REQUEST_MESSAGE, false },
    [COMMAND_LISTEN] = { plan_listen, REQUEST_ORIGINATE, false },
    [COMMAND_WHISPER] = { plan_listen, REQUEST_ORIGINATE, false },
    [COMMAND_BARGE] = { plan_listen, REQUEST_ORIGINATE, false },
    [COMMAND_UNLISTEN] = { plan_unlisten, REQUEST_HANGUP, false },
};

bool plan_is_harmful(enum command_id id)
{
    return plan_table[id].is_harmful;
}

const char *plan_notice(enum command_id id)
{
    return id != COMMAND_TAKE ? NULL
                              : "counts as any other answered call; queue_log has rows of a membership, and a RINGNOANSWER when nobody answers; no call is counted "
                                "for the agent: acdtop(1)";
}

enum request_kind plan_needs(enum command_id id)
{
    return plan_table[id].make != NULL ? plan_table[id].needs : REQUEST_COUNT;
}

struct act *plan_act(struct plan *p, enum request_kind kind, enum proof_kind proof)
{
    p->act = mem_resize(p->act, p->count + 1, sizeof *p->act);
    struct act *a = &p->act[p->count++];
    *a = (struct act){ .kind = kind, .proof = { .kind = proof, .pbx = p->pbx } };
    return a;
}

__attribute__((format(printf, 2, 0))) static void assign(char **text, const char *fmt, va_list ap)
{
    struct buf b = BUF_INIT(4096);
    (void)buf_vaddf(&b, fmt, ap);
    (void)mem_assign(text, buf_slice(&b));
    buf_clear(&b);
}

void plan_say(struct plan *p, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    assign(&p->what, fmt, ap);
    va_end(ap);
}

bool plan_nothing(struct plan *p, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    assign(&p->nothing, fmt, ap);
    va_end(ap);
    return true;
}

void plan_undo(struct act *a, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    assign(&a->undo, fmt, ap);
    va_end(ap);
}

void plan_refusal(struct act *a, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    assign(&a->refusal, fmt, ap);
    va_end(ap);
}

void plan_target(struct act *a, enum fact_kind kind, uint64_t id)
{
    a->target_kind = kind;
    a->target = id;
}

struct act *plan_caller_act(struct plan *p, enum request_kind kind, enum proof_kind proof, const struct fact_caller *caller)
{
    struct act *a = plan_act(p, kind, proof);
    a->proof.queue = caller->queue;
    a->proof.fact = caller->id;
    plan_target(a, FACT_CALLER, caller->id);
    return a;
}

struct act *plan_ask_way(struct plan *p, const struct directory_way *way)
{
    struct act *a = plan_act(p, REQUEST_GETVAR, PROOF_VALUE);
    act_headerf(a, "Variable", "DIALPLAN_EXISTS(%s,%s,1)", way->context, way->exten);
    a->proof.text = mem_strdup("1");
    plan_refusal(a, "the dialplan has no extension %s in the context %s, so nobody was sent there; dial_context, conference and the extension of "
                    "queue_names in acdtop.conf say where to", way->exten, way->context);
    return a;
}

/* "112": dialled as it is, whoever is called so; an agent's extension is such a number as well. */
static bool is_number(struct slice word)
{
    for (size_t i = 0; i < word.n; i++) {
        if (strchr("0123456789+*#", word.p[i]) == NULL || word.p[i] == '\0')
            return false;
    }
    return word.n > 0;
}

/* An agent's number where it is an agent's name; what else is an extension is taken as it is. */
bool plan_dial_way(const struct world *w, const struct plan *p, struct slice word, struct directory_way *out, struct target_fault *fault)
{
    const struct fact_pbx *pbx = world_pbx(w, p->pbx);
    struct target_agent agent;
    struct slice exten = word;
    if (!is_number(word) && target_agent(w, word, p->pbx, &agent, fault) && agent.who.extension[0] != '\0')
        exten = slice_of(agent.who.extension);
    for (size_t i = 0; i < exten.n; i++) {
        char c = exten.p[i];
        if ((c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && strchr("_.+*#-", c) == NULL)
            return target_fail(fault, ORDER_WRONG, "'%.*s' is no number that can be dialled", SLICE_FMT(word));
    }
    return directory_dial(w->directory, pbx != NULL ? pbx->name : NULL, exten, out) ||
           target_fail(fault, ORDER_REFUSED, NO_CONTEXT);
}

/* "16.28.0~dfsg", "certified/18.9-cert4". */
bool plan_can(const char *version, enum plan_skill skill)
{
    static const struct {
        int in[4][2]; /* from this minor version of that one on */
        int from;     /* and from this one on all */
    } skills[] = {
        [PLAN_MOVES_WHO_WAITS] = { { { 18, 20 }, { 20, 5 } }, 21 }, /* QueueChangePriorityCaller with Immediate: ami.md 7 */
        [PLAN_TELLS_TAPES] = { { { 16, 17 }, { 18, 3 } }, 19 },     /* MixMonitorStart, Stop and Mute: ami.md 8.3 */
        [PLAN_WITHDRAWS] = { { { 16, 25 }, { 18, 11 }, { 19, 3 } }, 20 },
    };
    _Static_assert(sizeof skills / sizeof skills[0] == PLAN_SKILL_COUNT, "a row for every skill");
    int major = 0, minor = 0;
    const char *digit = version != NULL ? strpbrk(version, "0123456789") : NULL;
    if (digit == NULL || sscanf(digit, "%2d.%3d", &major, &minor) < 1)
        return true;
    for (size_t i = 0; i < sizeof skills[skill].in / sizeof skills[skill].in[0]; i++) {
        if (skills[skill].in[i][0] == major)
            return minor >= skills[skill].in[i][1];
    }
    return major >= skills[skill].from;
}

void plan_add_caller(struct buf *out, const char *name, const char *number, const char *uniqueid)
{
    bool has_name = name != NULL && *name != '\0', has_number = number != NULL && *number != '\0';
    if (has_name && has_number)
        buf_addf(out, "%s (%s)", name, number);
    else
        buf_addf(out, "%s", has_name ? name : has_number ? number : uniqueid != NULL ? uniqueid : "the caller");
}

static bool has_way_in(const struct world *w, const char *pbx)
{
    struct directory_way way;
    for (size_t i = 0; i < w->settings->queue_count; i++) {
        if (directory_join(w->directory, pbx, slice_of(w->settings->queue[i].name), &way))
            return true;
    }
    return false;
}

bool plan_is_possible(const struct world *w, uint64_t id, enum command_id command, struct target_fault *fault)
{
    const struct fact_pbx *pbx = world_pbx(w, id);
    const char *name = pbx != NULL ? pbx->name : NULL, *version = pbx != NULL ? pbx->asterisk : NULL;
    struct directory_way way;
    switch ((int)command) {
    case COMMAND_WITHDRAW:
        return plan_can(version, PLAN_WITHDRAWS) ||
               target_fail(fault, ORDER_FORBIDDEN, "Asterisk %s cannot withdraw a caller: 16.25, 18.11, 19.3 and 20 can", version);
    case COMMAND_MOVETO:
        return has_way_in(w, name) || target_fail(fault, ORDER_REFUSED, "which extensions join which queue is not configured: say queue_names = ( { name = \"sales\"; "
                                                  "extension = \"600@CONTEXT\"; } ); in acdtop.conf");
    case COMMAND_CONFERENCE:
        if (!directory_conference(w->directory, name, SLICE("1"), &way))
            return target_fail(fault, ORDER_REFUSED, NO_ROOM);
        break;
    case COMMAND_SEND: case COMMAND_TRANSFER: case COMMAND_HANDOVER: case COMMAND_DIAL: break;
    default: return true;
    }
    return directory_dial(w->directory, name, SLICE("1"), &way) || target_fail(fault, ORDER_REFUSED, NO_CONTEXT);
}

/* The class that manager.conf must give: one of several is enough, the narrowest is named. */
static const char *class_of(enum request_kind kind)
{
    static const struct {
        unsigned event_class;
        const char *word;
    } words[] = { { CLASS_AGENT, "agent" }, { CLASS_CALL, "call" }, { CLASS_ORIGINATE, "originate" }, { CLASS_MESSAGE, "message" }, { CLASS_SYSTEM, "system" } };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if ((request_table[kind].write_class & words[i].event_class) != 0)
            return words[i].word;
    }
    return NULL;
}

static bool may_all(const struct world *w, const struct plan *p, struct target_fault *fault)
{
    const struct fact_pbx *pbx = world_pbx(w, p->pbx);
    const char *name = pbx != NULL ? pbx->name : "the PBX";
    if (p->count > 0 && (pbx == NULL || pbx->link != LINK_LIVE))
        return target_fail(fault, ORDER_NO_LINK, "not sent: the link to %s is not live%s%s", name, pbx != NULL && pbx->reason != NULL ? ": " : "",
                           pbx != NULL && pbx->reason != NULL ? pbx->reason : "");
    for (size_t i = 0; i < p->count; i++) {
        enum request_kind kind = p->act[i].kind;
        const char *word = class_of(kind);
        if (w->may(w->context, p->pbx, kind))
            continue;
        if (word == NULL)
            return target_fail(fault, ORDER_FORBIDDEN, "this Asterisk has no %s: %s cannot do it", request_table[kind].action, name);
        return target_fail(fault, ORDER_FORBIDDEN, "the AMI user may not do %s on %s: in manager.conf add %s to its write =, then 'manager reload'",
                           request_table[kind].action, name, word);
    }
    return true;
}

/* Asterisk cuts these texts after 79 bytes, in the middle of a character perhaps (ami.md 1.5), and what its database of members is made of, ';' and
 * '|', would be read as another member when it starts again. Before the first act is sent: one that is added and not paused would be rung. */
static bool is_kept_whole(const struct plan *p, struct target_fault *fault)
{
    static const struct {
        const char *header, *words;
    } kept[] = { { "Reason", "the reason" }, { "MemberName", "the name" }, { "StateInterface", "the state interface" }, { "Interface", "the interface" } };
    for (size_t i = 0; i < p->count; i++) {
        const struct act *a = &p->act[i];
        for (size_t k = 0; k < sizeof kept / sizeof kept[0] && (a->kind == REQUEST_QUEUE_ADD || a->kind == REQUEST_QUEUE_PAUSE); k++) {
            const char *text = act_value(a, kept[k].header);
            if (text != NULL && strlen(text) > DIRECTORY_TEXT_MAX)
                return target_fail(fault, ORDER_WRONG, "%s '%s' is longer than the %d bytes that Asterisk keeps", kept[k].words, text, DIRECTORY_TEXT_MAX);
            if (text != NULL && strpbrk(text, ";|") != NULL)
                return target_fail(fault, ORDER_WRONG, "%s '%s' has a '%c', which would be another member of the queue when Asterisk starts again", kept[k].words, text,
                                   *strpbrk(text, ";|"));
        }
    }
    return true;
}

static bool is_himself(const struct target_agent *me, const char *interface, struct target_fault *fault)
{
    return (interface != NULL && slice_eq_nocase(slice_of(interface), slice_of(me->who.interface))) ||
           target_fail(fault, ORDER_FORBIDDEN, "an agent gives orders for himself alone: you are %s", target_label(me));
}

/* Whom the first word, or --to, names: others are in no sight of his, and "there is nobody", or a list of who there is, would be the wrong
 * answer. What else may be an agent is a number to dial. */
static bool names_himself(const struct world *w, const struct command *c, struct target_fault *fault)
{
    struct target_agent me, named;
    struct target_fault ignored;
    struct slice word;
    bool is_there = (command_table[c->id].arg[0].kind == COMMAND_ARG_AGENT && command_positional(c, 0, &word)) || command_option(c, "--to", &word);
    if (w->self == NULL || !is_there || !target_agent(w, slice_of(w->self), 0, &me, &ignored))
        return true;
    bool is_known = target_agent(w, word, 0, &named, &ignored);
    return (is_known && target_agent(w, slice_of(w->self), named.pbx, &me, &ignored) && is_himself(&me, named.who.interface, fault)) || is_himself(&me, NULL, fault);
}

/* An agent moves himself, and nothing that the queues know him by. */
static bool is_for_self(const struct world *w, const struct command *c, const struct plan *p, struct target_fault *fault)
{
    struct target_agent me;
    struct slice value;
    if (w->self == NULL)
        return true;
    if (command_option(c, "--name", &value) || command_option(c, "--state", &value))
        return target_fail(fault, ORDER_FORBIDDEN, "--name and --state are not for an agent: the list agents of the configuration says who you are");
    if (!target_agent(w, slice_of(w->self), p->pbx, &me, fault))
        return false;
    return is_himself(&me, p->interface, fault);
}

/* Who is in no queue is in nobody's sight: then the configuration says who he is. */
static bool is_known(const struct world *w, const struct plan *p, struct target_fault *fault)
{
    const struct fact_pbx *pbx = world_pbx(w, p->pbx);
    struct directory_entry who = { .interface = "" };
    if (w->knows == NULL || p->interface == NULL || (p->agent != 0 && world_agent(w, p->agent) != NULL))
        return true;
    (void)directory_of_interface(w->directory, pbx != NULL ? pbx->name : NULL, slice_of(p->interface), &who);
    return w->knows(w->context, &who) || target_fail(fault, ORDER_FORBIDDEN, "%s is not among the agents whom your role may see", p->interface);
}

bool plan_make(const struct world *w, const struct command *c, const char *who, struct plan *out, struct target_fault *fault)
{
    *out = (struct plan){ .who = who, .lease_calls = -1, .take_priority = -1 };
    *fault = (struct target_fault){ .state = ORDER_WRONG, .err = ERR_INIT };
    if (plan_table[c->id].make == NULL)
        return target_fail(fault, ORDER_WRONG, "'%s' is no order", command_table[c->id].name);
    if (w->is_past)
        return target_fail(fault, ORDER_FORBIDDEN, "this is the past: nothing can be ordered in it");
    if (w->settings->is_readonly)
        return target_fail(fault, ORDER_FORBIDDEN, "this acdtop is read-only: it changes nothing");
    if (w->allows != NULL && !w->allows(w->context, c->id, &fault->err)) {
        fault->state = ORDER_FORBIDDEN;
        return false;
    }
    return names_himself(w, c, fault) && plan_table[c->id].make(w, c, out, fault) && is_for_self(w, c, out, fault) && is_known(w, out, fault) && is_kept_whole(out, fault) &&
           may_all(w, out, fault);
}

void plan_clear(struct plan *p)
{
    for (size_t i = 0; i < p->count; i++)
        act_clear(&p->act[i]);
    mem_free(p->act);
    mem_free(p->interface);
    mem_free(p->what);
    mem_free(p->nothing);
    mem_free(p->take_caller);
    mem_free(p->take_interface);
    *p = (struct plan){ .lease_calls = -1, .take_priority = -1 };
}
