/* SPDX-License-Identifier: MIT */
/* page: entries in an array, drawn onto a picture as wide as the page that slides under its area. The cursor is a key, so
 * that a page that is made anew keeps it. Owns copies of all texts.
 */
#include "tui/page.h"

#include "core/base/mem.h"
#include "core/base/utf8.h"
#include "tui/view.h"

enum { TERM_LEAST = 12, TERM_MOST = 26, VALUE_MOST = 20, GAP = 2, ROWS_MAX = 100000, FOOT_ROWS = 6 };

struct entry {
    char *term, *text, *value; /* text NULL: a heading */
    enum role role, value_role; /* of term and value */
    uint64_t key;
    int y, rows;               /* in the last picture, from the top of the page */
};

struct page {
    char *title;
    char *found, *heading; /* only entries with this are added, under the heading that is due; NULL: all, none is */
    struct entry *at;
    size_t count, cap;
    uint64_t chosen;
    int top, rows, all; /* first row in sight; rows of the last picture; rows of the whole page in it */
    bool is_brief;
    bool is_moved;      /* the cursor moved: it must be in sight */
};

struct page *page_new(const char *title)
{
    struct page *p = mem_alloc(sizeof *p);
    p->title = mem_strdup(title);
    return p;
}

void page_set_title(struct page *p, const char *title)
{
    mem_free(p->title);
    p->title = mem_strdup(title);
}

void page_clear(struct page *p)
{
    for (size_t i = 0; i < p->count; i++) {
        mem_free(p->at[i].term);
        mem_free(p->at[i].text);
        mem_free(p->at[i].value);
    }
    p->count = 0;
    mem_free(p->heading);
    p->heading = NULL;
}

void page_free(struct page *p)
{
    if (p == NULL)
        return;
    page_clear(p);
    mem_free(p->at);
    mem_free(p->title);
    mem_free(p->found);
    mem_free(p);
}

static struct entry *add(struct page *p)
{
    if (p->count == p->cap) {
        p->cap = p->cap > 0 ? p->cap * 2 : 64;
        p->at = mem_resize(p->at, p->cap, sizeof *p->at);
    }
    p->at[p->count] = (struct entry){ 0 };
    return &p->at[p->count++];
}

static void add_heading(struct page *p, const char *text)
{
    struct entry *e = add(p);
    e->term = mem_strdup(text);
    e->role = ROLE_TITLE_FOCUS;
}

void page_heading(struct page *p, const char *text)
{
    if (p->found == NULL)
        add_heading(p, text);
    else
        (void)mem_assign(&p->heading, slice_of(text));
}

void page_find(struct page *p, struct slice text)
{
    mem_free(p->found);
    p->found = text.n > 0 ? mem_text(text) : NULL;
    p->chosen = 0;
    p->top = 0;
}

struct slice page_found(const struct page *p)
{
    return slice_of(p->found != NULL ? p->found : "");
}

/* Is it what is looked for? Then the heading that is due comes before it. */
static bool is_wanted(struct page *p, struct slice term, const char *text)
{
    if (p->found == NULL)
        return true;
    if (!view_contains(term, slice_of(p->found)) && !view_contains(slice_of(text != NULL ? text : ""), slice_of(p->found)))
        return false;
    if (p->heading != NULL) {
        add_heading(p, p->heading);
        mem_free(p->heading);
        p->heading = NULL;
    }
    return true;
}

void page_set_brief(struct page *p)
{
    p->is_brief = true;
}

void page_add(struct page *p, struct slice term, enum role role, struct page_value value, const char *text, uint64_t key)
{
    if (!is_wanted(p, term, text))
        return;
    struct entry *e = add(p);
    e->term = mem_text(term);
    e->text = mem_strdup(text != NULL ? text : "");
    e->value = mem_strdup(value.text);
    e->role = role;
    e->value_role = value.role;
    e->key = key;
    if (p->chosen == 0)
        p->chosen = key;
}

uint64_t page_chosen(const struct page *p)
{
    return p->chosen;
}

void page_choose(struct page *p, uint64_t key)
{
    p->chosen = key;
    p->is_moved = true;
}

static size_t index_of(const struct page *p)
{
    size_t i = 0;
    while (i < p->count && p->at[i].key != p->chosen)
        i++;
    return i;
}

/* To the next entry with a key at least `rows` further; where there is none the page itself moves. */
static void step(struct page *p, bool down, int rows)
{
    size_t now = index_of(p), best = now;
    if (p->chosen == 0 || now == p->count) {
        p->top += down ? rows : -rows;
        return;
    }
    for (size_t i = now; down ? ++i < p->count : i-- > 0;) {
        if (p->at[i].key == 0)
            continue;
        best = i;
        int moved = p->at[i].y - p->at[now].y;
        if (rows == 1 || (moved < 0 ? -moved : moved) >= rows) /* the next one, also before the first picture says where it lies */
            break;
    }
    if (best == now) { /* nothing more to choose: the rest of the page can still be read */
        p->top += down ? rows : -rows;
        return;
    }
    page_choose(p, p->at[best].key);
}

