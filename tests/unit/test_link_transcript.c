/* SPDX-License-Identifier: MIT */
/* transcript: what is written is read again, secrets excepted; a broken file is told from a whole one. */
#include "core/link/transcript.h"

#include "core/base/buf.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "tests/unit/support_ami.h"
#include "tests/unit/support_temp.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[TEMP_PATH_MAX];
static char path[TEMP_PATH_MAX + 32];

static int make_folder(void **state)
{
    (void)state;
    temp_template(folder);
    if (mkdtemp(folder) == NULL)
        return -1;
    snprintf(path, sizeof(path), "%s/t", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(folder);
}

static struct transcript_writer *create(void)
{
    struct err err = ERR_INIT;
    unlink(path);
    struct transcript_writer *w = transcript_create(path, 1000, 1795303252142, &err);
    if (w == NULL)
        fail_msg("%s", err.text);
    return w;
}

static void put(struct transcript_writer *w, int64_t ms, enum transcript_kind kind, struct slice bytes)
{
    struct err err = ERR_INIT;
    assert_true(transcript_write(w, ms, "main hall", kind, bytes, &err));
}

static void read_back(struct buf *out)
{
    *out = BUF_INIT(1 << 20);
    assert_true(support_read_file(path, out));
}

static void what_is_written_is_read(void **state)
{
    (void)state;
    struct transcript_writer *w = create();
    put(w, 1000, TRANSCRIPT_UP, SLICE("pbx.example:5038"));
    put(w, 1005, TRANSCRIPT_RECEIVED, SLICE("Asterisk\0\xff\r\n12 x < 3\n"));
    put(w, 1006, TRANSCRIPT_SENT, SLICE("Action: Ping\r\n\r\n"));
    put(w, 1006, TRANSCRIPT_RECEIVED, SLICE(""));
    put(w, 900, TRANSCRIPT_DOWN, SLICE("closed\nby peer"));
    put(w, 2000, TRANSCRIPT_DOWN, SLICE("end"));
    struct err err = ERR_INIT;
    assert_true(transcript_close(w, &err));
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);

    struct transcript_reader *r = transcript_open(path, &err);
    assert_non_null(r);
    assert_int_equal(transcript_wall_ms(r), 1795303252142);
    static const struct {
        int64_t at;
        enum transcript_kind kind;
        struct slice bytes;
    } want[] = {
        { 0, TRANSCRIPT_UP, { "pbx.example:5038", 16 } },
        { 5, TRANSCRIPT_RECEIVED, { "Asterisk\0\xff\r\n12 x < 3\n", 21 } },
        { 6, TRANSCRIPT_SENT, { "Action: Ping\r\n\r\n", 16 } },
        { 6, TRANSCRIPT_RECEIVED, { "", 0 } },
    };
    struct transcript_entry e;
    for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
        assert_int_equal(transcript_next(r, &e, &err), TRANSCRIPT_ENTRY);
        assert_int_equal(e.at_ms, want[i].at);
        assert_int_equal(e.kind, want[i].kind);
        assert_true(slice_eq(e.bytes, want[i].bytes));
        assert_true(slice_eq(e.pbx, SLICE("main_hall")));
    }
    assert_int_equal(transcript_next(r, &e, &err), TRANSCRIPT_ENTRY); /* a clock that went back is held */
    assert_int_equal(e.at_ms, 6);
    assert_true(slice_eq(e.bytes, SLICE("closed_by peer")));
    assert_int_equal(transcript_next(r, &e, &err), TRANSCRIPT_ENTRY);
    assert_int_equal(transcript_next(r, &e, &err), TRANSCRIPT_END);
    assert_int_equal(transcript_next(r, &e, &err), TRANSCRIPT_END);
    transcript_reader_free(r);
}

static void secrets_never_enter_it(void **state)
{
    (void)state;
    struct transcript_writer *w = create();
    put(w, 1000, TRANSCRIPT_SENT, SLICE("Action: Login\r\nUsername: u\r\nSecret: hunter2\r\nKEY:0123abcd\r\nkey : x\r\n\r\n"));
    put(w, 1000, TRANSCRIPT_SENT, SLICE("secret: hunter2"));
    log_add_secret(SLICE("correct horse"));
    put(w, 1001, TRANSCRIPT_SENT, SLICE("Action: Setvar\r\nValue: correct horse battery\r\n\r\n"));
    put(w, 1001, TRANSCRIPT_RECEIVED, SLICE("Response: Error\r\nMessage: not correct horse\r\n\r\n"));
    put(w, 1001, TRANSCRIPT_DOWN, SLICE("refused correct horse"));
    log_forget_secrets();
    struct err err = ERR_INIT;
    assert_true(transcript_close(w, &err));
    struct buf text;
    read_back(&text);
    assert_null(strstr(text.data, "hunter2"));
    assert_null(strstr(text.data, "0123abcd"));
    assert_null(strstr(text.data, "horse"));
    assert_non_null(strstr(text.data, "Secret: ****\r\nKEY: ****\r\n"));
    assert_non_null(strstr(text.data, "not ****\r\n"));
    struct transcript_reader *r = transcript_read(buf_slice(&text), &err);
    struct transcript_entry e;
    for (int i = 0; i < 5; i++)
        assert_int_equal(transcript_next(r, &e, &err), TRANSCRIPT_ENTRY);
    assert_int_equal(transcript_next(r, &e, &err), TRANSCRIPT_END);
    transcript_reader_free(r);
    buf_clear(&text);
}

