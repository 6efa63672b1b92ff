/* SPDX-License-Identifier: MIT */
/* What a keeper that died leaves open in the audit log is closed there: by its own pen, which outlives it, or, where that died as well, by the next
 * one that writes; and never what a keeper that lives has open. */
#include "core/keeper/auditor.h"
#include "core/keeper/closing.h"
#include "tests/unit/support_temp.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { GUARD_MS = 30000, PATH_BYTES = TEMP_PATH_MAX + 64 };

static char folder[TEMP_PATH_MAX], path[PATH_BYTES], text[1 << 16];

#define AT "2026-11-22T10:00:00.000Z "
#define ISSUE(order) AT "event=issue order=" order " who=\"eva\" pbx=\"geneva\" line=\"pause 401\" what=\"pause Ann\" state=\"pending\""
#define OUTCOME(order, state) AT "event=outcome order=" order " who=\"eva\" pbx=\"geneva\" line=\"pause 401\" what=\"pause Ann\" state=\"" state "\" answer=\"so\" ms=3"
#define HEARS(order) AT "event=outcome order=" order " who=\"eva\" pbx=\"geneva\" line=\"listen 401\" what=\"listen\" state=\"done\" answer=\"confirmed\" ms=3 leg=\"acdtop-1\""
#define CLOSED(order) " event=outcome order=" order " who=\"eva\" pbx=\"geneva\" line=\"pause 401\" what=\"pause Ann\" state=\"unknown\" answer=\"the acdtop that gave it died before it knew\"\n"

static struct auditor *begin_as(const char *run)
{
    struct auditor *a = NULL;
    struct err err = ERR_INIT;
    assert_true(auditor_new(&(struct pen_setup){ .path = path, .run = run }, &a, &err));
    return a;
}

static void give(struct auditor *a, const char *record)
{
    struct err err = ERR_INIT;
    if (auditor_write(a, slice_of(record), &err) == 0)
        fail_msg("%s", err.text);
}

static void wait_for_answer(const struct auditor *a)
{
    struct pollfd at = { .fd = auditor_fd(a), .events = POLLIN };
    assert_int_equal(poll(&at, 1, GUARD_MS), 1);
}

static const char *content(void)
{
    int fd = open(path, O_RDONLY);
    ssize_t n = fd >= 0 ? read(fd, text, sizeof text - 1) : 0;
    assert_true(n >= 0 && (size_t)n < sizeof text - 1);
    text[n] = '\0';
    if (fd >= 0)
        close(fd);
    return text;
}

static int count(const char *what)
{
    int n = 0;
    for (const char *at = content(); (at = strstr(at, what)) != NULL; at++)
        n++;
    return n;
}

static int only_child(void)
{
    int pid = 0;
    char children[64];
    (void)snprintf(children, sizeof children, "/proc/self/task/%d/children", (int)getpid());
    FILE *f = fopen(children, "re");
    assert_non_null(f);
    assert_int_equal(fscanf(f, "%d", &pid), 1);
    (void)fclose(f);
    return pid;
}

static void lay(const char *lines)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_int_equal(write(fd, lines, strlen(lines)), (ssize_t)strlen(lines));
    close(fd);
}

static void its_own_pen_closes_what_is_open(void **state)
{
    (void)state;
    struct auditor *a = begin_as("000000aa");
    give(a, ISSUE("000000aa-1"));
    give(a, OUTCOME("000000aa-1", "done"));
    give(a, ISSUE("000000aa-2"));
    give(a, ISSUE("000000aa-3"));
    give(a, OUTCOME("000000aa-3", "active")); /* whoever adopts its lease ends it */
    give(a, ISSUE("000000aa-4"));
    give(a, HEARS("000000aa-4"));
    give(a, ISSUE("000000aa-5"));
    give(a, OUTCOME("000000aa-5", "unknown"));
    auditor_free(a, GUARD_MS);
    assert_int_equal(count("\n"), 11);
    assert_int_equal(count(CLOSED("000000aa-2")), 1);
    assert_int_equal(count(" event=end order=000000aa-4 who=\"eva\" pbx=\"geneva\" line=\"listen 401\" what=\"listen\" state=\"done\" "
                           "answer=\"confirmed; end unknown: the acdtop that saw it begin has died\" leg=\"acdtop-1\"\n"), 1);
}

