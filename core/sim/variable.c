/* SPDX-License-Identifier: MIT */
/* variable: Getvar and Setvar: variables of channels and of the whole PBX, and those functions of Asterisk that say how queues,
 * devices and the dialplan stand. */
#include "core/sim/world.h"

#include "core/base/mem.h"

#include <stdio.h>

/* ---- functions ---- */

/* The n-th of the words between the brackets. */
static struct slice word(struct slice args, size_t n)
{
    struct slice rest = args, w = slice_trim(slice_cut(rest, ',', &rest));
    while (n-- > 0)
        w = rest.n > 0 ? slice_trim(slice_cut(rest, ',', &rest)) : (struct slice){ NULL, 0 };
    return w;
}

static const char *device_text(struct sim *s, struct slice device)
{
    const struct sim_agent *a = map_get(s->agents, device);
    return sim_device_name[a != NULL ? a->device : SIM_INVALID];
}

static size_t count_members(struct sim_queue *q, struct slice what)
{
    size_t n = 0;
    LIST_EACH(at, &q->members)
    {
        const struct sim_member *m = LIST_ENTITY(at, struct sim_member, in_queue);
        enum sim_device d = m->watched->device;
        bool is_logged = d != SIM_INVALID && d != SIM_UNAVAILABLE, is_free = (d == SIM_NOT_INUSE || d == SIM_UNKNOWN) && !m->is_paused;
        if (slice_eq(what, SLICE("count")) || (slice_eq(what, SLICE("logged")) && is_logged) || (slice_eq(what, SLICE("free")) && is_free) ||
            (slice_eq(what, SLICE("ready")) && is_free && sim_is_available(m, q->sim->now_ms)))
            n++;
    }
    return n;
}

static void add_queue_member(struct sim *s, struct slice args, struct buf *out)
{
    struct sim_queue *q = map_get(s->queues, word(args, 0));
    struct slice what = word(args, 1), interface = word(args, 2);
    if (q == NULL || interface.n == 0) {
        buf_addf(out, "%zu", q != NULL ? count_members(q, what) : 0);
        return;
    }
    const struct sim_member *m = sim_find_member(q, interface);
    int n = m == NULL ? 0 : slice_eq(what, SLICE("penalty")) ? m->penalty : slice_eq(what, SLICE("paused")) ? m->is_paused : slice_eq(what, SLICE("ringinuse")) ? m->ring_in_use : 0;
    buf_addf(out, "%d", n);
}

static void add_waiting(struct sim *s, struct slice args, struct buf *out)
{
    const struct sim_queue *q = map_get(s->queues, word(args, 0));
    buf_addf(out, "%zu", q != NULL ? q->waiting : 0);
}

static void add_waiting_channel(struct sim *s, struct slice args, struct buf *out)
{
    struct sim_queue *q = map_get(s->queues, word(args, 0));
    int64_t position = 1, at_position = 0;
    if (q == NULL || (word(args, 1).n > 0 && !slice_int(word(args, 1), 1, INT32_MAX, &position)))
        return;
    LIST_EACH(at, &q->callers)
    {
        if (++at_position == position)
            buf_addf(out, "%s", LIST_ENTITY(at, struct sim_call, in_queue)->channel->name);
    }
}

static void add_exists(struct sim *s, struct slice args, struct buf *out)
{
    struct sim_step step;
    struct slice context = word(args, 0), exten = word(args, 1);
    static const char *const contexts[] = { SIM_AGENTS, SIM_CALLERS, "others", "queues", "parkedcalls" };
    bool is_there = exten.n > 0 && sim_find_step(s, context, exten, &step);
    for (size_t i = 0; exten.n == 0 && i < sizeof(contexts) / sizeof(contexts[0]); i++)
        is_there = is_there || slice_eq(context, slice_of(contexts[i]));
    buf_addf(out, "%d", is_there);
}

static void add_device(struct sim *s, struct slice args, struct buf *out)
{
    buf_addf(out, "%s", device_text(s, args));
}

static void add_extension(struct sim *s, struct slice args, struct buf *out)
{
    struct slice rest;
    const struct sim_agent *a = sim_find_phone(s, slice_cut(args, '@', &rest));
    buf_addf(out, "%s", a != NULL ? sim_device_name[a->device] : "UNKNOWN");
}

/* False: it is no function that is known here. */
static bool add_function(struct sim *s, struct slice text, struct buf *out)
{
    static const struct {
        const char *name;
        void (*add)(struct sim *s, struct slice args, struct buf *out);
    } functions[] = {
        { "QUEUE_MEMBER", add_queue_member }, { "QUEUE_WAITING_COUNT", add_waiting }, { "QUEUE_GET_CHANNEL", add_waiting_channel },
        { "DIALPLAN_EXISTS", add_exists },    { "DEVICE_STATE", add_device },         { "EXTENSION_STATE", add_extension },
    };
    struct slice args, rest, name = slice_cut(text, '(', &args);
    args = slice_cut(args, ')', &rest);
    for (size_t i = 0; args.p != NULL && i < sizeof(functions) / sizeof(functions[0]); i++) {
        if (slice_eq(name, slice_of(functions[i].name))) {
            functions[i].add(s, args, out);
            return true;
        }
    }
    return false;
}

