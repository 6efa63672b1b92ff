/* SPDX-License-Identifier: MIT */
/* originate: Action: Originate: a phone is called, and when it answers it runs an application or an extension; OriginateResponse
 * tells everybody how that went. */
#include "core/sim/world.h"

#include "core/base/mem.h"

#include <inttypes.h>
#include <stdio.h>

enum { TIMEOUT_MS = 30000, UNIQUEID_MAX = 149 };

struct sim_origin {
    char *channel, *action_id, *app, *data, *context, *exten, *number, *person, *uniqueid;
    int priority;
    struct sim_peer *waits; /* for an answer that comes when it is known; NULL: it was async */
};

static void free_origin(struct sim_origin *o)
{
    mem_free(o->channel);
    mem_free(o->action_id);
    mem_free(o->app);
    mem_free(o->data);
    mem_free(o->context);
    mem_free(o->exten);
    mem_free(o->number);
    mem_free(o->person);
    mem_free(o->uniqueid);
    mem_free(o);
}

static char *or_null(struct slice s)
{
    return s.n > 0 ? mem_text(s) : NULL;
}

static const char *known(const char *text)
{
    return text != NULL ? text : "<unknown>";
}

/* The one that asked and did not want to go on meanwhile. */
static void answer_sync(struct sim *s, struct sim_origin *o, bool is_up)
{
    LIST_EACH(at, &s->peers)
    {
        struct sim_peer *p = LIST_ENTITY(at, struct sim_peer, of_world);
        if (p != o->waits)
            continue;
        struct sim_ask a = { .peer = p, .sim = s, .action_id = slice_of(o->action_id) };
        if (is_up)
            sim_ok(&a, "Originate successfully queued");
        else
            sim_error(&a, "Originate failed");
    }
}

static void say_response(struct sim *s, struct sim_origin *o, const char *channel, int reason)
{
    if (o->waits != NULL) {
        answer_sync(s, o, reason == 4);
        return;
    }
    say_begin(s, "OriginateResponse", CLASS_CALL, "call,all");
    if (o->action_id != NULL)
        say(s, "ActionID", o->action_id);
    say(s, "Response", reason == 4 ? "Success" : "Failure");
    say(s, "Channel", channel);
    if (o->app != NULL) {
        say(s, "Application", o->app);
        say(s, "Data", o->data != NULL ? o->data : "");
    } else {
        say(s, "Context", o->context);
        say(s, "Exten", o->exten);
    }
    say_number(s, "Reason", reason);
    say(s, "Uniqueid", o->uniqueid != NULL ? o->uniqueid : "<unknown>");
    say(s, "CallerIDNum", known(o->number));
    say(s, "CallerIDName", known(o->person));
    say_end(s);
}

void sim_origin_answered(struct sim_channel *ch)
{
    struct sim *s = ch->sim;
    struct sim_origin *o = ch->origin;
    timer_cancel(&s->timers, &ch->step);
    ch->origin = NULL;
    ch->state = SIM_UP;
    say_channel_event(s, "Newstate", ch);
    say_dial(s, "DialEnd", NULL, ch, "DialStatus", "ANSWER");
    sim_settle(ch->agent);
    mem_free(o->uniqueid);
    o->uniqueid = mem_strdup(ch->uniqueid);
    say_response(s, o, ch->name, 4);
    if (o->app != NULL) {
        enum sim_app app = sim_find_app(o->app);
        sim_run_app(ch, app, o->data != NULL ? o->data : "");
        if (app == SIM_APP_SPY)
            sim_spy(ch, ch->data);
        else if (app == SIM_APP_CONFERENCE)
            sim_join_conference(ch, ch->data);
        else if (app == SIM_APP_NONE || app == SIM_APP_HANGUP)
            sim_vanish(ch, 0);
    } else {
        sim_go(ch, o->context, o->exten, o->priority);
        sim_run_plan(ch);
    }
    free_origin(o);
}

/* The channel lives on, and nobody waits for it. */
void sim_origin_given_up(struct sim_channel *ch)
{
    struct sim_origin *o = ch->origin;
    timer_cancel(&ch->sim->timers, &ch->step);
    ch->origin = NULL;
    say_response(ch->sim, o, o->channel, 0);
    free_origin(o);
}

