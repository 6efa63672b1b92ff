/* SPDX-License-Identifier: MIT */
/* session_private: the one struct behind session.h, shared by its files and by nobody else.
 * session.c: life of a connection, phases, back-off, report. session_ask.c: what was asked and is not answered yet.
 * session_list.c: list items, whole and cut.
 * session_login.c: greeting to rights. session_sync.c: lists, barrier, re-reads. session_ping.c: clock and dead link.
 * session_endpoints.c: telephones.
 * session_event.c: where each message goes. session_question.c: the floor's questions. session_observe.c: replay.
 * session_rights.c: the user's classes. session_notice.c: missing rights in words. */
#ifndef CORE_LINK_SESSION_PRIVATE_H
#define CORE_LINK_SESSION_PRIVATE_H

#include "core/ami/frame.h"
#include "core/base/random.h"
#include "core/link/refusal.h"
#include "core/link/session.h"

enum {
    ASKED_MAX = 32,         /* requests without an answer; more: the peer is broken */
    ANSWER_MAX_MS = 30000,  /* a request older than this while other bytes flow: the peer is broken */
    DEAD_MS = 5000,         /* nothing heard while a Ping is out */
    DEAD_LISTING_MS = 30000 /* the same inside a list that has begun: the PBX works on it, perhaps with a slow database */
};

/* The way of a connection, in this order; NO_QUEUES and WAITING are left for an earlier one. */
enum phase { PHASE_IDLE, PHASE_CONNECTING, PHASE_GREETING, PHASE_CHALLENGE, PHASE_LOGIN, PHASE_RIGHTS, PHASE_VERSION,
             PHASE_CLOCK, PHASE_CHANNELS, PHASE_QUEUES, PHASE_NO_QUEUES, PHASE_LIVE, PHASE_WAITING, PHASE_COUNT };

/* One request on its way. Answers come in the order of the requests, so this is a queue. */
struct asked {
    enum request_kind kind;
    char id[48];
    uint64_t tag;           /* of an order; 0: the session's own */
    int64_t at_ms;
    char *what;      /* QueueStatus: the queue, NULL all; Getvar: the caller's Uniqueid; Setvar: the token */
    bool is_open;    /* its list has begun */
    bool is_discovery; /* QueueStatus only for the names of queues: not for the floor */
    int64_t items;
};

enum sync_state { SYNC_NONE, SYNC_ASKED, SYNC_LISTING, SYNC_FENCING /* list read, VarSet to come */, SYNC_SETTLING };

struct sync {
    enum sync_state state;
    char *scope;            /* the queue; NULL all */
    char token[40];         /* of the barrier on its way; "" none */
    char late_token[40];    /* of one that did not come in time: if it comes yet, barriers do pass */
    bool is_masked;         /* class dialplan is in our event mask now */
    unsigned missed;        /* barriers in a row that did not come */
    int64_t asked_at, listed_at, quiet_since;
    uint64_t pong;          /* settling waits for the answer to this Ping, sent after the list */
    int64_t next_at;        /* no re-read before */
    bool is_all_due;        /* app_queue came anew: read all once more */
    int64_t retry_barrier_at;
    bool is_silent_change;  /* the list shows calls that no event told of */
    int64_t discover_at;    /* look for new queues then */
    char **found;           /* their names; from `found_read` on they are still to be read */
    size_t found_count, found_read;
    bool is_discovering;
};

enum { PING_SAMPLES = 16 };

/* The first half of a list item that a caller's name with line ends cut in two. */
struct cut {
    bool is_pending;
    struct buf text;
    struct cut_field {
        size_t name_at, name_n, value_at, value_n;
    } *field;
    size_t count;
};

struct ping {
    bool is_out;
    int64_t sent_at, next_at;
    uint64_t sent, answered;  /* how many; the number of the latest answered one */
    int64_t sent_us;          /* live only: instants are milliseconds, and a near PBX answers within one */
    int64_t round_trip_ms, round_trip_us; /* -1 unknown */
    struct { int64_t round_trip_ms, offset_ms; } sample[PING_SAMPLES]; /* offset: PBX wall clock minus now_ms */
    size_t count, next;
    int64_t offset_ms;        /* as told to the floor */
    bool is_known;
};

