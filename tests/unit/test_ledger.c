/* SPDX-License-Identifier: MIT */
/* What the keeper writes down of an order: whose it was, whether it must wait for its record, what goes into the PBX's own log, and what is said
 * when it cannot be written. */
#include "core/keeper/ledger.h"
#include "support_orders.h"
#include "support_temp.h"

#include "core/base/clock.h"
#include "core/base/log.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

enum { GUARD_MS = 30000 };

static char folder[TEMP_PATH_MAX], path[TEMP_PATH_MAX + 16];
static struct stage *stage;
static struct ledger *ledger;
static struct buf told = { .max = 65536 }, lines = { .max = 65536 }, file = { .max = 1 << 20 }, store = { .max = 1 << 20 };
static bool may_log;

static void on_notice(void *context, const char *sentence)
{
    (void)context;
    (void)buf_addf(&told, "%s\n", sentence);
}

static bool on_queue_log(void *context, uint64_t pbx, const struct request_header *header, size_t count, struct err *err)
{
    (void)context;
    (void)pbx;
    if (!may_log)
        return err_set(err, ERR_LOGIN, "not sent: the AMI user may not do QueueLog");
    for (size_t i = 0; i < count; i++)
        (void)buf_addf(&lines, "%s=%.*s%s", header[i].name, SLICE_FMT(header[i].value), i + 1 < count ? " " : "\n");
    return true;
}

static void open_with(const char *settings)
{
    struct err err = ERR_INIT;
    if (!settings_load_text(&stage->settings, "test.conf", slice_of(settings), &err))
        fail_msg("%s", err.text);
    ledger = ledger_new(&(struct ledger_setup){ .settings = &stage->settings, .world = &stage->world, .notice = on_notice, .queue_log = on_queue_log });
    ledger_open(ledger);
}

static void open_here(const char *more)
{
    struct buf text = BUF_INIT(4096);
    (void)buf_addf(&text, "audit_log = \"%s\"; %s", path, more);
    open_with(buf_slice(&text).p);
    buf_clear(&text);
}

static void is_told(const char *wanted)
{
    if (strstr(buf_slice(&told).p, wanted) == NULL)
        fail_msg("'%s' is not in '%s'", wanted, buf_slice(&told).p);
    buf_reset(&told);
}

/* As long as there is nothing in it. */
static void turn_while_empty(const struct buf *b)
{
    while (b->len == 0) {
        struct pollfd at = { .fd = ledger_fd(ledger), .events = ledger_events(ledger) };
        assert_int_equal(poll(&at, 1, GUARD_MS), 1);
        ledger_turn(ledger, stage->orders, clock_mono_ms());
    }
}

static void turn_until_told(void)
{
    turn_while_empty(&told);
}

static struct fact_order an_order(uint64_t id, enum order_state state, char *line)
{
    static char who[] = "eva", interface[] = "PJSIP/401", what[] = "pause Ann Li";
    return (struct fact_order){ .id = id, .pbx = PBX, .queue = SALES, .agent = ANN, .state = state, .at = 1000, .who = who, .line = line, .what = what, .interface = interface };
}

static bool writes(enum audit_event event, const struct fact_order *o, uint64_t *ticket, struct err *err)
{
    return ledger_write(ledger, &(struct order_entry){ .event = event, .fact = o, .pbx = o->pbx == FAR ? "lyon" : "geneva", .was_sent = event != AUDIT_ISSUE, .now_ms = 1012, .lasted_ms = 35000 }, ticket, err);
}

static void write_it(enum audit_event event, const struct fact_order *o)
{
    uint64_t ticket;
    struct err err = ERR_INIT;
    assert_true(writes(event, o, &ticket, &err));
    assert_true(event == AUDIT_ISSUE || ticket == 0);
}

