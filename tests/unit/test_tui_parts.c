/* SPDX-License-Identifier: MIT */
/* test_tui_parts: keys, keymaps, themes, canvas and the words of a view, with literals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#include "core/base/mem.h"
#include "tui/term/canvas.h"
#include "tui/table/column.h"
#include "tui/embed.h"
#include "tui/keys/keymap.h"
#include "tui/look/theme.h"
#include "tui/view.h"
#include "tests/unit/support_temp.h"

/* A file of the test's own with this text. */
static char *file_of(const char *text)
{
    char *path = mem_array(TEMP_PATH_MAX, 1);
    temp_template(path);
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    (void)close(fd);
    return path;
}

static void file_drop(char *path)
{
    (void)unlink(path);
    mem_free(path);
}

static void test_key_names_both_ways(void **state)
{
    (void)state;
    static const char *const names[] = { "q", "?", "Space", "C-c", "M-x", "C-M-x", "S-Tab", "PgDn", "F1", "F12", "Esc", "\xc3\xbc", "-", "C--", "Enter" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct key k;
        struct buf text = BUF_INIT(64);
        assert_true(key_parse(slice_of(names[i]), &k));
        key_print(k, &text);
        assert_string_equal(text.data, names[i]);
        buf_clear(&text);
    }
    struct key a, b;
    assert_true(key_parse(SLICE("pagedown"), &a) && key_parse(SLICE("PgDn"), &b) && key_eq(a, b));
    assert_true(key_parse(SLICE("C-L"), &a) && key_parse(SLICE("C-l"), &b) && key_eq(a, b));
    static const char *const wrong[] = { "", "qq", "S-a", "C-", "X-a", "\x1b", "F13", "\xff" };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_false(key_parse(slice_of(wrong[i]), &a));
}

static enum action press(const struct keymap *m, enum section section, struct chord *c, const char *name)
{
    struct key k;
    assert_true(key_parse(slice_of(name), &k));
    return keymap_press(m, section, c, k);
}

static void test_default_keymap_binds_everything(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    struct keymap *m = keymap_load(NULL, &err);
    struct chord c = { 0 };
    assert_non_null(m);
    for (int a = ACTION_NONE + 1; a < ACTION_COUNT; a++) {
        struct buf keys = BUF_INIT(256);
        assert_true(keymap_keys(m, (enum action)a, true, &keys));
        buf_clear(&keys);
    }
    assert_int_equal(press(m, SECTION_TABLE, &c, "j"), ACTION_CURSOR_DOWN);
    assert_int_equal(press(m, SECTION_TABLE, &c, "/"), ACTION_FILTER);
    assert_int_equal(press(m, SECTION_PROMPT, &c, "q"), ACTION_NONE); /* typing is typing */
    assert_int_equal(press(m, SECTION_TABLE, &c, "g"), ACTION_NONE);
    assert_int_equal(c.count, 1);
    assert_int_equal(press(m, SECTION_TABLE, &c, "g"), ACTION_CURSOR_FIRST);
    assert_int_equal(c.count, 0);
    assert_int_equal(press(m, SECTION_TABLE, &c, "g"), ACTION_NONE);
    assert_int_equal(press(m, SECTION_TABLE, &c, "x"), ACTION_NONE);
    assert_int_equal(c.count, 0);
    keymap_free(m);
}

static void test_own_keymap_overrides(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    struct chord c = { 0 };
    struct buf keys = BUF_INIT(256);
    char *path = file_of("global: { quit = [ \"Q\", \"J J\" ]; help = \"\"; cursor_down = \"n\"; };\ntable: { sort_next = \"j\"; };\n");
    struct keymap *m = keymap_load(path, &err);
    if (m == NULL)
        fail_msg("%s", err.text);
    assert_int_equal(press(m, SECTION_TABLE, &c, "q"), ACTION_NONE);
    assert_int_equal(press(m, SECTION_TABLE, &c, "Q"), ACTION_QUIT);
    assert_int_equal(press(m, SECTION_TABLE, &c, "J"), ACTION_NONE);
    assert_int_equal(press(m, SECTION_TABLE, &c, "J"), ACTION_QUIT);
    assert_int_equal(press(m, SECTION_TABLE, &c, "j"), ACTION_SORT_NEXT);
    assert_int_equal(press(m, SECTION_TABLE, &c, "k"), ACTION_CURSOR_UP); /* not spoken of: as it was */
    assert_false(keymap_keys(m, ACTION_HELP, true, &keys));
    assert_true(keymap_keys(m, ACTION_QUIT, true, &keys));
    assert_string_equal(keys.data, "Q  J J");
    buf_clear(&keys);
    keymap_free(m);
    file_drop(path);
}

