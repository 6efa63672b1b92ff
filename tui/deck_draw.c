/* SPDX-License-Identifier: MIT */
/* deck_draw: the picture of the open screen: the header with the way here, the panes where their layout puts them, and a
 * sentence when whom it is about has gone. Where nothing else has room, one pane with the titles of the others. */
#include "tui/deck_parts.h"
#include "tui/header.h"

enum { LEAST_COLS = 50, LEAST_ROWS = 12 }; /* for several panes of a layout that a person chose */

struct drawing {
    struct deck *deck;
    struct canvas *canvas;
    const struct view *view; /* of the subject: time stands still for one who went */
    const char *empty;
};

/* Why there are no rows, as far as the links say; NULL: there really are none. */
static const char *why_empty(const struct view *v)
{
    const struct fact *f;
    const char *why = "Not known yet.";
    for (size_t at = 0; (f = store_each(v->store, FACT_PBX, &at)) != NULL;) {
        int64_t link = ((const struct fact_pbx *)(const void *)f)->link;
        if (link == LINK_LIVE)
            return NULL;
        why = link == LINK_LOST || link == LINK_REFUSED ? "Not known: there is no link to the PBX." : "Not known yet.";
    }
    return why;
}

static bool has_focus(const struct drawing *g, const struct pane *p)
{
    return p == deck_focus(g->deck);
}

static bool is_placed(void *context, struct slice name)
{
    const struct drawing *g = context;
    enum pane_id id;
    if (!pane_named(name, &id))
        return false;
    const struct pane *p = &g->deck->pane[id];
    return nav_now(&g->deck->nav)->is_zoomed ? has_focus(g, p) : !deck_is_hidden(g->deck, id);
}

static int need(void *context, struct slice name, int width)
{
    const struct drawing *g = context;
    enum pane_id id;
    return pane_named(name, &id) ? pane_need(&g->deck->pane[id], g->view, width) : 0;
}

/* For one who went time stands still; who is listed beside it lives on. */
static void draw_pane(const struct drawing *g, struct pane *p, struct area a, bool is_focus)
{
    pane_draw(p, p->table != NULL ? g->deck->view : g->view, g->canvas, a, is_focus, g->empty);
}

static void place(void *context, struct slice name, struct area a)
{
    const struct drawing *g = context;
    enum pane_id id;
    if (pane_named(name, &id))
        draw_pane(g, &g->deck->pane[id], a, has_focus(g, &g->deck->pane[id]));
}

/* One pane, and the titles of the others beside its own. */
static void draw_one(const struct drawing *g, struct area a)
{
    struct deck *d = g->deck;
    draw_pane(g, deck_focus(d), a, true);
    if (a.w < 36 || d->count < 2)
        return;
    struct area title = area_top(&a, 1);
    canvas_rule(g->canvas, title, (struct style){ ROLE_RULE, ROLE_TEXT });
    int x = title.x + 1;
    for (size_t i = 0; i < d->count; i++) {
        const struct pane *p = &d->pane[d->at[i]];
        if (!deck_is_hidden(d, d->at[i]))
            x = pane_title(p, g->view, g->canvas, title, x, has_focus(g, p)) + 1;
    }
    pane_draw_sight(deck_focus(d), g->canvas, title, x);
}

/* The layout with so much room; the last one where none has. */
static size_t roomy(const struct screen_row *row, struct area a)
{
    size_t i = 0;
    while (i + 1 < SCREEN_LAYOUTS && row->layout[i + 1].text != NULL && (a.w < row->layout[i].least_w || a.h < row->layout[i].least_h))
        i++;
    return i;
}

static bool draw_laid_out(const struct drawing *g, struct area a, const struct screen_layout *l)
{
    struct layout layout;
    struct err err = ERR_INIT;
    bool has_room = (a.w >= l->least_w && a.h >= l->least_h) || nav_now(&g->deck->nav)->is_zoomed;
    if (!has_room || l->text == NULL || !layout_read(&layout, slice_of(l->text), &err))
        return false;
    struct layout_panes panes = { .context = (void *)(uintptr_t)g, .is_shown = is_placed, .need = need, .place = place };
    layout_place(&layout, &panes, a);
    return true;
}

static void draw_panes(const struct drawing *g, struct area a)
{
    const struct screen_row *row = deck_row(g->deck);
    const char *chosen = deck_layout(g->deck, deck_screen(g->deck));
    if (chosen != NULL) {
        if (!draw_laid_out(g, a, &(struct screen_layout){ LEAST_COLS, LEAST_ROWS, chosen }))
            draw_one(g, a);
        return;
    }
    if (!draw_laid_out(g, a, &row->layout[roomy(row, a)]))
        draw_one(g, a);
}

