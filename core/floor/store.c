/* SPDX-License-Identifier: MIT */
/* store: facts that came over the wire, by number and by whom they belong to. Every fact lies in a node that also
 * holds its place among its parent's children, so that a pointer to a fact stays good until that fact is dropped,
 * and finding the next sibling costs nothing. A parent's list exists while it has children, known or not. All texts of
 * a fact lie in one block: most are so short that blocks of their own would be half air. */
#include "core/floor/store.h"

#include "core/base/list.h"
#include "core/base/map.h"
#include "core/base/mem.h"

struct node {
    struct list sibling;
    _Alignas(uint64_t) char fact[]; /* the kind's struct */
};

struct family { /* the children of one parent */
    struct list head;
};

struct shelf { /* all facts of one kind */
    struct idmap *node;   /* id -> struct node */
    struct idmap *family; /* parent's id -> struct family */
    uint64_t generation;
};

struct store {
    struct shelf shelf[FACT_COUNT];
    struct who **who; /* NULL in it: nobody has been looked for yet */
};

static struct node *node_of(const struct fact *f)
{
    /* Nodes are ours: the const is only a promise to readers. */
    return (struct node *)((uintptr_t)f - offsetof(struct node, fact));
}

static struct fact *fact_of(const struct node *n)
{
    return (struct fact *)(void *)((uintptr_t)n + offsetof(struct node, fact));
}

static struct node *sibling_node(const struct list *l)
{
    return (struct node *)((uintptr_t)l - offsetof(struct node, sibling));
}

static uint64_t parent_of(enum fact_kind kind, const struct fact *f)
{
    uint64_t parent = 0;
    if (fact_table[kind].parent != 0) {
        memcpy(&parent, (const char *)f + fact_table[kind].parent, sizeof parent);
    }
    return parent;
}

struct store *store_new(void)
{
    struct store *s = mem_alloc(sizeof *s);
    for (int kind = 0; kind < FACT_COUNT; kind++) {
        s->shelf[kind].node = idmap_new();
        s->shelf[kind].family = idmap_new();
    }
    s->who = mem_alloc(sizeof *s->who);
    return s;
}

void store_free(struct store *s)
{
    if (s == NULL) {
        return;
    }
    who_free(*s->who);
    *s->who = NULL;
    store_drop_all(s);
    mem_free(s->who);
    for (int kind = 0; kind < FACT_COUNT; kind++) {
        idmap_free(s->shelf[kind].node);
        idmap_free(s->shelf[kind].family);
    }
    mem_free(s);
}

/* ---- texts ---- */

static char *text_of(const struct fact *f, const struct fact_field *field)
{
    char *text = NULL;
    if (field->type == TYPE_TEXT) {
        memcpy(&text, (const char *)f + field->offset, sizeof text);
    }
    return text;
}

/* What lies in a node takes over the numbers of `f`, and copies of its texts. */
static void fill(enum fact_kind kind, struct fact *to, const struct fact *f)
{
    const struct fact_row *row = &fact_table[kind];
    size_t size = 0;
    for (size_t i = 0; i < row->field_count; i++) {
        const char *text = text_of(f, &row->field[i]);
        size += text != NULL ? strlen(text) + 1 : 0;
    }
    char *block = size > 0 ? mem_alloc(size) : NULL;
    memcpy(to, f, row->size);
    for (size_t i = 0; i < row->field_count; i++) {
        const char *text = text_of(f, &row->field[i]);
        if (text != NULL) {
            size_t bytes = strlen(text) + 1;
            memcpy((char *)to + row->field[i].offset, &block, sizeof block);
            memcpy(block, text, bytes);
            block += bytes;
        }
    }
}

/* The first text begins the block of all. */
static void empty(enum fact_kind kind, struct fact *f)
{
    const struct fact_row *row = &fact_table[kind];
    char *first = NULL;
    for (size_t i = 0; first == NULL && i < row->field_count; i++) {
        first = text_of(f, &row->field[i]);
    }
    mem_free(first);
    memset(f, 0, row->size);
}

/* ---- families ---- */

static int64_t rank_of(const struct fact *f)
{
    int64_t rank;
    memcpy(&rank, (const char *)f + offsetof(struct fact_caller, rank), sizeof rank);
    return rank;
}

/* Callers mostly come last and leave first: the place is looked for from the end. */
static void place(enum fact_kind kind, struct list *head, struct node *n)
{
    struct list *where = head->prev;
    if (kind == FACT_CALLER) {
        while (where != head && rank_of(fact_of(sibling_node(where))) > rank_of(fact_of(n))) {
            where = where->prev;
        }
    }
    list_insert_after(where, &n->sibling);
}

static void join_family(struct shelf *shelf, enum fact_kind kind, struct node *n)
{
    uint64_t parent = parent_of(kind, fact_of(n));
    struct family *family = idmap_get(shelf->family, parent);
    if (family == NULL) {
        family = mem_alloc(sizeof *family);
        list_init(&family->head);
        idmap_put(shelf->family, parent, family);
    }
    place(kind, &family->head, n);
}

