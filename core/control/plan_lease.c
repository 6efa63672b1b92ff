/* SPDX-License-Identifier: MIT */
/* plan_lease: the orders about memberships that end by themselves: take (one call) and cancel. What happens after the requests were proven is
 * in lease.c and take.c. */
#include "core/base/mem.h"
#include "core/control/plan_seat.h"

#include <stdio.h>

enum { TAKE_WRAPUP_S = 86400 };

struct taking {
    const struct fact_queue *queue;
    struct target_agent agent;
    bool is_nobody;                   /* the keeper knows whose phone it is, and who asks does not */
    const struct fact_caller *caller; /* NULL: any */
    bool is_raised;                   /* the caller is not the next one, and is to be */
    bool is_withdrawn;                /* for that the caller is taken out of the queue */
    struct directory_way way;         /* for which the dialplan has lines */
};

/* --- who takes ------------------------------------------------------------------------------------------- */

/* Without --to: whoever has the phone that is the giver's own. */
static bool find_own(const struct world *w, const struct plan *p, struct taking *t, struct target_fault *fault)
{
    struct buf kept = BUF_INIT(256);
    bool ok = false;
    if (w->phone != NULL && w->phone(w->context, p->who, &kept))
        ok = target_phone(w, buf_slice(&kept), t->queue->pbx, &t->agent, fault);
    else if (p->who != NULL && w->settings->phone != NULL)
        ok = target_phone(w, slice_of(w->settings->phone), t->queue->pbx, &t->agent, fault);
    else
        ok = t->is_nobody = p->who == NULL;
    buf_clear(&kept);
    if (!ok && fault->err.kind == ERR_NONE)
        (void)target_fail(fault, ORDER_WRONG, "who shall take the call? Say --to AGENT; for yourself say once phone = \"PJSIP/900\"; in acdtop.conf");
    return ok;
}

static bool find_taker(const struct world *w, const struct command *c, struct plan *p, struct taking *t, struct target_fault *fault)
{
    struct slice queue = SLICE(""), to;
    struct target_fault first;
    struct target_agent named;
    (void)command_positional(c, 0, &queue);
    if (!command_option(c, "--to", &to) && w->self == NULL)
        return target_queue(w, queue, 0, &t->queue, fault) && find_own(w, p, t, fault);
    if (!command_option(c, "--to", &to))
        to = slice_of(w->self);
    uint64_t pbx = target_agent(w, to, 0, &named, &first) ? named.pbx : 0;
    return (target_queue(w, queue, pbx, &t->queue, fault) || (pbx != 0 && target_queue(w, queue, 0, &t->queue, fault))) &&
           target_agent(w, to, t->queue->pbx, &t->agent, fault);
}

static bool read_taking(const struct world *w, const struct command *c, struct taking *t, struct plan *p, struct target_fault *fault)
{
    struct slice caller, value;
    if (!find_taker(w, c, p, t, fault))
        return false;
    if (command_positional(c, 1, &caller) && !target_caller(w, caller, t->queue->id, &t->caller, fault))
        return false;
    p->lease_ms = PLAN_TAKE_MS;
    if (command_option(c, "--for", &value) && !target_duration(value, &p->lease_ms, fault))
        return false;
    p->pbx = t->queue->pbx;
    p->queue = t->queue->id;
    p->agent = t->agent.agent;
    p->caller = t->caller != NULL ? t->caller->id : 0;
    p->is_take = true;
    (void)mem_assign(&p->interface, slice_of(t->agent.who.interface));
    return true;
}

static const char *what_it_does(int64_t device)
{
    static const char *const words[DEVICE_STATE_COUNT] = {
        [DEVICE_INUSE] = "is in use",       [DEVICE_BUSY] = "is busy",         [DEVICE_INVALID] = "is unknown to the PBX", [DEVICE_UNAVAILABLE] = "is not registered",
        [DEVICE_RINGING] = "rings already", [DEVICE_RINGINUSE] = "is in use and rings", [DEVICE_ONHOLD] = "has a call on hold",
    };
    return device >= 0 && device < DEVICE_STATE_COUNT && words[device] != NULL ? words[device] : "is in a state of its own";
}

