/* SPDX-License-Identifier: MIT */
/* state: what an agent does, out of the evidence there is. One table, read from the top: the first row whose
 * evidence is there wins. Calls come before everything, so that an agent who is paused and in a call shows the call;
 * what we know from calls and rings comes before what the device says, since the device's event comes later; a pause
 * comes before a phone that is gone, since the pause is what somebody decided. */
#include "core/floor/model.h"

enum need { NEED_EVIDENCE, NEED_DEVICE, NEED_WRAPPING, NEED_PAUSED, NEED_NOTHING };

struct state_row {
    enum need need;
    int which; /* enum evidence or enum device_state */
    enum agent_state state;
};

static const struct state_row precedence[] = {
    { NEED_EVIDENCE, EVIDENCE_TALK, AGENT_TALKING },
    { NEED_EVIDENCE, EVIDENCE_OTHER, AGENT_OTHER_CALL },
    { NEED_EVIDENCE, EVIDENCE_HELD, AGENT_HOLD },
    { NEED_EVIDENCE, EVIDENCE_RING, AGENT_RINGING },
    { NEED_EVIDENCE, EVIDENCE_ALERT, AGENT_OTHER_CALL },
    { NEED_DEVICE, DEVICE_INUSE, AGENT_OTHER_CALL },
    { NEED_DEVICE, DEVICE_BUSY, AGENT_OTHER_CALL },
    { NEED_DEVICE, DEVICE_RINGINUSE, AGENT_OTHER_CALL },
    { NEED_DEVICE, DEVICE_ONHOLD, AGENT_HOLD },
    { NEED_DEVICE, DEVICE_RINGING, AGENT_RINGING },
    { NEED_WRAPPING, 0, AGENT_WRAPUP },
    { NEED_PAUSED, 0, AGENT_PAUSED },
    { NEED_DEVICE, DEVICE_UNAVAILABLE, AGENT_UNAVAILABLE },
    { NEED_DEVICE, DEVICE_INVALID, AGENT_INVALID },
    { NEED_DEVICE, DEVICE_UNKNOWN, AGENT_UNKNOWN },
    { NEED_NOTHING, 0, AGENT_READY },
};

enum agent_state state_derive(const bool evidence[EVIDENCE_COUNT], int64_t device, bool is_wrapping, bool is_paused)
{
    for (size_t i = 0; i < sizeof precedence / sizeof precedence[0]; i++) {
        const struct state_row *row = &precedence[i];
        bool is_so = false;
        switch (row->need) {
        case NEED_EVIDENCE: is_so = evidence[row->which]; break;
        case NEED_DEVICE: is_so = device == row->which; break;
        case NEED_WRAPPING: is_so = is_wrapping; break;
        case NEED_PAUSED: is_so = is_paused; break;
        case NEED_NOTHING: is_so = true; break;
        }
        if (is_so)
            return row->state;
    }
    return AGENT_UNKNOWN;
}
