/* SPDX-License-Identifier: MIT */
/* conference: the application ConfBridge and the actions about it. A conference lives from the first who joins to the last who
 * leaves; its bridge counts one more channel than there are people, that of the announcer. */
#include "core/sim/world.h"

#include "core/base/mem.h"

#include <inttypes.h>

struct conference {
    char *name;
    struct sim_bridge *bridge;
    bool is_locked;
};

static void say_conference(struct sim *s, const char *event, const struct conference *c, const struct sim_channel *ch, const char *more)
{
    say_begin(s, event, CLASS_CALL, "call,all");
    if (s->say_class == 0)
        return;
    say(s, "Conference", c->name);
    sim_add_bridge(&s->say, "", c->bridge);
    if (ch != NULL)
        say_channel(s, "", ch);
    buf_add(&s->say, slice_of(more));
    say_end(s);
}

void sim_join_conference(struct sim_channel *ch, const char *name)
{
    struct sim *s = ch->sim;
    struct conference *c = map_get(s->conferences, slice_of(name));
    if (c == NULL) {
        c = mem_alloc(sizeof(*c));
        c->name = mem_strdup(name);
        map_put(s->conferences, slice_of(c->name), c);
        c->bridge = sim_new_bridge(s, "base", "softmix", "ConfBridge", c->name);
        c->bridge->count = 1;
        say_conference(s, "ConfbridgeStart", c, NULL, "");
        say_device(s, SIM_INUSE, "confbridge:%s", name);
    }
    sim_run_app(ch, SIM_APP_CONFERENCE, name);
    sim_join_bridge(c->bridge, ch);
    say_conference(s, "ConfbridgeJoin", c, ch, "Admin: No\r\nMuted: No\r\n");
}

bool sim_is_in_conference(const struct sim_channel *ch)
{
    return ch->bridge != NULL && strcmp(ch->bridge->type, "base") == 0;
}

static struct conference *conference_of(const struct sim_channel *ch)
{
    return sim_is_in_conference(ch) ? map_get(ch->sim->conferences, slice_of(ch->bridge->name)) : NULL;
}

static void free_conference(struct conference *c)
{
    mem_free(c->name);
    mem_free(c);
}

void sim_leave_conference(struct sim_channel *ch)
{
    struct sim *s = ch->sim;
    struct conference *c = conference_of(ch);
    if (c == NULL)
        return;
    bool is_last = c->bridge->count == 2;
    say_conference(s, "ConfbridgeLeave", c, ch, "Admin: No\r\n");
    sim_leave_bridge(ch);
    if (!is_last)
        return;
    say_device(s, SIM_NOT_INUSE, "confbridge:%s", c->name);
    say_conference(s, "ConfbridgeEnd", c, NULL, "");
    c->bridge->count = 0;
    say_bridge(s, "BridgeDestroy", c->bridge, NULL);
    mem_free(c->bridge);
    map_remove(s->conferences, slice_of(c->name));
    free_conference(c);
}

void sim_free_conferences(struct sim *s)
{
    struct conference *c;
    for (size_t at = 0; (c = map_each(s->conferences, &at)) != NULL;) {
        mem_free(c->bridge);
        free_conference(c);
    }
    map_free(s->conferences);
}

/* ---- actions ---- */

/* The conference that is asked for; NULL: refused. */
static struct conference *asked(struct sim_ask *a)
{
    struct slice name = sim_param(a, "Conference");
    struct conference *c = map_get(a->sim->conferences, name);
    if (name.n == 0)
        sim_error(a, "No Conference name provided.");
    else if (map_count(a->sim->conferences) == 0)
        sim_error(a, "No active conferences.");
    else if (c == NULL)
        sim_error(a, "No Conference by that name found.");
    return name.n > 0 ? c : NULL;
}

void sim_do_conference_list(struct sim_ask *a)
{
    struct conference *c = asked(a);
    size_t items = 0;
    if (c == NULL)
        return;
    sim_list_begin(a, "Confbridge user list will follow");
    LIST_EACH(at, &c->bridge->channels)
    {
        struct sim_channel *ch = LIST_ENTITY(at, struct sim_channel, of_bridge);
        struct buf *out = &a->peer->out;
        buf_add(out, SLICE("Event: ConfbridgeList\r\n"));
        if (a->action_id.n > 0)
            buf_addf(out, "ActionID: %.*s\r\n", SLICE_FMT(a->action_id));
        buf_addf(out, "Conference: %s\r\nAdmin: No\r\nMarkedUser: No\r\nWaitMarked: No\r\nEndMarked: No\r\n%sWaiting: No\r\nMuted: No\r\nTalking: No\r\n"
                      "AnsweredTime: %" PRId64 "\r\n",
                 c->name, sim_is_16(a->sim) ? "" : "EndMarkedAny: No\r\n", (a->sim->now_ms - ch->created_ms) / 1000);
        sim_add_channel(out, "", ch);
        buf_add(out, SLICE("\r\n"));
        items++;
    }
    sim_list_end(a, "ConfbridgeListComplete", items, "");
}

void sim_do_conference_rooms(struct sim_ask *a)
{
    size_t items = 0;
    struct conference *c;
    if (map_count(a->sim->conferences) == 0) {
        sim_error(a, "No active conferences.");
        return;
    }
    sim_list_begin(a, "Confbridge conferences will follow");
    for (size_t at = 0; (c = map_each(a->sim->conferences, &at)) != NULL; items++) {
        buf_add(&a->peer->out, SLICE("Event: ConfbridgeListRooms\r\n"));
        if (a->action_id.n > 0)
            buf_addf(&a->peer->out, "ActionID: %.*s\r\n", SLICE_FMT(a->action_id));
        buf_addf(&a->peer->out, "Conference: %s\r\nParties: %d\r\nMarked: 0\r\nLocked: %s\r\nMuted: No\r\n\r\n", c->name, c->bridge->count - 1,
                 c->is_locked ? "Yes" : "No");
    }
    sim_list_end(a, "ConfbridgeListRoomsComplete", items, "");
}

static struct sim_channel *asked_channel(struct sim_ask *a, const struct conference *c)
{
    struct sim_channel *ch = sim_find_channel(a->sim, sim_param(a, "Channel"));
    if (ch != NULL && ch->bridge == c->bridge)
        return ch;
    sim_error(a, "No Channel by that name found in Conference.");
    return NULL;
}

void sim_do_conference_kick(struct sim_ask *a)
{
    struct conference *c = asked(a);
    struct sim_channel *ch = c != NULL ? asked_channel(a, c) : NULL;
    if (ch == NULL)
        return;
    sim_ok(a, "User kicked");
    sim_end_channel(ch, SIM_END_PLAN, 0);
}

static void set_mute(struct sim_ask *a, bool is_muted)
{
    struct conference *c = asked(a);
    struct sim_channel *ch = c != NULL ? asked_channel(a, c) : NULL;
    if (ch == NULL)
        return;
    sim_ok(a, is_muted ? "User muted" : "User unmuted");
    say_conference(a->sim, is_muted ? "ConfbridgeMute" : "ConfbridgeUnmute", c, ch, "Admin: No\r\n");
}

void sim_do_conference_mute(struct sim_ask *a)
{
    set_mute(a, true);
}

void sim_do_conference_unmute(struct sim_ask *a)
{
    set_mute(a, false);
}
