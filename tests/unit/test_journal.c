/* SPDX-License-Identifier: MIT */
/* The journal of leases: a file for each, held by whoever lives, free for the next one once he has died; what is damaged is left alone. */
#include "core/control/journal.h"
#include "tests/unit/support_orders.h"
#include "tests/unit/support_temp.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[TEMP_PATH_MAX];

static int set_up(void **state)
{
    return stage_set_up_leases(state, folder);
}

static struct lease_entry entry(void)
{
    return (struct lease_entry){ .pbx = "geneva", .queue = "sa\\les\nx=y", .interface = "Local/1@a/n", .what = "lend Zo\xc3\xab", .who = "eva",
                                 .until_wall_ms = 77, .calls = -1 };
}

static bool wants_all(void *context, const struct lease_entry *e)
{
    (void)context;
    (void)e;
    return true;
}

static bool wants_none(void *context, const struct lease_entry *e)
{
    return context != NULL && e == NULL;
}

static void a_lease_is_a_file_until_it_is_settled(void **state)
{
    (void)state;
    struct journal *j = journal_new(folder);
    struct lease_entry e = entry();
    struct err err = ERR_INIT;
    uint64_t id, other;
    assert_true(journal_open(j, &e, &id, &err));
    assert_true(journal_open(j, &e, &other, &err));
    assert_int_equal(stage_files(folder), 2);
    journal_close(j, id);
    assert_int_equal(stage_files(folder), 1);
    journal_close(j, id);
    journal_close(j, other);
    assert_int_equal(stage_files(folder), 0);
    journal_free(j);
}

static void nobody_takes_what_is_held(void **state)
{
    (void)state;
    struct journal *a = journal_new(folder), *b = journal_new(folder);
    struct lease_entry e = entry(), got;
    struct err err = ERR_INIT;
    uint64_t id, taken;
    assert_true(journal_open(a, &e, &id, &err));
    assert_false(journal_adopt(b, wants_all, NULL, &taken, &got));
    assert_false(journal_adopt(a, wants_all, NULL, &taken, &got));
    e.calls = 3;
    journal_update(a, id, &e);
    assert_false(journal_adopt(b, wants_all, NULL, &taken, &got));
    assert_int_equal(stage_files(folder), 1);
    journal_free(a); /* its locks go, its leases stay */
    assert_false(journal_adopt(b, wants_none, NULL, &taken, &got));
    assert_true(journal_adopt(b, wants_all, NULL, &taken, &got));
    assert_int_equal(taken, id);
    assert_memory_equal(&got.queue, &e.queue, strlen(e.queue) + 1);
    assert_string_equal(got.what, e.what);
    assert_int_equal(got.calls, 3);
    assert_int_equal(got.until_wall_ms, 77);
    journal_close(b, taken);
    assert_int_equal(stage_files(folder), 0);
    journal_free(b);
}

static void the_lease_of_who_was_killed_is_adopted_once(void **state)
{
    (void)state;
    int ready[2];
    assert_int_equal(pipe(ready), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        struct journal *j = journal_new(folder);
        struct lease_entry e = entry();
        struct err err = ERR_INIT;
        uint64_t id;
        bool ok = journal_open(j, &e, &id, &err);
        (void)!write(ready[1], ok ? "y" : "n", 1);
        for (;;)
            (void)pause();
    }
    char c = 0;
    (void)close(ready[1]); /* or its end is not seen when it dies */
    assert_true(read(ready[0], &c, 1) == 1 && c == 'y');
    struct journal *a = journal_new(folder), *b = journal_new(folder);
    struct lease_entry got;
    uint64_t id;
    assert_false(journal_adopt(a, wants_all, NULL, &id, &got));
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_true(journal_adopt(a, wants_all, NULL, &id, &got));
    assert_false(journal_adopt(b, wants_all, NULL, &id, &got));
    assert_false(journal_adopt(a, wants_all, NULL, &id, &got));
    (void)close(ready[0]);
    journal_free(a);
    journal_free(b);
}

