/* SPDX-License-Identifier: MIT */
/* rewind: changes as bytes, in blocks that are filled one after the other and freed from the oldest on. What happened at one
 * instant is a group: its length stands at both ends, so that it can be walked over in both directions. A number is kept as the
 * difference, a text as both; a fact that comes is a change from nothing, one that goes a change to nothing: so every entry
 * can be done and undone as it lies there, and nothing is rewritten. How an entry looks is in rewind_entry.c. */
#include "core/floor/rewind_parts.h"

#include "core/base/list.h"
#include "core/base/mem.h"

enum { BLOCK_BYTES = 64 * 1024 };

struct block {
    struct list link;
    size_t size, used;
    int64_t last_ms; /* of its last group */
    char data[];
};

struct group {
    int64_t at_ms;
    size_t size;   /* with its ends */
    uint32_t count; /* of entries */
    bool is_told;  /* something besides the figures of a link */
    struct slice body;
};

/* As it lies there before the body; behind it stands the size once more. */
struct group_head {
    int64_t at_ms;
    uint32_t size, count;
    uint32_t is_told;
};
enum { GROUP_ENDS = sizeof(struct group_head) + sizeof(uint32_t) };

struct place { /* the groups before it are in the store */
    struct block *block; /* NULL: before all of them */
    size_t at;
};

struct rewind {
    size_t bytes_max, bytes;
    int64_t keep_ms, from_ms;
    struct list blocks; /* the oldest first; only the last has room */
    struct rewind_open open;
    struct store *store;
    rewind_changed_fn changed;
    void *context;
    struct place place; /* of the store */
};

struct rewind *rewind_new(size_t bytes_max, int64_t keep_ms, int64_t from_ms)
{
    struct rewind *r = mem_alloc(sizeof *r);
    r->bytes_max = bytes_max;
    r->keep_ms = keep_ms;
    r->from_ms = from_ms;
    r->open.bytes = BUF_INIT(bytes_max / 2);
    list_init(&r->blocks);
    return r;
}

static struct block *block_of(const struct list *l)
{
    return (struct block *)((uintptr_t)l - offsetof(struct block, link));
}

static void drop_block(struct rewind *r, struct block *b)
{
    list_remove(&b->link);
    r->bytes -= b->size;
    mem_free(b);
}

static void drop_all(struct rewind *r)
{
    while (!list_is_empty(&r->blocks))
        drop_block(r, block_of(r->blocks.next));
}

void rewind_free(struct rewind *r)
{
    if (r == NULL)
        return;
    drop_all(r);
    buf_clear(&r->open.bytes);
    mem_free(r);
}

/* ---- from group to group ---- */

static void read_group(const struct block *b, size_t at, struct group *out)
{
    struct group_head head;
    memcpy(&head, b->data + at, sizeof head);
    *out = (struct group){ .at_ms = head.at_ms, .size = head.size, .count = head.count, .is_told = head.is_told != 0,
                           .body = { b->data + at + sizeof head, head.size - GROUP_ENDS } };
}

/* The group behind the place, which stays where it is but for blocks that end there. False: there is none. */
static bool group_behind(const struct rewind *r, struct place *p, struct group *out)
{
    while (p->block == NULL || p->at == p->block->used) {
        const struct list *next = p->block == NULL ? r->blocks.next : p->block->link.next;
        if (next == &r->blocks)
            return false;
        *p = (struct place){ block_of(next), 0 };
    }
    read_group(p->block, p->at, out);
    return true;
}

/* The group before the place, which moves to its beginning. */
static bool group_before(const struct rewind *r, struct place *p, struct group *out)
{
    while (p->block != NULL && p->at == 0) {
        const struct list *before = p->block->link.prev;
        *p = before != &r->blocks ? (struct place){ block_of(before), block_of(before)->used } : (struct place){ NULL, 0 };
    }
    if (p->block == NULL)
        return false;
    uint32_t size;
    memcpy(&size, p->block->data + p->at - sizeof size, sizeof size);
    p->at -= size;
    read_group(p->block, p->at, out);
    return true;
}

