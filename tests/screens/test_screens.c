/* SPDX-License-Identifier: MIT */
/* test_screens: each script of this folder makes pictures; they must be those of its golden, in text and in roles.
 * With GOLDENS=write they become the golden (make goldens). Then properties that hold for every size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <cmocka.h>
#include <glob.h>

#include "core/base/mem.h"
#include "core/base/utf8.h"
#include "tests/screens/support_script.h"
#include "tui/table/table.h"

static struct buf file_read(const char *path)
{
    struct buf b = BUF_INIT(16 * 1024 * 1024);
    FILE *f = fopen(path, "r");
    char chunk[4096];
    for (size_t n; f != NULL && (n = fread(chunk, 1, sizeof chunk, f)) > 0;)
        (void)buf_add(&b, (struct slice){ chunk, n });
    if (f != NULL)
        (void)fclose(f);
    return b;
}

static void file_write(const char *path, struct slice text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(text.p, 1, text.n, f), text.n);
    assert_int_equal(fclose(f), 0);
}

/* The first line that differs, as a message. */
static void tell_difference(const char *path, struct slice want, struct slice have)
{
    for (int line = 1; want.p != NULL || have.p != NULL; line++) {
        struct slice w = want.p != NULL ? slice_cut(want, '\n', &want) : SLICE("(nothing)");
        struct slice h = have.p != NULL ? slice_cut(have, '\n', &have) : SLICE("(nothing)");
        if (!slice_eq(w, h)) {
            print_message("%s:%d\n golden: %.*s\n    now: %.*s\n(make goldens rewrites; git diff shows what changed)\n", path, line, SLICE_FMT(w), SLICE_FMT(h));
            return;
        }
    }
}

/* The file beside the script: .golden, .ascii. With GOLDENS=write it becomes what is there now. */
static bool is_as_kept(const char *script, const char *ending, struct slice now)
{
    char path[512];
    const char *mode = getenv("GOLDENS");
    (void)snprintf(path, sizeof path, "%.*s%s", (int)(strlen(script) - strlen(".script")), script, ending);
    if (mode != NULL && strcmp(mode, "write") == 0)
        file_write(path, now);
    struct buf want = file_read(path);
    bool same = slice_eq(buf_slice(&want), now);
    if (!same)
        tell_difference(path, buf_slice(&want), now);
    buf_clear(&want);
    return same;
}

static void run_file(struct script *s, const char *path, bool is_ascii)
{
    struct err err = ERR_INIT;
    struct buf text = file_read(path);
    script_init(s, is_ascii);
    bool ok = script_run(s, buf_slice(&text), &err);
    if (!ok)
        print_message("%s: %s\n", path, err.text);
    buf_clear(&text);
    assert_true(ok && s->out.len > 0);
}

/* The same keys without UTF-8: only plain bytes come of it. */
static bool is_twin_as_kept(const char *path, struct slice full)
{
    struct script s;
    struct buf out = BUF_INIT(16 * 1024 * 1024);
    run_file(&s, path, true);
    for (size_t i = 0; i < s.out.len; i++)
        assert_true((unsigned char)s.out.data[i] < 0x80);
    script_twin(full, buf_slice(&s.out), &out);
    bool same = is_as_kept(path, ".ascii", buf_slice(&out));
    buf_clear(&out);
    script_clear(&s);
    return same;
}

static void test_script(void **state)
{
    const char *path = *state;
    struct script s;
    run_file(&s, path, strstr(path, "ascii") != NULL);
    bool same = is_as_kept(path, ".golden", buf_slice(&s.out));
    if (s.has_twin)
        same = is_twin_as_kept(path, buf_slice(&s.out)) && same;
    script_clear(&s);
    assert_true(same);
}