static void what_is_damaged_is_left_alone(void **state)
{
    (void)state;
    struct journal *j = journal_new(folder);
    struct lease_entry got;
    uint64_t id;
    temp_write(folder, "00000000000000a1.lease", "");
    temp_write(folder, "00000000000000a3.lease", "pbx=geneva\nqueue=sales\n");
    temp_write(folder, "00000000000000a5.lease", "pbx=geneva\nwhatever=3\n");
    temp_write(folder, "00000000000000a7.lease", "no line");
    temp_write(folder, "00000000000000a9.new", "pbx=geneva\n");
    temp_write(folder, "notes", "");
    assert_false(journal_adopt(j, wants_all, NULL, &id, &got));
    assert_int_equal(stage_files(folder), 6);
    journal_free(j);
}

/* The disk is full after some bytes: no lease, and nothing of one that the next keeper would stumble over. What is held stays as it was written. */
static void a_full_disk_takes_no_lease_and_spoils_none(void **state)
{
    (void)state;
    struct journal *j = journal_new(folder), *next = journal_new(folder);
    struct lease_entry e = entry(), got;
    struct err err = ERR_INIT;
    struct rlimit was;
    uint64_t id, other;
    assert_true(journal_open(j, &e, &id, &err));
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
    (void)signal(SIGXFSZ, SIG_IGN);
    for (rlim_t bytes = 0; bytes < 200; bytes += 20) {
        err = ERR_INIT;
        e.calls = 5;
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &(struct rlimit){ bytes, was.rlim_max }), 0);
        journal_update(j, id, &e);
        bool ok = journal_open(j, &e, &other, &err);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
        assert_false(ok);
        assert_non_null(strstr(err.text, "the lease cannot be written down"));
        assert_int_equal(stage_files(folder), 1);
        assert_false(journal_adopt(next, wants_all, NULL, &other, &got));
    }
    journal_free(j);
    assert_true(journal_adopt(next, wants_all, NULL, &other, &got));
    assert_int_equal(got.calls, -1);
    journal_free(next);
}

/* A name that is longer than there is room for is not cut: somebody else could be called so. */
static void a_name_that_is_too_long_is_damage(void **state)
{
    (void)state;
    struct journal *j = journal_new(folder);
    struct lease_entry e = entry(), got;
    struct err err = ERR_INIT;
    char text[8192], path[TEMP_PATH_MAX + 64];
    uint64_t id;
    memset(e.who, 'x', sizeof e.who - 1);
    assert_true(journal_open(j, &e, &id, &err));
    (void)snprintf(path, sizeof path, "%s/%016llx.lease", folder, (unsigned long long)id);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read(fd, text, sizeof text - 1) : -1;
    assert_true(n > 0);
    (void)close(fd);
    text[n] = '\0';
    journal_free(j);
    j = journal_new(folder);
    assert_true(journal_adopt(j, wants_all, NULL, &id, &got)); /* as long as can be */
    assert_string_equal(got.who, e.who);
    journal_close(j, id);
    char *at = strstr(text, "who=x");
    assert_non_null(at);
    memmove(at + 5, at + 4, strlen(at + 4) + 1); /* one byte more */
    temp_write(folder, "00000000000000a1.lease", text);
    assert_false(journal_adopt(j, wants_all, NULL, &id, &got));
    journal_free(j);
}

static void without_a_folder_it_is_held_and_nothing_is_written(void **state)
{
    (void)state;
    struct journal *j = journal_new(NULL);
    struct lease_entry e = entry(), got;
    struct err err = ERR_INIT;
    uint64_t id, other;
    assert_true(journal_open(j, &e, &id, &err));
    assert_int_equal(journal_state_of(j, id), JOURNAL_SAFE);
    journal_update(j, id, &e);
    assert_false(journal_has(j, wants_all, NULL));
    assert_false(journal_adopt(j, wants_all, NULL, &other, &got));
    assert_int_equal(journal_state_of(j, id), JOURNAL_SAFE);
    journal_close(j, id);
    assert_int_equal(journal_state_of(j, id), JOURNAL_FAILED); /* nobody knows it any more */
    assert_true(journal_open(j, &e, &id, &err)); /* left open */
    journal_free(j);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, stage_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_lease_is_a_file_until_it_is_settled), TEST(nobody_takes_what_is_held),
        TEST(the_lease_of_who_was_killed_is_adopted_once), TEST(what_is_damaged_is_left_alone),
        TEST(a_full_disk_takes_no_lease_and_spoils_none), TEST(a_name_that_is_too_long_is_damage),
        TEST(without_a_folder_it_is_held_and_nothing_is_written),
    };
    return cmocka_run_group_tests_name("journal", tests, NULL, NULL);
}
