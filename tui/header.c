/* SPDX-License-Identifier: MIT */
/* header: lines of labelled numbers. Each number has a place of fixed width, so that nothing moves when it gains a digit;
 * on a narrow screen whole numbers are left out in a stated order, never cut. */
#include "tui/header.h"

#include <stdio.h>

#include "core/base/sum.h"
#include "core/base/utf8.h"
#include "core/floor/kpi.h"
#include "tui/alarms.h"
#include "tui/past.h"
#include "tui/trend.h"

enum { STATS_MAX = 12, LABEL_COLS = 9, GRID_COLS = 16, CRUMB_COLS = 28, ALARMS_COL = 41, ALARMS_LEAST = 20, ALARMS_ROOM = 64, PAST_LEAST = 7 };

struct stat {
    const char *label;
    char text[24], own_label[32];
    int width;  /* of the number */
    enum role role;
    uint8_t drop; /* the highest goes first */
};

struct line {
    const char *title;
    struct stat at[STATS_MAX];
    size_t count;
    const struct totals *totals;
    int digits; /* that a count has room for */
};

static struct stat *add(struct line *l, const char *label, int width, uint8_t drop)
{
    struct stat *s = &l->at[l->count++];
    *s = (struct stat){ .label = label, .width = width, .drop = drop, .role = ROLE_UNKNOWN, .text = "-" };
    return s;
}

static void take(struct stat *s, struct buf *text, enum role role, const struct totals *t)
{
    s->role = t->is_stale ? ROLE_STALE : role;
    size_t n = text->len < sizeof s->text - 1 ? text->len : sizeof s->text - 1;
    if (n > 0)
        memcpy(s->text, text->data, n);
    s->text[n] = '\0';
    buf_clear(text);
}

static void add_count(struct line *l, const char *label, int64_t n, enum role role, uint8_t drop)
{
    struct stat *s = add(l, label, l->digits, drop);
    if (!l->totals->is_known)
        return;
    struct buf text = BUF_INIT(64);
    (void)buf_addf(&text, "%lld", (long long)n);
    take(s, &text, n == 0 ? ROLE_ZERO : role, l->totals);
}

static void add_time(struct line *l, const char *label, bool is_known, int64_t ms, enum role role, uint8_t drop)
{
    struct stat *s = add(l, label, 5, drop);
    if (!is_known)
        return;
    struct buf text = BUF_INIT(64);
    view_add_duration(&text, ms);
    take(s, &text, role, l->totals);
}

/* Of how many PBXs the numbers are, when it is not all. */
static void add_partial(struct line *l, const struct totals *t)
{
    struct buf text = BUF_INIT(64);
    if (!totals_is_partial(t))
        return;
    (void)buf_addf(&text, "%zu of %zu PBXs", t->pbx_live, t->pbx_count);
    take(add(l, "", 0, 2), &text, ROLE_WARN, t);
}

static void now_line(struct line *l, const struct totals *t)
{
    add_count(l, "waiting", t->queue.waiting, t->worst_wait, 0);
    struct stat *s = add(l, "longest", 5, 1);
    if (t->is_known && t->queue.oldest != 0) {
        struct buf text = BUF_INIT(64);
        view_add_duration(&text, t->longest_ms);
        take(s, &text, t->worst_wait, t);
    } else if (t->is_known) {
        *s->text = '\0';
        s->label = "";
    }
    add_partial(l, t);
}

/* How the agents are told apart: the less room, the fewer words. Each way has every state in one of its numbers, so that they
 * add up to all agents. */
