/* SPDX-License-Identifier: MIT */
/* screen_floor: which panes the floor has and where they lie. Places depend on the size of the screen and on the number of
 * queues, not on callers or calls: nothing moves because somebody rings. */
#include "tui/screen_floor.h"

#include "core/base/mem.h"
#include "tui/header.h"

enum floor_pane { PANE_QUEUES, PANE_CALLERS, PANE_AGENTS, PANE_COUNT };

static const struct pane_row panes[] = {
    [PANE_QUEUES] = { .name = "queues", .title = "Queues",
                      .nobody = "This PBX has no queues. Add one to queues.conf and reload app_queue: it appears here by itself. "
                                "If there are some, the AMI user may lack the class 'agent' in manager.conf (read = agent).",
                      .table = { .kind = FACT_QUEUE, .sort = "name",
                                 .layout = "name pbx proof waiting oldest ready ringing talking hold other_call wrapup paused away service_level offered answered "
                                           "abandoned abandonment asa att aht missed members strategy service_level_s" } },
    [PANE_CALLERS] = { .name = "callers", .title = "Waiting", .nobody = "Nobody is waiting.",
                       .table = { .kind = FACT_CALLER, .sort = "wait", .layout = "queue pbx position wait number name ringing priority" } },
    [PANE_AGENTS] = { .name = "agents", .title = "Agents", .nobody = "No queue has members.",
                      .table = { .kind = FACT_AGENT, .sort = "name",
                                 .layout = "name pbx state since detail queue calls_taken missed talk_ms last_call memberships paused_in login interface" } },
};
_Static_assert(sizeof panes / sizeof panes[0] == PANE_COUNT, "a pane without a row");

struct screen_floor {
    struct pane pane[PANE_COUNT];
    struct totals totals;
    size_t focus;
};

struct screen_floor *screen_floor_new(void)
{
    struct screen_floor *s = mem_alloc(sizeof *s);
    for (size_t i = 0; i < PANE_COUNT; i++)
        pane_init(&s->pane[i], &panes[i]);
    totals_init(&s->totals);
    return s;
}

void screen_floor_free(struct screen_floor *s)
{
    if (s == NULL)
        return;
    for (size_t i = 0; i < PANE_COUNT; i++)
        pane_clear(&s->pane[i]);
    totals_clear(&s->totals);
    mem_free(s);
}

void screen_floor_changed(struct screen_floor *s, enum fact_kind kind, uint64_t id, const struct fact *f)
{
    if (kind == FACT_AGENT)
        totals_agent(&s->totals, id, (const void *)f);
    for (size_t i = 0; i < PANE_COUNT; i++) {
        if (panes[i].table.kind == kind)
            table_changed(s->pane[i].table, id, f);
        else if (kind == FACT_PBX) /* a link that came or went changes to which instant times are measured */
            table_resort(s->pane[i].table);
    }
}

struct pane *screen_floor_pane(struct screen_floor *s)
{
    return &s->pane[s->focus];
}

bool screen_floor_act(struct screen_floor *s, enum action a)
{
    if (a == ACTION_PANE_NEXT)
        s->focus = (s->focus + 1) % PANE_COUNT;
    else if (a == ACTION_PANE_PREVIOUS)
        s->focus = (s->focus + PANE_COUNT - 1) % PANE_COUNT;
    else
        return table_act(s->pane[s->focus].table, a);
    return true;
}

static int at_most(int n, int most)
{
    return n < most ? n : most;
}

/* Beside each other, with a gap of two. */
static void split(struct area a, int left, struct area *one, struct area *two)
{
    *one = area_left(&a, left);
    (void)area_left(&a, 2);
    *two = a;
}

/* False: there is room for one pane only. */
static bool lay_out(struct area a, size_t queues, struct area out[PANE_COUNT])
{
    int need = (int)(queues < 200 ? (queues > 0 ? queues : 4) : 200) + 2;
    if (a.h < 12 || a.w < 50)
        return false;
    if (a.w >= 170) {
        struct area left;
        split(a, a.w / 2, &left, &out[PANE_AGENTS]);
        out[PANE_QUEUES] = area_top(&left, at_most(need + 1, left.h * 3 / 5));
        out[PANE_CALLERS] = left;
    } else if (a.w >= 110) {
        out[PANE_QUEUES] = area_top(&a, at_most(need + 1, a.h / 2));
        split(a, a.w * 9 / 20, &out[PANE_CALLERS], &out[PANE_AGENTS]);
    } else {
        out[PANE_QUEUES] = area_top(&a, at_most(need, a.h * 9 / 20));
        out[PANE_CALLERS] = area_top(&a, a.h * 9 / 20);
        out[PANE_AGENTS] = a;
    }
    return true;
}

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

/* One pane, and the titles of the others beside its own. */
static void draw_one(struct screen_floor *s, const struct view *v, struct canvas *c, struct area a, const char *empty)
{
    pane_draw(&s->pane[s->focus], v, c, a, true, empty);
    if (a.w < 36)
        return;
    struct area title = area_top(&a, 1);
    canvas_rule(c, title, (struct style){ ROLE_RULE, ROLE_TEXT });
    for (size_t i = 0, x = 1; i < PANE_COUNT; i++)
        x = (size_t)pane_title(&s->pane[i], c, title, (int)x, i == s->focus) + 1;
}

void screen_floor_draw(struct screen_floor *s, const struct view *v, struct canvas *c, struct area a)
{
    struct area at[PANE_COUNT];
    const char *empty = why_empty(v);
    for (size_t i = 0; i < PANE_COUNT; i++)
        (void)table_settle(s->pane[i].table, v);
    totals_settle(&s->totals, v);
    header_draw(&s->totals, v, c, &a);
    if (!lay_out(a, table_total(s->pane[PANE_QUEUES].table), at)) {
        draw_one(s, v, c, a, empty);
        return;
    }
    for (size_t i = 0; i < PANE_COUNT; i++)
        pane_draw(&s->pane[i], v, c, at[i], i == s->focus, empty);
}
