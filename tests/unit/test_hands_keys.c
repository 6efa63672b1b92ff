/* SPDX-License-Identifier: MIT */
/* The words that a row has for an order where there are two PBXs: each may give the same name, and the same Uniqueid (a second, and a number),
 * to something of its own. */
#include "tui/hands/hands_keys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

#include "core/base/mem.h"

enum { QUEUE = 10, AGENT = 20, CALLER = 30, CALL = 40 };

static void put(struct store *s, enum fact_kind kind, union fact_any any)
{
    (void)store_put(s, kind, &any.head);
}

static void filled(const struct store *s, enum fact_kind kind, uint64_t id, enum command_id command, const char *wanted)
{
    struct hands_subject subject;
    struct buf line = BUF_INIT(COMMAND_LINE_MAX);
    hands_subject_of(&subject, s, kind, store_get(s, kind, id));
    assert_int_not_equal(hands_fill(command, &subject, false, &line), HANDS_FILL_NONE);
    assert_string_equal(buf_slice(&line).p, wanted);
    buf_clear(&line);
    hands_subject_clear(&subject);
}

static void a_row_says_whose_it_is(void **state)
{
    (void)state;
    struct store *s = store_new();
    put(s, FACT_PBX, (union fact_any){ .pbx = { .id = fact_pbx_id(0), .name = mem_strdup("geneva"), .link = LINK_LIVE } });
    put(s, FACT_QUEUE, (union fact_any){ .queue = { .id = QUEUE, .pbx = fact_pbx_id(0), .name = mem_strdup("sales") } });
    put(s, FACT_AGENT, (union fact_any){ .agent = { .id = AGENT, .pbx = fact_pbx_id(0), .interface = mem_strdup("PJSIP/401"), .call = CALL } });
    put(s, FACT_CALLER, (union fact_any){ .caller = { .id = CALLER, .queue = QUEUE, .uniqueid = mem_strdup("17.4") } });
    put(s, FACT_CALL, (union fact_any){ .call = { .id = CALL, .pbx = fact_pbx_id(0), .queue = QUEUE, .agent = AGENT, .uniqueid = mem_strdup("17.3") } });
    filled(s, FACT_CALLER, CALLER, COMMAND_WITHDRAW, "withdraw 17.4"); /* there is one: nothing is to be told apart */
    filled(s, FACT_CALL, CALL, COMMAND_HANGUP, "hangup 17.3");
    put(s, FACT_PBX, (union fact_any){ .pbx = { .id = fact_pbx_id(1), .name = mem_strdup("bern"), .link = LINK_LIVE } });
    filled(s, FACT_CALLER, CALLER, COMMAND_WITHDRAW, "withdraw 17.4@geneva");
    filled(s, FACT_CALLER, CALLER, COMMAND_SEND, "send 17.4@geneva");
    filled(s, FACT_CALL, CALL, COMMAND_HANGUP, "hangup 17.3@geneva");
    filled(s, FACT_AGENT, AGENT, COMMAND_TRANSFER, "transfer 17.3@geneva");
    filled(s, FACT_AGENT, AGENT, COMMAND_LISTEN, "listen PJSIP/401@geneva --call 17.3@geneva");
    store_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(a_row_says_whose_it_is) };
    return cmocka_run_group_tests_name("hands_keys", tests, NULL, NULL);
}