#define OF(state) (1u << (AGENT_##state))
enum { WAY_COUNT = 4 };
struct agents_number {
    const char *label; /* NULL: the word of the first state */
    enum role role;
    unsigned states;   /* 0 ends */
};
#define OF_AWAY (OF(UNAVAILABLE) | OF(INVALID) | OF(UNKNOWN))
static const struct agents_number ways[WAY_COUNT][9] = {
    { { NULL, ROLE_READY, OF(READY) }, { NULL, ROLE_RINGING, OF(RINGING) }, { NULL, ROLE_VALUE, OF(TALKING) }, { NULL, ROLE_HOLD, OF(HOLD) },
      { NULL, ROLE_OTHER_CALL, OF(OTHER_CALL) }, { NULL, ROLE_WRAPUP, OF(WRAPUP) }, { NULL, ROLE_VALUE, OF(PAUSED) }, { NULL, ROLE_DIM, OF_AWAY } },
    { { NULL, ROLE_READY, OF(READY) }, { NULL, ROLE_RINGING, OF(RINGING) }, { NULL, ROLE_VALUE, OF(TALKING) }, { "hold", ROLE_HOLD, OF(HOLD) },
      { "other", ROLE_OTHER_CALL, OF(OTHER_CALL) }, { NULL, ROLE_WRAPUP, OF(WRAPUP) }, { NULL, ROLE_VALUE, OF(PAUSED) }, { NULL, ROLE_DIM, OF_AWAY } },
    { { NULL, ROLE_READY, OF(READY) }, { NULL, ROLE_RINGING, OF(RINGING) }, { "in call", ROLE_VALUE, OF(TALKING) | OF(HOLD) | OF(OTHER_CALL) },
      { NULL, ROLE_WRAPUP, OF(WRAPUP) }, { NULL, ROLE_VALUE, OF(PAUSED) }, { NULL, ROLE_DIM, OF_AWAY } },
    { { NULL, ROLE_READY, OF(READY) },
      { "busy", ROLE_VALUE, OF(RINGING) | OF(TALKING) | OF(HOLD) | OF(OTHER_CALL) | OF(WRAPUP) },
      { "out", ROLE_DIM, OF(PAUSED) | OF_AWAY } },
};

static void agents_line(struct line *l, const struct totals *t, size_t way)
{
    for (const struct agents_number *a = ways[way]; a->states != 0; a++) {
        const char *label = a->label;
        int64_t n = 0;
        for (size_t state = 0; state < AGENT_STATE_COUNT; state++) {
            if ((a->states & 1u << state) == 0)
                continue;
            n = sum_add(n, t->agents[state]);
            label = label == NULL ? view_agent_looks[state].word : label;
        }
        add_count(l, label, n, a->role, 0);
    }
}

static void today_line(struct line *l, const struct totals *t)
{
    const struct fact_queue *q = &t->queue;
    int64_t n;
    add_count(l, "offered", q->offered, ROLE_VALUE, 4);
    add_count(l, "answered", q->answered, ROLE_VALUE, 3);
    add_count(l, "abandoned", q->abandoned, ROLE_VALUE, 1);
    struct stat *s = add(l, "SL", 5, 0);
    if (t->service_level_s > 0) {
        (void)snprintf(s->own_label, sizeof s->own_label, "in %lld s", (long long)t->service_level_s);
        s->label = s->own_label;
    }
    if (t->is_known && kpi_value(KPI_SERVICE_LEVEL, q, &n)) {
        struct buf text = BUF_INIT(64);
        view_add_percent(&text, n);
        take(s, &text, ROLE_VALUE, t);
    }
    bool has_asa = t->is_known && kpi_value(KPI_ASA, q, &n);
    add_time(l, "mean wait", has_asa, n, ROLE_VALUE, 5);
    if (t->is_known && q->since != 0) {
        struct buf text = BUF_INIT(64);
        s = add(l, "", 11, 2);
        view_add_clock(&text, q->since, "since %H:%M");
        if (q->gaps > 0) {
            (void)buf_add(&text, SLICE(", gap "));
            view_add_duration(&text, q->gap_ms);
        }
        take(s, &text, ROLE_DIM, t);
    }
}

static int stat_width(const struct canvas *c, const struct stat *s)
{
    int text = canvas_text_width(c, slice_of(s->text)), label = canvas_text_width(c, slice_of(s->label));
    return (text > s->width ? text : s->width) + (label > 0 ? label + 1 : 0);
}

static int label_cols(const struct line *l)
{
    return *l->title != '\0' ? LABEL_COLS : 1;
}

/* Columns of a line with gaps of two; the room that a grid would need when is_grid. */
static int line_width(const struct canvas *c, const struct line *l, bool is_grid)
{
    int width = label_cols(l);
    for (size_t i = 0; i < l->count; i++)
        width += is_grid && stat_width(c, &l->at[i]) + 2 <= GRID_COLS ? GRID_COLS : stat_width(c, &l->at[i]) + 2;
    return width - 2;
}

