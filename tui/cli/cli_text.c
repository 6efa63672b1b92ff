/* SPDX-License-Identifier: MIT */
/* cli_text: facts -> aligned plain text. Every cell comes from column_text and goes into a cli_grid, which lets nothing from the wire reach a
 * terminal raw. Holds one table at a time. */
#include "tui/cli/cli_grid.h"
#include "tui/cli/cli_text.h"

#include "core/base/mem.h"
#include "core/base/utf8.h"
#include "tui/table/column.h"
#include "tui/totals.h"

#include <langinfo.h>
#include <stdlib.h>

#define COLUMNS_MAX CLI_GRID_COLUMNS_MAX
#define SCRATCH_MAX 4096u

/* What each table shows, by the ids of tui/table/column_rows.c. */
static const struct pane {
    enum fact_kind kind;
    const char *ids[COLUMNS_MAX];
} queue_pane = { FACT_QUEUE,
                 { "name", "pbx", "waiting", "oldest", "ready", "ringing", "talking", "hold", "other_call", "wrapup", "paused", "away", "offered", "answered",
                   "abandoned", "timeout", "service_level", "asa", "aht", NULL } },
  caller_pane = { FACT_CALLER, { "queue", "pbx", "position", "wait", "number", "name", "priority", "ringing", NULL } },
  agent_pane = { FACT_AGENT, { "name", "pbx", "team", "interface", "state", "since", "detail", "queue", "calls_taken", "missed", NULL } };

struct grid {
    const struct view *view;
    const struct column *column[COLUMNS_MAX];
    size_t columns;
    struct cli_grid cells;
};

static void grid_begin(struct grid *g, const struct view *v, const struct pane *pane)
{
    *g = (struct grid){ .view = v };
    struct cli_grid_column cell[COLUMNS_MAX];
    for (const char *const *id = pane->ids; *id != NULL; id++) {
        const struct column *c = column_named(pane->kind, slice_of(*id));
        if (c != NULL && column_is_of_use(c, v)) {
            cell[g->columns] = (struct cli_grid_column){ c->title, column_align(c) == ALIGN_RIGHT, 0 };
            g->column[g->columns++] = c;
        }
    }
    cli_grid_begin(&g->cells, cell, g->columns, v->is_ascii);
}

static void grid_fact(struct grid *g, enum fact_kind kind, const struct fact *f)
{
    struct buf scratch = BUF_INIT(SCRATCH_MAX);
    for (size_t i = 0; i < g->columns; i++) {
        enum role role;
        cli_grid_add(&g->cells, column_text(g->view, kind, g->column[i], f, &scratch, &role));
    }
    buf_clear(&scratch);
}

/* --- which facts, in which order ----------------------------------------------------------------------------------- */

struct picked {
    const struct fact **at;
    size_t count, room;
};

static void pick(struct picked *p, const struct fact *f)
{
    if (p->count == p->room) {
        p->room = p->room * 2 + 64;
        p->at = mem_resize(p->at, p->room, sizeof *p->at);
    }
    p->at[p->count++] = f;
}

static const char *queue_text(const struct fact *f)
{
    return ((const struct fact_queue *)(const void *)f)->name;
}

static const char *agent_text(const struct fact *f)
{
    const struct fact_agent *a = (const void *)f;
    return a->name != NULL && *a->name != '\0' ? a->name : a->interface;
}

static int by_text(const void *a, const void *b, const char *(*text)(const struct fact *))
{
    const struct fact *fa = *(const struct fact *const *)a, *fb = *(const struct fact *const *)b;
    int order = view_compare(slice_of(text(fa)), slice_of(text(fb)));
    return order != 0 ? order : fa->id < fb->id ? -1 : fa->id > fb->id;
}

static int by_queue_name(const void *a, const void *b)
{
    return by_text(a, b, queue_text);
}

static int by_agent_name(const void *a, const void *b)
{
    return by_text(a, b, agent_text);
}

static int by_id(const void *a, const void *b)
{
    const struct fact *fa = *(const struct fact *const *)a, *fb = *(const struct fact *const *)b;
    return (fa->id > fb->id) - (fa->id < fb->id);
}

/* As they are configured. */
static struct picked pick_pbxs(const struct store *store)
{
    struct picked p = { 0 };
    for (const struct fact *f = NULL; (f = store_child(store, FACT_PBX, 0, f)) != NULL;) {
        pick(&p, f);
    }
    if (p.count > 0) {
        qsort(p.at, p.count, sizeof *p.at, by_id);
    }
    return p;
}

static struct picked pick_queues(const struct export_view *v)
{
    struct picked p = { 0 };
    size_t at = 0;
    for (const struct fact *f; (f = store_each(v->store, FACT_QUEUE, &at)) != NULL;) {
        if (export_wants(v, (const void *)f)) {
            pick(&p, f);
        }
    }
    if (p.count > 0) {
        qsort(p.at, p.count, sizeof *p.at, by_queue_name);
    }
    return p;
}

