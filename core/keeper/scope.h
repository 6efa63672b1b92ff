/* SPDX-License-Identifier: MIT */
/* scope: what the consoles of this keeper, or one of them, may know, where the configuration names their queues, agents or teams. The rest never
 * leaves the keeper: other queues, who calls them, agents that serve none of ours or are in none of our teams, who talks with
 * those, and of our agents with whom they talk elsewhere. */
#ifndef CORE_KEEPER_SCOPE_H
#define CORE_KEEPER_SCOPE_H

#include "core/floor/fact.h"
#include "core/keeper/rights.h"

struct scope;

struct scope_hooks {
    const struct fact *(*get)(void *context, enum fact_kind kind, uint64_t id); /* NULL: it is gone */
    void (*tell)(void *context, enum fact_kind kind, uint64_t id, bool is_gone);
    void *context;
};

struct scope_rules {
    struct rights_sight sight[RIGHTS_SIGHTS]; /* all of them hold; agents: extensions and interfaces */
    const char *self; /* one agent, by extension or interface: himself, and the queues that he is in; NULL: everybody. Borrowed, as the others */
    const char *join; /* lines: queues that he sees as well */
    const char *who;  /* the user: his own orders are in sight; NULL: everybody's are that name nothing */
};

struct scope *scope_new(const struct scope_rules *rules, const struct scope_hooks *hooks);
void scope_free(struct scope *s);

/* A fact changed or went: tells what the consoles must hear of it, that of others which it brings into sight or out of it included. */
void scope_changed(struct scope *s, enum fact_kind kind, uint64_t id, bool is_gone);
/* Since it was asked last: `self` is in a queue that was not in sight before. What is of that queue is told by scope_changed of all there is. */
bool scope_has_grown(struct scope *s);
bool scope_sees(const struct scope *s, enum fact_kind kind, const struct fact *f);
/* The fact as it may be told: itself, a copy without what is nobody's business (good until the next call), or NULL. */
const struct fact *scope_view(struct scope *s, enum fact_kind kind, const struct fact *f);

#endif
