/* SPDX-License-Identifier: MIT */
/* deck: ties screens (rows), the way one went (nav) and panes together. A pane is fed while its screen is open and empty
 * otherwise, so that a screen nobody looks at costs nothing. Owns panes, stack and totals. Drawing: deck_draw.c. */
#include "tui/deck.h"

#include "core/base/mem.h"
#include "tui/deck_parts.h"

static void take_pane(void *context, struct slice name, struct area a)
{
    struct deck *d = context;
    enum pane_id id;
    (void)a;
    if (pane_named(name, &id) && d->count < DECK_PANES_MAX)
        d->at[d->count++] = id;
}

static bool is_there(void *context, struct slice name)
{
    enum pane_id id;
    (void)context;
    return pane_named(name, &id);
}

static int needs_none(void *context, struct slice name, int width)
{
    (void)context, (void)name, (void)width;
    return 0;
}

/* The panes of a screen, in the order in which the chosen layout, else the one that has room, names them. */
static void list_panes(struct deck *d, enum screen_id screen)
{
    struct layout l;
    struct err err = ERR_INIT;
    d->count = 0;
    if (layout_read(&l, slice_of(d->layout[screen] != NULL ? d->layout[screen] : screen_table[screen].layout[d->roomy[screen]].text), &err))
        layout_place(&l, &(struct layout_panes){ .context = d, .is_shown = is_there, .need = needs_none, .place = take_pane }, (struct area){ 0, 0, 1, 1 });
}

bool deck_is_hidden(const struct deck *d, enum pane_id pane)
{
    return d->is_hidden[deck_screen(d)][pane];
}

const struct screen_row *deck_row(const struct deck *d)
{
    return &screen_table[d->nav.at[d->nav.now].screen];
}

static const struct fact *fact_of(const struct deck *d)
{
    const struct nav_entry *e = &d->nav.at[d->nav.now];
    enum fact_kind kind = screen_table[e->screen].subject;
    if (kind == FACT_COUNT)
        return NULL;
    return e->is_gone ? &e->last.head : store_get(d->view->store, kind, e->subject);
}

struct pane *deck_focus(struct deck *d)
{
    size_t focus = nav_now(&d->nav)->focus;
    return &d->pane[d->at[focus < d->count ? focus : 0]];
}

size_t deck_panes(const struct deck *d)
{
    size_t count = 0;
    for (size_t i = 0; i < d->count; i++)
        count += !deck_is_hidden(d, d->at[i]);
    return count;
}

bool deck_has_back(const struct deck *d)
{
    return d->nav.now > 0;
}

bool deck_focus_on(struct deck *d, const void *owner)
{
    for (size_t i = 0; i < d->count; i++) {
        struct pane *p = &d->pane[d->at[i]];
        if (owner == p || owner == p->table) {
            nav_now(&d->nav)->focus = i;
            return true;
        }
    }
    return false;
}

struct table *deck_table(struct deck *d)
{
    return deck_focus(d)->table;
}

enum screen_id deck_screen(const struct deck *d)
{
    return d->nav.at[d->nav.now].screen;
}

uint64_t deck_subject(const struct deck *d)
{
    return d->nav.at[d->nav.now].subject;
}

const struct fact_queue *deck_totals(const struct deck *d)
{
    return &d->totals.queue;
}

struct pane *deck_pane(struct deck *d, enum pane_id id)
{
    return &d->pane[id];
}

const struct fact *deck_pane_fact(const struct deck *d, const struct pane *p)
{
    const struct fact *f = NULL;
    if (deck_row(d)->subject != FACT_COUNT || p->table != NULL)
        return fact_of(d);
    for (size_t i = 0; i < d->count && f == NULL; i++) {
        const struct pane *list = &d->pane[d->at[i]];
        if (list->table == NULL || list->row->table.kind != p->row->table.kind)
            continue;
        if (table_selected(list->table) != 0)
            f = store_get(d->view->store, p->row->table.kind, table_selected(list->table));
        for (size_t line = 0; f == NULL && line < table_lines(list->table); line++)
            f = table_fact(list->table, line);
    }
    return f;
}

