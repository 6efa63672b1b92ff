/* SPDX-License-Identifier: MIT */
/* joint: copies into a store of its own what is to be shown, fact by fact as they change, and adds up the queues of one name and
 * what one agent does. While all is to be shown as it is there is no copy. Owns that store and the list of parts of each fact that
 * stands for several; draws nothing and decides nothing about what a number means. */
#include "core/floor/joint.h"

#include <stdio.h>

#include "core/base/buf.h"
#include "core/base/map.h"
#include "core/base/mem.h"

#define OWN_ID (UINT64_C(1) << 63) /* no PBX has so high a number (fact_pbx_id) */

enum joined { JOINED_QUEUE, JOINED_AGENT, JOINED_COUNT };

static const enum fact_kind joined_kinds[] = { [JOINED_QUEUE] = FACT_QUEUE, [JOINED_AGENT] = FACT_AGENT };
_Static_assert(sizeof joined_kinds / sizeof joined_kinds[0] == JOINED_COUNT, "what is joined has a kind");

struct group { /* a queue or an agent that stands for those who are called so */
    uint64_t id;
    enum joined what;
    char *name;     /* of an agent: what tells him from others (key_of) */
    uint64_t *part; /* facts of the whole */
    size_t count, cap;
    size_t pbxs, live; /* on so many PBXs; of these, those whose link is live */
    uint64_t pbx;
    int64_t heard_at;
    char mark[64];
};

struct joint {
    const struct store *whole;
    struct store *own;    /* NULL: the whole is shown */
    char *pbx_name;       /* NULL: all */
    uint64_t pbx;         /* 0: none has that name yet */
    bool is_merged;
    struct set {
        struct idmap *group;  /* own number -> struct group */
        struct idmap *of;     /* fact of the whole -> struct group */
        struct idmap *origin; /* own number -> the number that was shown before it, for the way back */
        struct idmap *missed; /* number of the whole -> itself: named by somebody, and not there */
    } set[JOINED_COUNT];
    joint_changed_fn changed;
    void *context;
};

struct joint *joint_new(const struct store *whole)
{
    struct joint *j = mem_alloc(sizeof *j);
    j->whole = whole;
    for (size_t i = 0; i < JOINED_COUNT; i++)
        j->set[i] = (struct set){ idmap_new(), idmap_new(), idmap_new(), idmap_new() };
    return j;
}

/* NULL: facts of this kind are shown each for itself. */
static struct set *set_of(struct joint *j, enum fact_kind kind)
{
    for (size_t i = 0; i < JOINED_COUNT; i++) {
        if (j->is_merged && joined_kinds[i] == kind)
            return &j->set[i];
    }
    return NULL;
}

static void group_free(struct joint *j, struct group *g)
{
    (void)idmap_remove(j->set[g->what].group, g->id);
    mem_free(g->name);
    mem_free(g->part);
    mem_free(g);
}

static void forget(struct joint *j)
{
    for (size_t i = 0; i < JOINED_COUNT; i++) {
        struct set *set = &j->set[i];
        struct group *g;
        for (size_t at = 0; (g = idmap_each(set->group, &at)) != NULL;)
            group_free(j, g);
        idmap_free(set->of);
        idmap_free(set->missed);
        set->of = idmap_new();
        set->missed = idmap_new();
    }
    store_free(j->own);
    j->own = NULL;
}

void joint_free(struct joint *j)
{
    if (j == NULL)
        return;
    forget(j);
    for (size_t i = 0; i < JOINED_COUNT; i++) {
        idmap_free(j->set[i].group);
        idmap_free(j->set[i].of);
        idmap_free(j->set[i].origin);
        idmap_free(j->set[i].missed);
    }
    mem_free(j->pbx_name);
    mem_free(j);
}

const struct store *joint_store(const struct joint *j)
{
    return j->own != NULL ? j->own : j->whole;
}

const struct store *joint_whole(const struct joint *j)
{
    return j->whole;
}

const char *joint_pbx(const struct joint *j)
{
    return j->pbx_name;
}

bool joint_is_merged(const struct joint *j)
{
    return j->is_merged;
}

static uint64_t field_id(const struct fact *f, size_t offset)
{
    uint64_t id = 0;
    if (offset != 0)
        memcpy(&id, (const char *)f + offset, sizeof id);
    return id;
}

static const struct fact_queue *queue_of(const struct joint *j, uint64_t id)
{
    return (const void *)store_get(j->whole, FACT_QUEUE, id);
}

static const struct fact_pbx *pbx_of(const struct joint *j, uint64_t id)
{
    return (const void *)store_get(j->whole, FACT_PBX, id);
}

