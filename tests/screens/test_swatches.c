/* SPDX-License-Identifier: MIT */
/* test_swatches: the looks of every shipped theme, role by role and depth by depth, against swatches.golden: so a colour that
 * changes, by its own line or by another's, is seen in review. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "core/base/buf.h"
#include "tui/embed.h"
#include "tui/look/theme.h"

#define GOLDEN "tests/screens/swatches.golden"

static void add_colour(struct buf *out, const char *before, int32_t colour)
{
    if (colour == COLOUR_DEFAULT)
        return;
    (void)buf_add(out, slice_of(before));
    if ((colour & COLOUR_RGB) != 0)
        (void)buf_addf(out, "#%06x ", (unsigned)(colour & (COLOUR_RGB - 1)));
    else
        (void)buf_addf(out, "%d ", colour);
}

/* "bold 203 on 236", as in a theme file but all numbers; "-": nothing of its own. */
static void look_text(const struct look *l, struct buf *out)
{
    static const char *const words[] = { "bold ", "dim ", "underline ", "reverse ", "italic " };
    buf_reset(out);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if ((l->attrs & 1u << i) != 0)
            (void)buf_add(out, slice_of(words[i]));
    }
    add_colour(out, "", l->fg);
    add_colour(out, "on ", l->bg);
    if (out->len == 0)
        (void)buf_add(out, SLICE("-"));
}

static void add_role(const struct theme *t, enum role role, enum role ground, const char *name, struct buf *out)
{
    struct buf text = BUF_INIT(256), line = BUF_INIT(512);
    (void)buf_addf(&line, "  %-12s", name);
    for (int depth = 0; depth < DEPTH_COUNT; depth++) {
        struct look look = theme_look(t, (enum theme_depth)depth, role, ground);
        look_text(&look, &text);
        (void)buf_addf(&line, " %-*s", depth == DEPTH_DIRECT ? 28 : 20, text.data);
    }
    while (line.data[line.len - 1] == ' ')
        line.len--;
    (void)buf_add(out, buf_slice(&line));
    (void)buf_add_char(out, '\n');
    buf_clear(&text);
    buf_clear(&line);
}

static void add_theme(const struct embed_row *row, struct buf *out)
{
    struct theme t;
    struct err err = ERR_INIT;
    if (!theme_load(&t, row->name, &err))
        fail_msg("%s", err.text);
    (void)buf_addf(out, "%s: %s\n  %-12s %-28s %-20s %-20s %-20s %s\n", row->name, row->help, "", "24 bits", "256", "16", "8", "none");
    for (int r = 0; r < ROLE_COUNT; r++)
        add_role(&t, (enum role)r, ROLE_TEXT, role_table[r].name, out);
    (void)buf_add(out, SLICE("  in the selected row\n"));
    for (int r = 0; r < ROLE_COUNT; r++) {
        struct look over = theme_look(&t, DEPTH_256, (enum role)r, ROLE_CURSOR), text = theme_look(&t, DEPTH_256, ROLE_TEXT, ROLE_CURSOR);
        if (r == ROLE_TEXT || memcmp(&over, &text, sizeof over) != 0)
            add_role(&t, (enum role)r, ROLE_CURSOR, role_table[r].name, out);
    }
    (void)buf_add_char(out, '\n');
}

static void test_swatches(void **state)
{
    (void)state;
    struct buf now = BUF_INIT(1 << 20), want = BUF_INIT(1 << 20);
    const char *mode = getenv("GOLDENS");
    bool is_written = mode != NULL && strcmp(mode, "write") == 0;
    for (const struct embed_row *e = embed_themes; e->name != NULL; e++)
        add_theme(e, &now);
    FILE *file = fopen(GOLDEN, is_written ? "w+e" : "re");
    assert_non_null(file);
    if (is_written)
        assert_int_equal(fwrite(now.data, 1, now.len, file), now.len);
    rewind(file);
    char part[4096];
    for (size_t n; (n = fread(part, 1, sizeof part, file)) > 0;)
        (void)buf_add(&want, (struct slice){ part, n });
    assert_int_equal(fclose(file), 0);
    struct slice rest_want = buf_slice(&want), rest_now = buf_slice(&now);
    for (int line = 1; rest_want.n > 0 || rest_now.n > 0; line++) {
        struct slice w = slice_cut(rest_want, '\n', &rest_want), n = slice_cut(rest_now, '\n', &rest_now);
        if (!slice_eq(w, n))
            fail_msg("%s:%d\n golden: %.*s\n    now: %.*s\n(make goldens rewrites; git diff shows what changed)", GOLDEN, line, SLICE_FMT(w), SLICE_FMT(n));
    }
    buf_clear(&now);
    buf_clear(&want);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_swatches) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
