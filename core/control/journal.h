/* SPDX-License-Identifier: MIT */
/* journal: leases on disk, so that an agent who was lent is put back whatever dies: one file a lease in a folder of the user's, written and
 * fsynced before anything is asked of the PBX, and removed when the lease is settled. Whoever has a lease holds the lock of its file; a lock
 * that is free belongs to a keeper that died, and the next one that looks takes it: once only, however many run. */
#ifndef CORE_CONTROL_JOURNAL_H
#define CORE_CONTROL_JOURNAL_H

#include "core/base/err.h"
#include "core/base/slice.h"

#include <stdint.h>

struct journal;

/* How far a lease came before its keeper died, if it did. */
enum lease_stage {
    LEASE_ASKED, /* the PBX may have been asked, and may have said "Already there": whose the membership is, is not known */
    LEASE_OURS,  /* the PBX has made the membership for it */
    LEASE_BEGUN, /* all that it asked for was done */
    LEASE_GOING, /* the PBX may have been asked to put him back: who is a member now may be one of somebody else's */
    LEASE_STAGE_COUNT
};

struct lease_entry {
    char pbx[256], host[300], queue[256], interface[256]; /* names: ids mean nothing to the next keeper; host: "geneva:5038" */
    char what[300];    /* in words, without subject */
    char who[64];
    int64_t is_take;   /* for one call: whoever adopts it ends it at once */
    int64_t until_wall_ms; /* put back then; 0: no time limit */
    int64_t calls;         /* after so many calls; -1: no limit */
    int64_t stage;         /* enum lease_stage: how far it came */
    int64_t mark;          /* of one who is lent: the penalty that he came in with */
    int64_t login_wall_ms; /* LEASE_GOING: since when he was a member; 0: unknown */
    char caller[160];      /* Uniqueid of the one that a take is for; "": any */
    char order[48];        /* that lent him, as the audit log names it; "": unknown, as of an earlier version */
    int64_t uid;           /* of whoever gave it; -1: unknown */
    int64_t given_wall_ms; /* 0: unknown */
    int64_t priority;      /* which that one had before the take raised it; -1: it did not */
};

/* What waits for the disk, for a process that may: fsync, then the name, then the folder; or the name goes. `fd` and `old_fd` hold the lock until
 * it is done, whoever dies. */
struct journal_work {
    uint64_t id;
    bool is_drop;
    int fd, old_fd;          /* fd: of what is written; old_fd: of what has the name now; -1: none */
    const char *fresh, *path; /* the name it has, and the one it gets; of a drop the latter alone */
};
int journal_work_do(const struct journal_work *w); /* 0: done; errno; -errno: it has its name, which may not be on the disk */

/* Who does such work elsewhere, and tells journal_work_done of each. False: it cannot, and it is done here. */
struct journal_disk {
    bool (*give)(void *context, const struct journal_work *w);
    void *context;
};

/* The folder is made when the first lease is written. NULL: nothing is written down, and what it holds goes with it. */
struct journal *journal_new(const char *folder);
void journal_free(struct journal *j); /* leases that are open stay on disk, their locks are given up */

void journal_use(struct journal *j, const struct journal_disk *disk); /* from here on; without, everything waits for the disk */
void journal_work_done(struct journal *j, uint64_t id, int fault);
void journal_work_alone(struct journal *j); /* nobody else does it any more: what is under way is done here */

enum journal_state { JOURNAL_SAFE, JOURNAL_ON_ITS_WAY, JOURNAL_FAILED, JOURNAL_STATE_COUNT };
/* Is all that was said of it on the disk? FAILED: it never came there. */
enum journal_state journal_state_of(const struct journal *j, uint64_t id);
bool journal_refuses(const struct journal *j, uint64_t id, struct err *err); /* FAILED: why nothing may be sent that needs it; false */

/* Writes it down and holds it; *id is its name. Elsewhere it may be on its way still. False: nothing may be sent, *err says why. */
MUST_USE bool journal_open(struct journal *j, const struct lease_entry *e, uint64_t *id, struct err *err);
void journal_close(struct journal *j, uint64_t id); /* settled */
/* Writes what has changed of it; where that fails the old text stays. */
void journal_update(struct journal *j, uint64_t id, const struct lease_entry *e);
/* Takes over one lease that nobody holds, of a keeper that died, and that `wants`. False: there is none (more). Damaged files are told to the
 * log once and left alone. */
bool journal_adopt(struct journal *j, bool (*wants)(void *context, const struct lease_entry *e), void *context, uint64_t *id, struct lease_entry *out);
/* Does somebody else hold a lease that `wants`? */
bool journal_has(const struct journal *j, bool (*wants)(void *context, const struct lease_entry *e), void *context);

#endif
