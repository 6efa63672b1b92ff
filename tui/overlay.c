/* SPDX-License-Identifier: MIT */
/* overlay: a page and what it is made from. An explanation is made anew for each picture, so that its values live; of a fact
 * that went the last picture stays. Owns the page; the pane is the deck's and outlives it.
 */
#include "tui/overlay.h"

#include "core/base/mem.h"
#include "tui/chooser.h"
#include "tui/explain.h"
#include "tui/help.h"
#include "tui/totals.h"

enum overlay_kind { OVERLAY_HELP, OVERLAY_EXPLAIN, OVERLAY_COLUMNS, OVERLAY_ORDERS, OVERLAY_CONFIRM, OVERLAY_PROFILES, OVERLAY_COUNT };
enum { BESIDE_COLS = 64, BESIDE_LEAST = 120, BELOW_LEAST = 20, AROUND_ROWS = 2, FOOT_ROWS = 6, PROFILE_ROWS = 2 * FOOT_ROWS + 2 /* with a foot */ };

/* What the header says of all queues. */
static const char totals_shown[] = "waiting oldest offered answered answered_in_sl abandoned abandoned_short service_level abandonment asa att aht since";

struct overlay {
    enum overlay_kind kind;
    struct page *page;
    struct pane *pane;
    uint64_t id; /* of the fact that is explained */
    const struct fact_queue *totals; /* instead; NULL: it is a fact */
    struct help_may may; /* of the help */
    int lines;   /* of orders and of what is asked about */
};

static struct overlay *overlay_new(enum overlay_kind kind, const char *what, struct pane *pane)
{
    struct overlay *o = mem_alloc(sizeof *o);
    struct buf title = BUF_INIT(128);
    (void)buf_addf(&title, "%s: %s", what, pane->row->title);
    o->kind = kind;
    o->pane = pane;
    o->page = page_new(title.data);
    buf_clear(&title);
    return o;
}

struct overlay *overlay_help(const struct keymap *keys, const struct pane *pane, const struct help_may *may, bool is_ascii)
{
    struct overlay *o = overlay_new(OVERLAY_HELP, "Help", (struct pane *)(uintptr_t)pane);
    o->may = *may;
    help_fill(o->page, keys, pane, may, is_ascii);
    return o;
}

bool overlay_can_find(const struct overlay *o)
{
    return o != NULL && o->kind == OVERLAY_HELP;
}

struct slice overlay_found(const struct overlay *o)
{
    return page_found(o->page);
}

void overlay_find(struct overlay *o, const struct keymap *keys, bool is_ascii, struct slice text)
{
    page_clear(o->page);
    page_find(o->page, text);
    help_fill(o->page, keys, o->pane, &o->may, is_ascii);
}

static void title_totals(struct page *p, const struct view *v)
{
    struct buf title = BUF_INIT(256);
    size_t live, count = totals_links(v, &live);
    (void)buf_add(&title, SLICE("Where the totals come from: "));
    if (v->joint != NULL && joint_pbx(v->joint) != NULL)
        (void)buf_addf(&title, "all queues of %.64s", joint_pbx(v->joint));
    else if (live > 0 && live < count)
        (void)buf_addf(&title, "the queues of %zu of %zu PBXs, those with a live link", live, count);
    else
        (void)buf_add(&title, SLICE("all queues together"));
    page_set_title(p, buf_slice(&title).p);
    buf_clear(&title);
}

struct overlay *overlay_explain(const struct view *v, struct pane *pane, const struct fact_queue *totals)
{
    uint64_t id = pane->table != NULL ? table_selected(pane->table) : pane->subject;
    if (id != 0 && store_get(v->store, pane->row->table.kind, id) == NULL)
        return NULL;
    struct overlay *o = overlay_new(OVERLAY_EXPLAIN, "Where the numbers come from", pane);
    o->id = id;
    o->totals = id == 0 ? totals : NULL;
    if (id == 0)
        title_totals(o->page, v);
    return o;
}

struct overlay *overlay_columns(struct pane *pane)
{
    if (pane->table == NULL)
        return NULL;
    struct overlay *o = overlay_new(OVERLAY_COLUMNS, "Columns", pane);
    page_set_brief(o->page);
    return o;
}

static struct overlay *overlay_own(enum overlay_kind kind, const char *title)
{
    struct overlay *o = mem_alloc(sizeof *o);
    o->kind = kind;
    o->page = page_new(title);
    return o;
}

struct overlay *overlay_orders(const char *title)
{
    struct overlay *o = overlay_own(OVERLAY_ORDERS, title);
    page_set_brief(o->page);
    return o;
}

struct overlay *overlay_confirm(const char *title)
{
    return overlay_own(OVERLAY_CONFIRM, title);
}

void overlay_set_title(struct overlay *o, const char *title)
{
    page_set_title(o->page, title);
}

struct overlay *overlay_profiles(const char *title)
{
    struct overlay *o = overlay_own(OVERLAY_PROFILES, title);
    page_set_brief(o->page);
    return o;
}

void overlay_add(struct overlay *o, struct slice term, enum role role, struct page_value value, const char *text, uint64_t key)
{
    page_add(o->page, term, role, value, text, key);
    o->lines++;
}

uint64_t overlay_chosen(const struct overlay *o)
{
    return page_chosen(o->page);
}

void overlay_set_chosen(struct overlay *o, uint64_t key)
{
    page_choose(o->page, key);
}

bool overlay_is_orders(const struct overlay *o)
{
    return o->kind == OVERLAY_ORDERS;
}

