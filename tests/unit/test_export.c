/* SPDX-License-Identifier: MIT */
/* The JSON that scripts get: the keys that were promised, every key that acdtop(1) lists and no other, null for what is
 * unknown, true strings that no terminal obeys. */
#include "core/base/mem.h"
#include "core/outside/export.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define NOW 1000000
#define WALL INT64_C(1763805600000) /* 2025-11-22T10:00:00Z */

static void put(struct store *s, enum fact_kind kind, void *fact)
{
    store_put(s, kind, fact);
}

static void put_queue(struct store *s)
{
    struct fact_queue q = { .id = 2, .pbx = 1, .name = mem_strdup("Support"), .strategy = mem_strdup("ringall"), .state = QUEUE_CLEAN, .waiting = 2,
                            .oldest = NOW - 45000, .since = WALL - 60000, .offered = 9, .answered = 4, .answered_in_sl = 3, .abandoned = 1,
                            .timeout = 1, .key = 1, .ast_holdtime_s = -1, .ast_sl = 81200, .ast_sl2 = -1, .weight = -3 };
    put(s, FACT_QUEUE, &q);
    struct fact_queue empty = { .id = 9, .pbx = 1, .name = mem_strdup("empty"), .state = QUEUE_SYNCING };
    put(s, FACT_QUEUE, &empty);
}

static void put_people(struct store *s)
{
    struct fact_agent a = { .id = 3, .pbx = 1, .interface = mem_strdup("PJSIP/101"), .name = mem_strdup("Alice"), .state = AGENT_TALKING,
                            .since = NOW - 5500, .call = 6, .queue = 2 };
    struct fact_member m = { .id = 4, .queue = 2, .agent = 3, .interface = mem_strdup("PJSIP/101"), .name = mem_strdup("Alice"), .penalty = 5,
                             .membership = MEMBERSHIP_DYNAMIC, .ringinuse = -1, .state = AGENT_TALKING, .since = NOW - 5500, .calls_taken = 7,
                             .peer_number = mem_strdup("+4930"), .wrapup_until = NOW + 2500 };
    struct fact_caller second = { .id = 8, .queue = 2, .uniqueid = mem_strdup("1.2"), .number = mem_strdup("2"), .joined = NOW - 1000, .rank = 20,
                                  .priority = -1 };
    struct fact_caller first = { .id = 5, .queue = 2, .uniqueid = mem_strdup("1.1"), .channel = mem_strdup("PJSIP/x-1"), .number = mem_strdup("1"),
                                 .name = mem_strdup("J\xc3\xbc\x1b[31m\xff\xc2\x9bZ\xe2\x80\xae\"\\\n\x7f\xf0\x9f\x98\x80"), .joined = NOW - 45999, .rank = 10,
                                 .priority = 3 };
    struct fact_call c = { .id = 6, .pbx = 1, .queue = 2, .agent = 3, .since = NOW - 5500 };
    struct fact_spy spy = { .id = 7, .pbx = 1, .agent = 3, .spyer_channel = mem_strdup("PJSIP/900-1") };
    put(s, FACT_AGENT, &a);
    put(s, FACT_MEMBER, &m);
    put(s, FACT_CALLER, &second);
    put(s, FACT_CALLER, &first);
    put(s, FACT_CALL, &c);
    put(s, FACT_SPY, &spy);
}

static struct store *floor_of_one(void)
{
    struct store *s = store_new();
    struct fact_pbx p = { .id = 1, .name = mem_strdup("geneva"), .asterisk = mem_strdup("22.5.1"), .link = LINK_LIVE, .link_since = NOW - 60000,
                          .round_trip_us = -1, .barrier = -1, .clock_offset_ms = -7 };
    put(s, FACT_PBX, &p);
    put_queue(s);
    put_people(s);
    return s;
}

static const char *role(const void *context, int64_t penalty)
{
    (void)context;
    return penalty == 5 ? "second line" : NULL;
}

static char *line_of(struct store *s, const char *const *queue)
{
    struct export_view v = { .store = s, .floor_ms = NOW, .wall_ms = WALL, .role_name = role, .queue_name = queue, .queue_count = queue != NULL };
    struct buf out = BUF_INIT(1u << 20);
    struct err err = ERR_INIT;
    assert_true(export_status(&v, &out, &err));
    char *text = mem_text(buf_slice(&out));
    buf_clear(&out);
    return text;
}

static json_t *document_of(struct store *s)
{
    char *text = line_of(s, NULL);
    json_t *doc = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(doc);
    mem_free(text);
    return doc;
}

/* "pbx[].queues[].name": arrays by their first element. NULL: not there. */
static json_t *at_path(json_t *doc, const char *path)
{
    char copy[128], *rest = copy;
    snprintf(copy, sizeof copy, "%s", path);
    json_t *at = doc;
    for (char *part; at != NULL && (part = strsep(&rest, ".")) != NULL;) {
        char *bracket = strstr(part, "[]");
        if (bracket != NULL) {
            *bracket = '\0';
        }
        at = json_object_get(at, part);
        at = bracket != NULL ? json_array_get(at, 0) : at;
    }
    return at;
}

