/* SPDX-License-Identifier: MIT */
/* fact: what is known about a floor, as plain structs. The model keeps them true, the wire
 * carries them, the console draws them, JSON prints them. One table of fields (fact_table) drives
 * all of these. A fact holds instants and counts, never text for display and nothing that ticks.
 *
 * Instants (TYPE_INSTANT) are milliseconds on the floor's time line, which is clock_mono_ms for a
 * live link and the transcript's own time in a replay; 0 is unknown. Texts are the PBX's true bytes:
 * whoever shows them makes them printable. A number that can be unknown says so in its help. */
#ifndef CORE_FLOOR_FACT_H
#define CORE_FLOOR_FACT_H

#include "core/base/slice.h"

enum fact_kind { FACT_PBX, FACT_QUEUE, FACT_AGENT, FACT_MEMBER, FACT_CALLER, FACT_CALL, FACT_SPY, FACT_LINE, FACT_ENDPOINT, FACT_ORDER, FACT_COUNT };

enum fact_type { TYPE_ID, TYPE_TEXT, TYPE_INT, TYPE_BOOL, TYPE_INSTANT, TYPE_WALL, TYPE_MS, TYPE_MILLI, TYPE_ENUM };

/* What becomes of a field where one fact stands for several: a queue of all PBXs, the total of all queues. Averages are none
 * of these: they are made from the sums (kpi.h), and so are weighted by calls. */
enum fact_join {
    JOIN_NONE,     /* it means nothing for several: as in an empty fact */
    JOIN_SUM,
    JOIN_MOST,     /* the largest; of an instant the latest */
    JOIN_LEAST,    /* the smallest */
    JOIN_EARLIEST, /* of the instants that are known */
    JOIN_WORST,    /* a queue's state: the one that proves least */
    JOIN_SAME,     /* as long as all agree; else unknown: no text, -1 */
    JOIN_ALONE,    /* known of one alone; of several unknown: -1 */
    JOIN_COUNT
};

struct fact_field {
    const char *id; /* lower_snake: JSON key, column id */
    const char *help;
    const char *const *names; /* TYPE_ENUM: the words, name_count of them */
    uint16_t name_count;
    enum fact_type type;
    enum fact_join join;
    uint16_t offset;
};

struct fact_row {
    const char *name;
    const struct fact_field *field;
    size_t field_count;
    size_t size;   /* of the struct */
    size_t parent; /* offset of the uint64_t id of what it belongs to (queue of a member, pbx of a queue); 0: none */
};

/* Ids are unique over all PBXs of a keeper; the PBX itself has the first of its own range, which no other fact uses. */
static inline uint64_t fact_pbx_id(uint32_t pbx_index) { return ((uint64_t)pbx_index + 1) << 40; }
static inline uint32_t fact_pbx_index(uint64_t id) { return (uint32_t)(id >> 40) - 1; }

extern const struct fact_row fact_table[FACT_COUNT];

/* How the link to a PBX stands. */
enum link_state { LINK_IDLE, LINK_CONNECTING, LINK_LOGIN, LINK_BOOTING, LINK_SYNCING, LINK_LIVE, LINK_LOST, LINK_REFUSED, LINK_STATE_COUNT };
extern const char *const link_state_names[LINK_STATE_COUNT];

/* How far a queue's facts are proven (design.md 6). */
enum queue_state { QUEUE_SYNCING, QUEUE_CLEAN, QUEUE_SUSPECT, QUEUE_UNPROVEN, QUEUE_STATE_COUNT };
extern const char *const queue_state_names[QUEUE_STATE_COUNT];

/* What an agent does, derived. In the order of precedence at equal evidence, see floor/state.c. */
enum agent_state { AGENT_READY, AGENT_RINGING, AGENT_TALKING, AGENT_OTHER_CALL, AGENT_HOLD, AGENT_WRAPUP, AGENT_PAUSED,
                   AGENT_UNAVAILABLE, AGENT_INVALID, AGENT_UNKNOWN, AGENT_STATE_COUNT };
extern const char *const agent_state_names[AGENT_STATE_COUNT];

/* Asterisk's device states as numbered in member events. */
enum device_state { DEVICE_UNKNOWN, DEVICE_NOT_INUSE, DEVICE_INUSE, DEVICE_BUSY, DEVICE_INVALID, DEVICE_UNAVAILABLE,
                    DEVICE_RINGING, DEVICE_RINGINUSE, DEVICE_ONHOLD, DEVICE_STATE_COUNT };
extern const char *const device_state_names[DEVICE_STATE_COUNT];