const char *deck_layout(const struct deck *d, enum screen_id screen)
{
    return d->layout[screen];
}

/* Before the place in the stack moves: what has the keys, and where its cursor stands. */
static void leave(struct deck *d)
{
    struct nav_entry *e = nav_now(&d->nav);
    e->selected = deck_table(d) != NULL ? table_selected(deck_table(d)) : 0;
}

/* The panes of the screen that is open now are fed, and no others. */
static void show(struct deck *d)
{
    const struct nav_entry *e = nav_now(&d->nav);
    bool was_shown[PANE_COUNT];
    for (size_t i = 0; i < PANE_COUNT; i++) {
        was_shown[i] = d->pane[i].is_shown;
        d->pane[i].is_shown = false;
    }
    list_panes(d, deck_screen(d));
    for (size_t i = 0; i < d->count; i++) {
        struct pane *p = &d->pane[d->at[i]];
        p->is_shown = true;
        if (!was_shown[d->at[i]] || p->row->of != NULL || p->table == NULL)
            pane_show(p, d->view, deck_row(d)->subject, e->subject, fact_of(d));
    }
    for (size_t i = 0; i < PANE_COUNT; i++) {
        if (was_shown[i] && !d->pane[i].is_shown)
            pane_leave(&d->pane[i]);
    }
    if (deck_table(d) != NULL && e->selected != 0)
        table_select(deck_table(d), e->selected);
}

void deck_relay(struct deck *d, size_t layout)
{
    struct nav_entry *e = nav_now(&d->nav);
    const struct pane *focus = deck_focus(d);
    if (d->roomy[deck_screen(d)] == layout)
        return;
    d->roomy[deck_screen(d)] = layout;
    leave(d);
    show(d);
    e->focus = 0;
    (void)deck_focus_on(d, focus);
}

static void count_agents(struct deck *d)
{
    const struct fact *f;
    for (size_t at = 0; (f = store_each(d->view->store, FACT_AGENT, &at)) != NULL;)
        totals_agent(&d->totals, f->id, (const void *)f);
}

struct deck *deck_new(const struct view *v)
{
    struct deck *d = mem_alloc(sizeof *d);
    d->view = v;
    for (size_t i = 0; i < PANE_COUNT; i++)
        pane_init(&d->pane[i], &pane_table[i]);
    for (size_t i = 0; i < SCREEN_COUNT; i++) { /* until it is drawn: what is seen at every size */
        while (d->roomy[i] + 1 < SCREEN_LAYOUTS && screen_table[i].layout[d->roomy[i] + 1].text != NULL)
            d->roomy[i]++;
    }
    totals_init(&d->totals);
    count_agents(d);
    d->link = idmap_new();
    nav_init(&d->nav, SCREEN_FLOOR);
    show(d);
    return d;
}

void deck_free(struct deck *d)
{
    if (d == NULL)
        return;
    for (size_t i = 0; i < PANE_COUNT; i++)
        pane_clear(&d->pane[i]);
    totals_clear(&d->totals);
    for (size_t i = 0; i < SCREEN_COUNT; i++)
        mem_free(d->layout[i]);
    idmap_free(d->link);
    nav_clear(&d->nav);
    mem_free(d);
}

static bool has_name(const struct layout *l, struct slice name)
{
    for (int i = 0; i < l->count; i++) {
        if (l->at[i].child < 0 && slice_eq(l->at[i].name, name))
            return true;
    }
    return false;
}

/* A list of all there are can lie on any screen. */
static bool is_of_all(struct slice name)
{
    enum pane_id id;
    return pane_named(name, &id) && pane_table[id].of == NULL && pane_table[id].form == NULL;
}

