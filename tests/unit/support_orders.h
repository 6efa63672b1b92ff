/* SPDX-License-Identifier: MIT */
/* A floor that a test of orders holds in its hands: one PBX (geneva) with two queues and two agents in a store, and the orders on it. What
 * would be sent is text, a line a request; answers and changes come when the test gives them. */
#ifndef TESTS_UNIT_SUPPORT_ORDERS_H
#define TESTS_UNIT_SUPPORT_ORDERS_H

#include "core/control/order.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

#include "core/base/mem.h"
#include "core/base/timer.h"
#include "core/control/journal.h"
#include "core/floor/store.h"

enum { SALES = 10, BILLING, ANN = 20, BOB, ANN_SALES = 30, ANN_BILLING, BOB_SALES };
#define PBX fact_pbx_id(0)
#define FAR fact_pbx_id(1)

struct stage {
    struct store *store;
    struct settings settings;
    struct directory *directory;
    struct world world;
    struct orders *orders;
    struct buf sent, written; /* requests as text; the audit log */
    uint64_t tag;             /* of the latest request */
    bool is_refusing, is_weak; /* the link is down; the AMI user has no class agent */
    enum request_kind missing; /* what this PBX does not take; REQUEST_COUNT: nothing */
    uint64_t reread;
    bool is_slow_audit, is_audit_gone; /* an order waits for its record; there can be none */
    uint64_t tickets;
    int64_t lasted_ms;        /* of the listening that ended last */
    int64_t now, wall;        /* wall: how far the wall clock is ahead of `now` */
    struct journal *journal;  /* of leases; NULL until stage_lends */
};

struct stage_seat {
    uint64_t id, queue, agent;
    const char *interface, *name, *reason; /* reason NULL: not paused */
    int64_t penalty, membership;
};

extern const struct stage_seat stage_ann_sales, stage_ann_billing, stage_bob_sales;

void stage_put(struct stage *s, enum fact_kind kind, union fact_any any);
void stage_drop(struct stage *s, enum fact_kind kind, uint64_t id);
void stage_put_pbx(struct stage *s, uint64_t id, const char *name, int64_t link);
void stage_put_queue(struct stage *s, uint64_t id, uint64_t pbx, const char *name);
void stage_put_agent(struct stage *s, uint64_t id, const char *interface, const char *name);
void stage_put_member(struct stage *s, struct stage_seat m);
int stage_set_up(void **state);
void stage_lends(struct stage *s, const char *folder); /* orders anew, with the leases of this folder: as a keeper that starts */
/* stage_set_up with both queues clean and a wall clock, and leases in a new folder: `folder` has TEMP_PATH_MAX bytes. */
int stage_set_up_leases(void **state, char *folder);
size_t stage_files(const char *folder);      /* that do not begin with a point */
/* No lease is left, once the PBX has written down that the last one is out. */
void stage_is_settled(struct stage *s, const char *folder);
void stage_tick(struct stage *s, int64_t ms); /* forgets what was sent before */
/* The turns of a keeper that sleeps until orders_deadline, for so long: after how many ms something was asked of the PBX; -1: nothing was. */
int64_t stage_until_sent(struct stage *s, int64_t most_ms);
int stage_tear_down(void **state);
const struct fact_order *stage_give(struct stage *s, const char *line);
void stage_sent(const struct stage *s, const char *wanted);
void stage_yes(struct stage *s);
void stage_says(struct stage *s, const char *text); /* Success, with this text: the value of a variable */
void stage_is(const struct fact_order *o, enum order_state state, const char *answer);
void stage_refuses(struct stage *s, const char *line, enum order_state state, const char *answer);

#endif
