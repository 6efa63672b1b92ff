/* SPDX-License-Identifier: MIT */
/* plan_set: the orders about all of an agent's memberships at once: login and logout (sets of queues that the configuration names), device
 * (the same memberships under another interface). Where queues.conf or a database puts the agent, logging out is a pause. */
#include "core/base/mem.h"
#include "core/base/near.h"
#include "core/control/plan_seat.h"

#include <stdio.h>

#define LOGOUT_REASON "logged out" /* of that pause: what login ends, and nothing else */

/* --- which queues ---------------------------------------------------------------------------------------- */

static const char *set_at(size_t i, const void *context)
{
    const struct settings *s = context;
    return i < s->set_count ? s->set[i].name : NULL;
}

static const struct set_settings *set_named(const struct settings *s, struct slice name)
{
    for (size_t i = 0; i < s->set_count; i++) {
        if (slice_eq_nocase(slice_of(s->set[i].name), name))
            return &s->set[i];
    }
    return NULL;
}

/* Without a name the one of the team, or the only one. */
static const struct set_settings *find_set(const struct settings *s, struct slice word, const struct target_agent *agent, struct target_fault *fault)
{
    if (s->set_count == 0) {
        (void)target_fail(fault, ORDER_NO_SUCH, "no set of queues is configured: queue_sets in acdtop.conf names some, as { name = \"front\"; queues = [ \"sales\" ]; }");
        return NULL;
    }
    const struct set_settings *set = set_named(s, word.p != NULL ? word : slice_of(agent->who.team));
    if (set != NULL || (word.p == NULL && s->set_count == 1))
        return set != NULL ? set : &s->set[0];
    const char *near = word.p != NULL ? near_name(word, set_at, s) : NULL, *label = target_label(agent);
    if (near != NULL)
        (void)target_fail(fault, ORDER_NO_SUCH, "there is no set '%.*s' in queue_sets: did you mean '%s'?", SLICE_FMT(word), near);
    else if (word.p != NULL)
        (void)target_fail(fault, ORDER_NO_SUCH, "there is no set '%.*s' in queue_sets", SLICE_FMT(word));
    else
        (void)target_fail(fault, ORDER_WRONG, "which set of queues? None is called as the team of %s: say its name, as '%s'", label, s->set[0].name);
    return NULL;
}

/* The next queue of the set; false: there is none, or *fault says what is wrong with it. */
static bool next_seat(const struct world *w, struct slice agent, struct slice *rest, struct plan_seat *s, struct plan *p, struct target_fault *fault)
{
    struct slice name = slice_cut(*rest, '\n', rest);
    uint64_t pbx = p->pbx;
    if (name.n == 0)
        return false;
    if (!plan_seat_find(w, agent, name, s, p, fault))
        return false;
    return pbx == 0 || pbx == p->pbx || target_fail(fault, ORDER_WRONG, "the queues of this set are on two PBXs: make a set for each");
}

static void list_queue(struct buf *list, const char *name)
{
    (void)buf_addf(list, "%s%s", list->len > 0 ? ", " : "", name);
}

/* --- login ----------------------------------------------------------------------------------------------- */

static bool is_logged_out(const struct fact_member *m)
{
    return m->paused != 0 && m->paused_reason != NULL && strcmp(m->paused_reason, LOGOUT_REASON) == 0;
}

static void plan_pause_here(const struct world *w, const struct plan_seat *s, bool is_on, struct plan *p)
{
    struct act *a = plan_seat_act(s, p, REQUEST_QUEUE_PAUSE, PROOF_PAUSED);
    struct buf undo = BUF_INIT(COMMAND_LINE_MAX);
    act_header(a, "Paused", is_on ? SLICE("true") : SLICE("false"));
    if (is_on) {
        act_header(a, "Reason", SLICE(LOGOUT_REASON));
        a->proof.text = mem_strdup(LOGOUT_REASON);
    }
    a->proof.number = is_on;
    plan_seat_undo(w, s, is_on ? "unpause" : "pause", &undo);
    if (!is_on)
        (void)buf_addf(&undo, " \"" LOGOUT_REASON "\"");
    plan_end_undo(a, &undo);
}

