/* SPDX-License-Identifier: MIT */
/* column_calls: the columns of memberships (one agent in one queue) and of calls that say more than the table of fields.
 * Same rules as column_rows.c.
 */
#include "tui/table/column_parts.h"

#include "core/base/sum.h"
#include "tui/hands/marks.h"

/* --- memberships --------------------------------------------------------------------------------------------------- */

static struct slice member_name(const struct view *v, const struct column *c, const struct fact *f)
{
    (void)v, (void)c;
    const struct fact_member *m = (const void *)f;
    return slice_of(m->alias != NULL ? m->alias : m->name != NULL && *m->name != '\0' ? m->name : m->interface);
}

static enum role member_role(const struct view *v, const struct column *c, const struct fact *f, int64_t n)
{
    (void)v, (void)c, (void)n;
    int64_t state = ((const struct fact_member *)(const void *)f)->state;
    return state >= 0 && state < AGENT_STATE_COUNT ? view_agent_looks[state].role : ROLE_TEXT;
}

static void write_state(const struct view *v, const struct column *c, const struct fact *f, struct buf *out)
{
    (void)c;
    column_add_state(v, FACT_MEMBER, f, ((const struct fact_member *)(const void *)f)->state, out);
}

static void write_doing(const struct view *v, const struct column *c, const struct fact *f, struct buf *out)
{
    (void)c;
    const struct fact_member *m = (const void *)f;
    column_add_listeners(v, m->agent, out);
    column_add_doing(&(struct agent_doing){ .state = m->state, .wrapup_until = m->wrapup_until, .now_ms = view_now(v, FACT_MEMBER, f),
                                            .peer_name = m->peer_name, .peer_number = m->peer_number, .paused_reason = m->paused_reason }, out);
}

static bool queue_waiting(const struct view *v, const struct column *c, const struct fact *f, int64_t *out)
{
    (void)c;
    const struct fact_queue *q = (const void *)store_get(v->store, FACT_QUEUE, ((const struct fact_member *)(const void *)f)->queue);
    *out = q != NULL ? q->waiting : 0;
    return q != NULL;
}

static void write_ringinuse(const struct view *v, const struct column *c, const struct fact *f, struct buf *out)
{
    (void)v, (void)c;
    int64_t n = ((const struct fact_member *)(const void *)f)->ringinuse;
    (void)buf_add(out, n < 0 ? SLICE("-") : n > 0 ? SLICE("yes") : SLICE("no"));
}

/* How long somebody who is lent stays is worth more than that he is dynamic. */
static void write_membership(const struct view *v, const struct column *c, const struct fact *f, struct buf *out)
{
    const struct fact_order *lease = marks_lease(v, FACT_MEMBER, f);
    const char *word = fact_word(f, c->field);
    if (lease != NULL)
        marks_write_lease(v, lease, out);
    else
        (void)buf_add(out, slice_of(word != NULL ? word : "-"));
}

static enum role membership_role(const struct view *v, const struct column *c, const struct fact *f, int64_t n)
{
    (void)c, (void)n;
    return marks_lease(v, FACT_MEMBER, f) != NULL ? ROLE_VALUE : ROLE_DIM;
}

const struct column column_member_rows[] = {
    { .id = "name", .title = "Agent", .form = FORM_TEXT, .string = member_name, .width = 18, .least = 14, .most = 26, .role = column_name_role },
    { .id = "queue", .title = "Queue", .form = FORM_TEXT, .string = column_queue_name, .also = column_queue_at_pbx, .arg = FACT_MEMBER, .width = 14, .least = 9, .most = 24,
      .help = "the queue", .role = column_name_role },
    { .id = "pbx", .title = "PBX", .form = FORM_TEXT, .string = column_pbx_name, .arg = FACT_MEMBER, .width = 8, .least = 6, .most = 12, .drop = 5, .is_pbx = true,
      .help = "the PBX it is on", .role = column_dim_role },
    { .id = "queue_waiting", .title = "Wait", .form = FORM_COUNT, .number = queue_waiting, .width = 4, .drop = 20, .help = "callers that wait in the queue now" },
    { .id = "state", .title = "State", .form = FORM_LOOK, .looks = view_agent_looks, .write = write_state, .width = 12, .least = 12, .order = 1 },
    { .id = "since", .title = "For", .label = "for", .width = 7, .drop = 2, .role = member_role },
    { .id = "detail", .title = "With / why", .label = "with / why", .form = FORM_TEXT, .write = write_doing, .width = 20, .least = 10, .most = 36, .drop = 8,
      .help = "with whom the agent talks or who rings; what is left of the wrap-up; the reason of the pause" },
    { .id = "penalty", .title = "Pen", .width = 3, .drop = 6, .order = 1, .is_quiet = true },
    { .id = "calls_taken", .title = "Taken", .label = "taken (Asterisk)", .width = 5, .drop = 10, .is_quiet = true,
      .help = "answered calls of this queue as Asterisk counts them (CallsTaken): since the member was added, or since the last reload or QueueReset,"
              " not only today's. What acdtop counts of the agent today is the column Calls of the list of agents" },
    { .id = "missed", .title = "Miss", .width = 4, .drop = 12 },
    { .id = "last_call", .title = "Last", .width = 7, .drop = 14, .role = column_dim_role },
    { .id = "paused_reason", .title = "Pause", .width = 10, .least = 8, .most = 20, .drop = 30, .is_extra = true },
    { .id = "membership", .title = "Kind", .width = 8, .drop = 16, .write = write_membership, .role = membership_role },
    { .id = "ringinuse", .title = "In use", .label = "rung while in use", .width = 6, .drop = 18, .write = write_ringinuse, .role = column_dim_role },
    { .id = "interface", .title = "Phone", .width = 14, .least = 10, .most = 22, .drop = 22, .role = column_dim_role },
    { .id = "device", .title = "Device", .width = 14, .drop = 60, .write = column_write_device, .role = column_dim_role },
    { .id = "login", .title = "Login", .width = 7, .drop = 40, .role = column_dim_role },
    { .id = "extension", .title = "Ext", .label = "extension", .width = 6, .most = 12, .drop = 60, .role = column_dim_role },
    { .id = "team", .title = "Team", .width = 10, .least = 8, .most = 16, .drop = 60, .is_team = true, .role = column_dim_role },
    { .id = NULL },
};

