/* SPDX-License-Identifier: MIT */
/* model: what the rooms behind floor.h share, and nobody else sees. Every entity begins with its fact, so that
 * the fact's address is the entity's. Whoever changes a field calls model_report once afterwards.
 *
 * queue.c    queues, how far they are proven, which to read next
 * member.c   memberships and their wrap-up          agent.c, state.c   one person over all queues, what he does
 * caller.c   who waits, in the PBX's order          departure.c        how they left: today's counters
 * channel.c  channels, devices, bridges, spies      call.c             rings and talks
 * leg.c      the phone behind a Local channel         endpoint.c         telephones, whoever serves with them
 * day.c      a new day begins                         feed.c             what happened, line by line
 * reconcile.c, compare.c   lists held aside, proven and adopted        apply.c   event -> handler */
#ifndef CORE_FLOOR_MODEL_H
#define CORE_FLOOR_MODEL_H

#include "core/base/list.h"
#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/base/timer.h"
#include "core/floor/floor.h"

enum {
    NAME_MAX_BYTES = 512,     /* of a queue, an interface, a Uniqueid: longer ones are passed over */
    QUEUES_MAX = 20000,       /* what one peer can make us remember; past it, things are passed over and logged */
    AGENTS_MAX = 200000,
    MEMBERS_MAX = 500000,
    CALLERS_MAX = 200000,
    CHANNELS_MAX = 400000,
    DEPARTURES_MAX = 100000,
    SPIES_MAX = 10000,
    REREAD_MS = 5000,         /* a proven queue rests at least so long between re-reads */
    BACKOFF_MS = 250,         /* first wait before a queue is read again, doubled up to 2^5 */
    BACKOFF_STEPS = 5,
    EARLY_MAX = 8,            /* calls answered in the moments before the first list */
    YANK_MS = 50,             /* a waiting channel seen elsewhere must leave the queue within this */
    REBRIDGE_MS = 500,        /* out of its bridge longer than this, a talk is over */
    STALE_DEVICE_MS = 2000,   /* after a call ended the device still says "in use" until its event comes */
    EPOCH_SLACK_MS = 1000     /* epochs are whole seconds: instants closer than this are the same */
};

struct snapshot;
struct feed;

struct floor {
    struct floor_setup setup;
    uint64_t last_id, pbx;
    int64_t now_ms;        /* of the call being worked on */
    int64_t since_wall_ms, since_ms; /* counting began: by the wall, and the same instant */
    int64_t gap_from;      /* instant: what happened since then is not known; 0: there is no gap */
    bool has_been_up;
    int64_t pbx_zero_ms;   /* the PBX's wall clock at instant 0 */
    uint64_t seq;          /* events applied */
    enum event_kind event; /* the one being applied */
    bool sees_calls;       /* class call events come on this link */
    bool is_resyncing;     /* the first list after a lost link has not been adopted yet */
    bool has_members;      /* the first list of this link has been adopted: channels can be told whose they are */
    bool is_adoption_due;  /* calls in progress were listed before that */
    struct idmap *fact[FACT_COUNT];
    struct map *queues, *agents, *callers, *departures, *channels, *bridges, *devices, *spies, *endpoints;
    struct map *halves;     /* channels that are half of a Local channel, by its name without the half */
    struct map *remembered; /* talks of the link before, by agent's Uniqueid */
    struct timer_heap timers;
    struct list by_read;   /* queues, longest unread first */
    struct list wanted;    /* queues that want to be read soon */
    struct list asking;    /* departures nobody has asked about yet */
    size_t suspects;
    struct snapshot *snapshot;
    struct feed *feed;     /* NULL: nothing has happened yet */
    uint64_t merges;       /* lists adopted, queue by queue */
    uint32_t channel_list; /* number of the running or last channel list */
    uint32_t endpoint_list; /* number of the running or last list of telephones */
    bool is_listing_channels;
    struct map *gone;      /* Uniqueids hung up while channels are listed */
    int64_t drift, reread_at;
    char *drift_last;
    unsigned said_full;    /* a bit for each kind of thing we could not take any more of */
};

struct queue {
    struct fact_queue fact;
    struct list members, callers, rings, calls;
    struct map *by_interface; /* members */
    struct timer_heap by_age; /* callers by the instant they joined: not deadlines, but the earliest is always at hand */
    struct list in_read, in_wanted;
    uint64_t touched;     /* seq of the last event published under this queue's lock */
    int64_t wanted_at;
    unsigned attempt;
    int64_t early_hold_s[EARLY_MAX]; /* of calls answered before the first list told the service level */
    unsigned early_count;
    bool has_params;
    bool is_listed;       /* has been in a list: its callers are known */
    bool is_wanted;
};