/* ---- what every channel has ---- */

static const char *or_empty(const char *text)
{
    return text != NULL ? text : "";
}

static void add_own(const struct sim_channel *ch, struct slice name, struct buf *out)
{
    char priority[16], all[256];
    const struct sim_channel *peer = sim_bridge_peer(ch);
    snprintf(priority, sizeof(priority), "%d", ch->priority);
    snprintf(all, sizeof(all), "\"%s\" <%s>", or_empty(ch->person), or_empty(ch->number));
    const struct {
        const char *name, *value;
    } own[] = {
        { "CHANNEL", ch->name }, { "CHANNEL(name)", ch->name }, { "CHANNEL(uniqueid)", ch->uniqueid }, { "CHANNEL(linkedid)", ch->linkedid },
        { "CHANNEL(state)", sim_state_name(ch->state) }, { "CHANNEL(channeltype)", "PJSIP" }, { "UNIQUEID", ch->uniqueid }, { "EXTEN", ch->exten },
        { "CONTEXT", ch->context }, { "PRIORITY", priority }, { "CALLERID(num)", or_empty(ch->number) }, { "CALLERID(name)", or_empty(ch->person) },
        { "CALLERID(all)", all }, { "CONNECTEDLINE(num)", or_empty(ch->conn_number) }, { "CONNECTEDLINE(name)", or_empty(ch->conn_person) },
        { "BRIDGEPEER", peer != NULL ? peer->name : "" },
    };
    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
        if (slice_eq(name, slice_of(own[i].name)))
            buf_addf(out, "%s", own[i].value);
    }
}

/* ---- the actions ---- */

static bool has_word(struct slice text, const char *what)
{
    return text.n > 0 && memmem(text.p, text.n, what, strlen(what)) != NULL;
}

void sim_do_getvar(struct sim_ask *a)
{
    struct slice name = sim_param(a, "Variable"), channel = sim_param(a, "Channel");
    const struct sim_channel *ch = sim_find_channel(a->sim, channel);
    if (name.n == 0) {
        sim_error(a, "No variable specified");
        return;
    }
    if ((a->peer->user->write & CLASS_SYSTEM) == 0 && (has_word(name, "SHELL") || has_word(name, "EVAL"))) {
        sim_error(a, "GetVar Access Forbidden: Variable");
        return;
    }
    if (channel.n > 0 && ch == NULL) {
        sim_error(a, "No such channel");
        return;
    }
    struct buf value = BUF_INIT(1023); /* Asterisk keeps no more */
    const char *set = ch != NULL ? sim_var(&ch->vars, name) : NULL;
    if (set == NULL)
        set = sim_var(&a->sim->vars, name);
    if (set != NULL)
        buf_add(&value, slice_of(set));
    else if (!add_function(a->sim, name, &value) && ch != NULL)
        add_own(ch, name, &value);
    sim_answer_begin(a, "Success");
    buf_addf(&a->peer->out, "Variable: %.*s\r\nValue: %.*s\r\n", SLICE_FMT(name), SLICE_FMT(buf_slice(&value)));
    sim_answer_end(a);
    buf_clear(&value);
}

/* CALLERID(name): who is called so is told of, where it is another name than before. */
static void set_person(struct sim *s, struct sim_channel *ch, struct slice value)
{
    if (ch->person != NULL && slice_eq(slice_of(ch->person), value))
        return;
    mem_free(ch->person);
    ch->person = mem_text(value);
    say_begin(s, "NewCallerid", CLASS_CALL, "call,all");
    if (s->say_class == 0)
        return;
    say_channel(s, "", ch);
    say(s, "CID-CallingPres", "0 (Presentation Allowed, Not Screened)");
    say_end(s);
}

void sim_do_setvar(struct sim_ask *a)
{
    struct sim *s = a->sim;
    struct slice name = sim_param(a, "Variable"), value = sim_param(a, "Value"), channel = sim_param(a, "Channel");
    struct sim_channel *ch = sim_find_channel(s, channel);
    bool is_function = name.n > 0 && name.p[name.n - 1] == ')';
    if (name.n == 0) {
        sim_error(a, "No variable specified");
        return;
    }
    if (channel.n > 0 && ch == NULL) {
        sim_error(a, "No such channel");
        return;
    }
    if (is_function && !slice_starts(name, SLICE("CHANNEL(")) && !slice_starts(name, SLICE("CALLERID(")) && !slice_starts(name, SLICE("DEVICE_STATE("))) {
        sim_error(a, "Variable not set");
        return;
    }
    if (ch != NULL && slice_eq(name, SLICE("CALLERID(name)")))
        set_person(s, ch, value);
    else
        sim_set_var(ch != NULL ? &ch->vars : &s->vars, name, value);
    sim_ok(a, "Variable Set");
    if (is_function)
        return;
    say_begin(s, "VarSet", CLASS_DIALPLAN, "dialplan,all");
    if (s->say_class == 0)
        return;
    if (ch != NULL)
        say_channel(s, "", ch);
    else
        buf_add(&s->say, SLICE("Channel: none\r\nUniqueid: none\r\n"));
    buf_addf(&s->say, "Variable: %.*s\r\nValue: %.*s\r\n", SLICE_FMT(name), SLICE_FMT(value));
    say_end(s);
}