static bool may_take(const struct world *w, const struct taking *t, struct target_fault *fault)
{
    const char *label = target_label(&t->agent);
    const struct fact_agent *a = t->agent.agent != 0 ? world_agent(w, t->agent.agent) : NULL;
    if (target_member(w, t->queue->id, t->agent.who.interface) != NULL)
        return target_fail(fault, ORDER_REFUSED, "%s is in %s already: unpause or wait for the next call there", label, t->queue->name);
    if (a != NULL && a->device != DEVICE_NOT_INUSE && a->device != DEVICE_UNKNOWN)
        return target_fail(fault, ORDER_REFUSED, "%s is not free: the phone %s", label, what_it_does(a->device));
    return true;
}

/* --- this very caller -------------------------------------------------------------------------------------- */

static size_t place_of(const struct world *w, const struct fact_caller *caller)
{
    struct world_at at = { 0, 0 };
    const struct fact_caller *c;
    size_t place = 1;
    while ((c = world_next_caller(w, &at)) != NULL)
        place += c->queue == caller->queue && c->rank < caller->rank;
    return place;
}

/* In front of all others: Asterisk puts whom it moves behind those of the same priority. */
static void raise_caller(const struct world *w, const struct taking *t, struct plan *p)
{
    struct world_at at = { 0, 0 };
    const struct fact_caller *c;
    int64_t highest = t->caller->priority;
    while ((c = world_next_caller(w, &at)) != NULL) {
        if (c->queue == t->queue->id && c->priority > highest)
            highest = c->priority;
    }
    struct act *a = plan_caller_act(p, REQUEST_QUEUE_PRIORITY, PROOF_PRIORITY, t->caller);
    act_header(a, "Queue", slice_of(t->queue->name));
    act_header(a, "Caller", slice_of(t->caller->channel));
    act_headerf(a, "Priority", "%lld", (long long)(highest < INT32_MAX ? highest + 1 : highest));
    act_header(a, "Immediate", SLICE("yes"));
    a->proof.number = highest < INT32_MAX ? highest + 1 : highest;
    p->take_priority = t->caller->priority > 0 ? t->caller->priority : 0;
}

/* The last look before he may be offered a call: who is the first of the queue now, by the PBX's own word. A name that a function of the
 * dialplan could take for something else is not asked about: there the floor is what is looked at. */
static void ask_head(const struct taking *t, struct plan *p)
{
    for (const char *c = t->queue->name; *c != '\0'; c++) {
        if ((*c < '0' || *c > '9') && (*c < 'a' || *c > 'z') && (*c < 'A' || *c > 'Z') && strchr("-_.+*#", *c) == NULL)
            return;
    }
    struct act *a = plan_caller_act(p, REQUEST_GETVAR, PROOF_VALUE, t->caller);
    act_headerf(a, "Variable", "QUEUE_GET_CHANNEL(%s,1)", t->queue->name);
    a->proof.text = mem_strdup(t->caller->channel);
    plan_refusal(a, "not taken: somebody else is the next one in %s now", t->queue->name);
}

static bool find_very(const struct world *w, struct taking *t, struct plan *p, struct target_fault *fault)
{
    const struct fact_pbx *pbx = world_pbx(w, p->pbx);
    const char *version = pbx != NULL ? pbx->asterisk : NULL, *who = t->caller->number != NULL ? t->caller->number : t->caller->uniqueid;
    size_t place = place_of(w, t->caller);
    t->is_raised = place > 1;
    p->take_caller = mem_strdup(t->caller->uniqueid);
    if (t->caller->channel == NULL)
        return target_fail(fault, ORDER_REFUSED, "the channel of %s is not known yet", who);
    if (!t->is_raised || plan_can(version, PLAN_MOVES_WHO_WAITS))
        return true;
    t->is_withdrawn = directory_withdrawn(w->directory, pbx != NULL ? pbx->name : NULL, slice_of(t->agent.who.extension), slice_of(t->queue->name), &t->way);
    if (t->is_withdrawn)
        return true;
    return target_fail(fault, ORDER_REFUSED, "%s is number %zu in %s and would not be the one who is taken: Asterisk %s cannot move who waits "
                       "(18.20, 20.5 and 21 can), and there is no withdraw_context in acdtop.conf", who, place, t->queue->name, version);
}

