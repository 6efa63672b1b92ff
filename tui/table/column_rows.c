/* SPDX-License-Identifier: MIT */
/* column_rows: the columns that say more than the table of fields does: a shorter title, a width, a place in the order in
 * which columns go when it is narrow, a role, a value made of several fields. A new column is a row here (and its id in a
 * pane's layout in pane_rows.c, when it is to be seen at once). */
#include "tui/table/column_parts.h"
#include "tui/hands/marks.h"

#include "core/base/sum.h"
#include "core/base/utf8.h"

static const struct fact_queue *queue_of(const struct view *v, uint64_t id)
{
    return (const void *)store_get(v->store, FACT_QUEUE, id);
}

/* Of a queue that stands for several: how many, and of how many the numbers are. */
/* Of what can stand for several. */
static struct slice joined_pbx_name(const struct view *v, const struct column *c, const struct fact *f)
{
    struct joint_parts parts;
    return joint_parts(v->joint, (enum fact_kind)c->arg, f->id, &parts) ? slice_of(parts.mark) : column_pbx_name(v, c, f);
}

static enum role joined_pbx_role(const struct view *v, const struct column *c, const struct fact *f, int64_t n)
{
    struct joint_parts parts;
    (void)n;
    return joint_parts(v->joint, (enum fact_kind)c->arg, f->id, &parts) && parts.live < parts.count ? ROLE_WARN : ROLE_DIM;
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
    return slice_of(q != NULL ? fact_queue_called(q) : NULL);
}

static bool place(const struct view *v, const struct column *c, const struct fact *f, int64_t *out)
{
    (void)v;
    *out = fact_int(f, c->field);
    return *out > 0;
}

static struct slice own_queue_name(const struct view *v, const struct column *c, const struct fact *f)
{
    (void)v, (void)c;
    return slice_of(fact_queue_called((const void *)f));
}

/* The PBX's own name is looked for too where another one is shown. */
struct slice column_queue_at_pbx(const struct view *v, const struct column *c, const struct fact *f)
{
    const struct fact_queue *q = c->arg == FACT_QUEUE ? (const void *)f : queue_of(v, (uint64_t)fact_int(f, fact_field_named((enum fact_kind)c->arg, SLICE("queue"))));
    return slice_of(q != NULL && q->alias != NULL ? q->name : NULL);
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
        view_add_duration(out, sum_sub(view_now(v, FACT_QUEUE, f), q->oldest));
}

