/* SPDX-License-Identifier: MIT */
/* lease: memberships that end by themselves: lent for a time or for some calls (add --for, --calls), and for exactly one call (take). Each is
 * in the journal before anything is asked of the PBX, is watched while it runs, and ends with an order of its own that takes the agent out.
 * What a keeper that died has left is adopted. Used by order.c only; has no socket and no clock. */
#ifndef CORE_CONTROL_LEASE_H
#define CORE_CONTROL_LEASE_H

#include "core/control/journal.h"
#include "core/control/plan.h"

struct leases;

struct leases_hooks {
    uint64_t (*give)(void *context, struct slice line, const char *who, uint64_t of, int64_t now_ms); /* an order of its own; its id */
    void (*sign)(void *context, uint64_t order, struct lease_entry *e); /* names it for the next keeper */
    const struct fact_order *(*order)(void *context, uint64_t id);
    void (*show)(void *context, uint64_t order, int64_t until, int64_t calls_left, const char *text); /* text NULL: as it was */
    void (*end)(void *context, uint64_t order, bool is_well, const char *text, int64_t now_ms);       /* the last lease of this order */
    void (*again)(void *context, uint64_t order, int64_t now_ms); /* a take: planned and sent once more */
    void (*drop)(void *context, uint64_t pbx, struct slice channel); /* a phone that rings and must not be answered */
    uint64_t (*adopt)(void *context, const struct lease_entry *e, const struct fact_queue *queue, int64_t now_ms); /* an active order that shows it */
    int64_t (*wall_ms)(void *clock);
    void *clock;
    void *context;
};

struct leases *leases_new(const struct world *world, struct journal *journal, const struct leases_hooks *hooks); /* the journal is borrowed; NULL: none */
void leases_free(struct leases *l); /* what runs stays in the journal */

/* Before the first request of a plan that is a lease. False: nothing may be sent. */
MUST_USE bool leases_prepare(struct leases *l, const struct fact_order *order, struct plan *plan, int64_t now_ms, struct err *err);
/* Is what was prepared on the disk? JOURNAL_FAILED: nothing may be sent, *err says why. */
enum journal_state leases_written(const struct leases *l, uint64_t order, struct err *err);
void leases_own(struct leases *l, uint64_t order);                                 /* the PBX has made the membership for it */
void leases_run(struct leases *l, uint64_t order, int64_t now_ms);               /* its requests are proven */
void leases_fail(struct leases *l, uint64_t order, bool is_in, int64_t now_ms);  /* it ended before; is_in: he may be a member all the same */
bool leases_has(const struct leases *l, uint64_t order);                         /* one that runs */
bool leases_holds(const struct leases *l, uint64_t queue, const char *interface); /* this keeper, or another one of this user */
size_t leases_count(const struct leases *l);

void leases_changed(struct leases *l, enum fact_kind kind, uint64_t id); /* of the floor */
void leases_event(struct leases *l, uint64_t pbx, const struct event *e, int64_t now_ms);
void leases_link_down(struct leases *l, uint64_t pbx);
void leases_link_live(struct leases *l);
void leases_tick(struct leases *l, int64_t now_ms);
int64_t leases_deadline(const struct leases *l);

#endif
