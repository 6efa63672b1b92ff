/* SPDX-License-Identifier: MIT */
/* order: the life of what a supervisor has done (design.md 7): a line of the language is planned, its requests are sent one after the other,
 * each is proven by the model or not, and the fact_order says how it stands. Nothing is ever sent twice: what was on its way when the link
 * went is "unknown" until the re-read shows what became of it. Has no socket and no clock. */
#ifndef CORE_CONTROL_ORDER_H
#define CORE_CONTROL_ORDER_H

#include "core/control/audit.h"
#include "core/control/world.h"

struct orders;
struct journal;

/* Under which name an order stands in the audit log, and whose it is: what the next keeper must know of one that lent somebody. */
struct order_origin {
    char order[48]; /* "": unknown */
    int64_t uid;    /* -1: unknown */
    int64_t wall_ms; /* given then */
};

/* What is to be written down of an order. */
struct order_entry {
    enum audit_event event;
    const struct fact_order *fact;
    const char *pbx; /* its name */
    bool is_own;     /* a lease's: it ends what was written down already */
    uint64_t of;     /* the order of that lease; 0: none */
    const struct order_origin *origin; /* of a lease that was adopted, as it was signed; NULL: it is not */
    bool was_sent;   /* something of it was */
    int64_t now_ms;
    const char *leg;   /* of an order that has begun a listening: the Uniqueid of its channel; NULL: none */
    int64_t lasted_ms; /* AUDIT_END; -1: nobody saw the end */
};

struct orders_hooks {
    /* One request on its way to the PBX, through the gate; answered with orders_answered and this tag. */
    bool (*send)(void *context, uint64_t pbx, enum request_kind kind, const struct request_header *header, size_t count, uint64_t tag, struct err *err);
    void (*reread)(void *context, uint64_t queue);      /* its proof is late: ask the PBX */
    void (*changed)(void *context, uint64_t id, bool is_gone); /* a fact_order */
    /* At issue, at each outcome, at the end of a listening. *ticket not 0: nothing is sent before orders_written has told of it; false: nothing is
     * sent at all (*err). Both of an issue only. */
    bool (*audit)(void *context, const struct order_entry *e, uint64_t *ticket, struct err *err);
    /* The world as whoever gave it sees it, for as long as it takes to plan; NULL: the world itself. */
    const struct world *(*world_of)(void *context, uint64_t giver);
    void (*named)(void *context, const char *who, const char *phone); /* his own phone, which was one; NULL: as above */
    int64_t (*wall_ms)(void *context); /* NULL without a journal */
    void (*sign)(void *context, uint64_t order, struct order_origin *out); /* but for wall_ms; NULL: nobody writes orders down */
    struct journal *journal;           /* of leases, borrowed; NULL: nothing is lent */
    void *context;
};

struct orders *orders_new(const struct world *world, const struct orders_hooks *hooks);
void orders_free(struct orders *o);

struct order_given {
    struct slice line;   /* lines of the language, done one after the other */
    const char *who;
    int64_t ref;
    bool is_dry;         /* only says what it would send */
    const char *forbidden; /* who gives it may not: why; NULL: he may */
    uint64_t giver;      /* for world_of; 0: nobody in particular */
    uint64_t of;         /* given by a lease of this order: nothing takes it back; 0: by somebody */
};
/* Its id; how it stands is in the fact, from the first moment on. */
uint64_t orders_give(struct orders *o, const struct order_given *given, int64_t now_ms);

/* Those that waited for these tickets, up to `upto`: why NULL: they are written down; else the sentence. */
void orders_written(struct orders *o, uint64_t upto, const char *why, int64_t now_ms);
void orders_leases_written(struct orders *o, int64_t now_ms); /* the journal's disk has done something */
void orders_answered(struct orders *o, uint64_t tag, bool is_success, struct slice text, int64_t now_ms); /* text absent: no answer will come */
void orders_changed(struct orders *o, enum fact_kind kind, uint64_t id, bool is_gone); /* of the floor; cheap while no order is open */
void orders_event(struct orders *o, uint64_t pbx, const struct event *e, int64_t now_ms); /* after the floor was told */
void orders_link_down(struct orders *o, uint64_t pbx, int64_t now_ms);
void orders_link_live(struct orders *o, uint64_t pbx, int64_t now_ms); /* all queues were read again */
void orders_tick(struct orders *o, int64_t now_ms);
int64_t orders_deadline(const struct orders *o);
bool orders_hold(const struct orders *o); /* an order is on its way, leases are not settled yet, or a listening has no end yet: somebody must stay */
bool orders_has_giver(const struct orders *o, uint64_t giver); /* something of his is still to be planned */
void orders_close(struct orders *o, int64_t now_ms); /* nobody will see what is still to come: that is written down */
bool orders_lent(const struct orders *o, uint64_t queue, const char *interface); /* by a lease of ours */

const struct fact_order *orders_get(const struct orders *o, uint64_t id);
const struct fact_order *orders_each(const struct orders *o, size_t *at);

#endif