static bool has_room(const struct canvas *c, const struct line *l, int cols)
{
    return line_width(c, l, false) <= cols - 1;
}

/* Adds the agents to a line, told apart as far as there is room; where there is none for all of them, the free ones alone. */
static void fit_agents(const struct canvas *c, struct line *l, const struct totals *t, int cols)
{
    size_t before = l->count;
    for (size_t way = 0; way < WAY_COUNT; way++) {
        l->count = before;
        agents_line(l, t, way);
        if (has_room(c, l, cols))
            return;
    }
    l->count = before + 1;
}

static void drop_worst(struct line *l)
{
    size_t worst = 0;
    for (size_t i = 0; i < l->count; i++) {
        if (l->at[i].drop >= l->at[worst].drop)
            worst = i;
    }
    for (size_t i = worst; i + 1 < l->count; i++)
        l->at[i] = l->at[i + 1];
    l->count--;
}

static void draw_line(struct canvas *c, struct area a, struct line *l, bool is_grid)
{
    while (l->count > 1 && !has_room(c, l, a.w))
        drop_worst(l);
    (void)canvas_put(c, a, a.x + 1, a.y, slice_of(l->title), (struct style){ ROLE_DIM, ROLE_TEXT });
    int x = a.x + label_cols(l);
    for (size_t i = 0; i < l->count; i++) {
        const struct stat *s = &l->at[i];
        struct slice text = slice_of(s->text);
        int width = canvas_text_width(c, text), end = x + (width > s->width ? width : s->width);
        (void)canvas_put(c, a, end - width, a.y, text, (struct style){ s->role, ROLE_TEXT });
        (void)canvas_put(c, a, end + 1, a.y, slice_of(s->label), (struct style){ ROLE_DIM, ROLE_TEXT });
        x += is_grid && stat_width(c, s) + 2 <= GRID_COLS ? GRID_COLS : stat_width(c, s) + 2;
    }
}

/* " ● geneva live", " ▲ lyon lost 0:42" */
static int draw_pbx(const struct view *v, struct canvas *c, struct area a, int x, const struct fact_pbx *pbx)
{
    const struct look_row *look = &view_link_looks[pbx->link >= 0 && pbx->link < LINK_STATE_COUNT ? pbx->link : LINK_IDLE];
    struct buf text = BUF_INIT(256);
    bool was_live = past_is_on(v->past) && pbx->link == LINK_LIVE; /* it was live then */
    (void)buf_addf(&text, " %s", !was_live ? look->word : v->past->is_past ? "recorded" : "was live");
    int64_t since = pbx->heard_at != 0 ? pbx->heard_at : pbx->link_since; /* how old its numbers are, else how long it has tried */
    if (pbx->link != LINK_LIVE && since != 0) {
        (void)buf_add_char(&text, ' ');
        view_add_duration(&text, sum_sub(v->beat_ms, since));
    }
    bool has_room = store_count(v->store, FACT_PBX) == 1 && a.w >= 70 && pbx->link == LINK_LIVE;
    size_t before = text.len;
    if (has_room && pbx->asterisk != NULL)
        (void)buf_addf(&text, "  Asterisk %.24s", pbx->asterisk);
    if (x + 2 + canvas_text_width(c, slice_of(pbx->name)) + canvas_text_width(c, buf_slice(&text)) > a.x + a.w)
        text.data[text.len = before] = '\0'; /* whole, or not at all */
    x = canvas_put(c, a, x, a.y, slice_of(view_shape(v, look)), (struct style){ look->role, ROLE_TEXT });
    x = canvas_put(c, a, x + 1, a.y, slice_of(pbx->name), (struct style){ ROLE_TEXT, ROLE_TEXT });
    x = canvas_put(c, a, x, a.y, buf_slice(&text), (struct style){ pbx->link == LINK_LIVE ? ROLE_DIM : look->role, ROLE_TEXT });
    buf_reset(&text);
    if (pbx->drift > 0) { /* a difference that no event explains: ours to answer for */
        (void)buf_addf(&text, "  drift %lld", (long long)pbx->drift);
        x = canvas_put(c, a, x, a.y, buf_slice(&text), (struct style){ ROLE_WARN, ROLE_TEXT });
    }
    buf_clear(&text);
    return x;
}

