/* SPDX-License-Identifier: MIT */
/* Settings files by example. tests/config/ok/NAME.conf must load, and what is then shown is
 * NAME.expect; tests/config/reject/NAME.conf must not, and the sentence is NAME.expect. Adding a
 * case is adding two files. The home folder is /home/anna in all of them. */
#include "core/base/mem.h"
#include "core/config/settings.h"
#include "tests/unit/support_temp.h"

#include <fcntl.h>
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

enum { TEXT_MAX_BYTES = 1 << 20 };

static bool read_text(const char *path, struct buf *out)
{
    FILE *f = fopen(path, "re");
    if (f == NULL)
        return false;
    char part[4096];
    size_t n;
    while ((n = fread(part, 1, sizeof part, f)) > 0)
        assert_true(buf_add(out, (struct slice){ part, n }));
    (void)fclose(f);
    return true;
}

/* conf.conf with another ending. */
static void sibling(const char *conf, const char *ending, char out[512])
{
    (void)snprintf(out, 512, "%.*s%s", (int)(strlen(conf) - strlen(".conf")), conf, ending);
}

static size_t for_each(const char *pattern, void (*run)(const char *conf, const struct buf *want), const char *ending)
{
    glob_t found;
    assert_int_equal(glob(pattern, 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        char path[512];
        struct buf want = BUF_INIT(TEXT_MAX_BYTES);
        sibling(found.gl_pathv[i], ending, path);
        if (!read_text(path, &want))
            fail_msg("%s has no %s beside it", found.gl_pathv[i], ending);
        run(found.gl_pathv[i], &want);
        buf_clear(&want);
    }
    size_t count = found.gl_pathc;
    globfree(&found);
    return count;
}

static void load_and_show(const char *conf, struct buf *out)
{
    struct settings s;
    struct err err = ERR_INIT;
    settings_init(&s);
    if (!settings_load(&s, conf, &err) || !settings_finish(&s, &err))
        fail_msg("%s: %s", conf, err.text);
    assert_true(settings_show(&s, out));
    settings_clear(&s);
}

/* Without the remarks at the ends of the lines, which name the file. */
static void drop_origins(struct buf *b)
{
    size_t to = 0;
    for (size_t at = 0; at < b->len; at++) {
        if (strncmp(b->data + at, ";  # ", 5) == 0 || strncmp(b->data + at, "  # ", 4) == 0)
            while (at < b->len && b->data[at] != '\n')
                at++;
        b->data[to++] = b->data[at];
    }
    b->len = to;
    b->data[to] = '\0';
}

static void check_ok(const char *conf, const struct buf *want)
{
    unsigned long live = mem_live();
    struct buf shown = BUF_INIT(TEXT_MAX_BYTES);
    load_and_show(conf, &shown);
    assert_string_equal(buf_slice(&shown).p, buf_slice(want).p);
    /* What was shown says the same again. */
    char path[TEMP_PATH_MAX];
    temp_template(path);
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, shown.data, shown.len), (ssize_t)shown.len);
    (void)close(fd);
    struct buf again = BUF_INIT(TEXT_MAX_BYTES);
    if (strstr(shown.data, "not shown") == NULL && strstr(shown.data, "****") == NULL) {
        load_and_show(path, &again);
        drop_origins(&again);
        drop_origins(&shown);
        assert_string_equal(again.data, shown.data);
    }
    (void)unlink(path);
    buf_clear(&again);
    buf_clear(&shown);
    assert_int_equal(mem_live(), live);
}

static void check_reject(const char *conf, const struct buf *want)
{
    unsigned long live = mem_live();
    struct settings s;
    struct err err = ERR_INIT;
    settings_init(&s);
    if (settings_load(&s, conf, &err) && settings_finish(&s, &err))
        fail_msg("%s was taken", conf);
    settings_clear(&s);
    char line[600];
    (void)snprintf(line, sizeof line, "%s\n", err.text);
    assert_string_equal(line, want->data);
    assert_int_equal(err.kind, ERR_CONFIG);
    assert_int_equal(mem_live(), live);
}

static void good_files_load(void **state)
{
    (void)state;
    assert_true(for_each("tests/config/ok/*.conf", check_ok, ".expect") > 3);
}

static void bad_files_say_why(void **state)
{
    (void)state;
    assert_true(for_each("tests/config/reject/*.conf", check_reject, ".expect") > 20);
}

static int set_home(void **state)
{
    (void)state;
    (void)unsetenv("XDG_CONFIG_HOME");
    return setenv("HOME", "/home/anna", 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_files_load),
        cmocka_unit_test(bad_files_say_why),
    };
    return cmocka_run_group_tests(tests, set_home, NULL);
}
