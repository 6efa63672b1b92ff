/* SPDX-License-Identifier: MIT */
/* who: people in an array, and two maps into it: whole words, and pairs of bytes of names for the parts of them. A person who goes leaves his
 * number behind in both, which nobody gets until both are made anew, when half of it is stale: nobody stands twice under one word. */
#include "core/floor/who.h"

#include <stdio.h>
#include <strings.h>

#include "core/base/buf.h"
#include "core/base/map.h"
#include "core/base/mem.h"

enum { WORD_INTERFACE, WORD_NAME, WORD_ALIAS, WORD_EXTENSION, WORD_COUNT, PAIR = 2, STALE_MIN = 1000 };
#define NOBODY UINT32_MAX

struct person {
    char *key; /* all that tells him from others, his words at the end; NULL: the place is free */
    struct slice word[WORD_COUNT]; /* in the key */
    enum fact_kind kind;
    uint64_t *fact;
    uint32_t count, cap;
};

struct seat { /* one fact of a person */
    uint32_t person, place;
};

struct posting { /* who has this word, or has had it */
    uint32_t *person;
    uint32_t count, cap;
    char key[];
};

struct who {
    struct person *person;
    uint32_t count, cap; /* places ever used */
    uint32_t *hole; /* places that are free, and named in neither map */
    uint32_t holes, hole_cap;
    struct map *known;   /* by key */
    struct map *word, *part;
    struct idmap *seat[2];
    size_t entries, stale; /* numbers in both maps */
};

struct who *who_new(void)
{
    struct who *w = mem_alloc(sizeof *w);
    w->known = map_new(false);
    w->word = map_new(true);
    w->part = map_new(true);
    w->seat[0] = idmap_new();
    w->seat[1] = idmap_new();
    return w;
}

static void free_postings(struct map *m)
{
    struct posting *p;
    for (size_t at = 0; (p = map_each(m, &at)) != NULL;) {
        mem_free(p->person);
        mem_free(p);
    }
    map_free(m);
}

void who_free(struct who *w)
{
    struct seat *s;
    if (w == NULL)
        return;
    free_postings(w->word);
    free_postings(w->part);
    map_free(w->known);
    for (size_t i = 0; i < 2; i++) {
        for (size_t at = 0; (s = idmap_each(w->seat[i], &at)) != NULL;)
            mem_free(s);
        idmap_free(w->seat[i]);
    }
    for (uint32_t i = 0; i < w->count; i++) {
        mem_free(w->person[i].key);
        mem_free(w->person[i].fact);
    }
    mem_free(w->person);
    mem_free(w->hole);
    mem_free(w);
}

/* ---- the maps ---- */

static void post(struct who *w, struct map *m, struct slice key, uint32_t person)
{
    struct posting *p = map_get(m, key);
    if (p == NULL) {
        p = mem_alloc(sizeof *p + key.n);
        memcpy(p->key, key.p, key.n);
        (void)map_put(m, (struct slice){ p->key, key.n }, p);
    }
    if (p->count > 0 && p->person[p->count - 1] == person)
        return; /* "aaaa" */
    if (p->count == p->cap) {
        p->cap = p->cap > 0 ? p->cap * 2 : 1;
        p->person = mem_resize(p->person, p->cap, sizeof *p->person);
    }
    p->person[p->count++] = person;
    w->entries++;
}

static void post_all(struct who *w, uint32_t number)
{
    const struct person *p = &w->person[number];
    for (size_t i = 0; i < WORD_COUNT; i++) {
        if (p->word[i].n > 0)
            post(w, w->word, p->word[i], number);
        for (size_t k = 0; (i == WORD_NAME || i == WORD_ALIAS) && k + PAIR <= p->word[i].n; k++)
            post(w, w->part, (struct slice){ p->word[i].p + k, PAIR }, number);
    }
}

/* What of the maps is his; about as much stays behind. */
static size_t weight(const struct person *p)
{
    return WORD_COUNT + p->word[WORD_NAME].n + p->word[WORD_ALIAS].n;
}

static void add_hole(struct who *w, uint32_t place)
{
    if (w->holes == w->hole_cap) {
        w->hole_cap = w->hole_cap > 0 ? w->hole_cap * 2 : 16;
        w->hole = mem_resize(w->hole, w->hole_cap, sizeof *w->hole);
    }
    w->hole[w->holes++] = place;
}