static bool queue_away(const struct view *v, const struct column *c, const struct fact *f, int64_t *out)
{
    (void)v, (void)c;
    const struct fact_queue *q = (const void *)f;
    *out = sum_add(sum_add(q->unavailable, q->invalid), q->unknown);
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

static void write_proof(const struct view *v, const struct column *c, const struct fact *f, struct buf *out)
{
    (void)v, (void)c;
    int64_t state = ((const struct fact_queue *)(const void *)f)->state;
    (void)buf_add(out, slice_of(state >= 0 && state < QUEUE_STATE_COUNT ? view_queue_looks[state].word : "-"));
}

/* The link was always there: nothing is said. */
static bool gap_of(const struct view *v, const struct column *c, const struct fact *f, int64_t *out)
{
    (void)v;
    *out = fact_int(f, c->field);
    return ((const struct fact_queue *)(const void *)f)->gaps > 0;
}

static const struct column queue_rows[] = {
    { .id = "name", .title = "Queue", .form = FORM_TEXT, .string = own_queue_name, .also = column_queue_at_pbx, .arg = FACT_QUEUE, .width = 14, .least = 9, .most = 24, .role = column_name_role },
    { .id = "pbx", .title = "PBX", .form = FORM_TEXT, .string = joined_pbx_name, .arg = FACT_QUEUE, .width = 8, .least = 6, .most = 12, .drop = 13, .is_pbx = true,
      .help = "the PBX it is on; or on how many it is; 2/3: one has no link, the numbers are those of the others",
      .role = joined_pbx_role },
    { .id = "proof", .label = "proof", .of = "state", .title = "", .form = FORM_SHAPE, .width = 1, .drop = 18, .looks = view_queue_looks, .help = "how far its facts are proven by a re-read" },
    { .id = "strategy", .label = "strategy", .title = "Strategy", .width = 10, .drop = 86, .role = column_dim_role },
    { .id = "service_level_s", .label = "to answer in s", .title = "SL s", .width = 4, .drop = 84, .is_quiet = true, .role = column_dim_role },
    { .id = "waiting", .title = "Wait", .width = 4, .role = figure_role, .alerts = 1u << ALERT_UNREACHABLE },
    { .id = "oldest", .label = "longest wait", .title = "Longest", .width = 8, .drop = 3,
      .help = "how long the caller who waits longest has waited", .role = value_role, .write = write_oldest },
    { .id = "members", .title = "Agents", .width = 6, .drop = 56, .order = 1, .is_quiet = true },
    { .id = "ready", .label = "free", .title = "Free", .width = 4, .drop = 2, .order = 1, .role = ready_role },
    { .id = "ringing", .title = "Ring", .width = 4, .drop = 12, .role = ringing_role },
    { .id = "talking", .title = "Talk", .width = 4, .drop = 6 },
    { .id = "other_call", .label = "other call", .title = "Other", .width = 5, .drop = 15 },
    { .id = "hold", .label = "on hold", .title = "Hold", .width = 4, .drop = 15 },
    { .id = "wrapup", .label = "wrap-up", .title = "Wrap", .width = 4, .drop = 14 },
    { .id = "paused", .title = "Paus", .width = 4, .drop = 10 },
    { .id = "away", .title = "Away", .form = FORM_COUNT, .number = queue_away, .width = 4, .drop = 16,
      .help = "members whose device is not reachable, does not exist or says nothing" },
    { .id = "service_level", .label = "service level", .drop = 17, .order = 1 },
    { .id = "abandonment", .label = "share hung up", .drop = 48 },
    { .id = "asa", .label = "mean wait", .drop = 28 },
    { .id = "att", .label = "mean talk", .drop = 52 },
    { .id = "aht", .label = "mean handling", .drop = 54 },
    { .id = "offered", .title = "Offer", .width = 5, .drop = 26 },
    { .id = "answered", .title = "Answ", .width = 5, .drop = 24 },
    { .id = "abandoned", .label = "hung up", .title = "Aband", .width = 5, .drop = 22 },
    { .id = "abandoned_short", .label = "hung up at once", .title = "Short", .width = 5, .drop = 78 },
    { .id = "timeout", .label = "timed out", .title = "Tmout", .width = 5, .drop = 72 },
    { .id = "empty", .label = "nobody to serve", .title = "Empty", .width = 5, .drop = 74 },
    { .id = "key", .label = "left by a key", .title = "Key", .width = 4, .drop = 76 },
    { .id = "withdrawn", .title = "Wdrn", .width = 4, .drop = 80 },
    { .id = "redirected", .label = "moved elsewhere", .title = "Redir", .width = 5, .drop = 79 },
    { .id = "missed", .label = "rings let go", .title = "Miss", .width = 4, .drop = 50 },
    { .id = "since", .label = "counted since", .title = "Since", .width = 5, .drop = 82, .role = column_dim_role },
    { .id = "gap_ms", .title = "Gap", .label = "not counted", .number = gap_of, .form = FORM_TIME, .width = 6, .drop = 83, .is_told = true, .role = column_dim_role },
    { .id = "gaps", .title = "Gaps", .label = "link away, times", .number = gap_of, .form = FORM_COUNT, .width = 4, .drop = 120, .is_told = true, .is_quiet = true, .role = column_dim_role },
    { .id = "state", .title = "State", .label = "proof", .write = write_proof, .width = 10, .drop = 120, .order = -1, .role = column_dim_role },
    { .id = "ata", .label = "hung up after", .drop = 90 },
    { .id = "service_level_answered", .label = "SL of answered", .drop = 90, .order = 1 },
    { .id = "longest_wait_ms", .title = "Max", .label = "longest today", .width = 7, .drop = 90 },
    { .id = "answered_in_sl", .title = "In SL", .label = "answered in time", .help = "callers answered within the service level of the queue", .width = 5, .drop = 90 },
    { .id = "handled", .title = "Done", .label = "talks ended", .width = 5, .drop = 90 },
    { .id = "guessed", .title = "Guess", .label = "of these guessed", .width = 5, .drop = 120 },
    { .id = "own_name", .title = "Own name", .label = "its own name", .form = FORM_TEXT, .string = column_queue_at_pbx, .arg = FACT_QUEUE, .width = 14, .most = 24, .drop = 120,
      .is_told = true, .help = "the name that the PBX has for the queue, where the configuration has another" },
    { .id = "alias", .title = "Alias", .label = "called here", .width = 14, .most = 24, .drop = 120, .is_told = true },
    { .id = "place", .title = "Ord", .label = "as configured", .number = place, .form = FORM_COUNT, .width = 4, .is_told = true, .drop = 120, .order = 1, .is_quiet = true, .role = column_dim_role },
    { .id = "weight", .title = "Wght", .width = 4, .drop = 120, .is_quiet = true, .role = column_dim_role },
    { .id = "max_waiting", .title = "Most", .label = "takes at most", .width = 5, .drop = 120, .is_quiet = true, .role = column_dim_role },
    { .id = "wrapup_s", .title = "Wrap s", .label = "wrap-up s", .width = 6, .drop = 120, .is_quiet = true, .role = column_dim_role },
    { .id = "unavailable", .title = "Unav", .label = "not reachable", .width = 4, .drop = 120 },
    { .id = "invalid", .title = "Inval", .width = 5, .drop = 120 },
    { .id = "unknown", .title = "Unkn", .width = 4, .drop = 120 },
    { .id = "reread_at", .title = "Re-read", .label = "last re-read", .width = 7, .drop = 120, .role = column_dim_role },
    { .id = "ast_completed", .title = "aDone", .label = "completed", .width = 5, .drop = 130 },
    { .id = "ast_abandoned", .title = "aAbnd", .label = "abandoned", .width = 5, .drop = 130 },
    { .id = "ast_sl", .label = "SL", .drop = 130, .order = 1 },
    { .id = "ast_sl2", .label = "SL 2", .drop = 130, .order = 1 },
    { .id = "ast_holdtime", .label = "hold time", .drop = 130 },
    { .id = "ast_talktime", .label = "talk time", .drop = 130 },
    { .id = "answered_wait_ms", .title = "Waited", .label = "waits, answered", .width = 9, .drop = 140 },
    { .id = "abandoned_wait_ms", .title = "Waited A", .label = "waits, hung up", .width = 9, .drop = 140 },
    { .id = "talk_ms", .title = "Talked", .label = "talk", .width = 9, .drop = 140 },
    { .id = "wrap_ms", .title = "Wrapped", .label = "wrap-up", .width = 9, .drop = 140 },
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
    return slice_of(q != NULL ? fact_queue_called(q) : "");
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

void column_add_listeners(const struct view *v, uint64_t agent, struct buf *out)
{
    static const char *const does[] = { [SPY_UNKNOWN] = "listens (how is not known)", [SPY_LISTEN] = "listens", [SPY_WHISPER] = "whispers", [SPY_BARGE] = "barges in" };
    _Static_assert(sizeof does / sizeof does[0] == SPY_MODE_COUNT, "a way to listen without a word");
    const struct fact *f;
    for (size_t at = 0; (f = store_each(view_whole(v), FACT_SPY, &at)) != NULL;) {
        const struct fact_spy *s = (const void *)f;
        const char *who = s->who != NULL ? s->who : s->spyer_name != NULL ? s->spyer_name : s->spyer_number;
        if (s->agent != agent || agent == 0)
            continue;
        (void)buf_add(out, some_of(who != NULL ? who : "somebody"));
        (void)buf_addf(out, " %s; ", does[s->mode >= 0 && s->mode < SPY_MODE_COUNT ? s->mode : SPY_UNKNOWN]);
    }
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
            view_add_duration(out, sum_add(sum_sub(d->wrapup_until, d->now_ms), 999));
            (void)buf_add(out, SLICE(" left"));
        }
        break;
    case AGENT_PAUSED: (void)buf_add(out, some_of(d->paused_reason)); break;
    default: break;
    }
}