/* The worst comes first: where there is no room for all, it is the good ones that are only counted. */
static void draw_links(const struct view *v, struct canvas *c, struct area a, int x)
{
    size_t left = store_count(v->store, FACT_PBX);
    for (int is_live = 0; is_live <= 1; is_live++) {
        const struct fact *f;
        for (size_t at = 0; (f = store_each(v->store, FACT_PBX, &at)) != NULL;) {
            const struct fact_pbx *pbx = (const void *)f;
            if ((pbx->link == LINK_LIVE) != is_live)
                continue;
            int need = canvas_text_width(c, slice_of(pbx->name)) + 20;
            if (x + need > a.x + a.w && left > 1 && x > a.x + 10) {
                char more[32];
                (void)snprintf(more, sizeof more, "and %zu more", left);
                (void)canvas_put(c, a, x, a.y, slice_of(more), (struct style){ ROLE_DIM, ROLE_TEXT });
                return;
            }
            x = draw_pbx(v, c, a, x, pbx) + 3;
            left--;
        }
    }
}

/* " > Queues > support": what has no room is left out from the front. Returns the column after it. */
static int draw_crumbs(const struct header *h, struct canvas *c, struct area a, int x)
{
    size_t from = 0;
    int width = 0;
    if (h->crumbs < 2 && a.w < 40) /* a list says itself what it is */
        return x;
    for (size_t i = h->crumbs; i > 0; i--) {
        int of_this = canvas_text_width(c, buf_slice(&h->crumb[i - 1]));
        width += 3 + (of_this < CRUMB_COLS ? of_this : CRUMB_COLS);
        if (i < h->crumbs && x + width > a.x + a.w / 2) {
            from = i;
            break;
        }
    }
    if (from > 0)
        x = canvas_put(c, a, x + 1, a.y, c->ascii ? SLICE("..") : SLICE("\u2026"), (struct style){ ROLE_DIM, ROLE_TEXT });
    for (size_t i = from; i < h->crumbs; i++) {
        bool is_here = i + 1 == h->crumbs;
        int of_this = canvas_text_width(c, buf_slice(&h->crumb[i])), room = a.x + a.w - x - 3;
        of_this = of_this > CRUMB_COLS ? CRUMB_COLS : of_this;
        of_this = of_this > room ? room : of_this;
        (void)canvas_put(c, a, x + 1, a.y, c->ascii ? SLICE(">") : SLICE("\u203a"), (struct style){ ROLE_DIM, ROLE_TEXT });
        if (of_this > 0)
            canvas_fit(c, (struct area){ x + 3, a.y, of_this, 1 }, buf_slice(&h->crumb[i]), ALIGN_LEFT,
                       (struct style){ is_here ? ROLE_TITLE_FOCUS : ROLE_TITLE, ROLE_TEXT });
        x += 3 + of_this;
    }
    return x;
}

/* That nothing can be ordered here; a recording says more. */
static int draw_readonly(const struct view *v, struct canvas *c, struct area a, int x)
{
    bool is_readonly = v->settings != NULL && v->settings->is_readonly && !past_is_on(v->past);
    return is_readonly ? canvas_put(c, a, x + 1, a.y, SLICE("read-only"), (struct style){ ROLE_NOTICE, ROLE_TEXT }) : x;
}

/* " @geneva 1 of 3": all that is shown is of this PBX. Returns the column after it. */
static int draw_only(const struct view *v, struct canvas *c, struct area a, int x)
{
    struct buf text = BUF_INIT(256);
    if (v->joint == NULL || joint_pbx(v->joint) == NULL)
        return x;
    (void)buf_addf(&text, "@%.*s", SLICE_FMT(utf8_head(slice_of(joint_pbx(v->joint)), 40)));
    x = canvas_put(c, a, x + 1, a.y, buf_slice(&text), (struct style){ ROLE_NOTICE, ROLE_TEXT });
    buf_reset(&text);
    if (store_count(v->store, FACT_PBX) == 0)
        (void)buf_add(&text, SLICE(" there is no such PBX"));
    else if (a.w >= 60)
        (void)buf_addf(&text, " 1 of %zu PBXs", store_count(view_whole(v), FACT_PBX));
    x = canvas_put(c, a, x, a.y, buf_slice(&text), (struct style){ ROLE_DIM, ROLE_TEXT });
    buf_clear(&text);
    return x;
}