static bool no_pane(enum screen_id screen, struct slice name, struct err *err)
{
    struct layout all;
    struct buf names = BUF_INIT(1024);
    bool is_read = layout_read(&all, slice_of(screen_table[screen].layout[0].text), err);
    for (enum pane_id id = 0; is_read && id < PANE_COUNT; id++) {
        if (is_of_all(slice_of(pane_table[id].name)) || has_name(&all, slice_of(pane_table[id].name)))
            (void)buf_addf(&names, "%s%s", names.len > 0 ? ", " : "", pane_table[id].name);
    }
    (void)err_set(err, ERR_CONFIG, "'%.*s' is no pane of '%s': %s", SLICE_FMT(name), screen_table[screen].name, buf_slice(&names).p);
    buf_clear(&names);
    return false;
}

bool deck_check_layout(enum screen_id screen, struct slice text, struct err *err)
{
    struct layout all, l;
    if (text.n > 0 && (!layout_read(&l, text, err) || !layout_read(&all, slice_of(screen_table[screen].layout[0].text), err)))
        return false;
    for (int i = 0; text.n > 0 && i < l.count; i++) {
        for (int k = 0; k < i; k++) {
            if (l.at[i].child < 0 && l.at[k].child < 0 && slice_eq(l.at[i].name, l.at[k].name))
                return err_set(err, ERR_CONFIG, "the layout '%.*s' names the pane '%.*s' twice", SLICE_FMT(text), SLICE_FMT(l.at[i].name));
        }
        if (l.at[i].child < 0 && !has_name(&all, l.at[i].name) && !is_of_all(l.at[i].name))
            return no_pane(screen, l.at[i].name, err);
    }
    return true;
}

bool deck_set_layout(struct deck *d, enum screen_id screen, struct slice text, struct err *err)
{
    if (!deck_check_layout(screen, text, err))
        return false;
    mem_free(d->layout[screen]);
    d->layout[screen] = text.n > 0 ? mem_text(text) : NULL;
    if (screen == deck_screen(d)) {
        leave(d);
        nav_now(&d->nav)->focus = 0;
        show(d);
    }
    return true;
}

/* A link that came or went changes to which instant times are measured. */
static bool is_relinked(struct deck *d, uint64_t id, const struct fact *f)
{
    uintptr_t was = (uintptr_t)idmap_get(d->link, id);
    uintptr_t is = f != NULL ? (uintptr_t)((const struct fact_pbx *)(const void *)f)->link + 1 : 0;
    if (was == is)
        return false;
    if (is != 0)
        (void)idmap_put(d->link, id, (void *)is);
    else
        (void)idmap_remove(d->link, id);
    return true;
}

bool deck_changed(struct deck *d, enum fact_kind kind, uint64_t id, const struct fact *f)
{
    if (kind == FACT_AGENT)
        totals_agent(&d->totals, id, (const void *)f);
    bool is_relink = kind == FACT_PBX && is_relinked(d, id, f);
    for (size_t i = 0; i < d->count; i++) {
        struct pane *p = &d->pane[d->at[i]];
        pane_changed(p, kind, id, f);
        if (is_relink && p->table != NULL)
            table_resort(p->table);
    }
    if (f != NULL)
        (void)nav_came(&d->nav, kind, id);
    else
        (void)nav_gone(&d->nav, kind, id, store_get(d->view->store, kind, id), d->view->beat_ms, d->view->wall_ms);
    return kind != FACT_PBX || is_relink;
}

void deck_forget(struct deck *d)
{
    leave(d);
    for (size_t i = 0; i < PANE_COUNT; i++) {
        struct pane *p = &d->pane[i];
        p->fact = NULL;
        if (p->table != NULL && p->is_shown)
            table_forget(p->table);
        p->is_shown = false;
    }
    totals_forget(&d->totals);
}