/* The n-th record of the log, once all is written. */
static struct audit_record record(size_t n)
{
    struct audit_record r = { .at_ms = 0 };
    char piece[4096];
    ssize_t got;
    ledger_free(ledger);
    ledger = NULL;
    buf_reset(&file);
    int fd = open(path, O_RDONLY);
    while ((got = read(fd, piece, sizeof piece)) > 0)
        (void)buf_add(&file, (struct slice){ piece, (size_t)got });
    close(fd);
    struct slice rest = buf_slice(&file), line = slice_cut(rest, '\n', &rest);
    for (; n > 0; n--)
        line = slice_cut(rest, '\n', &rest);
    assert_true(audit_read(line, &r, &store));
    return r;
}

static void has(const struct audit_record *r, enum audit_field field, const char *wanted)
{
    if (wanted == NULL ? r->value[field].p != NULL : !slice_eq(r->value[field], slice_of(wanted)))
        fail_msg("%s is '%.*s', not '%s'", audit_field_table[field].name, SLICE_FMT(r->value[field]), wanted != NULL ? wanted : "nothing");
}

/* --- who -------------------------------------------------------------------------------------------------------- */

static void the_kernels_word_and_the_consoles(void **state)
{
    (void)state;
    char line[] = "pause 401 sales";
    struct fact_order o = an_order(7, ORDER_PENDING, line);
    open_here("");
    ledger_by(ledger, &(struct ledger_giver){ .uid = 1001, .says_login = SLICE("adm"), .says_from = SLICE("192.0.2.7 port 5") });
    write_it(AUDIT_ISSUE, &o);
    ledger_by(ledger, NULL);
    o.state = ORDER_DONE; /* later, when somebody else gives orders */
    ledger_by(ledger, &(struct ledger_giver){ .uid = 0, .login = "root" });
    write_it(AUDIT_OUTCOME, &o);
    struct audit_record r = record(1);
    has(&r, AUDIT_WHO, "eva");
    has(&r, AUDIT_UID, "1001");
    has(&r, AUDIT_LOGIN, NULL);
    has(&r, AUDIT_SAYS_LOGIN, "adm");
    has(&r, AUDIT_SAYS_FROM, "192.0.2.7 port 5");
    has(&r, AUDIT_QUEUE, "sales");
    has(&r, AUDIT_AGENT, "PJSIP/401");
    has(&r, AUDIT_NAME, "Ann Li");
    has(&r, AUDIT_PBX, "geneva");
    has(&r, AUDIT_STATE, "done");
    has(&r, AUDIT_MS, "12");
}

static void where_the_kernel_knows_the_login_the_console_is_not_asked(void **state)
{
    (void)state;
    char line[] = "pause 401";
    struct fact_order o = an_order(7, ORDER_PENDING, line);
    open_here("");
    ledger_by(ledger, &(struct ledger_giver){ .uid = 0, .login = "tom", .says_login = SLICE("somebody else") });
    write_it(AUDIT_ISSUE, &o);
    struct audit_record r = record(0);
    has(&r, AUDIT_LOGIN, "tom");
    has(&r, AUDIT_SAYS_LOGIN, NULL);
}

/* One that waits before it is planned has its first record when somebody else gives orders, or nobody does. */
static void who_gave_it_is_known_before_its_first_record(void **state)
{
    (void)state;
    char line[] = "pause 999 sales";
    struct fact_order o = an_order(7, ORDER_NO_SUCH, line);
    open_here("");
    ledger_by(ledger, &(struct ledger_giver){ .uid = 1001, .says_from = SLICE("192.0.2.7 port 5") });
    ledger_keep(ledger, 7);
    ledger_by(ledger, &(struct ledger_giver){ .uid = 0, .login = "root" });
    write_it(AUDIT_OUTCOME, &o);
    struct audit_record r = record(0);
    has(&r, AUDIT_UID, "1001");
    has(&r, AUDIT_LOGIN, NULL);
    has(&r, AUDIT_SAYS_FROM, "192.0.2.7 port 5");
}