static void draw_title(const struct header *h, const struct view *v, struct canvas *c, struct area a)
{
    struct buf clock = BUF_INIT(128);
    bool is_past = past_is_on(v->past), is_short = is_past && a.w < 110;
    if (is_past) {
        past_write(v->past, v->beat_ms, is_short, &clock);
        (void)buf_add(&clock, SLICE("  "));
    }
    view_add_clock(&clock, v->wall_ms, a.w >= 64 && !(is_short && v->past->is_behind) ? "%a %e %b  %H:%M:%S" : "%H:%M:%S");
    int width = canvas_text_width(c, buf_slice(&clock)) + 1;
    if (width + 10 <= a.w) {
        struct area right = area_right(&a, width);
        (void)canvas_put(c, right, right.x, right.y, buf_slice(&clock), (struct style){ is_past ? ROLE_NOTICE : ROLE_TEXT, ROLE_TEXT });
        (void)area_right(&a, 2);
    }
    buf_clear(&clock);
    int x = canvas_put(c, a, a.x + 1, a.y, SLICE("acdtop"), (struct style){ ROLE_BRAND, ROLE_TEXT });
    if (v->settings != NULL && v->settings->profile != NULL && v->settings->profile[0] != '\0' && a.w >= 50)
        x = canvas_put(c, (struct area){ x, a.y, 20, 1 }, x + 1, a.y, slice_of(v->settings->profile), (struct style){ ROLE_DIM, ROLE_TEXT });
    x = draw_readonly(v, c, a, x);
    x = draw_only(v, c, a, x);
    x = draw_crumbs(h, c, a, x);
    draw_links(v, c, a, x + 3);
}

/* One sentence: what is wrong with the first PBX that is not live, else a right that is missing. */
static bool sentence_of(const struct view *v, struct buf *out, enum role *role)
{
    const struct fact *f;
    for (size_t at = 0; (f = store_each(v->store, FACT_PBX, &at)) != NULL;) {
        const struct fact_pbx *pbx = (const void *)f;
        if (pbx->link == LINK_LIVE || pbx->reason == NULL)
            continue;
        (void)buf_addf(out, "%.64s", pbx->name != NULL ? pbx->name : "");
        if (pbx->heard_at != 0 && pbx->reread_at != 0) { /* a list was read: there are numbers */
            (void)buf_add(out, SLICE(", numbers "));
            view_add_duration(out, sum_sub(v->beat_ms, pbx->heard_at));
            (void)buf_add(out, SLICE(" old"));
        }
        if (pbx->retry_at > v->beat_ms) {
            (void)buf_add(out, SLICE(", next try in "));
            view_add_duration(out, sum_sub(pbx->retry_at, v->beat_ms));
        }
        (void)buf_addf(out, ": %.400s", pbx->reason);
        *role = ROLE_ERROR;
        return true;
    }
    for (size_t at = 0; (f = store_each(v->store, FACT_PBX, &at)) != NULL;) {
        const struct fact_pbx *pbx = (const void *)f;
        if (pbx->notice != NULL) {
            (void)buf_addf(out, "%.64s: %.400s", pbx->name != NULL ? pbx->name : "", pbx->notice);
            *role = ROLE_DIM;
            return true;
        }
    }
    return false;
}

/* The sentence takes as many rows as it needs, three at most: it says what to change. Returns them. */
static int draw_sentence(const struct view *v, struct canvas *c, const struct area *a)
{
    struct buf text = BUF_INIT(1024);
    enum role role;
    int rows = 0, most = a->h >= 10 ? 3 : 1;
    if (a->h >= 4 && sentence_of(v, &text, &role))
        rows = canvas_wrap(c, (struct area){ a->x + 1, a->y, a->w - 2, most }, buf_slice(&text), (struct style){ role, ROLE_TEXT });
    buf_clear(&text);
    return rows;
}

