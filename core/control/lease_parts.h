/* SPDX-License-Identifier: MIT */
/* lease_parts: one lease, for lease.c (its life), lease_adopt.c (that of a keeper that died) and take.c (the one call). Nobody else includes it. */
#ifndef CORE_CONTROL_LEASE_PARTS_H
#define CORE_CONTROL_LEASE_PARTS_H

#include "core/control/lease.h"

enum { LEASE_CALLS_SEEN = 8, TAKE_WRAPUP_S = 86400, LEASE_GRACE_MS = 1000 /* an event that is still on its way comes within this */ };

enum lease_state { LEASE_PREPARED /* its order is under way */, LEASE_RUNNING, LEASE_LEAVING, LEASE_GONE /* he is out, and its order has ended */, LEASE_STATE_COUNT };

/* The one call: what the PBX has told of it. */
struct take {
    bool is_offered;      /* AgentCalled: his phone rings, or rang */
    bool is_taken, is_missed;
    bool is_due_again;    /* to be armed again once he is out */
    bool is_blind;        /* the link went meanwhile */
    bool is_held;         /* waits for his phone to be free */
    int64_t offered_over_at; /* the ringing is over; 0: not yet */
    int64_t silent_at;    /* since then it should ring, and his phone is free; 0: it is not so */
    uint64_t unpause;     /* the order that arms it; 0: not yet */
    int64_t running_at;
    char caller[160], number[80], dest[160]; /* Uniqueids, and the caller's number */
    bool is_line;         /* the dialplan takes him out, before his phone rings */
    bool was_in;          /* he was seen in the queue since he was added */
    int64_t look_at;      /* then he must have been: the answer to QueueAdd may come before the event */
    unsigned lost;        /* so often somebody else was put in front of the one who is meant */
};

struct lease {
    enum lease_state state;
    uint64_t order, journal, pbx, queue;
    struct lease_entry entry;
    int64_t until;        /* on the floor's time line; 0: no time limit */
    int64_t login_at;     /* so is this: LEASE_GOING, of one that was adopted */
    int64_t doubt_until;  /* adopted, and not sure that the PBX has worked off what was asked; 0: sure */
    bool is_due;          /* something that concerns it changed */
    uint64_t call[LEASE_CALLS_SEEN]; /* counted already, the last ones */
    size_t call_at;
    /* leaving */
    bool is_well, is_out;
    int64_t out_at;
    bool has_ended;       /* its order */
    bool was_cut;         /* gone, and the link went before the PBX can have written that down */
    char text[400];       /* how it ended */
    uint64_t back;        /* the order that takes him out; 0: none on its way */
    int64_t retry_at;
    int64_t going_at;     /* since then it waits for the disk; 0: it does not */
    unsigned tries;
    struct take take;
};

struct leases {
    const struct world *world;
    struct journal *journal;
    struct leases_hooks hooks;
    struct lease **lease;
    size_t count;
    int64_t adopt_at;
};

/* lease.c */
struct lease *lease_add(struct leases *l);
void lease_settle(struct leases *l, struct lease *x, int64_t now_ms); /* it may be gone then */
void lease_show(struct leases *l, const struct lease *x, const char *text);
const struct fact_member *lease_member(const struct leases *l, const struct lease *x); /* NULL: he is none */
void lease_name_host(const struct world *w, const char *pbx, char *out, size_t size);
bool lease_lends(const struct leases *l, uint64_t queue, const char *interface); /* one of these, that is not over */
void lease_leave(struct lease *x, bool is_well, int64_t now_ms, const char *fmt, ...) __attribute__((format(printf, 4, 5)));
bool lease_is_live(const struct leases *l, const struct lease *x); /* the link is, and its queue was read */
uint64_t lease_give(struct leases *l, const struct lease *x, const char *verb, int64_t now_ms);
uint64_t lease_give_line(struct leases *l, const struct lease *x, struct slice line, int64_t now_ms);

/* lease_adopt.c */
void leases_adopt(struct leases *l, int64_t now_ms);
/* Of one that was adopted. What the dead one sent may reach the PBX after us: so long is looked whether the membership comes after all.
 * False: it is settled. */
bool lease_sort_out(struct leases *l, struct lease *x, int64_t now_ms);

/* take.c: false: it goes on */
void take_event(struct leases *l, struct lease *x, const struct event *e, int64_t now_ms);
void take_run(struct leases *l, struct lease *x, int64_t now_ms);
/* While he is a member. */
void take_watch(struct leases *l, struct lease *x, int64_t now_ms);
/* Once he is out of the queue: is it settled? *is_again: no, to be armed once more. */
bool take_is_over(struct leases *l, struct lease *x, int64_t now_ms, bool *is_again);
/* Before it is settled: the priority of the one who is meant is put back, as far as the order of the queue allows. */
void take_restore(struct leases *l, const struct lease *x, int64_t now_ms);
int64_t take_deadline(const struct lease *x);

#endif