static void sweep(struct who *w)
{
    if (w->stale < STALE_MIN || w->stale < w->entries / 2)
        return;
    free_postings(w->word);
    free_postings(w->part);
    w->word = map_new(true);
    w->part = map_new(true);
    w->entries = w->stale = w->holes = 0;
    for (uint32_t i = 0; i < w->count; i++) {
        if (w->person[i].key != NULL)
            post_all(w, i);
        else
            add_hole(w, i);
    }
}

/* ---- people ---- */

static uint32_t free_place(struct who *w)
{
    if (w->holes > 0)
        return w->hole[--w->holes];
    if (w->count == w->cap) {
        w->cap = w->cap > 0 ? w->cap * 2 : 16;
        w->person = mem_resize(w->person, w->cap, sizeof *w->person);
    }
    w->person[w->count] = (struct person){ .key = NULL };
    return w->count++;
}

struct words {
    struct slice word[WORD_COUNT];
    uint32_t pbx;
    enum fact_kind kind;
};

/* "Local/401@from-queue/n" -> "401": whose extension nobody configured is called so all the same. */
static struct slice short_of(struct slice interface)
{
    struct slice rest = { NULL, 0 };
    (void)slice_cut(interface, '/', &rest);
    return slice_cut(slice_cut(rest, '/', &rest), '@', &rest);
}

static struct words words_of(enum fact_kind kind, uint64_t id, const struct fact *f)
{
    if (kind == FACT_ENDPOINT) {
        const struct fact_endpoint *e = (const void *)f;
        return (struct words){ { slice_of(e->interface), slice_of(e->called), slice_of(e->name), slice_of(e->extension) }, fact_pbx_index(id), kind };
    }
    const struct fact_member *m = (const void *)f;
    struct words w = { { slice_of(m->interface), slice_of(m->name), slice_of(m->alias), slice_of(m->extension) }, fact_pbx_index(id), kind };
    if (w.word[WORD_EXTENSION].n == 0)
        w.word[WORD_EXTENSION] = short_of(w.word[WORD_INTERFACE]);
    return w;
}

static bool is_same(const struct person *p, const struct words *words)
{
    for (size_t i = 0; i < WORD_COUNT; i++) {
        if (p->word[i].n != words->word[i].n || (p->word[i].n > 0 && memcmp(p->word[i].p, words->word[i].p, p->word[i].n) != 0))
            return false;
    }
    return true; /* a fact does not change its kind, nor its PBX */
}

/* The lengths first: no word can look like the end of the one before. */
static char *key_of(const struct words *words, size_t *head)
{
    struct buf key = BUF_INIT(64 * 1024);
    (void)buf_addf(&key, "%u %d", (unsigned)words->pbx, (int)words->kind);
    for (size_t i = 0; i < WORD_COUNT; i++)
        (void)buf_addf(&key, " %zu", words->word[i].n);
    (void)buf_add_char(&key, ' ');
    *head = key.len;
    for (size_t i = 0; i < WORD_COUNT; i++)
        (void)buf_add(&key, words->word[i]);
    char *text = key.overflow ? NULL : mem_text(buf_slice(&key));
    buf_clear(&key);
    return text;
}

static uint32_t person_of(struct who *w, const struct words *words)
{
    size_t at;
    char *key = key_of(words, &at);
    void *found = key != NULL ? map_get(w->known, slice_of(key)) : NULL;
    if (key == NULL || found != NULL) {
        mem_free(key);
        return found != NULL ? (uint32_t)(uintptr_t)found - 1 : NOBODY;
    }
    uint32_t number = free_place(w);
    struct person *p = &w->person[number];
    *p = (struct person){ .key = key, .kind = words->kind };
    for (size_t i = 0; i < WORD_COUNT; i++) {
        p->word[i] = (struct slice){ key + at, words->word[i].n };
        at += words->word[i].n;
    }
    (void)map_put(w->known, slice_of(p->key), (void *)((uintptr_t)number + 1));
    post_all(w, number);
    return number;
}