static void a_file_that_is_there_is_not_overwritten(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    assert_true(transcript_close(create(), &err));
    assert_null(transcript_create(path, 0, 0, &err));
    assert_non_null(strstr(err.text, path));
    assert_non_null(strstr(err.text, "not overwritten"));
}

static void a_full_disk_stops_the_recording_and_is_said_once(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    struct transcript_writer *w = create();
    int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    assert_true(full >= 0);
    /* Our file's descriptor is the lowest that was free before /dev/full was opened. */
    assert_int_equal(dup2(full, full - 1), full - 1);
    assert_false(transcript_write(w, 1000, "a", TRANSCRIPT_UP, SLICE("x"), &err));
    assert_non_null(strstr(err.text, path));
    struct err none = ERR_INIT;
    assert_true(transcript_write(w, 1000, "a", TRANSCRIPT_UP, SLICE("x"), &none));
    assert_false(transcript_close(w, &none));
    assert_int_equal(none.kind, ERR_SYSTEM);
    close(full);
}

static void broken_texts_are_refused(void **state)
{
    (void)state;
    static const struct {
        struct slice text;
        const char *part; /* NULL: refused at once */
    } bad[] = {
        { { "", 0 }, NULL },
        { { "acdtop-transcript 2 5\n", 22 }, NULL },
        { { "acdtop-transcript 1 x\n", 22 }, NULL },
        { { "acdtop-transcript 1 5", 21 }, NULL },
    };
    static const struct {
        const char *after, *part;
    } late[] = {
        { "x", "middle of a line" },
        { "5\n", "a line is not" },
        { "5 a\n", "a line is not" },
        { "5 a < \n", "no length" },
        { "5 a <\n", "a line is not" },
        { "-5 a < 0\n\n", "a line is not" },
        { "99999999999999 a < 0\n\n", "a line is not" },
        { "5 a < 99999999999\n", "over 16 MiB" },
        { "5 a < -1\n", "no length" },
        { "5 a < 3\nabc", "middle of an entry" },
        { "5 a < 3\nabcd\n", "longer than it says" },
        { "5 a = 3\nabc\n", "no length" },
        { "5 a ! sideways x\n", "neither up nor down" },
        { "5 a ! up x\n4 a ! up x\n", "backwards" },
    };
    struct err err = ERR_INIT;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_null(transcript_read(bad[i].text, &err));
    for (size_t i = 0; i < sizeof(late) / sizeof(late[0]); i++) {
        char text[256];
        int n = snprintf(text, sizeof(text), "acdtop-transcript 1 5\n%s", late[i].after);
        struct transcript_reader *r = transcript_read((struct slice){ text, (size_t)n }, &err);
        assert_non_null(r);
        struct transcript_entry e;
        struct err why = ERR_INIT;
        enum transcript_state s;
        while ((s = transcript_next(r, &e, &why)) == TRANSCRIPT_ENTRY)
            ;
        assert_int_equal(s, TRANSCRIPT_BAD);
        if (strstr(why.text, late[i].part) == NULL)
            fail_msg("%s: %s", late[i].after, why.text);
        assert_int_equal(transcript_next(r, &e, NULL), TRANSCRIPT_BAD);
        transcript_reader_free(r);
    }
}

/* Entries larger than the reader's step, across its moves. */
static void large_entries_pass(void **state)
{
    (void)state;
    struct transcript_writer *w = create();
    struct buf big = BUF_INIT(1 << 20);
    for (int i = 0; i < 20000; i++)
        buf_addf(&big, "%d,", i);
    for (int i = 0; i < 8; i++)
        put(w, 1000 + i, TRANSCRIPT_RECEIVED, (struct slice){ big.data, big.len - (size_t)i });
    struct err err = ERR_INIT;
    assert_true(transcript_close(w, &err));
    struct transcript_reader *r = transcript_open(path, &err);
    struct transcript_entry e;
    for (int i = 0; i < 8; i++) {
        assert_int_equal(transcript_next(r, &e, &err), TRANSCRIPT_ENTRY);
        assert_true(slice_eq(e.bytes, (struct slice){ big.data, big.len - (size_t)i }));
        assert_true(slice_eq(e.pbx, SLICE("main_hall")));
    }
    assert_int_equal(transcript_next(r, &e, &err), TRANSCRIPT_END);
    transcript_reader_free(r);
    buf_clear(&big);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(secrets_never_enter_it),
        cmocka_unit_test(a_file_that_is_there_is_not_overwritten),
        cmocka_unit_test(a_full_disk_stops_the_recording_and_is_said_once),
        cmocka_unit_test(broken_texts_are_refused),
        cmocka_unit_test(large_entries_pass),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
