/* SPDX-License-Identifier: MIT */
/* The bytes of pen make a terminal (libvterm) show exactly the picture, from whatever was shown before, whatever it can do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <vterm.h>

#include <cmocka.h>

#include "core/base/random.h"
#include "core/base/utf8.h"
#include "tui/term/pen.h"

enum { COLS = 37, ROWS = 11, STEPS = 300, STYLES = 6 };

static unsigned style(void *context, const struct cell *cell)
{
    (void)context;
    return cell->role % STYLES;
}

static struct slice style_bytes(void *context, unsigned number)
{
    static const char *const bytes[STYLES] = { "\033[m", "\033[0;31m", "\033[0;32m", "\033[0;33m", "\033[0;34m", "\033[0;35m" };
    (void)context;
    return slice_of(bytes[number]);
}

static struct slice as_it_is(void *context, const struct cell *cell)
{
    (void)context;
    return (struct slice){ cell->text, strnlen(cell->text, CELL_TEXT_MAX) };
}

static struct slice not_shown(void *context, const struct cell *cell)
{
    (void)context;
    (void)cell;
    return SLICE("");
}

static void scatter(struct random *r, struct canvas *c, unsigned puts)
{
    static const char *const texts[] = { "0:07", "12", "x", "李娜", "e\314\201te\314\201", "●▌", "a very long text that reaches over the edge", "        ", "7" };
    for (unsigned i = 0; i < puts; i++) {
        struct style s = { (enum role)random_below(r, ROLE_COUNT), ROLE_TEXT };
        const char *text = texts[random_below(r, sizeof texts / sizeof texts[0])];
        (void)canvas_put(c, canvas_area(c), (int)random_below(r, COLS + 4) - 2, (int)random_below(r, ROWS), slice_of(text), s);
    }
}

static void compare(VTermScreen *screen, const struct canvas *c)
{
    for (int y = 0; y < ROWS; y++) {
        for (int x = 0; x < COLS; x++) {
            VTermScreenCell shown;
            const struct cell *want = &c->cell[y * COLS + x];
            (void)vterm_screen_get_cell(screen, (VTermPos){ .row = y, .col = x }, &shown);
            if (want->width == 0)
                continue;
            size_t at = 0;
            uint32_t first = utf8_next(slice_of(want->text), &at);
            assert_int_equal(shown.chars[0] == 0 ? ' ' : shown.chars[0], first);
            assert_int_equal(shown.width, want->width);
            unsigned number = style(NULL, want);
            bool is_plain = VTERM_COLOR_IS_DEFAULT_FG(&shown.fg);
            assert_int_equal(is_plain, number == PEN_STYLE_PLAIN);
            if (!is_plain)
                assert_int_equal(shown.fg.indexed.idx, number);
        }
    }
}

/* The style of blanks is compared too: what is erased must be plain. */
static void walk(const struct pen_setup *setup, uint64_t seed)
{
    struct random r = { .state = seed };
    struct canvas now = { 0 }, shown = { 0 };
    struct buf out = BUF_INIT(1 << 20);
    VTerm *vterm = vterm_new(ROWS, COLS);
    VTermScreen *screen = vterm_obtain_screen(vterm);
    struct pen *pen = pen_new(setup);
    vterm_set_utf8(vterm, 1);
    vterm_screen_reset(screen, 1);
    canvas_init(&now, COLS, ROWS, false);
    canvas_init(&shown, COLS, ROWS, false);
    for (int step = 0; step < STEPS; step++) {
        bool is_all = random_below(&r, 20) == 0;
        scatter(&r, &now, step % 7 == 0 ? 60 : 1 + random_below(&r, 6));
        if (is_all)
            (void)vterm_input_write(vterm, "\033[H\033[2J", 7);
        buf_reset(&out);
        pen_draw(pen, is_all ? NULL : &shown, &now, &out);
        (void)vterm_input_write(vterm, out.data != NULL ? out.data : "", out.len);
        compare(screen, &now);
        memcpy(shown.cell, now.cell, COLS * ROWS * sizeof *now.cell);
    }
    buf_reset(&out);
    pen_draw(pen, &shown, &now, &out);
    assert_int_equal(out.len, 0); /* nothing has changed, nothing is sent */
    pen_free(pen);
    vterm_free(vterm);
    canvas_clear(&now);
    canvas_clear(&shown);
    buf_clear(&out);
}

