/* SPDX-License-Identifier: MIT */
/* filer: the journal of leases waits for its disk in a process of its own, so that a disk that is slow, or hangs, stops neither the floor nor what
 * reads from the PBX. The locks of the files are held there as well: nobody takes a lease whose record is on its way. */
#ifndef CORE_KEEPER_FILER_H
#define CORE_KEEPER_FILER_H

#include "core/control/journal.h"

struct filer;

/* The journal is borrowed and uses it from here on. NULL: it cannot be started, *err, and the journal waits for the disk itself. To be called before
 * any secret is known, as the process is a copy of this one. */
struct filer *filer_new(struct journal *j, struct err *err);
void filer_free(struct filer *f, int most_ms); /* what was given is done first, for at most `most_ms` */
int filer_fd(const struct filer *f);           /* for poll(2); -1: the process has ended */
bool filer_turn(struct filer *f);              /* tells the journal what was done; false: nothing was */

#endif
