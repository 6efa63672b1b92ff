/* SPDX-License-Identifier: MIT */
/* plan_listen: the orders of an ear on a call: listen, whisper, barge, unlisten. What is listened to is the channel of the agent's own phone, by
 * its Uniqueid: a name may begin another one, the near half of a Local channel goes on with whoever takes the call over, and whispers to its
 * far half are heard by the caller. Who listens already is switched by a key of ChanSpy's option d, and his phone is not rung again. */
#include "core/base/mem.h"
#include "core/base/random.h"
#include "core/control/plan.h"

#include <inttypes.h>
#include <stdio.h>

#define RING_MS 20000
enum { PROOF_MS = RING_MS + 5000 };

/* One row an order; the options begin in the mode, the digit switches to it. */
static const struct ear {
    enum command_id command;
    const char *options, *digit, *does; /* "listen to" Ann */
} ears[SPY_MODE_COUNT] = {
    [SPY_LISTEN] = { COMMAND_LISTEN, "qduES", "4", "listen to" },
    [SPY_WHISPER] = { COMMAND_WHISPER, "qduESw", "5", "whisper to" },
    [SPY_BARGE] = { COMMAND_BARGE, "qduESB", "6", "break into the call of" },
};

struct listening {
    enum spy_mode mode;
    struct target_agent agent;
    const struct fact_call *call;
    struct buf phone;   /* the supervisor's device */
    bool is_named;      /* with --on */
};

void plan_user_word(const char *who, char out[PLAN_USER_MAX + 1])
{
    size_t n = 0;
    for (const char *c = who != NULL ? who : ""; *c != '\0' && n < PLAN_USER_MAX; c++)
        out[n++] = ((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') || *c == '.' || *c == '-') ? *c : '_';
    out[n] = '\0';
}

/* "PJSIP/104-0000002a" -> "PJSIP/104" */
static struct slice device_of(const char *channel)
{
    struct slice name = slice_of(channel != NULL ? channel : "");
    for (size_t i = name.n; i > 0; i--) {
        if (name.p[i - 1] == '-')
            return (struct slice){ name.p, i - 1 };
    }
    return name;
}

static bool is_plain(struct slice s, const char *also)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c != '\0' && strchr(also, c) != NULL)))
            return false;
    }
    return s.n > 0;
}

/* --- whose call ------------------------------------------------------------------------------------------ */

static bool is_call_of(const struct fact_call *c, struct slice uniqueid)
{
    const char *const id[] = { c->uniqueid, c->agent_uniqueid, c->phone_uniqueid };
    for (size_t i = 0; i < sizeof id / sizeof id[0]; i++) {
        if (id[i] != NULL && slice_eq(slice_of(id[i]), uniqueid))
            return true;
    }
    return false;
}

/* That of this Uniqueid; absent: his only one, one that he has put on hold not counted when there is another. */
static bool find_call(const struct world *w, struct slice uniqueid, struct listening *l, struct target_fault *fault)
{
    struct world_at at = { 0, 0 };
    const struct fact_call *c, *held = NULL;
    size_t n = 0, holds = 0;
    while (l->agent.agent != 0 && (c = world_next_call(w, &at)) != NULL) {
        if (c->agent != l->agent.agent || (uniqueid.p != NULL && !is_call_of(c, uniqueid)))
            continue;
        if (c->is_held) {
            held = c;
            holds++;
        } else {
            l->call = c;
            n++;
        }
    }
    if (n == 0 && holds > 0) {
        l->call = held;
        n = holds;
    }
    const char *label = target_label(&l->agent);
    if (n > 1)
        return target_fail(fault, ORDER_WRONG, "%s is in %zu calls: say which with --call UNIQUEID", label, n);
    if (n == 0 && uniqueid.p != NULL)
        return target_fail(fault, ORDER_NO_SUCH, "that call has ended: %s is not in it any more", label);
    return n == 1 || target_fail(fault, ORDER_NO_SUCH, "%s is in no call", label);
}

/* --- on whose phone ---------------------------------------------------------------------------------------- */

static bool take_device(struct listening *l, const char *device, struct target_fault *fault)
{
    struct slice text = slice_of(device);
    buf_reset(&l->phone);
    if (slice_starts(text, SLICE("Local/")))
        return target_fail(fault, ORDER_WRONG, "%s is only a way to a phone: name the phone's own device, as PJSIP/900", device);
    if (memchr(device, '/', text.n) == NULL || !is_plain(text, "/-_.+@:*#"))
        return target_fail(fault, ORDER_WRONG, "'%s' is no device: a phone is named as PJSIP/900", device);
    (void)buf_add(&l->phone, text);
    return true;
}

