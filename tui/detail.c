/* SPDX-License-Identifier: MIT */
/* detail: everything known of one fact: labelled values in groups, made from the table of columns, so that a new field is
 * shown without a line here. Groups flow into as many columns as there is room for; sentences stand below them in full.
 * Owns nothing: the fact is the pane's. */
#include "tui/pane.h"

#include "core/base/buf.h"

enum { ITEMS_MAX = 160, GROUPS_MAX = 12, COLUMN_COLS = 29, COLUMN_GAP = 3, LABEL_COLS = 18, COLUMNS_MOST = 5 };

struct group_row {
    enum fact_kind kind;
    const char *title; /* NULL: not shown here, since other values say the same */
    const char *ids;
};

/* In the order of reading. What no group names comes last, under "More". */
static const struct group_row groups[] = {
    { FACT_QUEUE, "Now", "waiting oldest members ready ringing talking hold other_call wrapup paused unavailable invalid unknown" },
    { FACT_QUEUE, "Today", "since gap_ms gaps offered answered answered_in_sl abandoned abandoned_short timeout empty key withdrawn redirected guessed missed handled" },
    { FACT_QUEUE, "Service", "service_level service_level_answered abandonment asa ata att aht longest_wait_ms" },
    { FACT_QUEUE, "Setup", "own_name place pbx strategy service_level_s wrapup_s weight max_waiting state reread_at" },
    { FACT_QUEUE, "Asterisk's own", "ast_sl ast_sl2 ast_holdtime ast_talktime ast_completed ast_abandoned" },
    { FACT_QUEUE, "Sums", "answered_wait_ms abandoned_wait_ms talk_ms wrap_ms" },
    { FACT_QUEUE, NULL, "name alias proof away ast_holdtime_s ast_talktime_s" },
    { FACT_AGENT, "Now", "state since detail queue device wrapup_until paused_in memberships" },
    { FACT_AGENT, "Today", "calls_taken missed talk_ms last_call login" },
    { FACT_AGENT, "Pause", "paused_reason paused_since" },
    { FACT_AGENT, "Telephone", "interface extension team place pbx peer_number peer_name" },
    { FACT_AGENT, NULL, "name" },
    { FACT_CALLER, "Waiting", "queue position wait priority ringing" },
    { FACT_CALLER, "Who", "number name channel uniqueid pbx" },
    { FACT_CALLER, NULL, "rank joined" },
    { FACT_CALL, "Call", "since held queue pbx" },
    { FACT_CALL, "Caller", "number name channel uniqueid" },
    { FACT_CALL, "Agent", "agent agent_number agent_channel agent_uniqueid" },
    { FACT_CALL, NULL, "is_held held_since phone_channel phone_uniqueid" },
    { FACT_ORDER, "How it stands", "state at took left" },
    { FACT_ORDER, "Who and whom", "who agent interface queue pbx" },
    { FACT_ORDER, NULL, "what line answer undo requests until calls_left ended_at ref" }, /* below, in full */
    { FACT_PBX, "Link", "link link_since heard_at retry_at round_trip_us clock_offset_ms is_clock_known reconnects" },
    { FACT_PBX, "Traffic", "events_rate bytes_rate events events_skipped bytes_in bytes_out" },
    { FACT_PBX, "Proof", "queues_state suspects reread_at drift barrier peers endpoints" },
    { FACT_PBX, "Ends", "asterisk address own_address certificate_until" },
    { FACT_PBX, "Rights", "write_classes seen_classes cause" },
    { FACT_PBX, NULL, "name endpoints_at" },
};

struct item {
    const struct column *column; /* NULL: a heading */
    const char *title;
};

struct items {
    struct item at[ITEMS_MAX];
    size_t count, group[GROUPS_MAX + 1], groups; /* where each group begins, and the end */
};

static void add_item(struct items *all, const struct column *c, const char *title)
{
    if (all->count < ITEMS_MAX)
        all->at[all->count++] = (struct item){ c, title };
}

static void begin_group(struct items *all, const char *title)
{
    if (all->groups < GROUPS_MAX) {
        all->group[all->groups++] = all->count;
        add_item(all, NULL, title);
    }
}

static bool is_named(enum fact_kind kind, const char *id)
{
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
        for (struct slice rest = slice_of(groups[i].ids); groups[i].kind == kind && rest.p != NULL;) {
            if (slice_eq(slice_cut(rest, ' ', &rest), slice_of(id)))
                return true;
        }
    }
    return false;
}

