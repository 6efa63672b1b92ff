/* SPDX-License-Identifier: MIT */
/* totals: the whole floor in a few numbers. Agents are counted once, however many queues they serve; shares are
 * weighted by calls. A PBX without a live link is left out as long as another one has one: then the numbers are partial, and
 * say of how many PBXs they are. When none is live all are counted, as they were last known. */
#ifndef TUI_TOTALS_H
#define TUI_TOTALS_H

#include "core/base/map.h"
#include "tui/view.h"

struct tally;

struct totals {
    struct fact_queue queue;            /* sums over the queues that count (kpi_add) */
    int64_t agents[AGENT_STATE_COUNT];  /* of the PBXs that count */
    int64_t service_level_s;            /* 0: the queues do not agree on one */
    int64_t longest_ms;                 /* of the callers who wait; measured as each PBX is known */
    enum role worst_wait;               /* VALUE, WARN, ALARM: of the callers who wait */
    bool is_known;                      /* some PBX has told its queues */
    bool is_stale;                      /* no PBX has a live link */
    size_t pbx_count, pbx_live;         /* partial: some are live and some are not */
    struct idmap *state;                /* agent -> place of his PBX's tally and state: to take away what was added */
    struct tally *tally;
    size_t tally_count;
    uint64_t generation, links;         /* of the queues when they were summed; which PBXs counted then */
};

void totals_init(struct totals *t);
void totals_clear(struct totals *t);
void totals_forget(struct totals *t); /* all agents: they are told of anew */
void totals_agent(struct totals *t, uint64_t id, const struct fact_agent *a); /* a NULL: it went */
/* q's counts of agents become those of the PBXs that count; is_all: of all of them. */
void totals_put_agents(struct totals *t, const struct view *v, bool is_all, struct fact_queue *q);
void totals_settle(struct totals *t, const struct view *v);
/* How many PBXs there are, and how many of them have a live link. */
size_t totals_links(const struct view *v, size_t *live);
static inline bool totals_is_partial(const struct totals *t) { return t->pbx_live > 0 && t->pbx_live < t->pbx_count; }

#endif
