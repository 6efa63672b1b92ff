/* SPDX-License-Identifier: MIT */
/* What core/base keeps: mem, map, idmap, timer, list, random. Long random runs are held
 * against a plain array that cannot be wrong. */
#include "core/base/list.h"
#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/base/random.h"
#include "core/base/timer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void memory_is_zeroed_and_counted(void **state)
{
    (void)state;
    unsigned long live = mem_live();
    unsigned char *p = mem_array(100, 3);
    for (int i = 0; i < 300; i++)
        assert_int_equal(p[i], 0);
    char *text = mem_text((struct slice){ "abcdef", 3 });
    assert_string_equal(text, "abc");
    assert_null(mem_strdup(NULL));
    assert_int_equal(mem_live(), live + 2);
    assert_false(mem_assign(&text, SLICE("abc")));
    assert_true(mem_assign(&text, (struct slice){ text + 1, 2 }));
    assert_string_equal(text, "bc");
    assert_true(mem_assign(&text, (struct slice){ NULL, 0 }));
    assert_null(text);
    assert_false(mem_assign(&text, (struct slice){ NULL, 0 }));
    p = mem_resize(p, 1000, 5);
    mem_free(p);
    mem_free(NULL);
    assert_int_equal(mem_live(), live);
}

static void say_restored(void)
{
    ssize_t ignored = write(STDERR_FILENO, "[hook]", 6);
    (void)ignored;
}

static void without_memory_the_program_ends(void **state)
{
    (void)state;
    for (int which = 0; which < 3; which++) {
        int fds[2];
        assert_int_equal(pipe(fds), 0);
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            (void)dup2(fds[1], STDERR_FILENO);
            mem_on_exhausted(say_restored);
            mem_fail_after(which == 2 ? 0 : 2);
            char *first = mem_strdup("first");
            if (which == 0)
                (void)mem_resize(first, 20, 1);
            if (which == 1)
                (void)mem_alloc(1);
            if (which == 2)
                (void)mem_resize(first, SIZE_MAX / 2, 3);
            _exit(0);
        }
        (void)close(fds[1]);
        char said[300] = "";
        size_t length = 0;
        ssize_t n;
        while ((n = read(fds[0], said + length, sizeof said - 1 - length)) > 0)
            length += (size_t)n;
        (void)close(fds[0]);
        int status = 0;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 70);
        assert_memory_equal(said, "[hook]acdtop: out of memory", 27);
        assert_int_equal(said[length - 1], '\n');
    }
}

enum { KEYS = 400 };

static void a_map_holds_what_was_put(void **state)
{
    (void)state;
    unsigned long live = mem_live();
    for (int nocase = 0; nocase < 2; nocase++) {
        struct map *m = map_new(nocase != 0);
        char key[KEYS][40];
        char other[KEYS][40];
        void *want[KEYS] = { NULL };
        size_t count = 0;
        struct random r = { 1 };
        for (int i = 0; i < KEYS; i++) {
            (void)snprintf(key[i], sizeof key[i], "%.*sx%d", i % 20, "Local/Agent-@default/n", i);
            (void)snprintf(other[i], sizeof other[i], "%.*sX%d", i % 20, "LOCAL/aGENT-@DEFAULT/N", i);
        }
        for (int step = 0; step < 40000; step++) {
            uint32_t i = random_below(&r, KEYS);
            struct slice k = slice_of(nocase != 0 && random_below(&r, 2) == 1 ? other[i] : key[i]);
            assert_ptr_equal(map_get(m, k), want[i]);
            if (random_below(&r, 2) == 0) {
                assert_ptr_equal(map_put(m, k, &want[step % KEYS]), want[i]);
                count += want[i] == NULL;
                want[i] = &want[step % KEYS];
            } else {
                assert_ptr_equal(map_remove(m, k), want[i]);
                count -= want[i] != NULL;
                want[i] = NULL;
            }
            assert_int_equal(map_count(m), count);
        }
        size_t seen = 0;
        void *v;
        for (size_t at = 0; (v = map_each(m, &at)) != NULL;)
            seen++;
        assert_int_equal(seen, count);
        map_free(m);
    }
    map_free(NULL);
    assert_int_equal(mem_live(), live);
}

