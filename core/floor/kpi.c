/* SPDX-License-Identifier: MIT */
/* kpi: the definition of every number, once. Each row has its formula in words beside the function that computes it,
 * and every value is computed from counts, so that a total is weighted by calls and never a mean of means. A number
 * without a denominator is unknown, not 0. */
#include "core/floor/kpi.h"

#include "core/base/sum.h"

enum { MILLI_PERCENT = 100000 };

static bool ratio(int64_t part, int64_t whole, int64_t scale, int64_t *out)
{
    if (whole <= 0)
        return false;
    int64_t more;
    bool has_room = !__builtin_mul_overflow(part, scale, &more) && !__builtin_add_overflow(more, whole / 2, &more);
    *out = has_room ? more / whole : sum_add(sum_mul(part / whole, scale), (int64_t)((double)(part % whole) / (double)whole * (double)scale));
    return true;
}

/* Offered and no longer waiting. */
static int64_t ended(const struct fact_queue *q)
{
    const int64_t ways[] = { q->answered, q->abandoned, q->timeout, q->empty, q->key, q->withdrawn, q->redirected };
    int64_t sum = 0;
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++)
        sum = sum_add(sum, ways[i]);
    return sum;
}

static bool service_level(const struct fact_queue *q, int64_t *out)
{
    return ratio(q->answered_in_sl, sum_sub(ended(q), q->abandoned_short), MILLI_PERCENT, out);
}

static bool service_level_answered(const struct fact_queue *q, int64_t *out)
{
    return ratio(q->answered_in_sl, q->answered, MILLI_PERCENT, out);
}

static bool asa(const struct fact_queue *q, int64_t *out)
{
    return ratio(q->answered_wait_ms, q->answered, 1, out);
}

static bool ata(const struct fact_queue *q, int64_t *out)
{
    return ratio(q->abandoned_wait_ms, q->abandoned, 1, out);
}

static bool att(const struct fact_queue *q, int64_t *out)
{
    return ratio(q->talk_ms, q->handled, 1, out);
}

static bool aht(const struct fact_queue *q, int64_t *out)
{
    return ratio(sum_add(q->talk_ms, q->wrap_ms), q->handled, 1, out);
}

static bool abandonment(const struct fact_queue *q, int64_t *out)
{
    return ratio(q->abandoned, ended(q), MILLI_PERCENT, out);
}

static bool known(int64_t value, int64_t scale, int64_t *out)
{
    if (value < 0)
        return false;
    *out = sum_mul(value, scale);
    return true;
}

static bool ast_sl(const struct fact_queue *q, int64_t *out)
{
    return known(q->ast_sl, 1, out);
}

static bool ast_sl2(const struct fact_queue *q, int64_t *out)
{
    return known(q->ast_sl2, 1, out);
}

static bool ast_holdtime(const struct fact_queue *q, int64_t *out)
{
    return known(q->ast_holdtime_s, 1000, out);
}

static bool ast_talktime(const struct fact_queue *q, int64_t *out)
{
    return known(q->ast_talktime_s, 1000, out);
}

const struct kpi_row kpi_table[] = {
    [KPI_SERVICE_LEVEL] = { "service_level", "SL",
        "answered_in_sl / (answered + abandoned - abandoned_short + timeout + empty + key + withdrawn + redirected)",
        "offered service level, short abandons left out; in SL: HoldTime of AgentConnect <= the queue's servicelevel, whole seconds",
        KPI_PERCENT_MILLI, service_level },
    [KPI_SERVICE_LEVEL_ANSWERED] = { "service_level_answered", "SLans", "answered_in_sl / answered",
        "answered-only service level, as Asterisk's SL but at the moment of answer", KPI_PERCENT_MILLI, service_level_answered },
    [KPI_ASA] = { "asa", "ASA", "answered_wait_ms / answered", "average speed of answer: QueueCallerJoin to AgentConnect, ringing included",
        KPI_MS, asa },
    [KPI_ATA] = { "ata", "ATA", "abandoned_wait_ms / abandoned",
        "average time to abandon: QueueCallerJoin to QueueCallerLeave of callers who hung up, short ones included", KPI_MS, ata },
    [KPI_ATT] = { "att", "ATT", "talk_ms / handled", "average talk time, hold included: AgentConnect to the end of the talk, ended talks",
        KPI_MS, att },
    [KPI_AHT] = { "aht", "AHT", "(talk_ms + wrap_ms) / handled",
        "average handle time: talk with hold, and wrap-up as actually spent", KPI_MS, aht },
    [KPI_ABANDONMENT] = { "abandonment", "Abn%",
        "abandoned / (answered + abandoned + timeout + empty + key + withdrawn + redirected)",
        "callers who hung up, short ones included, of all who are no longer waiting", KPI_PERCENT_MILLI, abandonment },
    [KPI_AST_SL] = { "ast_sl", "aSL", "ServicelevelPerf", "Asterisk's own: completed in SL / completed, since its start or reset",
        KPI_PERCENT_MILLI, ast_sl },
    [KPI_AST_SL2] = { "ast_sl2", "aSL2", "ServicelevelPerf2",
        "Asterisk's own: (abandoned in SL + completed in SL) / (abandoned + completed)", KPI_PERCENT_MILLI, ast_sl2 },
    [KPI_AST_HOLDTIME] = { "ast_holdtime", "aHold", "Holdtime",
        "Asterisk's own moving average of answered waits: 3/4 of the old and 1/4 of the new", KPI_MS, ast_holdtime },
    [KPI_AST_TALKTIME] = { "ast_talktime", "aTalk", "TalkTime", "Asterisk's own moving average of talks", KPI_MS, ast_talktime },
};
_Static_assert(sizeof kpi_table / sizeof kpi_table[0] == KPI_COUNT, "every number has its row");

void kpi_add(struct fact_queue *t, size_t added, const struct fact_queue *q)
{
    fact_join(FACT_QUEUE, (void *)t, added, (const void *)q);
}