/* Of a lease's own order, and of one that goes on with a dead one's lease: whose it was, and the order that lent the agent. */
static void what_a_lease_does_is_joined_to_its_order(void **state)
{
    (void)state;
    char line[] = "add 401 sales --for 20m", back[] = "remove 401 sales", nothing[] = "";
    struct fact_order lent = an_order(7, ORDER_PENDING, line), out = an_order(8, ORDER_PENDING, back), adopted = an_order(9, ORDER_ACTIVE, nothing);
    struct order_origin origin = { .uid = -1 }, dead = { .order = "deadbeef-3", .uid = 1002 };
    struct err err = ERR_INIT;
    uint64_t ticket;
    open_here("");
    ledger_by(ledger, &(struct ledger_giver){ .uid = 1001, .login = "eva" });
    write_it(AUDIT_ISSUE, &lent);
    ledger_sign(ledger, 7, &origin);
    ledger_by(ledger, &(struct ledger_giver){ .uid = 0, .login = "root" }); /* who happens to give an order now */
    assert_true(ledger_write(ledger, &(struct order_entry){ .event = AUDIT_ISSUE, .fact = &out, .pbx = "geneva", .is_own = true, .of = 7 }, &ticket, &err));
    assert_true(ledger_write(ledger, &(struct order_entry){ .event = AUDIT_OUTCOME, .fact = &adopted, .pbx = "geneva", .origin = &dead }, &ticket, &err));
    assert_int_equal(origin.uid, 1001);
    struct audit_record r = record(0);
    has(&r, AUDIT_ORDER, origin.order);
    has(&r, AUDIT_OF, NULL);
    struct slice rest, first = slice_cut(buf_slice(&file), '\n', &rest), second = slice_cut(rest, '\n', &rest), third = slice_cut(rest, '\n', &rest);
    assert_true(first.n > 0 && audit_read(second, &r, &store));
    has(&r, AUDIT_OF, origin.order);
    has(&r, AUDIT_UID, "1001");
    has(&r, AUDIT_LOGIN, "eva");
    assert_true(audit_read(third, &r, &store)); /* the dead one's goes on, and has its end so */
    has(&r, AUDIT_ORDER, "deadbeef-3");
    has(&r, AUDIT_OF, NULL);
    has(&r, AUDIT_UID, "1002");
    has(&r, AUDIT_LOGIN, NULL);
}

/* --- required --------------------------------------------------------------------------------------------------- */

static void required_waits_for_what_it_must(void **state)
{
    (void)state;
    char line[] = "pause 401";
    struct fact_order o = an_order(7, ORDER_PENDING, line);
    struct err err = ERR_INIT;
    uint64_t ticket = 0;
    open_here("audit = \"required\";");
    assert_true(writes(AUDIT_ISSUE, &o, &ticket, &err));
    assert_int_not_equal(ticket, 0);
    assert_true(writes(AUDIT_OUTCOME, &o, &ticket, &err));
    assert_int_equal(ticket, 0);
    /* a lease takes its agent back: this must not be left undone */
    assert_true(ledger_write(ledger, &(struct order_entry){ .event = AUDIT_ISSUE, .fact = &o, .pbx = "geneva", .is_own = true }, &ticket, &err));
    assert_int_equal(ticket, 0);
}

/* The process that writes, which is the only child there is. */
static pid_t writer(void)
{
    int pid = 0;
    FILE *children = fopen("/proc/thread-self/children", "r");
    assert_non_null(children);
    assert_int_equal(fscanf(children, "%d", &pid), 1);
    (void)fclose(children);
    return pid;
}

/* Without "required" as well the request leaves when no process that dies takes the record with it. */
static void no_request_leaves_before_its_record_is_in_the_file(void **state)
{
    (void)state;
    char line[] = "pause 401";
    struct fact_order o = an_order(7, ORDER_PENDING, line);
    struct err err = ERR_INIT;
    uint64_t ticket = 0;
    open_here("");
    stage->is_slow_audit = true; /* the stage's first ticket is the ledger's first */
    (void)stage_give(stage, "pause 401 sales");
    assert_true(writes(AUDIT_ISSUE, &o, &ticket, &err));
    assert_int_equal(ticket, 1);
    stage_sent(stage, "");
    turn_while_empty(&stage->sent);
    assert_int_equal(access(path, F_OK), 0);
    assert_int_equal(told.len, 0);
    assert_true(writes(AUDIT_OUTCOME, &o, &ticket, &err));
    assert_int_equal(ticket, 0);
    struct audit_record r = record(0);
    has(&r, AUDIT_EVENT, "issue");
}

