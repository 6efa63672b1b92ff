/* SPDX-License-Identifier: MIT */
/* The audit log on its disk: what is called written is there, in whole lines, whoever else writes and whoever moves the file away; what is not
 * is told. */
#include "core/keeper/auditor.h"
#include "tests/unit/support_temp.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

enum { GUARD_MS = 30000, PATH_BYTES = TEMP_PATH_MAX + 64 };

static char folder[TEMP_PATH_MAX], path[PATH_BYTES], moved[PATH_BYTES], text[1 << 20];

static struct auditor *begin_as(const struct pen_setup *setup)
{
    struct auditor *a = NULL;
    struct err err = ERR_INIT;
    assert_true(auditor_new(setup, &a, &err));
    return a;
}

static struct auditor *begin_at(const char *file, const char *syslog)
{
    return begin_as(&(struct pen_setup){ .path = file, .syslog = syslog });
}

static uint64_t give(struct auditor *a, const char *record)
{
    struct err err = ERR_INIT;
    uint64_t ticket = auditor_write(a, slice_of(record), &err);
    if (ticket == 0)
        fail_msg("%s", err.text);
    return ticket;
}

/* Waits until it says this of the records up to that one. */
static void tells(struct auditor *a, enum pen_news news, uint64_t upto, int fault)
{
    struct pen_answer answer = { .upto = 0 };
    for (;;) {
        while (auditor_next(a, &answer)) {
            if (answer.news == news && answer.fault == fault && answer.upto >= upto)
                return;
        }
        if (auditor_fd(a) < 0)
            fail_msg("it has ended");
        struct pollfd at = { .fd = auditor_fd(a), .events = auditor_events(a) };
        if (poll(&at, 1, GUARD_MS) != 1)
            fail_msg("it never said fault %d of %llu", fault, (unsigned long long)upto);
    }
}

static void says(struct auditor *a, uint64_t upto, int fault, bool is_syslog)
{
    tells(a, is_syslog ? PEN_SYSLOG : PEN_DISK, is_syslog ? 0 : upto, fault);
}

static const char *content(const char *file)
{
    int fd = open(file, O_RDONLY);
    ssize_t n = fd >= 0 ? read(fd, text, sizeof text - 1) : 0;
    assert_true(n >= 0 && (size_t)n < sizeof text - 1);
    text[n] = '\0';
    if (fd >= 0)
        close(fd);
    return text;
}

static void what_is_called_written_is_on_the_disk(void **state)
{
    (void)state;
    struct stat st;
    (void)snprintf(path, sizeof path, "%s/new/audit.log", folder);
    struct auditor *a = begin_at(path, NULL);
    assert_int_equal(stat(path, &st), -1); /* who gives no order leaves nothing behind */
    says(a, give(a, "one"), 0, false);
    assert_string_equal(content(path), "one\n");
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    give(a, "two");
    says(a, give(a, "three"), 0, false);
    assert_string_equal(content(path), "one\ntwo\nthree\n");
    give(a, "last words");
    auditor_free(a, GUARD_MS);
    assert_string_equal(content(path), "one\ntwo\nthree\nlast words\n");
}

static void a_file_that_was_moved_away_is_begun_anew(void **state)
{
    (void)state;
    struct auditor *a = begin_at(path, NULL);
    says(a, give(a, "one"), 0, false);
    assert_int_equal(rename(path, moved), 0);
    says(a, give(a, "two"), 0, false);
    assert_string_equal(content(moved), "one\n");
    assert_string_equal(content(path), "two\n");
    unlink(path);
    int other = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600); /* logrotate's create */
    says(a, give(a, "three"), 0, false);
    assert_string_equal(content(path), "three\n");
    close(other);
    auditor_free(a, GUARD_MS);
    unlink(moved);
}

static void half_a_line_is_ended_first(void **state)
{
    (void)state;
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_int_equal(write(fd, "whole\nhalf", 10), 10);
    close(fd);
    struct auditor *a = begin_at(path, NULL);
    says(a, give(a, "next"), 0, false);
    auditor_free(a, GUARD_MS);
    assert_string_equal(content(path), "whole\nhalf\nnext\n");
}

/* A disk that takes a part of it: this is told, the part stays what it is, and whoever writes next begins a line. */
static void a_full_disk_is_told(void **state)
{
    (void)state;
    struct rlimit before, small;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 12;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    struct auditor *a = begin_at(path, NULL);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    says(a, give(a, "0123456"), 0, false);
    says(a, give(a, "abcdefg"), EFBIG, false);
    assert_string_equal(content(path), "0123456\nabcd");
    struct auditor *b = begin_at(path, NULL);
    says(b, give(b, "other"), 0, false);
    auditor_free(b, GUARD_MS);
    auditor_free(a, GUARD_MS);
    assert_string_equal(content(path), "0123456\nabcd\nother\n");
    a = begin_at("/dev/full", NULL);
    says(a, give(a, "x"), ENOSPC, false);
    auditor_free(a, GUARD_MS);
}

