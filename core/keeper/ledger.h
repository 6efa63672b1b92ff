/* SPDX-License-Identifier: MIT */
/* ledger: what is written down of orders, and where: who gave it becomes a record of the audit log, of syslog, and a line of the PBX's own
 * queue_log. Says whether an order must wait for its record, and what is wrong when one cannot be written. */
#ifndef CORE_KEEPER_LEDGER_H
#define CORE_KEEPER_LEDGER_H

#include "core/control/order.h"

struct ledger;

struct ledger_setup {
    const struct settings *settings; /* borrowed, as the world */
    const struct world *world;
    void (*notice)(void *context, const char *sentence); /* for whoever looks */
    /* A QueueLog on its way, through the gate. */
    bool (*queue_log)(void *context, uint64_t pbx, const struct request_header *header, size_t count, struct err *err);
    void *context;
};

struct ledger *ledger_new(const struct ledger_setup *setup);
void ledger_free(struct ledger *l); /* what was written down goes onto the disk first */
/* Starts what writes. To be called before any secret is known, and where something can be ordered only. */
void ledger_open(struct ledger *l);

struct ledger_giver {
    int64_t uid;                   /* -1: unknown */
    const char *login;             /* NULL: the kernel keeps none */
    struct slice says_login, says_from;
};
/* Who gives the orders that come now; NULL: nobody any more. */
void ledger_by(struct ledger *l, const struct ledger_giver *giver);
/* This one is his, though nothing was written down of it yet. */
void ledger_keep(struct ledger *l, uint64_t order);
/* As orders_hooks.audit. */
bool ledger_write(struct ledger *l, const struct order_entry *e, uint64_t *ticket, struct err *err);
void ledger_sign(struct ledger *l, uint64_t order, struct order_origin *out); /* as orders_hooks.sign */
void ledger_forget(struct ledger *l, uint64_t order);

int ledger_fd(const struct ledger *l); /* for poll(2); -1: none */
short ledger_events(const struct ledger *l);
void ledger_turn(struct ledger *l, struct orders *orders, int64_t now_ms); /* what has been written meanwhile, and what not */
void ledger_answered(struct ledger *l, bool is_success, struct slice text); /* of a queue_log */
bool ledger_waits(const struct ledger *l, int64_t now_ms);          /* for the PBX's answer to one: not for long */
int64_t ledger_deadline(const struct ledger *l); /* when ledger_turn has something to do that no descriptor tells */
/* What is wrong with it now, one sentence each; NULL: there are no more. Start with 0. */
const char *ledger_trouble(const struct ledger *l, size_t *at);

#endif