/* A disk that hangs holds an order up for a moment, and the next ones not at all; that is said, and when it is over too. */
static void a_disk_that_hangs_is_not_waited_for(void **state)
{
    (void)state;
    char line[] = "pause 401";
    struct fact_order o = an_order(7, ORDER_PENDING, line);
    struct err err = ERR_INIT;
    uint64_t ticket = 0;
    open_here("");
    pid_t pid = writer();
    assert_int_equal(kill(pid, SIGSTOP), 0);
    stage->is_slow_audit = true;
    (void)stage_give(stage, "pause 401 sales");
    assert_true(writes(AUDIT_ISSUE, &o, &ticket, &err));
    assert_int_equal(ticket, 1);
    int64_t due = ledger_deadline(ledger);
    assert_int_not_equal(due, TIMER_NEVER);
    ledger_turn(ledger, stage->orders, due - 1);
    stage_sent(stage, "");
    ledger_turn(ledger, stage->orders, due);
    assert_true(stage->sent.len > 0);
    is_told("does not take records in time: orders are given before theirs are written, until it does");
    assert_true(writes(AUDIT_ISSUE, &o, &ticket, &err));
    assert_int_equal(ticket, 0);
    assert_int_equal(ledger_deadline(ledger), TIMER_NEVER);
    assert_int_equal(kill(pid, SIGCONT), 0);
    turn_until_told();
    is_told("takes records in time again");
    assert_true(writes(AUDIT_ISSUE, &o, &ticket, &err));
    assert_int_equal(ticket, 3);
}

static void without_a_log_required_means_nothing_is_sent(void **state)
{
    (void)state;
    char line[] = "pause 401";
    struct fact_order o = an_order(7, ORDER_PENDING, line);
    struct err err = ERR_INIT;
    uint64_t ticket;
    open_with("audit_log = \"/dev/full\"; audit = \"required\";");
    assert_true(writes(AUDIT_ISSUE, &o, &ticket, &err));
    turn_until_told();
    is_told("the audit log /dev/full cannot be written: No space left on device (make room on that disk); no order is given (audit = \"required\")");
    size_t at = 0;
    assert_non_null(ledger_trouble(ledger, &at));
}

static void in_a_demo_nothing_is_required(void **state)
{
    (void)state;
    char line[] = "pause 401";
    struct fact_order o = an_order(7, ORDER_PENDING, line);
    stage->settings.is_demo = true;
    open_with("audit = \"required\";");
    write_it(AUDIT_ISSUE, &o);
    assert_int_equal(ledger_fd(ledger), -1);
    assert_int_equal(told.len, 0);
}

/* Its outcome takes the last line of the screen: then it is told once more. */
static void what_is_wrong_is_told_after_each_order(void **state)
{
    (void)state;
    char line[] = "pause 401";
    struct fact_order o = an_order(7, ORDER_DONE, line);
    open_with("audit_log = \"/dev/full\";");
    write_it(AUDIT_OUTCOME, &o);
    turn_until_told();
    is_told("orders are given all the same");
    int64_t due = ledger_deadline(ledger);
    assert_int_not_equal(due, TIMER_NEVER);
    ledger_turn(ledger, stage->orders, due - 1);
    assert_int_equal(told.len, 0);
    ledger_turn(ledger, stage->orders, due);
    is_told("orders are given all the same");
    assert_int_equal(ledger_deadline(ledger), TIMER_NEVER);
}

/* --- what the policy refuses ------------------------------------------------------------------------------------- */

static void refuse(int64_t uid, int first, int count, int64_t now_ms)
{
    char line[] = "pause 401";
    for (int i = 0; i < count; i++) {
        struct fact_order o = an_order((uint64_t)(first + i), ORDER_FORBIDDEN, line);
        uint64_t ticket;
        struct err err = ERR_INIT;
        ledger_by(ledger, &(struct ledger_giver){ .uid = uid });
        assert_true(ledger_write(ledger, &(struct order_entry){ .event = AUDIT_OUTCOME, .fact = &o, .pbx = "geneva", .now_ms = now_ms }, &ticket, &err));
        ledger_by(ledger, NULL);
    }
}