static struct place end_of(const struct rewind *r)
{
    const struct list *last = r->blocks.prev;
    return last != &r->blocks ? (struct place){ block_of(last), block_of(last)->used } : (struct place){ NULL, 0 };
}

/* ---- the store ---- */

static void apply(struct rewind *r, struct slice body, const struct rewind_entry *e, bool is_back)
{
    if (is_back ? e->came : e->went) {
        r->changed(r->context, e->kind, e->id, NULL);
        (void)store_drop(r->store, e->kind, e->id);
        return;
    }
    union fact_any fact;
    const struct fact *now = store_get(r->store, e->kind, e->id);
    memset(&fact, 0, sizeof fact);
    if (now != NULL)
        fact_copy(e->kind, &fact.head, now);
    fact.head.id = e->id;
    rewind_entry_apply(body, e, is_back, &fact.head);
    if (store_put(r->store, e->kind, &fact.head))
        r->changed(r->context, e->kind, e->id, store_get(r->store, e->kind, e->id));
}

/* What happened last is undone first. */
static void apply_group(struct rewind *r, const struct group *g, bool is_back)
{
    struct rewind_entry *entry = mem_array(g->count, sizeof *entry);
    size_t at = 0;
    uint64_t id = 0;
    for (uint32_t i = 0; i < g->count; i++)
        rewind_entry_next(g->body, &at, &id, &entry[i]);
    for (uint32_t i = 0; i < g->count; i++)
        apply(r, g->body, &entry[is_back ? g->count - 1 - i : i], is_back);
    mem_free(entry);
}

static void go_on(struct rewind *r, const struct group *g)
{
    apply_group(r, g, false);
    r->place.at += g->size;
}

void rewind_take(struct rewind *r, struct store *store, rewind_changed_fn changed, void *context)
{
    r->store = store;
    r->changed = changed;
    r->context = context;
    r->place = end_of(r);
}

bool rewind_at_next(const struct rewind *r, int64_t *at_ms)
{
    struct place p = r->place;
    struct group g;
    bool is_there = r->store != NULL && group_behind(r, &p, &g);
    *at_ms = is_there ? g.at_ms : 0;
    return is_there;
}

void rewind_go(struct rewind *r, int64_t at_ms)
{
    struct group g;
    struct place p = r->place;
    if (r->store == NULL)
        return;
    while (group_behind(r, &r->place, &g) && g.at_ms <= at_ms)
        go_on(r, &g);
    for (p = r->place; group_before(r, &p, &g) && g.at_ms > at_ms; r->place = p)
        apply_group(r, &g, true);
}

/* ---- what is noted ---- */

void rewind_note(struct rewind *r, enum fact_kind kind, const struct fact *from, const struct fact *to)
{
    rewind_entry_add(&r->open, kind, from, to);
}

/* The oldest goes. A store that stands before it is brought behind it first. */
static void forget_oldest(struct rewind *r)
{
    struct block *oldest = block_of(r->blocks.next);
    struct group g;
    if (r->store != NULL && (r->place.block == NULL || r->place.block == oldest)) {
        while (group_behind(r, &r->place, &g) && r->place.block == oldest)
            go_on(r, &g);
        if (r->place.block == oldest)
            r->place = (struct place){ NULL, 0 };
    }
    r->from_ms = oldest->last_ms;
    drop_block(r, oldest);
}

/* Time makes nobody who looks at the past move on; memory does. */
static void make_room(struct rewind *r, int64_t at_ms)
{
    while (r->blocks.next != r->blocks.prev) {
        const struct block *oldest = block_of(r->blocks.next);
        bool is_needed = r->store != NULL && (r->place.block == NULL || r->place.block == oldest);
        if (r->bytes <= r->bytes_max && (is_needed || oldest->last_ms >= at_ms - r->keep_ms))
            return;
        forget_oldest(r);
    }
}