/* A member's record, from an event or a list item. Slices are borrowed. */
struct member_row {
    struct slice interface, name, state_interface, reason;
    int64_t membership, penalty, ringinuse, wrapup_s, device, paused, calls_taken, last_call, last_pause, login, in_call;
};

struct member {
    struct fact_member fact;
    struct queue *queue;
    struct agent *agent;
    struct claim *claim; /* on its state interface */
    struct list in_queue, in_agent;
    int64_t login_epoch, last_call_epoch, last_pause_epoch;
    int64_t told_ms;          /* when all of it was told last */
    uint64_t touched, merge;  /* merge: number of the last list that had it */
    enum event_kind last;     /* the event that touched it last, EVENT_QUEUE_MEMBER for a list */
    bool is_membership_sure;  /* an event said it: lists show realtime members as static */
    struct timer wrapup;
    int64_t wrap_from;        /* wrap-up being counted since; 0: none */
};

struct agent {
    struct fact_agent fact;
    struct list members, claims, rings, calls;
    struct claim *claim; /* on its interface */
    char *alias, *listed_name; /* the configuration's, before and after the PBX's name; NULL: none */
    struct timer stale;  /* set: what the device says is older than what we know */
};

/* A phone, as channel names and interfaces name it; there while it has channels or is claimed by an agent. */
struct device {
    struct list channels, claims;
    unsigned alerting; /* of its channels: ring or dial, and no queue's */
    char name[];
};

struct claim {
    struct device *device;
    struct agent *agent;
    struct list in_device, in_agent;
    unsigned uses;
};

struct caller {
    struct fact_caller fact;
    struct queue *queue;
    struct list in_queue, rings;
    struct timer age; /* in by_age */
    uint64_t touched, merge;
    enum event_kind last;
    bool is_offered;     /* counted as such */
    bool has_abandoned;  /* the Abandon event came, Leave follows */
    bool is_answered;    /* counted as such */
    bool wants_hangup;   /* a hang-up was requested on its channel */
    bool is_yanked;      /* seen elsewhere; the next list decides */
    struct timer yank;
};

enum outcome { OUTCOME_ANSWERED, OUTCOME_ABANDONED, OUTCOME_TIMEOUT, OUTCOME_EMPTY, OUTCOME_KEY, OUTCOME_WITHDRAWN, OUTCOME_REDIRECTED,
               OUTCOME_COUNT };

/* LAST: all is said, but that a late HangupRequest may still tell of a hang-up. */
enum departure_stage { DEPARTURE_CONNECT, DEPARTURE_HANGUP, DEPARTURE_ASK, DEPARTURE_ASKED, DEPARTURE_LAST };

struct departure {
    char *uniqueid, *channel, *number, *name;
    struct queue *queue;
    struct timer timer;
    struct list in_asking;
    enum departure_stage stage;
    int64_t wait_ms;
    int64_t left;      /* instant */
    bool is_known;     /* seen waiting */
    bool wants_hangup; /* a hard HangupRequest came soon, while it was asked about */
    enum outcome verdict; /* LAST: what it was if no HangupRequest comes */
    bool is_guess;
};

struct bridge {
    struct list channels;
    unsigned count;
    char uniqueid[];
};

struct channel {
    char *name, *number, *caller_name;
    char *app_spy;    /* it runs ChanSpy() on that channel, as a channel list said */
    char *app_queue;  /* it runs Queue() of that name, as a channel list said */
    uint64_t linked;  /* hash of its first Linkedid; 0 unknown */
    struct bridge *bridge;
    struct device *device;
    struct list in_bridge, in_device;
    struct ring *ring;
    struct call *call;
    struct channel *half; /* the other half of its Local channel; NULL: it is none, or unknown */
    int64_t since;    /* it exists since; 0 unknown */
    uint32_t listed;  /* number of the channel list that touched it last, or of that running when an event did */
    int8_t state;     /* ChannelState */
    bool is_seen;     /* class call events speak of it: it is forgotten at its Hangup */
    bool is_alerting; /* counted in device->alerting */
    bool is_spent;    /* its queue call is over: it is no other call unless it enters a bridge again */
    char uniqueid[];
};

