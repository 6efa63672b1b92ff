/* SPDX-License-Identifier: MIT */
/* alarms: what is wrong now. Colours of cells, and one line that names the worst first, from the same rules (core/floor/alert.h). */
#ifndef TUI_ALARMS_H
#define TUI_ALARMS_H

#include "core/floor/alert.h"
#include "tui/term/canvas.h"
#include "tui/view.h"

/* The role of a cell that shows `usual` when nothing is wrong. alerts: bits, 1 << enum alert. */
enum role alarms_role(const struct view *v, enum fact_kind kind, const struct fact *f, uint32_t alerts, enum role usual);
/* The bits of the alerts that a column shows. */
uint32_t alarms_of_column(enum fact_kind kind, const char *id);

struct alarms;

struct alarms *alarms_new(void);
void alarms_free(struct alarms *a);
/* Looks at all that is watched; to be called once a beat. */
void alarms_beat(struct alarms *a, const struct view *v);
size_t alarms_count(const struct alarms *a, enum alert_level level); /* that bad or worse */
/* The worst first, as many as there is room for in the first row of `at`; how many more, if any. Draws nothing when all is well. */
void alarms_draw(const struct alarms *a, const struct view *v, struct canvas *c, struct area at);

#endif
