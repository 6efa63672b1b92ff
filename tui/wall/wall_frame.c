/* SPDX-License-Identifier: MIT */
/* wall_frame: what stands on every page: title and clock above, what needs a person below, and a PBX that is lost in big
 * letters. Also the means that the kinds of page share: tiles, lines of large text, one large sentence. */
#include "tui/wall/wall_parts.h"

#include <stdio.h>

#include "core/base/mem.h"
#include "core/base/sum.h"
#include "core/base/utf8.h"

enum { LINE_SHARE = 15, BANNER_SHARE = 5, NAME_COUNTED = 11, STRIP_MAX = 64 };

static struct style plain(enum role role)
{
    return (struct style){ role, ROLE_TEXT };
}

/* --- means ---------------------------------------------------------------------------------------------------------- */

void wall_gaps(struct area body, int *across, int *down)
{
    *across = body.w >= 300 ? 4 : body.w >= 120 ? 2 : body.w >= 60 ? 1 : 0;
    *down = body.h >= 100 ? 2 : body.h >= 20 ? 1 : 0;
}

struct area wall_tile(struct canvas *c, struct area a, enum role ground)
{
    canvas_blank(c, a, (struct style){ ROLE_TEXT, ground });
    int across = a.w >= 40 ? 2 : a.w >= 12 ? 1 : 0, down = a.h >= 12 ? 1 : 0;
    if (a.h >= 30)
        across += 2, down++;
    return (struct area){ a.x + across, a.y + down, a.w - 2 * across > 0 ? a.w - 2 * across : 0, a.h - 2 * down > 0 ? a.h - 2 * down : 0 };
}

/* The longest head that has room at this size. */
static struct slice head_for(const struct canvas *c, struct bigtext_size size, struct slice text, int w)
{
    size_t end = text.n;
    while (size.across > 0 && end > 0 && bigtext_cols(c, size, (struct slice){ text.p, end }) > w) {
        end--;
        while (end > 0 && ((unsigned char)text.p[end] & 0xc0) == 0x80)
            end--;
    }
    return (struct slice){ text.p, end };
}

void wall_line(struct canvas *c, struct area a, struct bigtext_size size, struct slice text, enum align align, struct style s)
{
    if (!bigtext_can(text))
        size = BIGTEXT_PLAIN;
    int spare = a.h - bigtext_rows(c, size);
    if (spare > 0)
        (void)area_top(&a, spare / 2);
    if (a.h > 0)
        (void)bigtext_put(c, a, size, head_for(c, size, text, a.w), align, s);
}

void wall_shrink_to_name(const struct canvas *c, struct bigtext_size *size, struct slice name, int w, int h)
{
    size_t end = 0;
    for (int n = 0; n < NAME_COUNTED && end < name.n; n++)
        (void)utf8_next(name, &end);
    struct bigtext_size one = bigtext_size(c, (struct slice){ name.p, end }, w, h);
    if (!bigtext_can(name))
        return; /* it stays plain, and spoils nothing for the others */
    bool is_less = size->font < 0 || one.across == 0 || (size->across > 0 && bigtext_rows(c, one) * 100 + one.across < bigtext_rows(c, *size) * 100 + size->across);
    if (is_less && name.n > 0)
        *size = one;
}

void wall_draw_sentence(struct canvas *c, struct area a, const char *sentence, enum role role)
{
    struct area middle = { a.x + a.w / 12, a.y + a.h / 3, a.w - a.w / 6, a.h / 3 > 0 ? a.h / 3 : 1 };
    (void)bigtext_fit(c, middle, slice_of(sentence), ALIGN_CENTRE, plain(role));
}

const char *wall_why_empty(const struct wall *w)
{
    const struct fact *f;
    const char *why = "not known yet";
    for (size_t at = 0; (f = store_each(w->view.store, FACT_PBX, &at)) != NULL;) {
        const struct fact_pbx *pbx = (const void *)f;
        int64_t age_ms;
        if (pbx->link == LINK_LIVE)
            return NULL;
        if (wall_is_lost(w, pbx, &age_ms))
            why = "no link";
    }
    return why;
}

/* --- the line above -------------------------------------------------------------------------------------------------- */