static void case_matters_only_where_said(void **state)
{
    (void)state;
    int v;
    struct map *exact = map_new(false);
    struct map *loose = map_new(true);
    (void)map_put(exact, SLICE("Support"), &v);
    (void)map_put(loose, SLICE("Support-long-enough-for-words"), &v);
    assert_null(map_get(exact, SLICE("support")));
    assert_ptr_equal(map_get(loose, SLICE("sUPPORT-LONG-enough-for-WORDS")), &v);
    assert_null(map_get(loose, SLICE("sUPPORT-LONG-enough-for-WORD")));
    (void)map_put(loose, SLICE("a@b"), &v);
    assert_null(map_get(loose, SLICE("a`b")));
    assert_null(map_get(loose, SLICE("\xc3\x84")));
    (void)map_put(exact, SLICE(""), &v); /* empty and absent are the same key */
    assert_ptr_equal(map_get(exact, (struct slice){ NULL, 0 }), &v);
    map_free(exact);
    map_free(loose);
}

static void entries_may_go_while_walking(void **state)
{
    (void)state;
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    struct map *m = map_new(false);
    for (size_t i = 0; i < sizeof letters - 1; i++)
        (void)map_put(m, (struct slice){ letters + i, 1 }, (void *)(uintptr_t)(letters + i));
    size_t seen = 0;
    char *v;
    for (size_t at = 0; (v = map_each(m, &at)) != NULL; seen++)
        if (seen % 3 != 0)
            assert_ptr_equal(map_remove(m, (struct slice){ v, 1 }), v);
    assert_int_equal(seen, sizeof letters - 1);
    assert_int_equal(map_count(m), 12);
    map_free(m);
}

static void an_idmap_holds_what_was_put(void **state)
{
    (void)state;
    struct idmap *m = idmap_new();
    void *want[KEYS] = { NULL };
    struct random r = { 2 };
    for (int step = 0; step < 40000; step++) {
        uint32_t i = random_below(&r, KEYS);
        uint64_t id = i % 2 != 0 ? i : (uint64_t)i << 32;
        assert_ptr_equal(idmap_get(m, id), want[i]);
        if (random_below(&r, 3) > 0) {
            assert_ptr_equal(idmap_put(m, id, &want[i]), want[i]);
            want[i] = &want[i];
        } else {
            assert_ptr_equal(idmap_remove(m, id), want[i]);
            want[i] = NULL;
        }
    }
    size_t count = 0;
    for (int i = 0; i < KEYS; i++)
        count += want[i] != NULL;
    assert_int_equal(idmap_count(m), count);
    size_t seen = 0;
    for (size_t at = 0; idmap_each(m, &at) != NULL;)
        seen++;
    assert_int_equal(seen, count);
    idmap_free(m);
    idmap_free(NULL);
}

struct bell {
    struct timer timer;
    int rung;
    int64_t rung_ms;
};

static struct timer_heap heap;

static void ring(struct timer *t, int64_t now_ms, void *context)
{
    struct bell *b = LIST_ENTITY(t, struct bell, timer);
    int64_t *last_due = context;
    assert_true(t->due_ms <= now_ms);
    assert_true(t->due_ms >= *last_due); /* in order */
    *last_due = t->due_ms;
    b->rung++;
    b->rung_ms = now_ms;
}

