/* SPDX-License-Identifier: MIT */
/* The journal of leases while somebody else waits for the disk: one thing at a time, in its order, and the lock is never free meanwhile. */
#include "core/control/journal.h"
#include "core/keeper/filer.h"
#include "tests/unit/support_orders.h"
#include "tests/unit/support_temp.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { GUARD_MS = 30000 };

static char folder[TEMP_PATH_MAX];
static struct journal *journal;

/* A disk in the test's hands: what it was given last. */
static struct {
    struct journal_work work;
    char fresh[600], path[600];
    size_t given;
    bool is_full;
} disk;

static bool on_give(void *context, const struct journal_work *w)
{
    (void)context;
    if (disk.is_full)
        return false;
    disk.work = *w;
    disk.given++;
    (void)snprintf(disk.fresh, sizeof disk.fresh, "%s", w->fresh);
    (void)snprintf(disk.path, sizeof disk.path, "%s", w->path);
    disk.work.fresh = disk.fresh;
    disk.work.path = disk.path;
    return true;
}

static void disk_does(void)
{
    int fault = journal_work_do(&disk.work);
    assert_int_equal(fault, 0);
    journal_work_done(journal, disk.work.id, fault);
}

static struct lease_entry entry(int64_t calls)
{
    return (struct lease_entry){ .pbx = "geneva", .queue = "sales", .interface = "PJSIP/401", .what = "lend", .who = "eva", .calls = calls, .uid = -1 };
}

static bool wants_all(void *context, const struct lease_entry *e)
{
    *(int64_t *)context = e->calls;
    return true;
}

/* What somebody else finds in the folder whom nobody keeps from it; -1: nothing. */
static int64_t orphan(void)
{
    struct journal *other = journal_new(folder);
    struct lease_entry e;
    uint64_t id;
    int64_t calls = -1;
    if (!journal_adopt(other, wants_all, &calls, &id, &e))
        calls = -1;
    journal_free(other);
    return calls;
}

static uint64_t open_one(int64_t calls)
{
    struct err err = ERR_INIT;
    struct lease_entry e = entry(calls);
    uint64_t id;
    assert_true(journal_open(journal, &e, &id, &err));
    return id;
}

static void it_is_safe_when_the_disk_has_it(void **state)
{
    (void)state;
    journal_use(journal, &(struct journal_disk){ .give = on_give });
    uint64_t id = open_one(7);
    assert_int_equal(journal_state_of(journal, id), JOURNAL_ON_ITS_WAY);
    disk_does();
    assert_int_equal(journal_state_of(journal, id), JOURNAL_SAFE);
    assert_int_equal(orphan(), -1); /* it is held */
    journal_close(journal, id);
    disk_does();
    assert_int_equal(stage_files(folder), 0);
    assert_int_equal(disk.given, 2);
}

static void changes_come_one_after_the_other_and_the_last_counts(void **state)
{
    (void)state;
    journal_use(journal, &(struct journal_disk){ .give = on_give });
    uint64_t id = open_one(7);
    for (int64_t calls = 6; calls >= 3; calls--) {
        struct lease_entry e = entry(calls);
        journal_update(journal, id, &e);
    }
    assert_int_equal(disk.given, 1);
    disk_does();
    assert_int_equal(journal_state_of(journal, id), JOURNAL_ON_ITS_WAY);
    assert_int_equal(disk.given, 2);
    assert_int_equal(orphan(), -1);
    disk_does();
    assert_int_equal(journal_state_of(journal, id), JOURNAL_SAFE);
    assert_int_equal(stage_files(folder), 1);
    journal_free(journal); /* dies */
    assert_int_equal(orphan(), 3);
    journal = journal_new(folder);
}

static void what_is_settled_on_its_way_leaves_nothing(void **state)
{
    (void)state;
    journal_use(journal, &(struct journal_disk){ .give = on_give });
    uint64_t id = open_one(7);
    struct lease_entry e = entry(6);
    journal_update(journal, id, &e);
    journal_close(journal, id);
    disk_does();
    assert_true(disk.work.is_drop);
    disk_does();
    assert_int_equal(stage_files(folder), 0);
    journal_work_done(journal, id, 0); /* nobody's any more */
}