/* From the last screen about nobody to this one. */
static size_t list_crumbs(const struct deck *d, struct buf *out, size_t most)
{
    size_t from = d->nav.now, count = 0;
    while (from > 0 && screen_table[d->nav.at[from].screen].subject != FACT_COUNT && d->nav.now - from + 1 < most)
        from--;
    for (size_t i = from; i <= d->nav.now; i++) {
        const struct nav_entry *e = &d->nav.at[i];
        enum fact_kind kind = screen_table[e->screen].subject;
        out[count] = BUF_INIT(256);
        if (kind == FACT_COUNT)
            (void)buf_add(&out[count], slice_of(screen_table[e->screen].title));
        else
            pane_add_name(d->view, kind, e->is_gone ? &e->last.head : store_get(d->view->store, kind, e->subject), &out[count]);
        count++;
    }
    return count;
}

/* Who talks with a caller that left the queue. */
static const struct fact *who_answered(const struct view *v, const struct fact_caller *caller)
{
    const struct fact *f;
    for (size_t at = 0; caller->uniqueid != NULL && (f = store_each(v->store, FACT_CALL, &at)) != NULL;) {
        const struct fact_call *call = (const void *)f;
        if (call->uniqueid != NULL && strcmp(call->uniqueid, caller->uniqueid) == 0)
            return store_get(v->store, FACT_AGENT, call->agent);
    }
    return NULL;
}

/* It stays, and says that nobody is there any more. Cuts its rows off the top of *a. */
static void draw_gone(const struct deck *d, struct canvas *c, struct area *a)
{
    const struct nav_entry *e = &d->nav.at[d->nav.now];
    const struct screen_row *row = &screen_table[e->screen];
    if (!e->is_gone || a->h < 3)
        return;
    struct buf text = BUF_INIT(1024);
    const struct fact *agent = row->subject == FACT_CALLER ? who_answered(d->view, (const void *)&e->last.caller) : NULL;
    (void)buf_addf(&text, "%s gone since ", row->title);
    view_add_clock(&text, e->gone_wall_ms, "%H:%M:%S");
    (void)buf_add(&text, SLICE(", "));
    view_add_duration(&text, d->view->beat_ms - e->gone_ms);
    (void)buf_add(&text, SLICE(" ago"));
    if (agent != NULL) {
        (void)buf_add(&text, SLICE(": talks with "));
        struct buf name = BUF_INIT(256);
        pane_add_name(d->view, FACT_AGENT, agent, &name);
        (void)buf_add(&text, buf_slice(&name));
        buf_clear(&name);
    }
    (void)buf_add(&text, SLICE(". What is shown is what was known then."));
    int rows = canvas_wrap(c, (struct area){ a->x + 1, a->y, a->w - 2, 2 }, buf_slice(&text), (struct style){ ROLE_WARN, ROLE_TEXT });
    (void)area_top(a, rows);
    buf_clear(&text);
}

/* Panes that have room, rows in their order, and what each pane is about. */
static void settle(struct deck *d, struct area a)
{
    deck_relay(d, roomy(deck_row(d), a));
    for (size_t i = 0; i < d->count; i++)
        (void)pane_settle(&d->pane[d->at[i]], d->view);
    for (size_t i = 0; i < d->count; i++) {
        struct pane *p = &d->pane[d->at[i]];
        p->fact = deck_pane_fact(d, p);
        p->is_gone = nav_now(&d->nav)->is_gone;
    }
}

void deck_draw(struct deck *d, struct canvas *c, struct area a)
{
    struct nav_entry *e = nav_now(&d->nav);
    struct view then = *d->view;
    if (e->is_gone)
        then.beat_ms = e->gone_ms;
    struct drawing g = { .deck = d, .canvas = c, .view = e->is_gone ? &then : d->view, .empty = why_empty(d->view) };
    totals_settle(&d->totals, d->view);
    struct buf crumb[HEADER_CRUMBS_MAX];
    struct header h = { .totals = &d->totals, .lines = deck_row(d)->totals, .crumb = crumb };
    h.crumbs = list_crumbs(d, crumb, HEADER_CRUMBS_MAX);
    header_draw(&h, d->view, c, &a);
    for (size_t i = 0; i < h.crumbs; i++)
        buf_clear(&crumb[i]);
    draw_gone(d, c, &a);
    settle(d, a);
    draw_panes(&g, a);
}