/* What is given twice in one file, and what is left without a key, with the place. */
static void test_keymaps_complain(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says; /* "FILE" stands for the path */
    } cases[] = {
        { "global: { quit = \"Q\"; };\n", "" },
        { "global: { quit = [ \"q\", \"x\" ];\n help = [ \"F1\", \"x\" ]; };\n", "FILE:2: 'x' of 'help' takes 'x' away from 'quit', which has it from line 1\n" },
        { "table: { tag = \"_\";\n search = [ \"f\", \"_ c\" ]; };\n",
          "FILE:2: '_ c' of 'search' takes '_' away from 'tag', which has it from line 1\nFILE:2: no key is left for 'tag': 'search' has it\n" },
        { "table: {\n search = \"/\"; };\n", "FILE:2: no key is left for 'filter': 'search' has it\n" },
        { "table: {\n tag = \"\"; };\n", "FILE:2: no key is bound to 'tag'\n" },
        { "table: {\n tag = \"Tab\"; };\n", "FILE:2: no key is left for 'pane_next' in a list: 'tag' hides it there\n" },
        { "base = \"vim\";\ntable: { tag = \"q\"; };\n", "" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct err err = ERR_INIT;
        char *path = file_of(cases[i].text);
        struct buf said = BUF_INIT(65536), expected = BUF_INIT(65536);
        struct keymap *m = keymap_load(path, &err);
        if (m == NULL)
            fail_msg("%s", err.text);
        assert_int_equal(keymap_complain(m, &said), cases[i].says[0] != '\0');
        for (struct slice rest = slice_of(cases[i].says); rest.n > 0;) {
            bool is_file = slice_starts(rest, SLICE("FILE"));
            (void)buf_add(&expected, is_file ? slice_of(path) : (struct slice){ rest.p, 1 });
            rest = (struct slice){ rest.p + (is_file ? 4 : 1), rest.n - (is_file ? 4 : 1) };
        }
        assert_string_equal(buf_slice(&said).p, buf_slice(&expected).p);
        buf_clear(&said);
        buf_clear(&expected);
        keymap_free(m);
        file_drop(path);
    }
}

static void test_a_base(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    struct chord c = { 0 };
    struct buf key = BUF_INIT(64);
    char *path = file_of("base = \"vim\";\nglobal: { quit = \"^\"; };\n");
    struct keymap *m = keymap_load(path, &err);
    if (m == NULL)
        fail_msg("%s", err.text);
    assert_int_equal(press(m, SECTION_TABLE, &c, "^"), ACTION_QUIT);
    assert_int_equal(press(m, SECTION_TABLE, &c, "/"), ACTION_SEARCH); /* vim's */
    assert_int_equal(press(m, SECTION_TABLE, &c, "g"), ACTION_NONE);   /* of the section, and of global */
    assert_int_equal(press(m, SECTION_TABLE, &c, "g"), ACTION_CURSOR_FIRST);
    assert_int_equal(press(m, SECTION_TABLE, &c, "g"), ACTION_NONE);
    assert_int_equal(press(m, SECTION_TABLE, &c, "t"), ACTION_TILES);
    assert_true(keymap_key_in(m, SECTION_TABLE, ACTION_COPY, &key));
    assert_string_equal(key.data, "y y");
    buf_clear(&key);
    keymap_free(m);
    file_drop(path);
    path = file_of("base = \"vmi\";\n");
    assert_null(keymap_load(path, &err));
    assert_non_null(strstr(err.text, "did you mean 'vim'"));
    file_drop(path);
}

/* A chord of a list goes before a key that holds everywhere, and the hint knows it. */
static void test_a_section_goes_first(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    struct chord c = { 0 };
    struct buf key = BUF_INIT(64);
    char *path = file_of("table: { tag = \"q x\"; };\n");
    struct keymap *m = keymap_load(path, &err);
    assert_non_null(m);
    assert_int_equal(press(m, SECTION_TABLE, &c, "q"), ACTION_NONE);
    assert_int_equal(press(m, SECTION_TABLE, &c, "x"), ACTION_TAG);
    assert_int_equal(press(m, SECTION_COLUMNS, &c, "q"), ACTION_QUIT);
    assert_true(keymap_key_in(m, SECTION_TABLE, ACTION_QUIT, &key));
    assert_string_equal(key.data, "C-c");
    buf_clear(&key);
    keymap_free(m);
    file_drop(path);
}

