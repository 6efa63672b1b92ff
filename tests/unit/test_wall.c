/* SPDX-License-Identifier: MIT */
/* The wall's parts: letters that fill their area and nothing else, layouts that say what is wrong with them, and a gate that
 * --wall shuts. Its pictures are in tests/screens. */
#include "core/base/mem.h"
#include "core/config/settings.h"
#include "tui/wall/bigtext.h"
#include "tui/embed.h"
#include "tui/wall/wall_layout.h"
#include "tests/unit/support_temp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

/* --- letters ---------------------------------------------------------------------------------------------------------- */

static void every_glyph_is_whole(void **state)
{
    (void)state;
    for (int font = 0; font < BIGTEXT_FONT_COUNT; font++) {
        size_t digit = 0;
        for (const struct bigtext_glyph *g = bigtext_fonts[font].glyph; g->character != 0; g++) {
            size_t width = strlen(g->row[0]);
            assert_true(width >= 1 && width <= 5);
            for (int row = 0; row < BIGTEXT_GLYPH_ROWS_MAX; row++)
                assert_true(row < bigtext_fonts[font].rows ? strlen(g->row[row]) == width : g->row[row] == NULL);
            if (g->character >= '0' && g->character <= '9') {
                assert_true(digit == 0 || digit == width); /* a number that counts does not shake */
                digit = width;
            }
        }
    }
    assert_true(bigtext_can(SLICE("0123456789:.%-+/ ABCDEFGHIJKLMNOPQRSTUVWXYZ abcxyz")));
    assert_true(bigtext_can(SLICE("M\u00fcller \u0141ukasz \u00c5se")));
    assert_false(bigtext_can(SLICE("\u738b")));
    assert_true(bigtext_can(SLICE("")));
}

static size_t count_ink(const struct canvas *c, struct area in, bool is_outside)
{
    size_t n = 0;
    for (int y = 0; y < c->rows; y++) {
        for (int x = 0; x < c->cols; x++) {
            bool is_in = x >= in.x && x < in.x + in.w && y >= in.y && y < in.y + in.h;
            const struct cell *cell = &c->cell[y * c->cols + x];
            n += is_in != is_outside && (cell->text[0] != ' ' || cell->ground == ROLE_BLOCK);
        }
    }
    return n;
}

/* Whatever the area: all ink lies in it, and there is some; where there is more room the letters are not smaller. */
static void letters_keep_to_their_area(void **state)
{
    (void)state;
    static const char *const texts[] = { "0", "88:88", "99%", "LONGEST WAIT", "\u738b", "-" };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        for (int ascii = 0; ascii < 2; ascii++) {
            int before = 0;
            for (int w = 1; w <= 90; w += w < 20 ? 1 : 5) {
                struct canvas c;
                struct area a = { 3, 2, w, w / 3 + 1 };
                canvas_init(&c, 100, 40, ascii != 0);
                struct bigtext_size size = bigtext_fit(&c, a, slice_of(texts[i]), ALIGN_CENTRE, (struct style){ ROLE_VALUE, ROLE_TEXT });
                assert_int_equal(count_ink(&c, a, true), 0);
                assert_true(count_ink(&c, a, false) > 0);
                assert_true(size.across == 0 || bigtext_cols(&c, size, slice_of(texts[i])) <= a.w);
                assert_true(bigtext_rows(&c, size) <= a.h);
                int weight = bigtext_rows(&c, size) * 2 + 3 * size.across;
                assert_true(weight + 2 >= before);
                before = weight;
                canvas_clear(&c);
            }
        }
    }
}

static void expect_picture(bool ascii, int w, int h, const char *text, const char *want)
{
    struct canvas c;
    struct buf have = BUF_INIT(4096);
    canvas_init(&c, w, h, ascii);
    (void)bigtext_fit(&c, canvas_area(&c), slice_of(text), ALIGN_LEFT, (struct style){ ROLE_VALUE, ROLE_TEXT });
    for (int y = 0; y < h; y++) {
        for (int x = 0; x < w; x++) {
            const struct cell *cell = &c.cell[y * w + x];
            (void)buf_add(&have, cell->ground == ROLE_BLOCK ? SLICE("#") : slice_of(cell->text));
        }
        (void)buf_add_char(&have, '\n');
    }
    assert_string_equal(have.data, want);
    buf_clear(&have);
    canvas_clear(&c);
}

static void letters_as_drawn(void **state)
{
    (void)state;
    expect_picture(false, 9, 3, "4:7", "\u2588 \u2588 \u2584 \u2580\u2580\u2588\n\u2580\u2580\u2588 \u2584  \u2584\u2580\n  \u2580    \u2580 \n");
    expect_picture(true, 9, 5, "1:0", " #    ###\n##  # # #\n #    # #\n #  # # #\n###   ###\n");
    expect_picture(false, 2, 1, "12", "12\n");
    expect_picture(false, 1, 1, "12", "\u2026\n");
    expect_picture(true, 1, 1, "12", "~\n");
}

/* --- layouts ---------------------------------------------------------------------------------------------------------- */