void sim_origin_failed(struct sim_channel *ch, int reason, int cause)
{
    struct sim_origin *o = ch->origin;
    ch->origin = NULL;
    say_response(ch->sim, o, o->channel, reason);
    free_origin(o);
    sim_vanish(ch, cause);
}

void sim_free_origin(struct sim_channel *ch)
{
    if (ch->origin != NULL)
        free_origin(ch->origin);
}

static void is_not_answered(struct timer *t, int64_t now_ms, void *context)
{
    (void)now_ms;
    (void)context;
    struct sim_channel *ch = LIST_ENTITY(t, struct sim_channel, step);
    sim_origin_failed(ch, 3, sim_is_16(ch->sim) ? 0 : 19);
}

/* "Name" <number>, or either. */
static void read_caller_id(struct sim_origin *o, struct slice text)
{
    struct slice rest, name = slice_trim(slice_cut(text, '<', &rest));
    if (name.n > 1 && name.p[0] == '"' && name.p[name.n - 1] == '"')
        name = (struct slice){ name.p + 1, name.n - 2 };
    struct slice number = rest.p != NULL ? slice_cut(rest, '>', &rest) : name;
    o->number = or_null(number);
    o->person = rest.p != NULL || number.p != name.p ? or_null(name) : NULL;
}

static void set_variables(struct sim_ask *a, struct sim_channel *ch)
{
    struct slice value, rest, pair;
    for (size_t i = 0; i < a->frame->count; i++) {
        const struct frame_field *field = &a->frame->field[i];
        if (!slice_eq_nocase(field->name, SLICE("Variable")))
            continue;
        for (rest = (struct slice){ field->value, field->value_n }; rest.n > 0;) {
            pair = slice_trim(slice_cut(rest, ',', &rest));
            struct slice name = slice_cut(pair, '=', &value);
            while (name.n > 0 && name.p[0] == '_')
                name = (struct slice){ name.p + 1, name.n - 1 };
            sim_set_var(&ch->vars, name, value);
        }
    }
}

static void call_phone(struct sim_ask *a, struct sim_agent *agent, struct sim_origin *o, int64_t timeout_ms)
{
    struct sim *s = a->sim;
    struct sim_channel *ch = sim_new_channel(s, agent, o->channel);
    if (o->uniqueid != NULL) {
        snprintf(ch->uniqueid, sizeof(ch->uniqueid), "%s", o->uniqueid);
        snprintf(ch->linkedid, sizeof(ch->linkedid), "%s", o->uniqueid);
    }
    ch->origin = o;
    say_channel_event(s, "Newchannel", ch);
    set_variables(a, ch);
    if (o->number != NULL || o->person != NULL) {
        sim_set_caller(ch, o->number, o->person);
        say_begin(s, "NewCallerid", CLASS_CALL, "call,all");
        say_channel(s, "", ch);
        say(s, "CID-CallingPres", "0 (Presentation Allowed, Not Screened)");
        say_end(s);
        sim_set_connected(ch, o->number, o->person);
        say_channel_event(s, "NewConnectedLine", ch);
    }
    say_dial(s, "DialBegin", NULL, ch, "DialString", strchr(o->channel, '/') + 1);
    sim_timer(s, &ch->step, timeout_ms, is_not_answered);
    sim_ring_phone(ch);
}

static bool is_forbidden(const struct sim_ask *a, struct slice app, struct slice data)
{
    static const char *const apps[] = { "AGI", "EAGI", "DeadAGI", "Exec", "ExecIf", "System", "TrySystem", "MixMonitor", "Originate", "ExternalIVR" };
    static const char *const words[] = { "CURL", "DB", "EVAL", "FILE", "ODBC", "REALTIME", "SHELL" };
    if ((a->peer->user->write & CLASS_SYSTEM) != 0 || app.n == 0)
        return false;
    for (size_t i = 0; i < sizeof(apps) / sizeof(apps[0]); i++) {
        if (slice_eq_nocase(app, slice_of(apps[i])))
            return true;
    }
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (data.n > 0 && memmem(data.p, data.n, words[i], strlen(words[i])) != NULL)
            return true;
    }
    return false;
}

