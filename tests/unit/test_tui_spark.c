/* SPDX-License-Identifier: MIT */
/* test_tui_spark: sparklines and bars, cell by cell. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#include "core/base/buf.h"
#include "core/config/settings.h"
#include "tui/look/spark.h"

enum { COLS = 10, ROWS = 4 };
static const struct style full = { ROLE_VALUE, ROLE_TEXT }, rest = { ROLE_RULE, ROLE_TEXT };

/* Row y of the picture as text; a cell that nothing was drawn on is '@'. */
static void row_text(const struct canvas *c, int y, struct buf *out)
{
    buf_reset(out);
    for (int x = 0; x < c->cols; x++) {
        const struct cell *cell = &c->cell[y * c->cols + x];
        assert_int_equal(cell->width, 1);
        (void)buf_add(out, slice_of(cell->text));
    }
}

static void blank(struct canvas *c)
{
    for (int y = 0; y < c->rows; y++) {
        for (int x = 0; x < c->cols; x++)
            (void)canvas_put(c, canvas_area(c), x, y, SLICE("@"), rest);
    }
}

static void check(const struct canvas *c, const char *const rows[ROWS])
{
    struct buf text = BUF_INIT(256);
    for (int y = 0; y < ROWS; y++) {
        row_text(c, y, &text);
        assert_string_equal(text.data, rows[y] != NULL ? rows[y] : "@@@@@@@@@@");
    }
    buf_clear(&text);
}

static void test_lines(void **state)
{
    (void)state;
    static const struct {
        enum spark_glyphs glyphs;
        bool ascii;
        struct area a;
        int64_t value[12], most;
        size_t count;
        const char *rows[ROWS];
    } cases[] = {
        { SPARK_BLOCK, false, { 0, 0, 10, 1 }, { 0, 1, 2, 3, 4, 5, 6, 7 }, 7, 8, { "  ▁▂▃▄▅▆▇█" } },
        { SPARK_BLOCK, false, { 1, 1, 4, 1 }, { 9, 9, SPARK_UNKNOWN, 1000000, 1, 0 }, 1000000, 6, { NULL, "@ █▂▁@@@@@" } },
        { SPARK_BLOCK, false, { 0, 0, 4, 1 }, { 0, 2, 4, 4 }, 0, 4, { "▁▅██@@@@@@" } }, /* the highest fills it */
        { SPARK_BLOCK, false, { 0, 0, 3, 1 }, { 0, 0, 0 }, 0, 3, { "▁▁▁@@@@@@@" } },
        { SPARK_BLOCK, false, { 0, 0, 5, 2 }, { 0, 7, 8, 14, 15 }, 15, 5, { "  ▁▇█@@@@@", "▁████@@@@@" } },
        { SPARK_BRAILLE, false, { 0, 0, 4, 1 }, { 0, 1, 2, 3, 4 }, 4, 5, { " ⢀⣠⣾@@@@@@" } },
        { SPARK_BRAILLE, false, { 0, 0, 2, 2 }, { SPARK_UNKNOWN, 0, 5, 8 }, 8, 4, { " ⣸@@@@@@@@", "⢀⣿@@@@@@@@" } },
        { SPARK_HALF, false, { 0, 0, 4, 1 }, { 0, 1, 2, 9 }, 2, 4, { "_▄██@@@@@@" } },
        { SPARK_ASCII, false, { 0, 0, 7, 1 }, { SPARK_UNKNOWN, 0, 1, 2, 3, 4, 5 }, 4, 7, { " _.:|##@@@" } },
        { SPARK_BRAILLE, true, { 0, 0, 3, 1 }, { 0, 2, 4 }, 4, 3, { "_:#@@@@@@@" } }, /* the canvas has the last word */
        { SPARK_BLOCK, false, { 0, 0, 2, 1 }, { INT64_MAX, INT64_MAX / 2 }, INT64_MAX, 2, { "█▅@@@@@@@@" } },
        { SPARK_BLOCK, false, { 0, 0, 3, 1 }, { 0 }, 5, 0, { "   @@@@@@@" } },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct canvas c;
        canvas_init(&c, COLS, ROWS, cases[i].ascii);
        blank(&c);
        spark_line(&c, cases[i].a, cases[i].value, cases[i].count, cases[i].most, cases[i].glyphs, full);
        check(&c, cases[i].rows);
        canvas_clear(&c);
    }
}

