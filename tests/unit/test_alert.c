/* SPDX-License-Identifier: MIT */
/* Thresholds: what a configuration makes of a number, what is refused and where, and the line that names the worst. */
#include "core/floor/alert.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "core/base/mem.h"
#include "tests/unit/support_settings.h"
#include "tui/alarms.h"

static struct alert_rules *rules(struct settings *s, const char *text)
{
    struct err err = ERR_INIT;
    support_settings(s, text);
    struct alert_rules *r = alert_rules_new(s, &err);
    if (r == NULL)
        fail_msg("%s", err.text);
    return r;
}

static void free_rules(struct alert_rules *r, struct settings *s)
{
    alert_rules_free(r);
    settings_clear(s);
}

static void the_last_entry_that_fits_holds(void **state)
{
    (void)state;
    struct settings s;
    struct alert_rules *r = rules(&s, "thresholds = ( { number = \"waiting\"; warn = 5; alarm = 10; },\n"
                                      " { number = \"waiting\"; alarm = 1; queues = [ \"vip\", \"board*\" ]; } );\n");
    struct fact_queue sales = { .name = (char[]){ "sales" } }, vip = { .name = (char[]){ "vip" } }, board = { .name = (char[]){ "board room" } };
    assert_int_equal(alert_level(r, ALERT_WAITING, &sales, 4), ALERT_NONE);
    assert_int_equal(alert_level(r, ALERT_WAITING, &sales, 5), ALERT_WARN);
    assert_int_equal(alert_level(r, ALERT_WAITING, &sales, 10), ALERT_ALARM);
    assert_int_equal(alert_level(r, ALERT_WAITING, &vip, 1), ALERT_ALARM);
    assert_int_equal(alert_level(r, ALERT_WAITING, &vip, 0), ALERT_NONE);
    assert_int_equal(alert_level(r, ALERT_WAITING, &board, 1), ALERT_ALARM);
    assert_true(alert_is_watched(r, ALERT_WAITING));
    assert_false(alert_is_watched(r, ALERT_MISSED));
    free_rules(r, &s);
}

/* What holds for the longest wait holds for the one who waits, unless it is said otherwise. */
static void a_caller_is_watched_as_the_longest_wait(void **state)
{
    (void)state;
    struct settings s;
    struct fact_queue q = { .name = (char[]){ "q" }, .service_level_s = 100 };
    struct alert_rules *r = rules(&s, "thresholds = ( { number = \"longest_wait\"; alarm = \"20s\"; } );\n");
    assert_int_equal(alert_level(r, ALERT_CALLER_WAIT, &q, 20000), ALERT_ALARM);
    free_rules(r, &s);
    r = rules(&s, "thresholds = ( { number = \"longest_wait\"; alarm = \"20s\"; }, { number = \"wait\"; warn = \"10s\"; } );\n");
    assert_int_equal(alert_level(r, ALERT_CALLER_WAIT, &q, 20000), ALERT_WARN);
    free_rules(r, &s);
}

static void too_little_is_bad_too(void **state)
{
    (void)state;
    struct settings s;
    struct alert_rules *r = rules(&s, "thresholds = ( { number = \"service_level\"; warn = \"85%\"; alarm = \"70.5%\"; }, { number = \"free\"; alarm = 0; } );\n");
    struct fact_queue q = { .name = (char[]){ "q" } };
    assert_int_equal(alert_level(r, ALERT_SERVICE_LEVEL, &q, 85001), ALERT_NONE);
    assert_int_equal(alert_level(r, ALERT_SERVICE_LEVEL, &q, 85000), ALERT_WARN);
    assert_int_equal(alert_level(r, ALERT_SERVICE_LEVEL, &q, 70500), ALERT_ALARM);
    assert_int_equal(alert_level(r, ALERT_READY, &q, 1), ALERT_NONE);
    assert_int_equal(alert_level(r, ALERT_READY, &q, 0), ALERT_ALARM);
    free_rules(r, &s);
}