static bool name_phone(const struct world *w, struct slice word, struct listening *l, struct target_fault *fault)
{
    struct target_agent a;
    if (memchr(word.p, '/', word.n) != NULL) {
        char *device = mem_text(word);
        bool ok = take_device(l, device, fault);
        mem_free(device);
        return ok;
    }
    if (!target_agent(w, word, l->agent.pbx, &a, fault))
        return false;
    const char *device = a.who.phone[0] != '\0' ? a.who.phone : a.who.interface;
    if (strncmp(device, "Local/", 6) == 0 && strchr(a.who.state_interface, '/') != NULL)
        device = a.who.state_interface;
    return take_device(l, device, fault);
}

static bool find_phone(const struct world *w, const struct command *c, const struct plan *p, struct listening *l, struct target_fault *fault)
{
    struct slice word;
    struct buf kept = BUF_INIT(256);
    bool ok = false;
    l->is_named = command_option(c, "--on", &word);
    if (l->is_named)
        ok = name_phone(w, word, l, fault);
    else if (w->phone != NULL && w->phone(w->context, p->who, &kept))
        ok = name_phone(w, buf_slice(&kept), l, fault);
    else if (w->settings->phone != NULL)
        ok = name_phone(w, slice_of(w->settings->phone), l, fault);
    else if (p->who == NULL)
        ok = true; /* the keeper knows */
    else
        (void)target_fail(fault, ORDER_WRONG, PLAN_NO_PHONE ": give --on PJSIP/900 once, or phone = \"PJSIP/900\" in the configuration");
    buf_clear(&kept);
    return ok;
}

static bool is_phone(const struct listening *l, struct slice device)
{
    return slice_eq_nocase(buf_slice(&l->phone), device);
}

static bool is_off_hook(int64_t device)
{
    return device == DEVICE_INUSE || device == DEVICE_BUSY || device == DEVICE_RINGING || device == DEVICE_RINGINUSE || device == DEVICE_ONHOLD;
}

/* Who serves with this phone is seen to be busy; of others only the PBX knows. */
static bool is_free(const struct world *w, const struct listening *l, struct target_fault *fault)
{
    struct world_at at = { 0, 0 };
    const struct fact_spy *s;
    const struct fact_member *m;
    const char *phone = buf_slice(&l->phone).p;
    while ((s = world_next_spy(w, &at)) != NULL) {
        const struct fact_agent *a = is_phone(l, device_of(s->spyer_channel)) ? world_agent(w, s->agent) : NULL;
        if (a != NULL)
            return target_fail(fault, ORDER_REFUSED, "%s is busy: it listens to %s, which 'unlisten' ends", phone, a->name != NULL ? a->name : a->interface);
    }
    at = (struct world_at){ 0, 0 };
    while ((m = world_next_member(w, &at)) != NULL) {
        const struct fact_queue *q = world_queue(w, m->queue);
        bool is_his = is_phone(l, slice_of(m->interface)) || (m->state_interface != NULL && is_phone(l, slice_of(m->state_interface)));
        if (is_his && q != NULL && q->pbx == l->agent.pbx && is_off_hook(m->device))
            return target_fail(fault, ORDER_REFUSED, "%s is busy: the phone of %s is in use", phone, m->name != NULL ? m->name : m->interface);
    }
    return true;
}

static bool is_usable(const struct world *w, const struct listening *l, struct target_fault *fault)
{
    const char *label = target_label(&l->agent), *phone = buf_slice(&l->phone).p;
    if (l->phone.len == 0)
        return true;
    if (is_phone(l, device_of(l->call->phone_channel)) || is_phone(l, slice_of(l->agent.who.interface)))
        return target_fail(fault, ORDER_WRONG, "%s is the phone of %s: nobody can listen to himself", phone, label);
    return is_free(w, l, fault);
}

/* --- what is asked for ---------------------------------------------------------------------------------------- */

static void say(const struct listening *l, const char *where, struct plan *p)
{
    const char *number = l->call->number != NULL ? l->call->number : l->call->name;
    plan_say(p, "%s %s, in a call with %s, on %s", ears[l->mode].does, target_label(&l->agent), number != NULL ? number : "an unknown number", where);
}

static void undo(const struct world *w, const struct listening *l, const char *verb, struct act *a)
{
    struct buf line = BUF_INIT(COMMAND_LINE_MAX);
    (void)buf_addf(&line, "%s ", verb);
    target_add_agent(w, l->agent.pbx, l->agent.who.interface, &line);
    plan_undo(a, "%s", buf_slice(&line).p);
    buf_clear(&line);
}

