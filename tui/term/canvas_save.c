/* SPDX-License-Identifier: MIT */
/* canvas_save: cells -> lines of text without blanks at their ends -> a file that was not there before. */
#include "tui/term/canvas_save.h"

#include "core/base/buf.h"
#include "core/base/file.h"

enum { TEXT_MAX = 8 * 1024 * 1024 };

static void add_lines(const struct canvas *c, struct buf *out)
{
    for (int y = 0; y < c->rows; y++) {
        size_t end = out->len;
        for (int x = 0; x < c->cols; x++) {
            const struct cell *cell = &c->cell[y * c->cols + x];
            (void)buf_add(out, (struct slice){ cell->text, strnlen(cell->text, CELL_TEXT_MAX) });
            if (cell->text[0] != ' ' && cell->text[0] != '\0')
                end = out->len;
        }
        out->len = end;
        (void)buf_add_char(out, '\n');
    }
}

bool canvas_save(const struct canvas *c, const char *path, struct err *err)
{
    struct buf text = BUF_INIT(TEXT_MAX);
    add_lines(c, &text);
    bool ok = text.overflow ? err_set(err, ERR_INTERNAL, "the screen is too large to be written") : file_create(path, buf_slice(&text), err);
    buf_clear(&text);
    return ok;
}
