/* SPDX-License-Identifier: MIT */
/* joint: copies into a store of its own what is to be shown, fact by fact as they change, and adds up the queues of one name.
 * While all is to be shown as it is there is no copy. Owns that store and the list of parts of each queue that stands for
 * several; draws nothing and decides nothing about what a number means. */
#include "core/floor/joint.h"

#include <stdio.h>

#include "core/base/map.h"
#include "core/base/mem.h"

#define OWN_ID (UINT64_C(1) << 63) /* no PBX has so high a number (fact_pbx_id) */

struct group { /* a queue that stands for those of its name */
    uint64_t id;
    char *name;
    uint64_t *part; /* queues of the whole */
    size_t count, cap, live;
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
    struct idmap *group;  /* own number -> struct group */
    struct idmap *of;     /* queue of the whole -> struct group */
    struct idmap *origin; /* own number -> the number that was shown before it, for the way back */
    joint_changed_fn changed;
    void *context;
};

struct joint *joint_new(const struct store *whole)
{
    struct joint *j = mem_alloc(sizeof *j);
    j->whole = whole;
    j->group = idmap_new();
    j->of = idmap_new();
    j->origin = idmap_new();
    return j;
}

static void group_free(struct joint *j, struct group *g)
{
    (void)idmap_remove(j->group, g->id);
    mem_free(g->name);
    mem_free(g->part);
    mem_free(g);
}

static void forget(struct joint *j)
{
    struct group *g;
    for (size_t at = 0; (g = idmap_each(j->group, &at)) != NULL;)
        group_free(j, g);
    idmap_free(j->of);
    j->of = idmap_new();
    store_free(j->own);
    j->own = NULL;
}

void joint_free(struct joint *j)
{
    if (j == NULL)
        return;
    forget(j);
    idmap_free(j->group);
    idmap_free(j->of);
    idmap_free(j->origin);
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

/* ---- queues that stand for several ---- */

/* FNV-1a of the name: the same number whenever it comes, in every run. */
static uint64_t number_of(struct slice name)
{
    uint64_t n = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < name.n; i++)
        n = (n ^ (unsigned char)name.p[i]) * UINT64_C(1099511628211);
    return n | OWN_ID;
}

/* What people take for the same queue: the name that the configuration gives it here, else its own. */
static const char *called(const struct fact_queue *q)
{
    const char *name = fact_queue_called(q);
    return name != NULL ? name : "";
}

static struct group *group_named(struct joint *j, const char *name, bool is_made)
{
    uint64_t id = number_of(slice_of(name));
    struct group *g;
    for (; (g = idmap_get(j->group, id)) != NULL; id = (id + 1) | OWN_ID) { /* names that are made to meet stand beside each other */
        if (strcmp(g->name, name) == 0)
            return g;
    }
    if (!is_made)
        return NULL;
    g = mem_alloc(sizeof *g);
    g->id = id;
    g->name = mem_strdup(name);
    (void)idmap_put(j->group, id, g);
    return g;
}

static void mark(const struct joint *j, struct group *g)
{
    const struct fact_pbx *only = g->pbx != 0 ? pbx_of(j, g->pbx) : NULL;
    if (g->pbx != 0)
        (void)snprintf(g->mark, sizeof g->mark, "%s", only != NULL && only->name != NULL ? only->name : "");
    else if (g->live == g->count)
        (void)snprintf(g->mark, sizeof g->mark, "%zu PBXs", g->count);
    else
        (void)snprintf(g->mark, sizeof g->mark, "%zu/%zu", g->live, g->count);
}

/* How many of its parts are to be trusted; false: as before. */
static bool weigh(const struct joint *j, struct group *g)
{
    size_t live = g->live, count = g->count;
    int64_t heard_at = g->heard_at;
    g->live = 0;
    g->heard_at = 0;
    g->pbx = 0;
    for (size_t i = 0; i < g->count; i++) {
        const struct fact_queue *q = queue_of(j, g->part[i]);
        const struct fact_pbx *p = q != NULL ? pbx_of(j, q->pbx) : NULL;
        g->live += p != NULL && p->link == LINK_LIVE;
        g->pbx = g->count == 1 && q != NULL ? q->pbx : 0;
        if (p != NULL && p->heard_at > g->heard_at)
            g->heard_at = p->heard_at;
    }
    if (g->live > 0)
        g->heard_at = 0;
    mark(j, g);
    return g->live != live || g->count != count || g->heard_at != heard_at;
}

static void add_up(struct joint *j, struct group *g)
{
    union fact_any total = { .head = { 0 } };
    size_t added = 0, seen = 0;
    bool is_other = weigh(j, g);
    for (size_t i = 0; i < g->count; i++) {
        const struct fact_queue *q = queue_of(j, g->part[i]);
        if (q == NULL)
            continue;
        fact_join_texts(FACT_QUEUE, &total.head, seen++, (const void *)q);
        if (g->live == 0 || is_live(j, q->pbx))
            fact_join(FACT_QUEUE, &total.head, added++, (const void *)q);
    }
    if (total.queue.name == NULL) /* they are called alike, but each PBX has its own name for it */
        total.queue.name = mem_strdup(g->name);
    total.queue.id = g->id;
    total.queue.pbx = g->pbx;
    if (store_put(j->own, FACT_QUEUE, &total.head) || is_other)
        tell(j, FACT_QUEUE, g->id, store_get(j->own, FACT_QUEUE, g->id));
}

static void enter(struct joint *j, enum fact_kind kind, const struct fact *f);

