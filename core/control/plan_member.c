/* SPDX-License-Identifier: MIT */
/* plan_member: the orders about who serves which queue: add, remove, role, move, pause, unpause, ringinuse. What a member carries (name,
 * state interface, role, pause) goes with him. A static member comes back at the next reload, so it is paused, never removed. */
#include "core/base/mem.h"
#include "core/base/near.h"
#include "core/control/plan_seat.h"

#include <stdio.h>

static bool is_absent(const struct plan_seat *s, struct target_fault *fault)
{
    const char *label = target_label(&s->agent);
    return s->member != NULL || target_fail(fault, ORDER_NO_SUCH, "%s is not in %s", label, s->queue->name);
}

/* --- add, remove ---------------------------------------------------------------------------------------- */

static bool read_lease(const struct command *c, struct plan *p, struct target_fault *fault)
{
    struct slice value;
    if (command_option(c, "--for", &value) && !target_duration(value, &p->lease_ms, fault))
        return false;
    if (command_option(c, "--calls", &value) && !slice_int(value, 1, 1000, &p->lease_calls))
        return target_fail(fault, ORDER_WRONG, "--calls wants a number from 1 to 1000, not '%.*s'", SLICE_FMT(value));
    return true;
}

/* An option that says otherwise than the directory. */
static bool take_text(const struct command *c, const char *option, char *out, size_t size, struct target_fault *fault)
{
    struct slice value;
    if (!command_option(c, option, &value))
        return true;
    if (value.n >= size)
        return target_fail(fault, ORDER_WRONG, "%s: longer than the %zu bytes that Asterisk keeps", option, size - 1);
    (void)snprintf(out, size, "%.*s", SLICE_FMT(value));
    return true;
}

/* He is there already, and so nothing is sent. What was asked for beyond that and is not so (role, pause) is not done: it is refused, with
 * the line that does it. */
static bool is_there(const struct world *w, const struct plan_seat *s, bool has_role, const struct plan_joining *j, struct plan *p, struct target_fault *fault)
{
    const struct fact_member *m = s->member;
    const char *label = target_label(&s->agent);
    bool is_other_role = has_role && m->penalty != j->penalty, is_unpaused = j->reason.p != NULL && m->paused == 0;
    struct buf how = BUF_INIT(COMMAND_LINE_MAX), line = BUF_INIT(COMMAND_LINE_MAX);
    (void)buf_add(&how, settings_role(w->settings, m->penalty) != NULL ? SLICE("role ") : SLICE("penalty "));
    plan_add_role(w, m->penalty, &how);
    plan_seat_undo(w, s, is_unpaused && !is_other_role ? "pause" : "role", &line);
    buf_add_char(&line, ' ');
    if (is_unpaused && !is_other_role)
        command_add_name(&line, j->reason);
    else if (is_other_role)
        plan_add_role(w, j->penalty, &line);
    else
        buf_addf(&line, "ROLE");
    bool ok = is_other_role || is_unpaused
                  ? target_fail(fault, ORDER_REFUSED, "%s is in %s already, with %s%s: '%s' changes that", label, s->queue->name, buf_slice(&how).p,
                                is_unpaused ? ", not paused" : "", buf_slice(&line).p)
                  : plan_nothing(p, "%s is in %s already, with %s: '%s' changes it", label, s->queue->name, buf_slice(&how).p, buf_slice(&line).p);
    buf_clear(&how);
    buf_clear(&line);
    return ok;
}

/* False: there is no second loan of one who is there, and none of one who belongs there. */
static bool is_lent_already(const struct world *w, const struct plan_seat *s, struct target_fault *fault)
{
    const char *label = target_label(&s->agent);
    struct buf line = BUF_INIT(COMMAND_LINE_MAX);
    plan_seat_undo(w, s, "cancel", &line);
    if (w->is_lent != NULL && w->is_lent(w->context, s->queue->id, s->agent.who.interface))
        (void)target_fail(fault, ORDER_REFUSED, "%s is lent to %s already: '%s' ends that, and then lend anew", label, s->queue->name, buf_slice(&line).p);
    else
        (void)target_fail(fault, ORDER_REFUSED, "%s is in %s already: lending would take him out in the end", label, s->queue->name);
    buf_clear(&line);
    return false;
}