static void add_others(struct items *all, enum fact_kind kind)
{
    struct column_set set = column_set(kind);
    bool is_begun = false;
    for (size_t i = 0; i < set.count; i++) {
        if (is_named(kind, set.at[i].id) || set.at[i].is_long)
            continue;
        if (!is_begun)
            begin_group(all, "More");
        is_begun = true;
        add_item(all, &set.at[i], NULL);
    }
}

/* What only a configuration can tell is no row of dashes where it tells nothing. */
static bool is_silent(const struct view *v, const struct column *c, const struct fact *f)
{
    int64_t n;
    return c->is_told && (f == NULL || (c->string != NULL ? c->string(v, c, f).p == NULL : c->number == NULL || !c->number(v, c, f, &n)));
}

static void list_items(const struct view *v, enum fact_kind kind, const struct fact *f, struct items *all)
{
    all->count = all->groups = 0;
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
        if (groups[i].kind != kind || groups[i].title == NULL)
            continue;
        begin_group(all, groups[i].title);
        for (struct slice rest = slice_of(groups[i].ids); rest.p != NULL;) {
            const struct column *c = column_named(kind, slice_cut(rest, ' ', &rest));
            if (c != NULL && column_is_of_use(c, v) && !is_silent(v, c, f))
                add_item(all, c, NULL);
        }
    }
    add_others(all, kind);
    all->group[all->groups] = all->count;
}

/* Groups into `columns` columns, none broken. Returns the rows of the longest; *place: column and row of each group. */
struct spot {
    int column, row;
};

/* Greedily, no column longer than `height`. False: that takes more columns. *longest: rows of the longest. */
static bool flow_into(const struct items *all, int columns, int height, struct spot place[GROUPS_MAX], int *longest)
{
    int column = 0, row = 0;
    *longest = 0;
    for (size_t i = 0; i < all->groups; i++) {
        int rows = (int)(all->group[i + 1] - all->group[i]);
        if (row > 0 && row + rows > height) {
            column++;
            row = 0;
        }
        if (column == columns || rows > height)
            return false;
        place[i] = (struct spot){ column, row };
        *longest = row + rows > *longest ? row + rows : *longest;
        row += rows + 1;
    }
    return true;
}

/* As short as it gets. */
static int flow(const struct items *all, int columns, struct spot place[GROUPS_MAX])
{
    int longest = 0;
    for (int height = (int)(all->count / (size_t)columns); height < 2 * ITEMS_MAX; height++) {
        if (flow_into(all, columns, height, place, &longest))
            break;
    }
    return longest;
}

static int most_columns(int width)
{
    int n = (width + COLUMN_GAP - 2) / (COLUMN_COLS + COLUMN_GAP);
    return n < 1 ? 1 : n > COLUMNS_MOST ? COLUMNS_MOST : n;
}

/* As few columns as make it fit, as many as there are where nothing does. */
static int choose(const struct items *all, int width, int height, struct spot place[GROUPS_MAX], int *columns)
{
    int rows = 0;
    for (*columns = 1; *columns <= most_columns(width); ++*columns) {
        rows = flow(all, *columns, place);
        if (rows <= height)
            return rows;
    }
    --*columns;
    return rows;
}

static void draw_item(const struct pane *p, const struct view *v, struct canvas *c, struct area a, const struct item *item)
{
    if (item->column == NULL) {
        canvas_fit(c, a, slice_of(item->title), ALIGN_LEFT, (struct style){ ROLE_TITLE, ROLE_TEXT });
        return;
    }
    struct buf scratch = BUF_INIT(2048), label = BUF_INIT(128);
    enum role role;
    column_label(item->column, &label);
    struct slice text = column_text(v, p->row->table.kind, item->column, p->fact, &scratch, &role);
    if (text.n == 0) { /* known, and nothing */
        text = SLICE("none");
        role = ROLE_ZERO;
    }
    bool is_stale = p->is_gone || view_is_stale(v, p->row->table.kind, p->fact);
    canvas_fit(c, (struct area){ a.x, a.y, LABEL_COLS - 1 < a.w ? LABEL_COLS - 1 : a.w, 1 }, buf_slice(&label), ALIGN_LEFT, (struct style){ ROLE_DIM, ROLE_TEXT });
    if (a.w > LABEL_COLS)
        canvas_fit(c, (struct area){ a.x + LABEL_COLS, a.y, a.w - LABEL_COLS, 1 }, text, ALIGN_LEFT, (struct style){ is_stale ? ROLE_STALE : role, ROLE_TEXT });
    buf_clear(&scratch);
    buf_clear(&label);
}

