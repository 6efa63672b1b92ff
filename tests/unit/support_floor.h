/* SPDX-License-Identifier: MIT */
/* support_floor: a small language for tests of the model. Messages are told as "Event Field=value Field='with blanks'"
 * (or `so`), one a line; time moves only when told to. After every step the whole model is checked: what was reported through the
 * hook equals what is there, every count equals a recount. */
#ifndef TESTS_UNIT_SUPPORT_FLOOR_H
#define TESTS_UNIT_SUPPORT_FLOOR_H

#include "core/base/map.h"
#include "core/floor/floor.h"

struct stage {
    struct floor *f;
    int64_t now_ms;
    struct idmap *mirror[FACT_COUNT]; /* facts as reported */
    uint64_t reports;
    bool is_unchecked; /* for long runs: check only when asked */
};

enum { STAGE_START_MS = 10000000, STAGE_EPOCH_S = 1700000000 }; /* the PBX's clock says STAGE_EPOCH_S at STAGE_START_MS */

void stage_open(struct stage *s);
void stage_open_named(struct stage *s, const struct directory *directory); /* on the PBX "geneva" */
void stage_open_with(struct stage *s, int64_t wrapup_s);
void stage_close(struct stage *s); /* checks once more */
void stage_check(struct stage *s);

void stage_say(struct stage *s, const char *lines); /* events */
void stage_list(struct stage *s, const char *scope, const char *lines); /* begin, items, end; no barrier */
void stage_list_items(struct stage *s, const char *lines);
void stage_barrier(struct stage *s);
void stage_read(struct stage *s, const char *scope, const char *lines); /* list and barrier */
void stage_channels(struct stage *s, const char *lines); /* begin, items, end */
void stage_channel_items(struct stage *s, const char *lines);
void stage_wait(struct stage *s, int64_t ms); /* every timer at its own instant */
void stage_replay(struct stage *s, const char *path); /* a capture: QueueStatus lists each with a barrier behind it */

const struct fact_queue *stage_queue(const struct stage *s, const char *name);
const struct fact_member *stage_member(const struct stage *s, const char *queue, const char *interface);
const struct fact_agent *stage_agent(const struct stage *s, const char *interface);
const struct fact_caller *stage_caller(const struct stage *s, const char *uniqueid);
const struct fact_call *stage_call(const struct stage *s, const char *agent_uniqueid);
size_t stage_count(const struct stage *s, enum fact_kind kind);
/* The callers of a queue by rank, "u1 u2 u3". */
const char *stage_order(const struct stage *s, const char *queue);
int64_t stage_drift(const struct stage *s);
int64_t stage_ended(const struct fact_queue *q); /* sum of the seven ways out */

#endif
