/* SPDX-License-Identifier: MIT */
/* plan_caller: the orders about one who waits: send, moveto, priority, withdraw. A caller is his Uniqueid and channel as they are now; what
 * sends him to an extension asks for that extension just before, and is not sent when he waits no more. */
#include "core/base/mem.h"
#include "core/control/plan.h"

#include <stdio.h>

enum { WITHDRAW_MS = 60000 };

struct waiting {
    const struct fact_caller *caller;
    const struct fact_queue *queue;
    char label[256];
};

static bool find_waiting(const struct world *w, const struct command *c, struct waiting *out, struct plan *p, struct target_fault *fault)
{
    struct slice word = SLICE("");
    struct buf label = BUF_INIT(sizeof out->label);
    (void)command_positional(c, 0, &word);
    if (!target_caller(w, word, 0, &out->caller, fault))
        return false;
    out->queue = world_queue(w, out->caller->queue);
    if (out->queue == NULL)
        return target_fail(fault, ORDER_NO_SUCH, "no caller '%.*s' waits any more", SLICE_FMT(word));
    plan_add_caller(&label, out->caller->name, out->caller->number, out->caller->uniqueid);
    (void)snprintf(out->label, sizeof out->label, "%.*s", SLICE_FMT(buf_slice(&label)));
    buf_clear(&label);
    p->pbx = out->queue->pbx;
    p->queue = out->queue->id;
    p->caller = out->caller->id;
    return out->caller->channel != NULL || target_fail(fault, ORDER_REFUSED, "the channel of %s is not known yet", out->label);
}

static struct act *redirect(const struct waiting *s, struct plan *p, const struct directory_way *way, enum proof_kind proof)
{
    (void)plan_ask_way(p, way);
    struct act *a = plan_caller_act(p, REQUEST_REDIRECT, proof, s->caller);
    act_header(a, "Channel", slice_of(s->caller->channel));
    act_header(a, "Context", slice_of(way->context));
    act_header(a, "Exten", slice_of(way->exten));
    act_header(a, "Priority", SLICE("1"));
    return a;
}

bool plan_send(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault)
{
    struct waiting s;
    struct target_agent agent;
    struct directory_way way;
    struct slice word = SLICE("");
    (void)command_positional(c, 1, &word);
    if (!find_waiting(w, c, &s, p, fault) || !target_agent(w, word, p->pbx, &agent, fault))
        return false;
    const char *label = target_label(&agent);
    p->agent = agent.agent;
    (void)mem_assign(&p->interface, slice_of(agent.who.interface));
    plan_say(p, "send %s out of %s to %s: the place in the queue is lost, and it counts as abandoned", s.label, s.queue->name, label);
    if (agent.who.extension[0] == '\0')
        return target_fail(fault, ORDER_REFUSED, "the extension of %s is not known: list it in agents, or say agent_interface, in acdtop.conf", label);
    if (!plan_dial_way(w, p, slice_of(agent.who.extension), &way, fault))
        return false;
    (void)redirect(&s, p, &way, PROOF_CALLER_LEFT);
    return true;
}

bool plan_moveto(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault)
{
    struct waiting s;
    struct directory_way way;
    const struct fact_queue *to;
    struct slice word = SLICE("");
    (void)command_positional(c, 1, &word);
    if (!find_waiting(w, c, &s, p, fault) || !target_queue(w, word, p->pbx, &to, fault))
        return false;
    int64_t priority = s.caller->priority;
    if (priority > 0)
        plan_say(p, "move %s from %s to %s with priority %lld: the waiting time so far is lost", s.label, s.queue->name, to->name, (long long)priority);
    else
        plan_say(p, "move %s from %s to %s: the waiting time so far is lost", s.label, s.queue->name, to->name);
    if (to == s.queue)
        return plan_nothing(p, "%s waits in %s already", s.label, to->name);
    const struct fact_pbx *pbx = world_pbx(w, p->pbx);
    if (!directory_join(w->directory, pbx != NULL ? pbx->name : NULL, slice_of(to->name), &way))
        return target_fail(fault, ORDER_REFUSED, "which extension joins %s is not configured: say queue_names = ( { name = \"%s\"; extension = \"600@CONTEXT\"; } ); in acdtop.conf",
                           to->name, to->name);
    if (priority > 0) { /* Queue() reads it when he joins */
        struct act *a = plan_caller_act(p, REQUEST_SETVAR, PROOF_ACK, s.caller);
        act_header(a, "Channel", slice_of(s.caller->channel));
        act_header(a, "Variable", SLICE("QUEUE_PRIO"));
        act_headerf(a, "Value", "%lld", (long long)priority);
    }
    struct act *a = redirect(&s, p, &way, PROOF_CALLER_IN);
    a->proof.fact = 0;
    a->proof.queue = to->id;
    a->proof.text = mem_strdup(s.caller->uniqueid);
    return true;
}