bool overlay_is_profiles(const struct overlay *o)
{
    return o->kind == OVERLAY_PROFILES;
}

void overlay_free(struct overlay *o)
{
    if (o == NULL)
        return;
    page_free(o->page);
    mem_free(o);
}

bool overlay_can_run(const struct overlay *o)
{
    return (o->kind == OVERLAY_HELP || o->kind == OVERLAY_ORDERS) && page_chosen(o->page) != 0;
}

enum section overlay_section(const struct overlay *o)
{
    static const enum section sections[] = { [OVERLAY_HELP] = SECTION_TABLE, [OVERLAY_EXPLAIN] = SECTION_GLOBAL, [OVERLAY_COLUMNS] = SECTION_COLUMNS,
                                             [OVERLAY_ORDERS] = SECTION_TABLE, [OVERLAY_CONFIRM] = SECTION_CONFIRM, [OVERLAY_PROFILES] = SECTION_GLOBAL };
    _Static_assert(sizeof sections / sizeof sections[0] == OVERLAY_COUNT, "an overlay without keys");
    return sections[o->kind];
}

enum overlay_news overlay_act(struct overlay *o, enum action a, enum action *run)
{
    if (a == ACTION_CANCEL || a == ACTION_QUIT || a == ACTION_BACK || (o->kind == OVERLAY_HELP && a == ACTION_HELP) ||
        (o->kind == OVERLAY_EXPLAIN && a == ACTION_EXPLAIN) || (o->kind == OVERLAY_COLUMNS && a == ACTION_COLUMNS) ||
        (o->kind == OVERLAY_ORDERS && a == ACTION_ORDER_MENU) || (o->kind == OVERLAY_PROFILES && a == ACTION_PROFILES) || a == ACTION_CONFIRM_NO)
        return OVERLAY_CLOSE;
    if (o->kind == OVERLAY_CONFIRM && a == ACTION_CONFIRM_YES)
        return OVERLAY_YES;
    if (o->kind == OVERLAY_ORDERS && a == ACTION_OPEN && page_chosen(o->page) != 0)
        return OVERLAY_ORDER;
    if (o->kind == OVERLAY_PROFILES && a == ACTION_OPEN)
        return OVERLAY_PROFILE;
    if (a == ACTION_OPEN && overlay_can_run(o)) {
        *run = (enum action)page_chosen(o->page);
        return OVERLAY_RUN;
    }
    if (o->kind == OVERLAY_COLUMNS && chooser_act(o->page, &o->pane->row->table, o->pane->table, a))
        return OVERLAY_CHANGED;
    return page_act(o->page, a) ? OVERLAY_CHANGED : OVERLAY_NOTHING;
}

bool overlay_choose(struct overlay *o, const struct hit *hit)
{
    if (hit->kind != HIT_ROW || hit->owner != o->page)
        return false;
    page_choose(o->page, hit->id);
    return true;
}

struct area overlay_area(const struct overlay *o, struct area *a)
{
    if ((o->kind == OVERLAY_COLUMNS || o->kind == OVERLAY_PROFILES) && a->w >= BESIDE_LEAST)
        return area_right(a, BESIDE_COLS);
    if (o->kind == OVERLAY_PROFILES && a->h >= BELOW_LEAST) { /* without a foot where nothing is cut: what it looks like matters more */
        int most = a->h / 2 > PROFILE_ROWS ? a->h / 2 : PROFILE_ROWS, whole = o->lines + AROUND_ROWS;
        return area_bottom(a, page_height(o->page, a->w) <= o->lines && whole < most ? whole : most);
    }
    if (o->kind == OVERLAY_COLUMNS && a->h >= BELOW_LEAST)
        return area_bottom(a, a->h / 2);
    int rows = o->lines + AROUND_ROWS, with_foot = o->lines + 1 + FOOT_ROWS; /* a brief page has a foot only when it is this high: */
    if (o->kind == OVERLAY_CONFIRM)
        rows = page_height(o->page, a->w) + AROUND_ROWS; /* the keys that answer are in sight */
    if (o->kind == OVERLAY_ORDERS)
        rows = with_foot > 2 * FOOT_ROWS + 2 ? with_foot : 2 * FOOT_ROWS + 2;
    if ((o->kind == OVERLAY_ORDERS || o->kind == OVERLAY_CONFIRM) && a->h >= BELOW_LEAST)
        return area_bottom(a, rows < a->h * 2 / 3 ? rows : a->h * 2 / 3);
    struct area all = *a;
    a->h = 0;
    return all;
}

void overlay_draw(struct overlay *o, const struct view *v, struct canvas *c, struct area a)
{
    enum fact_kind kind = o->pane != NULL ? o->pane->row->table.kind : FACT_COUNT;
    const struct fact *f = o->kind == OVERLAY_EXPLAIN ? store_get(v->store, kind, o->id) : NULL;
    if (o->kind == OVERLAY_COLUMNS) {
        page_clear(o->page);
        chooser_fill(o->page, &o->pane->row->table, o->pane->table, v->is_ascii);
    } else if (o->totals != NULL) {
        page_clear(o->page);
        explain_fill(o->page, v, FACT_QUEUE, (const void *)o->totals, slice_of(totals_shown));
    } else if (f != NULL) {
        struct buf layout = BUF_INIT(8192);
        if (o->pane->table != NULL)
            table_layout(o->pane->table, &layout);
        page_clear(o->page);
        explain_fill(o->page, v, kind, f, buf_slice(&layout));
        buf_clear(&layout);
    }
    page_draw(o->page, c, a);
}
