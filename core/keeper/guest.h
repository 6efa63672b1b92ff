/* SPDX-License-Identifier: MIT */
/* guest: one console as its keeper treats it: who it is, what he may, and the floor as he sees it. Everything that is told to a console, and
 * everything that its orders find, goes through here. */
#ifndef CORE_KEEPER_GUEST_H
#define CORE_KEEPER_GUEST_H

#include "core/control/world.h"
#include "core/keeper/rights.h"

struct guest;

typedef const struct fact_order *(*guest_next_fn)(const void *of, size_t *at); /* all orders there are; NULL ends */

struct guest_hooks {
    const struct fact *(*get)(void *context, enum fact_kind kind, uint64_t id);  /* the fact itself; NULL: gone, or in no console's sight */
    const struct fact *(*view)(void *context, enum fact_kind kind, uint64_t id); /* as any console may be told of it */
    void (*each)(void *context, void (*each)(void *to, enum fact_kind kind, uint64_t id), void *to); /* all there are */
    void (*tell)(void *context, struct guest *g, enum fact_kind kind, uint64_t id, bool is_gone);
    void *context;
};

/* id: any number but 0, for good. */
struct guest *guest_new(uint64_t id, const char *who, const struct rights *rights, const struct guest_hooks *hooks);
void guest_free(struct guest *g);
uint64_t guest_id(const struct guest *g);
const char *guest_who(const struct guest *g);
const struct rights *guest_rights(const struct guest *g);

void guest_greet(struct guest *g); /* tells of all there is */
void guest_changed(struct guest *g, enum fact_kind kind, uint64_t id, bool is_gone);
/* As he may be told of it, masked where he is not to know numbers; good until the next call. NULL: it is gone, or out of his sight. */
const struct fact *guest_view(struct guest *g, enum fact_kind kind, uint64_t id);
/* What he gives as an order, added to `out`: a line of an undo that he was told masked is what it stands for. */
void guest_unmask(const struct guest *g, struct slice given, guest_next_fn next, const void *of, struct buf *out);
/* What his orders may find and do, in `base`; for as long as both are. */
const struct world *guest_world(struct guest *g, const struct world *base);

#endif
