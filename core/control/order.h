/* SPDX-License-Identifier: MIT */
/* order: the life of what a supervisor has done (design.md 7): a line of the language is planned, its requests are sent one after the other,
 * each is proven by the model or not, and the fact_order says how it stands. Nothing is ever sent twice: what was on its way when the link
 * went is "unknown" until the re-read shows what became of it. Has no socket and no clock. */
#ifndef CORE_CONTROL_ORDER_H
#define CORE_CONTROL_ORDER_H

#include "core/control/world.h"

struct orders;
struct journal;

struct orders_hooks {
    /* One request on its way to the PBX, through the gate; answered with orders_answered and this tag. */
    bool (*send)(void *context, uint64_t pbx, enum request_kind kind, const struct request_header *header, size_t count, uint64_t tag, struct err *err);
    void (*reread)(void *context, uint64_t queue);      /* its proof is late: ask the PBX */
    void (*changed)(void *context, uint64_t id, bool is_gone); /* a fact_order */
    void (*audit)(void *context, const struct fact_order *o, const char *pbx); /* at issue (ORDER_PENDING) and at each outcome */
    /* The leg with this Uniqueid listens so (enum spy_mode). NULL: nobody wants to know. */
    void (*listens)(void *context, uint64_t pbx, const char *uniqueid, int64_t mode, int64_t now_ms);
    /* The world as whoever gave it sees it, for as long as it takes to plan; NULL: the world itself. */
    const struct world *(*world_of)(void *context, uint64_t giver);
    void (*named)(void *context, const char *who, const char *phone); /* his own phone, which was one; NULL: as above */
    int64_t (*wall_ms)(void *context); /* NULL without a journal */
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
    bool is_own;         /* given by a lease: nothing takes it back */
};
/* Its id; how it stands is in the fact, from the first moment on. */
uint64_t orders_give(struct orders *o, const struct order_given *given, int64_t now_ms);

void orders_answered(struct orders *o, uint64_t tag, bool is_success, struct slice text, int64_t now_ms); /* text absent: no answer will come */
void orders_changed(struct orders *o, enum fact_kind kind, uint64_t id, bool is_gone); /* of the floor; cheap while no order is open */
void orders_event(struct orders *o, uint64_t pbx, const struct event *e, int64_t now_ms); /* after the floor was told */
void orders_link_down(struct orders *o, uint64_t pbx, int64_t now_ms);
void orders_link_live(struct orders *o, uint64_t pbx, int64_t now_ms); /* all queues were read again */
void orders_tick(struct orders *o, int64_t now_ms);
int64_t orders_deadline(const struct orders *o);
bool orders_hold(const struct orders *o); /* leases are not settled yet: somebody must stay */
bool orders_has_giver(const struct orders *o, uint64_t giver); /* something of his is still to be planned */
bool orders_lent(const struct orders *o, uint64_t queue, const char *interface); /* by a lease of ours */

const struct fact_order *orders_get(const struct orders *o, uint64_t id);
const struct fact_order *orders_each(const struct orders *o, size_t *at);

#endif