/* What must be true of any picture: only whole, printable clusters; a wide one has both halves. */
static void check_cells(const struct canvas *c)
{
    for (int y = 0; y < c->rows; y++) {
        for (int x = 0; x < c->cols; x++) {
            const struct cell *cell = &c->cell[y * c->cols + x];
            struct slice text = { cell->text, strnlen(cell->text, CELL_TEXT_MAX) };
            assert_true(cell->role < ROLE_COUNT && cell->ground < ROLE_COUNT);
            if (cell->width == 0) {
                assert_true(x > 0 && cell[-1].width == 2 && text.n == 0);
                continue;
            }
            assert_true(text.n > 0 && text.n < CELL_TEXT_MAX && utf8_is_valid(text));
            assert_int_equal(utf8_text_width(text), cell->width);
            assert_true(cell->width == 1 || (x + 1 < c->cols && cell[1].width == 0));
            for (size_t i = 0; i < text.n;)
                assert_true(utf8_is_printable(utf8_next(text, &i)));
        }
    }
}

static const char hostile[] =
    "pbx 1 name=\"ge\\x1b[31mneva\" link=live heard_at=-0s\n"
    "pbx 2 name=\"\\xe6\\x9d\\xb1\\xe4\\xba\\xac\" link=lost link_since=-42s heard_at=-45s reason=\"the \\x07 bell\\x9b and \\xe2\\x80\\xae turned\" retry_at=+5s\n"
    "times 12 queue 1% pbx=1 name=\"q%\\x00\\xff\\xfe \\xe5\\xae\\xa2\\xe6\\x9c\\x8d\" state=clean waiting=% oldest=-9%s service_level_s=20 ready=%\n"
    "times 20 agent 2% pbx=2 interface=PJSIP/% name=\"e\\xcc\\x81\\xcc\\x82\\xcc\\x83\\xcc\\x84\\xcc\\x85\\xcc\\x86 %\" state=talking since=-%s peer_name=\"\\x0d\\x0a\\x1b]0;x\\x07\"\n"
    "times 9 caller 3% queue=11 number=\"+%\" name=\"\\xe3\\x81\\x82\\xe3\\x81\\x84\\xe3\\x81\\x86 \\xf0\\x9f\\x98\\x80\" joined=-3%s rank=%\n";

/* Every screen, every way of looking at it. */
static void check_views(struct script *s)
{
    static const char *const ways[] = { "key 2 Home Enter", "key Tab Down", "key 3 v Down", "key Right End", "key v w Right Right", "key w c Down Space", "key d Esc Down i",
                                        "key PgDn", "key Esc Enter", "key 4 Home Enter", "key 5", "key 6 Down", "key 7 Home Enter", "key z - +", "key 1" };
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        struct err err = ERR_INIT;
        assert_true(script_run(s, slice_of(ways[i]), &err));
        check_cells(&s->canvas);
    }
}

static void test_every_size(void **state)
{
    (void)state;
    struct script s;
    struct err err = ERR_INIT;
    script_init(&s, false);
    assert_true(script_run(&s, slice_of(hostile), &err));
    for (int cols = 1; cols <= 120; cols += cols < 60 ? 1 : 3) {
        for (int rows = 1; rows <= 40; rows++) {
            canvas_resize(&s.canvas, cols, rows);
            app_draw(s.app, &s.canvas);
            check_cells(&s.canvas);
            if (rows % 8 == 1) { /* the help, the next pane, a filter and a cursor at this size as well */
                assert_true(script_run(&s, SLICE("key ? PgDn End ? Tab Down / \xe3\x81\x82"), &err));
                check_cells(&s.canvas);
                assert_true(script_run(&s, SLICE("key Esc Esc"), &err));
                check_views(&s);
            }
        }
    }
    script_clear(&s);
}

