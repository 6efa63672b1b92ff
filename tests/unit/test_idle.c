/* SPDX-License-Identifier: MIT */
/* A console that nobody touches, in virtual time. */
#include "tui/idle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "core/base/timer.h"

static void numbers_go_and_then_the_console(void **state)
{
    (void)state;
    struct idle i;
    idle_start(&i, 5000, 20000, 1000);
    assert_int_equal(idle_deadline(&i), 6000);
    assert_int_equal(idle_turn(&i, 5999), IDLE_SAME);
    assert_int_equal(idle_turn(&i, 6000), IDLE_MASK);
    assert_int_equal(idle_turn(&i, 6001), IDLE_SAME); /* once */
    assert_int_equal(idle_deadline(&i), 21000);
    assert_int_equal(idle_turn(&i, 20999), IDLE_SAME);
    assert_int_equal(idle_turn(&i, 21000), IDLE_EXIT);
}

static void any_key_shows_them_again(void **state)
{
    (void)state;
    struct idle i;
    idle_start(&i, 5000, 20000, 0);
    assert_false(idle_touch(&i, 4999)); /* nothing was hidden: the key is an ordinary one */
    assert_int_equal(idle_turn(&i, 9998), IDLE_SAME);
    assert_int_equal(idle_turn(&i, 9999), IDLE_MASK);
    assert_true(idle_touch(&i, 19999));
    assert_false(idle_touch(&i, 20000));
    assert_int_equal(idle_turn(&i, 24999), IDLE_SAME);
    assert_int_equal(idle_turn(&i, 25000), IDLE_MASK);
    assert_int_equal(idle_deadline(&i), 40000);
}

static void what_is_0_never_happens(void **state)
{
    (void)state;
    struct idle i;
    idle_start(&i, 0, 0, 0);
    assert_int_equal(idle_deadline(&i), TIMER_NEVER);
    assert_int_equal(idle_turn(&i, INT64_C(1) << 50), IDLE_SAME);
    idle_start(&i, 0, 10, 0);
    assert_int_equal(idle_turn(&i, 10), IDLE_EXIT);
    idle_start(&i, 10, 0, 0);
    assert_int_equal(idle_turn(&i, 10), IDLE_MASK);
    assert_int_equal(idle_deadline(&i), TIMER_NEVER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_go_and_then_the_console), cmocka_unit_test(any_key_shows_them_again), cmocka_unit_test(what_is_0_never_happens),
    };
    return cmocka_run_group_tests_name("idle", tests, NULL, NULL);
}