static void who_is_refused_all_the_time_does_not_fill_the_log(void **state)
{
    (void)state;
    char line[] = "pause 402";
    open_here("");
    refuse(1001, 1, 500, 1000);
    refuse(1002, 501, 1, 1000); /* another's is written down all the same */
    struct fact_order o = an_order(600, ORDER_FORBIDDEN, line);
    uint64_t ticket;
    struct err err = ERR_INIT;
    ledger_by(ledger, &(struct ledger_giver){ .uid = 1001 });
    assert_true(ledger_write(ledger, &(struct order_entry){ .event = AUDIT_OUTCOME, .fact = &o, .pbx = "geneva", .was_sent = true, .now_ms = 1000 }, &ticket, &err));
    ledger_by(ledger, NULL);
    assert_int_equal(ledger_deadline(ledger), 61000);
    ledger_turn(ledger, stage->orders, 61000);
    assert_int_equal(ledger_deadline(ledger), TIMER_NEVER);
    refuse(1001, 700, 12, 61000); /* the next minute; what is left is said at the end */
    struct audit_record r = record(12);
    has(&r, AUDIT_UID, "1001");
    has(&r, AUDIT_WHO, "eva");
    has(&r, AUDIT_STATE, "forbidden");
    has(&r, AUDIT_ANSWER, "490 more were refused within a minute, and are not written down");
    size_t lines_of_log = 0;
    for (size_t i = 0; i < file.len; i++)
        lines_of_log += file.data[i] == '\n';
    assert_int_equal(lines_of_log, 10 + 1 + 1 + 1 + 10 + 1);
    assert_non_null(strstr(file.data, "answer=\"2 more were refused within a minute"));
}

/* --- queue_log --------------------------------------------------------------------------------------------------- */

static void a_line_in_queue_log(void **state)
{
    (void)state;
    char line[] = "pause 401 sales \"a|b\n\xe2\x80\xae\" s3cret";
    struct fact_order o = an_order(7, ORDER_PENDING, line);
    log_add_secret(SLICE("s3cret"));
    log_add_secret(SLICE("sales")); /* a name is none */
    open_here("audit_queue_log = true;");
    write_it(AUDIT_ISSUE, &o);
    assert_int_equal(lines.len, 0);
    o.state = ORDER_DONE;
    write_it(AUDIT_OUTCOME, &o);
    const char *got = buf_slice(&lines).p;
    const char *wanted = "Queue=sales Event=ACDTOP Interface=PJSIP/401 Message=eva|pause 401 sales \"a_b\xef\xbf\xbd\xef\xbf\xbd\" ****|done|12|";
    if (strncmp(got, wanted, strlen(wanted)) != 0)
        fail_msg("'%s' does not begin '%s'", got, wanted);
    assert_true(ledger_waits(ledger, clock_mono_ms()));
    ledger_answered(ledger, true, SLICE(""));
    assert_false(ledger_waits(ledger, clock_mono_ms()));
    buf_reset(&lines);
    write_it(AUDIT_END, &o);
    assert_non_null(strstr(buf_slice(&lines).p, "|ended|35|"));
    log_forget_secrets();
}

static void no_field_is_longer_than_a_column(void **state)
{
    (void)state;
    static char line[5000];
    memset(line, 'x', sizeof line - 1);
    struct fact_order o = an_order(7, ORDER_DONE, line);
    open_here("audit_queue_log = true;");
    write_it(AUDIT_OUTCOME, &o);
    struct slice rest = buf_slice(&lines);
    (void)slice_cut(rest, '|', &rest);
    assert_int_equal(slice_cut(rest, '|', &rest).n, 100);
}

