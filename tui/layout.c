/* SPDX-License-Identifier: MIT */
/* layout: reads the text by descent into a small tree, and cuts an area along it. Sizes depend on the area, on which panes
 * are hidden and on what need() says, on nothing else. Owns nothing.
 */
#include "tui/layout.h"

enum { GAP = 2, LEAST_ROWS = 3, AIRY_ROWS = 36, DEPTH_MAX = 8 };

struct reader {
    struct layout *layout;
    struct slice text;
    size_t at;
    struct err *err;
    int depth;
};

static bool read_group(struct reader *r, int *out);

static char peek(struct reader *r)
{
    while (r->at < r->text.n && (r->text.p[r->at] == ' ' || r->text.p[r->at] == '\t'))
        r->at++;
    return r->at < r->text.n ? r->text.p[r->at] : '\0';
}

static bool add_node(struct reader *r, int *out)
{
    if (r->layout->count == LAYOUT_NODES_MAX)
        return err_set(r->err, ERR_CONFIG, "a layout has at most %d parts", LAYOUT_NODES_MAX);
    *out = r->layout->count++;
    r->layout->at[*out] = (struct layout_node){ .child = -1, .next = -1 };
    return true;
}

static bool is_name(char c)
{
    return (c >= 'a' && c <= 'z') || c == '_';
}

static bool read_size(struct reader *r, struct layout_node *n)
{
    char sign = peek(r);
    if (sign != '=' && sign != '<')
        return true;
    int percent = 0;
    r->at++;
    for (; r->at < r->text.n && r->text.p[r->at] >= '0' && r->text.p[r->at] <= '9' && percent < 1000; r->at++)
        percent = percent * 10 + (r->text.p[r->at] - '0');
    if (percent < 1 || percent > 99)
        return err_set(r->err, ERR_CONFIG, "the layout '%.*s' needs a share from 1 to 99 behind '%c' (percent of the room)", SLICE_FMT(r->text), sign);
    n->size = sign == '=' ? LAYOUT_SHARE : LAYOUT_NEED;
    n->percent = percent;
    return true;
}

static bool read_part(struct reader *r, int *out)
{
    if (peek(r) == '(') {
        r->at++;
        if (!read_group(r, out))
            return false;
        if (peek(r) != ')')
            return err_set(r->err, ERR_CONFIG, "the layout '%.*s' has a bracket that is not closed", SLICE_FMT(r->text));
        r->at++;
    } else {
        size_t from = r->at;
        while (r->at < r->text.n && is_name(r->text.p[r->at]))
            r->at++;
        if (r->at == from)
            return err_set(r->err, ERR_CONFIG, "the layout '%.*s' needs a pane at character %zu: panes between '/' (above) or '|' (beside)", SLICE_FMT(r->text), from + 1);
        if (!add_node(r, out))
            return false;
        r->layout->at[*out].name = (struct slice){ r->text.p + from, r->at - from };
    }
    return read_size(r, &r->layout->at[*out]);
}

static bool read_group(struct reader *r, int *out)
{
    int last = -1;
    char sign = '\0';
    if (++r->depth > DEPTH_MAX)
        return err_set(r->err, ERR_CONFIG, "a layout has at most %d brackets in each other", DEPTH_MAX);
    if (!add_node(r, out))
        return false;
    for (;;) {
        int part;
        if (!read_part(r, &part))
            return false;
        if (last < 0)
            r->layout->at[*out].child = part;
        else
            r->layout->at[last].next = part;
        last = part;
        char c = peek(r);
        if (c != '/' && c != '|')
            break;
        if (sign != '\0' && c != sign)
            return err_set(r->err, ERR_CONFIG, "the layout '%.*s' mixes '/' and '|': brackets say what belongs together", SLICE_FMT(r->text));
        sign = c;
        r->at++;
    }
    r->depth--;
    r->layout->at[*out].is_beside = sign == '|';
    return true;
}

bool layout_read(struct layout *l, struct slice text, struct err *err)
{
    struct reader r = { .layout = l, .text = text, .err = err };
    int whole;
    l->count = 0;
    if (!read_group(&r, &whole))
        return false;
    if (peek(&r) != '\0')
        return err_set(err, ERR_CONFIG, "the layout '%.*s' goes on at character %zu where it should end", SLICE_FMT(text), r.at + 1);
    return true;
}

static bool is_shown(const struct layout *l, const struct layout_panes *p, int at)
{
    const struct layout_node *n = &l->at[at];
    if (n->child < 0)
        return p->is_shown(p->context, n->name);
    for (int i = n->child; i >= 0; i = l->at[i].next) {
        if (is_shown(l, p, i))
            return true;
    }
    return false;
}

/* Rows that a part needs in this width. */
static int need_of(const struct layout *l, const struct layout_panes *p, int at, int width)
{
    const struct layout_node *n = &l->at[at];
    if (!is_shown(l, p, at))
        return 0;
    if (n->child < 0)
        return p->need(p->context, n->name, width);
    int all = 0;
    for (int i = n->child; i >= 0; i = l->at[i].next) {
        int need = need_of(l, p, i, n->is_beside ? width / 2 : width);
        all = !n->is_beside ? all + need : need > all ? need : all;
    }
    return all;
}

/* What a part is given of `room`; 0: it takes a part of the rest. */
static int given(const struct layout *l, const struct layout_panes *p, int at, bool is_beside, int room, int width)
{
    const struct layout_node *n = &l->at[at];
    int most = room * n->percent / 100;
    if (n->size == LAYOUT_REST)
        return 0;
    if (n->size == LAYOUT_NEED && !is_beside) {
        int need = need_of(l, p, at, width) + (room >= AIRY_ROWS ? 1 : 0);
        most = need < most ? need : most;
    }
    return most > LEAST_ROWS ? most : LEAST_ROWS;
}

static void place_node(const struct layout *l, const struct layout_panes *p, int at, struct area a)
{
    const struct layout_node *n = &l->at[at];
    if (n->child < 0) {
        p->place(p->context, n->name, a);
        return;
    }
    int shown = 0, rest = 0, fixed = 0, room = n->is_beside ? a.w : a.h;
    for (int i = n->child; i >= 0; i = l->at[i].next) {
        if (!is_shown(l, p, i))
            continue;
        int size = given(l, p, i, n->is_beside, room, a.w);
        shown++;
        fixed += size;
        rest += size == 0;
    }
    int gaps = n->is_beside && shown > 1 ? (shown - 1) * GAP : 0, left = room - fixed - gaps;
    for (int i = n->child; i >= 0; i = l->at[i].next) {
        if (!is_shown(l, p, i))
            continue;
        int size = given(l, p, i, n->is_beside, room, a.w);
        if (size == 0) {
            size = left > 0 ? left / rest : 0;
            left -= size;
            rest--;
        }
        if (--shown == 0) /* the last one has all that is left */
            size = n->is_beside ? a.w : a.h;
        struct area part = n->is_beside ? area_left(&a, size) : area_top(&a, size);
        if (n->is_beside && shown > 0)
            (void)area_left(&a, GAP);
        place_node(l, p, i, part);
    }
}

void layout_place(const struct layout *l, const struct layout_panes *panes, struct area a)
{
    if (l->count > 0 && is_shown(l, panes, 0))
        place_node(l, panes, 0, a);
}
