/* SPDX-License-Identifier: MIT */
/* gate: the allow-list of what may be sent to a PBX at all. Looks at the request's own bytes, not at what
 * the caller says it is. With read-only nothing that changes the PBX is on it but the barrier's own global variable. */
#ifndef CORE_KEEPER_GATE_H
#define CORE_KEEPER_GATE_H

#include "core/ami/request.h"

enum gate_mode { GATE_READONLY, GATE_SUPERVISOR };

#define GATE_BARRIER_VARIABLE "ACDTOP_SYNC"
#define GATE_PRIORITY_VARIABLE "QUEUE_PRIO"
#define GATE_QUEUE_LOG_EVENT "ACDTOP" /* the only lines that acdtop writes into queue_log */

/* One whole request, "Action: ...\r\n" to the empty line. The sentence never quotes a value: it may be a secret. */
MUST_USE bool gate_allows(enum gate_mode mode, struct slice request, struct err *err);

#endif
