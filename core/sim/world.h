/* SPDX-License-Identifier: MIT */
/* world: what the rooms of the simulator share: its entities and what can be done with them. Channels, legs and calls come and
 * go; queues and agents stay until the end, so that everybody may point at them. Time is the world's wall clock in ms. */
#ifndef CORE_SIM_WORLD_H
#define CORE_SIM_WORLD_H

#include "core/ami/event.h"
#include "core/base/list.h"
#include "core/base/map.h"
#include "core/base/random.h"
#include "core/base/timer.h"
#include "core/sim/channel.h"
#include "core/sim/sim.h"

/* Asterisk's device states, by its numbers. */
enum sim_device { SIM_UNKNOWN, SIM_NOT_INUSE, SIM_INUSE, SIM_BUSY, SIM_INVALID, SIM_UNAVAILABLE, SIM_RINGING, SIM_RINGINUSE, SIM_ONHOLD, SIM_DEVICE_COUNT };

/* The contexts in which callers and agents begin. */
#define SIM_CALLERS "callers"
#define SIM_AGENTS "agents"

/* Event classes that have no bit in enum event_class, so that a mask of them is not "off". */
enum { CLASS_REST = 1 << 20, CLASS_EVERY = (1 << 21) - 1 };

struct sim_queue {
    struct sim *sim;
    char *name;
    enum sim_strategy strategy;
    enum sim_autopause autopause;
    int weight, max, timeout_s, retry_s, wrapup_s, service_level_s;
    bool ring_in_use /* of new members */, has_no_autofill;
    struct list callers, members; /* sim_call.in_queue by position; sim_member.in_queue */
    size_t waiting, member_count, next_member /* rrmemory: the place after the last one rung */;
    size_t talking;
    uint32_t hold_s, talk_s, completed, abandoned, completed_in_sl, abandoned_in_sl; /* as Asterisk reckons them */
    bool was_available;
    double share; /* of all arrivals */
};

enum sim_mode { SIM_ANSWERS, SIM_NEVER_ANSWERS, SIM_IS_BUSY, SIM_DECLINES, SIM_IS_AWAY };

struct sim_agent {
    struct sim *sim;
    char *interface, *number, *person;
    enum sim_device device;
    struct list memberships; /* sim_member.of_agent: his phone rings */
    struct list watchers;    /* sim_member.of_watched: his device counts */
    struct list legs;        /* sim_leg.of_agent */
    struct list channels;    /* sim_channel.of_agent: those and others */
    struct timer life;       /* the end of a break, of an absence, of work until the next one */
    enum { SIM_WORKING, SIM_ON_BREAK, SIM_AWAY } mood;
    enum sim_mode mode;
    int64_t answer_ms;       /* of scripts; 0: as people do */
    uint32_t unreliable;     /* misses so many calls of 1000 */
    bool is_tired;           /* a break is due after this call */
    struct sim_away {
        struct sim_queue *queue;
        int penalty;
    } *away;                 /* his memberships while he is out */
    size_t away_count;
};

struct sim_member {
    struct list in_queue, of_agent, of_watched;
    struct sim_queue *queue;
    struct sim_agent *agent;
    struct sim_agent *watched; /* by his state interface, mostly himself */
    char *name, *state_interface, *reason;
    bool is_dynamic, is_paused, ring_in_use;
    int penalty, wrapup_s;
    uint32_t calls_taken;
    int64_t last_call_s, last_pause_s, login_s;
    uint64_t tried; /* the attempt that rang it last */
    struct timer wrap;
};

/* One phone being rung for one caller; the one that answers stays as the call's conversation. */
struct sim_leg {
    struct list of_call, of_agent;
    struct sim_call *call;
    struct sim_agent *agent;
    struct sim_member *member; /* NULL: removed meanwhile */
    char *member_name;
    bool is_local;
    struct sim_channel *channel; /* NULL: hung up, and its queue has yet to tell the end of the conversation */
    int64_t started_ms;
};

/* A channel's visit to a queue, from the way there to the AgentComplete at the end of the conversation. */
struct sim_call {
    struct sim *sim;
    struct list in_queue; /* in the queue's callers while waiting */
    struct list of_world;
    struct list of_channel; /* in the channel's visits, when that has left the conversation and goes on elsewhere */
    struct sim_queue *queue;
    struct sim_channel *channel;
    struct list legs;
    struct sim_leg *talk;
    int64_t joined_ms, connected_ms;
    uint32_t original_position, hold_s;
    int32_t priority;
    uint64_t attempt;
    struct timer patience, turn /* ring time is over, or the next attempt is due */, end, hold;
    bool is_complete /* its AgentComplete has been said */;
    bool is_counted /* among what the agent has taken */;
    bool is_on_hold, is_ringing, will_transfer, is_withdrawn /* asked for, not done */;
    size_t next_member; /* linear: the place after the last one rung for him */
};