/* One queue, a caller and an agent for each name that somebody might have. */
static void put_names(struct script *s)
{
    static const char *const names[] = {
        "", " ", "\\x09\\x0b\\x00", "-", "?", "\\\"", "%s%n", "\\xe2\\x80\\x8b", "\\xef\\xbb\\xbf", "\\xc2\\xad", "\\xe2\\x80\\xa8",   /* nothing to be seen */
        "\\xed\\xa0\\x80", "\\xc0\\x80", "\\xf4\\x90\\x80\\x80", "\\xef\\xbf\\xbf", "\\xe4\\xb8", "\\x80\\xbf", "\\x1b[2J\\x9b\\x07",  /* no text */
        "\\xd7\\xa9\\xd7\\x9c\\xd7\\x95\\xd7\\x9d", "\\xd9\\x85\\xd8\\xad\\xd9\\x85\\xd8\\xaf", ("\\xe2\\x80\\xae" "abc"),      /* from right to left */
        "\\xf0\\x9f\\x91\\xa9\\xe2\\x80\\x8d\\xf0\\x9f\\x91\\xa9\\xe2\\x80\\x8d\\xf0\\x9f\\x91\\xa7", "\\xf0\\x9f\\x87\\xa8\\xf0\\x9f\\x87\\xad", "\\xe2\\x9d\\xa4\\xef\\xb8\\x8f", /* emoji */
        "\\xcc\\x81", "e\\xcc\\x81\\xcc\\x82\\xcc\\x83\\xcc\\x84\\xcc\\x85\\xcc\\x86\\xcc\\x87\\xcc\\x88", "\\xe0\\xb8\\x81\\xe0\\xb8\\xb3", "\\xe1\\x84\\x92\\xe1\\x85\\xa1\\xe1\\x86\\xab",
        "\\xef\\xbc\\xa1\\xef\\xbc\\xa2", "\\xe7\\x8e\\x8b\\xe5\\xb0\\x8f\\xe6\\x98\\x8e", "\\xf3\\xa0\\x80\\xa1\\xf3\\xa0\\x81\\xbf" };
    struct err err = ERR_INIT;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct buf text = BUF_INIT(65536);
        (void)buf_addf(&text, "queue 90%zu pbx=1 name=\"%s\" state=clean waiting=1 members=1 oldest=-%zus service_level_s=20\n", i, names[i], i);
        (void)buf_addf(&text, "agent 91%zu pbx=1 interface=\"%s\" name=\"%s\" state=paused since=-%zus paused_reason=\"%s\" memberships=1\n", i, names[i], names[i], i, names[i]);
        (void)buf_addf(&text, "member 92%zu queue=90%zu agent=91%zu interface=\"%s\" name=\"%s\" state=paused paused=1 paused_reason=\"%s\"\n", i, i, i, names[i], names[i], names[i]);
        (void)buf_addf(&text, "caller 93%zu queue=90%zu number=\"%s\" name=\"%s\" joined=-%zus rank=1 uniqueid=\"%s\"\n", i, i, names[i], names[i], i, names[i]);
        (void)buf_addf(&text, "call 94%zu pbx=1 queue=90%zu agent=91%zu number=\"%s\" name=\"%s\" channel=\"%s\" since=-%zus\n", i, i, i, names[i], names[i], names[i], i);
        (void)buf_addf(&text, "line 95%zu pbx=1 number_of=%zu at=-1s what=paused queue_name=\"%s\" agent_name=\"%s\" name=\"%s\" note=\"%s\" ms=-1", i, i + 1, names[i], names[i], names[i], names[i]);
        assert_true(script_run(s, buf_slice(&text), &err));
        buf_clear(&text);
    }
}

/* Nothing at all, one of each, 1,000 queues with 10,000 agents, and names of every kind among them: each view of them stands. */
static void test_every_many(void **state)
{
    (void)state;
    static const int sizes[][2] = { { 300, 80 }, { 80, 24 }, { 31, 9 }, { 1, 1 } };
    static const char *const crowds[] = {
        "", "pbx 1 name=geneva link=live heard_at=-0s", "queue 11 pbx=1 name=one state=clean members=1\nagent 21 pbx=1 interface=a state=ready\nmember 31 queue=11 agent=21 interface=a state=ready",
        "times 1000 queue 1% pbx=1 name=queue-% state=clean members=10\ntimes 10000 agent 2% pbx=1 interface=PJSIP/% name=\"Agent %\" state=ready since=-%s\n"
        "times 3000 caller 3% queue=11 number=+% joined=-%s rank=%\ntimes 3000 call 4% pbx=1 number=+% since=-%s", NULL };
    for (int ascii = 0; ascii < 2; ascii++) {
        struct script s;
        struct err err = ERR_INIT;
        script_init(&s, ascii != 0);
        for (size_t i = 0; i < sizeof crowds / sizeof crowds[0]; i++) {
            if (crowds[i] != NULL)
                assert_true(script_run(&s, slice_of(crowds[i]), &err));
            else
                put_names(&s);
            for (size_t k = 0; k < sizeof sizes / sizeof sizes[0]; k++) {
                canvas_resize(&s.canvas, sizes[k][0], sizes[k][1]);
                check_views(&s);
            }
        }
        script_clear(&s);
    }
}