static void add_title(const struct wall *w, struct buf *out)
{
    static const char *const titles[] = { [WALL_NUMBERS] = "Now", [WALL_QUEUES] = "Queues", [WALL_AGENTS] = "Agents", [WALL_CALLERS] = "Waiting" };
    _Static_assert(sizeof titles / sizeof titles[0] == WALL_KIND_COUNT, "a kind of page without a title");
    const struct wall_page *p = wall_page(w);
    if (p->title != NULL) {
        (void)buf_add(out, slice_of(p->title));
        return;
    }
    if (p->kind == WALL_NUMBERS && p->queue_count == 0) {
        (void)buf_add(out, SLICE("All queues"));
        return;
    }
    if (p->kind != WALL_NUMBERS)
        (void)buf_addf(out, "%s%s", titles[p->kind], p->queue_count > 0 ? ": " : "");
    for (size_t i = 0; i < p->queue_count; i++)
        (void)buf_addf(out, "%s%s", i > 0 ? ", " : "", p->queue[i]);
}

/* Whose numbers these are, when not those of all PBXs. */
static void add_whose(const struct wall *w, struct buf *out)
{
    size_t live, count = wall_links(w, &live);
    if (joint_pbx(w->view.joint) != NULL)
        (void)buf_addf(out, " @%.*s", SLICE_FMT(utf8_head(slice_of(joint_pbx(w->view.joint)), 40)));
    if (live > 0 && live < count && wall_page(w)->kind == WALL_NUMBERS)
        (void)buf_addf(out, "  %zu of %zu PBXs", live, count);
}

static void draw_title(const struct wall *w, struct canvas *c, struct area a, struct bigtext_size size)
{
    struct buf title = BUF_INIT(512), clock = BUF_INIT(64), place = BUF_INIT(64);
    add_title(w, &title);
    add_whose(w, &title);
    view_add_clock(&clock, w->view.wall_ms, size.across > 0 ? "%H:%M" : a.w >= 60 ? "%a %e %b  %H:%M:%S" : "%H:%M:%S");
    if (w->sheet_count > 1)
        (void)buf_addf(&place, "%zu/%zu", w->sheet + 1, w->sheet_count);
    int gap = size.across > 0 ? 4 * size.across : 2;
    int width = bigtext_cols(c, size, buf_slice(&clock));
    if (width + gap < a.w)
        wall_line(c, area_right(&a, width), size, buf_slice(&clock), ALIGN_RIGHT, plain(ROLE_TEXT));
    (void)area_right(&a, gap);
    width = bigtext_cols(c, size, buf_slice(&place));
    if (place.len > 0 && width + gap < a.w / 2) {
        wall_line(c, area_right(&a, width), size, buf_slice(&place), ALIGN_RIGHT, plain(ROLE_DIM));
        (void)area_right(&a, gap);
    }
    wall_line(c, a, size, buf_slice(&title), ALIGN_LEFT, plain(ROLE_TITLE_FOCUS));
    buf_clear(&title);
    buf_clear(&clock);
    buf_clear(&place);
}

/* --- the line below: what needs a person, worst first -------------------------------------------------------------- */

struct matter {
    char text[160];
    enum role role;
    int64_t weight;
};

struct strip {
    struct matter at[STRIP_MAX];
    size_t count, more;
};

/* Keeps the worst; they stand in order. */
static struct matter *add_matter(struct strip *s, enum role role, int64_t weight)
{
    size_t i = s->count;
    while (i > 0 && s->at[i - 1].weight < weight)
        i--;
    if (s->count == STRIP_MAX)
        s->more++;
    if (i == STRIP_MAX)
        return NULL;
    size_t moved = (s->count < STRIP_MAX ? s->count : STRIP_MAX - 1) - i;
    memmove(&s->at[i + 1], &s->at[i], moved * sizeof s->at[0]);
    s->count += s->count < STRIP_MAX;
    s->at[i] = (struct matter){ .role = role, .weight = weight };
    return &s->at[i];
}

static void write_matter(struct matter *m, const char *name, struct slice rest)
{
    struct slice head = utf8_head(slice_of(name != NULL ? name : ""), 60);
    (void)snprintf(m->text, sizeof m->text, "%.*s%.*s", SLICE_FMT(head), SLICE_FMT(rest));
}

static void add_link_matters(const struct wall *w, struct strip *s)
{
    const struct fact *f;
    for (size_t at = 0; (f = store_each(w->view.store, FACT_PBX, &at)) != NULL;) {
        const struct fact_pbx *pbx = (const void *)f;
        int64_t age_ms;
        if (pbx->link == LINK_LIVE)
            continue;
        bool is_lost = wall_is_lost(w, pbx, &age_ms);
        struct buf text = BUF_INIT(128);
        const struct look_row *look = &view_link_looks[pbx->link >= 0 && pbx->link < LINK_STATE_COUNT ? pbx->link : LINK_IDLE];
        (void)buf_addf(&text, " %s", is_lost && pbx->link != LINK_REFUSED ? view_link_looks[LINK_LOST].word : look->word);
        struct matter *m = is_lost ? NULL : add_matter(s, ROLE_WARN, 0); /* the lost ones stand in the banner */
        if (m != NULL)
            write_matter(m, pbx->name, buf_slice(&text));
        buf_clear(&text);
    }
}

