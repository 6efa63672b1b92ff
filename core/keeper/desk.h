/* SPDX-License-Identifier: MIT */
/* desk: where orders are taken in the keeper: their life (core/control/order.h), what they may know of the floor, and the audit log, in which
 * every order stands at its issue and at its outcome. */
#ifndef CORE_KEEPER_DESK_H
#define CORE_KEEPER_DESK_H

#include "core/control/order.h"
#include "core/keeper/guest.h"
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
    void *context;
};

struct desk *desk_new(const struct desk_setup *setup);
void desk_free(struct desk *d);
/* Makes ready the audit log, which is opened by a scribe with the first order; not where nothing can be ordered. To be called before any secret is
 * known. False: orders are taken all the same, and *err is what the person must know. */
MUST_USE bool desk_open_audit(struct desk *d, struct err *err);
struct orders *desk_orders(const struct desk *d);

void desk_give(struct desk *d, const struct guest *giver, struct slice line, int64_t ref, bool is_dry, int64_t now_ms);
/* How the link of a PBX stands now: what is open is told. */
void desk_link(struct desk *d, const struct fact_pbx *pbx, int64_t now_ms);

#endif
