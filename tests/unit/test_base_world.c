/* SPDX-License-Identifier: MIT */
/* Where core/base meets the world: clock and log. */
#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "tests/unit/support_temp.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static void virtual_time_stands_until_moved(void **state)
{
    (void)state;
    clock_freeze(1000, 1700000000123);
    assert_int_equal(clock_mono_ms(), 1000);
    assert_int_equal(clock_wall_us(), 1700000000123000);
    clock_advance(2500);
    assert_int_equal(clock_mono_us(), 3500000);
    assert_int_equal(clock_wall_ms(), 1700000002623);
    clock_thaw();
    int64_t before = clock_mono_us();
    assert_true(clock_mono_us() >= before);
    assert_true(clock_wall_ms() > 1700000002623);
}

static void instants_become_text(void **state)
{
    (void)state;
    static const struct {
        int64_t wall_ms;
        const char *want;
    } rows[] = {
        { 0, "1970-01-01T00:00:00.000Z" },
        { 1795341600007, "2026-11-22T10:00:00.007Z" },
        { -1, "1969-12-31T23:59:59.999Z" },
        { -1000, "1969-12-31T23:59:59.000Z" },
        { INT64_MAX, "9999-12-31T23:59:59.999Z" },
    };
    char out[32];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        clock_rfc3339(out, rows[i].wall_ms);
        assert_string_equal(out, rows[i].want);
    }
    clock_rfc3339(out, INT64_MIN);
    assert_int_equal(out[strlen(out) - 1], 'Z');
    (void)setenv("TZ", "UTC0", 1);
    tzset();
    assert_int_equal(clock_format(out, sizeof out, "%H:%M:%S", 1795341600007), 8);
    assert_string_equal(out, "10:00:00");
    assert_int_equal(clock_format(out, 5, "%H:%M:%S", 0), 0);
    assert_string_equal(out, "");
}

static void read_all(const char *path, struct buf *out)
{
    char part[512];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    ssize_t n;
    while ((n = read(fd, part, sizeof part)) > 0)
        assert_true(buf_add(out, (struct slice){ part, (size_t)n }));
    (void)close(fd);
}

static void the_log_escapes_and_masks(void **state)
{
    (void)state;
    unsigned long live = mem_live();
    char path[TEMP_PATH_MAX];
    temp_template(path);
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    (void)close(fd);
    (void)unlink(path);
    struct err err = ERR_INIT;
    struct buf text = BUF_INIT(100000);
    clock_freeze(0, 0);
    assert_true(log_open(path, LOG_INFO, &err));
    log_add_secret(SLICE("hunter2"));
    log_add_secret(SLICE("hunter2"));
    log_add_secret(SLICE(""));
    log_add_secret(SLICE("hunter2-longer"));
    log_line(LOG_WARN, "name %s", "\x1b]0;x\x07 M\xc3\xbcller\n\\ \xff");
    log_line(LOG_DEBUG, "not wanted");
    log_line(LOG_INFO, "secret=%s, %s.", "hunter2", "hunter2-longer");
    log_line(LOG_INFO, "%20000s", "x");
    log_close();
    log_line(LOG_ERROR, "nobody hears this");
    read_all(path, &text);
    assert_string_equal(text.data, "1970-01-01T00:00:00.000Z warn name \\x1b]0;x\\x07 M\xc3\xbcller\\x0a\\x5c \\xff\n"
                                   "1970-01-01T00:00:00.000Z info secret=****, ****.\n"
                                   "1970-01-01T00:00:00.000Z info (a line that is too long for the log)\n");
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    (void)unlink(path);
    buf_reset(&text);
    assert_true(log_mask(&text, SLICE("hunter2hunter2 hunter hunter2")));
    assert_string_equal(text.data, "******** hunter ****");
    log_forget_secrets();
    buf_reset(&text);
    assert_true(log_mask(&text, SLICE("hunter2")));
    assert_string_equal(text.data, "hunter2");
    buf_clear(&text);
    clock_thaw();
    assert_int_equal(mem_live(), live);
}

static void a_log_that_cannot_be_opened_says_why(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    assert_true(log_open(NULL, LOG_INFO, &err));
    assert_false(log_open("/proc/self/none/log", LOG_INFO, &err));
    assert_string_equal(err.text, "cannot write the log file '/proc/self/none/log' (option log_file): No such file or directory");
}

/* The keeper logs: whoever reads the log, or does not, must not be able to hold it up. */
static void a_log_that_nobody_reads_holds_nobody_up(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    char path[TEMP_PATH_MAX];
    temp_template(path);
    assert_non_null(mkdtemp(path));
    char fifo[TEMP_PATH_MAX + 32];
    (void)snprintf(fifo, sizeof fifo, "%s/fifo", path);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    (void)alarm(60); /* held up, the test ends here */
    assert_false(log_open(fifo, LOG_INFO, &err));
    assert_non_null(strstr(err.text, "log_file"));
    int reader = open(fifo, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    assert_true(reader >= 0);
    err = ERR_INIT;
    assert_true(log_open(fifo, LOG_INFO, &err));
    for (int i = 0; i < 5000; i++)
        log_line(LOG_INFO, "a line that is of some length, so that the pipe is full long before the last of them, number %d", i);
    (void)alarm(0);
    log_close();
    (void)close(reader);
    (void)unlink(fifo);
    (void)rmdir(path);
}

/* A caller who waits while the lid is closed waits all the same. Seen where the two clocks differ: on a machine that has slept, or
 * under `unshare --time --boottime 1000`. */
static void time_goes_on_while_the_machine_sleeps(void **state)
{
    (void)state;
    struct timespec now;
    int64_t before_us = clock_mono_us();
    assert_int_equal(clock_gettime(CLOCK_BOOTTIME, &now), 0);
    int64_t with_sleep_us = (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
    assert_true(before_us <= with_sleep_us + 1 && with_sleep_us <= clock_mono_us() + 1);
}

static void check_day_end(const char *zone, int64_t wall_ms, int64_t want_ms)
{
    assert_int_equal(setenv("TZ", zone, 1), 0);
    tzset();
    assert_int_equal(clock_day_end_ms(wall_ms), want_ms);
}

static void a_day_ends_at_local_midnight(void **state)
{
    (void)state;
    check_day_end("UTC0", 1795305600000, 1795392000000); /* at midnight itself a whole day is left */
    check_day_end("UTC0", 1795391999999, 1795392000000);
    check_day_end("JST-9", 1795305600000, 1795359600000);
    check_day_end("CET-1CEST,M3.5.0,M10.5.0/3", 1792879200000, 1792969200000);           /* a day of 25 hours */
    check_day_end("XXX3YYY,M10.3.0/0,M2.3.0/0", 1792292400000 - 1000, 1792292400000); /* clocks go from 0:00 to 1:00: no midnight */
    unsetenv("TZ");
    tzset();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(virtual_time_stands_until_moved),
        cmocka_unit_test(instants_become_text),
        cmocka_unit_test(time_goes_on_while_the_machine_sleeps),
        cmocka_unit_test(a_day_ends_at_local_midnight),
        cmocka_unit_test(the_log_escapes_and_masks),
        cmocka_unit_test(a_log_that_cannot_be_opened_says_why),
        cmocka_unit_test(a_log_that_nobody_reads_holds_nobody_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