static bool is_live(const struct joint *j, uint64_t pbx)
{
    const struct fact_pbx *p = pbx_of(j, pbx);
    return p != NULL && p->link == LINK_LIVE;
}

/* The PBX a fact of the whole is on; 0: what it belongs to is not here yet. */
static uint64_t home_of(const struct joint *j, enum fact_kind kind, const struct fact *f)
{
    if (kind == FACT_PBX)
        return f->id;
    uint64_t parent = field_id(f, fact_table[kind].parent);
    if (kind != FACT_MEMBER && kind != FACT_CALLER)
        return parent;
    const struct fact_queue *q = queue_of(j, parent);
    return q != NULL ? q->pbx : 0;
}

static void tell(struct joint *j, enum fact_kind kind, uint64_t id, const struct fact *f)
{
    if (j->changed != NULL)
        j->changed(j->context, kind, id, f);
}

static void put(struct joint *j, enum fact_kind kind, union fact_any *f)
{
    uint64_t id = f->head.id;
    if (store_put(j->own, kind, &f->head))
        tell(j, kind, id, store_get(j->own, kind, id));
}

static void drop(struct joint *j, enum fact_kind kind, uint64_t id)
{
    if (store_get(j->own, kind, id) == NULL)
        return;
    tell(j, kind, id, NULL);
    (void)store_drop(j->own, kind, id);
}

/* ---- queues and agents that stand for several ---- */

/* FNV-1a of the name: the same number whenever it comes, in every run. */
static uint64_t number_of(struct slice name)
{
    uint64_t n = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < name.n; i++)
        n = (n ^ (unsigned char)name.p[i]) * UINT64_C(1099511628211);
    return n | OWN_ID;
}

/* Whom people take for the same: a queue by what it is called here; an agent by his name together with his extension, or with his device
 * where that is not known. The same device on two PBXs under two names are two people. */
static void key_of(enum joined what, const struct fact *f, struct buf *out)
{
    const struct fact_agent *a = (const void *)f;
    const char *name = what == JOINED_QUEUE ? fact_queue_called((const void *)f) : a->name;
    (void)buf_addf(out, "%s", name != NULL ? name : "");
    if (what == JOINED_AGENT && a->extension != NULL)
        (void)buf_addf(out, "\n%s", a->extension);
    else if (what == JOINED_AGENT && a->interface != NULL)
        (void)buf_addf(out, "\n\n%s", a->interface);
    else if (what == JOINED_AGENT) /* nothing is known of him */
        (void)buf_addf(out, "\n\n\n%llu", (unsigned long long)f->id);
}

static struct group *group_named(struct joint *j, enum joined what, const char *name)
{
    uint64_t id = number_of(slice_of(name));
    struct group *g;
    for (; (g = idmap_get(j->set[what].group, id)) != NULL; id = (id + 1) | OWN_ID) { /* names that are made to meet stand beside each other */
        if (strcmp(g->name, name) == 0)
            return g;
    }
    g = mem_alloc(sizeof *g);
    g->id = id;
    g->what = what;
    g->name = mem_strdup(name);
    (void)idmap_put(j->set[what].group, id, g);
    return g;
}

static const struct fact *part_at(const struct joint *j, const struct group *g, size_t i)
{
    return store_get(j->whole, joined_kinds[g->what], g->part[i]);
}

static uint64_t home_of_part(const struct joint *j, const struct group *g, size_t i)
{
    const struct fact *f = part_at(j, g, i);
    return f != NULL ? field_id(f, fact_table[joined_kinds[g->what]].parent) : 0;
}

static void mark(const struct joint *j, struct group *g)
{
    const struct fact_pbx *only = g->pbx != 0 ? pbx_of(j, g->pbx) : NULL;
    if (g->pbx != 0)
        (void)snprintf(g->mark, sizeof g->mark, "%s", only != NULL && only->name != NULL ? only->name : "");
    else if (g->live == g->pbxs)
        (void)snprintf(g->mark, sizeof g->mark, "%zu PBXs", g->pbxs);
    else
        (void)snprintf(g->mark, sizeof g->mark, "%zu/%zu", g->live, g->pbxs);
}

static bool is_first_of_its_pbx(const struct joint *j, const struct group *g, size_t i)
{
    uint64_t home = home_of_part(j, g, i);
    for (size_t k = 0; k < i; k++) {
        if (home_of_part(j, g, k) == home)
            return false;
    }
    return true;
}

