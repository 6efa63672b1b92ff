/* SPDX-License-Identifier: MIT */
/* wall_tiles: a grid of queues and a grid of agents. Tiles are as large as the screen allows for as many as there are; when
 * they would become too small to be read, they are shown one screenful after another. A thing keeps its place. */
#include "tui/wall/wall_parts.h"

#include <stdio.h>

#include "core/base/mem.h"
#include "core/base/sum.h"
#include "tui/hands/marks.h"

struct grid {
    int cols, rows;
    int across, down; /* gaps */
    struct area in;
};

/* How many tiles lie side by side: the number that makes them largest for their shape. least: the smallest that can be read;
 * wide: how many times wider than high (in cells) looks right. */
static struct grid grid_of(struct area a, size_t things, int least_w, int least_h, int wide)
{
    struct grid best = { 1, 1, 0, 0, a };
    int most_cols, most_rows;
    long best_size = -1;
    wall_gaps(a, &best.across, &best.down);
    if (a.h < 3 * (least_h + best.down))
        best.down = 0;
    most_cols = (a.w + best.across) / (least_w + best.across);
    most_rows = (a.h + best.down) / (least_h + best.down);
    most_cols = most_cols > 0 ? most_cols : 1;
    most_rows = most_rows > 0 ? most_rows : 1;
    struct grid g = best;
    for (g.cols = 1; g.cols <= most_cols; g.cols++) {
        size_t rows = (things + (size_t)g.cols - 1) / (size_t)g.cols;
        if (rows > (size_t)most_rows)
            continue;
        g.rows = rows > 0 ? (int)rows : 1;
        int w = (a.w + g.across) / g.cols - g.across, h = (a.h + g.down) / g.rows - g.down;
        long size = w < h * wide ? w : (long)h * wide;
        if (size > best_size) {
            best_size = size;
            best = g;
        }
    }
    if (best_size < 0) {
        best.cols = most_cols;
        best.rows = most_rows;
    }
    return best;
}

/* All of one size, so that what stands in them is; what does not divide goes to the gaps. */
static struct area cell_of(const struct grid *g, size_t i)
{
    int x = (int)i % g->cols, y = (int)i / g->cols;
    struct area cell = { .w = (g->in.w + g->across) / g->cols - g->across, .h = (g->in.h + g->down) / g->rows - g->down };
    cell.x = g->in.x + (g->cols > 1 ? (g->in.w - cell.w) * x / (g->cols - 1) : 0);
    cell.y = g->in.y + (g->rows > 1 ? (g->in.h - cell.h) * y / (g->rows - 1) : 0);
    return cell;
}

static size_t room_of(const struct grid *g)
{
    return (size_t)g->cols * (size_t)g->rows;
}

/* Only so high, where there are few: a tile of half a screen says no more. */
static struct grid flattened(struct grid g, int most_h)
{
    int h = (g.in.h + g.down) / g.rows - g.down;
    if (h > most_h)
        g.in.h = g.rows * (most_h + g.down) - g.down;
    return g;
}

/* --- queues ---------------------------------------------------------------------------------------------------------- */

enum { QUEUE_LEAST_W = 18, QUEUE_LEAST_H = 5, QUEUE_WIDE = 4 };

static void draw_pair(struct canvas *c, struct area a, struct slice left, struct slice left_room, enum role left_role, struct slice right, struct slice right_room,
                      enum role right_role, enum role ground)
{
    struct area one = area_left(&a, a.w * 2 / 5);
    (void)area_left(&a, 1);
    struct bigtext_size size = bigtext_size(c, left.n > left_room.n ? left : left_room, one.w, one.h);
    wall_line(c, one, size, left, ALIGN_LEFT, (struct style){ left_role, ground });
    size = bigtext_size(c, right.n > right_room.n ? right : right_room, a.w, size.across > 0 ? bigtext_rows(c, size) : one.h);
    wall_line(c, (struct area){ a.x, one.y, a.w, one.h }, size, right, ALIGN_RIGHT, (struct style){ right_role, ground });
}

