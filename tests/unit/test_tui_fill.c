/* SPDX-License-Identifier: MIT */
/* What the key of an order writes into the line, from what the row at the cursor says: whole, in part, or nothing. */
#include "tui/hands/hands_keys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "core/base/mem.h"

static void filled(enum command_id id, const struct hands_subject *s, enum hands_fill wanted, const char *line)
{
    struct buf out = BUF_INIT(256);
    assert_int_equal(hands_fill(id, s, false, &out), wanted);
    assert_string_equal(buf_slice(&out).p, line);
    buf_clear(&out);
}

static void where_a_call_goes_is_asked(void **state)
{
    (void)state;
    struct hands_subject s = { 0 };
    s.word[COMMAND_ARG_CALLER] = mem_strdup("5.1");
    s.word[COMMAND_ARG_QUEUE] = mem_strdup("sales");
    filled(COMMAND_MOVETO, &s, HANDS_FILL_PART, "moveto 5.1"); /* not into the queue where he is */
    filled(COMMAND_HANGUP, &s, HANDS_FILL_WHOLE, "hangup 5.1");
    filled(COMMAND_PARK, &s, HANDS_FILL_NONE, "park");
    s.word[COMMAND_ARG_CALL] = mem_strdup("7.1");
    s.word[COMMAND_ARG_AGENT] = mem_strdup("PJSIP/401");
    filled(COMMAND_TRANSFER, &s, HANDS_FILL_PART, "transfer 7.1");
    filled(COMMAND_HANGUP, &s, HANDS_FILL_WHOLE, "hangup 7.1");
    filled(COMMAND_TAPE, &s, HANDS_FILL_PART, "tape 7.1");
    filled(COMMAND_HANDOVER, &s, HANDS_FILL_PART, "handover 7.1"); /* this call, not the agent's next one */
    filled(COMMAND_MOVE, &s, HANDS_FILL_PART, "move PJSIP/401 sales");
    filled(COMMAND_ADD, &s, HANDS_FILL_PART, "add PJSIP/401"); /* nor into the one where he is */
    filled(COMMAND_LISTEN, &s, HANDS_FILL_WHOLE, "listen PJSIP/401 --call 7.1"); /* this call, not the next one */
    hands_subject_clear(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(where_a_call_goes_is_asked) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
