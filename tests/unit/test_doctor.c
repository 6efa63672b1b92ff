/* SPDX-License-Identifier: MIT */
/* doctor: what it makes of the facts of one PBX: each row well, doubtful and bad, and nothing after the one that is bad. */
#include "core/base/mem.h"
#include "core/link/refusal.h"
#include "tui/cli/cli_doctor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define NOW_MS INT64_C(1795305600000)
#define DAY_MS INT64_C(86400000)

struct bench {
    struct cli cli;
    struct doctor doctor;
    struct pbx_settings settings;
    struct fact_pbx now;
    struct store *store;
    struct doctor_pbx of;
};

/* A PBX at which nothing is wrong, by TLS. */
static int begin(void **state)
{
    struct bench *b = mem_alloc(sizeof *b);
    cli_init(&b->cli);
    b->doctor = (struct doctor){ .cli = &b->cli, .pbx = "geneva" };
    b->store = store_new();
    b->settings = (struct pbx_settings){ .name = mem_strdup("geneva"), .host = mem_strdup("geneva"), .user = mem_strdup("anna"), .port = 5039, .is_tls = true };
    b->now = (struct fact_pbx){ .id = fact_pbx_id(0), .name = mem_strdup("geneva"), .link = LINK_LIVE, .asterisk = mem_strdup("22.10.1"),
                                .address = mem_strdup("192.0.2.1"), .own_address = mem_strdup("192.0.2.7"), .certificate_until = NOW_MS + 90 * DAY_MS,
                                .barrier = 1, .peers = 1, .is_clock_known = 1, .clock_offset_ms = -3, .round_trip_us = 1230,
                                .write_classes = mem_strdup("agent,call"), .seen_classes = mem_strdup("system") };
    struct fact_queue queue = { .id = b->now.id + 1, .pbx = b->now.id, .name = mem_strdup("sales"), .state = QUEUE_CLEAN };
    store_put(b->store, FACT_QUEUE, (struct fact *)(void *)&queue);
    b->of = (struct doctor_pbx){ .settings = &b->settings, .now = &b->now, .store = b->store, .events = 4, .watched_ms = 2000, .wall_ms = NOW_MS, .waited_ms = 10000 };
    *state = b;
    return 0;
}

static int end(void **state)
{
    struct bench *b = *state;
    for (size_t i = 0; i < b->doctor.count; i++) {
        mem_free(b->doctor.finding[i].found);
        mem_free(b->doctor.finding[i].todo);
    }
    mem_free(b->doctor.finding);
    fact_clear(FACT_PBX, (struct fact *)(void *)&b->now);
    mem_free(b->settings.name);
    mem_free(b->settings.host);
    mem_free(b->settings.user);
    store_free(b->store);
    cli_clear(&b->cli);
    mem_free(b);
    return 0;
}

static const struct doctor_finding *found(const struct bench *b, const char *check)
{
    static char nothing[] = "";
    static const struct doctor_finding none = { .level = DOCTOR_LEVEL_COUNT, .check = "", .found = nothing };
    const struct doctor_finding *last = &none;
    for (size_t i = 0; i < b->doctor.count; i++) {
        last = strcmp(b->doctor.finding[i].check, check) == 0 ? &b->doctor.finding[i] : last;
    }
    return last;
}

static void assert_found(struct bench *b, const char *check, enum doctor_level level, const char *part, const char *todo)
{
    doctor_look_at_pbx(&b->doctor, &b->of);
    const struct doctor_finding *f = found(b, check);
    assert_int_equal(f->level, level);
    if (strstr(f->found, part) == NULL) {
        fail_msg("'%s' is not in: %s", part, f->found);
    }
    assert_int_equal(f->todo != NULL, todo != NULL);
    if (todo != NULL && strstr(f->todo, todo) == NULL) {
        fail_msg("'%s' is not in: %s", todo, f->todo);
    }
}