static void go_to_end(struct page *p, bool last)
{
    for (size_t i = 0; i < p->count; i++) {
        size_t at = last ? p->count - 1 - i : i;
        if (p->at[at].key != 0) {
            p->chosen = p->at[at].key;
            break;
        }
    }
    p->top = last ? ROWS_MAX : 0;
}

bool page_act(struct page *p, enum action a)
{
    int page = p->rows > 2 ? p->rows - 1 : 1;
    switch (a) {
    case ACTION_CURSOR_DOWN: step(p, true, 1); break;
    case ACTION_CURSOR_UP: step(p, false, 1); break;
    case ACTION_PAGE_DOWN: step(p, true, page); break;
    case ACTION_PAGE_UP: step(p, false, page); break;
    case ACTION_CURSOR_FIRST: go_to_end(p, false); break;
    case ACTION_CURSOR_LAST: go_to_end(p, true); break;
    default: return false;
    }
    return true;
}

static int text_cols(const char *text)
{
    int cols = 0;
    struct slice s = slice_of(text != NULL ? text : "");
    for (size_t at = 0; at < s.n;)
        cols += utf8_width(utf8_next(s, &at));
    return cols;
}

int page_height(const struct page *p, int cols)
{
    int rows = 0, term = TERM_LEAST, most = (cols - 4) / 3 < TERM_MOST ? (cols - 4) / 3 : TERM_MOST;
    for (size_t i = 0; i < p->count; i++)
        term = p->at[i].text != NULL && text_cols(p->at[i].term) > term ? text_cols(p->at[i].term) : term;
    int room = cols - 4 - (term < most ? term : most) - GAP;
    room = room > 20 ? room * 9 / 10 : 18; /* words are not broken */
    for (size_t i = 0; i < p->count; i++)
        rows += p->at[i].text == NULL ? 2 : 1 + (text_cols(p->at[i].text) > 0 ? (text_cols(p->at[i].text) - 1) / room : 0);
    return rows;
}

struct widths {
    int term, value; /* value 0: there are none */
};

static int widest(const struct canvas *c, const char *text, int so_far, int most)
{
    int width = text != NULL ? canvas_text_width(c, slice_of(text)) : 0;
    width = width < most ? width : most;
    return width > so_far ? width : so_far;
}

static struct widths measure(const struct page *p, const struct canvas *c, int room)
{
    struct widths w = { .term = TERM_LEAST };
    int most = room / 3 < TERM_MOST ? room / 3 : TERM_MOST;
    for (size_t i = 0; i < p->count; i++) {
        if (p->at[i].text == NULL)
            continue;
        w.term = widest(c, p->at[i].term, w.term, most);
        w.value = widest(c, p->at[i].value, w.value, room / 4 < VALUE_MOST ? room / 4 : VALUE_MOST);
    }
    return w;
}

/* Returns the rows it takes; those that lie in `clip` are drawn. */
static int draw_entry(const struct entry *e, const struct widths *w, struct canvas *c, struct area clip, struct area a, enum role ground, bool is_brief)
{
    if (e->text == NULL) {
        canvas_fit(c, area_clip((struct area){ a.x + 2, a.y + 1, a.w - 4, 1 }, clip), slice_of(e->term), ALIGN_LEFT, (struct style){ e->role, ground });
        return 2;
    }
    int x = a.x + 2, room = a.w - 4;
    canvas_fit(c, area_clip((struct area){ x, a.y, w->term < room ? w->term : room, 1 }, clip), slice_of(e->term), ALIGN_LEFT, (struct style){ e->role, ground });
    x += w->term + GAP;
    if (w->value > 0) {
        canvas_fit(c, area_clip((struct area){ x, a.y, w->value, 1 }, clip), slice_of(e->value), is_brief ? ALIGN_LEFT : ALIGN_RIGHT,
                   (struct style){ e->value_role, ground });
        x += w->value + GAP;
    }
    struct area rest = { x, a.y, a.x + a.w - 2 - x, is_brief ? 1 : 1000 };
    if (is_brief) {
        canvas_fit(c, area_clip(rest, clip), slice_of(e->text), ALIGN_LEFT, (struct style){ ROLE_DIM, ground });
        return 1;
    }
    int rows = canvas_wrap_in(c, clip, rest, slice_of(e->text), (struct style){ ROLE_TEXT, ground });
    return rows > 0 ? rows : 1;
}