static void add_lease(const struct plan *p, struct buf *out)
{
    int64_t ms = p->lease_ms, unit = ms % 3600000 == 0 ? 3600000 : ms % 60000 == 0 ? 60000 : 1000;
    if (ms > 0)
        (void)buf_addf(out, " for %lld %s", (long long)(ms / unit), unit == 3600000 ? "h" : unit == 60000 ? "min" : "s");
    if (p->lease_calls > 0)
        (void)buf_addf(out, "%s for %lld call%s", ms > 0 ? ", or" : "", (long long)p->lease_calls, p->lease_calls == 1 ? "" : "s");
}

/* "add Ana Roy to sales as expert for 5 min, paused as in all his queues: lunch" */
static void say_add(const struct world *w, const struct plan_seat *s, const struct plan_joining *j, bool is_carried, struct plan *p)
{
    struct buf how = BUF_INIT(1024);
    (void)buf_add(&how, settings_role(w->settings, j->penalty) != NULL ? SLICE("as ") : SLICE("with penalty "));
    plan_add_role(w, j->penalty, &how);
    add_lease(p, &how);
    if (j->reason.p != NULL)
        (void)buf_addf(&how, ", paused%s%s%.*s", is_carried ? " as in all his queues" : "", j->reason.n > 0 ? ": " : "", SLICE_FMT(j->reason));
    const char *label = target_label(&s->agent);
    plan_say(p, "add %s to %s %s%s", label, s->queue->name, buf_slice(&how).p, s->agent.is_unreachable ? " (the telephone is not registered)" : "");
    buf_clear(&how);
}

/* Who is at lunch is so in a queue that is new to him. False: *fault. */
static bool read_pause(const struct world *w, const struct command *c, const struct plan_seat *s, struct plan_joining *j, bool *is_carried, struct target_fault *fault)
{
    struct slice flag;
    bool is_paused = command_option(c, "--paused", &j->reason), is_unpaused = command_option(c, "--unpaused", &flag);
    if (is_paused && is_unpaused)
        return target_fail(fault, ORDER_WRONG, "--paused and --unpaused are two different things");
    *is_carried = !is_paused && !is_unpaused && s->member == NULL && plan_seat_is_away(w, s->agent.agent, s->queue->id, &j->reason);
    return true;
}

bool plan_add(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault)
{
    struct plan_seat s;
    struct slice agent = SLICE(""), queue = SLICE(""), role;
    struct plan_joining j = { 0, { NULL, 0 } };
    (void)command_positional(c, 0, &agent);
    (void)command_positional(c, 1, &queue);
    bool has_role = command_positional(c, 2, &role);
    if (!plan_seat_find(w, agent, queue, &s, p, fault) || (has_role && !target_role(w, role, &j.penalty, fault)) || !read_lease(c, p, fault))
        return false;
    bool is_carried = false;
    if (!read_pause(w, c, &s, &j, &is_carried, fault) || !take_text(c, "--name", s.agent.who.name, sizeof s.agent.who.name, fault) ||
        !take_text(c, "--state", s.agent.who.state_interface, sizeof s.agent.who.state_interface, fault))
        return false;
    say_add(w, &s, &j, is_carried, p);
    bool is_lease = p->lease_ms > 0 || p->lease_calls > 0;
    if (s.member != NULL && is_lease)
        return is_lent_already(w, &s, fault);
    if (s.member != NULL)
        return is_there(w, &s, has_role, &j, p, fault);
    plan_seat_join(w, &s, &j, p);
    return true;
}

bool plan_remove(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault)
{
    struct plan_seat s;
    struct slice agent = SLICE(""), queue = SLICE("");
    (void)command_positional(c, 0, &agent);
    (void)command_positional(c, 1, &queue);
    if (!plan_seat_find(w, agent, queue, &s, p, fault))
        return false;
    const char *label = target_label(&s.agent);
    plan_say(p, "take %s out of %s", label, s.queue->name);
    if (s.member == NULL)
        return plan_nothing(p, "%s is not in %s", label, s.queue->name);
    if (!plan_seat_is_dynamic(&s, fault))
        return false;
    plan_seat_leave(w, &s, p);
    return true;
}

