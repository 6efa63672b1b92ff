/* SPDX-License-Identifier: MIT */
/* joint: the facts that somebody wants to see, made from those of all PBXs: of one PBX alone, with the queues of one name and the same
 * agent as one, or simply all of them. What stands for several has a number of its own, made from its name, so that it is the same one
 * whenever it comes; its numbers are joined as fact_table says (enum fact_join), members, callers and calls are those of all. An agent is
 * on the PBX on which he does what is shown.
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

/* The number under which a fact is shown now: of one that is part of another, or of one that is apart again. 0: it is not shown. */
uint64_t joint_now(struct joint *j, enum fact_kind kind, uint64_t id);

struct joint_parts {
    size_t count, live;  /* PBXs that it stands for; of these, those whose link is live */
    uint64_t pbx;        /* the only one; 0: there are several */
    int64_t heard_at;    /* when none is live: the last instant at which one was heard */
    const char *mark;    /* "3 PBXs", "2/3", or the name of the only one; good until the next change */
};
/* False: it does not stand for others. */
bool joint_parts(const struct joint *j, enum fact_kind kind, uint64_t id, struct joint_parts *out);
/* The facts of the whole that are shown as this one, in no order: itself where it stands for no others. Returns how many there are, of which
 * `max` are written. */
size_t joint_each_part(const struct joint *j, enum fact_kind kind, uint64_t id, uint64_t *out, size_t max);

#endif