/* "whisper Anna Berg" */
static void add_name(const struct listening *l, const char *word, struct buf *out)
{
    (void)buf_addf(out, "%s ", word);
    for (const char *c = target_label(&l->agent); *c != '\0'; c++) {
        if ((unsigned char)*c >= ' ' && *c != 0x7f && strchr("\"\\<>", *c) == NULL)
            (void)buf_add_char(out, *c);
    }
}

/* What his phone shows while it rings, and by what others see how he listens (FACT_SPY_NAME). */
static void add_caller_id(const struct listening *l, struct act *a)
{
    const char *number = l->agent.who.extension;
    struct buf id = BUF_INIT(512);
    (void)buf_addf(&id, "\"");
    add_name(l, spy_mode_names[l->mode], &id);
    (void)buf_addf(&id, "\" <%s>", is_plain(slice_of(number), "*#+") ? number : "");
    act_header(a, "CallerID", buf_slice(&id));
    buf_clear(&id);
}

static void plan_leg(const struct world *w, const struct listening *l, struct plan *p)
{
    uint64_t id;
    char who[PLAN_USER_MAX + 1], leg[128];
    random_bytes(&id, sizeof id);
    plan_user_word(p->who, who);
    (void)snprintf(leg, sizeof leg, FACT_SPY_LEG "%0*" PRIx64 "-%s", FACT_SPY_LEG_DIGITS, id, who);
    struct act *a = plan_act(p, REQUEST_ORIGINATE, PROOF_SPY);
    act_header(a, "Channel", buf_slice(&l->phone));
    act_header(a, "ChannelId", slice_of(leg));
    act_header(a, "Application", SLICE("ChanSpy"));
    act_headerf(a, "Data", "%s,%s", l->call->phone_uniqueid, ears[l->mode].options);
    add_caller_id(l, a);
    act_headerf(a, "Timeout", "%d", RING_MS);
    act_header(a, "Async", SLICE("true"));
    a->proof.text = mem_strdup(leg);
    a->wait_ms = PROOF_MS;
    a->leg.uniqueid = mem_strdup(leg);
    a->leg.target = mem_strdup(l->call->phone_uniqueid);
    a->leg.phone = mem_text(buf_slice(&l->phone));
    a->leg.is_named = l->is_named;
    undo(w, l, "unlisten", a);
    say(l, l->phone.len > 0 ? buf_slice(&l->phone).p : "your phone", p);
}

static struct act *key_act(const struct fact_spy *s, struct plan *p, enum request_kind kind)
{
    struct act *a = plan_act(p, kind, PROOF_ACK);
    a->refusal = mem_strdup("the listening has just ended");
    act_header(a, "Channel", slice_of(s->spyer_channel));
    return a;
}

static void plan_name(const struct listening *l, const struct fact_spy *s, struct plan *p, int64_t mode)
{
    struct buf name = BUF_INIT(512);
    struct act *a = key_act(s, p, REQUEST_SETVAR);
    add_name(l, mode == SPY_UNKNOWN ? FACT_SPY_SWITCHING : spy_mode_names[mode], &name);
    act_header(a, "Variable", SLICE(FACT_SPY_NAME));
    act_header(a, "Value", buf_slice(&name));
    buf_clear(&name);
}

/* Only as if the key had come from his phone (Receive) is it ChanSpy's; what others hear is the same whichever mode it was. Who looks on, or
 * comes when we have died in between, is never told the wrong one. Orders of one connection are answered in turn, so that of two at once the
 * last key has the last name, too. */
static void plan_key(const struct world *w, const struct listening *l, const struct fact_spy *s, struct plan *p)
{
    struct slice device = device_of(s->spyer_channel);
    plan_name(l, s, p, SPY_UNKNOWN);
    struct act *a = key_act(s, p, REQUEST_PLAY_DTMF);
    act_header(a, "Digit", slice_of(ears[l->mode].digit));
    act_header(a, "Duration", SLICE("100"));
    act_header(a, "Receive", SLICE("true"));
    plan_name(l, s, p, (int64_t)l->mode);
    a = &p->act[p->count - 1];
    if (s->mode != SPY_UNKNOWN && s->mode != l->mode)
        undo(w, l, command_table[ears[s->mode].command].name, a);
    char *where = mem_text(device);
    say(l, where, p);
    mem_free(where);
}

/* --- whose ear ------------------------------------------------------------------------------------------------- */

static bool is_own(const struct fact_spy *s, const struct plan *p)
{
    char who[PLAN_USER_MAX + 1];
    plan_user_word(p->who, who);
    return s->who != NULL && (p->who == NULL || (who[0] != '\0' && strcmp(s->who, who) == 0));
}

