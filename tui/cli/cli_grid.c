/* SPDX-License-Identifier: MIT */
/* cli_grid: a table is measured first and written then. Every cell passes utf8_add_printable: whatever it came from, it moves no cursor. Knows
 * no facts. */
#include "tui/cli/cli_grid.h"

#include "core/base/mem.h"
#include "core/base/utf8.h"

enum { CELL_COLS_MAX = 40, SCRATCH_MAX = 4096, DOTS = 3 };

void cli_grid_begin_untitled(struct cli_grid *g, const struct cli_grid_column *column, size_t count, bool is_ascii)
{
    *g = (struct cli_grid){ .columns = count, .is_ascii = is_ascii };
    for (size_t i = 0; i < count; i++)
        g->column[i] = column[i];
}

void cli_grid_begin(struct cli_grid *g, const struct cli_grid_column *column, size_t count, bool is_ascii)
{
    cli_grid_begin_untitled(g, column, count, is_ascii);
    for (size_t i = 0; i < count; i++)
        cli_grid_add(g, slice_of(column[i].title));
}

/* As much of it as leaves room for "..."; false: all of it. */
static bool shown_head(struct slice *text, int limit)
{
    if (utf8_text_width(*text) <= limit)
        return false;
    for (size_t most = (size_t)limit * 4; utf8_text_width(*text) > limit - DOTS && most > 0; most--)
        *text = utf8_head(*text, most < text->n ? most : text->n - 1);
    *text = slice_trim(*text);
    return true;
}

void cli_grid_add(struct cli_grid *g, struct slice text)
{
    struct buf cell = BUF_INIT(SCRATCH_MAX);
    size_t column = g->cells % g->columns;
    int limit = g->column[column].most > 0 ? g->column[column].most : CELL_COLS_MAX;
    utf8_add_printable(&cell, utf8_head(text, SCRATCH_MAX / 8), g->is_ascii);
    struct slice shown = buf_slice(&cell);
    bool is_cut = shown_head(&shown, limit);
    int width = utf8_text_width(shown) + (is_cut ? DOTS : 0);
    g->width[column] = width > g->width[column] ? width : g->width[column];
    if (g->cells == g->room) {
        g->room = g->room * 2 + 64;
        g->cell = mem_resize(g->cell, g->room, sizeof *g->cell);
    }
    struct buf whole = BUF_INIT(SCRATCH_MAX + DOTS + 1);
    (void)buf_addf(&whole, "%.*s%s", SLICE_FMT(shown), is_cut ? "..." : "");
    g->cell[g->cells++] = mem_text(buf_slice(&whole));
    buf_clear(&whole);
    buf_clear(&cell);
}

static void add_blanks(struct buf *out, int n)
{
    buf_addf(out, "%*s", n > 0 ? n : 0, "");
}

void cli_grid_end(struct cli_grid *g, struct buf *out)
{
    for (size_t i = 0; i < g->cells; i++) {
        size_t column = i % g->columns;
        struct slice text = slice_of(g->cell[i]);
        int gap = g->width[column] - utf8_text_width(text);
        if (g->column[column].is_right)
            add_blanks(out, gap);
        buf_add(out, text);
        if (column + 1 < g->columns) {
            add_blanks(out, g->column[column].is_right ? 2 : gap + 2);
        } else {
            while (out->len > 0 && out->data[out->len - 1] == ' ')
                out->data[--out->len] = '\0';
            buf_add_char(out, '\n');
        }
        mem_free(g->cell[i]);
    }
    mem_free(g->cell);
    *g = (struct cli_grid){ .columns = 0 };
}