enum membership { MEMBERSHIP_UNKNOWN, MEMBERSHIP_STATIC, MEMBERSHIP_DYNAMIC, MEMBERSHIP_REALTIME, MEMBERSHIP_COUNT };
extern const char *const membership_names[MEMBERSHIP_COUNT];

struct fact_pbx {
    uint64_t id;
    char *name;       /* as configured */
    char *asterisk;   /* version text; NULL until known */
    char *reason;     /* why the link is not live, one sentence; NULL when it is */
    char *cause;      /* the same in one word (refusal_word); NULL when live, or when nobody has a word for it */
    char *address, *own_address; /* both ends of the link, or of the last one; NULL until there was one */
    int64_t certificate_until;   /* TYPE_WALL ms: when the PBX's certificate runs out; 0 unknown */
    int64_t link;     /* enum link_state */
    int64_t link_since;
    int64_t retry_at; /* instant of the next attempt; 0: none planned */
    int64_t heard_at; /* instant of the last byte of a live link: the age of what is shown when not live; 0: never live */
    int64_t bytes_in, bytes_out, events, events_skipped; /* since the keeper began */
    int64_t round_trip_us;   /* of the last Ping; -1 unknown */
    int64_t clock_offset_ms; /* PBX wall clock minus ours */
    int64_t is_clock_known;
    int64_t reconnects;
    int64_t drift;           /* differences found by re-reads that no event explains */
    char *drift_last;        /* the last one in words; NULL: none */
    int64_t reread_at;       /* instant of the last re-read that ended */
    int64_t barrier;         /* 1 passed, 0 not allowed (queues stay unproven), -1 not tried yet */
    int64_t peers;           /* 1: who talks to whom is known; 0: no right for CoreShowChannels or Status */
    int64_t suspects;        /* queues in state suspect */
    int64_t endpoints;       /* telephones of PJSIP that it told of; -1: it did not, or the AMI user may not ask */
    int64_t endpoints_at;    /* instant of that answer, or of its refusal; 0: none yet */
    char *write_classes;     /* of the AMI user, from ListCommands, "none" or "agent,call"; NULL until known */
    char *seen_classes;      /* of which events came since the login; NULL: none yet */
    char *notice;            /* a right that is missing and what to change in manager.conf; NULL: none */
};

struct fact_queue {
    uint64_t id, pbx;
    char *name, *alias; /* alias: what the configuration calls it; NULL: nothing */
    int64_t place;      /* in the configuration's order, from 1; -1: not in it */
    char *strategy;
    int64_t state; /* enum queue_state */
    int64_t weight, max_waiting, service_level_s;
    int64_t wrapup_s; /* of its members, the largest; 0 none */
    /* now */
    int64_t waiting;
    int64_t oldest; /* instant at which the longest waiting caller joined; 0: nobody waits */
    int64_t members, ready, ringing, talking, other_call, hold, wrapup, paused, unavailable, invalid, unknown;
    /* today, counted by us at the moment of the event. offered = answered + abandoned + timeout + empty + key +
     * withdrawn + redirected + still waiting (less those who waited already when counting began) */
    int64_t since; /* TYPE_WALL ms: counting began */
    int64_t gaps, gap_ms; /* so often since then, and so long altogether, was the link away: nobody knows what happened then, and it is not counted */
    int64_t offered, answered, answered_in_sl, abandoned, abandoned_short, timeout, empty, key, withdrawn, redirected;
    int64_t guessed;           /* of timeout, empty, withdrawn, redirected: how many the AMI user may not ask about */
    int64_t answered_wait_ms;  /* sum over answered */
    int64_t abandoned_wait_ms; /* sum over abandoned */
    int64_t longest_wait_ms;   /* of those who left the queue today */
    int64_t handled;           /* talks ended */
    int64_t talk_ms, wrap_ms;  /* sums over handled: talk includes hold; wrap-up actually spent */
    int64_t missed;            /* rings that an agent let go (AgentRingNoAnswer) */
    /* Asterisk's own figures, as of reread_at */
    int64_t ast_holdtime_s, ast_talktime_s, ast_completed, ast_abandoned;
    int64_t ast_sl, ast_sl2; /* TYPE_MILLI percent */
    int64_t reread_at;
};

/* What people call it. */
static inline const char *fact_queue_called(const struct fact_queue *q) { return q->alias != NULL ? q->alias : q->name; }

