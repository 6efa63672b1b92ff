/* SPDX-License-Identifier: MIT */
/* pane: turns a row of a table of panes into a picture: a title line (name, count, filter, what is in sight), and the table
 * under it, or a sentence where there are no rows. Owns its table. What the table shows and in which order is none of its
 * business. */
#include "tui/pane.h"

#include <stdio.h>

void pane_init(struct pane *p, const struct pane_row *row)
{
    p->row = row;
    p->table = table_new(&row->table);
}

void pane_clear(struct pane *p)
{
    table_free(p->table);
    p->table = NULL;
}

static int put(struct canvas *c, struct area a, int x, struct slice text, enum role role)
{
    return canvas_put(c, a, x, a.y, text, (struct style){ role, ROLE_TEXT });
}

int pane_title(const struct pane *p, struct canvas *c, struct area a, int x, bool has_focus)
{
    struct slice filter = table_filter_text(p->table);
    size_t count = table_count(p->table), total = table_total(p->table);
    char text[64];
    x = put(c, a, x, SLICE(" "), ROLE_TEXT);
    x = put(c, a, x, slice_of(p->row->title), has_focus ? ROLE_TITLE_FOCUS : ROLE_TITLE);
    if (filter.n > 0) {
        (void)snprintf(text, sizeof text, "  %zu of %zu with ", count, total);
        x = put(c, a, x, slice_of(text), ROLE_DIM);
        x = put(c, a, x, filter, ROLE_MATCH);
    } else {
        (void)snprintf(text, sizeof text, "  %zu", total);
        x = put(c, a, x, slice_of(text), ROLE_DIM);
    }
    return put(c, a, x, SLICE(" "), ROLE_TEXT);
}

static void draw_title(const struct pane *p, struct canvas *c, struct area a, bool has_focus)
{
    size_t first, seen;
    table_sight(p->table, &first, &seen);
    canvas_rule(c, a, (struct style){ ROLE_RULE, ROLE_TEXT });
    int x = pane_title(p, c, a, a.x + 1, has_focus);
    if (seen > 0 && seen < table_count(p->table)) {
        char text[64];
        (void)snprintf(text, sizeof text, " %zu to %zu ", first + 1, first + seen);
        int left = a.x + a.w - 2 - canvas_text_width(c, slice_of(text));
        if (left > x)
            (void)put(c, a, left, slice_of(text), ROLE_DIM);
    }
}

void pane_draw(struct pane *p, const struct view *v, struct canvas *c, struct area a, bool has_focus, const char *empty)
{
    canvas_blank(c, a, (struct style){ ROLE_TEXT, ROLE_TEXT });
    struct area title = area_top(&a, 1), whole = a;
    table_draw(p->table, v, c, a, has_focus);
    draw_title(p, c, title, has_focus);
    if (table_count(p->table) == 0) {
        const char *sentence = table_total(p->table) > 0 ? "Nothing matches the filter." : empty != NULL ? empty : p->row->nobody;
        (void)area_top(&whole, 1);
        (void)canvas_wrap(c, (struct area){ whole.x + 2, whole.y, whole.w - 3, whole.h }, slice_of(sentence), (struct style){ ROLE_DIM, ROLE_TEXT });
    }
}