static void what_never_came_there_is_told(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    journal_use(journal, &(struct journal_disk){ .give = on_give });
    uint64_t id = open_one(7);
    journal_work_done(journal, id, ENOSPC);
    assert_int_equal(journal_state_of(journal, id), JOURNAL_FAILED);
    assert_false(journal_refuses(journal, id, &err));
    assert_non_null(strstr(err.text, "without that nobody would put it back after a crash: No space left on device"));
    (void)unlink(disk.fresh);
    journal_close(journal, id);
    assert_int_equal(stage_files(folder), 0);
}

/* It can take no more, or has been killed: then it is done here. */
static void nobody_else_is_no_excuse(void **state)
{
    (void)state;
    journal_use(journal, &(struct journal_disk){ .give = on_give });
    uint64_t first = open_one(7);
    disk.is_full = true;
    uint64_t second = open_one(8);
    assert_int_equal(journal_state_of(journal, second), JOURNAL_SAFE);
    struct lease_entry e = entry(6);
    journal_update(journal, first, &e);
    assert_int_equal(journal_work_do(&disk.work), 0); /* done, and killed before it said so */
    journal_work_alone(journal);
    assert_int_equal(journal_state_of(journal, first), JOURNAL_SAFE);
    assert_int_equal(stage_files(folder), 2);
    journal_close(journal, first);
    journal_close(journal, second);
    assert_int_equal(stage_files(folder), 0);
}

static void wait_until(struct filer *f, uint64_t id, enum journal_state wanted)
{
    while (journal_state_of(journal, id) != wanted) {
        struct pollfd at = { .fd = filer_fd(f), .events = POLLIN };
        if (at.fd < 0 || poll(&at, 1, GUARD_MS) != 1)
            fail_msg("the process that writes leases down does not answer");
        (void)filer_turn(f);
    }
}

static void a_process_of_its_own_does_it(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    struct filer *f = filer_new(journal, &err);
    assert_non_null(f);
    uint64_t id = open_one(7);
    assert_int_equal(journal_state_of(journal, id), JOURNAL_ON_ITS_WAY);
    wait_until(f, id, JOURNAL_SAFE);
    assert_int_equal(orphan(), -1);
    struct lease_entry e = entry(2);
    journal_update(journal, id, &e);
    wait_until(f, id, JOURNAL_SAFE);
    uint64_t other = open_one(9);
    journal_close(journal, other);
    wait_until(f, other, JOURNAL_FAILED); /* there is none such any more */
    assert_int_equal(stage_files(folder), 1);
    e = entry(1);
    journal_update(journal, id, &e); /* what was given before the keeper dies is done by then */
    journal_free(journal);
    filer_free(f, GUARD_MS);
    assert_int_equal(orphan(), 1);
    journal = journal_new(folder);
}

static void a_process_that_is_killed_leaves_nothing_undone(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    int pid = 0;
    struct filer *f = filer_new(journal, &err);
    FILE *children = fopen("/proc/thread-self/children", "re");
    assert_int_equal(fscanf(children, "%d", &pid), 1);
    (void)fclose(children);
    assert_int_equal(kill(pid, SIGSTOP), 0);
    uint64_t id = open_one(7);
    assert_int_equal(journal_state_of(journal, id), JOURNAL_ON_ITS_WAY);
    assert_int_equal(kill(pid, SIGKILL), 0);
    wait_until(f, id, JOURNAL_SAFE);
    assert_int_equal(stage_files(folder), 1);
    journal_close(journal, id);
    assert_int_equal(stage_files(folder), 0);
    filer_free(f, GUARD_MS);
}

static int set_up(void **state)
{
    (void)state;
    temp_template(folder);
    memset(&disk, 0, sizeof disk);
    journal = mkdtemp(folder) != NULL ? journal_new(folder) : NULL;
    return journal != NULL ? 0 : -1;
}

static int tear_down(void **state)
{
    char command[2 * TEMP_PATH_MAX];
    (void)state;
    journal_free(journal);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(it_is_safe_when_the_disk_has_it), TEST(changes_come_one_after_the_other_and_the_last_counts), TEST(what_is_settled_on_its_way_leaves_nothing),
        TEST(what_never_came_there_is_told), TEST(nobody_else_is_no_excuse), TEST(a_process_of_its_own_does_it),
        TEST(a_process_that_is_killed_leaves_nothing_undone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
