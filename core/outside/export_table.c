/* SPDX-License-Identifier: MIT */
/* export_table: where the status document calls a field of fact_table otherwise, computes with it or leaves it out;
 * and the list of all its keys for the man page. A field without a row here is printed under its own name, so that a
 * new fact reaches the scripts without a line of work. Prints nothing. */
#include "core/outside/export.h"

#include <stdio.h>

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

#define TODAY(field_) { .kind = FACT_QUEUE, .field = #field_, .object = "today" }
#define ASTERISK(field_, key_) { .kind = FACT_QUEUE, .field = #field_, .key = (key_), .object = "asterisk" }
#define AS(kind_, field_, key_, how_) { .kind = (kind_), .field = #field_, .key = (key_), .how = (how_) }
#define HIDE(kind_, field_) { .kind = (kind_), .field = #field_, .how = EXPORT_HIDDEN }

static const struct export_rule rules[] = {
    AS(FACT_PBX, link_since, "link_since_s", EXPORT_AGE),
    AS(FACT_PBX, retry_at, "retry_in_s", EXPORT_LEFT),
    AS(FACT_PBX, heard_at, "heard_age_s", EXPORT_AGE),
    AS(FACT_PBX, reread_at, "reread_age_s", EXPORT_AGE),
    AS(FACT_PBX, clock_offset_ms, NULL, EXPORT_SIGNED),
    AS(FACT_QUEUE, weight, NULL, EXPORT_SIGNED),
    AS(FACT_QUEUE, oldest, "longest_wait_s", EXPORT_AGE_OR_ZERO),
    AS(FACT_QUEUE, members, "member_count", EXPORT_PLAIN),
    TODAY(since),
    TODAY(gaps),
    TODAY(gap_ms),
    TODAY(offered),
    TODAY(answered),
    TODAY(answered_in_sl),
    TODAY(abandoned),
    TODAY(abandoned_short),
    TODAY(timeout),
    TODAY(empty),
    TODAY(key),
    TODAY(withdrawn),
    TODAY(redirected),
    TODAY(guessed),
    TODAY(answered_wait_ms),
    TODAY(abandoned_wait_ms),
    TODAY(longest_wait_ms),
    TODAY(handled),
    TODAY(talk_ms),
    TODAY(wrap_ms),
    TODAY(missed),
    ASTERISK(ast_holdtime_s, "holdtime_s"),
    ASTERISK(ast_talktime_s, "talktime_s"),
    ASTERISK(ast_completed, "completed"),
    ASTERISK(ast_abandoned, "abandoned"),
    ASTERISK(ast_sl, "sl_percent"),
    ASTERISK(ast_sl2, "sl2_percent"),
    { .kind = FACT_QUEUE, .field = "reread_at", .key = "reread_age_s", .object = "asterisk", .how = EXPORT_AGE },
    AS(FACT_AGENT, since, "since_s", EXPORT_AGE),
    AS(FACT_AGENT, wrapup_until, "wrapup_left_s", EXPORT_LEFT),
    AS(FACT_AGENT, queue, "queue", EXPORT_QUEUE),
    AS(FACT_AGENT, peer_number, "peer", EXPORT_PLAIN),
    AS(FACT_AGENT, paused_since, "paused_since_s", EXPORT_AGE),
    AS(FACT_AGENT, last_call, "last_call_age_s", EXPORT_AGE),
    AS(FACT_AGENT, login, "login_age_s", EXPORT_AGE),
    AS(FACT_MEMBER, penalty, NULL, EXPORT_SIGNED),
    AS(FACT_MEMBER, since, "since_s", EXPORT_AGE),
    AS(FACT_MEMBER, wrapup_until, "wrapup_left_s", EXPORT_LEFT),
    AS(FACT_MEMBER, peer_number, "peer", EXPORT_PLAIN),
    AS(FACT_MEMBER, paused_since, "paused_since_s", EXPORT_AGE),
    AS(FACT_MEMBER, last_call, "last_call_age_s", EXPORT_AGE),
    AS(FACT_MEMBER, login, "login_age_s", EXPORT_AGE),
    AS(FACT_CALLER, joined, "wait_s", EXPORT_AGE),
    HIDE(FACT_CALLER, rank),
    AS(FACT_CALL, queue, "queue", EXPORT_QUEUE),
    AS(FACT_CALL, agent, "agent", EXPORT_AGENT),
    AS(FACT_CALL, since, "since_s", EXPORT_AGE),
    AS(FACT_CALL, held_since, "held_since_s", EXPORT_AGE),
    AS(FACT_PBX, endpoints_at, "endpoints_age_s", EXPORT_AGE),
    AS(FACT_SPY, agent, "agent", EXPORT_AGENT),
    AS(FACT_SPY, since, "since_s", EXPORT_AGE),
};

struct export_rule export_rule_of(enum fact_kind kind, const struct fact_field *field)
{
    for (size_t i = 0; i < COUNT_OF(rules); i++) {
        if (rules[i].kind == kind && strcmp(rules[i].field, field->id) == 0) {
            struct export_rule found = rules[i];
            found.key = found.key != NULL ? found.key : field->id;
            return found;
        }
    }
    enum export_how how = field->type == TYPE_ID ? EXPORT_HIDDEN : field->type == TYPE_INSTANT ? EXPORT_AGE : EXPORT_PLAIN;
    return (struct export_rule){ .kind = kind, .field = field->id, .key = field->id, .how = how };
}

/* The parts of the document that are not fields of a fact, in the order of the man page. `kind`: the fields of that
 * fact that lie in `object` follow. */