/* The keeper goes without having read what its pen has answered: what it had given before is written all the same. */
static void what_was_given_last_is_written(void **state)
{
    (void)state;
    struct auditor *a = begin_as("000000ab");
    give(a, ISSUE("000000ab-1"));
    wait_for_answer(a);
    int pen = only_child();
    assert_int_equal(kill(pen, SIGSTOP), 0);
    assert_int_equal(waitpid(pen, NULL, WUNTRACED), pen);
    give(a, OUTCOME("000000ab-1", "done"));
    give(a, ISSUE("000000ab-2"));
    give(a, OUTCOME("000000ab-2", "refused"));
    auditor_free(a, 0);
    assert_int_equal(kill(pen, SIGCONT), 0);
    assert_int_equal(waitpid(pen, NULL, 0), pen);
    assert_int_equal(count("\n"), 4);
    assert_int_equal(count("\"refused\""), 1);
}

static void after_a_power_cut_the_next_one_does(void **state)
{
    (void)state;
    struct auditor *alive = begin_as("000000ac");
    give(alive, ISSUE("000000ac-1"));
    wait_for_answer(alive);
    int fd = open(path, O_WRONLY | O_APPEND);
    const char lines[] = ISSUE("000000ad-1") "\n" ISSUE("000000ad-2") "\n" OUTCOME("000000ad-2", "done") "\n" ISSUE("000000ad-3") "\nno record\n" ISSUE("000000ad-4") "\n";
    assert_int_equal(write(fd, lines, sizeof lines - 1), sizeof lines - 1);
    close(fd);
    struct auditor *b = begin_as("000000ae");
    give(b, OUTCOME("000000ad-3", "active")); /* a lease that it has adopted */
    auditor_free(b, GUARD_MS);
    assert_int_equal(count("\"unknown\""), 2);
    assert_int_equal(count(CLOSED("000000ad-1")), 1);
    assert_int_equal(count(CLOSED("000000ad-4")), 1);
    b = begin_as("000000af");
    give(b, ISSUE("000000af-1"));
    give(b, OUTCOME("000000af-1", "done"));
    auditor_free(b, GUARD_MS);
    assert_int_equal(count("\"unknown\""), 2);
    auditor_free(alive, GUARD_MS);
    assert_int_equal(count(CLOSED("000000ac-1")), 1);
}

/* What stands a megabyte before is not looked for; half a record at its beginning is none. */
static void it_looks_back_a_megabyte(void **state)
{
    (void)state;
    char spaces[1001];
    memset(spaces, ' ', 1000);
    spaces[1000] = '\0';
    lay(ISSUE("000000b1-1") "\n");
    int fd = open(path, O_WRONLY | O_APPEND);
    for (int i = 0; i < 1100; i++)
        assert_int_equal(write(fd, spaces, 1000), 1000);
    assert_int_equal(write(fd, "\n" ISSUE("000000b1-2") "\n", strlen("\n" ISSUE("000000b1-2") "\n")), (ssize_t)strlen("\n" ISSUE("000000b1-2") "\n"));
    close(fd);
    struct auditor *b = begin_as("000000b2");
    give(b, OUTCOME("000000b2-1", "done"));
    auditor_free(b, GUARD_MS);
    fd = open(path, O_RDONLY);
    assert_true(lseek(fd, 1100 * 1000, SEEK_SET) > 0);
    ssize_t n = read(fd, text, sizeof text - 1);
    close(fd);
    assert_true(n > 0);
    text[n] = '\0';
    assert_non_null(strstr(text, CLOSED("000000b1-2")));
    assert_null(strstr(text, "order=000000b1-1 "));
}

static int set_up(void **state)
{
    (void)state;
    temp_template(folder);
    if (mkdtemp(folder) == NULL)
        return -1;
    (void)snprintf(path, sizeof path, "%s/audit.log", folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    (void)unlink(path);
    return rmdir(folder);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(its_own_pen_closes_what_is_open), TEST(what_was_given_last_is_written), TEST(after_a_power_cut_the_next_one_does), TEST(it_looks_back_a_megabyte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