/* Every agent, or those that are members of the wanted queues; each once. */
static struct picked pick_agents(const struct export_view *v, const struct picked *queues)
{
    struct picked p = { 0 };
    size_t at = 0;
    for (const struct fact *f; v->queue_name == NULL && (f = store_each(v->store, FACT_AGENT, &at)) != NULL;) {
        pick(&p, f);
    }
    for (size_t i = 0; v->queue_name != NULL && i < queues->count; i++) {
        for (const struct fact *m = NULL; (m = store_child(v->store, FACT_MEMBER, queues->at[i]->id, m)) != NULL;) {
            const struct fact *f = store_get(v->store, FACT_AGENT, ((const struct fact_member *)(const void *)m)->agent);
            if (f != NULL) {
                pick(&p, f);
            }
        }
    }
    if (p.count > 0) {
        qsort(p.at, p.count, sizeof *p.at, by_agent_name);
    }
    size_t kept = 0;
    for (size_t i = 0; i < p.count; i++) {
        if (kept == 0 || p.at[kept - 1] != p.at[i]) {
            p.at[kept++] = p.at[i];
        }
    }
    p.count = kept;
    return p;
}

/* --- the parts of the document ------------------------------------------------------------------------------------- */

static void add_line(struct buf *out, const char *text, bool is_ascii)
{
    utf8_add_printable(out, slice_of(text), is_ascii);
}

static void add_pbx(const struct export_view *v, const struct fact_pbx *p, bool is_ascii, bool is_told, struct buf *out)
{
    bool is_live = p->link == LINK_LIVE;
    add_line(out, p->name, is_ascii);
    buf_addf(out, ": %s", p->link >= 0 && p->link < LINK_STATE_COUNT ? view_link_looks[p->link].word : "unknown");
    if (p->asterisk != NULL) {
        buf_addf(out, ", Asterisk ");
        add_line(out, p->asterisk, is_ascii);
    }
    if (p->drift > 0) {
        buf_addf(out, ", drift %lld", (long long)p->drift);
    }
    if (!is_live && p->heard_at != 0 && p->reread_at != 0) { /* a list was read: there are figures */
        buf_addf(out, ", figures are ");
        view_add_duration(out, v->floor_ms - p->heard_at);
        buf_addf(out, " old");
    }
    const char *more = is_live ? p->notice : !is_told ? p->reason : NULL;
    if (more != NULL) {
        buf_addf(out, "\n  ");
        add_line(out, more, is_ascii);
    }
    buf_add_char(out, '\n');
}

/* Those of one PBX (0: of all) added up. Calls are summed; an agent counts once, in however many queues. A PBX without a live
 * link is left out of a sum as long as another one has one. The name is borrowed. */
static struct fact_queue add_up(const struct view *view, const struct picked *queues, const struct picked *agents, uint64_t pbx, char *name)
{
    struct fact_queue total = { .name = name };
    size_t added = 0, live;
    (void)totals_links(view, &live);
    for (size_t i = 0; i < queues->count; i++) {
        const struct fact_queue *q = (const void *)queues->at[i];
        bool counts = pbx != 0 ? q->pbx == pbx : live == 0 || !view_is_stale(view, FACT_QUEUE, queues->at[i]);
        if (counts) {
            kpi_add(&total, added++, q);
        }
    }
    total.pbx = pbx;
    struct totals each_once;
    totals_init(&each_once);
    for (size_t i = 0; i < agents->count; i++) {
        const struct fact_agent *a = (const void *)agents->at[i];
        if (pbx == 0 || a->pbx == pbx) {
            totals_agent(&each_once, a->id, a);
        }
    }
    totals_put_agents(&each_once, view, pbx != 0, &total);
    totals_clear(&each_once);
    return total;
}

static void add_since(const struct fact_queue *total, struct buf *out)
{
    if (total->since == 0) {
        return;
    }
    view_add_clock(out, total->since, "Calls of today since %H:%M");
    if (total->gaps > 0) {
        (void)buf_add(out, SLICE(", but for "));
        view_add_duration(out, total->gap_ms);
        (void)buf_add(out, SLICE(" without a link"));
    }
    (void)buf_add(out, SLICE(".\n"));
}

static void add_partial(const struct view *view, struct buf *out)
{
    size_t live, count = totals_links(view, &live);
    if (live > 0 && live < count) {
        (void)buf_addf(out, "The last line is of %zu of %zu PBXs: the others have no live link.\n", live, count);
    }
}

