/* SPDX-License-Identifier: MIT */
/* wall_callers: those who wait, longest first: how long in large digits, then for which queue and who. A
 * discreet page says neither name nor number. */
#include "tui/wall/wall_parts.h"

#include "core/base/mem.h"
#include "core/base/sum.h"

enum { ROW_SHARE = 9, ROW_LEAST = 3, SIGN_COLS = 2 };

/* The sizes and places that all rows share. */
struct look {
    struct bigtext_size time, text;
    int sign, wait, queue, gap; /* columns */
    int rows, down;
};

static struct look look_for(const struct canvas *c, struct area a)
{
    struct look l = { .time = BIGTEXT_PLAIN, .rows = 1 };
    int across, rows = a.h / ROW_SHARE > ROW_LEAST ? a.h / ROW_SHARE : ROW_LEAST;
    wall_gaps(a, &across, &l.down);
    if (a.h >= 4 * ROW_LEAST)
        l.time = bigtext_size(c, SLICE("88:88"), a.w / 4, rows);
    l.down = l.time.across > 0 && l.down > 0 ? 1 : 0;
    l.rows = bigtext_rows(c, l.time) + (a.h >= 60 ? 2 : 0);
    l.gap = l.time.across > 0 ? 3 * l.time.across : 2;
    l.sign = l.time.across > 0 ? 4 * l.time.across : SIGN_COLS;
    l.wait = bigtext_cols(c, l.time, SLICE("88:88"));
    l.queue = (a.w - l.sign - l.wait - 2 * l.gap - 2) * 2 / 5;
    l.text = bigtext_size(c, SLICE("SUPPORT8"), l.queue, l.rows);
    return l;
}

static void draw_caller(const struct wall *w, struct canvas *c, struct area a, const struct fact_caller *caller, const struct look *l)
{
    const struct fact_queue *q = (const void *)store_get(w->view.store, FACT_QUEUE, caller->queue);
    bool is_stale = view_is_stale(&w->view, FACT_CALLER, (const void *)caller);
    enum role wait = is_stale ? ROLE_STALE : alarms_role(&w->view, FACT_CALLER, (const void *)caller, 1u << ALERT_CALLER_WAIT, ROLE_VALUE);
    enum role ground = wait == ROLE_ALARM ? ROLE_TILE_ALARM : wait == ROLE_WARN ? ROLE_TILE_WARN : ROLE_TILE;
    canvas_blank(c, a, (struct style){ ROLE_TEXT, ground });
    (void)area_left(&a, 1);
    (void)area_right(&a, 1);
    struct area sign = area_left(&a, l->sign);
    if (ground != ROLE_TILE) {
        const struct look_row *look = &view_wait_looks[wait == ROLE_ALARM ? WAIT_FAR_BEYOND : WAIT_BEYOND];
        wall_line(c, sign, l->time, l->time.across > 0 ? SLICE("!") : slice_of(view_shape(&w->view, look)), ALIGN_LEFT, (struct style){ wait, ground });
    }
    struct buf text = BUF_INIT(64);
    if (caller->joined != 0)
        view_add_duration(&text, sum_sub(view_now(&w->view, FACT_CALLER, (const void *)caller), caller->joined));
    else
        (void)buf_add_char(&text, '-');
    struct bigtext_size time = bigtext_cols(c, l->time, buf_slice(&text)) <= l->wait ? l->time : bigtext_size(c, buf_slice(&text), l->wait, l->rows);
    wall_line(c, area_left(&a, l->wait), time, buf_slice(&text), ALIGN_RIGHT, (struct style){ wait, ground });
    (void)area_left(&a, l->gap);
    wall_line(c, area_left(&a, l->queue), l->text, slice_of(q != NULL && q->name != NULL ? fact_queue_called(q) : "-"), ALIGN_LEFT,
              (struct style){ is_stale ? ROLE_STALE : ROLE_NAME, ground });
    (void)area_left(&a, l->gap);
    const char *who = caller->name != NULL && *caller->name != '\0' ? caller->name : caller->number;
    if (!wall_page(w)->is_discreet)
        wall_line(c, a, l->text, slice_of(who != NULL ? who : "-"), ALIGN_LEFT, (struct style){ is_stale ? ROLE_STALE : ROLE_TEXT, ground });
    buf_clear(&text);
}

void wall_draw_callers(struct wall *w, struct canvas *c, struct area a)
{
    size_t count;
    const struct fact_caller **caller = wall_callers(w, &count);
    struct look l = look_for(c, a);
    int fit = (a.h + l.down) / (l.rows + l.down);
    size_t from = wall_set_sheets(w, count, fit > 0 ? (size_t)fit : 1);
    const char *why = wall_why_empty(w);
    if (count == 0)
        wall_draw_sentence(c, a, why != NULL ? why : "nobody is waiting", why != NULL ? ROLE_DIM : ROLE_GOOD);
    for (size_t i = from; i < count && (int)(i - from) < fit; i++)
        draw_caller(w, c, (struct area){ a.x, a.y + (int)(i - from) * (l.rows + l.down), a.w, l.rows }, caller[i], &l);
    mem_free(caller);
}
