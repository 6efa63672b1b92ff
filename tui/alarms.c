/* SPDX-License-Identifier: MIT */
/* alarms: turns facts and rules into roles of cells and into the line that names what is wrong. Looks at every queue and
 * agent once a second, when the counters tick anyway, and keeps the worst few by identity; an event costs it nothing. */
#include "tui/alarms.h"

#include "core/base/mem.h"
#include "core/base/sum.h"
#include "core/base/utf8.h"

enum { WORST_MAX = 16, WHO_MAX_BYTES = 120 };

struct alarm {
    enum alert_level level;
    enum alert alert; /* ALERT_COUNT: a PBX is lost */
    uint64_t id;
    int64_t value;
};

struct alarms {
    struct alarm worst[WORST_MAX];
    size_t count;                    /* in `worst` */
    size_t total[ALERT_ALARM + 1];   /* of each level */
};

static const struct fact_queue *queue_of(const struct view *v, enum fact_kind kind, const struct fact *f)
{
    if (kind == FACT_QUEUE)
        return (const void *)f;
    return kind == FACT_CALLER ? view_queue(v, kind, f) : NULL;
}

static enum alert_level level_of(const struct view *v, enum alert a, const struct fact *f, int64_t now_ms, int64_t *value)
{
    if (!alert_is_watched(v->alerts, a) || !alert_value(a, f, now_ms, value))
        return ALERT_NONE;
    return alert_level(v->alerts, a, queue_of(v, alert_table[a].kind, f), *value);
}

enum role alarms_role(const struct view *v, enum fact_kind kind, const struct fact *f, uint32_t alerts, enum role usual)
{
    enum alert_level worst = ALERT_NONE;
    int64_t now_ms = view_now(v, kind, f);
    for (enum alert a = 0; alerts >> a != 0; a++) {
        int64_t value;
        enum alert_level level = (alerts >> a & 1) != 0 ? level_of(v, a, f, now_ms, &value) : ALERT_NONE;
        if (level > worst)
            worst = level;
    }
    return worst == ALERT_ALARM ? ROLE_ALARM : worst == ALERT_WARN ? ROLE_WARN : usual;
}

uint32_t alarms_of_column(enum fact_kind kind, const char *id)
{
    _Static_assert(ALERT_COUNT <= 32, "more alerts than bits");
    uint32_t bits = 0;
    for (enum alert a = 0; a < ALERT_COUNT; a++)
        if (alert_table[a].kind == kind && strcmp(alert_table[a].column, id) == 0)
            bits |= 1u << a;
    return bits;
}

struct alarms *alarms_new(void)
{
    return mem_alloc(sizeof(struct alarms));
}

void alarms_free(struct alarms *a)
{
    mem_free(a);
}