/* "3 free  5 talking", as many as there is room for. */
static void draw_states(struct canvas *c, struct area a, struct bigtext_size size, const struct fact_queue *q, bool is_stale, enum role ground)
{
    const struct {
        int64_t n;
        enum role role;
        const char *word;
    } parts[] = { { q->ready, ROLE_READY, "free" }, { sum_add(q->talking, q->hold), ROLE_TALKING, "talking" }, { q->paused, ROLE_PAUSED, "paused" } };
    int x = a.x, gap = size.across > 0 ? 4 * size.across : 2;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        char text[48];
        (void)snprintf(text, sizeof text, "%lld %s", (long long)parts[i].n, parts[i].word);
        int width = bigtext_cols(c, size, slice_of(text));
        if (x + width > a.x + a.w)
            break;
        enum role role = is_stale ? ROLE_STALE : parts[i].n == 0 ? ROLE_ZERO : parts[i].role;
        wall_line(c, (struct area){ x, a.y, width, a.h }, size, slice_of(text), ALIGN_LEFT, (struct style){ role, ground });
        x += width + gap;
    }
}

/* The name and, with several PBXs, where: behind it where that fits, else small at the right, for half a "2/3" says another thing. */
static void draw_name(const struct wall *w, struct canvas *c, struct area a, const struct fact_queue *q, struct bigtext_size size, struct style style)
{
    struct buf name = BUF_INIT(512);
    const struct fact_pbx *pbx = view_pbx(&w->view, FACT_QUEUE, (const void *)q);
    struct joint_parts parts;
    struct slice where = slice_of(joint_parts(w->view.joint, FACT_QUEUE, q->id, &parts) ? parts.mark : pbx != NULL ? pbx->name : NULL);
    const char *called = q->name != NULL ? fact_queue_called(q) : "";
    (void)buf_addf(&name, "%s %.*s", called, SLICE_FMT(where));
    bool is_told = w->view.has_many_pbx && where.n > 0, has_room = bigtext_cols(c, size, buf_slice(&name)) <= a.w;
    if (is_told && !has_room) {
        struct area right = area_right(&a, bigtext_cols(c, BIGTEXT_PLAIN, where));
        wall_line(c, right, BIGTEXT_PLAIN, where, ALIGN_RIGHT, style);
        (void)area_right(&a, 1);
    }
    wall_line(c, a, size, is_told && has_room ? buf_slice(&name) : slice_of(called), ALIGN_LEFT, style);
    buf_clear(&name);
}

static void draw_queue(const struct wall *w, struct canvas *c, struct area a, const struct fact_queue *q, struct bigtext_size name_size)
{
    bool is_stale = view_is_stale(&w->view, FACT_QUEUE, (const void *)q);
    enum role wait = wall_wait_role(w, q), any = wall_queue_role(w, q);
    enum role ground = is_stale || any == ROLE_VALUE ? ROLE_TILE : any == ROLE_ALARM ? ROLE_TILE_ALARM : ROLE_TILE_WARN;
    struct area inner = wall_tile(c, a, ground);
    struct area above = area_top(&inner, name_size.across > 0 ? bigtext_rows(c, name_size) : 1);
    struct buf count = BUF_INIT(32), longest = BUF_INIT(32);
    if (ground != ROLE_TILE) {
        const struct look_row *look = &view_wait_looks[any == ROLE_ALARM ? WAIT_FAR_BEYOND : WAIT_BEYOND];
        struct slice sign = name_size.across > 0 ? SLICE("!") : slice_of(view_shape(&w->view, look));
        wall_line(c, area_right(&above, bigtext_cols(c, name_size, sign)), name_size, sign, ALIGN_RIGHT, (struct style){ any, ground });
        (void)area_right(&above, 1);
    }
    draw_name(w, c, above, q, name_size, (struct style){ is_stale ? ROLE_STALE : ROLE_NAME, ground });
    struct area below = area_bottom(&inner, inner.h >= 11 && name_size.across > 0 ? bigtext_rows(c, name_size) : inner.h > 3 ? 1 : 0);
    (void)area_top(&inner, inner.h >= 8 ? 1 + inner.h / 24 : 0);
    (void)area_bottom(&inner, inner.h >= 12 || inner.h == 7 ? 1 : 0);
    (void)buf_addf(&count, "%lld", (long long)q->waiting);
    if (q->oldest != 0)
        view_add_duration(&longest, sum_sub(view_now(&w->view, FACT_QUEUE, (const void *)q), q->oldest));
    if (q->state == QUEUE_SYNCING) {
        buf_reset(&count);
        (void)buf_add_char(&count, '-');
    }
    enum role role = is_stale ? ROLE_STALE : q->state == QUEUE_SYNCING ? ROLE_UNKNOWN : q->waiting == 0 && wait == ROLE_VALUE ? ROLE_ZERO : wait;
    draw_pair(c, inner, buf_slice(&count), SLICE("88"), role, buf_slice(&longest), SLICE("88:88"), role, ground);
    draw_states(c, below, below.h > 1 ? bigtext_size(c, SLICE("88 free  88 talking"), below.w, below.h) : BIGTEXT_PLAIN, q, is_stale, ground);
    buf_clear(&count);
    buf_clear(&longest);
}

