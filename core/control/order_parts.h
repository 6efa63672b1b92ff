/* SPDX-License-Identifier: MIT */
/* order_parts: one order and the list of them, for order.c (their life) and order_lease.c (what leases want of them). Nobody else includes it. */
#ifndef CORE_CONTROL_ORDER_PARTS_H
#define CORE_CONTROL_ORDER_PARTS_H

#include "core/control/lease.h"
#include "core/control/order.h"
#include "core/control/outcall.h"
#include "core/control/sight.h"

#define ORDER_TICKET_LEASE UINT64_MAX /* it waits for the journal of leases */

enum { ORDER_ANSWER_MAX = 4096, ORDER_FAILURES_MAX = ORDER_ANSWER_MAX - 256 /* how many of how many stands before them */ };

struct order {
    struct fact_order fact;
    char *line;          /* all lines; from `at` on they are still to be planned */
    size_t at, line_at;  /* line_at: where the one being worked on begins */
    size_t lines_failed; /* of several */
    enum order_state failed_as; /* the first of these */
    struct buf failures; /* each of them, and why */
    bool is_dry;
    uint64_t of;         /* a lease of this order gave it; 0: somebody did */
    struct order_origin *origin; /* of a lease that was adopted; NULL: it is not */
    bool is_advancing, has_more; /* order_advance */
    uint64_t giver;
    struct plan plan;
    size_t act;          /* of plan */
    uint64_t tag;        /* of the request on its way; 0: none */
    bool is_sent, is_acked, is_reread_asked;
    bool is_due;         /* something that concerns it changed */
    int64_t sent_at;
    int64_t read_at;     /* unknown since the link went: it is live again since then; 0: no */
    bool is_looked_at;   /* so long that it would have shown */
    bool is_asked;       /* for what no list shows: the next answer is about that */
    bool is_over;        /* unknown, and nobody looks any more */
    struct outcall outcall; /* of the act, when it has a phone rung */
    struct sight sight;     /* of the act, when an event proves it */
    bool was_sent;       /* something of it */
    int64_t phones_until; /* waits for the PBX to tell its telephones; 0: it does not */
    int64_t phones_at;   /* when they were told last, over all PBXs */
    size_t phones_line;  /* the line that it waited for: once, counted from 1 */
    uint64_t ticket;     /* waits for its record to be written, or ORDER_TICKET_LEASE; 0: not */
    struct order_ear {   /* the listening that it began, as long as that lasts */
        char *uniqueid;  /* of the listener's channel; NULL: none */
        int64_t since, lost_at; /* lost_at: the link went then; 0: it is live */
        bool was_seen, was_lost;
        bool is_over; /* it was, before anybody looked */
    } ear;
    struct buf undo;     /* lines of the acts that were done, the last first */
};

struct orders {
    const struct world *world;
    struct orders_hooks hooks;
    struct order **order; /* by age */
    size_t count, open;   /* open: pending or unknown */
    uint64_t last_id, last_tag;
    size_t ears;
    bool is_ear_due;      /* somebody may listen no more */
    struct leases *leases;
};

/* order.c */
struct order *order_new(struct orders *o, const char *who, struct slice line, int64_t now_ms);
struct order *order_with(const struct orders *o, uint64_t id); /* NULL: forgotten */
void order_advance(struct orders *o, struct order *r, int64_t now_ms); /* sends what is next to be sent, plans the next line, or ends */
void order_settle(struct orders *o, struct order *r, enum order_state state, struct slice answer, int64_t now_ms); /* the outcome, or what is known of it */
bool order_is_open(const struct order *r);
struct act *order_act(const struct order *r); /* the one that is next, or on its way */
void order_fail(struct orders *o, struct order *r, enum order_state state, const char *text, int64_t now_ms); /* settles it, with the steps that were done */
void order_tell(struct orders *o, const struct order *r);
void order_go(struct orders *o, struct order *r, int64_t now_ms); /* what was planned is sent */
void order_send(struct orders *o, struct order *r, int64_t now_ms); /* and that is written down */

/* order_phones.c: the line names somebody whom nobody knows. True: the PBX is being asked, and the line is planned anew when it has told. */
bool order_waits_for_phones(struct orders *o, struct order *r, const struct target_fault *fault, int64_t now_ms);
void order_phones_changed(struct orders *o);
void order_phones_tick(struct orders *o, int64_t now_ms);

/* order_audit.c */
/* False: it must not be sent, and has ended. */
bool order_issue(struct orders *o, struct order *r, int64_t now_ms);
void order_outcome(struct orders *o, const struct order *r, int64_t now_ms);
void order_ear_begins(struct orders *o, struct order *r, const struct act *a, int64_t now_ms);
void order_ear_event(struct orders *o, struct order *r, struct slice uniqueid, int64_t now_ms); /* ChanSpyStop */
void order_ears_link(struct orders *o, uint64_t pbx, bool is_live, int64_t now_ms);
void order_ears_tick(struct orders *o, int64_t now_ms);
int64_t order_ears_deadline(const struct orders *o);

/* order_steps.c: `a` was done; or the order ended, or is unknown, while a request of it was on its way */
void order_note_done(struct order *r, const struct act *a);
void order_note_end(struct order *r, enum order_state state);
void order_note_dry(struct order *r); /* what it would send; nothing of it is left to be sent */

void order_pass_act(struct orders *o, struct order *r, int64_t now_ms); /* the act is done: its undo, its lease; the next one is next */

void order_end(struct orders *o, struct order *r, const char *how, int64_t now_ms); /* its last act was done */

/* order_lines.c: orders of several lines */
bool order_is_several(const struct order *r);
void order_line_failed(struct order *r, enum order_state state, struct slice why);
void order_lines_add(const struct order *r, struct buf *out); /* what became of them; nothing when none has failed */

/* order_unknown.c */
/* To one that was given up, or to what was asked since. text absent: no answer will come. */
void order_answered_late(struct orders *o, struct order *r, bool is_success, struct slice text, int64_t now_ms);
void order_tick_unknown(struct orders *o, struct order *r, int64_t now_ms);
int64_t order_unknown_deadline(const struct order *r);

/* order_keep.c */
void order_free(struct order *r);
/* Before one more of this user: forgets one that has ended. False: there is room. */
bool order_keep_few(struct orders *o, const char *who);

/* order_event.c */
void order_drop(struct orders *o, uint64_t pbx, struct slice channel); /* a phone that rings for nothing */

/* order_lease.c */
void order_leases(struct orders *o); /* makes them */
bool order_lease_begins(struct orders *o, struct order *r, int64_t now_ms); /* false: not yet, or it has ended */

#endif