/* Sentences, each in full below its label; what lies in `clip` is drawn. Returns the rows. */
static int draw_long(const struct pane *p, const struct view *v, struct canvas *c, struct area clip, struct area a)
{
    struct column_set set = column_set(p->row->table.kind);
    int y = a.y;
    for (size_t i = 0; i < set.count; i++) {
        struct buf scratch = BUF_INIT(2048), label = BUF_INIT(128);
        enum role role = ROLE_UNKNOWN;
        struct slice text = set.at[i].is_long ? column_text(v, p->row->table.kind, &set.at[i], p->fact, &scratch, &role) : SLICE("");
        if (role != ROLE_UNKNOWN && text.n > 0) {
            column_label(&set.at[i], &label);
            canvas_fit(c, area_clip((struct area){ a.x, ++y, a.w, 1 }, clip), buf_slice(&label), ALIGN_LEFT, (struct style){ ROLE_DIM, ROLE_TEXT });
            int rows = canvas_wrap_in(c, clip, (struct area){ a.x + LABEL_COLS, y, a.w - LABEL_COLS, 8 }, text, (struct style){ p->is_gone ? ROLE_STALE : role, ROLE_TEXT });
            y += rows > 1 ? rows - 1 : 0;
        }
        buf_clear(&scratch);
        buf_clear(&label);
    }
    return y - a.y;
}

static void detail_draw(struct pane *p, const struct view *v, struct canvas *c, struct area a, bool has_focus)
{
    struct items all;
    struct spot place[GROUPS_MAX] = { 0 };
    int columns;
    (void)has_focus;
    if (p->fact == NULL || a.w < 4) {
        canvas_fit(c, (struct area){ a.x + 2, a.y, a.w - 3, a.h > 0 ? 1 : 0 }, p->subject == 0 ? SLICE("There is none.") : SLICE("Nothing is known of it any more."), ALIGN_LEFT, (struct style){ ROLE_DIM, ROLE_TEXT });
        return;
    }
    list_items(v, p->row->table.kind, p->fact, &all);
    int rows = choose(&all, a.w, a.h, place, &columns), wide = (a.w - 3 - (columns - 1) * COLUMN_GAP) / columns;
    p->all = rows + draw_long(p, v, c, (struct area){ 0, 0, 0, 0 }, (struct area){ a.x + 2, a.y, a.w - 4, 1 }); /* only measured */
    p->rows = a.h;
    p->top = p->top > p->all - a.h ? p->all - a.h : p->top;
    p->top = p->top < 0 ? 0 : p->top;
    for (size_t g = 0; g < all.groups; g++) {
        for (size_t i = all.group[g]; i < all.group[g + 1]; i++) {
            int row = place[g].row + (int)(i - all.group[g]) - p->top;
            if (row >= 0 && row < a.h)
                draw_item(p, v, c, (struct area){ a.x + 2 + place[g].column * (wide + COLUMN_GAP), a.y + row, wide, 1 }, &all.at[i]);
        }
    }
    if (rows - p->top < a.h) {
        struct area rest = { a.x + 2, a.y + rows - p->top - 1, a.w - 4, 1 };
        (void)draw_long(p, v, c, a, rest);
    }
}

static bool detail_act(struct pane *p, enum action a)
{
    int page = p->rows > 1 ? p->rows - 1 : 1;
    switch (a) {
    case ACTION_CURSOR_DOWN: p->top++; break;
    case ACTION_CURSOR_UP: p->top--; break;
    case ACTION_PAGE_DOWN: p->top += page; break;
    case ACTION_PAGE_UP: p->top -= page; break;
    case ACTION_CURSOR_FIRST: p->top = 0; break;
    case ACTION_CURSOR_LAST: p->top = p->all; break;
    default: return false;
    }
    return true;
}

static int detail_need(const struct pane *p, const struct view *v, int width)
{
    struct items all;
    struct spot place[GROUPS_MAX] = { 0 };
    list_items(v, p->row->table.kind, p->fact, &all);
    return flow(&all, most_columns(width), place) + 1;
}

const struct pane_form pane_detail = { .act = detail_act, .need = detail_need, .draw = detail_draw };