/* The first alert of the table that makes a queue as bad as it is, in words: "support 2:14", "sales no free agents". */
static void write_queue_matter(const struct wall *w, struct matter *m, const struct fact_queue *q)
{
    struct buf text = BUF_INIT(128);
    const struct fact *f = (const void *)q;
    if (alarms_role(&w->view, FACT_QUEUE, f, 1u << ALERT_OLDEST, ROLE_VALUE) == m->role) {
        (void)buf_add_char(&text, ' ');
        view_add_duration(&text, sum_sub(view_now(&w->view, FACT_QUEUE, f), q->oldest));
    }
    for (enum alert a = 0; text.len == 0 && a < ALERT_COUNT; a++) {
        if (alert_table[a].kind == FACT_QUEUE && alarms_role(&w->view, FACT_QUEUE, f, 1u << a, ROLE_VALUE) == m->role)
            (void)buf_addf(&text, " %s", alert_table[a].say);
    }
    write_matter(m, fact_queue_called(q), buf_slice(&text));
    buf_clear(&text);
}

static void add_queue_matters(const struct wall *w, struct strip *s)
{
    const struct fact *f;
    for (size_t at = 0; (f = store_each(w->view.store, FACT_QUEUE, &at)) != NULL;) {
        const struct fact_queue *q = (const void *)f;
        enum role role = wall_queue_role(w, q);
        if (role == ROLE_VALUE || view_is_stale(&w->view, FACT_QUEUE, f))
            continue;
        int64_t waited_ms = q->oldest != 0 ? sum_sub(view_now(&w->view, FACT_QUEUE, f), q->oldest) : 0;
        struct matter *m = add_matter(s, role, sum_add(role == ROLE_ALARM ? INT64_C(1) << 50 : INT64_C(1) << 40, waited_ms));
        if (m != NULL)
            write_queue_matter(w, m, q);
    }
}

/* What was counted today is not all of today: last of all, since nobody can do anything about it. */
static void add_gap_matters(const struct wall *w, struct strip *s)
{
    const struct fact *f, *q;
    for (size_t at = 0; (f = store_each(w->view.store, FACT_PBX, &at)) != NULL;) {
        int64_t gap_ms = 0;
        for (size_t of = 0; (q = store_each(w->view.store, FACT_QUEUE, &of)) != NULL;) {
            const struct fact_queue *queue = (const void *)q;
            if (queue->pbx == f->id && queue->gap_ms > gap_ms)
                gap_ms = queue->gap_ms;
        }
        struct matter *m = gap_ms > 0 && !view_is_stale(&w->view, FACT_PBX, f) ? add_matter(s, ROLE_DIM, -1) : NULL;
        if (m == NULL)
            continue;
        struct buf text = BUF_INIT(128);
        (void)buf_add(&text, SLICE(" not counted "));
        view_add_duration(&text, gap_ms);
        write_matter(m, ((const struct fact_pbx *)(const void *)f)->name, buf_slice(&text));
        buf_clear(&text);
    }
}

/* A sign beside the colour, of the same height as the text: where that is large, the sign is a letter's size as well. */
static int draw_matter(const struct wall *w, struct canvas *c, struct area a, int x, struct bigtext_size size, const struct matter *m)
{
    struct buf text = BUF_INIT(256);
    const struct look_row *look = &view_wait_looks[m->role == ROLE_ALARM ? WAIT_FAR_BEYOND : WAIT_BEYOND];
    if (m->role == ROLE_DIM)
        (void)buf_addf(&text, "%s", m->text);
    else if (size.across == 0)
        (void)buf_addf(&text, "%s %s", view_shape(&w->view, look), m->text);
    else
        (void)buf_addf(&text, "%s%s", m->role == ROLE_ALARM ? "! " : "", m->text);
    struct slice all = buf_slice(&text);
    int width = bigtext_cols(c, size, all);
    struct area place = { x, a.y, width, a.h };
    if (x + width <= a.x + a.w)
        wall_line(c, place, size, all, ALIGN_LEFT, plain(m->role));
    buf_clear(&text);
    return x + width;
}