void deck_refill(struct deck *d, uint64_t (*now)(void *context, enum fact_kind kind, uint64_t id), void *context)
{
    uint64_t before = deck_subject(d);
    nav_renamed(&d->nav, now, context);
    for (size_t i = 0; i < PANE_COUNT; i++) {
        if (before != 0 && d->pane[i].subject == before)
            d->pane[i].subject = deck_subject(d);
    }
    count_agents(d);
    show(d);
    for (size_t i = 0; i < PANE_COUNT; i++) {
        if (d->pane[i].table != NULL)
            table_renamed(d->pane[i].table, now, context);
    }
}

bool deck_open(struct deck *d, enum screen_id screen, uint64_t subject)
{
    leave(d);
    if (!nav_open(&d->nav, screen, subject))
        return false;
    show(d);
    return true;
}

bool deck_open_subject(struct deck *d, enum fact_kind kind, uint64_t id)
{
    enum screen_id screen;
    return screen_about(kind, &screen) && store_get(d->view->store, kind, id) != NULL && deck_open(d, screen, id);
}

bool deck_back(struct deck *d)
{
    leave(d);
    if (!nav_back(&d->nav))
        return false;
    show(d);
    return true;
}

bool deck_forward(struct deck *d)
{
    leave(d);
    if (!nav_forward(&d->nav))
        return false;
    show(d);
    return true;
}

/* The next pane that is not hidden. */
static void move_focus(struct deck *d, size_t step)
{
    struct nav_entry *e = nav_now(&d->nav);
    for (size_t tried = 0; tried < d->count; tried++) {
        e->focus = (e->focus + step) % d->count;
        if (!deck_is_hidden(d, d->at[e->focus]))
            return;
    }
}

static bool open_row(struct deck *d)
{
    enum fact_kind kind;
    uint64_t id;
    struct table *t = deck_table(d);
    if (t != NULL && table_selected(t) == 0) /* the first key only shows the cursor: nobody is opened unseen */
        return table_act(t, ACTION_OPEN) || table_act(t, ACTION_CURSOR_DOWN);
    return pane_opens(deck_focus(d), d->view, &kind, &id) && deck_open_subject(d, kind, id);
}

static bool hide_pane(struct deck *d)
{
    size_t shown = 0;
    for (size_t i = 0; i < d->count; i++)
        shown += !deck_is_hidden(d, d->at[i]);
    if (shown < 2)
        return false;
    d->is_hidden[deck_screen(d)][deck_focus(d)->row - pane_table] = true;
    nav_now(&d->nav)->is_zoomed = false;
    move_focus(d, 1);
    return true;
}

static void show_panes(struct deck *d)
{
    for (size_t i = 0; i < d->count; i++)
        d->is_hidden[deck_screen(d)][d->at[i]] = false;
    nav_now(&d->nav)->is_zoomed = false;
}

bool deck_act(struct deck *d, enum action a)
{
    enum screen_id screen;
    if (screen_of_action(a, &screen))
        return deck_open(d, screen, 0);
    switch (a) {
    case ACTION_PANE_NEXT: move_focus(d, 1); return true;
    case ACTION_PANE_PREVIOUS: move_focus(d, d->count - 1); return true;
    case ACTION_CURSOR_LEFT:
    case ACTION_CURSOR_RIGHT:
        if (!pane_act(deck_focus(d), a))
            move_focus(d, a == ACTION_CURSOR_RIGHT ? 1 : d->count - 1);
        return true;
    case ACTION_PANE_ZOOM: nav_now(&d->nav)->is_zoomed = !nav_now(&d->nav)->is_zoomed && d->count > 1; return true;
    case ACTION_PANE_HIDE: return hide_pane(d);
    case ACTION_PANE_SHOW: show_panes(d); return true;
    case ACTION_OPEN: return open_row(d);
    case ACTION_BACK: return deck_back(d);
    case ACTION_FORWARD: return deck_forward(d);
    default: return pane_act(deck_focus(d), a);
    }
}
