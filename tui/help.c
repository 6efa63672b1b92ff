/* SPDX-License-Identifier: MIT */
/* help: builds a list of lines (a heading, or a term and what it means) from the tables of the program, and shows
 * the part of it that fits. */
#include "tui/help.h"

#include "core/base/mem.h"

enum { TERM_COLS = 18 };

struct entry {
    char *term, *text; /* text NULL: a heading */
    enum role role;    /* of the term */
};

struct help {
    struct entry *at;
    size_t count, cap;
    int top, rows, all; /* first row in sight; rows of the last picture; rows of the whole page in it */
    bool is_ascii;
};

static void add(struct help *h, struct slice term, const char *text, enum role role)
{
    if (h->count == h->cap) {
        h->cap = h->cap > 0 ? h->cap * 2 : 64;
        h->at = mem_resize(h->at, h->cap, sizeof *h->at);
    }
    h->at[h->count++] = (struct entry){ .term = mem_text(term), .text = mem_strdup(text), .role = role };
}

static void add_keys(struct help *h, const struct keymap *keys)
{
    for (size_t s = 0; s < SECTION_COUNT; s++) {
        add(h, slice_of(section_table[s].title), NULL, ROLE_TITLE_FOCUS);
        for (size_t a = ACTION_NONE + 1; a < ACTION_COUNT; a++) {
            struct buf text = BUF_INIT(512);
            if (action_table[a].section == s && keymap_keys(keys, (enum action)a, true, &text))
                add(h, buf_slice(&text), action_table[a].help, ROLE_KEY);
            buf_clear(&text);
        }
    }
}

static void add_looks(struct help *h, const char *title, const struct look_row *looks, size_t count)
{
    add(h, slice_of(title), NULL, ROLE_TITLE_FOCUS);
    for (size_t i = 0; i < count; i++) {
        struct buf text = BUF_INIT(128);
        (void)buf_addf(&text, "%s %s", h->is_ascii ? looks[i].ascii : looks[i].utf8, looks[i].word);
        add(h, buf_slice(&text), looks[i].meaning, looks[i].role);
        buf_clear(&text);
    }
}

static void add_columns(struct help *h, enum fact_kind kind, const char *title)
{
    struct column_set set = column_set(kind);
    struct buf text = BUF_INIT(256);
    (void)buf_addf(&text, "Columns of %s", title);
    add(h, buf_slice(&text), NULL, ROLE_TITLE_FOCUS);
    buf_clear(&text);
    for (size_t i = 0; i < set.count; i++) {
        if (set.at[i].drop < 250 && *set.at[i].title != '\0')
            add(h, slice_of(set.at[i].title), set.at[i].help, ROLE_NAME);
    }
}

static void add_figures(struct help *h)
{
    add(h, SLICE("How the figures are made"), NULL, ROLE_TITLE_FOCUS);
    for (size_t i = 0; i < KPI_COUNT; i++) {
        struct buf text = BUF_INIT(2048);
        (void)buf_addf(&text, "%s (%s)", kpi_table[i].formula, kpi_table[i].source);
        add(h, slice_of(kpi_table[i].title), text.data, ROLE_NAME);
        buf_clear(&text);
    }
}

struct help *help_new(const struct keymap *keys, enum fact_kind kind, const char *pane_title, bool is_ascii)
{
    struct help *h = mem_alloc(sizeof *h);
    h->is_ascii = is_ascii;
    add_keys(h, keys);
    add_looks(h, "Agents", view_agent_looks, AGENT_STATE_COUNT);
    add_looks(h, "Waits", view_wait_looks, WAIT_COUNT);
    add_looks(h, "Links", view_link_looks, LINK_STATE_COUNT);
    add_looks(h, "Queues", view_queue_looks, QUEUE_STATE_COUNT);
    add_columns(h, kind, pane_title);
    add_figures(h);
    return h;
}

void help_free(struct help *h)
{
    if (h == NULL)
        return;
    for (size_t i = 0; i < h->count; i++) {
        mem_free(h->at[i].term);
        mem_free(h->at[i].text);
    }
    mem_free(h->at);
    mem_free(h);
}

bool help_act(struct help *h, enum action a)
{
    int page = h->rows > 1 ? h->rows - 1 : 1;
    switch (a) {
    case ACTION_CURSOR_DOWN: h->top++; break;
    case ACTION_CURSOR_UP: h->top--; break;
    case ACTION_PAGE_DOWN: h->top += page; break;
    case ACTION_PAGE_UP: h->top -= page; break;
    case ACTION_CURSOR_FIRST: h->top = 0; break;
    case ACTION_CURSOR_LAST: h->top = h->all; break;
    default: return false;
    }
    return true;
}

static int draw_entry(const struct entry *e, struct canvas *c, struct area a)
{
    struct style term = { e->role, ROLE_TEXT };
    if (e->text == NULL) {
        canvas_fit(c, (struct area){ a.x + 2, a.y + 1, a.w - 4, 1 }, slice_of(e->term), ALIGN_LEFT, term);
        return 2;
    }
    int indent = a.w >= 50 ? TERM_COLS : a.w / 3;
    canvas_fit(c, (struct area){ a.x + 2, a.y, indent - 2, 1 }, slice_of(e->term), ALIGN_LEFT, term);
    struct area room = { a.x + 2 + indent, a.y, a.w - indent - 4, 1000 };
    int rows = canvas_wrap(c, room, slice_of(e->text), (struct style){ ROLE_TEXT, ROLE_TEXT });
    return rows > 0 ? rows : 1;
}

/* The whole page is drawn onto a picture that is as wide as the screen and slides under it. */
static int draw_page(const struct help *h, struct canvas *c, struct area clip, int top)
{
    int y = clip.y - top;
    for (size_t i = 0; i < h->count; i++)
        y += draw_entry(&h->at[i], c, (struct area){ clip.x, y, clip.w, 1 });
    return y + top - clip.y;
}

void help_draw(struct help *h, struct canvas *c, struct area a)
{
    canvas_blank(c, a, (struct style){ ROLE_TEXT, ROLE_TEXT });
    struct area head = area_top(&a, 1);
    h->rows = a.h;
    h->all = draw_page(h, c, (struct area){ a.x, a.y + c->rows, a.w, 1 }, 0); /* below the picture: only measured */
    int most = h->all > a.h ? h->all - a.h : 0;
    h->top = h->top > most ? most : h->top < 0 ? 0 : h->top;
    (void)draw_page(h, c, a, h->top);
    canvas_blank(c, head, (struct style){ ROLE_TEXT, ROLE_TEXT });
    canvas_rule(c, head, (struct style){ ROLE_RULE, ROLE_TEXT });
    (void)canvas_put(c, head, head.x + 1, head.y, SLICE(" Help "), (struct style){ ROLE_TITLE_FOCUS, ROLE_TEXT });
}