static int draw_all(struct page *p, struct canvas *c, struct area clip, int top)
{
    struct widths w = measure(p, c, clip.w - 4);
    int y = 0;
    for (size_t i = 0; i < p->count; i++) {
        struct entry *e = &p->at[i];
        bool is_chosen = e->key != 0 && e->key == p->chosen;
        struct area at = { clip.x, clip.y + y - top, clip.w, 1 };
        if (is_chosen && at.y + e->rows > clip.y && at.y < clip.y + clip.h) {
            canvas_ground(c, area_clip((struct area){ at.x, at.y, at.w, e->rows }, clip), ROLE_CURSOR);
            if (at.y >= clip.y)
                (void)canvas_put(c, clip, at.x, at.y, c->ascii ? SLICE(">") : SLICE("\u258c"), (struct style){ ROLE_CURSOR_MARK, ROLE_CURSOR });
        }
        e->y = y;
        if (e->key != 0)
            canvas_hit(c, (struct hit){ .kind = HIT_ROW, .area = area_clip((struct area){ at.x, at.y, at.w, e->rows }, clip), .owner = p, .id = e->key });
        bool is_measured = clip.h > 0, is_out = at.y + e->rows <= clip.y || at.y >= clip.y + clip.h;
        if (is_measured && is_out) {
            y += e->rows;
            continue;
        }
        e->rows = draw_entry(e, &w, c, clip, at, is_chosen ? ROLE_CURSOR : ROLE_TEXT, p->is_brief);
        y += e->rows;
    }
    return y;
}

static void scroll(struct page *p, int height)
{
    size_t at = index_of(p);
    if (p->is_moved && p->chosen != 0 && at < p->count) {
        const struct entry *e = &p->at[at];
        bool has_heading = at > 0 && p->at[at - 1].text == NULL;
        if (e->y - (has_heading ? 2 : 0) < p->top)
            p->top = e->y - (has_heading ? 2 : 0);
        if (e->y + e->rows > p->top + height)
            p->top = e->y + e->rows - height;
    }
    p->is_moved = false;
    int most = p->all > height ? p->all - height : 0;
    p->top = p->top > most ? most : p->top < 0 ? 0 : p->top;
}

/* Which rows of how many are in sight, at the right end of *head, which is cut off. */
static void draw_sight(const struct page *p, struct canvas *c, struct area *head)
{
    struct buf text = BUF_INIT(64);
    int last = p->top + p->rows < p->all ? p->top + p->rows : p->all;
    (void)buf_addf(&text, " %d to %d of %d ", p->top + 1, last, p->all);
    int width = canvas_text_width(c, buf_slice(&text));
    if (p->all > p->rows && p->rows > 0 && head->w > 2 * width) {
        (void)area_right(head, 2);
        struct area at = area_right(head, width);
        canvas_blank(c, at, (struct style){ ROLE_TEXT, ROLE_TEXT });
        canvas_fit(c, at, buf_slice(&text), ALIGN_LEFT, (struct style){ ROLE_DIM, ROLE_TEXT });
    }
    buf_clear(&text);
}

void page_draw(struct page *p, struct canvas *c, struct area a)
{
    canvas_blank(c, a, (struct style){ ROLE_TEXT, ROLE_TEXT });
    struct area head = area_top(&a, 1), foot = area_bottom(&a, p->is_brief && a.h > 2 * FOOT_ROWS ? FOOT_ROWS : 0);
    p->rows = a.h;
    p->all = draw_all(p, c, (struct area){ a.x, a.y, a.w, 0 }, 0); /* only measured */
    scroll(p, a.h);
    (void)draw_all(p, c, a, p->top);
    size_t chosen = index_of(p);
    canvas_blank(c, foot, (struct style){ ROLE_TEXT, ROLE_TEXT });
    if (foot.h > 0 && p->chosen != 0 && chosen < p->count) {
        canvas_rule(c, foot, (struct style){ ROLE_RULE, ROLE_TEXT });
        (void)canvas_wrap(c, (struct area){ foot.x + 2, foot.y + 1, foot.w - 4, foot.h - 1 }, slice_of(p->at[chosen].text), (struct style){ ROLE_TEXT, ROLE_TEXT });
    }
    canvas_blank(c, head, (struct style){ ROLE_TEXT, ROLE_TEXT });
    canvas_rule(c, head, (struct style){ ROLE_RULE, ROLE_TEXT });
    draw_sight(p, c, &head);
    int x = canvas_put(c, head, head.x + 1, head.y, SLICE(" "), (struct style){ ROLE_TEXT, ROLE_TEXT });
    x = canvas_put(c, head, x, head.y, slice_of(p->title), (struct style){ ROLE_TITLE_FOCUS, ROLE_TEXT });
    if (p->found != NULL) {
        x = canvas_put(c, head, x, head.y, SLICE("  with '"), (struct style){ ROLE_DIM, ROLE_TEXT });
        x = canvas_put(c, head, x, head.y, slice_of(p->found), (struct style){ ROLE_MATCH, ROLE_TEXT });
        x = canvas_put(c, head, x, head.y, p->count > 0 ? SLICE("'") : SLICE("': nothing has it"), (struct style){ ROLE_DIM, ROLE_TEXT });
    }
    (void)canvas_put(c, head, x, head.y, SLICE(" "), (struct style){ ROLE_TEXT, ROLE_TEXT });
}
