/* SPDX-License-Identifier: MIT */
/* column_rows: the columns that say more than the table of fields does: a shorter title, a width, a place in the order in
 * which columns go when it is narrow, a role, a value made of several fields. A new column is a row here (and its id in a
 * pane's layout in pane_rows.c, when it is to be seen at once). */
#include "tui/column_parts.h"

#include "core/base/utf8.h"

static const struct fact_queue *queue_of(const struct view *v, uint64_t id)
{
    return (const void *)store_get(v->store, FACT_QUEUE, id);
}

struct slice column_pbx_name(const struct view *v, const struct column *c, const struct fact *f)
{
    const struct fact_pbx *pbx = view_pbx(v, (enum fact_kind)c->arg, f);
    return slice_of(pbx != NULL ? pbx->name : NULL);
}

struct slice column_queue_name(const struct view *v, const struct column *c, const struct fact *f)
{
    const struct fact_field *field = fact_field_named((enum fact_kind)c->arg, SLICE("queue"));
    const struct fact_queue *q = queue_of(v, (uint64_t)fact_int(f, field));
    return slice_of(q != NULL ? q->name : NULL);
}

/* --- queues -------------------------------------------------------------------------------------------------------- */

/* What is wrong about a number is said by the rules (alarms.h), not here. */
static enum role figure_role(const struct view *v, const struct column *c, const struct fact *f, int64_t n)
{
    (void)v, (void)c, (void)f;
    return n == 0 ? ROLE_ZERO : ROLE_VALUE;
}

static enum role value_role(const struct view *v, const struct column *c, const struct fact *f, int64_t n)
{
    (void)v, (void)c, (void)f, (void)n;
    return ROLE_VALUE;
}

/* Nobody waits: nothing is shown, since nothing is unknown. */
static void write_oldest(const struct view *v, const struct column *c, const struct fact *f, struct buf *out)
{
    (void)c;
    const struct fact_queue *q = (const void *)f;
    if (q->oldest != 0)
        view_add_duration(out, view_now(v, FACT_QUEUE, f) - q->oldest);
}

static bool queue_away(const struct view *v, const struct column *c, const struct fact *f, int64_t *out)
{
    (void)v, (void)c;
    const struct fact_queue *q = (const void *)f;
    *out = q->unavailable + q->invalid + q->unknown;
    return true;
}

static enum role ringing_role(const struct view *v, const struct column *c, const struct fact *f, int64_t n)
{
    (void)v, (void)c, (void)f;
    return n > 0 ? ROLE_RINGING : ROLE_ZERO;
}

static enum role ready_role(const struct view *v, const struct column *c, const struct fact *f, int64_t n)
{
    (void)v, (void)c, (void)f;
    return n > 0 ? ROLE_READY : ROLE_ZERO;
}

enum role column_name_role(const struct view *v, const struct column *c, const struct fact *f, int64_t n)
{
    (void)v, (void)c, (void)f, (void)n;
    return ROLE_NAME;
}

enum role column_dim_role(const struct view *v, const struct column *c, const struct fact *f, int64_t n)
{
    (void)v, (void)c, (void)f, (void)n;
    return ROLE_DIM;
}

static const struct column queue_rows[] = {
    { .id = "name", .title = "Queue", .width = 14, .least = 9, .most = 24, .role = column_name_role },
    { .id = "pbx", .title = "PBX", .form = FORM_TEXT, .string = column_pbx_name, .arg = FACT_QUEUE, .width = 8, .least = 6, .most = 12, .drop = 13, .is_pbx = true,
      .help = "the PBX it is on", .role = column_dim_role },
    { .id = "proof", .of = "state", .title = "", .form = FORM_SHAPE, .width = 1, .drop = 18, .looks = view_queue_looks, .help = "how far its facts are proven by a re-read" },
    { .id = "strategy", .title = "Strategy", .width = 10, .drop = 86, .role = column_dim_role },
    { .id = "service_level_s", .title = "SL s", .width = 4, .drop = 84, .is_quiet = true, .role = column_dim_role },
    { .id = "waiting", .title = "Wait", .width = 4, .role = figure_role, .alerts = 1u << ALERT_UNREACHABLE },
    { .id = "oldest", .title = "Longest", .width = 8, .drop = 3,
      .help = "how long the caller who waits longest has waited", .role = value_role, .write = write_oldest },
    { .id = "members", .title = "Agents", .width = 6, .drop = 56, .is_quiet = true },
    { .id = "ready", .title = "Free", .width = 4, .drop = 2, .role = ready_role },
    { .id = "ringing", .title = "Ring", .width = 4, .drop = 12, .role = ringing_role },
    { .id = "talking", .title = "Talk", .width = 4, .drop = 6 },
    { .id = "other_call", .title = "Other", .width = 5, .drop = 15 },
    { .id = "hold", .title = "Hold", .width = 4, .drop = 15 },
    { .id = "wrapup", .title = "Wrap", .width = 4, .drop = 14 },
    { .id = "paused", .title = "Paus", .width = 4, .drop = 10 },
    { .id = "away", .title = "Away", .form = FORM_COUNT, .number = queue_away, .width = 4, .drop = 16,
      .help = "members whose device is not reachable, does not exist or says nothing" },
    { .id = "service_level", .drop = 17 },
    { .id = "abandonment", .drop = 48 },
    { .id = "asa", .drop = 28 },
    { .id = "att", .drop = 52 },
    { .id = "aht", .drop = 54 },
    { .id = "offered", .title = "Offer", .width = 5, .drop = 26, .is_quiet = true },
    { .id = "answered", .title = "Answ", .width = 5, .drop = 24, .is_quiet = true },
    { .id = "abandoned", .title = "Aband", .width = 5, .drop = 22 },
    { .id = "abandoned_short", .title = "Short", .width = 5, .drop = 78 },
    { .id = "timeout", .title = "Tmout", .width = 5, .drop = 72 },
    { .id = "empty", .title = "Empty", .width = 5, .drop = 74 },
    { .id = "key", .title = "Key", .width = 4, .drop = 76 },
    { .id = "withdrawn", .title = "Wdrn", .width = 4, .drop = 80 },
    { .id = "redirected", .title = "Redir", .width = 5, .drop = 79 },
    { .id = "missed", .title = "Miss", .width = 4, .drop = 50 },
    { .id = "since", .title = "Since", .width = 5, .drop = 82, .role = column_dim_role },
    { .id = NULL },
};

