/* SPDX-License-Identifier: MIT */
/* prompt_draw: a line being typed -> the last row of the screen, with offers or a sentence in the rows above. The part of
 * the text that holds the cursor is in sight. Changes nothing, owns nothing. */
#include "core/base/utf8.h"
#include "tui/keys/prompt_parts.h"

enum { OFFER_ROWS_MAX = 8, WORD_COLS_MIN = 10, WORD_COLS_MAX = 28, GAP = 2, MORE_COLS = 22, SENTENCE_ROWS_MAX = 5 };



static struct slice part(struct slice text, size_t from, size_t to)
{
    return (struct slice){ text.p + from, to - from };
}

/* The first byte that is in sight: as far left as the cursor allows. */
static size_t first_seen(const struct prompt *p, const struct canvas *c, int room)
{
    struct slice text = buf_slice(&p->text);
    size_t from = 0;
    while (from < p->cursor && canvas_text_width(c, part(text, from, p->cursor)) > room)
        from = prompt_next(text, from);
    return from;
}

static bool is_marked(const struct prompt *p, size_t at)
{
    return p->sentence.len > 0 && at >= p->mark_from && at < p->mark_from + p->mark_n;
}

/* Returns the column after the text; *mark is where the mark stands, -1: out of sight. */
static int draw_text(const struct prompt *p, struct canvas *c, struct area a, int x, size_t from, int *mark)
{
    struct slice text = buf_slice(&p->text);
    int edge = a.x + a.w;
    *mark = -1;
    for (size_t at = from; at < text.n && x < edge; at = prompt_next(text, at)) {
        struct slice one = part(text, at, prompt_next(text, at));
        if (at == p->mark_from)
            *mark = x;
        struct style s = { is_marked(p, at) ? ROLE_ERROR : ROLE_PROMPT, at == p->cursor ? ROLE_CURSOR : ROLE_TEXT };
        x = canvas_put(c, a, x, a.y, one, s);
    }
    if (p->mark_from == text.n)
        *mark = x;
    if (p->cursor == text.n && x < edge)
        x = canvas_put(c, a, x, a.y, SLICE("_"), (struct style){ ROLE_CURSOR_MARK, ROLE_TEXT });
    return x;
}

/* The sentence beside a mark that stands over the place, on a side where it has room. */
static void draw_sentence(const struct prompt *p, struct canvas *c, struct area a, int mark)
{
    struct style s = { ROLE_ERROR, ROLE_TEXT };
    struct slice sentence = buf_slice(&p->sentence);
    canvas_blank(c, a, (struct style){ ROLE_TEXT, ROLE_TEXT });
    int right = a.x + a.w - mark - 3, left = mark - a.x - 2, width = canvas_text_width(c, sentence);
    if (mark < 0 || (width > right && width > left)) { /* the place itself is marked as well */
        (void)canvas_wrap(c, (struct area){ a.x + 1, a.y, a.w - 2, a.h }, sentence, s);
        return;
    }
    (void)canvas_put(c, a, mark, a.y, c->ascii ? SLICE("v") : SLICE("\u25be"), s);
    if (width <= right)
        canvas_fit(c, (struct area){ mark + 2, a.y, right, 1 }, sentence, ALIGN_LEFT, s);
    else
        canvas_fit(c, (struct area){ a.x + 1, a.y, left, 1 }, sentence, ALIGN_RIGHT, s);
}

/* One, where it fits; it is never cut. */
static int sentence_rows(const struct prompt *p, struct canvas *c, struct area all)
{
    struct area a = { all.x + 1, all.y, all.w - 2, all.h < SENTENCE_ROWS_MAX ? all.h : SENTENCE_ROWS_MAX };
    int rows = canvas_wrap_in(c, (struct area){ 0, 0, 0, 0 }, a, buf_slice(&p->sentence), (struct style){ ROLE_TEXT, ROLE_TEXT });
    return rows > 1 ? rows : 1;
}

static int word_cols(const struct prompt *p, const struct canvas *c)
{
    int cols = WORD_COLS_MIN;
    for (size_t i = 0; i < p->offers.count; i++) {
        int width = canvas_text_width(c, slice_of(p->offers.at[i].word));
        cols = width > cols ? width : cols;
    }
    return cols > WORD_COLS_MAX ? WORD_COLS_MAX : cols;
}