/* "@ 8:59 sales", behind what he does: how long somebody who is lent still stays, and where. */
static void add_lease(const struct view *v, const struct fact *f, struct buf *out)
{
    const struct fact_order *lease = marks_lease(v, FACT_AGENT, f);
    const struct fact_queue *q = lease != NULL ? (const void *)store_get(view_whole(v), FACT_QUEUE, lease->queue) : NULL;
    if (lease == NULL)
        return;
    if (out->len > 0)
        (void)buf_add(out, SLICE("; "));
    marks_write_lease(v, lease, out);
    if (q != NULL)
        (void)buf_addf(out, " %.60s", fact_queue_called(q));
}

static void write_detail(const struct view *v, const struct column *c, const struct fact *f, struct buf *out)
{
    (void)c;
    const struct fact_agent *a = (const void *)f;
    column_add_listeners(v, a->id, out);
    column_add_doing(&(struct agent_doing){ .state = a->state, .wrapup_until = a->wrapup_until, .now_ms = view_now(v, FACT_AGENT, f),
                                            .peer_name = a->peer_name, .peer_number = a->peer_number, .paused_reason = a->paused_reason }, out);
    add_lease(v, f, out);
}

void column_add_state(const struct view *v, enum fact_kind kind, const struct fact *f, int64_t state, struct buf *out)
{
    if (state < 0 || state >= AGENT_STATE_COUNT) {
        (void)buf_add_char(out, '-');
        return;
    }
    (void)buf_addf(out, "%s ", view_shape(v, &view_agent_looks[state]));
    view_add_state(v, kind, f, state, out);
}