static void let_go(struct who *w, uint32_t number)
{
    struct person *p = &w->person[number];
    (void)map_remove(w->known, slice_of(p->key));
    w->stale += weight(p);
    mem_free(p->key);
    mem_free(p->fact);
    *p = (struct person){ .key = NULL };
    sweep(w);
}

/* ---- facts ---- */

static struct idmap *seats_of(const struct who *w, enum fact_kind kind)
{
    return w->seat[kind == FACT_ENDPOINT];
}

static void stand(struct who *w, enum fact_kind kind, uint64_t id)
{
    struct seat *s = idmap_remove(seats_of(w, kind), id);
    if (s == NULL)
        return;
    struct person *p = &w->person[s->person];
    uint64_t last = p->fact[--p->count];
    if (last != id) {
        p->fact[s->place] = last;
        ((struct seat *)idmap_get(seats_of(w, kind), last))->place = s->place;
    }
    if (p->count == 0)
        let_go(w, s->person);
    mem_free(s);
}

static void sit(struct who *w, enum fact_kind kind, uint64_t id, const struct words *words)
{
    uint32_t number = person_of(w, words);
    if (number == NOBODY)
        return; /* absurdly long words */
    struct person *p = &w->person[number];
    struct seat *s = mem_alloc(sizeof *s);
    if (p->count == p->cap) {
        p->cap = p->cap > 0 ? p->cap * 2 : 1;
        p->fact = mem_resize(p->fact, p->cap, sizeof *p->fact);
    }
    *s = (struct seat){ number, p->count };
    p->fact[p->count++] = id;
    (void)idmap_put(seats_of(w, kind), id, s);
}

void who_put(struct who *w, enum fact_kind kind, uint64_t id, const struct fact *f)
{
    if (kind != FACT_MEMBER && kind != FACT_ENDPOINT)
        return;
    const struct seat *s = idmap_get(seats_of(w, kind), id);
    if (f == NULL) {
        stand(w, kind, id);
        return;
    }
    struct words words = words_of(kind, id, f);
    if (s != NULL && is_same(&w->person[s->person], &words))
        return;
    stand(w, kind, id);
    sit(w, kind, id, &words);
}

/* ---- answers ---- */

static bool holds(struct slice name, struct slice part)
{
    for (size_t i = 0; i + part.n <= name.n; i++) {
        if (strncasecmp(name.p + i, part.p, part.n) == 0)
            return true;
    }
    return false;
}

static bool fits(const struct person *p, struct slice text, bool is_part)
{
    for (size_t i = 0; i < WORD_COUNT; i++) {
        bool is_name = i == WORD_NAME || i == WORD_ALIAS;
        if (is_part ? is_name && holds(p->word[i], text) : p->word[i].n > 0 && slice_eq_nocase(p->word[i], text))
            return true;
    }
    return false;
}

/* Of its pairs the one that the fewest have. NULL: nobody has one of them. */
static const struct posting *rarest(const struct who *w, struct slice text)
{
    const struct posting *best = NULL;
    for (size_t i = 0; i + PAIR <= text.n; i++) {
        const struct posting *p = map_get(w->part, (struct slice){ text.p + i, PAIR });
        if (p == NULL)
            return NULL;
        if (best == NULL || p->count < best->count)
            best = p;
    }
    return best;
}

static bool next_person(const struct who *w, struct slice text, bool is_part, struct who_at *at)
{
    const struct posting *posting = at->posting;
    while (posting != NULL && at->next < posting->count) {
        uint32_t number = posting->person[at->next++];
        const struct person *p = &w->person[number];
        if (p->key != NULL && fits(p, text, is_part)) {
            at->person = number;
            at->fact = 0;
            return true;
        }
    }
    return false;
}

bool who_next(const struct who *w, struct slice text, bool is_part, struct who_at *at, enum fact_kind *kind, uint64_t *id)
{
    bool is_first = !at->is_begun;
    if (is_first)
        *at = (struct who_at){ .is_begun = true, .posting = text.n == 0 ? NULL : is_part ? (const void *)rarest(w, text) : map_get(w->word, text) };
    if (is_first || at->is_skipped || at->fact >= w->person[at->person].count) {
        at->is_skipped = false;
        if (!next_person(w, text, is_part, at))
            return false;
    }
    const struct person *p = &w->person[at->person];
    *kind = p->kind;
    *id = p->fact[at->fact++];
    return true;
}