/* The agent's and the set's words are right; every queue of the set. */
static bool plan_set(const struct world *w, struct slice agent, const struct set_settings *set, struct plan_joining j, struct plan *p, struct buf *list,
                     struct target_fault *fault)
{
    struct plan_seat s;
    struct slice rest = slice_of(set->queues);
    fault->err = ERR_INIT;
    while (next_seat(w, agent, &rest, &s, p, fault)) {
        if (s.member == NULL)
            plan_seat_join(w, &s, &j, p);
        else if (is_logged_out(s.member))
            plan_pause_here(w, &s, false, p);
        else
            continue;
        list_queue(list, s.queue->name);
    }
    p->queue = 0;
    if (fault->err.kind != ERR_NONE && fault->state == ORDER_NO_SUCH && w->is_part)
        return target_fail(fault, ORDER_NO_SUCH, "not all queues of the set '%s' are in your sight", set->name);
    return fault->err.kind == ERR_NONE;
}

bool plan_login(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault)
{
    struct target_agent who;
    struct plan_joining j = { 0, { NULL, 0 } };
    struct slice agent = SLICE(""), word = { NULL, 0 }, role;
    (void)command_positional(c, 0, &agent);
    (void)command_positional(c, 1, &word);
    if (!target_agent(w, agent, 0, &who, fault))
        return false;
    const struct set_settings *set = find_set(w->settings, word, &who, fault);
    if (set == NULL)
        return false;
    bool has_role = command_positional(c, 2, &role);
    role = has_role ? role : slice_of(set->role);
    struct buf list = BUF_INIT(4096);
    bool ok = (role.n == 0 || target_role(w, role, &j.penalty, fault)) && plan_set(w, agent, set, j, p, &list, fault);
    const char *label = target_label(&who);
    plan_say(p, "log %s in to %s: %s", label, set->name, list.len > 0 ? buf_slice(&list).p : "nothing to do");
    buf_clear(&list);
    if (ok && p->count == 0)
        return plan_nothing(p, "%s is logged in to %s already", label, set->name);
    return ok;
}

/* --- logout ---------------------------------------------------------------------------------------------- */

static bool is_static(const struct fact_member *m)
{
    return m->membership == MEMBERSHIP_STATIC || m->membership == MEMBERSHIP_REALTIME;
}

static void plan_out(const struct world *w, const struct plan_seat *s, struct plan *p, struct buf *list)
{
    if (!is_static(s->member))
        plan_seat_leave(w, s, p);
    else if (s->member->paused == 0)
        plan_pause_here(w, s, true, p);
    else
        return;
    list_queue(list, s->queue->name);
    if (is_static(s->member))
        (void)buf_addf(list, " (paused: he belongs there)");
}

/* Each membership of the agent on this PBX; queues: the lines of a set, NULL all. */
static size_t plan_all_out(const struct world *w, const struct target_agent *who, const char *queues, struct plan *p, struct buf *list)
{
    struct world_at at = { 0, 0 };
    const struct fact_member *m;
    size_t n = 0;
    while ((m = world_next_member(w, &at)) != NULL) {
        struct plan_seat s = { .queue = m->agent == who->agent ? world_queue(w, m->queue) : NULL, .agent = *who, .member = m };
        if (s.queue == NULL || !settings_fits(queues, s.queue->name))
            continue;
        n++;
        plan_out(w, &s, p, list);
    }
    return n;
}

