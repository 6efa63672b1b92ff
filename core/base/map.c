/* SPDX-License-Identifier: MIT */
/* map: entries lie in one dense array (so that iteration never depends on the hash), and a
 * table of slots finds them by linear probing. A slot is the number of its entry, which needs as
 * many bits as there are slots, and above it those bits of the hash that did not choose the slot:
 * half of what hash and number would take, and there are as many slots as facts, several times over.
 * A slot that is emptied is closed by moving its followers up, so there are no grave stones and no slow
 * decay under churn; the hole in the array is reused. Hashes are keyed with bytes from the kernel: whoever
 * chooses names on the PBX cannot choose collisions. Keys are borrowed, values are not owned. */
#include "core/base/map.h"

#include "core/base/mem.h"
#include "core/base/random.h"

#include <assert.h>

enum { SLOTS_MIN = 16 };
#define NONE UINT32_MAX

struct entry { /* of an idmap; the head of a map's */
    void *value;
    uint64_t n;  /* the number; of a map's the hash and the length of the key; the next hole when value is NULL */
};

struct named_entry {
    struct entry entry;
    const char *p; /* the key */
};

struct table {
    uint32_t *slot; /* NONE: empty. The highest entry a number can name is never used: the table is not full */
    char *entry; /* struct named_entry in a map, struct entry in an idmap */
    uint32_t mask; /* slots - 1; a power of two less one */
    uint32_t count;
    uint32_t used; /* entries ever used: iteration ends here */
    uint32_t cap;
    uint32_t hole; /* first hole, NONE when there is none */
    uint8_t entry_size;
    bool is_nocase;
};

struct map {
    struct table t;
};

struct idmap {
    struct table t;
};

struct key {
    struct slice text; /* absent in an idmap */
    uint64_t id;
    uint32_t hash;
};

static uint64_t seed[2];

static void seed_once(void)
{
    if (seed[0] == 0 && seed[1] == 0)
        random_bytes(seed, sizeof seed);
}

static inline uint64_t rotate(uint64_t x, int bits)
{
    return (x << bits) | (x >> (64 - bits));
}

/* Lower case of eight ASCII bytes at once; bytes from 0x80 on stay. */
static inline uint64_t lower8(uint64_t x)
{
    const uint64_t high = UINT64_C(0x8080808080808080);
    const uint64_t every = UINT64_C(0x0101010101010101);
    uint64_t low7 = x & ~high;
    uint64_t above_z = low7 + every * (0x7f - 'Z');
    uint64_t from_a = low7 + every * (0x80 - 'A');
    return x | (((from_a ^ above_z) & ~x & high) >> 2);
}

struct sip {
    uint64_t a, b, c, d;
};

static inline void sip_round(struct sip *v)
{
    v->a += v->b;
    v->c += v->d;
    v->b = rotate(v->b, 13) ^ v->a;
    v->d = rotate(v->d, 16) ^ v->c;
    v->a = rotate(v->a, 32);
    v->c += v->b;
    v->a += v->d;
    v->b = rotate(v->b, 17) ^ v->c;
    v->d = rotate(v->d, 21) ^ v->a;
    v->c = rotate(v->c, 32);
}

static inline void sip_word(struct sip *v, uint64_t word)
{
    v->d ^= word;
    sip_round(v);
    v->a ^= word;
}

/* SipHash with one round a word and three at the end. */
static uint32_t hash_text(struct slice s, bool is_nocase)
{
    struct sip v = { seed[0] ^ UINT64_C(0x736f6d6570736575), seed[1] ^ UINT64_C(0x646f72616e646f6d),
                     seed[0] ^ UINT64_C(0x6c7967656e657261), seed[1] ^ UINT64_C(0x7465646279746573) };
    size_t left = s.n;
    const char *p = s.p;
    for (; left >= 8; left -= 8, p += 8) {
        uint64_t word;
        memcpy(&word, p, 8);
        sip_word(&v, is_nocase ? lower8(word) : word);
    }
    uint64_t tail = 0;
    if (left > 0)
        memcpy(&tail, p, left);
    sip_word(&v, is_nocase ? lower8(tail) : tail);
    sip_word(&v, s.n);
    v.c ^= 0xff;
    for (int i = 0; i < 3; i++)
        sip_round(&v);
    uint64_t h = v.a ^ v.b ^ v.c ^ v.d;
    return (uint32_t)(h ^ (h >> 32));
}