struct sim_pause { /* what was said last of Queue:NAME_pause_INTERFACE */
    char *name;
    enum sim_device said;
};

struct sim_user;

struct sim_peer {
    struct sim *sim;
    struct list of_world;
    struct frame_reader *reader;
    struct buf out;
    const struct sim_user *user; /* NULL: not logged in */
    unsigned mask;               /* event classes */
    char challenge[16];
    bool is_closed;
};

struct sim {
    struct sim_setup setup;
    struct random random;
    int64_t now_ms, zero_ms;
    uint32_t stamp_us;     /* within the ms, so that no two events have the same time */
    uint32_t next_channel, next_bridge, next_call, next_recording, next_local;
    uint64_t next_attempt;
    struct timer_heap timers;
    struct sim_queue **queue;
    struct sim_agent **agent;
    size_t queue_count, agent_count, agent_cap, trunk_channels;
    bool is_last_call_shared;
    struct map *queues, *agents, *pauses; /* by name, by interface, by device; case ignored */
    struct list calls, channels, graves /* sim_channel.of_world */, peers, parked /* sim_parked.of_world, by space */, vars /* the globals */;
    struct map *steps;          /* the dialplan, by EXTEN@CONTEXT */
    struct map *conferences;    /* sim_bridge, by name */
    struct sim_bridge *parking; /* NULL: nobody has been parked yet */
    struct timer arrival;
    struct buf say; /* the event being written */
    unsigned say_class; /* 0: nobody listens */
};

/* ---- world.c: making, finding, time ---- */
struct sim_queue *sim_add_queue(struct sim *s, const char *name, enum sim_strategy strategy);
struct sim_agent *sim_add_agent(struct sim *s, const char *interface, const char *number, const char *person);
/* The agent of that interface; one that nobody has heard of is made, invalid, without events. */
struct sim_agent *sim_find_agent(struct sim *s, struct slice interface);
struct sim_agent *sim_find_phone(struct sim *s, struct slice number); /* NULL: none has this number */
struct sim_member *sim_find_member(const struct sim_queue *q, struct slice interface);
void sim_timer(struct sim *s, struct timer *t, int64_t wait_ms, void (*fire)(struct timer *t, int64_t now_ms, void *context));
int64_t sim_now_s(const struct sim *s);

/* ---- people.c: names ---- */
const char *sim_queue_name(size_t i, char out[64]);
void sim_person(struct random *r, char *out, size_t size, bool is_caller); /* believable, now and then hostile */
void sim_number(struct random *r, char *out, size_t size);
const char *sim_break_reason(struct random *r);

/* ---- life.c: arrivals, patience, breaks: what happens by itself ---- */
void sim_begin_life(struct sim *s);
void sim_rush(struct sim *s); /* many callers at once */
int64_t sim_log_normal(struct sim *s, double median_s, double sigma); /* ms */
int64_t sim_exponential(struct sim *s, double mean_s);                /* ms */
void sim_rest(struct sim_agent *a);  /* between calls: is it time for a break? */

/* ---- member.c: who serves which queue, and how it stands with them ---- */
char *sim_text79(struct slice s); /* Asterisk keeps 79 bytes, wherever the cut falls; mem_free */
struct sim_member *sim_join_staff(struct sim_queue *q, struct sim_agent *a, const char *name, bool is_dynamic, int penalty);
void sim_watch(struct sim_member *m, struct slice state_interface); /* hint:EXTEN@CONTEXT too */
void sim_count_call(struct sim_member *m); /* that he has taken one, which ends now */
void sim_leave_staff(struct sim_member *m);
bool sim_is_available(const struct sim_member *m, int64_t now_ms);
void sim_pause(struct sim_member *m, bool is_paused, const char *reason);
void sim_set_device(struct sim_agent *a, enum sim_device device); /* says who has to be told */
void sim_settle(struct sim_agent *a);                             /* the device follows from the legs */
void sim_check_available(struct sim_queue *q);                    /* Queue:NAME_avail */
void sim_say_member(struct sim_member *m, const char *event);
void sim_say_pause(struct sim_member *m);
bool sim_in_call(const struct sim_member *m);

