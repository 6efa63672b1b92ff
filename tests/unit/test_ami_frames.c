/* SPDX-License-Identifier: MIT */
/* Every tests/frames/NAME.ami gives NAME.expect, in whatever pieces it comes. With --rewrite the .expect files are
 * written anew. */
#include "tests/unit/support_ami.h"

#include "core/base/mem.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define FOLDER "tests/frames"
enum { CASES_MAX = 256, TEXT_MAX = 4 * 1024 * 1024 };

static char *case_name[CASES_MAX];
static size_t case_count;

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void find_cases(void)
{
    DIR *d = opendir(FOLDER);
    assert_non_null(d);
    struct dirent *e;
    while ((e = readdir(d)) != NULL && case_count < CASES_MAX) {
        struct slice name = slice_of(e->d_name);
        if (name.n > 4 && strcmp(e->d_name + name.n - 4, ".ami") == 0)
            case_name[case_count++] = mem_text((struct slice){ name.p, name.n - 4 });
    }
    closedir(d);
    qsort(case_name, case_count, sizeof(case_name[0]), by_name);
}

static void read_case(const char *name, const char *ending, struct buf *out)
{
    char path[512];
    snprintf(path, sizeof(path), FOLDER "/%s.%s", name, ending);
    *out = BUF_INIT(TEXT_MAX);
    if (!support_read_file(path, out))
        fail_msg("%s cannot be read", path);
}

static void assert_same(const char *name, size_t step, struct buf *got, struct buf *want)
{
    if (slice_eq(buf_slice(got), buf_slice(want)))
        return;
    size_t line = 0, i = 0, begin = 0;
    for (; i < got->len && i < want->len && got->data[i] == want->data[i]; i++) {
        if (got->data[i] == '\n') {
            line++;
            begin = i + 1;
        }
    }
    fail_msg("%s in pieces of %zu differs at line %zu:\n got: %.300s\nwant: %.300s", name, step, line + 1,
             begin < got->len ? got->data + begin : "(end)", begin < want->len ? want->data + begin : "(end)");
}

static void every_chunking_gives_the_expected_messages(void **state)
{
    (void)state;
    static const size_t step[] = { 0, 1, 2, 3, 7, 1000, 4096, 256 * 1024 };
    assert_true(case_count > 10);
    for (size_t c = 0; c < case_count; c++) {
        struct buf bytes, want;
        read_case(case_name[c], "ami", &bytes);
        read_case(case_name[c], "expect", &want);
        for (size_t s = 0; s < sizeof(step) / sizeof(step[0]); s++) {
            struct buf got = BUF_INIT(TEXT_MAX);
            support_tell_stream(&got, buf_slice(&bytes), step[s], NULL);
            assert_same(case_name[c], step[s], &got, &want);
            buf_clear(&got);
        }
        buf_clear(&bytes);
        buf_clear(&want);
    }
}

/* Cut anywhere and fed the rest later, a stream gives the same; cut for good, it gives a head of it. */
static void a_cut_at_every_byte_changes_nothing(void **state)
{
    (void)state;
    for (size_t c = 0; c < case_count; c++) {
        struct buf bytes, want;
        read_case(case_name[c], "ami", &bytes);
        read_case(case_name[c], "expect", &want);
        size_t every = bytes.len > 4096 ? bytes.len / 256 : 1;
        for (size_t cut = 1; cut < bytes.len; cut += every) {
            struct buf head = BUF_INIT(TEXT_MAX);
            support_tell_stream(&head, (struct slice){ bytes.data, cut }, 0, NULL);
            assert_true(head.len <= want.len);
            assert_memory_equal(buf_slice(&head).p, want.data, head.len);
            buf_clear(&head);
        }
        buf_clear(&bytes);
        buf_clear(&want);
    }
}

static int rewrite(void)
{
    for (size_t c = 0; c < case_count; c++) {
        struct buf bytes, got = BUF_INIT(TEXT_MAX);
        read_case(case_name[c], "ami", &bytes);
        support_tell_stream(&got, buf_slice(&bytes), 0, NULL);
        char path[512];
        snprintf(path, sizeof(path), FOLDER "/%s.expect", case_name[c]);
        FILE *f = fopen(path, "wb");
        if (f == NULL || fwrite(buf_slice(&got).p, 1, got.len, f) != got.len || fclose(f) != 0)
            return 1;
        buf_clear(&bytes);
        buf_clear(&got);
    }
    return 0;
}

int main(int argc, char **argv)
{
    find_cases();
    int rc;
    if (argc > 1 && strcmp(argv[1], "--rewrite") == 0) {
        rc = rewrite();
    } else {
        const struct CMUnitTest tests[] = {
            cmocka_unit_test(every_chunking_gives_the_expected_messages),
            cmocka_unit_test(a_cut_at_every_byte_changes_nothing),
        };
        rc = cmocka_run_group_tests(tests, NULL, NULL);
    }
    for (size_t c = 0; c < case_count; c++)
        mem_free(case_name[c]);
    return rc;
}