struct endpoints { /* the telephones of PJSIP: session_endpoints.c */
    int64_t count;            /* -1: not told */
    int64_t told_at;          /* 0: not asked yet */
    int64_t due_at;           /* 0: nothing is to be asked */
    int64_t wanted_at;        /* when it was due first */
    int64_t event_at;         /* of the last event: while they come the link is not idle */
    bool is_out;
};

enum notice { NOTICE_BARRIER_WRITE, NOTICE_BARRIER_READ, NOTICE_PEERS, NOTICE_GETVAR, NOTICE_AGENT, NOTICE_COUNT };

enum { QUESTION_MAX = 64 };

struct question { /* passive only: asked by the model, its Getvar not yet seen */
    char *uniqueid, *channel;
    int64_t at_ms;
};

struct session {
    struct session_setup setup;
    char *user, *host;
    struct frame_reader *reader;
    struct frame_reader *said; /* passive: the other direction */
    int64_t now;               /* of the call being worked off */

    enum phase phase;
    int64_t phase_since;
    enum link_state link;
    int64_t link_since;
    bool is_up;                /* the link stands */
    bool is_linked;            /* floor_link_up was called */
    bool is_booted, is_shutting_down;
    unsigned first_byte;       /* 256: none yet */
    const char *room_at;
    int64_t heard_at, heard_from; /* heard_from: dead-link counting starts no earlier (we were stopped ourselves) */
    int64_t fresh_at;          /* the last byte of a live link: a greeting or a refusal makes no figure younger */
    int64_t up_at;

    struct random random;
    unsigned attempt;
    int64_t retry_at;
    int64_t live_since;
    int64_t connections;
    int64_t live_connection, lives; /* the latest that became live; how many did */

    struct asked asked[ASKED_MAX];
    size_t asked_count;
    char nonce[25];
    uint64_t counter;
    struct buf out;

    bool is_right_known;
    int64_t rights_at;         /* they are asked again then: nobody has told that the PBX has booted */
    size_t rights_asks;
    bool may[REQUEST_COUNT];
    struct cut cut;
    bool is_cut_told;
    struct sync sync;
    struct ping ping;
    struct endpoints endpoints;
    struct question question[QUESTION_MAX];
    size_t question_count;

    int64_t barrier;           /* as in fact_pbx */
    int64_t peers;
    char *write_classes, *seen_classes; /* as in fact_pbx */
    unsigned seen;             /* enum event_class bits */
    bool notice[NOTICE_COUNT];
    char *notice_text;
    uint64_t agent_events, queue_moves; /* class agent; joins and leaves: since this login */

    char *reason, *asterisk;
    const char *cause;         /* the reason's word; NULL: none */
    int64_t bytes_in, bytes_out, events, skipped_before;
};

/* session.c */
void session_enter(struct session *s, enum phase phase);
void session_fail(struct session *s, enum refusal why, const char *detail);     /* closes, plans the next attempt */
void session_changed(struct session *s);
int64_t session_wall(const struct session *s);

/* session_ask.c */
enum { ITEM_KINDS = 3 };

struct answer_row {
    void (*answered)(struct session *s, const struct asked *a, const struct event *e);
    void (*refused)(struct session *s, const struct asked *a, struct slice message); /* message absent: no answer came */
    void (*begin)(struct session *s, const struct asked *a);
    void (*item)(struct session *s, const struct asked *a, const struct event *e);
    void (*end)(struct session *s, const struct asked *a);
    enum event_kind items[ITEM_KINDS]; /* EVENT_GREETING (0) is no item: ends it */
    bool is_id_first;                  /* its items begin with the ActionID; others end with it */
};
extern const struct answer_row session_answers[REQUEST_COUNT];

struct ask {
    struct session *s;
    struct request request;
    struct asked entry;
};
void session_ask(struct session *s, struct ask *a, enum request_kind kind);
/* Sends and remembers. False: nothing was sent (gate, bad bytes); *err says why, kind ERR_NONE where nobody listens: a replay, or
 * the link is gone. */
