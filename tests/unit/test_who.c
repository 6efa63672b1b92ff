/* SPDX-License-Identifier: MIT */
/* Who is found by which word, that the index stays true whatever comes and goes, and that an order's look-up costs the same on any floor. */
#include "core/control/target.h"
#include "core/floor/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

#include "core/base/mem.h"
#include "core/base/random.h"

#define PBX fact_pbx_id(0)
enum { QUEUE = 5, FIRST = 1000 };
#define TEXT(text) ((text) != NULL ? mem_strdup(text) : NULL)

static void put_member(struct store *s, uint64_t id, const char *interface, const char *name, const char *extension)
{
    union fact_any any = { .member = { .id = PBX | id, .queue = PBX | QUEUE, .agent = 0, .interface = TEXT(interface), .name = TEXT(name), .extension = TEXT(extension) } };
    (void)store_put(s, FACT_MEMBER, &any.head);
}

static void put_phone(struct store *s, uint64_t id, const char *name)
{
    char interface[40];
    (void)snprintf(interface, sizeof interface, "PJSIP/%s", name);
    union fact_any any = { .endpoint = { .id = PBX | id, .pbx = PBX, .name = TEXT(name), .interface = TEXT(interface) } };
    (void)store_put(s, FACT_ENDPOINT, &any.head);
}

/* "1 7 9": of those who have this word, in order. */
static void found(const struct store *s, const char *word, bool is_part, const char *wanted)
{
    bool has[64] = { false };
    struct buf out = BUF_INIT(512);
    struct who_at at = { .is_begun = false };
    enum fact_kind kind;
    uint64_t id;
    while (who_next(store_who(s), slice_of(word), is_part, &at, &kind, &id)) {
        assert_non_null(store_get(s, kind, id));
        assert_false(has[id & 63]); /* each once */
        has[id & 63] = true;
    }
    for (int i = 0; i < 64; i++) {
        if (has[i])
            (void)buf_addf(&out, "%s%d", out.len > 0 ? " " : "", i);
    }
    assert_string_equal(out.len > 0 ? out.data : "", wanted);
    buf_clear(&out);
}

static void by_every_word(void **state)
{
    (void)state;
    struct store *s = store_new();
    put_member(s, 1, "PJSIP/401", "Ana Roy", "401");
    put_member(s, 2, "Local/402@from-queue/n", "Ben Day", NULL);
    found(s, "ana roy", false, "1");
    put_member(s, 3, "PJSIP/401", "Ana Roy", "401");
    put_member(s, 4, "SIP/401", "Anna", "401");
    put_phone(s, 5, "401");
    put_phone(s, 6, "alice");
    found(s, "401", false, "1 3 4 5");
    found(s, "pjsip/401", false, "1 3 5");
    found(s, "402", false, "2");
    found(s, "ALICE", false, "6");
    found(s, "an", true, "1 3 4");
    found(s, "a R", true, "1 3");
    found(s, "a", true, "");
    found(s, "xx", true, "");
    found(s, "", false, "");
    found(s, "", true, "");
    store_free(s);
}

static void it_stays_true(void **state)
{
    (void)state;
    struct store *s = store_new();
    put_member(s, 1, "PJSIP/401", "Ana Roy", "401");
    put_member(s, 2, "PJSIP/401", "Ana Roy", "401");
    found(s, "401", false, "1 2");
    put_member(s, 1, "PJSIP/401", "Ana Kern", "401"); /* she has married; the other queue does not know yet */
    found(s, "ana roy", false, "2");
    found(s, "kern", true, "1");
    (void)store_drop(s, FACT_MEMBER, PBX | 2);
    found(s, "ana roy", false, "");
    found(s, "401", false, "1");
    (void)store_drop(s, FACT_MEMBER, PBX | 1);
    found(s, "401", false, "");
    store_free(s);
}