/* Paused in some queues only: free, but not for everybody. */
static void write_paused_in(const struct view *v, const struct column *c, const struct fact *f, struct buf *out)
{
    (void)v, (void)c;
    const struct fact_agent *a = (const void *)f;
    if (a->paused_in > 0)
        (void)buf_addf(out, "%lld/%lld", (long long)a->paused_in, (long long)a->memberships);
}

void column_write_device(const struct view *v, const struct column *c, const struct fact *f, struct buf *out)
{
    static const char *const words[] = {
        [DEVICE_UNKNOWN] = "says nothing", [DEVICE_NOT_INUSE] = "not in use", [DEVICE_INUSE] = "in use", [DEVICE_BUSY] = "busy",
        [DEVICE_INVALID] = "does not exist", [DEVICE_UNAVAILABLE] = "not reachable", [DEVICE_RINGING] = "rings", [DEVICE_RINGINUSE] = "rings, in use",
        [DEVICE_ONHOLD] = "on hold",
    };
    _Static_assert(sizeof words / sizeof words[0] == DEVICE_STATE_COUNT, "a device state without a word");
    (void)v;
    int64_t n = fact_int(f, c->field);
    (void)buf_add(out, slice_of(n >= 0 && n < DEVICE_STATE_COUNT ? words[n] : "-"));
}

static void write_left(const struct view *v, const struct column *c, const struct fact *f, struct buf *out)
{
    (void)c;
    int64_t until = ((const struct fact_agent *)(const void *)f)->wrapup_until;
    if (until > v->beat_ms)
        view_add_duration(out, sum_add(sum_sub(until, view_now(v, FACT_AGENT, f)), 999));
}

static enum role state_role(const struct view *v, const struct column *c, const struct fact *f, int64_t n)
{
    (void)v, (void)c, (void)n;
    int64_t state = ((const struct fact_agent *)(const void *)f)->state;
    return state >= 0 && state < AGENT_STATE_COUNT ? view_agent_looks[state].role : ROLE_TEXT;
}

static void write_state(const struct view *v, const struct column *c, const struct fact *f, struct buf *out)
{
    (void)c;
    column_add_state(v, FACT_AGENT, f, ((const struct fact_agent *)(const void *)f)->state, out);
}

