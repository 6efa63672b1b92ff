/* SPDX-License-Identifier: MIT */
/* transfer: actions that put channels elsewhere: Redirect of one or two, BlindTransfer, Bridge, and those that break bridges. As
 * in Asterisk, nothing looks whether there is something at the new place, and a caller in conversation is ripped out of it. */
#include "core/sim/world.h"

#include "core/base/mem.h"

#include <stdio.h>

static void text_of(struct sim_ask *a, const char *name, char *out, size_t size)
{
    snprintf(out, size, "%.*s", SLICE_FMT(sim_param(a, name)));
}

static bool lacks(struct sim_ask *a, const char *name)
{
    if (sim_param(a, name).n > 0)
        return false;
    sim_error(a, "%s not specified", name);
    return true;
}

/* ---- Redirect ---- */

struct place {
    char context[80], exten[80];
    int64_t priority;
};

/* One that rings for somebody goes on ringing, and who called it is told that it refused. */
static void loosen_ringing(struct sim_channel *ch)
{
    if (ch->origin != NULL)
        sim_origin_given_up(ch);
    else if (ch->leg != NULL)
        sim_leg_lost(ch->leg);
}

static void redirect(struct sim_channel *ch, const struct place *to)
{
    if (ch->is_gone)
        return;
    bool is_ringing = ch->state != SIM_UP && (ch->origin != NULL || ch->leg != NULL);
    if (is_ringing) {
        loosen_ringing(ch);
        sim_go(ch, to->context, to->exten, 3);
        ch->has_plan = true;
        sim_run_app(ch, SIM_APP_MUSIC, "default");
        return;
    }
    sim_redirect(ch, to->context, to->exten, (int)to->priority);
}

static bool are_talking(const struct sim_channel *one, const struct sim_channel *other)
{
    return one->call != NULL && one->call->talk != NULL && one->call->talk->channel == other;
}

static void redirect_both(struct sim_channel *one, const struct place *to, struct sim_channel *other, const struct place *other_to)
{
    bool is_free = one->call == NULL && one->leg == NULL && other->call == NULL && other->leg == NULL;
    bool is_together = is_free && one->bridge != NULL && sim_bridge_peer(one) == other;
    sim_go(one, to->context, to->exten, (int)to->priority);
    sim_go(other, other_to->context, other_to->exten, (int)other_to->priority);
    if (are_talking(one, other))
        sim_leave_both(one->call);
    else if (are_talking(other, one))
        sim_leave_both(other->call);
    else if (is_together) {
        sim_leave_bridge(one);
        sim_leave_bridge(other);
        sim_untie(one);
        sim_untie(other);
    } else {
        redirect(one, to);
        redirect(other, other_to);
        return;
    }
    sim_run_plan(one);
    sim_run_plan(other);
}

static bool read_place(struct sim_ask *a, const char *prefix, struct place *out)
{
    char name[3][32];
    static const char *const what[] = { "Context", "Exten", "Priority" };
    for (size_t i = 0; i < 3; i++) {
        snprintf(name[i], sizeof(name[i]), "%s%s", prefix, what[i]);
        if (lacks(a, name[i]))
            return false;
    }
    if (!slice_int(sim_param(a, name[2]), 1, INT32_MAX, &out->priority)) {
        sim_error(a, "%s is invalid", name[2]);
        return false;
    }
    text_of(a, name[0], out->context, sizeof(out->context));
    text_of(a, name[1], out->exten, sizeof(out->exten));
    return true;
}

void sim_do_redirect(struct sim_ask *a)
{
    struct place to, other_to;
    if (lacks(a, "Channel") || !read_place(a, "", &to))
        return;
    struct slice name = sim_param(a, "Channel"), extra = sim_param(a, "ExtraChannel");
    bool has_extra_place = sim_param(a, "ExtraContext").n > 0 || sim_param(a, "ExtraExten").n > 0 || sim_param(a, "ExtraPriority").n > 0;
    other_to = to;
    if (extra.n > 0 && has_extra_place && !read_place(a, "Extra", &other_to))
        return;
    struct sim_channel *ch = sim_find_channel(a->sim, name), *other = sim_find_channel(a->sim, extra);
    if (ch == NULL) {
        sim_error(a, "Channel does not exist: %.*s", SLICE_FMT(name));
    } else if (extra.n > 0 && other == NULL) {
        sim_error(a, "ExtraChannel does not exist: %.*s", SLICE_FMT(extra));
    } else if (other == NULL || other == ch) {
        sim_ok(a, "Redirect successful");
        redirect(ch, &to);
    } else {
        sim_ok(a, "Dual Redirect successful");
        redirect_both(ch, &to, other, &other_to);
    }
}

/* ---- BlindTransfer ---- */

static void say_transfer(struct sim_channel *transferer, const struct sim_channel *transferee, const char *context, const char *exten)
{
    struct sim *s = transferer->sim;
    say_begin(s, "BlindTransfer", CLASS_CALL, "call,all");
    say(s, "Result", transferee != NULL ? "Success" : "Invalid");
    say_channel(s, "Transferer", transferer);
    if (transferee != NULL)
        say_channel(s, "Transferee", transferee);
    if (transferee != NULL && s->say_class != 0)
        sim_add_bridge(&s->say, "", transferer->bridge);
    say(s, "IsExternal", "Yes");
    say(s, "Context", context);
    say(s, "Extension", exten);
    say_end(s);
}

