/* SPDX-License-Identifier: MIT */
/* alert: when a number needs a look (warn), and when it needs a person (alarm). The user's thresholds decide; where there is
 * none for a wait, the queue's own service level does. Pure: facts and an instant in, a level out. */
#ifndef CORE_FLOOR_ALERT_H
#define CORE_FLOOR_ALERT_H

#include "core/base/err.h"
#include "core/config/settings.h"
#include "core/floor/fact.h"

enum alert_level { ALERT_NONE, ALERT_WARN, ALERT_ALARM };

/* What can be watched. */
enum alert {
    ALERT_UNREACHABLE, /* callers wait and no member could take a call: always an alarm */
    ALERT_WAITING,
    ALERT_OLDEST,
    ALERT_READY,
    ALERT_SERVICE_LEVEL,
    ALERT_ABANDONMENT,
    ALERT_ABANDONED,
    ALERT_MISSED,
    ALERT_ASA,
    ALERT_ATT,
    ALERT_AHT,
    ALERT_CALLER_WAIT,
    ALERT_AGENT_RINGING,
    ALERT_AGENT_TALKING,
    ALERT_AGENT_OTHER_CALL,
    ALERT_AGENT_HOLD,
    ALERT_AGENT_WRAPUP,
    ALERT_AGENT_PAUSED,
    ALERT_COUNT
};

enum alert_unit { ALERT_UNIT_NUMBER, ALERT_UNIT_MS, ALERT_UNIT_MILLI /* thousandths of a percent */, ALERT_UNIT_COUNT };
/* What a figure of a unit looks like: "a duration: \"90s\"". */
extern const char *const alert_unit_forms[ALERT_UNIT_COUNT];

struct alert_row {
    const char *name;   /* in `thresholds`; NULL: cannot be set */
    const char *column; /* id of the column that shows it */
    const char *say;    /* in the strip of alarms, before the value: "longest wait" */
    const char *help;
    enum fact_kind kind;
    enum alert_unit unit;
    bool is_low;        /* too little is what is bad */
};
extern const struct alert_row alert_table[ALERT_COUNT];

struct alert_rules;

/* NULL: *err says which entry, where it stands, and what is wrong. The settings must outlive the rules. */
struct alert_rules *alert_rules_new(const struct settings *s, struct err *err);
void alert_rules_free(struct alert_rules *r);

/* The number itself at `now_ms` of the fact's PBX; false: unknown, or there is nothing to watch now. */
bool alert_value(enum alert a, const struct fact *f, int64_t now_ms, int64_t *out);
/* How bad a value is. queue: whose rules hold, NULL for agents. r NULL: no thresholds but those that always hold. */
enum alert_level alert_level(const struct alert_rules *r, enum alert a, const struct fact_queue *queue, int64_t value);
/* Could the level ever be other than none? Saves whoever watches many facts from looking at each. */
bool alert_is_watched(const struct alert_rules *r, enum alert a);

#endif