static void without_thresholds_the_service_level_decides(void **state)
{
    (void)state;
    struct fact_queue q = { .name = (char[]){ "q" }, .service_level_s = 20 }, none = { .name = (char[]){ "none" } };
    assert_int_equal(alert_level(NULL, ALERT_OLDEST, &q, 20000), ALERT_NONE);
    assert_int_equal(alert_level(NULL, ALERT_OLDEST, &q, 20001), ALERT_WARN);
    assert_int_equal(alert_level(NULL, ALERT_CALLER_WAIT, &q, 40001), ALERT_ALARM);
    assert_int_equal(alert_level(NULL, ALERT_OLDEST, &none, 1000000), ALERT_NONE);
    int64_t n;
    q.waiting = 2;
    assert_true(alert_value(ALERT_UNREACHABLE, (const void *)&q, 0, &n));
    assert_int_equal(n, 2);
    q.talking = 1; /* somebody will be free again */
    assert_false(alert_value(ALERT_UNREACHABLE, (const void *)&q, 0, &n));
    struct fact_agent a = { .state = AGENT_PAUSED, .since = 1000 };
    assert_true(alert_value(ALERT_AGENT_PAUSED, (const void *)&a, 61000, &n));
    assert_int_equal(n, 60000);
    assert_false(alert_value(ALERT_AGENT_HOLD, (const void *)&a, 61000, &n));
    a.since = 0; /* unknown is no alarm */
    assert_false(alert_value(ALERT_AGENT_PAUSED, (const void *)&a, 61000, &n));
}

/* Every number that has a name can be set, and what cannot be is refused with its line. */
static void what_is_wrong_is_said_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *entry, *says;
    } cases[] = {
        { "number = \"waitting\"; warn = 1;", ":2: unknown number 'waitting'; did you mean 'waiting'?" },
        { "number = \"waiting\"; warn = \"20s\";", ":2: warn of waiting is '20s': it must be a number: 5" },
        { "number = \"longest_wait\"; alarm = \"80%\";", ":2: alarm of longest_wait is '80%': it must be a duration: \"90s\"" },
        { "number = \"service_level\"; warn = 80;", ":2: warn of service_level is '80': it must be a share: \"80%\"" },
        { "number = \"service_level\"; warn = \"101%\";", "must be a share" },
        { "number = \"waiting\"; warn = 5; alarm = 4;", ":2: waiting would be an alarm before it is a warning" },
        { "number = \"service_level\"; warn = \"70%\"; alarm = \"80%\";", "an alarm before it is a warning" },
        { "number = \"agent_paused\"; warn = 60; queues = [ \"a\" ];", ":2: agent_paused is watched over all queues of an agent" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[512];
        struct settings s;
        struct err err = ERR_INIT;
        (void)snprintf(text, sizeof text, "thresholds = (\n { %s } );\n", cases[i].entry);
        support_settings(&s, text);
        assert_null(alert_rules_new(&s, &err));
        if (strstr(err.text, cases[i].says) == NULL)
            fail_msg("'%s' does not say '%s'", err.text, cases[i].says);
        settings_clear(&s);
    }
}

static void a_threshold_is_shown_as_it_can_be_loaded(void **state)
{
    (void)state;
    struct settings s, again;
    struct buf out = BUF_INIT(65536);
    support_settings(&s, "thresholds = ( { number = \"waiting\"; warn = 5; queues = [ \"a\", \"b c\" ]; } );\n");
    assert_true(settings_show(&s, &out));
    support_settings(&again, out.data);
    assert_int_equal(again.threshold_count, 1);
    assert_string_equal(again.threshold[0].queues, "a\nb c\n");
    assert_string_equal(again.threshold[0].warn, "5");
    settings_clear(&s);
    settings_clear(&again);
    buf_clear(&out);
}

static void put(struct store *store, enum fact_kind kind, union fact_any any)
{
    (void)store_put(store, kind, &any.head);
}

static void line(struct canvas *c, char *out)
{
    size_t n = 0;
    for (int i = 0; i < c->cols; i++)
        n += (size_t)snprintf(out + n, 600 - n, "%s", c->cell[i].text);
    while (n > 0 && out[n - 1] == ' ')
        n--;
    out[n] = '\0';
}