/* How many of its PBXs are to be trusted; false: as before. */
static bool weigh(const struct joint *j, struct group *g)
{
    size_t live = g->live, pbxs = g->pbxs;
    int64_t heard_at = g->heard_at;
    g->live = g->pbxs = 0;
    g->heard_at = 0;
    g->pbx = 0;
    for (size_t i = 0; i < g->count; i++) {
        const struct fact_pbx *p = pbx_of(j, home_of_part(j, g, i));
        if (!is_first_of_its_pbx(j, g, i))
            continue;
        g->live += p != NULL && p->link == LINK_LIVE;
        g->pbx = g->pbxs++ == 0 ? home_of_part(j, g, i) : 0;
        if (p != NULL && p->heard_at > g->heard_at)
            g->heard_at = p->heard_at;
    }
    if (g->live > 0)
        g->heard_at = 0;
    mark(j, g);
    return g->live != live || g->pbxs != pbxs || g->heard_at != heard_at;
}

static bool counts(const struct joint *j, const struct group *g, size_t i)
{
    return part_at(j, g, i) != NULL && (g->live == 0 || is_live(j, home_of_part(j, g, i)));
}

static void add_up_queues(const struct joint *j, const struct group *g, union fact_any *total)
{
    size_t added = 0, seen = 0;
    for (size_t i = 0; i < g->count; i++) {
        if (part_at(j, g, i) != NULL)
            fact_join_texts(FACT_QUEUE, &total->head, seen++, part_at(j, g, i));
        if (counts(j, g, i))
            fact_join(FACT_QUEUE, &total->head, added++, part_at(j, g, i));
    }
    if (total->queue.name == NULL) /* they are called alike, but each PBX has its own name for it */
        total->queue.name = mem_strdup(g->name);
    total->queue.pbx = g->pbx;
}

static void add_up_agents(const struct joint *j, const struct group *g, union fact_any *total)
{
    const struct fact_agent *first = NULL;
    for (size_t i = 0; i < g->count; i++) {
        const struct fact_agent *a = (const void *)part_at(j, g, i);
        if (counts(j, g, i) && (first == NULL || fact_agent_leads(a, first)))
            first = a;
    }
    if (first == NULL)
        return;
    fact_copy(FACT_AGENT, &total->head, (const void *)first);
    for (size_t i = 0; i < g->count; i++) {
        if (counts(j, g, i) && part_at(j, g, i) != (const void *)first)
            fact_join(FACT_AGENT, &total->head, 1, part_at(j, g, i));
    }
}

static void point_at_groups(struct joint *j, enum fact_kind kind, struct fact *f);

static void add_up(struct joint *j, struct group *g)
{
    enum fact_kind kind = joined_kinds[g->what];
    union fact_any total = { .head = { 0 } };
    bool is_other = weigh(j, g);
    if (g->what == JOINED_QUEUE)
        add_up_queues(j, g, &total);
    else
        add_up_agents(j, g, &total);
    total.head.id = g->id;
    point_at_groups(j, kind, &total.head);
    if (store_put(j->own, kind, &total.head) || is_other)
        tell(j, kind, g->id, store_get(j->own, kind, g->id));
}

static void enter(struct joint *j, enum fact_kind kind, const struct fact *f);

/* Whatever names somebody who came after it, or went before it. Members and callers of a queue lie together. */
static void enter_namers(struct joint *j, enum joined what, uint64_t id)
{
    for (enum fact_kind kind = 0; kind < FACT_COUNT; kind++) {
        const struct fact *f;
        const struct fact_field *field = kind != joined_kinds[what] ? fact_field_named(kind, slice_of(fact_table[joined_kinds[what]].name)) : NULL;
        bool is_child = what == JOINED_QUEUE && (kind == FACT_MEMBER || kind == FACT_CALLER); /* these are entered, or go, with it */
        for (size_t at = 0; field != NULL && field->type == TYPE_ID && !is_child && (f = store_each(j->whole, kind, &at)) != NULL;) {
            if (field_id(f, field->offset) == id)
                enter(j, kind, f);
        }
    }
}

static void leave_group(struct joint *j, enum joined what, uint64_t id)
{
    struct group *g = idmap_remove(j->set[what].of, id);
    if (g == NULL)
        return;
    enter_namers(j, what, id);
    size_t kept = 0;
    for (size_t i = 0; i < g->count; i++) {
        if (g->part[i] != id)
            g->part[kept++] = g->part[i];
    }
    g->count = kept;
    if (g->count > 0) {
        add_up(j, g);
        return;
    }
    drop(j, joined_kinds[what], g->id);
    group_free(j, g);
}

/* Members and callers that came before their queue. */
static void enter_children(struct joint *j, uint64_t queue)
{
    static const enum fact_kind kinds[] = { FACT_MEMBER, FACT_CALLER };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        for (const struct fact *f = NULL; (f = store_child(j->whole, kinds[i], queue, f)) != NULL;)
            enter(j, kinds[i], f);
    }
}

