/* SPDX-License-Identifier: MIT */
/* column_orders: the columns of the list of orders: when, who, what, how it stands, what was answered. Same rules as column_rows.c.
 */
#include "tui/table/column_parts.h"

#include "core/base/sum.h"

/* The words are those of the filter, `state:refused`, and of JSON. */
static const struct look_row looks[] = {
    [ORDER_PENDING] = { "\u2026", ".", "pending", "given, and not yet proven", ROLE_VALUE },
    [ORDER_ACTIVE] = { "\u21ba", "@", "active", "holds for a while, and takes itself back", ROLE_VALUE },
    [ORDER_DONE] = { "\u25cf", "+", "done", "proven by what the PBX told", ROLE_GOOD },
    [ORDER_PLANNED] = { "\u25cb", "o", "planned", "only says what it would send", ROLE_DIM },
    [ORDER_WRONG] = { "\u00d7", "x", "wrong", "cannot be understood, or has no sense", ROLE_WARN },
    [ORDER_NO_SUCH] = { "\u00d7", "x", "no such", "whom it is about is not there", ROLE_WARN },
    [ORDER_REFUSED] = { "\u00d7", "x", "refused", "the PBX said no, or would undo it", ROLE_WARN },
    [ORDER_FORBIDDEN] = { "\u00d7", "x", "forbidden", "the AMI user, or this acdtop, may not", ROLE_WARN },
    [ORDER_NO_LINK] = { "\u00d7", "x", "no link", "was not sent: the link was not live", ROLE_WARN },
    [ORDER_UNKNOWN] = { "?", "?", "unknown", "was sent, and nobody knows yet what came of it", ROLE_ALARM },
};
_Static_assert(sizeof looks / sizeof looks[0] == ORDER_STATE_COUNT, "an order's state without a look");

static const struct fact_order *order_of(const struct fact *f)
{
    return (const void *)f;
}

static void write_at(COLUMN_ARGS, struct buf *out)
{
    (void)c;
    view_add_clock(out, sum_sub(v->wall_ms, sum_sub(v->beat_ms, order_of(f)->at)), "%H:%M:%S");
}

static struct slice what(COLUMN_ARGS)
{
    (void)v, (void)c;
    const struct fact_order *o = order_of(f);
    return slice_of(o->what != NULL ? o->what : o->line);
}

static struct slice answer(COLUMN_ARGS)
{
    (void)v, (void)c;
    const char *said = order_of(f)->answer;
    return slice_of(said != NULL ? said : "");
}

static struct slice taken_back(COLUMN_ARGS)
{
    (void)v, (void)c;
    const char *undo = order_of(f)->undo;
    return slice_of(undo != NULL ? undo : "");
}

/* The same in full, where one order is shown: lines one behind the other. */
static void write_lines(struct slice lines, struct buf *out)
{
    for (struct slice rest = lines; rest.p != NULL && rest.n > 0;) {
        struct slice line = slice_trim(slice_cut(rest, '\n', &rest));
        (void)buf_addf(out, "%s%.*s", out->len > 0 && line.n > 0 ? "; " : "", SLICE_FMT(line));
    }
}

static void write_what(COLUMN_ARGS, struct buf *out)
{
    write_lines(what(v, c, f), out);
}

static void write_answer(COLUMN_ARGS, struct buf *out)
{
    write_lines(answer(v, c, f), out);
}

static void write_undo(COLUMN_ARGS, struct buf *out)
{
    write_lines(taken_back(v, c, f), out);
}

static void write_line(COLUMN_ARGS, struct buf *out)
{
    (void)v, (void)c;
    write_lines(slice_of(order_of(f)->line), out);
}

static void write_requests(COLUMN_ARGS, struct buf *out)
{
    (void)v, (void)c;
    write_lines(slice_of(order_of(f)->requests != NULL ? order_of(f)->requests : "none was sent"), out);
}

static struct slice agent(COLUMN_ARGS)
{
    (void)c;
    const struct fact_agent *a = (const void *)store_get(v->store, FACT_AGENT, order_of(f)->agent);
    return slice_of(a != NULL && a->name != NULL ? a->name : order_of(f)->interface);
}