/* --- agents -------------------------------------------------------------------------------------------------------- */

static struct slice agent_name(const struct view *v, const struct column *c, const struct fact *f)
{
    (void)v, (void)c;
    const struct fact_agent *a = (const void *)f;
    return slice_of(a->name != NULL && *a->name != '\0' ? a->name : a->interface);
}

static struct slice agent_queue(const struct view *v, const struct column *c, const struct fact *f)
{
    (void)c;
    const struct fact_queue *q = queue_of(v, ((const struct fact_agent *)(const void *)f)->queue);
    return slice_of(q != NULL ? q->name : "");
}

/* As much of a text from the wire as can matter in a cell. */
static struct slice some_of(const char *text)
{
    return text != NULL ? utf8_head(slice_of(text), 160) : SLICE("");
}

static void add_peer(struct buf *out, const char *name, const char *number)
{
    struct slice a = some_of(name), b = some_of(number);
    (void)buf_add(out, a);
    if (a.n > 0 && b.n > 0)
        (void)buf_add(out, SLICE("  "));
    (void)buf_add(out, b);
    if (a.n == 0 && b.n == 0)
        (void)buf_add(out, SLICE("-"));
}

void column_add_doing(const struct agent_doing *d, struct buf *out)
{
    switch (d->state) {
    case AGENT_RINGING:
    case AGENT_TALKING:
    case AGENT_OTHER_CALL:
    case AGENT_HOLD: add_peer(out, d->peer_name, d->peer_number); break;
    case AGENT_WRAPUP:
        if (d->wrapup_until != 0) {
            /* the last second is a second, not none */
            view_add_duration(out, d->wrapup_until - d->now_ms + 999);
            (void)buf_add(out, SLICE(" left"));
        }
        break;
    case AGENT_PAUSED: (void)buf_add(out, some_of(d->paused_reason)); break;
    default: break;
    }
}

static void write_detail(const struct view *v, const struct column *c, const struct fact *f, struct buf *out)
{
    (void)c;
    const struct fact_agent *a = (const void *)f;
    column_add_doing(&(struct agent_doing){ .state = a->state, .wrapup_until = a->wrapup_until, .now_ms = view_now(v, FACT_AGENT, f),
                                            .peer_name = a->peer_name, .peer_number = a->peer_number, .paused_reason = a->paused_reason }, out);
}

/* Paused in some queues only: free, but not for everybody. */
static void write_paused_in(const struct view *v, const struct column *c, const struct fact *f, struct buf *out)
{
    (void)v, (void)c;
    const struct fact_agent *a = (const void *)f;
    if (a->paused_in > 0)
        (void)buf_addf(out, "%lld/%lld", (long long)a->paused_in, (long long)a->memberships);
}

static enum role state_role(const struct view *v, const struct column *c, const struct fact *f, int64_t n)
{
    (void)v, (void)c, (void)n;
    int64_t state = ((const struct fact_agent *)(const void *)f)->state;
    return state >= 0 && state < AGENT_STATE_COUNT ? view_agent_looks[state].role : ROLE_TEXT;
}