static void test_errors_name_the_nearest(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
        bool is_theme;
    } cases[] = {
        { "global: { quitt = \"q\"; };\n", "did you mean 'quit'", false },
        { "globl: { quit = \"q\"; };\n", "did you mean 'global'", false },
        { "global: { quit = \"Hyper-q\"; };\n", "no key is called 'Hyper-q'", false },
        { "roles: { alarmm = \"red\"; };\n", "did you mean 'alarm'", true },
        { "roles: { alarm = \"bold redd\"; };\n", "did you mean 'red'", true },
        { "roles: { alarm = \"300\"; };\n", "300", true },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct err err = ERR_INIT;
        struct theme t;
        char *path = file_of(cases[i].text);
        struct keymap *m = cases[i].is_theme ? NULL : keymap_load(path, &err);
        bool ok = cases[i].is_theme ? theme_load(&t, path, &err) : m != NULL;
        assert_false(ok);
        if (strstr(err.text, cases[i].says) == NULL || strstr(err.text, path) == NULL)
            fail_msg("'%s' does not say '%s' and the file", err.text, cases[i].says);
        file_drop(path);
    }
    struct err err = ERR_INIT;
    struct theme t;
    assert_false(theme_load(&t, "defalt", &err));
    assert_non_null(strstr(err.text, "did you mean 'default'"));
}

static void test_default_theme_sets_every_role(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    struct theme t;
    if (!theme_load(&t, NULL, &err))
        fail_msg("%s", err.text);
    for (int r = 0; r < ROLE_COUNT; r++) {
        if (!t.is_set[r])
            fail_msg("themes/default.conf does not set '%s'", role_table[r].name);
        for (int other = 0; other < r; other++)
            assert_int_not_equal(role_table[r].letter, role_table[other].letter);
        assert_true(t.look[DEPTH_16][r].fg < 16 && t.look[DEPTH_16][r].bg < 16);
        assert_true(t.look[DEPTH_8][r].fg < 8 && t.look[DEPTH_8][r].bg < 8);
        assert_true(t.look[DEPTH_MONO][r].fg == COLOUR_DEFAULT && t.look[DEPTH_MONO][r].bg == COLOUR_DEFAULT);
    }
    /* what must be told apart without any colour */
    assert_true(t.look[DEPTH_MONO][ROLE_ALARM].attrs != t.look[DEPTH_MONO][ROLE_VALUE].attrs);
    assert_true((theme_look(&t, DEPTH_MONO, ROLE_TEXT, ROLE_CURSOR).attrs & ATTR_REVERSE) != 0);
}

static void test_canvas_keeps_wide_ones_whole(void **state)
{
    (void)state;
    struct canvas c;
    struct style s = { ROLE_TEXT, ROLE_TEXT };
    canvas_init(&c, 6, 1, false);
    assert_int_equal(canvas_put(&c, canvas_area(&c), 0, 0, SLICE("\xe7\x8e\x8b\xe5\xb0\x8f\xe6\x98\x8e\xe7\x8e\x8b"), s), 8);
    assert_int_equal(c.cell[0].width, 2);
    assert_int_equal(c.cell[1].width, 0);
    (void)canvas_put(&c, canvas_area(&c), 1, 0, SLICE("x"), s); /* covers a right half: the left one goes too */
    assert_string_equal(c.cell[0].text, " ");
    assert_string_equal(c.cell[1].text, "x");
    (void)canvas_put(&c, canvas_area(&c), 2, 0, SLICE("y"), s); /* covers a left half */
    assert_string_equal(c.cell[3].text, " ");
    assert_int_equal(c.cell[3].width, 1);
    (void)canvas_put(&c, canvas_area(&c), 5, 0, SLICE("\xe7\x8e\x8b"), s); /* no room for two */
    assert_string_equal(c.cell[5].text, " ");
    (void)canvas_put(&c, canvas_area(&c), 0, 0, SLICE("e\xcc\x81z"), s);
    assert_string_equal(c.cell[0].text, "e\xcc\x81");
    assert_string_equal(c.cell[1].text, "z");
    canvas_fit(&c, canvas_area(&c), SLICE("abcdefgh"), ALIGN_LEFT, s);
    assert_string_equal(c.cell[5].text, "\xe2\x80\xa6");
    canvas_blank(&c, canvas_area(&c), s);
    canvas_fit(&c, canvas_area(&c), SLICE("42"), ALIGN_RIGHT, s);
    assert_string_equal(c.cell[4].text, "4");
    canvas_clear(&c);
}

