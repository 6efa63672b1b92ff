/* SPDX-License-Identifier: MIT */
/* wall: which page is shown and for how long. A page is left when all its screenfuls have had their time; one with
 * an alarm stays three times as long. Every few minutes the picture moves by one cell within a margin. Owns the order of the agents and since
 * when a PBX is lost; everything else is looked up when it is drawn. */
#include "tui/wall/wall.h"

#include "core/base/mem.h"
#include "core/base/utf8.h"
#include "tui/wall/wall_parts.h"

enum { SENTENCE_MAX = 600, SENTENCE_MS = 30000, MARGIN_LEAST_ROWS = 16, REPAINT_MS = 60000, HELD_LEAST = 3 /* periods */ };

/* Queues of one name are one tile; a sum is the same either way, and a page that names PBXs means their own queues. */
static void choose(struct wall *w)
{
    const struct wall_page *p = wall_page(w);
    bool is_one = w->merged != NULL && p->kind == WALL_QUEUES;
    for (size_t i = 0; i < p->queue_count; i++)
        is_one = is_one && strchr(p->queue[i], '@') == NULL;
    w->view.joint = is_one ? w->merged : w->apart;
    w->view.store = joint_store(w->view.joint);
}

struct wall *wall_new(const struct wall_setup *setup)
{
    struct wall *w = mem_alloc(sizeof *w);
    struct slice only = slice_of(setup->settings != NULL ? setup->settings->only_pbx : NULL);
    w->apart = joint_new(setup->store);
    joint_show(w->apart, only, false);
    if (setup->settings != NULL && setup->settings->is_merged) {
        w->merged = joint_new(setup->store);
        joint_show(w->merged, only, true);
    }
    w->view = (struct view){ .settings = setup->settings, .alerts = setup->alerts, .is_ascii = setup->is_ascii };
    w->keys = setup->keys;
    w->layout = setup->layout;
    choose(w);
    w->period_ms = setup->period_ms;
    w->sheet_count = 1;
    w->lost = idmap_new();
    w->sentence = BUF_INIT(SENTENCE_MAX);
    return w;
}

void wall_free(struct wall *w)
{
    if (w == NULL)
        return;
    struct wall_lost *lost;
    for (size_t at = 0; (lost = idmap_each(w->lost, &at)) != NULL;)
        mem_free(lost);
    idmap_free(w->lost);
    joint_free(w->apart);
    joint_free(w->merged);
    mem_free(w->agent);
    buf_clear(&w->sentence);
    mem_free(w);
}

/* --- turning pages ------------------------------------------------------------------------------------------------- */

static int64_t period_of(const struct wall *w)
{
    const struct wall_page *p = wall_page(w);
    return p->seconds > 0 ? p->seconds * 1000 : w->period_ms;
}

static void go_to(struct wall *w, size_t page)
{
    w->page = page;
    w->held = 0;
    choose(w);
    w->sheet = w->per_sheet = 0;
    w->sheet_count = 1;
}

static void turn(struct wall *w, bool is_back)
{
    size_t pages = w->layout->page_count;
    if (is_back && w->sheet > 0)
        w->sheet--;
    else if (!is_back && w->sheet + 1 < w->sheet_count)
        w->sheet++;
    else
        go_to(w, (w->page + (is_back ? pages - 1 : 1)) % pages);
    w->turned_at = w->view.beat_ms;
}

/* The time of what is shown is over. What needs somebody is held for longer, but not for ever: then nobody would see the other pages, where
 * there may be more of it, and the line of alarms is on all of them. */
static void turn_by_itself(struct wall *w)
{
    size_t next = w->sheet, most = w->sheet_count > HELD_LEAST ? w->sheet_count : HELD_LEAST;
    bool stays = wall_page(w)->stays && wall_page_is_alarmed(w, w->sheet);
    for (size_t i = 1; wall_page(w)->stays && i < w->sheet_count; i++) { /* another screenful of it that needs somebody */
        next = (w->sheet + i) % w->sheet_count;
        if (wall_page_is_alarmed(w, next)) {
            stays = true;
            break;
        }
        next = w->sheet;
    }
    w->turned_at = w->view.beat_ms;
    if (!stays)
        turn(w, false);
    else if (++w->held >= most)
        go_to(w, (w->page + 1) % w->layout->page_count);
    else
        w->sheet = next;
}

unsigned wall_beat(struct wall *w, int64_t floor_ms, int64_t wall_ms)
{
    bool is_first = w->view.beat_ms == 0;
    bool is_minute = !is_first && w->view.beat_ms / REPAINT_MS != floor_ms / REPAINT_MS; /* the kernel writes over a console, and nobody is there to redraw it */
    w->view.beat_ms = floor_ms;
    w->view.wall_ms = wall_ms;
    if (is_first || w->turned_at > floor_ms) /* another keeper, another time line */
        w->turned_at = floor_ms;
    if (floor_ms - w->turned_at >= period_of(w))
        turn_by_itself(w);
    if (w->sentence.len > 0 && (floor_ms - w->said_at >= SENTENCE_MS || floor_ms < w->said_at))
        buf_reset(&w->sentence);
    return APP_PAINT | (is_minute ? APP_REPAINT : 0);
}