/* How long it took until its outcome was known. */
static bool took(COLUMN_ARGS, int64_t *out)
{
    (void)v, (void)c;
    *out = sum_sub(order_of(f)->ended_at, order_of(f)->at);
    return order_of(f)->ended_at != 0;
}

/* What is left of a lease: by time, by calls, or both. */
static bool left(COLUMN_ARGS, int64_t *out)
{
    (void)c;
    const struct fact_order *o = order_of(f);
    *out = sum_sub(o->until, v->beat_ms);
    return o->state == ORDER_ACTIVE && (o->until != 0 || o->calls_left >= 0);
}

static void write_left(COLUMN_ARGS, struct buf *out)
{
    (void)c;
    const struct fact_order *o = order_of(f);
    if (o->state != ORDER_ACTIVE)
        return;
    if (o->until != 0)
        view_add_duration(out, sum_sub(o->until, v->beat_ms));
    if (o->calls_left >= 0)
        (void)buf_addf(out, "%s%lld %s", out->len > 0 ? " " : "", (long long)o->calls_left, o->calls_left == 1 ? "call" : "calls");
}

const struct column column_order_rows[] = {
    { .id = "at", .title = "Time", .label = "time", .width = 8, .write = write_at, .is_clock = true, .order = -1, .help = "when it was given", .role = column_dim_role },
    { .id = "who", .title = "Who", .width = 10, .least = 6, .most = 16, .drop = 8, .role = column_name_role },
    { .id = "pbx", .title = "PBX", .form = FORM_TEXT, .string = column_pbx_name, .arg = FACT_ORDER, .width = 8, .least = 6, .most = 12, .drop = 20, .is_pbx = true,
      .help = "the PBX it is for", .role = column_dim_role },
    { .id = "what", .title = "Order", .form = FORM_TEXT, .string = what, .width = 40, .least = 20, .most = 70, .help = "the order in words, or as it was typed" },
    { .id = "state", .title = "State", .form = FORM_LOOK, .looks = looks, .width = 11, .least = 11, .drop = 2, .order = 1 },
    { .id = "left", .title = "Left", .label = "left", .form = FORM_TIME, .number = left, .write = write_left, .width = 11, .drop = 6,
      .help = "of an order that takes itself back: how long it still holds, or for how many calls" },
    { .id = "answer", .title = "Answer", .form = FORM_TEXT, .string = answer, .width = 30, .least = 12, .most = 120, .drop = 4, .role = column_dim_role },
    { .id = "undo", .title = "Undo", .label = "taken back by", .form = FORM_TEXT, .string = taken_back, .width = 24, .least = 12, .most = 80, .drop = 30, .is_extra = true,
      .help = "the orders that take it back", .role = column_dim_role },
    { .id = "queue", .title = "Queue", .form = FORM_TEXT, .string = column_queue_name, .arg = FACT_ORDER, .width = 12, .most = 24, .drop = 250, .help = "the queue that it is about" },
    { .id = "agent", .title = "Agent", .form = FORM_TEXT, .string = agent, .width = 16, .most = 24, .drop = 250, .help = "the agent that it is about" },
    { .id = "took", .title = "Took", .form = FORM_TIME, .number = took, .width = 6, .drop = 250, .help = "from when it was given until its outcome was known" },
    { .id = "what_full", .title = "Order", .label = "order", .form = FORM_TEXT, .write = write_what, .drop = 250, .is_long = true, .help = "the order in words" },
    { .id = "line_full", .title = "Line", .label = "given as", .form = FORM_TEXT, .write = write_line, .drop = 250, .is_long = true, .help = "the order as it was given" },
    { .id = "answer_full", .title = "Answer", .label = "answer", .form = FORM_TEXT, .write = write_answer, .drop = 250, .is_long = true, .help = "what became of it" },
    { .id = "requests_full", .title = "Requests", .label = "requests", .form = FORM_TEXT, .write = write_requests, .drop = 250, .is_long = true, .help = "the requests by name, and what came of each" },
    { .id = "undo_full", .title = "Undo", .label = "taken back by", .form = FORM_TEXT, .write = write_undo, .drop = 250, .is_long = true, .help = "the orders that take it back" },
    { .id = NULL },
};
