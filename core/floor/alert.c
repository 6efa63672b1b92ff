/* SPDX-License-Identifier: MIT */
/* alert: the table of what can be watched, and the user's thresholds compiled from it. Holds no fact and no level: both are
 * asked for when something is drawn, so that a level can never be older than its number. */
#include "core/floor/alert.h"

#include "core/base/mem.h"
#include "core/base/near.h"
#include "core/base/sum.h"
#include "core/config/entries.h"
#include "core/config/options.h"
#include "core/floor/kpi.h"

const struct alert_row alert_table[] = {
    [ALERT_UNREACHABLE] = { .column = "ready", .say = "nobody could take a call, waiting:", .kind = FACT_QUEUE },
    [ALERT_WAITING] = { .name = "waiting", .column = "waiting", .say = "waiting", .kind = FACT_QUEUE, .help = "callers waiting in a queue" },
    [ALERT_OLDEST] = { .name = "longest_wait", .column = "oldest", .say = "longest wait", .kind = FACT_QUEUE, .unit = ALERT_UNIT_MS,
                       .help = "how long the caller who waits longest has waited; without a threshold: warn at the service level, alarm at twice that" },
    [ALERT_READY] = { .name = "free", .column = "ready", .say = "free", .kind = FACT_QUEUE, .is_low = true, .help = "agents who can take a call now: so many or fewer" },
    [ALERT_SERVICE_LEVEL] = { .name = "service_level", .column = "service_level", .say = "service level", .kind = FACT_QUEUE, .unit = ALERT_UNIT_MILLI, .is_low = true,
                              .help = "share answered in time today: so much or less" },
    [ALERT_ABANDONMENT] = { .name = "abandonment", .column = "abandonment", .say = "abandonment", .kind = FACT_QUEUE, .unit = ALERT_UNIT_MILLI,
                            .help = "share of callers who hung up today" },
    [ALERT_ABANDONED] = { .name = "abandoned", .column = "abandoned", .say = "abandoned", .kind = FACT_QUEUE, .help = "callers who hung up today" },
    [ALERT_MISSED] = { .name = "missed", .column = "missed", .say = "missed rings", .kind = FACT_QUEUE, .help = "rings that agents let go today" },
    [ALERT_ASA] = { .name = "asa", .column = "asa", .say = "mean wait", .kind = FACT_QUEUE, .unit = ALERT_UNIT_MS, .help = "mean wait of today's answered calls" },
    [ALERT_ATT] = { .name = "att", .column = "att", .say = "mean talk", .kind = FACT_QUEUE, .unit = ALERT_UNIT_MS, .help = "mean talk today" },
    [ALERT_AHT] = { .name = "aht", .column = "aht", .say = "mean handling", .kind = FACT_QUEUE, .unit = ALERT_UNIT_MS, .help = "mean talk and wrap-up today" },
    [ALERT_CALLER_WAIT] = { .name = "wait", .column = "wait", .say = "waits", .kind = FACT_CALLER, .unit = ALERT_UNIT_MS,
                            .help = "how long one caller has waited; without a threshold: as longest_wait" },
    [ALERT_AGENT_RINGING] = { .name = "agent_ringing", .column = "since", .say = "rings for", .kind = FACT_AGENT, .unit = ALERT_UNIT_MS, .help = "how long a telephone rings" },
    [ALERT_AGENT_TALKING] = { .name = "agent_talking", .column = "since", .say = "talks for", .kind = FACT_AGENT, .unit = ALERT_UNIT_MS, .help = "how long an agent talks" },
    [ALERT_AGENT_OTHER_CALL] = { .name = "agent_other_call", .column = "since", .say = "in another call for", .kind = FACT_AGENT, .unit = ALERT_UNIT_MS,
                                 .help = "how long an agent is in a call that no queue gave" },
    [ALERT_AGENT_HOLD] = { .name = "agent_hold", .column = "since", .say = "holds the caller for", .kind = FACT_AGENT, .unit = ALERT_UNIT_MS, .help = "how long a caller is on hold" },
    [ALERT_AGENT_WRAPUP] = { .name = "agent_wrapup", .column = "since", .say = "wraps up for", .kind = FACT_AGENT, .unit = ALERT_UNIT_MS, .help = "how long a wrap-up takes" },
    [ALERT_AGENT_PAUSED] = { .name = "agent_paused", .column = "since", .say = "paused for", .kind = FACT_AGENT, .unit = ALERT_UNIT_MS, .help = "how long a pause takes" },
};
_Static_assert(sizeof alert_table / sizeof alert_table[0] == ALERT_COUNT, "an alert without a row");

const char *const alert_unit_forms[] = { [ALERT_UNIT_NUMBER] = "a number: 5", [ALERT_UNIT_MS] = "a duration: \"90s\"", [ALERT_UNIT_MILLI] = "a share: \"80%\"" };
_Static_assert(sizeof alert_unit_forms / sizeof alert_unit_forms[0] == ALERT_UNIT_COUNT, "a unit without a form");

