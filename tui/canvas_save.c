/* SPDX-License-Identifier: MIT */
/* canvas_save: cells -> lines of text without blanks at their ends -> a file that was not there before. */
#include "tui/canvas_save.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "core/base/buf.h"

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
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_errno(err, ERR_SYSTEM, "cannot write the screen to '%s'", path);
    add_lines(c, &text);
    bool ok = write(fd, buf_slice(&text).p, text.len) == (ssize_t)text.len || err_errno(err, ERR_SYSTEM, "cannot write the screen to '%s'", path);
    ok = (close(fd) == 0 || err_errno(err, ERR_SYSTEM, "cannot write the screen to '%s'", path)) && ok;
    buf_clear(&text);
    return ok;
}