bool sim_blind_transfer(struct sim_channel *transferer, const char *context, const char *exten)
{
    struct sim_channel *transferee = sim_bridge_peer(transferer);
    struct sim_agent *agent = transferer->agent;
    if (transferee == NULL) {
        say_transfer(transferer, NULL, context, exten);
        return false;
    }
    say_channel_event(transferer->sim, "Unhold", transferer); /* a phone that transfers is taken out of hold, whether it held or not */
    say_transfer(transferer, transferee, context, exten);
    struct sim_call *c = transferer->leg != NULL ? transferer->leg->call : transferer->call;
    if (c != NULL) {
        sim_leave_transferred(c);
    } else {
        sim_leave_bridge(transferee);
        sim_leave_bridge(transferer);
        sim_untie(transferee);
        sim_untie(transferer);
    }
    if (transferer->has_plan)
        sim_say_soft_hangup(transferer);
    sim_vanish(transferer, 0);
    if (agent != NULL)
        sim_rest(agent);
    if (transferee->leg != NULL || transferee->call != NULL) { /* it was consulting, and has a caller who waits */
        sim_redirect(transferee, context, exten, 1);
        return true;
    }
    sim_go(transferee, context, exten, 1);
    sim_run_plan(transferee);
    return true;
}

void sim_do_blind_transfer(struct sim_ask *a)
{
    char context[80], exten[80];
    struct sim_channel *ch = sim_find_channel(a->sim, sim_param(a, "Channel"));
    if (sim_param(a, "Channel").n == 0) {
        sim_error(a, "No channel specified");
        return;
    }
    if (sim_param(a, "Exten").n == 0) {
        sim_error(a, "No extension specified");
        return;
    }
    if (ch == NULL) {
        sim_error(a, "Channel specified does not exist");
        return;
    }
    snprintf(context, sizeof(context), "%s", ch->context);
    if (sim_param(a, "Context").n > 0)
        text_of(a, "Context", context, sizeof(context));
    text_of(a, "Exten", exten, sizeof(exten));
    if (sim_bridge_peer(ch) != NULL)
        sim_ok(a, "Transfer succeeded");
    else
        sim_error(a, "Transfer invalid");
    sim_blind_transfer(ch, context, exten);
}

/* ---- bridges ---- */

void sim_do_bridge(struct sim_ask *a)
{
    struct slice names[2] = { sim_param(a, "Channel1"), sim_param(a, "Channel2") };
    struct sim_channel *ch[2];
    if (names[0].n == 0 || names[1].n == 0) {
        sim_error(a, "Missing channel parameter in request");
        return;
    }
    for (size_t i = 0; i < 2; i++) {
        ch[i] = sim_find_channel(a->sim, names[i]);
        if (ch[i] == NULL) {
            sim_error(a, "Channel%zu does not exist: %.*s", i + 1, SLICE_FMT(names[i]));
            return;
        }
    }
    if (ch[0] == ch[1] || ch[0]->state != SIM_UP || ch[1]->state != SIM_UP) {
        sim_error(a, "Unable to add Channel2 to bridge: %.*s", SLICE_FMT(names[1]));
        return;
    }
    sim_ok(a, "Channels have been bridged");
    for (size_t i = 0; i < 2; i++)
        sim_take_away(ch[i], false);
    if (!ch[0]->is_gone && !ch[1]->is_gone) {
        sim_bridge_two(ch[0], ch[1]);
        return;
    }
    for (size_t i = 0; i < 2; i++)
        sim_end_channel(ch[i], SIM_END_PLAN, 0);
}

void sim_do_bridge_kick(struct sim_ask *a)
{
    struct slice name = sim_param(a, "Channel");
    struct sim_channel *ch = sim_find_channel(a->sim, name);
    if (name.n == 0) {
        sim_error(a, "Channel must be provided");
    } else if (ch == NULL) {
        sim_error(a, "Channel does not exist");
    } else if (ch->bridge == NULL) {
        sim_error(a, "Channel is not in a bridge");
    } else {
        sim_ok(a, "Channel has been kicked");
        sim_end_channel(ch, SIM_END_PLAN, 0);
    }
}

/* A channel of the bridge that is asked for; NULL: refused. */
static struct sim_channel *asked_bridge(struct sim_ask *a)
{
    struct slice id = sim_param(a, "BridgeUniqueid");
    struct sim_channel *ch = sim_find_bridged(a->sim, id);
    if (id.n == 0)
        sim_error(a, "BridgeUniqueid must be provided");
    else if (ch == NULL)
        sim_error(a, "Specified BridgeUniqueid not found");
    return ch;
}

void sim_do_bridge_destroy(struct sim_ask *a)
{
    struct sim_channel *ch = asked_bridge(a);
    if (ch == NULL)
        return;
    sim_ok(a, "Bridge has been destroyed");
    sim_end_channel(ch, SIM_END_PLAN, 0);
}

void sim_do_bridge_info(struct sim_ask *a)
{
    struct sim_channel *of = asked_bridge(a);
    size_t items = 0;
    struct buf bridge = BUF_INIT(2048);
    if (of == NULL)
        return;
    sim_list_begin(a, "Bridge channel listing will follow");
    LIST_EACH(at, &of->bridge->channels)
    {
        buf_add(&a->peer->out, SLICE("Event: BridgeInfoChannel\r\n"));
        sim_add_channel(&a->peer->out, "", LIST_ENTITY(at, struct sim_channel, of_bridge));
        sim_item_end(a);
        items++;
    }
    sim_add_bridge(&bridge, "", of->bridge);
    char *text = mem_text(buf_slice(&bridge));
    sim_list_end(a, "BridgeInfoComplete", items, text);
    mem_free(text);
    buf_clear(&bridge);
}