/* --- the requests ------------------------------------------------------------------------------------------ */

static struct act *taking_act(const struct taking *t, struct plan *p, enum request_kind kind, enum proof_kind proof)
{
    const char *interface = p->take_interface != NULL ? p->take_interface : t->agent.who.interface;
    struct act *a = plan_act(p, kind, proof);
    act_header(a, "Queue", slice_of(t->queue->name));
    act_header(a, "Interface", slice_of(interface));
    a->proof.queue = t->queue->id;
    a->proof.interface = mem_strdup(interface);
    if (t->caller != NULL)
        plan_target(a, FACT_CALLER, t->caller->id);
    return a;
}

static struct act *add_act(const struct taking *t, struct plan *p, enum proof_kind proof, bool is_paused)
{
    const struct directory_entry *who = &t->agent.who;
    struct act *a = taking_act(t, p, REQUEST_QUEUE_ADD, proof);
    act_header(a, "Penalty", SLICE("0"));
    act_header(a, "Paused", is_paused ? SLICE("true") : SLICE("false"));
    act_headerf(a, "Wrapuptime", "%d", TAKE_WRAPUP_S);
    act_header(a, "Reason", SLICE("acdtop take"));
    if (who->name[0] != '\0')
        act_header(a, "MemberName", slice_of(who->name));
    return a;
}

/* Added paused, and with both fuses before he is armed (take.c): then the PBX itself gives him one call and no second one. */
static void plan_fused(const struct taking *t, struct plan *p)
{
    const struct directory_entry *who = &t->agent.who;
    struct act *a = add_act(t, p, PROOF_MEMBER, true);
    if (who->state_interface[0] != '\0' && strcmp(who->state_interface, who->interface) != 0)
        act_header(a, "StateInterface", slice_of(who->state_interface));
    a = taking_act(t, p, REQUEST_QUEUE_MEMBER_RINGINUSE, PROOF_RINGINUSE);
    act_header(a, "RingInUse", SLICE("no"));
    a->proof.number = 0;
    if (t->caller != NULL)
        ask_head(t, p);
}

/* By the dialplan's own lines (acdtop.conf(5)): whoever rings him through them has taken him out before. One request, and nothing to be put
 * right when acdtop, or the PBX, dies. */
static void plan_by_line(const struct taking *t, struct plan *p)
{
    const struct directory_entry *who = &t->agent.who;
    plan_refusal(plan_ask_way(p, &t->way), "the dialplan has no %s in the context %s: put in the lines that acdtop.conf(5) has under take_context, or leave "
                 "take_context out", t->way.exten, t->way.context);
    if (t->caller != NULL)
        ask_head(t, p);
    struct act *a = add_act(t, p, PROOF_ADDED, false);
    act_header(a, "StateInterface", slice_of(who->state_interface[0] != '\0' ? who->state_interface : who->phone));
}

/* Out of the queue, and to the agent's phone by the dialplan (acdtop.conf(5)), which puts the caller back, as the first, where he does not
 * answer. The queue counts it as withdrawn. An agent who answers in that moment has the call: Asterisk then lets the withdrawal be. */
static void plan_withdrawn(const struct taking *t, struct plan *p)
{
    plan_refusal(plan_ask_way(p, &t->way), "the dialplan has no %s in the context %s: put in the lines that acdtop.conf(5) has under withdraw_context, or leave "
                 "withdraw_context out", t->way.exten, t->way.context);
    struct act *a = plan_caller_act(p, REQUEST_QUEUE_WITHDRAW, PROOF_ANSWER, t->caller);
    act_header(a, "Queue", slice_of(t->queue->name));
    act_header(a, "Caller", slice_of(t->caller->channel));
    act_header(a, "WithdrawInfo", slice_of(t->way.exten));
    a->proof.text = mem_strdup(t->caller->uniqueid);
    a->proof.other = mem_strdup(t->agent.who.phone);
    a->wait_ms = p->lease_ms;
    char *said = mem_strdup(p->what);
    plan_say(p, "%s: out of the queue, which counts it as withdrawn, and back in front where nobody answers", said);
    mem_free(said);
    p->lease_ms = 0;
    p->is_take = false;
}