/* Every page of the wall at every size, with a PBX that is lost and names of every kind. */
static void test_wall_every_size(void **state)
{
    (void)state;
    for (int ascii = 0; ascii < 2; ascii++) {
        struct script s;
        struct err err = ERR_INIT;
        script_init(&s, ascii != 0);
        assert_true(script_run(&s, SLICE("wall"), &err));
        assert_true(script_run(&s, slice_of(hostile), &err));
        for (int cols = 1; cols <= 520; cols += cols < 50 ? 1 : 47) {
            for (int rows = 1; rows <= 140; rows += rows < 30 ? 1 : 19) {
                canvas_resize(&s.canvas, cols, rows);
                for (int page = 0; page < 4; page++) {
                    assert_true(script_run(&s, SLICE("key Tab"), &err));
                    check_cells(&s.canvas);
                }
            }
        }
        script_clear(&s);
    }
}

/* Whatever is drawn into a part of a picture leaves the rest as it is. */
static void test_inside_its_area(void **state)
{
    (void)state;
    struct script s;
    struct err err = ERR_INIT;
    struct style mark = { ROLE_MATCH, ROLE_CURSOR };
    script_init(&s, false);
    assert_true(script_run(&s, slice_of(hostile), &err));
    static const struct {
        const char *layout;
        enum fact_kind kind;
    } rows[] = {
        { "name pbx proof waiting oldest service_level", FACT_QUEUE }, { "name state detail queue", FACT_AGENT }, { "wait queue name number", FACT_CALLER } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct table *t = table_new(&(struct table_setup){ .kind = rows[i].kind, .layout = rows[i].layout, .sort = "name" });
        struct view v = { .store = s.store, .beat_ms = s.floor_ms, .wall_ms = s.wall_ms, .has_many_pbx = true };
        const struct fact *f;
        for (size_t at = 0; (f = store_each(s.store, rows[i].kind, &at)) != NULL;)
            table_changed(t, f->id, f);
        (void)table_settle(t, &v);
        canvas_resize(&s.canvas, 60, 20);
        for (int w = 0; w < 50; w++) {
            struct area a = { 5, 3, w, w % 12 };
            canvas_blank(&s.canvas, canvas_area(&s.canvas), mark);
            table_draw(t, &v, &s.canvas, a, true);
            check_cells(&s.canvas);
            for (int y = 0; y < 20; y++) {
                for (int x = 0; x < 60; x++) {
                    const struct cell *cell = &s.canvas.cell[y * 60 + x];
                    bool is_in = x >= a.x && x < a.x + a.w && y >= a.y && y < a.y + a.h;
                    assert_true(is_in || (cell->role == ROLE_MATCH && cell->ground == ROLE_CURSOR && cell->text[0] == ' '));
                }
            }
        }
        table_free(t);
    }
    script_clear(&s);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(((const struct CMUnitTest *)a)->name, ((const struct CMUnitTest *)b)->name);
}

int main(void)
{
    glob_t found = { 0 };
    (void)setenv("TZ", "UTC", 1);
    (void)setenv("XDG_STATE_HOME", "/nonexistent", 1); /* nobody has been told of anything */
    tzset();
    (void)glob("tests/screens/*.script", 0, NULL, &found);
    struct CMUnitTest *tests = mem_array(found.gl_pathc + 4, sizeof *tests);
    size_t count = 0;
    for (size_t i = 0; i < found.gl_pathc; i++)
        tests[count++] = (struct CMUnitTest){ .name = found.gl_pathv[i], .test_func = test_script, .initial_state = found.gl_pathv[i] };
    qsort(tests, count, sizeof *tests, compare_names);
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(test_every_size);
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(test_every_many);
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(test_wall_every_size);
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(test_inside_its_area);
    int failed = _cmocka_run_group_tests("screens", tests, count, NULL, NULL);
    mem_free(tests);
    globfree(&found);
    return failed;
}