static void test_bars(void **state)
{
    (void)state;
    static const struct {
        enum spark_glyphs glyphs;
        int64_t value, most;
        const char *row;
    } cases[] = {
        { SPARK_BLOCK, 0, 100, "──────────" },   { SPARK_BLOCK, 1, 1000, "▏─────────" },  { SPARK_BLOCK, 50, 100, "█████─────" },
        { SPARK_BLOCK, 999, 1000, "█████████▉" }, { SPARK_BLOCK, 1000, 1000, "██████████" }, { SPARK_BLOCK, 5000, 1000, "██████████" },
        { SPARK_BLOCK, -3, 10, "──────────" },    { SPARK_BLOCK, 3, 0, "──────────" },     { SPARK_HALF, 25, 100, "██▌───────" },
        { SPARK_BRAILLE, 25, 100, "⣿⣿⡆───────" }, { SPARK_ASCII, 31, 100, "###-------" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct canvas c;
        canvas_init(&c, COLS, ROWS, cases[i].glyphs == SPARK_ASCII);
        blank(&c);
        spark_bar(&c, (struct area){ 0, 0, COLS, 1 }, cases[i].value, cases[i].most, cases[i].glyphs, full, rest);
        check(&c, (const char *const[ROWS]){ cases[i].row });
        for (int x = 0; x < COLS; x++) {
            bool is_rest = strcmp(c.cell[x].text, "─") == 0 || strcmp(c.cell[x].text, "-") == 0;
            assert_int_equal(c.cell[x].role, is_rest ? ROLE_RULE : ROLE_VALUE);
        }
        canvas_clear(&c);
    }
}

/* Every choice of the option but "auto" is a way to draw. */
static void test_names(void **state)
{
    (void)state;
    const struct option_row *row = option_flag(SLICE("graphs"));
    enum spark_glyphs glyphs;
    size_t known = 0;
    assert_non_null(row);
    for (size_t i = 0; row->choices[i] != NULL; i++)
        known += spark_glyphs_named(slice_of(row->choices[i]), &glyphs);
    assert_int_equal(known, SPARK_GLYPHS_COUNT);
    assert_false(spark_glyphs_named(slice_of(row->fallback), &glyphs));
}

/* More is never drawn as less, at any height, and nothing leaves its area. */
static void test_more_is_more(void **state)
{
    (void)state;
    for (int glyphs = 0; glyphs < SPARK_GLYPHS_COUNT; glyphs++) {
        for (int h = 1; h <= 3; h++) {
            struct canvas c;
            int filled_before = -1;
            canvas_init(&c, 3, 5, glyphs == SPARK_ASCII);
            for (int64_t value = 0; value <= 30; value++) {
                int filled = 0;
                blank(&c);
                spark_line(&c, (struct area){ 1, 1, 1, h }, &value, 1, 30, (enum spark_glyphs)glyphs, full);
                for (int i = 0; i < 15; i++) {
                    bool is_in = i % 3 == 1 && i / 3 >= 1 && i / 3 < 1 + h;
                    assert_int_equal(strcmp(c.cell[i].text, "@") != 0, is_in);
                    filled += is_in && c.cell[i].text[0] != ' ';
                }
                assert_true(filled >= filled_before && filled >= 1);
                filled_before = filled;
            }
            assert_int_equal(filled_before, h);
            canvas_clear(&c);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_bars),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_more_is_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