/* Which fact says it. */
static const struct {
    uint16_t count; /* offset of an int64_t in struct fact_queue; 0: none */
    enum agent_state state;
    enum kpi kpi;
} source[] = {
    [ALERT_WAITING] = { .count = offsetof(struct fact_queue, waiting) },
    [ALERT_READY] = { .count = offsetof(struct fact_queue, ready) },
    [ALERT_ABANDONED] = { .count = offsetof(struct fact_queue, abandoned) },
    [ALERT_MISSED] = { .count = offsetof(struct fact_queue, missed) },
    [ALERT_SERVICE_LEVEL] = { .kpi = KPI_SERVICE_LEVEL },
    [ALERT_ABANDONMENT] = { .kpi = KPI_ABANDONMENT },
    [ALERT_ASA] = { .kpi = KPI_ASA },
    [ALERT_ATT] = { .kpi = KPI_ATT },
    [ALERT_AHT] = { .kpi = KPI_AHT },
    [ALERT_AGENT_RINGING] = { .state = AGENT_RINGING },
    [ALERT_AGENT_TALKING] = { .state = AGENT_TALKING },
    [ALERT_AGENT_OTHER_CALL] = { .state = AGENT_OTHER_CALL },
    [ALERT_AGENT_HOLD] = { .state = AGENT_HOLD },
    [ALERT_AGENT_WRAPUP] = { .state = AGENT_WRAPUP },
    [ALERT_AGENT_PAUSED] = { .state = AGENT_PAUSED },
};
_Static_assert(sizeof source / sizeof source[0] == ALERT_COUNT, "an alert without a source");

static bool since(int64_t instant, int64_t now_ms, int64_t *out)
{
    *out = sum_sub(now_ms, instant);
    return instant != 0;
}

static int64_t reachable(const struct fact_queue *q)
{
    return sum_add(sum_add(sum_add(q->ready, q->ringing), sum_add(q->talking, q->other_call)), sum_add(q->hold, q->wrapup));
}

static bool queue_value(enum alert a, const struct fact_queue *q, int64_t now_ms, int64_t *out)
{
    if (a == ALERT_OLDEST)
        return since(q->oldest, now_ms, out);
    if (a == ALERT_UNREACHABLE) {
        *out = q->waiting;
        return q->waiting > 0 && reachable(q) == 0;
    }
    if (source[a].count == 0)
        return kpi_value(source[a].kpi, q, out);
    memcpy(out, (const char *)q + source[a].count, sizeof *out);
    return true;
}

bool alert_value(enum alert a, const struct fact *f, int64_t now_ms, int64_t *out)
{
    if (alert_table[a].kind == FACT_QUEUE)
        return queue_value(a, (const void *)f, now_ms, out);
    if (alert_table[a].kind == FACT_CALLER)
        return since(((const struct fact_caller *)(const void *)f)->joined, now_ms, out);
    const struct fact_agent *agent = (const void *)f;
    return agent->state == (int64_t)source[a].state && since(agent->since, now_ms, out);
}

/* --- the user's thresholds ---------------------------------------------------------------------------------------------- */

struct rule {
    int64_t warn, alarm;
    bool has_warn, has_alarm;
    const char *queues; /* lines, each a pattern; absent: all; borrowed from the settings */
};

struct alert_rules {
    struct rule *rule[ALERT_COUNT]; /* the last that fits holds */
    size_t count[ALERT_COUNT];
};

static const char *name_at(size_t i, const void *context)
{
    (void)context;
    for (size_t a = 0; a < ALERT_COUNT; a++)
        if (alert_table[a].name != NULL && i-- == 0)
            return alert_table[a].name;
    return NULL;
}

static bool find_alert(struct slice name, enum alert *out, struct err *err)
{
    for (size_t a = 0; a < ALERT_COUNT; a++) {
        if (alert_table[a].name != NULL && slice_eq(name, slice_of(alert_table[a].name))) {
            *out = (enum alert)a;
            return true;
        }
    }
    const char *near = near_name(name, name_at, NULL);
    return near != NULL ? err_set(err, ERR_CONFIG, "unknown number '%.*s'; did you mean '%s'?", SLICE_FMT(name), near)
                        : err_set(err, ERR_CONFIG, "unknown number '%.*s'; acdtop.conf(5) lists them", SLICE_FMT(name));
}

/* "80%", "12.5%": thousandths of a percent. */
static bool read_share(struct slice text, int64_t *out)
{
    int64_t whole = 0, part = 0;
    if (text.n < 2 || text.p[text.n - 1] != '%')
        return false;
    text.n--;
    struct slice rest, head = slice_cut(text, '.', &rest);
    if (!slice_int(head, 0, 100, &whole) || rest.n > 1 || (rest.p != NULL && !slice_int(rest, 0, 9, &part)))
        return false;
    *out = whole * 1000 + part * 100;
    return true;
}