bool plan_move(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault)
{
    struct plan_seat from, to;
    struct slice agent = SLICE(""), one = SLICE(""), other = SLICE(""), role;
    (void)command_positional(c, 0, &agent);
    (void)command_positional(c, 1, &one);
    (void)command_positional(c, 2, &other);
    bool has_role = command_positional(c, 3, &role);
    if (!plan_seat_find(w, agent, one, &from, p, fault) || !is_absent(&from, fault) || !plan_seat_is_dynamic(&from, fault) || !plan_seat_find(w, agent, other, &to, p, fault))
        return false;
    struct plan_joining j = { from.member->penalty, { NULL, 0 } };
    if (from.member->paused != 0)
        j.reason = slice_of(from.member->paused_reason != NULL ? from.member->paused_reason : "");
    if (has_role && !target_role(w, role, &j.penalty, fault))
        return false;
    const char *label = target_label(&to.agent);
    plan_say(p, "move %s from %s to %s", label, from.queue->name, to.queue->name);
    if (from.queue->pbx != to.queue->pbx)
        return target_fail(fault, ORDER_WRONG, "%s and %s are on two PBXs: add and remove instead", from.queue->name, to.queue->name);
    if (to.member != NULL && has_role && to.member->penalty != j.penalty)
        return is_there(w, &to, has_role, &(struct plan_joining){ j.penalty, { NULL, 0 } }, p, fault);
    if (to.member == NULL)
        plan_seat_join(w, &to, &j, p); /* first in, then out: never in none of them */
    plan_seat_leave(w, &from, p);
    p->queue = 0;
    return true;
}

/* --- role, ringinuse ------------------------------------------------------------------------------------ */

bool plan_role(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault)
{
    struct plan_seat s;
    int64_t penalty = 0;
    struct slice agent = SLICE(""), queue = SLICE(""), role = SLICE("");
    (void)command_positional(c, 0, &agent);
    (void)command_positional(c, 1, &queue);
    (void)command_positional(c, 2, &role);
    if (!plan_seat_find(w, agent, queue, &s, p, fault) || !is_absent(&s, fault) || !target_role(w, role, &penalty, fault))
        return false;
    const char *label = target_label(&s.agent);
    const char *name = settings_role(w->settings, penalty);
    if (name != NULL)
        plan_say(p, "make %s %s in %s", label, name, s.queue->name);
    else
        plan_say(p, "give %s penalty %lld in %s", label, (long long)penalty, s.queue->name);
    if (s.member->penalty == penalty)
        return plan_nothing(p, "%s has penalty %lld in %s already", label, (long long)penalty, s.queue->name);
    struct act *a = plan_seat_act(&s, p, REQUEST_QUEUE_PENALTY, PROOF_PENALTY);
    act_headerf(a, "Penalty", "%lld", (long long)penalty);
    a->proof.number = penalty;
    struct buf undo = BUF_INIT(COMMAND_LINE_MAX);
    plan_seat_undo(w, &s, "role", &undo);
    buf_add_char(&undo, ' ');
    plan_add_role(w, s.member->penalty, &undo);
    plan_end_undo(a, &undo);
    return true;
}

bool plan_ringinuse(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault)
{
    struct plan_seat s;
    struct slice agent = SLICE(""), queue = SLICE(""), word = SLICE("");
    (void)command_positional(c, 0, &agent);
    (void)command_positional(c, 1, &queue);
    (void)command_positional(c, 2, &word);
    if (!plan_seat_find(w, agent, queue, &s, p, fault) || !is_absent(&s, fault))
        return false;
    const char *label = target_label(&s.agent);
    bool is_on = slice_eq(word, SLICE("on"));
    plan_say(p, is_on ? "let %s ring %s while on the phone" : "let %s not ring %s while on the phone", s.queue->name, label);
    if (s.member->ringinuse == is_on)
        return plan_nothing(p, "ringinuse of %s in %s is %s already", label, s.queue->name, is_on ? "on" : "off");
    struct act *a = plan_seat_act(&s, p, REQUEST_QUEUE_MEMBER_RINGINUSE, PROOF_RINGINUSE);
    act_header(a, "RingInUse", is_on ? SLICE("yes") : SLICE("no"));
    a->proof.number = is_on;
    struct buf undo = BUF_INIT(COMMAND_LINE_MAX);
    plan_seat_undo(w, &s, "ringinuse", &undo);
    buf_addf(&undo, " %s", is_on ? "off" : "on");
    plan_end_undo(a, &undo);
    return true;
}

/* --- pause ----------------------------------------------------------------------------------------------- */

struct pausing {
    struct target_agent agent;
    const struct fact_queue *queue; /* NULL: all of his */
    bool is_on;
    struct slice said, reason; /* whom, as it was given; reason absent: none */
};

static const char *reason_at(size_t i, const void *context)
{
    const struct world *w = context;
    return i < w->settings->reason_count ? w->settings->reason[i].name : NULL;
}