static void refuse(const char *text, const char *part)
{
    char path[TEMP_PATH_MAX];
    temp_template(path);
    struct err err = ERR_INIT;
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    assert_int_equal(close(fd), 0);
    assert_null(wall_layout_load(path, &err));
    (void)unlink(path);
    if (strstr(err.text, part) == NULL || strstr(err.text, path) == NULL)
        fail_msg("\"%s\" is not in \"%s\"", part, err.text);
    assert_int_equal(err.kind, ERR_CONFIG);
}

static void what_is_wrong_with_a_layout_is_said(void **state)
{
    (void)state;
    refuse("", "there is no page");
    refuse("a : { title = \"x\"; }", ":1: page 'a' does not say its kind");
    refuse("a : { kind = \"queues\"; };\nb : {\n kind = \"agnets\"; }", ":3: no kind of page is called 'agnets'; did you mean 'agents'?");
    refuse("a : { kind = \"numbers\"; numbers = [ \"wating\" ]; }", "did you mean 'waiting'?");
    refuse("a : { kind = \"numbers\"; numbers = [ \"free\", \"free\" ]; }", "stands here twice");
    refuse("a : { kind = \"agents\"; numbers = [ \"free\" ]; }", "has no 'numbers'");
    refuse("a : { kind = \"agents\"; discreet = true; }", "'discreet' is for callers");
    refuse("a : { kind = \"agents\"; queues = [ ]; }", "leave it out for all");
    refuse("a : { kind = \"agents\"; queues = \"*x\"; }", "the * stands at the end");
    refuse("a : { kind = \"agents\"; seconds = 0; }", "whole seconds, from 1");
    refuse("a : { kind = \"agents\"; stays = 3; }", "is true or false");
    refuse("a : { kind = \"agents\"; b : { kind = \"agents\"; } }", "group in a group");
    refuse("secnds = 3; a : { kind = \"agents\"; }", "did you mean 'seconds'?");
    refuse("a : { kind = \"agents\"; tile = 3; }", "did you mean 'title'?");
    struct err err = ERR_INIT;
    assert_null(wall_layout_load("tils", &err));
    assert_non_null(strstr(err.text, "did you mean 'tiles'?"));
    assert_null(wall_layout_load("/nowhere/wall.conf", &err));
}

static void shipped_layouts_load(void **state)
{
    (void)state;
    for (const struct embed_row *e = embed_walls; e->name != NULL; e++) {
        struct err err = ERR_INIT;
        struct wall_layout *l = wall_layout_load(e->name, &err);
        if (l == NULL)
            fail_msg("%s", err.text);
        assert_true(l->page_count > 0 && e->help != NULL);
        wall_layout_free(l);
    }
    struct slice reference = embed_text(&embed_walls[0]); /* says every number there is */
    for (size_t i = 0; i < WALL_NUMBER_COUNT; i++) {
        if (memmem(reference.p, reference.n, wall_number_table[i].name, strlen(wall_number_table[i].name)) == NULL)
            fail_msg("%s does not name '%s'", embed_walls[0].path, wall_number_table[i].name);
    }
}

static void queues_are_matched_by_name(void **state)
{
    (void)state;
    static char support[] = "support", sales[] = "sales*", vip[] = "vip@geneva", lyon[] = "*@lyon", odd[] = "odd@name";
    char *patterns[] = { support, sales, vip, lyon, odd };
    struct wall_page p = { .queue = patterns, .queue_count = sizeof patterns / sizeof patterns[0] };
    assert_true(wall_page_has(&p, SLICE("Support"), SLICE("oslo")));
    assert_false(wall_page_has(&p, SLICE("support2"), SLICE("oslo")));
    assert_true(wall_page_has(&p, SLICE("sales"), SLICE("oslo")));
    assert_true(wall_page_has(&p, SLICE("sales-eu"), SLICE("oslo")));
    assert_false(wall_page_has(&p, SLICE("sale"), SLICE("oslo")));
    assert_true(wall_page_has(&p, SLICE("vip"), SLICE("Geneva")));
    assert_false(wall_page_has(&p, SLICE("vip"), SLICE("oslo")));
    assert_true(wall_page_has(&p, SLICE("anything"), SLICE("lyon")));
    assert_true(wall_page_has(&p, SLICE("odd@name"), SLICE("oslo")));
    assert_true(wall_page_has(&(struct wall_page){ .queue_count = 0 }, SLICE("x"), SLICE("y")));
}

/* --- the gate ----------------------------------------------------------------------------------------------------------- */

static void the_wall_is_readonly(void **state)
{
    (void)state;
    struct settings s;
    struct err err = ERR_INIT;
    settings_init(&s);
    assert_true(settings_flag(&s, SLICE("wall"), NULL, &err));
    assert_false(s.is_readonly);
    assert_true(settings_finish(&s, &err));
    assert_true(s.is_readonly); /* what core/keeper/keeper.c makes its gate from */
    settings_clear(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_glyph_is_whole),
        cmocka_unit_test(letters_keep_to_their_area),
        cmocka_unit_test(letters_as_drawn),
        cmocka_unit_test(what_is_wrong_with_a_layout_is_said),
        cmocka_unit_test(shipped_layouts_load),
        cmocka_unit_test(queues_are_matched_by_name),
        cmocka_unit_test(the_wall_is_readonly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