struct places {
    size_t all, now, then;
};

/* Asterisk puts him before the first one of a lower priority, so behind those who have it already: where he was before among them it does not
 * know any more. */
static struct places find_places(const struct world *w, const struct waiting *s, int64_t priority)
{
    struct world_at at = { 0, 0 };
    const struct fact_caller *c, *first = NULL;
    struct places p = { 1, 1, 1 };
    while ((c = world_next_caller(w, &at)) != NULL) {
        if (c->queue != s->queue->id || c->id == s->caller->id)
            continue;
        p.all++;
        p.now += c->rank < s->caller->rank;
        if (c->priority < priority && (first == NULL || c->rank < first->rank))
            first = c;
    }
    for (at = (struct world_at){ 0, 0 }; (c = world_next_caller(w, &at)) != NULL;)
        p.then += c->queue == s->queue->id && c->id != s->caller->id && (first == NULL || c->rank < first->rank);
    return p;
}

static void say_move(const struct world *w, const struct waiting *s, int64_t priority, struct plan *p)
{
    struct places at = find_places(w, s, priority);
    struct buf move = BUF_INIT(128);
    if (at.then == at.now)
        (void)buf_addf(&move, "the place in line stays %zu of %zu", at.now, at.all);
    else
        (void)buf_addf(&move, "from place %zu to %zu of %zu%s", at.now, at.then, at.all, at.then > at.now ? ", behind all who have it" : "");
    plan_say(p, "give %s priority %lld in %s: %s", s->label, (long long)priority, s->queue->name, buf_slice(&move).p);
    buf_clear(&move);
}

bool plan_priority(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault)
{
    struct waiting s;
    int64_t priority;
    struct slice word = SLICE(""), ignored;
    (void)command_positional(c, 1, &word);
    if (!find_waiting(w, c, &s, p, fault))
        return false;
    if (!slice_int(word, 0, INT32_MAX, &priority))
        return target_fail(fault, ORDER_WRONG, "a priority is a number, 0 or more, not '%.*s'", SLICE_FMT(word));
    const struct fact_pbx *pbx = world_pbx(w, p->pbx);
    const char *version = pbx != NULL ? pbx->asterisk : NULL;
    bool stays = command_option(c, "--stay", &ignored);
    if (stays)
        plan_say(p, "give %s priority %lld in %s and leave the place in line as it is", s.label, (long long)priority, s.queue->name);
    else if (plan_can(version, PLAN_MOVES_WHO_WAITS))
        say_move(w, &s, priority, p);
    else
        plan_say(p, "give %s priority %lld in %s: Asterisk %s only notes it, the place stays, and it counts for those who join later", s.label,
                 (long long)priority, s.queue->name, version);
    if (s.caller->priority == priority)
        return plan_nothing(p, "%s has priority %lld already", s.label, (long long)priority);
    struct act *a = plan_caller_act(p, REQUEST_QUEUE_PRIORITY, PROOF_PRIORITY, s.caller);
    act_header(a, "Queue", slice_of(s.queue->name));
    act_header(a, "Caller", slice_of(s.caller->channel));
    act_headerf(a, "Priority", "%lld", (long long)priority);
    if (!stays)
        act_header(a, "Immediate", SLICE("yes"));
    a->proof.number = priority;
    struct buf undo = BUF_INIT(COMMAND_LINE_MAX);
    buf_addf(&undo, "priority ");
    target_add_name(w, p->pbx, slice_of(s.caller->uniqueid), &undo);
    if (s.caller->priority >= 0 && buf_addf(&undo, " %lld%s", (long long)s.caller->priority, stays ? " --stay" : ""))
        plan_undo(a, "%s", buf_slice(&undo).p);
    buf_clear(&undo);
    return true;
}

bool plan_withdraw(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault)
{
    struct waiting s;
    if (!find_waiting(w, c, &s, p, fault))
        return false;
    plan_say(p, "take %s out of %s: the dialplan goes on behind Queue(), and hangs up where there is nothing", s.label, s.queue->name);
    struct act *a = plan_caller_act(p, REQUEST_QUEUE_WITHDRAW, PROOF_WITHDRAWN, s.caller);
    a->proof.text = mem_strdup(s.caller->uniqueid);
    a->wait_ms = WITHDRAW_MS; /* while a phone rings it waits for the end of that */
    act_header(a, "Queue", slice_of(s.queue->name));
    act_header(a, "Caller", slice_of(s.caller->channel));
    act_header(a, "WithdrawInfo", SLICE("acdtop"));
    return true;
}