unsigned wall_key(struct wall *w, struct key k)
{
    if (k.code == KEYCODE_NONE)
        return 0;
    switch (keymap_press(w->keys, SECTION_GLOBAL, &w->pressed, k)) {
    case ACTION_QUIT: return APP_QUIT;
    case ACTION_SUSPEND: return APP_SUSPEND;
    case ACTION_REDRAW: return APP_REDRAW | APP_PAINT;
    case ACTION_PANE_NEXT:
    case ACTION_CURSOR_DOWN:
    case ACTION_PAGE_DOWN: turn(w, false); return APP_PAINT;
    case ACTION_PANE_PREVIOUS:
    case ACTION_CURSOR_UP:
    case ACTION_PAGE_UP: turn(w, true); return APP_PAINT;
    case ACTION_CURSOR_FIRST:
        go_to(w, 0);
        w->turned_at = w->view.beat_ms;
        return APP_PAINT;
    default: return 0; /* nobody is there to be told */
    }
}

static void on_shown(void *context, enum fact_kind kind, uint64_t id, const struct fact *f)
{
    (void)context, (void)kind, (void)id, (void)f; /* everything is looked up when it is drawn */
}

/* Since when the numbers of a PBX are old: the link's own figure moves on with every attempt that is answered. */
unsigned wall_changed(struct wall *w, enum fact_kind kind, uint64_t id, const struct fact *f)
{
    joint_changed(w->apart, kind, id, f, on_shown, NULL);
    if (w->merged != NULL)
        joint_changed(w->merged, kind, id, f, on_shown, NULL);
    if (kind != FACT_PBX)
        return APP_PAINT;
    const struct fact_pbx *pbx = (const void *)f;
    struct wall_lost *lost = idmap_get(w->lost, id);
    bool is_lost = pbx != NULL && pbx->link != LINK_LIVE && store_child(view_whole(&w->view), FACT_QUEUE, id, NULL) != NULL;
    if (!is_lost && lost != NULL) {
        (void)idmap_remove(w->lost, id);
        mem_free(lost);
    } else if (is_lost && lost == NULL) {
        lost = mem_alloc(sizeof *lost);
        *lost = (struct wall_lost){ id, pbx->heard_at != 0 ? pbx->heard_at : w->view.beat_ms };
        (void)idmap_put(w->lost, id, lost);
    }
    return APP_PAINT;
}

unsigned wall_notice(struct wall *w, struct slice sentence, bool is_error)
{
    buf_reset(&w->sentence);
    (void)buf_add(&w->sentence, utf8_head(sentence, SENTENCE_MAX - 1));
    w->is_error = is_error;
    w->said_at = w->view.beat_ms;
    return APP_PAINT;
}

/* --- the picture ---------------------------------------------------------------------------------------------------- */

/* Where the picture lies this time: it goes round the edge of a margin, one cell a step. */
static struct area shifted(const struct wall *w, struct area all)
{
    int across = all.w / 40 < 12 ? all.w / 40 : 12, down = all.h >= MARGIN_LEAST_ROWS ? (all.h / 24 < 5 ? all.h / 24 : 5) : 0;
    if (w->layout->shift_s == 0)
        return all;
    int round = down > 0 ? 2 * (across + down) : 2 * across;
    int step = round > 0 ? (int)(w->view.beat_ms / 1000 / w->layout->shift_s % round) : 0;
    int x, y;
    if (step <= across)
        x = step, y = 0;
    else if (step <= across + down)
        x = across, y = step - across;
    else if (step <= 2 * across + down)
        x = 2 * across + down - step, y = down;
    else
        x = 0, y = round - step;
    return (struct area){ all.x + x, all.y + y, all.w - across, all.h - down };
}

size_t wall_set_sheets(struct wall *w, size_t things, size_t per_sheet)
{
    w->per_sheet = per_sheet > 0 ? per_sheet : 1;
    w->sheet_count = things > 0 ? (things + w->per_sheet - 1) / w->per_sheet : 1;
    if (w->sheet >= w->sheet_count)
        w->sheet = w->sheet_count - 1;
    return w->sheet * w->per_sheet;
}

void wall_draw(struct wall *w, struct canvas *c)
{
    static void (*const draw[])(struct wall *, struct canvas *, struct area) = {
        [WALL_NUMBERS] = wall_draw_numbers, [WALL_QUEUES] = wall_draw_queues, [WALL_AGENTS] = wall_draw_agents, [WALL_CALLERS] = wall_draw_callers,
    };
    _Static_assert(sizeof draw / sizeof draw[0] == WALL_KIND_COUNT, "a kind of page that is not drawn");
    canvas_blank(c, canvas_area(c), (struct style){ ROLE_TEXT, ROLE_TEXT });
    w->view.has_many_pbx = store_count(w->view.store, FACT_PBX) > 1;
    struct area body = shifted(w, canvas_area(c));
    wall_draw_frame(w, c, &body);
    draw[wall_page(w)->kind](w, c, body);
}