static void test_any_terminal(void **state)
{
    (void)state;
    for (unsigned can = 0; can < 32; can++) {
        struct pen_setup setup = { .can_row = can & 1, .can_column = can & 2, .can_step = can & 4, .can_feed = can & 8, .can_erase = can & 16,
                                   .style = style, .style_bytes = style_bytes, .text = as_it_is };
        walk(&setup, can + 1);
    }
}

static const struct pen_setup full = { .can_row = true, .can_column = true, .can_step = true, .can_feed = true, .can_erase = true,
                                       .style = style, .style_bytes = style_bytes, .text = as_it_is };

static size_t bytes_of(const struct pen_setup *setup, const struct canvas *from, const struct canvas *to, struct buf *out)
{
    struct pen *pen = pen_new(setup);
    buf_reset(out);
    pen_draw(pen, from, to, out);
    pen_free(pen);
    return out->len;
}

/* Counters in two columns of two colours: the first of each costs a move and a style, each other one three or four bytes. */
static void test_columns_that_tick(void **state)
{
    (void)state;
    struct canvas a, b;
    struct buf out = BUF_INIT(1 << 20);
    canvas_init(&a, 100, 60, false);
    canvas_init(&b, 100, 60, false);
    for (int y = 5; y < 45; y++) {
        for (int column = 0; column < 2; column++) {
            struct style s = { (enum role)(1 + column), ROLE_TEXT };
            (void)canvas_put(&a, canvas_area(&a), 20 + 40 * column, y, SLICE("0:41"), s);
            (void)canvas_put(&b, canvas_area(&b), 20 + 40 * column, y, SLICE("0:42"), s);
        }
    }
    assert_true(bytes_of(&full, &a, &b, &out) <= 80 * 4 + 2 * 20);
    canvas_clear(&a);
    canvas_clear(&b);
    buf_clear(&out);
}

static void test_width_in_doubt(void **state)
{
    (void)state;
    struct pen_setup setup = full;
    struct canvas a, b;
    struct buf out = BUF_INIT(4096);
    setup.text = not_shown;
    canvas_init(&a, 10, 1, false);
    canvas_init(&b, 10, 1, false);
    (void)canvas_put(&b, canvas_area(&b), 2, 0, SLICE("李a"), (struct style){ ROLE_TEXT, ROLE_TEXT });
    (void)bytes_of(&setup, &a, &b, &out);
    assert_non_null(strstr(out.data, "??"));
    assert_null(strstr(out.data, "李"));
    canvas_clear(&a);
    canvas_clear(&b);
    buf_clear(&out);
}

static void test_last_cell_that_would_scroll(void **state)
{
    (void)state;
    struct pen_setup setup = full;
    struct canvas a, b;
    struct buf out = BUF_INIT(4096);
    setup.is_wrap_early = true;
    canvas_init(&a, 4, 2, true);
    canvas_init(&b, 4, 2, true);
    (void)canvas_put(&b, canvas_area(&b), 0, 1, SLICE("abcd"), (struct style){ ROLE_TEXT, ROLE_TEXT });
    (void)bytes_of(&setup, &a, &b, &out);
    assert_non_null(strstr(out.data, "abc"));
    assert_null(strchr(out.data, 'd'));
    canvas_clear(&a);
    canvas_clear(&b);
    buf_clear(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_terminal),
        cmocka_unit_test(test_columns_that_tick),
        cmocka_unit_test(test_width_in_doubt),
        cmocka_unit_test(test_last_cell_that_would_scroll),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
