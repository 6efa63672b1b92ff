/* SPDX-License-Identifier: MIT */
/* rights: what one person may at a keeper: which orders, for whom, what is in sight, whether callers' numbers are masked. Made by
 * policy.h in the keeper, which alone enforces it; the console is told as much of it as makes a menu honest. */
#ifndef CORE_KEEPER_RIGHTS_H
#define CORE_KEEPER_RIGHTS_H

#include "core/base/buf.h"
#include "core/base/err.h"
#include "core/control/command.h"

enum { RIGHTS_SIGHTS = 2, RIGHTS_NAME_MAX = 32, RIGHTS_SELF_MAX = 79 };

struct rights_sight { /* lines, each a name or a pattern; NULL: all. Borrowed */
    const char *queues, *pbxs;
    const char *agents, *teams; /* an agent is in sight when one of the two has him */
};

struct rights {
    char role[RIGHTS_NAME_MAX + 1];
    bool may[COMMAND_COUNT]; /* of orders */
    bool is_masked;
    char self[RIGHTS_SELF_MAX + 1]; /* an agent: who he is, by extension or interface; he sees and moves himself alone. "": not one */
    const char *join;               /* lines: queues that an agent sees beside his own; NULL: none. Borrowed */
    struct rights_sight sight[RIGHTS_SIGHTS]; /* all of them hold */
};

void rights_all(struct rights *r); /* nothing is kept from him */
bool rights_is_narrow(const struct rights *r); /* something of the floor is not in sight */
/* May he give this order? False: *err says why not, and where that is decided. */
MUST_USE bool rights_allow(const struct rights *r, enum command_id id, struct err *err);
/* The same for lines of the language; one that is not understood is no order, and fails by itself. A console sends no more at once (6000 bytes); more would take
 * the keeper's time from others. */
enum { RIGHTS_LINES_MAX = 1000 };
MUST_USE bool rights_allow_lines(const struct rights *r, struct slice lines, struct err *err);

/* As the console is told: role, self, mask and what may not be ordered. What it does not understand it takes for a refusal of all. */
void rights_write(const struct rights *r, struct buf *out);
void rights_read(struct slice text, struct rights *out);

#endif