static void all_is_well(void **state)
{
    struct bench *b = *state;
    doctor_look_at_pbx(&b->doctor, &b->of);
    assert_int_equal(b->doctor.count, 15);
    for (size_t i = 0; i < b->doctor.count; i++) {
        assert_int_equal(b->doctor.finding[i].level, DOCTOR_OK);
        assert_null(b->doctor.finding[i].todo);
        assert_string_equal(b->doctor.finding[i].pbx, "geneva");
    }
    assert_int_equal(b->doctor.exit_code, CLI_OK);
    assert_found(b, "address", DOCTOR_OK, "geneva is 192.0.2.1, port 5039; we come from 192.0.2.7", NULL);
    assert_found(b, "clock", DOCTOR_OK, "3 ms behind ours", NULL);
    assert_found(b, "telephones", DOCTOR_OK, "of PJSIP are known", NULL);
    assert_found(b, "round trip", DOCTOR_OK, "1.23 ms", NULL);
    assert_found(b, "queues", DOCTOR_OK, "1 (1 clean), 0 agents", NULL);
}

/* Nothing is wrong: what could be done is said beside it. */
static void telephones_are_a_hint(void **state)
{
    struct bench *b = *state;
    b->now.endpoints = -1;
    doctor_look_at_pbx(&b->doctor, &b->of);
    assert_found(b, "telephones", DOCTOR_OK, "with system in write of [", NULL);
    assert_int_equal(b->doctor.exit_code, CLI_OK);
    b->now.endpoints_at = 1; /* asked, and refused: the class is there, and is not what is missing */
    mem_assign(&b->now.write_classes, SLICE("agent,call,system"));
    assert_found(b, "telephones", DOCTOR_OK, "or Asterisk has no PJSIP", NULL);
}

static void what_is_doubtful_says_what_to_do(void **state)
{
    struct bench *b = *state;
    b->now.certificate_until = NOW_MS + 3 * DAY_MS;
    assert_found(b, "certificate", DOCTOR_WARN, "until 20", "renew tlscertfile");
    b->settings.pin = mem_strdup("sha256//x"); /* a key is right as long as it is the same */
    assert_found(b, "certificate", DOCTOR_OK, "the pinned one", NULL);
    mem_assign(&b->settings.pin, (struct slice){ NULL, 0 });
    b->settings.is_tls = false;
    assert_found(b, "link", DOCTOR_WARN, "can be read on the way", "amis://");
    mem_assign(&b->now.address, SLICE("127.0.0.1"));
    assert_found(b, "link", DOCTOR_OK, "does not leave this machine", NULL);
    mem_assign(&b->now.asterisk, SLICE("13.38.3"));
    assert_found(b, "version", DOCTOR_WARN, "13.38.3", "16 and later");
    b->now.barrier = 0;
    assert_found(b, "barrier", DOCTOR_WARN, "not possible", "[anna]: call in write and dialplan in read");
    b->now.barrier = -1;
    assert_found(b, "barrier", DOCTOR_WARN, "not tried yet", "--timeout");
    b->now.peers = 0;
    assert_found(b, "peers", DOCTOR_WARN, "before the login", "reporting in write");
    b->now.notice = mem_strdup("add call to write");
    assert_found(b, "rights", DOCTOR_WARN, "write: agent,call; events seen of: system", "add call to write");
    b->now.clock_offset_ms = 3723400;
    assert_found(b, "clock", DOCTOR_WARN, "3723.4 s ahead of ours", "NTP");
    b->now.is_clock_known = 0;
    assert_found(b, "clock", DOCTOR_WARN, "does not tell", "may be off");
    b->now.round_trip_us = 900000;
    assert_found(b, "round trip", DOCTOR_WARN, "900 ms", "slow");
    b->now.drift = 2;
    b->now.drift_last = mem_strdup("sales: paused of \x1b[2J");
    assert_found(b, "drift", DOCTOR_WARN, "2 differences that no event explains, the last: sales: paused of", "record");
    assert_null(strchr(found(b, "drift")->found, '\x1b'));
    assert_int_equal(b->doctor.exit_code, CLI_OK);
}

