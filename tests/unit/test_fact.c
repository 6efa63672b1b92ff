/* SPDX-License-Identifier: MIT */
/* The table of fields against the structs themselves: no member forgotten, none twice, every row fit to be
 * read by wire, JSON and help; and the generic clear, copy and equal that live from it. */
#include "core/base/mem.h"
#include "core/floor/fact.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static size_t size_of(enum fact_type type)
{
    return type == TYPE_TEXT ? sizeof(char *) : sizeof(int64_t);
}

static void every_byte_of_a_struct_has_one_row(void **state)
{
    (void)state;
    for (int kind = 0; kind < FACT_COUNT; kind++) {
        const struct fact_row *row = &fact_table[kind];
        unsigned char seen[1024] = { 0 };
        assert_true(row->size <= sizeof seen);
        for (size_t i = 0; i < row->field_count; i++) {
            for (size_t b = 0; b < size_of(row->field[i].type); b++) {
                seen[row->field[i].offset + b]++;
            }
        }
        for (size_t b = 0; b < row->size; b++) {
            if (seen[b] != 1) {
                fail_msg("byte %zu of a %s is in %d rows", b, row->name, seen[b]);
            }
        }
    }
}

static void rows_are_fit_to_be_read(void **state)
{
    (void)state;
    for (int kind = 0; kind < FACT_COUNT; kind++) {
        const struct fact_row *row = &fact_table[kind];
        assert_string_equal(row->field[0].id, "id");
        assert_int_equal(row->field[0].offset, 0);
        for (size_t i = 0; i < row->field_count; i++) {
            const struct fact_field *field = &row->field[i];
            assert_true(field->help != NULL && strlen(field->help) > 8);
            for (const char *c = field->id; *c != '\0'; c++) {
                assert_true(islower((unsigned char)*c) || isdigit((unsigned char)*c) || *c == '_');
            }
            assert_ptr_equal(fact_field_named((enum fact_kind)kind, slice_of(field->id)), field);
            assert_true((field->type == TYPE_ENUM) == (field->names != NULL));
            for (int w = 0; w < field->name_count; w++) {
                assert_non_null(field->names[w]);
            }
        }
        assert_true(row->parent == 0 || row->parent < row->size);
    }
    assert_null(fact_field_named(FACT_QUEUE, SLICE("nonsense")));
}

static void a_word_is_given_only_for_a_value_that_has_one(void **state)
{
    (void)state;
    struct fact_queue q = { .state = QUEUE_SUSPECT };
    const struct fact_field *field = fact_field_named(FACT_QUEUE, SLICE("state"));
    assert_string_equal(fact_word((struct fact *)&q, field), "suspect");
    q.state = QUEUE_STATE_COUNT;
    assert_null(fact_word((struct fact *)&q, field));
    q.state = -1;
    assert_null(fact_word((struct fact *)&q, field));
}

static void fill(enum fact_kind kind, struct fact *f)
{
    const struct fact_row *row = &fact_table[kind];
    for (size_t i = 0; i < row->field_count; i++) {
        char *at = (char *)f + row->field[i].offset;
        if (row->field[i].type == TYPE_TEXT) {
            char *text = mem_strdup(row->field[i].id);
            memcpy(at, &text, sizeof text);
        } else {
            int64_t v = (int64_t)i + 1;
            memcpy(at, &v, sizeof v);
        }
    }
}

/* Every field in turn is made different in the copy: equal must see it, and copy must mend it. */
static void equal_sees_every_field_and_copy_mends_it(void **state)
{
    (void)state;
    unsigned long before = mem_live();
    for (int k = 0; k < FACT_COUNT; k++) {
        enum fact_kind kind = (enum fact_kind)k;
        struct fact *a = mem_alloc(fact_table[kind].size), *b = mem_alloc(fact_table[kind].size);
        fill(kind, a);
        fact_copy(kind, b, a);
        assert_true(fact_equal(kind, a, b));
        for (size_t i = 0; i < fact_table[kind].field_count; i++) {
            const struct fact_field *field = &fact_table[kind].field[i];
            char *at = (char *)b + field->offset;
            if (field->type == TYPE_TEXT) {
                char *text;
                memcpy(&text, at, sizeof text);
                assert_ptr_not_equal(text, fact_text(a, field));
                mem_free(text);
                char *none = NULL;
                memcpy(at, &none, sizeof none);
            } else {
                memset(at, 0xff, sizeof(int64_t));
            }
            assert_false(fact_equal(kind, a, b));
            fact_copy(kind, b, a);
            assert_true(fact_equal(kind, a, b));
        }
        fact_copy(kind, b, b);
        assert_true(fact_equal(kind, a, b));
        fact_clear(kind, a);
        fact_copy(kind, b, a); /* absent texts come over as well */
        assert_true(fact_equal(kind, a, b));
        mem_free(a);
        mem_free(b);
    }
    assert_int_equal(mem_live(), before);
}

static void a_pbx_number_leads_back_to_its_place(void **state)
{
    (void)state;
    assert_int_equal(fact_pbx_index(fact_pbx_id(0)), 0);
    assert_int_equal(fact_pbx_index(fact_pbx_id(7) + 12345), 7);
    assert_true(fact_pbx_id(0) != 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_byte_of_a_struct_has_one_row),
        cmocka_unit_test(rows_are_fit_to_be_read),
        cmocka_unit_test(a_word_is_given_only_for_a_value_that_has_one),
        cmocka_unit_test(equal_sees_every_field_and_copy_mends_it),
        cmocka_unit_test(a_pbx_number_leads_back_to_its_place),
    };
    return cmocka_run_group_tests_name("fact", tests, NULL, NULL);
}