void wall_draw_queues(struct wall *w, struct canvas *c, struct area a)
{
    size_t count;
    const struct fact_queue **q = wall_queues(w, &count);
    struct grid g = flattened(grid_of(a, count, QUEUE_LEAST_W, QUEUE_LEAST_H, QUEUE_WIDE), a.w / 5 > 10 ? a.w / 5 : 10);
    size_t from = wall_set_sheets(w, count, room_of(&g));
    if (count == 0)
        wall_draw_sentence(c, a, wall_why_empty(w) != NULL ? wall_why_empty(w) : "no queue", ROLE_DIM);
    struct area first = cell_of(&g, 0);
    struct bigtext_size size = WALL_NAME_MAX;
    for (size_t i = 0; i < count; i++)
        wall_shrink_to_name(c, &size, slice_of(fact_queue_called(q[i])), first.w * 5 / 6 - 4, first.h >= 10 && first.h < 15 ? 3 : first.h / 5);
    size = size.font < 0 ? BIGTEXT_PLAIN : size;
    for (size_t i = from; i < count && i < from + room_of(&g); i++)
        draw_queue(w, c, cell_of(&g, i - from), q[i], size);
    mem_free(q);
}

/* --- agents ---------------------------------------------------------------------------------------------------------- */

enum { AGENT_LEAST_W = 18, AGENT_LEAST_H = 2, AGENT_LARGE_W = 58, AGENT_LARGE_H = 6, AGENT_LARGE_SHEETS = 3, AGENT_WIDE = 9, BAR_COLS = 3 };

/* A bar of the state's colour, and its shape in it: as a letter where there is room for a large one. */
static void draw_bar(const struct wall *w, struct canvas *c, struct area bar, const struct look_row *look, enum role role)
{
    struct style s = { role, ROLE_BLOCK };
    canvas_blank(c, bar, s);
    int high = bar.h < bar.w - 3 ? bar.h : bar.w - 3; /* a letter that is not stretched */
    if (bar.w > BAR_COLS && !c->ascii && !c->is_whole)
        (void)bigtext_fit(c, (struct area){ bar.x + 1, bar.y + (bar.h - high) / 2, bar.w - 2, high }, slice_of(look->ascii), ALIGN_CENTRE, s);
    else
        (void)canvas_put(c, bar, bar.x + bar.w / 2, bar.y + (bar.h - 1) / 2, slice_of(view_shape(&w->view, look)), s);
}

/* Its word; large letters have no sign for a pause that is to come. */
static void draw_state(const struct wall *w, struct canvas *c, struct area a, struct bigtext_size size, const struct fact_agent *agent, const struct look_row *look, struct style style)
{
    struct buf word = BUF_INIT(64);
    if (size.across > 0)
        (void)buf_addf(&word, "%s", look->word);
    else
        view_add_state(&w->view, FACT_AGENT, (const void *)agent, look - view_agent_looks, &word);
    wall_line(c, a, size, buf_slice(&word), ALIGN_LEFT, style);
    buf_clear(&word);
}

/* How long somebody who is lent still stays, at the right end of the name's line. */
static void draw_lease(const struct wall *w, struct canvas *c, struct area *above, struct bigtext_size size, const struct fact_agent *agent, enum role ground)
{
    const struct fact_order *lease = marks_lease(&w->view, FACT_AGENT, (const void *)agent);
    struct buf text = BUF_INIT(64);
    if (lease != NULL)
        marks_write_lease(&w->view, lease, &text);
    int cols = lease != NULL ? canvas_text_width(c, buf_slice(&text)) : 0;
    if (cols > 0 && cols < above->w / 2) {
        struct area right = area_right(above, cols);
        right.y += size.across > 0 ? (right.h - 1) / 2 : 0;
        right.h = 1;
        wall_line(c, right, BIGTEXT_PLAIN, buf_slice(&text), ALIGN_RIGHT, (struct style){ marks_looks[MARK_LENT].role, ground });
        (void)area_right(above, 1);
    }
    buf_clear(&text);
}