/* A word alone is a queue where there is one of that name, else the reason: "pause 401 lunch". A mistyped queue would pause him everywhere, so
 * what is nearly a queue's name is no reason, nor, where reasons are configured, what is none of them; "--reason salse" is one for certain. */
static bool is_reason(const struct world *w, const struct pausing *s, struct slice word, struct target_fault *fault)
{
    const char *queue = target_near_queue(w, word), *reason = NULL;
    struct buf line = BUF_INIT(COMMAND_LINE_MAX);
    char *text = mem_text(word);
    bool is_known = settings_reason(w->settings, text) != NULL;
    mem_free(text);
    if (is_known || (queue == NULL && w->settings->reason_count == 0))
        return true;
    if (queue == NULL)
        reason = near_name(word, reason_at, w);
    const char *near = queue != NULL && *queue != '\0' ? queue : reason;
    (void)buf_addf(&line, "pause ");
    command_add_name(&line, s->said);
    (void)buf_addf(&line, " --reason ");
    command_add_name(&line, word);
    (void)target_fail(fault, ORDER_NO_SUCH, "there is no queue '%.*s'%s%s%s%s For a reason in all queues: %s", SLICE_FMT(word),
                      queue == NULL ? ", and no such reason is configured" : "", near != NULL ? ": did you mean '" : "", near != NULL ? near : "", near != NULL ? "'?" : ".",
                      buf_slice(&line).p);
    buf_clear(&line);
    return false;
}

/* In one queue of his. */
static bool read_pausing_in(const struct world *w, struct slice queue, struct pausing *s, struct plan *p, struct target_fault *fault)
{
    struct plan_seat seat;
    if (!plan_seat_find(w, s->said, queue, &seat, p, fault) || !is_absent(&seat, fault))
        return false;
    s->agent = seat.agent;
    s->queue = seat.queue;
    return true;
}

static bool read_pausing(const struct world *w, const struct command *c, struct pausing *s, struct plan *p, struct target_fault *fault)
{
    struct slice word, option;
    struct target_fault ignored;
    (void)command_positional(c, 0, &s->said);
    bool has_word = command_positional(c, 1, &word), has_reason = command_positional(c, 2, &s->reason), has_option = command_option(c, "--reason", &option);
    if (has_reason && has_option)
        return target_fail(fault, ORDER_WRONG, "one reason, please: '%.*s' or --reason '%.*s'", SLICE_FMT(s->reason), SLICE_FMT(option));
    if (has_option)
        s->reason = option;
    bool is_queue = has_word && (target_queue(w, word, 0, &s->queue, &ignored) || ignored.state == ORDER_WRONG /* there are several */);
    if (has_reason && !is_queue && s->is_on) /* "pause 401 lunch break" */
        return target_fail(fault, ORDER_NO_SUCH, "%s; a reason of several words stands in quotes", ignored.err.text);
    if (has_word && (has_reason || has_option || !s->is_on || is_queue))
        return read_pausing_in(w, word, s, p, fault);
    if (!target_agent(w, s->said, 0, &s->agent, fault) || (has_word && !is_reason(w, s, word, fault)))
        return false;
    if (has_word)
        s->reason = word;
    p->pbx = s->agent.pbx;
    p->agent = s->agent.agent;
    (void)mem_assign(&p->interface, slice_of(s->agent.who.interface));
    const char *label = target_label(&s->agent);
    return s->agent.agent != 0 || target_fail(fault, ORDER_NO_SUCH, "%s is in no queue", label);
}

static struct act *pause_act(const struct pausing *s, const struct fact_queue *queue, struct plan *p)
{
    struct act *a = plan_act(p, REQUEST_QUEUE_PAUSE, PROOF_PAUSED);
    act_header(a, "Interface", slice_of(s->agent.who.interface));
    act_header(a, "Paused", s->is_on ? SLICE("true") : SLICE("false"));
    if (queue != NULL)
        act_header(a, "Queue", slice_of(queue->name));
    if (s->is_on && s->reason.n > 0) {
        act_header(a, "Reason", s->reason);
        a->proof.text = mem_text(s->reason);
    }
    a->proof.number = s->is_on;
    a->proof.queue = queue != NULL ? queue->id : 0;
    a->proof.interface = mem_strdup(s->agent.who.interface);
    return a;
}

