/* SPDX-License-Identifier: MIT */
/* Settings from flags, several files over each other, keymap-like files, and secrets. */
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/config/path.h"
#include "core/config/secret.h"
#include "core/config/settings.h"
#include "tests/unit/support_temp.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[TEMP_PATH_MAX];

static char *write_file(const char *name, struct slice text, mode_t mode)
{
    static char path[200];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text.p, text.n), (ssize_t)text.n);
    (void)close(fd);
    assert_int_equal(chmod(path, mode), 0);
    return path;
}

static void flag(struct settings *s, const char *name, const char *value)
{
    struct err err = ERR_INIT;
    if (!settings_flag(s, slice_of(name), value, &err))
        fail_msg("%s", err.text);
}

static void flags_build_a_list_of_pbxs(void **state)
{
    (void)state;
    unsigned long live = mem_live();
    struct settings s;
    struct err err = ERR_INIT;
    settings_init(&s);
    assert_true(settings_load(&s, write_file("a.conf", SLICE("pbx={url=\"ami://x@file\";};theme=\"light\";refresh=7;"), 0600), &err));
    flag(&s, "name", "from-the-file"); /* no --url yet: the file's PBX */
    assert_string_equal(s.pbx[0].name, "from-the-file");
    flag(&s, "url", "ami://u%20v@one:1234");
    flag(&s, "secret-file", "~/secret");
    flag(&s, "url", "amis://u@[::1]");
    flag(&s, "name", "two");
    flag(&s, "ca", "ca.pem");
    flag(&s, "allow-plain-secret", NULL);
    flag(&s, "readonly", NULL);
    flag(&s, "refresh", "90");
    assert_true(settings_finish(&s, &err));
    assert_int_equal(s.pbx_count, 2);
    assert_string_equal(s.pbx[0].name, "one");
    assert_string_equal(s.pbx[0].user, "u v");
    assert_string_equal(s.pbx[0].host, "one");
    assert_int_equal(s.pbx[0].port, 1234);
    assert_false(s.pbx[0].is_tls);
    assert_string_equal(s.pbx[0].secret_file, "/home/anna/secret");
    assert_string_equal(s.pbx[1].name, "two");
    assert_string_equal(s.pbx[1].host, "::1");
    assert_int_equal(s.pbx[1].port, 5039);
    assert_true(s.pbx[1].is_tls);
    assert_string_equal(s.pbx[1].ca, "ca.pem");
    assert_true(s.pbx[1].is_plain_secret_allowed);
    assert_true(s.is_readonly);
    assert_int_equal(s.refresh_ms, 90000);
    assert_string_equal(s.theme, "light");
    settings_clear(&s);
    assert_int_equal(mem_live(), live);
}

