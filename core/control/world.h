/* SPDX-License-Identifier: MIT */
/* world: what an order may know of the floor it acts on: the facts that its giver may see, and which requests the PBX takes. The keeper
 * gives it from its floors, a test from a table. */
#ifndef CORE_CONTROL_WORLD_H
#define CORE_CONTROL_WORLD_H

#include "core/ami/request.h"
#include "core/config/directory.h"
#include "core/control/command.h"
#include "core/floor/who.h"

struct world_at { /* how far world_each came; zeroed: the beginning */
    size_t pbx, at;
};

struct world {
    const struct settings *settings; /* roles */
    const struct directory *directory;
    bool is_past; /* a recording: nothing can be ordered */
    bool hides_agents; /* `knows` says no of some: what the configuration says of those is not told either */
    bool is_part; /* there are queues that the giver may not see */
    const struct fact *(*get)(void *context, enum fact_kind kind, uint64_t id);               /* NULL: gone, or not to be seen */
    const struct fact *(*each)(void *context, enum fact_kind kind, struct world_at *at);      /* over all PBXs; NULL ends */
    /* Facts of people of this name, as who_next has them; NULL ends. Without it all are looked through. */
    const struct fact *(*who)(void *context, struct slice text, bool is_part, struct who_at *at, enum fact_kind *kind);
    bool (*may)(void *context, uint64_t pbx, enum request_kind kind);                         /* as far as ListCommands told */
    bool (*phone)(void *context, const char *who, struct buf *out);                           /* the device that this user named last; NULL: none is kept */
    bool (*allows)(void *context, enum command_id id, struct err *err);                       /* may its giver give this order at all? NULL: any */
    bool (*knows)(void *context, const struct directory_entry *who);                          /* may he be the agent of its orders? NULL: anybody */
    const char *self;  /* its giver is this agent, by extension or interface, and gives orders for himself alone; NULL: for everybody */
    bool is_masked;    /* its giver does not know callers' numbers, and cannot try them out either */
    bool (*ask_phones)(void *context, uint64_t pbx);                                          /* somebody is named whom nobody knows. True: this PBX (0: one of them) is being asked for its telephones, and fact_pbx.endpoints_at will tell of the answer. NULL: nobody asks */
    bool (*is_lent)(void *context, uint64_t queue, const char *interface);                    /* a lease of ours; NULL: the keeper knows */
    void *context;
};

static inline const struct fact_pbx *world_pbx(const struct world *w, uint64_t id)
{
    return (const struct fact_pbx *)(const void *)w->get(w->context, FACT_PBX, id);
}
static inline const struct fact_queue *world_queue(const struct world *w, uint64_t id)
{
    return (const struct fact_queue *)(const void *)w->get(w->context, FACT_QUEUE, id);
}
static inline const struct fact_agent *world_agent(const struct world *w, uint64_t id)
{
    return (const struct fact_agent *)(const void *)w->get(w->context, FACT_AGENT, id);
}
static inline const struct fact_member *world_next_member(const struct world *w, struct world_at *at)
{
    return (const struct fact_member *)(const void *)w->each(w->context, FACT_MEMBER, at);
}
static inline const struct fact_queue *world_next_queue(const struct world *w, struct world_at *at)
{
    return (const struct fact_queue *)(const void *)w->each(w->context, FACT_QUEUE, at);
}
static inline const struct fact_agent *world_next_agent(const struct world *w, struct world_at *at)
{
    return (const struct fact_agent *)(const void *)w->each(w->context, FACT_AGENT, at);
}
static inline const struct fact_caller *world_next_caller(const struct world *w, struct world_at *at)
{
    return (const struct fact_caller *)(const void *)w->each(w->context, FACT_CALLER, at);
}
static inline const struct fact_call *world_next_call(const struct world *w, struct world_at *at)
{
    return (const struct fact_call *)(const void *)w->each(w->context, FACT_CALL, at);
}
static inline const struct fact_endpoint *world_next_endpoint(const struct world *w, struct world_at *at)
{
    return (const struct fact_endpoint *)(const void *)w->each(w->context, FACT_ENDPOINT, at);
}
static inline const struct fact_spy *world_next_spy(const struct world *w, struct world_at *at)
{
    return (const struct fact_spy *)(const void *)w->each(w->context, FACT_SPY, at);
}

#endif