/* What was not written is written when it can be, and that is told as well. */
static void it_comes_back(void **state)
{
    (void)state;
    char in_file[2 * PATH_BYTES];
    (void)snprintf(in_file, sizeof in_file, "%s/log", path);
    int fd = open(path, O_WRONLY | O_CREAT, 0600);
    close(fd);
    struct auditor *a = begin_at(in_file, NULL);
    says(a, 0, ENOTDIR, false); /* before the first record */
    says(a, give(a, "kept"), ENOTDIR, false);
    unlink(path);
    says(a, 1, 0, false); /* it tries again by itself */
    assert_string_equal(content(in_file), "kept\n");
    says(a, give(a, "more"), 0, false);
    auditor_free(a, GUARD_MS);
    assert_string_equal(content(in_file), "kept\nmore\n");
    unlink(in_file);
    rmdir(path);
}

static void what_was_lost_leaves_a_record(void **state)
{
    (void)state;
    static char record[60001];
    char in_file[2 * PATH_BYTES];
    struct audit_record r;
    struct buf store = { .max = 100000 };
    uint64_t last = 0;
    memset(record, 'x', sizeof record - 1);
    (void)snprintf(in_file, sizeof in_file, "%s/log", path);
    int fd = open(path, O_WRONLY | O_CREAT, 0600);
    close(fd);
    struct auditor *a = begin_at(in_file, NULL);
    for (int i = 0; i < 20; i++)
        last = give(a, record);
    says(a, last, ENOTDIR, false);
    unlink(path);
    says(a, last, 0, false);
    auditor_free(a, GUARD_MS);
    (void)content(in_file);
    text[strlen(text) - 1] = '\0';
    const char *end = strrchr(text, '\n');
    assert_non_null(end);
    assert_true(audit_read(slice_of(end + 1), &r, &store));
    assert_true(slice_eq(r.value[AUDIT_EVENT], SLICE("lost")));
    assert_true(slice_starts(r.value[AUDIT_ANSWER], SLICE("3 records could not be written")));
    buf_clear(&store);
    unlink(in_file);
    rmdir(path);
}

/* Where nobody waits for the disk: in the file before that is said, so that no process that dies takes it with it. */
static void what_is_taken_is_in_the_file(void **state)
{
    (void)state;
    struct auditor *a = begin_as(&(struct pen_setup){ .path = path, .is_lazy = true });
    tells(a, PEN_TAKEN, give(a, "one"), 0);
    assert_string_equal(content(path), "one\n");
    uint64_t last = give(a, "two");
    tells(a, PEN_TAKEN, last, 0);
    assert_string_equal(content(path), "one\ntwo\n");
    tells(a, PEN_DISK, last, 0); /* a moment later, by itself */
    auditor_free(a, GUARD_MS);
    a = begin_as(&(struct pen_setup){ .path = "/dev/full", .is_lazy = true });
    says(a, give(a, "x"), ENOSPC, false);
    auditor_free(a, GUARD_MS);
}

/* Somebody who hangs with the lock of the file in his hand holds up no record. */
static void a_lock_is_not_waited_for_for_ever(void **state)
{
    (void)state;
    int other = open(path, O_RDWR | O_CREAT, 0600);
    assert_int_equal(flock(other, LOCK_EX), 0);
    struct auditor *a = begin_at(path, NULL);
    uint64_t ticket = give(a, "one");
    tells(a, PEN_LOCK, 0, EWOULDBLOCK);
    says(a, ticket, 0, false);
    assert_string_equal(content(path), "one\n");
    says(a, give(a, "two"), 0, false);
    close(other);
    ticket = give(a, "three");
    tells(a, PEN_LOCK, 0, 0);
    says(a, ticket, 0, false);
    auditor_free(a, GUARD_MS);
    assert_string_equal(content(path), "one\ntwo\nthree\n");
}

/* A pipe would take records and keep them for whoever reads it; a link may lead anywhere. */
static void what_is_no_file_takes_no_record(void **state)
{
    (void)state;
    assert_int_equal(mkfifo(path, 0600), 0);
    struct auditor *a = begin_at(path, NULL);
    says(a, 0, PEN_NO_FILE, false); /* before the first record */
    says(a, give(a, "kept"), PEN_NO_FILE, false);
    unlink(path);
    assert_int_equal(symlink("elsewhere", path), 0);
    says(a, give(a, "too"), ELOOP, false);
    unlink(path);
    assert_int_equal(mkdir(path, 0700), 0);
    says(a, give(a, "this"), PEN_NO_FILE, false);
    rmdir(path);
    says(a, 3, 0, false);
    auditor_free(a, GUARD_MS);
    assert_string_equal(content(path), "kept\ntoo\nthis\n");
    a = begin_at("/dev/null", NULL);
    says(a, give(a, "x"), PEN_NO_DISK, false);
    auditor_free(a, GUARD_MS);
}