static void bad_flags_say_why(void **state)
{
    (void)state;
    static const struct {
        const char *name, *value, *want;
    } rows[] = {
        { "therme", "x", "unknown option '--therme'; did you mean '--theme'?" },
        { "secret-fil", "x", "unknown option '--secret-fil'; did you mean '--secret-file'?" },
        { "penalty", "1", "unknown option '--penalty'; acdtop.conf(5) lists them all" },
        { "theme", NULL, "--theme: it needs a value: --theme NAME" },
        { "secret-file", "x", "--secret-file: it belongs to a PBX: give --url ami://USER@HOST before it" },
        { "refresh", "0", "--refresh: refresh is '0': allowed is 1s to 1h, written as 20 (seconds), \"90s\", \"5m\" or \"1h\"" },
        { "ascii", "maybe", "--ascii: ascii is 'maybe': allowed is true or false" },
        { "log-level", "infos", "--log-level: log_level is 'infos': allowed is error, warn, info or debug; did you mean 'info'?" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct settings s;
        struct err err = ERR_INIT;
        settings_init(&s);
        assert_false(settings_flag(&s, slice_of(rows[i].name), rows[i].value, &err));
        assert_string_equal(err.text, rows[i].want);
        assert_int_equal(err.kind, ERR_USAGE);
        settings_clear(&s);
    }
    struct settings s;
    struct err err = ERR_INIT;
    settings_init(&s);
    flag(&s, "url", "ami://a:sesame@b");
    assert_false(settings_finish(&s, &err));
    assert_memory_equal(err.text, "--url: the url holds a password", 31);
    assert_null(strstr(err.text, "sesame"));
    assert_int_equal(err.kind, ERR_USAGE);
    settings_clear(&s);
    assert_null(option_flag(SLICE("penalty")));
    assert_int_equal(option_flag(SLICE("allow-plain-secret"))->type, OPTION_BOOL);
    struct err none = ERR_INIT;
    assert_false(settings_no_pbx(&none));
}

static void a_later_file_wins(void **state)
{
    (void)state;
    struct settings s;
    struct err err = ERR_INIT;
    settings_init(&s);
    assert_true(settings_load(&s, write_file("a.conf", SLICE("theme=\"one\";mono=true;pbx=({url=\"ami://a@a\";},{url=\"ami://a@b\";});"), 0600), &err));
    assert_true(settings_load(&s, write_file("b.conf", SLICE("theme=\"two\";roles=({name=\"deep\";penalty=3;});pbx={url=\"ami://a@c\";};"), 0600), &err));
    assert_true(settings_finish(&s, &err));
    assert_string_equal(s.theme, "two");
    assert_true(s.is_mono);
    assert_int_equal(s.pbx_count, 1);
    assert_string_equal(s.pbx[0].host, "c");
    assert_string_equal(settings_role(&s, 3), "deep");
    assert_null(settings_role(&s, 0));
    settings_clear(&s);
}

static void a_file_that_cannot_be_read_says_why(void **state)
{
    (void)state;
    struct settings s;
    struct err err = ERR_INIT;
    settings_init(&s);
    assert_false(settings_load(&s, "/nonexistent.conf", &err));
    assert_string_equal(err.text, "cannot read '/nonexistent.conf': No such file or directory");
    struct err folder_err = ERR_INIT;
    assert_false(settings_load(&s, "/tmp", &folder_err));
    assert_string_equal(folder_err.text, "cannot read '/tmp': Is a directory");
    struct err endless = ERR_INIT;
    assert_false(settings_load(&s, "/dev/zero", &endless));
    assert_string_equal(endless.text, "'/dev/zero' is larger than 1 MiB: not a settings file");
    settings_clear(&s);
}

static void paths_follow_the_home_folder(void **state)
{
    (void)state;
    char *paths[4];
    assert_int_equal(settings_paths(paths, 4), 2);
    assert_string_equal(paths[0], "/etc/acdtop/acdtop.conf");
    assert_string_equal(paths[1], "/home/anna/.config/acdtop/acdtop.conf");
    assert_null(paths[2]);
    mem_free(paths[0]);
    mem_free(paths[1]);
    (void)setenv("XDG_CONFIG_HOME", "/cfg", 1);
    char *config = path_config_folder();
    assert_string_equal(config, "/cfg/acdtop");
    mem_free(config);
    (void)unsetenv("XDG_CONFIG_HOME");
    (void)unsetenv("HOME");
    char *home = path_home();
    assert_int_equal(home[0], '/');
    mem_free(home);
    (void)setenv("HOME", "/home/anna", 1);
}

static bool collect(void *context, const struct settings_entry *e, struct err *err)
{
    if (strcmp(e->name, "bad") == 0)
        return err_set(err, ERR_CONFIG, "no such action '%s'", e->name);
    return buf_addf(context, "%d [%s] %s=%s\n", e->line, e->section, e->name, e->value);
}

static void entries_come_one_by_one(void **state)
{
    (void)state;
    struct buf got = BUF_INIT(4096);
    struct err err = ERR_INIT;
    assert_true(settings_each("x", SLICE("top = 1;\nglobal = {\n quit = [\"q\", \"C-c\"];\n none = [];\n deep = { a = true; b = (\"x\", 2); };\n};\n"), collect, &got,
                              &err));
    assert_string_equal(got.data, "1 [] top=1\n3 [global] quit=q\n3 [global] quit=C-c\n4 [global] none=\n5 [global.deep] a=true\n"
                                  "5 [global.deep] b=x\n5 [global.deep] b=2\n");
    buf_clear(&got);
    static const struct {
        const char *text, *want;
    } rows[] = {
        { "a = 1;\ng = { bad = 1; };", "x:2: no such action 'bad'" },
        { "bad = [];", "x:1: no such action 'bad'" },
        { "a = { b = { c = { d = 1; }; }; };", "x:1: group 'c' lies too deep: two levels of groups at most" },
        { "a = ( { b = 1; } );", "x:1: 'a' may hold plain values only: [ \"a\", \"b\" ]" },
        { "a = ", "x: near line 1: syntax error; a setting is written NAME = VALUE; and text stands in double quotes" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct err bad = ERR_INIT;
        assert_false(settings_each("x", slice_of(rows[i].text), collect, &got, &bad));
        assert_string_equal(bad.text, rows[i].want);
        buf_clear(&got);
    }
    char *path = write_file("keys.conf", SLICE("a = \"b\";"), 0600);
    assert_true(settings_each(path, (struct slice){ NULL, 0 }, collect, &got, &err));
    assert_string_equal(got.data, "1 [] a=b\n");
    buf_clear(&got);
}

static void a_secret_file_must_be_private(void **state)
{
    (void)state;
    unsigned long live = mem_live();
    struct buf out = BUF_INIT(0);
    struct err err = ERR_INIT;
    char long_one[SECRET_MAX_BYTES + 2];
    memset(long_one, 'x', sizeof long_one);
    assert_true(secret_from_file(write_file("s", SLICE("sesame\n"), 0600), 5000, &out, &err));
    assert_string_equal(out.data, "sesame");
    assert_true(secret_from_file(write_file("s", SLICE(" ses ame \r\n"), 0400), 5000, &out, &err));
    assert_string_equal(out.data, " ses ame ");
    assert_true(secret_from_file(write_file("t", (struct slice){ long_one, SECRET_MAX_BYTES }, 0600), 5000, &out, &err));
    assert_int_equal(out.len, SECRET_MAX_BYTES);
    const struct {
        struct slice text;
        mode_t mode;
        const char *want;
    } rows[] = {
        { SLICE("a"), 0640, "can be read or changed by others (mode 0640); make it yours alone: chmod 600" },
        { SLICE("a"), 0604, "can be read or changed by others (mode 0604)" },
        { SLICE("a"), 0620, "can be read or changed by others (mode 0620)" },
        { SLICE(""), 0600, "the secret file gives an empty secret" },
        { SLICE("\n"), 0600, "the secret file gives an empty secret" },
        { SLICE("a\nb\n"), 0600, "the secret file gives more than one line" },
        { SLICE("a\0b"), 0600, "the secret file gives more than one line" },
        { { long_one, sizeof long_one - 1 }, 0600, "the secret file gives more than 1000 bytes" },
        { { long_one, sizeof long_one }, 0600, "the secret file gives more than 1000 bytes" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct err bad = ERR_INIT;
        char *path = write_file("u", rows[i].text, rows[i].mode);
        assert_false(secret_from_file(path, 5000, &out, &bad));
        if (strstr(bad.text, rows[i].want) == NULL || strstr(bad.text, path) == NULL)
            fail_msg("%s", bad.text);
        assert_int_equal(out.len, 0);
    }
    struct err missing = ERR_INIT;
    assert_false(secret_from_file("/proc/self/none", 5000, &out, &missing));
    struct err not_file = ERR_INIT;
    assert_false(secret_from_file("/tmp", 5000, &out, &not_file));
    buf_wipe(&out);
    assert_int_equal(mem_live(), live);
}

static void a_secret_command_is_run(void **state)
{
    (void)state;
    struct buf out = BUF_INIT(0);
    struct err err = ERR_INIT;
    assert_true(secret_from_command("echo ses; true", 30000, &out, &err));
    assert_string_equal(out.data, "ses");
    static const struct {
        const char *command, *want;
    } rows[] = {
        { "exit 3", "secret_command failed with exit code 3; run it by hand to see why" },
        { "echo x; exit 3", "secret_command failed with exit code 3; run it by hand to see why" },
        { "true", "secret_command gives an empty secret" },
        { "kill -9 $$", "secret_command was ended by signal 9" },
        { "yes", "secret_command gives more than 1000 bytes: not a secret that AMI can take" },
        { "cat", "secret_command gives an empty secret" }, /* nothing to read from us */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct err bad = ERR_INIT;
        assert_false(secret_from_command(rows[i].command, 30000, &out, &bad));
        assert_string_equal(bad.text, rows[i].want);
    }
    struct err slow = ERR_INIT;
    assert_false(secret_from_command("exec sleep 600", 50, &out, &slow));
    assert_string_equal(slow.text, "secret_command gave no secret within 0 s");
    struct err lingering = ERR_INIT;
    assert_false(secret_from_command("echo x; exec >&-; exec sleep 600", 50, &out, &lingering));
    buf_wipe(&out);
}

static void a_secret_once_read_is_masked(void **state)
{
    (void)state;
    unsigned long live = mem_live();
    struct buf out = BUF_INIT(0);
    struct buf masked = BUF_INIT(100);
    struct err err = ERR_INIT;
    char command[] = "printf hunter2";
    char name[] = "hq";
    struct pbx_settings pbx = { .name = name, .secret_command = command };
    assert_false(secret_is_prompted(&pbx));
    assert_true(secret_read(&pbx, &out, &err));
    assert_true(log_mask(&masked, SLICE("Secret: hunter2")));
    assert_string_equal(masked.data, "Secret: ****");
    pbx.secret_command = NULL;
    assert_true(secret_is_prompted(&pbx));
    assert_false(secret_read(&pbx, &out, &err));
    assert_non_null(strstr(err.text, "no secret for PBX 'hq'"));
    log_forget_secrets();
    buf_wipe(&out);
    buf_clear(&masked);
    assert_int_equal(mem_live(), live);
}

static int set_up(void **state)
{
    (void)state;
    (void)unsetenv("XDG_CONFIG_HOME");
    temp_template(folder);
    return setenv("HOME", "/home/anna", 1) != 0 || mkdtemp(folder) == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    static const char *const names[] = { "a.conf", "b.conf", "keys.conf", "s", "t", "u" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[200];
        (void)snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        (void)unlink(path);
    }
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flags_build_a_list_of_pbxs),
        cmocka_unit_test(bad_flags_say_why),
        cmocka_unit_test(a_later_file_wins),
        cmocka_unit_test(a_file_that_cannot_be_read_says_why),
        cmocka_unit_test(paths_follow_the_home_folder),
        cmocka_unit_test(entries_come_one_by_one),
        cmocka_unit_test(a_secret_file_must_be_private),
        cmocka_unit_test(a_secret_command_is_run),
        cmocka_unit_test(a_secret_once_read_is_masked),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
