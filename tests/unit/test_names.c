/* SPDX-License-Identifier: MIT */
/* test_names: what is offered where a file, a theme or a queue is to be named: what lies in the folder, in order; what was kept
 * comes back, but for names that no line can hold. */
#include "tui/names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/buf.h"
#include "core/base/mem.h"
#include "tests/unit/support_temp.h"

static char home[TEMP_PATH_MAX];

static void make(const char *name)
{
    char path[160];
    (void)snprintf(path, sizeof path, "%s/%s", home, name);
    if (name[strlen(name) - 1] == '/') {
        assert_int_equal(mkdir(path, 0700), 0);
        return;
    }
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fclose(f), 0);
}

static const char *const made[] = { "acdtop/", "acdtop/themes/", "acdtop/themes/zz.conf", "acdtop/themes/aa.conf", "acdtop/themes/notes.txt", "out/", "outline.txt", ".hidden" };

static int setup(void **state)
{
    (void)state;
    temp_template(home);
    if (mkdtemp(home) == NULL || setenv("HOME", home, 1) != 0 || setenv("XDG_CONFIG_HOME", home, 1) != 0 || setenv("XDG_STATE_HOME", home, 1) != 0)
        return -1;
    for (size_t i = 0; i < sizeof made / sizeof made[0]; i++)
        make(made[i]);
    return 0;
}

static int teardown(void **state)
{
    char path[160];
    (void)state;
    (void)snprintf(path, sizeof path, "%s/acdtop/names", home);
    (void)unlink(path);
    for (size_t i = sizeof made / sizeof made[0]; i > 0; i--) {
        (void)snprintf(path, sizeof path, "%s/%s", home, made[i - 1]);
        if (remove(path) != 0)
            return -1;
    }
    return rmdir(home);
}

static void add(void *context, struct slice name, const char *help)
{
    (void)help;
    (void)buf_addf(context, "%.*s|", SLICE_FMT(name));
}

static void files_are(const char *typed, const char *want)
{
    struct buf out = BUF_INIT(8192);
    names_files(slice_of(typed), add, &out);
    assert_string_equal(buf_slice(&out).p, want);
    buf_clear(&out);
}

static void what_lies_there(void **state)
{
    (void)state;
    struct buf out = BUF_INIT(8192);
    files_are("~/o", "~/out/|~/outline.txt|");
    files_are("~/", "~/acdtop/|~/out/|~/outline.txt|");
    files_are("~/.h", "~/.hidden|");
    files_are("~/out/", "");
    files_are("~/nowhere/x", "");
    names_own("themes", add, &out);
    assert_string_equal(out.data, "aa|zz|");
    buf_clear(&out);
}

static void what_was_seen_comes_back(void **state)
{
    (void)state;
    static const char *const queues[] = { "sales", "first line", "two\nlines", "\x1b[31m", "", "Z\xc3\xbcrich", "\xff" };
    struct store *store = store_new();
    struct buf out = BUF_INIT(8192);
    for (uint64_t i = 0; i < sizeof queues / sizeof queues[0]; i++) {
        struct fact_queue q = { .id = i + 1, .name = mem_strdup(queues[i]) };
        assert_true(store_put(store, FACT_QUEUE, (void *)&q));
    }
    struct fact_agent a = { .id = 99, .interface = mem_strdup("PJSIP/401") };
    assert_true(store_put(store, FACT_AGENT, (void *)&a));
    names_keep(store);
    store_free(store);
    names_kept(FACT_QUEUE, add, &out);
    assert_non_null(strstr(out.data, "sales|"));
    assert_non_null(strstr(out.data, "first line|"));
    assert_non_null(strstr(out.data, "Z\xc3\xbcrich|"));
    assert_int_equal(out.len, strlen("sales|first line|Z\xc3\xbcrich|"));
    buf_reset(&out);
    names_kept(FACT_AGENT, add, &out);
    assert_string_equal(out.data, "PJSIP/401|");
    store = store_new(); /* a console that saw nothing takes nothing away */
    names_keep(store);
    store_free(store);
    buf_reset(&out);
    names_kept(FACT_AGENT, add, &out);
    assert_string_equal(out.data, "PJSIP/401|");
    buf_clear(&out);
}

/* A user without a home folder has none on purpose. */
static void no_home_is_made(void **state)
{
    (void)state;
    char gone[160];
    struct store *store = store_new();
    (void)snprintf(gone, sizeof gone, "%s/nobody", home);
    assert_true(store_put(store, FACT_QUEUE, &(union fact_any){ .queue = { .id = 2, .pbx = 1, .name = mem_strdup("sales") } }.head));
    assert_int_equal(setenv("HOME", gone, 1), 0);
    assert_int_equal(unsetenv("XDG_STATE_HOME"), 0);
    names_keep(store);
    assert_int_not_equal(access(gone, F_OK), 0);
    assert_int_equal(setenv("HOME", home, 1), 0);
    assert_int_equal(setenv("XDG_STATE_HOME", home, 1), 0);
    store_free(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(what_lies_there), cmocka_unit_test(what_was_seen_comes_back), cmocka_unit_test(no_home_is_made) };
    return cmocka_run_group_tests(tests, setup, teardown);
}