static bool has_queue_of(const struct picked *queues, uint64_t pbx)
{
    bool has = false;
    for (size_t i = 0; !has && i < queues->count; i++) {
        has = ((const struct fact_queue *)(const void *)queues->at[i])->pbx == pbx;
    }
    return has;
}

static void add_queues(const struct view *view, const struct picked *queues, const struct picked *agents, struct buf *out)
{
    char name[] = "all";
    struct fact_queue total = add_up(view, queues, agents, 0, name);
    add_partial(view, out);
    add_since(&total, out);
    buf_add_char(out, '\n');
    struct grid g;
    grid_begin(&g, view, &queue_pane);
    for (size_t i = 0; i < queues->count; i++) {
        grid_fact(&g, FACT_QUEUE, queues->at[i]);
    }
    struct picked pbxs = pick_pbxs(view->store);
    for (size_t i = 0; view->has_many_pbx && queues->count > 1 && i < pbxs.count; i++) {
        struct fact_queue of_one = add_up(view, queues, agents, pbxs.at[i]->id, name);
        if (has_queue_of(queues, pbxs.at[i]->id)) {
            grid_fact(&g, FACT_QUEUE, (const struct fact *)(const void *)&of_one);
        }
    }
    mem_free(pbxs.at);
    if (queues->count > 1) {
        grid_fact(&g, FACT_QUEUE, (const struct fact *)(const void *)&total);
    }
    cli_grid_end(&g.cells, out);
}

static void add_callers(const struct view *view, const struct picked *queues, struct buf *out)
{
    struct grid g;
    grid_begin(&g, view, &caller_pane);
    for (size_t i = 0; i < queues->count; i++) {
        for (const struct fact *f = NULL; (f = store_child(view->store, FACT_CALLER, queues->at[i]->id, f)) != NULL;) {
            grid_fact(&g, FACT_CALLER, f);
        }
    }
    buf_add_char(out, '\n');
    cli_grid_end(&g.cells, out);
}

static void add_agents(const struct view *view, const struct picked *agents, struct buf *out)
{
    struct grid g;
    grid_begin(&g, view, &agent_pane);
    for (size_t i = 0; i < agents->count; i++) {
        grid_fact(&g, FACT_AGENT, agents->at[i]);
    }
    buf_add_char(out, '\n');
    cli_grid_end(&g.cells, out);
}

bool cli_text_is_ascii(const struct settings *settings)
{
    return settings->is_ascii || strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
}

bool cli_text_has_figures(const struct store *store)
{
    bool has = store_count(store, FACT_QUEUE) > 0;
    for (const struct fact *f = NULL; !has && (f = store_child(store, FACT_PBX, 0, f)) != NULL;) {
        const struct fact_pbx *p = (const struct fact_pbx *)(const void *)f;
        has = p->link == LINK_LIVE || p->reread_at != 0;
    }
    return has;
}

bool cli_text_add(const struct export_view *v, const struct settings *settings, bool is_ascii, bool is_told, struct buf *out)
{
    struct view view = { .store = v->store, .joint = v->joint, .settings = settings, .beat_ms = v->floor_ms, .wall_ms = v->wall_ms, .is_ascii = is_ascii,
                         .has_many_pbx = store_count(v->store, FACT_PBX) > 1 };
    view.has_teams = view_has_teams(&view);
    view_add_clock(out, v->wall_ms, "%F %T");
    struct picked pbxs = pick_pbxs(v->store);
    for (size_t i = 0; i < pbxs.count; i++) {
        buf_addf(out, "  ");
        add_pbx(v, (const void *)pbxs.at[i], is_ascii, is_told, out);
    }
    mem_free(pbxs.at);
    if (!cli_text_has_figures(v->store)) {
        return !out->overflow;
    }
    struct picked queues = pick_queues(v), agents = pick_agents(v, &queues);
    add_queues(&view, &queues, &agents, out);
    size_t waiting = 0;
    for (size_t i = 0; i < queues.count; i++) {
        waiting += store_child(v->store, FACT_CALLER, queues.at[i]->id, NULL) != NULL;
    }
    if (waiting > 0) {
        add_callers(&view, &queues, out);
    }
    if (agents.count > 0) {
        add_agents(&view, &agents, out);
    }
    mem_free(queues.at);
    mem_free(agents.at);
    return !out->overflow;
}

void cli_text_wrap(struct buf *out, struct slice text, size_t at, size_t left, size_t width)
{
    for (bool is_first = true; text.n > 0; is_first = false) {
        struct slice word = slice_cut(text, ' ', &text);
        size_t cols = (size_t)utf8_text_width(word);
        if (!is_first && width > 0 && at + 1 + cols > width) {
            buf_addf(out, "\n%*s", (int)left, "");
            at = left;
        } else if (!is_first) {
            buf_add_char(out, ' ');
            at++;
        }
        buf_add(out, word);
        at += cols;
    }
}