/* Negative: x is worse. Alarms before warnings, a lost PBX before all, then in the order of the table; the id makes it total. */
static int compare(const struct alarm *x, const struct alarm *y)
{
    if (x->level != y->level)
        return x->level > y->level ? -1 : 1;
    if (x->alert != y->alert)
        return x->alert == ALERT_COUNT || (y->alert != ALERT_COUNT && x->alert < y->alert) ? -1 : 1;
    bool is_low = x->alert != ALERT_COUNT && alert_table[x->alert].is_low;
    if (x->value != y->value)
        return (x->value > y->value) != is_low ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

static void add(struct alarms *a, struct alarm alarm)
{
    a->total[alarm.level]++;
    size_t at = a->count;
    while (at > 0 && compare(&alarm, &a->worst[at - 1]) < 0)
        at--;
    if (at == WORST_MAX)
        return;
    if (a->count < WORST_MAX)
        a->count++;
    memmove(&a->worst[at + 1], &a->worst[at], (a->count - 1 - at) * sizeof alarm);
    a->worst[at] = alarm;
}

/* What an outage hides is said once, by the PBX: its queues and agents are not what is wrong. */
static void look_at(struct alarms *a, const struct view *v, enum alert alert)
{
    const struct fact *f;
    enum fact_kind kind = alert_table[alert].kind;
    for (size_t at = 0; (f = store_each(v->store, kind, &at)) != NULL;) {
        struct alarm alarm = { .alert = alert, .id = f->id };
        if (view_is_stale(v, kind, f))
            continue;
        alarm.level = level_of(v, alert, f, view_now(v, kind, f), &alarm.value);
        if (alarm.level != ALERT_NONE)
            add(a, alarm);
    }
}

void alarms_beat(struct alarms *a, const struct view *v)
{
    const struct fact *f;
    *a = (struct alarms){ 0 };
    for (size_t at = 0; (f = store_each(v->store, FACT_PBX, &at)) != NULL;) {
        const struct fact_pbx *pbx = (const void *)f;
        if (pbx->link == LINK_LOST || pbx->link == LINK_REFUSED)
            add(a, (struct alarm){ ALERT_ALARM, ALERT_COUNT, pbx->id, pbx->heard_at != 0 ? sum_sub(v->beat_ms, pbx->heard_at) : -1 });
    }
    for (enum alert alert = 0; alert < ALERT_COUNT; alert++)
        if (alert_is_watched(v->alerts, alert) && alert != ALERT_CALLER_WAIT) /* the queue says it of the one who waits longest */
            look_at(a, v, alert);
}

size_t alarms_count(const struct alarms *a, enum alert_level level)
{
    size_t n = 0;
    for (enum alert_level l = level; l <= ALERT_ALARM; l++)
        n += a->total[l];
    return n;
}

static void add_value(struct buf *out, const struct alarm *alarm)
{
    switch (alert_table[alarm->alert].unit) {
    case ALERT_UNIT_NUMBER:
    case ALERT_UNIT_COUNT: (void)buf_addf(out, " %lld", (long long)alarm->value); break;
    case ALERT_UNIT_MS:
        (void)buf_add_char(out, ' ');
        view_add_duration(out, alarm->value);
        break;
    case ALERT_UNIT_MILLI:
        (void)buf_add_char(out, ' ');
        view_add_percent(out, alarm->value);
        break;
    }
}

/* "support longest wait 2:31"; false: what it was about has gone since the beat. */
static bool write_alarm(const struct alarm *alarm, const struct view *v, struct buf *out)
{
    enum fact_kind kind = alarm->alert == ALERT_COUNT ? FACT_PBX : alert_table[alarm->alert].kind;
    const struct fact *f = store_get(v->store, kind, alarm->id);
    if (f == NULL)
        return false;
    const struct fact_agent *agent = (const void *)f;
    const char *who = kind == FACT_PBX     ? ((const struct fact_pbx *)(const void *)f)->name
                      : kind == FACT_QUEUE ? fact_queue_called((const void *)f)
                      : agent->name != NULL && *agent->name != '\0' ? agent->name : agent->interface;
    (void)buf_add(out, utf8_head(slice_of(who), WHO_MAX_BYTES));
    if (alarm->alert == ALERT_COUNT) {
        (void)buf_add(out, SLICE(" no link"));
        if (alarm->value >= 0) {
            (void)buf_add(out, SLICE(", last heard "));
            view_add_duration(out, alarm->value);
            (void)buf_add(out, SLICE(" ago"));
        }
        return true;
    }
    (void)buf_addf(out, " %s", alert_table[alarm->alert].say);
    add_value(out, alarm);
    return true;
}

void alarms_draw(const struct alarms *a, const struct view *v, struct canvas *c, struct area at)
{
    struct buf text = BUF_INIT(512);
    size_t total = alarms_count(a, ALERT_WARN), shown = 0;
    int x = at.x;
    for (size_t i = 0; i < a->count; i++) {
        enum role role = a->worst[i].level == ALERT_ALARM ? ROLE_ALARM : ROLE_WARN;
        buf_reset(&text);
        (void)buf_addf(&text, "%s ", view_shape(v, &view_wait_looks[role == ROLE_WARN ? WAIT_BEYOND : WAIT_FAR_BEYOND]));
        if (!write_alarm(&a->worst[i], v, &text))
            continue;
        int width = canvas_text_width(c, buf_slice(&text)), more = total > shown + 1 ? 13 : 0; /* "   +999 more" */
        if (shown > 0 && x + width + more > at.x + at.w)
            break;
        canvas_fit(c, (struct area){ x, at.y, at.x + at.w - x, 1 }, buf_slice(&text), ALIGN_LEFT, (struct style){ role, ROLE_TEXT });
        x += width + 3;
        shown++;
    }
    if (shown > 0 && total > shown) {
        buf_reset(&text);
        (void)buf_addf(&text, "+%zu more", total - shown);
        if (x + canvas_text_width(c, buf_slice(&text)) <= at.x + at.w)
            (void)canvas_put(c, at, x, at.y, buf_slice(&text), (struct style){ ROLE_DIM, ROLE_TEXT });
    }
    buf_clear(&text);
}