struct fact_agent {
    uint64_t id, pbx;
    char *interface;
    char *name; /* what he is called: the configuration's alias, the PBX's name, the configuration's name */
    char *extension, *team; /* core/config/directory.h */
    int64_t place;          /* as of a queue */
    int64_t state, since; /* enum agent_state; since when */
    int64_t wrapup_until;
    uint64_t call;        /* fact_call it is in; 0 none */
    uint64_t queue;       /* whose caller rings or talks; 0 none */
    char *peer_number, *peer_name; /* with whom; NULL unknown */
    int64_t memberships, paused_in; /* in how many queues; in how many of them paused */
    char *paused_reason;  /* of the latest pause */
    int64_t paused_since;
    int64_t calls_taken, missed; /* today, ours */
    int64_t talk_ms;      /* today, ours */
    int64_t last_call;    /* instant the last one ended */
    int64_t login;        /* earliest login of its memberships; 0 unknown */
    int64_t device;       /* enum device_state */
};

struct fact_member {
    uint64_t id, queue, agent;
    char *interface, *name /* as the PBX has it */, *state_interface;
    char *extension, *team; /* the agent's */
    char *alias; /* what the configuration calls him: its alias, or its name where the PBX has none; NULL: as the PBX does */
    int64_t membership, penalty, ringinuse /* -1 unknown */, wrapup_s;
    int64_t device; /* enum device_state: Status of the member events */
    int64_t in_call; /* as of the last re-read only */
    int64_t paused;
    char *paused_reason;
    int64_t paused_since, login, last_call;
    int64_t calls_taken; /* Asterisk's */
    int64_t missed;      /* ours, today */
    int64_t state, since; /* enum agent_state, as this queue sees it */
    int64_t wrapup_until;
    char *peer_number, *peer_name;
    int64_t is_poll_only; /* its strings are not UTF-8: Asterisk drops its events (ami.md 1.6) */
};

struct fact_caller {
    uint64_t id, queue;
    char *uniqueid, *channel, *number, *name;
    int64_t joined;   /* instant */
    int64_t priority; /* -1 unknown: events do not tell */
    int64_t rank;     /* callers of one queue by rank are in the PBX's order; position = place in that order */
    int64_t ringing;  /* agents that ring for this caller now */
};

struct fact_call {
    uint64_t id, pbx;
    uint64_t queue; /* 0: not a queue call */
    uint64_t agent; /* 0: none of ours */
    char *uniqueid, *channel, *number, *name; /* the caller's side */
    char *agent_uniqueid, *agent_channel;
    char *phone_uniqueid, *phone_channel; /* of his phone itself, where the agent's is a Local channel; NULL unknown */
    int64_t since;   /* talking since; 0 unknown */
    int64_t is_held;
    int64_t held_since;
};

/* The Uniqueid of a channel that acdtop makes to listen: this, random hexadecimal digits, '-', the user who listens. So that every acdtop of
 * that PBX sees whose it is. */
#define FACT_SPY_LEG "acdtop-"
enum { FACT_SPY_LEG_DIGITS = 16 };

/* What others hear of a listener. A leg of acdtop bears the word of it before all else in the name of its caller ID, set anew at each switch
 * (FACT_SPY_SWITCHING while that is on its way): no event of Asterisk's own tells, and this one is seen by everybody, at any time. */
#define FACT_SPY_SWITCHING "switching"
#define FACT_SPY_NAME "CALLERID(name)"
enum spy_mode { SPY_UNKNOWN, SPY_LISTEN, SPY_WHISPER, SPY_BARGE, SPY_MODE_COUNT };
extern const char *const spy_mode_names[SPY_MODE_COUNT];

struct fact_spy {
    uint64_t id, pbx;
    uint64_t agent; /* who is listened to; 0 unknown */
    char *spyer_channel, *spyer_uniqueid, *spyer_number, *spyer_name, *spyee_channel;
    char *who;    /* the user of acdtop whose order it was; NULL: nobody's */
    int64_t mode; /* enum spy_mode: as an acdtop asked for last; the keys of his own phone change it unseen */
    int64_t since;
};

/* What a line of the feed tells. */
enum line_what { LINE_JOINED, LINE_ANSWERED, LINE_COMPLETED, LINE_ABANDONED, LINE_TIMEOUT, LINE_EMPTY, LINE_KEY, LINE_WITHDRAWN, LINE_REDIRECTED, LINE_MISSED,
                 LINE_PAUSED, LINE_UNPAUSED, LINE_ADDED, LINE_REMOVED, LINE_PENALTY, LINE_WHAT_COUNT };
extern const char *const line_what_names[LINE_WHAT_COUNT];

/* Something that happened. Its texts stay when what it is about has gone. */
struct fact_line {
    uint64_t id, pbx;
    uint64_t queue; /* 0: none, or several */
    uint64_t agent; /* 0: none */
    int64_t number_of; /* 1 for the first since the keeper began: a gap shows what was not told */
    int64_t at, what;  /* enum line_what */
    char *queue_name, *agent_name; /* of the agent: the interface where he has no name */
    char *number, *name;           /* the caller */
    char *note;                    /* reason of a pause, the new penalty */
    int64_t ms;                    /* how long he waited, or they talked; -1: nothing to say */
};

