/* SPDX-License-Identifier: MIT */
/* The stage of the takes: two queues, and Ann, who is free. Asserts; knows no PBX. */
#include "tests/unit/support_take.h"

#include "tests/unit/support_ami.h"
#include "tests/unit/support_temp.h"

char take_folder[TEMP_PATH_MAX];

void take_phone(struct stage *s, int64_t device)
{
    stage_put(s, FACT_AGENT, (union fact_any){ .agent = { .id = ANN, .pbx = PBX, .interface = mem_strdup("PJSIP/401"), .name = mem_strdup("Ann Li"),
                                                          .device = device } });
}

int take_set_up(void **state)
{
    (void)stage_set_up_leases(state, take_folder);
    struct stage *s = *state;
    take_phone(s, DEVICE_NOT_INUSE);
    return 0;
}

size_t take_files(void)
{
    return stage_files(take_folder);
}

void take_tick(struct stage *s, int64_t ms)
{
    stage_tick(s, ms);
}

/* The member of the take as the PBX has it now. */
void take_put(struct stage *s, bool is_paused, bool is_fused, int64_t device)
{
    stage_put(s, FACT_MEMBER, (union fact_any){ .member = { .id = ANN_BILLING, .queue = BILLING, .agent = ANN, .interface = mem_strdup("PJSIP/401"),
                                                            .membership = MEMBERSHIP_DYNAMIC, .paused = is_paused, .ringinuse = !is_fused,
                                                            .wrapup_s = 86400, .device = device } });
}

void take_tells(struct stage *s, enum event_kind kind, const char *const *pair)
{
    struct event e = { .kind = kind };
    for (; pair[0] != NULL; pair += 2) {
        for (unsigned f = 0; f < FIELD_COUNT; f++) {
            if (strcmp(event_field_name((enum field)f), pair[0]) == 0) {
                e.have[f / 64] |= UINT64_C(1) << (f % 64);
                e.value[f] = slice_of(pair[1]);
            }
        }
    }
    orders_event(s->orders, PBX, &e, s->now);
}

void take_called(struct stage *s)
{
    TELL(s, EVENT_AGENT_CALLED, TAKE_HIS, "Uniqueid", "c.1", "DestUniqueid", "d.1", "CallerIDNum", "0612");
}

const struct fact_order *take_give(struct stage *s, const char *line)
{
    return orders_get(s->orders, stage_give(s, line)->id);
}

void take_out(struct stage *s)
{
    stage_drop(s, FACT_MEMBER, ANN_BILLING);
    stage_yes(s);
}

void take_fused(struct stage *s, const char *next)
{
    take_put(s, true, false, DEVICE_NOT_INUSE);
    buf_reset(&s->sent);
    stage_yes(s);
    stage_sent(s, TAKE_FUSE);
    take_put(s, true, true, DEVICE_NOT_INUSE);
    buf_reset(&s->sent);
    stage_yes(s);
    stage_sent(s, next);
}

void take_armed(struct stage *s)
{
    take_fused(s, "");
    take_tick(s, 299);
    stage_sent(s, ""); /* an AgentCalled of the time before has come by then */
    take_tick(s, 1);
    stage_sent(s, TAKE_ARM);
    take_put(s, false, true, DEVICE_NOT_INUSE);
    stage_yes(s);
}

void take_is_settled(struct stage *s)
{
    orders_tick(s->orders, s->now += 2000);
    assert_int_equal(take_files(), 0);
}

void take_ends(struct stage *s, const struct fact_order *o, enum order_state state, const char *answer)
{
    stage_is(o, state, answer);
    take_is_settled(s);
    assert_false(orders_hold(s->orders));
    take_tick(s, 3600 * 1000);
    stage_sent(s, "");
}
