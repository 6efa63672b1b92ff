/* SPDX-License-Identifier: MIT */
/* totals: the whole floor in a few numbers. Agents are counted once, however many queues they serve; shares are
 * weighted by calls. */
#ifndef TUI_TOTALS_H
#define TUI_TOTALS_H

#include "core/base/map.h"
#include "tui/view.h"

struct totals {
    struct fact_queue queue;            /* sums over all queues (kpi_add) */
    int64_t agents[AGENT_STATE_COUNT];
    int64_t service_level_s;            /* 0: the queues do not agree on one */
    int64_t longest_ms;                 /* of the callers who wait; measured as each PBX is known */
    enum role worst_wait;               /* VALUE, WARN, ALARM: of the callers who wait */
    bool is_known;                      /* some PBX has told its queues */
    bool is_stale;                      /* some of it comes from a PBX whose link is not live */
    struct idmap *state;                /* agent -> 1 + state: to take away what was added */
    uint64_t generation;                /* of the queues when they were summed */
};

void totals_init(struct totals *t);
void totals_clear(struct totals *t);
void totals_agent(struct totals *t, uint64_t id, const struct fact_agent *a); /* a NULL: it went */
void totals_put_agents(const struct totals *t, struct fact_queue *q); /* q's counts of agents become those of t */
void totals_settle(struct totals *t, const struct view *v);

#endif