static void draw_matters(const struct wall *w, struct canvas *c, struct area a, struct bigtext_size size)
{
    struct strip *s = mem_alloc(sizeof *s);
    add_link_matters(w, s);
    add_queue_matters(w, s);
    add_gap_matters(w, s);
    int gap = size.across > 0 ? 6 * size.across : 3, x = a.x;
    for (size_t i = 0; i < s->count; i++) {
        char more[32];
        (void)snprintf(more, sizeof more, "+%zu", s->count - i + s->more);
        int room = i + 1 < s->count || s->more > 0 ? bigtext_cols(c, size, slice_of(more)) + gap : 0;
        struct area left = { a.x, a.y, a.w - room, a.h };
        int end = draw_matter(w, c, left, x, size, &s->at[i]);
        if (end > left.x + left.w) { /* it was not drawn */
            wall_line(c, (struct area){ x, a.y, a.x + a.w - x, a.h }, size, slice_of(more), ALIGN_LEFT, plain(ROLE_DIM));
            break;
        }
        x = end + gap;
    }
    mem_free(s);
}

/* --- a PBX that is lost ----------------------------------------------------------------------------------------------- */

struct losses {
    const struct fact_pbx *first;
    size_t count, of;
    int64_t age_ms; /* the greatest; -1: nothing is shown of any */
};

static struct losses losses_of(const struct wall *w)
{
    struct losses l = { .age_ms = -1 };
    const struct fact *f;
    for (size_t at = 0; (f = store_each(w->view.store, FACT_PBX, &at)) != NULL; l.of++) {
        const struct fact_pbx *pbx = (const void *)f;
        int64_t age_ms;
        if (!wall_is_lost(w, pbx, &age_ms))
            continue;
        if (l.first == NULL || age_ms > l.age_ms) {
            l.first = pbx;
            l.age_ms = age_ms;
        }
        l.count++;
    }
    return l;
}

static void draw_banner(struct canvas *c, struct area *body, const struct losses *l)
{
    int rows = body->h >= 12 ? (body->h / BANNER_SHARE > 5 ? body->h / BANNER_SHARE : 5) : 2;
    int across, down;
    wall_gaps(*body, &across, &down);
    struct area a = area_top(body, rows);
    (void)area_top(body, down);
    canvas_blank(c, a, (struct style){ ROLE_ALARM, ROLE_TILE_ALARM });
    struct style alarm = { ROLE_ALARM, ROLE_TILE_ALARM };
    struct buf text = BUF_INIT(256);
    const char *word = l->count == 1 && l->first->link == LINK_REFUSED ? "refused" : l->age_ms < 0 ? "no link" : "lost";
    if (l->count == 1)
        (void)buf_addf(&text, "%.40s %s", l->first->name != NULL ? l->first->name : "PBX", word);
    else
        (void)buf_addf(&text, "%zu of %zu PBX %s", l->count, l->of, word);
    if (l->age_ms >= 0) {
        (void)buf_add_char(&text, ' ');
        view_add_duration(&text, l->age_ms);
    }
    struct area inner = { a.x + 1, a.y, a.w - 2, a.h };
    struct area why = area_bottom(&inner, 1);
    if (l->first->reason != NULL)
        canvas_fit(c, why, slice_of(l->first->reason), ALIGN_CENTRE, (struct style){ ROLE_TEXT, ROLE_TILE_ALARM });
    (void)bigtext_fit(c, inner, buf_slice(&text), ALIGN_CENTRE, alarm);
    buf_clear(&text);
}

void wall_draw_frame(struct wall *w, struct canvas *c, struct area *body)
{
    int rows = body->h / LINE_SHARE;
    struct bigtext_size size = bigtext_size(c, SLICE("00:00"), body->w, rows);
    rows = size.across > 0 ? bigtext_rows(c, size) : 1;
    int across, down;
    wall_gaps(*body, &across, &down);
    struct area above = area_top(body, rows);
    draw_title(w, c, above, size);
    if (body->h >= 9) {
        struct area below = area_bottom(body, rows);
        if (w->sentence.len > 0)
            wall_line(c, below, BIGTEXT_PLAIN, buf_slice(&w->sentence), ALIGN_LEFT, plain(w->is_error ? ROLE_ERROR : ROLE_NOTICE));
        else
            draw_matters(w, c, below, size);
    }
    if (down > 0) {
        (void)area_top(body, body->h >= 30 ? down : 0);
        (void)area_bottom(body, body->h >= 30 ? down : 0);
    }
    struct losses l = losses_of(w);
    if (l.count > 0)
        draw_banner(c, body, &l);
}
