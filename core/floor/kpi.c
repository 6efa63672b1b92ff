/* SPDX-License-Identifier: MIT */
/* kpi: the definition of every number, once. Each row has its formula in words beside the function that computes it,
 * and every value is computed from counts, so that a total is weighted by calls and never a mean of means. A number
 * without a denominator is unknown, not 0. */
#include "core/floor/kpi.h"

enum { MILLI_PERCENT = 100000 };

static bool ratio(int64_t part, int64_t whole, int64_t scale, int64_t *out)
{
    if (whole <= 0)
        return false;
    *out = (part * scale + whole / 2) / whole;
    return true;
}

/* Offered and no longer waiting. */
static int64_t ended(const struct fact_queue *q)
{
    return q->answered + q->abandoned + q->timeout + q->empty + q->key + q->withdrawn + q->redirected;
}

static bool service_level(const struct fact_queue *q, int64_t *out)
{
    return ratio(q->answered_in_sl, ended(q) - q->abandoned_short, MILLI_PERCENT, out);
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
    return ratio(q->talk_ms + q->wrap_ms, q->handled, 1, out);
}

static bool abandonment(const struct fact_queue *q, int64_t *out)
{
    return ratio(q->abandoned, ended(q), MILLI_PERCENT, out);
}

static bool known(int64_t value, int64_t scale, int64_t *out)
{
    if (value < 0)
        return false;
    *out = value * scale;
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

static void add_counts(struct fact_queue *t, const struct fact_queue *q)
{
    t->waiting += q->waiting;
    t->members += q->members;
    t->ready += q->ready;
    t->ringing += q->ringing;
    t->talking += q->talking;
    t->other_call += q->other_call;
    t->hold += q->hold;
    t->wrapup += q->wrapup;
    t->paused += q->paused;
    t->unavailable += q->unavailable;
    t->invalid += q->invalid;
    t->unknown += q->unknown;
    t->offered += q->offered;
    t->answered += q->answered;
    t->answered_in_sl += q->answered_in_sl;
    t->abandoned += q->abandoned;
    t->abandoned_short += q->abandoned_short;
    t->timeout += q->timeout;
    t->empty += q->empty;
    t->key += q->key;
    t->withdrawn += q->withdrawn;
    t->redirected += q->redirected;
    t->guessed += q->guessed;
    t->answered_wait_ms += q->answered_wait_ms;
    t->abandoned_wait_ms += q->abandoned_wait_ms;
    t->handled += q->handled;
    t->talk_ms += q->talk_ms;
    t->wrap_ms += q->wrap_ms;
    t->missed += q->missed;
}

/* A total that nothing was added to has since 0, since every queue's is a time. */
void kpi_add(struct fact_queue *t, const struct fact_queue *q)
{
    bool is_first = t->since == 0;
    add_counts(t, q);
    if (q->oldest != 0 && (t->oldest == 0 || q->oldest < t->oldest))
        t->oldest = q->oldest;
    if (q->since > t->since)
        t->since = q->since;
    if (q->longest_wait_ms > t->longest_wait_ms)
        t->longest_wait_ms = q->longest_wait_ms;
    if (q->wrapup_s > t->wrapup_s)
        t->wrapup_s = q->wrapup_s;
    t->ast_holdtime_s = is_first ? q->ast_holdtime_s : -1;
    t->ast_talktime_s = is_first ? q->ast_talktime_s : -1;
    t->ast_completed = is_first ? q->ast_completed : -1;
    t->ast_abandoned = is_first ? q->ast_abandoned : -1;
    t->ast_sl = is_first ? q->ast_sl : -1;
    t->ast_sl2 = is_first ? q->ast_sl2 : -1;
    t->reread_at = is_first || q->reread_at < t->reread_at ? q->reread_at : t->reread_at;
}