enum { CHANNEL_DIALING = 3, CHANNEL_RING = 4, CHANNEL_RINGING = 5, CHANNEL_UP = 6 };

/* An agent's phone rings for a waiting caller. */
struct ring {
    struct queue *queue;
    struct agent *agent;
    struct caller *caller; /* NULL when unknown */
    struct channel *channel;
    struct list in_queue, in_agent, in_caller;
    uint64_t linked;
    int64_t since;
    char *number, *name;
};

struct call {
    struct fact_call fact;
    struct queue *queue; /* NULL: not a queue's */
    struct agent *agent;
    struct channel *channel; /* the agent's; NULL when unknown */
    struct list in_queue, in_agent;
    struct timer left;
    int64_t left_at;
    uint64_t linked;
    char *origin; /* the caller's Uniqueid at AgentConnect: the fact's follows the bridge */
};

struct spy {
    struct fact_spy fact;
    char *uniqueid;
};

typedef void (*handler_fn)(struct floor *f, const struct event *e);

/* floor.c */
void model_add(struct floor *f, enum fact_kind kind, void *fact); /* its id is set; does not report */
void model_report(struct floor *f, enum fact_kind kind, const void *fact);
void model_drop(struct floor *f, enum fact_kind kind, void *fact); /* reports, then frees the fact's texts */
int64_t model_instant(const struct floor *f, int64_t epoch_s);    /* 0 stays 0; never later than now */
bool model_is_key(struct slice s); /* may name something: not empty, not too long, no NUL inside */
bool model_has_room(struct floor *f, size_t count, size_t max, unsigned bit, const char *what);
static inline bool model_set(int64_t *field, int64_t value)
{
    bool differs = *field != value;
    *field = value;
    return differs;
}
/* An instant learned again from whole seconds: kept when it is the same one, so that ages never jump back. */
bool model_set_instant(int64_t *field, int64_t instant);
static inline bool model_set_id(uint64_t *field, uint64_t value)
{
    bool differs = *field != value;
    *field = value;
    return differs;
}
bool model_set_text(char **field, struct slice text); /* absent and empty give NULL */

/* queue.c */
struct queue *queue_find(const struct floor *f, struct slice name);
struct queue *queue_need(struct floor *f, struct slice name); /* made SUSPECT when new; NULL: bad name or no room */
void queue_drop(struct floor *f, struct queue *q);
void queue_touch(struct floor *f, struct queue *q);
void queue_set_state(struct floor *f, struct queue *q, enum queue_state state);
void queue_suspect(struct floor *f, struct queue *q, const char *why); /* nothing while it is being read for the first time */
void queue_want(struct floor *f, struct queue *q);                     /* read again soon, later each time */
void queue_was_read(struct floor *f, struct queue *q);
void queue_check_count(struct floor *f, struct queue *q, const struct event *e);
void queue_count_state(struct queue *q, int64_t state, int by);
bool queue_is_told(const struct queue *q); /* events are believed to tell all: CLEAN or UNPROVEN */

/* member.c */
struct member *member_find(const struct queue *q, struct slice interface);
struct member_row member_row_of_item(const struct event *e);
struct member_row member_row_of(const struct member *m);
/* m: what member_find gives for the row's interface; NULL makes it. */
struct member *member_put(struct floor *f, struct queue *q, struct member *m, const struct member_row *row, bool is_list);
void member_drop(struct floor *f, struct member *m);
void member_start_wrapup(struct floor *f, struct member *m, int64_t from_ms, bool is_counted);
void member_end_wrapup(struct floor *f, struct member *m);
void member_rebase(struct floor *f, struct member *m); /* the clock is known better */
void member_on_event(struct floor *f, const struct event *e);
void member_on_removed(struct floor *f, const struct event *e);
void member_on_no_answer(struct floor *f, const struct event *e);

/* agent.c */
struct agent *agent_find(const struct floor *f, struct slice interface);
/* What the configuration calls somebody to whom the PBX gives this name; absent: nothing. */
struct slice agent_called(const struct agent *a, struct slice told);
void agent_set_name(struct agent *a, struct slice told);
struct agent *agent_need(struct floor *f, struct slice interface);
void agent_let_go(struct floor *f, struct agent *a); /* drops it when nothing holds it any more */
void agent_refresh(struct floor *f, struct agent *a); /* its calls or rings changed: it and all its memberships */
void agent_refresh_member(struct floor *f, struct agent *a, struct member *m); /* one membership changed */
void agent_derive_member(struct floor *f, struct agent *a, struct member *m);  /* the same without reporting him and it */
void agent_resum(struct floor *f, struct agent *a);   /* memberships came or went, pauses, logins */
void agent_device_is_stale(struct floor *f, struct agent *a);
struct claim *agent_claim(struct floor *f, struct agent *a, struct slice interface);
void agent_unclaim(struct floor *f, struct claim *c);