static void test_promised_keys(void **state)
{
    (void)state;
    static const char *const promised[] = {
        "schema", "pbx[].name", "pbx[].link", "pbx[].asterisk", "pbx[].drift", "pbx[].queues[].name", "pbx[].queues[].state", "pbx[].queues[].waiting",
        "pbx[].queues[].longest_wait_s", "pbx[].queues[].callers[].uniqueid", "pbx[].queues[].callers[].channel", "pbx[].queues[].callers[].number",
        "pbx[].queues[].callers[].name", "pbx[].queues[].callers[].position", "pbx[].queues[].callers[].priority", "pbx[].queues[].callers[].wait_s",
        "pbx[].queues[].members[].interface", "pbx[].queues[].members[].name", "pbx[].queues[].members[].state", "pbx[].queues[].members[].paused",
        "pbx[].queues[].members[].paused_reason", "pbx[].queues[].members[].penalty", "pbx[].queues[].members[].membership",
        "pbx[].queues[].members[].calls_taken", "pbx[].queues[].members[].peer", "pbx[].queues[].members[].since_s", "pbx[].queues[].today.since",
        "pbx[].queues[].today.offered", "pbx[].queues[].today.answered", "pbx[].queues[].today.answered_in_sl", "pbx[].queues[].today.abandoned",
        "pbx[].queues[].today.timeout", "pbx[].queues[].today.empty", "pbx[].queues[].today.key", "pbx[].queues[].today.withdrawn",
        "pbx[].queues[].today.redirected",
    };
    struct store *s = floor_of_one();
    json_t *doc = document_of(s);
    for (size_t i = 0; i < sizeof promised / sizeof promised[0]; i++) {
        if (at_path(doc, promised[i]) == NULL) {
            fail_msg("no key %s", promised[i]);
        }
    }
    json_decref(doc);
    store_free(s);
}

static size_t count_keys(json_t *at)
{
    size_t n = 0;
    const char *key;
    json_t *value;
    json_object_foreach(at, key, value) {
        json_t *inner = json_is_array(value) ? json_array_get(value, 0) : value;
        n += 1 + (json_is_object(inner) ? count_keys(inner) : 0);
    }
    return n;
}

/* The list that the man page is made of is the document, key by key and type by type. */
static void test_listed_keys(void **state)
{
    (void)state;
    struct store *s = floor_of_one();
    json_t *doc = document_of(s);
    struct export_key key;
    size_t listed = 0;
    for (size_t at = 0; export_key_next(&at, &key); listed++) {
        json_t *value = at_path(doc, key.path);
        if (value == NULL) {
            fail_msg("acdtop(1) lists %s, which is not there", key.path);
        }
        const char *type = json_is_string(value)    ? "string"
                           : json_is_number(value)  ? "number"
                           : json_is_boolean(value) ? "boolean"
                           : json_is_array(value)   ? "array"
                           : json_is_object(value)  ? "object"
                                                    : key.type;
        assert_string_equal(type, key.type);
        assert_true(key.help != NULL && *key.help != '\0');
    }
    assert_int_equal(count_keys(doc), listed);
    json_decref(doc);
    store_free(s);
}

static void test_values(void **state)
{
    (void)state;
    struct store *s = floor_of_one();
    json_t *doc = document_of(s);
    assert_string_equal(json_string_value(at_path(doc, "at")), "2025-11-22T10:00:00.000Z");
    assert_int_equal(json_integer_value(at_path(doc, "pbx[].link_since_s")), 60);
    assert_true(json_is_null(at_path(doc, "pbx[].round_trip_us")));
    assert_true(json_is_null(at_path(doc, "pbx[].barrier")));
    assert_true(json_is_null(at_path(doc, "pbx[].clock_offset_ms")));
    assert_true(json_is_null(at_path(doc, "pbx[].reason")));
    assert_string_equal(json_string_value(at_path(doc, "pbx[].queues[].state")), "clean");
    assert_int_equal(json_integer_value(at_path(doc, "pbx[].queues[].longest_wait_s")), 45);
    assert_int_equal(json_integer_value(at_path(doc, "pbx[].queues[].weight")), -3);
    assert_string_equal(json_string_value(at_path(doc, "pbx[].queues[].today.since")), "2025-11-22T09:59:00.000Z");
    assert_true(json_is_null(at_path(doc, "pbx[].queues[].asterisk.holdtime_s")));
    assert_true(json_real_value(at_path(doc, "pbx[].queues[].asterisk.sl_percent")) == 81.2);
    assert_true(json_is_null(at_path(doc, "pbx[].queues[].asterisk.sl2_percent")));
    assert_int_equal(json_integer_value(at_path(doc, "pbx[].queues[].callers[].wait_s")), 45);
    assert_int_equal(json_integer_value(at_path(doc, "pbx[].queues[].callers[].priority")), 3);
    assert_int_equal(json_integer_value(at_path(doc, "pbx[].queues[].members[].wrapup_left_s")), 2);
    assert_true(json_is_null(at_path(doc, "pbx[].queues[].members[].ringinuse")));
    assert_string_equal(json_string_value(at_path(doc, "pbx[].queues[].members[].role")), "second line");
    assert_string_equal(json_string_value(at_path(doc, "pbx[].calls[].agent")), "PJSIP/101");
    assert_string_equal(json_string_value(at_path(doc, "pbx[].agents[].queue")), "Support");
    json_t *callers = at_path(doc, "pbx[].queues[].callers");
    assert_int_equal(json_array_size(callers), 2);
    assert_int_equal(json_integer_value(json_object_get(json_array_get(callers, 1), "position")), 2);
    assert_true(json_is_null(json_object_get(json_array_get(callers, 1), "priority")));
    assert_true(json_is_null(json_object_get(json_array_get(callers, 1), "name")));
    json_t *nobody = json_array_get(at_path(doc, "pbx[].queues"), 1);
    assert_true(json_is_integer(json_object_get(nobody, "longest_wait_s")));
    assert_int_equal(json_integer_value(json_object_get(nobody, "longest_wait_s")), 0);
    json_decref(doc);
    store_free(s);
}

