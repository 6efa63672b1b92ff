/* SPDX-License-Identifier: MIT */
/* The stage of the takes: two queues, and Ann, who is free. Asserts; knows no PBX. */
#include "tests/unit/support_take.h"

#include "tests/unit/support_ami.h"
#include "tests/unit/support_temp.h"

#include <dirent.h>
#include <stdlib.h>

char take_folder[TEMP_PATH_MAX];

void take_phone(struct stage *s, int64_t device)
{
    stage_put(s, FACT_AGENT, (union fact_any){ .agent = { .id = ANN, .pbx = PBX, .interface = mem_strdup("PJSIP/401"), .name = mem_strdup("Ann Li"),
                                                          .device = device } });
}

int take_set_up(void **state)
{
    temp_template(take_folder);
    assert_non_null(mkdtemp(take_folder));
    (void)stage_set_up(state);
    struct stage *s = *state;
    s->wall = 1000000;
    stage_put(s, FACT_QUEUE, (union fact_any){ .queue = { .id = SALES, .pbx = PBX, .name = mem_strdup("sales"), .state = QUEUE_CLEAN } });
    stage_put(s, FACT_QUEUE, (union fact_any){ .queue = { .id = BILLING, .pbx = PBX, .name = mem_strdup("billing"), .state = QUEUE_CLEAN } });
    take_phone(s, DEVICE_NOT_INUSE);
    stage_lends(s, take_folder);
    return 0;
}

size_t take_files(void)
{
    DIR *d = opendir(take_folder);
    const struct dirent *e;
    size_t n = 0;
    while ((e = readdir(d)) != NULL)
        n += e->d_name[0] != '.';
    (void)closedir(d);
    return n;
}

void take_tick(struct stage *s, int64_t ms)
{
    buf_reset(&s->sent);
    s->now += ms;
    orders_tick(s->orders, s->now);
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

void take_fused(struct stage *s)
{
    take_put(s, true, false, DEVICE_NOT_INUSE);
    buf_reset(&s->sent);
    stage_yes(s);
    stage_sent(s, TAKE_FUSE);
    take_put(s, true, true, DEVICE_NOT_INUSE);
    buf_reset(&s->sent);
    stage_yes(s);
    stage_sent(s, "");
}

void take_armed(struct stage *s)
{
    take_fused(s);
    take_tick(s, 299);
    stage_sent(s, ""); /* an AgentCalled of the time before has come by then */
    take_tick(s, 1);
    stage_sent(s, TAKE_ARM);
    take_put(s, false, true, DEVICE_NOT_INUSE);
    stage_yes(s);
}

void take_ends(struct stage *s, const struct fact_order *o, enum order_state state, const char *answer)
{
    stage_is(o, state, answer);
    assert_int_equal(take_files(), 0);
    assert_false(orders_hold(s->orders));
    take_tick(s, 3600 * 1000);
    stage_sent(s, "");
}