static void draw_offer(const struct offer *o, struct canvas *c, struct area a, int cols, bool is_picked)
{
    enum role ground = is_picked ? ROLE_CURSOR : ROLE_TEXT;
    struct slice help = o->help != NULL ? slice_of(o->help) : SLICE("");
    canvas_blank(c, a, (struct style){ ROLE_TEXT, ground });
    canvas_fit(c, (struct area){ a.x + 1, a.y, cols, 1 }, slice_of(o->word), ALIGN_LEFT, (struct style){ o->is_dim ? ROLE_DIM : ROLE_KEY, ground });
    canvas_fit(c, (struct area){ a.x + 1 + cols + GAP, a.y, a.w - cols - GAP - 2, 1 }, help, ALIGN_LEFT, (struct style){ ROLE_HINT, ground });
}

/* The offers that fit, the picked one among them; the row above them says what the text is about and how many there are more. */
static void draw_offers(const struct prompt *p, struct canvas *c, struct area all)
{
    const struct prompt_offers *o = &p->offers;
    size_t rows = (size_t)(all.h / 2 < OFFER_ROWS_MAX ? all.h / 2 : OFFER_ROWS_MAX);
    size_t seen = o->count < rows ? o->count : rows;
    size_t first = o->picked == PROMPT_NONE_PICKED || o->picked < seen ? 0 : o->picked - seen + 1;
    if (seen == 0 && p->about.len == 0)
        return;
    struct area a = area_bottom(&all, (int)seen + 1);
    struct area head = area_top(&a, 1);
    canvas_blank(c, head, (struct style){ ROLE_TEXT, ROLE_TEXT });
    canvas_rule(c, head, (struct style){ ROLE_RULE, ROLE_TEXT });
    int about_cols = canvas_text_width(c, buf_slice(&p->about)) + 2, room = head.w - 4 - (o->count > seen ? MORE_COLS : 0);
    if (p->about.len > 0) {
        struct area about = { head.x + 1, head.y, about_cols < room ? about_cols : room, 1 };
        canvas_blank(c, about, (struct style){ ROLE_TEXT, ROLE_TEXT });
        canvas_fit(c, (struct area){ about.x + 1, about.y, about.w - 2, 1 }, buf_slice(&p->about), ALIGN_LEFT, (struct style){ ROLE_TITLE, ROLE_TEXT });
    }
    if (o->count > seen) {
        struct buf more = BUF_INIT(64);
        (void)buf_addf(&more, " %zu to %zu of %zu ", first + 1, first + seen, o->count);
        canvas_fit(c, (struct area){ head.x + 2, head.y, head.w - 4, 1 }, buf_slice(&more), ALIGN_RIGHT, (struct style){ ROLE_DIM, ROLE_TEXT });
        buf_clear(&more);
    }
    int cols = word_cols(p, c);
    for (size_t i = first; i < first + seen; i++)
        draw_offer(&o->at[i], c, area_top(&a, 1), cols, i == o->picked);
}

struct area prompt_draw(const struct prompt *p, struct canvas *c, struct area all)
{
    struct area line = area_bottom(&all, 1);
    canvas_blank(c, line, (struct style){ ROLE_TEXT, ROLE_TEXT });
    int x = canvas_put(c, line, line.x + 1, line.y, slice_of(p->setup.title), (struct style){ ROLE_DIM, ROLE_TEXT });
    if (canvas_text_width(c, slice_of(p->setup.title)) > 1)
        x++;
    int mark, room = line.w - (x - line.x) - 2;
    x = draw_text(p, c, (struct area){ line.x, line.y, line.w - 1, 1 }, x, first_seen(p, c, room), &mark);
    if (p->sentence.len > 0 && all.h > 0)
        draw_sentence(p, c, area_bottom(&all, sentence_rows(p, c, all)), mark);
    else if (all.h > 3)
        draw_offers(p, c, all);
    int left = line.x + line.w - x - 2;
    return (struct area){ x + 2, line.y, left > 0 ? left : 0, 1 };
}