MUST_USE bool session_say(struct ask *a, struct err *err);
void session_forget_asked(struct session *s);
void session_drop_asked(struct session *s, size_t i);
struct asked session_take_oldest(struct session *s); /* its `what` is the caller's to free */
bool session_is_listing(const struct session *s);
void session_response(struct session *s, const struct event *e);

/* session_list.c */
void session_list(struct session *s, const struct frame *frame);
void session_forget_cut(struct session *s);

/* session_event.c */
void session_take(struct session *s, const struct frame *frame);

/* session_login.c */
void session_greeting(struct session *s, const struct event *e);
void session_enter_challenge(struct session *s);
void session_enter_rights(struct session *s);
bool session_ask_rights(struct session *s);
void session_rights_tick(struct session *s);
void session_enter_version(struct session *s);
void session_challenged(struct session *s, const struct asked *a, const struct event *e);
void session_unchallenged(struct session *s, const struct asked *a, struct slice message);
void session_logged_in(struct session *s, const struct asked *a, const struct event *e);
void session_login_refused(struct session *s, const struct asked *a, struct slice message);
void session_rights(struct session *s, const struct asked *a, const struct event *e);
void session_no_rights(struct session *s, const struct asked *a, struct slice message);
void session_version(struct session *s, const struct asked *a, const struct event *e);
void session_no_version(struct session *s, const struct asked *a, struct slice message);

/* session_sync.c: the QueueStatus lists; session_channels.c: calls in progress, new queues */
void session_enter_channels(struct session *s);
void session_enter_queues(struct session *s);
void session_queues_begin(struct session *s, const struct asked *a);
void session_queues_item(struct session *s, const struct asked *a, const struct event *e);
void session_queues_end(struct session *s, const struct asked *a);
void session_queues_refused(struct session *s, const struct asked *a, struct slice message);
void session_fenced(struct session *s, const struct event *e);
void session_fence_refused(struct session *s, const struct asked *a, struct slice message);
void session_sync_event(struct session *s, const struct event *e);
void session_sync_tick(struct session *s);
int64_t session_sync_deadline(const struct session *s);
void session_sync_reset(struct session *s);
void session_channels_begin(struct session *s, const struct asked *a);
void session_channels_item(struct session *s, const struct asked *a, const struct event *e);
void session_channels_end(struct session *s, const struct asked *a);
void session_channels_refused(struct session *s, const struct asked *a, struct slice message);
bool session_discover(struct session *s); /* true: asked */
void session_discover_item(struct session *s, const struct event *e);
void session_discover_end(struct session *s);
bool session_discovered(struct session *s, struct slice *queue); /* the next new one to be read */
void session_forget_found(struct session *s);

/* session_endpoints.c */
void session_endpoints_reset(struct session *s);
void session_endpoints_live(struct session *s);
void session_endpoints_reloaded(struct session *s);
void session_endpoints_tick(struct session *s);
int64_t session_endpoints_deadline(const struct session *s);
void session_endpoints_begin(struct session *s, const struct asked *a);
void session_endpoints_item(struct session *s, const struct asked *a, const struct event *e);
void session_endpoints_end(struct session *s, const struct asked *a);
void session_endpoints_refused(struct session *s, const struct asked *a, struct slice message);

/* session_ping.c */
void session_enter_clock(struct session *s);
void session_ping_now(struct session *s);
void session_ponged(struct session *s, const struct asked *a, const struct event *e);
void session_unponged(struct session *s, const struct asked *a, struct slice message);
void session_ping_tick(struct session *s);
int64_t session_ping_deadline(const struct session *s);
void session_ping_reset(struct session *s);

/* session_question.c */
void session_question_tick(struct session *s);
void session_question_observed(struct session *s, struct slice channel, struct asked *a);
void session_questions_forget(struct session *s);
void session_question_answered(struct session *s, const struct asked *a, const struct event *e);
void session_question_refused(struct session *s, const struct asked *a, struct slice message);

/* session_rights.c: the texts of fact_pbx, until the connection ends */
void session_note_rights(struct session *s, const struct frame *list); /* the answer to ListCommands */
void session_note_class(struct session *s, unsigned event_class);      /* such an event came */
void session_forget_rights(struct session *s);

/* session_notice.c */
void session_note(struct session *s, enum notice which, bool is_on);
struct slice session_mask(bool with_dialplan);

#endif
