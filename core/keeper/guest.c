/* SPDX-License-Identifier: MIT */
/* guest: rights put to work: a scope where the rights are narrow, a mask where numbers are not to be known, a world for the planner. Whose
 * rights are neither costs one call more for a fact. Decides nothing by itself. */
#include "core/keeper/guest.h"

#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/floor/mask.h"
#include "core/keeper/scope.h"

#include <stdio.h>

enum { UNDOS_MAX = 4 * 1024 * 1024 };

struct guest {
    struct guest_hooks hooks;
    uint64_t id;
    char who[64];
    struct rights rights;
    struct scope *scope; /* NULL: everything is in sight */
    struct mask *mask;   /* NULL: numbers are shown */
    const struct world *base;
    struct world world;
};

static const struct fact *get(void *context, enum fact_kind kind, uint64_t id)
{
    const struct guest *g = context;
    return g->hooks.get(g->hooks.context, kind, id);
}

static void tell(void *context, enum fact_kind kind, uint64_t id, bool is_gone)
{
    struct guest *g = context;
    g->hooks.tell(g->hooks.context, g, kind, id, is_gone);
}

struct guest *guest_new(uint64_t id, const char *who, const struct rights *rights, const struct guest_hooks *hooks)
{
    struct guest *g = mem_alloc(sizeof *g);
    g->hooks = *hooks;
    g->id = id;
    g->rights = *rights;
    (void)snprintf(g->who, sizeof g->who, "%s", who);
    g->mask = rights->is_masked ? mask_new() : NULL;
    if (!rights_is_narrow(rights))
        return g;
    struct scope_rules rules = { .self = g->rights.self[0] != '\0' ? g->rights.self : NULL, .join = rights->join, .who = g->who };
    memcpy(rules.sight, rights->sight, sizeof rules.sight);
    g->scope = scope_new(&rules, &(struct scope_hooks){ get, tell, g });
    return g;
}

void guest_free(struct guest *g)
{
    if (g == NULL)
        return;
    scope_free(g->scope);
    mask_free(g->mask);
    mem_free(g);
}

uint64_t guest_id(const struct guest *g)
{
    return g->id;
}

const char *guest_who(const struct guest *g)
{
    return g->who;
}

const struct rights *guest_rights(const struct guest *g)
{
    return &g->rights;
}

/* Before it is told: what is told with it may name it. */
static void learn(const struct guest *g, enum fact_kind kind, uint64_t id)
{
    if (g->mask != NULL && (kind == FACT_QUEUE || kind == FACT_AGENT || kind == FACT_ENDPOINT))
        mask_learn(g->mask, kind, g->hooks.get(g->hooks.context, kind, id));
}

static void tell_one(void *to, enum fact_kind kind, uint64_t id)
{
    struct guest *g = to;
    learn(g, kind, id);
    if (g->scope != NULL)
        scope_changed(g->scope, kind, id, false);
    else
        tell(g, kind, id, false);
}

void guest_greet(struct guest *g)
{
    do {
        g->hooks.each(g->hooks.context, tell_one, g);
    } while (g->scope != NULL && scope_has_grown(g->scope)); /* what was looked at before may be in sight by what came after */
}

void guest_changed(struct guest *g, enum fact_kind kind, uint64_t id, bool is_gone)
{
    learn(g, kind, id);
    if (g->scope == NULL) {
        tell(g, kind, id, is_gone);
        return;
    }
    scope_changed(g->scope, kind, id, is_gone);
    if (scope_has_grown(g->scope))
        guest_greet(g);
}

/* What was refused before anything of it was sent is the business of who gave it. */
static bool is_others(const struct guest *g, enum fact_kind kind, const struct fact *f)
{
    const struct fact_order *o = (const void *)f;
    return kind == FACT_ORDER && o->state == ORDER_FORBIDDEN && o->requests == NULL && o->who != NULL && strcmp(o->who, g->who) != 0;
}

const struct fact *guest_view(struct guest *g, enum fact_kind kind, uint64_t id)
{
    const struct fact *f = g->hooks.view(g->hooks.context, kind, id);
    if (g->scope != NULL && f != NULL)
        f = scope_view(g->scope, kind, f);
    if (f != NULL && is_others(g, kind, f))
        return NULL;
    return g->mask != NULL && f != NULL ? mask_fact(g->mask, kind, f) : f;
}

/* ---- his lines ---- */

static char two_alike[] = ""; /* lines that are not the same, and told alike */

/* The lines of all undos that he was told, by what he was told: masking changes no length. Keys and values lie in the two buffers. */
static struct map *undo_lines(const struct guest *g, guest_next_fn next, const void *of, struct buf *raw, struct buf *masked)
{
    struct map *lines = map_new(false);
    const struct fact_order *o;
    for (size_t at = 0; (o = next(of, &at)) != NULL;) {
        bool is_told = o->undo != NULL && (g->scope == NULL || scope_sees(g->scope, FACT_ORDER, (const void *)o));
        if (is_told && buf_add(raw, slice_of(o->undo)))
            (void)buf_add_char(raw, '\n');
    }
    mask_text(g->mask, buf_slice(raw), masked);
    for (struct slice rest = buf_slice(masked); rest.p != NULL && rest.n > 0 && !masked->overflow && !raw->overflow;) {
        struct slice line = slice_cut(rest, '\n', &rest);
        char *is = raw->data + (line.p - masked->data), *was = map_get(lines, line);
        if (was == NULL)
            (void)map_put(lines, line, is);
        else if (was != two_alike && memcmp(was, is, line.n) != 0)
            (void)map_put(lines, line, two_alike);
    }
    return lines;
}