/* ---- call.c: a caller's way from arrival to hang-up ---- */
struct sim_call *sim_arrive(struct sim *s, struct sim_queue *q, const char *number, const char *person);
void sim_end_call(struct sim_call *c, enum sim_end how, int cause); /* the caller's channel ends, waiting or talking */
void sim_end_leg(struct sim_leg *l, enum sim_end how, int cause);    /* the agent's does, ringing or talking */
void sim_leave_queue(struct sim_call *c); /* answered, or with the Abandon said */
void sim_leave_waiting(struct sim_channel *ch);
void sim_vanish_from_queue(struct sim_channel *ch); /* without a word (ami.md 5.6) */

/* ---- talk.c: a conversation ---- */
void sim_end_talk(struct sim_call *c, enum sim_end how, int cause);
/* AgentComplete of what it left behind. */
void sim_complete_early(struct sim_call *c, const char *reason); /* before the talk is taken apart; then it is not said again */
void sim_complete_visit(struct sim_call *c, const char *reason);
void sim_complete_visits(struct sim_channel *ch, const char *reason);
/* He is taken out of the queue, or out of his conversation, and is nobody's caller any more; his channel lives on. */
void sim_leave_call(struct sim_channel *ch);
/* The agent's channel is taken out of the conversation; the caller, alone, hangs up. */
void sim_leave_leg(struct sim_channel *ch);
void sim_leave_alone(struct sim_call *c); /* the caller is taken, the agent stays where they were */
void sim_leave_both(struct sim_call *c); /* both are taken, and both live on */
void sim_leave_transferred(struct sim_call *c); /* the same, and the queue tells of a transfer */
/* A channel comes into a queue. */
void sim_enter_queue(struct sim_channel *ch, struct sim_queue *q);
void sim_answer(struct sim_leg *l);
void sim_withdraw(struct sim_call *c);        /* as soon as his queue looks: he goes back to the dialplan, which ends the call soon after */
bool sim_withdraw_asked(struct sim_call *c);  /* does it, if it was; false: it was not */
void sim_free_call(struct sim_call *c); /* without a word */
void sim_transfer(struct sim_call *c, struct sim_queue *to);
bool sim_blind_transfer(struct sim_channel *transferer, const char *context, const char *exten); /* false: it talks to nobody */
void sim_hold(struct sim_call *c, bool is_held);
void sim_say_hangup_request(struct sim_channel *ch, int cause);
void sim_say_soft_hangup(struct sim_channel *ch);
void sim_vanish(struct sim_channel *ch, int cause); /* Hangup, and it is freed */

/* ---- route.c: which phones ring ---- */
void sim_dispatch(struct sim_queue *q);
void sim_give_up_ringing(struct sim_call *c, bool is_cancelled); /* cancelled: the caller left, nobody is to blame */
void sim_free_leg(struct sim_leg *l); /* its channel lives on, if there is one */
void sim_hang_up_leg(struct sim_leg *l, int cause);
void sim_leg_lost(struct sim_leg *l); /* its channel went elsewhere while it rang */
void sim_leg_refused(struct sim_leg *l, int cause, bool is_by_phone); /* while it rings */