/* --- calls --------------------------------------------------------------------------------------------------------- */

static const struct fact_agent *agent_of(const struct view *v, const struct fact *f)
{
    return (const void *)store_get(v->store, FACT_AGENT, ((const struct fact_call *)(const void *)f)->agent);
}

static struct slice call_agent(const struct view *v, const struct column *c, const struct fact *f)
{
    (void)c;
    const struct fact_agent *a = agent_of(v, f);
    return slice_of(a == NULL ? NULL : a->name != NULL && *a->name != '\0' ? a->name : a->interface);
}

static struct slice call_phone(const struct view *v, const struct column *c, const struct fact *f)
{
    (void)c;
    const struct fact_agent *a = agent_of(v, f);
    return slice_of(a == NULL ? NULL : a->interface);
}

static struct slice call_name(const struct view *v, const struct column *c, const struct fact *f)
{
    (void)v, (void)c;
    const char *name = ((const struct fact_call *)(const void *)f)->name;
    return slice_of(name != NULL ? name : "");
}

/* A call that no queue gave has none, which is known. */
static struct slice call_queue(const struct view *v, const struct column *c, const struct fact *f)
{
    return ((const struct fact_call *)(const void *)f)->queue != 0 ? column_queue_name(v, c, f) : SLICE("");
}

static void write_held(const struct view *v, const struct column *c, const struct fact *f, struct buf *out)
{
    (void)c;
    const struct fact_call *call = (const void *)f;
    if (call->is_held != 0 && call->held_since != 0)
        view_add_duration(out, sum_sub(view_now(v, FACT_CALL, f), call->held_since));
    else if (call->is_held != 0)
        (void)buf_add(out, SLICE("yes"));
}

static bool held_number(const struct view *v, const struct column *c, const struct fact *f, int64_t *out)
{
    (void)v, (void)c;
    const struct fact_call *call = (const void *)f;
    *out = call->is_held != 0 ? call->held_since : 0;
    return call->is_held != 0;
}

static enum role held_role(const struct view *v, const struct column *c, const struct fact *f, int64_t n)
{
    (void)v, (void)c, (void)f, (void)n;
    return ROLE_HOLD;
}

const struct column column_call_rows[] = {
    { .id = "since", .title = "Talk", .label = "talking for", .width = 8, .help = "how long they have talked" },
    { .id = "held", .of = "held_since", .title = "Hold", .label = "on hold for", .form = FORM_SINCE, .number = held_number, .write = write_held, .width = 6, .drop = 8,
      .help = "how long the caller has been on hold; nothing: not on hold", .role = held_role },
    { .id = "number", .title = "Number", .width = 14, .least = 12, .most = 20, .role = column_name_role },
    { .id = "name", .title = "Name", .form = FORM_TEXT, .string = call_name, .width = 16, .least = 10, .most = 28, .drop = 6 },
    { .id = "queue", .title = "Queue", .form = FORM_TEXT, .string = call_queue, .also = column_queue_at_pbx, .arg = FACT_CALL, .width = 12, .least = 8, .most = 20, .drop = 2,
      .help = "the queue that gave the call; nothing: no queue did" },
    { .id = "pbx", .title = "PBX", .form = FORM_TEXT, .string = column_pbx_name, .arg = FACT_CALL, .width = 8, .least = 6, .most = 12, .drop = 9, .is_pbx = true,
      .help = "the PBX it is on", .role = column_dim_role },
    { .id = "agent", .title = "Agent", .form = FORM_TEXT, .string = call_agent, .width = 18, .least = 12, .most = 26, .drop = 1, .help = "the agent on the other side",
      .role = column_name_role },
    { .id = "agent_number", .title = "Phone", .label = "telephone", .form = FORM_TEXT, .string = call_phone, .width = 12, .least = 10, .most = 20, .drop = 10,
      .help = "the agent's telephone", .role = column_dim_role },
    { .id = "channel", .title = "Channel", .width = 18, .least = 12, .most = 36, .drop = 20, .is_extra = true, .role = column_dim_role },
    { .id = NULL },
};