static void join_group(struct joint *j, struct group *g, uint64_t id)
{
    if (g->count == g->cap) {
        g->cap = g->cap > 0 ? g->cap * 2 : 4;
        g->part = mem_resize(g->part, g->cap, sizeof *g->part);
    }
    g->part[g->count++] = id;
    (void)idmap_put(j->set[g->what].of, id, g);
    g->live = SIZE_MAX; /* it has never been told so */
}

static void enter_joined(struct joint *j, enum joined what, const struct fact *f)
{
    struct buf key = BUF_INIT(8192);
    struct group *g = idmap_get(j->set[what].of, f->id);
    key_of(what, f, &key);
    const char *name = key.len > 0 ? key.data : "";
    if (g != NULL && strcmp(g->name, name) != 0) { /* called otherwise now */
        leave_group(j, what, f->id);
        g = NULL;
    }
    bool is_new = g == NULL;
    if (is_new) {
        g = group_named(j, what, name);
        join_group(j, g, f->id);
    }
    buf_clear(&key);
    add_up(j, g);
    if (is_new && what == JOINED_QUEUE)
        enter_children(j, f->id);
    if (is_new && idmap_remove(j->set[what].missed, f->id) != NULL)
        enter_namers(j, what, f->id);
}

/* ---- facts ---- */

/* Whatever names a queue or an agent names the one that stands for them. */
static void point_at_groups(struct joint *j, enum fact_kind kind, struct fact *f)
{
    for (size_t i = 0; i < JOINED_COUNT; i++) {
        const struct fact_field *field = kind != joined_kinds[i] ? fact_field_named(kind, slice_of(fact_table[joined_kinds[i]].name)) : NULL;
        if (field == NULL || field->type != TYPE_ID)
            continue;
        uint64_t named = field_id(f, field->offset);
        const struct group *g = idmap_get(j->set[i].of, named);
        uint64_t id = g != NULL ? g->id : 0;
        if (g == NULL && named != 0)
            (void)idmap_put(j->set[i].missed, named, (void *)(uintptr_t)named);
        memcpy((char *)f + field->offset, &id, sizeof id);
    }
}

static void enter(struct joint *j, enum fact_kind kind, const struct fact *f)
{
    uint64_t home = home_of(j, kind, f);
    if (home == 0 || (j->pbx_name != NULL && home != j->pbx))
        return;
    for (size_t i = 0; j->is_merged && i < JOINED_COUNT; i++) {
        if (joined_kinds[i] == kind) {
            enter_joined(j, (enum joined)i, f);
            return;
        }
    }
    union fact_any copy = { .head = { 0 } };
    bool is_new_queue = kind == FACT_QUEUE && store_get(j->own, FACT_QUEUE, f->id) == NULL;
    fact_copy(kind, &copy.head, f);
    if (j->is_merged)
        point_at_groups(j, kind, &copy.head);
    put(j, kind, &copy);
    if (is_new_queue)
        enter_children(j, f->id);
}

/* In the order in which facts belong to each other. */
static void enter_all(struct joint *j)
{
    const struct fact *f;
    for (int kind = 0; kind < FACT_COUNT; kind++) {
        static const enum fact_kind order[] = { FACT_PBX, FACT_QUEUE, FACT_AGENT, FACT_MEMBER, FACT_CALLER, FACT_CALL, FACT_SPY, FACT_LINE, FACT_ENDPOINT, FACT_ORDER };
        _Static_assert(sizeof order / sizeof order[0] == FACT_COUNT, "a kind of fact that is never shown");
        for (size_t at = 0; (f = store_each(j->whole, order[kind], &at)) != NULL;)
            enter(j, order[kind], f);
    }
}

static void find_pbx(struct joint *j)
{
    const struct fact *f;
    j->pbx = 0;
    for (size_t at = 0; j->pbx_name != NULL && j->pbx == 0 && (f = store_each(j->whole, FACT_PBX, &at)) != NULL;) {
        if (slice_eq_nocase(slice_of(((const struct fact_pbx *)(const void *)f)->name), slice_of(j->pbx_name)))
            j->pbx = f->id;
    }
}

void joint_show(struct joint *j, struct slice pbx, bool is_merged)
{
    char *name = pbx.p != NULL ? mem_text(pbx) : NULL;
    forget(j);
    mem_free(j->pbx_name);
    j->pbx_name = name;
    j->is_merged = is_merged;
    find_pbx(j);
    if (j->pbx_name == NULL && !is_merged)
        return;
    j->own = store_new();
    j->changed = NULL;
    enter_all(j);
}