static void a_quiet_floor_is_no_fault(void **state)
{
    struct bench *b = *state;
    b->of.events = 0;
    assert_found(b, "events", DOCTOR_OK, "the floor is quiet", NULL);
    struct fact_call call = { .id = b->now.id + 2, .pbx = b->now.id };
    store_put(b->store, FACT_CALL, (struct fact *)(void *)&call);
    assert_found(b, "events", DOCTOR_OK, "nothing moved in the 1 call there is", NULL);
    store_drop(b->store, FACT_QUEUE, b->now.id + 1);
    assert_found(b, "queues", DOCTOR_WARN, "there are none", "queues.conf");
}

/* Every cause is told by one row, the last one. */
static void a_cause_is_told_where_it_belongs(void **state)
{
    static const struct {
        enum refusal why;
        const char *check;
        int exit_code;
        enum link_state link;
    } rows[] = {
        { REFUSAL_DNS, "address", 69, LINK_LOST },         { REFUSAL_TIMEOUT, "link", 69, LINK_LOST },       { REFUSAL_CLOSED, "link", 69, LINK_LOST },
        { REFUSAL_TLS_ON_PLAIN, "link", 77, LINK_REFUSED }, { REFUSAL_PIN, "certificate", 77, LINK_REFUSED }, { REFUSAL_CERTIFICATE_NAME, "certificate", 77, LINK_REFUSED },
        { REFUSAL_LOGIN, "login", 77, LINK_REFUSED },      { REFUSAL_IN_USE, "login", 77, LINK_REFUSED },    { REFUSAL_NOT_BOOTED, "queues", 69, LINK_BOOTING },
        { REFUSAL_NO_APP_QUEUE, "queues", 69, LINK_BOOTING },
    };
    struct bench *b = *state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct err why = ERR_INIT;
        refusal_sentence(rows[i].why, "geneva:5039", "anna", NULL, &why);
        mem_assign(&b->now.reason, slice_of(why.text));
        mem_assign(&b->now.cause, slice_of(why.word));
        b->now.link = rows[i].link;
        b->doctor.exit_code = CLI_OK;
        doctor_look_at_pbx(&b->doctor, &b->of);
        const struct doctor_finding *last = &b->doctor.finding[b->doctor.count - 1];
        assert_string_equal(last->check, rows[i].check);
        assert_int_equal(last->level, DOCTOR_BAD);
        assert_string_equal(last->found, why.text);
        assert_int_equal(b->doctor.exit_code, rows[i].exit_code);
    }
}

static void without_an_answer_in_time(void **state)
{
    struct bench *b = *state;
    b->now.link = LINK_SYNCING;
    assert_found(b, "queues", DOCTOR_BAD, "still syncing after 10 s", "--timeout");
    b->now.link = LINK_CONNECTING;
    assert_found(b, "link", DOCTOR_BAD, "still connecting", "--timeout");
    assert_string_equal(b->doctor.finding[b->doctor.count - 1].check, "link");
}

/* Nothing was sent: name and link are nobody's knowledge yet. */
static void without_a_secret_nothing_is_claimed(void **state)
{
    struct bench *b = *state;
    b->now.link = LINK_REFUSED;
    b->now.reason = mem_strdup("cannot read the secret file");
    b->now.cause = mem_strdup(refusal_word(REFUSAL_SECRET));
    doctor_look_at_pbx(&b->doctor, &b->of);
    assert_int_equal(b->doctor.count, 1);
    assert_string_equal(b->doctor.finding[0].check, "login");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(all_is_well),
        TEST(telephones_are_a_hint),
        TEST(what_is_doubtful_says_what_to_do),
        TEST(a_quiet_floor_is_no_fault),
        TEST(a_cause_is_told_where_it_belongs),
        TEST(without_an_answer_in_time),
        TEST(without_a_secret_nothing_is_claimed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
