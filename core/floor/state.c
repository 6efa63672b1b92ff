/* SPDX-License-Identifier: MIT */
/* state: what an agent does, out of the evidence there is. Read from the top, the first that is there wins:
 *
 *   a call, a ring            what events said of calls: an agent who is paused and in a call shows the call
 *   a device that is busy     its event comes after those of the call, so it only counts where no call is known
 *   wrap-up
 *   a pause                   before a phone that is gone: the pause is what somebody decided
 *   a device that is gone, or of which nothing is known
 *   ready */
#include "core/floor/model.h"

/* In the order of precedence. */
static const enum agent_state by_evidence[] = {
    [EVIDENCE_TALK] = AGENT_TALKING, [EVIDENCE_OTHER] = AGENT_OTHER_CALL, [EVIDENCE_HELD] = AGENT_HOLD,
    [EVIDENCE_RING] = AGENT_RINGING, [EVIDENCE_ALERT] = AGENT_OTHER_CALL,
};
_Static_assert(sizeof by_evidence / sizeof by_evidence[0] == EVIDENCE_COUNT, "every evidence has its state");

struct device_row {
    bool is_busy; /* comes before wrap-up and pauses */
    enum agent_state state;
};

static const struct device_row by_device[] = {
    [DEVICE_UNKNOWN] = { false, AGENT_UNKNOWN },         [DEVICE_NOT_INUSE] = { false, AGENT_READY },
    [DEVICE_INUSE] = { true, AGENT_OTHER_CALL },         [DEVICE_BUSY] = { true, AGENT_OTHER_CALL },
    [DEVICE_INVALID] = { false, AGENT_INVALID },         [DEVICE_UNAVAILABLE] = { false, AGENT_UNAVAILABLE },
    [DEVICE_RINGING] = { true, AGENT_RINGING },          [DEVICE_RINGINUSE] = { true, AGENT_OTHER_CALL },
    [DEVICE_ONHOLD] = { true, AGENT_HOLD },
};
_Static_assert(sizeof by_device / sizeof by_device[0] == DEVICE_STATE_COUNT, "every device state has its row");

enum agent_state state_derive(const bool evidence[EVIDENCE_COUNT], int64_t device, bool is_wrapping, bool is_paused)
{
    for (size_t i = 0; i < EVIDENCE_COUNT; i++)
        if (evidence[i])
            return by_evidence[i];
    const struct device_row *row = &by_device[device >= 0 && device < DEVICE_STATE_COUNT ? device : DEVICE_UNKNOWN];
    if (row->is_busy)
        return row->state;
    return is_wrapping ? AGENT_WRAPUP : is_paused ? AGENT_PAUSED : row->state;
}