static void timers_fire_in_order_and_once(void **state)
{
    (void)state;
    enum { BELLS = 200 };
    static struct bell bells[BELLS];
    int64_t due[BELLS];
    struct random r = { 3 };
    memset(bells, 0, sizeof bells);
    for (int i = 0; i < BELLS; i++) {
        due[i] = TIMER_NEVER;
        bells[i].timer.fire = ring;
    }
    assert_true(timer_next(&heap) == TIMER_NEVER);
    for (int64_t now_ms = 0; now_ms < 5000; now_ms++) {
        uint32_t i = random_below(&r, BELLS);
        if (random_below(&r, 4) == 0) {
            timer_cancel(&heap, &bells[i].timer);
            due[i] = TIMER_NEVER;
        } else {
            due[i] = now_ms + random_below(&r, 300);
            timer_set(&heap, &bells[i].timer, due[i]);
        }
        int64_t first = TIMER_NEVER;
        for (int k = 0; k < BELLS; k++) {
            first = due[k] < first ? due[k] : first;
            bells[k].rung = 0;
        }
        assert_true(timer_next(&heap) == first);
        int64_t last_due = 0;
        timer_run(&heap, now_ms, &last_due);
        for (int k = 0; k < BELLS; k++) {
            assert_int_equal(bells[k].rung, due[k] <= now_ms);
            due[k] = due[k] <= now_ms ? TIMER_NEVER : due[k];
        }
    }
    timer_heap_clear(&heap);
    assert_true(timer_next(&heap) == TIMER_NEVER);
}

static struct bell again, victim;

static void set_again(struct timer *t, int64_t now_ms, void *context)
{
    (void)context;
    again.rung++;
    timer_set(&heap, t, now_ms - 1); /* overdue at once: must wait for the next call all the same */
    timer_cancel(&heap, &victim.timer);
}

static void handlers_may_set_and_cancel(void **state)
{
    (void)state;
    int64_t last_due = 0;
    again.timer.fire = set_again;
    victim.timer.fire = ring;
    timer_set(&heap, &again.timer, 10);
    timer_set(&heap, &victim.timer, 11);
    timer_run(&heap, 20, &last_due);
    assert_int_equal(again.rung, 1);
    assert_int_equal(victim.rung, 0);
    assert_true(timer_next(&heap) == 19);
    timer_run(&heap, 20, &last_due);
    assert_int_equal(again.rung, 2);
    timer_cancel(&heap, &again.timer);
    timer_cancel(&heap, &again.timer);
    assert_true(timer_next(&heap) == TIMER_NEVER);
    timer_heap_clear(&heap);
}

static void lists_keep_order_and_let_go(void **state)
{
    (void)state;
    struct bell b[3];
    struct list head;
    list_init(&head);
    for (int i = 0; i < 3; i++)
        list_append(&head, &b[i].timer.turn);
    int i = 0;
    LIST_EACH_SAFE(at, &head)
    {
        assert_ptr_equal(LIST_ENTITY(at, struct bell, timer.turn), &b[i++]);
        list_remove(at);
        list_remove(at);
    }
    assert_int_equal(i, 3);
    assert_true(list_is_empty(&head));
}

static void the_seeded_sequence_repeats(void **state)
{
    (void)state;
    struct random a = { 42 }, b = { 42 };
    unsigned seen = 0;
    for (int i = 0; i < 10000; i++) {
        assert_true(random_next(&a) == random_next(&b));
        uint32_t n = random_below(&a, 7);
        assert_int_equal(n, random_below(&b, 7));
        assert_true(n < 7);
        seen |= 1u << n;
        double u = random_unit(&a);
        assert_true(u >= 0 && u < 1);
        (void)random_unit(&b);
    }
    assert_int_equal(seen, 127);
    assert_int_equal(random_below(&a, 0), 0);
    assert_int_equal(random_below(&a, 1), 0);
}

static void tokens_are_hex_and_differ(void **state)
{
    (void)state;
    char one[25], two[25];
    random_token(one);
    random_token(two);
    assert_int_equal(strlen(one), 24);
    assert_int_equal(strspn(one, "0123456789abcdef"), 24);
    assert_string_not_equal(one, two);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_and_counted),
        cmocka_unit_test(without_memory_the_program_ends),
        cmocka_unit_test(a_map_holds_what_was_put),
        cmocka_unit_test(case_matters_only_where_said),
        cmocka_unit_test(entries_may_go_while_walking),
        cmocka_unit_test(an_idmap_holds_what_was_put),
        cmocka_unit_test(timers_fire_in_order_and_once),
        cmocka_unit_test(handlers_may_set_and_cancel),
        cmocka_unit_test(lists_keep_order_and_let_go),
        cmocka_unit_test(the_seeded_sequence_repeats),
        cmocka_unit_test(tokens_are_hex_and_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
