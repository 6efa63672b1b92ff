/* SPDX-License-Identifier: MIT */
/* column_spies: the columns of the list of those who listen to calls: who, how, to whom, with whom that one talks. Same rules as
 * column_rows.c. */
#include "tui/table/column_parts.h"

#include "core/floor/mask.h"

/* The words are those of the filter, `mode:whisper`, and of JSON. */
static const struct look_row looks[] = {
    [SPY_UNKNOWN] = { "?", "?", "unknown", "it was not begun by acdtop, or is just being switched", ROLE_DIM },
    [SPY_LISTEN] = { "\u25cb", "o", "listen", "hears both, and nobody hears him", ROLE_VALUE },
    [SPY_WHISPER] = { "\u25d0", "w", "whisper", "the agent hears him too", ROLE_WARN },
    [SPY_BARGE] = { "\u25cf", "b", "barge", "both hear him too", ROLE_ALARM },
};
_Static_assert(sizeof looks / sizeof looks[0] == SPY_MODE_COUNT, "a way to listen without a look");

static const struct fact_spy *spy_of(const struct fact *f)
{
    return (const void *)f;
}

/* The user of acdtop; else whoever the phone says it is. */
static struct slice who(COLUMN_ARGS)
{
    (void)v, (void)c;
    const struct fact_spy *s = spy_of(f);
    return slice_of(s->who != NULL ? s->who : s->spyer_name != NULL ? s->spyer_name : s->spyer_number != NULL ? s->spyer_number : "");
}

static struct slice agent(COLUMN_ARGS)
{
    (void)c;
    const struct fact_agent *a = (const void *)store_get(view_whole(v), FACT_AGENT, spy_of(f)->agent);
    return slice_of(a == NULL ? spy_of(f)->spyee_channel : a->name != NULL ? a->name : a->interface);
}

/* The other side of it. Found by the channel as it is, also where its digits are hidden: a hidden one is no other's either. */
static const struct fact_call *call_of(const struct view *v, const struct fact_spy *shown)
{
    const struct fact *f, *own = store_get(view_whole(v), FACT_SPY, shown->id);
    const struct fact_spy *s = own != NULL ? (const void *)own : shown;
    for (size_t at = 0; s->spyee_channel != NULL && (f = store_each(view_whole(v), FACT_CALL, &at)) != NULL;) {
        const struct fact_call *call = (const void *)f;
        if (call->pbx == s->pbx && call->phone_channel != NULL && strcmp(call->phone_channel, s->spyee_channel) == 0)
            return v->mask != NULL ? (const void *)mask_fact(v->mask, FACT_CALL, f) : call;
    }
    return NULL;
}

static struct slice number(COLUMN_ARGS)
{
    (void)c;
    const struct fact_call *call = call_of(v, spy_of(f));
    return slice_of(call == NULL ? NULL : call->number != NULL ? call->number : "");
}

static struct slice name(COLUMN_ARGS)
{
    (void)c;
    const struct fact_call *call = call_of(v, spy_of(f));
    return slice_of(call == NULL ? NULL : call->name != NULL ? call->name : "");
}

/* "PJSIP/104-0000002a" -> "PJSIP/104" */
static struct slice phone(COLUMN_ARGS)
{
    (void)v, (void)c;
    struct slice channel = slice_of(spy_of(f)->spyer_channel);
    for (size_t i = channel.n; i > 0; i--) {
        if (channel.p[i - 1] == '-')
            return (struct slice){ channel.p, i - 1 };
    }
    return channel;
}

const struct column column_spy_rows[] = {
    { .id = "who", .title = "Who", .label = "who listens", .form = FORM_TEXT, .string = who, .width = 14, .least = 8, .most = 24,
      .help = "who listens: the user of acdtop, else the name or number of the phone", .role = column_name_role },
    { .id = "mode", .title = "How", .label = "how", .form = FORM_LOOK, .looks = looks, .width = 10, .least = 10, .order = -1 },
    { .id = "agent", .title = "Agent", .label = "to whom", .form = FORM_TEXT, .string = agent, .width = 18, .least = 12, .most = 26, .help = "the agent who is listened to",
      .role = column_name_role },
    { .id = "since", .title = "For", .label = "for", .width = 8, .drop = 6, .help = "how long it has lasted" },
    { .id = "number", .title = "Number", .form = FORM_TEXT, .string = number, .width = 14, .least = 12, .most = 20, .drop = 4, .help = "the number of the other side of the call" },
    { .id = "name", .title = "Name", .form = FORM_TEXT, .string = name, .width = 14, .least = 10, .most = 28, .drop = 8, .help = "the name of the other side of the call" },
    { .id = "pbx", .title = "PBX", .form = FORM_TEXT, .string = column_pbx_name, .arg = FACT_SPY, .width = 8, .least = 6, .most = 12, .drop = 9, .is_pbx = true,
      .help = "the PBX it is on", .role = column_dim_role },
    { .id = "phone", .title = "Phone", .label = "telephone", .form = FORM_TEXT, .string = phone, .width = 12, .least = 10, .most = 20, .drop = 10,
      .help = "the telephone of who listens", .role = column_dim_role },
    { .id = NULL },
};