/* Whatever has come and gone: what the index finds is what a look at each finds. */
static void against_a_look_at_each(void **state)
{
    (void)state;
    static const char *const names[] = { "Ana Roy", "Ana", "Roy Ana", "aaaa", "Zo\xc3\xab", "", "401" };
    static const char *const words[] = { "ana", "ana roy", "401", "PJSIP/3", "aa", "o\xc3\xab", "roy", "3", "nobody" };
    struct random r = { .state = 7 };
    struct store *s = store_new();
    for (int round = 0; round < 20000; round++) {
        uint64_t id = 1 + random_below(&r, 40);
        char interface[20];
        (void)snprintf(interface, sizeof interface, "PJSIP/%u", (unsigned)random_below(&r, 8));
        if (random_below(&r, 3) == 0)
            (void)store_drop(s, FACT_MEMBER, PBX | id);
        else
            put_member(s, id, interface, names[random_below(&r, sizeof names / sizeof names[0])], NULL);
        const char *word = words[random_below(&r, sizeof words / sizeof words[0])];
        size_t wanted = 0, got = 0;
        const struct fact *f;
        for (size_t at = 0; (f = store_each(s, FACT_MEMBER, &at)) != NULL;) {
            const struct fact_member *m = (const void *)f;
            wanted += slice_eq_nocase(slice_of(m->interface), slice_of(word)) || slice_eq_nocase(slice_of(m->name), slice_of(word)) ||
                      slice_eq_nocase(slice_of(m->interface + 6), slice_of(word));
        }
        struct who_at at = { .is_begun = false };
        enum fact_kind kind;
        uint64_t one;
        while (who_next(store_who(s), slice_of(word), false, &at, &kind, &one))
            got++; /* each once */
        assert_int_equal(got, wanted);
    }
    store_free(s);
}

/* ---- what an order's look-up costs ---- */

static struct {
    struct store *store;
    size_t looks; /* at a fact */
} floor_of;

static const struct fact *get(void *context, enum fact_kind kind, uint64_t id)
{
    (void)context;
    floor_of.looks++;
    return store_get(floor_of.store, kind, id);
}

static const struct fact *each(void *context, enum fact_kind kind, struct world_at *at)
{
    (void)context;
    floor_of.looks++;
    return store_each(floor_of.store, kind, &at->at);
}

static const struct fact *who(void *context, struct slice text, bool is_part, struct who_at *at, enum fact_kind *kind)
{
    uint64_t id;
    (void)context;
    floor_of.looks++;
    return who_next(store_who(floor_of.store), text, is_part, at, kind, &id) ? store_get(floor_of.store, *kind, id) : NULL;
}

static size_t looks_for(size_t members, const char *word, bool is_somebody)
{
    struct settings settings;
    struct err err = ERR_INIT;
    struct target_agent agent;
    struct target_fault fault;
    settings_init(&settings);
    struct directory *d = directory_new(&settings, &err);
    struct world w = { .settings = &settings, .directory = d, .get = get, .each = each, .who = who };
    floor_of.store = store_new();
    (void)store_put(floor_of.store, FACT_PBX, &(union fact_any){ .pbx = { .id = PBX, .name = mem_strdup("geneva"), .endpoints = -1 } }.head);
    (void)store_put(floor_of.store, FACT_QUEUE, &(union fact_any){ .queue = { .id = PBX | QUEUE, .pbx = PBX, .name = mem_strdup("sales") } }.head);
    for (size_t i = 0; i < members; i++) {
        char interface[40], name[40];
        (void)snprintf(interface, sizeof interface, "PJSIP/%zu", 1000 + i / 3);
        if (i < 3)
            (void)snprintf(name, sizeof name, "Zed Quux");
        else
            (void)snprintf(name, sizeof name, "Agent Number %zu", 1000 + i / 3);
        put_member(floor_of.store, FIRST + i, interface, name, NULL);
    }
    floor_of.looks = 0;
    bool ok = target_agent(&w, slice_of(word), PBX, &agent, &fault);
    assert_int_equal(ok, is_somebody);
    (void)target_member(&w, PBX | QUEUE, "PJSIP/1050");
    size_t looks = floor_of.looks;
    store_free(floor_of.store);
    directory_free(d);
    settings_clear(&settings);
    return looks;
}

static void it_costs_the_same_on_any_floor(void **state)
{
    (void)state;
    static const char *const some[] = { "1050", "PJSIP/1050", "agent number 1050", "quux", "ed q" };
    for (size_t i = 0; i < sizeof some / sizeof some[0]; i++) {
        size_t small = looks_for(300, some[i], true), large = looks_for(30000, some[i], true);
        assert_int_equal(small, large);
        assert_in_range(large, 1, 60);
    }
    assert_int_equal(looks_for(300, "gent", false), looks_for(30000, "gent", false)); /* who could be anybody is asked for, not counted */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_every_word),
        cmocka_unit_test(it_stays_true),
        cmocka_unit_test(against_a_look_at_each),
        cmocka_unit_test(it_costs_the_same_on_any_floor),
    };
    return cmocka_run_group_tests_name("who", tests, NULL, NULL);
}