static struct block *block_with_room(struct rewind *r, size_t n)
{
    struct block *last = list_is_empty(&r->blocks) ? NULL : block_of(r->blocks.prev);
    if (last != NULL && last->size - last->used >= sizeof *last + n)
        return last;
    size_t size = sizeof *last + n > BLOCK_BYTES ? sizeof *last + n : BLOCK_BYTES;
    last = mem_alloc(size);
    last->size = size;
    list_append(&r->blocks, &last->link);
    r->bytes += size;
    return last;
}

static void close_group(struct rewind *r, int64_t at_ms)
{
    size_t size = r->open.bytes.len + GROUP_ENDS;
    struct block *b = block_with_room(r, size);
    struct group_head head = { .at_ms = at_ms, .size = (uint32_t)size, .count = r->open.count, .is_told = r->open.is_told };
    char *to = b->data + b->used;
    memcpy(to, &head, sizeof head);
    memcpy(to + sizeof head, r->open.bytes.data, r->open.bytes.len);
    memcpy(to + size - sizeof head.size, &head.size, sizeof head.size);
    b->used += size;
    b->last_ms = at_ms;
}

bool rewind_end(struct rewind *r, int64_t at_ms)
{
    bool fits = !r->open.bytes.overflow;
    if (fits && r->open.count > 0) {
        close_group(r, at_ms);
        make_room(r, at_ms);
    }
    if (!fits) {
        drop_all(r);
        r->from_ms = at_ms;
        r->store = NULL;
        r->place = (struct place){ NULL, 0 };
    }
    rewind_open_reset(&r->open, BLOCK_BYTES);
    return fits;
}

/* ---- questions ---- */

int64_t rewind_from_ms(const struct rewind *r)
{
    return r->from_ms;
}

size_t rewind_bytes(const struct rewind *r)
{
    return r->bytes + r->open.bytes.cap;
}

bool rewind_previous_ms(const struct rewind *r, int64_t until_ms, int64_t *at_ms)
{
    struct group g;
    for (struct place p = end_of(r); group_before(r, &p, &g);) {
        if (g.at_ms <= until_ms && g.is_told) {
            *at_ms = g.at_ms;
            return true;
        }
    }
    return false;
}

bool rewind_next_ms(const struct rewind *r, int64_t after_ms, int64_t *at_ms)
{
    for (const struct list *link = r->blocks.next; link != &r->blocks; link = link->next) {
        const struct block *b = block_of(link);
        struct group g = { .size = 0 };
        for (size_t at = 0; b->last_ms > after_ms && at < b->used; at += g.size) {
            read_group(b, at, &g);
            if (g.at_ms > after_ms && g.is_told) {
                *at_ms = g.at_ms;
                return true;
            }
        }
    }
    return false;
}

static bool has_line(const struct group *g, rewind_wanted_fn wanted, const void *context)
{
    struct rewind_entry e;
    size_t at = 0;
    uint64_t id = 0;
    bool has = false;
    for (uint32_t i = 0; i < g->count && !has; i++) {
        rewind_entry_next(g->body, &at, &id, &e);
        if (e.kind != FACT_LINE || !e.came)
            continue;
        struct fact_line line = { .id = e.id };
        rewind_entry_apply(g->body, &e, false, (struct fact *)&line);
        has = wanted(context, &line);
        fact_clear(FACT_LINE, (struct fact *)&line);
    }
    return has;
}

bool rewind_find_line(const struct rewind *r, int64_t from_ms, bool is_back, rewind_wanted_fn wanted, const void *context, int64_t *at_ms)
{
    struct group g;
    struct place p = { NULL, 0 };
    if (is_back)
        p = end_of(r);
    while (is_back ? group_before(r, &p, &g) : group_behind(r, &p, &g)) {
        if ((is_back ? g.at_ms < from_ms : g.at_ms > from_ms) && has_line(&g, wanted, context)) {
            *at_ms = g.at_ms;
            return true;
        }
        p.at += is_back ? 0 : g.size;
    }
    return false;
}
