/* SPDX-License-Identifier: MIT */
/* kpi: the definition of every number, once: for the screen, its help, the man page and the tests.
 * Values are computed from one queue's fact or from a sum of them, so that totals are weighted by calls. */
#ifndef CORE_FLOOR_KPI_H
#define CORE_FLOOR_KPI_H

#include "core/floor/fact.h"

enum kpi {
    KPI_SERVICE_LEVEL,   /* answered in SL / (offered that have ended - short abandons); the default definition, named */
    KPI_SERVICE_LEVEL_ANSWERED, /* answered in SL / answered */
    KPI_ASA,             /* mean wait of answered calls */
    KPI_ATA,             /* mean time to abandon */
    KPI_ATT,             /* mean talk, hold included */
    KPI_AHT,             /* mean talk + wrap-up */
    KPI_ABANDONMENT,     /* abandoned / ended */
    KPI_AST_SL,
    KPI_AST_SL2,
    KPI_AST_HOLDTIME,
    KPI_AST_TALKTIME,
    KPI_COUNT
};

enum kpi_unit { KPI_PERCENT_MILLI, KPI_MS };

struct kpi_row {
    const char *id;      /* JSON key and column id */
    const char *title;   /* column title, short */
    const char *formula; /* in words and field names */
    const char *source;  /* the Asterisk event or figure behind it, and who defines it so */
    enum kpi_unit unit;
    bool (*value)(const struct fact_queue *q, int64_t *out); /* false: unknown, shown as "-" */
};

extern const struct kpi_row kpi_table[KPI_COUNT];

static inline bool kpi_value(enum kpi k, const struct fact_queue *q, int64_t *out)
{
    return kpi_table[k].value(q, out);
}

/* Adds q to total, in which there are `added` already (0: what is in it does not count), each number as the column `join` of fact_table says: counts are added,
 * `oldest` becomes the earliest, `since` the latest, and Asterisk's own figures are unknown (-1) once a second queue joins. */
void kpi_add(struct fact_queue *total, size_t added, const struct fact_queue *q);

#endif
