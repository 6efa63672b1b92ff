/* SPDX-License-Identifier: MIT */
/* wall_numbers: the page of big numbers: the first two largest, the others below them. Places and sizes follow from the
 * screen and from what a number may need, never from what it is now: nothing moves while it counts. */
#include "tui/wall/wall_parts.h"

#include "core/base/sum.h"
#include "core/floor/kpi.h"

enum form { FORM_OF_COUNT, FORM_OF_TIME, FORM_OF_SHARE };
enum { LABEL_LEAST_W = 11, LABEL_WEIGHT = 8 };

struct number_row {
    const char *room; /* a text as wide as it usually gets */
    enum form form;
    enum role role;   /* when there is nothing to say against it */
    bool (*value)(const struct wall_sum *s, int64_t *out); /* NULL: offset */
    size_t offset;    /* of a count in struct fact_queue */
    const char *column; /* whose thresholds it follows */
};

static bool longest(const struct wall_sum *s, int64_t *out)
{
    *out = s->longest_ms;
    return true;
}

static bool service_level(const struct wall_sum *s, int64_t *out)
{
    return kpi_value(KPI_SERVICE_LEVEL, &s->queue, out);
}

static bool asa(const struct wall_sum *s, int64_t *out)
{
    return kpi_value(KPI_ASA, &s->queue, out);
}

static bool aht(const struct wall_sum *s, int64_t *out)
{
    return kpi_value(KPI_AHT, &s->queue, out);
}

static bool abandonment(const struct wall_sum *s, int64_t *out)
{
    return kpi_value(KPI_ABANDONMENT, &s->queue, out);
}

static bool away(const struct wall_sum *s, int64_t *out)
{
    *out = sum_add(sum_add(s->queue.unavailable, s->queue.invalid), s->queue.unknown);
    return true;
}

#define COUNT(role_, field) { .room = "888", .role = role_, .offset = offsetof(struct fact_queue, field), .column = #field }
#define TIME(fn) { .room = "88:88", .form = FORM_OF_TIME, .role = ROLE_VALUE, .value = fn, .column = #fn }
#define SHARE(fn) { .room = "88%", .form = FORM_OF_SHARE, .role = ROLE_VALUE, .value = fn, .column = #fn }

static const struct number_row rows[] = {
    [WALL_WAITING] = { .room = "88", .role = ROLE_VALUE, .offset = offsetof(struct fact_queue, waiting) },
    [WALL_LONGEST] = TIME(longest),
    [WALL_FREE] = COUNT(ROLE_READY, ready),
    [WALL_TALKING] = COUNT(ROLE_TALKING, talking),
    [WALL_PAUSED] = COUNT(ROLE_PAUSED, paused),
    [WALL_SERVICE_LEVEL] = SHARE(service_level),
    [WALL_ANSWERED] = COUNT(ROLE_VALUE, answered),
    [WALL_ABANDONED] = COUNT(ROLE_VALUE, abandoned),
    [WALL_OFFERED] = COUNT(ROLE_VALUE, offered),
    [WALL_MEMBERS] = COUNT(ROLE_VALUE, members),
    [WALL_RINGING] = COUNT(ROLE_RINGING, ringing),
    [WALL_ON_HOLD] = COUNT(ROLE_HOLD, hold),
    [WALL_OTHER_CALL] = COUNT(ROLE_OTHER_CALL, other_call),
    [WALL_WRAPUP] = COUNT(ROLE_WRAPUP, wrapup),
    [WALL_AWAY] = { .room = "888", .role = ROLE_AWAY, .value = away },
    [WALL_ASA] = TIME(asa),
    [WALL_AHT] = TIME(aht),
    [WALL_ABANDONMENT] = SHARE(abandonment),
};
_Static_assert(sizeof rows / sizeof rows[0] == WALL_NUMBER_COUNT, "a number without a row");

/* Whole percents; 100 only when it really is everything, 0 only when it really is nothing. */
static void add_share(struct buf *out, int64_t milli)
{
    int64_t whole = sum_add(milli, 500) / 1000;
    if (whole >= 100 && milli < 100000)
        whole = 99;
    if (whole <= 0 && milli > 0)
        whole = 1;
    (void)buf_addf(out, "%lld%%", (long long)whole);
}