/* Agents and calls that name a queue which came after them, or went before them. */
static void enter_pointers(struct joint *j, uint64_t queue)
{
    static const enum fact_kind kinds[] = { FACT_AGENT, FACT_CALL };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        const struct fact *f;
        const struct fact_field *field = fact_field_named(kinds[i], SLICE("queue"));
        for (size_t at = 0; (f = store_each(j->whole, kinds[i], &at)) != NULL;) {
            if (field_id(f, field->offset) == queue)
                enter(j, kinds[i], f);
        }
    }
}

static void leave_group(struct joint *j, uint64_t queue)
{
    struct group *g = idmap_remove(j->of, queue);
    if (g == NULL)
        return;
    enter_pointers(j, queue);
    size_t kept = 0;
    for (size_t i = 0; i < g->count; i++) {
        if (g->part[i] != queue)
            g->part[kept++] = g->part[i];
    }
    g->count = kept;
    if (g->count > 0) {
        add_up(j, g);
        return;
    }
    drop(j, FACT_QUEUE, g->id);
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

static void enter_queue(struct joint *j, const struct fact_queue *q)
{
    const char *name = called(q);
    struct group *g = idmap_get(j->of, q->id);
    if (g != NULL && strcmp(g->name, name) != 0) { /* called otherwise now */
        leave_group(j, q->id);
        g = NULL;
    }
    if (g != NULL) {
        add_up(j, g);
        return;
    }
    g = group_named(j, name, true);
    if (g->count == g->cap) {
        g->cap = g->cap > 0 ? g->cap * 2 : 4;
        g->part = mem_resize(g->part, g->cap, sizeof *g->part);
    }
    g->part[g->count++] = q->id;
    (void)idmap_put(j->of, q->id, g);
    g->live = SIZE_MAX; /* it has never been told so */
    add_up(j, g);
    enter_children(j, q->id);
    if (j->changed != NULL) /* else all of them are still to come */
        enter_pointers(j, q->id);
}

/* ---- facts ---- */

/* Whatever names a queue names the one that stands for it. */
static void point_at_group(const struct joint *j, enum fact_kind kind, struct fact *f)
{
    const struct fact_field *field = kind != FACT_QUEUE ? fact_field_named(kind, SLICE("queue")) : NULL;
    if (field == NULL || field->type != TYPE_ID)
        return;
    const struct group *g = idmap_get(j->of, field_id(f, field->offset));
    uint64_t id = g != NULL ? g->id : 0;
    memcpy((char *)f + field->offset, &id, sizeof id);
}

static void enter(struct joint *j, enum fact_kind kind, const struct fact *f)
{
    uint64_t home = home_of(j, kind, f);
    if (home == 0 || (j->pbx_name != NULL && home != j->pbx))
        return;
    if (kind == FACT_QUEUE && j->is_merged) {
        enter_queue(j, (const void *)f);
        return;
    }
    union fact_any copy = { .head = { 0 } };
    bool is_new_queue = kind == FACT_QUEUE && store_get(j->own, FACT_QUEUE, f->id) == NULL;
    fact_copy(kind, &copy.head, f);
    if (j->is_merged)
        point_at_group(j, kind, &copy.head);
    put(j, kind, &copy);
    if (is_new_queue)
        enter_children(j, f->id);
}

/* In the order in which facts belong to each other. */
static void enter_all(struct joint *j)
{
    const struct fact *f;
    for (int kind = 0; kind < FACT_COUNT; kind++) {
        static const enum fact_kind order[] = { FACT_PBX, FACT_QUEUE, FACT_AGENT, FACT_MEMBER, FACT_CALLER, FACT_CALL, FACT_SPY, FACT_LINE, FACT_ORDER };
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

/* A link that came or went counts in other queues, or does not any more. */
static void pbx_changed(struct joint *j, uint64_t id)
{
    struct group *g;
    for (const struct fact *q = NULL; j->is_merged && (q = store_child(j->whole, FACT_QUEUE, id, q)) != NULL;) {
        if ((g = idmap_get(j->of, q->id)) != NULL)
            add_up(j, g);
    }
}

static void went(struct joint *j, enum fact_kind kind, uint64_t id)
{
    if (kind == FACT_QUEUE && j->is_merged)
        leave_group(j, id);
    else
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

static uint64_t first_part(const struct joint *j, uint64_t id)
{
    const struct fact *f;
    uint64_t first = 0;
    for (size_t at = 0; (f = store_each(j->whole, FACT_QUEUE, &at)) != NULL;) {
        const struct fact_queue *q = (const void *)f;
        bool is_it = number_of(slice_of(called(q))) == id && store_get(joint_store(j), FACT_QUEUE, q->id) != NULL;
        first = is_it && (first == 0 || q->id < first) ? q->id : first;
    }
    return first;
}

uint64_t joint_now(struct joint *j, enum fact_kind kind, uint64_t id)
{
    if (kind == FACT_QUEUE && j->is_merged && (id & OWN_ID) == 0) {
        const struct group *g = idmap_get(j->of, id);
        if (g != NULL) /* the way back leads to where one came from */
            (void)idmap_put(j->origin, g->id, (void *)(uintptr_t)id);
        return g != NULL ? g->id : 0;
    }
    if (kind == FACT_QUEUE && !j->is_merged && (id & OWN_ID) != 0) {
        uint64_t before = (uint64_t)(uintptr_t)idmap_get(j->origin, id);
        return before != 0 && store_get(joint_store(j), FACT_QUEUE, before) != NULL ? before : first_part(j, id);
    }
    return store_get(joint_store(j), kind, id) != NULL ? id : 0;
}

bool joint_parts(const struct joint *j, uint64_t queue, struct joint_parts *out)
{
    const struct group *g = j != NULL ? idmap_get(j->group, queue) : NULL;
    if (g == NULL)
        return false;
    *out = (struct joint_parts){ .count = g->count, .live = g->live, .pbx = g->pbx, .heard_at = g->heard_at, .mark = g->mark };
    return true;
}
