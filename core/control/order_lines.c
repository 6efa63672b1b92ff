/* SPDX-License-Identifier: MIT */
/* order_lines: an order of several lines, as an undo has them: which of them failed and why, which were never tried, how many were done. Sends
 * nothing and ends nothing. */
#include "core/control/order_parts.h"

static size_t count_lines(const char *text)
{
    size_t n = 0;
    for (struct slice rest = slice_of(text); rest.p != NULL && rest.n > 0; n++)
        (void)slice_cut(rest, '\n', &rest);
    return n;
}

bool order_is_several(const struct order *r)
{
    return count_lines(r->line) > 1;
}

void order_line_failed(struct order *r, enum order_state state, struct slice why)
{
    struct slice rest = slice_of(r->line + r->line_at);
    struct slice line = slice_cut(rest, '\n', &rest);
    if (r->lines_failed++ == 0)
        r->failed_as = state;
    (void)buf_addf(&r->failures, "%s'%.*s': %.*s", r->failures.len > 0 ? "; " : "", SLICE_FMT(line), SLICE_FMT(why));
}

void order_lines_add(const struct order *r, struct buf *out)
{
    size_t all = count_lines(r->line), left = count_lines(r->line + r->at);
    if (r->lines_failed == 0)
        return;
    (void)buf_addf(out, "%zu of %zu lines were done; ", all - left - r->lines_failed, all);
    if (left > 0)
        (void)buf_addf(out, "%zu not tried; ", left);
    (void)buf_addf(out, "not done: %s", r->failures.len > 0 ? buf_slice(&r->failures).p : "more than can be told here");
}