/* What is shown of a number, and what it means. */
static enum role write_number(const struct wall *w, const struct wall_sum *s, enum wall_number which, struct buf *out)
{
    const struct number_row *row = &rows[which];
    int64_t n = 0;
    bool is_known = s->is_known;
    if (is_known && row->value != NULL)
        is_known = row->value(s, &n);
    else if (is_known)
        memcpy(&n, (const char *)&s->queue + row->offset, sizeof n);
    if (!is_known) {
        (void)buf_add_char(out, '-');
        return ROLE_UNKNOWN;
    }
    if (row->form == FORM_OF_TIME)
        view_add_duration(out, n);
    else if (row->form == FORM_OF_SHARE)
        add_share(out, n);
    else
        (void)buf_addf(out, "%lld", (long long)n);
    if (s->is_stale)
        return ROLE_STALE;
    bool is_of_waiting = which == WALL_WAITING || which == WALL_LONGEST;
    enum role worst = is_of_waiting ? s->worst : wall_worst(w, row->column != NULL ? alarms_of_column(FACT_QUEUE, row->column) : 0);
    bool is_nothing = n == 0 && (row->form == FORM_OF_COUNT || is_of_waiting);
    return worst != ROLE_VALUE ? worst : is_nothing ? ROLE_DIM : row->role;
}

/* As much as there is room for: the seconds of the service level are left out first. */
static void add_label(const struct canvas *c, const struct wall_sum *s, enum wall_number which, struct bigtext_size size, int w, struct buf *out)
{
    const struct wall_number_row *row = &wall_number_table[which];
    (void)buf_add(out, slice_of(row->label));
    if (which == WALL_SERVICE_LEVEL && s->service_level_s > 0)
        (void)buf_addf(out, " %lld s", (long long)s->service_level_s);
    const char *shorter[] = { row->label, row->brief };
    for (size_t i = 0; i < 2 && shorter[i] != NULL && bigtext_cols(c, size, buf_slice(out)) > w; i++) {
        buf_reset(out);
        (void)buf_add(out, slice_of(shorter[i]));
    }
}

static enum role ground_of(enum role role)
{
    return role == ROLE_ALARM ? ROLE_TILE_ALARM : role == ROLE_WARN ? ROLE_TILE_WARN : ROLE_TILE;
}

static void draw_number(const struct wall *w, struct canvas *c, struct area a, const struct wall_sum *s, enum wall_number which, struct bigtext_size label_size)
{
    struct buf text = BUF_INIT(64), label = BUF_INIT(64);
    enum role role = write_number(w, s, which, &text), ground = ground_of(role);
    struct area inner = wall_tile(c, a, ground);
    struct area above = area_top(&inner, inner.h > 1 ? bigtext_rows(c, label_size) : 0);
    (void)area_top(&inner, inner.h >= 9 ? 1 + inner.h / 20 : 0);
    if (role == ROLE_ALARM || role == ROLE_WARN) { /* a sign beside the colour */
        const struct look_row *look = &view_wait_looks[role == ROLE_ALARM ? WAIT_FAR_BEYOND : WAIT_BEYOND];
        struct slice sign = label_size.across > 0 ? SLICE("!") : slice_of(view_shape(&w->view, look));
        wall_line(c, area_right(&above, bigtext_cols(c, label_size, sign)), label_size, sign, ALIGN_RIGHT, (struct style){ role, ground });
    }
    add_label(c, s, which, label_size, above.w, &label);
    wall_line(c, above, label_size, buf_slice(&label), ALIGN_LEFT, (struct style){ ROLE_DIM, ground });
    struct bigtext_size size = bigtext_size(c, slice_of(rows[which].room), inner.w, inner.h);
    size = bigtext_size(c, slice_of(rows[which].room), inner.w - size.across, inner.h); /* two numbers side by side are not one */
    if (bigtext_cols(c, size, buf_slice(&text)) > inner.w || size.across == 0) /* more than it usually needs */
        size = bigtext_size(c, buf_slice(&text), inner.w, inner.h);
    wall_line(c, inner, size, buf_slice(&text), ALIGN_LEFT, (struct style){ role, ground });
    buf_clear(&text);
    buf_clear(&label);
}

/* The size of a label with the sign beside it. */
static struct bigtext_size label_size_of(const struct canvas *c, const char *label, int w, int h)
{
    struct buf text = BUF_INIT(64);
    (void)buf_addf(&text, "%s !", label);
    struct bigtext_size size = bigtext_size(c, buf_slice(&text), w - 6, h >= 9 ? (h / 5 > 3 ? h / 5 : 3) : 1);
    buf_clear(&text);
    return size;
}