static void the_worst_comes_first(void **state)
{
    (void)state;
    struct settings s;
    struct alert_rules *r = rules(&s, "thresholds = ( { number = \"agent_paused\"; warn = \"1m\"; alarm = \"1h\"; } );\n");
    struct store *store = store_new();
    uint64_t pbx = fact_pbx_id(0);
    put(store, FACT_PBX, (union fact_any){ .pbx = { .id = pbx, .name = mem_strdup("geneva"), .link = LINK_LIVE } });
    put(store, FACT_QUEUE, (union fact_any){ .queue = { .id = pbx + 1, .pbx = pbx, .name = mem_strdup("sales"), .service_level_s = 20, .waiting = 1, .talking = 1, .oldest = 80000 } });
    put(store, FACT_QUEUE, (union fact_any){ .queue = { .id = pbx + 2, .pbx = pbx, .name = mem_strdup("vip"), .service_level_s = 20, .waiting = 3, .oldest = 99000 } });
    put(store, FACT_AGENT, (union fact_any){ .agent = { .id = pbx + 3, .pbx = pbx, .name = mem_strdup("Ann"), .interface = mem_strdup("PJSIP/1"), .state = AGENT_PAUSED, .since = 10000 } });
    struct view v = { .store = store, .alerts = r, .beat_ms = 105000, .is_ascii = true };
    struct alarms *a = alarms_new();
    struct canvas c;
    char text[600];
    alarms_beat(a, &v);
    assert_int_equal(alarms_count(a, ALERT_WARN), 3);
    assert_int_equal(alarms_count(a, ALERT_ALARM), 1);
    canvas_init(&c, 120, 1, true);
    alarms_draw(a, &v, &c, canvas_area(&c));
    line(&c, text);
    assert_string_equal(text, "! vip nobody could take a call, waiting: 3   ^ sales longest wait 0:25   ^ Ann paused for 1:35");
    canvas_resize(&c, 60, 1);
    alarms_draw(a, &v, &c, canvas_area(&c));
    line(&c, text);
    assert_string_equal(text, "! vip nobody could take a call, waiting: 3   +2 more");
    /* an outage is one alarm, not one for each of its queues */
    put(store, FACT_PBX, (union fact_any){ .pbx = { .id = pbx, .name = mem_strdup("geneva"), .link = LINK_LOST, .heard_at = 100000 } });
    alarms_beat(a, &v);
    assert_int_equal(alarms_count(a, ALERT_WARN), 1);
    canvas_resize(&c, 60, 1);
    alarms_draw(a, &v, &c, canvas_area(&c));
    line(&c, text);
    assert_string_equal(text, "! geneva no link, last heard 0:05 ago");
    canvas_clear(&c);
    alarms_free(a);
    store_free(store);
    free_rules(r, &s);
}

/* More that is wrong than is kept: the worst stay, all are counted. */
static void many_alarms_keep_the_worst(void **state)
{
    (void)state;
    struct store *store = store_new();
    uint64_t pbx = fact_pbx_id(0);
    put(store, FACT_PBX, (union fact_any){ .pbx = { .id = pbx, .name = mem_strdup("p"), .link = LINK_LIVE } });
    for (uint64_t i = 1; i <= 500; i++)
        put(store, FACT_QUEUE, (union fact_any){ .queue = { .id = pbx + i, .pbx = pbx, .name = mem_text((struct slice){ &"abcdefghij"[i % 10], 1 }), .talking = 1,
                                                            .service_level_s = 1, .waiting = 1, .oldest = (int64_t)(1 + i * 7919 % 500) } });
    struct view v = { .store = store, .beat_ms = 100000, .is_ascii = true };
    struct alarms *a = alarms_new();
    alarms_beat(a, &v);
    assert_int_equal(alarms_count(a, ALERT_WARN), 500);
    struct canvas c;
    char text[600];
    canvas_init(&c, 80, 1, true);
    alarms_draw(a, &v, &c, canvas_area(&c));
    line(&c, text);
    assert_non_null(strstr(text, "+49"));
    canvas_clear(&c);
    alarms_free(a);
    store_free(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_entry_that_fits_holds), cmocka_unit_test(a_caller_is_watched_as_the_longest_wait), cmocka_unit_test(too_little_is_bad_too),
        cmocka_unit_test(without_thresholds_the_service_level_decides), cmocka_unit_test(what_is_wrong_is_said_with_its_line),
        cmocka_unit_test(a_threshold_is_shown_as_it_can_be_loaded), cmocka_unit_test(the_worst_comes_first),
        cmocka_unit_test(many_alarms_keep_the_worst),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
