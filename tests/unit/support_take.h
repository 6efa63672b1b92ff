/* SPDX-License-Identifier: MIT */
/* What the tests of take share: a floor with two queues and Ann (401), who is in neither and free; leases in a folder of the test's own; what
 * the PBX is asked for, and what it tells of the one call. */
#ifndef TESTS_UNIT_SUPPORT_TAKE_H
#define TESTS_UNIT_SUPPORT_TAKE_H

#include "tests/unit/support_orders.h"

#define TAKE_ADD "QueueAdd Queue=billing Interface=PJSIP/401 Penalty=0 Paused=true Wrapuptime=86400 Reason=acdtop take MemberName=Ann Li\n"
#define TAKE_FUSE "QueueMemberRingInUse Queue=billing Interface=PJSIP/401 RingInUse=no\n"
#define TAKE_ARM "QueuePause Interface=PJSIP/401 Paused=false Queue=billing\n"
#define TAKE_REMOVE "QueueRemove Queue=billing Interface=PJSIP/401\n"
#define TAKE_HIS "Queue", "billing", "Interface", "PJSIP/401"

extern char take_folder[];

int take_set_up(void **state);
size_t take_files(void); /* leases in the folder */
void take_phone(struct stage *s, int64_t device);
void take_tick(struct stage *s, int64_t ms);
void take_put(struct stage *s, bool is_paused, bool is_fused, int64_t device); /* the member of the take as the PBX has it now */
void take_tells(struct stage *s, enum event_kind kind, const char *const *pair);
#define TELL(s, kind, ...) take_tells(s, kind, (const char *const[]){ __VA_ARGS__, NULL })
void take_called(struct stage *s);
const struct fact_order *take_give(struct stage *s, const char *line);
void take_out(struct stage *s);
void take_fused(struct stage *s, const char *next); /* no longer rung while he talks; next: what is sent then */
void take_armed(struct stage *s);
void take_is_settled(struct stage *s); /* no lease is left, once the PBX has written down that he is out */
void take_ends(struct stage *s, const struct fact_order *o, enum order_state state, const char *answer);

#endif
