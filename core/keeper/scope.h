/* SPDX-License-Identifier: MIT */
/* scope: what the consoles of this keeper may know, where the configuration names their queues, agents or teams. The rest never
 * leaves the keeper: other queues, who calls them, agents that serve none of ours or are in none of our teams, who talks with
 * those, and of our agents with whom they talk elsewhere. */
#ifndef CORE_KEEPER_SCOPE_H
#define CORE_KEEPER_SCOPE_H

#include "core/floor/fact.h"

struct scope;

struct scope_hooks {
    const struct fact *(*get)(void *context, enum fact_kind kind, uint64_t id); /* NULL: it is gone */
    void (*tell)(void *context, enum fact_kind kind, uint64_t id, bool is_gone);
    void *context;
};

struct scope_rules { /* lines, each a name or a pattern; NULL: all. Borrowed */
    const char *queues;
    const char *agents, *teams; /* extensions and interfaces; an agent is in sight when one of the two has him */
};

struct scope *scope_new(const struct scope_rules *rules, const struct scope_hooks *hooks);
void scope_free(struct scope *s);

/* A fact changed or went: tells what the consoles must hear of it, that of others which it brings into sight or out of it included. */
void scope_changed(struct scope *s, enum fact_kind kind, uint64_t id, bool is_gone);
bool scope_sees(const struct scope *s, enum fact_kind kind, const struct fact *f);
/* The fact as it may be told: itself, a copy without what is nobody's business (good until the next call), or NULL. */
const struct fact *scope_view(struct scope *s, enum fact_kind kind, const struct fact *f);

#endif
