/* SPDX-License-Identifier: MIT */
/* joint: the facts that somebody wants to see, made from those of all PBXs: of one PBX alone, with the queues of one name as one,
 * or simply all of them. A queue that stands for several has a number of its own, made from its name, so that it is the same one
 * whenever it comes; its numbers are joined as fact_table says (enum fact_join), its members and callers are those of all.
 * While a PBX has no live link its part is left out of the sum, as long as another one has: joint_parts says of how many it is. */
#ifndef CORE_FLOOR_JOINT_H
#define CORE_FLOOR_JOINT_H

#include "core/floor/store.h"

struct joint;

struct joint *joint_new(const struct store *whole); /* borrowed; shows all of it */
void joint_free(struct joint *j);

/* What is shown from now on. pbx: its name; absent: all. Whatever was borrowed from joint_store before is gone. */
void joint_show(struct joint *j, struct slice pbx, bool is_merged);
const char *joint_pbx(const struct joint *j); /* the name that was asked for; NULL: all */
bool joint_is_merged(const struct joint *j);

const struct store *joint_store(const struct joint *j); /* what is shown; the whole itself when nothing else was asked for */
const struct store *joint_whole(const struct joint *j);

/* A fact of the whole changed, or goes (NULL; the whole has it still). Tells each change of what is shown, in the same way. */
typedef void (*joint_changed_fn)(void *context, enum fact_kind kind, uint64_t id, const struct fact *f);
void joint_changed(struct joint *j, enum fact_kind kind, uint64_t id, const struct fact *f, joint_changed_fn changed, void *context);

/* The number under which a fact is shown now: of a queue that is part of one, or of one that is apart again. 0: it is not shown. */
uint64_t joint_now(struct joint *j, enum fact_kind kind, uint64_t id);

struct joint_parts {
    size_t count, live;  /* PBXs that it stands for; of these, those whose link is live */
    uint64_t pbx;        /* the only one; 0: there are several */
    int64_t heard_at;    /* when none is live: the last instant at which one was heard */
    const char *mark;    /* "3 PBXs", "2/3", or the name of the only one; good until the next change */
};
/* False: not a queue that stands for others. */
bool joint_parts(const struct joint *j, uint64_t queue, struct joint_parts *out);

#endif
