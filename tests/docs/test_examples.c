/* SPDX-License-Identifier: MIT */
/* Every example of a file that the documents show is taken out of them and loaded: configurations, keymaps and themes of
 * acdtop.conf(5), the configurations of README.md, and the example that is installed. */
#include "core/base/mem.h"
#include "core/config/settings.h"
#include "tui/choice.h"
#include "tui/keys/keymap.h"
#include "tui/look/theme.h"
#include "tui/wall/wall_layout.h"
#include "tests/unit/support_temp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#define PAGE "man/acdtop.conf.5.in"

static void load_config(const char *path, const char *where)
{
    struct settings s;
    struct err err = ERR_INIT;
    settings_init(&s);
    if (!settings_load(&s, path, &err) || !settings_finish(&s, &err)) {
        fail_msg("%s: %s", where, err.text);
    }
    assert_true(s.pbx_count > 0);
    settings_clear(&s);
}

/* Some options of a configuration, panes and layouts of the console among them. */
static void load_part(const char *path, const char *where)
{
    struct settings s;
    struct err err = ERR_INIT;
    settings_init(&s);
    if (!settings_load(&s, path, &err) || !settings_finish(&s, &err) || !choice_check(&s, &err)) {
        fail_msg("%s: %s", where, err.text);
    }
    settings_clear(&s);
}

static void load_keymap(const char *path, const char *where)
{
    struct err err = ERR_INIT;
    struct keymap *m = keymap_load(path, &err);
    if (m == NULL) {
        fail_msg("%s: %s", where, err.text);
    }
    keymap_free(m);
}

static void load_theme(const char *path, const char *where)
{
    struct err err = ERR_INIT;
    struct theme t;
    if (!theme_load(&t, path, &err)) {
        fail_msg("%s: %s", where, err.text);
    }
}

static void load_wall(const char *path, const char *where)
{
    struct err err = ERR_INIT;
    struct wall_layout *l = wall_layout_load(path, &err);
    if (l == NULL)
        fail_msg("%s: %s", where, err.text);
    wall_layout_free(l);
}

static const struct kind {
    const char *opening; /* the line that announces an example; the block follows it up to `closing` */
    const char *file, *skip, *closing;
    void (*load)(const char *path, const char *where);
    int least; /* so many there are at least: an extractor that finds nothing proves nothing */
} kinds[] = {
    { ".\\\" EXAMPLE config\n", PAGE, ".Bd -literal", ".Ed\n", load_config, 2 },
    { ".\\\" EXAMPLE part\n", PAGE, ".Bd -literal", ".Ed\n", load_part, 2 },
    { ".\\\" EXAMPLE keymap\n", PAGE, ".Bd -literal", ".Ed\n", load_keymap, 1 },
    { ".\\\" EXAMPLE theme\n", PAGE, ".Bd -literal", ".Ed\n", load_theme, 1 },
    { ".\\\" EXAMPLE wall\n", PAGE, ".Bd -literal", ".Ed\n", load_wall, 1 },
    { "```conf\n", "README.md", NULL, "```\n", load_config, 1 },
};

/* Copies lines of `in` up to the closing one into a file of its own, and loads that. */
static void take(FILE *in, const struct kind *kind, const char *where)
{
    char path[TEMP_PATH_MAX], line[1024];
    temp_template(path);
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    FILE *out = fdopen(fd, "w");
    while (fgets(line, sizeof line, in) != NULL && strcmp(line, kind->closing) != 0) {
        if (kind->skip == NULL || strncmp(line, kind->skip, strlen(kind->skip)) != 0) {
            fputs(line, out);
        }
    }
    assert_int_equal(fclose(out), 0);
    kind->load(path, where);
    unlink(path);
}

static void every_example_loads(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        FILE *in = fopen(kinds[i].file, "re");
        assert_non_null(in);
        int count = 0;
        char line[1024], where[128];
        for (int number = 1; fgets(line, sizeof line, in) != NULL; number++) {
            if (strcmp(line, kinds[i].opening) == 0) {
                snprintf(where, sizeof where, "example %d in %s", ++count, kinds[i].file);
                take(in, &kinds[i], where);
            }
        }
        fclose(in);
        assert_true(count >= kinds[i].least);
    }
}

static void the_installed_example_loads(void **state)
{
    (void)state;
    load_config("man/acdtop.conf.example", "man/acdtop.conf.example");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_example_loads),
        cmocka_unit_test(the_installed_example_loads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