/* The giver's own leg in this call. */
static const struct fact_spy *find_leg(const struct world *w, const struct listening *l, const struct plan *p)
{
    struct world_at at = { 0, 0 };
    const struct fact_spy *s;
    while ((s = world_next_spy(w, &at)) != NULL) {
        if (is_own(s, p) && s->spyer_channel != NULL && s->spyee_channel != NULL && strcmp(s->spyee_channel, l->call->phone_channel) == 0)
            return s;
    }
    return NULL;
}

static bool plan_way(const struct world *w, const struct command *c, struct listening *l, struct plan *p, struct target_fault *fault)
{
    const struct fact_spy *leg = find_leg(w, l, p);
    struct slice on;
    if (leg != NULL && command_option(c, "--on", &on) && (!name_phone(w, on, l, fault) || !is_phone(l, device_of(leg->spyer_channel))))
        return fault->err.kind != ERR_NONE ? false
                                           : target_fail(fault, ORDER_REFUSED, "you listen to %s on another phone already, which 'unlisten' ends", target_label(&l->agent));
    if (leg != NULL) {
        plan_key(w, l, leg, p);
        return true;
    }
    if (!find_phone(w, c, p, l, fault) || !is_usable(w, l, fault))
        return false;
    plan_leg(w, l, p);
    return true;
}

bool plan_listen(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault)
{
    struct listening l = { .mode = SPY_LISTEN, .phone = BUF_INIT(256) };
    struct slice word = SLICE(""), uniqueid = { NULL, 0 };
    while (ears[l.mode].command != c->id)
        l.mode++;
    (void)command_positional(c, 0, &word);
    if (command_option(c, "--call", &uniqueid))
        uniqueid = target_cut_pbx(w, uniqueid);
    if (!target_agent(w, word, 0, &l.agent, fault))
        return false;
    p->pbx = l.agent.pbx;
    p->agent = l.agent.agent;
    (void)mem_assign(&p->interface, slice_of(l.agent.who.interface));
    if (!find_call(w, uniqueid, &l, fault))
        return false;
    p->queue = l.call->queue;
    p->call = l.call->id;
    if (l.call->phone_uniqueid == NULL || l.call->phone_channel == NULL)
        return target_fail(fault, ORDER_REFUSED, "which channel the phone of %s has in this call is not known: the AMI user needs read class call, and a call a moment",
                           target_label(&l.agent));
    if (!is_plain(slice_of(l.call->phone_uniqueid), "-_."))
        return target_fail(fault, ORDER_REFUSED, "the Uniqueid of the phone's channel, '%s', cannot be given to ChanSpy", l.call->phone_uniqueid);
    bool ok = plan_way(w, c, &l, p, fault);
    buf_clear(&l.phone);
    return ok;
}

/* --- no more ------------------------------------------------------------------------------------------------- */

static void plan_end(const struct world *w, const struct fact_spy *s, struct plan *p, struct buf *names)
{
    const struct fact_agent *a = world_agent(w, s->agent);
    const char *name = a == NULL ? s->spyee_channel : a->name != NULL ? a->name : a->interface;
    p->pbx = s->pbx;
    p->agent = p->count == 0 ? s->agent : 0;
    struct act *act = plan_act(p, REQUEST_HANGUP, PROOF_NO_SPY);
    act_header(act, "Channel", slice_of(s->spyer_channel));
    act->proof.fact = s->id;
    act->proof.text = mem_strdup(s->spyer_uniqueid);
    act->refusal = mem_strdup("the listening has just ended");
    (void)buf_addf(names, "%s%s", names->len > 0 ? " and " : "", name != NULL ? name : "a call");
}

bool plan_unlisten(const struct world *w, const struct command *c, struct plan *p, struct target_fault *fault)
{
    struct target_agent agent = { .agent = 0 };
    struct slice word;
    struct world_at at = { 0, 0 };
    const struct fact_spy *s;
    bool is_one = command_positional(c, 0, &word), ok = true;
    struct buf names = BUF_INIT(1024);
    if (is_one && !target_agent(w, word, 0, &agent, fault))
        return false;
    while (ok && (s = world_next_spy(w, &at)) != NULL) {
        if (!is_own(s, p) || s->spyer_channel == NULL || (is_one && s->agent != agent.agent))
            continue;
        ok = p->count == 0 || s->pbx == p->pbx || target_fail(fault, ORDER_WRONG, "you listen on several PBXs: say to whom");
        if (ok)
            plan_end(w, s, p, &names);
    }
    if (ok && p->count == 0)
        (void)plan_nothing(p, "you listen to %s", is_one ? "nobody there" : "nobody");
    plan_say(p, "listen no more%s%s", names.len > 0 ? " to " : "", buf_slice(&names).p);
    buf_clear(&names);
    return ok;
}