/* A bar of the state's colour with its shape, then the name, the state and since when. */
static void draw_agent(const struct wall *w, struct canvas *c, struct area a, const struct fact_agent *agent, struct bigtext_size name_size)
{
    bool is_stale = view_is_stale(&w->view, FACT_AGENT, (const void *)agent);
    const uint32_t of_agents = alarms_of_column(FACT_AGENT, "since");
    const struct look_row *look = &view_agent_looks[agent->state >= 0 && agent->state < AGENT_STATE_COUNT ? agent->state : AGENT_UNKNOWN];
    enum role role = is_stale ? ROLE_STALE : alarms_role(&w->view, FACT_AGENT, (const void *)agent, of_agents, look->role);
    enum role ground = role == ROLE_ALARM && !is_stale ? ROLE_TILE_ALARM : role == ROLE_WARN && look->role != ROLE_WARN ? ROLE_TILE_WARN : ROLE_TILE;
    canvas_blank(c, a, (struct style){ ROLE_TEXT, ground });
    draw_bar(w, c, area_left(&a, a.w >= AGENT_LARGE_W ? 2 * BAR_COLS + 1 : BAR_COLS), look, role);
    struct area inner = a;
    (void)area_left(&inner, a.w >= 90 ? 3 : a.w >= 50 ? 2 : 1);
    (void)area_right(&inner, a.w >= 50 ? 2 : 1);
    (void)area_top(&inner, a.h >= 9 ? 1 : 0);
    (void)area_bottom(&inner, a.h >= 9 ? 1 : 0);
    int name_rows = name_size.across > 0 ? bigtext_rows(c, name_size) : 1;
    struct area above = area_top(&inner, name_rows);
    draw_lease(w, c, &above, name_size, agent, ground);
    wall_line(c, above, name_size, slice_of(agent->name != NULL ? agent->name : agent->interface), ALIGN_LEFT,
              (struct style){ is_stale ? ROLE_STALE : ROLE_NAME, ground });
    struct buf since = BUF_INIT(32);
    if (agent->since != 0)
        view_add_duration(&since, view_now(&w->view, FACT_AGENT, (const void *)agent) - agent->since);
    else
        (void)buf_add_char(&since, '-');
    (void)area_top(&inner, inner.h >= 4 ? 1 : 0);
    struct bigtext_size size = inner.h >= 3 ? bigtext_size(c, since.len > 5 ? buf_slice(&since) : SLICE("88:88"), inner.w / 2, inner.h) : BIGTEXT_PLAIN;
    struct area right = area_right(&inner, bigtext_cols(c, size, buf_slice(&since)));
    wall_line(c, right, size, buf_slice(&since), ALIGN_RIGHT, (struct style){ role, ground });
    (void)area_right(&inner, 1);
    struct bigtext_size word = inner.h >= 3 ? bigtext_size(c, SLICE("other call"), inner.w, inner.h * 2 / 3) : BIGTEXT_PLAIN;
    draw_state(w, c, inner, word, agent, look, (struct style){ role, ground });
    buf_clear(&since);
}

static const struct fact_agent *agent_at(const struct wall *w, size_t i)
{
    return (const void *)store_get(w->view.store, FACT_AGENT, w->agent[i]);
}

void wall_draw_agents(struct wall *w, struct canvas *c, struct area a)
{
    wall_sort_agents(w);
    struct grid g = grid_of(a, w->agent_count, AGENT_LARGE_W, AGENT_LARGE_H, AGENT_WIDE);
    if (a.w < 2 * AGENT_LARGE_W || a.h < 5 * AGENT_LARGE_H || w->agent_count > AGENT_LARGE_SHEETS * room_of(&g))
        g = grid_of(a, w->agent_count, AGENT_LEAST_W, AGENT_LEAST_H, AGENT_WIDE);
    g = flattened(g, a.w / 10 > 4 ? a.w / 10 : 4);
    size_t from = wall_set_sheets(w, w->agent_count, room_of(&g));
    if (w->agent_count == 0)
        wall_draw_sentence(c, a, wall_why_empty(w) != NULL ? wall_why_empty(w) : "no agents", ROLE_DIM);
    struct area first = cell_of(&g, 0);
    struct bigtext_size size = WALL_NAME_MAX;
    for (size_t i = 0; i < w->agent_count; i++) {
        const struct fact_agent *agent = agent_at(w, i);
        if (agent != NULL && first.h >= 4)
            wall_shrink_to_name(c, &size, slice_of(agent->name != NULL ? agent->name : agent->interface), first.w - (first.w >= AGENT_LARGE_W ? 13 : 5), first.h / 3 > 3 ? first.h / 3 : 3);
    }
    size = size.font < 0 ? BIGTEXT_PLAIN : size;
    for (size_t i = from; i < w->agent_count && i < from + room_of(&g); i++) {
        const struct fact_agent *agent = agent_at(w, i);
        if (agent != NULL)
            draw_agent(w, c, cell_of(&g, i - from), agent, size);
    }
}