/* The labels of a row are of one size: that of the one which has least room for what it says. */
static void shrink_label(const struct canvas *c, struct bigtext_size *size, enum wall_number which, int w, int h)
{
    const struct wall_number_row *row = &wall_number_table[which];
    struct bigtext_size one = label_size_of(c, row->label, w, h);
    if (one.across == 0 && row->brief != NULL)
        one = label_size_of(c, row->brief, w, h);
    if (size->font < 0 || one.across == 0 || (size->across > 0 && bigtext_rows(c, one) + one.across < bigtext_rows(c, *size) + size->across))
        *size = one;
}

/* Tiles side by side; what does not divide goes to the last. */
static void draw_row(const struct wall *w, struct canvas *c, struct area a, int gap, const struct wall_sum *s, const enum wall_number *number, int count, int places)
{
    struct bigtext_size label = WALL_NAME_MAX;
    for (int i = 0; i < count; i++)
        shrink_label(c, &label, number[i], (a.w + gap) / places - gap, a.h);
    for (int i = 0; i < count; i++) {
        int from = (a.w + gap) * i / places, to = (a.w + gap) * (i + 1) / places - gap;
        draw_number(w, c, (struct area){ a.x + from, a.y, to - from, a.h }, s, number[i], label);
    }
}

/* The first ones get room by what they need, so that their digits are of one size. */
static void draw_first(const struct wall *w, struct canvas *c, struct area a, int gap, const struct wall_sum *s, const enum wall_number *number, int count)
{
    int left = a.w - (count - 1) * gap, all = 0, want[2] = { 0, 0 };
    for (int i = 0; i < count; i++) {
        want[i] = bigtext_cols(c, (struct bigtext_size){ BIGTEXT_SMALL, 1, 1 }, slice_of(rows[number[i]].room)) + 2;
        all += want[i];
    }
    struct bigtext_size label = WALL_NAME_MAX;
    for (int i = 0; i < count; i++)
        shrink_label(c, &label, number[i], left * want[i] / all, a.h);
    for (int i = 0; i < count; i++) {
        draw_number(w, c, area_left(&a, i + 1 == count ? a.w : left * want[i] / all), s, number[i], label);
        (void)area_left(&a, gap);
    }
}

struct plan {
    int places, lines; /* of the numbers below the first ones */
    int high;          /* rows of the first ones */
};

/* The way of laying out `rest` numbers that makes their digits largest; what they are called counts too. */
static struct plan plan_for(const struct canvas *c, struct area a, int across, int down, int rest)
{
    struct plan best = { 1, 0, a.h };
    int most = -1;
    for (int places = rest; places >= 1; places--) {
        struct plan p = { places, (rest + places - 1) / places, 0 };
        p.high = p.lines == 1 ? a.h * 6 / 10 : p.lines == 2 ? a.h * 9 / 20 : a.h / 3;
        int w = (a.w + across) / places - across - 2, h = (a.h - p.high) / p.lines - down - 1;
        if (places > 1 && ((rest + places - 2) / (places - 1) == p.lines || w < LABEL_LEAST_W))
            continue; /* as many rows with fewer in each; no room for what they are called */
        struct bigtext_size label = label_size_of(c, wall_number_table[WALL_ABANDONED].label, w + 2, h + 1);
        struct bigtext_size size = bigtext_size(c, SLICE("888"), w, h - bigtext_rows(c, label));
        int weight = (size.across > 0 ? bigtext_rows(c, size) + 2 * size.across : 0) + (label.across > 0 ? LABEL_WEIGHT : 0);
        if (weight > most) {
            most = weight;
            best = p;
        }
    }
    return best;
}

void wall_draw_numbers(struct wall *w, struct canvas *c, struct area a)
{
    const struct wall_page *page = wall_page(w);
    struct wall_sum s;
    int across, down, count = (int)page->number_count;
    wall_gaps(a, &across, &down);
    wall_sum_make(w, &s);
    (void)wall_set_sheets(w, 1, 1);
    int first = count >= 5 || count == 2 ? 2 : 1, rest = count - first;
    struct plan p = plan_for(c, a, across, down, rest);
    draw_first(w, c, area_top(&a, p.high), across, &s, page->number, first);
    for (int i = 0; i < p.lines; i++) {
        (void)area_top(&a, down);
        struct area line = area_top(&a, i + 1 == p.lines ? a.h : (a.h - (p.lines - 1 - i) * down) / (p.lines - i));
        int left = rest - i * p.places;
        draw_row(w, c, line, across, &s, page->number + first + i * p.places, left < p.places ? left : p.places, p.places);
    }
    wall_sum_clear(&s);
}
