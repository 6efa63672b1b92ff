/* SPDX-License-Identifier: MIT */
/* auditor: the keeper's end of the audit log. Gives records to a process of their own (pen.h) and never waits for it; says afterwards which of
 * them are on the disk. */
#ifndef CORE_KEEPER_AUDITOR_H
#define CORE_KEEPER_AUDITOR_H

#include "core/base/err.h"
#include "core/keeper/pen.h"

struct auditor;

/* Starts the process: to be called before any secret is known, as it is a copy of this one. */
MUST_USE bool auditor_new(const struct pen_setup *setup, struct auditor **out, struct err *err);
/* What was given is written first, for at most `most_ms`. */
void auditor_free(struct auditor *a, int most_ms);

int auditor_fd(const struct auditor *a); /* for poll(2); -1: the process has ended */
short auditor_events(const struct auditor *a);

/* Its ticket, which is greater than those before. 0: it is lost, *err says why. */
MUST_USE uint64_t auditor_write(struct auditor *a, struct slice record, struct err *err);
/* What the process has said since; false: nothing more. */
MUST_USE bool auditor_next(struct auditor *a, struct pen_answer *out);

#endif