static bool read_figure(const struct threshold_settings *t, const char *option, const char *text, enum alert a, int64_t *out, bool *has, struct err *err)
{
    *has = text != NULL;
    if (text == NULL)
        return true;
    struct slice s = slice_of(text);
    enum alert_unit unit = alert_table[a].unit;
    bool ok = unit == ALERT_UNIT_MS ? option_duration(s, out) && *out >= 0 : unit == ALERT_UNIT_MILLI ? read_share(s, out) : slice_int(s, 0, 1000000, out);
    if (ok)
        return true;
    const char *where = entries_origin(t->origin, option_find(OPTION_THRESHOLD, slice_of(option)));
    return err_set(err, ERR_CONFIG, "%s: %s of %s is '%s': it must be %s", where, option, t->number, text, alert_unit_forms[unit]);
}

static bool add_rule(struct alert_rules *r, const struct threshold_settings *t, struct err *err)
{
    enum alert a = ALERT_COUNT;
    struct rule rule = { 0 };
    const char *where = entries_origin(t->origin, option_find(OPTION_THRESHOLD, SLICE("number")));
    if (!find_alert(slice_of(t->number), &a, err))
        return err_prefix(err, "%s", where);
    if (!read_figure(t, "warn", t->warn, a, &rule.warn, &rule.has_warn, err) || !read_figure(t, "alarm", t->alarm, a, &rule.alarm, &rule.has_alarm, err))
        return false;
    if (t->queues != NULL && alert_table[a].kind == FACT_AGENT)
        return err_set(err, ERR_CONFIG, "%s: %s is watched over all queues of an agent: leave out queues", where, t->number);
    if (rule.has_warn && rule.has_alarm && (alert_table[a].is_low ? rule.alarm > rule.warn : rule.alarm < rule.warn))
        return err_set(err, ERR_CONFIG, "%s: %s would be an alarm before it is a warning: exchange warn and alarm", where, t->number);
    rule.queues = t->queues;
    r->rule[a] = mem_resize(r->rule[a], r->count[a] + 1, sizeof rule);
    r->rule[a][r->count[a]++] = rule;
    return true;
}

struct alert_rules *alert_rules_new(const struct settings *s, struct err *err)
{
    struct alert_rules *r = mem_alloc(sizeof *r);
    for (size_t i = 0; i < s->threshold_count; i++) {
        if (!add_rule(r, &s->threshold[i], err)) {
            alert_rules_free(r);
            return NULL;
        }
    }
    return r;
}

void alert_rules_free(struct alert_rules *r)
{
    for (size_t a = 0; r != NULL && a < ALERT_COUNT; a++)
        mem_free(r->rule[a]);
    mem_free(r);
}

static const struct rule *rule_for(const struct alert_rules *r, enum alert a, const struct fact_queue *q)
{
    for (size_t i = r != NULL ? r->count[a] : 0; i > 0; i--) {
        const struct rule *rule = &r->rule[a][i - 1];
        if (rule->queues == NULL || (q != NULL && q->name != NULL && settings_fits(rule->queues, q->name)))
            return rule;
    }
    return NULL;
}

/* Beyond the queue's service level a wait needs a look, beyond twice that a person. */
static enum alert_level wait_level(const struct fact_queue *q, int64_t wait_ms)
{
    if (q == NULL || q->service_level_s <= 0 || wait_ms <= sum_mul(q->service_level_s, 1000))
        return ALERT_NONE;
    return wait_ms > sum_mul(q->service_level_s, 2000) ? ALERT_ALARM : ALERT_WARN;
}

enum alert_level alert_level(const struct alert_rules *r, enum alert a, const struct fact_queue *queue, int64_t value)
{
    if (a == ALERT_UNREACHABLE)
        return ALERT_ALARM;
    const struct rule *rule = rule_for(r, a, queue);
    if (rule == NULL && a == ALERT_CALLER_WAIT) /* whoever waits longest is a caller too */
        rule = rule_for(r, ALERT_OLDEST, queue);
    if (rule == NULL)
        return a == ALERT_OLDEST || a == ALERT_CALLER_WAIT ? wait_level(queue, value) : ALERT_NONE;
    bool is_low = alert_table[a].is_low;
    if (rule->has_alarm && (is_low ? value <= rule->alarm : value >= rule->alarm))
        return ALERT_ALARM;
    return rule->has_warn && (is_low ? value <= rule->warn : value >= rule->warn) ? ALERT_WARN : ALERT_NONE;
}

bool alert_is_watched(const struct alert_rules *r, enum alert a)
{
    return a == ALERT_UNREACHABLE || a == ALERT_OLDEST || a == ALERT_CALLER_WAIT || (r != NULL && r->count[a] > 0);
}