static const struct column agent_rows[] = {
    { .id = "state", .title = "State", .form = FORM_LOOK, .looks = view_agent_looks, .write = write_state, .width = 12, .least = 12, .order = 1 },
    { .id = "name", .title = "Agent", .form = FORM_TEXT, .string = agent_name, .width = 18, .least = 16, .most = 24, .role = column_name_role },
    { .id = "pbx", .title = "PBX", .form = FORM_TEXT, .string = joined_pbx_name, .arg = FACT_AGENT, .width = 8, .least = 6, .most = 12, .drop = 1, .is_pbx = true,
      .help = "the PBX it is on; of one on several, of how many: 2/3 where one of three has no live link", .role = joined_pbx_role },
    { .id = "interface", .label = "telephone", .title = "Phone", .width = 12, .least = 10, .most = 18, .drop = 30, .role = column_dim_role },
    { .id = "since", .label = "for", .title = "For", .width = 7, .drop = 2, .role = state_role },
    { .id = "detail", .label = "with / why", .title = "With / why", .form = FORM_TEXT, .write = write_detail, .width = 22, .least = 11, .most = 36, .drop = 4,
      .help = "with whom the agent talks or who rings; what is left of the wrap-up; the reason of the pause" },
    { .id = "queue", .title = "Queue", .form = FORM_TEXT, .string = agent_queue, .width = 11, .least = 9, .most = 16, .drop = 6,
      .help = "the queue whose caller rings or talks" },
    { .id = "calls_taken", .label = "calls today", .title = "Calls", .width = 5, .drop = 8,
      .help = "calls of all queues that the agent took today, counted by acdtop when they were connected (AgentConnect): since midnight, or since it"
              " began to look. Asterisk's own count, queue by queue, is the column Taken of the agent's queues" },
    { .id = "missed", .label = "rings let go", .title = "Miss", .width = 4, .drop = 10 },
    { .id = "talk_ms", .label = "talk", .title = "Talk", .width = 7, .drop = 12, .is_extra = true },
    { .id = "last_call", .label = "last call", .title = "Last", .width = 7, .drop = 14, .is_extra = true, .role = column_dim_role },
    { .id = "login", .label = "logged in", .title = "Login", .width = 7, .drop = 18, .is_extra = true, .role = column_dim_role },
    { .id = "memberships", .label = "queues", .title = "Queues", .width = 6, .drop = 16, .is_extra = true, .is_quiet = true, .role = column_dim_role },
    { .id = "team", .title = "Team", .width = 10, .least = 8, .most = 16, .drop = 9, .is_team = true, .is_told = true, .role = column_dim_role },
    { .id = "extension", .title = "Ext", .label = "extension", .width = 6, .most = 12, .drop = 100, .is_told = true, .role = column_dim_role },
    { .id = "place", .title = "Ord", .label = "as configured", .number = place, .form = FORM_COUNT, .width = 4, .is_told = true, .drop = 100, .order = 1, .is_quiet = true, .role = column_dim_role },
    { .id = "device", .title = "Device", .width = 14, .drop = 100, .write = column_write_device, .role = column_dim_role },
    { .id = "wrapup_until", .title = "Wrap", .label = "wrap-up left", .width = 6, .drop = 100, .write = write_left },
    { .id = "paused_since", .title = "Paused", .label = "paused for", .width = 7, .drop = 100 },
    { .id = "paused_reason", .title = "Reason", .label = "reason", .width = 12, .most = 24, .drop = 100 },
    { .id = "peer_number", .title = "Peer", .label = "other side", .width = 14, .drop = 100 },
    { .id = "peer_name", .title = "Peer name", .label = "its name", .width = 16, .drop = 100 },
    { .id = "paused_in", .label = "paused in", .title = "Paus in", .width = 7, .drop = 17, .is_extra = true, .write = write_paused_in, .role = column_dim_role },
    { .id = NULL },
};

/* --- waiting callers ----------------------------------------------------------------------------------------------- */

/* The place among those who wait in the same queue: never stored, since it changes when others leave. */
static bool caller_position(const struct view *v, const struct column *c, const struct fact *f, int64_t *out)
{
    (void)c;
    *out = 0;
    const struct fact_queue *queue = view_queue(v, FACT_CALLER, f); /* on its own PBX, also where its queue stands for several */
    for (const struct fact *at = NULL; queue != NULL && (at = store_child(view_whole(v), FACT_CALLER, queue->id, at)) != NULL;) {
        ++*out;
        if (at->id == f->id) /* f may be a copy */
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
    { .id = "queue", .title = "Queue", .form = FORM_TEXT, .string = column_queue_name, .also = column_queue_at_pbx, .arg = FACT_CALLER, .width = 10, .least = 8, .most = 20, .drop = 2, .help = "the queue" },
    { .id = "pbx", .title = "PBX", .form = FORM_TEXT, .string = column_pbx_name, .arg = FACT_CALLER, .width = 8, .least = 6, .most = 12, .drop = 9, .is_pbx = true,
      .help = "the PBX it is on", .role = column_dim_role },
    { .id = "number", .title = "Number", .width = 14, .least = 12, .most = 20, .role = column_name_role },
    { .id = "name", .title = "Name", .form = FORM_TEXT, .string = caller_name, .width = 16, .least = 12, .most = 28, .drop = 4 },
    { .id = "priority", .title = "Prio", .width = 4, .drop = 12 },
    { .id = "ringing", .title = "Ring", .width = 4, .drop = 10, .role = ringing_role },
    { .id = NULL },
};

static const struct column endpoint_rows[] = { { .id = NULL } }; /* no table shows them: they are offered where somebody is to be named */

const struct column *const column_rows[] = {
    [FACT_PBX] = column_pbx_rows, [FACT_QUEUE] = queue_rows, [FACT_AGENT] = agent_rows, [FACT_MEMBER] = column_member_rows,
    [FACT_CALLER] = caller_rows, [FACT_CALL] = column_call_rows, [FACT_SPY] = column_spy_rows, [FACT_LINE] = column_line_rows, [FACT_ENDPOINT] = endpoint_rows, [FACT_ORDER] = column_order_rows,
};
_Static_assert(sizeof column_rows / sizeof column_rows[0] == FACT_COUNT, "a kind of fact without columns");
