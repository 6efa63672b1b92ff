/* SPDX-License-Identifier: MIT */
/* test_list: one table of columns for the screen and for machines: every column has a key; where it shows a field or a figure it is
 * the key of the status document, and the value too; what is made of several is named here. CSV and JSON hold the same, whatever
 * a PBX calls its callers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "core/base/mem.h"
#include "tui/list.h"

/* Keys that no field and no figure has: what they are made of stands in the document. */
static const char *const made[] = { "away", "pbx", "queue", "position", "detail", "queue_waiting", "events_rate", "bytes_rate", "queues_state", "agent_number", "own_name" };

static bool is_made(const char *key)
{
    bool is = false;
    for (size_t i = 0; i < sizeof made / sizeof made[0] && !is; i++)
        is = strcmp(made[i], key) == 0;
    return is;
}

static const struct {
    enum fact_kind kind;
    const char *path; /* of its objects in the document */
} homes[] = {
    { FACT_PBX, "pbx[]." }, { FACT_QUEUE, "pbx[].queues[]." }, { FACT_AGENT, "pbx[].agents[]." }, { FACT_MEMBER, "pbx[].queues[].members[]." },
    { FACT_CALLER, "pbx[].queues[].callers[]." }, { FACT_CALL, "pbx[].calls[]." },
};

static bool has_path(const char *home, const char *object, const char *key)
{
    char want[128];
    struct export_key k;
    (void)snprintf(want, sizeof want, "%s%s%s", home, object, key);
    for (size_t at = 0; export_key_next(&at, &k);) {
        if (strcmp(k.path, want) == 0)
            return true;
    }
    return false;
}

static bool is_in_document(const char *home, const struct export_cell *cell)
{
    static const struct {
        const char *head, *object; /* Asterisk's own figures lie in an object of theirs */
    } ways[] = { { "", "" }, { "", "today." }, { "", "kpi." }, { "asterisk_", "asterisk." }, { "ast_", "asterisk." } };
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        size_t n = strlen(ways[i].head);
        if (strncmp(cell->key, ways[i].head, n) == 0 && has_path(home, ways[i].object, cell->key + n))
            return true;
    }
    /* its hold and talk time are whole seconds there */
    return strcmp(cell->key, "ast_holdtime_ms") == 0 || strcmp(cell->key, "ast_talktime_ms") == 0;
}

static void every_column_has_its_key(void **state)
{
    (void)state;
    struct store *store = store_new();
    struct view v = { .store = store };
    struct buf scratch = BUF_INIT(4096);
    size_t keys = 0, own = 0;
    for (size_t h = 0; h < sizeof homes / sizeof homes[0]; h++) {
        struct column_set set = column_set(homes[h].kind);
        for (size_t i = 0; i < set.count; i++) {
            struct export_cell cell;
            if (set.at[i].drop == 250 && set.at[i].field != NULL && export_rule_of(homes[h].kind, set.at[i].field).how == EXPORT_HIDDEN)
                continue; /* a number of the keeper's own */
            list_cell(&v, homes[h].kind, &set.at[i], NULL, &scratch, &cell);
            assert_true(cell.key[0] != '\0');
            bool is_own = cell.is != EXPORT_CELL_FIELD && cell.is != EXPORT_CELL_KPI;
            if (is_own ? !is_made(cell.key) : !is_in_document(homes[h].path, &cell))
                fail_msg("the column %s of a %s has the key '%s', which nobody knows", set.at[i].id, fact_table[homes[h].kind].name, cell.key);
            keys++;
            own += is_own ? 1 : 0;
        }
    }
    assert_true(keys > 120 && own < 25);
    buf_clear(&scratch);
    store_free(store);
}

/* Two queues and a caller of hostile names. */
static struct store *floor_of(void)
{
    struct store *store = store_new();
    struct fact_pbx pbx = { .id = fact_pbx_id(0), .name = mem_strdup("hq"), .link = LINK_LIVE };
    struct fact_queue q = { .id = pbx.id + 1, .pbx = pbx.id, .name = mem_strdup("a,\"b\""), .waiting = 1, .oldest = 40000, .answered = 4, .answered_in_sl = 3, .answered_wait_ms = 26000 };
    struct fact_caller c = { .id = pbx.id + 2, .queue = q.id, .name = mem_strdup("=cmd|'/c calc'!A0"), .number = mem_strdup("+41 22 700"), .joined = 40000 };
    struct fact_caller d = { .id = pbx.id + 3, .queue = q.id, .name = mem_strdup("\x1b[31mred\r\nline"), .joined = 90000 };
    assert_true(store_put(store, FACT_PBX, (void *)&pbx) && store_put(store, FACT_QUEUE, (void *)&q));
    assert_true(store_put(store, FACT_CALLER, (void *)&c) && store_put(store, FACT_CALLER, (void *)&d));
    return store;
}

static void rows_are(const struct view *v, enum fact_kind kind, const char *ids, enum export_form form, const char *want)
{
    struct buf out = BUF_INIT(65536);
    struct err err = ERR_INIT;
    struct table *t = table_new(&(struct table_setup){ .kind = kind, .layout = ids, .sort = kind == FACT_CALLER ? "joined" : "name" });
    const struct fact *f;
    for (size_t at = 0; (f = store_each(v->store, kind, &at)) != NULL;)
        table_changed(t, f->id, f);
    (void)table_settle(t, v);
    assert_true(list_write(v, t, slice_of(ids), form, &out, &err));
    assert_string_equal(buf_slice(&out).p, want);
    table_free(t);
    buf_clear(&out);
}

static void what_is_written(void **state)
{
    (void)state;
    struct store *store = floor_of();
    struct view v = { .store = store, .beat_ms = 100000, .wall_ms = 1000000 };
    rows_are(&v, FACT_QUEUE, "name pbx waiting oldest service_level asa", EXPORT_CSV,
             "name,pbx,waiting,longest_wait_s,service_level_percent,asa_ms\r\n\"a,\"\"b\"\"\",hq,1,60,75.0,6500\r\n");
    rows_are(&v, FACT_QUEUE, "name pbx waiting oldest service_level asa", EXPORT_JSON,
             "[\n{\"name\":\"a,\\\"b\\\"\",\"pbx\":\"hq\",\"waiting\":1,\"longest_wait_s\":60,\"service_level_percent\":75.0,\"asa_ms\":6500}\n]\n");
    rows_are(&v, FACT_CALLER, "joined name number queue", EXPORT_CSV,
             "wait_s,name,number,queue\r\n"
             "60,'=cmd|'/c calc'!A0,+41 22 700,\"a,\"\"b\"\"\"\r\n"
             "10,\"\xef\xbf\xbd[31mred\xef\xbf\xbd\xef\xbf\xbdline\",,\"a,\"\"b\"\"\"\r\n");
    rows_are(&v, FACT_CALLER, "joined name", EXPORT_JSON, "[\n{\"wait_s\":60,\"name\":\"=cmd|'/c calc'!A0\"}\n,{\"wait_s\":10,\"name\":\"\\u001B[31mred\\r\\nline\"}\n]\n");
    store_free(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(every_column_has_its_key), cmocka_unit_test(what_is_written) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