static void test_durations_and_shares(void **state)
{
    (void)state;
    static const struct {
        int64_t ms;
        const char *text;
    } times[] = { { -5000, "0:00" }, { 999, "0:00" }, { 1000, "0:01" }, { 59999, "0:59" }, { 60000, "1:00" }, { 3599000, "59:59" }, { 3600000, "1:00:00" },
                  { 359999000, "99:59:59" }, { 360000000, "4d 04h" }, { INT64_MAX, "106751991167d 07h" } };
    struct buf b = BUF_INIT(64);
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        buf_reset(&b);
        view_add_duration(&b, times[i].ms);
        assert_string_equal(b.data, times[i].text);
    }
    static const struct {
        int64_t milli;
        const char *text;
    } shares[] = { { 0, "0.0%" }, { 81234, "81.2%" }, { 99949, "99.9%" }, { 99950, "100%" }, { 100000, "100%" } };
    for (size_t i = 0; i < sizeof shares / sizeof shares[0]; i++) {
        buf_reset(&b);
        view_add_percent(&b, shares[i].milli);
        assert_string_equal(b.data, shares[i].text);
    }
    buf_clear(&b);
}

static void test_compare_and_contain(void **state)
{
    (void)state;
    assert_true(view_compare(SLICE("agent 9"), SLICE("Agent 10")) < 0);
    assert_true(view_compare(SLICE("a007"), SLICE("A7")) == 0);
    assert_true(view_compare(SLICE("b"), SLICE("abc")) > 0);
    assert_true(view_compare(SLICE(""), SLICE("a")) < 0);
    assert_true(view_compare(SLICE("x\xff"), SLICE("x\xff")) == 0);
    assert_true(view_contains(SLICE("Anna Meier"), SLICE("MEI")));
    assert_true(view_contains(SLICE("Anna"), SLICE("")));
    assert_false(view_contains(SLICE("Anna"), SLICE("annab")));
    assert_false(view_contains(SLICE(""), SLICE("a")));
}

static void test_every_field_is_a_column(void **state)
{
    (void)state;
    for (int kind = 0; kind < FACT_COUNT; kind++) {
        struct column_set set = column_set((enum fact_kind)kind);
        for (size_t i = 0; i < set.count; i++) {
            const struct column *c = &set.at[i];
            assert_true(c->help != NULL && *c->help != '\0' && c->title != NULL);
            assert_true(c->width > 0 && c->least <= c->width && c->most >= c->width);
            assert_true(c->number != NULL || c->string != NULL || c->write != NULL);
            assert_ptr_equal(column_named((enum fact_kind)kind, slice_of(c->id)), c); /* no id twice */
        }
        for (size_t i = 0; i < fact_table[kind].field_count; i++) {
            const struct fact_field *field = &fact_table[kind].field[i];
            assert_true(field->type == TYPE_ID || column_named((enum fact_kind)kind, slice_of(field->id)) != NULL);
        }
    }
    for (size_t i = 0; i < KPI_COUNT; i++)
        assert_non_null(column_named(FACT_QUEUE, slice_of(kpi_table[i].id)));
}

static void test_shipped_files_are_whole(void **state)
{
    (void)state;
    for (const struct embed_row *e = embed_keymaps; e->name != NULL; e++) {
        struct err err = ERR_INIT;
        struct keymap *m = keymap_load(e->name, &err);
        if (m == NULL)
            fail_msg("%s: %s", e->path, err.text);
        struct buf said = BUF_INIT(65536);
        if (keymap_complain(m, &said))
            fail_msg("%s", said.data);
        buf_clear(&said);
        keymap_free(m);
    }
    for (const struct embed_row *e = embed_themes; e->name != NULL; e++) {
        struct err err = ERR_INIT;
        struct theme t;
        if (!theme_load(&t, e->name, &err))
            fail_msg("%s: %s", e->path, err.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_key_names_both_ways),
        cmocka_unit_test(test_default_keymap_binds_everything),
        cmocka_unit_test(test_own_keymap_overrides),
        cmocka_unit_test(test_keymaps_complain),
        cmocka_unit_test(test_a_base),
        cmocka_unit_test(test_a_section_goes_first),
        cmocka_unit_test(test_errors_name_the_nearest),
        cmocka_unit_test(test_default_theme_sets_every_role),
        cmocka_unit_test(test_canvas_keeps_wide_ones_whole),
        cmocka_unit_test(test_durations_and_shares),
        cmocka_unit_test(test_compare_and_contain),
        cmocka_unit_test(test_every_field_is_a_column),
        cmocka_unit_test(test_shipped_files_are_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