/* A link that came or went counts in others, or does not any more. */
static void pbx_changed(struct joint *j, uint64_t id)
{
    struct group *g;
    for (size_t i = 0; j->is_merged && i < JOINED_COUNT; i++) {
        for (const struct fact *f = NULL; (f = store_child(j->whole, joined_kinds[i], id, f)) != NULL;) {
            if ((g = idmap_get(j->set[i].of, f->id)) != NULL)
                add_up(j, g);
        }
    }
}

static void went(struct joint *j, enum fact_kind kind, uint64_t id)
{
    for (size_t i = 0; j->is_merged && i < JOINED_COUNT; i++) {
        if (joined_kinds[i] == kind)
            leave_group(j, (enum joined)i, id);
    }
    if (set_of(j, kind) == NULL)
        drop(j, kind, id);
    if (kind == FACT_PBX && id == j->pbx)
        j->pbx = 0;
}

void joint_changed(struct joint *j, enum fact_kind kind, uint64_t id, const struct fact *f, joint_changed_fn changed, void *context)
{
    if (j->own == NULL) {
        changed(context, kind, id, f);
        return;
    }
    j->changed = changed;
    j->context = context;
    if (f == NULL) {
        went(j, kind, id);
        return;
    }
    const struct fact_pbx *shown = kind == FACT_PBX ? (const void *)store_get(j->own, FACT_PBX, id) : NULL;
    int64_t link = shown != NULL ? shown->link : -1;
    if (kind == FACT_PBX && j->pbx_name != NULL && j->pbx == 0) {
        find_pbx(j);
        if (j->pbx != 0)
            enter_all(j);
    }
    enter(j, kind, f);
    if (kind == FACT_PBX && link != ((const struct fact_pbx *)(const void *)f)->link)
        pbx_changed(j, id);
}

/* ---- the same one, before and after ---- */

static uint64_t first_part(const struct joint *j, enum joined what, uint64_t id)
{
    const struct fact *f;
    uint64_t first = 0;
    for (size_t at = 0; (f = store_each(j->whole, joined_kinds[what], &at)) != NULL;) {
        struct buf key = BUF_INIT(8192);
        key_of(what, f, &key);
        bool is_it = number_of(buf_slice(&key)) == id && store_get(joint_store(j), joined_kinds[what], f->id) != NULL;
        first = is_it && (first == 0 || f->id < first) ? f->id : first;
        buf_clear(&key);
    }
    return first;
}

static uint64_t joined_now(struct joint *j, enum joined what, uint64_t id)
{
    struct set *set = &j->set[what];
    const struct group *g = j->is_merged ? idmap_get(set->of, id) : NULL;
    if (g != NULL) /* the way back leads to where one came from */
        (void)idmap_put(set->origin, g->id, (void *)(uintptr_t)id);
    if (j->is_merged)
        return g != NULL ? g->id : 0;
    uint64_t before = (uint64_t)(uintptr_t)idmap_get(set->origin, id);
    return before != 0 && store_get(joint_store(j), joined_kinds[what], before) != NULL ? before : first_part(j, what, id);
}

uint64_t joint_now(struct joint *j, enum fact_kind kind, uint64_t id)
{
    for (size_t i = 0; i < JOINED_COUNT; i++) {
        if (joined_kinds[i] == kind && j->is_merged != ((id & OWN_ID) != 0))
            return joined_now(j, (enum joined)i, id);
    }
    return store_get(joint_store(j), kind, id) != NULL ? id : 0;
}

static const struct group *group_of(const struct joint *j, enum fact_kind kind, uint64_t id)
{
    for (size_t i = 0; j != NULL && i < JOINED_COUNT; i++) {
        if (joined_kinds[i] == kind)
            return idmap_get(j->set[i].group, id);
    }
    return NULL;
}

bool joint_parts(const struct joint *j, enum fact_kind kind, uint64_t id, struct joint_parts *out)
{
    const struct group *g = group_of(j, kind, id);
    if (g == NULL)
        return false;
    *out = (struct joint_parts){ .count = g->pbxs, .live = g->live, .pbx = g->pbx, .heard_at = g->heard_at, .mark = g->mark };
    return true;
}

size_t joint_each_part(const struct joint *j, enum fact_kind kind, uint64_t id, uint64_t *out, size_t max)
{
    const struct group *g = group_of(j, kind, id);
    for (size_t i = 0; g != NULL && i < g->count && i < max; i++)
        out[i] = g->part[i];
    if (g == NULL && max > 0)
        out[0] = id;
    return g != NULL ? g->count : 1;
}