static const struct column agent_rows[] = {
    { .id = "state", .title = "State", .form = FORM_LOOK, .looks = view_agent_looks, .width = 12, .least = 12, .order = 1 },
    { .id = "name", .title = "Agent", .form = FORM_TEXT, .string = agent_name, .width = 18, .least = 16, .most = 24, .role = column_name_role },
    { .id = "pbx", .title = "PBX", .form = FORM_TEXT, .string = column_pbx_name, .arg = FACT_AGENT, .width = 8, .least = 6, .most = 12, .drop = 1, .is_pbx = true,
      .help = "the PBX it is on", .role = column_dim_role },
    { .id = "interface", .title = "Phone", .width = 12, .least = 10, .most = 18, .drop = 30, .role = column_dim_role },
    { .id = "since", .title = "For", .width = 7, .drop = 2, .role = state_role },
    { .id = "detail", .title = "With / why", .form = FORM_TEXT, .write = write_detail, .width = 22, .least = 11, .most = 36, .drop = 4,
      .help = "with whom the agent talks or who rings; what is left of the wrap-up; the reason of the pause" },
    { .id = "queue", .title = "Queue", .form = FORM_TEXT, .string = agent_queue, .width = 11, .least = 9, .most = 16, .drop = 6,
      .help = "the queue whose caller rings or talks" },
    { .id = "calls_taken", .title = "Calls", .width = 5, .drop = 8 },
    { .id = "missed", .title = "Miss", .width = 4, .drop = 10 },
    { .id = "talk_ms", .title = "Talk", .width = 7, .drop = 12, .is_extra = true },
    { .id = "last_call", .title = "Last", .width = 7, .drop = 14, .is_extra = true, .role = column_dim_role },
    { .id = "login", .title = "Login", .width = 7, .drop = 18, .is_extra = true, .role = column_dim_role },
    { .id = "memberships", .title = "Queues", .width = 6, .drop = 16, .is_extra = true, .is_quiet = true, .role = column_dim_role },
    { .id = "paused_in", .title = "Paus in", .width = 7, .drop = 17, .is_extra = true, .write = write_paused_in, .role = column_dim_role },
    { .id = NULL },
};

/* --- waiting callers ----------------------------------------------------------------------------------------------- */

/* The place among those who wait in the same queue: never stored, since it changes when others leave. */
static bool caller_position(const struct view *v, const struct column *c, const struct fact *f, int64_t *out)
{
    (void)c;
    *out = 0;
    uint64_t queue = ((const struct fact_caller *)(const void *)f)->queue;
    for (const struct fact *at = NULL; (at = store_child(v->store, FACT_CALLER, queue, at)) != NULL;) {
        ++*out;
        if (at == f)
            return true;
    }
    return false;
}

/* An empty name is no name, and says nothing. */
static struct slice caller_name(const struct view *v, const struct column *c, const struct fact *f)
{
    (void)v, (void)c;
    const char *name = ((const struct fact_caller *)(const void *)f)->name;
    return slice_of(name != NULL ? name : "");
}

static const struct column caller_rows[] = {
    { .id = "wait", .of = "joined", .title = "Wait", .form = FORM_SINCE, .width = 8, .role = value_role, .help = "how long the caller has waited in this queue" },
    { .id = "position", .title = "#", .form = FORM_COUNT, .number = caller_position, .width = 3, .drop = 8, .order = 1, .is_quiet = true,
      .help = "the caller's place in the queue", .role = column_dim_role },
    { .id = "queue", .title = "Queue", .form = FORM_TEXT, .string = column_queue_name, .arg = FACT_CALLER, .width = 10, .least = 8, .most = 20, .drop = 2, .help = "the queue" },
    { .id = "pbx", .title = "PBX", .form = FORM_TEXT, .string = column_pbx_name, .arg = FACT_CALLER, .width = 8, .least = 6, .most = 12, .drop = 9, .is_pbx = true,
      .help = "the PBX it is on", .role = column_dim_role },
    { .id = "number", .title = "Number", .width = 14, .least = 12, .most = 20, .role = column_name_role },
    { .id = "name", .title = "Name", .form = FORM_TEXT, .string = caller_name, .width = 16, .least = 12, .most = 28, .drop = 4 },
    { .id = "priority", .title = "Prio", .width = 4, .drop = 12 },
    { .id = "ringing", .title = "Ring", .width = 4, .drop = 10, .role = ringing_role },
    { .id = NULL },
};

const struct column *const column_rows[] = {
    [FACT_PBX] = column_pbx_rows, [FACT_QUEUE] = queue_rows, [FACT_AGENT] = agent_rows, [FACT_MEMBER] = column_member_rows,
    [FACT_CALLER] = caller_rows, [FACT_CALL] = column_call_rows, [FACT_SPY] = NULL,
};
_Static_assert(sizeof column_rows / sizeof column_rows[0] == FACT_COUNT, "a kind of fact without columns");