/* The waiting callers of the last minutes, at the right of the line of now where the alarms keep ALARMS_ROOM; one caller is one step as
 * long as they are few. Returns the columns it keeps: they depend on the width alone, so that a changed number moves nothing. */
static int draw_past(const struct view *v, const struct totals *t, struct canvas *c, struct area a)
{
    static const struct {
        int slots;
        const char *label;
    } widths[] = { { 60, " last 10 min" }, { 30, " last 5 min" } };
    const int64_t *waiting = trend_waiting(v->trend);
    enum spark_glyphs glyphs = spark_glyphs_for(c, v->glyphs);
    for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++) {
        int cols = widths[i].slots / spark_room(glyphs, 1), label = canvas_text_width(c, slice_of(widths[i].label));
        if (ALARMS_COL + ALARMS_ROOM + label + cols + 1 > a.w)
            continue;
        int64_t most = PAST_LEAST;
        const int64_t *from = waiting != NULL ? waiting + TREND_SLOTS - widths[i].slots : NULL;
        for (int k = 0; from != NULL && k < widths[i].slots; k++)
            most = from[k] > most ? from[k] : most;
        struct area at = { a.x + a.w - 1 - label - cols, a.y, cols, 1 };
        if (from != NULL) {
            (void)canvas_put(c, a, at.x + cols, a.y, slice_of(widths[i].label), (struct style){ ROLE_DIM, ROLE_TEXT });
            spark_line(c, at, from, (size_t)widths[i].slots, most, glyphs, (struct style){ t->is_stale ? ROLE_STALE : ROLE_GRAPH, ROLE_TEXT });
        }
        return cols + label + 2;
    }
    return 0;
}

/* What is wrong stands behind what is waiting, always from the same column on: so it takes no row and moves nothing. */
static void draw_alarms(const struct view *v, struct canvas *c, struct area a, int taken)
{
    int from = taken + 3 > ALARMS_COL ? taken + 3 : ALARMS_COL;
    if (v->alarms != NULL && a.w - from > ALARMS_LEAST)
        alarms_draw(v->alarms, v, c, (struct area){ a.x + from, a.y, a.w - from - 1, 1 });
}

void header_draw(const struct header *h, const struct view *v, struct canvas *c, struct area *a)
{
    const struct totals *t = h->totals;
    bool is_low = a->h < 16 || h->lines == 1;
    int lines_wanted = a->h < 6 ? 0 : is_low ? 1 : a->h < 20 ? 2 : 3, air = a->h >= 24 ? 1 : 0;
    lines_wanted = lines_wanted < h->lines ? lines_wanted : h->lines;
    draw_title(h, v, c, area_top(a, a->h >= 3 ? 1 : 0));
    int rows = draw_sentence(v, c, a);
    (void)area_top(a, rows > air ? rows : air);
    int digits = a->w >= 100 ? 4 : 3;
    struct line now = { .title = "Now", .totals = t, .digits = digits }, agents = { .title = "Agents", .totals = t, .digits = digits },
                today = { .title = "Today", .totals = t, .digits = digits };
    if (a->w < 60)
        now.title = agents.title = today.title = "";
    now_line(&now, t);
    fit_agents(c, is_low ? &now : &agents, t, a->w);
    today_line(&today, t);
    bool is_grid = line_width(c, &agents, true) < a->w && line_width(c, &today, true) < a->w;
    struct area lines = area_top(a, lines_wanted);
    struct line *const all[] = { &now, &agents, &today };
    for (int i = 0; i < lines.h; i++)
        draw_line(c, (struct area){ lines.x, lines.y + i, lines.w, 1 }, all[i], is_grid && !is_low);
    if (lines.h > 1) {
        lines.w -= draw_past(v, t, c, (struct area){ lines.x, lines.y, lines.w, 1 });
        draw_alarms(v, c, (struct area){ lines.x, lines.y, lines.w, 1 }, line_width(c, &now, is_grid));
    }
}