/* state.c */
enum evidence {
    EVIDENCE_TALK,        /* a call of this queue (of any queue for the agent) */
    EVIDENCE_OTHER,       /* another call that is up */
    EVIDENCE_HELD,        /* a call that the agent holds */
    EVIDENCE_RING,        /* a queue rings him */
    EVIDENCE_ALERT,       /* his phone rings or dials, for no queue */
    EVIDENCE_COUNT
};
enum agent_state state_derive(const bool evidence[EVIDENCE_COUNT], int64_t device, bool is_wrapping, bool is_paused);

/* caller.c */
struct caller *caller_find(const struct floor *f, struct slice uniqueid);
struct caller_row {
    struct slice uniqueid, channel, number, name;
    int64_t joined, priority; /* priority -1: unknown */
};
/* position from 1 in the PBX's order; 0: at the end. NULL: no room or no usable Uniqueid. */
struct caller *caller_insert(struct floor *f, struct queue *q, const struct caller_row *row, int64_t position);
bool caller_update(struct floor *f, struct caller *c, const struct caller_row *row); /* reports when it differs */
void caller_rekey(struct floor *f, struct caller *c, struct slice uniqueid);
void caller_remove(struct floor *f, struct caller *c);
void caller_append(struct queue *q, struct caller *c); /* its link only; renumber afterwards */
void caller_renumber(struct floor *f, struct queue *q);
void caller_vanish(struct floor *f, struct caller *c); /* a list no longer has it: counted, then removed */
void caller_seen_elsewhere(struct floor *f, struct slice uniqueid);
void caller_on_join(struct floor *f, const struct event *e);
void caller_on_leave(struct floor *f, const struct event *e);
void caller_on_abandon(struct floor *f, const struct event *e);
void caller_on_attended_transfer(struct floor *f, const struct event *e);
void caller_on_parked(struct floor *f, const struct event *e);

/* endpoint.c */
void endpoint_on_device(struct floor *f, const struct event *e);
void endpoint_drop_all(struct floor *f);

/* departure.c */
void departure_begin(struct floor *f, struct queue *q, const struct caller *c, const struct event *e); /* c NULL: never seen waiting */
void departure_on_join(struct floor *f, struct slice uniqueid); /* in any queue */
void departure_vanished(struct floor *f, const struct caller *c); /* a list no longer has it */
void departure_on_hangup(struct floor *f, struct slice uniqueid);
void departure_on_hangup_request(struct floor *f, const struct event *e, bool is_soft);
void departure_answered(struct floor *f, struct queue *q, const struct event *e);
void departure_forget_queue(struct floor *f, const struct queue *q);
void departure_settle_all(struct floor *f);
void departure_free_all(struct floor *f);

/* channel.c */
struct channel *channel_find(const struct floor *f, struct slice uniqueid);
struct channel *channel_need(struct floor *f, struct slice uniqueid, struct slice name);
void channel_forget(struct floor *f, struct channel *ch);
void channel_let_go(struct floor *f, struct channel *ch); /* drops one that no class call event will end */
void channel_recheck(struct floor *f, struct channel *ch); /* is it another call, does it alert? */
void channel_enter(struct floor *f, struct channel *ch, struct slice bridge);
void channel_leave(struct floor *f, struct channel *ch);
struct agent *channel_agent(const struct channel *ch); /* whose phone it is; NULL: nobody's */
struct channel *channel_peer(const struct channel *ch); /* the other one in its bridge; NULL none or too many */
uint64_t channel_linked(struct slice linkedid);
struct device *device_need(struct floor *f, struct slice name);
void device_let_go(struct floor *f, struct device *d);
struct slice device_of_interface(struct slice interface);
void channel_on_event(struct floor *f, const struct event *e);   /* Newchannel, Newstate, NewCallerid */
void channel_on_rename(struct floor *f, const struct event *e);
void channel_on_hangup(struct floor *f, const struct event *e);
void channel_on_hangup_request(struct floor *f, const struct event *e);
void channel_on_enter(struct floor *f, const struct event *e);
void channel_on_leave(struct floor *f, const struct event *e);
void channel_drop_all(struct floor *f);