static void leave_family(struct shelf *shelf, uint64_t parent, struct node *n)
{
    list_remove(&n->sibling);
    struct family *family = idmap_get(shelf->family, parent);
    if (family != NULL && list_is_empty(&family->head)) {
        mem_free(idmap_remove(shelf->family, parent));
    }
}

static void add(struct shelf *shelf, enum fact_kind kind, const struct fact *f)
{
    struct node *n = mem_alloc(offsetof(struct node, fact) + fact_table[kind].size);
    list_init(&n->sibling);
    fill(kind, fact_of(n), f);
    idmap_put(shelf->node, f->id, n);
    join_family(shelf, kind, n);
}

static void replace(struct shelf *shelf, enum fact_kind kind, struct node *n, const struct fact *f)
{
    uint64_t parent = parent_of(kind, fact_of(n));
    bool moves = parent != parent_of(kind, f);
    if (kind == FACT_CALLER) {
        moves = moves || rank_of(fact_of(n)) != rank_of(f);
    }
    empty(kind, fact_of(n));
    fill(kind, fact_of(n), f);
    if (moves) {
        leave_family(shelf, parent, n);
        join_family(shelf, kind, n);
    }
}

bool store_put(struct store *s, enum fact_kind kind, struct fact *f)
{
    struct shelf *shelf = &s->shelf[kind];
    struct node *n = idmap_get(shelf->node, f->id);
    if (n != NULL && fact_equal(kind, fact_of(n), f)) {
        fact_clear(kind, f);
        return false;
    }
    if (n == NULL) {
        add(shelf, kind, f);
    } else {
        replace(shelf, kind, n, f);
    }
    if (*s->who != NULL) {
        who_put(*s->who, kind, f->id, f);
    }
    fact_clear(kind, f);
    shelf->generation++;
    return true;
}

bool store_drop(struct store *s, enum fact_kind kind, uint64_t id)
{
    struct shelf *shelf = &s->shelf[kind];
    struct node *n = idmap_remove(shelf->node, id);
    if (n == NULL) {
        return false;
    }
    if (*s->who != NULL) {
        who_put(*s->who, kind, id, NULL);
    }
    leave_family(shelf, parent_of(kind, fact_of(n)), n);
    empty(kind, fact_of(n));
    mem_free(n);
    shelf->generation++;
    return true;
}

void store_drop_all(struct store *s)
{
    for (int kind = 0; kind < FACT_COUNT; kind++) {
        struct node *n;
        for (size_t at = 0; (n = idmap_each(s->shelf[kind].node, &at)) != NULL;) {
            store_drop(s, (enum fact_kind)kind, fact_of(n)->id);
        }
    }
}

void store_become(struct store *to, const struct store *from, void (*changed)(void *context, enum fact_kind kind, uint64_t id, const struct fact *fact),
                  void *context)
{
    const struct fact *f;
    for (int k = 0; k < FACT_COUNT; k++) {
        enum fact_kind kind = (enum fact_kind)k;
        for (size_t at = 0; (f = store_each(to, kind, &at)) != NULL;) {
            if (store_get(from, kind, f->id) != NULL) {
                continue;
            }
            uint64_t id = f->id;
            if (changed != NULL) {
                changed(context, kind, id, NULL);
            }
            (void)store_drop(to, kind, id);
        }
        for (size_t at = 0; (f = store_each(from, kind, &at)) != NULL;) {
            union fact_any copy;
            memset(&copy, 0, sizeof copy);
            fact_copy(kind, &copy.head, f);
            if (store_put(to, kind, &copy.head) && changed != NULL) {
                changed(context, kind, f->id, store_get(to, kind, f->id));
            }
        }
    }
}

const struct fact *store_get(const struct store *s, enum fact_kind kind, uint64_t id)
{
    const struct node *n = idmap_get(s->shelf[kind].node, id);
    return n != NULL ? fact_of(n) : NULL;
}

size_t store_count(const struct store *s, enum fact_kind kind)
{
    return idmap_count(s->shelf[kind].node);
}

const struct fact *store_each(const struct store *s, enum fact_kind kind, size_t *at)
{
    const struct node *n = idmap_each(s->shelf[kind].node, at);
    return n != NULL ? fact_of(n) : NULL;
}

const struct fact *store_child(const struct store *s, enum fact_kind kind, uint64_t parent, const struct fact *after)
{
    const struct family *family = idmap_get(s->shelf[kind].family, after != NULL ? parent_of(kind, after) : parent);
    if (family == NULL) {
        return NULL;
    }
    const struct list *next = after != NULL ? node_of(after)->sibling.next : family->head.next;
    if (next == &family->head) {
        return NULL;
    }
    return fact_of(sibling_node(next));
}

uint64_t store_generation(const struct store *s, enum fact_kind kind)
{
    return s->shelf[kind].generation;
}

const struct who *store_who(const struct store *s)
{
    static const enum fact_kind kinds[] = { FACT_MEMBER, FACT_ENDPOINT };
    if (*s->who != NULL) {
        return *s->who;
    }
    *s->who = who_new();
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        const struct fact *f;
        for (size_t at = 0; (f = store_each(s, kinds[i], &at)) != NULL;) {
            who_put(*s->who, kinds[i], f->id, f);
        }
    }
    return *s->who;
}
