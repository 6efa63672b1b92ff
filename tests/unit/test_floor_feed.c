/* SPDX-License-Identifier: MIT */
/* The feed: what makes a line, what does not, and that it never holds more than it may. */
#include "tests/unit/support_floor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdio.h>

#include "core/base/buf.h"

#define WORLD "QueueParams Queue=q1 ServiceLevel=20\n" \
    "QueueMember Queue=q1 Name=Ann Location=PJSIP/1 StateInterface=PJSIP/1 Membership=dynamic Status=1 Paused=0 LoginTime=1699999000\n" \
    "QueueParams Queue=q2 ServiceLevel=20\n" \
    "QueueMember Queue=q2 Name=Ann Location=PJSIP/1 StateInterface=PJSIP/1 Membership=dynamic Status=1 Paused=0 LoginTime=1699999000\n"
#define WHO(u) "Channel=PJSIP/c-" u " Uniqueid=" u " Linkedid=" u " CallerIDNum=555 CallerIDName=Customer"
#define JOIN(u) "QueueCallerJoin Queue=q1 " WHO(u) " Position=1 Count=1\n"
#define MEMBER(event, q, more) event " Queue=" q " MemberName=Ann Interface=PJSIP/1 StateInterface=PJSIP/1 Membership=dynamic LoginTime=1699999000 Status=1 " more "\n"

/* Every line in the order of its number: "what queue agent number note ms;". */
static const char *lines(struct stage *s, struct buf *out)
{
    int64_t last = 0;
    buf_reset(out);
    for (;;) {
        const struct fact_line *next = NULL;
        const struct fact *any;
        for (size_t at = 0; (any = floor_each(s->f, FACT_LINE, &at)) != NULL;) {
            const struct fact_line *l = (const void *)any;
            if (l->number_of > last && (next == NULL || l->number_of < next->number_of))
                next = l;
        }
        if (next == NULL)
            return out->len > 0 ? out->data : "";
        last = next->number_of;
        const char *const words[] = { next->queue_name, next->agent_name, next->number, next->note };
        (void)buf_add(out, slice_of(line_what_names[next->what]));
        for (size_t i = 0; i < 4; i++)
            (void)buf_addf(out, " %s", words[i] != NULL ? words[i] : "-");
        (void)buf_addf(out, " %lld;", (long long)next->ms);
    }
}

static void begin(struct stage *s)
{
    stage_open(s);
    stage_read(s, NULL, WORLD);
    stage_wait(s, 1000);
}

static void a_call_from_join_to_end(void **state)
{
    (void)state;
    struct stage s;
    struct buf out = BUF_INIT(65536);
    begin(&s);
    assert_string_equal(lines(&s, &out), ""); /* what a list says did not happen now */
    stage_say(&s, "Newchannel " WHO("u1") " ChannelState=6\n" JOIN("u1"));
    stage_wait(&s, 7000);
    stage_say(&s, "QueueCallerLeave Queue=q1 " WHO("u1") " Position=1 Count=0\n"
                  "AgentConnect Queue=q1 " WHO("u1") " Interface=PJSIP/1 MemberName=Ann DestChannel=PJSIP/1-0a DestUniqueid=d1 HoldTime=7 RingTime=1\n");
    stage_wait(&s, 30000);
    stage_say(&s, "AgentComplete Queue=q1 " WHO("u1") " Interface=PJSIP/1 MemberName=Ann DestChannel=PJSIP/1-0a DestUniqueid=d1 HoldTime=7 TalkTime=30\n");
    assert_string_equal(lines(&s, &out), "joined q1 - 555 - -1;answered q1 Ann 555 - 7000;completed q1 Ann 555 - 30000;");
    stage_close(&s);
    buf_clear(&out);
}

static void ways_out_have_their_own_words(void **state)
{
    (void)state;
    struct stage s;
    struct buf out = BUF_INIT(65536);
    begin(&s);
    stage_say(&s, "Newchannel " WHO("u1") " ChannelState=6\n" JOIN("u1"));
    stage_wait(&s, 5000);
    stage_say(&s, "HangupRequest " WHO("u1") "\nQueueCallerAbandon Queue=q1 " WHO("u1") " Position=1 OriginalPosition=1 HoldTime=5\n"
                  "QueueCallerLeave Queue=q1 " WHO("u1") " Position=1 Count=0\nHangup " WHO("u1") " Cause=16\n");
    stage_say(&s, "Newchannel " WHO("u2") " ChannelState=6\n" JOIN("u2"));
    stage_wait(&s, 2000);
    stage_say(&s, "QueueCallerLeave Queue=q1 " WHO("u2") " Position=1 Count=0\n");
    stage_wait(&s, 5000);
    assert_string_equal(lines(&s, &out), "joined q1 - 555 - -1;abandoned q1 - 555 - 5000;joined q1 - 555 - -1;key q1 - 555 - 2000;");
    stage_close(&s);
    buf_clear(&out);
}

/* A pause of all queues is one line; that of another moment another one. What does not change makes none. */
static void members_and_pauses(void **state)
{
    (void)state;
    struct stage s;
    struct buf out = BUF_INIT(65536);
    begin(&s);
    stage_say(&s, MEMBER("QueueMemberPause", "q1", "Paused=1 PausedReason=lunch") MEMBER("QueueMemberPause", "q2", "Paused=1 PausedReason=lunch"));
    stage_wait(&s, 5000);
    stage_say(&s, MEMBER("QueueMemberStatus", "q1", "Paused=1 PausedReason=lunch"));
    stage_say(&s, MEMBER("QueueMemberPause", "q1", "Paused=0"));
    stage_wait(&s, 5000);
    stage_say(&s, MEMBER("QueueMemberPause", "q2", "Paused=0") MEMBER("QueueMemberPenalty", "q2", "Penalty=5"));
    stage_say(&s, MEMBER("QueueMemberRemoved", "q2", "") MEMBER("QueueMemberAdded", "q2", "Paused=0"));
    assert_string_equal(lines(&s, &out), "paused - Ann - lunch -1;unpaused q1 Ann - - -1;unpaused q2 Ann - - -1;penalty q2 Ann - 5 -1;removed q2 Ann - - -1;"
                                         "added q2 Ann - - -1;");
    stage_close(&s);
    buf_clear(&out);
}

/* The ring is bounded, its numbers go on, and what went is told through the hook as any fact (the stage checks it). */
static void the_oldest_make_room(void **state)
{
    (void)state;
    struct stage s;
    begin(&s);
    s.is_unchecked = true;
    for (int i = 0; i < 1000; i++)
        stage_say(&s, i % 2 == 0 ? MEMBER("QueueMemberPenalty", "q1", "Penalty=5") : MEMBER("QueueMemberPenalty", "q1", "Penalty=6"));
    s.is_unchecked = false;
    stage_check(&s);
    assert_int_equal(stage_count(&s, FACT_LINE), 400);
    int64_t most = 0;
    const struct fact *any;
    for (size_t at = 0; (any = floor_each(s.f, FACT_LINE, &at)) != NULL;) {
        const struct fact_line *l = (const void *)any;
        assert_true(l->number_of > 600);
        most = l->number_of > most ? l->number_of : most;
    }
    assert_int_equal(most, 1000);
    stage_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_from_join_to_end), cmocka_unit_test(ways_out_have_their_own_words), cmocka_unit_test(members_and_pauses),
        cmocka_unit_test(the_oldest_make_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