static void what_never_left_leaves_no_line(void **state)
{
    (void)state;
    char line[] = "pause 401";
    struct fact_order o = an_order(7, ORDER_REFUSED, line);
    struct err err = ERR_INIT;
    uint64_t ticket;
    open_here("audit_queue_log = true;");
    assert_true(ledger_write(ledger, &(struct order_entry){ .event = AUDIT_OUTCOME, .fact = &o, .pbx = "geneva" }, &ticket, &err));
    assert_int_equal(lines.len, 0);
}

static void who_may_not_is_told_once(void **state)
{
    (void)state;
    char line[] = "hangup 401";
    struct fact_order o = an_order(7, ORDER_DONE, line);
    may_log = false;
    open_here("audit_queue_log = true;");
    write_it(AUDIT_OUTCOME, &o);
    is_told("orders leave no line in queue_log of geneva: the AMI user may not do QueueLog, which manager.conf's write = agent allows");
    write_it(AUDIT_OUTCOME, &o);
    assert_int_equal(told.len, 0);
    assert_false(ledger_waits(ledger, clock_mono_ms()));
    o.pbx = FAR; /* another one, once as well, and then the first one again */
    write_it(AUDIT_OUTCOME, &o);
    is_told("orders leave no line in queue_log of lyon");
    o.pbx = PBX;
    write_it(AUDIT_OUTCOME, &o);
    assert_int_equal(told.len, 0);
    may_log = true; /* and one that says so only when it is asked */
    for (int i = 0; i < 2; i++) {
        write_it(AUDIT_OUTCOME, &o);
        ledger_answered(ledger, false, SLICE("Permission denied"));
    }
    is_told("orders leave no line in queue_log: the AMI user may not do QueueLog");
    assert_int_equal(ledger_waits(ledger, clock_mono_ms()), 0);
}

/* Who may at last has no trouble any more, once that is so of all. */
static void a_right_that_is_given_later_ends_the_trouble(void **state)
{
    (void)state;
    char line[] = "hangup 401";
    struct fact_order o = an_order(7, ORDER_DONE, line);
    may_log = false;
    open_here("audit_queue_log = true;");
    write_it(AUDIT_OUTCOME, &o);
    o.pbx = FAR;
    write_it(AUDIT_OUTCOME, &o);
    may_log = true;
    size_t at = 0;
    write_it(AUDIT_OUTCOME, &o);
    assert_non_null(ledger_trouble(ledger, &at));
    o.pbx = PBX;
    at = 0;
    write_it(AUDIT_OUTCOME, &o);
    assert_null(ledger_trouble(ledger, &at));
}

static int set_up(void **state)
{
    int rc = stage_set_up(state);
    stage = *state;
    may_log = true;
    return rc;
}

static int tear_down(void **state)
{
    ledger_free(ledger);
    ledger = NULL;
    buf_clear(&told);
    buf_clear(&lines);
    buf_clear(&file);
    buf_clear(&store);
    (void)unlink(path);
    return stage_tear_down(state);
}

static int begin(void **state)
{
    (void)state;
    temp_template(folder);
    if (mkdtemp(folder) == NULL)
        return -1;
    (void)snprintf(path, sizeof path, "%s/audit.log", folder);
    return 0;
}

static int end(void **state)
{
    (void)state;
    return rmdir(folder);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_kernels_word_and_the_consoles), TEST(where_the_kernel_knows_the_login_the_console_is_not_asked), TEST(who_gave_it_is_known_before_its_first_record), TEST(what_a_lease_does_is_joined_to_its_order), TEST(required_waits_for_what_it_must),
        TEST(no_request_leaves_before_its_record_is_in_the_file),
        TEST(a_disk_that_hangs_is_not_waited_for), TEST(without_a_log_required_means_nothing_is_sent), TEST(in_a_demo_nothing_is_required), TEST(what_is_wrong_is_told_after_each_order), TEST(a_line_in_queue_log), TEST(a_right_that_is_given_later_ends_the_trouble),
        TEST(no_field_is_longer_than_a_column), TEST(what_never_left_leaves_no_line), TEST(who_may_not_is_told_once), TEST(who_is_refused_all_the_time_does_not_fill_the_log),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