/* ---- say.c: events ---- */
extern const char *const sim_device_name[SIM_DEVICE_COUNT];
const char *sim_state_name(enum sim_channel_state state);
void say_begin(struct sim *s, const char *event, unsigned event_class, const char *privilege);
void say(struct sim *s, const char *name, const char *value);
void say_number(struct sim *s, const char *name, int64_t value);
void say_channel(struct sim *s, const char *prefix, const struct sim_channel *ch);
void say_end(struct sim *s);
void say_channel_event(struct sim *s, const char *event, const struct sim_channel *ch);
void say_hangup(struct sim_channel *ch, int cause);
void say_device(struct sim *s, enum sim_device state, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void say_dial(struct sim *s, const char *event, const struct sim_channel *from /* NULL: nobody */, const struct sim_channel *to, const char *name, const char *value);
void say_agent(struct sim *s, const char *event, const struct sim_leg *l);
void say_bridge(struct sim *s, const char *event, const struct sim_bridge *b, const struct sim_channel *ch);
void sim_add_bridge(struct buf *out, const char *prefix, const struct sim_bridge *b);
void sim_add_channel(struct buf *out, const char *prefix, const struct sim_channel *ch);
void sim_add_timestamp(struct sim *s, struct buf *out);

/* ---- peer.c, action_*.c: conversations ---- */
struct sim_user {
    const char *name, *secret;
    unsigned read, write; /* enum event_class bits */
};
struct sim_ask { /* one request and where its answer goes */
    struct sim_peer *peer;
    struct sim *sim;
    const struct frame *frame;
    struct slice action_id;
};
struct sim_action {
    const char *name, *synopsis;
    unsigned write;      /* any of these classes; 0: everybody */
    const char *priv;    /* as ListCommands writes them */
    void (*run)(struct sim_ask *a);
};
extern const struct sim_action sim_actions[]; /* NULL name ends it */
bool sim_may(const struct sim_peer *p, const struct sim_action *act);
struct slice sim_param(const struct sim_ask *a, const char *name); /* empty when absent */
bool sim_true(struct slice s);
bool sim_is_16(const struct sim *s); /* what Asterisk 16 does not do as 22 does */
const char *sim_ami_version(const struct sim *s);
void sim_answer_begin(struct sim_ask *a, const char *response);
void sim_answer_end(struct sim_ask *a);
void sim_ok(struct sim_ask *a, const char *message);
struct sim_channel *sim_asked_channel(struct sim_ask *a); /* of its parameter Channel; NULL: none, and the answer says so */
void sim_error(struct sim_ask *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void sim_list_begin(struct sim_ask *a, const char *message);
void sim_item_end(struct sim_ask *a); /* ActionID and the empty line */
void sim_list_end(struct sim_ask *a, const char *event, size_t items, const char *extra);
unsigned sim_parse_mask(struct slice text, bool *is_valid);

/* the actions, by file */
void sim_do_queue_status(struct sim_ask *a);
void sim_do_queue_summary(struct sim_ask *a);
void sim_do_core_show_channels(struct sim_ask *a);
void sim_do_status(struct sim_ask *a);
void sim_do_queue_add(struct sim_ask *a);
void sim_do_queue_remove(struct sim_ask *a);
void sim_do_queue_pause(struct sim_ask *a);
void sim_do_queue_penalty(struct sim_ask *a);
void sim_do_queue_ring_in_use(struct sim_ask *a);
void sim_do_queue_priority(struct sim_ask *a);
void sim_do_queue_withdraw(struct sim_ask *a);
void sim_do_queue_reset(struct sim_ask *a);
void sim_do_queue_reload(struct sim_ask *a);
void sim_do_hangup(struct sim_ask *a);
void sim_do_play_dtmf(struct sim_ask *a);
void sim_do_send_text(struct sim_ask *a);
void sim_do_message_send(struct sim_ask *a);
void sim_do_getvar(struct sim_ask *a);
void sim_do_setvar(struct sim_ask *a);
void sim_do_originate(struct sim_ask *a);
void sim_do_redirect(struct sim_ask *a);
void sim_do_blind_transfer(struct sim_ask *a);
void sim_do_atxfer(struct sim_ask *a);
void sim_do_cancel_atxfer(struct sim_ask *a);
void sim_do_bridge(struct sim_ask *a);
void sim_do_bridge_kick(struct sim_ask *a);
void sim_do_bridge_destroy(struct sim_ask *a);
void sim_do_bridge_info(struct sim_ask *a);
void sim_do_park(struct sim_ask *a);
void sim_do_parked_calls(struct sim_ask *a);
void sim_do_parkinglots(struct sim_ask *a);
void sim_do_conference_list(struct sim_ask *a);
void sim_do_conference_rooms(struct sim_ask *a);
void sim_do_conference_kick(struct sim_ask *a);
void sim_do_conference_mute(struct sim_ask *a);
void sim_do_conference_unmute(struct sim_ask *a);
void sim_do_mix_monitor(struct sim_ask *a);
void sim_do_stop_mix_monitor(struct sim_ask *a);
void sim_do_mix_monitor_mute(struct sim_ask *a);
void sim_do_pause_monitor(struct sim_ask *a);
void sim_do_mute_audio(struct sim_ask *a);
void sim_do_endpoints(struct sim_ask *a);
void sim_do_extension_state(struct sim_ask *a);
void sim_do_queue_log(struct sim_ask *a);
void sim_do_user_event(struct sim_ask *a);
void sim_do_core_status(struct sim_ask *a);

#endif