/* Its folder goes, the file is renamed, its name becomes something else, between two records. */
static void nothing_under_it_is_sure(void **state)
{
    (void)state;
    char in_file[3 * PATH_BYTES], deep[2 * PATH_BYTES];
    (void)snprintf(deep, sizeof deep, "%s/deep", folder);
    (void)snprintf(in_file, sizeof in_file, "%s/audit.log", deep);
    struct auditor *a = begin_at(in_file, NULL);
    says(a, give(a, "one"), 0, false);
    unlink(in_file);
    rmdir(deep);
    says(a, give(a, "two"), 0, false);
    assert_string_equal(content(in_file), "two\n");
    assert_int_equal(rename(in_file, moved), 0);
    assert_int_equal(symlink(moved, in_file), 0);
    says(a, give(a, "three"), ELOOP, false);
    assert_string_equal(content(moved), "two\n");
    unlink(in_file);
    says(a, 3, 0, false);
    auditor_free(a, GUARD_MS);
    assert_string_equal(content(in_file), "three\n");
    unlink(in_file);
    rmdir(deep);
    unlink(moved);
}

static void two_who_write_at_once_write_whole_lines(void **state)
{
    (void)state;
    enum { EACH = 300 };
    struct auditor *a = begin_at(path, NULL), *b = begin_at(path, NULL);
    uint64_t last_a = 0, last_b = 0;
    for (int i = 0; i < EACH; i++) {
        last_a = give(a, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
        last_b = give(b, "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb");
    }
    says(a, last_a, 0, false);
    says(b, last_b, 0, false);
    auditor_free(a, GUARD_MS);
    auditor_free(b, GUARD_MS);
    int lines = 0;
    for (struct slice rest = slice_of(content(path)); rest.n > 0; lines++) {
        struct slice line = slice_cut(rest, '\n', &rest);
        assert_int_equal(line.n, 65);
        assert_int_equal(line.p[0], line.p[64]);
    }
    assert_int_equal(lines, 2 * EACH);
}

static void syslog_is_told_and_never_waited_for(void **state)
{
    (void)state;
    char name[PATH_BYTES], got[512];
    (void)snprintf(name, sizeof name, "%s/log.sock", folder);
    struct auditor *a = begin_at(path, name);
    says(a, 0, ENOENT, true);
    struct sockaddr_un at = { .sun_family = AF_UNIX };
    (void)snprintf(at.sun_path, sizeof at.sun_path, "%.*s", (int)sizeof at.sun_path - 1, name);
    int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&at, sizeof at), 0);
    uint64_t ticket = give(a, "order=1 \"x\"");
    says(a, 0, 0, true);
    says(a, ticket, 0, false);
    ssize_t n = recv(fd, got, sizeof got - 1, 0);
    assert_true(n > 0);
    got[n] = '\0';
    assert_int_equal(strncmp(got, "<85>", 4), 0);
    assert_non_null(strstr(got, " acdtop["));
    assert_string_equal(strstr(got, "]: "), "]: order=1 \"x\"");
    for (int i = 0; i < 900; i++) /* nobody reads them */
        ticket = give(a, "order=2");
    says(a, ticket, 0, false);
    auditor_free(a, GUARD_MS);
    close(fd);
    unlink(name);
}

static void a_process_that_is_gone_is_told(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    struct auditor *a = begin_at(path, NULL);
    says(a, give(a, "one"), 0, false);
    (void)shutdown(auditor_fd(a), SHUT_RDWR); /* what its end looks like from here */
    says(a, 1, EPIPE, false);
    assert_int_equal(auditor_write(a, SLICE("two"), &err), 0);
    assert_non_null(strstr(err.text, "has ended"));
    auditor_free(a, GUARD_MS);
}

static int set_up(void **state)
{
    (void)state;
    (void)snprintf(path, sizeof path, "%s/audit.log", folder);
    (void)snprintf(moved, sizeof moved, "%s/audit.log.1", folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    (void)unlink(path);
    return 0;
}

static int begin(void **state)
{
    (void)state;
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGXFSZ, SIG_IGN);
    temp_template(folder);
    return mkdtemp(folder) != NULL ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    char new[PATH_BYTES];
    (void)snprintf(new, sizeof new, "%s/new", folder);
    (void)rmdir(new);
    return rmdir(folder);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_called_written_is_on_the_disk), TEST(a_file_that_was_moved_away_is_begun_anew), TEST(half_a_line_is_ended_first), TEST(a_full_disk_is_told),
        TEST(it_comes_back), TEST(what_was_lost_leaves_a_record), TEST(what_is_taken_is_in_the_file), TEST(a_lock_is_not_waited_for_for_ever),
        TEST(what_is_no_file_takes_no_record), TEST(nothing_under_it_is_sure), TEST(two_who_write_at_once_write_whole_lines), TEST(syslog_is_told_and_never_waited_for),
        TEST(a_process_that_is_gone_is_told),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