bool plan_logout(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault)
{
    struct target_agent who;
    struct slice agent = SLICE(""), word;
    (void)command_positional(c, 0, &agent);
    bool has_set = command_positional(c, 1, &word);
    if (!target_agent(w, agent, 0, &who, fault))
        return false;
    const struct set_settings *set = has_set ? find_set(w->settings, word, &who, fault) : NULL;
    if (has_set && set == NULL)
        return false;
    p->pbx = who.pbx;
    p->agent = who.agent;
    (void)mem_assign(&p->interface, slice_of(who.who.interface));
    struct buf list = BUF_INIT(4096);
    size_t seats = who.agent != 0 ? plan_all_out(w, &who, set != NULL ? set->queues : NULL, p, &list) : 0;
    const char *label = target_label(&who);
    plan_say(p, "log %s out of %s", label, list.len > 0 ? buf_slice(&list).p : set != NULL ? set->name : "all queues");
    buf_clear(&list);
    if (p->count == 0)
        return plan_nothing(p, seats == 0 ? "%s is in no queue%s%s" : "%s is logged out%s%s already", label, set != NULL ? " of " : "", set != NULL ? set->name : "");
    return true;
}

/* --- device ---------------------------------------------------------------------------------------------- */

/* The seat under the new interface may be there already: made by whoever began this and was cut off, or somebody else's. */
static bool is_taken(const struct plan_seat *new, const struct fact_member *old, struct target_fault *fault)
{
    if (new->member == NULL || new->member->name == NULL || (old->name != NULL && strcmp(new->member->name, old->name) == 0))
        return false;
    return !target_fail(fault, ORDER_REFUSED, "%s serves %s already, as %s", new->agent.who.interface, new->queue->name, new->member->name);
}

static bool plan_seat_anew(const struct world *w, const struct plan_seat *old, struct target_agent device, struct plan *p, struct target_fault *fault)
{
    const struct fact_member *m = old->member;
    struct plan_seat new = { .queue = old->queue, .agent = device, .member = target_member(w, old->queue->id, device.who.interface) };
    struct plan_joining j = { m->penalty, { NULL, 0 } };
    if (!plan_seat_is_dynamic(old, fault) || is_taken(&new, m, fault))
        return false;
    if (m->paused != 0)
        j.reason = slice_of(m->paused_reason != NULL ? m->paused_reason : "");
    const char *name = m->name != NULL && strcmp(m->name, m->interface) != 0 ? m->name : old->agent.who.name;
    (void)snprintf(new.agent.who.name, sizeof new.agent.who.name, "%s", name);
    if (new.member == NULL)
        plan_seat_join(w, &new, &j, p); /* first in, then out: never in none of them */
    plan_seat_leave(w, old, p);
    return true;
}

static bool find_device(const struct world *w, const struct command *c, struct target_agent *who, struct target_agent *device, struct target_fault *fault)
{
    struct slice agent = SLICE(""), word = SLICE("");
    (void)command_positional(c, 0, &agent);
    (void)command_positional(c, 1, &word);
    if (!target_agent(w, agent, 0, who, fault))
        return false;
    const char *label = target_label(who);
    if (who->agent == 0)
        return target_fail(fault, ORDER_NO_SUCH, "%s is in no queue: there is nothing to take along", label);
    if (!target_agent(w, word, who->pbx, device, fault))
        return false;
    const struct fact_agent *now = world_agent(w, who->agent);
    if (now != NULL && now->paused_in < now->memberships && act_is_on_phone(now))
        return target_fail(fault, ORDER_REFUSED, "%s is on the phone: the queues would ring the other device meanwhile. Pause first: 'pause %.*s'", label, SLICE_FMT(agent));
    return true;
}

bool plan_device(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault)
{
    struct target_agent who, device;
    struct world_at at = { 0, 0 };
    const struct fact_member *m;
    if (!find_device(w, c, &who, &device, fault))
        return false;
    p->pbx = who.pbx;
    p->agent = who.agent;
    (void)mem_assign(&p->interface, slice_of(who.who.interface));
    const char *label = target_label(&who);
    plan_say(p, "give %s the device %s", label, device.who.interface);
    if (slice_eq_nocase(slice_of(who.who.interface), slice_of(device.who.interface)))
        return plan_nothing(p, "%s has the device %s already", label, device.who.interface);
    while ((m = world_next_member(w, &at)) != NULL) {
        struct plan_seat old = { .queue = m->agent == who.agent ? world_queue(w, m->queue) : NULL, .agent = who, .member = m };
        if (old.queue != NULL && !plan_seat_anew(w, &old, device, p, fault))
            return false;
    }
    return true;
}