/* channel_list.c: the floor_channels_ functions, and */
void channel_list_clear(struct floor *f);
void channel_list_adopt(struct floor *f); /* the members are known: calls in progress find their agents and queues */

/* ring.c */
void ring_on_called(struct floor *f, const struct event *e);
void ring_on_dial_end(struct floor *f, const struct event *e);
void ring_on_dump(struct floor *f, const struct event *e);
void ring_end(struct floor *f, struct ring *r);
/* A phone that already rang when the channels were listed: for whom, its Linkedid says. */
void ring_adopt(struct floor *f, struct channel *ch, struct agent *a);
void ring_end_of(struct floor *f, const struct event *e); /* the one of DestUniqueid */

/* leg.c: a queue that calls Local/101@from-queue/n speaks of its half ;1; the phone is in a bridge with its half ;2. */
void leg_pair(struct floor *f, struct channel *ch);   /* its name is known; finds its other half */
void leg_unpair(struct floor *f, struct channel *ch); /* before its name changes or it goes */
const struct channel *leg_phone(const struct channel *ch); /* the phone's channel behind it: itself where it is no Local one; NULL unknown */
struct call *leg_call(const struct channel *ch);      /* the queue's call that goes through this channel; NULL none */

/* call.c */
void call_on_connect(struct floor *f, const struct event *e);
void call_on_complete(struct floor *f, const struct event *e);
void call_on_hold(struct floor *f, const struct event *e);
struct call *call_begin(struct floor *f, struct agent *a, struct queue *q, struct channel *ch, int64_t since);
void call_end(struct floor *f, struct call *c, int64_t at_ms);
void call_set_peer(struct floor *f, struct call *c, const struct channel *peer);
void call_forget(struct floor *f, struct call *c); /* without counting: it never was one, or nobody saw its end */
void call_bridge_changed(struct floor *f, struct channel *ch);
void call_leg_changed(struct floor *f, struct call *c);
void call_device_idle(struct floor *f, struct agent *a);
bool call_is_leg(const struct agent *a, const struct channel *ch); /* a queue's call reaches the agent through this channel */
void call_move(struct floor *f, struct channel *from, struct channel *to); /* a Local channel was optimised away */
void call_remember_all(struct floor *f);
void call_forget_remembered(struct floor *f);
int64_t call_remembered_since(const struct floor *f, struct slice uniqueid);

/* spy.c */
void spy_on_start(struct floor *f, const struct event *e);
void spy_on_name(struct floor *f, const struct event *e); /* NewCallerid */
void spy_on_stop(struct floor *f, const struct event *e);
void spy_end(struct floor *f, struct slice uniqueid);
void spy_adopt(struct floor *f, const struct channel *ch); /* that runs ChanSpy() already when the channels are listed */
void spy_drop_all(struct floor *f);

/* day.c */
void day_end_gap(struct floor *f); /* the first list after a lost link has been adopted: from here on all is counted */

/* feed.c */
struct feed_line { /* all but `what` may be absent */
    enum line_what what;
    const struct queue *queue;
    const struct agent *agent;
    struct slice number, name, note;
    int64_t ms; /* -1: nothing to say */
};
void feed_say(struct floor *f, const struct feed_line *l);
void feed_free(struct floor *f);

/* reconcile.c: an event took these away while a list is held aside */
void reconcile_member_gone(struct floor *f, const struct queue *q, struct slice interface);
void reconcile_caller_gone(struct floor *f, const struct queue *q, struct slice uniqueid);

/* compare.c: what a proven list says against the model, before it is adopted. Whatever no event explains is drift. */
void compare_member(struct floor *f, const struct member *m, const struct member_row *row);
void compare_new_member(struct floor *f, const struct queue *q, const struct member_row *row);
void compare_gone_member(struct floor *f, const struct member *m);
void compare_caller(struct floor *f, const struct caller *c, const struct caller_row *row);
void compare_new_caller(struct floor *f, const struct queue *q, const struct caller_row *row);
void compare_order(struct floor *f, const struct queue *q, const struct caller *c);
struct slice compare_text(struct slice s); /* `<unknown>`, `unknown` and nothing are one; cut at CR or LF */

#endif