/* "Local/401*sales@acdtop1x/n"; NULL: not configured, or too long a name, or one that the dialplan cannot take apart. */
static char *line_interface(const struct world *w, struct taking *t)
{
    const struct fact_pbx *pbx = world_pbx(w, t->queue->pbx);
    char name[DIRECTORY_TEXT_MAX + 1];
    if (!directory_take(w->directory, pbx != NULL ? pbx->name : NULL, slice_of(t->agent.who.extension), slice_of(t->queue->name), &t->way))
        return NULL;
    int n = snprintf(name, sizeof name, "Local/%s@%s/n", t->way.exten, t->way.context);
    return n > 0 && (size_t)n < sizeof name ? mem_strdup(name) : NULL;
}

bool plan_take(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault)
{
    struct taking t = { 0 };
    struct buf caller = BUF_INIT(256);
    if (!read_taking(w, c, &t, p, fault))
        return false;
    if (t.caller != NULL)
        plan_add_caller(&caller, t.caller->name, t.caller->number, t.caller->uniqueid);
    plan_say(p, "take %s from %s for %s", t.caller != NULL ? buf_slice(&caller).p : "one call", t.queue->name, t.is_nobody ? "your phone" : target_label(&t.agent));
    buf_clear(&caller);
    if (t.is_nobody)
        return true;
    if (!may_take(w, &t, fault) || (t.caller != NULL && !find_very(w, &t, p, fault)))
        return false;
    if (t.is_raised && !t.is_withdrawn)
        raise_caller(w, &t, p);
    p->take_interface = t.is_withdrawn ? NULL : line_interface(w, &t);
    if (t.is_withdrawn)
        plan_withdrawn(&t, p);
    else if (p->take_interface != NULL)
        plan_by_line(&t, p);
    else
        plan_fused(&t, p);
    return true;
}

/* --- the end of it ------------------------------------------------------------------------------------------ */

/* Who is taken by the dialplan's lines is in the queue under their name. */
static char *lent_line(const struct world *w, const struct command *c)
{
    struct slice agent = SLICE(""), queue = SLICE("");
    struct taking t = { 0 };
    struct target_fault ignored;
    struct buf line = BUF_INIT(COMMAND_LINE_MAX);
    (void)command_positional(c, 0, &agent);
    (void)command_positional(c, 1, &queue);
    bool ok = w->is_lent != NULL && target_queue(w, queue, 0, &t.queue, &ignored) && target_agent(w, agent, t.queue->pbx, &t.agent, &ignored);
    char *interface = ok ? line_interface(w, &t) : NULL, *out = NULL;
    if (interface != NULL && w->is_lent(w->context, t.queue->id, interface)) {
        (void)buf_addf(&line, "remove ");
        target_add_agent(w, t.queue->pbx, interface, &line);
        (void)buf_add_char(&line, ' ');
        target_add_queue(w, t.queue, &line);
        out = mem_text(buf_slice(&line));
    }
    buf_clear(&line);
    mem_free(interface);
    return out;
}

bool plan_cancel(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault)
{
    struct slice agent = SLICE(""), queue = SLICE("");
    (void)command_positional(c, 0, &agent);
    (void)command_positional(c, 1, &queue);
    char *line = lent_line(w, c);
    if (line != NULL) {
        struct command remove;
        struct command_fault wrong;
        bool ok = command_parse(slice_of(line), COMMAND_ORDER, &remove, &wrong) && plan_remove(w, &remove, p, fault);
        command_clear(&remove);
        mem_free(line);
        return ok;
    }
    struct plan_seat s; /* first whether he is lent: why a static member is not taken out is no answer */
    if (!plan_seat_find(w, agent, queue, &s, p, fault))
        return false;
    if (p->interface != NULL && (w->is_lent == NULL || w->is_lent(w->context, p->queue, p->interface)))
        return plan_remove(w, c, p, fault);
    const char *label = target_label(&s.agent);
    return target_fail(fault, ORDER_REFUSED, "%s is not lent to %s: nothing is to be ended", label, s.queue->name);
}
