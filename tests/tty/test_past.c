/* SPDX-License-Identifier: MIT */
/* test_past: the real program looks at what was: a replay through its keeper, stopped, stepped, moved, sped up and run to its end;
 * and the live floor, scrolled back and caught up with. What is shown is waited for; no instant is compared with a clock. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "tests/tty/support_tty.h"

#define NUMBER "+41795550100"

/* An event of the recording's own, so long after its beginning. */
static void add_event(FILE *f, int at_s, const char *name, int position, int count, const char *uniqueid, const char *number)
{
    struct buf text = BUF_INIT(4096);
    (void)buf_addf(&text,
                   "Event: %s\r\nPrivilege: agent,all\r\nChannel: PJSIP/trunk-0000%s\r\nChannelState: 6\r\nChannelStateDesc: Up\r\nCallerIDNum: %s\r\n"
                   "CallerIDName: Ada\r\nConnectedLineNum: <unknown>\r\nConnectedLineName: <unknown>\r\nLanguage: en\r\nAccountCode: \r\nContext: from-callers\r\n"
                   "Exten: orders\r\nPriority: 3\r\nUniqueid: 17000.%s\r\nLinkedid: 17000.%s\r\nQueue: orders\r\nPosition: %d\r\nCount: %d\r\n",
                   name, uniqueid, number, uniqueid, uniqueid, position, count);
    if (strcmp(name, "QueueCallerAbandon") == 0)
        (void)buf_add(&text, SLICE("OriginalPosition: 1\r\nHoldTime: 60\r\n"));
    (void)buf_add(&text, SLICE("\r\n"));
    (void)fprintf(f, "%d demo < %zu\n%s\n", at_s * 1000, text.len, text.data);
    buf_clear(&text);
}

/* Somebody comes after one minute and hangs up after two; somebody else comes after three, and that is the end. */
static void record(char folder[], char path[64])
{
    char command[512];
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, 64, "%s/day", folder);
    (void)snprintf(command, sizeof command, "'%s' record --demo --for 1s '%s' 2>/dev/null", tty_program(), path);
    assert_int_equal(system(command), 0);
    FILE *f = fopen(path, "a");
    assert_non_null(f);
    add_event(f, 60, "QueueCallerJoin", 1, 1, "1001", NUMBER);
    add_event(f, 120, "QueueCallerAbandon", 1, 1, "1001", NUMBER);
    add_event(f, 120, "QueueCallerLeave", 1, 0, "1001", NUMBER);
    add_event(f, 180, "QueueCallerJoin", 1, 1, "1002", "+41795550200");
    assert_int_equal(fclose(f), 0);
}

static void leave(struct tty *t)
{
    tty_type(t, "q");
    CHECK(t, tty_until_over(t));
    CHECK(t, WIFEXITED(t->status) && WEXITSTATUS(t->status) == 0 && tty_is_restored(t));
    tty_close(t);
}

static void test_a_replay_is_moved(void **state)
{
    (void)state;
    char folder[] = "/tmp/acdtop-tty-XXXXXX", path[64];
    record(folder, path);
    const char *argv[] = { tty_program(), "replay", path, NULL };
    struct tty t;
    tty_open(&t, &(struct tty_setup){ .argv = argv, .env = tty_utf8_env, .cols = 132, .rows = 60 });
    CHECK(&t, tty_until(&t, "demo recorded", true) && tty_until(&t, " of 3:00", true));
    tty_type(&t, "\x10");
    CHECK(&t, tty_until_row(&t, 0, "replay, standing still"));
    tty_type(&t, ":next orders " NUMBER "\r");
    CHECK(&t, tty_until_row(&t, 0, "replay, standing still, 1:00 of 3:00") && tty_until(&t, NUMBER, true));
    tty_type(&t, ","); /* before it there is only what the demo said */
    CHECK(&t, tty_until(&t, NUMBER, false) && tty_until_row(&t, 0, "0:0") && tty_until_row(&t, 0, "standing still"));
    tty_type(&t, ".");
    CHECK(&t, tty_until_row(&t, 0, "1:00 of 3:00") && tty_until(&t, NUMBER, true));
    tty_type(&t, "}");
    CHECK(&t, tty_until_row(&t, 0, "2:00 of 3:00") && tty_until(&t, NUMBER, false)); /* who hung up waits no more */
    tty_type(&t, "{");
    CHECK(&t, tty_until_row(&t, 0, "1:00 of 3:00") && tty_until(&t, NUMBER, true));
    tty_type(&t, ":next\r"); /* the line comes when it is sure how he left: between two messages */
    CHECK(&t, tty_until_row(&t, 0, "2:10 of 3:00"));
    tty_type(&t, ":previous joined orders\r");
    CHECK(&t, tty_until_row(&t, 0, "1:00 of 3:00"));
    tty_type(&t, ":next nobody\r");
    CHECK(&t, tty_until(&t, "has 'nobody'", true) && tty_until_row(&t, 0, "1:00 of 3:00"));
    tty_type(&t, ":at +1h\r");
    CHECK(&t, tty_until(&t, "there is nothing of +1h: the recording is from", true));
    tty_type(&t, "\x07L");
    CHECK(&t, tty_until(&t, "This is a recording", true));
    tty_type(&t, "))\x10");
    CHECK(&t, tty_until_row(&t, 0, "replay 5x, 1:"));
    tty_type(&t, "gb\x10");
    CHECK(&t, tty_until_row(&t, 0, "standing still, 0:0") && tty_until(&t, NUMBER, false));
    tty_type(&t, ":at end\r");
    CHECK(&t, tty_until_row(&t, 0, "3:00 of 3:00") && tty_until(&t, "the transcript has ended", true) && tty_until(&t, "+41795550200", true));
    leave(&t);
    (void)unlink(path);
    (void)rmdir(folder);
}