static const struct part {
    const char *path;
    const char *type; /* NULL: no key of its own */
    const char *help;
    const char *object; /* which of the kind's fields follow; NULL with a kind: those that lie in no object */
    enum fact_kind kind;
    bool has_fields, has_kpis;
} parts[] = {
    { .path = "schema", .type = "number", .help = "1; changes when a key changes its meaning or goes, not when one is added" },
    { .path = "at", .type = "string", .help = "when the document was made: the wall clock, RFC 3339, UTC" },
    { .path = "pbx", .type = "array", .help = "one object for each PBX, in the order of the configuration" },
    { .path = "pbx[].", .kind = FACT_PBX, .has_fields = true },
    { .path = "pbx[].queues", .type = "array", .help = "one object for each queue" },
    { .path = "pbx[].queues[].", .kind = FACT_QUEUE, .has_fields = true },
    { .path = "pbx[].queues[].today", .type = "object", .help = "our own counters, counted at the moment of the event" },
    { .path = "pbx[].queues[].today.", .kind = FACT_QUEUE, .object = "today", .has_fields = true },
    { .path = "pbx[].queues[].kpi", .type = "object", .help = "figures computed from the counters; null where nothing was counted yet" },
    { .path = "pbx[].queues[].kpi.", .has_kpis = true },
    { .path = "pbx[].queues[].asterisk", .type = "object", .help = "Asterisk's own figures, as of the last re-read" },
    { .path = "pbx[].queues[].asterisk.", .kind = FACT_QUEUE, .object = "asterisk", .has_fields = true },
    { .path = "pbx[].queues[].callers", .type = "array", .help = "who waits, in the order of the queue" },
    { .path = "pbx[].queues[].callers[].position", .type = "number", .help = "place in the queue, from 1" },
    { .path = "pbx[].queues[].callers[].", .kind = FACT_CALLER, .has_fields = true },
    { .path = "pbx[].queues[].members", .type = "array", .help = "members of the queue" },
    { .path = "pbx[].queues[].members[].role", .type = "string", .help = "name of the penalty, from the configuration; null when it has none" },
    { .path = "pbx[].queues[].members[].", .kind = FACT_MEMBER, .has_fields = true },
    { .path = "pbx[].agents", .type = "array", .help = "each agent once, over all its queues" },
    { .path = "pbx[].agents[].", .kind = FACT_AGENT, .has_fields = true },
    { .path = "pbx[].calls", .type = "array", .help = "conversations of agents" },
    { .path = "pbx[].calls[].", .kind = FACT_CALL, .has_fields = true },
    { .path = "pbx[].spies", .type = "array", .help = "who listens to whom" },
    { .path = "pbx[].spies[].", .kind = FACT_SPY, .has_fields = true },
};

static const char *type_of(const struct fact_field *field, enum export_how how)
{
    if (how == EXPORT_QUEUE || how == EXPORT_AGENT) {
        return "string";
    }
    switch (field->type) {
    case TYPE_TEXT:
    case TYPE_WALL:
    case TYPE_ENUM:
        return "string";
    case TYPE_BOOL:
        return "boolean";
    case TYPE_ID:
    case TYPE_INT:
    case TYPE_INSTANT:
    case TYPE_MS:
    case TYPE_MILLI:
        break;
    }
    return "number";
}

/* The n-th key that the fields of one part give; false: it has fewer. */
static bool field_key(const struct part *part, size_t n, struct export_key *out)
{
    const struct fact_row *row = &fact_table[part->kind];
    for (size_t i = 0; i < row->field_count; i++) {
        struct export_rule rule = export_rule_of(part->kind, &row->field[i]);
        bool is_here = (rule.object == NULL) == (part->object == NULL) && (rule.object == NULL || strcmp(rule.object, part->object) == 0);
        if (rule.how == EXPORT_HIDDEN || !is_here || n-- > 0) {
            continue;
        }
        snprintf(out->path, sizeof out->path, "%s%s", part->path, rule.key);
        out->type = type_of(&row->field[i], rule.how);
        out->help = row->field[i].help;
        return true;
    }
    return false;
}

/* Asterisk's own figures are in the object "asterisk" already. */
bool export_kpi(enum kpi k, char *key, size_t size)
{
    const char *unit = kpi_table[k].unit == KPI_PERCENT_MILLI ? "percent" : "ms";
    snprintf(key, size, "%s_%s", kpi_table[k].id, unit);
    return k < KPI_AST_SL;
}

static bool kpi_key(const struct part *part, size_t n, struct export_key *out)
{
    for (enum kpi k = 0; k < KPI_COUNT; k++) {
        char key[32];
        if (!export_kpi(k, key, sizeof key) || n-- > 0) {
            continue;
        }
        snprintf(out->path, sizeof out->path, "%s%s", part->path, key);
        out->type = "number";
        out->help = kpi_table[k].formula;
        return true;
    }
    return false;
}

static bool part_key(const struct part *part, size_t n, struct export_key *out)
{
    if (part->has_fields) {
        return field_key(part, n, out);
    }
    if (part->has_kpis) {
        return kpi_key(part, n, out);
    }
    snprintf(out->path, sizeof out->path, "%s", part->path);
    out->type = part->type;
    out->help = part->help;
    return n == 0;
}

bool export_key_next(size_t *at, struct export_key *out)
{
    size_t part = *at >> 16, n = *at & 0xffff;
    for (; part < COUNT_OF(parts); part++, n = 0) {
        if (part_key(&parts[part], n, out)) {
            *at = part << 16 | (n + 1);
            return true;
        }
    }
    *at = part << 16;
    return false;
}
