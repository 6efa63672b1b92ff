/* SPDX-License-Identifier: MIT */
/* desk: where orders are taken in the keeper: their life (core/control/order.h), what they may know of the floor, and the audit log, in which
 * every order stands at its issue and at its outcome. */
#ifndef CORE_KEEPER_DESK_H
#define CORE_KEEPER_DESK_H

#include "core/control/order.h"
#include "core/keeper/guest.h"
#include "core/keeper/ledger.h"
#include "core/keeper/pbx.h"
#include "core/keeper/scope.h"

struct desk;

struct desk_setup {
    const struct settings *settings; /* borrowed, as the directory */
    const struct directory *directory;
    struct pbx **const *pbx;   /* the keeper's, as they are at any time: a replay makes them anew */
    const size_t *pbx_count;
    struct scope *const *scope;
    bool is_past;
    struct guest *(*guest)(void *context, uint64_t id); /* NULL: it has gone */
    void (*changed)(void *context, uint64_t id, bool is_gone); /* a fact_order */
    void (*notice)(void *context, const char *sentence);       /* for whoever looks */
    void *context;
};

struct desk *desk_new(const struct desk_setup *setup);
void desk_free(struct desk *d);
/* Starts what writes the audit log; not where nothing can be ordered. To be called before any secret is known. */
void desk_open_audit(struct desk *d);
int desk_fd(const struct desk *d); /* for poll(2): of the audit log; -1: none */
short desk_events(const struct desk *d);
int desk_lease_fd(const struct desk *d); /* for POLLIN: of the journal of leases; -1: none */
/* What is wrong with the audit log now, one sentence each; NULL: there are no more. Start with 0. */
const char *desk_trouble(const struct desk *d, size_t *at);
struct orders *desk_orders(const struct desk *d);

/* by: whom the audit log names. */
void desk_give(struct desk *d, const struct guest *giver, const struct ledger_giver *by, struct slice line, int64_t ref, bool is_dry, int64_t now_ms);
void desk_answered(struct desk *d, uint64_t tag, bool is_success, struct slice text, int64_t now_ms);
void desk_turn(struct desk *d, int64_t now_ms); /* what is due */
int64_t desk_deadline(const struct desk *d);
bool desk_holds(const struct desk *d, int64_t now_ms); /* somebody must stay: a lease, a listening, a PBX that has not taken its line yet */
void desk_close(struct desk *d, int64_t now_ms); /* while the PBXs are still there: what will not be seen any more is written down */
/* How the link of a PBX stands now: what is open is told. */
void desk_changed(struct desk *d, enum fact_kind kind, uint64_t id, const struct fact *f); /* of a floor; f NULL: it went */
void desk_link(struct desk *d, const struct fact_pbx *pbx, int64_t now_ms);

#endif