static uint32_t hash_id(uint64_t x)
{
    x ^= seed[0];
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = ((x ^ (x >> 27)) + seed[1]) * UINT64_C(0x94d049bb133111eb);
    return (uint32_t)(x >> 32);
}

static uint32_t *new_slots(uint32_t n)
{
    uint32_t *slot = mem_array(n, sizeof *slot);
    memset(slot, 0xff, n * sizeof *slot);
    return slot;
}

static void table_init(struct table *t, size_t entry_size, bool is_nocase)
{
    seed_once();
    *t = (struct table){ .slot = new_slots(SLOTS_MIN), .mask = SLOTS_MIN - 1, .hole = NONE, .entry_size = (uint8_t)entry_size, .is_nocase = is_nocase };
}

static struct entry *entry_at(const struct table *t, size_t i)
{
    return (struct entry *)(void *)(t->entry + i * t->entry_size);
}

static bool has_names(const struct table *t)
{
    return t->entry_size > sizeof(struct entry);
}

static struct entry *entry_in(const struct table *t, uint32_t slot)
{
    return entry_at(t, slot & t->mask);
}

static uint32_t hash_of(const struct table *t, const struct entry *e)
{
    return has_names(t) ? (uint32_t)(e->n >> 32) : hash_id(e->n);
}

static bool is_same(const struct table *t, const struct entry *e, const struct key *k)
{
    if (!has_names(t))
        return e->n == k->id;
    struct slice have = { ((const struct named_entry *)(const void *)e)->p, (uint32_t)e->n };
    return t->is_nocase ? slice_eq_nocase(have, k->text) : slice_eq(have, k->text);
}

/* The slot that holds the key, or the empty one where it belongs. */
static uint32_t find(const struct table *t, const struct key *k)
{
    uint32_t i = k->hash & t->mask;
    while (t->slot[i] != NONE) {
        if (((t->slot[i] ^ k->hash) & ~t->mask) == 0 && is_same(t, entry_in(t, t->slot[i]), k))
            break;
        i = (i + 1) & t->mask;
    }
    return i;
}

static void grow_slots(struct table *t)
{
    uint32_t *old = t->slot;
    uint32_t old_mask = t->mask;
    t->slot = new_slots((old_mask + 1) * 2);
    t->mask = old_mask * 2 + 1;
    for (uint32_t i = 0; i <= old_mask; i++) {
        if (old[i] == NONE)
            continue;
        uint32_t at = old[i] & old_mask, hash = hash_of(t, entry_at(t, at)), to = hash & t->mask;
        while (t->slot[to] != NONE)
            to = (to + 1) & t->mask;
        t->slot[to] = (hash & ~t->mask) | at;
    }
    mem_free(old);
}

static uint32_t take_entry(struct table *t)
{
    if (t->hole != NONE) {
        uint32_t i = t->hole;
        t->hole = (uint32_t)entry_at(t, i)->n;
        return i;
    }
    if (t->used == t->cap) {
        t->cap = t->cap > 0 ? t->cap * 2 : SLOTS_MIN;
        t->entry = mem_resize(t->entry, t->cap, t->entry_size);
    }
    return t->used++;
}

static void fill(const struct table *t, uint32_t at, const struct key *k, void *value)
{
    struct entry *e = entry_at(t, at);
    *e = (struct entry){ value, has_names(t) ? (uint64_t)k->hash << 32 | (uint32_t)k->text.n : k->id };
    if (has_names(t))
        ((struct named_entry *)(void *)e)->p = k->text.p;
}