static void test_the_live_floor_is_scrolled_back(void **state)
{
    (void)state;
    const char *argv[] = { tty_program(), "--demo", NULL };
    struct tty t;
    tty_open(&t, &(struct tty_setup){ .argv = argv, .env = tty_utf8_env, .cols = 132, .rows = 40 });
    CHECK(&t, tty_until_row(&t, 0, "demo live"));
    tty_type(&t, "?");
    CHECK(&t, tty_until(&t, "In a list", true));
    tty_type(&t, "\x1b"); /* by now the first picture was whole */
    CHECK(&t, tty_until(&t, "In a list", false));
    tty_type(&t, "\x10");
    CHECK(&t, tty_until_row(&t, 0, "demo was live") && tty_until_row(&t, 0, " ago, standing still, reaches back "));
    tty_type(&t, "{");
    CHECK(&t, tty_until(&t, "this is where it begins", true));
    tty_type(&t, ":at -2h\r");
    CHECK(&t, tty_until(&t, "there is nothing of -2h: what is kept is from", true));
    tty_type(&t, "\x07:next nobody\r");
    CHECK(&t, tty_until(&t, "No line of events has 'nobody' there", true));
    tty_type(&t, "\x10"); /* on, behind what is true now */
    CHECK(&t, tty_until(&t, "standing still", false) && tty_until_row(&t, 0, "past, "));
    tty_type(&t, "))))))"); /* and it catches up */
    CHECK(&t, tty_until_row(&t, 0, "demo live") && !tty_shows(&t, "past, "));
    tty_type(&t, "\x10");
    CHECK(&t, tty_until_row(&t, 0, "standing still"));
    tty_resize(&t, 80, 24);
    CHECK(&t, tty_until_row(&t, 0, ", still"));
    tty_type(&t, "\x1a");
    CHECK(&t, tty_until_stopped(&t) && tty_is_restored(&t));
    (void)kill(t.pid, SIGCONT);
    CHECK(&t, tty_until_row(&t, 0, ", still"));
    tty_type(&t, "L");
    CHECK(&t, tty_until_row(&t, 0, "demo live") && !tty_shows(&t, "past, "));
    leave(&t);
}

static void test_it_can_be_had_without(void **state)
{
    (void)state;
    const char *argv[] = { tty_program(), "--demo", "--past=0", NULL };
    struct tty t;
    tty_open(&t, &(struct tty_setup){ .argv = argv, .env = tty_utf8_env, .cols = 100, .rows = 30 });
    CHECK(&t, tty_until_row(&t, 0, "demo live"));
    tty_type(&t, "\x10");
    CHECK(&t, tty_until(&t, "the option 'past' is 0", true) && tty_until_row(&t, 0, "demo live"));
    leave(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_replay_is_moved),
        cmocka_unit_test(test_the_live_floor_is_scrolled_back),
        cmocka_unit_test(test_it_can_be_had_without),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