/* The line that makes it as it was in this queue; of a pause its reason too. queue NULL: in all of them. */
static void undo_pause(const struct world *w, const struct pausing *s, struct act *a, const struct fact_queue *queue, const struct fact_member *was)
{
    struct buf line = BUF_INIT(COMMAND_LINE_MAX);
    buf_addf(&line, "%s ", was->paused != 0 ? "pause" : "unpause");
    target_add_agent(w, s->agent.pbx, s->agent.who.interface, &line);
    buf_add_char(&line, ' ');
    if (queue != NULL)
        target_add_queue(w, queue, &line);
    if (was->paused != 0) { /* even where there is none: a queue that has gone meanwhile must not be read as a reason for all of them */
        buf_add_char(&line, ' ');
        command_add_name(&line, slice_of(was->paused_reason));
    }
    plan_end_undo(a, &line);
}

static bool is_so(const struct pausing *s, const struct fact_member *m)
{
    return (m->paused != 0) == s->is_on && (!s->is_on || s->reason.n == 0 || slice_eq(slice_of(m->paused_reason), s->reason));
}

struct standing { /* the memberships that the order is about */
    size_t all, differ;
    bool is_any_paused; /* he may be for several reasons: each has its own undo */
    const struct fact_member *first;
};

static void note_standing(const struct world *w, const struct pausing *s, struct standing *out)
{
    struct world_at at = { 0, 0 };
    const struct fact_member *m;
    *out = (struct standing){ 0 };
    while ((m = world_next_member(w, &at)) != NULL) {
        if (m->agent != s->agent.agent || (s->queue != NULL && m->queue != s->queue->id))
            continue;
        out->all++;
        out->differ += !is_so(s, m);
        out->is_any_paused = out->is_any_paused || m->paused != 0;
        out->first = out->first != NULL ? out->first : m;
    }
}

static void plan_each_pause(const struct world *w, const struct pausing *s, struct plan *p)
{
    struct world_at at = { 0, 0 };
    const struct fact_member *m;
    while ((m = world_next_member(w, &at)) != NULL) {
        const struct fact_queue *q = m->agent == s->agent.agent && !is_so(s, m) ? world_queue(w, m->queue) : NULL;
        if (q != NULL && (s->queue == NULL || s->queue->id == q->id))
            undo_pause(w, s, pause_act(s, q, p), q, m);
    }
}

/* "all queues"; to whom sees some of them only, their names: in the others nothing changes. */
static void add_where(const struct world *w, const struct pausing *s, struct buf *out)
{
    struct world_at at = { 0, 0 };
    const struct fact_member *m;
    if (s->queue != NULL || !w->is_part)
        (void)buf_addf(out, "%s", s->queue != NULL ? s->queue->name : "all queues");
    while (s->queue == NULL && w->is_part && (m = world_next_member(w, &at)) != NULL) {
        const struct fact_queue *q = m->agent == s->agent.agent ? world_queue(w, m->queue) : NULL;
        if (q != NULL)
            (void)buf_addf(out, "%s%s", out->len > 0 ? ", " : "", q->name);
    }
}

static bool plan_pausing(const struct world *w, const struct command *c, bool is_on, struct plan *p, struct target_fault *fault)
{
    struct pausing s = { .is_on = is_on, .said = SLICE("") };
    struct standing now;
    if (!read_pausing(w, c, &s, p, fault))
        return false;
    note_standing(w, &s, &now);
    const char *label = target_label(&s.agent);
    struct buf in = BUF_INIT(4096);
    add_where(w, &s, &in);
    const char *where = buf_slice(&in).p;
    plan_say(p, "%s %s in %s%s%.*s", is_on ? "pause" : "unpause", label, where, s.reason.n > 0 ? ": " : "", SLICE_FMT(s.reason));
    if (now.differ == 0)
        (void)plan_nothing(p, is_on ? "%s is paused in %s already" : s.queue != NULL || w->is_part ? "%s is not paused in %s" : "%s is not paused", label, where);
    else if (s.queue == NULL && now.all > 1 && !now.is_any_paused && !w->is_part)
        undo_pause(w, &s, pause_act(&s, NULL, p), NULL, now.first); /* one PAUSEALL in queue_log instead of many PAUSE */
    else
        plan_each_pause(w, &s, p);
    buf_clear(&in);
    return true;
}

bool plan_pause(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault)
{
    return plan_pausing(w, c, true, p, fault);
}

bool plan_unpause(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault)
{
    return plan_pausing(w, c, false, p, fault);
}
