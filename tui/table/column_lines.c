/* SPDX-License-Identifier: MIT */
/* column_lines: the columns of the feed. A line says what happened, and is never changed but when a pause turns out to be one of
 * all queues. Same rules as column_rows.c.
 */
#include "tui/table/column_parts.h"

#include "core/base/sum.h"

/* The same words are those of the filter, `what:abandoned`, and of JSON. */
static const struct look_row looks[] = {
    [LINE_JOINED] = { "\u2192", ">", "joined", "a caller joined the queue", ROLE_TEXT },
    [LINE_ANSWERED] = { "\u25cf", "T", "answered", "an agent answered the caller", ROLE_TALKING },
    [LINE_COMPLETED] = { "\u25cb", "o", "completed", "the talk is over", ROLE_DIM },
    [LINE_ABANDONED] = { "\u25b3", "^", "abandoned", "the caller hung up while waiting", ROLE_WARN },
    [LINE_TIMEOUT] = { "\u25b3", "^", "timeout", "the caller's time in the queue ran out", ROLE_WARN },
    [LINE_EMPTY] = { "\u25b3", "^", "empty", "the queue had nobody to serve the caller", ROLE_WARN },
    [LINE_KEY] = { "#", "#", "key", "the caller left by pressing a key", ROLE_TEXT },
    [LINE_WITHDRAWN] = { "\u2190", "<", "withdrawn", "the caller was taken out of the queue", ROLE_TEXT },
    [LINE_REDIRECTED] = { "\u2197", "/", "redirected", "the caller was moved elsewhere", ROLE_TEXT },
    [LINE_MISSED] = { "\u25ce", "R", "missed", "an agent let the telephone ring", ROLE_RINGING },
    [LINE_PAUSED] = { "\u2016", "P", "paused", "an agent was paused", ROLE_PAUSED },
    [LINE_UNPAUSED] = { "\u25b7", "p", "unpaused", "an agent works again", ROLE_READY },
    [LINE_ADDED] = { "+", "+", "added", "an agent became a member of the queue", ROLE_TEXT },
    [LINE_REMOVED] = { "-", "-", "removed", "an agent is no member of the queue any more", ROLE_TEXT },
    [LINE_PENALTY] = { "=", "=", "penalty", "an agent has another penalty", ROLE_TEXT },
};
_Static_assert(sizeof looks / sizeof looks[0] == LINE_WHAT_COUNT, "a line without a look");

static const struct fact_line *line_of(const struct fact *f)
{
    return (const void *)f;
}

static struct slice known(const char *text)
{
    return slice_of(text != NULL ? text : ""); /* what a line does not say is not unknown */
}

static struct slice queue_name(COLUMN_ARGS)
{
    (void)c;
    const struct fact_queue *q = line_of(f)->queue != 0 ? (const void *)store_get(v->store, FACT_QUEUE, line_of(f)->queue) : NULL;
    return known(q != NULL && q->alias != NULL ? q->alias : line_of(f)->queue_name);
}

static struct slice agent_name(COLUMN_ARGS)
{
    (void)v, (void)c;
    return known(line_of(f)->agent_name);
}

static struct slice number(COLUMN_ARGS)
{
    (void)v, (void)c;
    return known(line_of(f)->number);
}

static struct slice name(COLUMN_ARGS)
{
    (void)v, (void)c;
    return known(line_of(f)->name);
}

static struct slice note(COLUMN_ARGS)
{
    (void)v, (void)c;
    return known(line_of(f)->note);
}

/* Seconds matter here. The floor's wall clock at the beat leads from the instant to the time of day. */
static void write_at(COLUMN_ARGS, struct buf *out)
{
    (void)c;
    view_add_clock(out, sum_sub(v->wall_ms, sum_sub(v->beat_ms, line_of(f)->at)), "%H:%M:%S");
}

static bool took(COLUMN_ARGS, int64_t *out)
{
    (void)v, (void)c;
    *out = line_of(f)->ms;
    return *out >= 0;
}

static void write_took(COLUMN_ARGS, struct buf *out)
{
    (void)v, (void)c;
    if (line_of(f)->ms >= 0)
        view_add_duration(out, line_of(f)->ms);
}

const struct column column_line_rows[] = {
    { .id = "at", .title = "Time", .label = "time", .width = 8, .write = write_at, .is_clock = true, .order = -1, .help = "when it happened", .role = column_dim_role },
    { .id = "what", .title = "What", .form = FORM_LOOK, .looks = looks, .width = 11, .least = 11, .order = 1 },
    { .id = "queue_name", .title = "Queue", .form = FORM_TEXT, .string = queue_name, .width = 14, .least = 9, .most = 24, .drop = 2, .role = column_name_role,
      .help = "the queue; nothing: several, or none" },
    { .id = "pbx", .title = "PBX", .form = FORM_TEXT, .string = column_pbx_name, .arg = FACT_LINE, .width = 8, .least = 6, .most = 12, .drop = 20, .is_pbx = true,
      .help = "the PBX it happened on", .role = column_dim_role },
    { .id = "number", .title = "Number", .form = FORM_TEXT, .string = number, .width = 14, .least = 12, .most = 20, .drop = 4 },
    { .id = "name", .title = "Name", .form = FORM_TEXT, .string = name, .width = 16, .least = 12, .most = 28, .drop = 8 },
    { .id = "agent_name", .title = "Agent", .form = FORM_TEXT, .string = agent_name, .width = 18, .least = 12, .most = 28, .drop = 3 },
    { .id = "ms", .title = "Took", .label = "took", .form = FORM_TIME, .number = took, .write = write_took, .width = 7, .drop = 6, .role = column_dim_role,
      .help = "how long the caller waited, rang, or the talk took" },
    { .id = "note", .title = "Note", .form = FORM_TEXT, .string = note, .width = 14, .least = 8, .most = 30, .drop = 10, .role = column_dim_role,
      .help = "the reason of a pause, a new penalty" },
    { .id = NULL },
};