static void *put(struct table *t, const struct key *k, void *value)
{
    assert(value != NULL);
    uint32_t i = find(t, k);
    if (t->slot[i] != NONE) {
        void *old = entry_in(t, t->slot[i])->value;
        fill(t, t->slot[i] & t->mask, k, value);
        return old;
    }
    if (t->count >= (t->mask + 1) / 8 * 5) {
        grow_slots(t);
        i = find(t, k);
    }
    uint32_t at = take_entry(t);
    fill(t, at, k, value);
    t->slot[i] = (k->hash & ~t->mask) | at;
    t->count++;
    return NULL;
}

/* Followers that were pushed past the emptied slot move up into it. */
static void close_gap(struct table *t, uint32_t gap)
{
    for (uint32_t i = (gap + 1) & t->mask; t->slot[i] != NONE; i = (i + 1) & t->mask) {
        uint32_t home = hash_of(t, entry_in(t, t->slot[i])) & t->mask;
        if (((i - home) & t->mask) >= ((i - gap) & t->mask)) {
            t->slot[gap] = t->slot[i];
            gap = i;
        }
    }
    t->slot[gap] = NONE;
}

static void *drop(struct table *t, const struct key *k)
{
    uint32_t i = find(t, k);
    if (t->slot[i] == NONE)
        return NULL;
    uint32_t at = t->slot[i] & t->mask;
    struct entry *e = entry_at(t, at);
    void *value = e->value;
    close_gap(t, i);
    *e = (struct entry){ NULL, t->hole };
    t->hole = at;
    t->count--;
    return value;
}

static void *get(const struct table *t, const struct key *k)
{
    uint32_t slot = t->slot[find(t, k)];
    return slot != NONE ? entry_in(t, slot)->value : NULL;
}

static void *each(const struct table *t, size_t *at)
{
    while (*at < t->used) {
        void *value = entry_at(t, (*at)++)->value;
        if (value != NULL)
            return value;
    }
    return NULL;
}

static struct key text_key(const struct map *m, struct slice s)
{
    if (s.p == NULL)
        s = SLICE("");
    return (struct key){ .text = s, .hash = hash_text(s, m->t.is_nocase) };
}

static struct key id_key(uint64_t id)
{
    return (struct key){ .id = id, .hash = hash_id(id) };
}

struct map *map_new(bool nocase)
{
    struct map *m = mem_alloc(sizeof *m);
    table_init(&m->t, sizeof(struct named_entry), nocase);
    return m;
}

void map_free(struct map *m)
{
    if (m == NULL)
        return;
    mem_free(m->t.slot);
    mem_free(m->t.entry);
    mem_free(m);
}

void *map_get(const struct map *m, struct slice key)
{
    struct key k = text_key(m, key);
    return get(&m->t, &k);
}

void *map_put(struct map *m, struct slice key, void *value)
{
    struct key k = text_key(m, key);
    return put(&m->t, &k, value);
}

void *map_remove(struct map *m, struct slice key)
{
    struct key k = text_key(m, key);
    return drop(&m->t, &k);
}

size_t map_count(const struct map *m)
{
    return m->t.count;
}

void *map_each(const struct map *m, size_t *at)
{
    return each(&m->t, at);
}

struct idmap *idmap_new(void)
{
    struct idmap *m = mem_alloc(sizeof *m);
    table_init(&m->t, sizeof(struct entry), false);
    return m;
}

void idmap_free(struct idmap *m)
{
    if (m == NULL)
        return;
    mem_free(m->t.slot);
    mem_free(m->t.entry);
    mem_free(m);
}

void *idmap_get(const struct idmap *m, uint64_t id)
{
    struct key k = id_key(id);
    return get(&m->t, &k);
}

void *idmap_put(struct idmap *m, uint64_t id, void *value)
{
    struct key k = id_key(id);
    return put(&m->t, &k, value);
}

void *idmap_remove(struct idmap *m, uint64_t id)
{
    struct key k = id_key(id);
    return drop(&m->t, &k);
}

size_t idmap_count(const struct idmap *m)
{
    return m->t.count;
}

void *idmap_each(const struct idmap *m, size_t *at)
{
    return each(&m->t, at);
}