static void test_strings_are_true_and_harmless(void **state)
{
    (void)state;
    struct store *s = floor_of_one();
    char *text = line_of(s, NULL);
    assert_null(strpbrk(text, "\x1b\x7f\r\t"));
    assert_null(strstr(text, "\xc2\x9b"));
    assert_null(strstr(text, "\xe2\x80\xae"));
    assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
    assert_non_null(strstr(text, "J\xc3\xbc"));
    json_t *doc = json_loads(text, 0, NULL);
    assert_string_equal(json_string_value(at_path(doc, "pbx[].queues[].callers[].name")),
                        "J\xc3\xbc\x1b[31m\xef\xbf\xbd\xc2\x9bZ\xe2\x80\xae\"\\\n\x7f\xf0\x9f\x98\x80");
    json_decref(doc);
    mem_free(text);
    store_free(s);
}

static void test_only_wanted_queues(void **state)
{
    (void)state;
    struct store *s = floor_of_one();
    char *text = line_of(s, (const char *const[]){ "EMPTY" });
    json_t *doc = json_loads(text, 0, NULL);
    assert_int_equal(json_array_size(at_path(doc, "pbx[].queues")), 1);
    assert_string_equal(json_string_value(at_path(doc, "pbx[].queues[].name")), "empty");
    json_decref(doc);
    mem_free(text);
    store_free(s);
}

static json_t *fact_line(struct store *s, enum fact_kind kind, uint64_t id, bool is_gone)
{
    struct export_view v = { .store = s, .floor_ms = NOW, .wall_ms = WALL };
    struct buf out = BUF_INIT(1u << 20);
    struct err err = ERR_INIT;
    assert_true(export_fact(&v, kind, store_get(s, kind, id), is_gone, &out, &err));
    json_t *o = json_loads(buf_slice(&out).p, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(o);
    buf_clear(&out);
    return o;
}

static void test_changed_fact(void **state)
{
    (void)state;
    struct store *s = floor_of_one();
    json_t *o = fact_line(s, FACT_MEMBER, 4, false);
    assert_int_equal(json_integer_value(json_object_get(o, "schema")), EXPORT_SCHEMA);
    assert_string_equal(json_string_value(json_object_get(o, "kind")), "member");
    assert_string_equal(json_string_value(json_object_get(o, "pbx")), "geneva");
    assert_string_equal(json_string_value(json_object_get(o, "queue")), "Support");
    assert_true(json_is_false(json_object_get(o, "gone")));
    assert_string_equal(json_string_value(json_object_get(o, "state")), "talking");
    assert_string_equal(json_string_value(json_object_get(o, "since")), "2025-11-22T09:59:54.500Z");
    assert_null(json_object_get(o, "id"));
    json_decref(o);
    o = fact_line(s, FACT_CALLER, 5, true);
    assert_true(json_is_true(json_object_get(o, "gone")));
    json_decref(o);
    o = fact_line(s, FACT_CALL, 6, false);
    assert_string_equal(json_string_value(json_object_get(o, "agent")), "PJSIP/101");
    json_decref(o);
    store_free(s);
}

static void test_too_long_is_an_error(void **state)
{
    (void)state;
    struct store *s = floor_of_one();
    struct export_view v = { .store = s, .floor_ms = NOW, .wall_ms = WALL };
    struct buf out = BUF_INIT(300);
    struct err err = ERR_INIT;
    assert_false(export_status(&v, &out, &err));
    assert_int_equal(err.kind, ERR_INTERNAL);
    assert_true(out.len <= 300);
    buf_clear(&out);
    store_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_promised_keys),
        cmocka_unit_test(test_listed_keys),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_strings_are_true_and_harmless),
        cmocka_unit_test(test_only_wanted_queues),
        cmocka_unit_test(test_changed_fact),
        cmocka_unit_test(test_too_long_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
