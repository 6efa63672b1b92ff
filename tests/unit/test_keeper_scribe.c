/* SPDX-License-Identifier: MIT */
/* The keeper never waits for a disk: what a slow, hanging or full one does, the writer sees as a pipe. */
#include "core/keeper/scribe.h"
#include "core/link/transcript.h"
#include "tests/unit/support_temp.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { GUARD_MS = 20000, MUCH = 3000000 };

static char folder[TEMP_PATH_MAX];
static char path[TEMP_PATH_MAX + 32];
static char piece[10000];

/* Writes until `most` bytes went or the pipe says no for good; how many. */
static size_t pour(int fd, size_t most, bool is_patient)
{
    size_t sum = 0;
    while (sum < most) {
        ssize_t n = write(fd, piece, most - sum < sizeof piece ? most - sum : sizeof piece);
        struct pollfd p = { .fd = fd, .events = POLLOUT };
        if (n < 0 && (errno != EAGAIN || !is_patient))
            return sum;
        if (n < 0)
            assert_int_equal(poll(&p, 1, GUARD_MS), 1);
        else
            sum += (size_t)n;
    }
    return sum;
}

static void what_is_written_reaches_the_file(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    struct stat st;
    int pid, fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(scribe_take(fd, &pid, &err));
    assert_int_equal(pour(fd, MUCH, true), MUCH);
    close(fd);
    scribe_finish(pid, GUARD_MS);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_size, MUCH);
    assert_int_equal(waitpid(pid, NULL, WNOHANG), -1); /* nobody is left */
}

/* A pipe that nobody reads stands for a disk that hangs. */
static void a_hanging_disk_makes_nobody_wait(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    int pid, ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_true(scribe_take(ends[1], &pid, &err));
    size_t took = pour(ends[1], 1u << 30, false);
    assert_int_equal(errno, EAGAIN);
    assert_true(took >= 2 * 65536 - 2 * sizeof piece); /* what the pipe before the disk holds and ours, not more than that */
    close(ends[1]);
    scribe_finish(pid, 50); /* comes back */
    assert_int_equal(waitpid(pid, NULL, WNOHANG), 0); /* and leaves it alone */
    kill(pid, SIGKILL);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    close(ends[0]);
}

static void a_recording_on_it_ends_with_a_sentence(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    int pid, full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    unlink(path);
    struct transcript_writer *w = transcript_create(path, 0, 0, &err);
    assert_non_null(w);
    assert_true(full >= 0 && dup2(full, transcript_fd(w)) >= 0);
    assert_true(scribe_take(transcript_fd(w), &pid, &err));
    bool ok = true;
    for (int i = 0; ok && i < 100000; i++)
        ok = transcript_write(w, i, "a", TRANSCRIPT_RECEIVED, (struct slice){ piece, sizeof piece }, &err);
    assert_false(ok);
    assert_non_null(strstr(err.text, "stops: the disk does not take it"));
    assert_false(transcript_close(w, NULL));
    scribe_finish(pid, GUARD_MS);
    close(full);
}

static int begin(void **state)
{
    (void)state;
    (void)signal(SIGPIPE, SIG_IGN);
    memset(piece, 'x', sizeof piece);
    temp_template(folder);
    if (mkdtemp(folder) == NULL)
        return -1;
    (void)snprintf(path, sizeof path, "%s/file", folder);
    return 0;
}

static int end(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_reaches_the_file),
        cmocka_unit_test(a_hanging_disk_makes_nobody_wait),
        cmocka_unit_test(a_recording_on_it_ends_with_a_sentence),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