enum { FACT_ENDPOINTS_MAX = 10000 }; /* of a PBX; of one that has more the rest is not known */

/* A telephone that PJSIP knows (PJSIPShowEndpoints), whoever serves with it, or nobody: so that somebody in no queue can be named. */
struct fact_endpoint {
    uint64_t id, pbx;
    char *name;      /* the PBX's: "401" */
    char *interface; /* with which its owner would serve: "PJSIP/401", or what the configuration makes of 401 */
    char *extension, *team;
    char *called;    /* what the configuration calls him; NULL: nothing */
    int64_t reachable; /* 1: it is registered, or needs not be; 0: it is not; -1 unknown */
};

/* How an order stands (design.md 7). Open: pending, active; what is unknown is settled by a re-read and may still become another. */
enum order_state { ORDER_PENDING, ORDER_ACTIVE /* a lease runs */, ORDER_DONE, ORDER_PLANNED /* only told what it would send */, ORDER_WRONG, ORDER_NO_SUCH,
                   ORDER_REFUSED, ORDER_FORBIDDEN, ORDER_NO_LINK, ORDER_UNKNOWN, ORDER_STATE_COUNT };
extern const char *const order_state_names[ORDER_STATE_COUNT];

/* What a supervisor has done, from the key to the event that proves it. Kept for a while after its end. */
struct fact_order {
    uint64_t id, pbx;
    uint64_t queue, agent; /* what it is about, where that is one row; 0 none */
    uint64_t caller, call; /* the same; it may have gone since */
    int64_t ref;           /* the number that its console gave it */
    int64_t state;         /* enum order_state */
    int64_t at, ended_at;
    int64_t until;         /* of a lease: when it ends by itself; 0 none */
    int64_t calls_left;    /* of a lease: after how many more calls; -1 no limit */
    char *who;             /* the user of the console */
    char *line;            /* as it was given, in the language of command.h */
    char *what;            /* in words: "add Ana Roy to sales as expert" */
    char *interface;       /* of the agent */
    char *answer;          /* what became of it, one sentence; NULL while nothing is known */
    char *undo;            /* lines of the language that take it back; NULL: nothing does */
    char *requests;        /* by name, and what came of each; ORDER_PLANNED: the AMI that it would send; NULL: nothing was sent */
};

/* A fact of any kind begins so. */
struct fact {
    uint64_t id;
};

/* Room for a fact of any kind. */
union fact_any {
    struct fact head;
    struct fact_pbx pbx;
    struct fact_queue queue;
    struct fact_agent agent;
    struct fact_member member;
    struct fact_caller caller;
    struct fact_call call;
    struct fact_spy spy;
    struct fact_line line;
    struct fact_endpoint endpoint;
    struct fact_order order;
};

/* Generic handling by table. The texts of a fact belong to it. */
void fact_clear(enum fact_kind kind, struct fact *f);                     /* frees its texts and zeroes it */
void fact_copy(enum fact_kind kind, struct fact *to, const struct fact *from); /* deep; `to` is zeroed or a fact */
bool fact_equal(enum fact_kind kind, const struct fact *a, const struct fact *b);
/* Adds the numbers of `f` to `total` by their fields' join; `added`: how many facts are in it already (0: it is empty). Texts
 * stay as they are: a total has none. Sums that have no room stay at the largest number. */
void fact_join(enum fact_kind kind, struct fact *total, size_t added, const struct fact *f);
/* The texts as well: `total` owns them. */
void fact_join_texts(enum fact_kind kind, struct fact *total, size_t added, const struct fact *f);
/* One person on two PBXs: what he does on one counts before what he could do on the other, and he is free while one of them can give him
 * a call. Is he what `a` says, rather than `b`? */
bool fact_agent_leads(const struct fact_agent *a, const struct fact_agent *b);
static inline int64_t fact_int(const struct fact *f, const struct fact_field *field)
{
    int64_t v;
    memcpy(&v, (const char *)f + field->offset, sizeof v);
    return v;
}
static inline const char *fact_text(const struct fact *f, const struct fact_field *field)
{
    char *v;
    memcpy(&v, (const char *)f + field->offset, sizeof v);
    return v;
}
/* The word of an enum's value; NULL when the value is not one of it. */
static inline const char *fact_word(const struct fact *f, const struct fact_field *field)
{
    int64_t v = fact_int(f, field);
    return v >= 0 && v < field->name_count ? field->names[v] : NULL;
}
const struct fact_field *fact_field_named(enum fact_kind kind, struct slice id);

#endif