/* Is everything there that it needs? Else it is refused here. */
static bool check(struct sim_ask *a, int64_t *priority, int64_t *timeout_ms)
{
    struct slice channel = sim_param(a, "Channel"), app = sim_param(a, "Application"), exten = sim_param(a, "Exten");
    struct slice context = sim_param(a, "Context"), id = sim_param(a, "ChannelId"), prio = sim_param(a, "Priority"), timeout = sim_param(a, "Timeout");
    struct sim_step step;
    if (channel.n == 0)
        sim_error(a, "Channel not specified");
    else if (prio.n > 0 && !slice_int(prio, INT32_MIN, INT32_MAX, priority))
        sim_error(a, "Invalid priority");
    else if (timeout.n > 0 && !slice_int(timeout, INT32_MIN, INT32_MAX, timeout_ms))
        sim_error(a, "Invalid timeout");
    else if (memchr(channel.p, '/', channel.n) == NULL)
        sim_error(a, "Invalid channel");
    else if (id.n > UNIQUEID_MAX)
        sim_error(a, "Uniqueid length exceeds maximum of %d\n", UNIQUEID_MAX); /* with the bare LF that Asterisk leaks */
    else if (is_forbidden(a, app, sim_param(a, "Data")))
        sim_error(a, "Originate Access Forbidden: app or data blacklisted");
    else if (app.n == 0 && (exten.n == 0 || context.n == 0 || *priority <= 0))
        sim_error(a, "Originate with 'Exten' requires 'Context' and 'Priority'");
    else if (app.n == 0 && !sim_find_step(a->sim, context, exten, &step))
        sim_error(a, "Extension does not exist.");
    else
        return true;
    return false;
}

/* "Local/302@agents/n" rings the phone that the dialplan dials there. Its two halves are left out: who asked follows the leg by its ChannelId, and
 * that is the phone's own. NULL: nothing there dials a phone. */
static struct sim_agent *find_local(struct sim *s, struct slice channel)
{
    struct slice rest, context, exten = channel;
    struct sim_step step;
    if (!slice_starts(channel, SLICE("Local/")))
        return NULL;
    exten = slice_cut((struct slice){ channel.p + 6, channel.n - 6 }, '@', &context);
    context = context.p != NULL ? slice_cut(context, '/', &rest) : context;
    bool is_dial = context.p != NULL && sim_find_step(s, context, exten, &step) && step.app == SIM_APP_DIAL;
    return is_dial ? map_get(s->agents, slice_of(step.data)) : NULL;
}

void sim_do_originate(struct sim_ask *a)
{
    int64_t priority = 0, timeout_ms = TIMEOUT_MS;
    if (!check(a, &priority, &timeout_ms))
        return;
    struct sim_origin *o = mem_alloc(sizeof(*o));
    o->channel = mem_text(sim_param(a, "Channel"));
    o->action_id = or_null(a->action_id);
    o->app = or_null(sim_param(a, "Application"));
    o->data = or_null(sim_param(a, "Data"));
    o->context = mem_text(sim_param(a, "Context"));
    o->exten = mem_text(sim_param(a, "Exten"));
    o->uniqueid = or_null(sim_param(a, "ChannelId"));
    o->priority = (int)priority;
    read_caller_id(o, sim_param(a, "CallerID"));
    if (sim_true(sim_param(a, "Async")))
        sim_ok(a, "Originate successfully queued");
    else
        o->waits = a->peer;
    struct sim_agent *agent = map_get(a->sim->agents, slice_of(o->channel)), *local = agent == NULL ? find_local(a->sim, slice_of(o->channel)) : NULL;
    if (local != NULL && mem_assign(&o->channel, slice_of(local->interface)))
        agent = local;
    bool is_taken = o->uniqueid != NULL && sim_find_channel(a->sim, slice_of(o->uniqueid)) != NULL;
    if (agent != NULL && agent->device != SIM_INVALID && agent->device != SIM_UNAVAILABLE && !is_taken) {
        call_phone(a, agent, o, timeout_ms);
        return;
    }
    say_response(a->sim, o, o->channel, 0);
    free_origin(o);
}