void guest_unmask(const struct guest *g, struct slice given, guest_next_fn next, const void *of, struct buf *out)
{
    struct buf raw = BUF_INIT(UNDOS_MAX), masked = BUF_INIT(UNDOS_MAX);
    bool may_be = g->mask != NULL && given.n > 0 && memchr(given.p, '*', given.n) != NULL;
    struct map *lines = may_be ? undo_lines(g, next, of, &raw, &masked) : NULL;
    for (struct slice rest = given; rest.p != NULL && rest.n > 0;) {
        struct slice line = slice_cut(rest, '\n', &rest);
        const char *is = lines != NULL ? map_get(lines, line) : NULL;
        (void)buf_add(out, is != NULL && is != two_alike ? (struct slice){ is, line.n } : line);
        if (rest.p != NULL)
            (void)buf_add_char(out, '\n');
    }
    map_free(lines);
    buf_clear(&raw);
    buf_clear(&masked);
}

/* ---- the world of his orders ---- */

static bool sees(const struct guest *g, enum fact_kind kind, const struct fact *f)
{
    return g->scope == NULL || scope_sees(g->scope, kind, f);
}

static const struct fact *world_get(void *context, enum fact_kind kind, uint64_t id)
{
    const struct guest *g = context;
    const struct fact *f = g->base->get(g->base->context, kind, id);
    return f != NULL && sees(g, kind, f) ? f : NULL;
}

static const struct fact *world_each(void *context, enum fact_kind kind, struct world_at *at)
{
    const struct guest *g = context;
    const struct fact *f;
    while ((f = g->base->each(g->base->context, kind, at)) != NULL) {
        if (sees(g, kind, f))
            return f;
    }
    return NULL;
}

static const struct fact *world_who(void *context, struct slice text, bool is_part, struct who_at *at, enum fact_kind *kind)
{
    const struct guest *g = context;
    const struct fact *f;
    while ((f = g->base->who(g->base->context, text, is_part, at, kind)) != NULL) {
        if (sees(g, *kind, f))
            return f;
    }
    return NULL;
}

static bool world_may(void *context, uint64_t pbx, enum request_kind kind)
{
    const struct guest *g = context;
    return g->base->may(g->base->context, pbx, kind);
}

static bool world_ask_phones(void *context, uint64_t pbx)
{
    const struct guest *g = context;
    return g->base->ask_phones(g->base->context, pbx);
}

static bool world_phone(void *context, const char *who, struct buf *out)
{
    const struct guest *g = context;
    return g->base->phone != NULL && g->base->phone(g->base->context, who, out);
}

static bool world_is_lent(void *context, uint64_t queue, const char *interface)
{
    const struct guest *g = context;
    return g->base->is_lent != NULL && g->base->is_lent(g->base->context, queue, interface);
}

static bool world_allows(void *context, enum command_id id, struct err *err)
{
    const struct guest *g = context;
    return rights_allow(&g->rights, id, err);
}

static bool is_named(const char *lines, const char *name)
{
    return lines != NULL && name[0] != '\0' && settings_fits(lines, name);
}

static bool world_knows(void *context, const struct directory_entry *who)
{
    const struct guest *g = context;
    const char *self = g->rights.self;
    if (self[0] != '\0' && strcmp(who->extension, self) != 0 && !slice_eq_nocase(slice_of(who->interface), slice_of(self)))
        return false;
    for (size_t i = 0; i < RIGHTS_SIGHTS; i++) {
        const struct rights_sight *s = &g->rights.sight[i];
        if ((s->agents != NULL || s->teams != NULL) && !is_named(s->teams, who->team) && !is_named(s->agents, who->extension) && !is_named(s->agents, who->interface))
            return false;
    }
    return true;
}

static bool hides_agents(const struct rights *r)
{
    bool hides = r->self[0] != '\0';
    for (size_t i = 0; i < RIGHTS_SIGHTS; i++)
        hides = hides || r->sight[i].agents != NULL || r->sight[i].teams != NULL;
    return hides;
}

const struct world *guest_world(struct guest *g, const struct world *base)
{
    g->base = base;
    g->world = *base;
    g->world.get = world_get;
    g->world.each = world_each;
    g->world.who = base->who != NULL ? world_who : NULL;
    g->world.may = world_may;
    g->world.phone = world_phone;
    g->world.is_lent = world_is_lent;
    g->world.ask_phones = base->ask_phones != NULL ? world_ask_phones : NULL;
    g->world.allows = world_allows;
    g->world.knows = world_knows;
    g->world.self = g->rights.self[0] != '\0' ? g->rights.self : NULL;
    g->world.is_masked = g->rights.is_masked;
    g->world.hides_agents = hides_agents(&g->rights);
    g->world.is_part = base->is_part || g->scope != NULL;
    g->world.context = g;
    return &g->world;
}
